//! The modules of a project that lie in Git repositories: fetched as they are locked, locked anew, and copied into the project.

use super::migrate::link;
use super::{Disk, Misuse, SessionError};
use crate::adapter::git::{Fetched, Fetching, fetch};
use crate::credentials::Environment;
use crate::file::make_private;
use crate::model::{GitModule, Locked, contents_digest};
use crate::resolve::{LONGEST_FILE, Listing, LoadError, Loader, MODULE_FILE, locked_in};
use crate::syntax::{Escapes, visible_string};
use crate::wait::Wait;
use crate::workspace::{Loaded, load};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The file that says which states of modules are used.
pub const MODULES_LOCK: &str = "plat.lock.kdl";

/// The folder of a project that holds copies of modules.
const VENDOR: &str = "vendor";

/// How often modules may name others that have to be fetched first.
const ROUNDS: usize = 50;

/// Files by their names.
type Files = Vec<(String, Vec<u8>)>;

/// What gets modules from their repositories.
#[derive(Clone, Copy, Debug)]
pub struct Modules<'m> {
    /// The project.
    pub disk: &'m Disk,
    /// The credentials.
    pub environment: &'m Environment,
    /// What tells when the run is to stop.
    pub wait: &'m Wait,
}

/// What a lock says of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The commit.
    pub commit: String,
    /// The digest of its files.
    pub digest: String,
    /// The tag that it was found by, where a range of versions is asked for.
    pub tag: Option<String>,
    /// The folder of the project that holds a copy.
    pub vendored: Option<String>,
}

impl Entry {
    fn of(locked: &Locked) -> Self {
        Self {
            commit: locked.commit.to_string(),
            digest: locked.digest.to_string(),
            tag: locked.tag.as_ref().map(ToString::to_string),
            vendored: locked.vendored.as_ref().map(ToString::to_string),
        }
    }
}

/// What locking modules anew comes to.
#[derive(Debug)]
pub struct Updated {
    /// The project as it is locked.
    pub before: Loaded,
    /// The project as it would be.
    pub after: Loaded,
    /// Each module whose state is another one, with what the lock said of it, and will.
    pub changes: Vec<(String, Option<Entry>, Option<Entry>)>,
    /// The text of the lock; nothing where it stays as it is.
    pub lock: Option<String>,
}

