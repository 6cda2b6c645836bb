use super::disk::is_text;
use super::walk::belongs;
use super::{Disk, Misuse, SessionError};
use crate::adapter::git::{Revision, Shut, head_revision};
use crate::model::{Name, Project};
use crate::resolve::{Closed, Given, LONGEST_FILE, Listing, LoadError, Loader, MODULE_FILE, PROJECT_FILE, Root};
use crate::review::Side;
use crate::workspace::{Loaded, load};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many characters of a commit's identity name it for people.
const SHORT: usize = 7;

/// A project as it was at some time.
#[derive(Debug, Default)]
pub struct Version {
    /// How people call it: the beginning of a commit's identity, or `the working tree`.
    pub name: String,
    /// The project. Where there was none, it is empty.
    pub loaded: Loaded,
    /// Whether there was a project.
    pub exists: bool,
    /// The commit that its texts are of, where they are of one; with `-dirty` behind it where they are those of the disk and some differ from it.
    pub commit: Option<String>,
}

impl Version {
    /// Its text, and where that is from.
    pub(super) fn side(&self) -> Side<'_> {
        Side { sources: &self.loaded.sources, project: &self.loaded.project, commit: self.commit.as_deref() }
    }

    /// Names the files by the version that they are of, as Git does.
    pub(super) fn name_files(&mut self) {
        self.loaded.sources.name_by(&self.name);
    }
}

/// The two projects of a range of revisions in the words of Git, `REV..REV`: the working tree where the second is missing, `HEAD` where
/// the first is; `REV...REV` starts where the two parted. A parameter that one of them alone has is given to that one.
///
/// # Errors
/// Where there is no such revision, where neither holds the project, or where one cannot be read.
pub fn load_range(disk: &Disk, revisions: &str) -> Result<(Version, Version), SessionError> {
    let range = Range::parse(revisions);
    let load = |disk: &Disk, revision: Option<&str>| match revision {
        Some(revision) => load_revision(disk, revision),
        None => load_working_tree(disk),
    };
    let (first, second) = (Some(&*range.from), range.to.as_deref());
    let (from, to) = (load(disk, first)?, load(disk, second)?);
    let again = |version: Version, other: &Project, revision| match disk.knowing(&version.loaded.project, other) {
        Some(disk) => load(&disk, revision),
        None => Ok(version),
    };
    let new = to.loaded.project.clone();
    let to = again(to, &from.loaded.project, second)?;
    let from = again(from, &new, first)?;
    if !from.exists && !to.exists {
        let folder = disk.root().display().to_string();
        return Err(Misuse::NoVersion { folder, from: from.name, to: to.name }.into());
    }
    Ok((from, to))
}

/// The project of a folder in two of its environments, as it is on disk.
///
/// # Errors
/// Where it cannot be read.
pub fn load_environments(disk: &Disk, (from, to): (&Name, &Name)) -> Result<(Version, Version), SessionError> {
    let load = |name: &Name| {
        let version = load_working_tree(&disk.clone().in_environment(Some(name.clone())))?;
        Ok::<_, SessionError>(Version { name: name.to_string(), ..version })
    };
    Ok((load(from)?, load(to)?))
}

/// Two revisions, as they are written.
#[derive(Debug, PartialEq, Eq)]
struct Range {
    from: String,
    /// Nothing for the working tree.
    to: Option<String>,
}

impl Range {
    fn parse(text: &str) -> Self {
        let head = |text: &str| if text.is_empty() { "HEAD".to_owned() } else { text.to_owned() };
        let to = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        if let Some((one, other)) = text.split_once("...") {
            Self { from: format!("{}...{}", head(one), head(other)), to: to(other) }
        } else {
            let (one, other) = text.split_once("..").unwrap_or((text, ""));
            Self { from: head(one), to: to(other) }
        }
    }
}

/// The project of a folder as it is on disk.
pub(super) fn load_working_tree(disk: &Disk) -> Result<Version, SessionError> {
    let loaded = load(disk)?;
    // What no repository says is nothing that somebody has to know here.
    let commit = head_revision(disk.root(), &loaded.files).unwrap_or_default();
    Ok(Version { name: "the working tree".to_owned(), loaded, exists: true, commit })
}

