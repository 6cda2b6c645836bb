use super::{
    Commit, ContentId, FileChange, FileState, Observed, Obstacle, ObstacleKind, Outstanding, Proposal, Receipt, Store,
    StoreError,
};
use crate::model::{Holding, Lease, Leased, branch_fault, held_path_fault};
use git2::{ObjectType, Oid};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

/// A state store that lives as long as its values do: nothing of it is on a disk or a network. Its contents have the identities
/// that Git gives them.
#[derive(Clone, Debug)]
pub struct Memory {
    name: String,
    project: String,
    branch: String,
    state: Rc<RefCell<State>>,
    /// What there was when the store was last observed: its files, and those that the project owned.
    observed: (Rc<Files>, Files),
}

type Files = BTreeMap<String, Arc<[u8]>>;

#[derive(Clone, Debug, Default)]
struct State {
    files: Rc<Files>,
    /// What each project last wrote, by project.
    inventories: BTreeMap<String, Files>,
    /// What each project delivered, by project.
    holdings: BTreeMap<String, Vec<Holding>>,
    leases: BTreeMap<String, Lease>,
    /// The commits of the branch, the oldest first.
    log: Vec<(Oid, String)>,
    /// The proposals, by branch.
    proposals: BTreeMap<String, (Oid, Rc<Files>)>,
}

impl Memory {
    /// An empty store of a name, opened for a project at a branch.
    pub fn new(name: &str, project: &str, branch: &str) -> Self {
        Self {
            name: name.to_owned(),
            project: project.to_owned(),
            branch: branch.to_owned(),
            state: Rc::default(),
            observed: Default::default(),
        }
    }

    /// The same store, opened for another project.
    #[must_use]
    pub fn of_project(&self, project: &str) -> Self {
        Self { project: project.to_owned(), observed: Default::default(), ..self.clone() }
    }

    /// The changes in the order of their paths, each path once.
    fn sorted<'c>(&self, commit: &'c Commit) -> Result<Vec<&'c FileChange>, StoreError> {
        let mut seen = BTreeSet::new();
        for change in &commit.changes {
            let fault = if seen.insert(&change.path) { change.fault() } else { Some("it is given twice") };
            if let Some(reason) = fault {
                return Err(StoreError::Path { store: self.name.clone(), path: change.path.clone(), reason });
            }
        }
        let mut changes: Vec<&FileChange> = commit.changes.iter().collect();
        changes.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(changes)
    }

    /// The files after guarded changes, with how many of them changed.
    fn changed(&self, files: &Rc<Files>, changes: &[&FileChange]) -> Result<(Rc<Files>, usize), StoreError> {
        let conflict = |path: &str| StoreError::Conflict { store: self.name.clone(), path: path.to_owned() };
        let mut due = Vec::new();
        for change in changes {
            let live = files.get(&change.path).map(|content| content_id(content));
            if live == change.after.as_deref().map(content_id) {
                continue;
            }
            if live != change.before {
                return Err(conflict(&change.path));
            }
            due.push(*change);
        }
        if due.is_empty() {
            return Ok((Rc::clone(files), 0));
        }
        let mut next = Files::clone(files);
        // Removals come first, so that a file can take the place of a folder and the other way round.
        for change in &due {
            match (&change.after, &change.replaces, in_the_way(files, &change.path)) {
                (None, _, _) => drop(next.remove(&change.path)),
                (Some(_), Some(replaced), Some((path, kind))) if replaced.path == path => {
                    let inside = inside(files, &path);
                    if identity(&path, kind, &inside) == replaced.id {
                        for (path, _) in inside {
                            next.remove(path);
                        }
                    }
                }
                (Some(_), _, _) => {}
            }
        }
        for change in &due {
            let Some(content) = &change.after else { continue };
            if let Some((obstacle, _)) = in_the_way(&next, &change.path) {
                return Err(StoreError::Obstructed { store: self.name.clone(), path: change.path.clone(), obstacle });
            }
            next.insert(change.path.clone(), Arc::clone(content));
        }
        Ok((Rc::new(next), due.len()))
    }
}

