use super::{
    ContentId, Draft, FileChange, FileState, Observed, Obstacle, ObstacleKind, Outstanding, Proposal, Proposals,
    Receipt, Store, StoreError,
};
use crate::model::{Digest, Holding, Lease, Leased, held_path_fault};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A state store that lives as long as its values do: nothing of it is on a disk or a network.
#[derive(Clone, Debug)]
pub struct Memory {
    name: String,
    project: String,
    state: Arc<Mutex<State>>,
    /// What there was when the store was last observed: its files, and those that the project owned.
    observed: (Arc<Files>, Files),
}

type Files = BTreeMap<String, Arc<[u8]>>;

#[derive(Clone, Debug, Default)]
struct State {
    files: Arc<Files>,
    /// What each project last wrote, by project.
    inventories: BTreeMap<String, Files>,
    /// What each project delivered, by project.
    holdings: BTreeMap<String, Vec<Holding>>,
    leases: BTreeMap<String, Lease>,
    /// The revisions with what was said of them, the oldest first.
    log: Vec<(String, String)>,
    /// The proposals, by name.
    proposals: BTreeMap<String, (String, Arc<Files>)>,
}

impl Memory {
    /// An empty store of a name, opened for a project.
    pub fn new(name: &str, project: &str) -> Self {
        Self { name: name.to_owned(), project: project.to_owned(), state: Arc::default(), observed: Default::default() }
    }

    /// The same store, opened for another project.
    #[must_use]
    pub fn of_project(&self, project: &str) -> Self {
        Self { project: project.to_owned(), observed: Default::default(), ..self.clone() }
    }

    /// The changes in the order of their paths, each path once.
    fn sorted<'d>(&self, draft: &'d Draft) -> Result<Vec<&'d FileChange>, StoreError> {
        draft.check(&self.name)?;
        let mut changes: Vec<&FileChange> = draft.changes.iter().collect();
        changes.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(changes)
    }

    /// The files after guarded changes, with how many of them changed.
    fn changed(&self, files: &Arc<Files>, changes: &[&FileChange]) -> Result<(Arc<Files>, usize), StoreError> {
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
            return Ok((Arc::clone(files), 0));
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
        Ok((Arc::new(next), due.len()))
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

    /// Makes files the newest revision.
    fn advance(&mut self, files: Arc<Files>, message: &str) -> String {
        let revision = self.revision(message);
        self.files = files;
        self.log.push((revision.clone(), message.to_owned()));
        revision
    }

    /// What the next revision is called.
    fn revision(&self, message: &str) -> String {
        let before = self.log.last().map(|(before, _)| before.as_str()).unwrap_or_default();
        Digest::of(format!("{before} {} {message}", self.log.len()).as_bytes()).to_string()
    }
}

/// What a store holds, for as long as nobody else may change it. Whoever panicked meanwhile left a whole state.
fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
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
    let lines = inside.iter().map(|(path, content)| format!("{path} {}\n", Digest::of(content)));
    ContentId(
        format!("{}:{}", kind.word(), Digest::of(format!("{path}\n{}", lines.collect::<String>()).as_bytes())).into(),
    )
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

fn content_id(content: &[u8]) -> ContentId {
    ContentId(Digest::of(content).to_string().into())
}

impl Store for Memory {
    fn look(&mut self) -> Result<Arc<[Holding]>, StoreError> {
        Ok(locked(&self.state).holdings.get(&self.project).cloned().unwrap_or_default().into())
    }

    fn holdings_of(&self, project: &str) -> Result<Vec<Holding>, StoreError> {
        Ok(locked(&self.state).holdings.get(project).cloned().unwrap_or_default())
    }

    fn namesakes(&mut self, name: &str) -> Result<BTreeSet<String>, StoreError> {
        // Here a project is called as its id says.
        let state = locked(&self.state);
        let others = state.inventories.keys().filter(|id| **id != self.project && *id == name);
        Ok(others.cloned().collect())
    }

