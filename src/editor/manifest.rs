//! The fields of a manifest that somebody writes in the body of a `resource`, by the schema of its kind.

use super::Snapshot;
use super::cursor::Cursor;
use super::fields::ITEM;
use crate::grammar::{Position, is_control};
use crate::kubernetes::{Nature, Schema};
use crate::syntax::{Entry, Node};

/// The node that makes a manifest.
const RESOURCE: &str = "resource";
/// What stands on the line of that node, and not in its block.
const ON_LINE: [&str; 2] = ["apiVersion", "kind"];

/// A field of an object in a manifest.
pub(super) struct ManifestField<'k> {
    pub(super) name: &'k str,
    /// What it is, in a word; empty where it may be anything.
    pub(super) detail: &'static str,
    pub(super) is_required: bool,
}

impl Snapshot {
    /// The fields of what the block that holds a place says of a manifest, or of what a node in it says; nothing where that is in none.
    pub(super) fn manifest_fields(
        &self,
        cursor: &Cursor<'_>,
        node: Option<Node<'_>>,
    ) -> Option<Vec<ManifestField<'_>>> {
        let is_manifest = |(node, position): &(Node<'_>, Position<'_>)| {
            node.name() == RESOURCE && matches!(position, Position::Shaped(_))
        };
        let at = cursor.around.iter().rposition(is_manifest)?;
        let (resource, _) = cursor.around.get(at)?;
        let word = |index: usize| resource.argument(index).and_then(Entry::string);
        let schema = self.loaded.project.kinds.schema(word(0)?, word(1)?);
        let inside = cursor.around.iter().skip(at + 1).map(|(node, _)| *node).chain(node);
        let is_top = node.is_none() && cursor.around.len() == at + 1;
        let schema = inside.filter(|node| !is_control(*node)).try_fold(schema, |schema, node| within(schema, node))?;
        let Nature::Object(object) = schema.nature() else { return Some(Vec::new()) };
        let names = object.names().filter(|name| !is_top || !ON_LINE.contains(name));
        let field = |name| ManifestField {
            name,
            detail: object.member(name).map_or("", |member| kind_of(member)),
            is_required: object.requires(name),
        };
        Some(names.map(field).collect())
    }
}

/// What a node says that stands in an object or in a list.
fn within<'k>(schema: Schema<'k>, node: Node<'_>) -> Option<Schema<'k>> {
    match (schema.nature(), node.name()) {
        (Nature::List(items), ITEM) => Some(items),
        // What decides about members has them in blocks of its own.
        (_, "case" | "else") => Some(schema),
        (nature, name) => nature.member(name).ok().flatten(),
    }
}

fn kind_of(schema: Schema<'_>) -> &'static str {
    match schema.nature() {
        Nature::Any => "",
        Nature::List(_) => "list",
        Nature::Map(..) | Nature::Object(_) => "object",
        Nature::Plain => "value",
    }
}
