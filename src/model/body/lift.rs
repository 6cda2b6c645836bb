//! Blueprints, promises, entities and requests out of the bodies that a catalog holds of them.
//!
//! A live object stands on no line of a text. It is given a file of its own, in which the place of a part is the number of
//! its field: so whoever judges it can be asked which field a problem is about ([`field_at`]).

use super::schema;
use crate::model::object::is_group;
use crate::model::{
    Address, Api, Base, Blueprint, Entity, EnumValue, Format, Limits, Map, Member, Meta, Name, Number, Object, Promise,
    Property, Relation, Request, Schema, Spec, Value, fields,
};
use crate::source::{FileId, Span, Spanned};
use std::collections::HashSet;

/// The path of the field of a body ([`fields`]) that a place in an object's file stands for; nothing for the object itself.
pub fn field_at(body: &Map, span: Span) -> Option<String> {
    let index = (span.start as usize).checked_sub(1)?;
    fields(body).into_iter().nth(index).map(|(path, _)| path)
}

/// The places in the file of an object: 0 is the object itself, its fields count from 1.
#[derive(Clone, Copy)]
struct Places<'b> {
    file: FileId,
    body: &'b Map,
}

impl<'b> Places<'b> {
    fn of(object: &'b Object, file: FileId) -> Self {
        Self { file, body: &object.body }
    }

    fn whole(self) -> Span {
        Span::start_of(self.file)
    }

    /// The members of a group, each with its place.
    fn group(self, name: &str) -> impl Iterator<Item = (&'b Member, Span)> {
        let before = self.body.members.iter().take_while(|member| *member.name.value != *name);
        let first: usize = 1 + before.map(width).sum::<usize>();
        let members = self.body.get(name).and_then(|value| value.as_object()).map(|map| &*map.members);
        let place = move |index: usize| Span::new(self.file, (first + index) as u32, (first + index) as u32);
        members.unwrap_or_default().iter().enumerate().map(move |(index, member)| (member, place(index)))
    }
}

/// How many fields a member of a body is.
fn width(member: &Member) -> usize {
    let group = member.value.as_object().filter(|_| is_group(&member.name.value));
    group.map_or(1, |group| group.members.len())
}

impl Blueprint {
    /// The blueprint of a live object; nothing where its body holds a type that this plat does not know.
    pub fn of_object(object: &Object, file: FileId) -> Option<Self> {
        let places = Places::of(object, file);
        Some(Self {
            name: Spanned::new(object.address.name.clone(), places.whole()),
            span: places.whole(),
            meta: Meta::default(),
            properties: properties(&object.body, places.group("properties"))?,
            relations: places
                .group("relations")
                .map(|(member, span)| Relation::lift(member, span))
                .collect::<Option<_>>()?,
            lifecycle: None,
        })
    }
}

impl Promise {
    /// The promise of a live object, as far as its requests depend on it: its name and its API; nothing where its body holds a
    /// type that this plat does not know.
    pub fn of_object(object: &Object, file: FileId) -> Option<Self> {
        let places = Places::of(object, file);
        let name = |key: &str| Spanned::new(Name::from(text(&object.body, key).unwrap_or_default()), places.whole());
        let api = match text(&object.body, "kind") {
            Some(_) => Some(Api {
                span: places.whole(),
                group: name("group"),
                version: name("version"),
                kind: name("kind"),
                plural: name("plural"),
                fields: properties(&object.body, places.group("properties"))?,
            }),
            None => None,
        };
        Some(Self {
            name: Spanned::new(object.address.name.clone(), places.whole()),
            span: places.whole(),
            meta: Meta::default(),
            api,
            schedule: Vec::new(),
            configure: None,
            lifecycle: None,
        })
    }
}

impl Entity {
    /// The entity of a live object: its values and relations.
    pub fn of_object(object: &Object, file: FileId) -> Self {
        let places = Places::of(object, file);
        Self {
            blueprint: Spanned::new(object.address.parent.clone(), places.whole()),
            name: Spanned::new(object.address.name.clone(), places.whole()),
            span: places.whole(),
            title: None,
            icon: None,
            teams: Vec::new(),
            properties: group(places.group("properties")),
            relations: group(places.group("relations")),
            lifecycle: None,
        }
    }
}

