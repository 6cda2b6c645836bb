//! The fields of the author's own that may stand in the body of an entity, of a request or in a condition.

use super::Snapshot;
use super::cursor::Cursor;
use crate::grammar::Position;
use crate::model::{
    Base, Blueprint, Entity, Kind, Leaf, PolicySubject, Promise, Property, Relation, Request, Schema, Value, write_json,
};
use crate::resolve::OverlayVerb;
use crate::source::Origin;
use crate::syntax::edit::write_string;
use crate::syntax::{Entry, Node};

/// The name of a node that is an item of a list.
pub(super) const ITEM: &str = "-";

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
    /// The fields that may stand in the block that holds a place, where the names in it are the author's own; in a condition those at the end
    /// of a way.
    pub(super) fn fields(&self, cursor: &Cursor<'_>, way: &[&str]) -> Vec<Field<'_>> {
        let Some((root, inside)) = self.root(cursor) else { return Vec::new() };
        let fields = self.fields_of(root);
        if root.is_condition {
            return self.behind_all(fields, way);
        }
        inside.iter().enumerate().fold(fields, |fields, (depth, (node, _))| match node.name() {
            ITEM => fields,
            name if depth == 0 && root.has_group(name) => in_group(fields, name),
            // What is put in the place of a line of an overlay is called by its first word.
            verb if cursor.is_in_overlay() && OverlayVerb::from_word(verb).is_some() => {
                node.argument(0).and_then(Entry::string).map(|name| inner(&fields, name)).unwrap_or_default()
            }
            name => inner(&fields, name),
        })
    }

    /// The fields of what is declared around a place that are in a group of its body.
    pub(super) fn fields_of_group(&self, cursor: &Cursor<'_>, group: &str) -> Vec<Field<'_>> {
        let root = self.root(cursor).map(|(root, _)| root).filter(|root| root.has_group(group));
        root.map(|root| in_group(self.fields_of(root), group)).unwrap_or_default()
    }

    /// The fields that may stand as keys on the line of a node in the block which holds a place: those of its value.
    pub(super) fn fields_on(&self, cursor: &Cursor<'_>, node: Node<'_>) -> Vec<Field<'_>> {
        match node.name() {
            ITEM => self.fields(cursor, &[]),
            _ => self.field(cursor, node).map(|field| inner(&[field], field.name())).unwrap_or_default(),
        }
    }

    /// The field whose list the innermost block around a place is.
    pub(super) fn list(&self, cursor: &Cursor<'_>) -> Option<Field<'_>> {
        self.root(cursor).filter(|(root, _)| !root.is_condition)?;
        let mut outside = cursor.clone();
        let (node, _) = outside.around.pop()?;
        self.field(&outside, node).filter(|field| matches!(field, Field::Property(one) if one.schema.items.is_some()))
    }

    /// The field that a node in the block which holds a place gives a value to, or that it asks for.
    pub(super) fn field(&self, cursor: &Cursor<'_>, node: Node<'_>) -> Option<Field<'_>> {
        self.field_of(cursor, node.name())
    }

    /// The field of a name, or at the end of a way, in the block that holds a place.
    pub(super) fn field_of(&self, cursor: &Cursor<'_>, name: &str) -> Option<Field<'_>> {
        let found = |way: &[&str], name: &str| self.fields(cursor, way).into_iter().find(|field| field.name() == name);
        let (way, last) = name.rsplit_once('.').unwrap_or(("", name));
        let way: Vec<&str> = way.split('.').filter(|name| !name.is_empty()).collect();
        found(&[], name).or_else(|| found(&way, last))
    }

    /// The words beginning with `$` that a condition may ask for at a place.
    pub(super) fn asked_for(&self, cursor: &Cursor<'_>) -> Vec<&'static str> {
        let subject = |node: Node<'_>| match node.name() {
            "policy" => PolicySubject::from_word(node.property("for")?.string()?),
            _ => {
                let root = Root::of(node).filter(|root| root.is_condition)?;
                let is_request = root.is_request || self.loaded.project.blueprint(root.of).is_none();
                Some(PolicySubject::Object(if is_request { Kind::Request } else { Kind::Entity }))
            }
        };
        let found = cursor.around.iter().rev().find_map(|(node, _)| Some((node.name(), subject(*node)?)));
        let Some((name, subject)) = found else { return Vec::new() };
        let of_any = Leaf::METADATA.into_iter().filter(|_| matches!(subject, PolicySubject::Object(_)));
        let of_policy = subject.metadata().into_iter().filter(|_| name == "policy");
        of_any.chain(of_policy).map(|(word, _)| word).collect()
    }

    /// The innermost one around a place whose fields stand there, and what is around that within it. What an overlay changes says itself what it is
    /// for.
    fn root<'c>(&'c self, cursor: &'c Cursor<'c>) -> Option<(Root<'c>, &'c [(Node<'c>, Position<'static>)])> {
        let found = Root::around(cursor);
        let changed = || {
            let (node, _) = cursor.around.get(1).filter(|_| cursor.is_in_overlay())?;
            let name = node.argument(0).and_then(Entry::string)?;
            Some((self.judging(node.name(), name)?, cursor.around.get(2..)?))
        };
        found.or_else(changed)
    }

    /// A scorecard or a policy of the project, as what its conditions are about.
    fn judging(&self, word: &str, name: &str) -> Option<Root<'_>> {
        let project = &self.loaded.project;
        let root = |of, is_request| Root { of, is_request, is_condition: true };
        match Kind::from_word(word)? {
            Kind::Scorecard => {
                let found = project.scorecards.iter().find(|one| *one.name.value == *name)?;
                Some(root(&found.blueprint.value, false))
            }
            Kind::Policy => {
                let found = project.policies.iter().find(|one| *one.name.value == *name)?;
                let is_request = found.subject.value != PolicySubject::Object(Kind::Entity);
                Some(root(&found.of.as_ref()?.value, is_request))
            }
            _ => None,
        }
    }

    fn fields_of(&self, root: Root<'_>) -> Vec<Field<'_>> {
        let project = &*self.loaded.project;
        let blueprint = project.blueprint(root.of).filter(|_| !root.is_request);
        match (blueprint, project.promise(root.of)) {
            (Some(blueprint), _) => all_of(blueprint),
            (None, Some(promise)) if root.is_request || root.is_condition => fields_asked(promise),
            (None, _) => Vec::new(),
        }
    }

    /// The fields at the end of a way from the entities of a blueprint.
    pub(super) fn fields_along(&self, blueprint: &str, way: &[&str]) -> Vec<Field<'_>> {
        let fields = self.loaded.project.blueprint(blueprint).map(all_of).unwrap_or_default();
        self.behind_all(fields, way)
    }

    fn behind_all<'p>(&'p self, fields: Vec<Field<'p>>, way: &[&str]) -> Vec<Field<'p>> {
        way.iter().fold(fields, |fields, name| self.behind(&fields, name))
    }

    /// The fields of what a field leads to: a relation to what it points at.
    fn behind<'p>(&'p self, fields: &[Field<'p>], name: &str) -> Vec<Field<'p>> {
        match fields.iter().find(|field| field.name() == name) {
            Some(Field::Relation(relation)) => {
                self.loaded.project.blueprint(&relation.target.value).map(all_of).unwrap_or_default()
            }
            _ => inner(fields, name),
        }
    }
}

