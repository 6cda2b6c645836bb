//! The commit of the branch that this machine saw last, kept between runs, and the one that the runs of a project wrote last, which its
//! journal says: a branch that does not come from it any more was set back, or is another one. It is no state: where neither is there, or
//! what is there is damaged, nothing is known of before.

use std::fmt::{self, Display, Formatter};
use std::io::{self, Write};
use std::path::Path;

use git2::{Oid, Repository};

use super::along::JOURNALS;
use super::{Fault, GitCatalog, Seen};
use crate::adapter::git::host::{Freshness, Move, WhenMissing};
use crate::adapter::git::objects::tree;
use crate::catalog::{CatalogError, KnownBy, SetBackTo};
use crate::file::{Replacement, make_private, read_plain};
use crate::model::{Digest, shell_word};

/// How a file begins: what it is, and its form.
const BEGINNING: &str = "plat seen 01";

/// The trailer of a journal's commit that names the commit of the branch which its runs wrote last.
const WROTE: &str = "Plat-Wrote: ";

/// A commit that was seen, and when it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Last {
    commit: Oid,
    time: i64,
}

/// The trailer of a journal's commit that names a commit of the branch which is not on it any more, and that a run took that for what is meant
/// to be there: no machine that sees the catalog for the first time tells it once more.
const ACCEPTED: &str = "Plat-Accepted: ";

/// What a machine remembers of a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Memory {
    last: Last,
    /// The commit that the runs of the project wrote last, where somebody took it that this one is not there.
    accepted: Option<Oid>,
}

impl Last {
    /// A commit that is there.
    pub(super) fn of(repository: &Repository, commit: Oid) -> Result<Self, git2::Error> {
        Ok(Self { commit, time: repository.find_commit(commit)?.time().seconds() })
    }

    /// The commit of the branch that the runs of a journal wrote last, where the commit of that says it.
    pub(super) fn written(repository: &Repository, journal: Oid) -> Option<Self> {
        let commit = tree::small_commit(repository, journal).ok()?;
        let message = String::from_utf8_lossy(commit.message_bytes()).into_owned();
        message.lines().rev().find_map(|line| Self::parse(line.strip_prefix(WROTE)?))
    }

    /// How the commit of a journal says so, and that somebody took it that this one is not there, where the journal before says that.
    pub(super) fn trailer(self, repository: &Repository, before: Option<Oid>) -> String {
        let is_accepted = before.and_then(|journal| accepted(repository, journal)) == Some(self.commit);
        let accepted = if is_accepted { format!("\n{ACCEPTED}{}", self.commit) } else { String::new() };
        format!("{WROTE}{self}{accepted}")
    }

    /// Reads what `Display` wrote.
    fn parse(text: &str) -> Option<Self> {
        let (commit, time) = text.split_once(' ')?;
        Some(Self { commit: Oid::from_str(commit).ok()?, time: time.parse().ok()? })
    }
}

impl Display for Last {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.commit, self.time)
    }
}

impl GitCatalog {
    /// What was set back since this machine last looked, or a run of the project wrote; what is there is remembered where nothing was since this
    /// machine looked.
    pub(super) fn since_last(&self) -> Result<Option<SetBackTo>, Fault> {
        let found = self.gone_since()?;
        self.is_told.set(found.is_some());
        Ok(found)
    }

    fn gone_since(&self) -> Result<Option<SetBackTo>, Fault> {
        let Some(file) = &self.last_seen else { return Ok(None) };
        let now = self.look(Freshness::Remembered)?;
        let memory = read(file, &self.where_it_is());
        if let Some(Memory { last, .. }) = memory.filter(|memory| Some(memory.last.commit) != now)
            && self.is_gone(last, now)?
        {
            return Ok(Some(self.set_back_from(last, KnownBy::Machine, now)));
        }
        self.remember_seen(self.host.borrow().repository(), now);
        let accepted = [memory.and_then(|one| one.accepted), self.accepted_by_runs()];
        let is_news = |last: &Last| Some(last.commit) != now && !accepted.contains(&Some(last.commit));
        let Some(last) = self.written_last().filter(is_news) else { return Ok(None) };
        if !self.is_gone(last, now)? {
            return Ok(None);
        }
        // Another run may have written since the branch was looked at.
        let later = self.find(&self.branch)?;
        let is_gone = later != Some(last.commit) && self.is_gone(last, later)?;
        Ok(is_gone.then(|| self.set_back_from(last, KnownBy::Run, now)))
    }

