//! The entities that an `each` is over: those of a blueprint of which its conditions hold.

use super::scope::Scope;
use crate::diag::{Diagnostic, Diagnostics, code, suggest};
use crate::model::{
    Blueprint, Combinator, Entity, FIELD, Kind, Map, Name, Operator, Predicate, PredicateTest, Project, Selection,
    Value,
};
use crate::resolve::condition;
use crate::resolve::interpolation::{self, Text};
use crate::scorecard::{Items, Judge, Row, Tables};
use crate::source::{Origin, Sources, Span, Spanned};
use crate::syntax::{Entry, Node};
use std::collections::HashMap;

/// The node that makes others for each of some items.
const EACH: &str = "each";

/// The property of an `each` that names the blueprint.
const OF: &str = "of";

/// The node that says which of its entities are meant.
pub(super) const WHERE: &str = "where";

/// What an entity has that is the item of an `each`, called as a plan calls it.
pub const OF_ENTITY: [&str; 6] = ["identifier", "title", "icon", "team", "properties", "relations"];

/// The entities that a project declares, in the shape of their blueprints.
pub(in crate::resolve) struct Entities<'e> {
    project: &'e Project,
    tables: Tables<'e>,
    /// How many there are of each blueprint.
    counts: HashMap<&'e str, usize>,
    sources: &'e Sources,
}

/// What an `each` is over, with the condition that says so; the problem, where it is not told yet.
pub(super) type Selected = Result<(Vec<Spanned<Value>>, Selection), Option<Diagnostic>>;

/// What gives the items of an `each` over entities.
pub(super) trait Select: Sync {
    /// How many entities are looked at for it.
    fn count(&self, node: Node<'_>) -> usize;

    /// What an `each` is over. Where nobody knows all entities of the blueprint, or there is no such blueprint, that was told.
    fn items(&self, node: Node<'_>, scope: &Scope<'_>) -> Selected;
}

/// Whether an `each` is over entities.
pub(super) fn is_over_entities(node: Node<'_>) -> bool {
    node.name() == EACH && node.property(OF).is_some()
}

/// Whether a node that makes others is over entities, or something in it is: it makes nothing before all others have made theirs.
pub(super) fn waits(node: Node<'_>) -> bool {
    over_entities(node).next().is_some()
}

/// The conditions in a node that makes others.
pub(super) fn conditions(node: Node<'_>) -> impl Iterator<Item = Span> {
    over_entities(node).filter_map(|node| Some(node.child(WHERE)?.span()))
}

/// The blueprints whose entities a node that makes others looks at; nothing where a condition follows relations to others.
pub(super) fn looked_at(node: Node<'_>) -> Option<Vec<&str>> {
    let mut blueprints = Vec::new();
    for node in over_entities(node) {
        let mut open: Vec<Node<'_>> = node.child(WHERE).into_iter().collect();
        while let Some(block) = open.pop() {
            let follows = |line: Node<'_>| {
                let is_path = |entry: Entry<'_>| entry.annotation() == Some(FIELD) && entry.raw().contains('.');
                line.name().contains('.') || line.arguments().any(is_path)
            };
            if block.children().any(follows) {
                return None;
            }
            open.extend(block.children());
        }
        blueprints.extend(node.property(OF).and_then(Entry::string));
    }
    Some(blueprints)
}

/// The nodes over entities that a node is, or has in it.
fn over_entities(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let mut open = vec![node];
    let all = std::iter::from_fn(move || {
        let node = open.pop()?;
        open.extend(node.children().filter(|child| child.name() == EACH));
        Some(node)
    });
    all.filter(|node| is_over_entities(*node))
}

impl<'e> Entities<'e> {
    /// Those of a project in which every entity has its shape and its defaults.
    pub(in crate::resolve) fn of(project: &'e Project, sources: &'e Sources) -> Self {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for entity in &project.entities {
            *counts.entry(&entity.blueprint.value).or_default() += 1;
        }
        Self { project, tables: Tables::new(project), counts, sources }
    }
}

impl Entities<'_> {
    fn as_written(&self, value: &mut Spanned<Value>) {
        let written = |origin: &mut Origin| *origin = origin.moved(|span| self.sources.written(span).span);
        written(&mut value.span);
        match &mut value.value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.as_written(item)),
            Value::Object(map) => map.members.iter_mut().for_each(|member| {
                written(&mut member.name.span);
                self.as_written(&mut member.value);
            }),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Secret(_) => {}
        }
    }
}

impl Select for Entities<'_> {
    fn count(&self, node: Node<'_>) -> usize {
        let name = node.property(OF).and_then(Entry::string).unwrap_or_default();
        self.counts.get(name).copied().unwrap_or_default()
    }

    fn items(&self, node: Node<'_>, scope: &Scope<'_>) -> Selected {
        let name = node.property(OF).and_then(Entry::string).unwrap_or_default();
        if self.project.half_read.iter().any(|half| **half == *name) {
            return Err(None);
        }
        let Some(blueprint) = self.project.blueprint(name) else {
            let place = node.property(OF).map_or(node.head_span(), Entry::value_span);
            let known = self.project.blueprints.iter().map(|blueprint| &*blueprint.name.value);
            let near = suggest(name, known);
            let message = format!("there is no blueprint `{name}`");
            return Err(Some(Diagnostic::error(code::UNKNOWN_REFERENCE, place, message).did_you_mean(near)));
        };
        let predicate = condition(node, scope)?;
        let judge = Judge::new(&predicate, Items::Some, 0);
        let mut items = Vec::new();
        for (table, row) in self.tables.rows(Kind::Entity, Some(name)) {
            if judge.holds(&|path| self.tables.cell_of(table, row, path))
                && let Row::Entity(entity) = row
            {
                let mut item = item(entity, blueprint);
                // What was made itself is told where somebody wrote it.
                self.as_written(&mut item);
                items.push(item);
            }
        }
        Ok((items, Selection { blueprint: Name::from(name), predicate }))
    }
}

