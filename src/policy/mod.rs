//! What a plan may not do, and what objects must satisfy: policies times things to what is broken. Pure.
//!
//! Takes a [`Project`], its files and what a plan does; gives a [`Breach`] for each thing that breaks a policy, in the order of
//! the policies. Conditions mean what they mean in scorecards, and are judged by the same code. Looks at nothing where no policy
//! is declared, and never decides what follows from a breach.
//!
//! # What a policy says
//! It judges the things of its subject for which `when` passes; what cannot be told does not pass. A thing breaks it where
//! `require` does not pass, or where it has no `require`. Without `on` the things are what is declared ([`declared`]), with
//! `on` what a plan does to them ([`planned`]); a policy for plans judges the plan as a whole ([`whole`]).

mod file;
mod manifest;
mod rule;
mod thing;
mod wording;

use crate::model::{Address, Declared, Fact, FieldPath, Kind, Leaf, Object, Policy, PolicySubject, Project, Thing};
use crate::render::{Placed, Rendered};
use crate::scorecard::{Cell, Row, Tables};
use crate::source::Origin;
use file::{placed_file, planned_file};
use manifest::{Lines, Manifest, lines, manifests};
use rayon::prelude::*;
use rule::Rule;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
pub use thing::entity_of;
use thing::{Judged, Lookup, now_and_before};

/// Something that breaks a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach<'p> {
    /// The policy.
    pub policy: &'p Policy,
    /// The object or file; nothing where it is a plan as a whole.
    pub thing: Option<Thing>,
    /// The line that declares it, where it is declared.
    pub span: Option<Origin>,
    /// What is wrong, in a sentence.
    pub message: String,
}

/// What a plan does to one thing.
#[derive(Clone, Debug)]
pub struct Change<'c> {
    /// What is done, as the plan's word.
    pub action: &'static str,
    /// What it is done to, as the plan calls it.
    pub thing: Cow<'c, Thing>,
    /// The project that owns it until then.
    pub owner: Option<&'c str>,
    /// The destinations that a request is delivered to.
    pub places: Places<'c>,
    /// The thing itself.
    pub changed: Changed<'c>,
}

/// Where a request stands, and where it will.
#[derive(Clone, Copy, Debug, Default)]
pub struct Places<'c> {
    /// The destination before a change.
    pub before: Option<&'c str>,
    /// The destination after it; of a request that goes, the one before.
    pub after: Option<&'c str>,
}

/// A thing that a plan changes.
#[derive(Clone, Debug)]
pub enum Changed<'c> {
    /// An object of the catalog.
    Object {
        /// What it is before, under the name that it has then; nothing where there is none.
        before: Option<Object>,
        /// What it is afterwards; nothing where it goes.
        after: Option<Object>,
    },
    /// An object of which nobody knows what it is before: a live one that cannot be read, or a request that is no longer declared and that
    /// only a state store remembers.
    Unknown {
        /// The name that it has then.
        before: Address,
        /// What it is afterwards; nothing where it goes.
        after: Option<Object>,
    },
    /// A file of a state store.
    File(FileFacts<'c>),
}

/// What is known of a file that changes.
#[derive(Clone, Debug, Default)]
pub struct FileFacts<'c> {
    /// Its path below the store's folder.
    pub path: &'c str,
    /// Its state store.
    pub store: &'c str,
    /// The destination that it is for.
    pub destination: Option<&'c str>,
    /// The request that it is rendered for.
    pub request: Option<&'c Address>,
    /// How many lines come.
    pub added: usize,
    /// How many lines go.
    pub removed: usize,
}

/// What breaks the policies without `on`: of the objects that a project declares, of the files that it comes to, and of the objects of
/// Kubernetes in these. `rendered` says which line delivers one. `now`, in seconds since 1970 (UTC), is what `within` counts from.
pub fn declared<'p>(project: &'p Project, placed: &[Placed], rendered: &[Rendered], now: i64) -> Vec<Breach<'p>> {
    let standing = |policy: &&Policy| policy.on.is_empty() && policy.subject.value != PolicySubject::Plan;
    let policies: Vec<&'p Policy> = project.policies.iter().filter(standing).collect();
    if policies.is_empty() {
        return Vec::new();
    }
    let (mut delivered, mut known) = (Vec::new(), Lines::new());
    if policies.iter().any(|policy| policy.subject.value == PolicySubject::Manifest) {
        (delivered, known) = (manifests(placed), lines(rendered));
    }
    let world = World { project, placed, tables: Tables::new(project), manifests: delivered, lines: known };
    told(policies.into_iter().map(|policy| (policy, world.of_policy(&Rule::new(policy, now)))))
}

