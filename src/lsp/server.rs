//! The loop that takes messages and gives answers.

use super::documents::Document;
use super::follows;
use super::handlers::{self, Refused};
use super::initialize::{Agreed, AsksAgain, PREVIEW, TOLD, folders, watched};
use super::navigate;
use super::present::{of_problem, problems};
use super::projects::Projects;
use super::reader::{self, Read, Told};
use super::rename;
use super::{Open, Pass};
use gen_lsp_types as lsp;
use lsp::{Notification as _, Request as _, Uri};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
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

/// The most texts of which the editor is told that they are otherwise.
const MOST_SHOWN: usize = 100;

/// What takes no longer is not told in two steps.
const SOON: Duration = Duration::from_millis(5);

pub(super) fn serve_by(connection: Connection, open: Open<'_>, pass: Pass<'_>, soon: Duration) -> Result<bool, String> {
    let (id, params) = connection.initialize_start().map_err(|error| error.to_string())?;
    let agreed = Agreed::of(&params);
    let (events, happened) = channel();
    let Connection { sender, receiver } = connection;
    // Whether the editor says then that it has heard it makes no difference.
    sender.send(Response::new_ok(id, agreed.result()).into()).map_err(|error| error.to_string())?;
    let messages = events.clone();
    std::thread::spawn(move || {
        // Where nobody takes them any more, nobody has to know that there are no more.
        let _ =
            receiver.into_iter().map(Event::Message).chain([Event::Gone]).try_for_each(|event| messages.send(event));
    });
    let jobs = reader::start(move |told| events.send(Event::Told(Box::new(told))).is_ok());
    let projects = Projects::new(open, agreed, jobs, soon);
    let send = |message: Message| guarded(message, pass).is_some_and(|message| sender.send(message).is_ok());
    let mut server = Server {
        projects,
        send: &send,
        waiting: Vec::new(),
        typed: None,
        shown: BTreeMap::new(),
        asked: 0,
        is_over: false,
    };
    server.begin(&params);
    Ok(server.run(&happened))
}

struct Server<'s, 'o> {
    projects: Projects<'o>,
    send: &'s dyn Fn(Message) -> bool,
    /// Requests that speak of the whole project, which wait for it to be read as it is now.
    waiting: Vec<Request>,
    /// The text that was typed in last, where nothing was told of it since.
    typed: Option<Uri>,
    /// The texts that the editor got from here, by their addresses.
    shown: BTreeMap<String, Uri>,
    /// How many requests were sent.
    asked: u32,
    /// Whether the editor has said that it is enough.
    is_over: bool,
}

impl Server<'_, '_> {
    fn begin(&mut self, params: &Value) {
        if self.projects.agreed.watches {
            self.demand::<lsp::RegistrationRequest>(watched());
        }
        self.projects.folders = folders(params).iter().filter_map(|uri| uri.to_file_path().ok()).collect();
        for folder in self.projects.folders.clone() {
            self.projects.meet(&folder);
        }
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
                    Told::Parts(parts) => {
                        self.projects.take_parts(parts);
                        self.follows();
                    }
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
        if self.projects.all.get(&root).is_some_and(|project| project.broken.is_some()) {
            self.look_again();
        }
        self.publish(&root);
        self.answer_waiting();
    }

    /// Takes notice of projects that came or are gone: nobody is shown the problems of those any more.
    fn look_again(&mut self) {
        for uri in self.projects.look_again() {
            self.tell(lsp::PublishDiagnosticsParams { uri, version: None, diagnostics: Vec::new() });
        }
        self.answer_waiting();
    }

    /// Answers those requests that waited for what is known now.
    fn answer_waiting(&mut self) {
        for request in std::mem::take(&mut self.waiting) {
            self.request(request);
        }
    }

