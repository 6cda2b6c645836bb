//! The projects that the open texts are in.

use super::Open;
use super::documents::{Document, Partial};
use super::initialize::Agreed;
use super::place::{Lines, Shift, Units};
use super::reader::{Job, Parts, Read};
use crate::editor::{Near, Snapshot};
use crate::file::{folders_with, real_path};
use crate::resolve::{LONGEST_FILE, Loader, MODULE_FILE, USE};
use crate::session::{Disk, Everywhere, PROJECT_FILE, repository_of, seconds_now};
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::parse;
use crate::workspace::{Loaded, Unwatched};
use gen_lsp_types::{Location, Range, Uri};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

/// The most folders that are looked through for who uses a module.
pub(super) const MOST_FOLDERS: usize = 20_000;

/// A project that an open text is in.
pub(super) struct Project {
    pub(super) disk: Disk,
    /// As it was read last; nothing of it before the first time.
    pub(super) snapshot: Arc<Snapshot>,
    /// Why it could not be read the last time.
    pub(super) broken: Option<String>,
    /// The files of which the editor shows problems.
    pub(super) told: BTreeSet<String>,
    /// What its texts were for each other in one of the last states of it.
    near: Option<(Arc<Snapshot>, Arc<Near>)>,
    /// Whether what is wrong with the text that was typed in last was told without reading all of it.
    is_told: bool,
    /// The part of it that was read last, for what is typed in one of its texts.
    part: Everywhere,
    /// How long it took to read all of it.
    takes: Duration,
    /// Whether something has changed that nobody was asked to read.
    is_stale: bool,
    is_listed_anew: bool,
    /// How often it was asked to be read, and which of these was read last.
    asked: u64,
    read: u64,
}

/// The projects, by their folders, and the texts that are open, by their addresses.
pub(super) struct Projects<'o> {
    open: Open<'o>,
    /// The folders that the editor has open.
    pub(super) folders: Vec<PathBuf>,
    pub(super) agreed: Agreed,
    pub(super) all: BTreeMap<PathBuf, Project>,
    pub(super) documents: HashMap<Uri, Document>,
    /// What the editor calls the files that are open: there is more than one way to write an address.
    called: HashMap<PathBuf, Uri>,
    jobs: Sender<Job>,
    /// What takes no longer than that is not told in two steps.
    soon: Duration,
}

/// A text that is open, in its project.
#[derive(Clone, Copy)]
pub(super) struct Opened<'p> {
    pub(super) project: &'p Project,
    pub(super) document: &'p Document,
    /// Its number in the project as it was read; another one where it was not there.
    pub(super) file: FileId,
    pub(super) units: Units,
    /// What it has become since.
    shift: Shift,
}

impl<'o> Projects<'o> {
    pub(super) fn new(open: Open<'o>, agreed: Agreed, jobs: Sender<Job>, soon: Duration) -> Self {
        let (all, documents, called) = (BTreeMap::new(), HashMap::new(), HashMap::new());
        Self { open, folders: Vec::new(), agreed, all, documents, called, jobs, soon }
    }

    /// The folder of the project that a file is in, and the name that it has there.
    pub(super) fn home(&self, uri: &Uri) -> Option<(PathBuf, String)> {
        let path = real_path(&uri.to_file_path().ok()?)?;
        let is_above = |root: &&PathBuf| path.starts_with(root);
        // The innermost one: a project may lie in the folder of another.
        if let Some(root) = self.all.keys().filter(is_above).max_by_key(|root| root.components().count()) {
            return Some((root.clone(), path.strip_prefix(root).ok()?.to_str()?.to_owned()));
        }
        // One of a module that lies beside the projects which use it is in the first of them.
        let mut users = self.all.iter();
        users.find_map(|(root, project)| Some((root.clone(), project.text_at(&path)?.1.name.clone())))
    }

    /// Makes the project known that a file is in; where it is in none, and in a module, the first one that uses this.
    pub(super) fn meet(&mut self, path: &Path) {
        let folder = if path.is_dir() { Some(path) } else { path.parent() };
        let Some(folder) = folder else { return };
        if let Some(disk) = self.disk_of(folder).or_else(|| self.user_of(folder)) {
            self.all.entry(disk.root().to_owned()).or_insert_with(|| Project::new(disk));
        }
    }

