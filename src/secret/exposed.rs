//! What looks like a secret and stands in clear: by what it is called, by what it is a part of, or by its form.

use super::manifest::{HIDDEN, is_secret, without_held};
use crate::model::{Entity, Map, Member, Value};
use crate::source::{HELD, VALUES, holds_secret, names_secret, without_references, without_secrets};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// What is in the names of headers that hold one. Headers are called as their servers have it: the grammar names none.
const NAMES: [&str; 8] = ["authorization", "token", "api-key", "apikey", "api_key", "secret", "password", "cookie"];

/// What names a header in a list of them.
const NAMING: [&str; 3] = ["name", "key", "header"];

/// What holds headers.
const HEADERS: &str = "headers";

/// What holds the rest of a manifest in the step of a workflow that makes it.
const BODY: &str = "body";

/// What looks like a secret.
#[derive(Clone, Debug, PartialEq)]
pub struct Exposed<'d> {
    /// The names and the numbers of items that lead to it.
    pub way: Vec<Box<str>>,
    /// The text, or the number.
    pub value: &'d Value,
    /// Whether it is one for what it is called or a part of, so that all of it may be one; else by its form.
    pub is_named: bool,
}

impl Exposed<'_> {
    /// The text, or the digits of the number.
    pub fn text(&self) -> Box<str> {
        match self.value {
            Value::String(text) => (&**text).into(),
            Value::Number(number) => number.to_string().into(),
            _ => Box::default(),
        }
    }
}

/// What looks like a secret in a body or a document, in the order of the ways. What a template puts in, and what stands for a value, is none.
pub fn exposed(map: &Map) -> Vec<Exposed<'_>> {
    let mut search = Search::default();
    // What names other entities holds nothing of its own.
    search.object(map, Within::default(), &|name| name != Entity::RELATIONS);
    search.found.sort_unstable_by(|one, other| one.way.cmp(&other.way));
    search.found
}

/// The same of any value.
pub fn exposed_in(value: &Value) -> Vec<Exposed<'_>> {
    let mut search = Search::default();
    search.value(value, Within::default());
    search.found
}

/// A body as it may be shown; nothing where all of it may be.
pub fn shown(body: &Map) -> Option<Map> {
    let found = exposed(body);
    let ways = ways(&found);
    match hidden(Value::Object(body.clone()), &ways) {
        Some(Value::Object(shown)) => Some(shown),
        _ => None,
    }
}

/// The value at a path of a body, or at one below that, as it may be shown; nothing where all of it may be.
pub fn shown_at(path: &str, value: &Value) -> Option<Value> {
    if is_relation(path) {
        return None;
    }
    let ways = ways(&exposed_at(path, value));
    hidden(value.clone(), &ways)
}

/// What manifests of a `Secret` hold within the value at a path of a body: of what differs of that, a part alone does not say that it is one.
#[derive(Debug, Default)]
pub struct Held {
    values: BTreeSet<Box<str>>,
    /// Whether texts within the value have such manifests: what of them differs is shown by the ways into them.
    is_in_texts: bool,
}

impl Held {
    /// What is held in some versions of the value at a path.
    pub fn of<'v>(path: &str, versions: impl IntoIterator<Item = &'v Value>) -> Self {
        let is_held = |one: &Exposed<'_>| one.way.iter().any(|step| HELD.contains(&&**step));
        let mut held = Self::default();
        for value in versions {
            held.values.extend(exposed_at(path, value).into_iter().filter(is_held).map(|one| one.text()));
            held.is_in_texts |= has_manifest(value);
        }
        held
    }

    /// A part of the value, at a path of the body, as it may be shown; nothing where all of it may be.
    pub fn shown_at(&self, path: &str, part: &Value) -> Option<Value> {
        let shown = shown_at(path, part);
        if self.values.is_empty() && !self.is_in_texts {
            return shown;
        }
        let mut value = shown.clone().unwrap_or_else(|| part.clone());
        let is_inside = path.split(['.', ' ', '[']).any(|step| HELD.contains(&step));
        if self.hide(&mut value, is_inside) { Some(value) } else { shown }
    }

    /// Hides what is held in a value; whether there was something.
    fn hide(&self, value: &mut Value, is_inside: bool) -> bool {
        let text = match &*value {
            Value::String(text) => Some((&**text).into()),
            Value::Number(number) => Some(number.to_string().into_boxed_str()),
            _ => None,
        };
        if is_inside && text.is_some_and(|text| self.is_in_texts || self.values.contains(&text)) {
            *value = Value::string(HIDDEN);
            return true;
        }
        match value {
            Value::Array(items) => {
                items.iter_mut().fold(false, |is_less, item| is_less | self.hide(&mut item.value, is_inside))
            }
            Value::Object(map) => map.members.iter_mut().fold(false, |is_less, member| {
                let is_inside = is_inside || HELD.contains(&&*member.name.value);
                is_less | self.hide(&mut member.value.value, is_inside)
            }),
            _ => false,
        }
    }
}

