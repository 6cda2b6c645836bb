use super::bits::{Truths, Words, zip};
use super::comparison::Sense;
use crate::model::{Combinator, Predicate, PredicateTest};

/// A predicate whose tests stand in a list of their own, each under its number.
pub(super) enum Program {
    /// Several parts.
    Combined(Combinator, Vec<Program>),
    /// The test of a number.
    Test(usize),
    /// What is judged elsewhere.
    Elsewhere,
}

impl Program {
    /// Reads a predicate; `number` gives each of its tests a number.
    pub(super) fn new<'a>(predicate: &'a Predicate, number: &mut impl FnMut(&'a PredicateTest) -> usize) -> Self {
        match predicate {
            Predicate::Combined(combinator, parts) => {
                Self::Combined(*combinator, parts.iter().map(|part| Self::new(part, number)).collect())
            }
            Predicate::Test(test) => Self::Test(number(test)),
        }
    }

    /// Judges the rows of a tile with Kleene's logic; `test` gives the results of a test for the rows that are
    /// needed of it. Of rows that are not `needed`, the result may be anything.
    pub(super) fn run(&self, needed: &Words, test: &impl Fn(usize, &Words) -> Truths) -> Truths {
        match self {
            Self::Test(number) => test(*number, needed),
            Self::Elsewhere => Truths::UNKNOWN,
            Self::Combined(Combinator::All, parts) => conjunction(parts, needed, test, Sense::Plain),
            // One holds where not all fail; none holds where all fail.
            Self::Combined(Combinator::Any, parts) => {
                conjunction(parts, needed, test, Sense::Negated).in_sense(Sense::Negated)
            }
            Self::Combined(Combinator::None, parts) => conjunction(parts, needed, test, Sense::Negated),
        }
    }
}

/// Whether all parts, each in a sense, hold. A row that failed one is not asked of the others.
fn conjunction(parts: &[Program], needed: &Words, test: &impl Fn(usize, &Words) -> Truths, sense: Sense) -> Truths {
    let mut all = Truths::PASS;
    for part in parts {
        let open = zip(needed, &all.fail, |needed, fail| needed & !fail);
        if open.iter().all(|&word| word == 0) {
            break;
        }
        all.and(&part.run(&open, test).in_sense(sense));
    }
    all
}
