//! What stands encoded in an address.

/// A path of an address, whose `%41` is an `A`. The error says what is wrong, and holds no part of it.
///
/// # Errors
/// Where a `%` stands for nothing, or the bytes are no text.
pub fn percent_decoded(path: &str) -> Result<String, &'static str> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
        bytes.push(match byte {
            b'%' => match (digit(), digit()) {
                (Some(high), Some(low)) => u8::try_from(high * 16 + low).unwrap_or_default(),
                _ => return Err("has a `%` that two hexadecimal digits do not follow"),
            },
            _ => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| "is no UTF-8 text")
}

/// Whether an address has a control character, as it is or as `%0A`: none belongs into what is said to a server.
pub fn has_control_character(address: &str) -> bool {
    let encoded = |at: usize| {
        let digit = |at: usize| address.as_bytes().get(at).and_then(|digit| char::from(*digit).to_digit(16));
        matches!((digit(at + 1), digit(at + 2)), (Some(high), Some(low)) if high < 2 || (high, low) == (7, 15))
    };
    address.contains(char::is_control) || address.match_indices('%').any(|(at, _)| encoded(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_found_in_each_form() {
        for address in ["https://a/b\n", "https://a/b%0Ac", "ssh://a/%00", "https://a/%7f", "a%1b@b:c"] {
            assert!(has_control_character(address), "{address}");
        }
        for address in ["https://a/b%20c", "https://a/100%", "https://a/%zz", "https://a/%c3%a4%8"] {
            assert!(!has_control_character(address), "{address}");
        }
    }
}
