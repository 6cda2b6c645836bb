//! What the line of a typed value was meant to say that is written as other languages write one: `property tier enum [a, b]`,
//! `field size type=string`, `input tags list(string)`.

use super::Validator;
use super::entries::is_no;
use super::meant::{quoted_end, written};
use crate::diag::{Code, Diagnostic, code, suggest};
use crate::grammar::shape::Form;
use crate::source::Span;
use crate::syntax::Node;
use crate::syntax::edit::{write_scalar, write_string};

/// The type whose values are listed in the block, by the node [`VALUES`].
const ENUM: &str = "enum";
/// The type of lists, whose items' type is the property `of`.
const LIST: &str = "array";
/// What lists the values of an enum.
const VALUES: &str = "values";

/// What other languages call a list of values on the line itself.
const VALUES_ELSEWHERE: [&str; 14] = [
    "values",
    "value",
    "enum",
    "enums",
    "options",
    "allowed",
    "allowed-values",
    "allowed_values",
    "allowedValues",
    "choices",
    "items",
    "oneOf",
    "one-of",
    "one_of",
];

/// What other languages call the types.
const TYPES_ELSEWHERE: [(&str, &str); 30] = [
    ("str", "string"),
    ("text", "string"),
    ("int", "integer"),
    ("int32", "integer"),
    ("int64", "integer"),
    ("long", "integer"),
    ("float", "number"),
    ("double", "number"),
    ("decimal", "number"),
    ("numeric", "number"),
    ("bool", "boolean"),
    ("list", "array"),
    ("set", "array"),
    ("tuple", "array"),
    ("map", "object"),
    ("dict", "object"),
    ("struct", "object"),
    ("record", "object"),
    ("schema", "object"),
    ("date", "date-time"),
    ("datetime", "date-time"),
    ("time", "date-time"),
    ("timestamp", "date-time"),
    ("uri", "url"),
    ("link", "url"),
    ("choice", "enum"),
    ("select", "enum"),
    ("oneof", "enum"),
    ("enumeration", "enum"),
    ("ip", "ipv4"),
];

/// The type that another language calls by a word.
pub(super) fn type_elsewhere(word: &str) -> Option<&'static str> {
    TYPES_ELSEWHERE.iter().find(|(theirs, _)| theirs.eq_ignore_ascii_case(word)).map(|(_, ours)| *ours)
}

/// A value of a line, or a list of them, with its key where it has one.
struct Part<'l> {
    key: Option<&'l str>,
    words: Vec<&'l str>,
    is_list: bool,
}

/// What a line says.
#[derive(Default)]
struct Said<'l> {
    name: Option<&'l str>,
    type_word: Option<String>,
    of: Option<String>,
    values: Vec<&'l str>,
    /// Modifiers and properties, as they are to be written.
    rest: Vec<String>,
    /// What of it the language does not write so: the code of the first, and what to say of it.
    foreign: Option<(Code, String)>,
}

