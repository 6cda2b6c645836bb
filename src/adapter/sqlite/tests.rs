use super::*;
use crate::catalog::conformance::{
    address, batch, conforms, everything, make, map, owned, taking, what_nobody_can_read_is_there, write,
};
use crate::catalog::{Change, FieldChange, GuardedChange, LevelChange, Memory};
use crate::model::{Digest, Kind, Lifecycle, Name, Value};
use crate::source::{FileId, Span, Spanned};
use proptest::prelude::*;
use rusqlite::OptionalExtension;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tempfile::TempDir;

conforms!(|law| {
    let folder = TempDir::new().unwrap();
    law(&mut opened(folder.path().join(".plat/catalog.db")).unwrap());
});

const TITLED: &str = r#"{"title":"A"}"#;

/// The catalog of a file.
fn opened(path: impl Into<PathBuf>) -> Result<Sqlite, CatalogError> {
    Sqlite::open(path, &Wait::default())
}

/// A folder with a catalog that holds some teams of `demo`.
fn with_teams(count: usize) -> (TempDir, Sqlite) {
    let folder = TempDir::new().unwrap();
    let mut catalog = opened(folder.path().join("catalog.db")).unwrap();
    catalog.apply(&batch("demo", &teams(count, "{}", TITLED))).unwrap();
    (folder, catalog)
}

fn teams(count: usize, before: &str, after: &str) -> Vec<GuardedChange> {
    (0..count).map(|number| write(&format!("team:t{number:05}"), before, after)).collect()
}

fn titles(catalog: &Sqlite) -> Vec<String> {
    let addresses: Vec<Address> =
        catalog.observe("demo").unwrap().entries.into_iter().map(|entry| entry.address).collect();
    let mut titles: Vec<String> = catalog
        .objects(&addresses)
        .unwrap()
        .into_iter()
        .map(|object| object.unwrap().read().unwrap().body.get("title").unwrap().value.as_str().unwrap().to_owned())
        .collect();
    titles.dedup();
    titles
}

