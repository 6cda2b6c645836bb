//! Prints a tree as the conformance suite of KDL prints its expectations.

use crate::syntax::{Node, Nodes, Scalar, Tree, is_bare_word};
use std::collections::BTreeMap;

/// The whole document, a node a line.
pub(super) fn print(tree: &Tree) -> String {
    let mut out = String::new();
    nodes(tree.nodes(), 0, &mut out);
    if out.is_empty() { "\n".to_owned() } else { out }
}

fn nodes(nodes: Nodes<'_>, depth: usize, out: &mut String) {
    for child in nodes {
        node(child, depth, out);
    }
}

fn node(node: Node<'_>, depth: usize, out: &mut String) {
    out.push_str(&"    ".repeat(depth));
    annotation(node.annotation(), out);
    string(node.name(), out);
    for argument in node.arguments() {
        out.push(' ');
        annotation(argument.annotation(), out);
        scalar(argument.value(), argument.raw(), out);
    }
    let properties: BTreeMap<_, _> = node.properties().map(|entry| (entry.key().unwrap(), entry)).collect();
    for (key, property) in properties {
        out.push(' ');
        string(key, out);
        out.push('=');
        annotation(property.annotation(), out);
        scalar(property.value(), property.raw(), out);
    }
    if node.children().next().is_some() {
        out.push_str(" {\n");
        nodes(node.children(), depth + 1, out);
        out.push_str(&"    ".repeat(depth));
        out.push('}');
    }
    out.push('\n');
}

fn annotation(annotation: Option<&str>, out: &mut String) {
    if let Some(text) = annotation {
        out.push('(');
        string(text, out);
        out.push(')');
    }
}

fn string(text: &str, out: &mut String) {
    if is_bare_word(text) {
        return out.push_str(text);
    }
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            other => out.push(other),
        }
    }
    out.push('"');
}

fn scalar(value: Scalar<'_>, raw: &str, out: &mut String) {
    match value {
        Scalar::String(text) => string(text, out),
        Scalar::Integer(value) => out.push_str(&value.to_string()),
        Scalar::BigInteger(raw) => out.push_str(&big(raw)),
        Scalar::Float(value) if raw.starts_with('#') => {
            assert_eq!(
                raw,
                if value.is_nan() {
                    "#nan"
                } else if value > 0.0 {
                    "#inf"
                } else {
                    "#-inf"
                }
            );
            out.push_str(raw);
        }
        Scalar::Float(_) => out.push_str(&decimal(raw)),
        Scalar::Bool(value) => out.push_str(if value { "#true" } else { "#false" }),
        Scalar::Null => out.push_str("#null"),
    }
}

/// A decimal keeps its digits: only underscores go, and the exponent gets `E` and a sign.
fn decimal(raw: &str) -> String {
    let plain = raw.replace('_', "").replace('e', "E");
    match plain.split_once('E') {
        Some((mantissa, exponent)) if !exponent.starts_with(['+', '-']) => format!("{mantissa}E+{exponent}"),
        _ => plain,
    }
}

fn big(raw: &str) -> String {
    let plain = raw.replace('_', "");
    let parsed = match plain.get(..2) {
        Some("0x") => i128::from_str_radix(&plain[2..], 16),
        Some("0o") => i128::from_str_radix(&plain[2..], 8),
        Some("0b") => i128::from_str_radix(&plain[2..], 2),
        _ => plain.parse(),
    };
    parsed.map_or(plain, |value| value.to_string())
}
