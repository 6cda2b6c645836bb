//! What others own and gave another name, as far as that can be seen: something went, and something came that is the same in all but its name.

use crate::catalog::{Bodies, Catalog, CatalogError, Entry};
use crate::model::{Address, Digest, Kind, Map, Name, Object, Value};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Something that went, and what came that is the same under another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherName {
    /// What went, as reports name it.
    pub from: String,
    /// What came.
    pub to: String,
    /// The names that a text says of the two.
    pub words: [Name; 2],
}

/// The objects that a copy has and a catalog has not any more, each with the one of its kind that has come and is the same.
///
/// # Errors
/// Where the catalog cannot be read.
pub(super) fn renamed(
    copy: &BTreeMap<Address, Map>,
    entries: &[Entry],
    catalog: &dyn Catalog,
) -> Result<Vec<OtherName>, CatalogError> {
    let live: HashMap<&Address, &Entry> =
        entries.iter().filter(|entry| entry.live.is_some()).map(|entry| (&entry.address, entry)).collect();
    let gone: Vec<(&Address, &Map)> = copy.iter().filter(|(address, _)| !live.contains_key(address)).collect();
    let kinds: HashSet<(Kind, &Name)> = gone.iter().map(|(address, _)| (address.kind, &address.parent)).collect();
    let is_new = |entry: &&&Entry| {
        let Entry { address, owner, .. } = entry;
        owner.is_none() && !copy.contains_key(address) && kinds.contains(&(address.kind, &address.parent))
    };
    let came: Vec<Address> = live.values().filter(is_new).map(|entry| entry.address.clone()).collect();
    let came = Bodies::of(catalog, &came)?.read;
    let gone = gone.into_iter().map(|(address, body)| (likeness(address, body), address));
    let came = came.iter().map(|Object { address, body }| (likeness(address, body), address));
    let pairs = pairs(gone, came).into_iter().map(|(from, to)| OtherName {
        from: from.to_string(),
        to: to.to_string(),
        words: [from.name.clone(), to.name.clone()],
    });
    Ok(pairs.collect())
}

/// The members of blueprints and promises that a copy has, and what there is has not any more, in the same way.
pub(super) fn renamed_members(copy: &BTreeMap<Address, Map>, now: &BTreeMap<Address, Map>) -> Vec<OtherName> {
    let mut all = Vec::new();
    for (address, before) in copy {
        let (Some(after), Some(groups)) = (now.get(address), groups(address.kind)) else { continue };
        for (group, word) in groups {
            let [before, after] = [before, after].map(|body| members(body, group));
            let beyond = |one: &BTreeMap<&Name, &Value>, other: &BTreeMap<&Name, &Value>| {
                let beyond = one.iter().filter(|(name, _)| !other.contains_key(*name));
                beyond.map(|(name, value)| (Digest::of_value(value), (*name).clone())).collect::<Vec<_>>()
            };
            let (gone, came) = (beyond(&before, &after), beyond(&after, &before));
            let named = |name: &Name| format!("{address}#{word}.{name}");
            let pairs = pairs(gone.into_iter(), came.into_iter());
            all.extend(pairs.into_iter().map(|(from, to)| OtherName {
                from: named(&from),
                to: named(&to),
                words: [from, to],
            }));
        }
    }
    all
}

/// Where members stand in a body that others say a value for, each with the word that a line names them by.
fn groups(kind: Kind) -> Option<&'static [(&'static str, &'static str)]> {
    match kind {
        Kind::Blueprint => Some(&[("properties", "properties"), ("relations", "relations")]),
        Kind::Promise => Some(&[("properties", "spec")]),
        _ => None,
    }
}

fn members<'b>(body: &'b Map, group: &str) -> BTreeMap<&'b Name, &'b Value> {
    let group = body.get(group).and_then(|group| group.as_object());
    let members = group.into_iter().flat_map(|group| &group.members);
    members.map(|member| (&member.name.value, &member.value.value)).collect()
}

/// What went and came of one likeness, where each is the only one of it.
fn pairs<L: Ord, T>(gone: impl Iterator<Item = (L, T)>, came: impl Iterator<Item = (L, T)>) -> Vec<(T, T)> {
    let mut alike: BTreeMap<L, [Vec<T>; 2]> = BTreeMap::new();
    for (likeness, one) in gone {
        alike.entry(likeness).or_insert_with(|| [Vec::new(), Vec::new()])[0].push(one);
    }
    for (likeness, one) in came {
        alike.entry(likeness).or_insert_with(|| [Vec::new(), Vec::new()])[1].push(one);
    }
    let only = |[mut gone, mut came]: [Vec<T>; 2]| match (gone.len(), came.len()) {
        (1, 1) => gone.pop().zip(came.pop()),
        _ => None,
    };
    alike.into_values().filter_map(only).collect()
}

/// What things that have but another name have in common: what stands in one of them because of its name is left out.
fn likeness(address: &Address, body: &Map) -> (Kind, Name, Digest) {
    let mut body = body.clone();
    body.members.retain(|member| member.value.as_str() != Some(&address.name));
    (address.kind, address.parent.clone(), Digest::of_body(body))
}
