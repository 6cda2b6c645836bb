use super::Desired;
use crate::catalog::Entry;
use crate::model::{Address, Kind, Name, Project};
use crate::source::Span;
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
    pub span: Span,
}

/// An object that cannot get another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmovable {
    /// The old name.
    pub from: Address,
    /// The new name.
    pub to: Address,
    /// The line that asks for it.
    pub span: Span,
    /// What is in the way.
    pub obstacle: Obstacle,
}

/// What keeps an object from getting another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// There is an object of the new name, and the project still owns the one of the old name.
    BothExist,
    /// It belongs to another project, or to nobody.
    Foreign(Option<Name>),
    /// So many objects below it are not the project's, and would stay below the old name.
    Below(usize),
}

/// What the `moved` nodes of a project come to; both lists are in the order of addresses. What lies below a blueprint or a
/// promise moves with it. Where the old name is gone, or is no longer the project's while the new one is, there is nothing to do.
pub fn moves(project: &Project, desired: &[Desired<'_>], observed: &[Entry]) -> Moves {
    if project.moved.is_empty() {
        return Moves::default();
    }
    let named: BTreeMap<&Address, (&Address, Span)> =
        project.moved.iter().map(|moved| (&moved.from.value, (&moved.to.value, moved.span))).collect();
    let mut mover = Mover { desired, observed, moves: Moves::default() };
    for (from, (to, span)) in &named {
        let goes = mover.single(from, to, *span);
        let Some(below) = below(from.kind) else { continue };
        let mut stay = 0;
        for entry in mover.children(below, &from.name).filter(|entry| !named.contains_key(&entry.address)) {
            let implied = Address::below(below, to.name.clone(), entry.address.name.clone());
            let to = named.get(&implied).map_or(&implied, |(to, _)| *to);
            match entry.owner {
                Some(_) if mover.wanted(to).is_some() => drop(mover.single(&entry.address, to, *span)),
                Some(_) => {}
                None => stay += usize::from(entry.live.is_some()),
            }
        }
        if goes && stay > 0 {
            mover.refuse(from, to, *span, Obstacle::Below(stay));
        }
    }
    mover.moves
}

/// What lies below objects of a kind.
fn below(kind: Kind) -> Option<Kind> {
    match kind {
        Kind::Blueprint => Some(Kind::Entity),
        Kind::Promise => Some(Kind::Request),
        Kind::Team
        | Kind::User
        | Kind::Entity
        | Kind::Scorecard
        | Kind::Action
        | Kind::StateStore
        | Kind::Destination
        | Kind::Request => None,
    }
}

struct Mover<'i, 'a> {
    desired: &'i [Desired<'a>],
    observed: &'i [Entry],
    moves: Moves,
}

impl<'i> Mover<'i, '_> {
    fn wanted(&self, address: &Address) -> Option<usize> {
        self.desired.binary_search_by(|wanted| wanted.address.cmp(address)).ok()
    }

    fn found(&self, address: &Address) -> Option<usize> {
        self.observed.binary_search_by(|entry| entry.address.cmp(address)).ok()
    }

    fn children(&self, kind: Kind, parent: &Name) -> impl Iterator<Item = &'i Entry> + use<'i> {
        let first = Address::below(kind, parent.clone(), "".into());
        let start = self.observed.partition_point(|entry| entry.address < first);
        let parent = parent.clone();
        self.observed[start..]
            .iter()
            .take_while(move |entry| entry.address.kind == kind && entry.address.parent == parent)
    }

    fn refuse(&mut self, from: &Address, to: &Address, span: Span, obstacle: Obstacle) {
        self.moves.refused.push(Unmovable { from: from.clone(), to: to.clone(), span, obstacle });
    }

    /// Judges one object; whether it moves.
    fn single(&mut self, from: &Address, to: &Address, span: Span) -> bool {
        let Some(desired) = self.wanted(to) else { return false };
        let Some(index) = self.found(from) else { return false };
        let old = &self.observed[index];
        let taken = self.found(to).map(|index| &self.observed[index]).filter(|entry| entry.live.is_some());
        match (old.live.is_some(), old.owner.is_some(), taken) {
            (true, true, None) => {
                self.moves.moves.push(Move { desired, observed: index, span });
                return true;
            }
            (true, true, Some(_)) => self.refuse(from, to, span, Obstacle::BothExist),
            (true, false, None) => {
                let owner = old.other_owner.clone();
                self.refuse(from, to, span, Obstacle::Foreign(owner));
            }
            (true, false, Some(_)) | (false, _, _) => {}
        }
        false
    }
}
