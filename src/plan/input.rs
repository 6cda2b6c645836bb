//! What a plan is made of, and what its caller allows.

use super::document::{Guard, Relocation};
use super::former::{FormerStore, Unreached};
use super::scope::Scope;
use crate::catalog::{Entry, LevelRecord, Presence, SetBackTo, Stray};
use crate::diff::{Desired, FileDiff, Moves, Pairs, Remembered};
use crate::model::{Address, Adoption, HandOver, Holding, Identity, Lifecycle, Name, Object, Project, Thing};
use crate::render::Placed;
use crate::source::Sources;
use crate::store::{ContentId, Setback, Unread};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a plan is made of: both sides, paired, and the opened objects of the pairs that differ.
pub struct Input<'a> {
    /// The project.
    pub project: &'a Arc<Project>,
    /// Who it is to its targets.
    pub identity: &'a Identity,
    /// The ids that the catalog knows projects of its name by.
    pub namesakes: &'a BTreeSet<String>,
    /// Its texts, for the places of changes.
    pub sources: &'a Sources,
    /// What it wants in its catalog.
    pub desired: &'a [Desired<'a>],
    /// What its text declares, wanted or not.
    pub text: &'a [Desired<'a>],
    /// What the catalog holds.
    pub observed: &'a [Entry],
    /// What is in the catalog and no address leads to.
    pub strays: &'a [Stray],
    /// What somebody set back of the catalog.
    pub set_back: Option<SetBackTo>,
    /// What lines of the text hand over a second time.
    pub spent: Spent,
    /// Which of them get another name.
    pub moves: &'a Moves,
    /// Which of them differ.
    pub pairs: Pairs,
    /// The live objects of the pairs that differ, in their order.
    pub opened: Vec<Opened>,
    /// What differs in each state store.
    pub stores: Vec<StoreFiles<'a>>,
    /// The state stores that differ as the catalog has them, by the names that it has for them.
    pub former: &'a BTreeMap<Address, FormerStore>,
    /// What was delivered for its requests and is in no state store that it knows.
    pub unreached: Unreached,
    /// The ids of the projects that the catalog knows, where the text says that something goes to one.
    pub projects: BTreeSet<Name>,
    /// The state stores that runs delivered to, as far as the journal tells, where the last one did not reach its end.
    pub unfinished: Option<BTreeSet<Name>>,
    /// What its runs delivered and left there, by state store, where one of them knows nothing of it.
    pub delivered: BTreeMap<Name, BTreeSet<Thing>>,
    /// The last run of the project before the plan, where one is known.
    pub after: Option<String>,
    /// The commit of the text, where it is known.
    pub source: Option<String>,
    /// What is known of whence its text was applied before.
    pub lineage: Lineage,
    /// The requests that leave a destination.
    pub relocations: Vec<Relocation>,
    /// The requests that are taken over from a project which delivered them elsewhere.
    pub elsewhere: Vec<Elsewhere>,
    /// The levels that the catalog keeps, and those that the project comes to; nothing where nobody looked.
    pub levels: Option<(Vec<LevelRecord>, Vec<LevelRecord>)>,
    /// What the caller allows.
    pub options: Options,
}

/// What is known of whence a text was applied before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lineage {
    /// The last run of the project, where nothing tells that it was one of this text.
    pub unknown: Option<Unknown>,
    /// The catalog that it was applied to from this folder, where that is another one than the text says.
    pub former_catalog: Option<FormerCatalog>,
}

/// A catalog that a project was applied to from its folder, before the text said another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormerCatalog {
    /// One that a text said, as it said where that is.
    Said(String),
    /// The one in plat's own folder.
    Embedded {
        /// How many objects of the project it holds.
        objects: usize,
        /// Whether the one that the text says is empty, so that it takes a copy.
        is_taken_in: bool,
    },
}

/// What goes a second time from a project to another one, by a line that takes over once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// What an `adopt` line of the text took over before, and that the project from which it takes it took back since: that first time.
    pub taken: BTreeMap<Address, HandOver>,
    /// What a `removed` line of the text gives to a project which took it over once before, and from which it came back.
    pub given: BTreeSet<Address>,
}

/// The last run of a project, where nothing tells that it was one of this text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Who ran it.
    pub holder: String,
    /// The commit of its text, where it was in one.
    pub source: Option<String>,
    /// What the catalog calls the project, where its text calls it otherwise now.
    pub other_name: Option<String>,
}

/// A live object, opened because its digests do not agree.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    /// The object; nothing where none is live.
    pub live: Option<Presence<Object>>,
    /// What was last written into it.
    pub remembered: Remembered,
    /// What may happen to it in its life, as the other project says that owns it and may lose it; nothing for the defaults.
    pub theirs: Option<Arc<Lifecycle>>,
}

