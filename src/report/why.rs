//! Why a thing is as it is.

use super::clean::one_line;
use super::columns::{cropped, cropped_apart};
use super::drift::{line_of, place_json, text_of_line};
use super::plan::{Bound, Heading, Sides, field_value, is_large, kdl_value};
use super::{Paint, Style, Table, counted};
use crate::model::{Address, Evidence, Identity, Json, Lifecycle, Timestamp, Value};
use crate::plan::{Declared, Place, field_parts};
use crate::source::{Origin, Sources, Spanned};
use crate::why::{Candidate, Fit, Owner, Placement, Said, State, Why, WhyField};
use serde::Serialize;

/// The most references that are shown to people one by one.
const MOST: usize = 10;
/// The most columns of a value.
const MOST_COLUMNS: usize = 60;

/// Why a thing is as it is, for people.
pub fn why(why: &Why, sources: &Sources, style: Style) -> String {
    let mut out = style.paint(Paint::Bold, &one_line(&why.address)) + "\n";
    let mut facts: Vec<(&str, String)> = Vec::new();
    if let Some(span) = why.span {
        let word = if why.request.is_some() { "rendered for" } else { "declared at" };
        facts.push((word, said(span, sources)));
    }
    facts.push(("owned by", owner_text(&why.owner)));
    facts.push(("project", project_text(&why.project)));
    facts.push(("state", state_text(why.state).to_owned()));
    facts.push(("lifecycle", lifecycle_text(why.lifecycle.as_ref())));
    if let Some(times) = why.times {
        facts.push(("made", Timestamp(times.created).to_string()));
        let by = why.run.as_ref().map(|run| format!(", by run {run}")).unwrap_or_default();
        facts.push(("last changed", format!("{}{by}", Timestamp(times.updated))));
    } else if let Some(run) = &why.run {
        facts.push(("last changed", format!("by run {run}")));
    }
    if let Some(placement) = why.placement.as_ref().filter(|placement| !placement.stands.is_empty()) {
        let stands: Vec<&str> = placement.stands.iter().map(|name| &**name).collect();
        facts.push(("stands in", format!("destination {}", stands.join(" and "))));
    }
    for (word, fact) in facts {
        out.push_str(&format!("{word:<14}{}\n", one_line(&fact)));
    }
    out.push_str(&fields_text(why, sources, style));
    out.push_str(&made_of(why, sources, style));
    if let Some(placement) = &why.placement {
        out.push_str(&placement_text(placement, sources, style));
    }
    out.push_str(&references_text(why, sources, style));
    out
}

/// `file:line` and the text of the line.
fn said(span: Origin, sources: &Sources) -> String {
    format!("{}  {}", line_of(span, sources), text_of_line(span, sources))
}

fn owner_text(owner: &Owner) -> String {
    match owner {
        Owner::This => "this project".to_owned(),
        Owner::Other(other) => format!("project {other}"),
        Owner::Both(other) => format!("this project and project {other}"),
        Owner::Nobody => "nobody".to_owned(),
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

fn state_text(state: State) -> &'static str {
    match state {
        State::Same => "as declared",
        State::Behind => "as declared; the inventory is behind",
        State::New => "declared, and not there yet",
        State::Changed => "declared anew, and not applied yet",
        State::Removed => "no longer declared, and still there",
        State::Drifted => "others changed it",
        State::Blocked => "something stands in its way, which the plan names",
        State::Unowned => "there, and not this project's yet",
        State::Conflict => "conflict: others changed it, and what is declared changed too",
        State::Foreign => "somebody else's",
    }
}

fn lifecycle_text(lifecycle: Option<&Lifecycle>) -> String {
    let default = Lifecycle::default();
    let lifecycle = lifecycle.unwrap_or(&default);
    let mut parts = Vec::new();
    if lifecycle.protect {
        parts.push("protect".to_owned());
    }
    parts.push(format!("on-drift {}", lifecycle.on_drift.word()));
    parts.push(format!("deletion {}", lifecycle.deletion.word()));
    parts.extend(lifecycle.ignore.iter().map(|path| format!("ignore {}", path.value)));
    parts.join(", ")
}

fn fields_text(why: &Why, sources: &Sources, style: Style) -> String {
    if why.fields.is_empty() {
        return String::new();
    }
    let mut table = Table::new(["field", "value", "from", "owned by", "state"]);
    let mut told = Vec::new();
    for field in &why.fields {
        let shown = field.desired.as_ref().or(field.live.as_ref());
        table.row([
            field.path.clone(),
            shown.map_or_else(|| "(nothing)".to_owned(), short),
            said_text(field.said, sources),
            owner_text(&field.owner),
            field.state.map_or("", |state| field_state(state, field)).to_owned(),
        ]);
        if !matches!(field.state, None | Some(State::Same | State::Foreign)) {
            told.push(difference(why, field, style));
        }
    }
    format!("\n{}{}", table.print(style), told.concat())
}

fn field_state(state: State, field: &WhyField) -> &'static str {
    match state {
        State::Same if field.is_ignored => "as declared; left alone from now on",
        _ if field.is_ignored => "left alone: the lifecycle ignores it",
        state => state_text(state),
    }
}

