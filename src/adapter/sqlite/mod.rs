//! The embedded catalog: a SQLite database in one file.
//!
//! Takes a path, gives a [`Catalog`]. Reading never writes: where there is no file, the catalog is empty and stays
//! unmade until something is applied. Each question sees one moment, each batch is one transaction.
//!
//! The journal is SQLite's rollback journal, not its write-ahead log: a reader then needs no file of its own and no
//! right to write, and the catalog at rest is one file that can be copied. The price, that a commit waits until
//! readers are done, is small, as no reader stays longer than one question. A process killed while it
//! commits leaves a journal, from which the next one restores the state before.

mod beside;
mod copy;
mod flaw;
mod held;
mod levels;
mod observe;
mod own;
mod record;
mod row;
mod runs;
mod schema;
mod stored;
mod write;
#[cfg(test)]
mod tests;

use crate::catalog::{
    Batch, Catalog, CatalogError, Contents, KnownProject, LevelRecord, Observed, Outcome, OwnedFields, Presence,
    RunRecord, Times,
};
use crate::file::{self, Identity};
use crate::model::{Address, DeclaredAt, HandOvers, Lease, Leased, Map, Object};
use crate::wait::Wait;
use flaw::Flaw;
use rusqlite::{Connection, OpenFlags, Params};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use stored::Stored;

/// The bytes of the shortest page of a database in SQLite.
const HEADER: u64 = 512;

/// How a database is opened. No two threads ask one connection, so that no question has to wait for a lock of it.
const OPEN: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// What a project last wrote into an object.
const WRITTEN: &str = "SELECT body, digest FROM written WHERE (kind, parent, name, project) = (?1, ?2, ?3, ?4)";

/// A live object.
const OBJECT: &str = "SELECT body, digest FROM objects WHERE (kind, parent, name) = (?1, ?2, ?3)";

/// What [`record::fields`] reads the fields of a record from.
const FIELDS: &str = "SELECT fields, fields_digest, base, body, written.digest
    FROM inventory LEFT JOIN written USING (kind, parent, name, project)
    WHERE (kind, parent, name, project) = (?1, ?2, ?3, ?4)";

/// A catalog in a SQLite database. The value is the place, and which file was there: nothing is kept open between two calls.
#[derive(Clone, Debug)]
pub struct Sqlite {
    path: PathBuf,
    /// The file that this value has read or written. Another one in its place does not hold what was seen or written.
    file: Cell<Option<Identity>>,
    wait: Wait,
    migrations: &'static [&'static str],
}

