use super::Desired;
use crate::catalog::Entry;
use std::cmp::Ordering;

/// An object that must be opened, by its places in the two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Its index in the desired list; nothing for one that is no longer declared.
    pub desired: Option<usize>,
    /// Its index in the observed list; nothing for one that the catalog does not know.
    pub observed: Option<usize>,
}

/// What comparing digests alone tells.
#[derive(Debug, Default)]
pub struct Pairs {
    /// The objects that are not as they should be, by address.
    pub open: Vec<Pair>,
    /// How many objects are just as they should be.
    pub unchanged: usize,
}

/// Pairs desired objects with observed ones; both lists are in the order of addresses. Foreign objects drop out.
pub fn pair(desired: &[Desired<'_>], observed: &[Entry]) -> Pairs {
    let mut pairs = Pairs::default();
    let (mut d, mut o) = (0, 0);
    while d < desired.len() || o < observed.len() {
        let order = match (desired.get(d), observed.get(o)) {
            (Some(wanted), Some(entry)) => wanted.address.cmp(&entry.address),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        match order {
            Ordering::Less => pairs.open.push(Pair { desired: Some(d), observed: None }),
            Ordering::Greater if observed[o].owner.is_some() => {
                pairs.open.push(Pair { desired: None, observed: Some(o) });
            }
            Ordering::Greater => {}
            Ordering::Equal if same(&desired[d], &observed[o]) => pairs.unchanged += 1,
            Ordering::Equal => pairs.open.push(Pair { desired: Some(d), observed: Some(o) }),
        }
        d += usize::from(order.is_le());
        o += usize::from(order.is_ge());
    }
    pairs
}

fn same(desired: &Desired<'_>, entry: &Entry) -> bool {
    let owned = entry.owner.as_ref().is_some_and(|owner| owner.is(desired.digest, desired.lifecycle));
    owned && entry.live == Some(desired.digest)
}