/// How a field is not as declared: part by part where it is large.
fn difference(why: &Why, field: &WhyField, style: Style) -> String {
    let (Some(live), Some(desired)) = (&field.live, &field.desired) else {
        return format!("    {}: {}\n", one_line(&field.path), sides(field));
    };
    if live == desired || !is_large(live) && !is_large(desired) {
        return format!("    {}: {}\n", one_line(&field.path), sides(field));
    }
    let parts = Address::parse(&why.address).map(|address| {
        let [live, desired] = [live, desired].map(|value| Spanned::new(value.clone(), Origin::Nowhere));
        field_parts((address.kind, &field.path), &live, &desired, Declared::Neither, &Sources::default())
    });
    let heading = Heading { name: &field.path, note: "  (from what is live to what is declared)", source: None };
    let parts = parts.unwrap_or_default();
    field_value(&heading, Sides { before: Some(live), after: Some(desired), parts: &parts }, Bound::Fitting, style)
}

/// What was written, is live, and is desired.
fn sides(field: &WhyField) -> String {
    let [base, live, desired] = [&field.base, &field.live, &field.desired].map(|value| value.clone().map(Json));
    let texts = super::plan::sides([&base, &live, &desired]);
    let texts = cropped_apart(&[&texts[0], &texts[1], &texts[2]], MOST_COLUMNS);
    let base = match (&field.base, &field.owner) {
        (None, Owner::This | Owner::Both(_)) => "(not known any more)",
        _ => &texts[0],
    };
    format!("wrote {base}, live {}, declared {}", texts[1], texts[2])
}

/// A value on one line, cut where it is long.
fn short(value: &Value) -> String {
    cropped(&kdl_value(value), MOST_COLUMNS)
}

fn said_text(who: Option<Said>, sources: &Sources) -> String {
    match who {
        None => "nobody declares it".to_owned(),
        Some(Said::Itself(Origin::Default(_))) => "default".to_owned(),
        Some(Said::Itself(place)) => said(place, sources),
        Some(Said::Promise(place)) => format!("default of {}", said(place, sources)),
    }
}

