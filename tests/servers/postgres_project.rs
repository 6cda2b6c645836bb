//! Projects whose catalog is in a PostgreSQL database, as who runs `plat` sees them.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use crate::database::{Database, OWNER, PASSWORD, program, with_database};

const PROJECT: &str = "project demo {
    id demo-1
    catalog postgres { URL; schema SCHEMA; }
}
blueprint service { property tier string; }
";

/// The folder of a project, as it comes out of a clone.
fn project(database: &Database, schema: &str, services: usize) -> tempfile::TempDir {
    let folder = tempfile::TempDir::new().unwrap();
    let url = format!("url \"{}\"", database.url());
    let text = PROJECT.replace("URL", &url).replace("SCHEMA", schema);
    std::fs::write(folder.path().join("plat.kdl"), text).unwrap();
    let entity = |number| format!("entity service s{number} {{ tier gold; }}\n");
    std::fs::write(folder.path().join("services.kdl"), (0..services).map(entity).collect::<String>()).unwrap();
    folder
}

fn plat(folder: &Path, arguments: &[&str]) -> Command {
    let mut plat = Command::new(env!("CARGO_BIN_EXE_plat"));
    plat.arg("-C").arg(folder).args(arguments).stdin(Stdio::null());
    plat.env("PLAT_SECRET_CATALOG_USERNAME", OWNER).env("PLAT_SECRET_CATALOG_PASSWORD", PASSWORD);
    plat
}

/// What a command says, and how it ends.
fn said(command: &mut Command) -> (String, i32) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
    (text, status.code().unwrap_or(-1))
}

fn succeeds(command: &mut Command) -> String {
    let (text, code) = said(command);
    assert_eq!(code, 0, "{command:?}: {text}");
    text
}

const APPLY: [&str; 3] = ["apply", "--auto-approve", "--summary"];

#[test]
fn what_one_machine_applies_another_one_finds() {
    with_database("postgres_project::what_one_machine_applies_another_one_finds", |database| {
        let (first, second) = (project(database, "shared", 3), project(database, "shared", 3));
        assert!(succeeds(&mut plat(first.path(), &["plan", "--summary"])).contains("+ create 4"));
        assert!(succeeds(&mut plat(first.path(), &APPLY)).contains("Applied 4 objects"));
        assert!(succeeds(&mut plat(second.path(), &["plan"])).starts_with("No changes. 4 objects"));
        assert!(succeeds(&mut plat(second.path(), &["runs"])).contains("done"));
        assert!(succeeds(&mut plat(second.path(), &["get", "service"])).contains("entity:service:s2"));
        database.sql("UPDATE shared.objects SET body = '{\"properties\":{\"tier\":\"tin\"}}' WHERE name = 's1'");
        let drift = succeeds(&mut plat(second.path(), &["drift"]));
        assert!(drift.contains("entity:service:s1") && drift.contains("tin"), "{drift}");
        assert!(succeeds(&mut plat(second.path(), &APPLY)).contains("Applied 1 object"));
        assert_eq!(
            database.sql("SELECT body ->> 'properties' FROM shared.objects WHERE name = 's1'"),
            "{\"tier\":\"gold\"}"
        );
    });
}

#[test]
fn a_saved_plan_is_carried_out_in_the_catalog_that_it_was_made_for() {
    with_database("postgres_project::a_saved_plan_is_carried_out_in_the_catalog_that_it_was_made_for", |database| {
        let folder = project(database, "one", 2);
        let file = folder.path().join("plan.json").display().to_string();
        succeeds(&mut plat(folder.path(), &["plan", "--summary", "--out", &file]));
        let other = project(database, "other", 2);
        let (text, code) = said(&mut plat(other.path(), &["apply", &file]));
        assert_eq!(code, 4, "{text}");
        assert!(
            text.contains("the plan is for schema one of postgres://") && text.contains("has schema other of"),
            "{text}"
        );
        assert!(succeeds(&mut plat(folder.path(), &["apply", &file])).contains("Applied 3 objects"));
    });
}

#[test]
fn an_address_that_is_a_secret_is_shown_nowhere() {
    with_database("postgres_project::an_address_that_is_a_secret_is_shown_nowhere", |database| {
        let folder = project(database, "hidden", 2);
        let file = folder.path().join("plat.kdl");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace(&format!("url \"{}\"", database.url()), "url secret=whole")).unwrap();
        let plan = folder.path().join("plan.json").display().to_string();
        let whole = |password: &str| format!("postgres://{OWNER}:{password}@127.0.0.1:{}/postgres", database.port);
        let run = |arguments: &[&str], password: &str| {
            let mut command = plat(folder.path(), arguments);
            command.env_remove("PLAT_SECRET_CATALOG_USERNAME").env_remove("PLAT_SECRET_CATALOG_PASSWORD");
            said(command.env("PLAT_SECRET_WHOLE_VALUE", whole(password)))
        };
        let mut all = String::new();
        for arguments in
            [&["plan", "--out", &plan][..], &["apply", &plan], &["runs"], &["get", "service", "-o", "json"]]
        {
            let (text, code) = run(arguments, "correct%20horse");
            assert_eq!(code, 0, "{text}");
            all.push_str(&text);
        }
        let (refused, code) = run(&["plan"], "wrong%20horse");
        assert_eq!(code, 1, "{refused}");
        assert!(refused.contains("it refuses user `plat` of the secret"), "{refused}");
        all.push_str(&(refused + &std::fs::read_to_string(plan).unwrap()));
        for password in ["correct%20horse", PASSWORD, "wrong%20horse", "wrong horse"] {
            assert!(!all.contains(password), "{all}");
        }
        let (missing, code) = said(&mut plat(folder.path(), &["plan"]));
        assert!(code == 1 && missing.contains("set PLAT_SECRET_WHOLE_VALUE"), "{missing}");
    });
}

