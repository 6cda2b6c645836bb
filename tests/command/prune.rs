//! What is no longer declared goes, last and only when it is meant.

use crate::demo::{PLATFORM, REQUESTS, SERVICES, applied, manifest, new, repository};
use crate::project::Project;
use crate::store::files;

/// A command is refused with a code, and nothing is written.
#[track_caller]
fn refused<'a>(project: &Project, code: i32, texts: impl IntoIterator<Item = &'a str>) {
    let before = project.snapshot();
    let outcome = project.run(["apply", "--auto-approve"]).code(code);
    let (all, mut rest) = (format!("{}{}", outcome.out, outcome.err), 0);
    for text in texts {
        let found = all[rest..].find(text);
        assert!(found.is_some(), "no {text:?} in {outcome}");
        rest += found.unwrap();
    }
    assert!(project.snapshot() == before, "something was written");
}

#[test]
fn what_goes_is_shown_first() {
    let project = applied();
    project.write("services.kdl", "entity service ledger {\n    tier two\n}\n");
    project.write("requests.kdl", "request app api {\n    size 2\n}\n");
    let plan = format!(
        "plan of demo  ~ update 1  - delete 3  = unchanged 6\n\
        \n\
        DESTROYS 3\n\
        - file:gitops:{}  (no longer declared, +0 -7)\n\
        - request:app:default/web  (no longer declared)\n\
        - entity:service:cart  (no longer declared)\n\
        \n\
        ~ entity:service:ledger  services.kdl:1\n    \
        properties.tier  one -> two  services.kdl:2\n\
        \n\
        Consequences\n    \
        nothing that stays points at what goes\n    \
        no entity changes level\n    \
        looked at completely: moves, lost files, rendered files, references, dependents, levels; \
        not at all: validity, what goes along, new names (--full says why)\n",
        manifest("web")
    );
    project.run(["plan"]).code(0).stdout(&plan);
    project.apply().says(["Applied 3 objects, 1 file of gitops"]);
    assert!(!project.has("entity", "service", "cart") && !project.has("request", "app", "default/web"));
    assert_eq!(files(&repository(&project), "main").keys().collect::<Vec<_>>(), [&manifest("api")]);
    project.run(["plan"]).no_changes();
}

fn services(count: u32) -> String {
    let service = |id| format!("entity service s{id} {{\n    tier one\n}}\n");
    (0..count).map(service).collect::<Vec<_>>().concat()
}

#[test]
fn many_deletions_need_an_allowance() {
    let project = new().file("more.kdl", services(10));
    project.apply();
    project.write("more.kdl", services(4));
    refused(
        &project,
        5,
        [
            "REFUSED 6 deletions, and at most 5 are allowed\n",
            "to allow it: `guards max-deletes=6` in the project, or --max-deletes 6\n",
        ],
    );
    project.run(["plan", "--max-deletes", "5"]).code(5);
    project
        .run(["apply", "--auto-approve", "--max-deletes", "6"])
        .code(0)
        .says(["ALLOWED 6 deletions, and at most 6 are allowed\n"]);
    assert!(project.has("entity", "service", "s3") && !project.has("entity", "service", "s4"));
}

#[test]
fn the_project_can_set_its_own_limit() {
    let project = applied();
    project.edit(
        "plat.kdl",
        "project demo { id demo }\n",
        "project demo {\n    id demo\n    guards max-deletes=0\n}\n",
    );
    project.write("services.kdl", "entity service ledger {\n    tier one\n}\n");
    refused(&project, 5, ["REFUSED 1 deletion, and at most 0 are allowed\n"]);
    project.run(["apply", "--auto-approve", "--max-deletes", "1"]).code(0);
}

#[test]
fn a_kind_that_becomes_empty_needs_an_allowance() {
    let project = applied();
    project.write("services.kdl", "");
    refused(
        &project,
        5,
        [
            "DESTROYS 2\n",
            "REFUSED all 2 objects of kind entity are deleted\n",
            "to allow it: `removed \"entity:*\"` in the project, or --allow-delete 'entity:*'\n",
        ],
    );
    project.run(["apply", "--auto-approve", "--allow-delete", "entity:*"]).code(0);
    assert!(!project.has("entity", "service", "cart"));
}

