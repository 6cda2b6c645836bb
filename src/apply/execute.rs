use super::convert::{self, Part};
use super::journal::Journal;
use super::lease::Begin;
use super::{Applied, ApplyError, Delivery, Leases, Left, Observer, ProposalOutcome, Run, Step, StoreOutcome, Targets};
use crate::catalog::{Batch, LevelChange, Operation, Outcome};
use crate::model::{Digest, Holding, Identity};
use crate::plan::Plan;
use crate::store::{Commit, FileChange, StoreError};
use std::collections::BTreeSet;

/// Carries out a plan that has neither conflicts nor refusals: the catalog's first part, one commit a state store, the
/// catalog's last part. A store that fails keeps no other one back, but the last part starts only when all before it succeeded.
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
        return Ok(());
    }
    let mut leases = Leases::of(run, &targets.identity.id, work.leased(run.delivery));
    let mut journal = Journal::new(plan, &targets.identity.id, run);
    let begin = leases.as_mut().map_or(Ok(Begin::Now), |leases| leases.take(targets, run, observer));
    let result = match begin {
        Ok(Begin::Now) => {
            journal.write(targets, applied);
            let mut applying =
                Applying { plan, targets, run, observer, applied, leases: leases.as_mut(), journal: &mut journal };
            let result = applying.carry_out(&work);
            let now = observer.now(run);
            journal.end(&result, applied, now);
            journal.write(targets, applied);
            result
        }
        Ok(Begin::Stopped) => {
            applied.stopped = true;
            applied.left = work.parts();
            Ok(())
        }
        Err(error) => Err(error),
    };
    if let Some(leases) = leases {
        observer.closing();
        leases.release(targets);
    }
    result
}

/// What a plan comes to in one state store.
struct StoreWork {
    store: String,
    changes: Vec<FileChange>,
    holdings: Vec<Holding>,
}

impl StoreWork {
    fn left(&self) -> Left {
        Left::Store { store: self.store.clone(), files: self.changes.len() }
    }
}

/// What a plan comes to, as the targets take it.
struct Work {
    levels: Vec<LevelChange>,
    first: Vec<Operation>,
    files: Vec<StoreWork>,
    last: Vec<Operation>,
}

impl Work {
    /// The work of a plan, with the values of its secrets, which must be those of the time of the plan.
    fn of(plan: &Plan, targets: &mut Targets) -> Result<Self, ApplyError> {
        let Targets { stores, secrets, .. } = targets;
        let mut names: BTreeSet<String> = convert::stores(plan).into_iter().collect();
        names.extend(stores.iter().filter(|(_, store)| store.is_behind()).map(|(name, _)| name.clone()));
        let files = |name: String| {
            let store = stores.get_mut(&name).ok_or_else(|| ApplyError::UnknownStore { store: name.clone() })?;
            if let Some((file, _)) = convert::rotated(plan, &name, &**store, secrets)?.first() {
                return Err(ApplyError::Rotated { store: name.clone(), path: file.path.clone() });
            }
            let changes = convert::file_changes(plan, &name, &mut **store, secrets)?;
            Ok(StoreWork { holdings: convert::holdings(plan, &name)?, store: name, changes })
        };
        Ok(Self {
            levels: convert::levels(plan)?,
            first: convert::catalog_operations(plan, Part::First)?,
            files: names.into_iter().map(files).collect::<Result<_, ApplyError>>()?,
            last: convert::catalog_operations(plan, Part::Last)?,
        })
    }

    fn is_empty(&self) -> bool {
        self.levels.is_empty() && self.first.is_empty() && self.files.is_empty() && self.last.is_empty()
    }

    /// The state stores whose branches are written.
    fn leased(&self, delivery: Delivery) -> Vec<String> {
        match delivery {
            Delivery::Commit => self.files.iter().map(|work| work.store.clone()).collect(),
            Delivery::Proposal => Vec::new(),
        }
    }

    fn parts(&self) -> Vec<Left> {
        let mut parts = Vec::new();
        parts.extend((!self.first.is_empty()).then_some(Left::Catalog { operations: self.first.len() }));
        parts.extend(self.files.iter().map(StoreWork::left));
        parts.extend(self.pruned());
        parts
    }

    fn pruned(&self) -> Option<Left> {
        (!self.last.is_empty()).then_some(Left::Prune { operations: self.last.len() })
    }
}

