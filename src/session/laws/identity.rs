//! Projects that write to one branch: what one of an id owns, no other one changes, whatever is edited, lost, copied and renamed.

use super::host::Host;
use super::{RUN, Shared, cases};
use crate::apply::{Applied, Targets, Unobserved, apply};
use crate::model::{Evidence, Kind};
use crate::plan::{Aim, Options, Plan, Target};
use crate::resolve::MemoryLoader;
use crate::session::identity::settle;
use crate::session::{Planning, SessionError, plan};
use crate::workspace::{Loaded, load};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// A folder with the text of a project, and a catalog.
#[derive(Clone, Debug, Default)]
struct Folder {
    name: u8,
    id: Option<String>,
    /// The size of each request.
    requests: BTreeMap<u8, u8>,
    /// Whom a request is to be taken from.
    adopts: BTreeMap<u8, String>,
    /// Who it was with the catalog that it has.
    was: Option<String>,
}

/// What people do.
#[derive(Clone, Debug)]
enum Deed {
    Ask(u8, u8),
    Drop(u8),
    Rename(u8),
    /// Asks for something, and takes over all that other projects have of what is asked for.
    Adopt(u8),
    /// Writes the id into the text that the project got by itself.
    SayId,
    /// Writes an id into the text that no project has.
    NewId,
    LoseCatalog,
    /// Puts a copy in the place of another folder, with the catalog or without it.
    CopyAll(usize),
    CopyText(usize),
    Apply,
    Destroy,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => (0..4u8, 0..3u8).prop_map(|(request, size)| Deed::Ask(request, size)),
        2 => (0..4u8).prop_map(Deed::Drop),
        1 => (0..2u8).prop_map(Deed::Rename),
        3 => (0..4u8).prop_map(Deed::Adopt),
        1 => Just(Deed::SayId),
        1 => Just(Deed::NewId),
        2 => Just(Deed::LoseCatalog),
        1 => (0..3usize).prop_map(Deed::CopyAll),
        1 => (0..3usize).prop_map(Deed::CopyText),
        9 => Just(Deed::Apply),
        1 => Just(Deed::Destroy),
    ]
}

/// In which folder what is done.
fn deeds() -> impl Strategy<Value = Vec<(usize, Deed)>> {
    prop::collection::vec((0..3usize, deed()), 8..28)
}

impl Folder {
    fn name(&self) -> &'static str {
        ["shop", "store"][usize::from(self.name)]
    }

    fn text(&self) -> String {
        let id = self.id.as_ref().map(|id| format!(" {{ id {id}; }}")).unwrap_or_default();
        let mut text = format!(
            "project {}{id}\n\
             promise c {{\n api group=e.com version=v1 kind=C {{ field size string required; }}\n\
             workflow configure {{ resource v1 ConfigMap $name file=c.yaml {{ data size=$spec.size; }}; }}\n}}\n\
             state-store s git {{ url a; }}\ndestination d {{ store s; }}\n",
            self.name()
        );
        for (request, size) in &self.requests {
            text.push_str(&format!("request c r{request} {{ size \"{size}\"; }}\n"));
        }
        let is_other = |from: &String| Some(from) != self.id.as_ref();
        let adopts = self.adopts.iter().filter(|(request, from)| self.requests.contains_key(request) && is_other(from));
        for (request, from) in adopts {
            text.push_str(&format!("adopt \"request:c:default/r{request}\" from={from}\n"));
        }
        text
    }

    fn loaded(&self) -> Loaded {
        let loaded = load(&MemoryLoader::new([("plat.kdl", self.text().as_str())])).unwrap();
        assert!(!loaded.diagnostics.has_errors(), "{:?}\n{}", loaded.diagnostics, self.text());
        loaded
    }
}

fn options(aim: Aim) -> Options {
    let kinds = Kind::ALL.iter().map(|(_, word)| format!("{word}:*"));
    let files = ["file:s:*", "destination:d:*"].map(ToOwned::to_owned);
    Options { max_deletes: Some(1_000), allow_delete: kinds.chain(files).collect(), aim, ..Options::default() }
}

/// The request and the size that a file is of.
fn read(path: &str, text: &str) -> (u8, u8) {
    let digit = |text: &str| text.parse().unwrap();
    (digit(path.split('/').nth(4).unwrap().trim_start_matches('r')), digit(text.split('"').nth(1).unwrap()))
}

/// What a file of a request is, and whose.
type Delivered = BTreeMap<u8, (u8, String)>;

struct Site {
    host: Host,
    folders: [Folder; 3],
    catalogs: [Shared; 3],
    /// What is to be there.
    delivered: Delivered,
    /// What each id was ever called.
    names: BTreeMap<String, BTreeSet<&'static str>>,
    fresh: usize,
}

