//! Where values come from: lines, defaults, and what a promise makes of a request.

use super::{Input, Said};
use crate::model::{Declared, Json, Path, Promise, Property, Request, Step, Template, Value};
use crate::source::{Origin, Sources, Spanned};
use std::collections::BTreeMap;

/// The values that an object leaves to its type: path, default, and the place of the default.
pub(super) fn defaults<'p>(
    group: &str,
    properties: &'p [Property],
    says: impl Fn(&str) -> bool,
) -> Vec<(String, &'p Spanned<Value>)> {
    let defaults = properties
        .iter()
        .filter_map(|property| Some((format!("{group}.{}", property.name.value), property.default.as_ref()?)));
    defaults.filter(|(path, _)| !says(path)).collect()
}

/// The steps of a promise that may have written a file, of a request or of its dependencies, each with its line: those that name it, or, where
/// none does, all that name no file.
pub(super) fn steps<'p>(
    promise: &'p Promise,
    is_of_request: bool,
    file: &str,
) -> Vec<(Origin, Option<&'p Spanned<Template>>)> {
    let mut all: Vec<&Step> = Vec::new();
    let workflow = promise.configure.as_ref().map(|workflow| &workflow.steps);
    let dependencies = promise.dependencies.as_ref().map(|dependencies| &dependencies.steps);
    let steps = if is_of_request { workflow } else { dependencies };
    let mut open: Vec<&Step> = steps.into_iter().flatten().rev().collect();
    let shared = promise.static_file().filter(|path| !is_of_request && file.ends_with(path.as_str()));
    while let Some(step) = open.pop() {
        all.push(step);
        open.extend(step.within().rev());
    }
    let name = file.rsplit('/').next().unwrap_or(file);
    let (mut sure, mut possible) = (Vec::new(), Vec::new());
    for step in all {
        match step {
            Step::Resource(resource) => {
                let found = (resource.span, Some(&resource.body));
                match resource.file.as_ref().map(|file| &file.value) {
                    Some(Template::Literal(Value::String(text))) if file.ends_with(&**text) => sure.push(found),
                    Some(Template::Literal(_)) => {}
                    Some(_) => possible.push(found),
                    None if shared.is_some() || names(&resource.kind.value, name) => possible.push(found),
                    None => {}
                }
            }
            Step::Files(files) => {
                let has = files.found.iter().any(|(path, _)| file.ends_with(&**path));
                sure.extend(has.then_some((files.span, None)));
            }
            Step::Table(_) | Step::Match(_) | Step::Each(_) | Step::If(_) | Step::Let(_) | Step::Status { .. } => {}
        }
    }
    if sure.is_empty() { possible } else { sure }
}

/// Whether a manifest of a kind may be in a file that is named after it.
fn names(kind: &Template, file: &str) -> bool {
    match kind {
        Template::Literal(Value::String(kind)) => file.starts_with(&format!("{}-", kind.to_lowercase())),
        _ => true,
    }
}

/// What the values of a template refer to, each path once, with where its value comes from.
pub(super) fn inputs(
    promise: &Promise,
    request: &Request,
    template: &Spanned<Template>,
    sources: &Sources,
) -> Vec<Input> {
    let mut used: BTreeMap<String, &Path> = BTreeMap::new();
    template.each_path(&mut |path, _| used.extend([(path.to_string(), path)]));
    let input = |(name, path): (String, &Path)| {
        let (value, said) = input(promise, request, path);
        Input { path: name, value: value.map(Json), origin: said.at(sources) }
    };
    used.into_iter().map(input).collect()
}

fn input(promise: &Promise, request: &Request, path: &Path) -> (Option<Value>, Said) {
    let first = path.segments.first().map_or("", |segment| segment);
    match (first, path.segments.get(1)) {
        ("name", None) => (Some(Value::string(&*request.name.value)), Said::Itself(request.name.span)),
        ("namespace", None) => (Some(Value::string(&*request.namespace.value)), Said::Itself(request.namespace.span)),
        ("promise", None) => (Some(Value::string(&*promise.name.value)), Said::Itself(promise.name.span)),
        ("request", Some(about)) => self::about(request, about),
        ("spec", Some(field)) => spec(promise, request, field),
        ("spec", None) => (None, Said::Itself(request.span)),
        (name, column) => bound(promise, request, name, column.map(|column| &**column)),
    }
}

/// What a request says beside its values.
fn about(request: &Request, about: &str) -> (Option<Value>, Said) {
    let said = request.body().get(about).cloned();
    said.map_or((None, Said::Itself(request.span)), |said| (Some(said.value), Said::Itself(said.span)))
}

/// The value of a field of a request, or its promise's default.
fn spec(promise: &Promise, request: &Request, field: &str) -> (Option<Value>, Said) {
    if let Some(value) = request.spec.get(field) {
        return (Some(value.value.clone()), Said::Itself(value.span));
    }
    let declared = promise.fields().iter().find(|one| *one.name.value == *field);
    match declared.map(|field| (field, field.default.as_ref())) {
        Some((_, Some(default))) => (Some(default.value.clone()), Said::Promise(default.span)),
        Some((field, None)) => (None, Said::Itself(field.span)),
        None => (None, Said::Itself(request.span)),
    }
}

/// What a step gives a name to: the column of the row of a table that a request chooses; the step of a loop or another table where the value
/// cannot be told here.
fn bound(promise: &Promise, request: &Request, bound: &str, column: Option<&str>) -> (Option<Value>, Said) {
    let mut open: Vec<&Step> = promise.configure.iter().flat_map(|workflow| &workflow.steps).collect();
    while let Some(step) = open.pop() {
        match step {
            Step::Table(found) if *found.name.value == *bound => {
                let key = match &*found.by.value.segments {
                    [first, field] if **first == *"spec" => spec(promise, request, field).0,
                    _ => None,
                };
                let row = found.rows.iter().find(|row| Some(&row.key.value) == key.as_ref());
                let cell = row.and_then(|row| row.columns.iter().find(|(name, _)| Some(&*name.value) == column));
                return match cell {
                    Some((name, value)) => match &value.value {
                        Template::Literal(value) => (Some(value.clone()), Said::Itself(name.span)),
                        _ => (None, Said::Itself(name.span)),
                    },
                    None => (None, Said::Itself(found.span)),
                };
            }
            Step::Each(each) if *each.name.value == *bound => return (None, Said::Itself(each.span)),
            _ => open.extend(step.within()),
        }
    }
    (None, Said::Itself(promise.span))
}
