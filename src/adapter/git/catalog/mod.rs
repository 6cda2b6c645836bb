//! A catalog on a branch of a Git repository: objects as files that anybody can read with Git alone, what projects own and said of them
//! beside these, and one commit an apply.
//!
//! In: a [`Place`] and a source of credentials. Out: a [`Catalog`].
//!
//! # The tree
//! Below the catalog's folder stand layers (see `layer`), each with a small file for an object at the same place:
//! `objects/entity/service/checkout.json` is what is live, `times/...` says when it was made and changed, and in the folder of a project
//! `written/...` is what it last wrote of it, `lifecycles/...` what protects it, `places/...` where its text declares it, `hand-overs/...` from whom it came,
//! `levels/SCORECARD/...` the level that it got. What is
//! equal is one blob: where all of an object is owned, its file in `objects` and that in `written` are the same, and most levels and
//! times are. So two commits differ where objects do, two branches merge where they changed different objects, and what a folder
//! holds is compared by the ids that Git has for it: nothing is read of an object that did not change.
//!
//! # One move
//! All that an apply writes is one commit, and the branch moves to it by compare-and-swap. A run that is killed leaves the commit
//! before or the one after. Where somebody else was faster the batch is carried out on what they made, again and again, for a bounded
//! time: it meets a conflict where they touched the same field, and nowhere else.
//!
//! # Beside the branch
//! Who may write, and how runs went, is no state of the catalog and would be a commit each: those are references,
//! `refs/plat/catalog/lease/...` and `refs/plat/catalog/runs/...`. What is proposed for people to merge is a branch, and a reference that
//! remembers it (see `suggestion`). Nothing is decided by them but that runs do not take turns in conflicts
//! and that a saved plan is carried out once.

mod along;
mod batch;
mod copy;
mod fault;
mod known;
mod layer;
mod observe;
mod propose;
mod record;
mod runs;
mod seen;
mod suggestion;
#[cfg(test)]
mod tests;
mod text;
mod view;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use git2::{Oid, Repository};

use self::along::{Along, Branch};
use self::batch::Work;
use self::fault::Fault;
use self::known::Known;
use self::layer::Layer;
use self::view::View;
use crate::adapter::git::commit::Tries;
use crate::adapter::git::commit::author::Authorship;
use crate::adapter::git::config::{Connected, Place};
use crate::adapter::git::host::origin::Origin;
use crate::adapter::git::host::{Freshness, Host, Move, Published, Tips, WhenMissing};
use crate::adapter::git::lease::Seat;
use crate::adapter::git::objects;
use crate::adapter::git::objects::edit::{self, Steps, Trouble};
use crate::adapter::git::objects::tree::Spot;
use crate::adapter::git::references::{Inventory, branch_reference};
use crate::catalog::{
    Batch, Catalog, CatalogError, Contents, KnownProject, LevelRecord, Observed, Outcome, OwnedFields, Presence,
    Proposals, RunRecord, SetBackTo, Times, Unreadable,
};
use crate::credentials::Environment;
use crate::model::{Address, DeclaredAt, Digest, HandOvers, Lease, Leased, Map, Object, shell_word};
use crate::store::StoreError;
use crate::wait::Wait;

/// A catalog on a branch of a Git repository.
pub struct GitCatalog {
    origin: Origin,
    /// The address as it is declared.
    url: String,
    host: RefCell<Box<dyn Host>>,
    /// The full name of the branch.
    branch: String,
    /// The branch and the folder of it, of no project.
    place: Inventory,
    authorship: Authorship,
    /// The moment that was last seen.
    seen: Cell<Seen>,
    /// The last commit that this run made.
    wrote: Cell<Option<Oid>>,
    /// The digests of bodies, by the blob of their file.
    known: Known,
    /// Where it is kept which commit was seen last; nothing for nowhere.
    last_seen: Option<PathBuf>,
    /// Whether somebody was told that it was set back.
    is_told: Cell<bool>,
    /// What to do where there is no branch.
    missing: WhenMissing,
    /// The references that are looked at with the branch.
    along: Along,
    /// Where all of them were, until something is written.
    looked: RefCell<Option<Tips>>,
    /// The reference of the journal of the project that was last observed.
    own_journal: RefCell<Option<String>>,
    /// What tells when the run is to stop.
    wait: Wait,
}

