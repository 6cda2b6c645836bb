//! One file's tree to its part of the project.
//!
//! Total: what the grammar rejects is skipped in silence, since it is diagnosed there.

use super::delivery::Surroundings;
use super::load::DEEPEST;
use super::names::Names;
use super::secret::Login;
use super::shelf::Lent;
use super::value::{lifecycle, name_at};
use super::{action, body, delivery, entity, policy, project, refactoring, secret};
use crate::diag::Diagnostics;
use crate::grammar::Index;
use crate::model::{Address, Declaration, Kind, Name, Project};
use crate::source::Spanned;
use crate::syntax::{Node, Tree};

/// What one file says.
#[derive(Clone, Debug, Default)]
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
pub(super) fn lower(tree: &Tree, file: &str, shelf: &Lent<'_>) -> Fragment {
    let mut fragment = Fragment::default();
    let mut names = Names::default();
    let may_be_secret = secret::WORDS.iter().any(|word| tree.may_say(word));
    for node in tree.nodes() {
        // What is nested so deep was told, and nothing below here has to be able to follow it.
        if node.deeper_than(DEEPEST).is_some() {
            fragment.broken.extend(refactoring::named_by(node));
            continue;
        }
        if may_be_secret {
            secret::judge(node, &mut fragment.diagnostics);
            secret::logins(node, &mut fragment.logins);
        }
        let before = declared(&fragment.project);
        lower_node(node, &Surroundings { file, shelf }, &mut names, &mut fragment);
        if Kind::from_word(node.name()).is_some() && before == declared(&fragment.project) {
            fragment.broken.extend(refactoring::named_by(node));
        }
    }
    fragment
}

/// How many objects there are.
fn declared(project: &Project) -> usize {
    project.objects.len() + project.entities.len() + project.requests.len()
}

fn lower_node(node: Node<'_>, around: &Surroundings<'_>, names: &mut Names, fragment: &mut Fragment) {
    let Fragment { project, diagnostics, .. } = fragment;
    match (node.name(), Kind::from_word(node.name())) {
        (_, Some(Kind::Entity)) => project.entities.extend(entity::entity(node, 0, names, diagnostics)),
        (_, Some(Kind::Request)) => project.requests.extend(delivery::request(node, diagnostics)),
        (_, Some(kind)) => object(kind, node, around, names, fragment),
        ("project", _) => {
            fragment.is_declared = true;
            project::project(node, fragment);
        }
        ("use", _) => fragment.uses.extend(name_at(node, 0, names)),
        ("policy", _) => project.policies.extend(policy::policy(node, names, diagnostics)),
        ("test", _) => project.tests.extend(delivery::test(node, diagnostics)),
        _ => refactoring::lower(node, project),
    }
}

/// Lowers a node that declares an object which is neither an entity nor a request. One of which something is missing that others
/// depend on is left out whole, so that these are not blamed for what it lacks.
fn object(kind: Kind, node: Node<'_>, around: &Surroundings<'_>, names: &mut Names, fragment: &mut Fragment) {
    let Fragment { project, diagnostics, .. } = fragment;
    let Some(name) = name_at(node, 0, names) else { return };
    let Some(body) = body::body(kind, &name.value, node, diagnostics) else { return };
    let address = Address::new(kind, name.value);
    let (span, lifecycle) = (node.head_span(), lifecycle(node));
    let declared = Declaration { address, named: name.span, span, body, lifecycle };
    // What is more than its body.
    let special = match kind {
        Kind::Action => action::action(node, &declared, names, diagnostics).map(|action| project.actions.push(action)),
        Kind::StateStore => delivery::store(node, &declared).map(|store| project.stores.push(store)),
        Kind::Promise => delivery::promise(node, &declared, around, diagnostics).map(|one| project.promises.push(one)),
        _ => {
            project.declare(declared);
            return;
        }
    };
    if special.is_some() {
        project.objects.push(declared);
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
        all.objects.append(&mut more.objects);
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