impl Validator<'_> {
    /// Tells of the line of a typed value that other languages write so, with the line that says the same; tells whether it did.
    pub(super) fn typed_elsewhere(&mut self, form: &Form, node: Node<'_>) -> bool {
        let is_typed = form.arguments.get(1).is_some_and(|argument| &*argument.name == "type");
        if !is_typed || form.block.slot(VALUES).is_none() {
            return false;
        }
        let start = node.name_span();
        let end = node.next_start().map_or(self.text.len(), |next| next as usize);
        let Some(head) = self.text.get(start.start as usize..end).and_then(head) else { return false };
        let Some(said) = parts(head).and_then(|parts| self.said(form, parts)) else { return false };
        let Some((code, message)) = said.foreign.clone() else { return false };
        let place = Span::new(start.file, start.start, start.start + head.trim_end().len() as u32);
        let line = said.line(node.name());
        let has_values = !said.values.is_empty();
        let diagnostic = Diagnostic::error(code, place, message);
        self.rewritten.push(place);
        self.diagnostics.push(if node.has_block() {
            let values: String = said.values.iter().map(|value| format!(" {}", written(value))).collect();
            let values = if has_values { format!(" {VALUES}{values};") } else { String::new() };
            let with_brace = Span::new(start.file, start.start, start.start + head.len() as u32 + 1);
            let text = format!("{line} {{{values}");
            let help = if has_values {
                format!("write `{line} {{{values} ... }}`")
            } else {
                format!("write `{line} {{ ... }}`")
            };
            diagnostic.help(help).fix("write it as the language does", with_brace, text)
        } else if has_values {
            let values: String = said.values.iter().map(|value| format!(" {}", written(value))).collect();
            let line = format!("{line} {{ {VALUES}{values}; }}");
            diagnostic.help(format!("write `{line}`")).fix(format!("write `{line}`"), place, line)
        } else if said.type_word.as_deref() == Some(ENUM) || said.of.as_deref() == Some(ENUM) {
            diagnostic.help(format!("write `{line} {{ {VALUES} ... }}`, with the values in place of the dots"))
        } else {
            diagnostic.help(format!("write `{line}`")).fix(format!("write `{line}`"), place, line)
        });
        true
    }

    /// Tells of the values of an enum that its block lists as other languages do: `enum { options a b }`, `enum { a; b }`.
    pub(super) fn values_elsewhere(&mut self, form: &Form, node: Node<'_>) -> bool {
        let types = [node.argument(1), node.property("of")];
        let is_enum = types.iter().flatten().any(|entry| entry.string() == Some(ENUM));
        if !is_enum || form.block.slot(VALUES).is_none() {
            return false;
        }
        let is_known = |child: &Node<'_>| {
            form.block.slot(child.name()).is_some() && !(child.name() == VALUES && child.has_block())
        };
        let is_said = node.children().any(|child| is_known(&child) && matches!(child.name(), VALUES | "value"));
        let foreign: Vec<Node<'_>> = node.children().filter(|child| !is_known(child)).collect();
        let (Some(first), Some(last), false) = (foreign.first(), foreign.last(), is_said) else { return false };
        let is_alone = node.children().nth(1).is_none();
        let meant = |name: &str| {
            is_property(form, name) || suggest(name, form.block.slots.iter().map(|slot| &*slot.name)).is_some()
        };
        let is_listed = |child: &Node<'_>| {
            let is_list = child.name() == "-" || VALUES_ELSEWHERE.contains(&child.name());
            let is_value = !child.has_block() && (is_alone || child.argument(0).is_none()) && !meant(child.name());
            child.properties().next().is_none() && (is_list || is_value)
        };
        if !foreign.iter().all(is_listed) {
            return false;
        }
        let words = words_of(foreign.iter().copied());
        if words.is_empty() {
            return false;
        }
        let line = format!("{VALUES} {}", words.join(" "));
        let place = Span { end: last.span().end, ..first.span() };
        let is_mended = node
            .children()
            .skip_while(|child| child.span() != first.span())
            .take(foreign.len())
            .all(|child| !is_known(&child))
            && !self.text_of(place).contains('/');
        let message = "the values of an enum stand behind `values`";
        let diagnostic =
            Diagnostic::error(code::UNKNOWN_NODE, first.name_span(), message).help(format!("write `{line}`"));
        self.rewritten.push(node.span());
        self.diagnostics.push(if is_mended {
            diagnostic.fix(format!("write `{line}`"), place, line)
        } else {
            diagnostic
        });
        true
    }

    /// What the parts of a line say; nothing where something of it is not plain.
    fn said<'l>(&self, form: &Form, parts: Vec<Part<'l>>) -> Option<Said<'l>> {
        let mut said = Said::default();
        for part in parts {
            self.part(form, &part, &mut said)?;
        }
        said.name?;
        if !said.values.is_empty() && said.of.is_none() {
            let told = said.type_word.as_deref();
            if !matches!(told, Some(ENUM | "string" | "number" | "integer") | None) {
                return None;
            }
            said.type_word = Some(ENUM.to_owned());
        }
        said.type_word.is_some().then_some(said)
    }

    fn part<'l>(&self, form: &Form, part: &Part<'l>, said: &mut Said<'l>) -> Option<()> {
        let is_flag = |word: &str| form.flags.iter().any(|flag| *flag.word == *word);
        match (part.key, &*part.words) {
            (None, [word]) if !part.is_list && said.name.is_none() => said.name = Some(word),
            (None, [word]) if !part.is_list && said.type_word.is_none() => {
                said.type_word = Some(self.type_called(form, unquoted(word)));
            }
            (None, [word]) if !part.is_list && is_flag(word) => said.rest.push((*word).to_owned()),
            (None, [item]) if part.is_list && said.type_word.as_deref() == Some(LIST) && said.of.is_none() => {
                let item = self.type_called(form, unquoted(item));
                said.foreign(code::WRONG_TYPE, format!("what a list holds is said by `of={item}`"));
                said.of = Some(item);
            }
            (None, words) => {
                let is_enum = [&said.type_word, &said.of].into_iter().any(|word| word.as_deref() == Some(ENUM));
                if !is_enum {
                    return None;
                }
                let code = if part.is_list { code::FOREIGN_LIST } else { code::SURPLUS_ARGUMENT };
                said.foreign(code, "the values of an enum stand in its block".to_owned());
                said.values.extend(words);
            }
            (Some("type"), [word]) if said.type_word.is_none() => {
                said.foreign(code::UNKNOWN_PROPERTY, "the type has no key: it stands behind the name".to_owned());
                said.type_word = Some(self.type_called(form, unquoted(word)));
            }
            (Some(key), words) if VALUES_ELSEWHERE.contains(&key) => {
                said.foreign(code::UNKNOWN_PROPERTY, "the values of an enum stand in its block".to_owned());
                said.values.extend(words);
            }
            (Some(key), [word]) if is_flag(key) => {
                said.foreign(code::UNKNOWN_PROPERTY, format!("`{key}` is a word alone, without a value"));
                said.rest.extend((!is_no(word)).then(|| key.to_owned()));
            }
            (Some("of"), [word]) if !part.is_list => said.of = Some(self.type_called(form, unquoted(word))),
            (Some(key), [word]) if !part.is_list && form.property(key).is_some() => {
                said.rest.push(format!("{key}={}", written(word)));
            }
            _ => return None,
        }
        Some(())
    }

    /// A type by the word of this language or of another one.
    fn type_called(&self, form: &Form, word: &str) -> String {
        let known = form.arguments.get(1).map(|argument| self.grammar.value_type(argument.value_type));
        let is_known = known.is_some_and(|known| known.words.iter().any(|candidate| **candidate == *word));
        type_elsewhere(word).filter(|_| !is_known).unwrap_or(word).to_owned()
    }
}

