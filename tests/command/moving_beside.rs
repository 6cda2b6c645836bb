//! What is taken in beside what others own, and beside overlays.

use crate::others::Company;
use crate::project::Project;

/// A shop with what the platform team owns beside it, and documents of Port.
fn shop(blueprint: &str, entities: &str) -> Company {
    let company = Company::new();
    company.shop.run(["catalog", "pull"]).code(0);
    company.shop.write("a.json", format!(r#"{{"blueprints": [{blueprint}], "entities": [{entities}]}}"#));
    company
}

const OTHER: &str = r#"{"identifier": "service", "schema": {"properties": {"tier": {"type": "string"}}}}"#;

#[test]
fn nothing_is_judged_by_a_blueprint_of_others_in_the_place_of_one_that_is_left_out() {
    let scorecard = r#"{"identifier": "x", "blueprint": "service", "rules": []}"#;
    let Company { shop, .. } =
        shop(OTHER, r#"{"identifier": "a", "blueprint": "service", "properties": {"tier": "gold"}}"#);
    shop.edit("a.json", r#""entities""#, &format!(r#""scorecards": [{scorecard}], "entities""#));
    shop.run(["import", "port", "a.json", "--out", "."]).code(3).complains([
        "`/blueprints/0` is left out: another project owns it, as `extern` brings it, and this is not the same",
        "`/scorecards/0` is left out: blueprint `service` is left out as it stands there",
        "`/entities/0` is left out for `/entities/0/blueprint`: blueprint `service` is left out as it stands there",
    ]);
}

#[test]
fn what_is_of_a_blueprint_that_cannot_be_read_goes_for_that() {
    let deep = format!("{}1{}", r#"{"a": "#.repeat(60), "}".repeat(60));
    let blueprint = format!(
        r#"{{"identifier": "svc", "schema": {{"properties": {{"o": {{"type": "object", "default": {deep}}}}}}}}}"#
    );
    let text = format!(r#"{{"blueprints": [{blueprint}], "entities": [{{"identifier": "a", "blueprint": "svc"}}]}}"#);
    let project = Project::new().file("a.json", text);
    let why = "blueprint `svc` is left out as it stands there";
    project.run(["import", "port", "a.json", "--out", "out"]).code(3).complains(["nested deeper", why]);
    // Nor by the one that the project had before.
    let before = "blueprint svc { property tier string default=low; }\n";
    project.write("out/plat.kdl", "project p { id p-1; }\n");
    project.write("out/svc.kdl", before);
    project.run(["import", "port", "a.json", "--out", "out"]).code(3).complains([why]);
    assert_eq!(project.read("out/svc.kdl"), before);
}

#[test]
fn entities_of_a_blueprint_of_others_are_judged_by_that() {
    let entity = |id: &str, rest: &str| format!(r#"{{"identifier": "{id}", "blueprint": "service", {rest}}}"#);
    let entities = [
        entity("a", r#""properties": {"tier": "gold"}, "relations": {"system": "retail"}"#),
        entity("b", r#""properties": {"tier": "gold", "more": 1}"#),
        entity("c", r#""properties": {"tier": "lead"}"#),
    ];
    let Company { shop, .. } = shop("", &entities.join(", "));
    shop.run(["import", "port", "a.json", "--out", "."]).code(2).complains([
        "`/entities/1/properties/more` is kept for Port alone: `more` is no part of `service` as the project has it",
        "`/entities/2` is left out for `/entities/2/properties/tier`",
    ]);
    shop.run(["check"]).code(0);
    assert!(shop.read("entities/service.kdl").contains("system retail"));
}

#[test]
fn requests_of_a_promise_of_others_are_taken_in() {
    let Company { shop, .. } = shop("", "");
    let request = |name: &str, size: &str| {
        format!("---\napiVersion: e.com/v1\nkind: Bucket\nmetadata: {{name: {name}}}\nspec: {{size: {size}}}\n")
    };
    shop.write("a.yaml", request("one", "7") + &request("two", "many"));
    let run = shop.run(["import", "kratix", "a.yaml", "--out", "."]).code(2);
    run.says(["Took in 1 request"]).complains(["document 2 is left out for `/spec/size`"]);
    assert!(shop.read("requests/bucket.kdl").contains("size 7"));
    shop.run(["check"]).code(0);
}

#[test]
fn what_others_own_just_so_is_nothing_to_do() {
    let service = r#"{"identifier": "system", "schema": {"properties": {"area": {"type": "string"}}}}"#;
    let Company { shop, .. } =
        shop(service, r#"{"identifier": "x", "blueprint": "system", "properties": {"area": "a"}}"#);
    let run = shop.run(["import", "port", "a.json", "--out", "."]).code(0);
    run.says(["Took in 1 blueprint, 1 entity", "In the project already: 1 as read"]);
    assert!(!shop.path("blueprints").exists());
    shop.run(["check"]).code(0);
}

#[test]
fn what_an_overlay_of_an_environment_changes_is_not_changed_below_it() {
    let text =
        "project p { id p-1; }\nenvironment production\nenvironment staging\nblueprint svc { property tier string; }
entity svc a { tier low; }\nentity svc b { tier low; }\noverlay production {\n    entity svc a { set tier high; }\n}\n";
    let entity = |id: &str, tier: &str| {
        format!(r#"{{"identifier": "{id}", "blueprint": "svc", "properties": {{"tier": "{tier}"}}}}"#)
    };
    let project = Project::new().file("out/plat.kdl", text);
    project.write("a.json", format!("[{}, {}]", entity("a", "high"), entity("b", "low")));
    let at = "where an overlay changes it at plat.kdl:8:5";
    project.run(["import", "port", "a.json", "--out", "out", "--overwrite"]).code(3).complains([at]);
    assert_eq!(project.read("out/plat.kdl"), text);
    // In the environment itself it is as it was read.
    let import = ["import", "port", "a.json", "--out", "out", "--env"];
    project.run(import.iter().copied().chain(["production"])).code(0).says(["2 as read, 0 replaced"]);
    project
        .run(import.iter().copied().chain(["staging"]))
        .code(64)
        .complains(["entity:svc:a (plat.kdl:5:1) would be another one"]);
    project.run(import.iter().copied().chain(["nothing"])).code(64).complains(["no environment `nothing`"]);
    project
        .run(["import", "port", "a.json", "--out", "new", "--env", "staging"])
        .code(64)
        .complains(["holds none yet"]);
    assert_eq!(project.read("out/plat.kdl"), text);
}
