//! From the operations of a batch to the files of the next commit. Every operation sees those before it.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use git2::{Error, ObjectType, Oid};

use super::Fault;
use super::layer::{self, Layer};
use super::observe;
use super::record::{self, Owned};
use super::text;
use super::view::View;
use crate::adapter::git::objects::edit::Steps;
use crate::adapter::git::objects::tree::{Spot, entry_spot, join};
use crate::catalog::guard;
use crate::catalog::keeper::{self, Keeper, Kept};
use crate::catalog::{Batch, Contents, KnownProject, LevelChange, LevelRecord, Outcome, Presence, Record, Times};
use crate::model::{Address, DeclaredAt, Digest, HandOvers, Lifecycle, Made, Map, Name, Object};

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
        let outcomes = self.operate(batch)?;
        for change in batch.levels {
            self.level(change)?;
        }
        Ok(outcomes)
    }

    /// Carries out all operations, and nothing else.
    pub(super) fn operate(&mut self, batch: &Batch<'_>) -> Result<Vec<Outcome>, Fault> {
        batch.operations.iter().map(|one| keeper::carry_out(self, one, batch.alone)).collect()
    }

    /// Says what a project is called.
    pub(super) fn introduce(&mut self, project: &str, name: &str) -> Result<(), Fault> {
        let path = format!("{}/{}", layer::project_folder(project), layer::NAME);
        self.other(path, record::project(name))?;
        self.other(layer::MARK.to_owned(), record::mark())
    }

    /// Writes all down that another catalog holds, but for the journals.
    pub(super) fn take_in(&mut self, contents: &Contents) -> Result<(), Fault> {
        for KnownProject { id, name } in &contents.projects {
            self.introduce(id, name)?;
        }
        for (Object { address, body }, times) in &contents.objects {
            self.put_new(&Layer::Objects, address, text::of_body(body))?;
            self.put_new(&Layer::Times, address, record::times(*times))?;
        }
        for Record { project, address, owned, fields, written, declared, came_by } in &contents.records {
            let layers = Self::records(project);
            let [values, fields] = Owned::of(written, fields, owned.base).encoded();
            let lifecycle = owned.lifecycle.as_deref().map(record::lifecycle);
            let place = declared.as_ref().map(record::place);
            let came_by = record::hand_overs(came_by);
            for (layer, content) in layers.iter().zip([values, fields, lifecycle, place, came_by]) {
                self.put_or_take(layer, address, content)?;
            }
        }
        for (project, LevelRecord { scorecard, entity, level }) in &contents.levels {
            let layer = Layer::Levels(project.clone(), scorecard.clone());
            self.put_new(&layer, entity, record::level(level.as_deref()))?;
        }
        Ok(())
    }

    fn other(&mut self, path: String, content: Vec<u8>) -> Result<(), Fault> {
        let file = File::new(content)?;
        if !matches!(self.view.spot(&path)?, Spot::File(id, _) if id == file.blob) {
            self.others.insert(path, file);
        }
        Ok(())
    }

    /// The layers of what a project says of objects that it owns. The first one says that it does; the last two stand beside, and are
    /// [`Keeper::locate`]'s and [`Keeper::hand_over`]'s.
    fn records(project: &Name) -> [Layer; 5] {
        let all = [Layer::Written, Layer::Fields, Layer::Lifecycles, Layer::Places, Layer::HandOvers];
        all.map(|layer| layer(project.clone()))
    }

    fn level(&mut self, change: &LevelChange) -> Result<(), Fault> {
        let (scorecard, entity, level) = match change {
            LevelChange::Set(one) => (&one.scorecard, &one.entity, Some(record::level(one.level.as_deref()))),
            LevelChange::Remove { scorecard, entity } => (scorecard, entity, None),
        };
        let layer = Layer::Levels(self.project.clone(), scorecard.clone());
        self.put_or_take(&layer, entity, level)
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
        self.put_file(layer, address, file);
        Ok(())
    }

    fn put_file(&mut self, layer: &Layer, address: &Address, file: File) {
        self.files.insert((layer.clone(), address.clone()), Some(file));
    }

    fn take_away(&mut self, layer: &Layer, address: &Address) -> Result<(), Fault> {
        let known = self.files.get(&(layer.clone(), address.clone()));
        if known.is_some() || self.view.find(layer, address)?.is_some() {
            self.files.insert((layer.clone(), address.clone()), None);
        }
        Ok(())
    }

    fn put_or_take(
        &mut self,
        layer: &Layer,
        address: &Address,
        content: Option<impl Into<Vec<u8>>>,
    ) -> Result<(), Fault> {
        match content {
            Some(content) => self.put_new(layer, address, content),
            None => self.take_away(layer, address),
        }
    }

    fn move_files<const N: usize>(&mut self, layers: [Layer; N], from: &Address, to: &Address) -> Result<(), Fault> {
        for layer in layers {
            let content = self.read(&layer, from)?.map(Cow::into_owned);
            self.put_or_take(&layer, to, content)?;
            self.take_away(&layer, from)?;
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

impl Keeper for Work<'_, '_> {
    type Error = Fault;

    fn writer(&self) -> (Name, i64) {
        (self.project.clone(), self.time)
    }

    fn make(&mut self, address: &Address, made: &Made, lifecycle: Option<&Lifecycle>) -> Result<bool, Fault> {
        if self.is_there(address)? {
            return Ok(false);
        }
        let mut json = Vec::new();
        made.write_body(&mut json);
        let file = File::new(text::lines(&json))?;
        self.put_file(&Layer::Objects, address, file.clone());
        self.put_new(&Layer::Times, address, record::times(Times { created: self.time, updated: self.time }))?;
        let [written, fields, lifecycles, _, hand_overs] = Self::records(&self.project);
        self.put_file(&written, address, file);
        self.take_away(&fields, address)?;
        self.put_or_take(&lifecycles, address, lifecycle.map(record::lifecycle))?;
        // An older plat that let go of an object of this name left its file.
        self.take_away(&hand_overs, address)?;
        Ok(true)
    }

    fn is_there(&mut self, address: &Address) -> Result<bool, Fault> {
        Ok(self.read(&Layer::Objects, address)?.is_some())
    }

    fn live(&mut self, address: &Address) -> Result<Option<Presence<Map>>, Fault> {
        let found = self.read(&Layer::Objects, address)?;
        Ok(found.map(|content| super::presence(self.view, address, &content)))
    }

    fn digest(&mut self, address: &Address) -> Result<Option<Presence<Digest>>, Fault> {
        Ok(self.live(address)?.map(|live| live.map(|body| text::digest(&body))))
    }

    fn put(&mut self, address: &Address, body: &Map) -> Result<(), Fault> {
        let is_there = self.is_there(address)?;
        let times = if is_there { self.read(&Layer::Times, address)? } else { None };
        let times = times.and_then(|content| record::read_times(&content));
        // When somebody made it by hand is not known.
        let created = times.map_or(if is_there { 0 } else { self.time }, |times| times.created);
        self.put_new(&Layer::Objects, address, text::of_body(body))?;
        self.put_new(&Layer::Times, address, record::times(Times { created, updated: self.time }))
    }

    fn remove(&mut self, address: &Address) -> Result<(), Fault> {
        self.take_away(&Layer::Objects, address)?;
        self.take_away(&Layer::Times, address)
    }

    fn rename(&mut self, from: &Address, to: &Address) -> Result<(), Fault> {
        self.move_files([Layer::Objects, Layer::Times], from, to)
    }

    fn rename_record(&mut self, from: &Address, to: &Address) -> Result<bool, Fault> {
        let was = self.read(&Layer::Written(self.project.clone()), from)?.is_some();
        if was {
            self.move_files(Self::records(&self.project), from, to)?;
        }
        Ok(was)
    }

    fn keep(&mut self, address: &Address, live: &Map, record: &Kept<'_>) -> Result<bool, Fault> {
        let [written, fields, lifecycles, ..] = Self::records(&self.project);
        let layers = [written, fields, lifecycles];
        let before = layers.each_ref().map(|layer| Ok(self.read(layer, address)?.map(Cow::into_owned)));
        let [written, fields, lives]: [Result<Option<Vec<u8>>, Fault>; 3] = before;
        let (written, fields, lives) = (written?, fields?, lives?);
        let known = written.as_deref().and_then(|content| text::body(content).ok());
        let known = guard::known_values(live, &known.unwrap_or_default(), record.owned);
        let [new_written, new_fields] = Owned::of(&known, record.owned, record.base).encoded();
        let new_lives = record.lifecycle.map(record::lifecycle);
        let was_same = |old: &Owned| old.base == record.base && old.fields == *record.owned;
        let old = written.as_deref().map(|written| Owned::read(written, fields.as_deref()));
        let differs = !old.flatten().is_some_and(|old| was_same(&old)) || lives != new_lives;
        for (layer, content) in layers.iter().zip([new_written, new_fields, new_lives]) {
            self.put_or_take(layer, address, content)?;
        }
        Ok(differs)
    }

    fn is_own(&mut self, address: &Address) -> Result<bool, Fault> {
        Ok(self.read(&Layer::Written(self.project.clone()), address)?.is_some())
    }

    fn other_owner(&mut self, address: &Address) -> Result<Option<Name>, Fault> {
        let others: Vec<Name> = self.view.projects().iter().filter(|id| **id != self.project).cloned().collect();
        for other in others {
            if self.read(&Layer::Written(other.clone()), address)?.is_some() {
                return Ok(Some(other));
            }
        }
        Ok(None)
    }

    fn locate(&mut self, address: &Address, declared: Option<&DeclaredAt>) -> Result<(), Fault> {
        self.put_or_take(&Layer::Places(self.project.clone()), address, declared.map(record::place))
    }

    fn came_by(&mut self, owner: Option<&Name>, address: &Address) -> Result<HandOvers, Fault> {
        let project = owner.unwrap_or(&self.project).clone();
        // The layers of others are named by the ids that the view knows.
        let is_own = |work: &Self| Ok::<_, Fault>(work.read(&Layer::Written(project.clone()), address)?.is_some());
        if !(project == self.project || self.view.projects().contains(&project)) || !is_own(self)? {
            return Ok(HandOvers::default());
        }
        let content = self.read(&Layer::HandOvers(project.clone()), address)?;
        content.map_or_else(|| Ok(HandOvers::default()), |text| observe::came_by(self.view, &project, address, &text))
    }

    fn hand_over(&mut self, address: &Address, came_by: &HandOvers) -> Result<(), Fault> {
        self.put_or_take(&Layer::HandOvers(self.project.clone()), address, record::hand_overs(came_by))
    }

    fn forget(&mut self, owner: Option<&Name>, address: &Address) -> Result<bool, Fault> {
        // The layers of others are named by the ids that the view knows.
        let is_known = owner.is_none_or(|owner| self.view.projects().contains(owner));
        let project = owner.unwrap_or(&self.project).clone();
        if !is_known || self.read(&Layer::Written(project.clone()), address)?.is_none() {
            return Ok(false);
        }
        Self::records(&project).iter().try_for_each(|layer| self.take_away(layer, address))?;
        Ok(true)
    }
}

/// A file that differs from what is there: whose it is, what is to be there, and where and what the other one is.
type Differing<'a> = (&'a Address, Option<&'a File>, Option<(String, Oid)>);

fn in_division(place: &str, name: &str) -> String {
    format!("{place}/{}/{}", layer::division(name), layer::file(name))
}
