use super::SessionError;
use super::former::former_stores;
use super::levels::level_records;
use super::new_hosts::new_hosts;
use super::spent::spent;
use super::unreached::unreached;
use super::{consumers, policies};
use crate::apply::{Targets, delivered};
use crate::catalog::{Bodies, Catalog, CatalogError, Entry, LevelRecord, RunRecord};
use crate::diff::{Desired, FileDiff, Pair, Pairs, desired};
use crate::model::{Address, Fate, Holding, Kind, Name, Project, Thing};
use crate::observe::{Files, Objects, ObserveError, Settled, files, settle};
use crate::plan::{Aim, Bases, Input, Lineage, Look, Options, Plan, StoreFiles, build};
use crate::scorecard::evaluate;
use crate::secret::{Leak, Tripwire};
use crate::store::{Outstanding, Store, StoreError};
use crate::workspace::{Loaded, Progress, Unwatched};
use std::collections::{BTreeMap, BTreeSet};

/// What a plan depends on beside the project and its targets.
#[derive(Clone, Debug, Default)]
pub struct Planning {
    /// Seconds since 1970 (UTC), for rules about age.
    pub now: i64,
    /// What the caller allows.
    pub options: Options,
    /// The commit of the text, where it is known; with `-dirty` behind it where files differ from it.
    pub source: Option<String>,
    /// What is known of whence the text was applied before.
    pub lineage: Lineage,
}

/// The levels that the catalog keeps, and those that the project comes to.
type BeforeAndAfter = (Vec<LevelRecord>, Vec<LevelRecord>);

/// Compares a project without errors with its targets. The stores are looked at first: what was delivered stays where it is. Reads and computes; writes nothing and locks nothing.
///
/// # Errors
/// Where a target cannot be read, as a whole: a partial answer never becomes a plan; and where the project has problems that
/// only show where its requests stand.
pub fn plan(loaded: &Loaded, targets: &mut Targets, planning: Planning) -> Result<Plan, SessionError> {
    plan_watched(loaded, targets, planning, &Unwatched)
}

/// The same, with somebody who is told how far it is.
///
/// # Errors
/// Where a target cannot be read, as a whole: a partial answer never becomes a plan; and where the project has problems that
/// only show where its requests stand.
pub fn plan_watched(
    loaded: &Loaded,
    targets: &mut Targets,
    planning: Planning,
    progress: &dyn Progress,
) -> Result<Plan, SessionError> {
    Ok(draft(loaded, targets, planning, progress)?.sealed())
}

/// A plan that is not sealed yet: more may come to it.
pub(super) fn draft(
    loaded: &Loaded,
    targets: &mut Targets,
    planning: Planning,
    progress: &dyn Progress,
) -> Result<Plan, SessionError> {
    // What the text declares is looked at even where nothing of it is to be there.
    let text = desired(&loaded.project);
    let (emptied, desired): (Option<Loaded>, &[Desired<'_>]) = match planning.options.aim {
        Aim::Declared => (None, &text),
        Aim::Nothing => (Some(loaded.emptied()), &[]),
    };
    let loaded = emptied.as_ref().unwrap_or(loaded);
    let settled = settled(loaded, targets, &planning, progress)?;
    progress.begin("Reading the catalog", None);
    let (project, identity) = (&loaded.project, targets.identity.clone());
    let name = identity.id.as_str();
    // What is observed first is the moment that all else is asked of.
    let objects = Objects::observe(project, desired, targets)?;
    let namesakes = targets.catalog.identities(&identity.name)?;
    let opened = objects.open(&objects.pairs.open, targets)?;
    let Objects { entries: observed, strays, moves, pairs } = objects;
    let begins = |name: &str| progress.begin(&format!("Reading state store {name}"), None);
    let stores = open_stores(files(project, &settled, &observed, targets, begins)?, &settled, targets, progress)?;
    progress.begin("Comparing", None);
    // The scorecards of others may have changed since the levels were kept.
    let is_touched = touches_scores(&pairs, desired, &observed) || !project.externs.objects.is_empty();
    let levels = levels(project, name, is_touched, targets, planning.now)?;
    let (names, confidential) = (catalog_names(&pairs, desired, &observed), confidential(&stores));
    // Nothing that is done depends on the journal: where it cannot be read, it tells nothing.
    let last = targets.catalog.runs(name, SAME_SECOND).unwrap_or_default();
    let former = former_stores((&pairs, &opened), &observed, loaded, targets);
    let left = former.iter().filter_map(|(store, former)| Some((store, former.left()?)));
    let relocations = settled.leaving(project, left, &planning.options.rebalance);
    let live = policies::live(project, &pairs, &opened, (desired, &observed));
    let plan = build(&Input {
        project,
        identity: &identity,
        namesakes: &namesakes,
        sources: &loaded.sources,
        desired,
        text: &text,
        observed: &observed,
        strays: &strays,
        set_back: targets.catalog.set_back()?,
        spent: spent(project, name, &observed, &*targets.catalog)?,
        moves: &moves,
        unreached: unreached(loaded, &settled, (&observed, &pairs), targets)?,
        pairs,
        opened,
        delivered: delivered_before(&stores, &observed, targets),
        stores,
        former: &former,
        projects: takers(project, &*targets.catalog)?,
        after: newest(&last),
        source: planning.source,
        lineage: planning.lineage,
        unfinished: unfinished(&last, targets),
        relocations,
        elsewhere: settled.elsewhere.clone(),
        levels,
        options: planning.options,
    });
    let plan = consequences(plan, (&observed, desired), &*targets.catalog)?;
    let plan = consumers::told(plan, (loaded, &settled), &observed, targets, planning.now)?;
    let plan = Plan { new_hosts: new_hosts((project, &loaded.sources), name, &observed, &*targets.catalog)?, ..plan };
    let plan = policies::judged(plan, loaded, &settled, &live, planning.now);
    let plan = with_bases(plan, &names, &confidential, name, targets)?;
    pass(&plan, targets.secrets.tripwire())?;
    Ok(plan)
}

/// Where requests stand, and what the state stores remember of them.
fn settled<'l>(
    loaded: &'l Loaded,
    targets: &mut Targets,
    planning: &Planning,
    progress: &dyn Progress,
) -> Result<Settled<'l>, SessionError> {
    let settled = settle(loaded, targets, &planning.options.rebalance, progress);
    settled.map_err(|error| lost(error, targets))
}

