//! A manifest as YAML, with the places of its secrets.

use super::scalar;
use crate::function::Output;
use crate::model::{Number, Value, write_json};
use crate::secret::SecretReference;

/// A manifest as it is written: secrets are references, `{"$secret":"NAME"}`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Written {
    pub(super) text: String,
    /// Where the references are, in their order.
    pub(super) secrets: Vec<SecretReference>,
}

/// That a manifest is longer than the limit.
#[derive(Debug, PartialEq)]
pub(super) struct TooLarge;

/// The longest key that is written in front of its colon: readers look 1,024 characters far for that.
const LONGEST_KEY: usize = 1000;

/// The key that Ruby takes for a merge even where it is quoted, unless it is said to be a text.
const MERGE: &str = "<<";

/// A manifest as YAML of at most `limit` bytes, which all readers take alike.
pub(super) fn write(manifest: &Output<'_>, limit: usize) -> Result<Written, TooLarge> {
    let mut writer = Writer { written: Written::default(), limit };
    writer.output(manifest, Cursor { column: 0, behind: Behind::Nothing })?;
    Ok(writer.written)
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Cursor {
    /// The column of the key or the dash that it belongs to.
    column: usize,
    behind: Behind,
}

/// What a value stands behind, on one line.
#[derive(Clone, Copy, PartialEq)]
enum Behind {
    Nothing,
    Key,
    Dash,
}

/// What is written so far.
struct Writer {
    written: Written,
    limit: usize,
}

impl Writer {
    fn output(&mut self, output: &Output<'_>, place: Cursor) -> Result<(), TooLarge> {
        match output {
            Output::Value(value) => self.value(value, place),
            Output::Owned(value) => self.value(value, place),
            Output::Text(text) => self.text(text, place),
            Output::Array(items) => self.sequence(items.iter(), place, Self::output),
            Output::Object(members) => {
                let members = members.iter().filter(|member| !member.1.is_null());
                self.mapping(members.map(|(name, value)| (&**name, value)), place, Self::output)
            }
        }
    }

    fn value(&mut self, value: &Value, place: Cursor) -> Result<(), TooLarge> {
        match value {
            Value::Null => self.scalar("null"),
            Value::Bool(value) => self.scalar(if *value { "true" } else { "false" }),
            Value::Number(Number::Integer(value)) => self.scalar(&value.to_string()),
            Value::Number(Number::Float(value)) => self.scalar(&scalar::float(*value)),
            Value::String(text) => self.text(text, place),
            Value::Array(items) => self.sequence(items.iter().map(|item| &item.value), place, Self::value),
            Value::Object(map) => {
                let members = map.members.iter().filter(|member| member.value.value != Value::Null);
                let members = members.map(|member| (&*member.name.value, &member.value.value));
                self.mapping(members, place, Self::value)
            }
            Value::Secret(name) => {
                let mut json = Vec::new();
                write_json(value, &mut json);
                let start = self.written.text.len() + 1;
                self.scalar(&String::from_utf8_lossy(&json))?;
                self.written.secrets.push(SecretReference { secret: name.to_string(), start, end: start + json.len() });
                Ok(())
            }
        }
    }

    /// Members that have a value, each on a line of its own.
    fn mapping<'m, V>(
        &mut self,
        members: impl Iterator<Item = (&'m str, V)>,
        place: Cursor,
        write: fn(&mut Self, V, Cursor) -> Result<(), TooLarge>,
    ) -> Result<(), TooLarge> {
        let column = if place.behind == Behind::Nothing { place.column } else { place.column + 2 };
        let mut is_first = true;
        for (key, value) in members {
            self.begin(column, is_first.then_some(place.behind))?;
            self.key(key, column)?;
            write(self, value, Cursor { column, behind: Behind::Key })?;
            is_first = false;
        }
        if is_first { self.scalar("{}") } else { Ok(()) }
    }

    /// Items, each with a dash on a line of its own; below a key they stand as far left as it does.
    fn sequence<V>(
        &mut self,
        items: impl Iterator<Item = V>,
        place: Cursor,
        write: fn(&mut Self, V, Cursor) -> Result<(), TooLarge>,
    ) -> Result<(), TooLarge> {
        let column = if place.behind == Behind::Dash { place.column + 2 } else { place.column };
        let mut is_first = true;
        for item in items {
            self.begin(column, is_first.then_some(place.behind))?;
            self.push("-")?;
            write(self, item, Cursor { column, behind: Behind::Dash })?;
            is_first = false;
        }
        if is_first { self.scalar("[]") } else { Ok(()) }
    }

    /// Goes to where a member or an item begins; of the first one, it is said what that stands behind.
    fn begin(&mut self, column: usize, first_behind: Option<Behind>) -> Result<(), TooLarge> {
        match first_behind {
            Some(Behind::Nothing) => return Ok(()),
            Some(Behind::Dash) => return self.push(" "),
            Some(Behind::Key) => self.push("\n")?,
            None => {}
        }
        self.push(&" ".repeat(column))
    }

    fn key(&mut self, key: &str, column: usize) -> Result<(), TooLarge> {
        if key == MERGE {
            self.push("!!str ")?;
        }
        let written = scalar::inline(key);
        if written.len() <= LONGEST_KEY {
            self.push(&written)?;
        } else {
            self.push("? ")?;
            self.push(&written)?;
            self.push("\n")?;
            self.push(&" ".repeat(column))?;
        }
        self.push(":")
    }

    fn text(&mut self, text: &str, place: Cursor) -> Result<(), TooLarge> {
        let Some(block) = scalar::block(text) else { return self.scalar(&scalar::inline(text)) };
        self.scalar(block.header)?;
        let indent = " ".repeat(place.column + 2);
        for line in block.lines {
            self.push(if line.is_empty() { "" } else { &indent })?;
            self.push(line)?;
            self.push("\n")?;
        }
        Ok(())
    }

    /// What ends a line.
    fn scalar(&mut self, text: &str) -> Result<(), TooLarge> {
        self.push(" ")?;
        self.push(text)?;
        self.push("\n")
    }

    fn push(&mut self, piece: &str) -> Result<(), TooLarge> {
        if self.limit - self.written.text.len() < piece.len() {
            return Err(TooLarge);
        }
        self.written.text.push_str(piece);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::parse_json;

    fn written(json: &str) -> Written {
        let value = parse_json(json.as_bytes()).unwrap();
        write(&Output::Value(&value), 10_000).unwrap()
    }

    fn places(written: &Written) -> Vec<(&str, &str)> {
        let place = |reference: &SecretReference| &written.text[reference.start..reference.end];
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
    fn members_and_items_stand_on_lines_of_their_own() {
        let json = r#"{"a":{"b":[1,[2,"3"],{"c":"d\ne\n","f":[]}],"g":{}},"h":[[],{}],"n":null,"o":[null,{"p":null}]}"#;
        let expected = "a:\n  b:\n  - 1\n  - - 2\n    - \"3\"\n  - c: |\n      d\n      e\n    f: []\n  g: {}\nh:\n- []\n- {}\n\
                        o:\n- null\n- {}\n";
        assert_eq!(written(json).text, expected);
    }

    #[test]
    fn a_key_is_a_text_whatever_it_looks_like() {
        let long = "k".repeat(2000);
        let json = format!(r#"{{"<<":{{"a":1}},"on":2,"a\nb":3,"{long}":[4]}}"#);
        let expected = format!("!!str \"<<\":\n  a: 1\n\"on\": 2\n\"a\\nb\": 3\n? {long}\n:\n- 4\n");
        assert_eq!(written(&json).text, expected);
    }

    #[test]
    fn escapes_count_in_a_key() {
        let key = "\u{1}".repeat(200);
        let manifest = Output::Object(vec![(key.clone().into(), Output::Text("x".into()))]);
        let text = write(&manifest, 10_000).unwrap().text;
        assert!(text.starts_with("? \"\\u0001"), "{text}");
        let read: std::collections::BTreeMap<String, String> = serde_norway::from_str(&text).unwrap();
        assert_eq!(read.get(&key).map(String::as_str), Some("x"));
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let value = parse_json(br#"{"a":{"$secret":"a-name-of-some-length"}}"#).unwrap();
        assert!(matches!(write(&Output::Value(&value), 25), Err(TooLarge)));
    }
}
