//! What a plan may do only when it is allowed.

mod loss;

pub(super) use loss::lost;

use super::build::{Aim, Input, Options, StoreFiles};
use super::document::{Action, Guard, Lost, Operation, Target};
use super::remembered::Remembered;
use crate::catalog::Entry;
use crate::diff::{Obstacle, Unmovable};
use crate::model::{Address, Guards, Kind, StorePlace, shell_word};
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
    guards.extend(too_many(&deleted, input));
    guards.extend(emptied(&deleted, input));
    guards.extend(loss::guards(&deleted, lost, input, remembered));
    guards.extend(left_behind(&deleted, operations, input.observed));
    guards.extend(operations.iter().filter_map(|operation| abandoned_store(operation, input)));
    guards
}

/// The operations that delete something.
fn deletions(operations: &[Operation]) -> impl Iterator<Item = &Operation> {
    operations.iter().filter(|operation| operation.action == Action::Delete)
}

/// Kinds, state stores and destinations that are left without anything, where that is not what was asked for.
fn emptied(deleted: &[&Operation], input: &Input<'_>) -> Vec<Guard> {
    match input.options.aim {
        Aim::Nothing => Vec::new(),
        Aim::Declared => {
            let stores = input.stores.iter().flat_map(|store| emptied_store(deleted, store, &input.options));
            emptied_kinds(deleted, input.observed, &input.options).into_iter().chain(stores).collect()
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
            Obstacle::Below(1) => "1 object below it is not the project's and would stay behind".to_owned(),
            Obstacle::Below(count) => format!("{count} objects below it are not the project's and would stay behind"),
        };
        Guard { message: format!("{from} cannot move to {to}: {reason}"), allow: None, allowed: false }
    })
}

/// More deletions than the project lets pass unasked.
fn too_many(deleted: &[&Operation], input: &Input<'_>) -> Option<Guard> {
    let count = deleted.len() as u64;
    let asked = input.options.max_deletes;
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
    (count > limit || (asked.is_some() && count > 0)).then(|| Guard {
        message: format!(
            "{count} {}, and at most {limit} are allowed{share}",
            if count == 1 { "deletion" } else { "deletions" }
        ),
        allow: Some(format!("--max-deletes {count}")),
        allowed: count <= limit,
    })
}

/// Kinds of which the project owned several and keeps none.
fn emptied_kinds(deleted: &[&Operation], observed: &[Entry], options: &Options) -> Vec<Guard> {
    let mut owned: BTreeMap<Kind, usize> = BTreeMap::new();
    for entry in observed.iter().filter(|entry| entry.owner.is_some() && entry.live.is_some()) {
        *owned.entry(entry.address.kind).or_default() += 1;
    }
    let mut gone: BTreeMap<Kind, usize> = BTreeMap::new();
    for address in deleted.iter().filter_map(|operation| operation.object_address()) {
        *gone.entry(address.kind).or_default() += 1;
    }
    let emptied = gone.into_iter().filter(|(kind, count)| *count > 1 && owned.get(kind) == Some(count));
    emptied
        .map(|(kind, count)| {
            let word = kind.word();
            let pattern = format!("{word}:*");
            Guard {
                message: format!("all {count} objects of kind {word} are deleted"),
                allowed: options.allow_delete.contains(&pattern),
                allow: Some(by_word(&pattern)),
            }
        })
        .collect()
}

/// How many objects and files the project owns.
fn owned(input: &Input<'_>) -> u64 {
    let objects = input.observed.iter().filter(|entry| entry.owner.is_some() && entry.live.is_some()).count();
    let differing = |store: &StoreFiles<'_>| store.diffs.iter().filter(|diff| diff.base.is_some()).count();
    let files: usize = input.stores.iter().map(|store| store.unchanged + differing(store)).sum();
    (objects + files) as u64
}

/// How to allow what a word stands for: by a flag, or in the text, where it is reviewed.
pub(super) fn by_word(word: &str) -> String {
    format!("--allow-delete {}, or `allow-delete {word:?}` in the project's `guards`", shell_word(word))
}

