use git2::Error;

use super::wire::Limit;
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

    /// There is more than a limit.
    pub(super) fn too_much(&self, limit: Limit) -> StoreError {
        StoreError::TooMuch { store: self.store.clone(), url: self.url.clone(), limit: limit.to_string() }
    }

    /// There is no repository.
    pub(super) fn missing(&self) -> StoreError {
        StoreError::Missing { store: self.store.clone(), url: self.url.clone() }
    }

    /// The declaration cannot work.
    pub(super) fn unusable(&self, reason: String) -> StoreError {
        StoreError::Unusable { store: self.store.clone(), reason }
    }

    /// There is no such branch. A repository without any branch begins with `unborn`, where that is known.
    pub(super) fn no_branch(&self, branch: &str, unborn: Option<&str>) -> StoreError {
        let url = &self.url;
        self.unusable(match unborn {
            Some(head) => {
                let head = head.trim_start_matches("refs/heads/");
                format!("{url} is empty, and its HEAD names the branch `{head}`: write `branch {head}`, or `create` to begin `{branch}`")
            }
            None => format!("{url} has no branch `{branch}`: name one that it has, or write `create` to have this one made"),
        })
    }
}
