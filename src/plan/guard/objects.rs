//! Objects of Kubernetes that go out of files that stay: whatever applies the files deletes them, although no file goes.

use crate::kubernetes::Identity;
use crate::plan::document::{Action, FileChange, LostObject, Manifested, Operation, Target};
use crate::render::identities;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What is live of a file that stays; nothing where nobody may look.
pub(super) type Live<'o, 'l> = dyn Fn(&'o FileChange) -> Option<&'o [u8]> + Sync + 'l;

/// The objects that live files hold and that, once they are written, no written file of their destination does, each with its file.
pub fn lost_objects<'o>(operations: &'o [Operation], live: &Live<'o, '_>) -> Vec<(&'o FileChange, LostObject)> {
    let updates = operations.par_iter().filter(|operation| operation.action == Action::Update);
    let robbed: Vec<Robbed<'_>> = updates.filter_map(|operation| Robbed::of(operation, live)).collect();
    let mut kept: BTreeMap<Folder<'_>, BTreeSet<Identity>> =
        robbed.iter().map(|one| (folder(one.file), BTreeSet::new())).collect();
    if kept.is_empty() {
        return Vec::new();
    }
    for file in operations.iter().filter_map(written) {
        if let Some(kept) = kept.get_mut(&folder(file)) {
            kept.extend(after(file));
        }
    }
    let gone = robbed.iter().flat_map(|one| one.gone(&kept));
    gone.collect()
}

/// A part of a state store that is applied as one: the store and the destination.
type Folder<'o> = (&'o str, Option<&'o str>);

fn folder(file: &FileChange) -> Folder<'_> {
    (&file.store, file.destination.as_deref())
}

/// The file that an operation leaves there.
fn written(operation: &Operation) -> Option<&FileChange> {
    match (&operation.target, operation.action) {
        (
            Target::File(file),
            Action::Create | Action::Update | Action::Move | Action::Adopt | Action::Release | Action::Record,
        ) => Some(file),
        (Target::File(_), Action::Delete | Action::Vacate | Action::Forget) | (Target::Object(_), _) => None,
    }
}

fn after(file: &FileChange) -> Vec<Identity> {
    file.content.as_ref().map(|content| identities(&file.path, content.bytes())).unwrap_or_default()
}

/// A file that stays and no longer holds some objects.
struct Robbed<'o> {
    address: &'o str,
    file: &'o FileChange,
    gone: BTreeSet<Identity>,
    new: BTreeSet<Identity>,
}

impl<'o> Robbed<'o> {
    fn of(operation: &'o Operation, live: &Live<'o, '_>) -> Option<Self> {
        let Target::File(file) = &operation.target else { return None };
        let before: BTreeSet<Identity> = identities(&file.path, live(file)?).into_iter().collect();
        if before.is_empty() {
            return None;
        }
        let after = after(file).into_iter().collect();
        let gone: BTreeSet<Identity> = before.difference(&after).cloned().collect();
        let new = after.difference(&before).cloned().collect();
        (!gone.is_empty()).then_some(Self { address: &operation.address, file, gone, new })
    }

    /// What of it no other file holds.
    fn gone(&self, kept: &BTreeMap<Folder<'_>, BTreeSet<Identity>>) -> Vec<(&'o FileChange, LostObject)> {
        let is_kept = |object: &&Identity| kept.get(&folder(self.file)).is_some_and(|kept| kept.contains(*object));
        let replaced_by = self.new.first().filter(|_| self.gone.len() == 1 && self.new.len() == 1);
        let lost = |object: &Identity| LostObject {
            file: self.address.to_owned(),
            object: Manifested::from(object),
            replaced_by: replaced_by.map(Manifested::from),
        };
        self.gone.iter().filter(|object| !is_kept(object)).map(|object| (self.file, lost(object))).collect()
    }
}
