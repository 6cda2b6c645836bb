use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::fs::{File, TryLockError};
use std::io;
use std::io::Write;
use std::path::{Path, PathBuf};

use git2::{Error, Oid, Repository, RepositoryInitOptions, RepositoryOpenFlags};

use super::{left_over, whole};
use crate::adapter::git::disk::{self, plain};
use crate::adapter::git::host::Tips;
use crate::adapter::git::wire::{Failure, History, Patience};
use crate::file::{beside, is_folder, make_private, open_plain};

/// The bare repository that holds what was last seen of a server: the commits that references point to with all their files,
/// and what is behind them where it was needed. It can be deleted at any time, and is made anew where anything is wrong with it.
pub(crate) struct Cache {
    folder: PathBuf,
    repository: Repository,
    /// Where the references were, by name.
    seen: BTreeMap<String, Oid>,
    /// What is here behind them.
    behind: History,
    /// Says that a run is at work here, until it ends.
    _use: Option<File>,
}

/// Why a cache cannot be used.
#[derive(Debug)]
pub(crate) enum Unusable {
    /// One may try again with a new one.
    Broken(Error),
    /// Waiting for other runs ended like that.
    Waiting(Failure),
}

impl From<Error> for Unusable {
    fn from(error: Error) -> Self {
        Self::Broken(error)
    }
}

/// The file with what was seen: a line for each reference.
const SEEN: &str = "seen";

/// Git's file with the commits of which nothing behind them is here. Where there is none, all is.
const SHALLOW: &str = "shallow";

impl Cache {
    /// Opens the cache in a folder, or makes it. What runs left that are dead is cleared away.
    pub(crate) fn open(folder: &Path, patience: &Patience) -> Result<Self, Unusable> {
        if let Some(parent) = folder.parent() {
            make_private(parent).map_err(io_error(parent))?;
            if !is_folder(parent) {
                return Err(Error::from_str("the folder of caches is a symbolic link, which leads elsewhere").into());
            }
        }
        let at_work = take_part(folder, patience).map_err(Unusable::Waiting)?;
        let opened = open(folder).or_else(|_| {
            discard(folder);
            make(folder)?;
            open(folder)
        });
        let (repository, seen) = opened?;
        let behind = if folder.join(SHALLOW).exists() || seen.is_empty() { History::Tips } else { History::Whole };
        Ok(Self { folder: folder.to_owned(), repository, seen, behind, _use: at_work })
    }

    pub(crate) fn repository(&self) -> &Repository {
        &self.repository
    }

    /// The commits that are here with all that they need.
    pub(crate) fn known(&self) -> BTreeSet<Oid> {
        self.seen.values().copied().collect()
    }

    /// What is here behind them.
    pub(crate) fn behind(&self) -> History {
        self.behind
    }

    /// Makes sure that commits are here with all that they need, before they are remembered.
    pub(crate) fn check(&self, tips: &Tips) -> Result<(), Failure> {
        let known = self.known();
        let repository = Repository::open_bare(&self.folder)?;
        let mut whole = whole::Whole::new(&repository)?;
        tips.0.values().filter(|tip| !known.contains(tip)).try_for_each(|tip| whole.check(*tip))
    }

    /// Keeps where references were seen, also of one that is gone from the server, and what is here behind them.
    pub(crate) fn remember(&mut self, tips: &Tips, behind: History) -> Result<(), Error> {
        // What was kept without what is behind it is no part of a whole history.
        let mut seen = if behind == self.behind { self.seen.clone() } else { BTreeMap::new() };
        seen.extend(tips.0.iter().map(|(name, tip)| (name.clone(), *tip)));
        if (&seen, behind) == (&self.seen, self.behind) {
            return Ok(());
        }
        self.keep(&seen, behind).map_err(io_error(&self.folder))?;
        self.repository = open_repository(&self.folder)?;
        (self.seen, self.behind) = (seen, behind);
        Ok(())
    }

    /// Writes both files in the order in which a kill in between does no harm: never less is said to be missing than is.
    fn keep(&self, seen: &BTreeMap<String, Oid>, behind: History) -> io::Result<()> {
        let lines: String = seen.iter().map(|(name, id)| format!("{id} {name}\n")).collect();
        if behind == History::Tips {
            let ends: BTreeSet<&Oid> = self.seen.values().chain(seen.values()).collect();
            let shallow: String = ends.into_iter().map(|id| format!("{id}\n")).collect();
            replace(&self.folder, SHALLOW, &shallow)?;
        }
        replace(&self.folder, SEEN, &lines)?;
        if behind == History::Whole && self.folder.join(SHALLOW).exists() {
            fs::remove_file(self.folder.join(SHALLOW))?;
        }
        Ok(())
    }

