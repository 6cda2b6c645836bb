//! What others changed.

use super::clean::one_line;
use super::plan::{Bound, Detail, Heading, Sides, field_value, fit, kdl_value, lines, sides};
use super::{Paint, Style, counted};
use crate::drift::{Drift, DriftedField, DriftedFile, DriftedObject, Outcome};
use crate::model::{Json, Kind};
use crate::plan::{Declared, FieldPart, Place, field_parts, hunks};
use crate::source::{Sources, Span, Spanned};
use serde::Serialize;

/// What others changed, for people: object by object and file by file, each change with what was written, what is live and what
/// becomes of it; of long values what fits, but where all is asked for. `adopt` is the command that takes a change over, but for its
/// address.
pub fn drift(drift: &Drift, sources: &Sources, adopt: &str, (detail, style): (Detail, Style)) -> String {
    if drift.is_empty() {
        return "No drift: nobody changed what this project wrote.\n".to_owned();
    }
    let count = counted(drift.objects.len(), "object");
    let files = counted(drift.files.len(), "file");
    let mut out = style.paint(Paint::Bold, &format!("others changed {count} and {files}")) + "\n";
    for object in &drift.objects {
        out.push_str(&format!("\n{}", object_text(object, sources, (detail, style))));
    }
    for file in &drift.files {
        out.push_str(&format!("\n{}", file_text(file, sources, style)));
    }
    let has_fields = drift.objects.iter().any(|object| object.span.is_some());
    if has_fields {
        out.push_str(&format!("\nTo take a change over into the KDL: {} ADDRESS\n", one_line(adopt)));
    }
    out
}

fn place(span: Option<Span>, sources: &Sources) -> String {
    span.map(|span| format!("  {}", one_line(&line_of(span, sources)))).unwrap_or_default()
}

/// `file:line` of a span's start.
pub(super) fn line_of(span: Span, sources: &Sources) -> String {
    let file = sources.file(span.file);
    format!("{}:{}", file.name, file.position(span.start).line)
}

/// The text of the line that a span starts on, without its indentation.
pub(super) fn text_of_line(span: Span, sources: &Sources) -> String {
    let file = sources.file(span.file);
    let lines = file.lines();
    let line = lines.line_of(span.start);
    let (start, end) = (lines.start_of(line, &file.text), lines.start_of(line + 1, &file.text));
    file.shown(start as usize..end as usize).trim().to_owned()
}

fn object_text(object: &DriftedObject, sources: &Sources, (detail, style): (Detail, Style)) -> String {
    let place = place(object.span, sources);
    let mut notes: Vec<String> = Vec::new();
    notes.extend(object.deleted.map(|outcome| format!("others deleted it: {}", deletion(outcome))));
    if object.span.is_none() {
        notes.push("no longer declared".to_owned());
    }
    notes.extend(object.other_owner.as_ref().map(|owner| format!("project {} owns it too", one_line(owner))));
    let paint = if object.deleted.is_some() { Paint::Removed } else { Paint::Changed };
    let sign = if object.deleted.is_some() { '-' } else { '~' };
    let head = style.paint(paint, &format!("{sign} {}", one_line(&object.address.to_string())));
    let notes = if notes.is_empty() { String::new() } else { format!("  ({})", notes.join(", ")) };
    let mut out = format!("{head}{}{}\n", style.paint(Paint::Dim, &place), style.paint(Paint::Dim, &notes));
    for field in &object.fields {
        out.push_str(&field_text(object.address.kind, field, sources, (Bound::of(detail), style)));
    }
    out
}

fn field_text(kind: Kind, field: &DriftedField, sources: &Sources, (bound, style): (Bound, Style)) -> String {
    let note = format!("  ({})", fate(field.outcome));
    let source = field.span.map(|span| Place::of(span, sources));
    let heading = Heading { name: &field.path, note: &note, source: source.as_ref() };
    let parts = parts(kind, field, sources);
    let (written, live, desired) =
        (field.written.clone().map(Json), field.live.clone().map(Json), field.desired.clone().map(Json));
    let mut out = match (&written, &live) {
        (Some(Json(written)), Some(Json(live))) => {
            let sides = Sides { before: Some(written), after: Some(live), parts: &parts };
            field_value(&heading, sides, bound, style)
        }
        (written, live) => {
            let was = written.as_ref().map_or_else(|| "(not known any more)".to_owned(), |json| kdl_value(&json.0));
            let is = live.as_ref().map_or_else(|| "(nothing)".to_owned(), |json| kdl_value(&json.0));
            let [was, is] = [was, is].map(|text| fit(&text, style.width.saturating_sub(30).max(40) / 2, bound));
            let (was, is) = (style.paint(Paint::Removed, &was), style.paint(Paint::Added, &is));
            let tail = style.paint(Paint::Dim, &format!("{note}{}", place(field.span, sources)));
            format!("    {}  {was} -> {is}{tail}\n", one_line(&field.path))
        }
    };
    if field.desired != field.written {
        let [_, _, desired] = sides([&written, &live, &desired]);
        let desired = fit(&desired, style.width.saturating_sub(22).max(30), bound);
        out.push_str(&format!("        declared now: {desired}\n"));
    }
    out
}

