//! Programs that run for a store: what they get to see, how what they say is kept, and how they are ended with all that they started.

use std::collections::VecDeque;
use std::process::{Child, Command};

use crate::model::password;

/// The variables that say of another repository what a program would take for its own.
const OF_A_REPOSITORY: [&str; 10] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CEILING_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_WORK_TREE",
];

/// Keeps from a program what it is not to see: variables of another repository, what is for plat alone, such as its secrets and
/// keys, and addresses with a password, as that of a proxy may be. No hook of a server, and no server, would see one of them.
pub(crate) fn withhold(command: &mut Command) {
    for (name, value) in std::env::vars_os() {
        let (text, value) = (name.to_string_lossy(), value.to_string_lossy());
        let is_address = || value.contains("://") && password(&value).is_some();
        if OF_A_REPOSITORY.contains(&&*text) || text.to_ascii_uppercase().starts_with("PLAT_") || is_address() {
            command.env_remove(name);
        }
    }
}

/// Keeps a key that interrupts the run from ending a program in the middle.
#[cfg(unix)]
pub(crate) fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
pub(crate) fn own_group(_: &mut Command) {}

/// Asks a program that has a group of its own, and all that it started, to end. Best effort: it may have ended in between.
#[cfg(unix)]
pub(crate) fn stop(child: &Child) {
    signal(child, rustix::process::Signal::TERM);
}

/// Ends them.
#[cfg(unix)]
pub(crate) fn end(child: &mut Child) {
    signal(child, rustix::process::Signal::KILL);
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(unix)]
fn signal(child: &Child, signal: rustix::process::Signal) {
    let group = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw);
    // The group is there as long as nobody has waited for its first process.
    let _ = group.map(|group| rustix::process::kill_process_group(group, signal));
}

#[cfg(not(unix))]
pub(crate) fn stop(_: &Child) {}

#[cfg(not(unix))]
pub(crate) fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// No more of what a program says is kept of its beginning, nor of its end.
const LONGEST: usize = 8 * 1024;

/// What a program said, as far as there is room for it: its beginning, and its end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    first: Vec<u8>,
    last: VecDeque<u8>,
    /// Whether something between them was dropped.
    is_cut: bool,
}

impl Said {
    pub(crate) fn hear(&mut self, part: &[u8]) {
        let room = LONGEST - self.first.len();
        let (first, last) = part.split_at(room.min(part.len()));
        self.first.extend(first);
        self.last.extend(last);
        let surplus = self.last.len().saturating_sub(LONGEST);
        self.is_cut |= surplus > 0;
        self.last.drain(..surplus);
    }

    pub(crate) fn text(self) -> String {
        let gap: &[u8] = if self.is_cut { b"\n...\n" } else { b"" };
        let all = [&self.first, gap, &Vec::from(self.last)].concat();
        String::from_utf8_lossy(&all).into_owned()
    }
}
