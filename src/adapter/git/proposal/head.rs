use git2::{Error, Oid, Repository};

use crate::adapter::git::host::Move;
use crate::adapter::git::inventory::ledger;
use crate::adapter::git::inventory::view::View;
use crate::adapter::git::objects::tree;

/// The trailer that says the number.
const NUMBER: &str = "Plat-Proposal: ";

/// The trailer that names the branch of the proposal that took its place.
const SUPERSEDED: &str = "Plat-Superseded-By: ";

/// What is remembered of a proposal, before its files are read.
pub(crate) struct Head {
    pub(super) branch: String,
    pub(super) reference: String,
    pub(super) record: Oid,
    pub(super) commit: Option<Oid>,
    pub(super) time: i64,
    /// Its place among all that were ever remembered at once: two of one second have an order too.
    pub(super) number: u64,
    pub(super) message: String,
    /// Whether a later one took its place.
    pub(super) is_superseded: bool,
}

/// Everything that is remembered, the oldest first.
pub(crate) fn heads(view: View<'_>) -> Result<Vec<Head>, Error> {
    let heads = view.proposed().map(|(branch, reference, record)| {
        let head = Head::read(view.repository, branch, reference.clone(), record);
        head.map_err(|error| ledger::at(reference, &error))
    });
    let mut heads = heads.collect::<Result<Vec<_>, _>>()?;
    heads.sort_by(|one, other| (one.number, &one.branch).cmp(&(other.number, &other.branch)));
    Ok(heads)
}

/// The message of what is to be remembered of a proposal: that of its commit, and its number among all.
pub(crate) fn message(message: &str, view: View<'_>) -> Result<String, Error> {
    let number = heads(view)?.last().map_or(1, |last| last.number.saturating_add(1));
    let end = if message.ends_with('\n') { "" } else { "\n" };
    Ok(format!("{message}{end}{NUMBER}{number}\n"))
}

impl Head {
    fn read(repository: &Repository, branch: String, reference: String, record: Oid) -> Result<Self, Error> {
        let opened = tree::small_commit(repository, record)?;
        let message = String::from_utf8_lossy(opened.message_bytes());
        let number = message.lines().rev().find_map(|line| line.strip_prefix(NUMBER)?.parse().ok());
        let number = number.ok_or_else(|| ledger::damaged("it is no proposal that plat remembers"))?;
        let is_superseded = message.lines().any(|line| line.starts_with(SUPERSEDED));
        let (commit, time) = (opened.parent_ids().next(), opened.time().seconds());
        Ok(Self { branch, reference, record, commit, time, number, message: message.into_owned(), is_superseded })
    }

    /// Whether the branch is where it was when this was proposed, so that nothing of it can have arrived.
    pub(super) fn is_as_it_was(&self, repository: &Repository, tip: Option<Oid>) -> Result<bool, Error> {
        let Some(commit) = self.commit else { return Ok(false) };
        Ok(tree::small_commit(repository, commit)?.parent_ids().next() == tip)
    }

    /// Whether the proposal's own commit is in the branch's history.
    pub(super) fn is_merged(&self, repository: &Repository, tip: Option<Oid>) -> Result<bool, Error> {
        let (Some(tip), Some(commit)) = (tip, self.commit) else { return Ok(false) };
        Ok(tip == commit || repository.graph_descendant_of(tip, commit)?)
    }

    /// The branch that it waits on.
    pub(crate) fn branch(&self) -> &str {
        &self.branch
    }

    /// Its commit, as it was proposed.
    pub(crate) fn commit(&self) -> Option<Oid> {
        self.commit
    }

    /// The commit that remembers it.
    pub(crate) fn record(&self) -> Oid {
        self.record
    }

    /// Whether it is the last one, as far as `all` are remembered.
    pub(crate) fn is_last(&self, all: &[Head]) -> bool {
        !self.is_superseded && all.last().is_some_and(|last| last.branch == self.branch)
    }

    /// The message and the time of what is remembered of it once the proposal on another branch took its place; nothing where one
    /// did already.
    pub(crate) fn superseded_by(&self, branch: &str) -> Option<(String, i64)> {
        (!self.is_superseded && self.branch != branch)
            .then(|| (format!("{}{SUPERSEDED}{branch}\n", self.message), self.time))
    }

    /// The move of what is remembered of it to a commit.
    pub(crate) fn moves_to(&self, new: Oid) -> Move {
        Move { reference: self.reference.clone(), old: Some(self.record), new: Some(new) }
    }
}