/// What others changed of a field, part by part; the lines are those of what is declared, where that is what was written.
fn parts(kind: Kind, field: &DriftedField, sources: &Sources) -> Vec<FieldPart> {
    let (Some(written), Some(live)) = (&field.written, &field.live) else { return Vec::new() };
    let (written, declared) = match (&field.desired, field.span) {
        (Some(desired), Some(_)) if desired == written => (desired, Declared::Before),
        _ => (written, Declared::Neither),
    };
    let span = field.span.unwrap_or(Span::start_of(crate::source::FileId(0)));
    let [written, live] = [written, live].map(|value| Spanned::new(value.clone(), span));
    field_parts((kind, &field.path), &written, &live, declared, sources)
}

/// What becomes of a changed field or file.
fn fate(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Revert => "is set back",
        Outcome::Keep => "stays",
        Outcome::Fail => "stops the plan: on-drift fail",
        Outcome::Conflict => "conflict: what is declared changed too",
    }
}

/// What becomes of a deleted object.
fn deletion(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Revert => "is made again",
        Outcome::Keep => "stays away",
        Outcome::Fail => "stops the plan",
        Outcome::Conflict => "conflict",
    }
}

fn file_text(file: &DriftedFile, sources: &Sources, style: Style) -> String {
    let place = place(file.span, sources);
    let mut notes = vec![match (&file.live, file.outcome, &file.obstacle) {
        (None, Outcome::Conflict, Some(obstacle)) => format!("conflict: {} is in its way", one_line(obstacle)),
        (None, Outcome::Conflict, None) => "others deleted it, conflict: what is rendered changed too".to_owned(),
        (None, ..) => "others deleted it: is written again".to_owned(),
        (Some(_), Outcome::Conflict, _) if file.desired.is_none() => "conflict: is no longer rendered".to_owned(),
        (Some(_), Outcome::Conflict, _) => "conflict: what is rendered changed too".to_owned(),
        (Some(_), outcome, _) => fate(outcome).to_owned(),
    }];
    notes.extend(file.is_executable.then(|| "its mode went from 100644 to 100755".to_owned()));
    notes.extend(file.other_owner.as_ref().map(|owner| format!("project {} owns it too", one_line(owner))));
    let (sign, paint) = if file.live.is_some() { ('~', Paint::Changed) } else { ('-', Paint::Removed) };
    let head = style.paint(paint, &format!("{sign} file:{}:{}", one_line(&file.store), one_line(&file.path)));
    let tail = style.paint(Paint::Dim, &format!("{place}  ({})", notes.join(", ")));
    format!("{head}{tail}\n{}", file_lines(file, style))
}

/// The lines that others changed of what was written last.
fn file_lines(file: &DriftedFile, style: Style) -> String {
    let Some(live) = &file.live else { return String::new() };
    let Some(written) = &file.written else {
        return "    (what was written last is not known any more)\n".to_owned();
    };
    match (std::str::from_utf8(written), std::str::from_utf8(live)) {
        (Ok(written), Ok(live)) => lines(written, live, style),
        _ => "    (not text)\n".to_owned(),
    }
}

#[derive(Serialize)]
struct DriftJson {
    objects: Vec<ObjectJson>,
    files: Vec<FileJson>,
}

#[derive(Serialize)]
struct ObjectJson {
    address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    deleted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    other_owner: Option<String>,
    fields: Vec<FieldJson>,
}

#[derive(Serialize)]
struct FieldJson {
    field: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    live: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    desired: Option<Json>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<FieldPart>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
}

#[derive(Serialize)]
struct FileJson {
    address: String,
    store: String,
    path: String,
    deleted: bool,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    other_owner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patch: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
}

/// What others changed as one JSON document on a line. A value that is not there is not known, or nothing.
pub fn drift_json(drift: &Drift, sources: &Sources) -> String {
    let objects = drift.objects.iter().map(|object| object_json(object, sources)).collect();
    let files = drift.files.iter().map(|file| file_json(file, sources)).collect();
    serde_json::to_string(&DriftJson { objects, files }).unwrap_or_default() + "\n"
}

/// The line of a span on the wire.
pub(super) fn place_json(span: Option<Span>, sources: &Sources) -> Option<Place> {
    span.map(|span| Place::of(span, sources))
}

fn object_json(object: &DriftedObject, sources: &Sources) -> ObjectJson {
    let field = |field: &DriftedField| FieldJson {
        parts: parts(object.address.kind, field, sources),
        field: field.path.clone(),
        written: field.written.clone().map(Json),
        live: field.live.clone().map(Json),
        desired: field.desired.clone().map(Json),
        outcome: field.outcome.word(),
        place: place_json(field.span, sources),
    };
    ObjectJson {
        address: object.address.to_string(),
        place: place_json(object.span, sources),
        deleted: object.deleted.is_some(),
        outcome: object.deleted.map(Outcome::word),
        other_owner: object.other_owner.as_ref().map(ToString::to_string),
        fields: object.fields.iter().map(field).collect(),
    }
}

fn file_json(file: &DriftedFile, sources: &Sources) -> FileJson {
    let text = |side: &Option<std::sync::Arc<[u8]>>| {
        side.as_ref().map_or(Some(String::new()), |bytes| std::str::from_utf8(bytes).ok().map(str::to_owned))
    };
    let patch = |written: String, live: String| hunks(&written, &live, 3).text;
    FileJson {
        address: format!("file:{}:{}", file.store, file.path),
        store: file.store.clone(),
        path: file.path.clone(),
        deleted: file.live.is_none(),
        outcome: file.outcome.word(),
        request: file.request.as_ref().map(ToString::to_string),
        other_owner: file.other_owner.clone(),
        mode: file.is_executable.then_some("100755"),
        patch: file.written.as_ref().and_then(|_| Some(patch(text(&file.written)?, text(&file.live)?))),
        place: place_json(file.span, sources),
    }
}
