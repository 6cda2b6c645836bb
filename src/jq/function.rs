//! The functions that there are.

use super::order::{bare, compare, contains, list};
use super::run::{Outputs, Runner, error, is_true, text};
use super::{Stop, Term};
use crate::function::weight;
use crate::model::{Map, Member, Number, Value, parse_json};
use crate::source::{Origin, Spanned};

/// The functions, each with how many arguments it takes; `any`, `all` and `first` may have one.
pub const FUNCTIONS: &[(&str, usize)] = &[
    ("add", 0),
    ("all", 0),
    ("all", 1),
    ("any", 0),
    ("any", 1),
    ("ascii_downcase", 0),
    ("ascii_upcase", 0),
    ("ceil", 0),
    ("contains", 1),
    ("empty", 0),
    ("endswith", 1),
    ("first", 0),
    ("first", 1),
    ("flatten", 0),
    ("floor", 0),
    ("from_entries", 0),
    ("fromjson", 0),
    ("has", 1),
    ("join", 1),
    ("keys", 0),
    ("last", 0),
    ("length", 0),
    ("ltrimstr", 1),
    ("map", 1),
    ("map_values", 1),
    ("max", 0),
    ("min", 0),
    ("not", 0),
    ("reverse", 0),
    ("round", 0),
    ("rtrimstr", 1),
    ("select", 1),
    ("sort", 0),
    ("sort_by", 1),
    ("split", 1),
    ("startswith", 1),
    ("to_entries", 0),
    ("tojson", 0),
    ("tonumber", 0),
    ("tostring", 0),
    ("trim", 0),
    ("type", 0),
    ("unique", 0),
    ("values", 0),
];

/// What comes of a function.
pub(super) fn call(runner: &mut Runner<'_>, name: &str, arguments: &[Term], input: &Value) -> Outputs {
    let Some(argument) = arguments.first() else { return alone(runner, name, input) };
    match name {
        "map" => Ok(vec![list(mapped(runner, argument, items(input)?)?)]),
        "map_values" => map_values(runner, argument, input),
        "select" => {
            let holds = runner.run(argument, input)?;
            Ok(holds.iter().filter(|holds| is_true(holds)).map(|_| input.clone()).collect())
        }
        "first" => Ok(runner.run(argument, input)?.into_iter().take(1).collect()),
        "any" => Ok(vec![Value::Bool(mapped(runner, argument, items(input)?)?.iter().any(is_true))]),
        "all" => Ok(vec![Value::Bool(mapped(runner, argument, items(input)?)?.iter().all(is_true))]),
        "sort_by" => {
            let mut keyed = Vec::new();
            for item in items(input)? {
                keyed.push((list(runner.run(argument, item)?), item));
            }
            runner.pay(weight(input))?;
            keyed.sort_by(|one, other| compare(&one.0, &other.0));
            Ok(vec![list(keyed.into_iter().map(|(_, item)| item.clone()))])
        }
        _ => {
            let mut all = Vec::new();
            for other in runner.run(argument, input)? {
                runner.pay(weight(input) + weight(&other))?;
                all.push(with(runner, name, input, &other)?);
            }
            Ok(all)
        }
    }
}

fn mapped<'v>(runner: &mut Runner<'_>, argument: &Term, values: impl IntoIterator<Item = &'v Value>) -> Outputs {
    let mut all = Vec::new();
    for value in values {
        all.extend(runner.run(argument, value)?);
    }
    Ok(all)
}

fn map_values(runner: &mut Runner<'_>, argument: &Term, input: &Value) -> Outputs {
    let Value::Object(map) = input else {
        let mut all = Vec::new();
        for item in items(input)? {
            all.extend(runner.run(argument, item)?.into_iter().take(1));
        }
        return Ok(vec![list(all)]);
    };
    let mut mapped = Map::default();
    for member in &map.members {
        if let Some(value) = runner.run(argument, &member.value.value)?.into_iter().next() {
            mapped.members.push(Member { name: member.name.clone(), value: bare(value) });
        }
    }
    Ok(vec![Value::Object(mapped)])
}

/// The items of a list, or the values of an object.
fn items(value: &Value) -> Result<Vec<&Value>, Stop> {
    match value {
        Value::Array(items) => Ok(items.iter().map(|item| &item.value).collect()),
        Value::Object(map) => Ok(map.members.iter().map(|member| &member.value.value).collect()),
        other => error(format!("{} has no items", other.type_name())),
    }
}

