//! A repository of this machine.

pub(crate) mod hooks;
pub(crate) mod lock;
pub(crate) mod transaction;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use git2::{Error, ErrorCode, Oid, ReferenceType, Repository, RepositoryInitOptions};

use super::local::hooks::{Hooks, Refusal};
use super::local::lock::{Turn, Waited, is_turn};
use super::local::transaction::{Stopped, in_the_way, move_all, moved, target, tip};
use super::origin::Origin;
use super::{Freshness, Host, Move, Published, Tips, WhenMissing, words};
use crate::adapter::git::disk::foreign::ForeignRepository;
use crate::adapter::git::disk::{self, plain};
use crate::adapter::git::objects;
use crate::adapter::git::references::{Inventory, References, is_begun_by};
use crate::adapter::git::wire::Limit;
use crate::file::{Known, beside, sync_file, sync_folder};
use crate::store::StoreError;
use crate::wait::{Ended, Wait};

/// A repository in a folder, bare or not. Its references are moved by compare-and-swap.
pub(crate) struct Local {
    origin: Origin,
    missing: WhenMissing,
    references: Arc<dyn References>,
    /// How long a hook may say nothing.
    idle: Duration,
    wait: Wait,
    /// What the hooks said when references were last moved.
    said: String,
    repository: Option<Repository>,
    /// The folder that was opened, which another one may take the place of.
    known: Option<Known>,
}

impl Local {
    pub(crate) fn new(
        origin: Origin,
        missing: WhenMissing,
        references: Arc<dyn References>,
        (idle, wait): (Duration, &Wait),
    ) -> Self {
        Self {
            origin,
            missing,
            references,
            idle,
            wait: wait.for_another(),
            said: String::new(),
            repository: None,
            known: None,
        }
    }

    /// Opens the repository; nothing where there is none and the first commit makes it.
    fn open(&mut self) -> Result<Option<&Repository>, StoreError> {
        if self.repository.is_none() {
            if let Some(pipe) = plain::pipe(&self.origin.disk) {
                return Err(self.no_file(&pipe));
            }
            self.repository = match (self.opened()?, self.missing) {
                (Some(repository), _) => Some(repository),
                (None, WhenMissing::Create) => self.vacant()?,
                (None, WhenMissing::Begin) => return Err(self.origin.unmade()),
                (None, WhenMissing::Fail) => return Err(self.origin.missing()),
            };
            self.recognize();
        }
        Ok(self.repository.as_ref())
    }

    /// Remembers which folder it is that was opened.
    fn recognize(&mut self) {
        self.known = self.repository.as_ref().map(|repository| Known::at(repository.commondir()));
    }

    /// Makes sure that the folder is still the one that was opened: what was looked at there is not what is in another one.
    fn check_identity(&self) -> Result<(), StoreError> {
        match self.known.as_ref().filter(|known| !known.is_there()) {
            Some(known) => Err(self.replaced(known)),
            None => Ok(()),
        }
    }

    /// Another folder, or none, is where the repository was.
    fn replaced(&self, known: &Known) -> StoreError {
        self.origin.unusable(format!(
            "{} is no longer the repository that was opened: somebody moved it away meanwhile, or put another one in its place; see \
             that the right one is there, and run it again",
            known.path().display()
        ))
    }

    /// The repository as it is; nothing where the folder is none.
    fn opened(&self) -> Result<Option<Repository>, StoreError> {
        match Repository::open(&self.origin.disk) {
            Err(error) if error.code() == ErrorCode::NotFound => match disk::closed(&self.origin.disk) {
                Some(closed) => Err(self.origin.failed("open the repository")(closed)),
                None => Ok(None),
            },
            Err(error) => Err(self.unopened(error)),
            Ok(repository) => Ok(Some(repository)),
        }
    }

