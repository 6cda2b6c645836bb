//! A tree that is made along with its text: what reading the text again would come to, where it is of what was read without a problem and
//! of values in their canonical form.

use super::edit::{push_scalar, push_string};
use super::parse;
use super::tree::{
    Annotation, AnnotationData, Entry, EntryData, NONE, Node, NodeData, Range, Scalar, ScalarData, StringData, Tree,
};
use crate::source::FileId;
use std::sync::Arc;

/// A text with its tree.
#[derive(Debug)]
pub struct Builder {
    text: String,
    tree: Tree,
    /// The nodes that are being written, each in the block of the one before it, with the node before it among its siblings.
    open: Vec<(u32, u32)>,
    /// The last node so far among the siblings of the next.
    last: u32,
    /// Where the entry begins that is being written, and its key.
    entry: Option<(u32, Option<StringData>, u32)>,
    /// The annotation of what is written next.
    annotation: u32,
    /// Whether something was written that KDL does not take.
    is_odd: bool,
}

/// How far a text was written, between two nodes.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    text: usize,
    unescaped: usize,
    nodes: usize,
    entries: usize,
    annotations: usize,
    open: usize,
    last: u32,
}

/// Where something was written.
pub type Place = (u32, u32);

impl Default for Builder {
    fn default() -> Self {
        let tree = Tree::empty(FileId(0), "".into());
        Self { text: String::new(), tree, open: Vec::new(), last: NONE, entry: None, annotation: NONE, is_odd: false }
    }
}

