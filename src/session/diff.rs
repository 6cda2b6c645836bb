//! What a change of the text means, without any target: one version of a project as if it had been applied, and a plan of another
//! version against it.

use super::allowance::known_in_texts;
use super::at_work::names_requests;
use super::planning::draft;
use super::policies::{compared, warned};
use super::revision::{Version, load_revision_here};
use super::{Disk, Ending, Planning, SessionError, plan};
use crate::apply::{Applied, Run, Targets, Unobserved, apply};
use crate::catalog;
use crate::diff::desired;
use crate::model::{Identity, Project, StateStore};
use crate::plan::{Former, Plan, Restraining, restraints};
use crate::review::{Review, Side};
use crate::secret::{Secret, Secrets, Source, Tripwire};
use crate::store::{self, Store};
use crate::workspace::{Loaded, Unwatched};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What differs between two versions of a project.
#[derive(Debug)]
pub struct Difference {
    /// What an apply of the newer one would do where the older one was applied last and nobody else ever wrote.
    pub plan: Plan,
    /// How many files of KDL differ.
    pub files: usize,
    /// What a reader has to know beside it, in a sentence each.
    pub notes: Vec<String>,
    /// The two versions.
    versions: [Version; 2],
}

impl Difference {
    /// How looking at it ends: also what restrains plans is a change.
    pub fn ending(&self) -> Ending {
        match Ending::of_plan(&self.plan) {
            Ending::Success if self.plan.tells_changes() => Ending::Changes,
            ending => ending,
        }
    }

    /// The plan by the hunks in which the two texts differ.
    pub fn review(&self) -> Review {
        let [from, to] = self.versions.each_ref().map(Version::side);
        Review::of(&self.plan, from, to)
    }
}

/// A project as a revision of its repository has it, for what was planned of it as it is.
///
/// # Errors
/// Where there is no such revision, or where it cannot be read.
pub fn since(disk: &Disk, revision: &str, loaded: &Loaded) -> Result<Version, SessionError> {
    load_revision_here(disk, revision, &loaded.project, |_, loaded| Ok(loaded))
}

impl Version {
    /// A plan of a newer text by the hunks in which that differs from this one.
    pub fn review(&self, loaded: &Loaded, plan: &Plan) -> Review {
        let Loaded { project, placed, sources, .. } = &self.loaded;
        let plan = plan.clone().placed(&Former { objects: &desired(project), files: placed, sources });
        let to = Side { sources: &loaded.sources, project: &loaded.project, commit: plan.source.as_deref() };
        Review::of(&plan, self.side(), to)
    }
}

/// Compares two versions without errors. No target is opened.
///
/// # Errors
/// Where what is to be placed anew is not there; else only where the older version cannot be carried out in memory.
pub fn diff(from: Version, to: Version, planning: Planning) -> Result<Difference, SessionError> {
    names_requests(&to.loaded, &planning)?;
    let (mut from, mut to) = (from, to);
    // A revision lies on no disk: both are compared by their texts.
    from.loaded.take_off_disk();
    to.loaded.take_off_disk();
    let files = differing(&from.loaded, &to.loaded);
    let notes = notes(&from, &to);
    // What belongs together is compared, whatever the project is called.
    let [old, new] = [&mut from.loaded, &mut to.loaded].map(|loaded| Arc::make_mut(&mut loaded.project));
    let newest =
        if new.name.is_some() { (new.name.clone(), new.id.clone()) } else { (old.name.clone(), old.id.clone()) };
    for project in [old, new] {
        (project.name, project.id) = newest.clone();
    }
    let identity = Identity::of(&to.loaded.project);
    let stores = stores(&from.loaded.project);
    let secrets = Secrets::new(Box::new(StandIns), Tripwire::default());
    let delivered = stores.clone();
    let mut targets = Targets {
        identity,
        catalog: Box::new(catalog::Memory::default()),
        stores: boxed(&stores),
        secrets,
        // What is left was declared by the older text.
        looked: Cell::default(),
        reopen: Box::new(move |store| {
            let left = delivered.get(&*store.name.value).cloned();
            Ok(Box::new(left.unwrap_or_else(|| store::Memory::new(&store.name.value, ""))))
        }),
    };
    let first = Planning { now: planning.now, ..Planning::default() };
    let before = plan(&from.loaded, &mut targets, first)?;
    let run = Run { time: planning.now, ..Run::default() };
    apply(&before, &mut targets, &run, &mut Unobserved, &mut Applied::default())?;
    targets.stores = boxed(&kept(&from.loaded.project, &to.loaded.project, &stores));
    let (allowed, now) = (planning.options.allow_delete.clone(), planning.now);
    let plan = draft(&to.loaded, &mut targets, planning, &Unwatched)?;
    known_in_texts(&allowed, &[&from.loaded, &to.loaded], &plan)?;
    // The older text has policies of its own, so that nothing has to be guessed.
    let plan = compared(plan, &warned(&from.loaded.project, &from.loaded.placed, now));
    from.name_files();
    let [old, new] =
        [&from.loaded, &to.loaded].map(|loaded| Restraining { project: &loaded.project, sources: &loaded.sources });
    let plan = Plan { restraints: restraints(old, new), ..plan }.compared(&Former {
        objects: &desired(&from.loaded.project),
        files: &from.loaded.placed,
        sources: &from.loaded.sources,
    });
    // From one environment to another nothing goes: they are there side by side, and there is nothing to be allowed.
    let plan =
        if are_environments(&from, &to) { Plan { guards: Vec::new(), violations: Vec::new(), ..plan } } else { plan };
    Ok(Difference { plan: plan.sealed(), files, notes, versions: [from, to] })
}

