//! `plat apply FILE --replan=if-no-more`: what nobody looked at does not happen.

use crate::demo::{applied, manifest, repository};
use crate::project::Project;
use crate::saved::planned;
use crate::store::{files, somebody_writes};

const NO_MORE: [&str; 4] = ["apply", "plan", "--replan", "if-no-more"];

/// The plan in the file `plan` comes to more by now: that is told, and nothing is written.
#[track_caller]
fn grown<'a>(project: &Project, more: impl IntoIterator<Item = &'a str>) {
    let before = project.snapshot();
    let grown = "Made again, the plan comes to more than what was approved, and nothing was written. What is more:\n";
    let said = [grown].into_iter().chain(more).chain(["Plan again, and have that approved.\n"]);
    project.run(NO_MORE).code(4).complains(said);
    assert!(project.snapshot() == before, "something was written");
}

/// Somebody puts an entity of nobody into the catalog.
fn somebody_adds(project: &Project, name: &str, tier: &str) {
    project.sql(&format!(
        "INSERT INTO objects (kind, parent, name, body)
         VALUES ('entity', 'service', '{name}', '{{\"properties\":{{\"tier\":\"{tier}\"}}}}')"
    ));
}

/// The platform, with the saved plan of a blueprint that asks for more than one service of nobody has.
fn stricter() -> Project {
    let project = applied();
    somebody_adds(&project, "seen", "gold");
    project.edit("plat.kdl", "property tier string", "property tier enum { values one two; }");
    project
        .run(["plan", "--out", "plan"])
        .code(0)
        .says(["1 object becomes invalid:\n      entity:service:seen properties.tier: "]);
    project
}

#[test]
fn a_plan_that_is_no_more_than_what_was_approved_is_applied() {
    let project = planned();
    project.run(NO_MORE).code(0).complains(["Made again, the plan holds: it does no more, and no more follows.\n"]);
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"sales\"");
    project.run(["plan"]).no_changes();
    // What others write beside it is theirs.
    let project = planned();
    project.set("service", "cart", "properties.notes", "\"a foreign field\"");
    somebody_adds(&project, "theirs", "gold");
    somebody_writes(&repository(&project), "main", "README.md", Some("Hello\n"));
    project.run(NO_MORE).code(0);
    assert_eq!(project.get("service", "cart", "properties.notes").unwrap(), "\"a foreign field\"");
    assert_eq!(files(&repository(&project), "main")["README.md"], "Hello\n");
}

#[test]
fn what_others_did_already_is_no_difference() {
    let project = planned();
    project.set("service", "cart", "properties.owner", "\"sales\"");
    project.run(NO_MORE).code(0).complains(["it does no more, and no more follows"]);
    project.run(["plan"]).no_changes();
    // And all of it.
    let project = planned();
    project.apply();
    project.run(NO_MORE).code(0).complains(["Made again, the plan holds: nothing is left to be done.\n"]);
}

#[test]
fn what_the_plan_is_not_about_is_judged_as_it_is_and_not_as_it_is_declared() {
    let project = applied();
    let lax = project.twin();
    project.edit("plat.kdl", "property tier string", "property tier enum { values one two; }");
    project.run(["plan", "--out", "plan"]).code(0);
    // Meanwhile something is merged and applied that is right with what there was; with what is merged then, its text is another one.
    let strict = project.read("plat.kdl");
    project.write("plat.kdl", lax.read("plat.kdl"));
    project.write("later.kdl", "entity service later { tier gold; }\n");
    project.apply();
    project.write("plat.kdl", strict);
    project.write("later.kdl", "entity service later { tier one; }\n");
    grown(
        &project,
        ["  because of blueprint:service 1 object becomes invalid:\n", "entity:service:later properties.tier: "],
    );
}

#[test]
fn a_destination_does_not_go_elsewhere_without_what_came_to_it_meanwhile() {
    let project = crate::demo::new();
    let requests = project.read("requests.kdl");
    project.write("requests.kdl", "");
    project.apply();
    let here = project.read("plat.kdl");
    project.edit("plat.kdl", "labels side=main", "labels side=main\n    path elsewhere");
    project.run(["plan", "--out", "plan"]).code(0).says(["~ destination:main"]);
    let elsewhere = project.read("plat.kdl");
    project.write("plat.kdl", here);
    project.write("requests.kdl", requests);
    project.apply();
    project.write("plat.kdl", elsewhere);
    grown(
        &project,
        [
            "file:gitops:main/resources/default/app/",
            "would stay where it is, and its request or its destination leaves that",
        ],
    );
}

