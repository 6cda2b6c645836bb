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
            if matches!(test.field.leaf, Leaf::CreatedAt | Leaf::UpdatedAt) {
                return None;
            }
            let operands: Vec<&Value> = test.operands.iter().map(|operand| &operand.value).collect();
            let word = test.operator.word();
            let value = value(project, entity, &test.field.relations, &test.field.leaf);
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

fn value(project: &Project, entity: &Entity, relations: &[Name], leaf: &Leaf) -> Option<Value> {
    let blueprint = project.blueprint(&entity.blueprint).unwrap();
    let nowhere = super::world::span();
    let value = match (relations, leaf) {
        ([relation, rest @ ..], _) => {
            let target = &blueprint.relation(relation)?.target.value;
            let find = |id: &Value| {
                project.entities.iter().find(|it| it.blueprint.value == *target && Some(&*it.name.value) == id.as_str())
            };
            match &entity.relations.get(relation)?.value {
                Value::Array(ids) => {
                    let reached = ids.iter().filter_map(|id| find(&id.value));
                    let mut items = Vec::new();
                    for found in reached.filter_map(|it| value(project, it, rest, leaf)) {
                        match found {
                            Value::Array(inner) => items.extend(inner),
                            other => items.push(crate::source::Spanned::new(other, nowhere)),
                        }
                    }
                    Value::Array(items)
                }
                id => value(project, find(id)?, rest, leaf)?,
            }
        }
        ([], Leaf::Property(name)) => match blueprint.property(name) {
            Some(property) => {
                let given = entity.properties.get(name).filter(|it| it.value != Value::Null);
                given.or(property.default.as_ref())?.value.clone()
            }
            None => entity.relations.get(name)?.value.clone(),
        },
        ([], Leaf::Identifier) => Value::string(&*entity.name.value),
        ([], Leaf::Title) => Value::String(entity.title.as_ref()?.value.clone()),
        ([], Leaf::Icon) => Value::String(entity.icon.as_ref()?.value.clone()),
        ([], Leaf::Team) => {
            let team = |team: &crate::source::Spanned<Name>| super::world::at(Value::string(&*team.value));
            Value::Array(entity.teams.iter().map(team).collect())
        }
        ([], Leaf::CreatedAt | Leaf::UpdatedAt | Leaf::Fact(_)) => return None,
    };
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.into_iter().filter(|item| full(&item.value)).collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        other => full(&other).then_some(other),
    }
}
