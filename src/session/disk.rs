use super::place::{place_in_repository, repository_of};
use super::walk::{Walk, below, inside};
use crate::adapter::git::{real_address, real_folder};
use crate::file::is_begun;
use crate::model::{Name, Project};
use crate::resolve::{Closed, Given, LONGEST_FILE, Listing, LoadError, Loader, MODULE_FILE, PROJECT_FILE, Root};
use rustix::fs::{Mode, OFlags, open, openat};
use std::fs::File;
use std::io::{Error, ErrorKind, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// A project's folder on disk.
#[derive(Clone, Debug)]
pub struct Disk {
    root: PathBuf,
    /// What is given for parameters of the project.
    given: Vec<Given>,
    /// The environment that the project is read for.
    environment: Option<Name>,
    /// The folder that holds the modules which were fetched.
    modules: Option<PathBuf>,
}

impl Disk {
    /// The project at a folder, or at the nearest folder above it.
    ///
    /// # Errors
    /// Where there is no such folder, or neither it nor one above it holds a `plat.kdl`.
    pub fn discover(folder: &Path) -> Result<Self, LoadError> {
        let named = || folder.display().to_string();
        // The real path: what stands above `../b` is not what stands above this folder.
        let real = std::fs::canonicalize(folder).map_err(|_| LoadError::NoFolder(named()))?;
        if !real.is_dir() {
            return Err(LoadError::NotAFolder(named()));
        }
        let root = real.ancestors().find(|folder| folder.join(PROJECT_FILE).is_file());
        let is_begun = || is_begun(&real.join(PROJECT_FILE));
        let none = || if is_begun() { LoadError::Unfinished(named()) } else { LoadError::NoProject(named()) };
        let root = root.ok_or_else(none)?;
        Ok(Self { root: root.to_owned(), given: Vec::new(), environment: None, modules: None })
    }

    /// The project that a folder is to become, which is one already where it holds a `plat.kdl`.
    ///
    /// # Errors
    /// Where there is no such folder.
    pub(super) fn at(folder: &Path) -> Result<Self, LoadError> {
        let root = std::fs::canonicalize(folder).map_err(|_| LoadError::NoFolder(folder.display().to_string()))?;
        Ok(Self { root, given: Vec::new(), environment: None, modules: None })
    }

    /// The same with what is given for parameters of the project: the name of each, with a text.
    #[must_use]
    pub fn with(self, given: Vec<Given>) -> Self {
        Self { given, ..self }
    }

    /// The same for an environment, or for none.
    #[must_use]
    pub fn in_environment(self, environment: Option<Name>) -> Self {
        Self { environment, ..self }
    }

    /// The same with the folder that holds the modules which were fetched.
    #[must_use]
    pub fn with_modules(self, modules: Option<PathBuf>) -> Self {
        Self { modules, ..self }
    }

    /// That folder.
    pub(super) fn modules(&self) -> Option<&Path> {
        self.modules.as_deref()
    }

    /// The folder of a module, by its path from that of the project. What a text names is read where its own repository has it, and nowhere else
    /// on the machine.
    fn of_module(&self, folder: &str) -> Result<Self, LoadError> {
        let missing = || LoadError::NoModule(folder.to_owned());
        let root = std::fs::canonicalize(self.root.join(folder)).map_err(|_| missing())?;
        if !root.join(MODULE_FILE).is_file() {
            return Err(missing());
        }
        let ground = repository_of(&self.root).unwrap_or_else(|| self.root.clone());
        if below(&ground, &root).is_none() {
            return Err(LoadError::OutsideOfRepository(folder.to_owned()));
        }
        Ok(Self { root, given: Vec::new(), environment: None, modules: None })
    }

    /// The files of a folder that a module was copied into.
    pub(super) fn copy_of_module(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, LoadError> {
        let missing = || LoadError::NoModule(folder.display().to_string());
        let root = std::fs::canonicalize(folder).map_err(|_| missing())?;
        let copy = Self { root, given: Vec::new(), environment: None, modules: None };
        let Listing { files, closed, .. } = copy.list("")?;
        if let Some(Closed { error, .. }) = closed.into_iter().next() {
            return Err(error);
        }
        files.into_iter().map(|name| copy.read(&name, LONGEST_FILE).map(|content| (name, content))).collect()
    }

    /// The environment that the project is read for.
    pub fn environment(&self) -> Option<&Name> {
        self.environment.as_ref()
    }

    /// The same with more of it; what is given already stays.
    #[must_use]
    pub fn also_with<'g>(mut self, more: impl IntoIterator<Item = (&'g Name, &'g Box<str>)>) -> Self {
        for (name, value) in more {
            if self.given.iter().all(|known| *known.name != **name) {
                self.given.push(Given::typed(&**name, &**value));
            }
        }
        self
    }

    /// The same without what is given for parameters that a project has not, and another version of it has, and for no environment where
    /// the project has none; nothing where that is all the same.
    pub(super) fn knowing(&self, project: &Project, other: &Project) -> Option<Self> {
        let is_theirs = |name: &str| !project.has_parameter(name) && other.has_parameter(name);
        let known = self.given.iter().filter(|one| !is_theirs(&one.name)).cloned().collect::<Vec<_>>();
        let is_without =
            self.environment.is_some() && project.environments.is_empty() && !other.environments.is_empty();
        let environment = self.environment.clone().filter(|_| !is_without);
        (known.len() < self.given.len() || is_without).then(|| self.clone().with(known).in_environment(environment))
    }

    /// The project's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Opens a file of the folder by its name. Links are resolved first, and then none is followed any more: what is opened lies
    /// where it was found to lie, whatever somebody puts in its place meanwhile.
    fn open(&self, name: &str) -> Result<File, LoadError> {
        let failed = |source: Error| LoadError::Io { path: name.to_owned(), source };
        let real = std::fs::canonicalize(self.root.join(name)).map_err(failed)?;
        let Some(below) = below(&self.root, &real) else {
            return Err(LoadError::Outside(name.to_owned()));
        };
        // Opening a device, or waiting at a pipe, would do something.
        let no_file = || failed(Error::new(ErrorKind::InvalidInput, "it is neither a file nor a folder"));
        if !std::fs::symlink_metadata(&real).map_err(failed)?.is_file() {
            return Err(no_file());
        }
        let file = open_below(&self.root, below).map_err(failed)?;
        if file.metadata().map_err(failed)?.is_file() { Ok(file) } else { Err(no_file()) }
    }
}

/// Whether a file of a project is one of its texts, by its name.
pub fn is_text(name: &Path) -> bool {
    name.extension().is_some_and(|extension| extension == "kdl")
}

/// Opens a file by its path below a folder; a link on the way is an error.
fn open_below(root: &Path, below: &Path) -> std::io::Result<File> {
    let way = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut at = open(root, way | OFlags::DIRECTORY, Mode::empty())?;
    let mut parts = below.components().peekable();
    while let Some(part) = parts.next() {
        let Component::Normal(part) = part else { return Err(ErrorKind::InvalidInput.into()) };
        let kind = if parts.peek().is_some() { OFlags::DIRECTORY } else { OFlags::NONBLOCK | OFlags::NOCTTY };
        at = openat(&at, part, way | kind, Mode::empty())?;
    }
    Ok(File::from(at))
}

impl Loader for Disk {
    fn files(&self) -> Result<Listing, LoadError> {
        Walk::new(&self.root, PROJECT_FILE, is_text).below(&self.root)
    }

    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, LoadError> {
        let failed = |source| LoadError::Io { path: name.to_owned(), source };
        let too_big = || LoadError::TooBig { path: name.to_owned(), most };
        let file = self.open(name)?;
        if file.metadata().map_err(failed)?.len() > most {
            return Err(too_big());
        }
        let mut content = Vec::new();
        // It may grow while it is read.
        file.take(most.saturating_add(1)).read_to_end(&mut content).map_err(failed)?;
        if content.len() as u64 > most { Err(too_big()) } else { Ok(content) }
    }

    fn list(&self, folder: &str) -> Result<Listing, LoadError> {
        let path = self.root.join(folder);
        if !path.is_dir() {
            return Ok(Listing::default());
        }
        if inside(&self.root, &path).is_none() {
            let closed = Closed { name: folder.to_owned(), error: LoadError::Outside(folder.to_owned()) };
            return Ok(Listing { closed: vec![closed], ..Listing::default() });
        }
        Walk::new(&self.root, PROJECT_FILE, |_: &Path| true).below(&path)
    }

    fn module(&self, folder: &str) -> Result<Vec<(String, Vec<u8>)>, LoadError> {
        let module = self.of_module(folder)?;
        let Listing { files, closed, .. } = module.files()?;
        if let Some(Closed { error, .. }) = closed.into_iter().next() {
            return Err(error);
        }
        let read = |name: String| Ok((format!("{folder}/{name}"), module.read(&name, LONGEST_FILE)?));
        files.into_iter().map(read).collect()
    }

    fn files_of_module(&self, folder: &str) -> Result<Arc<dyn Loader + Send>, LoadError> {
        Ok(Arc::new(self.of_module(folder)?))
    }

    fn locked(&self, digest: &str, vendored: Option<&str>) -> Result<Vec<(String, Vec<u8>)>, LoadError> {
        if let Some(folder) = vendored {
            let place =
                inside(&self.root, &self.root.join(folder)).ok_or_else(|| LoadError::NoModule(folder.to_owned()))?;
            return Self::copy_of_module(&place);
        }
        let fetched = self.modules.as_ref().map(|modules| modules.join(digest)).filter(|folder| folder.is_dir());
        let folder = fetched.ok_or_else(|| LoadError::NotFetched(digest.to_owned()))?;
        Self::copy_of_module(&folder)
    }

    fn root(&self) -> Option<Root> {
        Some(Root { folder: self.root.clone(), real_folder, real_address })
    }

    fn given(&self) -> Vec<Given> {
        self.given.clone()
    }

    fn environment(&self) -> Option<String> {
        self.environment.as_ref().map(ToString::to_string)
    }

    fn folder(&self) -> String {
        place_in_repository(&self.root).map(|place| place + "/").filter(|place| place != "/").unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use tempfile::TempDir;

    /// A project in `project`, beside a folder `outside` with files that nobody may read.
    fn world() -> (TempDir, Disk) {
        let world = tempfile::tempdir().unwrap();
        let at = |path: &str| world.path().join(path);
        for folder in ["project/in/deep", "outside/deep"] {
            std::fs::create_dir_all(at(folder)).unwrap();
        }
        for file in ["project/plat.kdl", "project/in/a.yaml", "outside/secret.kdl", "outside/deep/secret.yaml"] {
            std::fs::write(at(file), file).unwrap();
        }
        let disk = Disk::discover(&at("project")).unwrap();
        (world, disk)
    }

    fn names(closed: &[Closed]) -> Vec<String> {
        let word = |error: &LoadError| match error {
            LoadError::Outside(_) => "outside",
            LoadError::Io { .. } => "unread",
            LoadError::NoProject(_)
            | LoadError::Unfinished(_)
            | LoadError::NoFolder(_)
            | LoadError::NotAFolder(_)
            | LoadError::TooBig { .. }
            | LoadError::NoModule(_)
            | LoadError::NotFetched(_)
            | LoadError::OutsideOfRepository(_) => "other",
        };
        closed.iter().map(|closed| format!("{} {}", closed.name, word(&closed.error))).collect()
    }

    fn is_outside(disk: &Disk, name: &str) -> bool {
        matches!(disk.read(name, 100), Err(LoadError::Outside(_)))
    }

    #[test]
    fn links_within_the_folder_are_followed_and_end() {
        let (_world, disk) = world();
        let link = |to: &str, from: &str| symlink(to, disk.root().join(from)).unwrap();
        link("in/a.yaml", "file.yaml");
        link("in", "folder");
        link("../project/in/a.yaml", "round.yaml");
        link("..", "in/up");
        link(".", "in/deep/here");
        link("self", "in/self");
        let Listing { files, closed, .. } = disk.list("").unwrap();
        assert_eq!(names(&closed), ["folder/self unread", "in/self unread"]);
        assert_eq!(files, ["file.yaml", "folder/a.yaml", "in/a.yaml", "plat.kdl", "round.yaml"]);
        for name in ["file.yaml", "folder/a.yaml", "round.yaml"] {
            assert_eq!(disk.read(name, 100).unwrap(), b"project/in/a.yaml", "{name}");
        }
    }

    #[test]
    fn nothing_outside_is_read_whatever_the_way() {
        let (world, disk) = world();
        let link = |to: &str, from: &str| symlink(to, disk.root().join(from)).unwrap();
        let secret = world.path().join("outside/secret.kdl");
        link(secret.to_str().unwrap(), "absolute.kdl");
        link("../outside/secret.kdl", "relative.kdl");
        link("relative.kdl", "chain.kdl");
        link("../outside", "folder");
        link("../../outside/deep", "in/folder");
        link("folder/deep/secret.yaml", "through.yaml");
        link("/proc/self/environ", "in/environ");
        link("/dev/zero", "in/zero");
        for folder in [".git", ".plat"] {
            std::fs::create_dir(disk.root().join(folder)).unwrap();
            std::fs::write(disk.root().join(folder).join("config"), "a token").unwrap();
        }
        link(".git", "git");
        link("../.plat/config", "in/plat");
        let shown = [
            "absolute.kdl outside",
            "chain.kdl outside",
            "folder outside",
            "git outside",
            "in/folder outside",
            "relative.kdl outside",
        ];
        let Listing { files, closed, .. } = disk.files().unwrap();
        assert_eq!((files, names(&closed)), (vec!["plat.kdl".to_owned()], shown.map(str::to_owned).to_vec()));
        let Listing { files, closed, .. } = disk.list("in").unwrap();
        assert_eq!(files, ["in/a.yaml"]);
        assert_eq!(names(&closed), ["in/environ outside", "in/folder outside", "in/plat outside", "in/zero outside"]);
        for folder in ["folder", "folder/deep", "in/folder"] {
            let Listing { files, closed, .. } = disk.list(folder).unwrap();
            assert_eq!((files, names(&closed)), (Vec::new(), vec![format!("{folder} outside")]));
        }
        for name in [
            "absolute.kdl",
            "chain.kdl",
            "through.yaml",
            "folder/secret.kdl",
            "in/environ",
            "in/zero",
            "in/plat",
            "git/config",
            ".git/config",
            "../outside/secret.kdl",
            "in/../../outside/secret.kdl",
            secret.to_str().unwrap(),
        ] {
            assert!(is_outside(&disk, name), "{name}");
        }
    }

    #[test]
    fn the_project_may_be_a_link_and_may_not_lead_out() {
        let (world, disk) = world();
        symlink(disk.root(), world.path().join("link")).unwrap();
        assert_eq!(Disk::discover(&world.path().join("link/in")).unwrap().root(), disk.root());
        std::fs::remove_file(disk.root().join("plat.kdl")).unwrap();
        symlink("../outside/secret.kdl", disk.root().join("plat.kdl")).unwrap();
        let disk = Disk::discover(disk.root()).unwrap();
        assert!(is_outside(&disk, "plat.kdl"));
        let resolved = crate::resolve::resolve(&disk).unwrap();
        let told: Vec<&str> = resolved.diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect();
        assert_eq!(told, ["E0507"]);
    }

    #[test]
    fn what_cannot_be_read_hides_nothing_and_is_not_waited_for() {
        let (_world, disk) = world();
        symlink("nowhere", disk.root().join("in/dead.yaml")).unwrap();
        let pipe = disk.root().join("in/pipe.yaml");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let Listing { files, closed, .. } = disk.list("in").unwrap();
        assert_eq!(files, ["in/a.yaml", "in/pipe.yaml"]);
        assert_eq!(names(&closed), ["in/dead.yaml unread"]);
        assert!(matches!(disk.read("in/pipe.yaml", 100), Err(LoadError::Io { .. })));
        assert!(matches!(disk.read("in", 100), Err(LoadError::Io { .. })));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_is_not_utf8_is_said_to_be_none() {
        use std::os::unix::ffi::OsStrExt;
        let (_world, disk) = world();
        for name in [&b"in/a\xff.kdl"[..], b"in/deep/\xfe"] {
            std::fs::write(disk.root().join(std::ffi::OsStr::from_bytes(name)), "").unwrap();
        }
        let said = |listing: Listing| {
            let all = listing.closed.into_iter().map(|closed| format!("{:?}", closed.error));
            all.inspect(|said| assert!(said.contains("is not UTF-8: rename it"), "{said}")).count()
        };
        assert_eq!((said(disk.files().unwrap()), said(disk.list("in").unwrap())), (1, 2));
    }

    #[test]
    fn a_file_that_is_replaced_by_a_link_is_not_opened() {
        let (_world, disk) = world();
        let real = disk.root().join("in");
        std::fs::rename(&real, disk.root().join("was")).unwrap();
        symlink("../outside", &real).unwrap();
        // As it would be once the link was resolved, and somebody put another one in its place.
        assert!(open_below(disk.root(), Path::new("in/secret.kdl")).is_err());
        assert!(open_below(disk.root(), Path::new("was/a.yaml")).is_ok());
    }

    #[test]
    fn folders_that_link_to_one_another_are_bounded() {
        let (_world, disk) = world();
        for index in 0..20 {
            let folder = disk.root().join(format!("d{index}"));
            std::fs::create_dir(&folder).unwrap();
            for name in ["a", "b"] {
                symlink(format!("../d{}", index + 1), folder.join(name)).unwrap();
            }
        }
        std::fs::create_dir(disk.root().join("d20")).unwrap();
        let error = disk.files().unwrap_err();
        assert!(
            matches!(&error, LoadError::Io { source, .. } if source.to_string().contains("10000 places")),
            "{error:?}"
        );
    }

    #[test]
    fn a_file_is_read_as_far_as_it_may_be_long() {
        let (_world, disk) = world();
        let big = File::create(disk.root().join("big.yaml")).unwrap();
        big.set_len(1 << 40).unwrap();
        assert!(matches!(disk.read("big.yaml", 16 << 20), Err(LoadError::TooBig { .. })));
        assert_eq!(disk.read("in/a.yaml", 17).unwrap().len(), 17);
        assert!(matches!(disk.read("in/a.yaml", 16), Err(LoadError::TooBig { .. })));
    }
}
