use super::names::Names;
use super::schema::meta;
use super::value::{lifecycle, name_at};
use crate::model::{Team, User};
use crate::syntax::Node;

/// Lowers a `team` node.
pub(super) fn team(node: Node<'_>, names: &mut Names) -> Option<Team> {
    let name = name_at(node, 0, names)?;
    let lines = node.children().filter(|child| child.name() == "member");
    let members = lines.flat_map(Node::arguments).filter_map(|entry| Some((entry.string()?, entry.value_span())));
    let members = members.map(|(email, span)| names.at(email, span)).collect();
    Some(Team { name, span: node.head_span(), meta: meta(node), members, lifecycle: lifecycle(node) })
}

/// Lowers a `user` node.
pub(super) fn user(node: Node<'_>, names: &mut Names) -> Option<User> {
    Some(User { name: name_at(node, 0, names)?, span: node.head_span(), meta: meta(node), lifecycle: lifecycle(node) })
}
