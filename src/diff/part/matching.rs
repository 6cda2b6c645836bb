use super::Items;
use super::behind_words;
use crate::model::{Value, write_json};
use crate::object::{Membership, Written};
use std::collections::BTreeSet;

/// Which item of one list is which of the other.
pub(super) struct Pairs {
    /// The index of the old item, for each new one.
    pub(super) old: Vec<Option<usize>>,
    /// The old items that are in no pair.
    pub(super) gone: Vec<usize>,
}

impl Pairs {
    /// The pairs, by the index of the old item for each new one, of so many old ones.
    pub(super) fn of(old: Vec<Option<usize>>, count: usize) -> Self {
        let taken: BTreeSet<usize> = old.iter().flatten().copied().collect();
        Self { old, gone: (0..count).filter(|index| !taken.contains(index)).collect() }
    }

    /// The new items that are in a pair, in the order of the old list and in that of the new one, where these are not the same.
    pub(super) fn orders(&self) -> Option<[Vec<usize>; 2]> {
        let pairs: Vec<(usize, usize)> =
            self.old.iter().enumerate().filter_map(|(new, old)| old.map(|old| (old, new))).collect();
        let mut sorted = pairs.clone();
        sorted.sort_unstable();
        let moved = sorted != pairs;
        moved.then(|| [sorted, pairs].map(|pairs| pairs.into_iter().map(|(_, new)| new).collect()))
    }
}

/// Pairs lines: those of the same words, first those that are equal; then those that have other words and the same behind them, or
/// most of it.
pub(super) fn matched(
    line: Written,
    (old, old_words): (Items<'_>, &[String]),
    (new, new_words): (Items<'_>, &[String]),
) -> Pairs {
    let mut free: BTreeSet<usize> = (0..old.len()).collect();
    let mut found: Vec<Option<usize>> = vec![None; new.len()];
    let mut pair = |same: &dyn Fn(usize, usize) -> bool| {
        for (index, place) in found.iter_mut().enumerate().filter(|(_, place)| place.is_none()) {
            *place = free.iter().copied().find(|before| same(*before, index));
            if let Some(before) = place {
                free.remove(before);
            }
        }
    };
    pair(&|before, after| old_words[before] == new_words[after] && old[before].value == new[after].value);
    pair(&|before, after| old_words[before] == new_words[after]);
    let [olds, news] = [old, new].map(|items| items.iter().map(|item| Behind::of(line, item)).collect::<Vec<_>>());
    pair(&|before, after| olds[before].is_same(&news[after]));
    pair(&|before, after| olds[before].is_much_like(&news[after]));
    Pairs::of(found, old.len())
}

/// What a line is known by once its words are others.
struct Behind {
    /// The members that its words are of.
    words: Vec<String>,
    /// What stands behind its words.
    rest: Vec<u8>,
    /// The scalars in that, each with where it is.
    leaves: BTreeSet<Vec<u8>>,
}

impl Behind {
    fn of(line: Written, item: &Value) -> Self {
        let members = item.as_object().map(|item| item.sorted()).unwrap_or_default();
        let is_word = |name: &str| line.member(name) == Membership::Word;
        let words = members.iter().map(|member| member.name.value.to_string()).filter(|name| is_word(name));
        let rest = behind_words(line, item);
        let mut leaves = BTreeSet::new();
        collect(&rest, &mut Vec::new(), &mut leaves);
        Self { words: words.collect(), rest: canonical(&rest), leaves }
    }

    fn is_same(&self, other: &Self) -> bool {
        self.words == other.words && !self.leaves.is_empty() && self.rest == other.rest
    }

    /// Whether at least half of both is the same.
    fn is_much_like(&self, other: &Self) -> bool {
        let both = self.leaves.intersection(&other.leaves).count();
        self.words == other.words && both > 0 && 2 * both >= self.leaves.len().max(other.leaves.len())
    }
}

fn collect(value: &Value, path: &mut Vec<u8>, leaves: &mut BTreeSet<Vec<u8>>) {
    let length = path.len();
    match value {
        Value::Object(map) => {
            for member in &map.members {
                path.extend_from_slice(member.name.value.as_bytes());
                path.push(0);
                collect(&member.value, path, leaves);
                path.truncate(length);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, path, leaves)),
        scalar => {
            let mut leaf = path.clone();
            write_json(scalar, &mut leaf);
            leaves.insert(leaf);
        }
    }
}

/// A value's canonical JSON, to compare by.
pub(super) fn canonical(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_json(value, &mut bytes);
    bytes
}
