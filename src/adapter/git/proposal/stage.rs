//! What is seen of a proposed file in the four places where it may be: before the proposal, on the proposal's branch, on the
//! store's branch, and in the inventory.

use git2::{Error, Oid};

use super::head::Head;
use crate::adapter::git::content;
use crate::adapter::git::inventory::view::View;
use crate::adapter::git::objects::tree::{self, Cursor, Spot};
use crate::adapter::git::references::branch_reference;
use crate::store::ContentId;

/// The places, looked at for one proposal.
pub(crate) struct Stages<'r> {
    folder: String,
    before: Cursor<'r>,
    /// The branch of the proposal, where it is there.
    head: Option<Cursor<'r>>,
    is_amended: bool,
    live: Cursor<'r>,
    owned: Cursor<'r>,
}

/// One file.
pub(crate) struct Stage {
    /// What it was when it was proposed.
    pub(crate) before: Option<ContentId>,
    /// What it is on the store's branch.
    pub(crate) live: Option<ContentId>,
    /// What a merge makes of it now.
    pub(crate) after: Option<ContentId>,
    /// Whether the project itself has delivered something else since.
    pub(crate) is_overtaken: bool,
    /// Whether it is on the store's branch as others changed it on the branch of the proposal.
    pub(crate) is_amended: bool,
}

impl<'r> Stages<'r> {
    pub(crate) fn new(view: View<'r>, proposed: &Head) -> Result<Self, Error> {
        let View { repository, tips, references } = view;
        let commit = proposed.commit();
        let before = commit.map(|commit| repository.find_commit(commit)).transpose()?;
        let before = before.and_then(|commit| commit.parent_ids().next());
        let head = tips.of(&branch_reference(proposed.branch()));
        Ok(Self {
            folder: references.own.folder.clone(),
            before: Cursor::at_commit(repository, before)?,
            head: head.map(|head| Cursor::at_commit(repository, Some(head))).transpose()?,
            is_amended: head.is_some() && head != commit,
            live: Cursor::at_commit(repository, view.branch())?,
            owned: view.ledger()?.cursor(repository)?,
        })
    }

    /// What is seen of a file, and whether it is on the store's branch as it was proposed: with the blob `after`, or not at all.
    pub(crate) fn at(&mut self, path: &str, after: Option<Oid>) -> Result<(Stage, bool), Error> {
        let full = tree::join(&self.folder, path);
        let spot = self.live.spot(&full)?;
        let is_there = match (&spot, after) {
            (Spot::File(live, _), Some(after)) => *live == after,
            (Spot::Free | Spot::Blocked(_), None) => true,
            (_, _) => false,
        };
        let (live, before) = (spot.content(), self.before.spot(&full)?.content());
        let owned = self.owned.spot(path)?.content();
        let head = self.head.as_mut().map(|head| head.spot(&full)).transpose()?.map(|spot| spot.content());
        let has_moved = live != before;
        let sight = Stage {
            is_overtaken: has_moved && owned == live,
            is_amended: has_moved && self.is_amended && head.as_ref() == Some(&live),
            after: head.unwrap_or_else(|| after.map(content)),
            before,
            live,
        };
        Ok((sight, is_there))
    }
}
