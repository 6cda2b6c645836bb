use super::Builder;
use super::adoption::{Claim, Whose};
use crate::catalog::{Entry, Owned, OwnedFields, Presence};
use crate::diff::{Desired, FieldDiff, Pair, Remembered, Verdict, diff_object};
use crate::model::{Address, Digest, Json, Kind, Lifecycle, Made, Map, Name, Object, OnDrift, Stop, Value};
use crate::object::fields;
use crate::plan::document::{
    Action, Cause, Changes, Conflict, Declared, Drift, Field, FieldPart, Flag, Guard, ObjectChange, Operation, Phase,
    Reason, Record, Target, parts,
};
use crate::plan::input::{Aim, Opened};
use crate::plan::order;
use crate::source::{Origin, Spanned};
use std::collections::BTreeSet;

/// A declaration with what there is of it.
pub(super) struct Declaration<'d, 'i> {
    pub(super) desired: &'d Desired<'i>,
    /// What the inventory says of it, under the name that it has had until now.
    pub(super) owner: Option<&'d Owned>,
    /// Another project that owns it and loses it.
    taken_from: Option<&'d Name>,
    /// What that project says may happen to it.
    theirs: Option<&'d Lifecycle>,
    /// Its old name, and the line that says so.
    pub(super) moved: Option<(&'d Address, Origin)>,
    live: Option<&'d Presence<Object>>,
}

impl Declaration<'_, '_> {
    /// What could happen to it until now, by what is remembered of it here or by the project that loses it, where the text says something else.
    fn turned(&self) -> Option<Lifecycle> {
        let said = self.desired.lifecycle;
        match self.owner {
            // Where nothing was said, it is the defaults that no longer hold.
            Some(owner) => {
                let owner = Some(owner).filter(|owner| owner.lifecycle.as_deref() != said)?;
                Some(owner.lifecycle.as_deref().cloned().unwrap_or_default())
            }
            None => self.theirs.filter(|theirs| said != Some(theirs)).cloned(),
        }
    }

    /// A guard where it is taken over from a project that protects it more than the text does.
    fn unprotected(&self, allowed: &BTreeSet<String>) -> Option<Guard> {
        let (Self { desired, .. }, theirs, owner) = (self, self.theirs?, self.taken_from?);
        let address = &desired.address;
        let lost = theirs.protects_beyond(desired.lifecycle.unwrap_or(&Lifecycle::default()))?;
        let message = format!("{address} would be taken from project {owner}, which protects it, without its `{lost}`");
        let way =
            format!("`lifecycle {{ {lost}; }}` in its node here, which may be given another one once it is taken over");
        Some(match theirs.stop()? {
            Stop::Never => Guard::new(message, Some(way)),
            Stop::Asked => {
                let flag = Flag::allow_delete(address);
                let is_allowed = allowed.contains(&address.to_string());
                Guard { allow: Some(format!("{way}, or {flag}")), ..Guard::open(message, None, flag, is_allowed) }
            }
        })
    }
}

/// The diffs of an object, by what becomes of them.
#[derive(Default)]
struct Sorted {
    /// What is written.
    changes: Vec<Field>,
    /// What stays as it is and is owned on, with the digest that it was last written with: an additive plan takes nothing away.
    left: OwnedFields,
    /// Whether the inventory's fields have to catch up.
    behind: bool,
}

impl Builder<'_, '_> {
    /// One pair.
    pub(super) fn object(&mut self, pair: Pair, opened: &Opened) {
        let desired = pair.desired.map(|index| &self.input.desired[index]);
        let entry = pair.observed.map(|index| &self.input.observed[index]);
        let address = desired.map(|desired| &desired.address).or(entry.map(|entry| &entry.address));
        if address.is_some_and(|address| !self.input.options.may_be_about_object(address)) {
            return;
        }
        match (desired, entry) {
            (Some(desired), entry) => self.declared(desired, entry, pair.moved, opened),
            (None, Some(entry)) => self.undeclared(entry, opened),
            (None, None) => {}
        }
    }

