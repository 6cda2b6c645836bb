//! The credential command: asked on its standard input, answering on its standard output, both in the format of Git's
//! credential helpers.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::{Ask, Credential, Logins, Secret};
use crate::model::{Remote, has_control_character};

/// How long a command may take: it may ask a vault, not a person.
const PATIENCE: Duration = Duration::from_secs(30);

/// No answer is longer.
const LONGEST: u64 = 64 * 1024;

/// Runs `command` by the shell and gives what it answers. A command that fails, takes too long, or answers without a
/// password has no credential. What it writes to standard error is dropped: it may hold anything. The error says why a question
/// cannot be asked, or an answer not be taken, without a value of either.
pub(super) fn ask(command: &str, ask: &Ask<'_>) -> Result<Option<Credential>, &'static str> {
    let server = ask.remote.map(Server::of).unwrap_or_default();
    run(shell(command), &server, &[("path", server.path), ("secret", ask.secret)])
}

/// Asks a credential helper as Git does: about the server alone, and about the path where it is to be told. It may ask nobody.
pub(super) fn ask_helper(helper: &str, logins: &Logins, ask: &Ask<'_>) -> Result<Option<Credential>, &'static str> {
    let Some(server) = ask.remote.map(Server::of) else { return Ok(None) };
    let path = logins.tells_path.then_some(("path", server.path));
    let user = logins.asked_user();
    let said: Vec<_> = path.into_iter().chain(user.map(|user| ("username", user))).collect();
    let mut process = Command::new("sh");
    process.arg("-c").arg(format!("{helper} get")).env("GIT_TERMINAL_PROMPT", "0");
    let found = run(process, &server, &said)?;
    Ok(found.map(|credential| match credential {
        Credential::Basic { user: answered, password } if answered.is_empty() => {
            Credential::Basic { user: user.unwrap_or_default().to_owned(), password }
        }
        other => other,
    }))
}

fn run(mut process: Command, server: &Server<'_>, said: &[(&str, &str)]) -> Result<Option<Credential>, &'static str> {
    let question = question(server, said)?;
    let process = process.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = process else { return Ok(None) };
    let end = Instant::now() + PATIENCE;
    let answer = converse(&mut child, question);
    let succeeded = succeeds(&mut child, if answer.is_some() { end } else { Instant::now() });
    answer.filter(|_| succeeded).map_or(Ok(None), |answer| credential(&answer, server))
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

/// Who asks for a password: `protocol`, `host` and `path` as Git has them; all empty where it is no server.
#[derive(Default)]
struct Server<'a> {
    protocol: &'a str,
    host: String,
    path: &'a str,
}

impl<'a> Server<'a> {
    fn of(remote: &'a Remote) -> Self {
        Self { protocol: remote.scheme.word(), host: remote.server(), path: remote.path.trim_start_matches('/') }
    }
}

/// The question: a line for each of who asks, and for what else is said. A line's end in one of them would be another line, and
/// ask for the password of another server.
fn question(server: &Server<'_>, said: &[(&str, &str)]) -> Result<String, &'static str> {
    let asks = [("protocol", server.protocol), ("host", &*server.host)];
    let lines = asks.iter().chain(said).filter(|(key, _)| *key == "secret" || !server.host.is_empty());
    let lines: Vec<_> = lines.collect();
    if lines.iter().any(|(_, value)| has_control_character(value)) {
        return Err("the address or the name of the secret has control characters, and is not told to a command");
    }
    Ok(lines.iter().map(|(key, value)| format!("{key}={value}\n")).collect::<String>() + "\n")
}

/// The credential of an answer, which is for the server that asked and for no other.
fn credential(answer: &str, server: &Server<'_>) -> Result<Option<Credential>, &'static str> {
    let mut values: BTreeMap<&str, &str> = BTreeMap::new();
    for line in answer.lines().take_while(|line| !line.is_empty()) {
        let (key, value) = line.split_once('=').ok_or(GARBLED)?;
        // Keys that end so may stand several times, and say nothing about who logs in.
        let is_list = key.ends_with("[]");
        if value.contains(char::is_control) || (!is_list && values.insert(key, value).is_some()) {
            return Err(GARBLED);
        }
    }
    let is_other = |key: &str, asked: &str| values.get(key).is_some_and(|answered| *answered != asked);
    if !server.host.is_empty() && (is_other("host", &server.host) || is_other("protocol", server.protocol)) {
        return Err("the answer of the credential command is for another server");
    }
    let stops = values.get("quit").is_some_and(|value| matches!(*value, "1" | "true" | "yes" | "on"));
    let Some(password) = values.get("password").filter(|_| !stops) else { return Ok(None) };
    let user = values.get("username").copied().unwrap_or_default().to_owned();
    Ok(Some(Credential::Basic { user, password: Secret::new(*password) }))
}

const GARBLED: &str = "the answer of the credential command is no list of KEY=VALUE lines, each key once";

#[cfg(test)]
mod tests {
    use super::*;

    use crate::model::Location;

    fn asked(secret: &str, command: &str) -> Result<Option<Credential>, &'static str> {
        let Ok(Location::Server(remote)) = Location::parse("https://git.example:8443/a/b.git") else { panic!() };
        ask(command, &Ask { secret, remote: Some(&remote), logins: None })
    }

    fn run(command: &str) -> Option<(String, String)> {
        match asked("git", command).unwrap()? {
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
    fn nothing_is_asked_that_would_be_another_line() {
        assert!(asked("x\nhost=other.example", "cat > /dev/null; echo password=p").is_err());
    }

    #[test]
    fn a_secret_that_no_server_asks_for_is_asked_for_by_its_name_alone() {
        let question = question(&Server::default(), &[("path", ""), ("secret", "git")]);
        assert_eq!(question.as_deref(), Ok("secret=git\n\n"));
    }

    #[test]
    fn an_answer_is_for_the_server_that_asked_and_nothing_else() {
        let same = "echo protocol=https; echo host=git.example:8443; echo password=p; echo new[]=1; echo new[]=2; echo; echo noise";
        assert_eq!(run(same), Some((String::new(), "p".to_owned())));
        assert_eq!(run("echo password=p; echo quit=1"), None);
        for answer in ["host=other.example", "protocol=http", "noise", "password=q", "username=a\\tb"] {
            let command = format!("printf 'password=p\\n{answer}\\n'");
            assert!(asked("git", &command).is_err(), "{answer}");
        }
    }

    #[test]
    fn a_command_that_does_not_listen_is_heard() {
        assert_eq!(run("echo password=p"), Some((String::new(), "p".to_owned())));
    }
}
