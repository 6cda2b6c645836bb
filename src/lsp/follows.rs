//! What follows from the texts: beside and above their lines, and in a text of its own.

use super::initialize::{PLAN, PREVIEW, SCHEME, TEST, TOLD};
use super::projects::{Project, Projects};
use crate::editor::{Lens, Shows};
use crate::model::Address;
use crate::report::manifests_shown;
use gen_lsp_types as lsp;
use lsp::Uri;
use serde_json::json;
use std::collections::BTreeSet;

/// What stands behind the name of a request in such an address.
const ENDING: &str = ".yaml";

/// What is shown beside the lines of a part of a text.
pub(super) fn hints(projects: &Projects<'_>, params: &lsp::InlayHintParams) -> Option<Vec<lsp::InlayHint>> {
    let uri = &params.text_document.uri;
    let opened = projects.opened(uri)?;
    let found = opened.project.snapshot.hints(opened.file).into_iter().map(|hint| lsp::InlayHint {
        position: projects.range(opened.project, uri, hint.line).end,
        label: hint.text.into(),
        kind: None,
        text_edits: None,
        tooltip: None,
        padding_left: Some(true),
        padding_right: None,
        data: None,
    });
    let (from, until) = (params.range.start.line, params.range.end.line);
    Some(found.filter(|hint| (from..=until).contains(&hint.position.line)).collect())
}

/// What is shown above the lines of a text.
pub(super) fn lenses(projects: &Projects<'_>, params: &lsp::CodeLensParams) -> Option<Vec<lsp::CodeLens>> {
    let uri = &params.text_document.uri;
    let opened = projects.opened(uri)?;
    let edited: BTreeSet<&Uri> =
        projects.open_in(opened.project.disk.root()).into_iter().filter(|uri| projects.is_edited(uri)).collect();
    let before = edited.contains(uri).then(|| (&*opened.document.saved, edited.len() == 1));
    let found = opened.project.snapshot.lenses(opened.file, before).into_iter();
    Some(found.map(|lens| of_lens(projects, opened.project, uri, lens)).collect())
}

fn of_lens(projects: &Projects<'_>, project: &Project, uri: &Uri, lens: Lens) -> lsp::CodeLens {
    let Lens { line, text, shows } = lens;
    let range = projects.range(project, uri, line);
    let folder = || Uri::from_file_path(project.disk.root()).ok().map(|folder| json!(folder));
    let command = |command: &str, argument| lsp::Command {
        title: text.clone(),
        tooltip: None,
        command: command.to_owned(),
        arguments: Some(vec![argument]),
    };
    let agreed = projects.agreed;
    let command = match shows {
        Some(Shows::Files(request)) if agreed.shows.documents => {
            address(project, &request).map(|uri| command(PREVIEW, json!(uri)))
        }
        Some(Shows::Tests) if agreed.shows.tests => folder().map(|folder| command(TEST, folder)),
        Some(Shows::Plan) if agreed.shows.plans => folder().map(|folder| command(PLAN, folder)),
        _ => None,
    };
    let alone = lsp::Command { title: text.clone(), command: TOLD.to_owned(), ..lsp::Command::default() };
    lsp::CodeLens { range, command: Some(command.unwrap_or(alone)), data: None }
}

/// The address of a text that holds the files of a request: below that of the project's folder.
fn address(project: &Project, request: &Address) -> Option<Uri> {
    let path = project.disk.root().join(format!("{request}{ENDING}"));
    let of_file = Uri::from_file_path(path).ok()?.to_string();
    of_file.strip_prefix("file").and_then(|rest| format!("{SCHEME}{rest}").parse().ok())
}

/// The text of such an address: the files that the request comes to, as its text is now.
pub(super) fn content(projects: &Projects<'_>, uri: &Uri) -> Option<String> {
    let path = uri.to_string().strip_prefix(SCHEME).map(|rest| format!("file{rest}"))?;
    let path = path.parse::<Uri>().ok()?.to_file_path().ok()?;
    let (project, request) = projects.all.values().find_map(|project| {
        let name = path.strip_prefix(project.disk.root()).ok()?.to_str()?.strip_suffix(ENDING)?;
        Some((project, Address::parse(name)?))
    })?;
    let loaded = &project.snapshot.loaded;
    if loaded.diagnostics.has_errors() {
        return Some("# The project has errors: what it comes to is known when there are none.\n".to_owned());
    }
    let files: Vec<_> = loaded.placed.iter().filter(|file| file.request == request).collect();
    if files.is_empty() {
        return Some(format!("# {request} comes to no file.\n"));
    }
    // A document each.
    let documents: Vec<String> = files.iter().map(|file| manifests_shown(&[*file])).collect();
    Some(documents.join("---\n"))
}
