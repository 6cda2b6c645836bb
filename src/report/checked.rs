//! How one of several checks ended.

use super::counted;
use crate::diag::{Diagnostics, Severity};
use serde::Serialize;

#[derive(Serialize)]
struct Checked {
    r#type: &'static str,
    errors: usize,
    warnings: usize,
    notes: usize,
}

impl Checked {
    fn of(diagnostics: &Diagnostics) -> Self {
        let [errors, warnings, notes] = Severity::ALL.map(|(severity, _)| diagnostics.count(severity));
        Self { r#type: "checked", errors, warnings, notes }
    }
}

/// What a check counted, as a line behind its problems.
pub fn checked(diagnostics: &Diagnostics) -> String {
    let Checked { errors, warnings, notes, .. } = Checked::of(diagnostics);
    let counts = [counted(errors, "error"), counted(warnings, "warning"), counted(notes, "note")];
    format!("checked: {}\n", counts.join(", "))
}

/// The same as one JSON document on a line.
pub fn checked_json(diagnostics: &Diagnostics) -> String {
    serde_json::to_string(&Checked::of(diagnostics)).unwrap_or_default() + "\n"
}
