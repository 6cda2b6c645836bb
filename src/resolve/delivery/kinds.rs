use super::{Surroundings, files};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::kubernetes::{Described, Kinds, SchemaFault, TYPES, Unreadable, described};
use crate::model::{Api, Map, Member, Project, Property, Value, write_json};
use crate::source::{Origin, Spanned};
use crate::syntax::Node;
use std::sync::Arc;

/// The kinds that the files of a `kinds` line describe.
pub(in crate::resolve) fn kinds(
    node: Node<'_>,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Arc<Described>> {
    let Some(taken) = files::files(node, around, diagnostics) else { return Vec::new() };
    let mut all = Vec::new();
    let mut without = Vec::new();
    let wild = taken.pattern.value.find(['*', '?']).unwrap_or(taken.pattern.value.len());
    let folder = taken.pattern.value[..wild].rfind('/').map_or("", |end| &taken.pattern.value[..=end]);
    for (path, content) in &taken.found {
        let path = format!("{folder}{path}");
        match described(content) {
            Ok(read) => {
                all.extend(read.kinds.into_iter().map(Arc::new));
                diagnostics.extend(read.faults.iter().map(|fault| faulty(&path, fault, taken.pattern.span)));
            }
            Err(Unreadable::NoKinds) => without.push(path),
            Err(Unreadable::Text(error)) => {
                let message = format!("`{path}` cannot be read as YAML or JSON");
                let problem = Diagnostic::error(code::NO_KINDS, taken.pattern.span, message);
                diagnostics.push(problem.label(error).help("name files that describe kinds, or mend this one"));
            }
        }
    }
    // Beside those that describe kinds others may lie; that none does is not meant.
    if let (true, Some(first)) = (all.is_empty(), without.first()) {
        let message = format!("`{first}` describes no kind of Kubernetes' objects");
        let problem = Diagnostic::error(code::NO_KINDS, taken.pattern.span, message);
        diagnostics.push(problem.help(
            "a kind is described by a CustomResourceDefinition (`kubectl get crd NAME -o yaml`), or by what a cluster publishes of \
             itself (`kubectl get --raw /openapi/v3/apis/GROUP/VERSION`)",
        ));
    }
    all
}

/// That a part of a schema in a file is none.
fn faulty(path: &str, fault: &SchemaFault, span: Origin) -> Diagnostic {
    let place = if fault.path.is_empty() { "the top of a schema".to_owned() } else { format!("`{}`", fault.path) };
    let (is, so) = match fault.keyword {
        "type" => (format!("one of `{}`", TYPES.join("`, `")), "any value passes there"),
        "properties" => ("an object with a schema for each field".to_owned(), "any value passes there"),
        _ => ("a list of the names of fields".to_owned(), "nothing has to be there"),
    };
    let message = format!("`{}` cannot be `{}` in a schema: `{path}`, at {place}", fault.keyword, fault.says);
    let problem = Diagnostic::warning(code::NO_KINDS, span, message).label(so);
    problem.help(format!("`{}` is {is}; Kubernetes refuses what it is now", fault.keyword))
}

/// What is known of kinds: those that files describe, and those that promises make.
pub(in crate::resolve) fn known(project: &Project) -> Kinds {
    let mut kinds = Kinds::default();
    project.described.iter().for_each(|one| kinds.add(one.clone()));
    for api in project.promises.iter().filter_map(|promise| promise.api.as_ref()) {
        let version = format!("{}/{}", api.group.value, api.version.value);
        let mut spec = Vec::new();
        write_json(&spec_of(api), &mut spec);
        if let Some(described) = Described::custom(&version, &api.kind.value, &spec) {
            kinds.add(Arc::new(described));
        }
    }
    kinds
}

/// The schema of what stands under the `spec` of a request.
fn spec_of(api: &Api) -> Value {
    let nowhere = |value| Spanned::new(value, Origin::Nowhere);
    let field = |field: &Property| {
        let schema = Value::Object(field.schema.json.clone());
        Member { name: field.name.clone(), value: nowhere(schema) }
    };
    let fields = Map { members: api.fields.iter().map(field).collect() };
    let required = api.fields.iter().filter(|field| field.is_demanded());
    let required = required.map(|field| nowhere(Value::string(&*field.name.value))).collect();
    let mut spec = Map::default();
    spec.put("type", Value::string("object"), Origin::Nowhere);
    spec.put("properties", Value::Object(fields), Origin::Nowhere);
    spec.put("required", Value::Array(required), Origin::Nowhere);
    Value::Object(spec)
}
