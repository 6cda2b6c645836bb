//! The keys that a line takes by what is declared elsewhere: the parameters of a template or a module, the columns of a table.

use super::{Offers, Piece, Sort};
use crate::editor::cursor::Cursor;
use crate::model::Kind;
use crate::syntax::Node;
use crate::syntax::edit::write_string;
use std::collections::BTreeMap;

impl Offers<'_> {
    /// What the line of a node takes beside what the grammar says of it.
    pub(super) fn parameters(&mut self, cursor: &Cursor<'_>, node: Node<'_>, index: usize) {
        match (node.name(), index) {
            ("new" | "use", 1..) => {
                let parameters = self.snapshot.parameters_of(cursor.tree.file(), node).into_iter().flatten();
                for one in parameters.filter(|one| node.property(&one.name).is_none()) {
                    self.pair(&one.name, &one.detail, u8::from(!one.is_required));
                }
            }
            ("row", 1..) | ("else", _) => self.columns(cursor, node),
            ("given" | "before", 0) => self.names(Kind::Promise.word(), ""),
            _ => {}
        }
    }

    /// The columns that the other rows of a table have.
    fn columns(&mut self, cursor: &Cursor<'_>, node: Node<'_>) {
        let Some((table, _)) = cursor.around.last().filter(|(table, _)| table.name() == "table") else { return };
        let rows = table.children().filter(|row| row.span() != node.span());
        let mut found: BTreeMap<&str, &str> = BTreeMap::new();
        for pair in rows.flat_map(Node::properties) {
            found.entry(pair.key().unwrap_or_default()).or_insert_with(|| pair.raw());
        }
        for (name, value) in found.into_iter().filter(|(name, _)| node.property(name).is_none()) {
            self.pair(name, value, 0);
        }
    }

    fn pair(&mut self, name: &str, detail: &str, rank: u8) {
        let insert = vec![Piece::Text(format!("{}=", write_string(name))), Piece::End];
        self.add(&format!("{name}="), Sort::Key, (detail.to_owned(), String::new()), insert, rank);
    }
}
