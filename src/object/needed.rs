//! What an object cannot be without, as it says something else.

use crate::grammar::{Neighbour, Parameter, Part, language};
use crate::model::{Kind, Map, Value};

/// The property that a word of a line of an object asks for, and that is not there; what stands in what a neighbour alone knows is.
pub fn lacking(kind: Kind, body: &Map) -> Option<&'static str> {
    let form = language().object(kind.word())?.plain()?;
    form.written(0).find_map(|part| {
        let Part::Child(slot) = part else { return None };
        let inner = language().child(slot).0.plain()?;
        let Some(Part::Argument(_, first)) = inner.written(0).next() else { return None };
        let member = &**first.at.as_ref()?.way.first()?;
        let word = body.get(member)?.as_str()?;
        inner.written(0).find_map(|part| match part {
            Part::Property(one) if one.is_needed_by(word) => (!is_there(one, body)).then(|| one.name()),
            _ => None,
        })
    })
}

fn is_there(property: &Parameter, body: &Map) -> bool {
    let is_said = property.at.as_ref().is_some_and(|at| super::value_at(body, at).is_some());
    let kept = |neighbour: Neighbour, word: &str| {
        let way = property.elsewhere(neighbour)?.text.split('.');
        let step = |value: &'_ Value, step: &str| Some(value.as_object()?.get(step)?.value.clone());
        way.into_iter().try_fold(body.get(word)?.value.clone(), |value, name| step(&value, name))
    };
    is_said || Neighbour::ALL.iter().any(|(neighbour, word, _)| kept(*neighbour, word).is_some())
}
