use super::names::Names;
use super::schema::{meta, property};
use super::value::{flag, lifecycle, name_at};
use crate::diag::Diagnostics;
use crate::model::{Blueprint, Relation};
use crate::syntax::Node;

/// Lowers a `blueprint` node. One with a property or relation that has no name or type is left out whole, so
/// that its entities are not blamed for what it lacks.
pub(super) fn blueprint(node: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Option<Blueprint> {
    let name = name_at(node, 0, names)?;
    let mut properties = Vec::new();
    let mut relations = Vec::new();
    let mut complete = true;
    for child in node.children() {
        match child.name() {
            "property" => match property(child, diagnostics) {
                Some(property) => properties.push(property),
                None => complete = false,
            },
            "relation" => match relation(child, names) {
                Some(relation) => relations.push(relation),
                None => complete = false,
            },
            _ => {}
        }
    }
    let blueprint =
        Blueprint { name, span: node.head_span(), meta: meta(node), properties, relations, lifecycle: lifecycle(node) };
    complete.then_some(blueprint)
}

fn relation(node: Node<'_>, names: &mut Names) -> Option<Relation> {
    Some(Relation {
        name: name_at(node, 0, names)?,
        span: node.head_span(),
        meta: meta(node),
        target: name_at(node, 1, names)?,
        required: flag(node, 2, "required"),
        many: flag(node, 2, "many"),
    })
}
