//! Lowers `promise`, `request`, `state-store`, `destination` and `test` nodes.
//!
//! Total: what the grammar rejects is skipped in silence, since it is diagnosed there.

mod files;
mod kinds;
mod promise;
mod spots;
mod step;
mod test;
#[cfg(test)]
mod tests;

pub(super) use kinds::{kinds, known};
pub(super) use promise::promise;
pub(super) use spots::spots;
pub(super) use test::test;

use super::members::Members;
use super::names::Names;
use super::shelf::Lent;
use super::value::{add_child, add_line, flag, json_in_kdl, lifecycle, name_at, scalar, text};
use crate::diag::Diagnostics;
use crate::model::{Declaration, Map, Member, Project, Request, StateStore, StoreType};
use crate::source::{Origin, Spanned};
use crate::syntax::{Entry, Node, Tree};
use std::collections::HashMap;

/// The namespace of a request that names none, as in Kubernetes.
pub(super) const DEFAULT_NAMESPACE: &str = "default";

/// What stands around a node: its file, and the project's other files.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'l> {
    /// The file's name, relative to the project's folder.
    pub(super) file: &'l str,
    /// The project's other files.
    pub(super) shelf: &'l Lent<'l>,
    /// The file's nodes.
    pub(super) tree: &'l Tree,
}

/// Adds the state store that a node declares: its object, its address as it is written, and whether it is made. A bucket is no more
/// than its object, and its name.
pub(super) fn store(node: Node<'_>, declared: &Declaration, project: &mut Project) -> Option<()> {
    match StoreType::from_word(&text(node.argument(1)?)?.value)? {
        kind @ StoreType::Git => {
            let url = text(node.child("url")?.argument(0)?)?;
            let store = StateStore::of(declared, kind, url, flag(node, 2, "create").map(Into::into))?;
            project.stores.push(store);
        }
        StoreType::Bucket => project.buckets.push(declared.name()),
    }
    Some(())
}

/// The URL that a release lies at.
pub(super) fn source(node: Node<'_>) -> Option<Spanned<Box<str>>> {
    text(node.child("source")?.argument(0)?)
}

/// Lowers a `request` node, or a `given` line of one.
pub(super) fn request(node: Node<'_>, diagnostics: &mut Diagnostics) -> Option<Request> {
    let names = &mut Names::default();
    let property = |key: &str, names: &mut Names| {
        node.property(key).and_then(|entry| Some(names.at(entry.string()?, entry.value_span())))
    };
    let namespace = property("namespace", names);
    let destination = property("destination", names);
    let promise = name_at(node, 0, names)?;
    let name = name_at(node, 1, names)?;
    let namespace =
        namespace.unwrap_or_else(|| Spanned::new(DEFAULT_NAMESPACE.into(), Origin::Default(node.head_span())));
    let mut spec = Members::with_capacity(node.children().count());
    for child in node.children() {
        match child.name() {
            "spec" => child.children().for_each(|field| add_child(field, &mut spec, names, diagnostics)),
            word if Request::WORDS.contains(&word) => {}
            _ => add_child(child, &mut spec, names, diagnostics),
        }
    }
    let metadata = node.child("metadata");
    let said = |word: &str| metadata.and_then(|metadata| metadata.child(word));
    let teams = said("team").into_iter().flat_map(Node::arguments);
    let teams = teams.filter_map(|entry| Some(names.at(entry.string()?, entry.value_span()))).collect();
    let labels = said("labels")
        .map(properties)
        .unwrap_or_default()
        .into_iter()
        .map(|(key, entry)| Member { name: names.at(key, entry.key_span()), value: scalar(entry, diagnostics) });
    let labels = Map { members: labels.collect() };
    let beyond = node.child("only-kratix").map(|child| Box::new(json_in_kdl(child, diagnostics)));
    let on_line: Vec<&str> = Request::WORDS.iter().copied().chain(["namespace", "destination"]).collect();
    add_line(node, &on_line, &mut spec, names, diagnostics);
    Some(Request {
        promise,
        name,
        namespace,
        title: said("title").and_then(|title| text(title.argument(0)?)),
        teams,
        labels,
        destination,
        span: node.head_span().into(),
        spec: spec.finish(),
        beyond,
        lifecycle: lifecycle(node),
    })
}

/// The properties of a node, each key once: the rightmost counts, as KDL says.
pub(super) fn properties(node: Node<'_>) -> Vec<(&str, Entry<'_>)> {
    let mut properties: Vec<(&str, Entry<'_>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for entry in node.properties() {
        let key = entry.key().unwrap_or_default();
        match places.get(key).and_then(|place| properties.get_mut(*place)) {
            Some(earlier) => earlier.1 = entry,
            None => {
                places.insert(key, properties.len());
                properties.push((key, entry));
            }
        }
    }
    properties
}
