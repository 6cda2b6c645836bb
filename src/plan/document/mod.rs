//! The plan as a document: what is saved, shown and applied.

mod consequence;
mod finding;
mod in_the_way;
mod looked;
mod made_for;
mod object;
mod operation;
mod part;
mod place;
mod relocation;
mod shown;
mod summary;

pub use consequence::{
    Broken, Closure, ClosureMember, Concerned, Impact, Invalid, Lost, LostObject, Manifested, Redelivery, Referring,
    Renamed, Repath, Rerender, Standing, Transition,
};
pub use finding::{Conflict, Drift, Flag, Guard, NewHost, Restraint, Violation};
pub use in_the_way::InTheWay;
pub use looked::{Extent, Following, Looked};
pub use made_for::{Held, MadeFor, PlannedCatalog, PlannedStore};
pub use object::{Cause, Changes, Field, ObjectChange, Record};
pub use operation::{Action, Content, FileChange, Guarded, Operation, Phase, Reason, Target};
pub use part::{Declared, FieldPart, parts, parts_between};
pub use place::Place;
pub use relocation::{Leaving, Relocation};
pub use shown::parts_shown;
pub use summary::Summary;

use crate::model::{Address, Digest, Json, Map, Signature, Thing, Value, is_commit};
use crate::object::fields;
use crate::secret::Secret;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an apply will do, why, and what follows from it. `plat show` needs nothing else.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// The format of the document: 8.
    pub format: u32,
    /// The version of the plat that made it.
    pub plat: String,
    /// The name of the project that owns what is written.
    pub project: String,
    /// What marks everything that the project owns; nothing for one that no target knows yet and whose text says no id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// Where the project's folder lies in its repository, with a `/` at its end; empty where it is the root.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub folder: String,
    /// Identifies the plan: the digest of all the rest but the signature, in which a digest stands for every 256 operations, and in that
    /// the digest of the body of an object that is made for the body.
    pub id: String,
    /// The signature of all the rest by the key of whoever made it, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// The id of the saved plan that it was made again for, and that it is carried out as. No document says it.
    #[serde(skip)]
    pub stands_for: Option<String>,
    /// What it was made for beside the project.
    pub made_for: MadeFor,
    /// The last runs of the project before it, all that began in one second, where the catalog knows any. It makes of what is planned anew after an apply another
    /// plan, whatever it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The commit of the KDL that it was made of, where it is known; with `-dirty` behind it where files differ from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Whether it only creates and updates, and leaves what is no longer declared.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub additive: bool,
    /// Whether it takes away everything that the project owns, whatever is declared.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub destroys: bool,
    /// How many objects and files are as they should be.
    pub unchanged: usize,
    /// How much there is of what, for who reads the document; [`Summary::of`] counts it.
    #[serde(default)]
    pub summary: Summary,
    /// What is done, in the order in which it is done.
    pub operations: Vec<Operation>,
    /// What the state stores remember from now on of requests of which that changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holdings: Vec<Held>,
    /// What other projects own and this one uses, as it was seen: where it is another one by then, nothing is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rests_on: Vec<RestsOn>,
    /// What cannot be done, because others changed it too, or because a change of others is to stop the plan.
    pub conflicts: Vec<Conflict>,
    /// What others changed and what stays so, as `on-drift keep` says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<Drift>,
    /// The servers that a credential would be sent to for the first time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub new_hosts: Vec<NewHost>,
    /// The policies that are broken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<Violation>,
    /// The guards that are not those of the older text, of a plan that compares two texts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restraints: Vec<Restraint>,
    /// What must be allowed, or was.
    pub guards: Vec<Guard>,
    /// What follows.
    pub impact: Impact,
}

/// An object of another project that a plan rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RestsOn {
    /// The object.
    pub address: Address,
    /// The digest of its body.
    pub digest: Digest,
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
    /// A key is there, and nobody signed it.
    #[error("the plan is not signed, and a key is set that it must be signed with: plan again where that key is set")]
    Unsigned,
    /// Somebody else signed it, or it was changed afterwards.
    #[error("the plan is not signed with the key that is set: plan again where that key is set")]
    Forged,
    /// It is to be of a revision that nobody can look up, as the text is in no Git repository.
    #[error(
        "the plan is expected to be of {expected}, and the project's text is in no Git repository: plan again in a clone of it"
    )]
    Nowhere {
        /// The revision that is expected.
        expected: String,
    },
    /// What it says that it was made of is no commit.
    #[error("the plan names a source that is no commit, and no plat made it: plan again")]
    NoCommit,
    /// It was made of another text than the one that is expected.
    #[error("the plan was made of {found}, and {expected} is expected: plan again there")]
    OtherSource {
        /// What it was made of, in words.
        found: String,
        /// The commit that is expected.
        expected: String,
    },
}

/// What a plan of any format says of itself.
#[derive(Deserialize)]
struct Stamp {
    format: u32,
}

/// The format of the document.
const FORMAT: u32 = 8;

/// So many operations have one digest.
const TOGETHER: usize = 256;

/// Whether a text is the identity of a commit, with or without `-dirty` behind it.
fn is_revision(text: &str) -> bool {
    is_commit(text.strip_suffix("-dirty").unwrap_or(text))
}

/// What was last written, of what a plan has conflicts about.
#[derive(Clone, Debug, Default)]
pub struct Bases {
    /// The owned fields of objects, each as a body of those alone, by the address that the plan has for it.
    pub objects: BTreeMap<Thing, Map>,
    /// The contents of files.
    pub files: BTreeMap<Thing, Vec<u8>>,
}

