//! What follows for what other projects have, as whoever can evaluate and render it finds.

use super::{telling, transitions};
use crate::catalog::LevelRecord;
use crate::model::Address;
use crate::plan::document::{Following, Looked, Plan, Rerender, Transition};
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
    /// The promises of which nobody can tell what others' requests come to, with how many these are.
    pub unknown: Vec<(Address, usize)>,
}

impl Plan {
    /// The promises and requests with a change that can be in the bytes of files.
    pub fn telling(&self) -> BTreeSet<Address> {
        telling(&self.operations).into_iter().cloned().collect()
    }

    /// The plan with what follows from it for what other projects have.
    #[must_use]
    pub fn with_others(mut self, others: OfOthers) -> Self {
        let OfOthers { levels, rendered, unknown } = others;
        if let Some((before, after, owners)) = levels {
            let nobody = BTreeSet::new();
            let found = transitions((&before, &after), &self.operations, &nobody).into_iter();
            let owned = found.map(|one| Transition { owner: owners.get(&one.entity).cloned(), ..one });
            let all = self.impact.levels.get_or_insert_default();
            all.extend(owned);
            all.sort();
        }
        self.impact.rendered.extend(rendered);
        if !unknown.is_empty() {
            let why = |(promise, count)| format!("what others ask of {promise} ({count}) cannot be rendered here");
            let row = Looked::all_but(Following::Rendered, unknown.into_iter().map(why).collect());
            self.impact.looked.iter_mut().filter(|one| one.kind == row.kind).for_each(|one| one.clone_from(&row));
        }
        self
    }
}
