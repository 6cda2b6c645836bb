//! The projects of a catalog, and a copy of one.

use super::clean::{clean, one_line};
use super::document::{document, json_line};
use super::{Style, Table, counted, json_lines, named};
use crate::catalog::{Contents, KnownProject, Record};
use crate::model::{Address, Kind, Name, Timestamp, extern_file};
use crate::session::{Forgotten, LetGo, Live, OtherName, ProjectInCatalog, Since};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A line a project: what it is called, its id, how much it owns, when it last applied and from which commit.
pub fn catalog_projects(projects: &[ProjectInCatalog], style: Style) -> String {
    if projects.is_empty() {
        return "No project has written to the catalog yet.\n".to_owned();
    }
    let mut table = Table::new(["project", "id", "owns", "last run", "state", "commit"]);
    for ProjectInCatalog { known, owns, last, lease, unread } in projects {
        let owned = counted(owns.values().sum(), "object");
        let (began, state) = match last {
            Some(run) => (Timestamp(run.began).to_string(), run.state.clone()),
            None if unread.is_empty() => ("never".to_owned(), String::new()),
            None => (String::new(), "unreadable".to_owned()),
        };
        let state = if lease.is_some() { "at work".to_owned() } else { state };
        let commit = last.as_ref().and_then(|run| run.source.clone()).unwrap_or_default();
        table.row(&[&known.name, &known.id, &owned, &began, &state, &commit]);
    }
    table.print(style)
}

/// The same as JSON lines.
pub fn catalog_projects_json(projects: &[ProjectInCatalog]) -> String {
    json_lines(projects.iter().map(|ProjectInCatalog { known, owns, last, lease, unread }| {
        document! {
            id: &known.id,
            name: &known.name,
            owns: words(owns),
            run or Nothing: last.as_ref().map(|run| &run.run),
            state or Nothing: last.as_ref().map(|run| &run.state),
            began or Nothing: last.as_ref().map(|run| Timestamp(run.began).to_string()),
            source or Nothing: last.as_ref().and_then(|run| run.source.as_ref()),
            holder or Nothing: lease.as_ref().map(|lease| &lease.holder),
            unreadable or Nothing: (!unread.is_empty()).then_some(unread),
        }
    }))
}

/// What of the projects of a catalog cannot be read, a line each.
pub fn catalog_projects_unread(projects: &[ProjectInCatalog]) -> Vec<String> {
    let lines = |one: &ProjectInCatalog| {
        let KnownProject { id, name } = &one.known;
        let told = one
            .unread
            .iter()
            .map(|why| clean(&format!("of project {name} ({id}) not all can be read: {why}")).into_owned());
        told.collect::<Vec<_>>()
    };
    projects.iter().flat_map(lines).collect()
}

/// What was pulled of other projects, and what is new of it.
pub fn pulled(live: &Live, style: Style) -> String {
    let Some(pulled) = &live.pulled else {
        return format!("Nothing to pull: {} is what the catalog holds.\n", copy_of(live));
    };
    let mut table = Table::new(["", "address", "owner"]);
    let owners: BTreeMap<&Address, Option<&str>> =
        pulled.objects.iter().map(|(address, owner)| (address, owner.as_deref())).collect();
    for (address, since) in &live.since {
        let owner = owners.get(address).map_or("", |owner| owner.unwrap_or("nobody"));
        table.row(&[&sign(*since), address, &owner]);
    }
    let of = counted(pulled.lock.projects.len(), "other project");
    let renamed: String = renamed(live).into_iter().map(|line| format!("\n{line}\n")).collect();
    format!("{}{renamed}\nPulled {} of {of}.\n", table.print(style), counted(pulled.objects.len(), "object"))
}

/// The same as JSON lines: a line for each object that is used.
pub fn pulled_json(live: &Live) -> String {
    let objects = live.pulled.iter().flat_map(|pulled| &pulled.objects);
    let since: BTreeMap<&Address, Since> = live.since.iter().map(|(address, since)| (address, *since)).collect();
    json_lines(objects.map(|(address, owner)| {
        document! {
            address: address.to_string(),
            owner or Nothing: owner.as_ref(),
            since or Nothing: since.get(address).copied().map(sign),
        }
    }))
}

/// That what was pulled holds what looks like a secret, in clear.
pub fn pulled_secrets(live: &Live) -> Option<String> {
    const MOST: usize = 5;
    let exposed = &live.pulled.as_ref()?.exposed;
    if exposed.is_empty() {
        return None;
    }
    let named = named(exposed.iter().map(|(address, name)| format!("`{name}` of {address}")), MOST);
    Some(one_line(&format!(
        "{} holds what looks like a secret as it stands in the catalog, where each reads it: {named}; have its project name a secret in its place",
        copy_of(live)
    )).into_owned())
}

/// The file that holds what a project uses of others.
fn copy_of(live: &Live) -> Cow<'static, str> {
    extern_file(live.loaded.project.environment.as_deref())
}

