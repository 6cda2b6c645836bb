//! The hooks of a repository on this machine, run as a server that is pushed to runs them.

use std::ffi::OsString;
use std::io;
use std::io::{PipeReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use git2::{Oid, Repository};

use crate::adapter::git::child::{self, Said};
use crate::adapter::git::host::Move;
use crate::wait::Wait;

/// How often a hook that says nothing is looked after.
const LOOK: Duration = Duration::from_millis(20);

/// How many parts of what a hook says wait to be heard.
const PARTS: usize = 16;

/// The most bytes that a hook may say. What is kept of them is less.
const MOST: usize = 16 << 20;

/// How long a hook may go on after the run was asked to stop.
const LAST: Duration = Duration::from_secs(3);

/// The hooks of a repository.
pub(crate) struct Hooks {
    /// The folder that they are in.
    folder: PathBuf,
    /// The folder of the repository, in which they run.
    repository: PathBuf,
    /// How long one may say nothing.
    idle: Duration,
    /// How it is learned that the run is asked to stop.
    wait: Wait,
}

/// A hook that does not want a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The reference that it is about, where it is one; else that of the first move.
    pub(crate) reference: String,
    /// Which hook, and what it came to.
    pub(crate) status: String,
    /// What it said.
    pub(crate) said: String,
}

worded! {
    /// Where a change of references is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Phase {
        /// All of them are locked.
        Prepared = "prepared",
        /// All of them moved.
        Committed = "committed",
        /// None of them moves.
        Aborted = "aborted",
    }
}

/// What a hook came to, and what it said.
struct Ran {
    ended: End,
    said: String,
}

enum End {
    Exited(ExitStatus),
    Silent,
    Endless,
    Interrupted,
    Unstarted(io::Error),
}

impl Hooks {
    /// The hooks of a repository, where `core.hooksPath` says or in its folder `hooks`.
    pub(crate) fn of(repository: &Repository, idle: Duration, wait: Wait) -> Self {
        let said = repository.config().and_then(|mut config| config.snapshot()?.get_path("core.hooksPath"));
        let here = repository.path().to_owned();
        let folder = said.map_or_else(|_| repository.commondir().join("hooks"), |said| here.join(said));
        Self { folder, repository: here, idle, wait }
    }

    /// Asks whether references may be moved: `pre-receive` about all of them, then `update` about each. Gives what they said.
    pub(crate) fn may(&self, moves: &[Move]) -> Result<String, Refusal> {
        let mut said = self.ask("pre-receive", &[], &lines(moves), moves)?;
        for step in moves {
            let [old, new] = [step.old, step.new].map(written);
            said.push_str(&self.ask("update", &[&step.reference, &old, &new], "", std::slice::from_ref(step))?);
        }
        Ok(said)
    }

    /// Tells `reference-transaction` where a change of references is; it may stop one that is prepared.
    pub(crate) fn transaction(&self, phase: Phase, moves: &[Move]) -> Result<(), Refusal> {
        self.ask("reference-transaction", &[phase.word()], &lines(moves), moves).map(drop)
    }

    /// Tells that references moved: `post-receive`, then `post-update`. What these come to changes nothing; gives what they
    /// said.
    pub(crate) fn did(&self, moves: &[Move]) -> String {
        let names: Vec<&str> = moves.iter().map(|step| step.reference.as_str()).collect();
        let ran = [self.run("post-receive", &[], &lines(moves)), self.run("post-update", &names, "")];
        ran.into_iter().flatten().map(|ran| ran.said).collect()
    }

    fn ask(&self, name: &str, arguments: &[&str], input: &str, moves: &[Move]) -> Result<String, Refusal> {
        let Some(Ran { ended, said }) = self.run(name, arguments, input) else { return Ok(String::new()) };
        let status = match ended {
            End::Exited(status) if status.success() => return Ok(said),
            End::Exited(_) => format!("{name} hook declined"),
            End::Silent => format!("the {name} hook said nothing for {} s", self.idle.as_secs_f64()),
            End::Endless => format!("the {name} hook said more than {} MiB", MOST >> 20),
            End::Interrupted => format!("the {name} hook was ended, as the run was asked to stop"),
            End::Unstarted(error) => format!("the {name} hook cannot be run: {error}"),
        };
        let reference = moves.first().map(|step| step.reference.clone()).unwrap_or_default();
        Err(Refusal { reference, status, said })
    }

