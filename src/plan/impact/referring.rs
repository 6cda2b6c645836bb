use super::world::World;
use crate::model::{Address, Kind, Map, Object, Value};
use crate::object::{Reference, Types};
use crate::plan::document::Referring;

/// The actions and scorecards that refer to a blueprint, a promise, a property or a relation that changes or goes, by
/// object, field and what they refer to.
pub(super) fn referring(world: &World<'_>) -> Vec<Referring> {
    let mut found = Vec::new();
    let types = world.before.shapes.types();
    for object in world.after.objects.values() {
        if matches!(object.address.kind, Kind::Scorecard | Kind::Action) {
            of_object(world, &types, object, &mut found);
        }
    }
    found.sort();
    found.dedup();
    found
}

fn of_object(world: &World<'_>, types: &Types<'_>, object: &Object, found: &mut Vec<Referring>) {
    let refers = |field: &str, to: String| Referring { address: object.address.clone(), field: field.to_owned(), to };
    let mut parts = Vec::new();
    let references = types.of_body(&object.address, &object.body);
    for (field, path) in paths(&object.body) {
        for (of_type, part) in resolve(world, references.first(), path) {
            let changes = world.touched.changed.get(&of_type).is_some_and(|changed| changed.contains(&part));
            if changes {
                found.push(refers(&field, format!("{of_type}#{part}")));
                parts.push(of_type);
            }
        }
    }
    for reference in references {
        let touched =
            world.touched.changed.contains_key(&reference.to) || world.touched.gone.contains_key(&reference.to);
        // A reference to a part says more than one to the whole.
        if touched && !parts.contains(&reference.to) {
            found.push(refers(&reference.field, reference.to.to_string()));
        }
    }
}

/// The paths in the conditions of a scorecard, each with the field that it stands in.
fn paths(body: &Map) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    if let Some(filter) = body.get("filter") {
        walk("filter", filter, &mut found);
    }
    for rule in body.get("rules").and_then(|rules| rules.as_object()).iter().flat_map(|rules| &rules.members) {
        if let Some(query) = rule.value.as_object().and_then(|rule| rule.get("query")) {
            walk(&format!("rules.{}", rule.name.value), query, &mut found);
        }
    }
    found
}

/// Collects the paths of a condition; it is nested no deeper than JSON is read.
fn walk<'v>(field: &str, condition: &'v Value, found: &mut Vec<(String, &'v str)>) {
    let Some(map) = condition.as_object() else { return };
    found.extend(map.get("field").and_then(|path| path.as_str()).map(|path| (field.to_owned(), path)));
    for part in crate::object::combined(map).and_then(|(_, parts)| parts.as_array()).unwrap_or_default() {
        walk(field, part, found);
    }
}

/// What a path goes through: each property or relation with the blueprint or promise that has it, as they are live.
fn resolve(world: &World<'_>, start: Option<&Reference>, path: &str) -> Vec<(Address, String)> {
    let shapes = &world.before.shapes;
    let Some(start) = start else { return Vec::new() };
    let mut at = start.to.clone();
    let mut found = Vec::new();
    for name in path.split('.') {
        if name.starts_with('$') {
            break;
        }
        let relation = shapes.blueprints.get(&at.name).and_then(|blueprint| blueprint.relation(name));
        match relation.filter(|_| at.kind == Kind::Blueprint) {
            Some(relation) => {
                let target = Address::new(Kind::Blueprint, relation.target.value.clone());
                found.push((std::mem::replace(&mut at, target), format!("relations.{name}")));
            }
            None => {
                found.push((at, format!("properties.{name}")));
                break;
            }
        }
    }
    found
}
