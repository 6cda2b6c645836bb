use super::patterns::{FEWEST, patterns};
use super::{Secret, forms};
use memchr::memmem::Finder;
use std::sync::{Arc, PoisonError, RwLock};

/// Watches what leaves the process for the secrets that it has come to know. Clones watch for the same ones.
#[derive(Clone, Default)]
pub struct Tripwire {
    known: Arc<RwLock<Vec<Known>>>,
}

/// A secret with what gives it away.
struct Known {
    name: String,
    secret: Secret,
    finders: Vec<Finder<'static>>,
    /// The same for a text without spaces; none where that is the same, or too short.
    squeezed: Option<Finder<'static>>,
}

/// Bytes in which the tripwire found nothing. What writes to the world takes these.
#[derive(Clone, Copy)]
pub struct Passed<'b>(&'b [u8]);

impl<'b> Passed<'b> {
    /// The bytes.
    pub fn bytes(self) -> &'b [u8] {
        self.0
    }
}

/// That an output would have held a secret. It names both and holds no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{output} would hold the secret {secret}: nothing of it was written")]
pub struct Leak {
    /// The secret's name.
    pub secret: String,
    /// The output, as a message says it.
    pub output: String,
}

/// That a secret is too short to be watched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret `{name}` has fewer than 8 bytes, and plat could not tell it from other text: use a longer one")]
pub struct TooShort {
    /// The secret's name.
    pub name: String,
}

impl TooShort {
    /// The same of something that is called otherwise, such as a part of the secret.
    pub fn of(&self, named: &str) -> String {
        self.to_string().replacen(&format!("the secret `{}`", self.name), named, 1)
    }
}

impl Tripwire {
    /// Watches for a secret from now on.
    ///
    /// # Errors
    /// Where it is too short to be told from other text.
    pub fn learn(&self, name: &str, secret: &Secret) -> Result<(), TooShort> {
        let text = secret.expose().trim();
        if text.len() < FEWEST {
            return Err(TooShort { name: name.to_owned() });
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.iter().any(|known| known.secret == *secret) {
            return Ok(());
        }
        let finder = |pattern: Vec<u8>| Finder::new(&pattern).into_owned();
        let tight = forms::squeezed(text.as_bytes());
        known.push(Known {
            name: name.to_owned(),
            secret: secret.clone(),
            finders: patterns(text).into_iter().map(finder).collect(),
            squeezed: (tight.len() >= FEWEST && tight != text.as_bytes()).then(|| finder(tight)),
        });
        Ok(())
    }

    /// Whether nothing is watched for, so that nothing can be found.
    pub fn is_idle(&self) -> bool {
        self.known.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Lets bytes through that hold no secret in any form that is known. `output` says where they go.
    ///
    /// # Errors
    /// The secret that they hold.
    pub fn pass<'b>(&self, bytes: &'b [u8], output: &str) -> Result<Passed<'b>, Leak> {
        match self.found(bytes) {
            None => Ok(Passed(bytes)),
            // Neither name may say itself what must not be said.
            Some(name) => Err(Leak {
                secret: self
                    .found(name.as_bytes())
                    .map_or_else(|| format!("`{name}`"), |_| "that its name says".to_owned()),
                output: self.found(output.as_bytes()).map_or_else(|| output.to_owned(), |_| "an output".to_owned()),
            }),
        }
    }

    /// The name of the first secret in a text.
    fn found(&self, text: &[u8]) -> Option<String> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if known.is_empty() {
            return None;
        }
        let holds = |known: &&Known, text: &[u8]| {
            known.finders.iter().chain(&known.squeezed).any(|finder| finder.find(text).is_some())
        };
        forms::find(text, |form| known.iter().find(|known| holds(known, form)).map(|known| known.name.clone()))
    }
}

impl std::fmt::Debug for Tripwire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tripwire(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;

    const PLANTED: &str = "planted/7f3a \"9c+51";

    fn tripwire() -> Tripwire {
        let tripwire = Tripwire::default();
        tripwire.learn("db", &Secret::new(PLANTED)).unwrap();
        tripwire
    }

    #[test]
    fn every_form_of_a_secret_is_caught() {
        let encoded = base64::engine::general_purpose::STANDARD.encode(format!("user:{PLANTED}"));
        let hexadecimal: String = PLANTED.bytes().map(|byte| format!("{byte:02x}")).collect();
        for text in [
            PLANTED.to_owned(),
            format!("password: {PLANTED}\n"),
            format!("{PLANTED:?}"),
            serde_json::to_string(&serde_json::to_string(PLANTED).unwrap()).unwrap(),
            "https://u:planted%2F7f3a%20%229c%2B51@host".to_owned(),
            encoded,
            hexadecimal.to_uppercase(),
            hexadecimal,
            "│ planted/7f3a\n│ \"9c+51".to_owned(),
        ] {
            let leak = tripwire().pass(text.as_bytes(), "standard output").err().unwrap();
            let said = "standard output would hold the secret `db`: nothing of it was written";
            assert_eq!(leak.to_string(), said, "{text}");
        }
    }

    #[test]
    fn other_text_passes_as_it_is() {
        for text in ["", "planted/7f3a", "%7f \\u12 &x; '", "planted/7f3a \"9c+5"] {
            assert_eq!(tripwire().pass(text.as_bytes(), "standard output").unwrap().bytes(), text.as_bytes());
        }
    }

    #[test]
    fn the_message_says_no_name_that_is_the_secret() {
        let tripwire = Tripwire::default();
        tripwire.learn("planted-name", &Secret::new("planted-name")).unwrap();
        let leak = tripwire.pass(b"planted-name", "the file planted-name.json").err().unwrap();
        assert!(!leak.to_string().contains("planted-name"), "{leak}");
    }

    #[test]
    fn a_short_secret_is_refused() {
        assert!(Tripwire::default().learn("db", &Secret::new("1234567\n")).is_err());
        assert!(Tripwire::default().learn("db", &Secret::new("12345678")).is_ok());
    }
}
