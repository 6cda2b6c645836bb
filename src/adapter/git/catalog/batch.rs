//! From the operations of a batch to the files of the next commit. Every operation sees those before it.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use git2::{Error, ObjectType, Oid};

use super::Fault;
use super::layer::{self, Layer};
use super::record::{self, Owned};
use super::text;
use super::view::View;
use crate::adapter::git::objects::edit::Steps;
use crate::adapter::git::objects::tree::{Spot, entry_spot, join};
use crate::catalog::guard::{self, Written};
use crate::catalog::{
    Batch, CatalogError, Change, FieldChange, GuardedChange, LevelChange, Outcome, OwnedFields, Presence, Times,
};
use crate::model::{Address, Digest, Lifecycle, Made, Map, Name};

/// What a batch makes of a catalog at one commit.
pub(super) struct Work<'v, 'r> {
    view: &'v View<'r>,
    project: Name,
    time: i64,
    /// The files that were written or taken away so far.
    files: BTreeMap<(Layer, Address), Option<File>>,
    /// Those of no object, by their paths in the catalog's folder.
    others: BTreeMap<String, File>,
}

/// A file that is written.
#[derive(Clone)]
struct File {
    blob: Oid,
    content: Arc<[u8]>,
}

impl File {
    fn new(content: Vec<u8>) -> Result<Self, Error> {
        Ok(Self { blob: Oid::hash_object(ObjectType::Blob, &content)?, content: content.into() })
    }
}

impl<'v, 'r> Work<'v, 'r> {
    /// Nothing is done yet.
    pub(super) fn new(view: &'v View<'r>, project: &str, time: i64) -> Self {
        Self { view, project: project.into(), time, files: BTreeMap::new(), others: BTreeMap::new() }
    }

    /// Carries out all operations, up to the first that meets something unexpected, and writes the levels down.
    pub(super) fn carry_out(&mut self, batch: &Batch<'_>) -> Result<Vec<Outcome>, Fault> {
        self.introduce(batch.project, batch.name)?;
        let outcomes = batch.operations.iter().map(|operation| self.operation(operation)).collect::<Result<_, _>>()?;
        for change in batch.levels {
            self.level(change)?;
        }
        Ok(outcomes)
    }

    /// Says what a project is called.
    pub(super) fn introduce(&mut self, project: &str, name: &str) -> Result<(), Fault> {
        let path = format!("{}/{}", layer::project_folder(project), layer::NAME);
        self.other(path, record::project(name))?;
        self.other(layer::MARK.to_owned(), record::mark())
    }

    fn other(&mut self, path: String, content: Vec<u8>) -> Result<(), Fault> {
        let file = File::new(content)?;
        if !matches!(self.view.spot(&path)?, Spot::File(id, _) if id == file.blob) {
            self.others.insert(path, file);
        }
        Ok(())
    }

    fn operation(&mut self, operation: &GuardedChange) -> Result<Outcome, Fault> {
        let address = &operation.address;
        if let Change::Make { made, base, lifecycle, from: None, taken_from: None, .. } = &operation.change
            && self.make(address, made, *base, lifecycle.as_deref())?
        {
            return Ok(Outcome::Done);
        }
        let done = match &*operation.change.spelled() {
            Change::Write { fields, owned, base, lifecycle, from, taken_from } => {
                let moved = self.move_from(from.as_ref(), address)?;
                let taken = self.take_from(taken_from.as_ref(), address)?;
                let (body, changed) = self.write(address, fields, owned, operation.change.replaces())?;
                let recorded = self.keep(address, &body, (owned, *base), lifecycle.as_deref())?;
                moved || taken || changed || recorded
            }
            Change::Delete { before } => {
                let deleted = self.delete(address, *before)?;
                self.forget(&self.project.clone(), address)?;
                deleted
            }
            Change::Forget => self.forget(&self.project.clone(), address)?,
            Change::Make { .. } => false,
        };
        Ok(if done { Outcome::Done } else { Outcome::Already })
    }

    /// Makes an object that is all owned, as most are that are made; whether it is one, and none is there.
    fn make(
        &mut self,
        address: &Address,
        made: &Made,
        base: Digest,
        lifecycle: Option<&Lifecycle>,
    ) -> Result<bool, Fault> {
        if made.digest() != base || self.read(&Layer::Objects, address)?.is_some() {
            return Ok(false);
        }
        let mut json = Vec::new();
        made.write_body(&mut json);
        let file = File::new(text::lines(&json))?;
        self.put(&Layer::Objects, address, file.clone());
        self.put_new(&Layer::Times, address, record::times(Times { created: self.time, updated: self.time }))?;
        self.put(&Layer::Written(self.project.clone()), address, file);
        self.remove(&Layer::Fields(self.project.clone()), address)?;
        self.put_lifecycle(address, lifecycle)?;
        Ok(true)
    }