#[test]
fn an_entity_that_would_become_invalid_and_that_nobody_saw_stops_it() {
    let project = stricter();
    // The plan is not stale: none of its own objects was touched.
    let twin = project.twin();
    somebody_adds(&project, "unseen", "gold");
    grown(
        &project,
        ["  because of blueprint:service 1 object becomes invalid:\n", "entity:service:unseen properties.tier: "],
    );
    // Nor is it applied without being looked at again but where nobody asks for that.
    project.run(["apply", "plan", "--replan", "if-equivalent"]).code(0);
    twin.run(NO_MORE).code(0);
}

#[test]
fn another_value_than_the_one_that_was_seen_stops_it() {
    let project = planned();
    project.set("service", "cart", "properties.owner", "\"somebody\"");
    grown(&project, ["CONFLICT", "entity:service:cart"]);
    // What is set back is what was shown to be set back.
    let project = applied();
    project.set("service", "cart", "properties.owner", "\"somebody\"");
    project.run(["plan", "--out", "plan"]).code(0).says(["! revert 1"]);
    project.set("service", "cart", "properties.owner", "\"another\"");
    grown(&project, ["  ! entity:service:cart", "another -> shop"]);
    // A file, by its lines.
    let project = planned();
    let path = manifest("web");
    let changed = files(&repository(&project), "main")[&path].replace("kind: ConfigMap", "kind: Secret");
    somebody_writes(&repository(&project), "main", &path, Some(&changed));
    grown(&project, ["CONFLICT", &path]);
}

#[test]
fn what_else_was_merged_is_left_and_told() {
    let project = planned();
    project.edit("services.kdl", "entity service ledger {\n    tier one", "entity service ledger {\n    tier two");
    project.edit("requests.kdl", "size 2", "size 3");
    let left = "Made again, the plan holds: it does no more, and no more follows. Not part of it, and left as it is: \
         entity:service:ledger, request:app:default/api, file:gitops:";
    project.run(NO_MORE).code(0).complains([left]);
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"sales\"");
    assert_eq!(project.get("service", "ledger", "properties.tier").unwrap(), "\"one\"");
    let files = files(&repository(&project), "main");
    assert!(files[&manifest("api")].contains("size: \"2\""), "{files:?}");
    assert!(files[&manifest("web")].contains("size: \"9\""), "{files:?}");
    project.run(["plan"]).code(0).says(["~ update 3", "~ entity:service:ledger", "~ request:app:default/api"]);
}

#[test]
fn what_else_was_merged_into_the_same_things_stops_it() {
    let project = planned();
    project.edit("services.kdl", "tier one\n    owner", "tier two\n    owner");
    grown(&project, ["  ~ entity:service:cart", "tier  one -> two"]);
    // So does what has to be there first and is not part of it.
    let project = applied();
    project.edit("services.kdl", "owner shop", "owner sales");
    project.run(["plan", "--out", "plan"]).code(0);
    project.edit("plat.kdl", "property owner string", "property owner string max-length=20");
    grown(&project, ["  ~ blueprint:service"]);
}

#[test]
fn a_plan_that_was_carried_out_in_the_place_of_another_is_that_one_to_the_journal() {
    let project = planned();
    let plan: serde_json::Value = serde_json::from_str(&project.read("plan")).unwrap();
    project.set("service", "cart", "properties.owner", "\"sales\"");
    project.run(NO_MORE).code(0);
    let runs = project.run(["runs", "--format", "json"]).code(0);
    assert!(runs.out.contains(plan["id"].as_str().unwrap()), "{runs}");
    // It is carried out once.
    project.set("service", "cart", "properties.owner", "\"shop\"");
    let before = project.snapshot();
    let spent = "entity:service:cart: this plan was carried out before, and it is no longer as that left it";
    project.run(NO_MORE).code(4).complains([spent]);
    assert!(project.snapshot() == before, "something was written");
}

#[test]
fn it_stays_the_plan_of_its_commit_and_of_its_key() {
    let project = planned();
    let bound = ["--expect-source", "HEAD"];
    project.run(NO_MORE.into_iter().chain(bound)).code(4).complains(["in no Git repository"]);
    let mut keyed = project.command(NO_MORE);
    keyed.env("PLAT_PLAN_KEY", "0123456789abcdef0123456789abcdef");
    crate::project::Outcome::of(&mut keyed).code(4).complains(["the plan is not signed"]);
    project.run(NO_MORE).code(0);
}
