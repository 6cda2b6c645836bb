//! Objects that get another name, and keep their history and what others wrote into them.

use crate::demo::{REQUESTS, SERVICES, applied, manifest, repository};
use crate::project::Project;
use crate::store::files;

/// The service `cart` under another name.
fn renamed() -> Project {
    let project = applied();
    project.set("service", "cart", "properties.notes", "\"theirs\"");
    project.write("services.kdl", SERVICES.replace("service cart", "service basket"));
    project
}

#[test]
fn a_moved_object_keeps_what_others_wrote() {
    let project = renamed();
    // Without a word it is another object.
    project.run(["plan"]).code(0).says(["+ create 1", "- delete 1"]);
    project.write("moved.kdl", "moved from=entity:service:cart to=entity:service:basket\n");
    project.edit("services.kdl", "owner shop", "owner sales");
    project.run(["plan"]).code(0).says([
        "plan of demo  > move 1  = unchanged 9\n",
        "> entity:service:basket  moved.kdl:1  (was entity:service:cart)\n",
        "properties.owner  shop -> sales",
    ]);
    project.apply();
    assert!(!project.has("entity", "service", "cart"));
    assert_eq!(project.get("service", "basket", "properties.notes").unwrap(), "\"theirs\"");
    assert_eq!(project.get("service", "basket", "properties.owner").unwrap(), "\"sales\"");
    // The node may stay in the text.
    project.run(["plan", "--detailed-exitcode"]).no_changes();
    // A second move leads on from the first one.
    project.write("services.kdl", project.read("services.kdl").replace("basket", "trolley"));
    project.write("again.kdl", "moved from=entity:service:basket to=entity:service:trolley\n");
    project.run(["plan"]).code(0).says(["> move 1", "(was entity:service:basket)"]);
    project.apply();
    project.run(["plan"]).no_changes();
}

#[test]
fn a_chain_of_moves_is_one() {
    let project = renamed();
    let moves = "moved from=entity:service:cart to=entity:service:trolley\n\
        moved from=entity:service:trolley to=entity:service:basket\n";
    project.write("moved.kdl", moves);
    project.run(["plan"]).code(0).says(["> move 1", "> entity:service:basket", "(was entity:service:cart)"]);
    project.apply();
    project.run(["plan"]).no_changes();
}

#[test]
fn what_lies_below_moves_along() {
    let project = applied();
    project.edit("plat.kdl", "blueprint service {", "blueprint component {");
    project.edit("plat.kdl", "    property owner string\n", "    property owner string\n    property extra string\n");
    let moved = "moved from=blueprint:service to=blueprint:component\n";
    project.write("services.kdl", format!("{}{moved}", SERVICES.replace("entity service", "entity component")));
    project.run(["plan"]).code(0).says([
        "> move 3",
        "> blueprint:component",
        "> entity:component:cart",
        "(was entity:service:cart)",
        "> entity:component:ledger",
    ]);
    project.apply();
    assert_eq!(project.get("component", "cart", "properties.owner").unwrap(), "\"shop\"");
    assert!(!project.has("entity", "service", "cart"));
    project.run(["plan"]).no_changes();
}

#[test]
fn a_moved_blueprint_can_lose_fields_on_the_way() {
    let project = applied();
    project.edit("plat.kdl", "blueprint service {", "blueprint component {");
    project.edit("plat.kdl", "    property owner string\n", "");
    let services = SERVICES.replace("entity service", "entity component").replace("    owner shop\n", "");
    project.write("services.kdl", format!("{services}moved from=blueprint:service to=blueprint:component\n"));
    project.run(["plan"]).code(0).says(["> move 3"]);
    project.apply();
    project.run(["plan"]).no_changes();
    assert_eq!(project.get("component", "cart", "properties.owner"), None);
}

