//! The loop that takes messages and gives answers.

use super::documents::Document;
use super::handlers::{self, Refused};
use super::initialize::{Agreed, folders, watched};
use super::present::{of_problem, problems};
use super::projects::Projects;
use super::reader::{self, Read, Told};
use super::{Open, Pass};
use crate::session::is_text;
use gen_lsp_types as lsp;
use lsp::{Notification as _, Request as _, Uri};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use std::collections::{BTreeSet, HashSet, VecDeque};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// What happens to a server.
enum Event {
    Message(Message),
    Told(Box<Told>),
    /// The editor is gone.
    Gone,
}

/// Answers what an editor asks through a connection, until it says that it is enough or is gone; whether it had said so before.
///
/// # Errors
/// Where what comes is not the protocol.
pub fn serve(connection: Connection, open: Open<'_>, pass: Pass<'_>) -> Result<bool, String> {
    serve_by(connection, open, pass, SOON)
}

/// What is said of a request that was taken back.
const CANCELLED: &str = "it was cancelled";

/// What takes no longer is not told in two steps.
const SOON: Duration = Duration::from_millis(20);

pub(super) fn serve_by(connection: Connection, open: Open<'_>, pass: Pass<'_>, soon: Duration) -> Result<bool, String> {
    let (id, params) = connection.initialize_start().map_err(|error| error.to_string())?;
    let agreed = Agreed::of(&params);
    connection.initialize_finish(id, agreed.result()).map_err(|error| error.to_string())?;
    let (events, happened) = channel();
    let Connection { sender, receiver } = connection;
    let messages = events.clone();
    std::thread::spawn(move || {
        // Where nobody takes them any more, nobody has to know that there are no more.
        let _ =
            receiver.into_iter().map(Event::Message).chain([Event::Gone]).try_for_each(|event| messages.send(event));
    });
    let jobs = reader::start(move |told| events.send(Event::Told(Box::new(told))).is_ok());
    let projects = Projects::new(open, agreed, jobs, soon);
    let send = |message: Message| guarded(message, pass).is_some_and(|message| sender.send(message).is_ok());
    let mut server = Server { agreed, projects, send: &send, waiting: Vec::new(), typed: None, is_over: false };
    server.begin(&params);
    Ok(server.run(&happened))
}

struct Server<'s, 'o> {
    agreed: Agreed,
    projects: Projects<'o>,
    send: &'s dyn Fn(Message) -> bool,
    /// Requests that speak of the whole project, which wait for it to be read as it is now.
    waiting: Vec<Request>,
    /// The text that was typed in last, where nothing was told of it since.
    typed: Option<Uri>,
    /// Whether the editor has said that it is enough.
    is_over: bool,
}

impl Server<'_, '_> {
    fn begin(&mut self, params: &serde_json::Value) {
        if self.agreed.watches {
            let (id, method) =
                (RequestId::from("watch".to_owned()), lsp::RegistrationRequest::METHOD.as_str().to_owned());
            (self.send)(Request::new(id, method, watched()).into());
        }
        folders(params).iter().filter_map(|uri| uri.to_file_path().ok()).for_each(|folder| self.projects.meet(&folder));
        self.projects.read_again();
    }

    /// Takes what happens until the editor is gone; whether it had said so.
    fn run(&mut self, happened: &Receiver<Event>) -> bool {
        let mut events: VecDeque<Event> = VecDeque::new();
        loop {
            // All that is there: what was taken back is not answered, and what was typed over is not read.
            if events.is_empty() {
                let Ok(event) = happened.recv() else { return self.is_over };
                events.push_back(event);
            }
            events.extend(happened.try_iter());
            let cancelled = cancelled(&events);
            let Some(event) = events.pop_front() else { continue };
            match event {
                Event::Gone => return self.is_over,
                Event::Told(told) => match *told {
                    Told::Read(read) => self.was_read(read),
                    Told::Parts(parts) => self.projects.take_parts(parts),
                },
                Event::Message(Message::Request(request)) if cancelled.contains(&request.id) => {
                    self.fail(request.id, ErrorCode::RequestCanceled, CANCELLED.to_owned());
                }
                Event::Message(Message::Request(request)) => self.request(request),
                Event::Message(Message::Notification(notification)) => {
                    if notification.method == lsp::ExitNotification::METHOD.as_str() {
                        return self.is_over;
                    }
                    self.notified(notification);
                }
                Event::Message(Message::Response(_)) => {}
            }
            if !events.iter().any(|event| matches!(event, Event::Message(Message::Notification(_)))) {
                self.tell_at_once();
                self.projects.read_again();
            }
        }
    }

    /// Tells what is wrong with the text that was typed in last, where that is known before its project is read.
    fn tell_at_once(&mut self) {
        let Some(uri) = self.typed.take() else { return };
        let Some(loaded) = self.projects.at_once(&uri) else { return };
        let Some(opened) = self.projects.opened(&uri) else { return };
        let told = loaded.diagnostics.iter().filter_map(|one| of_problem(&self.projects, opened.project, &loaded, one));
        let diagnostics = told.filter(|(of, _)| *of == uri).map(|(_, told)| told).collect();
        self.tell(lsp::PublishDiagnosticsParams { version: Some(opened.document.version), uri, diagnostics });
    }

