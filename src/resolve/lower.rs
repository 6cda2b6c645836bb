//! One file's tree to its part of the project.
//!
//! Total: what the grammar rejects is skipped in silence, since it is diagnosed there.

use super::delivery::Surroundings;
use super::fragment::{DEEPEST, Fragment};
use super::names::Names;
use super::shelf::Lent;
use super::unit::{self, Use};
use super::value::{lifecycle, name_at, text};
use super::{action, body, data, delivery, entity, externs, project, refactoring, renamed, secret};
use crate::model::{Address, Declaration, Kind, Project, is_extern_file};
use crate::syntax::{Node, Tree};

/// Lowers the tree of the file `file`.
pub(super) fn lower(tree: &Tree, file: &str, shelf: &Lent<'_>) -> Fragment {
    let mut fragment = Fragment::default();
    let mut names = Names::default();
    let may_be_secret = secret::WORDS.iter().any(|word| tree.may_say(word));
    for node in tree.nodes() {
        // A pull writes objects and nothing else: a copy that was changed says not who the project is, nor where its catalog lies.
        if is_extern_file(file) && Kind::from_word(node.name()).is_none() {
            continue;
        }
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
        lower_node(node, &Surroundings { file, shelf, tree }, &mut names, &mut fragment);
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
        (_, Some(Kind::Entity)) if data::is_asked(node) => {
            fragment.data.extend(data::Asked::of(node, names, diagnostics));
        }
        (_, Some(Kind::Entity)) => project.entities.extend(entity::entity(node, 0, names, diagnostics)),
        (_, Some(Kind::Request)) => project.requests.extend(delivery::request(node, diagnostics)),
        (_, Some(kind)) => object(kind, node, around, names, fragment),
        ("kinds", _) => project.described.extend(delivery::kinds(node, around, diagnostics)),
        ("defaults", _) => project.defaults.extend(entity::defaults(node, names, diagnostics)),
        ("project", _) => {
            fragment.is_declared = true;
            project::project(node, fragment);
        }
        ("environment", _) => project::environment(node, around.file, fragment),
        ("use", _) => fragment.uses.extend(name_at(node, 0, names).map(|name| Use::of(node, name, around.tree))),
        ("locked", _) => fragment.project.locked.extend(unit::locked(node)),
        ("module", _) if unit::is_module_file(around.file) => {
            let range = node.child("plat").and_then(|child| text(child.argument(0)?));
            diagnostics.extend(range.as_ref().and_then(project::supported));
        }
        ("module", _) => diagnostics.push(unit::misplaced(node)),
        ("extern", _) => project.externs.asked.extend(externs::lower(node)),
        ("test", _) => project.tests.extend(delivery::test(node, diagnostics)),
        ("renamed", _) => project.renamed.extend(renamed::renamed(node, diagnostics)),
        ("removed", _) => {
            diagnostics.extend(refactoring::unclear(node));
            refactoring::lower(node, project);
        }
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
    let (span, lifecycle) = (node.head_span().into(), lifecycle(node));
    let mut declared = Declaration { address, named: name.span, span, body, lifecycle };
    let called = match kind {
        Kind::Action | Kind::Automation | Kind::Blueprint => action::called(kind, node),
        Kind::PromiseRelease => delivery::source(node).into_iter().collect(),
        _ => Vec::new(),
    };
    project.called.extend(called.into_iter().map(|url| (declared.address.clone(), url)));
    // What is more than its body.
    let special = match kind {
        Kind::Action => action::action(node, &declared, names, diagnostics).map(|action| project.actions.push(action)),
        Kind::Automation => {
            let sent = action::sent(Kind::Automation, node, names, diagnostics).into_iter();
            project.sent.extend(sent.map(|value| (declared.address.clone(), value)));
            project.declare(declared);
            return;
        }
        Kind::StateStore => delivery::store(node, &declared, project),
        Kind::Promise => {
            delivery::promise(node, &mut declared, around, diagnostics).map(|one| project.promises.push(one))
        }
        _ => {
            project.declare(declared);
            return;
        }
    };
    if special.is_some() {
        project.objects.push(declared);
    }
}