#[test]
fn the_files_of_a_moved_request_go_to_their_new_place() {
    let project = applied();
    project.write(
        "requests.kdl",
        format!(
            "{}moved from=\"request:app:default/web\" to=\"request:app:default/site\"\n",
            REQUESTS.replace("app web", "app site")
        ),
    );
    project.run(["plan"]).code(0).says([
        "+ create 1",
        "> move 1",
        "DESTROYS 1\n- file:gitops:",
        "> request:app:default/site",
    ]);
    project.apply();
    let files = files(&repository(&project), "main");
    assert!(files.contains_key(&manifest("site")) && !files.contains_key(&manifest("web")), "{files:?}");
    project.run(["plan"]).no_changes();
}

#[test]
fn drift_is_seen_under_the_old_name() {
    let project = renamed();
    project.set("service", "cart", "properties.owner", "\"somebody\"");
    project.write("moved.kdl", "moved from=entity:service:cart to=entity:service:basket\n");
    project
        .run(["plan"])
        .code(0)
        .says(["> entity:service:basket", "properties.owner  somebody -> shop  (others changed it)"]);
    project.edit("services.kdl", "owner shop", "owner sales");
    project.run(["plan"]).code(4).says([
        "CONFLICT entity:service:basket properties.owner",
        "    base    shop\n    live    somebody\n    desired sales\n",
    ]);
}

#[test]
fn where_both_are_there_nobody_can_say_which_is_meant() {
    let project = applied();
    project.sql(
        "INSERT INTO objects (kind, parent, name, body) VALUES ('entity', 'service', 'basket', '{\"properties\":{}}')",
    );
    project.write("services.kdl", SERVICES.replace("service cart", "service basket"));
    project.write("moved.kdl", "moved from=entity:service:cart to=entity:service:basket\n");
    let before = project.snapshot();
    project.run(["apply", "--auto-approve"]).code(5).says([
        "& entity:service:basket",
        "REFUSED entity:service:cart cannot move to entity:service:basket: there is such an object already",
    ]);
    assert!(project.snapshot() == before, "something was written");
}

#[test]
fn what_belongs_to_others_does_not_move() {
    let project = applied();
    project.sql(
        "INSERT INTO objects (kind, parent, name, body) VALUES ('entity', 'service', 'theirs', '{\"properties\":{}}')",
    );
    project.write("more.kdl", "entity service ours {\n}\nmoved from=entity:service:theirs to=entity:service:ours\n");
    project
        .run(["plan"])
        .code(5)
        .says(["REFUSED entity:service:theirs cannot move to entity:service:ours: nobody owns entity:service:theirs"]);
    // Nor is it left behind without its blueprint.
    project.write("more.kdl", "moved from=blueprint:service to=blueprint:component\n");
    project.edit("plat.kdl", "blueprint service {", "blueprint component {");
    project.write("services.kdl", SERVICES.replace("entity service", "entity component"));
    project
        .run(["plan"])
        .code(5)
        .says(["REFUSED blueprint:service cannot move to blueprint:component: 1 object below it is not the project's"]);
}

#[test]
fn a_request_that_goes_while_its_promise_gets_another_name_is_one_request() {
    let project = applied();
    project.edit("requests.kdl", "request app web {\n", "request app web {\n    lifecycle { protect; }\n");
    project.apply();
    let text = project.read("requests.kdl").replace("request app api {\n    size 2\n}\n", "");
    let text = text.replace(
        "request app web {\n    lifecycle { protect; }\n    size 1\n}\n",
        "request tool api {\n    size 2\n}\n",
    );
    project.write("requests.kdl", text);
    project.edit("plat.kdl", "promise app {", "promise tool {");
    project.write("moved.kdl", "moved from=promise:app to=promise:tool\n");
    let plan = project.run(["plan"]).code(5);
    plan.says(["REFUSED request:app:default/web is protected and would be deleted\n"])
        .never_says("request:tool:default/web");
    project.run(["plan", "--allow-delete", "request:app:default/web", "--out", "plan"]).code(0);
    project.run(["apply", "plan"]).code(0);
}
