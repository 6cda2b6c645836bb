//! Puts right what a manifest's own text does not show: which of its values are lists of one, as the kind of its object has them.
//!
//! What comes of it is what the catalog holds of a promise, so that a request is the same wherever it is rendered.

use super::delivery::spots;
use crate::kubernetes::{Kinds, Nature, Schema};
use crate::model::{ControlKind, Declaration, Kind, Name, Part, Project, Promise, Resource, Step, Template, Value};
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
    let Some(workflow) = &mut promise.configure else { return };
    let mut resources = Vec::new();
    collect(&mut workflow.steps, &mut resources);
    let mut written = spots(&mut object.body, "apiVersion");
    // One of which something is missing stands in the body alone, and is told.
    if resources.len() != written.len() {
        return;
    }
    for (resource, step) in resources.into_iter().zip(&mut written) {
        let schema = resource.named().and_then(|(api_version, kind)| kinds.schema(api_version, kind));
        let Some(schema) = schema else { continue };
        if template(&mut resource.body, schema) {
            let body = &resource.body;
            step.put("body", body.value.written(body.span), body.span);
        }
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

fn literal(template: &Spanned<Template>) -> Option<&str> {
    match &template.value {
        Template::Literal(value) => value.as_str(),
        _ => None,
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
        (Nature::List(items), Template::Text(_) | Template::Object(_) | Template::Composed(_)) => {
            template(written, items);
            let item = std::mem::replace(&mut written.value, Template::Array(Vec::new()));
            written.value = Template::Array(vec![Spanned::new(item, written.span)]);
            true
        }
        (nature @ (Nature::Object(_) | Nature::Map(_)), Template::Object(all)) => {
            let mut changed = false;
            for (key, one) in all {
                if let Some(schema) = literal(key).and_then(|name| member(&nature, name)) {
                    changed |= template(one, schema);
                }
            }
            changed
        }
        (nature @ (Nature::Object(_) | Nature::Map(_)), Template::Composed(composed)) if !composed.is_list => {
            parts(&mut composed.parts, &|name| member(&nature, name?))
        }
        _ => false,
    }
}

/// What the member of a name may be.
fn member<'k>(nature: &Nature<'k>, name: &str) -> Option<Schema<'k>> {
    match nature {
        Nature::Object(object) => object.member(name),
        Nature::Map(values) => Some(*values),
        Nature::List(_) | Nature::Any | Nature::Plain => None,
    }
}

/// The same of parts; `schema` says what a member of a name may be, or an item.
fn parts<'k>(all: &mut [Part], schema: &dyn Fn(Option<&str>) -> Option<Schema<'k>>) -> bool {
    let mut changed = false;
    for part in all {
        changed |= match part {
            Part::Member(key, value) => {
                let schema = literal(key).and_then(|name| schema(Some(name)));
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
        (nature @ (Nature::Object(_) | Nature::Map(_)), Value::Object(map)) => {
            let mut changed = false;
            for one in &mut map.members {
                if let Some(schema) = member(&nature, &one.name.value) {
                    changed |= value(&mut one.value.value, one.value.span, schema);
                }
            }
            changed
        }
        _ => false,
    }
}
