//! Values that do not fit their type.

use super::Validator;
use super::entries::is_symbol_key;
use super::typed::type_elsewhere;
use crate::diag::{Diagnostic, code, suggest};
use crate::grammar::shape::{Grammar, Parameter, TypeId};
use crate::grammar::types::{AddressShape, Base, Misfit, Type};
use crate::kubernetes::Fault;
use crate::source::{Origin, Span};
use crate::syntax::{Entry, Scalar};

/// Words that other languages have for truth values, with KDL's.
const TRUTHS: [(&str, &str); 8] = [
    ("true", "#true"),
    ("yes", "#true"),
    ("on", "#true"),
    ("y", "#true"),
    ("false", "#false"),
    ("no", "#false"),
    ("off", "#false"),
    ("n", "#false"),
];

/// Keys that are no names of what their values are.
const PREPOSITIONS: [&str; 9] = ["of", "for", "in", "by", "to", "from", "as", "at", "with"];

/// How many words a message lists.
const MOST_WORDS: usize = 30;

impl<'g> Validator<'g> {
    /// An argument or property whose value does not fit.
    pub(super) fn misfit(&mut self, value: &'g Parameter, misfit: &Misfit<'_>, entry: Entry<'_>) {
        let preposition = PREPOSITIONS.contains(&&*value.name).then(|| format!("value of `{}`", value.name));
        let name = preposition.as_deref().unwrap_or(&value.name);
        let diagnostic = describe(self.grammar.value_type(value.value_type), name, misfit, entry);
        self.diagnostics.push(diagnostic);
    }

    /// A property of an open line whose value does not fit.
    pub(super) fn misfit_of_pair(&mut self, value_type: TypeId, key: &str, misfit: &Misfit<'_>, entry: Entry<'_>) {
        // The key says what a value is, but not which name it is none of.
        let name = if matches!(misfit, Misfit::Name(_)) { "value" } else { key };
        self.diagnostics.push(describe(self.grammar.value_type(value_type), name, misfit, entry));
    }

    /// A key of an open line that does not fit.
    pub(super) fn key(&mut self, key_type: TypeId, key: &str, entry: Entry<'_>) {
        let key_type = self.grammar.value_type(key_type);
        if let Err(misfit) = key_type.check_text(key) {
            let message = match &misfit {
                Misfit::Name(fault) => format!("`{}` is no key: {fault}", shorten(key)),
                _ => format!("`{}` is no key", shorten(key)),
            };
            let diagnostic = Diagnostic::error(code::MALFORMED_NAME, entry.key_span(), message);
            self.diagnostics.push(diagnostic.help(key_type.doc.to_string()));
        }
    }

    /// A URL that KDL has cut off.
    pub(super) fn cut_off(&mut self, entry: Entry<'_>, rest: &str) {
        let span = entry.value_span();
        let url_end = rest.find(|character: char| character.is_whitespace() || "{};\"".contains(character));
        let end = span.end + url_end.unwrap_or(rest.len()) as u32;
        let whole = Span::new(span.file, span.start, end);
        let written = format!("{}{}", entry.raw(), &rest[..url_end.unwrap_or(rest.len())]);
        let text = format!("\"{}\"", written.trim_matches('\''));
        let message = format!("this is only `{}`: KDL takes what follows `//` for a comment", entry.raw());
        let diagnostic = Diagnostic::error(code::CUT_OFF_URL, whole, message);
        self.diagnostics.push(diagnostic.help("put the URL in quotes").fix("put the URL in quotes", whole, text));
    }

    /// A symbol where none can be, such as the `>=` of a version range without quotes.
    pub(super) fn stray_symbol(&mut self, entry: Entry<'_>) {
        let message = match entry.key().filter(|key| is_symbol_key(key)) {
            Some(key) => format!("KDL reads `{key}=` as a property named `{key}`"),
            None => format!("`{}` is no word of the language", entry.raw()),
        };
        let mut diagnostic = Diagnostic::error(code::SYMBOL, entry.span(), message).help("put the text in quotes");
        if let Some(key) = entry.key() {
            let text = format!("\"{key}={}\"", entry.raw().trim_matches('"'));
            diagnostic = diagnostic.fix("put the text in quotes", entry.span(), text);
        }
        self.diagnostics.push(diagnostic);
    }
}

