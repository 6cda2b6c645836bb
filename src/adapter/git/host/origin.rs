use std::path::PathBuf;

use git2::{Error, ErrorClass};

use crate::adapter::git::disk;
use crate::adapter::git::wire::Limit;
use crate::store::StoreError;

/// Which repository it is, and whose failures they are: a store's name, its address as it is shown, and where on this machine its
/// objects are.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) store: String,
    pub(crate) url: String,
    pub(crate) disk: PathBuf,
}

impl Origin {
    /// Names what was being done when Git failed.
    pub(crate) fn failed(&self, doing: &'static str) -> impl Fn(Error) -> StoreError + use<> {
        let origin = self.clone();
        move |source| match disk::advice(source.message()) {
            Some(advice) => origin.disk_error(doing, &source, advice),
            None => {
                let (store, advice) = (origin.store.clone(), damage(&source));
                StoreError::Failed { store, doing, advice, source: Box::new(source) }
            }
        }
    }

    /// The same of something that was written. libgit2 does not always tell what the system said: where it does not, the disk is asked.
    pub(crate) fn unwritten(&self, doing: &'static str) -> impl Fn(Error) -> StoreError + use<> {
        let origin = self.clone();
        move |source| {
            let is_told = disk::advice(source.message()).is_some();
            let found = if is_told { None } else { disk::probe(&origin.disk) };
            origin.failed(doing)(found.unwrap_or(source))
        }
    }

    /// The system did not read or write a file.
    fn disk_error(&self, doing: &'static str, source: &Error, advice: &'static str) -> StoreError {
        let (store, place, mut reason) = (self.store.clone(), self.disk.display(), source.message().to_owned());
        if !reason.contains(&place.to_string()) {
            reason = format!("{place}: {reason}");
        }
        StoreError::Disk { store, doing, reason, advice }
    }

    /// Somebody else was faster each time.
    pub(crate) fn busy(&self, reference: &str, tries: u32) -> StoreError {
        StoreError::Busy { store: self.store.clone(), destination: reference.to_owned(), tries }
    }

    /// There is more than a limit.
    pub(crate) fn too_much(&self, limit: Limit) -> StoreError {
        StoreError::TooMuch { store: self.store.clone(), url: self.url.clone(), limit: limit.to_string() }
    }

    /// There is no repository.
    pub(crate) fn missing(&self) -> StoreError {
        StoreError::Missing { store: self.store.clone(), what: "Git repository", url: self.url.clone(), way: None }
    }

    /// There is no repository, and it is for another project to make it.
    pub(crate) fn unmade(&self) -> StoreError {
        let url = &self.url;
        let way = format!(
            ", which another project declares: the first delivery of that project makes it, where its text says `create`, and so does `git init \
             --bare {url}`; where it lies on another machine, it has to be reached from here"
        );
        StoreError::Missing { store: self.store.clone(), what: "Git repository", url: url.clone(), way: Some(way) }
    }

    /// The declaration cannot work.
    pub(crate) fn unusable(&self, reason: String) -> StoreError {
        StoreError::Unusable { store: self.store.clone(), reason }
    }

    /// There is no such branch. A repository without any branch begins with `unborn`, where that is known; `was_there` says whether something
    /// was delivered to the branch.
    pub(crate) fn no_branch(&self, branch: &str, unborn: Option<&str>, was_there: bool) -> StoreError {
        let url = &self.url;
        self.unusable(match unborn {
            _ if was_there => format!(
                "{url} has no branch `{branch}` any more, which this project delivered to: put it back, or write `create`, and the next apply \
                 makes it anew with what is declared"
            ),
            Some(head) => {
                let head = head.trim_start_matches("refs/heads/");
                format!("{url} is empty, and its HEAD names the branch `{head}`: write `branch {head}`, or `create` to begin `{branch}`")
            }
            None => format!("{url} has no branch `{branch}`: name one that it has, or write `create` to have this one made"),
        })
    }
}

/// What is to be done about objects that cannot be read.
fn damage(error: &Error) -> &'static str {
    match error.class() {
        ErrorClass::Odb | ErrorClass::Zlib => {
            ": objects of the repository are damaged or missing, and `git fsck` tells which"
        }
        _ => "",
    }
}
