//! What others changed.

use super::clean::one_line;
use super::document::{document, json_line};
use super::fact::sides;
use super::plan::{Bound, Detail, Heading, Sides, field_value, fit, head, kdl_value, lines};
use super::{Paint, Style, counted};
use crate::align::hunks;
use crate::drift::{Drift, DriftedField, DriftedFile, DriftedObject, LeftFile, Outcome, Unmanaged, Whole};
use crate::model::{Json, Kind, Thing, Value};
use crate::plan::{Declared, FieldPart, Place, field_parts, parts_between, parts_shown};
use crate::secret::{shown_at, without_held, without_held_beside};
use crate::source::{Origin, Sources, Spanned};
use serde::Serialize;
use std::collections::BTreeSet;

/// What others changed, for people: object by object and file by file, each change with what was written, what is live and what
/// becomes of it; of long values what fits, but where all is asked for. `adopt` is the command that takes a change over, but for its
/// address.
pub fn drift(drift: &Drift, sources: &Sources, adopt: &str, (detail, style): (Detail, Style)) -> String {
    let nobodys = drift.unmanaged.as_ref();
    let files = (&*drift.unmanaged_files, &*drift.left);
    let nobodys = nobodys.map(|all| unmanaged_text(all, files, adopt, style)).unwrap_or_default();
    let nobodys = nobodys + &left_behind_text(&drift.left_behind, style);
    if drift.is_as_written() {
        return format!("No drift: nobody changed what this project wrote.\n{nobodys}");
    }
    let (objects, files) = (counted(drift.objects.len(), "object"), counted(drift.files.len(), "file"));
    let mut out = style.paint(Paint::Bold, &format!("others changed {objects} and {files}")) + "\n";
    out.extend(drift.objects.iter().map(|object| object_text(object, sources, (Bound::of(detail), style))));
    out.extend(drift.files.iter().map(|file| file_text(file, sources, (Bound::of(detail), style))));
    if drift.objects.iter().any(|object| object.span.is_some()) {
        out.push_str(&format!("\nTo take a change over into the KDL: {} ADDRESS\n", one_line(adopt)));
    }
    out + &nobodys
}

/// The objects and the files that nobody owns, and the files of others for requests that these own no more.
fn unmanaged_text(all: &[Unmanaged], (files, left): (&[Thing], &[LeftFile]), adopt: &str, style: Style) -> String {
    let left_behind = left_text(left, style);
    if all.is_empty() && files.is_empty() && !left.is_empty() {
        return left_behind;
    }
    if all.is_empty() && files.is_empty() {
        return "\nEach object of the catalog is declared here, or belongs to a project; and so does each file of the destinations.\n"
            .to_owned();
    }
    let counts = [counted(all.len(), "object"), counted(files.len(), "file")];
    let counts: Vec<&str> = counts.iter().map(String::as_str).filter(|count| !count.starts_with("0 ")).collect();
    let head = style.paint(Paint::Bold, &format!("nobody owns {}", counts.join(" and ")));
    let line = |one: &Unmanaged| {
        let illegible = one.live.unreadable().map(|unreadable| format!("  {unreadable}")).unwrap_or_default();
        format!("? {}\n", one_line(&(one.address.to_string() + &illegible)))
    };
    let file = |one: &Thing| format!("? {}\n", one_line(&one.to_string()));
    let lines: String = all.iter().map(line).chain(files.iter().map(file)).collect();
    let take = format!("To take an object over into the KDL: {} ADDRESS --unmanaged\n", one_line(adopt));
    let take = if all.is_empty() { "" } else { &take };
    let delete = "To have one deleted: `removed \"ADDRESS\" unowned` in the text, and an apply\n";
    format!("\n{head}\n\n{lines}\n{take}{delete}{left_behind}")
}

