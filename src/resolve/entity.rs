use super::members::Members;
use super::names::Names;
use super::value::{add_child, add_line, lifecycle, name_at, open_body, text};
use crate::diag::Diagnostics;
use crate::model::Entity;
use crate::syntax::Node;

/// Lowers an `entity` node, or a `given entity` line: its blueprint is the argument at `first`, its name the next.
/// Which of its lines are relations is known only when all files are, so all are properties until then.
pub(super) fn entity(node: Node<'_>, first: usize, names: &mut Names, diagnostics: &mut Diagnostics) -> Option<Entity> {
    let blueprint = name_at(node, first, names)?;
    // Entities are many and their names differ: to share them would only fill the table.
    let name = name_at(node, first + 1, &mut Names::default())?;
    let fields = node.children().filter(|child| !Entity::WORDS.contains(&child.name())).count();
    let mut properties = Members::with_capacity(fields);
    let mut teams = Vec::new();
    for child in node.children() {
        match child.name() {
            "properties" => child.children().for_each(|field| add_child(field, &mut properties, names, diagnostics)),
            "team" => {
                teams.extend(child.arguments().filter_map(|entry| Some(names.at(entry.string()?, entry.value_span()))));
            }
            word if Entity::WORDS.contains(&word) => {}
            _ => add_child(child, &mut properties, names, diagnostics),
        }
    }
    // On its line they were told; who reads on is to see them all the same.
    add_line(node, Entity::WORDS, &mut properties, names, diagnostics);
    let said = |name: &str| text(node.child(name)?.argument(0)?);
    let relations = node.child("relations").map(|group| open_body(group, &[], names, diagnostics));
    Some(Entity {
        blueprint,
        name,
        span: node.head_span().into(),
        title: said("title"),
        icon: said("icon"),
        teams,
        properties: properties.finish(),
        relations: relations.unwrap_or_default(),
        lifecycle: lifecycle(node),
    })
}
