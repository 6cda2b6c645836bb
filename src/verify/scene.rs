use super::size::Sizes;
use super::verdict::{Verdict, verdicts};
use super::{Failure, NOW, manifest};
use crate::check::check;
use crate::diag::{Code, Diagnostic, Severity, code};
use crate::model::{
    Address, Blueprint, Declared, Expectation, Given, Kind, Name, Policy, PolicySubject, Project, Promise, Scorecard,
    Test,
};
use crate::object::{Reference, Types};
use crate::render::{Budget, Rendered, place, render_within};
use crate::scorecard::{Scores, evaluate};
use crate::source::{Origin, Spanned};
use std::collections::{HashMap, HashSet};

/// What a test sees, and what follows from it.
pub(super) struct Scene {
    /// The requests that are given, rendered.
    pub(super) rendered: Vec<Rendered>,
    /// The manifests of all requests, as a reader of YAML sees them, where the test asks for some.
    pub(super) manifests: Vec<serde_json::Value>,
    /// The results of the scorecards that the test speaks of.
    pub(super) scores: Vec<Scores>,
    /// The policies that the test speaks of, with what they judge.
    pub(super) policies: Vec<(Name, PolicySubject)>,
    /// What breaks the policies that the test speaks of.
    pub(super) verdicts: Vec<Verdict>,
    /// The errors of what is given.
    pub(super) errors: Vec<Diagnostic>,
}

/// Errors that say that something else is not given too: they count only where a test expects them.
const LACKING: [Code; 2] = [code::UNKNOWN_TARGET, code::NO_DESTINATION];

impl Scene {
    /// Makes what a test gives real, beside the declarations that it needs; all tests share a budget.
    pub(super) fn of(project: &Project, test: &Test, sizes: &Sizes<'_>, budget: &Budget) -> Self {
        let mut little = surroundings(project, test);
        budget.spend(sizes.cost(&little));
        for given in &test.given {
            match given {
                Given::Request(request) => little.requests.push(request.clone()),
                Given::Entity(entity) => little.entities.push(entity.clone()),
            }
        }
        let (rendered, unrendered) = render_within(&little, budget, &|| ());
        let (placed, misplaced) = place(&little, &rendered);
        budget.spend(Sizes::judging(&little, placed.len() + test.given.len()));
        let mut problems = check(&little);
        if problems.has_errors() {
            let elsewhere = elsewhere(project, test);
            problems.retain(|one| !elsewhere.contains(&one.primary.origin));
        }
        // What does not fit its API is told once, not again for what it is rendered to.
        if !problems.has_errors() {
            problems.append(unrendered);
            problems.append(misplaced);
        }
        let problems = problems.sorted().into_iter();
        let mut errors: Vec<Diagnostic> = problems.filter(|one| one.severity == Severity::Error).collect();
        if !errors.is_empty() {
            // What is wrong without what is given is not its fault.
            let before: HashSet<Identity> = check(&surroundings(project, test)).iter().map(identity).collect();
            errors.retain(|one| !before.contains(&identity(one)));
        }
        let asks_for_manifests = |expectation: &Spanned<Expectation>| {
            matches!(expectation.value, Expectation::Resource { .. } | Expectation::NoResource { .. })
        };
        Self {
            manifests: if test.expect.iter().any(asks_for_manifests) { manifest::read(&rendered) } else { Vec::new() },
            scores: evaluate(&little, NOW),
            policies: little.policies.iter().map(|policy| (policy.name.value.clone(), policy.subject.value)).collect(),
            verdicts: verdicts(&little, (&placed, &rendered), test),
            errors,
            rendered,
        }
    }

    /// The errors of what is given that the test does not expect.
    pub(super) fn rejections(&self, test: &Test) -> Vec<Failure> {
        let expected: Vec<&str> = test.expect.iter().filter_map(expected_code).collect();
        let unexpected =
            self.errors.iter().filter(|error| !expected.contains(&error.code.id) && !LACKING.contains(&error.code));
        let failure = |error: &Diagnostic| Failure {
            span: error.primary.origin,
            message: format!("what is given is rejected: {} ({})", error.message, error.code),
            diff: None,
        };
        unexpected.map(failure).collect()
    }
}