impl Modules<'_> {
    /// Fetches what is locked and not on this machine yet; how many modules that were.
    ///
    /// # Errors
    /// Where a repository cannot be read, or what it has is not what was locked.
    pub fn bring(&self) -> Result<usize, SessionError> {
        let mut count = 0;
        for (name, entry) in self.lock() {
            let (Some(Ok(module)), Some(folder)) = (GitModule::parse(&name), self.disk.modules()) else { continue };
            if entry.vendored.is_some() || folder.join(&entry.digest).is_dir() {
                continue;
            }
            let Fetched { files, .. } = self.fetch(&module, Some(&entry.commit))?;
            if digest(&files) != entry.digest {
                return Err(Misuse::OtherModule(name).into());
            }
            keep(folder, &entry.digest, &files)?;
            count += 1;
        }
        Ok(count)
    }

    /// Looks for the newest state of each module, or of the one that is asked for, and of those that are not locked yet.
    ///
    /// # Errors
    /// Where a repository or the project cannot be read, and where no module is called so.
    pub fn update(&self, asked: Option<&str>) -> Result<Updated, SessionError> {
        let old = self.lock();
        let mut lock: BTreeMap<String, Entry> = old
            .iter()
            .filter(|(name, _)| !is_meant(name, asked))
            .map(|(name, entry)| (name.clone(), entry.clone()))
            .collect();
        let before = load(self.disk)?;
        let known = before.project.modules.iter().map(|name| &**name).chain(old.keys().map(|name| &**name));
        if let Some(asked) = asked.filter(|asked| !known.clone().any(|name| is_meant(name, Some(asked)))) {
            return Err(Misuse::NoModule(asked.to_owned()).into());
        }
        let mut with = Beside { base: self.disk, lock: text(&lock), fetched: HashMap::new() };
        let mut after = load(&with)?;
        for _ in 0..ROUNDS {
            let new: Vec<String> =
                after.project.modules.iter().map(ToString::to_string).filter(|name| !lock.contains_key(name)).collect();
            if new.is_empty() {
                break;
            }
            for name in new {
                let Some(Ok(module)) = GitModule::parse(&name) else { continue };
                let Fetched { commit, tag, files } = self.fetch(&module, None)?;
                let digest = digest(&files);
                let copy = old.get(&name).filter(|old| old.digest == digest).and_then(|old| old.vendored.clone());
                lock.insert(name, Entry { commit, digest: digest.clone(), tag, vendored: copy });
                with.fetched.insert(digest, files);
            }
            with.lock = text(&lock);
            after = load(&with)?;
        }
        let used: BTreeSet<&str> = after.project.modules.iter().map(|name| &**name).collect();
        lock.retain(|name, _| used.contains(&**name));
        if let Some(folder) = self.disk.modules() {
            with.fetched.iter().try_for_each(|(digest, files)| keep(folder, digest, files))?;
        }
        let names: BTreeSet<&String> = old.keys().chain(lock.keys()).collect();
        let changes = names.into_iter().map(|name| (name.clone(), old.get(name).cloned(), lock.get(name).cloned()));
        let changes: Vec<_> = changes.filter(|(_, old, new)| old != new).collect();
        let lock = (!changes.is_empty()).then(|| text(&lock));
        Ok(Updated { before, after, changes, lock })
    }

    /// Copies what is locked into the project; the lock that says so, and the folders of the copies, each with its files.
    ///
    /// # Errors
    /// Where something is not what was locked, or cannot be written.
    pub fn vendor(&self) -> Result<(String, Vec<String>), SessionError> {
        let mut lock = self.lock();
        let mut folders: BTreeMap<String, String> = BTreeMap::new();
        for (name, entry) in &mut lock {
            let Some(Ok(module)) = GitModule::parse(name) else { continue };
            let files = match self.disk.locked(&entry.digest, None) {
                Ok(files) => files,
                Err(LoadError::NotFetched(_)) => self.fetch(&module, Some(&entry.commit))?.files,
                Err(error) => return Err(error.into()),
            };
            if digest(&files) != entry.digest {
                return Err(Misuse::OtherModule(name.clone()).into());
            }
            let folder = place(&module, name, &mut folders);
            let name = format!("{folder}/{MODULE_FILE}");
            link(self.disk.root(), std::iter::once(&name)).map_or(Ok(()), |link| Err(Misuse::Link(link)))?;
            put(&self.disk.root().join(&folder), &files)?;
            entry.vendored = Some(folder);
        }
        Ok((text(&lock), folders.into_keys().collect()))
    }

    fn lock(&self) -> BTreeMap<String, Entry> {
        let read = self.disk.read(MODULES_LOCK, LONGEST_FILE).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let locked = read.map(|text| locked_in(&text)).unwrap_or_default();
        locked.iter().map(|one| (one.module.value.to_string(), Entry::of(one))).collect()
    }

    fn fetch(&self, module: &GitModule, commit: Option<&str>) -> Result<Fetched, SessionError> {
        let own = super::own_folder::own_folder(self.disk);
        let scratch = own.join(format!("modules-{}", std::process::id()));
        let unwritten = |source| SessionError::Write { path: scratch.display().to_string(), source };
        make_private(&scratch).map_err(unwritten)?;
        let patience = self.environment.patience().map_err(Misuse::Patience)?;
        let (root, environment, wait) = (self.disk.root(), self.environment, self.wait);
        let fetched = fetch(module, commit, &Fetching { root, scratch: &scratch, environment, wait, patience });
        // What cannot be taken away is left for whoever looks.
        let _ = fs::remove_dir_all(&scratch);
        Ok(fetched?)
    }
}

/// Whether a module is the one that is asked for: by its name, without what says which state is meant, or by its folder alone.
fn is_meant(name: &str, asked: Option<&str>) -> bool {
    let Some(asked) = asked else { return true };
    let address = name.split('?').next().unwrap_or(name);
    name == asked || address == asked || address.rsplit('/').next() == Some(asked)
}

