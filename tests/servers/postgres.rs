//! The catalog in a PostgreSQL database, against a real server.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

use plat::adapter::postgres::{Postgres, PostgresError};
use plat::catalog::{Catalog, CatalogError, Outcome};
use plat::model::{DatabaseSchema, DatabaseUrl, Lease, Leased};
use plat::wait::Wait;

use crate::catalog_laws as laws;
use crate::cut::{Cut, Failing};
use crate::database::{Database, OWNER, PASSWORD, declared, login, open, open_as, with_database, with_database_of};

/// Each law in a schema of its own.
macro_rules! each {
    (($database:ident) $($name:ident,)*) => {$(
        laws::$name(&mut open(&$database.url(), stringify!($name)));
    )*};
}

#[test]
fn a_catalog_in_postgresql_conforms() {
    with_database("postgres::a_catalog_in_postgresql_conforms", |database| {
        laws::laws! { each; (database) }
    });
}

/// Each law in a schema of its own, as somebody whose rows policies guard, and keep nothing from.
macro_rules! each_guarded {
    (($database:ident) $($name:ident,)*) => {$(
        let schema = stringify!($name);
        let mut owner = open(&$database.url(), schema);
        let lease = Lease { run: "first".to_owned(), holder: "owner".to_owned(), expires: 60 };
        owner.acquire("first", &lease, 0).unwrap();
        owner.release("first", "first").unwrap();
        $database.sql(&format!(
            "GRANT USAGE ON SCHEMA {schema} TO guarded;
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO guarded;
             DO $$ DECLARE part text; BEGIN
                 FOR part IN SELECT tablename FROM pg_tables WHERE schemaname = '{schema}' LOOP
                     EXECUTE format('ALTER TABLE {schema}.%I ENABLE ROW LEVEL SECURITY', part);
                     EXECUTE format('CREATE POLICY everything ON {schema}.%I USING (true)', part);
                 END LOOP;
             END $$"
        ));
        laws::$name(&mut open_as(&$database.url(), schema, &login("guarded", "guards a lot")));
    )*};
}

#[test]
fn a_catalog_whose_rows_are_guarded_conforms() {
    with_database("postgres::a_catalog_whose_rows_are_guarded_conforms", |database| {
        database.sql("CREATE ROLE guarded LOGIN PASSWORD 'guards a lot'");
        laws::laws! { each_guarded; (database) }
    });
}

fn make(name: &str) -> plat::catalog::GuardedChange {
    laws::make(&format!("entity:service:{name}"), &laws::map("{\"title\":\"x\"}"))
}

#[test]
fn a_catalog_of_the_first_format_is_read_as_it_is_and_written_in_the_newest() {
    with_database("postgres::a_catalog_of_the_first_format_is_read_as_it_is_and_written_in_the_newest", |database| {
        let mut catalog = open(&database.url(), "plat");
        let made = [make("one")];
        catalog.apply(&laws::batch("demo", &made)).unwrap();
        let before = laws::everything(&catalog, "demo");
        database.sql(
            "ALTER TABLE plat.inventory DROP COLUMN place, DROP COLUMN came_by; UPDATE plat.catalog SET format = 1",
        );
        let addresses = [made[0].address.clone()];
        assert_eq!(laws::everything(&catalog, "demo"), before);
        assert_eq!(catalog.declared_at("demo", &addresses).unwrap(), [None]);
        assert!(catalog.hand_overs("demo", &addresses).unwrap().iter().all(plat::model::HandOvers::is_empty));
        // Who may write and does not own the tables reads it, and says who brings it to the newest.
        database.sql(
            "CREATE ROLE applier LOGIN PASSWORD 'applies a lot'; GRANT USAGE ON SCHEMA plat TO applier;
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA plat TO applier",
        );
        let mut applier = open_as(&database.url(), "plat", &login("applier", "applies a lot"));
        assert_eq!(laws::everything(&applier, "demo"), before);
        let refused = applier.apply(&laws::batch("demo", &[make("two")])).unwrap_err();
        assert!(refused.to_string().contains("by a role that owns its tables"), "{refused}");
        assert_eq!(database.sql("SELECT format FROM plat.catalog").trim(), "1");
        laws::places_are_kept_and_come_with_changes_alone(&mut catalog);
        assert_eq!(database.sql("SELECT format FROM plat.catalog").trim(), "3");
        laws::the_ways_of_an_object_go_on_with_it(&mut open(&database.url(), "plat"));
        assert!(applier.apply(&laws::batch("demo", &[make("two")])).is_ok());
    });
}