impl Plan {
    /// The plan, with what was last written in each of its conflicts that does not know it yet.
    #[must_use]
    pub fn with_bases(mut self, bases: &Bases) -> Self {
        for conflict in self.conflicts.iter_mut().filter(|conflict| conflict.base.is_none()) {
            let (body, file) = (bases.objects.get(&conflict.thing), bases.files.get(&conflict.thing));
            conflict.base = match (body, file, &conflict.field) {
                (Some(body), _, Some(path)) => fields(body)
                    .into_iter()
                    .find(|(known, _)| known == path)
                    .map(|(_, value)| Json(value.value.clone())),
                (Some(body), _, None) if !body.is_empty() => Some(Json(Value::Object(body.clone()))),
                (_, Some(content), _) => Some(Json(Value::string(String::from_utf8_lossy(content)))),
                _ => None,
            };
        }
        self
    }

    /// The plan, signed with a key.
    #[must_use]
    pub fn signed(mut self, key: &Secret) -> Self {
        self.signature = None;
        // Every part of a plan is a string, a number or a list of such: it always has a JSON.
        self.signature = Signature::of_document(&self, key.expose()).ok().map(|signature| signature.to_string());
        self
    }

    /// Holds that whoever has this key made it, all of it.
    ///
    /// # Errors
    /// Where it is not signed, or not with this key.
    pub fn is_signed_with(&self, key: &Secret) -> Result<(), DocumentError> {
        let signature = self.signature.as_deref().ok_or(DocumentError::Unsigned)?;
        let bare = Self { signature: None, ..self.clone() };
        let expected = Signature::of_document(&bare, key.expose())?;
        if Signature::parse(signature) == Some(expected) { Ok(()) } else { Err(DocumentError::Forged) }
    }

    /// Holds that it was made of the text of a commit, and of no change that is in no commit.
    ///
    /// # Errors
    /// Where it was made of anything else.
    pub fn is_of_source(&self, commit: &str) -> Result<(), DocumentError> {
        let found = match self.source.as_deref() {
            Some(source) if source == commit => return Ok(()),
            Some(source) => match source.strip_suffix("-dirty") {
                Some(commit) => format!("commit {commit} with changes that are in no commit"),
                None => format!("commit {source}"),
            },
            None => "a text that is in no Git repository".to_owned(),
        };
        Err(DocumentError::OtherSource { found, expected: format!("commit {commit}") })
    }

    /// Gives the plan its format, its counts and its id; to be called once it is complete. It is not signed any more.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.format = FORMAT;
        self.signature = None;
        self.summary = Summary::of(&self);
        self.id = self.identified();
        self
    }

    /// The id that the plan has by what is in it.
    fn identified(&mut self) -> String {
        let (operations, signature) = (std::mem::take(&mut self.operations), self.signature.take());
        self.id = String::new();
        // Every part of a plan is a string, a number or a list of such: it always has a JSON.
        let digests: Result<Vec<Digest>, _> = operations.par_chunks(TOGETHER).map(operation::digest).collect();
        let id = digests.and_then(|digests| Digest::of_document(&(&*self, digests)));
        let id = id.map(|digest| digest.to_string()).unwrap_or_default();
        (self.operations, self.signature) = (operations, signature);
        id
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
        let mut plan: Self = serde_json::from_str(text).map_err(|error| match serde_json::from_str(text) {
            Ok(Stamp { format }) if format != FORMAT => DocumentError::Format { found: format },
            Ok(_) | Err(_) => DocumentError::NoPlan(error),
        })?;
        if plan.format != FORMAT {
            return Err(DocumentError::Format { found: plan.format });
        }
        let id = std::mem::take(&mut plan.id);
        plan.id = plan.identified();
        match plan.source.as_deref() {
            _ if plan.id != id || !plan.tells_what_it_writes() || !plan.is_all_of(text) => Err(DocumentError::Tampered),
            // It becomes a line of a commit's message.
            Some(source) if !is_revision(source) => Err(DocumentError::NoCommit),
            Some(_) | None => Ok(plan),
        }
    }

    /// Whether the parts that it tells of each field are those of what it writes.
    fn tells_what_it_writes(&self) -> bool {
        self.operations.iter().filter_map(Operation::object).all(|(address, change)| {
            change.fields().iter().all(|field| {
                let sides = [field.before.as_ref(), field.after.as_ref()];
                part::are_those(&field.parts, (address.kind, &field.path), sides)
            })
        })
    }

    /// Whether a text says nothing else: no digest and no signature is over members that a plan does not have.
    fn is_all_of(&self, text: &str) -> bool {
        let (own, read) = (self.to_json(), serde_json::from_str::<serde_json::Value>);
        own == text.trim_end() || matches!((read(&own), read(text)), (Ok(own), Ok(said)) if own == said)
    }

    /// The id of the plan that was approved: its own, or that of the one that it was made again for.
    pub fn approved_id(&self) -> &str {
        self.stands_for.as_ref().unwrap_or(&self.id)
    }

    /// How many operations have an action.
    pub fn count(&self, action: Action) -> usize {
        self.operations.iter().filter(|operation| operation.action == action).count()
    }

    /// Whether it says that anything changes: what an apply does and a reader sees, or what restrains plans.
    pub fn tells_changes(&self) -> bool {
        self.has_changes() || !self.restraints.is_empty()
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
