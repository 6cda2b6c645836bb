//! The modules that a project uses, those that come with plat and those in folders, each read once.

use super::expand::{Names, Used};
use super::fragment::Fragment;
use super::overlay::Kept;
use super::shelf::Shelf;
use super::workspace::Reading;
use super::{Loader, stdlib};
use crate::diag::{Diagnostic, code};
use crate::model::Name;
use crate::source::{FileId, Sources, Spanned};
use crate::syntax::{Node, Tree};
use std::collections::HashMap;

/// The file that says that a folder is a module.
pub const MODULE_FILE: &str = "plat.module.kdl";

/// A line that uses a module.
#[derive(Clone, Debug)]
pub(super) struct Use {
    /// The module, as it is named.
    pub(super) name: Spanned<Name>,
    /// The line, where it gives something.
    pub(super) line: Option<Kept>,
}

impl Use {
    /// What a `use` node says.
    pub(super) fn of(node: Node<'_>, name: Spanned<Name>, tree: &Tree) -> Self {
        let gives = node.has_block() || node.properties().next().is_some();
        Self { name, line: gives.then(|| Kept::of(tree, node)) }
    }
}

/// The project, or a module that it uses: what is known by names in it is known in it alone.
#[derive(Debug, Default)]
pub(super) struct Unit {
    /// What it is called by who uses it first; nothing for the project.
    pub(super) name: Option<Spanned<Name>>,
    /// Who that is, and the line where it gives something.
    pub(super) user: usize,
    pub(super) line: Option<Kept>,
    /// The modules that it uses.
    pub(super) uses: Vec<usize>,
    /// The folder that paths of its text start at: empty, or without a slash at its end.
    folder: String,
}

/// Reads the modules that are used, and those that they use, each once; gives the project and the modules in folders, the project first and
/// each behind the one that uses it first.
pub(super) fn read(
    shelf: &Shelf<'_>,
    loader: &dyn Loader,
    (sources, reading): (&mut Sources, &mut Reading),
    all: &mut Fragment,
) -> Vec<Unit> {
    let mut units = vec![Unit::default()];
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut embedded = [false; stdlib::MODULES.len()];
    let mut next: Vec<(usize, Use)> = std::mem::take(&mut all.uses).into_iter().map(|one| (0, one)).collect();
    while !next.is_empty() {
        let mut found: Vec<usize> = Vec::new();
        let mut ahead = Vec::new();
        for (user, one) in std::mem::take(&mut next) {
            let Some(folder) = folder_of(&one.name.value, &units[user].folder) else {
                all.diagnostics.extend(gives_to_library(&one));
                found.extend(stdlib::find(&one.name, &mut all.diagnostics));
                continue;
            };
            if let Some(unit) = known.get(&folder).copied() {
                all.diagnostics.extend(given_twice(&one, &units[unit]));
                units[user].uses.push(unit);
                continue;
            }
            let files = match loader.module(&folder) {
                Ok(files) => files,
                Err(error) => {
                    let problem = Diagnostic::error(code::UNKNOWN_MODULE, one.name.span, error.with_cause());
                    all.diagnostics.push(problem.help(format!(
                        "a module is a folder with a `{MODULE_FILE}`, named by its path from here, in the same repository"
                    )));
                    continue;
                }
            };
            let unit = units.len();
            let ids: Vec<FileId> =
                files.into_iter().map(|(name, bytes)| reading.add_of_module(sources, &name, bytes)).collect();
            let names = Names::of(&ids, sources);
            let mut fragment = reading.within(&folder, names, |reading| reading.fragments(&ids, shelf, sources));
            ahead.extend(std::mem::take(&mut fragment.uses).into_iter().map(|one| (unit, one)));
            all.append(apart(fragment, unit, sources));
            known.insert(folder.clone(), unit);
            units[user].uses.push(unit);
            units.push(Unit { name: Some(one.name), user, line: one.line, uses: Vec::new(), folder });
        }
        found.retain(|module| !std::mem::replace(&mut embedded[*module], true));
        found.sort_unstable();
        let add = |module: usize| {
            let (name, text) = stdlib::MODULES[module];
            reading.add(sources, &stdlib::file_name(name), text.into())
        };
        let ids: Vec<FileId> = found.into_iter().map(add).collect();
        if !ids.is_empty() {
            let mut fragment = reading.fragments(&ids, shelf, sources);
            ahead.extend(std::mem::take(&mut fragment.uses).into_iter().map(|one| (0, one)));
            all.append(fragment);
        }
        next = ahead;
    }
    units
}

