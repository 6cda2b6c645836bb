//! How one of several checks ended.

use super::counted;
use crate::diag::{Diagnostics, Severity};
use serde::Serialize;
use std::collections::BTreeSet;

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

/// That manifests of some kinds are held to nothing, each by `KIND` and its `apiVersion`; nothing where there are none.
pub fn unknown_kinds(kinds: &BTreeSet<(&str, &str)>) -> Option<String> {
    let named: Vec<String> = kinds.iter().map(|(kind, version)| format!("{kind} in {version}")).collect();
    let told = || format!("Not held to a schema, as no `kinds` line names one: {}.", named.join(", "));
    (!named.is_empty()).then(told)
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
