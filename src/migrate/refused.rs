//! What Backstage would refuse of the document of an entity: its own rules for every kind (the policies and JSON Schemas of
//! `@backstage/catalog-model` 1.10, that of `@backstage/plugin-scaffolder-common` 2.3 for templates, and what the catalog's backend asks
//! of names that it indexes), and what the blueprint says of one.

use super::way::{get, is_placeholder, text};
use crate::backstage::{Reference, Rule, is_address};
use crate::model::{BackstageRule, Base, Map, Schema, Value};
use crate::neighbour::{Envelope, Field, Holds, Loss, is_of, pointer, way_steps};
use std::collections::{BTreeMap, HashMap};

/// The members of every entity.
const ENVELOPE: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];

/// The members that the catalog adds to an entity that it took.
const ADDED: [&str; 2] = ["relations", "status"];

/// What a document is held to.
#[derive(Clone, Copy)]
pub(super) struct Rules<'e> {
    /// What Backstage's own validators ask of its kind, as plat's module has it.
    pub(super) backstage: Option<&'e Envelope>,
    /// What the blueprint of the entity says.
    pub(super) own: Option<&'e Envelope>,
}

impl<'e> Rules<'e> {
    fn both(&self) -> impl Iterator<Item = &'e Envelope> {
        self.backstage.into_iter().chain(self.own)
    }

    /// The fields of both by their ways: those that something stands at, and those that are required.
    fn fields_in(&self, document: &Map) -> BTreeMap<&'e str, [Vec<&'e Field>; 2]> {
        let mut ways: BTreeMap<&str, [Vec<&Field>; 2]> = BTreeMap::new();
        for (index, envelope) in [self.backstage, self.own].into_iter().enumerate() {
            let fields = envelope.map(|envelope| envelope.fields_in(document)).into_iter().flatten();
            for (way, all) in fields.filter(|(way, _)| way.starts_with("spec.")) {
                ways.entry(way).or_default()[index] = all;
            }
        }
        ways
    }

    /// What both say beside that; of two of one way that of Backstage.
    fn takes(&self) -> impl Iterator<Item = &'e BackstageRule> {
        let known = |rule: &BackstageRule| {
            self.backstage.is_some_and(|one| one.takes.iter().any(|other| other.way == rule.way))
        };
        let own = self.own.into_iter().flat_map(|own| &own.takes).filter(move |rule| !known(rule));
        self.backstage.into_iter().flat_map(|one| &one.takes).chain(own)
    }

    fn default_kind(&self, way: &str) -> Option<&'e str> {
        self.both().find_map(|envelope| envelope.default_kind(way))
    }
}

/// What Backstage refuses of a document, each with its JSON pointer.
pub(super) fn refused(document: &Map, rules: &Rules<'_>) -> Vec<Loss> {
    let mut judge = Judge { place: Vec::new(), found: Vec::new() };
    judge.entity(document, rules);
    judge.found
}

struct Judge {
    place: Vec<String>,
    found: Vec<Loss>,
}

impl Judge {
    fn tell(&mut self, reason: impl Into<String>) {
        self.found.push(Loss { place: pointer(&self.place), reason: reason.into() });
    }

    fn below<T>(&mut self, step: impl Into<String>, judge: impl FnOnce(&mut Self) -> T) -> T {
        self.place.push(step.into());
        let done = judge(self);
        self.place.pop();
        done
    }

