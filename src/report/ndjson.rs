//! A run as records, one a line: each with its type, how much it matters, and a sentence that says it all.

use super::applied::Written;
use super::counted;
use super::event::Event;
use super::fact::{Level, of_plan, problem};
use super::json::problems;
use super::plan::headline;
use super::subject::Subject;
use super::test::Line;
use super::totals::Totals;
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
    msg: &'a str,
    /// What it is.
    #[serde(flatten)]
    event: Event<'a>,
}

/// Collects lines.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn push(&mut self, level: Level, msg: &str, event: Event<'_>) {
        // Its parts are strings, numbers and lists of such: writing it cannot fail.
        let record = serde_json::to_string(&Record { v: VERSION, level: level.word(), msg, event });
        self.0.push_str(&record.unwrap_or_default());
        self.0.push('\n');
    }
}

/// The records of a run.
pub(super) fn ndjson(subject: &Subject<'_>) -> String {
    let mut lines = Lines::default();
    let Subject { command, project, diagnostics, sources, .. } = *subject;
    let plat = env!("CARGO_PKG_VERSION");
    let msg = format!("plat {plat}: {command} of {project}");
    lines.push(Level::Note, &msg, Event::Version { plat, command, project });
    for (problem, diagnostic) in diagnostics.iter().map(|one| problem(one, sources)).zip(problems(diagnostics, sources))
    {
        lines.push(problem.level, &problem.sentence, Event::Diagnostic { diagnostic });
    }
    for test in subject.tests.unwrap_or_default() {
        let level = if test.passed() { Level::Note } else { Level::Error };
        let test = Line::of(test, sources);
        lines.push(level, &format!("{}: {}", test.result, test.test), Event::Test { test });
    }
    for mut fact in subject.plan.into_iter().flat_map(of_plan) {
        if let Some(event) = fact.event.take() {
            lines.push(fact.level, &fact.line(), event);
        }
    }
    if let Some(applied) = subject.applied {
        let level = if applied.is_done() { Level::Note } else { Level::Error };
        let applied = Written::of(&applied);
        let [state, objects] = applied.words();
        lines.push(level, &format!("apply {state}: {objects} written"), Event::Applied { applied });
    }
    let summary = Totals::of(subject);
    let problems = counted(summary.of_plan.errors, "error");
    let msg = subject.plan.map_or(problems.clone(), |plan| format!("{}; {problems}", headline(plan)));
    lines.push(Level::Note, &msg, Event::Summary { summary });
    lines.0
}
