//! The tables of the catalog, and how an older format becomes the newest.

use super::flaw::Flaw;
use super::link::Talk;
use tokio_postgres::types::Type;

/// How each format is made of the one before; the first one of nothing. A format is never changed once released: a change is one more
/// entry.
pub(super) const MIGRATIONS: &[&str] =
    &[include_str!("format-1.sql"), include_str!("format-2.sql"), include_str!("format-3.sql")];

/// The oldest format whose tables answer what the newest one is asked, so that it is read as it is.
pub(super) const ANSWERS: usize = 1;

/// A name as SQL has it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Keeps the policies of the tables as they are until the transaction ends, and needs no more than the right to read.
pub(super) const HOLD: &str =
    "LOCK TABLE catalog, objects, inventory, levels, leases, runs, projects IN ACCESS SHARE MODE";

/// Whether there is a catalog in a schema, whether policies of row level security say which rows this role may do something with, and whether
/// they hide some from it: where none shows it all rows of a table, or one that counts beside others may hide some. What a policy shows is known
/// of `true` alone.
const FOUND: &str = "WITH guarded AS (
        SELECT pg_class.oid FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = $2 AND relkind IN ('r', 'p') AND row_security_active(pg_class.oid)
    ), policies AS (
        SELECT polrelid, polpermissive, pg_get_expr(polqual, polrelid) AS shown FROM pg_policy JOIN guarded ON guarded.oid = polrelid
        WHERE polcmd IN ('r', '*') AND polqual IS NOT NULL
            AND EXISTS (SELECT FROM unnest(polroles) AS role WHERE CASE WHEN role = 0 THEN true ELSE pg_has_role(role, 'USAGE') END)
    )
    SELECT to_regclass($1) IS NOT NULL, EXISTS (SELECT FROM guarded), EXISTS (SELECT FROM guarded WHERE
        NOT EXISTS (SELECT FROM policies WHERE polrelid = guarded.oid AND polpermissive AND shown = 'true')
        OR EXISTS (SELECT FROM policies WHERE polrelid = guarded.oid AND NOT polpermissive AND shown <> 'true'))";

/// The format of the catalog in a schema: 0 where there is none. The conversation knows from here on whether its rows are guarded.
pub(super) async fn format(talk: &Talk<'_>, schema: &str, migrations: &[&str]) -> Result<usize, Flaw> {
    let table = format!("{}.catalog", quoted(schema));
    let Some(found) = talk.row(FOUND, &[(&table, Type::TEXT), (&schema, Type::TEXT)]).await? else { return Ok(0) };
    if !found.try_get::<_, bool>(0)? {
        return Ok(0);
    }
    talk.is_guarded.set(found.try_get(1)?);
    // What is hidden would be taken for gone.
    if found.try_get::<_, bool>(2)? {
        return Err(Flaw::Hidden);
    }
    let rows = talk.rows(&format!("SELECT format FROM {table}"), &[]).await?;
    let [row] = &*rows else { return Err(Flaw::Damaged("its table `catalog` has not one row".to_owned())) };
    let found: i32 = row.try_get(0)?;
    match usize::try_from(found) {
        Ok(format @ 1..) if format <= migrations.len() => Ok(format),
        Ok(1..) => Err(Flaw::Newer { found: found.into(), known: i64::try_from(migrations.len()).unwrap_or(i64::MAX) }),
        Ok(0) | Err(_) => Err(Flaw::Damaged(format!("it says that it has format {found}, and there is none"))),
    }
}

/// Brings a schema to the newest format, inside of the transaction that is open. Two who do it at once wait for each other.
pub(super) async fn migrate(talk: &Talk<'_>, schema: &str, migrations: &[&str]) -> Result<(), Flaw> {
    if format(talk, schema, migrations).await? == migrations.len() {
        return Ok(());
    }
    let lock = format!("plat {schema}");
    talk.rows("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", &[(&lock, Type::TEXT)]).await?;
    let format = format(talk, schema, migrations).await?;
    let Some(missing) = migrations.get(format..).filter(|missing| !missing.is_empty()) else { return Ok(()) };
    if format == 0 {
        // Who may not make one is given one that is there.
        let there = talk.row("SELECT 1 FROM pg_namespace WHERE nspname = $1", &[(&schema, Type::TEXT)]).await?;
        if there.is_none() {
            talk.run(&format!("CREATE SCHEMA {}", quoted(schema))).await?;
        }
    }
    // What is made goes where the path begins, which is what the system has otherwise.
    talk.run(&format!("SET LOCAL search_path TO {}, pg_catalog", quoted(schema))).await?;
    for step in missing {
        let made = talk.run(step).await;
        made.map_err(|fault| if format > 0 && fault.is_of_rights() { Flaw::Older } else { fault })?;
    }
    let newest = migrations.len();
    let said = format!("DELETE FROM catalog; INSERT INTO catalog VALUES ({newest}); {}", super::path(schema));
    talk.run(&said).await
}
