use super::{Action, Looked, Operation, Relocation};
use crate::kubernetes::Identity;
use crate::model::{Address, DeclaredAt, Name, Thing};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What follows from the operations.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Impact {
    /// The requests that leave a destination for another one, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<Relocation>,
    /// The requests that lose files, or objects of files that stay, and are not deleted from the catalog along with them: promises that
    /// no longer render a file or an object, requests that move, and requests that only a state store remembers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<Lost>,
    /// The files that go and of which all objects are in other files of their destination afterwards: nothing that runs is destroyed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub going_on: Vec<Thing>,
    /// The requests of which the bytes of files change, and why. Files that only get another place do not, nor do those that are set back.
    pub rendered: Vec<Rerender>,
    /// The requests of other projects of which files come to other places, or go, with the next apply of those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redelivered: Vec<Redelivery>,
    /// The entities that change level; nothing where nobody looked. One that gets another name changes none by that.
    pub levels: Option<Vec<Transition>>,
    /// The entities and requests of the catalog, of whomever, that a change of their blueprint or promise makes invalid;
    /// nothing where nobody looked.
    pub invalid: Option<Vec<Invalid>>,
    /// The references to what goes, of whomever, that will point at nothing; nothing where nobody looked.
    pub broken: Option<Vec<Broken>>,
    /// The actions, automations and scorecards that refer to a blueprint, a property or a promise that changes.
    pub referring: Vec<Referring>,
    /// What goes along with what is deleted, by what takes it along.
    pub closures: Vec<Closure>,
    /// What goes while something much the same comes: probably one object that got another name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renamed: Vec<Renamed>,
    /// The other projects that something follows for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub concerned: Vec<Concerned>,
    /// How much was looked at of each kind of consequence, by the names of the lists above.
    pub looked: Vec<Looked>,
}

/// A request that loses files, or objects of files that stay.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Lost {
    /// The request.
    pub request: Address,
    /// The addresses of the files. One that comes again with the same content, in the same destination, is not among them.
    pub files: Vec<Thing>,
    /// What files that stay will no longer hold, nor any other one of the destination: whatever applies them deletes it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<LostObject>,
}

/// A request of another project of which files come to other places, or go, with the next apply of that project.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Redelivery {
    /// The request.
    pub request: Address,
    /// The project that owns it.
    pub owner: String,
    /// Where that project declares it, as of its last change of it; nothing where the catalog does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<DeclaredAt>,
    /// The planned changes that cause it.
    pub because: Vec<Address>,
    /// That it leaves a destination, or a state store with it, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moves: Option<Relocation>,
    /// The files that get another path in the same destination, and keep their content.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<Repath>,
    /// The files that go and do not come again with the same content in the same destination.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Thing>,
    /// What no file that the project delivers to the destination holds any more: whatever applies them deletes it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<Manifested>,
}

/// A file that gets another path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Repath {
    /// Where it is.
    pub from: Thing,
    /// Where it comes to be.
    pub to: Thing,
}

impl Redelivery {
    /// Whether nothing becomes of it.
    pub fn is_nothing(&self) -> bool {
        self.moves.is_none() && self.paths.is_empty() && self.files.is_empty() && self.objects.is_empty()
    }
}

/// An object of Kubernetes that goes out of a file that stays.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct LostObject {
    /// The file's address.
    pub file: Thing,
    /// The object.
    pub object: Manifested,
    /// Whether others put it there: the project never wrote it, and sets the file back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_others: bool,
    /// The one that the file gets for it, where it loses one and gets one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<Manifested>,
}

/// Which object of Kubernetes a manifest speaks of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Manifested {
    /// The API group; empty for that of `v1`.
    pub group: String,
    /// The kind.
    pub kind: String,
    /// The namespace; nothing where it is in none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

impl From<&Identity> for Manifested {
    fn from(identity: &Identity) -> Self {
        Self {
            group: identity.group.to_string(),
            kind: identity.kind.to_string(),
            namespace: identity.namespace.as_deref().map(ToOwned::to_owned),
            name: identity.name.to_string(),
        }
    }
}

impl std::fmt::Display for Manifested {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind, self.name)?;
        self.namespace.iter().try_for_each(|namespace| write!(f, " in namespace {namespace}"))
    }
}

impl LostObject {
    /// What becomes of it, as it is said behind its name.
    pub fn fate(&self) -> String {
        match &self.replaced_by {
            _ if self.by_others => "others put it there, and the file is set back".to_owned(),
            None => "no file of the destination has it any more".to_owned(),
            Some(other) if other.to_string() == self.object.to_string() => {
                format!("one of group {:?} comes in its place, not of {:?}", other.group, self.object.group)
            }
            Some(other) => format!("{other} comes in its place"),
        }
    }
}

impl std::fmt::Display for LostObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}: {})", self.object, self.file, self.fate())
    }
}

impl Lost {
    /// The objects that the project itself put there: what protects the request protects them.
    pub fn own_objects(&self) -> impl Iterator<Item = &LostObject> {
        self.objects.iter().filter(|lost| !lost.by_others)
    }

    /// Whether something goes that is the request's own.
    pub fn is_own(&self) -> bool {
        !self.files.is_empty() || self.own_objects().next().is_some()
    }
}

