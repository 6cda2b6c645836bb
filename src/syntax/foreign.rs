//! What other languages write and no KDL is: commas, colons and equals signs between a name and its values, lists in brackets, and
//! comments that begin with `#`. Said once for each node, in words of what to write.

use super::bracket::bracketed;
use super::character::Class;
use super::parser::Parser;
use super::tree::{NONE, Range};
use crate::diag::{Code, Diagnostic, Edit, code};

/// The longest value that a message repeats.
pub(super) const LONGEST: usize = 60;

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

    /// Tells of something foreign, once for each node: what else of it is foreign is mended by the same fix. No edits where it is not plain
    /// what was meant: a fix is whole or none.
    fn tell_foreign(&mut self, code: Code, range: Range, message: &str, help: String, edits: Vec<Edit>) {
        let node = self.open.last().map_or(NONE, |open| open.node);
        if std::mem::replace(&mut self.foreign, node) == node && node != NONE {
            if let Some(told) = self.foreign_problem.and_then(|index| self.diagnostics.get_mut(index)) {
                mend_along(told, &edits);
            }
            return;
        }
        let before = self.diagnostics.added();
        self.report(
            Diagnostic::error(code, self.span(range.start, range.end), message).help(help).fix_all(AS_KDL, edits),
        );
        self.foreign_problem = (self.diagnostics.added() > before).then_some(before);
    }

    fn edit(&self, start: u32, end: u32, text: &str) -> Edit {
        Edit { span: self.span(start, end), text: text.to_owned() }
    }

    /// The line of the node that is being read up to an offset, for a line to write.
    fn begun_to(&self, end: u32) -> &str {
        let node = self.open.last().and_then(|open| self.tree.nodes.get(open.node as usize));
        // Of a node of which nothing is read yet the last entry is another one's.
        let node = node.filter(|node| node.name_range.end <= end);
        let line = node.map_or("", |node| self.cursor.slice(node.name_range.start, end).trim_end());
        let is_short = line.len() <= LONGEST && !line.contains(['\n', '=', ':']);
        if is_short && !line.is_empty() { line } else { self.begun() }
    }

    pub(super) fn comma(&mut self, start: u32, end: u32) {
        let last = self.tree.entries.last().filter(|_| !self.begins_values(start));
        let help = comma_help(self.begun_to(last.map_or(start, |entry| entry.start.min(start))));
        let edits = vec![self.edit(start, end, self.space_for(end))];
        self.tell_foreign(code::COMMA, Range { start, end }, "a comma between values", help, edits);
    }

    /// Whether a key in quotes with its colon stands at an offset in a block, as one member of an object in JSON does behind another. With
    /// a space between them they are two values, as KDL has it.
    pub(super) fn begins_member(&self, at: u32) -> bool {
        let text = self.tree.text().get(at as usize..).unwrap_or_default().trim_start_matches([' ', '\t']);
        let key = text.strip_prefix('"').filter(|_| self.open.len() > 1);
        let end = key.and_then(|key| key.find(['"', '\\', '\n']).and_then(|end| key.get(end..)?.strip_prefix('"')));
        end.is_some_and(|behind| behind.starts_with(':'))
    }

    /// Tells of a comma that ends a node; what is foreign in the node behind it is a part of the same mistake.
    pub(super) fn comma_before_member(&mut self, at: u32) {
        let help = "a node ends with its line, or with `;`".to_owned();
        let edits = vec![self.edit(at, at + 1, ";")];
        self.tell_foreign(code::COMMA, Range { start: at, end: at + 1 }, "a comma between nodes", help, edits);
        self.foreign = self.tree.nodes.len() as u32;
    }

    /// What stands in place of a mark between two values: a space, where none is behind it.
    fn space_for(&self, end: u32) -> &'static str {
        let is_spaced = self.cursor.slice(end, self.cursor.at()).starts_with([' ', '\t'])
            || !matches!(self.cursor.class(), Class::Word | Class::Mark);
        if is_spaced { "" } else { " " }
    }

    fn colon(&mut self, start: u32) {
        let name = self.begun();
        let value = next_value(self.rest());
        let (help, mended) = if self.begins_values(start) {
            (format!("write `{name} {}{value}`", hash_for(value)), self.space_for(start + 1))
        } else {
            ("write `key=value` for a value with a name".to_owned(), "=")
        };
        let mut edits = vec![self.edit(start, start + 1, mended)];
        edits.extend(self.hash());
        let message = "a colon between a name and its value";
        self.tell_foreign(code::COLON, Range { start, end: start + 1 }, message, help, edits);
    }

    /// The `#` that the next value lacks, where it is a word that KDL reserves: it is mended with what stands before it.
    fn hash(&mut self) -> Option<Edit> {
        let rest = self.rest();
        let at = self.cursor.at() + (rest.len() - rest.trim_start_matches([' ', '\t']).len()) as u32;
        let hash = Some(hash_for(next_value(rest))).filter(|hash| !hash.is_empty())?;
        self.hashed = at;
        Some(self.edit(at, at, hash))
    }

    pub(super) fn no_key(&mut self, start: u32) {
        let value = next_value(self.rest());
        let help = format!(
            "write `{} {}{value}`; a property is `key=value`, behind the name of a node",
            self.begun(),
            hash_for(value)
        );
        let mended = if self.begins_values(start) { self.space_for(start + 1) } else { "" };
        let mut edits = vec![self.edit(start, start + 1, mended)];
        edits.extend(self.hash());
        self.tell_foreign(code::NO_KEY, Range { start, end: start + 1 }, "`=` without a key before it", help, edits);
    }

    /// Moves over a list in brackets, and tells of it.
    pub(super) fn foreign_list(&mut self, start: u32) {
        let list = bracketed(self.rest());
        let end = start + list.as_ref().map_or(1, |list| list.length as u32);
        while self.cursor.at() < end {
            self.cursor.bump();
        }
        let name = self.begun().trim_end_matches(':');
        let (line, edits) = match &list {
            Some(list) if self.has_values() => {
                let items = if list.items.is_empty() { "a b".to_owned() } else { list.items.join(" ") };
                let edits = if list.items.is_empty() { Vec::new() } else { vec![self.edit(start, end, &items)] };
                (format!("{} {items}", self.begun_to(start)), edits)
            }
            // What stands between the name and its list goes along.
            Some(list) => {
                let range = self.begun_range();
                let behind = range.start + name.len() as u32;
                let items: String = list.items.iter().map(|item| format!(" {item}")).collect();
                let mut edits = vec![self.edit(behind, end, &items)];
                if items.is_empty() {
                    edits.insert(0, self.edit(range.start, range.start, "(array)"));
                }
                (if items.is_empty() { format!("(array){name}") } else { format!("{name}{items}") }, edits)
            }
            None => (format!("{name} a b"), Vec::new()),
        };
        let line = if line.len() > LONGEST || line.contains('\n') { format!("{name} a b") } else { line };
        let help = format!("the items of a list stand behind each other: `{line}`; an empty list is `(array){name}`");
        let range = Range { start, end: start + 1 };
        self.tell_foreign(code::FOREIGN_LIST, range, "a list is not written in brackets", help, edits);
    }

    /// Whether the node that is being read has values already.
    fn has_values(&self) -> bool {
        let node = self.open.last().and_then(|open| self.tree.nodes.get(open.node as usize));
        node.is_some_and(|node| (node.entries.start as usize) < self.tree.entries.len())
    }

    /// Where the name of the node that is being read stands.
    fn begun_range(&self) -> Range {
        let node = self.open.last().and_then(|open| self.tree.nodes.get(open.node as usize));
        node.map_or(Range { start: 0, end: 0 }, |node| node.name_range)
    }

    /// Moves over what is left of a line behind a mark, and tells of it.
    pub(super) fn foreign_comment(&mut self, start: u32, mark: &str) {
        self.line_comment();
        let span = self.span(start, start + mark.len() as u32);
        let diagnostic = Diagnostic::error(code::FOREIGN_COMMENT, span, format!("`{mark}` does not begin a comment"));
        self.report(diagnostic.help("a comment begins with `//`").fix("write `//`", span, "//"));
    }
}

