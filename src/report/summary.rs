//! The last line of a list of problems.

use crate::diag::{Diagnostics, Severity};

/// `1 error`, `3 errors`: a count with its noun, which takes an `s` for all but one.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// How many problems there are of each severity: `3 errors, 1 warning`; nothing where there is none.
pub fn summary(diagnostics: &Diagnostics) -> Option<String> {
    let nouns = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Advice, "note")];
    let parts: Vec<String> = nouns
        .into_iter()
        .map(|(severity, noun)| (diagnostics.count(severity), noun))
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| counted(count, noun))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
