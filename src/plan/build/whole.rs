//! Objects of the project that others deleted, or of which they made what nobody can read. What they wrote into one that is there may not be
//! ours to throw away: whatever its lifecycle says of a field that others change, all of it goes only where that is asked for.

use super::Builder;
use super::object::Declaration;
use crate::catalog::{Entry, Owned, OwnedFields, Unreadable};
use crate::diff::Desired;
use crate::model::{Json, OnDrift, Value};
use crate::plan::document::{Conflict, Drift, Place};

impl Builder<'_, '_> {
    /// Whether an object that others deleted is not made again: its lifecycle says so, or what is declared changed too.
    pub(super) fn stays_away(&mut self, desired: &Desired<'_>, owner: &Owned, owned: &OwnedFields) -> bool {
        let on_drift = desired.lifecycle.map(|lifecycle| lifecycle.on_drift).unwrap_or_default();
        match (on_drift, desired.is_changed(owner, owned)) {
            (OnDrift::Revert, false) => return false,
            (OnDrift::Keep, false) => {
                self.unchanged += 1;
                self.kept.push(Drift::whole(&desired.address, self.place(desired.span)));
            }
            (OnDrift::Fail, _) | (_, true) if self.forces() => return false,
            (OnDrift::Fail, is_changed) | (_, is_changed @ true) => {
                let conflict = Conflict { fails: !is_changed, ..self.conflict_of(desired) };
                self.conflicts.push(conflict);
            }
        }
        true
    }

    /// Whether all of a declared object that nobody can read is replaced.
    pub(super) fn replaces(
        &mut self,
        declaration: &Declaration<'_, '_>,
        (unreadable, owned): (&Unreadable, &OwnedFields),
    ) -> bool {
        let Declaration { desired, owner, moved, .. } = declaration;
        // It cannot get another name and stay as it is.
        let keeps = moved.is_none() && desired.lifecycle.is_some_and(|lifecycle| lifecycle.on_drift == OnDrift::Keep);
        let why = Some(match moved {
            Some((from, _)) => format!("{unreadable}, so that {from} gets no other name"),
            None => unreadable.to_string(),
        });
        if keeps && owner.is_some_and(|owner| !desired.is_changed(owner, owned)) {
            self.unchanged += 1;
            self.kept.push(Drift { unreadable: why, ..Drift::whole(&desired.address, self.place(desired.span)) });
            return false;
        }
        // An additive plan takes nothing away, and nobody knows what would stay.
        let is_replaced = self.forces() && !self.input.options.additive;
        if !is_replaced {
            let conflict = Conflict { unreadable: why, ..self.conflict_of(desired) };
            self.conflicts.push(conflict);
        }
        is_replaced
    }

    /// Notes that an object stays that is no longer declared and that nobody can read.
    pub(super) fn stays_unread(&mut self, entry: &Entry, unreadable: &Unreadable, source: Option<Place>) {
        let why = Some(unreadable.to_string());
        self.conflicts.push(Conflict { unreadable: why, ..Conflict::whole(&entry.address, source) });
    }

    /// That a declared object as a whole is in conflict.
    fn conflict_of(&self, desired: &Desired<'_>) -> Conflict {
        Conflict {
            desired: Some(Json(Value::Object(desired.declared.body()))),
            ..Conflict::whole(&desired.address, Some(self.place(desired.span)))
        }
    }
}
