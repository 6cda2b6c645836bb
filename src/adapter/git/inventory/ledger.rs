//! What an inventory's commit says: the files that a project last wrote, and the requests that they were delivered for.
//!
//! Its tree holds two things: `files`, which is exactly the files that were last written, with their blobs, and `holdings`, a
//! line of JSON for each request and destination ([`Holding::to_line`]). The trailers of its message name its form and its
//! owner. A commit without them is of the first form: its tree is the files themselves, and no request is known.

use git2::{Commit, Error, ErrorClass, ErrorCode, Oid, Repository, Tree};

use crate::adapter::git::objects::tree::{self, Cursor, Spot};
use crate::model::Holding;

/// The trailer that tells this form from the first one.
const FORM: &str = "Plat-Inventory: ";

/// The form that this is.
const KNOWN: &str = "2";

/// The trailer that names the owner for people.
const OWNER: &str = "Plat-Owner: ";

/// The trailer that names the commit of the branch that it was written with.
const DELIVERED: &str = "Plat-Delivered: ";

const FILES: &str = "files";
const HOLDINGS: &str = "holdings";

/// An inventory's commit, opened.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    /// The name of the project that owns the files, where it says it.
    pub(crate) owner: Option<String>,
    /// The tree of the files.
    pub(crate) files: Option<Oid>,
    holdings: Option<Oid>,
    /// The reference that says for which request each file was delivered; nothing where its form does not.
    pub(crate) remembers: Option<String>,
    reference: String,
    /// The commit of the branch that it was written with, where it says it.
    pub(crate) delivered: Option<Oid>,
    /// When it was written, in seconds since 1970 (UTC).
    pub(crate) time: i64,
    /// Why nobody can read it; then it says nothing of what is owned.
    pub(crate) flaw: Option<String>,
}

impl Ledger {
    /// Opens the commit at a reference; without one nothing is owned. `branch` is the commit that the store's branch points to.
    pub(crate) fn read(
        repository: &Repository,
        reference: &str,
        commit: Option<Oid>,
        branch: Option<Oid>,
    ) -> Result<Self, Error> {
        let Some(commit) = commit else { return Ok(Self::default()) };
        let opened = tree::small_commit(repository, commit).and_then(|opened| {
            // A repository that was begun by an older plat may have one commit for both, which is the first.
            if branch == Some(commit) && opened.parent_count() > 0 {
                return Err(damaged("it is a commit of the branch"));
            }
            Self::open(reference, &opened)
        });
        opened.map_err(|error| at(reference, &error))
    }

    /// The same of another project: one that nobody can read says why.
    ///
    /// # Errors
    /// Where it is objects that cannot be read, and they are a copy's: another one may be whole.
    pub(crate) fn of_other(
        repository: &Repository,
        reference: &str,
        (commit, branch): (Oid, Option<Oid>),
        is_copy: bool,
    ) -> Result<Self, Error> {
        let read = Self::read(repository, reference, Some(commit), branch);
        let read = read.and_then(|ledger| {
            ledger.cursor(repository)?;
            Ok(ledger)
        });
        read.or_else(|error| match error.class() {
            ErrorClass::None | ErrorClass::Invalid => Ok(Self::unread(&error)),
            _ if is_copy => Err(error),
            _ => Ok(Self::unread(&error)),
        })
    }

    fn unread(error: &Error) -> Self {
        Self { flaw: Some(error.message().to_owned()), ..Self::default() }
    }

    fn open(reference: &str, commit: &Commit<'_>) -> Result<Self, Error> {
        let tree = commit.tree()?;
        let message = String::from_utf8_lossy(commit.message_bytes());
        let owner = message.lines().rev().find_map(|line| line.strip_prefix(OWNER)).map(ToOwned::to_owned);
        let reference = reference.to_owned();
        match form(&message) {
            Some(KNOWN) => {}
            Some(_) => return Err(newer()),
            None => {
                let before = commit.parents().next();
                if before.is_some_and(|before| form(&String::from_utf8_lossy(before.message_bytes())).is_some()) {
                    return Err(damaged("it is of an older form than what was there before it"));
                }
                return Ok(Self { owner, files: Some(tree.id()), reference, ..Self::default() });
            }
        }
        let files = match tree.get_name(FILES).map(|entry| tree::entry_spot(&entry)) {
            Some(Spot::Folder(files)) => Some(files),
            _ => return Err(damaged("it has no folder `files`")),
        };
        let remembers = Some(reference.clone());
        let delivered = message.lines().rev().find_map(|line| Oid::from_str(line.strip_prefix(DELIVERED)?).ok());
        let (holdings, time) = (blob(&tree, HOLDINGS)?, commit.time().seconds());
        Ok(Self { owner, files, holdings, remembers, reference, delivered, time, flaw: None })
    }

