//! The keys that a line takes by what is declared elsewhere: the parameters of a template or a module, the columns of a table.

use super::within::leaves_alone;
use super::{Offers, Piece, Sort};
use crate::editor::cursor::Cursor;
use crate::model::Kind;
use crate::resolve::{NEW, USE};
use crate::syntax::edit::write_string;
use crate::syntax::{Entry, Node};
use std::collections::{BTreeMap, BTreeSet};

impl Offers<'_> {
    /// What the line of a node takes beside what the grammar says of it.
    pub(super) fn parameters(&mut self, cursor: &Cursor<'_>, node: Node<'_>, index: usize) {
        match (node.name(), index) {
            (NEW | USE, 1..) => {
                let parameters = self.snapshot.parameters_of(cursor.tree.file(), node).into_iter().flatten();
                for one in parameters.filter(|one| node.property(&one.name).is_none()) {
                    self.pair(&one.name, &one.detail, u8::from(!one.is_required));
                }
            }
            ("row", 0) => self.keys(cursor, node, "by"),
            ("row", 1..) | ("else", _) => {
                if index == 1 && node.name() == "row" {
                    self.keys(cursor, node, "and");
                }
                self.columns(cursor, node);
            }
            ("case", _) => self.cases(cursor, node),
            ("resource", 0 | 1) => self.kinds(node, index),
            ("ignore", _) if cursor.around.last().is_some_and(|(around, _)| around.property("from").is_some()) => {
                self.snapshot.columns(cursor).iter().for_each(|column| self.name(&column.name, &column.detail));
            }
            ("ignore", _) if leaves_alone(cursor, node) => self.left_alone(cursor),
            ("expect", _) => self.expectation(cursor, node, index),
            ("renamed", 0) => self.members(),
            ("given" | "before", 0) => self.names(Kind::Promise.word(), ""),
            _ => {}
        }
    }

    /// The values by which a row of a table is chosen: of those that choose one alone, the ones that no other row is for.
    fn keys(&mut self, cursor: &Cursor<'_>, node: Node<'_>, by: &str) {
        let Some((table, _)) = cursor.around.last().filter(|(table, _)| table.name() == "table") else { return };
        let Some(reference) = table.property(by).and_then(Entry::string) else { return };
        let is_alone = table.property("and").is_none();
        let others = table.children().filter(|row| is_alone && row.span() != node.span());
        let taken: Vec<&str> = others.filter_map(|row| row.argument(0)).map(Entry::raw).collect();
        self.words_of(cursor, reference, &taken);
    }

    /// The values that a case may be for, and that no other one is for.
    pub(super) fn cases(&mut self, cursor: &Cursor<'_>, node: Node<'_>) {
        let Some((of, _)) = cursor.around.last().filter(|(of, _)| of.name() == "match") else { return };
        let Some(reference) = of.argument(0).and_then(Entry::string) else { return };
        let said = of.children().flat_map(Node::arguments).map(Entry::raw);
        let typed = cursor.typed().0;
        let own = node.arguments().find(|entry| entry.value_span() == typed).map(Entry::raw);
        let taken: Vec<&str> = said.filter(|value| Some(*value) != own).collect();
        self.words_of(cursor, reference, &taken);
    }

    fn words_of(&mut self, cursor: &Cursor<'_>, reference: &str, taken: &[&str]) {
        for word in self.snapshot.words_of(cursor, reference) {
            if !taken.contains(&&*word) {
                self.choice(&word, String::new());
            }
        }
    }

    /// The versions of APIs of which a kind is known, or the kinds of one.
    fn kinds(&mut self, node: Node<'_>, index: usize) {
        let kinds = &self.snapshot.loaded.project.kinds;
        let of = node.argument(0).and_then(Entry::string);
        let meant = kinds.names().filter(|(version, _)| index == 0 || Some(*version) == of);
        let names: BTreeSet<&str> = meant.map(|(version, kind)| if index == 0 { version } else { kind }).collect();
        for name in names {
            self.name(name, "");
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

    pub(super) fn pair(&mut self, name: &str, detail: &str, rank: u8) {
        let insert = vec![Piece::Text(format!("{}=", write_string(name))), Piece::End];
        self.add(&format!("{name}="), Sort::Key, (detail.to_owned(), String::new()), insert, rank);
    }
}
