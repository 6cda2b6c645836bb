//! Secrets: what they are, where their values come from, and that no output holds one.
//!
//! In: names, and a [`Source`] of values. Out: values for those who log in or deliver with them, and the verdict of the
//! [`Tripwire`] about everything that leaves the process. Promise: no error and no text of this module holds a value.
//! Never: a value in a plan, a report or a log.

mod exposed;
mod fill;
mod forms;
mod manifest;
mod patterns;
mod text;
mod tripwire;

pub use exposed::{Exposed, Held, exposed, exposed_at, exposed_in, shown, shown_at};
pub use fill::{SecretReference, fill, quoted};
pub use manifest::{HIDDEN, is_held, without_held, without_held_beside};
pub use text::Secret;
pub use tripwire::{Leak, Passed, TooShort, Tripwire};

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Where the values of secrets come from.
pub trait Source: Send {
    /// The value of the secret of a name; nothing where this source has none.
    fn value(&self, name: &str) -> Option<Secret>;

    /// Where [`value`](Source::value) looks, as an advice: "set A, or B". It holds names, never values.
    fn advice(&self, name: &str) -> String;
}

/// The source that has none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSource;

impl Source for NoSource {
    fn value(&self, _: &str) -> Option<Secret> {
        None
    }

    fn advice(&self, _: &str) -> String {
        "there is no source of secrets".to_owned()
    }
}

/// Why a secret cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// No source has it.
    #[error("there is no value for the secret `{name}`: {advice}")]
    Missing {
        /// The secret.
        name: String,
        /// What to set.
        advice: String,
    },
    /// Its value is too short to be watched.
    #[error(transparent)]
    Short(#[from] TooShort),
    /// Its value is no text that a manifest can hold where it is to stand.
    #[error("the references of a file do not lie in its content: the plan is damaged")]
    Damaged,
}

/// The secrets of one run: each is asked for once, and watched from then on.
pub struct Secrets {
    source: Box<dyn Source>,
    tripwire: Tripwire,
    found: Mutex<BTreeMap<String, Secret>>,
}

impl Secrets {
    /// Secrets of a source, watched by a tripwire.
    pub fn new(source: Box<dyn Source>, tripwire: Tripwire) -> Self {
        Self { source, tripwire, found: Mutex::default() }
    }

    /// The value of the secret of a name.
    ///
    /// # Errors
    /// Where there is none, or it is too short to be watched.
    pub fn value(&self, name: &str) -> Result<Secret, SecretError> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(secret) = found.get(name) {
            return Ok(secret.clone());
        }
        let missing = || SecretError::Missing { name: name.to_owned(), advice: self.source.advice(name) };
        let secret = self.source.value(name).ok_or_else(missing)?;
        self.tripwire.learn(name, &secret)?;
        found.insert(name.to_owned(), secret.clone());
        Ok(secret)
    }

    /// What watches them.
    pub fn tripwire(&self) -> &Tripwire {
        &self.tripwire
    }
}

impl Default for Secrets {
    fn default() -> Self {
        Self::new(Box::new(NoSource), Tripwire::default())
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct One(&'static str);

    impl Source for One {
        fn value(&self, name: &str) -> Option<Secret> {
            (name == "one").then(|| Secret::new(self.0))
        }

        fn advice(&self, name: &str) -> String {
            format!("set THE_{}", name.to_uppercase())
        }
    }

    #[test]
    fn a_secret_that_was_asked_for_is_watched() {
        let tripwire = Tripwire::default();
        let secrets = Secrets::new(Box::new(One("planted-secret")), tripwire.clone());
        assert!(tripwire.pass(b"planted-secret", "a test").is_ok());
        assert_eq!(secrets.value("one").unwrap().expose(), "planted-secret");
        assert!(tripwire.pass(b"planted-secret", "a test").is_err());
    }

    #[test]
    fn what_is_missing_or_short_is_told_by_name() {
        let secrets = Secrets::new(Box::new(One("short")), Tripwire::default());
        let said = |name| secrets.value(name).unwrap_err().to_string();
        assert_eq!(said("two"), "there is no value for the secret `two`: set THE_TWO");
        assert!(said("one").starts_with("the secret `one` has fewer than 8 bytes"), "{}", said("one"));
    }
}