/// A function of a value and another one.
fn with(runner: &mut Runner<'_>, name: &str, input: &Value, other: &Value) -> Result<Value, Stop> {
    Ok(match (name, input, other) {
        ("has", Value::Object(map), Value::String(name)) => Value::Bool(map.get(name).is_some()),
        ("has", Value::Array(items), Value::Number(Number::Integer(place))) => {
            Value::Bool(usize::try_from(*place).is_ok_and(|place| place < items.len()))
        }
        ("contains", ..) => match contains(input, other) {
            Some(contains) => Value::Bool(contains),
            None => return error(format!("{} cannot contain {}", input.type_name(), other.type_name())),
        },
        ("startswith", Value::String(text), Value::String(part)) => Value::Bool(text.starts_with(&**part)),
        ("endswith", Value::String(text), Value::String(part)) => Value::Bool(text.ends_with(&**part)),
        ("ltrimstr", Value::String(text), Value::String(part)) => {
            Value::string(text.strip_prefix(&**part).unwrap_or(text))
        }
        ("rtrimstr", Value::String(text), Value::String(part)) => {
            Value::string(text.strip_suffix(&**part).unwrap_or(text))
        }
        ("ltrimstr" | "rtrimstr", ..) => input.clone(),
        ("split", Value::String(text), Value::String(part)) => parted(text, part),
        ("join", Value::Array(items), Value::String(between)) => {
            let texts: Vec<String> = items.iter().map(|item| joined(&item.value)).collect::<Result<_, _>>()?;
            runner.pay(between.len().saturating_mul(texts.len()))?;
            Value::string(texts.join(between))
        }
        _ => return error(format!("`{name}` takes neither {} nor {}", input.type_name(), other.type_name())),
    })
}

fn joined(item: &Value) -> Result<String, Stop> {
    match item {
        Value::Null => Ok(String::new()),
        Value::String(_) | Value::Number(_) | Value::Bool(_) => Ok(text(item)),
        other => error(format!("{} cannot be joined", other.type_name())),
    }
}

/// The parts of a text that another one parts.
pub(super) fn parted(text: &str, between: &str) -> Value {
    if text.is_empty() {
        return Value::Array(Vec::new());
    }
    if between.is_empty() {
        return list(text.chars().map(|one| Value::string(one.to_string())));
    }
    list(text.split(between).map(Value::string))
}

/// A function of a value alone.
fn alone(runner: &mut Runner<'_>, name: &str, input: &Value) -> Outputs {
    runner.pay(weight(input))?;
    Ok(vec![match (name, input) {
        ("empty", _) => return Ok(Vec::new()),
        ("values", Value::Null) => return Ok(Vec::new()),
        ("values", _) => input.clone(),
        ("not", _) => Value::Bool(!is_true(input)),
        ("type", _) => Value::string(type_of(input)),
        ("tojson", _) => json(input),
        ("tostring", _) => Value::string(text(input)),
        ("tonumber", Value::Number(_)) => input.clone(),
        ("tonumber", Value::String(text)) => match parse_json(text.trim().as_bytes()) {
            Ok(number @ Value::Number(_)) => number,
            _ => return error(format!("`{text}` is no number")),
        },
        ("fromjson", Value::String(text)) => {
            parse_json(text.as_bytes()).map_err(|error| Stop::Error(error.to_string()))?
        }
        ("ascii_downcase", Value::String(text)) => Value::string(text.to_ascii_lowercase()),
        ("ascii_upcase", Value::String(text)) => Value::string(text.to_ascii_uppercase()),
        ("trim", Value::String(text)) => Value::string(text.trim()),
        ("floor", Value::Number(number)) => rounded(*number, f64::floor),
        ("ceil", Value::Number(number)) => rounded(*number, f64::ceil),
        ("round", Value::Number(number)) => rounded(*number, f64::round),
        ("length", _) => length(input)?,
        ("keys", Value::Object(map)) => list(map.sorted().into_iter().map(|one| Value::string(&*one.name.value))),
        ("keys", Value::Array(items)) => list((0_i64..).take(items.len()).map(Value::integer)),
        ("to_entries", Value::Object(map)) => list(map.members.iter().map(entry)),
        ("from_entries", Value::Array(_)) => from_entries(input)?,
        _ => return of_list(runner, name, input),
    }])
}

