//! Files of a project replaced as wholes, all of them or, where one has changed meanwhile, none.

use super::Rewrite;
use crate::file::hidden_beside;
use crate::resolve::LoadError;
use crate::secret::Tripwire;
use crate::session::walk::inside;
use crate::session::{Disk, SessionError};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Gives files of a project their new texts. Each is written beside its place first; where one of them is no longer what it was
/// when the project was read, none is put in place.
///
/// # Errors
/// Where a text holds a secret, as what others wrote into the catalog may, and where a file changed meanwhile, or cannot be
/// written.
pub fn write(disk: &Disk, rewrites: &[Rewrite], tripwire: &Tripwire) -> Result<(), SessionError> {
    for rewrite in rewrites {
        tripwire.pass(rewrite.after.as_bytes(), &format!("the file {}", rewrite.name))?;
    }
    let mut written: Vec<(PathBuf, PathBuf)> = Vec::new();
    let prepared = rewrites.iter().try_for_each(|rewrite| {
        let failed = |source| SessionError::Write { path: rewrite.name.clone(), source };
        let outside = || LoadError::Outside(rewrite.name.clone());
        let place = inside(disk.root(), &disk.root().join(&rewrite.name)).ok_or_else(outside)?;
        let beside = hidden_beside(&place, ".plat-adopt");
        written.push((beside.clone(), place.clone()));
        fill(&beside, &place, &rewrite.after).map_err(failed)
    });
    let unchanged = prepared.and_then(|()| {
        rewrites.iter().zip(&written).try_for_each(|(rewrite, (_, place))| {
            let now = fs::read(place).map_err(|source| SessionError::Write { path: rewrite.name.clone(), source })?;
            let same = now == rewrite.before.as_bytes();
            if same { Ok(()) } else { Err(SessionError::Changed { path: rewrite.name.clone() }) }
        })
    });
    if let Err(error) = unchanged {
        for (beside, _) in &written {
            // What was never put in place is of no use to anybody; where it cannot go, the error that is told says more.
            let _ = fs::remove_file(beside);
        }
        return Err(error);
    }
    for (rewrite, (beside, place)) in rewrites.iter().zip(&written) {
        fs::rename(beside, place).map_err(|source| SessionError::Write { path: rewrite.name.clone(), source })?;
    }
    Ok(())
}

fn fill(beside: &Path, place: &Path, text: &str) -> std::io::Result<()> {
    let mut file = fs::File::create(beside)?;
    file.write_all(text.as_bytes())?;
    file.set_permissions(fs::metadata(place)?.permissions())?;
    file.sync_all()
}
