use super::flaw::Flaw;
use super::row;
use crate::catalog::{Presence, Unreadable};
use crate::model::{Address, Digest, Map, Value, parse_json};
use rusqlite::Row;
use rusqlite::types::ValueRef;
use std::sync::Arc;

/// A body as it stands in a row, held to the digest beside it. Whoever changes a body by a statement leaves no digest, which a trigger
/// sees to; so a body that does not come to its digest was changed by no statement, but on the disk.
pub(super) struct Stored<'r> {
    json: &'r [u8],
    digest: Option<Digest>,
}

impl<'r> Stored<'r> {
    /// The body and the digest of two columns of a row, in this order.
    pub(super) fn of(row: &'r Row<'_>, [body, digest]: [usize; 2], address: &Address) -> Result<Self, Flaw> {
        let json = row.get_ref(body)?.as_bytes()?;
        let digest = digest_or_none(row.get_ref(digest)?)?;
        if digest.is_some_and(|digest| digest != Digest::of(json)) {
            return Err(Flaw::changed_body(address));
        }
        Ok(Self { json, digest })
    }

    /// The body.
    pub(super) fn body(&self, address: &Address) -> Presence<Map> {
        let why = match parse_json(self.json) {
            Ok(Value::Object(body)) => return Presence::Read(body),
            Ok(other) => format!("{}, not an object", other.type_name()),
            Err(error) => error.to_string(),
        };
        let digest = Digest::of(self.json);
        let unreadable = Unreadable {
            address: address.clone(),
            digest,
            why,
            removal: format!("DELETE FROM objects WHERE {}", row::of_object(address)),
        };
        Presence::Unreadable(Arc::new(unreadable))
    }

    /// The body, as what was written last: of one that others made unreadable nothing is known any more.
    pub(super) fn known(&self, address: &Address) -> Map {
        self.body(address).into_read().unwrap_or_default()
    }

    /// The digest of the body in its canonical form, which only plat is sure to write.
    pub(super) fn digest(&self, address: &Address) -> Presence<Digest> {
        match self.digest {
            Some(digest) => Presence::Read(digest),
            None => self.body(address).map(|body| Digest::of_value(&Value::Object(body))),
        }
    }
}

/// The digest that a row holds.
pub(super) fn digest_of(bytes: &[u8]) -> Result<Digest, Flaw> {
    bytes.try_into().map(Digest).map_err(|_| Flaw::Damaged("a digest has not 16 bytes".into()))
}

/// The digest that a row holds, where it holds one.
pub(super) fn digest_or_none(column: ValueRef<'_>) -> Result<Option<Digest>, Flaw> {
    column.as_blob_or_null()?.map(digest_of).transpose()
}
