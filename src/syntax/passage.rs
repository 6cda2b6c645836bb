//! Passages of another language among what is KDL, as they come to be there by pasting: each is told once, and not read.

use super::character::is_newline;
use super::parser::Parser;
use super::tree::{NONE, NodeData, Tree};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::source::Span;
use std::collections::HashSet;

/// A language that files are written in beside KDL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
    /// The language of Terraform.
    Hcl,
    /// KCL.
    Kcl,
    /// TOML.
    Toml,
    /// A text that a template engine fills in.
    Template,
}

impl Language {
    /// That a text is of it and no KDL.
    pub fn told(self, place: Span) -> Diagnostic {
        let message = format!("this is {}, and `plat` reads KDL", self.name());
        Diagnostic::error(code::FOREIGN_FILE, place, message).help(self.help())
    }

    fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Yaml => "YAML",
            Self::Hcl => "HCL, the language of Terraform",
            Self::Kcl => "KCL",
            Self::Toml => "TOML",
            Self::Template => "a template",
        }
    }

    /// What to do with it.
    fn help(self) -> &'static str {
        match self {
            Self::Json => "write `\"key\": 1` as `key 1`, `[1, 2]` as `1 2`, and an object as a block: `key { ... }`",
            Self::Yaml => {
                "write `key: value` as `key value`, a mapping as a block, and a list as `key a b`; a manifest that is to be delivered \
                 as it is keeps its name, such as `web.yaml`, and is taken by a `files` step"
            }
            Self::Hcl | Self::Kcl | Self::Toml => "write `key = value` as `key value`, and `[a, b]` as `a b`",
            Self::Template => "write what comes of it, or let a promise render it: values are put in by `${spec.size}`",
        }
    }
}

/// How many single values are looked at before an object, so that the work stays in proportion to the text.
const MOST_BEFORE: usize = 8;

impl Parser<'_> {
    /// Moves over objects in JSON that begin here in the place of a node, and tells of them.
    pub(super) fn json(&mut self) -> bool {
        let start = self.cursor.at();
        if self.has_endless_json || !matches!(self.cursor.byte(), Some(b'{' | b'"')) {
            return false;
        }
        let text = self.tree.text().get(start as usize..).unwrap_or_default();
        if text.strip_prefix('{').is_some_and(|inner| member(inner.trim_start()).is_none()) {
            return false;
        }
        let mut rest = text;
        let (mut has_object, mut before) = (false, 0);
        loop {
            let begin = rest.trim_start();
            let is_first = rest.len() == text.len();
            let value = if is_first && begin.starts_with('{') { Some(begin) } else { member(begin) };
            let Some(value) = value.filter(|_| has_object || before < MOST_BEFORE) else { break };
            let inner = value.strip_prefix('{').map(str::trim_start);
            let is_object = inner.is_some_and(|inner| member(inner).is_some() || !is_first && inner.starts_with('}'));
            let end = if is_object { balanced(value) } else { inner.is_none().then(|| scalar(value)).flatten() };
            self.has_endless_json |= is_object && end.is_none();
            let Some(behind) = end.and_then(|end| value.get(end..)) else { break };
            has_object |= is_object;
            before += 1;
            rest = behind.strip_prefix(',').unwrap_or(behind);
        }
        let length = text.len() - rest.len();
        self.cursor.looked_at(length);
        if !has_object {
            return false;
        }
        let first = text.lines().next().unwrap_or_default().trim_end().len().min(length);
        let told = Language::Json.told(self.span(start, start + first as u32));
        self.report(told);
        self.cursor.go_to(start + length as u32);
        true
    }
}

/// What stands behind the key of a member in JSON and its colon.
fn member(text: &str) -> Option<&str> {
    let key = text.strip_prefix('"')?;
    let end = key.find(['"', '\n'])?;
    let behind = key.get(end..)?.strip_prefix('"')?;
    Some(behind.trim_start_matches([' ', '\t']).strip_prefix(':')?.trim_start_matches([' ', '\t']))
}