    /// Why the repository is not opened.
    fn unopened(&self, error: Error) -> StoreError {
        match ForeignRepository::of(&error, &self.origin.disk) {
            Some(foreign) => self.origin.unusable(foreign.to_string()),
            None => self.origin.failed("open the repository")(error),
        }
    }

    /// Makes sure that a repository can be made: somebody's files are not put next to one. What was no repository may
    /// have become one since, by another run that makes it at the same time.
    fn vacant(&self) -> Result<Option<Repository>, StoreError> {
        let used = match std::fs::read_dir(&self.origin.disk) {
            Ok(mut entries) => entries.next().is_some(),
            Err(error) => error.kind() != std::io::ErrorKind::NotFound,
        };
        if !used {
            return Ok(None);
        }
        let taken =
            || self.origin.unusable(format!("{} is neither a Git repository nor an empty folder", self.origin.url));
        self.opened()?.ok_or_else(taken).map(Some)
    }

    fn tips(&self, repository: &Repository) -> Result<Tips, StoreError> {
        let failed = self.origin.failed("read the references");
        let mut tips = Tips::default();
        let names = self.names(repository).map_err(&failed)?;
        if Limit::Concerned.is_passed_by(names.len() as u64) {
            return Err(self.origin.too_much(Limit::Concerned));
        }
        for name in names {
            // What stands for another branch is no proposal: taking it away would take that one away.
            let is_led = leads_on(repository, &name).map_err(&failed)?;
            if name.starts_with(OWN) && is_led {
                return Err(self.led(&name));
            }
            if name != self.references.branch() && is_led {
                continue;
            }
            let found = match tip(repository, &name) {
                // What is wrong with it is told where it is read: it keeps nobody else from theirs.
                Err(_) if self.is_of_others(&name) => repository.refname_to_id(&name).map(Some),
                found => found,
            };
            if let Some(tip) = found.map_err(&failed)? {
                tips.0.insert(name, tip);
            }
        }
        Ok(tips)
    }

    /// The names of the references that the store looks at, be they there or not.
    fn names(&self, repository: &Repository) -> Result<Vec<String>, Error> {
        let mut names: Vec<String> = self.references.own().into_iter().map(ToOwned::to_owned).collect();
        for pattern in ["refs/plat/inventory/*", "refs/plat/proposal/*", "refs/heads/plat/*"] {
            for name in repository.references_glob(pattern)?.names() {
                names.push(name?.to_owned());
            }
        }
        names.retain(|name| self.references.hold(name));
        Ok(names)
    }

    /// Whether a reference is the inventory of another project.
    fn is_of_others(&self, name: &str) -> bool {
        !self.references.own().contains(&name) && Inventory::parse(name).is_some()
    }

    /// A branch may lead on to another one; what plat keeps for itself is what it is.
    fn led(&self, name: &str) -> StoreError {
        self.origin.unusable(format!("{name} is a symbolic reference, which plat never makes: delete it"))
    }

    /// A branch with a work tree cannot be written behind its back: the work tree would seem to take everything back.
    fn check_work_trees(&self, repository: &Repository) -> Result<(), StoreError> {
        let branch = target(repository, self.references.branch());
        let checked_out = branch.and_then(|branch| checked_out(repository, &branch));
        match checked_out.map_err(self.origin.failed("read the repository's HEAD"))? {
            None => Ok(()),
            Some(folder) => Err(self.origin.unusable(format!(
                "the branch {} is checked out in {}, which would not follow; use a bare repository, another branch, or \
                 check out another branch there",
                self.references.branch_name(),
                folder.display()
            ))),
        }
    }