impl Builder {
    /// The text so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Writes what means nothing: spaces, and the ends of lines.
    pub fn space(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn written(&mut self, text: &str) -> Range {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        Range { start, end: self.text.len() as u32 }
    }

    /// The value of what is written at a place.
    fn string(&mut self, at: Range, value: &str) -> StringData {
        let quotes = (at.end - at.start).saturating_sub(value.len() as u32) / 2;
        let (start, end) = (at.start + quotes, at.start + quotes + value.len() as u32);
        if self.text.get(start as usize..end as usize) == Some(value) {
            return StringData { start, end, unescaped: false };
        }
        let start = self.tree.unescaped.len() as u32;
        self.tree.unescaped.push_str(value);
        StringData { start, end: self.tree.unescaped.len() as u32, unescaped: true }
    }

    /// Begins a node; what is written next is its annotation, or its name.
    pub fn begin(&mut self) {
        let start = self.text.len() as u32;
        let entries = self.tree.entries.len() as u32;
        let nowhere = Range { start, end: start };
        self.open.push((self.tree.nodes.len() as u32, self.last));
        self.tree.nodes.push(NodeData {
            name: StringData { start, end: start, unescaped: false },
            name_range: nowhere,
            annotation: NONE,
            range: nowhere,
            entries: Range { start: entries, end: entries },
            first_child: NONE,
            next: NONE,
            block: Range { start: 0, end: 0 },
        });
    }

    fn node(&mut self) -> Option<&mut NodeData> {
        self.tree.nodes.get_mut(self.open.last()?.0 as usize)
    }

    /// Writes the annotation of a node that begins, or of an entry, with its parentheses.
    pub fn annotation(&mut self, written: &str, word: &str) -> Place {
        let range = self.written(written);
        self.is_odd |= self.annotation != NONE;
        let word = self.string(range, word);
        self.annotation = self.tree.annotations.len() as u32;
        self.tree.annotations.push(AnnotationData { word, range });
        (range.start, range.end)
    }

    /// Writes the name of the node that begins.
    pub fn name(&mut self, written: &str, value: &str) -> Place {
        let range = self.written(written);
        self.called(range, value)
    }

    /// Writes the name of the node that begins in its canonical form.
    pub fn plain_name(&mut self, name: &str) -> Place {
        let start = self.text.len() as u32;
        push_string(name, &mut self.text);
        self.called(Range { start, end: self.text.len() as u32 }, name)
    }

    fn called(&mut self, range: Range, value: &str) -> Place {
        let (name, annotation) = (self.string(range, value), std::mem::replace(&mut self.annotation, NONE));
        if let Some(node) = self.node() {
            (node.name, node.name_range, node.annotation, node.range.end) = (name, range, annotation, range.end);
        }
        (range.start, range.end)
    }

    /// Begins an entry of the node.
    pub fn begin_entry(&mut self) {
        self.text.push(' ');
        let start = self.text.len() as u32;
        self.entry = Some((start, None, start));
    }

    /// Writes the key of an entry that begins, in its canonical form.
    pub fn key(&mut self, key: &str) -> Place {
        self.is_odd |= self.annotation != NONE;
        let start = self.text.len() as u32;
        push_string(key, &mut self.text);
        let range = Range { start, end: self.text.len() as u32 };
        self.text.push('=');
        self.entry = Some((start, Some(self.string(range, key)), range.end));
        (range.start, range.end)
    }

    /// Ends an entry with the value that is written at a place.
    fn holds(&mut self, range: Range, value: Scalar<'_>) -> Place {
        let value = match value {
            Scalar::String(text) => ScalarData::String(self.string(range, text)),
            Scalar::Integer(number) => ScalarData::Integer(number),
            Scalar::BigInteger(_) => ScalarData::BigInteger,
            Scalar::Float(number) => ScalarData::Float(number),
            Scalar::Bool(truth) => ScalarData::Bool(truth),
            Scalar::Null => ScalarData::Null,
        };
        let (start, key, key_end) = self.entry.take().unwrap_or((range.start, None, range.start));
        let annotation = std::mem::replace(&mut self.annotation, NONE);
        self.tree.entries.push(EntryData {
            key,
            start,
            key_end,
            value_start: range.start,
            end: range.end,
            annotation,
            value,
        });
        self.ends_with_entry();
        (range.start, range.end)
    }

    /// Writes the value of an entry in its canonical form.
    pub fn plain(&mut self, value: Scalar<'_>) -> Place {
        let start = self.text.len() as u32;
        push_scalar(value, &mut self.text);
        self.holds(Range { start, end: self.text.len() as u32 }, value)
    }

    /// The same of a text with an annotation.
    pub fn annotated(&mut self, word: &str, text: &str) -> Place {
        let (start, _) = self.annotation(&format!("({word})"), word);
        let (_, end) = self.plain_text(text);
        (start, end)
    }

    fn plain_text(&mut self, text: &str) -> Place {
        let start = self.text.len() as u32;
        push_string(text, &mut self.text);
        self.holds(Range { start, end: self.text.len() as u32 }, Scalar::String(text))
    }

    /// Writes the value of an entry as it stands, with its annotation.
    pub fn copy_value(&mut self, entry: Entry<'_>) -> Place {
        let annotation = entry.annotated().map(|Annotation { word, span }| {
            let place = self.annotation(entry.text_at(span), word);
            let between = crate::source::Span { start: span.end, end: entry.value_span().start, ..span };
            self.space(entry.text_at(between));
            place
        });
        let range = self.written(entry.raw());
        let value = self.holds(range, entry.value());
        (annotation.map_or(value.0, |annotation| annotation.0), value.1)
    }

    /// Writes an entry that begins as it stands.
    pub fn copy_entry(&mut self, entry: Entry<'_>) -> Place {
        let range = self.written(entry.text_at(entry.span()));
        let graft = Graft { from: entry.tree(), start: (entry.span().start, range.start) };
        graft.entry(entry.data(), &mut self.tree);
        let begun = self.entry.take();
        if let Some(last) = self.tree.entries.last_mut().filter(|_| self.annotation != NONE) {
            self.is_odd |= last.annotation != NONE || last.key.is_some();
            (last.start, last.key_end) = begun.map_or((last.start, last.key_end), |(start, ..)| (start, start));
            last.annotation = std::mem::replace(&mut self.annotation, NONE);
        }
        self.ends_with_entry();
        (range.start, range.end)
    }

    /// Gives the node the entries so far.
    fn ends_with_entry(&mut self) {
        let (entries, end) = (self.tree.entries.len() as u32, self.text.len() as u32);
        if let Some(node) = self.node() {
            (node.entries.end, node.range.end) = (entries, end);
        }
    }

    /// Begins a node with its line as it stands.
    pub fn copy_line(&mut self, node: Node<'_>) -> Place {
        self.begin();
        let range = self.written(node.text_at(node.head_span()));
        let graft = Graft { from: node.tree(), start: (node.span().start, range.start) };
        let NodeData { name, name_range, annotation, .. } = node.data();
        let (name, annotation) = (graft.string(*name, &mut self.tree), graft.annotation(*annotation, &mut self.tree));
        if let Some(node) = self.node() {
            (node.name, node.name_range, node.annotation) = (name, graft.range(*name_range), annotation);
        }
        node.entries().for_each(|entry| graft.entry(entry.data(), &mut self.tree));
        self.ends_with_entry();
        (range.start, range.end)
    }

    /// Opens the block of the node.
    pub fn open(&mut self) {
        self.text.push(' ');
        let brace = self.text.len() as u32;
        self.text.push_str("{\n");
        if let Some(node) = self.node() {
            node.block.start = brace;
        }
        self.last = NONE;
    }

    /// Closes the block of the node.
    pub fn close(&mut self) {
        self.text.push('}');
        let end = self.text.len() as u32;
        if let Some(node) = self.node() {
            (node.block.end, node.range.end) = (end, end);
        }
    }

    /// Ends the node, and its line.
    pub fn end(&mut self) {
        self.text.push('\n');
        let Some((node, before)) = self.open.pop() else { return };
        self.follows(node, before);
    }

    /// Makes a node the one behind another, or the first in the block that is open.
    fn follows(&mut self, node: u32, before: u32) {
        let parent = self.open.last().map(|(parent, _)| *parent);
        match (self.tree.nodes.get_mut(before as usize), parent) {
            (Some(before), _) => before.next = node,
            (None, None) => self.tree.first = node,
            (None, Some(parent)) => {
                if let Some(parent) = self.tree.nodes.get_mut(parent as usize) {
                    parent.first_child = node;
                }
            }
        }
        self.last = node;
    }

    /// Writes a whole node as it stands, and ends its line.
    pub fn copy(&mut self, node: Node<'_>) -> Place {
        let range = self.written(node.text());
        let number = self.tree.nodes.len() as u32;
        Graft { from: node.tree(), start: (node.span().start, range.start) }.node(node, &mut self.tree);
        self.follows(number, self.last);
        self.text.push('\n');
        (range.start, range.end)
    }

    /// How far the text is.
    pub fn mark(&self) -> Mark {
        Mark {
            text: self.text.len(),
            unescaped: self.tree.unescaped.len(),
            nodes: self.tree.nodes.len(),
            entries: self.tree.entries.len(),
            annotations: self.tree.annotations.len(),
            open: self.open.len(),
            last: self.last,
        }
    }

    /// Takes back all that was written since.
    pub fn cut_back(&mut self, mark: Mark) {
        self.text.truncate(mark.text);
        self.tree.unescaped.truncate(mark.unescaped);
        self.tree.nodes.truncate(mark.nodes);
        self.tree.entries.truncate(mark.entries);
        self.tree.annotations.truncate(mark.annotations);
        self.open.truncate(mark.open);
        (self.last, self.entry, self.annotation) = (mark.last, None, NONE);
        match self.tree.nodes.get_mut(mark.last as usize) {
            Some(last) => last.next = NONE,
            None => self.tree.first = NONE,
        }
    }

    /// Begins another text, of about the same length, and gives this one.
    #[must_use]
    pub fn turn(&mut self) -> Self {
        let mut next = Self::default();
        next.text.reserve(self.text.len());
        next.tree.nodes.reserve(self.tree.nodes.len());
        next.tree.entries.reserve(self.tree.entries.len());
        std::mem::replace(self, next)
    }

    /// The text, and its tree; nothing where the text is one that KDL does not take.
    pub fn done(self) -> (String, Option<Built>) {
        (self.text, (!self.is_odd).then_some(Built(self.tree)))
    }
}

/// The tree of a text that was made with it.
#[derive(Debug)]
pub struct Built(Tree);

impl Built {
    /// The tree, of a file that has the text.
    pub fn of(self, file: FileId, text: &Arc<str>) -> Tree {
        Tree { file, text: text.clone(), ..self.0 }
    }
}

/// What is taken over from another tree, whose text was written at another place.
struct Graft<'t> {
    from: &'t Tree,
    /// Where it begins, there and here.
    start: (u32, u32),
}

