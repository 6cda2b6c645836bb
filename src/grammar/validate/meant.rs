//! What a condition was meant to say that is written as other languages write one.

use super::Validator;
use crate::grammar::shape::OperatorShape;
use crate::source::Span;
use crate::syntax::{Node, is_bare_word, is_foreign_word};

/// How a condition is written, and the text that it stands in the place of.
pub(super) struct Meant {
    pub(super) span: Span,
    pub(super) line: String,
}

/// The most words of which an operator of another language consists, as in `is not null`.
const MOST_WORDS: usize = 3;

impl Validator<'_> {
    /// What the line of a condition was meant to say, where that is plain.
    pub(super) fn meant(&self, node: Node<'_>) -> Option<Meant> {
        let start = node.name_span();
        let rest = self.text.get(start.start as usize..)?;
        let line = line(rest)?;
        let with_commas = words(line)?;
        let line_span = Span::new(start.file, start.start, start.start + line.len() as u32);
        let is_operator =
            |rest: &[&str]| rest.first().is_none_or(|word| self.grammar.operator_of_other_languages(word).is_some());
        let is_comma = |word: &&str| *word == ",";
        // What other languages begin a condition with.
        let (with_commas, is_contrary) = match &*with_commas {
            ["if" | "when" | "where" | "and", rest @ ..] if !is_operator(rest) => (rest, false),
            ["not", rest @ ..] if !is_operator(rest) => (rest, true),
            all => (all, false),
        };
        let words: Vec<&str> = with_commas.iter().copied().filter(|word| !is_comma(word)).collect();
        let (any, all) = (words.iter().any(|word| is_any(word)), words.iter().any(|word| is_all(word)));
        let is_joined = |word: Option<&&str>| word.is_some_and(|word| is_any(word) || is_all(word));
        if any && all || is_joined(words.first()) || is_joined(words.last()) {
            return None;
        }
        let parted = |words: &[&str], ends: &dyn Fn(&&str) -> bool| -> Option<String> {
            let parts: Option<Vec<String>> = words.split(ends).map(|part| self.meant_part(part)).collect();
            Some(parts?.join("; "))
        };
        // As in `tier is critical or standard`.
        let together = || {
            let operands: Vec<&str> = words.iter().copied().filter(|word| !is_any(word) && !is_all(word)).collect();
            self.meant_part(&operands)
        };
        let line = match parted(&words, &|word| is_any(word) || is_all(word)) {
            Some(parts) if any => format!("any {{ {parts}; }}"),
            Some(parts) if all => format!("all {{ {parts}; }}"),
            Some(parts) => parts,
            None if any || all => together()?,
            None => format!("all {{ {}; }}", parted(with_commas, &is_comma)?),
        };
        let line = if is_contrary { format!("none {{ {line}; }}") } else { line };
        Some(Meant { span: line_span, line })
    }

    /// What conditions in parentheses were meant to say, where that is plain: `(a is b) or (c is d)`.
    pub(super) fn grouped(&self, node: Node<'_>) -> Option<Meant> {
        let start = node.span();
        let line = line_of_groups(self.text.get(start.start as usize..)?)?;
        let span = Span { end: start.start + line.len() as u32, ..start };
        self.group(line, MOST_GROUPS).map(|line| Meant { span, line })
    }

    /// Conditions that groups may be in, `depth` deep.
    fn group(&self, text: &str, depth: usize) -> Option<String> {
        let text = text.trim();
        let deeper = depth.checked_sub(1)?;
        if let Some(inner) =
            text.strip_prefix("not").or_else(|| text.strip_prefix('!')).and_then(|rest| inside(rest.trim()))
        {
            return Some(format!("none {{ {}; }}", self.group(inner, deeper)?));
        }
        if let Some(inner) = inside(text) {
            return self.group(inner, deeper);
        }
        let (parts, joints) = joined(text)?;
        let block = match (joints.iter().all(|word| is_any(word)), joints.iter().all(|word| is_all(word))) {
            (true, true) => return self.meant_part(&words(text).filter(|_| !text.contains('('))?),
            (true, false) => "any",
            (false, true) => "all",
            (false, false) => return None,
        };
        let parts = parts.iter().map(|part| self.group(part, deeper)).collect::<Option<Vec<_>>>()?;
        Some(format!("{block} {{ {}; }}", parts.join("; ")))
    }

    /// One condition of words.
    fn meant_part(&self, words: &[&str]) -> Option<String> {
        let (field, rest) = words.split_first()?;
        // As in `tier: critical`.
        if let (Some(field), [operand]) = (field.strip_suffix(':'), rest) {
            return Some(format!("{field} is {}", written(operand)));
        }
        let field = field.strip_suffix(':').unwrap_or(field);
        let (operator, count) = (1..=MOST_WORDS.min(rest.len())).rev().find_map(|count| {
            let operator = self.grammar.operator_of_other_languages(&rest.get(..count)?.concat())?;
            Some((operator, count))
        })?;
        // As in `tier is=critical`.
        let operands = rest.get(count..)?;
        let operands = operands.strip_prefix(&["="]).unwrap_or(operands);
        let operator = match (&*operator.word, operands) {
            ("is", ["null" | "#null"]) => return self.meant_word(field, "absent"),
            ("is-not", ["null" | "#null"]) => return self.meant_word(field, "present"),
            ("is", [_, _, ..]) => self.grammar.operator("in")?,
            ("is-not", [_, _, ..]) => self.grammar.operator("not-in")?,
            ("contains", [_, _, ..]) => self.grammar.operator("contains-any")?,
            _ => operator,
        };
        if !operator.takes(operands.len()) {
            return None;
        }
        if operands.iter().any(|operand| self.grammar.operator(operand).is_some()) {
            return None;
        }
        let operands: String = operands.iter().map(|operand| format!(" {}", written(operand))).collect();
        Some(format!("{field} {}{operands}", operator.word))
    }

    fn meant_word(&self, field: &str, word: &str) -> Option<String> {
        self.grammar.operator(word).map(|operator| format!("{field} {}", operator.word))
    }
}

