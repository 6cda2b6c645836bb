//! Blueprints, scorecards and the rest out of the bodies of their objects, declared or live.

use crate::model::{
    Action, ActionOperation, Api, Auth, AuthMethod, BY_SCHEMAS, Backend, BackendKind, BackstageKind, BackstagePlace,
    BackstageRule, Base, Beyond, Blueprint, COUNT, Combinator, Declaration, Destination, Entity, EnumValue, Fact,
    FieldPath, Format, GitFolder, Layout, Leaf, Level, Limits, Map, Member, Name, Number, Object, Operator, Policy,
    PolicySeverity, PolicySubject, Predicate, PredicateTest, Promise, Property, Relation, Repository, Request, Rule,
    Schema, Scorecard, Spec, StateStore, StoreType, Team, Template, User, VALIDATIONS, Value,
};
use crate::source::{Origin, Spanned};
use std::collections::HashMap;

impl Blueprint {
    /// The blueprint that an object is; nothing where its body holds a type that this plat does not know.
    pub fn of(declared: &Declaration) -> Option<Self> {
        Some(Self {
            name: declared.name(),
            span: declared.span,
            properties: properties(&declared.body, "properties")?,
            relations: members(&declared.body, "relations").iter().map(Relation::of).collect::<Option<_>>()?,
            worked_out: ["mirrors", "calculations", "aggregations"]
                .into_iter()
                .flat_map(|group| members(&declared.body, group))
                .map(|member| member.name.value.clone())
                .collect(),
            backstage: declared.body.get("backstage").and_then(BackstageKind::of),
        })
    }
}

impl BackstageKind {
    fn of(value: &Spanned<Value>) -> Option<Self> {
        let body = value.as_object()?;
        let place = |member: &Member| {
            let place = member.value.as_object()?;
            Some(BackstagePlace {
                member: member.name.clone(),
                way: text(place, "way")?.into(),
                default_kind: place.get("defaultKind").is_some(),
                required: place.get("required").is_some(),
                or: named(place, "or"),
            })
        };
        let rule = |member: &Member| {
            let rule = member.value.as_object()?;
            Some(BackstageRule {
                way: (*member.name.value).into(),
                what: ["what", "or"].into_iter().filter_map(|name| text(rule, name)).map(Into::into).collect(),
                required: rule.get("required").is_some(),
                when: text(rule, "when").map(Into::into),
                longest: count(rule, "longest").map(|count| count.value),
            })
        };
        Some(Self {
            kind: text(body, "kind")?.into(),
            api_version: text(body, "apiVersion")?.into(),
            other_version: text(body, "otherVersion").map(Into::into),
            places: members(body, "places").iter().filter_map(place).collect(),
            takes: members(body, "takes").iter().filter_map(rule).collect(),
        })
    }
}

impl Team {
    /// The team that an object is.
    pub fn of(declared: &Declaration) -> Self {
        let members = declared.body.get("members").and_then(|value| value.as_array()).unwrap_or_default();
        Self { name: declared.name(), span: declared.span, members: members.iter().filter_map(name_of).collect() }
    }
}

impl User {
    /// The person that an object is.
    pub fn of(declared: &Declaration) -> Self {
        Self { name: declared.name(), span: declared.span }
    }
}

impl Scorecard {
    /// The scorecard that an object is; nothing where its body holds a condition that this plat does not know.
    pub fn of(declared: &Declaration) -> Option<Self> {
        let body = &declared.body;
        let levels = body.get("levels").and_then(|value| value.as_array()).unwrap_or_default();
        let mut levels: Vec<Level> = levels.iter().map(Level::of).collect::<Option<_>>()?;
        let by_name = levels.iter().enumerate().rev().map(|(place, level)| (level.name.value.clone(), place));
        let places: HashMap<Name, usize> = by_name.collect();
        for member in members(body, "rules") {
            let rule = member.value.as_object()?;
            let level = text(rule, "level")?;
            levels[*places.get(level)?].rules.push(Rule {
                name: member.name.clone(),
                span: member.value.span,
                predicate: match rule.get("judged") {
                    Some(_) => None,
                    None => Some(Predicate::of(rule.get("query")?)?),
                },
            });
        }
        Some(Self {
            name: declared.name(),
            span: declared.span,
            blueprint: named(body, "blueprint")?,
            only_for: known(body.get("filter"), Predicate::of)?,
            levels,
        })
    }
}

