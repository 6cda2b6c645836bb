//! One operation: its heading, its fields, or its lines.

use super::field::{Bound, Heading, NARROWEST, Sides, apart, first_lines, signed, value};
use super::view::{Detail, Telling, View};
use crate::align::hunks;
use crate::model::Lifecycle;
use crate::plan::{Action, Cause, Content, Field, FileChange, ObjectChange, Operation, Place, Restraint, Target};
use crate::report::clean::one_line;
use crate::report::difference::{Line, hunk_lines};
use crate::report::fact::{Word, lifecycle_words, sign, symbol, value_of, why};
use crate::report::{Paint, Paths, Style};
use std::borrow::Cow;

/// An operation with as much of its change as is asked for.
pub(super) fn operation(operation: &Operation, view: &View, style: Style) -> String {
    let mut out = heading(operation, style);
    let bound = Bound::of(view.detail);
    if view.detail == Detail::Full {
        out.push_str(&line_of_kdl(operation, style));
    }
    match &operation.target {
        Target::Object(change) if opened(operation, view) => {
            change.all_fields().iter().for_each(|change| out.push_str(&field(&change.shown(), bound, style)));
            out.push_str(&lifecycle(operation.action, change, style));
        }
        // What protects an object is told wherever it changes.
        Target::Object(change) if view.detail != Detail::Summary => {
            out.push_str(&lifecycle(operation.action, change, style));
        }
        Target::File(change) if view.rendered == Telling::Listed || view.detail == Detail::Full => {
            out.push_str(&file(change, bound, style));
        }
        Target::Object(_) | Target::File(_) => {}
    }
    out
}

/// Whether the fields of an object are shown: of one that comes or goes the heading says enough.
fn opened(operation: &Operation, view: &View) -> bool {
    match (view.detail, operation.action) {
        (Detail::Summary, _) => false,
        (Detail::Changes, Action::Create | Action::Delete | Action::Release) => false,
        (Detail::Changes | Detail::Full, _) => true,
    }
}

/// The colour of an action.
pub(super) fn paint(action: Action) -> Paint {
    match action {
        Action::Create => Paint::Added,
        Action::Update | Action::Move | Action::Adopt => Paint::Changed,
        Action::Delete | Action::Release => Paint::Removed,
        Action::Vacate | Action::Forget | Action::Record => Paint::Dim,
    }
}

/// `  file.kdl:3`, or nothing.
pub(super) fn place(place: Option<&Place>, style: Style) -> String {
    let Some(place) = place else { return String::new() };
    let called = |file: &'_ str| match style.paths {
        Paths::Repository => file.to_owned(),
        Paths::Project => file.strip_prefix(&*place.folder).unwrap_or(file).to_owned(),
    };
    let others: Vec<String> = place.through.iter().map(|via| format!("{}:{}", called(&via.file), via.line)).collect();
    let by = if others.is_empty() { String::new() } else { format!(" by {}", one_line(&others.join(", "))) };
    format!("  {}:{}{by}", one_line(&file_of(place, style)), place.line)
}

/// How the file of a line is called.
pub(super) fn file_of(place: &Place, style: Style) -> Cow<'_, str> {
    match style.paths {
        Paths::Repository => place.path(),
        Paths::Project => place.name(),
    }
}

/// What something is, in its colour, with its line and a note.
pub(in crate::report) fn head(paint: Paint, text: &str, source: Option<&Place>, note: &str, style: Style) -> String {
    let tail = format!("{}{}", place(source, style), one_line(note));
    format!("{}{}\n", style.paint(paint, &one_line(text)), style.paint(Paint::Dim, &tail))
}

/// The heading of an operation: its sign, its address, its place, and why it is there where that is not plain.
pub(super) fn heading(operation: &Operation, style: Style) -> String {
    let why = why(operation);
    let why = if why.is_empty() { why } else { format!("  ({why})") };
    let text = format!("{} {}", sign(operation), operation.thing);
    head(paint(operation.action), &text, operation.source.as_ref(), &why, style)
}

