//! The counts of a run, the same in every report for programs.

use super::subject::Subject;
use crate::diag::Severity;
use crate::plan;
use schemars::JsonSchema;
use serde::Serialize;

/// The counts of a run.
#[derive(Default, Serialize, JsonSchema)]
#[schemars(rename = "Totals")]
pub(super) struct Totals {
    /// The counts of the plan; its errors and warnings together with those of the project and of its tests.
    #[serde(flatten)]
    pub(super) of_plan: plan::Summary,
    /// Objects and files that are as they should be.
    unchanged: usize,
    /// What is worth knowing of the project's text.
    notes: usize,
    /// Tests that ran.
    tests: usize,
    /// Those of them that failed.
    failed: usize,
    /// The plan's id, where there is one.
    plan: Option<String>,
}

impl Totals {
    /// The counts of what a run came to.
    pub(super) fn of(subject: &Subject<'_>) -> Self {
        let of_plan = subject.plan.map(plan::Summary::of).unwrap_or_default();
        let tests = subject.tests.unwrap_or_default();
        let failed = tests.iter().filter(|test| !test.passed()).count();
        let problems = |severity| subject.diagnostics.count(severity);
        Self {
            of_plan: plan::Summary {
                errors: of_plan.errors + problems(Severity::Error) + failed,
                warnings: of_plan.warnings + problems(Severity::Warning),
                ..of_plan
            },
            unchanged: subject.plan.map_or(0, |plan| plan.unchanged),
            notes: problems(Severity::Advice),
            tests: tests.len(),
            failed,
            plan: subject.plan.map(|plan| plan.id.clone()),
        }
    }
}
