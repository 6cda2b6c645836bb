//! A list in brackets, as other languages write one, and the values that say the same in KDL.

use super::character::is_bare_word;
use super::habit::is_foreign_word;
use super::mistake::quote;
use super::number;

/// A list in brackets of which it is plain what was meant.
pub(super) struct Bracketed {
    /// How many bytes it takes, its brackets among them.
    pub(super) length: usize,
    /// Its items as KDL writes them.
    pub(super) items: Vec<String>,
}

/// The list that a text begins with. Nothing where it has no end, holds other lists or objects, or leaves open where an item ends.
///
/// Never looks behind the next opening bracket, so that all lists of a file take linear time.
pub(super) fn bracketed(text: &str) -> Option<Bracketed> {
    let mut rest = text.strip_prefix('[')?;
    let (mut items, mut has_commas, mut has_gaps, mut is_apart) = (Vec::new(), false, false, true);
    loop {
        let next = rest.trim_start_matches([' ', '\t', '\r', '\n', ',']);
        let gap = rest.get(..rest.len() - next.len())?;
        let separates = gap.contains([',', '\n']);
        has_commas |= gap.contains(',');
        if let Some(behind) = next.strip_prefix(']') {
            let ends = behind.is_empty() || behind.starts_with([' ', '\t', '\r', '\n', ';', '{', '}', ',']);
            let is_plain = ends && !(has_commas && has_gaps);
            return is_plain.then(|| Bracketed { length: text.len() - behind.len(), items });
        }
        if !is_apart && gap.is_empty() {
            return None;
        }
        has_gaps |= !is_apart && !separates;
        let (item, length) = item(next)?;
        items.push(item);
        rest = next.get(length..)?;
        is_apart = false;
    }
}

/// The item that a text begins with, and how many bytes it takes.
fn item(text: &str) -> Option<(String, usize)> {
    if let Some(inner) = text.strip_prefix('"') {
        let mut is_escaped = false;
        let end = inner.find(|character| {
            let closes = character == '\n' || (character == '"' && !is_escaped);
            is_escaped = character == '\\' && !is_escaped;
            closes
        })?;
        let length = end + 2;
        return inner
            .get(end..)?
            .starts_with('"')
            .then(|| text.get(..length).map(str::to_owned))
            .flatten()
            .zip(Some(length));
    }
    if let Some(inner) = text.strip_prefix('\'') {
        let end = inner.find(['\'', '\n'])?;
        return inner.get(end..)?.starts_with('\'').then(|| (quote(&inner[..end]), end + 2));
    }
    let word = &text[..text.find([' ', '\t', '\r', '\n', ',', ']'])?];
    let written = match word {
        "true" | "false" | "null" => format!("#{word}"),
        "#true" | "#false" | "#null" => word.to_owned(),
        _ if word.is_empty() || word.contains(['[', '{', '}', '(', ')', ';', '"', '=', '/', '\\', '#']) => return None,
        _ if number::parse(word).is_some() || (is_bare_word(word) && !is_foreign_word(word)) => word.to_owned(),
        _ => quote(word),
    };
    Some((written, word.len()))
}
