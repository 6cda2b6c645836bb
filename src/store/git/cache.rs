use std::path::Path;

use git2::{Error, ErrorCode, Oid, Repository, RepositoryInitOptions};

use super::place::{References, Tips, Which};

/// The bare repository that holds what was last seen of a server. It can be deleted at any time.
pub(super) struct Cache {
    repository: Repository,
    references: References,
}

impl Cache {
    /// Opens the cache in a folder, or makes it.
    pub(super) fn open(folder: &Path, references: &References) -> Result<Self, Error> {
        let repository = match Repository::open_bare(folder) {
            Err(error) if error.code() == ErrorCode::NotFound => {
                let mut options = RepositoryInitOptions::new();
                options.bare(true).mkpath(true).external_template(false);
                Repository::init_opts(folder, &options)?
            }
            opened => opened?,
        };
        Ok(Self { repository, references: references.clone() })
    }

    pub(super) fn repository(&self) -> &Repository {
        &self.repository
    }

    /// Whether everything that a tip needs is here: only then a reference of the cache points to it.
    pub(super) fn has(&self, tips: Tips) -> bool {
        let has = |which| {
            tips.of(which).is_none_or(|tip| self.repository.refname_to_id(&self.name(which)).is_ok_and(|id| id == tip))
        };
        has(Which::Branch) && has(Which::Inventory)
    }

    /// Points the cache's references to what was seen; it keeps one that is gone from the server.
    pub(super) fn remember(&self, tips: Tips) -> Result<(), Error> {
        for which in [Which::Branch, Which::Inventory] {
            if let Some(tip) = tips.of(which) {
                self.point(which, tip)?;
            }
        }
        Ok(())
    }

    fn point(&self, which: Which, tip: Oid) -> Result<(), Error> {
        match self.repository.reference(&self.name(which), tip, true, "plat") {
            // Another run writes the cache at this moment: it then fetches a little more next time.
            Err(error) if error.code() == ErrorCode::Locked => Ok(()),
            moved => moved.map(|_| ()),
        }
    }

    /// The server's name of a reference, below a folder that no server's reference is fetched into by itself.
    fn name(&self, which: Which) -> String {
        self.references.name(which).replacen("refs/", "refs/seen/", 1)
    }
}
