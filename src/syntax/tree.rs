use crate::source::{FileId, Span};
use std::sync::Arc;

/// "No node": the end of a chain of siblings, or a node without children.
pub(super) const NONE: u32 = u32::MAX;

/// One file's nodes, in flat arenas of byte offsets into its text.
#[derive(Clone, Debug)]
pub struct Tree {
    pub(super) file: FileId,
    pub(super) text: Arc<str>,
    /// Values of the strings that are not a slice of the text: escaped and multi-line ones.
    pub(super) unescaped: String,
    pub(super) nodes: Vec<NodeData>,
    pub(super) entries: Vec<EntryData>,
    /// Annotations, which are rare, by the index that their node or entry holds.
    pub(super) annotations: Vec<AnnotationData>,
    /// The first top-level node.
    pub(super) first: u32,
}

/// A string's value: a slice of the text, or of [`Tree::unescaped`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct StringData {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) unescaped: bool,
}

/// A half-open range of byte offsets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// A word in parentheses.
#[derive(Clone, Debug)]
pub(super) struct AnnotationData {
    pub(super) word: StringData,
    /// With its parentheses.
    pub(super) range: Range,
}

#[derive(Clone, Debug)]
pub(super) struct NodeData {
    pub(super) name: StringData,
    /// The name as written, quotes included.
    pub(super) name_range: Range,
    /// Index into [`Tree::annotations`], or [`NONE`].
    pub(super) annotation: u32,
    /// From the annotation or name to the last entry or the closing brace.
    pub(super) range: Range,
    /// Indexes into [`Tree::entries`].
    pub(super) entries: Range,
    pub(super) first_child: u32,
    pub(super) next: u32,
    /// The braces and what is between them; empty where there is no block.
    pub(super) block: Range,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct EntryData {
    pub(super) key: Option<StringData>,
    /// Where the annotation, key or value begins.
    pub(super) start: u32,
    /// The end of the key as written; `start` for an argument.
    pub(super) key_end: u32,
    /// Where the value begins, quotes included, annotation aside.
    pub(super) value_start: u32,
    /// Where the value and with it the entry ends.
    pub(super) end: u32,
    /// Index into [`Tree::annotations`], or [`NONE`].
    pub(super) annotation: u32,
    pub(super) value: ScalarData,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum ScalarData {
    String(StringData),
    Integer(i64),
    /// An integer outside of `i64`; its digits are at the value's range.
    BigInteger,
    Float(f64),
    Bool(bool),
    Null,
}

/// A word in parentheses before a value or the name of a node.
#[derive(Clone, Copy, Debug)]
pub struct Annotation<'t> {
    /// The word.
    pub word: &'t str,
    /// Where it stands, parentheses included.
    pub span: Span,
}

/// A value as KDL knows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar<'t> {
    /// A string of any of KDL's forms, unescaped.
    String(&'t str),
    /// An integer of any radix.
    Integer(i64),
    /// An integer that does not fit an `i64`, as it was written.
    BigInteger(&'t str),
    /// A number with a point or an exponent, or `#inf`, `#-inf`, `#nan`.
    Float(f64),
    /// `#true` or `#false`.
    Bool(bool),
    /// `#null`.
    Null,
}

impl Tree {
    /// A tree without nodes.
    pub fn empty(file: FileId, text: Arc<str>) -> Self {
        Self {
            file,
            text,
            unescaped: String::new(),
            nodes: Vec::new(),
            entries: Vec::new(),
            annotations: Vec::new(),
            first: NONE,
        }
    }

    /// The file that the spans are of.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The top-level nodes.
    pub fn nodes(&self) -> Nodes<'_> {
        Nodes { tree: self, next: self.first }
    }

    /// Whether a word may be in a name, an annotation or a value: where it is not, no look at the nodes finds it.
    pub fn may_say(&self, word: &str) -> bool {
        let finder = memchr::memmem::Finder::new(word);
        [self.text.as_bytes(), self.unescaped.as_bytes()].into_iter().any(|side| finder.find(side).is_some())
    }

    /// The node that begins at an offset, wherever it stands. In logarithmic time: nodes lie in the order of the text.
    pub fn node_at(&self, start: u32) -> Option<Node<'_>> {
        let index = self.nodes.binary_search_by_key(&start, |node| node.range.start).ok()?;
        self.nodes.get(index).map(|data| Node { tree: self, data })
    }

