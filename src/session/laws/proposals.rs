//! What is delivered by proposals: however and whenever people merge them, change them, close them or leave them, the branch comes to
//! hold what the text says, and what nobody merged is nobody's.

use super::host::{Files, Host, MAIN, Merge};
use super::{RUN, Shared, cases, targets};
use crate::apply::{Applied, ApplyError, Delivery, Run, Targets, Unobserved, apply};
use crate::model::{Fate, Thing};
use crate::plan::{Conflict, OnConflict, Options, Plan, Target};
use crate::resolve::MemoryLoader;
use crate::session::{Planning, Suggested, plan, proposals};
use crate::store::{ContentId, Pending, StoreError};
use crate::workspace::{Loaded, load};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The size of each request.
type Text = BTreeMap<u8, u8>;

/// What a reviewer makes of a file.
const REVIEWED: &str = "as a reviewer has it";

/// What people do; a branch is one of those that are there, by its number.
#[derive(Clone, Debug)]
enum Deed {
    Ask(u8, u8),
    Drop(u8),
    Propose,
    Deliver,
    /// Merges a branch, and leaves it or takes it away.
    Merge(usize, Merge, Afterwards),
    /// A reviewer commits to the branch of a proposal, to one of its files.
    Amend(usize, u8),
    Close(usize),
    /// Somebody commits a file that is no business of the project's.
    Write(u8, u8),
    Prune,
    LoseCatalog,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Afterwards {
    Leave,
    Delete,
}

fn merge() -> impl Strategy<Value = Merge> {
    prop::sample::select(&[Merge::Commit, Merge::Squash, Merge::Rebase][..])
}

fn deed() -> impl Strategy<Value = Deed> {
    let afterwards = prop::sample::select(&[Afterwards::Leave, Afterwards::Delete][..]);
    prop_oneof![
        6 => (0..3u8, 0..3u8).prop_map(|(request, size)| Deed::Ask(request, size)),
        2 => (0..3u8).prop_map(Deed::Drop),
        7 => Just(Deed::Propose),
        1 => Just(Deed::Deliver),
        6 => (0..3usize, merge(), afterwards).prop_map(|(branch, how, then)| Deed::Merge(branch, how, then)),
        1 => (0..3usize).prop_map(Deed::Close),
        1 => (0..2u8, 0..3u8).prop_map(|(path, text)| Deed::Write(path, text)),
        1 => Just(Deed::Prune),
        1 => Just(Deed::LoseCatalog),
    ]
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    prop::collection::vec(deed(), 6..24)
}

fn reviewed() -> impl Strategy<Value = Vec<Deed>> {
    let amend = (0..3usize, 0..3u8).prop_map(|(branch, file)| Deed::Amend(branch, file));
    prop::collection::vec(prop_oneof![4 => deed(), 1 => amend], 6..24)
}

fn loaded(text: &Text) -> Loaded {
    let mut all = "project shop { id shop-1; }\n\
         promise c {\n api group=e.com version=v1 kind=C { field size string required; }\n\
         workflow configure { resource v1 ConfigMap $name file=c.yaml { data size=$spec.size; }; }\n}\n\
         state-store s git { url a; }\ndestination d { store s; }\n"
        .to_owned();
    for (request, size) in text {
        all.push_str(&format!("request c r{request} {{ size \"{size}\"; }}\n"));
    }
    let loaded = load(&MemoryLoader::new([("plat.kdl", all.as_str())])).unwrap();
    assert!(!loaded.diagnostics.has_errors(), "{:?}\n{all}", loaded.diagnostics);
    loaded
}

/// The files that a text says.
fn said(text: &Text) -> Files {
    let placed = loaded(text).placed;
    placed.iter().map(|file| (file.path.clone(), String::from_utf8(file.content.to_vec()).unwrap())).collect()
}

fn options(on_conflict: OnConflict) -> Options {
    let all = ["request:*", "file:s:*", "destination:d:*"].map(ToOwned::to_owned);
    Options { max_deletes: Some(1_000), allow_delete: all.into(), on_conflict, ..Options::default() }
}

/// A project that is delivered by proposals.
struct Life {
    host: Host,
    catalog: Shared,
    text: Text,
    /// The files of others.
    others: Files,
    /// Where reviewers changed what was proposed and squashed it, so that nobody may know any more whose it is.
    unclear: BTreeSet<String>,
    /// The files of proposals that were merged although there were newer ones: what they bring back nobody asks for any more.
    overtaken: BTreeSet<String>,
    /// The branch that was proposed last.
    newest: Option<String>,
    time: i64,
}

impl Life {
    fn new() -> Self {
        let host = Host::new();
        let (text, others) = (Text::new(), host.files());
        let (unclear, overtaken) = (BTreeSet::new(), BTreeSet::new());
        Self { host, catalog: Shared::default(), text, others, unclear, overtaken, newest: None, time: 1 }
    }

