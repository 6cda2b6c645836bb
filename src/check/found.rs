//! `pattern` as a keyword of our own. That of JSON Schema is read by the validator in its own way, which is not quite that of ECMA 262.

use super::instance::{Instance, Values};
use crate::model::linear_pattern;
use jsonschema::json::Node;
use jsonschema::paths::Location;
use jsonschema::{Keyword, ValidationError};
use regex::{Regex, RegexBuilder};
use serde_json::{Map, Value as Json};

/// The keyword's name in a schema.
pub(super) const KEYWORD: &str = "found";

/// The most bytes of one regular expression that is made ready.
const LIMIT: usize = 8 << 20;

/// That a regular expression is found in a text. Of what is no text it says nothing.
pub(super) struct Found(Regex);

impl Found {
    /// The expression of ECMA 262, made ready; nothing where it is none, or is too large.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        RegexBuilder::new(&linear_pattern(pattern).ok()?).size_limit(LIMIT).build().ok().map(Self)
    }

    /// Whether it is found in a text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

/// The keyword with its value in a schema.
pub(super) fn keyword<'a>(
    _: &'a Map<String, Json>,
    pattern: &'a Json,
    _: Location,
) -> Result<Box<dyn for<'i> Keyword<'i, Values>>, ValidationError<'a>> {
    match pattern.as_str().and_then(Found::new) {
        Some(found) => Ok(Box::new(found)),
        None => Err(ValidationError::custom("no regular expression")),
    }
}

impl<'i> Keyword<'i, Values> for Found {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) { Ok(()) } else { Err(ValidationError::custom("not found")) }
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        instance.as_string().is_none_or(|text| self.is_in(&text))
    }
}
