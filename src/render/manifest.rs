//! A manifest as YAML, with the places of its secrets.

use super::output::Output;
use crate::model::{Name, Number, Value, write_json};
use crate::secret::Reference;
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// A manifest as it is written: secrets are references, `{"$secret":"NAME"}`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Written {
    pub(super) text: String,
    /// Where the references are, in their order.
    pub(super) secrets: Vec<Reference>,
}

/// Why a manifest cannot be written.
pub(super) enum WriteError {
    /// It is longer than the limit.
    TooLarge,
    /// The writer refuses.
    Yaml(String),
}

/// A manifest as YAML of at most `limit` bytes, which readers of YAML 1.1 and of 1.2 read alike.
pub(super) fn write(manifest: &Output<'_>, limit: usize) -> Result<Written, WriteError> {
    let (mut count, mut names) = (0, BTreeSet::new());
    manifest.each_secret(&mut |name| {
        count += 1;
        names.insert(name);
    });
    let text = marked(manifest, &Marks::new(&names, 0), limit)?;
    if count == 0 {
        return Ok(Written { text, secrets: Vec::new() });
    }
    let marks = Marks::new(&names, 0);
    if text.matches(&*marks.start).count() == count {
        return referring(&text, &marks, limit);
    }
    // Some text of the manifest looks like a mark: take one that it does not have.
    let taken: BTreeSet<u64> = text.split(START).skip(1).filter_map(leading).collect();
    let free = (0..=taken.len() as u64).find(|salt| !taken.contains(salt)).unwrap_or_default();
    let marks = Marks::new(&names, free);
    referring(&marked(manifest, &marks, limit)?, &marks, limit)
}

/// What every mark starts with. A mark is a word that YAML writes as it is.
const START: &str = "plat-secret-";

/// The words that stand for secrets while a manifest is written.
struct Marks<'n> {
    /// What the marks of this manifest start with.
    start: String,
    indices: BTreeMap<&'n Name, usize>,
    names: Vec<&'n Name>,
}

impl<'n> Marks<'n> {
    fn new(names: &BTreeSet<&'n Name>, salt: u64) -> Self {
        let names: Vec<&Name> = names.iter().copied().collect();
        let indices = names.iter().enumerate().map(|(index, name)| (*name, index)).collect();
        Self { start: format!("{START}{salt}-"), indices, names }
    }

    fn mark(&self, name: &Name) -> String {
        format!("{}{}e", self.start, self.indices.get(name).copied().unwrap_or_default())
    }
}

/// The number that a text starts with.
fn leading(text: &str) -> Option<u64> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

/// The text with a reference in the place of each mark.
fn referring(text: &str, marks: &Marks<'_>, limit: usize) -> Result<Written, WriteError> {
    let mut written = Written { text: String::with_capacity(text.len()), secrets: Vec::new() };
    let mut pieces = text.split(&*marks.start);
    written.text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let index = leading(piece).unwrap_or_default();
        let rest = piece.split_once('e').map_or("", |(_, rest)| rest);
        let Some(name) = usize::try_from(index).ok().and_then(|index| marks.names.get(index)) else { continue };
        let start = written.text.len();
        let mut json = Vec::new();
        write_json(&Value::Secret((*name).clone()), &mut json);
        written.text.push_str(&String::from_utf8_lossy(&json));
        written.secrets.push(Reference { secret: name.to_string(), start, end: written.text.len() });
        written.text.push_str(rest);
        // A name may be much longer than its mark.
        if written.text.len() > limit {
            return Err(WriteError::TooLarge);
        }
    }
    Ok(written)
}

fn marked(manifest: &Output<'_>, marks: &Marks<'_>, limit: usize) -> Result<String, WriteError> {
    let mut text = Limited { text: String::with_capacity(512), limit };
    match serde_saphyr::to_fmt_writer(&mut text, &Part { output: manifest, marks }) {
        Ok(()) => Ok(text.text),
        Err(serde_saphyr::ser_error::Error::Format { .. }) => Err(WriteError::TooLarge),
        Err(error) => Err(WriteError::Yaml(error.to_string())),
    }
}

/// Text that refuses to grow beyond a limit.
struct Limited {
    text: String,
    limit: usize,
}