impl Graft<'_> {
    fn place(&self, place: u32) -> u32 {
        place - self.start.0 + self.start.1
    }

    fn range(&self, range: Range) -> Range {
        Range { start: self.place(range.start), end: self.place(range.end) }
    }

    fn string(&self, data: StringData, to: &mut Tree) -> StringData {
        if !data.unescaped {
            return StringData { start: self.place(data.start), end: self.place(data.end), ..data };
        }
        let start = to.unescaped.len() as u32;
        to.unescaped.push_str(self.from.string(data));
        StringData { start, end: to.unescaped.len() as u32, unescaped: true }
    }

    fn annotation(&self, index: u32, to: &mut Tree) -> u32 {
        let Some(AnnotationData { word, range }) = self.from.annotations.get(index as usize) else { return NONE };
        let data = AnnotationData { word: self.string(*word, to), range: self.range(*range) };
        to.annotations.push(data);
        to.annotations.len() as u32 - 1
    }

    fn entry(&self, data: EntryData, to: &mut Tree) {
        let entry = EntryData {
            key: data.key.map(|key| self.string(key, to)),
            start: self.place(data.start),
            key_end: self.place(data.key_end),
            value_start: self.place(data.value_start),
            end: self.place(data.end),
            annotation: self.annotation(data.annotation, to),
            value: match data.value {
                ScalarData::String(text) => ScalarData::String(self.string(text, to)),
                value => value,
            },
        };
        to.entries.push(entry);
    }

    /// A node with all that is in it.
    fn node(&self, node: Node<'_>, to: &mut Tree) {
        let Some(first) = node.number() else { return };
        let (nodes, entries) = (&self.from.nodes, &self.from.entries);
        let own = nodes[first].clone();
        let count = nodes[first..].iter().take_while(|next| next.range.start < own.range.end).count();
        let last_entry = nodes.get(first + count).map_or(entries.len(), |next| next.entries.start as usize);
        let (first_node, first_entry) = (to.nodes.len() as u32, to.entries.len() as u32);
        let number = |number: u32| if number == NONE { NONE } else { number - first as u32 + first_node };
        for data in &nodes[first..first + count] {
            let node = NodeData {
                name: self.string(data.name, to),
                name_range: self.range(data.name_range),
                annotation: self.annotation(data.annotation, to),
                range: self.range(data.range),
                entries: Range {
                    start: data.entries.start - own.entries.start + first_entry,
                    end: data.entries.end - own.entries.start + first_entry,
                },
                first_child: number(data.first_child),
                next: if data.range.start == own.range.start { NONE } else { number(data.next) },
                block: if data.block.start < data.block.end { self.range(data.block) } else { data.block },
            };
            to.nodes.push(node);
        }
        entries[own.entries.start as usize..last_entry].iter().for_each(|data| self.entry(*data, to));
    }
}