/// The title of a fix that does what the help beside it says, be it in several places.
pub const AS_KDL: &str = "write it as KDL does";

/// Mends more of a mistake by the fix of it: what lies in the new edits is mended by them.
fn mend_along(told: &mut Diagnostic, edits: &[Edit]) {
    if edits.is_empty() {
        return told.fixes.clear();
    }
    // Edits lie in the order of the text: those that are covered are the last.
    let covers = |old: &Edit| edits.iter().any(|new| new.span.start <= old.span.start && old.span.end <= new.span.end);
    for fix in &mut told.fixes {
        while fix.edits.pop_if(|old| covers(old)).is_some() {}
        fix.edits.extend(edits.iter().cloned());
    }
}

/// What to write in place of a comma.
pub(super) fn comma_help(name: &str) -> String {
    format!("a space stands between two values, as in `{name} a b`, and nothing behind the last")
}

/// The hash before a word that is a truth value, or nothing, only behind one.
pub(super) fn hash_for(value: &str) -> &'static str {
    if matches!(value, "true" | "false" | "null") { "#" } else { "" }
}

/// The value that a text begins with, for a line to write: up to its closing quote, or to where a word ends.
pub(super) fn next_value(text: &str) -> &str {
    let begin = text.trim_start_matches([' ', '\t']);
    // No more of a line than is repeated: all values of one take linear time together.
    let begin = begin.get(..begin.floor_char_boundary(LONGEST + 2)).unwrap_or_default();
    let line = begin.lines().next().unwrap_or_default();
    let end = match line.strip_prefix('"') {
        Some(inner) => inner.find('"').map(|at| at + 2),
        None => line.find([' ', '\t', ';', ',', '[', '{', '}']),
    };
    let value = line.get(..end.unwrap_or(line.len())).unwrap_or_default();
    if value.is_empty() || value.len() > LONGEST { "VALUE" } else { value }
}
