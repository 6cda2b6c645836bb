use super::quantity::is_quantity;
use super::{Nature, Schema, Shape};

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
        wanted: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// An object has a member that is none of its fields.
    NoField(Box<str>),
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
}

impl Plain<'_> {
    /// What it is, as messages say it.
    fn word(self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Number(_) => "a number",
            Self::Truth(_) => "a boolean",
            Self::Secret => "a secret",
        }
    }
}

impl Schema<'_> {
    /// What its values are, as messages say it.
    pub fn word(self) -> &'static str {
        match self.shape {
            Shape::Any | Shape::Limited(..) => "any value",
            Shape::Text => "text",
            Shape::Time => "a point in time as text",
            Shape::Bytes => "text in base64",
            Shape::Whole => "a whole number",
            Shape::Number => "a number",
            Shape::Truth => "a boolean",
            Shape::WholeOrText => "a whole number or text",
            Shape::Quantity => "a quantity such as `500m` or `1Gi`",
            Shape::List(_) => "a list",
            Shape::Map(_) | Shape::Object(_) | Shape::Metadata => "an object",
        }
    }

    /// What is wrong with a single value.
    pub fn mismatch(self, value: Plain<'_>) -> Option<Mismatch> {
        let fits = match (self.shape, value) {
            (Shape::Any, _) => true,
            (Shape::Text | Shape::Time | Shape::Bytes | Shape::WholeOrText, Plain::Text(_) | Plain::Secret) => true,
            (Shape::Whole | Shape::WholeOrText, Plain::Number(number)) => {
                number.is_none_or(|number| number.fract() == 0.0)
            }
            (Shape::Number | Shape::Quantity, Plain::Number(_)) | (Shape::Truth, Plain::Truth(_)) => true,
            (Shape::Quantity, Plain::Text(Some(text))) if !is_quantity(text) => return Some(Mismatch::NoQuantity),
            (Shape::Quantity, Plain::Text(_) | Plain::Secret) => true,
            _ => false,
        };
        if !fits {
            return Some(self.other(value.word()));
        }
        self.limits.and_then(|limits| limits.mismatch(value))
    }

    /// What is wrong with a list of so many items, but for the items.
    pub fn mismatch_of_list(self, count: Option<usize>) -> Option<Mismatch> {
        match (self.nature(), count) {
            (Nature::List(_), Some(count)) => self.limits.and_then(|limits| limits.mismatch_of_list(count)),
            (Nature::List(_) | Nature::Any, _) => None,
            _ => Some(self.other("a list")),
        }
    }

    /// What is wrong with an object, but for its members.
    pub fn mismatch_of_object(self) -> Option<Mismatch> {
        match self.nature() {
            Nature::Map(_) | Nature::Object(_) | Nature::Any => None,
            Nature::List(_) | Nature::Plain => Some(self.other("an object")),
        }
    }

    /// That a value is something else.
    fn other(self, found: &'static str) -> Mismatch {
        Mismatch::Type { wanted: self.word(), found }
    }
}

impl std::fmt::Display for Mismatch {
    /// What is wrong, behind the name of the field.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Type { wanted, found } => write!(f, "is {wanted}, and this is {found}"),
            Self::NoField(name) => write!(f, "has no field `{name}`"),
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
            Self::NoQuantity => f.write_str("is a quantity such as `500m` or `1Gi`, and this is none"),
        }
    }
}