    fn observe(&mut self, paths: &[&str]) -> Result<Observed, StoreError> {
        let state = locked(&self.state);
        let own = state.inventories.get(&self.project).cloned().unwrap_or_default();
        let mut files: BTreeMap<String, FileState> =
            paths.iter().map(|path| ((*path).to_owned(), FileState::default())).collect();
        for (path, content) in &own {
            files.entry(path.clone()).or_default().owned = Some(content_id(content));
        }
        for (path, file) in files.iter_mut().filter(|(path, _)| held_path_fault(path).is_none()) {
            file.live = state.files.get(path).map(|content| content_id(content));
            file.other_owner = state.other_owner(&self.project, &[path]);
            file.is_shared = file.owned.take_if(|_| file.other_owner.is_some()).is_some();
            file.obstacle = in_the_way(&state.files, path).map(|(path, kind)| {
                let inside = inside(&state.files, &path);
                let names: Vec<&String> = inside.iter().map(|(path, _)| *path).collect();
                let own: Vec<String> =
                    names.iter().filter(|path| own.contains_key(**path)).map(|path| (*path).clone()).collect();
                let (others, other_owner) = (inside.len() - own.len(), state.other_owner(&self.project, &names));
                Obstacle { id: identity(&path, kind, &inside), path, kind, own, others, other_owner }
            });
        }
        self.observed = (Arc::clone(&state.files), own);
        let revision = state.log.last().map(|(revision, _)| revision.clone());
        Ok(Observed { revision, is_unmade: false, files, remembers: None, setback: None, unread: Vec::new() })
    }

    fn compare(&mut self, wanted: &[(&str, ContentId)]) -> Result<Observed, StoreError> {
        let paths: Vec<&str> = wanted.iter().map(|(path, _)| *path).collect();
        let mut observed = self.observe(&paths)?;
        for (path, content) in wanted {
            let is_as_wanted =
                |state: &FileState| state.live.as_ref() == Some(content) && state.owned.as_ref() == Some(content);
            if observed.files.get(*path).is_some_and(is_as_wanted) {
                observed.files.remove(*path);
            }
        }
        Ok(observed)
    }

    fn paths(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.observed.0.keys().cloned().collect())
    }

    fn read_all(&self, paths: &[&str]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        Ok(paths.iter().map(|path| self.observed.0.get(*path).map(|content| content.to_vec())).collect())
    }

    fn written_all(&self, paths: &[&str]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        Ok(paths.iter().map(|path| self.observed.1.get(*path).map(|content| content.to_vec())).collect())
    }

    fn acquire(&mut self, lease: &Lease, now: i64) -> Result<Leased, StoreError> {
        let mut state = locked(&self.state);
        let leased = lease.judge(state.leases.get(&self.project).cloned(), now);
        if !matches!(leased, Leased::Held(_)) {
            state.leases.insert(self.project.clone(), lease.clone());
        }
        Ok(leased)
    }

    fn lease(&mut self) -> Result<Option<Lease>, StoreError> {
        Ok(locked(&self.state).leases.get(&self.project).cloned())
    }

    fn release(&mut self, run: &str) -> Result<(), StoreError> {
        let mut state = locked(&self.state);
        if state.leases.get(&self.project).is_some_and(|lease| lease.run == run) {
            state.leases.remove(&self.project);
        }
        Ok(())
    }

    fn content_id(&self, content: &[u8]) -> ContentId {
        content_id(content)
    }

    fn deliver(&mut self, draft: &Draft) -> Result<Receipt, StoreError> {
        let changes = self.sorted(draft)?;
        let mut state = locked(&self.state);
        let (files, changed) = self.changed(&state.files, &changes)?;
        let revision = (changed > 0).then(|| state.advance(files, &draft.message));
        let recorded = !changes.is_empty();
        for change in changes {
            state.record(&self.project, change);
        }
        Holding::merge(state.holdings.entry(self.project.clone()).or_default(), &draft.holdings);
        Ok(Receipt { revision, changed, recorded, attempts: 0, said: Vec::new() })
    }

    fn rehearse(&mut self, draft: &Draft) -> Result<(), StoreError> {
        let changes = self.sorted(draft)?;
        self.changed(&locked(&self.state).files, &changes).map(drop)
    }

    fn proposals(&mut self) -> Option<Box<dyn Proposals + '_>> {
        Some(Box::new(self))
    }
}

