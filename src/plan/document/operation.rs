use super::in_the_way::InTheWay;
use super::object::{Changes, ObjectChange};
use super::place::Place;
use crate::model::{Address, Digest, Name, Thing};
use crate::secret::SecretReference;
use crate::store::ContentId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A change of one object or file.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Operation {
    /// What is done.
    pub action: Action,
    /// What it is done to: an object's address, or `file:<store>:<path>`.
    #[serde(rename = "address")]
    pub thing: Thing,
    /// The name that a moved object or file has had until now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Thing>,
    /// When it is done.
    pub phase: Phase,
    /// Why.
    pub reasons: Vec<Reason>,
    /// The planned operations that go before it because it refers to what they make, or because they take away what
    /// refers to it: addresses, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Thing>,
    /// The line of KDL that caused it; nothing for what is no longer declared.
    pub source: Option<Place>,
    /// The change itself.
    pub target: Target,
}

worded! {
    /// What is done to a thing; each is counted for itself, in this order.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "kebab-case")]
    pub enum Action {
        /// It is made.
        Create = "create",
        /// Some of its fields, or its content, change.
        Update = "update",
        /// It gets another name, and keeps its history and what others wrote into it.
        Move = "move",
        /// It exists and this project does not own it; from now on it does.
        Adopt = "adopt",
        /// It is taken away.
        Delete = "delete",
        /// It is the old path of a file that moves, which another operation names; the file goes on under the new one.
        Vacate = "vacate",
        /// It stays, and the project lets go of it.
        Release = "release",
        /// The inventory forgets what is already gone.
        Forget = "forget",
        /// The inventory catches up with what already is as it should be; nothing else changes.
        Record = "record",
    }
}

impl Action {
    /// Whether something is no longer there, or no longer the project's, afterwards.
    pub fn takes_away(self) -> bool {
        match self {
            Self::Delete | Self::Vacate | Self::Release | Self::Forget => true,
            Self::Create | Self::Update | Self::Move | Self::Adopt | Self::Record => false,
        }
    }

    /// Whether it leaves an object there with other fields than before.
    pub fn changes_fields(self) -> bool {
        match self {
            Self::Update | Self::Move | Self::Adopt => true,
            Self::Create | Self::Delete | Self::Vacate | Self::Release | Self::Forget | Self::Record => false,
        }
    }

    /// Whether a reader sees anything change: the inventory's own bookkeeping is none, and the old path of a file that moves is told with
    /// its new one.
    pub fn is_change(self) -> bool {
        match self {
            Self::Create | Self::Update | Self::Move | Self::Adopt | Self::Delete | Self::Release => true,
            Self::Vacate | Self::Forget | Self::Record => false,
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
    /// Others made a file executable.
    Mode,
    /// Others deleted it.
    DeletedOutside,
    /// The live body cannot be read, and why: all of it is replaced, or goes.
    Unreadable(String),
    /// It exists, and nobody owned it.
    Unowned,
    /// It is no longer declared.
    NotDeclared,
    /// Everything that the project owns goes, declared or not.
    Destroyed,
    /// It is a file that its request, which stays, no longer comes to.
    NotRendered,
    /// It is declared under another name.
    Moved,
    /// A `removed` node says so.
    Removed,
    /// Another project owned it.
    TakenFrom(Name),
    /// Another project owns it too, so that it stays.
    SharedWith(Name),
    /// What may happen to it in its life changes.
    Lifecycle,
    /// The inventory is behind.
    InventoryBehind,
    /// A file goes because its request moves to another destination, or with it to another state store.
    MovesTo(String),
    /// A file comes because its request moves from another destination, or with it from another state store.
    MovesFrom(String),
    /// Another planned change has it as a consequence: the address of that change.
    Because(Address),
}

impl Reason {
    /// Whether it is what others did, and that is set back.
    pub fn is_revert(&self) -> bool {
        matches!(self, Self::Drifted | Self::Mode | Self::DeletedOutside)
    }
}

/// The two kinds of things that change.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// An object of the catalog.
    Object(ObjectChange),
    /// A file of a state store.
    File(Box<FileChange>),
}

/// A change of a file, guarded by what it held.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FileChange {
    /// The state store.
    pub store: Name,
    /// The destination that the file is for; of one that goes, the destination that it was delivered to or, where nobody remembers
    /// that, the declared one in whose folder it lies.
    pub destination: Option<Name>,
    /// The path below the store's folder.
    pub path: Name,
    /// The identity of the live content.
    pub before: Option<ContentId>,
    /// The new content, which of a file that is let go of is the live one; nothing deletes the file.
    pub content: Option<Content>,
    /// The request that it is rendered for; of one that goes, the request that it was delivered for, where the store remembers it.
    pub request: Option<Address>,
    /// Another project that owns it and loses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_from: Option<Name>,
    /// What stands in its way and is taken away, with all that is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<InTheWay>,
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
        kept: ContentId,
    },
}

