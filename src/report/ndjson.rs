//! A run as records, one a line: each with its type, how much it matters, and a sentence that says it all.

use super::applied::Written;
use super::counted;
use super::json::{Problem, problems};
use super::plan::{headline, sign, why};
use super::subject::Subject;
use super::test::Line;
use super::totals::Totals;
use crate::plan::{
    Action, Broken, Closure, Conflict, Drift, Guard, Invalid, Looked, Lost, NewHost, Operation, Plan, Referring,
    Relocation, Renamed, Rerender, Restraint, Transition, Violation,
};
use schemars::JsonSchema;
use serde::Serialize;

/// The version of the records: the first number grows where a reader must look again, the second where something is
/// added that a reader may ignore.
const VERSION: &str = "2.0";

/// One line. A reader shows `msg` of a type that it does not know.
#[derive(Serialize, JsonSchema)]
pub(super) struct Record<'a> {
    /// The version of the records.
    v: &'static str,
    /// `error`, `warning` or `info`.
    level: &'static str,
    /// All of it in a sentence.
    msg: String,
    /// What it is.
    #[serde(flatten)]
    event: Event<'a>,
}

/// What a record tells.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Event<'a> {
    /// Which plat ran, and what of: the first record.
    Version {
        /// The version of plat.
        plat: &'a str,
        /// The command.
        command: &'a str,
        /// The project.
        project: &'a str,
    },
    /// A problem of the project.
    Diagnostic {
        /// The problem.
        diagnostic: Problem<'a>,
    },
    /// A test.
    Test {
        /// How it ended.
        test: Line<'a>,
    },
    /// A change that the plan makes.
    Change {
        /// The operation, as the plan's document holds it.
        change: &'a Operation,
    },
    /// A policy, or the guards of the project, that another text has otherwise.
    Restraint {
        /// Which, and what changes of it.
        restraint: &'a Restraint,
    },
    /// Something that others changed and that stays so.
    Drift {
        /// What.
        drift: &'a Drift,
    },
    /// Something that others changed too.
    Conflict {
        /// What.
        conflict: &'a Conflict,
    },
    /// A policy that is broken.
    Violation {
        /// Which, and by what.
        violation: &'a Violation,
    },
    /// A server that a credential would be sent to for the first time.
    NewHost {
        /// Which, and for whom.
        new_host: &'a NewHost,
    },
    /// Something that needs an allowance.
    Guard {
        /// What, and how to allow it.
        guard: &'a Guard,
    },
    /// A request whose files change.
    Rendered {
        /// The request with its files.
        rendered: &'a Rerender,
    },
    /// Something that follows from the plan.
    Impact {
        /// What.
        impact: Consequence<'a>,
    },
    /// What an apply wrote.
    Applied {
        /// What.
        applied: Written<'a>,
    },
    /// The counts of it all: the last record.
    Summary {
        /// The counts.
        summary: Totals,
    },
}

/// Something that follows from a plan.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Consequence<'a> {
    /// A request leaves a destination for another one.
    Move(&'a Relocation),
    /// A request loses files.
    Lost(&'a Lost),
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
    /// How much was looked at of one kind.
    Looked(&'a Looked),
}

/// Collects lines.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn push(&mut self, level: &'static str, msg: String, event: Event<'_>) {
        let record = Record { v: VERSION, level, msg, event };
        // Its parts are strings, numbers and lists of such: writing it cannot fail.
        self.0.push_str(&serde_json::to_string(&record).unwrap_or_default());
        self.0.push('\n');
    }
}

/// The records of a run.
pub(super) fn ndjson(subject: &Subject<'_>) -> String {
    let mut lines = Lines::default();
    let Subject { command, project, .. } = *subject;
    let plat = env!("CARGO_PKG_VERSION");
    lines.push("info", format!("plat {plat}: {command} of {project}"), Event::Version { plat, command, project });
    for diagnostic in problems(subject.diagnostics, subject.sources) {
        let level = if diagnostic.severity == "note" { "info" } else { severity(diagnostic.severity) };
        lines.push(level, diagnostic.message.to_owned(), Event::Diagnostic { diagnostic });
    }
    for test in subject.tests.unwrap_or_default() {
        let test = Line::of(test, subject.sources);
        let level = if test.result == "pass" { "info" } else { "error" };
        lines.push(level, format!("{}: {}", test.result, test.test), Event::Test { test });
    }
    if let Some(plan) = subject.plan {
        of_plan(plan, &mut lines);
    }
    if let Some(applied) = subject.applied {
        let applied = Written::of(&applied);
        let level = if applied.state == "done" { "info" } else { "error" };
        let msg = format!("apply {}: {} written", applied.state, counted(applied.objects, "object"));
        lines.push(level, msg, Event::Applied { applied });
    }
    let summary = Totals::of(subject);
    let problems = counted(summary.of_plan.errors, "error");
    let msg = subject.plan.map_or(problems.clone(), |plan| format!("{}; {problems}", headline(plan)));
    lines.push("info", msg, Event::Summary { summary });
    lines.0
}

