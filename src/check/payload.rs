//! What an action sends refers to inputs that its form asks for, and so do what its inputs depend on and what its pages show. An automation
//! has no form.

use super::dollar;
use super::words::{self, quoted};
use crate::diag::{Diagnostic, code, suggest};
use crate::model::{Action, Address, Path, Project, Template, Value};
use crate::source::Origin;
use std::collections::HashSet;

/// The references of all payloads that nothing stands behind.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for action in &project.actions {
        diagnostics.extend(dependencies(action));
        diagnostics.extend(strangers(action));
        for value in action.backend.iter().flat_map(|backend| &backend.send) {
            value.each_path(&mut |path, span| diagnostics.extend(judge(action, path, span)));
            if let Template::Literal(Value::String(text)) = &value.value {
                let is_known = |path: &Path| judge(action, path, value.span).is_none();
                diagnostics.extend(dollar::forgotten(text, value.span, is_known));
            }
        }
    }
    for (automation, value) in &project.sent {
        value.each_path(&mut |path, span| diagnostics.extend(formless(automation, path, span)));
    }
    diagnostics
}

/// That an automation sends an input.
fn formless(automation: &Address, path: &Path, span: Origin) -> Option<Diagnostic> {
    if path.segments.first().is_none_or(|root| **root != *"inputs") {
        return None;
    }
    let message = format!("the automation `{}` asks for no inputs", automation.name);
    let help = "look at what happened: (jq)\".event.diff.after.properties.NAME\"";
    Some(Diagnostic::error(code::UNKNOWN_INPUT, span, message).help(help))
}

/// The inputs that others depend on and that are not there.
fn dependencies(action: &Action) -> Vec<Diagnostic> {
    let names = action.inputs.iter().filter_map(|input| input.schema.json.get("dependsOn")?.as_array()).flatten();
    let named = names.filter_map(|name| Some((name.as_str()?, name.span)));
    let strange = named.filter(|(name, _)| !action.inputs.iter().any(|input| *input.name.value == **name));
    strange.map(|(name, span)| unknown(action, name, "", span)).collect()
}

/// What the form is to show and that is not there: Port takes it, and shows nothing in its place.
fn strangers(action: &Action) -> impl Iterator<Item = Diagnostic> {
    let inputs = action.inputs.iter().map(|input| &input.name);
    let known: HashSet<&str> = inputs.chain(&action.headings).map(|name| &*name.value).collect();
    let strange = action.shown.iter().filter(move |name| !known.contains(&*name.value));
    strange.map(|name| {
        let message = format!("the action `{}` has neither an input nor a heading `{}`", action.name.value, name.value);
        Diagnostic::warning(code::UNKNOWN_INPUT, name.span, message).help("declare it, or leave its name out")
    })
}

/// That an action has no input of a name, which stands behind something.
fn unknown(action: &Action, name: &str, before: &str, span: Origin) -> Diagnostic {
    let message = format!("the action `{}` has no input `{name}`", action.name.value);
    let error = Diagnostic::error(code::UNKNOWN_INPUT, span, message);
    let inputs = action.inputs.iter().map(|input| &*input.name.value);
    match suggest(name, inputs.take(words::MOST_CANDIDATES)) {
        Some(near) => error.help(format!("did you mean `{before}{near}`?")),
        None => error.help(format!("declare it: `input {name} string`")),
    }
}

fn judge(action: &Action, path: &Path, span: Origin) -> Option<Diagnostic> {
    let root = path.segments.first()?;
    let name = path.segments.get(1);
    let inputs = action.inputs.iter().map(|input| &*input.name.value);
    let error = |message: String| Diagnostic::error(code::UNKNOWN_INPUT, span, message);
    match (&**root, name) {
        ("inputs", Some(name)) if inputs.clone().any(|input| *name == *input) => None,
        ("inputs", Some(name)) => Some(unknown(action, name, "$inputs.", span)),
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
            let roots = words::list(Action::ROOTS.iter().map(|root| quoted(&format!("${root}"))));
            Some(error(format!("there is no `${root}` in a payload")).help(format!("a payload has {roots}")))
        }
    }
}