    /// Tells that what follows from a project is known.
    fn follows(&mut self) {
        self.answer_waiting();
        let AsksAgain { lenses, hints, contents } = self.projects.agreed.asks_again;
        if lenses {
            self.demand::<lsp::CodeLensRefreshRequest>(Value::Null);
        }
        if hints {
            self.demand::<lsp::InlayHintRefreshRequest>(Value::Null);
        }
        let shown: Vec<Uri> = self.shown.values().filter(|_| contents).cloned().collect();
        for uri in shown {
            self.demand::<lsp::TextDocumentContentRefreshRequest>(json!({ "uri": uri }));
        }
    }

    /// Sends a request to the editor; what it answers changes nothing.
    fn demand<R: lsp::Request>(&mut self, params: Value) {
        self.asked += 1;
        let id = RequestId::from(format!("plat-{}", self.asked));
        (self.send)(Request { id, method: R::METHOD.as_str().to_owned(), params }.into());
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
            projects.opens(&one.uri);
            let on_disk = projects.on_disk(&one.uri);
            projects.documents.insert(one.uri.clone(), Document::opened(&one.uri, one.version, one.text, on_disk));
            projects.changed(&one.uri, false);
        } else if is(lsp::DidChangeTextDocumentNotification::METHOD.as_str()) {
            let Ok(lsp::DidChangeTextDocumentParams { text_document, content_changes }) =
                serde_json::from_value(params)
            else {
                return;
            };
            let uri = text_document.text_document_identifier.uri;
            if let Some(document) = projects.documents.remove(&uri) {
                let document = document.changed(text_document.version, content_changes, projects.agreed.units);
                projects.documents.insert(uri.clone(), document);
                projects.changed(&uri, false);
                self.typed = Some(uri);
            }
        } else if is(lsp::DidCloseTextDocumentNotification::METHOD.as_str()) {
            let Ok(lsp::DidCloseTextDocumentParams { text_document }) = serde_json::from_value(params) else { return };
            projects.documents.remove(&text_document.uri);
            projects.closes(&text_document.uri);
            projects.changed(&text_document.uri, true);
            self.look_again();
        } else if is(lsp::DidSaveTextDocumentNotification::METHOD.as_str()) {
            let Ok(lsp::DidSaveTextDocumentParams { text_document, .. }) = serde_json::from_value(params) else {
                return;
            };
            projects.saved(&text_document.uri);
            projects.changed(&text_document.uri, true);
            self.look_again();
        } else if is(lsp::DidChangeWatchedFilesNotification::METHOD.as_str()) {
            let Ok(lsp::DidChangeWatchedFilesParams { changes }) = serde_json::from_value(params) else { return };
            let is_open = |uri: &Uri| projects.documents.contains_key(uri);
            let others: Vec<_> = changes.into_iter().filter(|change| !is_open(&change.uri)).collect();
            for change in others {
                projects.changed(&change.uri, change.kind != lsp::FileChangeType::Changed);
            }
            self.look_again();
        }
    }

    /// Answers a request, or keeps it until the project is read.
    fn request(&mut self, request: Request) {
        if self.must_wait(&request.method) {
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
        if request.method == lsp::ExecuteCommandRequest::METHOD.as_str() {
            self.execute(request);
            return;
        }
        if let Ok(params) = serde_json::from_value::<lsp::TextDocumentContentParams>(request.params.clone())
            && request.method == lsp::TextDocumentContentRequest::METHOD.as_str()
            && self.shown.len() < MOST_SHOWN
        {
            self.shown.insert(params.uri.to_string(), params.uri);
        }
        (self.send)(self.answer(request).into());
    }

    /// Whether a request asks for what is not known yet: of all of a project as it is now, or of what follows from it.
    fn must_wait(&self, method: &str) -> bool {
        let of_all = [
            lsp::RenameRequest::METHOD,
            lsp::PrepareRenameRequest::METHOD,
            lsp::ReferencesRequest::METHOD,
            lsp::DefinitionRequest::METHOD,
            lsp::CallHierarchyPrepareRequest::METHOD,
            lsp::CallHierarchyIncomingCallsRequest::METHOD,
            lsp::CallHierarchyOutgoingCallsRequest::METHOD,
            lsp::TextDocumentContentRequest::METHOD,
        ];
        let of_what_follows = [lsp::CodeLensRequest::METHOD, lsp::InlayHintRequest::METHOD];
        let is_one = |all: &[lsp::LspRequestMethod<'_>]| all.iter().any(|one| one.as_str() == method);
        is_one(&of_all) && !self.projects.is_settled() || is_one(&of_what_follows) && !self.projects.is_worked_out()
    }

    /// Does what a command says.
    fn execute(&mut self, request: Request) {
        let asked: Option<lsp::ExecuteCommandParams> = serde_json::from_value(request.params).ok();
        let asked = match asked {
            Some(asked) if asked.command == PREVIEW => asked,
            Some(asked) if asked.command == TOLD => {
                (self.send)(Response::new_ok(request.id, ()).into());
                return;
            }
            _ => {
                self.fail(request.id, ErrorCode::InvalidParams, "plat has no such command".to_owned());
                return;
            }
        };
        let uri = asked.arguments.and_then(|arguments| arguments.into_iter().next());
        let Some(uri) = uri.filter(Value::is_string) else {
            self.fail(request.id, ErrorCode::InvalidParams, format!("`{PREVIEW}` takes the address of a text"));
            return;
        };
        if self.projects.agreed.shows.documents {
            self.demand::<lsp::ShowDocumentRequest>(json!({ "uri": uri, "takeFocus": false }));
        }
        (self.send)(Response::new_ok(request.id, ()).into());
    }

    fn fail(&self, id: RequestId, code: ErrorCode, message: String) {
        (self.send)(Response::new_err(id, code as i32, message).into());
    }

    fn answer(&self, request: Request) -> Response {
        let projects = &self.projects;
        Answer(Err(request))
            .on::<lsp::CompletionRequest>(|params| Ok(handlers::complete(projects, &params)))
            .on::<lsp::SignatureHelpRequest>(|params| Ok(handlers::signature(projects, &params)))
            .on::<lsp::HoverRequest>(|params| Ok(handlers::hover(projects, &params)))
            .on::<lsp::DefinitionRequest>(|params| Ok(navigate::definition(projects, &params)))
            .on::<lsp::ReferencesRequest>(|params| Ok(navigate::references(projects, &params)))
            .on::<lsp::DocumentHighlightRequest>(|params| Ok(navigate::highlights(projects, &params)))
            .on::<lsp::CallHierarchyPrepareRequest>(|params| Ok(navigate::called(projects, &params)))
            .on::<lsp::CallHierarchyIncomingCallsRequest>(|params| Ok(navigate::callers(projects, &params)))
            .on::<lsp::CallHierarchyOutgoingCallsRequest>(|params| Ok(navigate::callees(projects, &params)))
            .on::<lsp::TextDocumentContentRequest>(|params| {
                let text = follows::content(projects, &params.uri).ok_or("there is no such text")?;
                Ok(lsp::TextDocumentContentResult { text })
            })
            .on::<lsp::DocumentSymbolRequest>(|params| Ok(handlers::outline(projects, &params.text_document.uri)))
            .on::<lsp::WorkspaceSymbolRequest>(|params| Ok(Some(handlers::things(projects, &params.query))))
            .on::<lsp::CodeActionRequest>(|params| Ok(handlers::mendings(projects, &params)))
            .on::<lsp::DocumentFormattingRequest>(|params| {
                handlers::formatted(projects, &params.text_document.uri, None)
            })
            .on::<lsp::DocumentRangeFormattingRequest>(|params| {
                handlers::formatted(projects, &params.text_document.uri, Some(params.range))
            })
            .on::<lsp::PrepareRenameRequest>(|params| rename::renamable(projects, &params))
            .on::<lsp::RenameRequest>(|params| rename::rename(projects, &params))
            .on::<lsp::FoldingRangeRequest>(|params| Ok(handlers::foldings(projects, &params.text_document.uri)))
            .on::<lsp::SelectionRangeRequest>(|params| Ok(handlers::around(projects, &params)))
            .on::<lsp::InlayHintRequest>(|params| Ok(follows::hints(projects, &params)))
            .on::<lsp::CodeLensRequest>(|params| Ok(follows::lenses(projects, &params)))
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
