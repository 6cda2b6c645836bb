use std::collections::BTreeSet;
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

    /// The commits that are here with all that they need: only then a reference of the cache points to one.
    pub(super) fn known(&self) -> Result<BTreeSet<Oid>, Error> {
        let references = self.repository.references_glob(&format!("{SEEN}*"))?;
        Ok(references.filter_map(|reference| reference.ok()?.target()).collect())
    }

    /// The newest commits behind some, at most so many.
    pub(super) fn behind(&self, known: &BTreeSet<Oid>, limit: usize) -> Result<Vec<Oid>, Error> {
        let mut walk = self.repository.revwalk()?;
        known.iter().try_for_each(|tip| walk.push(*tip))?;
        walk.filter(|id| id.as_ref().map_or(true, |id| !known.contains(id))).take(limit).collect()
    }

    /// Points the cache's references to what was seen; it keeps one that is gone from the server. What cannot be written, as
    /// where another run does it at this moment, is fetched once more the next time.
    pub(super) fn remember(&self, tips: &Tips) {
        for (name, tip) in &tips.0 {
            let _ = self.repository.reference(&seen(name), *tip, true, "plat");
        }
    }
}

/// The folder of what was seen; no server's reference is fetched into it by itself.
const SEEN: &str = "refs/seen/";

/// A server's reference in the cache.
fn seen(name: &str) -> String {
    name.replacen("refs/", SEEN, 1)
}
