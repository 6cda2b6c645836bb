//! Paths of files in a store.

pub(crate) use crate::model::held_path_fault as fault;

/// `path` below `folder`.
pub(crate) fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}
