//! Arguments, modifiers and properties of a node's line.

use super::Validator;
use super::placed::belongs_in_block;
use crate::diag::{Diagnostic, code, suggest};
use crate::grammar::shape::{Form, Parameter, TypeId};
use crate::grammar::types::Misfit;
use crate::source::Span;
use crate::syntax::{Entry, Node};
use std::cell::OnceCell;
use std::collections::HashMap;

/// What was met on a line so far.
#[derive(Default)]
struct Line<'g> {
    arguments: usize,
    flags: u64,
    properties: u64,
    /// Whether something was too much on the line.
    has_surplus: bool,
    /// Up to where what is too much was told.
    told_to: u32,
    /// A mistake was said that also explains what is missing.
    explained: bool,
    /// The first property of each known key, by index; looked for once, at the first repetition.
    firsts: Vec<Option<Span>>,
    /// What the one unknown property may be meant as; looked for once, at the first that is unknown.
    missing: OnceCell<Option<(usize, &'g Parameter)>>,
}

impl<'g> Validator<'g> {
    /// A node's line, `told` arguments of which only chose the form. Gives the properties, by bit.
    pub(super) fn entries(&mut self, form: &'g Form, told: usize, node: Node<'_>) -> u64 {
        let mut line = Line::default();
        let mut skip = told;
        for entry in node.entries() {
            let value_type = type_of(form, &line, entry);
            self.value_annotation(entry, value_type.map_or(&[], |id| &self.grammar.value_type(id).annotations));
            self.literal(value_type, entry);
            match entry.key() {
                Some(key) => self.property(form, &mut line, node, key, entry),
                None if skip > 0 => skip -= 1,
                None => self.argument(form, &mut line, node, entry),
            }
        }
        if form.pairs.is_some() {
            self.repeated_pairs(form, node);
        }
        self.move_into_block(form, node);
        if line.explained {
            return line.properties;
        }
        if let Some(value) =
            form.arguments.get(line.arguments..).and_then(|rest| rest.iter().find(|value| value.required))
        {
            self.missing_argument(form, value, node);
        }
        let missing = form.required & !line.properties;
        if missing != 0 {
            self.missing_properties(form, missing, node);
        }
        line.properties
    }

    fn argument(&mut self, form: &'g Form, line: &mut Line<'g>, node: Node<'_>, entry: Entry<'_>) {
        let Some(value) = form.argument(line.arguments) else {
            return self.flag(form, line, node, entry);
        };
        let Err(misfit) = self.grammar.value_type(value.value_type).check(entry) else {
            line.arguments += 1;
            return;
        };
        let is_flag = |word: &str| form.flags.iter().any(|flag| *flag.word == *word);
        if matches!(misfit, Misfit::Word(word) if is_flag(word)) {
            let message = format!("`{}` needs {} before `{}`", node.name(), one(&value.name), entry.raw());
            let diagnostic = Diagnostic::error(code::MISSING_ARGUMENT, entry.span(), message);
            self.diagnostics.push(diagnostic.help(self.values_of(value)));
            line.explained = true;
            return self.flag(form, line, node, entry);
        }
        if is_symbol(entry) {
            line.explained = true;
            return self.stray_symbol(entry);
        }
        line.arguments += 1;
        // That nothing is called so is told with what may be meant.
        let is_looked_for = !value.references.is_empty()
            && value.references.iter().all(|kind| !self.grammar.kinds[kind.0 as usize].lenient);
        let is_name = matches!(misfit, Misfit::Name(_) | Misfit::Character(_));
        if !(is_looked_for && is_name && entry.string().is_some_and(|text| !text.is_empty())) {
            self.misfit(value, &misfit, entry);
        }
    }

