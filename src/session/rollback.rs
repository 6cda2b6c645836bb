//! A project as it was declared at some time, to be what is declared again.

use super::revision::load_revision_here;
use super::runs::begins_with;
use super::{CatalogAt, Disk, Misuse, SessionError, against_catalog, identity_in, open_catalog_at, seconds_now};
use crate::adapter::git::{RevisionError, commit_of};
use crate::apply::parameters;
use crate::catalog::{Catalog, CatalogError, RunRecord};
use crate::credentials::Environment;
use crate::diag::{Diagnostic, Severity, code};
use crate::diff::desired;
use crate::model::{
    Address, Adopt, HandOvers, Moved, Name, NewName, Project, Removed, Renamed, Renames, Scope, SharedCatalog,
};
use crate::plan::{Action, Plan};
use crate::resolve::Loader;
use crate::source::{Origin, Spanned};
use crate::wait::Wait;
use crate::workspace::{Loaded, Unwatched};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a commit that files differ from has behind it.
pub(super) const DIRTY: &str = "-dirty";

/// A project as it was declared then.
#[derive(Debug)]
pub struct Former {
    /// The project, with the catalog and the id that it has now, and with every name that was given since taken back.
    pub loaded: Loaded,
    /// The commit of its text.
    pub commit: String,
    /// What a reader has to know of it, in a sentence each.
    pub notes: Vec<String>,
}

/// The project that a run applied, or that a revision in the words of Git holds; `now` is the project as it is. A run is meant by the
/// beginning of its name.
///
/// # Errors
/// Where there is neither such a run nor such a revision, where it does not hold this project, and where it is not known what the run
/// applied.
pub fn former(disk: &Disk, now: &Loaded, environment: &Environment, asked: &str) -> Result<Former, SessionError> {
    // Such as a variable that is not set: Git takes it for `HEAD`.
    if asked.is_empty() {
        return Err(Misuse::NeitherRunNorRevision(String::new()).into());
    }
    let catalog = open_catalog_at(&CatalogAt::Declared, (disk, &now.project), environment, &Wait::default())?;
    let own = identity_in(&now.project, &*catalog)?.id;
    let Meant { commit, run } = meant(disk, catalog.runs(&own, usize::MAX)?, asked)?;
    let mut notes = Vec::new();
    if now.diagnostics.has_errors() {
        notes.push(
            "The text as it is now has errors, which `plat check` shows: a name that was given since is taken back only where the line that gives \
             it could be read."
                .to_owned(),
        );
    }
    let disk = &match &run {
        Some(run) => {
            let parameters = parameters(run);
            notes.extend(given_then(run, &parameters, &now.project));
            disk.clone().also_with(&parameters)
        }
        None => disk.clone(),
    };
    // What others own is what it is now.
    let live = |loader: &dyn Loader, loaded: Loaded| {
        if loaded.project.externs.asked.is_empty() {
            return Ok(loaded);
        }
        let live = against_catalog(loader, loaded, (&*catalog, &own), seconds_now(), &Unwatched)?.unwritten();
        Ok(live.loaded.missing_what_it_needs())
    };
    let version = load_revision_here(disk, &commit, &now.project, live)?;
    let (mut loaded, name) = (version.loaded, version.name);
    if !version.exists {
        return Err(Misuse::NoProjectThen { folder: disk.root().display().to_string(), revision: name }.into());
    }
    let project = Arc::make_mut(&mut loaded.project);
    let (then, id) = (project.id.take(), now.project.id.as_ref());
    if let (Some(then), Some(id)) = (&then, id)
        && then.value != id.value
    {
        let (then, now) = (then.value.to_string(), id.value.to_string());
        return Err(Misuse::OtherProjectThen { revision: name, then, now }.into());
    }
    project.id = id.map(|id| Spanned::new(id.value.clone(), Origin::Nowhere)).or(then);
    if !is_same_catalog(project.catalog.as_ref(), now.project.catalog.as_ref()) {
        notes.push("The catalog was another one then: it stays where it is now.".to_owned());
    }
    project.catalog.clone_from(&now.project.catalog);
    let moved: Vec<Moved> = given_since(&project.moved, &now.project.moved).map(taken_back).collect();
    let renamed = renamed_back(&project.renamed, &now.project.renamed, &Renames::of(&moved));
    project.moved.extend(moved);
    project.renamed.extend(renamed);
    let handed = handed_back(project, &now.project, (&*catalog, &own))?;
    project.removed.extend(handed);
    Ok(Former { loaded, commit, notes })
}