/// The level of a severity's word.
fn severity(word: &str) -> &'static str {
    if word == "error" { "error" } else { "warning" }
}

fn of_plan(plan: &Plan, lines: &mut Lines) {
    for change in plan.operations.iter().filter(|operation| operation.action.is_change()) {
        let why = why(change);
        let why = if why.is_empty() { why } else { format!(" ({why})") };
        let msg = format!("{} {} {}{why}", sign(change), change.action.word(), change.thing);
        lines.push("info", msg, Event::Change { change });
    }
    for restraint in &plan.restraints {
        let msg = format!("{} {}", restraint.action.word(), restraint.name);
        lines.push(
            if restraint.action == Action::Create { "info" } else { "warning" },
            msg,
            Event::Restraint { restraint },
        );
    }
    for drift in &plan.kept {
        let field = drift.field.as_ref().map(|field| format!(" {field}")).unwrap_or_default();
        let msg = format!("{}{field}: others changed it, and it stays so", drift.thing);
        lines.push("warning", msg, Event::Drift { drift });
    }
    for conflict in &plan.conflicts {
        let field = conflict.field.as_ref().map(|field| format!(" {field}")).unwrap_or_default();
        let what = match &conflict.obstacle {
            Some(there) => format!("{there} is in its way"),
            None => "others changed it too".to_owned(),
        };
        lines.push("error", format!("{}{field}: {what}", conflict.thing), Event::Conflict { conflict });
    }
    for violation in &plan.violations {
        let level = if violation.denies { "error" } else { "warning" };
        let about = violation.about();
        lines.push(level, format!("{about}: {}", violation.message), Event::Violation { violation });
    }
    for new_host in &plan.new_hosts {
        let msg = format!("{}: {}", new_host.address, new_host.message);
        lines.push("warning", msg, Event::NewHost { new_host });
    }
    for guard in &plan.guards {
        let level = if guard.allowed { "info" } else { "error" };
        lines.push(level, guard.message.clone(), Event::Guard { guard });
    }
    for rendered in &plan.impact.rendered {
        let msg = format!("{} renders {} anew", rendered.request, counted(rendered.files.len(), "file"));
        lines.push("info", msg, Event::Rendered { rendered });
    }
    of_impact(plan, lines);
}

fn of_impact(plan: &Plan, lines: &mut Lines) {
    let mut push = |level, msg: String, impact| lines.push(level, msg, Event::Impact { impact });
    for one in &plan.impact.moves {
        let msg = format!("{} moves from {}: {}", one.request, one.ends().join(" to "), one.why());
        push("warning", msg, Consequence::Move(one));
    }
    for lost in &plan.impact.lost {
        let own = lost.own_objects().count();
        let counts =
            [(lost.files.len(), "file", ""), (own, "object", ""), (lost.objects.len() - own, "object", " of others")];
        let counts = counts.iter().filter(|(count, ..)| *count > 0);
        let lose = counts.map(|(count, noun, whose)| format!("{}{whose}", counted(*count, noun))).collect::<Vec<_>>();
        push("warning", format!("{} loses {}", lost.request, lose.join(" and ")), Consequence::Lost(lost));
    }
    for level in plan.impact.levels.iter().flatten() {
        let msg = format!("scorecard:{}: {} goes from {} to {}", level.scorecard, level.entity, level.from, level.to);
        push("info", msg, Consequence::Level(level));
    }
    for invalid in plan.impact.invalid.iter().flatten() {
        push(
            "warning",
            format!("{} {}: {}", invalid.address, invalid.field, invalid.message),
            Consequence::Invalid(invalid),
        );
    }
    for broken in plan.impact.broken.iter().flatten() {
        let msg = format!("{} {}: refers to {}, which goes", broken.address, broken.field, broken.to);
        push("warning", msg, Consequence::Broken(broken));
    }
    for referring in &plan.impact.referring {
        let msg = format!("{} {}: refers to {}, which changes", referring.address, referring.field, referring.to);
        push("info", msg, Consequence::Referring(referring));
    }
    for closure in &plan.impact.closures {
        push("info", format!("what goes along with {}", closure.address), Consequence::Closure(closure));
    }
    for renamed in &plan.impact.renamed {
        push("info", format!("{} is much like {}", renamed.to, renamed.from), Consequence::Renamed(renamed));
    }
    for looked in &plan.impact.looked {
        push("info", looked.to_string(), Consequence::Looked(looked));
    }
}
