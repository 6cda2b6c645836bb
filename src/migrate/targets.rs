//! What `Location`s of Backstage lead to, by paths and by patterns of paths.

use super::Found;
use super::glob::fits;
use super::relative::plain;
use super::way::{get, text};
use crate::model::Value;
use crate::source::Sources;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Where `Location`s say that more of the catalog is.
#[derive(Default)]
pub(super) struct Targets {
    paths: HashSet<PathBuf>,
    /// Patterns of paths, each from a folder on.
    patterns: Vec<(PathBuf, String)>,
}

impl Targets {
    /// Of all that are found.
    pub(super) fn of(found: &[Found], sources: &Sources) -> Self {
        let mut targets = Self::default();
        for one in found.iter().filter(|one| text(&one.document, &["kind"]) == Some("Location")) {
            let path = plain(Path::new(&sources.file(one.place.file).name));
            let folder = path.parent().unwrap_or(Path::new(""));
            let all = get(&one.document, &["spec", "targets"]).and_then(Value::as_array).unwrap_or_default();
            let texts = all.iter().filter_map(|one| one.as_str());
            for target in text(&one.document, &["spec", "target"]).into_iter().chain(texts) {
                targets.add(folder, target);
            }
        }
        targets
    }

    fn add(&mut self, folder: &Path, target: &str) {
        let Some(first) = target.find(['*', '?', '{']) else {
            self.paths.insert(plain(&folder.join(target)));
            return;
        };
        let (around, pattern) = target.split_at(target[..first].rfind('/').map_or(0, |at| at + 1));
        self.patterns.push((plain(&folder.join(around)), pattern.to_owned()));
    }

    /// Whether a path is one of them.
    pub(super) fn has(&self, path: &Path) -> bool {
        let fitting = |(folder, pattern): &(PathBuf, String)| {
            let below = path.strip_prefix(folder).ok().and_then(Path::to_str);
            below.is_some_and(|below| fits(pattern, below))
        };
        self.paths.contains(path) || self.patterns.iter().any(fitting)
    }
}
