//! The formats of reports.

use super::subject::Subject;
use super::{Reader, codequality, github, harmless, json, junit, markdown, ndjson, sarif, test};
use crate::plan::Plan;
use crate::review::Review;

worded! {
    /// A format that a run can write beside its output.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum ReportFormat {
        /// The document: a plan, problems, or tests.
        Json = "json",
        /// One record a line, each with its type and a sentence.
        Ndjson = "ndjson",
        /// A comment of a pull request.
        Markdown = "markdown",
        /// SARIF 2.1.0, for code scanning.
        Sarif = "sarif",
        /// JUnit's XML, for reports of tests.
        Junit = "junit",
        /// Workflow commands that GitHub turns into annotations.
        Github = "github",
        /// GitLab's report of code quality.
        GitlabCodequality = "gitlab-codequality",
    }
}

/// The report of a run in a format. Text, with a line end at its end.
pub fn report(format: ReportFormat, subject: &Subject<'_>) -> String {
    // The document of a plan is what can be applied, and stands for itself.
    let shown = subject.plan.filter(|_| format != ReportFormat::Json).map(Plan::shown);
    let review = subject.review.map(Review::shown);
    let subject = &Subject { plan: shown.as_deref().or(subject.plan), review: review.as_ref(), ..*subject };
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
