use super::{ApplyError, Targets};
use crate::model::{Address, Digest};
use crate::plan::Plan;

/// What a plan rests on and is another one by now: what others own, and the plan was made with. Each with whether it is still there.
///
/// # Errors
/// Where the catalog cannot be read.
pub(super) fn changed(plan: &Plan, targets: &Targets) -> Result<Vec<(Address, bool)>, ApplyError> {
    let addresses: Vec<Address> = plan.rests_on.iter().map(|one| one.address.clone()).collect();
    let live = targets.catalog.objects(&addresses)?;
    let changed = plan.rests_on.iter().zip(live).filter_map(|(seen, live)| {
        let digest = live.map(|live| live.map(|object| Digest::of_body(object.body)).digest());
        (digest != Some(seen.digest)).then(|| (seen.address.clone(), digest.is_some()))
    });
    Ok(changed.collect())
}
