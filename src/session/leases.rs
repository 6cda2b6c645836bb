use super::{Misuse, SessionError};
use crate::apply::Targets;
use crate::model::Lease;
use crate::store::Store;
use std::collections::BTreeSet;
use std::path::PathBuf;

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

/// The leases of the only run whose name begins so. Where a target could not be asked, it may have none.
///
/// # Errors
/// Where no run, or more than one, is called so.
pub fn leases_of(
    name: &str,
    leases: Vec<TargetLease>,
    failed: &[SessionError],
) -> Result<Vec<TargetLease>, SessionError> {
    let meant: Vec<TargetLease> = leases.into_iter().filter(|one| one.lease.run.starts_with(name)).collect();
    let runs: BTreeSet<&str> = meant.iter().map(|one| one.lease.run.as_str()).collect();
    match runs.len() {
        0 if failed.is_empty() => Err(Misuse::Lease(name.to_owned()).into()),
        0 | 1 => Ok(meant),
        count => Err(Misuse::Leases { name: name.to_owned(), count }.into()),
    }
}

/// Takes away the locks that killed runs left at the state stores of a project, and gives them with the stores' names. Those of a run
/// that is at work stay, and those of other programs.
pub fn clear_locks(targets: &mut Targets) -> Vec<(String, PathBuf)> {
    let of_store = |(name, store): (&String, &mut Box<dyn Store>)| {
        store.unlock().into_iter().map(|lock| (name.clone(), lock)).collect::<Vec<_>>()
    };
    targets.stores.iter_mut().flat_map(of_store).collect()
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
