use crate::diag::{Diagnostic, Diagnostics, Fix, code};
use crate::model::{Address, Declared, Entity, Map, Project, Value};
use crate::resolve::overlays;
use crate::source::{Origin, Sources, Span, Spanned, Through};
use std::collections::{HashMap, HashSet};

/// What a value is that was put in somewhere else.
const PUT_IN: &str = "put in here";

/// The problems at the places that somebody wrote: one in what is made many times is one, and where what was given is wrong, nothing is
/// said of what was made of it.
pub(super) fn where_written(diagnostics: Diagnostics, sources: &Sources, project: &Project) -> Diagnostics {
    if !sources.iter().any(|(_, file)| file.is_made()) {
        return diagnostics;
    }
    let is_made = |one: &Diagnostic| sources.file(one.primary.span().file).is_made();
    let given: HashSet<Span> = diagnostics.iter().filter(|one| !is_made(one)).map(|one| one.primary.span()).collect();
    let taken = Taken::of(project, sources);
    let mut overlaid = Overlaid::new(project, sources);
    let mut told: HashSet<(&str, Span, String)> = HashSet::new();
    let mut all = Diagnostics::default();
    for one in diagnostics.iter() {
        let made = is_made(one);
        // What a doubled dollar says is meant.
        if made && one.code == code::NOTHING_PUT_IN && !sources.written(one.primary.span()).is_as_written() {
            continue;
        }
        let moved = moved(one, sources);
        let place = moved.primary.span();
        let moved = overlaid.at_overlay(taken.at_use(moved), one.primary.origin);
        if !made || !given.contains(&place) && told.insert((moved.code.id, moved.primary.span(), moved.message.clone()))
        {
            all.push(moved);
        }
    }
    all.sorted()
}

/// A problem at the places that somebody wrote.
fn moved(problem: &Diagnostic, sources: &Sources) -> Diagnostic {
    let written = problem.primary.origin.text().map(|span| sources.written(span));
    let mut moved = problem.moved(&|span| sources.written(span).span);
    // What is put together from several places is mended in none of them by itself.
    let is_whole = |fix: &Fix| fix.edits.iter().all(|edit| sources.written(edit.span).is_whole);
    let mut stays = problem.fixes.iter().map(is_whole);
    moved.fixes.retain(|_| stays.next().unwrap_or(false));
    let through = written.map(|written| written.through).unwrap_or_default();
    // What is made twice of one text is told by the lines that it was made for.
    let place = moved.primary.span();
    for (label, other) in moved.others.iter_mut().zip(&problem.others) {
        let asked = other.origin.text().filter(|_| label.origin.text() == Some(place)).and_then(|span| {
            let asked = sources.written(span).through.into_iter().find(|one| matches!(one, Through::Asked(_)))?;
            Some(asked.span())
        });
        label.origin = asked.map_or(label.origin, Into::into);
    }
    for through in through {
        let word = match through {
            Through::PutIn(_) => PUT_IN,
            Through::Asked(_) => "made for this line",
        };
        moved = moved.other(through.span(), word);
    }
    moved
}

/// What overlays change: a problem in it, or below it, may be theirs.
struct Overlaid<'p> {
    project: &'p Project,
    sources: &'p Sources,
    /// The beginnings of all declarations, each with what it declares; nothing before somebody asks.
    declared: Option<Vec<(Span, Address)>>,
    /// What overlays change, and where; nothing before somebody asks.
    overlays: Option<HashMap<Address, Span>>,
}

impl<'p> Overlaid<'p> {
    fn new(project: &'p Project, sources: &'p Sources) -> Self {
        Self { project, sources, declared: None, overlays: None }
    }