impl Impact {
    /// Whether something is destroyed with an operation: it deletes, and what it deletes is not elsewhere afterwards.
    pub fn destroys(&self, operation: &Operation) -> bool {
        operation.action == Action::Delete && self.going_on.binary_search(&operation.thing).is_err()
    }

    /// The objects that go out of files that stay.
    pub fn lost_objects(&self) -> impl Iterator<Item = &LostObject> {
        self.lost.iter().flat_map(|lost| &lost.objects)
    }
}

/// Two objects that are probably one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Renamed {
    /// The one that goes.
    pub from: Address,
    /// The one that comes.
    pub to: Address,
}

/// An object that a planned change makes invalid.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Invalid {
    /// The object.
    pub address: Address,
    /// The project that owns it; nothing where nobody does.
    pub owner: Option<String>,
    /// Where that project declares it, as of its last change of it; nothing where the catalog does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<DeclaredAt>,
    /// The planned change that makes it so.
    pub because: Address,
    /// Its field.
    pub field: String,
    /// What is wrong with it, in a sentence.
    pub message: String,
}

/// A reference to what goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Broken {
    /// The object that refers.
    pub address: Address,
    /// The project that owns it; nothing where nobody does.
    pub owner: Option<String>,
    /// Where that project declares it, as of its last change of it; nothing where the catalog does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<DeclaredAt>,
    /// Its field.
    pub field: String,
    /// What it refers to, and what goes.
    pub to: Address,
}

/// An object that refers to what changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Referring {
    /// The object that refers.
    pub address: Address,
    /// Its field, or its part.
    pub field: String,
    /// What it refers to: an address, with a field behind `#` where it is one.
    pub to: String,
}

/// What a deletion takes along.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Closure {
    /// What is deleted.
    pub address: Address,
    /// How many objects of each kind go with it or refer to it, and whether the plan deletes them too.
    pub members: Vec<ClosureMember>,
}

/// The objects of one kind in a closure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ClosureMember {
    /// The kind's word.
    pub kind: String,
    /// How many the plan deletes too.
    pub deleted: usize,
    /// Those that would stay and point at nothing.
    pub left: Vec<Address>,
}

/// A request whose files change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rerender {
    /// The request.
    pub request: Address,
    /// The id of another project that declares it and renders it with its next apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Where that project declares it, as of its last change of it; nothing where the catalog does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<DeclaredAt>,
    /// What changed: the address of the request itself, or of its promise.
    pub because: Vec<Address>,
    /// The files, as `<store>:<path>`; of another project as its promise names them.
    pub files: Vec<String>,
}

/// An entity that changes level.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Transition {
    /// The scorecard.
    pub scorecard: Name,
    /// Where the entity stood.
    pub from: Standing,
    /// Where it will stand.
    pub to: Standing,
    /// The entity.
    pub entity: Address,
    /// The id of another project that declares it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Where that project declares it, as of its last change of it; nothing where the catalog does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<DeclaredAt>,
}

/// Another project that a plan means something for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Concerned {
    /// Its id.
    pub project: String,
    /// What it is called, where the catalog knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The commit of its text at its last apply, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Impact {
    /// The ids of the other projects that something follows for, sorted.
    pub fn owners(&self) -> BTreeSet<&str> {
        let invalid = self.invalid.iter().flatten().filter_map(|one| one.owner.as_deref());
        let broken = self.broken.iter().flatten().filter_map(|one| one.owner.as_deref());
        let rendered = self.rendered.iter().filter_map(|one| one.owner.as_deref());
        let redelivered = self.redelivered.iter().map(|one| &*one.owner);
        let levels = self.levels.iter().flatten().filter_map(|one| one.owner.as_deref());
        invalid.chain(broken).chain(rendered).chain(redelivered).chain(levels).collect()
    }

    /// The objects that projects own and something follows for, each with the id of its owner and the place for where that declares it.
    pub fn owned_mut(&mut self) -> impl Iterator<Item = (&str, &Address, &mut Option<DeclaredAt>)> {
        let invalid = self.invalid.iter_mut().flatten();
        let invalid = invalid.map(|one| (&one.owner, &one.address, &mut one.declared));
        let broken = self.broken.iter_mut().flatten().map(|one| (&one.owner, &one.address, &mut one.declared));
        let rendered = self.rendered.iter_mut().map(|one| (&one.owner, &one.request, &mut one.declared));
        let levels = self.levels.iter_mut().flatten().map(|one| (&one.owner, &one.entity, &mut one.declared));
        let all = invalid.chain(broken).chain(rendered).chain(levels);
        let all = all.filter_map(|(owner, address, declared)| Some((owner.as_deref()?, address, declared)));
        all.chain(self.redelivered.iter_mut().map(|one| (&*one.owner, &one.request, &mut one.declared)))
    }
}

/// Where an entity stands in a scorecard.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// The scorecard does not judge it.
    NotJudged,
    /// Below the lowest level.
    Below,
    /// At a level.
    Level(Name),
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotJudged => f.write_str("not judged"),
            Self::Below => f.write_str("no level"),
            Self::Level(level) => f.write_str(level),
        }
    }
}
