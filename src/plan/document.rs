use crate::diff::Verdict;
use crate::model::{self, Address, Digest, Json, Map, Value};
use crate::secret::Reference;
use crate::source::{FileId, Span, Spanned};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an apply will do, why, and what follows from it. `plat show` needs nothing else.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// The format of the document: 2.
    pub format: u32,
    /// The version of the plat that made it.
    pub plat: String,
    /// The project that owns what is written.
    pub project: String,
    /// Identifies the plan: the digest of all the rest.
    pub id: String,
    /// The commit of the KDL that it was made of, where it is known; with `-dirty` behind it where files differ from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Whether it only creates and updates, and leaves what is no longer declared.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub additive: bool,
    /// How many objects and files are as they should be.
    pub unchanged: usize,
    /// What is done, in the order in which it is done.
    pub operations: Vec<Operation>,
    /// What cannot be done, because others changed it too, or because a change of others is to stop the plan.
    pub conflicts: Vec<Conflict>,
    /// What others changed and what stays so, as `on-drift keep` says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<Drift>,
    /// The policies that are broken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<Violation>,
    /// What must be allowed, or was.
    pub guards: Vec<Guard>,
    /// What follows.
    pub impact: Impact,
}

/// A change of one object or file.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Operation {
    /// What is done.
    pub action: Action,
    /// What it is done to: an object's address, or `file:<store>:<path>`.
    pub address: String,
    /// The name that a moved object has had until now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// When it is done.
    pub phase: Phase,
    /// Why.
    pub reasons: Vec<Reason>,
    /// The planned operations that go before it because it refers to what they make, or because they take away what
    /// refers to it: addresses, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// The line of KDL that caused it; nothing for what is no longer declared.
    pub source: Option<Place>,
    /// The change itself.
    pub target: Target,
}

/// What is done to a thing; each is counted for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It is made.
    Create,
    /// Some of its fields, or its content, change.
    Update,
    /// It gets another name, and keeps its history and what others wrote into it.
    Move,
    /// It exists and this project does not own it; from now on it does.
    Adopt,
    /// It is taken away.
    Delete,
    /// It stays, and the project lets go of it.
    Release,
    /// The inventory forgets what is already gone.
    Forget,
    /// The inventory catches up with what already is as it should be; nothing else changes.
    Record,
}

impl Action {
    /// Every action, in the order in which a summary counts them.
    pub const ALL: [Self; 8] =
        [Self::Create, Self::Update, Self::Move, Self::Adopt, Self::Delete, Self::Release, Self::Forget, Self::Record];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Move => "move",
            Self::Adopt => "adopt",
            Self::Delete => "delete",
            Self::Release => "release",
            Self::Forget => "forget",
            Self::Record => "record",
        }
    }

    /// Whether a reader sees anything change: the inventory's own bookkeeping is none.
    pub fn is_change(self) -> bool {
        match self {
            Self::Create | Self::Update | Self::Move | Self::Adopt | Self::Delete | Self::Release => true,
            Self::Forget | Self::Record => false,
        }
    }
}

/// When an operation is carried out: a phase starts only when the one before it succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The model grows.
    Expand,
    /// Objects are made and changed.
    Objects,
    /// One commit a state store.
    Files,
    /// The model shrinks.
    Contract,
    /// What is no longer declared goes.
    Prune,
}

/// Why an operation is in the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It is declared and does not exist.
    Declared,
    /// What is declared changed.
    Changed,
    /// Others changed it.
    Drifted,
    /// Others deleted it.
    DeletedOutside,
    /// It exists, and nobody owned it.
    Unowned,
    /// It is no longer declared.
    NotDeclared,
    /// It is declared under another name.
    Moved,
    /// A `removed` node says so.
    Removed,
    /// Another project owned it.
    TakenFrom(String),
    /// What may happen to it in its life changes.
    Lifecycle,
    /// The inventory is behind.
    InventoryBehind,
    /// Another planned change has it as a consequence: the address of that change.
    Because(String),
}

/// A line of KDL.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// The line's text, without its indentation.
    pub text: String,
}

/// The two kinds of things that change.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// An object of the catalog.
    Object(ObjectChange),
    /// A file of a state store.
    File(FileChange),
}

