use super::{Disk, Ending, SessionError, seconds_now};
use crate::wait::Wait;
use crate::workspace::{Loaded, Progress, Workspace};
use std::thread::sleep;
use std::time::Duration;

/// How often it is looked whether a file has changed.
const LOOK: Duration = Duration::from_millis(200);

/// Checks a project, and again each time when a file of its folder has changed, until `wait` is interrupted. `tell` hears the project
/// with all its problems.
///
/// # Errors
/// Where the project cannot be read, and what `tell` says.
pub fn check_again<E: From<SessionError>>(
    disk: &Disk,
    wait: &Wait,
    progress: &dyn Progress,
    mut tell: impl FnMut(&Loaded) -> Result<(), E>,
) -> Result<Ending, E> {
    let (mut workspace, mut last) = (Workspace::default(), None);
    while !wait.is_interrupted() {
        // Before the files are read: what changes meanwhile is seen the next time.
        let stamps = Some(disk.stamps().map_err(SessionError::from)?);
        if stamps != last {
            last = stamps;
            let loaded = workspace.load(disk, progress).map_err(SessionError::from)?;
            tell(&loaded.judged(seconds_now()).0)?;
        }
        sleep(LOOK);
    }
    Ok(Ending::of_signal(wait.signal()))
}
