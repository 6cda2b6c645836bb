use git2::{Error, ErrorClass, ErrorCode};

use crate::store::StoreError;

/// Whose failures they are: a store's name and its address as it is shown.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub(super) store: String,
    pub(super) url: String,
}

impl Origin {
    /// Names what was being done when Git failed.
    pub(super) fn failed(&self, doing: &'static str) -> impl Fn(Error) -> StoreError + use<> {
        let store = self.store.clone();
        move |source| StoreError::Git { store: store.clone(), doing, source }
    }

    /// There is no repository.
    pub(super) fn missing(&self) -> StoreError {
        StoreError::Missing { store: self.store.clone(), url: self.url.clone() }
    }

    /// The declaration cannot work.
    pub(super) fn unusable(&self, reason: String) -> StoreError {
        StoreError::Unusable { store: self.store.clone(), reason }
    }

    /// What it means when a connection failed while `doing` something. `hint` says where credentials are looked for.
    pub(super) fn connection(&self, doing: &'static str, error: Error, hint: impl FnOnce() -> String) -> StoreError {
        let (store, url) = (self.store.clone(), self.url.clone());
        match (error.class(), error.code()) {
            (_, ErrorCode::Auth) => StoreError::Credentials { store, url, hint: hint() },
            (ErrorClass::Http, _) if says(&error, &["401", "403"]) => {
                StoreError::Credentials { store, url, hint: hint() }
            }
            (ErrorClass::Http, _) if says(&error, &["404", "410"]) => StoreError::Missing { store, url },
            // What Git's own server, `git-shell` and the large hosts answer over SSH.
            _ if error.message().contains("not appear to be a git repository") => StoreError::Missing { store, url },
            _ if error.message().to_ascii_lowercase().contains("repository not found") => {
                StoreError::Missing { store, url }
            }
            (ErrorClass::Ssh, ErrorCode::Certificate) => {
                let reason = "its host key is not the one in ~/.ssh/known_hosts, or there is none; compare the key with \
                              what its owner publishes before you add it";
                StoreError::Untrusted { store, url, reason: reason.to_owned() }
            }
            (ErrorClass::Ssl, _) | (_, ErrorCode::Certificate) => {
                let reason =
                    format!("{}; name the file of your own authority's certificate in SSL_CERT_FILE", error.message());
                StoreError::Untrusted { store, url, reason }
            }
            _ => StoreError::Git { store, doing, source: error },
        }
    }
}

/// Whether the error is about one of these HTTP statuses, which are in the message alone.
fn says(error: &Error, statuses: &[&str]) -> bool {
    error.message().rsplit_once("status code: ").is_some_and(|(_, status)| statuses.contains(&status))
}
