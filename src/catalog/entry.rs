use super::Presence;
use crate::model::{Address, Digest, Lifecycle, Name};
use std::sync::Arc;

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

/// Owned fields by path ([`crate::model::fields`]), sorted, with the digest of each as last written.
pub type OwnedFields = Vec<(String, Digest)>;

/// When an object was made and when its body last changed, in seconds since 1970 (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// When it was made.
    pub created: i64,
    /// When plat last changed its body.
    pub updated: i64,
}
