use std::path::Path;

use git2::{Error, ErrorCode, Oid, Repository, RepositoryInitOptions};

use super::place::Tips;

/// The bare repository that holds what was last seen of a server. It can be deleted at any time.
pub(super) struct Cache {
    repository: Repository,
}

impl Cache {
    /// Opens the cache in a folder, or makes it.
    pub(super) fn open(folder: &Path) -> Result<Self, Error> {
        let repository = match Repository::open_bare(folder) {
            Err(error) if error.code() == ErrorCode::NotFound => {
                let mut options = RepositoryInitOptions::new();
                options.bare(true).mkpath(true).external_template(false);
                Repository::init_opts(folder, &options)?
            }
            opened => opened?,
        };
        Ok(Self { repository })
    }

    pub(super) fn repository(&self) -> &Repository {
        &self.repository
    }

    /// Whether everything that the tips need is here: only then references of the cache point to them.
    pub(super) fn has(&self, tips: &Tips) -> bool {
        tips.0.iter().all(|(name, tip)| self.repository.refname_to_id(&seen(name)).is_ok_and(|id| id == *tip))
    }

    /// Points the cache's references to what was seen; it keeps one that is gone from the server.
    pub(super) fn remember(&self, tips: &Tips) -> Result<(), Error> {
        tips.0.iter().try_for_each(|(name, tip)| self.point(name, *tip))
    }

    fn point(&self, name: &str, tip: Oid) -> Result<(), Error> {
        match self.repository.reference(&seen(name), tip, true, "plat") {
            // Another run writes the cache at this moment: it then fetches a little more next time.
            Err(error) if error.code() == ErrorCode::Locked => Ok(()),
            moved => moved.map(|_| ()),
        }
    }
}

/// The server's name of a reference, below a folder that no server's reference is fetched into by itself.
fn seen(name: &str) -> String {
    name.replacen("refs/", "refs/seen/", 1)
}
