//! What a thing is to programs: an item of the document's lists, as a record of NDJSON has it.

use super::applied::Written;
use super::json::Problem;
use super::test::Line;
use super::totals::Totals;
use crate::plan::{
    Broken, Closure, Concerned, Conflict, Drift, Guard, Invalid, Looked, Lost, NewHost, Operation, Redelivery,
    Referring, Relocation, Renamed, Rerender, Restraint, Transition, Violation,
};
use schemars::JsonSchema;
use serde::Serialize;

/// What a record tells.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(super) enum Event<'a> {
    /// Which plat ran, and what of: the first record.
    Version { plat: &'a str, command: &'a str, project: &'a str },
    /// A problem of the project.
    Diagnostic { diagnostic: Problem<'a> },
    /// A test.
    Test { test: Line<'a> },
    /// A change that the plan makes.
    Change { change: &'a Operation },
    /// The guards of the project, which another text has otherwise.
    Restraint { restraint: &'a Restraint },
    /// Something that others changed and that stays so.
    Drift { drift: &'a Drift },
    /// Something that others changed too.
    Conflict { conflict: &'a Conflict },
    /// A policy that is broken.
    Violation { violation: &'a Violation },
    /// A server that a credential would be sent to for the first time.
    NewHost { new_host: &'a NewHost },
    /// Something that needs an allowance.
    Guard { guard: &'a Guard },
    /// A request whose files change.
    Rendered { rendered: &'a Rerender },
    /// Something that follows from the plan.
    Impact { impact: Consequence<'a> },
    /// What an apply wrote.
    Applied { applied: Written<'a> },
    /// The counts of it all: the last record.
    Summary { summary: Totals },
}

/// Something that follows from a plan.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Consequence<'a> {
    /// A request leaves a destination for another one.
    Move(&'a Relocation),
    /// A request loses files.
    Lost(&'a Lost),
    /// Files of a request of another project come to other places, or go.
    Redelivered(&'a Redelivery),
    /// An entity changes level.
    Level(&'a Transition),
    /// An object becomes invalid.
    Invalid(&'a Invalid),
    /// A reference points at nothing.
    Broken(&'a Broken),
    /// Something refers to what changes.
    Referring(&'a Referring),
    /// Something goes along.
    Closure(&'a Closure),
    /// Something goes while much the same comes.
    Renamed(&'a Renamed),
    /// Another project that something follows for.
    Concerned(&'a Concerned),
    /// How much was looked at of one kind.
    Looked(&'a Looked),
}
