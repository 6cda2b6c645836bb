use super::ending::{Ending, of_apply};
use super::watch::{Notice, Watch};
use super::{Misuse, Session, SessionError, make_own_folder, open_targets_of, settle_identity};
use crate::adapter::git::head_revision;
use crate::apply::{Applied, ApplyError, Delivery, Run, Targets, apply};
use crate::catalog::{LevelRecord, RunRecord};
use crate::model::{Evidence, Identity};
use crate::plan::Plan;
use crate::wait::Wait;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

/// How a plan is carried out.
#[derive(Clone, Debug)]
pub struct Carrying {
    /// Who does it, for people.
    pub holder: String,
    /// When it begins, in seconds since 1970 (UTC).
    pub now: i64,
    /// How what changes gets into the targets.
    pub delivery: Delivery,
    /// For how long others take it for alive without a sign of life.
    pub lease: Duration,
}

/// What carrying out a plan came to.
#[derive(Debug)]
pub struct Carried {
    /// The run.
    pub run: Run,
    /// What was written, and what was left.
    pub applied: Applied,
    /// Whether it failed.
    pub outcome: Result<(), ApplyError>,
    /// How it ended.
    pub ending: Ending,
}

impl Carried {
    /// Its failure, where it failed.
    ///
    /// # Errors
    /// That failure.
    pub fn failed(self) -> Result<(), SessionError> {
        let Self { applied, outcome, ending, .. } = self;
        outcome.map_err(|source| {
            let advice = match (source.is_overtaken(), applied.is_partly()) {
                (false, _) => "",
                (true, false) => ", and nothing was written; plan again",
                (true, true) => " on its way, and what was written stays; plan again for the rest",
            };
            SessionError::Unfinished { advice, source, ending }
        })
    }
}

impl Session<'_> {
    /// Carries out a plan that was agreed to. Other runs are waited for as long as `wait` says, and the run is stopped cleanly once that
    /// is interrupted. `tell` hears how far it is.
    ///
    /// # Errors
    /// Where nothing could be begun. What fails later is in what it came to.
    pub fn carry_out(
        &self,
        plan: &Plan,
        carrying: Carrying,
        (targets, wait): (&mut Targets, &Wait),
        tell: impl FnMut(Notice<'_>),
    ) -> Result<Carried, SessionError> {
        let Identity { id, name, evidence } = &targets.identity;
        if (carrying.delivery, *evidence) == (Delivery::Proposal, Evidence::New)
            && targets.catalog.proposals().is_some()
        {
            return Err(Misuse::NobodyProposes { name: name.clone(), id: id.clone() }.into());
        }
        make_own_folder(self.disk);
        settle_identity(self.disk, &self.loaded.project, self.environment, targets, wait)?;
        // Nothing that is done depends on the journal: where it cannot be read, it tells nothing.
        let last = targets.catalog.runs(&targets.identity.id, 1).unwrap_or_default().pop();
        let run = self.run(plan, carrying, last.as_ref(), wait);
        let mut watch = Watch::new(wait, self.again(&targets.identity), tell);
        // Also where nothing else is written: every look at what an older plat wrote costs a copy of it.
        targets.catalog.renew()?;
        for store in targets.stores.values_mut() {
            // Also where nothing is to be written: what a killed run left is in the way of others too.
            store.unlock();
        }
        let mut applied = Applied::default();
        let outcome = apply(plan, targets, &run, &mut watch, &mut applied);
        let ending = match &outcome {
            Ok(()) if !applied.stopped => Ending::Success,
            Err(_) if !wait.is_interrupted() && applied.is_partly() => Ending::Partial,
            Err(error) if !wait.is_interrupted() => of_apply(error),
            Ok(()) | Err(_) => Ending::of_signal(wait.signal()),
        };
        if ending == Ending::Success {
            // The plan told what was set back, and was agreed to.
            let _ = targets.catalog.accept_set_back();
            self.remember_applying(&targets.identity, wait);
        }
        Ok(Carried { run, applied, outcome, ending })
    }

    fn run(&self, plan: &Plan, carrying: Carrying, last: Option<&RunRecord>, wait: &Wait) -> Run {
        let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        Run {
            id: run_id(carrying.now, last.map(|last| &*last.run)),
            holder: carrying.holder,
            time: carrying.now,
            source: plan.source.clone().or_else(|| head_revision(self.disk.root(), &self.loaded.files).ok().flatten()),
            lease: Some(seconds(carrying.lease)),
            patience: seconds(wait.limit).saturating_add(1),
            delivery: carrying.delivery,
        }
    }

    /// What opens the targets once more, for who the project is to them.
    fn again(&self, identity: &Identity) -> impl Fn() -> Option<Targets> + Clone + Send + 'static {
        let (disk, project, environment) = (self.disk.clone(), self.loaded.project.clone(), self.environment.clone());
        let identity = identity.clone();
        move || open_targets_of(&disk, &project, &environment, &identity, &Wait::default()).ok()
    }
}

/// The levels that the catalog has after a plan which changed some.
///
/// # Errors
/// Where the catalog cannot be read.
pub fn levels_after(plan: &Plan, targets: &Targets) -> Result<Vec<LevelRecord>, SessionError> {
    match &plan.impact.levels {
        Some(_) => Ok(targets.catalog.levels(&targets.identity.id)?),
        None => Ok(Vec::new()),
    }
}

/// A name for a run that no other one has: when it began, and a random number. Later ones sort behind, also behind the last one where that
/// began in the same second.
fn run_id(now: i64, last: Option<&str>) -> String {
    // The keys of the standard library's hash maps are random for each process.
    let random = RandomState::new().build_hasher().finish() as u32;
    let began = format!("{now:08x}");
    let before = last.and_then(|last| u32::from_str_radix(last.strip_prefix(&began)?, 16).ok());
    // Steps are so small that many fit into a second, and so large that two who begin at once do not meet.
    let number = match before {
        Some(before) => before.checked_add(1 + (random & 0x00ff_ffff)).unwrap_or(random),
        None => random & 0x0fff_ffff,
    };
    format!("{began}{number:08x}")
}

#[cfg(test)]
mod tests {
    use super::run_id;

    #[test]
    fn runs_have_names_of_their_own_in_order() {
        let now = 1_795_364_282;
        let mut all = vec![run_id(now, None)];
        for _ in 0..100 {
            let next = run_id(now, all.last().map(|last| &**last));
            assert!(all.last().is_some_and(|last| *last < next), "{all:?} {next}");
            all.push(next);
        }
        let later = run_id(now + 1, all.last().map(|last| &**last));
        assert!(all.iter().all(|one| one.len() == 16 && *one < later), "{all:?}");
        assert_ne!(run_id(now, None), run_id(now, None));
        // Of a name that an older plat gave nothing is assumed.
        for last in [format!("{now:08x}ffffffff"), format!("{now:08x}"), "é".to_owned(), String::new()] {
            assert_eq!(run_id(now, Some(&last)).len(), 16);
        }
    }
}
