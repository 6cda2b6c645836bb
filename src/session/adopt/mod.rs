//! What others changed, written back into the lines of KDL that say it.
//!
//! An edit is only a proposal: it counts where the project, read anew with it, says exactly what is live, and says of everything
//! else what it said before. An object of which one change cannot be written stays as it is.

mod listing;
#[cfg(test)]
mod tests;
mod trial;
mod write;

pub use write::write;

use super::SessionError;
use crate::diag::Edit;
use crate::diff::{Desired, desired};
use crate::drift::{Drift, DriftedField, DriftedFile, DriftedObject, Outcome, Whole};
use crate::model::{Address, Map, Name, Value, covers, fields, set_field};
use crate::object::{canonical, goes_along};
use crate::resolve::Loader;
use crate::source::{FileId, Origin, Span};
use crate::syntax::{Node, Tree, edit, parse};
use crate::workspace::Loaded;
use crate::writer::{Draft, Stuck, change, end_lines, newline_of};
use listing::listing;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What taking changes of others over comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Adoption {
    /// What is taken over, by address.
    pub adopted: Vec<Adopted>,
    /// What cannot be, by address.
    pub refused: Vec<Refusal>,
    /// What was asked for and meets no change of others.
    pub unmet: Vec<String>,
    /// The files that change, by name.
    pub rewrites: Vec<Rewrite>,
    /// What the next apply does to files for it.
    pub delivered: Delivered,
}

/// What becomes of the files of a project whose text is another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// How many are at places, or have contents, that they have not by now.
    pub anew: usize,
    /// How many are nowhere any more.
    pub gone: usize,
}

/// An object of which something is taken over.
#[derive(Clone, Debug, PartialEq)]
pub struct Adopted {
    /// The object.
    pub address: Address,
    /// The line that declares it.
    pub span: Span,
    /// What is taken over.
    pub taken: Taken,
    /// Whether what the text says there was in conflict with it, and is lost.
    pub overwrites: bool,
}

/// What is taken over of an object.
#[derive(Clone, Debug, PartialEq)]
pub enum Taken {
    /// The values of some fields, by path.
    Fields(Vec<String>),
    /// That it is gone.
    Removal,
}

/// An object or a file of which nothing is taken over.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// Its address.
    pub address: String,
    /// The place that would have to say it.
    pub span: Option<Span>,
    /// Why, and what to do instead.
    pub reason: String,
}

/// A file with another text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// Its name, relative to the project's folder.
    pub name: String,
    /// Its text until now.
    pub before: Arc<str>,
    /// Its text with what is taken over.
    pub after: String,
}

/// Works out how the KDL says what others changed, where one of `asked` names it: an address, or an address and a field with `#`
/// between, `*` standing for any text. What nobody can read is refused. Writes nothing.
///
/// # Errors
/// Where the project cannot be read anew.
pub fn adopt(loader: &dyn Loader, loaded: &Loaded, drift: &Drift, asked: &[String]) -> Result<Adoption, SessionError> {
    let mut adoption = Adoption::default();
    let mut met = vec![false; asked.len()];
    let wanted = desired(&loaded.project);
    let mut texts = Texts::default();
    let mut candidates = Vec::new();
    for object in &drift.objects {
        let Some(choice) = choose(object, asked, &mut met) else { continue };
        match choice.and_then(|choice| texts.candidate(loaded, &wanted, object, choice)) {
            Ok(candidate) => candidates.push(candidate),
            Err(stuck) => adoption.refused.push(Refusal {
                address: object.address.to_string(),
                span: object.span.and_then(Origin::text),
                reason: stuck.reason,
            }),
        }
    }
    let outcome = trial::search(loader, loaded, &wanted, &candidates)?;
    adoption.adopted = outcome.adopted;
    adoption.rewrites = outcome.rewrites;
    adoption.delivered = outcome.delivered;
    adoption.refused.extend(outcome.refused);
    adoption.refused.sort_by(|a, b| a.address.cmp(&b.address));
    for file in &drift.files {
        let address = format!("file:{}:{}", file.store, file.path);
        let meets = asked.iter().zip(&mut met).filter(|(asked, _)| covers(asked, &address));
        if meets.map(|(_, met)| *met = true).count() > 0 {
            adoption.refused.push(rendered(file, address, loaded));
        }
    }
    adoption.unmet = asked.iter().zip(met).filter(|(_, met)| !met).map(|(asked, _)| asked.clone()).collect();
    Ok(adoption)
}

