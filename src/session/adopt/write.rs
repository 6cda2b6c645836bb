use super::Rewrite;
use crate::file::Replacement;
use crate::resolve::LoadError;
use crate::session::files::{self, Change, Guard, PutInPlace};
use crate::session::walk::inside;
use crate::session::{Disk, SessionError};

/// Gives files of a project their new texts, all of them or none.
///
/// # Errors
/// Where a text holds a secret, as what others wrote into the catalog may, and where a file changed meanwhile, or cannot be
/// written.
pub fn write(disk: &Disk, rewrites: &[Rewrite], guard: Guard<'_>) -> Result<(), SessionError> {
    write_by(disk, rewrites, guard, &Replacement::replace)
}

pub(super) fn write_by(
    disk: &Disk,
    rewrites: &[Rewrite],
    guard: Guard<'_>,
    put_in_place: PutInPlace<'_>,
) -> Result<(), SessionError> {
    let mut changes = Vec::new();
    for Rewrite { name, before, after } in rewrites {
        let outside = || LoadError::Outside(name.clone());
        let place = inside(disk.root(), &disk.root().join(name)).ok_or_else(outside)?;
        changes.push(Change {
            name: name.clone(),
            place,
            before: Some(before.as_bytes().to_vec()),
            after: after.into(),
        });
    }
    files::write_by(&changes, guard, put_in_place)
}
