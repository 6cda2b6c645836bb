//! What stands in the way of moving in is told as what it is, and blamed on whose it is.

use crate::project::Project;
use std::fs;

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

/// A promise of an API `Db`, in YAML.
fn promise(name: &str, scope: &str) -> String {
    format!(
        "---\napiVersion: platform.kratix.io/v1alpha1\nkind: Promise\nmetadata: {{name: {name}}}\nspec: {{api: {{apiVersion: apiextensions.k8s.io/v1, \
         kind: CustomResourceDefinition, metadata: {{name: dbs.e.com}}, spec: {{group: e.com, scope: {scope}, names: {{kind: Db, plural: dbs, \
         singular: db}}, versions: [{{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object, properties: {{spec: \
         {{type: object, properties: {{a: {{type: string, enum: [small, large]}}}}}}}}}}}}}}]}}}}}}\n"
    )
}

/// A request of it.
fn request(metadata: &str, a: &str) -> String {
    format!("---\napiVersion: e.com/v1\nkind: Db\nmetadata: {{{metadata}}}\nspec: {{a: {a}}}\n")
}

#[test]
fn of_two_promises_of_one_api_the_first_has_it_and_judges_its_requests() {
    for scope in ["Namespaced", "Cluster"] {
        let promises = promise("one", scope) + &promise("two", scope);
        let requests = request("name: good", "small") + &request("name: bad", "huge");
        let project = Project::new().file("a.yaml", promises + &requests);
        let run = project.run(["import", "kratix", "a.yaml", "--out", "out"]).code(2);
        let told = run.complains([
            "`/spec/api` of document 2 is kept for Kratix alone: promises `one` and `two` both define the kind `Db` of `e.com`",
            "`huge` is not one of the values of `a`",
        ]);
        assert_eq!(told.err.matches("both define").count(), 1, "{}", told.err);
        assert_eq!(project.read("out/requests/one.kdl"), "request one good {\n    a small\n}\n");
        project.run(["-C", "out", "check"]).code(0);
        // What the project has comes before what has another name.
        fs::write(project.path("a.yaml"), promise("two", scope) + &request("name: more", "large")).unwrap();
        project.run(["import", "kratix", "a.yaml", "--out", "out"]).code(0).complains(["answered by `one`"]);
        assert!(project.read("out/requests/one.kdl").contains("request one more"));
    }
}

#[test]
fn a_request_of_an_api_of_the_whole_cluster_is_in_no_namespace() {
    let requests = request("name: c1", "small")
        + &request("name: c1, namespace: foo", "large")
        + &request("name: c2, namespace: foo", "large");
    let project = Project::new().file("a.yaml", promise("one", "Cluster") + &requests);
    let run = project.run(["import", "kratix", "a.yaml", "--out", "out"]).code(2);
    run.complains([
        "request:one:default/c1 is there more than once",
        "`/metadata/namespace` of document 4",
        "in no namespace",
    ]);
    assert_eq!(
        project.read("out/requests/one.kdl"),
        "request one c1 {\n    a small\n}\n\nrequest one c2 {\n    a large\n}\n"
    );
    // The project says it of its own promises too.
    fs::write(project.path("a.yaml"), request("name: c1, namespace: bar", "small")).unwrap();
    project.run(["import", "kratix", "a.yaml", "--out", "out"]).code(0).says(["1 as read, 0 replaced"]);
    let project = Project::new().file("a.yaml", promise("one", "Namespaced") + &requests);
    project.run(["import", "kratix", "a.yaml", "--out", "out"]).code(0).says(["3 requests"]);
}

#[test]
fn what_cannot_be_read_of_several_documents_takes_none_of_the_others_along() {
    let release = |name: &str| {
        format!(
            "apiVersion: platform.kratix.io/v1alpha1\nkind: PromiseRelease\nmetadata: {{name: {name}}}\nspec: {{version: v1, sourceRef: {{type: http, url: 'http://x'}}}}\n"
        )
    };
    for (wrong, at) in
        [("a: [1\n", "a.yaml:6:"), ("{{- if .Values.x }}\nkind: Destination\nname: {{ .x }}\n", "a.yaml:6:")]
    {
        let text = format!("{}---\n{wrong}--- # more\n{}", release("one"), release("two"));
        let project = Project::new().file("a.yaml", text);
        let run = project.run(["import", "kratix", "a.yaml", "--out", "out"]).code(2);
        run.says(["Took in 2 promise releases"]).complains([at, "error[E0801]"]);
    }
    let group = |name: &str| {
        format!(
            "---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {{name: {name}}}\nspec: {{type: team, children: [], parent: one}}\n"
        )
    };
    for filled in ["${{ values.name }}", "x\n  {% if values.x %}\n  title: x\n  {% endif %}", "{{ cookiecutter.name }}"]
    {
        let made = format!(
            "---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: {filled}\nspec: {{type: team, children: []}}\n"
        );
        let beside = group("'x'").replace("parent: one", "parent: '${{ values.parent }}'");
        let text = group("one") + &made + &group("two") + &beside;
        let project = Project::new().file("catalog-info.yaml", text);
        let run = project.run(["import", "backstage", "catalog-info.yaml", "--out", "out"]).code(0);
        run.says(["Took in 2 entities", "Not recognised: 2 documents."]).complains([
            "the whole of document 2 is not taken in: it is what a template makes",
            "the whole of document 4 is not taken in",
        ]);
    }
}

