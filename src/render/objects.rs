//! The objects of Kubernetes in manifests: those of files from disk as far as they can be read.

use super::Object;
use crate::function::Output;
use crate::kubernetes::{self, Identity};
use crate::model::{Files, Value, parse_json, write_json};
use crate::source::Origin;
use serde::Deserialize;
use serde_json::Value as Json;

/// What makes a folder, with all below it, what kustomize reads: its manifests are pieces, of which several may speak of one object.
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The most bytes of a file that is read for its objects; no cluster takes a manifest of this size.
const LARGEST: usize = 16 << 20;

/// What a manifest says of which object it is. The rest of it may be anything.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    api_version: String,
    kind: String,
    metadata: Option<Metadata>,
    /// What a list holds.
    items: Option<Json>,
}

#[derive(Deserialize)]
struct Metadata {
    name: Option<String>,
    namespace: Option<String>,
}

/// The objects that a resource delivers: itself, or what it lists.
pub(super) fn of_resource(manifest: &Output<'_>, identity: Identity, span: Origin) -> Vec<Object> {
    let mut found = vec![identity];
    if found.iter().any(|identity| identity.kind.ends_with("List")) {
        let mut json = Vec::new();
        write_json(&manifest.to_value(span), &mut json);
        found.clear();
        if let Ok(manifest) = serde_json::from_slice::<Manifest>(&json) {
            manifest.collect(&mut found);
        }
    }
    found.into_iter().map(|identity| Object { identity, span, file: None }).collect()
}

/// The objects that the manifests of a `files` step declare. What is no YAML, or no manifest, is none.
pub(super) fn of_files(files: &Files) -> Vec<Object> {
    let pieces: Vec<&str> = files.found.iter().filter_map(|(path, _)| kustomized(path)).collect();
    let mut objects = Vec::new();
    for (path, content) in &files.found {
        if !pieces.iter().any(|folder| path.starts_with(folder)) {
            let object = |identity| Object { identity, span: files.pattern.span, file: Some(path.clone()) };
            objects.extend(identities(path, content).into_iter().map(object));
        }
    }
    objects
}

/// Which objects a file speaks of, by its path and its content, which may be anything: none where it is not called a file of YAML or
/// JSON, or is larger than what a cluster takes. A document that is no manifest is left out, and so is all behind one that is no YAML.
pub fn identities(path: &str, mut content: &[u8]) -> Vec<Identity> {
    let mut found = Vec::new();
    if content.len() > LARGEST || !is_yaml(path) {
        return found;
    }
    for manifest in serde_saphyr::read::<_, Manifest>(&mut content).flatten() {
        manifest.collect(&mut found);
    }
    found
}

/// The documents of a file, by its path and its content, which may be anything: none where it is not called a file of YAML or JSON, or
/// is larger than what a cluster takes; none behind one that is no YAML.
pub fn documents(path: &str, content: &[u8]) -> Vec<Json> {
    if content.len() > LARGEST || !is_yaml(path) {
        return Vec::new();
    }
    kubernetes::documents(content).map_while(Result::ok).collect()
}

/// The same as values of the model: a reference to a secret is that.
pub fn manifests(path: &str, content: &[u8]) -> Vec<Value> {
    let value = |document: Json| parse_json(document.to_string().as_bytes()).ok();
    documents(path, content).into_iter().filter_map(value).collect()
}

/// Whether a file is a piece of what kustomize puts together, by the paths of the files that are delivered with it.
pub fn is_piece<'f>(path: &str, mut files: impl Iterator<Item = &'f str>) -> bool {
    files.any(|file| kustomized(file).is_some_and(|folder| path.starts_with(folder)))
}

/// The folder, with a slash at its end, that a file makes one of kustomize.
fn kustomized(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    KUSTOMIZATIONS.contains(&name).then(|| path.strip_suffix(name))?
}

fn is_yaml(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["yaml", "yml", "json"].iter().any(|known| known.eq_ignore_ascii_case(ending))
}

impl Manifest {
    /// The identity of the object, or those of what a list holds.
    fn collect(&self, found: &mut Vec<Identity>) {
        if let (true, Some(Json::Array(items))) = (self.kind.ends_with("List"), &self.items) {
            let items = items.iter().filter_map(|item| Self::deserialize(item).ok());
            return items.for_each(|item| item.collect(found));
        }
        let Some(Metadata { name: Some(name), namespace }) = &self.metadata else { return };
        found.push(Identity::new(&self.api_version, &self.kind, namespace.as_deref(), name));
    }
}