/// What of an object is asked for: some fields, or, where others deleted it, its removal; why not, where a pattern means what is in
/// conflict: what the text says there is in no other place.
fn choose<'d>(object: &'d DriftedObject, asked: &[String], met: &mut [bool]) -> Option<Result<Choice<'d>, Stuck>> {
    let address = object.address.to_string();
    let is_conflict = |outcome| outcome == Outcome::Conflict && object.span.is_some();
    let (mut removed, mut illegible) = (false, None);
    let (mut paths, mut guessed): (BTreeSet<&str>, BTreeSet<&str>) = (BTreeSet::new(), BTreeSet::new());
    for (asked, met) in asked.iter().zip(met) {
        let (pattern, field) = asked.split_once('#').map_or((asked.as_str(), None), |(a, field)| (a, Some(field)));
        if !covers(pattern, &address) {
            continue;
        }
        let is_pattern = asked.contains('*');
        match (&object.whole, field) {
            (Some(Whole::Deleted(_)), Some(_)) => {}
            (Some(Whole::Unreadable(_, unreadable)), _) => {
                *met = true;
                illegible = Some(Stuck::new(format!("{unreadable}, so that there is nothing to write down")));
            }
            (Some(Whole::Deleted(outcome)), None) => {
                let outcome = *outcome;
                *met = true;
                removed |= !(is_pattern && is_conflict(outcome));
                guessed.extend((is_pattern && is_conflict(outcome)).then_some(""));
            }
            (None, field) => {
                for found in &object.fields {
                    if field.is_none_or(|field| covers(field, &found.path)) {
                        *met = true;
                        let into = if is_pattern && is_conflict(found.outcome) { &mut guessed } else { &mut paths };
                        into.insert(&found.path);
                    }
                }
            }
        }
    }
    if let Some(stuck) = illegible {
        return Some(Err(stuck));
    }
    guessed.retain(|path| !removed && !paths.contains(path));
    if let Some(first) = guessed.first() {
        return Some(Err(in_conflict(&address, first)));
    }
    match (removed, paths.is_empty()) {
        (true, _) => Some(Ok(Choice::Removal)),
        (false, false) => Some(Ok(Choice::Fields(paths.into_iter().collect()))),
        (false, true) => None,
    }
}

/// Why what is in conflict is not taken over by a pattern; the path is empty for an object that others deleted.
fn in_conflict(address: &str, path: &str) -> Stuck {
    let (what, own) = match path {
        "" => ("it".to_owned(), address.to_owned()),
        path => (format!("`{path}`"), format!("{address}#{path}")),
    };
    Stuck::new(format!("the text says {what} anew, and that would be lost: only its own address takes it over, {own}"))
}

/// What of an object is asked for.
enum Choice<'d> {
    Removal,
    Fields(Vec<&'d str>),
}

fn rendered(file: &DriftedFile, address: String, loaded: &Loaded) -> Refusal {
    let reason = match &file.request {
        Some(request) => {
            let promise = loaded.project.promise(&request.parent);
            let place = promise.map(|promise| loaded.sources.location(promise.span.shown()));
            let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
            format!("a file is rendered: change {request}, or what promise:{}{place} makes of it", request.parent)
        }
        None => "a file is rendered, and no request renders this one any more".to_owned(),
    };
    Refusal { address, span: file.span.and_then(Origin::text), reason }
}

/// One object's text as it would be.
pub(super) struct Candidate {
    adopted: Adopted,
    edit: Edit,
    /// What the object is to say; nothing for one that goes.
    body: Option<Map>,
}

/// The trees of the files that are edited.
#[derive(Default)]
struct Texts {
    trees: BTreeMap<FileId, Tree>,
}

