use std::collections::BTreeSet;

use git2::{Error, Repository};

use super::ledger::Ledger;
use crate::adapter::git::objects::tree::{self, Cursor, Spot};
use crate::adapter::git::references::Inventory;
use crate::store::{Obstacle, ObstacleKind};

/// The inventories at one moment: the project's own, and those that it meets.
pub(crate) struct Inventories<'r> {
    repository: &'r Repository,
    folder: String,
    /// The paths of the files that the project owns, below that folder.
    own: BTreeSet<String>,
    others: Vec<(&'r Inventory, &'r Ledger, Cursor<'r>)>,
}

impl<'r> Inventories<'r> {
    pub(crate) fn new(
        repository: &'r Repository,
        folder: &str,
        own: BTreeSet<String>,
        others: &'r [(Inventory, Ledger)],
    ) -> Result<Self, Error> {
        let opened = |(inventory, ledger): &'r (Inventory, Ledger)| Ok((inventory, ledger, ledger.cursor(repository)?));
        let others = others.iter().map(opened).collect::<Result<_, Error>>()?;
        Ok(Self { repository, folder: folder.to_owned(), own, others })
    }

    /// The other project that owns the file at a full path.
    pub(crate) fn owner(&mut self, full: &str) -> Result<Option<String>, Error> {
        for (inventory, _, cursor) in &mut self.others {
            let Some(path) = inventory.relative(full) else { continue };
            if matches!(cursor.spot(path)?, Spot::File(..) | Spot::Link(_)) {
                return Ok(Some(inventory.project.clone()));
            }
        }
        Ok(None)
    }

    /// What stands in the way of a file at a full path where `spot` was found.
    pub(crate) fn obstacle(
        &mut self,
        branch: &mut Cursor<'_>,
        full: &str,
        spot: &Spot,
    ) -> Result<Option<Obstacle>, Error> {
        let (path, spot) = match spot {
            Spot::Free | Spot::File(..) => return Ok(None),
            Spot::Blocked(path) => (path.clone(), branch.spot(path)?),
            Spot::Link(_) | Spot::Folder(_) | Spot::Submodule(_) => (full.to_owned(), spot.clone()),
        };
        let (kind, inside) = match spot {
            Spot::File(..) => (ObstacleKind::File, vec![path.clone()]),
            Spot::Link(_) => (ObstacleKind::Link, vec![path.clone()]),
            Spot::Folder(id) => (ObstacleKind::Folder, tree::leaves(self.repository, &path, id)?),
            Spot::Submodule(_) => (ObstacleKind::Other("submodule"), vec![path.clone()]),
            Spot::Free | Spot::Blocked(_) => return Ok(None),
        };
        let Some(id) = spot.identity() else { return Ok(None) };
        let below = inside.iter().filter_map(|path| Inventory::below_folder(path, &self.folder));
        let own: Vec<String> = below.filter(|path| self.own.contains(*path)).map(str::to_owned).collect();
        let others = inside.len() - own.len();
        let other_owner = match self.owner_of_any(&path)? {
            None if others > 0 => self.possible_owner(&path),
            owner => owner,
        };
        Ok(Some(Obstacle { path, kind, id, own, others, other_owner }))
    }

    /// A project of which nobody can tell that it does not own what is at a full path, or something in it.
    pub(crate) fn possible_owner(&self, full: &str) -> Option<String> {
        let meets = |inventory: &Inventory| {
            inventory.relative(full).is_some() || Inventory::below_folder(&inventory.folder, full).is_some()
        };
        let found = self.others.iter().find(|(inventory, ledger, _)| ledger.flaw.is_some() && meets(inventory));
        found.map(|(inventory, ..)| inventory.project.clone())
    }

    /// Another project that owns what is at a full path, or something in it.
    pub(crate) fn owner_of_any(&mut self, full: &str) -> Result<Option<String>, Error> {
        for (inventory, ledger, cursor) in &mut self.others {
            let owns = match inventory.relative(full) {
                Some(path) => !matches!(cursor.spot(path)?, Spot::Free | Spot::Blocked(_)),
                None => {
                    let lies_in = Inventory::below_folder(&inventory.folder, full).is_some();
                    lies_in && ledger.holds_any(self.repository)?
                }
            };
            if owns {
                return Ok(Some(inventory.project.clone()));
            }
        }
        Ok(None)
    }
}
