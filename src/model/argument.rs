//! What stands behind a function: bare, or in quotes of either sort, in which nothing is escaped.

use super::{Argument, Number, Path, Takes, Value};

impl Argument {
    /// What a word stands for where something is taken; nothing where it is not that.
    pub fn read(word: &str, takes: Takes) -> Option<Self> {
        if let Some(text) = inside_quotes(word) {
            return matches!(takes, Takes::Text | Takes::Any).then(|| Self::Value(Value::string(text)));
        }
        if let Some(path) = word.strip_prefix('$').and_then(Path::read) {
            return Some(Self::Path(path));
        }
        Some(Self::Value(match (takes, number(word), word) {
            (Takes::Text, ..) => Value::string(word),
            (Takes::Number | Takes::Any, Some(number), _) => Value::Number(number),
            (Takes::Any | Takes::Truth, _, "#true") => Value::Bool(true),
            (Takes::Any | Takes::Truth, _, "#false") => Value::Bool(false),
            (Takes::Any, ..) => Value::string(word),
            (Takes::Number | Takes::Truth | Takes::Object, ..) => return None,
        }))
    }
}

/// The number that a word is, where it is written as numbers are: `007` and `1.0` are none.
fn number(word: &str) -> Option<Number> {
    let number = word.parse().map(Number::Integer).ok().or_else(|| word.parse().ok().and_then(Number::from_float))?;
    (number.to_string() == word).then_some(number)
}

fn inside_quotes(word: &str) -> Option<&str> {
    let inside = |quote| word.strip_prefix(quote)?.strip_suffix(quote);
    inside('\'').or_else(|| inside('"'))
}

/// The text that an argument stands for.
pub fn unquoted(argument: &str) -> &str {
    inside_quotes(argument).unwrap_or(argument)
}

/// The shortest argument that stands for a text: bare, or in the quotes that end where they should. Every text that was read has one.
pub fn quoted(text: &str) -> String {
    if reads_back(text, text) { text.to_owned() } else { in_quotes(text) }
}

/// The argument in quotes that stands for a text.
pub fn in_quotes(text: &str) -> String {
    let all = [format!("'{text}'"), format!("\"{text}\"")];
    all.into_iter().find(|written| reads_back(written, text)).unwrap_or_else(|| format!("'{text}'"))
}

/// Whether an argument stands for a text, and ends where it should.
fn reads_back(written: &str, text: &str) -> bool {
    let stays = |separator| split_outside_quotes(written, separator).nth(1).is_none();
    let is_closed = split_outside_quotes(&format!("{written}}}"), '}').nth(1).is_some();
    !written.is_empty()
        && written.trim() == written
        && unquoted(written) == text
        && stays('|')
        && stays('}')
        && is_closed
}

/// The first word of a text, with quotes around it where it has them, and what follows it.
pub fn first_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|first| matches!(first, '\'' | '"'));
    let closed = quote.and_then(|quote| text.get(1..)?.find(quote)).map(|end| end + 2);
    // Quotes with something behind them are no quotes.
    let closed = closed
        .filter(|end| text.get(*end..).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)));
    let end = closed.unwrap_or_else(|| text.find(char::is_whitespace).unwrap_or(text.len()));
    text.split_at(end)
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