    fn targets(&self) -> Targets {
        let mut targets = targets(&self.catalog);
        targets.identity.id = "shop-1".to_owned();
        targets.identity.name = "shop".to_owned();
        targets.stores.insert("s".to_owned(), self.host.store("shop-1", "shop"));
        targets
    }

    fn plan(&self, targets: &mut Targets, on_conflict: OnConflict) -> Plan {
        let planning = Planning { now: 0, options: options(on_conflict), ..Planning::default() };
        plan(&loaded(&self.text), targets, planning).unwrap()
    }

    fn proposals(&self) -> Vec<Suggested> {
        proposals(&loaded(&self.text), &mut self.targets(), 0).unwrap()
    }

    /// The branches of proposals that are there.
    fn branches(&self) -> Vec<String> {
        self.host.references("refs/heads/plat/*").into_iter().collect()
    }

    fn branch(&self, number: usize) -> Option<String> {
        let mut branches = self.branches();
        (!branches.is_empty()).then(|| branches.swap_remove(number % branches.len()))
    }

    /// What the project owns: the files, as it wrote them.
    fn owned(&self) -> BTreeMap<String, ContentId> {
        let files = self.targets().stores.get_mut("s").unwrap().observe(&[]).unwrap().files;
        files.into_iter().filter_map(|(path, state)| Some((path, state.owned?))).collect()
    }

    fn does(&mut self, deed: &Deed) {
        match deed {
            Deed::Ask(request, size) => drop(self.text.insert(*request, *size)),
            Deed::Drop(request) => drop(self.text.remove(request)),
            Deed::Propose => drop(self.applies(Delivery::Proposal, OnConflict::Fail)),
            Deed::Deliver => drop(self.applies(Delivery::Direct, OnConflict::Fail)),
            Deed::LoseCatalog => self.catalog = Shared::default(),
            Deed::Prune => self.prunes(),
            Deed::Write(path, text) => {
                let (path, text) = (["d/note", "docs/note"][usize::from(*path)], format!("note {text}"));
                self.host.writes(MAIN, path, &text);
                self.others.insert(path.to_owned(), text);
            }
            Deed::Merge(number, how, then) => {
                let Some(branch) = self.branch(*number) else { return };
                self.merges(&branch, *how, *then);
            }
            Deed::Close(number) => self.branch(*number).iter().for_each(|branch| self.host.deletes(branch)),
            Deed::Amend(number, file) => self.amends(*number, *file),
        }
    }

    fn merges(&mut self, branch: &str, how: Merge, then: Afterwards) {
        let (amended, is_known) = self.amended(branch);
        let before = self.host.tip(MAIN);
        if self.newest.as_ref().is_some_and(|newest| format!("refs/heads/{newest}") != branch) {
            self.overtaken.extend(self.host.files_of(self.host.tip(branch).unwrap()).into_keys());
        }
        self.host.merges(branch, how);
        let is_whole = before != self.host.tip(MAIN) && how == Merge::Commit;
        if !is_known || !is_whole {
            self.unclear.extend(amended);
        }
        if then == Afterwards::Delete {
            self.host.deletes(branch);
        }
    }

