//! Values that are the name of a team or a blueprint name one that is there.

use super::words;
use crate::diag::{Diagnostic, code, suggest};
use crate::model::{Blueprint, Entity, Format, Project, Property, Schema, Value};
use crate::source::{Span, Spanned};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};

/// What values may name.
struct Known<'p> {
    /// The teams; none where the project declares none, as teams often come from elsewhere.
    teams: HashSet<&'p str>,
    blueprints: HashSet<&'p str>,
}

/// The values that name nothing.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let known = Known {
        teams: project.teams.iter().map(|team| &*team.name.value).collect(),
        blueprints: project.blueprints.iter().map(|blueprint| &*blueprint.name.value).collect(),
    };
    let mut naming: HashMap<&str, Vec<&Property>> = HashMap::new();
    for blueprint in project.blueprints.iter().rev() {
        naming.insert(&blueprint.name.value, naming_properties(blueprint));
    }
    naming.retain(|_, properties| !properties.is_empty());
    if naming.is_empty() {
        return Vec::new();
    }
    let problems = |entity: &Entity| {
        let properties = naming.get(&*entity.blueprint.value).map_or(&[][..], Vec::as_slice);
        let given =
            properties.iter().filter_map(|property| Some((property, entity.properties.get(&property.name.value)?)));
        given.flat_map(|(property, value)| known.problems(&property.schema, value)).collect::<Vec<_>>()
    };
    project.entities.par_iter().flat_map_iter(problems).collect()
}

fn naming_properties(blueprint: &Blueprint) -> Vec<&Property> {
    let names = |schema: &Schema| matches!(schema.format, Some(Format::Team | Format::Blueprints));
    let of_items = |schema: &Schema| schema.items.as_deref().is_some_and(names);
    blueprint.properties.iter().filter(|property| names(&property.schema) || of_items(&property.schema)).collect()
}

impl Known<'_> {
    fn problems(&self, schema: &Schema, value: &Spanned<Value>) -> Vec<Diagnostic> {
        match (&value.value, &schema.items) {
            (Value::Array(items), Some(item)) => {
                items.iter().filter_map(|value| self.problem(item.format, value)).collect()
            }
            _ => self.problem(schema.format, value).into_iter().collect(),
        }
    }

    fn problem(&self, format: Option<Format>, value: &Spanned<Value>) -> Option<Diagnostic> {
        let name = value.value.as_str()?;
        match format? {
            Format::Team if !self.teams.is_empty() => unknown(name, value.span, "team", &self.teams),
            // Blueprints with an underscore are a portal's own.
            Format::Blueprints if !name.starts_with('_') => unknown(name, value.span, "blueprint", &self.blueprints),
            _ => None,
        }
    }
}

fn unknown(name: &str, span: Span, kind: &str, known: &HashSet<&str>) -> Option<Diagnostic> {
    if known.contains(name) {
        return None;
    }
    let mut candidates: Vec<&str> = known.iter().copied().collect();
    candidates.sort_unstable();
    candidates.truncate(words::MOST_CANDIDATES);
    let diagnostic = Diagnostic::error(code::VALUE_NAMES_NOTHING, span, format!("there is no {kind} `{name}`"));
    Some(diagnostic.did_you_mean(suggest(name, candidates)))
}
