use super::bounds::Bounds;
use super::names::late_names;
use super::put_in::{Manner, put_in};
use super::scan::mentions;
use super::scope::Scope;
use super::templates::Templates;
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::grammar::{Position, language};
use crate::model::{Arguments, Map, Number, Value};
use crate::resolve::interpolation::Text;
use crate::resolve::secret;
use crate::source::{Asking, Making, Origin, Span, Spanned};
use crate::syntax::edit::{write_scalar, write_string};
use crate::syntax::{Entry, Node, Scalar};

/// How far a block is set in.
const INDENT: &str = "    ";

/// What makes a value a list, however many items it has.
const ARRAY: &str = "(array)";

/// What a file's nodes make.
#[derive(Default)]
pub(super) struct Out {
    pub(super) text: String,
    pub(super) making: Making,
    pub(super) diagnostics: Diagnostics,
    /// What was given to which template, by its number.
    pub(super) given: Vec<(usize, Arguments)>,
    /// The lines of which not all could be made as it was meant.
    pub(super) unread: Vec<Span>,
    /// Where there was no room for more.
    pub(super) is_full: Option<Span>,
}

/// Writes what the nodes of a file make, each part with where it comes from.
pub(super) struct Writer<'w> {
    pub(super) templates: &'w Templates<'w>,
    pub(super) bounds: &'w Bounds,
    pub(super) out: Out,
    /// The line that is made for.
    pub(super) asked: Option<Asking>,
    /// The templates that are being made, each within the one before it.
    pub(super) open: Vec<usize>,
    depth: usize,
    /// Whether the bounds were reached.
    is_full: bool,
    /// The node at which they were.
    pub(super) full_at: Option<Span>,
}

/// What is left of a line: what its values come to that does not stand on it.
#[derive(Default)]
struct Line<'v> {
    /// Members of its block, and the lists and objects among its items.
    below: Vec<(Option<&'v str>, &'v Spanned<Value>)>,
    /// How many values were written, and how many were unset.
    written: usize,
    unset: usize,
    /// How many arguments it has, and whether a list was among their values.
    arguments: usize,
    is_list: bool,
}

impl<'w> Writer<'w> {
    pub(super) fn new(templates: &'w Templates<'w>, bounds: &'w Bounds) -> Self {
        Self {
            templates,
            bounds,
            out: Out::default(),
            asked: None,
            open: Vec::new(),
            depth: 0,
            is_full: false,
            full_at: None,
        }
    }

    /// What a node makes that stands where declarations do.
    pub(super) fn declaration(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        if self.is_full {
            return;
        }
        match node.name() {
            "new" => self.instance(node, scope),
            "each" => self.each(node, scope),
            "let" | "param" => {
                let message = format!("`{}` stands at the top of a file, or in a template", node.name());
                self.problem(Diagnostic::error(code::MISPLACED_NODE, node.name_span(), message).help("move it there"));
            }
            "project" => {
                let message =
                    "no values are put into `project`: it says who the project is before anything else is read";
                self.problem(
                    Diagnostic::error(code::MISPLACED_NODE, node.name_span(), message).help("write the value out"),
                );
            }
            "template" => {
                let message = "a template stands at the top of a file";
                self.problem(Diagnostic::error(code::MISPLACED_NODE, node.name_span(), message).help("move it there"));
            }
            _ => self.plain(node, scope),
        }
    }

    fn plain(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let manner = Manner { scope, late: late_names(node) };
        let (text, parts) = (self.out.text.len(), self.out.making.len());
        if let Err(problem) = self.node(node, language().at_top(node), &manner, true) {
            self.out.text.truncate(text);
            self.out.making.truncate(parts);
            if self.is_full {
                self.full_at.get_or_insert(node.head_span());
            }
            self.fails(node, problem);
        }
    }

