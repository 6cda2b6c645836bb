use super::Lifecycle;
use crate::model::{self, Address, Holding};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a state store remembers from now on of a request: which files are its, and what protects them there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Held {
    /// The state store.
    pub store: String,
    /// The request.
    pub request: String,
    /// The destination.
    pub destination: String,
    /// What may happen to the request in its life; nothing for the defaults.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Lifecycle>,
    /// The paths of its files below the store's folder; none where it has no file there any more.
    pub files: Vec<String>,
}

impl Held {
    /// What a store is to remember.
    pub fn new(store: &str, holding: &Holding) -> Self {
        let lifecycle = Some(&holding.lifecycle).filter(|lifecycle| !lifecycle.is_default());
        Self {
            store: store.to_owned(),
            request: holding.request.to_string(),
            destination: holding.destination.to_string(),
            lifecycle: lifecycle.map(Lifecycle::new),
            files: holding.files.iter().cloned().collect(),
        }
    }

    /// What the store keeps; nothing where the address or a word is none.
    pub fn parse(&self) -> Option<Holding> {
        let lifecycle = self.lifecycle.as_ref().map(Lifecycle::parse);
        Some(Holding {
            request: Address::parse(&self.request)?,
            destination: self.destination.as_str().into(),
            lifecycle: lifecycle.unwrap_or_else(|| Some(model::Lifecycle::default()))?,
            files: self.files.iter().cloned().collect(),
        })
    }
}
