//! What stands on the line of a node that values are put into.

use super::put_in::Filling;
use super::scope::Scope;
use super::sheet::{Filled, Slot};
use super::trial::instead_of_name;
use super::write::{Line, Writer, node_name, place};
use crate::diag::{Diagnostic, code};
use crate::grammar::language;
use crate::model::Value;
use crate::resolve::secret;
use crate::source::{Origin, Span, Spanned};
use crate::syntax::{Entry, Node};

impl Writer<'_> {
    /// What the values on the line of a node come to; nothing for those that stay as they stand.
    pub(super) fn values(
        &self,
        filled: &Filled<'_>,
        scope: &Scope<'_>,
    ) -> Result<Vec<Option<Spanned<Value>>>, Option<Diagnostic>> {
        let Filled { node, position, entries, .. } = filled;
        let of_slot = |Slot { entry, value, .. }: &Slot<'_>| {
            let Some(filling) = value else { return Ok(None) };
            let value = match filling.filled(scope) {
                Ok(value) if matches!(value.span, Origin::Unread(_)) => Err(None),
                value => value,
            };
            let value = match &self.trial {
                Some(trial) => trial.instead(value, *entry, filling, scope)?,
                None => value?,
            };
            let is_several = match &value.value {
                Value::Object(_) => value.value.foreign().is_none(),
                Value::Array(items) => items.len() > 1,
                _ => false,
            };
            match language().only_one(*position, *node, *entry).filter(|_| is_several) {
                Some(name) => Err(Some(not_one(*node, (*entry, name), &value))),
                None => Ok(Some(value)),
            }
        };
        entries.iter().map(of_slot).collect()
    }

    /// Writes the name of a node.
    pub(super) fn name(
        &mut self,
        node: Node<'_>,
        filling: Option<&Filling>,
        scope: &Scope<'_>,
    ) -> Result<(), Option<Diagnostic>> {
        let span = node.name_span();
        match self.named(filling, span, scope)? {
            Some(made) => {
                let text = node_name(made.value.as_str().unwrap_or_default());
                self.guessed(&made, |writer| writer.piece(place(&made, span), span, &text));
            }
            None => self.piece(span, span, node.text_at(span)),
        }
        Ok(())
    }

    /// What a name comes to; nothing where it stays as it stands.
    fn named(
        &self,
        filling: Option<&Filling>,
        span: Span,
        scope: &Scope<'_>,
    ) -> Result<Option<Spanned<Value>>, Option<Diagnostic>> {
        let Some(filling) = filling else { return Ok(None) };
        let made = filling.filled(scope);
        let made = if self.trial.is_some() { instead_of_name(made, span, filling, scope) } else { made };
        made.map(Some)
    }

    /// Writes what stands on the line of a node, and notes what of it stands below.
    pub(super) fn entry<'v>(
        &mut self,
        (entry, key): (Entry<'_>, Option<&Filling>),
        value: Option<&'v Spanned<Value>>,
        scope: &Scope<'_>,
        line: &mut Line<'v>,
    ) -> Result<(), Option<Diagnostic>> {
        let at = entry.value_span();
        let made_key = self.named(key, entry.key_span(), scope)?;
        let key = entry.key().map(|key| (key, entry.key_span()));
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
                return Err(Some(not_behind(at, value)));
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
}

/// That several values stand where a node takes one.
fn not_one(node: Node<'_>, (entry, name): (Entry<'_>, &str), value: &Spanned<Value>) -> Diagnostic {
    let found = value.value.type_name();
    let message = format!("`{}` takes one value for its `{name}`, and this is {found}", node.name());
    let problem = Diagnostic::error(code::NOT_A_SCALAR, entry.value_span(), message);
    problem.other(value.span, "this is the value").help("name a part of it, or use the function `join`")
}

/// That several values stand behind a `=`.
fn not_behind(at: Span, value: &Spanned<Value>) -> Diagnostic {
    let message = format!("{} does not fit behind `=`", value.value.type_name());
    let problem = Diagnostic::error(code::NOT_A_SCALAR, at, message).other(value.span, "this is the value");
    problem.help("write it on a line of its own, without the `=`: `name $value`")
}
