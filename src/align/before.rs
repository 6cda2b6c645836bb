//! What a text was before a change, out of the change: the new text with the hunks taken back.

/// The text before, from the text after and the hunks of a unified diff that lead to it; nothing where the hunks do not
/// fit.
pub fn before(after: &str, hunks: &str) -> Option<String> {
    let after: Vec<&str> = after.split_inclusive('\n').collect();
    let mut out = String::new();
    let mut at = 0;
    let mut last = None;
    for line in hunks.split_inclusive('\n') {
        let text = line.get(1..)?;
        match line.as_bytes().first()? {
            b'@' => {
                let start = start(line)?;
                out.extend(after.get(at..start)?.iter().copied());
                at = start;
            }
            sign @ (b' ' | b'+') => {
                if after.get(at)?.trim_end_matches('\n') != text.trim_end_matches('\n') {
                    return None;
                }
                at += 1;
                out.push_str(if *sign == b' ' { text } else { "" });
            }
            b'-' => out.push_str(text),
            // `\ No newline at end of file`, about the line before.
            b'\\' if matches!(last, Some(b' ' | b'-')) => drop(out.pop()),
            b'\\' => {}
            _ => return None,
        }
        last = line.as_bytes().first().copied();
    }
    out.extend(after.get(at..)?.iter().copied());
    Some(out)
}

/// Which line of the text after a hunk begins at, from 0: `@@ -1,4 +2,3 @@`.
fn start(line: &str) -> Option<usize> {
    let new = line.split_once('+')?.1.split_once(" @@")?.0;
    let (start, count) = new.split_once(',').unwrap_or((new, "1"));
    let (start, count): (usize, usize) = (start.parse().ok()?, count.parse().ok()?);
    // Of no lines, the number of the line before them is given.
    if count == 0 { Some(start) } else { start.checked_sub(1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_patch_is_taken_back(
            before_text in "([ab@+\r-]{0,2}\n?){0,12}",
            after_text in "([ab@+\r-]{0,2}\n?){0,12}",
        ) {
            let hunks = crate::align::hunks(&before_text, &after_text, 3).text;
            prop_assert_eq!(before(&after_text, &hunks), Some(before_text));
        }

        #[test]
        fn any_hunks_are_taken_back_or_refused(after in "[ab\n]{0,9}", hunks in "([-+ @\\\\][-+ @,0-9]{0,9}\n?){0,5}") {
            let _ = before(&after, &hunks);
        }
    }
}
