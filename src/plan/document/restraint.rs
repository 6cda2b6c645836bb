use super::{Action, Field, Place};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A change of what restrains plans: a policy, or the guards of the project. No target remembers these, so that only a comparison
/// of two texts knows it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Restraint {
    /// Whether it is made, changed or taken away: `create`, `update` or `delete`.
    pub action: Action,
    /// What it is: `policy NAME`, or `guards`.
    pub name: String,
    /// The line that declares it; of what goes, the line where it stood.
    pub source: Option<Place>,
    /// What it says and does not say in the other text, by the words of the language.
    pub fields: Vec<Field>,
}
