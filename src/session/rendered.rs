//! The manifests of a project as files of a folder that holds nothing else.

use super::files::take_away_left_over;
use super::{Change, Guard, Misuse, SessionError, write_files};
use crate::file::read_plain;
use crate::render::Placed;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{MAIN_SEPARATOR_STR, Path};
use walkdir::WalkDir;

/// Names the files of a folder that manifests were written to, below [`HEAD`].
const LIST: &str = ".plat-render";

/// The first line of such a list.
const HEAD: &str = "# What `plat render --out` has written here, and takes away where it is no longer rendered.";

/// What became of a folder.
#[derive(Debug)]
pub struct Filled {
    /// The files that it has now, `STORE/PATH`.
    pub files: Vec<String>,
    /// Those that it had, and that are no longer rendered.
    pub removed: BTreeSet<String>,
    /// How many files a killed run had left that are taken away.
    pub left_over: usize,
}

/// Writes manifests into a folder, which need not be there, each where its state store has it: `STORE/PATH`. What an earlier call wrote there and is not
/// rendered any more is taken away; a file that is as it should be is not touched.
///
/// # Errors
/// Where the folder holds something that no call wrote: then nothing is written. Where something cannot be read, written or taken away, and where a
/// manifest holds a secret; the next call goes on from there.
pub fn write_rendered(folder: &Path, placed: &[&Placed], guard: Guard<'_>) -> Result<Filled, SessionError> {
    let failed = |path: &Path, source| SessionError::Write { path: path.display().to_string(), source };
    let read = |name: &str| {
        let place = folder.join(name);
        read_plain(&place).map_err(|source| failed(&place, source))
    };
    let name = |file: &Placed| format!("{}/{}", file.store, file.path);
    let files: BTreeMap<String, Cow<'_, str>> =
        placed.iter().map(|file| (name(file), String::from_utf8_lossy(&file.content))).collect();
    let list = read(LIST)?;
    let listed = list.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    let listed: BTreeSet<&str> = listed.lines().skip(1).collect();
    let left_over = take_away_left_over(folder, usize::MAX);
    let there = there(folder)?;
    let mut others = there.iter().filter(|(name, is_file)| !**is_file || **name != *LIST && !listed.contains(&***name));
    if let Some((first, _)) = others.next() {
        let folder = folder.display().to_string();
        return Err(Misuse::NotOfRender { folder, first: first.clone(), more: others.count() }.into());
    }
    let removed: BTreeSet<String> =
        there.into_keys().filter(|name| *name != *LIST && !files.contains_key(name)).collect();
    let of = |name: &str, after: Cow<'static, str>, before: Option<Vec<u8>>| {
        let place = folder.join(name);
        Change { name: place.display().to_string(), place, before, after }
    };
    // Whatever comes between, the list has all that is there.
    let all = listing(files.keys().chain(&removed));
    if list.as_deref() != Some(all.as_bytes()) {
        write_files(&[of(LIST, all.clone().into(), list)], guard)?;
    }
    for name in &removed {
        let place = folder.join(name);
        fs::remove_file(&place).map_err(|source| failed(&place, source))?;
        let above = Path::new(name).ancestors().skip(1).filter(|above| !above.as_os_str().is_empty());
        // One that holds something else stays.
        above.map(|above| folder.join(above)).take_while(|above| fs::remove_dir(above).is_ok()).for_each(drop);
    }
    let mut changes = Vec::new();
    for (name, after) in &files {
        let before = read(name)?;
        if before.as_deref() != Some(after.as_bytes()) {
            changes.push(of(name, after.clone().into_owned().into(), before));
        }
    }
    let now = listing(files.keys());
    if now != all {
        changes.push(of(LIST, now.into(), Some(all.into_bytes())));
    }
    write_files(&changes, guard)?;
    Ok(Filled { files: files.into_keys().collect(), removed, left_over })
}

/// The text of a list.
fn listing<'n>(names: impl Iterator<Item = &'n String>) -> String {
    let names: BTreeSet<&str> = names.map(String::as_str).collect();
    std::iter::once(HEAD).chain(names).flat_map(|line| [line, "\n"]).collect()
}

/// What there is below a folder but folders, each with whether it is a file.
fn there(folder: &Path) -> Result<BTreeMap<String, bool>, SessionError> {
    let mut found = BTreeMap::new();
    for entry in WalkDir::new(folder).min_depth(1) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => {
                let name = entry.path().strip_prefix(folder).unwrap_or(entry.path()).display().to_string();
                found.insert(name.replace(MAIN_SEPARATOR_STR, "/"), entry.file_type().is_file());
            }
            Err(error) if error.io_error().is_some_and(|error| error.kind() == ErrorKind::NotFound) => {}
            Err(error) => {
                let path = error.path().unwrap_or(folder).display().to_string();
                return Err(SessionError::Write { path, source: error.into() });
            }
        }
    }
    Ok(found)
}
