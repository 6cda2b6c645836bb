//! What others changed: ours is put back, theirs is left alone, and what both changed is shown before anything is written.

use crate::demo::{applied, manifest, repository};
use crate::project::Project;
use crate::store::{commits, files, somebody_writes};

/// The project is stopped by conflicts, and nothing is written.
#[track_caller]
fn stopped<'a>(project: &Project, texts: impl IntoIterator<Item = &'a str> + Clone) {
    let before = project.snapshot();
    project.run(["plan"]).code(4).says(texts.clone());
    project.run(["apply", "--auto-approve"]).code(4).says(texts);
    assert!(project.snapshot() == before, "something was written");
}

#[test]
fn an_owned_field_is_put_back() {
    let project = applied();
    project.set("service", "ledger", "properties.tier", "\"hacked\"");
    let plan = "plan of demo  ! revert 1  = unchanged 9\n\
        \n\
        ! entity:service:ledger  services.kdl:6  (others changed it)\n    \
        properties.tier  hacked -> one  (others changed it)  services.kdl:7\n\
        \n\
        Consequences\n    \
        no entity changes level\n    \
        looked at completely: moves, lost files, rendered files, levels; \
        not at all: validity, references, dependents, what goes along, new names (--full says why)\n";
    project.run(["plan", "--detailed-exitcode"]).stdout(plan).stderr("").code(2);
    project.apply();
    assert_eq!(project.get("service", "ledger", "properties.tier").unwrap(), "\"one\"");
    project.run(["plan"]).no_changes();
}

#[test]
fn an_owned_field_that_others_removed_comes_back() {
    let project = applied();
    project.sql(
        "UPDATE objects SET body = json_remove(body, '$.properties.owner') WHERE (kind, name) = ('entity', 'cart')",
    );
    project.run(["plan"]).code(0).says(["properties.owner  shop  (others changed it)  services.kdl:3\n"]);
    project.apply();
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"shop\"");
}

#[test]
fn a_foreign_field_is_neither_shown_nor_touched() {
    let project = applied();
    project.set("service", "ledger", "properties.owner", "\"somebody\"");
    project.set("service", "ledger", "properties.notes", "{\"a\": [1, 2]}");
    project.run(["plan", "--detailed-exitcode"]).no_changes();
    project.edit("services.kdl", "    tier one\n}\n", "    tier two\n}\n");
    project.run(["plan"]).code(0).never_says("somebody").never_says("notes");
    project.apply();
    assert_eq!(project.get("service", "ledger", "properties.tier").unwrap(), "\"two\"");
    assert_eq!(project.get("service", "ledger", "properties.owner").unwrap(), "\"somebody\"");
    assert_eq!(project.get("service", "ledger", "properties.notes").unwrap(), "{\"a\":[1,2]}");
}

#[test]
fn a_foreign_object_is_neither_shown_nor_touched() {
    let project = applied();
    project.sql(
        "INSERT INTO objects (kind, parent, name, body) VALUES ('entity', 'service', 'theirs', '{\"properties\":{}}')",
    );
    project.apply().no_changes().never_says("theirs");
    project.run(["get", "entity"]).code(0).says(["entity:service:theirs"]);
    assert!(project.has("entity", "service", "theirs"));
}

#[test]
fn a_foreign_object_that_the_text_declares_is_taken_over_with_its_other_fields() {
    let project = applied();
    project.sql(
        "INSERT INTO objects (kind, parent, name, body)
         VALUES ('entity', 'service', 'theirs', '{\"properties\":{\"tier\":\"x\",\"owner\":\"them\"}}')",
    );
    project.write("more.kdl", "entity service theirs {\n    tier one\n}\n");
    project.run(["plan"]).code(0).says([
        "& adopt 1",
        "& entity:service:theirs  more.kdl:1  (exists already, and nobody owns it)\n    \
         properties.tier  x -> one  (overwrites what was there)  more.kdl:2\n",
    ]);
    project.apply();
    assert_eq!(project.get("service", "theirs", "properties.owner").unwrap(), "\"them\"");
    project.run(["plan"]).no_changes();
}

