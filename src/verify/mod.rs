//! Runs the `test` nodes of a project: offline, in parallel, each for itself.
//!
//! Takes a [`Project`], gives a [`TestResult`] for each test, in order. A test sees the project's blueprints,
//! promises, scorecards, policies and destinations, and of entities and requests only those that it gives. The result
//! depends on the project alone: `within` counts from [`NOW`]. Nothing is printed here.

mod expectation;
mod manifest;
mod policy;
mod world;
#[cfg(test)]
mod tests;

use crate::model::{Project, Test};
use crate::render::TOTAL;
use crate::source::Span;
use rayon::prelude::*;
use world::World;

/// What `within` counts from in a test: 2026-01-01T00:00:00Z, in seconds since 1970.
pub const NOW: i64 = 1_767_225_600;

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestResult {
    /// What the test shows, in its own words.
    pub description: String,
    /// The line that declares it.
    pub span: Span,
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
    pub span: Span,
    /// What is otherwise, in one line.
    pub message: String,
    /// A unified diff from what was expected to what there is, where they are longer than a word.
    pub diff: Option<String>,
}

/// Runs every test of a project. One that fails hides nothing of the others.
pub fn verify(project: &Project) -> Vec<TestResult> {
    let budget = (TOTAL / project.tests.len().max(1)).max(LEAST);
    project.tests.par_iter().map(|test| run(project, test, budget)).collect()
}

/// What each test may be rendered to, however many there are, in bytes and steps.
const LEAST: usize = 1 << 20;

fn run(project: &Project, test: &Test, budget: usize) -> TestResult {
    let world = World::of(project, test, budget);
    let mut failures = world.rejections(test);
    failures.extend(test.expect.iter().filter_map(|expectation| expectation::judge(expectation, &world)));
    TestResult { description: test.description.to_string(), span: test.span, failures }
}
