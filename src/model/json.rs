//! The one form of a value outside of plat: canonical JSON.

use super::{Map, Member, Name, Number, Value};
use crate::source::{Origin, Spanned};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;
use std::io::Write;
use std::ops::Range;

/// The only member of what stands for a secret: `{"$secret":"NAME"}`.
pub const SECRET_MEMBER: &str = "$secret";

/// Why a text is no JSON that can be read.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// It is no JSON, or holds what no value can be.
    #[error("not JSON: {0}")]
    Text(#[from] serde_json::Error),
    /// It holds a number that would become another one.
    #[error("JSON with the number {0}, which neither 64 bits with a sign nor a float hold")]
    Inexact(String),
}

/// Appends a value's canonical JSON: members by name, no spaces, UTF-8 kept. Equal values give equal bytes.
pub fn write_json(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => {
            // Writing into memory has no way to fail.
            let written = write!(out, "{number}");
            debug_assert!(written.is_ok());
        }
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                separate(index, out);
                write_json(item, out);
            }
            out.push(b']');
        }
        Value::Object(map) => write_map(map, out),
        Value::Secret(name) => {
            out.extend_from_slice(b"{\"$secret\":");
            write_string(name, out);
            out.push(b'}');
        }
    }
}

/// Appends the canonical JSON of an object.
pub fn write_map(map: &Map, out: &mut Vec<u8>) {
    out.push(b'{');
    for (index, member) in map.sorted().into_iter().enumerate() {
        separate(index, out);
        write_string(&member.name.value, out);
        out.push(b':');
        write_json(&member.value, out);
    }
    out.push(b'}');
}

fn separate(index: usize, out: &mut Vec<u8>) {
    if index > 0 {
        out.push(b',');
    }
}

pub(super) fn write_string(text: &str, out: &mut Vec<u8>) {
    // Most texts stand in JSON as they are. To look at every byte costs less than to stop at the first that does not.
    #[expect(clippy::needless_bitwise_bool, reason = "no branch for each byte")]
    let is_plain = text.bytes().fold(true, |plain, byte| plain & (byte >= b' ') & (byte != b'"') & (byte != b'\\'));
    if is_plain {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
        return;
    }
    // Writing a string into memory has no way to fail.
    let written = serde_json::to_writer(out, text);
    debug_assert!(written.is_ok());
}

impl Value {
    /// The value as a key: a text as it is, anything else in canonical JSON.
    pub fn as_key(&self) -> Name {
        match self {
            Self::String(text) => Name::from(&**text),
            other => {
                let mut bytes = Vec::new();
                write_json(other, &mut bytes);
                String::from_utf8_lossy(&bytes).as_ref().into()
            }
        }
    }
}

impl Map {
    /// The value that it is in a document: what stands for a secret is one.
    pub fn or_secret(self) -> Value {
        match self.members.as_slice() {
            [Member { name, value: Spanned { value: Value::String(secret), .. } }] if *name.value == *SECRET_MEMBER => {
                Value::Secret((&**secret).into())
            }
            _ => Value::Object(self),
        }
    }
}

/// Reads JSON. Its parts have no place in any file: their spans are empty and of the first file.
///
/// # Errors
/// Where the text is no JSON, or holds a number that no `f64` holds, or a whole one that is not the same afterwards.
pub fn parse_json(text: &[u8]) -> Result<Value, JsonError> {
    let value = serde_json::from_slice::<Json>(text)?.0;
    match inexact(text).next() {
        Some(number) => Err(JsonError::Inexact(String::from_utf8_lossy(&text[number]).into_owned())),
        None => Ok(value),
    }
}

/// Where the numbers of a JSON text are that become others: whole ones that neither 64 bits with a sign nor the floats that they become
/// hold, those that are so small that nothing is left of them, and those that are larger than any float.
pub fn inexact(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(byte) = text.get(at) {
            let (start, rest) = (at, &text[at..]);
            let length = match byte {
                b'"' => string_length(rest),
                b'-' | b'0'..=b'9' => rest.iter().take_while(|byte| b"+-.0123456789Ee".contains(byte)).count(),
                _ => 1,
            };
            at += length;
            if length >= SHORTEST_INEXACT && *byte != b'"' {
                let number = std::str::from_utf8(&rest[..length]).unwrap_or_default();
                let becomes = |is_other: &dyn Fn(f64) -> bool| number.parse::<f64>().is_ok_and(is_other);
                let digits = number.split(['e', 'E']).next().unwrap_or_default();
                let is_another = if digits.len() == length && !digits.contains('.') {
                    number.parse::<i64>().is_err() && becomes(&|float| !float_holds(float, number))
                } else {
                    let is_some = || digits.contains(|digit| ('1'..='9').contains(&digit));
                    becomes(&|float| float.is_infinite() || float == 0.0 && is_some())
                };
                if is_another {
                    return Some(start..at);
                }
            }
        }
        None
    })
}

/// Whether a float is the whole number of some digits: these are all of its own, or those that it is written with.
pub fn float_holds(float: f64, digits: &str) -> bool {
    float.to_string() == digits || format!("{float:.0}") == digits
}

