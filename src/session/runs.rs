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
    begins_with(name, runs)?.ok_or_else(|| Misuse::Run(name.to_owned()))
}

/// The one run whose name begins so, where there is one.
pub(super) fn begins_with(name: &str, runs: Vec<RunRecord>) -> Result<Option<RunRecord>, Misuse> {
    let mut found: Vec<RunRecord> = runs.into_iter().filter(|record| record.run.starts_with(name)).collect();
    if found.len() > 1 {
        let runs = found.into_iter().map(|record| record.run).collect();
        return Err(Misuse::Runs { name: name.to_owned(), runs });
    }
    Ok(found.pop())
}

#[cfg(test)]
mod tests {
    use super::begins_with;
    use crate::catalog::conformance::run;

    #[test]
    fn several_runs_that_begin_so_are_named() {
        let runs = || vec![run("6b2", 3), run("61a", 2), run("7c", 1)];
        assert_eq!(begins_with("7", runs()).unwrap().map(|run| run.run).as_deref(), Some("7c"));
        assert!(begins_with("8", runs()).unwrap().is_none());
        assert_eq!(begins_with("6", runs()).unwrap_err().to_string(), "2 runs begin with `6`: 6b2, 61a");
    }
}
