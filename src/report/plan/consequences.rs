//! What follows from a plan, for people: a fact each, or those of one sort counted where they are many.

use super::Detail;
use super::alike::grouped;
use crate::model::{Address, Kind, Name};
use crate::plan::{
    Extent, Following, Impact, Invalid, Looked, Lost, Redelivery, Referring, Relocation, Standing, Transition, holders,
};
use crate::report::clean::one_line;
use crate::report::fact::{
    at, broken, closure, concerned, invalid, lost, moved, of_project, redelivered, renamed, rendered,
};
use crate::report::{Paint, Style, counted, named};
use std::collections::BTreeSet;

/// More things of a group than this are counted and not named, but in the full report.
const NAMED: usize = 5;
/// More requests of a sort than this are counted and not listed, but in the full report.
const LISTED: usize = 10;

/// The consequences, a line each, and what was looked at for them.
pub(super) fn consequences(impact: &Impact, detail: Detail) -> Vec<String> {
    let most = |most: usize| if detail == Detail::Full { usize::MAX } else { most };
    let (few, many) = (most(NAMED), most(LISTED));
    let closures = impact.closures.iter().filter(|closure| !closure.members.is_empty());
    let levels = match &impact.levels {
        None => Vec::new(),
        Some(moves) if moves.is_empty() => vec!["no entity changes level".to_owned()],
        Some(moves) => transitions(moves, few),
    };
    let lines = [
        moves_of(&impact.moves, many),
        losses(impact, many),
        rerenders(impact, (many, few)),
        redeliveries(&impact.redelivered, many),
        invalids(impact, few),
        breaks(impact, few),
        referring(impact, few),
        closures.map(|one| closure(one, few)).collect(),
        impact.renamed.iter().map(renamed).collect(),
        levels,
        impact.concerned.iter().map(concerned).collect(),
        looked(&impact.looked, detail),
    ];
    lines.iter().flatten().map(|line| one_line(line).into_owned()).collect()
}

/// The consequences below a heading; nothing where there is none.
pub(super) fn text(impact: &Impact, detail: Detail, style: Style) -> String {
    let lines: String = consequences(impact, detail).iter().map(|line| format!("    {line}\n")).collect();
    if lines.is_empty() { lines } else { format!("\n{}\n{lines}", style.paint(Paint::Bold, "Consequences")) }
}

/// Some lines below a head, and how many more there are.
fn below(head: String, lines: impl Iterator<Item = String>, most: usize) -> Vec<String> {
    let lines: Vec<String> = lines.map(|line| format!("  {line}")).collect();
    let more = lines.len().saturating_sub(most);
    let more = (more > 0).then(|| format!("  and {more} more, which `--full` shows"));
    std::iter::once(head).chain(lines.into_iter().take(most)).chain(more).collect()
}

/// `1 object becomes`, `2 objects become`.
pub(super) fn verb(count: usize, noun: &str, [one, more]: [&str; 2]) -> String {
    format!("{} {}", counted(count, noun), if count == 1 { one } else { more })
}

/// What was looked at: completely and not at all in one line, and in part with what keeps it from being all.
fn looked(looked: &[Looked], detail: Detail) -> Vec<String> {
    if detail == Detail::Full {
        return looked.iter().map(ToString::to_string).collect();
    }
    let of = |extent| looked.iter().filter(move |one| one.extent == extent);
    let words = |extent| named(of(extent).map(|one| one.kind.word()), usize::MAX);
    let (completely, not_at_all) = (words(Extent::Completely), words(Extent::NotAtAll));
    let line = match (&*completely, &*not_at_all) {
        ("", "") => None,
        (_, "") => Some(format!("looked at completely: {completely}")),
        ("", _) => Some(format!("not looked at: {not_at_all} (--full says why)")),
        _ => Some(format!("looked at completely: {completely}; not at all: {not_at_all} (--full says why)")),
    };
    let mut partly: Vec<(&[String], Vec<&str>)> = Vec::new();
    for one in of(Extent::Partly) {
        match partly.iter_mut().find(|(why, _)| *why == one.why) {
            Some((_, kinds)) => kinds.push(one.kind.word()),
            None => partly.push((&one.why, vec![one.kind.word()])),
        }
    }
    let partly = partly.into_iter().map(|(why, kinds)| {
        let more = if why.len() > NAMED { ", which `--full` shows" } else { "" };
        format!("looked at in part: {}: {}{more}", kinds.join(", "), named(why, NAMED))
    });
    line.into_iter().chain(partly).collect()
}

