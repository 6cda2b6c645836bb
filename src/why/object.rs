use super::{
    Illegible, Known, Moved, Owner, Said, State, StatusValue, TakenFrom, Why, WhyField, last_run, origin, references,
};
use crate::apply::Targets;
use crate::catalog::{OwnedFields, Presence};
use crate::diff::FieldDiff;
use crate::model::{Address, Json, Kind, Member, Value};
use crate::observe::{ObserveError, Sides};
use crate::render::Placed;
use crate::source::{Origin, Spanned};
use crate::workspace::Loaded;

/// Why an object is as it is; nothing where it is neither declared nor in the catalog.
pub(super) fn object(
    known: Known<'_>,
    targets: &Targets,
    address: &Address,
    field: Option<&str>,
) -> Result<Option<Why>, ObserveError> {
    let Some(pair) = known.objects.pair(known.desired, address) else { return Ok(None) };
    let Some(sides) = known.objects.sides(&[pair], known.desired, targets)?.pop() else { return Ok(None) };
    let keys: Vec<Address> = sides.entry.iter().map(|entry| entry.address.clone()).collect();
    let others = match sides.other_owner() {
        Some(other) => targets.catalog.owned_fields(other, &keys)?.pop().unwrap_or_default(),
        None => OwnedFields::new(),
    };
    let diffs = sides.fields(|_, _| true);
    let request = match address.kind {
        Kind::Request => sides.desired.and_then(|desired| known.request_at(desired.span)),
        _ => None,
    };
    let is_own = |placed: &&Placed| request.is_some() && placed.request == *address;
    let files = known.settled.placed.iter().filter(is_own).map(|file| format!("file:{}:{}", file.store, file.path));
    let times = targets.catalog.times(&keys)?.pop().flatten();
    let owner = sides.other_owner().map_or(&*targets.identity.id, |other| other);
    let declared = match sides.desired {
        None => targets.catalog.declared_at(owner, &keys)?.pop().flatten(),
        Some(_) => None,
    };
    let came_by = targets.catalog.hand_overs(owner, &keys)?.pop().unwrap_or_default();
    let taken_from = came_by.last().map(|last| TakenFrom { project: last.from.to_string(), at: last.at });
    let mut why = Why {
        address: address.to_string(),
        project: targets.identity.clone(),
        place: sides.desired.map(|desired| known.place(desired.span)),
        owner: Owner { ours: sides.is_owned(), other: sides.other_owner().map(ToString::to_string) },
        taken_from,
        declared,
        state: state(&sides, &diffs, pair.moved),
        unreadable: sides
            .opened
            .live
            .as_ref()
            .and_then(Presence::unreadable)
            .map(|one| Illegible { why: one.why.clone(), removal: one.removal.clone() }),
        moved: pair.moved.and_then(|span| moved(&sides, span, known)),
        lifecycle: sides.lifecycle().cloned().unwrap_or_default(),
        created: known_time(times.map(|times| times.created)),
        updated: known_time(times.map(|times| times.updated)),
        run: last_run(&*targets.catalog, &targets.identity.id, &address.to_string())?,
        fields: Vec::new(),
        request: None,
        steps: Vec::new(),
        inputs: Vec::new(),
        placement: known.placement(address),
        status: status(known, address),
        files: files.collect(),
        references: references::references(known.loaded, &known.settled.rendered, address, field),
    };
    why.fields = diffs.into_iter().map(|diff| why_field(known.loaded, &sides, &others, diff)).collect();
    if field.is_none() {
        let of_others = references::of_others(known, &*targets.catalog, address, &why.references)?;
        why.references.extend(of_others);
    }
    if sides.desired.is_some() {
        let left = defaults(known, address, &why.fields);
        why.fields.extend(left);
    }
    Ok(Some(why))
}

/// What the promise of a request says of it.
fn status(known: Known<'_>, address: &Address) -> Vec<StatusValue> {
    let rendered = known.settled.rendered.iter().find(|rendered| rendered.request == *address);
    let members = rendered.iter().flat_map(|rendered| &rendered.status.members);
    let value = |member: &Member| StatusValue {
        name: member.name.value.to_string(),
        value: Json(member.value.value.clone()),
        place: known.place(member.name.span),
    };
    members.map(value).collect()
}