#[test]
fn reading_makes_no_file_and_no_folder() {
    let folder = TempDir::new().unwrap();
    let catalog = opened(folder.path().join(".plat/catalog.db")).unwrap();
    everything(&catalog, "demo");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn reading_changes_no_byte() {
    let (folder, catalog) = with_teams(3);
    let before = std::fs::read(catalog.path()).unwrap();
    everything(&catalog, "demo");
    assert_eq!(std::fs::read(catalog.path()).unwrap(), before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_batch_that_does_nothing_changes_no_byte() {
    let (_folder, mut catalog) = with_teams(3);
    let before = std::fs::read(catalog.path()).unwrap();
    catalog.apply(&batch("demo", &teams(3, "{}", TITLED))).unwrap();
    assert_eq!(std::fs::read(catalog.path()).unwrap(), before);
}

#[test]
fn what_a_process_left_that_was_killed_while_it_made_the_file_is_in_nobodys_way() {
    for left in ["", "-journal"] {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("catalog.db");
        std::fs::write(folder.path().join("catalog.db-new"), "").unwrap();
        std::fs::write(folder.path().join(format!("catalog.db-new{left}")), "").unwrap();
        let mut catalog = opened(&path).unwrap();
        assert_eq!(catalog.observe("demo").unwrap().entries, []);
        catalog.apply(&batch("demo", &teams(1, "{}", TITLED))).unwrap();
        assert_eq!(titles(&catalog), ["A"]);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn processes_that_make_the_file_at_once_make_one() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("catalog.db");
    std::thread::scope(|scope| {
        for project in 0..8 {
            let path = &path;
            scope.spawn(move || opened(path).unwrap().claim(&format!("p{project}"), &format!("p{project}-0")).unwrap());
        }
    });
    let mut catalog = opened(&path).unwrap();
    assert!((0..8).all(|project| catalog.claim(&format!("p{project}"), "other").unwrap() == format!("p{project}-0")));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn an_empty_file_or_one_of_a_few_bytes_is_no_new_catalog() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("catalog.db");
    for text in ["", "x"] {
        std::fs::write(&path, text).unwrap();
        assert!(matches!(opened(&path), Err(CatalogError::Damaged { .. })));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn an_edit_by_somebody_else_is_another_digest() {
    let (_folder, mut catalog) = with_teams(2);
    let sql = Connection::open(catalog.path()).unwrap();
    // The same content in another form is no change.
    sql.execute(r#"UPDATE objects SET body = '{ "title" : "A" }' WHERE name = 't00000'"#, []).unwrap();
    sql.execute("UPDATE objects SET body = json_set(body, '$.title', 'Z') WHERE name = 't00001'", []).unwrap();
    sql.execute(r#"INSERT INTO objects (kind, parent, name, body) VALUES ('user', '', 'u', '{"icon":"i"}')"#, [])
        .unwrap();
    let live: Vec<Digest> =
        catalog.observe("demo").unwrap().entries.iter().map(|entry| entry.digest().unwrap()).collect();
    let expected = [TITLED, r#"{"title":"Z"}"#, r#"{"icon":"i"}"#];
    assert_eq!(live, expected.map(|body| Digest::of_body(map(body))));
    // What plat writes afterwards has its digest again, even where it is the body of before.
    catalog.apply(&batch("demo", &[write("team:t00001", r#"{"title":"Z"}"#, TITLED)])).unwrap();
    let known: bool =
        sql.query_row("SELECT digest IS NOT NULL FROM objects WHERE name = 't00001'", [], |row| row.get(0)).unwrap();
    assert!(known);
    assert_eq!(catalog.observe("demo").unwrap().entries[1].digest(), Some(live[0]));
}

/// Changes the bytes of a catalog's file behind the back of the database: each `from` becomes a `to` of the same length.
fn flip(catalog: &Sqlite, from: &str, to: &str) -> usize {
    let mut bytes = std::fs::read(catalog.path()).unwrap();
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(from.as_bytes())).collect();
    for at in &places {
        bytes[*at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    std::fs::write(catalog.path(), bytes).unwrap();
    places.len()
}

#[test]
fn a_flipped_bit_is_noticed_and_a_statement_is_a_change() {
    let title = r#"{"title":"a title like no other"}"#;
    let flipped = |catalog: &Sqlite| flip(catalog, "like no other", "like no othes");
    let says = |error: &CatalogError| {
        let text = error.to_string();
        assert!(text.contains("the body of team:t00000") && text.contains("move it away"), "{text}");
    };
    let addresses = [address("team:t00000")];
    let fresh = || {
        let (folder, mut catalog) = with_teams(2);
        catalog.apply(&batch("demo", &[write("team:t00000", TITLED, title)])).unwrap();
        (folder, catalog)
    };
    // The live body, and what the project wrote there: each is held to its own digest.
    let (_folder, mut catalog) = fresh();
    assert_eq!(flipped(&catalog), 2);
    says(&catalog.observe("demo").unwrap_err());
    says(&catalog.objects(&addresses).unwrap_err());
    says(&catalog.written("demo", &addresses).unwrap_err());
    says(&catalog.apply(&batch("demo", &[write("team:t00000", title, TITLED)])).unwrap_err());
    // The same letter changed by statements of somebody who knows nothing of digests.
    let (_folder, catalog) = fresh();
    let sql = Connection::open(catalog.path()).unwrap();
    for table in ["objects", "written"] {
        let change = format!("UPDATE {table} SET body = replace(body, 'like no other', 'like no othes')");
        assert_eq!(sql.execute(&change, []).unwrap(), 2);
    }
    let body = map(r#"{"title":"a title like no othes"}"#);
    assert_eq!(catalog.objects(&addresses).unwrap()[0].as_ref().unwrap().read().unwrap().body, body);
    assert_eq!(catalog.written("demo", &addresses).unwrap(), std::slice::from_ref(&body));
    assert_eq!(catalog.observe("demo").unwrap().entries[0].digest(), Some(Digest::of_body(body)));
}

/// A protection, an owner and a field that another bit makes of it are as dangerous as another body.
#[test]
fn a_flipped_bit_in_the_inventory_is_noticed_and_a_statement_is_a_change() {
    let addresses = [address("team:t00000")];
    let fresh = || {
        let (folder, mut catalog) = with_teams(2);
        let mut kept = write("team:t00000", TITLED, r#"{"fieldlikenoother":1}"#);
        if let Change::Write { lifecycle, base, .. } = &mut kept.change {
            // Which fields are owned is said where it is not what was written.
            *base = Digest([1; 16]);
            *lifecycle = Some(Arc::new(Lifecycle {
                ignore: vec![Spanned::new("notlikeothers".into(), Span::start_of(FileId(0)))],
                ..Lifecycle::default()
            }));
        }
        catalog.apply(&batch("projectlikenoother", &[kept])).unwrap();
        (folder, catalog)
    };
    let says = |error: &CatalogError| {
        let text = error.to_string();
        assert!(text.contains("the record of team:t00000") && text.contains("move it away"), "{text}");
    };
    for (from, to) in [("notlikeothers", "notlikeotherr"), ("projectlikenoother", "projectlikenoothes")] {
        for project in ["projectlikenoother", "projectlikenoothes", "demo"] {
            let (_folder, catalog) = fresh();
            assert!(flip(&catalog, from, to) > 0);
            says(&catalog.observe(project).unwrap_err());
        }
    }
    let (_folder, catalog) = fresh();
    Connection::open(catalog.path())
        .unwrap()
        .execute_batch("DELETE FROM objects; DELETE FROM written; VACUUM")
        .unwrap();
    assert_eq!(flip(&catalog, "fieldlikenoother", "fieldlikenoothes"), 1);
    says(&catalog.owned_fields("projectlikenoother", &addresses).unwrap_err());
    // The same by statements of somebody who knows nothing of digests.
    let (_folder, mut catalog) = fresh();
    let sql = Connection::open(catalog.path()).unwrap();
    for column in ["lifecycle", "project"] {
        let change = format!("UPDATE inventory SET {column} = replace({column}, 'likenoother', 'likesomeother')");
        assert!(sql.execute(&change, []).unwrap() > 0);
    }
    sql.execute("UPDATE inventory SET fields = CAST(replace(fields, 'likenoother', 'likenoothes') AS BLOB)", [])
        .unwrap();
    let observed = catalog.observe("projectlikesomeother").unwrap().entries;
    assert!(observed[0].owner.is_some(), "{observed:?}");
    let fields = catalog.owned_fields("projectlikesomeother", &addresses).unwrap();
    assert_eq!(fields[0][0].0, "fieldlikenoothes");
    // What is written again, or moved, is held to its digests again.
    let mut moved = write("team:t00009", TITLED, TITLED);
    if let Change::Write { from, .. } = &mut moved.change {
        *from = Some(address("team:t00001"));
    }
    catalog.apply(&batch("demo", &[write("team:t00000", "{}", "{}"), moved])).unwrap();
    let without = "SELECT name FROM inventory WHERE project = 'demo' AND (digest IS NULL OR fields_digest IS NULL)";
    assert_eq!(sql.query_row(without, [], |row| row.get::<_, String>(0)).optional().unwrap(), None);
}

/// Whatever a disk does to one bit, an owner and a protection are there as before, or it is told.
#[test]
fn no_flipped_bit_takes_a_protection_away() {
    let (_folder, mut catalog) = with_teams(12);
    let protected = |name: &str| {
        let mut kept = write(name, "{}", TITLED);
        if let Change::Write { lifecycle, .. } = &mut kept.change {
            *lifecycle = Some(Arc::new(Lifecycle { protect: true, ..Lifecycle::default() }));
        }
        kept
    };
    let kept = ["entity:service:a", "entity:service:b", "entity:service:c", "user:u"].map(protected);
    catalog.apply(&batch("demo", &kept)).unwrap();
    let whole = std::fs::read(catalog.path()).unwrap();
    let owners = || {
        let observed = catalog.observe("demo")?.entries;
        let owned = observed.into_iter().filter_map(|entry| Some((entry.address, entry.owner?)));
        Ok::<_, CatalogError>(owned.collect::<Vec<_>>())
    };
    let before = owners().unwrap();
    assert_eq!(before.len(), 16);
    let written: Vec<usize> = (0..whole.len()).filter(|at| whole[*at] != 0).collect();
    let mut told = 0;
    for step in 0..1_000_usize {
        let at = written[step * 7_919 % written.len()];
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (step % 8);
        std::fs::write(catalog.path(), flipped).unwrap();
        match owners() {
            Ok(after) => assert_eq!(after, before, "byte {at}, bit {}", step % 8),
            Err(_) => told += 1,
        }
    }
    assert!(told > 100, "{told}");
}

#[test]
fn which_fields_are_owned_is_said_once() {
    let (_folder, mut catalog) = with_teams(1);
    let (addresses, body) = ([address("team:t")], map(TITLED));
    let made = make("team:t", &body);
    assert_eq!(catalog.apply(&batch("demo", &[made])).unwrap(), [Outcome::Done]);
    let sql = Connection::open(catalog.path()).unwrap();
    let said = sql.query_row("SELECT sum(length(fields)) FROM inventory", [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(said, 0, "`written` says them");
    assert_eq!(catalog.owned_fields("demo", &addresses).unwrap(), [owned(&body)]);
    // Nobody takes what is owned for somebody else's because a row is gone.
    sql.execute("DELETE FROM written", []).unwrap();
    let error = catalog.owned_fields("demo", &addresses).unwrap_err().to_string();
    assert!(error.contains("the record of team:t"), "{error}");
}

#[test]
fn a_file_that_is_cut_or_overwritten_anywhere_is_damage_or_says_what_it_said() {
    let (_folder, catalog) = with_teams(300);
    let whole = std::fs::read(catalog.path()).unwrap();
    let asked = || {
        let observed = catalog.observe("demo")?.entries;
        let addresses: Vec<Address> = observed.iter().map(|entry| entry.address.clone()).collect();
        let fields = catalog.owned_fields("demo", &addresses)?;
        Ok((observed, catalog.objects(&addresses)?, catalog.written("demo", &addresses)?, fields))
    };
    let said = asked().unwrap();
    for part in 1..40 {
        let at = whole.len() * part / 40;
        let mut garbage = whole.clone();
        garbage[at..(at + 600).min(whole.len())].fill(0xa5);
        for bytes in [whole[..at].to_vec(), garbage] {
            std::fs::write(catalog.path(), bytes).unwrap();
            match asked() {
                Ok(now) => assert_eq!(now, said, "{at}"),
                Err(CatalogError::Damaged { .. }) => {}
                Err(error) => panic!("{at}: {error:?}"),
            }
        }
    }
}

#[test]
fn a_body_that_nobody_reads_is_named_with_its_row() {
    let (_folder, catalog) = with_teams(1);
    let sql = Connection::open(catalog.path()).unwrap();
    for (body, says) in [
        ("[1]", "a list, not an object"),
        ("{", "not JSON: "),
        (r#"{"title":1e400}"#, "not JSON: number out of range"),
        (r#"{"title":"\ud800"}"#, "not JSON: "),
        (r#"{"title":9223372036854775809}"#, "JSON with the number 9223372036854775809, "),
    ] {
        sql.execute("UPDATE objects SET body = ?1", [body]).unwrap();
        let entry = catalog.observe("demo").unwrap().entries.remove(0);
        let unreadable = entry.live.as_ref().unwrap().unreadable().unwrap();
        assert!(unreadable.why.starts_with(says), "{unreadable}");
        assert_eq!(unreadable.removal, "DELETE FROM objects WHERE (kind, parent, name) = ('team', '', 't00000')");
        assert_eq!(unreadable.digest, Digest::of(body.as_bytes()));
        // Whose it is stays known.
        assert!(entry.owner.is_some(), "{body}");
    }
    sql.execute(r#"UPDATE objects SET body = '{"title":"T"}'"#, []).unwrap();
    assert!(catalog.observe("demo").unwrap().entries[0].live.as_ref().unwrap().read().is_some());
}

#[test]
fn an_unreadable_body_is_there_to_whoever_asks() {
    let (_folder, mut catalog) = with_teams(0);
    what_nobody_can_read_is_there(&mut catalog, |catalog, address| {
        let sql = Connection::open(catalog.path()).unwrap();
        let spoil = "UPDATE objects SET body = '{\"a\":1e400}' WHERE (kind, parent, name) = (?1, ?2, ?3)";
        assert_eq!(sql.execute(spoil, key(address)).unwrap(), 1);
    });
}

#[test]
fn of_what_was_written_and_is_unreadable_nothing_is_known() {
    let (_folder, mut catalog) = with_teams(1);
    let sql = Connection::open(catalog.path()).unwrap();
    sql.execute("UPDATE written SET body = '{'", []).unwrap();
    let team = [address("team:t00000")];
    assert_eq!(catalog.written("demo", &team).unwrap(), [Map::default()]);
    // All of the object was ours, so that what was written was the record of that too.
    let error = catalog.owned_fields("demo", &team).unwrap_err().to_string();
    assert!(error.contains("team:t00000"), "{error}");
    catalog.apply(&batch("demo", &[write("team:t00000", TITLED, r#"{"title":"B"}"#)])).unwrap();
    assert_eq!(catalog.written("demo", &team).unwrap(), [map(r#"{"title":"B"}"#)]);
}

/// What no address leads to hides nothing else, is named, and goes by the statement that is told.
#[test]
fn rows_that_no_address_leads_to_are_told() {
    let (_folder, catalog) = with_teams(2);
    let sql = Connection::open(catalog.path()).unwrap();
    let whole = catalog.observe("demo").unwrap();
    let object =
        |kind, name| format!("INSERT INTO objects (kind, parent, name, body) VALUES ({kind}, '', {name}, '{{}}')");
    let record = |kind, name, project| {
        format!(
            "INSERT INTO inventory (kind, parent, name, project, base, fields) VALUES ({kind}, '', {name}, {project}, zeroblob(16), x'')"
        )
    };
    for (insert, says) in [
        (
            object("'shelf'", "'p'"),
            r#"a row of `objects` is of a kind that nobody knows (kind, parent, name: "shelf", "", "p")"#,
        ),
        (object("''", "'p'"), r#"kind that nobody knows (kind, parent, name: "", "", "p")"#),
        (object("'team'", "CAST(x'74ff' AS TEXT)"), "a row of `objects` has a name that is no text"),
        (record("'shelf'", "'p'", "'demo'"), r#"(kind, parent, name, project: "shelf", "", "p", "demo")"#),
        (record("'team'", "CAST(x'74ff' AS TEXT)", "'demo'"), "a row of `inventory` has a name that is no text"),
        (record("CAST(x'ff' AS TEXT)", "'caf\u{e9}\n'", "'other'"), "\"caf\u{e9}\\n\", \"other\")"),
    ] {
        assert_eq!(sql.execute(&insert, []).unwrap(), 1);
        let observed = catalog.observe("demo").unwrap();
        assert_eq!(observed.entries, whole.entries, "{insert}");
        let [stray] = &*observed.strays else { panic!("{insert}: {:?}", observed.strays) };
        assert!(stray.what.contains(says), "{stray}");
        assert_eq!(sql.execute(&stray.removal, []).unwrap(), 1, "{stray}");
        assert_eq!(catalog.observe("demo").unwrap(), whole);
    }
}

/// What nobody can read of a record is told of every project whose it is, whether its object changes or not, and with a way out.
#[test]
fn a_record_that_nobody_can_read_is_named_with_its_row() {
    let way = "`DELETE FROM inventory WHERE (kind, parent, name, project) = ('team', '', 't00000', 'demo')`";
    for (change, says) in [
        ("lifecycle = '{\"guard\":true}'", "holds a lifecycle that nobody can read"),
        ("lifecycle = CAST(x'ff' AS TEXT)", "holds a lifecycle that nobody can read"),
        ("fields = x'00ff'", "holds fields that nobody can read"),
        ("fields = x'00ff', fields_digest = zeroblob(16)", "is not what was written"),
    ] {
        let (_folder, catalog) = with_teams(2);
        let sql = Connection::open(catalog.path()).unwrap();
        sql.execute(&format!("UPDATE inventory SET {change} WHERE name = 't00000'"), []).unwrap();
        let error = catalog.observe("demo").unwrap_err().to_string();
        assert!(error.contains(&format!("the record of team:t00000 of project demo {says}")), "{error}");
        assert!(error.contains(way), "{error}");
        assert_eq!(catalog.observe("other").unwrap().entries.len(), 2, "{change}");
    }
}

#[test]
fn a_level_that_nobody_can_read_is_told_with_a_way_out() {
    let (_folder, catalog) = with_teams(1);
    let sql = Connection::open(catalog.path()).unwrap();
    for insert in [
        "INSERT INTO levels VALUES ('demo', 's', 'shelf', '', 'n', 'gold')",
        "INSERT INTO levels VALUES ('demo', 's', 'team', '', CAST(x'ff' AS TEXT), 'gold')",
    ] {
        sql.execute(insert, []).unwrap();
        let error = catalog.levels("demo").unwrap_err().to_string();
        assert!(error.contains("`DELETE FROM levels WHERE project = 'demo'`"), "{error}");
        assert_eq!(sql.execute("DELETE FROM levels WHERE project = 'demo'", []).unwrap(), 1);
        assert_eq!(catalog.levels("demo").unwrap(), []);
    }
}

#[test]
fn a_lease_and_an_id_that_are_no_text_hide_nothing_else() {
    let (_folder, mut catalog) = with_teams(1);
    let sql = Connection::open(catalog.path()).unwrap();
    sql.execute("INSERT INTO projects VALUES (CAST(x'00ff' AS TEXT), 'demo')", []).unwrap();
    assert_eq!(catalog.identities("demo").unwrap(), BTreeSet::from(["demo".to_owned()]));
    assert_eq!(catalog.claim("demo", "fresh").unwrap(), "demo");
    sql.execute("INSERT INTO leases VALUES ('demo', CAST(x'ff' AS TEXT), 'h', 9)", []).unwrap();
    let lease = Lease { run: "r".into(), holder: "h".into(), expires: 9 };
    for error in [catalog.lease("demo").unwrap_err(), catalog.acquire("demo", &lease, 99).unwrap_err()] {
        assert!(error.to_string().contains("`DELETE FROM leases WHERE project = 'demo'` takes it away"), "{error}");
    }
    assert_eq!(catalog.lease("other").unwrap(), None);
}

#[test]
fn a_newer_format_is_refused() {
    let (_folder, mut catalog) = with_teams(1);
    Connection::open(catalog.path()).unwrap().pragma_update(None, "user_version", 9).unwrap();
    let newer = |error: &CatalogError| matches!(error, CatalogError::Newer { found: 9, known: 8, .. });
    assert!(newer(&opened(catalog.path()).unwrap_err()));
    assert!(newer(&catalog.observe("demo").unwrap_err()));
    assert!(newer(&catalog.apply(&batch("demo", &[])).unwrap_err()));
}

#[test]
fn what_is_no_catalog_is_refused_and_left_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("catalog.db");
    let other = folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE mine (a)").unwrap();
    let (_kept, large) = with_teams(2000);
    let mut half = std::fs::read(large.path()).unwrap();
    half.truncate(half.len() / 2);
    for bytes in [b"This is a letter, not a database.".repeat(100), std::fs::read(&other).unwrap(), half] {
        std::fs::write(&path, &bytes).unwrap();
        let mut catalog =
            Sqlite { path: path.clone(), file: Cell::new(None), wait: Wait::default(), migrations: schema::MIGRATIONS };
        assert!(matches!(catalog.observe("demo"), Err(CatalogError::Damaged { .. })));
        let error = catalog.apply(&batch("demo", &teams(1, "{}", TITLED))).unwrap_err();
        assert!(matches!(error, CatalogError::Damaged { .. }), "{error:?}");
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }
}

#[test]
fn a_place_that_cannot_be_opened_is_said() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let below_a_file = opened(folder.path().join("file/catalog.db"));
    assert!(matches!(below_a_file, Err(CatalogError::Open { .. })), "{below_a_file:?}");
    let a_folder = opened(folder.path());
    assert!(matches!(a_folder, Err(CatalogError::Open { .. })), "{a_folder:?}");
}

const OLDER_AND_NEWER: &[&str] = &[
    schema::MIGRATIONS[0],
    schema::MIGRATIONS[1],
    schema::MIGRATIONS[2],
    schema::MIGRATIONS[3],
    schema::MIGRATIONS[4],
    schema::MIGRATIONS[5],
    schema::MIGRATIONS[6],
    schema::MIGRATIONS[7],
    r#"CREATE TABLE extra (a); UPDATE inventory SET lifecycle = '{"protect":true}'"#,
];

const FAILING: &[&str] = &[
    schema::MIGRATIONS[0],
    schema::MIGRATIONS[1],
    schema::MIGRATIONS[2],
    schema::MIGRATIONS[3],
    schema::MIGRATIONS[4],
    schema::MIGRATIONS[5],
    schema::MIGRATIONS[6],
    schema::MIGRATIONS[7],
    "CREATE TABLE extra (a)",
    "DROP TABLE objects; no sql",
];

/// A trigger of others that is harmless stays, and one that keeps a write from being there ends the batch as if it had not been.
#[test]
fn a_write_that_a_trigger_swallows_or_undoes_is_damage() {
    let undo = "UPDATE objects SET body = OLD.body, digest = OLD.digest WHERE (kind, parent, name) = (NEW.kind, NEW.parent, NEW.name)";
    let make = || vec![make("team:new", &map(TITLED))];
    let change = || vec![write("team:t00000", TITLED, r#"{"title":"B"}"#)];
    let delete = || {
        vec![GuardedChange {
            address: address("team:t00000"),
            change: Change::Delete { before: Digest::of(TITLED.as_bytes()) },
        }]
    };
    let forget = || vec![GuardedChange { address: address("team:t00000"), change: Change::Forget }];
    for (trigger, harms) in [
        ("BEFORE INSERT ON objects BEGIN SELECT RAISE(IGNORE)", make()),
        ("BEFORE INSERT ON inventory BEGIN SELECT RAISE(IGNORE)", make()),
        ("BEFORE INSERT ON written BEGIN SELECT RAISE(IGNORE)", make()),
        ("AFTER INSERT ON inventory BEGIN DELETE FROM objects WHERE name = NEW.name", make()),
        ("BEFORE UPDATE ON objects BEGIN SELECT RAISE(IGNORE)", change()),
        (&*format!("AFTER UPDATE OF body ON objects WHEN NEW.digest IS NOT NULL BEGIN {undo}"), change()),
        ("BEFORE UPDATE ON inventory BEGIN SELECT RAISE(IGNORE)", change()),
        ("BEFORE DELETE ON objects BEGIN SELECT RAISE(IGNORE)", delete()),
        ("BEFORE DELETE ON inventory BEGIN SELECT RAISE(IGNORE)", delete()),
        ("BEFORE DELETE ON inventory BEGIN SELECT RAISE(IGNORE)", forget()),
        (
            "AFTER DELETE ON objects BEGIN INSERT INTO objects (kind, parent, name, body) VALUES ('team', '', OLD.name, '{}')",
            delete(),
        ),
    ] {
        let (_folder, mut catalog) = with_teams(1);
        let sql = Connection::open(catalog.path()).unwrap();
        sql.execute_batch(&format!("CREATE TRIGGER \"of others\" {trigger}; END")).unwrap();
        let before = std::fs::read(catalog.path()).unwrap();
        let error = catalog.apply(&batch("demo", &harms)).unwrap_err().to_string();
        assert!(error.contains("damaged") && error.contains(r#"DROP TRIGGER "of others""#), "{trigger}: {error}");
        assert_eq!(std::fs::read(catalog.path()).unwrap(), before, "{trigger}");
        sql.execute_batch("DROP TRIGGER \"of others\"").unwrap();
        assert_eq!(catalog.apply(&batch("demo", &harms)).unwrap(), [Outcome::Done], "{trigger}");
    }
    let (_folder, mut catalog) = with_teams(1);
    let sql = Connection::open(catalog.path()).unwrap();
    sql.execute_batch(
        "CREATE TABLE log (name TEXT); CREATE TRIGGER log AFTER UPDATE ON objects BEGIN INSERT INTO log VALUES (NEW.name); END",
    )
    .unwrap();
    let all = [change(), make()].concat();
    assert_eq!(catalog.apply(&batch("demo", &all)).unwrap(), [Outcome::Done, Outcome::Done]);
    assert_eq!(sql.query_row("SELECT count(*) FROM log", [], |row| row.get::<_, i64>(0)).unwrap(), 1);
    let swallow = "CREATE TRIGGER no_lease BEFORE INSERT ON leases BEGIN SELECT RAISE(IGNORE); END";
    sql.execute_batch(swallow).unwrap();
    let lease = Lease { run: "r".into(), holder: "h".into(), expires: 9 };
    assert!(catalog.acquire("demo", &lease, 1).unwrap_err().to_string().contains("the lease of project demo"));
}

#[test]
fn an_older_format_is_read_without_a_change_and_migrated_by_a_write() {
    let (_folder, mut catalog) = with_teams(3);
    let before = std::fs::read(catalog.path()).unwrap();
    let old = everything(&catalog, "demo");
    catalog.migrations = OLDER_AND_NEWER;
    let protected = format!("{:?}", Some(Lifecycle { protect: true, ..Lifecycle::default() }));
    let new = old.replace("lifecycle: None", &format!("lifecycle: {protected}"));
    assert_ne!(new, old);
    assert_eq!(everything(&catalog, "demo"), new);
    assert_eq!(std::fs::read(catalog.path()).unwrap(), before);
    catalog.apply(&batch("demo", &[])).unwrap();
    assert_eq!(everything(&catalog, "demo"), new);
    let sql = Connection::open(catalog.path()).unwrap();
    assert_eq!(sql.query_row("SELECT count(*) FROM extra", [], |row| row.get::<_, i64>(0)).unwrap(), 0);
    assert!(matches!(opened(catalog.path()), Err(CatalogError::Newer { found: 9, known: 8, .. })));
}

#[test]
fn an_older_format_becomes_the_newest_where_nothing_else_is_to_be_written() {
    let (folder, mut catalog) = with_teams(3);
    let old = std::fs::read(catalog.path()).unwrap();
    catalog.renew().unwrap();
    assert_eq!(std::fs::read(catalog.path()).unwrap(), old, "the newest stays as it is");
    catalog.migrations = OLDER_AND_NEWER;
    let new = everything(&catalog, "demo");
    catalog.renew().unwrap();
    assert_eq!(everything(&catalog, "demo"), new);
    assert!(matches!(opened(catalog.path()), Err(CatalogError::Newer { .. })));
    // Where there is none, none is made.
    let mut none = opened(folder.path().join("none.db")).unwrap();
    none.renew().unwrap();
    assert!(!none.path().exists());
}

/// What was written in the first format: two objects of `demo`, of which others changed the second one, and a protected record.
#[test]
fn a_catalog_of_the_first_format_says_what_it_said() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("catalog.db");
    let mut old = Sqlite {
        path: path.clone(),
        file: Cell::new(None),
        wait: Wait::default(),
        migrations: &schema::MIGRATIONS[..1],
    };
    old.change("", |connection| Ok(connection.execute_batch("")?)).unwrap();
    let sql = Connection::open(&path).unwrap();
    let (ours, theirs) = (map(TITLED), map(r#"{"title":"Z"}"#));
    for (name, body, protect) in [("t1", &ours, 1), ("t2", &theirs, 0)] {
        let digest = |body: &Map| Digest::of_body(body.clone()).0;
        let mut json = Vec::new();
        crate::model::write_json(&Value::Object(body.clone()), &mut json);
        let json = String::from_utf8(json).unwrap();
        sql.execute("INSERT INTO objects VALUES ('team', '', ?1, ?2, 3, 4, ?3)", (name, digest(body), json)).unwrap();
        let fields = crate::adapter::sql::fields::encode(&owned(&ours));
        let put = "INSERT INTO inventory VALUES ('team', '', ?1, 'demo', ?2, ?3, ?4)";
        sql.execute(put, (name, digest(&ours), protect, fields)).unwrap();
    }
    drop(sql);
    let before = std::fs::read(&path).unwrap();
    let addresses = ["team:t1", "team:t2"].map(address);
    let asked = |catalog: &Sqlite| {
        let observed = catalog.observe("demo").unwrap().entries;
        let protected: Vec<bool> = observed.iter().map(|entry| entry.owner.as_ref().unwrap().is_protected()).collect();
        assert_eq!(protected, [true, false]);
        assert_eq!(catalog.written("demo", &addresses).unwrap(), [ours.clone(), Map::default()]);
        assert_eq!(catalog.owned_fields("demo", &addresses).unwrap(), [owned(&ours), owned(&ours)]);
        assert_eq!(catalog.runs("demo", 9).unwrap(), []);
        everything(catalog, "demo")
    };
    let catalog = opened(&path).unwrap();
    let read = asked(&catalog);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    catalog.clone().apply(&batch("demo", &[])).unwrap();
    assert_eq!(asked(&catalog), read);
    assert!(catalog.hand_overs("demo", &addresses).unwrap().iter().all(crate::model::HandOvers::is_empty));
    old.migrations = schema::MIGRATIONS;
    assert_eq!(asked(&old), read);
}

#[test]
fn hand_overs_that_nobody_can_read_are_not_taken_for_none() {
    let (_folder, mut catalog) = with_teams(1);
    let team = address("team:t00000");
    catalog.apply(&batch("other", &[taking(write("team:t00000", TITLED, TITLED), "demo")])).unwrap();
    let sql = Connection::open(catalog.path()).unwrap();
    let put = |text: &str, digest: Option<Digest>| {
        let digest = digest.map(|digest| digest.0.to_vec());
        let put = "UPDATE hand_overs SET came_by = ?1, digest = coalesce(?2, digest)";
        assert_eq!(sql.execute(put, (text, digest)).unwrap(), 1);
    };
    for text in ["", "[", "{}"] {
        for digest in [None, Some(Digest::of(text.as_bytes()))] {
            put(text, digest);
            let error = catalog.hand_overs("other", std::slice::from_ref(&team)).unwrap_err();
            assert!(matches!(error, CatalogError::Damaged { .. }), "{error}");
            let back = catalog.apply(&batch("demo", &[taking(write("team:t00000", TITLED, TITLED), "other")]));
            assert!(matches!(back, Err(CatalogError::Damaged { .. })), "{back:?}");
        }
    }
    // The way that the error names.
    let error = catalog.hand_overs("other", std::slice::from_ref(&team)).unwrap_err().to_string();
    let statement = error.split('`').nth(1).unwrap();
    assert_eq!(sql.execute(statement, []).unwrap(), 1);
    assert!(catalog.hand_overs("other", &[team]).unwrap()[0].is_empty());
}

#[test]
fn a_migration_that_fails_leaves_the_older_format() {
    let (_folder, mut catalog) = with_teams(3);
    let old = everything(&catalog, "demo");
    catalog.migrations = FAILING;
    assert!(catalog.apply(&batch("demo", &[])).is_err());
    assert_eq!(everything(&opened(catalog.path()).unwrap(), "demo"), old);
}

#[test]
fn a_lock_that_is_not_given_back_is_said() {
    let (_folder, mut catalog) = with_teams(1);
    catalog.wait.limit = Duration::from_millis(50);
    let sql = Connection::open(catalog.path()).unwrap();
    sql.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(titles(&catalog), ["A"], "a writer that has not committed keeps nobody from reading");
    assert!(matches!(catalog.apply(&batch("demo", &[])), Err(CatalogError::Busy { .. })));
    sql.execute_batch("COMMIT; BEGIN EXCLUSIVE").unwrap();
    assert!(matches!(catalog.observe("demo"), Err(CatalogError::Busy { .. })));
    // Nobody waits for the end of the time once the run is asked to stop.
    catalog.wait = Wait::at_most(Duration::from_mins(10));
    catalog.wait.interrupt.store(2, Ordering::Relaxed);
    assert!(matches!(catalog.observe("demo"), Err(CatalogError::Interrupted { .. })));
    assert!(matches!(catalog.apply(&batch("demo", &[])), Err(CatalogError::Interrupted { .. })));
    sql.execute_batch("COMMIT").unwrap();
    assert!(catalog.apply(&batch("demo", &[])).is_ok(), "what is free is not waited for");
}

#[test]
fn a_catalog_that_is_taken_away_or_replaced_in_the_middle_is_missed() {
    let replaced = |error: CatalogError| assert!(matches!(error, CatalogError::Replaced { .. }), "{error}");
    let (folder, mut catalog) = with_teams(1);
    let elsewhere = folder.path().join("elsewhere");
    std::fs::rename(catalog.path(), &elsewhere).unwrap();
    replaced(catalog.observe("demo").unwrap_err());
    replaced(catalog.lasts().unwrap_err());
    replaced(catalog.apply(&batch("demo", &[])).unwrap_err());
    replaced(catalog.renew().unwrap_err());
    assert!(!catalog.path().exists(), "none is made in its place");
    // A copy holds the same and is another one: what is written to the one is not in the other.
    std::fs::copy(&elsewhere, catalog.path()).unwrap();
    replaced(catalog.observe("demo").unwrap_err());
    std::fs::rename(&elsewhere, catalog.path()).unwrap();
    catalog.apply(&batch("demo", &[])).unwrap();
    assert!(catalog.lasts().is_ok());
    // In the middle of a change.
    let path = catalog.path().to_owned();
    let error = catalog.change("write", |_| {
        std::fs::remove_file(&path).unwrap();
        Ok(())
    });
    let error = error.unwrap_err();
    replaced(error);
}

#[test]
fn a_catalog_that_somebody_makes_first_is_taken_as_it_is() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("catalog.db");
    let (mut first, mut second) = (opened(&path).unwrap(), opened(&path).unwrap());
    second.apply(&batch("demo", &[])).unwrap();
    first.apply(&batch("demo", &[])).unwrap();
    assert!(first.lasts().is_ok() && second.lasts().is_ok());
}

#[test]
fn a_format_that_is_not_that_of_the_tables_is_damage() {
    let is_damage = |error: CatalogError| {
        assert!(matches!(&error, CatalogError::Damaged { what, .. } if what.contains("format")), "{error}");
    };
    for version in -1..=7 {
        let (_folder, mut catalog) = with_teams(1);
        let before = catalog.observe("demo").unwrap().entries;
        let says = |version: i64| {
            Connection::open(catalog.path()).unwrap().pragma_update(None, "user_version", version).unwrap();
        };
        says(version);
        is_damage(catalog.observe("demo").unwrap_err());
        is_damage(catalog.clone().apply(&batch("demo", &[])).unwrap_err());
        // What was tried left nothing.
        says(8);
        assert_eq!(catalog.observe("demo").unwrap().entries, before, "{version}");
        catalog.apply(&batch("demo", &[])).unwrap();
    }
    for table in ["objects", "runs"] {
        let (_folder, mut catalog) = with_teams(1);
        let sql = Connection::open(catalog.path()).unwrap();
        sql.execute_batch(&format!("DROP TABLE {table}")).unwrap();
        let error = catalog.objects(&[address("team:a")]).map(drop).and(catalog.runs("demo", 1).map(drop)).unwrap_err();
        assert!(matches!(error, CatalogError::Damaged { .. }), "{table}: {error}");
        assert!(catalog.record_run("demo", &crate::catalog::conformance::run("r", 1)).is_err() || table != "runs");
    }
}

#[test]
fn a_run_that_is_unreadable_hides_no_other_one() {
    let (_folder, mut catalog) = with_teams(1);
    for began in [1, 2, 3] {
        catalog.record_run("demo", &crate::catalog::conformance::run(&format!("run-{began}"), began)).unwrap();
    }
    let sql = Connection::open(catalog.path()).unwrap();
    for damage in ["steps = 'x'", "steps = '[1]'", "state = CAST(x'ff' AS TEXT)"] {
        sql.execute(&format!("UPDATE runs SET {damage} WHERE run = 'run-2'"), []).unwrap();
        let runs = catalog.runs("demo", 10).unwrap();
        let states: Vec<(&str, &str)> = runs.iter().map(|run| (&*run.run, &*run.state)).collect();
        assert_eq!(states, [("run-3", "running"), ("run-2", "unreadable"), ("run-1", "running")], "{damage}");
    }
}

/// The files as a process leaves them that dies in the middle of a commit: half of the new pages, and the journal.
#[test]
fn a_commit_that_was_killed_is_undone_by_the_next_reader() {
    let (folder, catalog) = with_teams(3000);
    let old = everything(&catalog, "demo");
    let sql = Connection::open(catalog.path()).unwrap();
    sql.execute_batch("PRAGMA cache_size = 1; BEGIN IMMEDIATE").unwrap();
    sql.execute_batch(r#"UPDATE objects SET body = '{"title":"half"}', digest = zeroblob(16)"#).unwrap();
    let image = TempDir::new().unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), image.path().join(file.file_name())).unwrap();
    }
    assert_eq!(std::fs::read_dir(image.path()).unwrap().count(), 2);
    let bytes = std::fs::read(image.path().join("catalog.db")).unwrap();
    assert!(bytes.windows(4).any(|window| window == b"half"));
    assert_eq!(everything(&opened(image.path().join("catalog.db")).unwrap(), "demo"), old);
}

#[test]
fn threads_that_write_at_once_take_turns() {
    let (_folder, catalog) = with_teams(0);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let mut catalog = catalog.clone();
            scope.spawn(move || {
                for number in 0..10 {
                    let own = write(&format!("user:{thread}-{number}"), "{}", TITLED);
                    let shared = write("team:shared", "{}", TITLED);
                    catalog.apply(&batch(&format!("project-{thread}"), &[own, shared])).unwrap();
                    catalog.observe("demo").unwrap();
                }
            });
        }
    });
    assert_eq!(catalog.observe("demo").unwrap().entries.len(), 41);
    for thread in 0..4 {
        let own = catalog.observe(&format!("project-{thread}")).unwrap().entries;
        assert_eq!(own.iter().filter(|entry| entry.owner.is_some()).count(), 11);
    }
}

#[test]
fn of_two_that_change_the_same_field_one_is_refused() {
    let (_folder, catalog) = with_teams(1);
    let change = |title: &str| write("team:t00000", TITLED, &format!(r#"{{"title":"{title}"}}"#));
    let results: Vec<_> = std::thread::scope(|scope| {
        let handles: Vec<_> = ["B", "C"]
            .into_iter()
            .map(|title| {
                let mut catalog = catalog.clone();
                scope.spawn(move || catalog.apply(&batch("demo", &[change(title)])).is_ok())
            })
            .collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    });
    assert_eq!(results.iter().filter(|written| **written).count(), 1);
    assert_eq!(titles(&catalog), [if results[0] { "B" } else { "C" }]);
}

/// Run without the variable it starts itself with it as another process, and kills that.
#[test]
fn a_process_killed_while_it_applies_leaves_all_or_nothing() {
    const VARIABLE: &str = "PLAT_TEST_CATALOG_TO_FLIP";
    const COUNT: usize = 400;
    let flip = |catalog: &mut Sqlite, from: &str, to: &str| {
        let body = |title: &str| format!(r#"{{"title":"{title}"}}"#);
        catalog.apply(&batch("demo", &teams(COUNT, &body(from), &body(to)))).unwrap();
    };
    if let Ok(path) = std::env::var(VARIABLE) {
        let mut catalog = opened(path).unwrap();
        loop {
            let from = titles(&catalog).remove(0);
            flip(&mut catalog, &from, if from == "A" { "B" } else { "A" });
        }
    }
    let (_folder, mut catalog) = with_teams(COUNT);
    for milliseconds in [0, 7, 15, 31] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "adapter::sqlite::tests::a_process_killed_while_it_applies_leaves_all_or_nothing"])
            .env(VARIABLE, catalog.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        while child.try_wait().unwrap().is_none() && titles(&catalog) == ["A"] {}
        std::thread::sleep(Duration::from_millis(milliseconds));
        assert!(child.try_wait().unwrap().is_none(), "it goes on until it is killed");
        child.kill().unwrap();
        child.wait().unwrap();
        let [title] = titles(&catalog).try_into().expect("one title for all of them");
        flip(&mut catalog, &title, "A");
    }
}

/// A batch over few objects and fields, whose guards hold often but not always.
fn operations() -> impl Strategy<Value = Vec<GuardedChange>> {
    let value = prop::option::of((0..3_i64).prop_map(Value::integer));
    let path = prop::sample::select(vec!["title", "icon", "properties.x", "properties.y", "labels.x"]);
    let change = (value.clone(), value);
    let fields = prop::collection::btree_map(path.clone(), change, 0..4);
    let owned = prop::collection::btree_map(path, any::<[u8; 16]>(), 0..2);
    let flags = (any::<bool>(), prop::bool::weighted(0.2));
    let from = prop::option::weighted(0.3, any_address());
    let write = (fields, owned, any::<[u8; 16]>(), flags, from).prop_map(|(fields, owned, base, flags, from)| {
        let (protect, taken) = flags;
        let field = |(path, (before, after)): (&str, (Option<Value>, Option<Value>))| FieldChange {
            path: path.to_owned(),
            before: before.as_ref().map(Digest::of_value),
            after,
        };
        Change::Write {
            fields: fields.into_iter().map(field).collect(),
            owned: owned.into_iter().map(|(path, digest)| (path.to_owned(), Digest(digest))).collect(),
            base: Digest(base),
            lifecycle: protect.then(|| Arc::new(Lifecycle { protect, ..Lifecycle::default() })),
            from,
            taken_from: taken.then(|| "other".into()),
            declared: None,
        }
    });
    let bodies = prop::sample::select(vec!["{}", r#"{"title":1}"#, r#"{"properties":{"x":1}}"#]);
    let delete = bodies.prop_map(|body| Change::Delete { before: Digest::of_body(map(body)) });
    let change = prop_oneof![6 => write, 2 => delete, 1 => Just(Change::Forget)];
    prop::collection::vec((any_address(), change).prop_map(|(address, change)| GuardedChange { address, change }), 0..4)
}

fn any_address() -> impl Strategy<Value = Address> {
    let kind = prop::sample::select(vec![Kind::Team, Kind::Action, Kind::Blueprint]);
    (kind, prop::sample::select(vec!["a", "b"])).prop_map(|(kind, name)| Address::new(kind, name.into()))
}

fn levels() -> impl Strategy<Value = Vec<LevelChange>> {
    let name = || prop::sample::select(vec!["a", "b", "c"]).prop_map(Name::from);
    let to = prop::option::of(prop::option::of(name()));
    let change = (name(), name(), name(), to).prop_map(|(scorecard, parent, entity, to)| {
        let entity = Address::below(Kind::Entity, parent, entity);
        match to {
            Some(level) => LevelChange::Set(LevelRecord { scorecard, entity, level }),
            None => LevelChange::Remove { scorecard, entity },
        }
    });
    prop::collection::vec(change, 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..crate::laws::cases(40) })]

    #[test]
    fn any_batches_do_the_same_in_memory(
        batches in prop::collection::vec((prop::sample::select(vec!["demo", "other"]), operations(), levels()), 1..12),
    ) {
        let folder = TempDir::new().unwrap();
        let mut embedded = opened(folder.path().join("catalog.db")).unwrap();
        let mut memory = Memory::default();
        for (time, (project, operations, levels)) in (0..).zip(&batches) {
            let batch = Batch { project, name: project, time, message: "Change it", operations, levels, alone: false };
            let results = (embedded.apply(&batch), memory.apply(&batch));
            prop_assert_eq!(format!("{:?}", results.0), format!("{:?}", results.1));
            prop_assert_eq!(everything(&embedded, project), everything(&memory, project));
        }
        prop_assert_eq!(everything(&embedded, "demo"), everything(&memory, "demo"));
    }
}
