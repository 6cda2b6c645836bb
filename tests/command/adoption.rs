//! What exists already and is not the project's: taken over as far as the project, an `adopt` node or a flag says.

use crate::demo::{PLATFORM, REQUESTS, SERVICES, applied, manifest, new, repository};
use crate::project::Project;
use crate::store::{files, somebody_writes};

/// The platform with a service that nobody owns and that it declares.
fn beside_an_unowned() -> Project {
    let project = applied();
    project.sql(
        "INSERT INTO objects (kind, parent, name, body)
         VALUES ('entity', 'service', 'theirs', '{\"properties\":{\"tier\":\"x\"}}')",
    );
    project.write("more.kdl", "entity service theirs {\n    tier one\n}\n");
    project
}

/// Another project in the catalog and the repository of the platform. It declares all that the platform does.
fn other() -> Project {
    let project = applied().twin();
    project.edit("plat.kdl", "project demo { id demo }", "project other { id other }");
    project
}

#[test]
fn strict_adoption_takes_what_a_node_names() {
    let project = beside_an_unowned();
    project.edit(
        "plat.kdl",
        "project demo { id demo }\n",
        "project demo {\n    id demo\n    guards adoption=strict\n}\n",
    );
    let before = project.snapshot();
    project.run(["apply", "--auto-approve"]).code(5).says([
        "& entity:service:theirs",
        "REFUSED entity:service:theirs exists already, and nobody owns it\n",
        "to allow it: `adopt entity:service:theirs` in the project\n",
    ]);
    assert!(project.snapshot() == before, "something was written");
    // The flag speaks before the project.
    project.run(["plan", "--adoption", "if-unowned"]).code(0);
    project.write("adopt.kdl", "adopt entity:service:theirs\n");
    project.apply().says(["& adopt 1"]);
    project.run(["plan"]).no_changes();
    // What is new needs no word.
    project.write("new.kdl", "entity service new {\n}\n");
    project.run(["plan"]).code(0).says(["+ create 1"]);
}

#[test]
fn strict_adoption_holds_for_files_too() {
    let project = new();
    project.apply();
    project.write("more.kdl", "request app more {\n}\n");
    somebody_writes(&repository(&project), "main", &manifest("more"), Some("theirs\n"));
    let refusal = format!("REFUSED file:gitops:{} exists already, and nobody owns it\n", manifest("more"));
    project.run(["plan", "--adoption", "strict"]).code(5).says([&*refusal, "`adopt \"request:app:default/more\"`"]);
    project.write("adopt.kdl", "adopt \"request:app:default/more\"\n");
    project.run(["apply", "--auto-approve", "--adoption", "strict"]).code(0).says(["& adopt 1"]);
    assert_ne!(files(&repository(&project), "main")[&manifest("more")], "theirs\n");
}

#[test]
fn what_another_project_owns_is_taken_only_on_purpose() {
    let project = other();
    let before = project.snapshot();
    project.run(["apply", "--auto-approve"]).code(5).says([
        "REFUSED the id of project other is other, which owns nothing, and 10 objects and files that it declares belong to project demo: \
         blueprint:service, entity:service:cart, entity:service:ledger and 5 more\n",
        "to allow it: `id demo` in the project, where it is the same one; or `guards adoption=force` there, or `adopt` lines with `from=demo`, \
         where it is to take over what that one owns\n",
    ]);
    assert!(project.snapshot() == before, "something was written");
    project
        .run(["apply", "--auto-approve", "--adoption", "force"])
        .code(0)
        .says(["& adopt ", "& entity:service:cart  services.kdl:1  (taken from project demo)\n"]);
    project.run(["plan"]).no_changes();
    // The first owner sees that it is no longer its own, and leaves all of it alone.
    project.edit("plat.kdl", "project other { id other }", "project demo { id demo }");
    project.run(["plan"]).code(5).says(["10 objects and files that it declares belong to project other: "]);
}

#[test]
fn an_adopt_node_takes_what_it_names_from_whom_it_names() {
    let project = other();
    let only =
        "project other { id other }\nblueprint service {\n    property tier string\n    property owner string\n}\n";
    project.write("plat.kdl", only);
    project.write("requests.kdl", "");
    project.write("services.kdl", SERVICES);
    project.write("adopt.kdl", "adopt blueprint:service from=demo\nadopt entity:service:cart from=demo\n");
    let plan = project.run(["plan"]).code(5);
    plan.says(["REFUSED entity:service:ledger belongs to project demo\n"]).never_says("REFUSED entity:service:cart");
    project.write("services.kdl", "entity service cart {\n    tier two\n}\n");
    project.apply().says([
        "& adopt 2",
        "& entity:service:cart",
        "(taken from project demo)",
        "properties.tier  one -> two",
    ]);
    assert_eq!(project.get("service", "cart", "properties.owner").unwrap(), "\"shop\"");
    project.run(["plan"]).no_changes();
    // It names another project than the one that owns it.
    project.write("services.kdl", SERVICES);
    project.write("more.kdl", "adopt entity:service:ledger from=third\n");
    project.run(["plan"]).code(5).says([
        "REFUSED entity:service:ledger belongs to project demo, and the project's `adopt` takes it from third\n",
    ]);
}

#[test]
fn the_file_of_another_project_is_refused_like_an_object() {
    let project = other();
    // Everything of the catalog is forgotten, so that only the repository knows the first project.
    project.catalog().execute("DELETE FROM inventory", []).unwrap();
    project.write("plat.kdl", PLATFORM.replace("project demo { id demo }", "project other { id other }"));
    let refusal = "2 objects and files that it declares belong to project demo: request:app:default/api, request:app:default/web\n";
    let before = files(&repository(&project), "main");
    project.run(["apply", "--auto-approve"]).code(5).says([refusal]);
    assert_eq!(files(&repository(&project), "main"), before);
    // Of one of them, that one is told.
    let web = "request app web {\n    size 1\n}\n";
    project.write("requests.kdl", web);
    let refusal = format!("REFUSED file:gitops:{} belongs to project demo\n", manifest("web"));
    project.run(["plan"]).code(5).says([&*refusal]);
    project.write("requests.kdl", REQUESTS);
    project.edit("requests.kdl", "size 1", "size 7");
    project.run(["apply", "--auto-approve", "--adoption", "force"]).code(0).says(["(taken from project demo"]);
    assert!(files(&repository(&project), "main")[&manifest("web")].contains("size: \"7\""));
    project.run(["plan"]).no_changes();
}
