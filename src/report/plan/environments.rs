//! What plans of several environments do, side by side.

use super::{Detail, View, headline};
use crate::model::{Name, Thing};
use crate::plan::Plan;
use crate::report::fact::sign;
use crate::report::{Paint, Style, Table};
use std::collections::BTreeMap;

/// How many changes are shown where not all are asked for.
const MOST: usize = 60;

/// What stands above what a command says of an environment.
pub fn environment(name: &str, is_first: bool, style: Style) -> String {
    let line = style.paint(Paint::Bold, &format!("environment {name}"));
    format!("{}{line}\n\n", if is_first { "" } else { "\n" })
}

/// The changes of some plans that are shown, each with what each environment does, and the plans in a line each. Of very many, those come
/// first that are not alike everywhere; files stand behind objects, as each environment has its own.
pub fn environments(plans: &[(Name, Plan)], view: &View, style: Style) -> String {
    let mut changes: BTreeMap<(bool, String), Vec<Option<char>>> = BTreeMap::new();
    for (index, (_, plan)) in plans.iter().enumerate() {
        for operation in plan.operations.iter().filter(|one| one.action.is_change() && view.shows(one)) {
            let is_file = matches!(operation.thing, Thing::File { .. });
            let signs = changes.entry((is_file, operation.thing.to_string()));
            let signs = signs.or_insert_with(|| vec![None; plans.len()]);
            if let Some(own) = signs.get_mut(index) {
                *own = Some(sign(operation));
            }
        }
    }
    let mut table = Table::new(std::iter::once("change").chain(plans.iter().map(|(name, _)| &**name)));
    let most = if view.detail == Detail::Full { usize::MAX } else { MOST };
    let is_alike = |signs: &[Option<char>]| signs.iter().all(|sign| Some(sign) == signs.first());
    let mut shown: Vec<_> = changes.iter().collect();
    if shown.len() > most {
        shown.sort_by_key(|((is_file, _), signs)| (*is_file, is_alike(signs)));
        shown.truncate(most);
    }
    for ((_, thing), signs) in &shown {
        let signs: Vec<String> = signs.iter().map(|sign| sign.map_or_else(|| "=".to_owned(), String::from)).collect();
        let cells = std::iter::once(thing as &dyn std::fmt::Display);
        let cells: Vec<&dyn std::fmt::Display> =
            cells.chain(signs.iter().map(|one| one as &dyn std::fmt::Display)).collect();
        table.row(&cells);
    }
    let more = changes.len() - shown.len();
    let more = if more > 0 { format!("… {more} more; --full shows them\n") } else { String::new() };
    let lines: String = plans.iter().map(|(name, plan)| format!("{name}: {}\n", headline(plan))).collect();
    let table = table.print(style);
    let gap = if table.is_empty() { "" } else { "\n" };
    format!("\n{}\n\n{table}{more}{gap}{lines}", style.paint(Paint::Bold, "all environments"))
}