/// Whether a text within a value has the manifest of a `Secret` in it.
fn has_manifest(value: &Value) -> bool {
    match value {
        Value::String(text) => matches!(without_held(text), Cow::Owned(_)),
        Value::Array(items) => items.iter().any(|item| has_manifest(&item.value)),
        Value::Object(map) => map.members.iter().any(|member| has_manifest(&member.value.value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Secret(_) => false,
    }
}

/// What looks like a secret in the value at a path of a body; the ways begin there.
pub fn exposed_at<'d>(path: &str, value: &'d Value) -> Vec<Exposed<'d>> {
    let mut search = Search::default();
    if !is_relation(path) {
        search.value(value, Within::at(path, value));
    }
    search.found
}

/// Whether what stands at a path of a body names other entities.
fn is_relation(path: &str) -> bool {
    path.split('.').next() == Some(Entity::RELATIONS)
}

/// The ways to what is hidden as a whole.
fn ways(found: &[Exposed<'_>]) -> Vec<Vec<Box<str>>> {
    found.iter().filter(|one| one.is_named).map(|one| one.way.clone()).collect()
}

/// A value without what stands at some ways of it, and without what is a secret by its form; nothing where there is neither.
fn hidden(mut value: Value, ways: &[Vec<Box<str>>]) -> Option<Value> {
    let mut is_less = !ways.is_empty();
    for way in ways {
        if let Some(found) = at(&mut value, way) {
            *found = Value::string(HIDDEN);
        }
    }
    is_less |= without_forms(&mut value);
    is_less.then_some(value)
}

/// What some names and numbers of items lead to.
fn at<'v>(value: &'v mut Value, way: &[Box<str>]) -> Option<&'v mut Value> {
    let Some((step, rest)) = way.split_first() else { return Some(value) };
    let inner = match value {
        Value::Object(map) => {
            let member = map.members.iter_mut().find(|member| *member.name.value == **step);
            member.map(|member| &mut member.value.value)
        }
        Value::Array(items) => items.get_mut(step.parse::<usize>().ok()?).map(|item| &mut item.value),
        _ => None,
    };
    at(inner?, rest)
}

