//! A project of which the files and the catalog are proposed alike: in whatever order people merge the two, close one, or leave it, both
//! come to hold what the text says, and nothing is taken over or set back for it.

use super::host::{Host, MAIN, Merge};
use super::{RUN, Shared, cases, targets};
use crate::apply::{Applied, Delivery, Run, Targets, Unobserved, apply};
use crate::plan::{Action, OnConflict, Options, Plan};
use crate::resolve::MemoryLoader;
use crate::session::{Planning, Suggested, plan, proposals};
use crate::workspace::{Loaded, load};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The branch of the catalog, and that of what is proposed to it.
const CATALOG: &str = "refs/heads/catalog";
const PROPOSAL: &str = "refs/heads/plat/shop-1/catalog";

/// The sizes of requests, and the tiers of entities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Text {
    requests: BTreeMap<u8, u8>,
    entities: BTreeMap<u8, u8>,
}

#[derive(Clone, Debug)]
enum Deed {
    Ask(u8, Option<u8>),
    Say(u8, Option<u8>),
    Propose,
    Deliver,
    /// Merges what is proposed to the catalog, and takes its branch away or leaves it.
    MergeCatalog(Merge, bool),
    /// Merges the newest of what is proposed to the store.
    MergeFiles(Merge),
    CloseCatalog,
    CloseFiles,
    /// Somebody writes an object of their own into the catalog.
    Write(u8),
}

fn deed() -> impl Strategy<Value = Deed> {
    let merge = || prop::sample::select(&[Merge::Commit, Merge::Squash, Merge::Rebase][..]);
    prop_oneof![
        4 => (0..3u8, prop::option::weighted(0.7, 0..3u8)).prop_map(|(name, size)| Deed::Ask(name, size)),
        4 => (0..3u8, prop::option::weighted(0.7, 0..3u8)).prop_map(|(name, tier)| Deed::Say(name, tier)),
        7 => Just(Deed::Propose),
        1 => Just(Deed::Deliver),
        5 => (merge(), any::<bool>()).prop_map(|(how, goes)| Deed::MergeCatalog(how, goes)),
        5 => merge().prop_map(Deed::MergeFiles),
        1 => Just(Deed::CloseCatalog),
        1 => Just(Deed::CloseFiles),
        1 => (0..3u8).prop_map(Deed::Write),
    ]
}

fn loaded(text: &Text) -> Loaded {
    let mut all = "project shop { id shop-1; }\n\
         promise c {\n api group=e.com version=v1 kind=C { field size string required; }\n\
         workflow configure { resource v1 ConfigMap $name file=c.yaml { data size=$spec.size; }; }\n}\n\
         state-store s git { url a; }\ndestination d { store s; }\n\
         blueprint service { property tier string; }\n\
         scorecard ready for=service { level Bronze { rule tier { tier is-not \"1\"; }; }; }\n"
        .to_owned();
    for (request, size) in &text.requests {
        all.push_str(&format!("request c r{request} {{ size \"{size}\"; }}\n"));
    }
    for (entity, tier) in &text.entities {
        all.push_str(&format!("entity service e{entity} {{ tier \"{tier}\"; }}\n"));
    }
    let loaded = load(&MemoryLoader::new([("plat.kdl", all.as_str())])).unwrap();
    assert!(!loaded.diagnostics.has_errors(), "{:?}\n{all}", loaded.diagnostics);
    loaded
}

struct Life {
    host: Host,
    text: Text,
    /// The objects that others wrote.
    others: BTreeSet<String>,
    newest: Option<String>,
    time: i64,
}

impl Life {
    fn new() -> Self {
        Self { host: Host::new(), text: Text::default(), others: BTreeSet::new(), newest: None, time: 1 }
    }

    fn targets(&self) -> Targets {
        let mut targets = targets(&Shared::default());
        targets.identity.id = "shop-1".to_owned();
        targets.identity.name = "shop".to_owned();
        targets.catalog = self.host.catalog();
        targets.stores.insert("s".to_owned(), self.host.store("shop-1", "shop"));
        targets
    }

    fn plan(&self, targets: &mut Targets, on_conflict: OnConflict) -> Plan {
        let all = ["request:*", "entity:*", "file:s:*", "destination:d:*"].map(ToOwned::to_owned);
        let options = Options { max_deletes: Some(1_000), allow_delete: all.into(), on_conflict, ..Options::default() };
        plan(&loaded(&self.text), targets, Planning { now: 0, options, ..Planning::default() }).unwrap()
    }

    fn proposals(&self) -> Vec<Suggested> {
        proposals(&loaded(&self.text), &mut self.targets(), 0).unwrap()
    }

    fn does(&mut self, deed: &Deed) {
        match deed {
            Deed::Ask(name, Some(size)) => drop(self.text.requests.insert(*name, *size)),
            Deed::Ask(name, None) => drop(self.text.requests.remove(name)),
            Deed::Say(name, Some(tier)) => drop(self.text.entities.insert(*name, *tier)),
            Deed::Say(name, None) => drop(self.text.entities.remove(name)),
            Deed::Propose => drop(self.applies(Delivery::Proposal, OnConflict::Fail)),
            Deed::Deliver => drop(self.applies(Delivery::Direct, OnConflict::Fail)),
            Deed::MergeCatalog(how, goes) => drop(self.merges_catalog(*how, *goes)),
            Deed::MergeFiles(how) => drop(self.merges_files(*how)),
            Deed::CloseCatalog if self.host.tip(PROPOSAL).is_some() => self.host.deletes(PROPOSAL),
            Deed::CloseCatalog => {}
            Deed::CloseFiles => {
                let there = self.newest.take().filter(|newest| self.host.tip(newest).is_some());
                if let Some(newest) = there {
                    self.host.deletes(&newest);
                }
            }
            Deed::Write(number) => {
                if self.host.tip(CATALOG).is_some() {
                    let path = format!("objects/team/theirs-{number}.json");
                    self.host.writes(CATALOG, &path, "{}\n");
                    self.others.insert(path);
                }
            }
        }
    }

