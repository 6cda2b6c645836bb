//! Files that two environments of one project deliver to one place.

use super::Builder;
use crate::diff::FileDiff;
use crate::model::{Destination, Name, Project, Thing};
use crate::plan::document::{Guard, Place};
use crate::plan::guard::quoted;
use crate::render::Placed;
use crate::source::{Origin, Sources};
use crate::syntax::{Node, parse};
use crate::worded::counted;
use std::collections::BTreeMap;

/// The files that other environments of the project have where this one is to deliver some, by the name of the environment and that of the
/// destination.
pub(super) type Met = BTreeMap<(Name, Name), Vec<Thing>>;

impl Builder<'_, '_> {
    /// Notes a file that another environment of the project owns; whether one does. No environment takes over from another one: each has a
    /// place of its own.
    pub(super) fn meets(&mut self, thing: &Thing, diff: &FileDiff<'_>, placed: &Placed) -> bool {
        let other = diff.other_owner.as_deref().and_then(|owner| self.input.project.environment_of(owner));
        let Some(other) = other else { return false };
        let met = self.met.entry((other.clone(), placed.destination.clone())).or_default();
        met.push(thing.clone());
        true
    }
}

/// A guard for each environment and destination.
pub(super) fn guards(met: &Met, project: &Project, sources: &Sources) -> Vec<Guard> {
    let guard = |((other, destination), files): (&(Name, Name), &Vec<Thing>)| {
        let first = files.first().map(ToString::to_string).unwrap_or_default();
        let more = if files.len() > 1 { ", ..." } else { "" };
        let message = format!(
            "environment {other} of this project delivers {} to destination {destination} where this one would ({first}{more}): in one state \
             store each environment needs a place of its own",
            counted(files.len(), "file"),
        );
        let destination = project.destination(destination);
        Guard::new(message, destination.and_then(|destination| apart(destination, other, (project, sources))))
    };
    met.iter().map(guard).collect()
}

/// The lines that give a destination a place of its own in this environment, and in the other one where all of the store would be in that;
/// nothing where it is another project's.
fn apart(destination: &Destination, other: &str, (project, sources): (&Project, &Sources)) -> Option<String> {
    let environment = project.environment.as_deref()?;
    if project.externs.holds(destination.span) {
        return None;
    }
    let path = destination.path.value.trim_matches('/');
    // No second line may set what one sets.
    if let Some(Place { file, line, .. }) = overlaid(destination.path.span, sources) {
        let name = if matches!(path, "" | ".") { environment.to_owned() } else { format!("{path}-{environment}") };
        return Some(format!(
            "`set path {}` in the place of the path that {file}:{line} sets; where the two are to change places, apply that here, then the other \
             environment, and then say the place that is meant",
            quoted(&name)
        ));
    }
    let line = |environment: &str, path: &str| {
        let name = quoted(&destination.name.value);
        format!("`overlay {} {{ destination {name} {{ set path {}; }}; }}`", quoted(&environment), quoted(&path))
    };
    Some(match path {
        "" | "." => {
            format!("{} and {} beside the project", line(environment, environment), line(other, other))
        }
        path => format!("{} beside the project", line(environment, &format!("{path}-{environment}"))),
    })
}

/// Where an overlay says a value; nothing where it is said in what is declared.
fn overlaid(place: Origin, sources: &Sources) -> Option<Place> {
    place.text()?;
    let said = sources.cause(place.shown()).span;
    let (tree, _) = parse(said.file, &sources.file(said.file).text);
    let holds = |node: Node<'_>| (node.span().start..node.span().end).contains(&said.start);
    let is_overlaid = tree.nodes().any(|node| node.name() == "overlay" && holds(node));
    is_overlaid.then(|| Place::of(place, sources))
}
