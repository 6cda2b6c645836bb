//! GitLab's report of code quality: a list of findings, each with a place and a fingerprint.

use super::clean::one_line;
use super::finding::{Finding, Level, findings};
use super::subject::Subject;
use serde_json::{Value, json};

/// A JSON list with an entry for each finding that has a line; GitLab shows no other.
pub(super) fn codequality(subject: &Subject<'_>) -> String {
    let entries: Vec<Value> = findings(subject).iter().filter_map(entry).collect();
    serde_json::to_string_pretty(&entries).unwrap_or_default() + "\n"
}

fn entry(finding: &Finding) -> Option<Value> {
    let spot = finding.spot.as_ref()?;
    Some(json!({
        "description": one_line(&finding.message),
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint(),
        "severity": match finding.level {
            Level::Error => "critical",
            Level::Warning => "minor",
            Level::Note => "info",
        },
        "location": { "path": spot.file, "lines": { "begin": spot.line } },
    }))
}
