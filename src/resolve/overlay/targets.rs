use super::{Kept, OVERLAY, Verb};
use crate::model::{Address, Kind, Name, Project};
use crate::resolve::delivery::DEFAULT_NAMESPACE;
use crate::source::{Sources, Span};
use crate::syntax::{Entry, Node, Tree, composed, parse};
use std::collections::{BTreeSet, HashMap, HashSet};

/// The declarations that are otherwise in an environment, or where there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::resolve) struct Targets {
    environment: Option<Name>,
    addresses: HashSet<Address>,
}

impl Targets {
    /// Whether a text may name one.
    pub(in crate::resolve) fn may_be_in(text: &str) -> bool {
        text.contains(OVERLAY)
    }

    /// Those that the overlays of some files name.
    pub(in crate::resolve) fn of<'t>(environment: Option<&str>, trees: impl Iterator<Item = &'t Tree>) -> Self {
        let addresses = trees.flat_map(|tree| named(tree, environment)).collect();
        Self { environment: environment.map(Name::from), addresses }
    }

    /// Whether they are none of what a file declares.
    pub(in crate::resolve) fn leave(&self, declared: &Project) -> bool {
        self.addresses.is_empty() || !declared.declared().iter().any(|one| self.addresses.contains(&one.address()))
    }

    /// Takes the nodes of a tree that are changed out of it, and the overlays that change some with them; those as they stand in it too.
    pub(in crate::resolve) fn aside(&self, tree: &mut Tree) -> (Option<Kept>, Option<Kept>) {
        let environment = self.environment.as_deref();
        let is_changed = |node: &Node<'_>| {
            !self.addresses.is_empty() && address_of(*node, 0).is_some_and(|address| self.addresses.contains(&address))
        };
        let found: Vec<_> = tree.nodes().filter(is_changed).map(Node::span).collect();
        let overlays = tree.nodes().filter(|node| node.name() == OVERLAY && is_for(*node, environment));
        let overlays: Vec<u32> = overlays.map(|node| node.span().start).collect();
        if found.is_empty() && overlays.is_empty() {
            return (None, None);
        }
        let whole = std::sync::Arc::new(tree.clone());
        tree.leave_out(&found);
        let kept = |starts: Vec<u32>| (!starts.is_empty()).then(|| Kept { tree: whole.clone(), starts });
        (kept(found.iter().map(|span| span.start).collect()), kept(overlays))
    }
}

/// Whether an overlay is one for an environment: it names it, or none.
pub(super) fn is_for(overlay: Node<'_>, environment: Option<&str>) -> bool {
    let mut named = overlay.arguments().map(Entry::string).peekable();
    named.peek().is_none() || environment.is_some_and(|environment| named.any(|name| name == Some(environment)))
}

/// What the overlays of a file name.
fn named(tree: &Tree, environment: Option<&str>) -> Vec<Address> {
    let overlays = tree.nodes().filter(|node| node.name() == OVERLAY && is_for(*node, environment));
    let heads = overlays.flat_map(Node::children).filter_map(Head::of).filter(|head| !head.is_added());
    heads.filter_map(Head::address).collect()
}

/// The beginnings of declarations in all overlays of a text: of those that are changed there, added and taken away.
pub fn heads(tree: &Tree) -> impl Iterator<Item = Head<'_>> {
    tree.nodes().filter(|node| node.name() == OVERLAY).flat_map(Node::children).filter_map(Head::of)
}

/// What overlays for some environments add or take away: it is declared in some of a project's environments, and in others not.
pub(in crate::resolve) fn in_some<'t>(trees: impl Iterator<Item = &'t Tree>) -> BTreeSet<Address> {
    let overlays = trees.flat_map(Tree::nodes).filter(|node| node.name() == OVERLAY && node.argument(0).is_some());
    let lines = overlays.flat_map(Node::children);
    let lines = lines.filter(|line| matches!(Verb::from_word(line.name()), Some(Verb::Set | Verb::Unset)));
    lines.filter_map(Head::of).filter_map(Head::address).collect()
}

/// The declarations that the overlays for an environment change, each with where the first of them does, in the texts that somebody wrote.
pub fn overlays(environment: Option<&str>, sources: &Sources) -> HashMap<Address, Span> {
    let mut all = HashMap::new();
    for (id, file) in sources.of_people().filter(|(_, file)| Targets::may_be_in(&file.text)) {
        let (tree, _) = parse(id, &file.text);
        let overlays = tree.nodes().filter(|node| node.name() == OVERLAY && is_for(*node, environment));
        for head in overlays.flat_map(Node::children) {
            if let Some(address) = address_of(head, 0) {
                all.entry(address).or_insert_with(|| head.head_span());
            }
        }
    }
    all
}

/// What the beginning of a declaration names, whose word is the name of the node, or its first argument where something stands before it.
pub(super) fn address_of(node: Node<'_>, before: usize) -> Option<Address> {
    Head::behind(node, before)?.address()
}

/// The beginning of a declaration that an overlay names.
#[derive(Clone, Copy, Debug)]
pub struct Head<'t> {
    /// The line that it stands on.
    pub node: Node<'t>,
    /// What is declared.
    pub kind: Kind,
    /// The name of what it is one of: the blueprint of an entity, the promise of a request.
    pub above: Option<Entry<'t>>,
    /// Its name.
    pub named: Entry<'t>,
}

impl<'t> Head<'t> {
    /// The one that a line of an overlay is.
    fn of(line: Node<'t>) -> Option<Self> {
        match Verb::from_word(line.name()) {
            None => Self::behind(line, 0),
            Some(Verb::Set | Verb::Unset) => Self::behind(line, 1),
            Some(Verb::Add | Verb::Remove) => None,
        }
    }

    /// The one on a line of which some words stand before those of the declaration.
    fn behind(node: Node<'t>, before: usize) -> Option<Self> {
        let kind = Kind::from_word(if before == 0 { node.name() } else { node.argument(0)?.string()? })?;
        let above = kind.above().and_then(|_| node.argument(before));
        let named = node.argument(before + usize::from(kind.above().is_some()))?;
        Some(Self { node, kind, above, named })
    }

    /// Whether the overlay adds what it declares.
    pub fn is_added(self) -> bool {
        Verb::from_word(self.node.name()) == Some(Verb::Set)
    }

    /// What it names; nothing where a name is no text.
    pub fn address(self) -> Option<Address> {
        let word = |entry: Entry<'_>| Some(Name::from(&*composed(entry.string()?)));
        let name = word(self.named)?;
        let Some(above) = self.above else { return Some(Address::new(self.kind, name)) };
        let name = if self.kind == Kind::Request {
            let namespace = self.node.property("namespace").and_then(Entry::string).unwrap_or(DEFAULT_NAMESPACE);
            Name::from(&*format!("{}/{name}", composed(namespace)))
        } else {
            name
        };
        Some(Address::below(self.kind, word(above)?, name))
    }
}
