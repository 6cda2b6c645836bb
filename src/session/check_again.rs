use super::disk::is_text;
use super::{Disk, Ending, SessionError, seconds_now};
use crate::file::Stamp;
use crate::resolve::{LoadError, Loader};
use crate::wait::Wait;
use crate::workspace::{Loaded, Progress, Workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// How often it is looked whether a file has changed.
const LOOK: Duration = Duration::from_millis(200);

/// Checks a project, and again each time when a file that it is read from has changed, until `wait` is interrupted. `tell` hears the
/// project with all its problems.
///
/// # Errors
/// Where the project cannot be read, and what `tell` says.
pub fn check_again<E: From<SessionError>>(
    disk: &Disk,
    wait: &Wait,
    progress: &dyn Progress,
    mut tell: impl FnMut(&Loaded) -> Result<(), E>,
) -> Result<Ending, E> {
    let mut workspace = Workspace::default();
    let mut last: Option<(Ground, Sight)> = None;
    while !wait.is_interrupted() {
        let is_same = match &last {
            Some((ground, sight)) => ground.sight(disk).map_err(SessionError::from)? == *sight,
            None => false,
        };
        if !is_same {
            // Before the files are read: what changes meanwhile is seen the next time.
            let all = Ground::All.sight(disk).map_err(SessionError::from)?;
            let loaded = workspace.load(disk, progress).map_err(SessionError::from)?;
            let ground = Ground::of(&loaded);
            let sight = ground.of_all(all);
            // A file that lies beside those that are read, and is none, is another listing and no other project.
            let is_other = last.as_ref().is_none_or(|(_, last)| !read(last).eq(read(&sight)));
            last = Some((ground, sight));
            if is_other {
                tell(&loaded.judged(seconds_now()).0)?;
            }
        }
        sleep(LOOK);
    }
    Ok(Ending::of_signal(wait.signal()))
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

    fn sight(&self, disk: &Disk) -> Result<Sight, LoadError> {
        let names = disk.list("")?.files.into_iter();
        Ok(self.of_all(names.map(|name| {
            let stamp = if self.is_read(&name) { Stamp::at(&disk.root().join(&name)) } else { None };
            (name, stamp)
        })))
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
