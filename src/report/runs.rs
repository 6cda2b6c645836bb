//! The journal of applies.

use super::clean::one_line;
use super::{Style, Table};
use crate::catalog::RunRecord;
use crate::model::Timestamp;
use serde::Serialize;

/// A line a run.
pub fn run_table(runs: &[RunRecord], style: Style) -> String {
    let mut table = Table::new(["run", "state", "began", "took", "by", "plan"]);
    for record in runs {
        table.row([
            record.run.clone(),
            record.state.clone(),
            Timestamp(record.began).to_string(),
            took(record).unwrap_or_else(|| "-".to_owned()),
            record.holder.clone(),
            short(&record.plan).to_owned(),
        ]);
    }
    table.print(style)
}

/// Everything that is known of a run.
pub fn run_details(record: &RunRecord) -> String {
    let RunRecord { run, plan, holder, source, began, ended, state, steps } = record;
    let ended = match ended {
        Some(ended) => Timestamp(*ended).to_string(),
        None if state == "died" => "- (never)".to_owned(),
        None if state == "waiting" => "- (it waits, or it died)".to_owned(),
        None => "- (it goes on, or it died)".to_owned(),
    };
    let mut lines = vec![
        format!("run     {run}"),
        format!("state   {state}"),
        format!("began   {}", Timestamp(*began)),
        format!("ended   {ended}"),
        format!("by      {holder}"),
        format!("plan    {plan}"),
        format!("source  {}", source.as_deref().unwrap_or("(unknown)")),
    ];
    if !steps.is_empty() {
        lines.push(String::new());
        lines.extend(steps.iter().cloned());
    }
    lines.iter().map(|line| format!("{}\n", one_line(line))).collect()
}

/// The runs as JSON lines.
pub fn runs_json(runs: &[RunRecord]) -> String {
    let line = |record: &RunRecord| {
        let RunRecord { run, plan, holder, source, began, ended, state, steps } = record;
        let ended = ended.map(|ended| Timestamp(ended).to_string());
        let began = Timestamp(*began).to_string();
        let json = RunJson { run, state, began, ended, holder, plan, source: source.as_deref(), steps };
        serde_json::to_string(&json).unwrap_or_default() + "\n"
    };
    runs.iter().map(line).collect()
}

#[derive(Serialize)]
struct RunJson<'a> {
    run: &'a str,
    state: &'a str,
    began: String,
    ended: Option<String>,
    holder: &'a str,
    plan: &'a str,
    source: Option<&'a str>,
    steps: &'a [String],
}

fn took(record: &RunRecord) -> Option<String> {
    let seconds = record.ended?.saturating_sub(record.began);
    Some(if seconds < 60 { format!("{seconds} s") } else { format!("{} min {} s", seconds / 60, seconds % 60) })
}

/// The beginning of an identity, which is enough for people.
fn short(identity: &str) -> &str {
    identity.get(..12).unwrap_or(identity)
}
