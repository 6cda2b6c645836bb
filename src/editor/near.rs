//! The part of a project that decides what is wrong with one of its texts: for who cannot wait for all of it to be read.
//!
//! Most texts of a large project declare things of which nothing but their names counts for others: entities and requests. What is wrong with
//! one of them is decided by the texts that say more, and by those that declare what it names. What is told of a text in such a part is what
//! is told of it in the whole project, but for what is wrong elsewhere and hides it.

use super::Snapshot;
use super::names::is_below;
use crate::source::{FileId, SourceFile};
use crate::syntax::{Nodes, Tree, parse};
use ahash::AHashMap as HashMap;
use rayon::prelude::*;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// What the texts of a project are for each other.
#[derive(Clone, Debug, Default)]
pub struct Near {
    /// By their names.
    texts: HashMap<String, Sort>,
    /// The files that are in the part of each text.
    always: BTreeSet<FileId>,
    /// How many bytes they have together.
    bytes: usize,
    /// The files that declare what has a name.
    named: HashMap<Box<str>, Vec<FileId>>,
}

/// What a text is for others.
#[derive(Clone, Debug)]
struct Sort {
    text: Arc<str>,
    /// The words in it, where it says more than that there are entities and requests.
    words: Option<Arc<HashSet<Box<str>>>>,
}

/// The most bytes of a part of a project: what is more costs as much time as somebody notices.
const MOST_BYTES: usize = 512 << 10;

impl Near {
    /// What the texts of a project that was read are for each other; what `before` says of those that are the same is not looked for again.
    pub fn of(snapshot: &Snapshot, before: &Self) -> Self {
        let sources = &snapshot.loaded.sources;
        let files: Vec<(FileId, &SourceFile)> = sources.of_people().filter(|(_, file)| file.may_be_changed()).collect();
        let sorts: Vec<(FileId, String, Sort)> = files
            .into_par_iter()
            .map(|(id, file)| {
                let known = before.texts.get(&file.name).filter(|known| Arc::ptr_eq(&known.text, &file.text));
                (id, file.name.clone(), known.cloned().unwrap_or_else(|| Sort::of(file)))
            })
            .collect();
        let sorts_of = |is_model: bool| sorts.iter().filter(move |(_, _, sort)| sort.words.is_some() == is_model);
        let mut always: BTreeSet<FileId> = sorts_of(true).map(|(id, ..)| *id).collect();
        let leaves: HashSet<FileId> = sorts_of(false).map(|(id, ..)| *id).collect();
        let mut named: HashMap<Box<str>, Vec<FileId>> = HashMap::new();
        let indices = std::iter::once(&snapshot.loaded.names).chain(&snapshot.overlaid().aside);
        for one in indices.flat_map(|index| index.declared(sources)).filter(|one| is_below(one.kind)) {
            let file = sources.written(one.span).span.file;
            if leaves.contains(&file) {
                named.entry(one.name.into()).or_default().push(file);
            }
        }
        let words = sorts_of(true).flat_map(|(_, _, sort)| sort.words.iter().flat_map(|words| words.iter()));
        always.extend(words.filter_map(|word| named.get(word)).flatten());
        let bytes = always.iter().map(|file| sources.file(*file).text.len()).sum();
        let texts = sorts.into_iter().map(|(_, name, sort)| (name, sort)).collect();
        Self { texts, always, bytes, named }
    }

    /// The files, by their names, that decide what is wrong with a text; nothing where it says more than that there are entities and
    /// requests, or did, so that it may change what is wrong with others, and where they are so many that it takes as long as to read all.
    pub fn files<'s>(&self, snapshot: &'s Snapshot, name: &str, tree: &Tree) -> Option<BTreeSet<&'s str>> {
        let was_leaf = self.texts.get(name).is_none_or(|sort| sort.words.is_none());
        if !was_leaf || !is_leaf_text(tree) || self.always.is_empty() {
            return None;
        }
        let sources = &snapshot.loaded.sources;
        let mut words = HashSet::new();
        collect(tree.nodes(), &mut words);
        let mut files = self.always.clone();
        files.extend(words.iter().filter_map(|word| self.named.get(word)).flatten());
        let more: usize = files.difference(&self.always).map(|file| sources.file(*file).text.len()).sum();
        let names = || files.iter().map(|file| &*sources.file(*file).name).collect();
        (self.bytes + more + tree.text().len() <= MOST_BYTES).then(names)
    }
}

impl Sort {
    fn of(file: &SourceFile) -> Self {
        let tree = parse(FileId(0), &file.text).0;
        let words = (!is_leaf_text(&tree)).then(|| {
            let mut words = HashSet::new();
            collect(tree.nodes(), &mut words);
            words.into()
        });
        Self { text: file.text.clone(), words }
    }
}

/// Whether a text says nothing but that there are entities and requests.
fn is_leaf_text(tree: &Tree) -> bool {
    tree.nodes().all(|node| is_below(node.name()) && node.property("from").is_none())
}

/// The texts that stand as arguments and values.
fn collect(nodes: Nodes<'_>, words: &mut HashSet<Box<str>>) {
    for node in nodes {
        words.extend(node.entries().filter_map(|entry| entry.string().map(Into::into)));
        collect(node.children(), words);
    }
}
