/// The most characters of a secret's name.
const LONGEST: usize = 100;

/// Whether a text can be the name of a secret, wherever it stands: letters, digits, `-`, `_` and `.`, the first one a letter or a
/// digit, at most 100. It becomes the name of a variable and a line of what a credential command is asked.
pub fn is_secret_name(name: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(letter) && name.len() <= LONGEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_word_of_plain_letters() {
        for name in ["a", "github-credentials", "0.x_Y", &"a".repeat(LONGEST)] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["", "-a", ".a", "a b", "a\nhost=b", "ä", "a/b", "a=b", &"a".repeat(LONGEST + 1)] {
            assert!(!is_secret_name(name), "{name:?}");
        }
    }
}
