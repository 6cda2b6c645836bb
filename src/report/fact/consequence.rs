//! What follows from a plan.

use super::{Fact, Level};
use crate::model::{Address, DeclaredAt, Kind, Value};
use crate::plan::{
    Broken, Closure, Concerned, Impact, Invalid, Lost, Operation, Plan, Redelivery, Relocation, Renamed, Rerender,
    Transition,
};
use crate::report::columns::cropped_path;
use crate::report::event::{Consequence, Event};
use crate::report::plan::kdl_value;
use crate::report::{counted, named};
use std::collections::BTreeMap;

/// Everything that follows, in the order of the document.
pub(in crate::report) fn consequences(plan: &Plan) -> impl Iterator<Item = Fact<'_>> {
    let (impact, causes) = (&plan.impact, Causes::of(plan));
    let fact = |level, sentence, event| Fact { level, sentence, event: Some(event), ..Fact::default() };
    let note = move |sentence, impact| fact(Level::Note, sentence, Event::Impact { impact });
    let warning = move |sentence, impact| fact(Level::Warning, sentence, Event::Impact { impact });
    let rendered = impact.rendered.iter();
    let rendered = rendered.map(move |one| fact(Level::Note, self::rendered(one), Event::Rendered { rendered: one }));
    let referring = impact.referring.iter().map(move |one| {
        let sentence = format!("{} {}: refers to {}, which changes", one.address, one.field, one.to);
        note(sentence, Consequence::Referring(one))
    });
    rendered
        .chain(impact.moves.iter().map(move |one| warning(moved(one), Consequence::Move(one))))
        .chain(impact.lost.iter().map(move |one| warning(lost(one), Consequence::Lost(one))))
        .chain(redeliveries(impact, &causes))
        .chain(levels(impact, &causes))
        .chain(invalids(impact, &causes))
        .chain(breaks(impact, &causes))
        .chain(referring)
        .chain(impact.closures.iter().map(move |one| note(closure(one, usize::MAX), Consequence::Closure(one))))
        .chain(impact.renamed.iter().map(move |one| note(renamed(one), Consequence::Renamed(one))))
        .chain(impact.concerned.iter().map(move |one| note(concerned(one), Consequence::Concerned(one))))
        .chain(impact.looked.iter().map(move |one| note(one.to_string(), Consequence::Looked(one))))
}

/// What of that somebody should look at where the change is reviewed: what others come to deliver otherwise, what of theirs changes level,
/// and what becomes invalid or points at nothing.
pub(in crate::report) fn beyond(plan: &Plan) -> impl Iterator<Item = Fact<'_>> {
    let (impact, causes) = (&plan.impact, Causes::of(plan));
    let levels = impact.levels.iter().flatten().zip(levels(impact, &causes)).filter(|(one, _)| one.owner.is_some());
    let of_others = redeliveries(impact, &causes).into_iter().chain(levels.map(|(_, fact)| fact));
    of_others.chain(invalids(impact, &causes)).chain(breaks(impact, &causes))
}

fn redeliveries<'a>(impact: &'a Impact, causes: &Causes<'a>) -> Vec<Fact<'a>> {
    let fact = |one: &'a Redelivery| Fact {
        rule: "redelivered".into(),
        title: "others deliver it elsewhere, or lose some of it".into(),
        level: Level::Warning,
        sentence: redelivered(one),
        key: Some(one.request.to_string()),
        ..causes.fact(&one.because, Consequence::Redelivered(one))
    };
    impact.redelivered.iter().map(fact).collect()
}

fn levels<'a>(impact: &'a Impact, causes: &Causes<'a>) -> Vec<Fact<'a>> {
    let fact = |one: &'a Transition| {
        let of = one.owner.as_ref().map(|_| format!(" ({})", whose(one.owner.as_deref(), one.declared.as_ref())));
        let (card, entity, of) = (&one.scorecard, &one.entity, of.unwrap_or_default());
        let scorecard = Address::new(Kind::Scorecard, card.clone());
        Fact {
            rule: "level".into(),
            title: "it changes level".into(),
            sentence: format!("scorecard:{card}: {entity} goes from {} to {}{of}", one.from, one.to),
            key: Some(format!("{scorecard} {entity}")),
            ..causes.fact(&[scorecard], Consequence::Level(one))
        }
    };
    impact.levels.iter().flatten().map(fact).collect()
}

