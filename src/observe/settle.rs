//! Where the requests of a project stand: what the state stores remember of them is looked at first, and decides about their
//! places before anything else.

use super::ObserveError;
use crate::apply::Targets;
use crate::model::{Address, Adopt, Declared, Holding, Kind, Name, Project, Renames, Scopes, covers};
use crate::plan::{Elsewhere, Leaving, Left, Relocation};
use crate::render::{OutOfUse, Placed, Rendered, Standing, Unfit, place, schedule, unfit};
use crate::workspace::{Loaded, Progress};
use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// A project whose requests are placed where they stand, where that still takes them.
pub struct Settled<'l> {
    /// What the requests come to, each with its place.
    pub rendered: Cow<'l, [Rendered]>,
    /// Their files at their places, by store and path.
    pub placed: Cow<'l, [Placed]>,
    /// What each state store remembers, by its name.
    pub holdings: BTreeMap<String, Arc<[Holding]>>,
    /// Where requests stand.
    pub standing: Standing,
    /// The requests that leave a destination.
    pub relocations: Vec<Relocation>,
    /// The requests that are taken over from a project which delivered them elsewhere.
    pub elsewhere: Vec<Elsewhere>,
}

/// Looks at every state store and settles a project without errors; the stores can be observed without another look. Requests
/// of the patterns in `rebalance` are placed as if they were new.
///
/// # Errors
/// Where a store cannot be read, and where the project has problems that placing all its requests anew does not show.
pub fn settle<'l>(
    loaded: &'l Loaded,
    targets: &mut Targets,
    rebalance: &BTreeSet<String>,
    progress: &dyn Progress,
) -> Result<Settled<'l>, ObserveError> {
    let mut holdings = BTreeMap::new();
    for (name, store) in &mut targets.stores {
        progress.begin(&format!("Reading state store {name}"), None);
        holdings.insert(name.clone(), store.look()?);
    }
    let project = &loaded.project;
    let held = Held::new(project, holdings.values().flat_map(|holdings| holdings.iter()));
    let mut standing = held.standing();
    // What is taken over is taken where it stands.
    let foreign = foreign(project, targets)?;
    for (_, request, destination) in &foreign {
        standing.add(request.clone(), destination.clone());
    }
    let is_anew = |request: &Address| is_meant(rebalance, request);
    let (rendered, placed) = settled(loaded, &standing, is_anew)?;
    let mut relocations = held.relocations(project, &rendered, is_anew, &Leaving::Unfinished);
    for (store, holdings) in &holdings {
        relocations.extend(out_of_store(store, &Held::new(project, holdings.iter()), project, &rendered));
    }
    let elsewhere = foreign.into_iter().filter_map(|foreign| elsewhere(foreign, &rendered)).collect();
    Ok(Settled { rendered, placed, holdings, standing, relocations, elsewhere })
}

impl Settled<'_> {
    /// The requests that leave a destination: those that stand in a state store of the project, and those that stood in one that it
    /// leaves.
    pub fn leaving<'s>(
        &self,
        project: &Project,
        left: impl Iterator<Item = (&'s Address, &'s Left)>,
        rebalance: &BTreeSet<String>,
    ) -> Vec<Relocation> {
        let is_anew = |request: &Address| is_meant(rebalance, request);
        let of_store = |(store, left): (&Address, &Left)| {
            let because = Leaving::StoreLeft(store.name.clone());
            Held::new(project, left.holdings.iter()).relocations(project, &self.rendered, is_anew, &because)
        };
        self.relocations.iter().cloned().chain(left.flat_map(of_store)).collect()
    }
}

/// The requests that `adopt` nodes take from other projects, with those and the destinations that they delivered them to.
fn foreign(project: &Project, targets: &Targets) -> Result<BTreeSet<(Name, Address, Name)>, ObserveError> {
    let takes_requests = |adopt: &&Adopt| adopt.scope.value.object().is_none_or(|object| object.kind == Kind::Request);
    let mut adopted: BTreeMap<&Name, Vec<&Adopt>> = BTreeMap::new();
    for adopt in project.adopted.iter().filter(takes_requests) {
        if let Some(from) = &adopt.from {
            adopted.entry(&from.value).or_default().push(adopt);
        }
    }
    let mut foreign = BTreeSet::new();
    for store in targets.stores.values() {
        // Once for each project, however many requests are taken from it.
        for (owner, lines) in &adopted {
            let lines = Scopes::of(lines.iter().copied(), |adopt| &adopt.scope.value);
            let is_meant = |holding: &Holding| lines.of_object(&holding.request).is_some();
            let meant = store.holdings_of(owner)?.into_iter().filter(is_meant);
            foreign.extend(meant.map(|holding| ((*owner).clone(), holding.request, holding.destination)));
        }
    }
    Ok(foreign)
}

/// A request that would be delivered to another destination as well.
fn elsewhere((owner, request, from): (Name, Address, Name), rendered: &[Rendered]) -> Option<Elsewhere> {
    let rendered = rendered.iter().find(|one| one.request == request)?;
    let to = rendered.destination.as_ref().filter(|to| **to != from)?;
    let to = to.clone();
    Some(Elsewhere { request, owner, from, to })
}

/// Whether an address is one of those of some patterns, in which `*` stands for any text.
fn is_meant(patterns: &BTreeSet<String>, address: &Address) -> bool {
    !patterns.is_empty() && patterns.iter().any(|pattern| covers(pattern, &address.to_string()))
}