    fn entity(&mut self, document: &Map, rules: &Rules<'_>) {
        let was_taken = document.get("metadata").and_then(|one| one.as_object()?.get("uid")).is_some();
        for member in &document.members {
            let name = &*member.name.value;
            let is_known = ENVELOPE.contains(&name) || was_taken && ADDED.contains(&name);
            if !is_known {
                self.below(name, |judge| judge.tell("no entity has such a member"));
            }
        }
        self.named(document, "apiVersion", Rule::ApiVersion, true);
        self.named(document, "kind", Rule::Kind, true);
        let kind = document.get("kind").and_then(|kind| kind.as_str()).unwrap_or_default();
        if let Some(known) = rules.both().map(|envelope| &*envelope.kind).next().filter(|known| *known != kind) {
            self.below("kind", |judge| judge.tell(format!("the kind is spelled `{known}`")));
        }
        match document.get("metadata").map(|value| &value.value) {
            Some(Value::Object(metadata)) => self.below("metadata", |judge| judge.metadata(metadata)),
            Some(_) => self.below("metadata", |judge| judge.tell("it must be an object")),
            None => self.tell("`metadata` is missing"),
        }
        let version = text(document, &["apiVersion"]).filter(|version| Rule::ApiVersion.judge(version).is_ok());
        if let (Some(one), Some(version)) = (rules.backstage, version)
            && !one.versions.iter().any(|known| **known == *version)
        {
            let known = words(one.versions.iter().map(|version| format!("`{version}`")));
            self.below("apiVersion", |judge| judge.tell(format!("that of `{}` is {known}", one.kind)));
        }
        match document.get("spec").map(|value| &value.value) {
            Some(Value::Object(_)) => self.spec(document, rules),
            Some(_) => self.below("spec", |judge| judge.tell("it must be an object")),
            None if rules.backstage.is_some() => self.tell("`spec` is missing"),
            None => {}
        }
        let mut met = HashMap::new();
        for member in document.members.iter().filter(|member| !ADDED.contains(&&*member.name.value)) {
            let name = &*member.name.value;
            self.below(name, |judge| judge.cased(&member.value.value, name, &mut met));
        }
    }

    fn metadata(&mut self, metadata: &Map) {
        self.named(metadata, "name", Rule::Name, true);
        self.named(metadata, "namespace", Rule::Namespace, false);
        self.member(metadata, "title", |judge, value| judge.text(value, true));
        self.member(metadata, "description", |judge, value| judge.text(value, false));
        for (group, rule) in [("labels", Some(Rule::LabelValue)), ("annotations", None)] {
            self.member(metadata, group, |judge, value| {
                let Value::Object(map) = value else { return judge.tell("it must be an object") };
                for member in &map.members {
                    judge.below(&*member.name.value, |judge| {
                        judge.by(Rule::Key, &member.name.value);
                        match (&member.value.value, rule) {
                            (Value::String(text), Some(rule)) => judge.by(rule, text),
                            (value, _) => judge.text(value, false),
                        }
                    });
                }
            });
        }
        self.member(metadata, "tags", |judge, value| {
            judge.each(value, |judge, item| match item.as_str() {
                Some(tag) => judge.by(Rule::Tag, tag),
                None => judge.tell("it must be a text"),
            });
        });
        self.member(metadata, "links", |judge, value| judge.each(value, Self::link));
    }

    fn link(&mut self, link: &Value) {
        let Value::Object(link) = link else { return self.tell("it must be an object") };
        match link.get("url") {
            Some(_) => self.member(link, "url", |judge, url| match url.as_str() {
                Some(url) if is_address(url) => {}
                Some(_) => judge.tell("it is no address, which begins with `https://`, say"),
                None => judge.tell("it must be a text"),
            }),
            None => self.tell("`url` is missing"),
        }
        for name in ["title", "icon", "type"] {
            self.member(link, name, |judge, value| judge.text(value, true));
        }
    }

    /// What stands in `spec`, as far as a blueprint has a place for it.
    fn spec(&mut self, document: &Map, rules: &Rules<'_>) {
        let kind = text(document, &["spec", "type"]);
        let is_meant = |rule: &&BackstageRule| rule.when.is_none() || rule.when.as_deref() == kind;
        let takes: Vec<&BackstageRule> = rules.takes().collect();
        for (way, [backstage, own]) in rules.fields_in(document) {
            let steps = way_steps(way);
            let Some(value) = get(document, &steps) else {
                let stands_in = |other: &str| {
                    let is_asked = takes.iter().find(|rule| *rule.way == *other).is_none_or(is_meant);
                    is_asked && get(document, &way_steps(other)).is_some()
                };
                let is_missing = |field: &&Field| field.required && !field.or.as_deref().is_some_and(stands_in);
                if backstage.iter().chain(&own).any(is_missing) {
                    let name = steps.get(1..).unwrap_or_default().join(".");
                    self.below("spec", |judge| judge.tell(format!("`{name}` is missing")));
                }
                continue;
            };
            let is_reference = |field: &&Field| matches!(field.holds, Holds::References { .. });
            let is_said = takes.iter().any(|rule| *rule.way == *way);
            // What a blueprint of the project says of values is its own.
            let there: Vec<&Field> = match backstage.as_slice() {
                [] => own.into_iter().filter(is_reference).collect(),
                all => all.iter().copied().filter(|field| !is_said || is_reference(field)).collect(),
            };
            if !there.is_empty() {
                let outer = std::mem::replace(&mut self.place, steps.iter().map(ToString::to_string).collect());
                self.field(value, &there, rules.default_kind(way));
                self.place = outer;
            }
        }
        for rule in takes.iter().filter(|rule| is_meant(rule)) {
            let steps = way_steps(&rule.way);
            let Some((first, steps)) = steps.split_first() else { continue };
            let Some(value) = document.get(first) else { continue };
            let others: Vec<&str> =
                takes.iter().filter_map(|other| other.way.strip_prefix(rule.way.strip_suffix('*')?)).collect();
            self.below(*first, |judge| judge.at(&value.value, steps, rule, &others));
        }
    }

