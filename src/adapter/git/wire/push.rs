use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use git2::Oid;

use super::advertisement::Advertisement;
use super::bands::Bands;
use super::packet::{self, Packet};
use super::{Conversation, Failure, Limit, Request};
use crate::adapter::git::host::Move;

/// A push of references, from where they have to be.
pub(in crate::adapter::git) struct Push {
    moves: Vec<Move>,
    together: Together,
    /// The objects that the server needs for them.
    pack: Arc<[u8]>,
    /// Whether the server may have heard of it.
    is_sent: AtomicBool,
}

/// What a server that is asked for several moves may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::adapter::git) enum Together {
    /// All of them or none.
    Atomic,
    /// Some of them.
    Each,
}

/// What came of a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::adapter::git) enum Pushed {
    /// The references moved.
    Accepted,
    /// A reference was not where it has to be; nothing was sent.
    Overtaken,
    /// The server cannot move several references as one; nothing was sent.
    NotAtomic,
    /// The server did not do all of it.
    Unaccepted {
        /// The first reference that it would not move.
        reference: String,
        /// Why, in one word or a few.
        status: String,
        /// What it said for people.
        said: String,
    },
}

impl Push {
    /// One that was not sent yet, with the objects that the server needs for it.
    pub(in crate::adapter::git) fn new(moves: &[Move], together: Together, pack: Arc<[u8]>) -> Self {
        Self { moves: moves.to_vec(), together, pack, is_sent: AtomicBool::new(false) }
    }

    /// Whether the server may have heard of it, and done it, whatever became of its answer.
    pub(in crate::adapter::git) fn is_sent(&self) -> bool {
        self.is_sent.load(Ordering::Relaxed)
    }

    pub(super) fn run(&self, conversation: &mut dyn Conversation) -> Result<Pushed, Failure> {
        let wants = |name: &str| self.moves.iter().any(|step| step.reference == name);
        let advertisement = Advertisement::read(&mut *conversation.opening()?, &wants)?;
        if self.moves.iter().any(|step| advertisement.tips.of(&step.reference) != step.old) {
            conversation.leave();
            return Ok(Pushed::Overtaken);
        }
        if self.together == Together::Atomic && self.moves.len() > 1 && !advertisement.can("atomic") {
            conversation.leave();
            return Ok(Pushed::NotAtomic);
        }
        if let Some(missing) = self.needs().into_iter().find(|capability| !advertisement.can(capability)) {
            return Err(Failure::Broken(format!("the server is too old: it cannot do `{missing}`")));
        }
        self.is_sent.store(true, Ordering::Relaxed);
        let mut answer = conversation.ask(self.request(&advertisement))?;
        let mut bands = Bands::new(&mut *answer);
        let refused = self.report(&mut bands)?;
        let said = String::from_utf8_lossy(&bands.said).into_owned();
        Ok(refused.map_or(Pushed::Accepted, |(reference, status)| Pushed::Unaccepted { reference, status, said }))
    }

