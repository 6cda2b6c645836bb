//! Where manifests go: the [`Store`] trait of state stores, its conformance suite and its implementations.
//!
//! A store keeps files, says which of them a project owns (the inventory), and writes what it is told if
//! what it holds is still what the writer saw. It decides nothing.

#[cfg(test)]
mod conformance;
mod credentials;
mod git;
mod memory;
mod obstacle;
mod setback;
mod watched;

#[cfg(test)]
use crate::model::{Address, Kind, Lifecycle};
use crate::model::{Holding, Lease, Leased, held_path_fault, path_fault};
use crate::secret::Leak;
use git2::ErrorClass;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use credentials::{Ask, Credential, Credentials, Environment, NoCredentials, Secret, SshKey};
pub use git::{
    Authorship, Config, ForeignRepository, Git, Moment, Person, Revision, RevisionError, Shut, WhenMissing, commit_of,
    head_revision, real_folder,
};
pub use memory::Memory;
pub use obstacle::{Obstacle, ObstacleKind, Replaced};
pub use setback::{SetBack, Setback};
pub use watched::Watched;

/// A state store, opened for one project: a folder of a branch of a Git repository, for instance.
pub trait Store {
    /// Looks at the store as it is now, for the next [`Store::observe`] to tell of the same revision, and gives what the project
    /// delivered there, in the order of [`Holding::key`].
    fn look(&mut self) -> Result<Arc<[Holding]>, StoreError>;

    /// What another project delivered there, as last looked at.
    fn holdings_of(&self, project: &str) -> Result<Vec<Holding>, StoreError>;

    /// The ids of other projects of a name that own files in the store's folder, or in one around or below it.
    fn namesakes(&mut self, name: &str) -> Result<BTreeSet<String>, StoreError>;

    /// The state of `paths` and of every file that the project owns, at one revision: the one last looked at, where nothing was
    /// observed or written since, or else the present one. Paths are relative to the store's folder, `/` between parts.
    fn observe(&mut self, paths: &[&str]) -> Result<Observed, StoreError>;

    /// The same of files that are wanted with these contents. One that is live and owned with exactly its content may be left out:
    /// of what is as it should be, nothing need be read.
    fn compare(&mut self, wanted: &[(&str, ContentId)]) -> Result<Observed, StoreError>;

