use super::lookup::Lookup;
use super::{
    Action, Address, Adopt, Blueprint, Cleared, Declaration, Declared, Destination, EncryptedFolder, Entity,
    Environment, Externs, GitFolder, Guards, Kind, Locked, Moved, Name, Parameters, Policy, Promise, Property,
    Relocated, Removed, Renamed, Request, Resource, Scorecard, Selection, SharedCatalog, StateStore, Step, Team,
    Template, Test, User,
};
use crate::kubernetes::{Described, Kinds, Known};
use crate::source::{Origin, SourceFile, Spanned};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Everything that a project declares, each kind in the order of files and lines.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "a list without a word is of the kind of its name")]
pub struct Project {
    /// Its name; one per repository.
    pub name: Option<Spanned<Name>>,
    /// What marks everything that it owns ([`super::Identity`]).
    pub id: Option<Spanned<Box<str>>>,
    /// What a plan may do without an explicit allowance.
    pub guards: Guards,
    /// Where its catalog is kept; on this machine where nothing is said.
    pub catalog: Option<SharedCatalog>,
    /// What it declares but entities and requests; for each there is what it is, as a type, among the following.
    pub objects: Vec<Declaration>,
    pub blueprints: Vec<Blueprint>,
    pub entities: Vec<Entity>,
    /// What its entities have where they say nothing, by blueprint, as entities without a name; it is put into them already.
    pub defaults: Vec<Entity>,
    /// The blueprints of which not all entities could be read, as was told: nobody knows which there are.
    pub half_read: Vec<Name>,
    /// What `each` lines select entities by.
    pub selections: Vec<Selection>,
    pub scorecards: Vec<Scorecard>,
    pub actions: Vec<Action>,
    /// The URLs that are called for actions, automations and blueprints and that releases lie at, as they are written, each with whose it is.
    pub called: Vec<(Address, Spanned<Box<str>>)>,
    /// The payload and the headers that automations send, each with whose it is.
    pub sent: Vec<(Address, Spanned<Template>)>,
    pub teams: Vec<Team>,
    pub users: Vec<User>,
    pub promises: Vec<Promise>,
    pub requests: Vec<Request>,
    pub stores: Vec<StateStore>,
    /// The names of the state stores that are buckets, which nothing here opens.
    pub buckets: Vec<Spanned<Name>>,
    pub destinations: Vec<Destination>,
    pub tests: Vec<Test>,
    pub policies: Vec<Policy>,
    /// The objects that got another name.
    pub moved: Vec<Moved>,
    pub renamed: Vec<Renamed>,
    /// The requests that go from one destination to another, on purpose.
    pub relocated: Vec<Relocated>,
    /// What is no longer declared or delivered, on purpose.
    pub removed: Vec<Removed>,
    /// What nobody owns, and is to go.
    pub cleared: Vec<Cleared>,
    /// What may be given to it and to its templates, and what is.
    pub parameters: Vec<Parameters>,
    /// What its caller gives for its own, as it was typed.
    pub given: BTreeMap<Name, Box<str>>,
    /// Which states of modules are used.
    pub locked: Vec<Locked>,
    /// The modules in Git repositories that are used, each once, by their addresses.
    pub modules: Vec<Name>,
    /// The environments that it may be carried out in.
    pub environments: Vec<Environment>,
    /// The one that it is read for, where one is chosen.
    pub environment: Option<Name>,
    /// What some of them alone have, as overlays add it or take it away: it may not be declared in the one that it is read for.
    pub in_some: BTreeSet<Address>,
    /// What is taken over on purpose.
    pub adopted: Vec<Adopt>,
    /// What it uses of other projects.
    pub externs: Externs,
    /// What files of it describe of kinds of Kubernetes' objects.
    pub described: Vec<Arc<Described>>,
    /// What is known of kinds of Kubernetes' objects.
    pub kinds: Kinds,
    /// Where those are that are asked for by name.
    pub lookups: Lookups,
}

/// Where the things of a project are, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lookups {
    blueprints: Lookup,
    promises: Lookup,
    destinations: Lookup,
    stores: Lookup,
    buckets: Lookup,
}