    /// What the server must be able to do.
    fn needs(&self) -> Vec<&'static str> {
        let mut needs = vec!["report-status", "side-band-64k"];
        needs.extend(self.moves.iter().any(|step| step.new.is_none()).then_some("delete-refs"));
        needs.extend((self.together == Together::Atomic && self.moves.len() > 1).then_some("atomic"));
        needs
    }

    fn request(&self, advertisement: &Advertisement) -> Request {
        let mut ours = self.needs();
        ours.retain(|capability| *capability != "delete-refs");
        ours.push("ofs-delta");
        let id = |id: Option<Oid>| id.unwrap_or(Oid::ZERO_SHA1);
        let mut lines = Vec::new();
        for (number, step) in self.moves.iter().enumerate() {
            let capabilities = if number == 0 { format!("\0{}", advertisement.common(&ours)) } else { String::new() };
            let line = format!("{} {} {}{capabilities}", id(step.old), id(step.new), step.reference);
            packet::append(&mut lines, &line);
        }
        packet::flush(&mut lines);
        // Taking references away needs no objects, and then none may be sent.
        let needed = self.moves.iter().any(|step| step.new.is_some());
        Request { lines, pack: if needed { self.pack.clone() } else { Arc::from([]) } }
    }

    /// The first reference that was not moved, with the reason; nothing where all were.
    fn report(&self, answer: &mut dyn Read) -> Result<Option<(String, String)>, Failure> {
        let mut refused: Vec<(String, String)> = Vec::new();
        let mut accepted: Vec<String> = Vec::new();
        let is_ours = |name: &str| self.moves.iter().any(|step| step.reference == name);
        let mut length = 0;
        while let Packet::Data(line) = Packet::read(answer)? {
            length += line.len() as u64 + 4;
            if Limit::Report.is_passed_by(length) {
                return Err(Failure::TooMuch(Limit::Report));
            }
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            match line.split_once(' ') {
                Some(("unpack", "ok")) => {}
                Some(("unpack", why)) => {
                    let first = self.moves.first().map(|step| step.reference.clone()).unwrap_or_default();
                    refused.push((first, format!("the objects were not taken: {why}")));
                }
                Some(("ok", name)) if is_ours(name) => accepted.push(name.to_owned()),
                Some(("ng", rest)) => {
                    let (name, why) = rest.split_once(' ').unwrap_or((rest, "no reason was given"));
                    refused.push((name.to_owned(), why.to_owned()));
                }
                _ => {}
            }
        }
        // What is said of references that were only held back by another one explains nothing.
        let cause = refused.iter().position(|(_, why)| !why.starts_with("atomic "));
        if let Some(cause) = cause.or_else(|| (!refused.is_empty()).then_some(0)) {
            return Ok(Some(refused.swap_remove(cause)));
        }
        let unheard = self.moves.iter().find(|step| !accepted.contains(&step.reference));
        Ok(unheard.map(|step| (step.reference.clone(), "the server does not say whether it moved".to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::git::wire::patience::Pulse;

    const OLD: &str = "0c2a40e5f9f1a87b7a1b4a5d3a7f2c1f0f5b4d12";
    const NEW: &str = "1c2a40e5f9f1a87b7a1b4a5d3a7f2c1f0f5b4d12";

    /// A server that has said everything already, and keeps what it is told.
    struct Script {
        opening: Vec<u8>,
        answer: Vec<u8>,
        heard: Vec<u8>,
    }

    impl Conversation for Script {
        fn opening(&mut self) -> Result<Box<dyn Read + '_>, Failure> {
            Ok(Box::new(self.opening.as_slice()))
        }

        fn ask(&mut self, request: Request) -> Result<Box<dyn Read + '_>, Failure> {
            self.heard = [&request.lines, &*request.pack].concat();
            Ok(Box::new(self.answer.as_slice()))
        }

        fn leave(&mut self) {}

        fn pulse(&self) -> Pulse {
            Pulse::default()
        }
    }

    fn script(capabilities: &str, report: &[&str]) -> Script {
        let (mut opening, mut inner, mut answer) = (Vec::new(), Vec::new(), Vec::new());
        packet::append(&mut opening, &format!("{OLD} refs/heads/main\0{capabilities}"));
        packet::flush(&mut opening);
        for line in report {
            packet::append(&mut inner, line);
        }
        packet::flush(&mut inner);
        packet::append(&mut answer, "\u{2}a hook speaks\n");
        packet::append(&mut answer, &format!("\u{1}{}", String::from_utf8(inner).unwrap()));
        packet::flush(&mut answer);
        Script { opening, answer, heard: Vec::new() }
    }

    fn step(reference: &str, old: Option<&str>, new: Option<&str>) -> Move {
        let id = |id: &str| Oid::from_str(id).unwrap();
        Move { reference: reference.to_owned(), old: old.map(id), new: new.map(id) }
    }

    fn push(moves: &[Move]) -> Push {
        Push::new(moves, Together::Atomic, Arc::from(*b"PACK"))
    }

    fn both() -> Push {
        push(&[step("refs/heads/main", Some(OLD), Some(NEW)), step("refs/plat/i", None, Some(NEW))])
    }

    const ALL: &str = "report-status side-band-64k atomic delete-refs ofs-delta";

    #[test]
    fn both_references_are_told_in_one_request() {
        let mut script = script(ALL, &["unpack ok\n", "ok refs/heads/main\n", "ok refs/plat/i\n"]);
        let both = both();
        assert_eq!(both.run(&mut script), Ok(Pushed::Accepted));
        assert!(both.is_sent());
        let heard = String::from_utf8(script.heard).unwrap();
        let first = format!("{OLD} {NEW} refs/heads/main\0report-status side-band-64k atomic ofs-delta agent=plat/");
        assert!(heard[4..].starts_with(&first), "{heard}");
        assert!(heard.ends_with(&format!("{:040} {NEW} refs/plat/i0000PACK", 0)), "{heard}");
    }

    #[test]
    fn what_held_the_others_back_is_the_reason() {
        let report = ["unpack ok\n", "ng refs/heads/main atomic push failure\n", "ng refs/plat/i hook declined\n"];
        let refused = both().run(&mut script(ALL, &report));
        let (reference, status, said) =
            ("refs/plat/i".to_owned(), "hook declined".to_owned(), "a hook speaks\n".to_owned());
        assert_eq!(refused, Ok(Pushed::Unaccepted { reference, status, said }));
        let silent = both().run(&mut script(ALL, &["unpack ok\n", "ok refs/heads/main\n"]));
        assert!(matches!(silent, Ok(Pushed::Unaccepted { reference, .. }) if reference == "refs/plat/i"));
        let damaged = both().run(&mut script(ALL, &["unpack index-pack abnormal exit\n"]));
        assert!(matches!(damaged, Ok(Pushed::Unaccepted { status, .. }) if status.contains("abnormal")));
    }

    #[test]
    fn a_report_has_an_end_and_speaks_of_what_was_pushed() {
        let stranger = format!("ok refs/heads/{}", "a".repeat(60_000));
        let endless = both().run(&mut script(ALL, &[stranger.as_str(); 1]));
        assert!(matches!(endless, Ok(Pushed::Unaccepted { reference, .. }) if reference == "refs/heads/main"));
        let mut answer = Vec::new();
        for _ in 0..20 {
            let mut line = Vec::new();
            packet::append(&mut line, &stranger);
            packet::append(&mut answer, &format!("\u{1}{}", String::from_utf8(line).unwrap()));
        }
        let mut script = Script { answer, ..script(ALL, &[]) };
        assert_eq!(both().run(&mut script), Err(Failure::TooMuch(Limit::Report)));
    }

    #[test]
    fn nothing_is_sent_where_a_reference_moved_or_the_server_cannot() {
        let moved = push(&[step("refs/heads/main", Some(NEW), Some(OLD))]);
        let mut said = script(ALL, &[]);
        assert_eq!((moved.run(&mut said), said.heard.len()), (Ok(Pushed::Overtaken), 0));
        assert!(!moved.is_sent());
        let mut old = script("report-status side-band-64k", &[]);
        assert_eq!((both().run(&mut old), old.heard.len()), (Ok(Pushed::NotAtomic), 0));
        let one = push(&[step("refs/heads/main", Some(OLD), Some(NEW))]);
        assert!(matches!(one.run(&mut script("report-status", &[])), Err(Failure::Broken(_))));
    }

    #[test]
    fn taking_a_reference_away_sends_no_objects() {
        let mut script = script(ALL, &["unpack ok\n", "ok refs/heads/main\n"]);
        let gone = push(&[step("refs/heads/main", Some(OLD), None)]);
        assert_eq!(gone.run(&mut script), Ok(Pushed::Accepted));
        assert!(script.heard.ends_with(b"0000"));
    }
}
