use super::{Misuse, SessionError};
use crate::adapter::git::RevisionError;
use crate::apply::ApplyError;
use crate::catalog::{CatalogError, Incomplete};
use crate::drift::Drift;
use crate::migrate::Imported;
use crate::plan::Plan;
use crate::resolve::LoadError;
use crate::store::StoreError;
use crate::verify::TestResult;

/// How what was asked for ended, whoever asked. A front end says it in its own way, as an exit code or a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is done, and nothing differs.
    Success,
    /// It is done, and something differs.
    Changes,
    /// The world failed: network, credentials, files.
    World,
    /// The configuration is wrong.
    Configuration,
    /// A stale plan or a conflict; nothing was written.
    Stale,
    /// Refused by a policy, protection, ownership or a guard.
    Refused,
    /// Partly applied: run it again.
    Partial,
    /// A test failed.
    TestFailed,
    /// Something was asked for that cannot be.
    Usage,
    /// Stopped by who asked, cleanly.
    Interrupted,
    /// Stopped by the system, cleanly.
    Terminated,
}

/// The numbers of the signals by which a system ends a process: at its end, and where its terminal is gone.
const ENDING: [usize; 2] = [15, 1];

impl Ending {
    /// All of them, each worse than the ones before it.
    pub const ALL: [Self; 11] = [
        Self::Success,
        Self::Changes,
        Self::TestFailed,
        Self::Stale,
        Self::Refused,
        Self::Configuration,
        Self::Usage,
        Self::World,
        Self::Partial,
        Self::Interrupted,
        Self::Terminated,
    ];

    /// What a plan says: that it cannot be carried out and why, or else whether it changes anything.
    pub fn of_plan(plan: &Plan) -> Self {
        if !plan.conflicts.is_empty() {
            Self::Stale
        } else if plan.refusals().next().is_some() || plan.denials().next().is_some() {
            Self::Refused
        } else if plan.has_changes() {
            Self::Changes
        } else {
            Self::Success
        }
    }

    /// The worse of two: of what was done several times, all of it ended so.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        let place = |one: Self| Self::ALL.iter().position(|ending| *ending == one);
        if place(other) > place(self) { other } else { self }
    }

    /// What tests say.
    pub fn of_tests(results: &[TestResult]) -> Self {
        if results.iter().all(TestResult::passed) { Self::Success } else { Self::TestFailed }
    }

    /// What others changed.
    pub fn of_drift(drift: &Drift) -> Self {
        if drift.is_empty() { Self::Success } else { Self::Changes }
    }

    /// What was taken in: nothing, or not all that was read, so that a plan of it would delete what a complete project had.
    pub fn of_import(imported: &Imported) -> Self {
        if imported.objects.is_empty() {
            Self::Configuration
        } else if imported.is_part() || imported.unread() > 0 || imported.left_out().next().is_some() {
            Self::Changes
        } else {
            Self::Success
        }
    }

    /// That of a run which a signal stopped, by its number; one that anything else stopped was interrupted.
    pub(super) fn of_signal(number: usize) -> Self {
        if ENDING.contains(&number) { Self::Terminated } else { Self::Interrupted }
    }

    /// Whether a plan that says so is not to be carried out.
    pub fn stops(self) -> bool {
        !matches!(self, Self::Success | Self::Changes)
    }

    /// The same for who asks whether it is done, and not whether anything differs.
    #[must_use]
    pub fn without_detail(self) -> Self {
        if self == Self::Changes { Self::Success } else { self }
    }
}

impl SessionError {
    /// How a run ends that fails so.
    pub fn ending(&self) -> Ending {
        match self {
            Self::Load(
                LoadError::NoProject(_) | LoadError::Unfinished(_) | LoadError::NoFolder(_) | LoadError::NotAFolder(_),
            )
            | Self::Misplaced(_)
            | Self::Misuse(Misuse::WouldBreak { .. } | Misuse::WrongBefore { .. }) => Ending::Configuration,
            Self::Namesakes { .. } => Ending::Refused,
            Self::Changed { .. }
            | Self::Catalog(CatalogError::Busy { .. } | CatalogError::Overtaken { .. })
            | Self::Incomplete(Incomplete::AtWork { .. } | Incomplete::Changed)
            | Self::Unusable { .. } => Ending::Stale,
            Self::Catalog(CatalogError::Occupied { .. }) => Ending::Refused,
            Self::Revision(RevisionError::Unknown { .. }) | Self::Allowance(_) | Self::Misuse(_) => Ending::Usage,
            Self::Unfinished { ending, .. } => *ending,
            Self::Stopped { signal, .. } => Ending::of_signal(*signal),
            Self::Store(StoreError::Interrupted { .. }) | Self::Catalog(CatalogError::Interrupted { .. }) => {
                Ending::Interrupted
            }
            Self::Load(_)
            | Self::Catalog(_)
            | Self::Incomplete(Incomplete::Catalog(_) | Incomplete::Unreadable { .. } | Incomplete::Stray(_))
            | Self::Store(_)
            | Self::Lost { .. }
            | Self::Write { .. }
            | Self::WrittenInPart { .. }
            | Self::Revision(_)
            | Self::Secret(_)
            | Self::Leak(_)
            | Self::Apply(_) => Ending::World,
        }
    }

    /// Whether there is no project where one was looked for.
    pub fn lacks_project(&self) -> bool {
        matches!(self, Self::Load(LoadError::NoProject(_) | LoadError::NoFolder(_)))
    }

    /// Whether another run has the right to write.
    pub fn is_occupied(&self) -> bool {
        matches!(self, Self::Unfinished { source: ApplyError::Occupied(_), .. })
    }
}

/// How an apply ends that failed before it wrote anything.
pub(super) fn of_apply(error: &ApplyError) -> Ending {
    match error {
        ApplyError::Occupied(_)
        | ApplyError::Store(StoreError::Locked { .. })
        | ApplyError::Catalog(CatalogError::Busy { .. } | CatalogError::Overtaken { .. }) => Ending::Stale,
        error if error.is_conflict() => Ending::Stale,
        _ => Ending::World,
    }
}
