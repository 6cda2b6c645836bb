use super::names::Names;
use super::schema::meta;
use super::value::{lifecycle, name_at, scalar, text};
use crate::diag::{Diagnostic, Diagnostics, code, suggest};
use crate::model::{FieldPath, Leaf, Level, Operator, Predicate, PredicateTest, Rule, Scorecard};
use crate::source::Spanned;
use crate::syntax::Node;

/// Lowers a `scorecard` node.
pub(super) fn scorecard(node: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Option<Scorecard> {
    let name = name_at(node, 0, names)?;
    let target = node.property("for")?;
    let blueprint = names.at(target.string()?, target.value_span());
    let only_for = node.child("only-for").map(|block| Predicate::All(predicates(block, names, diagnostics)));
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
    let predicate = Predicate::All(predicates(node, names, diagnostics));
    Some(Rule { name, span: node.head_span(), meta: words, predicate })
}

/// The predicates of a block, which must all hold.
fn predicates(node: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Vec<Predicate> {
    node.children().filter_map(|child| predicate(child, names, diagnostics)).collect()
}

fn predicate(node: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Option<Predicate> {
    let combinator: Option<fn(Vec<Predicate>) -> Predicate> = match node.name() {
        "all" => Some(Predicate::All),
        "any" => Some(Predicate::Any),
        "none" => Some(Predicate::None),
        _ => None,
    };
    match combinator.filter(|_| node.has_block() && node.argument(0).is_none()) {
        Some(combine) => Some(combine(predicates(node, names, diagnostics))),
        None => test(node, names, diagnostics).map(Predicate::Test),
    }
}

fn test(node: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Option<PredicateTest> {
    let operator = node.argument(0)?;
    let word = Operator::from_word(operator.string()?)?;
    let field = field(node, names, diagnostics)?;
    let operands = node.arguments().skip(1).map(|entry| scalar(entry, diagnostics)).collect();
    let operator = Spanned::new(word, operator.span());
    Some(PredicateTest { field, operator, operands, span: node.head_span() })
}

/// What of an entity that is not a property can be compared.
const METADATA: [(&str, Leaf); 5] = [
    ("$identifier", Leaf::Identifier),
    ("$title", Leaf::Title),
    ("$team", Leaf::Team),
    ("$updatedAt", Leaf::UpdatedAt),
    ("$createdAt", Leaf::CreatedAt),
];

fn field(node: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Option<Spanned<FieldPath>> {
    let (path, last) = match node.name().rsplit_once('.') {
        Some((path, last)) => (Some(path), last),
        None => (None, node.name()),
    };
    let leaf = match METADATA.iter().find(|row| row.0 == last) {
        Some((_, leaf)) => leaf.clone(),
        None if last.starts_with('$') => {
            diagnostics.push(unknown_metadata(node, last));
            return None;
        }
        None => Leaf::Property(names.get(last)),
    };
    let relations = path.into_iter().flat_map(|path| path.split('.')).map(|relation| names.get(relation)).collect();
    Some(Spanned::new(FieldPath { relations, leaf }, node.name_span()))
}

fn unknown_metadata(node: Node<'_>, last: &str) -> Diagnostic {
    let known = METADATA.iter().map(|row| row.0);
    let near = suggest(last, known.clone()).map(|near| node.name().replace(last, near));
    let message = format!("an entity has no `{last}`");
    let diagnostic = Diagnostic::error(code::UNKNOWN_METADATA, node.name_span(), message);
    match near {
        Some(near) => diagnostic.did_you_mean(Some(&near)),
        None => diagnostic.help(format!("it has {}", known.collect::<Vec<_>>().join(", "))),
    }
}