/// What a file is made of, and what a request is made into.
fn made_of(why: &Why, sources: &Sources, style: Style) -> String {
    let mut out = String::new();
    if !why.steps.is_empty() {
        out.push_str(&format!("\n{}\n", style.paint(Paint::Bold, "written by")));
        for step in &why.steps {
            out.push_str(&format!("    {}\n", one_line(&said(*step, sources))));
        }
    }
    if !why.inputs.is_empty() {
        let mut table = Table::new(["reference", "value", "from"]);
        for input in &why.inputs {
            let value = input.value.as_ref().map_or_else(String::new, short);
            table.row([input.path.clone(), value, said_text(Some(input.said), sources)]);
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

fn placement_text(placement: &Placement, sources: &Sources, style: Style) -> String {
    let labels = placement.labels.iter().map(|(key, value, span)| {
        let place = span.map(|span| format!(" ({})", line_of(span, sources))).unwrap_or_default();
        format!("{key}={value}{place}")
    });
    let labels: Vec<String> = labels.collect();
    let asked = if labels.is_empty() { "no labels".to_owned() } else { labels.join(", ") };
    let head = format!("{}: its schedule asks for {asked}", goes(placement, sources));
    let mut table = Table::new(["destination", "at", "takes it", "score"]);
    for candidate in &placement.candidates {
        table.row([
            candidate.name.to_string(),
            line_of(candidate.span, sources),
            fit_text(candidate, placement),
            candidate.score.clone(),
        ]);
    }
    format!("\n{}\n{}", style.paint(Paint::Bold, &one_line(&head)), table.print(style))
}

/// Where a request goes, and whether it stays there.
fn goes(placement: &Placement, sources: &Sources) -> String {
    let Some(name) = &placement.destination else { return "goes nowhere".to_owned() };
    let pinned = placement.pin.map(|span| format!(", which it is pinned to at {}", line_of(span, sources)));
    let pinned = pinned.unwrap_or_default();
    let stays = placement.candidates.iter().find(|other| other.fit == Fit::Passed);
    match (placement.leaves.first(), placement.stands.contains(name), stays) {
        (Some(why), false, _) => {
            let from: Vec<&str> = placement.stands.iter().map(|name| &**name).collect();
            format!("moves from destination {} to {name}{pinned}, because {why}", from.join(" and "))
        }
        (_, true, Some(other)) if placement.pin.is_none() => {
            format!("stands in destination {name} and stays there, although {} would get it if it were new", other.name)
        }
        (_, true | false, _) => format!("goes to destination {name}{pinned}"),
    }
}

fn fit_text(candidate: &Candidate, placement: &Placement) -> String {
    let any = |fit: &Fit| placement.candidates.iter().any(|other| other.fit == *fit);
    match &candidate.fit {
        Fit::Chosen if !any(&Fit::Outscored) && !any(&Fit::Passed) => "yes, and no other one does".to_owned(),
        Fit::Chosen if placement.pin.is_some() => "yes, and the request is pinned to it".to_owned(),
        Fit::Chosen if any(&Fit::Passed) => "yes, and the request stands there".to_owned(),
        Fit::Chosen => "yes, and has the highest score".to_owned(),
        Fit::Passed if placement.pin.is_some() => "yes, and the request is pinned to another one".to_owned(),
        Fit::Passed => "yes, and the request stays where it stands".to_owned(),
        Fit::Drained => "no: it is drained".to_owned(),
        Fit::Outscored => "yes, and another one has a higher score".to_owned(),
        Fit::Strict => "no: it is strict about its labels, and none is asked for".to_owned(),
        Fit::Labels(labels) => {
            let label = |(key, wanted, has): &(crate::model::Name, String, Option<String>)| match has {
                Some(has) => format!("{key} is {has}, not {wanted}"),
                None => format!("it has no label {key}"),
            };
            format!("no: {}", labels.iter().map(label).collect::<Vec<_>>().join(", "))
        }
    }
}

fn references_text(why: &Why, sources: &Sources, style: Style) -> String {
    if why.references.is_empty() {
        return String::new();
    }
    let mut table = Table::new(["referred to by", "as", "at"]);
    for reference in why.references.iter().take(MOST) {
        table.row([reference.from.clone(), reference.how.to_owned(), line_of(reference.span, sources)]);
    }
    let more = why.references.len().saturating_sub(MOST);
    let more = if more == 0 { String::new() } else { format!("and {}\n", counted(more, "more reference")) };
    format!("\n{}{more}", table.print(style))
}

#[derive(Serialize)]
struct WhyJson<'a> {
    address: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    owner: OwnerJson<'a>,
    project: ProjectJson<'a>,
    state: &'static str,
    lifecycle: Lifecycle,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<&'a str>,
    fields: Vec<FieldJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<String>,
    steps: Vec<Option<Place>>,
    inputs: Vec<InputJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    placement: Option<PlacementJson<'a>>,
    files: &'a [String],
    references: Vec<ReferenceJson<'a>>,
}

#[derive(Serialize)]
struct ProjectJson<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
}

#[derive(Serialize)]
struct OwnerJson<'a> {
    ours: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<&'a str>,
}

#[derive(Serialize)]
struct OriginJson {
    default: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
}

#[derive(Serialize)]
struct FieldJson<'a> {
    field: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<OriginJson>,
    owner: OwnerJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    ignored: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    live: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    desired: Option<Json>,
}

#[derive(Serialize)]
struct InputJson<'a> {
    reference: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Json>,
    origin: OriginJson,
}

#[derive(Serialize)]
struct PlacementJson<'a> {
    labels: Vec<LabelJson<'a>>,
    destination: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pinned: Option<Place>,
    stands: Vec<&'a str>,
    leaves: &'a [String],
    candidates: Vec<CandidateJson<'a>>,
}

