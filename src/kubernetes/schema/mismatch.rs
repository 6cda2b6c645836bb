use super::quantity::is_quantity;
use super::{Nature, Schema, Shape};
use crate::kubernetes::{Fault, NameRule};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The most characters of a name in a message.
const SHOWN: usize = 80;

/// A single value.
#[derive(Clone, Copy, Debug)]
pub enum Plain<'t> {
    /// A text; nothing where it is not known which.
    Text(Option<&'t str>),
    /// A number; nothing where it is not known which.
    Number(Option<f64>),
    /// A truth value; nothing where it is not known which.
    Truth(Option<bool>),
    /// A secret, of which nobody knows what it is.
    Secret,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Mismatch {
    /// It is of another type.
    Type {
        /// What it may be.
        wanted: Sort,
        /// What it is.
        found: Sort,
    },
    /// An object has a member that is none of its fields.
    NoField(Box<str>),
    /// What should be an item of a list has a member that is none of the fields of an item, nor has it any of these.
    NoItem {
        /// The member.
        name: Box<str>,
        /// A field that an item has.
        field: Box<str>,
    },
    /// A field is not there.
    Lacks(Box<str>),
    /// It is none of the values that there can be.
    NoneOf(Vec<String>),
    /// It is less than this, or this where that is no value itself.
    Less {
        /// The least.
        least: f64,
        /// Whether that is a value itself.
        itself: bool,
    },
    /// It is more than this, or this where that is no value itself.
    More {
        /// The most.
        most: f64,
        /// Whether that is a value itself.
        itself: bool,
    },
    /// It has fewer characters.
    Shorter(u64),
    /// It has more characters.
    Longer(u64),
    /// It does not match a pattern.
    Unlike(Box<str>),
    /// A list has fewer items.
    Fewer(u64),
    /// A list has more items.
    Greater(u64),
    /// It is no quantity.
    NoQuantity,
    /// It is text, and nothing in base64.
    NoBase64,
    /// A text is no name of what it stands for.
    NoName {
        /// The text.
        name: Box<str>,
        /// What it should be: `key of a label`.
        what: &'static str,
        /// What is wrong with it.
        fault: Fault,
        /// The rule.
        rule: NameRule,
    },
}

/// What a value is, or may be; as text, what messages call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is what its words say")]
pub enum Sort {
    Any,
    Text,
    Time,
    Bytes,
    Whole,
    Fraction,
    Number,
    Truth,
    WholeOrText,
    Quantity,
    Secret,
    List,
    Object,
}

impl std::fmt::Display for Sort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Any => "any value",
            Self::Text => "text",
            Self::Time => "a point in time as text",
            Self::Bytes => "text in base64",
            Self::Whole => "a whole number",
            Self::Fraction => "a number with a fraction",
            Self::Number => "a number",
            Self::Truth => "a boolean",
            Self::WholeOrText => "a whole number or text",
            Self::Quantity => "a quantity such as `500m` or `1Gi`",
            Self::Secret => "a secret",
            Self::List => "a list",
            Self::Object => "an object",
        })
    }
}

impl Plain<'_> {
    fn sort(self) -> Sort {
        match self {
            Self::Text(_) => Sort::Text,
            Self::Number(Some(number)) if number.fract() != 0.0 => Sort::Fraction,
            Self::Number(_) => Sort::Number,
            Self::Truth(_) => Sort::Truth,
            Self::Secret => Sort::Secret,
        }
    }
}

