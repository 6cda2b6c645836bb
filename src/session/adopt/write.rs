use super::Rewrite;
use crate::resolve::LoadError;
use crate::secret::Tripwire;
use crate::session::files::{self, Change, PutInPlace};
use crate::session::walk::inside;
use crate::session::{Disk, SessionError};

/// Gives files of a project their new texts, all of them or none.
///
/// # Errors
/// Where a text holds a secret, as what others wrote into the catalog may, and where a file changed meanwhile, or cannot be
/// written.
pub fn write(disk: &Disk, rewrites: &[Rewrite], tripwire: &Tripwire) -> Result<(), SessionError> {
    write_by(disk, rewrites, tripwire, &|beside, place| std::fs::rename(beside, place))
}

pub(super) fn write_by(
    disk: &Disk,
    rewrites: &[Rewrite],
    tripwire: &Tripwire,
    put_in_place: PutInPlace<'_>,
) -> Result<(), SessionError> {
    let mut changes = Vec::new();
    for Rewrite { name, before, after } in rewrites {
        let outside = || LoadError::Outside(name.clone());
        let place = inside(disk.root(), &disk.root().join(name)).ok_or_else(outside)?;
        changes.push(Change { name: name.clone(), place, before: Some(before.as_bytes().to_vec()), after });
    }
    files::write(&changes, tripwire, put_in_place)
}
