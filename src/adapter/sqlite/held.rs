//! Whether what a batch wrote stands there: triggers of others may swallow a write, or undo it behind the statement.

use super::flaw::Flaw;
use super::observe::observe;
use super::stored::Stored;
use super::{FIELDS, OBJECT, key, record, record_key};
use crate::catalog::guard::{self, Written};
use crate::catalog::{Batch, Change, Entry, GuardedChange};
use crate::model::Address;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Holds that each operation of a batch, which was carried out, would find nothing more to do.
pub(super) fn hold(connection: &Connection, batch: &Batch<'_>) -> Result<(), Flaw> {
    let entries = observe(connection, batch.project)?.entries.into_iter().map(|entry| (entry.address.clone(), entry));
    let entries: BTreeMap<Address, Entry> = entries.collect();
    let keeps = |one: &&GuardedChange| matches!(one.change, Change::Write { .. } | Change::Make { .. });
    let kept: Vec<&Address> = batch.operations.iter().filter(keeps).map(|one| &one.address).collect();
    let is_gone = |address: &Address| !entries.contains_key(address) || kept.contains(&address);
    let (mut objects, mut records) = (connection.prepare(OBJECT)?, connection.prepare(FIELDS)?);
    let mut live = |address: &Address| -> Result<_, Flaw> {
        let mut rows = objects.query(key(address))?;
        rows.next()?.map(|row| Ok(Stored::of(row, [0, 1], address)?.body(address))).transpose()
    };
    let mut recorded = |address: &Address| {
        let mut rows = records.query(record_key(batch.project, address))?;
        rows.next()?.map(|row| record::fields(row, address, batch.project)).transpose()
    };
    for GuardedChange { address, change } in batch.operations {
        let entry = entries.get(address);
        let owner = entry.and_then(|entry| entry.owner.as_ref());
        let stands = match &*change.spelled() {
            Change::Write { fields, owned, base, lifecycle, from, taken_from, declared: _ } => {
                let is_taken = |other| entry.is_none_or(|entry| entry.other_owner.as_ref() != Some(other));
                owner.is_some_and(|owner| owner.is(*base, lifecycle.as_deref()))
                    && from.as_ref().is_none_or(is_gone)
                    && taken_from.as_ref().is_none_or(is_taken)
                    && live(address).is_ok_and(|live| {
                        matches!(guard::write(address, live, fields, owned, None), Ok(Written::Unchanged(_)))
                    })
                    && recorded(address).is_ok_and(|fields| fields.as_ref() == Some(owned))
            }
            Change::Delete { .. } => is_gone(address),
            Change::Forget => owner.is_none(),
            Change::Hold { before } => entry.and_then(Entry::digest) == Some(*before),
            Change::Make { .. } => false,
        };
        Flaw::unless_one(usize::from(stands), address)?;
    }
    Ok(())
}