    /// An object that is declared: made, changed, moved, or taken over.
    fn declared(&mut self, desired: &Desired<'_>, entry: Option<&Entry>, moved: Option<Origin>, opened: &Opened) {
        let live = opened.live.as_ref();
        let other = entry.and_then(|entry| entry.other_owner.as_ref());
        // What another project says is its own is not ours alone, whatever our inventory says.
        let owner = entry.and_then(|entry| entry.owner.as_ref()).filter(|_| other.is_none());
        let foreign = entry.filter(|_| owner.is_none() && live.is_some());
        if foreign.is_some() || other.is_some() {
            let shared = entry.is_some_and(|entry| entry.shared_with().is_some());
            let whose = Whose { other, shared: shared.then_some(&*self.input.identity.name) };
            match self.adoptions.claim(&desired.address, &desired.address, whose) {
                Claim::Granted => {}
                Claim::Asked(guard) => self.guards.push(guard),
                Claim::Denied(denied) => return self.denied.push(denied),
            }
        }
        let moved = moved.zip(entry).map(|(span, entry)| (&entry.address, span));
        let theirs = opened.theirs.as_deref();
        let declaration = Declaration { desired, owner, taken_from: other, theirs, moved, live };
        self.guards.extend(declaration.unprotected(&self.input.options.allow_delete));
        if live.is_none() && owner.is_some_and(|owner| self.stays_away(desired, owner, &opened.remembered.owned)) {
            return;
        }
        let sorted = match live {
            // What is made is made of all its fields. Its old record says nothing about single ones.
            None => Some(Sorted::default()),
            Some(Presence::Read(live)) => self.sort(desired, live, &opened.remembered),
            Some(Presence::Unreadable(unreadable)) => {
                self.replaces(&declaration, (unreadable, &opened.remembered.owned)).then(Sorted::default)
            }
        };
        if let Some(sorted) = sorted {
            self.write(&declaration, sorted);
        }
    }

    /// What becomes of each field; nothing where a conflict stops the object.
    fn sort(&mut self, desired: &Desired<'_>, live: &Object, remembered: &Remembered) -> Option<Sorted> {
        let body = desired.declared.body();
        let renamed = self.under_new_names(desired, live, remembered);
        let (live, remembered) = match &renamed {
            Some(new) => (&new.live, &new.remembered),
            None => (&live.body, remembered),
        };
        let diffs = diff_object(desired.address.kind, &body, live, remembered, desired.lifecycle);
        let on_drift = desired.lifecycle.map(|lifecycle| lifecycle.on_drift).unwrap_or_default();
        let mut sorted = Sorted::default();
        let (mut conflicts, mut kept) = (Vec::new(), Vec::new());
        for diff in diffs {
            let leaves = self.input.options.additive && diff.desired.is_none();
            match (diff.verdict, on_drift) {
                (Verdict::Remove | Verdict::Conflict, _) if leaves => {
                    let base = remembered.owned.iter().find(|(path, _)| *path == diff.path);
                    sorted.left.extend(base.cloned());
                }
                (Verdict::Drift, OnDrift::Keep) => kept.push(self.kept_field(&desired.address, diff)),
                (Verdict::Drift, OnDrift::Fail) | (Verdict::Conflict, _) if !self.forces() => {
                    conflicts.push(self.conflict(&desired.address, diff));
                }
                (Verdict::Refresh, _) => sorted.behind = true,
                _ => sorted.changes.extend(self.field(desired.address.kind, diff)),
            }
        }
        self.kept.extend(kept);
        match renamed {
            Some(new) => new.add(&mut sorted.changes, |span| self.place(span)),
            None => self.note_new_names(&desired.address, &mut sorted.changes),
        }
        if !sorted.left.is_empty() {
            self.left.insert(desired.address.clone());
        }
        let stops = !conflicts.is_empty();
        if let Some(first) = conflicts.first_mut() {
            first.waits = std::mem::take(&mut sorted.changes);
        }
        self.conflicts.extend(conflicts);
        (!stops).then_some(sorted)
    }

