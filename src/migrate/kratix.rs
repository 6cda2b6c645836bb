//! The resources of Kratix among the manifests of a folder.

use super::answer::Page;
use super::text::{Document, DocumentPlace};
use super::way::{get, get_mut, text};
use super::{Fate, Found, Note, Recognised};
use crate::grammar::Neighbour;
use crate::model::{KRATIX_API, Kind, Map, Value, Versions};
use crate::neighbour::{Carried, Loss, has_words};
use crate::source::{Origin, Spanned};
use std::collections::HashMap;

/// The kinds of Kratix, with ours.
const KINDS: [(&str, Kind); 5] = [
    ("Promise", Kind::Promise),
    ("PromiseRelease", Kind::PromiseRelease),
    ("Destination", Kind::Destination),
    ("GitStateStore", Kind::StateStore),
    ("BucketStateStore", Kind::StateStore),
];

/// Whether an `apiVersion` is one of Kratix's own resources.
fn is_own(version: &str) -> bool {
    version.rsplit_once('/').is_some_and(|(group, _)| group == KRATIX_API)
}

/// The namespace of what says none.
pub(super) const DEFAULT_NAMESPACE: &str = "default";

/// The resources in a document: it, or, where it is a list of Kubernetes, each in it.
pub(super) fn recognise(document: Document, recognised: &mut Recognised) {
    let place = document.place();
    match document.value {
        Value::Object(map) => object(map, place, recognised),
        _ => recognised.unknown(&place),
    }
}

/// Whether a text, be it readable or not, speaks of what Kratix has: of its own API, or of that of a promise that was found.
pub(super) fn is_told_of(text: &str, found: &[Found]) -> bool {
    let promises = found.iter().filter(|one| one.kind == Kind::Promise);
    let mut groups = promises.filter_map(|one| self::text(&one.document, &["spec", "api", "spec", "group"]));
    text.contains(KRATIX_API) || groups.any(|group| text.contains(group))
}

/// Reads what was found as it is meant: what Kratix takes for said is written out, and what another object says is taken out.
pub(super) fn mend(found: &mut Vec<Found>, notes: &mut Vec<Note>) {
    let stores = kinds_of_stores(found.iter().map(|one| &one.document));
    found.retain_mut(|Found { kind, document, place }| match kind {
        Kind::StateStore => {
            log_in(document);
            let notes_of_it = serve(document).into_iter();
            notes.extend(notes_of_it.map(|(what, reason)| Note::new(place.below("/spec/endpoint"), what, reason)));
            true
        }
        Kind::Promise => {
            if gather(document) {
                let place = place.below(SELECTORS);
                let reason = "Kratix asks for the labels of all of them, and of two of one key for the first";
                notes.push(Note::new(place, Fate::Mended, reason));
            }
            each_open(document, &|schema| match schema.get(OPEN).map(|open| &open.value) {
                _ if is_list(schema) => {
                    if schema.get("items").is_some_and(|items| items.value == anything()) {
                        schema.remove("items");
                    }
                }
                Some(Value::Bool(true)) => drop(schema.remove(OPEN)),
                None => schema.put(OPEN, Value::Bool(false), Origin::Nowhere),
                Some(_) => {}
            });
            true
        }
        Kind::Destination => {
            let reference = [
                text(document, &["spec", "stateStoreRef", "name"]),
                text(document, &["spec", "stateStoreRef", "kind"]),
            ];
            let [Some(name), Some(said)] = reference.map(|text| text.map(str::to_owned)) else { return true };
            let is_there = stores.get(&*name).is_none_or(|known| **known == *said);
            if is_there {
                inner(document, &["spec", "stateStoreRef"]).map(|reference| reference.remove("kind"));
            } else {
                let reason = format!("the store `{name}` that is taken in is no {said}");
                notes.push(Note::new(place.clone(), Fate::LeftOut, reason).for_the("/spec/stateStoreRef/kind"));
            }
            is_there
        }
        _ => true,
    });
}

/// What keeps the members of an object of which its schema says nothing; Kubernetes takes out all others.
const OPEN: &str = "x-kubernetes-preserve-unknown-fields";

/// The schema of any value.
fn anything() -> Value {
    let mut schema = Map::default();
    schema.put(OPEN, Value::Bool(true), Origin::Nowhere);
    Value::Object(schema)
}

fn is_list(schema: &Map) -> bool {
    text(schema, &["type"]) == Some("array")
}

