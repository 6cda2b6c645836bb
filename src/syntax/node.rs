use super::character::Class;
use super::entry::Annotation;
use super::parser::{DEPTH, Marks, Next, Parser};
use super::string::Form;
use super::tree::{NONE, NodeData, Range, StringData};

/// A node being read. All but the topmost have their block open.
pub(super) struct Open {
    pub(super) node: u32,
    /// Where to cut the arenas back, for a node behind `/-`.
    pub(super) dropped: Option<Marks>,
    /// The same for the block that is open.
    pub(super) dropped_block: Option<Marks>,
    /// The brace of the last block.
    pub(super) brace: Option<u32>,
    pub(super) has_kept_block: bool,
    /// The node before it among its siblings.
    pub(super) before: u32,
    /// Told already that the node should have ended.
    pub(super) told: bool,
}

/// Nodes and their blocks.
impl Parser<'_> {
    /// Reads up to the first entry of the next node, or closes the block.
    pub(super) fn nodes(&mut self) -> Next {
        self.line_space();
        let start = self.cursor.at();
        match self.cursor.byte() {
            None => self.finish_document(),
            Some(_) if self.lacks_end(start) => {
                self.tell_lost_end(start);
                self.end_block(start, start);
                self.finish_node()
            }
            Some(b'}') => self.close_block(),
            Some(b'{') if self.is_twice(start) => {
                self.cursor.bump();
                self.lost = None;
                self.doubled_brace(start);
                Next::Nodes
            }
            Some(b'{' | b'"') if self.json() => Next::Nodes,
            Some(b'/') if !matches!(self.cursor.byte_at(1), Some(b'-' | b'/' | b'*')) => {
                self.foreign_comment(start, "/");
                Next::Nodes
            }
            Some(b';') => {
                self.cursor.bump();
                self.stray_semicolon(start);
                Next::Nodes
            }
            Some(b'/') if self.cursor.eat("/-") => {
                let marks = self.marks();
                self.version(start);
                self.line_space();
                if matches!(self.cursor.byte(), None | Some(b'}' | b';')) || self.cursor.sees("/-") {
                    self.empty_slashdash(start);
                    return Next::Nodes;
                }
                self.begin_node(Some(marks))
            }
            Some(b'#') if !matches!(self.cursor.byte_at(1), Some(b'#' | b'"')) => {
                self.foreign_comment(start, "#");
                Next::Nodes
            }
            Some(b'<' | b'=' | b'>' | b'|') if self.marker() => Next::Nodes,
            Some(_) => self.begin_node(None),
        }
    }

    /// Tells of a version marker that asks for KDL 1. Any other is a node that is left out.
    fn version(&mut self, start: u32) {
        let text = self.tree.text();
        let is_first = start as usize == text.len() - text.trim_start_matches('\u{feff}').len();
        if !is_first {
            return;
        }
        let marker = text[start as usize + 2..].lines().next().unwrap_or_default().trim_end();
        let mut words = marker.split([' ', '\t']).filter(|word| !word.is_empty());
        if (words.next(), words.next(), words.next()) == (Some("kdl-version"), Some("1"), None) {
            let end = start + 2 + marker.len() as u32;
            self.old_version(end - 1, end);
        }
    }

    fn begin_node(&mut self, dropped: Option<Marks>) -> Next {
        let marks = self.marks();
        let start = self.cursor.at();
        let annotation = self.annotation();
        let name = self.node_name(start, annotation);
        // A node without a name is read to its end, then left out.
        let dropped = if name.is_some() { dropped } else { dropped.or(Some(marks)) };
        let end = self.cursor.at();
        let nowhere = (StringData { start: end, end, unescaped: false }, Range { start: end, end });
        let (name, name_range) = name.unwrap_or(nowhere);
        let entries = self.tree.entries.len() as u32;
        let node = self.push_node(NodeData {
            name,
            name_range,
            annotation: annotation.index(),
            range: Range { start, end },
            entries: Range { start: entries, end: entries },
            first_child: NONE,
            next: NONE,
            block: Range { start: 0, end: 0 },
        });
        let before = self.last;
        self.open.push(Open {
            node,
            dropped,
            dropped_block: None,
            brace: None,
            has_kept_block: false,
            before,
            told: false,
        });
        Next::Entries
    }

    fn node_name(&mut self, start: u32, annotation: Annotation) -> Option<(StringData, Range)> {
        let Some(name) = self.string() else {
            if annotation != Annotation::Broken {
                self.missing_name(start);
            }
            self.recover();
            return None;
        };
        let Range { start, end } = name.range;
        match name.form {
            Form::Quoted | Form::Bare => {}
            Form::Reserved => self.reserved_word(start, end, "name of a node"),
            Form::Number => self.number_as_name(start, end),
        }
        Some((name.value, name.range))
    }

    /// Tells what stands where a name should.
    fn missing_name(&mut self, start: u32) {
        let at = self.cursor.at();
        let end = self.character_end(at);
        match self.cursor.class() {
            Class::Newline | Class::End => self.no_name(start, at, "an annotation of nothing"),
            Class::Mark if self.cursor.byte() == Some(b'{') => {
                self.no_name(at, end, "a block begins on the line of its node");
            }
            Class::Word | Class::Space | Class::Mark | Class::Banned => {
                self.no_name(at, end, "stands where a name should");
            }
        }
    }

    /// Opens the block of the node that is being read.
    pub(super) fn open_block(&mut self, slashdashed: bool) -> Next {
        let brace = self.cursor.at();
        if self.open.len() > DEPTH {
            if !self.is_too_deep {
                self.is_too_deep = true;
                self.too_deep(brace, DEPTH);
            }
            self.skip_block();
            return Next::Entries;
        }
        self.cursor.bump();
        self.begin_block(brace, slashdashed)
    }

    /// Begins the block of the node that is being read, whose `{` stands at a place, or would.
    pub(super) fn begin_block(&mut self, brace: u32, slashdashed: bool) -> Next {
        let marks = self.marks();
        let second = !slashdashed && self.topmost().is_some_and(|open| open.has_kept_block);
        if second {
            self.tell_after_block(brace);
        }
        if let Some(open) = self.open.last_mut() {
            open.brace = Some(brace);
            open.dropped_block = (slashdashed || second).then_some(marks);
            open.has_kept_block |= !slashdashed;
            self.last = NONE;
        }
        Next::Nodes
    }

    pub(super) fn topmost(&self) -> Option<&Open> {
        self.open.last()
    }

    /// Tells once for a node that something stands behind its block.
    pub(super) fn tell_after_block(&mut self, at: u32) {
        let Some(open) = self.open.last_mut() else { return };
        let told = std::mem::replace(&mut open.told, true);
        let block = open.brace.unwrap_or(at);
        if !told {
            self.after_block(at, block);
        }
    }

    /// Moves over a block without reading it.
    fn skip_block(&mut self) {
        let told = std::mem::replace(&mut self.recovering, true);
        let mut depth = 0_u32;
        loop {
            match self.cursor.byte() {
                None => break,
                Some(b'{') => depth += 1,
                Some(b'}') => depth -= 1,
                Some(_) => {}
            }
            self.cursor.bump();
            if depth == 0 {
                break;
            }
            self.line_space();
            while !matches!(self.cursor.byte(), None | Some(b'{' | b'}')) {
                if self.string().is_none() && self.cursor.count(b'#') == 0 {
                    self.cursor.bump();
                }
                self.line_space();
            }
        }
        self.recovering = told;
    }

    fn close_block(&mut self) -> Next {
        let start = self.cursor.at();
        self.cursor.bump();
        if self.open.is_empty() || self.is_one_too_many(start) {
            self.stray_brace(start);
            return Next::Nodes;
        }
        self.end_block(start, start + 1)
    }

    /// Ends the innermost block, whose `}` stands at a place, or would.
    fn end_block(&mut self, start: u32, end: u32) -> Next {
        let Some(open) = self.open.last_mut() else { return Next::Nodes };
        let brace = open.brace.unwrap_or(start);
        let node = open.node as usize;
        if let Some(marks) = open.dropped_block.take() {
            self.cut_back(marks);
            return Next::Entries;
        }
        if let Some(data) = self.tree.nodes.get_mut(node) {
            data.block = Range { start: brace, end };
            data.range.end = end;
        }
        Next::Entries
    }

    /// Ends the node that is being read and makes it the last of its siblings.
    pub(super) fn finish_node(&mut self) -> Next {
        let Some(open) = self.open.pop() else { return Next::Nodes };
        self.last = open.before;
        if let Some(marks) = open.dropped {
            self.cut_back(marks);
            return Next::Nodes;
        }
        let parent = self.open.last().map(|parent| parent.node);
        match (self.tree.nodes.get_mut(open.before as usize), parent) {
            (Some(before), _) => before.next = open.node,
            (None, None) => self.tree.first = open.node,
            (None, Some(parent)) => self.set_first_child(parent, open.node),
        }
        self.last = open.node;
        Next::Nodes
    }

    fn set_first_child(&mut self, parent: u32, child: u32) {
        let is_kept = self.open.last().is_none_or(|open| open.dropped_block.is_none());
        if let Some(data) = self.tree.nodes.get_mut(parent as usize)
            && is_kept
        {
            data.first_child = child;
        }
    }

    /// Ends all that is open at the end of the text.
    fn finish_document(&mut self) -> Next {
        let innermost = self.open.last().and_then(|open| open.brace);
        if let Some(brace) = innermost
            && !self.is_too_deep
            && !self.is_cut_off
        {
            self.unclosed_block(brace);
        }
        let end = self.cursor.at();
        while let Some(open) = self.open.last() {
            if open.dropped_block.is_none()
                && let Some(data) = self.tree.nodes.get_mut(open.node as usize)
            {
                data.block = Range { start: open.brace.unwrap_or(end), end };
                data.range.end = end;
            }
            self.finish_node();
        }
        Next::End
    }

    /// How far the first thing on a line is indented; nothing where another stands before it.
    pub(super) fn indent(&self, at: u32) -> Option<usize> {
        let before = &self.tree.text().as_bytes()[..at as usize];
        let spaces = before.iter().rev().take(200).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let newline = before.len().checked_sub(spaces + 1).map(|index| before[index]);
        matches!(newline, None | Some(b'\n' | b'\r')).then_some(spaces)
    }
}