/// What keeps a plan from the state stores: where one is not there that runs of the project delivered to, that is said.
fn lost(error: ObserveError, targets: &Targets) -> SessionError {
    match error {
        ObserveError::Store(source @ StoreError::Missing { .. }) => {
            let StoreError::Missing { store, .. } = &source else { return source.into() };
            match delivered_to(targets).remove(store.as_str()).map(|files| files.len()) {
                Some(files) => SessionError::Lost { files, source },
                None => source.into(),
            }
        }
        error => error.into(),
    }
}

/// What the runs of the project delivered and left there, by state store.
pub(super) fn delivered_to(targets: &Targets) -> BTreeMap<Name, BTreeSet<Thing>> {
    // Nothing that is done depends on the journal: where it cannot be read, it tells nothing.
    let runs = targets.catalog.runs(&targets.identity.id, usize::MAX).unwrap_or_default();
    let mut by_store: BTreeMap<Name, BTreeSet<Thing>> = BTreeMap::new();
    for thing in delivered(runs.iter()) {
        if let Thing::File { store, .. } = &thing {
            by_store.entry(store.clone()).or_default().insert(thing);
        }
    }
    by_store
}

/// The projects that a catalog knows, where something is to go to one.
fn takers(project: &Project, catalog: &dyn Catalog) -> Result<BTreeSet<Name>, CatalogError> {
    let is_asked = project.removed.iter().any(|line| line.to_project.is_some());
    let known = if is_asked { catalog.projects()? } else { Vec::new() };
    Ok(known.into_iter().map(|project| project.id).collect())
}

