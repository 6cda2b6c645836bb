use super::shape::{Form, Grammar, Slot};
use crate::diag::{Diagnostic, Diagnostics, code, suggest};
use crate::source::Span;
use crate::syntax::{Entry, Node, Nodes, Tree};

/// A node that the language has under another name.
struct Misspelt<'g> {
    place: Span,
    meant: &'g str,
    message: String,
}

impl Grammar {
    /// Tells of the nodes of a project's file whose names are those of the language but for a letter or for capital letters, and reads
    /// them as the language calls them, so that nothing follows from it. Takes time linear in the tree.
    pub(super) fn respell(&self, tree: &mut Tree) -> Diagnostics {
        let mut found = Vec::new();
        if let Some(file) = self.file("project") {
            self.misspelt(&file.form, None, tree.nodes(), &mut found);
        }
        let mut told = Diagnostics::default();
        let problem = |one: &Misspelt<'_>| {
            Diagnostic::error(code::UNKNOWN_NODE, one.place, &*one.message).did_you_mean(Some(one.meant))
        };
        told.extend(found.iter().map(problem));
        tree.rename(found.iter().map(|one| (one.place.start, one.meant)));
        told
    }

    fn misspelt<'g>(
        &'g self,
        form: &'g Form,
        owner: Option<Node<'_>>,
        nodes: Nodes<'_>,
        found: &mut Vec<Misspelt<'g>>,
    ) {
        for node in nodes {
            let name = node.name();
            let known = form.block.slot(name).map(|(_, slot)| slot);
            let Some(slot) = known.or_else(|| self.meant(form, node)) else { continue };
            if known.is_none() {
                let message = if slot.name.eq_ignore_ascii_case(name) {
                    format!("the names of nodes are in small letters: `{}`", slot.name)
                } else {
                    unknown_node(name, owner)
                };
                found.push(Misspelt { place: node.name_span(), meant: &slot.name, message });
            }
            if let Some((form, _)) = self.node(slot.node).form_of(node) {
                self.misspelt(form, Some(node), node.children(), found);
            }
        }
    }

    /// The node of a block that one of no other place is likely to be, by its name and its line.
    fn meant<'g>(&'g self, form: &'g Form, node: Node<'_>) -> Option<&'g Slot> {
        let name = node.name();
        if form.block.body.is_some() {
            return None;
        }
        let slots = &form.block.slots;
        if let Some(slot) = slots.iter().find(|slot| slot.name.eq_ignore_ascii_case(name)) {
            return Some(slot);
        }
        if form.property(name).is_some() || self.nodes().any(|shape| shape.name() == name) {
            return None;
        }
        let near = suggest(name, slots.iter().filter(|slot| self.line_fits(slot, node)).map(|slot| &*slot.name))?;
        form.block.slot(near).map(|(_, slot)| slot)
    }

    /// Whether the line of a node has what one of a slot has.
    fn line_fits(&self, slot: &Slot, node: Node<'_>) -> bool {
        let Some((form, told)) = self.node(slot.node).form_of(node) else { return false };
        let Some(given) = node.arguments().count().checked_sub(told) else { return false };
        let needed = form.arguments.iter().filter(|argument| argument.required).count();
        let most = if form.rest { usize::MAX } else { form.arguments.len() + form.flags.len() };
        let is_known = |key: &str| form.pairs.is_some() || form.property(key).is_some();
        let is_there = |index: usize, key: &str| form.required >> (index & 63) & 1 == 0 || node.property(key).is_some();
        (needed..=most).contains(&given)
            && node.properties().filter_map(Entry::key).all(is_known)
            && form.properties.iter().enumerate().all(|(index, property)| is_there(index, &property.name))
    }
}

/// That a block knows no node of a name.
pub(super) fn unknown_node(name: &str, owner: Option<Node<'_>>) -> String {
    format!("there is no node `{name}` {}", place(owner))
}

/// Where the children of a node stand.
pub(super) fn place(owner: Option<Node<'_>>) -> String {
    owner.map_or_else(|| "at the top of a file".to_owned(), |owner| format!("in `{}`", owner.name()))
}
