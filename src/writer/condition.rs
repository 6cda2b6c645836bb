//! Conditions: the lines that say them, and lines that become others.

use super::draft::{Draft, Path, Step, Texts, below, reads_as, word};
use super::list::{Head, in_turn, paired};
use super::stuck::Stuck;
use super::value::{Listing, set_words};
use crate::diag::Edit;
use crate::model::{Map, Name, Value};
use crate::object;
use crate::source::{Origin, Spanned};
use crate::syntax::edit;
use crate::syntax::{Line, Node};
use std::collections::{BTreeMap, HashSet};

/// The lines of a block of conditions.
pub(super) fn lines(query: &Value) -> Result<Vec<Line>, Stuck> {
    top(query)?.iter().map(|part| condition(part)).collect()
}

/// No conditions: what a block says that is not there.
pub(super) fn none() -> Value {
    let mut none = Map::default();
    none.put("all", Value::Array(Vec::new()), Origin::Nowhere);
    Value::Object(none)
}

/// Gives the block of a node other conditions: those that stay keep their lines, and those that come into another block or out of one
/// their comments.
pub(super) fn set(draft: &mut Draft, path: &[Step], [old, new]: [&Value; 2]) -> Result<(), Stuck> {
    let (old, new) = (parts(old, "all"), top(new)?);
    let moved = moved(old, new);
    let mut taken = Vec::new();
    for comparison in &moved {
        let Some(place) = place(draft, path, comparison)? else { continue };
        let bare = condition(comparison)?.to_string();
        draft.edit(&place, |tree, node| {
            let (edit, piece) = edit::strip(tree, node, &bare);
            taken.extend((piece != bare).then_some((*comparison, piece)));
            Ok(vec![edit])
        })?;
    }
    let moved: HashSet<Name> = moved.into_iter().map(Value::as_key).collect();
    set_parts(draft, path, [old, new], &moved)?;
    for (comparison, piece) in taken {
        let place =
            place(draft, path, comparison)?.ok_or_else(|| Stuck::new("a condition is not where it is expected"))?;
        draft.edit(&place, |tree, node| Ok(vec![edit::dress(tree, node, &piece)]))?;
    }
    Ok(())
}

/// The comparisons that stand in other blocks than before, of those that are there once each time.
fn moved<'v>(old: &'v [Spanned<Value>], new: &'v [Spanned<Value>]) -> Vec<&'v Value> {
    let [was, is] = [old, new].map(|parts| {
        let mut found = BTreeMap::new();
        blocks_of(parts, &mut Vec::new(), &mut found);
        found
    });
    let once = |(key, found): (&Name, &Vec<(Vec<&str>, &'v Value)>)| match (&**found, is.get(key).map(Vec::as_slice)) {
        ([(before, value)], Some([(now, _)])) => (before != now).then_some(*value),
        _ => None,
    };
    was.iter().filter_map(once).collect()
}

/// Comparisons with the blocks around each of them.
type Blocks<'v> = BTreeMap<Name, Vec<(Vec<&'static str>, &'v Value)>>;

fn blocks_of<'v>(parts: &'v [Spanned<Value>], around: &mut Vec<&'static str>, found: &mut Blocks<'v>) {
    for part in parts {
        match combined(part) {
            Some((word, inner)) => {
                around.push(word);
                blocks_of(inner, around, found);
                around.pop();
            }
            None => found.entry(part.as_key()).or_default().push((around.clone(), &part.value)),
        }
    }
}

/// The path of the line of a comparison below a node.
fn place(draft: &Draft, path: &[Step], comparison: &Value) -> Result<Option<Path>, Stuck> {
    let (field, operator, operands) = self::comparison(comparison)?;
    let words: Vec<&Value> = std::iter::once(operator).chain(operands.iter().map(|one| &one.value)).collect();
    let is_it = |node: Node<'_>| {
        let arguments: Vec<_> = node.arguments().collect();
        node.name() == field
            && arguments.len() == words.len()
            && arguments.iter().zip(&words).all(|(entry, word)| reads_as(*entry, word))
    };
    Ok(draft.find(path, is_it))
}

/// The parts of the condition that a block is.
fn top(query: &Value) -> Result<&[Spanned<Value>], Stuck> {
    let is_all = query.as_object().is_some_and(|map| map.members.len() == 1 && map.get("all").is_some());
    if is_all { Ok(parts(query, "all")) } else { Err(Stuck::no_words("this condition")) }
}

fn parts<'v>(query: &'v Value, word: &str) -> &'v [Spanned<Value>] {
    query.as_object().and_then(|map| map.get(word)?.as_array()).unwrap_or_default()
}

