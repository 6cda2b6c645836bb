use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use git2::{Error, ErrorCode, Oid, Repository, RepositoryInitOptions};

use super::config::WhenMissing;
use super::lock::Alone;
use super::origin::Origin;
use super::place::{Freshness, Move, Place, Published, References, Tips, Writing};
use crate::store::StoreError;

/// A repository in a folder, bare or not. Its references are moved by compare-and-swap.
pub(super) struct Local {
    origin: Origin,
    folder: PathBuf,
    missing: WhenMissing,
    references: References,
    repository: Option<Repository>,
}

impl Local {
    pub(super) fn new(origin: Origin, folder: PathBuf, missing: WhenMissing, references: References) -> Self {
        Self { origin, folder, missing, references, repository: None }
    }

    /// Opens the repository; nothing where there is none and the first commit makes it.
    fn open(&mut self) -> Result<Option<&Repository>, StoreError> {
        if self.repository.is_none() {
            self.repository = match (Repository::open(&self.folder), self.missing) {
                (Ok(repository), _) => Some(repository),
                (Err(error), WhenMissing::Create) if error.code() == ErrorCode::NotFound => self.vacant()?,
                (Err(error), WhenMissing::Fail) if error.code() == ErrorCode::NotFound => {
                    return Err(self.origin.missing());
                }
                (Err(error), _) => return Err(self.origin.failed("open the repository")(error)),
            };
        }
        Ok(self.repository.as_ref())
    }

    /// Makes sure that a repository can be made: somebody's files are not put next to one.
    fn vacant(&self) -> Result<Option<Repository>, StoreError> {
        let used = match std::fs::read_dir(&self.folder) {
            Ok(mut entries) => entries.next().is_some(),
            Err(error) => error.kind() != std::io::ErrorKind::NotFound,
        };
        let taken =
            || self.origin.unusable(format!("{} is neither a Git repository nor an empty folder", self.origin.url));
        if used { Err(taken()) } else { Ok(None) }
    }

    fn tips(&self, repository: &Repository) -> Result<Tips, Error> {
        let mut tips = Tips::default();
        let own = [&self.references.branch, &self.references.inventory].map(Clone::clone);
        let mut names = Vec::from(own);
        for pattern in ["refs/plat/inventory/*", "refs/plat/proposal/*", "refs/heads/plat/*"] {
            for name in repository.references_glob(pattern)?.names() {
                names.push(name?.to_owned());
            }
        }
        for name in names.into_iter().filter(|name| self.references.hold(name)) {
            if let Some(tip) = tip(repository, &name)? {
                tips.0.insert(name, tip);
            }
        }
        Ok(tips)
    }

    /// A branch with a work tree cannot be written behind its back: the work tree would seem to take everything back.
    fn check_work_trees(&self, repository: &Repository) -> Result<(), StoreError> {
        let checked_out = checked_out(repository, &self.references.branch);
        match checked_out.map_err(self.origin.failed("read the repository's HEAD"))? {
            None => Ok(()),
            Some(folder) => Err(self.origin.unusable(format!(
                "the branch {} is checked out in {}, which would not follow; use a bare repository, another branch, or \
                 check out another branch there",
                self.references.branch.trim_start_matches("refs/heads/"),
                folder.display()
            ))),
        }
    }
}

impl Place for Local {
    fn look(&mut self, _: Freshness) -> Result<Tips, StoreError> {
        if self.open()?.is_none() {
            return Ok(Tips::default());
        }
        let Some(repository) = &self.repository else { return Ok(Tips::default()) };
        self.check_work_trees(repository)?;
        self.tips(repository).map_err(self.origin.failed("read the references"))
    }

    fn find(&mut self, reference: &str) -> Result<Option<Oid>, StoreError> {
        let failed = self.origin.failed("read the references");
        self.open()?.map_or(Ok(None), |repository| tip(repository, reference).map_err(failed))
    }

    fn repository(&self) -> Option<&Repository> {
        self.repository.as_ref()
    }

    fn create(&mut self) -> Result<(), StoreError> {
        if self.repository.is_none() {
            let made = make(&self.folder, &self.references.branch);
            self.repository = Some(made.map_err(self.origin.failed("make the repository"))?);
        }
        Ok(())
    }

    fn publish(&mut self, moves: &[Move]) -> Result<Published, StoreError> {
        let repository = self.repository.as_ref().ok_or_else(|| self.origin.missing())?;
        let alone = Alone::wait(repository);
        let mut moved = move_all(repository, moves);
        if let (Ok(Published::Locked(_)), Some(alone)) = (&moved, &alone)
            && moves.iter().filter(|step| alone.clear(step)).count() > 0
        {
            moved = move_all(repository, moves);
        }
        moved.map_err(self.origin.failed("move the reference"))
    }

    fn writing(&self) -> Writing {
        Writing::Direct
    }

    fn heed(&mut self, _: &Arc<AtomicUsize>) {
        // Nothing here waits for anybody but other runs of plat, which are quick.
    }
}

/// The commit that a reference points to.
fn tip(repository: &Repository, reference: &str) -> Result<Option<Oid>, Error> {
    match repository.find_reference(reference) {
        Ok(reference) => Ok(Some(reference.peel_to_commit()?.id())),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Takes the locks of all references, looks whether each is at its old place, and moves them in their order. Who is killed
/// between two moves has made the first ones.
fn move_all(repository: &Repository, moves: &[Move]) -> Result<Published, Error> {
    let mut held = Vec::with_capacity(moves.len());
    for step in moves {
        let mut transaction = repository.transaction()?;
        match transaction.lock_ref(&step.reference) {
            Err(error) if error.code() == ErrorCode::Locked => return Ok(Published::Locked(error)),
            locked => locked?,
        }
        held.push(transaction);
    }
    for step in moves {
        if tip(repository, &step.reference)? != step.old {
            return Ok(Published::Overtaken);
        }
    }
    for (step, mut transaction) in moves.iter().zip(held) {
        match step.new {
            Some(new) => transaction.set_target(&step.reference, new, None, "plat apply")?,
            None => transaction.remove(&step.reference)?,
        }
        transaction.commit()?;
    }
    Ok(Published::Done)
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
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = folder.with_file_name(name);
    // What cannot be made there, or not be moved, as where a volume is mounted on the folder, is made in place.
    let moved = init(&beside).is_ok() && std::fs::rename(&beside, &folder).is_ok();
    if !moved {
        let _ = std::fs::remove_dir_all(&beside);
    }
    match Repository::open(&folder) {
        Err(error) if error.code() == ErrorCode::NotFound => init(&folder),
        opened => opened,
    }
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
    Ok(!repository.is_bare() && repository.find_reference("HEAD")?.symbolic_target()? == Some(branch))
}
