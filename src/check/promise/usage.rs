//! How values are used: as text, as a list, or as whatever they are.

use super::super::dollar;
use super::Check;
use super::scope::{Known, Lost, Shape};
use crate::diag::{Diagnostic, code};
use crate::model::{Base, Filter, Path, Piece, Schema, Template, Value};
use crate::source::{Origin, Spanned};

impl<'p> Check<'p> {
    /// A template that may come to anything; what is in it must lead somewhere all the same.
    pub(super) fn anything(&mut self, template: &'p Spanned<Template>) {
        match &template.value {
            Template::Literal(value) => self.literal(value, template.span),
            Template::Foreign { .. } => {}
            Template::Reference(path, filters) if filters.is_empty() => drop(self.reference(path, template.span)),
            Template::Reference(path, filters) => self.piece(path, filters, template.span),
            Template::Text(pieces) => self.text(pieces, template.span),
            Template::Array(items) => items.iter().for_each(|item| self.anything(item)),
            Template::Object(members) => {
                for (key, value) in members {
                    self.scalar(key, "a name");
                    self.anything(value);
                }
            }
        }
    }

    /// Texts that are called like a value in scope; a value is nested no deeper than its text.
    fn literal(&mut self, value: &Value, span: Origin) {
        match value {
            Value::String(text) => {
                let is_known = |path: &Path| self.scope.path(path).is_ok();
                self.diagnostics.extend(dollar::forgotten(text, span, is_known));
            }
            Value::Array(items) => items.iter().for_each(|item| self.literal(&item.value, item.span)),
            Value::Object(map) => map.members.iter().for_each(|one| self.literal(&one.value.value, one.value.span)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Secret(_) => {}
        }
    }

    /// A template that must come to a text, a number or a truth value.
    pub(super) fn scalar(&mut self, template: &'p Spanned<Template>, what: &str) {
        let span = template.span;
        match &template.value {
            Template::Text(pieces) => self.text(pieces, span),
            Template::Reference(path, filters) if filters.is_empty() => {
                if let Some(known) = self.reference(path, span) {
                    self.must_be_scalar(&known, path, span, "\"");
                }
            }
            Template::Reference(path, filters) => self.piece(path, filters, span),
            Template::Literal(_) | Template::Foreign { .. } | Template::Array(_) | Template::Object(_) => {
                if let Template::Literal(value) = &template.value {
                    self.literal(value, span);
                }
                let known = self.scope.template(&template.value);
                if known.absent || matches!(known.shape, Shape::List(_) | Shape::Object(_)) {
                    let found = if known.absent { "null" } else { known.word() };
                    let message = format!("{what} is needed, and this is {found}");
                    self.diagnostics.push(Diagnostic::error(code::NOT_A_SCALAR, span, message));
                }
            }
        }
    }

    /// The path of an `each`: a list. Gives what its items are.
    pub(super) fn list(&mut self, path: &'p Spanned<Path>) -> Known<'p> {
        let Some(known) = self.reference(&path.value, path.span) else { return Known::anything() };
        match known.shape {
            Shape::List(items) => items.map_or_else(Known::anything, Known::of),
            Shape::Anything => Known::anything(),
            Shape::Scalar(_) | Shape::Object(_) => {
                let message = format!("`{}` is {}, and `each` needs a list", path.value, known.word());
                let diagnostic = Diagnostic::error(code::NOT_A_LIST, path.span, message);
                self.diagnostics.push(diagnostic.help("name a field that is a list: `field zones array of=string`"));
                Known::anything()
            }
        }
    }

    /// What a path leads to; nothing, and a diagnostic, where it leads nowhere.
    pub(super) fn reference(&mut self, path: &'p Path, span: Origin) -> Option<Known<'p>> {
        match self.scope.path(path) {
            Ok(known) => Some(known),
            Err(lost) => {
                self.diagnostics.push(unknown(path, &lost, span, Part::Whole));
                None
            }
        }
    }

    fn text(&mut self, pieces: &'p [Piece], span: Origin) {
        for piece in pieces {
            let Piece::Value { path, filters } = piece else { continue };
            self.piece(path, filters, span);
        }
    }

    /// A path with filters behind it.
    fn piece(&mut self, path: &Path, filters: &[Filter], span: Origin) {
        match self.scope.path(path) {
            Ok(known) => self.filtered(known, path, filters, span),
            Err(lost) => self.diagnostics.push(unknown(path, &lost, span, Part::Inside)),
        }
    }

    fn filtered(&mut self, mut known: Known<'p>, path: &Path, filters: &[Filter], span: Origin) {
        for filter in filters {
            match (filter, &known.shape) {
                (Filter::Default(_), _) => known.absent = false,
                (Filter::Json, _) => known = text(),
                (Filter::Join(_), Shape::List(Some(Schema { base: Base::Array | Base::Object, .. })))
                    if !known.absent =>
                {
                    let message = format!("the items of `{path}` have parts, and `join` puts single values together");
                    let diagnostic = Diagnostic::error(code::NOT_A_SCALAR, span, message);
                    self.diagnostics.push(diagnostic.help("use the filter `json`, or an `each`"));
                    return;
                }
                (Filter::Join(_), Shape::List(_) | Shape::Anything) if !known.absent => known = text(),
                (Filter::Join(_), Shape::Scalar(_) | Shape::Object(_)) => {
                    let message = format!("`{path}` is {}, and `join` needs a list", known.word());
                    self.diagnostics.push(Diagnostic::error(code::NOT_A_LIST, span, message));
                    return;
                }
                _ => {
                    if !self.must_be_scalar(&known, path, span, "") {
                        return;
                    }
                    known = text();
                }
            }
        }
        self.must_be_scalar(&known, path, span, "");
    }

    /// Whether a value always is a text, a number or a truth value; a diagnostic where it is not. `quote` is what a text stands in that takes
    /// the place of its path.
    fn must_be_scalar(&mut self, known: &Known<'_>, path: &Path, span: Origin, quote: &str) -> bool {
        let diagnostic = match known.shape {
            // What is not described may be right: rendering tells.
            Shape::Anything => return true,
            Shape::List(_) | Shape::Object(_) if !known.absent || matches!(known.shape, Shape::Object(_)) => {
                let message = format!("`{path}` is {}, and a single value is needed", known.word());
                let help = "name a part of it, or use the filter `join` (for a list) or `json`";
                Diagnostic::error(code::NOT_A_SCALAR, span, message).help(help)
            }
            _ if known.absent => {
                let path = path.to_string();
                let bare = path.trim_start_matches('$');
                let filter = format!("{quote}${{{bare} | default ...}}{quote}");
                absent(&path, span)
                    .help(format!("make the field `required`, give it a `default=`, or write `{filter}`"))
            }
            _ => return true,
        };
        self.diagnostics.push(diagnostic);
        false
    }
}

/// A text that is always there.
fn text<'p>() -> Known<'p> {
    Known { shape: Shape::Scalar(None), absent: false }
}

/// That a value may be absent where one is needed.
pub(super) fn absent(path: &str, span: Origin) -> Diagnostic {
    let message = format!("`{path}` may have no value: it is optional and has no default");
    Diagnostic::error(code::ABSENT_VALUE, span, message)
}

/// How much of the text at a span a path is.
enum Part {
    Whole,
    Inside,
}

fn unknown(path: &Path, lost: &Lost, span: Origin, part: Part) -> Diagnostic {
    let diagnostic = Diagnostic::error(code::UNKNOWN_PATH, span, lost.message.clone());
    match (&lost.meant, part) {
        (Some(meant), Part::Whole) => diagnostic.did_you_mean(Some(meant)),
        (Some(meant), Part::Inside) => diagnostic.help(format!("did you mean `{meant}`?")),
        (None, _) if path.segments.len() == 1 => {
            diagnostic.help("in scope are $name, $namespace, $promise, $spec, and the tables and items above")
        }
        (None, _) => diagnostic,
    }
}
