use super::shape::{Form, Grammar, NodeShape};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::source::Span;
use crate::syntax::{AS_KDL, Entry, Nodes, Tree};

/// How many entries are looked at: more than any line needs.
const MOST: usize = 8;

impl Grammar {
    /// Tells of nodes that stand on one line with nothing between them, as in `property a url property b string`, and reads them apart, so
    /// that nothing follows from it. Takes time linear in the tree.
    pub(super) fn apart(&self, tree: &mut Tree) -> Diagnostics {
        let mut found = Vec::new();
        if let Some(file) = self.file("project") {
            self.joined(&file.form, tree.nodes(), &mut found);
        }
        let mut told = Diagnostics::default();
        told.extend(found.iter().map(|(name, of)| {
            let word = tree.text().get(name.range()).unwrap_or_default();
            Diagnostic::error(
                code::SURPLUS_ARGUMENT,
                *name,
                format!("`{of}` takes no argument `{word}`: it begins a node"),
            )
            .help("a node ends with its line, or with `;`")
            .fix(AS_KDL, name.before(), "; ")
        }));
        tree.split(&found.into_iter().map(|(name, _)| name).collect::<Vec<_>>());
        told
    }

    /// The arguments in a block that begin nodes of it, each with the name of the node whose line it stands on.
    fn joined<'g>(&'g self, form: &'g Form, nodes: Nodes<'_>, found: &mut Vec<(Span, &'g str)>) {
        for node in nodes {
            let Some((_, slot)) = form.block.slot(node.name()) else { continue };
            let mut shape = self.node(slot.node);
            let Some((mut own, told)) = shape.form_of(node) else { continue };
            let mut left = told + own.arguments.len();
            let mut entries = node.entries();
            while let Some(entry) = entries.next() {
                if !entry.is_argument() {
                    continue;
                }
                if left > 0 || own.rest {
                    left = left.saturating_sub(1);
                    continue;
                }
                let next = entry.string().filter(|word| entry.raw() == *word && !own.knows(word));
                let next = next.and_then(|word| self.begun(form, word, entries.clone()));
                if let Some((begun, its)) = next {
                    found.push((entry.value_span(), shape.name()));
                    (shape, own) = (begun, its);
                    left = own.arguments.len() + usize::from(!shape.forms.is_empty());
                }
            }
            self.joined(own, node.children(), found);
        }
    }

    /// The node of a block that a word begins, where what stands behind it is enough for one.
    fn begun<'g, 't>(
        &'g self,
        form: &'g Form,
        word: &str,
        behind: impl Iterator<Item = Entry<'t>>,
    ) -> Option<(&'g NodeShape, &'g Form)> {
        let shape = self.node(form.block.slot(word)?.1.node);
        let behind: Vec<Entry<'t>> = behind.take(MOST).collect();
        let mut arguments = behind.iter().filter(|entry| entry.is_argument());
        let (own, told) = shape.form_of_word(arguments.next().and_then(|first| first.string()))?;
        let needed = told + own.arguments.iter().filter(|argument| argument.required).count();
        let has_needed = || behind.iter().filter(|entry| entry.is_argument()).count() >= needed;
        let mut keys = behind.iter().filter_map(|entry| entry.key());
        let is_one = if needed > 0 { has_needed() } else { keys.any(|key| own.property(key).is_some()) };
        is_one.then_some((shape, own))
    }
}

impl Form {
    /// Whether a word says something on a line behind its arguments.
    fn knows(&self, word: &str) -> bool {
        self.flags.iter().any(|flag| *flag.word == *word)
    }
}
