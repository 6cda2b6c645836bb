//! What an inventory's commit says: the files that a project last wrote, and the requests that they were delivered for.
//!
//! Its tree holds two things: `files`, which is exactly the files that were last written, with their blobs, and `holdings`, a
//! line of JSON for each request and destination ([`Holding::to_line`]). The trailers of its message name its form and its
//! owner. A commit without them is of the first form: its tree is the files themselves, and no request is known.

use git2::{Error, ErrorClass, ErrorCode, Oid, Repository};

use super::tree::{self, Cursor};
use crate::model::Holding;

/// The trailer that tells this form from the first one.
const FORM: &str = "Plat-Inventory: ";

/// The form that this is.
const KNOWN: &str = "2";

/// The trailer that names the owner for people.
const OWNER: &str = "Plat-Owner: ";

const FILES: &str = "files";
const HOLDINGS: &str = "holdings";

/// An inventory's commit, opened.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    /// The name of the project that owns the files, where it says it.
    pub(super) owner: Option<String>,
    /// The tree of the files.
    pub(super) files: Option<Oid>,
    holdings: Option<Oid>,
}

impl Ledger {
    /// Opens a commit; without one nothing is owned.
    pub(super) fn read(repository: &Repository, commit: Option<Oid>) -> Result<Self, Error> {
        let Some(commit) = commit.map(|commit| repository.find_commit(commit)).transpose()? else {
            return Ok(Self::default());
        };
        let tree = commit.tree()?;
        let message = commit.message_bytes();
        let message = String::from_utf8_lossy(message);
        let owner = message.lines().rev().find_map(|line| line.strip_prefix(OWNER)).map(ToOwned::to_owned);
        match message.lines().rev().find_map(|line| line.strip_prefix(FORM)) {
            Some(KNOWN) => {}
            Some(_) => return Err(newer()),
            None => return Ok(Self { owner, files: Some(tree.id()), holdings: None }),
        }
        let entry = |name: &str| tree.get_name(name).map(|entry| entry.id());
        Ok(Self { owner, files: entry(FILES), holdings: entry(HOLDINGS) })
    }

    /// What was delivered, in the order of [`Holding::key`].
    pub(super) fn holdings(&self, repository: &Repository) -> Result<Vec<Holding>, Error> {
        self.holdings.map_or_else(|| Ok(Vec::new()), |blob| lines(repository, blob))
    }

    /// Looks up owned files.
    pub(super) fn cursor<'r>(&self, repository: &'r Repository) -> Result<Cursor<'r>, Error> {
        Cursor::at_tree(repository, self.files)
    }

    /// All owned files with their blobs.
    pub(super) fn list(&self, repository: &Repository) -> Result<Vec<(String, Oid)>, Error> {
        self.files.map_or_else(|| Ok(Vec::new()), |files| tree::files(repository, files))
    }
}

/// The holdings of a blob, in the order of [`Holding::key`].
pub(super) fn lines(repository: &Repository, blob: Oid) -> Result<Vec<Holding>, Error> {
    let blob = tree::small_blob(repository, blob)?;
    let lines = blob.content().split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let mut holdings = lines.map(|line| Holding::parse(line).ok_or_else(newer)).collect::<Result<Vec<_>, _>>()?;
    holdings.sort_by(|one, other| one.key().cmp(&other.key()));
    Ok(holdings)
}

fn newer() -> Error {
    let reason = "the inventory says something that this plat does not know; use a newer plat";
    Error::new(ErrorCode::GenericError, ErrorClass::Object, reason)
}

/// Writes what [`lines`] reads.
pub(super) fn write_lines(repository: &Repository, holdings: &[Holding]) -> Result<Oid, Error> {
    let lines = holdings.iter().flat_map(|holding| [holding.to_line(), b"\n".to_vec()]);
    repository.blob(&lines.flatten().collect::<Vec<u8>>())
}

/// Writes the tree of an inventory's commit.
pub(super) fn write(repository: &Repository, files: Oid, holdings: &[Holding]) -> Result<Oid, Error> {
    let mut root = repository.treebuilder(None)?;
    root.insert(FILES, files, 0o040_000)?;
    if !holdings.is_empty() {
        root.insert(HOLDINGS, write_lines(repository, holdings)?, 0o100_644)?;
    }
    root.write()
}

/// The message of an inventory's commit: that of the run, with what makes it one of this form.
pub(super) fn message(message: &str, owner: &str) -> String {
    let end = if message.ends_with('\n') { "" } else { "\n" };
    format!("{message}{end}{FORM}{KNOWN}\n{OWNER}{owner}\n")
}
