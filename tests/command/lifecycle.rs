//! What becomes of what others change and of what is no longer declared, as `lifecycle` says it.

use crate::demo::{PLATFORM, applied, manifest, new, repository};
use crate::project::Project;
use crate::store::{files, somebody_writes};
use std::path::Path;

const LEDGER: &str = "entity service ledger {\n    tier one\n}\n";

/// The platform with a lifecycle for the service `cart`, applied.
fn living(lifecycle: &str) -> Project {
    let project = new();
    project.edit("services.kdl", "    owner shop\n", &format!("    owner shop\n    lifecycle {{ {lifecycle} }}\n"));
    project.apply();
    project
}

#[test]
fn drift_that_is_to_be_kept_stays_and_is_told_each_time() {
    let project = living("on-drift keep");
    project.set("service", "cart", "properties.owner", "\"somebody\"");
    let kept =
        r#""kept":[{"address":"entity:service:cart","field":"properties.owner","live":"somebody","desired":"shop""#;
    project.run(["plan", "--detailed-exitcode", "--format", "json"]).code(0).says([r#""operations":[]"#, kept]);
    // Another field can change beside it, and the kept one is not forgotten.
    project.edit("services.kdl", "    tier one\n    owner", "    tier two\n    owner");
    project.apply();
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"somebody\"");
    assert_eq!(project.get("service", "cart", "properties.tier").unwrap(), "\"two\"");
    project.run(["plan", "--format", "json"]).code(0).says([kept]);
    // The text wins over what the inventory says.
    project.edit("services.kdl", "on-drift keep", "on-drift revert");
    project.run(["plan"]).code(0).says(["properties.owner  somebody -> shop  (others changed it)"]);
    project.apply();
    project.run(["plan"]).no_changes();
}

#[test]
fn an_object_that_others_deleted_and_that_is_to_be_kept_so_is_not_made_again() {
    let project = living("on-drift keep");
    project.sql("DELETE FROM objects WHERE (kind, name) = ('entity', 'cart')");
    let plan = project.run(["plan", "--format", "json"]).code(0);
    plan.says([r#""operations":[]"#, r#""kept":[{"address":"entity:service:cart","field":null"#]);
    project.apply();
    assert!(!project.has("entity", "service", "cart"));
    // Where the text changes too, nobody can say what is meant.
    project.edit("services.kdl", "    tier one\n    owner", "    tier two\n    owner");
    project.run(["plan"]).code(4).says(["CONFLICT entity:service:cart"]);
    project.run(["apply", "--auto-approve", "--on-conflict", "ours"]).code(0);
    assert!(project.has("entity", "service", "cart"));
}

#[test]
fn drift_can_stop_a_plan() {
    let project = living("on-drift fail");
    project.set("service", "cart", "properties.owner", "\"somebody\"");
    let before = project.snapshot();
    project.run(["apply", "--auto-approve"]).code(4).says([
        "CONFLICT entity:service:cart properties.owner  services.kdl:3\n    others changed it, and its lifecycle says `on-drift fail`\n",
        "    base    shop\n    live    somebody\n    desired shop\n",
        "`plat drift --adopt entity:service:cart` writes what is live into the text; `--on-conflict ours` overwrites what is live",
    ]);
    assert!(project.snapshot() == before, "something was written");
    project.run(["apply", "--auto-approve", "--on-conflict", "ours"]).code(0);
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"shop\"");
    project.sql("DELETE FROM objects WHERE (kind, name) = ('entity', 'cart')");
    let gone = project.run(["plan"]).code(4);
    gone.says(["CONFLICT entity:service:cart", "its lifecycle says `on-drift fail`\n    others deleted it"]);
    // Where the text changed too, that is what it is about.
    project.edit("services.kdl", "owner shop", "owner sales");
    project.run(["plan"]).code(4).never_says("on-drift fail");
}

#[test]
fn the_files_of_a_request_live_as_it_does() {
    for (word, code) in [("keep", 0), ("fail", 4)] {
        let project = new();
        project.edit("requests.kdl", "    size 1\n", &format!("    size 1\n    lifecycle {{ on-drift {word} }}\n"));
        project.apply();
        somebody_writes(&repository(&project), "main", &manifest("web"), Some("by: hand\n"));
        somebody_writes(&repository(&project), "main", &manifest("api"), Some("by: hand\n"));
        let plan = project.run(["plan", "--format", "json"]).code(code);
        plan.says([&*format!(r#""address":"file:gitops:{}""#, manifest("api")), &*manifest("web")]);
        project.run(["apply", "--auto-approve"]).code(code);
        let files = files(&repository(&project), "main");
        assert_eq!(files[&manifest("web")], "by: hand\n");
        assert_eq!(files[&manifest("api")] == "by: hand\n", word == "fail", "{word}");
    }
}

#[test]
fn an_ignored_field_is_written_when_the_object_is_made_and_left_alone_from_then_on() {
    let project = living("ignore properties.owner");
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"shop\"");
    project.run(["plan"]).no_changes();
    project.set("service", "cart", "properties.owner", "\"somebody\"");
    project.run(["plan", "--detailed-exitcode"]).no_changes().never_says("somebody");
    // Neither is its text looked at, nor its removal.
    project.edit("services.kdl", "owner shop", "owner sales");
    project.run(["plan", "--detailed-exitcode"]).no_changes();
    project.edit("services.kdl", "    owner sales\n", "");
    project.run(["plan", "--detailed-exitcode"]).no_changes();
    project.apply();
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"somebody\"");
    // It is nobody's now, so that writing it again takes it over.
    project.edit("services.kdl", "ignore properties.owner", "protect");
    project.edit("services.kdl", "entity service cart {\n", "entity service cart {\n    owner shop\n");
    project.run(["plan"]).code(0).says(["properties.owner  somebody -> shop  (overwrites what was there)"]);
}

#[test]
fn a_field_that_was_owned_becomes_ignored_without_a_conflict() {
    let project = applied();
    project.set("service", "cart", "properties.owner", "\"somebody\"");
    project.edit("services.kdl", "    owner shop\n", "    owner shop\n    lifecycle { ignore \"properties.*\" }\n");
    project.run(["plan"]).code(0).says(["~ update 1", "its lifecycle changes"]).never_says("somebody");
    project.apply();
    project.run(["plan"]).no_changes();
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"somebody\"");
}

#[test]
fn what_is_to_be_orphaned_stays_when_its_text_goes() {
    let project = living("deletion orphan");
    project.write("services.kdl", LEDGER);
    project.run(["plan"]).code(0).says([". release 1", ". entity:service:cart"]).never_says("DESTROYS");
    project.apply();
    assert!(project.has("entity", "service", "cart"));
    // It is nobody's from now on.
    project.run(["plan"]).no_changes();
    project.write("services.kdl", format!("{LEDGER}entity service cart {{\n    tier two\n}}\n"));
    project.run(["plan"]).code(0).says(["& adopt 1"]);
}

#[test]
fn the_files_of_a_request_that_is_let_go_of_stay() {
    let project = new();
    project.edit("requests.kdl", "    size 1\n", "    size 1\n    lifecycle { deletion orphan }\n");
    project.apply();
    let before = files(&repository(&project), "main");
    project.write("requests.kdl", "request app api {\n    size 2\n}\n");
    project.run(["plan"]).code(0).says([". release 2"]).never_says("DESTROYS");
    project.apply();
    assert_eq!(files(&repository(&project), "main"), before);
    assert!(project.has("request", "app", "default/web"));
    project.run(["plan"]).no_changes();
    project.write("requests.kdl", "");
    project.run(["apply", "--auto-approve"]).code(0);
    assert_eq!(files(&repository(&project), "main").keys().collect::<Vec<_>>(), [&manifest("web")]);
}

/// Makes the inventory one as it was before stores remembered requests: a commit of the files alone.
fn forget_requests(repository: &Path) {
    let repository = git2::Repository::open_bare(repository).unwrap();
    let mut inventory = repository.references_glob("refs/plat/inventory/*").unwrap().next().unwrap().unwrap();
    let files = inventory.peel_to_tree().unwrap().get_name("files").unwrap().id();
    let (files, author) =
        (repository.find_tree(files).unwrap(), git2::Signature::now("plat", "plat@localhost").unwrap());
    let commit = repository.commit(None, &author, &author, "Deliver", &files, &[]).unwrap();
    inventory.set_target(commit, "").unwrap();
}

#[test]
fn files_of_which_nobody_can_tell_whose_they_are_stop_a_release() {
    let project = new();
    project.edit("plat.kdl", "    labels side=main\n", "    labels side=main\n    layout flat\n");
    project.edit("plat.kdl", "file=config.yaml", "file=\"${name}.yaml\"");
    project.edit("requests.kdl", "    size 1\n", "    size 1\n    lifecycle { deletion orphan }\n");
    project.apply();
    project.write("requests.kdl", "request app api {\n    size 2\n}\n");
    // The store remembers whose the files are, whatever the layout.
    project.run(["plan"]).code(0).says([". release 2"]).never_says("DESTROYS");
    forget_requests(&repository(&project));
    project.run(["plan"]).code(5).says([
        "REFUSED request:app:default/web is let go of, and 1 file of state store gitops would be deleted",
        "--allow-delete 'file:gitops:*'",
    ]);
}

#[test]
fn a_deletion_can_ask_for_a_word() {
    let project = living("deletion confirm");
    project.write("services.kdl", LEDGER);
    // The plan is printed all the same.
    project.run(["plan"]).code(5).says([
        "DESTROYS 1\n- entity:service:cart",
        "REFUSED entity:service:cart would be deleted, and its `deletion confirm` asks for a word\n",
        "`removed entity:service:cart` in the project, or --allow-delete entity:service:cart",
    ]);
    let by_flag = project.twin();
    by_flag.run(["apply", "--auto-approve", "--allow-delete", "entity:service:cart"]).code(0);
    project.write("removed.kdl", "removed entity:service:cart\n");
    project.run(["plan"]).code(0).says([
        "- entity:service:cart  removed.kdl:1  (a `removed` node says so)\n",
        "ALLOWED entity:service:cart would be deleted",
    ]);
    project.apply();
    assert!(!project.has("entity", "service", "cart") && !by_flag.has("entity", "service", "cart"));
    // The node may stay in the text.
    project.run(["plan"]).no_changes();
}

#[test]
fn a_deletion_can_be_forbidden_until_the_text_says_otherwise() {
    let project = living("deletion forbid");
    project.write("services.kdl", format!("{LEDGER}removed entity:service:cart\n"));
    let stopped = ["plan", "--allow-delete", "entity:service:cart"];
    project.run(stopped).code(5).says([
        "DESTROYS 1\n- entity:service:cart",
        "REFUSED entity:service:cart must not be deleted, as its `deletion forbid` says: declare it again",
    ]);
    // It may be let go of, and it may get another lifecycle first.
    let kept = project.twin();
    kept.edit("services.kdl", "removed entity:service:cart", "removed entity:service:cart keep");
    kept.apply();
    assert!(kept.has("entity", "service", "cart"));
    project.write("services.kdl", format!("{LEDGER}entity service cart {{\n    tier one\n    owner shop\n}}\n"));
    project.apply();
    project.write("services.kdl", LEDGER);
    project.apply();
    assert!(!project.has("entity", "service", "cart"));
}

#[test]
fn a_removed_node_lets_the_protected_go_or_stay() {
    let project = living("protect");
    project.write("services.kdl", format!("{LEDGER}removed entity:service:cart\n"));
    let kept = project.twin();
    kept.edit("services.kdl", "removed entity:service:cart", "removed entity:service:cart keep");
    kept.run(["plan"])
        .code(0)
        .says([". release 1", ". entity:service:cart  services.kdl:4  (a `removed` node says so)\n"]);
    kept.apply();
    assert!(kept.has("entity", "service", "cart"));
    kept.run(["plan"]).no_changes();
    project
        .run(["apply", "--auto-approve"])
        .code(0)
        .says(["ALLOWED entity:service:cart is protected and would be deleted"]);
    assert!(!project.has("entity", "service", "cart"));
}

#[test]
fn the_order_of_a_set_is_no_change() {
    let project = new();
    project.edit("plat.kdl", "blueprint service {\n", "blueprint service {\n    relation uses service many\n");
    project.edit("services.kdl", "    owner shop\n", "    owner shop\n    uses ledger cart\n");
    project.apply();
    project.edit("services.kdl", "uses ledger cart", "uses cart ledger");
    project.run(["plan", "--detailed-exitcode"]).no_changes();
    project.set("service", "cart", "relations.uses", "[\"ledger\", \"cart\"]");
    project.run(["plan", "--detailed-exitcode"]).no_changes();
    project.apply();
    assert_eq!(project.get("service", "cart", "relations.uses").unwrap(), "[\"ledger\",\"cart\"]");
    project.set("service", "cart", "relations.uses", "[\"ledger\"]");
    project.run(["plan"]).code(0).says(["relations.uses", "(others changed it)"]);
}

#[test]
fn an_additive_run_takes_nothing_away() {
    let project = applied();
    project.write("services.kdl", format!("{LEDGER}entity service new {{\n    tier one\n}}\n"));
    project.write("requests.kdl", "request app api {\n    size 3\n}\n");
    project.edit("plat.kdl", "    property owner string\n", "");
    let plan = project.run(["plan", "--additive"]).code(0);
    plan.says(["+ create 1", "~ update 2"]).never_says("DESTROYS").never_says("properties.owner");
    project.run(["plan", "--additive", "--format", "json"]).says([r#""additive":true"#]);
    project.run(["apply", "--auto-approve", "--additive"]).code(0);
    assert!(project.has("entity", "service", "cart") && project.has("request", "app", "default/web"));
    assert!(files(&repository(&project), "main").contains_key(&manifest("web")));
    project.run(["plan", "--additive"]).no_changes();
    // What was left is still the project's.
    project.run(["plan"]).code(0).says(["DESTROYS 3", "properties.owner"]);
    project.apply();
    assert!(!project.has("entity", "service", "cart"));
    project.run(["plan"]).no_changes();
}

#[test]
fn a_tenth_of_a_large_project_may_go_unasked() {
    let services = |count: u32| {
        let service = |id| format!("entity service s{id} {{\n    tier one\n}}\n");
        (0..count).map(service).collect::<Vec<_>>().concat()
    };
    let project = Project::new().file("plat.kdl", "project demo\nblueprint service {\n    property tier string\n}\n");
    project.write("services.kdl", services(79));
    project.apply();
    project.write("services.kdl", services(71));
    project.run(["plan"]).code(0);
    project.write("services.kdl", services(70));
    project
        .run(["plan"])
        .code(5)
        .says(["REFUSED 9 deletions, and at most 8 are allowed, a tenth of the 80 that the project owns\n"]);
    project.edit("plat.kdl", "project demo\n", "project demo {\n    guards max-deletes=3\n}\n");
    project.write("services.kdl", services(75));
    project.run(["plan"]).code(5).says(["REFUSED 4 deletions, and at most 3 are allowed\n"]);
}

#[test]
fn a_destination_that_becomes_empty_needs_an_allowance() {
    let project = new();
    project.write("plat.kdl", format!("{PLATFORM}destination side {{\n    store gitops\n    labels side=other\n}}\n"));
    let promise = "promise other {\n    api group=company.com version=v1 kind=Other {\n    }\n    schedule side=other\n    \
        workflow configure {\n        resource v1 ConfigMap $name file=config.yaml {\n            data a=b\n        }\n    }\n}\n";
    project.write("other.kdl", format!("{promise}request other x {{\n}}\nrequest other y {{\n}}\n"));
    project.apply();
    project.write("other.kdl", promise);
    project
        .run(["plan"])
        .code(5)
        .says(["REFUSED all 2 files of destination side are deleted\n", "--allow-delete 'destination:side:*'"]);
    project.run(["apply", "--auto-approve", "--allow-delete", "destination:side:*"]).code(0);
}

#[test]
fn each_operation_says_what_it_needs() {
    let project = new();
    let plan = project.run(["plan", "--format", "json"]).code(0);
    let file = format!(r#""address":"file:gitops:{}""#, manifest("web"));
    plan.says([
        r#""address":"entity:service:cart""#,
        r#""needs":["blueprint:service"]"#,
        r#""address":"destination:main""#,
        r#""needs":["state-store:gitops"]"#,
        r#""address":"request:app:default/web""#,
        r#""needs":["promise:app"]"#,
        &*file,
        r#""needs":["destination:main","request:app:default/web"]"#,
    ]);
    project.apply();
    project.write("plat.kdl", "project demo\n");
    project.write("services.kdl", "");
    project.write("requests.kdl", "");
    // What refers to others goes before them.
    project.run(["plan", "--format", "json"]).code(5).says([
        r#""address":"entity:service:cart""#,
        r#""address":"blueprint:service""#,
        r#""needs":["entity:service:cart","entity:service:ledger"]"#,
    ]);
}

#[test]
fn a_lifecycle_that_comes_is_shown_by_its_words() {
    let project = applied();
    project.edit(
        "services.kdl",
        "    owner shop\n",
        "    owner shop\n    lifecycle { on-drift keep; ignore title; }\n",
    );
    let words = "entity:service:cart  services.kdl:1  (its lifecycle changes)\n    \
        lifecycle on-drift  revert -> keep\n    lifecycle ignore  (nothing) -> title\n";
    project.run(["plan", "--report", "github=g.txt"]).code(0).says([words]).never_says("lifecycle protect");
    assert!(
        project
            .read("g.txt")
            .contains("%0Alifecycle on-drift: revert -> keep%0Alifecycle ignore: (nothing) -> title\n"),
        "{}",
        project.read("g.txt")
    );
    project.apply();
    project.run(["plan"]).no_changes();
    project.edit("services.kdl", "on-drift keep", "protect");
    project
        .run(["plan", "--full"])
        .code(0)
        .says(["lifecycle protect  #false -> #true\n    lifecycle on-drift  keep -> revert\n"]);
}

#[test]
fn what_protects_an_object_that_comes_is_told() {
    let project = new();
    let words = "protect; on-drift keep; ignore properties.tier";
    project.edit("services.kdl", "    owner shop\n", &format!("    owner shop\n    lifecycle {{ {words}; }}\n"));
    let told = "+ entity:service:cart  services.kdl:1\n    lifecycle protect  #true\n    lifecycle on-drift  keep\n    lifecycle ignore  properties.tier\n";
    project.run(["plan"]).code(0).says([told, "+ entity:service:ledger  services.kdl:7\n"]);
    project.run(["plan", "--report", "markdown=-"]).says([told]);
    project.run(["plan", "--report", "github=-"]).says(["lifecycle protect: #true%0Alifecycle on-drift: keep"]);
    project.run(["plan", "--summary"]).never_says("lifecycle protect");
    // Among many it is another kind of change than the rest.
    let many: String = (0..50).map(|number| format!("entity service s{number} {{\n    tier one\n}}\n")).collect();
    project.write("many.kdl", many);
    project.run(["plan"]).code(0).says([told]);
}
