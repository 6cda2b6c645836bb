use super::{ApplyError, Occupied, Run, Targets};
use crate::model::{Lease, Leased};

/// The leases of a run: that of the catalog, then those of the state stores by name. All runs ask in this order, so that no two
/// wait for each other.
#[derive(Clone, Debug)]
pub struct Leases {
    project: String,
    run: String,
    holder: String,
    seconds: i64,
    stores: Vec<String>,
    pub(super) renewed: i64,
}

impl Leases {
    /// The leases that a run takes; nothing where it takes none.
    pub(super) fn of(run: &Run, project: &str, stores: Vec<String>) -> Option<Self> {
        let (run, holder, seconds) = (run.id.clone(), run.holder.clone(), run.lease?);
        Some(Self { project: project.to_owned(), run, holder, seconds, stores, renewed: i64::MIN })
    }

    /// For how long they hold when they are not renewed, in seconds.
    pub fn seconds(&self) -> i64 {
        self.seconds
    }

    /// Renews them where a third of their time is over. One that was lost is not fought for: nothing depends on it.
    pub(super) fn keep(&mut self, targets: &mut Targets, now: i64) {
        if now >= self.renewed.saturating_add(self.seconds / 3) && self.seconds > 0 {
            self.renewed = now;
            self.renew(targets, now);
        }
    }

    /// Renews them; `now` is in seconds since 1970 (UTC). A target that cannot be reached is left to what comes next.
    pub fn renew(&self, targets: &mut Targets, now: i64) {
        let _ = self.ask(targets, now, &mut |_| {});
    }

    /// Gives them back. What cannot be given back ends by itself.
    pub(super) fn release(&self, targets: &mut Targets) {
        for store in self.stores.iter().rev() {
            if let Some(store) = targets.stores.get_mut(store) {
                let _ = store.release(&self.run);
            }
        }
        let _ = targets.catalog.release(&self.project, &self.run);
    }

    /// Asks for each; gives who has the first one that was not granted.
    pub(super) fn ask(
        &self,
        targets: &mut Targets,
        now: i64,
        taken_over: &mut dyn FnMut(Occupied),
    ) -> Result<Option<Occupied>, ApplyError> {
        let expires = now.saturating_add(self.seconds);
        let lease = Lease { run: self.run.clone(), holder: self.holder.clone(), expires };
        let mut judge = |target: String, leased: Leased| match leased {
            Leased::Granted => None,
            Leased::TakenOver(lease) => {
                taken_over(Occupied { target, lease });
                None
            }
            Leased::Held(lease) => Some(Occupied { target, lease }),
        };
        let leased = targets.catalog.acquire(&self.project, &lease, now)?;
        if let Some(occupied) = judge("the catalog".to_owned(), leased) {
            return Ok(Some(occupied));
        }
        for name in &self.stores {
            let unknown = || ApplyError::UnknownStore { store: name.clone() };
            let leased = targets.stores.get_mut(name).ok_or_else(unknown)?.acquire(&lease, now)?;
            if let Some(occupied) = judge(format!("state store {name}"), leased) {
                return Ok(Some(occupied));
            }
        }
        Ok(None)
    }
}
