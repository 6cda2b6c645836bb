//! Text with `$path` and `${path | function}` to templates.

use super::control;
use super::interpolation::{self, Text};
use super::members::set_twice;
use super::names::Names;
use super::secret;
use super::value::{self, Shape};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::grammar::is_table;
use crate::model::{Map, Member, Name, Part, Path, Template, Value};
use crate::source::{FileId, Span, Spanned};
use crate::syntax::{Entry, Node};
use std::collections::HashMap;

/// The template that a text is; nothing where a part of it is wrong.
pub fn template_of(text: &str) -> Option<Template> {
    let mut problems = Diagnostics::default();
    let template = interpolation::template(&Text::of_key(text, Span::start_of(FileId(0))), &mut problems);
    problems.is_empty().then_some(template)
}

/// The template of an argument or a property.
pub(super) fn scalar(entry: Entry<'_>, diagnostics: &mut Diagnostics) -> Spanned<Template> {
    let span = entry.value_span();
    let template = match (entry.string(), entry.annotation()) {
        (Some(text), Some(language)) if Value::LANGUAGES.contains(&language) => {
            Template::Foreign { language: language.into(), text: text.into() }
        }
        (Some(name), Some(secret::ANNOTATION)) => Template::Literal(Value::Secret(name.into())),
        (Some(text), _) => interpolation::template(&Text::of(entry, text), diagnostics),
        (None, _) => Template::Literal(value::scalar(entry, diagnostics).value),
    };
    Spanned::new(template, span)
}

/// The template of a member's name.
pub(super) fn key(name: &str, span: Span, diagnostics: &mut Diagnostics) -> Spanned<Template> {
    Spanned::new(interpolation::template(&Text::of_key(name, span), diagnostics), span)
}

/// The `$path` of an argument or a property; nothing where it is no string, which the grammar says.
pub(super) fn path(entry: Entry<'_>, diagnostics: &mut Diagnostics) -> Option<Spanned<Path>> {
    let (text, span) = (entry.string()?, entry.value_span());
    match interpolation::template(&Text::of(entry, text), diagnostics) {
        Template::Reference(path, calls) if calls.is_empty() => Some(Spanned::new(path, span)),
        // Without a dollar it is no reference, which the grammar says.
        Template::Literal(_) if !text.starts_with('$') => None,
        Template::Literal(_) => {
            let message = format!("`{text}` is no reference");
            let diagnostic = Diagnostic::error(code::MALFORMED_PATH, span, message);
            diagnostics.push(diagnostic.help("a reference is a dollar and a path: `$spec.size`"));
            None
        }
        Template::Text(_) | Template::Reference(..) => {
            let diagnostic = Diagnostic::error(code::MALFORMED_PATH, span, "a text where a reference is needed");
            diagnostics.push(diagnostic.help("write the path alone: `$spec.size`"));
            None
        }
        Template::Array(_) | Template::Object(_) | Template::Composed(_) | Template::Foreign { .. } => None,
    }
}

/// The template of a node's arguments, properties and children, by JSON-in-KDL.
pub(super) fn json_in_kdl(node: Node<'_>, diagnostics: &mut Diagnostics) -> Spanned<Template> {
    behind(node, 0, diagnostics)
}

/// The same of what stands behind some arguments of a node.
pub(super) fn behind(node: Node<'_>, arguments: usize, diagnostics: &mut Diagnostics) -> Spanned<Template> {
    match Shape::with(node, arguments, &control::is_named) {
        Shape::Scalar => match node.argument(arguments) {
            Some(entry) => scalar(entry, diagnostics),
            None => Spanned::new(Template::Literal(Value::Null), node.span()),
        },
        Shape::Array => array(node, arguments, diagnostics),
        Shape::Object => object(node, arguments, diagnostics),
        Shape::Empty => value::body_value(node, &mut Names::default(), diagnostics).map(Template::Literal),
    }
}

/// What a line gives by names, as properties and as children, each name once.
pub(super) fn given(node: Node<'_>, diagnostics: &mut Diagnostics) -> Vec<(Spanned<Name>, Spanned<Template>)> {
    let mut given: Vec<(Spanned<Name>, Spanned<Template>)> = Vec::new();
    let mut add = |name: &str, span: Span, value: Spanned<Template>, diagnostics: &mut Diagnostics| {
        let name = Spanned::new(Name::from(name), span);
        match given.iter().find(|one| one.0.value == name.value) {
            Some(first) => diagnostics.push(set_twice(&name, first.0.span)),
            None => given.push((name, value)),
        }
    };
    for entry in node.properties() {
        let value = scalar(entry, diagnostics);
        add(entry.key().unwrap_or_default(), entry.key_span(), value, diagnostics);
    }
    for child in node.children() {
        let value = json_in_kdl(child, diagnostics);
        add(child.name(), child.name_span(), value, diagnostics);
    }
    given
}

