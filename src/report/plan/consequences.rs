//! What follows from a plan.

use super::{Detail, kdl_value};
use crate::model::{Address, Name, Value};
use crate::plan::{
    Closure, Extent, Impact, Invalid, Looked, Lost, Relocation, Renamed, Rerender, Standing, Transition,
};
use crate::report::clean::one_line;
use crate::report::{Paint, Style, counted};
use std::collections::{BTreeMap, BTreeSet};

/// More entities of one transition than this are counted and not named, but in the full report.
const NAMED: usize = 5;

/// More requests than this that move are counted and not named, but in the full report.
const MOST_MOVED: usize = 10;

/// More requests than this that are rendered anew are counted and not named, but in the full report.
const MOST_RENDERED: usize = 10;

/// The consequences, or nothing where there is none, and what was looked at for them.
pub(super) fn consequences(impact: &Impact, detail: Detail, style: Style) -> String {
    let mut lines = moves(impact, detail);
    lines.extend(lost(impact, detail));
    lines.extend(rendered(impact, detail));
    lines.extend(invalid(impact, detail));
    lines.extend(broken(impact, detail));
    lines.extend(referring(impact, detail));
    lines.extend(impact.closures.iter().filter(|closure| !closure.members.is_empty()).map(|one| closure(one, detail)));
    lines.extend(impact.renamed.iter().map(renamed));
    match &impact.levels {
        None => {}
        Some(moves) if moves.is_empty() => lines.push("no entity changes level".to_owned()),
        Some(moves) => lines.extend(transitions(moves, detail)),
    }
    lines.extend(looked(&impact.looked, detail));
    if lines.is_empty() {
        return String::new();
    }
    let lines: String = lines.iter().map(|line| format!("    {line}\n")).collect();
    format!("\n{}\n{lines}", style.paint(Paint::Bold, "Consequences"))
}

/// What was looked at: completely and not at all in one line, and in part with what keeps it from being all.
fn looked(looked: &[Looked], detail: Detail) -> Vec<String> {
    if detail == Detail::Full {
        return looked.iter().map(|one| one_line(&one.to_string()).into_owned()).collect();
    }
    let words = |extent| {
        let of_extent = looked.iter().filter(move |one| one.extent == extent);
        of_extent.map(|one| one.kind.word()).collect::<Vec<_>>().join(", ")
    };
    let completely = words(Extent::Completely);
    let not_at_all = words(Extent::NotAtAll);
    let line = match (&*completely, &*not_at_all) {
        ("", "") => None,
        (_, "") => Some(format!("looked at completely: {completely}")),
        ("", _) => Some(format!("not looked at: {not_at_all} (--full says why)")),
        _ => Some(format!("looked at completely: {completely}; not at all: {not_at_all} (--full says why)")),
    };
    let mut partly: Vec<(&[String], Vec<&str>)> = Vec::new();
    for one in looked.iter().filter(|one| one.extent == Extent::Partly) {
        match partly.iter_mut().find(|(why, _)| *why == one.why) {
            Some((_, kinds)) => kinds.push(one.kind.word()),
            None => partly.push((&one.why, vec![one.kind.word()])),
        }
    }
    let partly = partly.into_iter().map(|(why, kinds)| {
        let more = why.len().saturating_sub(NAMED);
        let named = why.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = if more > 0 { format!(" and {more} more, which `--full` shows") } else { String::new() };
        one_line(&format!("looked at in part: {}: {named}{more}", kinds.join(", "))).into_owned()
    });
    line.into_iter().chain(partly).collect()
}

/// Two objects that are probably one, and the line that says so.
fn renamed(one: &Renamed) -> String {
    let written = |address: &Address| kdl_value(&Value::string(address.to_string()));
    let line = format!("moved from={} to={}", written(&one.from), written(&one.to));
    one_line(&format!("{} is much like {}: `{line}` would keep it", one.to, one.from)).into_owned()
}