    /// The files that reviewers changed on the branch of a proposal, and whether it is remembered.
    fn amended(&self, branch: &str) -> (BTreeSet<String>, bool) {
        let known = self.proposals().into_iter().map(|one| one.proposal);
        let files = self.host.files_of(self.host.tip(branch).unwrap());
        let Some(known) = known.into_iter().find(|one| format!("refs/heads/{}", one.name) == branch) else {
            return (files.into_keys().filter(|path| !self.others.contains_key(path)).collect(), false);
        };
        let proposed = self.host.files_of(known.revision.unwrap().parse().unwrap());
        let paths = files.keys().chain(proposed.keys()).filter(|path| files.get(*path) != proposed.get(*path));
        (paths.filter(|path| !self.others.contains_key(*path)).cloned().collect(), true)
    }

    fn amends(&mut self, number: usize, file: u8) {
        let Some(branch) = self.branch(number) else { return };
        let tip = self.host.tip(&branch).unwrap();
        let files = self.host.files_of(tip).into_keys().filter(|path| !self.others.contains_key(path));
        let files: Vec<String> = files.collect();
        let Some(path) = files.get(usize::from(file) % files.len().max(1)) else { return };
        self.host.writes(&branch, path, REVIEWED);
    }

    /// Plans and applies; the branch of the proposal, where one waits.
    fn applies(&mut self, delivery: Delivery, on_conflict: OnConflict) -> Option<String> {
        let (main, owned) = (self.host.tip(MAIN), self.owned());
        let mut targets = self.targets();
        let made = self.plan(&mut targets, on_conflict);
        assert!(made.refusals().next().is_none(), "{:?}", made.guards);
        if !made.conflicts.is_empty() {
            made.conflicts.iter().for_each(|conflict| self.is_of_a_reviewer(conflict));
            return None;
        }
        self.time += 1;
        // Two proposals of one second have an order too.
        let run = Run { delivery, time: self.time / 2, ..RUN };
        let mut applied = Applied::default();
        match apply(&made, &mut targets, &run, &mut Unobserved, &mut applied) {
            Ok(()) => {}
            Err(ApplyError::Store(StoreError::Taken { name, .. })) => {
                let reference = format!("refs/heads/{name}");
                assert!(!self.amended(&reference).0.is_empty(), "{reference} is nobody else's");
                assert_eq!((self.host.tip(MAIN), self.owned()), (main, owned));
                return None;
            }
            Err(error) => panic!("{error}"),
        }
        let proposal = applied.proposals.into_iter().map(|one| one.proposal).find(|one| one.revision.is_some());
        match delivery {
            Delivery::Direct => {
                assert_eq!(self.host.files(), self.wanted());
                self.is_settled();
            }
            Delivery::Proposal => {
                assert_eq!(self.host.tip(MAIN), main, "nobody merged anything");
                if let Some(proposal) = &proposal {
                    self.newest = Some(proposal.name.clone());
                    self.waits(&proposal.name);
                }
            }
        }
        proposal.map(|proposal| format!("refs/heads/{}", proposal.name))
    }

    /// Holds that a conflict is about what a reviewer made of a file and the text changes too, or of which nobody can know it any more;
    /// or about what an older proposal brought back.
    fn is_of_a_reviewer(&self, conflict: &Conflict) {
        let Thing::File { path, .. } = &conflict.thing else { panic!("{conflict:?}") };
        let path = &**path;
        if self.overtaken.contains(path) {
            return;
        }
        assert_eq!(self.host.files().get(path).map(String::as_str), Some(REVIEWED), "{conflict:?}");
        let is_changed = conflict.base.is_some() && conflict.base != conflict.desired;
        assert!(is_changed || self.unclear.contains(path), "{conflict:?}\n{:?}", self.proposals());
    }