fn invalids<'a>(impact: &'a Impact, causes: &Causes<'a>) -> Vec<Fact<'a>> {
    let fact = |one: &'a Invalid| Fact {
        rule: "invalid".into(),
        title: "it becomes invalid".into(),
        level: Level::Warning,
        sentence: invalid(one),
        key: Some(format!("{} {} {}", one.address, one.field, one.message)),
        ..causes.fact(std::slice::from_ref(&one.because), Consequence::Invalid(one))
    };
    impact.invalid.iter().flatten().map(fact).collect()
}

fn breaks<'a>(impact: &'a Impact, causes: &Causes<'a>) -> Vec<Fact<'a>> {
    let fact = |one: &'a Broken| Fact {
        rule: "broken".into(),
        title: "it comes to point at nothing".into(),
        level: Level::Warning,
        sentence: broken(one),
        key: Some(format!("{} {} {}", one.address, one.field, one.to)),
        ..causes.fact(std::slice::from_ref(&one.to), Consequence::Broken(one))
    };
    impact.broken.iter().flatten().map(fact).collect()
}

/// What a plan does to objects, by their addresses.
struct Causes<'a>(BTreeMap<&'a Address, &'a Operation>);

impl<'a> Causes<'a> {
    fn of(plan: &'a Plan) -> Self {
        Self(plan.operations.iter().filter_map(|change| Some((change.object_address()?, change))).collect())
    }

