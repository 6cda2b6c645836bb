use std::collections::BTreeSet;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use git2::{Oid, Repository};

use super::advertisement::Advertisement;
use super::bands::Bands;
use super::pace::Paced;
use super::pack::Pack;
use super::packet::{self, Packet};
use super::patience::Pulse;
use super::{Conversation, Failure, Limit, Request};
use crate::adapter::git::host::Tips;
use crate::adapter::git::objects::pack_file::PackFile;

/// What the client can do, where the server can it too.
const CAPABILITIES: [&str; 4] = ["multi_ack_detailed", "no-progress", "side-band-64k", "ofs-delta"];

/// What a server can do that sends a commit without those behind it.
const SHALLOW: &str = "shallow";

/// As many commits behind one as there can be.
const ALL: &str = "2147483647";

/// What there is of the commits behind those that references point to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::adapter::git) enum History {
    /// None is needed, and none may be here.
    Tips,
    /// All of them.
    Whole,
}

/// A look at a server, and a fetch of what is not at hand: the commits that references point to, with all their files, and
/// those behind them only where they are needed.
pub(in crate::adapter::git) struct Fetch {
    /// Which references are looked for.
    pub(in crate::adapter::git) wants: Arc<dyn Fn(&str) -> bool + Send + Sync>,
    /// What is needed behind the commits that they point to.
    pub(in crate::adapter::git) needs: Arc<dyn Fn(&Tips) -> History + Send + Sync>,
    /// Commits that are at hand with all their files.
    pub(in crate::adapter::git) known: BTreeSet<Oid>,
    /// What is at hand behind them.
    pub(in crate::adapter::git) behind: History,
    /// How long the objects may take to get on.
    pub(in crate::adapter::git) stretch: Duration,
    /// The repository that takes the objects.
    pub(in crate::adapter::git) cache: PathBuf,
}

impl Fetch {
    /// Where the references are, and what is at hand behind them now.
    pub(super) fn run(&self, conversation: &mut dyn Conversation) -> Result<(Tips, History), Failure> {
        let advertisement = Advertisement::read(&mut *conversation.opening()?, &*self.wants)?;
        let reach = self.reach(&advertisement);
        let is_missing = |tip: &Oid| reach == Reach::All || !self.known.contains(tip);
        let missing: BTreeSet<Oid> = advertisement.tips.0.values().copied().filter(is_missing).collect();
        if missing.is_empty() {
            conversation.leave();
            return Ok((advertisement.tips, self.behind));
        }
        if !advertisement.can("side-band-64k") {
            return Err(Failure::Broken("the server is too old: it cannot do `side-band-64k`".to_owned()));
        }
        let pulse = conversation.pulse();
        let mut answer = conversation.ask(self.request(&missing, &advertisement, reach))?;
        if reach != Reach::On {
            skip_section(&mut *answer)?;
        }
        self.receive(&mut Bands::new(&mut *answer), &pulse)?;
        let behind = if reach == Reach::Tip { History::Tips } else { History::Whole };
        Ok((advertisement.tips, behind))
    }

    fn reach(&self, advertisement: &Advertisement) -> Reach {
        let new = self.known.is_empty();
        match ((self.needs)(&advertisement.tips), self.behind) {
            (_, History::Whole) if !new => Reach::On,
            _ if !advertisement.can(SHALLOW) => Reach::On,
            (History::Tips, _) => Reach::Tip,
            (History::Whole, _) if new => Reach::On,
            (History::Whole, _) => Reach::All,
        }
    }

    fn request(&self, missing: &BTreeSet<Oid>, advertisement: &Advertisement, reach: Reach) -> Request {
        let mut lines = Vec::new();
        for (number, id) in missing.iter().enumerate() {
            let capabilities =
                if number == 0 { format!(" {}", advertisement.common(&CAPABILITIES)) } else { String::new() };
            packet::append(&mut lines, &format!("want {id}{capabilities}\n"));
        }
        let depth = match reach {
            Reach::Tip => Some("1"),
            Reach::All => Some(ALL),
            Reach::On => None,
        };
        if let Some(depth) = depth {
            self.known.iter().for_each(|id| packet::append(&mut lines, &format!("shallow {id}\n")));
            packet::append(&mut lines, &format!("deepen {depth}\n"));
        }
        packet::flush(&mut lines);
        // What is known without what is behind it can only be spoken of to a server that understands that.
        let known = (depth.is_some() || self.behind == History::Whole).then_some(&self.known);
        known.into_iter().flatten().for_each(|id| packet::append(&mut lines, &format!("have {id}\n")));
        packet::append(&mut lines, "done\n");
        Request { lines, pack: Arc::from([]) }
    }

    /// Writes the pack into the cache.
    fn receive(&self, answer: &mut dyn Read, pulse: &Pulse) -> Result<(), Failure> {
        let mut header = [0; 12];
        answer.read_exact(&mut header)?;
        let [b'P', b'A', b'C', b'K', _, _, _, _, count @ ..] = header else {
            return Err(Failure::Broken("the server's answer holds no pack".to_owned()));
        };
        let answer = &mut Paced::new(answer, self.stretch);
        if count == [0; 4] {
            // Everything was at hand: a branch was set back.
            return Pack::new(answer, &mut std::io::sink()).pass(&header);
        }
        let repository = Repository::open_bare(&self.cache)?;
        let database = repository.odb()?;
        let mut writer = PackFile::begin(&database, || pulse.beat())?;
        Pack::new(answer, &mut writer).pass(&header)?;
        writer.commit()?;
        Ok(())
    }
}

/// How far behind the commits of the references a server goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Not at all.
    Tip,
    /// To what is at hand, behind which nothing is missing.
    On,
    /// To the first commits, also of what is at hand.
    All,
}

/// Reads the section that says which commits come without those behind them: each that was asked for.
fn skip_section(answer: &mut dyn Read) -> Result<(), Failure> {
    let mut lines = 0;
    while let Packet::Data(line) = Packet::read(answer)? {
        lines += 1;
        if Limit::StoreRefs.is_passed_by(lines) {
            return Err(Failure::TooMuch(Limit::StoreRefs));
        }
        match packet::text(&line) {
            Some(line) if line.starts_with("shallow ") || line.starts_with("unshallow ") => {}
            Some(line) if line.starts_with("ERR ") => return Err(Failure::said(&line[4..])),
            _ => return Err(Failure::Broken("the server's answer is garbled".to_owned())),
        }
    }
    Ok(())
}
