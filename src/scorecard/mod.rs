//! Rules times entities to levels: compiled once, evaluated in parallel over columns.
//!
//! Takes a [`Project`], gives [`Scores`]. Promises that the result depends on the project and on `now` alone,
//! never on threads, and that no object is made for an entity and a rule. Never reads the clock or the world.
//!
//! # What a rule says
//! A rule passes, fails, or cannot be told; what cannot be told counts as not passed, and its reason is worked
//! out when it is asked for ([`Prepared::explain`]).
//!
//! **A value** is what the entity gives, else its property's default. Null, `""`, and a list or an object without
//! members are no value; so is an item of a list. A path through a relation reads the entity that it points at;
//! where it points at none that the project declares, there is no value. Through a relation to several, it reads
//! the list of their values, those of lists joined, none twice. A path goes on into a property's value, and there through
//! lists in the same way. `$count` is how many there are: items of a list, members of an object, targets of a relation, all
//! together where the way leads to several; 0 where there is none. `$createdAt` and `$updatedAt` are known to the
//! catalog only: no test of them can be told here. An operand that is empty equals nothing.
//!
//! | words | a value they compare | holds where | without a value |
//! |---|---|---|---|
//! | `present` `absent` | any | there is a value | fails, `absent` passes |
//! | `is` `in` | string, number, boolean | it equals an operand; another type equals nothing | fails |
//! | `above` `below` `at-least` `at-most` `between` | number; date-time, where the operands are | it lies there; `between` includes both ends | unknown |
//! | `within` | date-time | it is no older than so long before `now`, and no later than `now` | unknown |
//! | `contains` `contains-any` | string, list | an operand is a part of the text, an item of the list | fails |
//! | `starts-with` `ends-with` | string | it does, to the letter | fails |
//! | `matches` | string | the pattern is found somewhere in it | fails |
//!
//! * A word with `not` passes where the word fails, and fails where it passes: `is-not` passes without a value.
//! * A value of a type that an operator does not compare is unknown, whether or not it is asked with `not`. So
//!   is everything where the operands mean nothing: `above` a text, `matches` with a broken pattern.
//! * `is` compares text letter by letter, date-times too. Numbers equal and precede each other as in mathematics.
//! * An operand may be [another field](crate::model::Value::other_field): where one of the two has no value, it is unknown, whatever the word.
//! * `all`, `any` and `none` are Kleene's: one that fails decides `all`, one that passes decides `any` and `none`.
//!
//! A rule that is judged elsewhere has no conditions, and cannot be told of anything.
//!
//! # What a scorecard says
//! It judges the entities for which `only-for` passes; where it fails or cannot be told, an entity has no score.
//! A level is reached where all rules of it and of every lower level pass; a level without rules is passed.

mod asked;
mod bits;
mod cell;
mod column;
mod comparison;
mod explain;
mod inside;
mod judge;
mod kleene;
mod marks;
mod moment;
mod prepared;
mod program;
mod scan;
mod table;
#[cfg(test)]
mod tests;

pub use cell::{Cell, Figure};
#[cfg(test)]
pub(crate) use comparison::can_match;
pub use comparison::{Incomparable, compare};
pub use judge::Judge;
pub use kleene::Items;
pub use marks::Marks;
pub use prepared::Prepared;
pub use table::{Row, Tables};

use crate::model::{Address, Name, Project};

/// How a rule ended for an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// It cannot be told, and why: a field that the comparison needs has no value. Counts as not passed.
    Unknown(String),
}

worded! {
    /// A [`Verdict`] without its reason.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Truth {
        /// It holds.
        Pass = "pass",
        /// It does not hold.
        Fail = "fail",
        /// It cannot be told.
        Unknown = "unknown",
    }
}

/// How many entities a rule ended how for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Those that pass.
    pub pass: usize,
    /// Those that fail.
    pub fail: usize,
    /// Those of which it cannot be told.
    pub unknown: usize,
}

/// What a scorecard says of all the entities that it judges.
#[derive(Debug, PartialEq, Eq)]
pub struct Scores {
    /// The scorecard.
    pub scorecard: Name,
    /// Its levels, from the lowest.
    pub levels: Vec<Name>,
    /// Its rules, in order, each with the index of its level.
    pub rules: Vec<(Name, usize)>,
    /// What it says of each entity that its filter lets in, in the order of the project.
    pub entities: Vec<EntityScore>,
    /// Its place among the scorecards of the project.
    card: usize,
    marks: Marks,
}

/// What a scorecard says of one entity.
#[derive(Debug, PartialEq, Eq)]
pub struct EntityScore {
    /// The entity, or the request.
    pub address: Address,
    /// The index of the level that it reaches; nothing for below the lowest.
    pub level: Option<usize>,
    /// Its place among the entities of its blueprint.
    row: usize,
}

impl Scores {
    /// What a rule says of an entity, by their indices in `rules` and `entities`. [`Prepared::explain`] has the reason.
    pub fn truth(&self, entity: usize, rule: usize) -> Truth {
        self.entities.get(entity).map_or(Truth::Unknown, |entity| self.marks.truth(entity.row, rule))
    }

    /// How many entities a rule, by its index in `rules`, ended how for.
    pub fn tally(&self, rule: usize) -> Tally {
        let (pass, unknown) = self.marks.counts(rule);
        Tally { pass, fail: self.entities.len() - pass - unknown, unknown }
    }
}

/// Evaluates every scorecard of a project. `now`, in seconds since 1970 (UTC), is what `within` counts from.
/// Where reasons are asked for, keep a [`Prepared`] instead.
pub fn evaluate(project: &Project, now: i64) -> Vec<Scores> {
    Prepared::new(project, now).evaluate()
}
