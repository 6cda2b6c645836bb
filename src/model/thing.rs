use super::{Address, Name};
use std::fmt::{self, Display, Formatter};

/// What files of state stores are called: `file:STORE:PATH`.
pub(super) const FILE: &str = "file:";

/// What is made and taken away: an object of a catalog, or a file of a state store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// An object.
    Object(Address),
    /// A file.
    File {
        /// Its state store.
        store: Name,
        /// Its path below the store's folder.
        path: Name,
    },
}

impl Thing {
    /// A file.
    pub fn file(store: &str, path: &str) -> Self {
        Self::File { store: store.into(), path: path.into() }
    }

    /// Reads what `Display` wrote.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix(FILE) {
            Some(file) => file.split_once(':').map(|(store, path)| Self::file(store, path)),
            None => Address::parse(text).map(Self::Object),
        }
    }

    /// The pattern of all files of a state store.
    pub fn every_file_of(store: &str) -> String {
        format!("{FILE}{store}:*")
    }

    /// The object, where it is one.
    pub fn object(&self) -> Option<&Address> {
        match self {
            Self::Object(address) => Some(address),
            Self::File { .. } => None,
        }
    }
}

impl Display for Thing {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(address) => address.fmt(f),
            Self::File { store, path } => write!(f, "{FILE}{store}:{path}"),
        }
    }
}

impl From<Address> for Thing {
    fn from(address: Address) -> Self {
        Self::Object(address)
    }
}

#[cfg(test)]
mod tests {
    use super::Thing;

    #[test]
    fn a_thing_reads_back() {
        for text in ["entity:service:a:b", "file:gitops:a/b:c.yaml", "file:gitops:"] {
            assert_eq!(Thing::parse(text).unwrap().to_string(), text);
        }
        assert_eq!([Thing::parse("file:gitops"), Thing::parse("thing:a")], [None, None]);
    }
}
