//! Whether the text of a folder is the one that a project was applied from: a copy of it, or a template that was filled in, has the id of the
//! original, and would delete what that has and it has not.
//!
//! What tells is that an apply was carried out in this folder, which the folder remembers; or that a commit which the project was applied from
//! is in the repository that the text lies in.

use super::own_folder::own_folder;
use super::rollback::DIRTY;
use super::{CatalogAt, Change, Disk, Guard, Session, make_own_folder, open_catalog_at, write_files};
use crate::adapter::git::has_commit;
use crate::apply::Targets;
use crate::catalog::{CatalogError, RunRecord};
use crate::file::{read_plain, real_path};
use crate::model::{DatabaseSchema, Digest, GitFolder, Identity, SharedCatalog};
use crate::plan::{FormerCatalog, Lineage, Unknown};
use crate::syntax::{Escapes, escaped};
use crate::wait::Wait;
use std::path::PathBuf;

/// The file that remembers it, and how it begins: what it is, and its form.
const FILE: &str = "applied";
const BEGINNING: &str = "plat applied 01";

/// So many of the newest runs are looked at.
const RUNS: usize = 50;

impl Session<'_> {
    /// What is known of whence its text was applied before. A catalog in the folder itself is of nobody else.
    ///
    /// # Errors
    /// Where the catalog cannot be read.
    pub(super) fn lineage(&self, targets: &Targets) -> Result<Lineage, CatalogError> {
        let Some(catalog) = &self.loaded.project.catalog else { return Ok(Lineage::default()) };
        if let Some(former) = self.applied_to(&targets.identity) {
            let former_catalog = Some(former).filter(|former| *former != place(catalog)).map(FormerCatalog::Said);
            return Ok(Lineage { unknown: None, former_catalog });
        }
        let runs = targets.catalog.runs(&targets.identity.id, RUNS)?;
        if runs.is_empty() {
            return Ok(Lineage { unknown: None, former_catalog: self.embedded_before(targets)? });
        }
        let commit = |run: &RunRecord| Some(run.source.as_deref()?.trim_end_matches(DIRTY).to_owned());
        let mut commits: Vec<String> = runs.iter().filter_map(commit).collect();
        commits.dedup();
        let is_known = commits.iter().any(|commit| has_commit(self.disk.root(), commit));
        let Some(last) = runs.into_iter().next().filter(|_| !is_known) else { return Ok(Lineage::default()) };
        let Identity { id, name, .. } = &targets.identity;
        let called = targets.catalog.projects()?.into_iter().find(|project| *project.id == **id);
        let other_name = called.map(|project| project.name).filter(|called| *called != **name);
        let unknown = Some(Unknown { holder: last.holder, source: last.source, other_name });
        Ok(Lineage { unknown, former_catalog: None })
    }

    /// The catalog in plat's own folder, where the project was applied to that before the text said another one. What cannot be read tells
    /// nothing: nobody asked for it.
    fn embedded_before(&self, targets: &Targets) -> Result<Option<FormerCatalog>, CatalogError> {
        let (project, Identity { id, name, .. }) = (&*self.loaded.project, &targets.identity);
        let at = (self.disk, project);
        let embedded = open_catalog_at(&CatalogAt::Embedded, at, self.environment, &Wait::default());
        let Ok(embedded) = embedded else { return Ok(None) };
        let said = project.id.as_ref().map(|_| id.clone());
        let own = said.or_else(|| embedded.identities(name).ok()?.pop_first());
        let observed = own.and_then(|own| embedded.observe(&own).ok()).unwrap_or_default();
        let objects = observed.entries.iter().filter(|entry| entry.owner.is_some() && entry.live.is_some()).count();
        if objects == 0 {
            return Ok(None);
        }
        let is_taken_in = targets.catalog.projects()?.is_empty() && targets.catalog.observe("")?.entries.is_empty();
        Ok(Some(FormerCatalog::Embedded { objects, is_taken_in }))
    }

    /// Remembers that the project was applied from this folder, and to which catalog.
    pub(super) fn remember_applying(&self, identity: &Identity, wait: &Wait) {
        let Some(catalog) = &self.loaded.project.catalog else { return };
        let place = place(catalog);
        if self.applied_to(identity).as_ref() == Some(&place) {
            return;
        }
        make_own_folder(self.disk);
        let file = file(self.disk);
        let change = Change {
            name: file.display().to_string(),
            before: read_plain(&file).ok().flatten(),
            after: format!("{}{place}\n", beginning(self.disk, identity)).into(),
            place: file,
        };
        // Without it the next run knows less.
        let _ = write_files(&[change], Guard { tripwire: self.environment.tripwire(), wait });
    }

    /// The catalog that the project was last applied to from this folder; nothing where it never was.
    fn applied_to(&self, identity: &Identity) -> Option<String> {
        let found = String::from_utf8(read_plain(&file(self.disk)).ok()??).ok()?;
        Some(found.strip_prefix(&beginning(self.disk, identity))?.lines().next()?.to_owned())
    }
}

fn file(disk: &Disk) -> PathBuf {
    own_folder(disk).join(FILE)
}

/// How the file begins: with whose it is. It goes along where the folder is copied, and is of the first one all the same.
fn beginning(disk: &Disk, Identity { id, .. }: &Identity) -> String {
    let folder = real_path(disk.root()).unwrap_or_else(|| disk.root().to_owned());
    format!("{BEGINNING}\n{}\n", Digest::of(format!("{id}\n{}", folder.display()).as_bytes()))
}

/// A catalog, as a text says where it is, on a line.
fn place(catalog: &SharedCatalog) -> String {
    let place = match catalog {
        SharedCatalog::Git(GitFolder { url, branch, path, .. }) => {
            let folder = if path.value.is_empty() { String::new() } else { format!(", folder {}", path.value) };
            format!("{}, branch {}{folder}", url.value, branch.value)
        }
        SharedCatalog::Postgres(DatabaseSchema { url, schema, .. }) => {
            let (address, secret) = url.says();
            let secret = secret.map(|name| format!("the address of the secret {name}"));
            format!("{}, schema {}", address.or(secret.as_deref()).unwrap_or_default(), schema.value)
        }
    };
    escaped(&place, Escapes::Hidden)
}
