//! Why a saved plan cannot be applied any more.

use super::Style;
use super::clean::{clean, one_line};
use super::difference::hunk_lines;
use super::fact::{sides, value_of};
use super::named;
use super::plan::{Heading, Parts, Same, View, differing, is_large, plan_parts, told};
use crate::align::hunks;
use crate::apply::{Difference, Seen, Stale, StaleChange};
use crate::model::{Json, Thing};
use crate::plan::Plan;
use crate::secret::{shown_at, without_held, without_held_beside};

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

/// That a plan made now is carried out in the place of the approved one, and what it leaves.
pub fn no_more(plan: &Plan, left: &[Thing]) -> String {
    let less = if plan.has_changes() { "it does no more, and no more follows" } else { "nothing is left to be done" };
    let rest = match left {
        [] => String::new(),
        left => format!(
            " Not part of it, and left as it is: {}.",
            one_line(&named(left.iter().map(ToString::to_string), NAMED))
        ),
    };
    format!("Made again, the plan holds: {less}.{rest}")
}

/// What a plan made now comes to beyond the approved one, in the words of a plan.
pub fn more(beyond: &Plan, view: &View) -> String {
    let beyond = &*beyond.shown();
    let Parts { restraints, objects, files, consequences, goes } = plan_parts(beyond, view, Style::PLAIN);
    let stops = told(beyond, usize::MAX, view.detail, Style::PLAIN);
    let stops = stops.into_iter().flat_map(|told| told.texts).map(|(_, text)| text);
    let same = objects.same.into_iter().chain(files.same);
    let parts: String = restraints
        .into_iter()
        .chain(goes)
        .chain(objects.texts)
        .chain(files.texts)
        .chain(same.map(|Same { heading, names }| format!("{heading}:\n{}", names.concat())))
        .chain(consequences)
        .chain(stops)
        .map(|part| below(&part))
        .collect();
    format!(
        "Made again, the plan comes to more than what was approved, and nothing was written. What is more:\n{parts}Plan again, and have that approved."
    )
}

/// A part of a plan, indented.
fn below(part: &str) -> String {
    part.lines().filter(|line| !line.is_empty()).map(|line| format!("  {line}\n")).collect()
}

/// So many things that are left are named.
const NAMED: usize = 5;

fn changes(stale: &[Stale]) -> String {
    stale.iter().map(change).collect()
}

fn change(stale: &Stale) -> String {
    let what = match &stale.change {
        StaleChange::Gone => ": it is gone".to_owned(),
        StaleChange::Ground => ": the plan rests on it, and its project changed it".to_owned(),
        StaleChange::GroundGone => ": the plan rests on it, and it is gone".to_owned(),
        StaleChange::GroundNew => ": it came since, and the plan was not judged by it".to_owned(),
        StaleChange::Undone => ": this plan was carried out before, and it is no longer as that left it".to_owned(),
        StaleChange::Unreadable { why } => format!(": {why}"),
        StaleChange::Overtaken => {
            ": this plan was carried out in part, another run has been at work since, and this is not as the plan leaves it".to_owned()
        }
        StaleChange::InTheWay { what } => format!(": {what} is in its way now"),
        StaleChange::NameTaken => ": another object has this name now".to_owned(),
        StaleChange::Field { path, planned, found } => {
            let shown = |value: &Json| Json(shown_at(path, &value.0).unwrap_or_else(|| value.0.clone()));
            match [planned, found].map(|side| side.as_ref().map(shown)) {
                [Some(planned), Some(found)] if is_large(&planned.0) || is_large(&found.0) => {
                    return field(&stale.thing, path, &planned, &found);
                }
                both => {
                    let [planned, found] = sides([&both[0], &both[1]].map(value_of));
                    format!(" {path}: the plan saw {planned}, now it is {found}")
                }
            }
        }
        StaleChange::File { planned, found } => return file(&stale.thing, planned, found),
    };
    format!("  {}\n", one_line(&format!("{}{what}", stale.thing)))
}

/// A large field with its parts that others changed.
fn field(thing: &Thing, path: &str, planned: &Json, found: &Json) -> String {
    let name = format!("{thing} {path}");
    let heading = Heading { name: &name, note: "  (from what the plan saw to what there is now)", source: None };
    let of = thing.object().map(|address| (address.kind, path));
    differing(&heading, of, [&planned.0, &found.0], Style::PLAIN)
}

/// A file with the lines that others changed, as far as they are known.
fn file(thing: &Thing, planned: &Seen, found: &Seen) -> String {
    let (summary, sides) = match (planned, found) {
        (Seen::Text(planned), Seen::Text(found)) => ("its lines changed", Some((planned.as_str(), found.as_str()))),
        (Seen::Nothing, Seen::Text(found)) => ("it is new", Some(("", found.as_str()))),
        (_, Seen::Nothing) => ("it is gone", None),
        (Seen::Nothing, Seen::Other(_)) => ("it is new, and not text", None),
        (Seen::Other(_) | Seen::Text(_), _) => ("its content changed", None),
    };
    let mut out = format!("  {}\n", one_line(&format!("{thing}: {summary}")));
    if let Some((planned, found)) = sides {
        let (planned, found) = (without_held(planned), without_held_beside(found, Some(planned)));
        let lines = hunk_lines(&hunks(&planned, &found, 1).text);
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
        Difference::New { action, thing } => {
            format!("{thing}: it would {} it, which was not approved", action.word())
        }
        Difference::Missing { action, thing } => format!("{thing}: it would no longer {} it", action.word()),
        Difference::OtherAction { action, approved, thing } => {
            format!("{thing}: it would {} it, and approved is to {} it", action.word(), approved.word())
        }
        Difference::OtherResult { thing } => format!("{thing}: it would come to something else"),
        Difference::Guard { message } => format!("it is not allowed: {message}"),
        Difference::Conflict { thing } => format!("{thing}: others changed it too"),
        Difference::Denial { message } => format!("it breaks a policy: {message}"),
    }
}