    /// Throws it away: the next one to open it makes a new one.
    pub(crate) fn discard(self) {
        let folder = self.folder.clone();
        drop(self);
        discard(&folder);
    }
}

fn open(folder: &Path) -> Result<(Repository, BTreeMap<String, Oid>), Error> {
    if !plain::is_own(folder, &[SEEN, SHALLOW]) {
        return Err(Error::from_str("something of it is elsewhere, or no file"));
    }
    if !folder.exists() {
        make(folder)?;
    }
    let repository = open_repository(folder)?;
    let text = match fs::read_to_string(folder.join(SEEN)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read.map_err(io_error(&folder.join(SEEN)))?,
    };
    let line = |line: &str| {
        let (id, name) = line.split_once(' ').ok_or_else(|| Error::from_str("what was seen is garbled"))?;
        Ok((name.to_owned(), Oid::from_str(id)?))
    };
    let seen = text.lines().map(line).collect::<Result<BTreeMap<_, _>, Error>>()?;
    Ok((repository, seen))
}

/// Opens it with what it says of commits that have nothing behind them, which the other ways of libgit2 do not look at.
fn open_repository(folder: &Path) -> Result<Repository, Error> {
    let flags = RepositoryOpenFlags::BARE | RepositoryOpenFlags::NO_SEARCH | RepositoryOpenFlags::NO_DOTGIT;
    Repository::open_ext(folder, flags, &[] as &[&Path])
}

/// Makes a cache beside its place and moves it there as a whole. Another run may be faster.
fn make(folder: &Path) -> Result<(), Error> {
    let beside = aside(folder, "new");
    let _ = fs::remove_dir_all(&beside);
    let mut options = RepositoryInitOptions::new();
    options.bare(true).mkpath(true).external_template(false);
    Repository::init_opts(&beside, &options)?;
    if let Err(error) = fs::rename(&beside, folder) {
        let _ = fs::remove_dir_all(&beside);
        if !folder.exists() {
            return Err(disk::error(folder, &error));
        }
    }
    Ok(())
}

/// Takes a cache out of its place as a whole, and deletes it then. What cannot be deleted is left to the next run.
fn discard(folder: &Path) {
    let beside = aside(folder, "old");
    let _ = fs::remove_dir_all(&beside);
    let gone = if fs::rename(folder, &beside).is_ok() { &beside } else { folder };
    let _ = if gone.is_dir() { fs::remove_dir_all(gone) } else { fs::remove_file(gone) };
}

/// The place of a cache that is made or thrown away by this process.
fn aside(folder: &Path, what: &str) -> PathBuf {
    beside(folder, &format!(".{}.{what}", std::process::id()))
}

/// Puts a text in the place of a file of a cache: whoever reads it sees all of the old one or all of the new one.
fn replace(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    let beside = folder.join(format!("{name}.{}", std::process::id()));
    let mut file = File::options().create(true).truncate(true).write(true).open(&beside)?;
    file.write_all(text.as_bytes())?;
    fs::rename(&beside, folder.join(name))
}

/// Takes part in the use of a cache. Whoever is alone clears away first what others left who are dead. Nothing where the file
/// system has no locks.
fn take_part(folder: &Path, patience: &Patience) -> Result<Option<File>, Failure> {
    let lock = beside(folder, ".use");
    let file = match open_plain(&lock) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            return Err(Failure::Broken(format!("its lock {} is no file: delete it", lock.display())));
        }
        Err(_) => return Ok(None),
    };
    if file.try_lock().is_ok() {
        left_over::clear(folder);
        let _ = file.unlock();
    }
    let part = patience.until(|| match file.try_lock_shared() {
        Ok(()) => Some(true),
        Err(TryLockError::WouldBlock) => None,
        Err(TryLockError::Error(_)) => Some(false),
    });
    Ok(part?.then_some(file))
}

