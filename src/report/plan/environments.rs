//! What plans of several environments do, side by side.

use super::headline;
use crate::model::Name;
use crate::plan::Plan;
use crate::report::fact::sign;
use crate::report::{Paint, Style, Table};
use std::collections::BTreeMap;

/// How many changes are shown.
const MOST: usize = 60;

/// What stands above what a command says of an environment.
pub fn environment(name: &str, is_first: bool, style: Style) -> String {
    let line = style.paint(Paint::Bold, &format!("environment {name}"));
    format!("{}{line}\n\n", if is_first { "" } else { "\n" })
}

/// The changes of some plans, each with what each environment does, and the plans in a line each.
pub fn environments(plans: &[(Name, Plan)], style: Style) -> String {
    let mut changes: BTreeMap<String, Vec<Option<char>>> = BTreeMap::new();
    for (index, (_, plan)) in plans.iter().enumerate() {
        for operation in plan.operations.iter().filter(|operation| operation.action.is_change()) {
            let signs = changes.entry(operation.thing.to_string()).or_insert_with(|| vec![None; plans.len()]);
            if let Some(own) = signs.get_mut(index) {
                *own = Some(sign(operation));
            }
        }
    }
    let mut table = Table::new(std::iter::once("change").chain(plans.iter().map(|(name, _)| &**name)));
    for (thing, signs) in changes.iter().take(MOST) {
        let signs: Vec<String> = signs.iter().map(|sign| sign.map_or_else(|| "-".to_owned(), String::from)).collect();
        let cells = std::iter::once(thing as &dyn std::fmt::Display);
        let cells: Vec<&dyn std::fmt::Display> =
            cells.chain(signs.iter().map(|one| one as &dyn std::fmt::Display)).collect();
        table.row(&cells);
    }
    let more = changes.len().saturating_sub(MOST);
    let more = if more > 0 { format!("and {more} more\n") } else { String::new() };
    let lines: String = plans.iter().map(|(name, plan)| format!("{name}: {}\n", headline(plan))).collect();
    let table = table.print(style);
    let gap = if table.is_empty() { "" } else { "\n" };
    format!("\n{}\n\n{table}{more}{gap}{lines}", style.paint(Paint::Bold, "all environments"))
}
