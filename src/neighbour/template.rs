//! Values that refer to others, and Port's: text with `{{ }}` around an expression of jq.

use crate::grammar::Neighbour;
use crate::model::{Argument, Call, Function, Map, Member, Path, Piece, Template, Value, Verb};
use crate::resolve::template_of;
use crate::source::{Origin, Spanned};

/// A value as a neighbour has it.
///
/// # Errors
/// What of it the neighbour cannot say.
pub(super) fn out(neighbour: Neighbour, value: &Value) -> Result<Value, String> {
    let name = neighbour.name();
    match (value, value.foreign()) {
        (Value::Secret(secret), _) if neighbour == Neighbour::Port => {
            Ok(expression(&format!(".secrets{}", step(secret))))
        }
        (Value::Secret(_), _) => Err(format!("{name} has no secrets in it")),
        (_, Some(("jq", text))) if neighbour == Neighbour::Port => {
            Ok(interpolated(text).map_or_else(|| expression(text), Value::string))
        }
        (_, Some((language, _))) => Err(format!("{name} does not read `{language}` here")),
        (Value::String(text), _) => match template_of(text).ok_or("it is no text that can be read")? {
            Template::Literal(Value::String(text)) if neighbour == Neighbour::Port && text.contains("{{") => {
                Err("Port takes `{{` for the beginning of an expression".to_owned())
            }
            Template::Literal(value) => Ok(value),
            _ if neighbour != Neighbour::Port => Err(format!("{name} knows no references here")),
            Template::Reference(path, calls) if calls.is_empty() => Ok(expression(&jq(&path))),
            Template::Reference(path, calls) => Ok(Value::string(piece(&Piece::Value { path, calls })?)),
            Template::Text(pieces) => {
                let pieces: Result<String, String> = pieces.iter().map(piece).collect();
                Ok(Value::string(pieces?))
            }
            Template::Array(_) | Template::Object(_) | Template::Composed(_) | Template::Foreign { .. } => {
                Err("it is no text".to_owned())
            }
        },
        (Value::Array(items), _) => {
            let items: Result<Vec<_>, String> =
                items.iter().map(|item| each(item, |item| out(neighbour, item))).collect();
            Ok(Value::Array(items?))
        }
        (Value::Object(map), _) => {
            let mut members = Map::default();
            for Member { name, value } in &map.members {
                let value = each(value, |value| out(neighbour, value))?;
                members.put(&key_out(neighbour, &name.value)?, value.value, value.span);
            }
            Ok(Value::Object(members))
        }
        _ => Ok(value.clone()),
    }
}

fn each(value: &Spanned<Value>, carry: impl Fn(&Value) -> Result<Value, String>) -> Result<Spanned<Value>, String> {
    Ok(Spanned::new(carry(&value.value)?, value.span))
}

/// The name of a member, which may refer to a value too. What is Port's in it stays so.
fn key_out(neighbour: Neighbour, key: &str) -> Result<Box<str>, String> {
    match template_of(key) {
        Some(Template::Literal(Value::String(key))) => Ok(key),
        _ => match out(neighbour, &Value::string(key))? {
            Value::String(key) => Ok(key),
            _ => Err("the name of a member is no text".to_owned()),
        },
    }
}

/// A neighbour's value as the language has it.
///
/// # Errors
/// What of it the language does not say.
pub(super) fn back(neighbour: Neighbour, value: &Value) -> Result<Value, String> {
    let text = match value {
        Value::String(text) => text,
        Value::Array(items) => {
            let items: Result<Vec<_>, String> =
                items.iter().map(|item| each(item, |item| back(neighbour, item))).collect();
            return Ok(Value::Array(items?));
        }
        Value::Object(_) if value.foreign().is_some() => {
            return Err("plat takes this for an expression".to_owned());
        }
        Value::Object(map) => {
            let mut members = Map::default();
            for Member { name, value } in &map.members {
                let value = each(value, |value| back(neighbour, value))?;
                members.put(&name.value.replace('$', "$$"), value.value, value.span);
            }
            return Ok(Value::Object(members));
        }
        _ => return Ok(value.clone()),
    };
    let parts = if neighbour == Neighbour::Port { parts(text)? } else { vec![Part::Text(text)] };
    if let [Part::Expression(only)] = parts.as_slice() {
        return Ok(match (PathExpression::read(only), secret(only)) {
            (_, Some(secret)) => Value::Secret(secret.as_str().into()),
            (Some(PathExpression { path, calls }), _) if calls.is_empty() => {
                Template::Reference(path, calls).written(Origin::Nowhere)
            }
            (Some(reference), _) => Template::Text(vec![reference.piece()]).written(Origin::Nowhere),
            (None, None) => in_jq(only),
        });
    }
    let pieces: Option<Vec<Piece>> = parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => Some(Piece::Text((*text).into())),
            Part::Expression(text) => PathExpression::read(text).map(PathExpression::piece),
        })
        .collect();
    Ok(match pieces {
        Some(pieces) => Template::Text(pieces).written(Origin::Nowhere),
        // What the language does not say is said in jq, as a whole.
        None => {
            let inner: String = parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => escaped(text),
                    Part::Expression(text) => format!("\\({text})"),
                })
                .collect();
            in_jq(&format!("\"{inner}\""))
        }
    })
}

