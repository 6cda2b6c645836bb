use std::path::Path;

use git2::{Error, ErrorCode};

use crate::model::shell_word;

/// A repository of another user than the one who runs plat. Git opens none of those unless it is told to, since what its files say is
/// carried out.
#[derive(Debug, thiserror::Error)]
#[error(
    "the repository {folder} belongs to another user, and Git opens none of those unless it is told to; to tell it: \
     git config --global --add safe.directory {}",
    shell_word(folder)
)]
pub struct ForeignRepository {
    /// Its work tree, or where it has none, its folder.
    folder: String,
}

impl ForeignRepository {
    /// What an error of opening the repository that `folder` lies in says, where that is why.
    pub(crate) fn of(error: &Error, folder: &Path) -> Option<Self> {
        if error.code() != ErrorCode::Owner {
            return None;
        }
        let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        let found = folder.ancestors().find(|folder| is_one(folder)).unwrap_or(&folder);
        Some(Self { folder: found.display().to_string() })
    }
}

/// Whether a folder is a work tree, or a repository without one.
fn is_one(folder: &Path) -> bool {
    folder.join(".git").exists() || (folder.join("HEAD").is_file() && folder.join("objects").is_dir())
}
