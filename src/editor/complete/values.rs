//! What a value may be: words, names, addresses, files.

use super::{MOST, Offers, Piece, Sort};
use crate::editor::Thing;
use crate::editor::cursor::Cursor;
use crate::editor::fields::{Field, is_in_condition};
use crate::editor::names::is_below;
use crate::editor::paths::joined;
use crate::grammar::{Expected, Position, language};
use crate::model::{Declared, Naming, Project};
use crate::resolve::{MODULE_FILE, library};
use crate::syntax::edit::write_string;
use crate::syntax::{Entry, Node};

/// The types of the grammar whose values are paths on the disk.
const LOCAL_PATH: &str = "local-path";
const MODULE: &str = "module-address";

impl Offers<'_> {
    /// The values of a field, or the operators behind one in a condition.
    pub(super) fn in_field(&mut self, cursor: &Cursor<'_>, node: Node<'_>, index: usize) {
        let is_condition = matches!(cursor.position_of(node), Position::Elsewhere) && is_in_condition(cursor);
        if is_condition && index == 0 {
            for operator in language().operator_words() {
                self.word(operator.word, operator.doc);
            }
            return;
        }
        if let Some(fields) = self.snapshot.manifest_fields(cursor, Some(node)) {
            for field in fields.into_iter().filter(|field| node.property(field.name).is_none()) {
                let insert = vec![Piece::Text(format!("{}=", write_string(field.name))), Piece::End];
                let label = format!("{}=", field.name);
                self.add(&label, Sort::Key, (field.detail.to_owned(), String::new()), insert, 3);
            }
            return;
        }
        if let Some(field) = self.snapshot.field(cursor, node) {
            self.of_field(field);
        }
    }

    /// The values of a field.
    pub(super) fn of_field(&mut self, field: Field<'_>) {
        field.words().iter().for_each(|word| self.choice(word, field.detail()));
        match field {
            Field::Relation(relation) => self.names("entity", &relation.target.value),
            Field::Property(property) => match property.schema.naming() {
                Some(Naming::Kind(kind)) => self.names(kind.word(), ""),
                Some(Naming::EntityOf(blueprint)) => self.names("entity", blueprint),
                None => {}
            },
        }
    }

    pub(super) fn value(&mut self, cursor: &Cursor<'_>, node: Node<'_>, key: &str) {
        let line = language().line_at(cursor.position_of(node), node);
        if let Some(property) = line.and_then(|line| line.property(key)) {
            self.expected(property, cursor, node);
        }
    }

    /// What an argument or the value of a property may be.
    pub(super) fn expected(&mut self, expected: Expected<'_>, cursor: &Cursor<'_>, node: Node<'_>) {
        let detail = || format!("{} ({})", expected.name(), expected.value_type().word);
        expected.words().for_each(|word| self.choice(word, detail()));
        if expected.name() == "comparison" {
            language().operator_words().for_each(|operator| self.word(operator.word, operator.doc));
        }
        let is_quoted = self.is_quoted;
        for annotation in expected.annotations().filter(|_| !is_quoted) {
            let label = format!("({})", annotation.word);
            let insert = vec![Piece::Text(label.clone()), Piece::End];
            self.add(&label, Sort::Annotation, (String::new(), annotation.doc.to_owned()), insert, 4);
        }
        for kind in expected.refers() {
            let within = node.argument(0).and_then(Entry::string).unwrap_or_default();
            self.names(kind, if is_below(kind) { within } else { "" });
        }
        self.addresses(expected);
        match expected.value_type().word {
            LOCAL_PATH => self.files(cursor, |name| !name.is_empty()),
            MODULE => {
                library().for_each(|name| self.name(&name, "module of the library"));
                self.files(cursor, |name| name.ends_with('/'));
            }
            _ => {}
        }
    }

    /// One of the values that there are, as it is written; within quotes only a text can stand.
    fn choice(&mut self, written: &str, detail: String) {
        let inside = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let is_text = inside.is_some()
            || !written.starts_with(|first: char| first == '#' || first == '-' || first.is_ascii_digit());
        if !self.is_quoted || is_text {
            let text = if self.is_quoted { inside.unwrap_or(written) } else { written };
            self.add(
                inside.unwrap_or(written),
                Sort::Value,
                (detail, String::new()),
                vec![Piece::Text(text.to_owned())],
                0,
            );
        }
    }

    pub(super) fn word(&mut self, word: &str, doc: &str) {
        self.add(word, Sort::Word, (String::new(), doc.to_owned()), vec![Piece::Text(word.to_owned())], 1);
    }

    /// A name, in quotes where it needs them and has none.
    pub(super) fn name(&mut self, name: &str, detail: &str) {
        let written = if self.is_quoted { name.replace('\\', "\\\\").replace('"', "\\\"") } else { write_string(name) };
        self.add(name, Sort::Name, (detail.to_owned(), String::new()), vec![Piece::Text(written)], 0);
    }

    /// The names of the things of a kind that begin like what is typed.
    pub(super) fn names(&mut self, kind: &str, within: &str) {
        let begins =
            |thing: &Thing| thing.kind == kind && *thing.within == *within && thing.name.starts_with(self.typed);
        let snapshot = self.snapshot;
        let declared = snapshot.names().declared().filter(|(thing, _)| begins(thing));
        let all: Vec<&Thing> = declared.map(|(thing, _)| thing).take(MOST + 1).collect();
        self.is_whole &= all.len() <= MOST;
        for thing in all.into_iter().take(MOST) {
            self.name(&thing.name, &thing.kind.replace('-', " "));
        }
    }

    /// The addresses of what is declared that begin like what is typed, where one belongs.
    fn addresses(&mut self, expected: Expected<'_>) {
        let kinds: Vec<&str> = expected.addressed().collect();
        if kinds.is_empty() {
            return;
        }
        let project: &Project = &self.snapshot.loaded.project;
        let declared = project.declared().into_iter().map(Declared::address);
        let addresses = declared.filter(|one| kinds.contains(&one.kind.word())).map(|one| one.to_string());
        let found: Vec<String> = addresses.filter(|one| one.starts_with(self.typed)).take(MOST + 1).collect();
        self.is_whole &= found.len() <= MOST;
        found.iter().take(MOST).for_each(|address| self.name(address, "address"));
    }

    /// The files and folders that begin like what is typed, by their paths from the folder of the text.
    fn files(&mut self, cursor: &Cursor<'_>, is_meant: impl Fn(&str) -> bool) {
        let typed = self.typed;
        let (folder, _) = typed.rsplit_once('/').map_or(("", typed), |(folder, name)| (folder, name));
        let Some(path) = self.snapshot.beside(cursor.tree.file(), folder) else { return };
        let lead = if folder.is_empty() && !typed.starts_with('/') { String::new() } else { format!("{folder}/") };
        let is_local = lead.starts_with('.');
        for name in (self.look)(&path).into_iter().filter(|name| is_meant(name)) {
            // A module is named by a path that begins with a dot.
            let lead = if name.ends_with('/') && !is_local && lead.is_empty() { "./" } else { &lead };
            let inside = name.strip_suffix('/');
            let inside = inside.map(|inside| (inside, (self.look)(&joined(&path, inside).unwrap_or_default())));
            match inside {
                Some((folder, files)) if files.iter().any(|file| file == MODULE_FILE) => {
                    self.name(&format!("{lead}{folder}"), "module");
                }
                Some(_) => self.name(&format!("{lead}{name}"), "folder"),
                None => self.name(&format!("{lead}{name}"), "file"),
            }
        }
    }
}
