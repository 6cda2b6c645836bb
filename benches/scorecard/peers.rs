//! The same rules for `cel`, a program each, and for `jsonschema`, a schema each.

use crate::data::{NINETY_DAYS_AGO, TODAY};
use cel::common::types::{CelBool, CelDouble, CelList, CelNull, CelString};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::{Context, Env, Program};
use plat::model::{Combinator, Entity, Operator, Predicate, PredicateTest, Value, write_json};
use rayon::prelude::*;
use serde_json::json;
use std::sync::Arc;

/// Every field that rules look at, and whether its texts are dates.
const FIELDS: [(&str, bool); 13] = [
    ("hasReadme", false),
    ("tier", false),
    ("language", false),
    ("lifecycle", false),
    ("owner", false),
    ("repository", false),
    ("description", false),
    ("replicas", false),
    ("lastDeploy", true),
    ("tags", false),
    ("runbookUrl", false),
    ("sloAvailability", false),
    ("onCall", false),
];

/// Entities that a thread judges at a time.
const CHUNK: usize = 500;

/// The digits of a date as a number: the dates of the data are in the order of these.
fn date(text: &str) -> f64 {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

/// The programs, one context a thread, and variables that the context borrows: cel's fastest way.
pub(crate) struct Cel<'a> {
    env: Arc<Env>,
    programs: Vec<Program>,
    entities: Vec<Variables<'a>>,
}

struct Variables<'a>(Vec<(&'static str, Box<dyn Val + 'a>)>);

impl VariableResolver for Variables<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        self.0.iter().find(|(name, _)| *name == variable).map(|(_, value)| CowVal::Borrowed(&**value))
    }
}

impl<'a> Cel<'a> {
    pub(crate) fn new(entities: &'a [Entity], rules: &[Predicate]) -> Self {
        let env = Arc::new(Env::stdlib());
        let programs = rules.iter().map(|rule| env.compile(&expression(rule)).unwrap()).collect();
        Self { env, programs, entities: entities.par_iter().map(Variables::new).collect() }
    }

    pub(crate) fn count(&self) -> usize {
        self.passes(self.programs.len()).into_iter().sum()
    }

    /// How many entities pass each rule.
    pub(crate) fn passes(&self, rules: usize) -> Vec<usize> {
        let judge = |entities: &[Variables<'a>]| {
            let mut context = Context::with_env(self.env.clone());
            let mut passes = vec![0; rules];
            for entity in entities {
                context.set_variable_resolver(entity);
                for (program, count) in self.programs.iter().zip(&mut passes) {
                    *count += usize::from(program.execute(&context).unwrap() == cel::Value::Bool(true));
                }
            }
            passes
        };
        self.entities.par_chunks(CHUNK).map(judge).reduce(|| vec![0; rules], add)
    }
}

fn add(a: Vec<usize>, b: Vec<usize>) -> Vec<usize> {
    a.into_iter().zip(b).map(|(a, b)| a + b).collect()
}

impl<'a> Variables<'a> {
    fn new(entity: &'a Entity) -> Self {
        let variable = |(field, is_date): (&'static str, bool)| {
            let value: Box<dyn Val + 'a> = match entity.properties.get(field).map(|value| &value.value) {
                Some(Value::String(text)) if is_date => Box::new(CelDouble::from(date(text))),
                Some(value) => variable(value),
                None => Box::new(CelNull),
            };
            (field, value)
        };
        Self(FIELDS.map(variable).into_iter().collect())
    }
}

fn variable(value: &Value) -> Box<dyn Val + '_> {
    match value {
        Value::Bool(flag) => Box::new(CelBool::from(*flag)),
        Value::Number(number) => Box::new(CelDouble::from(number.as_f64())),
        Value::String(text) => Box::new(CelString::from(&**text)),
        Value::Array(items) => {
            Box::new(CelList::from(items.iter().map(|item| variable(&item.value)).collect::<Vec<_>>()))
        }
        Value::Null | Value::Object(_) | Value::Secret(_) => Box::new(CelNull),
    }
}

/// A predicate in CEL. A test fails where there is no value.
fn expression(predicate: &Predicate) -> String {
    let join = |parts: &[Predicate], word: &str| {
        let parts: Vec<String> = parts.iter().map(|part| format!("({})", expression(part))).collect();
        parts.join(word)
    };
    match predicate {
        Predicate::Combined(Combinator::All, parts) => join(parts, " && "),
        Predicate::Combined(Combinator::Any, parts) => join(parts, " || "),
        Predicate::Combined(Combinator::None, parts) => format!("!({})", join(parts, " || ")),
        Predicate::Test(test) => comparison(test),
    }
}