    /// Remembers what is there, and that what the runs of the project wrote last is not, where that was told.
    pub(super) fn accept(&self) -> Result<(), Fault> {
        let Some(file) = self.last_seen.as_ref().filter(|_| self.is_told.get()) else { return Ok(()) };
        let now = self.look(Freshness::Remembered)?;
        let wrote = self.written_last();
        {
            let host = self.host.borrow();
            let accepted = wrote.map(|last| last.commit);
            if let (Some(now), Some(repository)) = (now, host.repository()) {
                // Where it cannot be kept, it is told again.
                let _ = write(file, &self.where_it_is(), Memory { last: Last::of(repository, now)?, accepted });
            }
        }
        match wrote {
            Some(last) if self.is_gone(last, now)? => self.note_accepted(last),
            Some(_) | None => Ok(()),
        }
    }

    /// Writes into the journal of the project that its runs know that a commit is not on the branch any more: whoever sees the catalog for the
    /// first time is not told again. Where others write it at the same time, they do so the next time.
    fn note_accepted(&self, last: Last) -> Result<(), Fault> {
        let Some(reference) = self.own_journal.borrow().clone() else { return Ok(()) };
        let Some(old) = self.find(&reference)? else { return Ok(()) };
        let new = {
            let host = self.host.borrow();
            let Some(repository) = host.repository() else { return Ok(()) };
            if accepted(repository, old) == Some(last.commit) {
                return Ok(());
            }
            let commit = tree::small_commit(repository, old)?;
            let said = String::from_utf8_lossy(commit.message_bytes()).trim_end().to_owned();
            let said = format!("{said}\n{ACCEPTED}{}", last.commit);
            self.authorship.commit(repository, None, commit.tree_id(), (&said, commit.time().seconds()))?
        };
        self.forget_looked();
        self.host.borrow_mut().publish(&[Move { reference, old: Some(old), new: Some(new) }])?;
        Ok(())
    }

    /// The commit that the journal of the project says its runs know to be gone.
    fn accepted_by_runs(&self) -> Option<Oid> {
        let journal = self.own_journal.borrow().clone()?;
        let commit = self.find(&journal).ok().flatten()?;
        let host = self.host.borrow();
        accepted(host.repository()?, commit)
    }

    /// Holds that a branch which is not there never was: where this machine saw it, or a run of the project wrote to it, to begin another one
    /// is the last thing that is wanted, whether the text has one made or not.
    pub(super) fn has_not_vanished(&self) -> Result<(), Fault> {
        if self.missing == WhenMissing::Begin || !matches!(self.find(&self.branch), Ok(None)) {
            return Ok(());
        }
        let saw = self.last_seen.as_ref().and_then(|file| Some((read(file, &self.where_it_is())?.last, file)));
        let wrote = self.written_last();
        let known = saw.map(|(last, _)| (last, KnownBy::Machine)).or_else(|| Some((wrote?, KnownBy::Run)));
        let Some((last, known_by)) = known else { return Ok(()) };
        let gone = self.set_back_from(last, known_by, None);
        let anew = match self.missing {
            WhenMissing::Create => {
                let forgets = saw.map(|(_, file)| format!("take the file {} away", file.display()));
                let forgets = forgets.into_iter().chain(wrote.and_then(|_| self.way_without_journal()));
                forgets.collect::<Vec<_>>().join(", and ")
            }
            WhenMissing::Begin | WhenMissing::Fail => "write `create`".to_owned(),
        };
        let reason = format!(
            "{gone}: put it back {}; only where another catalog is to begin, without what that one held, {anew}",
            self.way_to_newest(last)
        );
        Err(self.origin.unusable(reason).into())
    }

