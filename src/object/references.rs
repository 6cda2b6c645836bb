//! Which objects an object refers to: one answer for the order of a plan, for its consequences and for whoever asks who refers to
//! something.

use super::fields::{fields, inside};
use super::table::{Nature, Row, Table};
use crate::model::{
    Address, Blueprint, Declared, Kind, Made, Map, Member, Name, Naming, Promise, Property, Schema, Value, Visit,
};
use crate::source::{Origin, Spanned};
use std::collections::HashMap;

/// A place in an object that names another object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The field that it stands in ([`fields`]).
    pub field: String,
    /// What it names.
    pub to: Address,
    /// The place of the name.
    pub span: Origin,
}

/// What entities of each blueprint, and requests of each promise, can refer to.
#[derive(Debug, Default)]
pub struct Types<'t> {
    blueprints: HashMap<&'t str, Type<'t>>,
    promises: HashMap<&'t str, Type<'t>>,
}

#[derive(Debug, Default)]
struct Type<'t> {
    relations: HashMap<&'t str, &'t Name>,
    /// The properties of which a value can name something.
    naming: Vec<&'t Property>,
}

impl<'t> Types<'t> {
    /// Those of some blueprints and promises; where two of one name say something of the same, the first counts.
    pub fn new(
        blueprints: impl IntoIterator<Item = &'t Blueprint>,
        promises: impl IntoIterator<Item = &'t Promise>,
    ) -> Self {
        let mut types = Self::default();
        for blueprint in blueprints {
            let known = types.blueprints.entry(&blueprint.name.value).or_default();
            for relation in &blueprint.relations {
                known.relations.entry(&relation.name.value).or_insert(&relation.target.value);
            }
            known.name(&blueprint.properties);
        }
        for promise in promises {
            let known = types.promises.entry(&promise.name.value).or_default();
            known.name(promise.fields());
        }
        types
    }

    /// What some fields of an object name: their paths and values. What the object is one of is not among it ([`Address::above`]).
    pub fn references<'v>(
        &self,
        address: &Address,
        fields: impl IntoIterator<Item = (&'v str, &'v Value, Origin)>,
    ) -> Vec<Reference> {
        let mut found = Found::new(self, address);
        for (path, value, span) in fields {
            let (group, name) = path.split_once('.').map_or((None, path), |(group, name)| (Some(group), name));
            found.field(group, name, value, span);
        }
        found.references
    }

    /// What an object names that is made.
    pub fn of_made(&self, address: &Address, made: &Made) -> Vec<Reference> {
        self.of_parts(address, |visit| made.each_part(visit))
    }

    /// What an object names that a text declares.
    pub fn of_declared(&self, address: &Address, declared: &dyn Declared) -> Vec<Reference> {
        self.of_parts(address, |visit| declared.each_part(visit))
    }

    fn of_parts(&self, address: &Address, each_part: impl FnOnce(&mut Visit<'_>)) -> Vec<Reference> {
        let mut found = Found::new(self, address);
        each_part(&mut |outer, name, value| match inside(name, value).filter(|_| outer.is_none()) {
            Some(group) => {
                let fields = group.members.iter().map(|inner| (&inner.name.value, &inner.value));
                fields.for_each(|(inner, value)| found.field(Some(name), inner, value, value.span));
            }
            None => found.field(outer, name, value, value.span),
        });
        found.references
    }

    /// What a body names.
    pub fn of_body(&self, address: &Address, body: &Map) -> Vec<Reference> {
        let fields = fields(body);
        self.references(address, fields.iter().map(|(path, value)| (path.as_str(), &value.value, value.span)))
    }

    /// Whether objects of a blueprint or a promise can name an object.
    pub fn can_name(&self, of_type: &Address, named: &Address) -> bool {
        let known = self.of(of_type);
        let by_values = || {
            known.is_some_and(|known| {
                known.naming.iter().any(|one| one.schema.can_name(&|naming| naming.can_name(named)))
            })
        };
        let by_relation = || known.is_some_and(|known| known.relations.values().any(|target| **target == named.parent));
        let members = match of_type.kind {
            Kind::Blueprint => Kind::Entity,
            _ => Kind::Request,
        };
        (named.kind == Kind::Entity && by_relation()) || Table::get().refers(members, named.kind) || by_values()
    }

    fn of(&self, of_type: &Address) -> Option<&Type<'t>> {
        match of_type.kind {
            Kind::Blueprint => self.blueprints.get(&*of_type.name),
            Kind::Promise => self.promises.get(&*of_type.name),
            _ => None,
        }
    }

    /// What a name is of that may be of several kinds: of the one that is known, or of the first.
    fn meant(&self, kinds: &[Kind], name: &str) -> Option<Address> {
        let known = |kind: &&Kind| self.of(&Address::new(**kind, name.into())).is_some();
        let kind = kinds.iter().find(known).or(kinds.first())?;
        Some(Address::new(*kind, name.into()))
    }
}

