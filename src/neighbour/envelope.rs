//! Where what entities hold stands in the documents of a neighbour that leaves it to blueprints to say so.

use super::field::Holds;
use super::link::{Codec, Link, Links};
use super::passage::Direction;
use super::way::{Way, way_steps};
use crate::grammar::Fixed;
use crate::model::{BackstageKind, BackstagePlace, BackstageRule, Blueprint, Map, Name, Schema, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The groups of what an entity holds.
const GROUPS: [&str; 2] = ["properties", "relations"];

/// Documents of the entities of a blueprint.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// The kind that they are of.
    pub kind: Box<str>,
    /// The versions of its API that the neighbour takes, the one that is written first.
    pub versions: Vec<Box<str>>,
    /// What the neighbour wants of what stands in them, beside the types of the fields.
    pub takes: Vec<BackstageRule>,
    /// What each of them says.
    fixed: [(&'static str, Fixed); 2],
    /// Where the values and targets of an entity stand.
    fields: Vec<Field>,
    /// The fields by their names, in each group.
    by_name: [HashMap<Box<str>, usize>; 2],
    /// The fields by their ways.
    by_way: Ways,
    /// The fields without which the neighbour refuses a document.
    required: Vec<usize>,
    /// The kind that a reference without one is of, by the way.
    default_kinds: HashMap<Box<str>, Box<str>>,
}

/// Where a property or relation stands in a document.
#[derive(Clone, Debug)]
pub struct Field {
    at: [Box<str>; 2],
    /// The way in the document, with `.` between names.
    pub way: Box<str>,
    /// What it takes there.
    pub holds: Holds,
    /// What its values may be; nothing for references.
    pub schema: Option<Schema>,
    /// Whether the neighbour refuses a document without it.
    pub required: bool,
    /// The way to what may be there for it, where it is required.
    pub or: Option<Box<str>>,
}

/// Fields by the steps of their ways.
#[derive(Clone, Debug, Default)]
struct Ways {
    fields: Vec<usize>,
    below: HashMap<Box<str>, Ways>,
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
        let places: HashMap<&Name, &BackstagePlace> =
            kind.places.iter().map(|place| (&place.member.value, place)).collect();
        let way = |name: &Name| places.get(name).map_or_else(|| format!("spec.{name}").into(), |one| one.way.clone());
        let field = |group: usize, name: &Name, holds: Holds, schema: Option<&Schema>| Field {
            at: [GROUPS[group].into(), (**name).into()],
            way: way(name),
            holds,
            schema: schema.cloned(),
            required: places.get(name).is_some_and(|place| place.required),
            or: places.get(name).and_then(|place| place.or.as_ref()).map(|or| way(&or.value)),
        };
        let values = blueprint.properties.iter().map(|one| {
            let holds = Holds::Values(one.schema.base);
            (0, field(0, &one.name.value, holds, Some(&one.schema)))
        });
        let targets = blueprint.relations.iter().filter_map(|one| {
            let name = &one.name.value;
            let kind = kinds.get(&one.target.value)?.to_lowercase().into();
            let is_default = places.get(name).is_some_and(|place| place.default_kind);
            let holds = Holds::References { kind, many: one.many.is_some(), is_default };
            Some((1, field(1, name, holds, None)))
        });
        let text = |text: &str| Fixed::Text(text.into());
        let mut envelope = Self {
            kind: kind.kind.clone(),
            versions: std::iter::once(&kind.api_version).chain(&kind.other_version).cloned().collect(),
            takes: kind.takes.clone(),
            fixed: [("apiVersion", text(&kind.api_version)), ("kind", text(&kind.kind))],
            fields: Vec::new(),
            by_name: Default::default(),
            by_way: Ways::default(),
            required: Vec::new(),
            default_kinds: HashMap::new(),
        };
        for (index, (group, field)) in values.chain(targets).enumerate() {
            envelope.by_name[group].insert(field.at[1].clone(), index);
            envelope.by_way.insert(&way_steps(&field.way), index);
            envelope.required.extend(field.required.then_some(index));
            if let Holds::References { kind, is_default: true, .. } = &field.holds {
                envelope.default_kinds.entry(field.way.clone()).or_insert_with(|| kind.clone());
            }
            envelope.fields.push(field);
        }
        envelope
    }

    /// Adds the links of the fields that stand in what is carried, in the place of those that lead to all of them.
    pub(super) fn add<'e>(&'e self, links: &mut Links<'e>, carried: &Map, direction: Direction) {
        let is_group = |link: &Link<'_>| GROUPS.iter().any(|group| link.at.first() == Some(group));
        links.links.retain(|link| !is_group(link));
        let mut found = BTreeSet::new();
        match direction {
            Direction::Out => {
                for (group, by_name) in GROUPS.iter().zip(&self.by_name) {
                    let members = carried.get(group).and_then(|group| group.as_object());
                    let members = members.into_iter().flat_map(|members| &members.members);
                    found.extend(members.filter_map(|member| by_name.get(&*member.name.value)));
                }
                links.around.extend(GROUPS);
            }
            Direction::Back => {
                self.by_way.find(carried, &mut found);
                links.around.extend(self.by_way.below.keys().map(|name| &**name));
            }
        }
        let mut found: Vec<&Field> = found.into_iter().filter_map(|index| self.fields.get(index)).collect();
        // What stands in a member has its place beside what else the member holds: that is put before it, and taken after it.
        found.sort_by_key(|field| {
            let depth = way_steps(&field.way).len();
            if direction == Direction::Out { depth } else { usize::MAX - depth }
        });
        links.links.extend(found.into_iter().map(|field| Link {
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
        let required = self.required.iter().filter_map(|index| self.fields.get(*index));
        let lists = required.filter(|field| matches!(field.holds, Holds::References { many: true, .. }));
        lists.filter_map(|field| Way::read(&field.way))
    }

    /// The fields that something stands at in a document, or without which the neighbour refuses it, by their ways.
    pub fn fields_in(&self, document: &Map) -> BTreeMap<&str, Vec<&Field>> {
        let mut found: BTreeSet<usize> = self.required.iter().copied().collect();
        self.by_way.find(document, &mut found);
        let mut ways: BTreeMap<&str, Vec<&Field>> = BTreeMap::new();
        for field in found.into_iter().filter_map(|index| self.fields.get(index)) {
            ways.entry(&field.way).or_default().push(field);
        }
        ways
    }

    /// The way that the value of a name in a group stands at.
    pub fn way_of(&self, group: &str, name: &str) -> Option<&str> {
        let group = GROUPS.iter().position(|known| *known == group)?;
        self.fields.get(*self.by_name.get(group)?.get(name)?).map(|field| &*field.way)
    }

    /// The kind that a reference without one is of at a way.
    pub fn default_kind(&self, way: &str) -> Option<&str> {
        self.default_kinds.get(way).map(|kind| &**kind)
    }
}

impl Ways {
    fn insert(&mut self, way: &[&str], index: usize) {
        match way.split_first() {
            Some((first, rest)) => self.below.entry((*first).into()).or_default().insert(rest, index),
            None => self.fields.push(index),
        }
    }

    /// Those at which something stands in an object.
    fn find(&self, map: &Map, found: &mut BTreeSet<usize>) {
        for member in &map.members {
            let Some(below) = self.below.get(&*member.name.value) else { continue };
            found.extend(&below.fields);
            if let Value::Object(inner) = &member.value.value {
                below.find(inner, found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Direction, Envelopes, Links};
    use crate::model::{Map, Value};
    use crate::resolve::{MemoryLoader, resolve};
    use crate::source::Origin;

    /// Of a kind whose entities have a property each, what is done for one is the same however many there are.
    #[test]
    fn only_the_fields_that_stand_in_something_are_looked_at() {
        const MANY: usize = 2_000;
        let properties: String = (0..MANY).map(|number| format!("    property p{number} string\n")).collect();
        let text = format!("project a\nblueprint thing {{\n    backstage Thing\n{properties}}}\n");
        let project = resolve(&MemoryLoader::new([("plat.kdl", text.as_str())])).unwrap().project;
        let envelopes = Envelopes::of(&project.blueprints);
        let envelope = envelopes.of_blueprint("thing").unwrap();
        let mut values = Map::default();
        values.put("p7", Value::string("x"), Origin::Nowhere);
        for (group, direction) in [("properties", Direction::Out), ("spec", Direction::Back)] {
            let mut carried = Map::default();
            carried.put(group, Value::Object(values.clone()), Origin::Nowhere);
            let mut links = Links::default();
            envelope.add(&mut links, &carried, direction);
            assert_eq!(links.links.len(), 1, "{direction:?}");
        }
        let mut document = Map::default();
        document.put("spec", Value::Object(values), Origin::Nowhere);
        assert_eq!(envelope.fields_in(&document).keys().collect::<Vec<_>>(), [&"spec.p7"]);
    }
}
