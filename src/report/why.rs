//! Why a thing is as it is.

use super::clean::one_line;
use super::columns::{cropped, cropped_apart};
use super::fact::{place, sides, value_of};
use super::plan::{Heading, differing, is_large, kdl_value};
use super::{Paint, Style, Table, counted, json_line, named};
use crate::model::{Address, Evidence, Identity, Json, Lifecycle, Timestamp};
use crate::plan::Place;
use crate::secret::shown_at;
use crate::why::{Candidate, Fit, Label, Moved, Owner, Placement, Provenance, Referrer, State, Why, WhyField};

/// The most references that are shown to people one by one.
const MOST: usize = 10;
/// The most columns of a value.
const MOST_COLUMNS: usize = 60;

/// Why a thing is as it is, for people.
pub fn why(why: &Why, style: Style) -> String {
    let why = &shown(why);
    let said_at = why
        .place
        .as_ref()
        .map(|place| (if why.request.is_some() { "rendered for" } else { "declared at" }, said(place)));
    let by = why.run.as_ref().map(|run| format!("by run {run}"));
    let changed: Vec<String> = why.updated.map(|time| Timestamp(time).to_string()).into_iter().chain(by).collect();
    let stands = why.placement.as_ref().filter(|placement| !placement.stands.is_empty());
    let facts = [
        said_at,
        Some(("owned by", owner_text(&why.owner, why.place.is_some()))),
        why.taken_from
            .as_ref()
            .map(|from| ("taken over", format!("from project {} at {}", from.project, Timestamp(from.at)))),
        why.declared.as_ref().map(|declared| ("declared in", place(declared))),
        Some(("project", project_text(&why.project))),
        Some(("state", state_text(why.state, &why.owner).to_owned())),
        why.unreadable.as_ref().map(|one| ("unreadable", format!("it is {}", one.why))),
        why.unreadable.as_ref().map(|one| ("taken away by", one.removal.clone())),
        why.moved.as_ref().map(|moved| ("is renamed", moved_text(moved))),
        Some(("lifecycle", lifecycle_text(&why.lifecycle))),
        why.created.map(|time| ("made", Timestamp(time).to_string())),
        (!changed.is_empty()).then(|| ("last changed", changed.join(", "))),
        stands.map(|placement| ("stands in", format!("destination {}", all_of(placement)))),
    ];
    let mut out = style.paint(Paint::Bold, &one_line(&why.address)) + "\n";
    for (word, fact) in facts.into_iter().flatten() {
        out.push_str(&format!("{word:<14}{}\n", one_line(&fact)));
    }
    out + &fields_text(why, style) + &made_of(why, style) + &placement_text(why, style) + &references_text(why, style)
}

/// Why a thing is as it is, as one JSON document on a line.
pub fn why_json(why: &Why) -> String {
    json_line(&shown(why))
}

/// The same without the values that look like secrets.
fn shown(why: &Why) -> Why {
    let mut why = why.clone();
    let hide = |path: &str, value: &mut Option<Json>| {
        if let Some(shown) = value.as_ref().and_then(|value| shown_at(path, &value.0)) {
            *value = Some(Json(shown));
        }
    };
    for WhyField { path, base, live, desired, .. } in &mut why.fields {
        for value in [base, live, desired] {
            hide(path, value);
        }
    }
    why.inputs.iter_mut().for_each(|input| hide(&input.path, &mut input.value));
    for status in &mut why.status {
        if let Some(shown) = shown_at(&status.name, &status.value.0) {
            status.value = Json(shown);
        }
    }
    why
}

/// `file:line` and the text of the line.
fn said(place: &Place) -> String {
    format!("{}  {}", place.at(), place.text)
}

/// Who owns what is declared, or is not.
fn owner_text(owner: &Owner, is_declared: bool) -> String {
    match (owner.ours, &owner.other) {
        (true, None) => "this project".to_owned(),
        (false, Some(other)) => format!("project {other}"),
        (true, Some(other)) => format!("this project and project {other}"),
        (false, None) if is_declared => "nobody yet".to_owned(),
        (false, None) => "nobody".to_owned(),
    }
}

fn project_text(project: &Identity) -> String {
    match project.evidence {
        Evidence::Said => format!("{}, whose text says its id: {}", project.name, project.id),
        Evidence::Kept => format!("{}, whose id is kept by the catalog alone: {}", project.name, project.id),
        Evidence::Presumed => format!("{}, taken by its name alone for the one of the id {}", project.name, project.id),
        Evidence::New => format!("{}, which gets an id with the first apply", project.name),
    }
}

