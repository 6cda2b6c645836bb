use super::flaw::Flaw;
use super::row;
use crate::adapter::sql::stored;
use crate::catalog::Presence;
use crate::model::{Address, Digest, Map};
use rusqlite::Row;
use rusqlite::types::ValueRef;

/// A body as it stands in a row.
pub(super) struct Stored<'r>(stored::Stored<'r>);

impl<'r> Stored<'r> {
    /// The body and the digest of two columns of a row, in this order.
    pub(super) fn of(row: &'r Row<'_>, [body, digest]: [usize; 2], address: &Address) -> Result<Self, Flaw> {
        let (json, digest) = (row.get_ref(body)?.as_bytes()?, digest_or_none(row.get_ref(digest)?)?);
        stored::Stored::held(json, digest).map(Self).ok_or_else(|| Flaw::changed_body(address))
    }

    /// The body.
    pub(super) fn body(&self, address: &Address) -> Presence<Map> {
        self.0.body(address, || removal(address))
    }

    /// The body, as what was written last: of one that others made unreadable nothing is known any more.
    pub(super) fn known(&self) -> Map {
        self.0.known()
    }

    /// The digest of the body in its canonical form, which only plat is sure to write.
    pub(super) fn digest(&self, address: &Address) -> Presence<Digest> {
        self.0.digest(address, || removal(address))
    }
}

fn removal(address: &Address) -> String {
    format!("DELETE FROM objects WHERE {}", row::of_object(address))
}

/// The digest that a row holds.
pub(super) fn digest_of(bytes: &[u8]) -> Result<Digest, Flaw> {
    bytes.try_into().map(Digest).map_err(|_| Flaw::Damaged("a digest has not 16 bytes".into()))
}

/// The digest that a row holds, where it holds one.
pub(super) fn digest_or_none(column: ValueRef<'_>) -> Result<Option<Digest>, Flaw> {
    column.as_blob_or_null()?.map(digest_of).transpose()
}