struct Found<'f, 't> {
    types: &'f Types<'t>,
    /// The members that its body can have.
    rows: &'static [Row],
    /// What the object is one of.
    of_type: Option<&'f Type<'t>>,
    references: Vec<Reference>,
}

/// The field that is looked at: what it is a member of, if it is one of a group, and its name.
#[derive(Clone, Copy)]
struct Field<'v>(Option<&'v str>, &'v str);

impl Field<'_> {
    fn path(self) -> String {
        let Self(group, name) = self;
        group.map_or_else(|| name.to_owned(), |group| [group, ".", name].concat())
    }
}

impl<'f, 't> Found<'f, 't> {
    fn new(types: &'f Types<'t>, address: &Address) -> Self {
        let of_type = address.above().and_then(|above| types.of(&above));
        let rows = Table::get().of_kind(address.kind);
        Self { types, rows, of_type, references: Vec::new() }
    }

    /// A field: what it is a member of, if it is one of a group, its name and its value.
    fn field(&mut self, group: Option<&str>, name: &str, value: &Value, span: Origin) {
        let field = Field(group, name);
        let (first, name) = group.map_or((name, None), |group| (group, Some(name)));
        let Some(row) = self.rows.iter().find(|row| row.name == first) else { return };
        let of_type = self.of_type;
        match (row.nature, name) {
            (Nature::Keyed(id), Some(_)) => self.object(field, id, value),
            (Nature::Typed(_), Some(_)) => self.default(field, value),
            (Nature::Targets, Some(name)) => {
                let Some(target) = of_type.and_then(|known| known.relations.get(name)) else { return };
                self.names(field, value, span, |name| {
                    Some(Address::below(Kind::Entity, (*target).clone(), name.into()))
                });
            }
            (Nature::Entries, Some(name)) => {
                let property = of_type.and_then(|known| known.naming.iter().find(|one| *one.name.value == *name));
                if let Some(property) = property {
                    self.value(field, &property.schema, value, span);
                }
            }
            (Nature::Object(id), _) => self.object(field, id, value),
            _ => self.kinds(field, &row.refers, value, span),
        }
    }

    /// The members of an object within a body.
    fn object(&mut self, field: Field<'_>, id: usize, value: &Value) {
        for Member { name, value } in value.as_object().iter().flat_map(|map| &map.members) {
            let row = Table::get().members(id).iter().find(|row| *row.name == *name.value);
            match row.map(|row| (row.nature, &row.refers)) {
                Some((Nature::Object(id), _)) => self.object(field, id, &value.value),
                Some((_, kinds)) => self.kinds(field, kinds, &value.value, value.span),
                None => {}
            }
        }
    }

    fn kinds(&mut self, field: Field<'_>, kinds: &[Kind], value: &Value, span: Origin) {
        let types = self.types;
        if !kinds.is_empty() {
            self.names(field, value, span, |name| types.meant(kinds, name));
        }
    }

    /// What the value of a JSON Schema names that stands where none is given.
    fn default(&mut self, field: Field<'_>, schema: &Value) {
        let Some(default) = schema.as_object().and_then(|map| map.get("default")) else { return };
        self.by_keywords(field, schema, default);
    }

    /// What a value names, and what is inside of it, as a JSON Schema says.
    fn by_keywords(&mut self, field: Field<'_>, schema: &Value, value: &Spanned<Value>) {
        let Some(map) = schema.as_object() else { return };
        if let Some(naming) = Naming::of(map) {
            self.names(field, &value.value, value.span, |name| Some(naming.address(name)));
        }
        if let (Some(items), Some(values)) = (map.get("items"), value.as_array()) {
            for item in values {
                self.by_keywords(field, items, item);
            }
        }
        for Member { name, value: schema } in
            map.get("properties").and_then(|map| map.as_object()).iter().flat_map(|map| &map.members)
        {
            if let Some(inside) = value.as_object().and_then(|map| map.get(&name.value)) {
                self.by_keywords(field, schema, inside);
            }
        }
    }

    /// What a value names, and what is inside of it, as its schema says; a schema is nested no deeper than its text.
    fn value(&mut self, field: Field<'_>, schema: &Schema, value: &Value, span: Origin) {
        if let Some(naming) = schema.naming() {
            self.names(field, value, span, |name| Some(naming.address(name)));
        }
        for (schema, item) in schema.inside(value) {
            self.value(field, schema, item, item.span);
        }
        for member in &schema.fields {
            if let Some(inside) = value.as_object().and_then(|map| map.get(&member.name.value)) {
                self.value(field, &member.schema, inside, inside.span);
            }
        }
    }