/// A type of names, for those that stand in no tree.
#[derive(Clone, Copy, Debug)]
pub struct NameType<'g>(&'g Type);

impl Grammar {
    /// A type of names.
    pub fn name_type(&self, name: &str) -> Option<NameType<'_>> {
        self.types.iter().find(|known| *known.name == *name).map(NameType)
    }
}

impl NameType<'_> {
    /// What is wrong with a name, where something is; `what` says what it is the name of.
    pub fn misfit(self, what: &str, text: &str, place: Origin) -> Option<Diagnostic> {
        let why = match self.0.check_text(text).err()? {
            Misfit::Empty => "it is empty".to_owned(),
            Misfit::Character(character) => format!("it holds {character:?}"),
            Misfit::Dots => "it stands for a folder".to_owned(),
            Misfit::Long => "it is too long".to_owned(),
            _ => "it is of another form".to_owned(),
        };
        let message = format!("`{}` is no {what}: {why}", shorten(text));
        Some(Diagnostic::error(code::MALFORMED_NAME, place, message).help(self.0.doc.to_string()))
    }
}

fn describe(value_type: &Type, name: &str, misfit: &Misfit<'_>, entry: Entry<'_>) -> Diagnostic {
    let span = entry.value_span();
    let raw = shorten(entry.raw());
    let error = |code, message: String| Diagnostic::error(code, span, message);
    let doc = || value_type.doc.to_string();
    match misfit {
        Misfit::Base => wrong_base(value_type, name, entry),
        Misfit::Word(word) => {
            let words = || value_type.words.iter().map(|word| &**word);
            let elsewhere = type_elsewhere(word).filter(|ours| words().any(|known| known == *ours));
            let suggestion = elsewhere.or_else(|| suggest(word, words()));
            let diagnostic = error(code::UNKNOWN_WORD, format!("`{}` is no {name}", shorten(word)));
            let diagnostic = diagnostic.label(format!("expected {}", super::list(words(), MOST_WORDS)));
            diagnostic.did_you_mean(suggestion)
        }
        Misfit::Empty => error(code::MALFORMED_NAME, format!("the {name} is empty")).help(doc()),
        Misfit::Character(character) => {
            let message = format!("{raw} is no {name}: it holds {character:?}");
            error(code::MALFORMED_NAME, message).help(doc())
        }
        Misfit::Dots => error(code::MALFORMED_NAME, format!("{raw} is no {name}: it stands for a folder")).help(doc()),
        Misfit::Name(Fault::Empty) => error(code::MALFORMED_NAME, format!("the {name} is empty")).help(doc()),
        Misfit::Name(fault) => error(code::MALFORMED_NAME, format!("{raw} is no {name}: {fault}")).help(doc()),
        Misfit::Long => error(code::MALFORMED_NAME, format!("the {name} is too long")).help(doc()),
        Misfit::Small => {
            let least = value_type.least.unwrap_or_default();
            error(code::WRONG_TYPE, format!("{name} is less than {least}")).help(doc())
        }
        Misfit::Lacks => {
            let part = value_type.contains.as_deref().unwrap_or_default();
            error(code::WRONG_TYPE, format!("{raw} is no {name}: there is no `{part}` in it")).help(doc())
        }
        Misfit::Kind(kind) => unknown_kind(value_type, *kind, entry),
        Misfit::Address(shape) => malformed_address(shape, entry),
        Misfit::Start => {
            let start = value_type.starts_with.as_deref().unwrap_or_default();
            let message = format!("{raw} does not begin with `{start}`");
            let fixed = format!("{start}{}", entry.raw());
            let diagnostic = error(code::WRONG_TYPE, message).help(format!("write `{}`", shorten(&fixed)));
            if entry.raw().starts_with(['"', '#']) { diagnostic } else { diagnostic.fix("add it", span, fixed) }
        }
    }
}