impl Sqlite {
    /// The catalog of a file, which need not exist: it and its folder are made when something is first applied. What another
    /// process has locked is waited for as `wait` says.
    ///
    /// # Errors
    /// Where the file cannot be read, is no catalog, or is one of a newer plat.
    pub fn open(path: impl Into<PathBuf>, wait: &Wait) -> Result<Self, CatalogError> {
        let catalog =
            Self { path: path.into(), file: Cell::new(None), wait: wait.for_another(), migrations: schema::MIGRATIONS };
        catalog.read("look into its file", |_| Ok(()))?;
        Ok(catalog)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What a question says of one moment of the catalog; nothing where there is none yet.
    fn read<T>(
        &self,
        doing: &'static str,
        question: impl FnOnce(&Connection) -> Result<T, Flaw>,
    ) -> Result<Option<T>, CatalogError> {
        self.is_own()?;
        let Some(before) = self.same_file()? else { return Ok(None) };
        let ask = || match self.patiently(|| self.reader())? {
            Some(connection) => question(&connection).map(Some),
            None => Ok(None),
        };
        let answer = ask().map_err(|fault: Flaw| fault.at(&self.path, doing))?;
        self.file.set(Some(before));
        self.same_file()?;
        Ok(answer)
    }

    /// A connection inside of a transaction that sees one moment, in the newest format.
    fn reader(&self) -> Result<Option<Connection>, Flaw> {
        let connection = self.moment()?;
        match schema::format(&connection, self.migrations)? {
            0 => Ok(None),
            format if format == self.migrations.len() => Ok(Some(connection)),
            _ => schema::migrated_copy(&connection, self.migrations).map(Some),
        }
    }

    /// A connection inside of a transaction that sees one moment.
    fn moment(&self) -> Result<Connection, Flaw> {
        self.is_long_enough()?;
        // Not read-only: a reader has to undo what a killed process has left half written.
        let connection = Connection::open_with_flags(&self.path, OPEN)?;
        connection.busy_timeout(Duration::ZERO)?;
        connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; BEGIN")?;
        Ok(connection)
    }

    /// SQLite takes an empty file, or one of a few bytes, for a new database.
    fn is_long_enough(&self) -> Result<(), Flaw> {
        match std::fs::metadata(&self.path).map(|found| found.len()) {
            Ok(0) => Err(Flaw::Damaged("it is empty; delete it if nothing was ever applied".into())),
            Ok(1..HEADER) => Err(Flaw::Damaged("it ends before its tables".into())),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Makes the file, where no other process does. What that one takes away under this one's hands is no failure once there is a catalog.
    fn make(&self) -> Result<(), Flaw> {
        let made = self.make_beside();
        if self.path.exists() {
            let _ = fs::remove_file(file::beside(&self.path, own::NEW));
            return Ok(());
        }
        made
    }

    /// Makes the file. It comes to its place as a whole catalog, so that no process that is killed leaves an empty one there, and never in
    /// the place of one that another process made meanwhile.
    fn make_beside(&self) -> Result<(), Flaw> {
        let new = file::beside(&self.path, own::NEW);
        let connection = connect(&new)?;
        connection.execute_batch("BEGIN IMMEDIATE")?;
        schema::migrate(&connection, self.migrations)?;
        connection.execute_batch("COMMIT")?;
        drop(connection);
        let made = fs::hard_link(&new, &self.path);
        // Some file systems have no links.
        if made.is_err() && !self.path.exists() {
            let _ = fs::rename(&new, &self.path);
        }
        Ok(())
    }

    /// A connection that may write.
    fn writer(&self) -> Result<Connection, Flaw> {
        self.is_long_enough()?;
        connect(&self.path)
    }

    /// Carries out a change in one transaction, in the newest format.
    fn change<T>(
        &self,
        doing: &'static str,
        change: impl FnOnce(&Connection) -> Result<T, Flaw>,
    ) -> Result<T, CatalogError> {
        self.is_own()?;
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| self.unopened(error))?;
        }
        let before = self.same_file()?;
        let open = self.patiently(|| if before.is_none() { self.make() } else { Ok(()) });
        let open = open.and_then(|()| self.patiently(|| self.writer()));
        let connection = open.map_err(|fault| fault.at(&self.path, "open its file"))?;
        self.file.set(match before {
            Some(before) => Some(before),
            None => self.same_file()?,
        });
        self.same_file()?;
        // What is not committed when the connection goes is as if it had not been.
        let carry_out = || {
            self.patiently(|| Ok(connection.execute_batch("BEGIN IMMEDIATE")?))?;
            schema::migrate(&connection, self.migrations)?;
            let result = change(&connection).map_err(|fault| schema::explained(fault, &connection, self.migrations))?;
            self.patiently(|| Ok(connection.execute_batch("COMMIT")?))?;
            Ok(result)
        };
        let result = carry_out().map_err(|fault: Flaw| fault.at(&self.path, doing))?;
        // SQLite writes on into a file that has no name any more.
        self.same_file()?;
        Ok(result)
    }

    /// The file in the catalog's place, which has to be the one that was there before; nothing where there was none and is none.
    fn same_file(&self) -> Result<Option<Identity>, CatalogError> {
        let found = Identity::at(&self.path).map_err(|error| self.unopened(error))?;
        match self.file.get() {
            Some(known) if found != Some(known) => {
                Err(CatalogError::Replaced { place: self.path.display().to_string() })
            }
            _ => Ok(found),
        }
    }

    /// Does what another process may keep from being done: again and again, as long as anybody waits for it. SQLite's own waits
    /// heed no signal.
    fn patiently<T>(&self, attempt: impl Fn() -> Result<T, Flaw>) -> Result<T, Flaw> {
        let attempt = || match attempt() {
            Err(fault) if fault.is_lock() => None,
            ended => Some(ended),
        };
        let limit = self.wait.limit;
        self.wait.until(attempt).unwrap_or_else(|ended| Err(Flaw::Locked { ended, limit }))
    }

    fn is_own(&self) -> Result<(), CatalogError> {
        own::is_own(&self.path).map_err(|error| self.unopened(error))
    }

    fn unopened(&self, error: std::io::Error) -> CatalogError {
        CatalogError::Open { place: self.path.display().to_string(), source: Box::new(error) }
    }
}

/// A connection to a file that may write, and makes the file where there is none.
fn connect(path: &Path) -> Result<Connection, Flaw> {
    let connection = Connection::open_with_flags(path, OPEN | OpenFlags::SQLITE_OPEN_CREATE)?;
    connection.busy_timeout(Duration::ZERO)?;
    // A cache for a whole usual batch keeps readers free until the commit.
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA synchronous = EXTRA; PRAGMA cache_size = -32768")?;
    Ok(connection)
}

impl Catalog for Sqlite {
    fn renew(&mut self) -> Result<(), CatalogError> {
        self.is_own()?;
        if self.same_file()?.is_none() {
            return Ok(());
        }
        let is_old = || Ok((1..self.migrations.len()).contains(&schema::format(&self.moment()?, self.migrations)?));
        if self.patiently(is_old).map_err(|fault| fault.at(&self.path, "say its format"))? {
            self.change("become one of the newest format", |_| Ok(()))?;
        }
        Ok(())
    }

