//! Entries and bodies to values: scalars, and JSON-in-KDL 4.0.0 for what is nested.

use super::members::Members;
use super::names::Names;
use super::secret;
use crate::diag::{Diagnostic, Diagnostics, code, suggest};
use crate::model::{Deletion, Lifecycle, Map, Name, Number, OnDrift, Value};
use crate::source::{Origin, Span, Spanned};
use crate::syntax::{Entry, Node, Scalar, composed};
use std::borrow::Cow;

/// The value of an argument or a property, at the value's place.
pub(super) fn scalar(entry: Entry<'_>, diagnostics: &mut Diagnostics) -> Spanned<Value> {
    let span = entry.value_span();
    let mut refuse = |message: String, help: &str| {
        diagnostics.push(Diagnostic::error(code::NUMBER_TOO_BIG, span, message).help(help));
        unreadable(span)
    };
    let value = match entry.value() {
        Scalar::String(name) if entry.annotation() == Some(secret::ANNOTATION) => Value::Secret(name.into()),
        Scalar::String(text) => match entry.annotation().filter(|word| Value::LANGUAGES.contains(word)) {
            Some(language) => Value::written_in(language, text, span),
            None => Value::string(text),
        },
        Scalar::Integer(number) => Value::integer(number),
        Scalar::BigInteger(text) => {
            let help = "write it as a string, or as a float such as `1e30` where its last digits do not matter";
            return refuse(format!("`{text}` does not fit 64 bits"), help);
        }
        Scalar::Float(number) => {
            let Some(number) = Number::from_float(number) else {
                return refuse(format!("`{}` is no number that JSON can hold", entry.raw()), "leave the line out");
            };
            Value::Number(number)
        }
        Scalar::Bool(value) => Value::Bool(value),
        Scalar::Null => Value::Null,
    };
    Spanned::new(value, span)
}

/// A count; nothing where it is none, which is the grammar's to say.
pub(super) fn count(node: Node<'_>, key: &str, diagnostics: &mut Diagnostics) -> Option<Spanned<u64>> {
    let value = scalar(node.property(key)?, diagnostics);
    match value.value {
        Value::Number(Number::Integer(number)) => Some(Spanned::new(u64::try_from(number).ok()?, value.span)),
        _ => None,
    }
}

/// What stands for a value that could not be read, and was diagnosed.
fn unreadable(span: Span) -> Spanned<Value> {
    Spanned::new(Value::Null, Origin::Unread(span))
}

/// The value of a node by JSON-in-KDL: its arguments, properties and children.
pub(super) fn json_in_kdl(node: Node<'_>, diagnostics: &mut Diagnostics) -> Spanned<Value> {
    body_value(node, &mut Names::default(), diagnostics)
}

/// What a node's parts make of it.
pub(super) enum Shape {
    /// One argument alone.
    Scalar,
    /// Arguments, `-` children, or `(array)`.
    Array,
    /// Properties, named children, an empty block, or `(object)`.
    Object,
    /// Nothing at all.
    Empty,
}

impl Shape {
    /// The shape of a node's value.
    pub(super) fn of(node: Node<'_>) -> Self {
        Self::behind(node, 0)
    }

    /// The shape of what stands behind some arguments of a node.
    pub(super) fn behind(node: Node<'_>, arguments: usize) -> Self {
        Self::with(node, arguments, &|child| Some(child.name() != "-"))
    }

    /// The same where some children decide about others: `is_named` says of a child whether it is, or makes, a member with a name;
    /// nothing where it tells of neither.
    pub(super) fn with(node: Node<'_>, arguments: usize, is_named: &dyn Fn(Node<'_>) -> Option<bool>) -> Self {
        match node.annotation() {
            Some("array") => return Self::Array,
            Some("object") => return Self::Object,
            _ => {}
        }
        let (mut given, mut named) = (0_usize, false);
        for entry in node.entries() {
            if entry.is_argument() {
                given += 1;
            } else {
                named = true;
            }
        }
        let items = node.children().next().is_some();
        let told: Vec<bool> = node.children().filter_map(is_named).collect();
        // What tells of neither is of an object, where no items are on the line.
        let is_object = told.contains(&true) || items && told.is_empty() && given <= arguments;
        match (named || is_object, given.saturating_sub(arguments), items) {
            (true, _, _) => Self::Object,
            (false, 1, false) => Self::Scalar,
            (false, 0, false) if node.has_block() => Self::Object,
            (false, 0, false) => Self::Empty,
            (false, _, _) => Self::Array,
        }
    }
}