    /// An argument behind the last one: a modifier, or too much.
    fn flag(&mut self, form: &'g Form, line: &mut Line<'g>, node: Node<'_>, entry: Entry<'_>) {
        let word = entry.string();
        let found = word.and_then(|word| form.flags.iter().position(|flag| *flag.word == *word));
        if let Some(index) = found {
            let bit = 1 << (index & 63);
            if line.flags & bit != 0 {
                let message = format!("`{}` is there twice", entry.raw());
                let diagnostic = Diagnostic::error(code::REPEATED_PROPERTY, entry.span(), message);
                self.diagnostics.push(diagnostic.fix("remove it", entry.span(), ""));
            }
            line.flags |= bit;
            return;
        }
        if entry.span().start < line.told_to {
            return;
        }
        let is_first = !std::mem::replace(&mut line.has_surplus, true);
        let message = if form.flags.is_empty() {
            format!("`{}` takes no argument `{}`", node.name(), entry.raw())
        } else {
            format!("`{}` does not know the word `{}`", node.name(), entry.raw())
        };
        let diagnostic = Diagnostic::error(code::SURPLUS_ARGUMENT, entry.span(), message);
        let flags = || form.flags.iter().map(|flag| &*flag.word);
        let suggestion = word.and_then(|word| suggest(word, flags()));
        self.diagnostics.push(match suggestion {
            Some(_) => diagnostic.did_you_mean(suggestion),
            None if is_first && let Some((text, place)) = self.without_quotes(form, node, entry) => {
                line.told_to = place.end;
                let help = format!("a text with spaces stands in quotes: write `{text}`");
                diagnostic.help(help).fix("put it in quotes", place, text)
            }
            None if let Some(value) = next_argument(node, entry).filter(|_| form.pairs.is_some()) => {
                line.told_to = value.span().end;
                let text = format!("{}={}", entry.raw(), value.raw());
                let place = Span { end: value.span().end, ..entry.span() };
                diagnostic.help(format!("write `{text}`")).fix(format!("write `{text}`"), place, text)
            }
            None if word.is_some_and(|word| form.property(word).is_some()) => match next_argument(node, entry) {
                Some(value) => {
                    line.told_to = value.span().end;
                    let text = format!("{}={}", entry.raw(), value.raw());
                    let place = Span { end: value.span().end, ..entry.span() };
                    diagnostic.help(format!("it is a property: write `{text}`")).fix(
                        format!("write `{text}`"),
                        place,
                        text,
                    )
                }
                None => diagnostic.help(format!("it is a property: write `{}=...`", entry.raw())),
            },
            None if form.flags.is_empty() => diagnostic.help(format!("the line is `{}`", self.synopsis(node, form))),
            None => diagnostic.help(format!("it knows {}", super::list(flags(), usize::MAX))),
        });
    }

    /// The text whose first word is the last argument that a line takes, and whose others stand behind it, in quotes; and its place.
    fn without_quotes(&self, form: &Form, node: Node<'_>, surplus: Entry<'_>) -> Option<(String, Span)> {
        let is_word = |entry: &Entry<'_>| entry.is_argument() && entry.string() == Some(entry.raw());
        let own: Vec<Entry<'_>> = node.entries().collect();
        let at = own.iter().position(|entry| entry.span() == surplus.span())?;
        let first = at.checked_sub(1)?;
        let words: Vec<&str> =
            own[first..].iter().take_while(|entry| is_word(entry)).map(|entry| entry.raw()).collect();
        let last = first + words.len().checked_sub(1)?;
        let value = form.arguments.last().filter(|value| value.defines.is_none() && value.references.is_empty())?;
        let value_type = self.grammar.value_type(value.value_type);
        let place = Span { end: own[last].span().end, ..own[first].span() };
        let text = self.text_of(place);
        let is_text = last >= at && !text.contains(['"', '\\', '\n']) && value_type.words.is_empty();
        (is_text && value_type.check_text(text).is_ok()).then(|| (format!("\"{text}\""), place))
    }

    fn property(&mut self, form: &'g Form, line: &mut Line<'g>, node: Node<'_>, key: &str, entry: Entry<'_>) {
        let Some((index, value)) = form.property(key) else {
            match &form.pairs {
                Some(pairs) => {
                    if let Some(key_type) = pairs.key_type {
                        self.key(key_type, key, entry);
                    }
                    if let Err(misfit) = self.grammar.value_type(pairs.value_type).check(entry) {
                        self.misfit_of_pair(pairs.value_type, key, &misfit, entry);
                    }
                }
                None if belongs_in_block(form, key) => {}
                None => self.unknown_property(form, line, node, key, entry),
            }
            return;
        };
        let bit = 1 << (index & 63);
        let is_first = line.properties & bit == 0;
        if !is_first && form.pairs.is_none() {
            if line.firsts.is_empty() {
                line.firsts = first_properties(form, node);
            }
            self.repeated_property(line.firsts.get(index).copied().flatten(), key, entry);
        }
        line.properties |= bit;
        if let Err(misfit) = self.grammar.value_type(value.value_type).check(entry) {
            self.misfit(value, &misfit, entry);
            if is_first {
                self.name_elsewhere(form, node, &misfit, entry);
            }
        }
    }

