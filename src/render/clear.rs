use super::Rendered;
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Declared, Destination, Map, Member, Project, Promise, Step, Template, Value};
use crate::source::Origin;
use std::collections::{BTreeSet, HashMap};

/// Every request whose secrets would lie open at its destination, once for each secret.
pub(super) fn in_clear(project: &Project, rendered: &[Rendered]) -> Diagnostics {
    let destinations: HashMap<&str, &Destination> =
        project.destinations.iter().map(|destination| (&*destination.name.value, destination)).collect();
    let mut diagnostics = Diagnostics::default();
    for request in rendered {
        let names: BTreeSet<&str> =
            request.files.iter().flat_map(|file| &file.secrets).map(|reference| &*reference.secret).collect();
        let destination = request.destination.as_ref().and_then(|name| destinations.get(&**name));
        if let Some(destination) = destination.filter(|destination| destination.encrypted.is_none()) {
            diagnostics.extend(names.into_iter().map(|name| problem(project, request, name, destination)));
        }
    }
    diagnostics
}

fn problem(project: &Project, request: &Rendered, secret: &str, destination: &Destination) -> Diagnostic {
    let name = &destination.name.value;
    let message = format!("the secret `{secret}` would be written to destination `{name}` in clear");
    let place = written_at(project, request, secret).unwrap_or(request.span);
    let diagnostic = Diagnostic::error(code::SECRET_IN_CLEAR, place, message)
        .label(format!("in the manifests of `{}`", request.request))
        .because_of(destination.span, "which does not say `encrypted`");
    diagnostic.help(
        "let the cluster look the secret up, by an ExternalSecret or by the `secretKeyRef` of a Secret that is there; or say \
         `encrypted` in the destination, where its repository is encrypted and only those read it who may know the secret",
    )
}

/// Where a secret of a request's manifests is written: in the request, else in its promise.
fn written_at(project: &Project, rendered: &Rendered, secret: &str) -> Option<Origin> {
    let request = project.requests.iter().find(|request| request.address() == rendered.request);
    let promise = request.map_or(&rendered.request.name, |request| &request.promise.value);
    let mut steps = project.promise(promise).into_iter().flat_map(Promise::steps);
    let given = request.and_then(|request| in_map(&request.spec, secret));
    given.or_else(|| steps.find_map(|step| in_step(step, secret)))
}

fn in_map(map: &Map, secret: &str) -> Option<Origin> {
    map.members.iter().find_map(|Member { value, .. }| in_value(&value.value, value.span, secret))
}

fn in_value(value: &Value, span: Origin, secret: &str) -> Option<Origin> {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
        Value::Array(items) => items.iter().find_map(|item| in_value(&item.value, item.span, secret)),
        Value::Object(map) => in_map(map, secret),
        Value::Secret(name) => (**name == *secret).then_some(span),
    }
}

fn in_step(step: &Step, secret: &str) -> Option<Origin> {
    match step {
        Step::Resource(resource) => in_template(&resource.body.value, resource.body.span, secret),
        _ => step.within().find_map(|step| in_step(step, secret)),
    }
}

fn in_template(template: &Template, span: Origin, secret: &str) -> Option<Origin> {
    match template {
        Template::Literal(value) => in_value(value, span, secret),
        Template::Array(items) => items.iter().find_map(|item| in_template(&item.value, item.span, secret)),
        Template::Object(members) => {
            members.iter().find_map(|(_, value): &(_, _)| in_template(&value.value, value.span, secret))
        }
        Template::Composed(composed) => {
            let mut templates = Vec::new();
            composed.each_template(&mut |template| templates.push(template), &mut |_| {});
            templates.iter().find_map(|template| in_template(&template.value, template.span, secret))
        }
        Template::Reference(..) | Template::Text(_) | Template::Foreign { .. } => None,
    }
}