/// A text that becomes a file's content once the values of its secrets are put into it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Guarded {
    /// The text; each reference stands as `{"$secret":"NAME"}`.
    pub text: String,
    /// Where the values go, in the order of the places.
    pub secrets: Vec<SecretReference>,
    /// The identity that the content has with the values of the time of the plan.
    pub identity: ContentId,
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

impl Operation {
    /// Whether it deletes what nobody owns, as the text says.
    pub fn clears(&self) -> bool {
        self.action == Action::Delete && self.reasons.contains(&Reason::Unowned)
    }

    /// Whether others caused it, and nothing that is declared: what they did is set back.
    pub fn is_revert(&self) -> bool {
        !self.reasons.is_empty() && self.reasons.iter().all(Reason::is_revert)
    }

    /// Whether it is a file that gets another path and nothing else.
    pub fn keeps_bytes(&self) -> bool {
        let Target::File(file) = &self.target else { return false };
        self.action == Action::Move && file.patch.as_deref() == Some("")
    }

    /// The path that a file had until now, in the same state store, where it gets another one.
    pub fn from_path(&self) -> Option<&str> {
        match (&self.target, &self.from) {
            (Target::File(file), Some(Thing::File { store, path })) if *store == file.store => Some(path),
            _ => None,
        }
    }

    /// The change of the object, with its address, where it is one.
    pub fn object(&self) -> Option<(&Address, &ObjectChange)> {
        match (&self.thing, &self.target) {
            (Thing::Object(address), Target::Object(change)) => Some((address, change)),
            _ => None,
        }
    }

    /// The change of the file, where it is one.
    pub fn file(&self) -> Option<&FileChange> {
        match &self.target {
            Target::File(file) => Some(file),
            Target::Object(_) => None,
        }
    }

    /// The object's address, where it is one.
    pub fn object_address(&self) -> Option<&Address> {
        self.object().map(|(address, _)| address)
    }

    /// The name that an object has had until now, where it gets another one.
    pub fn former_address(&self) -> Option<&Address> {
        self.from.as_ref().and_then(Thing::object)
    }

    /// The old and the new name of the object that gets another one.
    pub fn renames(&self) -> Option<(&Address, &Address)> {
        self.former_address().zip(self.object_address())
    }
}

/// What tells some operations from any others: the digest of their JSON, in which the digest of the body of an object that is made
/// stands for the body.
pub(super) fn digest(operations: &[Operation]) -> Result<Digest, serde_json::Error> {
    Digest::of_document(&operations.iter().map(Bodiless).collect::<Vec<_>>())
}

/// An operation whose body is told by its digest.
struct Bodiless<'o>(&'o Operation);

impl Serialize for Bodiless<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(operation) = self;
        let Target::Object(change) = &operation.target else { return operation.serialize(serializer) };
        let Changes::Body(made) = &change.changes else { return operation.serialize(serializer) };
        let Operation { action, thing, from, phase, reasons, needs, source, .. } = operation;
        let rest = (needs, source, &change.record, &change.lifecycle_before, change.before, &change.apart);
        ((action, thing, from, phase, reasons), rest, made.digest()).serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_names_every_action() {
        let manual = include_str!("../../../docs/reports.md");
        let row = manual.lines().find(|line| line.starts_with("| `operations` | `change` |")).unwrap();
        let (_, named) = row.split_once("`action`: ").unwrap();
        let words: Vec<&str> = named.split(['`', ',', ' ', '|']).filter(|word| !word.is_empty()).collect();
        assert_eq!(words, Action::ALL.map(|row| row.1));
    }
}
