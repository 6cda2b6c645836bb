//! Lists of lines: those that stay, move, come and go.

use super::draft::{Draft, Step, below};
use super::stuck::Stuck;
use crate::align::{self, DiffOp};
use crate::syntax::edit;
use crate::syntax::{Line, Node};
use std::collections::{HashMap, HashSet, VecDeque};

/// What an item is known by, such as the name of its node and the words behind it.
pub(super) type Head = String;

impl Draft {
    /// Puts the children at some places into another order, each with the comments that are its own: `order` says of each place which
    /// child comes to it. Gives the places of the children in the order in which they were named.
    pub(super) fn arrange(&mut self, path: &[Step], places: &[usize], order: &[usize]) -> Result<Vec<usize>, Stuck> {
        if order.is_sorted() {
            return Ok(places.to_vec());
        }
        self.edit(path, |tree, node| {
            let children: Vec<Node<'_>> = node.children().collect();
            let children: Vec<Node<'_>> = places.iter().filter_map(|place| children.get(*place).copied()).collect();
            Ok(edit::arrange(tree, &children, order))
        })?;
        let mut found = places.to_vec();
        order.iter().zip(places).for_each(|(child, place)| found[*child] = *place);
        Ok(found)
    }

    /// Adds the items that were not there, each behind its anchor; gives the places behind which nodes were added. Where a block has
    /// no items, they come behind what it has.
    pub(super) fn insert_unpaired(
        &mut self,
        path: &[Step],
        places: &[usize],
        (pairs, anchors): (&[Option<usize>], &[Option<usize>]),
        line: impl Fn(usize) -> Result<Line, Stuck>,
    ) -> Result<Vec<Option<usize>>, Stuck> {
        let (mut shifts, first) = (Vec::new(), places.iter().min());
        for index in (0..pairs.len()).rev().filter(|index| pairs[*index].is_none()) {
            let line = line(index)?;
            match (anchors[index], first) {
                (Some(place), _) => self.insert_after(&below(path, Step::Nth(place)), &line)?,
                (None, Some(first)) => self.insert_before(&below(path, Step::Nth(*first)), &line)?,
                (None, None) if shifts.is_empty() => self.insert(path, &[], &line)?,
                (None, None) => self.insert_before(&below(path, Step::Nth(0)), &line)?,
            }
            shifts.push(anchors[index]);
        }
        Ok(shifts)
    }

    /// Takes the items away that are no longer there.
    pub(super) fn remove_unpaired(
        &mut self,
        path: &[Step],
        places: &[usize],
        pairs: &[Option<usize>],
        shifts: &[Option<usize>],
    ) -> Result<(), Stuck> {
        let kept: HashSet<usize> = pairs.iter().flatten().copied().collect();
        let mut gone: Vec<usize> = (0..places.len()).filter(|old| !kept.contains(old)).map(|old| places[old]).collect();
        gone.sort_unstable();
        for place in gone.into_iter().rev() {
            let shift = shifts.iter().filter(|before| before.is_none_or(|before| before < place)).count();
            self.remove(&below(path, Step::Nth(place + shift)))?;
        }
        Ok(())
    }
}

/// For each item the place of the one before it that was there, of pairs in one order.
pub(super) fn in_turn(pairs: &[Option<usize>], places: &[usize]) -> Vec<Option<usize>> {
    let mut last = None;
    let anchor = |old: &Option<usize>| {
        last = old.map(|old| places[old]).or(last);
        last
    };
    pairs.iter().map(anchor).collect()
}

/// The old item of each new one, and the order in which the old ones then stand: those of one head are the same, wherever they stood, and
/// between these those in the same place.
pub(super) fn paired(
    old: &[Head],
    new: &[Head],
    alike: impl Fn(usize, usize) -> bool,
) -> (Vec<Option<usize>>, Vec<usize>) {
    let mut open: HashMap<&Head, VecDeque<usize>> = HashMap::new();
    old.iter().enumerate().for_each(|(index, head)| open.entry(head).or_default().push_back(index));
    let kept: Vec<usize> = new.iter().filter_map(|head| open.get_mut(head)?.pop_front()).collect();
    let mut slots = kept.clone();
    slots.sort_unstable();
    let mut order: Vec<usize> = (0..old.len()).collect();
    slots.iter().zip(&kept).for_each(|(slot, index)| order[*slot] = *index);
    let arranged: Vec<&Head> = order.iter().map(|index| &old[*index]).collect();
    let news: Vec<&Head> = new.iter().collect();
    let pairs = in_order(&arranged, &news, |old, new| alike(order[old], new));
    (pairs.into_iter().map(|old| old.map(|old| order[old])).collect(), order)
}

/// The old item of each new one, in an order that is that of both: those of one head, and between these, those in the same place.
fn in_order(old: &[&Head], new: &[&Head], alike: impl Fn(usize, usize) -> bool) -> Vec<Option<usize>> {
    let mut pairs = vec![None; new.len()];
    for op in align::operations(old, new) {
        match op {
            DiffOp::Equal { old_index, new_index, len } => {
                (0..len).for_each(|step| pairs[new_index + step] = Some(old_index + step));
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                for step in (0..old_len.min(new_len)).filter(|step| alike(old_index + step, new_index + step)) {
                    pairs[new_index + step] = Some(old_index + step);
                }
            }
            DiffOp::Delete { .. } | DiffOp::Insert { .. } => {}
        }
    }
    pairs
}
