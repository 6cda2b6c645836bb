//! Another name for what is named at a place: in its project, and in the others that use the same module.

use super::documents::Overlaid;
use super::handlers::{Refused, place};
use super::projects::{MOST_FOLDERS, Project, Projects};
use crate::diag::{self, Edit};
use crate::editor::Snapshot;
use crate::session::{Disk, Everywhere, environments, repository_of, seconds_now};
use crate::source::FileId;
use crate::syntax::edit::apply;
use crate::workspace::{Loaded, Unwatched};
use gen_lsp_types as lsp;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

const STALE: &str = "the text has just changed; try again";

/// The place of the name at a place that may get another one.
pub(super) fn renamable(
    projects: &Projects<'_>,
    params: &lsp::PrepareRenameParams,
) -> Result<Option<lsp::PrepareRenameResult>, Refused> {
    let place_of = &params.text_document_position_params;
    let Some((opened, at)) = place(projects, place_of) else { return Ok(None) };
    let known = opened.known(at).ok_or(STALE)?;
    let span = opened.project.snapshot.renamable(opened.file, known).map_err(|refused| refused.0)?;
    Ok(Some(projects.range(opened.project, &place_of.text_document.uri, span).into()))
}

/// Another name for what is named at a place.
pub(super) fn rename(
    projects: &Projects<'_>,
    params: &lsp::RenameParams,
) -> Result<Option<lsp::WorkspaceEdit>, Refused> {
    let Some((opened, at)) = place(projects, &params.text_document_position_params) else { return Ok(None) };
    let (own, known, name) = (opened.project, opened.known(at).ok_or(STALE)?, &params.new_name);
    let edits = projects.renamed(own, opened.file, known, name)?;
    let sources = &own.snapshot.loaded.sources;
    let shared = edits.iter().find(|edit| sources.file(edit.span.file).is_of_module()).map(|edit| edit.span);
    let mut all = vec![(own, edits)];
    let found = if shared.is_some() { projects.beside(own)? } else { Vec::new() };
    if let Some(span) = shared {
        let file = sources.file(span.file);
        let known = projects.all.values().filter(|one| one.disk.root() != own.disk.root());
        for other in known.chain(&found) {
            let Some((id, same)) = other.text_at(&own.path(&file.name)) else { continue };
            if same.text != file.text {
                return Err(STALE.to_owned());
            }
            let edits = projects.renamed(other, id, span.start, name);
            let of = || format!("in `{}`, which uses the module too: ", other.disk.root().display());
            all.push((other, edits.map_err(|why| format!("{}{why}", of()))?));
        }
    }
    let all: Vec<(&Project, &[Edit])> = all.iter().map(|(project, edits)| (*project, &**edits)).collect();
    Ok(Some(projects.workspace_edit(&all)))
}

