//! The fields of a body: its members, each owned and diffed for itself, and where a member is a group, the members of it.

use super::members::Members;
use super::table::Table;
use crate::model::{Map, Member, Value};
use crate::source::{Origin, Spanned};

/// Whether the members of a body's member are fields of their own: where the grammar says so of one kind, they are in all.
fn is_group(name: &str) -> bool {
    Table::get().groups.contains(&name)
}

/// The fields of a body: each member, and each member of a group as `group.name`; in the order of the body.
pub fn fields(body: &Map) -> Vec<(String, &Spanned<Value>)> {
    let mut fields = Vec::new();
    for Member { name, value } in &body.members {
        match inside(name, value) {
            Some(group) => fields.extend(group.members.iter().map(|inner| (path(name, &inner.name), &inner.value))),
            None => fields.push((name.to_string(), value)),
        }
    }
    fields
}

fn path(group: &str, name: &str) -> String {
    [group, ".", name].concat()
}

/// The members of a body's member that are fields.
pub(super) fn inside<'v>(name: &str, value: &'v Value) -> Option<&'v Map> {
    value.as_object().filter(|_| is_group(name))
}

/// The path of the field of a live object that a problem is about, where the object is read by [`crate::model::Declaration::of_object`];
/// nothing for the object itself.
pub fn field_at(body: &Map, place: Origin) -> Option<String> {
    let Origin::Live { part: Some(number), .. } = place else { return None };
    let mut before = number as usize;
    for Member { name, value } in &body.members {
        let group = inside(name, value);
        if before == 0 {
            return group.is_none().then(|| name.to_string());
        }
        let parts = value.as_object().map_or(&[][..], |map| &map.members);
        if let Some(part) = parts.get(before - 1) {
            return Some(group.map_or_else(|| name.to_string(), |_| path(name, &part.name)));
        }
        before -= 1 + parts.len();
    }
    None
}

/// Sets a field of a body, or removes it.
pub fn set_field(body: &mut Map, path: &str, value: Option<Value>) {
    set_fields(body, [(path, value)]);
}

/// Sets fields of a body, or removes them, each path with its value; a group comes and goes with its members. Takes time linear in
/// all of them.
pub fn set_fields<'f>(body: &mut Map, fields: impl IntoIterator<Item = (&'f str, Option<Value>)>) {
    let mut whole = Members::of(std::mem::take(body));
    let mut groups: Vec<(&str, Members)> = Vec::new();
    for (path, value) in fields {
        let Some((group, name)) = path.split_once('.').filter(|(group, _)| is_group(group)) else {
            whole.set(path, value);
            continue;
        };
        let place = groups.iter().position(|(known, _)| *known == group).unwrap_or_else(|| {
            let members = match whole.set(group, None) {
                Some(Value::Object(map)) => Members::of(map),
                _ => Members::default(),
            };
            groups.push((group, members));
            groups.len() - 1
        });
        groups[place].1.set(name, value);
    }
    for (group, members) in groups {
        let members = members.finish();
        whole.set(group, (!members.is_empty()).then_some(Value::Object(members)));
    }
    *body = whole.finish();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Address, Blueprint, Declaration, Declared, Entity, Object, parse_json};

    fn body(json: &str) -> Map {
        parse_json(json.as_bytes()).unwrap().as_object().unwrap().clone()
    }

    #[test]
    fn a_body_is_made_of_its_fields() {
        let original = body(r#"{"title":"A","properties":{"a.b":1,"c":{"d":2}},"levels":["x"]}"#);
        let all = fields(&original);
        let mut copy = Map::default();
        set_fields(&mut copy, all.iter().map(|(path, value)| (path.as_str(), Some(value.value.clone()))));
        assert_eq!(copy, original);
        set_fields(&mut copy, all.iter().map(|(path, _)| (path.as_str(), None)));
        assert!(copy.is_empty());
    }

    #[test]
    fn a_large_body_is_made_of_its_fields() {
        let names: Vec<String> = (0..100).map(|number| format!("properties.p{number}")).collect();
        let all = |value: i64| names.iter().map(move |name| (name.as_str(), Some(Value::integer(value))));
        let mut body = Map::default();
        // Set twice, the last counts, and some that are taken out come again.
        set_fields(&mut body, all(1).chain(all(2)));
        set_fields(&mut body, names.iter().step_by(2).map(|name| (name.as_str(), None)));
        assert_eq!(fields(&body).len(), 50);
        set_fields(&mut body, names.iter().step_by(2).map(|name| (name.as_str(), None)).chain(all(3)));
        let found = fields(&body);
        assert_eq!(found.len(), 100);
        assert!(found.iter().all(|(_, value)| value.value == Value::integer(3)));
    }
    #[test]
    fn the_parts_of_a_live_object_know_their_field() {
        let live = |address: &str, json: &str| Object { address: Address::parse(address).unwrap(), body: body(json) };
        let entity =
            live("entity:service:a", r#"{"title":"A","properties":{"x":{"y":null},"z":1},"relations":{"r":"t"}}"#);
        let read = Entity::of(Declaration::of_object(&entity, 7));
        assert_eq!(read.address(), entity.address);
        let inner = read.properties.get("x").unwrap().as_object().unwrap().get("y").unwrap();
        let at = |place| field_at(&entity.body, place);
        assert_eq!(at(inner.span).as_deref(), Some("properties.x"));
        assert_eq!(at(read.relations.get("r").unwrap().span).as_deref(), Some("relations.r"));
        assert_eq!(at(read.span), None);

        let json = r#"{"ownership":{"type":"Direct","x":1},"properties":{"a":{"type":"string"}},"title":"A"}"#;
        let blueprint = live("blueprint:service", json);
        let declared = Declaration::of_object(&blueprint, 0);
        let at = |place| field_at(&blueprint.body, place);
        let part = |of: &str, name: &str| declared.body.get(of).unwrap().as_object().unwrap().get(name).unwrap().span;
        assert_eq!(at(part("ownership", "x")).as_deref(), Some("ownership"), "it is no group");
        assert_eq!(at(part("properties", "a")).as_deref(), Some("properties.a"));
        assert_eq!(at(declared.body.get("title").unwrap().span).as_deref(), Some("title"));
        assert_eq!(at(declared.body.get("properties").unwrap().span), None, "a group is no field");
        let read = Blueprint::of(&declared).unwrap();
        assert_eq!(at(read.properties[0].span).as_deref(), Some("properties.a"));
    }
}
