use super::begin::Begin;
use super::convert::{self, Part};
use super::departure;
use super::journal::Journal;
use super::message::{message, one_line, said_of};
use super::told::Told;
use super::waiting::waiting;
use super::work::{Departure, StoreWork};
use super::{
    Applied, ApplyError, CatalogProposal, Delivery, Leases, Left, Observer, Occupied, ProposalOutcome, Run, Step,
    StoreOutcome, Targets,
};
use crate::catalog::{Batch, CatalogError, Change, GuardedChange, LevelChange};
use crate::model::{Digest, Holding, Identity};
use crate::plan::Plan;
use crate::store::{Draft, FileChange, Proposals, Store, StoreError};
use std::collections::BTreeSet;

/// Carries out a plan that has neither conflicts nor refusals: the catalog's first part, one delivery a state store, the
/// catalog's last part. A store that fails keeps no other one back, but the last part starts only when all before it succeeded, and
/// what leaves a store for another one goes only once it is there: where stores go to each other, in a second delivery.
///
/// A catalog that takes proposals gets one where files are proposed too: its first part, and its last part as well where no file waits.
/// Which of them is merged first makes no difference: neither takes anything away that the other one needs.
///
/// # Errors
/// The first failure, with what was done until then and what was left in `applied`.
pub fn apply(
    plan: &Plan,
    targets: &mut Targets,
    run: &Run,
    observer: &mut dyn Observer,
    applied: &mut Applied,
) -> Result<(), ApplyError> {
    let work = Work::of(plan, targets)?;
    if work.is_empty() {
        return settle(targets, run);
    }
    let told = Told::of(plan);
    let mut leases = Leases::of(run, &targets.identity.id, work.leased(run.delivery));
    let mut journal = Journal::new(plan, &targets.identity.id, run);
    let mut waits = |targets: &mut Targets, occupied: &Occupied, now: i64| {
        journal.waits(occupied, now.saturating_add(run.patience));
        journal.write(targets, applied);
    };
    let begin = leases.as_mut().map_or(Ok(Begin::Now), |leases| leases.take(targets, run, observer, &mut waits));
    let result = match begin {
        Ok(Begin::Now) => {
            journal.begins();
            journal.write(targets, applied);
            if leases.is_some() {
                journal.outlive(targets, applied, observer.now(run));
            }
            let (leases, journal, told) = (leases.as_mut(), &mut journal, &told);
            let mut applying = Applying { plan, told, targets, run, observer, applied, leases, journal };
            let result = applying.carry_out(&work);
            // What is gone again by its end was not applied.
            let result = result.and_then(|()| journal.lasts(targets));
            let now = observer.now(run);
            journal.end(&result, applied, now);
            journal.write(targets, applied);
            result
        }
        Ok(Begin::Stopped) => {
            applied.stopped = true;
            applied.left = work.parts(&told);
            journal.waited_in_vain(&Ok(()), targets, applied, observer.now(run));
            Ok(())
        }
        Err(error) => {
            let result = Err(error);
            journal.waited_in_vain(&result, targets, applied, observer.now(run));
            result
        }
    };
    if let Some(leases) = leases {
        observer.closing();
        leases.release(targets);
    }
    result
}

/// Takes away what was proposed to the catalog, where nothing is to be merged any more.
fn settle(targets: &mut Targets, run: &Run) -> Result<(), ApplyError> {
    if run.delivery == Delivery::Proposal && waiting(None, targets)?.is_some() {
        let Targets { identity: Identity { id, name, .. }, catalog, .. } = targets;
        let nothing =
            Batch { project: id, name, time: run.time, message: "", operations: &[], levels: &[], alone: true };
        catalog.proposals().map_or(Ok(()), |mut proposals| proposals.propose(&nothing).map(drop))?;
    }
    Ok(())
}

/// What a plan comes to, as the targets take it.
struct Work {
    levels: Vec<LevelChange>,
    first: Vec<GuardedChange>,
    files: Vec<StoreWork>,
    last: Vec<GuardedChange>,
}