/// The object, or the list, that a node's children are, whatever stands on the node's own line.
pub(super) fn block(node: Node<'_>, diagnostics: &mut Diagnostics) -> Spanned<Template> {
    let span = node.block_span().unwrap_or_else(|| node.head_span());
    if node.children().find_map(control::is_named) == Some(false) {
        return Spanned::new(list(node, Vec::new(), diagnostics), span);
    }
    if let Some(composed) = control::composed(node, false, diagnostics) {
        return Spanned::new(Template::Composed(composed), span);
    }
    let mut members = Members::default();
    for child in node.children() {
        members.child(child, diagnostics);
    }
    Spanned::new(members.finish(), span)
}

fn array(node: Node<'_>, behind: usize, diagnostics: &mut Diagnostics) -> Spanned<Template> {
    let stranger = node.properties().next().map(Entry::span);
    diagnostics.extend(stranger.map(|stranger| value::mixed(node, stranger)));
    let first = node.arguments().skip(behind).map(|entry| scalar(entry, diagnostics)).collect();
    Spanned::new(list(node, first, diagnostics), value::value_span(node))
}

/// The list of some items and those of a node's block.
fn list(node: Node<'_>, mut items: Vec<Spanned<Template>>, diagnostics: &mut Diagnostics) -> Template {
    let named = node.children().find(|child| control::is_named(*child) == Some(true)).map(Node::head_span);
    diagnostics.extend(named.map(|stranger| value::mixed(node, stranger)));
    if let Some(mut composed) = control::composed(node, true, diagnostics) {
        composed.parts.splice(..0, items.into_iter().map(Part::Item));
        return Template::Composed(composed);
    }
    items.extend(node.children().map(|child| json_in_kdl(child, diagnostics)));
    let literal = |item: &Spanned<Template>| matches!(item.value, Template::Literal(_));
    if items.iter().all(literal) {
        Template::Literal(Value::Array(items.into_iter().map(plain).collect()))
    } else {
        Template::Array(items)
    }
}

fn object(node: Node<'_>, behind: usize, diagnostics: &mut Diagnostics) -> Spanned<Template> {
    diagnostics.extend(node.argument(behind).map(|argument| value::mixed(node, argument.span())));
    let mut members = Members::default();
    for entry in node.properties() {
        let key = entry.key().unwrap_or_default();
        let value = scalar(entry, diagnostics);
        members.add(key, entry.key_span(), value, diagnostics);
    }
    if let Some(mut composed) = control::composed(node, false, diagnostics) {
        composed.parts.splice(..0, members.members.into_iter().map(|(key, value)| Part::Member(key, value)));
        return Spanned::new(Template::Composed(composed), value::value_span(node));
    }
    for child in node.children() {
        members.child(child, diagnostics);
    }
    Spanned::new(members.finish(), value::value_span(node))
}

/// The value of a template that is known to be one.
fn plain(template: Spanned<Template>) -> Spanned<Value> {
    template.map(|template| match template {
        Template::Literal(value) => value,
        _ => Value::Null,
    })
}

/// The members of an object, each key once as it is written.
#[derive(Default)]
struct Members<'t> {
    members: Vec<(Spanned<Template>, Spanned<Template>)>,
    seen: HashMap<&'t str, Span>,
}

impl<'t> Members<'t> {
    fn child(&mut self, child: Node<'t>, diagnostics: &mut Diagnostics) {
        // What it is was told where the shape of the text was judged.
        if is_table(child) {
            return;
        }
        let value = json_in_kdl(child, diagnostics);
        self.add(child.name(), child.name_span(), value, diagnostics);
    }

    fn add(&mut self, key: &'t str, span: Span, value: Spanned<Template>, diagnostics: &mut Diagnostics) {
        if let Some(first) = self.seen.get(key) {
            diagnostics.push(set_twice(&Spanned::new(key.into(), span), (*first).into()));
            return;
        }
        self.seen.insert(key, span);
        self.members.push((self::key(key, span, diagnostics), value));
    }

    /// The object: a value where nothing in it refers to anything.
    fn finish(self) -> Template {
        let literal = |template: &Spanned<Template>| matches!(template.value, Template::Literal(_));
        if !self.members.iter().all(|(key, value)| literal(key) && literal(value)) {
            return Template::Object(self.members);
        }
        let members = self.members.into_iter().map(|(key, value)| Member {
            name: plain(key).map(|key| key.as_str().unwrap_or_default().into()),
            value: plain(value),
        });
        Template::Literal(Value::Object(Map { members: members.collect() }))
    }
}
