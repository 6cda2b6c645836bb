//! Puts right what a manifest's own text does not show, and the kind of its object says: which of its values are lists of one, and that it is in
//! no namespace.
//!
//! What comes of it is what the catalog holds of a promise, so that a request is the same wherever it is rendered.

use super::delivery::spots;
use crate::kubernetes::{self, Kinds, METADATA, Nature, Schema, Scope, group};
use crate::model::{
    ControlKind, Declaration, Kind, Map, Name, Part, Project, Promise, Resource, Step, Template, Value,
};
use crate::source::{Origin, Spanned};
use std::collections::HashMap;

/// Gives the manifests of a project's own promises the shapes that their kinds ask for.
pub(super) fn manifests(project: &mut Project) {
    let Project { promises, objects, kinds, .. } = project;
    // Of what others own there is no object here; of two of a name each is where it stands.
    let written = objects.iter_mut().filter(|object| object.address.kind == Kind::Promise);
    let mut written: HashMap<(Name, Origin), &mut Declaration> =
        written.map(|object| ((object.address.name.clone(), object.span), object)).collect();
    for promise in promises {
        if let Some(object) = written.get_mut(&(promise.name.value.clone(), promise.span)) {
            of_promise(promise, object, kinds);
        }
    }
}

fn of_promise(promise: &mut Promise, object: &mut Declaration, kinds: &Kinds) {
    let dependencies = promise.dependencies.as_mut().map(|one| ("dependencies", &mut one.steps));
    let workflow = promise.configure.as_mut().map(|one| ("workflow", &mut one.steps));
    for (block, steps) in dependencies.into_iter().chain(workflow) {
        of_steps(steps, spots(&mut object.body, block, "apiVersion"), kinds);
    }
}

/// Gives the resources of some steps the shapes that their kinds ask for, and what is written of them in the body of the promise.
fn of_steps(steps: &mut [Step], written: Vec<&mut Map>, kinds: &Kinds) {
    let mut resources = Vec::new();
    collect(steps, &mut resources);
    // One of which something is missing stands in the body alone, and is told.
    if resources.len() != written.len() {
        return;
    }
    for (resource, step) in resources.into_iter().zip(written) {
        let Some((api_version, kind)) = resource.named() else { continue };
        let (schema, scope) = (kinds.schema(api_version, kind), kinds.scope(api_version, kind));
        // Of Kubernetes' own kinds everybody knows it.
        let is_told = scope != Some(Scope::Cluster) || kubernetes::scope(group(api_version), kind).is_some();
        let is_placed = !is_told && in_no_namespace(&mut resource.body);
        if template(&mut resource.body, schema) || is_placed {
            let body = &resource.body;
            step.put("body", body.value.written(body.span), body.span);
        }
    }
}

/// Says that an object is in no namespace, where its body says nothing of one; whether it does now.
fn in_no_namespace(body: &mut Spanned<Template>) -> bool {
    let span = body.span;
    let literal = |name: &str| Spanned::new(Template::Literal(Value::string(name)), span);
    let nothing = || Spanned::new(Template::Literal(Value::Null), span);
    let metadata = || Spanned::new(Template::Object(vec![(literal("namespace"), nothing())]), span);
    add(body, METADATA, literal(METADATA), metadata)
        || member_mut(body, METADATA).is_some_and(|metadata| add(metadata, "namespace", literal("namespace"), nothing))
}

/// Adds a member to an object that has none of its name; whether it did.
fn add(
    object: &mut Spanned<Template>,
    name: &str,
    key: Spanned<Template>,
    value: impl Fn() -> Spanned<Template>,
) -> bool {
    if let Template::Literal(Value::Object(map)) = &mut object.value {
        let members = std::mem::take(&mut map.members).into_iter().map(|one| {
            let key = Spanned::new(Template::Literal(Value::string(&*one.name.value)), one.name.span);
            (key, Spanned::new(Template::Literal(one.value.value), one.value.span))
        });
        object.value = Template::Object(members.collect());
    }
    if member_mut(object, name).is_some() {
        return false;
    }
    match &mut object.value {
        Template::Object(members) => members.push((key, value())),
        // What is computed may say it.
        Template::Composed(composed) if !composed.is_list => composed.parts.insert(0, Part::Member(key, value())),
        _ => return false,
    }
    true
}

/// The value of the member that is written under a name.
fn member_mut<'t>(object: &'t mut Spanned<Template>, name: &str) -> Option<&'t mut Spanned<Template>> {
    let is_it = |key: &Spanned<Template>| key.value.as_text() == Some(name);
    match &mut object.value {
        Template::Object(members) => members.iter_mut().find(|(key, _)| is_it(key)).map(|(_, value)| value),
        Template::Composed(composed) => composed.parts.iter_mut().find_map(|part| match part {
            Part::Member(key, value) if is_it(key) => Some(value),
            _ => None,
        }),
        _ => None,
    }
}

