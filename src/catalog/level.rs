use crate::model::{Address, Kind, Name};
use std::collections::BTreeMap;

/// A level that an entity gets or loses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LevelChange {
    /// It has this one from now on.
    Set(LevelRecord),
    /// The scorecard does not judge it any more.
    Remove {
        /// The scorecard.
        scorecard: Name,
        /// The entity, or the request.
        entity: Address,
    },
}

/// A level that an entity had.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LevelRecord {
    /// The scorecard.
    pub scorecard: Name,
    /// The entity, or the request.
    pub entity: Address,
    /// The level; nothing for below the lowest.
    pub level: Option<Name>,
}

impl LevelRecord {
    /// Gives its scorecard and its entity the names that these have by now.
    pub fn rename(&mut self, names: &BTreeMap<&Address, &Address>) {
        if let Some(entity) = names.get(&self.entity) {
            self.entity = (*entity).clone();
        }
        if let Some(scorecard) = names.get(&Address::new(Kind::Scorecard, self.scorecard.clone())) {
            self.scorecard = scorecard.name.clone();
        }
    }
}