impl Site {
    /// Two projects of one name with an id each, and one of that name that says none.
    fn new() -> Self {
        let folder = |id: Option<&str>| Folder { id: id.map(ToOwned::to_owned), ..Folder::default() };
        Self {
            host: Host::new(),
            folders: [folder(Some("one")), folder(Some("two")), folder(None)],
            catalogs: Default::default(),
            delivered: BTreeMap::new(),
            names: BTreeMap::new(),
            fresh: 0,
        }
    }

    fn fresh(&mut self) -> String {
        self.fresh += 1;
        format!("fresh-{}", self.fresh)
    }

    fn targets(&self, loaded: &Loaded, catalog: &Shared, fresh: &str) -> Result<Targets, SessionError> {
        let name = loaded.project.name.as_ref().unwrap().value.to_string();
        let open = |id: &str| Ok(BTreeMap::from([("s".to_owned(), self.host.store(id, &name))]));
        let identity = settle(&loaded.project, catalog, fresh, open)?;
        Ok(Targets { stores: open(&identity.id)?, identity, ..super::targets(catalog) })
    }

    /// What lies in the repository, and whose the inventories say it is; each file has one owner at most.
    fn seen(&self) -> Delivered {
        let (mut files, mut owners) = (self.host.files(), self.host.owners());
        assert_eq!(files.remove("README").as_deref(), Some("theirs"));
        let one = |(path, text): (String, String)| {
            let owners = owners.remove(&path).unwrap_or_default();
            assert_eq!(owners.len(), 1, "{path} is of {owners:?}");
            let (request, size) = read(&path, &text);
            (request, (size, owners.into_iter().next().unwrap()))
        };
        let seen = files.into_iter().map(one).collect();
        assert!(owners.is_empty(), "nobody has {owners:?}");
        seen
    }

    fn does(&mut self, at: usize, deed: &Deed) {
        match deed {
            Deed::Apply => self.applies(at),
            Deed::Destroy => self.destroys(at),
            Deed::LoseCatalog => {
                self.catalogs[at] = Shared::default();
                self.folders[at].was = None;
            }
            Deed::CopyAll(to) | Deed::CopyText(to) if *to == at => {}
            Deed::CopyAll(to) => {
                self.folders[*to] = self.folders[at].clone();
                let catalog = self.catalogs[at].0.lock().unwrap().clone();
                self.catalogs[*to] = Shared(Arc::new(Mutex::new(catalog)), None);
            }
            Deed::CopyText(to) => {
                self.folders[*to] = Folder { was: None, ..self.folders[at].clone() };
                self.catalogs[*to] = Shared::default();
            }
            Deed::NewId => {
                let id = self.fresh();
                self.folders[at] = Folder { id: Some(id), was: None, ..self.folders[at].clone() };
                self.catalogs[at] = Shared::default();
            }
            Deed::Adopt(request) => {
                let folder = &mut self.folders[at];
                folder.requests.entry(*request).or_insert(0);
                let owner = |request: &u8| Some((*request, self.delivered.get(request)?.1.clone()));
                folder.adopts = folder.requests.keys().filter_map(owner).collect();
            }
            Deed::Ask(request, size) => drop(self.folders[at].requests.insert(*request, *size)),
            Deed::Drop(request) => drop(self.folders[at].requests.remove(request)),
            Deed::Rename(name) => self.folders[at].name = *name,
            Deed::SayId => {
                let folder = &mut self.folders[at];
                folder.id = folder.id.take().or_else(|| folder.was.clone());
            }
        }
        assert_eq!(self.seen(), self.delivered, "after {deed:?} in {at}");
    }

    /// The owner of each file that a project of an id asks for and may not have.
    fn refusals(&self, folder: &Folder, id: &str) -> BTreeSet<String> {
        let others = folder.requests.keys().filter_map(|request| Some((request, &self.delivered.get(request)?.1)));
        let others = others.filter(|(request, owner)| **owner != *id && folder.adopts.get(request) != Some(owner));
        others.map(|(_, owner)| owner.clone()).collect()
    }

