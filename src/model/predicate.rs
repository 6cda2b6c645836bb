use super::{Fact, Name, Value};
use crate::source::{Origin, Spanned};

/// A condition on one entity.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    /// Several conditions.
    Combined(Combinator, Vec<Predicate>),
    /// One comparison.
    Test(Test),
}

impl Predicate {
    /// Its comparisons, in order.
    pub fn tests(&self) -> Vec<&Test> {
        fn collect<'p>(predicate: &'p Predicate, tests: &mut Vec<&'p Test>) {
            match predicate {
                Predicate::Combined(_, parts) => parts.iter().for_each(|part| collect(part, tests)),
                Predicate::Test(test) => tests.push(test),
            }
        }
        let mut tests = Vec::new();
        collect(self, &mut tests);
        tests
    }
}

/// How the parts of a condition make one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combinator {
    /// Every part holds; an empty list holds.
    All,
    /// At least one part holds.
    Any,
    /// No part holds.
    None,
}

worded!(Combinator { All = "all", Any = "any", None = "none" });

/// One comparison: a field, an operator, operands.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// What is looked at.
    pub field: Spanned<FieldPath>,
    /// How it is compared.
    pub operator: Spanned<Operator>,
    /// What it is compared with; as many as the operator takes.
    pub operands: Vec<Spanned<Value>>,
    /// The whole line.
    pub span: Origin,
}

/// A path from an entity through relations to a value: `system.owner.email`, `$team`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldPath {
    /// Relations to follow, in order.
    pub relations: Vec<Name>,
    /// What is read at the end.
    pub leaf: Leaf,
}

/// What is read of an entity.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Leaf {
    /// A property, or a relation's own identifiers.
    Property(Name),
    /// `$identifier`.
    Identifier,
    /// `$title`.
    Title,
    /// `$team`: a list.
    Team,
    /// `$updatedAt`: known to the catalog only.
    UpdatedAt,
    /// `$createdAt`: known to the catalog only.
    CreatedAt,
    /// What only a policy can ask for.
    Fact(Fact),
}

impl Leaf {
    /// What of an entity that is not a property can be compared, each with its word.
    pub const METADATA: [(&'static str, Self); 5] = [
        ("$identifier", Self::Identifier),
        ("$title", Self::Title),
        ("$team", Self::Team),
        ("$updatedAt", Self::UpdatedAt),
        ("$createdAt", Self::CreatedAt),
    ];
}

impl std::fmt::Display for FieldPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for relation in &self.relations {
            write!(f, "{relation}.")?;
        }
        f.write_str(match &self.leaf {
            Leaf::Property(name) => name,
            Leaf::Identifier => "$identifier",
            Leaf::Title => "$title",
            Leaf::Team => "$team",
            Leaf::UpdatedAt => "$updatedAt",
            Leaf::CreatedAt => "$createdAt",
            Leaf::Fact(fact) => fact.word(),
        })
    }
}

/// A length of time in seconds: `"90d"` is 7,776,000. Days have 24 hours, weeks 7 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration(pub i64);

impl Duration {
    /// Reads a whole number with a unit of `s`, `m`, `h`, `d` or `w`.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            "w" => 604_800,
            _ => return None,
        };
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| number.parse::<i64>().ok()?.checked_mul(seconds).map(Self))?
    }
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the operator of its word in `ALL`")]
pub enum Operator {
    Is,
    IsNot,
    Above,
    Below,
    AtLeast,
    AtMost,
    Between,
    NotBetween,
    In,
    NotIn,
    Contains,
    NotContains,
    ContainsAny,
    StartsWith,
    NotStartsWith,
    EndsWith,
    NotEndsWith,
    Present,
    Absent,
    Within,
    NotWithin,
    Matches,
    NotMatches,
}

impl Operator {
    /// Every operator: its word, and the fewest and most operands.
    pub const ALL: [(Self, &'static str, usize, usize); 23] = [
        (Self::Is, "is", 1, 1),
        (Self::IsNot, "is-not", 1, 1),
        (Self::Above, "above", 1, 1),
        (Self::Below, "below", 1, 1),
        (Self::AtLeast, "at-least", 1, 1),
        (Self::AtMost, "at-most", 1, 1),
        (Self::Between, "between", 2, 2),
        (Self::NotBetween, "not-between", 2, 2),
        (Self::In, "in", 1, usize::MAX),
        (Self::NotIn, "not-in", 1, usize::MAX),
        (Self::Contains, "contains", 1, 1),
        (Self::NotContains, "not-contains", 1, 1),
        (Self::ContainsAny, "contains-any", 1, usize::MAX),
        (Self::StartsWith, "starts-with", 1, 1),
        (Self::NotStartsWith, "not-starts-with", 1, 1),
        (Self::EndsWith, "ends-with", 1, 1),
        (Self::NotEndsWith, "not-ends-with", 1, 1),
        (Self::Present, "present", 0, 0),
        (Self::Absent, "absent", 0, 0),
        (Self::Within, "within", 1, 1),
        (Self::NotWithin, "not-within", 1, 1),
        (Self::Matches, "matches", 1, 1),
        (Self::NotMatches, "not-matches", 1, 1),
    ];

    /// The operator of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == word).map(|row| row.0)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    /// The fewest and most operands that it takes.
    pub fn operands(self) -> (usize, usize) {
        Self::ALL.iter().find(|row| row.0 == self).map_or((0, 0), |row| (row.2, row.3))
    }
}
