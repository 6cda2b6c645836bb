//! The modules that a project uses, those that come with plat and those in folders, each read once.

use super::expand::{Names, Used};
use super::fragment::Fragment;
use super::overlay::Kept;
use super::shelf::Shelf;
use super::unit::{MODULE_FILE, Place, Unit, Use};
use super::workspace::Reading;
use super::{Loader, MemoryLoader, stdlib};
use crate::diag::{Diagnostic, code};
use crate::model::{GitModule, Name, Project, contents_digest};
use crate::source::{FileId, Sources, Spanned};
use crate::syntax::Node;
use std::collections::HashMap;
use std::sync::Arc;

/// The texts of a module, each with what it is called. What else is in its folder is put onto the shelf, where it is not in the project's.
fn texts(
    place: &Place,
    name: &Spanned<Name>,
    (shelf, loader): (&Shelf<'_>, &dyn Loader),
    project: &Project,
) -> Result<Texts, Diagnostic> {
    match place {
        Place::Folder(folder) => {
            let is_outside = folder.starts_with("..");
            let files = if is_outside { loader.files_of_module(folder).map(Some) } else { Ok(None) };
            let files = files.map(|files| files.into_iter().for_each(|files| shelf.add(folder, files)));
            files.and_then(|()| loader.module(folder)).map_err(|error| {
                let problem = Diagnostic::error(code::UNKNOWN_MODULE, name.span, error.with_cause());
                problem.help(format!(
                    "a module is a folder with a `{MODULE_FILE}`, named by its path from here, in the same repository"
                ))
            })
        }
        Place::Git(git) => locked_texts(git, name, (shelf, loader), project),
    }
}

/// Texts by what they are called.
type Texts = Vec<(String, Vec<u8>)>;

/// The texts of a module at the state that is locked.
fn locked_texts(
    git: &GitModule,
    name: &Spanned<Name>,
    (shelf, loader): (&Shelf<'_>, &dyn Loader),
    project: &Project,
) -> Result<Texts, Diagnostic> {
    let asked = git.to_string();
    let problem = |message: String| Diagnostic::error(code::MODULE_NOT_LOCKED, name.span, message);
    let Some(locked) = project.locked.iter().find(|one| *one.module.value == *asked) else {
        let message = format!("`{asked}` is not locked to a commit");
        return Err(problem(message).help("`plat update` looks for it, and writes `plat.lock.kdl`"));
    };
    let files = loader.locked(&locked.digest, locked.vendored.as_deref()).map_err(|error| {
        let problem = problem(format!("the module cannot be read: {}", error.with_cause()));
        let problem = problem.other(locked.span, "it is locked here");
        problem.help("a command gets what is locked where the repository can be reached; `plat vendor` puts a copy into the project")
    })?;
    let digest = contents_digest(files.iter().map(|(name, content)| (&**name, &**content)));
    if digest != *locked.digest {
        let problem = problem("the files of the module are not what was locked".to_owned());
        let problem = problem.other(locked.span, "it is locked here");
        return Err(problem.help(
            "what was changed in a copy belongs into the module's repository: `plat vendor` makes the copy anew",
        ));
    }
    if !files.iter().any(|(name, _)| name == MODULE_FILE) {
        return Err(problem(format!("there is no `{MODULE_FILE}` in the folder of the module"))
            .help("name the folder of a module"));
    }
    let shown = locked.vendored.as_ref().map_or_else(|| git.shown(), ToString::to_string);
    let (texts, others): (Texts, Texts) = files.into_iter().partition(|(name, _)| is_text(name));
    shelf.add(&shown, Arc::new(MemoryLoader::new(others)));
    Ok(texts.into_iter().map(|(name, content)| (format!("{shown}/{name}"), content)).collect())
}

/// Whether a file is one of KDL that belongs to a module, by its name.
fn is_text(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ending == "kdl")
}

/// What the texts of a module say.
fn lowered(
    key: &str,
    texts: Vec<(String, Vec<u8>)>,
    shelf: &Shelf<'_>,
    (sources, reading): (&mut Sources, &mut Reading),
) -> Fragment {
    let ids: Vec<FileId> =
        texts.into_iter().map(|(name, bytes)| reading.add_of_module(sources, &name, bytes)).collect();
    reading.read_ahead(&ids, sources, Names::may_be_in);
    let names = Names::of(reading.trees(&ids));
    reading.within(key, names, |reading| reading.fragments(&ids, shelf, sources))
}

/// Reads the modules that are used, and those that they use, each once; gives the project and the modules but those that come with plat, the
/// project first and each behind the one that uses it first.
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
            let place = match Place::of(&one.name, &units[user].place) {
                Some(Ok(place)) => place,
                Some(Err(problem)) => {
                    all.diagnostics.push(problem);
                    continue;
                }
                None => {
                    all.diagnostics.extend(gives_to_library(&one));
                    found.extend(stdlib::find(&one.name, &mut all.diagnostics));
                    continue;
                }
            };
            let key = place.key();
            let same = || units.iter().skip(1).position(|unit| unit.place.is(&place)).map(|index| index + 1);
            if let Some(unit) = known.get(&key).copied().or_else(same) {
                all.diagnostics.extend(given_twice(&one, &units[unit]));
                units[user].uses.push(unit);
                continue;
            }
            if matches!(place, Place::Git(_)) {
                all.project.modules.push(key.as_str().into());
            }
            let unit = units.len();
            known.insert(key.clone(), unit);
            units[user].uses.push(unit);
            let read = texts(&place, &one.name, (shelf, loader), &all.project).unwrap_or_else(|problem| {
                all.diagnostics.push(problem);
                // What it would declare is missed nowhere.
                all.unread.extend(one.name.span.text());
                Vec::new()
            });
            units.push(Unit { name: Some(one.name), user, line: one.line, uses: Vec::new(), place });
            let mut fragment = lowered(&key, read, shelf, (sources, reading));
            if matches!(units[unit].place, Place::Git(_)) {
                // They are run where the module is made.
                fragment.project.tests.clear();
            }
            ahead.extend(std::mem::take(&mut fragment.uses).into_iter().map(|one| (unit, one)));
            all.append(apart(fragment, unit, sources));
        }
        found.retain(|module| !std::mem::replace(&mut embedded[*module], true));
        found.sort_unstable();
        let ids: Vec<FileId> = found.into_iter().map(|module| embed(module, sources, reading)).collect();
        if !ids.is_empty() {
            let mut fragment = reading.fragments(&ids, shelf, sources);
            ahead.extend(std::mem::take(&mut fragment.uses).into_iter().map(|one| (0, one)));
            all.append(fragment);
        }
        next = ahead;
    }
    units
}

/// Adds the text of a module that comes with plat.
fn embed(module: usize, sources: &mut Sources, reading: &Reading) -> FileId {
    let (name, text) = stdlib::MODULES[module];
    reading.add(sources, &stdlib::file_name(name), stdlib::declarations(text).into())
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
    project.locked.clear();
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
    fn said(line: Option<&Kept>) -> Option<&str> {
        line.and_then(|line| line.nodes().next()).map(Node::text)
    }
    let first = unit.name.as_ref()?;
    if one.line.is_none() || said(one.line.as_ref()) == said(unit.line.as_ref()) {
        return None;
    }
    let message = format!("the module `{}` is used already, and what is given to it is given there", one.name.value);
    let problem = Diagnostic::error(code::DUPLICATE_NAME, one.name.span, message).other(first.span, "it is used here");
    Some(problem.help("a module is there once: what is to be made several times is a template"))
}

#[cfg(test)]
mod tests;
