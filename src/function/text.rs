use super::error::FunctionError;
use super::number;
use super::output::Output;
use super::scalar::json;
use crate::model::Verb;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt::Write;

/// What a function makes of a text.
pub(super) fn apply<'a>(verb: Verb, text: Cow<'a, str>, arguments: &[Output<'a>]) -> Result<Output<'a>, FunctionError> {
    let argument = |at: usize| arguments.get(at).cloned().and_then(Output::into_text).unwrap_or_default();
    let made = match verb {
        Verb::Lower => text.to_lowercase(),
        Verb::Upper => text.to_uppercase(),
        Verb::Trim => text.trim().to_owned(),
        Verb::Slug => slug(&text),
        Verb::Trunc => text.chars().take(number::count_of(arguments.first(), verb)?).collect(),
        Verb::Replace => {
            let from = argument(0);
            if from.is_empty() {
                return Err(FunctionError::Impossible("no text stands for what is replaced".to_owned()));
            }
            text.replace(&*from, &argument(1))
        }
        Verb::Split => return split(&text, &argument(0)),
        Verb::Quote => json(&Output::Text(text)),
        Verb::Base64 => STANDARD.encode(&*text),
        Verb::Sha256 => hex(&Sha256::digest(text.as_bytes())),
        _ => return Ok(Output::Text(text)),
    };
    Ok(Output::Text(made.into()))
}

/// How much longer a text may become by what is put in.
pub(super) fn replaced_cost(value: &Output<'_>, arguments: &[Output<'_>]) -> usize {
    let lengths: Vec<usize> = arguments.iter().map(Output::weight).collect();
    match lengths.as_slice() {
        // Each weighs one more than it is long.
        [from, to, ..] => {
            (value.weight() / from.saturating_sub(1).max(1)).saturating_mul(*to).saturating_add(from + to)
        }
        _ => 0,
    }
}

fn split<'a>(text: &str, between: &str) -> Result<Output<'a>, FunctionError> {
    if between.is_empty() {
        return Err(FunctionError::Impossible("nothing parts a text".to_owned()));
    }
    if text.is_empty() {
        return Ok(Output::Array(Vec::new()));
    }
    Ok(Output::Array(text.split(between).map(|part| Output::Text(Cow::Owned(part.to_owned()))).collect()))
}

/// Lower-case letters, digits and single hyphens between them.
fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into memory has no way to fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
