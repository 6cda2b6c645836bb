//! State stores of others that the text does not bring: what the project delivered there is out of its sight, and would stay.

use super::document::{Flag, Guard, Operation};
use super::former::{Left, Remains, Unreached, UnreachedStore};
use super::guard::quoted;
use super::input::Input;
use super::remembered::Remembered;
use crate::model::{Address, Kind, Name, Thing};
use crate::worded::counted;
use std::collections::BTreeSet;

/// A guard for each state store in which something would stay, and a notice of what goes and of which nobody knows where it was delivered.
pub(super) fn guards(input: &Input<'_>, operations: &[Operation], remembered: &Remembered<'_>) -> Vec<Guard> {
    let Unreached { stores, lost, forgotten } = &input.unreached;
    if stores.is_empty() && lost.is_empty() && forgotten.is_empty() {
        return Vec::new();
    }
    // What the plan does nothing to is told by the one that does.
    let touched: BTreeSet<&Address> = operations.iter().filter_map(Operation::object_address).collect();
    let placed = input.stores.iter().flat_map(|store| &store.placed).map(|file| &file.request);
    let touched: BTreeSet<&Address> = placed.chain(touched).collect();
    let stays = stores.iter().filter_map(|store| match &store.remains {
        Remains::Files(left) => stays(store, left, &touched, input, remembered),
        Remains::Unseen(reason) => unseen(store, reason, operations),
    });
    let lost: Vec<&Address> = lost.iter().filter(|request| going(operations).any(|going| going == *request)).collect();
    // Where the runs say where it was delivered, that says more.
    let lost = (!lost.is_empty() && forgotten.is_empty()).then(|| {
        let (what, goes) = match *lost {
            [one] => (one.to_string(), "goes"),
            _ => (format!("{} requests", lost.len()), "go"),
        };
        Guard::notice(format!(
            "no state store that the catalog knows has what was delivered for {what}, which {goes}: where it was delivered, it stays"
        ))
    });
    stays.chain(lost).chain(forgotten.iter().map(stay_behind)).collect()
}

/// So many files are named.
const NAMED: usize = 20;

/// The first of some files, as they are called.
pub(super) fn named<'t>(files: impl ExactSizeIterator<Item = &'t Thing>) -> String {
    let more = if files.len() > NAMED { ", ..." } else { "" };
    files.take(NAMED).map(ToString::to_string).collect::<Vec<_>>().join(", ") + more
}

/// What was delivered to a state store that nobody declares any more.
fn stay_behind((store, files): (&Name, &BTreeSet<Thing>)) -> Guard {
    let (count, stays) = (counted(files.len(), "file"), if files.len() == 1 { "stays" } else { "stay" });
    Guard::notice(format!(
        "{count} that the project delivered to state store {store} {stays} there, which no project of the catalog declares any more ({}): \
         delete by hand what nobody needs, or have it declared again, and `extern state-store {}` takes it away with the next apply; `plat drift \
         --unmanaged` tells it after that",
        named(files.iter()),
        quoted(store),
    ))
}

/// The requests that a plan takes away.
fn going(operations: &[Operation]) -> impl Iterator<Item = &Address> {
    operations.iter().filter(|one| one.action == super::Action::Delete).filter_map(Operation::object_address)
}

fn stays(
    store: &UnreachedStore,
    left: &Left,
    touched: &BTreeSet<&Address>,
    input: &Input<'_>,
    remembered: &Remembered<'_>,
) -> Option<Guard> {
    // What a promise depends on stays behind by a destination that is no longer known, whatever becomes of the promise.
    let is_meant = |request: &Address| request.kind == Kind::Promise || touched.contains(request);
    if !left.holdings.iter().any(|holding| is_meant(&holding.request)) {
        return None;
    }
    let UnreachedStore { address, owner, .. } = store;
    let every = Thing::every_file_of(&address.name);
    let keeps = remembered.meant.removed_as(&every).is_some_and(|line| line.keep.is_some());
    let allowed = keeps || input.options.allow_delete.contains(&address.to_string());
    let files: Vec<Thing> = left.files.keys().map(|path| Thing::file(&address.name, path)).collect();
    let message = format!(
        "{} that the project delivered to {address} of project {owner} would stay ({}), as no `extern` line brings it: write `extern \
         state-store {}` and apply, and take the line out then",
        left.counted(),
        named(files.iter()),
        quoted(&address.name),
    );
    Some(Guard::open(message, Some(&format!("removed {} keep", quoted(&every))), Flag::allow_delete(address), allowed))
}

fn unseen(store: &UnreachedStore, reason: &str, operations: &[Operation]) -> Option<Guard> {
    let UnreachedStore { address, owner, .. } = store;
    going(operations).any(|one| one.kind == Kind::Request).then(|| {
        Guard::notice(format!(
            "what was delivered for requests that go may be in {address} of project {owner}, which no `extern` line brings and nobody could \
             look into ({reason}): it would stay there"
        ))
    })
}