    fn merges_catalog(&self, how: Merge, goes: bool) -> bool {
        if self.host.tip(PROPOSAL).is_none() {
            return false;
        }
        let files = self.host.files();
        self.host.merges_into(CATALOG, PROPOSAL, how);
        if goes {
            self.host.deletes(PROPOSAL);
        }
        // Whatever is merged of the catalog, no file is wanted less for it.
        let made = self.plan(&mut self.targets(), OnConflict::Fail);
        let wanted = |path: &&String| self.text.requests.keys().any(|name| path.contains(&format!("/r{name}/")));
        let gone = |path: &str| {
            let mut operations = made.operations.iter().filter(|one| one.action == Action::Delete);
            operations.any(|one| one.file().is_some_and(|file| *file.path == *path))
        };
        assert!(!files.keys().filter(wanted).any(|path| gone(path)), "{:?}", made.operations);
        true
    }

    fn merges_files(&mut self, how: Merge) -> bool {
        let Some(newest) = self.newest.take().filter(|newest| self.host.tip(newest).is_some()) else { return false };
        let before = self.objects();
        self.host.merges(&newest, how);
        self.host.deletes(&newest);
        assert_eq!(self.objects(), before);
        true
    }

    /// The files of the catalog's objects, but for those of others.
    fn objects(&self) -> BTreeSet<String> {
        let Some(tip) = self.host.tip(CATALOG) else { return BTreeSet::new() };
        let files = self.host.files_of(tip).into_keys();
        files.filter(|path| path.starts_with("objects/") && !self.others.contains(path)).collect()
    }

    fn applies(&mut self, delivery: Delivery, on_conflict: OnConflict) -> bool {
        let (main, catalog) = (self.host.tip(MAIN), self.host.files_of_branch(CATALOG));
        let mut targets = self.targets();
        let made = self.plan(&mut targets, on_conflict);
        assert!(made.refusals().next().is_none(), "{:?}", made.guards);
        // Of what was proposed nothing is taken over: whose it is comes with it.
        let adopts = made.operations.iter().any(|one| one.action == Action::Adopt && one.object().is_some());
        assert!(!adopts, "{:?}", made.operations);
        if !made.conflicts.is_empty() {
            return false;
        }
        self.time += 1;
        let mut applied = Applied::default();
        let run = Run { delivery, time: self.time, ..RUN };
        apply(&made, &mut targets, &run, &mut Unobserved, &mut applied).unwrap();
        if delivery == Delivery::Direct {
            self.is_settled();
            return false;
        }
        assert_eq!(self.host.tip(MAIN), main, "nobody merged anything");
        let now = self.host.files_of_branch(CATALOG);
        assert!(now == catalog || (catalog.is_empty() && now.is_empty()), "nobody merged anything");
        let files = applied.proposals.iter().find(|one| one.proposal.revision.is_some());
        if let Some(files) = files {
            self.newest = Some(format!("refs/heads/{}", files.proposal.name));
        }
        let objects = applied.catalog.is_some_and(|one| one.waits());
        assert!(!objects || self.host.tip(PROPOSAL).is_some());
        if files.is_some() && objects {
            let proposed = self.host.files_of_branch(PROPOSAL);
            assert!(self.objects().iter().all(|path| proposed.contains_key(path)), "what goes waits for the files");
        }
        files.is_some() || objects
    }

    /// Holds that nothing is left to do.
    fn is_settled(&self) {
        let made = self.plan(&mut self.targets(), OnConflict::Fail);
        assert!(!made.has_changes() && made.conflicts.is_empty() && made.operations.is_empty(), "{made:?}");
        let declared = |kind: &str, name: String| format!("objects/{kind}/{name}.json");
        let requests = self.text.requests.keys().map(|name| declared("request/c", format!("default%2Fr{name}")));
        let entities = self.text.entities.keys().map(|name| declared("entity/service", format!("e{name}")));
        let wanted: BTreeSet<String> = requests.chain(entities).collect();
        let of_these = |path: &String| path.contains("/request/") || path.contains("/entity/");
        let there: BTreeSet<String> = self.objects().into_iter().filter(of_these).collect();
        assert_eq!(there, wanted);
    }

    /// Everybody does what is to be done.
    fn ends(&mut self, how: Merge, catalog_first: bool) {
        let mut rounds = 0;
        while self.applies(Delivery::Proposal, OnConflict::Ours) {
            if catalog_first {
                self.merges_catalog(how, false);
            }
            self.merges_files(how);
            if !catalog_first {
                self.merges_catalog(how, true);
            }
            rounds += 1;
            assert!(rounds < 4, "it is never done: {:?}", self.proposals());
        }
        self.is_settled();
        assert_eq!(
            (self.host.tip(PROPOSAL), self.host.references("refs/plat/catalog/proposal/*")),
            (None, BTreeSet::new())
        );
        for path in &self.others {
            assert!(self.host.files_of_branch(CATALOG).contains_key(path), "{path} is of others");
        }
    }
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn files_and_objects_may_be_merged_in_any_order(
        deeds in prop::collection::vec(deed(), 6..20),
        how in prop::sample::select(&[Merge::Commit, Merge::Squash, Merge::Rebase][..]),
        catalog_first in any::<bool>(),
    ) {
        let mut life = Life::new();
        for deed in &deeds {
            life.does(deed);
        }
        life.ends(how, catalog_first);
    }
}