#[test]
fn two_write_at_once_and_both_stand_there() {
    with_database("postgres::two_write_at_once_and_both_stand_there", |database| {
        let url = database.url();
        let wins = std::thread::scope(|scope| {
            let write = |who: &'static str| {
                let url = &url;
                scope.spawn(move || {
                    // The schema is made by whoever is first.
                    let mut catalog = open(url, "plat");
                    let mut wins = 0;
                    for number in 0..25 {
                        let operations = [make(&format!("{who}-{number}"))];
                        catalog.apply(&laws::batch(who, &operations)).unwrap();
                        // The same object, of other fields: one is first, and the other is told so.
                        let both =
                            [laws::make(&format!("team:{number}"), &laws::map(&format!("{{\"title\":\"{who}\"}}")))];
                        match catalog.apply(&laws::batch(who, &both)) {
                            Ok(outcomes) => wins += usize::from(outcomes == [Outcome::Done]),
                            Err(CatalogError::Conflict { .. }) => {}
                            Err(error) => panic!("{error}"),
                        }
                    }
                    wins
                })
            };
            let running = ["one", "two", "three"].map(write);
            running.into_iter().map(|one| one.join().unwrap()).sum::<usize>()
        });
        let all = open(&url, "plat").observe("one").unwrap().entries;
        assert_eq!((all.len(), wins), (100, 25));
        assert_eq!(all.iter().filter(|entry| entry.owner.is_some()).count(), 25 + owned(&all));
    });
}

/// How many teams the asking project owns.
fn owned(all: &[plat::catalog::Entry]) -> usize {
    let is_team = |entry: &&plat::catalog::Entry| entry.address.to_string().starts_with("team:");
    all.iter().filter(is_team).filter(|entry| entry.owner.is_some()).count()
}

#[test]
fn a_connection_that_is_lost_anywhere_is_made_anew_and_what_was_done_is_not_done_again() {
    with_database("postgres::a_connection_that_is_lost_anywhere", |database| {
        open(&database.url(), "plat").claim("demo", "demo").unwrap();
        let whole = ["a", "b", "c"].map(make);
        let (mut came_back, mut gave_up) = (0, 0);
        // From the login to the end of the transaction.
        for bytes in (0..4000).step_by(97) {
            for side in [Side::Client, Side::Server] {
                database.sql("DELETE FROM plat.objects; DELETE FROM plat.inventory");
                let port = cut_once(database.port, bytes, side);
                let mut catalog = open(&format!("postgres://127.0.0.1:{port}/postgres"), "plat");
                match catalog.apply(&laws::batch("demo", &whole)) {
                    Ok(outcomes) => {
                        assert_eq!(outcomes, [Outcome::Done; 3], "{bytes} {side:?}");
                        came_back += 1;
                    }
                    // Who was never let in has nobody to come back to.
                    Err(CatalogError::Kept(error)) => {
                        let error = error.downcast_ref::<PostgresError>().unwrap();
                        assert!(matches!(error, PostgresError::Unreachable { .. }), "{bytes} {side:?}: {error}");
                        let there = open(&database.url(), "plat").observe("demo").unwrap().entries.len();
                        assert_eq!(there, 0, "{bytes} {side:?}");
                        gave_up += 1;
                    }
                    Err(error) => panic!("{bytes} {side:?}: {error}"),
                }
            }
        }
        assert!(came_back > 40 && gave_up > 4, "{came_back} {gave_up}");
    });
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Client,
    Server,
}

