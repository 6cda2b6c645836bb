//! One object on its way in.

use super::home::Home;
use super::port;
use super::said::{Reasons, Said};
use super::text::DocumentPlace;
use super::way::{get, text};
use super::{Fate, Found, Note, backstage, kratix};
use crate::grammar::Neighbour;
use crate::model::{Address, Kind, Map, Member, Name, Value};
use crate::neighbour::{Envelopes, Loss, beyond, document, object, pointer};
use crate::object::members;
use crate::source::{Origin, Spanned};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// How far down a document the part is that is left out where it nests too deep.
const MOST_STEPS: usize = 4;

/// What a part of a document has for a reason to be kept, by its JSON pointer and its value.
pub(super) type Own<'o> = dyn Fn(&str, &Value) -> Option<String> + 'o;

/// An object that is taken in.
#[derive(Debug)]
pub(super) struct Moving {
    pub(super) neighbour: Neighbour,
    pub(super) address: Address,
    /// Its names, as the grammar calls them.
    names: Vec<(&'static str, Box<str>)>,
    /// What it holds, as the language has it.
    pub(super) body: Map,
    /// What the neighbour has.
    pub(super) document: Map,
    pub(super) place: DocumentPlace,
    /// The parts of the document that the body does not say, by JSON pointer, each with why.
    pub(super) kept: Vec<(String, String)>,
    /// Why something was last taken out of the body as a project would be wrong by it.
    pub(super) taken_out: Option<String>,
    /// The text that says its body, where that has not changed since.
    pub(super) text: Option<Arc<str>>,
    /// The parts of it that say nothing, by JSON pointer.
    silent: Vec<String>,
    around: Arc<Around>,
}

/// What is known of the blueprints around an object.
#[derive(Debug, Default)]
struct Around {
    /// The relations of each.
    relations: HashMap<Name, HashSet<Name>>,
    /// Where the entities of each stand in Backstage.
    envelopes: Envelopes,
}

impl Moving {
    /// The objects that were found.
    pub(super) fn all(
        neighbour: Neighbour,
        found: Vec<Found>,
        home: &Home<'_>,
        envelopes: Envelopes,
        notes: &mut Vec<Note>,
    ) -> Vec<Self> {
        let around = Arc::new(Around { relations: relations(&found, home), envelopes });
        let mut promises = home.promises.clone();
        promises.extend(kratix::promises(&found));
        let worked_out = worked_out(&found);
        let mut all = Vec::new();
        for mut one in found {
            let promise = match one.kind {
                Kind::Request => {
                    let Some((promise, is_said)) = kratix::asked(&one.document).and_then(|asked| promises.get(&asked))
                    else {
                        let reason = "no promise that is taken in has this `apiVersion` and `kind`".to_owned();
                        notes.push(Note { place: one.place, what: Fate::Unknown, reason });
                        continue;
                    };
                    // The promise says it, but of another version of its API.
                    if *is_said {
                        one.document.remove("apiVersion");
                    }
                    one.document.remove("kind");
                    Some(promise)
                }
                _ => None,
            };
            without_worked_out(&mut one, &worked_out);
            let blueprint = backstage::blueprint(&one.document, &around.envelopes);
            if neighbour == Neighbour::Backstage && blueprint.is_none() {
                let reason = "there can be no kind of this name".to_owned();
                notes.push(Note { place: one.place, what: Fate::LeftOut, reason });
                continue;
            }
            let envelope = blueprint.and_then(|blueprint| around.envelopes.of_blueprint(blueprint));
            let narrowed = (one.kind == Kind::Promise).then(|| kratix::narrowed(&one.document)).flatten();
            let said = narrowed.as_ref().unwrap_or(&one.document);
            let Some(mut carried) = object(neighbour, one.kind, said, envelope) else { continue };
            carried.losses.extend(narrowed.map(|_| Loss {
                place: kratix::VERSIONS.iter().map(|step| format!("/{step}")).collect(),
                reason: "plat knows one version of an API, which is the stored one here".to_owned(),
            }));
            let above = [("promise", promise), ("blueprint", blueprint)];
            carried.names.extend(above.into_iter().filter_map(|(word, name)| Some((word, Box::from(&**name?)))));
            let Some(address) = address(one.kind, &carried.names) else {
                notes.push(nameless(one));
                continue;
            };
            let mut moving = Self {
                neighbour,
                address,
                names: carried.names,
                body: carried.map,
                document: one.document,
                place: one.place,
                kept: Vec::new(),
                taken_out: None,
                text: None,
                silent: carried.silent,
                around: Arc::clone(&around),
            };
            moving.keep(&carried.losses, None);
            all.push(moving);
        }
        all
    }