/// What is judged where nothing is planned.
struct World<'w, 'p> {
    project: &'p Project,
    placed: &'w [Placed],
    tables: Tables<'p>,
    /// The objects of Kubernetes in the files; none where no policy asks for them.
    manifests: Vec<Manifest<'w>>,
    /// The lines that deliver them.
    lines: Lines<'w>,
}

/// The most breaches that are told one by one.
const MOST_TOLD: usize = 10_000;

/// What breaks policies, policy by policy: the first of it, and of each policy how much more there is.
fn told<'p>(found: impl Iterator<Item = (&'p Policy, Vec<Breach<'p>>)>) -> Vec<Breach<'p>> {
    let mut all: Vec<Breach<'p>> = Vec::new();
    let mut left = MOST_TOLD;
    for (policy, mut breaches) in found {
        let more = breaches.len().saturating_sub(left);
        breaches.truncate(left);
        left -= breaches.len();
        all.append(&mut breaches);
        if more > 0 {
            let message = format!("{more} more break it, beside those that are told");
            all.push(Breach { policy, thing: None, span: None, message });
        }
    }
    all
}

impl<'p> World<'_, 'p> {
    fn of_policy(&self, rule: &Rule<'p>) -> Vec<Breach<'p>> {
        let policy = rule.policy;
        match policy.subject.value {
            PolicySubject::Object(kind @ (Kind::Entity | Kind::Request)) => self.of_rows(rule, kind),
            PolicySubject::Object(kind) => {
                let declared = self.project.declared();
                let objects: Vec<_> = declared.into_iter().filter(|one| one.address().kind == kind).collect();
                let judge = |one: &&(dyn Declared + Sync)| {
                    let object = Object { address: one.address(), body: one.body() };
                    let lookup = Lookup::standing(Judged::Body(&object), None);
                    let message = rule.broken(&|path: &FieldPath| lookup.cell(path))?;
                    Some(breach(policy, one.address().into(), one.span(), message))
                };
                objects.par_iter().filter_map(judge).collect()
            }
            PolicySubject::File => {
                let judge = |file: &Placed| {
                    let message = rule.broken(&|path: &FieldPath| placed_file(file, path))?;
                    Some(breach(policy, file.thing(), file.span, message))
                };
                self.placed.par_iter().filter_map(judge).collect()
            }
            PolicySubject::Manifest => {
                let judge = |manifest: &Manifest<'_>| self.of_manifest(rule, manifest);
                self.manifests.par_iter().filter_map(judge).collect()
            }
            PolicySubject::Plan => Vec::new(),
        }
    }

    /// Entities or requests.
    fn of_rows(&self, rule: &Rule<'p>, kind: Kind) -> Vec<Breach<'p>> {
        let of = rule.policy.of.as_ref().map(|of| &*of.value);
        let destinations: HashMap<&Address, &str> = match kind {
            Kind::Request => self.placed.iter().map(|file| (&file.request, &*file.destination)).collect(),
            _ => HashMap::new(),
        };
        let judge = |&(table, row): &(usize, Row<'p>)| {
            let destination = destinations.get(&row.address()).copied();
            let lookup = Lookup::standing(Judged::Row(&self.tables, Some(table), row), destination);
            let message = rule.broken(&|path: &FieldPath| lookup.cell(path))?;
            Some(breach(rule.policy, row.address().into(), row.span(), message))
        };
        self.tables.rows(kind, of).par_iter().filter_map(judge).collect()
    }

    /// An object of Kubernetes: told at the line that gave what is wrong.
    fn of_manifest(&self, rule: &Rule<'p>, manifest: &Manifest<'_>) -> Option<Breach<'p>> {
        let policy = rule.policy;
        if policy.of.as_ref().is_some_and(|of| of.value != *manifest.file.promise()) {
            return None;
        }
        let values = |path: &FieldPath| manifest.cell(path);
        let message = format!("{}: {}", manifest.title(), rule.broken_of(&values, &|path| manifest.holds(path))?);
        let span = manifest.said_at(self.project, &self.lines, rule.culprit(&values));
        Some(breach(policy, manifest.file.thing(), span, message))
    }
}

fn breach(policy: &Policy, thing: Thing, span: Origin, message: String) -> Breach<'_> {
    Breach { policy, thing: Some(thing), span: Some(span), message }
}

/// What is wrong with an object as it is live, where a policy without `on` is about its kind and its fields are paths into its body; of
/// entities and requests nothing.
pub fn of_object(policy: &Policy, object: &Object, now: i64) -> Option<String> {
    let kind = object.address.kind;
    if matches!(kind, Kind::Entity | Kind::Request) || policy.subject.value != PolicySubject::Object(kind) {
        return None;
    }
    let lookup = Lookup::standing(Judged::Body(object), None);
    Rule::new(policy, now).broken(&|path: &FieldPath| lookup.cell(path))
}

