//! What is given for parameters of a project: on a command line, or in a file.

use super::value::json_in_kdl;
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Map, Value, parse_json, write_json};
use crate::source::{Origin, SourceFile, Sources, Span, Spanned};
use crate::syntax;
use std::ops::Range;
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
        /// Where in it the value stands.
        at: Range<u32>,
        /// The value.
        value: Value,
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

/// What a file gives for parameters of a project. The file is KDL, a line for each by JSON-in-KDL, or where its name ends with `.json` an object.
///
/// # Errors
/// What is wrong with the file, and its text.
pub fn given_in(name: &str, bytes: Vec<u8>) -> Result<Vec<Given>, (Diagnostics, Sources)> {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new(name, bytes));
    let mut diagnostics = Diagnostics::default();
    let text = sources.file(file).text.clone();
    let start = Span::start_of(file);
    let map = if is_json(name) {
        let wrong = |message: String| {
            let problem = Diagnostic::error(code::VALUE_OF_WRONG_TYPE, start, message);
            problem.help("write an object of JSON: `{\"NAME\": VALUE}`")
        };
        match parse_json(text.as_bytes()) {
            Ok(Value::Object(map)) => map,
            Ok(other) => {
                diagnostics.push(wrong(format!("this is {}, and no object of JSON", other.type_name())));
                Map::default()
            }
            Err(error) => {
                diagnostics.push(wrong(format!("this is no JSON: {error}")));
                Map::default()
            }
        }
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
        let at = member.value.span.text().or(member.name.span.text()).map_or(0..0, |span| span.start..span.end);
        let value = GivenValue::Said { file: file.clone(), at, value: member.value.value };
        Given { name: member.name.value.to_string(), value }
    });
    Ok(given.collect())
}

/// Whether a file is one of JSON, by its name.
fn is_json(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
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
