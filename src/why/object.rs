use super::origin::Text;
use super::{Known, Origin, Owner, State, Why, WhyField, last_run, origin, references};
use crate::apply::Targets;
use crate::catalog::OwnedFields;
use crate::diff::FieldDiff;
use crate::model::{Address, Kind, Value};
use crate::observe::{ObserveError, Sides};
use crate::render::Placed;
use crate::source::Spanned;

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
    let mut why = Why {
        address: address.to_string(),
        project: targets.identity.clone(),
        span: sides.desired.map(|desired| desired.span),
        owner: Owner::of(sides.is_owned(), sides.other_owner().map(ToString::to_string)),
        state: state(&sides, &diffs),
        lifecycle: sides.lifecycle().cloned(),
        times: targets.catalog.times(&keys)?.pop().flatten(),
        run: last_run(&*targets.catalog, &targets.identity.id, &address.to_string())?,
        fields: Vec::new(),
        request: None,
        steps: Vec::new(),
        inputs: Vec::new(),
        placement: known.placement(address),
        files: files.collect(),
        references: references::references(known.loaded, &known.settled.rendered, address, field),
    };
    let text = sides.desired.map(|desired| Text::of(known.loaded, desired.span));
    why.fields = diffs.into_iter().map(|diff| why_field(text.as_ref(), &sides, &others, diff)).collect();
    if sides.desired.is_some() {
        let default = |(path, value): (String, &Spanned<Value>)| WhyField {
            path,
            origin: Some(Origin::Default(Some(value.span))),
            owner: Owner::Nobody,
            state: None,
            base: None,
            live: None,
            desired: Some(value.value.clone()),
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
        let said: Vec<&str> =
            why.fields.iter().filter(|field| field.desired.is_some()).map(|field| &*field.path).collect();
        let left = origin::defaults(group, properties.unwrap_or_default(), |path| said.contains(&path));
        let left: Vec<WhyField> = left.into_iter().map(default).collect();
        why.fields.extend(left);
    }
    Ok(Some(why))
}

/// How an object stands: as the one of its fields that is furthest from being as it should be.
fn state(sides: &Sides<'_>, diffs: &[FieldDiff]) -> State {
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
    } else if any(&[State::Behind]) {
        State::Behind
    } else {
        State::Same
    }
}

fn why_field(text: Option<&Text>, sides: &Sides<'_>, others: &OwnedFields, diff: FieldDiff) -> WhyField {
    let is_of_others = others.iter().any(|(other, _)| *other == diff.path);
    let written = text.zip(diff.desired.as_ref()).zip(diff.span);
    WhyField {
        origin: written.map(|((text, desired), span)| text.origin(desired, span)),
        owner: Owner::of(diff.is_owned, sides.other_owner().filter(|_| is_of_others).map(ToString::to_string)),
        state: Some(State::of(diff.verdict)),
        base: diff.written,
        live: diff.live,
        desired: diff.desired,
        is_ignored: sides.ignores(&diff.path),
        path: diff.path,
    }
}
