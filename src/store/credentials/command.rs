//! The credential command: asked on its standard input, answering on its standard output, both in the format of Git's
//! credential helpers.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::{Ask, Credential, Secret};

/// How long a command may take: it may ask a vault, not a person.
const PATIENCE: Duration = Duration::from_secs(30);

/// No answer is longer.
const LONGEST: u64 = 64 * 1024;

/// Runs `command` by the shell and gives what it answers. A command that fails, takes too long, or answers without a
/// password has no credential. What it writes to standard error is dropped: it may hold anything.
pub(super) fn ask(command: &str, ask: &Ask<'_>) -> Option<Credential> {
    let mut child = shell(command).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let end = Instant::now() + PATIENCE;
    let answer = converse(&mut child, question(ask));
    let succeeded = succeeds(&mut child, if answer.is_some() { end } else { Instant::now() });
    credential(&answer.filter(|_| succeeded)?)
}

/// Waits for the command until `end`, and ends it then.
fn succeeds(child: &mut Child, end: Instant) -> bool {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if Instant::now() < end => thread::sleep(Duration::from_millis(5)),
            Ok(None) | Err(_) => break,
        }
    }
    // Best effort: it may have ended on its own in between.
    let _ = child.kill();
    let _ = child.wait();
    false
}

fn shell(command: &str) -> Command {
    let (program, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut shell = Command::new(program);
    shell.arg(flag).arg(command);
    shell
}

/// Says the question and hears the answer, within [`PATIENCE`].
fn converse(child: &mut Child, question: String) -> Option<String> {
    let (mut input, output) = (child.stdin.take()?, child.stdout.take()?);
    let (answered, answer) = mpsc::channel();
    thread::spawn(move || {
        // A command that does not listen may answer all the same.
        let _ = input.write_all(question.as_bytes());
        drop(input);
        let mut text = String::new();
        let read = output.take(LONGEST).read_to_string(&mut text);
        // Nobody waits any more once the time is over.
        let _ = answered.send(read.ok().map(|_| text));
    });
    answer.recv_timeout(PATIENCE).ok().flatten()
}

/// `protocol`, `host` and `path` as Git has them, where a server asks, and the secret's name.
fn question(ask: &Ask<'_>) -> String {
    let (protocol, rest) = ask.url.split_once("://").unwrap_or(("", ask.url));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let server =
        if host.is_empty() { String::new() } else { format!("protocol={protocol}\nhost={host}\npath={path}\n") };
    format!("{server}secret={}\n\n", ask.secret)
}

fn credential(answer: &str) -> Option<Credential> {
    let value = |key: &str| answer.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    let password = Secret::new(value("password")?);
    Some(Credential::Basic { user: value("username").unwrap_or_default().to_owned(), password })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASK: Ask<'_> = Ask { secret: "git", url: "https://git.example:8443/a/b.git" };

    fn run(command: &str) -> Option<(String, String)> {
        match ask(command, &ASK)? {
            Credential::Basic { user, password } => Some((user, password.expose().to_owned())),
            other @ (Credential::Key { .. } | Credential::Agent { .. }) => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_command_is_told_who_asks_and_answers_in_lines() {
        let echo = "while IFS== read -r key value && [ -n \"$key\" ]; do case $key in host) echo username=$value;; \
                    path) echo password=$value;; esac; done";
        assert_eq!(run(echo), Some(("git.example:8443".to_owned(), "a/b.git".to_owned())));
    }

    #[test]
    fn a_command_that_fails_or_has_no_password_gives_nothing() {
        assert_eq!(run("echo username=u; echo password=p; exit 3"), None);
        assert_eq!(run("echo username=u"), None);
        assert_eq!(run("no-such-command-anywhere"), None);
    }

    #[test]
    fn a_command_that_does_not_listen_is_heard() {
        assert_eq!(run("echo password=p"), Some((String::new(), "p".to_owned())));
    }
}
