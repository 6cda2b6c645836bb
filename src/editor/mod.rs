//! What an editor shows of a project: what a word means, what may be written at a place, where a name is declared and used.
//!
//! Takes a [`Loaded`] project and the tree of a text, which may be newer than the project and half typed; gives spans and texts. All of it
//! comes from the grammar, the model and the names of the project: nothing about the language is said here a second time. It knows no
//! protocol, reads nothing and writes nothing, and never fails: where nothing is known, nothing is said.

mod actions;
mod calls;
mod complete;
mod consequences;
mod cursor;
mod explain;
mod fields;
mod hints;
mod locals;
mod manifest;
mod names;
mod navigate;
mod near;
mod outline;
mod paths;
mod rename;
mod signature;
#[cfg(test)]
mod tests;
mod tokens;
mod tried;

pub use actions::{Action, actions};
pub use calls::Called;
pub use complete::{Completion, Look, Piece, Sort};
pub use consequences::{Changes, Consequences};
pub use explain::Hover;
pub use hints::{Hint, Lens, Shows};
pub use locals::Local;
pub use names::{Names, Places, Thing};
pub use near::Near;
pub use outline::{Symbol, folds, selections, symbols};
pub use rename::{NotRenamed, Renaming};
pub use signature::Signature;
pub use tokens::{Token, TokenSort, tokens};
pub use tried::Tried;

use crate::model::Name;
use crate::source::FileId;
use crate::workspace::Loaded;
use names::Overlaid;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// A project as it was read last, and what an editor asks of it. What costs time is worked out when it is asked for the first time.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// The project, with its problems.
    pub loaded: Loaded,
    files: OnceLock<HashMap<String, FileId>>,
    names: OnceLock<Names>,
    overlaid: OnceLock<Overlaid>,
    /// The numbers of the entities that each file declares.
    entities: OnceLock<HashMap<FileId, Vec<usize>>>,
    /// Seconds since 1970 (UTC), which `within` counts from.
    now: i64,
    /// It in its other environments, as far as it can be carried out there.
    others: Vec<(Name, Self)>,
    consequences: OnceLock<Arc<Consequences>>,
    changes: OnceLock<Changes>,
}

impl Snapshot {
    /// One of a project that was read at `now`, in seconds since 1970 (UTC).
    pub fn new(loaded: Loaded, now: i64) -> Self {
        Self { loaded, now, ..Self::default() }
    }

    /// The same, knowing what the project is in other environments: what follows there is told where it is another thing.
    #[must_use]
    pub fn knowing(self, others: Vec<(Name, Loaded)>) -> Self {
        let others = others.into_iter().map(|(name, loaded)| (name, Self::new(loaded, self.now))).collect();
        Self { others, ..self }
    }

    /// The number of a file that somebody wrote, by its name from the project's folder.
    pub fn file(&self, name: &str) -> Option<FileId> {
        let files = || {
            let all = self.loaded.sources.of_people();
            all.map(|(id, file)| (file.name.clone(), id)).collect()
        };
        self.files.get_or_init(files).get(name).copied()
    }

    fn entities_by_file(&self) -> &HashMap<FileId, Vec<usize>> {
        self.entities.get_or_init(|| {
            let mut all: HashMap<FileId, Vec<usize>> = HashMap::new();
            for (number, entity) in self.loaded.project.entities.iter().enumerate() {
                if let Some(span) = entity.span.text() {
                    all.entry(self.loaded.sources.written(span).span.file).or_default().push(number);
                }
            }
            all
        })
    }

    /// What follows from its declarations.
    pub fn consequences(&self) -> &Arc<Consequences> {
        self.consequences.get_or_init(|| Consequences::of(self).into())
    }

    /// Notes what is otherwise than when all of it was saved.
    pub fn compare(&self, saved: &Consequences) {
        self.changes.get_or_init(|| self.consequences().since(saved));
    }

    /// Where each thing is declared and named.
    pub fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::of(&self.loaded, self.overlaid()))
    }

    fn overlaid(&self) -> &Overlaid {
        self.overlaid.get_or_init(|| Overlaid::of(&self.loaded.sources))
    }
}
