//! A catalog in a schema of a PostgreSQL database.
//!
//! In: a declaration and a source of credentials. Out: a [`Catalog`]. Reading never writes, and needs no right to: where there is no
//! schema, the catalog is empty and stays unmade until something is applied. Each question sees one moment, each batch is one transaction.
//!
//! # Who writes at once
//! A batch reads the rows that it touches, and holds them until it ends; so it is judged by what nobody else changes meanwhile, and waits
//! for nobody who touches others. Where two make the same row, one of them is told so by the server, and looks again. Batches of one
//! project take turns, which its lease sees to before.
//!
//! # A connection that is lost
//! What is under way is asked anew on a new connection, of another server where the address names several. Whether a transaction that was
//! lost while it ended did end, the mark says that each batch leaves with its project: what is there already is not done again.

mod beside;
mod flaw;
mod link;
mod observe;
mod rows;
mod schema;
mod target;
mod work;
mod write;

use crate::adapter::sql::fields;
use crate::adapter::sql::stored::Stored;
use crate::catalog::{
    Batch, Catalog, CatalogError, Contents, KnownProject, LevelRecord, Observed, Outcome, OwnedFields, Presence,
    RunRecord, Times,
};
use crate::credentials::Environment;
use crate::model::{Address, DatabaseSchema, DeclaredAt, Digest, HandOvers, Lease, Leased, Map, Object};
use crate::object;
use crate::wait::{Ended, Wait};
use flaw::Flaw;
pub use flaw::PostgresError;
use link::{Link, Talk};
use rows::{Keys, removal_of};
use schema::quoted;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use target::Target;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};
use work::Work;

/// How often a batch is carried out anew where others were faster.
const TRIES: u32 = 8;

/// How long one waits for a server that went away, between two looks.
const PAUSE: Duration = Duration::from_millis(250);

/// A catalog in a schema of a PostgreSQL database.
pub struct Postgres {
    link: Link,
    place: String,
    schema: String,
    migrations: &'static [&'static str],
}

impl Postgres {
    /// The catalog of a declaration, for a project in the folder `root`. Nothing is connected to yet. A server may say nothing for as long
    /// as `patience`; what others have locked is waited for as `wait` says.
    ///
    /// # Errors
    /// Where the declaration, or what the environment says, cannot work.
    pub fn open(
        declared: &DatabaseSchema,
        environment: &Environment,
        root: &Path,
        patience: Duration,
        wait: &Wait,
    ) -> Result<Self, CatalogError> {
        let schema = declared.schema.value.to_string();
        let wrong = |why: String| Flaw::Unreachable(why).at("in PostgreSQL", "be opened");
        let target = Target::of(declared, environment, root).map_err(wrong)?;
        let place = format!("{} (schema {schema})", target.place());
        let link = Link::new(target, environment.clone(), patience, wait.for_another());
        let link = link.map_err(|error| wrong(error.to_string()))?;
        Ok(Self { link, place, schema, migrations: schema::MIGRATIONS })
    }