    /// The files that are to be on the branch: those of others, and those that the text says.
    fn wanted(&self) -> Files {
        let is_unclear = |(path, text): &(String, String)| text == REVIEWED && self.unclear.contains(path);
        let unclear = self.host.files().into_iter().filter(is_unclear);
        unclear.chain(self.others.clone()).chain(said(&self.text)).collect()
    }

    /// Holds that nothing is left to do.
    fn is_settled(&self) {
        let made = self.plan(&mut self.targets(), OnConflict::Fail);
        assert!(!made.has_changes() && made.conflicts.is_empty(), "{made:?}");
        let paths = said(&self.text).into_keys().collect::<BTreeSet<_>>();
        let owned = self.owned().into_keys().collect::<BTreeSet<_>>();
        assert_eq!(owned, paths);
        let lost = Life::targets(&Life { catalog: Shared::default(), ..Life::new() });
        let mut lost = Targets { stores: self.targets().stores, ..lost };
        let lost = self.plan(&mut lost, OnConflict::Fail);
        assert!(lost.operations.iter().all(|one| !matches!(one.target, Target::File(_))), "{lost:?}");
    }

    /// Holds that a proposal is the one that waits, and that it says what the text does.
    fn waits(&self, branch: &str) {
        for Suggested { proposal, writes, deletes, .. } in self.proposals() {
            let is_there = self.host.tip(&format!("refs/heads/{}", proposal.name)).is_some();
            match proposal.standing {
                Fate::Open => {
                    assert_eq!(proposal.name, branch);
                    assert!(writes.is_empty() && deletes.is_empty(), "{writes:?} {deletes:?}");
                }
                Fate::Superseded => assert!(is_there && proposal.name != branch),
                Fate::Closed => assert!(!is_there),
                Fate::Merged => {}
                Fate::Outdated => panic!("{proposal:?}"),
            }
        }
    }

    fn prunes(&mut self) {
        let (files, owned, before) = (self.host.files(), self.owned(), self.proposals());
        let mut targets = self.targets();
        for one in before.iter().filter(|one| one.proposal.standing != Fate::Open) {
            let store = targets.stores.get_mut("s").unwrap();
            store.proposals().unwrap().withdraw(&one.proposal.name, self.time).unwrap();
        }
        let branches = self.branches();
        for one in &before {
            let is_there = branches.contains(&format!("refs/heads/{}", one.proposal.name));
            assert_eq!(is_there, one.proposal.standing == Fate::Open, "{one:?}");
        }
        let open = before.into_iter().filter(|one| one.proposal.standing == Fate::Open).collect::<Vec<_>>();
        assert!(open.len() < 2, "{open:?}");
        assert_eq!((self.host.files(), self.owned(), self.proposals()), (files, owned, open));
    }

    /// Holds what is so at any time.
    fn is_sound(&self) {
        let files = self.host.files();
        for (path, text) in &self.others {
            assert_eq!(files.get(path), Some(text), "{path} is of others");
        }
        let ever = self.host.paths_ever();
        let never: Vec<String> = self.owned().into_keys().filter(|path| !ever.contains(path)).collect();
        assert!(never.is_empty(), "{never:?} was never delivered");
        // What a later one took the place of waits for nothing any more, whatever becomes of the later one.
        let is_old = |one: &Suggested| Some(&one.proposal.name) != self.newest.as_ref();
        for one in self.proposals().iter().filter(|one| is_old(one)) {
            assert!(!matches!(one.proposal.standing, Fate::Open | Fate::Outdated), "{one:?}");
        }
    }

