use super::Name;
use serde::{Deserialize, Serialize};

/// That a project took an object over from another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    /// When it did, in seconds since 1970 (UTC).
    pub at: i64,
    /// The id of the project that had it.
    pub from: Name,
    /// The id of the one that has it since.
    pub to: Name,
}

/// The ways that an object went from one project to another to come to the one that owns it, the newest last: of each way between two
/// projects the last time that it was taken. What a catalog keeps beside the record of who owns the object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HandOvers(Vec<HandOver>);

/// So many are kept: who looks further back is told less.
const MOST: usize = 64;

impl HandOvers {
    /// Whether it came from nobody.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one by which a project came to own the object; nothing where it made it, or took what was nobody's.
    pub fn last(&self) -> Option<&HandOver> {
        self.0.last()
    }

    /// The last time that it went from one project to another.
    pub fn between(&self, from: &str, to: &str) -> Option<&HandOver> {
        self.0.iter().find(|one| *one.from == *from && *one.to == *to)
    }

    /// With one more.
    #[must_use]
    pub fn and(mut self, next: HandOver) -> Self {
        self.0.retain(|one| (&one.from, &one.to) != (&next.from, &next.to));
        self.0.push(next);
        self.0.drain(..self.0.len().saturating_sub(MOST));
        self
    }

    /// The canonical JSON, as catalogs keep it.
    pub fn encode(&self) -> String {
        // Texts and numbers always have a JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what [`HandOvers::encode`] wrote; nothing where that is something else, which is not the same as that it came from nobody: what a
    /// line took over once it would take over again.
    pub fn decode(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }
}

impl FromIterator<HandOver> for HandOvers {
    fn from_iter<I: IntoIterator<Item = HandOver>>(all: I) -> Self {
        all.into_iter().fold(Self::default(), Self::and)
    }
}

impl IntoIterator for HandOvers {
    type Item = HandOver;
    type IntoIter = std::vec::IntoIter<HandOver>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::{HandOver, HandOvers, MOST};

    fn hand_over(at: i64, from: &str, to: &str) -> HandOver {
        HandOver { at, from: from.into(), to: to.into() }
    }

    #[test]
    fn each_way_is_kept_once_and_the_newest_is_the_last() {
        let there_and_back = [hand_over(1, "a", "b"), hand_over(2, "b", "a"), hand_over(3, "a", "b")];
        let all: HandOvers = there_and_back.into_iter().collect();
        assert_eq!(all.clone().into_iter().map(|one| one.at).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(all.last(), Some(&hand_over(3, "a", "b")));
        assert_eq!(all.between("b", "a"), Some(&hand_over(2, "b", "a")));
        assert_eq!(all.between("b", "c"), None);
        let many: HandOvers = (0..100).map(|at| hand_over(at, "a", &at.to_string())).collect();
        assert_eq!((many.0.len(), many.last().unwrap().at), (MOST, 99));
    }

    #[test]
    fn what_is_kept_is_read_and_what_is_none_is_not_taken_for_nobody() {
        let all: HandOvers = [hand_over(1, "a\"b", "c")].into_iter().collect();
        assert_eq!(all.encode(), r#"[{"at":1,"from":"a\"b","to":"c"}]"#);
        assert_eq!(HandOvers::decode(all.encode().as_bytes()), Some(all));
        for none in ["", "{}", "[1]", r#"[{"from":"a"}]"#] {
            assert_eq!(HandOvers::decode(none.as_bytes()), None, "{none}");
        }
    }
}
