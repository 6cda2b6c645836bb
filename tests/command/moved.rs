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
    project.apply().says(["Applied 1 object\n"]);
    assert!(!project.has("entity", "service", "cart"));
    // Whoever asks for the old name is told the new one, as long as the text says it.
    project
        .run(["why", "entity:service:cart#tier"])
        .complains(["`entity:service:cart#tier` is called `entity:service:basket#tier` now, as moved.kdl:1 says"]);
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
    let plan = project.run(["plan"]).code(0);
    plan.says([
        "plan of demo  > move 2  = unchanged ",
        "\nDESTROYS 1\n- ConfigMap web in namespace default (",
        ": ConfigMap site in namespace default comes in its place)\n",
        "> request:app:default/site",
        "> gitops: 1 file  gets another path  +1 -1  (--rendered shows them)\n",
        "main/resources/default/app/{web -> site}/configure-app/5058f/config.yaml\n      -  name: web\n      +  name: site\n",
    ]);
    project.run(["plan", "--rendered"]).says([
        format!("> file:gitops:{}  requests.kdl:1  (was file:gitops:{}, +1 -1)\n", manifest("site"), manifest("web"))
            .as_str(),
        "      -  name: web\n      +  name: site\n",
    ]);
    project.run(["plan", "--out", "plan"]).code(0);
    project.run(["apply", "plan"]).code(0);
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

/// The platform, applied, whose promise then has another name and another word in what it renders, and a line about the name.
fn renamed_promise(lifecycle: &str) -> Project {
    let project = applied();
    project.edit("requests.kdl", "    size 1\n", &format!("    size 1\n{lifecycle}"));
    project.apply();
    project.edit("plat.kdl", "promise app {", "promise tool {");
    project.edit("plat.kdl", "data size=", "data sizes=");
    project.write("requests.kdl", project.read("requests.kdl").replace("request app", "request tool"));
    project.write("moved.kdl", "moved from=promise:app to=promise:tool\n");
    project
}

#[test]
fn the_files_of_a_moved_promise_that_renders_other_bytes_go_on() {
    let project = renamed_promise("");
    project
        .run(["plan"])
        .code(0)
        .says([
            "plan of demo  > move 5  = unchanged ",
            "> promise:tool",
            "> gitops: 2 files  get other paths  +2 -2  (--rendered shows them)\n",
            "and 1 file alike\n",
            "-  size:",
            "+  sizes:",
            "request:tool:default/api",
        ])
        .never_says("DESTROYS");
    project.apply().never_says("deleted");
    let files = files(&repository(&project), "main");
    let moved = files.keys().filter(|path| path.contains("/tool/web/")).count();
    assert!(moved == 1 && !files.contains_key(&manifest("web")), "{files:?}");
    project.run(["plan"]).no_changes();
}

#[test]
fn what_protects_a_request_does_not_stop_its_files_from_going_on_under_another_path() {
    for lifecycle in ["protect", "deletion forbid", "deletion confirm"] {
        let project = renamed_promise(&format!("    lifecycle {{ {lifecycle}; }}\n"));
        project.run(["plan", "--out", "plan"]).code(0).says(["> move 5"]).never_says("REFUSED");
        project.run(["apply", "plan"]).code(0);
        project.run(["plan"]).no_changes();
        // It does where the object in a file gets another name.
        let project = renamed_promise(&format!("    lifecycle {{ {lifecycle}; }}\n"));
        project.edit("plat.kdl", "resource v1 ConfigMap $name", "resource v1 ConfigMap \"${name}-v2\"");
        project.run(["plan"]).code(5).says(["REFUSED request:tool:default/web", "lose 1 object (ConfigMap web in"]);
    }
}

#[test]
fn the_files_of_a_moved_destination_that_get_other_bytes_go_on() {
    let project = applied();
    project.edit("plat.kdl", "destination main {", "destination first {");
    project.edit("plat.kdl", "data size=", "data sizes=");
    project.write("moved.kdl", "moved from=destination:main to=destination:first\n");
    let plan = project.run(["plan"]).code(0);
    plan.says(["> move 3", "> gitops: 2 files  get other paths  +2 -2", "{main -> first}/resources"])
        .never_says("DESTROYS");
    project.apply();
    project.run(["plan"]).no_changes();
}

#[test]
fn the_files_of_a_request_that_gets_another_size_and_name_go_on() {
    let project = applied();
    let text = REQUESTS.replace("app web {\n    size 1", "app site {\n    size 5");
    project.write("requests.kdl", text + "moved from=\"request:app:default/web\" to=\"request:app:default/site\"\n");
    project.run(["plan"]).code(0).says(["> move 2", "\nDESTROYS 1\n- ConfigMap web", "spec.size  1 -> 5"]);
}

#[test]
fn a_file_that_is_called_otherwise_and_holds_the_same_objects_goes_on() {
    let project = applied();
    project.edit("plat.kdl", "file=config.yaml", "file=other.yaml");
    project.edit("plat.kdl", "data size=", "data sizes=");
    let plan = project.run(["plan"]).code(0);
    plan.says(["~ update 1  > move 2  =", "{config.yaml -> other.yaml} and 1 file alike\n", "-  size:"])
        .never_says("DESTROYS");
    project.apply();
    project.run(["plan"]).no_changes();
    // Another object is another file.
    project.edit("plat.kdl", "file=other.yaml", "file=config.yaml");
    project.edit("plat.kdl", "resource v1 ConfigMap", "resource \"g.io/v1\" Thing");
    project.run(["plan"]).code(0).says(["+ create 2", "- delete 2", "\nDESTROYS 2\n"]);
}