#[test]
fn a_run_that_is_killed_anywhere_is_run_again() {
    with_database("postgres_project::a_run_that_is_killed_anywhere_is_run_again", |database| {
        let mut killed = 0;
        for round in 0..12 {
            let folder = project(database, &format!("round-{round}"), 300);
            let mut running = plat(folder.path(), &APPLY).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(25 * round));
            running.kill().unwrap();
            killed += i32::from(!running.wait().unwrap().success());
            // The lease of who died ends after a while, which is no matter of this catalog.
            let _ = said(&mut plat(folder.path(), &["unlock", "--all"]));
            succeeds(&mut plat(folder.path(), &APPLY));
            assert!(succeeds(&mut plat(folder.path(), &["plan"])).starts_with("No changes. 301 objects"), "{round}");
        }
        assert!(killed > 2, "{killed}");
    });
}

#[test]
fn who_listens_hears_of_every_apply() {
    with_database("postgres_project::who_listens_hears_of_every_apply", |database| {
        let folder = project(database, "heard", 1);
        let ready = database.folder.path().join("ready");
        let script = format!("LISTEN heard;\n\\! touch {}\nSELECT pg_sleep(4);\n", ready.display());
        let mut psql = Command::new(program("psql").unwrap());
        let address = format!("postgres://{OWNER}@127.0.0.1:{}/postgres", database.port);
        psql.args(["-XqAt", &address]).env("PGPASSWORD", PASSWORD).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut psql = psql.spawn().unwrap();
        std::io::Write::write_all(&mut psql.stdin.take().unwrap(), script.as_bytes()).unwrap();
        assert!(crate::process::appears(&ready));
        succeeds(&mut plat(folder.path(), &APPLY));
        let heard = String::from_utf8(psql.wait_with_output().unwrap().stdout).unwrap();
        assert!(heard.contains("\"heard\" with payload \"demo-1\""), "{heard}");
    });
}

#[test]
fn a_role_of_a_team_applies_its_project_and_nothing_of_an_apply_that_would_do_more() {
    let test = "postgres_project::a_role_of_a_team_applies_its_project_and_nothing_of_an_apply_that_would_do_more";
    with_database(test, |database| {
        let pay = project(database, "plat", 0);
        let team = "entity service ledger { tier gold; }\n";
        std::fs::write(pay.path().join("services.kdl"), team).unwrap();
        succeeds(&mut plat(pay.path(), &APPLY));
        database.sql("CREATE ROLE shop LOGIN PASSWORD 'sells a lot'");
        database.sql(&crate::postgres::policies("shop", "shop-1").replace(
            "''entity'', ''request''",
            "''team'', ''state-store'', ''destination'', ''promise'', ''request''",
        ));
        let shop = project(database, "plat", 0);
        let head = PROJECT.replace("URL", &format!("url \"{}\"", database.url())).replace("SCHEMA", "plat");
        let head = head.replace("demo", "shop").replace("blueprint service { property tier string; }\n", "");
        std::fs::write(shop.path().join("plat.kdl"), head).unwrap();
        let own = "team shop\nstate-store files git create { url \".plat/stores/files.git\"; branch main; }\n\
            destination here { store files; labels in=shop; }\npromise db {\n    api group=a.example.com version=v1 kind=Db { field size string; }\n    \
            schedule in=shop\n    workflow configure { resource v1 ConfigMap $name; }\n}\nrequest db one { size small; }\n";
        let write = |more: &str| std::fs::write(shop.path().join("own.kdl"), format!("{own}{more}")).unwrap();
        let as_shop = |arguments: &[&str]| {
            let mut command = plat(shop.path(), arguments);
            command.env("PLAT_SECRET_CATALOG_USERNAME", "shop").env("PLAT_SECRET_CATALOG_PASSWORD", "sells a lot");
            command
        };
        write("blueprint service { property tier string; }\nadopt blueprint:service from=demo-1\n");
        let before = database
            .sql("SELECT * FROM plat.objects ORDER BY 1, 2, 3; SELECT * FROM plat.inventory ORDER BY 1, 2, 3, 4");
        let (refused, code) = said(&mut as_shop(&APPLY));
        assert_eq!(code, 1, "{refused}");
        assert!(refused.contains("a policy of row level security keeps blueprint:service from it"), "{refused}");
        let after = database
            .sql("SELECT * FROM plat.objects ORDER BY 1, 2, 3; SELECT * FROM plat.inventory ORDER BY 1, 2, 3, 4");
        assert_eq!(before, after);
        assert!(!shop.path().join(".plat/stores/files.git/refs/heads/main").exists(), "its files were delivered");
        write("");
        succeeds(&mut as_shop(&APPLY));
        assert!(succeeds(&mut as_shop(&["plan"])).starts_with("No changes. "));
        assert!(succeeds(&mut plat(pay.path(), &["plan"])).starts_with("No changes. "));
        succeeds(&mut as_shop(&["destroy", "--auto-approve"]));
    });
}
