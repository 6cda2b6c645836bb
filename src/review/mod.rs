//! What a change of a text brings about, hunk by hunk: the places where two versions of a project's text differ, and what of a plan
//! follows from each.
//!
//! Takes a plan and the texts of both versions, gives a [`Review`]. All that the plan says is in exactly one of its parts, in the order of
//! the plan; what follows from several hunks is a part of the one that decides it, of several such of the first, and the others name that one.
//! Never words anything, and never looks at the world.

mod cause;
mod elsewhere;
mod hunk;
mod sorted;
mod trace;

pub use hunk::{Hunk, Lines};

use crate::model::Project;
use crate::plan::Plan;
use crate::source::Sources;
use std::collections::BTreeSet;

/// A plan by the hunks of the text that its parts follow from.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// The hunks, in the order of their files and lines, each with what follows from it.
    pub parts: Vec<Part>,
    /// What follows from no hunk.
    pub rest: Plan,
    /// The commit of the older version and that of the newer one, where their texts are of one.
    pub commits: [Option<String>; 2],
}

/// A version of a project's text.
#[derive(Clone, Copy, Debug)]
pub struct Side<'s> {
    /// The texts.
    pub sources: &'s Sources,
    /// What they declare.
    pub project: &'s Project,
    /// The commit that they are of; with `-dirty` behind it, or nothing, where they are of none.
    pub commit: Option<&'s str>,
}

/// A hunk, and what follows from it.
#[derive(Clone, Debug)]
pub struct Part {
    /// The hunk.
    pub hunk: Hunk,
    /// What of the plan follows from it, and stands under no other.
    pub plan: Plan,
    /// The other parts, by their numbers in [`Review::parts`], that have something as theirs which follows from this one too.
    pub shared: BTreeSet<usize>,
}

impl Review {
    /// A plan by the hunks in which the text that it is made of differs from an older one.
    pub fn of(plan: &Plan, before: Side<'_>, after: Side<'_>) -> Self {
        let hunks = hunk::between(before.sources, after.sources);
        let traces = trace::Traces::of(plan, &hunks, [before, after]);
        let sorted = sorted::sorted(plan, &traces, hunks.len());
        let commit = |side: Side<'_>| side.commit.filter(|commit| !commit.ends_with("-dirty")).map(ToOwned::to_owned);
        Self { commits: [before, after].map(commit), ..sorted.with(hunks) }
    }

    /// The review as it may be shown ([`Plan::shown`]).
    #[must_use]
    pub fn shown(&self) -> Self {
        let part = |part: &Part| Part { plan: part.plan.shown().into_owned(), ..part.clone() };
        let (parts, rest) = (self.parts.iter().map(part).collect(), self.rest.shown().into_owned());
        Self { parts, rest, commits: self.commits.clone() }
    }

    /// Whether no text differs.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}