    /// Adds to a word that is none of a few, and may be a name, which property takes a name.
    fn name_elsewhere(&mut self, form: &'g Form, node: Node<'_>, misfit: &Misfit<'_>, entry: Entry<'_>) {
        let takes_names = |property: &&Parameter| !property.references.is_empty();
        let named = form.properties.iter().find(takes_names).filter(|named| node.property(&named.name).is_none());
        let told = self.diagnostics.added().checked_sub(1).and_then(|last| self.diagnostics.get_mut(last));
        if let (Misfit::Word(_), Some(named), Some(told)) = (misfit, named, told) {
            told.help.get_or_insert_with(|| format!("a name stands in `{}={}`", named.name, entry.raw()));
        }
    }

    fn unknown_property(&mut self, form: &'g Form, line: &mut Line<'g>, node: Node<'_>, key: &str, entry: Entry<'_>) {
        if is_symbol_key(key) {
            line.explained = true;
            return self.stray_symbol(entry);
        }
        let message = format!("`{}` has no property `{key}`", node.name());
        let diagnostic = Diagnostic::error(code::UNKNOWN_PROPERTY, entry.key_span(), message);
        let known = || form.properties.iter().map(|property| &*property.name);
        let suggestion = suggest(key, known()).or_else(|| known().find(|name| is_short_for(key, name)));
        if let Some((index, _)) = suggestion.and_then(|name| form.property(name)) {
            line.properties |= 1 << (index & 63);
        }
        self.diagnostics.push(if suggestion.is_some() {
            line.explained = true;
            diagnostic.did_you_mean(suggestion)
        } else if form.flags.iter().any(|flag| *flag.word == *key) {
            // How the value is written is a part of the same mistake.
            self.rewritten.push(entry.span());
            if is_no(entry.raw()) {
                diagnostic.help(format!("`{key}` is left out where it does not hold")).fix(
                    "remove it",
                    entry.span(),
                    "",
                )
            } else {
                diagnostic.help(format!("write the word alone: `{key}`")).fix("write the word alone", entry.span(), key)
            }
        } else if let Some((index, missing)) = *line.missing.get_or_init(|| the_missing(form, node)) {
            line.properties |= 1 << (index & 63);
            let renamed = format!("{}={}", missing.name, entry.raw());
            let help = format!("write `{renamed}`, which is missing");
            match self.grammar.value_type(missing.value_type).check(entry) {
                Ok(()) => diagnostic.help(help).fix(format!("write `{renamed}`"), entry.span(), renamed),
                Err(_) => diagnostic.help(help),
            }
        } else if form.arguments.iter().any(|argument| *argument.name == *key) {
            diagnostic.help(format!("it is an argument: the line is `{}`", self.synopsis(node, form)))
        } else if form.properties.is_empty() {
            diagnostic.help(format!("the line is `{}`", self.synopsis(node, form)))
        } else {
            diagnostic.help(format!("it has {}", super::list(known(), usize::MAX)))
        });
    }

    fn repeated_property(&mut self, first: Option<Span>, key: &str, entry: Entry<'_>) {
        let message = format!("property `{key}` is there twice");
        let mut diagnostic = Diagnostic::error(code::REPEATED_PROPERTY, entry.key_span(), message)
            .help("KDL takes the last one and says nothing; keep one of them");
        if let Some(first) = first {
            diagnostic = diagnostic.other(first, "it is here already");
        }
        self.diagnostics.push(diagnostic);
    }

    /// Keys of an open line that are there twice.
    fn repeated_pairs(&mut self, form: &'g Form, node: Node<'_>) {
        if node.properties().nth(1).is_none() {
            return;
        }
        let mut firsts: HashMap<&str, Entry<'_>> = HashMap::new();
        for entry in node.properties() {
            let Some(key) = entry.key() else { continue };
            if let Some(first) = firsts.get(key) {
                let what = if form.property(key).is_some() { "property" } else { "key" };
                let message = format!("{what} `{key}` is there twice");
                let diagnostic = Diagnostic::error(code::REPEATED_PROPERTY, entry.key_span(), message)
                    .other(first.span(), "it is here already")
                    .help("KDL takes the last one and says nothing; keep one of them");
                self.diagnostics.push(diagnostic);
            } else {
                firsts.insert(key, entry);
            }
        }
    }

    fn missing_argument(&mut self, form: &'g Form, value: &'g Parameter, node: Node<'_>) {
        let message = format!("`{}` needs {}", node.name(), one(&value.name));
        let help = if self.grammar.value_type(value.value_type).words.is_empty() {
            format!("the line is `{}`", self.synopsis(node, form))
        } else {
            self.values_of(value)
        };
        let diagnostic = Diagnostic::error(code::MISSING_ARGUMENT, node.head_span(), message).missing(&value.name);
        self.diagnostics.push(diagnostic.help(help));
    }