/// Takes out of the texts of a value what is a secret by its form, and passwords in addresses; whether there was one.
fn without_forms(value: &mut Value) -> bool {
    match value {
        Value::String(text) => {
            let shown = without_secrets(without_held(text).into_owned());
            let is_less = *shown != **text;
            if is_less {
                *value = Value::string(shown.as_str());
            }
            is_less
        }
        Value::Array(items) => items.iter_mut().fold(false, |is_less, item| is_less | without_forms(&mut item.value)),
        Value::Object(map) => {
            map.members.iter_mut().fold(false, |is_less, member| is_less | without_forms(&mut member.value.value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Secret(_) => false,
    }
}

/// What a value is a part of.
#[derive(Clone, Copy, Default)]
struct Within {
    /// What is in headers, or in a `Secret` of Kubernetes.
    headers: bool,
    /// What a name says to be a secret.
    telling: bool,
    /// What it is itself.
    is: Is,
}

/// What an object is that may hold secrets.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Is {
    /// Nothing that is known.
    #[default]
    Any,
    /// One that is called like a secret, which may hold it and say more of it.
    Called,
    /// The body of a resource that is a `Secret` of Kubernetes.
    Body,
}

impl Is {
    /// What is called so.
    fn called(name: &str) -> Self {
        if names_secret(name) { Self::Called } else { Self::Any }
    }
}

impl Within {
    /// What the value at a path is a part of. An item of a list is called by what it has as its name: `env[name=API_KEY].value`.
    fn at(path: &str, value: &Value) -> Self {
        let (around, last) = path.rsplit_once(['.', ' ']).unwrap_or(("", path));
        let called = || around.rsplit_once("[name=")?.1.strip_suffix(']');
        let headers = around.split(['.', ' ', '[']).any(|step| step == HEADERS);
        let is_pair = last == "value" && called().is_some_and(names_secret);
        let is_alone = is_plain(value) && (names_secret(last) || is_pair);
        let telling = is_alone || headers && is_telling(last);
        Self { headers: headers || last == HEADERS, telling, is: Is::called(last) }
    }
}

#[derive(Default)]
struct Search<'d> {
    way: Vec<Box<str>>,
    found: Vec<Exposed<'d>>,
}

impl<'d> Search<'d> {
    fn object(&mut self, map: &'d Map, within: Within, is_meant: &dyn Fn(&str) -> bool) {
        let is_naming = |name: &str| NAMING.iter().any(|other| name.eq_ignore_ascii_case(other));
        let is_named = |member: &Member| is_naming(&member.name.value) && member.value.as_str().is_some_and(is_telling);
        let is_named = map.members.iter().any(is_named);
        let calls = |name: &str| map.get(name).and_then(|value| value.as_str());
        let is_pair = calls("name").is_some_and(names_secret);
        let is_secret = is_secret(calls("apiVersion"), calls("kind"));
        for member in map.members.iter().filter(|member| is_meant(&member.name.value)) {
            let name = &*member.name.value;
            let telling = within.headers && (within.telling || is_telling(name) || is_named && !is_naming(name));
            let is_alone = is_plain(&member.value) && (names_secret(name) || is_pair && name == "value");
            let is_held = (is_secret || within.is == Is::Body) && HELD.contains(&name);
            let is_inside = within.is == Is::Called && is_plain(&member.value) && VALUES.contains(&name);
            let telling = telling || is_alone || is_held || is_inside;
            let headers = within.headers || is_held || name == HEADERS;
            self.way.push(name.into());
            let is = if is_secret && name == BODY { Is::Body } else { Is::called(name) };
            self.value(&member.value, Within { headers, telling, is });
            self.way.pop();
        }
    }

    fn value(&mut self, value: &'d Value, within: Within) {
        let is_named = within.telling;
        match value {
            Value::String(text) if is_named && is_said(text) => self.find(value, true),
            Value::String(text) if holds_secret(text) => self.find(value, false),
            Value::Number(_) if is_named => self.find(value, true),
            Value::Object(inner) => self.object(inner, within, &|_| true),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.way.push(index.to_string().into());
                    self.value(item, within);
                    self.way.pop();
                }
            }
            _ => {}
        }
    }

    fn find(&mut self, value: &'d Value, is_named: bool) {
        self.found.push(Exposed { way: self.way.clone(), value, is_named });
    }
}

/// Whether a value is one that a name alone makes a secret: a text or a number.
fn is_plain(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Number(_))
}

/// Whether the name of a header says that it holds a secret.
fn is_telling(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES.iter().any(|part| name.contains(part))
}

/// The fewest bytes of a value beside what is filled in: fewer are what joins it.
const FEWEST_BESIDE: usize = 6;