fn collect<'s>(steps: &'s mut [Step], found: &mut Vec<&'s mut Resource>) {
    for step in steps {
        match step {
            Step::Resource(resource) => found.push(resource),
            Step::Match(choice) => {
                for steps in choice.cases.iter_mut().map(|case| &mut case.steps).chain(&mut choice.otherwise) {
                    collect(steps, found);
                }
            }
            Step::Each(each) => collect(&mut each.steps, found),
            Step::If(choice) => {
                collect(&mut choice.steps, found);
                collect(&mut choice.otherwise, found);
            }
            Step::Table(_) | Step::Let(_) | Step::Files(_) | Step::Status { .. } => {}
        }
    }
}

/// Gives a template the shape of a schema; whether it had another one. What a path leads to is not known here, and is left.
fn template(written: &mut Spanned<Template>, schema: Schema<'_>) -> bool {
    match (schema.nature(), &mut written.value) {
        (_, Template::Literal(literal)) => value(literal, written.span, schema),
        (Nature::List(items), Template::Array(all)) => {
            all.iter_mut().fold(false, |changed, item| template(item, items) | changed)
        }
        (Nature::List(items), Template::Composed(composed)) if composed.is_list => {
            parts(&mut composed.parts, &|_| Some(items))
        }
        // Where no part has a name, items are meant: what is taken is a list.
        (Nature::List(items), Template::Composed(composed)) if !names_any(&composed.parts) => {
            composed.is_list = true;
            parts(&mut composed.parts, &|_| Some(items));
            true
        }
        (Nature::List(items), Template::Text(_) | Template::Object(_) | Template::Composed(_)) => {
            template(written, items);
            let item = std::mem::replace(&mut written.value, Template::Array(Vec::new()));
            written.value = Template::Array(vec![Spanned::new(item, written.span)]);
            true
        }
        (nature @ (Nature::Object(_) | Nature::Map(..)), Template::Object(all)) => {
            let mut changed = false;
            for (key, one) in all {
                if let Some(schema) = key.value.as_text().and_then(|name| nature.member(name).ok().flatten()) {
                    changed |= template(one, schema);
                }
            }
            changed
        }
        (nature @ (Nature::Object(_) | Nature::Map(..)), Template::Composed(composed)) if !composed.is_list => {
            parts(&mut composed.parts, &|name| nature.member(name?).ok().flatten())
        }
        _ => false,
    }
}

/// Whether some of the parts of an object are members, those that something decides about too.
fn names_any(all: &[Part]) -> bool {
    all.iter().any(|part| match part {
        Part::Member(..) => true,
        Part::Item(_) => false,
        Part::Control(control) => match &control.kind {
            ControlKind::Spread(_) => false,
            ControlKind::Each { parts, .. } => names_any(parts),
            ControlKind::If { parts, otherwise, .. } => names_any(parts) || names_any(otherwise),
            ControlKind::Match { cases, otherwise, .. } => {
                cases.iter().map(|case| &case.parts).chain(otherwise).any(|parts| names_any(parts))
            }
        },
    })
}

/// The same of parts; `schema` says what a member of a name may be, or an item.
fn parts<'k>(all: &mut [Part], schema: &dyn Fn(Option<&str>) -> Option<Schema<'k>>) -> bool {
    let mut changed = false;
    for part in all {
        changed |= match part {
            Part::Member(key, value) => {
                let schema = key.value.as_text().and_then(|name| schema(Some(name)));
                schema.is_some_and(|schema| template(value, schema))
            }
            Part::Item(value) => schema(None).is_some_and(|schema| template(value, schema)),
            Part::Control(control) => match &mut control.kind {
                ControlKind::Spread(_) => false,
                ControlKind::Each { parts: inner, .. } => parts(inner, schema),
                ControlKind::If { parts: inner, otherwise, .. } => parts(inner, schema) | parts(otherwise, schema),
                ControlKind::Match { cases, otherwise, .. } => {
                    let inner = cases.iter_mut().map(|case| &mut case.parts).chain(otherwise);
                    inner.fold(false, |changed, inner| parts(inner, schema) | changed)
                }
            },
        };
    }
    changed
}

/// The same of a value that is written as it is.
fn value(written: &mut Value, span: Origin, schema: Schema<'_>) -> bool {
    match (schema.nature(), &mut *written) {
        (Nature::List(items), Value::Array(all)) => {
            all.iter_mut().fold(false, |changed, item| value(&mut item.value, item.span, items) | changed)
        }
        // No value is no list, and what has no members is no item of one.
        (Nature::List(_), Value::Null) => false,
        (Nature::List(_), Value::Object(map)) if map.members.is_empty() => false,
        (Nature::List(items), _) => {
            value(written, span, items);
            let item = std::mem::replace(written, Value::Null);
            *written = Value::Array(vec![Spanned::new(item, span)]);
            true
        }
        (nature @ (Nature::Object(_) | Nature::Map(..)), Value::Object(map)) => {
            let mut changed = false;
            for one in &mut map.members {
                if let Some(schema) = nature.member(&one.name.value).ok().flatten() {
                    changed |= value(&mut one.value.value, one.value.span, schema);
                }
            }
            changed
        }
        _ => false,
    }
}
