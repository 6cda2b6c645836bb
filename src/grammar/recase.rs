use super::shape::{Form, Grammar};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::source::Span;
use crate::syntax::{Nodes, Tree};

impl Grammar {
    /// Tells of the nodes of a project's file that are called as in the language but for their capital letters, and reads them as the
    /// language calls them, so that nothing follows from it. Takes time linear in the tree.
    pub fn recase(&self, tree: &mut Tree) -> Diagnostics {
        let mut places = Vec::new();
        if !tree.text().contains(|next: char| next.is_ascii_uppercase()) {
            return Diagnostics::default();
        }
        if let Some(file) = self.file("project") {
            self.capitals(&file.form, tree.nodes(), &mut places);
        }
        let mut told = Diagnostics::default();
        told.extend(places.iter().map(|(place, name)| {
            let message = format!("the names of nodes are in small letters: `{name}`");
            Diagnostic::error(code::UNKNOWN_NODE, *place, message).did_you_mean(Some(name))
        }));
        let names: Vec<Span> = places.into_iter().map(|(place, _)| place).collect();
        tree.lower_names(&names);
        told
    }

    fn capitals<'g>(&'g self, form: &'g Form, nodes: Nodes<'_>, places: &mut Vec<(Span, &'g str)>) {
        for node in nodes {
            let name = node.name();
            let found = form.block.slots.iter().find(|slot| slot.name.eq_ignore_ascii_case(name));
            let Some(slot) = found.filter(|_| form.block.body.is_none() || form.block.slot(name).is_some()) else {
                continue;
            };
            if *slot.name != *name {
                places.push((node.name_span(), &slot.name));
            }
            if let Some((form, _)) = self.node(slot.node).form_of(node) {
                self.capitals(form, node.children(), places);
            }
        }
    }
}
