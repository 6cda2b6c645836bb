//! What stops a plan, or needed a word: conflicts, kept drift, policies and guards.

use super::change::{lines, place};
use super::counted;
use super::field::{Bound, Heading, Sides, value};
use super::value::kdl_value;
use super::view::Detail;
use crate::model::{Json, Value};
use crate::plan::{Conflict, Drift, FieldPart, Guard, NewHost, Violation};
use crate::report::clean::one_line;
use crate::report::columns::cropped_apart;
use crate::report::difference::told_apart;
use crate::report::{Paint, Style};

/// More than this of a sort are only counted, but in the full report.
const MOST: usize = 50;

/// The first of some things as text, and how many more there are.
fn bounded<T>(things: &[T], detail: Detail, text: impl Fn(&T) -> String) -> String {
    let shown = if detail == Detail::Full { things.len() } else { things.len().min(MOST) };
    let mut out: String = things.iter().take(shown).map(text).collect();
    if shown < things.len() {
        out.push_str(&format!("\n… {} more; --full shows them\n", things.len() - shown));
    }
    out
}

/// Conflicts, each with what was written last, what is live and what is desired.
pub(super) fn conflicts(conflicts: &[Conflict], detail: Detail, style: Style) -> String {
    bounded(conflicts, detail, |conflict| conflict_text(conflict, style))
}

fn conflict_text(conflict: &Conflict, style: Style) -> String {
    let field = conflict.field.as_ref().map(|field| format!(" {}", one_line(field))).unwrap_or_default();
    let head = style.paint(Paint::Removed, &format!("CONFLICT {}{field}", one_line(&conflict.address)));
    let head = format!("\n{head}{}\n", place(conflict.source.as_ref()));
    if let Some(there) = &conflict.obstacle {
        let way_out = match &there.stays {
            None => "`--on-conflict ours` replaces it".to_owned(),
            Some(why) => format!("plat cannot replace it: {}; move it, or change where the file goes", one_line(why)),
        };
        return format!("{head}    {} is in its way\n    {way_out}\n", one_line(&there.to_string()));
    }
    let [base, live, desired] = sides([&conflict.base, &conflict.live, &conflict.desired]);
    let side = |name: &str, text: &str| format!("    {name:<8}{text}\n");
    let base = conflict.base.as_ref().map(|_| side("base", &base)).unwrap_or_default();
    match (&conflict.live, &conflict.desired) {
        (Some(Json(live)), Some(Json(desired))) if is_large(live) || is_large(desired) => {
            let sides = match (live, desired) {
                (Value::String(live), Value::String(desired)) if conflict.field.is_none() => {
                    lines(live, desired, style)
                }
                _ => below(live, desired, &conflict.parts, style),
            };
            let base = if conflict.base.as_ref().is_some_and(|base| is_large(&base.0)) { String::new() } else { base };
            format!("{head}{base}    from what is live to what is desired:\n{sides}")
        }
        _ => head + &base + &side("live", &live) + &side("desired", &desired),
    }
}

/// Values as KDL, `(nothing)` for none, so that those that are not the same do not look so.
pub(in crate::report) fn sides<const COUNT: usize>(values: [&Option<Json>; COUNT]) -> [String; COUNT] {
    let there: Vec<&Value> = values.iter().filter_map(|value| value.as_ref().map(|json| &json.0)).collect();
    let mut texts = told_apart(&there).into_iter();
    values.map(|value| {
        let text = value.as_ref().and_then(|_| texts.next());
        text.map_or_else(|| "(nothing)".to_owned(), |text| one_line(&text).into_owned())
    })
}

/// What differs between two values, below a heading of their own.
fn below(before: &Value, after: &Value, parts: &[FieldPart], style: Style) -> String {
    let heading = Heading { name: "", note: "", source: None };
    value(&heading, Sides { before: Some(before), after: Some(after), parts }, Bound::Whole, style)
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| format!("{line}\n"))
        .collect()
}

/// Whether a value is better shown by what differs in it.
pub(in crate::report) fn is_large(value: &Value) -> bool {
    match value {
        Value::String(text) => text.len() > 100 || text.contains('\n'),
        Value::Array(_) | Value::Object(_) => kdl_value(value).len() > 60,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Secret(_) => false,
    }
}

/// What others changed and what stays so.
pub(super) fn kept(kept: &[Drift], detail: Detail, style: Style) -> String {
    if kept.is_empty() {
        return String::new();
    }
    let line = |drift: &Drift| {
        let field = drift.field.as_ref().map(|field| format!(" {}", one_line(field))).unwrap_or_default();
        let head = style.paint(Paint::Changed, &format!("! {}{field}", one_line(&drift.address)));
        let texts = sides([&drift.live, &drift.desired]);
        let texts = cropped_apart(&[&texts[0], &texts[1]], style.width.saturating_sub(12).max(30));
        let place = style.paint(Paint::Dim, &place(drift.source.as_ref()));
        let sides = match (&drift.live, &drift.desired) {
            (None, _) => "    others deleted it\n".to_owned(),
            (Some(Json(live)), Some(Json(written))) if is_large(live) || is_large(written) => {
                format!("    from what was written to what is live:\n{}", below(written, live, &drift.parts, style))
            }
            (Some(_), _) => format!("    live    {}\n    written {}\n", texts[0], texts[1]),
        };
        format!("{head}{place}\n{sides}")
    };
    let title = format!("KEPT {}", counted(kept.len(), "change"));
    format!(
        "\n{} of others, as on-drift keep says\n{}",
        style.paint(Paint::Changed, &title),
        bounded(kept, detail, line)
    )
}

/// Policies that are broken, with their lines.
pub(super) fn violations(violations: &[Violation], detail: Detail, style: Style) -> String {
    bounded(violations, detail, |violation| {
        let (word, paint) = if violation.denies { ("DENIED", Paint::Removed) } else { ("WARNED", Paint::Changed) };
        let about = violation.address.as_deref().unwrap_or("the plan");
        let policy = format!("    policy {}{}", one_line(&violation.policy), place(violation.policy_source.as_ref()));
        format!(
            "\n{}{}\n    {}\n{}\n",
            style.paint(paint, &format!("{word} {}", one_line(about))),
            style.paint(Paint::Dim, &place(violation.source.as_ref())),
            one_line(&violation.message),
            style.paint(Paint::Dim, &policy)
        )
    })
}

/// Credentials that go to servers that they were never sent to.
pub(super) fn new_hosts(hosts: &[NewHost], detail: Detail, style: Style) -> String {
    bounded(hosts, detail, |host| {
        format!(
            "\n{}{}\n    {}\n",
            style.paint(Paint::Changed, &format!("NEW HOST {}", one_line(&host.address))),
            style.paint(Paint::Dim, &place(host.source.as_ref())),
            one_line(&host.message)
        )
    })
}

/// Guards, with the limit in force and how to allow what they stop.
pub(super) fn guards(guards: &[Guard], detail: Detail, style: Style) -> String {
    bounded(guards, detail, |guard| {
        let (word, paint) = if guard.allowed { ("ALLOWED", Paint::Changed) } else { ("REFUSED", Paint::Removed) };
        let allow = guard.allow.as_ref().filter(|_| !guard.allowed);
        let allow = allow.map(|flag| format!("\n    to allow it: {}", one_line(flag))).unwrap_or_default();
        format!("\n{} {}{allow}\n", style.paint(paint, word), one_line(&guard.message))
    })
}
