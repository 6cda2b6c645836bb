//! The tables of the embedded catalog, and how an older format becomes the newest.

use super::flaw::Flaw;
use rusqlite::{Connection, params_from_iter};

/// Says that a database is a catalog of plat: "plat" in ASCII.
const APPLICATION: i64 = 0x706c_6174;

/// How each format is made of the one before; the first one of nothing. A format is never changed once released:
/// a change is one more entry.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("format-1.sql"),
    include_str!("format-2.sql"),
    include_str!("format-3.sql"),
    include_str!("format-4.sql"),
    include_str!("format-5.sql"),
    include_str!("format-6.sql"),
    include_str!("format-7.sql"),
    include_str!("format-8.sql"),
];

/// The format that a database has: 0 for an empty one.
pub(super) fn format(connection: &Connection, migrations: &[&str]) -> Result<usize, Flaw> {
    let question = "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
        FROM pragma_application_id, pragma_user_version";
    let found = connection
        .query_row(question, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)))?;
    match found {
        (0, 0, 0) => Ok(0),
        (APPLICATION, version, _) if version >= 1 => match usize::try_from(version) {
            Ok(version) if version <= migrations.len() => Ok(version),
            _ => Err(Flaw::Newer { found: version, known: number(migrations.len()) }),
        },
        (APPLICATION, version, _) => {
            Err(Flaw::Damaged(format!("it says that it has format {version}, and there is none")))
        }
        _ => Err(Flaw::Damaged("it is a database, but no catalog of plat".into())),
    }
}

/// Brings a database to the newest format, inside of the transaction that is open.
pub(super) fn migrate(connection: &Connection, migrations: &[&str]) -> Result<(), Flaw> {
    let format = format(connection, migrations)?;
    let Some(missing) = migrations.get(format..).filter(|missing| !missing.is_empty()) else { return Ok(()) };
    for step in missing {
        connection.execute_batch(step)?;
    }
    connection.pragma_update(None, "application_id", APPLICATION)?;
    connection.pragma_update(None, "user_version", number(migrations.len()))?;
    Ok(())
}

/// The statements that take away the triggers that are none of a format's: what they make of a write nobody knows.
pub(super) fn strangers(connection: &Connection, migrations: &[&str]) -> Result<Vec<String>, Flaw> {
    let is_own = |sql: &str| migrations.iter().any(|step| step.contains(sql));
    let all = parts(connection, "type = 'trigger'")?.into_iter();
    let others = all.filter(|(_, sql)| !is_own(sql));
    Ok(others.map(|(name, _)| format!("DROP TRIGGER \"{}\"", name.replace('"', "\"\""))).collect())
}

/// A flaw with who may have kept a row from being written, where it is that one was not.
pub(super) fn explained(flaw: Flaw, connection: &Connection, migrations: &[&str]) -> Flaw {
    let Flaw::Unwritten(row) = flaw else { return flaw };
    match strangers(connection, migrations) {
        Err(fault) => fault,
        Ok(strangers) if strangers.is_empty() => Flaw::Damaged(format!("it does not take what is written to {row}")),
        Ok(strangers) => Flaw::Damaged(format!(
            "{row} is not there as it was written, and triggers that are none of plat's see what is written: {}",
            strangers.join("; ")
        )),
    }
}

/// A copy of an older database in memory, in the newest format: reading never writes, so it cannot migrate in place.
pub(super) fn migrated_copy(disk: &Connection, migrations: &[&str]) -> Result<Connection, Flaw> {
    let memory = Connection::open_in_memory()?;
    // Triggers come after the rows, or they would take each of them for somebody's change.
    for (table, sql) in parts(disk, "type = 'table'")? {
        memory.execute_batch(&sql)?;
        copy_rows(disk, &memory, &table)?;
    }
    for (_, sql) in parts(disk, "type <> 'table'")? {
        memory.execute_batch(&sql)?;
    }
    memory.pragma_update(None, "application_id", APPLICATION)?;
    memory.pragma_update(None, "user_version", number(format(disk, migrations)?))?;
    migrate(&memory, migrations)?;
    Ok(memory)
}

/// A format as SQLite's header has it.
fn number(format: usize) -> i64 {
    i64::try_from(format).unwrap_or(i64::MAX)
}

/// The name and the definition of what a schema holds.
fn parts(disk: &Connection, which: &str) -> rusqlite::Result<Vec<(String, String)>> {
    let question = format!(
        "SELECT name, sql FROM sqlite_schema WHERE {which} AND sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    );
    disk.prepare(&question)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn copy_rows(disk: &Connection, memory: &Connection, table: &str) -> rusqlite::Result<()> {
    let table = table.replace('"', "\"\"");
    let mut read = disk.prepare(&format!("SELECT * FROM \"{table}\""))?;
    let columns = read.column_count();
    let marks = vec!["?"; columns].join(", ");
    let mut write = memory.prepare(&format!("INSERT INTO \"{table}\" VALUES ({marks})"))?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let values = (0..columns).map(|column| row.get::<_, rusqlite::types::Value>(column));
        write.execute(params_from_iter(values.collect::<rusqlite::Result<Vec<_>>>()?))?;
    }
    Ok(())
}
