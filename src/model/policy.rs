use super::{Kind, Leaf, Name, Predicate};
use crate::source::{Origin, Spanned};

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
    Object(Kind),
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

impl PolicySubject {
    /// The subject of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "file" => Some(Self::File),
            "plan" => Some(Self::Plan),
            _ => Kind::from_word(word).map(Self::Object),
        }
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Object(kind) => kind.word(),
            Self::File => "file",
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
            Self::Plan => {
                &[Fact::Creates, Fact::Updates, Fact::Moves, Fact::Adopts, Fact::Deletes, Fact::Releases, Fact::Changes]
            }
        };
        let mut words: Vec<_> = facts.iter().map(|fact| (fact.word(), Leaf::Fact(*fact))).collect();
        match self {
            Self::Object(Kind::Request) => words.push(("$identifier", Leaf::Identifier)),
            Self::Object(Kind::Entity) => {
                words.extend([("$identifier", Leaf::Identifier), ("$title", Leaf::Title), ("$team", Leaf::Team)]);
            }
            Self::Object(_) => words.extend([("$identifier", Leaf::Identifier), ("$title", Leaf::Title)]),
            Self::File | Self::Plan => {}
        }
        words
    }
}

/// What a policy can ask for beside the fields of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fact {
    /// What an object or a file is called in a plan.
    Address,
    /// The kind's word.
    Kind,
    /// The bare name: of a request without its namespace.
    Name,
    /// The namespace of a request.
    Namespace,
    /// What a plan does to it, as the plan's word.
    Action,
    /// The project that owns what a plan changes, until then; nothing where nobody does.
    Owner,
    /// The path of a file below its store's folder.
    Path,
    /// The state store of a file.
    Store,
    /// The destination that a file is for, or that a request is delivered to.
    Destination,
    /// The address of the request that a file is rendered for.
    Request,
    /// How many lines of a file come.
    Added,
    /// How many lines of a file go.
    Removed,
    /// How many objects and files a plan makes.
    Creates,
    /// How many it changes.
    Updates,
    /// How many it gives another name.
    Moves,
    /// How many it takes over.
    Adopts,
    /// How many it deletes.
    Deletes,
    /// How many it lets go of.
    Releases,
    /// How many it changes in any way: all of these together.
    Changes,
}

impl Fact {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Address => "$address",
            Self::Kind => "$kind",
            Self::Name => "$name",
            Self::Namespace => "$namespace",
            Self::Action => "$action",
            Self::Owner => "$owner",
            Self::Path => "$path",
            Self::Store => "$store",
            Self::Destination => "$destination",
            Self::Request => "$request",
            Self::Added => "$added",
            Self::Removed => "$removed",
            Self::Creates => "$creates",
            Self::Updates => "$updates",
            Self::Moves => "$moves",
            Self::Adopts => "$adopts",
            Self::Deletes => "$deletes",
            Self::Releases => "$releases",
            Self::Changes => "$changes",
        }
    }

    /// Whether it is a number; else it is text.
    pub fn is_number(self) -> bool {
        match self {
            Self::Added
            | Self::Removed
            | Self::Creates
            | Self::Updates
            | Self::Moves
            | Self::Adopts
            | Self::Deletes
            | Self::Releases
            | Self::Changes => true,
            Self::Address
            | Self::Kind
            | Self::Name
            | Self::Namespace
            | Self::Action
            | Self::Owner
            | Self::Path
            | Self::Store
            | Self::Destination
            | Self::Request => false,
        }
    }

    /// Whether only a planned change of an object or a file has it.
    pub fn is_planned(self) -> bool {
        matches!(self, Self::Action | Self::Owner | Self::Added | Self::Removed)
    }
}

impl Policy {
    /// A path as it is to be read: what an object is before the change, where it begins with `was` and the policy is about
    /// planned changes.
    pub fn tense<'f>(&self, path: &'f super::FieldPath) -> (Tense, &'f [Name]) {
        match path.relations.split_first() {
            Some((first, rest)) if !self.on.is_empty() && **first == *"was" => (Tense::Before, rest),
            _ => (Tense::After, &path.relations),
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

impl PolicySeverity {
    /// The severity of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Deny, Self::Warn].into_iter().find(|severity| severity.word() == word)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Warn => "warn",
        }
    }
}