/// Where a single value ends, or a list.
fn scalar(text: &str) -> Option<usize> {
    match text.as_bytes().first()? {
        b'[' => balanced(text),
        b'"' => text.get(1..)?.find(['"', '\n']).map(|end| end + 2),
        _ => Some(text.find([',', '\n', '}']).unwrap_or(text.len())).filter(|end| *end > 0),
    }
}

/// Where the brackets are closed with which a text begins.
fn balanced(text: &str) -> Option<usize> {
    let (mut depth, mut is_quoted, mut is_escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b'\n' => is_quoted = false,
            b'{' | b'[' if !is_quoted => depth += 1,
            b'}' | b']' if !is_quoted => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// Tells of passages in YAML, and leaves them out of the tree: names that end with a colon, at least one of which stands below another and
/// is indented more. What else was told of them goes along. Takes time linear in the tree.
pub fn passages(tree: &mut Tree, others: [&mut Diagnostics; 2]) -> Diagnostics {
    let mut found: Vec<Span> = Vec::new();
    let mut told = Diagnostics::default();
    // What was a part of what was no passage begins none: it would end no later.
    let mut looked_at = HashSet::new();
    for (index, first) in (0..).zip(&tree.nodes) {
        let is_left =
            || !looked_at.contains(&index) && found.last().is_none_or(|last: &Span| first.range.start >= last.end);
        if !is_key(tree, first) || !is_left() {
            continue;
        }
        let Some(passage) = passage(tree, first, &mut looked_at) else { continue };
        let line = tree.text.get(first.range.start as usize..).and_then(|text| text.lines().next()).unwrap_or_default();
        let end = first.range.start + line.trim_end().len() as u32;
        told.push(Language::Yaml.told(Span { end, ..passage }));
        found.push(passage);
    }
    let is_inside = |problem: &Diagnostic| {
        let start = problem.primary.span().start;
        found.get(found.partition_point(|passage| passage.end <= start)).is_some_and(|passage| passage.start <= start)
    };
    for other in others {
        other.retain(|problem| problem.code == code::UNCLOSED_BLOCK || !is_inside(problem));
    }
    tree.leave_out(&found);
    told
}

/// The name of a node as it is written.
fn name<'t>(tree: &'t Tree, node: &NodeData) -> Option<&'t str> {
    tree.text.get(node.name_range.start as usize..node.name_range.end as usize)
}

/// Whether a node looks like a key of YAML.
fn is_key(tree: &Tree, node: &NodeData) -> bool {
    name(tree, node).is_some_and(|name| name.len() > 1 && name.ends_with(':'))
}

/// The passage in YAML that a key begins.
fn passage(tree: &Tree, first: &NodeData, looked_at: &mut HashSet<u32>) -> Option<Span> {
    let indent = |node: &NodeData| {
        let before = tree.text.get(..node.range.start as usize).unwrap_or_default();
        let spaces = before.len() - before.trim_end_matches([' ', '\t']).len();
        before[..before.len() - spaces].ends_with(is_newline).then_some(spaces)
    };
    let is_alone = |node: &NodeData| node.entries.start == node.entries.end && node.block.start == node.block.end;
    let own = indent(first).or((first.range.start == 0).then_some(0))?;
    let (mut last, mut opened, mut is_nested) = (first, None, false);
    let (mut at, mut node) = (NONE, first);
    loop {
        let here = indent(node);
        let is_part =
            here.is_some_and(|here| here > own || here == own && (is_key(tree, node) || name(tree, node) == Some("-")));
        if !is_part && !std::ptr::eq(node, first) {
            break;
        }
        looked_at.insert(at);
        is_nested |= is_key(tree, node) && here > opened && opened.is_some();
        opened = here.filter(|_| is_key(tree, node) && is_alone(node));
        last = node;
        let Some(next) = tree.nodes.get(node.next as usize) else { break };
        (at, node) = (node.next, next);
    }
    is_nested.then(|| Span::new(tree.file, first.range.start, last.range.end))
}