/// The plan with what follows from it for objects that it does not touch. Bodies are read only where an operation is of a
/// kind that others can depend on.
fn consequences(
    plan: Plan,
    (observed, declared): (&[Entry], &[Desired<'_>]),
    catalog: &dyn Catalog,
) -> Result<Plan, CatalogError> {
    let Some(look) = Look::of(&plan, observed, declared) else { return Ok(plan) };
    let model = Bodies::of(catalog, &look.model())?;
    let seen = look.seen(model);
    let members = Bodies::of(catalog, &seen.members())?;
    let consequences = seen.consequences(members);
    Ok(plan.with(consequences))
}

/// The state stores that runs delivered to, where the last one did not come to its end.
fn unfinished(last: &[RunRecord], targets: &Targets) -> Option<BTreeSet<Name>> {
    let began = last.first()?.began;
    if last.iter().take_while(|run| run.began == began).all(is_finished) {
        return None;
    }
    Some(delivered_to(targets).into_keys().collect())
}

/// What the runs of the project delivered to state stores that know nothing of it, where requests of it were applied.
fn delivered_before(
    stores: &[StoreFiles<'_>],
    observed: &[Entry],
    targets: &Targets,
) -> BTreeMap<Name, BTreeSet<Thing>> {
    let was_applied = |entry: &Entry| entry.address.kind == Kind::Request && entry.owner.is_some();
    let is_asked = stores.iter().any(StoreFiles::is_unknown) && observed.iter().any(was_applied);
    if is_asked { delivered_to(targets) } else { BTreeMap::new() }
}

/// Whether a run did all that was its to do.
fn is_finished(run: &RunRecord) -> bool {
    run.ended.is_some() && [RunRecord::DONE, RunRecord::PROPOSED].contains(&run.state.as_str())
}

/// The names under which the catalog knows the objects that differ now, by the addresses that a plan has for them.
fn catalog_names(pairs: &Pairs, desired: &[Desired<'_>], observed: &[Entry]) -> BTreeMap<Address, Address> {
    let name = |pair: &Pair| {
        let known = &observed.get(pair.observed?)?.address;
        let planned = pair.desired.and_then(|index| desired.get(index)).map_or(known, |desired| &desired.address);
        Some((planned.clone(), known.clone()))
    };
    pairs.open.iter().filter(|pair| pair.moved.is_some()).filter_map(name).collect()
}

/// How many runs are told apart that began in one second.
const SAME_SECOND: usize = 64;

/// The newest runs of a journal: all that began in the same second, of which no order is known.
fn newest(journal: &[RunRecord]) -> Option<String> {
    let began = journal.first()?.began;
    let newest: BTreeSet<&str> = journal.iter().filter(|run| run.began == began).map(|run| run.run.as_str()).collect();
    Some(newest.into_iter().collect::<Vec<&str>>().join(" "))
}

/// The plan, with what was last written in each of its conflicts; nothing is read where it has none.
fn with_bases(
    plan: Plan,
    moved: &BTreeMap<Address, Address>,
    confidential: &BTreeSet<Thing>,
    project: &str,
    targets: &Targets,
) -> Result<Plan, SessionError> {
    if plan.conflicts.is_empty() {
        return Ok(plan);
    }
    let mut bases = Bases::default();
    let things: BTreeSet<&Thing> = plan.conflicts.iter().map(|conflict| &conflict.thing).collect();
    let known = |planned: &Address| moved.get(planned).unwrap_or(planned).clone();
    let (addresses, planned): (Vec<Address>, Vec<&Thing>) =
        things.iter().filter_map(|thing| Some((known(thing.object()?), *thing))).unzip();
    let written = targets.catalog.written(project, &addresses)?;
    bases.objects.extend(planned.into_iter().cloned().zip(written));
    // What was written to an encrypted destination is as little shown as what is live there.
    for thing in things.into_iter().filter(|thing| !confidential.contains(*thing)) {
        let Thing::File { store, path } = thing else { continue };
        if let Some(store) = targets.stores.get(&**store) {
            bases.files.extend(store.written(path)?.map(|content| (thing.clone(), content)));
        }
    }
    Ok(plan.with_bases(&bases))
}

/// The addresses of the files that may hold secrets.
fn confidential(stores: &[StoreFiles<'_>]) -> BTreeSet<Thing> {
    stores.iter().flat_map(|one| one.confidential.iter().map(|path| Thing::file(&one.store, path))).collect()
}

/// Lets a plan through that holds no secret: what is written in the texts, and what is live, may hold one without anybody's
/// knowledge. Every report about the plan is made of it.
///
/// # Errors
/// The secret, and the operation that holds it where only one does.
pub(super) fn pass(plan: &Plan, tripwire: &Tripwire) -> Result<(), Leak> {
    if tripwire.is_idle() {
        return Ok(());
    }
    for operation in &plan.operations {
        let alone = Plan { operations: vec![operation.clone()], ..Plan::default() };
        tripwire.pass(alone.to_json().as_bytes(), &format!("the plan for {}", operation.thing))?;
    }
    tripwire.pass(plan.to_json().as_bytes(), "the plan").map(drop)
}

/// The requests that other projects delivered files for which are wanted here too, by path.
fn delivered_by_others(store: &dyn Store, diffs: &[FileDiff<'_>]) -> Result<BTreeMap<String, Address>, SessionError> {
    let wanted = diffs.iter().filter(|diff| diff.desired.is_some() && diff.base.is_none());
    let mut asked: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for diff in wanted {
        let Some(owner) = &diff.other_owner else { continue };
        asked.entry(owner).or_default().insert(&diff.path);
    }
    let mut found = BTreeMap::new();
    for (owner, paths) in asked {
        for Holding { request, files, .. } in store.holdings_of(owner)? {
            let meant = files.into_iter().filter(|path| paths.contains(path.as_str()));
            found.extend(meant.map(|path| (path, request.clone())));
        }
    }
    Ok(found)
}

/// What differs in each state store of the project, with its contents.
fn open_stores<'s>(
    files: Vec<Files<'s>>,
    settled: &Settled<'_>,
    targets: &mut Targets,
    progress: &dyn Progress,
) -> Result<Vec<StoreFiles<'s>>, SessionError> {
    let mut stores = Vec::new();
    for Files { store: name, placed, observed, diffs, unchanged, secret } in files {
        let Some(store) = targets.stores.get_mut(&name) else { continue };
        let paths: Vec<&str> = placed.iter().map(|file| file.path.as_str()).collect();
        let waits = |one: &Outstanding| matches!(one.standing, Fate::Open | Fate::Superseded);
        let proposed = store.outstanding()?.iter().filter(|one| waits(one)).count();
        let confidential: BTreeSet<String> =
            diffs.iter().map(|diff| &diff.path).filter(|path| secret.holds(path)).cloned().collect();
        let (mut contents, mut sealed, mut written) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let differs: Vec<&FileDiff<'_>> = diffs.iter().filter(|diff| diff.live.is_some()).collect();
        progress.begin(&format!("Reading what differs in state store {name}"), Some(differs.len()));
        for (path, content) in live(&mut **store, &paths, &differs)? {
            let contents = if confidential.contains(&path) { &mut sealed } else { &mut contents };
            contents.insert(path, content);
        }
        written.extend(written_last(&**store, &differs)?);
        progress.advance(differs.len());
        let mut wanted = BTreeMap::new();
        for file in &placed {
            *wanted.entry(file.destination.clone()).or_default() += 1;
        }
        stores.push(StoreFiles {
            theirs: delivered_by_others(&**store, &diffs)?,
            holdings: settled.holdings.get(&name).cloned().unwrap_or_default(),
            store: name.as_str().into(),
            remembers: observed.remembers,
            is_unmade: observed.is_unmade,
            setback: observed.setback,
            unread: observed.unread,
            placed,
            diffs,
            contents,
            sealed,
            written,
            unchanged,
            proposed,
            wanted,
            identities: secret.identities,
            confidential,
        });
    }
    Ok(stores)
}

/// What the project wrote last into files that others changed and that stay, as far as it is known.
fn written_last(store: &dyn Store, diffs: &[&FileDiff<'_>]) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let stays = diffs.iter().filter(|diff| diff.base.is_some());
    let stays = stays.filter_map(|diff| Some((*diff, diff.desired?)));
    let (same, others): (Vec<_>, Vec<_>) = stays.partition(|(diff, _)| diff.base == diff.wanted);
    let asked: Vec<&str> =
        others.iter().filter(|(diff, _)| diff.base != diff.live).map(|(diff, _)| diff.path.as_str()).collect();
    let same = same.into_iter().map(|(diff, placed)| (diff.path.clone(), placed.content.to_vec()));
    Ok(same.chain(contents(&asked, store.written_all(&asked)?)).collect())
}

/// The contents of files of a store that was observed. What a store keeps of a server may turn out to be damaged only now: then
/// it is looked at once more, and finds it whole.
fn live(store: &mut dyn Store, paths: &[&str], diffs: &[&FileDiff<'_>]) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let asked: Vec<&str> = diffs.iter().map(|diff| diff.path.as_str()).collect();
    let read = match store.read_all(&asked) {
        Err(StoreError::Failed { .. }) => {
            store.observe(paths)?;
            store.read_all(&asked)
        }
        read => read,
    };
    Ok(contents(&asked, read?).collect())
}

/// The files that have a content.
fn contents(paths: &[&str], found: Vec<Option<Vec<u8>>>) -> impl Iterator<Item = (String, Vec<u8>)> {
    paths.iter().zip(found).filter_map(|(path, content)| Some(((*path).to_owned(), content?)))
}

/// The levels before and after, where something changes that scorecards read.
fn levels(
    project: &Project,
    name: &str,
    touched: bool,
    targets: &Targets,
    now: i64,
) -> Result<Option<BeforeAndAfter>, SessionError> {
    if !touched {
        return Ok(None);
    }
    Ok(Some((targets.catalog.levels(name)?, level_records(&evaluate(project, now)))))
}

/// Whether something differs that scorecards read.
fn touches_scores(pairs: &Pairs, desired: &[Desired<'_>], observed: &[Entry]) -> bool {
    let read = |address: &Address| {
        matches!(address.kind, Kind::Blueprint | Kind::Entity | Kind::Scorecard | Kind::Promise | Kind::Request)
    };
    pairs.open.iter().any(|pair| {
        let wanted = pair.desired.is_some_and(|index| read(&desired[index].address));
        wanted || pair.observed.is_some_and(|index| read(&observed[index].address))
    })
}
