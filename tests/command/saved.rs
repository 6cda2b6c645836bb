//! Saved plans: what is applied later is what was shown, or nothing.

use crate::demo::{self, applied, manifest, repository};
use crate::project::Project;
use crate::store::{files, references, somebody_writes};

/// An applied platform with a change of a service and of a request, and its plan in the file `plan`.
pub(crate) fn planned() -> Project {
    let project = applied();
    project.edit("services.kdl", "owner shop", "owner sales");
    project.edit("requests.kdl", "size 1", "size 9");
    project.run(["plan", "--out", "plan"]).code(0).stderr("saved; to apply exactly this: plat apply plan\n");
    project
}

/// A saved plan is refused for a reason, and nothing is written.
#[track_caller]
pub(crate) fn refused<'a>(project: &Project, code: i32, reasons: impl IntoIterator<Item = &'a str>) {
    let before = project.snapshot();
    project.run(["apply", "plan"]).code(code).complains(reasons);
    assert!(project.snapshot() == before, "something was written");
}

#[test]
fn a_saved_plan_is_shown_where_there_is_no_project() {
    let project = planned();
    let shown = project.run(["plan"]).code(0);
    let elsewhere = Project::new().file("plan", project.read("plan"));
    elsewhere.run(["show", "plan"]).stdout(&shown.out).stderr("").code(0);
    elsewhere.run(["show", "plan", "--format", "json"]).stdout(&project.read("plan")).code(0);
}

#[test]
fn what_is_made_stands_in_a_plan_as_a_whole_and_is_made_as_it_stands_there() {
    let project = demo::new();
    project.edit(
        "services.kdl",
        "tier one\n    owner",
        "lifecycle { ignore properties.owner; }\n    tier one\n    owner",
    );
    project.run(["plan", "--out", "plan"]).code(0);
    let plan: serde_json::Value = serde_json::from_str(&project.read("plan")).unwrap();
    let operations = plan["operations"].as_array().unwrap();
    let cart = operations.iter().find(|one| one["address"] == "entity:service:cart").unwrap();
    let made = serde_json::json!({ "properties": { "owner": "shop", "tier": "one" } });
    assert_eq!(
        (&cart["target"]["object"]["body"], &cart["target"]["object"]["fields"]),
        (&made, &serde_json::Value::Null)
    );
    let plan = project.read("plan");
    project.write("plan", plan.replacen("\"owner\":\"shop\"", "\"owner\":\"mine\"", 1));
    refused(&project, 4, ["cannot use plan\n  because: the plan was changed after it was made"]);
    project.write("plan", &plan);
    project.run(["show", "plan", "--format", "json"]).stdout(&plan).code(0);
    // What the text says by now is another thing.
    project.edit("services.kdl", "owner shop", "owner sales");
    project.run(["apply", "plan"]).code(0);
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"shop\"");
    project.edit("services.kdl", "owner sales", "owner shop");
    project.run(["plan"]).no_changes();
}

#[test]
fn beside_a_text_with_errors_it_is_said_what_a_saved_plan_needs_it_for() {
    let project = planned();
    project.edit("services.kdl", "owner sales", "owner {");
    refused(&project, 3, ["what is protected: mend the text, or check out the commit"]);
}

#[test]
fn a_saved_plan_is_applied_without_a_question() {
    let project = planned();
    project.run(["apply", "plan"]).code(0).says(["~ entity:service:cart", "Applied 2 objects, 1 file of gitops"]);
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"sales\"");
    assert!(files(&repository(&project), "main")[&manifest("web")].contains("size: \"9\""));
    project.run(["plan"]).no_changes();
}

#[test]
fn a_saved_plan_applied_twice_changes_nothing_the_second_time() {
    let project = planned();
    let written = || {
        let catalog = project.catalog();
        let rows = |columns: &str| -> String {
            catalog.query_row(&format!("SELECT group_concat({columns}"), [], |row| row.get(0)).unwrap()
        };
        let objects = rows("concat_ws(' ', kind, parent, name, updated_at, body), '\n') FROM objects");
        let inventory = rows("concat_ws(' ', kind, parent, name, hex(base), hex(fields)), '\n') FROM inventory");
        (objects, inventory, references(&repository(&project)))
    };
    project.run(["apply", "plan"]).code(0);
    let before = written();
    project.run(["apply", "plan"]).code(0).says(["Everything was there already"]);
    assert_eq!(written(), before);
}

