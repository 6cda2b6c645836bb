//! Files that get another path: their bytes go on in the same destination, so that nothing is lost and nothing is new.

use super::{Input, StoreFiles};
use crate::plan::document::{Action, FileChange, Operation, Reason, Target};
use std::collections::BTreeMap;

/// Whose bytes they are: the destination, the request by its new name, and the identity of the content.
type Key<'o> = (String, String, &'o str);

/// Makes a move of each file that goes and comes again under another path, with the same bytes, for the same request (or the one that
/// it is renamed to), in the same destination.
pub(super) fn pair(operations: &mut [Operation], input: &Input<'_>) {
    let renamed = renamed(input);
    let mut pairs = Vec::new();
    for store in &input.stores {
        let mut gone: BTreeMap<Key<'_>, Vec<usize>> = BTreeMap::new();
        // The last one that is put there is the first one that is taken.
        for (place, operation) in operations.iter().enumerate().rev() {
            if let Some(key) = going(operation, store, &renamed) {
                gone.entry(key).or_default().push(place);
            }
        }
        if gone.is_empty() {
            continue;
        }
        let wanted = store.diffs.iter().filter_map(|diff| Some((diff.path.as_str(), &*diff.wanted.as_ref()?.0)));
        let wanted: BTreeMap<&str, &str> = wanted.collect();
        for (place, operation) in operations.iter().enumerate() {
            let key = coming(operation, store, &wanted);
            pairs.extend(key.and_then(|key| gone.get_mut(&key)?.pop()).map(|old| (old, place)));
        }
    }
    for (old, new) in pairs {
        operations[new].from = Some(operations[old].address.clone());
        becomes(&mut operations[old], Action::Vacate);
        becomes(&mut operations[new], Action::Move);
    }
}

fn becomes(operation: &mut Operation, action: Action) {
    operation.action = action;
    operation.reasons = vec![Reason::Moved];
    if let Target::File(file) = &mut operation.target {
        (file.patch, file.added, file.removed) = (Some(String::new()), 0, 0);
    }
}

/// The requests that get another name: the old one and the new one.
fn renamed(input: &Input<'_>) -> BTreeMap<String, String> {
    let moves = input.moves.moves.iter();
    moves
        .map(|one| (input.observed[one.observed].address.to_string(), input.desired[one.desired].address.to_string()))
        .collect()
}

fn of_store<'o>(operation: &'o Operation, action: Action, store: &StoreFiles<'_>) -> Option<&'o FileChange> {
    match &operation.target {
        Target::File(file) if operation.action == action && file.store == store.store => Some(file),
        Target::File(_) | Target::Object(_) => None,
    }
}

fn going<'o>(operation: &'o Operation, store: &StoreFiles<'_>, renamed: &BTreeMap<String, String>) -> Option<Key<'o>> {
    let file = of_store(operation, Action::Delete, store)?;
    let request = file.request.as_ref()?;
    let request = renamed.get(request).unwrap_or(request);
    Some((file.destination.clone()?, request.clone(), file.before.as_deref()?))
}

/// A file that is made where nothing is.
fn coming<'o>(operation: &Operation, store: &StoreFiles<'_>, wanted: &BTreeMap<&str, &'o str>) -> Option<Key<'o>> {
    let file = of_store(operation, Action::Create, store).filter(|file| file.replaces.is_none())?;
    Some((file.destination.clone()?, file.request.clone()?, wanted.get(file.path.as_str())?))
}
