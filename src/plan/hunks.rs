use similar::{Algorithm, ChangeTag, capture_diff_slices, group_diff_ops, udiff::UnifiedHunkHeader};

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
    for group in group_diff_ops(capture_diff_slices(Algorithm::Myers, &old, &new), around) {
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
    use super::hunks;

    #[test]
    fn a_carriage_return_is_a_part_of_its_line() {
        let hunks = hunks("a\r\nb\rc\n", "a\nb\rc", 3);
        assert_eq!(hunks.text, "@@ -1,2 +1,2 @@\n-a\r\n-b\rc\n+a\n+b\rc\n\\ No newline at end of file\n");
        assert_eq!((hunks.added, hunks.removed), (2, 2));
    }
}
