//! All that another catalog holds, taken in.

use super::beside::{self, Beside};
use super::flaw::Flaw;
use super::{key, levels, record, runs};
use crate::adapter::sql::{fields, lifecycle};
use crate::catalog::{Contents, KnownProject, LevelChange, Owned, Record};
use crate::model::{DeclaredAt, Digest, Map, Object, write_map};
use rusqlite::{Connection, params};

/// The projects that wrote, also those that are known by what they own alone.
pub(super) fn projects(connection: &Connection) -> Result<Vec<KnownProject>, Flaw> {
    let question = "SELECT id, name FROM projects UNION SELECT project, project
        FROM (SELECT project FROM inventory UNION SELECT project FROM levels UNION SELECT project FROM runs) AS others
        WHERE project NOT IN (SELECT id FROM projects) ORDER BY 1";
    let mut read = connection.prepare(question)?;
    let mut rows = read.query([])?;
    let mut projects = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, name): (String, String) = (row.get(0)?, row.get(1)?);
        projects.push(KnownProject { id: id.as_str().into(), name });
    }
    Ok(projects)
}

/// Whether nothing is there.
pub(super) fn is_empty(connection: &Connection) -> Result<bool, Flaw> {
    let question =
        "SELECT EXISTS (SELECT 1 FROM objects) OR EXISTS (SELECT 1 FROM inventory) OR EXISTS (SELECT 1 FROM projects)
        OR EXISTS (SELECT 1 FROM levels) OR EXISTS (SELECT 1 FROM runs) OR EXISTS (SELECT 1 FROM leases)";
    let holds: bool = connection.query_row(question, [], |row| row.get(0))?;
    Ok(!holds)
}

/// Writes all of it down, as it was.
pub(super) fn take_in(connection: &Connection, contents: &Contents) -> Result<(), Flaw> {
    let mut name = connection.prepare("INSERT INTO projects (id, name) VALUES (?1, ?2)")?;
    for KnownProject { id, name: said } in &contents.projects {
        Flaw::unless_one(name.execute((&**id, said))?, format_args!("the id of project {said}"))?;
    }
    let mut put = connection.prepare(
        "INSERT INTO objects (kind, parent, name, digest, body, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for (Object { address, body }, times) in &contents.objects {
        let ((kind, parent, name), json) = (key(address), json(body)?);
        let row = params![kind, parent, name, Digest::of(json.as_bytes()).0, json, times.created, times.updated];
        Flaw::unless_one(put.execute(row)?, address)?;
    }
    take_in_records(connection, &contents.records)?;
    for of_one in contents.levels.chunk_by(|one, other| one.0 == other.0) {
        let changes: Vec<LevelChange> = of_one.iter().map(|(_, level)| LevelChange::Set(level.clone())).collect();
        levels::change(connection, &of_one[0].0, &changes)?;
    }
    contents.runs.iter().rev().try_for_each(|(project, run)| runs::record(connection, project, run))
}

fn take_in_records(connection: &Connection, records: &[Record]) -> Result<(), Flaw> {
    let mut record = connection.prepare(
        "INSERT INTO inventory (kind, parent, name, project, base, digest, lifecycle, fields_digest, fields)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    let mut values = connection
        .prepare("INSERT INTO written (kind, parent, name, project, body, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    let mut places = Beside::prepare(connection, beside::PLACES)?;
    let mut hand_overs = Beside::prepare(connection, beside::HAND_OVERS)?;
    for Record { project, address, owned: Owned { base, lifecycle }, fields, written, declared, came_by } in records {
        let ((kind, parent, name), json) = (key(address), json(written)?);
        let known = Digest::of(json.as_bytes());
        let lifecycle = lifecycle.as_deref().map(lifecycle::encode);
        let digest = record::digest(address, project.as_bytes(), *base, lifecycle.as_deref().map(str::as_bytes));
        let fields = fields::encode(if known == *base { &[] } else { fields });
        let fields_digest = Digest::of(&fields);
        let row = params![kind, parent, name, &**project, base.0, digest.0, lifecycle, fields_digest.0, fields];
        Flaw::unless_one(record.execute(row)?, address)?;
        Flaw::unless_one(values.execute(params![kind, parent, name, &**project, json, known.0])?, address)?;
        places.put(project, address, declared.as_ref().map(DeclaredAt::encode))?;
        hand_overs.put(project, address, (!came_by.is_empty()).then(|| came_by.encode()))?;
    }
    Ok(())
}

fn json(body: &Map) -> Result<String, Flaw> {
    let mut json = Vec::new();
    write_map(body, &mut json);
    String::from_utf8(json).map_err(|error| Flaw::Damaged(error.to_string()))
}