    /// A file's content at the revision last observed.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// A file's content as the project last wrote it, at the inventory last observed; nothing where it does not own it.
    fn written(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Asks for the right to write for the project, or for more time where `lease.run` has it already; `now` is in seconds
    /// since 1970 (UTC). One that no longer holds is taken over; see [`Lease::judge`].
    fn acquire(&mut self, lease: &Lease, now: i64) -> Result<Leased, StoreError>;

    /// The right that was last given for the project and not given back, whether it still holds or not.
    fn lease(&mut self) -> Result<Option<Lease>, StoreError>;

    /// Gives the right of a run back, where it still has it.
    fn release(&mut self, run: &str) -> Result<(), StoreError>;

    /// Takes away the locks that runs left there which were killed, and gives them; nothing while a run is at work. What somebody
    /// else may hold, or another program made, stays.
    fn unlock(&mut self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// Makes the commit on a branch of its own, on the tip of the store's branch, for people to review and merge, and leaves
    /// the store's branch as it is. Where the same proposal is there already nothing is written. What of the commit is on the
    /// store's branch already goes into the inventory at once; the rest is remembered, so that it is known for the project's
    /// own once it has arrived there. It takes the place of every proposal before it. Where the store's branch is yet to come it is
    /// begun with a commit without files, as nothing can be merged into nothing.
    fn propose(&mut self, commit: &Commit, branch: &str) -> Result<Proposal, StoreError>;

    /// Says whether a commit would be taken, as far as that can be known without writing anything.
    fn rehearse(&mut self, commit: &Commit) -> Result<(), StoreError>;

    /// Says whether a proposal would be made, as far as that can be known without writing anything.
    fn rehearse_proposal(&mut self, commit: &Commit, _: &str) -> Result<(), StoreError> {
        self.rehearse(commit)
    }

    /// The proposals of the project that are remembered, the oldest first.
    fn proposals(&mut self) -> Result<Vec<Outstanding>, StoreError>;

    /// Forgets a proposal and takes its branch away, where they are there. What has arrived of it is kept in the inventory first.
    fn withdraw(&mut self, branch: &str, time: i64) -> Result<(), StoreError>;

    /// Whether the inventory does not say all that was seen: that something that was proposed has arrived, or that something was set
    /// back. Any commit puts it there.
    fn is_behind(&self) -> bool;

    /// The identity that content has in this store.
    fn content_id(&self, content: &[u8]) -> ContentId;

    /// Writes one commit, makes it the branch's tip without force, and records the inventory, all of it or nothing where the
    /// store can. A rejected push is tried again on the new tip, a bounded number of times, as long as every touched
    /// path is still its `before` or already its `after`. Nothing outside of the changes' paths changes; where nothing
    /// differs no commit is made.
    fn commit(&mut self, commit: &Commit) -> Result<Receipt, StoreError>;
}

/// What identifies a content: equal identities mean equal bytes. Git's is the blob's object id in hex.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ContentId(pub Box<str>);

/// What the identity of a file begins with that can be run.
const EXECUTABLE: &str = "executable:";

impl ContentId {
    /// The identity of a file of this content that can be run, which no file can that a project writes.
    #[must_use]
    pub fn executable(&self) -> Self {
        Self(format!("{EXECUTABLE}{}", self.0).into())
    }

    /// Whether it is that of a file that can be run.
    pub fn is_executable(&self) -> bool {
        self.0.starts_with(EXECUTABLE)
    }

    /// The identity of the same content in a file that cannot be run.
    #[must_use]
    pub fn plain(&self) -> Self {
        Self(self.0.strip_prefix(EXECUTABLE).unwrap_or(&self.0).into())
    }
}

/// What there is at one revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// The branch's tip; nothing where the repository or the branch does not exist yet.
    pub revision: Option<String>,
    /// The asked and the owned files, by path.
    pub files: BTreeMap<String, FileState>,
    /// Where the store keeps for which request each owned file was delivered, so that one of which it says nothing was tampered
    /// with; nothing where it need not say it.
    pub remembers: Option<String>,
    /// What somebody set back since the project last delivered, where that can be known.
    pub setback: Option<Setback>,
}

/// What there is of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileState {
    /// Its live content; nothing where there is no file. A symbolic link, and a file that can be run, has an identity that no content has.
    pub live: Option<ContentId>,
    /// What the project last wrote there; nothing where it does not own the file.
    pub owned: Option<ContentId>,
    /// Another project that owns it.
    pub other_owner: Option<String>,
    /// What stands in the way of a file there.
    pub obstacle: Option<Obstacle>,
    /// Where the symbolic link leads that is there in place of a file.
    pub link: Option<String>,
}

/// A commit that waits to be merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The branch.
    pub branch: String,
    /// The commit; nothing where everything is on the store's branch already.
    pub revision: Option<String>,
    /// How many files differ.
    pub changed: usize,
    /// The store's branch, where it was not there and now begins, for the proposal to be merged into.
    pub begun: Option<String>,
    /// Where a browser shows the two branches side by side, for the hosts that are known.
    pub link: Option<String>,
}

/// A proposal that is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outstanding {
    /// Its branch.
    pub branch: String,
    /// Its commit.
    pub revision: Option<String>,
    /// When it was made, in seconds since 1970 (UTC).
    pub time: i64,
    /// How many files it writes or deletes.
    pub files: usize,
    /// How many of them are on the store's branch as proposed.
    pub arrived: usize,
    /// Those that are not.
    pub pending: Vec<Pending>,
    /// What became of it.
    pub standing: Standing,
}

