use super::status::STATUS;
use crate::catalog::{Bodies, Catalog, CatalogError, Unreadable};
use crate::diag::suggest;
use crate::model::{
    Address, Blueprint, COUNT, Declaration, FieldPath, Kind, Leaf, Map, Object, PolicySubject, Promise, Property, Value,
};
use crate::object::members;
use crate::scorecard::Cell;
use crate::source::Origin;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How the fields of some live objects are called, and what they hold: the same for what is asked and for what is shown.
///
/// As in policies and scorecards a name alone is that of a property, a relation or a field of a spec, where the objects or their types
/// have one, and a name behind a `$` that of what every object has. A name that is neither is a member of the object itself.
#[derive(Debug)]
pub struct Fields {
    kind: Kind,
    /// What the objects leave to their blueprints and promises, as the catalog has these.
    defaults: BTreeMap<Address, Map>,
    /// What the objects and their types have in their groups.
    names: BTreeSet<Box<str>>,
    /// Whether these are all that there can be.
    is_complete: bool,
}

/// The most names that a message lists.
const MOST: usize = 20;

impl Fields {
    /// The fields of some objects of a kind and of the types that are meant, and the types that nobody can read.
    ///
    /// # Errors
    /// Where the catalog cannot be read.
    pub fn of(
        catalog: &dyn Catalog,
        (kind, of): (Kind, Option<&Address>),
        objects: &[Object],
    ) -> Result<(Self, Vec<Arc<Unreadable>>), CatalogError> {
        let types = objects.iter().filter_map(|object| object.address.above()).chain(of.cloned());
        let types: Vec<Address> = types.collect::<BTreeSet<_>>().into_iter().collect();
        let Bodies { read, unreadable } = Bodies::of(catalog, &types)?;
        let is_complete = unreadable.is_empty() && (groups(kind).is_empty() || !read.is_empty());
        Ok((Self { is_complete, ..Self::new(kind, objects, read) }, unreadable))
    }

    /// Those of some objects and of their types.
    pub(super) fn new(kind: Kind, objects: &[Object], types: Vec<Object>) -> Self {
        let mut fields = Self { kind, ..Self::default() };
        let held = objects.iter().flat_map(|object| groups(kind).iter().filter_map(|group| member_map(object, group)));
        fields.names.extend(held.flat_map(|map| &map.members).map(|member| (&*member.name.value).into()));
        for object in types {
            let (properties, relations) = declared(&object);
            let mut defaults = Map::default();
            for Property { name, default, .. } in properties {
                if let Some(default) = default {
                    defaults.put(&name.value, default.value, Origin::Nowhere);
                }
                fields.names.insert((&*name.value).into());
            }
            fields.names.extend(relations);
            fields.defaults.insert(object.address, defaults);
        }
        fields
    }

    /// What an object holds at a path, or what it leaves that to.
    pub fn value<'o>(&'o self, object: &'o Object, path: &str) -> Option<Cow<'o, Value>> {
        if let Some(leaf) = self.word(path) {
            return word_of(object, &leaf);
        }
        match self.place(object, path)? {
            (value, rest) if rest.is_empty() => Some(value),
            (value, rest) => within(value.as_object()?, &rest),
        }
        .map(Cow::Borrowed)
    }

    /// The same as conditions see it: through lists, and counted where the path says so.
    pub(super) fn cell<'o>(&'o self, object: &'o Object, path: &FieldPath) -> Cell<'o> {
        let text = path.to_string();
        if path.leaf != Leaf::Count
            && let Some(leaf) = self.word(&text)
        {
            return match word_of(object, &leaf) {
                Some(Cow::Borrowed(value)) => Cell::of(value),
                Some(Cow::Owned(value)) => value.as_str().map_or(Cell::Missing, |text| Cell::text(text.to_owned())),
                None => Cell::Missing,
            };
        }
        match (self.place(object, uncounted(&text)), path.leaf == Leaf::Count) {
            (Some((value, rest)), true) => Cell::count_inside(value, None, &rest),
            (Some((value, rest)), false) => Cell::inside(value, None, &rest),
            (None, true) => Cell::count(0),
            (None, false) => Cell::Missing,
        }
    }

