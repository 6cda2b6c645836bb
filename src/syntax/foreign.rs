//! What other languages write and no KDL is: commas, colons and equals signs between a name and its values, lists in brackets, and
//! comments that begin with `#`. Said once for each node, in words of what to write.

use super::character::Class;
use super::parser::Parser;
use super::tree::{NONE, Range};
use crate::diag::{Code, Diagnostic, code};

/// The longest value that a message repeats.
const LONGEST: usize = 60;

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

    /// The text that is not read yet.
    fn rest(&self) -> &str {
        self.tree.text().get(self.cursor.at() as usize..).unwrap_or_default()
    }

    /// Tells of something foreign, once for each node.
    fn tell_foreign(&mut self, code: Code, range: Range, message: &str, help: String, mended: &str) {
        let node = self.open.last().map_or(NONE, |open| open.node);
        if std::mem::replace(&mut self.foreign, node) == node && node != NONE {
            return;
        }
        let span = self.span(range.start, range.end);
        let title = if mended.trim().is_empty() { "remove it".to_owned() } else { format!("write `{mended}`") };
        self.report(Diagnostic::error(code, span, message).help(help).fix(title, span, mended));
    }

    pub(super) fn comma(&mut self, start: u32, end: u32) {
        let help = comma_help(self.begun());
        let mended = self.space_for(end);
        self.tell_foreign(code::COMMA, Range { start, end }, "a comma between values", help, mended);
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
            (format!("write `{name} {}`", next_value(self.rest())), self.space_for(start + 1))
        } else {
            ("write `key=value` for a value with a name".to_owned(), "=")
        };
        self.tell_foreign(
            code::COLON,
            Range { start, end: start + 1 },
            "a colon between a name and its value",
            help,
            mended,
        );
    }

    pub(super) fn no_key(&mut self, start: u32) {
        let value = next_value(self.rest());
        let help = format!("write `{} {value}`; a property is `key=value`, behind the name of a node", self.begun());
        let mended = if self.begins_values(start) { self.space_for(start + 1) } else { "" };
        self.tell_foreign(code::NO_KEY, Range { start, end: start + 1 }, "`=` without a key before it", help, mended);
    }

    pub(super) fn foreign_list(&mut self, start: u32) {
        let name = self.begun();
        let help =
            format!("the items of a list stand behind each other: `{name} a b`; an empty list is `(array){name}`");
        self.tell_foreign(
            code::FOREIGN_LIST,
            Range { start, end: start + 1 },
            "a list is not written in brackets",
            help,
            "",
        );
    }

    /// Moves over what is left of a line behind a `#`, and tells of it.
    pub(super) fn foreign_comment(&mut self, start: u32) {
        self.line_comment();
        let span = self.span(start, start + 1);
        let diagnostic = Diagnostic::error(code::FOREIGN_COMMENT, span, "`#` does not begin a comment");
        self.report(diagnostic.help("a comment begins with `//`").fix("write `//`", span, "//"));
    }
}

/// What to write in place of a comma.
pub(super) fn comma_help(name: &str) -> String {
    format!("a space stands between two values, as in `{name} a b`, and nothing behind the last")
}

/// The value that a text begins with, for a line to write: up to its closing quote, or to where a word ends.
pub(super) fn next_value(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default().trim_start();
    let end = match line.strip_prefix('"') {
        Some(inner) => inner.find('"').map(|at| at + 2),
        None => line.find([' ', '\t', ';', ',', '[', '{', '}']),
    };
    let value = line.get(..end.unwrap_or(line.len())).unwrap_or_default();
    if value.is_empty() || value.len() > LONGEST { "VALUE" } else { value }
}
