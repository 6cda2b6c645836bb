//! What a blueprint says of its entities in Backstage is about properties and relations that it has.

use crate::diag::{Diagnostic, code, suggest};
use crate::model::{Blueprint, Name, Project};
use crate::source::Spanned;

/// The names of what is not there.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    project.blueprints.iter().flat_map(unknown).collect()
}

fn unknown(blueprint: &Blueprint) -> impl Iterator<Item = Diagnostic> {
    let places = blueprint.backstage.iter().flat_map(|kind| &kind.places);
    let names = places.flat_map(|place| std::iter::once(&place.member).chain(&place.or));
    names.filter(|name| blueprint.property(name).is_none() && blueprint.relation(name).is_none()).map(|name| {
        let message = format!("`{}` has no property or relation `{}`", blueprint.name.value, name.value);
        let diagnostic = Diagnostic::error(code::UNKNOWN_MEMBER, name.span, message);
        match nearest(blueprint, name) {
            Some(near) => {
                diagnostic.help(format!("did you mean `{near}`?")).fix(format!("change to `{near}`"), name.span, near)
            }
            None => diagnostic,
        }
    })
}

fn nearest<'b>(blueprint: &'b Blueprint, name: &Spanned<Name>) -> Option<&'b str> {
    let properties = blueprint.properties.iter().map(|property| &*property.name.value);
    let relations = blueprint.relations.iter().map(|relation| &*relation.name.value);
    suggest(name, properties.chain(relations))
}
