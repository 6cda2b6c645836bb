//! One operation: its fields, or its lines.

use super::value::kdl_value;
use super::{Detail, heading};
use crate::model::{Json, Map, Value};
use crate::plan::{Action, Cause, Field, FileChange, Operation, Reason, Target};
use crate::report::clean::{clean, one_line};
use crate::report::{Paint, Style};

/// Text longer than this, or of several lines, is shown as a diff of lines.
const ONE_LINE: usize = 100;

/// An operation with as much of its change as is asked for.
pub(super) fn operation(operation: &Operation, detail: Detail, style: Style) -> String {
    let mut out = heading(operation, style);
    let opened = match (detail, operation.action) {
        (Detail::Summary, _) => false,
        (Detail::Changes, Action::Create | Action::Delete | Action::Release) => false,
        (Detail::Changes | Detail::Full, _) => true,
    };
    if opened {
        match &operation.target {
            Target::Object(change) => change.fields.iter().for_each(|change| out.push_str(&field(change, style))),
            Target::File(change) => out.push_str(&file(change, style)),
        }
    }
    out
}

/// Why an operation is in the plan, where its sign does not say it.
pub(super) fn why(operation: &Operation) -> String {
    let reasons = operation.reasons.iter().filter_map(|reason| match reason {
        Reason::Declared | Reason::Changed => None,
        // The consequences say it once for all files of a request.
        Reason::Because(_) if matches!(operation.target, Target::File(_)) => None,
        Reason::Drifted => Some("others changed it".to_owned()),
        Reason::DeletedOutside => Some("others deleted it".to_owned()),
        Reason::Unowned => Some("exists already, and nobody owns it".to_owned()),
        Reason::NotDeclared => Some("no longer declared".to_owned()),
        Reason::Moved => operation.from.as_ref().map(|from| format!("was {}", one_line(from))),
        Reason::Removed => Some("a `removed` node says so".to_owned()),
        Reason::TakenFrom(project) => Some(format!("taken from project {}", one_line(project))),
        Reason::Lifecycle => Some("its lifecycle changes".to_owned()),
        Reason::InventoryBehind => Some("the inventory is behind".to_owned()),
        Reason::Because(address) => Some(format!("because of {}", one_line(address))),
    });
    let mut reasons: Vec<String> = reasons.collect();
    if let Target::File(file) = &operation.target {
        reasons.push(format!("+{} -{}", file.added, file.removed));
    }
    reasons.join(", ")
}

fn field(field: &Field, style: Style) -> String {
    let note = match field.cause {
        Cause::Drift => "  (others changed it)",
        Cause::Forced => "  (overwrites a change of others)",
        Cause::Adopted => "  (overwrites what was there)",
        Cause::Added | Cause::Changed | Cause::Removed => "",
    };
    let place = field.source.as_ref().map(|place| format!("  {}:{}", one_line(&place.file), place.line));
    let tail = style.paint(Paint::Dim, &format!("{note}{}", place.unwrap_or_default()));
    let path = one_line(&field.path);
    if let Some((before, after)) = texts(field.before.as_ref(), field.after.as_ref()) {
        return format!("    {path}{tail}\n{}", lines(before, after, style));
    }
    match (field.before.as_ref().map(|json| &json.0), field.after.as_ref().map(|json| &json.0)) {
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            format!("    {path}{tail}\n{}", members(before, after, style))
        }
        (before, after) => {
            let side = |value: Option<&Value>, paint| {
                let text = value.map_or_else(|| "(nothing)".to_owned(), kdl_value);
                style.paint(paint, &one_line(&text))
            };
            let before = before.map(|value| format!("{} -> ", side(Some(value), Paint::Removed))).unwrap_or_default();
            format!("    {path}  {before}{}{tail}\n", side(after, Paint::Added))
        }
    }
}

fn is_long(text: &str) -> bool {
    text.len() > ONE_LINE || text.contains('\n')
}

/// The members of an object that differ.
fn members(before: &Map, after: &Map, style: Style) -> String {
    let mut out = String::new();
    let gone = before.sorted().into_iter().filter(|member| after.get(&member.name.value).is_none());
    for member in gone {
        let line = format!("        - {} {}", member.name.value, kdl_value(&member.value));
        out.push_str(&format!("{}\n", style.paint(Paint::Removed, &one_line(&line))));
    }
    for member in after.sorted() {
        let (name, value) = (&member.name.value, kdl_value(&member.value));
        let line = match before.get(name) {
            Some(old) if *old == member.value => continue,
            Some(old) => format!("        ~ {name} {} -> {value}", kdl_value(old)),
            None => format!("        + {name} {value}"),
        };
        out.push_str(&format!("{}\n", style.paint(Paint::Changed, &one_line(&line))));
    }
    out
}

/// Two values as texts, where a diff of lines shows more than the texts themselves.
pub(super) fn texts<'v>(before: Option<&'v Json>, after: Option<&'v Json>) -> Option<(&'v str, &'v str)> {
    match (before.map(|json| &json.0), after.map(|json| &json.0)) {
        (Some(Value::String(before)), Some(Value::String(after))) if is_long(before) || is_long(after) => {
            Some((before, after))
        }
        _ => None,
    }
}

/// What differs between two texts, line by line.
pub(in crate::report) fn lines(before: &str, after: &str, style: Style) -> String {
    let diff = similar::TextDiff::from_lines(before, after);
    patch(&diff.unified_diff().context_radius(1).to_string(), style)
}

fn file(change: &FileChange, style: Style) -> String {
    match (&change.patch, &change.content) {
        (Some(hunks), _) => patch(hunks, style),
        (None, _) => "    (not text)\n".to_owned(),
    }
}

/// Hunks of a unified diff, indented and coloured.
fn patch(hunks: &str, style: Style) -> String {
    let paint = |line: &str| match line.as_bytes().first() {
        Some(b'+') => style.paint(Paint::Added, line),
        Some(b'-') => style.paint(Paint::Removed, line),
        Some(b'@') => style.paint(Paint::Dim, line),
        Some(_) | None => line.to_owned(),
    };
    clean(hunks).lines().map(|line| format!("      {}\n", paint(line))).collect()
}