/// A text of jq with expressions in it, as Port has it: the contrary of what [`back`] makes of what the language does not say.
fn interpolated(jq: &str) -> Option<String> {
    let mut rest = jq.strip_prefix('"')?.strip_suffix('"')?;
    let (mut out, mut is_mixed) = (String::new(), false);
    while let Some(at) = rest.find(['\\', '"']) {
        let Some(behind) = rest.get(at..)?.strip_prefix("\\(") else {
            // An escape, which is one of JSON; a quote alone would end the text.
            let length = if rest.get(at..)?.starts_with("\\u") { 6 } else { 2 };
            if rest.get(at..)?.starts_with('"') {
                return None;
            }
            out.push_str(rest.get(..at + length)?);
            rest = rest.get(at + length..)?;
            continue;
        };
        let end = closing(behind)?;
        out.push_str(rest.get(..at)?);
        out.push_str(&escaped(&format!("{{{{ {} }}}}", behind.get(..end)?)));
        is_mixed = true;
        rest = behind.get(end + 1..)?;
    }
    out.push_str(rest);
    is_mixed.then(|| serde_json::from_str(&format!("\"{out}\"")).ok()).flatten()
}

/// Where a parenthesis is closed, outside of texts.
fn closing(jq: &str) -> Option<usize> {
    let (mut depth, mut is_text, mut is_escaped) = (0_usize, false, false);
    for (at, byte) in jq.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b'(' if !is_text => depth += 1,
            b')' if !is_text && depth == 0 => return Some(at),
            b')' if !is_text => depth -= 1,
            _ => {}
        }
    }
    None
}

fn in_jq(text: &str) -> Value {
    Template::Foreign { language: "jq".into(), text: text.into() }.written(Origin::Nowhere)
}

/// The expression of jq that a text of Port's is, where it is nothing else.
pub(super) fn only_expression(text: &str) -> Option<&str> {
    match parts(text).ok()?.as_slice() {
        [Part::Expression(only)] => Some(only),
        _ => None,
    }
}

/// A text of Port's that is an expression of jq.
pub(super) fn expression(jq: &str) -> Value {
    Value::string(format!("{{{{ {jq} }}}}"))
}

/// A path as jq has it.
fn jq(path: &Path) -> String {
    path.segments.iter().map(|segment| step(segment)).collect()
}

fn step(name: &str) -> String {
    let is_plain = name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
        && !name.starts_with(|character: char| character.is_ascii_digit());
    if is_plain { format!(".{name}") } else { format!("[{}]", quoted(name)) }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// What stands between the quotes of a text.
fn escaped(text: &str) -> String {
    let quoted = quoted(text);
    quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
}

/// A part of a text as Port has it.
fn piece(piece: &Piece) -> Result<String, String> {
    match piece {
        Piece::Text(text) if text.contains("{{") => {
            Err("Port takes `{{` for the beginning of an expression".to_owned())
        }
        Piece::Text(text) => Ok(text.to_string()),
        Piece::Value { path, calls } => {
            let mut expression = jq(path);
            for call in calls {
                expression.push_str(&call_in_jq(call).ok_or_else(|| format!("Port has nothing like `{call}`"))?);
            }
            Ok(format!("{{{{ {expression} }}}}"))
        }
    }
}

fn call_in_jq(call: &Call) -> Option<String> {
    let Function::Verb(verb) = call.function else { return None };
    let given = match call.arguments.as_slice() {
        [Argument::Value(value)] => Some(value),
        _ => None,
    };
    let quoted = || Some(quoted(given?.as_str()?));
    Some(match verb {
        Verb::Default => format!(" // {}", quoted()?),
        Verb::Join => format!(" | join({})", quoted()?),
        Verb::Trunc => format!(" | .[:{}]", given?.as_key()),
        Verb::Lower => " | ascii_downcase".to_owned(),
        Verb::Upper => " | ascii_upcase".to_owned(),
        Verb::Base64 => " | @base64".to_owned(),
        Verb::Json => " | tojson".to_owned(),
        _ => return None,
    })
}

/// Whether two texts are the same to a neighbour: what stands around an expression within its braces says nothing.
pub(super) fn are_alike(one: &str, other: &str) -> bool {
    one == other || one.contains("{{") && parts(one).is_ok_and(|one| parts(other).is_ok_and(|other| one == other))
}

/// A part of a text of Port.
#[derive(PartialEq)]
enum Part<'t> {
    Text(&'t str),
    Expression(&'t str),
}

/// The parts of a text of Port.
fn parts(text: &str) -> Result<Vec<Part<'_>>, String> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some((before, behind)) = rest.split_once("{{") {
        let end = end_of(behind).ok_or("`{{` without `}}`")?;
        parts.extend((!before.is_empty()).then_some(Part::Text(before)));
        parts.push(Part::Expression(behind.get(..end).unwrap_or_default().trim()));
        rest = behind.get(end + 2..).unwrap_or_default();
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(Part::Text(rest));
    }
    Ok(parts)
}