    fn applies(&mut self, at: usize) {
        let folder = self.folders[at].clone();
        let (loaded, fresh) = (folder.loaded(), self.fresh());
        let mut targets = match self.targets(&loaded, &self.catalogs[at], &fresh) {
            Ok(targets) => targets,
            Err(SessionError::Namesakes { ids, .. }) => {
                assert!(folder.id.is_none() && ids.len() > 1 && ids.iter().all(|id| self.is_called(id, &folder)));
                return;
            }
            Err(error) => panic!("{error}"),
        };
        self.is_identified(&folder, &targets, &fresh);
        let id = targets.identity.id.clone();
        let made =
            plan(&loaded, &mut targets, Planning { now: 0, options: options(Aim::Declared), ..Planning::default() })
                .unwrap();
        assert!(made.conflicts.is_empty(), "{made:?}");
        let refusals = self.refusals(&folder, &id);
        let all: Vec<&str> = made.refusals().map(|guard| guard.message.as_str()).collect();
        for owner in &refusals {
            let told = format!("to project {owner}");
            assert!(all.iter().any(|message| message.contains(&told)), "{told}: {all:?}");
        }
        let is_stranger = targets.identity.evidence == Evidence::Presumed
            && self
                .delivered
                .iter()
                .any(|(request, (_, owner))| *owner == id && !folder.requests.contains_key(request));
        let is_other = folder.was.as_ref().is_some_and(|was| *was != id);
        let is_refused = !refusals.is_empty() || is_stranger || is_other;
        assert_eq!(!all.is_empty(), is_refused, "{all:?}\n{}", folder.text());
        if is_refused {
            return;
        }
        if targets.identity.evidence == Evidence::New {
            assert_eq!(targets.catalog.claim(folder.name(), &id).unwrap(), id);
        }
        apply(&made, &mut targets, &RUN, &mut Unobserved, &mut Applied::default()).unwrap();
        self.delivered.retain(|_, (_, owner)| *owner != id);
        self.delivered.extend(folder.requests.iter().map(|(request, size)| (*request, (*size, id.clone()))));
        self.names.entry(id.clone()).or_default().insert(folder.name());
        self.folders[at].was = Some(id);
        self.is_settled(at);
    }

    fn is_called(&self, id: &str, folder: &Folder) -> bool {
        self.names.get(id).is_some_and(|names| names.contains(folder.name()))
    }

    /// Holds that a project is who it says it is, or was, or is called.
    fn is_identified(&self, folder: &Folder, targets: &Targets, fresh: &str) {
        let id = &targets.identity.id;
        match targets.identity.evidence {
            Evidence::Said => assert_eq!(Some(id), folder.id.as_ref()),
            Evidence::Kept => assert_eq!(Some(id), folder.was.as_ref()),
            Evidence::Presumed => assert!(folder.id.is_none() && self.is_called(id, folder), "{folder:?} is {id}"),
            Evidence::New => assert_eq!((id.as_str(), &folder.id), (fresh, &None)),
        }
    }

    /// Holds that nothing is left to do after an apply, neither for the project nor under another name or without its catalog.
    fn is_settled(&self, at: usize) {
        let folder = &self.folders[at];
        let again = |folder: &Folder, catalog: &Shared| -> Option<Plan> {
            let loaded = folder.loaded();
            let mut targets = self.targets(&loaded, catalog, "nobody").ok()?;
            let is_it = Some(&targets.identity.id) == folder.was.as_ref();
            is_it.then(|| {
                plan(&loaded, &mut targets, Planning { now: 0, options: Options::default(), ..Planning::default() })
                    .unwrap()
            })
        };
        let known = again(folder, &self.catalogs[at]).unwrap();
        assert!(!known.has_changes() && known.guards.is_empty(), "{known:?}");
        let renamed = Folder { name: 1 - folder.name, ..folder.clone() };
        assert!(folder.id.is_none() || !again(&renamed, &self.catalogs[at]).unwrap().has_changes());
        let lost = again(folder, &Shared::default());
        assert!(folder.id.is_none() || lost.is_some());
        let of_files = |plan: &Plan| plan.operations.iter().any(|one| matches!(one.target, Target::File(_)));
        assert!(lost.is_none_or(|plan| !of_files(&plan) && plan.refusals().next().is_none()));
    }

    fn destroys(&mut self, at: usize) {
        let folder = self.folders[at].clone();
        let loaded = folder.loaded();
        let Some(id) = folder.id.clone() else { return };
        let mut targets = self.targets(&loaded, &self.catalogs[at], "nobody").unwrap();
        let made =
            plan(&loaded, &mut targets, Planning { now: 0, options: options(Aim::Nothing), ..Planning::default() })
                .unwrap();
        assert!(made.conflicts.is_empty(), "{made:?}");
        if made.refusals().next().is_some() {
            // Its catalog is another one's by now.
            assert!(folder.was.is_some_and(|was| was != id), "{:?}", made.guards);
            return;
        }
        apply(&made, &mut targets, &RUN, &mut Unobserved, &mut Applied::default()).unwrap();
        self.delivered.retain(|_, (_, owner)| *owner != id);
    }
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn no_project_touches_what_another_one_owns(deeds in deeds()) {
        let mut site = Site::new();
        for (at, deed) in &deeds {
            site.does(*at, deed);
        }
    }
}