/// A change of an object, guarded by what its fields were.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ObjectChange {
    /// The fields that change, by path.
    pub fields: Vec<Field>,
    /// The fields that are owned afterwards, each with its digest.
    pub owned: Vec<(String, String)>,
    /// The digest of the owned fields as one body.
    pub base: String,
    /// What may happen to it in its life from now on; nothing for the defaults.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Lifecycle>,
    /// What could happen to it until now, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle_before: Option<Lifecycle>,
    /// Another project that owns it and loses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_from: Option<String>,
    /// The digest of the live body, for a deletion.
    pub before: Option<String>,
    /// The fields, by path, that refer around a cycle: a catalog that looks at references sets them only when all of the cycle
    /// is there, and takes them away before the first of it goes. See [`Plan::parts`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub apart: Vec<String>,
}

/// What may happen to an object in its life, as the language says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Lifecycle {
    /// Whether deleting it needs an explicit allowance.
    pub protect: bool,
    /// What becomes of what others change: `revert`, `keep` or `fail`.
    pub on_drift: String,
    /// What becomes of it when it is no longer declared: `delete`, `orphan`, `confirm` or `forbid`.
    pub deletion: String,
    /// The fields that are left alone.
    pub ignore: Vec<String>,
}

impl Lifecycle {
    /// The words of a lifecycle.
    pub fn new(lifecycle: &model::Lifecycle) -> Self {
        Self {
            protect: lifecycle.protect,
            on_drift: lifecycle.on_drift.word().to_owned(),
            deletion: lifecycle.deletion.word().to_owned(),
            ignore: lifecycle.ignore.iter().map(|path| path.value.to_string()).collect(),
        }
    }

    /// The lifecycle of the words; nothing where one of them is unknown.
    pub fn parse(&self) -> Option<model::Lifecycle> {
        let nowhere = Span::start_of(FileId(0));
        Some(model::Lifecycle {
            protect: self.protect,
            on_drift: model::OnDrift::from_word(&self.on_drift)?,
            deletion: model::Deletion::from_word(&self.deletion)?,
            ignore: self.ignore.iter().map(|path| Spanned::new(path.as_str().into(), nowhere)).collect(),
        })
    }
}

/// A field before and after.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Field {
    /// Its path.
    pub path: String,
    /// Why it changes.
    pub cause: Cause,
    /// The live value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Json>,
    /// The value that it gets; nothing removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Json>,
    /// Where the new value is written.
    pub source: Option<Place>,
}

/// Why a field changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// It is new.
    Added,
    /// What is declared changed.
    Changed,
    /// It is no longer declared.
    Removed,
    /// Others changed it, and it is set back.
    Drift,
    /// Somebody else's value is taken over and overwritten.
    Adopted,
    /// Others changed it too, and plat was told to overwrite it.
    Forced,
}

impl Cause {
    /// The cause of a verdict that changes something.
    pub(super) fn of(verdict: Verdict) -> Option<Self> {
        match verdict {
            Verdict::Add => Some(Self::Added),
            Verdict::Change => Some(Self::Changed),
            Verdict::Remove => Some(Self::Removed),
            Verdict::Drift => Some(Self::Drift),
            Verdict::Adopt => Some(Self::Adopted),
            Verdict::Conflict => Some(Self::Forced),
            Verdict::Same | Verdict::Refresh | Verdict::Foreign => None,
        }
    }
}

/// A change of a file, guarded by what it held.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FileChange {
    /// The state store.
    pub store: String,
    /// The destination that the file is for; of one that goes, the declared destination in whose folder it lies.
    pub destination: Option<String>,
    /// The path below the store's folder.
    pub path: String,
    /// The identity of the live content.
    pub before: Option<String>,
    /// The new content, which of a file that is let go of is the live one; nothing deletes the file.
    pub content: Option<Content>,
    /// The request that it was rendered for.
    pub request: Option<String>,
    /// Another project that owns it and loses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_from: Option<String>,
    /// The change as a unified diff without a header, for text.
    pub patch: Option<String>,
    /// How many lines come.
    pub added: usize,
    /// How many lines go.
    pub removed: usize,
}

/// A file's content: text where it is UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Content {
    /// UTF-8.
    Text(String),
    /// Anything else.
    Bytes(Vec<u8>),
    /// UTF-8 with references to secrets in it, whose values no plan holds.
    Guarded(Guarded),
    /// What is there stays, and may hold secrets.
    Kept {
        /// Its identity.
        kept: String,
    },
}

/// A text that becomes a file's content once the values of its secrets are put into it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Guarded {
    /// The text; each reference stands as `{"$secret":"NAME"}`.
    pub text: String,
    /// Where the values go, in the order of the places.
    pub secrets: Vec<Reference>,
    /// The identity that the content has with the values of the time of the plan.
    pub identity: String,
}

