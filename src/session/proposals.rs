use super::SessionError;
use crate::apply::Targets;
use crate::observe::settle;
use crate::plan::Plan;
use crate::render::Placed;
use crate::secret::{Secrets, fill};
use crate::store::{ContentId, Outstanding, Pending, Standing, Store};
use crate::workspace::{Loaded, Unwatched};
use std::collections::{BTreeMap, BTreeSet};

/// A proposal that is remembered, as it stands to what the text says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggested {
    /// The state store.
    pub store: String,
    /// What became of it.
    pub proposal: Outstanding,
    /// The files that merging it now would write otherwise than the text says.
    pub writes: Vec<String>,
    /// The files that merging it now would delete although the text says them.
    pub deletes: Vec<String>,
}

impl Suggested {
    /// Whether it waits to be merged.
    pub fn is_open(&self) -> bool {
        self.proposal.standing == Standing::Open
    }

    /// Takes it away: its branch, and what is remembered of it. `now` is in seconds since 1970 (UTC).
    ///
    /// # Errors
    /// Where its store cannot be written.
    pub fn withdraw(&self, targets: &mut Targets, now: i64) -> Result<(), SessionError> {
        if let Some(mut known) = targets.stores.get_mut(&self.store).and_then(|store| store.proposals()) {
            known.withdraw(&self.proposal.name, now)?;
        }
        Ok(())
    }
}

/// What was proposed and is remembered beside a plan: as it stands to the text, or where the plan takes everything away, to nothing.
///
/// # Errors
/// Those of [`proposals`].
pub fn proposals_beside(plan: &Plan, loaded: &Loaded, targets: &mut Targets) -> Result<Vec<Suggested>, SessionError> {
    if plan.destroys { proposals(&loaded.emptied(), targets) } else { proposals(loaded, targets) }
}

/// Everything that was proposed and is remembered, store by store, the oldest first. The stores are looked at once more only where
/// something of it has not arrived.
///
/// # Errors
/// Where a store cannot be read, and where the project has problems that only show where its requests stand.
pub fn proposals(loaded: &Loaded, targets: &mut Targets) -> Result<Vec<Suggested>, SessionError> {
    let mut all = Vec::new();
    for (name, store) in &mut targets.stores {
        all.extend(store.outstanding()?.into_iter().map(|proposal| (name.clone(), proposal)));
    }
    if all.iter().all(|(_, proposal)| proposal.pending.is_empty()) {
        let settled = |(store, proposal)| Suggested { store, proposal, writes: Vec::new(), deletes: Vec::new() };
        return Ok(all.into_iter().map(settled).collect());
    }
    let settled = settle(loaded, targets, &BTreeSet::new(), &Unwatched)?;
    let mut wanted = Wanted::default();
    for file in settled.placed.iter() {
        wanted.0.entry(&file.store).or_default().insert(&file.path, file);
    }
    let judge = |(name, proposal): (String, Outstanding)| {
        targets.stores.get(&name).map(|store| wanted.judge(name.clone(), proposal, &**store, &targets.secrets))
    };
    Ok(all.into_iter().filter_map(judge).collect())
}

/// The files that the text says, by store and path.
#[derive(Default)]
struct Wanted<'p>(BTreeMap<&'p str, BTreeMap<&'p str, &'p Placed>>);

impl Wanted<'_> {
    fn judge(&self, name: String, mut proposal: Outstanding, store: &dyn Store, secrets: &Secrets) -> Suggested {
        let files = self.0.get(name.as_str());
        let (mut writes, mut deletes, mut done, mut is_wanted) = (Vec::new(), Vec::new(), 0, true);
        for pending in &proposal.pending {
            let file = files.and_then(|files| files.get(pending.path.as_str()));
            let says = |content: &Option<ContentId>| says(file.copied(), content.as_ref(), store, secrets);
            // What is there as the text says it, and came another way than from what was there before, has nothing to wait for.
            let Pending { path, before, live, proposed, after } = pending;
            done += usize::from(live != before && says(live));
            // What others made of it on its branch may be what the text says by now.
            is_wanted &= says(proposed) || says(after);
            if !says(after) {
                let otherwise = if after.is_some() { &mut writes } else { &mut deletes };
                otherwise.push(path.clone());
            }
        }
        let is_done = done == proposal.pending.len();
        proposal.arrived += done;
        proposal.standing = match proposal.standing {
            Standing::Open | Standing::Closed if is_done => Standing::Merged,
            Standing::Open if !is_wanted => Standing::Outdated,
            standing => standing,
        };
        Suggested { store: name, proposal, writes, deletes }
    }
}

/// Whether the text says that a file has a content, or that it is not there. Of one with a secret that cannot be had it is taken to.
fn says(file: Option<&Placed>, content: Option<&ContentId>, store: &dyn Store, secrets: &Secrets) -> bool {
    let Some(file) = file else { return content.is_none() };
    match fill(&file.content, &file.secrets, secrets) {
        Ok(filled) => content == Some(&store.content_id(&filled)),
        Err(_) => content.is_some(),
    }
}
