//! Why a saved plan cannot be applied any more.

use super::clean::{clean, one_line};
use super::plan::kdl_value;
use crate::apply::{Difference, Seen, Stale, StaleChange};
use crate::model::Json;

/// What changed since a plan was made.
pub fn stale(stale: &[Stale]) -> String {
    format!("The plan is stale, and nothing was written. Changed since it was made:\n{}Plan again.", changes(stale))
}

/// What changed since a plan was made, and why the plan that would be made now is not the same.
pub fn not_equivalent(stale: &[Stale], differences: &[Difference]) -> String {
    let lines: String = differences.iter().map(|difference| format!("  {}\n", one_line(&words(difference)))).collect();
    format!(
        "The plan is stale, and nothing was written. Changed since it was made:\n{}A plan made now is another one:\n{lines}Plan again, and have that approved.",
        changes(stale)
    )
}

fn changes(stale: &[Stale]) -> String {
    stale.iter().map(change).collect()
}

fn change(stale: &Stale) -> String {
    let value =
        |value: &Option<Json>| value.as_ref().map_or_else(|| "(nothing)".to_owned(), |value| kdl_value(&value.0));
    let what = match &stale.change {
        StaleChange::Gone => ": it is gone".to_owned(),
        StaleChange::InTheWay { what } => format!(": {what} is in its way now"),
        StaleChange::NameTaken => ": another object has this name now".to_owned(),
        StaleChange::Field { path, planned, found } => {
            format!(" {path}: the plan saw {}, now it is {}", value(planned), value(found))
        }
        StaleChange::File { planned, found } => return file(&stale.address, planned, found),
    };
    format!("  {}\n", one_line(&format!("{}{what}", stale.address)))
}

/// A file with the lines that others changed, as far as they are known.
fn file(address: &str, planned: &Seen, found: &Seen) -> String {
    let (summary, sides) = match (planned, found) {
        (Seen::Text(planned), Seen::Text(found)) => ("its lines changed", Some((planned.as_str(), found.as_str()))),
        (Seen::Nothing, Seen::Text(found)) => ("it is new", Some(("", found.as_str()))),
        (_, Seen::Nothing) => ("it is gone", None),
        (Seen::Nothing, Seen::Other(_)) => ("it is new, and not text", None),
        (Seen::Other(_) | Seen::Text(_), _) => ("its content changed", None),
    };
    let mut out = format!("  {}\n", one_line(&format!("{address}: {summary}")));
    if let Some((planned, found)) = sides {
        let hunks = similar::TextDiff::from_lines(planned, found).unified_diff().context_radius(1).to_string();
        let lines: Vec<&str> = hunks.lines().collect();
        out.extend(lines.iter().take(LINES).map(|line| format!("    {}\n", clean(line))));
        if lines.len() > LINES {
            out.push_str(&format!("    and {} more lines\n", lines.len() - LINES));
        }
    }
    out
}

/// The most lines that are shown of a file.
const LINES: usize = 40;

fn words(difference: &Difference) -> String {
    match difference {
        Difference::New { action, address } => {
            format!("{address}: it would {} it, which was not approved", action.word())
        }
        Difference::Missing { action, address } => format!("{address}: it would no longer {} it", action.word()),
        Difference::OtherAction { action, approved, address } => {
            format!("{address}: it would {} it, and approved is to {} it", action.word(), approved.word())
        }
        Difference::OtherResult { address } => format!("{address}: it would come to something else"),
        Difference::Guard { message } => format!("it is not allowed: {message}"),
        Difference::Conflict { address } => format!("{address}: others changed it too"),
        Difference::Denial { message } => format!("it breaks a policy: {message}"),
    }
}
