//! The relations of entities point at entities that are there.

use super::problem::stands_for;
use super::words::{self, quoted};
use crate::diag::{Diagnostic, Suggestions, code, suggest};
use crate::model::{Address, Blueprint, Entity, Kind, Member, Name, Project, Relation, Value};
use crate::source::{Origin, Spanned};
use crate::syntax::edit::write_string;
use ahash::{AHashMap as HashMap, AHashSet as HashSet};
use rayon::prelude::*;

/// A problem of an entity's relations.
enum Problem<'p> {
    /// A target that is not there, of a blueprint.
    Unknown { target: &'p str, span: Origin, relation: &'p Relation },
    /// Any other.
    Other(Box<Diagnostic>),
}

/// A blueprint, and its relations by name.
struct Known<'p> {
    blueprint: &'p Blueprint,
    relations: HashMap<&'p str, &'p Relation>,
}

impl Problem<'_> {
    fn other(diagnostic: Diagnostic) -> Self {
        Self::Other(Box::new(diagnostic))
    }
}

impl<'p> Known<'p> {
    fn of(blueprint: &'p Blueprint) -> Self {
        let relations = blueprint.relations.iter().rev().map(|relation| (&*relation.name.value, relation)).collect();
        Self { blueprint, relations }
    }
}

/// Everything that is looked up.
struct Targets<'p> {
    blueprints: HashMap<&'p str, Known<'p>>,
    entities: HashMap<&'p str, HashSet<&'p str>>,
    /// The blueprints of which nobody knows all entities.
    half_read: &'p [Name],
}

/// The problems of all entities' relations.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    check_beside(project, &[])
}

/// The problems of all entities' relations, where entities that are not to be judged are there too.
pub(super) fn check_beside(project: &Project, others: &[&Address]) -> Vec<Diagnostic> {
    let targets = Targets::of(project, others);
    let mut found: Vec<Problem<'_>> =
        project.entities.par_iter().flat_map_iter(|entity| targets.problems(entity)).collect();
    found.extend(project.defaults.iter().flat_map(|defaults| targets.wrong(defaults)));
    if found.is_empty() {
        return Vec::new();
    }
    let mut meant = Meant::of(project);
    found.into_iter().map(|problem| problem.tell(&mut meant)).collect()
}

/// The names that may be meant by those that are wrong.
struct Meant<'p> {
    project: &'p Project,
    by_blueprint: HashMap<&'p str, Vec<&'p str>>,
    suggestions: Suggestions,
}

impl<'p> Meant<'p> {
    fn of(project: &'p Project) -> Self {
        let mut by_blueprint: HashMap<&str, Vec<&str>> = HashMap::new();
        for entity in project.entities.iter().chain(&project.externs.entities) {
            by_blueprint.entry(&entity.blueprint.value).or_default().push(&entity.name.value);
        }
        Self { project, by_blueprint, suggestions: Suggestions::default() }
    }

    fn nearest(&mut self, blueprint: &str, name: &str) -> Option<&'p str> {
        let names = self.by_blueprint.get(blueprint)?;
        self.suggestions.nearest(name, names.iter().copied())
    }
}

impl<'p> Targets<'p> {
    fn of(project: &'p Project, others: &[&'p Address]) -> Self {
        let blueprints = project.blueprints.iter().rev();
        let blueprints = blueprints.map(|blueprint| (&*blueprint.name.value, Known::of(blueprint))).collect();
        let mut entities: HashMap<&str, HashSet<&str>> = HashMap::new();
        for entity in project.entities.iter().chain(&project.externs.entities) {
            entities.entry(&entity.blueprint.value).or_default().insert(&entity.name.value);
        }
        for other in others.iter().filter(|address| address.kind == Kind::Entity) {
            entities.entry(&other.parent).or_default().insert(&other.name);
        }
        Self { blueprints, entities, half_read: &project.half_read }
    }

    /// The problems of what it says.
    fn wrong(&self, entity: &'p Entity) -> Vec<Problem<'p>> {
        let Some(Known { blueprint, relations }) = self.blueprints.get(&*entity.blueprint.value) else {
            return Vec::new();
        };
        let mut problems = Vec::new();
        for Member { name, value } in &entity.relations.members {
            match relations.get(&*name.value) {
                Some(relation) => self.targets(relation, value, &mut problems),
                None => problems.push(Problem::other(unknown_relation(name, blueprint))),
            }
        }
        problems
    }

    /// The problems of what it says, and of what it does not.
    fn problems(&self, entity: &'p Entity) -> Vec<Problem<'p>> {
        let Some(Known { blueprint, .. }) = self.blueprints.get(&*entity.blueprint.value) else {
            return Vec::new();
        };
        let mut problems = self.wrong(entity);
        let required = blueprint.relations.iter().filter(|one| one.required.is_some() && one.many.is_none());
        let strangers = || {
            let is_known = |name: &Name| blueprint.properties.iter().any(|property| property.name.value == *name);
            entity.properties.members.iter().filter(move |member| !is_known(&member.name.value))
        };
        let missed = required.filter(|relation| entity.relations.get(&relation.name.value).is_none());
        let missed = missed.filter(|relation| strangers().all(|one| !stands_for(one, &relation.name.value)));
        problems.extend(missed.map(|relation| Problem::other(missing(entity, relation))));
        problems
    }

    fn targets(&self, relation: &'p Relation, value: &'p Spanned<Value>, problems: &mut Vec<Problem<'p>>) {
        match &value.value {
            _ if matches!(value.span, Origin::Unread(_)) => {}
            Value::String(target) => problems.extend(self.target(relation, target, value.span)),
            Value::Array(items) if relation.many.is_some() => {
                for item in items {
                    match &item.value {
                        Value::String(target) => problems.extend(self.target(relation, target, item.span)),
                        _ if matches!(item.span, Origin::Unread(_)) => {}
                        other => problems.push(Problem::other(no_identifier(relation, other, item.span))),
                    }
                }
            }
            Value::Array(_) => problems.push(Problem::other(one_target(relation, value.span))),
            other => problems.push(Problem::other(no_identifier(relation, other, value.span))),
        }
    }

    fn target(&self, relation: &'p Relation, target: &'p str, span: Origin) -> Option<Problem<'p>> {
        // A blueprint that is not there is one mistake, told where the relation names it.
        self.blueprints.get(&*relation.target.value)?;
        let known = self.entities.get(&*relation.target.value).is_some_and(|names| names.contains(target));
        let known = known || self.half_read.contains(&relation.target.value);
        (!known).then_some(Problem::Unknown { target, span, relation })
    }
}

