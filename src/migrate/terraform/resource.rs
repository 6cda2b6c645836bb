//! The resources of Port's provider as objects.

use super::refer::{bound, is_meta, keys, step};
use super::scope::{Binding, Here, Multiple, Scope, World};
use super::term::{Datum, Term};
use super::{Part, What, former, lost, of_port};
use crate::migrate::provider;
use crate::migrate::walk::Lost;
use crate::model::{Kind, Map, Value};
use crate::neighbour::pointer;
use crate::source::{FileId, Spanned};
use hcl_edit::structure::{Block, BlockLabel, Body, Structure};
use std::rc::Rc;
use std::sync::Arc;

/// The arguments that are texts, which Terraform makes of numbers.
const TEXTS: [&str; 5] = ["identifier", "name", "title", "description", "blueprint"];

impl<'w> World<'w> {
    /// What a resource of the provider is, as often as it is there.
    pub(super) fn resources(
        &self,
        scope: &Scope<'w>,
        [of, name]: [&str; 2],
        (file, block): (FileId, &Block),
    ) -> Vec<Part> {
        let here = Here::new(scope, file, 0);
        let place = here.span(super::place(block));
        let address = format!("{of}.{name}");
        let called = |more: &str| -> Option<Arc<str>> { Some(format!("{}{address}{more}", scope.address).into()) };
        let now = format!("port_{}", of_port(of).unwrap_or(of));
        let nothing = |what: What, lost: Vec<Lost>| {
            vec![Part { value: Spanned::new(Value::Null, place), what, resource: called(""), lost, place }]
        };
        let Some(kind) = provider::kind(&now) else {
            return nothing(What::Nothing(format!("plat has no object for `{of}`")), Vec::new());
        };
        if let Some(reason) = provider::unsaid(&now) {
            let whole = Lost { pointer: String::new(), place, reason: reason.to_owned() };
            return nothing(What::Object(kind), vec![whole]);
        }
        let multiple = self.multiple(scope, &address, (file, &block.body), 0);
        let mut parts = Vec::new();
        for key in keys(&multiple) {
            let bound = bound(&multiple, key.as_deref(), place);
            let binding = bound.map(|(name, term)| Binding { name, term, outer: None });
            let here = binding.as_ref().map_or(here, |binding| here.with(binding));
            let mut taking = Taking { way: Vec::new(), lost: unknown_number(&multiple).into_iter().collect() };
            let map = self.body(&block.body, here, &mut taking);
            let lost = taking.lost;
            let resource = called(&step(&multiple, key.as_deref()));
            let (value, lost) = match nameless(kind, &lost) {
                Some(whole) => (Value::Null, vec![whole]),
                None => {
                    let encoded = self.encoded.borrow();
                    let said = former::current(kind, provider::said(map, &encoded));
                    (Value::Object(provider::document(&now, said, &encoded)), lost)
                }
            };
            parts.push(Part { value: Spanned::new(value, place), what: What::Object(kind), resource, lost, place });
        }
        parts
    }

    /// What stands in a block: of blocks in it, those of one name are a list where they are several.
    fn body(&self, body: &Body, here: Here<'_, 'w>, taking: &mut Taking) -> Map {
        let mut map = Map::default();
        for structure in body {
            match structure {
                Structure::Attribute(said) if is_meta(said.key.as_str()) => {}
                Structure::Attribute(said) if taking.way.is_empty() && provider::is_own(said.key.as_str()) => {}
                Structure::Attribute(said) => {
                    taking.way.push(said.key.as_str().to_owned());
                    let mut term = self.eval(&said.value, here);
                    if TEXTS.contains(&said.key.as_str()) {
                        term = text(term);
                    } else if said.key.as_str() == "properties" || said.key.as_str().ends_with("_trigger") {
                        term = typed(term);
                    }
                    if let Some(value) = taking.value(self, &term) {
                        map.put(said.key.as_str(), value.value, value.span);
                    }
                    taking.way.pop();
                }
                Structure::Block(inner) if is_meta(inner.ident.as_str()) => {}
                Structure::Block(inner) if inner.ident.as_str() == "dynamic" => {
                    self.dynamic(inner, &mut map, here, taking);
                }
                Structure::Block(inner) => self.block(inner.ident.as_str(), inner, &mut map, here, taking),
            }
        }
        map
    }

    fn block(&self, name: &str, block: &Block, map: &mut Map, here: Here<'_, 'w>, taking: &mut Taking) {
        let place = here.span(super::place(block));
        taking.way.push(name.to_owned());
        let value = Value::Object(self.body(&block.body, here, taking));
        taking.way.pop();
        let value = match map.remove(name).map(|value| value.value) {
            None => value,
            Some(Value::Array(mut items)) => {
                items.push(Spanned::new(value, place));
                Value::Array(items)
            }
            Some(first) => Value::Array(vec![Spanned::new(first, place), Spanned::new(value, place)]),
        };
        map.put(name, value, place.into());
    }