/// The files of others for requests that these own no more.
fn left_text(left: &[LeftFile], style: Style) -> String {
    if left.is_empty() {
        return String::new();
    }
    let of = counted(left.iter().map(|one| &one.owner).collect::<BTreeSet<_>>().len(), "project");
    let head = format!("{} of {of} whose request is no longer theirs", counted(left.len(), "file"));
    let line = |LeftFile { thing, owner, request }: &LeftFile| {
        format!("? {}\n", one_line(&format!("{thing}  (project {owner}, for {request})")))
    };
    format!(
        "\n{}\n\n{}\nTo own one: declare its request, with `adopt \"REQUEST\" from=PROJECT` beside it, and apply. Taken out again, the request takes it along\n",
        style.paint(Paint::Bold, &head),
        left.iter().map(line).collect::<String>()
    )
}

/// The files that the project left in state stores which its text does not bring.
fn left_behind_text(left: &BTreeSet<Thing>, style: Style) -> String {
    if left.is_empty() {
        return String::new();
    }
    let head = format!(
        "{} that this project delivered to state stores which its text brings no more, as far as its runs tell",
        counted(left.len(), "file")
    );
    let line = |one: &Thing| format!("? {}\n", one_line(&one.to_string()));
    format!(
        "\n{}\n\n{}\nTo have them deleted: `extern state-store NAME` in the text and an apply, where another project declares it, and by hand where none does\n",
        style.paint(Paint::Bold, &head),
        left.iter().map(line).collect::<String>()
    )
}

/// The line of a span, where there is one.
pub(super) fn place(span: Option<impl Into<Origin>>, sources: &Sources) -> Option<Place> {
    span.map(|span| Place::of(span, sources))
}

/// The heading of a thing that others changed, or that they deleted.
fn heading(
    thing: &str,
    is_there: bool,
    span: Option<Origin>,
    notes: &[String],
    (sources, style): (&Sources, Style),
) -> String {
    let (sign, paint) = if is_there { ('~', Paint::Changed) } else { ('-', Paint::Removed) };
    let notes = if notes.is_empty() { String::new() } else { format!("  ({})", notes.join(", ")) };
    format!("\n{}", head(paint, &format!("{sign} {thing}"), place(span, sources).as_ref(), &notes, style))
}

fn object_text(object: &DriftedObject, sources: &Sources, (bound, style): (Bound, Style)) -> String {
    let is_deleted = matches!(object.whole, Some(Whole::Deleted(..)));
    let whole = object.whole.as_ref().map(|whole| match whole {
        Whole::Deleted(outcome, _) => format!("others deleted it: {}", deletion(*outcome)),
        Whole::Unreadable(outcome, unreadable) => format!("{unreadable}: {}", illegible(*outcome)),
    });
    let gone = object.span.is_none().then(|| "no longer declared".to_owned());
    let notes: Vec<String> = whole.into_iter().chain(gone).chain(shared(object.other_owner.as_deref())).collect();
    let thing = object.address.to_string();
    let head = heading(&thing, !is_deleted, object.span, &notes, (sources, style));
    let fields = object.fields.iter().map(|field| field_text(object.address.kind, field, sources, (bound, style)));
    head + &fields.collect::<String>()
}

/// Whose a thing is too.
fn shared(other: Option<&str>) -> Option<String> {
    other.map(|owner| format!("project {owner} owns it too"))
}

/// A field without the values in it that look like secrets.
fn shown(field: &DriftedField) -> DriftedField {
    let side = |value: &Option<Value>| {
        let value = value.as_ref()?;
        Some(shown_at(&field.path, value).unwrap_or_else(|| value.clone()))
    };
    let [written, live, desired] = [&field.written, &field.live, &field.desired].map(side);
    DriftedField { written, live, desired, ..field.clone() }
}

