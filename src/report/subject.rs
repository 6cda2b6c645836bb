//! What a report is about, and the report of it.

use super::{Ended, Reader, ReportFormat, harmless};
use super::{codequality, github, json, junit, markdown, ndjson, sarif, test};
use crate::diag::Diagnostics;
use crate::plan::Plan;
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
            folder: "",
        }
    }
}

/// The report of a run in a format. Text, with a line end at its end.
pub fn report(format: ReportFormat, subject: &Subject<'_>) -> String {
    let (text, reader) = match format {
        ReportFormat::Json => (document(subject), Reader::Program),
        ReportFormat::Ndjson => (ndjson::ndjson(subject), Reader::Program),
        ReportFormat::Markdown => (markdown::markdown(subject), Reader::Log),
        ReportFormat::Sarif => (sarif::sarif(subject), Reader::Program),
        ReportFormat::Junit => (junit::junit(subject), Reader::Log),
        ReportFormat::Github => (github::annotations(subject), Reader::Workflow),
        ReportFormat::GitlabCodequality => (codequality::codequality(subject), Reader::Program),
    };
    harmless(&text, reader).into_owned()
}

/// The document of what a run was for: the plan, else the tests, else the problems.
fn document(subject: &Subject<'_>) -> String {
    match (subject.plan, subject.tests) {
        (Some(plan), _) => plan.to_json() + "\n",
        (None, Some(tests)) => test::tests_document(tests, subject),
        (None, None) => json::document(subject),
    }
}