/// Where an expression ends that `}}` closes: behind the objects and texts in it.
fn end_of(text: &str) -> Option<usize> {
    let (mut depth, mut is_text, mut is_escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b'{' if !is_text => depth += 1,
            b'}' if !is_text && depth > 0 => depth -= 1,
            b'}' if !is_text && text.get(at..)?.starts_with("}}") => return Some(at),
            _ => {}
        }
    }
    None
}

/// The secret that an expression is.
fn secret(jq: &str) -> Option<String> {
    let (segments, rest) = path(jq)?;
    match segments.as_slice() {
        [secrets, name] if secrets == "secrets" && rest.is_empty() => Some(name.clone()),
        _ => None,
    }
}

/// An expression that the language can say: the path of an input or of the run, and what is done to its value.
struct PathExpression {
    path: Path,
    calls: Vec<Call>,
}

impl PathExpression {
    fn read(jq: &str) -> Option<Self> {
        let (segments, mut rest) = path(jq)?;
        let is_name = |text: &String| text.chars().all(|one| one.is_alphanumeric() || matches!(one, '_' | '-'));
        let is_known = match segments.as_slice() {
            [inputs, _, ..] if inputs == "inputs" => true,
            [run, id] => run == "run" && id == "id",
            _ => false,
        };
        if !is_known || !segments.iter().all(is_name) {
            return None;
        }
        let mut calls = Vec::new();
        while !rest.is_empty() {
            let (call, behind) = call(rest)?;
            calls.push(call);
            rest = behind.trim_start();
        }
        Some(Self { path: Path { segments: segments.iter().map(|name| name.as_str().into()).collect() }, calls })
    }

    fn piece(self) -> Piece {
        Piece::Value { path: self.path, calls: self.calls }
    }
}

/// The path that an expression begins with, and what follows it.
fn path(jq: &str) -> Option<(Vec<String>, &str)> {
    let (mut segments, mut rest) = (Vec::new(), jq);
    loop {
        let (name, behind) = if let Some(behind) = rest.strip_prefix('[').or_else(|| rest.strip_prefix(".[")) {
            let (name, behind) = text(behind)?;
            (name, behind.strip_prefix(']')?)
        } else if let Some(behind) = rest.strip_prefix('.') {
            let end = behind.find(|one: char| !one.is_ascii_alphanumeric() && one != '_').unwrap_or(behind.len());
            (behind.get(..end)?.to_owned(), behind.get(end..)?)
        } else {
            break;
        };
        if name.is_empty() {
            return None;
        }
        segments.push(name);
        rest = behind;
    }
    Some((segments, rest.trim_start()))
}

/// The text in quotes that something begins with, and what follows it.
fn text(jq: &str) -> Option<(String, &str)> {
    let mut texts = serde_json::Deserializer::from_str(jq).into_iter::<String>();
    let text = texts.next()?.ok()?;
    Some((text, jq.get(texts.byte_offset()..)?))
}

/// What is done to a value first, and what follows it.
fn call(jq: &str) -> Option<(Call, &str)> {
    if let Some(behind) = jq.strip_prefix("//") {
        let (text, behind) = text(behind)?;
        return Some((Call::of(Verb::Default, [Value::string(text)]), behind));
    }
    let behind = jq.strip_prefix('|')?.trim_start();
    let plain = [
        ("ascii_downcase", Verb::Lower),
        ("ascii_upcase", Verb::Upper),
        ("@base64", Verb::Base64),
        ("tojson", Verb::Json),
    ];
    for (word, verb) in plain {
        if let Some(behind) = behind.strip_prefix(word) {
            return Some((Call::of(verb, []), behind));
        }
    }
    if let Some(behind) = behind.strip_prefix("join(") {
        let (text, behind) = text(behind)?;
        return Some((Call::of(Verb::Join, [Value::string(text)]), behind.strip_prefix(')')?));
    }
    let (length, behind) = behind.strip_prefix(".[:")?.split_once(']')?;
    Some((Call::of(Verb::Trunc, [Value::integer(length.parse().ok()?)]), behind))
}
