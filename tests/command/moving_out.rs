//! Moving out: what a project says goes to a neighbour, comes back as it was, and what does not go is told.

use crate::moving_in::{json, with_example};
use crate::project::Project;

#[test]
fn a_port_organisation_becomes_a_project_that_plans_and_is_given_back() {
    let project = with_example();
    project
        .run(["import", "port", "in", "--out", "out"])
        .code(0)
        .says(["Took in 1 blueprint, 2 entities, 1 scorecard from 1 file."])
        .complains(["note[E0803]: `/blueprints/0/hidden` is kept for Port alone"]);
    project.run(["-C", "out", "fmt", "--check"]).code(0);
    project.run(["-C", "out", "check"]).code(0).says(["No problems."]);
    project.run(["-C", "out", "apply", "--auto-approve"]).code(0).says(["+ create 4"]);
    project.run(["-C", "out", "plan"]).no_changes();
    project.run(["-C", "out", "export", "port", "--out", "port"]).code(0).says(["Wrote 4 objects into 3 files."]);
    let came = json(&project.read("out/port/blueprints.json"));
    let went = json(&project.read("in/port.json"))["blueprints"].clone();
    assert_eq!(came, went);
    let printed = project.run(["-C", "out", "export", "port"]).code(0).out;
    let lists = ["blueprints", "entities", "scorecards"];
    let lists = lists.map(|name| (name, json(&project.read(&format!("out/port/{name}.json")))));
    assert_eq!(json(&printed), serde_json::json!(std::collections::BTreeMap::from(lists)));
    // What is given back is taken in as the same project, as files and as one text.
    let project = project.file("printed.json", &printed);
    for (given, again) in [("out/port", "again"), ("printed.json", "once-more")] {
        project.run(["import", "port", given, "--out", again]).code(0);
        assert_eq!(
            project.read(&format!("{again}/blueprints/service.kdl")),
            project.read("out/blueprints/service.kdl")
        );
    }
}

#[test]
fn what_an_export_wrote_is_told_to_programs_too() {
    let project = with_example();
    project.run(["import", "port", "in", "--out", "out"]).code(0);
    let run = project.run(["-C", "out", "export", "port", "--out", "port", "--format", "json"]).code(0);
    let files = ["blueprints.json", "entities.json", "scorecards.json"];
    assert_eq!(
        json(&run.out),
        serde_json::json!({"type": "exported", "made": "out/port", "objects": 4, "files": files, "without": {}})
    );
}

#[test]
fn what_is_lost_of_a_part_of_an_organisation_is_kept_with_what_is_there() {
    let project = Project::new().file(
        "in/a.json",
        r#"{"blueprints": [{"identifier": "b", "schema": {"properties": {"p": {"type": "string"}}},
              "relations": {"r": {"target": "b", "many": true}, "owner": {"target": "_user"}}}],
            "entities": [{"identifier": "a", "title": "T", "blueprint": "b", "properties": {"p": "v", "x": 1}, "relations": {"r": ["gone", "c", "lost"], "owner": "ana"}},
                         {"identifier": "c", "blueprint": "b", "properties": {}, "relations": {}}]}"#,
    );
    project.run(["import", "port", "in", "--out", "out"]).code(0).says(["Took in 1 blueprint, 2 entities"]);
    let text = project.read("out/entities/b.kdl");
    assert!(text.contains("    p v\n    r c\n"), "{text}");
    project.run(["-C", "out", "export", "port", "--out", "port"]).code(0);
    let came = json(&project.read("out/port/entities.json"));
    let went = json(&project.read("in/a.json"))["entities"].clone();
    let one = |all: &serde_json::Value| {
        let found = all.as_array().unwrap().iter().find(|one| one["identifier"] == "a").unwrap();
        (found["properties"].clone(), found["relations"].clone())
    };
    assert_eq!(one(&came), one(&went));
}