    /// The first project that uses the module which a folder is in; all that may do so lie in its repository.
    fn user_of(&self, folder: &Path) -> Option<Disk> {
        let folder = real_path(folder)?;
        let module = folder.ancestors().find(|around| around.join(MODULE_FILE).is_file())?;
        let uses = |disk: &Disk| {
            let names = disk.files().map(|listing| listing.files).unwrap_or_default();
            let texts = names.iter().filter_map(|name| disk.read(name, LONGEST_FILE).ok());
            let mut texts = texts.filter_map(|text| String::from_utf8(text).ok()).filter(|text| text.contains(USE));
            texts.any(|text| {
                let tree = parse(FileId(u32::MAX), &text.into()).0;
                let mut paths =
                    tree.nodes().filter(|node| node.name() == USE).filter_map(|node| node.argument(0)?.string());
                paths.any(|path| normal(&disk.root().join(path)) == module)
            })
        };
        let known = self.all.values().map(|project| project.disk.clone()).find(uses);
        known.or_else(|| {
            let around = repository_of(module)?;
            let all = folders_with(&around, PROJECT_FILE, MOST_FOLDERS)?;
            all.iter().filter_map(|folder| self.disk_of(folder)).find(uses)
        })
    }

    /// The project that a folder is in.
    pub(super) fn disk_of(&self, folder: &Path) -> Option<Disk> {
        (self.open)(folder).ok()
    }

    /// Forgets the projects that are no longer there, and makes those known that the open texts are in now; the files of which the editor
    /// shows problems of what is gone.
    pub(super) fn look_again(&mut self) -> Vec<Uri> {
        let is_gone = |one: &Project| !one.disk.root().join(PROJECT_FILE).is_file();
        let gone: Vec<PathBuf> =
            self.all.iter().filter(|(_, one)| is_gone(one)).map(|(root, _)| root.clone()).collect();
        let lost: Vec<Project> = gone.iter().filter_map(|root| self.all.remove(root)).collect();
        // What was of one that lies in the folder of another is of that one now.
        for (_, around) in self.all.iter_mut().filter(|(root, _)| gone.iter().any(|gone| gone.starts_with(root))) {
            (around.is_stale, around.is_listed_anew) = (true, true);
        }
        let open: Vec<PathBuf> = self.documents.keys().filter_map(|uri| uri.to_file_path().ok()).collect();
        for path in &open {
            self.meet(path);
        }
        lost.iter().flat_map(|one| &one.told).filter_map(|uri| uri.parse().ok()).collect()
    }

    /// Notes that a file has changed; `is_listed_anew` where it may have come or gone.
    pub(super) fn changed(&mut self, uri: &Uri, is_listed_anew: bool) {
        let Some((root, _)) = self.home(uri) else { return };
        if let Some(project) = self.all.get_mut(&root) {
            project.is_stale = true;
            project.is_listed_anew |= is_listed_anew;
        }
    }

    /// Has those projects read that have changed.
    pub(super) fn read_again(&mut self) {
        let mut open: BTreeMap<PathBuf, HashMap<String, Arc<str>>> = BTreeMap::new();
        let mut edited: BTreeSet<PathBuf> = BTreeSet::new();
        let mut uris: Vec<&Uri> = self.documents.keys().collect();
        uris.sort_unstable();
        for uri in uris {
            if let (Some((root, name)), Some(document)) = (self.home(uri), self.documents.get(uri)) {
                if document.is_edited() {
                    edited.insert(root.clone());
                }
                open.entry(root).or_default().insert(name, document.text.clone());
            }
        }
        for (root, project) in self.all.iter_mut().filter(|(_, one)| one.is_stale) {
            project.asked += 1;
            let job = Job {
                disk: project.disk.clone(),
                open: open.remove(root).unwrap_or_default(),
                is_listed_anew: std::mem::take(&mut project.is_listed_anew) || !self.agreed.watches,
                number: project.asked,
                is_saved: !edited.contains(root),
                may_wait: std::mem::take(&mut project.is_told),
            };
            project.is_stale = self.jobs.send(job).is_err();
        }
    }

    /// Takes a project that was read; its folder, where it is one of these.
    pub(super) fn take(&mut self, read: Read) -> Option<PathBuf> {
        let project = self.all.get_mut(&read.root)?;
        (project.read, project.takes) = (read.number, read.takes);
        match read.snapshot {
            Ok(snapshot) => {
                let_go(std::mem::replace(&mut project.snapshot, snapshot));
                project.broken = None;
            }
            Err(error) => project.broken = Some(error),
        }
        Some(read.root)
    }

