//! What an action sends refers to inputs that its form asks for.

use super::dollar;
use super::words::{self, quoted};
use crate::diag::{Diagnostic, code, suggest};
use crate::model::{Action, Path, Piece, Project, Template, Value};
use crate::source::{Origin, Spanned};

/// What a payload may refer to.
const ROOTS: [&str; 2] = ["inputs", "run"];

/// The references of all payloads that nothing stands behind.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for action in &project.actions {
        for (_, value) in action.backend.iter().flat_map(|backend| &backend.send) {
            walk(value, &mut |path, span| diagnostics.extend(judge(action, path, span)));
            if let Template::Literal(Value::String(text)) = &value.value {
                let is_known = |path: &Path| judge(action, path, value.span).is_none();
                diagnostics.extend(dollar::forgotten(text, value.span, is_known));
            }
        }
    }
    diagnostics
}

/// Calls for each path of a template, with its place; a template is nested no deeper than its text.
fn walk(template: &Spanned<Template>, found: &mut impl FnMut(&Path, Origin)) {
    match &template.value {
        Template::Literal(_) | Template::Foreign { .. } => {}
        Template::Reference(path) => found(path, template.span),
        Template::Text(pieces) => {
            for piece in pieces {
                match piece {
                    Piece::Text(_) => {}
                    Piece::Value { path, .. } => found(path, template.span),
                }
            }
        }
        Template::Array(items) => items.iter().for_each(|item| walk(item, found)),
        Template::Object(members) => {
            for (key, value) in members {
                walk(key, found);
                walk(value, found);
            }
        }
    }
}

fn judge(action: &Action, path: &Path, span: Origin) -> Option<Diagnostic> {
    let root = path.segments.first()?;
    let name = path.segments.get(1);
    let inputs = action.inputs.iter().map(|input| &*input.name.value);
    let error = |message: String| Diagnostic::error(code::UNKNOWN_INPUT, span, message);
    match (&**root, name) {
        ("inputs", Some(name)) if inputs.clone().any(|input| *name == *input) => None,
        ("inputs", Some(name)) => {
            let message = format!("the action `{}` has no input `{name}`", action.name.value);
            let near = suggest(name, inputs.clone().take(words::MOST_CANDIDATES));
            Some(match near {
                Some(near) => error(message).help(format!("did you mean `$inputs.{near}`?")),
                None => error(message).help(format!("declare it: `input {name} string`")),
            })
        }
        ("run", Some(name)) if *name == "id" => None,
        ("run" | "inputs", _) => {
            Some(error(format!("`{path}` is no value")).help("a payload has `$inputs.NAME` and `$run.id`"))
        }
        _ if inputs.clone().any(|input| **root == *input) => {
            let meant = format!("$inputs.{root}");
            let diagnostic = error(format!("there is no `${root}` in a payload"));
            Some(diagnostic.help(format!("did you mean `{meant}`?")))
        }
        _ => {
            let roots = words::list(ROOTS.iter().map(|root| quoted(&format!("${root}"))));
            Some(error(format!("there is no `${root}` in a payload")).help(format!("a payload has {roots}")))
        }
    }
}
