//! Scorecards of one name: to Port each blueprint has its own, and a project has one of a name.

use super::home::Home;
use super::text::DocumentPlace;
use super::way::text;
use super::{Found, Neighbour};
use crate::model::{Kind, Name};
use crate::neighbour::{Carried, Loss, pointer};
use std::collections::{HashMap, HashSet};

/// What scorecards are called that cannot be called as they are in Port, by their places: as the project has them already, or after their blueprint.
pub(super) fn renamed(found: &[Found], home: &Home<'_>) -> HashMap<DocumentPlace, Name> {
    // What Port calls those that the project has, and what they are called there.
    let mut there: HashMap<(String, String), Name> = HashMap::new();
    let mut taken: HashSet<Name> = HashSet::new();
    for one in home.all().iter().filter(|one| one.address.kind == Kind::Scorecard) {
        let theirs = text(&one.body, &[Neighbour::Port.word(), "identifier"]).unwrap_or(&one.address.name);
        taken.insert(one.address.name.clone());
        if let Some(blueprint) = text(&one.body, &["blueprint"]) {
            there.insert((blueprint.to_owned(), theirs.to_owned()), one.address.name.clone());
        }
    }
    let mut renamed = HashMap::new();
    for one in found.iter().filter(|one| one.kind == Kind::Scorecard) {
        let word = |name: &str| text(&one.document, &[name]).filter(|word| !word.is_empty());
        let Some((blueprint, own)) = word("blueprint").zip(word("identifier")) else { continue };
        let key = (blueprint.to_owned(), own.to_owned());
        let name = there.entry(key).or_insert_with(|| {
            let numbered = (2..).map(|number| format!("{own}_{blueprint}_{number}"));
            let names = [own.to_owned(), format!("{own}_{blueprint}")].into_iter().chain(numbered);
            let mut free = names.map(|name| Name::from(name.as_str())).filter(|name| !taken.contains(name));
            let name = free.next().unwrap_or_else(|| own.into());
            taken.insert(name.clone());
            name
        });
        if **name != *own {
            renamed.insert(one.place.clone(), name.clone());
        }
    }
    renamed
}

/// Calls a scorecard otherwise than it is called in Port, and says why.
pub(super) fn rename(scorecard: &mut Carried, name: &Name) {
    scorecard.names.retain(|(word, _)| *word != "id");
    scorecard.names.push(("id", (**name).into()));
    let reason = format!("another blueprint has a scorecard of this name, and a project has one: it is `{name}` here");
    scorecard.losses.push(Loss { place: pointer(&["identifier"]), reason });
}
