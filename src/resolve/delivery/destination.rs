use super::super::names::Names;
use super::super::value::{flag, lifecycle, name_at, text};
use super::properties;
use crate::model::{Auth, AuthMethod, Destination, Layout, Map, Member, Repository, StateStore, Value};
use crate::source::Spanned;
use crate::syntax::{Entry, Node, Scalar};

/// Lowers a `state-store` node.
pub(super) fn store(node: Node<'_>) -> Option<StateStore> {
    let name = name_at(node, 0, &mut Names::default())?;
    let line = |word: &str| text(node.child(word)?.argument(0)?);
    let otherwise = |value: &str| Spanned::new(value.into(), name.span);
    let url = line("url")?;
    Some(StateStore {
        span: node.head_span(),
        repository: Repository::of(&url.value),
        url,
        branch: line("branch").unwrap_or_else(|| otherwise("main")),
        path: line("path").unwrap_or_else(|| otherwise("")),
        auth: node.child("auth").and_then(auth),
        create: flag(node, 2, "create"),
        lifecycle: lifecycle(node),
        name,
    })
}

fn auth(node: Node<'_>) -> Option<Auth> {
    let word = node.argument(0)?.string()?;
    let method = [AuthMethod::Basic, AuthMethod::Ssh].into_iter().find(|method| method.word() == word)?;
    let secret =
        node.property("secret").and_then(|entry| Some(Spanned::new(entry.string()?.into(), entry.value_span())));
    Some(Auth { span: node.head_span(), method, secret })
}

/// Lowers a `destination` node.
pub(super) fn destination(node: Node<'_>) -> Option<Destination> {
    let names = &mut Names::default();
    let name = name_at(node, 0, names)?;
    let layout = node.child("layout").and_then(|line| line.argument(0)).and_then(Entry::string);
    let path = node.child("path").and_then(|line| text(line.argument(0)?));
    Some(Destination {
        span: node.head_span(),
        store: name_at(node.child("store")?, 0, names)?,
        path: path.unwrap_or_else(|| Spanned::new((*name.value).into(), name.span)),
        labels: node.child("labels").map(labels).unwrap_or_default(),
        layout: if layout == Some(Layout::Flat.word()) { Layout::Flat } else { Layout::Nested },
        strict_labels: node.child("strict-labels").map(Node::span),
        encrypted: node.child("encrypted").map(Node::span),
        drain: node.child("drain").map(Node::span),
        lifecycle: lifecycle(node),
        name,
    })
}

/// The labels of a line. A label is text, however it is written: `tier=1` is `"1"`.
fn labels(node: Node<'_>) -> Map {
    let member = |(key, entry): (&str, Entry<'_>)| Member {
        name: Spanned::new(key.into(), entry.key_span()),
        value: Spanned::new(Value::string(label(entry)), entry.value_span()),
    };
    Map { members: properties(node).into_iter().map(member).collect() }
}

fn label(entry: Entry<'_>) -> String {
    match entry.value() {
        Scalar::String(text) => text.to_owned(),
        Scalar::Bool(value) => value.to_string(),
        Scalar::Null => String::new(),
        Scalar::Integer(_) | Scalar::BigInteger(_) | Scalar::Float(_) => entry.raw().to_owned(),
    }
}