    /// The value that a path begins with, and the rest of the path.
    fn place<'o, 'p>(&'o self, object: &'o Object, path: &'p str) -> Option<(&'o Value, Vec<&'p str>)> {
        let (groups, path) = match self.grouped(path) {
            Some((group, path)) => (std::slice::from_ref(group), path),
            None if self.has(path) => (groups(self.kind), path),
            None => (&[][..], path),
        };
        let parts: Vec<&str> = path.split('.').collect();
        let begins = |map: &'o Map| member(map, &parts).map(|(value, rest)| (value, rest.len()));
        let given = match groups {
            [] => begins(&object.body),
            groups => groups.iter().find_map(|group| begins(member_map(object, group)?)),
        };
        let (value, rest) = given.or_else(|| {
            let is_of_relations = matches!(groups, [] | ["relations"]);
            begins(self.defaults.get(&object.address.above()?).filter(|_| !is_of_relations)?)
        })?;
        Some((value, parts[parts.len() - rest..].to_vec()))
    }

    /// Whether an object has something where a path leads to, or what it counts.
    pub(super) fn holds(&self, object: &Object, path: &str) -> bool {
        let path = uncounted(path);
        self.value(object, path).is_some() || self.cell(object, &FieldPath::of(path)) != Cell::Missing
    }

    /// The relation of an object that a path would lead through.
    pub(super) fn relation_before(&self, object: &Object, path: &str) -> Option<String> {
        let path = uncounted(self.grouped(path).map_or(path, |(_, path)| path));
        let relations = member_map(object, "relations").filter(|_| self.kind == Kind::Entity)?;
        let mut names = path.match_indices('.').map(|(at, _)| &path[..at]);
        names.find(|name| relations.get(name).is_some()).map(str::to_owned)
    }

    /// That a path is the name of nothing, in a sentence with what is probably meant; `whose` is a word for the objects. Nothing where
    /// it is one, and where nobody knows.
    pub fn unknown(&self, path: &str, whose: &str) -> Option<String> {
        let path = uncounted(path);
        let is_known = match self.grouped(path) {
            _ if path.starts_with('$') => self.word(path).is_some(),
            Some((_, path)) => !self.is_complete || self.has(path),
            None => !self.is_complete || self.has(path) || self.own().any(|own| path.split('.').next() == Some(own)),
        };
        if is_known {
            return None;
        }
        let own = self.own().filter(|own| !self.names.contains(*own) && !groups(self.kind).contains(own));
        let words: Vec<&str> = self.words().into_iter().map(|(word, _)| word).collect();
        let all: Vec<&str> = self.names.iter().map(|name| &**name).chain(own).chain(words).collect();
        let name = self.grouped(path).map_or(path, |(_, name)| name);
        let same = all.iter().copied().find(|known| known.strip_prefix('$') == Some(path));
        let told = match same.or_else(|| suggest(name, all.iter().copied())) {
            Some(near) if self.has(near) => format!(": did you mean `{}{near}`?", &path[..path.len() - name.len()]),
            Some(near) => format!(": did you mean `{near}`?"),
            None => match all.len().saturating_sub(MOST) {
                0 => format!(" (there are {})", all.join(", ")),
                more => format!(" (there are {} and {more} more)", all[..MOST].join(", ")),
            },
        };
        Some(format!("no {whose} has a field `{path}`{told}"))
    }