/// An error of the system at a path.
fn io_error(path: &Path) -> impl Fn(io::Error) -> Error {
    move |error| disk::error(path, &error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wait::Wait;
    use std::time::Duration;
    use tempfile::TempDir;

    fn patience() -> Patience {
        Patience { idle: Duration::from_millis(200), wait: Wait::default(), given_up: std::sync::Arc::default() }
    }

    fn opened(folder: &Path) -> Cache {
        Cache::open(folder, &patience()).unwrap()
    }

    /// A commit with a file, in a repository.
    fn commit(repository: &Repository) -> Oid {
        let mut tree = repository.treebuilder(None).unwrap();
        tree.insert("f", repository.blob(b"x").unwrap(), 0o100_644).unwrap();
        let tree = repository.find_tree(tree.write().unwrap()).unwrap();
        let somebody = git2::Signature::new("a", "a@b", &git2::Time::new(1, 0)).unwrap();
        repository.commit(None, &somebody, &somebody, "m", &tree, &[]).unwrap()
    }

    fn tips(id: Oid) -> Tips {
        Tips([("refs/heads/main".to_owned(), id)].into())
    }

    #[test]
    fn what_was_seen_is_known_to_the_next_run() {
        let folder = TempDir::new().unwrap();
        let place = folder.path().join("git/s.git");
        let mut cache = opened(&place);
        let id = commit(cache.repository());
        cache.check(&tips(id)).unwrap();
        cache.remember(&tips(id), History::Tips).unwrap();
        drop(cache);
        assert_eq!(opened(&place).known(), [id].into());
        assert_eq!(fs::read_to_string(place.join(SHALLOW)).unwrap(), format!("{id}\n"));
    }

    #[test]
    fn a_whole_history_takes_the_place_of_what_had_none() {
        let folder = TempDir::new().unwrap();
        let place = folder.path().join("s.git");
        let mut cache = opened(&place);
        let id = commit(cache.repository());
        let gone = Tips([("refs/heads/gone".to_owned(), id)].into());
        cache.remember(&gone, History::Tips).unwrap();
        cache.remember(&tips(id), History::Whole).unwrap();
        drop(cache);
        let cache = opened(&place);
        assert_eq!((cache.behind(), cache.seen.len()), (History::Whole, 1));
        assert!(!place.join(SHALLOW).exists());
    }

    #[test]
    fn what_is_broken_is_made_anew() {
        let folder = TempDir::new().unwrap();
        let place = folder.path().join("s.git");
        let elsewhere = TempDir::new().unwrap();
        fs::write(elsewhere.path().join("kept"), "").unwrap();
        let break_it: [&dyn Fn(); 7] = [
            &|| {
                fs::remove_dir_all(place.join("objects")).unwrap();
                std::os::unix::fs::symlink(elsewhere.path(), place.join("objects")).unwrap();
            },
            &|| {
                fs::remove_dir_all(&place).unwrap();
                std::os::unix::fs::symlink(elsewhere.path(), &place).unwrap();
            },
            &|| fs::write(place.join("config"), "[core\n").unwrap(),
            &|| fs::write(place.join(SEEN), "nonsense").unwrap(),
            &|| fs::remove_file(place.join("HEAD")).unwrap(),
            &|| fs::remove_dir_all(place.join("objects")).unwrap(),
            &|| {
                fs::remove_dir_all(&place).unwrap();
                fs::write(&place, "a file").unwrap();
            },
        ];
        for broken in break_it {
            let mut cache = opened(&place);
            let id = commit(cache.repository());
            cache.remember(&tips(id), History::Tips).unwrap();
            drop(cache);
            broken();
            assert_eq!(opened(&place).known(), BTreeSet::new());
            assert!(opened(&place).repository().is_empty().is_ok());
        }
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1, "what is elsewhere stays as it is");
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names.len(), 2, "{names:?}");
    }

    #[test]
    fn a_commit_that_lacks_something_is_not_taken_for_whole() {
        let folder = TempDir::new().unwrap();
        let cache = opened(&folder.path().join("s.git"));
        let id = commit(cache.repository());
        let blob = Oid::hash_object(git2::ObjectType::Blob, b"x").unwrap().to_string();
        fs::remove_file(cache.folder.join("objects").join(&blob[..2]).join(&blob[2..])).unwrap();
        assert!(matches!(cache.check(&tips(id)), Err(Failure::Unsound(_))));
    }

    #[test]
    fn a_run_that_is_alone_clears_what_the_dead_left_and_waits_for_nobody_forever() {
        let folder = TempDir::new().unwrap();
        let place = folder.path().join("s.git");
        drop(opened(&place));
        fs::create_dir(folder.path().join("s.git.1.new")).unwrap();
        fs::write(place.join("HEAD.lock"), "").unwrap();
        let first = opened(&place);
        assert!(!place.join("HEAD.lock").exists() && !folder.path().join("s.git.1.new").exists());
        fs::write(place.join("HEAD.lock"), "").unwrap();
        let second = opened(&place);
        assert!(place.join("HEAD.lock").exists(), "somebody else may be at work");
        drop((first, second));
        let alone = File::options().write(true).open(folder.path().join("s.git.use")).unwrap();
        alone.lock().unwrap();
        let waited = Cache::open(&place, &patience()).err();
        assert!(matches!(waited, Some(Unusable::Waiting(Failure::Silent(_)))), "{waited:?}");
    }
}
