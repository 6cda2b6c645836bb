use super::convert::{self, Part};
use super::{Observer, Step, Targets};
use crate::catalog::{Batch, CatalogError, LevelRecord, Outcome};
use crate::plan::Plan;
use crate::store::{Commit, Receipt, StoreError};

/// When and from what an apply runs: values, so that an apply can be repeated to the byte.
#[derive(Clone, Debug)]
pub struct Run {
    /// Seconds since 1970 (UTC).
    pub time: i64,
    /// The commit of the KDL that the plan was made of, where it is known.
    pub source: Option<String>,
}

/// What an apply came to.
#[derive(Debug, Default)]
pub struct Applied {
    /// How many operations of the catalog were carried out.
    pub objects: usize,
    /// What each state store was given.
    pub stores: Vec<StoreOutcome>,
    /// Whether it was stopped before its end.
    pub stopped: bool,
}

/// What one state store was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreOutcome {
    /// Its name.
    pub store: String,
    /// The commit.
    pub receipt: Receipt,
}

/// Why an apply did not reach its end. Running it again goes on from where it stopped.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The catalog failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A state store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The plan names a state store that the project does not have.
    #[error("the plan writes to state store `{store}`, which the project does not have")]
    UnknownStore {
        /// The name.
        store: String,
    },
    /// The plan's document holds something that it cannot hold.
    #[error("the plan is damaged: {what}")]
    Plan {
        /// What.
        what: String,
    },
}

impl ApplyError {
    /// Whether others changed what the plan touches, so that planning again is the way out.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Catalog(CatalogError::Conflict { .. }) | Self::Store(StoreError::Conflict { .. }))
    }
}

/// Carries out a plan that has neither conflicts nor refusals: the catalog's first part, one commit a store, the
/// catalog's last part. Each starts only when all before it succeeded.
///
/// # Errors
/// The first failure, with what was done until then in `applied`.
pub fn apply(
    plan: &Plan,
    targets: &mut Targets,
    run: &Run,
    observer: &mut dyn Observer,
    applied: &mut Applied,
) -> Result<(), ApplyError> {
    let levels = convert::levels(plan)?;
    let (first, last) =
        (convert::catalog_operations(plan, Part::First)?, convert::catalog_operations(plan, Part::Last)?);
    let batch = |operations, levels| Batch { project: &plan.project, time: run.time, operations, levels };
    write_catalog(targets, batch(&first, levels.as_deref()), observer, applied)?;
    for store in convert::stores(plan) {
        if applied.stopped {
            return Ok(());
        }
        write_store(plan, &store, targets, run, observer, applied)?;
    }
    if applied.stopped || last.is_empty() {
        return Ok(());
    }
    write_catalog(targets, batch(&last, None::<&[LevelRecord]>), observer, applied)
}

fn write_catalog(
    targets: &mut Targets,
    batch: Batch<'_>,
    observer: &mut dyn Observer,
    applied: &mut Applied,
) -> Result<(), ApplyError> {
    if batch.operations.is_empty() && batch.levels.is_none() {
        return Ok(());
    }
    if !observer.step(Step::Catalog { operations: batch.operations.len() }) {
        applied.stopped = true;
        return Ok(());
    }
    let outcomes = targets.catalog.apply(&batch)?;
    applied.objects += outcomes.iter().filter(|outcome| **outcome == Outcome::Done).count();
    observer.step(Step::CatalogDone);
    Ok(())
}

fn write_store(
    plan: &Plan,
    name: &str,
    targets: &mut Targets,
    run: &Run,
    observer: &mut dyn Observer,
    applied: &mut Applied,
) -> Result<(), ApplyError> {
    let changes = convert::file_changes(plan, name);
    if !observer.step(Step::Store { name, files: changes.len() }) {
        applied.stopped = true;
        return Ok(());
    }
    let store = targets.stores.get_mut(name).ok_or_else(|| ApplyError::UnknownStore { store: name.to_owned() })?;
    let commit = Commit { message: message(plan, changes.len(), run), changes, time: run.time };
    let receipt = store.commit(&commit)?;
    applied.stores.push(StoreOutcome { store: name.to_owned(), receipt });
    observer.step(Step::StoreDone { name });
    Ok(())
}

/// The commit's message: a summary line and trailers that name the project, the plan and the source.
fn message(plan: &Plan, files: usize, run: &Run) -> String {
    let noun = if files == 1 { "file" } else { "files" };
    let mut message = format!(
        "Deliver {files} {noun} of {}\n\nPlat-Project: {}\nPlat-Plan: {}\n",
        plan.project, plan.project, plan.id
    );
    if let Some(source) = &run.source {
        message.push_str(&format!("Plat-Source: {source}\n"));
    }
    message
}
