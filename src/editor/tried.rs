//! The tests of a file, and how each ends as the project was read.

use super::Snapshot;
use crate::source::{FileId, Span};
use crate::verify::verify_those;

/// A test, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The line that declares it, as the project was read.
    pub line: Span,
    /// What it shows, in its own words.
    pub description: String,
    /// What did not hold, in a line each, with the place of the expectation; none where it passed.
    pub failures: Vec<(Span, String)>,
}

impl Snapshot {
    /// Runs the tests that stand in a file, as `plat test` does, and no others; nothing where the project has errors, as no test is judged
    /// then.
    pub fn tried(&self, file: FileId) -> Option<Vec<Tried>> {
        let loaded = &self.loaded;
        if loaded.diagnostics.has_errors() {
            return None;
        }
        let written = |span: Span| loaded.sources.written(span).span;
        let stands = |span: Span| written(span).file == file;
        let results = verify_those(&loaded.project, |test| test.span.text().is_some_and(stands));
        let tried = results.into_iter().map(|result| Tried {
            line: written(result.span.shown()),
            description: result.description,
            failures: result.failures.into_iter().map(|one| (written(one.span.shown()), one.message)).collect(),
        });
        Some(tried.collect())
    }
}
