//! What became of what somebody moves in with, and how much of it.

use super::text::DocumentPlace;
use super::{Found, Note};
use crate::model::Kind;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What a fate befell, each with how much of it.
pub type Befallen = BTreeMap<Thing, Count>;

/// What something can become of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// An object of a kind.
    Object(Kind),
    /// A part of a text that is no object.
    Document,
    /// A resource of Terraform that is none.
    Resource,
    /// A whole text in which there is none.
    File,
}

impl Thing {
    /// What a summary calls one.
    pub fn word(self) -> String {
        match self {
            Self::Object(kind) => kind.word().replace('-', " "),
            Self::Document => "document".to_owned(),
            Self::Resource => "resource".to_owned(),
            Self::File => "file".to_owned(),
        }
    }
}

/// How much a fate befell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many objects as a whole.
    pub whole: usize,
    /// How many parts of objects.
    pub parts: usize,
    /// How many objects those are of.
    pub of: usize,
}

/// What became of a part of the texts that is not simply taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// It is kept for the neighbour alone.
    Kept,
    /// It is left out.
    LeftOut,
    /// It was read as something else.
    Mended,
    /// It is an address, and is taken in without the password in it.
    Disarmed,
    /// It looks like a secret.
    Exposed,
    /// The neighbour refuses it.
    Refused,
    /// It is nothing that can be taken in.
    Unknown,
    /// There is more of it, on other pages of the answer.
    Elsewhere,
}

/// How much each fate befell, of what.
pub(super) fn fates(kinds: &HashMap<DocumentPlace, Kind>, notes: &[Note]) -> BTreeMap<Fate, Befallen> {
    let mut fates: BTreeMap<Fate, Befallen> = BTreeMap::new();
    let mut met: HashSet<(Fate, DocumentPlace)> = HashSet::new();
    for Note { place, what, .. } in notes {
        // What asks for nothing that is there is no object.
        let around = if matches!(what, Fate::Unknown | Fate::Elsewhere) {
            None
        } else {
            place.around().find(|place| kinds.contains_key(place))
        };
        let thing = match around.as_ref().and_then(|place| kinds.get(place)) {
            Some(kind) => Thing::Object(*kind),
            None if place.resource.is_some() => Thing::Resource,
            None if place.is_whole() => Thing::File,
            None => Thing::Document,
        };
        let count = fates.entry(*what).or_default().entry(thing).or_default();
        match around {
            Some(around) if around != *place => {
                count.parts += 1;
                count.of += usize::from(met.insert((*what, around)));
            }
            _ => count.whole += 1,
        }
    }
    fates
}

/// What was lost where the texts were read, by the object that it is a part of: JSON pointers in that, without the steps by which Port's provider
/// for Terraform parts values by their type.
pub(super) fn lost_in(found: &[Found], notes: &[Note]) -> HashMap<DocumentPlace, Vec<String>> {
    let places: HashSet<&DocumentPlace> = found.iter().map(|one| &one.place).collect();
    let mut lost: HashMap<DocumentPlace, Vec<String>> = HashMap::new();
    for Note { place, .. } in notes.iter().filter(|note| note.what == Fate::LeftOut) {
        let Some(around) = place.around().find(|around| places.contains(around)) else { continue };
        let way = place.pointer[around.pointer.len()..].split('/').skip(1);
        let is_type = |step: &&str| place.resource.is_some() && (step.ends_with("_props") || step.ends_with("_items"));
        let way: String = way.filter(|step| !is_type(step)).map(|step| format!("/{step}")).collect();
        lost.entry(around).or_default().push(way);
    }
    lost
}

impl Fate {
    /// Its word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::LeftOut => "left-out",
            Self::Mended => "mended",
            Self::Disarmed => "disarmed",
            Self::Exposed => "exposed",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Elsewhere => "elsewhere",
        }
    }

    /// What a summary says of what it befell.
    pub fn title(self, neighbour: &str) -> String {
        match self {
            Self::Kept => format!("Kept for {neighbour} alone"),
            Self::LeftOut => "Left out".to_owned(),
            Self::Mended => "Read as meant".to_owned(),
            Self::Disarmed => "Without a password or a token".to_owned(),
            Self::Exposed => "Looks like a secret".to_owned(),
            Self::Refused => format!("Refused by {neighbour}"),
            Self::Unknown => "Not recognised".to_owned(),
            Self::Elsewhere => "One page of several".to_owned(),
        }
    }
}
