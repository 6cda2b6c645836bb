//! The fields of the author's own that may stand in the body of an entity, of a request or in a condition.

use super::Snapshot;
use super::cursor::Cursor;
use crate::model::{Base, Blueprint, Project, Promise, Property, Relation, Schema, Value, write_json};
use crate::source::Origin;
use crate::syntax::Node;
use crate::syntax::edit::write_string;

/// A field that a blueprint or a promise declares.
#[derive(Clone, Copy)]
pub(super) enum Field<'p> {
    Property(&'p Property),
    Relation(&'p Relation),
}

impl<'p> Field<'p> {
    pub(super) fn name(self) -> &'p str {
        match self {
            Self::Property(one) => &one.name.value,
            Self::Relation(one) => &one.name.value,
        }
    }

    /// Where its name is declared.
    pub(super) fn declared(self) -> Origin {
        match self {
            Self::Property(one) => one.name.span,
            Self::Relation(one) => one.name.span,
        }
    }

    /// The only values that it may be, as they are written; none where it may be any.
    pub(super) fn words(self) -> Vec<String> {
        match self {
            Self::Property(one) => words(&one.schema),
            Self::Relation(_) => Vec::new(),
        }
    }

    /// Whether each thing must say it.
    pub(super) fn is_demanded(self) -> bool {
        match self {
            Self::Property(one) => one.is_demanded(),
            Self::Relation(one) => one.required.is_some(),
        }
    }

    /// What it is, in a few words.
    pub(super) fn detail(self) -> String {
        match self {
            Self::Property(one) => {
                let required = if one.is_demanded() { ", required" } else { "" };
                format!("{}{required}", kind_of(&one.schema))
            }
            Self::Relation(one) => {
                let many = if one.many.is_some() { ", many" } else { "" };
                format!("relation to {}{many}", one.target.value)
            }
        }
    }

    /// What its author says of it.
    pub(super) fn doc(self) -> String {
        let Self::Property(one) = self else { return String::new() };
        let said = |name: &str| one.schema.json.get(name).and_then(|value| value.as_str());
        let lines = ["title", "description"].into_iter().filter_map(said);
        let mut doc = lines.collect::<Vec<_>>().join(": ");
        if let Some(default) = &one.default {
            let text = if doc.is_empty() { "" } else { "\n\n" };
            doc = format!("{doc}{text}Default: `{}`", shown(&default.value));
        }
        doc
    }
}

/// A value as JSON has it.
pub(super) fn shown(value: &Value) -> String {
    let mut json = Vec::new();
    write_json(value, &mut json);
    String::from_utf8(json).unwrap_or_default()
}

/// The type of a value, as JSON Schema calls it.
fn kind_of(schema: &Schema) -> String {
    let base = schema.base.word();
    match (&schema.format, &schema.items) {
        (Some(format), _) => format!("{base} ({})", format.word()),
        (None, Some(items)) => format!("{base} of {}", items.base.word()),
        (None, None) => base.to_owned(),
    }
}

fn words(schema: &Schema) -> Vec<String> {
    let of_items = schema.items.as_deref().map(words).unwrap_or_default();
    let own = schema.values.iter().map(|value| match value.value.as_str() {
        Some(text) => write_string(text),
        None => shown(&value.value),
    });
    let mut all: Vec<String> = own.chain(of_items).collect();
    if schema.base == Base::Boolean {
        all.extend(["#true".to_owned(), "#false".to_owned()]);
    }
    all
}

impl Snapshot {
    /// The fields that may stand in the block that holds a place, where the names in it are the author's own.
    pub(super) fn fields(&self, cursor: &Cursor<'_>) -> Vec<Field<'_>> {
        let around = &cursor.around;
        let Some(first) = around.iter().rposition(|(node, _)| root(*node).is_some()) else { return Vec::new() };
        let Some((root_node, _)) = around.get(first) else { return Vec::new() };
        let mut fields = self.fields_of(*root_node);
        let is_condition = !matches!(root_node.name(), "entity" | "defaults" | "request");
        for (node, _) in around.iter().skip(first + 1).filter(|_| !is_condition) {
            match node.name() {
                "properties" => fields.retain(|field| matches!(field, Field::Property(_))),
                "relations" => fields.retain(|field| matches!(field, Field::Relation(_))),
                name => fields = inner(&fields, name),
            }
        }
        fields
    }

    /// The field that a node in the block which holds a place gives a value to.
    pub(super) fn field(&self, cursor: &Cursor<'_>, node: Node<'_>) -> Option<Field<'_>> {
        self.fields(cursor).into_iter().find(|field| field.name() == node.name())
    }

    fn fields_of(&self, node: Node<'_>) -> Vec<Field<'_>> {
        let project = &*self.loaded.project;
        let Some(of) = root(node) else { return Vec::new() };
        if node.name() == "request" {
            return promise(project, of)
                .map(|one| one.fields().iter().map(Field::Property).collect())
                .unwrap_or_default();
        }
        let Some(blueprint) = blueprint(project, of) else { return Vec::new() };
        let relations = blueprint.relations.iter().map(Field::Relation);
        blueprint.properties.iter().map(Field::Property).chain(relations).collect()
    }
}

/// The blueprint or the promise whose fields stand in what a node holds.
fn root(node: Node<'_>) -> Option<&str> {
    match node.name() {
        "entity" | "defaults" | "request" => node.argument(0)?.string(),
        "scorecard" | "policy" | "each" => node.property("of").or_else(|| node.property("for"))?.string(),
        _ => None,
    }
}

fn blueprint<'p>(project: &'p Project, name: &str) -> Option<&'p Blueprint> {
    project.blueprints.iter().find(|one| *one.name.value == *name)
}

fn promise<'p>(project: &'p Project, name: &str) -> Option<&'p Promise> {
    project.promises.iter().find(|one| *one.name.value == *name)
}

/// The fields of the value of a field.
fn inner<'p>(fields: &[Field<'p>], name: &str) -> Vec<Field<'p>> {
    let Some(Field::Property(one)) = fields.iter().find(|field| field.name() == name) else { return Vec::new() };
    let schema = if one.schema.fields.is_empty() { one.schema.items.as_deref() } else { Some(&one.schema) };
    schema.map(|schema| schema.fields.iter().map(Field::Property).collect()).unwrap_or_default()
}
