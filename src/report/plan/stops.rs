//! What stops a plan, or needed a word: conflicts, kept drift, policies and guards.

use super::change::{lines, place};
use super::counted;
use super::field::{Bound, Heading, value};
use super::value::kdl_value;
use super::view::Detail;
use crate::model::{Json, Value};
use crate::plan::{Conflict, Drift, Guard, NewHost, Violation};
use crate::report::clean::one_line;
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
    let way_out = format!("    {}\n", one_line(&conflict.way_out()));
    if let Some(there) = &conflict.obstacle {
        return format!("{head}    {} is in its way\n{way_out}", one_line(&there.to_string()));
    }
    let side = |name: &str, value: &Option<Json>| {
        let value = value.as_ref().map_or_else(|| "(nothing)".to_owned(), |value| kdl_value(&value.0));
        format!("    {name:<8}{}\n", one_line(&value))
    };
    if let Some(text) = deleted(conflict) {
        return format!("{head}    others deleted it; what is desired:\n{}{way_out}", lines("", text, style));
    }
    let base = conflict.base.as_ref().map(|_| side("base", &conflict.base)).unwrap_or_default();
    let Some((what, from, to)) = compared(conflict).filter(|(_, from, to)| is_large(from) || is_large(to)) else {
        let sides = side("live", &conflict.live) + &side("desired", &conflict.desired);
        return format!("{head}{base}{sides}{way_out}");
    };
    let differs = match (from, to) {
        (Value::String(from), Value::String(to)) if conflict.field.is_none() => lines(from, to, style),
        _ => below(from, to, style),
    };
    let is_shown = conflict.desired.is_some() && conflict.base.as_ref().is_some_and(|base| !is_large(&base.0));
    let base = if is_shown { base } else { String::new() };
    format!("{head}{base}    {what}\n{differs}{way_out}")
}

/// What is desired of a file that others deleted, where that is what was written, or nobody knows what was.
fn deleted(conflict: &Conflict) -> Option<&str> {
    let (None, None, Some(Json(Value::String(text)))) = (&conflict.field, &conflict.live, &conflict.desired) else {
        return None;
    };
    let differs = matches!(&conflict.base, Some(Json(Value::String(base))) if base != text);
    (!differs).then_some(&**text)
}

/// The two values of a conflict that say most side by side, and what they are; nothing where only one is known.
fn compared(conflict: &Conflict) -> Option<(&'static str, &Value, &Value)> {
    let [base, live, desired] =
        [&conflict.base, &conflict.live, &conflict.desired].map(|side| side.as_ref().map(|json| &json.0));
    match (base, live, desired) {
        (_, Some(live), Some(desired)) => Some(("from what is live to what is desired:", live, desired)),
        (Some(base), Some(live), None) => Some((
            "it is no longer declared, and others changed it; from what was written to what is live:",
            base,
            live,
        )),
        (Some(base), None, Some(desired)) => {
            Some(("others deleted it; from what was written to what is desired:", base, desired))
        }
        _ => None,
    }
}

/// What differs between two values, below a heading of their own.
fn below(live: &Value, desired: &Value, style: Style) -> String {
    value(&Heading { name: "", tail: "" }, Some(live), Some(desired), Bound::Whole, style)
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| format!("{line}\n"))
        .collect()
}

/// Whether a value is better shown by what differs in it.
fn is_large(value: &Value) -> bool {
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
        let side = |value: &Option<Json>| {
            let text = value.as_ref().map_or_else(|| "(nothing)".to_owned(), |value| kdl_value(&value.0));
            crate::report::columns::cropped(&one_line(&text), style.width.saturating_sub(12).max(30))
        };
        let place = style.paint(Paint::Dim, &place(drift.source.as_ref()));
        let sides = match (&drift.live, &drift.desired) {
            (None, _) => "    others deleted it\n".to_owned(),
            (Some(Json(live)), Some(Json(written))) if is_large(live) || is_large(written) => {
                format!("    from what was written to what is live:\n{}", below(written, live, style))
            }
            (live, written) => format!("    live    {}\n    written {}\n", side(live), side(written)),
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
        let (word, paint) = match (guard.allowed, &guard.allow) {
            (true, Some(_)) => ("ALLOWED", Paint::Changed),
            (true, None) => ("NOTICE", Paint::Changed),
            (false, _) => ("REFUSED", Paint::Removed),
        };
        let allow = guard.allow.as_ref().filter(|_| !guard.allowed);
        let allow = allow.map(|flag| format!("\n    to allow it: {}", one_line(flag))).unwrap_or_default();
        format!("\n{} {}{allow}\n", style.paint(paint, word), one_line(&guard.message))
    })
}
