use super::node::Open;
use super::parser::{Lost, Parser};
use super::tree::Range;
use crate::diag::{Diagnostic, code};
use crate::source::FileId;
use std::sync::Arc;

/// Looks for the place of a brace that is lost: it is the first at which the lines are indented otherwise than the braces say.
impl<'t> Parser<'t> {
    /// What a text lacks that was read.
    pub(super) fn lost(&self) -> Option<Lost> {
        let braces: Vec<&Diagnostic> = self.diagnostics.iter().filter(|told| is_of_braces(told)).collect();
        let [one] = *braces else { return None };
        let is_nested = !self.is_too_deep;
        is_nested.then_some(if one.code == code::UNCLOSED_BLOCK { Lost::End } else { Lost::Begin })
    }

    /// The same text read with one brace put where it is lost, or taken away, where all others then have their places.
    pub(super) fn mended(file: FileId, text: &'t Arc<str>, lost: Lost) -> Option<Self> {
        let mut parser = Self::new(file, text);
        parser.lost = Some(lost);
        parser.run();
        let is_mended =
            parser.lost.is_none() && parser.diagnostics.iter().filter(|told| is_of_braces(told)).count() == 1;
        is_mended.then_some(parser)
    }

    /// Whether the innermost block lacks its end before a place: what stands there is indented no deeper than the line of its
    /// beginning, or a `}` less deep.
    pub(super) fn lacks_end(&self, at: u32) -> bool {
        let most = |opened: usize| if self.cursor.byte() == Some(b'}') { opened } else { opened + 1 };
        self.lost == Some(Lost::End) && self.is_indented(at, |opened, here| here < most(opened))
    }

    /// Whether a `{` stands right behind that of the block that lacks its end.
    pub(super) fn is_twice(&self, at: u32) -> bool {
        let brace = self.topmost().and_then(|open| open.brace).filter(|_| self.lost == Some(Lost::End));
        brace.is_some_and(|brace| self.cursor.slice(brace + 1, at).chars().all(|one| one == ' ' || one == '\t'))
    }

    /// Whether a `}` is indented deeper than the line on which its block begins, or ends a line on which none does.
    pub(super) fn is_one_too_many(&mut self, at: u32) -> bool {
        let brace = self.topmost().and_then(|open| open.brace).filter(|_| self.lost == Some(Lost::Begin));
        let Some(brace) = brace else { return false };
        let is_on_its_line = !self.tree.text()[brace as usize..at as usize].contains('\n');
        let is_too_deep = match self.indent(at) {
            Some(_) => self.is_indented(at, |opened, here| here > opened),
            None => !is_on_its_line,
        };
        if is_too_deep {
            self.lost = None;
        }
        is_too_deep
    }

    /// Whether the node that is being read lacks a block at the end of its line: what stands on the next one is indented deeper.
    pub(super) fn lacks_begin(&mut self, at: u32) -> bool {
        let Some(Open { node, has_kept_block: false, .. }) = self.topmost().filter(|_| self.lost == Some(Lost::Begin))
        else {
            return false;
        };
        let Some(Range { start, end }) = self.tree.nodes.get(*node as usize).map(|node| node.range) else {
            return false;
        };
        let mut lines = self.tree.text()[at as usize..].lines().skip(1).map(|line| (line.trim_start(), line.len()));
        let next = lines.find(|(text, _)| !text.is_empty() && !text.starts_with("//"));
        let next = next.filter(|(text, _)| !text.starts_with('}')).map(|(text, length)| length - text.len());
        if next <= self.indent(start) || next.is_none() || self.indent(start).is_none() {
            return false;
        }
        self.lost = None;
        self.lost_begin(start, end);
        true
    }

    /// Tells that the innermost block ends before a place.
    pub(super) fn tell_lost_end(&mut self, at: u32) {
        self.lost = None;
        let Some(brace) = self.topmost().and_then(|open| open.brace) else { return };
        let node = self.topmost().and_then(|open| self.tree.nodes.get(open.node as usize));
        let start = node.map_or(brace, |node| node.range.start);
        let line = start - self.indent(start).unwrap_or_default() as u32;
        let indent = self.tree.text()[line as usize..start as usize].to_owned();
        self.lost_end(brace, at, &indent);
    }

    /// Whether something holds of how far the line is indented on which the innermost block begins, and what stands at a place, where
    /// both are the first of their lines.
    fn is_indented(&self, at: u32, holds: impl Fn(usize, usize) -> bool) -> bool {
        let node = self.topmost().and_then(|open| self.tree.nodes.get(open.node as usize));
        let opened = node.and_then(|node| self.indent(node.range.start));
        opened.zip(self.indent(at)).is_some_and(|(opened, here)| holds(opened, here))
    }
}

fn is_of_braces(told: &Diagnostic) -> bool {
    [code::UNCLOSED_BLOCK, code::STRAY_BRACE].contains(&told.code)
}
