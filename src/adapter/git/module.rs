//! A module in a Git repository: which tags and branches there are, and the files of a folder as a commit has them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use git2::{ObjectType, Oid, Repository};

use super::config::{Connected, Place};
use super::host::{Host, WhenMissing};
use super::references::References;
use super::texts::{Revision, Shut};
use crate::credentials::Environment;
use crate::model::{GitModule, Pin};
use crate::store::StoreError;
use crate::wait::Wait;

/// What the credentials are called with which repositories of modules are read.
const SECRET: &str = "modules";

/// The most files of a module, and the most bytes of all of them together.
const MOST_FILES: usize = 10_000;
const MOST_BYTES: u64 = 64 << 20;

/// Where tags and branches are.
const TAGS: &str = "refs/tags/";
const BRANCHES: &str = "refs/heads/";

/// What a module is fetched with.
#[derive(Clone, Debug)]
pub struct Fetching<'f> {
    /// The folder that relative paths start at: the project's.
    pub root: &'f Path,
    /// A folder for what is needed meanwhile, which is there.
    pub scratch: &'f Path,
    /// The credentials.
    pub environment: &'f Environment,
    /// What tells when the run is to stop.
    pub wait: &'f Wait,
    /// How long a server may say nothing.
    pub patience: Duration,
}

/// A module as it was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The commit.
    pub commit: String,
    /// The tag that it was found by, where a range of versions was asked for.
    pub tag: Option<String>,
    /// Its files, by their names in its folder, in the order of these.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Fetches a module: at a commit that is known, else at the one that its name asks for now.
///
/// # Errors
/// Where the repository cannot be read, or has no such state.
pub fn fetch(module: &GitModule, commit: Option<&str>, with: &Fetching<'_>) -> Result<Fetched, StoreError> {
    let mut source = Source::open(module, false, with)?;
    let (reference, tag) = source.reference(&module.pin)?;
    let found = source.commit(&reference)?;
    let is_full = |commit: &&str| matches!(commit.len(), 40 | 64);
    if commit.is_some_and(|commit| !is_full(&commit)) {
        return Err(source.unusable("what is locked is no commit in full".to_owned()));
    }
    let commit = match commit.map(Oid::from_str) {
        Some(Ok(known)) if Some(known) != found => {
            // The reference moved on: the commit is behind it.
            source = Source::open(module, true, with)?;
            source.commit(&reference)?;
            known
        }
        Some(Err(_)) => return Err(source.unusable("what is locked is no commit".to_owned())),
        Some(Ok(known)) => known,
        None => found.ok_or_else(|| source.unusable(format!("there is no {}", plain(&reference))))?,
    };
    let files = source.files(module, commit)?;
    Ok(Fetched { commit: commit.to_string(), tag, files })
}

/// A repository that modules are read from.
struct Source {
    name: String,
    host: Box<dyn Host>,
}

/// The references of a repository of modules, of which only those that are asked for are fetched.
struct Asked {
    /// Whether what is behind a reference is needed too.
    is_whole: bool,
}

impl References for Asked {
    fn branch(&self) -> &'static str {
        "refs/heads/main"
    }

    fn own(&self) -> Vec<&str> {
        Vec::new()
    }

    fn hold(&self, _: &str) -> bool {
        false
    }

    fn is_proposal(&self, _: &str) -> bool {
        self.is_whole
    }
}

impl Source {
    fn open(module: &GitModule, is_whole: bool, with: &Fetching<'_>) -> Result<Self, StoreError> {
        let name = format!("the repository of {}", module.shown());
        let folder: PathBuf = with.scratch.join(if is_whole { "whole.git" } else { "tip.git" });
        let place = Place {
            name: name.clone(),
            url: module.url.clone(),
            root: with.root.to_owned(),
            branch: "main".to_owned(),
            path: String::new(),
            missing: WhenMissing::Fail,
            cache: folder,
            secret: SECRET.to_owned(),
            wait: with.wait.clone(),
            patience: with.patience,
        };
        let Connected { host, .. } = place.connect(Arc::new(Asked { is_whole }), with.environment.clone())?;
        Ok(Self { name, host })
    }

