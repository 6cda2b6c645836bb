//! Requests over random destinations that come, go, change and drain: they stay where they were delivered, and what protects
//! them holds whatever else is lost.

use super::{RUN, Shared, Site, StopAt, cases};
use crate::apply::{Applied, apply};
use crate::model::Kind;
use crate::plan::{Leaving, Options};
use crate::resolve::MemoryLoader;
use crate::session::{Planning, plan};
use crate::store::Store;
use crate::workspace::{Loaded, load};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What a random project declares.
#[derive(Clone, Debug)]
struct World {
    places: BTreeMap<u8, Place>,
    requests: BTreeMap<u8, Asked>,
    /// Whether a request comes to two files.
    two_files: bool,
}

#[derive(Clone, Debug)]
struct Place {
    store: u8,
    zone: u8,
    drains: bool,
}

#[derive(Clone, Debug)]
struct Asked {
    zone: u8,
    pin: Option<u8>,
    protection: Protection,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protection {
    Nothing,
    Protect,
    Confirm,
    Forbid,
    Orphan,
}

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

fn world() -> impl Strategy<Value = World> {
    let place =
        (0..2u8, 0..2u8, prop::bool::weighted(0.2)).prop_map(|(store, zone, drains)| Place { store, zone, drains });
    let protection = prop_oneof![
        4 => Just(Protection::Nothing),
        1 => Just(Protection::Protect),
        1 => Just(Protection::Confirm),
        1 => Just(Protection::Forbid),
        1 => Just(Protection::Orphan),
    ];
    let asked = (0..2u8, prop::option::weighted(0.2, 0..5u8), protection).prop_map(|(zone, pin, protection)| Asked {
        zone,
        pin,
        protection,
    });
    let places = prop::collection::btree_map(0..5u8, place, 0..6);
    let requests = prop::collection::btree_map(0..5u8, asked, 0..6);
    (places, requests, any::<bool>()).prop_map(|(places, requests, two_files)| World { places, requests, two_files })
}

impl World {
    /// Whether a place takes what asks for a zone; of each zone there is one that always does.
    fn takes(&self, place: &str, zone: u8) -> bool {
        let known = NAMES.iter().position(|name| *name == place).and_then(|index| self.places.get(&(index as u8)));
        known.map_or(place == format!("home{zone}"), |place| place.zone == zone && !place.drains)
    }

    fn pin(&self, asked: &Asked) -> Option<&'static str> {
        let name = NAMES[usize::from(asked.pin?)];
        self.takes(name, asked.zone).then_some(name)
    }

    fn text(&self) -> String {
        let second = if self.two_files { "resource v1 Secret $name file=secret.yaml; " } else { "" };
        let mut text = format!(
            "project laws\n\
             promise db {{\n api group=e.com version=v1 kind=Db {{ field zone string required; }}\n\
             schedule zone=$spec.zone\n\
             workflow configure {{ resource v1 ConfigMap $name file=map.yaml; {second}}}\n}}\n\
             state-store s0 git {{ url a; }}\nstate-store s1 git {{ url b; }}\n\
             destination home0 {{ store s0; labels zone=\"0\"; }}\ndestination home1 {{ store s1; labels zone=\"1\"; }}\n"
        );
        for (index, Place { store, zone, drains }) in &self.places {
            let (name, drain) = (NAMES[usize::from(*index)], if *drains { "drain; " } else { "" });
            text.push_str(&format!("destination {name} {{ store s{store}; labels zone=\"{zone}\"; {drain}}}\n"));
        }
        for (index, asked) in &self.requests {
            let pin = self.pin(asked).map(|name| format!(" destination={name}")).unwrap_or_default();
            let lifecycle = match asked.protection {
                Protection::Nothing => "",
                Protection::Protect => "lifecycle { protect; }; ",
                Protection::Confirm => "lifecycle { deletion confirm; }; ",
                Protection::Forbid => "lifecycle { deletion forbid; }; ",
                Protection::Orphan => "lifecycle { deletion orphan; }; ",
            };
            text.push_str(&format!("request db r{index}{pin} {{ {lifecycle}zone \"{}\"; }}\n", asked.zone));
        }
        text
    }