/// The project of a folder as a revision has it. Where its text has errors its files are named by the revision.
pub(super) fn load_revision(disk: &Disk, revision: &str) -> Result<Version, SessionError> {
    let files = AtRevision::new(Revision::open(disk.root(), revision)?, disk);
    let mut version = load_files(&files)?;
    if version.loaded.diagnostics.has_errors() {
        version.name_files();
    }
    Ok(version)
}

/// The same, of a project that is to be worked on in that folder: paths of its text start there. Its files are named by the revision. A
/// parameter that it did not have, and has `now`, is not given to it. What is made of it as it was read may ask for more.
///
/// # Errors
/// Where there is no such revision, or where it cannot be read.
pub(super) fn load_revision_here(
    disk: &Disk,
    revision: &str,
    now: &Project,
    made: impl FnOnce(&dyn Loader, Loaded) -> Result<Loaded, SessionError>,
) -> Result<Version, SessionError> {
    let mut files = AtRevision::new(Revision::open(disk.root(), revision)?, disk);
    files.root = Loader::root(disk);
    let mut version = load_files(&files)?;
    if let Some(known) = disk.knowing(&version.loaded.project, now) {
        (files.given, files.environment) = (known.given(), Loader::environment(&known));
        version = load_files(&files)?;
    }
    version.loaded = made(&files, version.loaded)?;
    version.name_files();
    Ok(version)
}

fn load_files(files: &AtRevision) -> Result<Version, SessionError> {
    let name = files.revision.commit.chars().take(SHORT).collect();
    let commit = Some(files.revision.commit.clone());
    if !files.revision.paths().any(|path| path == PROJECT_FILE) {
        return Ok(Version { name, commit, ..Version::default() });
    }
    Ok(Version { name, loaded: load(files)?, exists: true, commit })
}

/// A project's folder at a revision; the same files belong to it as on disk.
struct AtRevision {
    revision: Revision,
    /// The folders below it that are projects of their own, each with a slash behind it.
    nested: BTreeSet<String>,
    /// Where it lies in its repository.
    folder: String,
    /// The project on the disk.
    disk: Disk,
    /// Where it is worked on, where it is.
    root: Option<Root>,
    /// What is given for parameters of the project.
    given: Vec<Given>,
    /// The environment that it is read for.
    environment: Option<String>,
}

/// The folders of a revision that are projects of their own, or modules, each with a slash behind it.
fn nested_in(revision: &Revision) -> BTreeSet<String> {
    let folder = |path: &str| {
        let marked = path.strip_suffix(PROJECT_FILE).or_else(|| path.strip_suffix(MODULE_FILE));
        marked.filter(|folder| folder.ends_with('/')).map(ToOwned::to_owned)
    };
    revision.paths().filter_map(folder).collect()
}

impl AtRevision {
    fn new(revision: Revision, disk: &Disk) -> Self {
        let nested = nested_in(&revision);
        Self {
            revision,
            nested,
            folder: disk.folder(),
            disk: disk.clone(),
            root: None,
            given: disk.given(),
            environment: Loader::environment(disk),
        }
    }

    /// The files of a module at the same commit.
    fn module_at(&self, revision: Revision) -> Self {
        let nested = nested_in(&revision);
        let (folder, disk) = (String::new(), self.disk.clone());
        Self { revision, nested, folder, disk, root: None, given: Vec::new(), environment: None }
    }

    /// A module by the path of its folder: it may lie beside the project's folder in the repository.
    fn of_module(&self, folder: &str) -> Result<Self, LoadError> {
        let missing = || LoadError::NoModule(folder.to_owned());
        let revision = Revision::beside(self.disk.root(), folder, &self.revision.commit).map_err(|_| missing())?;
        let module = self.module_at(revision);
        if module.revision.paths().any(|path| path == MODULE_FILE) { Ok(module) } else { Err(missing()) }
    }

    /// What is below a folder and neither hidden nor of another project. `folder` is empty or ends with a slash.
    fn belongs(&self, path: &str, folder: &str) -> bool {
        let Some(rest) = path.strip_prefix(folder) else { return false };
        belongs(rest, |inner| self.nested.contains(&path[..folder.len() + inner.len()]))
    }