impl Work {
    /// The work of a plan, with the values of its secrets, which must be those of the time of the plan.
    fn of(plan: &Plan, targets: &mut Targets) -> Result<Self, ApplyError> {
        let Targets { stores, secrets, .. } = targets;
        let mut names: BTreeSet<String> = convert::stores(plan).into_iter().map(ToString::to_string).collect();
        names.extend(stores.iter().filter(|(_, store)| store.is_behind()).map(|(name, _)| name.clone()));
        let files = |name: String| {
            let store = stores.get_mut(&name).ok_or_else(|| ApplyError::UnknownStore { store: name.clone() })?;
            if let Some((file, _)) = convert::rotated(plan, &name, &**store, secrets)?.first() {
                return Err(ApplyError::Rotated { store: name.clone(), path: file.path.to_string() });
            }
            let changes = convert::file_changes(plan, &name, &mut **store, secrets)?;
            let holdings = convert::holdings(plan, &name);
            Ok(StoreWork { store: name, changes, holdings, departure: Departure::default() })
        };
        let works = names.into_iter().map(files).collect::<Result<_, ApplyError>>()?;
        Ok(Self {
            levels: convert::levels(plan, &*targets.catalog, &targets.identity.id)?,
            first: convert::catalog_operations(plan, Part::First)?,
            files: departure::arrange(plan, works),
            last: convert::catalog_operations(plan, Part::Last)?,
        })
    }

    fn is_empty(&self) -> bool {
        self.levels.is_empty() && self.first.is_empty() && self.files.is_empty() && self.last.is_empty()
    }

    /// The state stores that get a new revision.
    fn leased(&self, delivery: Delivery) -> Vec<String> {
        match delivery {
            Delivery::Direct => {
                let stores: BTreeSet<&String> = self.files.iter().map(|work| &work.store).collect();
                stores.into_iter().cloned().collect()
            }
            Delivery::Proposal => Vec::new(),
        }
    }

    fn parts(&self, told: &Told<'_>) -> Vec<Left> {
        let first = || Left::Catalog { objects: told.objects(&self.first) };
        let mut parts = Vec::new();
        parts.extend((!self.first.is_empty()).then(first));
        parts.extend(self.files.iter().map(|work| work.left(told)));
        parts.extend(self.pruned(told));
        parts
    }

    /// The operations of the catalog that are proposed at once: all of them, or those that take nothing away.
    fn proposed(&self, is_whole: bool) -> Vec<GuardedChange> {
        let last = if is_whole { &self.last[..] } else { &[] };
        self.first.iter().chain(last).cloned().collect()
    }

    fn pruned(&self, told: &Told<'_>) -> Option<Left> {
        (!self.last.is_empty()).then(|| Left::Prune { objects: told.objects(&self.last) })
    }
}

/// An apply on its way.
struct Applying<'a, 'o> {
    plan: &'a Plan,
    told: &'a Told<'a>,
    targets: &'a mut Targets,
    run: &'a Run,
    observer: &'a mut (dyn Observer + 'o),
    applied: &'a mut Applied,
    leases: Option<&'a mut Leases>,
    journal: &'a mut Journal,
}

