use super::{Misuse, Session, SessionError, identity_in, open_catalog};
use crate::catalog::RunRecord;
use crate::wait::Wait;
use crate::workspace::Loaded;

/// Which runs of a project somebody asks for.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    /// The newest, so many at most.
    Newest(usize),
    /// The only one whose name begins so.
    Named(&'a str),
}

/// The runs of a project, the newest first, as they are seen at a time in seconds since 1970 (UTC).
///
/// # Errors
/// Where the catalog cannot be read, and where not exactly one run is called as asked.
pub fn runs(session: Session<'_>, asked: Asked<'_>, now: i64) -> Result<Vec<RunRecord>, SessionError> {
    let Session { disk, loaded: Loaded { project, .. }, environment } = session;
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