    /// The group that a path names, and the path in it.
    fn grouped<'p>(&self, path: &'p str) -> Option<(&'static &'static str, &'p str)> {
        groups(self.kind).iter().find_map(|group| Some((group, path.strip_prefix(group)?.strip_prefix('.')?)))
    }

    /// Whether a path leads to something in a group. A name may have dots in it.
    fn has(&self, path: &str) -> bool {
        let ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]);
        ends.into_iter().any(|end| self.names.contains(&path[..end]))
    }

    /// The members that the body of an object can have.
    fn own(&self) -> impl Iterator<Item = &str> {
        members(self.kind).map(|field| field.name).chain((self.kind == Kind::Request).then_some(STATUS))
    }

    /// The words that begin with `$`, but for those that only a plan knows.
    fn words(&self) -> Vec<(&'static str, Leaf)> {
        let mut words = PolicySubject::Object(self.kind).metadata();
        words.retain(|(_, leaf)| !matches!(leaf, Leaf::Fact(fact) if !fact.is_of_address()));
        words
    }

    fn word(&self, path: &str) -> Option<Leaf> {
        let words = path.starts_with('$').then(|| self.words());
        words?.into_iter().find(|(word, _)| *word == path).map(|(_, leaf)| leaf)
    }
}

impl Default for Fields {
    fn default() -> Self {
        let (defaults, names) = (BTreeMap::new(), BTreeSet::new());
        Self { kind: Kind::Entity, defaults, names, is_complete: false }
    }
}

/// A path without the word that counts what it leads to.
fn uncounted(path: &str) -> &str {
    path.strip_suffix(COUNT).and_then(|path| path.strip_suffix('.')).unwrap_or(path)
}

/// What the objects of a kind hold by names that their types declare.
fn groups(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Entity => &["properties", "relations"],
        Kind::Request => &["spec"],
        _ => &[],
    }
}

/// What the entities of a blueprint hold, or the requests of a promise ask for: properties, and the names of relations.
fn declared(object: &Object) -> (Vec<Property>, Vec<Box<str>>) {
    let declared = Declaration::of_object(object, 0);
    match object.address.kind {
        Kind::Blueprint => Blueprint::of(&declared).map(|blueprint| {
            let relations = blueprint.relations.iter().map(|relation| (&*relation.name.value).into());
            (blueprint.properties, relations.collect())
        }),
        Kind::Promise => Promise::of(&declared).and_then(|promise| Some((promise.api?.fields, Vec::new()))),
        _ => None,
    }
    .unwrap_or_default()
}

fn word_of<'o>(object: &'o Object, leaf: &Leaf) -> Option<Cow<'o, Value>> {
    let own = |name: &str| object.body.get(name).map(|member| Cow::Borrowed(&member.value));
    let text = |text: String| Some(Cow::Owned(Value::String(text.into())));
    match leaf {
        Leaf::Identifier => text(object.address.name.to_string()),
        Leaf::Title => own("title"),
        Leaf::Icon => own("icon"),
        Leaf::Team => own("team"),
        Leaf::Fact(fact) => text(fact.of_address(&object.address)?),
        Leaf::Property(_) | Leaf::Count | Leaf::UpdatedAt | Leaf::CreatedAt => None,
    }
}

fn member_map<'o>(object: &'o Object, name: &str) -> Option<&'o Map> {
    object.body.get(name)?.value.as_object()
}

/// The member that a path begins with, and the rest of the path. A name may have dots in it: the longest that is there is taken.
fn member<'o, 'p>(map: &'o Map, parts: &'p [&'p str]) -> Option<(&'o Value, &'p [&'p str])> {
    let found = |count: usize| Some((&map.get(&parts[..count].join("."))?.value, &parts[count..]));
    (1..=parts.len()).rev().filter_map(found).find(|(value, _)| **value != Value::Null)
}

/// What a path leads to.
fn within<'o>(map: &'o Map, parts: &[&str]) -> Option<&'o Value> {
    match member(map, parts)? {
        (value, []) => Some(value),
        (value, rest) => within(value.as_object()?, rest),
    }
}
