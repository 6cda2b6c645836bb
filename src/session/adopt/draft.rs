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
        for edit in &mut edits {
            end_lines(edit, self.newline);
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

    /// Takes the node of a path away, and gives its text with the comments right above it.
    pub(super) fn cut(&mut self, path: &[Step]) -> Result<String, Stuck> {
        let mut taken = String::new();
        self.edit(path, |tree, node| {
            let (edits, text) = edit::cut(tree, node);
            taken = text;
            Ok(edits)
        })?;
        Ok(taken)
    }

    /// Puts other text in the place of the node of a path.
    pub(super) fn rewrite(&mut self, path: &[Step], text: &str) -> Result<(), Stuck> {
        self.edit(path, |tree, node| Ok(edit::replace(tree, node, text)))
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

/// The newline that the lines of a text end with.
pub(super) fn newline_of(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Ends the lines of an edit as those of its text.
pub(super) fn end_lines(edit: &mut Edit, newline: &str) {
    if newline != "\n" {
        edit.text = edit.text.replace("\r\n", "\n").replace('\n', newline);
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
    let start = entry.annotated().map_or(entry.value_span().start, |annotation| annotation.span.start);
    Ok(Some(Edit { span: Span { start, ..entry.value_span() }, text: styled(entry.raw(), value)? }))
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
    Ok(match value {
        // Alone it would look like the beginning of an item.
        Value::String(text) if &**text != "-" => edit::write_string_like(raw, text),
        Value::Number(Number::Integer(number)) if raw.contains('.') && number.unsigned_abs() <= EXACT => {
            format!("{plain}.0")
        }
        _ => plain,
    })
}
