use super::tree::{EntryData, NONE, NodeData, Range, ScalarData, Tree};
use crate::source::Span;

impl Tree {
    /// Reads some arguments as the names of nodes that begin there and take what stands behind them; each by its value, in the order of
    /// the text. Takes time linear in the tree.
    pub fn split(&mut self, names: &[Span]) {
        if names.is_empty() {
            return;
        }
        let mut names = names.iter().map(|name| name.start).peekable();
        let mut parted: Vec<NodeData> = Vec::with_capacity(self.nodes.len() + names.len());
        // Where each node comes to lie, and the last of those that it is parted into.
        let mut places: Vec<(u32, u32)> = Vec::with_capacity(self.nodes.len());
        for mut node in std::mem::take(&mut self.nodes) {
            let first = parted.len() as u32;
            let Range { mut start, end } = node.entries;
            while let Some(name) = names.next_if(|name| *name < self.entries_end(start, end)) {
                let own = self.entries.get(start as usize..end as usize).unwrap_or_default();
                let Some(at) = own.iter().position(|entry| entry.value_start == name) else { continue };
                let Some((entry, rest)) = own.get(at..).and_then(<[EntryData]>::split_first) else { continue };
                let ScalarData::String(called) = entry.value else { continue };
                let (place, behind) = (Range { start: entry.start, end: entry.end }, end - rest.len() as u32);
                let ends = own.get(..at).and_then(<[EntryData]>::last).map_or(node.name_range.end, |last| last.end);
                let next = NodeData {
                    name: called,
                    name_range: place,
                    annotation: NONE,
                    range: Range { start: place.start, end: node.range.end },
                    entries: Range { start: behind, end },
                    ..node
                };
                node.entries.end = behind - 1;
                node.range.end = ends;
                (node.first_child, node.block) = (NONE, Range { start: 0, end: 0 });
                start = behind;
                parted.push(std::mem::replace(&mut node, next));
            }
            parted.push(node);
            places.push((first, parted.len() as u32 - 1));
        }
        let moved = |index: u32| places.get(index as usize).map_or(NONE, |(first, _)| *first);
        for node in &mut parted {
            (node.next, node.first_child) = (moved(node.next), moved(node.first_child));
        }
        for (first, last) in &places {
            for index in *first..*last {
                if let Some(node) = parted.get_mut(index as usize) {
                    node.next = index + 1;
                }
            }
        }
        self.first = moved(self.first);
        self.nodes = parted;
    }

    /// Leaves out the nodes that begin at some places, which are in the order of the text and apart from each other. Takes time linear in
    /// the tree.
    pub fn leave_out(&mut self, places: &[Span]) {
        if places.is_empty() {
            return;
        }
        let is_out = |node: &NodeData| {
            let next = places.get(places.partition_point(|place| place.end <= node.range.start));
            next.is_some_and(|place| place.start <= node.range.start)
        };
        let behind = |nodes: &[NodeData], index: u32| {
            nodes.get(index as usize).filter(|node| is_out(node)).map_or(index, |node| node.next)
        };
        // Siblings stand behind each other: from the last on, each knows who is left behind it.
        for index in (0..self.nodes.len()).rev() {
            let Some(NodeData { next, first_child, .. }) = self.nodes.get(index) else { continue };
            let (next, first_child) = (behind(&self.nodes, *next), behind(&self.nodes, *first_child));
            if let Some(node) = self.nodes.get_mut(index) {
                (node.next, node.first_child) = (next, first_child);
            }
        }
        self.first = behind(&self.nodes, self.first);
    }

    /// Where the last of some entries ends.
    fn entries_end(&self, start: u32, end: u32) -> u32 {
        let own = self.entries.get(start as usize..end as usize);
        own.and_then(<[EntryData]>::last).map_or(0, |last| last.end)
    }
}
