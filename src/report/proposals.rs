//! What was proposed, and what became of it.

use super::document::document;
use super::{Style, Table, clean, counted, json_lines};
use crate::model::{Fate, Timestamp};
use crate::session::{ProposedTo, Suggested};
use crate::store::Outstanding;

/// A line a proposal, with the store that it is for.
pub fn proposal_table(proposals: &[Suggested], style: Style) -> String {
    let mut table = Table::new(["store", "branch", "state", "made", "files"]);
    for Suggested { target, proposal, .. } in proposals {
        let files = format!("{} of {} there", proposal.arrived, proposal.files);
        table.row(&[target, &proposal.name, &proposal.standing.word(), &Timestamp(proposal.time), &files]);
    }
    table.print(style)
}

/// What is to be known of a proposal beside a plan, on a line; nothing where it is merged. `prune` is the command that takes away what
/// nobody needs.
pub fn proposal_told(one: &Suggested, prune: &str) -> Option<String> {
    let Outstanding { name, files, arrived, standing, .. } = &one.proposal;
    let told = match (standing, &one.target) {
        (Fate::Merged, _) => return None,
        (Fate::Open, ProposedTo::Catalog) => format!("waits to be merged, with {}", counted(*files, "file")),
        (Fate::Open, ProposedTo::Store(_)) => {
            format!("waits to be merged, with {arrived} of {files} files there already{}", otherwise(one))
        }
        (Fate::Outdated, ProposedTo::Catalog) => format!(
            "is not what is to be merged any more: the next apply by a pull request makes it anew, and `{prune}` takes it away"
        ),
        (Fate::Outdated, ProposedTo::Store(_)) => {
            format!("is no longer what the text says: `{prune}` takes it away{}", otherwise(one))
        }
        (Fate::Superseded, _) => {
            format!("is superseded by a later one: `{prune}` takes it away{}", otherwise(one))
        }
        (Fate::Closed, _) => format!("was closed without all of it: `{prune}` forgets it"),
    };
    Some(clean(&format!("{}: the proposal {name} {told}", one.target)).into_owned())
}

/// What merging a proposal would do that the text does not say.
fn otherwise(one: &Suggested) -> String {
    let named = |paths: &[String], verb: &str, but: &str| {
        let first = paths.first()?;
        Some(format!("{verb} {} {but}, as {first}", counted(paths.len(), "file")))
    };
    let parts = [
        named(&one.writes, "write", "otherwise than the text says"),
        named(&one.deletes, "delete", "that the text says"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!("; merged, it would {}", parts.join(", and ")) }
}

/// The proposals as JSON lines.
pub fn proposals_json(proposals: &[Suggested]) -> String {
    json_lines(proposals.iter().map(|Suggested { target, proposal, writes, deletes }| {
        let store = match target {
            ProposedTo::Catalog => None,
            ProposedTo::Store(name) => Some(name),
        };
        document! {
            store or Nothing: store,
            catalog or Nothing: store.is_none().then_some(true),
            branch: &proposal.name,
            state: proposal.standing.word(),
            revision or Nothing: proposal.revision.as_ref(),
            made: proposal.time,
            files: proposal.files,
            arrived: proposal.arrived,
            writes or Nothing: Some(writes).filter(|paths| !paths.is_empty()),
            deletes or Nothing: Some(deletes).filter(|paths| !paths.is_empty()),
        }
    }))
}