impl Texts {
    fn candidate(
        &mut self,
        loaded: &Loaded,
        wanted: &[Desired<'_>],
        object: &DriftedObject,
        choice: Choice<'_>,
    ) -> Result<Candidate, Stuck> {
        let none = || {
            Stuck::new(
                "it is no longer declared: declare it again, or decide with `plat apply --on-conflict ours`".to_owned(),
            )
        };
        let span = object.span.and_then(Origin::text).ok_or_else(none)?;
        let file = loaded.sources.file(span.file);
        if file.name.starts_with("std:") {
            return Err(Stuck::new(format!("it comes from the module {}, which is a part of plat", file.name)));
        }
        let tree = self.trees.entry(span.file).or_insert_with(|| parse(span.file, &file.text).0);
        let lost = || Stuck::new("its line is not where it is expected");
        let node = tree.node_at(span.start).filter(|node| node.head_span() == span).ok_or_else(lost)?;
        let index = wanted.binary_search_by(|desired| desired.address.cmp(&object.address)).map_err(|_| lost())?;
        let before = wanted[index].declared.body();
        let address = object.address.clone();
        match choice {
            Choice::Removal => {
                let overwrites = object.whole == Some(Whole::Deleted(Outcome::Conflict));
                let mut edit = edit::remove(tree, node).pop().ok_or_else(lost)?;
                end_lines(&mut edit, newline_of(tree.text()));
                Ok(Candidate {
                    adopted: Adopted { address, span, taken: Taken::Removal, overwrites },
                    edit,
                    body: None,
                })
            }
            Choice::Fields(paths) => {
                let is_lost =
                    |field: &DriftedField| field.outcome == Outcome::Conflict && paths.contains(&field.path.as_str());
                let overwrites = object.fields.iter().any(is_lost);
                let mut after = with_live(&before, object, &paths);
                let lost = before
                    .members
                    .iter()
                    .find_map(|member| in_place_of_secret(&member.value, after.get(&member.name.value)?));
                if let Some(secret) = lost {
                    return Err(in_the_clear(secret));
                }
                let mut paths: Vec<String> = paths.into_iter().map(str::to_owned).collect();
                for (path, live) in goes_along(address.kind, [&before, &after.clone()], &object.live) {
                    set_field(&mut after, &path, Some(canonical(address.kind, &path, live).into_owned()));
                    paths.push(path);
                }
                let edit = written(loaded, object, tree, node, [&before, &after])?;
                let taken = Taken::Fields(paths);
                Ok(Candidate { adopted: Adopted { address, span, taken, overwrites }, edit, body: Some(after) })
            }
        }
    }
}

/// A secret in whose place something else stands by now that is no reference to one.
fn in_place_of_secret<'b>(before: &'b Value, after: &Value) -> Option<&'b Name> {
    match (before, after) {
        (Value::Secret(_), Value::Secret(_) | Value::Null) => None,
        (Value::Secret(name), _) => Some(name),
        (Value::Array(before), Value::Array(after)) => {
            before.iter().zip(after).find_map(|(before, after)| in_place_of_secret(before, after))
        }
        (Value::Object(before), Value::Object(after)) => {
            let both = before.members.iter().filter_map(|member| Some((member, after.get(&member.name.value)?)));
            both.into_iter().find_map(|(member, after)| in_place_of_secret(&member.value, after))
        }
        _ => None,
    }
}

/// Why what stands in the place of a secret is not taken over.
fn in_the_clear(secret: &Name) -> Stuck {
    Stuck::new(format!(
        "the text refers to the secret `{secret}` in it, and what is live does not: that may be the secret itself, which stands in no \
         text; `plat apply` sets the reference back"
    ))
}

/// A body with the live values of some fields.
fn with_live(body: &Map, object: &DriftedObject, paths: &[&str]) -> Map {
    let mut after = body.clone();
    for field in object.fields.iter().filter(|field| paths.contains(&field.path.as_str())) {
        let live = field.live.as_ref().map(|live| canonical(object.address.kind, &field.path, live).into_owned());
        set_field(&mut after, &field.path, live);
    }
    after
}

/// The edit that gives an object's node another text.
fn written(
    loaded: &Loaded,
    object: &DriftedObject,
    tree: &Tree,
    node: Node<'_>,
    sides: [&Map; 2],
) -> Result<Edit, Stuck> {
    let mut draft = Draft::of(tree, node);
    let listings = |group: &str, name: &str| listing(&loaded.project, &object.address, group, name);
    change(&object.address, &mut draft, sides, &listings)?;
    Ok(Edit { span: node.span(), text: draft.text().to_owned() })
}

/// The first field in which two bodies differ.
fn first_difference(wanted: &Map, found: &Map) -> Option<String> {
    let (wanted, found) = (fields(wanted), fields(found));
    let differs = |(path, value): &&(String, _)| !found.iter().any(|(other, found)| other == path && found == value);
    let stranger = || found.iter().find(|(path, _)| !wanted.iter().any(|(other, _)| other == path));
    wanted.iter().find(differs).or_else(stranger).map(|(path, _)| path.clone())
}