#[test]
fn an_object_that_others_deleted_is_made_again() {
    let project = applied();
    project.sql("DELETE FROM objects WHERE (kind, name) = ('entity', 'cart')");
    project.run(["plan"]).code(0).says(["! revert 1", "! entity:service:cart  services.kdl:1  (others deleted it)\n"]);
    project.apply();
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"shop\"");
    project.run(["plan"]).no_changes();
}

#[test]
fn an_object_that_others_deleted_and_that_changed_is_a_conflict() {
    let project = applied();
    project.sql("DELETE FROM objects WHERE (kind, name) = ('entity', 'cart')");
    project.edit("services.kdl", "owner shop", "owner sales");
    stopped(
        &project,
        [
            "\nCONFLICT entity:service:cart  services.kdl:1\n    others deleted it\n    desired ",
            "    `--on-conflict ours` makes it again\n",
        ],
    );
    project.run(["drift"]).code(0).says(["- entity:service:cart  services.kdl:1  (others deleted it: conflict)\n"]);
    project.run(["why", "entity:service:cart"]).code(0).says(["state         conflict: "]);
    project.run(["apply", "--auto-approve", "--on-conflict", "ours"]).code(0);
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"sales\"");
    project.run(["plan"]).no_changes();
}

#[test]
fn what_an_additive_apply_left_is_no_change_of_what_others_deleted() {
    let project = applied();
    project.edit("services.kdl", "    owner shop\n", "");
    project.run(["apply", "--auto-approve", "--additive"]).code(0);
    project.sql("DELETE FROM objects WHERE (kind, name) = ('entity', 'cart')");
    project.run(["plan"]).code(0).says(["! revert 1", "! entity:service:cart  services.kdl:1  (others deleted it)\n"]);
    project.run(["drift"]).code(0).says(["(others deleted it: is made again)"]);
}

#[test]
fn a_manifest_that_others_deleted_is_delivered_again() {
    let project = applied();
    let before = files(&repository(&project), "main");
    somebody_writes(&repository(&project), "main", &manifest("web"), None);
    let file = format!("! file:gitops:{}  requests.kdl:1  (others deleted it, +7 -0)\n", manifest("web"));
    project.run(["plan"]).code(0).says(["! revert 1", &file]);
    project.apply();
    assert_eq!(files(&repository(&project), "main"), before);
    project.run(["plan"]).no_changes();
}

#[test]
fn a_manifest_that_others_changed_is_put_back() {
    let project = applied();
    let before = files(&repository(&project), "main");
    let edited = before[&manifest("web")].replace("size: \"1\"", "size: \"100\"");
    somebody_writes(&repository(&project), "main", &manifest("web"), Some(&edited));
    project.run(["plan"]).code(0).says(["(others changed it, +1 -1)", "-  size: \"100\"\n", "+  size: \"1\"\n"]);
    project.apply();
    assert_eq!(files(&repository(&project), "main"), before);
}

#[test]
fn the_files_of_others_in_the_same_repository_stay() {
    let project = applied();
    let theirs = ["README.md", "main/notes.txt", "main/resources/default/app/web/configure-app/5058f/theirs.yaml"];
    for path in theirs {
        somebody_writes(&repository(&project), "main", path, Some("theirs\n"));
    }
    project.run(["plan"]).no_changes();
    project.write("requests.kdl", "request app api {\n    size 2\n}\n");
    project.apply().never_says("theirs");
    let files = files(&repository(&project), "main");
    assert!(theirs.iter().all(|path| files[*path] == "theirs\n"), "{files:?}");
    assert!(!files.contains_key(&manifest("web")));
    assert_eq!(commits(&repository(&project), "main"), 5);
}

