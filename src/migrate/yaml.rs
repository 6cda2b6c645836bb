//! YAML, of which no text stands for more than it has.

use super::walk::{Lost, Read, Walk};
use crate::model::{Name, Number, Value, inexact};
use crate::neighbour::pointer;
use crate::source::{FileId, Span, Spanned};
use regex::Regex;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned as Located, Tagged};
use std::sync::LazyLock;

/// The documents of a text that hold something. Of YAML 1.1 `yes` and `on` say true, and 0644 is a number to the base of 8.
///
/// # Errors
/// Where it cannot be read.
pub(super) fn documents(file: FileId, text: &str, is_1_1: bool) -> Result<Vec<Read>, serde_saphyr::Error> {
    let parts = parts(text, is_1_1)?;
    let read = parts.into_iter().map(|part| {
        let mut reader = Reader { file, text, is_1_1, way: Vec::new(), lost: Vec::new(), untagged: Vec::new() };
        let place = reader.span(part.referenced);
        let value = reader.value(part).unwrap_or(Spanned::new(Value::Null, place));
        Read { value, lost: reader.lost, untagged: reader.untagged }
    });
    Ok(read.filter(|read| read.value.value != Value::Null || !read.lost.is_empty()).collect())
}

/// How much of the stack a level of nesting may take: the library comes to the next one by way of some twenty functions.
const LEVEL: usize = 256 << 10;

/// The documents as they are written, read by a thread whose stack is large enough for the deepest.
fn parts(text: &str, is_1_1: bool) -> Result<Vec<Part>, serde_saphyr::Error> {
    let read = || serde_saphyr::from_multiple_with_options::<Part>(text, options(text, is_1_1));
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().stack_size(DEEPEST * LEVEL).spawn_scoped(scope, read);
        let reader = reader.map_err(<serde_saphyr::Error as serde::de::Error>::custom)?;
        reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// What a document is made of, each part with its place and its tag.
type Part = Located<Tagged<Node>>;

enum Node {
    Value(Value),
    /// A number that no value can be.
    Unheld,
    List(Vec<Part>),
    Map(Vec<(Name, Part)>),
}

/// What every tag begins with that YAML itself gives a meaning.
const CORE: &str = "tag:yaml.org,2002:";

/// The tags that say no more than what is read without them: those of JSON's values, and that there is none.
const PLAIN: [&str; 8] = ["!", "null", "bool", "int", "float", "str", "seq", "map"];

struct Reader<'t> {
    file: FileId,
    text: &'t str,
    is_1_1: bool,
    way: Vec<Box<str>>,
    lost: Vec<Lost>,
    untagged: Vec<Lost>,
}

impl Walk for Reader<'_> {
    type Part = Part;

    fn value(&mut self, part: Part) -> Option<Spanned<Value>> {
        let Located { value: Tagged(node, tag), referenced, defined } = part;
        let place = self.span(referenced);
        let tag_says_text = tag.as_deref().is_some_and(|tag| tag == "!" || tag.strip_prefix(CORE) == Some("str"));
        let word = self.text.get(self.span(defined).range()).unwrap_or_default().trim();
        let says_any_number = self.is_1_1 || tag.is_some() || word.is_empty();
        let is_number = || says_any_number || is_number(word);
        if let Some(tag) = tag.filter(|tag| !PLAIN.contains(&tag.strip_prefix(CORE).unwrap_or(tag))) {
            let reason = match tag.strip_prefix(CORE) {
                Some("binary") => "`!!binary` is read as the text that it encodes".to_owned(),
                Some(name) => format!("the tag `!!{name}` says nothing here: read without it"),
                None => format!("the tag `{tag}` says nothing here: read without it"),
            };
            self.untagged.push(Lost { pointer: pointer(&self.way), place, reason });
        }
        // The library has the numbers of YAML 1.1 in all of it.
        let node = match node {
            Node::Value(Value::Number(_)) | Node::Unheld if !is_number() => Node::Value(Value::string(word)),
            node => node,
        };
        let is_lost = match &node {
            Node::Unheld => true,
            Node::Value(Value::Number(_)) => is_another(word),
            // What is too long for its reader comes as a text.
            Node::Value(Value::String(text)) => {
                !tag_says_text && *word == **text && is_long_number(text) && is_number()
            }
            Node::Value(_) | Node::List(_) | Node::Map(_) => false,
        };
        let value = match node {
            Node::Value(value) if !is_lost => value,
            Node::Value(_) | Node::Unheld => {
                self.lose(place);
                return None;
            }
            Node::List(items) => self.list(items)?,
            Node::Map(members) => self.object(members),
        };
        Some(Spanned::new(value, place))
    }

    fn way(&mut self) -> &mut Vec<Box<str>> {
        &mut self.way
    }

    fn lost(&mut self) -> &mut Vec<Lost> {
        &mut self.lost
    }
}

impl Reader<'_> {
    /// Where something is; its beginning alone where more is not known.
    fn span(&self, location: Location) -> Span {
        let [start, length] = [location.span().byte_offset(), location.span().byte_len()]
            .map(|at| at.and_then(|at| u32::try_from(at).ok()).unwrap_or_default());
        Span::new(self.file, start, start.saturating_add(length))
    }
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
            Err(_) if float.to_string() == value.to_string() => self.visit_f64(float),
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

/// How YAML is read: as much of it as the text has, and what its aliases stand for no more often than that.
fn options(text: &str, is_1_1: bool) -> serde_saphyr::Options {
    let most = text.len().max(1 << 16);
    serde_saphyr::options! {
        strict_booleans: !is_1_1,
        legacy_octal_numbers: is_1_1,
        budget: serde_saphyr::budget! {
            max_events: most,
            max_nodes: most,
            max_documents: most,
            max_aliases: most,
            max_anchors: most,
            max_merge_keys: most,
            max_recorded_anchor_events: most,
            max_total_scalar_bytes: most,
            max_depth: DEEPEST,
            enforce_alias_anchor_ratio: false,
        },
        non_finite_float_policy: serde_saphyr::NonFiniteFloatPolicy::PassThrough,
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: most },
    }
}

/// Why YAML cannot be read.
pub(super) fn said(error: &serde_saphyr::Error) -> String {
    let text = first_line(&error.to_string());
    // The place is told beside it.
    let text = text.strip_prefix("line ").and_then(|rest| Some(rest.split_once(": ")?.1)).unwrap_or(&text);
    let has = |words: &str| text.contains(words);
    if let Some(rest) = text.strip_prefix("duplicate mapping key: ") {
        return format!("`{}` stands twice in one object", rest.split(", set ").next().unwrap_or(rest));
    }
    if has("Depth {") || has("recursion limit") {
        return format!("it nests deeper than {DEEPEST} levels");
    }
    if has("alias replay") || has("alias expansion") || has("budget breached") {
        return "its aliases stand for more than the text itself has".to_owned();
    }
    if has("null into string") {
        return "a name in it is null, and every name is a text: write it in quotes, or take the member out".to_owned();
    }
    if has("expected string scalar") {
        return "a list or an object stands where the name of a member is, and every name is a text".to_owned();
    }
    if has("recursive references") {
        return "an alias in it stands for what it is in, which has no end: write out what is meant".to_owned();
    }
    text.to_owned()
}

/// The most objects and lists around a value.
const DEEPEST: usize = 64;

pub(super) fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}
