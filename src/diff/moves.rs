use super::Desired;
use crate::catalog::Entry;
use crate::model::{Address, Kind, Name, Project, Renames};
use crate::source::Origin;
use std::collections::BTreeMap;

/// What the `moved` nodes of a project come to.
#[derive(Debug, Default)]
pub struct Moves {
    /// The objects that get another name.
    pub moves: Vec<Move>,
    /// Those that cannot.
    pub refused: Vec<Unmovable>,
}

/// An object that gets another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The index of its new self in the desired list.
    pub desired: usize,
    /// The index of its old self in the observed list.
    pub observed: usize,
    /// The line that says it.
    pub span: Origin,
}

/// An object that cannot get another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmovable {
    /// The old name.
    pub from: Address,
    /// The new name.
    pub to: Address,
    /// The line that asks for it.
    pub span: Origin,
    /// What is in the way.
    pub obstacle: Obstacle,
}

/// What keeps an object from getting another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// There is an object of the new name, or another one that is to get it, and the project still owns the one of the old name.
    BothExist,
    /// It belongs to another project, or to nobody.
    Foreign(Option<Name>),
    /// So many objects below it are not the project's, and would stay below the old name.
    Below(usize),
}

/// What the `moved` nodes of a project come to; both lists are in the order of addresses. What lies below a blueprint or a
/// promise moves with it. Where the old name is gone, or is no longer the project's while the new one is there, there is nothing
/// to do.
pub fn moves(project: &Project, desired: &[Desired<'_>], observed: &[Entry]) -> Moves {
    if project.moved.is_empty() {
        return Moves::default();
    }
    let renames = Renames::of(&project.moved);
    let mut old: BTreeMap<usize, Vec<(usize, Origin)>> = BTreeMap::new();
    for (index, entry) in observed.iter().enumerate().filter(|(_, entry)| entry.live.is_some()) {
        // What others have below a moved name is looked at with that name.
        if entry.owner.is_none() && renames.direct(&entry.address).is_none() {
            continue;
        }
        let Some((to, span)) = renames.last(&entry.address) else { continue };
        if let Ok(wanted) = desired.binary_search_by(|wanted| wanted.address.cmp(&to)) {
            old.entry(wanted).or_default().push((index, span));
        }
    }
    let mut moves = Moves::default();
    for (wanted, old) in old {
        judge(&mut moves, (wanted, &desired[wanted].address), &old, observed);
    }
    for index in 0..moves.moves.len() {
        let Move { desired: wanted, observed: index, span } = moves.moves[index];
        let from = &observed[index].address;
        let stay = from.kind.below().map_or(0, |kind| strangers(observed, kind, &from.name));
        if stay > 0 {
            moves.refuse(from, &desired[wanted].address, span, Obstacle::Below(stay));
        }
    }
    moves
}

/// Judges the objects that are to get one name: those of the project move, one of them.
fn judge(moves: &mut Moves, (desired, to): (usize, &Address), old: &[(usize, Origin)], observed: &[Entry]) {
    let taken =
        observed.binary_search_by(|entry| entry.address.cmp(to)).is_ok_and(|index| observed[index].live.is_some());
    let is_own = |index: usize| observed[index].owner.is_some() && observed[index].other_owner.is_none();
    let (own, foreign): (Vec<_>, Vec<_>) = old.iter().partition(|(index, _)| is_own(*index));
    match (taken, own.as_slice()) {
        (false, [(observed, span)]) => moves.moves.push(Move { desired, observed: *observed, span: *span }),
        (false, []) => {
            for (index, span) in foreign {
                let owner = observed[index].other_owner.clone();
                moves.refuse(&observed[index].address, to, span, Obstacle::Foreign(owner));
            }
        }
        (true, []) => {}
        (_, several) => {
            for (index, span) in several {
                moves.refuse(&observed[*index].address, to, *span, Obstacle::BothExist);
            }
        }
    }
}

impl Moves {
    fn refuse(&mut self, from: &Address, to: &Address, span: Origin, obstacle: Obstacle) {
        self.refused.push(Unmovable { from: from.clone(), to: to.clone(), span, obstacle });
    }
}

/// How many live objects of a kind below a name are not the project's.
fn strangers(observed: &[Entry], kind: Kind, parent: &Name) -> usize {
    let first = Address::below(kind, parent.clone(), "".into());
    let start = observed.partition_point(|entry| entry.address < first);
    observed[start..]
        .iter()
        .take_while(|entry| entry.address.kind == kind && entry.address.parent == *parent)
        .filter(|entry| entry.live.is_some() && entry.owner.is_none())
        .count()
}
