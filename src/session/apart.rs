//! State stores of others that nobody can look into, and in which the project has nothing as far as anything tells.

use super::SessionError;
use super::planning::delivered_to;
use crate::apply::Targets;
use crate::store::StoreError;
use crate::workspace::Loaded;

/// Looks at the targets of a project. Where a state store keeps it from that, it looks once more without those of others that cannot be looked
/// into, that no request of the text comes to and that no run of the project delivered to, and gives why each of them was left out. That is
/// for what only tells: a plan may lose sight of nothing.
pub fn without_unreachable<T>(
    loaded: &Loaded,
    targets: &mut Targets,
    mut look: impl FnMut(&mut Targets) -> Result<T, SessionError>,
) -> (Result<T, SessionError>, Vec<StoreError>) {
    let looked = look(targets);
    if !matches!(looked, Err(SessionError::Store(_) | SessionError::Lost { .. })) {
        return (looked, Vec::new());
    }
    let left_out = leave_out(loaded, targets);
    if left_out.is_empty() { (looked, left_out) } else { (look(targets), left_out) }
}

fn leave_out(loaded: &Loaded, targets: &mut Targets) -> Vec<StoreError> {
    let delivered = delivered_to(targets);
    let project = &loaded.project;
    let is_idle = |name: &str| {
        let is_of_others = project.store(name).is_some_and(|store| project.externs.holds(store.span));
        is_of_others && !delivered.contains_key(name) && !loaded.placed.iter().any(|placed| *placed.store == *name)
    };
    let mut left_out = Vec::new();
    targets.stores.retain(|name, store| {
        let error = if is_idle(name) { store.look().err() } else { None };
        let stays = error.is_none();
        left_out.extend(error);
        stays
    });
    left_out
}