    /// What puts the branch back to the newest commit that the journals of all projects tell of, beside one that is known.
    fn way_to_newest(&self, known: Last) -> String {
        let written = self.written_by_all();
        let host = self.host.borrow();
        let Some(repository) = host.repository() else { return self.way_back(known) };
        let (newest, has_all) = newest(repository, known, &written);
        let whose =
            if newest.commit == known.commit { "" } else { ", the newest one that a run of another project wrote" };
        let doubt = if has_all { "" } else { " (the newest that is known here: others may have written later)" };
        format!("{}{whose}{doubt}", self.way_back(newest))
    }

    /// What the runs of each project wrote last, as the journals of this catalog say that can be read.
    fn written_by_all(&self) -> Vec<Last> {
        let Ok(below) = self.beside("", "p") else { return Vec::new() };
        let names = self.host.borrow_mut().names().unwrap_or_default();
        let of_this = |name: &&String| {
            let project = name.strip_prefix(JOURNALS).and_then(|rest| rest.strip_suffix(below.strip_prefix('p')?));
            project.is_some_and(|project| !project.contains('/'))
        };
        let journals = names.iter().filter(of_this).filter_map(|name| self.find(name).ok()?);
        let journals: Vec<Oid> = journals.collect();
        let host = self.host.borrow();
        let Some(repository) = host.repository() else { return Vec::new() };
        journals.into_iter().filter_map(|journal| Last::written(repository, journal)).collect()
    }

    /// What puts the branch back to a commit.
    fn way_back(&self, Last { commit, .. }: Last) -> String {
        let place = shell_word(&self.origin.url);
        let host = self.host.borrow();
        if host.is_pushed_to() {
            format!("in a clone that has that commit, by `git push {place} {commit}:{}`", shell_word(&self.branch))
        } else if host.repository().is_none() {
            format!("with the repository that was at {place}")
        } else {
            format!("by `git -C {place} branch {} {commit}`", shell_word(&self.place.branch))
        }
    }

    /// What takes the journal of the project away, which says that its runs wrote.
    fn way_without_journal(&self) -> Option<String> {
        let journal = self.own_journal.borrow();
        let (place, journal) = (shell_word(&self.origin.url), shell_word(journal.as_deref()?));
        Some(if self.host.borrow().is_pushed_to() {
            format!("take away what its runs wrote down, by `git push {place} --delete {journal}`")
        } else {
            format!("take away what its runs wrote down, by `git -C {place} update-ref -d {journal}`")
        })
    }

    /// Whether a commit is not on the branch any more.
    fn is_gone(&self, last: Last, tip: Option<Oid>) -> Result<bool, Fault> {
        match (tip, self.host.borrow().repository()) {
            (None, _) | (_, None) => Ok(true),
            (Some(tip), Some(repository)) => Ok(is_behind_none(repository, tip, last)?),
        }
    }

    /// What the runs of the project wrote last, as its journal says. One that nobody can read says nothing, and keeps nobody from the catalog.
    fn written_last(&self) -> Option<Last> {
        let journal = self.own_journal.borrow().clone()?;
        let commit = self.find(&journal).ok().flatten()?;
        let host = self.host.borrow();
        Last::written(host.repository()?, commit)
    }

    fn set_back_from(&self, last: Last, known_by: KnownBy, now: Option<Oid>) -> SetBackTo {
        let (branch, seen) = (self.place.branch.clone(), last.commit.to_string());
        let host = self.host.borrow();
        let by = host.repository().and_then(|repository| tree::project_of(repository, last.commit));
        SetBackTo { branch, seen, by, known_by, now: now.map(|tip| tip.to_string()) }
    }

