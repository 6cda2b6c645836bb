//! The text of one object while it is edited: each edit is planned against the tree of the text as it is then.

use crate::diag::Edit;
use crate::model::{Number, Value};
use crate::source::{FileId, Span};
use crate::syntax::edit::{self, Place};
use crate::syntax::{Entry, Node, Scalar, Tree, parse};
use std::sync::Arc;

/// Why a change cannot be written into the text, in a sentence without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stuck(pub(super) String);

impl Stuck {
    /// That the language has no words for something.
    pub(super) fn no_words(what: &str) -> Self {
        Self(format!("the language has no words for {what}"))
    }
}

/// One step from a node to one of its children.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// The first child of a name.
    Child(&'static str),
    /// The first child of a name, whatever it is.
    Member(String),
    /// The child of a name with a first argument.
    Named(&'static str, String),
    /// The child at an index, from 0.
    Nth(usize),
}

/// The way from the object's node to a node below it.
pub(super) type Path = Vec<Step>;

/// A path with one more step.
pub(super) fn below(path: &[Step], step: Step) -> Path {
    let mut longer = path.to_vec();
    longer.push(step);
    longer
}

/// The text of one top-level node.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    text: String,
    newline: &'static str,
}

impl Draft {
    /// The text of a node of a file whose lines end as `newline` says.
    pub(super) fn new(text: &str, newline: &'static str) -> Self {
        Self { text: text.to_owned(), newline }
    }

    /// The text as it is.
    pub(super) fn finish(self) -> String {
        self.text
    }

