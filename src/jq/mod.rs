//! A part of the language jq, read and worked out within bounds: what a row of data needs to become the value of a property.
//!
//! Takes a text and a value, gives a value. What is here means what it means in jq 1.7: paths, lists, objects, texts with `\( )` in them, `|`, `,`,
//! `//`, comparisons, arithmetic, `if`, and the functions of [`FUNCTIONS`]. What could go on without an end is not: no `def`, no `reduce`, no
//! `recurse`, no variables. Total: what it costs is counted and paid for.

mod function;
mod order;
mod read;
mod run;

#[cfg(test)]
mod tests;

pub use function::FUNCTIONS;

use crate::model::{Name, Value};

/// An expression.
#[derive(Clone, Debug)]
pub struct Program(Term);

/// What an expression is made of.
#[derive(Clone, Debug)]
enum Term {
    /// `.`
    Identity,
    /// `.a`, `.[1]`: of a value, a member or an item.
    Index(Box<Term>, Box<Term>),
    /// `.[2:4]`: of a value, some items or characters.
    Slice(Box<Term>, [Option<Box<Term>>; 2]),
    /// `.[]`: all items, or members.
    Each(Box<Term>),
    /// `a?`: nothing where it fails.
    Try(Box<Term>),
    Literal(Value),
    /// A text with values in it.
    Text(Vec<Term>),
    List(Option<Box<Term>>),
    Object(Vec<(Term, Term)>),
    Negated(Box<Term>),
    /// One after the other.
    Pipe(Vec<Term>),
    /// One beside the other.
    Comma(Vec<Term>),
    /// `a // b`
    Or(Box<Term>, Box<Term>),
    /// Whether it ends with the truth value of its first half.
    Both(bool, Box<Term>, Box<Term>),
    Binary(Operator, Box<Term>, Box<Term>),
    /// Conditions with what follows, and what follows else.
    If(Vec<(Term, Term)>, Option<Box<Term>>),
    Call(&'static str, Vec<Term>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// Why nothing comes of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It does not go with the value, in words.
    Error(String),
    /// It comes to too much.
    Full,
}

impl Program {
    /// The expression of a text.
    ///
    /// # Errors
    /// What of it cannot be read.
    pub fn of(text: &str) -> Result<Self, String> {
        read::term(text).map(Self)
    }

    /// What comes of a value: nothing where there is none. `left` is what may be spent, about a byte of what is made or a step each.
    ///
    /// # Errors
    /// Where it fails, comes to too much, or comes to several values.
    pub fn run(&self, input: &Value, left: &mut usize) -> Result<Option<Value>, Stop> {
        let mut outputs = run::Runner { left }.run(&self.0, input)?;
        match outputs.len() {
            0 | 1 => Ok(outputs.pop()),
            count => {
                Err(Stop::Error(format!("it comes to {count} values, and one is needed: put it in `[ ]` for a list")))
            }
        }
    }

    /// The members of its input that it asks for by name, in their order.
    pub fn members(&self) -> Vec<Name> {
        let mut members = Vec::new();
        self.0.members(&mut members);
        members
    }
}

impl Term {
    fn members(&self, found: &mut Vec<Name>) {
        match self {
            Self::Index(of, name) if matches!(**of, Self::Identity) => match &**name {
                Self::Literal(Value::String(name)) => found.push(Name::from(&**name)),
                name => name.members(found),
            },
            Self::Identity | Self::Literal(_) => {}
            Self::Index(of, inner) | Self::Or(of, inner) | Self::Both(_, of, inner) | Self::Binary(_, of, inner) => {
                of.members(found);
                inner.members(found);
            }
            Self::Slice(of, ends) => {
                of.members(found);
                ends.iter().flatten().for_each(|end| end.members(found));
            }
            Self::Each(of) | Self::Try(of) | Self::Negated(of) => of.members(found),
            Self::List(of) => of.iter().for_each(|of| of.members(found)),
            Self::Text(parts) | Self::Comma(parts) => parts.iter().for_each(|part| part.members(found)),
            Self::Object(members) => members.iter().for_each(|(name, value)| {
                name.members(found);
                value.members(found);
            }),
            // What stands behind a pipe, or in most functions, has another input.
            Self::Pipe(parts) => parts.iter().take(1).for_each(|part| part.members(found)),
            Self::Call(_, _) => {}
            Self::If(conditions, other) => {
                for (condition, then) in conditions {
                    condition.members(found);
                    then.members(found);
                }
                if let Some(other) = other {
                    other.members(found);
                }
            }
        }
    }
}
