use super::{SecretError, Secrets};
use std::fmt::Write;

/// A place in the content of a file where the value of a secret is to stand. Until then the content says there which one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct SecretReference {
    /// The secret's name.
    pub secret: String,
    /// The first byte of the place.
    pub start: usize,
    /// The byte behind its last one.
    pub end: usize,
}

/// The content with values in the place of its references, each as a string of YAML in double quotes. References stand in
/// the order of their places.
///
/// # Errors
/// Where a secret cannot be had, or a place does not lie in the content.
pub fn fill(content: &[u8], references: &[SecretReference], secrets: &Secrets) -> Result<Vec<u8>, SecretError> {
    let mut filled = Vec::with_capacity(content.len());
    let mut at = 0;
    for reference in references {
        filled.extend_from_slice(content.get(at..reference.start).ok_or(SecretError::Damaged)?);
        if reference.end < reference.start || reference.end > content.len() {
            return Err(SecretError::Damaged);
        }
        filled.extend_from_slice(quoted(secrets.value(&reference.secret)?.expose()).as_bytes());
        at = reference.end;
    }
    filled.extend_from_slice(content.get(at..).ok_or(SecretError::Damaged)?);
    Ok(filled)
}

/// A text as a string in double quotes that readers of YAML 1.1, of YAML 1.2 and of JSON take alike.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Line ends of YAML 1.1, marks of byte order, and what no reader may see as it is.
            '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                // Writing into memory has no way to fail.
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::{Secret, Source, Tripwire};

    struct Fixed(&'static str);

    impl Source for Fixed {
        fn value(&self, _: &str) -> Option<Secret> {
            Some(Secret::new(self.0))
        }

        fn advice(&self, _: &str) -> String {
            String::new()
        }
    }

    fn filled(value: &'static str, content: &str, places: &[(usize, usize)]) -> Result<String, SecretError> {
        let reference =
            |place: &(usize, usize)| SecretReference { secret: "x".to_owned(), start: place.0, end: place.1 };
        let references: Vec<SecretReference> = places.iter().map(reference).collect();
        let secrets = Secrets::new(Box::new(Fixed(value)), Tripwire::default());
        fill(content.as_bytes(), &references, &secrets).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn every_place_gets_the_value() {
        assert_eq!(
            filled("longenough", "a: X\nb: X\n", &[(3, 4), (8, 9)]).unwrap(),
            "a: \"longenough\"\nb: \"longenough\"\n"
        );
        assert_eq!(filled("longenough", "as it is", &[]).unwrap(), "as it is");
    }

    #[test]
    fn what_is_written_reads_back_as_yaml_and_as_json() {
        for value in [
            "a \"quoted\" \\ one: #",
            "several\nlines\n\tof\rtext",
            "\u{85}\u{2028}\u{2029}\u{feff}\u{7f}\u{1}äß€😀",
            "12345678",
            "!tag &anchor *x",
        ] {
            let text = quoted(value);
            assert_eq!(serde_json::from_str::<String>(&text).unwrap(), value);
            assert_eq!(serde_saphyr::from_str::<String>(&text).unwrap(), value);
            assert_eq!(serde_norway::from_str::<String>(&text).unwrap(), value);
        }
    }

    #[test]
    fn a_place_outside_of_the_content_is_an_error() {
        for places in [&[(3, 99)][..], &[(5, 4)], &[(3, 5), (2, 4)], &[(99, 100)]] {
            assert_eq!(filled("longenough", "a: X\n", places), Err(SecretError::Damaged));
        }
    }
}
