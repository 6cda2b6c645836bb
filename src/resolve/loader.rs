use super::Given;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the project's texts come from: the disk, an editor, a Git revision, a test. It alone decides what belongs to the
/// project's folder: a link is followed where it stays inside, and nothing outside is read, whatever the way.
///
/// One that has another below itself says what it has otherwise, and that one says the rest.
pub trait Loader: Sync {
    /// The loader that is asked for all that this one does not say itself; nothing where there is none.
    fn below(&self) -> Option<&dyn Loader> {
        None
    }

    /// All KDL files of the project.
    fn files(&self) -> Result<Listing, LoadError> {
        self.below().map_or_else(|| Ok(Listing::default()), Loader::files)
    }

    /// The content of a file of the project's folder that has at most so many bytes.
    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, LoadError> {
        let missing = || LoadError::Io { path: name.to_owned(), source: std::io::ErrorKind::NotFound.into() };
        self.below().ok_or_else(missing)?.read(name, most)
    }

    /// All files below a folder of the project.
    fn list(&self, folder: &str) -> Result<Listing, LoadError> {
        self.below().map_or_else(|| Ok(Listing::default()), |below| below.list(folder))
    }

    /// The texts of a module, by the path of its folder from that of the project: their names, from the project's folder, and what is in them.
    fn module(&self, folder: &str) -> Result<Vec<(String, Vec<u8>)>, LoadError> {
        self.below().ok_or_else(|| LoadError::NoModule(folder.to_owned()))?.module(folder)
    }

    /// The files of a module, whatever they are, by the path of its folder from that of the project.
    fn files_of_module(&self, folder: &str) -> Result<Arc<dyn Loader + Send>, LoadError> {
        self.below().ok_or_else(|| LoadError::NoModule(folder.to_owned()))?.files_of_module(folder)
    }

    /// The files of a locked module, by their names in its folder: of the copy in a folder of the project, where there is one, or as they were
    /// fetched.
    fn locked(&self, digest: &str, vendored: Option<&str>) -> Result<Vec<(String, Vec<u8>)>, LoadError> {
        self.below().ok_or_else(|| LoadError::NotFetched(digest.to_owned()))?.locked(digest, vendored)
    }

    /// The folder of a disk that relative paths of the project start at; nothing where the texts are not on a disk.
    fn root(&self) -> Option<Root> {
        self.below()?.root()
    }

    /// What the caller gives for parameters of the project.
    fn given(&self) -> Vec<Given> {
        self.below().map(Loader::given).unwrap_or_default()
    }

    /// The environment that the project is read for; nothing for none.
    fn environment(&self) -> Option<String> {
        self.below()?.environment()
    }

    /// Where the project's folder lies in its repository: empty, or with a `/` at its end.
    fn folder(&self) -> String {
        self.below().map(Loader::folder).unwrap_or_default()
    }
}

/// A folder of a disk that a project is in.
#[derive(Clone, Debug)]
pub struct Root {
    /// The folder.
    pub folder: PathBuf,
    /// Finds the folder that is meant by one of the paths of a repository.
    pub real_folder: fn(&Path) -> PathBuf,
    /// Finds the address that an address of a repository leads to by the settings of who runs this.
    pub real_address: fn(&str) -> String,
}

impl Deref for Root {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.folder
    }
}

/// What there is in a folder of the project, by names relative to the project's folder, sorted.
#[derive(Debug, Default)]
pub struct Listing {
    /// The files.
    pub files: Vec<String>,
    /// What is there and cannot be looked into. It hides none of the others.
    pub closed: Vec<Closed>,
    /// What a run has left beside its files that was killed, or is at work.
    pub left_over: Vec<String>,
}

/// Something that cannot be looked into: a link out of the project or to nothing, a folder that may not be read.
#[derive(Debug)]
pub struct Closed {
    /// Its name.
    pub name: String,
    /// Why.
    pub error: LoadError,
}

impl FromIterator<String> for Listing {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        Self { files: names.into_iter().collect(), ..Self::default() }
    }
}

impl LoadError {
    /// What it says, and because of what.
    pub fn with_cause(&self) -> String {
        let because = std::error::Error::source(self).map(|source| format!(": {source}"));
        format!("{self}{}", because.unwrap_or_default())
    }
}

/// Why a project's text could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is no project at or above a folder.
    #[error("there is no project here: no `plat.kdl` in {0} or above it")]
    NoProject(String),
    /// What makes a folder a project was to be written into it last, and was not.
    #[error(
        "{0} is no project yet: the run that wrote its files was killed before it wrote `plat.kdl`; run the same command again, and it goes on with them"
    )]
    Unfinished(String),
    /// There is no folder where a project was looked for.
    #[error("there is no folder {0}")]
    NoFolder(String),
    /// A project was looked for at what is no folder.
    #[error("{0} is a file, and a project is a folder")]
    NotAFolder(String),
    /// A file or folder could not be read.
    #[error("cannot read {path}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// There is no module in a folder.
    #[error("there is no module in {0}")]
    NoModule(String),
    /// A locked module is not on this machine yet.
    #[error("it is not on this machine yet")]
    NotFetched(String),
    /// A folder lies outside of the repository that the project is in.
    #[error("{0} lies outside of the repository that the project is in")]
    OutsideOfRepository(String),
    /// A link leads out of the project's folder.
    #[error("the link `{0}` leads out of the project's folder")]
    Outside(String),
    /// A file is bigger than what it is read for allows.
    #[error("{path} has more than {most} bytes")]
    TooBig {
        /// The file.
        path: String,
        /// The most bytes that it may have.
        most: u64,
    },
}