#[test]
fn a_repository_that_becomes_empty_needs_an_allowance() {
    let project = applied();
    project.write("requests.kdl", "");
    refused(&project, 5, ["REFUSED all 2 files of state store gitops are deleted\n"]);
    let both = ["apply", "--auto-approve", "--allow-delete", "request:*", "--allow-delete", "file:gitops:*"];
    project.run(both).code(0);
    assert!(files(&repository(&project), "main").is_empty());
    project.run(["plan"]).no_changes();
}

#[test]
fn protection_survives_the_deletion_of_its_text() {
    let project = new();
    project.edit("services.kdl", "    owner shop\n", "    owner shop\n    lifecycle {\n        protect\n    }\n");
    project.apply();
    project.write("services.kdl", "entity service ledger {\n    tier one\n}\n");
    refused(
        &project,
        5,
        [
            "REFUSED entity:service:cart is protected and would be deleted\n",
            "to allow it: `removed entity:service:cart` in the project, or --allow-delete entity:service:cart\n",
        ],
    );
    // A word in the text takes it off; so does saying it.
    let unprotected = project.twin();
    unprotected.write("services.kdl", SERVICES);
    // A reviewer sees that the protection goes.
    unprotected.run(["plan"]).code(0).says(["~ update 1", "entity:service:cart", "its lifecycle changes"]);
    unprotected.apply();
    unprotected.write("services.kdl", "entity service ledger {\n    tier one\n}\n");
    unprotected.apply();
    project.run(["apply", "--auto-approve", "--allow-delete", "entity:service:cart"]).code(0);
    assert!(!project.has("entity", "service", "cart") && !unprotected.has("entity", "service", "cart"));
}

#[test]
fn a_protected_request_keeps_its_files() {
    let project = new();
    project.edit("requests.kdl", "    size 1\n", "    lifecycle {\n        protect\n    }\n    size 1\n");
    project.apply();
    project.write("requests.kdl", "request app api {\n    size 2\n}\n");
    refused(&project, 5, ["REFUSED request:app:default/web is protected and would be deleted\n"]);
    assert!(files(&repository(&project), "main").contains_key(&manifest("web")));
}

#[test]
fn a_blueprint_without_its_text_whose_entities_stay_is_a_mistake() {
    let project = applied();
    let blueprint = PLATFORM.find("blueprint service").unwrap();
    project.write("plat.kdl", &PLATFORM[..blueprint]);
    refused(&project, 3, ["services.kdl:1:8"]);
}

#[test]
fn a_blueprint_goes_only_without_the_entities_of_others() {
    let project = applied();
    project.sql("INSERT INTO objects (kind, parent, name, body) VALUES ('entity', 'service', 'theirs', '{}')");
    let blueprint = PLATFORM.find("blueprint service").unwrap();
    project.write("plat.kdl", &PLATFORM[..blueprint]);
    project.write("services.kdl", "");
    refused(&project, 5, ["REFUSED blueprint:service would be deleted, and 1 entity of it would stay\n"]);
    project.sql("DELETE FROM objects WHERE name = 'theirs'");
    project.run(["apply", "--auto-approve", "--allow-delete", "entity:*"]).code(0).says(["DESTROYS 3\n"]);
}

#[test]
fn a_project_with_a_mistake_never_prunes() {
    let project = applied();
    let breaks = ["entity service cart {", "entity servise cart {\n}\n", "request app api {\n    size many\n}\n"];
    for text in breaks {
        let broken = project.twin();
        broken.write("services.kdl", text);
        broken.write("requests.kdl", "");
        refused(&broken, 3, ["services.kdl:"]);
    }
    // Nor does one of which a file cannot be read.
    let unread = project.twin();
    unread.write("services.kdl", b"entity service cart { tier \xff }");
    refused(&unread, 3, ["services.kdl:"]);
}

#[test]
fn an_empty_project_deletes_nothing_by_itself() {
    let project = applied();
    project.write("plat.kdl", "project demo\n");
    project.write("services.kdl", "");
    project.write("requests.kdl", "");
    refused(&project, 5, ["REFUSED "]);
    project.write("plat.kdl", PLATFORM);
    project.write("services.kdl", SERVICES);
    project.write("requests.kdl", REQUESTS);
    project.run(["plan"]).no_changes();
}

#[test]
fn a_service_moved_to_another_file_is_no_change() {
    let project = applied();
    project.write("services.kdl", "");
    project.write("folder/elsewhere.kdl", SERVICES);
    project.run(["plan", "--detailed-exitcode"]).no_changes();
}