    /// Notes that nothing is made for a node, with the problem where it is not told yet. Of what lacks something by that nothing is told;
    /// what it lacks itself is the problem.
    pub(super) fn fails(&mut self, node: Node<'_>, problem: Option<Diagnostic>) {
        if problem.as_ref().is_none_or(|problem| !problem.code.is_of_lack()) {
            self.out.unread.push(node.span());
        }
        self.out.diagnostics.extend(problem);
    }

    /// Tells a problem.
    pub(super) fn problem(&mut self, problem: Diagnostic) {
        self.out.diagnostics.push(problem);
    }

    /// A node with what is below it. Nothing of its declaration is made where one of its values is wrong: the problem, where it is not
    /// told yet.
    fn node(
        &mut self,
        node: Node<'_>,
        position: Position<'_>,
        manner: &Manner<'_, '_>,
        is_declaration: bool,
    ) -> Result<(), Option<Diagnostic>> {
        if !mentions(node, &|name| manner.asks_for(name, false) || manner.asks_for(name, true)) {
            return self.copy(node);
        }
        let (text, parts) = (self.out.text.len(), self.out.making.len());
        self.indent();
        let head = self.out.text.len();
        if let Some(annotation) = node.annotated() {
            self.piece(annotation.span, annotation.span, node.text_at(annotation.span));
        }
        self.name(node, position, manner)?;
        let is_late = |entry: &Entry<'_>| language().interpolates(position, node, *entry);
        let values: Vec<(Entry<'_>, bool, Option<Spanned<Value>>)> = node
            .entries()
            .map(|entry| (entry, is_late(&entry)))
            .map(|(entry, is_late)| Ok((entry, is_late, value(entry, is_late, manner)?)))
            .collect::<Result<_, Option<Diagnostic>>>()?;
        let mut line = Line::default();
        for (entry, is_late, value) in &values {
            self.entry((*entry, *is_late), value.as_ref(), manner, &mut line)?;
        }
        // Where no type says it, a list of one or of none is told from a single value by its annotation.
        let is_short_list = line.is_list && line.arguments < 2 && line.below.is_empty();
        if is_short_list && matches!(position, Position::Open(_)) && node.annotation().is_none() && !node.has_block() {
            self.out.text.insert_str(head, ARRAY);
            self.out.making.shift(head as u32, ARRAY.len() as u32);
            line.written += 1;
        }
        let vanishes = line.unset > 0 && line.written == 0 && line.below.is_empty() && !node.has_block();
        if vanishes && !is_declaration {
            self.out.text.truncate(text);
            self.out.making.truncate(parts);
            return Ok(());
        }
        if node.has_block() || !line.below.is_empty() {
            self.out.text.push_str(" {\n");
            self.depth += 1;
            for child in node.children() {
                self.node(child, language().below(position, node, child), manner, false)?;
            }
            for (name, value) in line.below {
                self.member(name.unwrap_or("-"), value);
            }
            self.depth -= 1;
            self.indent();
            self.out.text.push('}');
        }
        self.end_line()
    }

    /// A node as it stands.
    fn copy(&mut self, node: Node<'_>) -> Result<(), Option<Diagnostic>> {
        self.indent();
        let span = node.span();
        self.piece(span, span, node.text());
        self.end_line()
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.out.text.push_str(INDENT);
        }
    }

    /// Ends a line, where there is room for one more.
    fn end_line(&mut self) -> Result<(), Option<Diagnostic>> {
        self.out.text.push('\n');
        let start = self.out.text[..self.out.text.len() - 1].rfind('\n').map_or(0, |end| end + 1);
        if self.bounds.take(self.out.text.len() - start) {
            return Ok(());
        }
        self.is_full = true;
        Err(None)
    }

    /// Takes a step, where there is room for one more.
    pub(super) fn step(&mut self) -> bool {
        self.is_full |= !self.bounds.take(0);
        !self.is_full
    }