/// A file that a proposal would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Its path.
    pub path: String,
    /// Its content when it was proposed; nothing where there was no file.
    pub before: Option<ContentId>,
    /// Its content on the store's branch.
    pub live: Option<ContentId>,
    /// Its content as it was proposed.
    pub proposed: Option<ContentId>,
    /// Its content on the branch of the proposal, with what others changed there; as it was proposed where that is gone.
    pub after: Option<ContentId>,
}

/// What became of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// All of it has arrived.
    Merged,
    /// It waits, and it is the last one.
    Open,
    /// It waits, and it is not what the text says any more. A store itself knows no text, and never says it.
    Outdated,
    /// A later one has taken its place, and for good.
    Superseded,
    /// Its branch is gone, and not all of it has arrived.
    Closed,
}

impl Standing {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Merged => "merged",
            Self::Open => "open",
            Self::Outdated => "outdated",
            Self::Superseded => "superseded",
            Self::Closed => "closed",
        }
    }
}

/// One commit to make.
#[derive(Clone, Debug)]
pub struct Commit {
    /// The changes, each path once.
    pub changes: Vec<FileChange>,
    /// What the project has delivered from then on, for the requests of which that changes: each replaces the holding of its
    /// key.
    pub holdings: Vec<Holding>,
    /// The first line and, after a blank line, the rest, with the trailers.
    pub message: String,
    /// Seconds since 1970 (UTC).
    pub time: i64,
}

/// A guarded change of one file, or of the inventory alone where `before` is already the content of `after`.
#[derive(Clone, Debug)]
pub struct FileChange {
    /// The path.
    pub path: String,
    /// The live content that may be replaced, with its mode; nothing for "no such file".
    pub before: Option<ContentId>,
    /// The new content; nothing deletes the file.
    pub after: Option<Arc<[u8]>>,
    /// Whether the project owns the file afterwards: false for a deletion or a file that is let go.
    pub owned: bool,
    /// Another project that owns it and loses it.
    pub taken_from: Option<String>,
    /// What stands in its way and may be taken away for it, with all that is in it.
    pub replaces: Option<Replaced>,
}

impl FileChange {
    /// Why no file can be changed like this, for its path: what is there goes wherever Git holds it, and nothing is written that not
    /// every system can check out. Nothing where it can.
    pub fn fault(&self) -> Option<&'static str> {
        let writes = self.owned && self.after.is_some();
        if writes { path_fault(&self.path) } else { held_path_fault(&self.path) }
    }
}

/// What a commit came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The new tip; nothing where everything was already as it should be.
    pub revision: Option<String>,
    /// How many files changed.
    pub changed: usize,
    /// Whether what the project owns there is remembered anew.
    pub recorded: bool,
    /// How many pushes of the branch it took; 0 for a local repository that was written directly.
    pub pushes: u32,
    /// What the hooks of a local repository said, line by line, without control characters.
    pub said: Vec<String>,
}

