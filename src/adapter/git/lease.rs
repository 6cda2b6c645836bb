//! The right of one run to write, as a reference that nobody else may move: a commit without files, whose message says who has
//! it until when.

use std::thread;

use git2::{Error, Oid, Repository};

use crate::adapter::git::commit::author::Authorship;
use crate::adapter::git::commit::{TRIES, pause};
use crate::adapter::git::host::origin::Origin;
use crate::adapter::git::host::{Host, Move, Published};
use crate::adapter::git::inventory::ledger;
use crate::adapter::git::objects::tree;
use crate::model::{Lease, Leased};
use crate::store::StoreError;

/// What is at the reference of a lease.
struct Found {
    commit: Oid,
    lease: Option<Lease>,
}

/// The reference of a lease, in a repository.
pub(crate) struct Seat<'a> {
    pub(crate) host: &'a mut dyn Host,
    pub(crate) origin: &'a Origin,
    pub(crate) authorship: &'a Authorship,
    /// Its full name.
    pub(crate) reference: &'a str,
}

impl Seat<'_> {
    pub(crate) fn take(&mut self, lease: &Lease, now: i64) -> Result<Leased, StoreError> {
        for tried in 0..TRIES {
            thread::sleep(pause(tried));
            let found = self.find_lease()?;
            let leased = lease.judge(found.as_ref().and_then(|found| found.lease.clone()), now);
            if matches!(leased, Leased::Held(_)) {
                return Ok(leased);
            }
            self.host.create()?;
            let new = self.write_lease(lease, now)?;
            if self.move_lease(found.map(|found| found.commit), Some(new))? {
                return Ok(leased);
            }
        }
        Err(self.origin.busy(self.reference, TRIES))
    }

    pub(crate) fn give_back(&mut self, run: &str) -> Result<(), StoreError> {
        for tried in 0..TRIES {
            thread::sleep(pause(tried));
            let Some(found) = self.find_lease()? else { return Ok(()) };
            if found.lease.is_none_or(|lease| lease.run != run) || self.move_lease(Some(found.commit), None)? {
                return Ok(());
            }
        }
        Err(self.origin.busy(self.reference, TRIES))
    }

    /// Who has it, whether it still holds or not.
    pub(crate) fn present(&mut self) -> Result<Option<Lease>, StoreError> {
        Ok(self.find_lease()?.and_then(|found| found.lease))
    }

    fn find_lease(&mut self) -> Result<Option<Found>, StoreError> {
        let Some(commit) = self.host.find(self.reference)? else { return Ok(None) };
        let Some(repository) = self.host.repository() else { return Ok(None) };
        let lease = read(repository, commit).map_err(|error| ledger::at(self.reference, &error));
        let lease = lease.map_err(self.origin.failed("read the lease"))?;
        Ok(Some(Found { commit, lease }))
    }

    fn write_lease(&self, lease: &Lease, now: i64) -> Result<Oid, StoreError> {
        let repository = self.host.repository().ok_or_else(|| self.origin.missing())?;
        let written = repository.treebuilder(None).and_then(|empty| {
            let tree = empty.write()?;
            self.authorship.commit(repository, None, tree, (&message(lease), now))
        });
        written.map_err(self.origin.unwritten("write the lease"))
    }

    /// Whether the reference moved.
    fn move_lease(&mut self, old: Option<Oid>, new: Option<Oid>) -> Result<bool, StoreError> {
        if old == new {
            return Ok(true);
        }
        let step = Move { reference: self.reference.to_owned(), old, new };
        Ok(matches!(self.host.publish(&[step])?, Published::Done))
    }
}

const RUN: &str = "Plat-Run: ";
const HOLDER: &str = "Plat-Holder: ";
const EXPIRES: &str = "Plat-Expires: ";

fn message(lease: &Lease) -> String {
    let line = |text: &str| text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    let (run, holder) = (line(&lease.run), line(&lease.holder));
    format!("Write for a while\n\n{RUN}{run}\n{HOLDER}{holder}\n{EXPIRES}{}\n", lease.expires)
}

/// The lease of a commit; nothing where its message says none, so that it keeps nobody out.
///
/// # Errors
/// Where the commit holds or follows something: it is no lease, and nobody's to take over.
fn read(repository: &Repository, commit: Oid) -> Result<Option<Lease>, Error> {
    let commit = tree::small_commit(repository, commit)?;
    if commit.parent_count() > 0 || !commit.tree()?.is_empty() {
        return Err(Error::from_str("the commit there is no lease, as it holds files: delete the reference"));
    }
    let text = String::from_utf8_lossy(commit.message_bytes()).into_owned();
    let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key));
    let lease = |run: &str| {
        let expires = value(EXPIRES)?.parse().ok()?;
        Some(Lease { run: run.to_owned(), holder: value(HOLDER)?.to_owned(), expires })
    };
    Ok(value(RUN).and_then(lease))
}
