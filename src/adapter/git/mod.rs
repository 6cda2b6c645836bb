//! State stores in Git repositories.
//!
//! In: a [`Config`] and a source of credentials. Out: a [`Store`]. A repository in a folder is written directly; one on a
//! server is fetched into a bare cache repository and pushed to. There is no work tree: blobs and trees are made in the
//! object database from the branch's own, so that a change costs by the depth of its path and not by the count of files.
//!
//! # The inventory
//! What a project owns is the tree of one commit, at `refs/plat/inventory/<project>/<branch>/<folder>` of the same
//! repository: exactly the files that it last wrote, with the blobs it wrote, and beside them the requests that they were
//! delivered for, with what protects those (see `ledger`). It does not show on the branch, and cannot name a content that is
//! not there. Without it every file is somebody else's, so that losing it makes files be adopted again and never deletes one.
//!
//! # One move
//! The branch, the inventory and those of other projects that files are taken from move together: by one atomic push, or
//! under the locks of all of them in a local repository. What cannot be made atomic, a kill between two renames of a local
//! repository and a server that has no atomic push, moves the branch first and the inventory after it. A run that dies
//! between the two leaves an inventory that is behind the branch, never ahead, and the next run sees:
//! * a file that was made: live is desired and nobody owns it, so that it is adopted, which writes the inventory alone;
//! * a file that was changed: live is desired and the inventory has the old content, which is refreshed;
//! * a file that was deleted: not live, not desired and still owned, which lets go of it.
//!
//! All three are changes of the inventory alone; the branch gets no commit for them. The other order would claim files
//! that were never written, and a file of that name that somebody else makes would then be deleted as if it were ours.
//! Where the text changes as well before the next run, nothing is lost either: a file whose live content is neither old nor
//! new is a conflict to be looked at, and one that was made and is no longer wanted stays, as nobody's.
//!
//! In a local repository Git's own lock files guard the references. They outlive a process that is killed, so that runs also
//! take turns by a lock of the system, on the file `plat.lock`: whoever has it knows that a lock file which plat made, and no
//! other, is left over. What is written is on the disk before a reference points to it, and that before anybody is told. The
//! hooks of such a repository are run as a server runs them, and see every reference that a push would move.
//!
//! # The cache
//! Of a server there is a copy in `.plat/git`, of the commits that references point to, and of what is behind them only while
//! something that was proposed is looked for there. It is made
//! beside its place and moved there, and whatever is wrong with it, it is thrown away and fetched again, once a run. What is
//! fetched is looked through before it is remembered, so that what is remembered is whole.
//!
//! Promises: no force, no reset, no fetch of more than the branch and the inventories; nothing outside of the changes' paths
//! differs between a commit and its parent. Never: a guess about what may be overwritten, or a credential in an error.

mod catalog;
mod child;
mod commit;
mod config;
mod disk;
mod host;
mod inventory;
mod lease;
mod module;
#[cfg(test)]
mod laws;
mod objects;
mod preferences;
mod proposal;
mod references;
#[cfg(test)]
mod tests;
mod texts;
mod wire;

#[cfg(test)]
use crate::model::{Address, Kind, Lifecycle};
#[cfg(test)]
use crate::store::{FileChange, Proposal, conformance};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use git2::{ObjectType, Oid, Repository};

use crate::credentials::Environment;
use crate::model::{Holding, Lease, Leased};
use crate::store::{ContentId, Draft, FileState, Observed, Proposals, Receipt, Store, StoreError};
use crate::wait::Wait;
pub use catalog::GitCatalog;
use commit::Extent;
pub use commit::author::{Authorship, Person};
use commit::compare::{Comparison, Differing, Folder};
pub use commit::moment::Moment;
use config::Connected;
pub use config::{Config, Place};
pub use disk::foreign::ForeignRepository;
pub use disk::real::real_folder;
pub use host::WhenMissing;
use host::origin::Origin;
use host::{Freshness, Host, Tips};
use inventory::obstruction::Inventories;
use inventory::sight::Sight;
use lease::Seat;
pub use module::{Fetched, Fetching, fetch};
use objects::edit::Wanted;
use objects::names::Names;
use objects::tree::{self, Cursor, Spot};
pub use preferences::real_address;
use proposal::proposed::Arrived;
use references::Inventory;
use references::{StoreRefs, branch_reference};
pub use texts::{Checkout, Revision, RevisionError, Shut, Upstream, checkout, commit_of, has_commit, head_revision};
use wire::Limit;