/// A time that a catalog knows: of what others made by hand it has none.
fn known_time(time: Option<i64>) -> Option<i64> {
    time.filter(|time| *time > 0)
}

/// The fields that an object leaves to its blueprint or promise, beside those that it says, and those that others set.
fn defaults(known: Known<'_>, address: &Address, said: &[WhyField]) -> Vec<WhyField> {
    let default = |(path, value): (String, &Spanned<Value>)| WhyField {
        path,
        about: None,
        origin: Some(Said::Promise(value.span).at(&known.loaded.sources)),
        owner: Owner { ours: false, other: None },
        state: None,
        base: None,
        live: None,
        desired: Some(Json(value.value.clone())),
        is_ignored: false,
    };
    let project = &known.loaded.project;
    let (group, properties) = match address.kind {
        Kind::Entity => ("properties", project.blueprint(&address.parent).map(|blueprint| &*blueprint.properties)),
        Kind::Request => {
            let api = project.promise(&address.parent).and_then(|promise| promise.api.as_ref());
            ("spec", api.map(|api| &*api.fields))
        }
        _ => ("", None),
    };
    let is_set = |field: &&WhyField| field.desired.is_some() || field.live.is_some() && !field.owner.ours;
    let said: Vec<&str> = said.iter().filter(is_set).map(|field| &*field.path).collect();
    let left = origin::defaults(group, properties.unwrap_or_default(), |path| said.contains(&path));
    left.into_iter().map(default).collect()
}

/// The other name that an object gets.
fn moved(sides: &Sides<'_>, span: Origin, known: Known<'_>) -> Option<Moved> {
    let (entry, desired) = (sides.entry?, sides.desired?);
    Some(Moved { from: entry.address.to_string(), to: desired.address.to_string(), place: known.place(span) })
}

/// How an object stands: as the one of its fields that is furthest from being as it should be.
fn state(sides: &Sides<'_>, diffs: &[FieldDiff], moved: Option<Origin>) -> State {
    if is_unreadable(sides) {
        return State::Unreadable;
    }
    match (sides.desired.is_some(), sides.opened.live.is_some(), sides.is_owned()) {
        (false, true, false) => return State::Foreign,
        (true, false, false) => return State::New,
        (true, false, true) if sides.is_changed() => return State::Conflict,
        (true, false, true) => return State::Drifted,
        (true, true, false) => return State::Unowned,
        (false, false, _) => return State::Behind,
        (false, true, true) => return State::Removed,
        (true, true, true) => {}
    }
    let counted = diffs.iter().filter(|diff| diff.is_owned || !sides.ignores(&diff.path));
    let states: Vec<State> = counted.map(|diff| State::of(diff.verdict)).collect();
    let any = |wanted: &[State]| states.iter().any(|state| wanted.contains(state));
    if any(&[State::Conflict]) {
        State::Conflict
    } else if any(&[State::Drifted]) {
        State::Drifted
    } else if any(&[State::Removed, State::Changed, State::Unowned, State::New]) {
        State::Changed
    } else if moved.is_some() {
        State::Moving
    } else if any(&[State::Behind]) {
        State::Behind
    } else {
        State::Same
    }
}

/// Whether nobody can read what is live.
fn is_unreadable(sides: &Sides<'_>) -> bool {
    sides.opened.live.as_ref().is_some_and(|live| live.read().is_none())
}

fn why_field(loaded: &Loaded, sides: &Sides<'_>, others: &OwnedFields, diff: FieldDiff) -> WhyField {
    let said = |span: Origin| match sides.address().and_then(|address| loaded.project.defaults_at(address, span)) {
        Some(_) => Said::Promise(span),
        None => Said::Itself(span),
    };
    let is_of_others = others.iter().any(|(other, _)| *other == diff.path);
    WhyField {
        about: None,
        origin: diff.span.map(|span| said(span).at(&loaded.sources)),
        owner: Owner {
            ours: diff.is_owned,
            other: sides.other_owner().filter(|_| is_of_others).map(ToString::to_string),
        },
        state: (!is_unreadable(sides)).then(|| State::of(diff.verdict)),
        base: diff.written.map(Json),
        live: diff.live.map(Json),
        desired: diff.desired.map(Json),
        is_ignored: sides.ignores(&diff.path),
        path: diff.path,
    }
}
