use super::{Applied, ApplyError, Left, Occupied, Run, Targets};
use crate::catalog::{self, Outcome, RunRecord};
use crate::model::{Address, Name, Thing, Timestamp};
use crate::plan::{Action, Operation, Plan};
use crate::store::{Proposal, Receipt};
use crate::worded::{causes, counted};
use std::collections::{BTreeMap, BTreeSet};

/// How an apply goes, written down as it goes, for people.
pub(super) struct Journal {
    project: String,
    record: RunRecord,
    /// How many of the steps are written down.
    written: Option<usize>,
    /// Whether the catalog knew less of them when it was last looked at.
    is_set_back: bool,
}

/// What begins a step that says what was given for a parameter of the project.
const PARAMETER: &str = "parameter ";

/// What stands in a step before the branch that something is proposed on.
const PROPOSED: &str = " proposed on branch ";

/// What stands behind the new name of a thing, before the one that it had.
const FROM: &str = " from ";

/// How many things a step names.
const NAMED: usize = 100;

/// So many of the newest runs are looked through for one that never ended.
const RECENT: usize = 100;

impl Journal {
    /// The journal of a run that begins.
    pub(super) fn new(plan: &Plan, project: &str, run: &Run) -> Self {
        let record = RunRecord {
            run: run.id.clone(),
            plan: plan.approved_id().to_owned(),
            holder: run.holder.clone(),
            source: run.source.clone(),
            began: run.time,
            ended: None,
            state: RunRecord::RUNNING.to_owned(),
            steps: plan.made_for.parameters.iter().map(|(name, text)| format!("{PARAMETER}{name}={text}")).collect(),
        };
        Self { project: project.to_owned(), record, written: None, is_set_back: false }
    }

    /// Writes it down. What keeps it from that is told, and stops nothing.
    pub(super) fn write(&mut self, targets: &mut Targets, applied: &mut Applied) {
        // What is written now would hide it.
        self.is_set_back |= matches!(self.lasts(targets), Err(ApplyError::SetBack));
        match targets.catalog.record_run(&self.project, &self.record) {
            Ok(()) => self.written = Some(self.record.steps.len()),
            Err(error) => applied.journal = Some(causes(&error)),
        }
    }

    /// Holds that the catalog is the one that was written: it is in its place, and knows of this run what was written down last.
    ///
    /// # Errors
    /// Where it is another one, or an older one, also where somebody put the bytes of a backup into its file.
    pub(super) fn lasts(&self, targets: &Targets) -> Result<(), ApplyError> {
        targets.catalog.lasts()?;
        let Some(written) = self.written else { return Ok(()) };
        let runs = targets.catalog.runs(&self.project, RECENT)?;
        let kept = runs.iter().find(|one| one.run == self.record.run);
        let is_kept = !self.is_set_back && kept.is_some_and(|kept| kept.steps.len() >= written);
        if is_kept { Ok(()) } else { Err(ApplyError::SetBack) }
    }

    /// The run waits for another one, until a time at the latest.
    pub(super) fn waits(&mut self, occupied: &Occupied, until: i64) {
        let Occupied { target, lease } = occupied;
        RunRecord::WAITING.clone_into(&mut self.record.state);
        self.record.ended = Some(until);
        self.record.steps.push(format!("waits: run {} has {target}", lease.run));
    }

    /// The run is at work.
    pub(super) fn begins(&mut self) {
        RunRecord::RUNNING.clone_into(&mut self.record.state);
        self.record.ended = None;
    }

    /// The run ended while it waited; nothing is written of one that did not wait.
    pub(super) fn waited_in_vain(
        &mut self,
        result: &Result<(), ApplyError>,
        targets: &mut Targets,
        applied: &mut Applied,
        now: i64,
    ) {
        if self.record.state == RunRecord::WAITING {
            self.end(result, applied, now);
            self.write(targets, applied);
        }
    }

