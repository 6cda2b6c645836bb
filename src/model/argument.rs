//! What stands behind a filter of an interpolation: bare, or in quotes of either sort, in which nothing is escaped.

/// The text that an argument stands for.
pub fn unquoted(argument: &str) -> &str {
    let inside = |quote| argument.strip_prefix(quote)?.strip_suffix(quote);
    inside('\'').or_else(|| inside('"')).unwrap_or(argument)
}

/// The shortest argument that stands for a text: bare, or in the quotes that end where they should. Every text that was read has one.
pub fn quoted(text: &str) -> String {
    let reads_back = |written: &String| {
        let stays = |separator| split_outside_quotes(written, separator).nth(1).is_none();
        let is_closed = split_outside_quotes(&format!("{written}}}"), '}').nth(1).is_some();
        !written.is_empty()
            && written.trim() == written
            && unquoted(written) == text
            && stays('|')
            && stays('}')
            && is_closed
    };
    let all = [text.to_owned(), format!("'{text}'"), format!("\"{text}\"")];
    all.into_iter().find(reads_back).unwrap_or_else(|| format!("'{text}'"))
}

/// The parts of a text between separators, each with its offset; separators in quotes do not part it.
pub fn split_outside_quotes(text: &str, separator: char) -> impl Iterator<Item = (usize, &str)> {
    let mut start = Some(0);
    std::iter::from_fn(move || {
        let from = start?;
        let rest = text.get(from..)?;
        let mut quote = None;
        let end = rest.char_indices().find(|(_, character)| match quote {
            Some(open) => {
                quote = (*character != open).then_some(open);
                false
            }
            None if matches!(character, '\'' | '"') => {
                quote = Some(*character);
                false
            }
            None => *character == separator,
        });
        start = end.map(|(at, _)| from + at + separator.len_utf8());
        Some((from, end.map_or(rest, |(at, _)| rest.get(..at).unwrap_or_default())))
    })
}
