//! Owned fields as bytes; none where they are all that was written. Each field is: how many bytes of its path are those of the path
//! before, the number of the bytes that follow, those bytes, and the 16 bytes of its digest. Numbers are LEB128. Sorted paths share
//! long beginnings (`properties.`), so this is about half of the plain form.

use super::flaw::{CHANGED, Flaw};
use super::stored::{Stored, digest_of, digest_or_none};
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

/// The bytes of fields.
pub(super) fn encode(fields: &[(String, Digest)]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(fields.len() * 28);
    let mut previous: &[u8] = &[];
    for (path, digest) in fields {
        let path = path.as_bytes();
        let shared = path.iter().zip(previous).take_while(|(a, b)| a == b).count();
        put_number(shared, &mut bytes);
        put_number(path.len() - shared, &mut bytes);
        bytes.extend_from_slice(&path[shared..]);
        bytes.extend_from_slice(&digest.0);
        previous = path;
    }
    bytes
}

/// The fields of bytes; nothing where they are no such bytes.
pub(super) fn decode(mut bytes: &[u8]) -> Option<OwnedFields> {
    let mut fields = OwnedFields::new();
    let mut path: Vec<u8> = Vec::new();
    while !bytes.is_empty() {
        let shared = take_number(&mut bytes)?;
        let length = take_number(&mut bytes)?;
        if shared > path.len() {
            return None;
        }
        path.truncate(shared);
        path.extend_from_slice(bytes.split_off(..length)?);
        let digest = Digest(bytes.split_off(..16)?.try_into().ok()?);
        fields.push((std::str::from_utf8(&path).ok()?.to_owned(), digest));
    }
    Some(fields)
}

fn put_number(mut number: usize, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn take_number(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0_usize;
    for shift in (0..28).step_by(7) {
        let byte = *bytes.split_off_first()?;
        number |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn fields_read_back(paths in prop::collection::btree_map("[a-c.é]{0,200}", any::<[u8; 16]>(), 0..12)) {
            let fields: OwnedFields = paths.into_iter().map(|(path, digest)| (path, Digest(digest))).collect();
            prop_assert_eq!(decode(&encode(&fields)), Some(fields));
        }

        #[test]
        fn any_bytes_are_fields_or_nothing(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let fields = decode(&bytes);
            prop_assert!(fields.is_none_or(|fields| fields.len() <= bytes.len() / 18));
        }
    }
}
