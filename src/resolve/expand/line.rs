//! What stands on the line of a node that values are put into.

use super::put_in::Filling;
use super::scope::Scope;
use super::sheet::{Filled, Slot, is_single};
use super::trial::instead_of_name;
use super::write::{ARRAY, ARRAY_WORD, Writer, place};
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

    /// Writes the name of a node, or what it comes to.
    pub(super) fn name(&mut self, node: Node<'_>, made: Option<&Spanned<Value>>) {
        let span = node.name_span();
        match made {
            Some(made) => {
                let name = made.value.as_str().unwrap_or_default();
                self.guessed(made, |writer| {
                    let written = writer.out.text.plain_name(name);
                    writer.part(written, place(made, span), span);
                });
            }
            None => {
                let written = self.out.text.name(node.text_at(span), node.name());
                self.part(written, span, span);
            }
        }
    }

    /// What a name comes to; nothing where it stays as it stands.
    pub(super) fn named(
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

    /// What the keys on the line of a node come to, each of one value; nothing for those that stay as they stand.
    pub(super) fn keys(
        &self,
        filled: &Filled<'_>,
        values: &[Option<Spanned<Value>>],
        scope: &Scope<'_>,
    ) -> Result<Vec<Option<Spanned<Value>>>, Option<Diagnostic>> {
        let of_slot = |(Slot { entry, key, .. }, value): (&Slot<'_>, &Option<Spanned<Value>>)| {
            let key = self.named(key.as_ref(), entry.key_span(), scope)?;
            match value.as_ref().filter(|value| !entry.is_argument() && !is_single(value)) {
                Some(value) => Err(Some(not_behind(entry.value_span(), value))),
                None => Ok(key),
            }
        };
        filled.entries.iter().zip(values).map(of_slot).collect()
    }

    /// Writes what stands on the line of a node for one of its values; the first that does takes the mark of a list, where there is one.
    pub(super) fn entry(
        &mut self,
        entry: Entry<'_>,
        (key, value): (Option<&Spanned<Value>>, Option<&Spanned<Value>>),
        is_marked: &mut bool,
    ) {
        match value.map(|value| (value, &value.value)) {
            None => self.kept(entry, key, is_marked),
            Some((_, Value::Null)) => {}
            Some((value, Value::Array(items))) if !is_single(value) => {
                items.iter().filter(|item| is_single(item)).for_each(|item| self.single(entry, None, item, is_marked));
            }
            Some((value, _)) if is_single(value) => self.single(entry, key, value, is_marked),
            Some(_) => {}
        }
    }

    /// Begins what stands on the line of a node for a value.
    fn begins_entry(&mut self, is_marked: &mut bool) {
        self.out.text.begin_entry();
        if std::mem::take(is_marked) {
            self.out.text.annotation(ARRAY, ARRAY_WORD);
        }
    }

    /// A single value in the place of an entry.
    fn single(
        &mut self,
        entry: Entry<'_>,
        made_key: Option<&Spanned<Value>>,
        value: &Spanned<Value>,
        is_marked: &mut bool,
    ) {
        self.begins_entry(is_marked);
        if let Some(key) = entry.key() {
            let key = made_key.and_then(|made| made.value.as_str()).unwrap_or(key);
            let written = self.out.text.key(key);
            self.part(written, entry.key_span(), entry.key_span());
        }
        if let Some(annotation) = entry.annotated().filter(|one| one.word == secret::ANNOTATION) {
            let written = self.out.text.annotation(entry.text_at(annotation.span), annotation.word);
            self.part(written, annotation.span, annotation.span);
        }
        self.scalar(value, entry.value_span());
    }

    /// An entry whose value stays as it stands; its key may be made.
    fn kept(&mut self, entry: Entry<'_>, key: Option<&Spanned<Value>>, is_marked: &mut bool) {
        self.begins_entry(is_marked);
        let Some(key) = key else {
            let written = self.out.text.copy_entry(entry);
            return self.part(written, entry.span(), entry.span());
        };
        let (at, span) = (entry.value_span(), entry.key_span());
        let name = key.value.as_str().unwrap_or_default();
        let written = self.out.text.key(name);
        self.part(written, place(key, span), span);
        let rest = Span::new(at.file, entry.annotated().map_or(at.start, |one| one.span.start), at.end);
        let written = self.out.text.copy_value(entry);
        self.part(written, rest, rest);
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
