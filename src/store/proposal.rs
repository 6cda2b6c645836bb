use super::{ContentId, Draft, StoreError};
use crate::model::Fate;

/// What a store can do that lets people look at a draft and merge it.
pub trait Proposals {
    /// Puts a draft beside the store under a name, for people to review and merge, and leaves the store as it is. Where the same
    /// proposal is there already nothing is written. What of the draft is in the store already goes into the inventory at once; the
    /// rest is remembered, so that it is known for the project's own once it has arrived there. It takes the place of every proposal
    /// before it. Where there is nothing yet that it could be merged into, that is begun, without files.
    fn propose(&mut self, draft: &Draft, name: &str) -> Result<Proposal, StoreError>;

    /// Says whether a proposal would be made, as far as that can be known without writing anything.
    fn rehearse_proposal(&mut self, draft: &Draft, name: &str) -> Result<(), StoreError>;

    /// The proposals of the project that are remembered, the oldest first.
    fn outstanding(&mut self) -> Result<Vec<Outstanding>, StoreError>;

    /// Forgets a proposal and takes it away, where they are there. What has arrived of it is kept in the inventory first.
    fn withdraw(&mut self, name: &str, time: i64) -> Result<(), StoreError>;
}

/// A draft that waits for people to merge it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its name.
    pub name: String,
    /// Its revision; nothing where everything is in the store already.
    pub revision: Option<String>,
    /// How many files differ.
    pub changed: usize,
    /// What it is to be merged into, where that was not there and now begins.
    pub begun: Option<String>,
    /// Where a browser shows what it changes, for the hosts that are known.
    pub link: Option<String>,
}

/// A proposal that is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outstanding {
    /// Its name.
    pub name: String,
    /// Its revision.
    pub revision: Option<String>,
    /// When it was made, in seconds since 1970 (UTC).
    pub time: i64,
    /// How many files it writes or deletes.
    pub files: usize,
    /// How many of them are in the store as proposed.
    pub arrived: usize,
    /// Those that are not.
    pub pending: Vec<Pending>,
    /// What became of it.
    pub standing: Fate,
}

/// A file that a proposal would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Its path.
    pub path: String,
    /// Its content when it was proposed; nothing where there was no file.
    pub before: Option<ContentId>,
    /// Its content in the store.
    pub live: Option<ContentId>,
    /// Its content as it was proposed.
    pub proposed: Option<ContentId>,
    /// Its content in the proposal by now, with what others changed there; as it was proposed where that is gone.
    pub after: Option<ContentId>,
}