/// What was last seen of the branch.
#[derive(Clone, Copy, Debug)]
enum Seen {
    /// Nothing yet, or nothing that counts any more: somebody asks for the present.
    Nothing,
    /// The commit that it was at; nothing where there was no branch.
    At(Option<Oid>),
}

impl GitCatalog {
    /// Reads the declaration; nothing is touched or connected to yet. `credentials` are asked when a server asks. What was read of
    /// objects is remembered in the file `known` from run to run, where there may be one.
    ///
    /// # Errors
    /// Where the declaration cannot work.
    pub fn open(
        place: Place,
        authorship: Authorship,
        credentials: Environment,
        known: Option<PathBuf>,
    ) -> Result<Self, StoreError> {
        let (branch, along) = (branch_reference(&place.branch), Along::default());
        let folder = place.folder()?;
        let Connected { origin, host } =
            place.connect(Arc::new(Branch::new(branch.clone(), along.clone())), credentials)?;
        let (url, wait, missing) = (place.url.clone(), place.wait.clone(), place.missing);
        let place = Inventory { project: String::new(), branch: place.branch, folder };
        let last_seen = known.as_ref().map(|file| file.with_extension("seen"));
        let (seen, wrote, known) = (Cell::new(Seen::Nothing), Cell::new(None), Known::new(known));
        let (host, looked, own_journal) = (RefCell::new(host), RefCell::default(), RefCell::default());
        Ok(Self {
            origin,
            url,
            host,
            branch,
            place,
            authorship,
            seen,
            wrote,
            known,
            last_seen,
            is_told: Cell::default(),
            missing,
            along,
            looked,
            own_journal,
            wait,
        })
    }

    /// Asks something of one moment: the one last seen, or else the present.
    fn ask<T: Default>(
        &self,
        doing: &'static str,
        question: impl Fn(&View<'_>) -> Result<T, Fault>,
    ) -> Result<T, CatalogError> {
        self.soundly(doing, || {
            let commit = match self.seen.get() {
                Seen::At(commit) => commit,
                Seen::Nothing => self.look(Freshness::Now)?,
            };
            let host = self.host.borrow();
            let Some(repository) = host.repository() else { return Ok(T::default()) };
            question(&self.view(repository, commit)?)
        })
    }

    /// Asks something of the present.
    fn ask_now<T: Default>(
        &self,
        doing: &'static str,
        question: impl Fn(&View<'_>) -> Result<T, Fault>,
    ) -> Result<T, CatalogError> {
        self.seen.set(Seen::Nothing);
        self.ask(doing, question)
    }

    /// Where the branch is.
    fn look(&self, freshness: Freshness) -> Result<Option<Oid>, Fault> {
        let commit = self.tips(freshness).map(|tips| tips.of(&self.branch));
        if let Ok(None) | Err(Fault::Store(StoreError::Unusable { .. })) = &commit {
            self.has_not_vanished()?;
        }
        let commit = commit?;
        self.seen.set(Seen::At(commit));
        Ok(commit)
    }

    /// The catalog at a commit, which has to be one of a format that is known.
    fn view<'r>(&self, repository: &'r Repository, commit: Option<Oid>) -> Result<View<'r>, Fault> {
        let view = View::new(repository, commit, &self.place.folder)?;
        if let Some(path) = view.no_folder()? {
            return Err(self.damaged(format!("{path} is no folder"), &path).into());
        }
        let Spot::File(mark, _) = view.spot(layer::MARK)? else { return Ok(view) };
        match record::read_mark(&view.content(mark)?) {
            Some(1..=record::FORMAT) => Ok(view),
            Some(found) => {
                Err(CatalogError::Newer { place: self.origin.url.clone(), found, known: record::FORMAT }.into())
            }
            None => {
                let path = view.full(layer::MARK);
                Err(self.damaged(format!("its file {path} says no format"), &path).into())
            }
        }
    }