    fn unusable(&self, reason: String) -> StoreError {
        StoreError::Unusable { store: self.name.clone(), reason }
    }

    /// The full name of the reference that is asked for, and the tag where a range of versions was.
    fn reference(&mut self, pin: &Pin) -> Result<(String, Option<String>), StoreError> {
        if let Pin::Head = pin {
            return Ok(("HEAD".to_owned(), None));
        }
        let names = self.host.names()?;
        match pin {
            Pin::Head => Ok(("HEAD".to_owned(), None)),
            Pin::Reference(asked) => {
                let full = [TAGS, BRANCHES].map(|folder| format!("{folder}{asked}"));
                let found = full.into_iter().find(|full| names.contains(full));
                let missing = || self.unusable(format!("there is neither a tag nor a branch `{asked}`"));
                Ok((found.ok_or_else(missing)?, None))
            }
            Pin::Version(range) => {
                let tags = names.iter().filter_map(|name| name.strip_prefix(TAGS));
                let newest = GitModule::newest(range, tags);
                let tag = newest.ok_or_else(|| self.unusable(format!("no tag is a version of {range}")))?;
                Ok((format!("{TAGS}{tag}"), Some(tag.to_owned())))
            }
        }
    }

    /// The commit that a reference leads to; its objects are at hand then.
    fn commit(&mut self, reference: &str) -> Result<Option<Oid>, StoreError> {
        let Some(found) = self.host.find(reference)? else { return Ok(None) };
        let peeled = self.repository()?.find_object(found, None).and_then(|object| object.peel(ObjectType::Commit));
        let commit = peeled
            .map_err(|error| self.unusable(format!("{} leads to no commit: {}", plain(reference), error.message())))?;
        Ok(Some(commit.id()))
    }

    fn repository(&self) -> Result<&Repository, StoreError> {
        self.host.repository().ok_or_else(|| self.unusable("there is no repository".to_owned()))
    }

    /// The files of the module at a commit.
    fn files(&self, module: &GitModule, commit: Oid) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let failed = |error: &dyn std::fmt::Display| self.unusable(format!("its files cannot be read: {error}"));
        let repository = self.repository()?;
        let again = Repository::open_bare(repository.path()).map_err(|error| failed(&error.message()))?;
        if again.find_commit(commit).is_err() {
            return Err(self.unusable(format!("the commit {commit} is not there any more")));
        }
        let revision = Revision::at(again, &module.folder, &commit.to_string()).map_err(|error| failed(&error))?;
        if let Some((path, Shut::Outside | Shut::Folder)) = revision.shut().next() {
            return Err(self.unusable(format!("the link {path} leads out of the module")));
        }
        let names: Vec<&str> = revision.paths().filter(|path| is_kept(path)).collect();
        if names.is_empty() {
            let folder =
                if module.folder.is_empty() { "it".to_owned() } else { format!("its folder {}", module.folder) };
            return Err(self.unusable(format!("{folder} has no files at {commit}")));
        }
        if names.len() > MOST_FILES {
            return Err(self.unusable(format!("a module has at most {MOST_FILES} files")));
        }
        let (mut files, mut bytes) = (Vec::with_capacity(names.len()), 0_u64);
        for name in names {
            let content = revision.read(name).map_err(|error| failed(&error))?.unwrap_or_default();
            bytes += content.len() as u64;
            if bytes > MOST_BYTES {
                return Err(self.unusable(format!("a module has at most {} MiB", MOST_BYTES >> 20)));
            }
            files.push((name.to_owned(), content));
        }
        Ok(files)
    }
}

/// Whether a file is one of the module, by its name: what is hidden is none.
fn is_kept(path: &str) -> bool {
    !path.split('/').any(|part| part.starts_with('.'))
}

/// A reference as people call it.
fn plain(reference: &str) -> &str {
    let short = reference.strip_prefix(TAGS).or_else(|| reference.strip_prefix(BRANCHES));
    short.unwrap_or(reference)
}