impl Proposals for &mut Memory {
    fn propose(&mut self, draft: &Draft, name: &str) -> Result<Proposal, StoreError> {
        let changes = self.sorted(draft)?;
        let mut state = locked(&self.state);
        let (files, changed) = self.changed(&state.files, &changes)?;
        let mut proposal = Proposal { name: name.to_owned(), revision: None, changed, begun: None, link: None };
        if changed == 0 {
            return Ok(proposal);
        }
        let revision = state.revision(&draft.message);
        let (revision, there) = state.proposals.entry(name.to_owned()).or_insert((revision, Arc::clone(&files)));
        if *there != files {
            return Err(StoreError::Taken { store: self.name.clone(), name: name.to_owned() });
        }
        proposal.revision = Some(revision.clone());
        Ok(proposal)
    }

    fn rehearse_proposal(&mut self, draft: &Draft, _: &str) -> Result<(), StoreError> {
        self.rehearse(draft)
    }

    fn outstanding(&mut self) -> Result<Vec<Outstanding>, StoreError> {
        // Nobody merges anything here.
        Ok(Vec::new())
    }

    fn withdraw(&mut self, name: &str, _: i64) -> Result<(), StoreError> {
        locked(&self.state).proposals.remove(name);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::conformance::{self, FOLDER, Fixture, Hand, Seen};

    /// Somebody else, who writes to the same store by full paths. The store itself is at [`FOLDER`].
    struct Somebody {
        store: Memory,
        elsewhere: Arc<Mutex<Files>>,
    }

    impl Hand for Somebody {
        fn writes(&self, files: &[(&str, Option<&str>)]) -> String {
            let mut state = locked(&self.store.state);
            let mut next = Files::clone(&state.files);
            for (path, content) in files {
                let inside = path.strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('/'));
                let mut elsewhere = self.elsewhere.lock().unwrap();
                let (files, path) = match inside {
                    Some(path) => (&mut next, path),
                    None => (&mut *elsewhere, *path),
                };
                match content {
                    Some(text) => drop(files.insert(path.to_owned(), text.as_bytes().into())),
                    None => drop(files.remove(path)),
                }
            }
            state.advance(Arc::new(next), "by hand")
        }

        fn sees(&self) -> Vec<Seen> {
            let file = |(path, content): (String, &Arc<[u8]>)| {
                // Somebody makes files executable, and nothing of the kind is known here.
                let executable = path.contains("theirs");
                Seen { path, executable, content: String::from_utf8_lossy(content).into_owned() }
            };
            let (state, elsewhere) = (locked(&self.store.state), self.elsewhere.lock().unwrap());
            let inside = state.files.iter().map(|(path, content)| (format!("{FOLDER}/{path}"), content));
            inside.chain(elsewhere.iter().map(|(path, content)| (path.clone(), content))).map(file).collect()
        }

        fn log(&self) -> Vec<(String, String)> {
            let subject = |message: &str| message.lines().next().unwrap_or_default().to_owned();
            locked(&self.store.state).log.iter().rev().map(|(id, message)| (id.clone(), subject(message))).collect()
        }
    }

    type Stores = Mutex<BTreeMap<String, (Memory, Arc<Mutex<Files>>)>>;

    #[test]
    fn a_store_in_memory_conforms() {
        let stores = Stores::default();
        let find = |name: &str| {
            let fresh = || (Memory::new("state", "demo"), Arc::default());
            stores.lock().unwrap().entry(name.to_owned()).or_insert_with(fresh).clone()
        };
        let open = |name: &str, project: &str| -> Box<dyn Store> { Box::new(find(name).0.of_project(project)) };
        let somebody = |name: &str| -> Box<dyn Hand> {
            let (store, elsewhere) = find(name);
            Box::new(Somebody { store, elsewhere })
        };
        conformance::run(&Fixture { open: &open, somebody: &somebody, id: |text| content_id(text.as_bytes()) });
    }
}
