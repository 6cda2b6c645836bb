use std::path::Path;

/// The commit that the files of a folder are at, where the folder lies in a Git repository that has one; with `-dirty`
/// behind it where a file that Git knows differs from it.
pub fn head_revision(folder: &Path) -> Option<String> {
    let repository = git2::Repository::discover(folder).ok()?;
    let head = repository.head().ok()?.target()?;
    let mut options = git2::StatusOptions::new();
    options.include_untracked(false);
    let changed = repository.statuses(Some(&mut options)).ok()?;
    Some(if changed.is_empty() { head.to_string() } else { format!("{head}-dirty") })
}
