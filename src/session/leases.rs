use super::SessionError;
use crate::apply::Targets;
use crate::model::Lease;

/// A lease that lies at a target of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetLease {
    /// The state store; nothing for the catalog.
    pub store: Option<String>,
    /// The lease.
    pub lease: Lease,
}

/// The leases at the targets of a project: the catalog's, then those of the state stores by name. A target that cannot be asked keeps
/// no other one back.
pub fn leases(targets: &mut Targets) -> (Vec<TargetLease>, Vec<SessionError>) {
    let (mut found, mut failed) = (Vec::new(), Vec::new());
    let mut note = |store: Option<&String>, answer: Result<Option<Lease>, SessionError>| match answer {
        Ok(lease) => found.extend(lease.map(|lease| TargetLease { store: store.cloned(), lease })),
        Err(error) => failed.push(error),
    };
    note(None, targets.catalog.lease(&targets.identity.id).map_err(Into::into));
    for (name, store) in &mut targets.stores {
        note(Some(name), store.lease().map_err(Into::into));
    }
    (found, failed)
}

/// Takes leases away, whoever has them: those of the state stores and then the catalog's. One that has changed hands meanwhile stays.
/// What a run comes to that is still at work does not depend on them.
///
/// # Errors
/// Where a target cannot be written.
pub fn clear_leases(targets: &mut Targets, leases: &[TargetLease]) -> Result<(), SessionError> {
    for TargetLease { store, lease } in leases.iter().rev() {
        match store.as_ref().map(|name| targets.stores.get_mut(name)) {
            Some(Some(store)) => store.release(&lease.run)?,
            Some(None) => {}
            None => targets.catalog.release(&targets.identity.id, &lease.run)?,
        }
    }
    Ok(())
}