impl Projects<'_> {
    /// The edits that give what is named at an offset of a file of a project another name, with what follows from it in each of its
    /// environments.
    fn renamed(&self, project: &Project, file: FileId, at: u32, name: &str) -> Result<Vec<Edit>, Refused> {
        let snapshot = &project.snapshot;
        let mut renaming = snapshot.rename(file, at, name).map_err(|refused| refused.0)?;
        if renaming.edits.is_empty() {
            return Ok(renaming.edits);
        }
        let after = self.sound_after(project, &renaming.edits)?;
        let mut is_more =
            snapshot.follow(&mut renaming, &snapshot.loaded, &after.project).map_err(|refused| refused.0)?;
        // What was read is the first of the environments.
        let others = environments(&project.disk).into_iter().skip(1).filter(|_| !project.is_of_one_environment());
        for environment in others {
            let disk = project.disk.clone().in_environment(Some(environment));
            let before = self.read(project, &disk, &[])?;
            let after = self.read(project, &disk, &renaming.edits)?;
            is_more |= snapshot.follow(&mut renaming, &before, &after.project).map_err(|refused| refused.0)?;
        }
        if is_more {
            self.sound_after(project, &renaming.edits)?;
        }
        Ok(renaming.edits)
    }

    /// A project after edits of it. What names something in a text that other texts decide about, no index knows: what is left behind is asked
    /// of the project as it would be.
    fn sound_after(&self, project: &Project, edits: &[Edit]) -> Result<Loaded, Refused> {
        let after = self.read(project, &project.disk, edits)?;
        match broken(&project.snapshot.loaded, &after) {
            Some(broken) => Err(format!("that would leave something behind: {broken}")),
            None => Ok(after),
        }
    }

    /// A project as it is, with the open texts, after edits of it.
    fn read(&self, project: &Project, disk: &Disk, edits: &[Edit]) -> Result<Loaded, Refused> {
        let sources = &project.snapshot.loaded.sources;
        let mut open = self.open_texts(project);
        for file in edits.iter().map(|edit| edit.span.file).collect::<BTreeSet<_>>() {
            let source = sources.file(file);
            let own: Vec<Edit> = edits.iter().filter(|edit| edit.span.file == file).cloned().collect();
            let text = apply(&source.text, &own).ok_or("two of the edits are of the same place")?;
            open.insert(source.name.clone(), text.into());
        }
        let loader = Overlaid { below: disk, open: &open };
        let read = Everywhere::default().judged(&loader, seconds_now(), &Unwatched);
        read.map(|(loaded, _)| loaded).map_err(|error| error.with_cause())
    }

    /// The open texts of a project, by their names in it, and those of the modules that it uses.
    fn open_texts(&self, project: &Project) -> HashMap<String, Arc<str>> {
        let of_modules = project.snapshot.loaded.sources.of_people().filter(|(_, file)| file.is_of_module());
        let of_modules =
            of_modules.filter_map(|(_, file)| Some((self.address(project, &file.name)?, file.name.clone())));
        let own = self.open_in(project.disk.root()).into_iter();
        let own = own.filter_map(|uri| Some((uri.clone(), self.home(uri)?.1)));
        let all = of_modules.chain(own);
        all.filter_map(|(uri, name)| Some((name, self.documents.get(&uri)?.text.clone()))).collect()
    }

    /// The other projects that may use what one does, but for those that the editor has texts of: in the folders that it has open, and all of the
    /// repository, from where alone a module can be used that lies in it.
    fn beside(&self, own: &Project) -> Result<Vec<Project>, Refused> {
        let mut found: BTreeMap<PathBuf, Project> = BTreeMap::new();
        let repository = repository_of(own.disk.root());
        for folder in self.folders.iter().chain(&repository) {
            let all = crate::file::folders_with(folder, crate::session::PROJECT_FILE, MOST_FOLDERS);
            let all = all.ok_or_else(|| {
                format!("`{}` has more folders than are looked through for who uses the module", folder.display())
            })?;
            for disk in all.iter().filter_map(|folder| self.disk_of(folder)) {
                if self.all.contains_key(disk.root()) || found.contains_key(disk.root()) {
                    continue;
                }
                let mut project = Project::new(disk);
                self.fill(&mut project)?;
                // Which modules it uses is known now, and one of their texts may be open.
                if !self.open_texts(&project).is_empty() {
                    self.fill(&mut project)?;
                }
                found.insert(project.disk.root().to_owned(), project);
            }
        }
        found.remove(own.disk.root());
        Ok(found.into_values().collect())
    }

    /// Reads a project for who asks now.
    fn fill(&self, project: &mut Project) -> Result<(), Refused> {
        let read = self.read(project, &project.disk, &[]);
        let root = project.disk.root().display();
        project.snapshot =
            Arc::new(Snapshot::new(read.map_err(|error| format!("`{root}` cannot be read: {error}"))?, seconds_now()));
        Ok(())
    }
}

/// What is wrong with a project that was not wrong with it before, with its place.
fn broken(before: &Loaded, after: &Loaded) -> Option<String> {
    // A message may say the name, and so it may be another one of the same problem.
    let counted = |read: &Loaded| {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for one in read.diagnostics.iter().filter(|one| one.severity != diag::Severity::Advice) {
            *counts.entry(one.code.id).or_default() += one.count;
        }
        counts
    };
    let (before, now) = (counted(before), counted(after));
    let is_new = |one: &&diag::Diagnostic| now.get(one.code.id) > before.get(one.code.id);
    let first = after.diagnostics.iter().find(is_new)?;
    Some(format!("{}, at {}", first.message, after.sources.location(first.primary.span())))
}
