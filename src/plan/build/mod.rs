use super::document::{
    Action, Cause, Conflict, Content, Field, FileChange, Guard, Impact, ObjectChange, Operation, Phase, Place, Plan,
    Reason, Target,
};
use super::order::Removes;
use super::{guard, impact, order};
use crate::catalog::{Entry, LevelRecord, Owned, OwnedFields};
use crate::diff::{Desired, FieldDiff, FileDiff, Pair, Pairs, Verdict, diff_object};
use crate::model::{Adoption, Digest, Json, Lifecycle, Map, Object, Project, fields};
use crate::source::{Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// What a plan is made of: both sides, paired, and the opened objects of the pairs that differ.
pub struct Input<'a> {
    /// The project.
    pub project: &'a Project,
    /// Its texts, for the places of changes.
    pub sources: &'a Sources,
    /// What it wants in its catalog.
    pub desired: &'a [Desired<'a>],
    /// What the catalog holds.
    pub observed: &'a [Entry],
    /// Which of them differ.
    pub pairs: Pairs,
    /// The live objects of the pairs that differ, in their order.
    pub opened: Vec<Opened>,
    /// What differs in each state store.
    pub stores: Vec<StoreFiles<'a>>,
    /// The levels that the catalog keeps, and those that the project comes to; nothing where nobody looked.
    pub levels: Option<(Vec<LevelRecord>, Vec<LevelRecord>)>,
    /// What the caller allows.
    pub options: Options,
}

/// A live object, opened because its digests do not agree.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    /// The object; nothing where none is live.
    pub live: Option<Object>,
    /// Its owned fields, as last written.
    pub owned: OwnedFields,
}

/// What differs in one state store.
#[derive(Debug)]
pub struct StoreFiles<'a> {
    /// Its name.
    pub store: String,
    /// The files about which there is something to say.
    pub diffs: Vec<FileDiff<'a>>,
    /// The live contents of the files that differ, by path.
    pub contents: BTreeMap<String, Vec<u8>>,
    /// How many files are as they should be.
    pub unchanged: usize,
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

/// Makes the plan. Pure: the same input gives the same document.
pub fn build(input: &Input<'_>) -> Plan {
    let mut builder = Builder::new(input);
    for (pair, opened) in input.pairs.open.iter().zip(&input.opened) {
        builder.object(*pair, opened);
    }
    let planned: BTreeSet<String> = builder.operations.iter().map(|operation| operation.address.clone()).collect();
    let planned: BTreeSet<&str> = planned.iter().map(String::as_str).collect();
    for store in &input.stores {
        for diff in &store.diffs {
            builder.file(store, diff, &planned);
        }
    }
    let Builder { mut operations, conflicts, mut guards, unchanged, .. } = builder;
    order::sort(&mut operations);
    let limit = input.project.guards.max_deletes;
    guards.extend(guard::guards(&operations, input.observed, limit, &input.options));
    let kept = kept_files(input, &operations);
    guards.extend(guard::emptied_stores(&operations, &kept, &input.options));
    let levels = input.levels.as_ref();
    let impact = Impact {
        rendered: impact::rendered(&operations),
        levels: levels.map(|(before, after)| impact::transitions(before, after)),
        ..Impact::default()
    };
    Plan {
        plat: env!("CARGO_PKG_VERSION").to_owned(),
        project: input.project.name.as_ref().map(|name| name.value.to_string()).unwrap_or_default(),
        unchanged: input.pairs.unchanged + unchanged + input.stores.iter().map(|store| store.unchanged).sum::<usize>(),
        operations,
        conflicts,
        guards,
        impact,
        levels: levels.map(|(_, after)| impact::levels_after(after)),
        ..Plan::default()
    }
    .sealed()
}