fn digest(files: &Files) -> String {
    contents_digest(files.iter().map(|(name, content)| (&**name, &**content)))
}

/// The text of a lock.
fn text(lock: &BTreeMap<String, Entry>) -> String {
    let mut text = "// Written by `plat update`. Keep it in version control.\n".to_owned();
    let said = |text: &str| visible_string(text, Escapes::Hidden);
    for (name, Entry { commit, digest, tag, vendored }) in lock {
        let _ = write!(text, "locked {} {{\n    commit {}\n    digest {}\n", said(name), said(commit), said(digest));
        for (word, value) in [("tag", tag), ("vendored", vendored)] {
            if let Some(value) = value {
                let _ = writeln!(text, "    {word} {}", said(value));
            }
        }
        text.push_str("}\n");
    }
    text
}

/// The folder of the project for the copy of a module, which no other one has.
fn place(module: &GitModule, name: &str, taken: &mut BTreeMap<String, String>) -> String {
    let last = |path: &str| path.rsplit(['/', ':']).find(|part| !part.is_empty()).map(str::to_owned);
    let word = last(&module.folder).or_else(|| last(&module.url)).unwrap_or_else(|| "module".to_owned());
    let word: String = word
        .trim_end_matches(".git")
        .chars()
        .map(|one| if one.is_alphanumeric() || "-_".contains(one) { one } else { '-' })
        .collect();
    let mut folder = format!("{VENDOR}/{word}");
    let mut number = 2;
    while taken.contains_key(&folder) {
        folder = format!("{VENDOR}/{word}-{number}");
        number += 1;
    }
    taken.insert(folder.clone(), name.to_owned());
    folder
}

/// Keeps the files of a module by their digest: all of them, or none.
fn keep(modules: &Path, digest: &str, files: &Files) -> Result<(), SessionError> {
    let place = modules.join(digest);
    if place.is_dir() { Ok(()) } else { put(&place, files) }
}

/// Writes files into a folder that is there as a whole afterwards, in the place of what is there of a module.
fn put(folder: &Path, files: &Files) -> Result<(), SessionError> {
    let failed = |source: io::Error| SessionError::Write { path: folder.display().to_string(), source };
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside: PathBuf = folder.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = || -> io::Result<()> {
        for (name, content) in files {
            let place = beside.join(name);
            fs::create_dir_all(place.parent().unwrap_or(&beside))?;
            fs::write(&place, content)?;
        }
        if folder.symlink_metadata().is_ok() {
            if !folder.join(MODULE_FILE).is_file() {
                return Err(io::Error::other("something that is no copy of a module is in its place"));
            }
            fs::remove_dir_all(folder)?;
        }
        fs::rename(&beside, folder)
    };
    let done = written();
    if done.is_err() {
        let _ = fs::remove_dir_all(&beside);
    }
    // Another run may have been faster with the same files.
    match done {
        Err(_) if folder.join(MODULE_FILE).is_file() && name.len() == 64 => Ok(()),
        done => done.map_err(failed),
    }
}

/// A project with another lock beside it.
struct Beside<'b> {
    base: &'b Disk,
    lock: String,
    /// What was fetched, by its digest.
    fetched: HashMap<String, Files>,
}

impl Loader for Beside<'_> {
    fn below(&self) -> Option<&dyn Loader> {
        Some(self.base)
    }

    fn files(&self) -> Result<Listing, LoadError> {
        let mut listing = self.base.files()?;
        if let Err(place) = listing.files.binary_search_by(|name| (**name).cmp(MODULES_LOCK)) {
            listing.files.insert(place, MODULES_LOCK.to_owned());
        }
        Ok(listing)
    }

    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, LoadError> {
        if name == MODULES_LOCK { Ok(self.lock.clone().into_bytes()) } else { self.base.read(name, most) }
    }

    fn locked(&self, digest: &str, vendored: Option<&str>) -> Result<Files, LoadError> {
        self.fetched.get(digest).map_or_else(|| self.base.locked(digest, vendored), |files| Ok(files.clone()))
    }
}
