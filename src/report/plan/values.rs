//! Values of which others changed one: beside each other where they are short, else by what differs.

use super::change::lines;
use super::field::{Bound, Heading, Sides, value};
use super::kdl_value;
use crate::model::{Json, Kind, Value};
use crate::plan::{Conflict, Drift, FieldPart, parts_between};
use crate::report::Style;
use crate::report::clean::one_line;
use crate::report::columns::{cropped, cropped_apart};
use crate::report::fact::{FAILS, sides, value_of};

/// What others changed too: what was written last, what is live and what is desired.
pub(super) fn in_conflict(conflict: &Conflict, bound: Bound, style: Style) -> String {
    let why = if conflict.fails { format!("    {FAILS}\n") } else { String::new() };
    why + &conflicting(conflict, bound, style)
}

fn conflicting(conflict: &Conflict, bound: Bound, style: Style) -> String {
    let [base, live, desired] = sides([&conflict.base, &conflict.live, &conflict.desired].map(value_of));
    let side = |name: &str, text: &str| format!("    {name:<8}{text}\n");
    if let Some(unreadable) = &conflict.unreadable {
        let desired = conflict.desired.as_ref().map(|_| side("desired", &fitting(&desired, style)));
        return format!("    {}\n{}", one_line(unreadable), desired.unwrap_or_default());
    }
    if let Some(text) = deleted(conflict) {
        return format!("    others deleted it; what is desired:\n{}", lines("", text, bound, style));
    }
    if conflict.thing.object().is_some() && conflict.field.is_none() && conflict.live.is_none() {
        return format!("    others deleted it\n{}", side("desired", &fitting(&desired, style)));
    }
    let base = conflict.base.as_ref().map(|_| side("base", &base)).unwrap_or_default();
    let Some((what, from, to)) = compared(conflict).filter(|(_, from, to)| is_large(from) || is_large(to)) else {
        return base + &side("live", &live) + &side("desired", &desired);
    };
    let differs = match (from, to) {
        (Value::String(from), Value::String(to)) if conflict.field.is_none() => lines(from, to, bound, style),
        _ => below([from, to], &parts_of(conflict, from, to), bound, style),
    };
    let is_shown = conflict.desired.is_some() && conflict.base.as_ref().is_some_and(|base| !is_large(&base.0));
    let base = if is_shown { base } else { String::new() };
    format!("{base}    {what}\n{differs}")
}

/// A value behind the name of its side.
fn fitting(value: &str, style: Style) -> String {
    cropped(value, style.width.saturating_sub(12).max(30))
}

/// What others changed and what stays so: what is live and what was written.
pub(super) fn kept(drift: &Drift, bound: Bound, style: Style) -> String {
    if let Some(unreadable) = &drift.unreadable {
        return format!("    {}\n", one_line(unreadable));
    }
    match (&drift.live, &drift.desired) {
        (None, _) => "    others deleted it\n".to_owned(),
        (Some(Json(live)), Some(Json(written))) if is_large(live) || is_large(written) => {
            format!(
                "    from what was written to what is live:\n{}",
                below([written, live], &drift.parts, bound, style)
            )
        }
        (Some(_), _) => {
            let [live, written] = sides([&drift.live, &drift.desired].map(value_of));
            let texts = cropped_apart(&[&live, &written], style.width.saturating_sub(12).max(30));
            format!("    live    {}\n    written {}\n", texts[0], texts[1])
        }
    }
}

/// What differs between two of the values of a conflict, part by part.
fn parts_of(conflict: &Conflict, from: &Value, to: &Value) -> Vec<FieldPart> {
    match (conflict.thing.object(), &conflict.field) {
        _ if conflict.live.is_some() && conflict.desired.is_some() => conflict.parts.clone(),
        (Some(address), Some(field)) => parts_between((address.kind, field), Some(from), Some(to)),
        _ => Vec::new(),
    }
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
    let [base, live, desired] = [&conflict.base, &conflict.live, &conflict.desired].map(value_of);
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

/// What differs between two values of a field of an object of a kind.
pub(in crate::report) fn differing(
    heading: &Heading<'_>,
    of: Option<(Kind, &str)>,
    [before, after]: [&Value; 2],
    style: Style,
) -> String {
    let parts = of.map(|of| parts_between(of, Some(before), Some(after))).unwrap_or_default();
    value(heading, Sides { before: Some(before), after: Some(after), parts: &parts }, Bound::Fitting, style)
}

/// What differs between two values, below a heading of their own.
fn below([before, after]: [&Value; 2], parts: &[FieldPart], bound: Bound, style: Style) -> String {
    let heading = Heading { name: "", note: "", source: None };
    value(&heading, Sides { before: Some(before), after: Some(after), parts }, bound, style)
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
