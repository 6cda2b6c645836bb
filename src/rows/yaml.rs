//! YAML as it is written: each part with its place and its tag.

use super::{Broken, Columns, Row, Take};
use crate::model::{Map, Member, Name, Number, Value, float_holds, inexact};
use crate::source::{FileId, Span, Spanned};
use crate::yaml;
use regex::Regex;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned as Located, Tagged};
use std::sync::LazyLock;

/// The rows of a YAML list, or of several documents that are an object each.
pub(super) fn rows((file, text): (FileId, &str), columns: &mut Columns, take: Take<'_>) -> Result<(), Broken> {
    let documents = parts(text, false).map_err(|error| broken(file, text, &error))?;
    let is_one = documents.len() == 1;
    for document in documents {
        let place = span(file, document.referenced);
        match document.value.0 {
            Node::List(items) if is_one => {
                items.into_iter().try_for_each(|item| row((file, text), item, columns, take))?;
            }
            node @ Node::Map(_) => {
                let part =
                    Part { value: Tagged(node, None), referenced: document.referenced, defined: document.defined };
                row((file, text), part, columns, take)?;
            }
            Node::Value(Value::Null) => {}
            _ => return Err(Broken::no_row(place)),
        }
    }
    Ok(())
}

fn row((file, text): (FileId, &str), part: Part, columns: &mut Columns, take: Take<'_>) -> Result<(), Broken> {
    let place = span(file, part.referenced);
    let Node::Map(members) = part.value.0 else { return Err(Broken::no_row(place)) };
    let mut row = Row::at(place);
    for (name, part) in members {
        let value = value((file, text), part)?;
        let number = columns.number(&name, value.span)?;
        row.put(number, value);
    }
    take(columns, Ok(&mut row));
    Ok(())
}

/// The value of a part; it is nested no deeper than [`yaml::DEEPEST`].
fn value((file, text): (FileId, &str), part: Part) -> Result<Spanned<Value>, Broken> {
    let Located { value: Tagged(node, tag), referenced, defined } = part;
    let place = span(file, referenced);
    let word = text.get(span(file, defined).range()).unwrap_or_default().trim();
    let value = match meant(node, tag.as_deref(), word, false) {
        Node::Value(value) => value,
        Node::Unheld => return Err(Broken::inexact(place, word)),
        Node::List(items) => {
            Value::Array(items.into_iter().map(|item| value((file, text), item)).collect::<Result<_, _>>()?)
        }
        Node::Map(members) => {
            let member = |(name, part): (Name, Part)| {
                let value = value((file, text), part)?;
                Ok(Member { name: Spanned::new(name, value.span), value })
            };
            Broken::reserved(Map { members: members.into_iter().map(member).collect::<Result<_, Broken>>()? }, place)?
        }
    };
    Ok(Spanned::new(value, place))
}

/// Where YAML cannot be read, and why.
fn broken(file: FileId, text: &str, error: &serde_saphyr::Error) -> Broken {
    let at = error.location().map_or(0, |location| {
        let before = usize::try_from(location.line()).unwrap_or_default().saturating_sub(1);
        let start = text.split_inclusive('\n').take(before).map(str::len).sum::<usize>();
        let column = usize::try_from(location.column()).unwrap_or_default().saturating_sub(1);
        start + text.get(start..).unwrap_or_default().char_indices().nth(column).map_or(0, |(at, _)| at)
    });
    let at = at.min(text.len()) as u32;
    Broken::new(Span::new(file, at, at), format!("not YAML: {}", yaml::said(error)))
}
/// The documents as they are written, read by a thread whose stack is large enough for the deepest.
pub(crate) fn parts(text: &str, is_1_1: bool) -> Result<Vec<Part>, serde_saphyr::Error> {
    yaml::deep(|| serde_saphyr::from_multiple_with_options::<Part>(text, yaml::options(text.len(), is_1_1)))?
}

/// What a document is made of, each part with its place and its tag.
pub(crate) type Part = Located<Tagged<Node>>;

pub(crate) enum Node {
    Value(Value),
    /// A number that no value can be.
    Unheld,
    List(Vec<Part>),
    Map(Vec<(Name, Part)>),
}

/// Where something is; its beginning alone where more is not known.
pub(crate) fn span(file: FileId, location: Location) -> Span {
    let [start, length] = [location.span().byte_offset(), location.span().byte_len()]
        .map(|at| at.and_then(|at| u32::try_from(at).ok()).unwrap_or_default());
    Span::new(file, start, start.saturating_add(length))
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("YAML")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Value(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Value(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Value(Value::integer(value)))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Node, E> {
        #[expect(clippy::cast_precision_loss, reason = "beyond i64 a number is a float")]
        let float = value as f64;
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) if float_holds(float, &value.to_string()) => self.visit_f64(float),
            Err(_) => Ok(Node::Unheld),
        }
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Node, E> {
        Ok(Number::from_float(value).map_or(Node::Unheld, |number| Node::Value(Value::Number(number))))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Value(Value::string(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        let mut map = Vec::new();
        while let Some((name, part)) = members.next_entry::<String, Part>()? {
            map.push((name.as_str().into(), part));
        }
        Ok(Node::Map(map))
    }
}

/// What every tag begins with that YAML itself gives a meaning.
pub(crate) const CORE: &str = "tag:yaml.org,2002:";

/// What a part says by the numbers of YAML 1.2, or of 1.1, where the library has those of 1.1 in all of it; that it is no number which a
/// value can be, where it would become another one.
pub(crate) fn meant(node: Node, tag: Option<&str>, word: &str, is_1_1: bool) -> Node {
    let tag_says_text = tag.is_some_and(|tag| tag == "!" || tag.strip_prefix(CORE) == Some("str"));
    let is_number = || is_1_1 || tag.is_some() || word.is_empty() || is_number(word);
    let node = match node {
        Node::Value(Value::Number(_)) | Node::Unheld if !is_number() => Node::Value(Value::string(word)),
        node => node,
    };
    let is_another = match &node {
        Node::Value(Value::Number(_)) => is_another(word),
        // What is too long for its reader comes as a text.
        Node::Value(Value::String(text)) => !tag_says_text && *word == **text && is_long_number(text) && is_number(),
        Node::Unheld | Node::Value(_) | Node::List(_) | Node::Map(_) => false,
    };
    if is_another { Node::Unheld } else { node }
}

/// Whether a word is a number in YAML 1.2, by its core schema.
fn is_number(word: &str) -> bool {
    static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"^([-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$",
        )
        .ok()
    });
    NUMBER.as_ref().is_some_and(|number| number.is_match(word))
}

/// Whether a number becomes another one where it is read.
fn is_another(word: &str) -> bool {
    let number = word.replace('_', "");
    inexact(number.trim_start_matches('+').as_bytes()).next().is_some()
}

/// Whether a word is a number to the base of 16, 8 or 2.
fn is_long_number(word: &str) -> bool {
    let word = word.trim_start_matches(['-', '+']).replace('_', "");
    let bases = [("0x", 16), ("0o", 8), ("0b", 2)];
    let digits = bases.into_iter().find_map(|(start, base)| Some((word.strip_prefix(start)?, base)));
    digits.is_some_and(|(digits, base)| !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(base)))
}
