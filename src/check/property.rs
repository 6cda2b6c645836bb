//! The declarations of properties, inputs and fields make sense, and their defaults fit them.

use super::pattern;
use super::problem::Bearer;
use super::validator::{self, Completeness, Validator};
use super::{keys, words};
use crate::diag::{Diagnostic, code, suggest};
use crate::model::{BY_SCHEMAS, EnumValue, Limits, Map, Member, Name, Project, Property, Schema, VALIDATIONS, Value};
use crate::source::{Origin, Spanned};
use std::collections::HashMap;

/// The problems of all declared properties.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (kind, name, properties) in project.typed() {
        list(properties, kind.word(), name, &mut diagnostics);
    }
    diagnostics.extend(
        project
            .promises
            .iter()
            .filter_map(|promise| promise.api.as_ref())
            .flat_map(|api| more(&api.also).chain(rules(&api.also))),
    );
    diagnostics
}

/// The problems of some declared properties of a thing.
pub(super) fn list(properties: &[Property], kind: &str, name: &Spanned<Name>, diagnostics: &mut Vec<Diagnostic>) {
    for property in properties {
        schema(&property.schema, kind, name, diagnostics);
    }
    defaults(properties, kind, name, diagnostics);
}

fn schema(schema_of: &Schema, kind: &str, name: &Spanned<Name>, diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.extend(more(&schema_of.json));
    diagnostics.extend(rules(&schema_of.json));
    diagnostics.extend(strange_keys(schema_of));
    values(&schema_of.values, diagnostics);
    limits(&schema_of.limits, diagnostics);
    list(&schema_of.fields, kind, name, diagnostics);
    if let Some(items) = &schema_of.items {
        schema(items, kind, name, diagnostics);
    }
}

/// What is said by other schemas is said by such.
fn more(said: &Map) -> impl Iterator<Item = Diagnostic> {
    let by_schemas = said.members.iter().filter(|member| BY_SCHEMAS.contains(&&*member.name.value));
    by_schemas.filter_map(|Member { name, value }| {
        let message = format!("this is no JSON Schema: {}", validator::fault(&name.value, value)?);
        Some(Diagnostic::error(code::NO_SCHEMA, value.span, message))
    })
}

/// What Kubernetes holds a value to is a rule.
fn rules(said: &Map) -> impl Iterator<Item = Diagnostic> {
    let rules = said.get(VALIDATIONS).and_then(|rules| rules.as_array()).unwrap_or_default();
    let has_rule = |rule: &Spanned<Value>| rule.as_object().and_then(|rule| rule.get("rule")?.as_str()).is_some();
    rules.iter().filter(move |rule| !has_rule(rule)).map(|rule| {
        let message = "what is in `validations` has no `rule`, which is a text";
        Diagnostic::error(code::MISSING_VALUE, rule.span, message).help("write it like `- rule=\"self.size > 0\"`")
    })
}

/// What tells the items of a list apart are fields of theirs.
fn strange_keys(list: &Schema) -> impl Iterator<Item = Diagnostic> {
    let keys = list.json.get(keys::KEYWORD).and_then(|keys| keys.as_array()).unwrap_or_default();
    let fields = list.items.as_deref().map_or(&[][..], |items| &items.fields);
    keys.iter().filter_map(|key| {
        let name = key.as_str().filter(|name| fields.iter().all(|field| *field.name.value != **name))?;
        let message = format!("the items of the list have no field `{name}`");
        let known = fields.iter().map(|field| &*field.name.value).take(words::MOST_CANDIDATES);
        Some(Diagnostic::error(code::UNKNOWN_MEMBER, key.span, message).did_you_mean(suggest(name, known)))
    })
}

/// Each default is a value of its own property.
fn defaults(properties: &[Property], kind: &str, name: &Spanned<Name>, diagnostics: &mut Vec<Diagnostic>) {
    // What one is that Port works out is not known.
    let member = |property: &Property| {
        let value = property.default.clone().filter(|value| value.foreign().is_none())?;
        Some(Member { name: property.name.clone(), value })
    };
    let members: Vec<Member> = properties.iter().filter_map(member).collect();
    if !members.is_empty() {
        let validator = Validator::new(properties, Completeness::Part);
        let place = Bearer {
            kind,
            name: &name.value,
            span: name.span,
            declared: name.span,
            words: &[],
            group: "",
            relations: &[],
        };
        diagnostics.extend(validator.check(&Map { members }, &place));
    }
}

/// The values of an enum are all text or all numbers, and each stands once.
fn values(values: &[EnumValue], diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<String, Origin> = HashMap::new();
    let is_text = |value: &EnumValue| matches!(value.value.value, Value::String(_));
    let mut first: Option<&EnumValue> = None;
    for value in values.iter().filter(|value| !matches!(value.value.span, Origin::Unread(_))) {
        let first = *first.get_or_insert(value);
        let span = value.value.span;
        if !matches!(value.value.value, Value::String(_) | Value::Number(_)) {
            let message = format!("{} cannot be a value of an enum", value.value.type_name());
            diagnostics.push(Diagnostic::error(code::MIXED_ENUM, span, message).help("values are text or numbers"));
        } else if is_text(first) != is_text(value) {
            diagnostics.push(
                Diagnostic::error(code::MIXED_ENUM, span, "the values of an enum are all text or all numbers")
                    .other(first.value.span, "the first value")
                    .help("put numbers in quotes where others are text"),
            );
        } else if let Some(first) = seen.insert(words::shown(&value.value), span) {
            let message = format!("the value {} stands twice", words::shown(&value.value));
            diagnostics.push(
                Diagnostic::error(code::VALUE_TWICE, span, message)
                    .other(first, "first here")
                    .help("take one of them out"),
            );
        }
    }
}

fn limits(limits: &Limits, diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.extend(limits.pattern.as_ref().and_then(pattern::misfit));
    let number = |limit: &Option<Spanned<Value>>| {
        limit.as_ref().and_then(|limit| match limit.value {
            Value::Number(number) => Some((number.as_f64(), limit.span)),
            _ => None,
        })
    };
    let (min, max) = (number(&limits.min), number(&limits.max));
    let (above, below) = (number(&limits.above), number(&limits.below));
    range(min, max, |least, most| least > most, diagnostics);
    range(min, below, |least, most| least >= most, diagnostics);
    range(above, max, |least, most| least >= most, diagnostics);
    range(above, below, |least, most| least >= most, diagnostics);
    let count = |limit: Option<Spanned<u64>>| limit.map(|limit| (limit.value, limit.span));
    range(count(limits.min_length), count(limits.max_length), |least, most| least > most, diagnostics);
    range(count(limits.min_items), count(limits.max_items), |least, most| least > most, diagnostics);
}

fn range<T: Copy>(
    least: Option<(T, Origin)>,
    most: Option<(T, Origin)>,
    empty: impl Fn(T, T) -> bool,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if let (Some((least, from)), Some((most, to))) = (least, most)
        && empty(least, most)
    {
        diagnostics.push(
            Diagnostic::error(code::EMPTY_RANGE, to, "no value meets both limits")
                .label("the greatest")
                .other(from, "the least")
                .help("raise the one, or lower the other"),
        );
    }
}
