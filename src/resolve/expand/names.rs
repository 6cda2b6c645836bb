use super::Used;
use super::scan::{mentions, uses};
use crate::diag::suggest;
use crate::grammar::gives_name;
use crate::model::{Action, Kind, Promise};
use crate::syntax::{Node, Tree};
use std::collections::HashSet;

/// The nodes that give a name a value.
const GIVING: [&str; 2] = ["let", "param"];

/// The node that declares an environment, and the name of the chosen one where there are some.
pub const ENVIRONMENT: &str = "environment";

/// The names that all of a project knows values by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::resolve) struct Names(HashSet<Box<str>>);

impl Names {
    /// Whether a text may give one.
    pub(in crate::resolve) fn may_be_in(text: &str) -> bool {
        GIVING.iter().chain([&ENVIRONMENT]).any(|word| {
            let mut found = memchr::memmem::find_iter(text.as_bytes(), word);
            found.any(|start| is_word(text.as_bytes(), start, word.len()))
        })
    }

    /// Those that files give.
    pub(in crate::resolve) fn of<'t>(trees: impl Iterator<Item = &'t Tree>) -> Self {
        Self(trees.flat_map(given).collect())
    }

    /// The one that a text was likely meant to use where it uses none, with what stands there.
    pub(in crate::resolve) fn meant_by<'t>(&self, text: &'t str) -> Option<(&'t str, Box<str>)> {
        let mut known: Vec<&str> = self.0.iter().map(|name| &**name).collect();
        known.sort_unstable();
        let found = uses(text, &|name| !self.0.contains(name));
        let used = found.into_iter().filter(|one| !one.is_escaped && !one.is_bare);
        let mut near = used.filter_map(|one| {
            let inner = text.get(one.inner)?;
            let name = inner.trim().trim_start_matches('$').split(['.', '|', ' ']).next()?;
            Some((name, suggest(name, known.iter().copied())?.into()))
        });
        near.next()
    }

    /// Whether a node uses one of them.
    pub(super) fn are_used_in(&self, node: Node<'_>) -> bool {
        !self.0.is_empty() && mentions(node, &|name| self.0.contains(name))
    }
}

/// The name that a node gives a value to.
pub fn name_given(node: Node<'_>) -> Option<&str> {
    node.argument(0).filter(|_| GIVING.contains(&node.name()))?.string()
}

/// The names that the nodes of a unit give.
pub(super) fn given_in(used: &[Used], unit: usize) -> HashSet<&str> {
    GIVING.into_iter().flat_map(|word| called(used, unit, word)).filter_map(name_given).collect()
}

/// The nodes of a word of a unit.
pub(super) fn called<'u>(used: &'u [Used], unit: usize, word: &'static str) -> Vec<Node<'u>> {
    used.iter().filter(|used| used.unit == unit).flat_map(|used| used.called(word)).collect()
}

/// Whether what stands at a place is no part of a longer word.
fn is_word(text: &[u8], start: usize, len: usize) -> bool {
    let is_apart =
        |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_'));
    is_apart(start.checked_sub(1).and_then(|before| text.get(before))) && is_apart(text.get(start + len))
}

/// The names that mean something of their own in all of a declaration, when it is carried out.
pub fn late_names(kind: Option<Kind>) -> HashSet<&'static str> {
    match kind {
        Some(Kind::Action | Kind::Automation) => Action::ROOTS.into(),
        Some(Kind::Promise) => Promise::ROOTS.into(),
        _ => HashSet::new(),
    }
}

/// The name that a step of a workflow gives to what is in its block.
pub fn name_within(step: Node<'_>) -> Option<&str> {
    named(step, &["each"])
}

/// The name that a step of a workflow gives to the steps behind it.
pub fn name_behind(step: Node<'_>) -> Option<&str> {
    named(step, &["table", "let"])
}

fn named<'t>(step: Node<'t>, words: &[&str]) -> Option<&'t str> {
    step.argument(0).filter(|_| words.contains(&step.name()) && gives_name(step))?.string()
}

fn given(tree: &Tree) -> impl Iterator<Item = Box<str>> {
    let environment = tree.nodes().any(|node| node.name() == ENVIRONMENT).then(|| ENVIRONMENT.into());
    tree.nodes().filter_map(name_given).map(Into::into).chain(environment)
}
