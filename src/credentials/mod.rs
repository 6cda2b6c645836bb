//! How targets log in: what they ask for, what they are given, and where it comes from.
//!
//! In: the name of a secret and the address that asks for it. Out: a [`Credential`]. Promise: what is secret is a
//! [`Secret`], which prints nothing, and no text of this module holds a value that came from outside.

mod command;
mod environment;

use std::path::PathBuf;

use crate::model::{Remote, Scheme};
pub use crate::secret::Secret;
pub use environment::Environment;

/// What credentials are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The name of the secret that the state store names, else the store's own.
    pub secret: &'a str,
    /// The server that asks; nothing where it is a file that the secret is written into.
    pub remote: Option<&'a Remote>,
    /// What Git's own settings say of who logs in there; nothing where it is no server.
    pub logins: Option<&'a Logins>,
}

/// What the user's settings of Git say of who logs in to a server.
#[derive(Clone, Debug, Default)]
pub struct Logins {
    /// Who logs in, where an address of the settings has it.
    pub given: Option<Login>,
    /// The user, where no address has one.
    pub user: Option<String>,
    /// The commands of the credential helpers, in the order in which they are asked.
    pub helpers: Vec<String>,
    /// Whether helpers are told the path on the server.
    pub tells_path: bool,
}

/// Somebody who logs in over HTTP.
#[derive(Clone, Debug)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password, where it stands there too.
    pub password: Option<Secret>,
}

impl Logins {
    /// The user that helpers are asked for.
    fn asked_user(&self) -> Option<&str> {
        self.given.as_ref().map(|login| &*login.user).or(self.user.as_deref())
    }
}

impl Ask<'_> {
    /// Whether a key is wanted and not a password: the address is no HTTP one.
    pub fn wants_key(&self) -> bool {
        self.remote.is_some_and(|remote| remote.scheme == Scheme::Ssh)
    }
}

/// What one logs in with.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A user and a password or token, over HTTP.
    Basic {
        /// The user.
        user: String,
        /// The password or token.
        password: Secret,
    },
    /// A key, over SSH.
    Key {
        /// The user, where the address names none.
        user: Option<String>,
        /// The private key.
        key: SshKey,
        /// What it is encrypted with.
        passphrase: Option<Secret>,
    },
    /// The keys of the SSH agent.
    Agent {
        /// The user, where the address names none.
        user: Option<String>,
    },
}

impl Credential {
    /// The user it names.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::Basic { user, .. } => Some(user),
            Self::Key { user, .. } | Self::Agent { user } => user.as_deref(),
        }
    }

    /// The secrets in it.
    pub fn secrets(&self) -> Vec<&Secret> {
        match self {
            Self::Basic { password, .. } => vec![password],
            Self::Key { key: SshKey::Text(text), passphrase, .. } => {
                [Some(text), passphrase.as_ref()].into_iter().flatten().collect()
            }
            Self::Key { key: SshKey::File(_), passphrase, .. } => passphrase.iter().collect(),
            Self::Agent { .. } => Vec::new(),
        }
    }
}

/// A private key for SSH.
#[derive(Clone, Debug)]
pub enum SshKey {
    /// In a file.
    File(PathBuf),
    /// The text of such a file.
    Text(Secret),
}
