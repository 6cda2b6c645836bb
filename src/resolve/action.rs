use super::names::Names;
use super::template;
use super::value::name_at;
use crate::diag::Diagnostics;
use crate::model::{Action, Declaration, Name, Template};
use crate::source::Spanned;
use crate::syntax::Node;

/// The action that a node declares: its object, and what is sent.
pub(super) fn action(
    node: Node<'_>,
    declared: &Declaration,
    names: &mut Names,
    diagnostics: &mut Diagnostics,
) -> Option<Action> {
    let send = node.child("backend").map(|backend| sent(backend, names, diagnostics));
    Action::of(declared, send.unwrap_or_default())
}

/// The URL that an action or an automation calls, as it is written.
pub(super) fn called(node: Node<'_>) -> Option<Spanned<Box<str>>> {
    let url = node.child("backend")?.property("url")?;
    Some(Spanned::new(url.string()?.into(), url.value_span()))
}

fn sent(
    backend: Node<'_>,
    names: &mut Names,
    diagnostics: &mut Diagnostics,
) -> Vec<(Spanned<Name>, Spanned<Template>)> {
    let lines = backend.children().filter(|child| child.name() == "send");
    let sent = lines.filter_map(|line| {
        let key = name_at(line, 0, names)?;
        Some((key, template::scalar(line.argument(1)?, diagnostics)))
    });
    sent.collect()
}
