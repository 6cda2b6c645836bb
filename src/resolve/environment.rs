//! The environment that a project is read for: what it says of itself comes before what the project says.

use crate::diag::{Diagnostic, Diagnostics, code, suggest};
use crate::model::{Environment, Map, Name, Project};
use crate::source::Spanned;

/// Gives each environment what it leaves to the project, and the project what the environment of a name says.
pub(super) fn choose(name: Option<&str>, project: &mut Project, diagnostics: &mut Diagnostics) {
    let own = project.id.clone();
    for one in &mut project.environments {
        let made = |id: &Spanned<Box<str>>| Spanned::new(format!("{}-{}", id.value, one.name.value).into(), one.span);
        one.id = one.id.take().or_else(|| own.as_ref().map(made));
        one.catalog = one.catalog.take().or_else(|| project.catalog.clone());
        if one.id.is_none() {
            let message = format!(
                "the environment `{}` has no id, and the project has none that one could be made of",
                one.name.value
            );
            let problem = Diagnostic::error(code::ENVIRONMENTS_MEET, one.name.span, message);
            diagnostics.push(problem.help(
                "write `id NAME-1a2b3c4d5e` into the `project`, with letters and digits that no other project has: what each environment owns is told apart by it",
            ));
        }
    }
    let Some(name) = name else { return };
    let Some(chosen) = project.environments.iter().find(|one| *one.name.value == *name) else {
        diagnostics.extend(unknown(name, project));
        return;
    };
    project.environment = Some(chosen.name.value.clone());
    project.id = chosen.id.clone().or(own);
    project.catalog.clone_from(&chosen.catalog);
    if let Some(guards) = &chosen.guards {
        project.guards = guards.clone();
    }
}

/// That there is no environment of a name. Where the project itself could not be read, that was told.
fn unknown(name: &str, project: &Project) -> Option<Diagnostic> {
    let place = project.name.as_ref()?.span;
    let names: Vec<&str> = project.environments.iter().map(|one| &*one.name.value).collect();
    let message = format!("the project has no environment `{name}`");
    let problem = Diagnostic::error(code::UNKNOWN_REFERENCE, place, message);
    Some(match suggest(name, names.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `--env {near}`?")),
        None if names.is_empty() && *name == *Environment::ALL => {
            problem.help("leave `--env` out: the project has no environments, and is one thing everywhere")
        }
        None if names.is_empty() => problem.help(format!("declare it here: `environment {name} {{ }}`")),
        None => problem.help(format!("its environments are {}", names.join(", "))),
    })
}

/// The name of the environment that was chosen, where it is declared.
pub(super) fn chosen(project: &Project) -> Option<Spanned<Name>> {
    let name = project.environment.as_ref()?;
    project.environments.iter().find(|one| one.name.value == *name).map(|one| one.name.clone())
}

/// What the environment of a name gives for parameters, each at its place.
pub(super) fn given(project: &Project) -> Map {
    let name = project.environment.as_ref();
    let chosen = name.and_then(|name| project.environments.iter().find(|one| one.name.value == *name));
    chosen.map(|one| one.parameters.clone()).unwrap_or_default()
}
