//! Results to text: for people, for machines, for pull requests and for CI servers.
//!
//! Takes what the phases gave and gives strings; computes no result, and never looks at the environment:
//! colour, symbols and width come in as a [`Style`]. The same input prints the same bytes.
//! Text of users and servers reaches nobody with its control characters: each part cleans what it puts into a line, and
//! [`harmless()`] is the gate that whole outputs pass.

mod adoption;
mod applied;
mod catalogs;
mod cause;
mod checked;
mod clean;
mod drift;
mod codequality;
mod columns;
mod compact;
mod difference;
mod document;
mod event;
mod excerpt;
mod explain;
mod exported;
mod fact;
#[cfg(test)]
mod fixture;
mod format;
mod github;
mod harmless;
mod help;
mod host;
mod human;
mod imported;
mod json;
mod leases;
mod junit;
mod manifests;
mod markdown;
mod misfit;
mod ndjson;
mod notice;
mod objects;
mod patch;
mod plan;
mod proposals;
mod runs;
mod sarif;
mod schema;
mod score;
mod stale;
mod style;
mod subject;
mod summary;
mod table;
mod test;
mod text;
mod totals;
mod why;
mod yaml;

pub use crate::worded::{causes, counted};
pub use adoption::{adopted_secrets, adoption, adoption_json};
pub use applied::{Ended, applied, applied_json, departing, left, written};
pub use catalogs::{
    catalog_projects, catalog_projects_json, catalog_projects_unread, copied, copied_json, forgotten, forgotten_json,
    outdated, pulled, pulled_json, pulled_secrets, renamed,
};
pub use checked::{checked, checked_json, unknown_kinds};
pub use clean::{clean, one_line};
pub use compact::compact;
use document::{json_line, json_lines};
pub use drift::{drift, drift_json};
pub use explain::explain;
pub use exported::{exported_json, exported_text};
pub use format::{ReportFormat, report};
pub use github::{github, unformatted};
pub use harmless::{Reader, harmless};
pub use host::Host;
pub use human::human;
pub use imported::{differing_text, imported_json, imported_text};
pub use json::json;
pub use leases::{Clearing, lease_table, leases_json};
pub use manifests::{
    filled, filled_json, manifests, manifests_again, manifests_again_json, manifests_json, manifests_shown,
    rendered_json,
};
pub use misfit::misfits;
pub use notice::{step, taken_over, waiting};
pub use objects::{bodies_json, group_table, groups_json, object_details, object_table, objects_json};
pub use plan::{Detail, Telling, View, environment, environments, plan, signs};
pub use proposals::{proposal_table, proposal_told, proposals_json};
pub use runs::{run_details, run_table, runs_json};
pub use schema::{schema, schema_names};
pub use score::{Card, Explain, RuleCounts, RuleResult, Standing, score_json, score_table};
pub use stale::{more, no_more, not_equivalent, stale};
pub use style::{Color, Paint, Paths, Style, Symbols};
pub use subject::Subject;
use summary::named;
pub use summary::summary;
pub use table::Table;
pub use test::{tests, tests_json};
pub use text::text;
pub use why::{why, why_json};
pub use yaml::yaml;