/// What is meant by a run or a revision.
struct Meant {
    commit: String,
    /// The run, where it is one.
    run: Option<RunRecord>,
}

/// That what was given to a run for parameters of the project is given again, where nothing else is.
fn given_then(run: &RunRecord, then: &BTreeMap<Name, Box<str>>, now: &Project) -> Option<String> {
    let again = then.iter().filter(|(name, _)| !now.given.contains_key(*name));
    let again: Vec<String> = again.map(|(name, text)| format!("{name}={text}")).collect();
    (!again.is_empty()).then(|| format!("As run {} was, this is made with {}.", run.run, again.join(", ")))
}

fn meant(disk: &Disk, runs: Vec<RunRecord>, asked: &str) -> Result<Meant, SessionError> {
    let revision = commit_of(disk.root(), asked);
    let Some(run) = begins_with(asked, runs)? else {
        return match revision {
            Ok(commit) => Ok(Meant { commit, run: None }),
            Err(RevisionError::Unknown { name }) => Err(Misuse::NeitherRunNorRevision(name).into()),
            Err(error) => Err(error.into()),
        };
    };
    let Some(source) = &run.source else { return Err(Misuse::RunOfNoCommit(run.run.clone()).into()) };
    if source.ends_with(DIRTY) {
        return Err(Misuse::RunOfChangedText { run: run.run.clone(), text: source.clone() }.into());
    }
    match revision {
        Ok(commit) if commit != *source && run.run != asked => Err(Misuse::RunOrRevision(asked.to_owned()).into()),
        Ok(_) | Err(RevisionError::Unknown { .. }) => Ok(Meant { commit: source.clone(), run: Some(run) }),
        Err(error) => Err(error.into()),
    }
}

fn is_same_catalog(then: Option<&SharedCatalog>, now: Option<&SharedCatalog>) -> bool {
    match (then, now) {
        (Some(SharedCatalog::Git(then)), Some(SharedCatalog::Git(now))) => then.place().is(&now.place()),
        (Some(SharedCatalog::Postgres(then)), Some(SharedCatalog::Postgres(now))) => {
            then.url.says() == now.url.says() && then.schema.value == now.schema.value
        }
        (None, None) => true,
        (Some(_), _) | (_, Some(_)) => false,
    }
}

/// The names that were given since.
fn given_since<'m>(then: &'m [Moved], now: &'m [Moved]) -> impl Iterator<Item = &'m Moved> {
    fn names(moved: &Moved) -> (&Address, &Address) {
        (&moved.from.value, &moved.to.value)
    }
    let known: BTreeSet<_> = then.iter().map(names).collect();
    now.iter().filter(move |moved| !known.contains(&names(moved)))
}

/// The other way round.
fn taken_back(moved: &Moved) -> Moved {
    let nowhere = |address: &Spanned<Address>| Spanned::new(address.value.clone(), Origin::Nowhere);
    Moved { span: Origin::Nowhere, from: nowhere(&moved.to), to: nowhere(&moved.from) }
}

/// That what was taken over from others stays until they take it back, where the project did not have it then: they do not have it any more, so
/// that nobody would have it. From whom it came the catalog says; of what an older plat took over, the lines that are there now.
fn handed_back(
    then: &Project,
    now: &Project,
    (catalog, own): (&dyn Catalog, &str),
) -> Result<Vec<Removed>, CatalogError> {
    let declared: BTreeSet<Address> = desired(then).into_iter().map(|one| one.address).collect();
    let renames = Renames::of(&then.moved);
    let is_there_then = |address: &Address| {
        declared.contains(address) || declared.contains(&renames.present(address, |name| declared.contains(name)))
    };
    let owned = catalog.observe(own)?.entries.into_iter().filter(|entry| entry.owner.is_some());
    let owned = owned.map(|entry| entry.address).filter(|address| !is_there_then(address));
    let owned: Vec<Address> = owned.collect();
    let ways = catalog.hand_overs(own, &owned)?;
    let named = |address: &Address| {
        let is_it = |line: &&Adopt| line.scope.value.object() == Some(address);
        now.adopted.iter().find(is_it)?.from.as_ref().map(|from| from.value.clone())
    };
    let waits = |(address, ways): (Address, HandOvers)| {
        let owner = ways.last().map(|last| last.from.clone()).or_else(|| named(&address))?;
        Some(Removed {
            span: Origin::Nowhere,
            scope: Spanned::new(Scope::Object(address), Origin::Nowhere),
            keep: None,
            to_project: Some(Spanned::new(owner, Origin::Nowhere)),
        })
    };
    Ok(owned.into_iter().zip(ways).filter_map(waits).collect())
}

