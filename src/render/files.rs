use super::File;
use super::manifest::{self, Written};
use super::problem::{MOST_FILES, Problem, Reason};
use crate::function::Output;
use crate::model::{part_of_file_name, path_fault};
use crate::secret::SecretReference;
use crate::source::Origin;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// The most bytes that one request's files may have together.
const LIMIT: usize = 16 << 20;

/// What a file costs beside its bytes: its path and its place, what is looked up of it, its operation in a plan with its lines, and its
/// words in reports. It is measured in memory and in time: a plan takes 3 KB for each, and as long as for 8 KB of text.
pub(super) const COST: usize = 8 << 10;

/// The files that a workflow has written so far.
#[derive(Default)]
pub(super) struct Files {
    by_path: BTreeMap<String, Content>,
    /// How many bytes they have together.
    written: usize,
    /// How many bytes of them are files from disk, which are there once, however many requests deliver them.
    shared: usize,
}

enum Content {
    /// Manifests, as a stream of YAML documents.
    Documents(Written),
    /// A file from disk.
    Raw(Arc<[u8]>),
}

impl Files {
    /// Adds a manifest to a file; one behind another is a document of its own.
    pub(super) fn add_manifest(&mut self, path: &str, manifest: &Output<'_>, span: Origin) -> Result<(), Problem> {
        let path = checked(path, span)?;
        let written =
            manifest::write(manifest, LIMIT - self.written).map_err(|_| Problem { span, reason: Reason::TooLarge })?;
        self.written += written.text.len();
        let is_full = self.by_path.len() >= MOST_FILES;
        match self.by_path.entry(path) {
            Entry::Vacant(_) if is_full => return Err(Problem { span, reason: Reason::TooManyFiles }),
            Entry::Vacant(entry) => {
                entry.insert(Content::Documents(written));
            }
            Entry::Occupied(mut entry) => match entry.get_mut() {
                Content::Documents(documents) => {
                    documents.text.push_str("---\n");
                    let shift = documents.text.len();
                    documents.text.push_str(&written.text);
                    let shifted = |reference: SecretReference| SecretReference {
                        start: reference.start + shift,
                        end: reference.end + shift,
                        ..reference
                    };
                    documents.secrets.extend(written.secrets.into_iter().map(shifted));
                }
                Content::Raw(_) => return Err(same_file(entry.key(), span)),
            },
        }
        Ok(())
    }

    /// Adds a file from disk.
    pub(super) fn add_raw(&mut self, path: &str, content: Arc<[u8]>, span: Origin) -> Result<(), Problem> {
        let written = self.written + content.len();
        if written > LIMIT {
            return Err(Problem { span, reason: Reason::TooLarge });
        }
        let is_full = self.by_path.len() >= MOST_FILES;
        match self.by_path.entry(checked(path, span)?) {
            Entry::Vacant(_) if is_full => Err(Problem { span, reason: Reason::TooManyFiles }),
            Entry::Vacant(entry) => {
                self.written = written;
                self.shared += content.len();
                entry.insert(Content::Raw(content));
                Ok(())
            }
            Entry::Occupied(entry) => Err(same_file(entry.key(), span)),
        }
    }

    /// How much they cost a project that has many such requests.
    pub(super) fn cost(&self) -> usize {
        self.written - self.shared + self.by_path.keys().map(|path| path.len() + COST).sum::<usize>()
    }

    /// The files, by path.
    pub(super) fn finish(self) -> Vec<File> {
        let files = self.by_path.into_iter().map(|(path, content)| match content {
            Content::Documents(Written { text, secrets }) => File { path, content: text.into_bytes().into(), secrets },
            Content::Raw(content) => File { path, content, secrets: Vec::new() },
        });
        files.collect()
    }
}

fn same_file(path: &str, span: Origin) -> Problem {
    Problem { span, reason: Reason::SameFile(path.to_owned()) }
}

fn checked(path: &str, span: Origin) -> Result<String, Problem> {
    match path_fault(path) {
        None => Ok(path.to_owned()),
        Some(fault) => Err(Problem { span, reason: Reason::Path { path: path.to_owned(), fault } }),
    }
}

/// `<kind>-<name>.yaml` in lower case; the name of a role may hold what that of a file may not.
pub(super) fn default_path(kind: &str, name: &str) -> String {
    format!("{kind}-{}.yaml", part_of_file_name(name)).to_lowercase()
}
