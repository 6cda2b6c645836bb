//! Terraform's files: the JSON that is handed to `jsonencode`, and the resources of Port's provider.
//!
//! A value is taken where it is written out. Of what is worked out, only the name of another resource of the provider is known; the rest
//! is told, each at its place, and left out with what it is a part of: the member of an object, or the whole of a list or a text.

use super::provider;
use crate::diag::{Diagnostic, code};
use crate::model::{Kind, Map, Number, Value, inexact};
use crate::source::{FileId, Span, Spanned};
use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, FuncCall, ObjectKey, Traversal, TraversalOperator};
use hcl_edit::parser::parse_body;
use hcl_edit::structure::{Block, Body, Structure};
use hcl_edit::template::{Element, Template};
use hcl_edit::visit::{Visit, visit_func_call};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// The function that makes JSON of a value.
const ENCODE: &str = "jsonencode";

/// What is said of how many resources there are, and in which order they are made.
const COUNTED: [&str; 2] = ["count", "for_each"];
const META: [&str; 4] = ["depends_on", "provider", "lifecycle", "provisioner"];

/// An object that a file holds.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) value: Spanned<Value>,
    /// What it is; nothing of JSON, which shows it.
    pub(super) kind: Option<Kind>,
    /// Its resource, as Terraform calls it; nothing where it may be one of several in a resource.
    pub(super) resource: Option<Arc<str>>,
    /// What of it is left out.
    pub(super) left_out: Vec<Diagnostic>,
}

/// The names of resources, by their type and by what the file calls them.
pub(super) type Names = HashMap<(String, String), String>;

/// Notes the names of the resources in a text, which may be broken.
pub(super) fn names(text: &str, names: &mut Names) {
    let body = parse_body(text).unwrap_or_default();
    for (block, [of, called]) in body.blocks().filter_map(|block| Some((block, resource(block)?))) {
        let name = |word: &str| block.body.get_attribute(word).and_then(|one| one.value.as_str());
        if let Some(name) = name("identifier").or_else(|| name("name")) {
            names.insert((of.to_owned(), called.to_owned()), name.to_owned());
        }
    }
}

/// What a text holds, in its order.
///
/// # Errors
/// Where it cannot be read, and why.
pub(super) fn parts(file: FileId, text: &str, names: &Names) -> Result<Vec<Part>, (usize, String)> {
    let body = parse_body(text).map_err(|error| (error.location().offset(), error.message().to_owned()))?;
    let mut parts = Vec::new();
    for structure in &body {
        let resource = match structure {
            Structure::Block(block) => resource(block).map(|labels| (block, labels)),
            Structure::Attribute(_) => None,
        };
        let mut reader = Reader { file, text, names, left_out: Vec::new(), encoded: HashSet::new() };
        if let Some((block, [of, called])) = resource.filter(|(_, [of, _])| of.starts_with("port_")) {
            let resource = Some(Arc::from(format!("{of}.{called}")));
            let map = reader.body(&block.body);
            let place = reader.span(block.span());
            let Some(kind) = provider::kind(of) else {
                let value = Spanned::new(Value::Null, place);
                parts.push(Part { value, kind: None, resource, left_out: Vec::new() });
                continue;
            };
            let document = provider::document(of, map, &reader.encoded);
            parts.push(Part {
                value: Spanned::new(Value::Object(document), place),
                kind: Some(kind),
                resource,
                left_out: reader.left_out,
            });
            continue;
        }
        let mut found = Encoded(Vec::new());
        match structure {
            Structure::Block(block) => found.visit_block(block),
            Structure::Attribute(attribute) => found.visit_attr(attribute),
        }
        for call in found.0 {
            let mut reader = Reader { file, text, names, left_out: Vec::new(), encoded: HashSet::new() };
            let Some(value) = call.args.get(0) else { continue };
            let place = reader.span(value.span());
            let value = reader.value(value).unwrap_or(Spanned::new(Value::Null, place));
            parts.push(Part { value, kind: None, resource: None, left_out: reader.left_out });
        }
    }
    Ok(parts)
}

/// That a number is left out.
pub(super) fn unheld(place: Span) -> Diagnostic {
    let message =
        "this is left out: of whole numbers plat holds those of 64 bits with a sign, and what a float holds exactly";
    Diagnostic::warning(code::LEFT_OUT, place, message).help("write it as a text, where the neighbour takes one")
}

/// The two words behind `resource`.
fn resource(block: &Block) -> Option<[&str; 2]> {
    match block.labels.as_slice() {
        [of, called] if block.ident.as_str() == "resource" => Some([of.as_str(), called.as_str()]),
        _ => None,
    }
}

/// The outermost values that are made JSON.
struct Encoded(Vec<FuncCall>);

impl Visit for Encoded {
    fn visit_func_call(&mut self, call: &FuncCall) {
        if is_encode(call) { self.0.push(call.clone()) } else { visit_func_call(self, call) }
    }
}

struct Reader<'n> {
    file: FileId,
    text: &'n str,
    names: &'n Names,
    left_out: Vec<Diagnostic>,
    /// The places of values that are JSON.
    encoded: HashSet<Span>,
}

