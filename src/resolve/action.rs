use super::names::Names;
use super::template;
use super::value::name_at;
use crate::diag::Diagnostics;
use crate::model::{Action, Declaration, Template};
use crate::source::Spanned;
use crate::syntax::Node;

/// The action that a node declares: its object, and what is sent.
pub(super) fn action(
    node: Node<'_>,
    declared: &Declaration,
    names: &mut Names,
    diagnostics: &mut Diagnostics,
) -> Option<Action> {
    Action::of(declared, sent(node, names, diagnostics))
}

/// The lines that say a URL which a portal calls.
const CALLS: [&str; 3] = ["backend", "approval-notification", "changelog"];

/// The URLs that a portal calls for an action, an automation or a blueprint, as they are written.
pub(super) fn called(node: Node<'_>) -> Vec<Spanned<Box<str>>> {
    let urls = CALLS.into_iter().filter_map(|line| node.child(line)?.property("url"));
    urls.filter_map(|url| Some(Spanned::new(url.string()?.into(), url.value_span()))).collect()
}

/// What the backend of an action or an automation is sent: its payload, and the headers around it.
pub(super) fn sent(node: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Vec<Spanned<Template>> {
    let lines = node.child("backend").into_iter().flat_map(Node::children);
    let sent = lines.filter_map(|line| match line.name() {
        "send" | "header" => name_at(line, 0, names).map(|_| template::behind(line, 1, diagnostics)),
        "payload" => Some(template::behind(line, 0, diagnostics)),
        _ => None,
    });
    sent.collect()
}
