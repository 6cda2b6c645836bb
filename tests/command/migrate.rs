//! Moving in and out: what a neighbour holds becomes a project that plans, and comes back as it was. Nothing is written elsewhere, and
//! nothing is replaced unasked.

use crate::project::Project;
use std::fs;
use std::path::Path;

/// A project with Port's objects of the examples in a folder beside it.
fn with_example() -> Project {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/moving/port.json");
    Project::new().file("in/port.json", fs::read(from).unwrap())
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_port_organisation_becomes_a_project_that_plans_and_is_given_back() {
    let project = with_example();
    project
        .run(["import", "port", "in", "--out", "out"])
        .code(0)
        .says(["Took in 1 blueprint, 2 entities, 1 scorecard from 1 file."])
        .complains(["note[E0803]: `/blueprints/0/changelogDestination` is kept for Port alone"]);
    project.run(["-C", "out", "fmt", "--check"]).code(0);
    project.run(["-C", "out", "check"]).code(0).says(["No problems."]);
    project.run(["-C", "out", "apply", "--auto-approve"]).code(0).says(["+ create 4"]);
    project.run(["-C", "out", "plan"]).no_changes();
    project.run(["-C", "out", "export", "port", "--out", "port"]).code(0).says(["Wrote 4 objects into 3 files."]);
    let came = json(&project.read("out/port/blueprints.json"));
    let went = json(&project.read("in/port.json"))["blueprints"].clone();
    assert_eq!(came, went);
    let printed = project.run(["-C", "out", "export", "port"]).code(0).out;
    assert_eq!(
        printed,
        ["blueprints", "entities", "scorecards"].map(|name| project.read(&format!("out/port/{name}.json"))).concat()
    );
    // What is given back is taken in as the same project.
    project.run(["import", "port", "out/port", "--out", "again"]).code(0);
    assert_eq!(project.read("again/blueprints/service.kdl"), project.read("out/blueprints/service.kdl"));
}

#[test]
fn a_file_that_differs_is_not_replaced_unasked_and_then_none_is_written() {
    let project = with_example();
    project.run(["import", "port", "in", "--out", "out"]).code(0);
    let before = project.read("out/plat.kdl");
    project.run(["import", "port", "in", "--out", "out"]).code(0);
    assert_eq!(project.read("out/plat.kdl"), before);
    project.write("out/blueprints/service.kdl", "// mine\n");
    fs::remove_file(project.path("out/entities/service.kdl")).unwrap();
    project.run(["import", "port", "in", "--out", "out"]).code(64).complains(["service.kdl exists already"]);
    assert!(!project.path("out/entities/service.kdl").exists());
    assert_eq!(project.read("out/blueprints/service.kdl"), "// mine\n");
    project.run(["import", "port", "in", "--out", "out", "--overwrite"]).code(0);
    assert!(project.read("out/blueprints/service.kdl").starts_with("blueprint service {"));
}

#[test]
fn names_lead_nowhere_but_below_the_folder() {
    let blueprints = ["../../up", "/etc/x", "Case", "case", "a\\\\b", "äö", "con"]
        .map(|name| format!(r#"{{"identifier": "{name}", "schema": {{"properties": {{}}}}}}"#));
    let project = Project::new().file("in/a.json", format!("[{}]", blueprints.join(",")));
    project.run(["import", "port", "in", "--out", "out"]).code(0).says(["Took in 7 blueprints from 1 file."]);
    project.run(["-C", "out", "check"]).code(0);
    let names: Vec<String> = fs::read_dir(project.path("out/blueprints"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap().to_lowercase())
        .collect();
    assert_eq!(names.len(), 7, "{names:?}");
    let mut beside: Vec<_> =
        fs::read_dir(project.root()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    beside.sort_unstable();
    assert_eq!(beside, ["in", "out"]);
}

#[test]
fn what_is_not_there_or_cannot_be_read_is_told() {
    let project = with_example();
    project.run(["import", "port", "nowhere", "--out", "out"]).code(1).complains(["nowhere"]);
    fs::create_dir(project.path("empty")).unwrap();
    project.run(["import", "port", "empty", "--out", "out"]).code(64).complains(["empty holds nothing to read"]);
    assert!(!project.path("out").exists());
    project.write("in/broken.json", "{\"a\": ");
    project.run(["import", "port", "in", "--out", "out"]).code(3).complains(["error[E0801]", "broken.json:1:"]);
    assert!(project.path("out/blueprints/service.kdl").exists());
    project.run(["export", "port"]).code(1);
}
