//! State stores in which somebody set the branch or the inventory back.

use super::document::Guard;
use super::input::{Input, StoreFiles};
use crate::catalog::SetBackTo;
use crate::store::{SetBack, Setback};
use crate::worded::counted;
use std::collections::BTreeSet;

/// So many files are named.
const NAMED: usize = 5;

/// A notice for each store in which something was set back. It stops nothing: what is declared is written, or adopted, again.
pub(super) fn notices(input: &Input<'_>) -> Vec<Guard> {
    let stores = input.stores.iter().filter_map(|store| notice(store, store.setback.as_ref()?, &input.identity.id));
    stores.chain(input.set_back.as_ref().map(of_catalog)).collect()
}

fn of_catalog(set_back: &SetBackTo) -> Guard {
    Guard::notice(format!(
        "{set_back}. What was written by then, by \
         this project or by others, may be missing there: set the branch forward again where you can; after the next apply from here this is not told here any more"
    ))
}

fn notice(store: &StoreFiles<'_>, setback: &Setback, own: &str) -> Option<Guard> {
    let wanted: BTreeSet<&str> = store.placed.iter().map(|placed| placed.path.as_str()).collect();
    let strays: Vec<&str> = setback.strays.iter().map(String::as_str).filter(|path| !wanted.contains(path)).collect();
    let (name, newer) = (&store.store, setback.revision.get(..12).unwrap_or(&setback.revision));
    // What the inventory names is where the branch was then, which may be what another project delivered.
    let commit = match setback.by.as_deref() {
        Some(by) if by == own => format!("{newer}, which this project delivered last,"),
        Some(by) => format!("{newer} of project {by}, which was the last one there when this project delivered,"),
        None => format!("{newer}, which was the last one there when this project delivered,"),
    };
    let what = match &setback.what {
        SetBack::Files(branch) => format!(
            "branch {branch} of state store {name} was set back: commit {commit} is not on it any \
             more. What is declared is written again"
        ),
        SetBack::Gone(branch) => format!(
            "branch {branch} of state store {name} is gone, and commit {commit} with it. What is declared \
             is written again, to a new one, where nobody puts it back before"
        ),
        SetBack::Inventory(_) if strays.is_empty() => return None,
        SetBack::Inventory(reference) => format!(
            "{reference} of state store {name} was set back: it is older than commit {newer}, which this project delivered. What is \
             declared is adopted again"
        ),
    };
    let stays = match strays.len() {
        0 => String::new(),
        count => {
            let named: Vec<&str> = strays.iter().take(NAMED).copied().collect();
            let more = if count > NAMED { format!(" and {} more", count - NAMED) } else { String::new() };
            let files = counted(count, "file");
            format!(
                "; {files} that this project wrote, and that nobody owns by what is left, stay: {}{more}. Set it forward again where you \
                 can, or delete what nobody needs; after the next apply this is not told any more",
                named.join(", ")
            )
        }
    };
    Some(Guard::notice(what + &stays))
}