impl State {
    /// Keeps the inventory: it is ours, so that what is in the way of a file goes.
    fn record(&mut self, project: &str, change: &FileChange) {
        if let Some(other) = &change.taken_from {
            self.inventories.get_mut(other).map(|files| files.remove(&change.path));
            let holdings = self.holdings.entry(other.clone()).or_default();
            for holding in holdings.iter_mut() {
                holding.files.remove(&change.path);
            }
            holdings.retain(|holding| !holding.files.is_empty());
        }
        let own = self.inventories.entry(project.to_owned()).or_default();
        match change.after.as_ref().filter(|_| change.owned) {
            Some(content) => {
                let inner: Vec<String> = below(own, &change.path).map(|(path, _)| path.clone()).collect();
                for path in inner.into_iter().chain(blocked(own, &change.path)) {
                    own.remove(&path);
                }
                own.insert(change.path.clone(), Arc::clone(content));
            }
            None => drop(own.remove(&change.path)),
        }
    }

    /// Another project that owns one of some files.
    fn other_owner(&self, project: &str, paths: &[&String]) -> Option<String> {
        let mut others = self.inventories.iter().filter(|(other, _)| *other != project);
        let owns = |files: &Files| paths.iter().any(|path| files.contains_key(*path));
        others.find(|(_, files)| owns(files)).map(|(other, _)| other.clone())
    }

    /// Makes a commit the branch's tip.
    fn advance(&mut self, files: Rc<Files>, message: &str) -> Oid {
        let revision = self.revision(message);
        self.files = files;
        self.log.push((revision, message.to_owned()));
        revision
    }

    fn revision(&self, message: &str) -> Oid {
        let parent = self.log.last().map(|(parent, _)| parent.to_string()).unwrap_or_default();
        object(format!("{parent} {} {message}", self.log.len()).as_bytes())
    }
}

/// What stands in the way of a file: a folder at its place, or a file at that of one of its folders.
fn in_the_way(files: &Files, path: &str) -> Option<(String, ObstacleKind)> {
    match blocked(files, path) {
        Some(file) => Some((file, ObstacleKind::File)),
        None => below(files, path).next().map(|_| (path.to_owned(), ObstacleKind::Folder)),
    }
}

/// What is at a path, or in a folder there.
fn inside<'f>(files: &'f Files, path: &str) -> Vec<(&'f String, &'f Arc<[u8]>)> {
    files.get_key_value(path).into_iter().chain(below(files, path)).collect()
}

/// The identity of what stands in the way of a file.
fn identity(path: &str, kind: ObstacleKind, inside: &[(&String, &Arc<[u8]>)]) -> ContentId {
    let lines = inside.iter().map(|(path, content)| format!("{path} {}\n", object(content)));
    ContentId(format!("{}:{}", kind.word(), object(format!("{path}\n{}", lines.collect::<String>()).as_bytes())).into())
}

/// The files in a folder.
fn below<'f>(files: &'f Files, folder: &str) -> impl Iterator<Item = (&'f String, &'f Arc<[u8]>)> {
    let prefix = format!("{folder}/");
    files.range(prefix.clone()..).take_while(move |(path, _)| path.starts_with(&prefix))
}

/// The file that stands where a folder of a path should be.
fn blocked(files: &Files, path: &str) -> Option<String> {
    let mut folders = path.match_indices('/').map(|(end, _)| &path[..end]);
    folders.find(|folder| files.contains_key(*folder)).map(ToOwned::to_owned)
}

/// Git's identity of a blob.
fn object(content: &[u8]) -> Oid {
    // A hash in memory cannot fail; an identity that no file has would be the safe answer if it did.
    Oid::hash_object(ObjectType::Blob, content).unwrap_or(Oid::ZERO_SHA1)
}

fn content_id(content: &[u8]) -> ContentId {
    ContentId(object(content).to_string().into())
}

impl Store for Memory {
    fn look(&mut self) -> Result<Arc<[Holding]>, StoreError> {
        Ok(self.state.borrow().holdings.get(&self.project).cloned().unwrap_or_default().into())
    }

    fn holdings_of(&self, project: &str) -> Result<Vec<Holding>, StoreError> {
        Ok(self.state.borrow().holdings.get(project).cloned().unwrap_or_default())
    }

