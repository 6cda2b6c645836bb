use crate::model::{Address, Holding, Lifecycle, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a state store remembers from now on of a request: which files are its, and what protects them there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Held {
    /// The state store.
    pub store: Name,
    /// The request.
    pub request: Address,
    /// The destination.
    pub destination: Name,
    /// What may happen to the request in its life; nothing for the defaults.
    #[serde(default, skip_serializing_if = "Lifecycle::is_default")]
    pub lifecycle: Lifecycle,
    /// The paths of its files below the store's folder; none where it has no file there any more.
    pub files: BTreeSet<String>,
}

impl Held {
    /// What a store is to remember.
    pub fn new(store: Name, holding: Holding) -> Self {
        let Holding { request, destination, lifecycle, files } = holding;
        Self { store, request, destination, lifecycle, files }
    }

    /// What the store keeps.
    pub fn holding(&self) -> Holding {
        let Self { request, destination, lifecycle, files, .. } = self.clone();
        Holding { request, destination, lifecycle, files }
    }
}
