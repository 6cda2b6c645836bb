use super::{Mismatch, Plain};
use regex::Regex;
use std::cmp::Ordering;
use std::sync::OnceLock;

/// What else is said of a single value, or of a list.
#[derive(Clone, Debug, Default)]
pub(super) struct Limits {
    /// The only values.
    pub(super) values: Vec<Value>,
    pub(super) least: Option<f64>,
    pub(super) most: Option<f64>,
    /// Whether the least, and the most, is no value itself.
    pub(super) above: bool,
    pub(super) below: bool,
    pub(super) shortest: Option<u64>,
    pub(super) longest: Option<u64>,
    pub(super) pattern: Option<Pattern>,
    pub(super) fewest: Option<u64>,
    pub(super) greatest: Option<u64>,
}

impl PartialEq for Limits {
    fn eq(&self, other: &Self) -> bool {
        let pattern = |limits: &Self| limits.pattern.as_ref().map(|pattern| pattern.text.clone());
        let numbers = |limits: &Self| (limits.least, limits.most, limits.above, limits.below);
        let counts = |limits: &Self| (limits.shortest, limits.longest, limits.fewest, limits.greatest);
        self.values == other.values
            && numbers(self) == numbers(other)
            && counts(self) == counts(other)
            && pattern(self) == pattern(other)
    }
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(Box<str>),
    Number(f64),
    Truth(bool),
}

/// A regular expression, made when it is first asked. Kubernetes has them as Go does: in the syntax of RE2, as `regex` has it.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub(super) text: Box<str>,
    made: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.into(), made: OnceLock::new() }
    }

    /// Whether a text matches; one that is no regular expression here holds nothing back.
    fn matches(&self, text: &str) -> bool {
        let made = self.made.get_or_init(|| Regex::new(&self.text).ok());
        made.as_ref().is_none_or(|pattern| pattern.is_match(text))
    }
}

impl Limits {
    /// Those of a whole number of 32 bits.
    pub(super) fn int32() -> Self {
        Self { least: Some(f64::from(i32::MIN)), most: Some(f64::from(i32::MAX)), ..Self::default() }
    }

    /// Nothing where nothing is said.
    pub(super) fn some(self) -> Option<Self> {
        (self != Self::default()).then_some(self)
    }

    /// What is wrong with a single value of the right type.
    pub(super) fn mismatch(&self, value: Plain<'_>) -> Option<Mismatch> {
        if !self.values.is_empty() && !self.values.iter().any(|one| one.is(value)) {
            return Some(Mismatch::NoneOf(self.values.iter().map(Value::to_string).collect()));
        }
        match value {
            Plain::Number(Some(number)) => {
                let is_less = |least: &f64| number < *least || (self.above && is_same(number, *least));
                let is_more = |most: &f64| number > *most || (self.below && is_same(number, *most));
                let (above, below) = (self.above, self.below);
                let least = self.least.filter(is_less).map(|least| Mismatch::Less { least, itself: !above });
                least.or(self.most.filter(is_more).map(|most| Mismatch::More { most, itself: !below }))
            }
            Plain::Text(Some(text)) => {
                let count = text.chars().count() as u64;
                let shorter = self.shortest.filter(|shortest| count < *shortest).map(Mismatch::Shorter);
                let longer = || self.longest.filter(|longest| count > *longest).map(Mismatch::Longer);
                let unlike = || self.pattern.as_ref().filter(|pattern| !pattern.matches(text));
                shorter.or_else(longer).or_else(|| unlike().map(|pattern| Mismatch::Unlike(pattern.text.clone())))
            }
            Plain::Text(None) | Plain::Number(None) | Plain::Truth(_) | Plain::Secret => None,
        }
    }

    /// What is wrong with a list of so many items.
    pub(super) fn mismatch_of_list(&self, count: usize) -> Option<Mismatch> {
        let count = count as u64;
        let fewer = self.fewest.filter(|fewest| count < *fewest).map(Mismatch::Fewer);
        fewer.or_else(|| self.greatest.filter(|greatest| count > *greatest).map(Mismatch::Greater))
    }
}

fn is_same(one: f64, other: f64) -> bool {
    one.partial_cmp(&other) == Some(Ordering::Equal)
}

impl Value {
    fn is(&self, value: Plain<'_>) -> bool {
        match (self, value) {
            (Self::Text(one), Plain::Text(Some(text))) => **one == *text,
            (Self::Number(one), Plain::Number(Some(number))) => is_same(*one, number),
            (Self::Truth(one), Plain::Truth(truth)) => Some(*one) == truth,
            // What it will be is not known yet.
            (_, Plain::Text(None) | Plain::Number(None) | Plain::Secret) => true,
            _ => false,
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Truth(truth) => write!(f, "#{truth}"),
        }
    }
}