/// Whether a text is a value, also in part, and not what a template makes of one, or stands for one.
fn is_said(text: &str) -> bool {
    const FILLED_IN: &str = "\0";
    let text = without_references(text, FILLED_IN);
    let fewest = if text.contains(FILLED_IN) { FEWEST_BESIDE } else { 1 };
    let last = text.split_whitespace().next_back().unwrap_or_default();
    // What stands before what is filled in may be its name.
    let value = if last.contains(FILLED_IN) { last.rsplit(['=', ':']).next().unwrap_or_default() } else { last };
    let value = value.replace(FILLED_IN, "");
    let stands_for = value.starts_with(['<', '$', '[', '*']) || value.to_ascii_uppercase().starts_with("YOUR");
    value.len() >= fewest && !stands_for
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::parse_json;

    fn body(json: &str) -> Map {
        parse_json(json.as_bytes()).unwrap().as_object().unwrap().clone()
    }

    fn found(json: &str) -> Vec<String> {
        exposed(&body(json)).into_iter().map(|one| one.way.join("/")).collect()
    }

    #[test]
    fn a_name_makes_a_secret_of_the_shortest_value() {
        let json = r#"{"properties":{"password":"a","token":7,"o":{"apiKey":"abc"},"secretName":"x","n":1},"relations":{"token":"a"}}"#;
        assert_eq!(found(json), ["properties/o/apiKey", "properties/password", "properties/token"]);
        let json = r#"{"properties":{"password":{"type":"string","default":"a"},"tokens":{"default":"a"}}}"#;
        assert_eq!(found(json), ["properties/password/default"]);
        for none in
            [r#""""#, r#""{{ .secrets.a }}""#, r#""${A}""#, r#""Bearer {{ .a }}""#, r#""<token>""#, "true", "null"]
        {
            assert_eq!(found(&format!(r#"{{"properties":{{"token":{none}}}}}"#)), [""; 0], "{none}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_one_until_it_is_masked() {
        let json = r#"{"properties":{"a":"postgres://bob:s3cretpw@db/x","b":"see https://h.example/x?token=abc","c":["git:pw@h:x","https://h.example"]}}"#;
        assert_eq!(found(json), ["properties/a", "properties/b"]);
        for none in [
            "postgres://bob:***@db/x",
            "https://h.example/x?token=***",
            "postgres://bob@db/x",
            "https://${A}:${B}@h.example",
        ] {
            assert_eq!(found(&format!(r#"{{"properties":{{"a":"{none}"}}}}"#)), [""; 0], "{none}");
        }
    }

    #[test]
    fn what_is_shown_of_a_body_is_what_is_shown_of_its_fields() {
        let json = r#"{"properties":{"password":"a","o":{"apiKey":"abc","n":1},"u":"https://a:b@c.example/d"},"relations":{"token":"a"}}"#;
        let whole = body(json);
        let all = shown(&whole).unwrap();
        let hidden = r#"{"properties":{"password":"(not shown)","o":{"apiKey":"(not shown)","n":1},"u":"https://***@c.example/d"},"relations":{"token":"a"}}"#;
        assert_eq!(all, body(hidden));
        let fields = |map: &Map, path: &str| {
            let (group, name) = path.split_once('.').unwrap();
            map.get(group).unwrap().as_object().unwrap().get(name).unwrap().value.clone()
        };
        for path in ["properties.password", "properties.o", "properties.u"] {
            assert_eq!(shown_at(path, &fields(&whole, path)).unwrap(), fields(&all, path), "{path}");
        }
        assert_eq!(shown_at("relations.token", &Value::string("a")), None);
        assert_eq!(shown_at("properties.n", &Value::string("a")), None);
    }

    #[test]
    fn what_a_resource_holds_is_known_in_each_part_of_the_steps() {
        let steps = r#"{"w":[{"apiVersion":"v1","kind":"Secret","name":"$name","body":{"type":"a","stringData":{"a":"pw","b":"$spec.b"}}},{"apiVersion":"v1","kind":"ConfigMap","name":"x","body":{"data":{"c":"pw2"}}}]}"#;
        assert_eq!(found(steps), ["w/0/body/stringData/a"]);
        let body = body(steps);
        let held = Held::of("w", [&body.get("w").unwrap().value]);
        let hidden = Some(Value::string(HIDDEN));
        assert_eq!(held.shown_at("w.resource v1 Secret $name > stringData.a", &Value::string("pw")), hidden);
        assert_eq!(held.shown_at("w.resource v1 Secret $name > type", &Value::string("pw")), None);
        assert_eq!(held.shown_at("w.resource v1 ConfigMap x > data.c", &Value::string("pw2")), None);
    }

    #[test]
    fn what_a_manifest_in_a_text_holds_is_known_in_each_part_of_it() {
        let json = r#"{"a":{"last":"{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"stringData\":{\"a\":\"pw\"}}","m":"kind: Secret\nstringData:\n  a: pw\n"}}"#;
        let body = body(json);
        let all = body.get("a").unwrap().value.as_object().unwrap();
        for name in ["last", "m"] {
            let path = format!("a.{name}.stringData.a");
            let held = Held::of("a", [&all.get(name).unwrap().value]);
            assert_eq!(held.shown_at(&path, &Value::string("pw")), Some(Value::string(HIDDEN)), "{name}");
            assert_eq!(held.shown_at("a.type", &Value::string("pw")), None);
        }
    }

    #[test]
    fn a_part_of_a_value_is_known_by_its_path() {
        for path in ["spec.env[name=API_KEY].value", "password", "table t > row password", "only-port.headers.X-Token"]
        {
            assert_eq!(shown_at(path, &Value::string("abc")), Some(Value::string(HIDDEN)), "{path}");
        }
        for path in ["spec.env[name=SIZE].value", "value", "spec.secretName", "headers.Accept"] {
            assert_eq!(shown_at(path, &Value::string("abc")), None, "{path}");
        }
    }
}
