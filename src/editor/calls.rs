//! Which declarations name a thing, and which things a declaration names.

use super::{Snapshot, Thing};
use crate::source::{FileId, Span};
use crate::syntax::{Entry, Tree};
use std::collections::{BTreeMap, HashMap};

/// The most declarations that are told of as those that name a thing: nobody looks through more.
const MOST: usize = 1_000;

/// A declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// What it declares; the word of the node, and what stands behind it, where that is nothing with a name.
    pub thing: Thing,
    /// All of it.
    pub span: Span,
    /// Its name.
    pub name: Span,
}

impl Snapshot {
    /// The declaration of the thing that is named at an offset of a file.
    pub fn called(&self, file: FileId, at: u32) -> Option<Called> {
        let (thing, _, places) = self.named_in(file, at)?;
        let declared = *places.declared.first()?;
        Some(Called { thing: thing.clone(), span: around(&self.tree_of(declared), declared)?.0, name: declared })
    }

    /// The declarations that name a thing, in the order of the texts, each with where it does; of very many those of the first files.
    pub fn callers(&self, thing: &Thing) -> Vec<(Called, Vec<Span>)> {
        let mut by_file: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
        for span in self.names().places(thing).iter().flat_map(|places| &places.used) {
            by_file.entry(span.file).or_default().push(*span);
        }
        let mut found: Vec<(Called, Vec<Span>)> = Vec::new();
        for spans in by_file.into_values() {
            if found.len() >= MOST {
                break;
            }
            let Some(first) = spans.first() else { continue };
            let tree = self.tree_of(*first);
            for span in spans {
                match found.last_mut().filter(|(last, _)| last.span.covers(span)) {
                    Some((_, places)) => places.push(span),
                    None => found.extend(self.at_top(&tree, span).map(|one| (one, vec![span]))),
                }
            }
        }
        found
    }

    /// The things that the declaration of a thing names, each with where it does.
    pub fn callees(&self, thing: &Thing) -> Vec<(Called, Vec<Span>)> {
        let declared = self.names().places(thing).and_then(|places| places.declared.first().copied());
        let Some((declared, (span, _))) = declared.and_then(|one| Some((one, around(&self.tree_of(one), one)?))) else {
            return Vec::new();
        };
        let mut found: Vec<(Called, Vec<Span>)> = Vec::new();
        let mut numbers: HashMap<&Thing, usize> = HashMap::new();
        for (place, named, places) in self.names().within(span).filter(|(place, ..)| *place != declared) {
            let Some(first) = places.declared.first().filter(|first| !span.covers(**first)) else { continue };
            if let Some((_, spans)) = numbers.get(named).and_then(|number| found.get_mut(*number)) {
                spans.push(place);
            } else if let Some((span, _)) = around(&self.tree_of(*first), *first) {
                numbers.insert(named, found.len());
                found.push((Called { thing: named.clone(), span, name: *first }, vec![place]));
            }
        }
        found
    }

    /// The declaration that a place is in.
    fn at_top(&self, tree: &Tree, place: Span) -> Option<Called> {
        let (span, name) = around(tree, place)?;
        let node = tree.node_at(span.start)?;
        let named = self.names().within(node.head_span()).find(|(place, _, places)| places.declared.contains(place));
        if let Some((name, thing, _)) = named {
            return Some(Called { thing: thing.clone(), span, name });
        }
        let text = node.argument(0).and_then(Entry::string).unwrap_or_default();
        Some(Called {
            thing: Thing { kind: "", within: "".into(), name: format!("{} {text}", node.name()).into() },
            span,
            name,
        })
    }
}

/// The node at the top of a text that a place is in, and the place of its word.
fn around(tree: &Tree, place: Span) -> Option<(Span, Span)> {
    let node = tree.nodes().find(|node| node.span().covers(place))?;
    Some((node.span(), node.name_span()))
}
