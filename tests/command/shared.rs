//! Objects that stand in the inventories of two projects, and names that look like others.

use crate::demo::{SERVICES, applied, manifest, repository};
use crate::project::Project;
use crate::store::{files, somebody_writes};

/// The demo, applied, of which another project says that it owns the service `cart` too.
fn shared() -> Project {
    let project = applied();
    project.sql(
        "INSERT INTO inventory (kind, parent, name, project, base, lifecycle, fields)
         SELECT kind, parent, name, 'other', base, lifecycle, fields FROM inventory WHERE name = 'cart'",
    );
    project
}

/// How many projects own the service `cart`.
fn owners(project: &Project) -> i64 {
    let question = "SELECT count(*) FROM inventory WHERE name = 'cart'";
    project.catalog().query_row(question, [], |row| row.get(0)).unwrap()
}

#[test]
fn an_object_of_two_projects_is_refused_until_one_has_it() {
    let project = shared();
    let refused = "REFUSED entity:service:cart belongs to project other as well as to this one, demo";
    project.run(["plan"]).code(5).says([refused, "`adopt entity:service:cart from=other` in the project"]);
    // Neither a change nor another name is written over what another one owns.
    project.edit("services.kdl", "owner shop", "owner sales");
    project.run(["apply", "--auto-approve", "--on-conflict", "ours"]).code(5).says([refused]);
    project.write("moved.kdl", "moved from=entity:service:cart to=entity:service:basket\n");
    project.edit("services.kdl", "service cart", "service basket");
    let stays =
        "entity:service:cart cannot move to entity:service:basket: entity:service:cart belongs to project other";
    project.run(["apply", "--auto-approve"]).code(5).says([stays]);
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"shop\"");
    project.write("services.kdl", SERVICES);
    project.write("moved.kdl", "adopt entity:service:cart from=other\n");
    project.apply().says(["& entity:service:cart", "(taken from project other)"]);
    assert_eq!(owners(&project), 1);
    project.run(["plan"]).no_changes();
}

#[test]
fn an_object_of_two_projects_is_let_go_of_and_never_deleted() {
    for (line, why) in [
        ("", "(no longer declared, project other owns it too)"),
        ("removed entity:service:cart\n", "(a `removed` node says so, project other owns it too)"),
    ] {
        let project = shared();
        project.write("services.kdl", format!("{line}entity service ledger {{\n    tier one\n}}\n"));
        project.apply().says([". entity:service:cart", why, "Applied 1 object\n"]);
        assert!(project.has("entity", "service", "cart"));
        assert_eq!(owners(&project), 1);
    }
    let project = shared();
    project.run(["destroy", "--auto-approve"]).code(5).says(["project other owns it too"]);
    assert!(project.has("entity", "service", "cart"));
}

#[test]
fn names_that_look_the_same_are_told() {
    let project = applied();
    project.write("more.kdl", "entity service caf\u{e9} {\n    tier one\n}\n");
    project.apply().never_says("look the same");
    project.sql(
        "INSERT INTO objects (kind, parent, name, body) VALUES ('entity', 'service', 'cafe\u{301}', '{\"properties\":{}}')",
    );
    let notice = r"NOTICE `entity:service:cafe\u{301}` and `entity:service:caf\u{e9}` look the same and are 2 objects";
    project.run(["plan"]).code(0).says(["No changes.", notice]);
}

/// On the disks of some systems two files of a repository are one.
#[test]
fn files_that_some_disks_take_for_one_are_told() {
    let project = applied();
    let (there, new) = (manifest("web").replace("web", "CACHE"), manifest("cache"));
    somebody_writes(&repository(&project), "main", &there, Some("theirs\n"));
    project.write("more.kdl", "request app cache\n");
    let notice =
        format!("NOTICE `{new}` of state store gitops and `{there}`, which is there, are one file to the disks");
    project.apply().says([&*notice]);
    project.run(["plan"]).no_changes();
}

/// A trigger of somebody else that keeps a row as it is makes no success of an apply.
#[test]
fn a_change_that_a_trigger_swallows_is_no_success() {
    let project = applied();
    project
        .catalog()
        .execute_batch("CREATE TRIGGER keep BEFORE DELETE ON objects BEGIN SELECT RAISE(IGNORE); END")
        .unwrap();
    project.edit("services.kdl", "entity service ledger {\n    tier one\n}\n", "");
    project.run(["apply", "--auto-approve"]).code(1).complains([
        "entity:service:ledger is not there as it was written, and triggers that are none of plat's see what is written",
        r#"DROP TRIGGER "keep""#,
    ]);
    assert!(project.has("entity", "service", "ledger"));
    project.catalog().execute_batch("DROP TRIGGER keep").unwrap();
    project.apply().says(["Applied 1 object\n"]);
    assert!(!project.has("entity", "service", "ledger"));
}

/// The inventory of the demo in its repository, said to be another project's as well.
fn doubled(project: &Project) {
    let repository = git2::Repository::open(repository(project)).unwrap();
    let own = repository.find_reference("refs/plat/inventory/demo/main/%2F").unwrap().peel_to_commit().unwrap();
    let message = own.message().unwrap().replace("demo", "other");
    let theirs = repository.commit(None, &own.author(), &own.committer(), &message, &own.tree().unwrap(), &[]).unwrap();
    repository.reference("refs/plat/inventory/other/main/%2F", theirs, false, "").unwrap();
}

#[test]
fn a_file_of_two_projects_is_refused_by_both_until_one_has_it() {
    let project = applied();
    doubled(&project);
    let (web, before) = (manifest("web"), files(&repository(&project), "main"));
    let refused = |other: &str, this: &str| {
        format!("REFUSED file:gitops:{web} belongs to project {other} as well as to this one, {this}\n")
    };
    project.edit("requests.kdl", "size 1", "size 2");
    for arguments in [&["plan"][..], &["apply", "--auto-approve", "--on-conflict", "ours"]] {
        project.run(arguments.iter().copied()).code(5).says([
            &*refused("other", "demo"),
            "`adopt \"request:app:default/web\" from=other` in the project, which takes it from that one",
        ]);
    }
    project.run(["why", &format!("file:gitops:{web}")]).code(0).says(["owned by", "this project and project other"]);
    let other = project.twin();
    other.edit("plat.kdl", "project demo { id demo }", "project other { id other }");
    other.run(["plan", "--adoption", "strict"]).code(5).says([&*refused("demo", "other")]);
    assert_eq!(files(&repository(&project), "main"), before);
    project.write(
        "adopt.kdl",
        "adopt \"request:app:default/web\" from=other\nadopt \"request:app:default/api\" from=other\n",
    );
    project.apply().says(["(taken from project other"]);
    project.run(["plan"]).no_changes();
}
