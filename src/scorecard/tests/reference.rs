//! What rules mean, written as plainly as possible: nothing compiled, nothing shared with the columns.

use crate::model::*;
use crate::scorecard::moment::Moment;
use std::cmp::Ordering;

/// Whether a predicate holds of an entity; nothing where it cannot be told.
pub(super) fn holds(project: &Project, entity: &Entity, predicate: &Predicate, now: i64) -> Option<bool> {
    let parts = |parts: &[Predicate]| -> Vec<_> { parts.iter().map(|it| holds(project, entity, it, now)).collect() };
    let any = |parts: Vec<Option<bool>>| {
        if parts.contains(&Some(true)) {
            Some(true)
        } else if parts.contains(&None) {
            None
        } else {
            Some(false)
        }
    };
    match predicate {
        Predicate::Combined(Combinator::All, list) => {
            any(parts(list).into_iter().map(|part| part.map(|it| !it)).collect()).map(|it| !it)
        }
        Predicate::Combined(Combinator::Any, list) => any(parts(list)),
        Predicate::Combined(Combinator::None, list) => any(parts(list)).map(|it| !it),
        Predicate::Test(test) => {
            if test.fields().any(|field| matches!(field.leaf, Leaf::CreatedAt | Leaf::UpdatedAt)) {
                return None;
            }
            let word = test.operator.word();
            let found = value(project, entity, &test.field);
            let mut operands: Vec<Value> = Vec::new();
            for operand in &test.operands {
                let Some(other) = operand.other_field() else {
                    operands.push(operand.value.clone());
                    continue;
                };
                found.as_ref()?;
                match value(project, entity, &other)? {
                    Value::Array(items) if ["in", "not-in", "contains-any"].contains(&word) => {
                        operands.extend(items.into_iter().map(|it| it.value));
                    }
                    Value::Array(_) | Value::Object(_) => return None,
                    single => operands.push(single),
                }
            }
            let operands: Vec<&Value> = operands.iter().collect();
            let value = found;
            match word {
                "absent" => Some(value.is_none()),
                "is-not" => compare("is", value.as_ref(), &operands, now).map(|it| !it),
                _ => match word.strip_prefix("not-") {
                    Some(plain) => compare(plain, value.as_ref(), &operands, now).map(|it| !it),
                    None => compare(word, value.as_ref(), &operands, now),
                },
            }
        }
    }
}

fn compare(word: &str, value: Option<&Value>, operands: &[&Value], now: i64) -> Option<bool> {
    let first = operands.first().copied();
    match word {
        "present" => Some(value.is_some()),
        "is" | "in" => match value {
            Some(Value::Array(_) | Value::Object(_) | Value::Secret(_)) => None,
            other => Some(operands.iter().any(|operand| full(operand) && other == Some(*operand))),
        },
        "above" => Some(order(value?, first?)? == Ordering::Greater),
        "below" => Some(order(value?, first?)? == Ordering::Less),
        "at-least" => Some(order(value?, first?)? != Ordering::Less),
        "at-most" => Some(order(value?, first?)? != Ordering::Greater),
        "between" => {
            let (low, high) = (order(value?, first?)?, order(value?, operands.get(1)?)?);
            Some(low != Ordering::Less && high != Ordering::Greater)
        }
        "within" => {
            let Duration(length) = Duration::parse(first?.as_str()?)?;
            let moment = Moment::parse(value?.as_str()?)?.0.div_euclid(1_000_000);
            Some(now - length <= moment && moment <= now)
        }
        "contains" | "contains-any" => match value {
            None => Some(false),
            Some(Value::String(text)) => {
                Some(operands.iter().any(|it| full(it) && it.as_str().is_some_and(|part| text.contains(part))))
            }
            Some(Value::Array(items)) => {
                let scalar = |it: &Value| full(it) && !matches!(it, Value::Array(_) | Value::Object(_));
                Some(operands.iter().any(|it| scalar(it) && items.iter().any(|item| item.value == **it)))
            }
            _ => None,
        },
        _ => {
            let operand = first?.as_str()?;
            let pattern = if word == "matches" { Some(regex::Regex::new(operand).ok()?) } else { None };
            let Some(value) = value else { return Some(false) };
            let text = value.as_str()?;
            match word {
                "starts-with" => Some(text.starts_with(operand)),
                "ends-with" => Some(text.ends_with(operand)),
                _ => pattern.map(|pattern| pattern.is_match(text)),
            }
        }
    }
}

fn order(value: &Value, operand: &Value) -> Option<Ordering> {
    match (value, operand) {
        (Value::Number(a), Value::Number(b)) => a.as_f64().partial_cmp(&b.as_f64()),
        (Value::String(a), Value::String(b)) => Some(Moment::parse(a)?.cmp(&Moment::parse(b)?)),
        _ => None,
    }
}

fn full(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Secret(_) => true,
    }
}

