//! How values are used: as text, as a list, or as whatever they are.

use super::super::dollar;
use super::Check;
use super::scope::{Known, Lost, Shape};
use crate::diag::{Diagnostic, code};
use crate::model::{Argument, Call, Function, Operator, Path, Piece, Takes, Template, Value, ValueType, Verb};
use crate::source::{Origin, Spanned};

impl<'p> Check<'p> {
    /// A template that may come to anything; what is in it must lead somewhere all the same.
    pub(super) fn anything(&mut self, template: &'p Spanned<Template>) {
        match &template.value {
            Template::Literal(value) => self.literal(value, template.span),
            Template::Foreign { .. } => {}
            Template::Reference(path, calls) => drop(self.value(path, calls, template.span, Part::Whole)),
            Template::Text(pieces) => self.text(pieces, template.span),
            Template::Array(items) => items.iter().for_each(|item| self.anything(item)),
            Template::Object(members) => {
                for (key, value) in members {
                    self.scalar(key, "a name");
                    self.anything(value);
                }
            }
            Template::Composed(composed) => self.parts(composed.is_list, &composed.parts),
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
            Template::Reference(path, calls) => {
                if let Some(known) = self.value(path, calls, span, Part::Whole) {
                    self.must_be_scalar(&known, path, span, "\"");
                }
            }
            Template::Literal(_)
            | Template::Foreign { .. }
            | Template::Array(_)
            | Template::Object(_)
            | Template::Composed(_) => {
                if let Template::Literal(value) = &template.value {
                    self.literal(value, span);
                }
                let known = self.scope.template(&template.value);
                if known.absent
                    || matches!(known.shape, Shape::List(_) | Shape::Object(_) | Shape::Map(_) | Shape::Member)
                {
                    let found = if known.absent { "null" } else { known.word() };
                    let message = format!("{what} is needed, and this is {found}");
                    self.diagnostics.push(Diagnostic::error(code::NOT_A_SCALAR, span, message));
                }
            }
        }
    }

