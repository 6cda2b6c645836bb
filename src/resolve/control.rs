//! What decides about the parts of a list or an object: `each`, `if`, `match`, and `...`.
//!
//! Total: what the grammar rejects is skipped in silence, since it is diagnosed there.

use super::members::set_twice;
use super::names::Names;
use super::template;
use super::value::{self, name_at};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::grammar::is_control;
use crate::model::{Argument, Branch, Call, Composed, Control, ControlKind, Function, Part, Template};
use crate::source::{Span, Spanned};
use crate::syntax::edit::write_scalar;
use crate::syntax::{Entry, Node};
use std::collections::HashMap;

/// Whether a child of a body with references is, or makes, members with names; nothing where it tells of neither.
pub(super) fn is_named(child: Node<'_>) -> Option<bool> {
    if !is_control(child) {
        return Some(child.name() != "-");
    }
    let mut open: Vec<Node<'_>> = child.children().collect();
    open.reverse();
    while let Some(node) = open.pop() {
        let is_branch = matches!(node.name(), "case" | "else") && node.has_block();
        if is_branch || is_control(node) {
            let within: Vec<Node<'_>> = node.children().collect();
            open.extend(within.into_iter().rev());
        } else {
            return Some(node.name() != "-");
        }
    }
    None
}

/// The parts of a list or an object that the children of a node are; nothing where no child decides about others.
pub(super) fn composed(node: Node<'_>, is_list: bool, diagnostics: &mut Diagnostics) -> Option<Composed> {
    node.children().any(is_control).then(|| Composed { is_list, parts: parts(node, is_list, diagnostics) })
}

fn parts(node: Node<'_>, is_list: bool, diagnostics: &mut Diagnostics) -> Vec<Part> {
    let mut seen: HashMap<String, Span> = HashMap::new();
    let (mut members, mut controls) = (Vec::new(), Vec::new());
    let mut before: Option<Node<'_>> = None;
    for child in node.children() {
        diagnostics.extend(before.replace(child).and_then(|before| other_branch(before, child)));
        if is_control(child) {
            let Some(control) = control(child, is_list, diagnostics) else { continue };
            if is_list {
                members.push(Part::Control(control));
                continue;
            }
            // Objects that are written here may be taken one behind the other.
            let is_alone = control.head.len() > 3;
            if let Some(first) = seen.insert(control.head.to_string(), child.head_span()).filter(|_| is_alone) {
                let name = Spanned::new((*control.head).into(), child.head_span());
                diagnostics.push(set_twice(&name, first.into()));
                continue;
            }
            controls.push(Part::Control(control));
        } else if is_list {
            members.push(Part::Item(template::json_in_kdl(child, diagnostics)));
        } else if child.name() != "else" || !is_branch_of(node) {
            let (name, span) = (child.name(), child.name_span());
            if let Some(first) = seen.insert(name.to_owned(), span) {
                diagnostics.push(set_twice(&Spanned::new(name.into(), span), first.into()));
                continue;
            }
            let key = template::key(name, span, diagnostics);
            members.push(Part::Member(key, template::json_in_kdl(child, diagnostics)));
        }
    }
    members.append(&mut controls);
    members
}

/// That the other branch of an `if` or a `match` stands behind its block, as other languages have it: here it would be a field.
fn other_branch(before: Node<'_>, child: Node<'_>) -> Option<Diagnostic> {
    let is_one = child.name() == "else" && child.annotation().is_none() && child.has_block();
    if !is_one || !is_control(before) || !matches!(before.name(), "if" | "match") {
        return None;
    }
    let word = before.name();
    let message = format!("`else` stands behind the block of `{word}`, where it would be a field");
    let problem = Diagnostic::error(code::STEP_IN_BODY, child.head_span(), message)
        .other(before.head_span(), "this block is closed");
    Some(problem.help(format!(
        "put it into the block of `{word}`, as its last line; a field that is called so is `(object)else {{ ... }}`"
    )))
}

/// Whether `else` in the block of a node is its other branch.
fn is_branch_of(node: Node<'_>) -> bool {
    node.name() == "if" && is_control(node)
}

