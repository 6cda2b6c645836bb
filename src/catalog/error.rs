use crate::model::{Address, Name};
use crate::secret::Leak;
use std::time::Duration;

/// Why a catalog could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// What was to be written would hold a secret. Nothing was written.
    #[error(transparent)]
    Leak(#[from] Leak),
    /// Live is neither what the plan saw nor what it wants. Nothing was written.
    #[error("{address} was changed by somebody else{}", field.as_ref().map(|field| format!(" (field `{field}`)")).unwrap_or_default())]
    Conflict {
        /// The object.
        address: Address,
        /// The field, where it is one.
        field: Option<String>,
    },
    /// Another project owns an object that the plan took for its own, for nobody's or for somebody else's. Nothing was written.
    #[error("{address} is owned by project {owner} by now, and only what is taken over from it is taken from it")]
    Owned {
        /// The object.
        address: Address,
        /// The id of the project that owns it.
        owner: Name,
    },
    /// There is something in the catalog, and only an empty one takes in a copy. Nothing was written.
    #[error("the catalog {place} holds something already, and only an empty one takes in a copy")]
    Occupied {
        /// Where it is.
        place: String,
    },
    /// The catalog was made by a newer plat.
    #[error("the catalog {place} has format {found}, and this plat knows formats up to {known}: use a newer plat")]
    Newer {
        /// Where it is.
        place: String,
        /// Its format.
        found: i64,
        /// The newest format that this plat knows.
        known: i64,
    },
    /// The catalog holds something that is not its own.
    #[error("the catalog {place} is damaged: {what} ({way})")]
    Damaged {
        /// Where it is.
        place: String,
        /// What is wrong.
        what: String,
        /// What to do.
        way: String,
    },
    /// What keeps the catalog failed, in words of its own.
    #[error(transparent)]
    Kept(Box<dyn std::error::Error + Send + Sync>),
    /// Somebody took the catalog away, or put another one in its place, while it was in use.
    #[error(
        "the catalog {place} was taken away or replaced during this run, and what the run wrote to it may be gone with it: put it \
         back, or apply anew"
    )]
    Replaced {
        /// Where it was.
        place: String,
    },
    /// The folder of the catalog could not be made or read.
    #[error("cannot open the catalog {place}")]
    Open {
        /// Where it is.
        place: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Another process kept the catalog locked for too long. Nothing was written.
    #[error("the catalog {place} is in use by another process, and still was after {}s: try again", waited.as_secs())]
    Busy {
        /// Where it is.
        place: String,
        /// For how long it was waited.
        waited: Duration,
    },
    /// The run was interrupted while another process kept the catalog locked. Nothing was written.
    #[error("interrupted while another process used the catalog {place}")]
    Interrupted {
        /// Where it is.
        place: String,
    },
    /// Others changed the catalog during every try. Nothing was written.
    #[error("the catalog {place} was changed by others during each of {tries} tries: try again")]
    Overtaken {
        /// Where it is.
        place: String,
        /// How many tries there were.
        tries: u32,
    },
    /// The name of a proposal is taken by something that is not what is proposed. Nothing was written.
    #[error(
        "{place}: the branch {name} holds something else than what is proposed under its name, as where somebody changed it: merge it, \
         or delete it, and the next apply proposes anew"
    )]
    Taken {
        /// Where the catalog is.
        place: String,
        /// The proposal's name.
        name: String,
    },
    /// Anything else that the catalog met.
    #[error("the catalog failed to {doing}")]
    Failed {
        /// What it was doing.
        doing: &'static str,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
