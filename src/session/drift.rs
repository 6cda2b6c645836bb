use super::confidential::{Confidential, contents_of, encrypted_folders};
use super::settle::{Settled, settle};
use super::{Ending, Loaded, SessionError, Unwatched};
use crate::apply::Targets;
use crate::catalog::{Entry, OwnedFields};
use crate::diff::{Desired, FieldDiff, Pair, Verdict, desired, diff_files, diff_object, moves, pair};
use crate::model::{Address, Deletion, Digest, Lifecycle, Map, Name, Object, OnDrift, Scopes, Value, fields};
use crate::render::Placed;
use crate::source::Span;
use crate::store::{ContentId, FileState, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What others changed of what a project wrote, by address and path. What they made for themselves is not in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drift {
    /// The objects of the catalog.
    pub objects: Vec<DriftedObject>,
    /// The files of the state stores.
    pub files: Vec<DriftedFile>,
}

impl Drift {
    /// Whether nobody changed anything.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.files.is_empty()
    }

    /// How looking for it ends.
    pub fn ending(&self) -> Ending {
        if self.is_empty() { Ending::Success } else { Ending::Changes }
    }
}

/// An object of which others changed something, or that they deleted.
#[derive(Clone, Debug, PartialEq)]
pub struct DriftedObject {
    /// What it is called.
    pub address: Address,
    /// The line that declares it; nothing for one that is no longer declared.
    pub span: Option<Span>,
    /// Another project that owns it too.
    pub other_owner: Option<Name>,
    /// What becomes of it, where others deleted it.
    pub deleted: Option<Outcome>,
    /// Its fields that others changed or removed, by path.
    pub fields: Vec<DriftedField>,
}

/// A field that others changed or removed.
#[derive(Clone, Debug, PartialEq)]
pub struct DriftedField {
    /// Its path.
    pub path: String,
    /// What we wrote last; nothing where only its digest is known.
    pub written: Option<Value>,
    /// What is there now; nothing where others removed it.
    pub live: Option<Value>,
    /// What is desired; nothing where it is no longer declared.
    pub desired: Option<Value>,
    /// The place of the line that says it.
    pub span: Option<Span>,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// A file that others changed or deleted.
#[derive(Clone, Debug, PartialEq)]
pub struct DriftedFile {
    /// The state store.
    pub store: String,
    /// The path below the store's folder.
    pub path: String,
    /// The request that it is rendered for; nothing for a file that is no longer rendered.
    pub request: Option<Address>,
    /// The line that declares the request.
    pub span: Option<Span>,
    /// Another project that owns it too.
    pub other_owner: Option<String>,
    /// What we wrote last; nothing where only its identity is known.
    pub written: Option<Arc<[u8]>>,
    /// What is there now; nothing where others deleted it.
    pub live: Option<Arc<[u8]>>,
    /// What is desired; nothing where it is no longer rendered.
    pub desired: Option<Arc<[u8]>>,
    /// What becomes of it.
    pub outcome: Outcome,
    /// What others put in its way, in words.
    pub obstacle: Option<String>,
    /// Whether others made it executable.
    pub is_executable: bool,
}

/// What the next apply makes of a change of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is set back.
    Revert,
    /// It stays.
    Keep,
    /// It stops the plan, as the lifecycle says.
    Fail,
    /// It stops the plan, because what is declared changed too.
    Conflict,
}

impl Outcome {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Revert => "revert",
            Self::Keep => "keep",
            Self::Fail => "fail",
            Self::Conflict => "conflict",
        }
    }

    fn of(on_drift: OnDrift) -> Self {
        match on_drift {
            OnDrift::Revert => Self::Revert,
            OnDrift::Keep => Self::Keep,
            OnDrift::Fail => Self::Fail,
        }
    }
}

/// Looks for what others changed. Reads and computes; writes nothing and locks nothing.
///
/// # Errors
/// Where a target cannot be read, as a whole.
pub fn drift(loaded: &Loaded, targets: &mut Targets) -> Result<Drift, SessionError> {
    let settled = settle(loaded, targets, &BTreeSet::new(), &Unwatched)?;
    Ok(Drift { objects: objects(loaded, targets)?, files: files(loaded, &settled, targets)? })
}