/// The word and the parts of a combined condition.
fn combined(condition: &Value) -> Option<(&'static str, &[Spanned<Value>])> {
    let (word, _) = object::combined(condition.as_object().filter(|map| map.members.len() == 1)?)?;
    Some((word, parts(condition, word)))
}

/// The words of a comparison: field, operator, operands.
fn comparison(condition: &Value) -> Result<(&str, &Value, &[Spanned<Value>]), Stuck> {
    let no_words = || Stuck::no_words("this condition");
    let map = condition.as_object().ok_or_else(no_words)?;
    let known = ["field", "operator", "operands"];
    if map.members.iter().any(|member| !known.contains(&&*member.name.value)) {
        return Err(no_words());
    }
    let field = map.get("field").and_then(|field| field.as_str()).ok_or_else(no_words)?;
    let operator = map.get("operator").ok_or_else(no_words)?;
    let operands = map.get("operands").and_then(|operands| operands.as_array()).unwrap_or_default();
    Ok((field, &operator.value, operands))
}

/// The lines of a condition.
fn condition(value: &Value) -> Result<Line, Stuck> {
    if let Some((combinator, parts)) = combined(value) {
        let lines = parts.iter().map(|part| condition(part)).collect::<Result<Vec<_>, _>>()?;
        return Ok(Line::new(combinator).block(lines));
    }
    let (field, operator, operands) = comparison(value)?;
    let line = Line::of_field(field).word(&word(operator)?);
    operands.iter().try_fold(line, |line, operand| Ok(line.word(&Texts::Operands.word(operand)?)))
}

/// Gives a block of conditions other ones: those that stay keep their lines.
fn set_parts(
    draft: &mut Draft,
    path: &[Step],
    [old, new]: [&[Spanned<Value>]; 2],
    moved: &HashSet<Name>,
) -> Result<(), Stuck> {
    let present = draft.node(path).map_or(0, |node| node.children().count());
    if present != old.len() {
        return Err(Stuck::new("its conditions are not where they are expected"));
    }
    let stays = |part: &Value| combined(part).is_some() || !moved.contains(&part.as_key());
    let alike = |before: usize, now: usize| {
        let (before, now) = (&old[before], &new[now]);
        combined(before).is_some() == combined(now).is_some() && stays(before) && stays(now)
    };
    let (pairs, order) = paired(&heads(old, new), &heads(new, old), alike);
    let places: Vec<usize> = (0..old.len()).collect();
    let places = draft.arrange(path, &places, &order)?;
    for (part, before) in new.iter().zip(&pairs).filter_map(|(part, before)| Some((part, (*before)?))) {
        if old[before] != *part {
            set_condition(draft, &below(path, Step::Nth(places[before])), [&old[before], part], moved)?;
        }
    }
    let line = |index: usize| condition(&new[index]);
    let shifts = draft.insert_unpaired(path, &places, (&pairs, &in_turn(&pairs, &places)), line)?;
    draft.remove_unpaired(path, &places, &pairs, &shifts)
}

/// What conditions are known by: all that they say where others say the same, else the field and the operator, or the word of the block.
fn heads(parts: &[Spanned<Value>], others: &[Spanned<Value>]) -> Vec<Head> {
    let others: HashSet<Name> = others.iter().map(|other| other.as_key()).collect();
    let head = |part: &Spanned<Value>| match (part.as_key(), comparison(part), combined(part)) {
        (whole, ..) if others.contains(&whole) => whole.to_string(),
        (_, Ok((field, operator, _)), _) => format!("{field} {}", operator.as_key()),
        (_, _, Some((word, _))) => word.to_owned(),
        (whole, ..) => whole.to_string(),
    };
    parts.iter().map(head).collect()
}

fn set_condition(
    draft: &mut Draft,
    path: &[Step],
    [old, new]: [&Value; 2],
    moved: &HashSet<Name>,
) -> Result<(), Stuck> {
    match (combined(old), combined(new)) {
        (Some((was, old)), Some((is, new))) => {
            if was != is {
                draft.edit(path, |_, node| Ok(edit::rename(node, is)))?;
            }
            set_parts(draft, path, [old, new], moved)
        }
        (None, None) => {
            let (field, operator, operands) = comparison(new)?;
            draft.edit(path, |_, node| {
                let renamed = Edit { span: node.name_span(), text: Line::of_field(field).to_string() };
                Ok(if node.name() == field { Vec::new() } else { vec![renamed] })
            })?;
            let operator = Spanned::new(operator.clone(), Origin::Nowhere);
            let words: Vec<Spanned<Value>> = std::iter::once(operator).chain(operands.iter().cloned()).collect();
            set_words(draft, path, (0, &words), Listing::Operands)
        }
        _ => draft.rewrite(path, &condition(new)?),
    }
}
