//! What mends a problem.

use super::Snapshot;
use crate::diag::{Diagnostic, Edit};
use crate::source::Span;

/// A change that is offered at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action<'s> {
    /// What it does.
    pub title: &'s str,
    /// The problem that it mends.
    pub mends: &'s Diagnostic,
    /// The edits, which do not overlap.
    pub edits: &'s [Edit],
}

/// The changes that mend problems which a part of a text has, in the order of the problems.
pub fn actions(snapshot: &Snapshot, part: Span) -> Vec<Action<'_>> {
    let sources = &snapshot.loaded.sources;
    let is_there = |problem: &&Diagnostic| {
        let span = problem.primary.span();
        span.file == part.file && span.start <= part.end && part.start <= span.end
    };
    let problems = snapshot.loaded.diagnostics.iter().filter(is_there);
    let fixes = problems.flat_map(|mends| mends.fixes.iter().map(move |fix| (mends, fix)));
    let may_be_made = |edits: &[Edit]| edits.iter().all(|edit| sources.file(edit.span.file).may_be_changed());
    let fixes = fixes.filter(|(_, fix)| may_be_made(&fix.edits));
    fixes.map(|(mends, fix)| Action { title: &fix.title, mends, edits: &fix.edits }).collect()
}
