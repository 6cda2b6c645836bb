use super::value::{flag, scalar, text};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Base, Limits, Number, Value};
use crate::source::{Span, Spanned};
use crate::syntax::Node;

/// What limits can be on: the type of a property, or of a list's items.
pub(super) struct Described {
    /// JSON's type.
    pub(super) base: Base,
    /// Whether it is an enum, whose values are its limits.
    pub(super) is_enum: bool,
}

/// Which types a keyword goes with.
#[derive(Clone, Copy)]
enum Fit {
    Number,
    Text,
    List,
    Object,
    Enum,
    TextOrObject,
}

impl Fit {
    fn holds(self, described: &Described) -> bool {
        let Described { base, is_enum } = *described;
        match self {
            Self::Number => matches!(base, Base::Number | Base::Integer),
            Self::Text => base == Base::String && !is_enum,
            Self::List => base == Base::Array,
            Self::Object => base == Base::Object,
            Self::Enum => is_enum,
            Self::TextOrObject => !is_enum && matches!(base, Base::String | Base::Object),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Number => "numbers",
            Self::Text => "strings",
            Self::List => "lists",
            Self::Object => "objects",
            Self::Enum => "the type `enum`",
            Self::TextOrObject => "strings and objects",
        }
    }
}

/// The keywords of a property that go with some types only: those written `key=value`, and those with a line.
const PROPERTIES: [(&str, Fit); 9] = [
    ("min", Fit::Number),
    ("max", Fit::Number),
    ("above", Fit::Number),
    ("below", Fit::Number),
    ("min-length", Fit::Text),
    ("max-length", Fit::Text),
    ("min-items", Fit::List),
    ("max-items", Fit::List),
    ("spec", Fit::TextOrObject),
];
const CHILDREN: [(&str, Fit); 4] =
    [("pattern", Fit::Text), ("values", Fit::Enum), ("value", Fit::Enum), ("field", Fit::Object)];

/// Diagnoses the keywords that go neither with a property's type nor with that of its items.
pub(super) fn check(node: Node<'_>, own: &Described, item: Option<&Described>, diagnostics: &mut Diagnostics) {
    let row = |table: &[(&str, Fit)], name: &str| table.iter().find(|row| row.0 == name).map(|row| row.1);
    let mut written: Vec<(&str, Fit, Span)> = Vec::new();
    for entry in node.properties() {
        let key = entry.key().unwrap_or_default();
        written.extend(row(&PROPERTIES, key).map(|fit| (key, fit, entry.span())));
    }
    for child in node.children() {
        written.extend(row(&CHILDREN, child.name()).map(|fit| (child.name(), fit, child.name_span())));
    }
    written.extend(flag(node, 2, "unique").map(|span| ("unique", Fit::List, span)));
    for (name, fit, span) in written {
        if !fit.holds(own) && !item.is_some_and(|item| fit.holds(item)) {
            diagnostics.push(misfit(name, fit, span, own, item.is_some()));
        }
    }
}

fn misfit(name: &str, fit: Fit, span: Span, own: &Described, typed_items: bool) -> Diagnostic {
    if own.base == Base::Array && !typed_items {
        let message = format!("`{name}` describes the items of the list, whose type is not given");
        return Diagnostic::error(code::ITEMS_MISFIT, span, message).help("say the type of the items: `of=string`");
    }
    let message = format!("`{name}` does not go with the type");
    Diagnostic::error(code::LIMIT_MISFIT, span, message).help(format!("`{name}` is for {}", fit.words()))
}

/// The limits on one value.
pub(super) fn of_value(node: Node<'_>, diagnostics: &mut Diagnostics) -> Limits {
    Limits {
        min: number(node, "min", diagnostics),
        max: number(node, "max", diagnostics),
        above: number(node, "above", diagnostics),
        below: number(node, "below", diagnostics),
        min_length: count(node, "min-length", diagnostics),
        max_length: count(node, "max-length", diagnostics),
        pattern: node.child("pattern").and_then(|child| text(child.argument(0)?)),
        ..Limits::default()
    }
}

/// The limits on a list as a whole.
pub(super) fn of_list(node: Node<'_>, diagnostics: &mut Diagnostics) -> Limits {
    Limits {
        min_items: count(node, "min-items", diagnostics),
        max_items: count(node, "max-items", diagnostics),
        unique_items: flag(node, 2, "unique"),
        ..Limits::default()
    }
}

fn number(node: Node<'_>, key: &str, diagnostics: &mut Diagnostics) -> Option<Spanned<Value>> {
    let value = scalar(node.property(key)?, diagnostics);
    matches!(value.value, Value::Number(_)).then_some(value)
}

/// A count; nothing where it is none, which is the grammar's to say.
pub(super) fn count(node: Node<'_>, key: &str, diagnostics: &mut Diagnostics) -> Option<Spanned<u64>> {
    let value = scalar(node.property(key)?, diagnostics);
    match value.value {
        Value::Number(Number::Integer(number)) => Some(Spanned::new(u64::try_from(number).ok()?, value.span)),
        _ => None,
    }
}