    /// Holds what stands at a way to a rule; `others` are the members that other rules speak of, where this one speaks of all that are left.
    fn at(&mut self, value: &Value, steps: &[&str], rule: &BackstageRule, others: &[&str]) {
        if self.is_read_from_elsewhere(value) {
            return;
        }
        match (steps.split_first(), value) {
            (None, value) => self.taken(value, rule),
            (Some((&"[]", rest)), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.below(index.to_string(), |judge| judge.at(&item.value, rest, rule, others));
                }
            }
            (Some((&"*", rest)), Value::Object(map)) => {
                for member in map.members.iter().filter(|member| !others.contains(&&*member.name.value)) {
                    self.below(&*member.name.value, |judge| judge.at(&member.value.value, rest, rule, others));
                }
            }
            (Some((name, rest)), Value::Object(map)) => match map.get(name) {
                Some(value) => self.below(*name, |judge| judge.at(&value.value, rest, rule, others)),
                None if rest.is_empty() && rule.required => self.tell(format!("`{name}` is missing")),
                None => {}
            },
            // That it is something else is said where that stands.
            _ => {}
        }
    }

    fn taken(&mut self, value: &Value, rule: &BackstageRule) {
        let is = |word: &str| match word {
            "text" | "string" => is_of(Base::String, value),
            "boolean" => is_of(Base::Boolean, value),
            "object" => is_of(Base::Object, value),
            _ => is_of(Base::Array, value),
        };
        let Some(word) = rule.what.iter().find(|word| is(word)) else {
            return self.tell(format!("it must be {}", words(rule.what.iter().map(|word| &**word))));
        };
        let longest = rule.longest.and_then(|longest| usize::try_from(longest).ok());
        match (&**word, value) {
            ("text", Value::String(text)) if text.is_empty() => self.tell("it is empty"),
            ("items", Value::Array(items)) if items.is_empty() => self.tell("it is empty"),
            (_, Value::String(text)) if longest.is_some_and(|longest| text.chars().count() > longest) => {
                self.tell(format!("it has more than {} characters", longest.unwrap_or_default()));
            }
            _ => {}
        }
    }

    fn field(&mut self, value: &Value, there: &[&Field], default: Option<&str>) {
        if self.is_read_from_elsewhere(value) {
            return;
        }
        let many = there.iter().find_map(|field| match field.holds {
            Holds::References { many, .. } => Some(many),
            Holds::Values(_) => None,
        });
        match many {
            Some(true) => self.each(value, |judge, item| judge.reference(item, default)),
            Some(false) => self.reference(value, default),
            None => {
                let schemas: Vec<&Schema> = there.iter().filter_map(|field| field.schema.as_ref()).collect();
                match schemas.iter().find(|schema| is_of(schema.base, value)) {
                    Some(schema) => self.of_type(value, schema),
                    None => self.tell(format!("it must be {}", words(schemas.iter().map(|schema| schema.base.word())))),
                }
            }
        }
    }

    /// Holds a value of a type to the rest that its schema says; no text may be empty.
    fn of_type(&mut self, value: &Value, schema: &Schema) {
        match (value, &schema.items) {
            (Value::String(text), _) if text.is_empty() => self.tell("it is empty"),
            (Value::Array(items), Some(item)) => {
                for (index, value) in items.iter().enumerate() {
                    self.below(index.to_string(), |judge| match &value.value {
                        value if judge.is_read_from_elsewhere(value) => {}
                        value if is_of(item.base, value) => judge.of_type(value, item),
                        _ => judge.tell(format!("it must be {}", words([item.base.word()]))),
                    });
                }
            }
            (value, _) if !schema.values.is_empty() && !schema.values.iter().any(|one| one.value.value == *value) => {
                let all = schema.values.iter().map(|one| format!("`{}`", one.value.value.as_key()));
                self.tell(format!("it must be {}", words(all)));
            }
            _ => {}
        }
    }

    /// Whether the catalog reads something in the place of a value, which is a path or an address then.
    fn is_read_from_elsewhere(&mut self, value: &Value) -> bool {
        let only = value.as_object().filter(|_| is_placeholder(value)).and_then(|map| map.members.first());
        if let Some(only) = only.filter(|only| only.value.as_str().is_none()) {
            self.below(&*only.name.value, |judge| judge.tell("it must be a text"));
        }
        only.is_some()
    }

    /// That names differ in the case of their letters alone: the catalog keeps what stands at a way by it, in lower case.
    fn cased(&mut self, value: &Value, way: &str, met: &mut HashMap<String, String>) {
        match value {
            Value::Object(map) => {
                for member in &map.members {
                    let way = format!("{way}.{}", member.name.value);
                    self.below(&*member.name.value, |judge| judge.cased(&member.value.value, &way, met));
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.below(index.to_string(), |judge| judge.cased(&item.value, way, met));
                }
            }
            _ => {
                let first = met.entry(way.to_lowercase()).or_insert_with(|| way.to_owned());
                if first != way {
                    let reason = format!("`{first}` differs from it in the case of letters alone");
                    self.tell(reason);
                }
            }
        }
    }

    fn reference(&mut self, value: &Value, default: Option<&str>) {
        let Value::String(text) = value else { return self.tell("it must be a text: `[KIND:][NAMESPACE/]NAME`") };
        match Reference::read(text) {
            None => self.tell("it is no reference, which is `[KIND:][NAMESPACE/]NAME`"),
            Some(read) if read.kind.or(default).is_none() => self.tell("the reference says no kind: `KIND:NAME`"),
            Some(_) => {}
        }
    }

    fn named(&mut self, map: &Map, name: &str, rule: Rule, is_required: bool) {
        match map.get(name) {
            None if is_required => self.tell(format!("`{name}` is missing")),
            None => {}
            Some(value) => self.below(name, |judge| match value.as_str() {
                Some(text) => judge.by(rule, text),
                None if is_placeholder(value) => {}
                None => judge.tell("it must be a text"),
            }),
        }
    }

    fn member(&mut self, map: &Map, name: &str, judge: impl FnOnce(&mut Self, &Value)) {
        if let Some(value) = map.get(name) {
            self.below(name, |one| {
                if !one.is_read_from_elsewhere(value) {
                    judge(one, &value.value);
                }
            });
        }
    }

    fn each(&mut self, value: &Value, judge: impl Fn(&mut Self, &Value)) {
        let Value::Array(items) = value else { return self.tell("it must be a list") };
        for (index, item) in items.iter().enumerate() {
            self.below(index.to_string(), |one| judge(one, &item.value));
        }
    }

    fn text(&mut self, value: &Value, is_some: bool) {
        match value.as_str() {
            Some("") if is_some => self.tell("it is empty"),
            None => self.tell("it must be a text"),
            Some(_) => {}
        }
    }

    fn by(&mut self, rule: Rule, text: &str) {
        if let Err(fault) = rule.judge(text) {
            self.tell(format!("{fault}; right is {}", rule.advice()));
        }
    }
}

/// What something must be, as a message says it.
fn words<W: AsRef<str>>(all: impl IntoIterator<Item = W>) -> String {
    let word = |word: W| match word.as_ref() {
        "string" | "text" => "a text".to_owned(),
        "boolean" => "`true` or `false`".to_owned(),
        "object" => "an object".to_owned(),
        "array" | "list" | "items" => "a list".to_owned(),
        other => other.to_owned(),
    };
    all.into_iter().map(word).collect::<Vec<_>>().join(" or ")
}
