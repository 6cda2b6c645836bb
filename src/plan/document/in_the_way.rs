use crate::store::ContentId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::{self, Display, Formatter};

/// What stands in the way of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InTheWay {
    /// Where it stands, by the path from the repository's root.
    pub path: String,
    /// What it is: `file`, `folder`, `symbolic link` or `submodule`.
    pub kind: String,
    /// Its identity.
    pub id: ContentId,
    /// How many files and the like in its place are not the project's.
    pub others: usize,
    /// Why it cannot be replaced, in a sentence; nothing where it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stays: Option<String>,
}

impl Display for InTheWay {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "the {} `{}`", self.kind, self.path)?;
        match self.others {
            0 | 1 => Ok(()),
            others => write!(f, " with {others} files of others in it"),
        }
    }
}
