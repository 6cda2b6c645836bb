use crate::model::{Address, Holding, Kind, Name, StorePlace, Thing};
use crate::store::ContentId;
use crate::worded::counted;
use std::collections::{BTreeMap, BTreeSet};

/// A state store as the catalog has it, which differs from what is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerStore {
    /// Where it is.
    pub place: StorePlace,
    /// What of the project is there.
    pub remains: Remains,
}

/// What of a project is in a state store that it may leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remains {
    /// Files.
    Files(Left),
    /// Nobody could look, and why.
    Unseen(String),
}

/// The files of a project that are in a state store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// The files that it delivered and that are there, by path.
    pub files: BTreeMap<String, ContentId>,
    /// What they were delivered for, as far as the store remembers.
    pub holdings: Vec<Holding>,
    /// How many files others delivered there, by their ids.
    pub others: BTreeMap<String, usize>,
}

/// What the project delivered for requests of which no state store that it knows has anything.
#[derive(Clone, Debug, Default)]
pub struct Unreached {
    /// The state stores of others that the text does not bring and that may have it.
    pub stores: Vec<UnreachedStore>,
    /// The requests whose promise is of somebody who has no state store in the catalog any more.
    pub lost: BTreeSet<Address>,
    /// The files that its runs delivered to state stores which nobody declares any more, by the names of these.
    pub forgotten: BTreeMap<Name, BTreeSet<Thing>>,
}

/// A state store of another project that the text does not bring.
#[derive(Clone, Debug)]
pub struct UnreachedStore {
    /// What the catalog calls it.
    pub address: Address,
    /// Whose it is.
    pub owner: Name,
    /// What of these requests is there.
    pub remains: Remains,
}

impl Left {
    /// How many files there are, and of how many requests.
    pub(super) fn counted(&self) -> String {
        let files = counted(self.files.len(), "file");
        let of = holders(self.holdings.iter().map(|holding| &holding.request));
        if of.is_empty() { files } else { format!("{files} of {of}") }
    }

    /// What would stay there: what the project delivered, and what others did; nothing where nothing would.
    pub(super) fn stay(&self) -> Option<String> {
        let own = (!self.files.is_empty()).then(|| format!("{} that it delivered there", self.counted()));
        let others = (!self.others.is_empty()).then(|| {
            let of = |(project, count): (&String, &usize)| format!("{} of project {project}", counted(*count, "file"));
            self.others.iter().map(of).collect::<Vec<String>>().join(", ")
        });
        let both: Vec<String> = own.into_iter().chain(others).collect();
        (!both.is_empty()).then(|| both.join(" and "))
    }
}

/// How many requests something was delivered for, and how many promises that depend on it, each once; empty for none.
pub fn holders<'a>(all: impl Iterator<Item = &'a Address>) -> String {
    let all: BTreeSet<&Address> = all.collect();
    let of_kind = |(kind, noun): (Kind, &str)| {
        let count = all.iter().filter(|one| one.kind == kind).count();
        (count > 0).then(|| counted(count, noun))
    };
    let counts: Vec<String> =
        [(Kind::Request, "request"), (Kind::Promise, "promise")].into_iter().filter_map(of_kind).collect();
    counts.join(" and ")
}

impl FormerStore {
    /// What is there, where somebody could look.
    pub fn left(&self) -> Option<&Left> {
        match &self.remains {
            Remains::Files(left) => Some(left),
            Remains::Unseen(_) => None,
        }
    }
}
