use super::names::Names;
use super::template;
use super::value::name_at;
use crate::diag::Diagnostics;
use crate::model::{Action, Declaration, Name, Template, Value};
use crate::source::Spanned;
use crate::syntax::{Entry, Node};

/// The action that a node declares: its object, what is sent, and the address that is called, as it is written.
pub(super) fn action(
    node: Node<'_>,
    declared: &Declaration,
    names: &mut Names,
    diagnostics: &mut Diagnostics,
) -> Option<Action> {
    let backend = node.child("backend");
    let mut action =
        Action::of(declared, backend.map(|backend| sent(backend, names, diagnostics)).unwrap_or_default())?;
    let url = backend.and_then(|backend| backend.property("url")).and_then(Entry::string);
    if let (Some(backend), Some(url)) = (&mut action.backend, url) {
        let setting = backend.settings.members.iter_mut().find(|member| *member.name.value == *"url");
        if let Some(member) = setting {
            member.value.value = Value::string(url);
        }
    }
    Some(action)
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
