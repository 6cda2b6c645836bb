//! What stands in the way of moving in is told as what it is, and blamed on whose it is.

use crate::project::Project;

const SERVICE: &str =
    r#"{"identifier": "service", "title": "S", "schema": {"properties": {"tier": {"type": "string"}}}}"#;

#[test]
fn a_folder_in_the_place_of_the_projects_file_is_named() {
    let project = Project::new().file("a.json", SERVICE).file("out/plat.kdl/x", "");
    let run = project.run(["import", "port", "a.json", "--out", "out"]).code(64);
    run.complains(["out/plat.kdl is a folder, and the file of a project is to be there"]);
}

#[test]
fn what_was_wrong_with_a_project_before_is_not_blamed_on_what_is_read() {
    let project = Project::new()
        .file("a.json", SERVICE)
        .file("out/plat.kdl", "project mine\n")
        .file("out/b.kdl", "blueprint b { property p enum; }\n");
    let run = project.run(["import", "port", "a.json", "--out", "out"]).code(3);
    run.complains(["the project in out has errors already, whatever is read", "b.kdl:1:"])
        .never_says("would be wrong with it");
    assert!(!project.path("out/blueprints").exists());
    // What is wrong by what is read is told as that, and what was wrong before beside it.
    project.write("a.json", SERVICE.replace("\"service\"", "\"other\""));
    project.write("out/b.kdl", "blueprint b\nentity service e { tier x; }\n");
    project.run(["import", "port", "a.json", "--out", "out"]).code(3).complains(["has errors already", "`service`"]);
    // What mends it is taken in.
    project.write("a.json", SERVICE);
    project.run(["import", "port", "a.json", "--out", "out"]).code(0);
    project.run(["-C", "out", "check"]).code(0);
}

#[test]
fn what_no_line_says_alone_cannot_be_replaced_and_that_says_a_way_out() {
    let entity = r#"{"identifier": "two", "blueprint": "service", "properties": {"tier": "new"}}"#;
    for (made, place) in [
        ("each t one two { entity service $t { tier old; }; }\n", "mine.kdl:"),
        ("entity service from=\"e.csv\"\n", "e.csv:3:"),
    ] {
        let project = Project::new()
            .file("a.json", format!("[{entity}]"))
            .file("out/plat.kdl", "project mine\nblueprint service { title S; property tier string; }\n")
            .file("out/e.csv", "id,tier\none,old\ntwo,old\n")
            .file("out/mine.kdl", made);
        let run = project.run(["import", "port", "a.json", "--out", "out", "--overwrite"]).code(3);
        run.complains([place, "`--overwrite` cannot replace it: say it otherwise where it is made"]);
    }
}

#[test]
fn of_a_module_in_the_folder_the_object_that_differs_is_named_and_the_others_are_as_read() {
    let other = r#"{"identifier": "other", "title": "O", "schema": {"properties": {}}}"#;
    let project = Project::new()
        .file("a.json", format!("[{SERVICE}, {other}]"))
        .file("out/plat.kdl", "project mine\nuse \"./mods\"\n")
        .file("out/mods/plat.module.kdl", "module mods\n")
        .file("out/mods/m.kdl", "blueprint service { title S; property tier string; }\nblueprint other { title O; }\n");
    let run = project.run(["import", "port", "a.json", "--out", "out"]).code(0);
    run.says(["In the project already: 2 as read, 0 replaced."]).never_says("eft out");
    project.write("a.json", format!("[{}, {other}]", SERVICE.replace("\"S\"", "\"New\"")));
    let run = project.run(["import", "port", "a.json", "--out", "out", "--overwrite"]).code(3);
    run.complains(["blueprint:service (mods/m.kdl:1:1)"]).never_says("blueprint:other");
}

#[test]
fn what_an_import_says_of_itself_is_its_own() {
    let project = Project::new().file("a.json", SERVICE);
    project.run(["import", "port", "a.json", "--out", "out", "--report", "junit=r.xml"]).code(0);
    let report = project.read("r.xml");
    assert!(report.contains("name=\"plat import\"") && !report.contains("plat check"), "{report}");
    project.run(["export", "--help"]).code(0).says(["JSON as Port's API gives and takes it"]).never_says("Terraform");
}

#[test]
fn two_promises_of_one_kind_are_told_with_one_cause() {
    let promise = |name: &str| {
        format!(
            "---\napiVersion: platform.kratix.io/v1alpha1\nkind: Promise\nmetadata: {{name: {name}}}\nspec: {{api: {{apiVersion: apiextensions.k8s.io/v1, \
             kind: CustomResourceDefinition, metadata: {{name: dbs.e.com}}, spec: {{group: e.com, scope: Namespaced, names: {{kind: Db, plural: dbs, \
             singular: db}}, versions: [{{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object, properties: {{spec: \
             {{type: object, properties: {{a: {{type: string}}}}}}}}}}}}}}]}}}}}}\n"
        )
    };
    let project = Project::new().file("a.yaml", promise("one") + &promise("two"));
    let run = project.run(["import", "kratix", "a.yaml", "--out", "out"]);
    run.complains(["both define the kind `Db`"]).never_says("`api` needs");
}
