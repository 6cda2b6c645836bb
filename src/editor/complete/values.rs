//! What a value may be: words, names, addresses, files.

use super::{MOST, Offers, Piece, Sort};
use crate::editor::Thing;
use crate::editor::cursor::Cursor;
use crate::editor::fields::{Field, ITEM, is_in_condition};
use crate::editor::names::is_below;
use crate::editor::paths::Next;
use crate::grammar::{Expected, Position, is_control, language};
use crate::model::{Declared, FIELD, Naming, Project};
use crate::resolve::{MODULE_FILE, library};
use crate::source::joined;
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
            return self.operators();
        }
        if is_condition && self.is_field_meant(cursor) {
            let path = cursor.path().0;
            self.replaces = path.replaces;
            for field in self.snapshot.fields(cursor, &path.way) {
                self.name(field.name(), &field.detail());
            }
            return;
        }
        let decides = cursor.around.last().is_some_and(|(around, _)| is_control(*around));
        if decides && node.name() == "case" {
            self.cases(cursor, node);
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
        if let Some(one) = self.parameter(cursor, node) {
            one.words.iter().for_each(|word| self.choice(word, one.detail.clone()));
            return;
        }
        if is_condition {
            self.snapshot.field(cursor, node).into_iter().for_each(|field| self.of_field(field));
            return;
        }
        let field = if node.name() == ITEM { self.snapshot.list(cursor) } else { self.snapshot.field(cursor, node) };
        if let Some(field) = field {
            self.of_field(field);
        }
        for one in self.snapshot.fields_on(cursor, node) {
            if node.property(one.name()).is_none() {
                self.pair(one.name(), &one.detail(), u8::from(!one.is_demanded()));
            }
        }
    }

    /// The words that compare.
    pub(super) fn operators(&mut self) {
        language().operator_words().for_each(|operator| self.word(operator.word, operator.doc));
    }

    /// Whether what is being typed has an annotation before it by which it names a field.
    fn is_field_meant(&self, cursor: &Cursor<'_>) -> bool {
        let before = cursor.tree.text().get(..self.replaces.start as usize);
        before.is_some_and(|before| before.ends_with(&format!("({FIELD})")))
    }

    /// The parameter that a line in the block of a `new` or `use` line gives a value to.
    fn parameter(&self, cursor: &Cursor<'_>, node: Node<'_>) -> Option<Next> {
        let (around, _) = cursor.around.last()?;
        let all = self.snapshot.parameters_of(cursor.tree.file(), *around)?;
        all.into_iter().find(|one| one.name == node.name())
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
        if (node.name(), key) == ("renamed", "to") {
            self.renamed_to(node);
        }
        if let Some(property) = line.and_then(|line| line.property(key)) {
            self.expected(property, cursor, node);
            return;
        }
        let parameters = self.snapshot.parameters_of(cursor.tree.file(), node).into_iter().flatten();
        for one in parameters.filter(|one| one.name == key) {
            one.words.iter().for_each(|word| self.choice(word, one.detail.clone()));
        }
        let fields = self.snapshot.fields_on(cursor, node).into_iter().filter(|field| field.name() == key);
        fields.for_each(|field| self.of_field(field));
    }

    /// What an argument or the value of a property may be.
    pub(super) fn expected(&mut self, expected: Expected<'_>, cursor: &Cursor<'_>, node: Node<'_>) {
        let detail = || format!("{} ({})", expected.name(), expected.value_type().word);
        expected.words().for_each(|word| self.choice(word, detail()));
        if expected.name() == "comparison" {
            self.operators();
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
    pub(super) fn choice(&mut self, written: &str, detail: String) {
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
        // What lies around the project's folder is nobody's to look through.
        let path = self.snapshot.beside(cursor.tree.file(), folder).filter(|path| !path.starts_with(".."));
        let Some(path) = path.filter(|_| !typed.starts_with('/')) else { return };
        let lead = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let is_local = lead.starts_with('.');
        for name in (self.look)(&path).into_iter().filter(|name| is_meant(name)) {
            // A module is named by a path that begins with a dot.
            let lead = if name.ends_with('/') && !is_local && lead.is_empty() { "./" } else { &lead };
            let inside = name.strip_suffix('/');
            let inside = inside.map(|inside| (inside, (self.look)(&joined(&path, inside))));
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
