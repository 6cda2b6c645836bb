//! The leases of a project.

use super::{Style, Table, json_lines};
use crate::model::{Standing, Timestamp};
use crate::session::TargetLease;
use schemars::JsonSchema;
use serde::Serialize;

/// A line a lease: where it lies, who has it, until when, and how that stands at `now` (seconds since 1970, UTC).
pub fn lease_table(leases: &[TargetLease], now: i64, style: Style) -> String {
    let mut table = Table::new(["target", "run", "by", "until", "state"]);
    for one in leases {
        let state = match one.lease.standing(now) {
            Standing::Held => "held: its run may be at work",
            Standing::Expired => "stale: it has expired",
            Standing::Ahead => "stale: made by a clock that is ahead",
        };
        let target =
            one.store.as_ref().map_or_else(|| "the catalog".to_owned(), |store| format!("state store {store}"));
        table.row(&[&target, &one.lease.run, &one.lease.holder, &Timestamp(one.lease.expires), &state]);
    }
    table.print(style)
}

/// The leases as JSON lines; `cleared` says whether they were taken away.
pub fn leases_json(leases: &[TargetLease], now: i64, outcome: Clearing) -> String {
    json_lines(leases.iter().map(|one| LeaseJson {
        target: if one.store.is_some() { "state-store" } else { "catalog" },
        store: one.store.as_deref(),
        run: &one.lease.run,
        holder: &one.lease.holder,
        until: Timestamp(one.lease.expires).to_string(),
        state: one.lease.standing(now).word(),
        cleared: outcome == Clearing::Done,
    }))
}

/// Whether leases were taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clearing {
    /// They stay.
    None,
    /// They are gone.
    Done,
}

/// The right of one run to write to a target.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Lease")]
pub(super) struct LeaseJson<'a> {
    /// `catalog` or `state-store`.
    target: &'static str,
    /// The state store's name.
    store: Option<&'a str>,
    /// The run.
    run: &'a str,
    /// Who runs it.
    holder: &'a str,
    /// When it ends, in RFC 3339.
    until: String,
    /// `held`, `expired`, or `ahead`: of a clock that is ahead, and as stale as an expired one.
    state: &'static str,
    /// Whether this run took it away.
    cleared: bool,
}
