//! What is of a blueprint or a promise that is left out: by another one of its name it would be judged as nobody meant it.

use super::Note;
use super::home::Home;
use super::lost::drop_all;
use super::moving::Moving;
use crate::model::{Address, Kind};
use std::collections::{BTreeSet, HashSet};

/// The blueprints and promises that something which is read may be of.
pub(super) struct Parents(HashSet<Address>);

impl Parents {
    /// Those among what is read.
    pub(super) fn of(moving: &[Moving]) -> Self {
        let parents = moving.iter().map(|one| &one.address);
        Self(parents.filter(|address| matches!(address.kind, Kind::Blueprint | Kind::Promise)).cloned().collect())
    }
}

/// Takes out what another project owns and says otherwise: what it owns is its own to change.
pub(super) fn without_those_of_others(moving: &mut Vec<Moving>, home: &Home<'_>, notes: &mut Vec<Note>) {
    let all = moving.iter().enumerate();
    let gone: BTreeSet<usize> =
        all.filter(|(_, one)| home.is_owned_by_another(&one.address)).map(|(at, _)| at).collect();
    let reason = "another project owns it, as `extern` brings it, and this is not the same";
    notes.extend(gone.iter().map(|index| moving[*index].left_out(reason)));
    drop_all(moving, &gone);
}

/// Takes out what is of a blueprint or a promise that was read, and is taken in no longer.
pub(super) fn without_orphans(moving: &mut Vec<Moving>, parents: &Parents, notes: &mut Vec<Note>) {
    let there: HashSet<&Address> = moving.iter().map(|one| &one.address).collect();
    let is_lost = |above: &Address| parents.0.contains(above) && !there.contains(above);
    let mut gone = BTreeSet::new();
    for (index, one) in moving.iter().enumerate() {
        let Some(above) = above(one).filter(is_lost) else { continue };
        let (kind, name) = (above.kind.word(), &above.name);
        let reason = format!("{kind} `{name}` is left out as it stands there");
        notes.push(one.left_out_without(Some(kind), reason));
        gone.insert(index);
    }
    drop_all(moving, &gone);
}

/// The blueprint or the promise that an object is of, or judges the entities of.
fn above(one: &Moving) -> Option<Address> {
    let judged = || {
        let blueprint = one.body.get("blueprint").and_then(|name| name.as_str())?;
        Some(Address::new(Kind::Blueprint, blueprint.into()))
    };
    one.address.above().or_else(judged)
}