impl Level {
    fn of(value: &Spanned<Value>) -> Option<Self> {
        Some(Self { name: named(value.as_object()?, "title")?, span: value.span, rules: Vec::new() })
    }
}

impl Predicate {
    /// The condition that a value of a body is; nothing where this plat does not know it.
    pub fn of(value: &Spanned<Value>) -> Option<Self> {
        let map = value.as_object()?;
        for (combinator, word) in Combinator::ALL {
            if let Some(parts) = map.get(word) {
                let parts = parts.as_array()?.iter().map(Self::of).collect::<Option<_>>()?;
                return Some(Self::Combined(combinator, parts));
            }
        }
        let (field, operator) = (map.get("field")?, map.get("operator")?);
        Some(Self::Test(PredicateTest {
            field: Spanned::new(FieldPath::of(field.as_str()?), field.span),
            operator: Spanned::new(Operator::from_word(operator.as_str()?)?, operator.span),
            operands: map.get("operands").and_then(|value| value.as_array()).unwrap_or_default().to_vec(),
            span: value.span,
        }))
    }
}

impl FieldPath {
    /// The path of a text, as `Display` writes it.
    pub fn of(text: &str) -> Self {
        let (way, last) = text.rsplit_once('.').map_or((None, text), |(way, last)| (Some(way), last));
        let metadata = Leaf::METADATA.iter().find(|row| row.0 == last).map(|row| row.1.clone());
        let leaf = metadata.or_else(|| Fact::from_word(last).map(Leaf::Fact));
        let leaf = leaf.or_else(|| (last == COUNT).then_some(Leaf::Count));
        let way = way.into_iter().flat_map(|way| way.split('.')).map(Name::from).collect();
        Self { way, leaf: leaf.unwrap_or_else(|| Leaf::Property(last.into())) }
    }
}

impl Policy {
    /// The policy that an object is; nothing where its body holds what this plat does not know.
    pub fn of(declared: &Declaration) -> Option<Self> {
        let body = &declared.body;
        let subject = body.get("for")?;
        let on = body.get("on").and_then(|value| value.as_array()).unwrap_or_default();
        let of_action = |action: &Spanned<Value>| Some(Spanned::new(action.as_str()?.into(), action.span));
        Some(Self {
            name: declared.name(),
            span: declared.span,
            description: said(body, "description"),
            subject: Spanned::new(PolicySubject::from_word(subject.as_str()?)?, subject.span),
            of: named(body, "of"),
            on: on.iter().map(of_action).collect::<Option<_>>()?,
            severity: PolicySeverity::from_word(text(body, "severity")?)?,
            when: known(body.get("when"), Predicate::of)?,
            require: known(body.get("require"), Predicate::of)?,
        })
    }
}

impl Destination {
    /// The destination that an object is; nothing where its body holds a layout that this plat does not know.
    pub fn of(declared: &Declaration) -> Option<Self> {
        let body = &declared.body;
        let flag = |name: &str| body.get(name).map(|value| value.span);
        Some(Self {
            name: declared.name(),
            span: declared.span,
            store: named(body, "store")?,
            path: said(body, "path")?,
            labels: body.get("labels").and_then(|value| value.as_object()).cloned().unwrap_or_default(),
            layout: Layout::from_word(text(body, "layout")?)?,
            strict_labels: flag("strictLabels"),
            encrypted: flag("encrypted"),
            drain: flag("drain"),
        })
    }
}

impl StateStore {
    /// The state store that an object of a catalog is; nothing where that does not say enough. What is missing of it is no failure.
    pub fn of_object(object: &Object) -> Option<Self> {
        let declared = Declaration::of_object(object, 0);
        // A body says its kind where it is none that has an address.
        Self::of(&declared, StoreType::Git, said(&declared.body, "url")?, Some(declared.span))
    }

