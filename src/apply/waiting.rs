use super::convert::{self, Part};
use super::{ApplyError, Targets};
use crate::catalog::{Batch, Waiting};
use crate::plan::Plan;

/// The proposal of the project to the catalog that is remembered; outdated where it waits and is not what the plan comes to, be it all of
/// that or what comes before the files. Where no plan is given, or it cannot be carried out, nobody knows.
///
/// # Errors
/// Where the catalog cannot be read, or the plan is damaged.
pub fn waiting(plan: Option<&Plan>, targets: &mut Targets) -> Result<Option<Waiting>, ApplyError> {
    let Targets { identity, catalog, .. } = targets;
    let plan = plan.filter(|plan| plan.conflicts.is_empty() && plan.refusals().next().is_none());
    let levels = plan.map(|plan| convert::levels(plan, &**catalog, &identity.id)).transpose()?.unwrap_or_default();
    let mut wanted = Vec::new();
    if let Some(plan) = plan {
        let first = convert::catalog_operations(plan, Part::First)?;
        let mut whole = first.clone();
        whole.extend(convert::catalog_operations(plan, Part::Last)?);
        wanted = vec![whole, first];
    }
    let batch = |operations| Batch {
        project: &identity.id,
        name: &identity.name,
        time: 0,
        message: "",
        operations,
        levels: &levels,
        alone: true,
    };
    let wanted: Vec<Batch<'_>> = wanted.iter().map(|operations| batch(operations)).collect();
    let Some(mut proposals) = catalog.proposals() else { return Ok(None) };
    Ok(proposals.waiting(&identity.id, &wanted)?)
}
