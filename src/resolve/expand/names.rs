use super::scan::mentions;
use crate::grammar::gives_name;
use crate::model::{Action, Kind, Promise};
use crate::source::{FileId, Sources};
use crate::syntax::{Entry, Node, Tree, parse};
use rayon::prelude::*;
use std::collections::HashSet;

/// The nodes that give a name a value.
const GIVING: [&str; 2] = ["let", "param"];

/// The names that all of a project knows values by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::resolve) struct Names(HashSet<Box<str>>);

impl Names {
    /// Those that files give. A file that cannot say one is not parsed for it.
    pub(in crate::resolve) fn of(files: &[FileId], sources: &Sources) -> Self {
        let words = GIVING.map(memchr::memmem::Finder::new);
        let of_file = |id: &FileId| {
            let text = &sources.file(*id).text;
            let may_say = words.iter().any(|word| {
                let found = word.find_iter(text.as_bytes());
                found.into_iter().any(|start| is_word(text.as_bytes(), start, word.needle().len()))
            });
            if may_say { given(&parse(*id, text).0) } else { Vec::new() }
        };
        Self(files.par_iter().flat_map_iter(of_file).collect())
    }

    /// Whether a node uses one of them.
    pub(super) fn are_used_in(&self, node: Node<'_>) -> bool {
        !self.0.is_empty() && mentions(node, &|name| self.0.contains(name))
    }
}

/// Whether what stands at a place is no part of a longer word.
fn is_word(text: &[u8], start: usize, len: usize) -> bool {
    let is_apart =
        |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_'));
    is_apart(start.checked_sub(1).and_then(|before| text.get(before))) && is_apart(text.get(start + len))
}

/// The names that mean something of their own within a declaration, when it is carried out.
pub(super) fn late_names<'t>(node: Node<'t>) -> HashSet<&'t str> {
    match Kind::from_word(node.name()) {
        Some(Kind::Action | Kind::Automation) => Action::ROOTS.into(),
        Some(Kind::Promise) => {
            let mut names = HashSet::from(Promise::ROOTS);
            let mut open: Vec<Node<'t>> = node.children().collect();
            while let Some(node) = open.pop() {
                if gives_name(node) {
                    names.extend(node.argument(0).and_then(Entry::string));
                }
                open.extend(node.children());
            }
            names
        }
        _ => HashSet::new(),
    }
}

fn given(tree: &Tree) -> Vec<Box<str>> {
    let given = tree.nodes().filter(|node| GIVING.contains(&node.name()));
    given.filter_map(|node| Some(node.argument(0)?.string()?.into())).collect()
}
