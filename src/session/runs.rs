use super::{Disk, Misuse, SessionError, identity_in, open_catalog};
use crate::catalog::RunRecord;
use crate::credentials::Environment;
use crate::model::Project;
use crate::wait::Wait;

/// Which runs of a project somebody asks for.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    /// The newest, so many at most.
    Newest(usize),
    /// The only one whose name begins so.
    Named(&'a str),
}

/// The runs of a project, of which no more has to be known than its own file says, the newest first, as they are seen at a time in seconds since 1970 (UTC).
///
/// # Errors
/// Where the catalog cannot be read, and where not exactly one run is called as asked.
pub fn runs(
    disk: &Disk,
    project: &Project,
    environment: &Environment,
    (asked, now): (Asked<'_>, i64),
) -> Result<Vec<RunRecord>, SessionError> {
    let catalog = open_catalog(disk, project, environment, &Wait::default())?;
    let project = identity_in(project, &*catalog)?;
    let runs = match asked {
        Asked::Newest(most) => catalog.runs(&project.id, most)?,
        Asked::Named(name) => vec![named(name, catalog.runs(&project.id, usize::MAX)?)?],
    };
    Ok(runs.into_iter().map(|record| record.seen_at(now)).collect())
}

fn named(name: &str, runs: Vec<RunRecord>) -> Result<RunRecord, Misuse> {
    let mut found: Vec<RunRecord> = runs.into_iter().filter(|record| record.run.starts_with(name)).collect();
    match (found.pop(), found.len()) {
        (Some(record), 0) => Ok(record),
        (Some(_), more) => Err(Misuse::Runs { name: name.to_owned(), count: more + 1 }),
        (None, _) => Err(Misuse::Run(name.to_owned())),
    }
}
