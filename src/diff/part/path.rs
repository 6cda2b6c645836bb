use crate::diff::written;
use crate::object::Word;
use crate::syntax::{Escapes, visible_string};

/// Where a part is below a value: names of members with points between, and items by the words of their lines with `>` around.
#[derive(Clone, Debug, Default)]
pub(super) struct Path {
    text: String,
    /// Whether its last part is an item that is called by words.
    ends_with_words: bool,
}

impl Path {
    /// The path as text.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Whether it is that of the value itself.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The path of a member.
    pub(super) fn member(&self, name: &str) -> Self {
        self.and(&part(name), if self.ends_with_words { " > " } else { "." })
    }

    /// The path of an item that is called by its words.
    pub(super) fn item(&self, words: &str) -> Self {
        Self { ends_with_words: true, ..self.and(words, " > ") }
    }

    /// The path of an item by what names it, or by its place.
    pub(super) fn at(&self, key: &str) -> Self {
        self.and(&format!("[{key}]"), "")
    }

    /// The path of the order of a list.
    pub(super) fn order(&self) -> Self {
        self.and("(order)", " > ")
    }

    fn and(&self, part: &str, separator: &str) -> Self {
        let separator = if self.text.is_empty() { "" } else { separator };
        Self { text: format!("{}{separator}{part}", self.text), ends_with_words: false }
    }
}

/// A name as a part of a path, in quotes where it would be read as anything else.
fn part(name: &str) -> String {
    let text = visible_string(name, Escapes::Hidden);
    let is_clear = text.starts_with('"') || !text.contains(['.', '>', '[', ']', '=']);
    if is_clear { text } else { format!("\"{text}\"") }
}

/// The words of a line as one text.
pub(super) fn line(words: &[Word<'_>]) -> String {
    let text = |word: &Word<'_>| match word {
        Word::Keyword(word) => (*word).to_owned(),
        Word::Value(value) => written(value, Escapes::Hidden),
    };
    words.iter().map(text).collect::<Vec<_>>().join(" ")
}