#[test]
fn what_only_a_neighbour_knows_makes_no_other_object_of_one() {
    let project = Project::new().file(
        "plat.kdl",
        "project mine { id mine-1; }\nuse \"std:backstage\"\n\
         entity group red { type team; }\n\
         entity component \"shop/cart\" {\n    type service\n    stage live\n    owner red\n    \
         only-backstage { kind User; metadata { name other; namespace else; }; spec { type website; }; }\n}\n\
         state-store main git {\n    url \"https://example.com/a\"\n    branch main\n    auth basic secret=keys\n    \
         only-kratix { kind Secret; }\n}\n\
         destination dev {\n    store main\n    only-kratix { kind Secret; metadata { name other; }; }\n}\n",
    );
    let run = project.run(["export", "backstage"]).code(0).complains([
        "`/metadata/name` of entity:component:shop/cart is left out: `only-backstage` calls it otherwise, and what the line says goes out",
        "`/metadata/namespace` of entity:component:shop/cart is left out",
        "`/kind` of entity:component:shop/cart is left out: `only-backstage` makes it another object, and what the line says goes out",
        "`/spec/type` of entity:component:shop/cart is left out: `only-backstage` says it otherwise, and that goes out",
    ]);
    let expected = "kind: Component\nmetadata:\n  name: cart\n  namespace: shop\nspec:\n  type: website\n";
    assert!(run.out.contains(expected), "{}", run.out);
    let run = project.run(["export", "kratix"]).code(0).complains([
        "`/kind` of state-store:main is left out: `only-kratix` makes it another object",
        "`/metadata/name` of destination:dev is left out: `only-kratix` calls it otherwise",
        "`/kind` of destination:dev is left out: `only-kratix` makes it another object",
    ]);
    assert!(run.out.contains("kind: GitStateStore\n") && !run.out.contains("Secret\n"), "{}", run.out);
}

#[test]
fn a_bucket_of_kratix_is_kept_and_takes_nothing_and_the_rest_is_planned() {
    let text = "apiVersion: platform.kratix.io/v1alpha1\nkind: BucketStateStore\nmetadata: {name: minio}\n\
         spec: {endpoint: 'minio:9000', insecure: true, bucketName: b, odd: 1, secretRef: {name: keys, namespace: x}}\n---\n\
         apiVersion: platform.kratix.io/v1alpha1\nkind: Destination\nmetadata: {name: dev, labels: {env: dev}}\n\
         spec: {path: dev, stateStoreRef: {kind: BucketStateStore, name: minio}}\n---\n\
         apiVersion: platform.kratix.io/v1alpha1\nkind: PromiseRelease\nmetadata: {name: redis}\n\
         spec: {version: v1, sourceRef: {type: http, url: 'https://example.com/p.yaml'}}\n";
    let project = Project::new().file("in/a.yaml", text).file("in/values.yaml", "a: 1\n");
    project
        .run(["import", "kratix", "in", "--out", "out"])
        .code(0)
        .says(["Took in 1 state store, 1 destination, 1 promise release from 1 file."])
        .says(["Kept for Kratix alone: 1 part of 1 state store.", "Not recognised: 1 file."]);
    project.run(["-C", "out", "check"]).code(0).says(["No problems."]);
    project.run(["-C", "out", "apply", "--auto-approve"]).code(0).says(["+ create 3"]);
    project.run(["-C", "out", "plan"]).no_changes();
    project.run(["-C", "out", "export", "kratix", "--out", "back"]).code(0);
    project.run(["import", "kratix", "out/back", "--out", "again"]).code(0);
    for file in ["destinations.kdl", "releases.kdl"] {
        assert_eq!(project.read(&format!("again/{file}")), project.read(&format!("out/{file}")));
    }
    // What would be written there is refused before anything is, with a way out.
    let promise = |file: &str| {
        let step =
            if file.is_empty() { "" } else { "workflow configure { resource v1 ConfigMap $name { data a=b; } }" };
        format!(
            "promise p {{\n    api group=e.com version=v1 kind=P {{ field a string; }}\n    schedule env=dev\n    {step}\n}}\nrequest p one\n"
        )
    };
    project.write("out/p.kdl", promise(""));
    project.run(["-C", "out", "check"]).code(0);
    project.write("out/p.kdl", promise("a"));
    let told = ["error[E0550]", "`dev` would take it, and lies in a bucket, which plat does not write to"];
    project.run(["-C", "out", "check"]).code(3).says(told);
    project.run(["-C", "out", "plan"]).code(3);
    let store = "state-store repo git create { url \".plat/stores/r.git\"; }\ndestination dev-2 { store repo; labels env=dev; }\n";
    project.write("out/stores.kdl", store);
    project.run(["-C", "out", "apply", "--auto-approve"]).code(0);
    project.run(["-C", "out", "plan"]).no_changes();
    // A store that has files of the project becomes no bucket without a word about them.
    project.write(
        "out/stores.kdl",
        store.replace("git create { url \".plat/stores/r.git\"", "bucket { endpoint e; bucket b"),
    );
    project.write("out/p.kdl", promise(""));
    project
        .run(["-C", "out", "plan"])
        .code(5)
        .says(["REFUSED the project leaves state-store:repo, and 1 file of 1 request"]);
}