/// How many files each store keeps: those as they should be, and those that are written.
fn kept_files(input: &Input<'_>, operations: &[Operation]) -> BTreeMap<String, usize> {
    let mut kept: BTreeMap<String, usize> =
        input.stores.iter().map(|store| (store.store.clone(), store.unchanged)).collect();
    for operation in operations.iter().filter(|operation| operation.action != Action::Delete) {
        if let Target::File(file) = &operation.target {
            *kept.entry(file.store.clone()).or_default() += 1;
        }
    }
    kept
}

struct Builder<'i, 'a> {
    input: &'i Input<'a>,
    operations: Vec<Operation>,
    conflicts: Vec<Conflict>,
    guards: Vec<Guard>,
    /// Opened objects of which only foreign fields differ.
    unchanged: usize,
}

impl<'i, 'a> Builder<'i, 'a> {
    fn new(input: &'i Input<'a>) -> Self {
        Self { input, operations: Vec::new(), conflicts: Vec::new(), guards: Vec::new(), unchanged: 0 }
    }

    fn object(&mut self, pair: Pair, opened: &Opened) {
        let desired = pair.desired.map(|index| &self.input.desired[index]);
        let entry = pair.observed.map(|index| &self.input.observed[index]);
        match (desired, entry) {
            (Some(desired), entry) => self.declared(desired, entry, opened),
            (None, Some(entry)) => self.undeclared(entry, opened),
            (None, None) => {}
        }
    }

    /// An object that is declared: made, changed, or taken over.
    fn declared(&mut self, desired: &Desired<'_>, entry: Option<&Entry>, opened: &Opened) {
        let owner = entry.and_then(|entry| entry.owner.as_ref());
        if let Some(other) = entry.and_then(|entry| entry.other_owner.as_ref()).filter(|_| owner.is_none()) {
            self.guards.push(Guard {
                message: format!("{} belongs to project {other}", desired.address),
                allow: None,
                allowed: false,
            });
            return;
        }
        let body = desired.declared.body();
        // Where the object is gone as a whole, its old record says nothing about single fields.
        let empty = Object { address: desired.address.clone(), body: Map::default() };
        let (live, owned) = match &opened.live {
            Some(live) => (live, opened.owned.clone()),
            None => (&empty, OwnedFields::new()),
        };
        let diffs = diff_object(&body, &live.body, &owned);
        let recorded = owner.is_some_and(|owner| owner.is(desired.digest, desired.lifecycle));
        if diffs.is_empty() && recorded && opened.live.is_some() {
            self.unchanged += 1;
            return;
        }
        let address = desired.address.to_string();
        if self.collides(&address, &diffs) {
            return;
        }
        let mut changes: Vec<Field> = diffs.into_iter().filter_map(|diff| self.field(diff)).collect();
        let action = match (&opened.live, owner) {
            (None, _) => Action::Create,
            (Some(_), None) => Action::Adopt,
            (Some(_), Some(owner)) if changes.is_empty() && owner.lifecycle.as_deref() == desired.lifecycle => {
                Action::Record
            }
            (Some(_), Some(_)) => Action::Update,
        };
        if action == Action::Create {
            // The object's own line says where all of it comes from.
            for field in &mut changes {
                field.source = None;
            }
        }
        let removes =
            if changes.iter().any(|field| field.after.is_none()) { Removes::Fields } else { Removes::Nothing };
        self.operations.push(Operation {
            action,
            from: None,
            needs: Vec::new(),
            phase: order::phase(desired.address.kind, action, removes),
            reasons: reasons(action, owner, desired.lifecycle, &changes),
            source: Some(self.place(desired.span)),
            target: Target::Object(ObjectChange {
                fields: changes,
                owned: fields(&body)
                    .into_iter()
                    .map(|(path, value)| (path, Digest::of_value(value).to_string()))
                    .collect(),
                base: desired.digest.to_string(),
                lifecycle: desired.lifecycle.map(super::Lifecycle::new),
                lifecycle_before: owner
                    .and_then(|owner| owner.lifecycle.as_deref())
                    .filter(|before| Some(*before) != desired.lifecycle)
                    .map(super::Lifecycle::new),
                taken_from: None,
                before: None,
            }),
            address,
        });
    }

