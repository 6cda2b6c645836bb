use super::output::Output;
use crate::model::{Filter, Value, write_json};
use crate::source::Origin;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt::Write;

/// Why a filter could not be applied: what it was given.
#[derive(Debug, PartialEq)]
pub enum FilterError {
    /// There is no value.
    Missing,
    /// The value is a secret, or holds one.
    Secret,
    /// The value is of a type that the filter does not take.
    Type(&'static str),
}

/// How much a filter has to look at and to put between, in bytes and parts of values. What it gives is longer at most six times, which is
/// what `quote` makes of a control character, so that a chain of filters that is paid for before each one stays bounded.
pub fn cost(filter: &Filter, value: &Output<'_>) -> usize {
    let between = match (filter, value) {
        (Filter::Default(text), value) if value.is_null() => text.len(),
        (Filter::Join(between), value) => between.len().saturating_mul(value.count()),
        _ => 0,
    };
    value.weight().saturating_add(between)
}

/// The value after a filter.
pub fn apply<'a>(filter: &Filter, value: Output<'a>) -> Result<Output<'a>, FilterError> {
    let text = match filter {
        Filter::Default(text) if value.is_null() => text.to_string(),
        Filter::Default(_) => return Ok(value),
        Filter::Json if value.holds_secret() => return Err(FilterError::Secret),
        Filter::Json => json(&value),
        Filter::Join(between) => join(&value, between)?,
        Filter::Lower => text_of(value)?.to_lowercase(),
        Filter::Upper => text_of(value)?.to_uppercase(),
        Filter::Slug => slug(&text_of(value)?),
        Filter::Trunc(length) => text_of(value)?.chars().take(*length).collect(),
        Filter::Base64 => STANDARD.encode(&*text_of(value)?),
        Filter::Sha256 => hex(&Sha256::digest(text_of(value)?.as_bytes())),
        Filter::Quote => json(&Output::Text(text_of(value)?)),
    };
    Ok(Output::Text(Cow::Owned(text)))
}

/// The text of a scalar.
pub fn text_of(value: Output<'_>) -> Result<Cow<'_, str>, FilterError> {
    if value.is_null() {
        return Err(FilterError::Missing);
    }
    if let Output::Value(Value::Secret(_)) = value {
        return Err(FilterError::Secret);
    }
    let name = value.type_name();
    value.into_text().ok_or(FilterError::Type(name))
}

/// The items of a list with a text between them. What another filter gave for a list, as `default` does, is a text already.
fn join(value: &Output<'_>, between: &str) -> Result<String, FilterError> {
    if let Output::Text(text) = value {
        return Ok(text.to_string());
    }
    if value.is_null() {
        return Err(FilterError::Missing);
    }
    let items = value.items().ok_or(FilterError::Type(value.type_name()))?;
    let items: Vec<Cow<'_, str>> = items.into_iter().map(text_of).collect::<Result<_, _>>()?;
    Ok(items.join(between))
}

fn json(value: &Output<'_>) -> String {
    let mut bytes = Vec::new();
    write_json(&value.to_value(Origin::Nowhere), &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Lower-case letters, digits and single hyphens between them.
fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into memory has no way to fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::parse_json;

    fn filtered(filter: &Filter, json: &str) -> Result<String, FilterError> {
        let value = parse_json(json.as_bytes()).unwrap();
        apply(filter, Output::Value(&value)).map(|output| output.into_text().unwrap().into_owned())
    }

    proptest::proptest! {
        #[test]
        fn what_a_filter_gives_is_paid_for(texts in proptest::collection::vec(".{0,20}", 1..5), between in ".{0,20}") {
            let filters = [Filter::Lower, Filter::Upper, Filter::Slug, Filter::Trunc(9), Filter::Base64, Filter::Sha256, Filter::Quote];
            for filter in filters {
                let value = Value::string(texts[0].as_str());
                let cost = cost(&filter, &Output::Value(&value));
                let given = apply(&filter, Output::Value(&value)).unwrap().weight();
                assert!(given <= 6 * cost + 64, "{filter}: {given} for {cost}");
            }
            let span = Origin::Nowhere;
            let items = texts.iter().map(|text| crate::source::Spanned::new(Value::string(text.as_str()), span));
            let list = Value::Array(items.collect());
            for filter in [Filter::Json, Filter::Join(between.into()), Filter::Default("x".into())] {
                let cost = cost(&filter, &Output::Value(&list));
                let given = apply(&filter, Output::Value(&list)).unwrap().weight();
                assert!(given <= 6 * cost + 64, "{filter}: {given} for {cost}");
            }
        }
    }

    #[test]
    fn each_filter_does_what_its_name_says() {
        let cases = [
            (Filter::Default("x".into()), "null", "x"),
            (Filter::Default("x".into()), "1.5", "1.5"),
            (Filter::Lower, r#""ÀB""#, "àb"),
            (Filter::Upper, "true", "TRUE"),
            (Filter::Slug, r#""--My App__2 é!""#, "my-app-2"),
            (Filter::Trunc(2), r#""äöü""#, "äö"),
            (Filter::Join(", ".into()), r#"["a",1,true]"#, "a, 1, true"),
            (Filter::Base64, r#""hello""#, "aGVsbG8="),
            (Filter::Sha256, r#""abc""#, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (Filter::Json, r#"{"b":1,"a":[null]}"#, r#"{"a":[null],"b":1}"#),
            (Filter::Quote, r#""a\"b""#, r#""a\"b""#),
        ];
        for (filter, input, expected) in cases {
            assert_eq!(filtered(&filter, input).unwrap(), expected, "{filter}");
        }
    }

    #[test]
    fn a_filter_says_what_it_cannot_take() {
        assert_eq!(filtered(&Filter::Lower, "null"), Err(FilterError::Missing));
        for filter in [Filter::Lower, Filter::Base64, Filter::Sha256, Filter::Json, Filter::Quote, Filter::Trunc(9)] {
            assert_eq!(filtered(&filter, r#"{"$secret":"x"}"#), Err(FilterError::Secret), "{filter}");
        }
        assert_eq!(filtered(&Filter::Json, r#"[1,{"a":{"$secret":"x"}}]"#), Err(FilterError::Secret));
        assert_eq!(filtered(&Filter::Join(String::new().into()), r#"[{"$secret":"x"}]"#), Err(FilterError::Secret));
        assert_eq!(filtered(&Filter::Lower, "[]"), Err(FilterError::Type("a list")));
        assert_eq!(filtered(&Filter::Join("".into()), "3"), Err(FilterError::Type("a number")));
        assert_eq!(filtered(&Filter::Join("".into()), "[{}]"), Err(FilterError::Type("an object")));
        assert_eq!(filtered(&Filter::Join("".into()), r#""x""#), Err(FilterError::Type("a string")));
        let given = apply(&Filter::Default("none".into()), Output::Value(&Value::Null)).unwrap();
        assert_eq!(apply(&Filter::Join(",".into()), given).unwrap().into_text().unwrap(), "none");
        let null = Value::Null;
        assert!(apply(&Filter::Json, Output::Value(&null)).is_ok());
    }
}
