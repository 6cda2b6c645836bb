//! What is known by names in the project, and in each of the modules that it uses.

use super::bounds::Bounds;
use super::given::given as given_by;
use super::names::{ENVIRONMENT, called, given_in};
use super::project::{Asking, Given, parameters};
use super::scope::Scope;
use super::{Made, Used, lets};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Map, Value};
use crate::resolve::overlay::Kept;
use crate::resolve::unit::Unit;
use crate::source::Spanned;
use crate::syntax::{Entry, Node};
use std::collections::HashMap;

/// The scope of each unit. What a module is given is made of what is known by who uses it, who stands before it.
pub(super) fn of(used: &[Used], units: &[Unit], given: Given, bounds: &Bounds, made: &mut Made) -> Vec<Scope<'static>> {
    let mut scopes: Vec<Scope<'static>> = Vec::with_capacity(units.len());
    let chosen = given.chosen.clone();
    let mut given = Some(given);
    for (index, unit) in units.iter().enumerate() {
        let (lets, params) = (called(used, index, "let"), called(used, index, "param"));
        let known = given_in(used, index);
        let asking = match &unit.name {
            None => Asking::Project(given.take().unwrap_or_default()),
            Some(name) => {
                let lines: Vec<Node<'_>> = unit.line.iter().flat_map(Kept::nodes).collect();
                let given = scopes.get(unit.user).zip(lines.first()).map(|(scope, line)| given_by(*line, scope));
                let given = match given {
                    None => Some(Map::default()),
                    Some(Ok(given)) => Some(given),
                    Some(Err(problem)) => {
                        made.diagnostics.extend(problem);
                        None
                    }
                };
                twice(&lets, &params, &mut made.diagnostics);
                Asking::Module { name: name.clone(), line: lines.first().map(|line| line.head_span()), given }
            }
        };
        let (parameters, mut values) = parameters((&params, &known), asking, &mut made.diagnostics);
        if let Some(chosen) = chosen.as_ref().filter(|_| unit.name.is_none()) {
            let name = Spanned::new(Value::string(&*chosen.value), chosen.span);
            values.entry(ENVIRONMENT.into()).or_insert(name);
        }
        made.parameters.extend(parameters);
        scopes.push(lets::bind(&lets, Scope::of_project(values), bounds, &mut made.diagnostics));
    }
    scopes
}

/// What of a module has a name twice; of the project that is told where names are.
fn twice(lets: &[Node<'_>], params: &[Node<'_>], diagnostics: &mut Diagnostics) {
    let mut first: HashMap<&str, Entry<'_>> = HashMap::new();
    for entry in lets.iter().chain(params).filter_map(|node| node.argument(0)) {
        let Some(name) = entry.string() else { continue };
        if let Some(first) = first.get(name) {
            let message = format!("value `{name}` is declared twice");
            let problem = Diagnostic::error(code::DUPLICATE_NAME, entry.value_span(), message);
            diagnostics
                .push(problem.other(first.value_span(), "this is the first one").help("rename or remove one of them"));
        } else {
            first.insert(name, entry);
        }
    }
}
