use super::Presence;
use crate::model::{Address, Digest, Lifecycle, Name};
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

/// What a catalog holds, at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// What it knows of addresses, in their order.
    pub entries: Vec<Entry>,
    /// What is in it and no address leads to.
    pub strays: Vec<Stray>,
}

/// The branch of a catalog does not come from what was on it any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetBackTo {
    /// The branch.
    pub branch: String,
    /// The commit that was known to be on it.
    pub seen: String,
    /// The id of the project that wrote it, where that is known.
    pub by: Option<String>,
    /// Who knew that.
    pub known_by: KnownBy,
    /// The one that it is at; nothing where there is no branch any more.
    pub now: Option<String>,
}

/// Who knew a commit to be on the branch of a catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownBy {
    /// This machine, which saw it there.
    Machine,
    /// A run of the project, which wrote on it.
    Run,
}

impl Display for SetBackTo {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { branch, seen, by, known_by, now } = self;
        let short = |commit: &str| commit.get(..12).unwrap_or(commit).to_owned();
        let is = match now {
            Some(now) => format!("was set back, or replaced: it is at {}", short(now)),
            None => "is gone".to_owned(),
        };
        let known = match known_by {
            KnownBy::Machine => "this machine saw last",
            KnownBy::Run => "the runs of this project wrote last",
        };
        let by = by.as_ref().filter(|_| *known_by == KnownBy::Machine);
        let by = by.map(|project| format!(" of project {project}")).unwrap_or_default();
        write!(
            f,
            "branch {branch} of the catalog {is}, and commit {}{by}, which {known}, is not on it any more",
            short(seen)
        )
    }
}

/// Something in a catalog that is no object, nor a record of one: nothing is done to it, and nothing can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stray {
    /// What it is, and what is wrong with it.
    pub what: String,
    /// What takes it away, in the words of its catalog.
    pub removal: String,
}

impl Display for Stray {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}: `{}` takes it away", self.what, self.removal)
    }
}

/// What a catalog knows of an address without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The object.
    pub address: Address,
    /// The digest of the live body ([`Digest::of_value`]), where that can be read; nothing where only the inventory knows it.
    pub live: Option<Presence<Digest>>,
    /// What the asking project's inventory says of it.
    pub owner: Option<Owned>,
    /// Another project that owns it.
    pub other_owner: Option<Name>,
}

impl Entry {
    /// Another project that says that it owns it too, where the asking one does.
    pub fn shared_with(&self) -> Option<&Name> {
        self.other_owner.as_ref().filter(|_| self.owner.is_some())
    }

    /// Whether it is there and no project owns it.
    pub fn is_nobodys(&self) -> bool {
        self.live.is_some() && self.owner.is_none() && self.other_owner.is_none()
    }

    /// The digest of what is live, whether it can be read or not.
    pub fn digest(&self) -> Option<Digest> {
        self.live.as_ref().map(Presence::digest)
    }
}

/// An object in a project's inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    /// The digest of the body made of the owned fields alone, as last written.
    pub base: Digest,
    /// What may happen to the object in its life, as last declared; nothing for the defaults.
    pub lifecycle: Option<Arc<Lifecycle>>,
}

impl Owned {
    /// Whether this is what a declaration comes to.
    pub fn is(&self, base: Digest, lifecycle: Option<&Lifecycle>) -> bool {
        self.base == base && self.lifecycle.as_deref() == lifecycle
    }

    /// Whether deleting the object needs an explicit allowance.
    pub fn is_protected(&self) -> bool {
        self.lifecycle.as_ref().is_some_and(|lifecycle| lifecycle.protect)
    }
}

/// Owned fields by path ([`crate::object::fields`]), sorted, with the digest of each as last written.
pub type OwnedFields = Vec<(String, Digest)>;

/// When an object was made and when its body last changed, in seconds since 1970 (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// When it was made.
    pub created: i64,
    /// When plat last changed its body.
    pub updated: i64,
}
