use super::{ContentId, Obstacle};
use std::collections::BTreeMap;

/// What there is at one revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// Which one; nothing where the store holds none yet.
    pub revision: Option<String>,
    /// Whether there is not even what would hold one, such as a repository, so that it is made first.
    pub is_unmade: bool,
    /// The asked and the owned files, by path.
    pub files: BTreeMap<String, FileState>,
    /// Where the store keeps for which request each owned file was delivered, so that one of which it says nothing was tampered
    /// with; nothing where it need not say it.
    pub remembers: Option<String>,
    /// What somebody set back since the project last delivered, where that can be known.
    pub setback: Option<Setback>,
    /// The other projects of which nobody can read what they own. A file that is there and that nobody else owns has the first of them for its
    /// owner: it may be.
    pub unread: Vec<Unread>,
}

/// A project of which nobody can read what it owns in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Its id.
    pub project: String,
    /// Where that stands, why nobody can read it, and what to do.
    pub why: String,
}

impl Unread {
    /// What that means for a state store of a name.
    pub fn told(&self, store: &str) -> String {
        let Self { project, why } = self;
        format!(
            "nobody can read what project {project} delivered to state store {store}, and what is there that nobody else owns is taken for that \
             project's ({why})"
        )
    }
}

/// What there is of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileState {
    /// Its live content; nothing where there is no file. A symbolic link, and a file that can be run, has an identity that no content has.
    pub live: Option<ContentId>,
    /// What the project last wrote there; nothing where it does not own the file alone.
    pub owned: Option<ContentId>,
    /// Another project that owns it, or of which nobody can tell that it does not.
    pub other_owner: Option<String>,
    /// Whether this project and that one both say that it is theirs.
    pub is_shared: bool,
    /// What stands in the way of a file there.
    pub obstacle: Option<Obstacle>,
    /// Where nothing is live: what is there under another path that the disks of some systems take for the same one.
    pub alike: Option<String>,
    /// Where the symbolic link leads that is there in place of a file.
    pub link: Option<String>,
}

impl FileState {
    /// Whether it is there and no project owns it.
    pub fn is_nobodys(&self) -> bool {
        self.live.is_some() && self.owned.is_none() && self.other_owner.is_none() && !self.is_shared
    }
}

/// Somebody set something back to what it was before the project last delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setback {
    /// What was set back.
    pub what: SetBack,
    /// The revision that shows it: the one that was delivered last and that the store does not come from any more, or one that it
    /// comes from and that the inventory does not know.
    pub revision: String,
    /// The id of the project that delivered that revision, where it is known.
    pub by: Option<String>,
    /// The files that the project once wrote, that are live as it wrote them, and that nobody owns by what is left.
    pub strays: Vec<String>,
}

/// What somebody set back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetBack {
    /// The files, by the name of what they are on.
    Files(String),
    /// What says which of them the project owns, by its name.
    Inventory(String),
    /// What they were on is there no more, by its name.
    Gone(String),
}
