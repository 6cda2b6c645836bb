//! Values that are the name of a team, a blueprint or an entity name one that is there.

use super::names::{Named, Names};
use crate::diag::{Diagnostic, code};
use crate::model::{BLUEPRINT, Format, Kind, Map, Naming, Project, Property, Schema, Value};
use crate::source::Spanned;
use rayon::prelude::*;
use std::collections::HashMap;

/// The values that name nothing: of entities and requests, and those that stand for them where none is given.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let names = Names::of(project);
    let blueprints = project.blueprints.iter().map(|blueprint| (&*blueprint.name.value, &*blueprint.properties));
    let apis = project.promises.iter().map(|promise| (&*promise.name.value, promise.fields()));
    let (properties, fields) = (naming(blueprints), naming(apis));
    let mut problems = Vec::new();
    for (kind, _, properties) in project.typed() {
        // Which entities an input may be, the portal knows.
        let is_judged = |property: &&Property| kind != Kind::Action || !picks(&property.schema);
        for property in properties.iter().filter(is_judged) {
            defaults(&names, std::slice::from_ref(property), &mut problems);
        }
    }
    project.promises.iter().for_each(|promise| of_no_blueprint(promise.fields(), &mut problems));
    let of = |naming: &HashMap<&str, &[Property]>, kind: &str, values: &Map| {
        let mut problems = Vec::new();
        if let Some(properties) = naming.get(kind) {
            members(&names, properties, values, &mut problems);
        }
        problems
    };
    if !properties.is_empty() {
        let entities = project.entities.par_iter();
        problems
            .par_extend(entities.flat_map_iter(|entity| of(&properties, &entity.blueprint.value, &entity.properties)));
    }
    if !fields.is_empty() {
        let requests = project.requests.par_iter();
        problems.par_extend(requests.flat_map_iter(|request| of(&fields, &request.promise.value, &request.spec)));
    }
    problems
}

/// The lists of properties that can name something, by what they belong to.
fn naming<'p>(lists: impl DoubleEndedIterator<Item = (&'p str, &'p [Property])>) -> HashMap<&'p str, &'p [Property]> {
    let mut naming: HashMap<&str, &[Property]> = lists.rev().collect();
    naming.retain(|_, properties| properties.iter().any(|property| can_name(&property.schema)));
    naming
}

/// Whether a value of a schema, or one inside of it, can name something.
fn can_name(schema: &Schema) -> bool {
    schema.can_name(&|naming| Named::of(naming).is_some())
}

/// Whether a value of a schema, or one inside of it, names an entity.
fn picks(schema: &Schema) -> bool {
    schema.can_name(&|naming| matches!(naming, Naming::EntityOf(_)))
}

/// The fields that name entities, of nobody knows which blueprint.
fn of_no_blueprint(fields: &[Property], problems: &mut Vec<Diagnostic>) {
    for Property { name, schema, .. } in fields {
        let items = schema.items.as_deref();
        let is_unsaid = |schema: &Schema| schema.format == Some(Format::Entity) && schema.naming().is_none();
        if is_unsaid(schema) || items.is_some_and(is_unsaid) {
            let message = format!("`{}` is an `entity`, and its `{BLUEPRINT}` is not said", name.value);
            let problem = Diagnostic::error(code::MISSING_PROPERTY, name.span, message).missing(BLUEPRINT);
            problems.push(problem.help(format!("write `{BLUEPRINT}=NAME` behind it")));
        }
        of_no_blueprint(&schema.fields, problems);
        of_no_blueprint(items.map_or(&[], |items| &items.fields), problems);
    }
}

/// The defaults of properties, and of what their values hold.
fn defaults(names: &Names<'_>, properties: &[Property], problems: &mut Vec<Diagnostic>) {
    for property in properties.iter().filter(|property| can_name(&property.schema)) {
        if let Some(default) = &property.default {
            value(names, &property.schema, default, problems);
        }
        defaults(names, &property.schema.fields, problems);
        defaults(names, property.schema.items.as_deref().map_or(&[], |items| &items.fields), problems);
    }
}

fn members(names: &Names<'_>, properties: &[Property], values: &Map, problems: &mut Vec<Diagnostic>) {
    for property in properties.iter().filter(|property| can_name(&property.schema)) {
        if let Some(given) = values.get(&property.name.value) {
            value(names, &property.schema, given, problems);
        }
    }
}

fn value(names: &Names<'_>, schema: &Schema, given: &Spanned<Value>, problems: &mut Vec<Diagnostic>) {
    // What is worked out is not known here.
    if given.value.foreign().is_some() {
        return;
    }
    schema.inside(&given.value).for_each(|(schema, given)| value(names, schema, given, problems));
    match &given.value {
        Value::Object(map) => members(names, &schema.fields, map, problems),
        Value::Secret(_) if Named::by(schema).is_some() => {
            let message = "a name that is looked up is no secret";
            let problem = Diagnostic::error(code::MISPLACED_SECRET, given.span, message);
            problems.push(problem.help("write the name itself"));
        }
        Value::String(name) => {
            let named = Named::by(schema);
            problems.extend(named.and_then(|named| names.problem(code::VALUE_NAMES_NOTHING, named, name, given.span)));
        }
        _ => {}
    }
}