    fn tell(&self, params: lsp::PublishDiagnosticsParams) {
        let method = lsp::PublishDiagnosticsNotification::METHOD.as_str().to_owned();
        (self.send)(Notification::new(method, params).into());
    }

    fn was_read(&mut self, read: Read) {
        let Some(root) = self.projects.take(read) else { return };
        self.publish(&root);
        if self.projects.is_settled() {
            for request in std::mem::take(&mut self.waiting) {
                self.request(request);
            }
        }
    }

    /// Tells the problems of a project, and of files that have none any more that they have none.
    fn publish(&mut self, root: &Path) {
        let Some(project) = self.projects.all.get(root) else { return };
        let mut found = problems(&self.projects, project);
        let told: BTreeSet<String> = found.keys().map(ToString::to_string).collect();
        // Of what is open an editor hears each time, so that it knows for which state.
        for uri in self.projects.open_in(root) {
            found.entry(uri.clone()).or_default();
        }
        let gone = project.told.iter().filter_map(|uri| uri.parse::<Uri>().ok());
        let gone: Vec<Uri> = gone.filter(|uri| !found.contains_key(uri)).collect();
        let all = found.into_iter().chain(gone.into_iter().map(|uri| (uri, Vec::new())));
        // What was typed meanwhile is read next.
        for (uri, diagnostics) in all.filter(|(uri, _)| self.projects.is_as_read(uri)) {
            let version = self.projects.documents.get(&uri).map(|document| document.version);
            self.tell(lsp::PublishDiagnosticsParams { uri, version, diagnostics });
        }
        if let Some(project) = self.projects.all.get_mut(root) {
            project.told = told;
        }
    }

    fn notified(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        let projects = &mut self.projects;
        let is = |one: &str| method == one;
        if is(lsp::CancelNotification::METHOD.as_str()) {
            let id = params.get("id").and_then(|id| serde_json::from_value::<RequestId>(id.clone()).ok());
            let waits = self.waiting.iter().position(|request| Some(&request.id) == id.as_ref());
            if let Some(at) = waits {
                let request = self.waiting.remove(at);
                self.fail(request.id, ErrorCode::RequestCanceled, CANCELLED.to_owned());
            }
        } else if is(lsp::DidOpenTextDocumentNotification::METHOD.as_str()) {
            let Ok(lsp::DidOpenTextDocumentParams { text_document: one }) = serde_json::from_value(params) else {
                return;
            };
            if let Ok(path) = one.uri.to_file_path() {
                projects.meet(&path);
            }
            // What lies on no disk yet has no ending.
            let is_kdl = one.uri.scheme() != "file" || is_text(Path::new(one.uri.path()));
            projects.opens(&one.uri);
            projects.documents.insert(one.uri.clone(), Document::new(one.version, is_kdl, one.text));
            projects.changed(&one.uri, false);
        } else if is(lsp::DidChangeTextDocumentNotification::METHOD.as_str()) {
            let Ok(lsp::DidChangeTextDocumentParams { text_document, content_changes }) =
                serde_json::from_value(params)
            else {
                return;
            };
            let uri = text_document.text_document_identifier.uri;
            if let Some(document) = projects.documents.remove(&uri) {
                let document = document.changed(text_document.version, content_changes, projects.units);
                projects.documents.insert(uri.clone(), document);
                projects.changed(&uri, false);
                self.typed = Some(uri);
            }
        } else if is(lsp::DidCloseTextDocumentNotification::METHOD.as_str()) {
            let Ok(lsp::DidCloseTextDocumentParams { text_document }) = serde_json::from_value(params) else { return };
            projects.documents.remove(&text_document.uri);
            projects.closes(&text_document.uri);
            projects.changed(&text_document.uri, true);
        } else if is(lsp::DidSaveTextDocumentNotification::METHOD.as_str()) {
            let Ok(lsp::DidSaveTextDocumentParams { text_document, .. }) = serde_json::from_value(params) else {
                return;
            };
            if let Ok(path) = text_document.uri.to_file_path() {
                projects.meet(&path);
            }
            projects.changed(&text_document.uri, true);
        } else if is(lsp::DidChangeWatchedFilesNotification::METHOD.as_str()) {
            let Ok(lsp::DidChangeWatchedFilesParams { changes }) = serde_json::from_value(params) else { return };
            let is_open = |uri: &Uri| projects.documents.contains_key(uri);
            let others: Vec<_> = changes.into_iter().filter(|change| !is_open(&change.uri)).collect();
            for change in others {
                projects.changed(&change.uri, change.kind != lsp::FileChangeType::Changed);
            }
        }
    }

