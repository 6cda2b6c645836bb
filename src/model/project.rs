use super::{Action, Blueprint, Destination, Entity, Name, Promise, Request, Scorecard, StateStore, Team, Test, User};
use crate::source::Spanned;

/// Everything that a project declares, each kind in the order of files and lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Project {
    /// Its name, which marks what it owns; one per repository.
    pub name: Option<Spanned<Name>>,
    /// What a plan may do without an explicit allowance.
    pub guards: Guards,
    #[allow(missing_docs, reason = "the kind")]
    pub blueprints: Vec<Blueprint>,
    #[allow(missing_docs, reason = "the kind")]
    pub entities: Vec<Entity>,
    #[allow(missing_docs, reason = "the kind")]
    pub scorecards: Vec<Scorecard>,
    #[allow(missing_docs, reason = "the kind")]
    pub actions: Vec<Action>,
    #[allow(missing_docs, reason = "the kind")]
    pub teams: Vec<Team>,
    #[allow(missing_docs, reason = "the kind")]
    pub users: Vec<User>,
    #[allow(missing_docs, reason = "the kind")]
    pub promises: Vec<Promise>,
    #[allow(missing_docs, reason = "the kind")]
    pub requests: Vec<Request>,
    #[allow(missing_docs, reason = "the kind")]
    pub stores: Vec<StateStore>,
    #[allow(missing_docs, reason = "the kind")]
    pub destinations: Vec<Destination>,
    #[allow(missing_docs, reason = "the kind")]
    pub tests: Vec<Test>,
}

/// What a plan may do without an explicit allowance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guards {
    /// The most objects and files, together, that one apply may delete.
    pub max_deletes: u64,
}

impl Default for Guards {
    fn default() -> Self {
        Self { max_deletes: 5 }
    }
}

impl Project {
    /// The blueprint of a name.
    pub fn blueprint(&self, name: &str) -> Option<&Blueprint> {
        self.blueprints.iter().find(|blueprint| *blueprint.name.value == *name)
    }

    /// The promise of a name.
    pub fn promise(&self, name: &str) -> Option<&Promise> {
        self.promises.iter().find(|promise| *promise.name.value == *name)
    }

    /// The state store of a name.
    pub fn store(&self, name: &str) -> Option<&StateStore> {
        self.stores.iter().find(|store| *store.name.value == *name)
    }
}
