use super::{Desired, Moves};
use crate::catalog::Entry;
use crate::source::Origin;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// An object that must be opened, by its places in the two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Its index in the desired list; nothing for one that is no longer declared.
    pub desired: Option<usize>,
    /// Its index in the observed list; nothing for one that the catalog does not know.
    pub observed: Option<usize>,
    /// The line that says that it had another name until now: the one that it is observed under.
    pub moved: Option<Origin>,
}

/// What comparing digests alone tells.
#[derive(Debug, Default)]
pub struct Pairs {
    /// The objects that are not as they should be, by address.
    pub open: Vec<Pair>,
    /// How many objects are just as they should be.
    pub unchanged: usize,
}

/// Pairs desired objects with observed ones, a moved one with its old self; both lists are in the order of addresses.
/// Foreign objects drop out, but for those that nobody owns and that are to go.
pub fn pair(desired: &[Desired<'_>], observed: &[Entry], moves: &Moves, is_cleared: impl Fn(&Entry) -> bool) -> Pairs {
    let mut pairs = Pairs::default();
    let (mut d, mut o) = (0, 0);
    while d < desired.len() || o < observed.len() {
        let order = match (desired.get(d), observed.get(o)) {
            (Some(wanted), Some(entry)) => wanted.address.cmp(&entry.address),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        match order {
            Ordering::Less => pairs.open.push(Pair { desired: Some(d), observed: None, moved: None }),
            Ordering::Greater if observed[o].owner.is_some() || is_cleared(&observed[o]) => {
                pairs.open.push(Pair { desired: None, observed: Some(o), moved: None });
            }
            Ordering::Greater => {}
            Ordering::Equal if same(&desired[d], &observed[o]) => pairs.unchanged += 1,
            Ordering::Equal => pairs.open.push(Pair { desired: Some(d), observed: Some(o), moved: None }),
        }
        d += usize::from(order.is_le());
        o += usize::from(order.is_ge());
    }
    if !moves.moves.is_empty() {
        relocate(&mut pairs.open, desired, observed, moves);
    }
    pairs
}

/// Puts one pair in the place of the two that a moved object makes.
fn relocate(open: &mut Vec<Pair>, desired: &[Desired<'_>], observed: &[Entry], moves: &Moves) {
    let old: BTreeSet<usize> = moves.moves.iter().map(|one| one.observed).collect();
    let new: BTreeSet<usize> = moves.moves.iter().map(|one| one.desired).collect();
    open.retain(|pair| match pair.desired {
        Some(index) => !new.contains(&index),
        None => !pair.observed.is_some_and(|index| old.contains(&index)),
    });
    open.extend(moves.moves.iter().map(|one| Pair {
        desired: Some(one.desired),
        observed: Some(one.observed),
        moved: Some(one.span),
    }));
    let address = |pair: &Pair| match (pair.desired, pair.observed) {
        (Some(index), _) => desired.get(index).map(|wanted| &wanted.address),
        (None, index) => index.and_then(|index| observed.get(index)).map(|entry| &entry.address),
    };
    open.sort_by(|a, b| address(a).cmp(&address(b)));
}

fn same(desired: &Desired<'_>, entry: &Entry) -> bool {
    let owned = entry.owner.as_ref().is_some_and(|owner| owner.is(desired.digest, desired.lifecycle));
    owned && entry.other_owner.is_none() && entry.digest() == Some(desired.digest)
}