/// The requests that leave a destination; where they are many, by where they go and why.
fn moves(impact: &Impact, detail: Detail) -> Vec<String> {
    if detail == Detail::Full || impact.moves.len() <= MOST_MOVED {
        let line = |one: &Relocation| format!("{} moves from {}: {}", one.request, one.ends().join(" to "), one.why());
        return impact.moves.iter().map(|one| one_line(&line(one)).into_owned()).collect();
    }
    let mut groups: BTreeMap<([String; 2], String), usize> = BTreeMap::new();
    for one in &impact.moves {
        *groups.entry((one.ends(), one.why())).or_default() += 1;
    }
    let line = |(([from, to], why), count): (([String; 2], String), usize)| {
        let verb = if count == 1 { "moves" } else { "move" };
        let text = format!("{} {verb} from {from} to {to}: {why}; --impact lists them", counted(count, "request"));
        one_line(&text).into_owned()
    };
    groups.into_iter().map(line).collect()
}

/// The requests that lose files where they stand, or their number where they are many. The objects that go out of files that stay are
/// told before, among what is destroyed.
fn lost(impact: &Impact, detail: Detail) -> Vec<String> {
    let moving: BTreeSet<&Address> = impact.moves.iter().map(|one| &one.request).collect();
    let staying: Vec<&Lost> =
        impact.lost.iter().filter(|one| !one.files.is_empty() && !moving.contains(&one.request)).collect();
    if detail != Detail::Full && staying.len() > MOST_MOVED {
        let files = staying.iter().map(|one| one.files.len()).sum();
        let requests = counted(staying.len(), "request");
        return vec![format!("{requests} lose {}; --impact lists them", counted(files, "file"))];
    }
    let line = |one: &&Lost| format!("{} loses {}", one.request, counted(one.files.len(), "file"));
    staying.iter().map(|one| one_line(&line(one)).into_owned()).collect()
}

/// The requests that are rendered anew, or their number where they are many.
fn rendered(impact: &Impact, detail: Detail) -> Vec<String> {
    let because = |causes: &[&Address]| match causes {
        [] => String::new(),
        causes => format!(" because of {}", one_line(&joined(causes))),
    };
    if detail != Detail::Full && impact.rendered.len() > MOST_RENDERED {
        let files = impact.rendered.iter().map(|rerender| rerender.files.len()).sum();
        let requests: BTreeSet<&Address> = impact.rendered.iter().map(|rerender| &rerender.request).collect();
        let causes = impact.rendered.iter().flat_map(|rerender| &rerender.because);
        let causes: BTreeSet<&Address> = causes.filter(|cause| !requests.contains(cause)).collect();
        let named: Vec<&Address> = causes.iter().take(NAMED).copied().collect();
        let more = causes.len() - named.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let requests = counted(impact.rendered.len(), "request");
        return vec![format!(
            "{requests} render {} anew{}{more}; --impact lists them",
            counted(files, "file"),
            because(&named)
        )];
    }
    let line = |rerender: &Rerender| {
        let others: Vec<&Address> = rerender.because.iter().filter(|cause| **cause != rerender.request).collect();
        format!("{} renders {} anew{}", rerender.request, counted(rerender.files.len(), "file"), because(&others))
    };
    impact.rendered.iter().map(line).collect()
}

/// What becomes invalid, by what makes it so.
fn invalid(impact: &Impact, detail: Detail) -> Vec<String> {
    let Some(invalid) = &impact.invalid else { return Vec::new() };
    if invalid.is_empty() {
        return vec!["nothing of others becomes invalid".to_owned()];
    }
    let mut groups: BTreeMap<&Address, Vec<&Invalid>> = BTreeMap::new();
    for one in invalid {
        groups.entry(&one.because).or_default().push(one);
    }
    let mut lines = Vec::new();
    for (because, group) in groups {
        let objects: BTreeSet<&Address> = group.iter().map(|one| &one.address).collect();
        let noun = counted(objects.len(), "object");
        let verb = if objects.len() == 1 { "becomes" } else { "become" };
        lines.push(format!("because of {} {noun} {verb} invalid:", one_line(&because.to_string())));
        let told = group.into_iter().map(|one| {
            let field = if one.field.is_empty() { String::new() } else { format!(" {}", one.field) };
            let text = format!("  {}{field}: {} ({})", one.address, one.message, whose(one.owner.as_deref()));
            one_line(&text).into_owned()
        });
        lines.extend(some(told.collect(), detail));
    }
    lines
}

