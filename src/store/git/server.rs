use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use git2::{Buf, Error, Oid, Repository};

use super::cache::Cache;
use super::config::WhenMissing;
use super::login::Login;
use super::place::{Freshness, Move, Place, Published, References, Tips, Writing};
use super::wait::Wait;
use super::wire::{Fetch, Push, Pushed, Together, Wire};
use super::words;
use crate::store::StoreError;

/// How many commits behind the known ones a server is told of, so that it need not send what a branch was set back to.
const BEHIND: usize = 64;

/// A repository on a server, over HTTP or SSH, seen through a cache.
pub(super) struct Server {
    wire: Wire,
    folder: PathBuf,
    references: References,
    login: Login,
    missing: WhenMissing,
    cache: Option<Cache>,
    seen: Option<Tips>,
}

impl Server {
    pub(super) fn new(wire: Wire, folder: PathBuf, references: References, login: Login, missing: WhenMissing) -> Self {
        Self { wire, folder, references, login, missing, cache: None, seen: None }
    }

    fn open(&mut self) -> Result<(), StoreError> {
        if self.cache.is_none() {
            let cache = Cache::open(&self.folder);
            self.cache = Some(cache.map_err(self.login.origin().failed("open its cache"))?);
        }
        Ok(())
    }

    fn cache(&self) -> Result<&Cache, StoreError> {
        self.cache.as_ref().ok_or_else(|| self.login.origin().missing())
    }

    /// Asks the server where the references are that `wants` names, and fetches what the cache has not.
    fn fetch(&self, wants: impl Fn(&str) -> bool + Send + Sync + 'static) -> Result<Tips, StoreError> {
        let cache = self.cache()?;
        let here = cache.known().and_then(|known| Ok((cache.behind(&known, BEHIND)?, known)));
        let (behind, known) = here.map_err(self.login.origin().failed("read its cache"))?;
        let fetch = Arc::new(Fetch { wants: Arc::new(wants), known, behind, cache: self.folder.clone() });
        let tips = self.login.with("fetch from", |credential| self.wire.fetch(credential, &fetch))?;
        cache.remember(&tips);
        Ok(tips)
    }

    fn push(&mut self, moves: &[Move], together: Together) -> Result<Pushed, StoreError> {
        let cache = self.cache()?;
        let pack = pack(cache.repository(), moves, self.seen.as_ref());
        let pack = pack.map_err(self.login.origin().failed("pack the objects"))?;
        let push = Arc::new(Push { moves: moves.to_vec(), together, pack });
        let pushed = self.login.with("push to", |credential| self.wire.push(credential, &push))?;
        if pushed == Pushed::Accepted {
            let mut tips = Tips::default();
            for step in moves {
                tips.set(step);
            }
            cache.remember(&tips);
            if let Some(seen) = &mut self.seen {
                let held = moves.iter().filter(|step| self.references.hold(&step.reference));
                held.for_each(|step| seen.set(step));
            }
        }
        Ok(pushed)
    }

    /// The first reference alone and the others after it, for a server that cannot do it at once.
    fn publish_each(&mut self, moves: &[Move]) -> Result<Published, StoreError> {
        let (first, rest) = moves.split_at(1);
        let pushed = self.push(first, Together::Each)?;
        match self.published(first, pushed)? {
            Published::Done if rest.is_empty() => Ok(Published::Done),
            Published::Done => {
                let pushed = self.push(rest, Together::Each)?;
                match self.published(rest, pushed)? {
                    Published::Done => Ok(Published::Done),
                    Published::Partly | Published::Overtaken => Ok(Published::Partly),
                }
            }
            other @ (Published::Partly | Published::Overtaken) => Ok(other),
        }
    }

    fn published(&mut self, moves: &[Move], pushed: Pushed) -> Result<Published, StoreError> {
        match pushed {
            Pushed::Accepted => Ok(Published::Done),
            Pushed::Overtaken => Ok(Published::Overtaken),
            Pushed::NotAtomic => self.publish_each(moves),
            Pushed::Unaccepted { reference, status, said } => {
                self.unaccepted(moves, reference, &self.login.redact(&words::reason(&status, &said)))
            }
        }
    }

    /// A push that was not accepted: by a hook or a rule where the references are still where they were, else by the race.
    fn unaccepted(&self, moves: &[Move], reference: String, reason: &str) -> Result<Published, StoreError> {
        let names: Vec<String> = moves.iter().map(|step| step.reference.clone()).collect();
        let now = self.fetch(move |name| names.iter().any(|known| known == name))?;
        if moves.iter().all(|step| now.of(&step.reference) == step.new) {
            return Ok(Published::Done);
        }
        if moves.iter().any(|step| now.of(&step.reference) != step.old) {
            return Ok(Published::Overtaken);
        }
        let (store, reason) = (self.login.origin().store.clone(), reason.to_owned());
        Err(StoreError::Refused { store, reference, reason })
    }
}

impl Place for Server {
    fn look(&mut self, freshness: Freshness) -> Result<Tips, StoreError> {
        if let (Freshness::Remembered, Some(seen)) = (freshness, &self.seen) {
            return Ok(seen.clone());
        }
        self.open()?;
        let (references, begun) = (self.references.clone(), Arc::new(AtomicBool::new(false)));
        let has_branch = begun.clone();
        let tips = self.fetch(move |name| {
            has_branch.fetch_or(name.starts_with("refs/heads/"), Ordering::Relaxed);
            references.hold(name)
        })?;
        // A repository without any branch may begin with this one.
        let may_be_made = self.missing == WhenMissing::Create || !begun.load(Ordering::Relaxed);
        if tips.of(&self.references.branch).is_none() && !may_be_made {
            return Err(self.login.origin().no_branch(&self.references.own.branch, None));
        }
        self.seen = Some(tips.clone());
        Ok(tips)
    }

    fn find(&mut self, reference: &str) -> Result<Option<Oid>, StoreError> {
        self.open()?;
        let wanted = reference.to_owned();
        Ok(self.fetch(move |name| name == wanted)?.of(reference))
    }

    fn repository(&self) -> Option<&Repository> {
        self.cache.as_ref().map(Cache::repository)
    }

    fn create(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn publish(&mut self, moves: &[Move]) -> Result<Published, StoreError> {
        let pushed = self.push(moves, Together::Atomic)?;
        self.published(moves, pushed)
    }

    fn said(&self) -> Vec<String> {
        Vec::new()
    }

    fn writing(&self) -> Writing {
        Writing::Pushed
    }

    fn heed(&mut self, wait: &Wait) {
        self.wire.patience.interrupt = wait.interrupt.clone();
    }
}

/// The objects that the moves need and the server has not.
fn pack(repository: &Repository, moves: &[Move], seen: Option<&Tips>) -> Result<Arc<[u8]>, Error> {
    let mut walk = repository.revwalk()?;
    moves.iter().filter_map(|step| step.new).try_for_each(|new| walk.push(new))?;
    moves.iter().filter_map(|step| step.old).try_for_each(|old| walk.hide(old))?;
    seen.iter().flat_map(|tips| tips.0.values()).try_for_each(|tip| walk.hide(*tip))?;
    let mut builder = repository.packbuilder()?;
    // As many threads as there are processors; the default is one.
    builder.set_threads(0);
    builder.insert_walk(&mut walk)?;
    let mut pack = Buf::new();
    builder.write_buf(&mut pack)?;
    Ok(Arc::from(&*pack))
}
