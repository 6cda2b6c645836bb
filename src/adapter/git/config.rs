use std::path::PathBuf;
use std::time::Duration;

use crate::adapter::git::commit::author::Authorship;
use crate::wait::Wait;

/// What a Git store is opened with.
#[derive(Clone, Debug)]
pub struct Config {
    /// The state store's name.
    pub name: String,
    /// The identity of the project whose inventory is kept.
    pub project: String,
    /// What that project is called, for the people who meet its inventory.
    pub owner: String,
    /// Where the repository is: an address (`https:`, `ssh:`, `user@host:path`, `file:`) or a path.
    pub url: String,
    /// The folder that a relative path starts at: the project's.
    pub folder: PathBuf,
    /// The branch's short name.
    pub branch: String,
    /// The folder of the repository that the store keeps to; empty for the whole.
    pub path: String,
    /// What to do where there is no repository in the folder. One on a server is never made.
    pub missing: WhenMissing,
    /// The folder of the bare repository that caches a server's; made when it is first needed.
    pub cache: PathBuf,
    /// The name of the secret to log in with; the store's own name where none is given.
    pub secret: Option<String>,
    /// Who writes.
    pub authorship: Authorship,
    /// How long what other processes have locked is waited for. Once that is interrupted, a server has a few seconds more.
    pub wait: Wait,
    /// How long a server may say nothing before one gives up.
    pub patience: Duration,
}

/// What to do where there is no repository yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenMissing {
    /// The first commit makes one. Until then it is an empty one.
    Create,
    /// It is an error.
    Fail,
}
