//! What a project uses of others is of use to it: its requests can be rendered and delivered here.

use crate::diag::{Diagnostic, code};
use crate::model::{Extern, Kind, Location, Project, Promise, StateStore};
use crate::source::Origin;

/// The promises of others that take files of their own folder, where they are asked for something; and the state stores of others with
/// an address that starts at their own folder.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let externs = &project.externs;
    if externs.file.is_none() {
        return Vec::new();
    }
    let mut problems = Vec::new();
    for request in &project.requests {
        let promise = project.promise(&request.promise.value).filter(|promise| externs.holds(promise.span));
        let Some(files) = promise.and_then(Promise::takes_files) else { continue };
        let name = &request.promise.value;
        let message = format!("the promise `{name}` of another project delivers files of its own folder");
        let problem = Diagnostic::error(code::EXTERN_FILES, request.promise.span, message);
        let help = "the catalog holds files of promises that are text of at most 256 KiB; whoever owns this one can deliver less, or write `resource` steps";
        problems.push(problem.other(files, "these files").help(help));
    }
    for store in project.stores.iter().filter(|store| externs.holds(store.span)) {
        let url = &*store.git.url.value;
        let is_relative = matches!(Location::parse(url), Ok(Location::Folder(path)) if !path.starts_with('/'));
        let Some(line) = line_of(&externs.asked, store).filter(|_| is_relative) else { continue };
        let name = &store.name.value;
        let message = format!("the state store `{name}` of another project has an address that starts at its folder");
        let problem = Diagnostic::error(code::EXTERN_PLACE, line, message).other(store.git.url.span, "this address");
        problems.push(problem.help("whoever owns the state store gives it an address that all can reach"));
    }
    problems
}

/// The line that brings a state store: the one that asks for it, or else for a promise that is delivered to it.
fn line_of(asked: &[Extern], store: &StateStore) -> Option<Origin> {
    let is_store = |one: &&Extern| one.what.names(&store.address());
    let line = asked.iter().find(is_store).or_else(|| asked.iter().find(|one| one.what.brings(Kind::Promise)));
    line.or(asked.first()).map(|one| one.span)
}