impl Request {
    /// The request of a live object.
    pub fn of_object(object: &Object, file: FileId) -> Self {
        let places = Places::of(object, file);
        let Address { parent, name, .. } = &object.address;
        let (namespace, name) = name.split_once('/').unwrap_or(("default", name));
        Self {
            promise: Spanned::new(parent.clone(), places.whole()),
            name: Spanned::new(name.into(), places.whole()),
            namespace: Spanned::new(namespace.into(), places.whole()),
            destination: text(&object.body, "destination").map(|name| Spanned::new(name.into(), places.whole())),
            span: places.whole(),
            spec: group(places.group("spec")),
            lifecycle: None,
        }
    }
}

impl Relation {
    fn lift(member: &Member, span: Span) -> Option<Self> {
        let body = member.value.as_object()?;
        let flag = |name: &str| matches!(body.get(name).map(|value| &value.value), Some(Value::Bool(true)));
        Some(Self {
            name: Spanned::new(member.name.value.clone(), span),
            span,
            meta: Meta::default(),
            target: Spanned::new(text(body, "target")?.into(), span),
            required: flag("required").then_some(span),
            many: flag("many").then_some(span),
        })
    }
}

/// Members with their place on every part of them.
fn group<'b>(members: impl Iterator<Item = (&'b Member, Span)>) -> Map {
    let members = members.map(|(member, span)| Member {
        name: Spanned::new(member.name.value.clone(), span),
        value: placed(&member.value, span),
    });
    Map { members: members.collect() }
}

fn placed(value: &Value, span: Span) -> Spanned<Value> {
    let value = match value {
        Value::Array(items) => Value::Array(items.iter().map(|item| placed(item, span)).collect()),
        Value::Object(map) => {
            let member = |member: &Member| Member {
                name: Spanned::new(member.name.value.clone(), span),
                value: placed(&member.value, span),
            };
            Value::Object(Map { members: map.members.iter().map(member).collect() })
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Secret(_) => value.clone(),
    };
    // A null of an empty place would stand for a value that could not be read.
    let end = span.end + u32::from(matches!(value, Value::Null));
    Spanned::new(value, Span { end, ..span })
}

fn text<'m>(map: &'m Map, name: &str) -> Option<&'m str> {
    map.get(name)?.as_str()
}

/// `properties` and `required`, as [`schema::put_properties`] writes them.
fn properties<'b>(body: &Map, members: impl Iterator<Item = (&'b Member, Span)>) -> Option<Vec<Property>> {
    let required = body.get("required").and_then(|value| value.as_array()).unwrap_or_default();
    let required: HashSet<&str> = required.iter().filter_map(|item| item.as_str()).collect();
    let lift = |(member, span): (&Member, Span)| {
        let body = member.value.as_object()?;
        Some(Property {
            name: Spanned::new(member.name.value.clone(), span),
            span,
            meta: Meta::default(),
            schema: lift_schema(body, span)?,
            required: required.contains(&*member.name.value).then_some(span),
            default: body.get("default").map(|value| Spanned::new(value.value.clone(), span)),
        })
    };
    members.map(lift).collect()
}

fn lift_schema(body: &Map, span: Span) -> Option<Schema> {
    let items = match body.get("items") {
        Some(items) => Some(Box::new(lift_schema(items.as_object()?, span)?)),
        None => None,
    };
    let members =
        body.get("properties").and_then(|value| value.as_object()).map(|map| &*map.members).unwrap_or_default();
    let format = match text(body, "format") {
        Some(word) => Some(Format::ALL.into_iter().find(|row| row.1 == word)?.0),
        None => None,
    };
    let spec = match text(body, "spec") {
        Some(word) => {
            Some([Spec::OpenApi, Spec::AsyncApi, Spec::EmbeddedUrl].into_iter().find(|spec| spec.word() == word)?)
        }
        None => None,
    };
    Some(Schema {
        base: base(text(body, "type")?)?,
        format,
        spec,
        values: values(body, span),
        limits: limits(body, span),
        items,
        fields: properties(body, members.iter().map(|member| (member, span)))?,
    })
}