    fn loaded(&self) -> Loaded {
        let loaded = load(&MemoryLoader::new([("plat.kdl", self.text().as_str())])).unwrap();
        assert!(!loaded.diagnostics.has_errors(), "{:?}\n{}", loaded.diagnostics, self.text());
        loaded
    }
}

impl Site {
    /// What was delivered, by request and destination: the store and the paths that are there.
    fn delivered(&self) -> BTreeMap<(String, String), BTreeSet<(String, String)>> {
        let mut delivered: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (name, store) in &self.stores {
            let mut store = store.clone();
            let holdings = store.look().unwrap();
            let observed = store.observe(&[]).unwrap();
            for holding in holdings.iter() {
                let there = holding.files.iter().filter(|path| observed.files[*path].live.is_some());
                let key = (holding.request.to_string(), holding.destination.to_string());
                delivered.entry(key).or_default().extend(there.map(|path| (name.clone(), path.clone())));
            }
        }
        delivered
    }

    /// Where each request stands.
    fn places(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (request, place) in self.delivered().into_keys() {
            places.entry(request).or_default().insert(place);
        }
        places
    }

    /// The stores that each request stands in.
    fn stores(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut stores: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for ((request, _), files) in self.delivered() {
            stores.entry(request).or_default().extend(files.into_iter().map(|(store, _)| store));
        }
        stores
    }
}

/// What allows everything but to delete requests and their files.
fn all_but_requests() -> Options {
    let kinds = Kind::ALL.iter().map(|(_, word)| format!("{word}:*"));
    let places = NAMES.iter().chain(&["home0", "home1"]).flat_map(|name| [format!("destination:{name}:*")]);
    let stores = ["file:s0:*", "file:s1:*"].map(ToOwned::to_owned);
    Options {
        max_deletes: Some(1_000),
        allow_delete: kinds.chain(places).chain(stores).collect(),
        ..Options::default()
    }
}

fn everything() -> Options {
    let mut options = all_but_requests();
    options.allow_delete.extend((0..5).map(|index| format!("request:db:default/r{index}")));
    options
}

