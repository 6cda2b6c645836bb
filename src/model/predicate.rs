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

/// Entities of a blueprint of which a condition holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// The blueprint.
    pub blueprint: Name,
    /// The condition.
    pub predicate: Predicate,
}

worded! {
    /// How the parts of a condition make one.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Combinator {
        /// Every part holds; an empty list holds.
        All = "all",
        /// At least one part holds.
        Any = "any",
        /// No part holds.
        None = "none",
    }
}

/// One comparison: a field, an operator, operands.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// What is looked at.
    pub field: Spanned<FieldPath>,
    /// How it is compared.
    pub operator: Spanned<Operator>,
    /// What it is compared with, as many as the operator takes: values, and [other fields](Value::other_field).
    pub operands: Vec<Spanned<Value>>,
    /// The whole line.
    pub span: Origin,
}

impl Test {
    /// The other fields that the field is compared with.
    pub fn others(&self) -> impl Iterator<Item = Spanned<FieldPath>> {
        let other = |operand: &Spanned<Value>| Some(Spanned::new(operand.other_field()?, operand.span));
        self.operands.iter().filter_map(other)
    }

    /// All the fields that it looks at.
    pub fn fields(&self) -> impl Iterator<Item = Spanned<FieldPath>> {
        std::iter::once(self.field.clone()).chain(self.others())
    }
}

/// What says of an operand that it names another field, in front of it and in a body.
pub const FIELD: &str = "field";

impl Value {
    /// The operand that names another field.
    pub fn field(path: &str, span: impl Into<Origin>) -> Self {
        Self::written_in(FIELD, path, span)
    }

    /// The text of an operand that names another field: `(field)limits.cpu`.
    pub fn field_text(&self) -> Option<&str> {
        match self.as_object()?.members.as_slice() {
            [one] if *one.name.value == *FIELD => one.value.as_str(),
            _ => None,
        }
    }

    /// The field that an operand names.
    pub fn other_field(&self) -> Option<FieldPath> {
        self.field_text().map(FieldPath::of)
    }
}

/// A path from an entity through relations, and on into a value: `system.owner.email`, `limits.cpu`, `dependencies.$count`, `$team`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldPath {
    /// The names before the last, in order: relations to follow, then a property, and what is in it.
    pub way: Vec<Name>,
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
    /// `$icon`.
    Icon,
    /// `$team`: a list.
    Team,
    /// `$updatedAt`: known to the catalog only.
    UpdatedAt,
    /// `$createdAt`: known to the catalog only.
    CreatedAt,
    /// `$count`: how many there are of what the way leads to.
    Count,
    /// What a policy can ask for, and of a request a scorecard too.
    Fact(Fact),
}

impl Leaf {
    /// What of an entity that is not a property can be compared, each with its word.
    pub const METADATA: [(&'static str, Self); 6] = [
        ("$identifier", Self::Identifier),
        ("$title", Self::Title),
        ("$icon", Self::Icon),
        ("$team", Self::Team),
        ("$updatedAt", Self::UpdatedAt),
        ("$createdAt", Self::CreatedAt),
    ];

    /// The name of a property or a relation.
    pub fn name(&self) -> Option<&Name> {
        match self {
            Self::Property(name) => Some(name),
            _ => None,
        }
    }

    /// Whether only a catalog knows it.
    pub fn is_offline(&self) -> bool {
        matches!(self, Self::CreatedAt | Self::UpdatedAt)
    }
}

impl FieldPath {
    /// The names of the path up to a value, and whether it asks how many there are of it; nothing where it ends at a word of another sort.
    pub fn names(&self) -> Option<(Vec<&Name>, bool)> {
        let way = self.way.iter();
        match &self.leaf {
            Leaf::Property(name) => Some((way.chain([name]).collect(), false)),
            Leaf::Count => Some((way.collect(), true)),
            _ => None,
        }
    }
}

impl std::fmt::Display for FieldPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for name in &self.way {
            write!(f, "{name}.")?;
        }
        f.write_str(match &self.leaf {
            Leaf::Property(name) => name,
            Leaf::Count => COUNT,
            Leaf::Fact(fact) => fact.word(),
            leaf => Leaf::METADATA.iter().find(|row| row.1 == *leaf).map_or("", |row| row.0),
        })
    }
}

/// What asks at the end of a path how many there are.
pub const COUNT: &str = "$count";

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

worded! {
    /// How a field is compared. The words are the language's, where the grammar says Port's operator and how many operands each takes.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[allow(missing_docs, reason = "each variant is the operator of its word")]
    pub enum Operator {
        Is = "is",
        IsNot = "is-not",
        Above = "above",
        Below = "below",
        AtLeast = "at-least",
        AtMost = "at-most",
        Between = "between",
        NotBetween = "not-between",
        In = "in",
        NotIn = "not-in",
        Contains = "contains",
        NotContains = "not-contains",
        ContainsAny = "contains-any",
        StartsWith = "starts-with",
        NotStartsWith = "not-starts-with",
        EndsWith = "ends-with",
        NotEndsWith = "not-ends-with",
        Present = "present",
        Absent = "absent",
        Within = "within",
        NotWithin = "not-within",
        Matches = "matches",
        NotMatches = "not-matches",
    }
}

impl Operator {
    /// Whether its operand is a regular expression.
    pub fn matches_a_pattern(self) -> bool {
        matches!(self, Self::Matches | Self::NotMatches)
    }

    /// Whether it asks what is among the items of a list.
    pub fn looks_into_lists(self) -> bool {
        matches!(self, Self::Contains | Self::NotContains | Self::ContainsAny)
    }

    /// Whether it asks what is in a text.
    pub fn looks_into_texts(self) -> bool {
        let of_ends = matches!(self, Self::StartsWith | Self::NotStartsWith | Self::EndsWith | Self::NotEndsWith);
        of_ends || self.looks_into_lists()
    }

    /// Whether it asks for the time, or searches for a pattern: more than to compare values.
    pub fn needs_more_than_values(self) -> bool {
        self.matches_a_pattern() || matches!(self, Self::Within | Self::NotWithin)
    }
}