/// The shortest number that becomes another is `1e309`.
const SHORTEST_INEXACT: usize = 5;

/// How long the string is that a text begins with, with its quotes.
fn string_length(text: &[u8]) -> usize {
    let mut is_escaped = false;
    let ends = |byte: &u8| {
        let ends = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        ends
    };
    text.iter().skip(1).position(ends).map_or(text.len(), |end| end + 2)
}

/// A value on the wire: for documents that hold values. Members are written by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Json(pub Value);

impl serde::Serialize for Json {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(&self.0, serializer)
    }
}

/// Any JSON at all.
impl schemars::JsonSchema for Json {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Json".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        true.into()
    }
}

struct Borrowed<'v>(&'v Value);

impl serde::Serialize for Borrowed<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self.0, serializer)
    }
}

fn serialize<S: serde::Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Value::Null => serializer.serialize_unit(),
        Value::Bool(value) => serializer.serialize_bool(*value),
        Value::Number(Number::Integer(value)) => serializer.serialize_i64(*value),
        Value::Number(Number::Float(value)) => serializer.serialize_f64(*value),
        Value::String(text) => serializer.serialize_str(text),
        Value::Array(items) => serializer.collect_seq(items.iter().map(|item| Borrowed(item))),
        Value::Object(map) => serializer
            .collect_map(map.sorted().into_iter().map(|member| (&*member.name.value, Borrowed(&member.value)))),
        Value::Secret(name) => serializer.collect_map([(SECRET_MEMBER, &**name)]),
    }
}

/// The place of what was written nowhere.
impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor).map(Json)
    }
}

/// How many members of an object are looked through.
const FEW: usize = 16;

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::integer(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        #[expect(clippy::cast_precision_loss, reason = "beyond i64 a number is a float")]
        i64::try_from(value).map(Value::integer).or_else(|_| self.visit_f64(value as f64))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_float(value).map(Value::Number).ok_or_else(|| E::custom("a number that is not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::string(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(Json(item)) = items.next_element()? {
            array.push(Spanned::new(item, Origin::Nowhere));
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::default();
        let mut seen: Option<HashSet<Name>> = None;
        while let Some((name, Json(value))) = entries.next_entry::<std::borrow::Cow<'_, str>, Json>()? {
            let is_there = match &seen {
                Some(seen) => seen.contains(&*name),
                None => map.get(&name).is_some(),
            };
            if is_there {
                // Whoever reads the first one and whoever reads the last one have two different values.
                return Err(serde::de::Error::custom(format!("the member `{name}` is there twice")));
            }
            // A few are quicker looked through.
            if seen.is_none() && map.members.len() >= FEW {
                seen = Some(map.members.iter().map(|member| member.name.value.clone()).collect());
            }
            if let Some(seen) = &mut seen {
                seen.insert((&*name).into());
            }
            let name = Spanned::new((&*name).into(), Origin::Nowhere);
            map.members.push(Member { name, value: Spanned::new(value, Origin::Nowhere) });
        }
        Ok(map.or_secret())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_json_sorts_members_and_reads_back() {
        let value = parse_json(br#"{"b":[1,2.5,"\u00e9\n"],"a":{"y":null,"x":true}, "c": 1.0}"#).unwrap();
        let mut out = Vec::new();
        write_json(&value, &mut out);
        assert_eq!(String::from_utf8(out.clone()).unwrap(), r#"{"a":{"x":true,"y":null},"b":[1,2.5,"é\n"],"c":1}"#);
        assert_eq!(parse_json(&out).unwrap(), value);
    }

    #[test]
    fn a_whole_number_stays_what_it_is_or_is_named() {
        for exact in [
            "9223372036854775807",
            "-9223372036854775808",
            "10000000000000000000",
            "[\"\\\"9223372036854775809\",1.5e300]",
        ] {
            let value = parse_json(exact.as_bytes()).unwrap();
            let mut out = Vec::new();
            write_json(&value, &mut out);
            assert_eq!(parse_json(&out).unwrap(), value, "{exact}");
            assert!(exact.starts_with('[') || out == exact.as_bytes(), "{exact}");
        }
        for number in
            ["9223372036854775809", "-9223372036854775809", "18446744073709551615", "123456789012345678901234567890"]
        {
            let text = format!("{{\"a\\\\\":[1,{number}]}}");
            assert!(matches!(parse_json(text.as_bytes()), Err(JsonError::Inexact(named)) if named == number), "{text}");
        }
    }

    #[test]
    fn a_secret_is_a_reference_both_ways() {
        let text = r#"{"a":[{"$secret":"my-db"}],"b":{"$secret":1},"c":{"$secret":"x","y":1}}"#;
        let value = parse_json(text.as_bytes()).unwrap();
        let items = value.as_object().unwrap().get("a").unwrap().as_array().unwrap();
        assert_eq!(items[0].value, Value::Secret("my-db".into()));
        assert!(value.as_object().unwrap().get("b").unwrap().as_object().is_some());
        assert!(value.as_object().unwrap().get("c").unwrap().as_object().is_some());
        let mut out = Vec::new();
        write_json(&value, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), text);
        assert_eq!(serde_json::to_string(&Json(value)).unwrap(), text);
    }
}