    /// What was delivered, in the order of [`Holding::key`].
    pub(crate) fn holdings(&self, repository: &Repository) -> Result<Vec<Holding>, Error> {
        let lines = self.holdings.map_or_else(|| Ok(Vec::new()), |blob| lines(repository, blob));
        lines.map_err(|error| at(&self.reference, &error))
    }

    /// Looks up owned files.
    pub(crate) fn cursor<'r>(&self, repository: &'r Repository) -> Result<Cursor<'r>, Error> {
        Cursor::at_tree(repository, self.files).map_err(|error| at(&self.reference, &error))
    }

    /// Whether anything is owned, without a look at what.
    pub(crate) fn holds_any(&self, repository: &Repository) -> Result<bool, Error> {
        let holds = self.files.map_or(Ok(false), |files| Ok(!tree::small_tree(repository, files)?.is_empty()));
        holds.map_err(|error| at(&self.reference, &error))
    }

    /// All owned files with their blobs.
    pub(crate) fn list(&self, repository: &Repository) -> Result<Vec<(String, Oid)>, Error> {
        let files = self.files.map_or_else(|| Ok(Vec::new()), |files| tree::files(repository, "", files));
        files.map_err(|error| at(&self.reference, &error))
    }
}

/// The form of an inventory, as the message of its commit says it.
fn form(message: &str) -> Option<&str> {
    message.lines().rev().find_map(|line| line.strip_prefix(FORM))
}

/// The blob of this name in the tree of what a store keeps for itself.
///
/// # Errors
/// Where something else than a file is called so.
pub(crate) fn blob(tree: &Tree<'_>, name: &str) -> Result<Option<Oid>, Error> {
    match tree.get_name(name).map(|entry| tree::entry_spot(&entry)) {
        None => Ok(None),
        Some(Spot::File(blob, _)) => Ok(Some(blob)),
        Some(_) => Err(damaged(&format!("`{name}` in it is no file"))),
    }
}

/// The holdings of a blob, in the order of [`Holding::key`].
pub(crate) fn lines(repository: &Repository, blob: Oid) -> Result<Vec<Holding>, Error> {
    let blob = tree::small_blob(repository, blob)?;
    let lines = blob.content().split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let mut holdings = lines.map(|line| Holding::parse(line).ok_or_else(newer)).collect::<Result<Vec<_>, _>>()?;
    holdings.sort_by(|one, other| one.key().cmp(&other.key()));
    Ok(holdings)
}

/// What to do about a reference of plat's that says nothing sensible.
const WAY: &str = "put the reference back to an earlier commit of it, or delete it: then files that are as declared are \
                   adopted again, and none is deleted";

fn newer() -> Error {
    let reason = format!("it says what this plat does not know: use a newer plat; where it is damaged, {WAY}");
    Error::new(ErrorCode::GenericError, ErrorClass::None, reason)
}

/// What somebody else did to a reference of plat's.
pub(crate) fn damaged(reason: &str) -> Error {
    Error::new(ErrorCode::GenericError, ErrorClass::None, format!("{reason}: {WAY}"))
}

/// The error with the reference that it is about.
pub(crate) fn at(reference: &str, error: &Error) -> Error {
    Error::new(error.code(), error.class(), format!("{reference}: {}", error.message()))
}

/// Writes what [`lines`] reads.
pub(crate) fn write_lines(repository: &Repository, holdings: &[Holding]) -> Result<Oid, Error> {
    let lines = holdings.iter().flat_map(|holding| [holding.to_line(), b"\n".to_vec()]);
    repository.blob(&lines.flatten().collect::<Vec<u8>>())
}

/// Writes the tree of an inventory's commit.
pub(crate) fn write(repository: &Repository, files: Oid, holdings: &[Holding]) -> Result<Oid, Error> {
    let mut root = repository.treebuilder(None)?;
    root.insert(FILES, files, 0o040_000)?;
    if !holdings.is_empty() {
        root.insert(HOLDINGS, write_lines(repository, holdings)?, 0o100_644)?;
    }
    root.write()
}

/// The message of an inventory's commit: that of the run, with what makes it one of this form. `delivered` is where the branch is.
pub(crate) fn message(message: &str, owner: &str, delivered: Option<Oid>) -> String {
    let end = if message.ends_with('\n') { "" } else { "\n" };
    let delivered = delivered.map(|commit| format!("{DELIVERED}{commit}\n")).unwrap_or_default();
    format!("{message}{end}{FORM}{KNOWN}\n{OWNER}{owner}\n{delivered}")
}