impl Said<'_> {
    fn foreign(&mut self, code: Code, message: String) {
        self.foreign.get_or_insert((code, message));
    }

    /// The line without the values.
    fn line(&self, node: &str) -> String {
        let of = self.of.as_ref().map(|of| format!("of={of}"));
        let type_word = self.type_word.iter().cloned();
        let words = [node.to_owned(), self.name.unwrap_or_default().to_owned()];
        words.into_iter().chain(type_word).chain(of).chain(self.rest.iter().cloned()).collect::<Vec<_>>().join(" ")
    }
}

/// The values that nodes list, as KDL writes them. The name of one is a value too, unless it is what lists are called.
fn words_of<'n>(nodes: impl Iterator<Item = Node<'n>>) -> Vec<String> {
    let mut words = Vec::new();
    for node in nodes {
        let is_list = node.name() == "-" || VALUES_ELSEWHERE.contains(&node.name());
        words.extend((!is_list).then(|| write_string(node.name())));
        words.extend(node.arguments().map(|entry| write_scalar(entry.value())));
        for child in node.children() {
            words.extend((child.name() != "-").then(|| write_string(child.name())));
            words.extend(child.arguments().map(|entry| write_scalar(entry.value())));
        }
    }
    words
}

fn is_property(form: &Form, name: &str) -> bool {
    form.property(name).is_some() || form.flags.iter().any(|flag| *flag.word == *name)
}

/// The text of a line up to its block or its end; a list in brackets may have several lines.
fn head(text: &str) -> Option<&str> {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(next) = text[at..].chars().next() {
        match next {
            '"' => at += quoted_end(&text[at..], next)? - 1,
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.checked_sub(1)?,
            '{' | ';' | '}' | '\n' | '\r' if depth == 0 => break,
            '{' | ';' | '}' | '\\' => return None,
            '/' if text[at..].starts_with("//") => break,
            // A comment, or something taken out: the line is not mended around it.
            '/' => return None,
            _ => {}
        }
        at += next.len_utf8();
    }
    (depth == 0).then_some(&text[..at])
}

/// The parts of a line behind the name of its node.
fn parts(head: &str) -> Option<Vec<Part<'_>>> {
    let mut rest = head.trim_start_matches(|next: char| !next.is_whitespace());
    let mut parts = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return Some(parts);
        }
        let (words, is_list, behind) = value(rest)?;
        let next = behind.trim_start_matches([' ', '\t']);
        let first = words.first().copied().unwrap_or_default();
        let equals = next.strip_prefix('=').filter(|_| !is_list);
        match (equals, first.strip_suffix(':')) {
            (Some(behind), _) => {
                let (words, is_list, behind) = value(behind.trim_start_matches([' ', '\t']))?;
                parts.push(Part { key: Some(unquoted(first)), words, is_list });
                rest = behind;
            }
            (None, Some(key)) => {
                let (words, is_list, behind) = value(next)?;
                parts.push(Part { key: Some(key), words, is_list });
                rest = behind;
            }
            (None, None) => {
                parts.push(Part { key: None, words, is_list });
                rest = behind;
            }
        }
    }
}

/// The value that a text begins with, whether it is a list, and what is behind it.
fn value(text: &str) -> Option<(Vec<&str>, bool, &str)> {
    let close = match text.chars().next()? {
        '[' => Some(']'),
        '(' => Some(')'),
        _ => None,
    };
    if let Some(close) = close {
        let mut rest = &text[1..];
        let mut items = Vec::new();
        loop {
            rest = rest.trim_start_matches(|next: char| next.is_whitespace() || matches!(next, ',' | '|'));
            if let Some(behind) = rest.strip_prefix(close) {
                return Some((items, true, behind));
            }
            let (item, behind) = word(rest)?;
            items.push(item);
            rest = behind;
        }
    }
    let (word, behind) = word(text)?;
    let is_choice = !word.starts_with('"') && word.contains('|');
    let words = if is_choice { word.split('|').filter(|part| !part.is_empty()).collect() } else { vec![word] };
    Some((words, is_choice, behind))
}

/// The word or quoted text that a text begins with, and what is behind it.
fn word(text: &str) -> Option<(&str, &str)> {
    let first = text.chars().next()?;
    let end = match first {
        '"' | '\'' => quoted_end(text, first)?,
        _ => text.find([' ', '\t', '\n', '\r', ',', '[', ']', '(', ')', '=', '"', '{']).unwrap_or(text.len()),
    };
    (end > 0).then(|| text.split_at(end))
}

fn unquoted(word: &str) -> &str {
    word.trim_matches(['"', '\''])
}
