//! What other languages write and no KDL is: commas, colons and equals signs between a name and its values, lists in brackets, and
//! comments that begin with `#`. Said once for each node, in words of what to write.

use super::character::Class;
use super::parser::Parser;
use super::tree::NONE;
use crate::diag::{Code, Diagnostic, code};

impl Parser<'_> {
    /// Moves over what other languages put between a name or a value and the next value, right behind it, and tells of it.
    pub(super) fn foreign_separator(&mut self, start: u32) -> bool {
        match self.cursor.byte() {
            Some(b',') => {
                self.cursor.count(b',');
                self.comma(start, self.cursor.at());
            }
            Some(b':') => {
                self.cursor.bump();
                self.colon(start);
            }
            Some(b'=') if self.begins_values(start) => {
                self.cursor.bump();
                self.no_key(start);
            }
            _ => return false,
        }
        true
    }

    /// Whether the name of the node that is being read ends here, and nothing stands behind it yet.
    fn begins_values(&self, at: u32) -> bool {
        let node = self.open.last().and_then(|open| self.tree.nodes.get(open.node as usize));
        node.is_some_and(|node| node.name_range.end == at)
    }

    /// The name of the node that is being read, for a line to write.
    fn begun(&self) -> &str {
        let node = self.open.last().and_then(|open| self.tree.nodes.get(open.node as usize));
        node.map_or("name", |node| self.cursor.slice(node.name_range.start, node.name_range.end))
    }

    /// Tells of something foreign, once for each node.
    fn tell_foreign(&mut self, code: Code, start: u32, end: u32, message: &str, help: String, mended: &str) {
        let node = self.open.last().map_or(NONE, |open| open.node);
        if std::mem::replace(&mut self.foreign, node) == node && node != NONE {
            return;
        }
        let span = self.span(start, end);
        let title = if mended.trim().is_empty() { "remove it".to_owned() } else { format!("write `{mended}`") };
        self.report(Diagnostic::error(code, span, message).help(help).fix(title, span, mended));
    }

    pub(super) fn comma(&mut self, start: u32, end: u32) {
        let help = format!("values stand behind each other with spaces between: `{} a b`", self.begun());
        let mended = self.space_for(end);
        self.tell_foreign(code::COMMA, start, end, "a comma between values", help, mended);
    }

    /// What stands in place of a mark between two values: a space, where none is behind it.
    fn space_for(&self, end: u32) -> &'static str {
        let is_spaced = self.cursor.slice(end, self.cursor.at()).starts_with([' ', '\t'])
            || !matches!(self.cursor.class(), Class::Word | Class::Mark);
        if is_spaced { "" } else { " " }
    }

    fn colon(&mut self, start: u32) {
        let name = self.begun();
        let (help, mended) = if self.begins_values(start) {
            (format!("write `{name}` and its value behind it, without a colon"), self.space_for(start + 1))
        } else {
            ("write `key=value` for a value with a name".to_owned(), "=")
        };
        self.tell_foreign(code::COLON, start, start + 1, "a colon between a name and its value", help, mended);
    }

    pub(super) fn no_key(&mut self, start: u32) {
        let help = format!(
            "write `{0} value` without `=`; a property is `key=value`, behind the name of a node",
            self.begun()
        );
        let mended = if self.begins_values(start) { self.space_for(start + 1) } else { "" };
        self.tell_foreign(code::NO_KEY, start, start + 1, "`=` without a key before it", help, mended);
    }

    pub(super) fn foreign_list(&mut self, start: u32) {
        let name = self.begun();
        let help =
            format!("the items of a list stand behind each other: `{name} a b`; an empty list is `(array){name}`");
        self.tell_foreign(code::FOREIGN_LIST, start, start + 1, "a list is not written in brackets", help, "");
    }

    /// Moves over what is left of a line behind a `#`, and tells of it.
    pub(super) fn foreign_comment(&mut self, start: u32) {
        self.line_comment();
        let span = self.span(start, start + 1);
        let diagnostic = Diagnostic::error(code::FOREIGN_COMMENT, span, "`#` does not begin a comment");
        self.report(diagnostic.help("a comment begins with `//`").fix("write `//`", span, "//"));
    }
}
