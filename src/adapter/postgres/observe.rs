//! What a catalog holds, at one moment.

use super::flaw::Flaw;
use super::link::Talk;
use super::rows::{self, removal, removal_of};
use crate::adapter::sql::lifecycle;
use crate::adapter::sql::shared::Shared;
use crate::adapter::sql::stored::Stored;
use crate::catalog::{Entry, Observed, Owned, Presence, Stray};
use crate::model::{Address, Lifecycle};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

/// The live objects; of the bodies only those that others wrote.
const OBJECTS: &str = "SELECT kind, parent, name, digest, CASE WHEN digest IS NULL THEN body::text END
    FROM objects ORDER BY kind, parent, name";

/// What a project owns.
const OWN: &str =
    "SELECT kind, parent, name, base, lifecycle FROM inventory WHERE project = $1 ORDER BY kind, parent, name";

/// Whose the objects are beside: of several the first.
const OTHERS: &str = "SELECT kind, parent, name, min(project) FROM inventory WHERE project <> $1
    GROUP BY kind, parent, name ORDER BY kind, parent, name";

/// See [`crate::catalog::Catalog::observe`].
pub(super) async fn observe(talk: &Talk<'_>, schema: &str, project: &str) -> Result<Observed, Flaw> {
    let mut entries = Entries::default();
    for row in talk.rows(OBJECTS, &[]).await? {
        let Some(address) = entries.address(&row, || removal_of_row(schema, "objects", &row, &[]))? else { continue };
        let live = match (row.try_get::<_, Option<&[u8]>>(3)?, row.try_get::<_, Option<&str>>(4)?) {
            (Some(digest), _) => Presence::Read(rows::digest(digest)?),
            (None, body) => {
                let stored = Stored::of_others(body.unwrap_or_default().as_bytes());
                stored.digest(&address, || removal_of(schema, &address))
            }
        };
        entries.all.push(Entry { address, live: Some(live), owner: None, other_owner: None });
    }
    let mut own = Entries::default();
    let mut lifecycles: BTreeMap<String, Arc<Lifecycle>> = BTreeMap::new();
    for row in talk.rows(OWN, &[(&project, Type::TEXT)]).await? {
        let Some(address) = own.address(&row, || removal_of_row(schema, "inventory", &row, &[project]))? else {
            continue;
        };
        let base = rows::digest(row.try_get(3)?)?;
        let lifecycle = match row.try_get::<_, Option<&str>>(4)? {
            Some(text) => Some(known(&mut lifecycles, text).ok_or_else(|| unknown(schema, &address, project))?),
            None => None,
        };
        let owner = Some(Owned { base, lifecycle });
        own.all.push(Entry { address, live: None, owner, other_owner: None });
    }
    let (mut others, mut owners) = (Entries::default(), Shared::new());
    for row in talk.rows(OTHERS, &[(&project, Type::TEXT)]).await? {
        let owner: &str = row.try_get(3)?;
        let Some(address) = others.address(&row, || removal_of_row(schema, "inventory", &row, &[owner]))? else {
            continue;
        };
        let other_owner = Some(owners.name(owner));
        others.all.push(Entry { address, live: None, owner: None, other_owner });
    }
    let strays = [entries.strays, own.strays, others.strays].concat();
    let all = merged(merged(entries.all, own.all, true), others.all, false);
    Ok(Observed { entries: all, strays })
}

/// The entries of a question.
#[derive(Default)]
struct Entries {
    all: Vec<Entry>,
    strays: Vec<Stray>,
    parents: Option<Shared>,
}

impl Entries {
    /// The address of a row; nothing where it is a stray.
    fn address(
        &mut self,
        row: &Row,
        removal: impl FnOnce() -> Result<(String, String), Flaw>,
    ) -> Result<Option<Address>, Flaw> {
        let parent = self.parents.get_or_insert_with(Shared::new).name(row.try_get(1)?);
        let address = rows::address(row, 0, parent)?;
        if address.is_none() {
            let (what, removal) = removal()?;
            self.strays.push(Stray { what, removal });
        }
        Ok(address)
    }
}

/// A row of a kind that nobody knows: what it is, and what takes it away.
fn removal_of_row(schema: &str, table: &str, row: &Row, project: &[&str]) -> Result<(String, String), Flaw> {
    let mut key: Vec<&str> = vec![row.try_get(0)?, row.try_get(1)?, row.try_get(2)?];
    key.extend(project);
    let columns = &["kind", "parent", "name", "project"][..key.len()];
    let what = format!("a row of `{table}` is of a kind that nobody knows ({}: {key:?})", columns.join(", "));
    Ok((what, removal(schema, table, columns, &key)))
}

/// The lifecycle of a text: there are few of them, and many objects that have them.
fn known(lifecycles: &mut BTreeMap<String, Arc<Lifecycle>>, text: &str) -> Option<Arc<Lifecycle>> {
    if let Some(lifecycle) = lifecycles.get(text) {
        return Some(lifecycle.clone());
    }
    let lifecycle = Arc::new(lifecycle::decode(text.as_bytes())?);
    lifecycles.insert(text.to_owned(), lifecycle.clone());
    Some(lifecycle)
}

/// Of a record that says what this plat does not know: a protection must not get lost.
fn unknown(schema: &str, address: &Address, project: &str) -> Flaw {
    let key = [address.kind.word(), &*address.parent, &*address.name, project];
    let way = removal(schema, "inventory", &["kind", "parent", "name", "project"], &key);
    Flaw::Damaged(format!(
        "the record of {address} of project {project} holds a lifecycle that nobody can read, so that it is not known what protects the \
         object; `{way}` takes it away, and the next apply adopts the object"
    ))
}

/// Both in one, in the order of addresses; what only the second one has where that is `whole`. Both are in an order that differs from
/// that of addresses in that of their kinds alone, which a stable sort puts right without looking at much.
fn merged(mut one: Vec<Entry>, mut other: Vec<Entry>, whole: bool) -> Vec<Entry> {
    one.sort_by(|a, b| a.address.cmp(&b.address));
    other.sort_by(|a, b| a.address.cmp(&b.address));
    let mut all = Vec::with_capacity(one.len());
    let mut first = one.into_iter().peekable();
    for next in other {
        while let Some(before) = first.next_if(|entry| entry.address < next.address) {
            all.push(before);
        }
        match first.next_if(|entry| entry.address == next.address) {
            Some(mut same) => {
                same.owner = same.owner.or(next.owner);
                same.other_owner = same.other_owner.or(next.other_owner);
                all.push(same);
            }
            None if whole => all.push(next),
            None => {}
        }
    }
    all.extend(first);
    all
}