    /// Runs a hook; nothing where there is none that can be run.
    fn run(&self, name: &str, arguments: &[&str], input: &str) -> Option<Ran> {
        let path = self.folder.join(name);
        if !is_executable(&path) {
            return None;
        }
        Some(match self.start(&path, arguments) {
            Ok((child, said)) => self.hear(child, said, input.to_owned()),
            Err(error) => Ran { ended: End::Unstarted(error), said: String::new() },
        })
    }

    fn start(&self, path: &Path, arguments: &[&str]) -> io::Result<(Child, PipeReader)> {
        let spawn = |program: OsString, first: Option<&Path>| -> io::Result<(Child, PipeReader)> {
            let mut command = Command::new(program);
            command.args(first).args(arguments).current_dir(&self.repository).env("GIT_DIR", ".");
            child::withhold(&mut command);
            // One stream for both, as Git has it: what is said keeps its order.
            let (heard, said) = io::pipe()?;
            command.stdin(Stdio::piped()).stdout(said.try_clone()?).stderr(said);
            child::own_group(&mut command);
            Ok((command.spawn()?, heard))
        };
        match spawn(path.into(), None) {
            // One that does not say what reads it is read by the shell, as Git has it.
            Err(error) if error.raw_os_error() == Some(NO_FORMAT) => spawn("/bin/sh".into(), Some(path)),
            started => started,
        }
    }

    /// Hears a hook out.
    fn hear(&self, mut child: Child, mut stream: PipeReader, input: String) -> Ran {
        let (sender, heard) = mpsc::sync_channel::<Vec<u8>>(PARTS);
        if let Some(mut stdin) = child.stdin.take() {
            // A hook need not listen.
            thread::spawn(move || stdin.write_all(input.as_bytes()));
        }
        thread::spawn(move || {
            let mut part = [0; 4096];
            while let Ok(length @ 1..) = stream.read(&mut part) {
                if sender.send(part[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        let mut said = Said::default();
        let ended = self.attend(&mut child, &heard, &mut said);
        // What it said last may still be on its way; what a process says that it left behind is not waited for.
        let end = Instant::now() + LOOK;
        while let Some(part) = end.checked_duration_since(Instant::now()).and_then(|rest| heard.recv_timeout(rest).ok())
        {
            said.hear(&part);
        }
        if matches!(ended, End::Silent | End::Endless | End::Interrupted) {
            child::end(&mut child);
        }
        Ran { ended, said: said.text() }
    }

    /// Waits for the end of a hook as long as it is to be waited for.
    fn attend(&self, child: &mut Child, heard: &Receiver<Vec<u8>>, said: &mut Said) -> End {
        let (mut last, mut asked, mut most) = (Instant::now(), None, MOST);
        loop {
            let silence = match heard.recv_timeout(LOOK) {
                Ok(part) if part.len() > most => return End::Endless,
                Ok(part) => {
                    most -= part.len();
                    said.hear(&part);
                    last = Instant::now();
                    None
                }
                Err(silence) => Some(silence),
            };
            if silence.is_some() {
                match child.try_wait() {
                    Ok(Some(status)) => return End::Exited(status),
                    Err(error) => return End::Unstarted(error),
                    Ok(None) => {}
                }
            }
            if last.elapsed() >= self.idle {
                return End::Silent;
            }
            if self.wait.is_interrupted() && asked.get_or_insert_with(Instant::now).elapsed() >= LAST {
                return End::Interrupted;
            }
            if silence == Some(RecvTimeoutError::Disconnected) {
                thread::sleep(LOOK);
            }
        }
    }
}

/// How the system says that it cannot tell what reads a file.
const NO_FORMAT: i32 = 8;

/// What is written of moves to a hook.
fn lines(moves: &[Move]) -> String {
    let line = |step: &Move| format!("{} {} {}\n", written(step.old), written(step.new), step.reference);
    moves.iter().map(line).collect()
}

/// An object's name, which for none is zeros.
fn written(id: Option<Oid>) -> String {
    id.unwrap_or(Oid::ZERO_SHA1).to_string()
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}
