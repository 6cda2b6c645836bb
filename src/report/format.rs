//! The formats of reports.

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