    /// The state store of a kind that an object is, at an address that is said in full, and where it says that it is made.
    pub fn of(declared: &Declaration, kind: StoreType, url: Spanned<Box<str>>, create: Option<Origin>) -> Option<Self> {
        let body = &declared.body;
        let auth = known(body.get("auth"), |method| {
            let secret = named(body, "secret");
            Some(Auth { span: method.span, method: AuthMethod::from_word(method.as_str()?)?, secret })
        })?;
        Some(Self {
            name: declared.name(),
            span: declared.span,
            kind,
            git: GitFolder {
                repository: Repository::of(&url.value),
                url,
                branch: said(body, "branch").unwrap_or_else(|| Spanned::new("main".into(), declared.named)),
                path: said(body, "path").unwrap_or_else(|| Spanned::new("".into(), declared.named)),
                auth,
                create,
            },
        })
    }
}

impl Action {
    /// The action that an object is, with what its backend is sent; nothing where its body holds what this plat does not know.
    pub fn of(declared: &Declaration, send: Vec<Spanned<Template>>) -> Option<Self> {
        let body = &declared.body;
        let operation = body.get("operation")?;
        let list = |map: &Map, name: &str| map.get(name).and_then(|value| value.as_array().map(<[_]>::to_vec));
        let steps = list(body, "steps").unwrap_or_default();
        let of_steps = steps.iter().filter_map(|step| list(step.as_object()?, "shown"));
        let shown = of_steps.chain(list(body, "shown")).flatten();
        let headings = body.get("headings").and_then(|headings| headings.as_object());
        Some(Self {
            name: declared.name(),
            span: declared.span,
            operation: Spanned::new(ActionOperation::from_word(operation.as_str()?)?, operation.span),
            blueprint: named(body, "blueprint"),
            inputs: properties(body, "inputs")?,
            headings: headings.into_iter().flat_map(|map| &map.members).map(|one| one.name.clone()).collect(),
            shown: shown.filter_map(|name| name_of(&name)).collect(),
            backend: known(body.get("backend"), |value| Backend::of(value, send))?,
        })
    }
}

impl Backend {
    fn of(value: &Spanned<Value>, send: Vec<Spanned<Template>>) -> Option<Self> {
        let body = value.as_object()?;
        let kind = body.get("type")?;
        Some(Self {
            kind: Spanned::new(BackendKind::from_word(kind.as_str()?)?, kind.span),
            span: value.span,
            send,
            report_status: body
                .get("reportStatus")
                .filter(|said| said.value != Value::Bool(false))
                .map(|said| said.span),
        })
    }
}

impl Promise {
    /// The promise that an object is, as far as its requests depend on it: its name and its API; nothing where its body holds a
    /// type that this plat does not know.
    pub fn of(declared: &Declaration) -> Option<Self> {
        let body = &declared.body;
        let api = known(named(body, "plural"), |plural| {
            let [group, version, kind] = ["group", "version", "kind"].map(|name| named(body, name));
            let fields = properties(body, "properties")?;
            let is_more = |name: &str| name == VALIDATIONS || BY_SCHEMAS.contains(&name);
            let also = body.members.iter().filter(|member| is_more(&member.name.value)).cloned();
            let also = Map { members: also.collect() };
            Some(Api { group: group?, version: version?, kind: kind?, fields, plural, also })
        })?;
        Some(Self {
            name: declared.name(),
            span: declared.span,
            api,
            schedule: Vec::new(),
            dependencies: None,
            configure: None,
        })
    }
}

impl Entity {
    /// The entity that an object is: its values and relations.
    pub fn of(declared: Declaration) -> Self {
        let Declaration { address, named, span, mut body, lifecycle } = declared;
        Self {
            blueprint: Spanned::new(address.parent, span),
            name: Spanned::new(address.name, named),
            span,
            title: None,
            icon: None,
            teams: Vec::new(),
            properties: taken(&mut body, "properties"),
            relations: taken(&mut body, "relations"),
            beyond: Beyond::taken(&mut body),
            lifecycle,
        }
    }
}