#[test]
fn what_is_put_into_a_text_and_what_an_overlay_says_is_not_overwritten() {
    let all = |title: &str, tier: &str| {
        format!(
            r#"[{{"identifier": "svc", "title": "Svc", "schema": {{"properties": {{"tier": {{"type": "string"}}}}}}}},
                {{"identifier": "a", "blueprint": "svc", "title": "{title}", "properties": {{"tier": "{tier}"}}}}]"#
        )
    };
    let blueprint = "blueprint svc {\n    title Svc\n    property tier string\n}\n";
    let entity = |tier: &str| format!("entity svc a {{\n    title A\n    tier {tier}\n}}\n");
    for (before, value, behind, place) in [
        ("param grade string default=gold\n", "$grade", "", "a value is put in at "),
        ("let grade gold\n", "\"${grade}\"", "", "a value is put in at "),
        ("", "gold", "overlay {\n    entity svc a { set tier iron; }\n}\n", "an overlay changes it at "),
    ] {
        let text = format!("{before}{}{behind}", entity(value));
        let project = Project::new()
            .file("a.json", all("A", "silver"))
            .file("out/plat.kdl", "project p\n")
            .file("out/b.kdl", blueprint)
            .file("out/e.kdl", &text);
        for overwrite in [&[][..], &["--overwrite"]] {
            let run =
                project.run(["import", "port", "a.json", "--out", "out"].iter().chain(overwrite).copied()).code(3);
            run.complains(["entity:svc:a (e.kdl:", place, "say it otherwise where it is made"]);
            assert_eq!(project.read("out/e.kdl"), text);
        }
        if behind.is_empty() {
            // What is written out beside it may be another one, and the value stays what is put in.
            project.write("a.json", all("New", "gold"));
            project.run(["import", "port", "a.json", "--out", "out", "--overwrite"]).code(0);
            assert_eq!(project.read("out/e.kdl"), text.replace("title A", "title New"));
        }
    }
}

#[test]
fn what_is_wrong_beside_values_of_the_project_is_blamed_on_what_is_wrong() {
    let project = Project::new()
        .file("a.json", r#"[{"identifier": "a", "blueprint": "svc", "properties": {"tier": "iron"}}, {"identifier": "b", "blueprint": "svc", "properties": {"tier": "gold"}}]"#)
        .file("out/plat.kdl", "project p\n")
        .file("out/entities/svc.kdl", "let grade gold\n\nentity svc there {\n    tier $grade\n}\n")
        .file("out/b.kdl", "blueprint svc {\n    property tier enum {\n        values gold\n    }\n}\n");
    let run = project.run(["import", "port", "a.json", "--out", "out"]).code(0);
    run.complains(["`/0/properties/tier` is kept for Port alone: `iron` is not one of the values"]);
    assert!(project.read("out/entities/svc.kdl").contains("entity svc b {\n    tier gold\n}"));
}

#[test]
fn what_a_check_would_warn_of_is_told_by_the_import() {
    let all = r#"{"actions": [{"identifier": "k", "trigger": {"type": "self-service", "operation": "CREATE", "userInputs": {
            "properties": {"x": {"type": "string"}}, "order": ["x", "gone"]}}, "invocationMethod": {"type": "KAFKA"}}],
        "pages": [{"identifier": "p", "type": "dashboard", "widgets": [{"id": "w", "type": "markdwn"}]}]}"#;
    let project = Project::new().file("a.json", all);
    let run = project.run(["import", "port", "a.json", "--out", "out"]).code(0);
    run.complains(["out/actions.kdl:", "warning[E0470]", "out/pages.kdl:", "warning[E0481]"]);
    assert_eq!(project.run(["-C", "out", "check"]).code(0).out.matches("warning[").count(), 2);
    // What the project had before is told by its check.
    project.run(["import", "port", "a.json", "--out", "out"]).code(0).never_says("warning[");
}
