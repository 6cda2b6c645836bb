//! What entities have where their own text says nothing: the `defaults` nodes, put into the entities of their blueprints.
//!
//! What is put in keeps the place of its line, so that all that follows sees it as if it were written, and tells where.

use super::members::set_twice;
use crate::diag::Diagnostics;
use crate::model::{Blueprint, Entity, Given, Map, Member, Name, Project, Property, Value};
use crate::source::Spanned;
use ahash::{AHashMap as HashMap, AHashSet as HashSet};
use rayon::prelude::*;
use std::collections::hash_map::Entry;

/// Puts the defaults of a project into its entities and those of its tests, and tells what two nodes say of one field. Every open body has
/// its shape by now, and what others own is set apart.
pub(super) fn put_in(project: &mut Project, diagnostics: &mut Diagnostics) {
    let mut all: HashMap<Name, Entity> = HashMap::new();
    for defaults in &project.defaults {
        match all.entry(defaults.blueprint.value.clone()) {
            Entry::Vacant(free) => {
                free.insert(defaults.clone());
            }
            Entry::Occupied(mut known) => join(known.get_mut(), defaults, diagnostics),
        }
    }
    if all.is_empty() {
        return;
    }
    let nullable: HashMap<Name, HashSet<Name>> =
        project.blueprints.iter().map(|one| (one.name.value.clone(), nullable(one))).collect();
    let put = |entity: &mut Entity| {
        let blueprint = &entity.blueprint.value;
        if let (Some(defaults), Some(nullable)) = (all.get(blueprint), nullable.get(blueprint)) {
            fill(entity, defaults, nullable);
        }
    };
    project.entities.par_iter_mut().for_each(put);
    for given in project.tests.iter_mut().flat_map(|test| test.before.iter_mut().chain(&mut test.given)) {
        if let Given::Entity(entity) = given {
            put(entity);
        }
    }
}

/// Adds what another node says of the same blueprint; what both say is told.
fn join(all: &mut Entity, more: &Entity, diagnostics: &mut Diagnostics) {
    for (all, more) in [(&mut all.properties, &more.properties), (&mut all.relations, &more.relations)] {
        let known: HashMap<Name, _> =
            all.members.iter().map(|member| (member.name.value.clone(), member.name.span)).collect();
        for member in &more.members {
            match known.get(&member.name.value) {
                Some(first) => diagnostics.push(set_twice(&member.name, *first)),
                None => all.members.push(member.clone()),
            }
        }
    }
    for (word, all, more) in [("title", &mut all.title, &more.title), ("icon", &mut all.icon, &more.icon)] {
        match (&*all, more) {
            (Some(first), Some(second)) => {
                diagnostics.push(set_twice(&Spanned::new(word.into(), second.span), first.span));
            }
            (None, Some(_)) => all.clone_from(more),
            (_, None) => {}
        }
    }
    match (all.teams.first(), more.teams.first()) {
        (Some(first), Some(second)) => {
            diagnostics.push(set_twice(&Spanned::new("team".into(), second.span), first.span));
        }
        (None, Some(_)) => all.teams.clone_from(&more.teams),
        (_, None) => {}
    }
}

/// The properties of a blueprint of which nothing is a value.
fn nullable(blueprint: &Blueprint) -> HashSet<Name> {
    let is_nullable = |property: &&Property| property.schema.json.get("nullable").is_some();
    blueprint.properties.iter().filter(is_nullable).map(|property| property.name.value.clone()).collect()
}

/// Puts into an entity what it does not say.
fn fill(entity: &mut Entity, defaults: &Entity, nullable: &HashSet<Name>) {
    entity.title = entity.title.take().or_else(|| defaults.title.clone());
    entity.icon = entity.icon.take().or_else(|| defaults.icon.clone());
    if entity.teams.is_empty() {
        entity.teams.clone_from(&defaults.teams);
    }
    fill_map(&mut entity.properties, &defaults.properties, nullable);
    fill_map(&mut entity.relations, &defaults.relations, nullable);
}

/// Puts in the members that are missing, and takes out those that are not to be there.
fn fill_map(map: &mut Map, defaults: &Map, nullable: &HashSet<Name>) {
    if defaults.is_empty() {
        return;
    }
    let said: HashSet<Name> = map.members.iter().map(|member| member.name.value.clone()).collect();
    let is_unset =
        |member: &Member| matches!(member.value.value, Value::Null) && !nullable.contains(&member.name.value);
    if map.members.iter().any(is_unset) {
        let known: HashSet<&Name> = defaults.members.iter().map(|member| &member.name.value).collect();
        map.members.retain(|member| !is_unset(member) || !known.contains(&member.name.value));
    }
    let missing = defaults.members.iter().filter(|member| !said.contains(&member.name.value));
    map.members.extend(missing.cloned());
}
