use super::{Name, Predicate};
use crate::source::{Origin, Spanned};

/// A ladder of levels, each with the rules that an entity must pass to reach it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scorecard {
    /// Its identifier.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Origin,
    /// The blueprint, or the promise, whose entities it judges.
    pub blueprint: Spanned<Name>,
    /// Which of them; all where there is none.
    pub only_for: Option<Predicate>,
    /// The levels from the lowest to the highest. Below the lowest there is always a level without a name.
    pub levels: Vec<Level>,
}

/// A level of a scorecard: reached where all rules of it and of every lower level pass.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// Its name.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Origin,
    /// The rules to pass.
    pub rules: Vec<Rule>,
}

/// A rule of a scorecard.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its identifier within the scorecard.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Origin,
    /// What must hold; nothing where that is judged elsewhere.
    pub predicate: Option<Predicate>,
}

impl Scorecard {
    /// All its conditions: which it judges, then its rules.
    pub fn predicates(&self) -> impl Iterator<Item = &Predicate> {
        self.only_for.iter().chain(self.rules().filter_map(|(_, rule)| rule.predicate.as_ref()))
    }

    /// All rules with the index of their level, in order.
    pub fn rules(&self) -> impl Iterator<Item = (usize, &Rule)> {
        self.levels.iter().enumerate().flat_map(|(index, level)| level.rules.iter().map(move |rule| (index, rule)))
    }
}