    /// A blueprint that is made for what a neighbour has, and stands in none of its documents.
    pub(super) fn made(neighbour: Neighbour, address: Address, body: Map, place: DocumentPlace) -> Self {
        Self {
            neighbour,
            names: vec![("id", (*address.name).into())],
            address,
            body,
            document: Map::default(),
            place,
            kept: Vec::new(),
            taken_out: None,
            text: None,
            silent: Vec::new(),
            around: Arc::default(),
        }
    }

    /// Takes a part out of the body; whether it was there. Where it is the last of too many, what stands behind it goes too.
    pub(super) fn take_out(&mut self, part: &Said, is_last: bool) -> bool {
        part.take_out_of(&mut self.body, is_last)
    }

    /// Why not all that says where something goes can be said, where that is so: the rest alone would say another place, or any.
    pub(super) fn strays(&self) -> Option<String> {
        let is_place = |pointer: &str| kratix::is_place(self.address.kind, &self.document, pointer);
        let (pointer, reason) = self.kept.iter().find(|(pointer, _)| is_place(pointer))?;
        Some(format!("{reason}, and `{pointer}` says where it goes"))
    }

    /// Whether what the language has no words for can stand beside it.
    pub(super) fn can_keep(&self) -> bool {
        members(self.address.kind).any(|field| field.name == self.neighbour.word())
    }

    /// Leaves out the part of what is kept that some names lead to, as nothing can hold it: as far as they go by members in the document, at
    /// most so many that what is left out is little. What there is to tell of it; nothing where there is none.
    pub(super) fn forget(&mut self, names: &[Box<str>], reason: &str) -> Option<Note> {
        let members = names.iter().take(MOST_STEPS).take_while(|name| name.parse::<usize>().is_err()).count();
        let way = (1..=members).rev().find_map(|count| {
            let steps: Vec<String> = names.iter().take(count).map(ToString::to_string).collect();
            let (last, way) = steps.split_last()?;
            way.iter().try_fold(&self.document, |map, step| map.get(step)?.as_object())?.get(last)?;
            Some(steps)
        })?;
        remove(&mut self.document, &way);
        self.keep(&[], None);
        let place = self.place.below(&pointer(&way));
        Some(Note { place, what: Fate::LeftOut, reason: reason.to_owned() })
    }

    /// Keeps what the body does not say, after each change of it. What was not kept before is so for a reason of `losses`, by its place in the document, or for
    /// `reason`.
    pub(super) fn keep(&mut self, losses: &[Loss], reason: Option<&str>) {
        self.keep_for(losses, &|_, _| None, reason);
    }

    /// Keeps what parts of the body said that were taken out of it, each for its reason.
    pub(super) fn keep_taken(&mut self, taken: &[(Said, String)]) {
        let Some((_, last)) = taken.last() else { return };
        let reasons = Reasons::of(taken);
        self.keep_for(&[], &|pointer, _| reasons.of_pointer(pointer).map(str::to_owned), Some(last));
    }

