//! The one form of a name: the same letters are written in several, composed and decomposed, and nobody sees which.

use super::character::nfc;
use super::tree::{ScalarData, StringData, Tree};
use super::visible::is_ignorable;
use crate::source::Span;
use std::borrow::Cow;
use unicode_general_category::{GeneralCategory, get_general_category};

/// A text in NFC, the form that names are compared in.
pub fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { nfc().normalize(text) }
}

/// What a name is to systems that tell neither capital letters nor the forms of Unicode apart, as the disks of Windows and macOS do.
pub fn name_on_disks(name: &str) -> String {
    composed(&name.to_lowercase()).into_owned()
}

/// Whether a character is a mark of any script, which is drawn at the letter before it.
pub fn is_mark(character: char) -> bool {
    let category = get_general_category(character);
    let combines = matches!(
        category,
        GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark | GeneralCategory::EnclosingMark
    );
    combines && !is_ignorable(character)
}

impl Tree {
    /// Reads some values in NFC, those that are strings; `places` are theirs, in the order of the text.
    pub fn compose(&mut self, places: &[Span]) {
        for place in places {
            let Ok(index) = self.entries.binary_search_by_key(&place.start, |entry| entry.value_start) else {
                continue;
            };
            let ScalarData::String(data) = self.entries[index].value else { continue };
            let side: &str = if data.unescaped { &self.unescaped } else { &self.text };
            let written = &side[data.start as usize..data.end as usize];
            if let Cow::Owned(text) = composed(written) {
                let start = self.unescaped.len() as u32;
                self.unescaped.push_str(&text);
                let end = self.unescaped.len() as u32;
                self.entries[index].value = ScalarData::String(StringData { start, end, unescaped: true });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::composed;
    use crate::source::FileId;
    use crate::syntax::{Entry, parse};

    #[test]
    fn the_values_that_are_named_are_composed_and_no_others() {
        let text = "a \"e\u{301}\" e\u{301} 1 \"\\u{65}\u{301}\" x=e\u{301}";
        let (mut tree, _) = parse(FileId(0), &text.into());
        let places: Vec<_> = tree.nodes().flat_map(|node| node.arguments().skip(1)).map(Entry::value_span).collect();
        tree.compose(&places);
        let node = tree.nodes().next().unwrap();
        let found: Vec<_> = node.entries().filter_map(Entry::string).collect();
        assert_eq!(found, ["e\u{301}", "é", "é", "e\u{301}"]);
        assert_eq!(composed("한"), "\u{d55c}");
    }
}
