//! What is otherwise in an environment, or in all: declarations, and what `overlay` nodes change in them, to the declarations that come of it.
//!
//! The declarations that an environment changes are set aside before anything is lowered ([`Targets::aside`]); once all texts are known,
//! those that were made too, each is written out with its changes ([`overlaid`]) as a text of its own, which is read as any text is. Each
//! part of it knows where somebody wrote it: in the declaration, or in the overlay. What all of it costs is linear in what is changed.

mod change;
mod copy;
mod line;
mod lines;
mod targets;

pub use line::Verb as OverlayVerb;
pub(super) use line::is_verb;
pub use targets::{Head, heads, overlays};
pub(super) use targets::{Targets, in_some};

use crate::diag::{Diagnostic, Diagnostics, code, suggest};
use crate::model::{Address, Kind, Project};
use crate::source::{FileId, Making, Origin, Sources};
use crate::syntax::{Node, Tree};
use change::Change;
use line::{Line, Verb};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use targets::{address_of, is_for};

/// The node that says what is otherwise.
pub const OVERLAY: &str = "overlay";

/// Nodes of a file that are read when all files are known.
#[derive(Clone, Debug)]
pub(in crate::resolve) struct Kept {
    tree: Arc<Tree>,
    /// Where they begin.
    starts: Vec<u32>,
}

impl Kept {
    /// One node of a file.
    pub(in crate::resolve) fn of(tree: &Tree, node: Node<'_>) -> Self {
        Self { tree: Arc::new(tree.clone()), starts: vec![node.span().start] }
    }

    /// The nodes.
    pub(in crate::resolve) fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        self.starts.iter().filter_map(|start| self.tree.node_at(*start))
    }
}

/// What overlays say of the declarations of an environment.
#[derive(Default)]
struct Said<'o> {
    /// The beginnings of declarations, each with what changes it in its block.
    changed: HashMap<Address, Vec<Node<'o>>>,
    /// The declarations that there are not.
    unset: BTreeMap<Address, Node<'o>>,
    /// The declarations that there are only here.
    set: Vec<Node<'o>>,
}

/// What comes of overlays: texts, each with the file that it is called like.
#[derive(Default)]
pub(super) struct Overlaid {
    pub(super) texts: Vec<(FileId, String, Making)>,
    pub(super) diagnostics: Diagnostics,
    /// That something which is to be changed is not declared.
    pub(super) missing: Diagnostics,
}

/// Writes out the declarations that were set aside with what the overlays of an environment change in them. What else the project declares may
/// be what was meant.
pub(super) fn overlaid(
    (aside, overlays): (&[Kept], &[Kept]),
    environment: Option<&str>,
    project: &Project,
    sources: &Sources,
) -> Overlaid {
    let mut overlaid = Overlaid::default();
    let nodes = overlays.iter().flat_map(Kept::nodes).filter(|node| is_for(*node, environment));
    let said = Said::of(nodes, &mut overlaid.diagnostics);
    let mut met = BTreeSet::new();
    for kept in aside {
        let mut change = Change::new(sources, &mut overlaid.diagnostics);
        for (node, address) in kept.nodes().filter_map(|node| Some((node, address_of(node, 0)?))) {
            if !said.unset.contains_key(&address) {
                change.declaration(node, said.changed.get(&address).map_or(&[], Vec::as_slice));
            }
            met.insert(address);
        }
        overlaid.texts.extend(change.finish(kept.tree.file()));
    }
    for node in &said.set {
        let mut change = Change::new(sources, &mut overlaid.diagnostics);
        change.added(*node);
        overlaid.texts.extend(change.finish(node.span().file));
    }
    let missing = said.changed.iter().flat_map(|(address, nodes)| nodes.iter().map(move |node| (address, *node)));
    let missing = missing.chain(said.unset.iter().map(|(address, node)| (address, *node)));
    let missing: Vec<_> = missing.filter(|(address, _)| !met.contains(*address)).collect();
    if !missing.is_empty() {
        let there: HashSet<Address> = project.declared().iter().map(|one| one.address()).collect();
        let declared: Vec<String> = there.iter().map(Address::to_string).collect();
        let declared: Vec<&str> = declared.iter().map(|one| &**one).collect();
        let problem = |(address, node): (&Address, Node<'_>)| {
            if there.contains(address) { of_others(address, node) } else { nothing_there(address, node, &declared) }
        };
        overlaid.missing.extend(missing.into_iter().map(problem));
    }
    overlaid
}

