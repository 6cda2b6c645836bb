//! What is given for parameters of a project: on a command line, or in a file.

use super::value::json_in_kdl;
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Map, Member, Value, write_json};
use crate::rows;
use crate::source::{FileId, Origin, SourceFile, Sources, Span, Spanned};
use crate::syntax;
use std::sync::Arc;

/// What is given for a parameter of a project.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// The parameter.
    pub name: String,
    /// The value.
    pub value: GivenValue,
}

/// The name of a file, and its text.
pub type GivenFile = Arc<(String, Arc<str>)>;

/// A value for a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum GivenValue {
    /// A text, as it is typed: what it is as a value is said by the type of the parameter.
    Typed(String),
    /// A value that a file says.
    Said {
        /// The file.
        file: GivenFile,
        /// Where in it the parameter is named.
        name: Origin,
        /// The value, with its place in it.
        value: Spanned<Value>,
    },
}

impl Given {
    /// A text that was typed for a parameter.
    pub fn typed(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), value: GivenValue::Typed(text.into()) }
    }

    /// The value as it would be typed.
    pub fn text(&self) -> String {
        match &self.value {
            GivenValue::Typed(text) => text.clone(),
            GivenValue::Said { value, .. } => text_of(value),
        }
    }
}

/// What a file gives for parameters of a project. The file is KDL, a line for each by JSON-in-KDL, or JSON, an object: as its name
/// ends, or as it begins.
///
/// # Errors
/// What is wrong with the file, and its text.
pub fn given_in(name: &str, bytes: Vec<u8>) -> Result<Vec<Given>, (Diagnostics, Sources)> {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new(name, bytes));
    let mut diagnostics = Diagnostics::default();
    let text = sources.file(file).text.clone();
    let start = Span::start_of(file);
    let map = if is_json(name, &text) {
        in_json(file, &text).unwrap_or_else(|problem| {
            diagnostics.push(*problem);
            Map::default()
        })
    } else {
        let (tree, problems) = syntax::parse(file, &text);
        diagnostics.append(problems);
        let mut map = Map::default();
        for node in tree.nodes() {
            let value = json_in_kdl(node, &mut diagnostics);
            if map.get(node.name()).is_some() {
                let message = format!("`{}` is given twice", node.name());
                diagnostics
                    .push(Diagnostic::error(code::REPEATED_CHILD, node.name_span(), message).help("keep one of them"));
            }
            map.set(Spanned::new(node.name().into(), node.name_span()), value);
        }
        map
    };
    for member in &map.members {
        let is_told = matches!(member.value.span, Origin::Unread(_));
        if matches!(member.value.value, Value::Null | Value::Secret(_)) && !is_told {
            let place = member.name.span.text().unwrap_or(start);
            let found = member.value.type_name();
            let message = format!("`{}` is given as {found}, which no parameter takes", member.name.value);
            let problem = Diagnostic::error(code::VALUE_OF_WRONG_TYPE, place, message);
            diagnostics.push(
                problem.help(
                    "a parameter that is not given is left out; a secret is named where it is used: `(secret)NAME`",
                ),
            );
        }
    }
    if diagnostics.has_errors() {
        return Err((diagnostics.sorted(), sources));
    }
    let file = Arc::new((name.to_owned(), text));
    let given = map.members.into_iter().map(|member| {
        let Spanned { value: name, span } = member.name;
        Given {
            name: name.to_string(),
            value: GivenValue::Said { file: file.clone(), name: span, value: member.value },
        }
    });
    Ok(given.collect())
}

/// Whether a file is one of JSON, by its name, or because nothing else begins so.
fn is_json(name: &str, text: &str) -> bool {
    let ends = std::path::Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    ends || text.trim_start().starts_with('{')
}

/// The members of a text that is an object of JSON.
fn in_json(file: FileId, text: &str) -> Result<Map, Box<Diagnostic>> {
    let wrong = |span: Span, message: String, help: &'static str| {
        Box::new(Diagnostic::error(code::VALUE_OF_WRONG_TYPE, span, message).help(help))
    };
    let read = rows::document((file, text));
    let Spanned { value, span } = read.map_err(|broken| wrong(broken.span, broken.message, broken.help))?;
    match value {
        Value::Object(map) => Ok(map),
        other => {
            let message = format!("this is {}, and no object of JSON", other.type_name());
            Err(wrong(span.shown(), message, "write an object of JSON: `{\"NAME\": VALUE}`"))
        }
    }
}

/// A place in another file that holds the same text.
pub(super) fn in_file(place: Origin, file: FileId) -> Origin {
    place.text().map_or(place, |span| Span { file, ..span }.into())
}

/// A value, with its places in another file that holds the same text.
pub(super) fn value_in_file(value: Spanned<Value>, file: FileId) -> Spanned<Value> {
    let inner = match value.value {
        Value::Array(items) => Value::Array(items.into_iter().map(|item| value_in_file(item, file)).collect()),
        Value::Object(map) => {
            let member = |one: Member| Member {
                name: Spanned::new(one.name.value, in_file(one.name.span, file)),
                value: value_in_file(one.value, file),
            };
            Value::Object(Map { members: map.members.into_iter().map(member).collect() })
        }
        other => other,
    };
    Spanned::new(inner, in_file(value.span, file))
}

/// A value as it is typed on a command line.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Null | Value::Secret(_) => String::new(),
        Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            let mut bytes = Vec::new();
            write_json(value, &mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        }
    }
}