impl OperatorShape {
    /// Whether it takes so many operands.
    pub(super) fn takes(&self, count: usize) -> bool {
        count == self.fewest || (self.or_more && count > self.fewest)
    }
}

/// Whether a word says in other languages that one of two conditions is enough.
pub(super) fn is_any(word: &str) -> bool {
    matches!(word, "or" | "||" | "|" | "OR")
}

/// Whether a word says in other languages that both conditions must hold.
pub(super) fn is_all(word: &str) -> bool {
    matches!(word, "and" | "&&" | "&" | "AND")
}

/// The text up to where a line or a node ends. Nothing where a block or another thing begins that no condition has.
fn line(text: &str) -> Option<&str> {
    let mut quote = None;
    let mut before = '\n';
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some(_), '\n') => return None,
            (Some(open), _) if character == open && before != '\\' => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '{' | '(' | '\\') => return None,
            (None, '\n' | '\r' | ';' | '}') => return Some(text[..at].trim_end()),
            (None, '/') if text[at..].starts_with("//") => return Some(text[..at].trim_end()),
            (None, '/') => return None,
            (None, _) => {}
        }
        before = character;
    }
    quote.is_none().then(|| text.trim_end())
}

/// The most groups in one another that are read.
const MOST_GROUPS: usize = 8;

/// The text up to where a line with a group ends.
fn line_of_groups(text: &str) -> Option<&str> {
    let mut at = 0;
    while let Some(next) = text[at..].chars().next() {
        match next {
            '"' | '\'' => at += quoted_end(&text[at..], next)? - 1,
            '{' | '\\' => return None,
            '\n' | '\r' | ';' | '}' => break,
            '/' if text[at..].starts_with("//") => break,
            _ => {}
        }
        at += next.len_utf8();
    }
    let line = text[..at].trim_end();
    line.contains('(').then_some(line)
}

/// What the parentheses hold that a text consists of.
fn inside(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let mut depth = 0_usize;
    for character in inner.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    (depth == 0).then_some(inner)
}

/// The parts of a text outside of its groups, and the words that join them.
fn joined(text: &str) -> Option<(Vec<&str>, Vec<&str>)> {
    let (mut parts, mut joints) = (Vec::new(), Vec::new());
    let (mut at, mut start, mut depth) = (0, 0, 0_usize);
    while let Some(next) = text[at..].chars().next() {
        let length = match next {
            '"' | '\'' => quoted_end(&text[at..], next)?,
            '(' | ')' | ' ' | '\t' => 1,
            _ => text[at..].find([' ', '\t', '(', ')', '"']).unwrap_or(text.len() - at),
        };
        let word = &text[at..at + length];
        match word {
            "(" => depth += 1,
            ")" => depth = depth.checked_sub(1)?,
            _ if depth == 0 && (is_any(word) || is_all(word)) => {
                parts.push(&text[start..at]);
                joints.push(word);
                start = at + length;
            }
            _ => {}
        }
        at += length;
    }
    parts.push(&text[start..]);
    (depth == 0).then_some((parts, joints))
}

/// The words of a line: symbols and commas are words of their own, and brackets are none.
fn words(line: &str) -> Option<Vec<&str>> {
    let mut words = Vec::new();
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '[', ']']);
        let Some(first) = rest.chars().next() else { return Some(words) };
        let end = match first {
            '"' | '\'' => quoted_end(rest, first)?,
            ',' => 1,
            _ if is_symbol(first) => rest.find(|next| !is_symbol(next)).unwrap_or(rest.len()),
            _ => rest
                .find(|next| is_symbol(next) || matches!(next, ' ' | '\t' | ',' | '[' | ']' | '"'))
                .unwrap_or(rest.len()),
        };
        words.push(&rest[..end]);
        rest = &rest[end..];
    }
}

fn is_symbol(character: char) -> bool {
    matches!(character, '<' | '>' | '=' | '!' | '~')
}

/// Where a quoted text ends that begins a text.
pub(super) fn quoted_end(text: &str, quote: char) -> Option<usize> {
    let mut before = quote;
    text.char_indices().skip(1).find_map(|(at, character)| {
        let ends = character == quote && before != '\\';
        before = character;
        ends.then_some(at + 1)
    })
}

/// An operand as KDL writes it.
pub(super) fn written(word: &str) -> String {
    let is_number = word.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '-' | '+'))
        && word.replace('_', "").parse::<f64>().is_ok();
    match word {
        "true" | "false" | "null" => format!("#{word}"),
        _ if word.starts_with(['"', '#']) || is_number => word.to_owned(),
        _ if word.starts_with('\'') => format!("{:?}", word.trim_matches('\'')),
        _ if is_bare_word(word) && !is_foreign_word(word) => word.to_owned(),
        _ => format!("{word:?}"),
    }
}