    /// The files that are asked for, and what of that is not to be looked into.
    fn listing(&self, is_asked: impl Fn(&str) -> bool, is_shut: impl Fn(&str, Shut) -> bool) -> Listing {
        let shut = self.revision.shut().filter(|(path, shut)| is_shut(path, *shut));
        Listing {
            files: self.revision.paths().filter(|path| is_asked(path)).map(ToOwned::to_owned).collect(),
            closed: shut.map(|(path, shut)| self.closed(path, shut)).collect(),
            left_over: Vec::new(),
        }
    }

    /// What is not to be looked into, as the error that it is.
    fn closed(&self, path: &str, shut: Shut) -> Closed {
        let path = path.to_owned();
        let error = match shut {
            Shut::Folder | Shut::Outside => LoadError::Outside(path.clone()),
            Shut::Nowhere => self.failed(&path, std::io::ErrorKind::NotFound.into()),
        };
        Closed { name: path, error }
    }

    fn failed(&self, name: &str, source: std::io::Error) -> LoadError {
        LoadError::Io { path: format!("{}:{name}", self.revision.commit), source }
    }
}

impl Loader for AtRevision {
    fn module(&self, folder: &str) -> Result<Vec<(String, Vec<u8>)>, LoadError> {
        let module = self.of_module(folder)?;
        let read = |name: String| Ok((format!("{folder}/{name}"), module.read(&name, LONGEST_FILE)?));
        module.files()?.files.into_iter().map(read).collect()
    }

    fn files_of_module(&self, folder: &str) -> Result<Arc<dyn Loader + Send>, LoadError> {
        Ok(Arc::new(self.of_module(folder)?))
    }

    fn locked(&self, digest: &str, vendored: Option<&str>) -> Result<Vec<(String, Vec<u8>)>, LoadError> {
        let Some(folder) = vendored else { return self.disk.locked(digest, None) };
        let missing = || LoadError::NoModule(folder.to_owned());
        let revision = Revision::beside(self.disk.root(), folder, &self.revision.commit).map_err(|_| missing())?;
        let module = self.module_at(revision);
        let read = |name: String| module.read(&name, LONGEST_FILE).map(|content| (name, content));
        module.list("")?.files.into_iter().map(read).collect()
    }

    fn given(&self) -> Vec<Given> {
        self.given.clone()
    }

    fn environment(&self) -> Option<String> {
        self.environment.clone()
    }

    fn root(&self) -> Option<Root> {
        self.root.clone()
    }

    fn folder(&self) -> String {
        self.folder.clone()
    }

    fn files(&self) -> Result<Listing, LoadError> {
        let is_text = |path: &str| is_text(path.as_ref()) && self.belongs(path, "");
        Ok(self.listing(is_text, |path, shut| is_text(path) || shut == Shut::Folder && self.belongs(path, "")))
    }

    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, LoadError> {
        let failed = |error| self.failed(name, std::io::Error::other(error));
        match self.revision.size(name).map_err(failed)? {
            Some(size) if size > most => Err(LoadError::TooBig { path: name.to_owned(), most }),
            Some(_) => Ok(self.revision.read(name).map_err(failed)?.unwrap_or_default()),
            None => Err(self.failed(name, std::io::ErrorKind::NotFound.into())),
        }
    }

    fn list(&self, folder: &str) -> Result<Listing, LoadError> {
        let folder = folder.trim_end_matches('/');
        let folder = if folder.is_empty() || folder == "." { String::new() } else { format!("{folder}/") };
        let belongs = |path: &str| self.belongs(path, &folder);
        // Also the folder itself, or one that it lies in.
        let on_the_way = |path: &str| folder.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        Ok(self.listing(belongs, |path, _| belongs(path) || on_the_way(path)))
    }
}

#[cfg(test)]
mod tests {
    use super::Range;

    #[test]
    fn ranges_are_those_of_git() {
        for (text, from, to) in [
            ("", "HEAD", None),
            ("main", "main", None),
            ("main..", "main", None),
            ("..topic", "HEAD", Some("topic")),
            ("v1.2..HEAD~1", "v1.2", Some("HEAD~1")),
            ("main...topic", "main...topic", Some("topic")),
            ("main...", "main...HEAD", None),
        ] {
            let range = Range { from: from.to_owned(), to: to.map(ToOwned::to_owned) };
            assert_eq!(Range::parse(text), range, "{text}");
        }
    }
}
