use super::{ContentId, Obstacle, Setback};
use std::collections::BTreeMap;

/// What there is at one revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// Which one; nothing where the store holds none yet.
    pub revision: Option<String>,
    /// The asked and the owned files, by path.
    pub files: BTreeMap<String, FileState>,
    /// Where the store keeps for which request each owned file was delivered, so that one of which it says nothing was tampered
    /// with; nothing where it need not say it.
    pub remembers: Option<String>,
    /// What somebody set back since the project last delivered, where that can be known.
    pub setback: Option<Setback>,
}

/// What there is of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileState {
    /// Its live content; nothing where there is no file. A symbolic link, and a file that can be run, has an identity that no content has.
    pub live: Option<ContentId>,
    /// What the project last wrote there; nothing where it does not own the file.
    pub owned: Option<ContentId>,
    /// Another project that owns it.
    pub other_owner: Option<String>,
    /// What stands in the way of a file there.
    pub obstacle: Option<Obstacle>,
    /// Where the symbolic link leads that is there in place of a file.
    pub link: Option<String>,
}
