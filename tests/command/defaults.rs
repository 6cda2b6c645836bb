//! What a project says once for all entities of a blueprint is there as if each said it, and is told where it stands.

use crate::project::Project;

const TYPES: &str = "project demo { id demo-1; }\nteam payments\nteam platform\nblueprint zone\nblueprint service {\n    property tier enum required { values critical standard }\n    property note string\n    property count number default=1\n    relation zone zone\n}\nentity zone eu\n";
const DEFAULTS: &str = "defaults for=service {\n    title \"A service\"\n    team platform\n    tier standard\n    note \"as all\"\n    count 2\n    zone eu\n}\n";
const ENTITIES: &str = "entity service cart {\n    tier critical\n    team payments\n}\nentity service ledger\nentity service batch {\n    note #null\n    zone #null\n}\n";

fn project() -> Project {
    Project::new().file("plat.kdl", TYPES).file("defaults.kdl", DEFAULTS).file("services.kdl", ENTITIES)
}

#[test]
fn entities_have_what_they_do_not_say() {
    let project = project();
    project.run(["check"]).code(0);
    project.apply();
    let get = |entity, path| project.get("service", entity, path);
    assert_eq!(get("cart", "properties.tier").unwrap(), "\"critical\"");
    assert_eq!(get("cart", "properties.note").unwrap(), "\"as all\"");
    assert_eq!(get("cart", "team").unwrap(), "[\"payments\"]");
    assert_eq!(get("ledger", "properties.tier").unwrap(), "\"standard\"");
    assert_eq!(get("ledger", "properties.count").unwrap(), "2");
    assert_eq!(get("ledger", "relations.zone").unwrap(), "\"eu\"");
    assert_eq!((get("batch", "properties.note"), get("batch", "relations.zone")), (None, None));
    // To write them out, or to leave them out again, changes nothing.
    let written = "entity service ledger {\n    title \"A service\"\n    team platform\n    tier standard\n    note \"as all\"\n    count 2\n    zone eu\n}\n";
    project.edit("services.kdl", "entity service ledger\n", written);
    project.run(["plan"]).no_changes();
}

#[test]
fn a_plan_and_why_name_the_line_of_the_defaults() {
    let project = project();
    project.apply();
    project.edit("defaults.kdl", "as all", "as many");
    let plan = project.run(["plan"]).code(0).out;
    assert!(plan.contains("defaults.kdl:5"), "{plan}");
    assert!(plan.contains("entity:service:cart") && !plan.contains("entity:service:batch"), "{plan}");
    project.apply();
    project.run(["why", "entity:service:ledger"]).code(0).says(["default of defaults.kdl:4  tier standard"]);
    project.run(["why", "entity:service:cart"]).code(0).says(["services.kdl:2  tier critical"]);
}

#[test]
fn mistakes_are_told_once_at_their_line() {
    let project = project();
    project.edit("defaults.kdl", "tier standard", "tier gold");
    project.edit("defaults.kdl", "zone eu", "zone us");
    let told = project.run(["check"]).code(3).out;
    for line in ["defaults.kdl:4:10: error[E0402]", "defaults.kdl:7:10: error[E0410]", "2 errors"] {
        assert!(told.contains(line), "{line}: {told}");
    }
    // They are told where there is no entity, too.
    project.write("services.kdl", "");
    project.run(["check"]).code(3).says(["defaults.kdl:4:10: error[E0402]", "2 errors"]);
    project.write("defaults.kdl", DEFAULTS);
    project.write("more.kdl", "defaults for=service {\n    tier critical\n    title Other\n}\n");
    project.run(["check"]).code(3).says(["`tier` is set twice", "`title` is set twice", "2 errors"]);
}

#[test]
fn rows_of_data_and_entities_of_tests_have_them() {
    let project = project();
    let test =
        "test \"a\" {\n    given entity zone eu\n    given entity service x\n    expect level quality x Good\n}\n";
    let card = "scorecard quality for=service { level Good { rule noted { note is \"as all\"; }; }; }\n";
    project.write("services.kdl", format!("entity service from=\"s.csv\"\n{card}{test}"));
    project.write("s.csv", "id,tier,note\ncart,critical,own\nledger,,\n");
    project.run(["test"]).code(0);
    project.apply();
    let get = |entity, path| project.get("service", entity, path).unwrap();
    assert_eq!(get("cart", "properties.note"), "\"own\"");
    assert_eq!(get("ledger", "properties.note"), "\"as all\"");
    assert_eq!(get("ledger", "properties.tier"), "\"standard\"");
}

#[test]
fn a_change_of_others_is_written_into_the_entity() {
    let project = project();
    project.apply();
    project.set("service", "cart", "properties.note", "\"theirs\"");
    project.set("service", "ledger", "properties.tier", "\"critical\"");
    project.run(["drift", "--adopt", "*"]).code(0);
    assert_eq!(project.read("defaults.kdl"), DEFAULTS);
    let text = project.read("services.kdl");
    assert!(text.contains("entity service cart {\n    tier critical\n    team payments\n    note theirs\n}"), "{text}");
    assert!(text.contains("entity service ledger {\n    tier critical\n}"), "{text}");
    project.run(["plan"]).never_says("properties.");
}
