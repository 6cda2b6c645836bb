use super::{Address, Declaration, Declared, Digest, Entity, Kind, Name, Request, Scope};
use crate::source::{FileId, Origin};
use std::borrow::Cow;

/// What a project uses of others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Externs {
    /// What its text asks for.
    pub asked: Vec<Extern>,
    /// The text that says what that is, where it was pulled.
    pub file: Option<FileId>,
    /// Whether that text is not the one that was pulled.
    pub is_changed: bool,
    /// The addresses of what is used and could not be had.
    pub unread: Vec<String>,
    /// The blueprints, promises, policies, destinations and state stores among it as the catalog holds them, where it was looked at.
    pub seen: Vec<(Address, Digest)>,
    /// What others own, but entities and requests; what they are, as types, stands among what the project declares.
    pub objects: Vec<Declaration>,
    /// The entities of others that are known.
    pub entities: Vec<Entity>,
    /// The requests of others that are known.
    pub requests: Vec<Request>,
}

/// A line that asks for something that another project owns.
#[derive(Clone, Debug, PartialEq)]
pub struct Extern {
    /// The line.
    pub span: Origin,
    /// What it asks for.
    pub what: Asked,
}

/// The file that holds what other projects own, as it was pulled for a project in an environment, or for one that has none: each environment
/// has a catalog of its own.
pub fn extern_file(environment: Option<&str>) -> Cow<'static, str> {
    environment.map_or(Cow::Borrowed("plat.extern.kdl"), |name| Cow::Owned(format!("{EXTERN}{name}{KDL}")))
}

/// The file that says which one that is.
pub fn extern_lock(environment: Option<&str>) -> Cow<'static, str> {
    environment.map_or(Cow::Borrowed("plat.lock"), |name| Cow::Owned(format!("{EXTERN}{name}.lock")))
}

/// Whether a file of a project is [such a one](extern_file), of whichever environment.
pub fn is_extern_file(name: &str) -> bool {
    let named = || name.strip_prefix(EXTERN).and_then(|rest| rest.strip_suffix(KDL));
    name == extern_file(None) || named().is_some_and(|environment| !environment.contains(['/', '.']))
}

const EXTERN: &str = "plat.extern.";
const KDL: &str = ".kdl";

/// What is asked for of others.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// All that a project owns, by its id.
    Project(Name),
    /// One object, or several.
    Objects(Scope),
}

impl Externs {
    /// Whether what stands at a place is what another project owns.
    pub fn holds(&self, place: Origin) -> bool {
        self.file.is_some() && place.text().map(|span| span.file) == self.file
    }

    /// All that is known.
    pub fn declared(&self) -> impl Iterator<Item = &(dyn Declared + Sync)> {
        let objects = self.objects.iter().map(|object| object as &(dyn Declared + Sync));
        let entities = self.entities.iter().map(|entity| entity as &(dyn Declared + Sync));
        objects.chain(entities).chain(self.requests.iter().map(|request| request as &(dyn Declared + Sync)))
    }
}

impl Asked {
    /// Whether objects of a kind are asked for.
    pub fn brings(&self, kind: Kind) -> bool {
        match self {
            Self::Project(_) => true,
            Self::Objects(Scope::Object(address)) => address.kind == kind,
            Self::Objects(Scope::Pattern(pattern)) => pattern.split(':').next() == Some(kind.word()),
        }
    }

    /// Whether an object is asked for by what it is called.
    pub fn names(&self, address: &Address) -> bool {
        match self {
            Self::Project(_) => false,
            Self::Objects(scope) => scope.covers(address),
        }
    }
}

impl std::fmt::Display for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Project(id) => write!(f, "project {id}"),
            Self::Objects(scope) => scope.fmt(f),
        }
    }
}
