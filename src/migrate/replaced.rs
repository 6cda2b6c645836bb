//! Objects in which something would act that nobody asked for, in the place of a value that is not taken in: the default of an entity's property,
//! in a request whatever it comes to without that value, and in what judges, runs or delivers whatever it does without a part that nobody could read.

use super::Note;
use super::home::Given;
use super::lost::blueprints;
use super::moving::Moving;
use super::way::{at, get};
use crate::model::{Address, Kind, Map, Member, Name, Value};
use crate::source::Spanned;
use std::collections::{HashMap, HashSet};

/// What entities and requests may say, as their blueprints and promises have it.
pub(super) struct Schemas {
    fields: HashMap<(Kind, Name), Map>,
    /// The relations of blueprints that lead to any number of entities.
    many: HashSet<(Name, Name)>,
}

impl Schemas {
    /// Those of what is taken in, and of what the project has.
    pub(super) fn of(moving: &[Moving], given: &Given) -> Self {
        let fields = |kind, name: &Name, body: &Map| {
            let fields = body.get("properties").and_then(|fields| fields.as_object());
            ((kind, name.clone()), fields.cloned().unwrap_or_default())
        };
        let entities = blueprints(moving, given).map(|(name, body)| fields(Kind::Entity, name, body));
        let requests = promises(moving, given).map(|(name, body)| fields(Kind::Request, name, body));
        let many = blueprints(moving, given).flat_map(|(name, body)| {
            let relations = body.get("relations").and_then(|group| group.as_object());
            let relations = relations.into_iter().flat_map(|group| &group.members);
            let is_many =
                |one: &&Member| one.value.as_object().and_then(|one| get(one, &["many"])) == Some(&Value::Bool(true));
            relations.filter(is_many).map(|one| (name.clone(), one.name.value.clone()))
        });
        Self { fields: entities.chain(requests).collect(), many: many.collect() }
    }

    /// What an entity or a request may say, by name.
    pub(super) fn fields(&self, one: &Address) -> Option<&Map> {
        self.fields.get(&(one.kind, one.parent.clone()))
    }

    /// Whether an entity has a relation to any number of entities.
    pub(super) fn has_many(&self, entity: &Address, relation: &Name) -> bool {
        entity.kind == Kind::Entity && self.many.contains(&(entity.parent.clone(), relation.clone()))
    }

    /// That an object is left out, where something else would act in the place of a value of it that is not taken in.
    pub(super) fn replaced(&self, one: &Moving) -> Option<Note> {
        if one.kept.is_empty() && one.lost.is_empty() {
            return None;
        }
        if ACTING.contains(&one.address.kind) {
            let part = one.lost.iter().find(|part| !is_shown(part))?;
            return Some(
                one.left_out("a part of it could not be read, and it would act otherwise without it").for_the(part),
            );
        }
        let fields = self.fields(&one.address)?;
        let group = if one.address.kind == Kind::Request { "spec" } else { "properties" };
        let taken = one.body.get(group).and_then(|values| values.as_object());
        let field = fields.members.iter().find(|field| {
            let (name, schema) = (&field.name.value, field.value.as_object());
            let taken = taken.and_then(|taken| taken.get(name));
            let places = one.places_of(name);
            let meets = |part: &str| places.iter().any(|place| is_in(part, place) || is_in(place, part));
            let is_lost = one.lost.iter().any(|part| meets(part));
            // What is not kept there is taken in, be it as something else.
            let is_kept = one.kept.iter().any(|(part, _)| meets(part));
            let asked = places.iter().find_map(|place| at(&one.document, place)).filter(|_| is_kept);
            match one.address.kind {
                Kind::Entity => {
                    let acts = taken.is_none() && schema.is_some_and(|schema| schema.get("default").is_some());
                    acts && (asked.is_some() || is_lost)
                }
                _ => is_lost || asked.is_some_and(|asked| is_less(schema, asked, taken)),
            }
        })?;
        let name = &field.name.value;
        let note = one.left_out_without(Some(name), format!("`{name}` is not taken in as it stands there"));
        Some(match one.address.kind {
            Kind::Entity => {
                Note { reason: format!("{}, and the default of `{name}` would act in its place", note.reason), ..note }
            }
            _ => note,
        })
    }
}

/// What does something by each of its parts: without one, it would judge, offer, run or deliver otherwise.
const ACTING: [Kind; 6] =
    [Kind::Scorecard, Kind::Action, Kind::Automation, Kind::Promise, Kind::Destination, Kind::StateStore];

/// Whether a part, by its JSON pointer, is there for those who read.
fn is_shown(part: &str) -> bool {
    let last = part.rsplit('/').next().unwrap_or_default();
    ["title", "description", "icon", "placeholder", "documentation"].contains(&last)
}

/// The promises that a project has, with their bodies; those that are taken in take the places of those that were.
pub(super) fn promises<'m>(moving: &'m [Moving], given: &'m Given) -> impl Iterator<Item = (&'m Name, &'m Map)> {
    let own = moving.iter().filter(|one| one.address.kind == Kind::Promise).map(|one| (&one.address.name, &one.body));
    given.promises.iter().map(|(address, body)| (&address.name, body)).chain(own)
}

/// Whether a JSON pointer leads to what another one does, or into it.
fn is_in(pointer: &str, outer: &str) -> bool {
    pointer.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether less is taken in of a value than its schema knows of: what no schema knows is nobody's loss.
fn is_less(schema: Option<&Map>, asked: &Value, taken: Option<&Spanned<Value>>) -> bool {
    match (asked, taken.map(|taken| &taken.value)) {
        (Value::Null, _) => false,
        (_, None) => true,
        (Value::Object(asked), Some(Value::Object(taken))) => asked.members.iter().any(|member| {
            let name = &*member.name.value;
            let schema = Known::of(schema, name);
            schema.is_some_and(|Known(schema)| is_less(schema, &member.value, taken.get(name)))
        }),
        (Value::Array(asked), Some(Value::Array(taken))) => {
            let items = schema.and_then(|schema| schema.get("items")?.as_object());
            let mut pairs = asked.iter().zip(taken);
            asked.len() > taken.len() || pairs.any(|(asked, taken)| is_less(items, asked, Some(taken)))
        }
        _ => false,
    }
}

/// A member that a schema knows, with its own schema; nothing where it may be anything.
struct Known<'s>(Option<&'s Map>);

impl<'s> Known<'s> {
    /// An object without fields knows members of any names.
    fn of(schema: Option<&'s Map>, name: &str) -> Option<Self> {
        let fields = schema.and_then(|schema| schema.get("properties")?.as_object());
        let known = fields.and_then(|fields| fields.get(name)).or_else(|| schema?.get("additionalProperties"));
        match known {
            Some(known) => Some(Self(known.as_object())),
            None => fields.is_none().then_some(Self(None)),
        }
    }
}