/// A word as KDL writes it: bare where it may be.
pub(super) fn quoted(word: &impl ToString) -> String {
    let word = word.to_string();
    let plain = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '.' | ':' | '%');
    let bare = word.starts_with(char::is_alphabetic)
        && word.chars().all(plain)
        && !matches!(word.as_str(), "true" | "false" | "null" | "inf" | "nan");
    if bare { word } else { format!("{word:?}") }
}

/// Entities and requests, of whomever, that would stay without their blueprint or promise.
fn left_behind(deleted: &[&Operation], operations: &[Operation], observed: &[Entry]) -> Vec<Guard> {
    let deletions: BTreeSet<Address> = deleted.iter().filter_map(|operation| operation.object_address()).collect();
    let away = operations.iter().filter_map(|operation| Address::parse(operation.from.as_ref()?));
    let going: BTreeSet<Address> = away.chain(deletions.iter().cloned()).collect();
    let orphaned = |kind: Kind, parent: &Address| {
        let stays = |entry: &&Entry| {
            entry.address.kind == kind
                && entry.address.parent == parent.name
                && entry.live.is_some()
                && !going.contains(&entry.address)
        };
        observed.iter().filter(stays).count()
    };
    let mut guards = Vec::new();
    for address in &deletions {
        let (members, one, many) = match address.kind {
            Kind::Blueprint => (Kind::Entity, "entity", "entities"),
            Kind::Promise => (Kind::Request, "request", "requests"),
            _ => continue,
        };
        let count = orphaned(members, address);
        if count > 0 {
            guards.push(Guard {
                message: format!(
                    "{address} would be deleted, and {count} {} of it would stay",
                    if count == 1 { one } else { many }
                ),
                allow: None,
                allowed: false,
            });
        }
    }
    guards
}

/// A state store that the project leaves: what it delivered there is out of its sight, and would stay. One that is spelled or called
/// anew is not left.
fn abandoned_store(operation: &Operation, input: &Input<'_>) -> Option<Guard> {
    let address = operation.object_address().filter(|address| address.kind == Kind::StateStore)?;
    let known = operation.from.as_deref().and_then(Address::parse).unwrap_or(address);
    let former = input.former.get(&known);
    let stays = |former: &StorePlace| input.project.stores.iter().any(|store| store.place().is(former));
    let leaves = match operation.action {
        Action::Delete | Action::Release => former.is_none_or(|former| !stays(former)),
        Action::Update | Action::Move => former.is_some_and(|former| !stays(former)),
        Action::Create | Action::Adopt | Action::Forget | Action::Record => false,
    };
    leaves.then(|| Guard {
        message: format!("the project leaves {}, and files that it delivered there would stay", operation.address),
        allow: Some(by_word(&operation.address)),
        allowed: input.options.allow_delete.contains(&operation.address),
    })
}

/// A state store, or destinations in it, of which every file goes, where there were several.
fn emptied_store(deleted: &[&Operation], store: &StoreFiles<'_>, options: &Options) -> Vec<Guard> {
    let mut gone: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for operation in deleted {
        if let Target::File(file) = &operation.target
            && file.store == store.store
        {
            *gone.entry(file.destination.as_deref()).or_default() += 1;
        }
    }
    let all: usize = gone.values().sum();
    let kept: usize = store.wanted.values().sum();
    let guard = |what: String, count: usize, pattern: String| Guard {
        message: format!("all {count} files of {what} are deleted"),
        allowed: options.allow_delete.contains(&pattern),
        allow: Some(by_word(&pattern)),
    };
    if all > 1 && kept == 0 {
        return vec![guard(format!("state store {}", store.store), all, format!("file:{}:*", store.store))];
    }
    gone.into_iter()
        .filter_map(|(destination, count)| Some((destination?, count)))
        .filter(|(destination, count)| *count > 1 && store.wanted.get(*destination).copied().unwrap_or(0) == 0)
        .map(|(name, count)| guard(format!("destination {name}"), count, format!("destination:{name}:*")))
        .collect()
}
