//! One file's tree to its part of the project.
//!
//! Total: what the grammar rejects is skipped in silence, since it is diagnosed there.

use super::delivery::Surroundings;
use super::load::DEEPEST;
use super::names::Names;
use super::secret::Login;
use super::shelf::Shelf;
use super::value::name_at;
use super::{action, blueprint, delivery, entity, people, policy, project, refactoring, scorecard, secret};
use crate::diag::Diagnostics;
use crate::grammar::Index;
use crate::model::{Address, Kind, Name, Project};
use crate::source::Spanned;
use crate::syntax::{Node, Tree};

/// What one file says.
#[derive(Debug, Default)]
pub(super) struct Fragment {
    /// What it declares.
    pub(super) project: Project,
    /// The name and line of each `project` node.
    pub(super) projects: Vec<Spanned<Name>>,
    /// Whether it is meant to declare a project, which may not be named.
    pub(super) is_declared: bool,
    /// The modules that it uses.
    pub(super) uses: Vec<Spanned<Name>>,
    /// What it declares so brokenly that the project is without it.
    pub(super) broken: Vec<Address>,
    /// The names that it defines and uses.
    pub(super) index: Index,
    /// What says how to log in.
    pub(super) logins: Vec<Login>,
    /// Its problems.
    pub(super) diagnostics: Diagnostics,
}

/// Lowers the tree of the file `file`.
pub(super) fn lower(tree: &Tree, file: &str, shelf: &Shelf<'_>) -> Fragment {
    let mut fragment = Fragment::default();
    let mut names = Names::default();
    for node in tree.nodes() {
        // What is nested so deep was told, and nothing below here has to be able to follow it.
        if node.deeper_than(DEEPEST).is_some() {
            fragment.broken.extend(refactoring::named_by(node));
            continue;
        }
        secret::judge(node, &mut fragment.diagnostics);
        secret::logins(node, &mut fragment.logins);
        let before = declared(&fragment.project, node.name());
        lower_node(node, &Surroundings { file, shelf }, &mut names, &mut fragment);
        if before == declared(&fragment.project, node.name()) {
            fragment.broken.extend(refactoring::named_by(node));
        }
    }
    fragment
}

/// How many objects of a node's kind there are; nothing for a node that declares none.
fn declared(project: &Project, name: &str) -> Option<usize> {
    Some(match Kind::from_word(name)? {
        Kind::Blueprint => project.blueprints.len(),
        Kind::Team => project.teams.len(),
        Kind::User => project.users.len(),
        Kind::Entity => project.entities.len(),
        Kind::Scorecard => project.scorecards.len(),
        Kind::Action => project.actions.len(),
        Kind::StateStore => project.stores.len(),
        Kind::Destination => project.destinations.len(),
        Kind::Promise => project.promises.len(),
        Kind::Request => project.requests.len(),
    })
}

fn lower_node(node: Node<'_>, around: &Surroundings<'_>, names: &mut Names, fragment: &mut Fragment) {
    let Fragment { project, diagnostics, .. } = fragment;
    match node.name() {
        "project" => {
            fragment.is_declared = true;
            project::project(node, fragment);
        }
        "use" => fragment.uses.extend(name_at(node, 0, names)),
        "team" => project.teams.extend(people::team(node, names)),
        "user" => project.users.extend(people::user(node, names)),
        "blueprint" => project.blueprints.extend(blueprint::blueprint(node, names, diagnostics)),
        "entity" => project.entities.extend(entity::entity(node, 0, names, diagnostics)),
        "scorecard" => project.scorecards.extend(scorecard::scorecard(node, names, diagnostics)),
        "policy" => project.policies.extend(policy::policy(node, names, diagnostics)),
        "action" => project.actions.extend(action::action(node, names, diagnostics)),
        _ => {
            let _ = refactoring::lower(node, project) || delivery::lower(node, around, project, diagnostics);
        }
    }
}

impl Fragment {
    /// Adds what another file says to what files before it said.
    pub(super) fn append(&mut self, mut other: Self) {
        self.index.merge(other.index);
        let (all, more) = (&mut self.project, &mut other.project);
        if all.name.is_none() && more.name.is_some() {
            all.name = more.name.take();
            all.id = more.id.take();
            all.guards = more.guards.clone();
        }
        all.blueprints.append(&mut more.blueprints);
        all.entities.append(&mut more.entities);
        all.scorecards.append(&mut more.scorecards);
        all.actions.append(&mut more.actions);
        all.teams.append(&mut more.teams);
        all.users.append(&mut more.users);
        all.promises.append(&mut more.promises);
        all.requests.append(&mut more.requests);
        all.stores.append(&mut more.stores);
        all.destinations.append(&mut more.destinations);
        all.tests.append(&mut more.tests);
        all.policies.append(&mut more.policies);
        all.moved.append(&mut more.moved);
        all.relocated.append(&mut more.relocated);
        all.removed.append(&mut more.removed);
        all.adopted.append(&mut more.adopted);
        self.broken.append(&mut other.broken);
        self.projects.append(&mut other.projects);
        self.is_declared |= other.is_declared;
        self.uses.append(&mut other.uses);
        self.logins.append(&mut other.logins);
        self.diagnostics.append(other.diagnostics);
    }
}