impl Schema<'_> {
    /// What its values are.
    pub fn sort(self) -> Sort {
        match self.shape {
            Shape::Any | Shape::Limited(..) => Sort::Any,
            Shape::Text | Shape::LabelValue => Sort::Text,
            Shape::Time => Sort::Time,
            Shape::Bytes => Sort::Bytes,
            Shape::Whole => Sort::Whole,
            Shape::Number => Sort::Number,
            Shape::Truth => Sort::Truth,
            Shape::WholeOrText => Sort::WholeOrText,
            Shape::Quantity => Sort::Quantity,
            Shape::List(_) => Sort::List,
            Shape::Map(_) | Shape::Object(_) | Shape::Metadata | Shape::Labels | Shape::Annotations => Sort::Object,
        }
    }

    /// What is wrong with a single value.
    pub fn mismatch(self, value: Plain<'_>) -> Option<Mismatch> {
        let fits = match (self.shape, value) {
            (Shape::Any, _) => true,
            (Shape::Bytes, Plain::Text(Some(text))) if !is_base64(text) => return Some(Mismatch::NoBase64),
            (Shape::LabelValue, Plain::Text(Some(text))) => return no_label(text),
            (
                Shape::Text | Shape::Time | Shape::Bytes | Shape::WholeOrText | Shape::LabelValue,
                Plain::Text(_) | Plain::Secret,
            ) => true,
            (Shape::Whole | Shape::WholeOrText, Plain::Number(number)) => {
                number.is_none_or(|number| number.fract() == 0.0)
            }
            (Shape::Number | Shape::Quantity, Plain::Number(_)) | (Shape::Truth, Plain::Truth(_)) => true,
            (Shape::Quantity, Plain::Text(Some(text))) if !is_quantity(text) => return Some(Mismatch::NoQuantity),
            (Shape::Quantity, Plain::Text(_) | Plain::Secret) => true,
            _ => false,
        };
        if !fits {
            return Some(self.other(value.sort()));
        }
        self.limits.and_then(|limits| limits.mismatch(value))
    }

    /// What is wrong with a list of so many items, but for the items.
    pub fn mismatch_of_list(self, count: Option<usize>) -> Option<Mismatch> {
        match (self.nature(), count) {
            (Nature::List(_), Some(count)) => self.limits.and_then(|limits| limits.mismatch_of_list(count)),
            (Nature::List(_) | Nature::Any, _) => None,
            _ => Some(self.other(Sort::List)),
        }
    }

    /// What is wrong with members that stand for an item of a list: that none of them is a field.
    pub fn mismatch_of_item<'n>(self, names: impl Iterator<Item = &'n str>) -> Option<Mismatch> {
        let (Nature::List(items), mut names) = (self.nature(), names.peekable()) else { return None };
        let (Nature::Object(object), Some(name)) = (items.nature(), names.peek().copied()) else { return None };
        let field = object.required().chain(object.names()).next()?.into();
        names.all(|name| object.member(name).is_none()).then(|| Mismatch::NoItem { name: name.into(), field })
    }

    /// What is wrong with an object, but for its members.
    pub fn mismatch_of_object(self) -> Option<Mismatch> {
        match self.nature() {
            Nature::Map(..) | Nature::Object(_) | Nature::Any => None,
            Nature::List(_) | Nature::Plain => Some(self.other(Sort::Object)),
        }
    }

    /// That a value is something else.
    fn other(self, found: Sort) -> Mismatch {
        Mismatch::Type { wanted: self.sort(), found }
    }
}

/// Whether a text is one in base64, as Go reads it: lines may end anywhere.
fn is_base64(text: &str) -> bool {
    let text: String = text.chars().filter(|letter| !matches!(letter, '\r' | '\n')).collect();
    STANDARD.decode(text).is_ok()
}

/// What is wrong with the value of a label.
fn no_label(text: &str) -> Option<Mismatch> {
    let (what, rule) = ("value of a label", NameRule::LabelValue);
    rule.judge(text).err().map(|fault| Mismatch::NoName { name: text.into(), what, fault, rule })
}

impl std::fmt::Display for Mismatch {
    /// What is wrong, behind the name of the field.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Type { wanted, found } => write!(f, "is {wanted}, and this is {found}"),
            Self::NoField(name) => write!(f, "has no field `{name}`"),
            Self::NoItem { name, .. } => write!(f, "is a list, and `{name}` is no field of its items"),
            Self::Lacks(name) => write!(f, "needs `{name}`"),
            Self::NoneOf(values) => {
                let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
                write!(f, "is one of {}", values.join(", "))
            }
            Self::Less { least, itself } => write!(f, "is {} {least}", if *itself { "at least" } else { "more than" }),
            Self::More { most, itself } => write!(f, "is {} {most}", if *itself { "at most" } else { "less than" }),
            Self::Shorter(least) => write!(f, "has at least {least} characters"),
            Self::Longer(most) => write!(f, "has at most {most} characters"),
            Self::Unlike(pattern) => write!(f, "matches `{pattern}`, and this does not"),
            Self::Fewer(least) => write!(f, "has at least {least} items"),
            Self::Greater(most) => write!(f, "has at most {most} items"),
            Self::NoBase64 => f.write_str("is text in base64, and this is none"),
            Self::NoName { name, what, fault, .. } => {
                let name: String = name.chars().take(SHOWN).collect();
                write!(f, "cannot have `{name}`, which is no {what}: {fault}")
            }
            Self::NoQuantity => f.write_str("is a quantity such as `500m` or `1Gi`, and this is none"),
        }
    }
}