/// The requests that leave a destination; where they are many, by where they go and why.
fn moves_of(moves: &[Relocation], most: usize) -> Vec<String> {
    if moves.len() <= most {
        return moves.iter().map(moved).collect();
    }
    let groups = grouped(moves, |one| (one.ends(), one.why()));
    let line = |(([from, to], why), group): (([String; 2], String), Vec<&Relocation>)| {
        format!("{} from {from} to {to}: {why}; --impact lists them", verb(group.len(), "request", ["moves", "move"]))
    };
    groups.into_iter().map(line).collect()
}

/// The requests that lose files where they stand, or their number where they are many. The objects that go out of files that stay are
/// told before, among what is destroyed.
fn losses(impact: &Impact, most: usize) -> Vec<String> {
    let moving: BTreeSet<&Address> = impact.moves.iter().map(|one| &one.request).collect();
    let stays = |one: &&Lost| !one.files.is_empty() && !moving.contains(&one.request);
    let staying: Vec<&Lost> = impact.lost.iter().filter(stays).collect();
    if staying.len() <= most {
        return staying.into_iter().map(lost).collect();
    }
    let files = staying.iter().map(|one| one.files.len()).sum();
    let holders = holders(staying.iter().map(|one| &one.request));
    vec![format!("{holders} lose {}; --impact lists them", counted(files, "file"))]
}

/// The requests that are rendered anew, or their number where they are many.
fn rerenders(impact: &Impact, (most, few): (usize, usize)) -> Vec<String> {
    if impact.rendered.len() <= most {
        return impact.rendered.iter().map(rendered).collect();
    }
    let files = impact.rendered.iter().map(|rerender| rerender.files.len()).sum();
    let requests: BTreeSet<&Address> = impact.rendered.iter().map(|rerender| &rerender.request).collect();
    let causes = impact.rendered.iter().flat_map(|rerender| &rerender.because);
    let causes: BTreeSet<&Address> = causes.filter(|cause| !requests.contains(cause)).collect();
    let because = if causes.is_empty() { String::new() } else { format!(" because of {}", named(causes, few)) };
    let (requests, files) = (counted(impact.rendered.len(), "request"), counted(files, "file"));
    vec![format!("{requests} render {files} anew{because}; --impact lists them")]
}

/// The requests of others that are delivered elsewhere, or lose files; their number where they are many.
fn redeliveries(all: &[Redelivery], most: usize) -> Vec<String> {
    if all.len() <= most {
        return all.iter().map(redelivered).collect();
    }
    let count = |is_one: fn(&&Redelivery) -> bool, verbs| verb(all.iter().filter(is_one).count(), "request", verbs);
    let counts = [
        count(|one| one.moves.is_some(), ["moves", "move"]),
        count(|one| !one.paths.is_empty(), ["gets other paths", "get other paths"]),
        count(|one| one.moves.is_none() && !one.files.is_empty(), ["loses files", "lose files"]),
        count(|one| one.moves.is_none() && !one.objects.is_empty(), ["loses objects", "lose objects"]),
    ];
    let counts: Vec<String> = counts.into_iter().filter(|count| !count.starts_with("0 ")).collect();
    vec![format!("of other projects {}; --impact lists them", counts.join(", "))]
}

/// How a member is changed that others say a value for.
const BESIDE: &str = "  to spare them that, declare the new beside the old and apply, let their projects go over to it, and take the old out then";

/// Whether another project says a value for a member of what makes that invalid.
fn says_member_of_ours(one: &Invalid, impact: &Impact) -> bool {
    let is_member = ["properties.", "relations.", "spec."].iter().any(|group| one.field.starts_with(group));
    is_member
        && matches!(one.because.kind, Kind::Blueprint | Kind::Promise)
        && impact.concerned.iter().any(|other| Some(&other.project) == one.owner.as_ref())
}