    /// What a look at the node of a path gives; nothing where there is no such node.
    pub(super) fn look<T>(&self, path: &[Step], look: impl FnOnce(&Tree, Node<'_>) -> T) -> Option<T> {
        let (tree, _) = parse(FileId(0), &Arc::from(self.text.as_str()));
        let node = tree.nodes().next().and_then(|root| find(root, path))?;
        Some(look(&tree, node))
    }

    /// Whether there is a node at a path.
    pub(super) fn has(&self, path: &[Step]) -> bool {
        self.look(path, |_, _| ()).is_some()
    }

    /// Edits the node of a path.
    pub(super) fn edit(
        &mut self,
        path: &[Step],
        plan: impl FnOnce(&Tree, Node<'_>) -> Result<Vec<Edit>, Stuck>,
    ) -> Result<(), Stuck> {
        let (tree, _) = parse(FileId(0), &Arc::from(self.text.as_str()));
        let node = tree.nodes().next().and_then(|root| find(root, path));
        let node = node.ok_or_else(|| Stuck("its line is not where it is expected".to_owned()))?;
        let mut edits = plan(&tree, node)?;
        if self.newline != "\n" {
            for edit in &mut edits {
                edit.text = edit.text.replace('\n', self.newline);
            }
        }
        let text = edit::apply(&self.text, &edits).ok_or_else(|| Stuck("two of its edits overlap".to_owned()))?;
        let (_, problems) = parse(FileId(0), &Arc::from(text.as_str()));
        if problems.has_errors() {
            return Err(Stuck("its text would no longer be KDL".to_owned()));
        }
        self.text = text;
        Ok(())
    }

    /// Gives the entry another value whose value, or key, stands at a place of the text.
    pub(super) fn set_value_at(&mut self, start: u32, end: u32, value: &Value) -> Result<(), Stuck> {
        self.edit(&[], |tree, root| {
            let place = Span::new(tree.file(), start, end);
            let mut open = vec![root];
            while let Some(node) = open.pop() {
                let is_meant = |entry: &Entry<'_>| {
                    entry.value_span() == place || (entry.key().is_some() && entry.key_span() == place)
                };
                if let Some(entry) = node.entries().find(is_meant) {
                    return Ok(set_entry(entry, value)?.into_iter().collect());
                }
                open.extend(node.children());
            }
            Err(Stuck("its line is not where it is expected".to_owned()))
        })
    }

    /// Takes the node of a path away, if there is one.
    pub(super) fn remove(&mut self, path: &[Step]) -> Result<(), Stuck> {
        if !self.has(path) {
            return Ok(());
        }
        self.edit(path, |tree, node| Ok(edit::remove(tree, node)))
    }

    /// Puts other text in the place of the node of a path.
    pub(super) fn rewrite(&mut self, path: &[Step], text: &str) -> Result<(), Stuck> {
        self.edit(path, |tree, node| {
            uncommented(tree, node)?;
            let indent = indentation(tree.text(), node.span().start);
            Ok(vec![Edit { span: node.span(), text: indented(text, indent) }])
        })
    }

    /// Adds a node to the block of the node of a path: behind the last of its children of a name in `behind`; where there is none,
    /// before the first child, or, for an empty `behind`, behind the last one.
    pub(super) fn insert(&mut self, path: &[Step], behind: &[&str], text: &str) -> Result<(), Stuck> {
        self.edit(path, |tree, node| {
            let like = node.children().filter(|child| behind.contains(&child.name())).last();
            let place = match (like, node.children().next()) {
                (Some(sibling), _) => Place::After(sibling),
                (None, Some(first)) if !behind.is_empty() => Place::Before(first),
                (None, _) => Place::Into(node),
            };
            Ok(edit::insert(tree, place, text))
        })
    }

    /// Adds a node behind the node of a path, among its siblings.
    pub(super) fn insert_after(&mut self, path: &[Step], text: &str) -> Result<(), Stuck> {
        self.edit(path, |tree, node| Ok(edit::insert(tree, Place::After(node), text)))
    }

    /// Adds a node before the node of a path, among its siblings.
    pub(super) fn insert_before(&mut self, path: &[Step], text: &str) -> Result<(), Stuck> {
        self.edit(path, |tree, node| Ok(edit::insert(tree, Place::Before(node), text)))
    }

    /// Sets the first argument of the child of a name, which says a single value; nothing takes the child away.
    pub(super) fn set_line(
        &mut self,
        path: &[Step],
        name: &'static str,
        value: Option<&Value>,
        behind: &[&str],
    ) -> Result<(), Stuck> {
        let child = below(path, Step::Child(name));
        match value {
            None => self.remove(&child),
            Some(value) if self.has(&child) => self.set_argument(&child, 0, value),
            Some(value) => self.insert(path, behind, &format!("{name} {}", plain_scalar(value)?)),
        }
    }

    /// Sets an argument, or adds it behind the last one.
    pub(super) fn set_argument(&mut self, path: &[Step], index: usize, value: &Value) -> Result<(), Stuck> {
        self.edit(path, |_, node| match node.argument(index) {
            Some(entry) => Ok(set_entry(entry, value)?.into_iter().collect()),
            None => Ok(vec![behind_arguments(node, &plain_scalar(value)?)]),
        })
    }

    /// Sets, adds or removes a property.
    pub(super) fn set_property(&mut self, path: &[Step], key: &str, value: Option<&Value>) -> Result<(), Stuck> {
        self.edit(path, |tree, node| match (value, node.property(key)) {
            (None, _) => Ok(edit::remove_property(tree, node, key)),
            (Some(value), Some(entry)) => Ok(set_entry(entry, value)?.into_iter().collect()),
            (Some(value), None) => {
                let head = node.head_span();
                let text = format!(" {}={}", edit::write_string(key), plain_scalar(value)?);
                Ok(vec![Edit { span: Span { start: head.end, ..head }, text }])
            }
        })
    }

    /// Adds a word behind the arguments of a node, or takes it away; the first `from` arguments are something else.
    pub(super) fn set_flag(&mut self, path: &[Step], from: usize, word: &str, presence: Presence) -> Result<(), Stuck> {
        self.edit(path, |tree, node| {
            let found = node.arguments().skip(from).position(|entry| entry.string() == Some(word));
            Ok(match (found, presence) {
                (None, Presence::There) => vec![behind_arguments(node, word)],
                (Some(index), Presence::Absent) => edit::remove_argument(tree, node, from + index),
                (Some(_), Presence::There) | (None, Presence::Absent) => Vec::new(),
            })
        })
    }
}

/// Whether something is to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// It is.
    There,
    /// It is not.
    Absent,
}

impl From<bool> for Presence {
    fn from(is_there: bool) -> Self {
        if is_there { Self::There } else { Self::Absent }
    }
}

fn find<'t>(root: Node<'t>, path: &[Step]) -> Option<Node<'t>> {
    path.iter().try_fold(root, |node, step| match step {
        Step::Child(name) => node.child(name),
        Step::Member(name) => node.child(name),
        Step::Named(name, first) => node
            .children()
            .find(|child| child.name() == *name && child.argument(0).and_then(Entry::string) == Some(first.as_str())),
        Step::Nth(index) => node.children().nth(*index),
    })
}

fn behind_arguments(node: Node<'_>, text: &str) -> Edit {
    let last = node.arguments().last().map_or_else(|| node.name_span(), Entry::span);
    Edit { span: Span { start: last.end, ..last }, text: format!(" {text}") }
}

/// The edit that gives an entry another value; nothing where it has it already.
pub(super) fn set_entry(entry: Entry<'_>, value: &Value) -> Result<Option<Edit>, Stuck> {
    if reads_as(entry, value) {
        return Ok(None);
    }
    // An annotation says what the old value was.
    let span = match entry.annotation() {
        Some(_) => Span { start: entry.value_span().start - annotation_length(entry), ..entry.value_span() },
        None => entry.value_span(),
    };
    Ok(Some(Edit { span, text: styled(entry.raw(), value)? }))
}