impl Project {
    /// What is known of kinds of Kubernetes' objects, where the manifests of a promise are held to it: where they are the project's own. What
    /// others own, and what a catalog holds, is judged by those who write it.
    pub fn kinds_for(&self, promise: &Promise) -> Option<&Kinds> {
        let file = promise.span.text()?.file;
        (Some(file) != self.externs.file).then_some(&self.kinds)
    }

    /// The kinds of the manifests of its own promises of which nothing is known, each once: `KIND` and its `apiVersion`.
    pub fn unknown_kinds(&self) -> BTreeSet<(&str, &str)> {
        let own = self.promises.iter().filter_map(|one| Some((self.kinds_for(one)?, one)));
        let named = own.flat_map(|(kinds, promise)| {
            let resources = promise.steps().flat_map(Step::resources).filter_map(Resource::named);
            resources.filter(|(version, kind)| match kinds.of(version, kind) {
                Known::Nothing => true,
                // That it is described in other versions is told as it is.
                Known::Elsewhere(others) => others.iter().all(|other| !other.ends_with(&format!(" {kind}"))),
                Known::Kind(_) | Known::NoSuch(_) => false,
            })
        });
        named.map(|(version, kind)| (kind, version)).collect()
    }

    /// Whether it has a parameter of a name.
    pub fn has_parameter(&self, name: &str) -> bool {
        let own = self.parameters.iter().filter(|one| one.kind == Parameters::PROJECT);
        own.flat_map(|one| &one.list).any(|parameter| *parameter.name.value == *name)
    }

    /// Whether the nodes of a file may be changed where they stand: it is one of the project, or of a module that lies in a folder of the same
    /// repository. What comes with plat or from another repository is as it was made there, and so is a copy of it.
    pub fn may_change(&self, file: &SourceFile) -> bool {
        let of_copy = |copy: &str| file.name.strip_prefix(copy).is_some_and(|rest| rest.starts_with('/'));
        let mut copies = self.locked.iter().filter_map(|one| one.vendored.as_deref());
        file.may_be_changed() || file.is_of_module() && !file.is_made() && !file.is_of_library() && !copies.any(of_copy)
    }

    /// The folders of the destinations that say `encrypted`.
    pub fn encrypted_folders(&self) -> Vec<EncryptedFolder> {
        let encrypted = self.destinations.iter().filter(|destination| destination.encrypted.is_some());
        encrypted.map(|one| EncryptedFolder::new(one.store.value.clone(), &one.path.value)).collect()
    }

    /// The folders of Git repositories that it writes to: those of its state stores, and that of its catalog.
    pub fn git_folders(&self) -> impl Iterator<Item = &GitFolder> {
        let catalog = self.catalog.as_ref().and_then(SharedCatalog::git);
        self.stores.iter().map(|store| &store.git).chain(catalog)
    }

    /// The `defaults` node that a value of an entity comes from, by the place of the value; nothing for one that is the entity's own.
    pub fn defaults_at(&self, entity: &Address, place: Origin) -> Option<&Entity> {
        let place = place.text().filter(|_| entity.kind == Kind::Entity)?;
        let mut of_blueprint = self.defaults.iter().filter(|one| *one.blueprint.value == *entity.parent);
        of_blueprint.find(|one| one.span.text().is_some_and(|span| span.covers(place)))
    }

    /// Everything that becomes an object of the catalog, by the number of each ([`super::Made`]).
    pub fn declared(&self) -> Vec<&(dyn Declared + Sync)> {
        let objects = self.objects.iter().map(|object| object as &(dyn Declared + Sync));
        let entities = self.entities.iter().map(|entity| entity as &(dyn Declared + Sync));
        let requests = self.requests.iter().map(|request| request as &(dyn Declared + Sync));
        objects.chain(entities).chain(requests).collect()
    }

    /// What becomes the object of a number.
    pub(super) fn of_number(&self, number: usize) -> &(dyn Declared + Sync) {
        let (objects, entities) = (self.objects.len(), self.entities.len());
        match number.checked_sub(objects) {
            None => &self.objects[number],
            Some(number) if number < entities => &self.entities[number],
            Some(number) => &self.requests[number - entities],
        }
    }