    /// What a catalog says of what a repository of it met.
    fn kept(&self, error: StoreError) -> CatalogError {
        let place = self.origin.url.clone();
        match error {
            StoreError::Locked { waited, .. } => CatalogError::Busy { place, waited },
            StoreError::Interrupted { .. } => CatalogError::Interrupted { place },
            StoreError::Busy { tries, .. } => CatalogError::Overtaken { place, tries },
            error => CatalogError::Kept(Box::new(error)),
        }
    }

    /// Something of the branch is not as it was written.
    fn damaged(&self, what: String, path: &str) -> CatalogError {
        let (branch, path) = (&self.place.branch, shell_word(path));
        let way =
            format!("take it back to an earlier commit of the branch: `git log -p {branch} -- {path}` shows them");
        CatalogError::Damaged { place: self.origin.url.clone(), what, way }
    }

    /// Does something, and once more where what is wrong is only a copy of what a server has.
    fn soundly<T>(&self, doing: &'static str, work: impl Fn() -> Result<T, Fault>) -> Result<T, CatalogError> {
        let is_flawed = |fault: &Fault| matches!(fault, Fault::Git(_) | Fault::Store(StoreError::Failed { .. }));
        let ended = match work() {
            Err(fault) if is_flawed(&fault) && self.host.borrow().condemn() => {
                self.seen.set(Seen::Nothing);
                work()
            }
            ended => ended,
        };
        ended.map_err(|fault| match fault {
            Fault::Rule(error) => error,
            Fault::Store(error) => self.kept(error),
            Fault::Damaged { what, path } => self.damaged(what, &path),
            Fault::InTheWay(path) => {
                let (store, obstacle) = (self.origin.store.clone(), path.clone());
                CatalogError::Kept(Box::new(StoreError::Obstructed { store, path, obstacle }))
            }
            Fault::Git(error) => CatalogError::Kept(Box::new(self.origin.unwritten(doing)(error))),
        })
    }

    /// Commits what `make` makes of the catalog, on whatever others made meanwhile.
    fn commit<T>(
        &self,
        (message, time): (&str, i64),
        make: impl for<'v, 'r> Fn(&'v View<'r>) -> Result<(T, Work<'v, 'r>), Fault>,
    ) -> Result<T, Fault> {
        let mut freshness = Freshness::Remembered;
        let mut tries = Tries::new(&self.wait);
        while tries.goes_on() {
            let tip = self.look(freshness)?;
            self.host.borrow_mut().create()?;
            let (made, new) = {
                let host = self.host.borrow();
                let repository = host.repository().ok_or_else(|| self.origin.missing())?;
                let view = self.view(repository, tip)?;
                let (made, work) = make(&view)?;
                let steps = work.steps(&self.place.folder)?;
                if steps.is_empty() {
                    return Ok(made);
                }
                (made, self.write(repository, tip, &steps, (message, time))?)
            };
            let step = Move { reference: self.branch.clone(), old: tip, new: Some(new) };
            self.seen.set(Seen::Nothing);
            self.forget_looked();
            let published = self.host.borrow_mut().publish(&[step])?;
            match published {
                Published::Done => {
                    self.wrote.set(Some(new));
                    self.remember_seen(self.host.borrow().repository(), Some(new));
                    return Ok(made);
                }
                Published::Overtaken | Published::Partly => freshness = Freshness::Now,
            }
        }
        Err(tries.in_vain(&self.origin, &self.branch).into())
    }

    /// Writes a commit; no reference points to it yet.
    fn write(
        &self,
        repository: &Repository,
        parent: Option<Oid>,
        steps: &Steps<'_>,
        what: (&str, i64),
    ) -> Result<Oid, Fault> {
        let written = objects::write(repository, steps.blobs(), parent, |repository| {
            let start = parent.map(|parent| Ok::<_, git2::Error>(repository.find_commit(parent)?.tree_id()));
            let tree = edit::apply(repository, start.transpose()?, steps)?;
            Ok(self.authorship.commit(repository, parent, tree, what)?)
        });
        written.map_err(|trouble| match trouble {
            Trouble::Git(error) => error.into(),
            Trouble::Conflict(path) | Trouble::Blocked(path, _) => Fault::InTheWay(path),
        })
    }

