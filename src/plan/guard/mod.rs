//! What a plan may do only when it is allowed.

mod loss;
mod objects;
mod store;

pub(super) use loss::{going_on, lost};
pub use objects::{Contents, Staying, lost_objects};

use super::document::{Action, Flag, Guard, Lost, LostObject, Operation};
use super::input::{Aim, Input, StoreFiles};
use super::remembered::Remembered;
use crate::catalog::Entry;
use crate::diff::{Obstacle, Unmovable};
use crate::model::{Address, Guards, Kind};
use crate::syntax::edit::write_string;
use std::collections::{BTreeMap, BTreeSet};

/// Everything about some operations that needs an explicit allowance.
pub(super) fn guards(
    operations: &[Operation],
    lost: &[Lost],
    input: &Input<'_>,
    remembered: &Remembered<'_>,
) -> Vec<Guard> {
    let deleted: Vec<&Operation> = deletions(operations).collect();
    let mut guards = Vec::new();
    guards.extend(too_many(&deleted, lost, input, remembered));
    guards.extend(emptied(&deleted, input, remembered));
    guards.extend(loss::guards(&deleted, lost, input, remembered));
    guards.extend(left_behind(&deleted, operations, input.observed));
    guards.extend(operations.iter().filter_map(|operation| store::abandoned(operation, input, remembered)));
    guards
}

/// A guard of everything that a pattern covers, which the text or the caller may allow by that pattern, and the text also by
/// saying it of each.
fn of_all(
    message: String,
    pattern: &str,
    is_each_meant: bool,
    input: &Input<'_>,
    remembered: &Remembered<'_>,
) -> Guard {
    let allowed =
        is_each_meant || remembered.meant.removed_as(pattern).is_some() || input.options.allow_delete.contains(pattern);
    let line = format!("removed {}", quoted(&pattern));
    Guard::open(message, Some(&line), Flag::allow_delete(&pattern), allowed)
}

/// The operations that delete something.
fn deletions(operations: &[Operation]) -> impl Iterator<Item = &Operation> {
    operations.iter().filter(|operation| operation.action == Action::Delete)
}

/// Kinds, state stores and destinations that are left without anything, where that is not what was asked for.
fn emptied(deleted: &[&Operation], input: &Input<'_>, remembered: &Remembered<'_>) -> Vec<Guard> {
    match input.options.aim {
        Aim::Nothing => Vec::new(),
        Aim::Declared => {
            let own: Vec<&Operation> = deleted.iter().copied().filter(|operation| !operation.clears()).collect();
            let stores = input.stores.iter().flat_map(|store| store::emptied(&own, store, input, remembered));
            emptied_kinds(&own, input, remembered).into_iter().chain(stores).collect()
        }
    }
}

/// Objects that are to get another name and cannot.
pub(super) fn unmovable(refused: &[Unmovable]) -> impl Iterator<Item = Guard> {
    refused.iter().map(|Unmovable { from, to, obstacle, .. }| {
        let reason = match obstacle {
            Obstacle::BothExist => {
                "there is such an object already: take one of the two out first, or the `moved` node".to_owned()
            }
            Obstacle::Foreign(Some(owner)) => format!("{from} belongs to project {owner}"),
            Obstacle::Foreign(None) => format!("nobody owns {from}: adopt it under that name first"),
            Obstacle::Below(1) => {
                format!("1 object below it is not the project's and would stay behind; {}", beside(to))
            }
            Obstacle::Below(count) => {
                format!("{count} objects below it are not the project's and would stay behind; {}", beside(to))
            }
        };
        Guard::new(format!("{from} cannot move to {to}: {reason}"), None)
    })
}

/// How what others have objects of gets another name.
fn beside(new: &Address) -> String {
    format!(
        "declare {new} beside it and apply, let their projects go over to that and apply, and take this one out of the text then"
    )
}

/// The projects that own live objects of a blueprint or a promise.
pub(super) fn others_below<'e>(address: &Address, observed: &'e [Entry]) -> BTreeSet<&'e str> {
    let members = match address.kind {
        Kind::Blueprint => Kind::Entity,
        Kind::Promise => Kind::Request,
        _ => return BTreeSet::new(),
    };
    let first = observed.partition_point(|entry| entry.address.kind < members);
    let all = observed[first..].iter().take_while(|entry| entry.address.kind == members);
    let all = all.filter(|entry| *entry.address.parent == *address.name && entry.live.is_some());
    all.filter(|entry| entry.owner.is_none()).filter_map(|entry| entry.other_owner.as_deref()).collect()
}