/// What a reader has to know beside the plan.
fn notes(from: &Version, to: &Version) -> Vec<String> {
    let mut notes = Vec::new();
    for version in [from, to].into_iter().filter(|version| !version.exists) {
        notes.push(format!("there is no project in {}", version.name));
    }
    let id = |version: &Version| version.loaded.project.name.as_ref().map(|_| Identity::of(&version.loaded.project).id);
    // In each environment it is another one.
    if let (Some(old), Some(new)) = (id(from), id(to))
        && old != new
        && !are_environments(from, to)
    {
        notes.push(format!(
            "the project was {old} and is {new}: what {old} owns has to be taken over, which `adoption force` or \
             `adopt` lines allow"
        ));
    }
    notes
}

/// Whether two versions are of different environments.
fn are_environments(from: &Version, to: &Version) -> bool {
    let [from, to] = [from, to].map(|version| version.loaded.project.environment.as_ref());
    from.zip(to).is_some_and(|(from, to)| from != to)
}

/// How many files of KDL are in one version alone or have another text.
fn differing(from: &Loaded, to: &Loaded) -> usize {
    let texts = |loaded: &Loaded| -> BTreeMap<String, std::sync::Arc<str>> {
        loaded.sources.of_people().map(|(_, file)| (file.name.clone(), file.text.clone())).collect()
    };
    let (from, to) = (texts(from), texts(to));
    let names: BTreeSet<&String> = from.keys().chain(to.keys()).filter(|name| !name.starts_with("std:")).collect();
    names.into_iter().filter(|name| from.get(*name) != to.get(*name)).count()
}

/// A value for every secret, the same for the same name: the two versions are compared by which secrets they refer to.
struct StandIns;

impl Source for StandIns {
    fn value(&self, name: &str) -> Option<Secret> {
        Some(Secret::new(format!("stand-in for {name}")))
    }

    fn advice(&self, _: &str) -> String {
        String::new()
    }
}

type Stores = BTreeMap<String, store::Memory>;

fn stores(project: &Project) -> Stores {
    let owner = Identity::of(project).id;
    let open = |store: &StateStore| {
        let name = store.name.value.to_string();
        (name.clone(), store::Memory::new(&name, &owner))
    };
    project.stores.iter().map(open).collect()
}

/// The stores of the newer version: those at the place where they were, and empty ones.
fn kept(from: &Project, to: &Project, stores: &Stores) -> Stores {
    let mut kept = self::stores(to);
    for store in &to.stores {
        let stays = from.store(&store.name.value).is_some_and(|old| old.place().is(&store.place()));
        if let Some(old) = stores.get(&*store.name.value).filter(|_| stays) {
            kept.insert(store.name.value.to_string(), old.clone());
        }
    }
    kept
}

fn boxed(stores: &Stores) -> BTreeMap<String, Box<dyn Store>> {
    let open = |(name, store): (&String, &store::Memory)| -> (String, Box<dyn Store>) {
        (name.clone(), Box::new(store.clone()))
    };
    stores.iter().map(open).collect()
}
