//! Whether somebody set the branch or the inventory back. An inventory says with which commit of the branch it was written: where the
//! branch does not contain that any more, it was set back, and where the project itself wrote to the branch after it, the inventory was.

use std::collections::BTreeSet;

use git2::{Commit, Error, Oid, Repository};

use super::ledger::Ledger;
use super::obstruction::Inventories;
use crate::adapter::git::inventory::view::View;
use crate::adapter::git::objects::tree::{Cursor, Mode, Spot, project_of};
use crate::adapter::git::proposal::proposed::Arrived;
use crate::adapter::git::references::{Inventory, StoreRefs};
use crate::store::{SetBack, Setback};

/// So many commits of a branch are looked at: what others deliver there must not cost without end.
const FARTHEST: usize = 256;

/// What is known of the inventories.
pub(crate) struct Known<'k> {
    pub(crate) own: &'k Ledger,
    pub(crate) others: &'k [(Inventory, Ledger)],
    pub(crate) arrived: &'k Arrived,
}

/// What was met on the way back from the branch's tip.
struct Way<'r> {
    /// The project's own commits, the newest first.
    own: Vec<Commit<'r>>,
    end: End,
}

/// Where the way ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// At the commit that was delivered last.
    Met,
    /// At the first commit of all.
    First,
    /// Before either: it is too far, or what is behind is not here.
    Open,
}

/// What was set back; nothing where all is as it was left, or where it cannot be known.
pub(crate) fn find(view: View<'_>, known: &Known<'_>) -> Result<Option<Setback>, Error> {
    let Some(delivered) = known.own.delivered else { return Ok(None) };
    let View { repository, references, .. } = view;
    let Some(tip) = view.branch() else {
        let what = SetBack::Gone(references.own.branch.clone());
        let by = project_of(repository, delivered);
        return Ok(Some(Setback { what, revision: delivered.to_string(), by, strays: Vec::new() }));
    };
    if tip == delivered {
        return Ok(None);
    }
    let way = Way::back(repository, tip, delivered, &references.own.project)?;
    let is_gone = match way.end {
        End::Met => false,
        // It may have come by a merge.
        End::First => !repository.graph_descendant_of(tip, delivered).unwrap_or(false),
        End::Open => repository.find_commit(tip)?.time().seconds() < known.own.time,
    };
    if !is_gone && way.own.is_empty() {
        return Ok(None);
    }
    let strays = strays(repository, tip, (&way.own, references), known)?;
    let branch = || SetBack::Files(references.own.branch.clone());
    let inventory = || SetBack::Inventory(references.inventory.clone());
    Ok(match way.own.first() {
        _ if is_gone => {
            let by = project_of(repository, delivered);
            Some(Setback { what: branch(), revision: delivered.to_string(), by, strays })
        }
        Some(newer) if !strays.is_empty() => {
            let by = Some(references.own.project.clone());
            Some(Setback { what: inventory(), revision: newer.id().to_string(), by, strays })
        }
        _ => None,
    })
}

impl<'r> Way<'r> {
    /// Goes back from the tip, always to the first of the commits before.
    fn back(repository: &'r Repository, tip: Oid, delivered: Oid, project: &str) -> Result<Self, Error> {
        let mut own = Vec::new();
        let mut commit = repository.find_commit(tip)?;
        let mut end = End::Open;
        for _ in 0..FARTHEST {
            let before = parents(&commit);
            if project_of(repository, commit.id()).as_deref() == Some(project) {
                own.push(commit);
            }
            let Some(first) = before.first() else {
                end = End::First;
                break;
            };
            if before.contains(&delivered) {
                end = End::Met;
                break;
            }
            // A copy of a server's repository ends somewhere.
            let Ok(next) = repository.find_commit(*first) else { break };
            commit = next;
        }
        Ok(Self { own, end })
    }
}

/// The commits before one, also where a copy of a server's repository ends with it and has none of them.
fn parents(commit: &Commit<'_>) -> Vec<Oid> {
    let header = commit.raw_header().unwrap_or_default();
    header.lines().filter_map(|line| Oid::from_str(line.strip_prefix("parent ")?).ok()).collect()
}

/// The files that the project's own commits wrote, that are still as written, and that nobody owns.
fn strays(
    repository: &Repository,
    tip: Oid,
    (own, references): (&[Commit<'_>], &StoreRefs),
    known: &Known<'_>,
) -> Result<Vec<String>, Error> {
    let mut live = Cursor::at_commit(repository, Some(tip))?;
    let mut owned = known.own.cursor(repository)?;
    let mut others = Inventories::new(repository, &references.own.folder, BTreeSet::new(), known.others)?;
    let mut strays = BTreeSet::new();
    for commit in own {
        // What came with it can only be told beside what was there before.
        let before = match commit.parent(0) {
            Ok(before) => Some(before.tree()?),
            Err(_) if parents(commit).is_empty() => None,
            Err(_) => continue,
        };
        let changes = repository.diff_tree_to_tree(before.as_ref(), Some(&commit.tree()?), None)?;
        for file in changes.deltas().map(|delta| delta.new_file()) {
            let Some(full) = file.path().and_then(|path| path.to_str()) else { continue };
            let Some(path) = references.own.relative(full) else { continue };
            let is_as_written = live.spot(full)? == Spot::File(file.id(), Mode::Plain);
            let is_known = known.arrived.files.contains_key(path) || matches!(owned.spot(path)?, Spot::File(..));
            if is_as_written && !is_known && others.owner(full)?.is_none() {
                strays.insert(path.to_owned());
            }
        }
    }
    Ok(strays.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use git2::Signature;

    #[test]
    fn a_copy_that_ends_with_a_commit_knows_what_was_before_it() {
        let folder = tempfile::TempDir::new().unwrap();
        let repository = Repository::init_bare(folder.path()).unwrap();
        let by = Signature::now("a", "a@example.com").unwrap();
        let tree = repository.find_tree(repository.treebuilder(None).unwrap().write().unwrap()).unwrap();
        let mut commits: Vec<Oid> = Vec::new();
        for message in ["first", "second", "third"] {
            let before: Vec<Commit<'_>> =
                commits.last().map(|id| repository.find_commit(*id).unwrap()).into_iter().collect();
            commits
                .push(repository.commit(None, &by, &by, message, &tree, &before.iter().collect::<Vec<_>>()).unwrap());
        }
        let [first, second, third] = commits[..] else { panic!() };
        let end = |repository: &Repository, delivered| Way::back(repository, third, delivered, "p").unwrap().end;
        let other = Oid::from_str(&"1".repeat(40)).unwrap();
        assert!(end(&repository, first) == End::Met && end(&repository, other) == End::First);
        std::fs::write(folder.path().join("shallow"), format!("{third}\n")).unwrap();
        let id = first.to_string();
        std::fs::remove_file(folder.path().join("objects").join(&id[..2]).join(&id[2..])).unwrap();
        let id = second.to_string();
        std::fs::remove_file(folder.path().join("objects").join(&id[..2]).join(&id[2..])).unwrap();
        let copy = Repository::open_bare(folder.path()).unwrap();
        assert!(end(&copy, second) == End::Met, "it stands in the last commit");
        assert!(end(&copy, first) == End::Open && end(&copy, other) == End::Open, "what is behind is not here");
    }
}
