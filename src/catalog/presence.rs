use super::{Catalog, CatalogError};
use crate::model::{Address, Digest, Object};
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

/// Something that is live: what it holds, or that others made of it what nobody can read. It is never taken for what is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence<T> {
    /// It can be read.
    Read(T),
    /// It cannot.
    Unreadable(Arc<Unreadable>),
}

/// What is known of a live body that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The object.
    pub address: Address,
    /// The digest of its bytes, as they are: what may be replaced or deleted is held to it.
    pub digest: Digest,
    /// What the body is.
    pub why: String,
    /// What takes the object away, in the words of its catalog.
    pub removal: String,
}

/// That it cannot be read, and why.
impl Display for Unreadable {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "its live body cannot be read: it is {}", self.why)
    }
}

impl<T> Presence<T> {
    /// What it holds, where that can be read.
    pub fn read(&self) -> Option<&T> {
        match self {
            Self::Read(value) => Some(value),
            Self::Unreadable(_) => None,
        }
    }

    /// The same, and nothing else of it.
    pub fn into_read(self) -> Option<T> {
        match self {
            Self::Read(value) => Some(value),
            Self::Unreadable(_) => None,
        }
    }

    /// What is known of it, where it cannot be read.
    pub fn unreadable(&self) -> Option<&Arc<Unreadable>> {
        match self {
            Self::Read(_) => None,
            Self::Unreadable(unreadable) => Some(unreadable),
        }
    }

    /// The same of something else that it holds.
    pub fn map<U>(self, of: impl FnOnce(T) -> U) -> Presence<U> {
        match self {
            Self::Read(value) => Presence::Read(of(value)),
            Self::Unreadable(unreadable) => Presence::Unreadable(unreadable),
        }
    }
}

impl Presence<Digest> {
    /// The digest of the body: of what it holds, or of its bytes.
    pub fn digest(&self) -> Digest {
        match self {
            Self::Read(digest) => *digest,
            Self::Unreadable(unreadable) => unreadable.digest,
        }
    }
}

/// Live objects, those that can be read and those that cannot.
#[derive(Debug, Default)]
pub struct Bodies {
    /// The objects.
    pub read: Vec<Object>,
    /// What is known of the others.
    pub unreadable: Vec<Arc<Unreadable>>,
}

impl Bodies {
    /// The live objects of some addresses, in their order.
    ///
    /// # Errors
    /// Where the catalog cannot be read.
    pub fn of(catalog: &dyn Catalog, addresses: &[Address]) -> Result<Self, CatalogError> {
        let mut bodies = Self::default();
        for live in catalog.objects(addresses)?.into_iter().flatten() {
            match live {
                Presence::Read(object) => bodies.read.push(object),
                Presence::Unreadable(unreadable) => bodies.unreadable.push(unreadable),
            }
        }
        Ok(bodies)
    }
}