#[test]
fn a_field_that_both_changed_is_a_conflict_with_all_values() {
    let project = applied();
    project.set("service", "cart", "properties.owner", "\"somebody\"");
    project.edit("services.kdl", "owner shop", "owner sales");
    project.edit("requests.kdl", "size 1", "size 9");
    stopped(
        &project,
        [
            "\nCONFLICT entity:service:cart properties.owner  services.kdl:3\n",
            "    base    shop\n    live    somebody\n    desired sales\n",
        ],
    );
    project
        .run(["apply", "--auto-approve", "--on-conflict", "ours"])
        .code(0)
        .says(["properties.owner  somebody -> sales  (overwrites a change of others)  services.kdl:3\n"]);
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"sales\"");
    project.run(["plan"]).no_changes();
}

#[test]
fn a_field_that_others_changed_and_we_drop_is_a_conflict() {
    let project = applied();
    project.set("service", "cart", "properties.owner", "\"somebody\"");
    project.edit("services.kdl", "    owner shop\n", "");
    stopped(&project, ["CONFLICT entity:service:cart properties.owner\n", "live    somebody\n    desired (nothing)\n"]);
    project.run(["apply", "--auto-approve", "--on-conflict", "ours"]).code(0);
    assert_eq!(project.get("service", "cart", "properties.owner"), None);
}

#[test]
fn an_object_that_others_changed_and_we_drop_is_a_conflict() {
    let project = applied();
    project.set("service", "cart", "properties.owner", "\"somebody\"");
    project.write("services.kdl", "entity service ledger {\n    tier one\n}\n");
    stopped(&project, ["CONFLICT entity:service:cart properties.owner\n", "live    somebody\n    desired (nothing)\n"]);
    project.run(["apply", "--auto-approve", "--on-conflict", "ours"]).code(0).says(["- entity:service:cart"]);
    assert!(!project.has("entity", "service", "cart"));
    project.run(["plan"]).no_changes();
}

#[test]
fn an_object_to_which_others_added_a_field_goes_with_it() {
    let project = applied();
    project.set("service", "cart", "properties.notes", "\"theirs\"");
    project.write("services.kdl", "entity service ledger {\n    tier one\n}\n");
    project.run(["plan", "--full"]).code(0).says(["- entity:service:cart", "properties.notes  theirs -> (nothing)\n"]);
    project.apply();
    assert!(!project.has("entity", "service", "cart"));
}

#[test]
fn a_manifest_that_both_changed_is_a_conflict() {
    let project = applied();
    somebody_writes(&repository(&project), "main", &manifest("web"), Some("by: hand\n"));
    project.edit("requests.kdl", "size 1", "size 9");
    let conflict = format!("CONFLICT file:gitops:{}  requests.kdl:1\n", manifest("web"));
    stopped(&project, [conflict.as_str(), "by: hand"]);
    project.run(["apply", "--auto-approve", "--on-conflict", "ours"]).code(0);
    assert!(files(&repository(&project), "main")[&manifest("web")].contains("size: \"9\""));
    project.run(["plan"]).no_changes();
}

#[test]
fn a_manifest_that_others_changed_and_whose_request_goes_is_a_conflict() {
    let project = applied();
    somebody_writes(&repository(&project), "main", &manifest("web"), Some("by: hand\n"));
    project.write("requests.kdl", "request app api {\n    size 2\n}\n");
    let conflict = format!("CONFLICT file:gitops:{}\n", manifest("web"));
    let what = "    it is no longer declared, and others changed it; from what was written to what is live:\n";
    stopped(
        &project,
        [conflict.as_str(), what, "      +by: hand\n", "    `--on-conflict ours` deletes what is live\n"],
    );
}

