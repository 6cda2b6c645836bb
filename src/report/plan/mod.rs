//! A plan for people: the summary first, what is destroyed last.

mod change;
mod consequences;
mod value;

use super::clean::one_line;
use super::{Paint, Style, counted};
use crate::plan::{Action, Conflict, Guard, Operation, Plan, Target};
pub(super) use change::lines;
pub(super) use value::kdl_value;

/// How much of a plan is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Counts and addresses.
    Summary,
    /// Also the fields and lines that change.
    Changes,
    /// Also everything that is made, and everything that goes.
    Full,
}

/// The plan as text. What goes stands on the last screen, before the conflicts and refusals that stop it.
pub fn plan(plan: &Plan, detail: Detail, style: Style) -> String {
    let stopped = !plan.conflicts.is_empty() || plan.guards.iter().any(|guard| !guard.allowed);
    if !plan.has_changes() && !stopped {
        return no_changes(plan);
    }
    let mut out = summary_line(plan, style);
    let (goes, stays): (Vec<&Operation>, Vec<&Operation>) = plan
        .operations
        .iter()
        .filter(|operation| operation.action.is_change())
        .partition(|operation| operation.action == Action::Delete);
    if !stays.is_empty() {
        out.push('\n');
    }
    for operation in stays {
        out.push_str(&change::operation(operation, detail, style));
    }
    out.push_str(&consequences::consequences(&plan.impact, detail, style));
    if !goes.is_empty() {
        out.push_str(&format!("\n{}\n", style.paint(Paint::Removed, &format!("DESTROYS {}", goes.len()))));
    }
    for operation in goes {
        out.push_str(&change::operation(operation, detail, style));
    }
    for conflict in &plan.conflicts {
        out.push_str(&conflict_text(conflict, style));
    }
    for guard in &plan.guards {
        out.push_str(&guard_text(guard, style));
    }
    out
}

/// The one line of a plan with nothing to do.
fn no_changes(plan: &Plan) -> String {
    let behind = plan.operations.len();
    let inventory = match behind {
        0 => String::new(),
        _ => format!(" The inventory catches up with {}.", counted(behind, "change")),
    };
    format!(
        "No changes. {} match.{inventory}\n",
        counted(plan.unchanged + plan.count(Action::Record), "object and file")
            .replace("object and files", "objects and files")
    )
}

fn summary_line(plan: &Plan, style: Style) -> String {
    let counts = Action::ALL.into_iter().filter(|action| action.is_change()).filter_map(|action| {
        let count = plan.count(action);
        (count > 0).then(|| style.paint(paint(action), &format!("{} {} {count}", symbol(action), action.word())))
    });
    let mut parts: Vec<String> = counts.collect();
    parts.push(format!("= unchanged {}", plan.unchanged));
    format!("{}  {}\n", style.paint(Paint::Bold, &format!("plan of {}", one_line(&plan.project))), parts.join("  "))
}

fn symbol(action: Action) -> char {
    match action {
        Action::Create => '+',
        Action::Update => '~',
        Action::Move => '>',
        Action::Adopt => '&',
        Action::Delete => '-',
        Action::Release => '.',
        Action::Forget | Action::Record => '=',
    }
}

fn paint(action: Action) -> Paint {
    match action {
        Action::Create => Paint::Added,
        Action::Update | Action::Move | Action::Adopt => Paint::Changed,
        Action::Delete | Action::Release => Paint::Removed,
        Action::Forget | Action::Record => Paint::Dim,
    }
}

fn conflict_text(conflict: &Conflict, style: Style) -> String {
    let field = conflict.field.as_ref().map(|field| format!(" {field}")).unwrap_or_default();
    let place = conflict.source.as_ref().map(|place| format!("  {}:{}", place.file, place.line)).unwrap_or_default();
    let head = style.paint(Paint::Removed, &format!("CONFLICT {}{field}", conflict.address));
    let side = |name: &str, value: &Option<crate::model::Json>| {
        let value = value.as_ref().map_or_else(|| "(nothing)".to_owned(), |value| kdl_value(&value.0));
        format!("    {name:<8}{}\n", one_line(&value))
    };
    let base = conflict.base.as_ref().map(|_| side("base", &conflict.base)).unwrap_or_default();
    let sides = change::texts(conflict.live.as_ref(), conflict.desired.as_ref()).map_or_else(
        || side("live", &conflict.live) + &side("desired", &conflict.desired),
        |(live, desired)| format!("    from what is live to what is desired:\n{}", change::lines(live, desired, style)),
    );
    format!("\n{head}{place}\n{base}{sides}")
}

fn guard_text(guard: &Guard, style: Style) -> String {
    let (word, paint) = if guard.allowed { ("ALLOWED", Paint::Changed) } else { ("REFUSED", Paint::Removed) };
    let allow = guard.allow.as_ref().filter(|_| !guard.allowed);
    let allow = allow.map(|flag| format!("\n    to allow it: {flag}")).unwrap_or_default();
    format!("\n{} {}{allow}\n", style.paint(paint, word), one_line(&guard.message))
}

/// The heading of an operation: its sign, its address, its place, and why it is there where that is not plain.
fn heading(operation: &Operation, style: Style) -> String {
    let sign = format!("{} {}", symbol(operation.action), one_line(&operation.address));
    let place = match (&operation.source, &operation.target) {
        (Some(place), _) => format!("  {}:{}", one_line(&place.file), place.line),
        (None, Target::Object(_) | Target::File(_)) => String::new(),
    };
    let why = change::why(operation);
    let why = if why.is_empty() { why } else { format!("  ({why})") };
    format!(
        "{}{}{}\n",
        style.paint(paint(operation.action), &sign),
        style.paint(Paint::Dim, &place),
        style.paint(Paint::Dim, &why)
    )
}
