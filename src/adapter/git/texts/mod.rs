//! The texts of a project in Git: as a commit has them, and at which commit they are. They are looked at and never written.

mod checkout;
mod head;
mod revision;

pub use checkout::{Checkout, Upstream, checkout};
pub use head::head_revision;
pub use revision::{Revision, RevisionError, Shut, commit_of, has_commit};

use git2::Repository;
use std::path::Path;

/// The path of a folder in the work tree of a repository; the root where it has none.
fn inside(repository: &Repository, folder: &Path) -> Option<String> {
    let Some(root) = repository.workdir() else { return Some(String::new()) };
    let (root, folder) = (std::fs::canonicalize(root).ok()?, std::fs::canonicalize(folder).ok()?);
    let parts: Vec<_> =
        folder.strip_prefix(root).ok()?.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Some(parts.join("/"))
}
