//! A conversation over SSH, through the program that Git would run: what the user has told that of hosts, keys, agents and jumps holds.

mod key;
mod program;

use std::io::{BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{ChildStdin, ChildStdout, ExitStatus};
use std::time::Duration;

use super::address::Address;
use super::pace::Paced;
use super::patience::{Beating, Patience, Pulse};
use super::running::{Beside, Streams};
use super::{Conversation, Failure, Request, Service};
use crate::adapter::git::host::words;
use crate::credentials::Credential;

pub(in crate::adapter::git) use key::KEY;
use key::KeyFiles;
pub(super) use program::Program;

/// So much is sent in one step.
const STEP: usize = 32 * 1024;

/// How long a program may take to end once the conversation has.
const LAST: Duration = Duration::from_secs(2);

/// What `ssh` ends with where it is not the command on the server that ended.
const OF_SSH: i32 = 255;

/// What a shell ends with that finds no program.
const NOT_FOUND: i32 = 127;

/// The way to a repository over SSH.
#[derive(Clone)]
pub(super) struct Way {
    pub(super) address: Address,
    pub(super) program: Program,
    /// Beside what keys are put that a program has to read.
    pub(super) cache: PathBuf,
}

/// A conversation over SSH: a command on the server, whose input and output are those of the program here.
pub(super) struct Ssh {
    input: Option<ChildStdin>,
    output: BufReader<Beating<ChildStdout>>,
    beside: Beside,
    program: Program,
    stretch: Duration,
    pulse: Pulse,
    _key: Option<KeyFiles>,
}

impl Ssh {
    /// Starts the program, which connects, makes sure who the server is, logs in and starts the service.
    pub(super) fn open(
        Way { address, program, cache }: Way,
        service: Service,
        credential: Option<&Credential>,
        (patience, pulse): (&Patience, &Pulse),
    ) -> Result<Self, Failure> {
        let key = credential.map_or(Ok(None), |credential| KeyFiles::of(credential, &cache))?;
        let called = (service.word(), credential.and_then(Credential::user));
        let mut command = program.command(&address, called, key.as_ref(), &pulse.running)?;
        let started = pulse.running.start(&mut command).map_err(|error| program.unstarted(&error));
        let Streams { input, output, beside } = started?;
        let output = BufReader::new(Beating(output, pulse.clone()));
        let (stretch, pulse) = (patience.idle, pulse.clone());
        Ok(Self { input: Some(input), output, beside, program, stretch, pulse, _key: key })
    }

    fn send(&mut self, request: &Request) -> std::io::Result<()> {
        let Some(input) = &mut self.input else { return Err(std::io::ErrorKind::BrokenPipe.into()) };
        let mut input = Beating(input, self.pulse.clone());
        for part in [&*request.lines, &request.pack] {
            part.chunks(STEP).try_for_each(|step| input.write_all(step))?;
        }
        input.flush()
    }
}

impl Conversation for Ssh {
    fn opening(&mut self) -> Result<Box<dyn Read + '_>, Failure> {
        Ok(Box::new(Paced::new(&mut self.output, self.stretch)))
    }

    fn ask(&mut self, request: Request) -> Result<Box<dyn Read + '_>, Failure> {
        match self.send(&request) {
            // Why nobody listens any more is said beside it, or in what may still be read.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(Box::new(&mut self.output)),
            Err(error) => Err(error.into()),
            Ok(()) => Ok(Box::new(&mut self.output)),
        }
    }

    fn leave(&mut self) {
        // The server ends on its own where this does not reach it.
        let _ = self.input.take().map(|mut input| input.write_all(b"0000"));
    }

    fn broke_off(&mut self) -> Failure {
        self.input = None;
        let status = self.pulse.running.ended(LAST);
        failure(status, &self.beside.text(), &self.program)
    }

    fn pulse(&self) -> Pulse {
        self.pulse.clone()
    }
}

impl Drop for Ssh {
    fn drop(&mut self) {
        self.input = None;
        self.pulse.running.ended(LAST);
        self.pulse.running.end();
    }
}

/// What a program means that ended before its answer did.
fn failure(status: Option<ExitStatus>, said: &str, program: &Program) -> Failure {
    let lines = words::lines(said).join("; ");
    let code = status.and_then(|status| status.code());
    if code == Some(NOT_FOUND) {
        return program.missing();
    }
    if lines.is_empty() {
        return Failure::HungUp;
    }
    if code != Some(OF_SSH) {
        return Failure::said(&lines);
    }
    let lower = lines.to_ascii_lowercase();
    let says = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    // What OpenSSH and PuTTY say, which neither has in another language.
    if says(&["host key verification failed", "host identification has changed", "host key is not cached"]) {
        return Failure::Untrusted(format!(
            "{lines}; compare the key with what its owner publishes before you add it to `known_hosts`"
        ));
    }
    if says(&["permission denied (", "too many authentication failures", "no supported authentication methods"]) {
        return Failure::Denied(lines);
    }
    match Failure::said(&lines) {
        Failure::Broken(_) => Failure::Broken(format!("the SSH program says: {lines}")),
        missing => missing,
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::git::preferences::Preferences;
    use crate::credentials::Environment;
    use std::os::unix::process::ExitStatusExt;

    fn meant(code: i32, said: &str) -> Failure {
        let program = Program::of(&Preferences::default(), &Environment::new([]));
        failure(Some(ExitStatus::from_raw(code << 8)), said, &program)
    }

    #[test]
    fn what_ssh_says_is_told_from_what_the_server_says() {
        let unknown = "No ED25519 host key is known for git.example.\r\nHost key verification failed.\r\n";
        assert!(matches!(meant(255, unknown), Failure::Untrusted(words) if words.starts_with("No ED25519")));
        let denied = "git@git.example: Permission denied (publickey).\r\n";
        assert_eq!(meant(255, denied), Failure::Denied("git@git.example: Permission denied (publickey).".to_owned()));
        let lost = "ssh: Could not resolve hostname nowhere: Name or service not known\r\n";
        assert!(matches!(meant(255, lost), Failure::Broken(words) if words.starts_with("the SSH program says: ssh:")));
        assert_eq!(meant(1, "ERROR: Repository not found.\n"), Failure::Missing);
        assert!(matches!(meant(1, "no \u{1b}[31mway\n"), Failure::Broken(words) if words == "the server says: no way"));
        assert!(matches!(meant(127, "sh: 1: x: not found"), Failure::Broken(words) if words.contains("no program")));
        assert_eq!(meant(255, ""), Failure::HungUp);
    }
}
