use super::expand::{Names, Text};
use super::fragment::Fragment;
use super::overlay::Targets;
use super::shelf::Shelf;
use super::text::{Lowered, Parsed, fragment};
use super::{LoadError, Loader, Resolved, read};
use crate::diag::Diagnostics;
use crate::source::{FileId, SourceFile, Sources};
use crate::syntax::{Tree, parse};
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// The files of a project as they were read last, each with what it says: whoever reads the project again and again parses and lowers
/// only what has changed. A project that is read so is the same as one that is read anew.
///
/// What a file says has places in it, which count its files: where one is added or goes, those behind it are lowered anew, once.
#[derive(Debug, Default)]
pub struct Workspace {
    /// By their numbers.
    kept: Vec<Kept>,
    /// The names that they knew values by, of the project and of each module by its folder, and the declarations that were changed.
    names: HashMap<String, Arc<Names>>,
    targets: Targets,
    lowered: usize,
    tells_all: bool,
}

#[derive(Clone, Debug)]
struct Kept {
    file: SourceFile,
    /// What it says; nothing where that depends on other files too, which `files` steps take.
    fragment: Option<Arc<Fragment>>,
    /// The names that it was read with.
    names: Arc<Names>,
}

impl Kept {
    fn is(&self, name: &str, bytes: &[u8]) -> bool {
        self.file.name == name && self.file.invalid_utf8.is_none() && self.file.text.as_bytes() == bytes
    }

    /// Whether the file says the same where other declarations are changed.
    fn is_the_same_for(&self, targets: &Targets) -> bool {
        let is_whole = |one: &Fragment| one.broken.is_empty() && one.diagnostics.is_empty();
        let is_as_it_stands = |one: &Fragment| one.aside.is_empty() && one.overlays.is_empty();
        let leaves = |one: &Fragment| !Targets::may_be_in(&self.file.text) && targets.leave(&one.project);
        self.fragment.as_ref().is_some_and(|one| is_whole(one) && is_as_it_stands(one) && leaves(one))
    }
}

impl Workspace {
    /// Loads and lowers a whole project. What it has in common with the one before costs a copy.
    ///
    /// # Errors
    /// Where a file cannot be read, or there is none. What users wrote wrong is a diagnostic of the result.
    pub fn resolve(&mut self, loader: &dyn Loader) -> Result<Resolved, LoadError> {
        let before = std::mem::take(&mut self.kept);
        let (names, targets) = (std::mem::take(&mut self.names), std::mem::take(&mut self.targets));
        let (known, names) = (names, Arc::default());
        let mut reading = Reading { before, after: Some(Vec::new()), known, names, targets, ..Reading::default() };
        let resolved = read(loader, &mut reading);
        self.lowered += reading.lowered;
        self.names = reading.met;
        self.targets = reading.targets;
        self.kept = reading.after.unwrap_or_default();
        resolved
    }

    /// One for another reading of the same files, such as that of another environment: what it has in common with the last one is shared.
    #[must_use]
    pub fn another(&self) -> Self {
        let (kept, names, targets) = (self.kept.clone(), self.names.clone(), self.targets.clone());
        Self { kept, names, targets, lowered: 0, tells_all: self.tells_all }
    }

    /// One for whoever mends all of the problems, however many there are.
    pub fn telling_all() -> Self {
        Self { tells_all: true, ..Self::default() }
    }

    /// Whether its problems are all told, and not only as many as somebody reads.
    pub fn tells_all(&self) -> bool {
        self.tells_all
    }

    /// How many texts were parsed and lowered so far.
    pub fn lowered(&self) -> usize {
        self.lowered
    }
}

/// One reading of a project.
#[derive(Default)]
pub(super) struct Reading {
    before: Vec<Kept>,
    /// What is kept of it; nothing where nobody reads the project again.
    after: Option<Vec<Kept>>,
    lowered: usize,
    /// The names of the last time.
    known: HashMap<String, Arc<Names>>,
    /// Those of this time.
    met: HashMap<String, Arc<Names>>,
    /// The names that the files which are read know values by.
    names: Arc<Names>,
    /// The declarations that are changed when all is known.
    targets: Targets,
    /// The trees of texts that are lowered next, as far as they are known, each with its problems.
    trees: HashMap<FileId, Parsed>,
}

impl Reading {
    /// Whether somebody reads the project again and again.
    pub(super) fn is_again(&self) -> bool {
        self.after.is_some()
    }

    /// Adds a file to the texts: the one that was there before, where it is the same.
    pub(super) fn add(&self, sources: &mut Sources, name: &str, bytes: Vec<u8>) -> FileId {
        let known = self.before.get(sources.iter().len()).filter(|kept| kept.is(name, &bytes));
        sources.add(known.map_or_else(|| SourceFile::new(name, bytes), |kept| kept.file.clone()))
    }

    /// Parses those files of which something has to be known before any is lowered, in parallel.
    pub(super) fn read_ahead(&mut self, ids: &[FileId], sources: &Sources, is_asked: impl Fn(&str) -> bool + Sync) {
        let asked = ids.par_iter().map(|id| (*id, &sources.file(*id).text)).filter(|(_, text)| is_asked(text));
        let parsed: Vec<_> = asked.map(|(id, text)| (id, parse(id, text))).collect();
        self.trees.extend(parsed);
    }

    /// The trees of those files that were parsed ahead.
    pub(super) fn trees(&self, ids: &[FileId]) -> impl Iterator<Item = &Tree> {
        ids.iter().filter_map(|id| Some(&self.trees.get(id)?.0))
    }