fn field_text(kind: Kind, field: &DriftedField, sources: &Sources, (bound, style): (Bound, Style)) -> String {
    let (whole, field) = (field, &shown(field));
    let note = format!("  ({})", fate(field.outcome));
    let source = place(field.span, sources);
    let heading = Heading { name: &field.path, note: &note, source: source.as_ref() };
    let mut out = match (&field.written, &field.live) {
        (None, live) => {
            let is = live.as_ref().map_or_else(|| "(nothing)".to_owned(), kdl_value);
            let is = fit(&is, style.width.saturating_sub(30).max(40) / 2, bound);
            let (was, is) = (style.paint(Paint::Removed, "(not known any more)"), style.paint(Paint::Added, &is));
            let at = source.as_ref().map(|place| format!("  {}", place.at())).unwrap_or_default();
            let tail = style.paint(Paint::Dim, &one_line(&(note.clone() + &at)));
            format!("    {}  {was} -> {is}{tail}\n", one_line(&field.path))
        }
        (written, live) => {
            let parts = parts(kind, whole, sources);
            let sides = Sides { before: written.as_ref(), after: live.as_ref(), parts: &parts };
            field_value(&heading, sides, bound, style)
        }
    };
    if field.desired != field.written {
        let [_, _, desired] = sides([&field.written, &field.live, &field.desired].map(Option::as_ref));
        let desired = fit(&desired, style.width.saturating_sub(22).max(30), bound);
        out.push_str(&format!("        declared now: {desired}\n"));
    }
    out
}

/// What others changed of a field as it may be shown, part by part; the lines are those of what is declared, where that is what was written.
fn parts(kind: Kind, field: &DriftedField, sources: &Sources) -> Vec<FieldPart> {
    let (Some(written), Some(live)) = (&field.written, &field.live) else { return Vec::new() };
    let parts = match (&field.desired, field.span) {
        (Some(desired), Some(span)) if desired == written => {
            let [desired, live] = [desired, live].map(|value| Spanned::new(value.clone(), span));
            field_parts((kind, &field.path), (Some(&desired), Some(&live)), Declared::Before, sources)
        }
        _ => parts_between((kind, &field.path), Some(written), Some(live)),
    };
    parts_shown(&field.path, &parts, [written, live])
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

/// What becomes of an object that nobody can read.
fn illegible(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Keep => "stays",
        Outcome::Fail | Outcome::Revert => "stops the plan",
        Outcome::Conflict => "conflict, as others may have written more into it",
    }
}

fn file_text(file: &DriftedFile, sources: &Sources, (bound, style): (Bound, Style)) -> String {
    let fate = match (&file.live, file.outcome, &file.obstacle) {
        (None, Outcome::Conflict, Some(obstacle)) => format!("conflict: {obstacle} is in its way"),
        (None, Outcome::Conflict, None) => "others deleted it, conflict: what is rendered changed too".to_owned(),
        (None, Outcome::Revert, _) => "others deleted it: is written again".to_owned(),
        (None, outcome, _) => format!("others deleted it: {}", deletion(outcome)),
        (Some(_), Outcome::Conflict, _) if file.desired.is_none() => "conflict: is no longer rendered".to_owned(),
        (Some(_), Outcome::Conflict, _) => "conflict: what is rendered changed too".to_owned(),
        (Some(_), outcome, _) => fate(outcome).to_owned(),
    };
    let mode = file.is_executable.then(|| "its mode went from 100644 to 100755".to_owned());
    let notes: Vec<String> = [fate].into_iter().chain(mode).chain(shared(file.other_owner.as_deref())).collect();
    let thing = format!("file:{}:{}", file.store, file.path);
    heading(&thing, file.live.is_some(), file.span, &notes, (sources, style)) + &file_lines(file, bound, style)
}

/// The lines that others changed of what was written last.
fn file_lines(file: &DriftedFile, bound: Bound, style: Style) -> String {
    let Some(live) = &file.live else { return String::new() };
    let Some(written) = &file.written else {
        return "    (what was written last is not known any more)\n".to_owned();
    };
    match (std::str::from_utf8(written), std::str::from_utf8(live)) {
        (Ok(written), Ok(live)) => {
            lines(&without_held(written), &without_held_beside(live, Some(written)), bound, style)
        }
        _ => "    (not text)\n".to_owned(),
    }
}