/// Says of the objects in the API of a promise that take any members, which those without fields do, that they keep them, and of lists that
/// take any items that these are anything: Kubernetes asks for it. An object that keeps none says `false` until here, which Kubernetes takes from nobody.
fn open_objects(promise: &mut Map) {
    each_open(promise, &|schema| match schema.get(OPEN).map(|open| &open.value) {
        _ if is_list(schema) => schema.put("items", anything(), Origin::Nowhere),
        Some(Value::Bool(false)) => drop(schema.remove(OPEN)),
        None => schema.put(OPEN, Value::Bool(true), Origin::Nowhere),
        Some(_) => {}
    });
}

/// Changes the schema of each list without a schema of its items, or with that of anything, and of each object without fields in the API of a promise, in the version that is stored: others are kept as they are.
fn each_open(promise: &mut Map, change: &dyn Fn(&mut Map)) {
    fn within(schema: &mut Value, change: &dyn Fn(&mut Map)) {
        let Value::Object(schema) = schema else { return };
        let says =
            |name: &str| schema.get(name).is_some_and(|value| value.as_object().is_none_or(|map| !map.is_empty()));
        let is_open = match text(schema, &["type"]) {
            Some("object") => !says("properties") && !says("additionalProperties"),
            Some("array") => schema.get("items").is_none_or(|items| items.value == anything()),
            _ => false,
        };
        if is_open {
            change(schema);
        }
        for member in &mut schema.members {
            match (&*member.name.value, &mut member.value.value) {
                ("properties", Value::Object(fields)) => {
                    fields.members.iter_mut().for_each(|field| within(&mut field.value.value, change));
                }
                ("items" | "additionalProperties", inside) => within(inside, change),
                _ => {}
            }
        }
    }
    let Some(Value::Array(versions)) = get_mut(promise, &VERSIONS) else { return };
    let stored = stored(versions);
    let Some(Value::Object(version)) = versions.get_mut(stored).map(|version| &mut version.value) else { return };
    if let Some(Value::Object(fields)) =
        get_mut(version, &["schema", "openAPIV3Schema", "properties", "spec", "properties"])
    {
        fields.members.iter_mut().for_each(|field| within(&mut field.value.value, change));
    }
}

/// Where a promise says which labels it asks for.
const SELECTORS: &str = "/spec/destinationSelectors";

/// Where a store says how to log in, which is nothing of where it is.
const LOGS_IN: [&str; 2] = ["/spec/authMethod", "/spec/secretRef"];

/// Whether what a JSON pointer leads to says where something goes: of a promise which labels it asks for, of a place what it is.
pub(super) fn is_place(kind: Kind, document: &Map, pointer: &str) -> bool {
    let is_in = |outer: &str| pointer.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    match kind {
        Kind::Promise => is_in(SELECTORS),
        Kind::StateStore | Kind::Destination => {
            has_words(Neighbour::Kratix, kind, document, pointer) && !LOGS_IN.into_iter().any(is_in)
        }
        _ => false,
    }
}

/// The API of a promise: what a resource says it is that asks for it.
pub(super) struct Api {
    pub(super) version: String,
    pub(super) kind: String,
    /// Whether what asks is in no namespace.
    pub(super) is_of_cluster: bool,
}

/// Makes the document of a promise one that Kratix takes; what a resource says it is that asks for it, where it has an API.
///
/// # Errors
/// Why it cannot be given: it delivers something, and would deliver it elsewhere without a label that Kratix cannot ask for.
pub(super) fn give(promise: &mut Carried) -> Result<Option<Api>, String> {
    let delivers = ["workflows", "dependencies"].into_iter().any(|part| get(&promise.map, &["spec", part]).is_some());
    let label = promise.losses.iter().find(|loss| loss.place.split('.').next() == Some("schedule"));
    if let Some(label) = label.filter(|_| delivers) {
        return Err(format!("without `{}` what it delivers would go elsewhere: {}", label.place, label.reason));
    }
    open_objects(&mut promise.map);
    name_versions(promise);
    let is_of_cluster = is_of_cluster(&promise.map);
    let asked = asking(&promise.map).find(|(_, is_stored)| *is_stored);
    Ok(asked.map(|((version, kind), _)| Api { version, kind, is_of_cluster }))
}

