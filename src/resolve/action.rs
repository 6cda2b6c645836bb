use super::names::Names;
use super::template;
use super::value::name_at;
use crate::diag::Diagnostics;
use crate::grammar::{Form, Manner, NodeShape, Part, language};
use crate::model::{Action, Declaration, Kind, Template};
use crate::source::Spanned;
use crate::syntax::Node;

/// The action that a node declares: its object, and what is sent.
pub(super) fn action(
    node: Node<'_>,
    declared: &Declaration,
    names: &mut Names,
    diagnostics: &mut Diagnostics,
) -> Option<Action> {
    Action::of(declared, sent(Kind::Action, node, names, diagnostics))
}

/// The URLs that a portal calls for an object of a kind, in the lines of its node, as they are written.
pub(super) fn called(kind: Kind, node: Node<'_>) -> Vec<Spanned<Box<str>>> {
    let urls = lines(kind, node).flat_map(|(line, form, told)| {
        form.written(told).filter_map(move |part| match part {
            Part::Property(parameter) if language().is_address(parameter) => line.property(parameter.name()),
            _ => None,
        })
    });
    urls.filter_map(|url| Some(Spanned::new(url.string()?.into(), url.value_span()))).collect()
}

/// What the backend of an action or an automation is sent: its payload, and the headers around it.
pub(super) fn sent(
    kind: Kind,
    node: Node<'_>,
    names: &mut Names,
    diagnostics: &mut Diagnostics,
) -> Vec<Spanned<Template>> {
    let inner = lines(kind, node).flat_map(|(line, form, _)| line.children().map(move |inner| (inner, form)));
    let sent = inner.filter_map(|(line, form)| {
        let (_, at) = language().child(form.slot_of(line)?);
        match at?.manner {
            Manner::Entry => name_at(line, 0, names).map(|_| template::behind(line, 1, diagnostics)),
            Manner::Template => Some(template::behind(line, 0, diagnostics)),
            _ => None,
        }
    });
    sent.collect()
}

/// The lines of the node of an object of a kind, each with what it may hold.
fn lines<'n>(kind: Kind, node: Node<'n>) -> impl Iterator<Item = (Node<'n>, &'static Form, usize)> {
    let form = language().object(kind.word()).and_then(NodeShape::plain);
    form.into_iter().flat_map(move |form| {
        node.children().filter_map(move |line| {
            let (form, told) = language().child(form.slot_of(line)?).0.form_of(line)?;
            Some((line, form, told))
        })
    })
}