fn state_text(state: State, owner: &Owner) -> &'static str {
    match state {
        State::Same => "as declared",
        State::Behind => "as it should be; the inventory does not say so yet",
        State::New => "declared, and not there yet",
        State::Changed => "declared anew, and not applied yet",
        State::Moving => "as declared, but for its name",
        State::Removed => "no longer declared, and still there",
        State::Drifted => "others changed it",
        State::Blocked => "something stands in its way, which the plan names",
        State::Unowned => "there already; this project's with the next apply",
        State::Conflict => "conflict: others changed it, and what is declared changed too",
        State::Unreadable => "there, and nobody can read it",
        State::Foreign if owner.ours => "of two projects, and left alone until one of them has it",
        State::Foreign if owner.other.is_some() => "another project's, and left alone",
        State::Foreign => "made by others, and left alone",
    }
}

fn moved_text(Moved { from, to, place }: &Moved) -> String {
    format!("from {from} to {to} with the next apply, as {} says", place.at())
}

fn lifecycle_text(lifecycle: &Lifecycle) -> String {
    let protect = lifecycle.protect.then(|| "protect".to_owned());
    let words = [format!("on-drift {}", lifecycle.on_drift.word()), format!("deletion {}", lifecycle.deletion.word())];
    let ignore = lifecycle.ignore.iter().map(|path| format!("ignore {}", path.value));
    protect.into_iter().chain(words).chain(ignore).collect::<Vec<_>>().join(", ")
}

fn fields_text(why: &Why, style: Style) -> String {
    if why.fields.is_empty() {
        return String::new();
    }
    let mut table = Table::new(["field", "value", "from", "owned by", "state"]);
    let mut told = Vec::new();
    for field in &why.fields {
        let shown = field.desired.as_ref().or(field.live.as_ref());
        table.row(&[
            &field.path,
            &shown.map_or_else(|| "(nothing)".to_owned(), short),
            &field.origin.as_ref().map_or_else(|| unsaid(field), |origin| origin_of(origin, why.place.as_ref())),
            &field_owner(field),
            &field.state.map_or("", |state| field_state(state, field)),
        ]);
        if let Some(about) = &field.about {
            told.push(format!("    {}: {}\n", one_line(&field.path), one_line(about)));
        }
        if !matches!(field.state, None | Some(State::Same | State::Foreign)) {
            told.push(difference(why, field, style));
        }
    }
    format!("\n{}{}", table.print(style), told.concat())
}

/// Who owns a field: of what is not there nobody does, which says nothing.
fn field_owner(field: &WhyField) -> String {
    let is_declared = field.desired.is_some() && !field.is_ignored;
    field.state.map_or_else(String::new, |_| owner_text(&field.owner, is_declared))
}

/// That nothing of this text says a value.
fn unsaid(field: &WhyField) -> String {
    match &field.owner.other {
        _ if field.about.is_some() => "it is not set".to_owned(),
        Some(other) => format!("the text of project {other}"),
        None => "nobody declares it".to_owned(),
    }
}

fn field_state(state: State, field: &WhyField) -> &'static str {
    match state {
        State::Same if field.is_ignored => "as declared; left alone from now on",
        _ if field.is_ignored => "left alone: the lifecycle ignores it",
        state => state_text(state, &field.owner),
    }
}

/// How a field is not as declared: part by part where it is large.
fn difference(why: &Why, field: &WhyField, style: Style) -> String {
    let (Some(Json(live)), Some(Json(desired))) = (&field.live, &field.desired) else {
        return format!("    {}: {}\n", one_line(&field.path), three(field));
    };
    if live == desired || !is_large(live) && !is_large(desired) {
        return format!("    {}: {}\n", one_line(&field.path), three(field));
    }
    let heading = Heading { name: &field.path, note: "  (from what is live to what is declared)", source: None };
    let address = Address::parse(&why.address);
    differing(&heading, address.as_ref().map(|address| (address.kind, &*field.path)), [live, desired], style)
}

/// What was written, is live, and is desired.
fn three(field: &WhyField) -> String {
    let texts = sides([&field.base, &field.live, &field.desired].map(value_of));
    let texts = cropped_apart(&[&texts[0], &texts[1], &texts[2]], MOST_COLUMNS);
    let wrote = match (&field.base, field.owner.ours) {
        (None, false) => String::new(),
        (None, true) => "wrote (not known any more), ".to_owned(),
        (Some(_), _) => format!("wrote {}, ", texts[0]),
    };
    format!("{wrote}live {}, declared {}", texts[1], texts[2])
}

