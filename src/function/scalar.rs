use super::error::FunctionError;
use super::output::Output;
use crate::model::write_json;
use std::borrow::Cow;

/// The text of a scalar.
///
/// # Errors
/// Where it is none.
pub fn text_of(value: Output<'_>) -> Result<Cow<'_, str>, FunctionError> {
    if value.is_null() {
        return Err(FunctionError::Missing);
    }
    if value.is_secret() {
        return Err(FunctionError::Secret);
    }
    let found = value.type_name();
    value.into_text().ok_or(FunctionError::Type { found, wanted: "a string, a number or a boolean" })
}

/// A value as JSON, its keys sorted.
pub(super) fn json(value: &Output<'_>) -> String {
    let mut bytes = Vec::new();
    write_json(&value.as_value(), &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}