/// What becomes invalid, by what makes it so.
fn invalids(impact: &Impact, most: usize) -> Vec<String> {
    let Some(all) = &impact.invalid else { return Vec::new() };
    if all.is_empty() {
        return vec![format!("nothing of others{} becomes invalid", seen(impact, Following::Invalid))];
    }
    let told = |(because, group): (&Address, Vec<&Invalid>)| {
        let objects: BTreeSet<&Address> = group.iter().map(|one| &one.address).collect();
        let become_invalid = verb(objects.len(), "object", ["becomes", "become"]);
        let head = format!("because of {because} {become_invalid} invalid:");
        let way = group.iter().any(|one| says_member_of_ours(one, impact)).then(|| BESIDE.to_owned());
        below(head, group.into_iter().map(invalid), most).into_iter().chain(way).collect::<Vec<_>>()
    };
    grouped(all, |one| &one.because).into_iter().flat_map(told).collect()
}

/// What is meant where not all could be looked at.
fn seen(impact: &Impact, kind: Following) -> &'static str {
    let is_partly = impact.looked.iter().any(|one| one.kind == kind && one.extent == Extent::Partly);
    if is_partly { ", of what could be looked at," } else { "" }
}

/// What will point at nothing.
fn breaks(impact: &Impact, most: usize) -> Vec<String> {
    let Some(all) = &impact.broken else { return Vec::new() };
    if all.is_empty() {
        // What becomes invalid, or is left, by what goes points at it too.
        let is_told = impact.invalid.as_ref().is_some_and(|invalid| !invalid.is_empty())
            || impact.closures.iter().any(|one| one.members.iter().any(|member| !member.left.is_empty()));
        let what = if is_told { "nothing else" } else { "nothing" };
        return vec![format!("{what} that stays{} points at what goes", seen(impact, Following::Broken))];
    }
    below(verb(all.len(), "reference", ["breaks:", "break:"]), all.iter().map(broken), most)
}

/// Who refers to what changes, by what they refer to. What breaks was told before.
fn referring(impact: &Impact, most: usize) -> Vec<String> {
    let breaks: BTreeSet<(&Address, &str, String)> =
        impact.broken.iter().flatten().map(|one| (&one.address, &*one.field, one.to.to_string())).collect();
    let told = impact.referring.iter().filter(|one| !breaks.contains(&(&one.address, &*one.field, one.to.clone())));
    let line = |(to, group): (&String, Vec<&Referring>)| {
        let who = group.iter().map(|one| format!("{} ({})", one.address, one.field));
        format!("{to} is referred to by {}", named(who, most))
    };
    grouped(told, |one| &one.to).into_iter().map(line).collect()
}

/// Transitions, counted by scorecard and levels.
fn transitions(moves: &[Transition], most: usize) -> Vec<String> {
    let groups = grouped(moves, |step| (&step.scorecard, &step.from, &step.to));
    let line = |((scorecard, from, to), steps): ((&Name, &Standing, &Standing), Vec<&Transition>)| {
        let entities = steps.iter().map(|step| format!("{}{}", step.entity, at(step.declared.as_ref())));
        let names = if steps.len() <= most { format!(": {}", named(entities, most)) } else { String::new() };
        let owners: BTreeSet<&str> = steps.iter().filter_map(|step| step.owner.as_deref()).collect();
        let others = steps.iter().filter(|step| step.owner.is_some()).count();
        let whose = match (others, owners.len()) {
            (0, _) => String::new(),
            (_, 1) if others == steps.len() => of_project(owners.first().copied()),
            (_, count) if others == steps.len() => format!(" (of {})", counted(count, "other project")),
            (_, count) => format!(" ({others} of them of {})", counted(count, "other project")),
        };
        let is_request = steps.iter().all(|step| step.entity.kind == Kind::Request);
        let noun = if is_request { "request" } else { "entity" };
        format!("scorecard:{scorecard}  {} {from} -> {to}{names}{whose}", counted(steps.len(), noun))
    };
    groups.into_iter().map(line).collect()
}
