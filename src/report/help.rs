//! What a diagnostic says to do, in lines.

use super::clean::clean;
use crate::diag::{Diagnostic, Severity};

/// The help, then each fix that the help does not already spell out.
pub(super) fn help_lines(diagnostic: &Diagnostic) -> Vec<String> {
    let help = diagnostic.help.as_deref().unwrap_or_default();
    let told = |text: &str| !text.is_empty() && help.contains(text);
    let fixes =
        diagnostic.fixes.iter().filter(|fix| !told(&fix.title) && !fix.edits.iter().all(|edit| told(&edit.text)));
    let help = diagnostic.help.iter().flat_map(|help| help.lines());
    help.chain(fixes.map(|fix| fix.title.as_str())).map(|line| clean(line).into_owned()).collect()
}

/// The word of a severity: `error`, `warning`, `note`.
pub(super) fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "note",
    }
}
