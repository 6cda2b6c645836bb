//! The journal of applies.

use super::clean::one_line;
use super::document::document;
use super::{Style, Table, json_lines};
use crate::catalog::RunRecord;
use crate::model::Timestamp;

/// A line a run.
pub fn run_table(runs: &[RunRecord], style: Style) -> String {
    let mut table = Table::new(["run", "state", "began", "took", "by", "plan"]);
    for record in runs {
        let took = took(record).unwrap_or_else(|| "-".to_owned());
        // The beginning of an identity is enough for people.
        let plan = record.plan.get(..12).unwrap_or(&record.plan);
        table.row(&[&record.run, &record.state, &Timestamp(record.began), &took, &record.holder, &plan]);
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
    json_lines(runs.iter().map(|record| {
        document! {
            run: &record.run,
            state: &record.state,
            began: Timestamp(record.began).to_string(),
            ended: record.ended.map(|ended| Timestamp(ended).to_string()),
            holder: &record.holder,
            plan: &record.plan,
            source: record.source.as_ref(),
            steps: &record.steps,
        }
    }))
}

fn took(record: &RunRecord) -> Option<String> {
    let seconds = record.ended?.saturating_sub(record.began);
    Some(if seconds < 60 { format!("{seconds} s") } else { format!("{} min {} s", seconds / 60, seconds % 60) })
}
