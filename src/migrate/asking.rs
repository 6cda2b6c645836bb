//! Which promise a request asks for: it says so by an API alone, of which there is one promise.

use super::kratix::{asking, is_of_cluster};
use super::way::{get_mut, text};
use super::{Fate, Found, Note};
use crate::model::{Kind, Map, Name, Value};
use std::collections::{HashMap, HashSet};

/// A promise, as a version of its API has it.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) promise: Name,
    /// Whether the promise has that version here.
    pub(super) is_stored: bool,
    /// Whether what asks for it is in no namespace.
    pub(super) is_of_cluster: bool,
}

/// Promises, by the `apiVersion` and the `kind` of what asks for them.
pub(super) type Promises = HashMap<(String, String), Asked>;

/// The group and the kind of an API: what Kubernetes has one of.
type Api = (String, String);

/// Which promise answers who asks for each API: what the project has before what is found, and of that the first.
pub(super) struct Owners(HashMap<Api, Name>);

impl Owners {
    /// Those of what was found, and of the promises of the project.
    pub(super) fn of(found: &[Found], of_project: &Promises) -> Self {
        let promises = || found.iter().filter(|one| one.kind == Kind::Promise);
        // Of two of one name the first is taken in.
        let coming: HashMap<Name, HashSet<Api>> =
            promises().rev().filter_map(|one| Some((called(&one.document)?, apis(&one.document).collect()))).collect();
        let there = of_project.iter().map(|(said, asked)| (api(said), asked.promise.clone()));
        let stays = |(api, name): &(Api, Name)| coming.get(name).is_none_or(|apis| apis.contains(api));
        let mut owners: HashMap<Api, Name> = there.filter(stays).collect();
        for (name, document) in promises().filter_map(|one| Some((called(&one.document)?, &one.document))) {
            for api in apis(document) {
                owners.entry(api).or_insert_with(|| name.clone());
            }
        }
        Self(owners)
    }

    /// Why the API of a promise cannot be its own, where another one has it.
    pub(super) fn refuse(&self, promise: &Map) -> Option<String> {
        let name = called(promise)?;
        let (api, owner) =
            apis(promise).find_map(|api| self.0.get_key_value(&api).filter(|(_, owner)| **owner != name))?;
        let (group, kind) = api;
        Some(format!(
            "promises `{owner}` and `{name}` both define the kind `{kind}` of `{group}`: who asks for one is answered by `{owner}`"
        ))
    }
}

fn called(promise: &Map) -> Option<Name> {
    text(promise, &["metadata", "name"]).map(Name::from)
}

fn apis(promise: &Map) -> impl Iterator<Item = Api> {
    asking(promise).map(|(said, _)| api(&said))
}

fn api((version, kind): &(String, String)) -> Api {
    (version.rsplit_once('/').map_or("", |(group, _)| group).to_owned(), kind.clone())
}

/// The promises among what was found, and those of the project that are not called as one of these, each with the API that is its own.
pub(super) fn promises(found: &[Found], of_project: &Promises, owners: &Owners) -> Promises {
    let mut promises = Promises::new();
    let mut names: HashSet<Name> = HashSet::new();
    for Found { document, .. } in found.iter().filter(|one| one.kind == Kind::Promise) {
        let Some(name) = called(document).filter(|name| names.insert(name.clone())) else { continue };
        if owners.refuse(document).is_none() {
            let is_of_cluster = is_of_cluster(document);
            let asked = |is_stored| Asked { promise: name.clone(), is_stored, is_of_cluster };
            promises.extend(asking(document).map(|(said, is_stored)| (said, asked(is_stored))));
        }
    }
    let of_project = of_project.iter().filter(|(_, asked)| !names.contains(&asked.promise));
    promises.extend(of_project.map(|(said, asked)| (said.clone(), asked.clone())));
    promises
}

/// Which promise a request asks for, which what it says it is has told by then; nothing for what is no request.
///
/// # Errors
/// That it asks for none that is there.
pub(super) fn promise_of<'p>(
    one: &mut Found,
    promises: &'p Promises,
    notes: &mut Vec<Note>,
) -> Result<Option<&'p Name>, Note> {
    if one.kind != Kind::Request {
        return Ok(None);
    }
    let asked = asked(&one.document).and_then(|asked| promises.get(&asked));
    let asked = asked.ok_or_else(|| unasked(one, promises.keys()))?;
    // The promise says it, but of another version of its API.
    if asked.is_stored {
        one.document.remove("apiVersion");
    }
    one.document.remove("kind");
    if asked.is_of_cluster
        && let Some(Value::Object(metadata)) = get_mut(&mut one.document, &["metadata"])
        && metadata.remove("namespace").is_some_and(|namespace| namespace.value != Value::Null)
    {
        let reason = "what asks for an API of the whole cluster is in no namespace: read without it";
        notes.push(Note::new(one.place.below("/metadata/namespace"), Fate::Mended, reason));
    }
    Ok(Some(&asked.promise))
}

/// Why a resource asks for nothing that is taken in: it is none that a promise has to do with, or of a version that the promise of its kind does not have.
fn unasked<'p>(one: &Found, promises: impl Iterator<Item = &'p (String, String)>) -> Note {
    let reason = "no promise that is taken in has this `apiVersion` and `kind`";
    let unknown = Note::new(one.place.clone(), Fate::Unknown, reason);
    let Some(asked) = asked(&one.document) else { return unknown };
    let others = promises.filter(|other| api(other) == api(&asked));
    let mut others: Vec<String> = others.map(|(version, _)| format!("`{version}`")).collect();
    others.sort_unstable();
    if others.is_empty() {
        return unknown;
    }
    let reason = format!("the promise of `{}` has no such version: it has {}", asked.1, others.join(", "));
    Note::new(one.place.clone(), Fate::LeftOut, reason).for_the("/apiVersion")
}

/// What a resource says it is.
fn asked(document: &Map) -> Option<(String, String)> {
    Some((text(document, &["apiVersion"])?.to_owned(), text(document, &["kind"])?.to_owned()))
}