impl Applying<'_, '_> {
    fn carry_out(&mut self, work: &Work) -> Result<(), ApplyError> {
        self.rehearse(work)?;
        let proposes = self.proposes_to_catalog();
        let is_idle = work.first.is_empty() && work.levels.is_empty() && self.plan.rests_on.is_empty();
        if !proposes && !is_idle {
            let left = Left::Catalog { objects: self.told.objects(&work.first) };
            self.write_catalog(&work.first, &work.levels, left)?;
        }
        let mut failures = Vec::new();
        let mut staying: Vec<&StoreWork> = Vec::new();
        for work in &work.files {
            let arrived = self.has_arrived(work);
            let (changes, holdings) =
                if arrived { work.whole() } else { (work.changes.clone(), work.holdings.clone()) };
            match self.write_store(changes, holdings, work.left(self.told)) {
                Err(error) => failures.push(self.failed(work.left(self.told), error)),
                Ok(()) if !arrived && !self.applied.stopped => staying.push(work),
                Ok(()) => {}
            }
        }
        for StoreWork { store, departure: Departure { changes, holdings, to }, .. } in staying {
            let files = self.told.files(store, changes);
            let left = || Left::Store { store: store.clone(), files };
            if self.run.delivery == Delivery::Proposal {
                // It is there only once people have merged it.
                let to = to.iter().cloned().collect();
                self.applied.left.push(Left::Departure { store: store.clone(), files, to });
            } else if !failures.is_empty() {
                self.applied.left.push(left());
            } else if let Err(error) = self.write_store(changes.clone(), holdings.clone(), left()) {
                failures.push(self.failed(left(), error));
            }
        }
        let waits = self.applied.is_delivery_proposed() || self.applied.stopped || !failures.is_empty();
        if proposes {
            self.propose_to_catalog(work, waits)?;
        }
        if waits {
            self.applied.left.extend(work.pruned(self.told));
        } else if let Some(left) = work.pruned(self.told).filter(|_| !proposes) {
            self.write_catalog(&work.last, &[], left)?;
        }
        ended(failures)
    }

    /// Whether what changes in the catalog is to be merged by people, like files.
    fn proposes_to_catalog(&mut self) -> bool {
        self.run.delivery == Delivery::Proposal && self.targets.catalog.proposals().is_some()
    }

    /// Makes sure that nothing is written while it is known that a state store will not take its part.
    fn rehearse(&mut self, work: &Work) -> Result<(), ApplyError> {
        let mut failures = Vec::new();
        for part in &work.files {
            if let Err(error) = self.rehearse_part(part) {
                self.journal.failed(&error);
                failures.push(error);
            }
        }
        let rehearsed = match ended(failures) {
            Ok(()) if self.proposes_to_catalog() => self.rehearse_catalog(work),
            ended => ended,
        };
        if rehearsed.is_err() {
            self.applied.left = work.parts(self.told);
        }
        rehearsed
    }

    /// What is proposed to the catalog is known only once it is known whether files wait: one of both has to be taken.
    fn rehearse_catalog(&mut self, work: &Work) -> Result<(), ApplyError> {
        let mut rehearse = |is_whole: bool| {
            let operations = self.held(&work.proposed(is_whole));
            let Identity { id: project, name, .. } = &self.targets.identity;
            let batch = Batch {
                project,
                name,
                time: self.run.time,
                message: "",
                operations: &operations,
                levels: &work.levels,
                alone: true,
            };
            self.targets.catalog.proposals().map_or(Ok(()), |mut proposals| proposals.rehearse_proposal(&batch))
        };
        let rehearsed = match rehearse(true) {
            Err(CatalogError::Taken { .. }) => rehearse(false),
            ended => ended,
        };
        Ok(rehearsed.inspect_err(|error| self.journal.failed(error))?)
    }

    fn rehearse_part(&mut self, part: &StoreWork) -> Result<(), StoreError> {
        let (changes, holdings) = match self.run.delivery {
            Delivery::Direct => part.whole(),
            // What leaves for another store is proposed by a later run.
            Delivery::Proposal => (part.changes.clone(), part.holdings.clone()),
        };
        let draft = self.draft(&part.store, changes, holdings);
        let Some(store) = self.targets.stores.get_mut(&part.store) else { return Ok(()) };
        match self.run.delivery {
            Delivery::Direct => store.rehearse(&draft),
            Delivery::Proposal => {
                let name = proposal_name(&self.targets.identity.id, &draft.changes);
                proposals(&part.store, &mut **store)?.rehearse_proposal(&draft, &name)
            }
        }
    }

