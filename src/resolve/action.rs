use super::members::Members;
use super::names::Names;
use super::schema::{meta, property};
use super::template;
use super::value::{lifecycle, name_at, scalar};
use crate::diag::Diagnostics;
use crate::model::{Action, Backend, BackendKind, Operation};
use crate::source::Spanned;
use crate::syntax::Node;

/// Lowers an `action` node. One with an input that has no name or type is left out whole, so that its payload is
/// not blamed for what it lacks.
pub(super) fn action(node: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Option<Action> {
    let name = name_at(node, 0, names)?;
    let word = node.argument(1)?;
    let operation = [Operation::Create, Operation::Update, Operation::Delete]
        .into_iter()
        .find(|operation| Some(operation.word()) == word.string())?;
    let inputs = node.children().filter(|child| child.name() == "input");
    let inputs: Vec<_> = inputs.map(|child| property(child, diagnostics)).collect();
    let backend = node.child("backend").and_then(|child| backend(child, names, diagnostics));
    Some(Action {
        name,
        span: node.head_span(),
        meta: meta(node),
        operation: Spanned::new(operation, word.span()),
        blueprint: name_at(node, 2, names),
        inputs: inputs.into_iter().collect::<Option<_>>()?,
        backend,
        lifecycle: lifecycle(node),
    })
}

fn backend(node: Node<'_>, names: &mut Names, diagnostics: &mut Diagnostics) -> Option<Backend> {
    let word = node.argument(0)?;
    let kind = BackendKind::from_word(word.string()?)?;
    let mut settings = Members::default();
    for entry in node.properties() {
        let name = names.at(entry.key().unwrap_or_default(), entry.key_span());
        let value = scalar(entry, diagnostics);
        settings.add(name, value, diagnostics);
    }
    let lines = node.children().filter(|child| child.name() == "send");
    let send = lines.filter_map(|line| {
        let key = name_at(line, 0, names)?;
        Some((key, template::scalar(line.argument(1)?, diagnostics)))
    });
    Some(Backend {
        kind: Spanned::new(kind, word.span()),
        span: node.head_span(),
        settings: settings.finish(),
        send: send.collect(),
        report_status: node.child("report-status").map(Node::span),
    })
}
