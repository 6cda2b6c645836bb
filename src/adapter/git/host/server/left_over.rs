//! What runs leave in and beside a cache when they are killed.

use crate::adapter::git::wire::KEY;
use crate::file::is_folder;
use std::fs;
use std::path::{Path, PathBuf};

/// Clears away what is no part of a cache. Only for who is alone with it: it may be what a living run works at.
pub(crate) fn clear(folder: &Path) {
    for path in beside(folder).into_iter().chain(inside(folder)) {
        // What cannot be deleted now is left to the next run.
        let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
    }
}

/// The caches that were being made or thrown away, and the keys that were in use: `NAME.PROCESS.new`, `.old` and `.key`.
fn beside(folder: &Path) -> Vec<PathBuf> {
    let (Some(parent), Some(name)) = (folder.parent(), folder.file_name().and_then(|name| name.to_str())) else {
        return Vec::new();
    };
    let is_left = |entry: &str| {
        let rest = entry.strip_prefix(name).and_then(|rest| rest.strip_prefix('.'));
        let (process, ending) = rest.and_then(|rest| rest.rsplit_once('.')).unwrap_or_default();
        let is_process = !process.is_empty() && process.bytes().all(|byte| byte.is_ascii_digit());
        is_process && ["new", "old", KEY].contains(&ending)
    };
    entries(parent).into_iter().filter(|(name, _)| is_left(name)).map(|(_, path)| path).collect()
}

/// The locks, and the files that were being written.
fn inside(folder: &Path) -> Vec<PathBuf> {
    let is_lock = |name: &str| Path::new(name).extension().is_some_and(|extension| extension == "lock");
    let is_half = |name: &str| ["seen.", "shallow."].iter().any(|start| name.starts_with(start));
    let mut found: Vec<PathBuf> = Vec::new();
    if !is_folder(folder) {
        return found;
    }
    let mut add = |entries: Vec<(String, PathBuf)>, is_left: &dyn Fn(&str, &Path) -> bool| {
        found.extend(entries.into_iter().filter(|(name, path)| is_left(name, path)).map(|(_, path)| path));
    };
    add(entries(folder), &|name, _| is_lock(name) || is_half(name));
    let objects = folder.join("objects");
    add(entries(&objects), &|_, path| path.is_file());
    add(entries(&objects.join("pack")), &|name, _| !name.starts_with("pack-") || is_lock(name));
    for (name, path) in entries(&objects) {
        if name.len() == 2 {
            add(entries(&path), &|name, _| name.len() != 38 || is_lock(name));
        }
    }
    found
}

/// What is in a folder; nothing behind a link, which may lead anywhere.
fn entries(folder: &Path) -> Vec<(String, PathBuf)> {
    if !is_folder(folder) {
        return Vec::new();
    }
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_left_over_goes() {
        let folder = tempfile::TempDir::new().unwrap();
        let at = |path: &str| folder.path().join(path);
        for path in ["s.git/objects/pack", "s.git/objects/0a", "s.git.12.new", "s.git.7.old", "s.git.7.old.git"] {
            fs::create_dir_all(at(path)).unwrap();
        }
        let object = format!("s.git/objects/0a/{}", "b".repeat(38));
        let kept = ["s.git/HEAD", "s.git/seen", "s.git/objects/pack/pack-1.pack", &object, "s.git.x.new"];
        let left =
            ["s.git/config.lock", "s.git/seen.12", "s.git/objects/pack/pack_git2_1", "s.git/objects/tmp_object_1"];
        for path in kept.iter().chain(&left) {
            fs::write(at(path), "").unwrap();
        }
        clear(&at("s.git"));
        for path in kept.iter().chain(&["s.git.7.old.git"]) {
            assert!(at(path).exists(), "{path}");
        }
        for path in left.iter().chain(&["s.git.12.new", "s.git.7.old"]) {
            assert!(!at(path).exists(), "{path}");
        }
    }
}
