//! `property`, `input` and `field` nodes to typed properties, and the words about a thing.

use super::limits::{self, Described};
use super::names::Names;
use super::shape;
use super::value::{flag, json_in_kdl, name_at, scalar, text};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Base, EnumValue, Format, Meta, Name, Property, Schema, Spec, Value};
use crate::source::Spanned;
use crate::syntax::{Entry, Node};

/// A `property`, `input` or `field` node; nothing where it is too broken to stand for one.
pub(super) fn property(node: Node<'_>, diagnostics: &mut Diagnostics) -> Option<Property> {
    let name = name_at(node, 0, &mut Names::default())?;
    let schema = schema(node, &name.value, diagnostics)?;
    let default = default(node, &schema, diagnostics);
    let required = flag(node, 2, "required");
    Some(Property { name, span: node.head_span(), meta: meta(node), schema, required, default })
}

/// The `title`, `description` and `icon` children of a node.
pub(super) fn meta(node: Node<'_>) -> Meta {
    Meta {
        title: child_text(node, "title"),
        description: child_text(node, "description"),
        icon: child_text(node, "icon"),
    }
}

/// The string of a child node.
pub(super) fn child_text(node: Node<'_>, name: &str) -> Option<Spanned<Box<str>>> {
    text(node.child(name)?.argument(0)?)
}

/// A type as a word of the language says it.
#[derive(Clone, Copy, PartialEq)]
struct Word {
    base: Base,
    format: Option<Format>,
    is_enum: bool,
}

impl Word {
    fn read(word: &str) -> Option<Self> {
        let plain = |base| Some(Self { base, format: None, is_enum: false });
        match word {
            "string" => plain(Base::String),
            "number" => plain(Base::Number),
            "integer" => plain(Base::Integer),
            "boolean" => plain(Base::Boolean),
            "object" => plain(Base::Object),
            "array" => plain(Base::Array),
            "enum" => Some(Self { base: Base::String, format: None, is_enum: true }),
            _ => {
                let format = Format::ALL.iter().find(|row| row.1 == word)?.0;
                let base = if format == Format::LabeledUrl { Base::Object } else { Base::String };
                Some(Self { base, format: Some(format), is_enum: false })
            }
        }
    }
}

fn schema(node: Node<'_>, name: &Name, diagnostics: &mut Diagnostics) -> Option<Schema> {
    let word = Word::read(node.argument(1)?.string()?)?;
    let of = node.property("of");
    let item = match of {
        Some(entry) => Some(Word::read(entry.string()?)?),
        None => None,
    };
    if let Some(entry) = of.filter(|_| word.base != Base::Array) {
        let message = format!("`of=` is for lists, and `{name}` is none");
        let help = "leave `of=` out, or make the type `array`";
        diagnostics.push(Diagnostic::error(code::ITEMS_MISFIT, entry.span(), message).help(help));
    }
    let values = values(node, diagnostics);
    let item = item.filter(|_| word.base == Base::Array);
    let described = item.unwrap_or(word);
    limits::check(node, &limits_of(word), item.map(limits_of).as_ref(), diagnostics);
    // A line of values that says none was told.
    if described.is_enum && values.is_empty() && node.child("values").is_none() {
        let place = if item.is_some() { of } else { node.argument(1) };
        diagnostics.extend(place.map(|entry| no_values(name, entry)));
    }
    let inner = typed(node, described, values, diagnostics)?;
    if word.base != Base::Array {
        return Some(inner);
    }
    let mut list = Schema::of(Base::Array);
    list.limits = limits::of_list(node, diagnostics);
    list.items = item.map(|_| Box::new(inner));
    Some(list)
}

fn limits_of(word: Word) -> Described {
    Described { base: word.base, is_enum: word.is_enum }
}

fn no_values(name: &Name, place: Entry<'_>) -> Diagnostic {
    Diagnostic::error(code::ENUM_WITHOUT_VALUES, place.span(), format!("the enum `{name}` has no values"))
        .help("list them in its block: `values small medium large`")
}

/// The schema of one value: a property's own, or that of a list's items.
fn typed(node: Node<'_>, word: Word, values: Vec<EnumValue>, diagnostics: &mut Diagnostics) -> Option<Schema> {
    let numbers = values.first().is_some_and(|first| matches!(first.value.value, Value::Number(_)));
    let mut schema = Schema::of(if word.is_enum && numbers { Base::Number } else { word.base });
    schema.format = word.format;
    schema.spec = node.property("spec").and_then(|entry| spec(entry.string()?));
    schema.values = if word.is_enum { values } else { Vec::new() };
    if word.base != Base::Array {
        schema.limits = limits::of_value(node, diagnostics);
    }
    if word.base == Base::Object {
        let fields = node.children().filter(|child| child.name() == "field");
        schema.fields = fields.map(|child| property(child, diagnostics)).collect::<Option<_>>()?;
    }
    Some(schema)
}

fn spec(word: &str) -> Option<Spec> {
    [Spec::OpenApi, Spec::AsyncApi, Spec::EmbeddedUrl].into_iter().find(|spec| spec.word() == word)
}

/// The values of an enum: those of `values` lines, and those of `value` lines with their colours.
fn values(node: Node<'_>, diagnostics: &mut Diagnostics) -> Vec<EnumValue> {
    let mut values = Vec::new();
    for child in node.children() {
        match child.name() {
            "values" => values
                .extend(child.arguments().map(|entry| EnumValue { value: scalar(entry, diagnostics), color: None })),
            "value" => values.extend(child.argument(0).map(|entry| EnumValue {
                value: scalar(entry, diagnostics),
                color: child.property("color").and_then(text),
            })),
            _ => {}
        }
    }
    values
}

/// The value of `default=`, or of a `default` line; of the shape that the type asks for.
fn default(node: Node<'_>, schema: &Schema, diagnostics: &mut Diagnostics) -> Option<Spanned<Value>> {
    let mut value = match (node.property("default"), node.child("default")) {
        (Some(entry), _) => scalar(entry, diagnostics),
        (None, Some(child)) => json_in_kdl(child, diagnostics),
        (None, None) => return None,
    };
    shape::by_schema(&mut value, schema);
    Some(value)
}