    /// Gives an object, and the project's record of it, another name; whether that was still to be done.
    fn move_from(&mut self, from: Option<&Address>, to: &Address) -> Result<bool, Fault> {
        let Some(from) = from else { return Ok(false) };
        let moved = self.read(&Layer::Objects, from)?.is_some();
        if moved && self.read(&Layer::Objects, to)?.is_some() {
            return Err(CatalogError::Conflict { address: to.clone(), field: None }.into());
        }
        let recorded = self.read(&Layer::Written(self.project.clone()), from)?.is_some();
        let objects = [Layer::Objects, Layer::Times].into_iter().filter(|_| moved);
        let records = Self::records(&self.project).into_iter().filter(|_| recorded);
        for layer in objects.chain(records) {
            match self.read(&layer, from)?.map(Cow::into_owned) {
                Some(content) => self.put_new(&layer, to, content)?,
                None => self.remove(&layer, to)?,
            }
            self.remove(&layer, from)?;
        }
        Ok(moved || recorded)
    }

    fn records(project: &Name) -> [Layer; 3] {
        [Layer::Written(project.clone()), Layer::Fields(project.clone()), Layer::Lifecycles(project.clone())]
    }

    fn take_from(&mut self, owner: Option<&Name>, address: &Address) -> Result<bool, Fault> {
        let Some(owner) = owner else { return Ok(false) };
        // The layers of others are named by the ids that the view knows.
        let Some(owner) = self.view.projects().iter().find(|id| *id == owner) else { return Ok(false) };
        self.forget(owner, address)
    }

    fn write(
        &mut self,
        address: &Address,
        fields: &[FieldChange],
        owned: &OwnedFields,
        replaces: Option<Digest>,
    ) -> Result<(Map, bool), Fault> {
        let live = self.live(address)?;
        match guard::write(address, live, fields, owned, replaces)? {
            Written::Unchanged(body) => Ok((body, false)),
            Written::Body(body) => {
                let times = self.read(&Layer::Times, address)?.and_then(|content| record::read_times(&content));
                let is_there = self.read(&Layer::Objects, address)?.is_some();
                let created = times.filter(|_| is_there).map_or(self.time, |times| times.created);
                self.put_new(&Layer::Objects, address, text::of_body(&body))?;
                self.put_new(&Layer::Times, address, record::times(Times { created, updated: self.time }))?;
                Ok((body, true))
            }
        }
    }

    /// What is live, as others left it.
    fn live(&self, address: &Address) -> Result<Option<Presence<Map>>, Fault> {
        let found = self.read(&Layer::Objects, address)?;
        Ok(found.map(|content| super::presence(self.view, address, &content)))
    }

    /// Keeps the record of an object; whether it says something else than before.
    fn keep(
        &mut self,
        address: &Address,
        live: &Map,
        (owned, base): (&OwnedFields, Digest),
        lifecycle: Option<&Lifecycle>,
    ) -> Result<bool, Fault> {
        let layers = Self::records(&self.project);
        let before = layers.each_ref().map(|layer| Ok(self.read(layer, address)?.map(Cow::into_owned)));
        let [written, fields, lives]: [Result<Option<Vec<u8>>, Fault>; 3] = before;
        let (written, fields, lives) = (written?, fields?, lives?);
        let known = written.as_deref().and_then(|content| text::body(content).ok());
        let known = guard::known_values(live, &known.unwrap_or_default(), owned);
        let [new_written, new_fields] = Owned::of(&known, owned, base).encoded();
        let new_lives = lifecycle.map(record::lifecycle);
        let was_same = |old: &Owned| old.base == base && old.fields == *owned;
        let old = written.as_deref().map(|written| Owned::read(written, fields.as_deref()));
        let differs = !old.flatten().is_some_and(|old| was_same(&old)) || lives != new_lives;
        for (layer, content) in layers.iter().zip([new_written, new_fields, new_lives]) {
            match content {
                Some(content) => self.put_new(layer, address, content)?,
                None => self.remove(layer, address)?,
            }
        }
        Ok(differs)
    }

    fn put_lifecycle(&mut self, address: &Address, lifecycle: Option<&Lifecycle>) -> Result<(), Fault> {
        match lifecycle {
            Some(lifecycle) => {
                self.put_new(&Layer::Lifecycles(self.project.clone()), address, record::lifecycle(lifecycle))
            }
            None => self.remove(&Layer::Lifecycles(self.project.clone()), address),
        }
    }

    fn delete(&mut self, address: &Address, before: Digest) -> Result<bool, Fault> {
        let Some(live) = self.live(address)? else { return Ok(false) };
        if live.map(|body| text::digest(&body)).digest() != before {
            return Err(CatalogError::Conflict { address: address.clone(), field: None }.into());
        }
        self.remove(&Layer::Objects, address)?;
        self.remove(&Layer::Times, address)?;
        Ok(true)
    }