/// So much is told of where a symbolic link leads.
const LONGEST_TARGET: usize = 300;

/// A state store in a Git repository, opened for one project.
pub struct Git {
    origin: Origin,
    host: Box<dyn Host>,
    references: StoreRefs,
    /// The full name of the reference of the lease.
    lease: String,
    /// The address as it was given.
    url: String,
    authorship: Authorship,
    /// What the project is called in its inventory.
    owner: String,
    observed: Tips,
    /// What was last looked at and not observed yet.
    looked: Option<Tips>,
    /// What the inventories said when they were last read.
    sight: RefCell<Option<Arc<Sight>>>,
    /// Whether something that was proposed has arrived and stands in no inventory.
    behind: bool,
    /// What tells when the run is to stop.
    wait: Wait,
}

impl Git {
    /// Reads the declaration; nothing is touched or connected to yet. `credentials` are asked when a server asks.
    pub fn open(config: Config, credentials: Environment) -> Result<Self, StoreError> {
        let Config { project, owner, place, authorship } = config;
        let unusable = |fault: &str| StoreError::Unusable { store: place.name.clone(), reason: fault.to_owned() };
        let own = Inventory { project, branch: place.branch.clone(), folder: place.folder()? };
        let lease = own.lease().map_err(unusable)?;
        let inventory = own.name().map_err(unusable)?;
        let proposals = format!("plat/{}/", own.project);
        let references = StoreRefs { branch: branch_reference(&place.branch), inventory, own, proposals };
        let Connected { origin, host } = place.connect(Arc::new(references.clone()), credentials)?;
        let Place { url, wait, .. } = place;
        Ok(Self {
            origin,
            host,
            references,
            lease,
            url,
            authorship,
            owner,
            observed: Tips::default(),
            looked: None,
            sight: RefCell::default(),
            behind: false,
            wait,
        })
    }

    /// Does something, and once more where what is wrong is only a copy of what a server has.
    fn soundly<T>(&mut self, work: impl Fn(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        match work(self) {
            Err(StoreError::Failed { .. }) if self.host.condemn() => work(self),
            ended => ended,
        }
    }

    /// Where the project's lease is.
    fn seat(&mut self) -> Seat<'_> {
        let Self { host, origin, authorship, lease, .. } = self;
        Seat { host: &mut **host, origin, authorship, reference: lease }
    }

    /// The repository, which has to be there by now.
    fn made(&self) -> Result<&Repository, StoreError> {
        self.host.repository().ok_or_else(|| self.origin.missing())
    }

    /// The state of the files that are asked for, at the revision last looked at or else the present one.
    fn see(&mut self, asked: &Asked<'_>) -> Result<Observed, StoreError> {
        let tips = self.looked.take().map_or_else(|| self.host.look(Freshness::Now), Ok)?;
        let failed = self.origin.failed("read the branch and the inventory");
        let sight = self.sight(&tips).map_err(&failed)?;
        let files = self.concerned(&tips, &sight, asked).and_then(|files| self.states(&tips, &sight, files));
        let files = files.map_err(failed)?;
        let revision = tips.of(&self.references.branch).map(|tip| tip.to_string());
        let is_unmade = self.host.repository().is_none();
        let (remembers, setback, unread) = (sight.own.remembers.clone(), sight.setback.clone(), sight.unread());
        self.observed = tips;
        Ok(Observed { revision, is_unmade, files, remembers, setback, unread })
    }