    /// Blocks that are made for each of what `for_each` says.
    fn dynamic(&self, block: &Block, map: &mut Map, here: Here<'_, 'w>, taking: &mut Taking) {
        let Some(name) = block.labels.first().map(BlockLabel::as_str) else { return };
        let said = |word: &str| block.body.get_attribute(word).map(|said| &said.value);
        let place = here.span(super::place(block));
        let each = said("for_each").map_or(Term::open("it has no `for_each`", place), |each| self.eval(each, here));
        let all = self.spend(each.size(), place).and_then(|()| each.each(place));
        let all = match all {
            Ok(all) => all,
            Err(term) => {
                let way = [taking.way.as_slice(), &[name.to_owned()]].concat();
                taking.lost.push(lost(&way, &term));
                return;
            }
        };
        let iterator = match said("iterator") {
            Some(hcl_edit::expr::Expression::Variable(iterator)) => iterator.as_str(),
            _ => name,
        };
        for (key, value) in all {
            let bound = Term::map([("key".into(), key), ("value".into(), value)], place);
            let binding = Binding { name: iterator, term: bound, outer: here.bindings };
            for content in block.body.get_blocks("content") {
                self.block(name, content, map, here.with(&binding), taking);
            }
        }
    }
}

/// A term of a text's type.
fn text(term: Term) -> Term {
    match &term.datum {
        Datum::Json(_) | Datum::Number(_) => {
            term.as_text().map_or_else(|open| open, |text| Term::text(text, term.place))
        }
        _ => term,
    }
}

/// Properties in groups by their type, each as its group has it.
fn typed(term: Term) -> Term {
    within(term, &|name, inner| match name {
        "string_props" | "string_items" => texts(inner),
        "boolean_props" => within(inner, &|_, inner| match inner.datum {
            Datum::Map(_) => within(inner, &|name, inner| if name == "default" { truth(inner) } else { inner }),
            _ => truth(inner),
        }),
        _ if name.ends_with("_props") && name != "array_props" => inner,
        _ => typed(inner),
    })
}

fn texts(term: Term) -> Term {
    match &term.datum {
        Datum::Json(_) => text(term),
        Datum::List(items) => Term::list(items.iter().cloned().map(texts).collect::<Vec<_>>(), term.place),
        _ => within(term, &|_, inner| texts(inner)),
    }
}

fn truth(term: Term) -> Term {
    match (&term.datum, term.as_bool()) {
        (Datum::Text(_), Ok(truth)) => Term::new(Datum::Bool(truth), term.place),
        _ => term,
    }
}

/// An object with other values of its members.
fn within(term: Term, change: &dyn Fn(&str, Term) -> Term) -> Term {
    match &term.datum {
        Datum::Map(members) => {
            let changed = members.iter().map(|(name, inner)| (Rc::clone(name), change(name, inner.clone())));
            Term::map(changed.collect::<Vec<_>>(), term.place)
        }
        _ => term,
    }
}

/// What is taken of a resource.
#[derive(Default)]
pub(super) struct Taking {
    /// The way to what is being taken.
    way: Vec<String>,
    pub(super) lost: Vec<Lost>,
}

impl Taking {
    /// A term as a value, without what is not known.
    pub(super) fn value(&mut self, world: &World<'_>, term: &Term) -> Option<Spanned<Value>> {
        let Self { way, lost: losses } = self;
        match world.spend(term.weight(), term.place) {
            Ok(()) => term.value(&mut |way, term| losses.push(lost(way, term)), way),
            Err(term) => {
                losses.push(lost(way, &term));
                None
            }
        }
    }
}

/// That it is not known how often something is there.
pub(super) fn unknown_number(multiple: &Multiple) -> Option<Lost> {
    let Multiple::Unknown(word, term) = multiple else { return None };
    let reason = format!("{}; what it multiplies is taken in once, where it has a name", term.reason());
    Some(Lost { pointer: pointer(&[word]), place: term.place, reason })
}

/// That an object is left out, as nobody knows what it is called.
fn nameless(kind: Kind, lost: &[Lost]) -> Option<Lost> {
    let names: &[&str] = match kind {
        Kind::Team => &["name"],
        Kind::Entity | Kind::Scorecard => &["identifier", "blueprint"],
        // What is a resource of its own and a part of a blueprint says of which.
        Kind::Blueprint => &["identifier", "blueprint", "blueprint_identifier", "aggregation_identifier"],
        _ => &["identifier"],
    };
    let found = names.iter().find_map(|name| Some((name, lost.iter().find(|one| one.pointer == pointer(&[name]))?)));
    let (name, one) = found?;
    Some(Lost {
        pointer: String::new(),
        place: one.place,
        reason: format!("its `{name}` is not known: {}", one.reason),
    })
}