    fn draft(&self, store: &str, changes: Vec<FileChange>, holdings: Vec<Holding>) -> Draft {
        let target = self.targets.stores.get(store);
        let differs = |change: &&FileChange| {
            let after = change.after.as_ref().zip(target).map(|(after, store)| store.content_id(after));
            after != change.before && !self.told.is_vacated(store, change)
        };
        let files = changes.iter().filter(differs).count();
        let told = one_line(&self.targets.identity.name);
        let what = match files {
            // Of files that are there already only the inventory says something new.
            0 => format!("Own what is there of {told}"),
            1 => format!("Deliver 1 file of {told}"),
            files => format!("Deliver {files} files of {told}"),
        };
        let message = message(self.plan, &self.targets.identity, &what, self.run);
        Draft { message, changes, holdings, time: self.run.time }
    }

    /// Whether what leaves a store has arrived where it goes to. What is only proposed has not.
    fn has_arrived(&self, work: &StoreWork) -> bool {
        let is_there = |store: &String| {
            let Applied { stores, proposals, .. } = &*self.applied;
            stores.iter().any(|outcome| outcome.store == *store)
                || proposals.iter().any(|outcome| outcome.store == *store && outcome.proposal.revision.is_none())
        };
        work.departure.to.iter().all(is_there)
    }

    /// Notes that a store could not be written, and what is left of it.
    fn failed(&mut self, left: Left, error: StoreError) -> StoreError {
        self.journal.failed(&error);
        self.applied.left.push(left);
        error
    }

    /// Whether a part may start; where it may not, it is left.
    fn starts(&mut self, step: Step<'_>, left: impl FnOnce() -> Left) -> bool {
        if self.applied.stopped || !self.observer.step(step) {
            self.applied.stopped = true;
            self.applied.left.push(left());
            return false;
        }
        let now = self.observer.now(self.run);
        if let Some(leases) = &mut self.leases {
            leases.keep(self.targets, now);
        }
        true
    }

    fn write_catalog(
        &mut self,
        operations: &[GuardedChange],
        levels: &[LevelChange],
        left: Left,
    ) -> Result<(), ApplyError> {
        let is_last = matches!(left, Left::Prune { .. });
        if !self.starts(Step::Catalog { operations: operations.len() }, || left) {
            return Ok(());
        }
        self.journal.lasts(self.targets).inspect_err(|error| self.journal.failed(error))?;
        let message = self.catalog_message(operations);
        let Identity { id: project, name, .. } = &self.targets.identity;
        let all = self.held(operations);
        let batch =
            Batch { project, name, time: self.run.time, message: &message, operations: &all, levels, alone: true };
        let mut outcomes = self.targets.catalog.apply(&batch).inspect_err(|error| self.journal.failed(error))?;
        outcomes.drain(..self.plan.rests_on.len());
        let [objects, records] = self.told.done(operations, &outcomes, is_last);
        self.applied.objects += objects;
        self.applied.records += records;
        self.journal.batch(self.plan, operations, &outcomes);
        self.step_done(Step::CatalogDone);
        Ok(())
    }

    /// Proposes what is to change in the catalog: all of it, or what may come before the files that wait.
    fn propose_to_catalog(&mut self, work: &Work, waits: bool) -> Result<(), ApplyError> {
        let operations = work.proposed(!waits);
        let is_idle = operations.is_empty() && work.levels.is_empty();
        // What was proposed before, and is not wanted any more, goes.
        if is_idle && waiting(None, self.targets)?.is_none() {
            return Ok(());
        }
        let left = Left::Catalog { objects: self.told.objects(&operations) };
        if !self.starts(Step::Catalog { operations: operations.len() }, || left) {
            return Ok(());
        }
        let (message, all) = (self.catalog_message(&operations), self.held(&operations));
        let Identity { id: project, name, .. } = &self.targets.identity;
        let levels = &work.levels;
        let batch =
            Batch { project, name, time: self.run.time, message: &message, operations: &all, levels, alone: true };
        let Some(mut proposals) = self.targets.catalog.proposals() else { return Ok(()) };
        let proposed = proposals.propose(&batch);
        drop(proposals);
        let (proposal, mut outcomes) = proposed.inspect_err(|error| self.journal.failed(error))?;
        outcomes.drain(..self.plan.rests_on.len());
        let objects = self.told.changed(&operations, &outcomes);
        if proposal.revision.is_some() {
            self.journal.proposed(self.plan, (&operations, &outcomes), objects, &proposal.name);
        }
        self.applied.catalog = Some(CatalogProposal { objects, levels: levels.len(), proposal });
        self.step_done(Step::CatalogDone);
        Ok(())
    }

