use crate::model::Address;
use crate::plan::document::{Action, Operation, Rerender, Target};
use std::collections::{BTreeMap, BTreeSet};

/// The requests that are there and whose files change (those that only get another path do not), by request, with the planned changes that cause it.
pub(in crate::plan) fn rendered(operations: &[Operation]) -> Vec<Rerender> {
    let planned: BTreeSet<&str> = operations.iter().map(|operation| operation.address.as_str()).collect();
    let made = operations.iter().filter(|operation| operation.action == Action::Create);
    let made: BTreeSet<&str> = made.map(|operation| operation.address.as_str()).collect();
    let mut by_request: BTreeMap<&str, Rerender> = BTreeMap::new();
    for operation in operations {
        let Target::File(file) = &operation.target else { continue };
        let is_written = file.content.is_some() && !matches!(operation.action, Action::Release | Action::Move);
        let Some(request) = file.request.as_ref().filter(|request| is_written && !made.contains(request.as_str()))
        else {
            continue;
        };
        let entry = by_request.entry(request).or_insert_with(|| Rerender {
            request: request.clone(),
            because: causes(request, &planned),
            files: Vec::new(),
        });
        entry.files.push(format!("{}:{}", file.store, file.path));
        let destination = file.destination.as_ref().map(|name| format!("destination:{name}"));
        let destination = destination.filter(|address| planned.contains(address.as_str()));
        entry.because.extend(destination.filter(|address| !entry.because.contains(address)));
    }
    by_request.into_values().collect()
}

/// The planned changes, of a request and its promise, that can change what it renders to.
pub(in crate::plan) fn causes(request: &str, planned: &BTreeSet<&str>) -> Vec<String> {
    let promise = Address::parse(request).map(|address| format!("promise:{}", address.parent));
    let candidates = [Some(request.to_owned()), promise].into_iter().flatten();
    candidates.filter(|address| planned.contains(address.as_str())).collect()
}