/// Leaves out ranges of versions of what a promise needs, and tells them: Kratix compares versions to the letter.
fn name_versions(promise: &mut Carried) {
    let Some(Value::Array(needed)) = get_mut(&mut promise.map, &["spec", "requiredPromises"]) else { return };
    for one in needed {
        let Value::Object(one) = &mut one.value else { continue };
        let is_range = |said: &&str| !matches!(Versions::parse(said), Ok(Versions::Exactly(_)));
        let Some(range) = text(one, &["version"]).filter(is_range) else { continue };
        let name = text(one, &["name"]).unwrap_or_default();
        let reason = format!("Kratix compares versions to the letter, and `{range}` of `{name}` is a range");
        promise.losses.push(Loss { place: "requires".to_owned(), reason });
        one.remove("version");
    }
}

/// Whether what asks for a promise is in no namespace: all that the promise says otherwise than the language has that of it too.
pub(super) fn is_of_cluster(promise: &Map) -> bool {
    text(promise, &["spec", "api", "spec", "scope"]) == Some("Cluster")
}

/// Puts the labels of the selectors of a promise together, where there are several, as Kratix does (`SquashPromiseScheduling`): it asks for
/// all of them, and of two of one key for the first. Whether there were such; where something else stands in one they stay.
fn gather(promise: &mut Map) -> bool {
    let Some(Value::Array(selectors)) = get_mut(promise, &["spec", "destinationSelectors"]) else { return false };
    let labels = |selector: &Spanned<Value>| match selector.as_object()?.members.as_slice() {
        [] => Some(Vec::new()),
        [only] if &*only.name.value == "matchLabels" => Some(only.value.as_object()?.members.clone()),
        _ => None,
    };
    let (2.., Some(labels)) = (selectors.len(), selectors.iter().map(labels).collect::<Option<Vec<_>>>()) else {
        return false;
    };
    let mut together = Map::default();
    for label in labels.into_iter().flatten() {
        if together.get(&label.name.value).is_none() {
            together.members.push(label);
        }
    }
    let mut selector = Map::default();
    selector.put("matchLabels", Value::Object(together), Origin::Nowhere);
    *selectors = vec![Spanned::new(Value::Object(selector), Origin::Nowhere)];
    true
}

/// Says of destinations of which kind the store of each is.
pub(super) fn name_stores(documents: &mut [Value]) {
    let stores = kinds_of_stores(documents.iter().filter_map(Value::as_object));
    for document in documents {
        let Value::Object(document) = document else { continue };
        let kind = text(document, &["spec", "stateStoreRef", "name"]).and_then(|name| stores.get(name));
        if let Some((kind, reference)) = kind.zip(inner(document, &["spec", "stateStoreRef"]))
            && reference.get("kind").is_none()
        {
            reference.put("kind", Value::String(kind.clone()), Origin::Nowhere);
        }
    }
}

/// The kinds of the state stores among documents, by name; of two of one name that of the first.
fn kinds_of_stores<'d>(documents: impl Iterator<Item = &'d Map>) -> HashMap<Box<str>, Box<str>> {
    let mut kinds = HashMap::new();
    for document in documents {
        let kind = text(document, &["kind"]).filter(|kind| known(kind) == Some(Kind::StateStore));
        if let Some((kind, name)) = kind.zip(text(document, &["metadata", "name"])) {
            kinds.entry(name.into()).or_insert_with(|| kind.into());
        }
    }
    kinds
}

/// Writes out the way in which Kratix logs in to a store where there is a secret and no way is said.
fn log_in(document: &mut Map) {
    let is_bucket = text(document, &["kind"]) == Some("BucketStateStore");
    if let Some(spec) = inner(document, &["spec"])
        && spec.get("secretRef").is_some()
        && spec.get("authMethod").is_none()
    {
        spec.put("authMethod", Value::string(if is_bucket { "accessKey" } else { "basicAuth" }), Origin::Nowhere);
    }
}

/// Writes the server of a bucket without a scheme, as what Kratix hands it to takes it (`minio.New` of minio-go); what there is to tell of that.
fn serve(document: &mut Map) -> Vec<(Fate, &'static str)> {
    let Some(spec) = inner(document, &["spec"]) else { return Vec::new() };
    let Some((scheme, rest)) = text(spec, &["endpoint"]).and_then(|address| address.split_once("://")) else {
        return Vec::new();
    };
    let rest = rest.trim_end_matches('/');
    let (login, server) = rest.rsplit_once('@').map_or((None, rest), |(login, server)| (Some(login), server));
    let (is_clear, is_known) = (scheme == "http", matches!(scheme, "http" | "https"));
    if !is_known || server.contains(['/', '?', '#']) {
        return Vec::new();
    }
    let disarmed = login.map(|_| (Fate::Disarmed, "name a secret where the language has a place for one"));
    let server = Value::string(server);
    spec.put("endpoint", server, Origin::Nowhere);
    if is_clear {
        spec.put("insecure", Value::Bool(true), Origin::Nowhere);
    }
    let mended = (
        Fate::Mended,
        "Kratix takes the name of a server here and no address, and whether it is spoken to with TLS is said by `insecure`",
    );
    std::iter::once(mended).chain(disarmed).collect()
}

