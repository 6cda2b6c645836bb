//! A repository of a server: what was last seen of it, and talking to it.

mod cache;
mod left_over;
pub(crate) mod login;
pub(crate) mod whole;

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use git2::{Buf, Error, Oid, Repository};

use super::server::cache::{Cache, Unusable};
use super::server::login::Login;
use super::{Freshness, Host, Move, Published, Tips, WhenMissing, words};
use crate::adapter::git::commit::{TRIES, pause};
use crate::adapter::git::references::{References, is_begun_by};
use crate::adapter::git::wire::{Failure, Fetch, History, Push, Pushed, Together, Wire};
use crate::store::StoreError;

/// What is said of a conversation that failed.
const FETCHING: &str = "fetch from";
const PUSHING: &str = "push to";

/// Whether references are those that somebody looks for.
type Wants = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// A repository on a server, over HTTP or SSH, seen through a cache.
pub(crate) struct Server {
    wire: Wire,
    folder: PathBuf,
    references: Arc<dyn References>,
    login: Login,
    missing: WhenMissing,
    cache: Option<Cache>,
    /// Whether something was wrong with the cache.
    condemned: Cell<bool>,
    seen: Option<Tips>,
}

impl Server {
    pub(crate) fn new(
        wire: Wire,
        folder: PathBuf,
        references: Arc<dyn References>,
        login: Login,
        missing: WhenMissing,
    ) -> Self {
        Self { wire, folder, references, login, missing, cache: None, condemned: Cell::new(false), seen: None }
    }

    /// Opens the cache; a new one where something was wrong with the last one.
    fn open(&mut self) -> Result<(), StoreError> {
        if self.condemned.take()
            && let Some(cache) = self.cache.take()
        {
            cache.discard();
        }
        if self.cache.is_none() {
            let cache = Cache::open(&self.folder, &self.wire.patience);
            self.cache = Some(cache.map_err(|why| match why {
                Unusable::Broken(error) => self.login.origin().unwritten("open its cache")(error),
                Unusable::Waiting(failure) => self.login.failed("open the cache of", failure),
            })?);
        }
        Ok(())
    }

    fn cache(&mut self) -> Result<&mut Cache, StoreError> {
        let missing = self.login.origin().missing();
        self.cache.as_mut().ok_or(missing)
    }

    /// Asks the server where the references are that `wants` names, and fetches what the cache has not. References may move in
    /// between: that is tried again; and what does not fit together is fetched once more without what was here.
    fn fetch(&mut self, wants: impl Fn(&str) -> bool + Send + Sync + 'static) -> Result<Tips, StoreError> {
        let wants: Wants = Arc::new(wants);
        let (mut renewed, mut last) = (false, Failure::Moved);
        for tried in 0..TRIES {
            thread::sleep(pause(tried));
            self.open()?;
            last = match self.fetch_once(&wants) {
                Ok(tips) => return Ok(tips),
                Err(failure) => failure,
            };
            match &last {
                Failure::Moved => {}
                Failure::Unsound(_) if !renewed => {
                    renewed = true;
                    self.condemned.set(true);
                }
                _ => break,
            }
        }
        Err(self.login.failed(FETCHING, last))
    }

    fn fetch_once(&mut self, wants: &Wants) -> Result<Tips, Failure> {
        let Some(cache) = &mut self.cache else { return Err(Failure::Missing) };
        let references = Arc::clone(&self.references);
        // Only what was proposed is looked for in the branch's history.
        let needs = move |tips: &Tips| {
            let proposed = tips.0.keys().any(|name| references.is_proposal(name));
            if proposed { History::Whole } else { History::Tips }
        };
        let fetch = Arc::new(Fetch {
            wants: wants.clone(),
            needs: Arc::new(needs),
            known: cache.known(),
            behind: cache.behind(),
            stretch: self.wire.patience.idle,
            cache: self.folder.clone(),
        });
        let (tips, behind) = self.login.with(|credential| self.wire.fetch(credential, &fetch))?;
        cache.check(&tips)?;
        cache.remember(&tips, behind)?;
        Ok(tips)
    }

