use std::io::{Error, Read};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::adapter::git::child::{self, Said};
use crate::wait::{Held, Leave};

/// How often one looks whether a program has ended.
const LOOK: Duration = Duration::from_millis(5);

/// How long a program that is asked to end has for that.
const LAST: Duration = Duration::from_millis(200);

/// The program that runs for a conversation, in a process group of its own. It is waited for in every case: whoever starts it or
/// gives the conversation up sees to that.
#[derive(Clone, Debug, Default)]
pub(super) struct Running(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    child: Option<Child>,
    leave: Leave,
    /// Keeps a signal from ending this process alone.
    held: Option<Held>,
    /// Whether nobody waits for the conversation any more: then nothing is started for it.
    is_given_up: bool,
}

/// What a program reads, writes, and says beside it.
pub(super) struct Streams {
    pub(super) input: ChildStdin,
    pub(super) output: ChildStdout,
    pub(super) beside: Beside,
}

impl Running {
    /// Nothing runs yet. While something does, a signal does not end this process before it.
    pub(super) fn of(leave: Leave) -> Self {
        Self(Arc::new(Mutex::new(State { leave, ..State::default() })))
    }

    /// Starts a program that is spoken with.
    pub(super) fn start(&self, command: &mut Command) -> Result<Streams, Error> {
        self.spawn(command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
        let mut state = self.state();
        let child = state.child.as_mut();
        let streams = child.and_then(|child| Some((child.stdin.take()?, child.stdout.take()?, child.stderr.take()?)));
        let (input, output, beside) = streams.ok_or_else(|| Error::other("it was ended"))?;
        Ok(Streams { input, output, beside: Beside::hear(beside) })
    }

    /// Runs a program to its end, of which that alone is of interest.
    pub(super) fn run(&self, command: &mut Command) -> Result<ExitStatus, Error> {
        self.spawn(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()))?;
        self.ended(Duration::MAX).ok_or_else(|| Error::other("it was ended"))
    }

    fn spawn(&self, command: &mut Command) -> Result<(), Error> {
        let mut state = self.state();
        if state.is_given_up {
            return Err(Error::other("nobody waits for it any more"));
        }
        child::own_group(command);
        let held = state.leave.hold();
        (state.child, state.held) = (Some(command.spawn()?), Some(held));
        Ok(())
    }

    /// Waits for the end of the program for so long; nothing where it does not come, or where somebody else has ended it.
    pub(super) fn ended(&self, within: Duration) -> Option<ExitStatus> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.state().child.as_mut()?.try_wait().ok()? {
                return Some(status);
            }
            if start.elapsed() >= within {
                return None;
            }
            thread::sleep(LOOK);
        }
    }

    /// Ends the program with all that it started, where it has not ended: it is asked to, and then made to.
    pub(super) fn end(&self) {
        let (child, _held) = {
            let mut state = self.state();
            (state.child.take(), state.held.take())
        };
        let Some(mut child) = child else { return };
        if !matches!(child.try_wait(), Ok(Some(_))) {
            child::stop(&child);
            // It is not waited for: as long as nobody has, its group is nobody else's.
            thread::sleep(LAST);
            child::end(&mut child);
        }
    }

    /// The same for good: nothing is started any more.
    pub(super) fn give_up(&self) {
        self.state().is_given_up = true;
        self.end();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a program says beside its answer. It is heard by a thread of its own, so that it can always say more.
pub(super) struct Beside {
    said: Arc<Mutex<Said>>,
    end: Receiver<()>,
}

impl Beside {
    fn hear(mut stream: ChildStderr) -> Self {
        let said: Arc<Mutex<Said>> = Arc::default();
        let (theirs, (ended, end)) = (said.clone(), mpsc::channel::<()>());
        thread::spawn(move || {
            let mut part = [0; 4096];
            while let Ok(length @ 1..) = stream.read(&mut part) {
                theirs.lock().unwrap_or_else(PoisonError::into_inner).hear(&part[..length]);
            }
            drop(ended);
        });
        Self { said, end }
    }

    /// What was said so far. The end of it is waited for a moment only: something that the program left behind may hold on to it.
    pub(super) fn text(&self) -> String {
        let _ = self.end.recv_timeout(Duration::from_millis(200));
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone().text()
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn shell(line: &str) -> Command {
        let mut command = Command::new("sh");
        command.arg("-c").arg(line);
        command
    }

    /// Whether a process is there.
    fn lives(process: &str) -> bool {
        Command::new("kill").args(["-0", process]).stderr(Stdio::null()).status().unwrap().success()
    }

    #[test]
    fn what_was_started_ends_with_all_that_it_started() {
        for line in ["sleep 600 & echo $!; wait", "trap '' TERM; sleep 600 & echo $!; while :; do sleep 1; done"] {
            let running = Running::default();
            let mut streams = running.start(&mut shell(line)).unwrap();
            let mut process = String::new();
            std::io::BufRead::read_line(&mut std::io::BufReader::new(&mut streams.output), &mut process).unwrap();
            assert!(lives(process.trim()));
            running.end();
            let end = Instant::now() + Duration::from_secs(5);
            while lives(process.trim()) {
                assert!(Instant::now() < end, "{line}");
                thread::sleep(LOOK);
            }
            assert!(running.ended(Duration::ZERO).is_none());
        }
    }

    #[test]
    fn nothing_is_started_for_what_was_given_up() {
        let running = Running::default();
        assert!(running.run(&mut shell("exit 3")).unwrap().code() == Some(3));
        running.give_up();
        assert!(running.start(&mut shell("exit 0")).is_err() && running.run(&mut shell("exit 0")).is_err());
    }

    #[test]
    fn what_is_said_beside_is_kept_in_part_and_never_in_the_way() {
        let running = Running::default();
        let line = "yes said | head -c 1000000 >&2; echo last >&2; sleep 600 >/dev/null & exit 255";
        let streams = running.start(&mut shell(line)).unwrap();
        assert_eq!(running.ended(Duration::from_secs(10)).and_then(|status| status.code()), Some(255));
        let said = streams.beside.text();
        assert!(said.len() < 20_000 && said.starts_with("said\n") && said.ends_with("last\n"), "{}", said.len());
        running.end();
    }
}