impl Content {
    /// The content of bytes.
    pub fn new(bytes: &[u8]) -> Self {
        std::str::from_utf8(bytes).map_or_else(|_| Self::Bytes(bytes.to_vec()), |text| Self::Text(text.to_owned()))
    }

    /// The bytes; of a content with secrets those with the references, and none of one that no plan holds.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
            Self::Guarded(guarded) => guarded.text.as_bytes(),
            Self::Kept { .. } => &[],
        }
    }
}

/// Something that others changed, and that we changed too or no longer want.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Conflict {
    /// The object or file.
    pub address: String,
    /// The field, where it is one.
    pub field: Option<String>,
    /// What we wrote last; nothing where that is not known any more.
    pub base: Option<Json>,
    /// The live value.
    pub live: Option<Json>,
    /// The desired value.
    pub desired: Option<Json>,
    /// Where that is written.
    pub source: Option<Place>,
}

/// Something that others changed and that is left so.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Drift {
    /// The object or file.
    pub address: String,
    /// The field; nothing for a file, and for an object that others deleted.
    pub field: Option<String>,
    /// The live value; nothing where there is none.
    pub live: Option<Json>,
    /// The desired value, which is what we wrote last; nothing for an object as a whole.
    pub desired: Option<Json>,
    /// Where that is written.
    pub source: Option<Place>,
}

/// A policy that is broken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Violation {
    /// The policy.
    pub policy: String,
    /// Whether the plan is refused; else it is only told.
    pub denies: bool,
    /// The object or file; nothing where the plan as a whole breaks it.
    pub address: Option<String>,
    /// What is wrong, in a sentence.
    pub message: String,
    /// The line of the policy.
    pub policy_source: Option<Place>,
    /// The line of what breaks it.
    pub source: Option<Place>,
}

/// Something that a plan may do only when it is allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Guard {
    /// What it stops, in a sentence.
    pub message: String,
    /// How to allow it.
    pub allow: Option<String>,
    /// Whether it was allowed.
    pub allowed: bool,
}

/// What follows from the operations.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Impact {
    /// The requests whose files change, and why; every request was rendered.
    pub rendered: Vec<Rerender>,
    /// The entities that change level; nothing where nobody looked, because nothing that a scorecard reads changes.
    pub levels: Option<Vec<Transition>>,
    /// The entities and requests of the catalog, of whomever, that a change of their blueprint or promise makes invalid;
    /// nothing where nobody looked, because none changes.
    pub invalid: Option<Vec<Invalid>>,
    /// The references to what goes, of whomever, that will point at nothing; nothing where nobody looked, because nothing goes.
    pub broken: Option<Vec<Broken>>,
    /// The actions, automations and scorecards that refer to a blueprint, a property or a promise that changes.
    pub referring: Vec<Referring>,
    /// What goes along with what is deleted, by what takes it along.
    pub closures: Vec<Closure>,
    /// What goes while something much the same comes: probably one object that got another name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renamed: Vec<Renamed>,
    /// What was not looked at, and why, in a sentence each.
    pub unseen: Vec<String>,
}

/// Two objects that are probably one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Renamed {
    /// The one that goes.
    pub from: String,
    /// The one that comes.
    pub to: String,
}

/// An object that a planned change makes invalid.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Invalid {
    /// The object.
    pub address: String,
    /// The project that owns it; nothing where nobody does.
    pub owner: Option<String>,
    /// The planned change that makes it so.
    pub because: String,
    /// Its field.
    pub field: String,
    /// What is wrong with it, in a sentence.
    pub message: String,
}

/// A reference to what goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Broken {
    /// The object that refers.
    pub address: String,
    /// The project that owns it; nothing where nobody does.
    pub owner: Option<String>,
    /// Its field.
    pub field: String,
    /// What it refers to, and what goes.
    pub to: String,
}

/// An object that refers to what changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Referring {
    /// The object that refers.
    pub address: String,
    /// Its field, or its part.
    pub field: String,
    /// What it refers to: an address, with a field behind `#` where it is one.
    pub to: String,
}

/// What a deletion takes along.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Closure {
    /// What is deleted.
    pub address: String,
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
    pub left: Vec<String>,
}

/// A request whose files change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rerender {
    /// The request.
    pub request: String,
    /// What changed: the address of the request itself, of its promise, or of a destination.
    pub because: Vec<String>,
    /// The files, as `<store>:<path>`.
    pub files: Vec<String>,
}

/// An entity that changes level.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Transition {
    /// The scorecard.
    pub scorecard: String,
    /// Where the entity stood.
    pub from: Standing,
    /// Where it will stand.
    pub to: Standing,
    /// The entity.
    pub entity: String,
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
    Level(String),
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

