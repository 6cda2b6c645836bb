//! A plan for people: the counts and what is destroyed first.

mod alike;
mod change;
mod consequences;
mod counts;
mod environments;
mod field;
mod files;
mod gone;
mod many;
mod stops;
mod values;
mod view;

use super::clean::one_line;
use super::{Paint, Style, counted};
use crate::diff::written;
use crate::model::Value;
use crate::plan::{Action, LostObject, Operation, Plan, Summary, Target};
use crate::syntax::Escapes;
use change::paint;
pub(super) use change::{head, lines};
pub use counts::signs;
pub(super) use counts::{counts, headline};
pub use environments::{environment, environments};
pub(super) use field::{Bound, Heading, Sides, fit, value as field_value};
pub(super) use many::{Folded, Same};
pub(super) use stops::told;
pub(super) use values::{differing, is_large};
pub use view::{Detail, Telling, View};

/// More lines than this between the counts and the consequences push these out of sight, so that they are counted first.
const MOST_BETWEEN: usize = 20;

/// A value in KDL's own notation, on one line.
pub(super) fn kdl_value(value: &Value) -> String {
    written(value, Escapes::Hidden)
}

/// The plan as text: all counts and everything that goes come first, then what is done and stays, its consequences, and what stops it.
pub fn plan(plan: &Plan, view: &View, style: Style) -> String {
    let plan = &*plan.shown();
    let detail = view.detail;
    let [kept, stops] = stops::stops(plan, detail, style);
    let listed = if view.impact == Telling::Listed { Detail::Full } else { detail };
    let follows = consequences::text(&plan.impact, listed, style);
    let stopped = Summary::of(plan).errors > 0;
    if !plan.tells_changes() && !stopped {
        // What others did, and the text says by now, has moved levels, which are told as soon as they are kept.
        let moves = plan.impact.levels.as_ref().is_some_and(|levels| !levels.is_empty());
        return no_changes(plan) + &kept + if moves { &follows } else { "" } + &stops;
    }
    let shown = plan.operations.iter().filter(|operation| operation.action.is_change() && view.shows(operation));
    let (deleted, stays): (Vec<&Operation>, Vec<&Operation>) =
        shown.partition(|operation| operation.action == Action::Delete);
    let (goes, going_on): (Vec<&Operation>, Vec<&Operation>) =
        deleted.into_iter().partition(|operation| plan.impact.destroys(operation));
    let objects: Vec<&LostObject> = plan.impact.lost_objects().filter(|lost| view.shows_loss(lost)).collect();
    let destroyed = goes.len() + objects.len();
    let body = many::stays(&stays, view, style);
    let mut out = summary_line(plan, style);
    if let Some(hidden) = view.hidden(plan) {
        out.push_str(&format!("{}\n", style.paint(Paint::Changed, &hidden)));
    }
    out.push_str(&counts::stops(plan, style));
    if body.lines().count() + destroyed > MOST_BETWEEN {
        out.push_str(&counts::follows(&plan.impact));
    }
    if !plan.restraints.is_empty() {
        let heading = format!("GUARDS {}", plan.restraints.len());
        out.push_str(&format!("\n{}\n", style.paint(Paint::Changed, &heading)));
        out.extend(plan.restraints.iter().map(|one| change::restraint(one, detail, style)));
    }
    if destroyed > 0 {
        out.push_str(&format!("\n{}\n", style.paint(Paint::Removed, &format!("DESTROYS {destroyed}"))));
        out.push_str(&gone::operations(&goes, view, style));
        out.push_str(&gone::objects(&objects, view, style));
    }
    if !going_on.is_empty() {
        let heading = format!("GOES, while all that is in it goes on in other files {}", going_on.len());
        out.push_str(&format!("\n{}\n", style.paint(Paint::Changed, &heading)));
        out.push_str(&gone::operations(&going_on, view, style));
    }
    if !stays.is_empty() {
        out.push('\n');
    }
    out.push_str(&body);
    out.push_str(&kept);
    out.push_str(&follows);
    if detail == Detail::Full && !goes.is_empty() {
        out.push_str(&format!("\n{}\n", style.paint(Paint::Removed, "What goes")));
        out.extend(goes.iter().map(|one| change::operation(one, view, style)));
    }
    out + &stops
}