    /// Makes sure that references which are not there can be made, and that a branch is made only where it may be: where the
    /// store says so, and in a repository that was never written to and is about to begin with this branch.
    fn check_missing(&self, repository: &Repository, tips: &Tips) -> Result<(), StoreError> {
        let failed = self.origin.failed("read the references");
        for name in self.references.own().into_iter().filter(|name| tips.of(name).is_none()) {
            let name = target(repository, name).map_err(&failed)?;
            if let Some(other) = in_the_way(repository, &name).map_err(&failed)? {
                return Err(self.origin.unusable(format!("{name} cannot be made where {other} is")));
            }
        }
        if tips.of(self.references.branch()).is_some() || self.missing != WhenMissing::Fail {
            return Ok(());
        }
        let head = unborn(repository).map_err(failed)?;
        match head.as_deref() {
            Some(head) if head == self.references.branch() => Ok(()),
            head => {
                let was_there = tips.have_beside(&*self.references);
                Err(self.origin.no_branch(self.references.branch_name(), head, was_there))
            }
        }
    }

    /// A file that somebody did not let go of.
    fn locked(&self, Waited { file, ended }: Waited) -> StoreError {
        let store = self.origin.store.clone();
        match ended {
            Some(Ended::Interrupted) => StoreError::Interrupted { store, doing: "lock" },
            None => self.no_file(&file),
            Some(Ended::TimedOut) => {
                let advice = if is_turn(&file) {
                    "wait for it, or end it"
                } else {
                    "wait for it; where no Git is at work there the file is left over, and may be deleted"
                };
                StoreError::Locked { store, file, waited: self.wait.limit, advice }
            }
        }
    }

    fn no_file(&self, file: &Path) -> StoreError {
        let file = file.display();
        self.origin.unusable(format!("{file} is no file, and pipes, devices and links are not opened there: delete it"))
    }

    fn refused(&self, Refusal { reference, status, said }: Refusal) -> StoreError {
        StoreError::Refused {
            store: self.origin.store.clone(),
            destination: reference,
            reason: words::reason(&status, &said),
        }
    }
}

impl Host for Local {
    fn look(&mut self, _: Freshness) -> Result<Tips, StoreError> {
        if self.open()?.is_none() {
            return Ok(Tips::default());
        }
        let Some(repository) = &self.repository else { return Ok(Tips::default()) };
        self.check_work_trees(repository)?;
        let tips = self.tips(repository)?;
        self.check_missing(repository, &tips)?;
        Ok(tips)
    }

    fn find(&mut self, reference: &str) -> Result<Option<Oid>, StoreError> {
        let failed = self.origin.failed("read the references");
        self.open()?;
        let Some(repository) = &self.repository else { return Ok(None) };
        if reference.starts_with(OWN) && leads_on(repository, reference).map_err(&failed)? {
            return Err(self.led(reference));
        }
        tip(repository, reference).map_err(failed)
    }

    fn names(&mut self) -> Result<Vec<String>, StoreError> {
        let failed = self.origin.failed("read the references");
        self.open()?;
        let Some(repository) = &self.repository else { return Ok(Vec::new()) };
        let names = || {
            repository.references()?.names().map(|name| Ok(name?.to_owned())).collect::<Result<Vec<String>, Error>>()
        };
        names().map_err(failed)
    }

    fn repository(&self) -> Option<&Repository> {
        self.repository.as_ref()
    }

    fn create(&mut self) -> Result<(), StoreError> {
        self.check_identity()?;
        if self.repository.is_none() {
            let made = make(&self.origin.disk, self.references.branch());
            self.repository = Some(made.map_err(self.origin.unwritten("make the repository"))?);
            self.recognize();
        }
        Ok(())
    }

    fn publish(&mut self, moves: &[Move]) -> Result<Published, StoreError> {
        self.check_identity()?;
        let (Some(repository), Some(known)) = (&self.repository, &self.known) else {
            return Err(self.origin.missing());
        };
        let failed = self.origin.unwritten("move the reference");
        if moved(repository, moves).map_err(&failed)? {
            return Ok(Published::Overtaken);
        }
        // No reference ever points to what is not on the disk.
        for new in moves.iter().filter_map(|step| step.new) {
            objects::sync(repository, new).map_err(&failed)?;
        }
        let hooks = Hooks::of(repository, self.idle, self.wait.clone());
        let mut said = hooks.may(moves).map_err(|refusal| self.refused(refusal))?;
        match move_all((repository, known), moves, &self.wait, &hooks) {
            Ok(()) => {
                said.push_str(&hooks.did(moves));
                self.said = said;
                Ok(Published::Done)
            }
            Err(Stopped::Overtaken) => Ok(Published::Overtaken),
            Err(Stopped::Replaced) => Err(self.replaced(known)),
            Err(Stopped::Waited(waited)) => Err(self.locked(waited)),
            Err(Stopped::Refused(refusal)) => Err(self.refused(refusal)),
            Err(Stopped::Failed(error)) => Err(failed(error)),
        }
    }