impl Problem<'_> {
    fn tell(self, meant: &mut Meant<'_>) -> Diagnostic {
        let (target, span, relation) = match self {
            Self::Other(diagnostic) => return *diagnostic,
            Self::Unknown { target, span, relation } => (target, span, relation),
        };
        let blueprint = &*relation.target.value;
        let message = format!("there is no `{target}` of the blueprint `{blueprint}`");
        let diagnostic = Diagnostic::error(code::UNKNOWN_TARGET, span, message)
            .other(relation.span, "the relation is declared here");
        if let Some(name) = without_blueprint(target, blueprint) {
            let written = write_string(name);
            return diagnostic.help(format!("the relation says the blueprint already: write `{written}`")).fix(
                format!("write `{written}`"),
                span,
                written,
            );
        }
        match meant.nearest(blueprint, target) {
            Some(near) => diagnostic.did_you_mean(Some(near)),
            None => match meant.project.blueprint(blueprint) {
                Some(blueprint) => diagnostic.help(format!("declare it: `{}`", words::entity(blueprint, target))),
                None => diagnostic,
            },
        }
    }
}

/// The name of an entity in an address of it, such as `entity:service:cart` or `service/cart`.
fn without_blueprint<'t>(target: &'t str, blueprint: &str) -> Option<&'t str> {
    let target = target.strip_prefix("entity").and_then(|rest| rest.strip_prefix([':', '/'])).unwrap_or(target);
    let name = target.strip_prefix(blueprint)?.strip_prefix([':', '/'])?;
    (!name.is_empty()).then_some(name)
}

fn missing(entity: &Entity, relation: &Relation) -> Diagnostic {
    let name = &relation.name.value;
    let message = format!("{} `{}` has no `{name}`, which is required", entity.blueprint.value, entity.name.value);
    let line = words::line(name, "...", Entity::WORDS.contains(&&**name).then_some("relations"));
    Diagnostic::error(code::MISSING_VALUE, entity.span, message)
        .missing(name)
        .because_of(relation.span, "declared here")
        .help(format!("add a line `{line}` with the name of an entity of `{}`", relation.target.value))
}

fn one_target(relation: &Relation, span: Origin) -> Diagnostic {
    let name = &relation.name.value;
    let told = Diagnostic::error(code::ONE_TARGET, span, format!("the relation `{name}` points at one entity"))
        .because_of(relation.span, "declared here")
        .help("keep one target, or let the relation point at many: write `many` behind its line");
    match relation.span.text() {
        Some(line) => told.fix("let the relation point at many", line.behind(), " many"),
        None => told,
    }
}

fn no_identifier(relation: &Relation, value: &Value, span: Origin) -> Diagnostic {
    let message = format!(
        "`{}` takes the name of an entity of `{}`, not {}",
        relation.name.value,
        relation.target.value,
        value.type_name()
    );
    Diagnostic::error(code::VALUE_OF_WRONG_TYPE, span, message)
}

fn unknown_relation(name: &Spanned<Name>, blueprint: &Blueprint) -> Diagnostic {
    let kind = &blueprint.name.value;
    let known = blueprint.relations.iter().map(|relation| &*relation.name.value).take(words::MOST_CANDIDATES);
    let message = format!("`{kind}` has no relation `{}`", name.value);
    let diagnostic = Diagnostic::error(code::UNKNOWN_MEMBER, name.span, message).lacking(blueprint.span);
    match suggest(&name.value, known.clone()) {
        Some(near) => diagnostic.did_you_mean(Some(near)),
        None => diagnostic.help(format!("it has {}", words::list(known.map(quoted)))),
    }
}
