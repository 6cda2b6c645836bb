//! Rows by their names, in the words of SQL.

use crate::model::Address;

/// The columns that name the row of an object, and that of a record of one.
pub(super) const KEY: [&str; 4] = ["kind", "parent", "name", "project"];

/// `(kind, parent, name) = (...)`: a row, by the values of its first columns.
pub(super) fn named(key: &[&[u8]]) -> String {
    let (columns, values) = (KEY[..key.len()].join(", "), key.iter().copied().map(literal).collect::<Vec<_>>());
    format!("({columns}) = ({})", values.join(", "))
}

/// The row of an object.
pub(super) fn of_object(address: &Address) -> String {
    named(&[address.kind.word(), &address.parent, &address.name].map(str::as_bytes))
}

/// The row of a project's record of an object.
pub(super) fn of_record(address: &Address, project: &str) -> String {
    named(&[address.kind.word(), &address.parent, &address.name, project].map(str::as_bytes))
}

/// A text as SQL has it, whatever bytes it is of: those that somebody may not see, or not type, by their numbers.
pub(super) fn literal(text: &[u8]) -> String {
    match std::str::from_utf8(text) {
        Ok(plain) if plain.bytes().all(|byte| matches!(byte, b' '..=b'~')) => {
            format!("'{}'", plain.replace('\'', "''"))
        }
        _ => {
            let hex: String = text.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("CAST(x'{hex}' AS TEXT)")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_found_by_its_literal() {
        let sql = rusqlite::Connection::open_in_memory().unwrap();
        for text in [&b"it's"[..], b"", "caf\u{e9}".as_bytes(), b"\xff\x00'", b"a\nb"] {
            let question = format!("SELECT CAST({} AS BLOB)", literal(text));
            let found: Vec<u8> = sql.query_row(&question, [], |row| row.get(0)).unwrap();
            assert_eq!(found, text, "{question}");
        }
    }
}
