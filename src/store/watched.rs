use super::{Commit, ContentId, Observed, Outstanding, Proposal, Receipt, Store, StoreError};
use crate::model::{EncryptedFolder, Holding, Lease, Leased};
use crate::secret::{Leak, Tripwire};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// A state store into which no secret is written but into the folders that are encrypted.
pub struct Watched {
    store: Box<dyn Store>,
    tripwire: Tripwire,
    encrypted: Vec<EncryptedFolder>,
}

impl Watched {
    /// Watches what is written into a store; `encrypted` are its folders that may hold secrets.
    pub fn new(store: Box<dyn Store>, tripwire: Tripwire, encrypted: Vec<EncryptedFolder>) -> Self {
        Self { store, tripwire, encrypted }
    }

    fn pass(&self, commit: &Commit) -> Result<(), Leak> {
        if self.tripwire.is_idle() {
            return Ok(());
        }
        self.tripwire.pass(commit.message.as_bytes(), "the message of a commit")?;
        for holding in &commit.holdings {
            self.tripwire.pass(&holding.to_line(), "what a store remembers of a request")?;
        }
        for change in &commit.changes {
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

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.read(path)
    }

    fn written(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.written(path)
    }

    fn acquire(&mut self, lease: &Lease, now: i64) -> Result<Leased, StoreError> {
        self.tripwire
            .pass(format!("{}\n{}", lease.run, lease.holder).as_bytes(), "the lease of a store")
            .map_err(StoreError::Leak)?;
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

    fn propose(&mut self, commit: &Commit, branch: &str) -> Result<Proposal, StoreError> {
        self.pass(commit).map_err(StoreError::Leak)?;
        self.tripwire.pass(branch.as_bytes(), "the name of a branch").map_err(StoreError::Leak)?;
        self.store.propose(commit, branch)
    }

    fn rehearse(&mut self, commit: &Commit) -> Result<(), StoreError> {
        self.pass(commit).map_err(StoreError::Leak)?;
        self.store.rehearse(commit)
    }

    fn rehearse_proposal(&mut self, commit: &Commit, branch: &str) -> Result<(), StoreError> {
        self.pass(commit).map_err(StoreError::Leak)?;
        self.store.rehearse_proposal(commit, branch)
    }

    fn proposals(&mut self) -> Result<Vec<Outstanding>, StoreError> {
        self.store.proposals()
    }

    fn withdraw(&mut self, branch: &str, time: i64) -> Result<(), StoreError> {
        self.store.withdraw(branch, time)
    }

    fn is_behind(&self) -> bool {
        self.store.is_behind()
    }

    fn content_id(&self, content: &[u8]) -> ContentId {
        self.store.content_id(content)
    }

    fn commit(&mut self, commit: &Commit) -> Result<Receipt, StoreError> {
        self.pass(commit).map_err(StoreError::Leak)?;
        self.store.commit(commit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;
    use crate::store::FileChange;

    const PLANTED: &str = "planted-in-a-store";

    /// Counts what reaches it.
    #[derive(Default)]
    struct Counting(usize);

    impl Store for Counting {
        fn look(&mut self) -> Result<Arc<[Holding]>, StoreError> {
            Ok([].into())
        }

        fn holdings_of(&self, _: &str) -> Result<Vec<Holding>, StoreError> {
            Ok(Vec::new())
        }

        fn namesakes(&mut self, _: &str) -> Result<BTreeSet<String>, StoreError> {
            Ok(BTreeSet::new())
        }

        fn proposals(&mut self) -> Result<Vec<Outstanding>, StoreError> {
            Ok(Vec::new())
        }

        fn withdraw(&mut self, _: &str, _: i64) -> Result<(), StoreError> {
            Ok(())
        }

        fn is_behind(&self) -> bool {
            false
        }

        fn compare(&mut self, _: &[(&str, ContentId)]) -> Result<Observed, StoreError> {
            unreachable!()
        }

        fn observe(&mut self, _: &[&str]) -> Result<Observed, StoreError> {
            Ok(Observed::default())
        }

        fn read(&self, _: &str) -> Result<Option<Vec<u8>>, StoreError> {
            Ok(None)
        }

        fn written(&self, _: &str) -> Result<Option<Vec<u8>>, StoreError> {
            Ok(None)
        }

        fn acquire(&mut self, _: &Lease, _: i64) -> Result<Leased, StoreError> {
            Ok(Leased::Granted)
        }

        fn lease(&mut self) -> Result<Option<Lease>, StoreError> {
            Ok(None)
        }

        fn release(&mut self, _: &str) -> Result<(), StoreError> {
            Ok(())
        }

        fn propose(&mut self, _: &Commit, branch: &str) -> Result<Proposal, StoreError> {
            self.0 += 1;
            Ok(Proposal { branch: branch.to_owned(), revision: None, changed: self.0, begun: None, link: None })
        }

        fn rehearse(&mut self, _: &Commit) -> Result<(), StoreError> {
            Ok(())
        }

        fn content_id(&self, _: &[u8]) -> ContentId {
            ContentId("".into())
        }

        fn commit(&mut self, _: &Commit) -> Result<Receipt, StoreError> {
            self.0 += 1;
            Ok(Receipt { revision: None, changed: self.0, recorded: false, pushes: 0, said: Vec::new() })
        }
    }

    fn commits(path: &str, content: &str, message: &str) -> Result<usize, String> {
        let tripwire = Tripwire::default();
        tripwire.learn("db", &Secret::new(PLANTED)).unwrap();
        let encrypted = vec![EncryptedFolder::new("s".into(), "vault")];
        let mut store = Watched::new(Box::new(Counting::default()), tripwire, encrypted);
        let after = Some(content.as_bytes().into());
        let change =
            FileChange { path: path.to_owned(), before: None, after, owned: true, taken_from: None, replaces: None };
        let commit = Commit { changes: vec![change], holdings: Vec::new(), message: message.to_owned(), time: 1 };
        let proposed = store.propose(&commit, "b").map(|proposal| proposal.changed).map_err(|error| error.to_string());
        let committed = store.commit(&commit).map(|receipt| receipt.changed - 1).map_err(|error| error.to_string());
        assert_eq!(proposed.is_ok(), committed.is_ok());
        committed
    }

    #[test]
    fn a_secret_is_written_into_what_is_encrypted_and_nowhere_else() {
        assert_eq!(commits("open/a", "clean", "m"), Ok(1));
        assert_eq!(commits("vault/a", PLANTED, "m"), Ok(1));
        let said = "the file open/a would hold the secret `db`: nothing of it was written";
        assert_eq!(commits("open/a", PLANTED, "m"), Err(said.to_owned()));
        assert!(commits("vaults/a", PLANTED, "m").is_err());
        assert!(commits("vault/a", "clean", PLANTED).is_err());
        assert!(commits(&format!("vault/{PLANTED}"), "clean", "m").is_err());
    }
}