impl Reader<'_> {
    fn span(&self, range: Option<Range<usize>>) -> Span {
        let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let range = range.unwrap_or_default();
        Span::new(self.file, at(range.start), at(range.end))
    }

    fn leave_out<T>(&mut self, span: Span, reason: &str) -> Option<T> {
        let problem = Diagnostic::warning(code::LEFT_OUT, span, format!("this is left out: {reason}"));
        self.left_out.push(problem.help("write it out where it stands"));
        None
    }

    /// What stands in a block: of blocks in it, those of one name are a list where they are several.
    fn body(&mut self, body: &Body) -> Map {
        let mut map = Map::default();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    let (name, place) = (attribute.key.as_str(), self.span(attribute.span()));
                    if META.contains(&name) {
                        continue;
                    }
                    if COUNTED.contains(&name) {
                        let message = format!("what `{name}` multiplies is taken in once, where it has a name");
                        let problem = Diagnostic::warning(code::LEFT_OUT, place, message);
                        self.left_out.push(problem.help("write a resource for each of the others"));
                    } else if let Some(value) = self.value(&attribute.value) {
                        map.put(name, value.value, value.span);
                    }
                }
                Structure::Block(inner) if META.contains(&inner.ident.as_str()) => {}
                Structure::Block(inner) => {
                    let (name, place) = (inner.ident.as_str(), self.span(inner.span()));
                    if name == "dynamic" {
                        self.leave_out::<()>(place, "it is worked out");
                        continue;
                    }
                    let value = Value::Object(self.body(&inner.body));
                    let value = match map.remove(name).map(|value| value.value) {
                        None => value,
                        Some(Value::Array(mut items)) => {
                            items.push(Spanned::new(value, place));
                            Value::Array(items)
                        }
                        Some(first) => Value::Array(vec![Spanned::new(first, place), Spanned::new(value, place)]),
                    };
                    map.put(name, value, place.into());
                }
            }
        }
        map
    }

    /// The value of an expression, where it is written out.
    fn value(&mut self, expression: &Expression) -> Option<Spanned<Value>> {
        let span = self.span(expression.span());
        let value = match expression {
            Expression::Null(_) => Value::Null,
            Expression::Bool(truth) => Value::Bool(*truth.value()),
            Expression::Number(number) => self.number(number.value(), span)?,
            Expression::String(text) => Value::string(text.as_str()),
            Expression::StringTemplate(template) => Value::string(self.text(template, span)?),
            Expression::HeredocTemplate(heredoc) => Value::string(self.text(&heredoc.template, span)?),
            Expression::Parenthesis(inner) => return self.value(inner.inner()),
            Expression::Array(items) => {
                let items: Vec<Option<Spanned<Value>>> = items.iter().map(|item| self.value(item)).collect();
                Value::Array(items.into_iter().collect::<Option<_>>()?)
            }
            Expression::Object(members) => {
                let mut map = Map::default();
                for (key, value) in members {
                    let name = match key {
                        ObjectKey::Ident(name) => Some(name.as_str().to_owned()),
                        ObjectKey::Expression(key) => self.value(key).map(|name| name.value.as_key().to_string()),
                    };
                    if let (Some(name), Some(value)) = (name, self.value(value.expr())) {
                        map.put(&name, value.value, value.span);
                    }
                }
                Value::Object(map)
            }
            Expression::UnaryOp(operation) => match (self.value(&operation.expr)?.value, operation.operator.value()) {
                (Value::Number(Number::Integer(number)), hcl_edit::expr::UnaryOperator::Neg) => {
                    Value::integer(number.checked_neg()?)
                }
                (Value::Number(number), hcl_edit::expr::UnaryOperator::Neg) => {
                    Value::Number(Number::from_float(-number.as_f64())?)
                }
                _ => return self.leave_out(span, "it is worked out"),
            },
            Expression::FuncCall(call) if is_encode(call) => {
                let value = self.value(call.args.get(0)?)?;
                self.encoded.insert(span);
                value.value
            }
            Expression::FuncCall(call) => {
                let reason = format!("`{}` works it out", call.name.name.as_str());
                return self.leave_out(span, &reason);
            }
            Expression::Traversal(traversal) => match self.name(traversal) {
                Some(name) => Value::string(name),
                None => return self.leave_out(span, "it refers to what is not written out here"),
            },
            Expression::Variable(_) => return self.leave_out(span, "it refers to what is not written out here"),
            Expression::Conditional(_) | Expression::BinaryOp(_) | Expression::ForExpr(_) => {
                return self.leave_out(span, "it is worked out");
            }
        };
        Some(Spanned::new(value, span))
    }

    fn number(&mut self, number: &hcl_edit::Number, span: Span) -> Option<Value> {
        let whole = number.as_i64().map(Value::integer);
        let value = whole.or_else(|| number.as_f64().and_then(Number::from_float).map(Value::Number));
        let written = self.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        if value.is_none() || inexact(written.as_bytes()).next().is_some() {
            self.left_out.push(unheld(span));
            return None;
        }
        value
    }

    fn text(&mut self, template: &Template, span: Span) -> Option<String> {
        let literals: Option<String> =
            template.iter().map(|element| element.as_literal().map(|text| text.value().as_str())).collect();
        let is_open = template.iter().any(|element| !matches!(element, Element::Literal(_)));
        literals.filter(|_| !is_open).or_else(|| self.leave_out(span, "a value is put into the text"))
    }

    /// The name of another resource of the provider: `port_blueprint.service.identifier`.
    fn name(&self, traversal: &Traversal) -> Option<String> {
        let Expression::Variable(of) = &traversal.expr else { return None };
        let steps: Option<Vec<&str>> = traversal
            .operators
            .iter()
            .map(|step| match step.value() {
                TraversalOperator::GetAttr(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        match steps?.as_slice() {
            [called, "identifier" | "id" | "name"] => {
                self.names.get(&(of.as_str().to_owned(), (*called).to_owned())).cloned()
            }
            _ => None,
        }
    }
}

fn is_encode(call: &FuncCall) -> bool {
    !call.name.is_namespaced() && call.name.name.as_str() == ENCODE && call.args.len() == 1
}
