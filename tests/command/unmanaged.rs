//! What others made, and no project owns.

use crate::others::Company;
use crate::project::Project;
use crate::store::somebody_writes;

const PROJECT: &str = "project demo { id demo-1; }\nblueprint service {\n    property tier string\n    property tags array\n}\nteam payments\n";
const SERVICES: &str = "// All of them.\nentity service cart {\n    tier gold\n}\n";

fn applied() -> Project {
    let project = Project::new().file("plat.kdl", PROJECT).file("services.kdl", SERVICES);
    project.apply();
    project
}

/// Puts an object into the catalog behind plat's back.
fn put(project: &Project, kind: &str, parent: &str, name: &str, body: &str) {
    let statement = "INSERT INTO objects (kind, parent, name, body) VALUES (?1, ?2, ?3, ?4)";
    project.catalog().execute(statement, [kind, parent, name, body]).unwrap();
}

#[test]
fn what_nobody_owns_is_listed_and_taken_over_beside_its_like() {
    let project = applied();
    let none = project.run(["drift", "--unmanaged"]).code(0);
    assert!(none.out.contains("Each object of the catalog is declared here, or belongs to a project;"), "{none}");
    put(&project, "entity", "service", "ledger", r#"{"title":"Ledger","properties":{"tier":"tin","tags":["a","b"]}}"#);
    put(&project, "team", "", "storefront", r#"{"title":"Storefront"}"#);
    assert_eq!(project.run(["drift"]).code(0).out, "No drift: nobody changed what this project wrote.\n");
    let listed = project.run(["drift", "--unmanaged", "--detailed-exitcode"]).code(2).out;
    let said = "\nnobody owns 2 objects\n\n? team:storefront\n? entity:service:ledger\n\nTo take an object over into the KDL: plat drift --adopt ADDRESS --unmanaged\nTo have one deleted: `removed \"ADDRESS\" unowned` in the text, and an apply\n";
    assert!(listed.ends_with(said), "{listed}");
    let json: serde_json::Value =
        serde_json::from_str(&project.run(["drift", "--unmanaged", "--format", "json"]).code(0).out).unwrap();
    assert_eq!(json["unmanaged"][1]["address"], "entity:service:ledger");
    // A pattern takes it over where it is asked for what nobody owns, and nowhere else.
    let met = project.run(["drift", "--adopt", "*"]).code(0);
    assert!(met.out.contains("nothing to take over for `*`"), "{met}");
    let shown = project.run(["drift", "--unmanaged", "--adopt", "*", "--dry-run"]).code(0).out;
    assert!(shown.contains("+++ b/services.kdl") && project.read("services.kdl") == SERVICES, "{shown}");
    let taken = project.run(["drift", "--unmanaged", "--adopt", "*"]).code(0).out;
    assert!(taken.contains("+ entity:service:ledger") && taken.contains("wrote plat.kdl, services.kdl"), "{taken}");
    let text = "\nentity service ledger {\n    title Ledger\n    tier tin\n    tags a b\n}\n";
    assert_eq!(project.read("services.kdl"), format!("{SERVICES}{text}"));
    assert_eq!(project.read("plat.kdl"), format!("{PROJECT}\nteam storefront {{\n    title Storefront\n}}\n"));
    // The next apply makes them the project's, and changes nothing of them.
    let plan = project.run(["plan", "--summary"]).code(0).out;
    assert!(plan.starts_with("plan of demo  & adopt 2"), "{plan}");
    project.apply();
    assert!(project.run(["plan"]).code(0).out.starts_with("No changes. 5 objects"));
    assert!(project.run(["drift", "--unmanaged"]).code(0).out.contains("Each object of the catalog"));
}

#[test]
fn what_cannot_be_said_is_named_and_the_rest_is_taken_over() {
    let project = applied();
    put(&project, "entity", "service", "fits", r#"{"properties":{"tier":"tin"}}"#);
    put(&project, "entity", "service", "wrong", r#"{"properties":{"tier":5}}"#);
    put(&project, "entity", "nothing", "lost", r#"{"properties":{}}"#);
    put(&project, "entity", "service", "torn", "[]");
    put(&project, "entity", "service", "open", r#"{"properties":{"tier":"https://u:hunter22@h/p"}}"#);
    let taken = project.run(["drift", "--unmanaged", "--adopt", "entity:*"]).code(5).out;
    assert!(taken.contains("took over changes of 1 object") && taken.contains("+ entity:service:fits"), "{taken}");
    for (name, why) in [
        ("service:wrong", "takes a string"),
        ("nothing:lost", "there is no blueprint"),
        ("service:torn", "cannot be read"),
        ("service:open", "holds a password"),
    ] {
        let told = taken.split(&format!("NOT TAKEN OVER entity:{name}")).nth(1).unwrap_or_default();
        assert!(told.lines().nth(1).unwrap_or_default().contains(why), "{name}: {taken}");
    }
    assert!(!taken.contains("hunter22"), "{taken}");
    assert_eq!(project.read("services.kdl"), format!("{SERVICES}\nentity service fits {{\n    tier tin\n}}\n"));
}

#[test]
fn what_another_project_owns_is_nobodys_to_take() {
    let project = applied();
    let other = Project::new().file("plat.kdl", PROJECT.replace("demo", "other"));
    other.write("more.kdl", "team others\n");
    std::fs::create_dir(other.path(".plat")).unwrap();
    std::fs::copy(project.path(".plat/catalog.db"), other.path(".plat/catalog.db")).unwrap();
    assert!(other.run(["drift", "--unmanaged"]).code(0).out.contains("Each object of the catalog"));
    let asked = other.run(["drift", "--unmanaged", "--adopt", "entity:service:cart"]).code(64);
    assert!(asked.err.contains("nothing is called `entity:service:cart`"), "{asked}");
    put(&project, "team", "", "storefront", "{}");
    let hint = project.run(["drift", "--adopt", "team:storefront"]).code(64);
    assert!(hint.err.contains("what nobody declares is taken over with `--unmanaged`"), "{hint}");
}

#[test]
fn files_in_destinations_that_nobody_owns_are_listed() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    let gitops = platform.outside("gitops.git");
    for path in ["prod/by-hand.yaml", "prod/deep/er.yaml", "README.md"] {
        somebody_writes(&gitops, "main", path, Some("a: b\n"));
    }
    let listed = platform.run(["drift", "--unmanaged", "--detailed-exitcode"]).code(2);
    let said = "\nnobody owns 2 files\n\n? file:gitops:prod/by-hand.yaml\n? file:gitops:prod/deep/er.yaml\n\nTo have one deleted: `removed \"ADDRESS\" unowned` in the text, and an apply\n";
    assert!(listed.out.ends_with(said), "{listed}");
    let json: serde_json::Value =
        serde_json::from_str(&platform.run(["drift", "--unmanaged", "--format", "json"]).code(0).out).unwrap();
    assert_eq!(json["unmanaged_files"][1], "file:gitops:prod/deep/er.yaml");
    platform.run(["drift", "--detailed-exitcode"]).code(0).never_says("by-hand");
    // The destination is the platform's.
    shop.run(["drift", "--unmanaged", "--detailed-exitcode"]).code(0);
}

#[test]
fn objects_that_nobody_owns_go_by_a_plan_where_the_text_says_so() {
    let project = applied();
    put(&project, "entity", "service", "ledger", r#"{"title":"Ledger","properties":{"tier":"tin"}}"#);
    put(&project, "entity", "service", "mail", r#"{"properties":{}}"#);
    put(&project, "blueprint", "", "old", r#"{"title":"Old"}"#);
    put(&project, "entity", "old", "thing", r#"{"properties":{}}"#);
    project.write("removed.kdl", "removed \"entity:service:*\" unowned\nremoved blueprint:old unowned\n");
    let left = project.run(["plan"]).code(5);
    assert!(left.out.contains("REFUSED blueprint:old would be deleted, and 1 entity of it would stay"), "{left}");
    project.write("removed.kdl", "removed \"entity:*\" unowned\nremoved blueprint:old unowned\n");
    let plan = project.run(["plan"]).code(0).out;
    assert!(plan.starts_with("plan of demo  - delete 4"), "{plan}");
    let line = "- entity:service:ledger  removed.kdl:1  (exists already, and nobody owns it)\n";
    assert!(plan.contains(line), "{plan}");
    // What is taken away is told until it is.
    assert!(project.run(["drift", "--unmanaged"]).code(0).out.contains("nobody owns 4 objects"));
    project.run(["plan", "--additive"]).code(0).says(["No changes."]);
    project.apply();
    assert!(project.run(["plan"]).code(0).out.starts_with("No changes. 3 objects"));
    project.run(["drift", "--unmanaged", "--detailed-exitcode"]).code(0);
    // What came in between is seen: the plan that was reviewed does not take it.
    put(&project, "entity", "service", "one", r#"{"properties":{}}"#);
    project.run(["plan", "--out", "p.json"]).code(0);
    let changed = "UPDATE objects SET body = '{\"title\":\"x\"}' WHERE name = 'one'";
    project.catalog().execute(changed, []).unwrap();
    project.run(["apply", "p.json"]).code(4);
}

#[test]
fn what_the_text_declares_or_another_owns_is_not_cleared() {
    let project = applied();
    project.write("removed.kdl", "removed entity:service:cart unowned\n");
    project.run(["check"]).code(3).says(["`entity:service:cart` is still declared"]);
    project.write("removed.kdl", "removed \"entity:service:*\" unowned keep\n");
    project.run(["check"]).code(3).says(["`removed` speaks of what nobody owns, and of what the project has"]);
    project.write("removed.kdl", "removed \"file:nowhere:*\" unowned\n");
    project.run(["check"]).code(0);
    // A pattern may cover what is declared: that is not nobody's, or is taken over as ever.
    project.write("removed.kdl", "removed \"entity:*\" unowned\n");
    put(&project, "entity", "service", "ledger", r#"{"properties":{"tier":"tin"}}"#);
    project.write("services.kdl", SERVICES.to_owned() + "entity service ledger {\n    tier tin\n}\n");
    assert!(project.run(["plan"]).code(0).out.starts_with("plan of demo  & adopt 1"));
    let other = Project::new().file("plat.kdl", PROJECT.replace("demo", "other"));
    other.write("removed.kdl", "removed \"*\" unowned\n");
    std::fs::create_dir(other.path(".plat")).unwrap();
    std::fs::copy(project.path(".plat/catalog.db"), other.path(".plat/catalog.db")).unwrap();
    other.run(["plan", "--adoption", "strict"]).never_says("- entity:service:cart");
    // Nor does a destruction take more than what is the project's.
    project.run(["destroy", "--dry-run"]).never_says("ledger");
}

/// Somebody commits a symbolic link.
fn somebody_links(repository: &std::path::Path, path: &str, to: &str) {
    let repository = git2::Repository::open(repository).unwrap();
    let parent = repository.find_reference("refs/heads/main").unwrap().peel_to_commit().unwrap();
    let mut update = git2::build::TreeUpdateBuilder::new();
    update.upsert(path, repository.blob(to.as_bytes()).unwrap(), git2::FileMode::Link);
    let tree = update.create_updated(&repository, &parent.tree().unwrap()).unwrap();
    let somebody = git2::Signature::now("somebody", "somebody@company.com").unwrap();
    let tree = repository.find_tree(tree).unwrap();
    repository.commit(Some("refs/heads/main"), &somebody, &somebody, "By hand", &tree, &[&parent]).unwrap();
}

#[test]
fn files_that_nobody_owns_go_by_a_plan_where_the_text_says_so() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    let gitops = platform.outside("gitops.git");
    for path in ["prod/by-hand.yaml", "prod/deep/er.yaml", "README.md", "docs/a.md"] {
        somebody_writes(&gitops, "main", path, Some("a: b\n"));
    }
    somebody_links(&gitops, "prod/link.yaml", "by-hand.yaml");
    platform
        .run(["drift", "--unmanaged"])
        .code(0)
        .says(["? file:gitops:prod/deep/er.yaml\n? file:gitops:prod/link.yaml\n"]);
    platform.write("removed.kdl", "removed \"file:gitops:*\" unowned\nremoved \"file:gitops:docs/a.md\" unowned\n");
    let plan = platform.run(["plan"]).code(0);
    assert!(plan.out.contains("- delete 4"), "{plan}");
    for path in ["prod/by-hand.yaml", "prod/deep/er.yaml", "prod/link.yaml", "docs/a.md"] {
        assert!(plan.out.contains(&format!("- file:gitops:{path}")), "{path}: {plan}");
    }
    plan.never_says("README.md");
    // The team does not own the store, so that its line takes nothing.
    shop.write("removed.kdl", "removed \"file:gitops:*\" unowned\n");
    shop.run(["plan"]).never_says("by-hand");
    platform.apply();
    assert!(platform.run(["plan"]).code(0).out.starts_with("No changes."));
    platform.run(["drift", "--unmanaged", "--detailed-exitcode"]).code(0);
    shop.run(["plan"]).code(0).says(["No changes."]);
}

#[test]
fn what_a_forgotten_project_delivered_is_seen_and_taken_over() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    let file = company.delivered().remove(0);
    platform.run(["catalog", "forget", "shop-1", "--allow-recent", "--auto-approve"]).code(0);
    let left = format!(
        "1 file of 1 project whose request is no longer theirs\n\n? file:gitops:{file}  (project shop-1, for request:bucket:default/assets)\n"
    );
    platform.run(["drift", "--unmanaged"]).code(0).says([
        "nobody owns 2 objects",
        &*left,
        "`adopt \"REQUEST\" from=PROJECT`",
    ]);
    // With its request,
    let taken = platform.twin();
    taken.run(["drift", "--adopt", "*", "--unmanaged"]).code(0).says(["took over changes of 2 objects"]);
    taken.run(["plan"]).code(0).says(["& adopt 3"]);
    // and where somebody took that away.
    platform.write("removed.kdl", "removed \"request:*\" unowned\nremoved \"entity:*\" unowned\n");
    platform.apply();
    let json: serde_json::Value =
        serde_json::from_str(&platform.run(["drift", "--unmanaged", "--format", "json"]).code(0).out).unwrap();
    assert_eq!(json["left_files"][0]["address"], format!("file:gitops:{file}"));
    assert_eq!(json["left_files"][0]["project"], "shop-1");
    platform.run(["drift", "--unmanaged", "--detailed-exitcode"]).code(2).says([&*left]);
    platform.write(
        "removed.kdl",
        "request bucket assets { size 3; }\nadopt \"request:bucket:default/assets\" from=shop-1\n",
    );
    platform.apply();
    platform.run(["drift", "--unmanaged", "--detailed-exitcode"]).code(0);
    platform.write("removed.kdl", "");
    platform.apply();
    assert_eq!(company.delivered(), [""; 0]);
}

#[test]
fn a_request_whose_file_somebody_deleted_is_taken_over_with_its_project_too() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.edit("shop.kdl", "request bucket assets", "request bucket lost { size 2; }\nrequest bucket assets");
    shop.apply();
    let lost = company.delivered().into_iter().find(|path| path.contains("lost")).unwrap();
    somebody_writes(&platform.outside("gitops.git"), "main", &lost, None);
    platform.run(["catalog", "forget", "shop-1", "--allow-recent", "--auto-approve"]).code(0);
    let taken = platform.run(["drift", "--adopt", "*", "--unmanaged"]).code(0).says([
        "took over changes of 3 objects",
        "The next apply takes over 1 file that lies there already and delivers 1 file anew for it",
    ]);
    taken.never_says("delivers 2 files");
    platform.apply();
    assert_eq!(company.delivered().len(), 2);
    platform.run(["plan"]).no_changes();
}

#[test]
fn what_stays_where_the_text_does_not_reach_is_named_and_told_afterwards() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    let file = format!("file:gitops:{}", company.delivered().remove(0));
    shop.edit("shop.kdl", "request bucket assets {\n    size 3\n}\n", "");
    shop.edit("plat.kdl", "extern promise bucket\n", "");
    let stays = format!("state-store:gitops of project platform-1 would stay ({file}), as no `extern` line brings it");
    shop.run(["plan"]).code(5).says([&*stays]);
    shop.run(["drift", "--unmanaged"]).code(0).says([&*file]);
    shop.run(["apply", "--auto-approve", "--allow-delete", "state-store:gitops"]).code(0).says([&*stays]);
    shop.run(["plan"]).no_changes();
    let left = format!(
        "1 file that this project delivered to state stores which its text brings no more, as far as its runs tell\n\n? {file}\n"
    );
    shop.run(["drift", "--unmanaged", "--detailed-exitcode"]).code(0).says([&*left, "`extern state-store NAME`"]);
    let json = shop.run(["drift", "--unmanaged", "--format", "json"]).code(0).out;
    assert!(json.contains(&format!("\"left_behind\":[\"{file}\"]")), "{json}");
    // To the owner of the state store it is what somebody left.
    platform
        .run(["drift", "--unmanaged"])
        .code(0)
        .says([&*file, "(project shop-1, for request:bucket:default/assets)"]);
    shop.edit("plat.kdl", "extern blueprint", "extern state-store gitops\nextern blueprint");
    shop.apply();
    assert_eq!(company.delivered(), [""; 0]);
    shop.run(["drift", "--unmanaged"]).code(0).never_says("as far as its runs tell");
}

#[test]
fn what_stays_in_a_state_store_that_its_owner_takes_out_is_told_afterwards() {
    let company = Company::new();
    let Company { platform, shop } = &company;
    shop.apply();
    let file = format!("file:gitops:{}", company.delivered().remove(0));
    platform.write("delivery.kdl", "");
    platform.edit("model.kdl", "    schedule environment=prod\n", "");
    platform.run(["apply", "--auto-approve", "--allow-delete", "state-store:gitops"]).code(0);
    shop.edit("shop.kdl", "request bucket assets {\n    size 3\n}\n", "");
    shop.run(["apply", "--auto-approve"]).code(0).says(["NOTICE 1 file", &*file, "`plat drift --unmanaged`"]);
    shop.run(["plan"]).no_changes();
    shop.run(["drift", "--unmanaged"]).code(0).says(["as far as its runs tell", &*file, "by hand where none does"]);
}
