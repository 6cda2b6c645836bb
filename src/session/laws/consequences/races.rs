//! A plan is approved, others merge and write, and then it is applied where it is no more than it was: whatever there is afterwards that
//! was not before stands in the plan that was approved.

use super::truth::{Change, Moment};
use super::world::{Edit, Stranger, World, edit, stranger, world};
use super::{Site, cases, files, loaded, options};
use crate::model::{Address, Digest, Kind, Map, Name, Thing};
use crate::object::fields;
use crate::plan::{Operation, Plan};
use crate::session::saved::{Approved, Replan, approved};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// What happens around one plan.
#[derive(Clone, Debug)]
struct Race {
    /// The change that is planned and looked at.
    reviewed: Vec<Edit>,
    /// Another change that is merged meanwhile.
    merged: Vec<Edit>,
    /// Whether that is applied already.
    is_applied: bool,
    /// What others write meanwhile.
    strangers: Vec<Stranger>,
}

fn race() -> impl Strategy<Value = Race> {
    let merged = prop_oneof![
        1 => Just(Vec::new()),
        2 => prop::collection::vec(edit(), 1..3),
    ];
    (prop::collection::vec(edit(), 1..4), merged, any::<bool>(), prop::collection::vec(stranger(), 0..3))
        .prop_map(|(reviewed, merged, is_applied, strangers)| Race { reviewed, merged, is_applied, strangers })
}

/// How many races ended how.
#[derive(Debug, Default)]
struct Ends {
    /// The plan was carried out, something with it.
    applied: usize,
    /// The same, while something else was merged and not applied.
    beside: usize,
    stopped: usize,
}

fn is_stopped(plan: &Plan) -> bool {
    plan.refusals().next().is_some() || !plan.conflicts.is_empty()
}

/// The owned and other fields of an object, by path.
fn by_path(body: Option<&Map>) -> BTreeMap<String, Digest> {
    let all = body.into_iter().flat_map(fields);
    all.map(|(path, value)| (path, Digest::of_value(&value.value))).collect()
}

/// Holds what became of every object to the plan that was approved.
fn objects(approved: &Plan, change: &Change<'_>) {
    let known: BTreeMap<&Thing, &Operation> = approved.operations.iter().map(|one| (&one.thing, one)).collect();
    let all: BTreeSet<&Address> = change.before.objects.keys().chain(change.after.objects.keys()).collect();
    for address in all {
        let (old, new) = (change.before.objects.get(address), change.after.objects.get(address));
        let (before, after) = (by_path(old), by_path(new));
        if before == after && old.is_some() == new.is_some() {
            continue;
        }
        let operation = known.get(&Thing::from(address.clone()));
        let operation = operation.unwrap_or_else(|| panic!("nobody approved that {address} changes"));
        let Some((_, told)) = operation.object() else { panic!("{address} is no object") };
        assert_eq!(operation.action.takes_away(), new.is_none(), "{address}");
        if new.is_none() {
            continue;
        }
        let told = told.all_fields();
        let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for path in paths.into_iter().filter(|path| before.get(*path) != after.get(*path)) {
            let field = told.iter().find(|field| field.path == *path);
            let field = field.unwrap_or_else(|| panic!("nobody approved that {path} of {address} changes"));
            let wanted = field.after.as_ref().map(|value| Digest::of_value(&value.0));
            assert_eq!(after.get(path), wanted.as_ref(), "{path} of {address}");
        }
    }
    for (old, new) in change.names {
        let operation = known.get(&Thing::from(new.clone())).and_then(|operation| operation.renames());
        assert_eq!(operation, Some((old, new)), "a name");
    }
}

/// Holds what became of every file to it.
fn contents(approved: &Plan, change: &Change<'_>) {
    let known: BTreeMap<&Thing, &Operation> = approved.operations.iter().map(|one| (&one.thing, one)).collect();
    let all: BTreeSet<_> = change.before.files.keys().chain(change.after.files.keys()).collect();
    for place in all {
        let content = |moment: &Moment| moment.files.get(place).map(|file| file.content.clone());
        let after = content(change.after);
        if content(change.before) == after {
            continue;
        }
        let thing = Thing::file(&place.0, &place.1);
        let operation = known.get(&thing).unwrap_or_else(|| panic!("nobody approved that {thing} changes"));
        let wanted = operation.file().and_then(|file| file.content.as_ref()).map(|content| content.bytes().to_vec());
        assert_eq!(after, wanted, "{thing}");
    }
}