/// More deletions than the project lets pass unasked, beside those that the text says. A limit of the caller holds for all.
/// An object that goes out of a file that stays is deleted too, by whatever applies the file.
fn too_many(deleted: &[&Operation], lost: &[Lost], input: &Input<'_>, remembered: &Remembered<'_>) -> Option<Guard> {
    let asked = input.options.max_deletes;
    let objects: Vec<&LostObject> = lost.iter().flat_map(Lost::own_objects).collect();
    let all = (deleted.len() + objects.len()) as u64;
    let of_things = deleted.iter().filter(|operation| remembered.is_meant(operation)).count();
    let of_objects =
        objects.iter().filter(|lost| remembered.meant.removed_as(&lost.file.to_string()).is_some()).count();
    let meant = if asked.is_none() { (of_things + of_objects) as u64 } else { 0 };
    let count = all - meant;
    let written = asked.or(input.project.guards.max_deletes);
    let owned = owned(input);
    let limit = written.unwrap_or_else(|| match input.options.aim {
        Aim::Declared => Guards::FEW_DELETES.max(owned / 10),
        Aim::Nothing => u64::MAX,
    });
    let share = if written.is_none() && limit > Guards::FEW_DELETES {
        format!(", a tenth of the {owned} that the project owns")
    } else {
        String::new()
    };
    let out_of = match (objects.len() - if asked.is_none() { of_objects } else { 0 }) as u64 {
        0 => String::new(),
        1 if count == 1 => " of an object in a file that stays".to_owned(),
        all if all == count => " of objects in files that stay".to_owned(),
        some => format!(", {some} of them of objects in files that stay"),
    };
    let beside = if meant > 0 { format!(" beside {meant} that the text says") } else { String::new() };
    (count > limit || (asked.is_some() && count > 0)).then(|| {
        let noun = if count == 1 { "deletion" } else { "deletions" };
        let message = format!("{count} {noun}{out_of}{beside}, and at most {limit} are allowed{share}");
        let line = asked.is_none().then(|| format!("guards max-deletes={count}"));
        Guard::open(message, line.as_deref(), Flag::MaxDeletes(all), count <= limit)
    })
}

/// Kinds of which the project owned several and keeps none.
fn emptied_kinds(deleted: &[&Operation], input: &Input<'_>, remembered: &Remembered<'_>) -> Vec<Guard> {
    let mut owned: BTreeMap<Kind, usize> = BTreeMap::new();
    for entry in input.observed.iter().filter(|entry| entry.owner.is_some() && entry.live.is_some()) {
        *owned.entry(entry.address.kind).or_default() += 1;
    }
    // How many go, and how many of them on purpose.
    let mut gone: BTreeMap<Kind, (usize, usize)> = BTreeMap::new();
    for address in deleted.iter().filter_map(|operation| operation.object_address()) {
        let (count, meant) = gone.entry(address.kind).or_default();
        *count += 1;
        *meant += usize::from(remembered.meant.removed(address).is_some());
    }
    let emptied = gone.into_iter().filter(|(kind, (count, _))| *count > 1 && owned.get(kind) == Some(count));
    let guard = |(kind, (count, meant)): (Kind, (usize, usize))| {
        let word = kind.word();
        let message = format!("all {count} objects of kind {word} are deleted");
        of_all(message, &format!("{word}:*"), meant == count, input, remembered)
    };
    emptied.map(guard).collect()
}

/// How many objects and files the project owns.
fn owned(input: &Input<'_>) -> u64 {
    let objects = input.observed.iter().filter(|entry| entry.owner.is_some() && entry.live.is_some()).count();
    let differing = |store: &StoreFiles<'_>| store.diffs.iter().filter(|diff| diff.base.is_some()).count();
    let files: usize = input.stores.iter().map(|store| store.unchanged + differing(store)).sum();
    (objects + files) as u64
}

/// A word as KDL writes it: bare where it may be. A pattern has quotes, as it has in a shell.
pub(in crate::plan) fn quoted(word: &impl ToString) -> String {
    let written = write_string(&word.to_string());
    if written.contains('*') && !written.starts_with('"') { format!("\"{written}\"") } else { written }
}

/// Entities and requests, of whomever, that would stay without their blueprint or promise.
fn left_behind(deleted: &[&Operation], operations: &[Operation], observed: &[Entry]) -> Vec<Guard> {
    let deletions: BTreeSet<&Address> = deleted.iter().filter_map(|operation| operation.object_address()).collect();
    if deletions.is_empty() {
        return Vec::new();
    }
    let away = operations.iter().filter_map(Operation::former_address);
    let going: BTreeSet<&Address> = away.chain(deletions.iter().copied()).collect();
    // How many stay of each, counted in one look.
    let mut staying: BTreeMap<(Kind, &str), usize> = BTreeMap::new();
    for entry in observed.iter().filter(|entry| entry.live.is_some() && !going.contains(&entry.address)) {
        *staying.entry((entry.address.kind, &entry.address.parent)).or_default() += 1;
    }
    let mut guards = Vec::new();
    for address in &deletions {
        let (members, one, many) = match address.kind {
            Kind::Blueprint => (Kind::Entity, "entity", "entities"),
            Kind::Promise => (Kind::Request, "request", "requests"),
            _ => continue,
        };
        let count = staying.get(&(members, &*address.name)).copied().unwrap_or_default();
        if count > 0 {
            let noun = if count == 1 { one } else { many };
            let others = Vec::from_iter(others_below(address, observed)).join(", ");
            let way = if others.is_empty() {
                String::new()
            } else {
                format!(
                    "; some are of other projects ({others}): let them take theirs out, or go over to another one, and apply first"
                )
            };
            guards.push(Guard::new(
                format!("{address} would be deleted, and {count} {noun} of it would stay{way}"),
                None,
            ));
        }
    }
    guards
}