    /// Adds an object that is neither an entity nor a request, as what it is; whether it could be read.
    pub fn declare(&mut self, declaration: Declaration) -> bool {
        let known = match declaration.address.kind {
            Kind::Blueprint => Blueprint::of(&declaration).map(|blueprint| self.blueprints.push(blueprint)),
            Kind::Scorecard => Scorecard::of(&declaration).map(|scorecard| self.scorecards.push(scorecard)),
            Kind::Team => {
                self.teams.push(Team::of(&declaration));
                Some(())
            }
            Kind::User => {
                self.users.push(User::of(&declaration));
                Some(())
            }
            Kind::Destination => Destination::of(&declaration).map(|one| self.destinations.push(one)),
            Kind::Policy => Policy::of(&declaration).map(|one| self.policies.push(one)),
            // No more than its body, or made ready by whoever declares it.
            _ => Some(()),
        };
        if known.is_some() {
            self.objects.push(declaration);
        }
        known.is_some()
    }

    /// Every list of typed values that it declares, with what declares it: the properties of blueprints, the inputs of actions and the
    /// fields of promises.
    pub fn typed(&self) -> impl Iterator<Item = (Kind, &Spanned<Name>, &[Property])> {
        let properties = self.blueprints.iter().map(|one| (Kind::Blueprint, &one.name, &*one.properties));
        let inputs = self.actions.iter().map(|one| (Kind::Action, &one.name, &*one.inputs));
        let fields = self.promises.iter().map(|one| (Kind::Promise, &one.name, one.fields()));
        properties.chain(inputs).chain(fields)
    }

    /// The blueprint of a name.
    pub fn blueprint(&self, name: &str) -> Option<&Blueprint> {
        self.lookups.blueprints.find(&self.blueprints, |blueprint| &blueprint.name, name)
    }

    /// The promise of a name.
    pub fn promise(&self, name: &str) -> Option<&Promise> {
        self.lookups.promises.find(&self.promises, |promise| &promise.name, name)
    }

    /// The destination of a name.
    pub fn destination(&self, name: &str) -> Option<&Destination> {
        self.lookups.destinations.find(&self.destinations, |destination| &destination.name, name)
    }

    /// Whether a state store is a bucket.
    pub fn is_bucket(&self, name: &str) -> bool {
        self.lookups.buckets.find(&self.buckets, |bucket| bucket, name).is_some()
    }

    /// What an id begins with that ends with the environment which the project is read in, as do those that are made of a project's id.
    fn before_environment<'i>(&self, id: &'i str) -> Option<&'i str> {
        id.strip_suffix(&**self.environment.as_ref()?)?.strip_suffix('-')
    }

    /// The environment of this project, but for the one that it is read in, that an id is the one of.
    pub fn environment_of(&self, id: &str) -> Option<&Name> {
        let of_id = |one: &&Environment| one.id.as_ref().is_some_and(|own| *own.value == *id);
        let names = self.environments.iter().filter(of_id).map(|one| &one.name.value);
        names.into_iter().find(|name| self.environment.as_ref() != Some(*name))
    }

    /// Whether an id may be the one that the project of the id `own` had while the environment that it is read in was called otherwise.
    pub fn may_have_been(&self, id: &str, own: &str) -> bool {
        let other = self.before_environment(own).and_then(|before| id.strip_prefix(before)?.strip_prefix('-'));
        other.is_some_and(|other| !other.is_empty()) && self.environment_of(id).is_none()
    }

    /// The id of another project as a line says it that is right in each environment.
    pub fn in_each_environment<'i>(&self, id: &'i str) -> Cow<'i, str> {
        self.before_environment(id).map_or(Cow::Borrowed(id), |before| format!("{before}-${{environment}}").into())
    }

    /// The line by which a project is known by an id in the environment that it is read in, and the node that it stands in: the project, or
    /// that environment, where the id is no one of all environments.
    pub fn said_for<'i>(&self, id: &'i str) -> (&'i str, String) {
        match (&self.environment, self.before_environment(id)) {
            (Some(environment), None) => (id, format!("`environment {environment}`")),
            (_, said) => (said.unwrap_or(id), "the project".to_owned()),
        }
    }

    /// The state store of a name, where it can be opened.
    pub fn store(&self, name: &str) -> Option<&StateStore> {
        self.lookups.stores.find(&self.stores, |store| &store.name, name)
    }
}