    /// A part of the text that somebody wrote, or that says its value.
    fn piece(&mut self, from: Span, at: Span, text: &str) {
        let start = self.out.text.len() as u32;
        self.out.text.push_str(text);
        self.out.making.part((start, self.out.text.len() as u32), from, at, self.asked);
    }

    fn name(
        &mut self,
        node: Node<'_>,
        position: Position<'_>,
        manner: &Manner<'_, '_>,
    ) -> Result<(), Option<Diagnostic>> {
        let (name, span) = (node.name(), node.name_span());
        // What a condition is about is known where it is judged.
        if matches!(position, Position::Elsewhere) {
            self.piece(span, span, node.text_at(span));
            return Ok(());
        }
        let is_late = matches!(position, Position::Open(true));
        match put_in(&Text::of_key(name, span), (name, span), is_late, manner)? {
            Some(made) => {
                let text = node_name(made.value.as_str().unwrap_or_default());
                self.piece(place(&made, span), span, &text);
            }
            None => self.piece(span, span, node.text_at(span)),
        }
        Ok(())
    }

    fn entry<'v>(
        &mut self,
        (entry, is_late): (Entry<'_>, bool),
        value: Option<&'v Spanned<Value>>,
        manner: &Manner<'_, '_>,
        line: &mut Line<'v>,
    ) -> Result<(), Option<Diagnostic>> {
        let at = entry.value_span();
        let key = entry.key().map(|key| (key, entry.key_span()));
        let made_key = match key {
            Some((key, span)) => put_in(&Text::of_key(key, span), (key, span), is_late, manner)?,
            None => None,
        };
        line.arguments +=
            usize::from(entry.is_argument() && value.is_none_or(|value| !matches!(value.value, Value::Array(_))));
        let Some(value) = value else {
            line.written += 1;
            self.kept(entry, made_key.as_ref());
            return Ok(());
        };
        let mut write = |writer: &mut Self, value: &Spanned<Value>| {
            line.written += 1;
            writer.out.text.push(' ');
            if let Some((key, span)) = key {
                let made = made_key.as_ref().and_then(|made| made.value.as_str());
                writer.piece(span, span, &node_name(made.unwrap_or(key)));
                writer.out.text.push('=');
            }
            if let Some(annotation) = entry.annotated().filter(|one| one.word == secret::ANNOTATION) {
                writer.piece(annotation.span, annotation.span, entry.text_at(annotation.span));
            }
            writer.scalar(value, at);
        };
        match &value.value {
            Value::Null => line.unset += 1,
            Value::Array(items) if key.is_none() => {
                line.is_list = true;
                line.arguments += items.len();
                for item in items {
                    match &item.value {
                        Value::Array(_) | Value::Object(_) if item.value.foreign().is_none() => {
                            line.below.push((None, item));
                        }
                        _ => write(self, item),
                    }
                }
                if items.is_empty() {
                    line.unset += 1;
                }
            }
            Value::Object(map) if key.is_none() && value.value.foreign().is_none() => {
                line.below.extend(map.members.iter().map(|member| (Some(&*member.name.value), &member.value)));
            }
            Value::Array(_) | Value::Object(_) if value.value.foreign().is_none() => {
                let message = format!("{} does not fit behind `=`", value.value.type_name());
                let help = "write it on a line of its own, without the `=`: `name $value`";
                return Err(Some(
                    Diagnostic::error(code::NOT_A_SCALAR, at, message)
                        .other(value.span, "this is the value")
                        .help(help),
                ));
            }
            _ => write(self, value),
        }
        Ok(())
    }

    /// An entry whose value stays as it stands; its key may be made.
    fn kept(&mut self, entry: Entry<'_>, key: Option<&Spanned<Value>>) {
        self.out.text.push(' ');
        let Some(key) = key else {
            return self.piece(entry.span(), entry.span(), entry.text_at(entry.span()));
        };
        let (at, span) = (entry.value_span(), entry.key_span());
        self.piece(place(key, span), span, &node_name(key.value.as_str().unwrap_or_default()));
        self.out.text.push('=');
        let rest = Span::new(at.file, entry.annotated().map_or(at.start, |one| one.span.start), at.end);
        self.piece(rest, rest, entry.text_at(rest));
    }

