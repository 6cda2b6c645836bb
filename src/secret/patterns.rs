//! The texts that give a secret away.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::collections::BTreeSet;

/// The fewest bytes of a secret that can be told from other text.
pub(super) const FEWEST: usize = 8;

/// The fewest bytes of a line of a secret that are looked for on their own, as where a key's text is indented.
const FEWEST_OF_LINE: usize = 32;

/// What is looked for in each form of an output: the secret as it is, its telling lines, and what encodes whole bytes
/// without a trace of where they were: Base64 in its three alignments, and hexadecimal digits.
pub(super) fn patterns(secret: &str) -> BTreeSet<Vec<u8>> {
    let mut found = BTreeSet::new();
    let mut parts = vec![secret.trim()];
    if secret.trim().contains('\n') {
        parts.extend(secret.lines().map(str::trim).filter(|line| is_telling(line)));
    }
    for part in parts.into_iter().filter(|part| part.len() >= FEWEST) {
        found.insert(part.as_bytes().to_vec());
        found.insert(part.bytes().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes());
        found.insert(part.bytes().map(|byte| format!("{byte:02X}")).collect::<String>().into_bytes());
        for alignment in 0..3 {
            found.insert(base64(part.as_bytes(), alignment, &STANDARD_NO_PAD));
            found.insert(base64(part.as_bytes(), alignment, &URL_SAFE_NO_PAD));
        }
    }
    found
}

/// Whether a line is of the key itself and not of the frame around it.
fn is_telling(line: &str) -> bool {
    line.len() >= FEWEST_OF_LINE && !line.contains(char::is_whitespace) && !line.starts_with("-----")
}

/// The letters of Base64 that hold nothing but bits of `bytes`, where `alignment` bytes of a group stand before them.
fn base64(bytes: &[u8], alignment: usize, engine: &impl Engine) -> Vec<u8> {
    let shifted = [&vec![0; alignment], bytes].concat();
    let letters = engine.encode(&shifted).into_bytes();
    let first = (alignment * 8).div_ceil(6);
    let end = shifted.len() * 8 / 6;
    letters.get(first..end).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_found_wherever_it_begins() {
        let secret = "planted-7f3a";
        for before in ["", "x", "xy", "xyz", "user:"] {
            for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
                let text = engine.encode(format!("{before}{secret}?tail"));
                let hit = patterns(secret).iter().any(|pattern| text.contains(std::str::from_utf8(pattern).unwrap()));
                assert!(hit, "{text}");
            }
        }
    }

    #[test]
    fn a_line_of_a_key_is_looked_for_and_its_frame_is_not() {
        let line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7";
        let key = format!("-----BEGIN PRIVATE KEY-----\n{line}\n-----END PRIVATE KEY-----\n");
        let found = patterns(&key);
        assert!(found.contains(line.as_bytes()));
        assert!(!found.contains("-----BEGIN PRIVATE KEY-----".as_bytes()));
    }
}
