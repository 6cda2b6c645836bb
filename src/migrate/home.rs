//! The project that what is taken in becomes a part of.

use super::ImportError;
use crate::model::{Address, Declared, Kind, Map, Name};
use crate::resolve::{LoadError, MemoryLoader};
use crate::workspace::{Loaded, Unwatched, Workspace};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Reads the project as it is with some files, by name, in the place of those of the same names; what has not changed since the workspace last read it costs
/// little.
pub type Load<'l> = dyn Fn(&BTreeMap<String, String>, &mut Workspace) -> Result<Loaded, LoadError> + 'l;

/// Reads a project of which there is nothing yet but the text that names it.
pub fn alone(project: &str) -> impl Fn(&BTreeMap<String, String>, &mut Workspace) -> Result<Loaded, LoadError> {
    move |files, workspace| {
        let files = files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        workspace.load(&MemoryLoader::new(files.chain([("plat.kdl", project)])), &Unwatched)
    }
}

/// The project as it is before.
pub(super) struct Home<'l> {
    /// Reads it with more files.
    pub(super) load: &'l Load<'l>,
    there: Vec<There>,
    /// Its promises, by the `apiVersion` and the `kind` of what asks for them; each has that version.
    pub(super) promises: HashMap<(String, String), (Name, bool)>,
}

/// An object of it.
struct There {
    address: Address,
    body: Map,
    file: String,
    /// The file, the line and the column.
    place: String,
    /// Whether it comes from a module that is a part of plat.
    is_of_library: bool,
}

/// What the project has that nothing of what is taken in says.
#[derive(Default)]
pub(super) struct Given {
    /// Its blueprints.
    pub(super) blueprints: Vec<(Address, Map)>,
    /// Its entities.
    pub(super) entities: Vec<Address>,
    /// The file to be written that gives a part of them, with its text.
    pub(super) file: Option<(&'static str, &'static str)>,
}

impl<'l> Home<'l> {
    /// # Errors
    /// Where the project cannot be read.
    pub(super) fn read(load: &'l Load<'l>) -> Result<Self, LoadError> {
        let loaded = load(&BTreeMap::new(), &mut Workspace::default())?;
        let of = |one: &(dyn Declared + Sync)| {
            let span = one.span().shown();
            let file = loaded.sources.file(span.file);
            There {
                address: one.address(),
                body: one.body(),
                file: file.name.clone(),
                place: loaded.sources.location(span),
                is_of_library: file.is_of_library(),
            }
        };
        let there = loaded.project.declared().into_iter().map(of).collect();
        let promises = loaded.project.promises.iter().filter_map(|promise| {
            let api = promise.api.as_ref()?;
            let version = format!("{}/{}", api.group.value, api.version.value);
            Some(((version, api.kind.value.to_string()), (promise.name.value.clone(), true)))
        });
        let promises = promises.collect();
        Ok(Self { load, there, promises })
    }

    /// Its blueprints, its own before those that are a part of plat.
    pub(super) fn blueprints(&self) -> impl Iterator<Item = (&Address, &Map)> {
        let of = |is_of_library: bool| {
            let there = self.there.iter().filter(move |one| one.is_of_library == is_of_library);
            there.filter(|one| one.address.kind == Kind::Blueprint).map(|one| (&one.address, &one.body))
        };
        of(false).chain(of(true))
    }

    /// Its entities.
    pub(super) fn entities(&self) -> impl Iterator<Item = (&Address, &Map)> {
        let entities = self.there.iter().filter(|one| one.address.kind == Kind::Entity);
        entities.map(|one| (&one.address, &one.body))
    }

    /// What stays of it where some objects come, and the file of each takes the place of its own.
    ///
    /// # Errors
    /// Where it declares one of the objects in another file.
    pub(super) fn beside<'m>(
        &self,
        coming: impl Iterator<Item = (&'m Address, String)>,
        given: &mut Given,
    ) -> Result<(), ImportError> {
        let (coming, files): (HashSet<&Address>, HashSet<String>) = coming.unzip();
        let stays = self.there.iter().filter(|one| !files.contains(&one.file));
        let (twice, stays): (Vec<_>, Vec<_>) = stays.partition(|one| coming.contains(&one.address));
        if !twice.is_empty() {
            return Err(ImportError::Declared(
                twice.iter().map(|one| (one.address.clone(), one.place.clone())).collect(),
            ));
        }
        for one in stays {
            match one.address.kind {
                Kind::Blueprint => given.blueprints.push((one.address.clone(), one.body.clone())),
                Kind::Entity => given.entities.push(one.address.clone()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Its own objects that stand in none of some files, with the file of each.
    pub(super) fn others<'h>(
        &'h self,
        files: &'h BTreeMap<String, String>,
    ) -> impl Iterator<Item = (&'h Address, &'h str)> {
        let others = self.there.iter().filter(|one| !one.is_of_library && !files.contains_key(&one.file));
        others.map(|one| (&one.address, &*one.file))
    }
}