    /// Something that follows from changes of some objects: it is where the first of them is.
    fn fact(&self, because: &[Address], impact: Consequence<'a>) -> Fact<'a> {
        let change = because.iter().find_map(|cause| self.0.get(cause));
        Fact {
            source: change.and_then(|change| change.source.as_ref()),
            cause: change.map(|change| change.thing.to_string()),
            event: Some(Event::Impact { impact }),
            ..Fact::default()
        }
    }
}

/// A request leaves a destination.
pub(in crate::report) fn moved(one: &Relocation) -> String {
    format!("{} moves from {}: {}", one.request, one.ends().join(" to "), one.why())
}

/// A request loses files, and objects of files that stay.
pub(in crate::report) fn lost(lost: &Lost) -> String {
    let own = lost.own_objects().count();
    let counts =
        [(lost.files.len(), "file", ""), (own, "object", ""), (lost.objects.len() - own, "object", " of others")];
    let counts = counts.iter().filter(|(count, ..)| *count > 0);
    let lose: Vec<String> = counts.map(|(count, noun, whose)| format!("{}{whose}", counted(*count, noun))).collect();
    format!("{} loses {}", lost.request, lose.join(" and "))
}

/// A request is rendered anew.
pub(in crate::report) fn rendered(one: &Rerender) -> String {
    let others: Vec<&Address> = one.because.iter().filter(|cause| **cause != one.request).collect();
    let because = if others.is_empty() { String::new() } else { format!(" because of {}", named(others, usize::MAX)) };
    let when =
        one.owner.as_deref().map_or_else(String::new, |owner| format!(", with the next apply of project {owner}"));
    let at = at(one.declared.as_ref());
    format!("{} renders {} anew{because}{when}{at}", one.request, counted(one.files.len(), "file"))
}

/// Files of a request of another project come to other places, or go.
pub(in crate::report) fn redelivered(one: &Redelivery) -> String {
    let moves = one.moves.as_ref().map(|moves| format!("moves from {}: {}", moves.ends().join(" to "), moves.why()));
    let parts = moves.map_or_else(|| staying(one), |moves| vec![moves]);
    let Redelivery { request, owner, declared, .. } = one;
    format!("{request} {}, with the next apply of project {owner}{}", parts.join(" and "), at(declared.as_ref()))
}

/// What becomes of the files of a request that stays where it is.
fn staying(one: &Redelivery) -> Vec<String> {
    let paths = match one.paths.len() {
        0 => None,
        1 => Some("gets another path for 1 file".to_owned()),
        count => Some(format!("gets other paths for {count} files")),
    };
    let files = (!one.files.is_empty()).then(|| counted(one.files.len(), "file"));
    let objects = (!one.objects.is_empty()).then(|| named(&one.objects, MOST_OBJECTS));
    let lost: Vec<String> = files.into_iter().chain(objects).collect();
    let lost = (!lost.is_empty()).then(|| format!("loses {}", lost.join(" with ")));
    let because =
        if one.because.is_empty() { String::new() } else { format!(" because of {}", named(&one.because, usize::MAX)) };
    let mut parts: Vec<String> = paths.into_iter().chain(lost).collect();
    if let Some(last) = parts.last_mut() {
        last.push_str(&because);
    }
    parts
}

/// So many objects of Kubernetes that go are named.
const MOST_OBJECTS: usize = 5;

/// Another project that something follows for.
pub(in crate::report) fn concerned(one: &Concerned) -> String {
    let name = one.name.as_deref().unwrap_or(&one.project);
    let at = one.source.as_deref().map_or_else(String::new, |source| format!(", last applied from commit {source}"));
    format!("concerns project {name} ({}){at}", one.project)
}

/// Whose something is, where it is of another project.
pub(in crate::report) fn of_project(owner: Option<&str>) -> String {
    owner.map_or_else(String::new, |project| format!(" (of project {project})"))
}

/// Something becomes invalid.
pub(in crate::report) fn invalid(one: &Invalid) -> String {
    let field = if one.field.is_empty() { String::new() } else { format!(" {}", one.field) };
    format!("{}{field}: {} ({})", one.address, one.message, whose(one.owner.as_deref(), one.declared.as_ref()))
}

/// A reference will point at nothing.
pub(in crate::report) fn broken(one: &Broken) -> String {
    let whose = whose(one.owner.as_deref(), one.declared.as_ref());
    format!("{} {}: refers to {}, which goes ({whose})", one.address, one.field, one.to)
}

/// Whose something is, and where that project declares it.
fn whose(owner: Option<&str>, declared: Option<&DeclaredAt>) -> String {
    let Some(project) = owner else { return "nobody's".to_owned() };
    let at = declared.map_or_else(String::new, |declared| format!(": {}", place(declared)));
    format!("of project {project}{at}")
}

/// The most columns of a file of another project.
const MOST_COLUMNS: usize = 80;

/// Where another project declares something: a file that it may call as it likes, a line and a commit.
pub(in crate::report) fn place(declared: &DeclaredAt) -> String {
    DeclaredAt { file: cropped_path(&declared.file, MOST_COLUMNS), ..declared.clone() }.to_string()
}

/// The same behind the name of a thing, where it is known.
pub(in crate::report) fn at(declared: Option<&DeclaredAt>) -> String {
    declared.map_or_else(String::new, |declared| format!(" ({})", place(declared)))
}

/// What a deletion takes along, and what it leaves, of which so many are named.
pub(in crate::report) fn closure(closure: &Closure, most: usize) -> String {
    let deleted = closure.members.iter().filter(|member| member.deleted > 0);
    let deleted: Vec<String> = deleted.map(|member| counted(member.deleted, &member.kind)).collect();
    let left: Vec<&Address> = closure.members.iter().flat_map(|member| &member.left).collect();
    let along = (!deleted.is_empty()).then(|| format!("takes along {}", deleted.join(", ")));
    let leaves = (!left.is_empty()).then(|| format!("leaves {}", named(left, most)));
    let parts: Vec<String> = along.into_iter().chain(leaves).collect();
    let parts = if parts.is_empty() { "takes nothing along".to_owned() } else { parts.join(", and ") };
    format!("{} {parts}", closure.address)
}

/// Two objects that are probably one, and the line that says so.
pub(in crate::report) fn renamed(one: &Renamed) -> String {
    let written = |address: &Address| kdl_value(&Value::string(address.to_string()));
    let line = format!("moved from={} to={}", written(&one.from), written(&one.to));
    format!("{} is much like {}: `{line}` would keep it", one.to, one.from)
}
