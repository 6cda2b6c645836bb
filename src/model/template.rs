use super::{Call, Composed, Name, Path, Value};
use crate::source::{Origin, Spanned};

/// A value that may refer to others: what a promise's body or an action's payload is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Template {
    /// A value as it is: no reference inside.
    Literal(Value),
    /// `$spec.size`, `$spec.zones | join ', '`: the value of a path, with its type, and what is done to it, in order.
    Reference(Path, Vec<Call>),
    /// `"text ${path | function}"`: always a string.
    Text(Vec<Piece>),
    /// A list.
    Array(Vec<Spanned<Template>>),
    /// Named values; a key may be a text with references, as `$name` is.
    Object(Vec<(Spanned<Template>, Spanned<Template>)>),
    /// A list or an object of which parts are chosen, made for each of many, or taken from elsewhere.
    Composed(Composed),
    /// `(jq)"..."`, `(cel)"..."`: another language's text, carried as it is.
    Foreign {
        /// The annotation.
        language: Name,
        /// The text.
        text: Box<str>,
    },
}

impl Spanned<Template> {
    /// Calls for each path in it, with its place; it is nested no deeper than its text.
    pub fn each_path<'t>(&'t self, found: &mut impl FnMut(&'t Path, Origin)) {
        let mut used = |path: &'t Path, calls: &'t [Call]| {
            found(path, self.span);
            calls.iter().flat_map(Call::paths).for_each(|path| found(path, self.span));
        };
        match &self.value {
            Template::Literal(_) | Template::Foreign { .. } => {}
            Template::Reference(path, calls) => used(path, calls),
            Template::Text(pieces) => {
                for piece in pieces {
                    match piece {
                        Piece::Text(_) => {}
                        Piece::Value { path, calls } => used(path, calls),
                    }
                }
            }
            Template::Array(items) => items.iter().for_each(|item| item.each_path(found)),
            Template::Object(members) => {
                for (key, value) in members {
                    key.each_path(found);
                    value.each_path(found);
                }
            }
            Template::Composed(composed) => {
                let (mut templates, mut paths) = (Vec::new(), Vec::new());
                composed.each_template(&mut |template| templates.push(template), &mut |path| paths.push(path));
                for template in templates {
                    template.each_path(found);
                }
                for path in paths {
                    found(&path.value, path.span);
                }
            }
        }
    }
}

/// A part of an interpolated text.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Text as it is.
    Text(Box<str>),
    /// `${path | function}`.
    Value {
        /// The path.
        path: Path,
        /// What is done to its value, in order.
        calls: Vec<Call>,
    },
}