fn objects(loaded: &Loaded, targets: &Targets) -> Result<Vec<DriftedObject>, SessionError> {
    let name = &targets.identity.id;
    let desired = desired(&loaded.project);
    let observed = targets.catalog.observe(name)?;
    let owned = |pair: &Pair| pair.observed.is_some_and(|index| observed[index].owner.is_some());
    let moves = moves(&loaded.project, &desired, &observed);
    let pairs: Vec<Pair> = pair(&desired, &observed, &moves).open.into_iter().filter(owned).collect();
    let entries: Vec<&Entry> = pairs.iter().filter_map(|pair| observed.get(pair.observed?)).collect();
    let addresses: Vec<Address> = entries.iter().map(|entry| entry.address.clone()).collect();
    let live = targets.catalog.objects(&addresses)?;
    let bases = targets.catalog.owned_fields(name, &addresses)?;
    let written = targets.catalog.written(name, &addresses)?;
    let gone = Scopes::of(&loaded.project.removed, |removed| &removed.scope.value);
    let sides = pairs.iter().zip(entries).zip(live.iter().zip(bases.iter().zip(&written)));
    let drifted = sides.filter_map(|((pair, entry), (live, (bases, written)))| {
        let desired = pair.desired.and_then(|index| desired.get(index));
        let is_let_go = gone.of_object(&entry.address).is_some_and(|removed| removed.keep.is_some());
        Sides { desired, entry, live: live.as_ref(), bases, written, is_let_go }.object()
    });
    Ok(drifted.collect())
}

/// Everything that is known of an object that the project owns.
struct Sides<'a> {
    desired: Option<&'a Desired<'a>>,
    entry: &'a Entry,
    live: Option<&'a Object>,
    bases: &'a OwnedFields,
    written: &'a Map,
    /// Whether a `removed` node says that it stays.
    is_let_go: bool,
}

impl Sides<'_> {
    fn object(&self) -> Option<DriftedObject> {
        let (deleted, fields) = match self.live {
            Some(live) => (None, self.fields(live)),
            None => (Some(self.deleted()?), Vec::new()),
        };
        (deleted.is_some() || !fields.is_empty()).then(|| DriftedObject {
            address: self.desired.map_or(&self.entry.address, |desired| &desired.address).clone(),
            span: self.desired.map(|desired| desired.span),
            other_owner: self.entry.other_owner.clone(),
            deleted,
            fields,
        })
    }

    /// What becomes of an object that others deleted; nothing where nobody wants it any more.
    fn deleted(&self) -> Option<Outcome> {
        let desired = self.desired?;
        let changed = self.entry.owner.as_ref().is_none_or(|owner| owner.base != desired.digest);
        Some(match Outcome::of(self.on_drift()) {
            Outcome::Keep if changed => Outcome::Conflict,
            outcome => outcome,
        })
    }

    fn fields(&self, live: &Object) -> Vec<DriftedField> {
        let body = self.desired.map(|desired| desired.declared.body()).unwrap_or_default();
        let diffs = diff_object(self.entry.address.kind, &body, &live.body, self.bases, self.lifecycle());
        let diffs = diffs.into_iter().filter(|diff| matches!(diff.verdict, Verdict::Drift | Verdict::Conflict));
        diffs.map(|diff| self.field(diff)).collect()
    }

    fn field(&self, diff: FieldDiff) -> DriftedField {
        let outcome = match (diff.verdict, self.desired) {
            (Verdict::Drift, _) => Outcome::of(self.on_drift()),
            (_, None) if self.is_left() => Outcome::Keep,
            _ => Outcome::Conflict,
        };
        DriftedField {
            written: self.value_written(&diff),
            path: diff.path,
            live: diff.live,
            desired: diff.desired,
            span: diff.span,
            outcome,
        }
    }

    /// The value that was written last: as it is kept, or the desired one where it is the same.
    fn value_written(&self, diff: &FieldDiff) -> Option<Value> {
        let kept = fields(self.written).into_iter().find(|(path, _)| *path == diff.path);
        let base = self.bases.iter().find(|(path, _)| *path == diff.path).map(|(_, digest)| *digest);
        let unchanged = || diff.desired.clone().filter(|desired| Some(Digest::of_value(desired)) == base);
        kept.map(|(_, value)| value.value.clone()).or_else(unchanged)
    }

    /// What is declared counts, and what was declared last for what is no longer declared.
    fn lifecycle(&self) -> Option<&Lifecycle> {
        let last = || self.entry.owner.as_ref().and_then(|owner| owner.lifecycle.as_deref());
        self.desired.map_or_else(last, |desired| desired.lifecycle)
    }

    fn on_drift(&self) -> OnDrift {
        self.lifecycle().map(|lifecycle| lifecycle.on_drift).unwrap_or_default()
    }

    /// Whether the object stays where it is no longer declared.
    fn is_left(&self) -> bool {
        self.is_let_go || self.lifecycle().is_some_and(|lifecycle| lifecycle.deletion == Deletion::Orphan)
    }
}

