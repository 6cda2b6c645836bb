use std::fmt;
use std::time::Duration;

use super::Limit;
use crate::adapter::git::disk;

/// Why a conversation with a server failed. It may hold what the server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::adapter::git) enum Failure {
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
    /// What was asked for is no longer there: a reference moved between two steps.
    Moved,
    /// The server sent more than a limit.
    TooMuch(Limit),
    /// The objects that came do not fit together, or not to those that are here.
    Unsound(String),
    /// The system did not let what came be kept on this machine, in its words.
    Unwritten(String),
    /// Anything else, in words.
    Broken(String),
}

impl Failure {
    /// What a server means that ends a conversation with these words.
    pub(super) fn said(words: &str) -> Self {
        let lower = words.to_ascii_lowercase();
        if lower.contains("not our ref") {
            return Self::Moved;
        }
        // What Git's own server, `git-shell` and the large hosts answer.
        let missing =
            ["not appear to be a git repository", "repository not found", "project not found", "no such repository"];
        if missing.iter().any(|answer| lower.contains(answer)) {
            Self::Missing
        } else {
            Self::Broken(format!("the server says: {}", shortened(words.trim())))
        }
    }

    /// An error with all its causes, each once.
    pub(super) fn of(error: &dyn std::error::Error) -> Self {
        Self::Broken(words(error))
    }
}

/// A failure on its way through a reader is not seen by anybody.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Failure {}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(failure) => failure,
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Self::HungUp,
            Err(error) => match error.downcast::<git2::Error>() {
                Ok(error) if disk::advice(error.message()).is_some() => error.into(),
                Ok(error) => Self::of(&error),
                Err(error) => Self::of(&error),
            },
        }
    }
}

impl From<git2::Error> for Failure {
    fn from(error: git2::Error) -> Self {
        match disk::advice(error.message()) {
            Some(_) => Self::Unwritten(error.message().to_owned()),
            None => Self::Unsound(words(&error)),
        }
    }
}

/// The most characters of what a server says.
const LONGEST: usize = 1000;

fn shortened(words: &str) -> String {
    match words.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &words[..end]),
        None => words.to_owned(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_says_what_it_means_and_not_too_much() {
        assert_eq!(Failure::said("upload-pack: not our ref 0c2a"), Failure::Moved);
        assert_eq!(Failure::said("fatal: repository not found"), Failure::Missing);
        let Failure::Broken(words) = Failure::said(&"ä".repeat(5000)) else { panic!("another failure") };
        assert!(words.chars().count() < LONGEST + 30 && words.ends_with("..."));
    }

    #[test]
    fn a_failure_gets_through_a_reader_as_it_is() {
        let through = |failure: Failure| Failure::from(std::io::Error::other(failure));
        assert_eq!(through(Failure::TooMuch(Limit::Said)), Failure::TooMuch(Limit::Said));
        assert_eq!(Failure::from(std::io::Error::from(std::io::ErrorKind::UnexpectedEof)), Failure::HungUp);
    }
}