/// Whether a place is where conditions stand.
pub(super) fn is_in_condition(cursor: &Cursor<'_>) -> bool {
    let is_judge = |node: Node<'_>| [Kind::Policy.word(), Kind::Scorecard.word()].contains(&node.name());
    let is_one = |node: Node<'_>| is_judge(node) || Root::of(node).is_some_and(|root| root.is_condition);
    cursor.around.iter().any(|(node, _)| is_one(*node))
}

/// The blueprint or the promise whose fields stand in what a node holds.
#[derive(Clone, Copy)]
struct Root<'t> {
    of: &'t str,
    /// Whether it is a promise for sure.
    is_request: bool,
    /// Whether the fields are asked for, and not given a value.
    is_condition: bool,
}

impl<'t> Root<'t> {
    /// The innermost one around a place, and what is around that within it.
    fn around<'c>(cursor: &'c Cursor<'t>) -> Option<(Self, &'c [(Node<'t>, Position<'static>)])> {
        let around = &cursor.around;
        // A declaration that an overlay adds has `set` before its beginning.
        let added = around.get(1).filter(|_| cursor.is_in_overlay()).and_then(|(node, _)| Self::behind_set(*node));
        if let Some(root) = added {
            return Some((root, around.get(2..)?));
        }
        let (at, root) = around.iter().enumerate().rev().find_map(|(at, (node, _))| Some((at, Self::of(*node)?)))?;
        Some((root, around.get(at + 1..)?))
    }

    /// The one that a line adds which begins with `set`.
    fn behind_set(node: Node<'t>) -> Option<Self> {
        let word = |at: usize| node.argument(at).and_then(Entry::string);
        let kind = word(0).filter(|_| OverlayVerb::from_word(node.name()) == Some(OverlayVerb::Set))?;
        let is_request = kind == Kind::Request.word();
        (is_request || kind == Kind::Entity.word()).then_some(Self { of: word(1)?, is_request, is_condition: false })
    }

    /// Whether fields may stand in a group of a name.
    fn has_group(self, name: &str) -> bool {
        if self.is_request { name == Request::SPEC } else { [Entity::PROPERTIES, Entity::RELATIONS].contains(&name) }
    }

    fn of(node: Node<'t>) -> Option<Self> {
        let word = |at: usize| node.argument(at).and_then(Entry::string);
        let value = |key: &str| node.property(key).and_then(Entry::string);
        let one = |of: Option<&'t str>, is_request: bool| Some(Self { of: of?, is_request, is_condition: false });
        match node.name() {
            "entity" => one(word(0), false),
            "defaults" => one(value("for"), false),
            "request" => one(word(0), true),
            "given" | "before" if word(0) == Some(Kind::Entity.word()) => one(word(1), false),
            "given" | "before" => one(word(0), true),
            "scorecard" => Some(Self { of: value("for")?, is_request: false, is_condition: true }),
            "each" => Some(Self { of: value("of")?, is_request: false, is_condition: true }),
            "policy" => {
                let is_request = value("for") != Some(Kind::Entity.word());
                Some(Self { of: value("of")?, is_request, is_condition: true })
            }
            _ => None,
        }
    }
}

/// Those of some fields that are in a group.
pub(super) fn in_group<'p>(mut fields: Vec<Field<'p>>, group: &str) -> Vec<Field<'p>> {
    fields.retain(|field| matches!(field, Field::Relation(_)) == (group == Entity::RELATIONS));
    fields
}

/// The properties and relations of a blueprint.
pub(super) fn all_of(blueprint: &Blueprint) -> Vec<Field<'_>> {
    let relations = blueprint.relations.iter().map(Field::Relation);
    blueprint.properties.iter().map(Field::Property).chain(relations).collect()
}

/// The fields that a promise asks for.
pub(super) fn fields_asked(promise: &Promise) -> Vec<Field<'_>> {
    promise.fields().iter().map(Field::Property).collect()
}

/// The fields of the value of a field.
pub(super) fn inner<'p>(fields: &[Field<'p>], name: &str) -> Vec<Field<'p>> {
    let Some(Field::Property(one)) = fields.iter().find(|field| field.name() == name) else { return Vec::new() };
    let schema = if one.schema.fields.is_empty() { one.schema.items.as_deref() } else { Some(&one.schema) };
    schema.map(|schema| schema.fields.iter().map(Field::Property).collect()).unwrap_or_default()
}