/// What a plan that was carried out says of what is no longer as it left it.
const BEFORE: &str = "this plan was carried out before, and it is no longer as that left it\n";

#[test]
fn a_deletion_that_was_carried_out_does_not_take_away_what_is_made_anew() {
    let project = applied();
    let declared = project.read("services.kdl");
    project.write("services.kdl", "entity service ledger {\n    tier one\n}\n");
    project.run(["plan", "--out", "plan"]).code(0);
    project.run(["apply", "plan"]).code(0);
    assert!(!project.has("entity", "service", "cart"));
    project.run(["apply", "plan"]).code(0).says(["Everything was there already"]);
    project.write("services.kdl", declared);
    project.apply();
    refused(&project, 4, [&*format!("  entity:service:cart: {BEFORE}")]);
    assert!(project.has("entity", "service", "cart"));
    // What the text says now is another thing: it keeps it, so that the plan is not made again either.
    project.run(AGAIN).code(4);
    project.write("services.kdl", "entity service ledger {\n    tier one\n}\n");
    project.run(["plan", "--out", "again"]).code(0);
    project.run(["apply", "again"]).code(0);
    assert!(!project.has("entity", "service", "cart"));
}

#[test]
fn what_was_set_back_since_a_plan_was_carried_out_is_not_changed_by_it_again() {
    let project = planned();
    project.run(["apply", "plan"]).code(0);
    project.edit("services.kdl", "owner sales", "owner shop");
    project.apply();
    refused(&project, 4, [&*format!("  entity:service:cart: {BEFORE}")]);
    project.edit("requests.kdl", "size 9", "size 1");
    project.apply();
    refused(&project, 4, [&*format!("  file:gitops:{}: {BEFORE}", manifest("web"))]);
    // The same change, planned once more, is another plan.
    project.edit("services.kdl", "owner shop", "owner sales");
    project.edit("requests.kdl", "size 1", "size 9");
    project.run(["plan", "--out", "plan"]).code(0);
    project.run(["apply", "plan"]).code(0).says(["Applied 2 objects, 1 file of gitops"]);
}

#[test]
fn what_a_plan_made_and_is_gone_since_is_not_made_by_it_again() {
    let project = applied();
    let before = project.read("services.kdl");
    project.write("services.kdl", format!("{before}\nentity service comes {{ tier one }}\n"));
    project.run(["plan", "--out", "plan"]).code(0);
    project.run(["apply", "plan"]).code(0);
    project.write("services.kdl", before);
    project.apply();
    refused(&project, 4, [&*format!("  entity:service:comes: {BEFORE}")]);
}

/// A plan of which the catalog's part was carried out, and the files were not.
fn half() -> Project {
    let project = planned();
    halve(&project, &repository(&project));
    project
}

