use super::{Loaded, SessionError, level_records};
use crate::apply::Targets;
use crate::catalog::{Entry, LevelRecord};
use crate::diff::{Desired, Pairs, desired, diff_files, pair};
use crate::model::{Address, Kind, Project};
use crate::plan::{Input, Opened, Options, Plan, StoreFiles, build};
use crate::render::Placed;
use crate::scorecard::evaluate;
use std::collections::BTreeMap;

/// What a plan depends on beside the project and its targets.
#[derive(Clone, Debug, Default)]
pub struct Planning {
    /// Seconds since 1970 (UTC), for rules about age.
    pub now: i64,
    /// What the caller allows.
    pub options: Options,
}

/// The levels that the catalog keeps, and those that the project comes to.
type BeforeAndAfter = (Vec<LevelRecord>, Vec<LevelRecord>);

/// Compares a project without errors with its targets. Reads and computes; writes nothing and locks nothing.
///
/// # Errors
/// Where a target cannot be read, as a whole: a partial answer never becomes a plan.
pub fn plan(loaded: &Loaded, targets: &mut Targets, planning: Planning) -> Result<Plan, SessionError> {
    let project = &loaded.project;
    let name = project.name.as_ref().map(|name| &*name.value).unwrap_or_default();
    let desired = desired(project);
    let observed = targets.catalog.observe(name)?;
    let pairs = pair(&desired, &observed);
    let opened = open(&pairs, &desired, &observed, name, targets)?;
    let stores = observe_stores(loaded, targets)?;
    let levels = levels(project, name, touches_scores(&pairs, &desired, &observed), targets, planning.now)?;
    let options = planning.options;
    Ok(build(&Input {
        project,
        sources: &loaded.sources,
        desired: &desired,
        observed: &observed,
        pairs,
        opened,
        stores,
        levels,
        options,
    }))
}

/// The live bodies and owned fields of the objects that differ, read in one go.
fn open(
    pairs: &Pairs,
    desired: &[Desired<'_>],
    observed: &[Entry],
    project: &str,
    targets: &Targets,
) -> Result<Vec<Opened>, SessionError> {
    let address = |pair: &crate::diff::Pair| match (pair.observed, pair.desired) {
        (Some(index), _) => observed.get(index).map(|entry| entry.address.clone()),
        (None, index) => index.and_then(|index| desired.get(index)).map(|desired| desired.address.clone()),
    };
    let known: Vec<Address> = pairs.open.iter().filter(|pair| pair.observed.is_some()).filter_map(address).collect();
    let mut objects = targets.catalog.objects(&known)?.into_iter();
    let mut owned = targets.catalog.owned_fields(project, &known)?.into_iter();
    let opened = pairs.open.iter().map(|pair| match pair.observed {
        Some(_) => Opened { live: objects.next().flatten(), owned: owned.next().unwrap_or_default() },
        None => Opened::default(),
    });
    Ok(opened.collect())
}

/// What differs in each state store of the project.
fn observe_stores<'l>(loaded: &'l Loaded, targets: &mut Targets) -> Result<Vec<StoreFiles<'l>>, SessionError> {
    let mut by_store: BTreeMap<&str, Vec<&'l Placed>> = BTreeMap::new();
    for placed in &loaded.placed {
        by_store.entry(&placed.store).or_default().push(placed);
    }
    let mut stores = Vec::new();
    for (name, store) in &mut targets.stores {
        let placed = by_store.remove(name.as_str()).unwrap_or_default();
        let paths: Vec<&str> = placed.iter().map(|file| file.path.as_str()).collect();
        let observed = store.observe(&paths)?;
        let (diffs, unchanged) = diff_files(&placed, &observed, |content| store.content_id(content));
        let mut contents = BTreeMap::new();
        for diff in diffs.iter().filter(|diff| diff.live.is_some()) {
            contents.extend(store.read(&diff.path)?.map(|content| (diff.path.clone(), content)));
        }
        stores.push(StoreFiles { store: name.clone(), diffs, contents, unchanged });
    }
    Ok(stores)
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