    /// A text, or the texts of a list.
    fn names(&mut self, field: Field<'_>, value: &Value, span: Origin, meant: impl Fn(&str) -> Option<Address>) {
        let mut name = |text: &str, span: Origin| {
            self.references.extend(meant(text).map(|to| Reference { field: field.path(), to, span }));
        };
        match value {
            Value::String(text) => name(text, span),
            Value::Array(items) => {
                items
                    .iter()
                    .filter_map(|item| Some((item.as_str()?, item.span)))
                    .for_each(|(text, span)| name(text, span));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) | Value::Secret(_) => {}
        }
    }
}

impl<'t> Type<'t> {
    /// Adds the properties of which a value can name something.
    fn name(&mut self, properties: &'t [Property]) {
        self.naming.extend(properties.iter().filter(|one| one.schema.can_name(&|_| true)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::{MemoryLoader, resolve};

    /// The ways to all members below an object that may name something, each with what stands there.
    fn naming(id: &[Row], way: &[&'static str], found: &mut Vec<(Vec<&'static str>, Value, Vec<Kind>)>) {
        for row in id {
            let way: Vec<&str> = way.iter().copied().chain([row.name]).collect();
            let name = Value::string("x");
            match row.nature {
                Nature::Object(inner) => naming(Table::get().members(inner), &way, found),
                Nature::Keyed(inner) => naming(Table::get().members(inner), &[&way[..], &["key"]].concat(), found),
                Nature::Names => {
                    let names = Value::Array(vec![Spanned::new(name, Origin::Nowhere)]);
                    found.push((way, names, row.refers.clone()));
                }
                _ => found.push((way, name, row.refers.clone())),
            }
        }
    }

    #[test]
    fn every_field_that_may_name_something_is_a_reference_to_it() {
        let mut count = 0;
        for (kind, word) in Kind::ALL {
            let mut ways = Vec::new();
            naming(Table::get().of_kind(kind), &[], &mut ways);
            let address = match kind.above() {
                Some(_) => Address::below(kind, "of".into(), "thing".into()),
                None => Address::new(kind, "thing".into()),
            };
            for (way, value, kinds) in ways.into_iter().filter(|(_, _, kinds)| !kinds.is_empty()) {
                let body = way.iter().rev().fold(value, |value, name| {
                    let mut map = Map::default();
                    map.put(name, value, Origin::Nowhere);
                    Value::Object(map)
                });
                let found = Types::default().of_body(&address, body.as_object().unwrap());
                let to = Address::new(kinds[0], "x".into());
                assert!(matches!(&found[..], [one] if one.to == to), "{word} {way:?}: {found:?}");
                count += 1;
            }
        }
        assert!(count > 8, "{count}");
    }

    #[test]
    fn every_name_in_a_project_is_a_reference() {
        let text = r"team t { member ana@example.com; }
            user ana@example.com
            blueprint b { property owner team default=t; property kinds array of=blueprints; property who user; relation r b many; }
            entity b a { team t; owner t; kinds b; who ana@example.com; r x y; }
            promise p { api group=g.io version=v1 kind=K { field owner object { field team team; }; }; }
            request p q destination=d { owner team=t; }
            scorecard s for=b { level L { rule x { $title present; }; }; }
            scorecard z for=p { level L { rule x { $title present; }; }; }
            action make create b { input who team default=t; backend upsert-entity blueprint=b { send a b; }; }
            state-store git git { url x; }
            destination d { store git; }";
        let resolved = resolve(&MemoryLoader::new([("plat.kdl", "project demo"), ("a.kdl", text)])).unwrap();
        let project = &resolved.project;
        let types = Types::new(&project.blueprints, &project.promises);
        let mut found = Vec::new();
        for declared in project.declared() {
            for reference in types.of_body(&declared.address(), &declared.body()) {
                let name = resolved.sources.text(reference.span.shown());
                found.push(format!("{} {} {} {name}", declared.address(), reference.field, reference.to));
            }
        }
        assert_eq!(
            found,
            [
                "team:t members user:ana@example.com ana@example.com",
                "blueprint:b properties.owner team:t t",
                "blueprint:b relations.r blueprint:b b",
                "scorecard:s blueprint blueprint:b b",
                "scorecard:z blueprint promise:p p",
                "action:make blueprint blueprint:b b",
                "action:make inputs.who team:t t",
                "action:make backend blueprint:b b",
                "destination:d store state-store:git git",
                "entity:b:a team team:t t",
                "entity:b:a properties.owner team:t t",
                "entity:b:a properties.kinds blueprint:b b",
                "entity:b:a properties.who user:ana@example.com ana@example.com",
                "entity:b:a relations.r entity:b:x x",
                "entity:b:a relations.r entity:b:y y",
                "request:p:default/q destination destination:d d",
                "request:p:default/q spec.owner team:t t",
            ]
        );
    }
}