    /// Notes of every run that says it is at work that it is not: one has the catalog's lease, and that is this one. So it does of one
    /// that waited for longer than it could.
    pub(super) fn outlive(&self, targets: &mut Targets, applied: &mut Applied, now: i64) {
        let runs = match targets.catalog.runs(&self.project, RECENT) {
            Ok(runs) => runs,
            Err(error) => return applied.journal = Some(causes(&error)),
        };
        let is_over = |one: &RunRecord| {
            let at_work = one.state == RunRecord::RUNNING;
            one.run != self.record.run && (at_work || one.clone().seen_at(now).state != one.state)
        };
        for mut record in runs.into_iter().filter(is_over) {
            RunRecord::DIED.clone_into(&mut record.state);
            record.ended = None;
            record.steps.push(format!("never ended, as run {} found at {}", self.record.run, Timestamp(now)));
            if let Err(error) = targets.catalog.record_run(&self.project, &record) {
                applied.journal = Some(causes(&error));
            }
        }
    }

    /// A batch was carried out.
    pub(super) fn batch(&mut self, plan: &Plan, operations: &[catalog::GuardedChange], outcomes: &[Outcome]) {
        let done = done(operations, outcomes);
        self.record.steps.push(format!("catalog: {}", counted(done.len(), "object")));
        self.objects(plan, &done);
    }

    /// What changes in the catalog was proposed.
    pub(super) fn proposed(
        &mut self,
        plan: &Plan,
        (operations, outcomes): (&[catalog::GuardedChange], &[Outcome]),
        objects: usize,
        name: &str,
    ) {
        self.record.steps.push(format!("catalog: {} proposed on branch {name}", counted(objects, "object")));
        self.objects(plan, &done(operations, outcomes));
    }

    fn objects(&mut self, plan: &Plan, done: &[&Address]) {
        let named: BTreeSet<&Address> = done.iter().take(NAMED).copied().collect();
        let actions = plan.operations.iter().filter_map(|one| Some((one.object_address()?, one.action)));
        let actions = actions.filter(|(address, _)| named.contains(address)).take(named.len());
        let actions: BTreeMap<&Address, Action> = actions.collect();
        self.name(done.iter().map(|address| {
            let action = actions.get(*address).map_or("write", |action| action.word());
            format!("{action} {address}")
        }));
    }

    /// A state store was written.
    pub(super) fn store(&mut self, plan: &Plan, store: &str, receipt: &Receipt) {
        let revision = receipt.revision.as_ref().map(|revision| format!(" in commit {revision}")).unwrap_or_default();
        self.record.steps.push(format!("{store}: {}{revision}", counted(receipt.changed, "file")));
        if receipt.changed > 0 {
            self.files(plan, store);
        }
    }

    /// A proposal was made.
    pub(super) fn proposal(&mut self, plan: &Plan, store: &str, proposal: &Proposal) {
        let Proposal { name, changed, .. } = proposal;
        self.record.steps.push(format!("{store}: {}{PROPOSED}{name}", counted(*changed, "file")));
        if *changed > 0 {
            self.files(plan, store);
        }
    }

    fn files(&mut self, plan: &Plan, store: &str) {
        let changes = plan.operations.iter().filter(|operation| operation.action.is_change());
        let of_store = changes.filter(|operation| operation.file().is_some_and(|file| file.store == *store));
        let of_store: Vec<&Operation> = of_store.collect();
        self.name(of_store.into_iter().map(|operation| {
            let from = operation.from.as_ref().map(|from| format!("{FROM}{from}")).unwrap_or_default();
            format!("{} {}{from}", operation.action.word(), operation.thing)
        }));
    }

    /// Names what a step touched, below it.
    fn name(&mut self, things: impl ExactSizeIterator<Item = String>) {
        let more = things.len().saturating_sub(NAMED);
        self.record.steps.extend(things.take(NAMED).map(|thing| format!("  {thing}")));
        if more > 0 {
            self.record.steps.push(format!("  and {more} more"));
        }
    }

    /// Something failed.
    pub(super) fn failed(&mut self, error: &dyn std::error::Error) {
        self.record.steps.push(format!("failed: {}", causes(error)));
    }