/// A value on one line, cut where it is long.
fn short(value: &Json) -> String {
    cropped(&kdl_value(&value.0), MOST_COLUMNS)
}

/// Where a value comes from. The line of the object itself was shown, and is not shown again for each of its values.
fn origin_of(origin: &Provenance, own: Option<&Place>) -> String {
    match (&origin.place, own) {
        (Some(place), Some(own)) if !origin.default && (&place.file, place.line) == (&own.file, own.line) => place.at(),
        _ => origin_text(origin),
    }
}

fn origin_text(origin: &Provenance) -> String {
    match (origin.default, &origin.place) {
        (false, place) => place.as_ref().map(said).unwrap_or_default(),
        (true, None) => "default".to_owned(),
        (true, Some(place)) => format!("default of {}", said(place)),
    }
}

/// What a file is made of, and what a request is made into.
fn made_of(why: &Why, style: Style) -> String {
    let mut out = String::new();
    if !why.steps.is_empty() {
        out.push_str(&format!("\n{}\n", style.paint(Paint::Bold, "written by")));
        for step in &why.steps {
            out.push_str(&format!("    {}\n", one_line(&said(step))));
        }
    }
    if !why.inputs.is_empty() {
        let mut table = Table::new(["reference", "value", "from"]);
        for input in &why.inputs {
            let value = input.value.as_ref().map_or_else(String::new, short);
            table.row(&[&input.path, &value, &origin_text(&input.origin)]);
        }
        out.push_str(&format!("\n{}", table.print(style)));
    }
    if !why.status.is_empty() {
        let mut table = Table::new(["status", "value", "from"]);
        for status in &why.status {
            table.row(&[&status.name, &short(&status.value), &status.place.at()]);
        }
        out.push_str(&format!("\n{}", table.print(style)));
    }
    if !why.files.is_empty() {
        out.push_str(&format!("\n{}\n", style.paint(Paint::Bold, "rendered to")));
        for file in &why.files {
            out.push_str(&format!("    {}\n", one_line(file)));
        }
    }
    out
}

fn placement_text(why: &Why, style: Style) -> String {
    let Some(placement) = &why.placement else { return String::new() };
    let label = |one: &Label| {
        let place = one.place.as_ref().map(|place| format!(" ({})", place.at())).unwrap_or_default();
        format!("{}={}{place}", one.label, one.value)
    };
    let asked = named(placement.labels.iter().map(label), usize::MAX);
    let asked = if asked.is_empty() { "no labels".to_owned() } else { asked };
    let head = format!("{}: its schedule asks for {asked}", goes(placement));
    let mut table = Table::new(["destination", "at", "takes it", "score"]);
    for Candidate { destination, place, reason, score, .. } in &placement.candidates {
        table.row(&[destination, &place.at(), reason, score]);
    }
    format!("\n{}\n{}", style.paint(Paint::Bold, &one_line(&head)), table.print(style))
}

/// The destinations that a request stands in.
fn all_of(placement: &Placement) -> String {
    placement.stands.iter().map(|name| &**name).collect::<Vec<_>>().join(" and ")
}

/// Where a request goes, and whether it stays there.
fn goes(placement: &Placement) -> String {
    let Some(name) = &placement.destination else { return "goes nowhere".to_owned() };
    let pinned = placement.pinned.as_ref().map(|place| format!(", which it is pinned to at {}", place.at()));
    let pinned = pinned.unwrap_or_default();
    let stays = placement.candidates.iter().find(|other| other.fit == Fit::Passed);
    match (placement.leaves.first(), placement.stands.contains(name), stays) {
        (Some(why), false, _) => {
            format!("moves from destination {} to {name}{pinned}, because {why}", all_of(placement))
        }
        (_, true, Some(other)) if placement.pinned.is_none() => {
            let other = &other.destination;
            format!("stands in destination {name} and stays there, although {other} would get it if it were new")
        }
        (_, true | false, _) => format!("goes to destination {name}{pinned}"),
    }
}

fn references_text(why: &Why, style: Style) -> String {
    let mut table = Table::new(["referred to by", "as", "at"]);
    for Referrer { from, how, place, project } in why.references.iter().take(MOST) {
        let at = match (place, project) {
            (Some(place), _) => place.at(),
            (None, Some(project)) => format!("project {project}"),
            (None, None) => "nobody declares it".to_owned(),
        };
        table.row(&[from, how, &at]);
    }
    let more = why.references.len().saturating_sub(MOST);
    let more = if more == 0 { String::new() } else { format!("and {}\n", counted(more, "more reference")) };
    if table.is_empty() { String::new() } else { format!("\n{}{more}", table.print(style)) }
}
