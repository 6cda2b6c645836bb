//! What a row of the inventory says, held to the digests beside it.

use super::flaw::{CHANGED, Flaw};
use super::stored::{Stored, digest_of, digest_or_none};
use crate::adapter::sql::fields::{decode, put_number};
use crate::catalog::{OwnedFields, Presence};
use crate::model::{Address, Digest};
use crate::object;
use rusqlite::Row;
use rusqlite::types::ValueRef;

/// The digest of what a record says beside its fields: whose object it is, what was written there, and what may happen to it. Each part
/// stands behind its length, so that no two records are the same bytes.
pub(super) fn digest(address: &Address, project: &[u8], base: Digest, lifecycle: Option<&[u8]>) -> Digest {
    let mut bytes = Vec::with_capacity(256);
    let key = [address.kind.word(), &*address.parent, &*address.name].map(str::as_bytes);
    for part in key.into_iter().chain([project, lifecycle.unwrap_or_default()]) {
        put_number(part.len(), &mut bytes);
        bytes.extend_from_slice(part);
    }
    bytes.extend_from_slice(&base.0);
    Digest::of(&bytes)
}

/// What a base is where nothing is owned: the digest of an object without fields.
const NOTHING: &[u8] = b"{}";

/// The owned fields of a row: those of its first column, held to the digest in its second; where that says none, those of what was
/// written, which the last two columns hold with its digest. Only a record whose base, in the third, is that of nothing may have neither.
pub(super) fn fields(row: &Row<'_>, address: &Address, project: &str) -> Result<OwnedFields, Flaw> {
    intact([row.get_ref(0)?, row.get_ref(1)?], address, project)?;
    let damaged = |why: &str| Err(Flaw::record(address, project, why));
    let bytes = row.get_ref(0)?.as_bytes()?;
    if !bytes.is_empty() {
        return decode(bytes).map_or_else(|| damaged(NO_FIELDS), Ok);
    }
    if row.get_ref(3)? != ValueRef::Null {
        let Presence::Read(body) = Stored::of(row, [3, 4], address)?.body(address) else {
            return damaged("owns what was written last, and nobody can read that");
        };
        let owned = object::fields(&body).into_iter().map(|(path, value)| (path, Digest::of_value(value)));
        let mut owned: OwnedFields = owned.collect();
        owned.sort_unstable();
        return Ok(owned);
    }
    let is_of_nothing = digest_of(row.get_ref(2)?.as_blob()?)? == Digest::of(NOTHING);
    if is_of_nothing {
        Ok(OwnedFields::new())
    } else {
        damaged("owns what was written last, and the row of that is gone")
    }
}

/// What is wrong with the fields of a record.
const NO_FIELDS: &str = "holds fields that nobody can read";

/// Holds that the fields of a record are those that were written, or fields at least where a statement of others changed them.
pub(super) fn intact([fields, digest]: [ValueRef<'_>; 2], address: &Address, project: &str) -> Result<(), Flaw> {
    let bytes = fields.as_bytes()?;
    match digest_or_none(digest)? {
        Some(digest) if digest == Digest::of(bytes) => Ok(()),
        Some(_) => Err(Flaw::record(address, project, CHANGED)),
        None if decode(bytes).is_some() => Ok(()),
        None => Err(Flaw::record(address, project, NO_FIELDS)),
    }
}