/// [`json_in_kdl`] with the names of its file.
pub(super) fn body_value(node: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Spanned<Value> {
    match Shape::of(node) {
        Shape::Scalar => match node.argument(0) {
            Some(entry) => scalar(entry, diagnostics),
            None => Spanned::new(Value::Null, node.span()),
        },
        Shape::Array => array(node, names, diagnostics),
        Shape::Object => object(node, names, diagnostics),
        Shape::Empty => {
            let name = node.name();
            let place = node.name_span();
            // What an annotation that there is none of should make of it is not known.
            if node.annotation().is_some() {
                return unreadable(place);
            }
            let help =
                format!("write a value behind it; an empty list is `(array){name}`, an empty object `{name} {{}}`");
            diagnostics.push(
                Diagnostic::error(code::MEMBER_WITHOUT_VALUE, place, format!("`{name}` has no value")).help(help),
            );
            unreadable(place)
        }
    }
}

/// From a node's first argument, or its name, to its end.
pub(super) fn value_span(node: Node<'_>) -> Span {
    let end = node.span();
    node.argument(0).map_or(end, |first| Span::new(end.file, first.span().start, end.end))
}

fn array(node: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Spanned<Value> {
    let misplaced = node.properties().next().map(Entry::span).or_else(|| {
        let member = node.children().find(|child| child.name() != "-");
        member.map(Node::head_span)
    });
    if let Some(misplaced) = misplaced {
        diagnostics.push(mixed(node, misplaced));
    }
    let mut items = Vec::with_capacity(node.arguments().count() + node.children().count());
    items.extend(node.arguments().map(|entry| scalar(entry, diagnostics)));
    items.extend(node.children().map(|child| body_value(child, names, diagnostics)));
    Spanned::new(Value::Array(items), value_span(node))
}

fn object(node: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Spanned<Value> {
    if let Some(argument) = node.argument(0) {
        diagnostics.push(mixed(node, argument.span()));
    }
    let mut members = Members::with_capacity(node.properties().count() + node.children().count());
    for entry in node.properties() {
        let name = names.at(entry.key().unwrap_or_default(), entry.key_span());
        let value = scalar(entry, diagnostics);
        members.add(name, value, diagnostics);
    }
    for child in node.children() {
        add_child(child, &mut members, names, diagnostics);
    }
    Spanned::new(Value::Object(members.finish()), value_span(node))
}

pub(super) fn mixed(node: Node<'_>, stranger: Span) -> Diagnostic {
    let message = format!("the value of `{}` is a list and an object in one", node.name());
    Diagnostic::error(code::MIXED_VALUE, stranger, message)
        .label("does not go with the rest")
        .help("a list has arguments and `-` children, an object has properties and named children")
}

/// Adds a child node as a member, by JSON-in-KDL.
pub(super) fn add_child(child: Node<'_>, members: &mut Members, names: &mut Names, diagnostics: &mut Diagnostics) {
    let name = names.at(child.name(), child.name_span());
    let value = body_value(child, names, diagnostics);
    members.add(name, value, diagnostics);
}

/// Adds the properties of a node's line as members that belong into its block, which was told there: not those of which `others` are
/// the names, or nearly.
pub(super) fn add_line(
    node: Node<'_>,
    others: &[&str],
    members: &mut Members,
    names: &mut Names,
    diagnostics: &mut Diagnostics,
) {
    for entry in node.properties() {
        let Some(key) = entry.key().filter(|key| suggest(key, others.iter().copied()).is_none()) else { continue };
        let value = scalar(entry, diagnostics);
        members.add(names.at(key, entry.key_span()), value, diagnostics);
    }
}

/// An open body: each child but the reserved ones as a member, by JSON-in-KDL. What the fields' types say of
/// the shape of their values, such as a list of one, is put right once all files are known.
pub(super) fn open_body(node: Node<'_>, reserved: &[&str], names: &mut Names, diagnostics: &mut Diagnostics) -> Map {
    let free = || node.children().filter(|child| !reserved.contains(&child.name()));
    let mut members = Members::with_capacity(free().count());
    for child in free() {
        add_child(child, &mut members, names, diagnostics);
    }
    members.finish()
}

/// Gives a value, which is a name or a list of names, the form that names are compared in.
pub(super) fn compose(value: &mut Spanned<Value>) {
    match &mut value.value {
        Value::Array(items) => items.iter_mut().for_each(compose),
        Value::String(text) => {
            if let Cow::Owned(name) = composed(text) {
                value.value = Value::string(name);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) | Value::Secret(_) => {}
    }
}

/// The string argument at an index, from 0, as a name.
pub(super) fn name_at(node: Node<'_>, index: usize, names: &mut Names) -> Option<Spanned<Name>> {
    let entry = node.argument(index)?;
    Some(names.at(entry.string()?, entry.value_span()))
}

/// The string of an entry, at its place.
pub(super) fn text(entry: Entry<'_>) -> Option<Spanned<Box<str>>> {
    Some(Spanned::new(entry.string()?.into(), entry.value_span()))
}

/// Where a bare word stands among a node's arguments from an index on.
pub(super) fn flag(node: Node<'_>, from: usize, word: &str) -> Option<Span> {
    node.arguments().skip(from).find(|entry| entry.string() == Some(word)).map(Entry::span)
}

/// What a node's `lifecycle` block says; nothing where it says nothing that differs from none.
pub(super) fn lifecycle(node: Node<'_>) -> Option<Box<Lifecycle>> {
    let block = node.child("lifecycle")?;
    let word = |line: &str| block.child(line)?.argument(0)?.string();
    let mut ignore: Vec<Spanned<Box<str>>> =
        block.children().filter(|child| child.name() == "ignore").flat_map(Node::arguments).filter_map(text).collect();
    ignore.sort_by(|a, b| a.value.cmp(&b.value));
    ignore.dedup_by(|a, b| a.value == b.value);
    let lifecycle = Lifecycle {
        protect: block.child("protect").is_some(),
        on_drift: word("on-drift").and_then(OnDrift::from_word).unwrap_or_default(),
        deletion: word("deletion").and_then(Deletion::from_word).unwrap_or_default(),
        ignore,
    };
    (!lifecycle.is_default()).then(|| Box::new(lifecycle))
}