    /// What a question says of one moment of the catalog; nothing where there is none yet.
    #[expect(clippy::needless_pass_by_value, reason = "a closure stands where it is asked")]
    fn read<T>(
        &self,
        doing: &'static str,
        question: impl AsyncFn(&Talk<'_>) -> Result<T, Flaw>,
    ) -> Result<Option<T>, CatalogError> {
        let begin = format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {}", path(&self.schema));
        self.patiently(doing, || {
            self.link.converse(async |talk| {
                talk.run(&begin).await?;
                let mut format = schema::format(talk, &self.schema, self.migrations).await?;
                if talk.is_guarded.get() {
                    // The moment that is looked at begins once nobody changes what is shown any more.
                    talk.run(&format!("ROLLBACK; {begin}; {}", schema::HOLD)).await?;
                    format = schema::format(talk, &self.schema, self.migrations).await?;
                }
                let answer = match format {
                    0 => None,
                    format if format >= schema::ANSWERS => Some(question(talk).await?),
                    _ => return Err(Flaw::Older),
                };
                talk.run("COMMIT").await?;
                Ok(answer)
            })
        })
    }

    /// Carries out a change in one transaction, in the newest format: again where others were faster, or where the connection was lost.
    #[expect(clippy::needless_pass_by_value, reason = "a closure stands where it is asked")]
    fn change<T>(
        &self,
        doing: &'static str,
        change: impl AsyncFn(&Talk<'_>) -> Result<T, Flaw>,
    ) -> Result<T, CatalogError> {
        // To the server, nothing is without an end.
        let patience = self.link.wait.limit.as_millis().max(1);
        let begin = format!("BEGIN; SET LOCAL lock_timeout = '{patience}ms'; {}", path(&self.schema));
        self.patiently(doing, || {
            self.link.converse(async |talk| {
                talk.run(&begin).await?;
                schema::migrate(talk, &self.schema, self.migrations).await?;
                let result = change(talk).await.map_err(|fault| match fault {
                    Flaw::Unwritten if talk.is_guarded.get() => Flaw::Guarded("a row that it was to write".to_owned()),
                    fault => fault,
                })?;
                talk.run("COMMIT").await?;
                Ok(result)
            })
        })
    }

    /// Does something, and again where others were faster, or where a server that was there went away.
    fn patiently<T>(&self, doing: &'static str, attempt: impl Fn() -> Result<T, Flaw>) -> Result<T, CatalogError> {
        let (mut tries, mut lost) = (1, None::<Instant>);
        let fault = loop {
            match attempt() {
                Ok(result) => return Ok(result),
                Err(Flaw::Raced) if tries < TRIES && !self.link.wait.is_interrupted() => tries += 1,
                Err(Flaw::Lost) if !self.is_over(lost.get_or_insert_with(Instant::now)) => thread::sleep(PAUSE),
                // A standby may be on its way to be the one that is written to.
                Err(Flaw::ReadOnly) if self.is_standby() && !self.is_over(lost.get_or_insert_with(Instant::now)) => {
                    thread::sleep(PAUSE);
                }
                // Another one takes the place of a server that went down.
                Err(Flaw::Unreachable(_)) if lost.is_some_and(|since| !self.is_over(&since)) => thread::sleep(PAUSE),
                Err(Flaw::Unreachable(_)) if lost.is_some() => break Flaw::Lost,
                Err(fault) if fault.is_of_lock() => {
                    break Flaw::Locked { ended: Ended::TimedOut, limit: self.link.wait.limit };
                }
                Err(fault) => break fault,
            }
        };
        Err(fault.at(&self.place, doing))
    }

    /// Whether the server follows another one, or cannot be asked.
    fn is_standby(&self) -> bool {
        let asked = self.link.converse(async |talk| {
            let row = talk.row("SELECT pg_catalog.pg_is_in_recovery()", &[]).await?;
            row.map(|row| column::<bool>(&row, 0)).transpose()
        });
        !matches!(asked, Ok(Some(false)))
    }

    /// Whether nobody waits any more for a server that has been away for a time.
    fn is_over(&self, since: &Instant) -> bool {
        self.link.wait.is_interrupted() || since.elapsed() >= self.link.wait.limit
    }

    /// What a question about the rows of keys says of each address, in their order.
    fn each<T: Clone>(
        &self,
        doing: &'static str,
        (columns, table, project): (&str, &str, Option<&str>),
        addresses: &[Address],
        answer: impl Fn(&Row, &Address) -> Result<T, Flaw>,
    ) -> Result<Vec<Option<T>>, CatalogError> {
        let of = if project.is_some() { "AND project = $4" } else { "" };
        let question = format!(
            "SELECT key.number, {columns} FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY
                AS key(kind, parent, name, number) JOIN {table} AS found
                ON (found.kind, found.parent, found.name) = (key.kind, key.parent, key.name) {of}"
        );
        let keys = Keys::of(addresses);
        let mut given = keys.given().to_vec();
        if let Some(project) = &project {
            given.push((project, Type::TEXT));
        }
        if addresses.is_empty() {
            return Ok(Vec::new());
        }
        let found = self.read(doing, async |talk| {
            let mut all = vec![None; addresses.len()];
            for row in talk.rows(&question, &given).await? {
                let number: i64 = row.try_get(0)?;
                let at = usize::try_from(number - 1).unwrap_or(usize::MAX);
                if let (Some(place), Some(address)) = (all.get_mut(at), addresses.get(at)) {
                    *place = Some(answer(&row, address)?);
                }
            }
            Ok(all)
        })?;
        Ok(found.unwrap_or_else(|| vec![None; addresses.len()]))
    }
}

/// Where a transaction looks for tables: in the schema alone, and for everything else in that of the system first.
fn path(schema: &str) -> String {
    format!("SET LOCAL search_path TO pg_catalog, {}", quoted(schema))
}

/// A column.
fn column<'r, T: FromSql<'r>>(row: &'r Row, at: usize) -> Result<T, Flaw> {
    Ok(row.try_get(at)?)
}

/// What was found, and of what was not the default.
fn or_default<T: Default>(found: Vec<Option<T>>) -> Vec<T> {
    found.into_iter().map(Option::unwrap_or_default).collect()
}

impl Catalog for Postgres {
    fn renew(&mut self) -> Result<(), CatalogError> {
        let format = self.patiently("say its format", || {
            self.link.converse(async |talk| schema::format(talk, &self.schema, self.migrations).await)
        })?;
        if (1..self.migrations.len()).contains(&format) {
            self.change("become one of the newest format", async |_| Ok(()))?;
        }
        Ok(())
    }

    fn observe(&self, project: &str) -> Result<Observed, CatalogError> {
        let observed =
            self.read("say what it holds", async |talk| observe::observe(talk, &self.schema, project).await)?;
        Ok(observed.unwrap_or_default())
    }

    fn projects(&self) -> Result<Vec<KnownProject>, CatalogError> {
        Ok(self.read("say who wrote to it", async |talk| beside::projects(talk).await)?.unwrap_or_default())
    }

    fn take_in(&mut self, contents: &Contents) -> Result<(), CatalogError> {
        let mark = mark("a copy");
        self.change("take in a copy", async |talk| {
            if beside::is_marked(talk, &mark).await? {
                return Ok(());
            }
            if !beside::is_empty(talk).await? {
                return Err(CatalogError::Occupied { place: self.place.clone() }.into());
            }
            write::write(talk, &Work::copy(&self.schema, contents)?).await?;
            beside::take_in(talk, contents, &mark).await
        })
    }

    fn identities(&self, name: &str) -> Result<BTreeSet<String>, CatalogError> {
        Ok(self.read("say who wrote to it", async |talk| beside::ids(talk, name).await)?.unwrap_or_default())
    }

    fn claim(&mut self, name: &str, fresh: &str) -> Result<String, CatalogError> {
        self.change("say who writes to it", async |talk| beside::claim(talk, name, fresh).await)
    }

    fn objects(&self, addresses: &[Address]) -> Result<Vec<Option<Presence<Object>>>, CatalogError> {
        self.each("read objects", ("found.body::text, found.digest", "objects", None), addresses, |row, address| {
            let (json, digest) = (column::<&str>(row, 1)?, column::<Option<&[u8]>>(row, 2)?);
            let digest = digest.map(rows::digest).transpose()?;
            let changed = || Flaw::Damaged(format!("the body of {address} is not what its digest says"));
            let stored = Stored::held(json.as_bytes(), digest).ok_or_else(changed)?;
            let body = stored.body(address, || removal_of(&self.schema, address));
            Ok(body.map(|body| Object { address: address.clone(), body }))
        })
    }

    fn owned_fields(&self, project: &str, addresses: &[Address]) -> Result<Vec<OwnedFields>, CatalogError> {
        let asked = ("found.fields, found.written::text", "inventory", Some(project));
        let found = self.each("read the inventory", asked, addresses, |row, address| {
            let damaged = || {
                Flaw::Damaged(format!("the record of {address} of project {project} holds fields that nobody can read"))
            };
            match column::<Option<&[u8]>>(row, 1)? {
                Some(bytes) => fields::decode(bytes).ok_or_else(damaged),
                None => {
                    let written = Stored::of_others(column::<&str>(row, 2)?.as_bytes()).known();
                    let owned = object::fields(&written).into_iter();
                    let mut owned: OwnedFields = owned.map(|(path, value)| (path, Digest::of_value(value))).collect();
                    owned.sort_unstable();
                    Ok(owned)
                }
            }
        })?;
        Ok(or_default(found))
    }

    fn written(&self, project: &str, addresses: &[Address]) -> Result<Vec<Map>, CatalogError> {
        let asked = ("found.written::text", "inventory", Some(project));
        let found = self.each("read what was written", asked, addresses, |row, _| {
            Ok(Stored::of_others(column::<&str>(row, 1)?.as_bytes()).known())
        })?;
        Ok(or_default(found))
    }

    fn declared_at(&self, project: &str, addresses: &[Address]) -> Result<Vec<Option<DeclaredAt>>, CatalogError> {
        // A column that a row of an older format does not have is nothing.
        let asked = ("to_jsonb(found) ->> 'place'", "inventory", Some(project));
        let found = self.each("say where objects are declared", asked, addresses, |row, _| {
            Ok(column::<Option<&str>>(row, 1)?.and_then(|text| DeclaredAt::decode(text.as_bytes())))
        })?;
        Ok(found.into_iter().map(Option::flatten).collect())
    }

    fn hand_overs(&self, project: &str, addresses: &[Address]) -> Result<Vec<HandOvers>, CatalogError> {
        let asked = ("to_jsonb(found) ->> 'came_by'", "inventory", Some(project));
        let found = self.each("say from whom objects came", asked, addresses, |row, address| {
            rows::came_by(&self.schema, project, address, column(row, 1)?)
        })?;
        Ok(or_default(found))
    }

    fn times(&self, addresses: &[Address]) -> Result<Vec<Option<Times>>, CatalogError> {
        self.each("read the times of objects", ("created_at, updated_at", "objects", None), addresses, |row, _| {
            Ok(Times { created: column(row, 1)?, updated: column(row, 2)? })
        })
    }

    fn levels(&self, project: &str) -> Result<Vec<LevelRecord>, CatalogError> {
        Ok(self.read("read levels", async |talk| beside::levels(talk, project).await)?.unwrap_or_default())
    }

    fn acquire(&mut self, project: &str, lease: &Lease, now: i64) -> Result<Leased, CatalogError> {
        self.change("take its lease", async |talk| beside::acquire(talk, project, lease, now).await)
    }

    fn lease(&self, project: &str) -> Result<Option<Lease>, CatalogError> {
        Ok(self.read("read its lease", async |talk| beside::lease(talk, project).await)?.flatten())
    }

    fn release(&mut self, project: &str, run: &str) -> Result<(), CatalogError> {
        self.change("give its lease back", async |talk| beside::release(talk, project, run).await)
    }

    fn record_run(&mut self, project: &str, record: &RunRecord) -> Result<(), CatalogError> {
        self.change("write its journal", async |talk| beside::record(talk, project, record).await)
    }

    fn runs(&self, project: &str, limit: usize) -> Result<Vec<RunRecord>, CatalogError> {
        let runs = self.read("read its journal", async |talk| beside::runs(talk, project, limit).await)?;
        Ok(runs.unwrap_or_default())
    }

    fn apply(&mut self, batch: &Batch<'_>) -> Result<Vec<Outcome>, CatalogError> {
        let mark = mark(batch.message);
        // What an attempt came to whose end nobody heard of.
        let unheard: RefCell<Option<Vec<Outcome>>> = RefCell::new(None);
        self.change("write a batch", async |talk| {
            let last = beside::introduce(talk, batch.project, batch.name).await?;
            if let Some(outcomes) = unheard.borrow_mut().take().filter(|_| last.as_ref() == Some(&mark)) {
                return Ok(outcomes);
            }
            let mut work = Work::read(talk, &self.schema, batch).await?;
            let outcomes = work.carry_out(batch)?;
            write::write(talk, &work).await?;
            beside::change_levels(talk, batch.project, batch.levels).await?;
            beside::mark(talk, (&self.schema, batch.project), &mark).await?;
            *unheard.borrow_mut() = Some(outcomes.clone());
            Ok(outcomes)
        })
    }
}

/// What no other batch is marked by: a run is named in what it says of its batch.
fn mark(message: &str) -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_nanos();
    format!("{now}-{number}-{}", Digest::of(message.as_bytes()))
}
