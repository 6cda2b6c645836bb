//! Runs the `test` nodes of a project: offline, in parallel, each for itself.
//!
//! Takes a [`Project`], gives a [`TestResult`] for each test, in order. A test sees the project's blueprints,
//! promises, scorecards, policies and destinations, and of entities and requests only those that it gives. The result
//! depends on the project alone: `within` counts from [`NOW`]. Nothing is printed here.

mod expectation;
mod manifest;
mod policy;
mod size;
mod verdict;
mod scene;
#[cfg(test)]
mod tests;

use crate::diag::code;
use crate::model::{Project, Test};
use crate::render::Budget;
use crate::source::Origin;
use rayon::prelude::*;
use scene::Scene;
use size::Sizes;

/// What `within` counts from in a test: 2026-01-01T00:00:00Z, in seconds since 1970.
pub const NOW: i64 = 1_767_225_600;

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestResult {
    /// What the test shows, in its own words.
    pub description: String,
    /// The line that declares it.
    pub span: Origin,
    /// What did not hold; none where the test passed.
    pub failures: Vec<Failure>,
}

impl TestResult {
    /// Whether everything held.
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

/// Something that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The expectation; or the line that is wrong, where what is given was rejected.
    pub span: Origin,
    /// What is otherwise, in one line.
    pub message: String,
    /// A unified diff from what was expected to what there is, where they are longer than a word.
    pub diff: Option<String>,
}

/// Runs every test of a project. One that fails hides nothing of the others. Where all together cost more than a project may be
/// rendered to, none is judged, and each says so.
pub fn verify(project: &Project) -> Vec<TestResult> {
    verify_those(project, |_| true)
}

/// The same of some tests alone, for whoever looks at these: each sees what it would see among all.
pub fn verify_those(project: &Project, is_meant: impl Fn(&Test) -> bool) -> Vec<TestResult> {
    verify_within(project, is_meant, &Budget::default())
}

/// The same within a budget.
fn verify_within(project: &Project, is_meant: impl Fn(&Test) -> bool, budget: &Budget) -> Vec<TestResult> {
    let tests: Vec<&Test> = project.tests.iter().filter(|test| is_meant(test)).collect();
    let sizes = Sizes::of(project);
    let run = |test: &&Test| if budget.is_overspent() { Vec::new() } else { run(project, test, &sizes, budget) };
    let failures: Vec<Vec<Failure>> = tests.par_iter().map(run).collect();
    let is_overspent = budget.is_overspent();
    let result = |(test, failures): (&&Test, Vec<Failure>)| TestResult {
        description: test.description.to_string(),
        span: test.span,
        failures: if is_overspent { vec![unjudged(test, budget)] } else { failures },
    };
    tests.iter().zip(failures).map(result).collect()
}

fn run(project: &Project, test: &Test, sizes: &Sizes<'_>, budget: &Budget) -> Vec<Failure> {
    let world = Scene::of(project, test, sizes, budget);
    let mut failures = world.rejections(test);
    failures.extend(test.expect.iter().filter_map(|expectation| expectation::judge(expectation, &world)));
    failures
}

/// That a test was not judged, whatever it shows.
fn unjudged(test: &Test, budget: &Budget) -> Failure {
    let message = format!("not judged: the tests come to more than {budget} together ({})", code::PROJECT_TOO_LARGE.id);
    Failure { span: test.span, message, diff: None }
}