    /// Keeps what the body does not say: what was not kept before is so for the reason that `own` has for it, by its pointer and its value in the document, for
    /// one of `losses`, or for `reason`.
    pub(super) fn keep_for(&mut self, losses: &[Loss], own: &Own<'_>, reason: Option<&str>) {
        self.text = None;
        let word = self.neighbour.word();
        let (kind, can_keep) = (self.address.kind, self.can_keep());
        let kept = self.body.remove(word);
        let blueprint = self.body.get("blueprint").and_then(|value| value.as_str()).map(Name::from);
        let relations = blueprint.and_then(|blueprint| self.around.relations.get(&blueprint));
        let is_relation = |field: &str| relations.is_some_and(|relations| relations.contains(field));
        let envelope = self.around.envelopes.of_blueprint(&self.address.parent);
        let Some(made) = document(self.neighbour, kind, &self.names, &self.body, &is_relation, envelope) else {
            // No document says it, and nothing of one is beyond it.
            self.body.members.extend(kept.map(|value| Member { name: Spanned::new(word.into(), value.span), value }));
            return;
        };
        let made = made.map;
        let (rest, pointers) = beyond(self.neighbour, kind, &made, &self.document, &self.silent);
        let is_in = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let known = std::mem::take(&mut self.kept);
        // What is kept as a whole was kept in part before: the first reason says most.
        let before: BTreeMap<&str, &str> =
            known.iter().map(|(pointer, reason)| (pointer.as_str(), reason.as_str())).collect();
        let document = &self.document;
        let inner = |pointer: &str| {
            before.range(pointer..).next().filter(|(other, _)| is_in(other, pointer)).map(|(_, reason)| *reason)
        };
        let own = |pointer: &str| {
            let of_loss = || losses.iter().find(|loss| is_in(&loss.place, pointer)).map(|loss| loss.reason.clone());
            let known = inner(pointer).map(str::to_owned);
            known.or_else(|| own(pointer, value_at(document, pointer)?)).or_else(of_loss)
        };
        let outer = |pointer: &str| {
            let around = (0..=pointer.len()).rev().filter(|at| pointer.is_char_boundary(*at));
            let mut known =
                around.filter_map(|at| before.get(&pointer[..at]).filter(|_| is_in(pointer, &pointer[..at])));
            known.next().map(|reason| (*reason).to_owned())
        };
        let of_loss =
            |pointer: &str| losses.iter().find(|loss| is_in(pointer, &loss.place)).map(|loss| loss.reason.clone());
        let mut kept = Vec::new();
        for pointer in pointers {
            // What is kept as a whole is told by its members, where each has a reason of its own.
            let members = value_at(document, &pointer).and_then(Value::as_object).map_or(&[][..], |map| &map.members);
            let members = members.iter().map(|member| {
                let pointer = format!("{pointer}{}", self::pointer(&[&*member.name.value]));
                own(&pointer).map(|reason| (pointer, reason))
            });
            let is_known = outer(&pointer).is_some();
            match members.collect::<Option<Vec<_>>>().filter(|members| members.len() > 1 && !is_known) {
                Some(members) => kept.extend(members),
                None => {
                    let why = outer(&pointer).or_else(|| own(&pointer)).or_else(|| of_loss(&pointer));
                    let why = why.or_else(|| reason.map(str::to_owned));
                    kept.push((pointer, why.unwrap_or_else(|| "the language has no words for it".to_owned())));
                }
            }
        }
        self.kept = kept;
        if can_keep && !rest.is_empty() {
            self.body.put(word, Value::Object(rest), Origin::Nowhere);
        }
    }
}

/// That an object has no name that can be one: in the YAML of Kubernetes `n` is a truth value.
fn nameless(one: Found) -> Note {
    let is_there = get(&one.document, &["metadata", "name"]).or(get(&one.document, &["identifier"]));
    let reason = if is_there.is_some() { "its name is no text" } else { "it has no name" }.to_owned();
    Note { place: one.place, what: Fate::LeftOut, reason }
}

/// The address of an object of some names; nothing where it has none of its own.
fn address(kind: Kind, names: &[(&'static str, Box<str>)]) -> Option<Address> {
    let name = |word: &str| names.iter().find(|(other, _)| *other == word).map_or("", |(_, name)| name);
    let id = Some(name("id")).filter(|id| !id.is_empty()).unwrap_or(name("name"));
    let address = match kind {
        Kind::Entity => Address::below(kind, name("blueprint").into(), id.into()),
        Kind::Request => {
            let name_in = format!("{}/{id}", name("namespace"));
            Address::below(kind, name("promise").into(), name_in.as_str().into())
        }
        kind => Address::new(kind, id.into()),
    };
    (!id.is_empty()).then_some(address)
}

/// Takes out of a document what some steps lead to.
fn remove(map: &mut Map, steps: &[String]) {
    match steps {
        [] => {}
        [only] => drop(map.remove(only)),
        [first, rest @ ..] => {
            let inner = map.members.iter_mut().find(|member| *member.name.value == **first);
            match (inner.map(|member| &mut member.value.value), rest) {
                (Some(Value::Object(inner)), rest) => remove(inner, rest),
                (Some(Value::Array(items)), [index, rest @ ..]) => {
                    if let Some(Value::Object(inner)) =
                        index.parse().ok().and_then(|index: usize| items.get_mut(index)).map(|item| &mut item.value)
                    {
                        remove(inner, rest);
                    }
                }
                _ => {}
            }
        }
    }
}

/// What a JSON pointer leads to in a document.
fn value_at<'v>(document: &'v Map, pointer: &str) -> Option<&'v Value> {
    let mut steps = pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
    let first = &document.get(&steps.next()?)?.value;
    steps.try_fold(first, |value, step| match value {
        Value::Object(map) => map.get(&step).map(|value| &value.value),
        Value::Array(items) => items.get(step.parse::<usize>().ok()?).map(|item| &item.value),
        _ => None,
    })
}

/// The relations of the blueprints of the project, and of those among what was found.
fn relations(found: &[Found], home: &Home<'_>) -> HashMap<Name, HashSet<Name>> {
    let named = |name: &str, blueprint: &Map| {
        let relations = blueprint.get("relations")?.as_object()?;
        Some((name.into(), relations.members.iter().map(|member| member.name.value.clone()).collect()))
    };
    let found = found.iter().filter(|one| one.kind == Kind::Blueprint).map(|one| &one.document);
    let found = found.filter_map(|document| named(text(document, &["identifier"])?, document));
    home.blueprints().filter_map(|(address, body)| named(&address.name, body)).chain(found).collect()
}

/// The names of what Port works out for the entities of each blueprint.
fn worked_out(found: &[Found]) -> HashMap<Box<str>, HashSet<Name>> {
    let blueprints = found.iter().filter(|one| one.kind == Kind::Blueprint);
    let named = |one: &Found| {
        let groups = port::worked_out().filter_map(|group| one.document.get(group)?.as_object());
        let names = groups.flat_map(|group| &group.members).map(|member| member.name.value.clone());
        Some((text(&one.document, &["identifier"])?.into(), names.collect()))
    };
    blueprints.filter_map(named).collect()
}

/// Leaves out of an entity what Port works out: it gives that with the entity, and takes it back from nobody.
fn without_worked_out(one: &mut Found, worked_out: &HashMap<Box<str>, HashSet<Name>>) {
    let names = match one.kind {
        Kind::Entity => text(&one.document, &["blueprint"]).and_then(|name| worked_out.get(name)),
        _ => None,
    };
    let properties = one.document.members.iter_mut().find(|member| &*member.name.value == "properties");
    if let (Some(names), Some(Value::Object(properties))) = (names, properties.map(|one| &mut one.value.value)) {
        properties.members.retain(|member| !names.contains(&member.name.value));
    }
}
