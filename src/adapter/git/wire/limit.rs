use std::fmt;

/// What a server may send at most. Each is far above what real repositories need, and keeps a run from being filled up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// The bytes of the list of references.
    Advertisement,
    /// The lines of that list.
    StoreRefs,
    /// The references that concern one store.
    Concerned,
    /// The bytes of the words for people beside an answer, and of what keeps a connection alive.
    Said,
    /// The bytes of a report about a push.
    Report,
    /// The bytes of the objects of one fetch, as they are sent.
    Pack,
    /// The objects of one fetch.
    Objects,
    /// The bytes of one object.
    Object,
    /// The bytes of all objects of one fetch, for each byte that is sent.
    Expansion,
    /// The bytes of a commit, and of the list of what is in one folder.
    Folder,
    /// The bytes of a file whose content is read.
    File,
    /// The levels of folders.
    Depth,
    /// The files of one commit.
    Files,
    /// The files and folders that are listed at once: those that one project owns, or what stands in the way of a file.
    Listed,
}

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;
const GIB: u64 = 1024 * MIB;

/// So much may all objects of a fetch be, however little is sent.
const EXPANDED: u64 = 2 * GIB;

impl Limit {
    /// The number.
    pub(in crate::adapter::git) const fn most(self) -> u64 {
        match self {
            Self::Advertisement => 128 * MIB,
            Self::StoreRefs | Self::Listed => 1_000_000,
            Self::Concerned => 10_000,
            Self::Said => 16 * MIB,
            Self::Report => MIB,
            Self::Pack => 2 * GIB,
            Self::Objects | Self::Files => 10_000_000,
            Self::Object => 512 * MIB,
            Self::Folder => 32 * MIB,
            Self::File => 64 * MIB,
            Self::Expansion => 1000,
            Self::Depth => 2048,
        }
    }

    /// Whether so much is too much.
    pub(in crate::adapter::git) const fn is_passed_by(self, count: u64) -> bool {
        count > self.most()
    }

    /// Whether objects of so many bytes are too much for what was sent.
    pub(super) const fn is_passed_by_expansion(expanded: u64, sent: u64) -> bool {
        expanded > EXPANDED && expanded / Self::Expansion.most() > sent
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = self.most();
        match self {
            Self::Advertisement => write!(f, "{} MiB of references", most / MIB),
            Self::StoreRefs => write!(f, "{most} references"),
            Self::Concerned => write!(f, "{most} references of this store"),
            Self::Said => write!(f, "{} MiB beside its answer", most / MIB),
            Self::Report => write!(f, "{} MiB of report", most / MIB),
            Self::Pack => write!(f, "{} GiB of objects in one fetch", most / GIB),
            Self::Objects => write!(f, "{most} objects in one fetch"),
            Self::Object => write!(f, "{} MiB in one object", most / MIB),
            Self::Expansion => write!(f, "{most} bytes of objects for each byte that is sent"),
            Self::Folder => write!(f, "{} MiB in a commit or in the list of a folder", most / MIB),
            Self::File => write!(f, "{} MiB in a file of this store", most / MIB),
            Self::Depth => write!(f, "{most} levels of folders"),
            Self::Files => write!(f, "{most} files in one commit"),
            Self::Listed => write!(f, "{most} files and folders in what one project owns, or in one folder"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_says_its_number() {
        assert_eq!(Limit::Object.to_string(), "512 MiB in one object");
        assert!(Limit::Object.is_passed_by(Limit::Object.most() + 1) && !Limit::Object.is_passed_by(512 * MIB));
    }

    #[test]
    fn little_may_become_much_and_no_more_than_a_multiple() {
        assert!(!Limit::is_passed_by_expansion(EXPANDED, 1));
        assert!(Limit::is_passed_by_expansion(EXPANDED + 1, 1));
        assert!(!Limit::is_passed_by_expansion(EXPANDED + 1, GIB));
    }
}