    fn missing_properties(&mut self, form: &'g Form, missing: u64, node: Node<'_>) {
        for (_, value) in form.properties.iter().enumerate().filter(|(index, _)| missing >> (index & 63) & 1 == 1) {
            if form.block.slot(&value.name).is_none() && node.child(&value.name).is_some() {
                continue; // said of the child
            }
            let message = format!("`{}` needs `{}=`", node.name(), value.name);
            let diagnostic = Diagnostic::error(code::MISSING_PROPERTY, node.head_span(), message);
            self.diagnostics.push(diagnostic.missing(&value.name).help(value.doc.to_string()));
        }
    }

    /// How a node's line is written.
    pub(super) fn synopsis(&self, node: Node<'_>, form: &Form) -> String {
        let told =
            self.grammar.nodes().find(|shape| shape.form_words().next().is_some() && shape.name() == node.name());
        let word = told.and_then(|shape| node.argument(shape.told_at())).and_then(Entry::string);
        let word = word.filter(|word| told.is_some_and(|shape| shape.form_words().any(|form| form == *word)));
        self.grammar.line(node.name(), word, form)
    }

    /// The words that a value may be, or what it is.
    pub(super) fn values_of(&self, value: &Parameter) -> String {
        let value_type = self.grammar.value_type(value.value_type);
        if value_type.words.is_empty() {
            value.doc.to_string()
        } else {
            format!("it is one of {}", super::list(value_type.words.iter().map(|word| &**word), usize::MAX))
        }
    }
}

/// The argument that stands right behind another one.
fn next_argument<'t>(node: Node<'t>, entry: Entry<'_>) -> Option<Entry<'t>> {
    node.entries_behind(entry.span().start).next().filter(|next| next.key().is_none())
}

/// The required property that alone is missing on a line on which one key alone is unknown, with its index.
fn the_missing<'f>(form: &'f Form, node: Node<'_>) -> Option<(usize, &'f Parameter)> {
    let mut unknown = node.properties().filter(|entry| entry.key().is_some_and(|key| form.property(key).is_none()));
    if unknown.nth(1).is_some() {
        return None;
    }
    let is_missing = |(index, property): &(usize, &Parameter)| {
        form.required >> (index & 63) & 1 == 1 && node.property(&property.name).is_none()
    };
    let mut missing = form.properties.iter().enumerate().filter(is_missing);
    let first = missing.next()?;
    missing.next().is_none().then_some(first)
}

/// The type of the value of an entry, the next of its line.
fn type_of(form: &Form, line: &Line<'_>, entry: Entry<'_>) -> Option<TypeId> {
    match entry.key() {
        Some(key) => {
            let property = form.property(key).map(|(_, property)| property.value_type);
            property.or(form.pairs.as_ref().map(|pairs| pairs.value_type))
        }
        None => form.argument(line.arguments).map(|argument| argument.value_type),
    }
}

/// The first property of each key of a form, by the index of the key.
fn first_properties(form: &Form, node: Node<'_>) -> Vec<Option<Span>> {
    let mut firsts = vec![None; form.properties.len()];
    for entry in node.properties() {
        if let Some((index, _)) = entry.key().and_then(|key| form.property(key)) {
            firsts[index].get_or_insert(entry.span());
        }
    }
    firsts
}

/// Whether a property's key is what KDL makes of an operator: `>= 2` is a property named `>`.
pub(super) fn is_symbol_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| b"<>!~^$*%&|+-".contains(&byte))
}

/// Whether an argument is an operator of another language.
pub(super) fn is_symbol(entry: Entry<'_>) -> bool {
    entry.string().is_some_and(|word| !word.is_empty() && word.bytes().all(|byte| b"<>=!~".contains(&byte)))
}

/// Whether a key is a short form of a name, such as `ns` of `namespace`: its letters are in the name, in their order, from the first.
pub(super) fn is_short_for(key: &str, name: &str) -> bool {
    let mut letters = name.chars();
    let is_short = key.len() > 1 && key.len() * 2 < name.len() && key.chars().next() == name.chars().next();
    is_short && key.chars().all(|letter| letters.any(|next| next == letter))
}

/// Whether a value is how languages say that something does not hold.
pub(super) fn is_no(raw: &str) -> bool {
    matches!(raw, "false" | "#false" | "no")
}

/// A name with its article.
fn one(name: &str) -> String {
    let article = if name.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {name}")
}
