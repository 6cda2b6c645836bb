use super::{Name, Value};
use crate::source::Spanned;

/// A value that may refer to others: what a promise's body or an action's payload is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Template {
    /// A value as it is: no reference inside.
    Literal(Value),
    /// `$spec.size`, `$spec.zones | join ', '`: the value of a path, with its type, and what is done to it, in order.
    Reference(Path, Vec<Filter>),
    /// `"text ${path | filter}"`: always a string.
    Text(Vec<Piece>),
    /// A list.
    Array(Vec<Spanned<Template>>),
    /// Named values; a key may be a text with references, as `$name` is.
    Object(Vec<(Spanned<Template>, Spanned<Template>)>),
    /// `(jq)"..."`, `(cel)"..."`: another language's text, carried as it is.
    Foreign {
        /// The annotation.
        language: Name,
        /// The text.
        text: Box<str>,
    },
}

/// A path to a value in scope: `spec.size`, `name`, `sizing.cpu`.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Its parts; at least one.
    pub segments: Vec<Name>,
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("$")?;
        for (index, segment) in self.segments.iter().enumerate() {
            let dot = if index > 0 { "." } else { "" };
            write!(f, "{dot}{segment}")?;
        }
        Ok(())
    }
}

/// A part of an interpolated text.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Text as it is.
    Text(Box<str>),
    /// `${path | filter}`.
    Value {
        /// The path.
        path: Path,
        /// What is done to its value, in order.
        filters: Vec<Filter>,
    },
}

/// What an interpolation may do to a value. A closed set: nothing else is ever evaluated.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// `default X`: `X` where the value is absent or null.
    Default(Box<str>),
    /// Lower case.
    Lower,
    /// Upper case.
    Upper,
    /// Lower-case letters, digits and single hyphens only: a DNS label but for its length.
    Slug,
    /// `trunc N`: at most N characters.
    Trunc(usize),
    /// `join S`: the items of a list with S between.
    Join(Box<str>),
    /// Base64 with padding (RFC 4648, section 4).
    Base64,
    /// SHA-256 in lower-case hex.
    Sha256,
    /// Canonical JSON.
    Json,
    /// A JSON string literal.
    Quote,
}