    /// The run ended at a time, in seconds since 1970 (UTC).
    pub(super) fn end(&mut self, result: &Result<(), ApplyError>, applied: &Applied, now: i64) {
        let state = match (result, applied.stopped) {
            (Err(_), _) => "failed",
            (Ok(()), true) => "stopped",
            (Ok(()), false) if applied.is_proposed() => RunRecord::PROPOSED,
            (Ok(()), false) => RunRecord::DONE,
        };
        state.clone_into(&mut self.record.state);
        self.record.ended = Some(now);
        self.record.steps.extend(applied.left.iter().map(|left: &Left| format!("left: {left}")));
    }
}

/// The objects of those operations that were carried out.
fn done<'o>(operations: &'o [catalog::GuardedChange], outcomes: &[Outcome]) -> Vec<&'o Address> {
    let done = operations.iter().zip(outcomes).filter(|(_, outcome)| **outcome == Outcome::Done);
    done.map(|(operation, _)| &operation.address).collect()
}

/// Whether a run wrote something, as far as it got to say so: what it touched stands below its steps.
pub(super) fn wrote(record: &RunRecord) -> bool {
    record.steps.iter().any(|step| step.starts_with("  "))
}

/// What was given for parameters of the project to what a run applied.
pub fn parameters(run: &RunRecord) -> BTreeMap<Name, Box<str>> {
    let parameters = run.steps.iter().filter_map(|step| step.strip_prefix(PARAMETER)?.split_once('='));
    parameters.map(|(name, text)| (name.into(), text.into())).collect()
}

/// The files that some runs, the newest first, delivered and left there, as far as their steps name them.
pub fn delivered<'r>(runs: impl DoubleEndedIterator<Item = &'r RunRecord>) -> BTreeSet<Thing> {
    let mut there = BTreeSet::new();
    for record in runs.rev() {
        let mut is_proposed = false;
        for step in &record.steps {
            let Some(named) = step.strip_prefix("  ") else {
                is_proposed = step.contains(PROPOSED);
                continue;
            };
            let Some((action, thing)) = named.split_once(' ').filter(|_| !is_proposed) else { continue };
            let (thing, from) = thing.split_once(FROM).map_or((thing, None), |(thing, from)| (thing, Some(from)));
            if let Some(from) = from.and_then(Thing::parse) {
                there.remove(&from);
            }
            match (Action::from_word(action), Thing::parse(thing)) {
                (Some(action), Some(thing @ Thing::File { .. })) if action.takes_away() => drop(there.remove(&thing)),
                (Some(_), Some(thing @ Thing::File { .. })) => drop(there.insert(thing)),
                _ => {}
            }
        }
    }
    there
}

#[cfg(test)]
mod tests {
    use super::delivered;
    use crate::catalog::RunRecord;
    use crate::model::Thing;

    #[test]
    fn what_runs_delivered_and_left_is_what_their_steps_name() {
        let of = |steps: &[&str]| {
            let [run, plan, holder, state] = ["run", "plan", "somebody", RunRecord::DONE].map(ToOwned::to_owned);
            let steps = steps.iter().map(|step| (*step).to_owned()).collect();
            RunRecord { run, plan, holder, source: None, began: 1, ended: Some(2), state, steps }
        };
        let old = of(&[
            "catalog: 1 object",
            "  create team:a",
            "s: 3 files in commit 1",
            "  create file:s:a",
            "  create file:s:b",
            "  create file:s:c",
        ]);
        let moved =
            of(&["s: 2 files in commit 2", "  move file:s:d from file:s:a", "  delete file:s:b", "  and 1 more"]);
        let proposed = of(&["s: 1 file proposed on branch plat/a", "  delete file:s:c", "failed: no"]);
        let left = |runs: &[RunRecord]| delivered(runs.iter()).iter().map(Thing::to_string).collect::<Vec<_>>();
        assert_eq!(left(&[proposed, moved, old.clone()]), ["file:s:c", "file:s:d"]);
        let released = of(&["s: 1 file", "  release file:s:a", "  update file:s:b"]);
        assert_eq!(left(&[released, old]), ["file:s:b", "file:s:c"]);
    }
}
