//! SARIF 2.1.0, which code scanning reads.

use super::clean::clean;
use super::fact::{Fact, Level, Spot, findings};
use super::subject::Subject;
use crate::diag::CODES;
use crate::session::PROJECT_FILE;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// GitHub keeps this many results of a run; the worst come first, so that the others are the least.
const MOST_RESULTS: usize = 5000;

/// One run with a result for each fact to look at: problems, conflicts, guards, policies, drift, failed tests.
pub(super) fn sarif(subject: &Subject<'_>) -> String {
    let all = findings(subject);
    let shown: Vec<&Fact<'_>> = all.iter().take(MOST_RESULTS).collect();
    // The rules by name, each with the words of its first fact.
    let mut rules: BTreeMap<&str, &str> = BTreeMap::new();
    for fact in &shown {
        rules.entry(&fact.rule).or_insert(&fact.title);
    }
    let index: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(index, rule)| (*rule, index)).collect();
    let project_file = format!("{}{PROJECT_FILE}", subject.folder);
    let results: Vec<Value> = shown.iter().map(|fact| result(fact, &index, &project_file)).collect();
    let mut invocation = json!({ "executionSuccessful": true });
    if all.len() > shown.len() {
        let text = format!("{} more results are left out", all.len() - shown.len());
        invocation["toolExecutionNotifications"] = json!([{ "level": "warning", "message": { "text": text } }]);
    }
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "plat",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|(rule, title)| described(rule, title)).collect::<Vec<Value>>(),
            } },
            "automationDetails": { "id": format!("plat/{}/{}", subject.command, subject.project) },
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation],
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn described(rule: &str, title: &str) -> Value {
    let page = CODES.iter().find(|code| code.id == rule).map(|code| code.page);
    let mut value = json!({ "id": rule, "shortDescription": { "text": unlinked(title) } });
    if let Some(page) = page {
        value["help"] = json!({ "text": format!("plat explain {rule}"), "markdown": page });
    }
    value
}

fn result(fact: &Fact<'_>, rules: &BTreeMap<&str, usize>, project_file: &str) -> Value {
    json!({
        "ruleId": fact.rule,
        "ruleIndex": rules.get(&*fact.rule),
        "level": match fact.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        },
        "message": { "text": unlinked(&fact.message()) },
        "locations": [location(fact.spot().as_deref(), project_file)],
        "partialFingerprints": { "platAddress/v1": fact.fingerprint() },
    })
}

fn location(spot: Option<&Spot>, project_file: &str) -> Value {
    let file = spot.map_or(project_file, |spot| &spot.file);
    let mut region = json!({ "startLine": 1 });
    if let Some(spot) = spot {
        region = json!({ "startLine": spot.line, "startColumn": spot.column, "endLine": spot.end_line });
        if let Some(end) = spot.end_column {
            // SARIF's last column is the first one behind.
            region["endColumn"] = json!(end + 1);
        }
    }
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri(file) }, "region": region } })
}

/// A path as a relative reference: every byte but the plain ones as `%XX`.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Text that is no link to a reader of SARIF, for whom `[text](address)` is one.
fn unlinked(text: &str) -> String {
    clean(text).replace("](", "] (")
}
