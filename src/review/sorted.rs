//! What a plan says, each thing with the first hunk that it follows from.

use super::cause::{of_level, of_move, of_violation};
use super::hunk::Hunk;
use super::trace::{Cause, Hunks, Traces};
use super::{Part, Review};
use crate::model::{Address, Kind, Thing};
use crate::plan::{Flag, Guard, Impact, Plan, Restraint};
use std::collections::BTreeSet;

/// The plan in parts, one for each hunk.
pub(super) struct Sorted {
    /// What follows from each, and the hunks that have something as theirs which follows from it too.
    parts: Vec<(Plan, BTreeSet<usize>)>,
    /// Those that have something.
    full: BTreeSet<usize>,
    rest: Plan,
}

impl Sorted {
    /// Of each hunk that has nothing as its own, those that have what stands in the same nodes.
    fn name_others(&mut self, traces: &Traces<'_>) {
        for (index, (_, shared)) in self.parts.iter_mut().enumerate() {
            if shared.is_empty() && !self.full.contains(&index) {
                shared.extend(traces.beside(index));
            }
        }
    }

    /// The parts with the hunks that they follow from.
    pub(super) fn with(self, hunks: Vec<Hunk>) -> Review {
        let part = |(hunk, (plan, shared)): (Hunk, (Plan, BTreeSet<usize>))| Part { hunk, plan, shared };
        Review { parts: hunks.into_iter().zip(self.parts).map(part).collect(), rest: self.rest, ..Review::default() }
    }

    /// The part that has what follows from some hunks.
    fn part(&mut self, hunks: &Hunks) -> &mut Plan {
        self.part_of(&hunks.clone().into())
    }

    /// The same of what follows from some first, and from others after that.
    fn part_of(&mut self, cause: &Cause) -> &mut Plan {
        let Some(first) = cause.first.first() else { return &mut self.rest };
        for other in cause.first.iter().chain(&cause.others).filter(|other| *other != first) {
            self.parts[*other].1.insert(*first);
        }
        self.full.insert(*first);
        &mut self.parts[*first].0
    }
}

/// Takes the lists of a plan apart.
pub(super) fn sorted(plan: &Plan, traces: &Traces<'_>, hunks: usize) -> Sorted {
    let bare = Plan { project: plan.project.clone(), folder: plan.folder.clone(), ..Plan::default() };
    let mut sorted = Sorted { parts: vec![(bare.clone(), BTreeSet::new()); hunks], full: BTreeSet::new(), rest: bare };
    for one in &plan.operations {
        sorted.part_of(&traces.cause_of(&one.thing)).operations.push(one.clone());
    }
    for one in &plan.conflicts {
        sorted.part(&or_at(traces.of_thing(&one.thing), || traces.of_places(&one.source))).conflicts.push(one.clone());
    }
    // What others did and what stays so follows from nothing that is written.
    sorted.rest.kept.clone_from(&plan.kept);
    for one in &plan.new_hosts {
        let found = or_at(traces.of_address(&one.address), || traces.of_places(&one.source));
        sorted.part(&found).new_hosts.push(one.clone());
    }
    for one in &plan.violations {
        sorted.part_of(&of_violation(one, traces)).violations.push(one.clone());
    }
    for one in &plan.restraints {
        sorted.part(&of_restraint(one, traces)).restraints.push(one.clone());
    }
    for one in &plan.guards {
        sorted.part(&of_guard(one, traces)).guards.push(one.clone());
    }
    follows(&plan.impact, traces, &mut sorted);
    sorted.name_others(traces);
    sorted
}

/// What follows from the changes, with what these follow from.
fn follows(impact: &Impact, traces: &Traces<'_>, sorted: &mut Sorted) {
    let destination = |name: &crate::model::Name| Address::new(Kind::Destination, name.clone());
    for one in &impact.moves {
        sorted.part_of(&of_move(one, traces)).impact.moves.push(one.clone());
    }
    for one in &impact.lost {
        let files = one.files.iter().chain(one.objects.iter().map(|lost| &lost.file));
        let of_files = || files.flat_map(|file| traces.of_thing(file)).collect();
        sorted.part(&or_at(traces.of_address(&one.request), of_files)).impact.lost.push(one.clone());
    }
    for one in &impact.going_on {
        sorted.part(&traces.of_thing(one)).impact.going_on.push(one.clone());
    }
    for one in &impact.rendered {
        let found = traces.of_addresses(&one.because);
        sorted.part(&or_at(found, || traces.of_address(&one.request))).impact.rendered.push(one.clone());
    }
    for one in &impact.redelivered {
        let found = traces.of_addresses(&one.because);
        let of_ends = || {
            let ends = one.moves.iter().flat_map(|moves| [&moves.from, &moves.to]).map(destination);
            traces.of_addresses(&ends.collect::<Vec<_>>())
        };
        sorted.part(&or_at(found, of_ends)).impact.redelivered.push(one.clone());
    }
    for one in impact.levels.iter().flatten() {
        sorted.part_of(&of_level(one, traces)).impact.levels.get_or_insert_default().push(one.clone());
    }
    for one in impact.invalid.iter().flatten() {
        sorted.part(&traces.of_address(&one.because)).impact.invalid.get_or_insert_default().push(one.clone());
    }
    for one in impact.broken.iter().flatten() {
        sorted.part(&traces.of_address(&one.to)).impact.broken.get_or_insert_default().push(one.clone());
    }
    for one in &impact.referring {
        let to = Address::parse(one.to.split_once('#').map_or(&*one.to, |(address, _)| address));
        sorted.part(&traces.of_addresses(&to)).impact.referring.push(one.clone());
    }
    for one in &impact.closures {
        sorted.part(&traces.of_address(&one.address)).impact.closures.push(one.clone());
    }
    for one in &impact.renamed {
        sorted.part(&traces.of_addresses([&one.from, &one.to])).impact.renamed.push(one.clone());
    }
    let rest = &mut sorted.rest.impact;
    // That there is none is said where somebody looked, and of all hunks together.
    let is_none = |all: Option<usize>| all == Some(0);
    if is_none(impact.levels.as_ref().map(Vec::len)) {
        rest.levels.get_or_insert_default();
    }
    if is_none(impact.invalid.as_ref().map(Vec::len)) {
        rest.invalid.get_or_insert_default();
    }
    if is_none(impact.broken.as_ref().map(Vec::len)) {
        rest.broken.get_or_insert_default();
    }
    rest.concerned.clone_from(&impact.concerned);
    rest.looked.clone_from(&impact.looked);
}

/// What was found, or else something else.
fn or_at(found: Hunks, other: impl FnOnce() -> Hunks) -> Hunks {
    if found.is_empty() { other() } else { found }
}

fn of_restraint(one: &Restraint, traces: &Traces<'_>) -> Hunks {
    let of_fields = traces.of_places(one.fields.iter().filter_map(|field| field.source.as_ref()));
    or_at(of_fields, || traces.of_places(&one.source))
}

/// What a guard stops follows from whatever makes the thing go that it is about; of many things it is about all of the text.
fn of_guard(one: &Guard, traces: &Traces<'_>) -> Hunks {
    match &one.flag {
        Some(Flag::AllowDelete(what)) => Thing::parse(what).map(|thing| traces.of_thing(&thing)).unwrap_or_default(),
        Some(Flag::MaxDeletes(_)) | None => Hunks::new(),
    }
}
