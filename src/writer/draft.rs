//! The text of one object while it is edited: each edit is planned against the tree of the text as it is then.

use super::stuck::Stuck;
use crate::diag::Edit;
use crate::model::{FIELD, Number, Value};
use crate::source::{FileId, Origin, Span};
use crate::syntax::edit::{self, Insertion};
use crate::syntax::{Entry, Line, Node, Scalar, Tree, is_bare_word, parse};
use std::collections::HashSet;
use std::sync::Arc;

/// What a text may be at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Texts {
    /// A text and nothing else.
    Plain,
    /// Also the path of a value, which is a bare word, or a text in another language.
    Templates,
    /// What a condition compares with: also another field.
    Operands,
}

impl Texts {
    /// A value that stands alone as KDL text.
    pub(super) fn word(self, value: &Value) -> Result<String, Stuck> {
        if let Some(path) = value.field_text().filter(|_| self == Self::Operands) {
            return Ok(format!("({FIELD}){}", edit::write_string(path)));
        }
        if self != Self::Templates {
            let text = value.as_str().filter(|text| *text != "-");
            return text.map_or_else(|| word(value), |text| Ok(edit::write_inert(text)));
        }
        if let Some(reference) = value.as_str().filter(|text| is_reference(text)) {
            return Ok(reference.to_owned());
        }
        word(value)
    }
}

/// One step from a node to one of its children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The first child of a name.
    Child(String),
    /// The child of a name with a first argument.
    Named(String, String),
    /// The child at an index, from 0.
    Nth(usize),
}

impl Step {
    /// The first child of a name.
    pub(super) fn to(name: &str) -> Self {
        Self::Child(name.to_owned())
    }

    /// The child of a name with a first argument.
    pub(super) fn named(name: &str, first: &str) -> Self {
        Self::Named(name.to_owned(), first.to_owned())
    }
}

/// The way from the object's node to a node below it.
pub(super) type Path = Vec<Step>;

/// A path with one more step.
pub(super) fn below(path: &[Step], step: Step) -> Path {
    let mut longer = path.to_vec();
    longer.push(step);
    longer
}

/// The text of one top-level node, with its tree as it is now.
#[derive(Debug)]
pub struct Draft {
    tree: Tree,
    newline: &'static str,
    /// What a block is indented by.
    unit: String,
}

impl Draft {
    /// The text of a node of a file that may have other newlines than `\n`.
    pub fn of(tree: &Tree, node: Node<'_>) -> Self {
        let text = Arc::from(&tree.text()[node.span().range()]);
        let unit = edit::unit(tree.text()).to_owned();
        Self { tree: parse(FileId(0), &text).0, newline: newline_of(tree.text()), unit }
    }

    /// The text as it is.
    pub fn text(&self) -> &str {
        self.tree.text()
    }