/// A way to a server whose first connection breaks when one side has sent so many bytes; the others do not.
fn cut_once(server: u16, bytes: usize, side: Side) -> u16 {
    use std::io::{Read, Write};
    use std::net::{Shutdown, TcpListener, TcpStream};
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let copy = |mut from: TcpStream, mut to: TcpStream, mut left: usize| {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            if to.write_all(&buffer[..read.min(left)]).is_err() || read > left {
                break;
            }
            left -= read;
        }
        // Either end may be gone already.
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    };
    std::thread::spawn(move || {
        for (number, client) in listener.incoming().enumerate() {
            let (client, server) = (client.unwrap(), TcpStream::connect(("127.0.0.1", server)).unwrap());
            let (from_server, to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            let limit = |of: Side| if number == 0 && of == side { bytes } else { usize::MAX };
            let (theirs, ours) = (limit(Side::Server), limit(Side::Client));
            std::thread::spawn(move || copy(from_server, to_client, theirs));
            std::thread::spawn(move || copy(client, server, ours));
        }
    });
    port
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for_for_ever() {
    with_database("postgres::a_server_that_says_nothing_is_not_waited_for_for_ever", |database| {
        let hanging = Cut::after(0, database.port, Failing::Hangs);
        let url = format!("postgres://127.0.0.1:{}/postgres", hanging.port);
        let wait = Wait::at_most(Duration::ZERO);
        let patience = Duration::from_secs(1);
        let catalog =
            Postgres::open(&declared(&url, "plat"), &login(OWNER, PASSWORD), Path::new("/"), patience, &wait).unwrap();
        let error = catalog.observe("demo").unwrap_err();
        assert!(
            format!("{error}").contains("says nothing") || format!("{error}").contains("cannot be opened"),
            "{error}"
        );
    });
}

#[test]
fn who_may_only_read_plans_and_who_may_write_makes_no_schema() {
    with_database("postgres::who_may_only_read_plans_and_who_may_write_makes_no_schema", |database| {
        let url = database.url();
        database
            .sql("CREATE ROLE reader LOGIN PASSWORD 'reads a lot'; CREATE ROLE writer LOGIN PASSWORD 'writes a lot'");
        let (reader, writer) = (login("reader", "reads a lot"), login("writer", "writes a lot"));
        let operations = [make("a")];
        let batch = laws::batch("demo", &operations);
        // Where there is nothing yet, nothing is there, and who may make no schema is told so.
        assert_eq!(open_as(&url, "plat", &reader).observe("demo").unwrap().entries, []);
        let refused = open_as(&url, "plat", &writer).apply(&batch).unwrap_err();
        assert!(format!("{refused}").contains("permission denied for database"), "{refused}");
        open(&url, "plat").apply(&batch).unwrap();
        let denied = open_as(&url, "plat", &reader).observe("demo").unwrap_err();
        assert!(format!("{denied}").contains("permission denied for schema plat"), "{denied}");
        database.sql(
            "GRANT USAGE ON SCHEMA plat TO reader, writer; GRANT SELECT ON ALL TABLES IN SCHEMA plat TO reader, writer;
             GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA plat TO writer",
        );
        let mut seen = open_as(&url, "plat", &reader);
        assert_eq!(laws::everything(&seen, "demo"), laws::everything(&open(&url, "plat"), "demo"));
        let refused = seen.apply(&batch).unwrap_err();
        assert!(format!("{refused}").contains("does not let this role write a batch"), "{refused}");
        let more = [make("b")];
        assert_eq!(open_as(&url, "plat", &writer).apply(&laws::batch("demo", &more)).unwrap(), [Outcome::Done]);
        assert_eq!(seen.observe("demo").unwrap().entries.len(), 2);
    });
}

#[test]
fn what_others_write_by_statements_is_seen() {
    with_database("postgres::what_others_write_by_statements_is_seen", |database| {
        let mut catalog = open(&database.url(), "plat");
        let operations = [make("a"), make("b")];
        catalog.apply(&laws::batch("demo", &operations)).unwrap();
        let body = laws::map("{\"title\":\"theirs\"}");
        database.sql("UPDATE plat.objects SET body = '{ \"title\" : \"theirs\" }' WHERE name = 'a'");
        let entries = catalog.observe("demo").unwrap().entries;
        assert_eq!(entries[0].digest(), Some(laws::digest_of(&body)));
        let refused =
            catalog.apply(&laws::batch("demo", &[laws::write(laws::A, "{\"title\":\"x\"}", "{\"title\":\"y\"}")]));
        assert!(matches!(refused, Err(CatalogError::Conflict { field: Some(field), .. }) if field == "title"));
        let body = catalog.objects(&[laws::address("entity:service:a")]).unwrap();
        assert_eq!(body[0].as_ref().unwrap().read().unwrap().body, laws::map("{\"title\":\"theirs\"}"));
        // What is no object of a kind is told with what takes it away, which does.
        database.sql("INSERT INTO plat.objects (kind, parent, name, body) VALUES ('it''s', '', 'caf\u{e9}', '{}')");
        let strays = catalog.observe("demo").unwrap().strays;
        assert_eq!(strays.len(), 1, "{strays:?}");
        database.sql(&strays[0].removal);
        assert_eq!(catalog.observe("demo").unwrap().strays, []);
    });
}

#[test]
fn what_hides_rows_or_swallows_them_stops_everything() {
    with_database("postgres::what_hides_rows_or_swallows_them_stops_everything", |database| {
        let mut catalog = open(&database.url(), "plat");
        let (first, second) = ([make("a")], [make("b")]);
        catalog.apply(&laws::batch("demo", &first)).unwrap();
        database.sql(
            "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
             CREATE TRIGGER swallow BEFORE INSERT OR UPDATE ON plat.inventory FOR EACH ROW EXECUTE FUNCTION swallow()",
        );
        let swallowed = catalog.apply(&laws::batch("demo", &second)).unwrap_err();
        assert!(swallowed.to_string().contains("keeps rows from being written"), "{swallowed}");
        assert_eq!(catalog.observe("demo").unwrap().entries.len(), 1, "a part was written");
        database.sql("DROP TRIGGER swallow ON plat.inventory");
        // Who is shown a part of the rows would take the others for gone.
        database.sql(
            "CREATE ROLE part LOGIN PASSWORD 'sees a part'; GRANT USAGE ON SCHEMA plat TO part;
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA plat TO part;
             ALTER TABLE plat.objects ENABLE ROW LEVEL SECURITY",
        );
        let mut part = open_as(&database.url(), "plat", &login("part", "sees a part"));
        for hidden in [part.observe("demo").map(drop), part.apply(&laws::batch("demo", &second)).map(drop)] {
            let hidden = hidden.unwrap_err().to_string();
            assert!(hidden.contains("row level security"), "{hidden}");
        }
    });
}

/// The policies that the manual shows, for a role of a project.
pub(crate) fn policies(team: &str, project: &str) -> String {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rights.md")).unwrap();
    let start = page.find("```sql\nDO ").unwrap() + "```sql\n".len();
    let shown = &page[start..start + page[start..].find("\n```\n").unwrap()];
    let call = "CALL plat.may_apply('shop', 'shop-7c41d09be2');";
    assert_eq!(shown.matches(call).count(), 1);
    shown.replace(call, &format!("CALL plat.may_apply('{team}', '{project}');"))
}

#[test]
fn who_is_shown_all_rows_writes_those_of_a_project_alone() {
    with_database("postgres::who_is_shown_all_rows_writes_those_of_a_project_alone", |database| {
        let url = database.url();
        let (mut owner, shop_login) = (open(&url, "plat"), login("shop", "sells a lot"));
        let all = |catalog: &Postgres| laws::everything(catalog, "pay-1");
        owner.apply(&laws::batch("pay-1", &[make("ledger"), make("pays")])).unwrap();
        database.sql("CREATE ROLE shop LOGIN PASSWORD 'sells a lot'; CREATE ROLE planner LOGIN PASSWORD 'looks a lot'");
        database.sql(&policies("shop", "shop-1"));
        database.sql("GRANT USAGE ON SCHEMA plat TO planner; GRANT SELECT ON ALL TABLES IN SCHEMA plat TO planner");
        let mut shop = open_as(&url, "plat", &shop_login);
        // All of it is shown to everybody.
        assert_eq!(all(&open_as(&url, "plat", &login("planner", "looks a lot"))), all(&owner));
        assert_eq!(all(&shop), all(&owner));
        // What is its own is made, changed and taken away, with all that is beside it.
        let own = [make("cart"), make("search")];
        assert_eq!(shop.apply(&laws::batch("shop-1", &own)).unwrap(), [Outcome::Done; 2]);
        let change = [laws::write("entity:service:cart", "{\"title\":\"x\"}", "{\"title\":\"y\"}")];
        assert_eq!(shop.apply(&laws::batch("shop-1", &change)).unwrap(), [Outcome::Done]);
        let lease = Lease { run: "run".to_owned(), holder: "somebody".to_owned(), expires: 60 };
        assert_eq!(shop.acquire("shop-1", &lease, 0).unwrap(), Leased::Granted);
        shop.release("shop-1", "run").unwrap();
        // What is another project's is not, whatever is tried, and nothing of a batch is left.
        let before = (all(&owner), laws::everything(&owner, "shop-1"));
        let theirs = laws::write("entity:service:ledger", "{\"title\":\"x\"}", "{\"title\":\"y\"}");
        let other_kind = laws::make("blueprint:shop", &laws::map("{\"title\":\"x\"}"));
        for (project, operations, why) in [
            ("shop-1", [make("new"), theirs.clone()], "keeps entity:service:ledger from it"),
            ("shop-1", [make("new"), make("ledger")], "keeps entity:service:ledger from it"),
            ("shop-1", [make("new"), other_kind], "row-level security policy for table \"objects\""),
            ("pay-1", [make("new"), make("other")], "row-level security policy"),
        ] {
            let refused = shop.apply(&laws::batch(project, &operations)).unwrap_err();
            let text = refused.to_string();
            assert!(text.contains("does not let this role write a batch") && text.contains(why), "{text}");
            assert_eq!((all(&owner), laws::everything(&owner, "shop-1")), before, "{text}");
        }
        // Nor by statements of its own, be it that it says that something is its own which is not.
        for statement in [
            "INSERT INTO plat.inventory SELECT 'shop-1', kind, parent, name, base, lifecycle, fields, written FROM plat.inventory WHERE project = 'pay-1'",
            "UPDATE plat.inventory SET name = 'ledger' WHERE name = 'cart'",
            "UPDATE plat.inventory SET project = 'pay-1'",
            "INSERT INTO plat.leases VALUES ('pay-1', 'r', 'h', 0)",
            "UPDATE plat.catalog SET format = 99",
            "ALTER TABLE plat.objects DISABLE ROW LEVEL SECURITY",
        ] {
            let refused = database.refuses("shop", "sells a lot", statement);
            assert!(
                ["row-level security", "permission denied", "must be owner"].iter().any(|why| refused.contains(why)),
                "{refused}"
            );
        }
        for statement in [
            "DELETE FROM plat.inventory WHERE project = 'pay-1'",
            "UPDATE plat.objects SET body = '{}' WHERE name = 'ledger'",
        ] {
            database.sql_of("shop", "sells a lot", statement);
        }
        assert_eq!((all(&owner), laws::everything(&owner, "shop-1")), before);
        assert!(shop.acquire("pay-1", &lease, 0).unwrap_err().to_string().contains("row-level security"));
        // A batch of many rows.
        let many: Vec<_> = (0..1500).map(|number| make(&format!("many-{number}"))).collect();
        assert_eq!(shop.apply(&laws::batch("shop-1", &many)).unwrap(), vec![Outcome::Done; 1500]);
        assert_eq!(all(&shop), all(&owner));
        // The owner is bound by none of it.
        assert_eq!(owner.apply(&laws::batch("pay-1", &[theirs])).unwrap(), [Outcome::Done]);
    });
}

#[test]
fn who_may_be_shown_a_part_of_the_rows_is_refused() {
    with_database("postgres::who_may_be_shown_a_part_of_the_rows_is_refused", |database| {
        open(&database.url(), "plat").apply(&laws::batch("demo", &[make("a")])).unwrap();
        database.sql(
            "CREATE ROLE team; CREATE ROLE others; CREATE ROLE part LOGIN PASSWORD 'sees a part' IN ROLE team;
             GRANT USAGE ON SCHEMA plat TO part; GRANT SELECT ON ALL TABLES IN SCHEMA plat TO part;
             ALTER TABLE plat.objects ENABLE ROW LEVEL SECURITY",
        );
        for (policy, is_shown) in [
            ("FOR SELECT USING (true)", true),
            ("FOR ALL USING (true)", true),
            ("FOR SELECT TO team USING (true)", true),
            ("FOR SELECT TO others USING (true)", false),
            ("FOR UPDATE USING (true)", false),
            ("FOR SELECT USING (kind = 'entity' OR kind <> 'entity')", false),
            ("FOR SELECT USING (NOT false)", false),
            ("FOR INSERT WITH CHECK (true)", false),
            ("AS RESTRICTIVE FOR SELECT USING (true)", false),
        ] {
            database.sql(&format!("CREATE POLICY one ON plat.objects {policy}"));
            let look = || open_as(&database.url(), "plat", &login("part", "sees a part")).observe("demo");
            match look() {
                Ok(seen) => assert!(is_shown && seen.entries.len() == 1, "{policy}"),
                Err(error) => {
                    assert!(!is_shown && error.to_string().contains("FOR SELECT USING (true)"), "{policy}: {error}");
                }
            }
            if is_shown {
                for (beside, stays) in [
                    ("AS RESTRICTIVE FOR SELECT USING (kind = 'team')", false),
                    ("AS RESTRICTIVE FOR SELECT TO others USING (kind = 'team')", true),
                    ("AS RESTRICTIVE FOR ALL TO team USING (kind = 'team')", false),
                    ("AS RESTRICTIVE FOR UPDATE USING (kind = 'team')", true),
                    ("AS RESTRICTIVE FOR SELECT USING (true)", true),
                    ("FOR SELECT USING (kind = 'team')", true),
                ] {
                    database.sql(&format!("CREATE POLICY two ON plat.objects {beside}"));
                    assert_eq!(look().is_ok(), stays, "{policy} and {beside}");
                    database.sql("DROP POLICY two ON plat.objects");
                }
            }
            database.sql("DROP POLICY one ON plat.objects");
        }
        // One that says nothing of a table is no policy for another one.
        database
            .sql("CREATE POLICY one ON plat.objects USING (true); ALTER TABLE plat.levels ENABLE ROW LEVEL SECURITY");
        let hidden = open_as(&database.url(), "plat", &login("part", "sees a part")).observe("demo").unwrap_err();
        assert!(hidden.to_string().contains("row level security"), "{hidden}");
    });
}

#[test]
fn a_catalog_of_a_newer_plat_is_left_alone() {
    with_database("postgres::a_catalog_of_a_newer_plat_is_left_alone", |database| {
        let mut catalog = open(&database.url(), "plat");
        let operations = [make("a")];
        catalog.apply(&laws::batch("demo", &operations)).unwrap();
        database.sql("UPDATE plat.catalog SET format = 99");
        let newer = |error: CatalogError| assert!(matches!(error, CatalogError::Newer { found: 99, .. }), "{error}");
        newer(catalog.observe("demo").unwrap_err());
        newer(catalog.apply(&laws::batch("demo", &operations)).unwrap_err());
        newer(catalog.renew().unwrap_err());
    });
}

#[test]
fn another_server_takes_the_place_of_one_that_goes_down() {
    let settings = ["wal_level=replica", "max_wal_senders=4", "synchronous_standby_names=*", "hot_standby=on"];
    let Some(mut first) = Database::start(&settings) else {
        return with_database("postgres::another_server_takes_the_place_of_one_that_goes_down", |_| {});
    };
    // Until there is one that follows, nobody is told that anything is written.
    first.sql("SET synchronous_commit = off; CREATE ROLE copies REPLICATION LOGIN PASSWORD 'copies a lot'");
    let second = follower(&first);
    let url = format!("postgres://127.0.0.1:{},127.0.0.1:{}/postgres", first.port, second.port);
    let mut catalog = open(&url, "plat");
    let mut told = Vec::new();
    for number in 0..40 {
        if number == 20 {
            first.kill();
            second.sql("SELECT pg_promote()");
        }
        let name = format!("service-{number}");
        assert_eq!(catalog.apply(&laws::batch("demo", &[make(&name)])).unwrap(), [Outcome::Done], "{number}");
        told.push(format!("entity:service:{name}"));
    }
    let mut there: Vec<String> =
        open(&url, "plat").observe("demo").unwrap().entries.iter().map(|entry| entry.address.to_string()).collect();
    there.sort();
    told.sort();
    assert_eq!(there, told);
}

/// A server that follows another one.
fn follower(first: &Database) -> Database {
    let folder = tempfile::TempDir::new().unwrap();
    crate::database::open_to_all(folder.path());
    let hba = first.folder.path().join("data/pg_hba.conf");
    let text = std::fs::read_to_string(&hba).unwrap();
    std::fs::write(&hba, format!("{text}\nhost replication copies 127.0.0.1/32 scram-sha-256\n")).unwrap();
    first.sql("SELECT pg_reload_conf()");
    let mut copy = crate::database::as_nobody(&crate::database::program("pg_basebackup").unwrap());
    copy.args([
        "-R",
        "-X",
        "stream",
        "-c",
        "fast",
        "-h",
        "127.0.0.1",
        "-U",
        "copies",
        "-p",
        &first.port.to_string(),
        "-D",
    ]);
    crate::process::run(copy.arg(folder.path().join("data")).env("PGPASSWORD", "copies a lot"));
    Database::serve(folder, &["hot_standby=on"])
}

#[test]
fn an_encrypted_connection_is_held_to_who_is_trusted() {
    with_database("postgres::an_encrypted_connection_is_held_to_who_is_trusted", |plain| {
        let refused = |url: &str| open(url, "plat").observe("demo").unwrap_err().to_string();
        // A server without encryption gets no password of somebody who asked for it.
        let error = refused(&format!("{}?sslmode=verify-full", plain.url()));
        assert!(error.contains("server does not support TLS"), "{error}");
        let folder = tempfile::TempDir::new().unwrap();
        crate::world::certificates(folder.path());
        for name in ["server.key", "server.crt"] {
            install(&folder.path().join(name), &plain.folder.path().join("data").join(name));
        }
        plain.sql("ALTER SYSTEM SET ssl = on");
        plain.sql("SELECT pg_reload_conf()");
        let end = Instant::now() + Duration::from_secs(20);
        while plain.sql("SHOW ssl") != "on" {
            assert!(Instant::now() < end, "the server does not read its settings again");
        }
        let of = |parameters: String| format!("{}?{parameters}", plain.url());
        let authority = |name: &str| format!("sslmode=require&sslrootcert={}", folder.path().join(name).display());
        let mut trusted = open(&of(authority("authority.crt")), "plat");
        let operations = [make("a")];
        assert_eq!(trusted.apply(&laws::batch("demo", &operations)).unwrap(), [Outcome::Done]);
        let encrypted = plain.sql("SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND application_name = 'plat'");
        assert_eq!(encrypted, "1");
        let bound = open(&of(format!("{}&channel_binding=require", authority("authority.crt"))), "plat");
        assert_eq!(bound.observe("demo").unwrap().entries.len(), 1);
        let other = refused(&of(authority("other.crt")));
        assert!(other.contains("invalid peer certificate") && other.contains("sslrootcert"), "{other}");
        assert!(refused(&of("sslmode=require".to_owned())).contains("invalid peer certificate"));
        assert!(refused(&of(authority("nothing.crt"))).contains("cannot be read"));
    });
}

/// Copies a file to where a server reads it that is somebody else, and is to be the only one.
fn install(from: &Path, to: &Path) {
    std::fs::copy(from, to).unwrap();
    let folder = std::fs::metadata(to.parent().unwrap()).unwrap();
    std::os::unix::fs::chown(to, Some(folder.uid()), Some(folder.gid())).unwrap();
    std::fs::set_permissions(to, std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn a_login_that_fails_names_the_variables_and_no_password() {
    with_database("postgres::a_login_that_fails_names_the_variables_and_no_password", |database| {
        let error = open_as(&database.url(), "plat", &login(OWNER, "wrong horse")).observe("demo").unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains("PLAT_SECRET_CATALOG_PASSWORD") && text.contains("user `plat`"), "{text}");
        assert!(!text.contains("wrong horse") && !text.contains("Git"), "{text}");
        let none =
            open_as(&database.url(), "plat", &plat::credentials::Environment::new([])).observe("demo").unwrap_err();
        assert!(none.to_string().contains("nobody logs in: set PLAT_SECRET_CATALOG_USERNAME"), "{none}");
    });
}

#[test]
fn a_password_that_may_not_be_used_asks_no_server_and_says_why() {
    let short = "has fewer than 8 bytes";
    // Nobody listens there.
    let url = "postgres://127.0.0.1:9/plat?connect_timeout=1";
    let error = open_as(url, "plat", &login(OWNER, "horse")).observe("demo").unwrap_err().to_string();
    assert!(
        error.starts_with("nobody logs in to the catalog ") && error.contains(&format!("`catalog` {short}")),
        "{error}"
    );
    assert!(!error.contains("lets nobody in") && !error.contains("horse"), "{error}");
    // Nor one that stands in an address which is a secret.
    let opened = |address: &str| {
        let secret = [("PLAT_SECRET_DB_VALUE".to_owned(), address.to_owned())];
        let login = plat::credentials::Environment::new(secret);
        let name = plat::source::Spanned::new("db".into(), plat::source::Origin::Nowhere);
        let declared = DatabaseSchema { url: DatabaseUrl::Secret(name), ..declared("", "plat") };
        let opened = Postgres::open(&declared, &login, Path::new("/"), Duration::from_secs(1), &Wait::default());
        opened.map(drop).map_err(|error| format!("{error} {error:?}"))
    };
    let error = opened("postgres://plat:horse@127.0.0.1:9/plat").unwrap_err();
    let told = format!("the password in the address that the secret `db` holds {short}");
    assert!(error.contains(&told) && !error.contains("horse"), "{error}");
    for address in ["postgres://plat:correct-horse@127.0.0.1:9/plat", "postgres://plat@127.0.0.1:9/plat"] {
        opened(address).unwrap();
    }
}

/// A catalog that waits for others no longer than a second.
fn hasty(database: &Database, login: &plat::credentials::Environment) -> Postgres {
    let wait = Wait::default().limited(Duration::from_secs(1));
    Postgres::open(&declared(&database.url(), "plat"), login, Path::new("/"), Duration::from_secs(20), &wait).unwrap()
}

#[test]
fn a_row_that_somebody_else_holds_is_waited_for_and_then_said() {
    let test = "postgres::a_row_that_somebody_else_holds_is_waited_for_and_then_said";
    with_database_of(test, &["max_prepared_transactions=1"], |database| {
        let owner = login(OWNER, PASSWORD);
        let mut catalog = hasty(database, &owner);
        let made = [make("one")];
        catalog.apply(&laws::batch("demo", &made)).unwrap();
        database.sql("BEGIN; SELECT * FROM plat.projects FOR UPDATE; PREPARE TRANSACTION 'held'");
        let busy = catalog.apply(&laws::batch("demo", &[make("two")])).unwrap_err();
        assert!(matches!(busy, CatalogError::Busy { .. }), "{busy:?}");
        database.sql("ROLLBACK PREPARED 'held'");
        catalog.apply(&laws::batch("demo", &[make("two")])).unwrap();
    });
}

#[test]
fn a_login_that_only_reads_is_told_as_that() {
    with_database("postgres::a_login_that_only_reads_is_told_as_that", |database| {
        hasty(database, &login(OWNER, PASSWORD)).apply(&laws::batch("demo", &[make("one")])).unwrap();
        database.sql(
            "CREATE ROLE reader LOGIN PASSWORD 'reads a lot'; GRANT USAGE ON SCHEMA plat TO reader;
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA plat TO reader;
             ALTER ROLE reader SET default_transaction_read_only = on",
        );
        let mut reader = hasty(database, &login("reader", "reads a lot"));
        assert_eq!(reader.observe("demo").unwrap().entries.len(), 1);
        let error = reader.apply(&laws::batch("demo", &[make("two")])).unwrap_err();
        let CatalogError::Kept(kept) = &error else { panic!("{error:?}") };
        assert!(kept.to_string().contains("its transactions only read"), "{kept}");
    });
}