/// What restrains plans otherwise than before, with what of it changes. Of one that comes or goes the heading says enough.
pub(super) fn restraint(one: &Restraint, detail: Detail, style: Style) -> String {
    let text = format!("{} {}", symbol(one.action), one.name);
    let mut out = head(paint(one.action), &text, one.source.as_ref(), "", style);
    let bound = match (detail, one.action) {
        (Detail::Full, _) => Some(Bound::Whole),
        (Detail::Changes, Action::Update) => Some(Bound::Fitting),
        (Detail::Changes | Detail::Summary, _) => None,
    };
    out.extend(bound.iter().flat_map(|bound| one.fields.iter().map(|one| field(one, *bound, style))));
    out
}

/// The line itself that caused an operation.
fn line_of_kdl(operation: &Operation, style: Style) -> String {
    let line = operation.source.as_ref().map(|place| one_line(&place.text)).unwrap_or_default();
    if line.is_empty() { String::new() } else { format!("{}\n", style.paint(Paint::Dim, &format!("    | {line}"))) }
}

/// Why a field changes, where that is not plain.
pub(super) fn note(cause: Cause) -> &'static str {
    match cause {
        Cause::Drift => "  (others changed it)",
        Cause::Forced => "  (overwrites a change of others)",
        Cause::Adopted => "  (overwrites what was there)",
        Cause::Renamed => "  (renamed)",
        Cause::Added | Cause::Changed | Cause::Removed => "",
    }
}

/// What changes of a field.
pub(super) fn field(field: &Field, bound: Bound, style: Style) -> String {
    let heading = Heading { name: &field.path, note: note(field.cause), source: field.source.as_ref() };
    let [before, after] = [&field.before, &field.after].map(value_of);
    value(&heading, Sides { before, after, parts: &field.parts }, bound, style)
}

/// What may happen to an object from now on, where that changes or where it comes with it.
fn lifecycle(action: Action, change: &ObjectChange, style: Style) -> String {
    let line = |word: Word| {
        let before = word.before.map(|before| format!("{} -> ", style.paint(Paint::Removed, &one_line(&before))));
        let after = style.paint(Paint::Added, &one_line(&word.after));
        format!("    lifecycle {}  {}{after}\n", word.name, before.unwrap_or_default())
    };
    let mut out: String = lifecycle_words(action, change).into_iter().map(line).collect();
    let is_protected = |lifecycle: Option<&Lifecycle>| lifecycle.is_some_and(|one| one.protect);
    if is_protected(change.lifecycle_before.as_deref()) && !is_protected(change.lifecycle()) {
        out.push_str("    (no longer protects it from deletion)\n");
    }
    out
}

fn file(change: &FileChange, bound: Bound, style: Style) -> String {
    match (&change.patch, &change.content) {
        (Some(hunks), _) => patch(hunks, bound, style),
        (None, Some(Content::Guarded(guarded))) => {
            format!("    (what is live is not shown: it may hold secrets)\n{}", patch(&guarded.text, bound, style))
        }
        (None, Some(Content::Bytes(_))) => "    (not text)\n".to_owned(),
        (None, Some(Content::Text(_) | Content::Kept { .. }) | None) => {
            "    (not shown: it may hold secrets, or is not text)\n".to_owned()
        }
    }
}

/// What differs between two texts, line by line.
pub(in crate::report) fn lines(before: &str, after: &str, bound: Bound, style: Style) -> String {
    patch(&hunks(before, after, 1).text, bound, style)
}

/// Hunks of a unified diff, indented and coloured. What nobody sees stands as an escape.
fn patch(hunks: &str, bound: Bound, style: Style) -> String {
    let (shown, more) = first_lines(hunks, bound);
    let lines: Vec<Line> = hunk_lines(shown).into_iter().map(signed).collect();
    let texts = apart(&lines, style.width.saturating_sub(7).max(NARROWEST), bound);
    let line = |(line, text): (&Line, String)| match line {
        Line::Added(_) => style.paint_diff(&format!("+{text}")),
        Line::Removed(_) => style.paint_diff(&format!("-{text}")),
        _ => style.paint_diff(&text),
    };
    lines.iter().zip(texts).map(|both| format!("      {}\n", line(both))).chain(more).collect()
}