impl Request {
    /// The request that an object is.
    pub fn of(declared: Declaration) -> Self {
        let Declaration { address, span, mut body, lifecycle, .. } = declared;
        let (namespace, name) = address.namespaced();
        Self {
            name: Spanned::new(name.into(), span),
            namespace: Spanned::new(namespace.unwrap_or("default").into(), span),
            promise: Spanned::new(address.parent, span),
            title: text(&body, "title").map(|title| Spanned::new(title.into(), span)),
            teams: teams(&body, span),
            labels: taken(&mut body, "labels"),
            destination: text(&body, "destination").map(|name| Spanned::new(name.into(), span)),
            span,
            spec: taken(&mut body, "spec"),
            beyond: body.remove("kratix").map(Box::new),
            lifecycle,
        }
    }
}

/// The teams that a body says.
fn teams(body: &Map, span: Origin) -> Vec<Spanned<Name>> {
    let teams = body.get("team").and_then(|value| value.as_array()).unwrap_or_default().iter();
    teams.filter_map(|team| Some(Spanned::new(team.as_str()?.into(), span))).collect()
}

impl Relation {
    fn of(member: &Member) -> Option<Self> {
        let body = member.value.as_object()?;
        let flag = |name: &str| body.get(name).filter(|value| value.value == Value::Bool(true)).map(|value| value.span);
        Some(Self {
            name: member.name.clone(),
            span: member.value.span,
            target: named(body, "target")?,
            required: flag("required"),
            many: flag("many"),
        })
    }
}

/// What is there, as what it is read as; nothing where that is not known. What is not there is known.
#[expect(clippy::option_option, reason = "what is not there is no failure")]
fn known<V, T>(there: Option<V>, read: impl FnOnce(V) -> Option<T>) -> Option<Option<T>> {
    match there {
        Some(value) => read(value).map(Some),
        None => Some(None),
    }
}

fn taken(body: &mut Map, group: &str) -> Map {
    match body.remove(group) {
        Some(Spanned { value: Value::Object(map), .. }) => map,
        _ => Map::default(),
    }
}

fn members<'b>(body: &'b Map, group: &str) -> &'b [Member] {
    body.get(group).and_then(|value| value.as_object()).map_or(&[], |map| &map.members)
}

fn text<'m>(map: &'m Map, name: &str) -> Option<&'m str> {
    map.get(name)?.as_str()
}

fn said(map: &Map, name: &str) -> Option<Spanned<Box<str>>> {
    let value = map.get(name)?;
    Some(Spanned::new(value.as_str()?.into(), value.span))
}

fn name_of(value: &Spanned<Value>) -> Option<Spanned<Name>> {
    Some(Spanned::new(value.as_str()?.into(), value.span))
}

fn count(map: &Map, name: &str) -> Option<Spanned<u64>> {
    let value = map.get(name)?;
    match value.value {
        Value::Number(Number::Integer(count)) => Some(Spanned::new(u64::try_from(count).ok()?, value.span)),
        _ => None,
    }
}

fn named(map: &Map, name: &str) -> Option<Spanned<Name>> {
    name_of(map.get(name)?)
}

/// The values that JSON Schemas by name describe, and those of them that are required.
pub(super) fn properties(body: &Map, group: &str) -> Option<Vec<Property>> {
    let required = body.get("required").and_then(|value| value.as_array()).unwrap_or_default();
    let required: HashMap<&str, Origin> =
        required.iter().filter_map(|item| Some((item.as_str()?, item.span))).collect();
    let lift = |Member { name, value }: &Member| {
        let body = value.as_object()?;
        Some(Property {
            name: name.clone(),
            span: value.span,
            schema: Schema::of(body)?,
            required: required.get(&*name.value).copied(),
            default: body.get("default").cloned(),
        })
    };
    members(body, group).iter().map(lift).collect()
}

impl Property {
    /// Those that a group of a body describes by their names; nothing where it says what this plat does not know.
    pub fn all_of(body: &Map, group: &str) -> Option<Vec<Self>> {
        properties(body, group)
    }
}

impl Schema {
    /// The schema that a JSON Schema with Port's keywords is; nothing where it says what this plat does not know.
    pub fn of(body: &Map) -> Option<Self> {
        Some(Self {
            base: Base::of(body)?,
            format: text(body, "format").and_then(Format::from_word),
            spec: known(text(body, "spec"), Spec::from_word)?,
            values: values(body),
            limits: limits(body),
            items: known(inside(body), |items| Some(Box::new(Self::of(items.as_object()?)?)))?,
            fields: properties(body, "properties")?,
            json: body.clone(),
        })
    }
}