    fn kept_field(&self, address: &Address, diff: FieldDiff) -> Drift {
        Drift {
            thing: address.clone().into(),
            parts: self.parts(address.kind, &diff, Declared::Before),
            field: Some(diff.path),
            live: diff.live.map(Json),
            unreadable: None,
            desired: diff.desired.map(Json),
            source: diff.span.map(|span| self.place(span)),
        }
    }

    fn conflict(&self, address: &Address, diff: FieldDiff) -> Conflict {
        Conflict {
            thing: address.clone().into(),
            parts: self.parts(address.kind, &diff, Declared::After),
            field: Some(diff.path),
            // Of drift it is known what we wrote: what we still want.
            base: diff.desired.clone().filter(|_| diff.verdict == Verdict::Drift).map(Json),
            live: diff.live.map(Json),
            unreadable: None,
            desired: diff.desired.map(Json),
            source: diff.span.map(|span| self.place(span)),
            fails: diff.verdict == Verdict::Drift,
            obstacle: None,
            waits: Vec::new(),
        }
    }

    fn field(&self, kind: Kind, diff: FieldDiff) -> Option<Field> {
        Some(Field {
            cause: Cause::of(diff.verdict)?,
            parts: self.parts(kind, &diff, Declared::After),
            path: diff.path,
            veiled: diff.digest.filter(|_| diff.veils.is_some()),
            before: diff.live.map(Json),
            after: diff.desired.map(Json),
            source: diff.span.map(|span| self.place(span)),
        })
    }

    /// What of a field differs: from what is live to what is declared, or the other way round.
    fn parts(&self, kind: Kind, diff: &FieldDiff, side: Declared) -> Vec<FieldPart> {
        let (span, side) = diff.span.map_or((Origin::Nowhere, Declared::Neither), |span| (span, side));
        let [live, desired] =
            [&diff.live, &diff.desired].map(|value| Some(Spanned::new(value.as_ref()?.clone(), span)));
        let [live, desired] = [live.as_ref(), desired.as_ref()];
        let sides = if side == Declared::Before { (desired, live) } else { (live, desired) };
        parts((kind, &diff.path), sides, side, self.input.sources)
    }

    /// The operation on a declared object, where there is one.
    fn write(&mut self, declaration: &Declaration<'_, '_>, sorted: Sorted) {
        let Declaration { desired, owner, taken_from, moved, live, .. } = declaration;
        let Sorted { changes, left, behind } = sorted;
        let base = desired.base(&left);
        let unreadable = live.and_then(Presence::unreadable);
        let is_whole = live.and_then(Presence::read).is_none();
        let recorded = owner.is_some_and(|owner| owner.is(base, desired.lifecycle)) && !behind;
        if changes.is_empty() && recorded && !is_whole && moved.is_none() {
            self.unchanged += 1;
            return;
        }
        let turned = owner.filter(|owner| owner.lifecycle.as_deref() != desired.lifecycle);
        let loosened = self.loosened(declaration);
        let lifecycle_before = declaration.turned().or_else(|| loosened.cloned());
        let action = match (live, owner) {
            (None, _) => Action::Create,
            (Some(_), None) => Action::Adopt,
            (Some(_), Some(_)) if moved.is_some() => Action::Move,
            (Some(Presence::Read(_)), Some(_)) if changes.is_empty() && turned.is_none() => Action::Record,
            (Some(_), Some(_)) => Action::Update,
        };
        let mut reasons = reasons(action, *owner, *taken_from, desired.lifecycle, &changes);
        reasons.extend(loosened.map(|_| Reason::Lifecycle));
        reasons.extend(unreadable.map(|unreadable| Reason::Unreadable(unreadable.to_string())));
        let (phase, mut owned) = (order::phase(desired.address.kind, action, &changes), OwnedFields::new());
        let changes = if is_whole {
            let (project, number) = (self.input.project.clone(), desired.number);
            Changes::Body(Made::Declared { project, number, digest: digest(desired) })
        } else {
            owned = owned_fields(desired);
            owned.extend(left);
            owned.sort_unstable();
            Changes::Fields(changes)
        };
        self.operations.push(Operation {
            action,
            thing: desired.address.clone().into(),
            from: moved.map(|(from, _)| from.clone().into()),
            needs: Vec::new(),
            phase,
            reasons,
            source: Some(self.place(moved.map_or(desired.span, |(_, span)| span))),
            target: Target::Object(ObjectChange {
                changes,
                record: Some(Record {
                    owned,
                    base,
                    lifecycle: desired.lifecycle.cloned().map(Box::new),
                    taken_from: taken_from.cloned(),
                }),
                lifecycle_before: lifecycle_before.map(Box::new),
                before: unreadable.map(|unreadable| unreadable.digest),
                declared: moved.map(|_| Box::new(self.place(desired.span))),
                apart: Vec::new(),
            }),
        });
    }

