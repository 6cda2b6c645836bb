//! What decides about the parts of a body: what it looks at, and that nothing is left open.

use super::Check;
use super::choice::Choices;
use super::scope::{Known, Shape};
use crate::diag::{Diagnostic, code};
use crate::model::{Branch, ControlKind, Part, Template, ValueType};
use crate::source::Spanned;

impl<'p> Check<'p> {
    /// The parts of a list or an object.
    pub(super) fn parts(&mut self, is_list: bool, parts: &'p [Part]) {
        for part in parts {
            match part {
                Part::Item(value) => self.anything(value),
                Part::Member(key, value) => {
                    self.scalar(key, "a name");
                    self.anything(value);
                }
                Part::Control(control) => self.control(is_list, &control.kind),
            }
        }
    }

    fn control(&mut self, is_list: bool, kind: &'p ControlKind) {
        match kind {
            ControlKind::Spread(value) => self.spread(is_list, value),
            ControlKind::Each { name, list, parts } => {
                let known = self.known(list);
                let items = self.items(known, &named(list), list.span);
                let outer = self.scope.names.trail().len();
                self.scope.enter_item(&name.value, items);
                self.parts(is_list, parts);
                self.scope.names.leave_to(outer);
            }
            ControlKind::If { condition, parts, otherwise } => {
                self.condition(condition);
                self.parts(is_list, parts);
                self.parts(is_list, otherwise);
            }
            ControlKind::Match { on, cases, otherwise } => {
                let values = cases.iter().flat_map(|Branch { values, .. }| values).collect();
                self.choice(&Choices { on, values, is_closed: otherwise.is_some(), span: on.span });
                for parts in cases.iter().map(|case| &case.parts).chain(otherwise) {
                    self.parts(is_list, parts);
                }
            }
        }
    }

    fn spread(&mut self, is_list: bool, value: &'p Spanned<Template>) {
        let Some(known) = self.known(value) else { return };
        let wanted = if is_list { ValueType::List } else { ValueType::Object };
        if known.shape.value_type().is_some_and(|found| found != wanted) || matches!(known.shape, Shape::Scalar(..)) {
            let message = format!("`...` takes {} here, and `{}` is {}", wanted.word(), named(value), known.word());
            let diagnostic = Diagnostic::error(code::NOT_A_LIST, value.span, message);
            let help = match (is_list, known.shape) {
                (true, Shape::Object(_) | Shape::Map(_) | Shape::Member) => {
                    format!("as one item it is `- {{ ... {}; }}`", named(value))
                }
                _ => "give it a field of its own, or an item with `-`".to_owned(),
            };
            self.diagnostics.push(diagnostic.help(help));
        }
    }

    /// What an `if` asks: something that is true or not.
    pub(super) fn condition(&mut self, condition: &'p Spanned<Template>) {
        let Some(Known { shape, .. }) = self.known(condition) else { return };
        let is_truth = matches!(shape.value_type(), None | Some(ValueType::Truth))
            && !matches!(shape, Shape::Scalar(None, Some(_)));
        if !is_truth {
            let found = shape.value_type().map_or("a single value", ValueType::word);
            let message = format!("`{}` is {found}, and an `if` asks whether something is true", named(condition));
            let diagnostic = Diagnostic::error(code::NOT_A_SCALAR, condition.span, message);
            self.diagnostics
                .push(diagnostic.help("write a comparison behind it, as in `if $spec.size is large`, or `present`"));
        }
    }
}

/// What a template is called in messages.
fn named(template: &Spanned<Template>) -> String {
    match &template.value {
        Template::Reference(path, _) => path.to_string(),
        _ => "this".to_owned(),
    }
}
