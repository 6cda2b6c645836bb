use super::{Batch, CatalogError, Outcome};
use crate::model::Fate;

/// What a catalog can do that lets people look at a batch and merge it.
///
/// A project has one proposal at a time in a catalog: a later one takes its place, under the same name. It holds everything that the
/// batch writes, what is owned and the levels included, so that nothing has to be remembered until it is merged but that it waits.
pub trait Proposals {
    /// Puts what a batch makes of the catalog beside it, for people to review and merge, and leaves the catalog as it is. What the project
    /// proposed before makes room for it, unless a merge of that would come to the same: then nothing is written. Where the batch changes
    /// nothing, no proposal is left. Where there is nothing yet that it could be merged into, that is begun, and holds nothing.
    fn propose(&mut self, batch: &Batch<'_>) -> Result<(Proposal, Vec<Outcome>), CatalogError>;

    /// Says whether a proposal would be made, as far as that can be known without writing anything.
    fn rehearse_proposal(&mut self, batch: &Batch<'_>) -> Result<(), CatalogError>;

    /// The proposal of a project that is remembered. One that waits is outdated where it writes something that none of `wanted` would
    /// write; where nothing is wanted, nobody asks for that.
    fn waiting(&mut self, project: &str, wanted: &[Batch<'_>]) -> Result<Option<Waiting>, CatalogError>;

    /// Forgets the proposal of a project and takes it away, where they are there.
    fn withdraw(&mut self, project: &str) -> Result<(), CatalogError>;
}

/// What a batch would make of a catalog, and waits for people to merge it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its name.
    pub name: String,
    /// Its revision; nothing where everything is in the catalog already.
    pub revision: Option<String>,
    /// What it is to be merged into, where that was not there and now begins.
    pub begun: Option<String>,
    /// Where a browser shows what it changes, for the hosts that are known.
    pub link: Option<String>,
}

/// A proposal that is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its name.
    pub name: String,
    /// Its revision.
    pub revision: String,
    /// When it was made, in seconds since 1970 (UTC).
    pub time: i64,
    /// How many files it writes or deletes.
    pub files: usize,
    /// How many of them are there as proposed.
    pub arrived: usize,
    /// What became of it.
    pub fate: Fate,
}