/// Where the requests of a test name entities that the project declares: these need not be given too.
fn elsewhere(project: &Project, test: &Test) -> HashSet<Origin> {
    let mut named = entities_named(&project.promises, test);
    if !named.is_empty() {
        let known: HashSet<Address> = project.entities.iter().map(Declared::address).collect();
        named.retain(|reference| known.contains(&reference.to));
    }
    named.into_iter().map(|reference| reference.span).collect()
}

/// The entities that the requests of a test name.
fn entities_named(promises: &[Promise], test: &Test) -> Vec<Reference> {
    let types = Types::new([], promises);
    let all = test.before.iter().chain(&test.given);
    let requests = all.filter(|given| matches!(given, Given::Request(_))).map(Given::declared);
    let references = requests.flat_map(|request| types.of_declared(&request.address(), request));
    references.filter(|reference| reference.to.kind == Kind::Entity).collect()
}

/// What tells a problem from another.
type Identity = (&'static str, Origin, String);

fn identity(diagnostic: &Diagnostic) -> Identity {
    (diagnostic.code.id, diagnostic.primary.origin, diagnostic.message.clone())
}

fn expected_code(expectation: &Spanned<Expectation>) -> Option<&str> {
    match &expectation.value {
        Expectation::Error(code) => Some(&code.value),
        _ => None,
    }
}

/// The declarations that a test needs: a test costs what it touches, however large the project is.
fn surroundings<'p>(project: &'p Project, test: &'p Test) -> Project {
    let scorecards = scorecards(project, test);
    let mut promises: HashSet<&str> = HashSet::new();
    let mut blueprints: Vec<&str> = scorecards.iter().map(|scorecard| &*scorecard.blueprint.value).collect();
    for given in test.before.iter().chain(&test.given) {
        match given {
            Given::Request(request) => drop(promises.insert(&request.promise.value)),
            Given::Entity(entity) => blueprints.push(&entity.blueprint.value),
        }
    }
    promises.extend(&blueprints);
    let promises: Vec<Promise> =
        project.promises.iter().filter(|promise| promises.contains(&*promise.name.value)).cloned().collect();
    let named: HashSet<Name> =
        entities_named(&promises, test).into_iter().map(|reference| reference.to.parent).collect();
    blueprints.extend(project.blueprints.iter().map(|one| &*one.name.value).filter(|name| named.contains(*name)));
    let delivers = !promises.is_empty();
    Project {
        name: project.name.clone(),
        guards: project.guards.clone(),
        blueprints: reachable(project, blueprints),
        scorecards: scorecards.into_iter().cloned().collect(),
        teams: project.teams.clone(),
        users: project.users.clone(),
        stores: if delivers { project.stores.clone() } else { Vec::new() },
        destinations: if delivers { project.destinations.clone() } else { Vec::new() },
        promises,
        policies: policies(project, test),
        ..Project::default()
    }
}

fn scorecards<'p>(project: &'p Project, test: &Test) -> Vec<&'p Scorecard> {
    let named = |expectation: &Spanned<Expectation>| match &expectation.value {
        Expectation::Level { scorecard, .. } | Expectation::Rule { scorecard, .. } => Some(scorecard.value.clone()),
        _ => None,
    };
    let named: HashSet<Name> = test.expect.iter().filter_map(named).collect();
    project.scorecards.iter().filter(|scorecard| named.contains(&scorecard.name.value)).collect()
}

fn policies(project: &Project, test: &Test) -> Vec<Policy> {
    let named = |policy: &&Policy| {
        test.expect.iter().any(
            |expected| matches!(&expected.value, Expectation::Policy { policy: name, .. } if name.value == policy.name.value),
        )
    };
    project.policies.iter().filter(named).cloned().collect()
}

/// Some blueprints and those that their relations lead to, in the order of the project.
fn reachable<'p>(project: &'p Project, mut start: Vec<&'p str>) -> Vec<Blueprint> {
    let by_name: HashMap<&str, &Blueprint> =
        project.blueprints.iter().map(|blueprint| (&*blueprint.name.value, blueprint)).collect();
    let mut found: HashSet<Name> = HashSet::new();
    while let Some(name) = start.pop() {
        let Some(blueprint) = by_name.get(name) else { continue };
        if found.insert(blueprint.name.value.clone()) {
            start.extend(blueprint.relations.iter().map(|relation| &*relation.target.value));
        }
    }
    project.blueprints.iter().filter(|blueprint| found.contains(&blueprint.name.value)).cloned().collect()
}
