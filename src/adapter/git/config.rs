use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::adapter::git::commit::author::Authorship;
use crate::adapter::git::host::local::Local;
use crate::adapter::git::host::origin::Origin;
use crate::adapter::git::host::server::Server;
use crate::adapter::git::host::server::login::Login;
use crate::adapter::git::host::{Host, WhenMissing};
use crate::adapter::git::preferences::Preferences;
use crate::adapter::git::references::References;
use crate::adapter::git::wire::{Patience, Wire};
use crate::credentials::{Environment, Logins};
use crate::model::{Location, branch_fault, repository_folder};
use crate::store::StoreError;
use crate::wait::Wait;

/// What a Git store is opened with.
#[derive(Clone, Debug)]
pub struct Config {
    /// The identity of the project whose inventory is kept.
    pub project: String,
    /// What that project is called, for the people who meet its inventory.
    pub owner: String,
    /// Where it is kept.
    pub place: Place,
    /// Who writes.
    pub authorship: Authorship,
}

/// A folder on a branch of a repository, and how one gets there.
#[derive(Clone, Debug)]
pub struct Place {
    /// What is kept there, for messages: the state store's name.
    pub name: String,
    /// Where the repository is: an address (`https:`, `ssh:`, `user@host:path`, `file:`) or a path.
    pub url: String,
    /// The folder that a relative path starts at: the project's.
    pub root: PathBuf,
    /// The branch's short name.
    pub branch: String,
    /// The folder of the repository that is kept to; empty for the whole.
    pub path: String,
    /// What to do where there is no repository in the folder. One on a server is never made.
    pub missing: WhenMissing,
    /// The folder of the bare repository that caches a server's; made when it is first needed.
    pub cache: PathBuf,
    /// The name of the secret to log in with.
    pub secret: String,
    /// How long what other processes have locked is waited for. Once that is interrupted, a server has a few seconds more.
    pub wait: Wait,
    /// How long a server may say nothing before one gives up.
    pub patience: Duration,
}

/// A repository that one may ask.
pub(crate) struct Connected {
    pub(crate) origin: Origin,
    pub(crate) host: Box<dyn Host>,
}

impl Place {
    fn unusable(&self, reason: String) -> StoreError {
        StoreError::Unusable { store: self.name.clone(), reason }
    }

    /// The folder of the repository, without slashes around it.
    pub(crate) fn folder(&self) -> Result<String, StoreError> {
        repository_folder(&self.path).map_err(|fault| self.unusable(format!("its path cannot be: {fault}")))
    }

    /// Reads where the repository is; nothing is touched or connected to yet. `credentials` are asked when a server asks.
    pub(crate) fn connect(
        &self,
        references: Arc<dyn References>,
        credentials: Environment,
    ) -> Result<Connected, StoreError> {
        let declared = Location::parse(&self.url).map_err(|lost| self.unusable(format!("its address {lost}")))?;
        let preferences = Preferences::of(&declared, credentials.tripwire()).map_err(|reason| self.unusable(reason))?;
        let led = preferences.lead(&self.url);
        let location = Location::parse(&led.address)
            .map_err(|lost| self.unusable(format!("the address that `insteadOf` leads to {lost}")))?;
        if let Some(fault) = branch_fault(&self.branch) {
            return Err(self.unusable(format!("`{}` cannot be a branch's name: {fault}", self.branch)));
        }
        let (url, disk) = match &location {
            Location::Folder(path) => {
                let folder = self.root.join(path);
                (folder.display().to_string(), folder)
            }
            Location::Server(remote) => (remote.shown.clone(), self.cache.clone()),
        };
        let origin = Origin { store: self.name.clone(), url: led.told(&declared, url), disk };
        let host: Box<dyn Host> = match location {
            Location::Folder(_) => {
                Box::new(Local::new(origin.clone(), self.missing, references, (self.patience, &self.wait)))
            }
            Location::Server(remote) => {
                let patience = Patience { idle: self.patience, wait: self.wait.clone(), given_up: Arc::default() };
                let wire = Wire::new(&remote, (&preferences, &credentials), &self.cache, patience);
                let wire = wire.map_err(|reason| self.unusable(reason))?;
                let logins = Logins { given: led.login, ..preferences.logins(&remote) };
                let secret = self.secret.clone();
                let login = Login::new(origin.clone(), remote, secret, (credentials, logins));
                Box::new(Server::new(wire, self.cache.clone(), references, login, self.missing))
            }
        };
        Ok(Connected { origin, host })
    }
}
