//! Random projects with blueprints that refer to each other, entities, teams, users, lifecycles and new names.

use super::{HERE, Shared, declare, targets};
use crate::catalog::Catalog;
use crate::model::{Address, Adoption, Beyond, Deletion, Entity, Kind, Lifecycle, Map, Moved, OnDrift, Project, Value};
use crate::object::set_field;
use crate::plan::{OnConflict, Options, Plan};
use crate::session::{Planning, plan};
use crate::source::{SourceFile, Sources, Spanned};
use crate::workspace::Loaded;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What a random project declares.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) blueprints: BTreeMap<u8, Model>,
    /// The members of each team.
    pub(super) teams: BTreeMap<u8, BTreeSet<u8>>,
}

#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) renamed: bool,
    pub(super) properties: BTreeSet<u8>,
    /// The blueprint that each relation points at.
    pub(super) relations: BTreeMap<u8, u8>,
    pub(super) entities: BTreeMap<u8, Instance>,
}

#[derive(Clone, Debug)]
pub(super) struct Instance {
    pub(super) renamed: bool,
    pub(super) values: BTreeMap<u8, u8>,
    pub(super) relations: BTreeMap<u8, BTreeSet<u8>>,
    pub(super) team: Option<u8>,
    pub(super) lifecycle: Lifecycle,
}

/// How much a random project says about the lives of its objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lives {
    /// Nothing.
    Plain,
    /// Anything but that something must not be deleted.
    Any,
}

fn lifecycle(lives: Lives) -> BoxedStrategy<Lifecycle> {
    let any = (0..3usize, 0..3usize, any::<bool>(), prop::option::of(0..3u8)).prop_map(
        |(drift, deletion, protect, ignored)| {
            let ignored = ignored.map(|index| Spanned::new(format!("properties.p{index}").into_boxed_str(), HERE));
            let deletions = [Deletion::Delete, Deletion::Orphan, Deletion::Confirm];
            Lifecycle {
                protect,
                on_drift: OnDrift::ALL[drift].0,
                deletion: deletions[deletion],
                ignore: ignored.into_iter().collect(),
            }
        },
    );
    match lives {
        Lives::Plain => Just(Lifecycle::default()).boxed(),
        Lives::Any => prop_oneof![Just(Lifecycle::default()), any].boxed(),
    }
}

/// A random project; nothing in it has another name than before where `renames` says so.
pub(super) fn world(
    lives: Lives,
    renames: impl Strategy<Value = bool> + Clone + 'static,
) -> impl Strategy<Value = World> {
    let instance = (
        renames.clone(),
        prop::collection::btree_map(0..3u8, 0..3u8, 0..3),
        prop::collection::btree_map(0..2u8, prop::collection::btree_set(0..3u8, 1..3), 0..3),
        prop::option::of(0..2u8),
        lifecycle(lives),
    )
        .prop_map(|(renamed, values, relations, team, lifecycle)| Instance {
            renamed,
            values,
            relations,
            team,
            lifecycle,
        });
    let model = (
        renames,
        prop::collection::btree_set(0..3u8, 0..4),
        prop::collection::btree_map(0..2u8, 0..3u8, 0..3),
        prop::collection::btree_map(0..3u8, instance, 0..4),
    )
        .prop_map(|(renamed, properties, relations, entities)| Model { renamed, properties, relations, entities });
    let teams = prop::collection::btree_map(0..2u8, prop::collection::btree_set(0..3u8, 0..3), 0..3);
    (model.clone(), prop::collection::btree_map(1..3u8, model, 0..3), teams).prop_map(
        |(first, mut blueprints, teams)| {
            // The first blueprint always stays, and only its entities are ever let go of: one that stays needs its blueprint.
            blueprints.insert(0, first);
            let later = blueprints.iter_mut().filter(|(index, _)| **index != 0);
            for entity in later.flat_map(|(_, model)| model.entities.values_mut()) {
                if entity.lifecycle.deletion == Deletion::Orphan {
                    entity.lifecycle.deletion = Deletion::Delete;
                }
            }
            World { blueprints, teams }
        },
    )
}

fn name(prefix: &str, index: u8, renamed: bool) -> String {
    format!("{prefix}{index}{}", if renamed { "x" } else { "" })
}

fn spanned<T: for<'t> From<&'t str>>(text: &str) -> Spanned<T> {
    Spanned::new(T::from(text), HERE)
}

impl World {
    fn blueprint_name(&self, index: u8) -> Option<String> {
        self.blueprints.get(&index).map(|model| name("b", index, model.renamed))
    }

    /// The address of an entity under its name before it got another one.
    pub(super) fn old_address(blueprint: u8, entity: u8) -> Address {
        let (blueprint, entity) = (name("b", blueprint, false), name("e", entity, false));
        Address::below(Kind::Entity, blueprint.as_str().into(), entity.as_str().into())
    }