    fn unlock(&mut self) -> Vec<PathBuf> {
        match self.open() {
            Ok(Some(repository)) => Turn::clear_dead(repository.commondir()),
            Ok(None) | Err(_) => Vec::new(),
        }
    }

    fn said(&self) -> Vec<String> {
        words::lines(&self.said)
    }
}

/// What the references begin with that plat keeps for itself.
const OWN: &str = "refs/plat/";

/// Whether a reference is a symbolic one.
fn leads_on(repository: &Repository, name: &str) -> Result<bool, Error> {
    match repository.find_reference(name) {
        Err(error) if error.code() == ErrorCode::NotFound => Ok(false),
        found => Ok(found?.kind() == Some(ReferenceType::Symbolic)),
    }
}

/// The branch that a repository without any is to begin with; nothing where it has one.
fn unborn(repository: &Repository) -> Result<Option<String>, Error> {
    for name in repository.references_glob("refs/heads/*")?.names() {
        if is_begun_by(name?) {
            return Ok(None);
        }
    }
    Ok(Some(target(repository, "HEAD")?))
}

/// Makes a repository beside its place and moves it there as a whole, so that nobody finds the half of one: neither
/// another run at the same time, nor the next one after a kill.
fn make(folder: &Path, branch: &str) -> Result<Repository, Error> {
    let init = |folder: &Path| {
        let mut options = RepositoryInitOptions::new();
        options.bare(true).mkpath(true).external_template(false).initial_head(branch);
        Repository::init_opts(folder, &options)
    };
    let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let beside = beside(&folder, &format!(".{}.new", std::process::id()));
    // What cannot be made there, or not be moved, as where a volume is mounted on the folder, is made in place.
    let moved = init(&beside).is_ok() && std::fs::rename(&beside, &folder).is_ok();
    if !moved {
        let _ = std::fs::remove_dir_all(&beside);
    }
    let made = match Repository::open(&folder) {
        Err(error) if error.code() == ErrorCode::NotFound => init(&folder),
        opened => opened,
    }?;
    for file in ["HEAD", "config"] {
        let file = made.path().join(file);
        sync_file(&file).map_err(|error| disk::error(&file, &error))?;
    }
    sync_folder(made.path());
    folder.parent().into_iter().for_each(sync_folder);
    Ok(made)
}

/// The work tree that has `branch` checked out, the repository's own or a linked one.
fn checked_out(repository: &Repository, branch: &str) -> Result<Option<PathBuf>, Error> {
    if is_head(repository, branch)? {
        return Ok(repository.workdir().map(PathBuf::from));
    }
    for name in &repository.worktrees()? {
        // One whose folder is gone has nothing that could lie.
        let Some(tree) = name.ok().flatten().and_then(|name| repository.find_worktree(name).ok()) else { continue };
        if let Ok(linked) = Repository::open_from_worktree(&tree)
            && is_head(&linked, branch)?
        {
            return Ok(linked.workdir().map(PathBuf::from));
        }
    }
    Ok(None)
}

/// Whether HEAD is this branch, be it born or not.
fn is_head(repository: &Repository, branch: &str) -> Result<bool, Error> {
    Ok(!repository.is_bare() && target(repository, "HEAD")? == branch)
}

#[cfg(test)]
mod tests;
