//! The formats of reports.

use super::subject::Subject;
use super::{Reader, codequality, github, harmless, json, junit, markdown, ndjson, sarif, test};

/// A format that a run can write beside its output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    /// The document: a plan, problems, or tests.
    Json,
    /// One record a line, each with its type and a sentence.
    Ndjson,
    /// A comment of a pull request.
    Markdown,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit's XML, for reports of tests.
    Junit,
    /// Workflow commands that GitHub turns into annotations.
    Github,
    /// GitLab's report of code quality.
    GitlabCodequality,
}

impl ReportFormat {
    /// Every format, with its word.
    pub const ALL: [(Self, &str); 7] = [
        (Self::Json, "json"),
        (Self::Ndjson, "ndjson"),
        (Self::Markdown, "markdown"),
        (Self::Sarif, "sarif"),
        (Self::Junit, "junit"),
        (Self::Github, "github"),
        (Self::GitlabCodequality, "gitlab-codequality"),
    ];

    /// The format of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, other)| *other == word).map(|(format, _)| format)
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