    /// Takes what the texts of a project are for each other.
    pub(super) fn take_parts(&mut self, parts: Parts) {
        if let Some(project) = self.all.get_mut(&parts.root) {
            let_go(project.near.replace((parts.of, parts.near)));
        }
    }

    /// The texts of a project that are open.
    pub(super) fn open_in(&self, root: &Path) -> Vec<&Uri> {
        let mut open: Vec<&Uri> = self.documents.keys().collect();
        open.sort_unstable();
        open.retain(|uri| self.home(uri).is_some_and(|(home, _)| home == root));
        open
    }

    /// Whether a text is not open, or as it was when its project was read.
    pub(super) fn is_as_read(&self, uri: &Uri) -> bool {
        let Some(document) = self.documents.get(uri) else { return true };
        let read = self.home(uri).and_then(|(root, name)| {
            let snapshot = &self.all.get(&root)?.snapshot;
            Some(&snapshot.loaded.sources.file(snapshot.file(&name)?).text)
        });
        read.is_some_and(|read| *read == document.text)
    }

    /// Whether each project is as the texts are now.
    pub(super) fn is_settled(&self) -> bool {
        self.all.values().all(|one| !one.is_stale && one.read == one.asked)
    }

    /// Whether it is worked out what follows from each of them.
    pub(super) fn is_worked_out(&self) -> bool {
        let is_known = |one: &Project| one.near.as_ref().is_some_and(|(of, _)| Arc::ptr_eq(of, &one.snapshot));
        self.is_settled() && self.all.values().all(|one| one.broken.is_some() || is_known(one))
    }

    /// Whether a text is open and not as it lies on the disk.
    pub(super) fn is_edited(&self, uri: &Uri) -> bool {
        self.documents.get(uri).is_some_and(Document::is_edited)
    }

    /// What the file of a text holds, where it lies in a project.
    pub(super) fn on_disk(&self, uri: &Uri) -> Option<Vec<u8>> {
        let (root, name) = self.home(uri)?;
        self.all.get(&root)?.disk.read(&name, LONGEST_FILE).ok()
    }

    /// Notes that a text lies on the disk as it is now.
    pub(super) fn saved(&mut self, uri: &Uri) {
        if let Some(document) = self.documents.get_mut(uri) {
            document.saved = document.text.clone();
        }
    }

    /// A text of KDL that is open.
    pub(super) fn text(&self, uri: &Uri) -> Option<&Document> {
        self.documents.get(uri).filter(|document| document.is_kdl)
    }

    /// Notes what the editor calls a file.
    pub(super) fn opens(&mut self, uri: &Uri) {
        if let Some(path) = uri.to_file_path().ok().and_then(|path| real_path(&path)) {
            self.called.insert(path, uri.clone());
        }
    }

    /// Forgets it.
    pub(super) fn closes(&mut self, uri: &Uri) {
        self.called.retain(|_, called| called != uri);
    }

    /// The address of a file of a project by its name, where it lies on the disk.
    pub(super) fn address(&self, project: &Project, name: &str) -> Option<Uri> {
        let is_elsewhere = crate::source::is_of_library(name) || name == crate::source::TYPED;
        let path = (!is_elsewhere).then(|| project.path(name))?;
        self.called.get(&path).cloned().or_else(|| Uri::from_file_path(path).ok())
    }