/// Why a store could not do what it was asked to. No variant ever holds a credential.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// What was to be written would hold a secret. Nothing was written.
    #[error(transparent)]
    Leak(Leak),
    /// A file is neither what the plan saw nor what it wants. Nothing was written.
    #[error("{store}: {path} was changed by somebody else")]
    Conflict {
        /// The store's name.
        store: String,
        /// The file.
        path: String,
    },
    /// Something stands in the way of a file. Nothing was written.
    #[error("{store}: {path} cannot be written: `{obstacle}` in the repository is in its way")]
    Obstructed {
        /// The store's name.
        store: String,
        /// The file.
        path: String,
        /// What is in the way, by the path from the repository's root.
        obstacle: String,
    },
    /// The server, or a hook of the repository, said no.
    #[error("{store}: the repository refused the push to {reference}: {reason}")]
    Refused {
        /// The store's name.
        store: String,
        /// The branch's full name.
        reference: String,
        /// What the server said.
        reason: String,
    },
    /// Another process did not let go of a lock.
    #[error(
        "{store}: another process has locked {}, and did not let go of it within {} s: {advice}",
        file.display(), waited.as_secs_f64()
    )]
    Locked {
        /// The store's name.
        store: String,
        /// The lock.
        file: PathBuf,
        /// For how long it was waited for.
        waited: Duration,
        /// What to do.
        advice: &'static str,
    },
    /// The branch moved on during every try.
    #[error("{store}: {reference} was pushed to by others during each of {tries} tries")]
    Busy {
        /// The store's name.
        store: String,
        /// The branch's full name.
        reference: String,
        /// How many tries there were.
        tries: u32,
    },
    /// A proposal's branch is there with other content.
    #[error(
        "{store}: {reference} is there already and holds something else than what is to be proposed, as where others have committed \
         to it: merge it, and take what it has otherwise into the text (`plat drift` shows it), or delete the branch, and the next \
         apply proposes anew"
    )]
    Taken {
        /// The store's name.
        store: String,
        /// The branch's full name.
        reference: String,
    },
    /// The credentials were missing or not accepted.
    #[error("{store}: {url} did not accept the credentials: {hint}")]
    Credentials {
        /// The store's name.
        store: String,
        /// The address, without user and password.
        url: String,
        /// Where credentials were looked for, and what to set.
        hint: String,
    },
    /// There is no repository.
    #[error("{store}: there is no Git repository at {url}")]
    Missing {
        /// The store's name.
        store: String,
        /// The address, without user and password.
        url: String,
    },
    /// The server is not who it should be: its certificate or host key is unknown.
    #[error("{store}: {url} is not trusted: {reason}")]
    Untrusted {
        /// The store's name.
        store: String,
        /// The address, without user and password.
        url: String,
        /// What is unknown, and what to do about it.
        reason: String,
    },
    /// The server could not be reached, said nothing for too long, or broke off.
    #[error("{store}: cannot {doing} {url}: {reason}")]
    Connection {
        /// The store's name.
        store: String,
        /// What it was doing.
        doing: &'static str,
        /// The address, without user and password.
        url: String,
        /// Why.
        reason: String,
    },
    /// A server sent, or a repository holds, more than plat takes: nobody can fill up a run.
    #[error("{store}: {url} holds or sends more than {limit}")]
    TooMuch {
        /// The store's name.
        store: String,
        /// The address, without user and password.
        url: String,
        /// The limit, with its number.
        limit: String,
    },
    /// The run was interrupted while a server was slow. Whether it did what it was asked to is not known.
    #[error("{store}: interrupted on the way to {doing} it")]
    Interrupted {
        /// The store's name.
        store: String,
        /// What it was doing.
        doing: &'static str,
    },
    /// The store is declared in a way that cannot work.
    #[error("{store}: {reason}")]
    Unusable {
        /// The store's name.
        store: String,
        /// Why.
        reason: String,
    },
    /// A path that no file of a store can have.
    #[error("{store}: `{path}` cannot be a file's path: {reason}")]
    Path {
        /// The store's name.
        store: String,
        /// The path.
        path: String,
        /// Why.
        reason: &'static str,
    },
    /// The system did not let files be read or written: the disk is full, or may not be written, for instance.
    #[error("{store}: cannot {doing}: {reason}: {advice}")]
    Disk {
        /// The store's name.
        store: String,
        /// What it was doing.
        doing: &'static str,
        /// The path, and what the system says.
        reason: String,
        /// What to do.
        advice: &'static str,
    },
    /// Anything else that Git met.
    #[error("{store}: cannot {doing}{}", damage(source))]
    Git {
        /// The store's name.
        store: String,
        /// What it was doing.
        doing: &'static str,
        /// Why.
        source: git2::Error,
    },
}

/// What is to be done about objects that cannot be read.
fn damage(error: &git2::Error) -> &'static str {
    match error.class() {
        ErrorClass::Odb | ErrorClass::Zlib => {
            ": objects of the repository are damaged or missing, and `git fsck` tells which"
        }
        _ => "",
    }
}