    /// Operations of the catalog behind the holds of what the plan rests on, in one go.
    fn held(&self, operations: &[GuardedChange]) -> Vec<GuardedChange> {
        let rests_on = self.plan.rests_on.iter();
        let held = rests_on
            .map(|one| GuardedChange { address: one.address.clone(), change: Change::Hold { before: one.digest } });
        held.chain(operations.iter().cloned()).collect()
    }

    fn catalog_message(&self, operations: &[GuardedChange]) -> String {
        let Identity { name, .. } = &self.targets.identity;
        message(self.plan, &self.targets.identity, &said_of(operations, name), self.run)
    }

    /// Writes to the store that would be left.
    fn write_store(&mut self, changes: Vec<FileChange>, holdings: Vec<Holding>, left: Left) -> Result<(), StoreError> {
        let Left::Store { store: name, .. } = &left else { return Ok(()) };
        let (name, files) = (name.clone(), changes.len());
        if !self.starts(Step::Store { name: &name, files }, || left) {
            return Ok(());
        }
        let draft = self.draft(&name, changes, holdings);
        // A file that moves is two paths to a store, and one file to whoever reads what was done.
        let vacated = draft.changes.iter().filter(|change| self.told.is_vacated(&name, change)).count();
        let Some(store) = self.targets.stores.get_mut(&name) else { return Ok(()) };
        match self.run.delivery {
            Delivery::Direct => {
                let mut receipt = store.deliver(&draft)?;
                receipt.changed = receipt.changed.saturating_sub(vacated);
                self.journal.store(self.plan, &name, &receipt);
                self.applied.stores.push(StoreOutcome { store: name.clone(), receipt });
            }
            Delivery::Proposal => {
                let proposed = proposal_name(&self.targets.identity.id, &draft.changes);
                let mut proposal = proposals(&name, &mut **store)?.propose(&draft, &proposed)?;
                proposal.changed = proposal.changed.saturating_sub(vacated);
                self.journal.proposal(self.plan, &name, &proposal);
                self.applied.proposals.push(ProposalOutcome { store: name.clone(), proposal });
            }
        }
        self.step_done(Step::StoreDone { name: &name });
        Ok(())
    }

    fn step_done(&mut self, step: Step<'_>) {
        self.journal.write(self.targets, self.applied);
        self.observer.step(step);
    }
}

/// What the failures of state stores come to.
fn ended(mut failures: Vec<StoreError>) -> Result<(), ApplyError> {
    match failures.len() {
        0 => Ok(()),
        1 => Err(failures.remove(0).into()),
        _ => Err(ApplyError::Stores(failures)),
    }
}

/// What a store of a name does with proposals.
fn proposals<'s>(name: &str, store: &'s mut dyn Store) -> Result<Box<dyn Proposals + 's>, StoreError> {
    store.proposals().ok_or_else(|| StoreError::Incapable { store: name.to_owned(), lacks: "takes no proposals" })
}

/// What a proposal is called: after what it holds, so that the same files are proposed once.
fn proposal_name(project: &str, changes: &[FileChange]) -> String {
    let mut content = Vec::new();
    for FileChange { path, before, after, .. } in changes {
        let after = after.as_ref().map(|after| Digest::of(after));
        content.extend_from_slice(format!("{path:?} {before:?} {after:?}\n").as_bytes());
    }
    let digest = Digest::of(&content).to_string();
    format!("plat/{project}/{}", digest.get(..12).unwrap_or(&digest))
}
