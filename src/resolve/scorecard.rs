use super::condition::{Conditions, Vocabulary};
use super::names::Names;
use super::schema::meta;
use super::value::{lifecycle, name_at, text};
use crate::diag::Diagnostics;
use crate::model::{Leaf, Level, Predicate, Rule, Scorecard};
use crate::syntax::Node;

/// What of an entity that is not a property can be compared.
const METADATA: [(&str, Leaf); 5] = [
    ("$identifier", Leaf::Identifier),
    ("$title", Leaf::Title),
    ("$team", Leaf::Team),
    ("$updatedAt", Leaf::UpdatedAt),
    ("$createdAt", Leaf::CreatedAt),
];

/// The conditions of a block, which must all hold.
fn conditions(block: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Predicate {
    let vocabulary = Vocabulary { subject: "an entity", metadata: &METADATA };
    Conditions { vocabulary, names, diagnostics }.all(block)
}

/// Lowers a `scorecard` node.
pub(super) fn scorecard(node: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Option<Scorecard> {
    let name = name_at(node, 0, names)?;
    let target = node.property("for")?;
    let blueprint = names.at(target.string()?, target.value_span());
    let only_for = node.child("only-for").map(|block| conditions(block, names, diagnostics));
    let levels = node.children().filter(|child| child.name() == "level");
    let levels = levels.filter_map(|child| level(child, names, diagnostics)).collect();
    Some(Scorecard {
        name,
        span: node.head_span(),
        meta: meta(node),
        blueprint,
        only_for,
        levels,
        lifecycle: lifecycle(node),
    })
}

fn level(node: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Option<Level> {
    let name = name_at(node, 0, names)?;
    let color = node.property("color").and_then(text);
    let rules = node.children().filter(|child| child.name() == "rule");
    let rules = rules.filter_map(|child| rule(child, names, diagnostics)).collect();
    Some(Level { name, span: node.head_span(), color, rules })
}

fn rule(node: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Option<Rule> {
    let name = name_at(node, 0, names)?;
    let mut words = meta(node);
    words.title = node.argument(1).and_then(text);
    words.description = node.property("description").and_then(text);
    let predicate = conditions(node, names, diagnostics);
    Some(Rule { name, span: node.head_span(), meta: words, predicate })
}
