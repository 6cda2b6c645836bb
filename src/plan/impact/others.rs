//! What follows for what other projects have, as whoever can evaluate and render it finds.

use super::{telling, transitions};
use crate::catalog::LevelRecord;
use crate::model::Address;
use crate::plan::document::{Extent, Following, Invalid, Looked, Plan, Redelivery, Rerender, Transition};
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
    /// The requests of which files come to other places, or go.
    pub redelivered: Vec<Redelivery>,
    /// The requests that no destination takes any more.
    pub invalid: Vec<Invalid>,
    /// What a policy comes to refuse: it would be delivered.
    pub refused: Vec<Invalid>,
    /// What nobody can tell of them, each with the kind of consequence that it is about.
    pub unknown: Vec<(Following, String)>,
}

impl Plan {
    /// The promises and requests with a change that can be in the bytes of files.
    pub fn telling(&self) -> BTreeSet<Address> {
        telling(&self.operations).into_iter().cloned().collect()
    }

    /// The plan with what follows from it for what other projects have.
    #[must_use]
    pub fn with_others(mut self, others: OfOthers) -> Self {
        let OfOthers { levels, mut rendered, mut redelivered, invalid, refused, unknown } = others;
        if let Some((before, after, owners)) = levels {
            let nobody = BTreeSet::new();
            let found = transitions((&before, &after), &self.operations, &nobody).into_iter();
            let owned = found.map(|one| Transition { owner: owners.get(&one.entity).cloned(), ..one });
            let all = self.impact.levels.get_or_insert_default();
            all.extend(owned);
            all.sort();
        }
        // What becomes invalid is delivered by nobody.
        let gone: BTreeSet<&Address> =
            self.impact.invalid.iter().flatten().chain(&invalid).map(|one| &one.address).collect();
        rendered.retain(|one| !gone.contains(&one.request));
        redelivered.retain(|one| !gone.contains(&one.request));
        if !(invalid.is_empty() && refused.is_empty()) {
            let all = self.impact.invalid.get_or_insert_default();
            all.extend(invalid.into_iter().chain(refused));
            all.sort();
            let unseen = self.impact.looked.iter_mut().filter(|row| row.extent == Extent::NotAtAll);
            for row in unseen.filter(|row| row.kind == Following::Invalid) {
                *row = Looked::all_but(
                    row.kind,
                    vec!["only at policies, and at whether a destination takes it".to_owned()],
                );
            }
        }
        self.impact.rendered.extend(rendered);
        self.impact.redelivered = redelivered;
        for row in &mut self.impact.looked {
            let of_kind = unknown.iter().filter(|(kind, _)| *kind == row.kind);
            let more: Vec<String> = of_kind.map(|(_, why)| why.clone()).collect();
            if !more.is_empty() && row.extent != Extent::NotAtAll {
                let known = std::mem::take(&mut row.why);
                *row = Looked::all_but(row.kind, known.into_iter().chain(more).collect());
            }
        }
        self
    }
}