impl Tree {
    /// Whether reading the text again would come to the same tree, without a problem.
    pub fn is_as_read(&self) -> bool {
        let (read, problems) = parse(self.file, &self.text);
        let (mut own, mut others) = (vec![self.nodes()], vec![read.nodes()]);
        while let (Some(nodes), Some(other_nodes)) = (own.pop(), others.pop()) {
            if nodes.count() != other_nodes.count() || !nodes.zip(other_nodes).all(|(node, other)| is_same(node, other))
            {
                return false;
            }
            own.extend(nodes.map(Node::children));
            others.extend(other_nodes.map(Node::children));
        }
        problems.is_empty()
    }
}

/// Whether two nodes are the same, but for what is below them.
fn is_same(node: Node<'_>, other: Node<'_>) -> bool {
    let places = |node: Node<'_>| (node.span(), node.name_span(), node.block_span(), node.entries().count());
    let annotated = |annotation: Option<Annotation<'_>>| annotation.map(|one| (one.word.to_owned(), one.span));
    let entry_places = |entry: Entry<'_>| (entry.span(), entry.key_span(), entry.value_span());
    let is_same_entry = |(entry, other): (Entry<'_>, Entry<'_>)| {
        let values = match (entry.value(), other.value()) {
            (Scalar::Float(number), Scalar::Float(other)) => number.to_bits() == other.to_bits(),
            (value, other) => value == other,
        };
        values
            && (entry.key(), entry_places(entry)) == (other.key(), entry_places(other))
            && annotated(entry.annotated()) == annotated(other.annotated())
    };
    (node.name(), places(node)) == (other.name(), places(other))
        && annotated(node.annotated()) == annotated(other.annotated())
        && node.entries().zip(other.entries()).all(is_same_entry)
}