/// What will point at nothing.
fn broken(impact: &Impact, detail: Detail) -> Vec<String> {
    let Some(broken) = &impact.broken else { return Vec::new() };
    if broken.is_empty() {
        return vec!["nothing that stays points at what goes".to_owned()];
    }
    let head = if broken.len() == 1 { "1 reference breaks:" } else { &format!("{} references break:", broken.len()) };
    let told = broken.iter().map(|one| {
        let text = format!("  {} {} -> {} ({})", one.address, one.field, one.to, whose(one.owner.as_deref()));
        one_line(&text).into_owned()
    });
    std::iter::once(head.to_owned()).chain(some(told.collect(), detail)).collect()
}

/// Who refers to what changes, by what they refer to. What breaks was told before.
fn referring(impact: &Impact, detail: Detail) -> Vec<String> {
    let breaks: BTreeSet<(&Address, &str, String)> =
        impact.broken.iter().flatten().map(|one| (&one.address, &*one.field, one.to.to_string())).collect();
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let told = impact.referring.iter().filter(|one| !breaks.contains(&(&one.address, &*one.field, one.to.clone())));
    for one in told {
        groups.entry(&one.to).or_default().push(format!("{} ({})", one.address, one.field));
    }
    let line = |(to, mut who): (&str, Vec<String>)| {
        if detail != Detail::Full && who.len() > NAMED {
            let more = who.len() - NAMED;
            who.truncate(NAMED);
            who.push(format!("{more} more"));
        }
        one_line(&format!("{to} is referred to by {}", who.join(", "))).into_owned()
    };
    groups.into_iter().map(line).collect()
}

/// What a deletion takes along, and what it leaves.
fn closure(closure: &Closure, detail: Detail) -> String {
    let deleted = closure.members.iter().filter(|member| member.deleted > 0);
    let deleted: Vec<String> = deleted.map(|member| kinds(member.deleted, &member.kind)).collect();
    let left: Vec<&Address> = closure.members.iter().flat_map(|member| &member.left).collect();
    let mut parts = Vec::new();
    if !deleted.is_empty() {
        parts.push(format!("takes along {}", deleted.join(", ")));
    }
    if !left.is_empty() {
        let named = if detail == Detail::Full { left.len() } else { left.len().min(NAMED) };
        let more = if named < left.len() { format!(" and {} more", left.len() - named) } else { String::new() };
        parts.push(format!("leaves {}{more}", joined(&left[..named])));
    }
    one_line(&format!("{} {}", closure.address, parts.join(", and "))).into_owned()
}

/// A number of objects of a kind.
fn kinds(count: usize, kind: &str) -> String {
    match (count, kind.strip_suffix('y')) {
        (2.., Some(stem)) => format!("{count} {stem}ies"),
        _ => counted(count, kind),
    }
}

fn joined(addresses: &[&Address]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn whose(owner: Option<&str>) -> String {
    owner.map_or_else(|| "nobody's".to_owned(), |project| format!("of project {project}"))
}

/// Lines, or the first of them and how many more there are.
fn some(mut lines: Vec<String>, detail: Detail) -> Vec<String> {
    if detail != Detail::Full && lines.len() > NAMED {
        let more = lines.len() - NAMED;
        lines.truncate(NAMED);
        lines.push(format!("  and {more} more, which `--full` shows"));
    }
    lines
}

/// Transitions, counted by scorecard and levels.
fn transitions(moves: &[Transition], detail: Detail) -> Vec<String> {
    let mut groups: BTreeMap<(&Name, &Standing, &Standing), Vec<&Address>> = BTreeMap::new();
    for step in moves {
        groups.entry((&step.scorecard, &step.from, &step.to)).or_default().push(&step.entity);
    }
    let line = |((scorecard, from, to), entities): ((&Name, &Standing, &Standing), Vec<&Address>)| {
        let named = detail == Detail::Full || entities.len() <= NAMED;
        let names = if named { format!(": {}", joined(&entities)) } else { String::new() };
        let noun = if entities.len() == 1 { "entity" } else { "entities" };
        format!("scorecard:{scorecard}  {} {noun} {from} -> {to}{names}", entities.len())
    };
    groups.into_iter().map(line).collect()
}
