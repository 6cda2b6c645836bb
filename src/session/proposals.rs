use super::{Planning, SessionError, plan};
use crate::apply::{Targets, waiting};
use crate::catalog::Waiting;
use crate::model::Fate;
use crate::observe::settle;
use crate::plan::Plan;
use crate::render::Placed;
use crate::secret::{Secrets, fill};
use crate::store::{ContentId, Outstanding, Pending, Store};
use crate::workspace::{Loaded, Unwatched};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A proposal that is remembered, as it stands to what the text says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggested {
    /// What it is for.
    pub target: ProposedTo,
    /// What became of it.
    pub proposal: Outstanding,
    /// The files that merging it now would write otherwise than the text says.
    pub writes: Vec<String>,
    /// The files that merging it now would delete although the text says them.
    pub deletes: Vec<String>,
}

/// What something was proposed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProposedTo {
    /// The catalog.
    Catalog,
    /// A state store, by its name.
    Store(String),
}

impl fmt::Display for ProposedTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Catalog => f.write_str("the catalog"),
            Self::Store(name) => f.write_str(name),
        }
    }
}

impl Suggested {
    /// Whether it waits to be merged.
    pub fn is_open(&self) -> bool {
        self.proposal.standing == Fate::Open
    }

    /// Takes it away: its branch, and what is remembered of it. `now` is in seconds since 1970 (UTC).
    ///
    /// # Errors
    /// Where its store cannot be written.
    pub fn withdraw(&self, targets: &mut Targets, now: i64) -> Result<(), SessionError> {
        match &self.target {
            ProposedTo::Catalog => {
                let Targets { identity, catalog, .. } = targets;
                catalog.proposals().map_or(Ok(()), |mut known| known.withdraw(&identity.id))?;
            }
            ProposedTo::Store(store) => {
                if let Some(mut known) = targets.stores.get_mut(store).and_then(|store| store.proposals()) {
                    known.withdraw(&self.proposal.name, now)?;
                }
            }
        }
        Ok(())
    }
}

impl From<Waiting> for Suggested {
    fn from(waiting: Waiting) -> Self {
        let Waiting { name, revision, time, files, arrived, fate } = waiting;
        let revision = Some(revision);
        let proposal = Outstanding { name, revision, time, files, arrived, pending: Vec::new(), standing: fate };
        Self { target: ProposedTo::Catalog, proposal, writes: Vec::new(), deletes: Vec::new() }
    }
}

/// What was proposed and is remembered beside a plan: as it stands to the text, or where the plan takes everything away, to nothing.
///
/// # Errors
/// Those of [`proposals`].
pub fn proposals_beside(plan: &Plan, loaded: &Loaded, targets: &mut Targets) -> Result<Vec<Suggested>, SessionError> {
    let to_stores = if plan.destroys { to_stores(&loaded.emptied(), targets) } else { to_stores(loaded, targets) }?;
    let to_catalog = waiting(Some(plan), targets)?.map(Suggested::from);
    Ok(to_catalog.into_iter().chain(to_stores).collect())
}

/// Everything that was proposed and is remembered, that to the catalog first, and then store by store, the oldest first. The targets are
/// looked at once more only where something of it has not arrived. `now` is in seconds since 1970 (UTC). Of a text with errors nobody knows what
/// it wants: what waits is then told as the targets have it.
///
/// # Errors
/// Where a target cannot be read, and where the project has problems that only show where its requests stand.
pub fn proposals(loaded: &Loaded, targets: &mut Targets, now: i64) -> Result<Vec<Suggested>, SessionError> {
    let to_stores = to_stores(loaded, targets)?;
    let mut to_catalog = waiting(None, targets)?;
    if !loaded.diagnostics.has_errors() && to_catalog.as_ref().is_some_and(|one| one.fate == Fate::Open) {
        let made = plan(loaded, targets, Planning { now, ..Planning::default() })?;
        to_catalog = waiting(Some(&made), targets)?;
    }
    Ok(to_catalog.map(Suggested::from).into_iter().chain(to_stores).collect())
}

fn to_stores(loaded: &Loaded, targets: &mut Targets) -> Result<Vec<Suggested>, SessionError> {
    let mut all = Vec::new();
    for (name, store) in &mut targets.stores {
        all.extend(store.outstanding()?.into_iter().map(|proposal| (name.clone(), proposal)));
    }
    if loaded.diagnostics.has_errors() || all.iter().all(|(_, proposal)| proposal.pending.is_empty()) {
        let settled = |(store, proposal)| Suggested {
            target: ProposedTo::Store(store),
            proposal,
            writes: Vec::new(),
            deletes: Vec::new(),
        };
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
            Fate::Open | Fate::Closed if is_done => Fate::Merged,
            Fate::Open if !is_wanted => Fate::Outdated,
            standing => standing,
        };
        Suggested { target: ProposedTo::Store(name), proposal, writes, deletes }
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
