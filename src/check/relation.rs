//! A relation to many is never required: Port, whose model this is, refuses it.

use crate::diag::{Diagnostic, code};
use crate::model::{Project, Relation};

/// The relations that say both.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let relations = project.blueprints.iter().flat_map(|blueprint| &blueprint.relations);
    relations.filter_map(both).collect()
}

fn both(relation: &Relation) -> Option<Diagnostic> {
    let (required, many) = (relation.required?, relation.many?);
    let message = format!("the relation `{}` is many and required", relation.name.value);
    let diagnostic = Diagnostic::error(code::MANY_AND_REQUIRED, required, message)
        .other(many, "many")
        .help("take `required` out, and ask for targets with a scorecard's rule")
        .fix("take `required` out", required, "");
    Some(diagnostic)
}