fn comparison(test: &PredicateTest) -> String {
    let field = test.field.value.to_string();
    let operands = operands(test);
    let literal = |index: usize| match &operands[index] {
        serde_json::Value::Number(number) => format!("{:?}", number.as_f64().unwrap()),
        other => other.to_string(),
    };
    let all: Vec<String> = (0..operands.len()).map(literal).collect();
    let list = field == "tags";
    let part = |index: usize| {
        if list { format!("{} in {field}", literal(index)) } else { format!("{field}.contains({})", literal(index)) }
    };
    match test.operator.value {
        Operator::Present => format!("{field} != null"),
        Operator::Is => format!("{field} == {}", literal(0)),
        Operator::IsNot => format!("{field} != {}", literal(0)),
        Operator::In => format!("{field} in [{}]", all.join(", ")),
        Operator::Above => format!("{field} != null && {field} > {}", literal(0)),
        Operator::AtLeast => format!("{field} != null && {field} >= {}", literal(0)),
        Operator::Between | Operator::Within => {
            format!("{field} != null && {field} >= {} && {field} <= {}", literal(0), literal(1))
        }
        Operator::Contains => format!("{field} != null && {}", part(0)),
        Operator::NotContains => format!("!({field} != null && {})", part(0)),
        Operator::ContainsAny => (0..operands.len()).map(part).collect::<Vec<_>>().join(" || "),
        Operator::StartsWith => format!("{field} != null && {field}.startsWith({})", literal(0)),
        Operator::EndsWith => format!("{field} != null && {field}.endsWith({})", literal(0)),
        other => unreachable!("no rule has {}", other.word()),
    }
}

/// The operands, dates as numbers, a length of time as its two ends.
fn operands(test: &PredicateTest) -> Vec<serde_json::Value> {
    if test.operator.value == Operator::Within {
        return vec![json!(date(NINETY_DAYS_AGO)), json!(date(TODAY))];
    }
    let is_date = test.field.value.to_string() == "lastDeploy";
    let plain_or_date = |value: &Value| match value {
        Value::String(written) if is_date => json!(date(written)),
        value => plain(value),
    };
    test.operands.iter().map(|value| plain_or_date(&value.value)).collect()
}

fn plain(value: &Value) -> serde_json::Value {
    let mut json = Vec::new();
    write_json(value, &mut json);
    serde_json::from_slice(&json).unwrap()
}

/// The schemas, and the entities as JSON.
pub(crate) struct Schemas {
    validators: Vec<jsonschema::Validator>,
    entities: Vec<serde_json::Value>,
}

impl Schemas {
    pub(crate) fn new(entities: &[Entity], rules: &[Predicate]) -> Self {
        let validators = rules.iter().map(|rule| jsonschema::validator_for(&schema(rule)).unwrap()).collect();
        Self { validators, entities: entities.par_iter().map(object).collect() }
    }

    pub(crate) fn count(&self) -> usize {
        self.passes(self.validators.len()).into_iter().sum()
    }

    /// How many entities pass each rule.
    pub(crate) fn passes(&self, rules: usize) -> Vec<usize> {
        let judge = |entities: &[serde_json::Value]| {
            let mut passes = vec![0; rules];
            for entity in entities {
                for (validator, count) in self.validators.iter().zip(&mut passes) {
                    *count += usize::from(validator.is_valid(entity));
                }
            }
            passes
        };
        self.entities.par_chunks(CHUNK).map(judge).reduce(|| vec![0; rules], add)
    }
}

fn object(entity: &Entity) -> serde_json::Value {
    let member = |(field, is_date): (&str, bool)| {
        let value = match &entity.properties.get(field)?.value {
            Value::String(text) if is_date => json!(date(text)),
            Value::String(text) => json!(text),
            Value::Bool(flag) => json!(flag),
            Value::Number(number) => json!(number.as_f64()),
            other => plain(other),
        };
        Some((field.to_owned(), value))
    };
    serde_json::Value::Object(FIELDS.into_iter().filter_map(member).collect())
}

/// A predicate as a schema of an entity.
fn schema(predicate: &Predicate) -> serde_json::Value {
    let all = |parts: &[Predicate]| parts.iter().map(schema).collect::<Vec<_>>();
    match predicate {
        Predicate::Combined(Combinator::All, parts) => json!({ "allOf": all(parts) }),
        Predicate::Combined(Combinator::Any, parts) => json!({ "anyOf": all(parts) }),
        Predicate::Combined(Combinator::None, parts) => json!({ "not": { "anyOf": all(parts) } }),
        Predicate::Test(test) => comparison_schema(test),
    }
}

fn comparison_schema(test: &PredicateTest) -> serde_json::Value {
    let field = test.field.value.to_string();
    let operands = operands(test);
    let first = operands.first().cloned().unwrap_or_default();
    let escaped = regex::escape(first.as_str().unwrap_or_default());
    let has = |value: serde_json::Value| json!({ "required": [field], "properties": { field.as_str(): value } });
    let part = if field == "tags" { json!({ "contains": { "const": first } }) } else { json!({ "pattern": escaped }) };
    match test.operator.value {
        Operator::Present => json!({ "required": [field] }),
        Operator::Is => has(json!({ "const": first })),
        Operator::IsNot => json!({ "not": has(json!({ "const": first })) }),
        Operator::In => has(json!({ "enum": operands })),
        Operator::Above => has(json!({ "exclusiveMinimum": first })),
        Operator::AtLeast => has(json!({ "minimum": first })),
        Operator::Between | Operator::Within => has(json!({ "minimum": first, "maximum": operands[1] })),
        Operator::Contains => has(part),
        Operator::NotContains => json!({ "not": has(part) }),
        Operator::ContainsAny => has(json!({ "contains": { "enum": operands } })),
        Operator::StartsWith => has(json!({ "pattern": format!("^{escaped}") })),
        Operator::EndsWith => has(json!({ "pattern": format!("{escaped}$") })),
        other => unreachable!("no rule has {}", other.word()),
    }
}