#[derive(Serialize)]
struct LabelJson<'a> {
    label: &'a str,
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
}

#[derive(Serialize)]
struct CandidateJson<'a> {
    destination: &'a str,
    place: Option<Place>,
    fit: &'static str,
    reason: String,
    score: &'a str,
}

#[derive(Serialize)]
struct ReferenceJson<'a> {
    from: &'a str,
    how: &'a str,
    place: Option<Place>,
}

/// Why a thing is as it is, as one JSON document on a line. A value that is not there is not known, or nothing.
pub fn why_json(why: &Why, sources: &Sources) -> String {
    let inputs = why.inputs.iter().map(|input| InputJson {
        reference: &input.path,
        value: input.value.clone().map(Json),
        origin: origin_json(input.said, sources),
    });
    let references = why.references.iter().map(|reference| ReferenceJson {
        from: &reference.from,
        how: reference.how,
        place: place_json(Some(reference.span), sources),
    });
    let json = WhyJson {
        address: &why.address,
        place: place_json(why.span, sources),
        owner: owner_json(&why.owner),
        project: ProjectJson { name: &why.project.name, id: why.project.known() },
        state: why.state.word(),
        lifecycle: why.lifecycle.clone().unwrap_or_default(),
        created: why.times.map(|times| times.created),
        updated: why.times.map(|times| times.updated),
        run: why.run.as_deref(),
        fields: why.fields.iter().map(|field| field_json(field, sources)).collect(),
        request: why.request.as_ref().map(ToString::to_string),
        steps: why.steps.iter().map(|step| place_json(Some(*step), sources)).collect(),
        inputs: inputs.collect(),
        placement: why.placement.as_ref().map(|placement| placement_json(placement, sources)),
        files: &why.files,
        references: references.collect(),
    };
    serde_json::to_string(&json).unwrap_or_default() + "\n"
}

fn owner_json(owner: &Owner) -> OwnerJson<'_> {
    match owner {
        Owner::This => OwnerJson { ours: true, other: None },
        Owner::Both(other) => OwnerJson { ours: true, other: Some(other) },
        Owner::Other(other) => OwnerJson { ours: false, other: Some(other) },
        Owner::Nobody => OwnerJson { ours: false, other: None },
    }
}

fn origin_json(said: Said, sources: &Sources) -> OriginJson {
    match said {
        Said::Itself(Origin::Default(_)) => OriginJson { default: true, place: None },
        Said::Itself(place) => OriginJson { default: false, place: place_json(Some(place), sources) },
        Said::Promise(place) => OriginJson { default: true, place: place_json(Some(place), sources) },
    }
}

fn field_json<'a>(field: &'a WhyField, sources: &Sources) -> FieldJson<'a> {
    FieldJson {
        field: &field.path,
        origin: field.said.map(|said| origin_json(said, sources)),
        owner: owner_json(&field.owner),
        state: field.state.map(State::word),
        ignored: field.is_ignored,
        written: field.base.clone().map(Json),
        live: field.live.clone().map(Json),
        desired: field.desired.clone().map(Json),
    }
}

fn placement_json<'a>(placement: &'a Placement, sources: &Sources) -> PlacementJson<'a> {
    let label = |(key, value, span): &'a (crate::model::Name, String, Option<Origin>)| LabelJson {
        label: key,
        value,
        place: place_json(*span, sources),
    };
    let candidate = |candidate: &'a Candidate| CandidateJson {
        destination: &candidate.name,
        place: place_json(Some(candidate.span), sources),
        fit: match candidate.fit {
            Fit::Chosen => "chosen",
            Fit::Outscored => "outscored",
            Fit::Passed => "passed",
            Fit::Drained => "drained",
            Fit::Labels(_) => "labels",
            Fit::Strict => "strict",
        },
        reason: fit_text(candidate, placement),
        score: &candidate.score,
    };
    PlacementJson {
        labels: placement.labels.iter().map(label).collect(),
        destination: placement.destination.as_deref(),
        pinned: place_json(placement.pin, sources),
        stands: placement.stands.iter().map(|name| &**name).collect(),
        leaves: &placement.leaves,
        candidates: placement.candidates.iter().map(candidate).collect(),
    }
}