    /// The first node that stands in more than `limit` blocks, one in the other.
    pub fn deeper_than(&self, limit: usize) -> Option<Node<'_>> {
        self.nodes().find_map(|node| node.deeper_than(limit))
    }

    #[inline]
    fn entry<'t>(&'t self, data: &'t EntryData) -> Entry<'t> {
        #[cfg(test)]
        LOOKS.with(|looks| looks.set(looks.get() + 1));
        Entry { tree: self, data }
    }

    pub(super) fn string(&self, data: StringData) -> &str {
        let side: &str = if data.unescaped { &self.unescaped } else { &self.text };
        &side[data.start as usize..data.end as usize]
    }

    fn annotation(&self, index: u32) -> Option<Annotation<'_>> {
        let data = self.annotations.get(index as usize)?;
        Some(Annotation { word: self.string(data.word), span: self.span(data.range) })
    }

    /// Reads some nodes as if they were called otherwise; each by where its name begins, in the order of the text.
    pub fn rename<'n>(&mut self, names: impl Iterator<Item = (u32, &'n str)>) {
        let mut names = names.peekable();
        for node in &mut self.nodes {
            let Some((start, name)) = names.peek() else { return };
            if node.name_range.start == *start {
                let start = self.unescaped.len() as u32;
                self.unescaped.push_str(name);
                node.name = StringData { start, end: start + name.len() as u32, unescaped: true };
                names.next();
            }
        }
    }

    pub(super) fn span(&self, range: Range) -> Span {
        Span::new(self.file, range.start, range.end)
    }
}

#[cfg(test)]
thread_local! {
    /// How many entries were looked at, so that tests can hold those who read a tree to linear work.
    pub(crate) static LOOKS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Sibling nodes, in their order.
#[derive(Clone, Copy, Debug)]
pub struct Nodes<'t> {
    tree: &'t Tree,
    next: u32,
}

#[expect(clippy::copy_iterator, reason = "a place in a chain of siblings, passed on as a value")]
impl<'t> Iterator for Nodes<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        let data = self.tree.nodes.get(self.next as usize)?;
        self.next = data.next;
        Some(Node { tree: self.tree, data })
    }
}

/// A node of a tree.
#[derive(Clone, Copy, Debug)]
pub struct Node<'t> {
    tree: &'t Tree,
    data: &'t NodeData,
}

impl<'t> Node<'t> {
    /// Its name.
    pub fn name(self) -> &'t str {
        self.tree.string(self.data.name)
    }

    /// All of it as it is written.
    pub fn text(self) -> &'t str {
        self.text_at(self.span())
    }

    /// What is written at a place of its file.
    pub fn text_at(self, span: Span) -> &'t str {
        self.tree.text.get(span.range()).unwrap_or_default()
    }

    /// Whether a character may be in a name, an annotation or a value of it: where it is not, no look at what is in it finds it.
    pub fn may_say(self, character: char) -> bool {
        // An escape may stand for it. To look at the values of all of the file for each of its nodes would cost the square of it.
        self.text().contains(character) || self.text().contains('\\')
    }

    pub(super) fn tree(self) -> &'t Tree {
        self.tree
    }

    pub(super) fn data(self) -> &'t NodeData {
        self.data
    }

    /// Its place among the nodes of its tree. In logarithmic time.
    pub(super) fn number(self) -> Option<usize> {
        self.tree.nodes.binary_search_by_key(&self.data.range.start, |node| node.range.start).ok()
    }

    /// Its name as written.
    pub fn name_span(self) -> Span {
        self.tree.span(self.data.name_range)
    }

    /// The word of the annotation before its name: `array` of `(array)node`.
    pub fn annotation(self) -> Option<&'t str> {
        self.annotated().map(|annotation| annotation.word)
    }

    /// The annotation before its name.
    pub fn annotated(self) -> Option<Annotation<'t>> {
        self.tree.annotation(self.data.annotation)
    }

    /// From its annotation or name to its last entry or its closing brace.
    pub fn span(self) -> Span {
        self.tree.span(self.data.range)
    }

    /// The first node below it that is in more blocks than `limit`, counting from its own as the first.
    pub fn deeper_than(self, limit: usize) -> Option<Self> {
        let mut open = vec![self.children()];
        loop {
            let depth = open.len();
            match open.last_mut()?.next() {
                Some(node) if depth > limit => return Some(node),
                Some(node) if node.has_block() => open.push(node.children()),
                Some(_) => {}
                None => drop(open.pop()),
            }
        }
    }

    /// From its annotation or name to its last entry: its line without the block.
    pub fn head_span(self) -> Span {
        let end = self.entries().last().map_or(self.name_span().end, |entry| entry.span().end);
        Span::new(self.tree.file, self.data.range.start, end)
    }

    /// The braces and what is between them.
    pub fn block_span(self) -> Option<Span> {
        self.has_block().then(|| self.tree.span(self.data.block))
    }

    /// Whether it has braces, even empty ones.
    pub fn has_block(self) -> bool {
        self.data.block.start < self.data.block.end
    }

    /// Arguments and properties in the order they were written.
    pub fn entries(self) -> impl DoubleEndedIterator<Item = Entry<'t>> + Clone {
        let tree = self.tree;
        let Range { start, end } = self.data.entries;
        tree.entries[start as usize..end as usize].iter().map(move |data| tree.entry(data))
    }

    /// Those of them that begin behind an offset. In logarithmic time: entries lie in the order of the text.
    pub fn entries_behind(self, start: u32) -> impl DoubleEndedIterator<Item = Entry<'t>> + Clone {
        let (tree, own) = (self.tree, self.data.entries);
        let entries = &tree.entries[own.start as usize..own.end as usize];
        entries[entries.partition_point(|entry| entry.start <= start)..].iter().map(move |data| tree.entry(data))
    }

    /// The one of them that a place is in. In logarithmic time.
    pub fn entry_at(self, place: u32) -> Option<Entry<'t>> {
        let own = self.data.entries;
        let entries = self.tree.entries.get(own.start as usize..own.end as usize)?;
        let last = entries.partition_point(|entry| entry.start <= place).checked_sub(1)?;
        Some(self.tree.entry(entries.get(last)?)).filter(|entry| place <= entry.span().end)
    }

    /// Where the node behind it among its siblings begins.
    pub fn next_start(self) -> Option<u32> {
        self.tree.nodes.get(self.data.next as usize).map(|next| next.range.start)
    }

    /// The arguments, in their order.
    pub fn arguments(self) -> impl DoubleEndedIterator<Item = Entry<'t>> + Clone {
        self.entries().filter(|entry| entry.is_argument())
    }

    /// The argument at an index, from 0.
    pub fn argument(self, index: usize) -> Option<Entry<'t>> {
        self.arguments().nth(index)
    }

    /// The properties, in the order they were written, repeated ones included.
    pub fn properties(self) -> impl DoubleEndedIterator<Item = Entry<'t>> + Clone {
        self.entries().filter(|entry| !entry.is_argument())
    }

    /// The property of a key; the rightmost one counts, as KDL says.
    pub fn property(self, key: &str) -> Option<Entry<'t>> {
        self.properties().rev().find(|entry| entry.key() == Some(key))
    }

    /// Its children.
    pub fn children(self) -> Nodes<'t> {
        Nodes { tree: self.tree, next: self.data.first_child }
    }

    /// The first child of a name.
    pub fn child(self, name: &str) -> Option<Node<'t>> {
        self.children().find(|child| child.name() == name)
    }
}