    fn lasts(&self) -> Result<(), CatalogError> {
        self.same_file().map(drop)
    }

    fn claim(&mut self, name: &str, fresh: &str) -> Result<String, CatalogError> {
        self.change("say who writes to it", |connection| {
            if let Some(id) = ids(connection, name)?.pop_first() {
                return Ok(id);
            }
            let put = connection.execute("INSERT INTO projects (id, name) VALUES (?1, ?2)", (fresh, name))?;
            Flaw::unless_one(put, format_args!("the id of project {name}"))?;
            Ok(fresh.to_owned())
        })
    }

    fn projects(&self) -> Result<Vec<KnownProject>, CatalogError> {
        Ok(self.read("say who wrote to it", copy::projects)?.unwrap_or_default())
    }

    fn take_in(&mut self, contents: &Contents) -> Result<(), CatalogError> {
        let occupied = || CatalogError::Occupied { place: self.path.display().to_string() };
        self.change("take in a copy", |connection| {
            if copy::is_empty(connection)? { copy::take_in(connection, contents) } else { Err(occupied().into()) }
        })
    }

    fn observe(&self, project: &str) -> Result<Observed, CatalogError> {
        let observed = self.read("say what it holds", |connection| observe::observe(connection, project))?;
        Ok(observed.unwrap_or_default())
    }

    fn identities(&self, name: &str) -> Result<BTreeSet<String>, CatalogError> {
        let ids = self.read("say who wrote to it", |connection| ids(connection, name))?;
        Ok(ids.unwrap_or_default())
    }

    fn objects(&self, addresses: &[Address]) -> Result<Vec<Option<Presence<Object>>>, CatalogError> {
        let objects = self.read("read objects", |connection| {
            each(connection, OBJECT, addresses, key, |row, address| {
                let body = Stored::of(row, [0, 1], address)?.body(address);
                Ok(body.map(|body| Object { address: address.clone(), body }))
            })
        })?;
        Ok(objects.unwrap_or_else(|| vec![None; addresses.len()]))
    }

    fn owned_fields(&self, project: &str, addresses: &[Address]) -> Result<Vec<OwnedFields>, CatalogError> {
        let records = self.read("read the inventory", |connection| {
            each(
                connection,
                FIELDS,
                addresses,
                |address| record_key(project, address),
                |row, address| record::fields(row, address, project),
            )
        })?;
        Ok(or_default(records.unwrap_or_else(|| vec![None; addresses.len()])))
    }

    fn written(&self, project: &str, addresses: &[Address]) -> Result<Vec<Map>, CatalogError> {
        let known = self.read("read what was written", |connection| {
            each(
                connection,
                WRITTEN,
                addresses,
                |address| record_key(project, address),
                |row, address| Ok(Stored::of(row, [0, 1], address)?.known()),
            )
        })?;
        Ok(or_default(known.unwrap_or_else(|| vec![None; addresses.len()])))
    }

    fn acquire(&mut self, project: &str, lease: &Lease, now: i64) -> Result<Leased, CatalogError> {
        self.change("take its lease", |connection| runs::acquire(connection, project, lease, now))
    }

    fn lease(&self, project: &str) -> Result<Option<Lease>, CatalogError> {
        Ok(self.read("read its lease", |connection| runs::lease(connection, project))?.flatten())
    }

    fn release(&mut self, project: &str, run: &str) -> Result<(), CatalogError> {
        self.change("give its lease back", |connection| runs::release(connection, project, run))
    }

