//! The change of a file, and how it is shown where secrets are in it.

use crate::align::{Hunks, hunks};
use crate::secret::{without_held, without_held_beside};
use crate::session::Secrets;
use crate::source::without_secrets;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The change of a file as a patch, which other tools can apply where nothing of it is hidden: what manifests of a `Secret` hold is.
pub(super) fn patch(name: &str, before: &str, after: &str) -> String {
    let Hunks { text, .. } = hunks(&without_held(before), &without_held_beside(after, Some(before)), 3);
    format!("--- a/{name}\n+++ b/{name}\n{text}")
}

/// A text with `***` in the place of secrets in it, each line of one for itself, as it is or as it stands in quotes, and of what is one by its
/// form.
pub(super) fn without(text: String, secrets: &Secrets) -> String {
    let lines = || secrets.iter().flat_map(|secret| secret.lines()).map(str::trim).filter(|line| !line.is_empty());
    let mut forms: Vec<String> = lines()
        .filter(|line| line.len() >= FEWEST)
        .flat_map(|line| {
            let quoted = serde_json::to_string(line).unwrap_or_default();
            [line.to_owned(), quoted.trim_matches('"').to_owned()]
        })
        .collect();
    // One may be a part of another.
    forms.sort_unstable_by_key(|form| Reverse(form.len()));
    let short: BTreeSet<&str> = lines().filter(|line| line.len() < FEWEST).collect();
    let text = forms.into_iter().fold(text, |text, form| text.replace(&form, "***"));
    without_secrets(if short.is_empty() { text } else { without_words(&text, &short) })
}

/// The fewest bytes of a line of a secret that is hidden wherever it stands; a shorter one is where it is a word for itself.
const FEWEST: usize = 4;

/// A text with `***` in the place of some words, which stand between blanks, quotes and what ends a value.
fn without_words(text: &str, words: &BTreeSet<&str>) -> String {
    let ends = |letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | ';' | ',' | '=' | '}');
    let parts = text.split_inclusive(ends);
    let shown = parts.map(|part| {
        let word = part.trim_end_matches(ends);
        if words.contains(word) { format!("***{}", &part[word.len()..]) } else { part.to_owned() }
    });
    shown.collect()
}