    /// A text that is open, in its project.
    pub(super) fn opened(&self, uri: &Uri) -> Option<Opened<'_>> {
        let document = self.text(uri)?;
        let (root, name) = self.home(uri)?;
        let project = self.all.get(&root)?;
        let file = project.snapshot.file(&name);
        let old = file.map_or("", |file| &*project.snapshot.loaded.sources.file(file).text);
        let shift = Shift::new(old, &document.text);
        Some(Opened { project, document, file: file.unwrap_or(FileId(u32::MAX)), units: self.agreed.units, shift })
    }

    /// The problems of a text that was just typed in, where a part of its project is enough to know them, and all of it takes long.
    pub(super) fn at_once(&mut self, uri: &Uri) -> Option<Loaded> {
        let (root, name) = self.home(uri)?;
        let document = self.documents.get(uri)?;
        let tree = parse(FileId(u32::MAX), &document.text).0;
        let open = self.open_in(&root).into_iter();
        let open: Vec<(String, Arc<str>)> =
            open.filter_map(|uri| Some((self.home(uri)?.1, self.documents.get(uri)?.text.clone()))).collect();
        let soon = self.soon;
        let project = self.all.get_mut(&root).filter(|project| project.takes > soon)?;
        let (snapshot, near) = project.near.clone()?;
        let sources = &snapshot.loaded.sources;
        // A text of a module is none of the project's own.
        snapshot.file(&name).is_none_or(|file| !sources.file(file).is_of_module()).then_some(())?;
        let files = near.files(&snapshot, &name, &tree)?;
        let text = |name: &str| Some(sources.file(snapshot.file(name)?).text.clone());
        let mut texts: BTreeMap<&str, Arc<str>> = files.iter().filter_map(|name| Some((*name, text(name)?))).collect();
        // What is open counts before what was read.
        for (other, text) in open {
            if let Some(known) = texts.get_mut(&*other) {
                *known = text;
            }
        }
        texts.insert(&name, document.text.clone());
        let part = Partial { below: &project.disk, texts: &texts };
        let (loaded, _) = project.part.judged(&part, seconds_now(), &Unwatched).ok()?;
        project.is_told = true;
        Some(loaded)
    }

    /// The address of a file of a project, and where a span of it is as the text is now.
    pub(super) fn location(&self, project: &Project, span: Span) -> Option<Location> {
        self.location_in(project, &project.snapshot.loaded, span)
    }

    /// The same of a part of it that was read.
    pub(super) fn location_in(&self, project: &Project, read: &Loaded, span: Span) -> Option<Location> {
        let source = read.sources.file(span.file);
        let uri = self.address(project, &source.name)?;
        Some(Location { range: self.range_in(source, &uri, span), uri })
    }

    /// Where a span of a file is as its text is now.
    pub(super) fn range(&self, project: &Project, uri: &Uri, span: Span) -> Range {
        self.range_in(project.snapshot.loaded.sources.file(span.file), uri, span)
    }

    fn range_in(&self, source: &SourceFile, uri: &Uri, span: Span) -> Range {
        match self.documents.get(uri) {
            Some(document) if *document.text != *source.text => {
                let shift = Shift::new(&source.text, &document.text);
                let span = Span { start: shift.forth(span.start), end: shift.forth(span.end), ..span };
                document.lines(self.agreed.units).range(span)
            }
            _ => Lines::of(source, self.agreed.units).range(span),
        }
    }
}

impl Project {
    /// One that was not read yet.
    pub(super) fn new(disk: Disk) -> Self {
        Self {
            disk,
            snapshot: Arc::default(),
            broken: None,
            told: BTreeSet::new(),
            near: None,
            is_told: false,
            part: Everywhere::default(),
            takes: Duration::ZERO,
            is_stale: true,
            is_listed_anew: true,
            asked: 0,
            read: 0,
        }
    }

    /// Where a file of it lies, by its name.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        normal(&self.disk.root().join(name))
    }

    /// The text that lies at a path, where it is one of it or of a module that it uses.
    pub(super) fn text_at(&self, path: &Path) -> Option<(FileId, &SourceFile)> {
        let called = path.file_name()?.to_str()?;
        let mut texts = self.snapshot.loaded.sources.of_people().filter(|(_, file)| file.name.ends_with(called));
        texts.find(|(_, file)| file.is_in_folder() && self.path(&file.name) == path)
    }

    /// Whether it is read in one environment that was asked for, and not in each that it has.
    pub(super) fn is_of_one_environment(&self) -> bool {
        self.disk.environment().is_some()
    }

    /// Whether it was read at all.
    pub(super) fn was_read(&self) -> bool {
        self.read > 0
    }
}

impl Opened<'_> {
    /// Where an offset of the text was when the project was read.
    pub(super) fn known(&self, at: u32) -> Option<u32> {
        self.shift.back(at)
    }
}

/// Gives back what something takes: of a large project that takes longer than somebody who types may wait.
fn let_go<T: Send + 'static>(old: T) {
    std::thread::spawn(move || drop(old));
}

/// A path without `..`: a module may lie beside the project.
fn normal(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut all, part| {
        if part == std::path::Component::ParentDir {
            all.pop();
        } else {
            all.push(part);
        }
        all
    })
}