/// Says that what a project uses of others is no longer what lies beside it.
pub fn outdated(live: &Live) -> Option<String> {
    const MOST: usize = 5;
    if live.since.is_empty() {
        return None;
    }
    let shown = live
        .since
        .iter()
        .take(MOST)
        .map(|(address, since)| one_line(&format!("{} {address}", sign(*since))).into_owned());
    let rest = live.since.len().saturating_sub(MOST);
    let more = (rest > 0).then(|| format!("and {rest} more"));
    let list: Vec<String> = shown.chain(more).collect();
    let environment = live.loaded.project.environment.as_ref();
    let pull =
        environment.map_or_else(|| "plat catalog pull".to_owned(), |name| format!("plat catalog pull --env {name}"));
    if live.loaded.project.externs.file.is_none() || live.since.iter().all(|(_, since)| *since == Since::New) {
        let what = counted(live.since.len(), "object");
        return Some(format!(
            "{} lacks {what} of other projects ({}); `{pull}` writes it",
            copy_of(live),
            list.join(", ")
        ));
    }
    Some(format!(
        "What is used of other projects is not what {} has ({}); this is about what is used now, and `{pull}` writes it down",
        copy_of(live),
        list.join(", ")
    ))
}

/// Says of what is gone that it is there under another name, a line each.
pub fn renamed(live: &Live) -> Vec<String> {
    let line = |OtherName { from, to, words: [old, new] }: &OtherName| {
        one_line(&format!(
            "{from} is gone, and {to} is there, the same in all but its name: where its owner renamed it, write `{new}` where the text says `{old}`"
        ))
        .into_owned()
    };
    live.renamed.iter().map(line).collect()
}

/// What became of an object, as plans show it.
fn sign(since: Since) -> &'static str {
    match since {
        Since::New => "+",
        Since::Changed => "~",
        Since::Gone => "-",
    }
}

/// What a copy of a catalog holds.
pub fn copied(contents: &Contents, style: Style) -> String {
    let Contents { projects, objects, records, levels, runs } = contents;
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    for (object, _) in objects {
        *counts.entry(object.address.kind).or_default() += 1;
    }
    if projects.is_empty() && objects.is_empty() {
        return "There is nothing to copy.\n".to_owned();
    }
    let mut table = Table::new(["what", "count"]);
    for (kind, count) in &counts {
        table.row(&[&kind.word(), count]);
    }
    let owns = owned(records);
    for KnownProject { id, name } in projects {
        table.row(&[&format!("inventory of {name}"), owns.get(id).unwrap_or(&0)]);
    }
    table.row(&[&"levels", &levels.len()]);
    table.row(&[&"runs", &runs.len()]);
    table.print(style)
}

/// The same as one JSON document on a line.
pub fn copied_json(contents: &Contents) -> String {
    let Contents { projects, objects, records, levels, runs } = contents;
    let owns = owned(records);
    let project = |KnownProject { id, name }: &KnownProject| {
        let owns = owns.get(id).copied().unwrap_or_default();
        let (id, name) = (id.to_string(), name.clone());
        document! { id: id, name: name, owns: owns }
    };
    let projects: Vec<_> = projects.iter().map(project).collect();
    json_line(&document! { objects: objects.len(), projects: projects, levels: levels.len(), runs: runs.len() })
}

/// How many objects each project owns.
fn owned(records: &[Record]) -> BTreeMap<&Name, usize> {
    let mut owns = BTreeMap::new();
    for record in records {
        *owns.entry(&record.project).or_default() += 1;
    }
    owns
}

/// What a catalog forgets with a project, and what it does not.
pub fn forgotten(forgotten: &Forgotten) -> String {
    let Forgotten { project: KnownProject { id, name }, objects, recent, .. } = forgotten;
    let mut out =
        format!("{name} ({id}) owns {} until now, which stay as they are\n", counted(objects.len(), "object"));
    for LetGo { address, is_protected, other_owner, is_live } in objects {
        let protected = is_protected.then(|| "protected".to_owned());
        let other = other_owner.as_ref().map(|other| format!("project {other} owns it too"));
        let gone = (!is_live).then(|| "gone already".to_owned());
        let notes: Vec<String> = protected.into_iter().chain(other).chain(gone).collect();
        let notes = if notes.is_empty() { String::new() } else { format!("  ({})", notes.join(", ")) };
        out.push_str(&format!("    {address}{notes}\n"));
    }
    if let Some(began) = recent {
        out.push_str(&format!("Its last run began at {}.\n", Timestamp(*began)));
    }
    out.push_str(
        "Its state stores keep inventories of their own, which are not reached from here; its journal stays.\n",
    );
    clean(&out).into_owned()
}

/// The same as one JSON document on a line.
pub fn forgotten_json(forgotten: &Forgotten) -> String {
    let Forgotten { project: KnownProject { id, name }, objects, recent, .. } = forgotten;
    let last = recent.map(|began| Timestamp(began).to_string());
    let objects: Vec<_> = objects.iter().map(let_go_json).collect();
    json_line(&document! { id: id, name: name, objects: objects, recent or Nothing: last })
}

fn let_go_json(one: &LetGo) -> impl Serialize {
    let LetGo { address, is_protected, other_owner, is_live } = one;
    document! { address: address, protected: is_protected, other_owner or Nothing: other_owner.as_ref(), live: is_live }
}

fn words(owns: &BTreeMap<Kind, usize>) -> BTreeMap<&'static str, usize> {
    owns.iter().map(|(kind, count)| (kind.word(), *count)).collect()
}
