//! What Backstage would refuse of the document of an entity: its own rules for every kind, and what the blueprint says of one.

use super::way::get;
use crate::backstage::{Reference, Rule, is_address};
use crate::model::{Base, Map, Value};
use crate::neighbour::{Envelope, Field, Holds, Loss, pointer};
use std::collections::BTreeMap;

/// The members of every entity.
const ENVELOPE: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];

/// The members that the catalog adds to an entity that it took.
const ADDED: [&str; 2] = ["relations", "status"];

/// What Backstage refuses of a document, each with its JSON pointer, in the order in which it stands there.
pub(super) fn refused(document: &Map, envelope: Option<&Envelope>) -> Vec<Loss> {
    let mut judge = Judge { place: Vec::new(), found: Vec::new() };
    judge.entity(document, envelope);
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

    fn entity(&mut self, document: &Map, envelope: Option<&Envelope>) {
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
        if let Some(known) = envelope.map(|envelope| &*envelope.kind).filter(|known| *known != kind) {
            self.below("kind", |judge| judge.tell(format!("the kind is spelled `{known}`")));
        }
        match document.get("metadata").map(|value| &value.value) {
            Some(Value::Object(metadata)) => self.below("metadata", |judge| judge.metadata(metadata)),
            Some(_) => self.below("metadata", |judge| judge.tell("it must be an object")),
            None => self.tell("`metadata` is missing"),
        }
        let version = document.get("apiVersion").and_then(|version| version.as_str()).unwrap_or_default();
        match document.get("spec").map(|value| &value.value) {
            Some(Value::Object(_)) => self.spec(document, envelope),
            Some(_) => self.below("spec", |judge| judge.tell("it must be an object")),
            None if version.split('/').next().is_some_and(|group| group.ends_with("backstage.io")) => {
                self.tell("`spec` is missing");
            }
            None => {}
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

    /// What stands in `spec`, as far as the blueprint has a place for it.
    fn spec(&mut self, document: &Map, envelope: Option<&Envelope>) {
        let fields = envelope.map_or(&[][..], |envelope| &envelope.fields);
        let mut ways: BTreeMap<&str, Vec<&Field>> = BTreeMap::new();
        for field in fields.iter().filter(|field| field.way.starts_with("spec.")) {
            ways.entry(&field.way).or_default().push(field);
        }
        for (way, there) in ways {
            let steps: Vec<&str> = way.split('.').collect();
            let Some(value) = get(document, &steps) else {
                let stands_in = |other: &str| get(document, &other.split('.').collect::<Vec<_>>()).is_some();
                let is_missing = |field: &&Field| field.required && !field.or.as_deref().is_some_and(stands_in);
                if there.iter().any(is_missing) {
                    let name = steps.get(1..).unwrap_or_default().join(".");
                    self.below("spec", |judge| judge.tell(format!("`{name}` is missing")));
                }
                continue;
            };
            let default = envelope.and_then(|envelope| envelope.default_kind(way));
            let outer = std::mem::replace(&mut self.place, steps.iter().map(ToString::to_string).collect());
            self.field(value, &there, default);
            self.place = outer;
        }
    }

    fn field(&mut self, value: &Value, there: &[&Field], default: Option<&str>) {
        if is_placeholder(value) {
            return;
        }
        let bases: Vec<Base> = there
            .iter()
            .filter_map(|field| match field.holds {
                Holds::Values(base) => Some(base),
                Holds::References { .. } => None,
            })
            .collect();
        let many = there.iter().find_map(|field| match field.holds {
            Holds::References { many, .. } => Some(many),
            Holds::Values(_) => None,
        });
        match (value, many) {
            (Value::String(text), None) if text.is_empty() => self.tell("it is empty"),
            (Value::String(_), None) if bases.contains(&Base::String) => {}
            (Value::Number(_), None) if bases.contains(&Base::Number) || bases.contains(&Base::Integer) => {}
            (Value::Bool(_), None) if bases.contains(&Base::Boolean) => {}
            (Value::Array(_), None) if bases.contains(&Base::Array) => {}
            (Value::Object(_), None) if bases.contains(&Base::Object) => {}
            (value, Some(true)) => self.each(value, |judge, item| judge.reference(item, default)),
            (value, Some(false)) => self.reference(value, default),
            (_, None) => {
                let words: Vec<&str> = bases.iter().map(|base| base.word()).collect();
                self.tell(format!("it must be {}", words.join(" or ")));
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
        if let Some(value) = map.get(name).filter(|value| !is_placeholder(value)) {
            self.below(name, |one| judge(one, &value.value));
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

/// Whether a value is read from elsewhere by the catalog: an object of one member whose name begins with `$`.
fn is_placeholder(value: &Value) -> bool {
    let only = value.as_object().map(|map| map.members.as_slice());
    matches!(only, Some([only]) if only.name.value.starts_with('$'))
}
