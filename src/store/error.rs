use crate::secret::Leak;
use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

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
    #[error("{store}: {path} cannot be written: `{obstacle}` is in its way there")]
    Obstructed {
        /// The store's name.
        store: String,
        /// The file.
        path: String,
        /// What is in the way, by the path from the root of what the store's folder lies in.
        obstacle: String,
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
    /// Stores of its kind can do no such thing. Nothing was written.
    #[error("{store}: a state store of its kind {lacks}")]
    Incapable {
        /// The store's name.
        store: String,
        /// What it lacks, in words: `takes no proposals`.
        lacks: &'static str,
    },
    /// The server, or whoever else guards the store, said no.
    #[error("{store}: the change of {destination} was refused: {reason}")]
    Refused {
        /// The store's name.
        store: String,
        /// What would have changed, by its full name.
        destination: String,
        /// What was said.
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
    /// What was to be written moved on during every try.
    #[error("{store}: {destination} was changed by others during each of {tries} tries")]
    Busy {
        /// The store's name.
        store: String,
        /// What would have changed, by its full name.
        destination: String,
        /// How many tries there were.
        tries: u32,
    },
    /// A proposal of the name is there with other content.
    #[error(
        "{store}: the proposal {name} is there already and holds something else than what is to be proposed, as where others have \
         changed it: merge it, and take what it has otherwise into the text (`plat drift` shows it), or delete it, and the next \
         apply proposes anew"
    )]
    Taken {
        /// The store's name.
        store: String,
        /// The proposal's name.
        name: String,
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
    /// There is nothing that the store could be kept in.
    #[error("{store}: there is no {what} at {url}{}", way.as_deref().unwrap_or_default())]
    Missing {
        /// The store's name.
        store: String,
        /// What is not there: `Git repository`.
        what: &'static str,
        /// The address, without user and password.
        url: String,
        /// Who makes it, and how, where it is not for this project to do.
        way: Option<String>,
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
    /// A server sent, or a store holds, more than plat takes: nobody can fill up a run.
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
    /// Anything else that the store met. What is only kept as a copy may be whole where one looks again.
    #[error("{store}: cannot {doing}{advice}")]
    Failed {
        /// The store's name.
        store: String,
        /// What it was doing.
        doing: &'static str,
        /// What to do, with what parts it from the rest; empty where nobody knows.
        advice: &'static str,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
}