fn base(word: &str) -> Option<Base> {
    Some(match word {
        "string" => Base::String,
        "number" => Base::Number,
        "integer" => Base::Integer,
        "boolean" => Base::Boolean,
        "object" => Base::Object,
        "array" => Base::Array,
        _ => return None,
    })
}

fn values(body: &Map, span: Span) -> Vec<EnumValue> {
    let colors = body.get("enumColors").and_then(|value| value.as_object());
    let color = |value: &Value| {
        let key = value.as_str().map_or_else(|| schema::plain(value), Name::from);
        Some(Spanned::new(colors?.get(&key)?.as_str()?.into(), span))
    };
    let items = body.get("enum").and_then(|value| value.as_array()).unwrap_or_default();
    items.iter().map(|item| EnumValue { value: Spanned::new(item.value.clone(), span), color: color(item) }).collect()
}

fn limits(body: &Map, span: Span) -> Limits {
    let value = |name: &str| body.get(name).map(|value| Spanned::new(value.value.clone(), span));
    let count = |name: &str| match &body.get(name)?.value {
        Value::Number(Number::Integer(count)) => Some(Spanned::new(u64::try_from(*count).ok()?, span)),
        _ => None,
    };
    Limits {
        min: value("minimum"),
        max: value("maximum"),
        above: value("exclusiveMinimum"),
        below: value("exclusiveMaximum"),
        min_length: count("minLength"),
        max_length: count("maxLength"),
        pattern: text(body, "pattern").map(|text| Spanned::new(text.into(), span)),
        min_items: count("minItems"),
        max_items: count("maxItems"),
        unique_items: matches!(body.get("uniqueItems").map(|value| &value.value), Some(Value::Bool(true)))
            .then_some(span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Declared, Kind, parse_json};

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
        let lifted = Blueprint::of_object(&live, FileId(0)).unwrap();
        assert_eq!(lifted.body(), live.body);
        assert_eq!(field_at(&live.body, lifted.relations[0].span).as_deref(), Some("relations.system"));
        assert_eq!(field_at(&live.body, lifted.properties[3].span).as_deref(), Some("properties.place"));
        assert_eq!(field_at(&live.body, lifted.span), None);
    }

    #[test]
    fn a_type_of_another_time_is_no_blueprint() {
        for body in
            [r#"{"properties":{"a":{"type":"money"}}}"#, r#"{"properties":{"a":1}}"#, r#"{"relations":{"a":{}}}"#]
        {
            assert!(Blueprint::of_object(&object("blueprint:a", body), FileId(0)).is_none(), "{body}");
        }
    }

    #[test]
    fn the_parts_of_an_entity_know_their_field() {
        let live =
            object("entity:service:a", r#"{"title":"A","properties":{"x":{"y":null},"z":1},"relations":{"r":"t"}}"#);
        let entity = Entity::of_object(&live, FileId(7));
        assert_eq!(entity.address(), live.address);
        let inner = entity.properties.get("x").unwrap().as_object().unwrap().get("y").unwrap();
        assert_eq!((inner.span.file, inner.span.is_empty()), (FileId(7), false));
        assert_eq!(field_at(&live.body, inner.span).as_deref(), Some("properties.x"));
        let target = entity.relations.get("r").unwrap();
        assert_eq!(field_at(&live.body, target.span).as_deref(), Some("relations.r"));
    }

    #[test]
    fn a_request_and_its_promise_come_back() {
        let body =
            r#"{"kind":"Db","group":"g","version":"v1","plural":"dbs","properties":{"size":{"type":"integer"}}}"#;
        let promise = Promise::of_object(&object("promise:db", body), FileId(0)).unwrap();
        assert_eq!(&*promise.api.unwrap().fields[0].name.value, "size");
        let request = Request::of_object(&object("request:db:ns/a", r#"{"spec":{"size":1}}"#), FileId(1));
        assert_eq!(
            (request.address().kind, request.address().to_string().as_str()),
            (Kind::Request, "request:db:ns/a")
        );
    }
}