/// What is told in place of a content that may hold secrets.
const CONFIDENTIAL: &str = "(not shown: it may hold secrets)\n";

fn files(loaded: &Loaded, settled: &Settled<'_>, targets: &mut Targets) -> Result<Vec<DriftedFile>, SessionError> {
    let observed = targets.catalog.observe(&targets.identity.id)?;
    let encrypted = encrypted_folders(&loaded.project, &observed, &*targets.catalog)?;
    let mut by_store: BTreeMap<&str, Vec<&Placed>> = BTreeMap::new();
    for placed in settled.placed.iter() {
        by_store.entry(&placed.store).or_default().push(placed);
    }
    let mut drifted = Vec::new();
    for (name, store) in &mut targets.stores {
        let placed = by_store.remove(name.as_str()).unwrap_or_default();
        let secret = Confidential::new(name, &placed, &encrypted, &**store, &targets.secrets)?;
        let identified = secret.identified(&placed, &**store);
        let observed = store.compare(&contents_of(&identified))?;
        let (diffs, _) = diff_files(&identified, &observed);
        for diff in diffs {
            let outcome = match diff.verdict {
                Verdict::Drift => match Outcome::of(on_drift(loaded, diff.desired)) {
                    Outcome::Revert if diff.obstacle.is_some() => Outcome::Conflict,
                    outcome => outcome,
                },
                Verdict::Conflict => Outcome::Conflict,
                _ => continue,
            };
            let state = observed.files.get(&diff.path);
            drifted.push(DriftedFile {
                store: name.clone(),
                request: diff.desired.map(|placed| placed.request.clone()),
                span: diff.desired.map(|placed| placed.span),
                other_owner: state.and_then(|state| state.other_owner.clone()),
                written: if secret.holds(&diff.path) {
                    None
                } else {
                    file_written(&**store, &diff.path, state, diff.desired)?
                },
                live: match diff.live {
                    Some(_) if secret.holds(&diff.path) => Some(CONFIDENTIAL.as_bytes().into()),
                    Some(_) => {
                        store.read(&diff.path)?.or_else(|| diff.linked().map(String::into_bytes)).map(Into::into)
                    }
                    None => None,
                },
                desired: diff.desired.map(|placed| placed.content.clone()),
                outcome,
                obstacle: diff.obstacle.map(|obstacle| obstacle.to_string()),
                is_executable: diff.live.as_ref().is_some_and(ContentId::is_executable),
                path: diff.path,
            });
        }
    }
    Ok(drifted)
}

/// What becomes of changes of others in a file: what the lifecycle of its request says.
fn on_drift(loaded: &Loaded, placed: Option<&Placed>) -> OnDrift {
    let request = placed.and_then(|placed| loaded.project.requests.iter().find(|request| request.span == placed.span));
    let lifecycle = request.and_then(|request| request.lifecycle.as_ref());
    lifecycle.map(|lifecycle| lifecycle.on_drift).unwrap_or_default()
}

/// The content that was written last: as it is kept, or the desired one where it is the same.
fn file_written(
    store: &dyn Store,
    path: &str,
    state: Option<&FileState>,
    desired: Option<&Placed>,
) -> Result<Option<Arc<[u8]>>, SessionError> {
    if let Some(content) = store.written(path)? {
        return Ok(Some(content.into()));
    }
    let base = state.and_then(|state| state.owned.as_ref());
    let unchanged = desired.filter(|placed| Some(&store.content_id(&placed.content)) == base);
    Ok(unchanged.map(|placed| placed.content.clone()))
}