    fn namesakes(&mut self, name: &str) -> Result<BTreeSet<String>, StoreError> {
        // Here a project is called as its id says.
        let state = self.state.borrow();
        let others = state.inventories.keys().filter(|id| **id != self.project && *id == name);
        Ok(others.cloned().collect())
    }

    fn observe(&mut self, paths: &[&str]) -> Result<Observed, StoreError> {
        let state = self.state.borrow();
        let own = state.inventories.get(&self.project).cloned().unwrap_or_default();
        let mut files: BTreeMap<String, FileState> =
            paths.iter().map(|path| ((*path).to_owned(), FileState::default())).collect();
        for (path, content) in &own {
            files.entry(path.clone()).or_default().owned = Some(content_id(content));
        }
        for (path, file) in files.iter_mut().filter(|(path, _)| held_path_fault(path).is_none()) {
            file.live = state.files.get(path).map(|content| content_id(content));
            file.other_owner = state.other_owner(&self.project, &[path]);
            file.obstacle = in_the_way(&state.files, path).map(|(path, kind)| {
                let inside = inside(&state.files, &path);
                let names: Vec<&String> = inside.iter().map(|(path, _)| *path).collect();
                let own: Vec<String> =
                    names.iter().filter(|path| own.contains_key(**path)).map(|path| (*path).clone()).collect();
                let (others, other_owner) = (inside.len() - own.len(), state.other_owner(&self.project, &names));
                Obstacle { id: identity(&path, kind, &inside), path, kind, own, others, other_owner }
            });
        }
        self.observed = (Rc::clone(&state.files), own);
        let revision = state.log.last().map(|(revision, _)| revision.to_string());
        Ok(Observed { revision, files, remembers: None, setback: None })
    }