/// What the requests come to, and their files.
type Placement<'l> = (Cow<'l, [Rendered]>, Cow<'l, [Placed]>);

/// Places the requests: as they were when the project was loaded, where none stands elsewhere.
fn settled<'l>(
    loaded: &'l Loaded,
    standing: &Standing,
    is_anew: impl Fn(&Address) -> bool,
) -> Result<Placement<'l>, ObserveError> {
    let stands_elsewhere = |one: &Rendered| {
        let stands = standing.of(&one.request);
        !stands.is_empty()
            && one.destination.as_ref().is_none_or(|name| !stands.contains(name))
            && !is_anew(&one.request)
    };
    if !loaded.rendered.iter().filter(|one| one.is_of_request()).any(stands_elsewhere) {
        return Ok((Cow::Borrowed(&loaded.rendered), Cow::Borrowed(&loaded.placed)));
    }
    let mut kept = standing.clone();
    kept.forget(&is_anew);
    let mut rendered = loaded.rendered.clone();
    let mut diagnostics = schedule(&loaded.project, &mut rendered, &kept);
    let (placed, problems) = place(&loaded.project, &rendered);
    diagnostics.append(problems);
    if diagnostics.has_errors() {
        return Err(ObserveError::Misplaced(diagnostics.sorted().told()));
    }
    Ok((Cow::Owned(rendered), Cow::Owned(placed)))
}

/// The requests and the destinations of what was delivered, under the names that they have now.
struct Held(Vec<(Address, Name)>);

impl Held {
    fn new<'h>(project: &Project, holdings: impl Iterator<Item = &'h Holding>) -> Self {
        let renames = Renames::of(&project.moved);
        let requests = LazyCell::new(|| project.requests.iter().map(Declared::address).collect::<HashSet<Address>>());
        let present = |holding: &Holding| {
            let request = renames.present(&holding.request, |address| requests.contains(address));
            let destination = Address::new(Kind::Destination, holding.destination.clone());
            let destination = renames.present(&destination, |address| project.destination(&address.name).is_some());
            (request, destination.name)
        };
        let mut held: Vec<(Address, Name)> = holdings.map(present).collect();
        held.sort_unstable();
        held.dedup();
        Self(held)
    }

    fn standing(&self) -> Standing {
        let mut standing = Standing::default();
        for (request, destination) in &self.0 {
            standing.add(request.clone(), destination.clone());
        }
        standing
    }

    /// The requests that are placed elsewhere than where something was delivered for them.
    fn relocations(
        &self,
        project: &Project,
        rendered: &[Rendered],
        is_anew: impl Fn(&Address) -> bool,
        otherwise: &Leaving,
    ) -> Vec<Relocation> {
        // What a promise depends on has many places, and moves to none.
        let requests = rendered.iter().filter(|one| one.is_of_request());
        let by_request: HashMap<&Address, &Rendered> = requests.map(|one| (&one.request, one)).collect();
        let relocation = |(request, from): &(Address, Name)| {
            let rendered = by_request.get(request).filter(|rendered| !rendered.files.is_empty())?;
            let to = rendered.destination.as_ref().filter(|to| *to != from)?;
            let asked = rendered.pin.as_ref().map(|_| Leaving::Pinned);
            let asked = asked.or_else(|| is_anew(request).then_some(Leaving::Rebalanced));
            Some(Relocation {
                request: request.clone(),
                from: from.clone(),
                to: to.clone(),
                because: unsuitable(project, from, rendered).or(asked).unwrap_or_else(|| otherwise.clone()),
            })
        };
        self.0.iter().filter_map(relocation).collect()
    }
}

/// The requests that stay in their destination and leave a state store with it.
fn out_of_store(store: &str, held: &Held, project: &Project, rendered: &[Rendered]) -> Vec<Relocation> {
    let goes_to = |destination: &Name| {
        let declared = project.destination(destination)?;
        (*declared.store.value != *store).then(|| declared.store.value.clone())
    };
    let leaving: Vec<(&Address, &Name, Name)> = held
        .0
        .iter()
        .filter_map(|(request, destination)| Some((request, destination, goes_to(destination)?)))
        .collect();
    if leaving.is_empty() {
        return Vec::new();
    }
    let stays: HashSet<(&Address, &Name)> = rendered
        .iter()
        .filter(|one| !one.files.is_empty())
        .filter_map(|one| Some((&one.request, one.destination.as_ref()?)))
        .collect();
    let leaving = leaving.into_iter().filter(|(request, destination, _)| stays.contains(&(*request, *destination)));
    let relocation = |(request, destination, to): (&Address, &Name, Name)| Relocation {
        request: request.clone(),
        from: destination.clone(),
        to: destination.clone(),
        because: Leaving::StoreChanged { from: store.into(), to },
    };
    leaving.map(relocation).collect()
}

/// Why a request cannot stay where it stands; nothing where it could.
pub fn unsuitable(project: &Project, from: &Name, rendered: &Rendered) -> Option<Leaving> {
    let Some(destination) = project.destination(from) else { return Some(Leaving::Gone) };
    Some(match unfit(project, destination, &rendered.labels)? {
        Unfit::Labels(keys) => Leaving::Labels(keys.iter().map(ToString::to_string).collect()),
        Unfit::Strict => Leaving::Strict,
        Unfit::OutOfUse(OutOfUse::Drained) => Leaving::Drained,
        Unfit::OutOfUse(OutOfUse::Bucket) => Leaving::Bucket,
        Unfit::OutOfUse(OutOfUse::Aggregated) => Leaving::Aggregated,
    })
}
