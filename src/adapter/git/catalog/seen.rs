//! The commit of the branch that this machine saw last, kept between runs: a branch that does not come from it any more was set back, or is
//! another one. It is no state: where the file is not there, or is damaged, nothing is known of before.

use std::io::{self, Write};
use std::path::Path;

use git2::{Oid, Repository};

use super::{Fault, GitCatalog};
use crate::adapter::git::host::Freshness;
use crate::catalog::SetBackTo;
use crate::file::{Replacement, make_private, read_plain};
use crate::model::Digest;

/// How a file begins: what it is, and its form.
const BEGINNING: &str = "plat seen 01";

/// A commit that was seen, and when it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Last {
    commit: Oid,
    time: i64,
}

impl GitCatalog {
    /// What was set back since this machine last looked; what is there is remembered where nothing was.
    pub(super) fn since_last(&self) -> Result<Option<SetBackTo>, Fault> {
        let Some(file) = &self.last_seen else { return Ok(None) };
        let now = self.look(Freshness::Remembered)?;
        let last = read(file, &self.where_it_is());
        let host = self.host.borrow();
        let Some(last) = last.filter(|last| Some(last.commit) != now) else {
            self.remember_seen(host.repository(), now);
            return Ok(None);
        };
        let is_gone = match (now, host.repository()) {
            (None, _) | (_, None) => true,
            (Some(tip), Some(repository)) => is_behind_none(repository, tip, last)?,
        };
        if !is_gone {
            self.remember_seen(host.repository(), now);
            return Ok(None);
        }
        let branch = self.place.branch.clone();
        Ok(Some(SetBackTo { branch, seen: last.commit.to_string(), now: now.map(|tip| tip.to_string()) }))
    }

    /// Keeps what was seen for the next run.
    pub(super) fn remember_seen(&self, repository: Option<&Repository>, now: Option<Oid>) {
        let (Some(file), Some(repository), Some(commit)) = (&self.last_seen, repository, now) else { return };
        let place = self.where_it_is();
        let known = read(file, &place).filter(|last| last.commit == commit);
        if let (None, Ok(found)) = (known, repository.find_commit(commit)) {
            // Without it the next run knows less.
            let _ = write(file, &place, Last { commit, time: found.time().seconds() });
        }
    }

    /// What tells this catalog from the one that another text says.
    fn where_it_is(&self) -> Digest {
        Digest::of(format!("{:?}", (&self.origin.url, &self.place.branch, &self.place.folder)).as_bytes())
    }
}

/// Whether a branch does not come from a commit any more. Of a server only the last commits are here: there it is known of one that is older.
fn is_behind_none(repository: &Repository, tip: Oid, last: Last) -> Result<bool, git2::Error> {
    if repository.graph_descendant_of(tip, last.commit).unwrap_or(false) {
        return Ok(false);
    }
    if repository.is_shallow() {
        return Ok(repository.find_commit(tip)?.time().seconds() < last.time);
    }
    Ok(true)
}

/// What a file says of a place.
fn read(file: &Path, place: &Digest) -> Option<Last> {
    let bytes = read_plain(file).ok()??;
    let mut lines = std::str::from_utf8(&bytes).ok()?.lines();
    if lines.next()? != BEGINNING || lines.next()? != place.to_string() {
        return None;
    }
    let (commit, time) = lines.next()?.split_once(' ')?;
    Some(Last { commit: Oid::from_str(commit).ok()?, time: time.parse().ok()? })
}

/// Writes a file, which is whole whenever somebody sees it.
fn write(file: &Path, place: &Digest, Last { commit, time }: Last) -> io::Result<()> {
    file.parent().map_or(Ok(()), make_private)?;
    Replacement::of(file, |new| writeln!(new, "{BEGINNING}\n{place}\n{commit} {time}"))?.replace()
}
