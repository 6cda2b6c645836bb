//! The objects of Kubernetes in manifests: those of files from disk as far as they can be read.

use super::Object;
use super::output::Output;
use crate::kubernetes::Identity;
use crate::model::{Files, write_json};
use crate::source::Span;
use serde_json::Value as Json;

/// What makes a folder, with all below it, what kustomize reads: its manifests are pieces, of which several may speak of one object.
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The objects that a resource delivers: itself, or what it lists.
pub(super) fn of_resource(manifest: &Output<'_>, identity: Identity, span: Span) -> Vec<Object> {
    let mut found = vec![identity];
    if found.iter().any(|identity| identity.kind.ends_with("List")) {
        let mut json = Vec::new();
        write_json(&manifest.to_value(span), &mut json);
        found.clear();
        collect(&serde_json::from_slice(&json).unwrap_or_default(), &mut found);
    }
    found.into_iter().map(|identity| Object { identity, span, file: None }).collect()
}

/// The objects that the manifests of a `files` step declare. What is no YAML, or no manifest, is none.
pub(super) fn of_files(files: &Files) -> Vec<Object> {
    let pieces: Vec<&str> = files.found.iter().filter_map(|(path, _)| kustomized(path)).collect();
    let whole =
        files.found.iter().filter(|(path, _)| is_yaml(path) && !pieces.iter().any(|folder| path.starts_with(folder)));
    let mut objects = Vec::new();
    for (path, content) in whole {
        let mut found = Vec::new();
        let mut reader: &[u8] = content;
        serde_saphyr::read(&mut reader)
            .filter_map(Result::ok)
            .for_each(|document: Json| collect(&document, &mut found));
        objects.extend(found.into_iter().map(|identity| Object {
            identity,
            span: files.pattern.span,
            file: Some(path.clone()),
        }));
    }
    objects
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

/// The identity of a manifest, or those of its items where it is a list.
pub(super) fn collect(manifest: &Json, found: &mut Vec<Identity>) {
    let (Some(api_version), Some(kind)) = (manifest["apiVersion"].as_str(), manifest["kind"].as_str()) else { return };
    let metadata = &manifest["metadata"];
    match (manifest["items"].as_array(), metadata["name"].as_str()) {
        (Some(items), _) if kind.ends_with("List") => items.iter().for_each(|item| collect(item, found)),
        (_, Some(name)) => found.push(Identity::new(api_version, kind, metadata["namespace"].as_str(), name)),
        (_, None) => {}
    }
}
