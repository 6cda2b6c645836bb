use super::Known;
use crate::catalog::{Bodies, Catalog};
use crate::model::{
    Address, Blueprint, Declaration, Declared, Expectation, Kind, Name, Predicate, Project, Promise, Scorecard,
};
use crate::object::Types;
use crate::observe::ObserveError;
use crate::plan::Place;
use crate::render::Rendered;
use crate::source::Origin;
use crate::workspace::Loaded;
use serde::Serialize;
use std::collections::HashSet;

/// Something that refers to an object, or to a part of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Referrer {
    /// What refers to it: an address, `test "..."`, or the word of a node.
    pub from: String,
    /// How it does: `relation`, `entity of`, `scorecard for`.
    pub how: &'static str,
    /// The place that says it; nothing for what is not of this text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The project that says it, where it is another one, and the catalog knows which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<Name>,
}

/// What is in the catalog and not declared here that refers to an object.
///
/// # Errors
/// Where the catalog cannot be read.
pub(super) fn of_others(
    known: Known<'_>,
    catalog: &dyn Catalog,
    address: &Address,
    own: &[Referrer],
) -> Result<Vec<Referrer>, ObserveError> {
    let is_declared: HashSet<&str> = own.iter().map(|one| &*one.from).collect();
    let theirs = || known.objects.entries.iter().filter(|entry| entry.owner.is_none() && entry.live.is_some());
    let addresses = |is_asked: &dyn Fn(&Address) -> bool| -> Vec<Address> {
        let asked = theirs().map(|entry| &entry.address).filter(|address| is_asked(address));
        asked.cloned().collect()
    };
    let of_types = Bodies::of(catalog, &addresses(&|one| matches!(one.kind, Kind::Blueprint | Kind::Promise)))?.read;
    let as_declared = |kind: Kind| {
        of_types.iter().filter(move |object| object.address.kind == kind).map(|one| Declaration::of_object(one, 0))
    };
    let blueprints: Vec<Blueprint> = as_declared(Kind::Blueprint).filter_map(|one| Blueprint::of(&one)).collect();
    let promises: Vec<Promise> = as_declared(Kind::Promise).filter_map(|one| Promise::of(&one)).collect();
    let project = &known.loaded.project;
    let types = Types::new(project.blueprints.iter().chain(&blueprints), project.promises.iter().chain(&promises));
    let can_refer = |one: &Address| {
        one != address
            && !is_declared.contains(&*one.to_string())
            && one.above().is_none_or(|above| above == *address || types.can_name(&above, address))
    };
    let mut found = Vec::new();
    for object in Bodies::of(catalog, &addresses(&can_refer))?.read {
        let owner = known.objects.entries.binary_search_by(|entry| entry.address.cmp(&object.address));
        let project = owner.ok().and_then(|index| known.objects.entries.get(index)?.other_owner.clone());
        let mut add = |how| {
            let from = object.address.to_string();
            found.push(Referrer { from, how, place: None, project: project.clone() });
        };
        match object.address.above() {
            Some(above) if above == *address && object.address.kind == Kind::Entity => add("entity of"),
            Some(above) if above == *address => add("request of"),
            _ => {}
        }
        for reference in types.of_body(&object.address, &object.body) {
            if reference.to == *address {
                add(how(object.address.kind, &reference.field));
            }
        }
    }
    found.dedup();
    Ok(found)
}

/// What refers to an object of a project, or to one of its fields, in the order of kinds and lines.
pub(super) fn references(
    loaded: &Loaded,
    rendered: &[Rendered],
    address: &Address,
    field: Option<&str>,
) -> Vec<Referrer> {
    let mut found = Found { loaded, project: &loaded.project, address, references: Vec::new() };
    match (field, address.kind) {
        (Some(field), Kind::Blueprint) => found.for_member(field),
        (Some(_), _) => {}
        (None, Kind::Destination) => found.for_destination(rendered),
        (None, _) => found.for_object(),
    }
    if field.is_none() {
        found.of_tests();
        found.of_refactoring();
    }
    found.references
}

struct Found<'a> {
    loaded: &'a Loaded,
    project: &'a Project,
    address: &'a Address,
    references: Vec<Referrer>,
}

