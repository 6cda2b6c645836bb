use super::{Name, Predicate};
use crate::source::{Span, Spanned};

/// What a plan may not do, or what objects must satisfy.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Its identifier.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Span,
    /// What it is for, in a sentence: told where it is broken.
    pub description: Option<Spanned<Box<str>>>,
    /// What it judges.
    pub subject: Spanned<PolicySubject>,
    /// The blueprint of the entities, or the promise of the requests, that it judges; all where there is none.
    pub of: Option<Spanned<Name>>,
    /// The planned actions that it judges, as the plan's words; empty for a policy over objects, which is judged where nothing
    /// is planned too.
    pub on: Vec<Spanned<Box<str>>>,
    /// How bad it is.
    pub severity: PolicySeverity,
    /// When it applies; always where there is none.
    pub when: Option<Predicate>,
    /// What must hold; nothing must ever match `when` where there is none.
    pub require: Option<Predicate>,
}

/// What a policy judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicySubject {
    /// Objects of a kind.
    Object(super::Kind),
    /// Files of state stores.
    File,
    /// A plan as a whole.
    Plan,
}

/// How bad it is to break a policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PolicySeverity {
    /// The plan is refused.
    #[default]
    Deny,
    /// It is told.
    Warn,
}

impl PolicySeverity {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Warn => "warn",
        }
    }
}
