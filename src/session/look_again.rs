use super::disk::is_text;
use super::{Disk, Ending, Everywhere, SessionError, seconds_now};
use crate::file::Stamp;
use crate::resolve::{LoadError, Loader};
use crate::wait::Wait;
use crate::workspace::{Loaded, Progress, Workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How often it is looked whether a file has changed.
const LOOK: Duration = Duration::from_millis(200);
/// How far apart two looks are that have to agree before what has changed is read: a file that is being written is empty for a moment, and
/// nobody means that.
const APART: Duration = Duration::from_millis(100);
/// For how long it is waited for that: what changes all the time is read as well.
const PATIENCE: Duration = Duration::from_secs(2);

/// Checks a project in each environment that is asked for, and again each time when a file that it is read from has changed, until `wait`
/// is interrupted. `tell` hears the project with all its problems, and may write the files at `own`, which are not watched.
///
/// # Errors
/// Where the project cannot be read, and what `tell` says.
pub fn check_again<E: From<SessionError>>(
    (disk, own): (&Disk, &[&Path]),
    wait: &Wait,
    progress: &dyn Progress,
    tell: impl FnMut(&Loaded) -> Result<(), E>,
) -> Result<Ending, E> {
    let mut everywhere = Everywhere::default();
    let read = || everywhere.judged(disk, seconds_now(), progress).map(|(loaded, _)| loaded);
    again(&View::new(disk, own), wait, read, tell)
}

/// Renders a project in one environment, and again each time when a file that it is read from has changed, until `wait` is interrupted.
/// `tell` hears the project with what its requests come to, or with the errors that keep it from being rendered.
///
/// # Errors
/// As [`check_again`].
pub fn render_again<E: From<SessionError>>(
    disk: &Disk,
    wait: &Wait,
    progress: &dyn Progress,
    tell: impl FnMut(&Loaded) -> Result<(), E>,
) -> Result<Ending, E> {
    let mut workspace = Workspace::default();
    again(&View::new(disk, &[]), wait, || workspace.load(disk, progress), tell)
}

/// Reads a project, and again each time when a file that it is read from has changed.
fn again<E: From<SessionError>>(
    view: &View<'_>,
    wait: &Wait,
    mut reading: impl FnMut() -> Result<Loaded, LoadError>,
    mut tell: impl FnMut(&Loaded) -> Result<(), E>,
) -> Result<Ending, E> {
    let mut last: Option<(Ground, Sight)> = None;
    while !wait.is_interrupted() {
        let is_same = match &last {
            Some((ground, sight)) => ground.sight(view).map_err(SessionError::from)? == *sight,
            None => false,
        };
        if !is_same {
            if let Some((ground, _)) = &last {
                ground.settle(view, wait).map_err(SessionError::from)?;
            }
            // Before the files are read: what changes meanwhile is seen the next time.
            let all = Ground::All.sight(view).map_err(SessionError::from)?;
            let of_modules = last.as_ref().map(|(ground, _)| ground.modules(view, &all)).unwrap_or_default();
            let loaded = reading().map_err(SessionError::from)?;
            let ground = Ground::of(&loaded);
            let mut sight = ground.of_all(all);
            sight.extend(ground.modules(view, &sight));
            sight.extend(of_modules);
            // A file that lies beside those that are read, and is none, is another listing and no other project.
            let is_other = last.as_ref().is_none_or(|(_, last)| !read(last).eq(read(&sight)));
            last = Some((ground, sight));
            if is_other {
                tell(&loaded)?;
            }
        }
        sleep(LOOK);
    }
    Ok(Ending::of_signal(wait.signal()))
}

/// The files of a folder, without those that the watch writes itself.
struct View<'d> {
    disk: &'d Disk,
    own: BTreeSet<PathBuf>,
}

impl<'d> View<'d> {
    fn new(disk: &'d Disk, own: &[&Path]) -> Self {
        let place = |path: &&Path| {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            Some(std::fs::canonicalize(folder).ok()?.join(path.file_name()?))
        };
        Self { disk, own: own.iter().filter_map(place).collect() }
    }

    /// Their names, each with its path.
    fn files(&self) -> Result<impl Iterator<Item = (String, PathBuf)>, LoadError> {
        let named = self.disk.list("")?.files.into_iter().map(|name| {
            let path = self.disk.root().join(&name);
            (name, path)
        });
        Ok(named.filter(|(_, path)| !self.own.contains(path)))
    }
}

/// What a project is read from.
enum Ground {
    /// Nobody knows yet.
    All,
    /// These files and every text, and of these folders the names of all files.
    Of { files: BTreeSet<String>, folders: BTreeSet<String> },
}

/// The files that a project is read from, each as it looks, and without that those that only lie beside them.
type Sight = BTreeMap<String, Option<Stamp>>;

/// Those that it is read from.
fn read(sight: &Sight) -> impl Iterator<Item = (&String, &Stamp)> {
    sight.iter().filter_map(|(name, stamp)| Some((name, stamp.as_ref()?)))
}

impl Ground {
    fn of(loaded: &Loaded) -> Self {
        Self::Of { files: loaded.files.clone(), folders: loaded.folders.clone() }
    }

    fn sight(&self, view: &View<'_>) -> Result<Sight, LoadError> {
        let mut sight = self.of_all(view.files()?.map(|(name, path)| {
            let stamp = if self.is_read(&name) { Stamp::at(&path) } else { None };
            (name, stamp)
        }));
        sight.extend(self.modules(view, &sight));
        Ok(sight)
    }

    /// The files that it is read from and that are none of the project's folder: those of modules.
    fn modules(&self, view: &View<'_>, others: &Sight) -> Sight {
        let Self::Of { files, .. } = self else { return Sight::new() };
        let modules = files.iter().filter(|name| !others.contains_key(*name) && !name.starts_with("git:"));
        let placed = modules.map(|name| (name, view.disk.root().join(name)));
        placed
            .filter(|(_, path)| !view.own.contains(path))
            .map(|(name, path)| (name.clone(), Stamp::at(&path)))
            .collect()
    }

    /// Waits until two looks agree, or for as long as somebody has patience.
    fn settle(&self, view: &View<'_>, wait: &Wait) -> Result<(), LoadError> {
        let begun = Instant::now();
        let mut seen = self.sight(view)?;
        while begun.elapsed() < PATIENCE && !wait.is_interrupted() {
            sleep(APART);
            let now = self.sight(view)?;
            if now == seen {
                break;
            }
            seen = now;
        }
        Ok(())
    }

    /// What of all files it sees.
    fn of_all(&self, all: impl IntoIterator<Item = (String, Option<Stamp>)>) -> Sight {
        let all = all.into_iter().map(|(name, stamp)| (stamp.filter(|_| self.is_read(&name)), name));
        let seen = all.filter(|(_, name)| self.is_read(name) || self.is_listed(name));
        seen.map(|(stamp, name)| (name, stamp)).collect()
    }

    fn is_read(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Of { files, .. } => is_text(Path::new(name)) || files.contains(name),
        }
    }

    fn is_listed(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Of { folders, .. } => folders.iter().any(|folder| Path::new(name).starts_with(folder)),
        }
    }
}