    fn compare(&mut self, wanted: &[(&str, ContentId)]) -> Result<Observed, StoreError> {
        let paths: Vec<&str> = wanted.iter().map(|(path, _)| *path).collect();
        let mut observed = self.observe(&paths)?;
        for (path, content) in wanted {
            let is_as_wanted = |state: &FileState| {
                state.live.as_ref() == Some(content)
                    && state.owned.as_ref() == Some(content)
                    && state.other_owner.is_none()
            };
            if observed.files.get(*path).is_some_and(is_as_wanted) {
                observed.files.remove(*path);
            }
        }
        Ok(observed)
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.observed.0.get(path).map(|content| content.to_vec()))
    }

    fn written(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.observed.1.get(path).map(|content| content.to_vec()))
    }

    fn acquire(&mut self, lease: &Lease, now: i64) -> Result<Leased, StoreError> {
        let mut state = self.state.borrow_mut();
        let leased = lease.judge(state.leases.get(&self.project).cloned(), now);
        if !matches!(leased, Leased::Held(_)) {
            state.leases.insert(self.project.clone(), lease.clone());
        }
        Ok(leased)
    }

    fn lease(&mut self) -> Result<Option<Lease>, StoreError> {
        Ok(self.state.borrow().leases.get(&self.project).cloned())
    }

    fn release(&mut self, run: &str) -> Result<(), StoreError> {
        let mut state = self.state.borrow_mut();
        if state.leases.get(&self.project).is_some_and(|lease| lease.run == run) {
            state.leases.remove(&self.project);
        }
        Ok(())
    }

    fn propose(&mut self, commit: &Commit, branch: &str) -> Result<Proposal, StoreError> {
        let reference = format!("refs/heads/{branch}");
        if branch_fault(branch).is_some() || branch == self.branch {
            let reason = format!("`{branch}` cannot be the branch of a proposal");
            return Err(StoreError::Unusable { store: self.name.clone(), reason });
        }
        let changes = self.sorted(commit)?;
        let mut state = self.state.borrow_mut();
        let (files, changed) = self.changed(&state.files, &changes)?;
        let mut proposal = Proposal { branch: branch.to_owned(), revision: None, changed, begun: None, link: None };
        if changed == 0 {
            return Ok(proposal);
        }
        let revision = state.revision(&commit.message);
        let (revision, there) = state.proposals.entry(branch.to_owned()).or_insert((revision, Rc::clone(&files)));
        if *there != files {
            return Err(StoreError::Taken { store: self.name.clone(), reference });
        }
        proposal.revision = Some(revision.to_string());
        Ok(proposal)
    }

    fn proposals(&mut self) -> Result<Vec<Outstanding>, StoreError> {
        // Nobody merges anything here.
        Ok(Vec::new())
    }

    fn withdraw(&mut self, branch: &str, _: i64) -> Result<(), StoreError> {
        self.state.borrow_mut().proposals.remove(branch);
        Ok(())
    }

    fn is_behind(&self) -> bool {
        false
    }

    fn content_id(&self, content: &[u8]) -> ContentId {
        content_id(content)
    }

    fn commit(&mut self, commit: &Commit) -> Result<Receipt, StoreError> {
        let changes = self.sorted(commit)?;
        let mut state = self.state.borrow_mut();
        let (files, changed) = self.changed(&state.files, &changes)?;
        let revision = (changed > 0).then(|| state.advance(files, &commit.message).to_string());
        let recorded = !changes.is_empty();
        for change in changes {
            state.record(&self.project, change);
        }
        Holding::merge(state.holdings.entry(self.project.clone()).or_default(), &commit.holdings);
        Ok(Receipt { revision, changed, recorded, pushes: 0, said: Vec::new() })
    }

    fn rehearse(&mut self, commit: &Commit) -> Result<(), StoreError> {
        let changes = self.sorted(commit)?;
        self.changed(&self.state.borrow().files, &changes).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::conformance::{self, BRANCH, FOLDER, Fixture, Hand};

    /// Somebody else, who writes to the same store by full paths. The store itself is at [`FOLDER`].
    struct Somebody {
        store: Memory,
        elsewhere: Rc<RefCell<Files>>,
    }

    impl Hand for Somebody {
        fn commits(&self, files: &[(&str, Option<&str>)]) -> Oid {
            let mut state = self.store.state.borrow_mut();
            let mut next = Files::clone(&state.files);
            for (path, content) in files {
                let inside = path.strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('/'));
                let mut elsewhere = self.elsewhere.borrow_mut();
                let (files, path) = match inside {
                    Some(path) => (&mut next, path),
                    None => (&mut *elsewhere, *path),
                };
                match content {
                    Some(text) => drop(files.insert(path.to_owned(), text.as_bytes().into())),
                    None => drop(files.remove(path)),
                }
            }
            state.advance(Rc::new(next), "by hand")
        }

        fn sees(&self) -> Vec<(String, i32, String)> {
            let file = |(path, content): (String, &Arc<[u8]>)| {
                // Somebody makes files executable, and no mode of a file is known here.
                let theirs = path.contains("theirs");
                (path, if theirs { 0o100_755 } else { 0o100_644 }, String::from_utf8_lossy(content).into_owned())
            };
            let (state, elsewhere) = (self.store.state.borrow(), self.elsewhere.borrow());
            let inside = state.files.iter().map(|(path, content)| (format!("{FOLDER}/{path}"), content));
            inside.chain(elsewhere.iter().map(|(path, content)| (path.clone(), content))).map(file).collect()
        }

        fn log(&self) -> Vec<(Oid, String)> {
            let subject = |message: &str| message.lines().next().unwrap_or_default().to_owned();
            self.store.state.borrow().log.iter().rev().map(|(id, message)| (*id, subject(message))).collect()
        }
    }

    type Stores = RefCell<BTreeMap<String, (Memory, Rc<RefCell<Files>>)>>;

    #[test]
    fn a_store_in_memory_conforms() {
        let stores = Stores::default();
        let find = |repository: &str| {
            let fresh = || (Memory::new("state", "demo", BRANCH), Rc::default());
            stores.borrow_mut().entry(repository.to_owned()).or_insert_with(fresh).clone()
        };
        let open =
            |repository: &str, project: &str| -> Box<dyn Store> { Box::new(find(repository).0.of_project(project)) };
        let somebody = |repository: &str| -> Box<dyn Hand> {
            let (store, elsewhere) = find(repository);
            Box::new(Somebody { store, elsewhere })
        };
        let nowhere = std::path::Path::new("no repository is on a disk");
        conformance::run(&Fixture { repositories: nowhere, open: &open, somebody: Some(&somebody) });
    }
}