/// The schema of what is in a value: of a list's items, or of an object's members.
fn inside(body: &Map) -> Option<&Spanned<Value>> {
    let of_members = || body.get("additionalProperties").filter(|schema| schema.as_object().is_some());
    body.get("items").or_else(of_members)
}

fn values(body: &Map) -> Vec<EnumValue> {
    let colors = body.get("enumColors").and_then(|value| value.as_object()).map(Map::index);
    let color = |value: &Value| {
        let color = colors.as_ref()?.get(&value.as_key())?;
        Some(Spanned::new(color.as_str()?.into(), color.span))
    };
    let items = body.get("enum").and_then(|value| value.as_array()).unwrap_or_default();
    items.iter().map(|item| EnumValue { value: item.clone(), color: color(item) }).collect()
}

fn limits(body: &Map) -> Limits {
    let value = |name: &str| body.get(name).cloned();
    let count = |name: &str| count(body, name);
    let flag = |name: &str| body.get(name).filter(|value| value.value == Value::Bool(true)).map(|value| value.span);
    Limits {
        min: value("minimum"),
        max: value("maximum"),
        above: value("exclusiveMinimum"),
        below: value("exclusiveMaximum"),
        min_length: count("minLength"),
        max_length: count("maxLength"),
        pattern: said(body, "pattern"),
        min_items: count("minItems"),
        max_items: count("maxItems"),
        unique_items: flag("uniqueItems"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Address, Declared, Kind, Object, parse_json};

    fn object(address: &str, json: &str) -> Object {
        let body = parse_json(json.as_bytes()).unwrap().as_object().unwrap().clone();
        Object { address: Address::parse(address).unwrap(), body }
    }

    #[test]
    fn a_blueprint_comes_back_as_it_was_written() {
        let json = r#"{
            "properties": {
                "tier": {"type": "string", "enum": ["a", "b"], "enumColors": {"a": "red"}, "default": "a"},
                "size": {"type": "integer", "minimum": 1, "exclusiveMaximum": 9.5},
                "tags": {"type": "array", "items": {"type": "string", "format": "url", "maxLength": 5}, "uniqueItems": true},
                "place": {"type": "object", "properties": {"city": {"type": "string", "pattern": "^A"}}, "required": ["city"]},
                "link": {"type": "string", "format": "url", "spec": "embedded-url"}
            },
            "required": ["size", "tier"],
            "relations": {"system": {"target": "system", "many": false, "required": true}}
        }"#;
        let live = object("blueprint:service", json);
        let lifted = Blueprint::of(&Declaration::of_object(&live, 0)).unwrap();
        let properties = live.body.get("properties").unwrap().as_object().unwrap();
        for (property, member) in lifted.properties.iter().zip(&properties.members) {
            assert_eq!(Some(&property.schema.json), member.value.as_object());
        }
    }

    #[test]
    fn a_type_of_another_time_is_no_blueprint() {
        for body in
            [r#"{"properties":{"a":{"type":"money"}}}"#, r#"{"properties":{"a":1}}"#, r#"{"relations":{"a":{}}}"#]
        {
            assert!(Blueprint::of(&Declaration::of_object(&object("blueprint:a", body), 0)).is_none(), "{body}");
        }
    }

    #[test]
    fn a_request_and_its_promise_come_back() {
        let body =
            r#"{"kind":"Db","group":"g","version":"v1","plural":"dbs","properties":{"size":{"type":"integer"}}}"#;
        let promise = Promise::of(&Declaration::of_object(&object("promise:db", body), 0)).unwrap();
        assert_eq!(&*promise.api.unwrap().fields[0].name.value, "size");
        let request = Request::of(Declaration::of_object(&object("request:db:ns/a", r#"{"spec":{"size":1}}"#), 1));
        assert_eq!(
            (request.address().kind, request.address().to_string().as_str()),
            (Kind::Request, "request:db:ns/a")
        );
    }
}
