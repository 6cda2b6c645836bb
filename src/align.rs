//! What stays, goes and comes between two lists of texts.
//!
//! Asked for in one place and of one type, as the algorithm is long and is compiled again for each type that it is asked of.

mod before;

use similar::{Algorithm, capture_diff_slices, udiff::UnifiedHunkHeader};

pub use before::before;
pub use similar::{ChangeTag, DiffOp, group_diff_ops};

/// The operations that make one list of texts the other, in the order of both (Myers' algorithm).
pub fn operations(old: &[impl AsRef<[u8]>], new: &[impl AsRef<[u8]>]) -> Vec<DiffOp> {
    let old: Vec<&[u8]> = old.iter().map(AsRef::as_ref).collect();
    let new: Vec<&[u8]> = new.iter().map(AsRef::as_ref).collect();
    capture_diff_slices(Algorithm::Myers, &old, &new)
}

/// The words of a text and what is between them, of which one is behind the other.
pub fn words(text: &str) -> Vec<&str> {
    let ends = text.char_indices().zip(text.chars().skip(1));
    let ends = ends.filter(|((_, one), next)| one.is_whitespace() != next.is_whitespace());
    let mut words = Vec::new();
    let mut start = 0;
    for ((index, one), _) in ends {
        let end = index + one.len_utf8();
        words.push(&text[start..end]);
        start = end;
    }
    words.extend(Some(&text[start..]).filter(|rest| !rest.is_empty()));
    words
}

/// A change of text as a unified diff without a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunks {
    /// The hunks. Lines end where there is a line feed, and nowhere else; a carriage return is a part of its line.
    pub text: String,
    /// How many lines come.
    pub added: usize,
    /// How many lines go.
    pub removed: usize,
}

/// The lines that differ between two texts, with so many around them.
pub fn hunks(before: &str, after: &str, around: usize) -> Hunks {
    let [old, new] = [before, after].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let mut hunks = Hunks { text: String::new(), added: 0, removed: 0 };
    for group in group_diff_ops(operations(&old, &new), around) {
        hunks.text.push_str(&format!("{}\n", UnifiedHunkHeader::new(&group)));
        for change in group.iter().flat_map(|operation| operation.iter_changes(&old, &new)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            hunks.added += usize::from(sign == '+');
            hunks.removed += usize::from(sign == '-');
            hunks.text.push(sign);
            hunks.text.push_str(change.value());
            if !change.value().ends_with('\n') {
                hunks.text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    hunks
}

#[cfg(test)]
mod tests {
    use super::{hunks, words};

    #[test]
    fn words_and_spaces_take_turns() {
        for text in ["", " ", "a", "a b", "  ab \t\u{3000}ü\n"] {
            let words = words(text);
            assert_eq!(words.concat(), text);
            assert!(words.windows(2).all(|two| two[0].trim().is_empty() != two[1].trim().is_empty()), "{words:?}");
        }
        assert_eq!(words("a  b "), ["a", "  ", "b", " "]);
    }

    #[test]
    fn a_carriage_return_is_a_part_of_its_line() {
        let hunks = hunks("a\r\nb\rc\n", "a\nb\rc", 3);
        assert_eq!(hunks.text, "@@ -1,2 +1,2 @@\n-a\r\n-b\rc\n+a\n+b\rc\n\\ No newline at end of file\n");
        assert_eq!((hunks.added, hunks.removed), (2, 2));
    }
}