    fn push(&mut self, moves: &[Move], together: Together) -> Result<Pushed, StoreError> {
        let packing = self.login.origin().unwritten("pack the objects");
        let seen = self.seen.clone();
        let pack = pack(self.cache()?.repository(), moves, seen.as_ref()).map_err(packing)?;
        let push = Arc::new(Push::new(moves, together, pack));
        let pushed = match self.login.with(|credential| self.wire.push(credential, &push)) {
            Ok(pushed) => pushed,
            // An answer may get lost of a push that arrived.
            Err(_) if push.is_sent() && self.are_done(moves) => Pushed::Accepted,
            Err(failure) => return Err(self.login.failed(PUSHING, failure)),
        };
        if pushed == Pushed::Accepted {
            let references = Arc::clone(&self.references);
            let cache = self.cache()?;
            let behind = cache.behind();
            let mut tips = Tips::default();
            // What is remembered of a proposal says what is behind it, and is fetched with that.
            let kept = moves.iter().filter(|step| behind == History::Whole || !references.is_proposal(&step.reference));
            kept.for_each(|step| tips.set(step));
            // What cannot be kept is fetched the next time.
            let _ = cache.remember(&tips, behind);
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

    /// Where the references are by now that were to move.
    fn where_are(&mut self, moves: &[Move]) -> Result<Tips, StoreError> {
        let names: Vec<String> = moves.iter().map(|step| step.reference.clone()).collect();
        self.fetch(move |name| names.iter().any(|known| known == name))
    }

    /// Whether the references are where they were to come to; not where that cannot be seen.
    fn are_done(&mut self, moves: &[Move]) -> bool {
        self.where_are(moves).is_ok_and(|now| is_done(moves, &now))
    }

    /// A push that was not accepted: by a hook or a rule where the references are still where they were, else by the race.
    fn unaccepted(&mut self, moves: &[Move], reference: String, reason: &str) -> Result<Published, StoreError> {
        let now = self.where_are(moves)?;
        if is_done(moves, &now) {
            return Ok(Published::Done);
        }
        if moves.iter().any(|step| now.of(&step.reference) != step.old) {
            return Ok(Published::Overtaken);
        }
        let (store, reason) = (self.login.origin().store.clone(), reason.to_owned());
        Err(StoreError::Refused { store, destination: reference, reason })
    }
}

impl Host for Server {
    fn look(&mut self, freshness: Freshness) -> Result<Tips, StoreError> {
        if let (Freshness::Remembered, Some(seen)) = (freshness, &self.seen) {
            return Ok(seen.clone());
        }
        let (references, begun) = (Arc::clone(&self.references), Arc::new(AtomicBool::new(false)));
        let has_branch = begun.clone();
        let tips = self.fetch(move |name| {
            has_branch.fetch_or(is_begun_by(name), Ordering::Relaxed);
            references.hold(name)
        })?;
        // A repository without any branch may begin with this one.
        let may_be_made = self.missing != WhenMissing::Fail || !begun.load(Ordering::Relaxed);
        if tips.of(self.references.branch()).is_none() && !may_be_made {
            return Err(self.login.origin().no_branch(
                self.references.branch_name(),
                None,
                tips.have_beside(&*self.references),
            ));
        }
        self.seen = Some(tips.clone());
        Ok(tips)
    }

    fn find(&mut self, reference: &str) -> Result<Option<Oid>, StoreError> {
        let wanted = reference.to_owned();
        Ok(self.fetch(move |name| name == wanted)?.of(reference))
    }

    fn names(&mut self) -> Result<Vec<String>, StoreError> {
        let names: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = names.clone();
        self.fetch(move |name| {
            let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
            noted.push(name.to_owned());
            false
        })?;
        let mut names = std::mem::take(&mut *names.lock().unwrap_or_else(PoisonError::into_inner));
        // What was tried again was noted again.
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    fn repository(&self) -> Option<&Repository> {
        self.cache.as_ref().map(Cache::repository)
    }

    fn publish(&mut self, moves: &[Move]) -> Result<Published, StoreError> {
        let pushed = self.push(moves, Together::Atomic)?;
        self.published(moves, pushed)
    }

    fn is_pushed_to(&self) -> bool {
        true
    }

    fn condemn(&self) -> bool {
        !self.condemned.replace(true)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.condemned.take()
            && let Some(cache) = self.cache.take()
        {
            cache.discard();
        }
    }
}

/// Whether each reference is where it was to come to.
fn is_done(moves: &[Move], now: &Tips) -> bool {
    moves.iter().all(|step| now.of(&step.reference) == step.new)
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