/// An argument or a property.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'t> {
    tree: &'t Tree,
    data: &'t EntryData,
}

impl<'t> Entry<'t> {
    pub(super) fn tree(self) -> &'t Tree {
        self.tree
    }

    pub(super) fn data(self) -> EntryData {
        *self.data
    }

    /// The key of a property; nothing for an argument.
    pub fn key(self) -> Option<&'t str> {
        self.data.key.map(|data| self.tree.string(data))
    }

    /// Whether it is an argument and no property.
    pub fn is_argument(self) -> bool {
        self.data.key.is_none()
    }

    /// The key as written; the start of the value for an argument.
    pub fn key_span(self) -> Span {
        Span::new(self.tree.file, self.data.start, self.data.key_end)
    }

    /// The word of the annotation before its value: `jq` of `(jq)".a"`.
    pub fn annotation(self) -> Option<&'t str> {
        self.annotated().map(|annotation| annotation.word)
    }

    /// The annotation before its value.
    pub fn annotated(self) -> Option<Annotation<'t>> {
        self.tree.annotation(self.data.annotation)
    }

    /// The value.
    pub fn value(self) -> Scalar<'t> {
        match self.data.value {
            ScalarData::String(data) => Scalar::String(self.tree.string(data)),
            ScalarData::Integer(value) => Scalar::Integer(value),
            ScalarData::BigInteger => Scalar::BigInteger(self.raw()),
            ScalarData::Float(value) => Scalar::Float(value),
            ScalarData::Bool(value) => Scalar::Bool(value),
            ScalarData::Null => Scalar::Null,
        }
    }

    /// The value, where it is a string.
    pub fn string(self) -> Option<&'t str> {
        match self.value() {
            Scalar::String(value) => Some(value),
            _ => None,
        }
    }

    /// The value as written, quotes and radix included, annotation aside.
    pub fn raw(self) -> &'t str {
        &self.tree.text[self.data.value_start as usize..self.data.end as usize]
    }

    /// What is written at a place of its file.
    pub fn text_at(self, span: Span) -> &'t str {
        self.tree.text.get(span.range()).unwrap_or_default()
    }

    /// The value as written.
    pub fn value_span(self) -> Span {
        Span::new(self.tree.file, self.data.value_start, self.data.end)
    }

    /// The whole entry: annotation, key and value.
    pub fn span(self) -> Span {
        Span::new(self.tree.file, self.data.start, self.data.end)
    }
}
