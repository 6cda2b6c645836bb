use crate::model::{Blueprint, Name, Promise};
use crate::object::Types;
use std::collections::BTreeMap;

/// What entities of each blueprint, and requests of each promise, refer to and hold.
#[derive(Default)]
pub(super) struct Shapes {
    pub(super) blueprints: BTreeMap<Name, Blueprint>,
    pub(super) promises: BTreeMap<Name, Promise>,
}

impl Shapes {
    /// What they can refer to.
    pub(super) fn types(&self) -> Types<'_> {
        Types::new(self.blueprints.values(), self.promises.values())
    }
}