/// What breaks the policies with `on`, of what a plan does.
pub fn planned<'p>(project: &'p Project, changes: &[Change<'_>], now: i64) -> Vec<Breach<'p>> {
    let rules: Vec<Rule<'p>> =
        project.policies.iter().filter(|policy| !policy.on.is_empty()).map(|policy| Rule::new(policy, now)).collect();
    if rules.is_empty() || changes.is_empty() {
        return Vec::new();
    }
    let tables = Tables::new(project);
    let of_rule = |rule: &Rule<'p>| -> Vec<Breach<'p>> {
        let of_change = |change: &Change<'_>| {
            let message = of_change(rule, change, &tables)?;
            Some(Breach { policy: rule.policy, thing: Some(change.thing.clone().into_owned()), span: None, message })
        };
        let mut breaches: Vec<Breach<'p>> = changes.par_iter().filter_map(of_change).collect();
        // A request that moves is deleted in one place too: it is told once.
        let mut told = HashSet::new();
        breaches.retain(|breach| told.insert((breach.thing.clone(), breach.message.clone())));
        breaches
    };
    told(rules.iter().map(|rule| (rule.policy, of_rule(rule))))
}

/// What is wrong with a change; nothing where the policy is not about it, or holds.
fn of_change(rule: &Rule<'_>, change: &Change<'_>, tables: &Tables<'_>) -> Option<String> {
    let policy = rule.policy;
    let is_meant = |address: &Address, kind: Kind| {
        address.kind == kind && policy.of.as_ref().is_none_or(|of| of.value == address.parent)
    };
    if !policy.on.iter().any(|action| *action.value == *change.action) {
        return None;
    }
    match (&change.changed, policy.subject.value) {
        (Changed::Object { before, after }, PolicySubject::Object(kind)) => {
            let address = &after.as_ref().or(before.as_ref())?.address;
            if !is_meant(address, kind) {
                return None;
            }
            now_and_before(after.as_ref(), before.as_ref(), tables, |now, before| {
                let lookup = Lookup { policy: Some(policy), change: Some(change), places: change.places, now, before };
                rule.broken(&|path: &FieldPath| lookup.cell(path))
            })
        }
        (Changed::Unknown { before, after }, PolicySubject::Object(kind)) => {
            if !is_meant(after.as_ref().map_or(before, |after| &after.address), kind) {
                return None;
            }
            let before = Some(Judged::Unknown(before));
            now_and_before(after.as_ref(), None, tables, |now, _| {
                let (now, places) = (now.or(before), change.places);
                let lookup = Lookup { policy: Some(policy), change: Some(change), places, now, before };
                rule.maybe_broken(&|path: &FieldPath| lookup.cell(path))
            })
        }
        (Changed::File(file), PolicySubject::File) => rule.broken(&|path: &FieldPath| planned_file(change, file, path)),
        (Changed::Object { .. } | Changed::Unknown { .. } | Changed::File(_), _) => None,
    }
}

/// What breaks the policies for plans. `counts` says how many objects and files, together, the plan changes how.
pub fn whole<'p>(project: &'p Project, counts: &[(Fact, usize)], now: i64) -> Vec<Breach<'p>> {
    let count = |fact: Fact| match fact {
        Fact::Changes => Some(counts.iter().map(|row| row.1).sum()),
        _ => counts.iter().find(|row| row.0 == fact).map(|row| row.1),
    };
    let of_plan = project.policies.iter().filter(|policy| policy.subject.value == PolicySubject::Plan);
    let breach = |policy: &'p Policy| {
        let message = Rule::new(policy, now).broken(&|path: &FieldPath| match path.leaf {
            Leaf::Fact(fact) => count(fact).map_or(Cell::Missing, Cell::count),
            _ => Cell::Missing,
        })?;
        Some(Breach { policy, thing: None, span: None, message })
    };
    of_plan.filter_map(breach).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::{MemoryLoader, resolve};
    use std::fmt::Write;

    #[test]
    fn of_many_breaches_the_first_are_told_and_the_others_counted() {
        let mut text = "project p\nblueprint b\n".to_owned();
        for name in ["one", "two"] {
            let _ = writeln!(text, "policy {name} for=entity of=b {{ description x; require {{ $title present; }}; }}");
        }
        for number in 0..6_000 {
            let _ = writeln!(text, "entity b e{number}");
        }
        let project = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap().project;
        let breaches = declared(&project, &[], &[], 0);
        assert_eq!(breaches.len(), 10_001);
        let last = breaches.last().unwrap();
        assert_eq!(last.message, "2000 more break it, beside those that are told");
        assert_eq!((&*last.policy.name.value, &last.thing), ("two", &None));
    }
}
