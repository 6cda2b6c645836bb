//! The resources of Kratix among the manifests of a folder.

use super::text::{Document, DocumentPlace};
use super::{Found, Recognised};
use crate::model::{Kind, Map, Value};
use crate::source::Origin;

/// The kinds of Kratix, with ours.
const KINDS: [(&str, Kind); 3] =
    [("Promise", Kind::Promise), ("Destination", Kind::Destination), ("GitStateStore", Kind::StateStore)];

/// The group of Kratix's API.
const GROUP: &str = "platform.kratix.io/";

/// The resources in a document: it, or, where it is a list of Kubernetes, each in it.
pub(super) fn recognise(document: Document, recognised: &mut Recognised) {
    let place = document.place();
    match document.value {
        Value::Object(map) => object(map, place, recognised),
        _ => recognised.unknown(&place),
    }
}

/// Writes out what Kratix takes for said where it is not: that one logs in with a password, where there is a secret.
pub(super) fn fill(kind: Kind, document: &mut Map) {
    let spec =
        document.members.iter_mut().find(|member| &*member.name.value == "spec").map(|spec| &mut spec.value.value);
    if let (Kind::StateStore, Some(Value::Object(spec))) = (kind, spec)
        && spec.get("secretRef").is_some()
        && spec.get("authMethod").is_none()
    {
        spec.put("authMethod", Value::string("basicAuth"), Origin::Nowhere);
    }
}

fn object(mut map: Map, place: DocumentPlace, recognised: &mut Recognised) {
    let word = |name: &str| map.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    let (version, kind) = (word("apiVersion").to_owned(), word("kind").to_owned());
    if version == "v1" && kind == "List" {
        let Some(Value::Array(items)) = map.remove("items").map(|items| items.value) else { return };
        for (index, item) in items.into_iter().enumerate() {
            let place = place.to("items").to(&index.to_string());
            match item.value {
                Value::Object(map) => object(map, place, recognised),
                _ => recognised.unknown(&place),
            }
        }
        return;
    }
    let known = KINDS.iter().find(|(theirs, _)| version.starts_with(GROUP) && *theirs == kind);
    match known {
        Some((_, kind)) => recognised.found.push(Found { kind: *kind, document: map, place }),
        // What asks for a promise is known once all promises are.
        None if !version.is_empty() && !kind.is_empty() && !version.starts_with(GROUP) => {
            recognised.found.push(Found { kind: Kind::Request, document: map, place });
        }
        None => recognised.unknown(&place),
    }
}
