use super::flaw::Flaw;
use crate::model::{Address, Digest, Map, Value, parse_json};
use rusqlite::Row;
use rusqlite::types::ValueRef;

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
            return Err(Flaw::changed_on_disk("body", address));
        }
        Ok(Self { json, digest })
    }

    /// The body.
    pub(super) fn body(&self, address: &Address) -> Result<Map, Flaw> {
        match parse_json(self.json) {
            Ok(Value::Object(body)) => Ok(body),
            Ok(other) => Err(Flaw::unreadable(address, format!("{}, not an object", other.type_name()))),
            Err(error) => Err(Flaw::unreadable(address, error.to_string())),
        }
    }

    /// The digest of the body in its canonical form, which only plat is sure to write.
    pub(super) fn digest(&self, address: &Address) -> Result<Digest, Flaw> {
        match self.digest {
            Some(digest) => Ok(digest),
            None => Ok(Digest::of_value(&Value::Object(self.body(address)?))),
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