/// Why a file holds no plan that this plat can use.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It is no plan.
    #[error("this is no plan of plat")]
    NoPlan(#[from] serde_json::Error),
    /// Another plat made it.
    #[error("the plan has format {found}, and this plat knows format {FORMAT}: plan again")]
    Format {
        /// Its format.
        found: u32,
    },
    /// It was changed after it was made.
    #[error("the plan was changed after it was made: its content does not match its id; plan again")]
    Tampered,
}

/// What a plan of any format says of itself.
#[derive(Deserialize)]
struct Stamp {
    format: u32,
}

/// The format of the document.
const FORMAT: u32 = 2;

/// What was last written, of what a plan has conflicts about.
#[derive(Clone, Debug, Default)]
pub struct Bases {
    /// The owned fields of objects, each as a body of those alone, by the address that the plan has for it.
    pub objects: BTreeMap<String, Map>,
    /// The contents of files, by address.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Plan {
    /// The plan, with what was last written in each of its conflicts that does not know it yet.
    #[must_use]
    pub fn with_bases(mut self, bases: &Bases) -> Self {
        for conflict in self.conflicts.iter_mut().filter(|conflict| conflict.base.is_none()) {
            let (body, file) = (bases.objects.get(&conflict.address), bases.files.get(&conflict.address));
            conflict.base = match (body, file, &conflict.field) {
                (Some(body), _, Some(path)) => model::fields(body)
                    .into_iter()
                    .find(|(known, _)| known == path)
                    .map(|(_, value)| Json(value.value.clone())),
                (Some(body), _, None) if !body.is_empty() => Some(Json(Value::Object(body.clone()))),
                (_, Some(content), _) => Some(Json(Value::string(String::from_utf8_lossy(content)))),
                _ => None,
            };
        }
        self.sealed()
    }

    /// The plan, with the policies that it or what is declared breaks.
    #[must_use]
    pub fn with_violations(mut self, mut violations: Vec<Violation>) -> Self {
        violations.sort_unstable();
        self.violations = violations;
        self.sealed()
    }

    /// The plan, with the commit of the KDL that it was made of.
    #[must_use]
    pub fn of_source(mut self, source: Option<String>) -> Self {
        self.source = source;
        self.sealed()
    }

    /// Gives the plan its format and its id; to be called once it is complete.
    #[must_use]
    pub(super) fn sealed(mut self) -> Self {
        self.format = FORMAT;
        self.id = String::new();
        // Every part of a plan is a string, a number or a list of such: it always has a JSON.
        self.id = Digest::of_document(&self).map(|digest| digest.to_string()).unwrap_or_default();
        self
    }

    /// The document: one line of JSON.
    pub fn to_json(&self) -> String {
        // Every part of a plan is a string, a number or a list of such: writing it cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what [`Plan::to_json`] wrote.
    ///
    /// # Errors
    /// Where it is no plan, one of another format, or one that was changed.
    pub fn from_json(text: &str) -> Result<Self, DocumentError> {
        let plan: Self = serde_json::from_str(text).map_err(|error| match serde_json::from_str(text) {
            Ok(Stamp { format }) if format != FORMAT => DocumentError::Format { found: format },
            Ok(_) | Err(_) => DocumentError::NoPlan(error),
        })?;
        if plan.format != FORMAT {
            return Err(DocumentError::Format { found: plan.format });
        }
        let id = plan.id.clone();
        let plan = plan.sealed();
        if plan.id == id { Ok(plan) } else { Err(DocumentError::Tampered) }
    }

    /// How many operations have an action.
    pub fn count(&self, action: Action) -> usize {
        self.operations.iter().filter(|operation| operation.action == action).count()
    }

    /// Whether applying it changes anything that a reader sees.
    pub fn has_changes(&self) -> bool {
        self.operations.iter().any(|operation| operation.action.is_change())
    }

    /// The guards that stop it.
    pub fn refusals(&self) -> impl Iterator<Item = &Guard> {
        self.guards.iter().filter(|guard| !guard.allowed)
    }

    /// The broken policies that stop it.
    pub fn denials(&self) -> impl Iterator<Item = &Violation> {
        self.violations.iter().filter(|violation| violation.denies)
    }
}

impl Operation {
    /// The object's address, where it is one.
    pub fn object_address(&self) -> Option<Address> {
        match &self.target {
            Target::Object(_) => Address::parse(&self.address),
            Target::File(_) => None,
        }
    }
}
