//! A project in each of its environments: all of its problems in one run, each told once.

use super::Ending;
use crate::diag::{Diagnostic, Diagnostics};
use crate::model::Name;
use crate::resolve::{LoadError, Loader, Workspace};
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::workspace::{Loaded, Progress, load_watched, project_file};
use std::collections::{BTreeMap, HashMap};

/// The environments that a project declares, in their order, as far as its file can be read: whoever reads the project says why it cannot.
pub fn environments(loader: &dyn Loader) -> Vec<Name> {
    let read = project_file(loader).map(|read| read.project.environments).unwrap_or_default();
    read.into_iter().map(|one| one.name.value).collect()
}

/// A project in the environment that is asked for, or else in each that it has, as [`Everywhere::judged`] has it, for whoever reads it once.
///
/// # Errors
/// Where a file cannot be read.
pub fn judged(loader: &dyn Loader, now: i64, progress: &dyn Progress) -> Result<(Loaded, Ending), LoadError> {
    if asked(loader).is_empty() {
        return Ok(load_watched(loader, progress)?.judged(now));
    }
    Everywhere::default().judged(loader, now, progress)
}

/// The environments that a project is read in; nothing where it is read in one, or has none.
fn asked(loader: &dyn Loader) -> Vec<Name> {
    if loader.environment().is_some() { Vec::new() } else { environments(loader) }
}

/// A project as it was read last in each of its environments.
#[derive(Debug, Default)]
pub struct Everywhere {
    workspaces: BTreeMap<Option<Name>, Workspace>,
}

impl Everywhere {
    /// The project in the environment that is asked for, or else in each that it has: with every problem, what breaks its policies at `now`
    /// (seconds since 1970, UTC) beside them, and what that comes to.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn judged(
        &mut self,
        loader: &dyn Loader,
        now: i64,
        progress: &dyn Progress,
    ) -> Result<(Loaded, Ending), LoadError> {
        Ok(merged(&mut self.read(loader, now, progress)?))
    }

    /// The same, and what the project is in each of its environments but the first, as far as nothing is wrong with it there.
    ///
    /// # Errors
    /// As [`Everywhere::judged`].
    pub fn judged_apart(
        &mut self,
        loader: &dyn Loader,
        now: i64,
        progress: &dyn Progress,
    ) -> Result<(Loaded, Vec<(Name, Loaded)>), LoadError> {
        let mut read = self.read(loader, now, progress)?;
        let is_sound: Vec<bool> = read.iter().map(|(_, loaded, _)| !loaded.diagnostics.has_errors()).collect();
        let (whole, _) = merged(&mut read);
        let others = read.into_iter().zip(is_sound).skip(1).filter(|(_, is_sound)| *is_sound);
        Ok((whole, others.filter_map(|((name, loaded, _), _)| Some((name?, loaded))).collect()))
    }

    /// It in each environment that it is read in; in none, where it has none.
    fn read(&mut self, loader: &dyn Loader, now: i64, progress: &dyn Progress) -> Result<Vec<Read>, LoadError> {
        let all = asked(loader);
        if all.is_empty() {
            let (loaded, ending) = self.workspaces.entry(None).or_default().load(loader, progress)?.judged(now);
            return Ok(vec![(None, loaded, ending)]);
        }
        let mut read = Vec::with_capacity(all.len());
        let mut last: Option<Name> = None;
        for name in all {
            // What does not depend on the environment is read once for all.
            let known = last.replace(name.clone()).filter(|_| !self.workspaces.contains_key(&Some(name.clone())));
            let known = known.and_then(|last| Some(self.workspaces.get(&Some(last))?.another()));
            let workspace = self.workspaces.entry(Some(name.clone())).or_insert_with(|| known.unwrap_or_default());
            let (loaded, ending) = workspace.load(&In { loader, environment: &name }, progress)?.judged(now);
            read.push((Some(name), loaded, ending));
        }
        Ok(read)
    }
}

/// A project as it was read in an environment, or in none, and what that comes to.
type Read = (Option<Name>, Loaded, Ending);

/// A project in one of its environments.
pub(super) struct In<'l> {
    pub(super) loader: &'l dyn Loader,
    pub(super) environment: &'l str,
}

impl Loader for In<'_> {
    fn below(&self) -> Option<&dyn Loader> {
        Some(self.loader)
    }

    fn environment(&self) -> Option<String> {
        Some(self.environment.to_owned())
    }
}

/// What was read in several environments, as one: the first of them, with the problems of all. What is wrong in some alone says in which.
fn merged(read: &mut [Read]) -> (Loaded, Ending) {
    if let [(_, loaded, ending)] = read {
        return (std::mem::take(loaded), *ending);
    }
    let count = read.len();
    let mut told: Vec<(Diagnostic, Vec<Name>)> = Vec::new();
    let mut places: HashMap<(&str, Span, String), usize> = HashMap::new();
    let (mut whole, mut worst) = (Loaded::default(), Ending::Success);
    for (index, (name, loaded, ending)) in read.iter_mut().enumerate() {
        let found = std::mem::take(&mut loaded.diagnostics);
        // What breaks a policy is told where it was made.
        let found: Vec<Diagnostic> =
            found.iter().map(|one| one.moved(&|span| loaded.sources.written(span).span)).collect();
        let files = if index == 0 { None } else { Some(taken_in(&mut whole.sources, &loaded.sources)) };
        worst = worst.worse(*ending);
        if index == 0 {
            whole = std::mem::take(loaded);
        } else {
            whole.files.extend(std::mem::take(&mut loaded.files));
            whole.folders.extend(std::mem::take(&mut loaded.folders));
        }
        for one in found {
            let place = |span: Span| {
                let file = files.as_ref().and_then(|files| files.get(&span.file)).copied();
                Span { file: file.unwrap_or(span.file), ..span }
            };
            let one = one.moved(&place);
            let key = (one.code.id, one.primary.span(), one.message.clone());
            let next = told.len();
            match *places.entry(key).or_insert(next) {
                known if known < next => told[known].1.extend(name.clone()),
                _ => told.push((one, name.clone().into_iter().collect())),
            }
        }
    }
    let mut diagnostics = Diagnostics::default();
    diagnostics.extend(told.into_iter().map(|(one, names)| {
        if names.len() == count {
            return one;
        }
        let names = names.iter().map(|name| &**name).collect::<Vec<_>>().join(" and ");
        Diagnostic { message: format!("{} (in {names})", one.message), ..one }
    }));
    (Loaded { diagnostics: diagnostics.sorted(), ..whole }, worst)
}

/// Where each file of some texts that somebody wrote is in others, to which those are added that are not among them.
fn taken_in(whole: &mut Sources, more: &Sources) -> HashMap<FileId, FileId> {
    let known: HashMap<String, FileId> = whole.of_people().map(|(id, file)| (file.name.clone(), id)).collect();
    let place = |(id, file): (FileId, &SourceFile)| {
        (id, known.get(&file.name).copied().unwrap_or_else(|| whole.add(file.clone())))
    };
    more.of_people().map(place).collect()
}
