use super::{Condition, Fields, Selection, select, status};
use crate::catalog::{Bodies, Catalog, CatalogError, Entry, Observed, SetBackTo, Stray, Unreadable};
use crate::credentials::Environment;
use crate::diff::Veil;
use crate::model::{Address, Kind, Name, Object, Project, Value};
use crate::object::{fields, set_fields};
use crate::secret::shown;
use crate::session::{Disk, Misuse, SessionError, open_catalog};
use crate::wait::Wait;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A catalog that is asked, and the addresses of what it holds.
pub struct Held {
    catalog: Box<dyn Catalog>,
    /// The projects that own them.
    owners: BTreeMap<Address, Name>,
    /// The addresses, in their order.
    pub addresses: Vec<Address>,
    /// What is in it and no address leads to.
    pub strays: Vec<Stray>,
    /// That it holds less than was seen of it, where that is so.
    pub set_back: Option<SetBackTo>,
}

/// What is meant by a question.
pub struct Meant {
    /// What kind it is of.
    pub kind: Kind,
    /// The blueprint of the entities, or the promise of the requests, where one is meant.
    of: Option<Address>,
    /// The live objects.
    pub bodies: Bodies,
    catalog: Box<dyn Catalog>,
}

/// Some of what a catalog holds.
#[derive(Debug, Default)]
pub struct Found {
    /// The objects.
    pub objects: Vec<Object>,
    /// What their fields are called, and what they hold.
    pub fields: Fields,
    /// Those that nobody can read, so that it is not known whether they are meant.
    pub unreadable: Vec<Arc<Unreadable>>,
    /// The blueprints and promises that nobody can read, so that it is not known what the objects leave to them.
    pub types: Vec<Arc<Unreadable>>,
    /// What was asked for and is probably meant otherwise, in a sentence each.
    pub notes: Vec<String>,
}

/// What the catalog of a project holds, whoever owns it. Of the project no more has to be known than where that is.
///
/// # Errors
/// Where it cannot be read.
pub fn held(disk: &Disk, project: &Project, environment: &Environment) -> Result<Held, SessionError> {
    let catalog = open_catalog(disk, project, environment, &Wait::default())?;
    let Observed { entries, strays } = catalog.observe("")?;
    let owner = |entry: &Entry| Some((entry.address.clone(), entry.other_owner.clone()?));
    let owners = entries.iter().filter_map(owner).collect();
    let live = entries.into_iter().filter(|entry| entry.live.is_some());
    let set_back = catalog.set_back()?;
    Ok(Held { addresses: live.map(|entry| entry.address).collect(), owners, strays, set_back, catalog })
}

impl Held {
    /// The live objects that are meant, as [`select`] reads it, but for what may be a secret.
    ///
    /// # Errors
    /// Where nothing is meant, and where the catalog cannot be read.
    pub fn meant(self, subject: &str, name: Option<&str>) -> Result<Meant, SessionError> {
        let Selection { kind, of, addresses } = select(self.addresses, subject, name).map_err(Misuse::Query)?;
        let mut bodies = Bodies::of(&*self.catalog, &addresses)?;
        veil(&*self.catalog, &self.owners, &mut bodies.read)?;
        if kind == Kind::Request {
            status::put(&*self.catalog, &mut bodies.read)?;
        }
        Ok(Meant { kind, of, bodies, catalog: self.catalog })
    }
}

/// Veils what may be a secret: what stands in the place of a reference to one that the owner of an object wrote, the passwords in addresses, and what looks like one.
fn veil(catalog: &dyn Catalog, owners: &BTreeMap<Address, Name>, objects: &mut [Object]) -> Result<(), CatalogError> {
    let mut owned: BTreeMap<&Name, Vec<&mut Object>> = BTreeMap::new();
    for object in objects {
        match owners.get(&object.address) {
            Some(owner) => owned.entry(owner).or_default().push(object),
            None => put_over(&Veil::default(), object),
        }
    }
    for (owner, objects) in owned {
        let addresses: Vec<Address> = objects.iter().map(|object| object.address.clone()).collect();
        for (object, written) in objects.into_iter().zip(catalog.written(owner, &addresses)?) {
            put_over(&Veil::of([&written], &object.body), object);
        }
    }
    Ok(())
}

fn put_over(veil: &Veil<'_>, object: &mut Object) {
    let veiled = fields(&object.body).into_iter().filter_map(|(path, value)| {
        let (shown, hidden) = veil.over(&path, value);
        hidden.map(|_| (path, shown))
    });
    let veiled: Vec<(String, Value)> = veiled.collect();
    set_fields(&mut object.body, veiled.iter().map(|(path, shown)| (&**path, Some(shown.clone()))));
    if let Some(shown) = shown(&object.body) {
        object.body = shown;
    }
}

impl Found {
    /// What they are called, those that nobody can read last.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        let read = self.objects.iter().map(|object| &object.address);
        read.chain(self.unreadable.iter().map(|one| &one.address))
    }

    /// Those objects of which a condition holds at a time, in seconds since 1970 (UTC). `columns` are the fields that are to be shown.
    ///
    /// # Errors
    /// Where a field is asked for or to be shown that none of them can have, and where the catalog cannot be read.
    pub fn of(meant: Meant, condition: &Condition, columns: &[String], now: i64) -> Result<Self, SessionError> {
        let Meant { kind, of, bodies: Bodies { read: objects, unreadable }, catalog } = meant;
        let asked: BTreeSet<String> = condition.fields().into_iter().chain(columns.iter().cloned()).collect();
        if asked.is_empty() {
            return Ok(Self { objects, unreadable, ..Self::default() });
        }
        let (fields, types) = Fields::of(&*catalog, (kind, of.as_ref()), &objects)?;
        let whose = of.as_ref().map_or(kind.word(), |of| &of.name);
        if let Some(unknown) = asked.iter().find_map(|path| fields.unknown(path, whose)) {
            return Err(Misuse::Query(unknown).into());
        }
        let mut notes = Vec::new();
        if !objects.is_empty() {
            let is_nowhere = |path: &String| !objects.iter().any(|object| fields.holds(object, path));
            let note = |path: String| match objects.iter().find_map(|object| fields.relation_before(object, &path)) {
                Some(relation) => format!(
                    "`{relation}` is a relation, and `{path}` does not lead through it: ask for what it names by itself"
                ),
                None => format!("none of them has a field `{path}`"),
            };
            notes.extend(asked.into_iter().filter(is_nowhere).map(note));
        }
        let advice = condition.advice(&objects, &fields);
        let objects = condition.of(objects, &fields, now);
        if objects.is_empty() {
            notes.extend(advice);
        }
        Ok(Self { objects, fields, unreadable, types, notes })
    }
}
