//! What an apply came to, and what stopped one.

use super::clean::one_line;
use super::plan::kdl_value;
use super::{Paint, Style, Table, counted};
use crate::apply::{Applied, Stale, StoreOutcome};
use crate::model::{Json, Project, Scorecard};
use crate::plan::{LevelAfter, Plan};
use crate::store::Receipt;

/// What was written where, and where every entity stands.
pub fn applied(plan: &Plan, applied: &Applied, project: &Project, style: Style) -> String {
    let mut out = if applied.objects == 0 && applied.stores.iter().all(|store| store.receipt.changed == 0) {
        "\nEverything was there already".to_owned()
    } else {
        format!("\n{} {}", style.paint(Paint::Added, "Applied"), counted(applied.objects, "object"))
    };
    for outcome in applied.stores.iter().filter(|outcome| outcome.receipt.changed > 0) {
        let commit = match &outcome.receipt.revision {
            Some(revision) => format!(" in commit {}", revision.get(..12).unwrap_or(revision)),
            None => String::new(),
        };
        out.push_str(&format!(", {} of {}{commit}", counted(outcome.receipt.changed, "file"), outcome.store));
    }
    out.push('\n');
    if let Some(levels) = &plan.levels {
        for scorecard in &project.scorecards {
            out.push_str(&standings(scorecard, levels, style));
        }
    }
    out
}

/// What was written where, as one line of JSON: `{"applied":{"objects":1,"stores":[...]}}`.
pub fn applied_json(applied: &Applied) -> String {
    let store = |outcome: &StoreOutcome| {
        let Receipt { revision, changed, .. } = &outcome.receipt;
        serde_json::json!({ "store": outcome.store, "files": changed, "revision": revision })
    };
    let stores: Vec<serde_json::Value> = applied.stores.iter().map(store).collect();
    format!("{}\n", serde_json::json!({ "applied": { "objects": applied.objects, "stores": stores } }))
}

/// The levels of a scorecard, highest first, with who reached them.
fn standings(scorecard: &Scorecard, levels: &[LevelAfter], style: Style) -> String {
    let of_card = |level: Option<&str>| {
        let entities = levels
            .iter()
            .filter(|after| after.scorecard == *scorecard.name.value && after.level.as_deref() == level)
            // `entity:service:cart`; the name itself may hold colons.
            .map(|after| after.entity.splitn(3, ':').last().unwrap_or_default());
        entities.collect::<Vec<_>>()
    };
    let mut table = Table::new(["level", "count", "who"]);
    let names = scorecard.levels.iter().rev().map(|level| Some(&*level.name.value)).chain([None]);
    for level in names {
        let entities = of_card(level);
        let mut shown = entities.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
        if entities.len() > SHOWN {
            shown.push_str(&format!(" and {} more", entities.len() - SHOWN));
        }
        table.row([level.unwrap_or("no level").to_owned(), entities.len().to_string(), shown]);
    }
    format!("\n{}\n{}", style.paint(Paint::Bold, &format!("scorecard:{}", scorecard.name.value)), table.print(style))
}

/// Entities named in a row.
const SHOWN: usize = 6;

/// What changed since a plan was made.
pub fn stale(stale: &[Stale]) -> String {
    let side =
        |value: &Option<Json>| value.as_ref().map_or_else(|| "(nothing)".to_owned(), |value| kdl_value(&value.0));
    let line = |stale: &Stale| {
        let line = match (&stale.field, &stale.planned, &stale.found) {
            (None, None, None) => format!("  {}: it is gone", stale.address),
            (field, planned, found) => {
                let field = field.as_ref().map(|field| format!(" {field}")).unwrap_or_default();
                format!("  {}{field}: the plan saw {}, now it is {}", stale.address, side(planned), side(found))
            }
        };
        one_line(&line).into_owned()
    };
    let lines: Vec<String> = stale.iter().map(line).collect();
    format!("The plan is stale, and nothing was written. Changed since it was made:\n{}\nPlan again.", lines.join("\n"))
}