    /// Says by which names all files of the project know values, and which declarations are changed when all is known.
    pub(super) fn know(&mut self, names: Names, targets: Targets) {
        if self.targets != targets {
            let changed = self.before.iter_mut().filter(|kept| !kept.is_the_same_for(&targets));
            changed.for_each(|kept| kept.fragment = None);
            self.targets = targets;
        }
        self.names = self.same("", names);
    }

    /// Does something with files that know values by other names: those of a module in a folder.
    pub(super) fn within<T>(&mut self, folder: &str, names: Names, read: impl FnOnce(&mut Self) -> T) -> T {
        let inner = self.same(folder, names);
        let outer = std::mem::replace(&mut self.names, inner);
        let done = read(self);
        self.names = outer;
        done
    }

    /// Names that are the same ones as the last time where they are alike: what a file said with others, it may say no more.
    fn same(&mut self, folder: &str, names: Names) -> Arc<Names> {
        let known = self.known.get(folder).filter(|known| ***known == names).cloned();
        let names = known.unwrap_or_else(|| names.into());
        self.met.insert(folder.to_owned(), names.clone());
        names
    }

    /// What texts say in which all is changed that is to be.
    pub(super) fn last(&mut self, ids: &[FileId], shelf: &Shelf<'_>, sources: &Sources) -> Fragment {
        let targets = std::mem::take(&mut self.targets);
        let fragment = self.fragments(ids, shelf, sources);
        self.targets = targets;
        fragment
    }

    /// Those names.
    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    /// The same of a file of a module.
    pub(super) fn add_of_module(&self, sources: &mut Sources, name: &str, bytes: Vec<u8>) -> FileId {
        let known = self.before.get(sources.iter().len()).filter(|kept| kept.is(name, &bytes));
        sources.add(known.map_or_else(|| SourceFile::new(name, bytes).of_module(), |kept| kept.file.clone()))
    }

    /// Adds a text that was made, with the name of the file that asked for it.
    pub(super) fn add_made(&mut self, sources: &mut Sources, made: Text) -> FileId {
        let Text { asking, text, making, tree } = made;
        let name = sources.file(asking).name.clone();
        let known = self.before.get(sources.iter().len()).filter(|kept| kept.is(&name, text.as_bytes()));
        let file = known.map_or_else(|| SourceFile::new(name, text.into_bytes()), |kept| kept.file.clone());
        let id = sources.add(file.made_by(making.into()));
        self.trees.extend(tree.map(|tree| {
            let tree = tree.of(id, &sources.file(id).text);
            debug_assert!(tree.is_as_read(), "{}", tree.text());
            (id, (tree, Diagnostics::default()))
        }));
        id
    }

    /// Adds a file of data. What its rows say depends on what asks for them, and is read anew each time.
    pub(super) fn add_data(&mut self, sources: &mut Sources, name: &str, bytes: Vec<u8>) -> FileId {
        let known = self.before.get(sources.iter().len()).filter(|kept| kept.file.is_data() && kept.is(name, &bytes));
        let id = sources.add(known.map_or_else(|| SourceFile::new(name, bytes).of_data(), |kept| kept.file.clone()));
        self.keep(id, sources);
        id
    }

    /// Keeps the place of a text that says nothing by itself.
    pub(super) fn keep(&mut self, id: FileId, sources: &Sources) {
        if let Some(after) = &mut self.after {
            after.push(Kept { file: sources.file(id).clone(), fragment: None, names: self.names.clone() });
        }
    }

    /// What files say, in their order. All that is not known is lowered in parallel.
    pub(super) fn fragments(&mut self, ids: &[FileId], shelf: &Shelf<'_>, sources: &Sources) -> Fragment {
        let read: Vec<_> = ids.iter().map(|id| (*id, self.trees.remove(id))).collect();
        let all: Vec<(Lowered, bool)> = read
            .into_par_iter()
            .map(|(id, tree)| match self.known(id, sources) {
                Some(fragment) => (Lowered { fragment: (**fragment).clone(), is_lone: true }, true),
                None => (fragment((id, tree), shelf, sources, (&self.names, &self.targets)), false),
            })
            .collect();
        let mut whole = Fragment::default();
        // There are many, and room for twice as many would stay with the project.
        let entities = all.iter().map(|(lowered, _)| lowered.fragment.project.entities.len()).sum();
        whole.project.entities.reserve_exact(entities);
        for (id, (Lowered { fragment, is_lone }, is_known)) in ids.iter().zip(all) {
            self.lowered += usize::from(!is_known);
            if let Some(after) = &mut self.after {
                let known =
                    self.before.get_mut(id.0 as usize).filter(|_| is_known).and_then(|kept| kept.fragment.take());
                let fragment = known.or_else(|| is_lone.then(|| fragment.clone().into()));
                after.push(Kept { file: sources.file(*id).clone(), fragment, names: self.names.clone() });
            }
            whole.append(fragment);
        }
        whole
    }

    fn known(&self, id: FileId, sources: &Sources) -> Option<&Arc<Fragment>> {
        let kept = self.before.get(id.0 as usize)?;
        // The text is shared with that of a file that was the same.
        let is_same = Arc::ptr_eq(&kept.names, &self.names) && Arc::ptr_eq(&kept.file.text, &sources.file(id).text);
        kept.fragment.as_ref().filter(|_| is_same)
    }
}