/// How many bytes stand between the start of an annotation and the value.
fn annotation_length(entry: Entry<'_>) -> u32 {
    let start = if entry.key().is_some() { entry.key_span().end + 1 } else { entry.span().start };
    entry.value_span().start - start
}

/// Whether an entry has a value already.
pub(super) fn reads_as(entry: Entry<'_>, value: &Value) -> bool {
    if let Value::Secret(name) = value {
        return entry.annotation() == Some("secret") && entry.string() == Some(name);
    }
    let own = match entry.value() {
        Scalar::String(text) => Value::string(text),
        Scalar::Integer(number) => Value::integer(number),
        Scalar::Float(number) => match Number::from_float(number) {
            Some(number) => Value::Number(number),
            None => return false,
        },
        Scalar::Bool(value) => Value::Bool(value),
        Scalar::Null => Value::Null,
        Scalar::BigInteger(_) => return false,
    };
    entry.annotation().is_none() && own == *value
}

/// A value that stands alone as KDL text.
pub(super) fn plain_scalar(value: &Value) -> Result<String, Stuck> {
    let scalar = match value {
        Value::Null => Scalar::Null,
        Value::Bool(value) => Scalar::Bool(*value),
        Value::Number(Number::Integer(number)) => Scalar::Integer(*number),
        Value::Number(Number::Float(number)) => Scalar::Float(*number),
        Value::String(text) => Scalar::String(text),
        Value::Secret(name) => return Ok(format!("(secret){}", edit::write_string(name))),
        Value::Array(_) | Value::Object(_) => {
            return Err(Stuck(format!("{} stands where one value belongs", value.type_name())));
        }
    };
    Ok(edit::write_scalar(scalar))
}

/// Up to here every whole number is a float too.
const EXACT: u64 = 1 << 53;

/// A value in the notation that another one is written in: in quotes where that is.
fn styled(raw: &str, value: &Value) -> Result<String, Stuck> {
    let plain = plain_scalar(value)?;
    let quoted = raw.starts_with('"') || raw.starts_with('#') && raw.trim_start_matches('#').starts_with('"');
    Ok(match value {
        Value::String(text) if quoted && !plain.starts_with('"') => format!("\"{text}\""),
        Value::String(text) if raw.starts_with('#') => raw_string(raw, text).unwrap_or(plain),
        Value::Number(Number::Integer(number)) if raw.contains('.') && number.unsigned_abs() <= EXACT => {
            format!("{plain}.0")
        }
        _ => plain,
    })
}

/// A raw string with as many hashes as another one, where the text can stand in it.
fn raw_string(like: &str, text: &str) -> Option<String> {
    let hashes = &like[..like.len() - like.trim_start_matches('#').len()];
    let fits = !hashes.is_empty()
        && like[hashes.len()..].starts_with('"')
        && !like[hashes.len()..].starts_with("\"\"\"")
        && !text.contains(&format!("\"{hashes}"))
        && !text.starts_with("\"\"")
        && text.chars().all(|character| !character.is_control() && !('\u{200e}'..='\u{2069}').contains(&character))
        && !text.contains(['\u{85}', '\u{2028}', '\u{2029}', '\u{feff}']);
    fits.then(|| format!("{hashes}\"{text}\"{hashes}"))
}

/// The lines of a text, but for the first, behind an indentation; a string of several lines stays as it is.
fn indented(text: &str, indent: &str) -> String {
    if text.contains("\"\"\"") { text.to_owned() } else { text.replace('\n', &format!("\n{indent}")) }
}

/// The spaces that the line of an offset begins with.
pub(super) fn indentation(text: &str, at: u32) -> &str {
    let before = &text[..at as usize];
    let line = &before[before.rfind('\n').map_or(0, |newline| newline + 1)..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// That no comment stands inside of a node, which would go with it.
pub(super) fn uncommented(tree: &Tree, node: Node<'_>) -> Result<(), Stuck> {
    let mut said: Vec<Span> = Vec::new();
    let mut open = vec![node];
    while let Some(next) = open.pop() {
        said.push(next.name_span());
        said.extend(next.entries().map(Entry::span));
        open.extend(next.children());
    }
    said.sort_by_key(|span| span.start);
    let mut at = node.span().start;
    for span in said {
        if tree.text().get(at as usize..span.start as usize).is_some_and(|gap| gap.contains('/')) {
            return Err(commented(node));
        }
        at = at.max(span.end);
    }
    match tree.text().get(at as usize..node.span().end as usize) {
        Some(gap) if gap.contains('/') => Err(commented(node)),
        _ => Ok(()),
    }
}

fn commented(node: Node<'_>) -> Stuck {
    Stuck(format!("a comment stands inside of `{}`, and would be lost", node.name()))
}
