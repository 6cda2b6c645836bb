//! What follows for what other projects have, as whoever can evaluate and render it finds.

use super::{telling, transitions};
use crate::catalog::LevelRecord;
use crate::model::{Address, Kind};
use crate::plan::document::{Concerned, Extent, Following, Operation, Plan, Rerender, Transition};
use std::collections::{BTreeMap, BTreeSet};

/// Levels before and after, and the projects whose entities they are of.
pub type LevelsOfOthers = (Vec<LevelRecord>, Vec<LevelRecord>, BTreeMap<Address, String>);

/// What follows for what other projects have.
#[derive(Debug, Default)]
pub struct OfOthers {
    /// The levels of their entities; nothing where nothing that these depend on is touched.
    pub levels: Option<LevelsOfOthers>,
    /// The requests that they come to render anew.
    pub rendered: Vec<Rerender>,
    /// The promises of which nobody can tell what others' requests come to.
    pub unknown: Vec<Address>,
    /// The projects that something follows for.
    pub concerned: Vec<Concerned>,
}

impl Plan {
    /// The promises and requests with a change that can be in the bytes of files.
    pub fn telling(&self) -> BTreeSet<Address> {
        telling(&self.operations).into_iter().cloned().collect()
    }

    /// The plan with what follows from it for what other projects have.
    #[must_use]
    pub fn with_others(mut self, others: OfOthers) -> Self {
        let OfOthers { levels, rendered, unknown, concerned } = others;
        if let Some((before, after, owners)) = levels {
            let nobody = BTreeSet::new();
            let found = transitions((&before, &after), &self.operations, &nobody).into_iter();
            let owned = found.map(|one| Transition { owner: owners.get(&one.entity).cloned(), ..one });
            let all = self.impact.levels.get_or_insert_default();
            all.extend(owned);
            all.sort();
        }
        self.impact.rendered.extend(rendered);
        self.impact.concerned.extend(concerned);
        // What was found is looked at.
        let changed: Vec<&Address> = self
            .operations
            .iter()
            .filter_map(Operation::object_address)
            .filter(|one| one.kind == Kind::Promise)
            .collect();
        let is_open = |why: &String| {
            let known = changed.iter().find(|promise| why.starts_with(&super::rendered::asked_by_others(promise)));
            known.is_none_or(|promise| unknown.contains(promise))
        };
        for looked in self.impact.looked.iter_mut().filter(|looked| looked.kind == Following::Rendered) {
            looked.why.retain(is_open);
            if looked.extent == Extent::Partly && looked.why.is_empty() {
                looked.extent = Extent::Completely;
            }
        }
        self
    }
}