    /// A reference of the catalog beside its branch.
    fn beside(&self, what: &str, project: &str) -> Result<String, Fault> {
        let place = Inventory { project: project.to_owned(), ..self.place.clone() };
        Ok(place.below(what).map_err(|fault| self.origin.unusable(fault.to_owned()))?)
    }

    fn seat<T>(&self, project: &str, ask: impl Fn(Seat<'_>) -> Result<T, StoreError>) -> Result<T, CatalogError> {
        self.soundly("read the lease", || {
            let reference = self.beside("refs/plat/catalog/lease/", project)?;
            self.forget_looked();
            let mut host = self.host.borrow_mut();
            let (origin, authorship) = (&self.origin, &self.authorship);
            Ok(ask(Seat { host: &mut **host, origin, authorship, reference: &reference })?)
        })
    }
}

/// What a file says that is live there.
fn presence(view: &View<'_>, address: &Address, content: &[u8]) -> Presence<Map> {
    match text::body(content) {
        Ok(body) => Presence::Read(body),
        Err(why) => {
            let path = view.find(&Layer::Objects, address).ok().flatten().map(|(path, _)| path);
            let removal = removal(&view.full(&path.unwrap_or_default()), false);
            let digest = Digest::of(content);
            Presence::Unreadable(Arc::new(Unreadable { address: address.clone(), digest, why, removal }))
        }
    }
}

/// The command that takes away what is at a path of the branch.
fn removal(path: &str, is_folder: bool) -> String {
    format!("git rm {}-- {}", if is_folder { "-r " } else { "" }, shell_word(path))
}

/// What `of` finds in a layer for each of some addresses.
fn each<T>(
    view: &View<'_>,
    layer: &Layer,
    addresses: &[Address],
    of: impl Fn(&Address, Vec<u8>) -> Result<T, Fault>,
) -> Result<Vec<Option<T>>, Fault> {
    let one = |address: &Address| match view.find(layer, address)? {
        Some((_, blob)) => of(address, view.content(blob)?).map(Some),
        None => Ok(None),
    };
    addresses.iter().map(one).collect()
}

impl Catalog for GitCatalog {
    fn claim(&mut self, name: &str, fresh: &str) -> Result<String, CatalogError> {
        self.soundly("say who writes to it", || {
            self.commit((&format!("Know {fresh} as {name}"), 0), |view| {
                let mut work = Work::new(view, "", 0);
                if let Some(id) = observe::identities(view, name)?.pop_first() {
                    return Ok((id, work));
                }
                work.introduce(fresh, name)?;
                Ok((fresh.to_owned(), work))
            })
        })
    }

    fn observe(&self, project: &str) -> Result<Observed, CatalogError> {
        self.soundly("say what it holds", || self.look_along(project))?;
        self.ask_now("say what it holds", |view| observe::observe(self, view, project))
    }

    fn projects(&self) -> Result<Vec<KnownProject>, CatalogError> {
        self.ask("say who wrote to it", copy::projects)
    }

    fn named(&self, project: &str) -> Result<(), CatalogError> {
        self.ask("say what a project is called", |view| copy::named(view, project))
    }

    fn take_in(&mut self, contents: &Contents) -> Result<(), CatalogError> {
        self.soundly("take in a copy", || self.copy(contents))
    }

    fn identities(&self, name: &str) -> Result<BTreeSet<String>, CatalogError> {
        self.ask("say who wrote to it", |view| observe::identities(view, name))
    }

    fn objects(&self, addresses: &[Address]) -> Result<Vec<Option<Presence<Object>>>, CatalogError> {
        let found = self.ask("read objects", |view| {
            each(view, &Layer::Objects, addresses, |address, content| {
                Ok(presence(view, address, &content).map(|body| Object { address: address.clone(), body }))
            })
        })?;
        Ok(observe::padded(found, addresses))
    }

    fn owned_fields(&self, project: &str, addresses: &[Address]) -> Result<Vec<OwnedFields>, CatalogError> {
        let found = self.ask("read the inventory", |view| observe::owned(view, project, addresses))?;
        Ok(observe::padded(found, addresses)
            .into_iter()
            .map(|owned| owned.map_or_else(Vec::new, |owned| owned.fields))
            .collect())
    }

