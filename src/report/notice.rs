//! What a run says of itself while it is at work, a line each.

use super::clean::clean;
use crate::apply::{Occupied, Step};
use crate::model::{Lease, Standing, Timestamp};

/// What is written now; nothing for the end of that.
pub fn step(step: Step<'_>) -> Option<String> {
    match step {
        Step::Catalog { operations } => Some(format!("Writing {operations} objects to the catalog")),
        Step::Store { name, files } => Some(format!("Writing {files} files to state store {name}")),
        Step::CatalogDone | Step::StoreDone { .. } => None,
    }
}

/// Who is waited for, and for how many seconds at most. `unlock` is the command that clears a lease.
pub fn waiting(occupied: &Occupied, seconds: u128, unlock: &str) -> String {
    let Occupied { target, lease: Lease { run, holder, expires } } = occupied;
    let line = format!(
        "Waiting at most {seconds} s: {target} is being written by {holder} (run {run}), who has it until {}. Where that run is gone, `{unlock}` \
         clears what it holds.",
        Timestamp(*expires),
    );
    clean(&line).into_owned()
}

/// Whose place is taken, and why it may be.
pub fn taken_over(former: &Occupied, standing: Standing) -> String {
    let Occupied { target, lease: Lease { run, holder, expires } } = former;
    let line = match standing {
        Standing::Ahead => format!(
            "Run {run} of {holder} holds {target} until {}, which is longer than any run may: it was made by a clock that \
             is ahead, and is taken for stale.",
            Timestamp(*expires)
        ),
        Standing::Expired | Standing::Held => {
            format!("Run {run} of {holder} never ended, and no longer holds {target}.")
        }
    };
    clean(&line).into_owned()
}
