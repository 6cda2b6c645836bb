use super::body::each_part;
use super::json::write_map;
use super::{Digest, Json, Map, Project, Value, Visit};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

/// What an object is made of.
#[derive(Clone)]
pub enum Made {
    /// What a project declares, which stays there.
    Declared {
        /// The project.
        project: Arc<Project>,
        /// The place of the declaration in [`Project::declared`].
        number: usize,
        /// The digest of its body.
        digest: Digest,
    },
    /// What a saved plan says.
    Saved(Map),
}

impl Made {
    /// The body.
    pub fn body(&self) -> Cow<'_, Map> {
        match self {
            Self::Declared { project, number, .. } => Cow::Owned(project.of_number(*number).body()),
            Self::Saved(body) => Cow::Borrowed(body),
        }
    }

    /// Visits what the body is made of, as [`super::Declared::each_part`] does.
    pub fn each_part(&self, visit: &mut Visit<'_>) {
        match self {
            Self::Declared { project, number, .. } => project.of_number(*number).each_part(visit),
            Self::Saved(body) => each_part(body, visit),
        }
    }

    /// Appends the canonical JSON of the body.
    pub fn write_body(&self, out: &mut Vec<u8>) {
        match self {
            Self::Declared { project, number, .. } => project.of_number(*number).write_body(out),
            Self::Saved(body) => write_map(body, out),
        }
    }

    /// The digest of the body.
    pub fn digest(&self) -> Digest {
        match self {
            Self::Declared { digest, .. } => *digest,
            Self::Saved(_) => {
                let mut json = Vec::new();
                self.write_body(&mut json);
                Digest::of(&json)
            }
        }
    }
}

impl Debug for Made {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.body().fmt(f)
    }
}

impl Serialize for Made {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Json(Value::Object(self.body().into_owned())).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Made {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Json::deserialize(deserializer)? {
            Json(Value::Object(body)) => Ok(Self::Saved(body)),
            _ => Err(serde::de::Error::custom("the body of an object is an object")),
        }
    }
}
