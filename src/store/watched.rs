use super::{ContentId, Draft, Observed, Outstanding, Proposal, Proposals, Receipt, Store, StoreError};
use crate::model::{EncryptedFolder, Holding, Lease, Leased};
use crate::secret::{Leak, Tripwire};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// A state store into which no secret is written but into the folders that are encrypted.
pub struct Watched {
    store: Box<dyn Store>,
    watch: Watch,
}

/// What is watched for, and where it may be.
struct Watch {
    tripwire: Tripwire,
    encrypted: Vec<EncryptedFolder>,
}

/// What a watched store does with proposals.
struct WatchedProposals<'s> {
    proposals: Box<dyn Proposals + 's>,
    watch: &'s Watch,
}

impl Watched {
    /// Watches what is written into a store; `encrypted` are its folders that may hold secrets.
    pub fn new(store: Box<dyn Store>, tripwire: Tripwire, encrypted: Vec<EncryptedFolder>) -> Self {
        Self { store, watch: Watch { tripwire, encrypted } }
    }
}

impl Watch {
    fn draft(&self, draft: &Draft) -> Result<(), StoreError> {
        if self.tripwire.is_idle() { Ok(()) } else { self.judge(draft).map_err(StoreError::Leak) }
    }

    fn text(&self, text: &str, output: &str) -> Result<(), StoreError> {
        self.tripwire.pass(text.as_bytes(), output).map(drop).map_err(StoreError::Leak)
    }

    fn judge(&self, draft: &Draft) -> Result<(), Leak> {
        self.tripwire.pass(draft.message.as_bytes(), "what is said of a delivery")?;
        for holding in &draft.holdings {
            self.tripwire.pass(&holding.to_line(), "what a store remembers of a request")?;
        }
        for change in &draft.changes {
            self.tripwire.pass(change.path.as_bytes(), "the path of a file")?;
            let open = !self.encrypted.iter().any(|folder| folder.holds(&change.path));
            if let Some(content) = change.after.as_ref().filter(|_| open) {
                self.tripwire.pass(content, &format!("the file {}", change.path))?;
            }
        }
        Ok(())
    }
}

impl Store for Watched {
    fn look(&mut self) -> Result<Arc<[Holding]>, StoreError> {
        self.store.look()
    }

    fn holdings_of(&self, project: &str) -> Result<Vec<Holding>, StoreError> {
        self.store.holdings_of(project)
    }

    fn namesakes(&mut self, name: &str) -> Result<BTreeSet<String>, StoreError> {
        self.store.namesakes(name)
    }

    fn observe(&mut self, paths: &[&str]) -> Result<Observed, StoreError> {
        self.store.observe(paths)
    }

    fn compare(&mut self, wanted: &[(&str, ContentId)]) -> Result<Observed, StoreError> {
        self.store.compare(wanted)
    }

    fn paths(&self) -> Result<Vec<String>, StoreError> {
        self.store.paths()
    }

    fn read_all(&self, paths: &[&str]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        self.store.read_all(paths)
    }

    fn written_all(&self, paths: &[&str]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        self.store.written_all(paths)
    }

    fn acquire(&mut self, lease: &Lease, now: i64) -> Result<Leased, StoreError> {
        self.watch.text(&format!("{}\n{}", lease.run, lease.holder), "the lease of a store")?;
        self.store.acquire(lease, now)
    }

    fn lease(&mut self) -> Result<Option<Lease>, StoreError> {
        self.store.lease()
    }

    fn release(&mut self, run: &str) -> Result<(), StoreError> {
        self.store.release(run)
    }

    fn unlock(&mut self) -> Vec<PathBuf> {
        self.store.unlock()
    }

    fn content_id(&self, content: &[u8]) -> ContentId {
        self.store.content_id(content)
    }

    fn is_behind(&self) -> bool {
        self.store.is_behind()
    }

    fn rehearse(&mut self, draft: &Draft) -> Result<(), StoreError> {
        self.watch.draft(draft)?;
        self.store.rehearse(draft)
    }

    fn deliver(&mut self, draft: &Draft) -> Result<Receipt, StoreError> {
        self.watch.draft(draft)?;
        self.store.deliver(draft)
    }

    fn proposals(&mut self) -> Option<Box<dyn Proposals + '_>> {
        let Self { store, watch } = self;
        Some(Box::new(WatchedProposals { proposals: store.proposals()?, watch }))
    }
}

impl Proposals for WatchedProposals<'_> {
    fn propose(&mut self, draft: &Draft, name: &str) -> Result<Proposal, StoreError> {
        self.watch.draft(draft)?;
        self.watch.text(name, "the name of a proposal")?;
        self.proposals.propose(draft, name)
    }

    fn rehearse_proposal(&mut self, draft: &Draft, name: &str) -> Result<(), StoreError> {
        self.watch.draft(draft)?;
        self.proposals.rehearse_proposal(draft, name)
    }

    fn outstanding(&mut self) -> Result<Vec<Outstanding>, StoreError> {
        self.proposals.outstanding()
    }

    fn withdraw(&mut self, name: &str, time: i64) -> Result<(), StoreError> {
        self.proposals.withdraw(name, time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;
    use crate::store::{FileChange, Memory};

    const PLANTED: &str = "planted-in-a-store";

    /// How many files are delivered, or why none is, by a store of which it is said that the same may be proposed.
    fn delivered(path: &str, content: &str, message: &str) -> Result<usize, String> {
        let tripwire = Tripwire::default();
        tripwire.learn("db", &Secret::new(PLANTED)).unwrap();
        let encrypted = vec![EncryptedFolder::new("s".into(), "vault")];
        let mut store = Watched::new(Box::new(Memory::new("s", "demo")), tripwire, encrypted);
        let after = Some(content.as_bytes().into());
        let change =
            FileChange { path: path.to_owned(), before: None, after, owned: true, taken_from: None, replaces: None };
        let draft = Draft { changes: vec![change], holdings: Vec::new(), message: message.to_owned(), time: 1 };
        let proposed = store.proposals().unwrap().propose(&draft, "b").map(|proposal| proposal.changed);
        let delivered = store.deliver(&draft).map(|receipt| receipt.changed);
        assert_eq!(
            proposed.map_err(|error| error.to_string()),
            delivered.as_ref().copied().map_err(ToString::to_string)
        );
        delivered.map_err(|error| error.to_string())
    }

    #[test]
    fn a_secret_is_written_into_what_is_encrypted_and_nowhere_else() {
        assert_eq!(delivered("open/a", "clean", "m"), Ok(1));
        assert_eq!(delivered("vault/a", PLANTED, "m"), Ok(1));
        let said = "the file open/a would hold the secret `db`: nothing of it was written";
        assert_eq!(delivered("open/a", PLANTED, "m"), Err(said.to_owned()));
        assert!(delivered("vaults/a", PLANTED, "m").is_err());
        assert!(delivered("vault/a", "clean", PLANTED).is_err());
        assert!(delivered(&format!("vault/{PLANTED}"), "clean", "m").is_err());
    }

    #[test]
    fn a_proposal_is_named_after_no_secret() {
        let tripwire = Tripwire::default();
        tripwire.learn("db", &Secret::new(PLANTED)).unwrap();
        let mut store = Watched::new(Box::new(Memory::new("s", "demo")), tripwire, Vec::new());
        let draft = Draft { changes: Vec::new(), holdings: Vec::new(), message: "m".to_owned(), time: 1 };
        let proposed = store.proposals().unwrap().propose(&draft, PLANTED);
        assert!(matches!(proposed, Err(StoreError::Leak(_))), "{proposed:?}");
    }
}