    /// Holds that what this run wrote is still there: nobody set the branch back meanwhile, or took it away.
    pub(super) fn is_still_there(&self) -> Result<(), Fault> {
        let Some(wrote) = self.wrote.get() else { return Ok(()) };
        // That the branch is gone is told as what became of this run.
        let tip = self.tips(Freshness::Now)?.of(&self.branch);
        self.seen.set(Seen::At(tip));
        let host = self.host.borrow();
        let is_there = match (tip, host.repository()) {
            (Some(tip), _) if tip == wrote => true,
            // What is behind commits of others may be on the server alone; what is behind ours is not.
            (Some(tip), Some(repository)) => {
                let is_behind = |tip, commit| repository.graph_descendant_of(tip, commit).unwrap_or(false);
                is_behind(tip, wrote) || (repository.is_shallow() && !is_behind(wrote, tip))
            }
            _ => false,
        };
        let gone = || CatalogError::Replaced { place: self.origin.url.clone() };
        if is_there { Ok(()) } else { Err(gone().into()) }
    }

    /// Keeps what was seen for the next run.
    pub(super) fn remember_seen(&self, repository: Option<&Repository>, now: Option<Oid>) {
        let (Some(file), Some(repository), Some(commit)) = (&self.last_seen, repository, now) else { return };
        let place = self.where_it_is();
        let memory = read(file, &place);
        let is_known = memory.is_some_and(|memory| memory.last.commit == commit);
        if let (false, Ok(last)) = (is_known, Last::of(repository, commit)) {
            // Without it the next run knows less.
            let _ = write(file, &place, Memory { last, accepted: memory.and_then(|memory| memory.accepted) });
        }
    }

    /// What tells this catalog from the one that another text says.
    fn where_it_is(&self) -> Digest {
        Digest::of(format!("{:?}", (&self.origin.url, &self.place.branch, &self.place.folder)).as_bytes())
    }
}

/// The commit that a journal says its runs know to be gone.
fn accepted(repository: &Repository, journal: Oid) -> Option<Oid> {
    let commit = tree::small_commit(repository, journal).ok()?;
    let message = String::from_utf8_lossy(commit.message_bytes()).into_owned();
    message.lines().rev().find_map(|line| Oid::from_str(line.strip_prefix(ACCEPTED)?).ok())
}

/// The newest of a commit of the branch and some others, and whether all of them are known to be behind it. Of a server the commits may not be
/// here: there their times tell.
fn newest(repository: &Repository, first: Last, others: &[Last]) -> (Last, bool) {
    let is_behind = |one: Last, tip: Last| {
        one.commit == tip.commit || repository.graph_descendant_of(tip.commit, one.commit).unwrap_or(false)
    };
    let later = |best: Last, one: Last| {
        let is_later = is_behind(best, one) || (!is_behind(one, best) && one.time > best.time);
        if is_later { one } else { best }
    };
    let newest = others.iter().copied().fold(first, later);
    (newest, others.iter().chain([&first]).all(|one| is_behind(*one, newest)))
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
fn read(file: &Path, place: &Digest) -> Option<Memory> {
    let bytes = read_plain(file).ok()??;
    let mut lines = std::str::from_utf8(&bytes).ok()?.lines();
    if lines.next()? != BEGINNING || lines.next()? != place.to_string() {
        return None;
    }
    let last = Last::parse(lines.next()?)?;
    Some(Memory { last, accepted: lines.next().and_then(|line| Oid::from_str(line).ok()) })
}

/// Writes a file, which is whole whenever somebody sees it.
fn write(file: &Path, place: &Digest, Memory { last, accepted }: Memory) -> io::Result<()> {
    file.parent().map_or(Ok(()), make_private)?;
    let accepted = accepted.map(|commit| format!("{commit}\n")).unwrap_or_default();
    Replacement::of(file, |new| write!(new, "{BEGINNING}\n{place}\n{last}\n{accepted}"))?.replace()
}