/// What differs in one state store.
#[derive(Debug)]
pub struct StoreFiles<'a> {
    /// Its name.
    pub store: Name,
    /// What was delivered there, as the store remembers it, in the order of [`Holding::key`].
    pub holdings: Arc<[Holding]>,
    /// Of the wanted files that another project owns, the requests that it delivered them for, by path.
    pub theirs: BTreeMap<String, Address>,
    /// Where it says that of each file, if it does.
    pub remembers: Option<String>,
    /// Whether there is not even what would hold files: it is made first.
    pub is_unmade: bool,
    /// What somebody set back there.
    pub setback: Option<Setback>,
    /// The other projects of which nobody can read what they own there.
    pub unread: Vec<Unread>,
    /// The files that are wanted there.
    pub placed: Vec<&'a Placed>,
    /// The files about which there is something to say.
    pub diffs: Vec<FileDiff<'a>>,
    /// The live contents of the files that differ, by path.
    pub contents: BTreeMap<String, Vec<u8>>,
    /// Those of the files that may hold secrets: which objects they hold is looked at, and nothing else of them is shown.
    pub sealed: BTreeMap<String, Vec<u8>>,
    /// What the project wrote last into files that others changed, by path: looked at as the sealed ones are.
    pub written: BTreeMap<String, Vec<u8>>,
    /// How many files are as they should be.
    pub unchanged: usize,
    /// How many proposals to it wait to be merged.
    pub proposed: usize,
    /// How many files each destination in it is to hold, by the destination's name.
    pub wanted: BTreeMap<Name, usize>,
    /// The identities of the files that hold secrets, with their values, by path.
    pub identities: BTreeMap<String, ContentId>,
    /// The paths of files that may hold secrets, now or afterwards: nothing of what is live there is shown.
    pub confidential: BTreeSet<String>,
}

impl StoreFiles<'_> {
    /// Whether the store knows nothing of the project, and nothing waits that it is to know.
    pub fn is_unknown(&self) -> bool {
        let is_owned = |diff: &FileDiff<'_>| diff.base.is_some();
        self.holdings.is_empty() && self.unchanged == 0 && self.proposed == 0 && !self.diffs.iter().any(is_owned)
    }

    /// What is live of a file that differs, also where it may hold secrets.
    pub(super) fn live(&self, path: &str) -> Option<&[u8]> {
        self.contents.get(path).or_else(|| self.sealed.get(path)).map(Vec::as_slice)
    }
}

/// A request that is taken over, and that would be delivered to another destination than the one where the project that it is
/// taken from has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The request.
    pub request: Address,
    /// The project that it is taken from.
    pub owner: Name,
    /// Where that one has it.
    pub from: Name,
    /// Where it would be delivered to.
    pub to: Name,
}

impl Elsewhere {
    /// That it would be there twice.
    pub(super) fn guard(&self) -> Guard {
        let Self { request, owner, from, to } = self;
        let way = format!("pin it with `destination={from}` to take it over, and move it after that");
        let message =
            format!("project {owner} delivers {request} to {from}, and it would be delivered to {to} as well: {way}");
        Guard::new(message, None)
    }
}

/// What the caller of a plan allows.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The most deletions; the project's own limit where there is none.
    pub max_deletes: Option<u64>,
    /// Addresses that may be deleted although something stops it; `kind:*` for a whole kind.
    pub allow_delete: BTreeSet<String>,
    /// What becomes of what others changed too.
    pub on_conflict: OnConflict,
    /// What may be taken over; the project's own word where there is none.
    pub adoption: Option<Adoption>,
    /// Whether what is no longer declared stays.
    pub additive: bool,
    /// The requests that are placed as if they were new: addresses, in which `*` stands for any text.
    pub rebalance: BTreeSet<String>,
    /// What is to be there in the end.
    pub aim: Aim,
    /// What the plan may be about; everything where there is none.
    pub within: Option<Scope>,
}

impl Options {
    /// Whether the plan may be about a thing.
    pub(super) fn may_be_about(&self, thing: &Thing) -> bool {
        self.within.as_ref().is_none_or(|scope| scope.holds(thing))
    }

    /// Whether the plan may be about an object.
    pub(super) fn may_be_about_object(&self, address: &Address) -> bool {
        self.within.as_ref().is_none_or(|scope| scope.holds(&address.clone().into()))
    }

    /// Whether the plan may be about what is delivered for a request.
    pub(super) fn may_be_for(&self, request: &Address) -> bool {
        self.within.as_ref().is_none_or(|scope| scope.holds_request(request))
    }
}

/// What is to be there once a plan is carried out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aim {
    /// What the text declares.
    #[default]
    Declared,
    /// Nothing of the project. That so much goes is then what was asked for; what protects a single thing still holds.
    Nothing,
}

/// What becomes of what others changed too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnConflict {
    /// It is shown, and nothing is written.
    #[default]
    Fail,
    /// It is overwritten.
    Ours,
}