    /// The path of an `each`: a list. Gives what its items are.
    pub(super) fn list(&mut self, path: &'p Spanned<Path>) -> Known<'p> {
        let known = self.reference(&path.value, path.span);
        self.items(known, &path.value.to_string(), path.span)
    }

    /// What the items of a list are, or the members of an object.
    pub(super) fn items(&mut self, known: Option<Known<'p>>, path: &str, span: Origin) -> Known<'p> {
        let Some(known) = known else { return Known::anything() };
        match known.shape {
            Shape::List(items) => items.map_or_else(Known::anything, Known::of),
            Shape::Anything => Known::anything(),
            Shape::Object(_) | Shape::Map(_) | Shape::Member => Known::always(Shape::Member),
            Shape::Scalar(..) => {
                let message = format!("`{path}` is {}, and `each` needs a list or an object", known.word());
                let diagnostic = Diagnostic::error(code::NOT_A_LIST, span, message);
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
                self.diagnostics.push(unknown(&lost, span, Part::Whole));
                None
            }
        }
    }

    fn text(&mut self, pieces: &'p [Piece], span: Origin) {
        for piece in pieces {
            let Piece::Value { path, calls } = piece else { continue };
            if let Some(known) = self.value(path, calls, span, Part::Inside) {
                self.must_be_scalar(&known, path, span, "");
            }
        }
    }

    /// What a template that is no text comes to, after all of it was judged; nothing where something of it is wrong.
    pub(super) fn known(&mut self, template: &'p Spanned<Template>) -> Option<Known<'p>> {
        match &template.value {
            Template::Reference(path, calls) => self.value(path, calls, template.span, Part::Whole),
            other => {
                self.anything(template);
                Some(self.scope.template(other))
            }
        }
    }

    /// What a path leads to after what is done to it; nothing, and a diagnostic, where something of it is wrong.
    fn value(&mut self, path: &'p Path, calls: &'p [Call], span: Origin, part: Part) -> Option<Known<'p>> {
        let known = self.scope.path(path).map_err(|lost| self.diagnostics.push(unknown(&lost, span, part)));
        let mut known = known.ok()?;
        for call in calls {
            let wrong = self.misuse(&known, call, path, span);
            if wrong.is_some() {
                self.diagnostics.extend(wrong);
                return None;
            }
            known = self.scope.after(known, call);
        }
        Some(known)
    }

    /// That a function does not take a value, or what stands behind it.
    fn misuse(&self, known: &Known<'p>, call: &'p Call, path: &Path, span: Origin) -> Option<Diagnostic> {
        for argument in call.paths() {
            if let Err(lost) = self.scope.path(argument) {
                return Some(unknown(&lost, span, Part::Inside));
            }
        }
        let word = call.function.word();
        let verb = match call.function {
            Function::Compare(operator) => return uncompared(operator, known, path, span),
            Function::Verb(verb) => verb,
        };
        let usage = verb.usage();
        // A text is joined already, where something else gave it for a list.
        let takes = if verb == Verb::Join { Verb::First.usage() } else { usage };
        if let Some(found) = known.shape.value_type().filter(|found| !takes.takes.contains(found)) {
            let message = format!("`{path}` is {}, and `{word}` needs {}", found.word(), takes.wanted());
            let is_list = takes.takes == [ValueType::List];
            let code = if is_list { code::NOT_A_LIST } else { code::NOT_A_SCALAR };
            return Some(Diagnostic::error(code, span, message).help(way_out(found)));
        }
        if verb == Verb::Join
            && let Shape::List(Some(items)) = &known.shape
            && matches!(Known::of(items).shape, Shape::List(_) | Shape::Object(_) | Shape::Map(_))
        {
            let message = format!("the items of `{path}` have parts, and `join` puts single values together");
            let diagnostic = Diagnostic::error(code::NOT_A_SCALAR, span, message);
            return Some(diagnostic.help("use the function `json`, or an `each`"));
        }
        let arguments = call.arguments.iter().zip(usage.arguments);
        let paths = arguments.filter_map(|(argument, (_, takes))| match argument {
            Argument::Value(_) => None,
            Argument::Path(path) => Some((path, *takes)),
        });
        paths.into_iter().find_map(|(path, takes)| {
            let known = self.scope.path(path).ok()?;
            let found = known.shape.value_type()?;
            let (fits, wanted) = match takes {
                Takes::Any => (true, ""),
                Takes::Text => (!matches!(found, ValueType::List | ValueType::Object), "a single value"),
                Takes::Number => (found == ValueType::Number, "a number"),
                Takes::Truth => (found == ValueType::Truth, "a boolean"),
                Takes::Object => (found == ValueType::Object, "an object"),
            };
            let message = format!("`{path}` is {} here, and `{word}` takes {wanted}", found.word());
            (!fits).then(|| Diagnostic::error(code::FUNCTION_ARGUMENT, span, message).help(way_out(found)))
        })
    }

    /// Whether a value always is a text, a number or a truth value; a diagnostic where it is not. `quote` is what a text stands in that takes
    /// the place of its path.
    fn must_be_scalar(&mut self, known: &Known<'_>, path: &Path, span: Origin, quote: &str) -> bool {
        let diagnostic = match known.shape {
            // What is not described may be right: rendering tells.
            Shape::Anything => return true,
            Shape::List(_) | Shape::Object(_) | Shape::Map(_) | Shape::Member
                if !known.absent || !matches!(known.shape, Shape::List(_)) =>
            {
                let message = format!("`{path}` is {}, and a single value is needed", known.word());
                let help = "name a part of it, or use the function `join` (for a list) or `json`";
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

/// What can be done where a value is of another type.
fn way_out(found: ValueType) -> &'static str {
    match found {
        ValueType::List => "take an item of it (`first`), put its items together (`join`), or do it to each (`map`)",
        ValueType::Object => "name a part of it, or write it as text with `json`",
        ValueType::Text => "where the text says a number, put `number` before it",
        ValueType::Number | ValueType::Truth => "look at what the API says of the field",
    }
}

/// That an operator does not compare a value.
fn uncompared(operator: Operator, known: &Known<'_>, path: &Path, span: Origin) -> Option<Diagnostic> {
    use Operator::{Above, Absent, AtLeast, AtMost, Below, Between, NotBetween, Present};
    let found = known.shape.value_type();
    let orders = matches!(operator, Above | Below | AtLeast | AtMost | Between | NotBetween);
    if orders && known.absent {
        let help = "make the field `required`, give it a `default=`, or put `default ...` before the comparison";
        return Some(absent(&path.to_string(), span).help(help));
    }
    let fits = match found {
        None => true,
        _ if matches!(operator, Present | Absent) => true,
        Some(ValueType::Object) => false,
        Some(ValueType::List) => operator.looks_into_lists(),
        Some(ValueType::Truth) => !orders && !operator.looks_into_texts(),
        Some(ValueType::Number) => !operator.looks_into_texts(),
        Some(ValueType::Text) => true,
    };
    let word = operator.word();
    let message = format!("`{path}` is {} here, which `{word}` does not compare", found.map_or("", ValueType::word));
    (!fits).then(|| Diagnostic::error(code::NOT_A_SCALAR, span, message).help(found.map_or("", way_out)))
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

fn unknown(lost: &Lost, span: Origin, part: Part) -> Diagnostic {
    let diagnostic = Diagnostic::error(code::UNKNOWN_PATH, span, lost.message.clone());
    match (&lost.meant, part) {
        (Some(meant), Part::Whole) => diagnostic.did_you_mean(Some(meant)),
        (Some(meant), Part::Inside) => diagnostic.help(format!("did you mean `{meant}`?")),
        (None, _) if lost.known.is_empty() => diagnostic,
        (None, _) => {
            let known: Vec<String> = lost.known.iter().map(|name| format!("${name}")).collect();
            diagnostic.help(format!("in scope are {}, and the tables and items above", known.join(", ")))
        }
    }
}