/// The folder of a module, from that of the project, where a name is a path from another folder.
fn folder_of(name: &str, from: &str) -> Option<String> {
    let is_path = name.starts_with("./") || name.starts_with("../") || !name.contains(':') && name.contains('/');
    if !is_path {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').filter(|part| !part.is_empty()).collect();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// What a module says, of which what is known by names is its own, but for the templates that are not private.
fn apart(mut fragment: Fragment, unit: usize, sources: &Sources) -> Fragment {
    let public: Vec<String> = fragment.used.iter().flat_map(Used::public).map(str::to_owned).collect();
    fragment.used.iter_mut().for_each(|used| used.unit = unit);
    fragment.index = fragment.index.of_module(&|name| public.iter().any(|known| known == name), sources);
    let (place, project) = (fragment.projects.first().map(|project| project.span), &mut fragment.project);
    let misplaced = place
        .map(|span| (span, "project"))
        .or_else(|| project.environments.first().map(|one| (one.span, "environment")))
        .or_else(|| project.externs.asked.first().map(|one| (one.span, "extern")));
    project.name = None;
    project.environments.clear();
    project.externs.asked.clear();
    fragment.projects.clear();
    fragment.is_declared = false;
    fragment.diagnostics.extend(misplaced.map(|(span, word)| {
        let message = format!("`{word}` does not stand in a module");
        let problem = Diagnostic::error(code::MISPLACED_NODE, span, message);
        problem.help("the project that uses the module says it")
    }));
    fragment
}

/// That something is given to a module of the standard library, which takes nothing.
fn gives_to_library(one: &Use) -> Option<Diagnostic> {
    let line = one.line.as_ref().filter(|_| one.name.value.starts_with("std:"))?;
    let place = line.nodes().next()?.head_span();
    let message = format!("`{}` takes no parameters", one.name.value);
    Some(Diagnostic::error(code::SURPLUS_BLOCK, place, message).help("use it without them"))
}

/// That a module which is used already is given something else.
fn given_twice(one: &Use, unit: &Unit) -> Option<Diagnostic> {
    fn said(line: &Option<Kept>) -> Option<String> {
        line.as_ref().and_then(|line| line.nodes().next()).map(|node| node.text().to_owned())
    }
    let first = unit.name.as_ref()?;
    if one.line.is_none() || said(&one.line) == said(&unit.line) {
        return None;
    }
    let message = format!("the module `{}` is used already, and what is given to it is given there", one.name.value);
    let problem = Diagnostic::error(code::DUPLICATE_NAME, one.name.span, message).other(first.span, "it is used here");
    Some(problem.help("a module is there once: what is to be made several times is a template"))
}

/// Whether something stands in the file that says what a module is.
pub(super) fn is_module_file(file: &str) -> bool {
    file.rsplit('/').next() == Some(MODULE_FILE)
}

/// What is wrong with a `module` node that stands elsewhere.
pub(super) fn misplaced(node: Node<'_>) -> Diagnostic {
    let message = format!("`module` stands in the `{MODULE_FILE}` of a module");
    let problem = Diagnostic::error(code::MISPLACED_NODE, node.head_span(), message);
    problem.help("move it there, or take it out: a project is what `project` says")
}

#[cfg(test)]
mod tests;
