//! Texts that are taken as they are and look as if something else were meant.

use super::Validator;
use crate::diag::{Diagnostic, code};
use crate::grammar::shape::{Body, TypeId};
use crate::grammar::{TABLE, is_table};
use crate::syntax::{Entry, Node, is_foreign_value};

/// The types of values in which `$path` and `${path}` mean something, or are told by who reads them.
const REFERRING: [&str; 4] = ["template", "text-template", "reference", "repository"];

impl Validator<'_> {
    /// A value of a type: `${path}` stays as it is in most.
    pub(super) fn literal(&mut self, value_type: Option<TypeId>, entry: Entry<'_>) {
        let refers = value_type.is_some_and(|id| REFERRING.contains(&&*self.grammar.value_type(id).name));
        if refers {
            self.foreign_template(entry);
        } else {
            self.nothing_put_in(entry);
        }
    }

    /// A value of an open body.
    pub(super) fn open_value(&mut self, body: Body, entry: Entry<'_>) {
        match body {
            Body::Template => {
                self.word_for_truth(entry);
                self.foreign_template(entry);
            }
            Body::Json => {
                self.word_for_truth(entry);
                self.nothing_put_in(entry);
            }
            // Values by the names of fields have types, which say what a word is for.
            Body::Fields | Body::Predicate | Body::Nodes => self.nothing_put_in(entry),
        }
    }

    /// A text that looks as if a value were put into it, where none is.
    fn nothing_put_in(&mut self, entry: Entry<'_>) {
        let Some(text) = entry.string().filter(|text| text.contains('$')) else { return };
        let raw = entry.raw();
        let found = if raw.starts_with('"') {
            interpolation(text)
        } else if !raw.starts_with('#') && is_reference(text) {
            Some(text)
        } else {
            None
        };
        let Some(found) = found else { return };
        let message = format!("`{found}` stays as it is: nothing is put in here");
        // What is escaped is not the same raw.
        let help = if raw.contains(['\\', '#']) {
            "write the value itself; where the text is meant, write it raw, without escapes".to_owned()
        } else if raw.starts_with('"') {
            format!("write the value itself; where the text is meant, write it raw: `#{raw}#`")
        } else {
            format!("write the value itself; where the text is meant, put it in quotes: `\"{raw}\"`")
        };
        let help = if help.contains('\n') {
            "write the value itself; where the text is meant, write it raw".to_owned()
        } else {
            help
        };
        self.diagnostics.push(Diagnostic::warning(code::NOTHING_PUT_IN, entry.value_span(), message).help(help));
    }

    /// A text that another language would put a value into, where this one does: `{{ .Values.size }}`.
    fn foreign_template(&mut self, entry: Entry<'_>) {
        let found = entry.string().filter(|_| entry.raw().starts_with('"')).and_then(braces);
        let Some((found, inner)) = found else { return };
        let path = inner.trim().trim_start_matches(['.', '$']);
        let path =
            path.split_once('.').filter(|(root, _)| ROOTS_ELSEWHERE.contains(root)).map_or(path, |(_, rest)| rest);
        let value = if is_path(path) { path } else { "NAME" };
        let message = format!("`{found}` stays as it is: no language but KDL is read here");
        let help = format!(
            "a value is put in by its path, such as `${{spec.{value}}}` in a promise and `${{inputs.{value}}}` in an action; what is meant \
             for another tool is written raw, `#\"{found}\"#`, or stands in a file that `files` takes"
        );
        self.diagnostics.push(Diagnostic::warning(code::NOTHING_PUT_IN, entry.value_span(), message).help(help));
    }

    /// A bare word that is a truth value to other languages, where any value may stand.
    fn word_for_truth(&mut self, entry: Entry<'_>) {
        let raw = entry.raw();
        if !is_foreign_value(raw) || entry.string().is_none() {
            return;
        }
        let value = match raw.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => "#true",
            "null" => "#null",
            _ => "#false",
        };
        let message = format!("`{raw}` is text, not a truth value");
        let message = if value == "#null" { format!("`{raw}` is text, not the absence of a value") } else { message };
        let span = entry.value_span();
        let help = format!("write `{value}`, or `\"{raw}\"` in quotes where the text is meant");
        let diagnostic = Diagnostic::warning(code::BARE_BOOLEAN, span, message).help(help);
        self.diagnostics.push(diagnostic.fix(format!("write `{value}`"), span, value));
    }

    /// A table inside of a manifest's body, where each node is a field; tells whether it is one.
    pub(super) fn step_in_body(&mut self, node: Node<'_>) -> bool {
        if !is_table(node) {
            return false;
        }
        let message = format!("`{}` is a step of a workflow, and stands in no manifest", node.name());
        self.diagnostics.push(Diagnostic::error(code::STEP_IN_BODY, node.head_span(), message).help(TABLE));
        true
    }
}

/// What values are called in templates of other languages, before their own names.
const ROOTS_ELSEWHERE: [&str; 8] = ["Values", "values", "inputs", "parameters", "params", "spec", "var", "vars"];

/// The first `{{ ... }}` of a text on one line, and what is in it. With a dollar before it, it is told where values are put in.
fn braces(text: &str) -> Option<(&str, &str)> {
    let start = text.find("{{")?;
    let inner = text.get(start + 2..)?;
    let inner = inner.get(..inner.find("}}")?)?;
    let is_told = text.get(..start)?.ends_with('$') || inner.contains('\n');
    (!is_told && !inner.trim().is_empty())
        .then(|| (text.get(start..start + inner.len() + 4).unwrap_or_default(), inner))
}

/// The first `${path}` of a text.
fn interpolation(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once("${") {
        let length = behind.find('}')?;
        let path = behind.get(..length)?.split('|').next().unwrap_or_default().trim();
        if is_path(path.strip_prefix('$').unwrap_or(path)) {
            let start = text.len() - behind.len() - 2;
            return text.get(start..start + length + 3);
        }
        rest = behind;
    }
    None
}

/// Whether a text is `$path` as a whole.
fn is_reference(text: &str) -> bool {
    text.strip_prefix('$').is_some_and(is_path)
}

fn is_path(text: &str) -> bool {
    let is_part = |part: &str| {
        part.starts_with(char::is_alphabetic)
            && part.chars().all(|one| one.is_alphanumeric() || matches!(one, '_' | '-'))
    };
    text.split('.').all(is_part)
}
