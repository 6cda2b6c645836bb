//! The last line of a list of problems.

use crate::diag::{Diagnostics, Severity};

/// `1 error`, `3 errors`: a count with its noun, which takes an `s` for all but one.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// How many problems there are of each severity, and of how many causes where those are fewer: `3 errors, 1 warning`,
/// `40 errors of 1 cause`; nothing where there is none.
pub fn summary(diagnostics: &Diagnostics, causes: usize) -> Option<String> {
    let nouns = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Advice, "note")];
    let parts: Vec<String> = nouns
        .into_iter()
        .map(|(severity, noun)| (diagnostics.count(severity), noun))
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| counted(count, noun))
        .collect();
    let of =
        if causes < diagnostics.iter().count() { format!(" of {}", counted(causes, "cause")) } else { String::new() };
    (!parts.is_empty()).then(|| parts.join(", ") + &of)
}
