//! Lowers `moved`, `removed` and `adopt` nodes.
//!
//! Total: what the grammar rejects is skipped in silence, since it is diagnosed there.

use super::value::flag;
use crate::diag::{Diagnostic, code};
use crate::model::{Address, Adopt, Cleared, Kind, Moved, Name, Project, Relocated, Removed, Scope};
use crate::source::{Span, Spanned};
use crate::syntax::{Entry, Node};
use std::collections::HashSet;

/// Lowers a node that says what becomes of an object; false where the node is of another kind.
pub(super) fn lower(node: Node<'_>, project: &mut Project) {
    match node.name() {
        "moved" if node.argument(0).is_some() => project.relocated.extend(relocated(node)),
        "moved" => project.moved.extend(moved(node)),
        "removed" if unowned(node).is_some() => project.cleared.extend(cleared(node)),
        "removed" => project.removed.extend(removed(node)),
        "adopt" => project.adopted.extend(adopt(node)),
        _ => {}
    }
}

fn moved(node: Node<'_>) -> Option<Moved> {
    let (from, to) = (address(node.property("from")?)?, address(node.property("to")?)?);
    Some(Moved { span: node.head_span().into(), from, to })
}

/// What is wrong with a `removed` node that says more than one thing of what becomes of what it speaks of.
pub(super) fn unclear(node: Node<'_>) -> Option<Diagnostic> {
    let (project, keep) = (node.property("to-project").map(Entry::key_span), flag(node, 1, "keep"));
    let (later, first, message, help) = match (project, keep, unowned(node)) {
        (Some(project), Some(keep), _) => {
            let message = "`removed` lets go of something, and gives it to another project";
            (project, keep, message, "keep one of them: what another project takes over needs no `keep`")
        }
        (Some(other), None, Some(unowned)) | (None, Some(other), Some(unowned)) => {
            let message = "`removed` speaks of what nobody owns, and of what the project has";
            (other, unowned, message, "keep one of them: with `unowned` the line deletes what nobody owns")
        }
        _ => return None,
    };
    Some(Diagnostic::error(code::EXCLUSIVE_PARTS, later, message).other(first, "this is here already").help(help))
}

/// The place of the word that says that nobody owns what goes.
fn unowned(node: Node<'_>) -> Option<Span> {
    flag(node, 1, "unowned")
}

fn relocated(node: Node<'_>) -> Option<Relocated> {
    let (from, to) = (address(node.property("from")?)?, address(node.property("to")?)?);
    Some(Relocated { span: node.head_span().into(), requests: scope(node.argument(0)?)?, from, to })
}

fn removed(node: Node<'_>) -> Option<Removed> {
    let scope = scope(node.argument(0)?)?;
    let keep = flag(node, 1, "keep").map(Into::into);
    Some(Removed { span: node.head_span().into(), scope, keep, to_project: project_id(node, "to-project") })
}

fn cleared(node: Node<'_>) -> Option<Cleared> {
    Some(Cleared { span: node.head_span().into(), scope: scope(node.argument(0)?)? })
}

fn adopt(node: Node<'_>) -> Option<Adopt> {
    let scope = scope(node.argument(0)?)?;
    Some(Adopt { span: node.head_span().into(), scope, from: project_id(node, "from") })
}

/// The id of a project that a property says.
fn project_id(node: Node<'_>, key: &str) -> Option<Spanned<Name>> {
    let entry = node.property(key)?;
    Some(Spanned::new(Name::from(entry.string()?), entry.value_span()))
}

/// The object that a node declares by its first argument alone, even where the rest of it is broken.
pub(super) fn named_by(node: Node<'_>) -> Option<Address> {
    let kind = Kind::from_word(node.name()).filter(|kind| !matches!(kind, Kind::Entity | Kind::Request))?;
    Some(Address::new(kind, node.argument(0)?.string()?.into()))
}

/// Takes out the lines that speak of objects whose declarations are broken, so that nobody says that they are not declared.
pub(super) fn forget_broken(broken: &[Address], project: &mut Project) {
    let broken: HashSet<&Address> = broken.iter().collect();
    if broken.is_empty() {
        return;
    }
    project.moved.retain(|moved| !broken.contains(&moved.to.value) && !broken.contains(&moved.from.value));
    project.relocated.retain(|moved| !broken.contains(&moved.to.value));
    // What a pattern covers may be what is broken.
    let is_broken = |scope: &Scope| broken.iter().any(|address| scope.covers(address));
    project.adopted.retain(|adopt| !is_broken(&adopt.scope.value));
}

/// What an argument speaks of.
fn scope(entry: Entry<'_>) -> Option<Spanned<Scope>> {
    let scope = Scope::parse(entry.string()?).filter(|scope| scope.object().is_none_or(is_whole))?;
    Some(Spanned::new(scope, entry.value_span()))
}

/// The address that an argument or a property is.
fn address(entry: Entry<'_>) -> Option<Spanned<Address>> {
    let address = Address::parse(entry.string()?).filter(is_whole)?;
    Some(Spanned::new(address, entry.value_span()))
}

/// Whether no name is missing.
fn is_whole(address: &Address) -> bool {
    let below = match address.kind {
        Kind::Request => {
            address.name.split_once('/').is_some_and(|(namespace, name)| !namespace.is_empty() && !name.is_empty())
        }
        _ => !address.name.is_empty(),
    };
    below && (!address.parent.is_empty() || !matches!(address.kind, Kind::Entity | Kind::Request))
}
