//! The values of a node of KDL and of those below it, as far as a text tells them that may be broken.
//!
//! No tree: what is shown of a text is to hide secrets also where nobody can read it.

use std::ops::Range;

/// A value within a node.
#[derive(Debug, PartialEq)]
pub(super) struct Entry<'t> {
    /// The names of the nodes in the node, from the outer one to the one whose value it is.
    pub(super) way: Vec<&'t str>,
    /// What it is called, where it is a property.
    pub(super) key: Option<&'t str>,
    /// Where it stands, with its quotes.
    pub(super) range: Range<usize>,
}

/// The values of the node whose name ends before a byte of a text, of no more than the bytes that follow it.
pub(super) fn entries(text: &str, from: usize, most: usize) -> Vec<Entry<'_>> {
    let end = text.floor_char_boundary(from.saturating_add(most).min(text.len()));
    let mut walk = Walk { text: &text[..end], at: from, way: Vec::new(), name: None, key: None, found: Vec::new() };
    while walk.step() {}
    walk.found
}

/// How long a string of KDL at the beginning of a text is, with its quotes: one that is not closed ends with its line or, where it has three
/// quotes, with the text. Nothing where there is none.
pub(super) fn string(text: &str) -> Option<usize> {
    let hashes = text.bytes().take_while(|byte| *byte == b'#').count();
    let rest = &text[hashes..];
    let quotes = if rest.starts_with("\"\"\"") { 3 } else { usize::from(rest.starts_with('"')) };
    if quotes == 0 {
        return None;
    }
    let inner = &rest[quotes..];
    let mut is_escaped = false;
    for (at, letter) in inner.char_indices() {
        let closes = || {
            let behind = &inner[at..];
            let quoted = behind.bytes().take_while(|byte| *byte == b'"').count() >= quotes;
            quoted && behind[quotes..].bytes().take(hashes).filter(|byte| *byte == b'#').count() == hashes
        };
        match letter {
            '\n' | '\r' if quotes == 1 => return Some(hashes + quotes + at),
            _ if is_escaped => is_escaped = false,
            '\\' if hashes == 0 => is_escaped = true,
            '"' if closes() => return Some(2 * hashes + 2 * quotes + at),
            _ => {}
        }
    }
    Some(text.len())
}

struct Walk<'t> {
    text: &'t str,
    at: usize,
    /// The names of the nodes whose blocks are open, within the node.
    way: Vec<&'t str>,
    /// The name of the node in the block; nothing where the next word is one.
    name: Option<&'t str>,
    /// The name of the property whose value is next.
    key: Option<&'t str>,
    found: Vec<Entry<'t>>,
}

impl Walk<'_> {
    /// Goes over what stands next; whether the node goes on.
    fn step(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let Some(first) = rest.chars().next() else { return false };
        // Whatever is no more than a sign.
        let mut taken = first.len_utf8();
        match first {
            '\n' | ';' if self.way.is_empty() => return false,
            '\n' | ';' => (self.name, self.key) = (None, None),
            '{' => {
                self.way.push(self.name.unwrap_or_default());
                (self.name, self.key) = (None, None);
            }
            // The block of the node itself ends it.
            '}' => {
                self.way.pop();
                (self.name, self.key) = (None, None);
                if self.way.is_empty() {
                    return false;
                }
            }
            '\\' => taken = rest.find('\n').map_or(rest.len(), |end| end + 1),
            '/' if rest.starts_with("//") => taken = rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => taken = rest.find("*/").map_or(rest.len(), |end| end + 2),
            // What is annotated is no text, such as a reference.
            '(' => {
                let behind = rest.find([')', '\n']).map_or(rest.len(), |end| end + 1);
                taken = behind + word(&rest[behind.min(rest.len())..]);
                self.key = None;
            }
            _ if word(rest) > 0 => {
                taken = word(rest);
                self.said(taken);
            }
            _ => {}
        }
        self.at += taken;
        true
    }

    /// A word or a string: a name, or a value.
    fn said(&mut self, length: usize) {
        let range = self.at..self.at + length;
        let text = bare(&self.text[range.clone()]);
        let is_name = self.name.is_none() && !self.way.is_empty();
        if is_name {
            self.name = Some(text);
        } else if self.text[range.end..].starts_with('=') && self.key.is_none() {
            self.key = Some(text);
        } else {
            let way = self.way.iter().skip(1).copied().chain(self.name).collect();
            self.found.push(Entry { way, key: self.key.take(), range });
        }
    }
}

/// How long the word or the string is at the beginning of a text.
fn word(text: &str) -> usize {
    string(text).unwrap_or_else(|| {
        let ends = |letter: char| letter.is_whitespace() || matches!(letter, ';' | '{' | '}' | '(' | ')' | '=' | '"');
        text.find(ends).unwrap_or(text.len())
    })
}

/// A word without its quotes.
fn bare(text: &str) -> &str {
    text.trim_matches('#').trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(text: &str) -> Vec<String> {
        let line = |entry: Entry<'_>| {
            let key = entry.key.map(|key| format!("{key}=")).unwrap_or_default();
            format!("{} {key}{}", entry.way.join("/"), &text[entry.range])
        };
        entries(text, 0, usize::MAX).into_iter().map(line).collect()
    }

    #[test]
    fn values_are_told_by_the_way_to_them() {
        assert_eq!(told(" x a=1 \"b c\"=\"d e\"\nnext y"), [" x", " a=1", " b c=\"d e\""]);
        assert_eq!(
            told(" { a 1; b c=2 { d #\"3\"#; } // e\n /* f */ g \"\"\"\n  h\n  \"\"\"\n}\nnext"),
            ["a 1", "b c=2", "b/d #\"3\"#", "g \"\"\"\n  h\n  \"\"\"",]
        );
        assert_eq!(told(" { a (secret)b; c k=(secret)d 5; }"), ["c 5"]);
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in "([a= \\n;{}()#\\\\/é]|\"|\"\"\"|//|/\\*){0,30}") {
            for entry in entries(&text, 0, usize::MAX) {
                prop_assert!(text.get(entry.range).is_some());
            }
        }
    }
}
