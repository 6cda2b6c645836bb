use super::{Fact, FieldPath, Kind, Leaf, Name, Predicate};
use crate::source::{Origin, Spanned};
use std::borrow::Cow;

/// What a plan may not do, or what objects must satisfy.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Its identifier.
    pub name: Spanned<Name>,
    /// The line that declares it.
    pub span: Origin,
    /// What it is for, in a sentence: told where it is broken.
    pub description: Option<Spanned<Box<str>>>,
    /// What it judges.
    pub subject: Spanned<PolicySubject>,
    /// The blueprint of the entities, or the promise of the requests or of those that the manifests are for; all where there is none.
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
    Object(Kind),
    /// Files of state stores.
    File,
    /// Objects of Kubernetes in these files.
    Manifest,
    /// A plan as a whole.
    Plan,
}

worded! {
    /// How bad it is to break a policy.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum PolicySeverity {
        /// The plan is refused.
        #[default]
        Deny = "deny",
        /// It is told.
        Warn = "warn",
    }
}

impl PolicySubject {
    /// The subject of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "file" => Some(Self::File),
            "manifest" => Some(Self::Manifest),
            "plan" => Some(Self::Plan),
            _ => Kind::from_word(word).map(Self::Object),
        }
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Object(kind) => kind.word(),
            Self::File => "file",
            Self::Manifest => "manifest",
            Self::Plan => "plan",
        }
    }

    /// The words that begin with `$` that can be asked of it, each with what it reads.
    pub fn metadata(self) -> Vec<(&'static str, Leaf)> {
        let facts: &[Fact] = match self {
            Self::Object(Kind::Request) => {
                &[Fact::Address, Fact::Kind, Fact::Name, Fact::Namespace, Fact::Destination, Fact::Action, Fact::Owner]
            }
            Self::Object(_) => &[Fact::Address, Fact::Kind, Fact::Name, Fact::Action, Fact::Owner],
            Self::File => &[
                Fact::Address,
                Fact::Path,
                Fact::Store,
                Fact::Destination,
                Fact::Request,
                Fact::Action,
                Fact::Added,
                Fact::Removed,
            ],
            Self::Manifest => &[
                Fact::Kind,
                Fact::Name,
                Fact::Namespace,
                Fact::Request,
                Fact::Promise,
                Fact::Destination,
                Fact::Store,
                Fact::Path,
            ],
            Self::Plan => {
                &[Fact::Creates, Fact::Updates, Fact::Moves, Fact::Adopts, Fact::Deletes, Fact::Releases, Fact::Changes]
            }
        };
        let mut words: Vec<_> = facts.iter().map(|fact| (fact.word(), Leaf::Fact(*fact))).collect();
        match self {
            Self::Object(Kind::Request) => {
                words.extend([("$identifier", Leaf::Identifier), ("$title", Leaf::Title), ("$team", Leaf::Team)]);
            }
            Self::Object(Kind::Entity) => {
                words.extend([("$identifier", Leaf::Identifier), ("$title", Leaf::Title)]);
                words.extend([("$icon", Leaf::Icon), ("$team", Leaf::Team)]);
            }
            Self::Object(_) => words.extend([("$identifier", Leaf::Identifier), ("$title", Leaf::Title)]),
            Self::File | Self::Manifest | Self::Plan => {}
        }
        words
    }
}

impl Policy {
    /// All its comparisons, in order.
    pub fn tests(&self) -> Vec<&super::PredicateTest> {
        self.when.iter().chain(&self.require).flat_map(Predicate::tests).collect()
    }

    /// A path as it is to be read, with which state it is read of: what an object is before the change, where it begins with `was` and
    /// the policy is about planned changes.
    pub fn tense<'f>(&self, path: &'f FieldPath) -> (Tense, Cow<'f, FieldPath>) {
        match path.way.split_first() {
            Some((first, rest)) if !self.on.is_empty() && **first == *"was" => {
                (Tense::Before, Cow::Owned(FieldPath { way: rest.to_vec(), leaf: path.leaf.clone() }))
            }
            _ => (Tense::After, Cow::Borrowed(path)),
        }
    }
}

/// Which of the two states of a changed object a field is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tense {
    /// What it is after the change; of what goes, what it is before.
    After,
    /// What it is before.
    Before,
}