    /// What may happen to a request as the stores remember it, where the text says something else and the catalog remembers nothing.
    fn loosened(&self, declaration: &Declaration<'_, '_>) -> Option<&Lifecycle> {
        let Declaration { desired, owner, .. } = declaration;
        let held = self.remembered.held_life(&desired.address).filter(|_| owner.is_none())?;
        let is_said = desired.lifecycle.map_or_else(|| held.is_default(), |said| said == held);
        (!is_said).then_some(held)
    }

    /// An object that the project owns and no longer declares, or that nobody owns and that the text says is to go.
    fn undeclared(&mut self, entry: &Entry, opened: &Opened) {
        let cleared = self.remembered.meant.cleared(&entry.address).filter(|_| entry.is_nobodys());
        if entry.owner.is_none() && (cleared.is_none() || self.input.options.aim != Aim::Declared) {
            return;
        }
        if self.input.options.additive || self.remembered.meant.is_handed(&entry.address) {
            self.left.insert(entry.address.clone());
            return;
        }
        let removed = self.remembered.meant.removed(&entry.address);
        // What another project owns too is not ours to delete.
        let other = entry.other_owner.as_ref();
        let keeps = cleared.is_none() && self.remembered.stays(&entry.address) || other.is_some();
        let line = cleared.map(|line| line.span).or(removed.map(|line| line.span));
        let (action, reason) = match (&entry.live, keeps, removed) {
            _ if cleared.is_some() => (Action::Delete, Reason::Unowned),
            (None, _, _) => (Action::Forget, Reason::InventoryBehind),
            (Some(_), true, Some(_)) => (Action::Release, Reason::Removed),
            (Some(_), true, None) => (Action::Release, Reason::NotDeclared),
            (Some(_), false, Some(_)) => (Action::Delete, Reason::Removed),
            (Some(_), false, None) => (Action::Delete, Reason::NotDeclared),
        };
        let live = opened.live.as_ref().filter(|_| action == Action::Delete);
        let unreadable = live.and_then(Presence::unreadable);
        if let Some(unreadable) = unreadable.filter(|_| !self.forces()) {
            return self.stays_unread(entry, unreadable, line.map(|line| self.place(line)));
        }
        let live = live.and_then(Presence::read);
        if live.is_some_and(|live| self.holds_changes(live, opened)) {
            return;
        }
        let gone = live.map(|live| gone(&live.body, &opened.remembered)).unwrap_or_default();
        self.operations.push(Operation {
            action,
            thing: entry.address.clone().into(),
            from: None,
            needs: Vec::new(),
            phase: Phase::Prune,
            reasons: [reason]
                .into_iter()
                .chain(other.cloned().map(Reason::SharedWith))
                .chain(unreadable.map(|unreadable| Reason::Unreadable(unreadable.to_string())))
                .collect(),
            source: line.map(|line| self.place(line)),
            target: Target::Object(ObjectChange {
                changes: Changes::Fields(gone),
                record: None,
                lifecycle_before: None,
                before: entry.digest(),
                declared: None,
                apart: Vec::new(),
            }),
        });
    }