    /// Takes a project's record of an object away; whether there was one.
    fn forget(&mut self, project: &Name, address: &Address) -> Result<bool, Fault> {
        let was = self.read(&Layer::Written(project.clone()), address)?.is_some();
        for layer in Self::records(project) {
            self.remove(&layer, address)?;
        }
        Ok(was)
    }

    fn level(&mut self, change: &LevelChange) -> Result<(), Fault> {
        let (scorecard, entity, level) = match change {
            LevelChange::Set(one) => (&one.scorecard, &one.entity, Some(record::level(one.level.as_deref()))),
            LevelChange::Remove { scorecard, entity } => (scorecard, entity, None),
        };
        let layer = Layer::Levels(self.project.clone(), scorecard.clone());
        match level {
            Some(level) => self.put_new(&layer, entity, level),
            None => self.remove(&layer, entity),
        }
    }

    /// What a file holds by now.
    fn read(&self, layer: &Layer, address: &Address) -> Result<Option<Cow<'_, [u8]>>, Fault> {
        if let Some(known) = self.files.get(&(layer.clone(), address.clone())) {
            return Ok(known.as_ref().map(|file| Cow::Borrowed(&*file.content)));
        }
        let Some((_, blob)) = self.view.find(layer, address)? else { return Ok(None) };
        Ok(Some(Cow::Owned(self.view.content(blob)?)))
    }

    fn put_new(&mut self, layer: &Layer, address: &Address, content: impl Into<Vec<u8>>) -> Result<(), Fault> {
        let file = File::new(content.into())?;
        self.put(layer, address, file);
        Ok(())
    }

    fn put(&mut self, layer: &Layer, address: &Address, file: File) {
        self.files.insert((layer.clone(), address.clone()), Some(file));
    }

    fn remove(&mut self, layer: &Layer, address: &Address) -> Result<(), Fault> {
        let known = self.files.get(&(layer.clone(), address.clone()));
        if known.is_some() || self.view.find(layer, address)?.is_some() {
            self.files.insert((layer.clone(), address.clone()), None);
        }
        Ok(())
    }

    /// What has to be done on the tree of the commit, of which `folder` is the catalog's.
    pub(super) fn steps(&self, folder: &str) -> Result<Steps<'_>, Fault> {
        let mut steps = Steps::default();
        for (path, file) in &self.others {
            self.is_free(path)?;
            steps.put(join(folder, path), Some(&file.content), file.blob);
        }
        let mut places: BTreeMap<String, Vec<Differing<'_>>> = BTreeMap::new();
        for ((layer, address), file) in &self.files {
            let found = self.view.find(layer, address)?;
            if found.as_ref().map(|found| found.1) != file.as_ref().map(|file| file.blob) {
                places.entry(layer.folder_of(address)).or_default().push((address, file.as_ref(), found));
            }
        }
        for (place, files) in places {
            let (count, divided) = self.view.census(&place)?;
            let new = files.iter().filter(|(_, file, found)| file.is_some() && found.is_none()).count();
            let is_divided = divided || count + new > layer::MOST;
            if is_divided && !divided {
                let known: HashSet<&str> = files.iter().map(|(address, ..)| &*address.name).collect();
                self.divide(&place, folder, &known, &mut steps)?;
            }
            for (address, file, found) in files {
                let path = if is_divided {
                    in_division(&place, &address.name)
                } else {
                    join(&place, &layer::file(&address.name))
                };
                if let Some((old, _)) = found.filter(|(old, _)| file.is_none() || *old != path) {
                    steps.remove(join(folder, &old));
                }
                if let Some(file) = file {
                    self.is_free(&path)?;
                    steps.put(join(folder, &path), Some(&file.content), file.blob);
                }
            }
        }
        Ok(steps)
    }

    fn is_free(&self, path: &str) -> Result<(), Fault> {
        match self.view.obstacle(path)? {
            Some(obstacle) => Err(Fault::InTheWay(obstacle)),
            None => Ok(()),
        }
    }

    /// Moves the files of a folder, but for some, into their divisions.
    fn divide(&self, place: &str, folder: &str, but: &HashSet<&str>, steps: &mut Steps<'_>) -> Result<(), Fault> {
        let Some(tree) = self.view.folder(place)? else { return Ok(()) };
        for entry in tree.iter() {
            let name = entry.name().ok().and_then(layer::named);
            let Some(name) = name.filter(|name| !but.contains(&**name)) else { continue };
            let Spot::File(id, _) = entry_spot(&entry) else { continue };
            steps.remove(join(folder, &join(place, &layer::file(&name))));
            steps.put(join(folder, &in_division(place, &name)), None, id);
        }
        Ok(())
    }
}

/// A file that differs from what is there: whose it is, what is to be there, and where and what the other one is.
type Differing<'a> = (&'a Address, Option<&'a File>, Option<(String, Oid)>);

fn in_division(place: &str, name: &str) -> String {
    format!("{place}/{}/{}", layer::division(name), layer::file(name))
}
