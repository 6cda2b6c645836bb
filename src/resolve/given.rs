use super::value::json_in_kdl;
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Map, Value, parse_json, write_json};
use crate::source::{Origin, SourceFile, Sources, Span, Spanned};
use crate::syntax;

/// What a file gives for parameters of a project: the name of each, with a text, as `--param` takes it. The file is KDL, a line for each by
/// JSON-in-KDL, or where its name ends with `.json` an object.
///
/// # Errors
/// What is wrong with the file, and its text.
pub fn given_in(name: &str, bytes: Vec<u8>) -> Result<Vec<(String, String)>, (Diagnostics, Sources)> {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new(name, bytes));
    let mut diagnostics = Diagnostics::default();
    let text = sources.file(file).text.clone();
    let start = Span::start_of(file);
    let map = if is_json(name) {
        let read = parse_json(text.as_bytes()).ok().and_then(|value| match value {
            Value::Object(map) => Some(map),
            _ => None,
        });
        if read.is_none() {
            let problem = Diagnostic::error(code::VALUE_OF_WRONG_TYPE, start, "this is no object of JSON");
            diagnostics.push(problem.help("write `{\"NAME\": VALUE}`"));
        }
        read.unwrap_or_default()
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
    let mut given = Vec::new();
    for member in &map.members {
        match text_of(&member.value.value) {
            Some(text) => given.push((member.name.value.to_string(), text)),
            None if matches!(member.value.span, Origin::Unread(_)) => {}
            None => {
                let place = member.name.span.text().unwrap_or(start);
                let message = format!(
                    "`{}` is given as {}, which no parameter takes",
                    member.name.value,
                    member.value.type_name()
                );
                let problem = Diagnostic::error(code::VALUE_OF_WRONG_TYPE, place, message);
                diagnostics.push(problem.help(
                    "a parameter that is not given is left out; a secret is named where it is used: `(secret)NAME`",
                ));
            }
        }
    }
    if diagnostics.has_errors() { Err((diagnostics.sorted(), sources)) } else { Ok(given) }
}

/// Whether a file is one of JSON, by its name.
fn is_json(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
}

/// A value as it is typed on a command line; nothing for what cannot be.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Secret(_) => None,
        Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            let mut bytes = Vec::new();
            write_json(value, &mut bytes);
            String::from_utf8(bytes).ok()
        }
    }
}