#[test]
fn every_resource_that_goes_to_kratix_says_what_it_is() {
    let promise = |name: &str, version: &str| {
        format!(
            "---\napiVersion: platform.kratix.io/v1alpha1\nkind: Promise\nmetadata: {{name: {name}}}\nspec: {{api: {{apiVersion: apiextensions.k8s.io/v1, \
             kind: CustomResourceDefinition, metadata: {{name: as.x.y}}, spec: {{group: x.y, scope: Namespaced, names: {{kind: A, plural: as, singular: a}}, \
             versions: [{{name: {version}, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object, properties: {{spec: {{type: object, \
             properties: {{a: {{type: string}}}}}}}}}}}}}}]}}}}}}\n"
        )
    };
    let ask = |version: &str| {
        format!("---\napiVersion: x.y/{version}\nkind: A\nmetadata: {{name: r, namespace: apps}}\nspec: {{a: b}}\n")
    };
    for (version, promises) in [("\"1.0\"", 1), ("v1", 2)] {
        let all: String = ["dd", "ee"].iter().take(promises).map(|name| promise(name, version)).collect();
        let version = version.trim_matches('"');
        let project = Project::new().file("in/a.yaml", all + &ask(version));
        project.run(["import", "kratix", "in", "--out", "out"]).code(0);
        let out = project.run(["-C", "out", "export", "kratix"]).code(0).out;
        let asked = format!(
            "---\napiVersion: x.y/{version}\nkind: A\nmetadata:\n  name: r\n  namespace: apps\nspec:\n  a: b\n"
        );
        assert!(out.ends_with(&asked), "{out}");
        assert_eq!(out.matches("---\napiVersion: ").count(), promises + 1, "{out}");
    }
}

#[test]
fn of_a_list_only_what_does_not_fit_is_kept_apart_and_an_export_of_it_warns_of_nothing() {
    let project = Project::new().file(
        "in/a.json",
        r#"{"blueprints": [{"identifier": "s", "schema": {"properties": {"tags": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}}}}],
            "teams": [{"name": "platform"}],
            "actions": [{"identifier": "do", "trigger": {"type": "self-service", "operation": "CREATE", "userInputs": {
                "properties": {"late": {"type": "string"}, "first": {"type": "string"}}, "required": [], "order": ["first"]}}, "invocationMethod": {"type": "KAFKA"}}],
            "entities": [{"identifier": "e", "blueprint": "s", "team": ["x", "platform", "from-idp"], "properties": {"tags": ["a", "zz", "b", "yy"]}}]}"#,
    );
    project.run(["import", "port", "in", "--out", "out"]).code(0);
    let text = project.read("out/entities/s.kdl");
    assert!(text.starts_with("entity s e {\n    team platform\n    tags a b\n    only-port {\n"), "{text}");
    let action = project.read("out/actions.kdl");
    assert!(action.contains("    shown first\n"), "{action}");
    let told = project.run(["-C", "out", "export", "port", "--out", "port"]).code(0).err;
    assert_eq!(told, "");
    let came = json(&project.read("out/port/entities.json"))[0].clone();
    let went = json(&project.read("in/a.json"))["entities"][0].clone();
    assert_eq!((&came["team"], &came["properties"]), (&went["team"], &went["properties"]));
}