/// What others changed as one JSON document on a line. A value that is not there is not known, or nothing.
pub fn drift_json(drift: &Drift, sources: &Sources) -> String {
    let objects: Vec<_> = drift.objects.iter().map(|object| object_json(object, sources)).collect();
    let files: Vec<_> = drift.files.iter().map(|file| file_json(file, sources)).collect();
    let unmanaged = drift.unmanaged.as_ref().map(|all| all.iter().map(unmanaged_json).collect::<Vec<_>>());
    let unmanaged_files = drift.unmanaged.as_ref().map(|_| &drift.unmanaged_files);
    json_line(&document! {
        objects: objects,
        files: files,
        unmanaged or Nothing: unmanaged,
        unmanaged_files or Nothing: unmanaged_files,
        left_files or Nothing: drift.unmanaged.as_ref().map(|_| drift.left.iter().map(left_json).collect::<Vec<_>>()),
        left_behind or Nothing: drift.unmanaged.as_ref().map(|_| &drift.left_behind),
    })
}

fn object_json<'a>(object: &'a DriftedObject, sources: &'a Sources) -> impl Serialize + 'a {
    let field = |field: &'a DriftedField| {
        let shown = shown(field);
        let parts = parts(object.address.kind, field, sources);
        document! {
            field: &field.path,
            written or Nothing: shown.written.map(Json),
            live or Nothing: shown.live.map(Json),
            desired or Nothing: shown.desired.map(Json),
            parts or Nothing: Some(parts).filter(|parts| !parts.is_empty()),
            outcome: field.outcome.word(),
            place or Nothing: place(field.span, sources),
        }
    };
    document! {
        address: &object.address,
        place or Nothing: place(object.span, sources),
        deleted: matches!(object.whole, Some(Whole::Deleted(..))),
        unreadable or Nothing: unreadable(object),
        outcome or Nothing: object.whole.as_ref().map(|whole| whole.outcome().word()),
        other_owner or Nothing: object.other_owner.as_ref(),
        fields: object.fields.iter().map(field).collect::<Vec<_>>(),
    }
}

fn unmanaged_json(one: &Unmanaged) -> impl Serialize {
    document! {
        address: &one.address,
        unreadable or Nothing: one.live.unreadable().map(|unreadable| &unreadable.why),
    }
}

fn left_json(one: &LeftFile) -> impl Serialize {
    document! {
        address: &one.thing,
        project: &one.owner,
        request: &one.request,
    }
}

/// What the live body is, where nobody can read it.
fn unreadable(object: &DriftedObject) -> Option<&str> {
    match &object.whole {
        Some(Whole::Unreadable(_, unreadable)) => Some(&unreadable.why),
        Some(Whole::Deleted(..)) | None => None,
    }
}

fn file_json<'a>(file: &'a DriftedFile, sources: &Sources) -> impl Serialize + 'a {
    let text = |side: &'a Option<std::sync::Arc<[u8]>>| {
        side.as_ref().map_or(Some(""), |bytes| std::str::from_utf8(bytes).ok())
    };
    let patch = || {
        let (written, live) = (text(&file.written)?, text(&file.live)?);
        Some(hunks(&without_held(written), &without_held_beside(live, Some(written)), 3).text)
    };
    document! {
        address: format!("file:{}:{}", file.store, file.path),
        store: &file.store,
        path: &file.path,
        deleted: file.live.is_none(),
        outcome: file.outcome.word(),
        request or Nothing: file.request.as_ref(),
        other_owner or Nothing: file.other_owner.as_ref(),
        mode or Nothing: file.is_executable.then_some("100755"),
        patch or Nothing: file.written.as_ref().and_then(|_| patch()),
        place or Nothing: place(file.span, sources),
    }
}