    /// A problem that was found at a place, with the overlay that changes the declaration there, or its blueprint or promise. In a text
    /// that is not the project's to change, the overlay is what is wrong.
    fn at_overlay(&mut self, mut problem: Diagnostic, found: Origin) -> Diagnostic {
        let Some(overlay) = found.text().and_then(|span| self.overlay_of(span)) else { return problem };
        let is_in_it = |span: Span| span.file == overlay.file && span.start >= overlay.start;
        let (place, named) = (problem.primary.span(), problem.others.iter().position(|label| is_in_it(label.span())));
        if is_in_it(place) {
            return problem;
        }
        if self.project.may_change(self.sources.file(place.file)) {
            return if named.is_some() { problem } else { problem.other(overlay, "an overlay changes it") };
        }
        problem.primary.origin = named.map_or(overlay.into(), |index| problem.others.remove(index).origin);
        problem.fixes.clear();
        problem.other(place, "an overlay changes this")
    }

    fn overlay_of(&mut self, span: Span) -> Option<Span> {
        let project = self.project;
        let declared = self.declared.get_or_insert_with(|| {
            let all = project.declared().into_iter();
            let mut all: Vec<_> = all.filter_map(|one| Some((one.span().text()?, one.address()))).collect();
            all.sort_unstable();
            all
        });
        let behind = declared.partition_point(|(head, _)| (head.file, head.start) <= (span.file, span.start));
        let (head, address) = declared.get(behind.checked_sub(1)?)?;
        if head.file != span.file {
            return None;
        }
        let sources = self.sources;
        let overlays = self.overlays.get_or_insert_with(|| overlays(project.environment.as_deref(), sources));
        overlays.get(address).or_else(|| overlays.get(&address.above()?)).copied()
    }
}

/// The values of entities that an `each` over them can take: where one does not fit what it was taken for, the entity is not what is wrong.
#[derive(Default)]
struct Taken<'p> {
    values: HashSet<Span>,
    /// The lines that give them to a template.
    given: HashMap<Span, &'p Origin>,
}

impl<'p> Taken<'p> {
    fn of(project: &'p Project, sources: &Sources) -> Self {
        let mut taken = Self::default();
        if project.selections.is_empty() {
            return taken;
        }
        // What was put into an entity itself is told at its own place.
        let written = |origin: Origin| {
            let written = sources.written(origin.text()?);
            let is_put_in = written.through.iter().any(|one| matches!(one, Through::PutIn(_)));
            (!is_put_in).then_some(written.span)
        };
        let is_selected =
            |entity: &&Entity| project.selections.iter().any(|one| one.blueprint == entity.blueprint.value);
        for entity in project.entities.iter().filter(is_selected) {
            taken.values.extend(written(entity.name.span));
            spans(&entity.body(), &mut |origin| taken.values.extend(written(origin)));
        }
        for arguments in project.parameters.iter().flat_map(|one| &one.given) {
            spans(&arguments.values, &mut |origin| {
                if let Some(value) = origin.text().filter(|span| taken.values.contains(span)) {
                    taken.given.entry(value).or_insert(&arguments.span);
                }
            });
        }
        taken
    }

    /// A problem with such a value at the line that takes it.
    fn at_use(&self, mut problem: Diagnostic) -> Diagnostic {
        let value = problem.primary.span();
        if !self.values.contains(&value) {
            return problem;
        }
        let put_in = problem.others.iter().find(|label| label.text == PUT_IN).map(|label| label.origin);
        let Some(place) = put_in.or_else(|| self.given.get(&value).map(|origin| **origin)) else { return problem };
        problem.others.retain(|label| label.text != PUT_IN);
        problem.primary.origin = place;
        problem.fixes.clear();
        problem.other(value, "this is the value")
    }
}

/// The places of all values of a map, at any depth.
fn spans(map: &Map, take: &mut dyn FnMut(Origin)) {
    fn of_value(value: &Spanned<Value>, take: &mut dyn FnMut(Origin)) {
        take(value.span);
        match &value.value {
            Value::Array(items) => items.iter().for_each(|item| of_value(item, take)),
            Value::Object(map) => spans(map, take),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Secret(_) => {}
        }
    }
    map.members.iter().for_each(|member| of_value(&member.value, take));
}
