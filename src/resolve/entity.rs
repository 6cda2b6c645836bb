use super::members::Members;
use super::names::Names;
use super::value::{add_child, add_line, json_in_kdl, lifecycle, name_at, open_body, text};
use crate::diag::Diagnostics;
use crate::model::{Beyond, Entity, Name};
use crate::source::Spanned;
use crate::syntax::Node;

/// Lowers an `entity` node, or a `given entity` line: its blueprint is the argument at `first`, its name the next.
/// Which of its lines are relations is known only when all files are, so all are properties until then.
pub(super) fn entity(node: Node<'_>, first: usize, names: &mut Names, diagnostics: &mut Diagnostics) -> Option<Entity> {
    let blueprint = name_at(node, first, names)?;
    // Entities are many and their names differ: to share them would only fill the table.
    let named = node.argument(first + 1)?;
    let name = Spanned::new(Name::from(named.string()?), named.value_span());
    let mut properties = Members::with_capacity(node.children().count());
    let mut teams = Vec::new();
    let [mut title, mut icon, mut relations] = [None; 3];
    let mut beyond = Beyond::default();
    for child in node.children() {
        match child.name() {
            "properties" => child.children().for_each(|field| add_child(field, &mut properties, names, diagnostics)),
            "team" => {
                teams.extend(child.arguments().filter_map(|entry| Some(names.at(entry.string()?, entry.value_span()))));
            }
            "title" => title = title.or(Some(child)),
            "icon" => icon = icon.or(Some(child)),
            "relations" => relations = relations.or(Some(child)),
            word if let Some(word) = Beyond::word(word) => beyond.put(word, json_in_kdl(child, diagnostics)),
            word if Entity::WORDS.contains(&word) => {}
            _ => add_child(child, &mut properties, names, diagnostics),
        }
    }
    // On its line they were told; who reads on is to see them all the same.
    add_line(node, Entity::WORDS, &mut properties, names, diagnostics);
    let said = |node: Option<Node<'_>>| text(node?.argument(0)?);
    let relations = relations.map(|group| open_body(group, &[], names, diagnostics));
    Some(Entity {
        blueprint,
        name,
        span: node.head_span().into(),
        title: said(title),
        icon: said(icon),
        teams,
        properties: properties.finish(),
        relations: relations.unwrap_or_default(),
        beyond,
        lifecycle: lifecycle(node),
    })
}
