use super::{Known, Owner, WhyField};
use crate::model::{Address, Kind, Property};
use crate::object::about;
use crate::source::Origin;
use crate::workspace::unknown_field;

/// A field of a declared object that there can be and that nobody says; nothing where there can be none of that name.
pub(super) fn unset(known: Known<'_>, address: &Address, path: &str) -> Option<WhyField> {
    let is_declared = known.desired.binary_search_by(|desired| desired.address.cmp(address)).is_ok();
    let is_unknown = || unknown_field(known.loaded, &format!("{address}#{path}")).is_some();
    if !is_declared || path.contains('*') || is_unknown() {
        return None;
    }
    Some(WhyField {
        path: path.to_owned(),
        about: Some(member(known, address, path).or_else(|| about(address.kind, path).map(str::to_owned))?),
        origin: None,
        owner: Owner { ours: false, other: None },
        state: None,
        is_ignored: false,
        base: None,
        live: None,
        desired: None,
    })
}

/// What a member of a group is, which the blueprint or the promise of an object says.
fn member(known: Known<'_>, address: &Address, path: &str) -> Option<String> {
    let (group, name) = path.split_once('.')?;
    let project = &known.loaded.project;
    let said =
        |what: String, span: Origin| format!("{what}, as {} says at {}", address_of(address), known.place(span).at());
    let typed = |properties: &[Property]| {
        let property = properties.iter().find(|property| *property.name.value == *name)?;
        Some(said(format!("A value of type `{}`", property.schema.base.word()), property.span))
    };
    match (address.kind, group) {
        (Kind::Entity, "properties") => typed(&project.blueprint(&address.parent)?.properties),
        (Kind::Entity, "relations") => {
            let relation = project.blueprint(&address.parent)?.relation(name)?;
            Some(said(format!("A relation to entities of `{}`", relation.target.value), relation.span))
        }
        (Kind::Request, "spec") => typed(&project.promise(&address.parent)?.api.as_ref()?.fields),
        _ => None,
    }
}

/// The blueprint or the promise of an object, in words.
fn address_of(address: &Address) -> String {
    address.above().map(|above| above.to_string()).unwrap_or_default()
}