/// How an object refers to another one by a field.
fn how(kind: Kind, field: &str) -> &'static str {
    match (kind, field.split('.').next().unwrap_or_default()) {
        (Kind::Scorecard, "blueprint") => "scorecard for",
        (Kind::Policy, "of") => "policy for",
        (Kind::Action, "blueprint") => "action on",
        (Kind::Action, "backend") => "makes entities of it",
        (Kind::Blueprint | Kind::Entity, "relations") => "relation",
        (Kind::Entity, "properties") => "property",
        (Kind::Request, "spec") => "field",
        (Kind::Blueprint | Kind::Promise | Kind::Action, "properties" | "inputs") => "default",
        (Kind::Entity, "team") => "team",
        (Kind::Team, "members") => "member",
        (Kind::Destination, "store") => "lies in it",
        _ => "refers to it",
    }
}

impl Found<'_> {
    fn add(&mut self, from: &impl ToString, how: &'static str, span: Origin) {
        let place = Place::of(span, &self.loaded.sources);
        self.references.push(Referrer { from: from.to_string(), how, place: Some(place), project: None });
    }

    /// What names the object, and what is of it.
    fn for_object(&mut self) {
        let types = Types::new(&self.project.blueprints, &self.project.promises);
        let mut all = self.project.declared();
        all.sort_by_cached_key(|declared| declared.address().kind);
        for declared in all {
            let from = declared.address();
            let above = from.above();
            match &above {
                Some(above) if above == self.address && from.kind == Kind::Entity => {
                    self.add(&from, "entity of", declared.span());
                }
                Some(above) if above == self.address => self.add(&from, "request of", declared.span()),
                _ => {}
            }
            // There are many of these, and most of their types name nothing of the kind.
            if above.is_some_and(|above| !types.can_name(&above, self.address)) {
                continue;
            }
            for reference in types.of_declared(&from, declared) {
                if reference.to == *self.address {
                    self.add(&from, how(from.kind, &reference.field), reference.span);
                }
            }
        }
    }

    /// A property or a relation of a blueprint, as `properties.tier` names it.
    fn for_member(&mut self, field: &str) {
        let Some((group @ ("properties" | "relations"), member)) = field.split_once('.') else { return };
        for entity in self.project.entities.iter().filter(|entity| entity.blueprint.value == self.address.name) {
            let values = if group == "properties" { &entity.properties } else { &entity.relations };
            if let Some(value) = values.get(member) {
                self.add(&entity.address(), "sets it", value.span);
            }
        }
        for scorecard in &self.project.scorecards {
            for (span, rule) in tests(scorecard) {
                if reads(self.project, scorecard, rule, (&self.address.name, member)) {
                    self.add(&scorecard.address(), "reads it", span);
                }
            }
        }
    }

    /// The expectations of a scorecard.
    fn of_tests(&mut self) {
        if self.address.kind != Kind::Scorecard {
            return;
        }
        for test in &self.project.tests {
            for expectation in &test.expect {
                let (Expectation::Level { scorecard, .. } | Expectation::Rule { scorecard, .. }) = &expectation.value
                else {
                    continue;
                };
                if scorecard.value == self.address.name {
                    let from = format!("test \"{}\"", test.description.value);
                    self.add(&from, "expects", scorecard.span);
                }
            }
        }
    }

    fn for_destination(&mut self, rendered: &[Rendered]) {
        for rendered in rendered.iter().filter(|one| one.destination.as_ref() == Some(&self.address.name)) {
            self.add(&rendered.request, "goes to it", rendered.span);
        }
    }

    /// Lines that say that the object moved, or that it is taken over.
    fn of_refactoring(&mut self) {
        for moved in self.project.moved.iter().filter(|moved| moved.to.value == *self.address) {
            self.add(&moved.from.value, "was its name", moved.span);
        }
        for adopt in self.project.adopted.iter().filter(|adopt| adopt.scope.value.covers(self.address)) {
            self.add(&"adopt", "takes it over", adopt.span);
        }
    }
}

/// Every comparison of a scorecard, with its place.
fn tests(scorecard: &Scorecard) -> Vec<(Origin, &crate::model::PredicateTest)> {
    scorecard.predicates().flat_map(Predicate::tests).map(|test| (test.span, test)).collect()
}

/// Whether a comparison reads, or follows, a member of a blueprint.
fn reads(
    project: &Project,
    scorecard: &Scorecard,
    test: &crate::model::PredicateTest,
    (blueprint, member): (&str, &str),
) -> bool {
    test.fields().any(|field| {
        let mut at = scorecard.blueprint.value.clone();
        for (index, name) in field.way.iter().chain(field.leaf.name()).enumerate() {
            if *at == *blueprint && **name == *member {
                return true;
            }
            let relation = project.blueprint(&at).and_then(|blueprint| blueprint.relation(name));
            // What is no relation has its own value read, and in it what follows.
            let Some(target) = relation.filter(|_| index < field.way.len()) else { return false };
            at = target.target.value.clone();
        }
        false
    })
}
