//! The fields by which the items of a list are told apart, as a keyword: Kubernetes' `x-kubernetes-list-map-keys`.

use super::instance::{Instance, Values};
use crate::model::{Name, Value};
use jsonschema::paths::Location;
use jsonschema::{Keyword, ValidationError};
use serde_json::{Map, Value as Json};
use std::collections::HashSet;

/// The keyword's name in a schema.
pub(super) const KEYWORD: &str = "x-kubernetes-list-map-keys";

/// That no two items of a list have the same in some fields. Of what is no list of objects it says nothing.
struct Keys(Vec<String>);

/// The keyword with its value in a schema.
pub(super) fn keyword<'a>(
    _: &'a Map<String, Json>,
    names: &'a Json,
    _: Location,
) -> Result<Box<dyn for<'i> Keyword<'i, Values>>, ValidationError<'a>> {
    let names = names.as_array().into_iter().flatten().filter_map(Json::as_str);
    Ok(Box::new(Keys(names.map(str::to_owned).collect())))
}

impl<'i> Keyword<'i, Values> for Keys {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) { Ok(()) } else { Err(ValidationError::custom(KEYWORD)) }
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        let Instance::Value(Value::Array(items)) = instance else { return true };
        let mut seen = HashSet::new();
        items.iter().filter_map(|item| item.as_object()).all(|item| {
            let own: Vec<Option<Name>> = self.0.iter().map(|name| Some(item.get(name)?.as_key())).collect();
            seen.insert(own)
        })
    }
}