    fn record_run(&mut self, project: &str, record: &RunRecord) -> Result<(), CatalogError> {
        self.change("write its journal", |connection| runs::record(connection, project, record))
    }

    fn runs(&self, project: &str, limit: usize) -> Result<Vec<RunRecord>, CatalogError> {
        let records = self.read("read its journal", |connection| runs::read(connection, project, limit))?;
        Ok(records.unwrap_or_default())
    }

    fn declared_at(&self, project: &str, addresses: &[Address]) -> Result<Vec<Option<DeclaredAt>>, CatalogError> {
        let places = self.read("say where objects are declared", |connection| {
            beside::PLACES.read(connection, project, addresses, |_, text| Ok(beside::place(text)))
        })?;
        Ok(places.unwrap_or_else(|| vec![None; addresses.len()]))
    }

    fn hand_overs(&self, project: &str, addresses: &[Address]) -> Result<Vec<HandOvers>, CatalogError> {
        let known = self.read("say from whom objects came", |connection| {
            beside::HAND_OVERS
                .read(connection, project, addresses, |address, text| beside::came_by(project, address, text))
        })?;
        Ok(or_default(known.unwrap_or_else(|| vec![None; addresses.len()])))
    }

    fn times(&self, addresses: &[Address]) -> Result<Vec<Option<Times>>, CatalogError> {
        let times = self.read("read the times of objects", |connection| {
            let question = "SELECT created_at, updated_at FROM objects WHERE (kind, parent, name) = (?1, ?2, ?3)";
            each(connection, question, addresses, key, |row, _| {
                Ok(Times { created: row.get(0)?, updated: row.get(1)? })
            })
        })?;
        Ok(times.unwrap_or_else(|| vec![None; addresses.len()]))
    }

    fn levels(&self, project: &str) -> Result<Vec<LevelRecord>, CatalogError> {
        Ok(self.read("read levels", |connection| levels::read(connection, project))?.unwrap_or_default())
    }

    fn apply(&mut self, batch: &Batch<'_>) -> Result<Vec<Outcome>, CatalogError> {
        let migrations = self.migrations;
        self.change("write a batch", |connection| {
            let named = "INSERT INTO projects (id, name) VALUES (?1, ?2)
                ON CONFLICT DO UPDATE SET name = excluded.name WHERE name <> excluded.name";
            connection.execute(named, (batch.project, batch.name))?;
            let outcomes = write::carry_out(connection, batch)?;
            levels::change(connection, batch.project, batch.levels)?;
            if !schema::strangers(connection, migrations)?.is_empty() {
                held::hold(connection, batch)?;
            }
            Ok(outcomes)
        })
    }
}

/// The ids of the projects of a name. One that is no text is nobody's: whoever writes has one that is.
fn ids(connection: &Connection, name: &str) -> Result<BTreeSet<String>, Flaw> {
    let mut read = connection.prepare("SELECT id FROM projects WHERE name = ?1")?;
    let mut rows = read.query([name])?;
    let mut ids = BTreeSet::new();
    while let Some(row) = rows.next()? {
        ids.extend(row.get_ref(0)?.as_str().ok().map(str::to_owned));
    }
    Ok(ids)
}

/// What a question about the row of a key says of each address, in their order.
fn each<'a, T, P: Params>(
    connection: &Connection,
    question: &str,
    addresses: &'a [Address],
    key: impl Fn(&'a Address) -> P,
    mut answer: impl FnMut(&rusqlite::Row<'_>, &Address) -> Result<T, Flaw>,
) -> Result<Vec<Option<T>>, Flaw> {
    let mut read = connection.prepare(question)?;
    let mut all = Vec::with_capacity(addresses.len());
    for address in addresses {
        let mut rows = read.query(key(address))?;
        all.push(rows.next()?.map(|row| answer(row, address)).transpose()?);
    }
    Ok(all)
}

/// What was found, and of what was not the default.
fn or_default<T: Default>(found: Vec<Option<T>>) -> Vec<T> {
    found.into_iter().map(Option::unwrap_or_default).collect()
}

/// The key of an object's row.
fn key(address: &Address) -> (&str, &str, &str) {
    (address.kind.word(), &address.parent, &address.name)
}

/// The key of the rows of a project's records of an object.
fn record_key<'a>(project: &'a str, address: &'a Address) -> (&'a str, &'a str, &'a str, &'a str) {
    let (kind, parent, name) = key(address);
    (kind, parent, name, project)
}
