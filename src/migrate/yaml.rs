//! YAML, of which no text stands for more than it has.

use super::walk::{Lost, Read, Walk};
use crate::model::Value;
use crate::neighbour::pointer;
use crate::rows::yaml::{CORE, Node, Part, meant, parts, span};
use crate::source::{FileId, Span, Spanned};
use serde_saphyr::{Location, Spanned as Located, Tagged};

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
        let word = self.text.get(self.span(defined).range()).unwrap_or_default().trim();
        let node = meant(node, tag.as_deref(), word, self.is_1_1);
        if let Some(tag) = tag.filter(|tag| !PLAIN.contains(&tag.strip_prefix(CORE).unwrap_or(tag))) {
            let reason = match tag.strip_prefix(CORE) {
                Some("binary") => "`!!binary` is read as the text that it encodes".to_owned(),
                Some(name) => format!("the tag `!!{name}` says nothing here: read without it"),
                None => format!("the tag `{tag}` says nothing here: read without it"),
            };
            self.untagged.push(Lost { pointer: pointer(&self.way), place, reason });
        }
        let value = match node {
            Node::Value(value) => value,
            Node::Unheld => {
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
        span(self.file, location)
    }
}
