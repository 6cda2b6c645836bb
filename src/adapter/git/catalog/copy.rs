//! All that another catalog holds, taken in.

use super::batch::Work;
use super::layer::{self, Layer};
use super::record;
use super::view::View;
use super::{Fault, GitCatalog};
use crate::adapter::git::host::Freshness;
use crate::adapter::git::objects::tree::Spot;
use crate::catalog::{CatalogError, Contents, KnownProject, RunRecord};

/// The projects that have a folder; one whose folder does not say what it is called is called as its id.
pub(super) fn projects(view: &View<'_>) -> Result<Vec<KnownProject>, Fault> {
    let project = |id: &crate::model::Name| {
        let name = match called(view, id)? {
            Called::Named(name) => name,
            Called::Unsaid | Called::Unread => id.to_string(),
        };
        Ok(KnownProject { id: id.clone(), name })
    };
    view.projects().iter().map(project).collect()
}

/// What the file of a project says that it is called.
enum Called {
    Named(String),
    /// There is no such file.
    Unsaid,
    /// It says no name.
    Unread,
}

fn called(view: &View<'_>, project: &str) -> Result<Called, Fault> {
    let said = match view.spot(&name_of(project))? {
        Spot::Free => return Ok(Called::Unsaid),
        Spot::File(file, _) => record::read_project(&view.content(file)?),
        _ => None,
    };
    Ok(said.map_or(Called::Unread, Called::Named))
}

/// The file that says what a project is called.
fn name_of(project: &str) -> String {
    format!("{}/{}", layer::project_folder(project), layer::NAME)
}

/// Holds that the file which says what a project is called does, where there is one.
pub(super) fn named(view: &View<'_>, project: &str) -> Result<(), Fault> {
    match called(view, project)? {
        Called::Named(_) | Called::Unsaid => Ok(()),
        Called::Unread => {
            let path = view.full(&name_of(project));
            let what = format!("its file {path} does not say what the project {project} is called");
            Err(Fault::Damaged { what, path })
        }
    }
}

impl GitCatalog {
    /// Writes all of it down as one commit, behind the journals: without the commit they are nobody's.
    pub(super) fn copy(&self, contents: &Contents) -> Result<(), Fault> {
        self.look(Freshness::Now)?;
        self.is_free_for_a_copy()?;
        for of_one in contents.runs.chunk_by(|one, other| one.0 == other.0) {
            let runs: Vec<&RunRecord> = of_one.iter().map(|(_, run)| run).collect();
            self.write_runs(&of_one[0].0, &runs)?;
        }
        let (objects, projects) = (contents.objects.len(), contents.projects.len());
        let time = contents.objects.iter().map(|(_, times)| times.updated).max().unwrap_or(0);
        let message = format!("Copy {objects} objects, and the inventories of {projects} projects");
        self.commit((&message, time), |view| {
            if !is_empty(view)? {
                return Err(self.occupied().into());
            }
            let mut work = Work::new(view, "", time);
            work.take_in(contents)?;
            Ok(((), work))
        })
    }

    fn is_free_for_a_copy(&self) -> Result<(), Fault> {
        let commit = self.look(Freshness::Remembered)?;
        let host = self.host.borrow();
        let Some(repository) = host.repository() else { return Ok(()) };
        if is_empty(&self.view(repository, commit)?)? { Ok(()) } else { Err(self.occupied().into()) }
    }

    fn occupied(&self) -> CatalogError {
        CatalogError::Occupied { place: self.origin.url.clone() }
    }
}

fn is_empty(view: &View<'_>) -> Result<bool, Fault> {
    Ok(view.projects().is_empty() && view.id(&Layer::Objects)?.is_none() && view.id(&Layer::Times)?.is_none())
}