fn of_list(runner: &mut Runner<'_>, name: &str, input: &Value) -> Outputs {
    if name == "reverse"
        && let Value::String(text) = input
    {
        return Ok(vec![Value::string(text.chars().rev().collect::<String>())]);
    }
    let items = match input {
        Value::Array(_) => items(input)?,
        Value::Object(_) if matches!(name, "add" | "any" | "all") => items(input)?,
        Value::Null if matches!(name, "add" | "first" | "last" | "reverse") => Vec::new(),
        other => return error(format!("`{name}` does not take {}", other.type_name())),
    };
    let by_order = |one: &&&Value, other: &&&Value| compare(one, other);
    Ok(vec![match name {
        "any" => Value::Bool(items.iter().any(|item| is_true(item))),
        "all" => Value::Bool(items.iter().all(|item| is_true(item))),
        "first" => items.first().map_or(Value::Null, |item| (*item).clone()),
        "last" => items.last().map_or(Value::Null, |item| (*item).clone()),
        "min" => items.iter().min_by(by_order).map_or(Value::Null, |item| (*item).clone()),
        "max" => items.iter().max_by(by_order).map_or(Value::Null, |item| (*item).clone()),
        "reverse" => list(items.into_iter().rev().cloned()),
        "sort" | "unique" => {
            let mut sorted: Vec<Value> = items.into_iter().cloned().collect();
            sorted.sort_by(compare);
            if name == "unique" {
                sorted.dedup_by(|one, other| compare(one, other).is_eq());
            }
            list(sorted)
        }
        "flatten" => {
            let mut flat = Vec::new();
            flatten(input, &mut flat);
            list(flat)
        }
        "add" => {
            let term = |value: &Value| Box::new(Term::Literal(value.clone()));
            let mut sum = Value::Null;
            for item in items {
                let both = Term::Binary(super::Operator::Add, term(&sum), term(item));
                sum = runner.run(&both, &Value::Null)?.pop().unwrap_or(Value::Null);
            }
            sum
        }
        _ => return error(format!("`{name}` does not take {}", input.type_name())),
    }])
}

fn flatten(value: &Value, flat: &mut Vec<Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| flatten(&item.value, flat)),
        other => flat.push(other.clone()),
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) | Value::Secret(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn json(value: &Value) -> Value {
    let mut json = Vec::new();
    crate::model::write_json(value, &mut json);
    Value::string(String::from_utf8_lossy(&json).into_owned())
}

fn rounded(number: Number, round: impl Fn(f64) -> f64) -> Value {
    match number {
        Number::Integer(_) => Value::Number(number),
        Number::Float(float) => Number::from_float(round(float)).map_or(Value::Null, Value::Number),
    }
}

fn length(value: &Value) -> Result<Value, Stop> {
    let count = match value {
        Value::Null => 0,
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Object(map) => map.members.len(),
        Value::Number(Number::Integer(number)) => return Ok(Value::integer(number.saturating_abs())),
        Value::Number(Number::Float(number)) => {
            return Ok(Number::from_float(number.abs()).map_or(Value::Null, Value::Number));
        }
        other => return error(format!("{} has no length", other.type_name())),
    };
    Ok(Value::integer(i64::try_from(count).unwrap_or(i64::MAX)))
}

fn entry(member: &Member) -> Value {
    let mut map = Map::default();
    map.put("key", Value::string(&*member.name.value), Origin::Nowhere);
    map.put("value", member.value.value.clone(), Origin::Nowhere);
    Value::Object(map)
}

fn from_entries(list: &Value) -> Result<Value, Stop> {
    let mut members = Vec::new();
    for item in items(list)? {
        let Value::Object(map) = item else { return error("an entry is an object with `key` and `value`") };
        let of = |names: [&str; 3]| names.into_iter().find_map(|name| map.get(name)).map(|value| &value.value);
        let name = match of(["key", "k", "name"]) {
            Some(Value::Null) | None => "null".to_owned(),
            Some(key) => joined(key)?,
        };
        let value = of(["value", "v", "Value"]).cloned().unwrap_or(Value::Null);
        members.push(Member { name: Spanned::new(name.as_str().into(), Origin::Nowhere), value: bare(value) });
    }
    Ok(Value::Object(members.into_iter().collect()))
}