/// Holds all that followed to what it was said to have as consequences.
fn consequences(approved: &Plan, change: &Change<'_>) {
    let impact = &approved.impact;
    let levels = impact.levels.iter().flatten();
    let levels: BTreeMap<_, _> =
        levels.map(|one| ((one.scorecard.clone(), one.entity.clone()), [one.from.clone(), one.to.clone()])).collect();
    for (key, standing) in change.levels() {
        assert_eq!(levels.get(&key), Some(&standing), "the level of {key:?}");
    }
    let invalid = impact.invalid.iter().flatten().map(|one| (one.address.clone(), one.field.clone()));
    assert_eq!(change.invalid().difference(&invalid.collect()).collect::<Vec<_>>(), Vec::<&_>::new(), "validity");
    let broken = impact.broken.iter().flatten();
    let broken = broken.map(|one| (one.address.clone(), one.field.clone(), one.to.clone()));
    assert_eq!(change.broken().difference(&broken.collect()).collect::<Vec<_>>(), Vec::<&_>::new(), "references");
    let moves = impact.moves.iter().map(|one| (one.request.clone(), one.from.clone(), one.to.clone()));
    let moves: BTreeSet<_> = moves.collect();
    // A destination that gets another name takes its requests along, also where others gave it that name already.
    let names: Vec<_> = approved.operations.iter().filter_map(Operation::renames).collect();
    let is_renamed = |from: &Name, to: &Name| {
        let is_place = |address: &Address, name: &Name| address.kind == Kind::Destination && address.name == *name;
        names.iter().any(|(old, new)| is_place(old, from) && is_place(new, to))
    };
    let came = change.moves().into_iter().filter(|(_, from, to)| !is_renamed(from, to));
    assert_eq!(came.filter(|one| !moves.contains(one)).collect::<Vec<_>>(), Vec::new(), "moves");
    let objects = impact.lost.iter().flat_map(|lost| lost.objects.iter().map(|one| (&lost.request, one)));
    let objects = objects.map(|(request, lost)| (request.clone(), lost.object.to_string()));
    let lost = change.lost_objects();
    assert_eq!(lost.difference(&objects.collect()).collect::<Vec<_>>(), Vec::<&_>::new(), "lost objects");
    let told = files(impact.rendered.iter().map(|one| (&one.request, &one.files)));
    no_more(&change.rendered(), &told, "rendered files");
    no_more(&change.lost(), &files(impact.lost.iter().map(|one| (&one.request, &one.files))), "lost files");
}

fn no_more(came: &BTreeMap<Address, BTreeSet<String>>, told: &BTreeMap<Address, BTreeSet<String>>, what: &str) {
    for (request, files) in came {
        assert!(told.get(request).is_some_and(|told| files.is_subset(told)), "{what} of {request}: {files:?}");
    }
}

/// One race, at a site where a world is applied; the world that is then, where all that was merged could be applied in the end.
fn run(race: &Race, now: &World, site: &Site, ends: &RefCell<Ends>) -> Option<World> {
    let next = race.reviewed.iter().fold(now.clone(), World::edited);
    let plan = site.plan(&loaded(&next.text(now)), options(false));
    if is_stopped(&plan) {
        return Some(now.clone());
    }
    let theirs = race.merged.iter().fold(now.clone(), World::edited);
    let other = site.plan(&loaded(&theirs.text(now)), options(false));
    let is_applied = race.is_applied && !is_stopped(&other);
    if is_applied {
        site.apply(&other);
    }
    for stranger in &race.strangers {
        if is_applied { &theirs } else { now }.invade(stranger, &site.catalog);
    }
    let merged = race.reviewed.iter().fold(theirs, World::edited);
    let project = loaded(&merged.text(now));
    let before = site.moment();
    // As it was saved.
    let saved = Plan::from_json(&plan.to_json()).unwrap();
    let came_to = approved(&project, saved, &mut site.targets(), Replan::IfNoMore, 0);
    match came_to {
        Ok(Approved::NoMore(again, left)) => {
            site.apply(&again);
            let after = site.moment();
            let names = again.operations.iter().filter_map(Operation::renames);
            let names: BTreeMap<Address, Address> = names.map(|(old, new)| (old.clone(), new.clone())).collect();
            let change = Change { before: &before.renamed(&names), after: &after, names: &names, then: &before };
            objects(&plan, &change);
            contents(&plan, &change);
            consequences(&plan, &change);
            ends.borrow_mut().applied += usize::from(again.has_changes());
            ends.borrow_mut().beside += usize::from(again.has_changes() && !left.is_empty());
        }
        Ok(_) | Err(_) => {
            let after = site.moment();
            assert_eq!((before.objects, before.levels), (after.objects, after.levels), "something was written");
            ends.borrow_mut().stopped += 1;
        }
    }
    let rest = site.plan(&project, options(false));
    (!is_stopped(&rest)).then(|| {
        site.apply(&rest);
        merged
    })
}

#[test]
fn no_effect_comes_of_an_apply_that_is_not_in_the_plan_that_was_approved() {
    let config = ProptestConfig { max_shrink_iters: 200, ..cases(176) };
    let ends = RefCell::new(Ends::default());
    let races = (world(), prop::collection::vec(race(), 10));
    let ran = TestRunner::new(config).run(&races, |(first, races)| {
        let site = Site::new();
        site.apply(&site.plan(&loaded(&first.text(&first)), options(false)));
        let mut now = first;
        for race in &races {
            let Some(next) = run(race, &now, &site, &ends) else { break };
            now = next;
        }
        Ok(())
    });
    if let Err(failed) = ran {
        panic!("{failed}");
    }
    let Ends { applied, beside, stopped } = ends.into_inner();
    let all = applied + stopped;
    assert!(all >= 1_000 && applied >= 200 && beside >= 50 && stopped >= 200, "{applied} ({beside}) of {all}");
}
