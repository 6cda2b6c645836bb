use crate::source::is_of_library;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::{self, Display, Formatter};

/// Where the text of a project declares an object, as it was when the project last changed that: what a catalog keeps beside the object for
/// those who do not have the text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct DeclaredAt {
    /// The commit of the text; nothing where it was in none, as in no Git repository, or with changes that were not committed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The file, from the root of the Git work tree that the project lies in; of a project that lies in none, from its folder; `std:...` of
    /// the standard library.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// The longest path of a file, in bytes: what is longer is no file of anybody.
const LONGEST: usize = 4096;

/// How many characters of a commit's identity name it for people.
const SHORT: usize = 7;

impl DeclaredAt {
    /// A line of a file at what a text was made of: the identity of a commit, or anything else where the text was in none. What comes with
    /// plat is in no commit of anybody.
    pub fn new(file: &str, line: u32, source: Option<&str>) -> Self {
        let commit = source.filter(|source| is_commit(source) && !is_of_library(file)).map(ToOwned::to_owned);
        Self { commit, file: file.to_owned(), line }
    }

    /// The canonical JSON, as catalogs keep it.
    pub fn encode(&self) -> String {
        // Texts and a number always have a JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what [`DeclaredAt::encode`] wrote. What says no place is as good as none: nothing depends on it.
    pub fn decode(text: &[u8]) -> Option<Self> {
        let read: Self = serde_json::from_slice(text).ok()?;
        let is_sound = !read.file.is_empty()
            && read.file.len() <= LONGEST
            && read.line > 0
            && read.commit.as_deref().is_none_or(is_commit);
        is_sound.then_some(read)
    }

    /// The beginning of the commit's identity.
    pub fn short_commit(&self) -> Option<&str> {
        self.commit.as_deref().map(|commit| commit.get(..SHORT).unwrap_or(commit))
    }
}

/// `file:line at commit`, as people name it.
impl Display for DeclaredAt {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        match self.short_commit() {
            Some(commit) => write!(f, " at {commit}"),
            None if is_of_library(&self.file) => f.write_str(", which comes with plat"),
            None => f.write_str(", in no commit"),
        }
    }
}

/// Whether a text is the identity of a commit.
pub fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::DeclaredAt;

    #[test]
    fn a_place_is_read_as_it_was_kept_and_what_is_none_is_not() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        for (source, said) in [
            (Some(commit), "a b/\n.kdl:3 at 0123456"),
            (Some(&*format!("{commit}-dirty")), "a b/\n.kdl:3, in no commit"),
            (None, "a b/\n.kdl:3, in no commit"),
        ] {
            let place = DeclaredAt::new("a b/\n.kdl", 3, source);
            assert_eq!(place.to_string(), said);
            assert_eq!(DeclaredAt::decode(place.encode().as_bytes()), Some(place));
        }
        let library = DeclaredAt::new("std:a.kdl", 1, Some(commit));
        assert_eq!((&*library.to_string(), library.commit), ("std:a.kdl:1, which comes with plat", None));
        let long = format!(r#"{{"file":"{}","line":1}}"#, "a".repeat(5000));
        for none in [
            "",
            "{}",
            "[1]",
            r#"{"file":"a.kdl"}"#,
            r#"{"file":"a.kdl","line":0}"#,
            r#"{"file":"a.kdl","line":-1}"#,
            r#"{"file":"","line":1}"#,
            r#"{"commit":"HEAD","file":"a.kdl","line":1}"#,
            r#"{"commit":"0123456","file":"a.kdl","line":1}"#,
            &long,
        ] {
            assert_eq!(DeclaredAt::decode(none.as_bytes()), None, "{none}");
        }
    }
}