impl std::fmt::Write for Limited {
    fn write_str(&mut self, piece: &str) -> std::fmt::Result {
        if self.limit - self.text.len() < piece.len() {
            return Err(std::fmt::Error);
        }
        self.text.push_str(piece);
        Ok(())
    }
}

/// A part of a manifest: members without a value are left out.
struct Part<'p, 'a> {
    output: &'p Output<'a>,
    marks: &'p Marks<'p>,
}

impl Serialize for Part<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let marks = self.marks;
        match self.output {
            Output::Value(value) => Literal { value, marks }.serialize(serializer),
            Output::Text(text) => serializer.serialize_str(text),
            Output::Array(items) => serializer.collect_seq(items.iter().map(|output| Part { output, marks })),
            Output::Object(members) => {
                let members = members.iter().filter(|member| !member.1.is_null());
                let mut map = serializer.serialize_map(Some(members.clone().count()))?;
                for (name, output) in members {
                    map.serialize_entry(name, &Part { output, marks })?;
                }
                map.end()
            }
        }
    }
}

/// A value of the model as a part of a manifest.
struct Literal<'p> {
    value: &'p Value,
    marks: &'p Marks<'p>,
}

impl Serialize for Literal<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let marks = self.marks;
        match self.value {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Number(Number::Integer(value)) => serializer.serialize_i64(*value),
            Value::Number(Number::Float(value)) => serializer.serialize_f64(*value),
            Value::String(text) => serializer.serialize_str(text),
            Value::Array(items) => {
                serializer.collect_seq(items.iter().map(|item| Literal { value: &item.value, marks }))
            }
            Value::Object(object) => {
                let members = object.members.iter().filter(|member| member.value.value != Value::Null);
                let mut map = serializer.serialize_map(Some(members.clone().count()))?;
                for member in members {
                    map.serialize_entry(&*member.name.value, &Literal { value: &member.value.value, marks })?;
                }
                map.end()
            }
            Value::Secret(name) => serializer.serialize_str(&marks.mark(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::parse_json;

    fn written(json: &str) -> Written {
        let value = parse_json(json.as_bytes()).unwrap();
        write(&Output::Value(&value), 10_000).ok().unwrap()
    }

    fn places(written: &Written) -> Vec<(&str, &str)> {
        let place = |reference: &Reference| &written.text[reference.start..reference.end];
        written.secrets.iter().map(|reference| (&*reference.secret, place(reference))).collect()
    }

    #[test]
    fn each_secret_is_a_reference_at_a_known_place() {
        let written = written(r#"{"a":[{"$secret":"y"},{"$secret":"x"}],"b":{"c":{"$secret":"y"}}}"#);
        assert_eq!(written.text, "a:\n- {\"$secret\":\"y\"}\n- {\"$secret\":\"x\"}\nb:\n  c: {\"$secret\":\"y\"}\n");
        let reference = |name| format!("{{\"$secret\":\"{name}\"}}");
        let (x, y) = (reference("x"), reference("y"));
        assert_eq!(places(&written), [("y", &*y), ("x", &*x), ("y", &*y)]);
        assert_eq!(
            parse_json(serde_saphyr::from_str::<serde_json::Value>(&written.text).unwrap().to_string().as_bytes())
                .unwrap(),
            parse_json(br#"{"a":[{"$secret":"y"},{"$secret":"x"}],"b":{"c":{"$secret":"y"}}}"#).unwrap()
        );
    }

    #[test]
    fn a_text_that_looks_like_a_mark_stays_a_text() {
        let texts = "plat-secret-0-0e and plat-secret-1-0e, plat-secret-3-0e";
        let written = written(&format!(r#"{{"a":"{texts}","b":{{"$secret":"x"}}}}"#));
        assert_eq!(written.text, format!("a: {texts}\nb: {{\"$secret\":\"x\"}}\n"));
        assert_eq!(places(&written), [("x", "{\"$secret\":\"x\"}")]);
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let value = parse_json(br#"{"a":{"$secret":"a-name-of-some-length"}}"#).unwrap();
        assert!(matches!(write(&Output::Value(&value), 25), Err(WriteError::TooLarge)));
    }
}