    /// Notes every conflict of an object; whether one of them stops it.
    fn collides(&mut self, address: &str, diffs: &[FieldDiff]) -> bool {
        if self.input.options.on_conflict == OnConflict::Ours {
            return false;
        }
        let conflicts = diffs.iter().filter(|diff| diff.verdict == Verdict::Conflict);
        let conflicts: Vec<Conflict> = conflicts
            .map(|diff| Conflict {
                address: address.to_owned(),
                field: Some(diff.path.clone()),
                base: None,
                live: diff.live.clone().map(Json),
                desired: diff.desired.clone().map(Json),
                source: diff.span.map(|span| self.place(span)),
            })
            .collect();
        let stops = !conflicts.is_empty();
        self.conflicts.extend(conflicts);
        stops
    }

    fn field(&self, diff: FieldDiff) -> Option<Field> {
        Some(Field {
            cause: Cause::of(diff.verdict)?,
            path: diff.path,
            before: diff.live.map(Json),
            after: diff.desired.map(Json),
            source: diff.span.map(|span| self.place(span)),
        })
    }

    /// An object that the project owns and no longer declares.
    fn undeclared(&mut self, entry: &Entry, opened: &Opened) {
        let (action, reason) = match entry.live {
            Some(_) => (Action::Delete, Reason::NotDeclared),
            None => (Action::Forget, Reason::InventoryBehind),
        };
        let live = opened.live.as_ref();
        let address = entry.address.to_string();
        if let Some(live) = live {
            // What others made of it is not thrown away unasked.
            let diffs = diff_object(&Map::default(), &live.body, &opened.owned);
            if self.collides(&address, &diffs) {
                return;
            }
        }
        let shown = live.map(|object| fields(&object.body)).unwrap_or_default();
        self.operations.push(Operation {
            action,
            address,
            from: None,
            needs: Vec::new(),
            phase: order::phase(entry.address.kind, action, Removes::Fields),
            reasons: vec![reason],
            source: None,
            target: Target::Object(ObjectChange {
                fields: shown
                    .into_iter()
                    .map(|(path, value)| Field {
                        path,
                        cause: Cause::Removed,
                        before: Some(Json(value.value.clone())),
                        after: None,
                        source: None,
                    })
                    .collect(),
                owned: Vec::new(),
                base: String::new(),
                lifecycle: None,
                lifecycle_before: None,
                taken_from: None,
                before: entry.live.map(|digest| digest.to_string()),
            }),
        });
    }

    /// A file that differs.
    fn file(&mut self, store: &StoreFiles<'_>, diff: &FileDiff<'_>, planned: &BTreeSet<&str>) {
        let address = format!("file:{}:{}", store.store, diff.path);
        let source = diff.desired.map(|placed| self.place(placed.span));
        if diff.verdict == Verdict::Conflict && self.input.options.on_conflict == OnConflict::Fail {
            let live = diff.live.as_ref().and_then(|_| store.contents.get(&diff.path));
            let text = |bytes: &[u8]| Json(crate::model::Value::string(String::from_utf8_lossy(bytes)));
            self.conflicts.push(Conflict {
                address,
                field: None,
                base: None,
                live: live.map(|bytes| text(bytes)),
                desired: diff.desired.map(|placed| text(&placed.content)),
                source,
            });
            return;
        }
        let action = match (diff.verdict, diff.live.is_some(), diff.desired.is_some()) {
            (Verdict::Refresh, _, _) => Action::Record,
            (_, true, false) => Action::Delete,
            (_, false, false) => Action::Forget,
            (_, false, true) => Action::Create,
            (Verdict::Adopt, true, true) => Action::Adopt,
            (_, true, true) => Action::Update,
        };
        let before = store.contents.get(&diff.path).map(Vec::as_slice).unwrap_or_default();
        let after = diff.desired.map(|placed| &*placed.content).unwrap_or_default();
        let (patch, added, removed) = patch(before, after);
        let request = diff.desired.map(|placed| placed.request.to_string());
        self.operations.push(Operation {
            action,
            address,
            from: None,
            needs: Vec::new(),
            phase: Phase::Files,
            reasons: file_reasons(diff, request.as_deref(), planned),
            source,
            target: Target::File(FileChange {
                store: store.store.clone(),
                destination: diff.desired.map(|placed| placed.destination.to_string()),
                path: diff.path.clone(),
                before: diff.live.as_ref().map(|id| id.0.to_string()),
                content: diff.desired.map(|placed| Content::new(&placed.content)),
                request,
                taken_from: None,
                patch,
                added,
                removed,
            }),
        });
    }