    /// The files that are asked for, and those that the project owns, without those of which nothing need be said.
    fn concerned(
        &self,
        tips: &Tips,
        sight: &Sight,
        asked: &Asked<'_>,
    ) -> Result<BTreeMap<String, FileState>, git2::Error> {
        let (paths, owned) = match (self.host.repository(), asked) {
            (None, Asked::All(paths)) => (paths.to_vec(), Vec::new()),
            (Some(repository), Asked::All(paths)) => (paths.to_vec(), sight.own.list(repository)?),
            (None, Asked::Differing(wanted)) => (paths(wanted), Vec::new()),
            // What has arrived is in no tree yet.
            (Some(repository), Asked::Differing(wanted)) if !sight.arrived.files.is_empty() => {
                (paths(wanted), sight.own.list(repository)?)
            }
            (Some(repository), Asked::Differing(wanted)) => {
                let Differing { wanted, owned } = self.differing(repository, (tips, sight), wanted)?;
                (wanted, owned)
            }
        };
        let mut files: BTreeMap<String, FileState> =
            paths.into_iter().map(|path| (path.to_owned(), FileState::default())).collect();
        let arrived = sight.arrived.files.iter().map(|(path, blob)| (path.clone(), *blob));
        for (path, blob) in owned.into_iter().map(|(path, blob)| (path, Some(blob))).chain(arrived) {
            files.entry(path).or_default().owned = blob.map(content);
        }
        Ok(files)
    }

    /// The store's folder on the branch, where it is there.
    fn folder(&self, repository: &Repository, tips: &Tips) -> Result<Option<Oid>, git2::Error> {
        let folder = &self.references.own.folder;
        Ok(match tips.of(&self.references.branch) {
            Some(commit) if folder.is_empty() => Some(repository.find_commit(commit)?.tree_id()),
            commit => match Cursor::at_commit(repository, commit)?.spot(folder)? {
                Spot::Folder(id) => Some(id),
                _ => None,
            },
        })
    }

