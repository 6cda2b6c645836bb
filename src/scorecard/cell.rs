use crate::model::{Number, Value};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};

/// A value as comparisons see it. What is empty (null, `""`, a list or an object without members) is no value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Cell<'a> {
    /// No value.
    Missing,
    /// A truth value.
    Flag(bool),
    /// A number.
    Figure(Figure),
    /// Text; not empty.
    Text(Cow<'a, str>),
    /// A list; not empty, and so are its items, of which none is a list.
    List(Vec<Cell<'a>>),
    /// A value for each way of a path that leads through lists: a condition is judged of each. Never within a list.
    Each(Vec<Cell<'a>>),
    /// Nobody knows any more whether there is a value, and which.
    Forgotten,
    /// An object, a list within a list, or a secret: only its presence can be asked for.
    Opaque,
}

impl<'a> Cell<'a> {
    /// The cell of a value.
    pub fn of(value: &'a Value) -> Self {
        match value {
            Value::Array(items) => Self::list(items.iter().map(|item| Self::single(&item.value)).collect()),
            other => Self::single(other),
        }
    }

    /// The cell of a value that is no list, or that stands in one.
    fn single(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Missing,
            Value::Bool(flag) => Self::Flag(*flag),
            Value::Number(number) => Self::Figure(Figure::of(*number)),
            Value::String(text) => Self::text(&**text),
            Value::Array(items) if items.is_empty() => Self::Missing,
            Value::Object(map) if map.is_empty() => Self::Missing,
            Value::Array(_) | Value::Object(_) | Value::Secret(_) => Self::Opaque,
        }
    }

    /// The cell of a text.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Missing } else { Self::Text(text) }
    }

    /// The cell of a list: items without a value are left out.
    pub fn list(mut items: Vec<Self>) -> Self {
        items.retain(|item| *item != Self::Missing);
        if items.is_empty() { Self::Missing } else { Self::List(items) }
    }

    /// The cell of a count.
    pub fn count(count: usize) -> Self {
        i64::try_from(count).map_or(Self::Missing, |count| Self::Figure(Figure::Whole(count)))
    }

    /// What [`Cell::count`] made a cell of.
    pub(super) fn as_count(&self) -> Option<usize> {
        match self {
            Self::Figure(Figure::Whole(count)) => usize::try_from(*count).ok(),
            _ => None,
        }
    }

    /// The number, or the float next to it.
    pub(super) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Figure(figure) => Some(figure.nearest()),
            _ => None,
        }
    }

    /// The text.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// One list of several cells, those of lists among them, none twice.
    pub fn join(cells: impl Iterator<Item = Self>) -> Self {
        let mut seen = HashSet::new();
        let mut items = Vec::new();
        for cell in cells {
            let parts = match cell {
                Self::List(parts) => parts,
                other => vec![other],
            };
            items.extend(parts.into_iter().filter(|part| seen.insert(part.clone())));
        }
        Self::list(items)
    }

    /// What it is, in a word, as reasons say it.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Missing => "nothing",
            Self::Forgotten => "forgotten",
            Self::Flag(_) => "a boolean",
            Self::Figure(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) | Self::Each(_) => "a list",
            Self::Opaque => "an object",
        }
    }
}

/// A number, with one form for each value: equal and ordered as in mathematics.
#[derive(Clone, Copy, Debug)]
pub enum Figure {
    /// A whole number that fits.
    Whole(i64),
    /// Any other.
    Other(f64),
}

/// 2^63, the first float that no `i64` holds.
const TOO_BIG: f64 = 9_223_372_036_854_775_808.0;

impl Figure {
    /// The figure of a number.
    pub(super) fn of(number: Number) -> Self {
        match number {
            Number::Integer(value) => Self::Whole(value),
            #[expect(clippy::cast_possible_truncation, reason = "whole and within the bounds of an i64")]
            Number::Float(value) if value.fract() == 0.0 && (-TOO_BIG..TOO_BIG).contains(&value) => {
                Self::Whole(value as i64)
            }
            Number::Float(value) => Self::Other(value),
        }
    }

    /// The nearest float.
    #[expect(clippy::cast_precision_loss, reason = "the nearest is what is asked for")]
    pub(super) fn nearest(self) -> f64 {
        match self {
            Self::Whole(value) => value as f64,
            Self::Other(value) => value,
        }
    }
}

impl PartialEq for Figure {
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::Whole(a), Self::Whole(b)) => a == b,
            (Self::Other(a), Self::Other(b)) => a.to_bits() == b.to_bits(),
            (Self::Whole(_), Self::Other(_)) | (Self::Other(_), Self::Whole(_)) => false,
        }
    }
}

impl Eq for Figure {}

impl Hash for Figure {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.nearest().to_bits().hash(state);
    }
}

impl PartialOrd for Figure {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (*self, *other) {
            (Self::Whole(a), Self::Whole(b)) => Some(a.cmp(&b)),
            (Self::Other(a), Self::Other(b)) => a.partial_cmp(&b),
            (Self::Whole(a), Self::Other(b)) => whole_to_other(a, b),
            (Self::Other(a), Self::Whole(b)) => whole_to_other(b, a).map(Ordering::reverse),
        }
    }
}

/// How a whole number stands to a float that equals none.
fn whole_to_other(whole: i64, other: f64) -> Option<Ordering> {
    if other.is_nan() {
        return None;
    }
    if other.abs() >= TOO_BIG {
        return Some(if other > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    #[expect(clippy::cast_possible_truncation, reason = "within the bounds of an i64")]
    let floor = other.floor() as i64;
    Some(if whole <= floor { Ordering::Less } else { Ordering::Greater })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(value: f64) -> Figure {
        Figure::of(Number::Float(value))
    }

    #[test]
    fn numbers_are_ordered_as_in_mathematics() {
        let sorted = [
            figure(f64::MIN),
            Figure::Whole(i64::MIN),
            Figure::Whole(-2),
            figure(-1.5),
            figure(-1.0),
            figure(0.0),
            figure(0.5),
            Figure::Whole(1),
            Figure::Whole(9_007_199_254_740_992),
            Figure::Whole(9_007_199_254_740_993),
            Figure::Whole(i64::MAX),
            figure(TOO_BIG),
        ];
        for (i, a) in sorted.iter().enumerate() {
            for (j, b) in sorted.iter().enumerate() {
                assert_eq!(a.partial_cmp(b), Some(i.cmp(&j)), "{a:?} {b:?}");
                assert_eq!(a == b, i == j, "{a:?} {b:?}");
            }
        }
        assert_eq!(figure(f64::NAN).partial_cmp(&figure(1.0)), None);
        assert_eq!(figure(f64::NAN).partial_cmp(&Figure::Whole(1)), None);
        assert_eq!(figure(-0.0), Figure::Whole(0));
    }

    #[test]
    fn the_empty_is_no_value() {
        for json in [r#""""#, "null", "[]", "{}", r#"[null,"",[],{}]"#] {
            let value = crate::model::parse_json(json.as_bytes()).unwrap();
            assert_eq!(Cell::of(&value), Cell::Missing, "{json}");
        }
        let value = crate::model::parse_json(br#"["",[1],"a",{"b":1}]"#).unwrap();
        assert_eq!(Cell::of(&value), Cell::List(vec![Cell::Opaque, Cell::text("a"), Cell::Opaque]));
    }
}
