//! Where what entities hold stands in the documents of a neighbour that leaves it to blueprints to say so.

use super::field::Holds;
use super::link::{Codec, Link, Links};
use super::way::Way;
use crate::grammar::Fixed;
use crate::model::{BackstageKind, Blueprint, Name};
use std::collections::HashMap;

/// Documents of the entities of a blueprint.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// The kind that they are of.
    pub kind: Box<str>,
    /// What each of them says.
    fixed: [(&'static str, Fixed); 2],
    /// Where the values and targets of an entity stand.
    pub fields: Vec<Field>,
}

/// Where a property or relation stands in a document.
#[derive(Clone, Debug)]
pub struct Field {
    at: [Box<str>; 2],
    /// The way in the document, with `.` between names.
    pub way: Box<str>,
    /// What it takes there.
    pub holds: Holds,
    /// Whether the neighbour refuses a document without it.
    pub required: bool,
    /// The way to what may be there for it, where it is required.
    pub or: Option<Box<str>>,
}

/// The documents of the entities of each blueprint that has such.
#[derive(Clone, Debug, Default)]
pub struct Envelopes {
    by_blueprint: HashMap<Name, Envelope>,
    by_kind: HashMap<String, Name>,
}

impl Envelopes {
    /// Those that some blueprints say.
    pub fn of<'b>(blueprints: impl IntoIterator<Item = &'b Blueprint>) -> Self {
        let all: Vec<(&Blueprint, &BackstageKind)> =
            blueprints.into_iter().filter_map(|one| Some((one, one.backstage.as_ref()?))).collect();
        let kinds: HashMap<&Name, &str> = all.iter().map(|(one, kind)| (&one.name.value, &*kind.kind)).collect();
        let mut envelopes = Self::default();
        for (blueprint, kind) in &all {
            let name = &blueprint.name.value;
            envelopes.by_blueprint.insert(name.clone(), Envelope::of(blueprint, kind, &kinds));
            envelopes.by_kind.entry(kind.kind.to_lowercase()).or_insert_with(|| name.clone());
        }
        envelopes
    }

    /// That of a blueprint.
    pub fn of_blueprint(&self, name: &str) -> Option<&Envelope> {
        self.by_blueprint.get(name)
    }

    /// The first blueprint whose entities are of a kind, however it is spelled, and their documents.
    pub fn of_kind(&self, kind: &str) -> Option<(&Name, &Envelope)> {
        let name = self.by_kind.get(&kind.to_lowercase())?;
        Some((name, self.by_blueprint.get(name)?))
    }
}

impl Envelope {
    fn of(blueprint: &Blueprint, kind: &BackstageKind, kinds: &HashMap<&Name, &str>) -> Self {
        let place = |name: &Name| kind.places.iter().find(|place| place.member.value == *name);
        let way = |name: &Name| place(name).map_or_else(|| format!("spec.{name}").into(), |place| place.way.clone());
        let field = |group: &str, name: &Name, holds: Holds| Field {
            at: [group.into(), (**name).into()],
            way: way(name),
            holds,
            required: place(name).is_some_and(|place| place.required),
            or: place(name).and_then(|place| place.or.as_ref()).map(|or| way(&or.value)),
        };
        let values =
            blueprint.properties.iter().map(|one| field("properties", &one.name.value, Holds::Values(one.schema.base)));
        let targets = blueprint.relations.iter().filter_map(|one| {
            let name = &one.name.value;
            let kind = kinds.get(&one.target.value)?.to_lowercase().into();
            let is_default = place(name).is_some_and(|place| place.default_kind);
            Some(field("relations", name, Holds::References { kind, many: one.many.is_some(), is_default }))
        });
        let text = |text: &str| Fixed::Text(text.into());
        Self {
            kind: kind.kind.clone(),
            fixed: [("apiVersion", text(&kind.api_version)), ("kind", text(&kind.kind))],
            fields: values.chain(targets).collect(),
        }
    }

    /// Adds the links of the fields, in the place of those that lead to all of them.
    pub(super) fn add<'e>(&'e self, links: &mut Links<'e>) {
        let is_field = |link: &Link<'_>| self.fields.iter().any(|field| link.at.first() == Some(&*field.at[0]));
        links.links.retain(|link| !is_field(link));
        links.links.extend(self.fields.iter().map(|field| Link {
            at: Way::of(&field.at, false),
            there: Way::read(&field.way),
            codec: Codec::Field(&field.holds),
            missing: None,
            unless: None,
            apart: None,
        }));
        links.fixed.extend(self.fixed.iter().filter_map(|(way, value)| Some((Way::read(way)?, value, None))));
    }

    /// The ways to lists without which the neighbour refuses a document, though there is nothing in them.
    pub(super) fn required_lists(&self) -> impl Iterator<Item = Way<'_>> {
        let is_list = |field: &&Field| field.required && matches!(field.holds, Holds::References { many: true, .. });
        self.fields.iter().filter(is_list).filter_map(|field| Way::read(&field.way))
    }

    /// The kind that a reference without one is of at a way.
    pub fn default_kind(&self, way: &str) -> Option<&str> {
        self.fields.iter().filter(|field| *field.way == *way).find_map(|field| match &field.holds {
            Holds::References { kind, is_default: true, .. } => Some(&**kind),
            _ => None,
        })
    }
}
