use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

worded! {
    /// A kind of consequence, by the name of its list in the impact.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "kebab-case")]
    pub enum Following {
        /// Requests leave a destination for another one.
        Moves = "moves",
        /// Requests lose files.
        Lost = "lost files",
        /// Requests render other files.
        Rendered = "rendered files",
        /// Entities and requests become invalid.
        Invalid = "validity",
        /// References point at nothing.
        Broken = "references",
        /// Something refers to what changes.
        Referring = "dependents",
        /// Something goes along with what is deleted.
        Closures = "what goes along",
        /// Something goes while much the same comes.
        Renamed = "new names",
        /// Entities change level.
        Levels = "levels",
    }
}

/// How much of what may follow was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    /// All of it: what is not told does not follow.
    Completely,
    /// Not all of it: more may follow than is told.
    Partly,
    /// Nothing.
    NotAtAll,
}

/// How much was looked at of one kind of consequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Looked {
    /// The kind.
    pub kind: Following,
    /// How much.
    pub extent: Extent,
    /// What keeps it from being all, a clause each; nothing where it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub why: Vec<String>,
}

impl Looked {
    /// Nothing of a kind, and why.
    pub(in crate::plan) fn not_at_all(kind: Following, why: impl Into<String>) -> Self {
        Self { kind, extent: Extent::NotAtAll, why: vec![why.into()] }
    }

    /// All of a kind, but for what the clauses say.
    pub(in crate::plan) fn all_but(kind: Following, why: Vec<String>) -> Self {
        let extent = if why.is_empty() { Extent::Completely } else { Extent::Partly };
        Self { kind, extent, why }
    }
}

impl std::fmt::Display for Looked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = self.kind.word();
        match self.extent {
            Extent::Completely => write!(f, "{kind} looked at completely"),
            Extent::Partly => write!(f, "{kind} looked at in part: {}", self.why.join(", ")),
            Extent::NotAtAll => write!(f, "{kind} not looked at: {}", self.why.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_tells_every_kind() {
        let manual = include_str!("../../../docs/consequences.md");
        let rows = manual.lines().filter(|line| line.matches(" | ").count() == 3);
        let rows = rows.filter_map(|line| line.strip_prefix("| ")?.split_once(" | `"));
        let rows = rows.filter_map(|(word, rest)| Some((word, rest.split_once('`')?.0)));
        let json = |kind: Following| serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned();
        let kinds: Vec<(&str, String)> = Following::ALL.into_iter().map(|(kind, word)| (word, json(kind))).collect();
        assert_eq!(rows.map(|(word, name)| (word, name.to_owned())).collect::<Vec<_>>(), kinds);
    }
}