impl<'o> Said<'o> {
    fn of(overlays: impl Iterator<Item = Node<'o>>, diagnostics: &mut Diagnostics) -> Self {
        let mut said = Self::default();
        for head in overlays.flat_map(Node::children) {
            match Verb::from_word(head.name()) {
                None => match address_of(head, 0) {
                    Some(address) => said.changed.entry(address).or_default().push(head),
                    None => diagnostics.push(no_declaration(head)),
                },
                Some(Verb::Set) => match address_of(head, 1) {
                    Some(_) => said.set.push(head),
                    None => diagnostics.push(no_declaration(head)),
                },
                Some(Verb::Unset) => match address_of(head, 1) {
                    Some(address) => {
                        said.unset.insert(address, head);
                    }
                    None => diagnostics.push(no_declaration(head)),
                },
                Some(verb @ (Verb::Add | Verb::Remove)) => {
                    let message = format!("`{}` changes a list, and no list stands here", verb.word());
                    let help = "a declaration is added with `set`, and taken away with `unset`";
                    let problem = Diagnostic::error(code::MALFORMED_OVERLAY, head.name_span(), message);
                    diagnostics.push(problem.help(help));
                }
            }
        }
        let both: Vec<&Address> = said.unset.keys().filter(|address| said.changed.contains_key(*address)).collect();
        for address in both {
            let first = said.changed[address][0].head_span();
            let message = format!("`{address}` is changed here, and taken away");
            let problem = Diagnostic::error(code::OVERLAID_TWICE, said.unset[address].head_span(), message);
            diagnostics.push(problem.other(first, "it is changed here").help("keep one of them"));
        }
        said
    }
}

/// That a line of an overlay begins no declaration.
fn no_declaration(head: Node<'_>) -> Diagnostic {
    let message = "this begins no declaration of an object";
    let problem = Diagnostic::error(code::MALFORMED_OVERLAY, head.head_span(), message);
    let words = Kind::ALL.into_iter().map(|kind| kind.1).chain(Verb::ALL.into_iter().map(|verb| verb.1));
    if let Some(near) = suggest(head.name(), words.filter(|word| *word != head.name())) {
        return problem.help(format!("did you mean `{near}`?"));
    }
    problem.help("write the beginning of one as it stands, such as `entity service checkout { set tier critical; }`")
}

/// That what an overlay changes belongs to another project: it is there, and was not set aside.
fn of_others(address: &Address, head: Node<'_>) -> Diagnostic {
    let message = format!("`{address}` belongs to another project, and no overlay of this one changes it");
    let problem = Diagnostic::error(code::MALFORMED_OVERLAY, head.head_span(), message);
    problem.help("what others own is changed where they declare it: take this out, and ask them")
}

/// That what an overlay changes is not declared.
fn nothing_there(address: &Address, head: Node<'_>, declared: &[&str]) -> Diagnostic {
    let message = format!("`{address}` is not declared, so that there is nothing to change");
    let problem = Diagnostic::error(code::MALFORMED_OVERLAY, head.head_span(), message);
    let name = address.to_string();
    match suggest(&name, declared.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(
            "name what is written or made in KDL, with its namespace where it has one; what only this environment has is added with `set`, and \
             what a file of data says is changed there",
        ),
    }
}

/// That two lines change the same.
fn twice(what: &str, later: Line<'_>, first: impl Into<Origin>) -> Diagnostic {
    let message = format!("{what} is changed twice");
    let problem = Diagnostic::error(code::OVERLAID_TWICE, later.node.head_span(), message);
    problem.other(first, "it is changed here already").help("keep one of them: neither comes before the other")
}

#[cfg(test)]
mod tests;