/// The names of members, and of their values, that were given since, the other way round.
fn renamed_back(then: &[Renamed], now: &[Renamed], moved: &Renames<'_>) -> Vec<Renamed> {
    let nowhere = |name: &Name| Spanned::new(name.clone(), Origin::Nowhere);
    let mut back: Vec<Renamed> = Vec::new();
    // Those of members come first: the values are told of by what their members were called then.
    let (members, values): (Vec<_>, Vec<_>) = now.iter().partition(|one| matches!(one.to, NewName::Member(_)));
    for line in members.into_iter().chain(values) {
        let of = moved.last(&line.of).map_or_else(|| line.of.clone(), |(of, _)| of);
        let is_of = |one: &&Renamed| one.of == of && one.group == line.group;
        let line = match &line.to {
            NewName::Member(to) => Renamed {
                span: Origin::Nowhere,
                of: of.clone(),
                group: line.group,
                member: nowhere(&to.value),
                to: NewName::Member(nowhere(&line.member.value)),
            },
            NewName::Value { old, new } => {
                let mut member = &line.member.value;
                for _ in 0..back.len() {
                    let was = |one: &Renamed| one.member.value == *member;
                    let Some(one) = back.iter().filter(is_of).find(|one| was(one)) else { break };
                    let NewName::Member(name) = &one.to else { break };
                    member = &name.value;
                }
                let to = NewName::Value { old: new.clone(), new: old.clone() };
                Renamed { span: Origin::Nowhere, of: of.clone(), group: line.group, member: nowhere(member), to }
            }
        };
        if !then.iter().filter(is_of).any(|known| is_reverse(known, &line)) {
            back.push(line);
        }
    }
    back
}

/// Whether of two names in one group each takes back the other.
fn is_reverse(one: &Renamed, other: &Renamed) -> bool {
    match (&one.to, &other.to) {
        (NewName::Member(to), NewName::Member(from)) => {
            to.value == other.member.value && from.value == one.member.value
        }
        (NewName::Value { old, new }, NewName::Value { old: from, new: to }) => {
            one.member.value == other.member.value && old.value == to.value && new.value == from.value
        }
        _ => false,
    }
}

/// What helps where a text of then uses what others no longer have, or does not fit what they made of it since; nothing where neither is what is
/// wrong with it.
pub fn way_around_others(then: &Loaded) -> Option<&'static str> {
    if !then.diagnostics.has_errors() {
        return None;
    }
    let is_missing = |one: &Diagnostic| one.code == code::EXTERN_OF_NOTHING;
    if then.diagnostics.iter().any(is_missing) {
        return Some(
            "That text needs what others no longer have: where this project took it over from one, let that one take it back first; else their \
             project brings it back, as by `plat rollback` there; or take what needs it out of the text as it is now, after `git revert` of what came since, and apply that.",
        );
    }
    let is_of_meaning = |one: &Diagnostic| one.severity == Severity::Error && !one.code.is_of_words();
    let may_be = !then.project.externs.asked.is_empty() && then.diagnostics.iter().any(is_of_meaning);
    may_be.then_some(
        "Where that text was right then, what others own is another thing by now, and is not taken back here: their project does that, as by `plat \
         rollback` there; or put right what does not fit in the text as it is now, after `git revert` of what came since, and apply that.",
    )
}

/// What a plan back cannot bring back, in a sentence each.
pub fn not_brought_back(plan: &Plan) -> Vec<String> {
    let made: Vec<String> = plan
        .operations
        .iter()
        .filter(|operation| operation.object().is_some() && operation.action == Action::Create)
        .map(|operation| operation.thing.to_string())
        .collect();
    let mut notes = Vec::new();
    if let [first, rest @ ..] = &*made {
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        notes.push(format!(
            "Made anew: {first}{more}. What others wrote into them before they went, when they were made, and their history do not come back."
        ));
    }
    notes
}
