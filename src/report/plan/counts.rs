//! How much there is of what in a plan.

use super::consequences::verb;
use crate::model::Address;
use crate::plan::{Action, Impact, Plan, Standing, Summary, Violation, holders};
use crate::report::fact::symbol;
use crate::report::{Paint, Style, counted};
use std::collections::BTreeSet;

/// How many changes there are: for each action that has some its sign, its word and their number; then what others
/// changed and what is set back.
pub(in crate::report) fn counts(plan: &Plan) -> Vec<(Action, char, &'static str, usize)> {
    let summary = Summary::of(plan);
    let count = |word: &str| summary.changes.get(word).copied().unwrap_or(0);
    let counts = signs().into_iter().map(|(action, sign, word)| (action, sign, word, count(word)));
    counts.filter(|row| row.3 > 0).collect()
}

/// Each kind of change that a plan counts, with its sign and its word.
pub fn signs() -> Vec<(Action, char, &'static str)> {
    let changes = Action::ALL.into_iter().filter(|row| row.0.is_change());
    let mut signs: Vec<_> = changes.map(|(action, word)| (action, symbol(action), word)).collect();
    // What destroys stands last among the changes, what is set back before it.
    let place = signs.iter().position(|row| row.0 == Action::Delete).unwrap_or(signs.len());
    signs.insert(place, (Action::Update, '!', Summary::REVERT));
    signs
}

/// A plan in a line: its changes, what goes out of files that stay, and what stops it. What is stopped is never nothing.
pub(in crate::report) fn headline(plan: &Plan) -> String {
    let changes = counts(plan).into_iter().map(|(_, _, word, count)| format!("{word} {count}"));
    let objects = plan.impact.lost_objects().count();
    let objects = (objects > 0).then(|| format!("destroys {} in files", counted(objects, "object")));
    let stops = stopping(plan);
    let stops = (!stops.is_empty()).then(|| format!("stopped by {stops}"));
    let parts: Vec<String> = changes.chain(objects).chain(restraints(plan)).chain(stops).collect();
    if parts.is_empty() { "no changes".to_owned() } else { parts.join(", ") }
}

/// How much of what restrains plans is not as before; nothing where all is.
fn restraints(plan: &Plan) -> Option<String> {
    let count = plan.restraints.len();
    (count > 0).then(|| format!("{} of the guards", counted(count, "change")))
}

/// What stops a plan, counted; nothing where nothing does.
fn stopping(plan: &Plan) -> String {
    let Summary { conflicts, refusals, denials, .. } = Summary::of(plan);
    let stops = [counted(conflicts, "conflict"), counted(refusals, "refusal"), counted(denials, "denial")];
    named(&stops)
}

/// What stops a plan, or is told of it, in one line; nothing where nothing does.
pub(super) fn stops(plan: &Plan, style: Style) -> String {
    let stops = stopping(plan);
    let warnings = plan.violations.iter().filter(|violation| !violation.denies);
    let (known, new): (Vec<&Violation>, Vec<&Violation>) = warnings.partition(|violation| violation.known);
    let warnings = named(&[
        counted(new.len(), "warning"),
        format!("{} as before", counted(known.len(), "warning")),
        counted(plan.kept.len(), "kept change"),
        counted(plan.conflicts.iter().map(|conflict| conflict.waits.len()).sum(), "waiting change"),
    ]);
    let mut out = String::new();
    if !stops.is_empty() {
        out.push_str(&format!("{}\n", style.paint(Paint::Removed, &format!("stopped by {stops}"))));
    }
    if !warnings.is_empty() {
        out.push_str(&format!("{}\n", style.paint(Paint::Changed, &format!("with {warnings}"))));
    }
    out
}

/// What follows from a plan, in one line; nothing where nothing does.
pub(super) fn follows(impact: &Impact) -> String {
    let distinct = |addresses: &mut dyn Iterator<Item = &Address>| addresses.collect::<BTreeSet<_>>().len();
    let invalid = distinct(&mut impact.invalid.iter().flatten().map(|one| &one.address));
    let judged = |standing: &Standing| *standing != Standing::NotJudged;
    let levels = impact.levels.iter().flatten().filter(|one| judged(&one.from) && judged(&one.to));
    let lost = impact.lost.iter().filter(|lost| !lost.files.is_empty()).map(|one| &one.request);
    let moved = impact.moves.iter().map(|one| &one.request);
    let follows = [
        verb(invalid, "object", ["becomes invalid", "become invalid"]),
        verb(impact.broken.iter().flatten().count(), "reference", ["breaks", "break"]),
        held(moved, ["moves elsewhere", "move elsewhere"]),
        held(lost, ["loses files", "lose files"]),
        verb(levels.count(), "level", ["changes", "change"]),
        verb(impact.rendered.len(), "request", ["renders anew", "render anew"]),
    ];
    let follows = named(&follows);
    if follows.is_empty() { follows } else { format!("so that {follows}\n") }
}

/// What requests, or promises with what they depend on, do; empty where none does.
fn held<'a>(all: impl Iterator<Item = &'a Address>, [one, many]: [&str; 2]) -> String {
    let who = holders(all);
    match &*who {
        "" => who,
        "1 request" | "1 promise" => format!("{who} {one}"),
        _ => format!("{who} {many}"),
    }
}

/// The counts that are not zero.
fn named(counts: &[String]) -> String {
    let counts = counts.iter().filter(|count| !count.starts_with("0 ") && !count.is_empty());
    counts.cloned().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind;

    #[test]
    fn requests_and_promises_are_counted_each_as_what_they_are() {
        let promise = |name: &str| Address::new(Kind::Promise, name.into());
        let request = Address::below(Kind::Request, "p".into(), "default/r".into());
        let (one, other) = (promise("a"), promise("b"));
        let told = |all: &[&Address]| held(all.iter().copied(), ["loses files", "lose files"]);
        assert_eq!(told(&[]), "");
        assert_eq!(told(&[&one, &one]), "1 promise loses files");
        assert_eq!(told(&[&one, &other]), "2 promises lose files");
        assert_eq!(told(&[&one, &request, &request]), "1 request and 1 promise lose files");
    }

    #[test]
    fn the_manual_lists_every_sign() {
        let manual = include_str!("../../../docs/plan-and-apply.md");
        let rows = manual.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
        let listed: BTreeSet<&str> = rows.map(|(cell, _)| cell).filter(|cell| cell.find(' ') == Some(1)).collect();
        let signs = signs().into_iter().map(|(_, sign, word)| format!("{sign} {word}"));
        let known: BTreeSet<String> = signs.chain(["= unchanged".to_owned()]).collect();
        assert_eq!(listed, known.iter().map(String::as_str).collect());
    }
}