    fn written(&self, project: &str, addresses: &[Address]) -> Result<Vec<Map>, CatalogError> {
        let found = self.ask("read what was written", |view| observe::owned(view, project, addresses))?;
        Ok(observe::padded(found, addresses)
            .into_iter()
            .map(|owned| owned.map_or_else(Map::default, |owned| owned.values))
            .collect())
    }

    fn declared_at(&self, project: &str, addresses: &[Address]) -> Result<Vec<Option<DeclaredAt>>, CatalogError> {
        let asked = (project, &Layer::Places(project.into()));
        let found = self.ask("say where objects are declared", |view| {
            observe::beside(view, asked, addresses, |_, text| Ok(DeclaredAt::decode(text)))
        })?;
        Ok(observe::padded(found, addresses))
    }

    fn hand_overs(&self, project: &str, addresses: &[Address]) -> Result<Vec<HandOvers>, CatalogError> {
        let found = self.ask("say from whom objects came", |view| observe::hand_overs(view, project, addresses))?;
        Ok(observe::padded(found, addresses).into_iter().map(Option::unwrap_or_default).collect())
    }

    fn times(&self, addresses: &[Address]) -> Result<Vec<Option<Times>>, CatalogError> {
        let found = self.ask("read the times of objects", |view| {
            let times = each(view, &Layer::Times, addresses, |_, content| Ok(record::read_times(&content)))?;
            let live = addresses.iter().map(|address| Ok(view.find(&Layer::Objects, address)?.is_some()));
            let live = live.collect::<Result<Vec<bool>, Fault>>()?;
            // An object that others made by hand has none.
            let known = |(times, live): (Option<Option<Times>>, bool)| {
                live.then(|| times.flatten().unwrap_or(Times { created: 0, updated: 0 }))
            };
            Ok(times.into_iter().zip(live).map(known).collect())
        })?;
        Ok(observe::padded(found, addresses))
    }

    fn levels(&self, project: &str) -> Result<Vec<LevelRecord>, CatalogError> {
        self.ask("read levels", |view| observe::levels(view, project))
    }

    fn acquire(&mut self, project: &str, lease: &Lease, now: i64) -> Result<Leased, CatalogError> {
        self.seat(project, |mut seat| seat.take(lease, now))
    }

    fn lease(&self, project: &str) -> Result<Option<Lease>, CatalogError> {
        self.seat(project, |mut seat| seat.present())
    }

    fn release(&mut self, project: &str, run: &str) -> Result<(), CatalogError> {
        self.seat(project, |mut seat| seat.give_back(run))
    }

    fn set_back(&self) -> Result<Option<SetBackTo>, CatalogError> {
        self.soundly("look for what was seen before", || self.since_last())
    }

    fn accept_set_back(&self) -> Result<(), CatalogError> {
        self.soundly("look for what was seen before", || self.accept())
    }

    fn lasts(&self) -> Result<(), CatalogError> {
        self.soundly("look for what was written", || self.is_still_there())
    }

    fn record_run(&mut self, project: &str, record: &RunRecord) -> Result<(), CatalogError> {
        self.soundly("write its journal", || self.write_runs(project, &[record]))
    }

    fn runs(&self, project: &str, limit: usize) -> Result<Vec<RunRecord>, CatalogError> {
        self.soundly("read its journal", || self.read_runs(project, limit))
    }

    fn apply(&mut self, batch: &Batch<'_>) -> Result<Vec<Outcome>, CatalogError> {
        self.soundly("write a batch", || {
            // Nothing depends on what is remembered of a proposal.
            let _ = self.finish(batch.project);
            self.commit((batch.message, batch.time), |view| {
                let mut work = Work::new(view, batch.project, batch.time);
                let outcomes = work.carry_out(batch)?;
                Ok((outcomes, work))
            })
        })
    }

    fn proposals(&mut self) -> Option<Box<dyn Proposals + '_>> {
        Some(Box::new(self))
    }
}
