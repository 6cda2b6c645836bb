//! Values that stand on their line without the keys that they need: `moved a b`, `each zone in $spec.zones`.

use super::Validator;
use crate::diag::{Diagnostic, code};
use crate::grammar::shape::{Form, Parameter};
use crate::grammar::types::Misfit;
use crate::source::Span;
use crate::syntax::{Entry, Node};

impl<'g> Validator<'g> {
    /// Tells of a line on which all required properties stand without their keys, with the line that says the same. Gives the
    /// properties, by bit, where it told.
    pub(super) fn keyless(&mut self, form: &'g Form, told: usize, node: Node<'_>) -> Option<u64> {
        let keys: Vec<&Parameter> = form
            .properties
            .iter()
            .enumerate()
            .filter(|(index, key)| form.required >> (index & 63) & 1 == 1 && node.property(&key.name).is_none())
            .map(|(_, key)| key)
            .collect();
        if keys.is_empty() || keys.iter().any(|key| node.child(&key.name).is_some()) {
            return None;
        }
        let is_between = |entry: &Entry<'_>| {
            entry.string().is_some_and(|word| word == "->" || keys.iter().any(|key| *key.name == *word))
        };
        let arguments = form.arguments.iter().filter(|argument| argument.required).count();
        let (first, rest): (Vec<_>, Vec<_>) = node.arguments().enumerate().partition(|(at, _)| *at < told + arguments);
        let values: Vec<Entry<'_>> =
            rest.into_iter().map(|(_, entry)| entry).filter(|entry| !is_between(entry)).collect();
        if values.len() != keys.len() {
            return None;
        }
        let first = first.into_iter().map(|(_, entry)| entry.raw().to_owned());
        let mut is_right = true;
        let keyed: Vec<String> = keys
            .iter()
            .zip(&values)
            .map(|(key, value)| {
                let value_type = self.grammar.value_type(key.value_type);
                let start = match value_type.check(*value) {
                    Ok(()) => "",
                    Err(Misfit::Start) => value_type.starts_with.as_deref().unwrap_or_default(),
                    Err(_) => {
                        is_right = false;
                        ""
                    }
                };
                format!("{}={start}{}", key.name, value.raw())
            })
            .collect();
        let others = node.properties().map(|entry| self.text_of(entry.span()).to_owned());
        let words: Vec<String> = [node.name().to_owned()].into_iter().chain(first).chain(keyed).chain(others).collect();
        let line = words.join(" ");
        let keys: Vec<String> = keys.iter().map(|key| format!("{}=", key.name)).collect();
        let message = format!("`{}` needs {}", node.name(), super::list(keys.iter().map(String::as_str), usize::MAX));
        let head = node.head_span();
        let diagnostic = Diagnostic::error(code::MISSING_PROPERTY, head, message).help(format!("write `{line}`"));
        self.rewritten.push(head);
        self.diagnostics.push(if is_right {
            diagnostic.fix(format!("write `{line}`"), head, line)
        } else {
            diagnostic
        });
        Some(form.required)
    }

    fn text_of(&self, span: Span) -> &'g str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }
}