/// An apply on its way.
struct Applying<'a, 'o> {
    plan: &'a Plan,
    targets: &'a mut Targets,
    run: &'a Run,
    observer: &'a mut (dyn Observer + 'o),
    applied: &'a mut Applied,
    leases: Option<&'a mut Leases>,
    journal: &'a mut Journal,
}

impl Applying<'_, '_> {
    fn carry_out(&mut self, work: &Work) -> Result<(), ApplyError> {
        if !work.first.is_empty() || !work.levels.is_empty() {
            let left = Left::Catalog { operations: work.first.len() };
            self.write_catalog(&work.first, &work.levels, left)?;
        }
        let mut failures = Vec::new();
        for work in &work.files {
            if let Err(error) = self.write_store(work) {
                self.journal.failed(&error);
                self.applied.left.push(work.left());
                failures.push(error);
            }
        }
        let waits = self.applied.proposals.iter().any(|outcome| outcome.proposal.revision.is_some());
        if waits || self.applied.stopped || !failures.is_empty() {
            self.applied.left.extend(work.pruned());
        } else if let Some(left) = work.pruned() {
            self.write_catalog(&work.last, &[], left)?;
        }
        match failures.len() {
            0 => Ok(()),
            1 => Err(failures.remove(0).into()),
            _ => Err(ApplyError::Stores(failures)),
        }
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
        operations: &[Operation],
        levels: &[LevelChange],
        left: Left,
    ) -> Result<(), ApplyError> {
        if !self.starts(Step::Catalog { operations: operations.len() }, || left) {
            return Ok(());
        }
        let Identity { id: project, name, .. } = &self.targets.identity;
        let batch = Batch { project, name, time: self.run.time, operations, levels };
        let outcomes = self.targets.catalog.apply(&batch).inspect_err(|error| self.journal.failed(error))?;
        self.applied.objects += outcomes.iter().filter(|outcome| **outcome == Outcome::Done).count();
        self.journal.batch(self.plan, operations, &outcomes);
        self.step_done(Step::CatalogDone);
        Ok(())
    }

    fn write_store(&mut self, work: &StoreWork) -> Result<(), StoreError> {
        let StoreWork { store: name, changes, holdings } = work;
        if !self.starts(Step::Store { name, files: changes.len() }, || work.left()) {
            return Ok(());
        }
        let Some(store) = self.targets.stores.get_mut(name) else { return Ok(()) };
        let message = message(self.plan, changes.len(), self.run);
        let commit = Commit { message, changes: changes.clone(), holdings: holdings.clone(), time: self.run.time };
        match self.run.delivery {
            Delivery::Commit => {
                let receipt = store.commit(&commit)?;
                self.journal.store(self.plan, name, &receipt);
                self.applied.stores.push(StoreOutcome { store: name.to_owned(), receipt });
            }
            Delivery::Proposal => {
                let proposal = store.propose(&commit, &branch(&self.targets.identity.id, changes))?;
                self.journal.proposal(self.plan, name, &proposal);
                self.applied.proposals.push(ProposalOutcome { store: name.to_owned(), proposal });
            }
        }
        self.step_done(Step::StoreDone { name });
        Ok(())
    }

    fn step_done(&mut self, step: Step<'_>) {
        self.journal.write(self.targets, self.applied);
        self.observer.step(step);
    }
}

/// The branch of a proposal. It is named after what it holds, so that the same files are proposed once.
fn branch(project: &str, changes: &[FileChange]) -> String {
    let mut content = Vec::new();
    for FileChange { path, before, after, .. } in changes {
        let after = after.as_ref().map(|after| Digest::of(after));
        content.extend_from_slice(format!("{path:?} {before:?} {after:?}\n").as_bytes());
    }
    let digest = Digest::of(&content).to_string();
    format!("plat/{project}/{}", digest.get(..12).unwrap_or(&digest))
}

/// The commit's message: a summary line and trailers that name the project, the plan, the source and the run.
fn message(plan: &Plan, files: usize, run: &Run) -> String {
    let noun = if files == 1 { "file" } else { "files" };
    let Plan { project, id, .. } = plan;
    let mut message = format!("Deliver {files} {noun} of {project}\n\nPlat-Project: {project}\n");
    for (trailer, value) in [("Plat-Plan", Some(id)), ("Plat-Source", run.source.as_ref()), ("Plat-Run", Some(&run.id))]
    {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            message.push_str(&format!("{trailer}: {value}\n"));
        }
    }
    message
}
