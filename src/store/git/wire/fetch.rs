use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use git2::{Oid, Repository};

use super::advertisement::Advertisement;
use super::bands::Bands;
use super::{Conversation, Failure, Request, packet};
use crate::store::git::place::Tips;

/// What the client can do, where the server can it too.
const CAPABILITIES: [&str; 3] = ["multi_ack_detailed", "side-band-64k", "ofs-delta"];

/// A look at a server, and a fetch of what is not at hand.
pub(in crate::store::git) struct Fetch {
    /// Which references are looked for.
    pub(in crate::store::git) wants: Arc<dyn Fn(&str) -> bool + Send + Sync>,
    /// Commits that are at hand with all that they need.
    pub(in crate::store::git) known: BTreeSet<Oid>,
    /// Commits behind them, to say what need not be sent.
    pub(in crate::store::git) behind: Vec<Oid>,
    /// The repository that takes the objects.
    pub(in crate::store::git) cache: PathBuf,
}

impl Fetch {
    pub(super) fn run(&self, conversation: &mut dyn Conversation) -> Result<Tips, Failure> {
        let advertisement = Advertisement::read(&mut *conversation.opening()?, &*self.wants)?;
        let missing: BTreeSet<Oid> =
            advertisement.tips.0.values().copied().filter(|tip| !self.known.contains(tip)).collect();
        if missing.is_empty() {
            conversation.leave();
            return Ok(advertisement.tips);
        }
        if !advertisement.can("side-band-64k") {
            return Err(Failure::Broken("the server is too old: it cannot do `side-band-64k`".to_owned()));
        }
        let mut answer = conversation.ask(self.request(&missing, &advertisement))?;
        self.receive(&mut Bands::new(&mut *answer))?;
        Ok(advertisement.tips)
    }

    fn request(&self, missing: &BTreeSet<Oid>, advertisement: &Advertisement) -> Request {
        let mut lines = Vec::new();
        for (number, id) in missing.iter().enumerate() {
            let capabilities =
                if number == 0 { format!(" {}", advertisement.common(&CAPABILITIES)) } else { String::new() };
            packet::append(&mut lines, &format!("want {id}{capabilities}\n"));
        }
        packet::flush(&mut lines);
        for id in self.known.iter().chain(&self.behind) {
            packet::append(&mut lines, &format!("have {id}\n"));
        }
        packet::append(&mut lines, "done\n");
        Request { lines, pack: Arc::from([]) }
    }

    /// Writes the pack into the cache.
    fn receive(&self, answer: &mut dyn Read) -> Result<(), Failure> {
        let mut header = [0; 12];
        answer.read_exact(&mut header)?;
        let [b'P', b'A', b'C', b'K', _, _, _, _, count @ ..] = header else {
            return Err(Failure::Broken("the server's answer holds no pack".to_owned()));
        };
        if count == [0; 4] {
            // Everything was at hand, behind what is known: a branch was set back.
            std::io::copy(answer, &mut std::io::sink())?;
            return Ok(());
        }
        let repository = Repository::open_bare(&self.cache)?;
        let database = repository.odb()?;
        let mut writer = database.packwriter()?;
        writer.write_all(&header)?;
        std::io::copy(answer, &mut writer)?;
        writer.commit()?;
        Ok(())
    }
}