    /// The node of a path.
    pub(super) fn node(&self, path: &[Step]) -> Option<Node<'_>> {
        self.tree.nodes().next().and_then(|root| find(root, path))
    }

    /// Whether there is a node at a path.
    pub(super) fn has(&self, path: &[Step]) -> bool {
        self.node(path).is_some()
    }

    /// The path of a node that is meant, wherever it is at the node of a path or below.
    pub(super) fn find(&self, path: &[Step], is_meant: impl Fn(Node<'_>) -> bool) -> Option<Path> {
        let mut open: Vec<(Node<'_>, Path)> = self.node(path).map(|node| (node, path.to_vec())).into_iter().collect();
        while let Some((node, path)) = open.pop() {
            if is_meant(node) {
                return Some(path);
            }
            open.extend(node.children().enumerate().map(|(index, child)| (child, below(&path, Step::Nth(index)))));
        }
        None
    }

    /// Gives texts of several lines that another text did not hold lines of their own, where they end the line of a node.
    ///
    /// # Errors
    /// Where the text would no longer be KDL.
    pub fn spread(&mut self, before: &str) -> Result<(), Stuck> {
        if !self.text().contains("\\n") {
            return Ok(());
        }
        let (old, _) = parse(FileId(0), &before.into());
        let mut known: HashSet<&str> = HashSet::new();
        for_each_below(old.nodes().next(), &mut |node| known.extend(node.entries().map(Entry::raw)));
        let unit = self.unit.clone();
        self.edit(&[], |tree, root| {
            let mut edits = Vec::new();
            for_each_below(Some(root), &mut |node| {
                let last = node.entries().last().filter(|entry| entry.span().end == node.span().end);
                // Among properties the next one would be hard to find.
                let Some(last) = last.filter(|_| node.properties().next().is_none()) else { return };
                let is_new = last.raw().starts_with('"') && !known.contains(last.raw());
                let Some(text) = last.string().filter(|_| is_new && edit::with_lines(tree, node).is_some()) else {
                    return;
                };
                let indent = edit::indentation_of_line(tree.text(), node.span().start).to_owned() + &unit;
                let written = edit::write_lines(text, &indent, is_same_raw(last));
                edits.extend(written.map(|text| Edit { span: last.value_span(), text }));
            });
            Ok(edits)
        })
    }

    /// Makes texts of one line that have escapes in them raw.
    ///
    /// # Errors
    /// Where the text would no longer be KDL.
    pub fn make_raw(&mut self) -> Result<(), Stuck> {
        self.edit(&[], |_, root| {
            let mut edits = Vec::new();
            for_each_below(Some(root), &mut |node| {
                let quoted = node.entries().filter(|entry| entry.raw().starts_with('"') && is_same_raw(*entry));
                edits.extend(quoted.filter_map(|entry| {
                    let text = edit::write_raw(entry.string()?)?;
                    Some(Edit { span: entry.value_span(), text })
                }));
            });
            Ok(edits)
        })
    }

    /// Edits the node of a path.
    pub(super) fn edit(
        &mut self,
        path: &[Step],
        plan: impl FnOnce(&Tree, Node<'_>) -> Result<Vec<Edit>, Stuck>,
    ) -> Result<(), Stuck> {
        let node = self.node(path).ok_or_else(|| Stuck::new("its line is not where it is expected"))?;
        let mut edits = plan(&self.tree, node)?;
        if edits.is_empty() {
            return Ok(());
        }
        for edit in &mut edits {
            end_lines(edit, self.newline);
        }
        let text = edit::apply(self.text(), &edits).ok_or_else(|| Stuck::new("two of its edits overlap"))?;
        let (tree, problems) = parse(FileId(0), &Arc::from(text.as_str()));
        if problems.has_errors() {
            return Err(Stuck::new("its text would no longer be KDL"));
        }
        self.tree = tree;
        Ok(())
    }

    /// Takes the node of a path away, if there is one.
    pub(super) fn remove(&mut self, path: &[Step]) -> Result<(), Stuck> {
        if !self.has(path) {
            return Ok(());
        }
        let around = self.node(&path[..path.len().saturating_sub(1)]);
        let siblings = || around.into_iter().flat_map(Node::children);
        let place = self.node(path).and_then(|node| siblings().position(|other| other.span() == node.span()));
        let next = place.and_then(|place| siblings().nth(place + 1));
        let apart = self.node(path).zip(next).and_then(|(node, next)| edit::set_apart(&self.tree, node, next));
        self.edit(path, |tree, node| Ok(edit::remove(tree, node).into_iter().chain(apart).collect()))
    }

    /// Takes the block of the node of a path away where it holds nothing.
    pub(super) fn remove_empty_block(&mut self, path: &[Step]) -> Result<(), Stuck> {
        self.edit(path, |tree, node| Ok(edit::remove_empty_block(tree, node).into_iter().collect()))
    }

    /// Closes the block of the node of a path where it holds nothing.
    pub(super) fn close_empty_block(&mut self, path: &[Step]) -> Result<(), Stuck> {
        self.edit(path, |tree, node| Ok(edit::close_empty_block(tree, node).into_iter().collect()))
    }

    /// Whether comments speak of the node of a path.
    pub(super) fn is_commented(&self, path: &[Step]) -> bool {
        self.node(path).is_some_and(|node| edit::is_commented(&self.tree, node))
    }

    /// Takes a node with its comments from where it is, and puts it behind the last child of another one.
    pub(super) fn carry(&mut self, path: &[Step], to: &[Step]) -> Result<(), Stuck> {
        let mut taken = String::new();
        let gets_lines = self.node(to).is_some_and(|node| !edit::shares_line(&self.tree, Insertion::Into(node)));
        self.edit(path, |tree, node| {
            let (edits, text) = edit::cut(tree, node, gets_lines);
            taken = text;
            Ok(edits)
        })?;
        let unit = self.unit.clone();
        self.edit(to, |tree, node| Ok(edit::insert(tree, Insertion::Into(node), &taken, &unit)))
    }

    /// Puts another node in the place of the node of a path.
    pub(super) fn rewrite(&mut self, path: &[Step], line: &Line) -> Result<(), Stuck> {
        let unit = self.unit.clone();
        self.edit(path, |tree, node| {
            let shares_line =
                [Insertion::Before(node), Insertion::After(node)].map(|place| edit::shares_line(tree, place));
            let is_alone = shares_line == [false, false] && !edit::is_in_one_line(tree, node);
            let text = if is_alone { line.lines(&unit) } else { line.in_one() };
            Ok(edit::replace(tree, node, &text))
        })
    }

    /// Adds a node somewhere, on one line where it shares that with others, or where one of its name beside it is on one.
    fn add(
        &mut self,
        path: &[Step],
        line: &Line,
        place: impl for<'t> FnOnce(Node<'t>) -> Insertion<'t>,
    ) -> Result<(), Stuck> {
        let unit = self.unit.clone();
        self.edit(path, |tree, node| {
            let place = place(node);
            let like = match place {
                Insertion::Before(sibling) | Insertion::After(sibling) => Some(sibling),
                Insertion::Into(parent) => parent.children().last(),
                Insertion::End => None,
            };
            let is_like = like.is_some_and(|like| line.is_called(like.name()) && edit::is_in_one_line(tree, like));
            let text = if is_like || edit::shares_line(tree, place) { line.in_one() } else { line.lines(&unit) };
            Ok(edit::insert(tree, place, &text, &unit))
        })
    }

    /// Adds a node to the block of the node of a path: behind the last of its children of a name in `behind`; where there is none,
    /// before the first child, or, for an empty `behind`, behind the last one.
    pub(super) fn insert(&mut self, path: &[Step], behind: &[&str], line: &Line) -> Result<(), Stuck> {
        self.add(path, line, |node| {
            let like = node.children().filter(|child| behind.contains(&child.name())).last();
            match (like, node.children().next()) {
                (Some(sibling), _) => Insertion::After(sibling),
                (None, Some(first)) if !behind.is_empty() => Insertion::Before(first),
                (None, _) => Insertion::Into(node),
            }
        })
    }

    /// Adds a node behind the node of a path, among its siblings.
    pub(super) fn insert_after(&mut self, path: &[Step], line: &Line) -> Result<(), Stuck> {
        fn after(node: Node<'_>) -> Insertion<'_> {
            Insertion::After(node)
        }
        self.add(path, line, after)
    }

    /// Adds a node before the node of a path, among its siblings.
    pub(super) fn insert_before(&mut self, path: &[Step], line: &Line) -> Result<(), Stuck> {
        fn before(node: Node<'_>) -> Insertion<'_> {
            Insertion::Before(node)
        }
        self.add(path, line, before)
    }

    /// Sets an argument, or adds it behind the last one.
    pub(super) fn set_argument(
        &mut self,
        path: &[Step],
        index: usize,
        value: &Value,
        texts: Texts,
    ) -> Result<(), Stuck> {
        self.edit(path, |tree, node| match node.argument(index) {
            Some(entry) => Ok(set_entry(entry, value, texts)?.into_iter().collect()),
            None => Ok(behind_arguments(tree, node, texts.word(value)?)),
        })
    }

    /// Takes arguments away, each after those behind it.
    pub(super) fn remove_arguments(
        &mut self,
        path: &[Step],
        indices: impl IntoIterator<Item = usize, IntoIter: DoubleEndedIterator>,
    ) -> Result<(), Stuck> {
        let mut indices = indices.into_iter().rev();
        indices.try_for_each(|index| self.edit(path, |tree, node| Ok(edit::remove_argument(tree, node, index))))
    }

    /// Takes a property away, if there is one.
    pub(super) fn remove_property(&mut self, path: &[Step], key: &str) -> Result<(), Stuck> {
        self.edit(path, |tree, node| Ok(edit::remove_property(tree, node, key)))
    }

    /// Sets a property, or adds it behind those for whose keys `comes_behind` holds.
    pub(super) fn set_property(
        &mut self,
        path: &[Step],
        (key, comes_behind): (&str, &dyn Fn(&str) -> bool),
        value: &Value,
        texts: Texts,
    ) -> Result<(), Stuck> {
        self.edit(path, |tree, node| {
            let added = format!("{}={}", edit::write_string(key), texts.word(value)?);
            Ok(match node.property(key) {
                Some(entry) if word(value).is_ok() => set_entry(entry, value, texts)?.into_iter().collect(),
                Some(entry) if tree.text()[entry.span().range()] == added => Vec::new(),
                Some(entry) => vec![Edit { span: entry.span(), text: added }],
                None => {
                    let before = node.properties().rfind(|other| other.key().is_some_and(comes_behind));
                    let (at, text) = match (before, node.properties().next()) {
                        (Some(before), _) => (before.span().end, format!(" {added}")),
                        (None, Some(first)) => (first.span().start, format!("{added} ")),
                        (None, None) => (node.head_span().end, format!(" {added}")),
                    };
                    vec![Edit { span: Span { start: at, end: at, ..node.head_span() }, text }]
                }
            })
        })
    }

    /// Adds a word behind the arguments of a node, or takes it away; the first `from` arguments are something else.
    pub(super) fn set_flag(&mut self, path: &[Step], from: usize, word: &str, presence: Presence) -> Result<(), Stuck> {
        self.edit(path, |tree, node| {
            let found = node.arguments().skip(from).position(|entry| entry.string() == Some(word));
            Ok(match (found, presence) {
                (None, Presence::There) => behind_arguments(tree, node, word.to_owned()),
                (Some(index), Presence::Absent) => edit::remove_argument(tree, node, from + index),
                (Some(_), Presence::There) | (None, Presence::Absent) => Vec::new(),
            })
        })
    }
}

/// The newline that the lines of a text end with: that of the first one.
pub fn newline_of(text: &str) -> &'static str {
    let first = text.find('\n').map(|end| &text[..end]);
    if first.is_some_and(|line| line.ends_with('\r')) { "\r\n" } else { "\n" }
}

/// Ends the lines of an edit as those of its text.
pub fn end_lines(edit: &mut Edit, newline: &str) {
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

/// Goes through the nodes below a node.
fn for_each_below<'t>(root: Option<Node<'t>>, each: &mut impl FnMut(Node<'t>)) {
    let mut open: Vec<Node<'t>> = root.into_iter().flat_map(Node::children).collect();
    while let Some(node) = open.pop() {
        each(node);
        open.extend(node.children());
    }
}

fn find<'t>(root: Node<'t>, path: &[Step]) -> Option<Node<'t>> {
    path.iter().try_fold(root, |node, step| match step {
        Step::Child(name) => node.child(name),
        Step::Named(name, first) => node
            .children()
            .find(|child| child.name() == name && child.argument(0).and_then(Entry::string) == Some(first.as_str())),
        Step::Nth(index) => node.children().nth(*index),
    })
}

fn behind_arguments(tree: &Tree, node: Node<'_>, word: String) -> Vec<Edit> {
    edit::insert_arguments(tree, node, node.arguments().count().checked_sub(1), &[word])
}

/// The edit that gives an entry another value; nothing where it has it already.
pub(super) fn set_entry(entry: Entry<'_>, value: &Value, texts: Texts) -> Result<Option<Edit>, Stuck> {
    if reads_as(entry, value) {
        return Ok(None);
    }
    // An annotation says what the old value was.
    let start = entry.annotated().map_or(entry.value_span().start, |annotation| annotation.span.start);
    Ok(Some(Edit { span: Span { start, ..entry.value_span() }, text: styled(entry, value, texts)? }))
}

/// Whether an entry has a value already.
pub(super) fn reads_as(entry: Entry<'_>, value: &Value) -> bool {
    value_of(entry).as_ref() == Some(value)
}

/// The value of an entry, where it says one by itself.
pub(super) fn value_of(entry: Entry<'_>) -> Option<Value> {
    match (entry.annotation(), entry.value()) {
        (Some("secret"), Scalar::String(name)) => Some(Value::Secret(name.into())),
        (Some(FIELD), Scalar::String(path)) => Some(Value::field(path, Origin::Nowhere)),
        (Some(_), _) | (_, Scalar::BigInteger(_)) => None,
        (None, Scalar::String(text)) => Some(Value::string(text)),
        (None, Scalar::Integer(number)) => Some(Value::integer(number)),
        (None, Scalar::Float(number)) => Number::from_float(number).map(Value::Number),
        (None, Scalar::Bool(value)) => Some(Value::Bool(value)),
        (None, Scalar::Null) => Some(Value::Null),
    }
}

/// A value that stands alone as KDL text.
pub(super) fn word(value: &Value) -> Result<String, Stuck> {
    let scalar = match value {
        Value::Null => Scalar::Null,
        Value::Bool(value) => Scalar::Bool(*value),
        Value::Number(Number::Integer(number)) => Scalar::Integer(*number),
        Value::Number(Number::Float(number)) => Scalar::Float(*number),
        Value::String(text) => Scalar::String(text),
        Value::Secret(name) => return Ok(format!("(secret){}", edit::write_string(name))),
        Value::Object(_) if value.foreign().is_some() => {
            let (language, text) = value.foreign().unwrap_or_default();
            return Ok(in_language(language, text));
        }
        Value::Array(_) | Value::Object(_) => {
            return Err(Stuck::new(format!("{} stands where one value belongs", value.type_name())));
        }
    };
    Ok(edit::write_scalar(scalar))
}

/// Up to here every whole number is a float too.
const EXACT: u64 = 1 << 53;

/// A value in the notation that another one is written in: in quotes where that is.
fn styled(entry: Entry<'_>, value: &Value, texts: Texts) -> Result<String, Stuck> {
    let (plain, raw) = (texts.word(value)?, entry.raw());
    // Quotes that the old value needed say nothing of a new one.
    let needed = entry.string().map(|old| texts.word(&Value::string(old)).is_ok_and(|text| text.starts_with('"')));
    let is_bare = !raw.ends_with(['"', '#']) || needed == Some(true);
    Ok(match value {
        Value::String(text) if is_bare && texts == Texts::Templates && is_reference(text) => plain,
        // Alone it would look like the beginning of an item.
        Value::String(text) if &**text != "-" => edit::write_string_like(raw, text),
        Value::Number(Number::Integer(number)) if raw.contains('.') && number.unsigned_abs() <= EXACT => {
            format!("{plain}.0")
        }
        _ => plain,
    })
}

/// Whether a text means the same where it is raw: into a raw text no values are put.
fn is_same_raw(entry: Entry<'_>) -> bool {
    let refers = |text: &str| text.starts_with('$') || text.contains("${") || text.contains("$$");
    entry.annotation().is_some() || entry.string().is_some_and(|text| !refers(text))
}

/// Whether a text is a reference that needs no quotes.
fn is_reference(text: &str) -> bool {
    text.starts_with('$') && is_bare_word(text)
}

/// A text of another language, which is always in quotes.
pub(super) fn in_language(language: &str, text: &str) -> String {
    let plain = edit::write_string(text);
    if plain.starts_with('"') { format!("({language}){plain}") } else { format!("({language})\"{plain}\"") }
}
