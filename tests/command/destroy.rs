//! `plat destroy`: everything that a project owns goes, and nothing else.

use crate::demo::{self, applied, manifest, repository};
use crate::project::Project;
use crate::store::{files, somebody_writes};

#[test]
fn everything_goes_and_comes_again() {
    let project = applied();
    project.run(["destroy", "--auto-approve"]).code(0).says([
        "plan of demo  - delete 10  = unchanged 0",
        "DESTROYS 10\n",
        "(all of the project goes",
        "Applied 8 objects, 2 files",
    ]);
    project.run(["get"]).code(0).stdout("");
    assert!(files(&repository(&project), "main").is_empty());
    project.run(["destroy"]).code(0).stdout("Nothing to destroy: demo owns nothing.\n");
    project.apply();
    project.run(["plan"]).no_changes();
}

#[test]
fn nothing_goes_unasked() {
    let project = applied();
    project.run(["destroy"]).code(64).says(["DESTROYS 10\n"]).complains(["--auto-approve"]);
    project.run(["plan"]).no_changes();
    demo::new().run(["destroy", "--auto-approve"]).code(0).stdout("Nothing to destroy: demo owns nothing.\n");
}

#[test]
fn it_is_saved_and_applied_as_a_plan() {
    let project = applied();
    project.run(["destroy", "--out", "plan"]).code(0).stderr("saved; to apply exactly this: plat apply plan\n");
    project.run(["plan"]).no_changes();
    project.run(["show", "plan"]).code(0).says(["(everything of the project goes)"]);
    project.set("service", "cart", "properties.tier", "\"two\"");
    project.run(["apply", "plan"]).code(4);
    project.run(["apply", "plan", "--replan", "if-equivalent"]).code(4);
    project.apply();
    project.run(["apply", "plan"]).code(0).says(["Applied 8 objects, 2 files"]);
    project.run(["get"]).code(0).stdout("");
    project.run(["destroy", "--out", "plan", "--auto-approve"]).code(64);
}

#[test]
fn what_is_protected_stays_until_it_is_allowed() {
    for (lifecycle, when) in [("protect", "before"), ("protect", "after"), ("deletion confirm", "before")] {
        let project = demo::new();
        let protect = |project: &Project| {
            project.edit("services.kdl", "cart {", &format!("cart {{\n    lifecycle {{ {lifecycle}; }}"));
        };
        if when == "before" {
            protect(&project);
        }
        project.apply();
        if when == "after" {
            // What the text says counts before it was ever applied.
            protect(&project);
        }
        let refused = project.run(["destroy", "--auto-approve"]).code(5);
        refused.says(["REFUSED entity:service:cart ", "to allow it: --allow-delete entity:service:cart\n"]);
        assert!(project.has("entity", "service", "cart") && project.has("entity", "service", "ledger"));
        project.run(["destroy", "--auto-approve", "--allow-delete", "entity:service:cart"]).code(0);
        project.run(["get"]).code(0).stdout("");
    }
}

#[test]
fn what_is_forbidden_never_goes_and_what_is_let_go_of_stays() {
    let project = applied();
    let say = |from: &str, to: &str| project.edit("requests.kdl", from, to);
    say("app web {", "app web {\n    lifecycle { deletion forbid; }");
    let forbidden = project.run(["destroy", "--auto-approve", "--allow-delete", "request:app:default/web"]).code(5);
    forbidden.says(["REFUSED request:app:default/web must not be deleted", "give it another lifecycle first\n"]);
    say("forbid", "orphan");
    // A request cannot stay without its promise.
    project
        .run(["destroy", "--auto-approve"])
        .code(5)
        .says(["promise:app would be deleted, and 1 request of it would stay"]);
    project.edit("plat.kdl", "promise app {", "promise app {\n    lifecycle { deletion orphan; }");
    project.run(["destroy", "--auto-approve"]).code(0);
    project.run(["get"]).code(0).says(["promise       1\nrequest  app  1\n"]);
    let left = files(&repository(&project), "main");
    assert_eq!(left.keys().collect::<Vec<_>>(), [&manifest("web")]);
}

#[test]
fn what_is_of_others_stays() {
    let project = applied();
    somebody_writes(&repository(&project), "main", "theirs.yaml", Some("a: 1\n"));
    somebody_writes(&repository(&project), "main", &manifest("web"), Some("changed: 1\n"));
    project.set("service", "cart", "properties.tier", "\"two\"");
    // What others changed is not thrown away unasked.
    let conflict = project.run(["destroy", "--auto-approve"]).code(4);
    conflict.says(["CONFLICT"]);
    project.run(["destroy", "--auto-approve", "--on-conflict", "ours"]).code(0);
    project.run(["get"]).code(0).stdout("");
    let left = files(&repository(&project), "main");
    assert_eq!(left.keys().collect::<Vec<_>>(), ["theirs.yaml"]);
}

#[test]
fn the_projects_own_limits_and_policies_hold() {
    let project = applied();
    project.edit("plat.kdl", "project demo { id demo }", "project demo {\n    id demo\n    guards max-deletes=3\n}");
    project
        .run(["destroy", "--auto-approve"])
        .code(5)
        .says(["REFUSED 10 deletions, and at most 3 are allowed\n    to allow it: `guards max-deletes=10` in the project, or --max-deletes 10\n"]);
    let policy = "policy few for=plan { when { $deletes above 5; }; }\n";
    project.write("policy.kdl", policy);
    project.run(["destroy", "--auto-approve", "--max-deletes", "10"]).code(5).says(["few"]);
    std::fs::remove_file(project.path("policy.kdl")).unwrap();
    project.run(["destroy", "--auto-approve", "--max-deletes", "10"]).code(0);
}

#[test]
fn a_fresh_runner_destroys_what_was_delivered() {
    let project = applied();
    std::fs::remove_file(project.path(".plat/catalog.db")).unwrap();
    project.run(["destroy", "--auto-approve"]).code(0).says(["- delete 2"]);
    assert!(files(&repository(&project), "main").is_empty());
}

#[test]
fn a_broken_project_destroys_nothing() {
    let project = applied();
    project.write("bad.kdl", "entity service more {\n    tier one\n");
    project.run(["destroy", "--auto-approve"]).code(3);
    std::fs::remove_file(project.path("bad.kdl")).unwrap();
    project.run(["plan"]).no_changes();
}

#[test]
fn by_a_proposal_files_go_when_they_are_merged() {
    let project = applied();
    project.run(["destroy", "--auto-approve", "--via", "pull-request"]).code(0).complains(["waits to be merged"]);
    assert_eq!(files(&repository(&project), "main").len(), 2);
    assert!(project.has("request", "app", "default/web") || project.has("promise", "", "app"));
    project.run(["destroy", "--summary"]).complains(["waits to be merged"]);
}