    /// Notes what others made of an object that goes: it is not thrown away unasked.
    fn holds_changes(&mut self, live: &Object, opened: &Opened) -> bool {
        if self.forces() {
            return false;
        }
        let diffs = diff_object(live.address.kind, &Map::default(), &live.body, &opened.remembered, None);
        let conflicts: Vec<Conflict> = diffs
            .into_iter()
            .filter(|diff| diff.verdict == Verdict::Conflict)
            .map(|diff| self.conflict(&live.address, diff))
            .collect();
        let holds = !conflicts.is_empty();
        self.conflicts.extend(conflicts);
        holds
    }
}

/// The fields of an object that goes.
fn gone(live: &Map, remembered: &Remembered) -> Vec<Field> {
    let nothing = Map::default();
    let veil = remembered.veil(&nothing, live);
    let gone = |(path, value): (String, &Spanned<Value>)| {
        let (shown, veils) = veil.over(&path, value);
        Field {
            path,
            cause: Cause::Removed,
            before: Some(Json(shown)),
            veiled: veils.map(|_| Digest::of_value(value)),
            after: None,
            parts: Vec::new(),
            source: None,
        }
    };
    fields(live).into_iter().map(gone).collect()
}

/// The fields that are owned afterwards, each with its digest.
fn owned_fields(desired: &Desired<'_>) -> OwnedFields {
    let body = desired.declared.body();
    let ignores = |path: &str| desired.lifecycle.is_some_and(|lifecycle| lifecycle.ignores(path));
    let owned = fields(&body).into_iter().filter(|(path, _)| !ignores(path));
    owned.map(|(path, value)| (path, Digest::of_value(value))).collect()
}

/// The digest of all of a declaration, also of what its lifecycle leaves alone later.
fn digest(desired: &Desired<'_>) -> Digest {
    if desired.lifecycle.is_none_or(|lifecycle| lifecycle.ignore.is_empty()) {
        return desired.digest;
    }
    Digest::of_body(desired.declared.body())
}

/// Why a declared object is in the plan.
fn reasons(
    action: Action,
    owner: Option<&Owned>,
    taken_from: Option<&Name>,
    lifecycle: Option<&Lifecycle>,
    changes: &[Field],
) -> Vec<Reason> {
    let drifted = changes.iter().any(|field| field.cause == Cause::Drift).then_some(Reason::Drifted);
    let changed = changes.iter().any(|field| field.cause != Cause::Drift).then_some(Reason::Changed);
    let turned = owner.filter(|owner| owner.lifecycle.as_deref() != lifecycle).map(|_| Reason::Lifecycle);
    let mut reasons = match (action, taken_from) {
        (Action::Create, _) if owner.is_some() => vec![Reason::DeletedOutside],
        (Action::Create, Some(project)) => vec![Reason::Declared, Reason::TakenFrom(project.clone())],
        (Action::Create, None) => vec![Reason::Declared],
        (Action::Adopt, Some(project)) => return vec![Reason::TakenFrom(project.clone())],
        (Action::Adopt, None) => return vec![Reason::Unowned],
        (Action::Move, _) => vec![Reason::Moved],
        (Action::Update, _) => Vec::new(),
        (Action::Record | Action::Forget, _) => return vec![Reason::InventoryBehind],
        (Action::Delete | Action::Vacate | Action::Release, _) => return vec![Reason::NotDeclared],
    };
    if matches!(action, Action::Update | Action::Move) {
        reasons.extend(changed.into_iter().chain(drifted).chain(turned));
    }
    reasons
}
