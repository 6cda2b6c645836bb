//! Values that are the name of a team or a blueprint name one that is there.

use super::words;
use crate::diag::{Diagnostic, code, suggest};
use crate::model::{Format, Map, Project, Property, Schema, Value};
use crate::source::{Span, Spanned};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};

/// What values may name.
struct Known<'p> {
    /// The teams; none where the project declares none, as teams often come from elsewhere.
    teams: HashSet<&'p str>,
    blueprints: HashSet<&'p str>,
}

/// The values that name nothing: of entities and requests, and those that stand for them where none is given.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let known = Known {
        teams: project.teams.iter().map(|team| &*team.name.value).collect(),
        blueprints: project.blueprints.iter().map(|blueprint| &*blueprint.name.value).collect(),
    };
    let blueprints = project.blueprints.iter().map(|blueprint| (&*blueprint.name.value, &*blueprint.properties));
    let apis =
        project.promises.iter().filter_map(|promise| Some((&*promise.name.value, &*promise.api.as_ref()?.fields)));
    let (properties, fields) = (naming(blueprints), naming(apis));
    let mut problems = known.defaults_of(project);
    let of = |naming: &HashMap<&str, &[Property]>, kind: &str, values: &Map| {
        let mut problems = Vec::new();
        if let Some(properties) = naming.get(kind) {
            known.members(properties, values, &mut problems);
        }
        problems
    };
    if !properties.is_empty() {
        let entities = project.entities.par_iter();
        problems
            .par_extend(entities.flat_map_iter(|entity| of(&properties, &entity.blueprint.value, &entity.properties)));
    }
    if !fields.is_empty() {
        let requests = project.requests.par_iter();
        problems.par_extend(requests.flat_map_iter(|request| of(&fields, &request.promise.value, &request.spec)));
    }
    problems
}

/// The lists of properties that can name something, by what they belong to.
fn naming<'p>(lists: impl DoubleEndedIterator<Item = (&'p str, &'p [Property])>) -> HashMap<&'p str, &'p [Property]> {
    let mut naming: HashMap<&str, &[Property]> = lists.rev().collect();
    naming.retain(|_, properties| properties.iter().any(|property| can_name(&property.schema)));
    naming
}

/// Whether a value of a schema, or one inside of it, can name something.
fn can_name(schema: &Schema) -> bool {
    matches!(schema.format, Some(Format::Team | Format::Blueprints))
        || schema.items.as_deref().is_some_and(can_name)
        || schema.fields.iter().any(|field| can_name(&field.schema))
}

impl Known<'_> {
    fn defaults_of(&self, project: &Project) -> Vec<Diagnostic> {
        let properties = project.blueprints.iter().map(|blueprint| &blueprint.properties);
        let inputs = project.actions.iter().map(|action| &action.inputs);
        let fields = project.promises.iter().filter_map(|promise| Some(&promise.api.as_ref()?.fields));
        let mut problems = Vec::new();
        for properties in properties.chain(inputs).chain(fields) {
            self.defaults(properties, &mut problems);
        }
        problems
    }

    /// The defaults of properties, and of what their values hold.
    fn defaults(&self, properties: &[Property], problems: &mut Vec<Diagnostic>) {
        for property in properties.iter().filter(|property| can_name(&property.schema)) {
            if let Some(default) = &property.default {
                self.value(&property.schema, default, problems);
            }
            self.defaults(&property.schema.fields, problems);
            self.defaults(property.schema.items.as_deref().map_or(&[], |items| &items.fields), problems);
        }
    }

    fn members(&self, properties: &[Property], values: &Map, problems: &mut Vec<Diagnostic>) {
        for property in properties.iter().filter(|property| can_name(&property.schema)) {
            if let Some(value) = values.get(&property.name.value) {
                self.value(&property.schema, value, problems);
            }
        }
    }

    fn value(&self, schema: &Schema, value: &Spanned<Value>, problems: &mut Vec<Diagnostic>) {
        match (&value.value, &schema.items) {
            (Value::Array(items), Some(item)) => items.iter().for_each(|value| self.value(item, value, problems)),
            (Value::Object(map), _) => self.members(&schema.fields, map, problems),
            _ => problems.extend(self.problem(schema.format, value)),
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
