use super::{levels, renamed, touched::Touched};
use crate::model::Address;
use crate::plan::document::{Action, Following, Looked, Operation};
use crate::plan::former::Remains;
use crate::plan::input::Input;
use crate::plan::remembered::Remembered;
use std::collections::BTreeSet;

/// How much is looked at of each kind of consequence, in their order; as if what is live of others could be read in full.
pub(in crate::plan) fn looked(
    operations: &[Operation],
    input: &Input<'_>,
    remembered: &Remembered<'_>,
    left: &BTreeSet<Address>,
) -> Vec<Looked> {
    let touched = Touched::of(operations, input.observed);
    let mut looked = vec![
        Looked::all_but(Following::Moves, unseen(input)),
        Looked::all_but(Following::Lost, unknown_holders(operations, remembered)),
        Looked::all_but(Following::Rendered, Vec::new()),
        renamed::looked(operations),
        levels::looked(input.levels.is_some(), left),
    ];
    looked.extend(touched.looked(&[]));
    looked.sort_by_key(|one| one.kind);
    looked
}

/// The state stores that the project leaves and that nobody could look at: which requests stand there is not known.
fn unseen(input: &Input<'_>) -> Vec<String> {
    let why = |(store, remains): (_, &Remains)| match remains {
        Remains::Unseen(reason) => Some(format!("nobody could look at what stands in {store} ({reason})")),
        Remains::Files(_) => None,
    };
    input.former.iter().filter_map(|(store, former)| why((store, &former.remains))).collect()
}

/// That files go of which nobody remembers whose they are.
fn unknown_holders(operations: &[Operation], remembered: &Remembered<'_>) -> Vec<String> {
    let is_nobodys = |operation: &&Operation| {
        let file = operation.file().filter(|_| operation.action == Action::Delete && !operation.clears());
        file.is_some_and(|file| remembered.holder(&file.store, &file.path).is_none())
    };
    let count = operations.iter().filter(is_nobodys).count();
    let why = format!("no state store remembers whose {count} of the files are that go");
    if count > 0 { vec![why] } else { Vec::new() }
}