    /// The project.
    pub(super) fn loaded(&self) -> Loaded {
        let mut project = Project { name: Some(spanned("laws")), ..Project::default() };
        for (index, model) in &self.blueprints {
            self.declare(*index, model, &mut project);
        }
        let users: BTreeSet<u8> = self.teams.values().flatten().copied().collect();
        for user in users {
            declare(&mut project, &format!("user:u{user}"), "{}");
        }
        for (team, members) in &self.teams {
            let members: Vec<String> = members.iter().map(|user| format!("\"u{user}\"")).collect();
            let members = (!members.is_empty()).then(|| format!(r#""members":[{}]"#, members.join(",")));
            declare(&mut project, &format!("team:t{team}"), &format!("{{{}}}", members.unwrap_or_default()));
        }
        let mut sources = Sources::default();
        sources.add(SourceFile::new("laws.kdl", Vec::new()));
        Loaded { sources, project: project.into(), ..Loaded::default() }
    }

    fn declare(&self, index: u8, model: &Model, project: &mut Project) {
        let own = name("b", index, model.renamed);
        let property = |property: &u8| format!(r#""p{property}":{{"type":"integer"}}"#);
        let relation = |(relation, target): (&u8, &u8)| {
            let target = self.blueprint_name(*target)?;
            Some(format!(r#""r{relation}":{{"target":"{target}","many":true,"required":false}}"#))
        };
        let group = |name: &str, members: Vec<String>| {
            (!members.is_empty()).then(|| format!(r#""{name}":{{{}}}"#, members.join(",")))
        };
        let properties = group("properties", model.properties.iter().map(property).collect());
        let relations = group("relations", model.relations.iter().filter_map(relation).collect());
        let body: Vec<String> = properties.into_iter().chain(relations).collect();
        declare(project, &format!("blueprint:{own}"), &format!("{{{}}}", body.join(",")));
        let mut moved = |from: Address, to: Address| {
            let (from, to) = (Spanned::new(from, HERE), Spanned::new(to, HERE));
            project.moved.push(Moved { span: HERE, from, to });
        };
        if model.renamed {
            let from = name("b", index, false);
            moved(
                Address::new(Kind::Blueprint, from.as_str().into()),
                Address::new(Kind::Blueprint, own.as_str().into()),
            );
        }
        for (entity, instance) in model.entities.iter().filter(|(_, instance)| instance.renamed) {
            let to = name("e", *entity, instance.renamed);
            moved(
                Self::old_address(index, *entity),
                Address::below(Kind::Entity, own.as_str().into(), to.as_str().into()),
            );
        }
        let entities = model.entities.iter().map(|(entity, instance)| self.entity(&own, model, *entity, instance));
        project.entities.extend(entities);
    }

    fn entity(&self, blueprint: &str, model: &Model, entity: u8, instance: &Instance) -> Entity {
        let (mut properties, mut relations) = (Map::default(), Map::default());
        for (property, value) in instance.values.iter().filter(|(property, _)| model.properties.contains(property)) {
            properties.put(&format!("p{property}"), Value::integer(i64::from(*value)), HERE);
        }
        for (relation, wanted) in &instance.relations {
            let target = model.relations.get(relation).and_then(|target| self.blueprints.get(target));
            let Some(target) = target else { continue };
            let there = wanted.iter().filter_map(|one| Some(name("e", *one, target.entities.get(one)?.renamed)));
            let there: Vec<_> = there.map(|name| Spanned::new(Value::string(name), HERE)).collect();
            if !there.is_empty() {
                relations.put(&format!("r{relation}"), Value::Array(there), HERE);
            }
        }
        let team = instance.team.filter(|team| self.teams.contains_key(team));
        Entity {
            blueprint: spanned(blueprint),
            name: spanned(&name("e", entity, instance.renamed)),
            span: HERE,
            title: None,
            icon: None,
            teams: team.map(|team| spanned(&format!("t{team}"))).into_iter().collect(),
            properties,
            relations,
            beyond: Beyond::default(),
            lifecycle: (!instance.lifecycle.is_default()).then(|| Box::new(instance.lifecycle.clone())),
        }
    }

    /// The plan of the project with everything allowed.
    pub(super) fn plan(&self, catalog: &Shared, on_conflict: OnConflict) -> Plan {
        let kinds = Kind::ALL.iter().map(|(_, word)| format!("{word}:*"));
        let known = catalog.observe("laws").unwrap().entries.into_iter().map(|entry| entry.address.to_string());
        let options = Options {
            max_deletes: Some(1_000),
            allow_delete: kinds.chain(known).collect(),
            on_conflict,
            adoption: Some(Adoption::IfUnowned),
            ..Options::default()
        };
        plan(&self.loaded(), &mut targets(catalog), Planning { now: 0, options, ..Planning::default() }).unwrap()
    }
}

/// An edit of somebody else, of an entity by its first name.
#[derive(Clone, Debug)]
pub(super) enum Edit {
    Set(u8, u8, u8, u8),
    Unset(u8, u8, u8),
    Delete(u8, u8),
}

pub(super) fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = prop_oneof![
        (0..3u8, 0..3u8, 0..5u8, 0..4u8)
            .prop_map(|(blueprint, entity, property, value)| Edit::Set(blueprint, entity, property, value)),
        (0..3u8, 0..3u8, 0..5u8).prop_map(|(blueprint, entity, property)| Edit::Unset(blueprint, entity, property)),
        (0..3u8, 0..3u8).prop_map(|(blueprint, entity)| Edit::Delete(blueprint, entity)),
    ];
    prop::collection::vec(edit, 0..6)
}

/// Carries an edit out on an entity that is there.
pub(super) fn edit(catalog: &Shared, edit: &Edit) {
    let (Edit::Set(blueprint, entity, ..) | Edit::Unset(blueprint, entity, _) | Edit::Delete(blueprint, entity)) = edit;
    let address = World::old_address(*blueprint, *entity);
    let Some(live) = catalog.objects(std::slice::from_ref(&address)).unwrap().remove(0) else { return };
    let mut body = live.into_read().unwrap().body;
    let body = match edit {
        Edit::Delete(..) => None,
        Edit::Set(_, _, property, value) => {
            set_field(&mut body, &format!("properties.p{property}"), Some(Value::integer(i64::from(*value))));
            Some(body)
        }
        Edit::Unset(_, _, property) => {
            set_field(&mut body, &format!("properties.p{property}"), None);
            Some(body)
        }
    };
    catalog.0.lock().unwrap().set(&address, body);
}
