//! Verdicts put together, as Kleene does it.

use super::Verdict;
use super::program::Program;
use crate::model::Combinator;

/// Of how many items a condition must hold where a path leads to one for each item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Items {
    /// Of each of them.
    Every,
    /// Of one.
    Some,
}

impl Items {
    /// The same of what may not hold: what is so of none is otherwise of each.
    fn contrary(self) -> Self {
        match self {
            Self::Every => Self::Some,
            Self::Some => Self::Every,
        }
    }

    /// The verdict about items, of that about each.
    pub(super) fn verdict(self, verdicts: impl Iterator<Item = Verdict>) -> Verdict {
        match self {
            Self::Every => all(verdicts),
            Self::Some => negate(all(verdicts.map(negate))),
        }
    }
}

impl Program {
    /// Judges one thing with Kleene's logic; `test` gives the verdict of a test by its number, and by how many items are asked for.
    pub(super) fn verdict(&self, items: Items, test: &impl Fn(usize, Items) -> Verdict) -> Verdict {
        match self {
            Self::Test(number) => test(*number, items),
            Self::Elsewhere => Verdict::Unknown("it is judged elsewhere".to_owned()),
            Self::Combined(Combinator::All, parts) => all(parts.iter().map(|part| part.verdict(items, test))),
            Self::Combined(Combinator::Any, parts) => {
                negate(all(parts.iter().map(|part| negate(part.verdict(items, test)))))
            }
            Self::Combined(Combinator::None, parts) => {
                all(parts.iter().map(|part| negate(part.verdict(items.contrary(), test))))
            }
        }
    }
}

/// Kleene's conjunction: a failure decides, else what is unknown, for all its reasons.
fn all(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    let mut reasons: Vec<String> = Vec::new();
    for verdict in verdicts {
        match verdict {
            Verdict::Fail => return Verdict::Fail,
            Verdict::Unknown(reason) if !reasons.contains(&reason) => reasons.push(reason),
            Verdict::Unknown(_) | Verdict::Pass => {}
        }
    }
    if reasons.is_empty() { Verdict::Pass } else { Verdict::Unknown(reasons.join("; ")) }
}

fn negate(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Pass => Verdict::Fail,
        Verdict::Fail => Verdict::Pass,
        Verdict::Unknown(reason) => Verdict::Unknown(reason),
    }
}
