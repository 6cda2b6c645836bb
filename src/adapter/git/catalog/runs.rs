//! The journal of a project: a commit without a parent, with a file for each run.

use std::thread;

use git2::{Error, FileMode, Oid, Repository};

use super::along::JOURNALS;
use super::seen::Last;
use super::{Fault, GitCatalog, layer, record};
use crate::adapter::git::commit::{TRIES, pause};
use crate::adapter::git::host::{Move, Published};
use crate::adapter::git::objects::tree::{self, Spot};
use crate::catalog::{KEPT_RUNS, RunRecord};

/// A run in a journal, by the name of its file.
struct Filed {
    began: i64,
    run: String,
    blob: Oid,
}

/// The name of a run's file, which sorts as runs do.
fn file(began: i64, run: &str) -> String {
    format!("{:020}-{}", began.max(0), layer::file(run))
}

impl GitCatalog {
    fn journal(&self, project: &str) -> Result<(String, Option<Oid>), Fault> {
        let reference = self.beside(JOURNALS, project)?;
        let commit = self.find(&reference)?;
        Ok((reference, commit))
    }

    /// The runs of a journal, the newest first.
    fn filed(&self, reference: &str, commit: Option<Oid>) -> Result<Vec<Filed>, Fault> {
        let host = self.host.borrow();
        let (Some(repository), Some(commit)) = (host.repository(), commit) else { return Ok(Vec::new()) };
        let read = read(repository, commit);
        Ok(read.map_err(|error| {
            let way = "where that stays so, delete the reference, and the next run begins a new journal";
            Error::new(error.code(), error.class(), format!("{reference}: {}: {way}", error.message()))
        })?)
    }

    pub(super) fn read_runs(&self, project: &str, limit: usize) -> Result<Vec<RunRecord>, Fault> {
        let (reference, commit) = self.journal(project)?;
        let filed = self.filed(&reference, commit)?;
        if filed.is_empty() && commit.is_some() {
            let way = "no journal begins without one: the next apply begins a new one";
            return Err(Error::from_str(&format!("{reference}: there is no run in it any more, and {way}")).into());
        }
        let host = self.host.borrow();
        let Some(repository) = host.repository() else { return Ok(Vec::new()) };
        let read = |one: &Filed| {
            let content = tree::small_blob(repository, one.blob)?;
            Ok(record::read_run(content.content(), &one.run, one.began))
        };
        filed.iter().take(limit).map(read).collect()
    }

    /// Writes down how runs stand, in one go.
    pub(super) fn write_runs(&self, project: &str, records: &[&RunRecord]) -> Result<(), Fault> {
        let Some(last) = records.last() else { return Ok(()) };
        for tried in 0..TRIES {
            thread::sleep(pause(tried));
            self.host.borrow_mut().create()?;
            let (reference, old) = self.journal(project)?;
            let filed = self.filed(&reference, old)?;
            let new = {
                let host = self.host.borrow();
                let repository = host.repository().ok_or_else(|| self.origin.missing())?;
                let before = old.map(|commit| tree::small_commit(repository, commit)?.tree()).transpose()?;
                let mut tree = repository.treebuilder(before.as_ref())?;
                let is_written = |run: &str| records.iter().any(|record| record.run == run);
                let (former, mut kept): (Vec<Filed>, Vec<Filed>) =
                    filed.into_iter().partition(|one| is_written(&one.run));
                for record in records {
                    let blob = repository.blob(&record::run(record))?;
                    kept.push(Filed { began: record.began, run: record.run.clone(), blob });
                }
                kept.sort_by(|one, other| (other.began, &other.run).cmp(&(one.began, &one.run)));
                for one in &former {
                    tree.remove(file(one.began, &one.run))?;
                }
                for (index, one) in kept.iter().enumerate() {
                    if index >= KEPT_RUNS && !is_written(&one.run) {
                        tree.remove(file(one.began, &one.run))?;
                    } else if index < KEPT_RUNS && is_written(&one.run) {
                        tree.insert(file(one.began, &one.run), one.blob, FileMode::Blob.into())?;
                    }
                }
                let mut said = match records {
                    [record] => format!("Note run {}: {}", record.run, record.state),
                    several => format!("Note {} runs", several.len()),
                };
                let wrote = self.wrote.get().map(|wrote| Last::of(repository, wrote)).transpose()?;
                let wrote = wrote.or(old.and_then(|journal| Last::written(repository, journal)));
                said.extend(wrote.map(|last| format!("\n\n{}", last.trailer(repository, old))));
                self.authorship.commit(repository, None, tree.write()?, (&said, last.ended.unwrap_or(last.began)))?
            };
            let step = Move { reference, old, new: Some(new) };
            self.forget_looked();
            if old == Some(new) || matches!(self.host.borrow_mut().publish(&[step])?, Published::Done) {
                return Ok(());
            }
        }
        Err(self.origin.busy("its journal", TRIES).into())
    }
}

/// The runs that the commit of a journal has.
fn read(repository: &Repository, commit: Oid) -> Result<Vec<Filed>, Error> {
    let mut filed = Vec::new();
    for entry in &tree::small_tree(repository, tree::small_commit(repository, commit)?.tree_id())? {
        let named = entry.name().ok().and_then(|name| name.split_once('-'));
        let named = named.and_then(|(began, run)| Some((began.parse().ok()?, layer::named(run)?)));
        let (Some((began, run)), Spot::File(blob, _)) = (named, tree::entry_spot(&entry)) else { continue };
        filed.push(Filed { began, run: run.to_string(), blob });
    }
    filed.sort_by(|one, other| (other.began, &other.run).cmp(&(one.began, &one.run)));
    Ok(filed)
}
