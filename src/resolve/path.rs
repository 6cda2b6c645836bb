//! Paths of files that a text names.

use crate::model::is_apart;

/// The parts of a path from the project's folder on, where it starts at the file that says it; nothing where it leads out of the project,
/// or to what is kept apart in its folder.
pub(super) fn from_root<'p>(path: &'p str, file: &'p str) -> Option<Vec<&'p str>> {
    // A module that is built into plat has no folder.
    if path.starts_with('/') || path.contains('\\') || file.starts_with("std:") {
        return None;
    }
    let home = file.rsplit_once('/').map_or("", |(home, _)| home);
    let mut parts: Vec<&str> = Vec::new();
    for part in home.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    let is_inside = parts.iter().all(|part| !is_apart(part));
    is_inside.then_some(parts)
}
