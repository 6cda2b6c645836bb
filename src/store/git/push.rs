use std::cell::{Cell, RefCell};

use git2::{Error, ErrorCode, Oid, PushOptions, PushUpdate, RemoteCallbacks, RemoteRedirect, Repository};

use super::login::Login;
use super::place::Move;
use super::server::proxy;
use crate::store::StoreError;

/// More than this of what a server says is not kept.
const LONGEST_REASON: usize = 4096;

/// A push of references, from where they were seen.
pub(super) struct Push<'a> {
    pub(super) url: &'a str,
    pub(super) moves: &'a [Move],
}

/// What came of a push.
pub(super) enum Pushed {
    /// The reference moved.
    Accepted,
    /// The reference was not where it was expected.
    Overtaken,
    /// The server did not move it, and said this.
    Unaccepted {
        /// The first reference that it did not move.
        reference: String,
        /// Why.
        reason: String,
    },
}

/// What the library tells only by callbacks. A push that the server turned down is a success to it.
#[derive(Default)]
struct Heard {
    overtaken: Cell<bool>,
    status: RefCell<Option<(String, String)>>,
    said: RefCell<Vec<u8>>,
}

impl Push<'_> {
    pub(super) fn run(&self, repository: &Repository, login: &Login) -> Result<Pushed, StoreError> {
        let heard = Heard::default();
        login.begin();
        let pushed = self.push(repository, login, &heard);
        if heard.overtaken.get() {
            return Ok(Pushed::Overtaken);
        }
        match pushed {
            Ok(()) => Ok(heard.outcome(login)),
            Err(error) if error.code() == ErrorCode::NotFastForward => Ok(Pushed::Overtaken),
            Err(error) => Err(login.failed("push", error)),
        }
    }

    fn push(&self, repository: &Repository, login: &Login, heard: &Heard) -> Result<(), Error> {
        let mut callbacks = RemoteCallbacks::new();
        callbacks.credentials(|url, user, allowed| login.answer(url, user, allowed));
        callbacks.push_negotiation(|updates| self.negotiate(updates, heard));
        callbacks.push_update_reference(|name, status| {
            if let Some(status) = status {
                heard.status.borrow_mut().get_or_insert((name.to_owned(), status.to_owned()));
            }
            Ok(())
        });
        callbacks.sideband_progress(|bytes| {
            let mut said = heard.said.borrow_mut();
            let room = LONGEST_REASON.saturating_sub(said.len()).min(bytes.len());
            said.extend_from_slice(&bytes[..room]);
            true
        });
        let mut options = PushOptions::new();
        options.remote_callbacks(callbacks).proxy_options(proxy()).follow_redirects(RemoteRedirect::None);
        // As many threads as there are processors; the default is one.
        options.packbuilder_parallelism(0);
        let mut remote = repository.remote_anonymous(self.url)?;
        let moves = self.moves.iter();
        let moves =
            moves.map(|step| format!("{}:{}", step.new.map(|new| new.to_string()).unwrap_or_default(), step.reference));
        remote.push(&moves.collect::<Vec<_>>(), Some(&mut options))
    }

    /// The last look before the objects are sent: without it a branch that was set back would be fast-forwarded.
    fn negotiate(&self, updates: &[PushUpdate<'_>], heard: &Heard) -> Result<(), Error> {
        let expected = |name: &str| self.moves.iter().find(|step| step.reference == name)?.old;
        let is_there = |update: &PushUpdate<'_>| {
            update.dst_refname().is_ok_and(|name| update.src() == expected(name).unwrap_or(Oid::ZERO_SHA1))
        };
        if updates.iter().all(is_there) {
            return Ok(());
        }
        heard.overtaken.set(true);
        Err(Error::from_str("the reference was moved"))
    }
}

impl Heard {
    fn outcome(self, login: &Login) -> Pushed {
        match self.status.into_inner() {
            None => Pushed::Accepted,
            Some((reference, status)) => {
                let said = String::from_utf8_lossy(&self.said.into_inner()).into_owned();
                Pushed::Unaccepted { reference, reason: login.redact(&reason(&status, &said)) }
            }
        }
    }
}

/// The status and what a hook said, on one line and without control characters: it goes to a terminal.
fn reason(status: &str, said: &str) -> String {
    let lines = said.split(['\n', '\r']).map(printable);
    let said: Vec<_> = lines.map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    if said.is_empty() { printable(status) } else { format!("{}: {}", printable(status), said.join("; ")) }
}

/// The text without control characters and without the escape sequences of terminals.
fn printable(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '\u{1b}' if rest.next_if_eq(&'[').is_some() => {
                // A sequence ends with the first letter.
                while rest.next_if(|next| !next.is_ascii_alphabetic()).is_some() {}
                rest.next();
            }
            '\t' => kept.push(' '),
            _ if letter.is_control() => {}
            _ => kept.push(letter),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_without_control_characters() {
        let said = "\u{1b}[31;1mno manifests\u{1b}[0m on Fridays\r\n\tsee the\u{7} wiki\n\n";
        let expected = "pre-receive hook declined: no manifests on Fridays; see the wiki";
        assert_eq!(reason("pre-receive hook declined", said), expected);
        assert_eq!(reason("not\nallowed", ""), "notallowed");
    }
}
