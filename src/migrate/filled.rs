//! Texts and objects in which a template fills something in.

use super::text::read;
use super::way::text;
use crate::grammar::Neighbour;
use crate::model::{Map, Member, Value};
use crate::source::{FileId, SourceFile};

/// Whether a text has braces in which a template fills something in.
pub(super) fn is_filled_in(text: &str) -> bool {
    text.contains("{{")
}

/// Whether an object is called as a template fills it in.
pub(super) fn is_named_by_template(document: &Map) -> bool {
    text(document, &["metadata", "name"]).is_some_and(is_filled_in)
}

/// Whether a template fills something in, anywhere in an object, but what one of Backstage says for itself.
pub(super) fn is_made_by_template(document: &Map) -> bool {
    let fills = |member: &Member| is_in(&member.value);
    let is_one = text(document, &["kind"]) == Some("Template");
    is_named_by_template(document) || !is_one && document.members.iter().any(fills)
}

fn is_in(value: &Value) -> bool {
    match value {
        Value::String(text) => is_filled_in(text),
        Value::Array(items) => items.iter().any(|item| is_in(item)),
        Value::Object(map) => map.members.iter().any(|member| is_in(&member.value)),
        _ => false,
    }
}

/// Whether a text cannot be read for the braces of a template in it, and could be once they are filled in.
pub(super) fn is_made_by_templates(source: &SourceFile) -> bool {
    let filled = filled_in(&source.text);
    filled != *source.text && {
        let filled = SourceFile::new(source.name.as_str(), filled.into_bytes());
        read(Neighbour::Backstage, FileId(0), &filled).iter().all(Result::is_ok)
    }
}

/// A text with a word in the place of each expression in braces, and without comments and conditions in such: of two ways the first.
fn filled_in(text: &str) -> String {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some((start, end)) = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")]
        .into_iter()
        .filter_map(|(open, close)| Some((rest.find(open)?, close)))
        .min()
    {
        let Some(length) = rest[start..].find(end) else { break };
        let inside = &rest[start + 2..start + length];
        filled.push_str(&rest[..start]);
        rest = &rest[start + length + 2..];
        match end {
            "}}" => {
                let before = filled.trim_end_matches('$').len();
                filled.truncate(before);
                filled.push('x');
            }
            "%}" if inside.trim_start_matches(['-', ' ']).starts_with("el") => {
                let mut tags = rest.match_indices("{%").map(|(at, _)| at);
                let end = tags.find(|at| rest[at + 2..].trim_start_matches(['-', ' ']).starts_with("end"));
                rest = end.map_or("", |at| &rest[at..]);
            }
            _ => {}
        }
    }
    filled + rest
}
