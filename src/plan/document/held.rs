use crate::model::{Holding, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a state store remembers from now on of a request: which files are its, and what protects them there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Held {
    /// The state store.
    pub store: Name,
    /// What it remembers; no file where the request has none there any more.
    #[serde(flatten)]
    pub holding: Holding,
}
