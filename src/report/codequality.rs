//! GitLab's report of code quality: a list of facts, each with a place and a fingerprint.

use super::clean::one_line;
use super::fact::{Fact, Level, findings};
use super::subject::Subject;
use serde_json::{Value, json};

/// A JSON list with an entry for each fact that has a line; GitLab shows no other.
pub(super) fn codequality(subject: &Subject<'_>) -> String {
    let entries: Vec<Value> = findings(subject).iter().filter_map(entry).collect();
    serde_json::to_string_pretty(&entries).unwrap_or_default() + "\n"
}

fn entry(fact: &Fact<'_>) -> Option<Value> {
    let spot = fact.spot()?;
    Some(json!({
        "description": one_line(&fact.message()),
        "check_name": fact.rule,
        "fingerprint": fact.fingerprint(),
        "severity": match fact.level {
            Level::Error => "critical",
            Level::Warning => "minor",
            Level::Note => "info",
        },
        "location": { "path": spot.file, "lines": { "begin": spot.line } },
    }))
}
