//! Values that stand on their line without the keys that they need, as in `moved a b` and `each zone in $spec.zones`; with keys that they
//! do not have, as in `relation owner to=team`; and behind words that the line says already, as in `given request app web`.

use super::Validator;
use super::entries::is_symbol_key;
use super::placed::belongs_in_block;
use crate::diag::{Diagnostic, code, suggest};
use crate::grammar::shape::{Form, Parameter};
use crate::grammar::types::Misfit;
use crate::source::Span;
use crate::syntax::{Entry, Node};

impl<'g> Validator<'g> {
    /// Tells of a colon between two values of a line, as in `entity service: checkout`, with the line that says the same. Gives the
    /// properties, by bit, where it told.
    pub(super) fn colon_between(&mut self, form: &'g Form, told: usize, node: Node<'_>) -> Option<u64> {
        let behind =
            |entry: &Entry<'_>| Span { start: entry.key_span().end, end: entry.value_span().start, ..entry.span() };
        let is_parted = |entry: &Entry<'_>| {
            entry.key().is_some_and(|key| form.property(key).is_none()) && self.text_of(behind(entry)).starts_with(':')
        };
        let parted = node.properties().find(is_parted).filter(|_| form.pairs.is_none())?;
        let given = node.arguments().count() + 2;
        let needed = told + form.arguments.iter().filter(|argument| argument.required).count();
        if !(needed..=told + form.arguments.len() + form.flags.len()).contains(&given) {
            return None;
        }
        let (head, gap) = (node.head_span(), behind(&parted));
        let before = self.text_of(Span { end: gap.start, ..head });
        let line = format!("{before} {}", self.text_of(Span { start: gap.end, ..head }));
        let message = format!("a colon behind `{}`", parted.key().unwrap_or_default());
        self.rewritten.push(head);
        let diagnostic = Diagnostic::error(code::COLON, gap, message).help(format!("write `{line}`"));
        self.diagnostics.push(diagnostic.fix(format!("write `{line}`"), gap, " "));
        Some(form.required)
    }

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

    /// Tells of arguments that have keys, with the line that says the same: `relation owner target=team`.
    pub(super) fn keyed(&mut self, form: &'g Form, told: usize, node: Node<'_>) -> Option<u64> {
        let is_named = |key: &str| matches!(key, "name" | "id" | "identifier");
        let position = |key: &str| {
            let by_name = form.arguments.iter().position(|argument| *argument.name == *key);
            by_name.or_else(|| form.arguments.iter().position(|argument| argument.defines.is_some() && is_named(key)))
        };
        let belongs = |entry: &Entry<'_>| entry.key().filter(|key| form.property(key).is_none()).and_then(position);
        let mut keyed: Vec<(usize, Entry<'_>)> =
            node.properties().filter_map(|entry| Some((belongs(&entry)?, entry))).collect();
        if keyed.is_empty() {
            keyed.extend(self.under_another_key(form, told, node));
        }
        let (_, first) = keyed.first().filter(|_| keyed.len() <= form.arguments.len())?;
        let mut arguments = node.arguments();
        let forms: Vec<&str> = arguments.by_ref().take(told).map(Entry::raw).collect();
        let mut words: Vec<String> = [node.name()].into_iter().chain(forms).map(str::to_owned).collect();
        for at in 0..form.arguments.len() {
            let by_key = keyed.iter().find(|(position, _)| *position == at).map(|(_, entry)| *entry);
            match by_key.or_else(|| arguments.next()) {
                Some(entry) => words.push(entry.raw().to_owned()),
                None if form.arguments[at].required => return None,
                None => {}
            }
        }
        let is_flag = |entry: &Entry<'_>| is_flag(form, *entry);
        if !arguments.clone().all(|entry| is_flag(&entry)) {
            return None;
        }
        words.extend(arguments.map(|entry| entry.raw().to_owned()));
        let others = node.properties().filter(|entry| keyed.iter().all(|(_, other)| other.span() != entry.span()));
        words.extend(others.map(|entry| self.text_of(entry.span()).to_owned()));
        let (line, head) = (words.join(" "), node.head_span());
        let message =
            format!("`{}` has no property `{}`: it is an argument", node.name(), first.key().unwrap_or_default());
        let diagnostic = Diagnostic::error(code::UNKNOWN_PROPERTY, first.key_span(), message);
        self.rewritten.push(head);
        self.diagnostics.push(diagnostic.help(format!("write `{line}`")).fix(format!("write `{line}`"), head, line));
        Some(form.required)
    }

    /// The last argument that a line must have, where it lacks that alone and has one key that nothing on it is called.
    fn under_another_key<'n>(&self, form: &Form, told: usize, node: Node<'n>) -> Option<(usize, Entry<'n>)> {
        let given = node.arguments().skip(told).filter(|entry| !is_flag(form, *entry)).count();
        let missing = form.arguments.get(given).filter(|argument| argument.required)?;
        let known = || {
            let properties = form.properties.iter().map(|property| &*property.name);
            properties.chain(form.flags.iter().map(|flag| &*flag.word))
        };
        let is_unknown = |entry: &Entry<'_>| {
            entry.key().is_some_and(|key| {
                !is_symbol_key(key) && !belongs_in_block(form, key) && suggest(key, known()).is_none()
            })
        };
        let is_last = form.arguments.get(given + 1).is_none_or(|next| !next.required);
        let mut unknown = node.properties().filter(is_unknown);
        let entry = unknown.next().filter(|_| is_last && form.pairs.is_none())?;
        let fits = self.grammar.value_type(missing.value_type).check(entry).is_ok();
        (fits && unknown.next().is_none()).then_some((given, entry))
    }

    /// Tells of a word too many that says of which kind the name behind it is: `given request app web`, `relation owner blueprint team`.
    pub(super) fn kind_said(&mut self, form: &'g Form, told: usize, node: Node<'_>) -> Option<u64> {
        let given: Vec<Entry<'_>> = node.arguments().skip(told).filter(|entry| !is_flag(form, *entry)).collect();
        let surplus = given.len().checked_sub(1).filter(|last| form.argument(*last).is_none())?;
        let says_kind = |at: usize| {
            let is_name = form.arguments.get(at).is_some_and(|argument| !argument.references.is_empty());
            is_name && given[at].string().is_some_and(|word| self.grammar.object(word).is_some())
        };
        let at = (0..surplus).find(|at| says_kind(*at))?;
        let (word, behind) = (given[at], given[at + 1].span());
        let gone = Span { end: behind.start, ..word.span() };
        let head = node.head_span();
        let line = format!(
            "{}{}",
            self.text_of(Span { end: gone.start, ..head }),
            self.text_of(Span { start: gone.end, ..head })
        );
        let message = format!("`{}` needs no `{}` before the name", node.name(), word.raw());
        let diagnostic = Diagnostic::error(code::SURPLUS_ARGUMENT, word.span(), message);
        self.rewritten.push(head);
        self.diagnostics.push(diagnostic.help(format!("write `{line}`")).fix(format!("write `{line}`"), gone, ""));
        Some(form.required)
    }
}

fn is_flag(form: &Form, entry: Entry<'_>) -> bool {
    form.flags.iter().any(|flag| entry.string() == Some(&*flag.word))
}
