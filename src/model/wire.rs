//! Names, addresses, digests and lifecycles in documents, each as its text.

use super::{Address, Deletion, Digest, Lifecycle, Name, OnDrift, Thing};
use crate::source::{Origin, Spanned};
use serde::de::{Deserialize, Deserializer, Error};
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// Writes a type as its text, and reads it back by a function that gives nothing for a text that is none.
macro_rules! as_text {
    ($type:ty, $name:literal, $parse:expr) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <Cow<'_, str>>::deserialize(deserializer)?;
                let parse: fn(&str) -> Option<Self> = $parse;
                parse(&text).ok_or_else(|| D::Error::custom(format!("`{text}` is no {}", $name)))
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                String::json_schema(generator)
            }
        }
    };
}

as_text!(Name, "name", |text| Some(text.into()));
as_text!(Address, "address", Address::parse);
as_text!(Digest, "digest", Digest::parse);
as_text!(Thing, "address of an object or a file", Thing::parse);

/// What may happen to an object in its life, as the language says it.
#[derive(Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Lifecycle")]
struct Words<'l> {
    /// Whether deleting it needs an explicit allowance.
    protect: bool,
    /// What becomes of what others change: `revert`, `keep` or `fail`.
    on_drift: Cow<'l, str>,
    /// What becomes of it when it is no longer declared: `delete`, `orphan`, `confirm` or `forbid`.
    deletion: Cow<'l, str>,
    /// The fields that are left alone.
    ignore: Vec<Cow<'l, str>>,
}

impl Serialize for Lifecycle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let words = Words {
            protect: self.protect,
            on_drift: self.on_drift.word().into(),
            deletion: self.deletion.word().into(),
            ignore: self.ignore.iter().map(|path| (&*path.value).into()).collect(),
        };
        words.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Lifecycle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = Words::deserialize(deserializer)?;
        let nowhere = Origin::Nowhere;
        let unknown = |word: &str| D::Error::custom(format!("`{word}` is no word of a lifecycle"));
        Ok(Self {
            protect: words.protect,
            on_drift: OnDrift::from_word(&words.on_drift).ok_or_else(|| unknown(&words.on_drift))?,
            deletion: Deletion::from_word(&words.deletion).ok_or_else(|| unknown(&words.deletion))?,
            ignore: words.ignore.iter().map(|path| Spanned::new((&**path).into(), nowhere)).collect(),
        })
    }
}

impl schemars::JsonSchema for Lifecycle {
    fn schema_name() -> Cow<'static, str> {
        Words::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Words::json_schema(generator)
    }
}
