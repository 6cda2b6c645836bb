//! What was proposed, and what became of it.

use super::{Style, Table};
use crate::model::Timestamp;
use crate::store::Outstanding;
use serde::Serialize;

/// A line a proposal, with the store that it is for.
pub fn proposal_table(proposals: &[(String, Outstanding)], style: Style) -> String {
    let mut table = Table::new(["store", "branch", "state", "made", "files"]);
    for (store, proposal) in proposals {
        table.row([
            store.clone(),
            proposal.branch.clone(),
            proposal.standing.word().to_owned(),
            Timestamp(proposal.time).to_string(),
            format!("{} of {} there", proposal.arrived, proposal.files),
        ]);
    }
    table.print(style)
}

#[derive(Serialize)]
struct Line<'a> {
    store: &'a str,
    branch: &'a str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<&'a str>,
    made: i64,
    files: usize,
    arrived: usize,
}

/// The proposals as JSON lines.
pub fn proposals_json(proposals: &[(String, Outstanding)]) -> String {
    let line = |(store, proposal): &(String, Outstanding)| {
        let line = Line {
            store,
            branch: &proposal.branch,
            state: proposal.standing.word(),
            revision: proposal.revision.as_deref(),
            made: proposal.time,
            files: proposal.files,
            arrived: proposal.arrived,
        };
        serde_json::to_string(&line).unwrap_or_default() + "\n"
    };
    proposals.iter().map(line).collect()
}