/// The object at a way down.
fn inner<'m>(map: &'m mut Map, way: &[&str]) -> Option<&'m mut Map> {
    match get_mut(map, way)? {
        Value::Object(inner) => Some(inner),
        _ => None,
    }
}

/// Our kind of a kind of Kratix.
fn known(kind: &str) -> Option<Kind> {
    KINDS.iter().find(|(theirs, _)| *theirs == kind).map(|(_, kind)| *kind)
}

fn object(map: Map, place: DocumentPlace, recognised: &mut Recognised) {
    let word = |name: &str| map.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    let (version, kind) = (word("apiVersion").to_owned(), word("kind").to_owned());
    // A list of any kinds, or of one, as an API gives it.
    let is_list = version == "v1" && kind == "List" || is_own(&version) && kind.ends_with("List");
    if is_list && let Some(Value::Array(items)) = map.get("items").map(|items| &items.value) {
        let items = items.clone();
        recognised.pages.push(Page::of(&map, &place, |name| name == "items"));
        for (index, item) in items.into_iter().enumerate() {
            let place = place.to("items").to(&index.to_string());
            match item.value {
                Value::Object(map) => object(map, place, recognised),
                _ => recognised.unknown(&place),
            }
        }
        return;
    }
    match known(&kind).filter(|_| is_own(&version)) {
        Some(kind) => recognised.found.push(Found { kind, document: map, place }),
        // What asks for a promise is known once all promises are.
        None if !version.is_empty() && !kind.is_empty() && !is_own(&version) => {
            recognised.found.push(Found { kind: Kind::Request, document: map, place });
        }
        None => recognised.unknown(&place),
    }
}

/// Where a promise of Kratix has the versions of its API.
pub(super) const VERSIONS: [&str; 4] = ["spec", "api", "spec", "versions"];

/// What a resource says it is that asks for a promise, in each version of its API, and whether that is the one that is stored.
pub(super) fn asking(promise: &Map) -> impl Iterator<Item = ((String, String), bool)> {
    let api = |way: &[&str]| text(promise, &[&["spec", "api", "spec"], way].concat());
    let names = api(&["group"]).zip(api(&["names", "kind"]));
    let versions = list(promise, &VERSIONS);
    let of_version = move |(index, version): (usize, &Spanned<Value>)| {
        let ((group, kind), version) = names.zip(version.as_object()?.get("name")?.as_str())?;
        Some(((format!("{group}/{version}"), kind.to_owned()), index == stored(versions)))
    };
    versions.iter().enumerate().filter_map(of_version)
}

/// A promise of several versions with the one alone that is stored.
pub(super) fn narrowed(document: &Map) -> Option<Map> {
    fn keep(map: &mut Map, way: &[&str]) {
        let Some((step, way)) = way.split_first() else { return };
        let member = map.members.iter_mut().find(|member| &*member.name.value == *step);
        match member.map(|member| &mut member.value.value) {
            Some(Value::Object(inner)) => keep(inner, way),
            Some(Value::Array(versions)) => *versions = vec![versions.swap_remove(stored(versions))],
            _ => {}
        }
    }
    (list(document, &VERSIONS).len() > 1).then(|| {
        let mut document = document.clone();
        keep(&mut document, &VERSIONS);
        document
    })
}

/// The index of the version that is stored; the first where none says so.
fn stored(versions: &[Spanned<Value>]) -> usize {
    let is_stored = |version: &Spanned<Value>| {
        version
            .as_object()
            .and_then(|version| version.get("storage"))
            .is_some_and(|stored| stored.value == Value::Bool(true))
    };
    versions.iter().position(is_stored).unwrap_or_default()
}

/// The list at a way down; an empty one where there is none.
fn list<'m>(document: &'m Map, way: &[&str]) -> &'m [Spanned<Value>] {
    let found = way.split_last().and_then(|(last, way)| {
        let map = way.iter().try_fold(document, |map, step| map.get(step)?.as_object())?;
        map.get(last)?.as_array()
    });
    found.unwrap_or_default()
}