    /// Everybody does what is to be done: what waits is merged, until nothing does.
    fn ends(&mut self, how: Merge, then: Afterwards) {
        // Nobody can tell what to make of branches that reviewers changed but they themselves.
        for branch in self.branches() {
            if !self.amended(&branch).0.is_empty() {
                self.host.deletes(&branch);
            }
        }
        let mut rounds = 0;
        while let Some(branch) = self.applies(Delivery::Proposal, OnConflict::Ours) {
            self.merges(&branch, how, then);
            rounds += 1;
            assert!(rounds < 2, "it is never done: {:?}", self.proposals());
        }
        assert_eq!(self.host.files(), self.wanted());
        self.is_settled();
        self.prunes();
        assert_eq!((self.proposals(), self.branches()), (vec![], vec![]));
        assert_eq!(self.host.references("refs/plat/proposal/*"), BTreeSet::new());
    }
}

fn lives(deeds: &[Deed], how: Merge, then: Afterwards) {
    let mut life = Life::new();
    for deed in deeds {
        life.does(deed);
        life.is_sound();
    }
    life.ends(how, then);
}

fn end() -> impl Strategy<Value = (Merge, Afterwards)> {
    (merge(), prop::sample::select(&[Afterwards::Leave, Afterwards::Delete][..]))
}

fn text() -> impl Strategy<Value = Text> {
    prop::collection::btree_map(0..3u8, 0..2u8, 0..4)
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn what_is_merged_is_delivered_and_nothing_else(deeds in deeds(), (how, then) in end()) {
        lives(&deeds, how, then);
    }

    #[test]
    fn what_reviewers_change_ends_as_the_text_says(deeds in reviewed(), (how, then) in end()) {
        lives(&deeds, how, then);
    }

    #[test]
    fn a_proposal_is_open_as_long_as_the_text_says_all_of_it(first in text(), proposed in text(), last in text()) {
        let mut life = Life::new();
        life.text = first.clone();
        life.applies(Delivery::Direct, OnConflict::Fail);
        life.text = proposed.clone();
        let branch = life.applies(Delivery::Proposal, OnConflict::Fail);
        prop_assert_eq!(branch.is_some(), first != proposed);
        life.text = last.clone();
        let (first, proposed, last) = (said(&first), said(&proposed), said(&last));
        let paths = first.keys().chain(proposed.keys()).filter(|path| first.get(*path) != proposed.get(*path));
        let otherwise: BTreeSet<&String> = paths.filter(|path| proposed.get(*path) != last.get(*path)).collect();
        for Suggested { proposal, writes, deletes, .. } in life.proposals() {
            let standing = if otherwise.is_empty() { Fate::Open } else { Fate::Outdated };
            prop_assert_eq!(proposal.standing, standing);
            prop_assert_eq!(writes.iter().chain(&deletes).collect::<BTreeSet<_>>(), otherwise.clone());
            prop_assert!(writes.iter().all(|path| proposed.contains_key(path)));
            prop_assert!(deletes.iter().all(|path| !proposed.contains_key(path)));
            let is_as_it_was = |one: &Pending| one.live.is_some() == first.contains_key(&one.path);
            prop_assert!(proposal.pending.iter().all(is_as_it_was));
        }
    }
}

/// An older proposal that is merged behind a newer one takes the branch back to what it says, and the next plan away from it.
#[test]
fn what_is_merged_last_counts_however_old_it_is() {
    for how in [Merge::Commit, Merge::Squash, Merge::Rebase] {
        let mut life = Life::new();
        life.does(&Deed::Ask(2, 1));
        life.does(&Deed::Deliver);
        life.does(&Deed::Ask(2, 0));
        let older = life.applies(Delivery::Proposal, OnConflict::Fail).unwrap();
        life.does(&Deed::Drop(2));
        let newer = life.applies(Delivery::Proposal, OnConflict::Fail).unwrap();
        life.merges(&newer, how, Afterwards::Leave);
        life.merges(&older, how, Afterwards::Leave);
        life.is_sound();
        assert_eq!(life.owned().into_keys().collect::<Vec<_>>(), ["d/resources/default/c/r2/configure-c/5058f/c.yaml"]);
        life.ends(how, Afterwards::Delete);
    }
}
