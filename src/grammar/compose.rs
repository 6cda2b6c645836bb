use super::shape::{Form, Grammar, Parameter};
use crate::source::Span;
use crate::syntax::{Entry, Nodes, Tree};

impl Grammar {
    /// Reads the names of a project's file in one form, so that those which look the same are the same. Takes time linear in the tree.
    pub fn compose(&self, tree: &mut Tree) {
        if tree.text().is_ascii() && !tree.text().contains("\\u") {
            return;
        }
        let mut places = Vec::new();
        if let Some(file) = self.file("project") {
            self.names(&file.form, tree.nodes(), &mut places);
        }
        places.sort_unstable_by_key(|place| place.start);
        tree.compose(&places);
    }

    /// The places of the names in a block.
    fn names(&self, form: &Form, nodes: Nodes<'_>, places: &mut Vec<Span>) {
        for node in nodes {
            let Some((_, slot)) = form.block.slot(node.name()) else { continue };
            let Some((form, told)) = self.node(slot.node).form_of(node) else { continue };
            let arguments = node.arguments().skip(told).enumerate();
            let arguments = arguments.filter_map(|(position, entry)| Some((form.argument(position)?, entry)));
            let properties = node.properties().filter_map(|entry| Some((form.property(entry.key()?)?.1, entry)));
            // The path of a file is no name: it is called as it is on the disk.
            let is_path = |entry: Entry<'_>| entry.string().is_some_and(|text| text.starts_with("file:"));
            let named = arguments.chain(properties).filter(|(value, entry)| self.is_name(value) && !is_path(*entry));
            places.extend(named.map(|(_, entry): (_, Entry<'_>)| entry.value_span()));
            self.names(form, node.children(), places);
        }
    }

    /// Whether a value is a name of letters of any script, or an address with such a name in it.
    fn is_name(&self, value: &Parameter) -> bool {
        self.value_type(value.value_type).takes_any_letter()
    }
}