/// An address that does not begin with a kind of objects.
fn unknown_kind(value_type: &Type, kind: Option<&str>, entry: Entry<'_>) -> Diagnostic {
    let kinds = || value_type.addresses.iter().map(|shape| &*shape.kind);
    let Some(kind) = kind else {
        let message = format!("{} does not say which kind of object it is", shorten(entry.raw()));
        let lines: Vec<String> = value_type.addresses.iter().map(AddressShape::line).collect();
        let lines = super::list(lines.iter().map(String::as_str), MOST_WORDS);
        return Diagnostic::error(code::UNKNOWN_KIND, entry.value_span(), message)
            .help(format!("write one of {lines}"));
    };
    let span = beginning(entry, kind);
    let message = format!("there is no kind of objects `{}`", shorten(kind));
    let diagnostic = Diagnostic::error(code::UNKNOWN_KIND, span.unwrap_or(entry.value_span()), message);
    match suggest(kind, kinds()).filter(|_| span.is_some()) {
        Some(near) => diagnostic.did_you_mean(Some(near)),
        None => diagnostic.help(format!("kinds are {}", super::list(kinds(), MOST_WORDS))),
    }
}

/// An address that is none of its kind: a name is missing, or is none.
fn malformed_address(shape: &AddressShape, entry: Entry<'_>) -> Diagnostic {
    let message = format!("{} is no address of kind `{}`", shorten(entry.raw()), shape.kind);
    let hints = [&*shape.doc, &*shape.name.doc].into_iter().filter(|hint| !hint.is_empty());
    let help = hints.fold(format!("write it as `{}`.", shape.line()), |help, hint| format!("{help} {hint}"));
    Diagnostic::error(code::MALFORMED_ADDRESS, entry.value_span(), message).help(help)
}

/// Where the beginning of a text stands; nothing where it is not written to the letter.
fn beginning(entry: Entry<'_>, text: &str) -> Option<Span> {
    let span = entry.value_span();
    let raw = entry.raw();
    let quotes = raw.len() - raw.trim_start_matches(['"', '#']).len();
    let start = span.start + quotes as u32;
    let is_there = !text.is_empty() && raw.get(quotes..)?.starts_with(text);
    is_there.then(|| Span::new(span.file, start, start + text.len() as u32))
}

fn wrong_base(value_type: &Type, name: &str, entry: Entry<'_>) -> Diagnostic {
    let span = entry.value_span();
    let raw = shorten(entry.raw());
    let expected = value_type.base.title();
    let mismatch = || Diagnostic::error(code::WRONG_TYPE, span, format!("{name} is {expected}, not {}", title(entry)));
    match (value_type.base, entry.value()) {
        (Base::Boolean, Scalar::String(word)) => {
            let truth = TRUTHS.iter().find(|(candidate, _)| candidate.eq_ignore_ascii_case(word));
            match truth {
                Some((_, truth)) => {
                    let message = format!("{raw} is text, not a truth value");
                    let diagnostic = Diagnostic::error(code::BARE_BOOLEAN, span, message);
                    diagnostic.help(format!("write `{truth}`")).fix(format!("write `{truth}`"), span, *truth)
                }
                None => mismatch(),
            }
        }
        (Base::String, Scalar::Integer(_) | Scalar::BigInteger(_) | Scalar::Float(_)) => {
            let quoted = format!("\"{}\"", entry.raw());
            mismatch().help("put it in quotes").fix("put it in quotes", span, quoted)
        }
        (Base::Number | Base::Integer, Scalar::String(word)) if word.parse::<i64>().is_ok() => {
            mismatch().help("write it without quotes").fix("write it without quotes", span, word)
        }
        (Base::Any | Base::String | Base::Number | Base::Integer | Base::Boolean, _) => mismatch(),
    }
}

/// What a value is, for a message.
fn title(entry: Entry<'_>) -> &'static str {
    match entry.value() {
        Scalar::String(_) => "text",
        Scalar::Integer(_) | Scalar::BigInteger(_) | Scalar::Float(_) => "a number",
        Scalar::Bool(_) => "a truth value",
        Scalar::Null => "`#null`",
    }
}

/// The beginning of a text for a message.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
