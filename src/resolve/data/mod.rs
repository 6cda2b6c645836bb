//! Files of data to entities: `entity BLUEPRINT from=FILE`.
//!
//! What asks for a file is lowered with the rest of its own file ([`Asked`]). Once all blueprints are known the rows are read, each to an
//! entity whose values stand where the row says them ([`made`]): nothing is written as KDL in between. What a text of a row is, is said by
//! the type of what it is for.

mod asked;
mod evaluate;
mod fill;
mod table;
mod typed;

#[cfg(test)]
mod tests;

pub(super) use asked::{Asked, is_asked};
pub use table::columns;
pub(super) use table::made;

use crate::diag::Diagnostics;
use crate::model::{Entity, Project};

/// What a file of data comes to.
#[derive(Default)]
pub(super) struct Made {
    pub(super) entities: Vec<Entity>,
    pub(super) diagnostics: Diagnostics,
    /// Whether not all of it could be read.
    pub(super) is_broken: bool,
}

/// The blueprint that entities are of.
fn blueprint<'p>(asked: &Asked, project: &'p Project) -> Option<&'p crate::model::Blueprint> {
    project.blueprints.iter().find(|known| known.name.value == asked.blueprint.value)
}
