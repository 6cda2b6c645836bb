//! Owned fields as bytes; none where they are all that was written. Each field is: how many bytes of its path are those of the path
//! before, the number of the bytes that follow, those bytes, and the 16 bytes of its digest. Numbers are LEB128. Sorted paths share
//! long beginnings (`properties.`), so this is about half of the plain form.

use crate::catalog::OwnedFields;
use crate::model::Digest;

/// The bytes of fields.
pub(crate) fn encode(fields: &[(String, Digest)]) -> Vec<u8> {
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
pub(crate) fn decode(mut bytes: &[u8]) -> Option<OwnedFields> {
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

/// Appends a number as LEB128.
pub(crate) fn put_number(mut number: usize, out: &mut Vec<u8>) {
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