#[test]
fn what_an_object_is_called_is_said_by_its_line_alone() {
    let project = Project::new().file(
        "p/plat.kdl",
        "project p { id p-1; }\nblueprint a { only-port { identifier b; hidden #true; }; }\nteam t { only-port { name u; }; }\nteam u\n\
         blueprint s\nentity s e { only-port { identifier f; }; }\n",
    );
    let called =
        |of: &str| format!("{of} is left out: `only-port` calls it otherwise, and what the line says goes out");
    let run = project.run(["-C", "p", "export", "port", "--out", "out"]).code(0);
    for told in
        [called("`/identifier` of blueprint:a"), called("`/name` of team:t"), called("`/identifier` of entity:s:e")]
    {
        assert!(run.err.contains(&told), "{}", run.err);
    }
    let names = |file: &str, by: &str| -> Vec<String> {
        let all = json(&project.read(&format!("p/out/{file}"))).as_array().unwrap().clone();
        all.iter().map(|one| one[by].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("blueprints.json", "identifier"), ["a", "s"]);
    assert_eq!(names("teams.json", "name"), ["t", "u"]);
    assert_eq!(names("entities.json", "identifier"), ["e"]);
}

#[test]
fn what_is_given_back_has_no_power_over_who_looks_at_it_and_says_the_same() {
    let steering = "##[error]x\n::error::y\n  ::add-mask::z\u{1b}[31m\u{202e}\u{200b}\u{e0041} ##vso[task]\n";
    let port = serde_json::json!([
        {"identifier": "service", "title": "::warning::t", "description": steering, "schema": {"properties": {"p": {"type": "string", "title": "grün"}}}},
        {"identifier": "x", "blueprint": "service", "properties": {"p": steering}},
    ]);
    let backstage = serde_json::json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
        "metadata": {"name": "x", "description": steering, "annotations": {"a/b": "::error::x", "c": "first\n::error::x\n", "d": "one\n\ttwo\n"}},
        "spec": {"type": "service", "lifecycle": "production", "owner": "team"},
    });
    for (what, text, file) in [("port", port, "entities.json"), ("backstage", backstage, "catalog-info.yaml")] {
        let project = Project::new().file("in/a.json", text.to_string());
        project.run(["import", what, "in", "--out", "out"]).code(0);
        let export = ["-C", "out", "export", what];
        let given = project.run(export).code(0).out;
        let is_command = |line: &str| line.trim_start().starts_with("::");
        assert!(!given.lines().any(is_command) && !given.contains("##[") && !given.contains("##vso["), "{given}");
        let hidden = ['\u{1b}', '\u{202e}', '\u{200b}', '\u{e0041}'];
        assert!(!given.contains(hidden), "{given}");
        // The same text in files, which is read as what it was.
        project.run(export.into_iter().chain(["--out", "given"])).code(0);
        let written = project.read(&format!("out/given/{file}"));
        assert!(!written.contains(hidden) && !written.lines().any(is_command) && !written.contains("##["), "{written}");
        assert!(what == "port" || written == given, "{written}");
        project.run(["import", what, "out/given", "--out", "out"]).code(0).says(["as read, 0 replaced.\n"]);
        project
            .run_with_input(["import", what, "-", "--out", "out"], given.as_bytes())
            .code(0)
            .says([" 0 replaced.\n"]);
    }
}

#[test]
fn a_key_that_nobody_sees_all_of_stands_in_quotes() {
    let catalog = "{\"apiVersion\": \"backstage.io/v1alpha1\", \"kind\": \"Component\", \"metadata\": {\"name\": \"x\", \"annotations\": {\"a\\u200bb\": \
                   \"v\", \"c\\\\\\u00add\": \"w\", \"plain\": \"p\"}}, \"spec\": {\"type\": \"a\", \"lifecycle\": \"b\", \"owner\": \"c\"}}";
    let project = Project::new().file("a.json", catalog);
    // Nobody owns it, which is told.
    project.run(["import", "backstage", "a.json", "--out", "in"]);
    let exported = project.run(["-C", "in", "export", "backstage"]);
    exported.says([r#""a\u200bb": v"#, r#""c\\\u00add": w"#, "plain: p"]);
}

#[test]
fn an_export_says_which_folder_it_made_and_is_either_a_text_or_what_was_written() {
    let project = Project::new().file("plat.kdl", "project p\n").file("a.kdl", "page mine\n");
    project.run(["export", "port", "--out", "no/such"]).code(0).says(["into 1 file.\nMade the folder ", "no/such.\n"]);
    project.run(["export", "port", "--out", "no/such"]).code(0).never_says("Made");
    let run = project.run(["export", "port", "--out", "new", "--format", "json"]).code(0);
    assert!(json(&run.out)["made"].as_str().is_some_and(|made| made.ends_with("new")), "{run:?}");
    for out in [&["--out", "-"][..], &[]] {
        let run = project.run(["export", "port", "--format", "json"].iter().chain(out).copied()).code(64);
        run.stdout("").complains(["name a folder with `--out`"]);
    }
}

#[test]
fn a_folder_that_begins_with_a_dash_is_named_so_that_it_can_be_typed() {
    let project = Project::new().file("a.json", r#"{"identifier": "service", "schema": {"properties": {}}}"#);
    let run = project.run(["import", "port", "a.json", "--out=-x"]).code(0);
    run.says(["Next: plat -C ./-x check, then plat -C ./-x plan"]);
    project.run(["-C", "./-x", "check"]).code(0);
}