/// The parts of a plan, each change for itself but for those that are the same.
pub(super) struct Parts {
    /// What restrains plans otherwise than before.
    pub(super) restraints: Vec<String>,
    /// What is done to objects that stay.
    pub(super) objects: Folded,
    /// What is done to files that stay, with their lines.
    pub(super) files: Folded,
    /// What follows, a line each.
    pub(super) consequences: Vec<String>,
    /// What goes, with the objects of files that stay.
    pub(super) goes: Vec<String>,
}

/// The parts of a plan as text, none left out.
pub(super) fn plan_parts(plan: &Plan, view: &View, style: Style) -> Parts {
    let shown = plan.operations.iter().filter(|operation| operation.action.is_change());
    let (goes, stays): (Vec<&Operation>, Vec<&Operation>) =
        shown.partition(|operation| plan.impact.destroys(operation));
    let (files, own): (Vec<&Operation>, Vec<&Operation>) =
        stays.into_iter().partition(|operation| matches!(operation.target, Target::File(_)));
    let texts = |operations: &[&Operation]| -> Vec<String> {
        operations.iter().map(|one| change::operation(one, view, style)).collect()
    };
    let objects = plan.impact.lost_objects().map(|lost| gone::line(lost, style));
    Parts {
        restraints: plan.restraints.iter().map(|one| change::restraint(one, view.detail, style)).collect(),
        objects: many::folded(&own, view, style),
        files: many::folded(&files, view, style),
        consequences: consequences::consequences(&plan.impact, view.detail),
        goes: texts(&goes).into_iter().chain(objects).collect(),
    }
}

/// The one line of a plan with nothing to do.
fn no_changes(plan: &Plan) -> String {
    let behind = plan.operations.len();
    let inventory = match behind {
        0 => String::new(),
        _ => format!(" The inventory catches up with {}.", counted(behind, "change")),
    };
    if plan.destroys {
        return format!("Nothing to destroy.{inventory}\n");
    }
    let count = plan.unchanged + plan.count(Action::Record);
    let things = if count == 1 { "object and file" } else { "objects and files" };
    let levels = match plan.impact.levels.as_ref().map_or(0, Vec::len) {
        0 => String::new(),
        1 => " 1 level changes.".to_owned(),
        several => format!(" {several} levels change."),
    };
    format!("No changes. {count} {things} match.{inventory}{levels}\n")
}

/// The first line: the project, the commit it was made of, and how many changes there are of which action. What others
/// caused is counted for itself.
fn summary_line(plan: &Plan, style: Style) -> String {
    let source = plan.source.as_deref().map(|source| format!(" @{}", short_revision(&one_line(source))));
    let environment = plan.made_for.environment.as_ref().map(|name| format!(" in {}", one_line(name)));
    let head =
        format!("plan of {}{}{}", one_line(&plan.project), environment.unwrap_or_default(), source.unwrap_or_default());
    let mut parts = vec![style.paint(Paint::Bold, &head)];
    parts.extend(
        counts(plan)
            .into_iter()
            .map(|(action, sign, word, count)| style.paint(paint(action), &format!("{sign} {word} {count}"))),
    );
    parts.push(format!("= unchanged {}", plan.unchanged));
    if plan.destroys {
        parts.push("(everything of the project goes)".to_owned());
    }
    if plan.additive {
        parts.push("(additive: nothing is deleted)".to_owned());
    }
    parts.join("  ") + "\n"
}

/// A commit as people write it: its first seven characters, and whether files differed from it.
fn short_revision(revision: &str) -> String {
    let (commit, dirty) = match revision.strip_suffix("-dirty") {
        Some(commit) => (commit, "-dirty"),
        None => (revision, ""),
    };
    format!("{}{dirty}", commit.get(..7).unwrap_or(commit))
}

#[cfg(test)]
mod tests;
