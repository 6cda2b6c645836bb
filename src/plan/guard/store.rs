//! What is not left behind, and not emptied, unasked: state stores and destinations.

use super::{of_all, quoted};
use crate::model::{Kind, Name, Thing};
use crate::plan::document::{Action, Flag, Guard, Operation};
use crate::plan::former::{FormerStore, Remains};
use crate::plan::input::{Input, StoreFiles};
use crate::plan::meant::every_file_of;
use crate::plan::remembered::Remembered;
use std::collections::BTreeMap;

/// A state store that the project leaves: what it delivered there is out of its sight, and would stay. One that is spelled or called
/// anew is not left, and where nothing is, nothing stays.
pub(super) fn abandoned(operation: &Operation, input: &Input<'_>, remembered: &Remembered<'_>) -> Option<Guard> {
    let address = operation.object_address().filter(|address| address.kind == Kind::StateStore)?;
    let known = operation.former_address().unwrap_or(address);
    let former = input.former.get(known);
    let is_left = |former: &FormerStore| !input.project.stores.iter().any(|store| store.place().is(&former.place));
    let goes = match operation.action {
        Action::Delete | Action::Release | Action::Forget if former.is_none_or(is_left) => true,
        // Also where its object is as it is declared already: others may have changed it first.
        Action::Create | Action::Update | Action::Move | Action::Record if former.is_some_and(is_left) => false,
        _ => return None,
    };
    let what = match former.map(|former| &former.remains) {
        Some(Remains::Files(left)) => format!("{} would stay", left.stay()?),
        Some(Remains::Unseen(reason)) => format!("what it delivered there would stay: nobody could look ({reason})"),
        None => "files that it delivered there would stay".to_owned(),
    };
    // One that is declared with another place is not gone: what lies at its old place is let go of.
    let files = Thing::every_file_of(&known.name);
    let keeps = remembered.meant.removed_as(&files).is_some_and(|line| line.keep.is_some());
    let others = former.and_then(FormerStore::left).is_some_and(|left| !left.others.is_empty());
    let (line, way) = if goes {
        (format!("removed {}", quoted(address)), "take the requests out first and apply, then the store")
    } else {
        (format!("removed {} keep", quoted(&files)), "drain its destinations first and apply, then let it go elsewhere")
    };
    let allowed = keeps
        || goes && remembered.meant.removed(address).is_some()
        || input.options.allow_delete.contains(&address.to_string());
    let theirs = if others { "; the other projects do so in theirs" } else { "" };
    let message = format!("the project leaves {known}, and {what}; {way}{theirs}");
    Some(Guard::open(message, Some(&line), Flag::allow_delete(address), allowed))
}

/// How many files go, and how many of them on purpose.
type Going = (usize, usize);

/// A state store, or destinations in it, of which every file goes, where there were several.
pub(super) fn emptied(
    deleted: &[&Operation],
    store: &StoreFiles<'_>,
    input: &Input<'_>,
    remembered: &Remembered<'_>,
) -> Vec<Guard> {
    let mut gone: BTreeMap<Option<&Name>, Going> = BTreeMap::new();
    for operation in deleted {
        if let Some(file) = operation.file().filter(|file| file.store == store.store) {
            let (count, meant) = gone.entry(file.destination.as_ref()).or_default();
            *count += 1;
            *meant += usize::from(remembered.is_meant(operation));
        }
    }
    let (all, meant) = gone.values().fold((0, 0), |(all, meant), one| (all + one.0, meant + one.1));
    let kept: usize = store.wanted.values().sum();
    let guard = |what: String, (count, meant): Going, pattern: &str| {
        of_all(format!("all {count} files of {what} are deleted"), pattern, meant == count, input, remembered)
    };
    if all > 1 && kept == 0 {
        let pattern = Thing::every_file_of(&store.store);
        return vec![guard(format!("state store {}", store.store), (all, meant), &pattern)];
    }
    gone.into_iter()
        .filter_map(|(destination, going)| Some((destination?, going)))
        .filter(|(name, (count, _))| *count > 1 && store.wanted.get(*name).copied().unwrap_or(0) == 0)
        .map(|(name, going)| guard(format!("destination {name}"), going, &every_file_of(name)))
        .collect()
}
