use super::character::Class;
use super::cursor::Cursor;
use super::node::Open;
use super::tree::{EntryData, NONE, NodeData, Tree};
use crate::diag::Diagnostics;
use crate::source::FileId;
use std::sync::Arc;

/// How many blocks may stand in each other.
pub(super) const DEPTH: usize = 512;

/// A parse under way. Keeps its own stack, so that nesting costs no recursion.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about what was met so far")]
pub(super) struct Parser<'t> {
    pub(super) cursor: Cursor<'t>,
    pub(super) tree: Tree,
    pub(super) diagnostics: Diagnostics,
    pub(super) mistakes: usize,
    /// Skipping behind a mistake that was told: nothing more is told.
    pub(super) recovering: bool,
    pub(super) open: Vec<Open>,
    /// The last node so far among the siblings being read.
    pub(super) last: u32,
    /// Told that blocks are nested too deep.
    pub(super) is_too_deep: bool,
    /// The node of which something was told last that other languages write.
    pub(super) foreign: u32,
    /// Which problem that was, where it is told.
    pub(super) foreign_problem: Option<usize>,
    /// Where the value begins that gets its `#` with what was told before it.
    pub(super) hashed: u32,
    /// Where the last of what is no annotation ended.
    pub(super) annotated: u32,
    /// Something that was opened swallowed the rest of the text.
    pub(super) is_cut_off: bool,
    /// Told of a comment without an end.
    pub(super) is_open_comment_told: bool,
    /// Met an object in JSON that has no end.
    pub(super) has_endless_json: bool,
    /// The brace that the text lacks, where it is looked for.
    pub(super) lost: Option<Lost>,
}

/// The lengths of the arenas.
#[derive(Clone, Copy)]
pub(super) struct Marks {
    nodes: usize,
    entries: usize,
    annotations: usize,
    unescaped: usize,
}

/// A brace that a text lacks: all that follows then stands in the wrong block.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// A `{`, or there is a `}` too many.
    Begin,
    /// A `}`.
    End,
}

/// What is read next.
pub(super) enum Next {
    Nodes,
    Entries,
    End,
}

impl<'t> Parser<'t> {
    pub(super) fn new(file: FileId, text: &'t Arc<str>) -> Self {
        Self {
            cursor: Cursor::new(text),
            tree: Tree::empty(file, text.clone()),
            diagnostics: Diagnostics::default(),
            mistakes: 0,
            recovering: false,
            open: Vec::new(),
            last: NONE,
            is_too_deep: false,
            foreign: NONE,
            foreign_problem: None,
            hashed: u32::MAX,
            annotated: u32::MAX,
            is_cut_off: false,
            is_open_comment_told: false,
            has_endless_json: false,
            lost: None,
        }
    }

    pub(super) fn run(&mut self) {
        self.cursor.eat("\u{feff}");
        let mut next = Next::Nodes;
        loop {
            next = match next {
                Next::Nodes => self.nodes(),
                Next::Entries => self.entries(),
                Next::End => return,
            };
        }
    }

    pub(super) fn done(self) -> (Tree, Diagnostics) {
        (self.tree, self.diagnostics)
    }

    pub(super) fn marks(&self) -> Marks {
        Marks {
            nodes: self.tree.nodes.len(),
            entries: self.tree.entries.len(),
            annotations: self.tree.annotations.len(),
            unescaped: self.tree.unescaped.len(),
        }
    }

    /// Forgets what was read since `marks`.
    pub(super) fn cut_back(&mut self, marks: Marks) {
        self.tree.nodes.truncate(marks.nodes);
        self.tree.entries.truncate(marks.entries);
        self.tree.annotations.truncate(marks.annotations);
        self.tree.unescaped.truncate(marks.unescaped);
    }

    pub(super) fn push_node(&mut self, node: NodeData) -> u32 {
        let room = self.room(self.tree.nodes.len(), self.tree.nodes.capacity());
        self.tree.nodes.reserve_exact(room);
        self.tree.nodes.push(node);
        self.tree.nodes.len() as u32 - 1
    }

    pub(super) fn push_entry(&mut self, entry: EntryData) {
        let room = self.room(self.tree.entries.len(), self.tree.entries.capacity());
        self.tree.entries.reserve_exact(room);
        self.tree.entries.push(entry);
    }

    /// How many more items a full arena makes room for: as many as the rest of the text will need if
    /// it is like what was read, but at least a quarter and at most three times what it holds, so
    /// that pushing stays constant in the mean and little memory is held in vain.
    fn room(&self, length: usize, capacity: usize) -> usize {
        if length < capacity {
            return 0;
        }
        let read = (self.cursor.at() as usize).max(1);
        let expected = (length as u64 * self.tree.text().len() as u64 / read as u64) as usize;
        let more = expected.saturating_sub(length);
        (more + more / 16).clamp(length / 4 + 8, length * 3 + 8)
    }

    /// Moves behind a mistake that was told, to where the node can go on: a newline, `;`, or a brace.
    pub(super) fn recover(&mut self) {
        let told = std::mem::replace(&mut self.recovering, true);
        loop {
            self.node_space();
            match self.cursor.class() {
                Class::End | Class::Newline => break,
                Class::Mark => match self.cursor.byte() {
                    Some(b';' | b'{' | b'}') => break,
                    Some(b'/') if self.cursor.sees("//") => break,
                    _ if self.string().is_some() || self.cursor.count(b'#') > 0 => {}
                    _ => self.cursor.bump(),
                },
                Class::Word | Class::Space | Class::Banned => self.cursor.bump(),
            }
        }
        self.recovering = told;
    }
}