#[test]
fn a_manifest_that_others_deleted_and_that_changed_is_a_conflict_with_its_lines() {
    let project = applied();
    somebody_writes(&repository(&project), "main", &manifest("web"), None);
    project.edit("requests.kdl", "size 1", "size 9");
    stopped(
        &project,
        [
            "    others deleted it; from what was written to what is desired:\n",
            "      -  size: \"1\"\n      +  size: \"9\"\n",
        ],
    );
}

#[test]
fn both_writing_the_same_is_no_change() {
    let project = applied();
    project.set("service", "cart", "properties.owner", "\"sales\"");
    project.edit("services.kdl", "owner shop", "owner sales");
    project.run(["plan", "--detailed-exitcode"]).no_changes();
    project.apply();
    // From now on it is ours again.
    project.edit("services.kdl", "owner sales", "owner market");
    project.run(["plan"]).code(0).says(["properties.owner  sales -> market  services.kdl:3\n"]);
}

#[test]
fn a_lost_inventory_adopts_and_never_deletes() {
    let project = applied();
    project.catalog().execute("DELETE FROM inventory", []).unwrap();
    let repository = git2::Repository::open(repository(&project)).unwrap();
    for reference in repository.references_glob("refs/plat/*").unwrap() {
        reference.unwrap().delete().unwrap();
    }
    project.write("requests.kdl", "request app api {\n    size 2\n}\n");
    project.run(["plan"]).code(0).says(["& adopt "]).never_says("DESTROYS");
    project.apply();
    assert!(project.has("request", "app", "default/web"), "nobody's by now");
    assert!(files(&crate::demo::repository(&project), "main").contains_key(&manifest("web")));
    project.run(["plan"]).no_changes();
}

#[test]
fn another_project_in_the_same_catalog_and_repository_is_left_alone() {
    let project = applied();
    let other = project.twin();
    other.edit("plat.kdl", "project demo { id demo }", "project other { id other }");
    other.write("services.kdl", "");
    other.write("requests.kdl", "request app more {\n}\n");
    let before = other.snapshot();
    // Both declare the blueprint and the promise, and only one of them can own these.
    other.run(["apply", "--auto-approve"]).code(5).says([
        "REFUSED the id of project other is other, which owns nothing, and 4 objects and files that it declares belong to project demo: blueprint:service, ",
    ]);
    assert!(other.snapshot() == before, "something was written");
}

#[test]
fn what_waits_for_a_conflict_is_told() {
    let project = crate::demo::applied();
    project.set("service", "cart", "properties.owner", "\"theirs\"");
    project.set("service", "cart", "properties.tier", "\"theirs\"");
    project.edit("services.kdl", "owner shop", "owner sales");
    let waits = "    not carried out either while the object is in conflict:\n    properties.tier  theirs -> one  (others changed it)";
    let plan = project.run(["plan"]).code(4).says([
        "with 1 waiting change",
        "CONFLICT entity:service:cart properties.owner",
        waits,
    ]);
    plan.never_says("! revert");
    let plan = project.run(["plan", "--format", "json"]).code(4);
    let plan: serde_json::Value = serde_json::from_str(&plan.out).unwrap();
    assert_eq!(plan["conflicts"][0]["waits"][0]["path"], "properties.tier");
    project
        .run(["plan", "--on-conflict", "ours"])
        .code(0)
        .says(["properties.tier  theirs -> one"])
        .never_says("not carried out");
}

#[test]
fn a_plan_shows_alone_what_it_sets_back() {
    let project = applied();
    project.set("service", "cart", "properties.tier", "\"two\"");
    project.edit("services.kdl", "entity service ledger {\n", "entity service ledger {\n    title Ledger\n");
    for only in ["revert", "update"] {
        project.run(["plan", "--only", only]).says(["~ update 1  ! revert 1", "! entity:service:cart  "]);
    }
    let shown = project.run(["plan", "--only", "revert"]).code(0);
    shown.says(["1 of 2 changes not shown, as --only and --address say; an apply does all\n"]);
}
