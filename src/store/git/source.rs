use std::path::Path;

/// The commit that the files of a folder are at, where the folder lies in a Git repository that has one; with `-dirty`
/// behind it where a file of the folder that Git knows differs from it, or where there is KDL that Git does not know.
pub fn head_revision(folder: &Path) -> Option<String> {
    let repository = git2::Repository::discover(folder).ok()?;
    let head = repository.head().ok()?.target()?;
    let mut options = git2::StatusOptions::new();
    options.include_untracked(true).recurse_untracked_dirs(true).disable_pathspec_match(true);
    let (folder, root) = (folder.canonicalize().ok()?, repository.workdir()?.canonicalize().ok()?);
    if let Some(below) = folder.strip_prefix(root).ok().filter(|below| !below.as_os_str().is_empty()) {
        options.pathspec(below);
    }
    let changed = repository.statuses(Some(&mut options)).ok()?;
    let counts = |entry: git2::StatusEntry<'_>| {
        let text = entry.path().ok().is_none_or(|path| {
            Path::new(path).extension().is_some_and(|end| end == "kdl") && !path.split('/').any(|part| part == ".plat")
        });
        !entry.status().is_wt_new() || text
    };
    Some(if changed.iter().any(counts) { format!("{head}-dirty") } else { head.to_string() })
}
