//! Rows and their keys.

use super::flaw::Flaw;
use super::link::Given;
use super::schema::quoted;
use crate::model::{Address, Digest, HandOvers, Kind, Name};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

/// The keys of objects, a list for each column: what `unnest` makes rows of.
#[derive(Default)]
pub(super) struct Keys<'a> {
    kinds: Vec<&'static str>,
    parents: Vec<&'a str>,
    names: Vec<&'a str>,
}

impl<'a> Keys<'a> {
    pub(super) fn of(addresses: impl IntoIterator<Item = &'a Address>) -> Self {
        let mut keys = Self::default();
        for address in addresses {
            keys.push(address);
        }
        keys
    }

    /// As a statement is given them.
    pub(super) fn given(&self) -> [Given<'_>; 3] {
        [(&self.kinds, Type::TEXT_ARRAY), (&self.parents, Type::TEXT_ARRAY), (&self.names, Type::TEXT_ARRAY)]
    }

    fn push(&mut self, address: &'a Address) {
        self.kinds.push(address.kind.word());
        self.parents.push(&address.parent);
        self.names.push(&address.name);
    }
}

/// The address of a row, in three of its columns from `at` on; nothing where its kind is none.
pub(super) fn address(row: &Row, at: usize, parent: Name) -> Result<Option<Address>, Flaw> {
    let kind = Kind::from_word(row.try_get(at)?);
    let name: &str = row.try_get(at + 2)?;
    Ok(kind.map(|kind| Address::below(kind, parent, name.into())))
}

/// The digest that a column holds.
pub(super) fn digest(bytes: &[u8]) -> Result<Digest, Flaw> {
    bytes.try_into().map(Digest).map_err(|_| Flaw::Damaged("a digest has not 16 bytes".to_owned()))
}

/// What takes a row of a table away, by its key.
pub(super) fn removal(schema: &str, table: &str, columns: &[&str], key: &[&str]) -> String {
    let key: Vec<String> = key.iter().map(|part| literal(part)).collect();
    format!("DELETE FROM {}.{table} WHERE ({}) = ({})", quoted(schema), columns.join(", "), key.join(", "))
}

/// What takes an object away.
pub(super) fn removal_of(schema: &str, address: &Address) -> String {
    let key = [address.kind.word(), &*address.parent, &*address.name];
    removal(schema, "objects", &["kind", "parent", "name"], &key)
}

/// From whom an object came to a project, as its record says. What nobody can read is not taken for none: a line would take over a second time.
pub(super) fn came_by(schema: &str, project: &str, address: &Address, text: Option<&str>) -> Result<HandOvers, Flaw> {
    let Some(text) = text else { return Ok(HandOvers::default()) };
    HandOvers::decode(text.as_bytes()).ok_or_else(|| {
        let key = [address.kind.word(), &*address.parent, &*address.name, project].map(literal).join(", ");
        Flaw::Damaged(format!(
            "from whom {address} came to project {project} cannot be read; `UPDATE {}.inventory SET came_by = NULL WHERE (kind, parent, name, \
             project) = ({key})` says that it came from nobody, after which `adopt` lines of others that took it over once do so again",
            quoted(schema)
        ))
    })
}

/// A text as SQL has it: what somebody may not see, or not type, by its number.
fn literal(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'\\') {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '\'' => escaped.push_str("''"),
            '\\' => escaped.push_str("\\\\"),
            ' '..='~' => escaped.push(character),
            other => escaped.push_str(&format!("\\+{:06X}", u32::from(other))),
        }
    }
    format!("U&'{escaped}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_named_whatever_its_key_holds() {
        let named = removal("pl\"at", "objects", &["kind", "name"], &["it's", "a\\\u{e9}\n"]);
        let said = "DELETE FROM \"pl\"\"at\".objects WHERE (kind, name) = ('it''s', U&'a\\\\\\+0000E9\\+00000A')";
        assert_eq!(named, said);
    }
}