/// The conditions of a `where` block, with the values that their operands name.
fn condition(node: Node<'_>, scope: &Scope<'_>) -> Result<Predicate, Option<Diagnostic>> {
    let mut problems = Diagnostics::default();
    let Some(block) = node.child(WHERE) else { return Ok(Predicate::Combined(Combinator::All, Vec::new())) };
    let mut predicate = condition::conditions(Kind::Entity, None, block, &mut problems);
    if let Some(problem) = problems.iter().next() {
        return Err(Some(problem.clone()));
    }
    put_in(&mut predicate, scope)?;
    match predicate.tests().into_iter().find_map(untimely) {
        Some(problem) => Err(Some(problem)),
        None => Ok(predicate),
    }
}

/// That a condition asks for what no text says: the time, or what the catalog alone knows.
fn untimely(test: &PredicateTest) -> Option<Diagnostic> {
    let of_catalog = test.fields().find(|field| field.value.leaf.is_offline());
    let of_time = matches!(test.operator.value, Operator::Within | Operator::NotWithin);
    let (place, asked) = match of_catalog {
        Some(field) => (field.span, field.value.to_string()),
        None if of_time => (test.operator.span, test.operator.word().to_owned()),
        None => return None,
    };
    let message = format!("what `each` makes depends on the text alone, and `{asked}` asks for more");
    let problem = Diagnostic::error(code::OPERATOR_MISFIT, place, message);
    Some(problem.help("ask for properties, relations, teams or names"))
}

/// Puts values into the operands that name some; a list stands for its items.
fn put_in(predicate: &mut Predicate, scope: &Scope<'_>) -> Result<(), Option<Diagnostic>> {
    let test = match predicate {
        Predicate::Combined(_, parts) => return parts.iter_mut().try_for_each(|part| put_in(part, scope)),
        Predicate::Test(test) => test,
    };
    let mut operands = Vec::with_capacity(test.operands.len());
    for operand in test.operands.drain(..) {
        match valued(operand, scope)? {
            Spanned { value: Value::Array(items), .. } => operands.extend(items),
            operand => operands.push(operand),
        }
    }
    test.operands = operands;
    Ok(())
}

fn valued(operand: Spanned<Value>, scope: &Scope<'_>) -> Result<Spanned<Value>, Option<Diagnostic>> {
    let text = operand.value.as_str().filter(|text| text.contains('$'));
    let Some((text, span)) = text.zip(operand.span.text()) else { return Ok(operand) };
    let mut problems = Diagnostics::default();
    let template = interpolation::template(&Text::of_key(text, span), &mut problems);
    match problems.iter().next() {
        Some(problem) => Err(Some(problem.clone())),
        None => scope.evaluate(&Spanned::new(template, span)),
    }
}

/// An entity as an item: its fields as a plan calls them, with what it leaves to its blueprint. What it could have and has not is unset.
fn item(entity: &Entity, blueprint: &Blueprint) -> Spanned<Value> {
    let unset = || Spanned::new(Value::Null, entity.span);
    let text = |text: Option<&Spanned<Box<str>>>| {
        text.map_or_else(unset, |text| Spanned::new(Value::String(text.value.clone()), text.span))
    };
    let teams = entity.teams.iter().map(|team| Spanned::new(Value::string(&*team.value), team.span)).collect();
    let mut properties = entity.properties.clone();
    for property in &blueprint.properties {
        if properties.get(&property.name.value).is_none() {
            properties.set(property.name.clone(), property.default.clone().unwrap_or_else(unset));
        }
    }
    let mut relations = entity.relations.clone();
    for relation in &blueprint.relations {
        if relations.get(&relation.name.value).is_none() {
            relations.set(relation.name.clone(), unset());
        }
    }
    let values = [
        Spanned::new(Value::string(&*entity.name.value), entity.name.span),
        text(entity.title.as_ref()),
        text(entity.icon.as_ref()),
        Spanned::new(Value::Array(teams), entity.span),
        Spanned::new(Value::Object(properties), entity.span),
        Spanned::new(Value::Object(relations), entity.span),
    ];
    let mut item = Map::default();
    for (name, value) in OF_ENTITY.into_iter().zip(values) {
        item.set(Spanned::new(Name::from(name), entity.span), value);
    }
    Spanned::new(Value::Object(item), entity.name.span)
}

/// That an `each` over entities stands where it cannot.
pub(super) fn misplaced(place: Span) -> Diagnostic {
    let message = "an `each` over entities stands at the top of a file, or in an `each` there";
    let problem = Diagnostic::error(code::MISPLACED_NODE, place, message);
    problem.help("give the template the values of one entity, and write the `each` around the `new` line")
}
