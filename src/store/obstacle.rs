use super::ContentId;
use std::fmt::{self, Display, Formatter};

/// What stands where a file is asked about, and is no file that another content could replace: at the very place, or at that of a
/// folder on the way to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// Where it stands, by the path from the root of what the store's folder lies in.
    pub path: String,
    /// What it is.
    pub kind: ObstacleKind,
    /// Its identity.
    pub id: ContentId,
    /// The files in its place that the project itself owns, by their paths in the store.
    pub own: Vec<String>,
    /// How many other things are in its place.
    pub others: usize,
    /// Another project that owns one of them.
    pub other_owner: Option<String>,
}

/// What can stand in the way of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObstacleKind {
    /// A file, where a folder is needed.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// Something that is none of these, by its word.
    Other(&'static str),
}

impl ObstacleKind {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Folder => "folder",
            Self::Link => "symbolic link",
            Self::Other(word) => word,
        }
    }
}

/// What may be taken away to make room for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// Where it stands, by the path from the root of what the store's folder lies in.
    pub path: String,
    /// Its identity.
    pub id: ContentId,
}

impl Obstacle {
    /// Whether it vanishes once some files of the project are deleted.
    pub fn goes_with(&self, deleted: impl Fn(&str) -> bool) -> bool {
        self.others == 0 && self.own.iter().all(|path| deleted(path))
    }
}

impl Display for Obstacle {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "the {} `{}`", self.kind.word(), self.path)
    }
}