    /// What differs of files that are wanted and of those that the project owns.
    fn differing<'w>(
        &self,
        repository: &Repository,
        (tips, sight): (&Tips, &Sight),
        wanted: &'w [(&'w str, Oid)],
    ) -> Result<Differing<'w>, git2::Error> {
        let folder = &self.references.own.folder;
        let live = self.folder(repository, tips)?;
        let mut inventories = Inventories::new(repository, folder, BTreeSet::new(), &sight.others)?;
        let mut is_undisputed =
            |path: &str| Ok(sight.others.is_empty() || inventories.owner_of_any(&tree::join(folder, path))?.is_none());
        let mut differing = Differing::default();
        let mut comparison =
            Comparison { repository, inventory: &self.references.inventory, is_undisputed: &mut is_undisputed };
        comparison.gather("", &Folder::root(wanted)?, (sight.own.files, live), &mut differing)?;
        Ok(differing)
    }

    /// The state of files at `tips`, of which it is known what the project owns.
    fn states(
        &self,
        tips: &Tips,
        sight: &Sight,
        mut files: BTreeMap<String, FileState>,
    ) -> Result<BTreeMap<String, FileState>, git2::Error> {
        let Some(repository) = self.host.repository() else { return Ok(files) };
        let mut branch = Cursor::at_commit(repository, tips.of(&self.references.branch))?;
        let owned = files.iter().filter(|(_, state)| state.owned.is_some());
        let own = owned.map(|(path, _)| path.clone()).collect();
        let mut inventories = Inventories::new(repository, &self.references.own.folder, own, &sight.others)?;
        let mut names = Names::new(repository, branch.folder());
        for (path, state) in &mut files {
            if tree::fault(path).is_some() {
                continue;
            }
            let full = tree::join(&self.references.own.folder, path);
            let spot = branch.spot(&full)?;
            state.live = spot.content();
            state.other_owner = inventories.owner(&full)?;
            // What another project says is its own is not ours alone, whatever our inventory says.
            state.is_shared = state.owned.take_if(|_| state.other_owner.is_some()).is_some();
            if state.is_nobodys() {
                state.other_owner = inventories.possible_owner(&full);
            }
            state.obstacle = inventories.obstacle(&mut branch, &full, &spot)?;
            if spot == Spot::Free {
                let folder = &self.references.own.folder;
                let below = |found: String| Inventory::below_folder(&found, folder).map(str::to_owned).unwrap_or(found);
                state.alike = names.alike(&full)?.map(below);
            }
            if let Spot::Link(id) = spot {
                let target = tree::small_blob(repository, id)?;
                state.link = Some(String::from_utf8_lossy(target.content()).chars().take(LONGEST_TARGET).collect());
            }
        }
        Ok(files)
    }

    /// What the project delivered, with what has arrived, now.
    fn delivered(&mut self) -> Result<Arc<[Holding]>, StoreError> {
        let tips = self.host.look(Freshness::Now)?;
        let sight = self.sight(&tips).map_err(self.origin.failed("read the inventory"))?;
        self.looked = Some(tips);
        let Arrived { files, finished, overtaken, .. } = &sight.arrived;
        let arrived = !(files.is_empty() && finished.is_empty() && overtaken.is_empty());
        self.behind = arrived || sight.setback.is_some();
        Ok(Arc::clone(&sight.arrived.holdings))
    }

    /// The ids of the other projects of a name.
    fn of_name(&mut self, name: &str) -> Result<BTreeSet<String>, StoreError> {
        let tips = self.host.look(Freshness::Now)?;
        let sight = self.sight(&tips).map_err(self.origin.failed("read an inventory"))?;
        // One of the first form has no other name than the one that marks it.
        let called = |inventory: &Inventory, owner: Option<&str>| owner.unwrap_or(&inventory.project) == name;
        let meant = sight.others.iter().filter(|(inventory, ledger)| called(inventory, ledger.owner.as_deref()));
        Ok(meant.map(|(inventory, _)| inventory.project.clone()).collect())
    }

    /// The contents of files, whose blobs `find` finds.
    fn contents(
        &self,
        paths: &[&str],
        doing: &'static str,
        mut find: impl FnMut(&str) -> Result<Option<Oid>, git2::Error>,
    ) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let content = |path: &&str| match tree::fault(path) {
            Some(_) => Ok(None),
            None => self.blob(find(path), doing),
        };
        paths.iter().map(content).collect()
    }

    fn blob(
        &self,
        found: Result<Option<Oid>, git2::Error>,
        doing: &'static str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let read = || {
            let (Some(repository), Some(id)) = (self.host.repository(), found?) else { return Ok(Ok(None)) };
            let (size, _) = repository.odb()?.read_header(id)?;
            if Limit::File.is_passed_by(size as u64) {
                return Ok(Err(self.origin.too_much(Limit::File)));
            }
            Ok(Ok(Some(repository.find_blob(id)?.content().to_vec())))
        };
        read().unwrap_or_else(|error: git2::Error| {
            // It is too late for this look: the next one has it.
            self.host.condemn();
            Err(self.origin.failed(doing)(error))
        })
    }

    /// The changes with their full paths, sorted, each path once.
    fn wanted<'c>(&self, draft: &'c Draft) -> Result<Vec<Wanted<'c>>, StoreError> {
        draft.check(&self.origin.store)?;
        let wanted = draft.changes.iter().map(|change| Wanted::new(change, &self.references.own.folder));
        let mut wanted = wanted.collect::<Result<Vec<_>, _>>().map_err(self.origin.failed("hash the contents"))?;
        wanted.sort_by(|one, other| one.full.cmp(&other.full));
        Ok(wanted)
    }
}

impl Store for Git {
    fn look(&mut self) -> Result<Arc<[Holding]>, StoreError> {
        self.soundly(Self::delivered)
    }

    fn holdings_of(&self, project: &str) -> Result<Vec<Holding>, StoreError> {
        let (Some(repository), tips) = (self.host.repository(), self.looked.as_ref().unwrap_or(&self.observed)) else {
            return Ok(Vec::new());
        };
        let read = || {
            let sight = self.sight(tips)?;
            let others = sight.others.iter().filter(|(inventory, _)| inventory.project == project);
            others.map(|(_, ledger)| ledger.holdings(repository)).collect::<Result<Vec<_>, _>>()
        };
        Ok(read().map_err(self.origin.failed("read an inventory"))?.concat())
    }

    fn namesakes(&mut self, name: &str) -> Result<BTreeSet<String>, StoreError> {
        self.soundly(|git| git.of_name(name))
    }

