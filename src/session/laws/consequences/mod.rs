//! What a plan says that follows, against what is there after the apply: nothing is missing, and nothing is made up.

mod races;
mod truth;
mod world;

use super::{Site, cases};
use crate::model::{Address, Kind};
use crate::plan::{Extent, Following, OnConflict, Operation, Options, Plan};
use crate::resolve::MemoryLoader;
use crate::scorecard::evaluate;
use crate::session::level_records;
use crate::workspace::{Loaded, load};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use truth::{Change, Moment};
use world::{Edit, Stranger, World, edit, stranger, world};

impl Site {
    fn moment(&self) -> Moment {
        Moment::of(&self.catalog, &self.stores)
    }
}

/// What lets everything happen that a random edit asks for.
fn options(additive: bool) -> Options {
    let kinds = Kind::ALL.iter().map(|(_, word)| format!("{word}:*"));
    let places = ["home0", "home1", "d0", "d1", "d2", "dd0", "dd1", "dd2"].map(|name| format!("destination:{name}:*"));
    let stores = ["file:s0:*", "file:s1:*"].map(ToOwned::to_owned);
    Options {
        max_deletes: Some(1_000),
        allow_delete: kinds.chain(places).chain(stores).collect(),
        on_conflict: OnConflict::Ours,
        additive,
        ..Options::default()
    }
}

fn loaded(text: &str) -> Loaded {
    let loaded = load(&MemoryLoader::new([("plat.kdl", text)])).unwrap();
    assert!(!loaded.diagnostics.has_errors(), "{:?}\n{text}", loaded.diagnostics);
    loaded
}

fn files<'f, F: ToString + 'f>(
    told: impl Iterator<Item = (&'f Address, &'f Vec<F>)>,
) -> BTreeMap<Address, BTreeSet<String>> {
    told.map(|(request, files)| (request.clone(), files.iter().map(ToString::to_string).collect())).collect()
}

/// Holds a plan to what it came to.
fn holds(plan: &Plan, change: &Change<'_>) {
    let impact = &plan.impact;
    let extent = |kind: Following| impact.looked.iter().find(|one| one.kind == kind).unwrap().extent;
    assert_eq!(impact.looked.iter().map(|one| one.kind).collect::<Vec<_>>(), Following::ALL.map(|row| row.0));

    let levels = impact.levels.iter().flatten();
    let told: BTreeMap<_, _> =
        levels.map(|one| ((one.scorecard.clone(), one.entity.clone()), [one.from.clone(), one.to.clone()])).collect();
    assert_eq!(told, change.levels(), "levels");
    assert_eq!(impact.levels.is_none(), extent(Following::Levels) == Extent::NotAtAll);

    let invalid = impact.invalid.iter().flatten().map(|one| (one.address.clone(), one.field.clone()));
    assert_eq!(invalid.collect::<BTreeSet<_>>(), change.invalid(), "validity");
    assert_eq!(impact.invalid.is_none(), extent(Following::Invalid) == Extent::NotAtAll);

    let broken = impact.broken.iter().flatten();
    let told = broken.map(|one| (one.address.clone(), one.field.clone(), one.to.clone()));
    let broken = change.broken();
    assert_eq!(told.collect::<BTreeSet<_>>(), broken, "references");
    assert_eq!(impact.broken.is_none(), extent(Following::Broken) == Extent::NotAtAll);

    if plan.additive {
        return;
    }
    let told = files(impact.rendered.iter().map(|one| (&one.request, &one.files)));
    assert_eq!(told, change.rendered(), "rendered files");
    let lost = impact.lost.iter().filter(|one| !one.files.is_empty());
    let told = files(lost.map(|one| (&one.request, &one.files)));
    assert_eq!(told, change.lost(), "lost files");
    let objects = impact.lost.iter().flat_map(|lost| lost.objects.iter().map(|one| (&lost.request, one)));
    let told = objects.map(|(request, lost)| (request.clone(), lost.object.to_string()));
    assert_eq!(told.collect::<BTreeSet<_>>(), change.lost_objects(), "lost objects");
    let told = impact.moves.iter().map(|one| (one.request.clone(), one.from.clone(), one.to.clone()));
    assert_eq!(told.collect::<BTreeSet<_>>(), change.moves(), "moves");

    let mut along = BTreeMap::new();
    for closure in &impact.closures {
        for member in closure.members.iter().filter(|member| member.deleted > 0) {
            let kind = if member.kind == "file" { "file" } else { Kind::from_word(&member.kind).unwrap().word() };
            along.insert((closure.address.clone(), kind), member.deleted);
        }
    }
    assert_eq!(along, change.went_along(), "what goes along");
}

proptest! {
    // So many projects, each of which is changed so often.
    #![proptest_config(ProptestConfig { max_shrink_iters: 400, ..cases(128) })]

    #[test]
    fn what_is_told_to_follow_is_what_follows(
        first in world(),
        changes in prop::collection::vec(
            (
                prop::collection::vec(edit(), 1..4),
                prop::collection::vec(stranger(), 0..3),
                prop::bool::weighted(0.1),
            ),
            8
        )
    ) {
        let site = Site::new();
        site.apply(&site.plan(&loaded(&first.text(&first)), options(false)));
        let mut now = first;
        for (edits, strangers, additive) in &changes {
            let edits: &Vec<Edit> = edits;
            let strangers: &Vec<Stranger> = strangers;
            for stranger in strangers {
                now.invade(stranger, &site.catalog);
            }
            let next = edits.iter().fold(now.clone(), World::edited);
            let project = loaded(&next.text(&now));
            let plan = site.plan(&project, options(*additive));
            if plan.refusals().next().is_some() || !plan.conflicts.is_empty() {
                continue;
            }
            let then = site.moment();
            site.apply(&plan);
            let after = site.moment();
            let names = plan.operations.iter().filter_map(Operation::renames);
            let names: BTreeMap<Address, Address> = names.map(|(old, new)| (old.clone(), new.clone())).collect();
            holds(&plan, &Change { before: &then.renamed(&names), after: &after, names: &names, then: &then });
            // What an additive plan keeps is in no text, and is not judged.
            if !additive {
                let levels = level_records(&evaluate(&project.project, 0)).into_iter();
                let levels: BTreeMap<_, _> = levels.map(truth::standing).collect();
                prop_assert_eq!(levels, after.levels);
            }
            now = next;
        }
    }
}
