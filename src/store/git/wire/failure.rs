use std::time::Duration;

/// Why a conversation with a server failed. It may hold what the server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store::git) enum Failure {
    /// The server asks for credentials, and was sent none.
    Asked,
    /// The credentials were not accepted, or there are none to send, for this reason.
    Denied(String),
    /// There is no repository.
    Missing,
    /// The server is not who it should be.
    Untrusted(String),
    /// The server ended the conversation before its end.
    HungUp,
    /// Neither side got on for so long.
    Silent(Duration),
    /// The run was interrupted.
    Interrupted,
    /// Anything else, in words.
    Broken(String),
}

impl Failure {
    /// What a server means that ends a conversation with these words.
    pub(super) fn said(words: &str) -> Self {
        let lower = words.to_ascii_lowercase();
        // What Git's own server, `git-shell` and the large hosts answer.
        let missing =
            ["not appear to be a git repository", "repository not found", "project not found", "no such repository"];
        if missing.iter().any(|answer| lower.contains(answer)) {
            Self::Missing
        } else {
            Self::Broken(format!("the server says: {}", words.trim()))
        }
    }

    /// An error with all its causes, each once.
    pub(super) fn of(error: &dyn std::error::Error) -> Self {
        Self::Broken(words(error))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::UnexpectedEof { Self::HungUp } else { Self::of(&error) }
    }
}

impl From<git2::Error> for Failure {
    fn from(error: git2::Error) -> Self {
        Self::of(&error)
    }
}

/// An error's words and those of its causes.
pub(super) fn words(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text
}