/// What a path leads to, or how many there are of it; nothing for what is empty.
fn value(project: &Project, entity: &Entity, path: &FieldPath) -> Option<Value> {
    let (ends, mut several) = ends(project, entity, path);
    if path.leaf == Leaf::Count {
        let counts: Vec<Option<i64>> = ends.iter().map(|end| count(end.as_ref())).collect();
        let nobody = !counts.is_empty() && counts.iter().all(Option::is_none);
        return (!nobody).then(|| Value::integer(counts.into_iter().flatten().sum()));
    }
    let mut items: Vec<Value> = Vec::new();
    for end in ends.into_iter().flatten() {
        match end {
            Value::Array(inner) => {
                several = true;
                items.extend(inner.into_iter().map(|it| it.value).filter(full));
            }
            other => items.extend(full(&other).then_some(other)),
        }
    }
    match (several, items.is_empty()) {
        (_, true) => None,
        (true, false) => Some(Value::Array(items.into_iter().map(super::world::at).collect())),
        (false, false) => items.into_iter().next(),
    }
}

/// What stands at each end of a path, and whether it may have several.
fn ends(project: &Project, entity: &Entity, path: &FieldPath) -> (Vec<Option<Value>>, bool) {
    let (names, leaf) = match &path.leaf {
        Leaf::Property(name) => (path.way.iter().chain([name]).collect::<Vec<_>>(), None),
        Leaf::Count => (path.way.iter().collect(), None),
        leaf => (path.way.iter().collect(), Some(leaf)),
    };
    let (mut reached, mut several, mut rest) = (vec![entity], false, names.as_slice());
    while rest.len() > usize::from(leaf.is_none()) {
        let owner = reached.first().map(|it| project.blueprint(&it.blueprint).unwrap());
        let Some(relation) = owner.and_then(|owner| owner.relation(rest[0])) else { break };
        let mut next: Vec<&Entity> = Vec::new();
        for found in reached.iter().flat_map(|it| targets(project, it, relation, &mut several)) {
            if next.iter().all(|there| there.name.value != found.name.value) {
                next.push(found);
            }
        }
        (reached, rest) = (next, &rest[1..]);
    }
    let mut ends = Vec::new();
    for it in &reached {
        let Some(leaf) = leaf else {
            let owner = project.blueprint(&it.blueprint).unwrap();
            let start = match (owner.property(rest[0]), owner.relation(rest[0])) {
                (Some(property), _) => {
                    let given = it.properties.get(rest[0]).filter(|it| it.value != Value::Null);
                    given.or(property.default.as_ref())
                }
                (None, Some(_)) => it.relations.get(rest[0]),
                (None, None) => None,
            };
            descend(start.map(|start| &start.value), &rest[1..], &mut several, &mut ends);
            continue;
        };
        ends.push(if rest.is_empty() { meta(it, leaf) } else { None });
    }
    (ends, several)
}

/// The entities that a relation of one leads to.
fn targets<'p>(project: &'p Project, entity: &Entity, relation: &Relation, several: &mut bool) -> Vec<&'p Entity> {
    let find = |id: &Value| {
        let target = &relation.target.value;
        project.entities.iter().find(|it| it.blueprint.value == *target && Some(&*it.name.value) == id.as_str())
    };
    match entity.relations.get(&relation.name.value).map(|ids| &ids.value) {
        Some(Value::Array(ids)) => {
            *several = true;
            ids.iter().filter_map(|id| find(&id.value)).collect()
        }
        Some(id) => find(id).into_iter().collect(),
        None => Vec::new(),
    }
}

/// What stands below a value, in all items of the lists on the way.
fn descend(value: Option<&Value>, names: &[&Name], several: &mut bool, ends: &mut Vec<Option<Value>>) {
    match (value, names) {
        (value, []) => ends.push(value.cloned()),
        (Some(Value::Array(items)), _) => {
            *several = true;
            for item in items {
                descend(Some(&item.value), names, several, ends);
            }
        }
        (Some(Value::Object(map)), [name, rest @ ..]) => {
            descend(map.get(name).map(|value| &value.value).filter(|it| **it != Value::Null), rest, several, ends);
        }
        _ => ends.push(None),
    }
}

/// How many there are of a value; nothing where it cannot be counted.
fn count(end: Option<&Value>) -> Option<i64> {
    let count = match end {
        None | Some(Value::Null) => 0,
        Some(Value::Array(items)) => items.iter().filter(|item| full(&item.value)).count(),
        Some(Value::Object(map)) => map.members.len(),
        Some(_) => return None,
    };
    i64::try_from(count).ok()
}

fn meta(entity: &Entity, leaf: &Leaf) -> Option<Value> {
    Some(match leaf {
        Leaf::Identifier => Value::string(&*entity.name.value),
        Leaf::Title => Value::String(entity.title.as_ref()?.value.clone()),
        Leaf::Icon => Value::String(entity.icon.as_ref()?.value.clone()),
        Leaf::Team => {
            let team = |team: &crate::source::Spanned<Name>| super::world::at(Value::string(&*team.value));
            Value::Array(entity.teams.iter().map(team).collect())
        }
        _ => return None,
    })
}
