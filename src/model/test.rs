use super::{Declared, Entity, Name, Request, Value};
use crate::source::{Origin, Spanned};

/// A test of the project, run offline by `plat test`.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// What it shows, in a sentence.
    pub description: Spanned<Box<str>>,
    /// The line that declares it.
    pub span: Origin,
    /// What is there before a change.
    pub before: Vec<Given>,
    /// What is there.
    pub given: Vec<Given>,
    /// What must follow.
    pub expect: Vec<Spanned<Expectation>>,
}

/// What is there before a test looks.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// A request of a promise.
    Request(Request),
    /// An entity of a blueprint.
    Entity(Entity),
}

impl Given {
    /// The entity or the request.
    pub fn declared(&self) -> &dyn Declared {
        match self {
            Self::Request(request) => request,
            Self::Entity(entity) => entity,
        }
    }
}

/// What a test looks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Expectation {
    /// `expect resource KIND NAME { }`: a manifest that holds at least these values.
    Resource {
        /// Its kind.
        kind: Spanned<Name>,
        /// Its name.
        name: Spanned<Name>,
        /// What it must hold: an object; lists must be equal, members may be more.
        body: Spanned<Value>,
    },
    /// `expect no-resource KIND NAME`: no such manifest.
    NoResource {
        /// Its kind.
        kind: Spanned<Name>,
        /// Its name.
        name: Spanned<Name>,
    },
    /// `expect destination REQUEST DESTINATION`: where a request's files go.
    Destination {
        /// The request's name.
        request: Spanned<Name>,
        /// The destination.
        destination: Spanned<Name>,
    },
    /// `expect level SCORECARD ENTITY LEVEL`: the level that an entity reaches; `none` for below the lowest.
    Level {
        /// The scorecard.
        scorecard: Spanned<Name>,
        /// The entity's identifier.
        entity: Spanned<Name>,
        /// The level.
        level: Spanned<Name>,
    },
    /// `expect rule SCORECARD RULE ENTITY pass|fail|unknown`.
    Rule {
        /// The scorecard.
        scorecard: Spanned<Name>,
        /// The rule.
        rule: Spanned<Name>,
        /// The entity's identifier.
        entity: Spanned<Name>,
        /// `pass`, `fail` or `unknown`.
        result: Spanned<Name>,
    },
    /// `expect policy POLICY NAME denies|warns|passes`.
    Policy {
        /// The policy.
        policy: Spanned<Name>,
        /// The identifier of the entity, or the name of the request.
        name: Spanned<Name>,
        /// `denies`, `warns` or `passes`.
        result: Spanned<Name>,
    },
    /// `expect error CODE`: what is given is rejected with a code, such as `E0401`.
    Error(Spanned<Name>),
}
