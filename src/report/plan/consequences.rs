//! What follows from a plan.

use super::Detail;
use crate::plan::{Impact, Transition};
use crate::report::{Paint, Style, counted};
use std::collections::BTreeMap;

/// More entities of one transition than this are counted and not named, but in the full report.
const NAMED: usize = 5;

/// The consequences, or nothing where there is none. What nobody looked at is said.
pub(super) fn consequences(impact: &Impact, detail: Detail, style: Style) -> String {
    let mut lines: Vec<String> = impact
        .rendered
        .iter()
        .map(|rerender| {
            let others: Vec<&str> =
                rerender.because.iter().map(String::as_str).filter(|cause| *cause != rerender.request).collect();
            let because = if others.is_empty() { String::new() } else { format!(" because of {}", others.join(", ")) };
            format!("{} renders {} anew{because}", rerender.request, counted(rerender.files.len(), "file"))
        })
        .collect();
    match &impact.levels {
        None => lines.push("levels were not looked at: nothing that scorecards read changes".to_owned()),
        Some(moves) if moves.is_empty() => lines.push("no entity changes level".to_owned()),
        Some(moves) => lines.extend(transitions(moves, detail)),
    }
    if lines.is_empty() {
        return String::new();
    }
    let lines: String = lines.iter().map(|line| format!("    {line}\n")).collect();
    format!("\n{}\n{lines}", style.paint(Paint::Bold, "Consequences"))
}

/// Transitions, counted by scorecard and levels.
fn transitions(moves: &[Transition], detail: Detail) -> Vec<String> {
    let mut groups: BTreeMap<(&str, &crate::plan::Standing, &crate::plan::Standing), Vec<&str>> = BTreeMap::new();
    for step in moves {
        groups.entry((&step.scorecard, &step.from, &step.to)).or_default().push(&step.entity);
    }
    let line =
        |((scorecard, from, to), entities): ((&str, &crate::plan::Standing, &crate::plan::Standing), Vec<&str>)| {
            let named = detail == Detail::Full || entities.len() <= NAMED;
            let names = if named { format!(": {}", entities.join(", ")) } else { String::new() };
            let noun = if entities.len() == 1 { "entity" } else { "entities" };
            format!("scorecard:{scorecard}  {} {noun} {from} -> {to}{names}", entities.len())
        };
    groups.into_iter().map(line).collect()
}
