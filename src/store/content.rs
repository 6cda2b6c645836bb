use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What identifies a content: equal identities mean equal bytes. Each kind of store has its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ContentId(pub Box<str>);

/// What the identity of a file begins with that can be run.
const EXECUTABLE: &str = "executable:";

impl ContentId {
    /// The identity of a file of this content that can be run, which no file can that a project writes.
    #[must_use]
    pub fn executable(&self) -> Self {
        Self(format!("{EXECUTABLE}{}", self.0).into())
    }

    /// Whether it is that of a file that can be run.
    pub fn is_executable(&self) -> bool {
        self.0.starts_with(EXECUTABLE)
    }

    /// The identity of the same content in a file that cannot be run.
    #[must_use]
    pub fn plain(&self) -> Self {
        Self(self.0.strip_prefix(EXECUTABLE).unwrap_or(&self.0).into())
    }
}
