//! One operation: its heading, its fields, or its lines.

use super::field::{Bound, Heading, Sides, value};
use super::lifecycle::{Word, lifecycle_words};
use super::view::{Detail, Telling, View};
use crate::model::Lifecycle;
use crate::plan::{Action, Cause, Content, Field, FileChange, ObjectChange, Operation, Place, Reason, Target, hunks};
use crate::report::clean::{clean, one_line};
use crate::report::difference::hunk_lines;
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
            change.all_fields().iter().for_each(|change| out.push_str(&field(change, bound, style)));
            out.push_str(&lifecycle(operation.action, change, style));
        }
        // What protects an object is told wherever it changes.
        Target::Object(change) if view.detail != Detail::Summary => {
            out.push_str(&lifecycle(operation.action, change, style));
        }
        Target::File(change) if view.rendered == Telling::Listed || view.detail == Detail::Full => {
            out.push_str(&file(change, style));
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

/// The sign of an operation.
pub(in crate::report) fn sign(operation: &Operation) -> char {
    if operation.is_revert() { '!' } else { symbol(operation.action) }
}

/// The sign of an action.
pub(in crate::report) fn symbol(action: Action) -> char {
    match action {
        Action::Create => '+',
        Action::Update => '~',
        Action::Move => '>',
        Action::Adopt => '&',
        Action::Delete => '-',
        Action::Release => '.',
        Action::Vacate | Action::Forget | Action::Record => '=',
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
    place.map(|place| format!("  {}:{}", one_line(&file_of(place, style)), place.line)).unwrap_or_default()
}

/// How the file of a line is called.
pub(super) fn file_of(place: &Place, style: Style) -> Cow<'_, str> {
    match style.paths {
        Paths::Repository => place.path(),
        Paths::Project => place.name(),
    }
}

/// The heading of an operation: its sign, its address, its place, and why it is there where that is not plain.
fn heading(operation: &Operation, style: Style) -> String {
    let why = why(operation);
    let why = if why.is_empty() { why } else { format!("  ({why})") };
    format!(
        "{}{}{}\n",
        style
            .paint(paint(operation.action), &format!("{} {}", sign(operation), one_line(&operation.thing.to_string()))),
        style.paint(Paint::Dim, &place(operation.source.as_ref(), style)),
        style.paint(Paint::Dim, &why)
    )
}

/// The line itself that caused an operation.
fn line_of_kdl(operation: &Operation, style: Style) -> String {
    let line = operation.source.as_ref().map(|place| one_line(&place.text)).unwrap_or_default();
    if line.is_empty() { String::new() } else { format!("{}\n", style.paint(Paint::Dim, &format!("    | {line}"))) }
}

/// Why an operation is in the plan, where its sign does not say it.
pub(in crate::report) fn why(operation: &Operation) -> String {
    let reasons = operation.reasons.iter().filter_map(|reason| match reason {
        Reason::Declared | Reason::Changed => None,
        // The consequences say it once for all files of a request.
        Reason::Because(_) if matches!(operation.target, Target::File(_)) => None,
        Reason::Drifted => Some("others changed it".to_owned()),
        Reason::Mode => Some("its mode 100755 becomes 100644".to_owned()),
        Reason::DeletedOutside => Some("others deleted it".to_owned()),
        Reason::Unowned => Some("exists already, and nobody owns it".to_owned()),
        Reason::NotDeclared => Some("no longer declared".to_owned()),
        Reason::Destroyed => Some("all of the project goes".to_owned()),
        Reason::NotRendered => Some(match operation.file().and_then(|file| file.request.as_ref()) {
            Some(request) => format!("no longer rendered for {}", one_line(&request.to_string())),
            None => "no longer rendered".to_owned(),
        }),
        Reason::Moved => operation.from.as_ref().map(|from| format!("was {}", one_line(&from.to_string()))),
        Reason::Removed => Some("a `removed` node says so".to_owned()),
        Reason::TakenFrom(project) => Some(format!("taken from project {}", one_line(project))),
        Reason::Lifecycle => Some("its lifecycle changes".to_owned()),
        Reason::InventoryBehind => Some("the inventory is behind".to_owned()),
        Reason::MovesTo(destination) => Some(format!("moves to {}", one_line(destination))),
        Reason::MovesFrom(destination) => Some(format!("moves from {}", one_line(destination))),
        Reason::Because(address) => Some(format!("because of {}", one_line(&address.to_string()))),
    });
    let mut reasons: Vec<String> = reasons.collect();
    if let Some(there) = operation.file().and_then(|file| file.replaces.as_ref()) {
        reasons.push(format!("replaces {}", one_line(&there.to_string())));
    }
    if let Some(file) = operation.file().filter(|file| file.added + file.removed > 0) {
        reasons.push(format!("+{} -{}", file.added, file.removed));
    }
    reasons.join(", ")
}

/// Why a field changes, where that is not plain.
pub(super) fn note(cause: Cause) -> &'static str {
    match cause {
        Cause::Drift => "  (others changed it)",
        Cause::Forced => "  (overwrites a change of others)",
        Cause::Adopted => "  (overwrites what was there)",
        Cause::Added | Cause::Changed | Cause::Removed => "",
    }
}

/// What changes of a field.
pub(super) fn field(field: &Field, bound: Bound, style: Style) -> String {
    let heading = Heading { name: &field.path, note: note(field.cause), source: field.source.as_ref() };
    let (before, after) = (field.before.as_ref().map(|json| &json.0), field.after.as_ref().map(|json| &json.0));
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

fn file(change: &FileChange, style: Style) -> String {
    match (&change.patch, &change.content) {
        (Some(hunks), _) => patch(hunks, style),
        (None, Some(Content::Guarded(guarded))) => {
            format!("    (what is live is not shown: it may hold secrets)\n{}", patch(&guarded.text, style))
        }
        (None, Some(Content::Bytes(_))) => "    (not text)\n".to_owned(),
        (None, Some(Content::Text(_) | Content::Kept { .. }) | None) => {
            "    (not shown: it may hold secrets, or is not text)\n".to_owned()
        }
    }
}

/// What differs between two texts, line by line.
pub(in crate::report) fn lines(before: &str, after: &str, style: Style) -> String {
    patch(&hunks(before, after, 1).text, style)
}

/// Hunks of a unified diff, indented and coloured. What nobody sees stands as an escape.
pub(super) fn patch(hunks: &str, style: Style) -> String {
    let paint = |line: &str| match line.as_bytes().first() {
        Some(b'+') => style.paint(Paint::Added, line),
        Some(b'-') => style.paint(Paint::Removed, line),
        Some(b'@') => style.paint(Paint::Dim, line),
        Some(_) | None => line.to_owned(),
    };
    hunk_lines(hunks).iter().map(|line| format!("      {}\n", paint(&clean(line)))).collect()
}