    fn place(&self, span: Span) -> Place {
        let file = self.input.sources.file(span.file);
        let position = file.position(span.start);
        let lines = file.lines();
        let line = position.line as usize - 1;
        let text = &file.text[lines.start_of(line, &file.text) as usize..lines.start_of(line + 1, &file.text) as usize];
        Place { file: file.name.clone(), line: position.line, column: position.column, text: text.trim().to_owned() }
    }
}

/// Why an object is in the plan.
fn reasons(action: Action, owner: Option<&Owned>, lifecycle: Option<&Lifecycle>, changes: &[Field]) -> Vec<Reason> {
    let any = |cause: Cause| changes.iter().any(|field| field.cause == cause);
    match action {
        Action::Create if owner.is_some() => vec![Reason::DeletedOutside],
        Action::Create => vec![Reason::Declared],
        Action::Adopt => vec![Reason::Unowned],
        Action::Update => {
            let declared = changes.iter().any(|field| field.cause != Cause::Drift).then_some(Reason::Changed);
            let turned = owner.filter(|owner| owner.lifecycle.as_deref() != lifecycle).map(|_| Reason::Lifecycle);
            declared.into_iter().chain(any(Cause::Drift).then_some(Reason::Drifted)).chain(turned).collect()
        }
        Action::Record | Action::Forget => vec![Reason::InventoryBehind],
        Action::Delete | Action::Release => vec![Reason::NotDeclared],
        Action::Move => vec![Reason::Moved],
    }
}

/// Why a file is in the plan.
fn file_reasons(diff: &FileDiff<'_>, request: Option<&str>, planned: &BTreeSet<&str>) -> Vec<Reason> {
    let causes: Vec<Reason> = request
        .map(|request| impact::causes(request, planned))
        .unwrap_or_default()
        .into_iter()
        .map(Reason::Because)
        .collect();
    match diff.verdict {
        Verdict::Drift if diff.live.is_none() => vec![Reason::DeletedOutside],
        Verdict::Drift => vec![Reason::Drifted],
        Verdict::Adopt => vec![Reason::Unowned],
        Verdict::Refresh => vec![Reason::InventoryBehind],
        Verdict::Remove => vec![Reason::NotDeclared],
        Verdict::Conflict => vec![Reason::Drifted, Reason::Changed],
        Verdict::Add | Verdict::Change if causes.is_empty() => vec![Reason::Changed],
        Verdict::Add | Verdict::Change => causes,
        Verdict::Same | Verdict::Foreign => Vec::new(),
    }
}

/// A change of text as hunks of a unified diff, with how many lines come and go; no hunks where it is not text.
fn patch(before: &[u8], after: &[u8]) -> (Option<String>, usize, usize) {
    let (Ok(before), Ok(after)) = (std::str::from_utf8(before), std::str::from_utf8(after)) else {
        return (None, 0, 0);
    };
    let diff = similar::TextDiff::from_lines(before, after);
    let count = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).count();
    let hunks = diff.unified_diff().context_radius(3).to_string();
    (Some(hunks), count(similar::ChangeTag::Insert), count(similar::ChangeTag::Delete))
}