/// What forbids nothing for ever.
fn lenient(mut world: World) -> World {
    for asked in world.requests.values_mut() {
        if matches!(asked.protection, Protection::Forbid | Protection::Orphan) {
            asked.protection = Protection::Protect;
        }
    }
    world
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn a_request_moves_only_for_a_reason(worlds in prop::collection::vec(world(), 1..6)) {
        let site = Site::new();
        let (mut before, mut stood) = (BTreeMap::new(), BTreeMap::new());
        for world in worlds.into_iter().map(lenient) {
            let plan = site.plan(&world.loaded(), everything());
            prop_assert!(plan.refusals().next().is_none(), "{:?}", plan.guards);
            site.apply(&plan);
            let after = site.places();
            let (stores, told): (Vec<_>, Vec<_>) = plan.impact.moves.iter().partition(|one| one.from == one.to);
            let told: BTreeSet<String> = told.into_iter().map(|one| one.request.to_string()).collect();
            let stores: BTreeSet<String> = stores.into_iter().map(|one| one.request.to_string()).collect();
            let delivered = site.stores();
            for (index, asked) in &world.requests {
                let request = format!("request:db:default/r{index}");
                prop_assert_eq!(after[&request].len(), 1, "{} stands twice", request);
                let (Some(old), Some(new)) = (before.get(&request), after.get(&request)) else { continue };
                let (old, new): (&BTreeSet<String>, _) = (old, new.first().unwrap());
                let old = old.first().unwrap();
                let pinned = world.pin(asked).filter(|pin| pin != old);
                let must = !world.takes(old, asked.zone) || pinned.is_some();
                prop_assert_eq!(old != new, must, "{} from {} to {}", request, old, new);
                prop_assert_eq!(told.contains(request.as_str()), must);
                let is_elsewhere = stood.get(&request) != delivered.get(&request);
                prop_assert_eq!(stores.contains(request.as_str()), old == new && is_elsewhere, "{}", request);
                prop_assert!(pinned.is_none_or(|pin| pin == new));
                prop_assert!(world.takes(new, asked.zone));
            }
            prop_assert_eq!(after.len(), world.requests.len());
            let again = site.plan(&world.loaded(), Options::default());
            prop_assert!(again.operations.is_empty() && again.holdings.is_empty(), "{:?}", again);
            (before, stood) = (after, delivered);
        }
    }

    #[test]
    fn who_asks_for_it_gets_the_place_of_a_new_request(first in world(), second in world()) {
        let (first, second) = (lenient(first), lenient(second));
        let (site, fresh) = (Site::new(), Site::new());
        site.apply(&site.plan(&first.loaded(), everything()));
        let options = Options { rebalance: ["request:*".to_owned()].into(), ..everything() };
        let planning = Planning { now: 0, options, ..Planning::default() };
        let rebalanced = plan(&second.loaded(), &mut site.targets(), planning).unwrap();
        site.apply(&rebalanced);
        fresh.apply(&fresh.plan(&second.loaded(), everything()));
        prop_assert_eq!(site.delivered(), fresh.delivered());
        prop_assert!(rebalanced.impact.moves.iter().all(|one| one.because != Leaving::Unfinished));
        prop_assert!(!site.plan(&second.loaded(), Options::default()).has_changes());
    }

    #[test]
    fn what_is_protected_stays_whatever_is_lost(first in world(), second in world(), is_lost in any::<bool>()) {
        for (options, protects) in [
            (all_but_requests(), &[Protection::Protect, Protection::Confirm, Protection::Forbid, Protection::Orphan][..]),
            (everything(), &[Protection::Forbid, Protection::Orphan]),
        ] {
            let mut site = Site::new();
            site.apply(&site.plan(&first.loaded(), everything()));
            let before = site.delivered();
            if is_lost {
                site.catalog = Shared::default();
            }
            let plan = site.plan(&second.loaded(), options);
            if plan.refusals().next().is_some() {
                continue;
            }
            site.apply(&plan);
            for ((request, _), files) in before {
                let index: u8 = request.rsplit('r').next().unwrap().parse().unwrap();
                // What is declared is protected as its text says now; what is let go of lies where it did.
                let asked = second.requests.get(&index);
                let protection = asked.unwrap_or(&first.requests[&index]).protection;
                if !protects.contains(&protection) || (asked.is_some() && protection == Protection::Orphan) {
                    continue;
                }
                for (store, path) in files {
                    let live = site.stores[&store].clone().observe(&[&path]).unwrap().files[&path].live.clone();
                    prop_assert!(live.is_some(), "{} lost {}", request, path);
                }
            }
        }
    }
}

proptest! {
    // Few random moves go from one store to the other.
    #![proptest_config(cases(400))]

    #[test]
    fn a_move_that_was_stopped_loses_nothing_and_is_ended(first in world(), second in world(), stop in 1..4usize) {
        let (first, second) = (lenient(first), lenient(second));
        let (stopped, whole) = (Site::new(), Site::new());
        for site in [&stopped, &whole] {
            site.apply(&site.plan(&first.loaded(), everything()));
        }
        let plan = stopped.plan(&second.loaded(), everything());
        apply(&plan, &mut stopped.targets(), &RUN, &mut StopAt(2 * stop), &mut Applied::default()).unwrap();
        let there = stopped.places();
        for request in first.requests.keys().filter(|index| second.requests.contains_key(index)) {
            let request = format!("request:db:default/r{request}");
            prop_assert!(there.contains_key(&request), "{} is nowhere", request);
        }
        stopped.apply(&stopped.plan(&second.loaded(), everything()));
        whole.apply(&whole.plan(&second.loaded(), everything()));
        prop_assert_eq!(stopped.delivered(), whole.delivered());
        prop_assert!(!stopped.plan(&second.loaded(), Options::default()).has_changes());
    }
}
