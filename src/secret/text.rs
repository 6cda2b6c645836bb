use std::fmt;

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one who logs in with it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `text` without any occurrence of the secret or of one of its lines.
    pub fn redact(&self, text: &str) -> String {
        let parts = self.0.lines().map(str::trim).filter(|line| !line.is_empty());
        parts.fold(text.to_owned(), |text, line| text.replace(line, "***"))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_prints_nothing_of_itself() {
        let secret = Secret::new("hunter2");
        assert_eq!((format!("{secret:?}"), secret.to_string()), ("Secret(***)".to_owned(), "***".to_owned()));
    }

    #[test]
    fn redacting_takes_out_each_line_of_a_secret() {
        assert_eq!(Secret::new("one\ntwo\n").redact("got one, then two"), "got ***, then ***");
        assert_eq!(Secret::new("").redact("kept"), "kept");
    }
}
