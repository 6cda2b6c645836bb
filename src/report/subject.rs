//! What a report is about.

use super::{Ended, Host};
use crate::diag::Diagnostics;
use crate::plan::Plan;
use crate::review::Review;
use crate::source::Sources;
use crate::verify::TestResult;

/// What a run came to, as far as it came.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The command: `plan`.
    pub command: &'a str,
    /// The project; empty where it has no name.
    pub project: &'a str,
    /// The problems of its texts.
    pub diagnostics: &'a Diagnostics,
    /// The texts.
    pub sources: &'a Sources,
    /// The plan, where one was made.
    pub plan: Option<&'a Plan>,
    /// How the tests ended, where they ran.
    pub tests: Option<&'a [TestResult]>,
    /// What an apply came to, where one was tried.
    pub applied: Option<Ended<'a>>,
    /// The plan by the hunks that it follows from, where two texts are compared.
    pub review: Option<&'a Review>,
    /// The host that the run is on, where it says so.
    pub host: Option<&'a Host>,
    /// Where the project's folder lies in its repository: empty, or with a `/` at its end.
    pub folder: &'a str,
}

/// No problem at all.
static NO_PROBLEMS: Diagnostics = Diagnostics::new();
/// No text at all.
static NO_SOURCES: Sources = Sources::new();

impl<'a> Subject<'a> {
    /// A command that came to nothing yet.
    pub fn of_command(command: &'a str) -> Self {
        Self {
            command,
            project: "",
            diagnostics: &NO_PROBLEMS,
            sources: &NO_SOURCES,
            plan: None,
            tests: None,
            applied: None,
            review: None,
            host: None,
            folder: "",
        }
    }
}