    /// Answers a request, or keeps it until the project is read.
    fn request(&mut self, request: Request) {
        let is_of_all = [lsp::RenameRequest::METHOD, lsp::PrepareRenameRequest::METHOD, lsp::ReferencesRequest::METHOD];
        let is_of_all = is_of_all.map(|method| method.as_str());
        if is_of_all.contains(&&*request.method) && !self.projects.is_settled() {
            self.waiting.push(request);
            return;
        }
        if self.is_over {
            self.fail(request.id, ErrorCode::InvalidRequest, "the editor has said that it is enough".to_owned());
            return;
        }
        if request.method == lsp::ShutdownRequest::METHOD.as_str() {
            self.is_over = true;
            (self.send)(Response::new_ok(request.id, ()).into());
            return;
        }
        (self.send)(self.answer(request).into());
    }

    fn fail(&self, id: RequestId, code: ErrorCode, message: String) {
        (self.send)(Response::new_err(id, code as i32, message).into());
    }

    fn answer(&self, request: Request) -> Response {
        let (projects, agreed) = (&self.projects, self.agreed);
        Answer(Err(request))
            .on::<lsp::CompletionRequest>(|params| Ok(handlers::complete(projects, &params, agreed)))
            .on::<lsp::HoverRequest>(|params| Ok(handlers::hover(projects, &params)))
            .on::<lsp::DefinitionRequest>(|params| Ok(handlers::definition(projects, &params)))
            .on::<lsp::ReferencesRequest>(|params| Ok(handlers::references(projects, &params)))
            .on::<lsp::DocumentHighlightRequest>(|params| Ok(handlers::highlights(projects, &params)))
            .on::<lsp::DocumentSymbolRequest>(|params| Ok(handlers::outline(projects, &params.text_document.uri)))
            .on::<lsp::WorkspaceSymbolRequest>(|params| Ok(Some(handlers::things(projects, &params.query))))
            .on::<lsp::CodeActionRequest>(|params| Ok(handlers::mendings(projects, &params)))
            .on::<lsp::DocumentFormattingRequest>(|params| {
                handlers::formatted(projects, &params.text_document.uri, None)
            })
            .on::<lsp::DocumentRangeFormattingRequest>(|params| {
                handlers::formatted(projects, &params.text_document.uri, Some(params.range))
            })
            .on::<lsp::PrepareRenameRequest>(|params| handlers::renamable(projects, &params))
            .on::<lsp::RenameRequest>(|params| handlers::rename(projects, &params))
            .on::<lsp::FoldingRangeRequest>(|params| Ok(handlers::foldings(projects, &params.text_document.uri)))
            .on::<lsp::SelectionRangeRequest>(|params| Ok(handlers::around(projects, &params)))
            .on::<lsp::InlayHintRequest>(|params| Ok(handlers::hints(projects, &params)))
            .on::<lsp::CodeLensRequest>(|params| Ok(handlers::lenses(projects, &params)))
            .on::<lsp::SemanticTokensRequest>(|params| Ok(handlers::colours(projects, &params.text_document.uri)))
            .response()
    }
}

/// A message that may leave; the refusal of an answer that may not, and nothing of what nobody waits for.
fn guarded(message: Message, pass: Pass<'_>) -> Option<Message> {
    if serde_json::to_string(&message).is_ok_and(|text| pass(&text)) {
        return Some(message);
    }
    let Message::Response(Response { id, .. }) = message else { return None };
    let refusal = "the answer would show the value of a secret".to_owned();
    Some(Response::new_err(id, ErrorCode::RequestFailed as i32, refusal).into())
}

/// The requests among some events that were taken back.
fn cancelled(events: &VecDeque<Event>) -> HashSet<RequestId> {
    let notes = events.iter().filter_map(|event| match event {
        Event::Message(Message::Notification(note)) if note.method == lsp::CancelNotification::METHOD.as_str() => {
            Some(note)
        }
        _ => None,
    });
    notes.filter_map(|note| serde_json::from_value(note.params.get("id")?.clone()).ok()).collect()
}

/// A request on its way to who answers it: the answer, where it has found who does.
struct Answer(Result<Response, Request>);

impl Answer {
    /// Answers it where it is of a kind.
    fn on<R: lsp::Request>(self, answer: impl FnOnce(R::Params) -> Result<R::Result, Refused>) -> Self {
        match self.0 {
            Err(Request { id, method, params }) if method == R::METHOD.as_str() => {
                Self(Ok(match serde_json::from_value(params).map(answer) {
                    Ok(Ok(result)) => Response::new_ok(id, result),
                    Ok(Err(refused)) => Response::new_err(id, ErrorCode::RequestFailed as i32, refused),
                    Err(error) => Response::new_err(id, ErrorCode::InvalidParams as i32, error.to_string()),
                }))
            }
            other => Self(other),
        }
    }

    fn response(self) -> Response {
        self.0.unwrap_or_else(|Request { id, method, .. }| {
            Response::new_err(id, ErrorCode::MethodNotFound as i32, format!("plat knows no `{method}`"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back_before_its_turn_is_known() {
        let request = |id: i32| Event::Message(Request::new(id.into(), "m".to_owned(), ()).into());
        let note = Notification::new("$/cancelRequest".to_owned(), serde_json::json!({ "id": 2 }));
        let events = VecDeque::from([request(1), request(2), Event::Message(note.into())]);
        assert_eq!(cancelled(&events), HashSet::from([RequestId::from(2)]));
    }
}
