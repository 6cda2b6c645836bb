//! What a project may not do to files of which nothing but its name says that they are its own.

use super::document::{Guard, Operation};
use super::guard::quoted;
use super::input::{Input, StoreFiles};
use crate::model::{Address, Evidence, Identity};
use crate::worded::counted;
use std::collections::{BTreeMap, BTreeSet};

/// The guards of a project that was not told from others of its name: what belongs to requests that it does not declare may be
/// another one's.
pub(super) fn guards(operations: &[Operation], input: &Input<'_>) -> Vec<Guard> {
    match input.identity.evidence {
        Evidence::Presumed => input.stores.iter().filter_map(|store| guard(store, operations, input)).collect(),
        Evidence::Said | Evidence::Kept | Evidence::New => Vec::new(),
    }
}

fn guard(store: &StoreFiles<'_>, operations: &[Operation], input: &Input<'_>) -> Option<Guard> {
    let declared = |request: &Address| input.text.binary_search_by(|desired| desired.address.cmp(request)).is_ok();
    let held: BTreeSet<&str> = store.diffs.iter().filter(|diff| diff.base.is_some()).map(|diff| &*diff.path).collect();
    let requests: BTreeMap<&str, &Address> = store
        .holdings
        .iter()
        .flat_map(|holding| holding.files.iter().map(|path| (path.as_str(), &holding.request)))
        .collect();
    let (mut ours, mut whose) = (0, 0);
    for operation in operations {
        let Some(file) = operation.file() else { continue };
        if file.store != store.store || !held.contains(&*file.path) {
            continue;
        }
        match requests.get(&*file.path) {
            Some(request) if declared(request) => ours += 1,
            Some(_) | None => whose += 1,
        }
    }
    let Identity { id, name, .. } = input.identity;
    let way = format!("`id {}` in the project where it is this one, and an id of its own where it is not", quoted(id));
    let files = |count: usize| counted(count, "file");
    let message = match (ours, whose) {
        (0, 0) => return None,
        (_, 0) => format!(
            "{} of state store {} were written by a project {name} ({id}), and nothing but its name and its requests says that it is this one",
            files(ours),
            store.store
        ),
        (_, _) => format!(
            "{} of state store {} belong to requests that are declared nowhere here, and were written by a project {name} ({id}): nothing but its name says that it is this one",
            files(whose),
            store.store
        ),
    };
    Some(Guard { allowed: whose == 0, ..Guard::new(message, Some(way)) })
}
