//! The forms of an output in which a secret may hide: as it is, and with the escapes of other languages undone.

/// How often escapes are undone: a document may hold a document.
const ROUNDS: usize = 4;

/// What begins an escape, or is one where it stands twice.
const SIGNS: [u8; 4] = [b'%', b'\\', b'&', b'\''];

/// Calls for each form of a text, from the text itself on, until one answers with something. Escapes are undone each kind
/// for itself, as a backslash is a letter to some writers, and then all together, as writers are piled on each other.
pub(super) fn find<T>(text: &[u8], mut look: impl FnMut(&[u8]) -> Option<T>) -> Option<T> {
    let mut found = look(text).or_else(|| look(&squeezed(text)));
    let mut tell = |form: &[u8]| look(form).or_else(|| look(&squeezed(form)));
    let signs: Vec<u8> = SIGNS.into_iter().filter(|sign| memchr::memchr(*sign, text).is_some()).collect();
    if signs.len() > 1 {
        found = signs.iter().fold(found, |found, sign| found.or_else(|| tell(&unescaped(text, &[*sign]))));
    }
    let mut current = text.to_vec();
    for _ in 0..ROUNDS {
        if found.is_some() {
            break;
        }
        let next = unescaped(&current, &SIGNS);
        if next == current {
            break;
        }
        found = tell(&next);
        current = next;
    }
    found
}

/// A text without what a terminal and a frame put between its letters: spaces, line ends, colours and rules.
pub(super) fn squeezed(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match (byte, text.get(at + 1), text.get(at + 2)) {
            // A colour: the escape, a bracket, and all up to its letter.
            (0x1b, Some(b'['), _) => {
                let rest = text.get(at + 2..).unwrap_or_default();
                at += 2 + rest.iter().position(u8::is_ascii_alphabetic).map_or(rest.len(), |end| end + 1);
            }
            // The rules that frames are drawn with: U+2500 to U+257F.
            (0xe2, Some(0x94 | 0x95), Some(_)) => at += 3,
            _ if byte.is_ascii_whitespace() || byte.is_ascii_control() => at += 1,
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
}

/// A text with one layer of escapes undone: `%41` of addresses, `\n` and `\u0041` of JSON and YAML, `&amp;` and `&#65;` of
/// HTML, and the doubled quote of YAML; of them those that one of `signs` begins.
fn unescaped(text: &[u8], signs: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let rest = text.get(at + 1..).unwrap_or_default();
        let undone = match byte {
            sign if !signs.contains(&sign) => None,
            b'%' => rest.get(..2).and_then(|two| digits(two, 16)).map(|letter| (letter, 2)),
            b'\\' => backslash(rest),
            b'&' => entity(rest),
            b'\'' if rest.first() == Some(&b'\'') => Some(('\'', 1)),
            _ => None,
        };
        match (undone, byte) {
            (Some((letter, length)), b'%') => {
                // A byte of UTF-8, whose neighbours follow in the same way.
                out.push(letter as u32 as u8);
                at += 1 + length;
            }
            (Some((letter, length)), _) => {
                out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                at += 1 + length;
            }
            (None, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
}

/// What stands for a letter behind its sign, and how many bytes that takes.
type Undone = Option<(char, usize)>;

fn backslash(rest: &[u8]) -> Undone {
    let plain = |letter| Some((letter, 1));
    match rest.first()? {
        b'n' => plain('\n'),
        b't' => plain('\t'),
        b'r' => plain('\r'),
        letter @ (b'"' | b'\\' | b'/' | b'\'' | b'$' | b'`') => plain(*letter as char),
        b'x' => digits(rest.get(1..3)?, 16).map(|letter| (letter, 3)),
        b'u' if rest.get(1) == Some(&b'{') => {
            let end = rest.iter().take(10).position(|byte| *byte == b'}')?;
            digits(rest.get(2..end)?, 16).map(|letter| (letter, end + 1))
        }
        b'u' => unicode(rest),
        _ => None,
    }
}

/// `u0041`, or a pair of surrogates.
fn unicode(rest: &[u8]) -> Undone {
    let unit = |digits: &[u8]| u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
    let high = unit(rest.get(1..5)?)?;
    if let Some(letter) = char::from_u32(high) {
        return Some((letter, 5));
    }
    let low = rest.get(5..11).filter(|next| next.starts_with(b"\\u")).and_then(|next| unit(next.get(2..)?))?;
    let letter = 0x1_0000 + ((high.checked_sub(0xd800)?) << 10) + low.checked_sub(0xdc00)?;
    Some((char::from_u32(letter)?, 11))
}

fn entity(rest: &[u8]) -> Undone {
    let end = rest.iter().take(10).position(|byte| *byte == b';')?;
    let letter = match rest.get(..end)? {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        [b'#', b'x' | b'X', hexadecimal @ ..] => digits(hexadecimal, 16)?,
        [b'#', decimal @ ..] => digits(decimal, 10)?,
        _ => return None,
    };
    Some((letter, end + 1))
}

fn digits(digits: &[u8], radix: u32) -> Option<char> {
    char::from_u32(u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str, secret: &str) -> bool {
        let holds = |form: &[u8]| memchr::memmem::find(form, secret.as_bytes()).map(drop);
        find(text.as_bytes(), holds).is_some()
    }

    #[test]
    fn each_escape_is_undone() {
        let secret = "pä's \"w\\rd&<9>";
        let squeezed = "pä's\"w\\rd&<9>";
        let json = serde_json::to_string(secret).unwrap();
        let twice = serde_json::to_string(&json).unwrap();
        for text in [
            json.as_str(),
            twice.as_str(),
            "p%C3%A4%27s%20%22w%5Crd%26%3C9%3E",
            "p%c3%a4's \"w\\\\rd%26<9>",
            "'pä''s \"w\\rd&<9>'",
            "pä&apos;s &quot;w\\rd&amp;&lt;9&gt;",
            "p&#228;&#x27;s &quot;w\\\\rd&amp;&lt;9&gt;",
            "p\\u00e4's \\u0022w\\\\rd&<9>",
            "p\\u{e4}'s \\x22w\\\\rd&<9>",
        ] {
            assert!(seen(text, secret) || seen(text, squeezed), "{text}");
        }
    }

    #[test]
    fn surrogates_are_one_letter() {
        assert!(seen("\\ud83d\\ude00", "😀"));
        assert_eq!(unescaped(b"\\ud83d!", &SIGNS), b"\\ud83d!");
    }

    #[test]
    fn what_is_broken_by_a_frame_is_put_together() {
        assert!(seen("│ planted-\n  │ \u{1b}[31msecret\u{1b}[0m", "planted-secret"));
    }

    #[test]
    fn any_bytes_are_taken() {
        for text in
            [&b"\\"[..], b"%", b"&", b"\\u", b"\\u{", b"%4", b"&#;", b"\\uffff\\u", b"\x1b[", b"\xe2\x94", b"\\ue000"]
        {
            assert!(find(text, |_| None::<()>).is_none());
        }
    }
}