fn control(node: Node<'_>, is_list: bool, diagnostics: &mut Diagnostics) -> Option<Control> {
    let otherwise = || node.children().find(|child| child.name() == "else");
    let kind = match node.name() {
        "each" => ControlKind::Each {
            name: name_at(node, 0, &mut Names::default())?,
            list: template::scalar(node.property("in")?, diagnostics),
            parts: parts(node, is_list, diagnostics),
        },
        "if" => ControlKind::If {
            condition: condition(node, diagnostics)?,
            parts: branch(node, is_list, diagnostics),
            otherwise: otherwise().map(|other| parts(other, is_list, diagnostics)).unwrap_or_default(),
        },
        "match" => ControlKind::Match {
            on: template::path(node.argument(0)?, diagnostics)?,
            cases: node
                .children()
                .filter(|child| child.name() == "case")
                .map(|case| Branch {
                    head: head(case),
                    values: case.arguments().map(|entry| value::scalar(entry, diagnostics)).collect(),
                    parts: parts(case, is_list, diagnostics),
                })
                .collect(),
            otherwise: otherwise().map(|other| parts(other, is_list, diagnostics)),
        },
        _ => ControlKind::Spread(template::json_in_kdl(node, diagnostics)),
    };
    Some(Control { head: head(node), span: node.head_span().into(), kind })
}

/// The parts of an `if` without its other branch.
fn branch(node: Node<'_>, is_list: bool, diagnostics: &mut Diagnostics) -> Vec<Part> {
    let mut parts = parts(node, is_list, diagnostics);
    if is_list {
        let is_other: Vec<bool> = node.children().map(|child| child.name() == "else").collect();
        let mut is_other = is_other.into_iter();
        parts.retain(|_| !is_other.next().unwrap_or_default());
    }
    parts
}

/// What an `if` asks: a value, or a comparison of one.
pub(super) fn condition(node: Node<'_>, diagnostics: &mut Diagnostics) -> Option<Spanned<Template>> {
    let first = template::scalar(node.argument(0)?, diagnostics);
    let Template::Reference(path, mut calls) = first.value else {
        let message = "an `if` asks of a value whether it is true".to_owned();
        let problem = Diagnostic::error(code::MALFORMED_PATH, first.span, message);
        diagnostics.push(problem.help("write its path, and behind it a comparison: `if $spec.replicas above 1`"));
        return None;
    };
    let span = first.span;
    if let Some(word) = node.argument(1) {
        let function = word.string().and_then(Function::from_word);
        let Some(function @ Function::Compare(_)) = function else {
            diagnostics.push(super::calls::no_comparison(word.string().unwrap_or(word.raw()), word.value_span()));
            return None;
        };
        let operands = node.arguments().skip(2).map(|entry| operand(entry, diagnostics)).collect::<Option<Vec<_>>>()?;
        if let Some(problem) = super::calls::miscounted(function, operands.len()) {
            diagnostics.push(Diagnostic::error(code::FUNCTION_ARGUMENT, word.value_span(), problem));
            return None;
        }
        calls.push(Call { function, arguments: operands, each: None });
    }
    Some(Spanned::new(Template::Reference(path, calls), span))
}

fn operand(entry: Entry<'_>, diagnostics: &mut Diagnostics) -> Option<Argument> {
    let template = template::scalar(entry, diagnostics);
    match template.value {
        Template::Literal(value) => Some(Argument::Value(value)),
        Template::Reference(path, calls) if calls.is_empty() => Some(Argument::Path(path)),
        _ => {
            let message = "a comparison is with a value, or with that of a path".to_owned();
            let problem = Diagnostic::error(code::MALFORMED_PATH, entry.value_span(), message);
            diagnostics.push(problem.help("give what is put together here a name with `let`, and compare with that"));
            None
        }
    }
}

/// The line of a node as KDL, without its block.
fn head(node: Node<'_>) -> Box<str> {
    let mut head = node.name().to_owned();
    for entry in node.entries() {
        head.push(' ');
        if let Some(key) = entry.key() {
            head.push_str(key);
            head.push('=');
        }
        head.push_str(&write_scalar(entry.value()));
    }
    head.into()
}