/// Carries out the catalog's part of the plan in the file `plan`, and no file in a repository.
fn halve(project: &Project, repository: &std::path::Path) {
    let hook = repository.join("hooks/update");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\ncase $1 in refs/heads/*) exit 1;; esac\n").unwrap();
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    project.run(["apply", "plan"]).code(6);
    std::fs::remove_file(hook).unwrap();
}

#[test]
fn a_request_without_values_is_taken_away_by_a_plan_that_goes_on() {
    let project = Project::new();
    project.run(["init"]).code(0);
    project.write("more.kdl", "request namespace first\n");
    project.apply();
    project.write("more.kdl", "request namespace second\n");
    project.run(["plan", "--out", "plan"]).code(0);
    halve(&project, &project.path(".plat/stores/gitops.git"));
    project.run(["apply", "plan"]).code(0);
    project.run(["plan"]).no_changes();
}

#[test]
fn a_plan_that_was_not_carried_out_to_its_end_goes_on() {
    let project = half();
    project.run(["apply", "plan"]).code(0).says(["Applied", "1 file of gitops"]);
}

#[test]
fn what_was_set_back_of_the_part_that_a_plan_did_is_not_changed_by_it_again() {
    let project = half();
    project.set("service", "cart", "properties.owner", "\"shop\"");
    refused(&project, 4, [&*format!("  entity:service:cart: {BEFORE}")]);
    // What is as the plan left it, or as it saw it before it came there, keeps it from nothing.
    project.set("service", "cart", "properties.owner", "\"sales\"");
    project.run(["apply", "plan"]).code(0).says(["1 file of gitops"]);
}

#[test]
fn what_another_run_set_back_of_the_part_that_a_plan_did_is_not_changed_by_it_again() {
    let project = half();
    project.edit("services.kdl", "owner sales", "owner shop");
    project.edit("requests.kdl", "size 9", "size 1");
    project.apply();
    let told =
        "this plan was carried out in part, another run has been at work since, and this is not as the plan leaves it";
    let file = format!("  file:gitops:{}: {told}", manifest("web"));
    refused(&project, 4, [&*format!("  entity:service:cart: {told}"), &file, "Plan again."]);
}

#[test]
fn a_catalog_that_is_set_back_in_its_place_is_noticed_by_the_run_that_wrote_to_it() {
    let project = planned();
    let (catalog, older) = (project.path(".plat/catalog.db"), project.path(".plat/older"));
    std::fs::copy(&catalog, &older).unwrap();
    let hook = repository(&project).join("hooks/update");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let script = format!("#!/bin/sh\ncat '{}' >'{}'\n", older.display(), catalog.display());
    std::fs::write(&hook, script).unwrap();
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let told = "the catalog was set back while this run was at work";
    project.run(["apply", "plan"]).code(6).complains([told]);
    std::fs::remove_file(hook).unwrap();
    project.apply();
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"sales\"");
}

#[test]
fn a_saved_plan_does_what_it_shows_and_not_what_the_text_says_by_now() {
    let project = planned();
    project.edit("services.kdl", "owner sales", "owner nobody");
    project.run(["apply", "plan"]).code(0);
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"sales\"");
}

#[test]
fn a_plan_is_stale_once_a_field_that_it_changes_was_changed() {
    let project = planned();
    project.set("service", "cart", "properties.owner", "\"somebody\"");
    refused(
        &project,
        4,
        [
            "The plan is stale, and nothing was written. Changed since it was made:\n",
            "  entity:service:cart properties.owner: the plan saw shop, now it is somebody\n",
        ],
    );
}

#[test]
fn a_plan_is_stale_once_a_file_that_it_changes_was_changed() {
    let project = planned();
    somebody_writes(&repository(&project), "main", &manifest("web"), Some("by: hand\n"));
    let file = format!("  file:gitops:{}: ", manifest("web"));
    refused(&project, 4, ["The plan is stale, and nothing was written.", &file]);
}

#[test]
fn a_plan_is_stale_once_an_object_that_it_changes_is_gone() {
    let project = planned();
    project.sql("DELETE FROM objects WHERE (kind, name) = ('entity', 'cart')");
    refused(&project, 4, ["  entity:service:cart: it is gone\n"]);
}

#[test]
fn a_plan_is_stale_once_an_object_that_it_deletes_was_changed() {
    let project = applied();
    project.write("services.kdl", "entity service ledger {\n    tier one\n}\n");
    project.run(["plan", "--out", "plan"]).code(0);
    project.set("service", "cart", "properties.tier", "\"two\"");
    project.set("service", "cart", "properties.notes", "\"new\"");
    refused(
        &project,
        4,
        [
            "The plan is stale, and nothing was written. Changed since it was made:\n",
            "  entity:service:cart properties.tier: the plan saw one, now it is two\n",
            "  entity:service:cart properties.notes: the plan saw (nothing), now it is new\n",
        ],
    );
    assert!(project.has("entity", "service", "cart"));
}

/// `plat apply plan --replan=if-equivalent`.
pub(crate) const AGAIN: [&str; 4] = ["apply", "plan", "--replan", "if-equivalent"];

#[test]
fn the_lines_of_a_file_that_others_changed_are_shown() {
    let project = planned();
    let path = manifest("web");
    let changed = files(&repository(&project), "main")[&path].replace("kind: ConfigMap", "kind: Secret");
    somebody_writes(&repository(&project), "main", &path, Some(&changed));
    let file = format!("  file:gitops:{path}: its lines changed\n");
    refused(
        &project,
        4,
        [&*file, "    @@ -1,3 +1,3 @@\n", "    -kind: ConfigMap\n", "    +kind: Secret\n", "Plan again."],
    );
    somebody_writes(&repository(&project), "main", &path, None);
    refused(&project, 4, [format!("  file:gitops:{path}: it is gone\n").as_str()]);
}

#[test]
fn a_stale_plan_is_made_again_where_it_does_the_same() {
    let project = planned();
    // Others set what the plan changes, and what it does not: the first is drift, which goes the same way.
    project.edit("services.kdl", "owner sales", "owner shop");
    project.edit("requests.kdl", "size 9", "size 1");
    project.set("service", "cart", "properties.owner", "\"somebody\"");
    project.run(["plan", "--out", "plan"]).code(0).says(["! revert 1"]);
    project.set("service", "cart", "properties.owner", "\"another\"");
    refused(&project, 4, ["properties.owner: the plan saw somebody, now it is another\n"]);
    project.run(AGAIN).code(0).complains(["The plan is stale; made again as ", ", it does the same.\n"]);
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"shop\"");
    project.run(["plan"]).no_changes();
}

#[test]
fn a_stale_plan_is_not_made_again_where_it_does_something_else() {
    let project = planned();
    project.set("service", "cart", "properties.owner", "\"somebody\"");
    let before = project.snapshot();
    let said = [
        "The plan is stale, and nothing was written. Changed since it was made:\n",
        "  entity:service:cart properties.owner: the plan saw shop, now it is somebody\n",
        "A plan made now is another one:\n",
        "  entity:service:cart: it would no longer update it\n",
        "  entity:service:cart: others changed it too\n",
    ];
    project.run(AGAIN).code(4).complains(said);
    assert!(project.snapshot() == before, "something was written");
    // The text says more by now, and other fields come out of it.
    let project = planned();
    project.run(["plan", "--on-conflict", "ours", "--out", "plan"]).code(0);
    project.set("service", "cart", "properties.owner", "\"somebody\"");
    project.edit("services.kdl", "tier one\n    owner", "tier two\n    owner");
    project.edit("requests.kdl", "size 2", "size 3");
    let said = [
        "  request:app:default/api: it would update it, which was not approved\n",
        "  file:gitops:",
        "it would update it, which was not approved\n",
    ];
    project.run(AGAIN).code(4).complains(said);
}

#[test]
fn what_was_approved_to_go_is_deleted_by_the_plan_that_is_made_again_and_nothing_more() {
    let project = applied();
    project.write("services.kdl", "");
    project.set("service", "cart", "properties.owner", "\"somebody\"");
    let allowed = ["plan", "--out", "plan", "--allow-delete", "entity:*", "--max-deletes", "5"];
    project.run(allowed.into_iter().chain(["--on-conflict", "ours"])).code(0);
    project.set("service", "cart", "properties.owner", "\"another\"");
    // What would go is not what was shown to go.
    project.run(AGAIN).code(4).complains(["A plan made now is another one:\n", "  entity:service:cart: "]);
    assert!(project.has("entity", "service", "cart"));
}

#[test]
fn only_a_saved_plan_is_made_again() {
    applied().run(["apply", "--replan", "if-equivalent"]).code(64).complains(["<FILE>"]);
}

#[test]
fn a_plan_of_another_format_is_refused_and_told_why() {
    let project = planned();
    let plan = project.read("plan");
    assert!(plan.starts_with("{\"format\":8,"), "{plan}");
    project.write("plan", plan.replacen("\"format\":8", "\"format\":2", 1));
    refused(&project, 4, ["cannot use plan\n", "the plan has format 2, and this plat knows format 8: plan again"]);
    // One whose parts this plat would not even find.
    project.write("plan", "{\"format\":2,\"steps\":[]}");
    refused(&project, 4, ["cannot use plan\n", "the plan has format 2, and this plat knows format 8: plan again"]);
}

#[test]
fn a_plan_is_not_stale_because_of_what_it_does_not_touch() {
    let project = planned();
    project.set("service", "cart", "properties.notes", "\"a foreign field\"");
    project.set("service", "cart", "properties.tier", "\"an owned field that stays\"");
    project.set("service", "ledger", "properties.tier", "\"another object\"");
    somebody_writes(&repository(&project), "main", &manifest("api"), Some("another: file\n"));
    somebody_writes(&repository(&project), "main", "README.md", Some("Hello\n"));
    project.run(["apply", "plan"]).code(0).stderr("");
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"sales\"");
    assert_eq!(project.get("service", "cart", "properties.notes").unwrap(), "\"a foreign field\"");
    assert_eq!(project.get("service", "ledger", "properties.tier").unwrap(), "\"another object\"");
    let files = files(&repository(&project), "main");
    assert_eq!(files["README.md"], "Hello\n");
    assert_eq!(files[&manifest("api")], "another: file\n");
}

#[test]
fn a_plan_of_another_project_is_refused() {
    let project = planned();
    project.edit("plat.kdl", "project demo { id demo }", "project other { id other }");
    refused(&project, 64, ["plan is a plan of project demo, and this is other\n"]);
}

#[test]
fn a_plan_with_a_conflict_is_shown_and_never_applied() {
    let project = applied();
    project.edit("services.kdl", "owner shop", "owner sales");
    project.set("service", "cart", "properties.owner", "\"somebody\"");
    project.run(["plan", "--out", "plan"]).code(4);
    project.run(["show", "plan"]).code(0).says(["CONFLICT entity:service:cart properties.owner"]);
    refused(&project, 4, [""]);
}

#[test]
fn a_plan_that_is_refused_by_a_guard_stays_refused_when_it_is_saved() {
    let project = applied();
    project.write("services.kdl", "");
    project.run(["plan", "--out", "plan"]).code(5);
    refused(&project, 5, [""]);
    // What was allowed when the plan was made is allowed in it.
    project.run(["plan", "--out", "plan", "--allow-delete", "entity:*"]).code(0);
    project.run(["apply", "plan"]).code(0);
    assert!(!project.has("entity", "service", "cart"));
}

#[test]
fn a_file_that_is_not_there_is_a_failure_of_the_world() {
    demo::new().run(["show", "nowhere"]).code(1).complains(["cannot read nowhere\n", "because: "]);
    let told = ["there is no folder no/such/folder to write no/such/folder/plan into\n"];
    demo::new().run(["plan", "--out", "no/such/folder/plan"]).code(64).complains(told);
}

/// What Git says in the project's folder.
fn git(project: &Project, arguments: &[&str]) -> String {
    let identity = ["-c", "user.name=Bo", "-c", "user.email=bo@example.com"];
    let output = std::process::Command::new("git").current_dir(project.root()).args(identity).args(arguments).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_plan_names_the_commit_of_its_text() {
    let project = demo::new();
    let git = |arguments: &[&str]| git(&project, arguments);
    project.run(["plan", "--format", "json"]).code(0).never_says(r#""source":"0"#).never_says("-dirty");
    git(&["init", "-q"]);
    git(&["add", "plat.kdl", "services.kdl", "requests.kdl"]);
    git(&["commit", "-qm", "text"]);
    let source = |dirty: &str| format!(r#""source":"{}{dirty}""#, git(&["rev-parse", "HEAD"]));
    project.run(["plan", "--format", "json"]).code(0).says([&*source("")]);
    // What plat keeps for itself is no text.
    project.apply();
    project.run(["plan", "--format", "json"]).code(0).says([&*source("")]);
    project.write("more.kdl", "entity service more {\n}\n");
    project.run(["plan", "--format", "json"]).code(0).says([&*source("-dirty")]);
    git(&["add", "more.kdl"]);
    git(&["commit", "-qm", "more"]);
    project.run(["plan", "--format", "json"]).code(0).says([&*source("")]);
    project.edit("more.kdl", "service more", "service most");
    project.run(["plan", "--format", "json"]).code(0).says([&*source("-dirty")]);
    git(&["add", "more.kdl"]);
    git(&["commit", "-qm", "most"]);
    // What the text does not ask for counts for nothing; what it reads counts whatever it is, also where Git is to ignore it.
    project.write("data/notes.md", "Notes\n");
    project.write("plan.md", "A report\n");
    project.run(["plan", "--format", "json"]).code(0).says([&*source("")]);
    project.write(".gitignore", "*.txt\n");
    project.write("data/extra.txt", "More notes\n");
    let step = "        files \"data/**\"\n        resource v1 ConfigMap $name file=config.yaml {";
    project.edit("plat.kdl", "        resource v1 ConfigMap $name file=config.yaml {", step);
    git(&["add", "plat.kdl", "data/notes.md", ".gitignore"]);
    git(&["commit", "-qm", "data"]);
    project.run(["plan", "--format", "json"]).code(0).says([&*source("-dirty")]);
    git(&["add", "--force", "data/extra.txt"]);
    git(&["commit", "-qm", "extra"]);
    project.run(["plan", "--format", "json"]).code(0).says([&*source("")]);
}

#[test]
fn a_plan_is_held_to_the_commit_that_it_is_expected_to_be_of() {
    let project = planned();
    let git = |arguments: &[&str]| git(&project, arguments);
    let expects = |revision: &str, code: i32| {
        let before = project.snapshot();
        let outcome = project.run(["apply", "plan", "--expect-source", revision]).code(code);
        assert!(code == 0 || project.snapshot() == before, "something was written");
        outcome
    };
    let commit = |message: &str| {
        git(&["add", "plat.kdl", "services.kdl", "requests.kdl"]);
        git(&["commit", "-qm", message]);
        git(&["rev-parse", "HEAD"])
    };
    let nowhere = "0123456789012345678901234567890123456789";
    let said = "the plan was made of a text that is in no Git repository, and commit 0123456789";
    expects(nowhere, 4).complains(["cannot use plan\n", said]);
    let said = "the plan is expected to be of main, and the project's text is in no Git repository";
    expects("main", 4).complains(["cannot use plan\n", said]);
    git(&["init", "-q"]);
    let first = commit("text");
    project.run(["plan", "--out", "plan"]).code(0);
    expects("HEAD~9", 64);
    expects(nowhere, 4).complains([&*format!("the plan was made of commit {first}, and commit {nowhere} is expected")]);
    project.edit("services.kdl", "owner sales", "owner nobody");
    project.run(["plan", "--out", "plan"]).code(0);
    expects(&first, 4).complains([&*format!("of commit {first} with changes that are in no commit, and")]);
    let second = commit("more");
    expects(&second, 4);
    project.run(["plan", "--out", "plan"]).code(0);
    expects(&first, 4);
    expects("HEAD", 0);
    expects(&second.to_uppercase(), 0);
    project.run(["apply", "--expect-source", "HEAD"]).code(64).complains(["<FILE>"]);
}

#[test]
fn a_plan_whose_run_cannot_be_read_may_have_been_carried_out() {
    let project = planned();
    project.run(["apply", "plan"]).code(0);
    project.catalog().execute("UPDATE runs SET steps = '{'", []).unwrap();
    project.set("service", "cart", "properties.owner", "\"shop\"");
    project.run(["apply", "plan"]).code(4);
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"shop\"");
}

#[test]
fn a_plan_that_does_not_fit_the_text_of_another_commit_says_so() {
    let project = applied();
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        git.args(["-c", "user.name=a", "-c", "user.email=a@b"]).args(arguments).current_dir(project.root());
        let done = git.env("HOME", project.outside("home")).output().unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    };
    project.write(".gitignore", ".plat\nplan\n");
    project.edit("services.kdl", "owner shop", "owner sales");
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "planned"]);
    let planned = git(&["rev-parse", "HEAD"]);
    project.run(["plan", "--out", "plan"]).code(0);
    project.edit("services.kdl", "owner sales", "owner sales\n    lifecycle { deletion forbid; }");
    git(&["commit", "-qam", "applied"]);
    let here = git(&["rev-parse", "HEAD"]);
    let commits = format!(
        "The plan was made of commit {planned}, and the text here is of {here}: check that commit out, or plan again."
    );
    refused(&project, 4, ["entity:service:cart: the project protects it more than the plan would", &*commits]);
    // As it was told.
    git(&["checkout", "-q", &planned]);
    project.run(["apply", "plan"]).code(0);
}
