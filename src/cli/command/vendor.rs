use crate::cli::{Context, Failure};
use crate::session::{Change, Ending, MODULES_LOCK, Modules, write_files};

/// `plat vendor`: the modules that are locked, copied into the project.
pub(super) fn run(context: &Context) -> Result<Ending, Failure> {
    let disk = context.folder()?;
    let modules = Modules { disk: &disk, environment: &context.environment, wait: &context.wait };
    let (lock, folders) = modules.vendor()?;
    if folders.is_empty() {
        context.print("Nothing to copy: no module of a Git repository is locked.\n")?;
        return Ok(Ending::Success);
    }
    write_lock(context, &disk.root().join(MODULES_LOCK), lock)?;
    folders.iter().try_for_each(|folder| context.print(&format!("{folder}\n")))?;
    Ok(Ending::Success)
}

/// Writes a lock in the place of the one that is there.
pub(super) fn write_lock(context: &Context, place: &std::path::Path, after: String) -> Result<(), Failure> {
    let before = std::fs::read(place).ok();
    let change = Change { name: MODULES_LOCK.to_owned(), place: place.to_owned(), before, after: after.into() };
    let left_over = write_files(&[change], context.guard())?;
    Ok(context.tell_left_over(left_over)?)
}