    fn observe(&mut self, paths: &[&str]) -> Result<Observed, StoreError> {
        self.soundly(|git| git.see(&Asked::All(paths)))
    }

    fn compare(&mut self, wanted: &[(&str, ContentId)]) -> Result<Observed, StoreError> {
        let ids = wanted.iter().map(|(path, id)| Ok((*path, Oid::from_str(&id.0)?)));
        match ids.collect::<Result<Vec<_>, git2::Error>>() {
            Ok(mut ids) => {
                ids.sort_unstable();
                self.soundly(|git| git.see(&Asked::Differing(&ids)))
            }
            // An identity that no file has: all is looked at.
            Err(_) => self.observe(&wanted.iter().map(|(path, _)| *path).collect::<Vec<_>>()),
        }
    }

    fn paths(&self) -> Result<Vec<String>, StoreError> {
        let read = || {
            let Some(repository) = self.host.repository() else { return Ok(Vec::new()) };
            let tree = self.folder(repository, &self.observed)?;
            tree.map_or_else(|| Ok(Vec::new()), |tree| tree::paths(repository, tree))
        };
        read().map_err(self.origin.failed("list the files of the branch"))
    }

    fn read_all(&self, paths: &[&str]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let (commit, folder) = (self.observed.of(&self.references.branch), &self.references.own.folder);
        let mut cursor = Cursor::at_commit(self.host.repository(), commit);
        self.contents(paths, "read a file", |path| match &mut cursor {
            Ok(cursor) => cursor.file(&tree::join(folder, path)),
            Err(error) => Err(git2::Error::new(error.code(), error.class(), error.message())),
        })
    }

    fn written_all(&self, paths: &[&str]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let Some(repository) = self.host.repository() else { return Ok(vec![None; paths.len()]) };
        let failed = self.origin.failed("read the inventory");
        let sight = self.sight(&self.observed).map_err(&failed)?;
        let mut cursor = sight.own.cursor(repository).map_err(&failed)?;
        self.contents(paths, "read the inventory", |path| match sight.arrived.files.get(path) {
            Some(blob) => Ok(*blob),
            None => cursor.file(path),
        })
    }

    fn acquire(&mut self, lease: &Lease, now: i64) -> Result<Leased, StoreError> {
        self.soundly(|git| git.seat().take(lease, now))
    }

    fn lease(&mut self) -> Result<Option<Lease>, StoreError> {
        self.soundly(|git| git.seat().present())
    }

    fn release(&mut self, run: &str) -> Result<(), StoreError> {
        self.soundly(|git| git.seat().give_back(run))
    }

    fn unlock(&mut self) -> Vec<PathBuf> {
        self.host.unlock()
    }

    fn is_behind(&self) -> bool {
        self.behind
    }

    fn content_id(&self, content: &[u8]) -> ContentId {
        // A hash in memory cannot fail; an identity that no file has would be the safe answer if it did.
        let id = Oid::hash_object(ObjectType::Blob, content);
        id.map_or_else(|_| ContentId("unknown".into()), self::content)
    }

    fn rehearse(&mut self, draft: &Draft) -> Result<(), StoreError> {
        let wanted = self.wanted(draft)?;
        let tips = self.host.look(Freshness::Now)?;
        self.edits(&tips, &wanted, draft).map(drop)
    }

    fn deliver(&mut self, draft: &Draft) -> Result<Receipt, StoreError> {
        self.looked = None;
        let wanted = self.wanted(draft)?;
        self.soundly(|git| git.advance(&wanted, draft, Extent::Whole))
    }

    fn proposals(&mut self) -> Option<Box<dyn Proposals + '_>> {
        Some(Box::new(self))
    }
}

/// The files that an observation is of, beside those that the project owns.
enum Asked<'a> {
    /// These.
    All(&'a [&'a str]),
    /// These, sorted by their paths, but for those that are live and owned with exactly these blobs.
    Differing(&'a [(&'a str, Oid)]),
}

fn paths<'w>(wanted: &[(&'w str, Oid)]) -> Vec<&'w str> {
    wanted.iter().map(|(path, _)| *path).collect()
}

fn content(blob: Oid) -> ContentId {
    ContentId(blob.to_string().into())
}