    /// A single value.
    fn scalar(&mut self, value: &Spanned<Value>, at: Span) {
        let text = match &value.value {
            Value::Bool(truth) => write_scalar(Scalar::Bool(*truth)),
            Value::Number(Number::Integer(number)) => write_scalar(Scalar::Integer(*number)),
            Value::Number(Number::Float(number)) => write_scalar(Scalar::Float(*number)),
            Value::String(text) => write_scalar(Scalar::String(text)),
            Value::Secret(name) => format!("({}){}", secret::ANNOTATION, write_string(name)),
            other => match other.foreign() {
                Some((language, text)) => format!("({language}){}", write_string(text)),
                None => write_scalar(Scalar::Null),
            },
        };
        self.piece(place(value, at), at, &text);
    }

    /// A value as a node, by JSON-in-KDL.
    fn member(&mut self, name: &str, value: &Spanned<Value>) {
        self.indent();
        let at = value.span.shown();
        let is_single = |item: &Spanned<Value>| {
            !matches!(item.value, Value::Array(_) | Value::Object(_)) || item.value.foreign().is_some()
        };
        let start = self.out.text.len();
        self.piece(at, at, &node_name(name));
        match &value.value {
            Value::Array(items) => {
                if items.len() < 2 {
                    self.out.text.insert_str(start, ARRAY);
                    self.out.making.shift(start as u32, ARRAY.len() as u32);
                }
                if items.iter().all(is_single) {
                    for item in items {
                        self.out.text.push(' ');
                        self.scalar(item, at);
                    }
                } else {
                    self.block(items.iter().map(|item| ("-", item)));
                }
            }
            Value::Object(Map { members }) if value.value.foreign().is_none() => {
                self.block(members.iter().map(|member| (&*member.name.value, &member.value)));
            }
            _ => {
                self.out.text.push(' ');
                self.scalar(value, at);
            }
        }
        self.out.text.push('\n');
    }

    fn block<'v>(&mut self, members: impl Iterator<Item = (&'v str, &'v Spanned<Value>)>) {
        self.out.text.push_str(" {\n");
        self.depth += 1;
        for (name, value) in members {
            self.member(name, value);
        }
        self.depth -= 1;
        self.indent();
        self.out.text.push('}');
    }

    /// What was made.
    pub(super) fn finish(mut self) -> Out {
        if self.is_full {
            self.out.is_full = self.full_at;
            // What is not all of it is of no use to anybody.
            (self.out.text, self.out.making) = (String::new(), Making::default());
        }
        self.out
    }
}

/// What an entry comes to; nothing where it stays as it stands.
fn value(
    entry: Entry<'_>,
    is_late: bool,
    manner: &Manner<'_, '_>,
) -> Result<Option<Spanned<Value>>, Option<Diagnostic>> {
    let Some(text) = entry.string() else { return Ok(None) };
    // A text in another language is carried as it is, and so is a raw one, but where values are put into it later.
    let is_meant = !is_late && entry.raw().starts_with('#');
    if is_meant || entry.annotation().is_some_and(|word| Value::LANGUAGES.contains(&word)) {
        return Ok(None);
    }
    let span = entry.value_span();
    let value = put_in(&Text::of(entry, text), (text, span), is_late, manner)?;
    match value {
        Some(value) if matches!(value.span, Origin::Unread(_)) => Err(None),
        value => Ok(value),
    }
}

/// A name as KDL writes it.
fn node_name(name: &str) -> String {
    write_string(name)
}

/// Where a value comes from, where a text says it.
fn place(value: &Spanned<Value>, at: Span) -> Span {
    match value.span {
        Origin::Text(span) => span,
        _ => at,
    }
}
