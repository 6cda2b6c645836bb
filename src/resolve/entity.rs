use super::members::Members;
use super::names::Names;
use super::value::{add_child, add_line, json_in_kdl, lifecycle, name_at, open_body, text};
use crate::diag::Diagnostics;
use crate::model::{Beyond, Entity, Name};
use crate::source::{Span, Spanned};
use crate::syntax::Node;

/// What says whose defaults a node has.
const FOR: &str = "for";

/// Lowers an `entity` node, or a `given entity` line: its blueprint is the argument at `first`, its name the next.
/// Which of its lines are relations is known only when all files are, so all are properties until then.
pub(super) fn entity(node: Node<'_>, first: usize, names: &mut Names, diagnostics: &mut Diagnostics) -> Option<Entity> {
    let blueprint = name_at(node, first, names)?;
    // Entities are many and their names differ: to share them would only fill the table.
    let named = node.argument(first + 1)?;
    let name = Spanned::new(Name::from(named.string()?), named.value_span());
    Some(body(node, (blueprint, name, node.head_span()), Entity::WORDS, names, diagnostics))
}

/// Lowers a `defaults` node: what the entities of its blueprint have where they say nothing, as an entity without a name whose
/// place is all of the node.
pub(super) fn defaults(node: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Option<Entity> {
    let entry = node.property(FOR)?;
    let blueprint = names.at(entry.string()?, entry.value_span());
    let name = Spanned::new(Name::from(""), entry.value_span());
    let words: Vec<&str> = Entity::WORDS.iter().copied().chain([FOR]).collect();
    Some(body(node, (blueprint, name, node.span()), &words, names, diagnostics))
}

/// What a block says of an entity; words on the line of the node that are none of `words` are told, and read as if they stood in it.
fn body(
    node: Node<'_>,
    (blueprint, name, span): (Spanned<Name>, Spanned<Name>, Span),
    words: &[&str],
    names: &mut Names,
    diagnostics: &mut Diagnostics,
) -> Entity {
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
    add_line(node, words, &mut properties, names, diagnostics);
    let said = |node: Option<Node<'_>>| text(node?.argument(0)?);
    let relations = relations.map(|group| open_body(group, &[], names, diagnostics));
    Entity {
        blueprint,
        name,
        span: span.into(),
        title: said(title),
        icon: said(icon),
        teams,
        properties: properties.finish(),
        relations: relations.unwrap_or_default(),
        beyond,
        lifecycle: lifecycle(node),
    }
}
