//! A file of another language in the place of one of this: told once, as what it is.

use super::shape::{Form, Grammar};
use crate::diag::Diagnostic;
use crate::source::{FileId, Span};
use crate::syntax::{Language, is_newline, parse};
use std::sync::Arc;

impl Grammar {
    /// That the text of a project's file is of another language as a whole: none of its outer lines begins with a node that may stand at the
    /// top of a file. What KDL reads without a mistake, and has such nodes alone, is none. Takes time linear in the text.
    pub fn foreign(&self, file: FileId, text: &Arc<str>) -> Option<Diagnostic> {
        let top = &self.file("project")?.form;
        let lines = || text.trim_start_matches('\u{feff}').split(is_newline).filter(|line| is_significant(line));
        let first = lines().next()?;
        let language = by_beginning(first).or_else(|| by_lines(top, lines))?;
        let (tree, problems) = parse(file, text);
        if problems.is_empty() && tree.nodes().all(|node| is_top(top, node.name())) {
            return None;
        }
        let start = text.find(first)? as u32;
        let place = Span::new(file, start, start + first.trim_end().len() as u32);
        Some(language.told(place))
    }
}

/// Whether a line is neither empty nor a comment of some language.
fn is_significant(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#') && !line.starts_with("//") && !line.starts_with("/*")
}

/// Whether a node of a name may stand at the top of a file, in whatever case.
fn is_top(top: &Form, name: &str) -> bool {
    top.block.slots.iter().any(|slot| slot.name.eq_ignore_ascii_case(name))
}

/// The language that alone begins so: no node of KDL does.
fn by_beginning(first: &str) -> Option<Language> {
    let first = first.trim();
    let inner =
        first.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).map(|inner| inner.trim_matches(['[', ']']));
    let is_name = |inner: &str| {
        inner.starts_with(char::is_alphabetic)
            && inner.chars().all(|one| one.is_alphanumeric() || "._-\"".contains(one))
    };
    match first {
        _ if first.starts_with("{{") || first.starts_with("{%") => Some(Language::Template),
        _ if inner.is_some_and(is_name) => Some(Language::Toml),
        _ if first.starts_with(['{', '[']) => Some(Language::Json),
        _ if first == "---" || first.starts_with("--- ") || first.starts_with("%YAML") => Some(Language::Yaml),
        _ => None,
    }
}

/// The language that all lines at the left are of, where none of them is a node that may stand there.
fn by_lines<'t, L: Iterator<Item = &'t str>>(top: &Form, lines: impl Fn() -> L) -> Option<Language> {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let begun = || lines().filter(|line| !line.trim_start_matches([' ', '\t']).starts_with(['}', ']', ')']));
    let is_node = |line: &str| {
        let end = line.find(|next: char| next.is_whitespace() || ":={\"'".contains(next)).unwrap_or(line.len());
        line.get(..end).is_some_and(|word| is_top(top, word))
    };
    // No line is indented less than one that is not indented: of most texts the first tells enough.
    if begun().next().is_some_and(|first| indent(first) == 0 && is_node(first)) {
        return None;
    }
    // A text may be indented as a whole.
    let own = begun().map(indent).min().unwrap_or_default();
    let outer = || begun().filter(|line| indent(line) == own).map(|line| &line[own..]);
    if outer().any(is_node) {
        return None;
    }
    let has_more = lines().nth(1).is_some();
    if has_more && outer().all(is_yaml) {
        return Some(Language::Yaml);
    }
    let is_kcl =
        |line: &str| line.starts_with("import ") || line.starts_with("schema ") && line.trim_end().ends_with(':');
    if outer().any(is_kcl) {
        return Some(Language::Kcl);
    }
    let is_assigned = lines().any(|line| is_assignment(line.trim_start()));
    (has_more && is_assigned && outer().all(|line| is_assignment(line) || is_block(line))).then_some(Language::Hcl)
}

/// `key: value`, `key:`, or `- item`.
fn is_yaml(line: &str) -> bool {
    let key = line.split_once(": ").map(|(key, _)| key).or_else(|| line.trim_end().strip_suffix(':'));
    let is_key = |key: &str| key.starts_with('"') || !key.contains([' ', '"', '{', '=', '(']);
    line.starts_with("- ") || line.trim_end() == "-" || line.starts_with("---") || key.is_some_and(is_key)
}

/// `key = value`.
fn is_assignment(line: &str) -> bool {
    let split = line.split_once('=').map(|(key, value)| (key.trim_end_matches([' ', '\t']), value));
    let is_key = |key: &str| !key.is_empty() && key.chars().all(|one| one.is_alphanumeric() || "._-\"".contains(one));
    split.is_some_and(|(key, value)| is_key(key) && value.starts_with([' ', '\t']))
}

/// `word "label" {`.
fn is_block(line: &str) -> bool {
    line.starts_with(char::is_alphabetic) && line.contains('{')
}
