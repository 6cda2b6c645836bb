//! Imports and exports that are refused: nothing is written, every report and document says why, and what would be another one is shown.

use crate::moving_in::json;
use crate::project::Project;

const SERVICE: &str = r#"[{"identifier": "service", "title": "Service", "schema": {"properties": {}}},
    {"identifier": "cart", "title": "Cart", "blueprint": "service", "properties": {}}]"#;

/// A project that was taken in, of which a title is another one since.
fn changed() -> Project {
    let project = Project::new().file("in/a.json", SERVICE);
    project.run(["import", "port", "in", "--out", "out"]).code(0);
    project.edit("out/blueprints/service.kdl", "title Service", "title Mine // why");
    project
}

#[test]
fn an_export_that_would_write_over_a_file_shows_the_change_of_it() {
    let project = changed();
    let export = ["-C", "out", "export", "port", "--out", "port"];
    project.run(export).code(0).stdout("Wrote 2 objects into 2 files.\nMade the folder out/port.\n");
    project.edit("out/port/blueprints.json", "\"title\": \"Mine\"", "\"title\": \"Ours\"");
    let before = project.snapshot();
    let patch = "--- a/blueprints.json\n+++ b/blueprints.json\n@@ -1,7 +1,7 @@\n [\n   {\n     \"identifier\": \"service\",\n\
        -    \"title\": \"Ours\",\n+    \"title\": \"Mine\",\n     \"schema\": {\n       \"properties\": {}\n     }\n";
    let told =
        "out/port/blueprints.json would be another one, and nothing was written: `--overwrite` replaces what is there";
    project.run(export).code(64).stdout(patch).complains([told]);
    let document = json(&project.run(export.into_iter().chain(["--format", "json"])).code(64).out);
    assert_eq!((&document["type"], &document["refused"]), (&"exported".into(), &told.into()));
    assert_eq!(document["differs"].as_array().unwrap().len(), 1, "{document}");
    assert_eq!(
        (&document["differs"][0]["file"], &document["differs"][0]["patch"]),
        (&"blueprints.json".into(), &patch.into())
    );
    assert_eq!(project.snapshot(), before);
    let document = json(&project.run(export.into_iter().chain(["--overwrite", "--format", "json"])).code(0).out);
    assert_eq!((document.get("refused"), document.get("differs")), (None, None));
}

#[test]
fn what_would_be_another_one_is_shown_and_reported() {
    let project = changed();
    let before = project.snapshot();
    let import = ["import", "port", "in", "--out", "out"];
    let patch = "--- a/blueprints/service.kdl\n+++ b/blueprints/service.kdl\n@@ -1,3 +1,3 @@\n blueprint service {\n\
        -    title Mine // why\n+    title Service // why\n }\n";
    let told = "blueprint:service (blueprints/service.kdl:1:1) would be another one, and nothing was written";
    project.run(import).code(64).stdout(patch).complains([told]);
    let outcome = project.run(import.into_iter().chain(["--format", "json"])).code(64);
    let document = json(&outcome.out);
    assert_eq!(document["type"], "imported");
    assert!(document["refused"].as_str().unwrap().starts_with(told), "{document}");
    assert_eq!(document["differs"][0]["file"], "blueprints/service.kdl");
    assert_eq!(document["differs"][0]["patch"], patch);
    assert_eq!(document["replaced"].as_array().unwrap().len(), 0, "nothing was");
    let place = "out/blueprints/service.kdl:1: E0808";
    assert!(outcome.err.contains("E0808"), "{outcome}");
    assert_eq!(project.snapshot(), before);
    let reports = ["json", "ndjson", "markdown", "sarif", "junit", "github", "gitlab-codequality"];
    let flags = reports.iter().flat_map(|format| ["--report".to_owned(), format!("{format}={format}")]);
    let flags: Vec<String> = flags.collect();
    project.run(import.into_iter().chain(flags.iter().map(String::as_str))).code(64);
    for format in reports {
        let report = project.read(format);
        assert!(report.contains("blueprint:service would be another one"), "{format}: {report}");
    }
    assert!(project.read("markdown").contains(place), "{}", project.read("markdown"));
    assert_eq!(json(&project.read("json"))["diagnostics"][0]["place"]["start"]["line"], 1);
    // With the whole of it taken in, nothing is told of it.
    let document = json(&project.run(import.into_iter().chain(["--overwrite", "--format", "json"])).code(0).out);
    assert_eq!((document.get("refused"), document.get("differs")), (None, None));
    assert_eq!(document["replaced"][0], "blueprint:service");
}

#[test]
fn each_refusal_is_in_the_report_and_the_document() {
    let broken =
        "project mine { id mine-1; }\nblueprint service { property mine string; }\nentity service one { mine a; }\n";
    let project =
        changed().file("mine/plat.kdl", broken).file("nothing/readme.txt", "").file("around/plat.kdl", "project p\n");
    project.write("around/sub/a.kdl", "team x\n");
    for (arguments, code, told, in_report) in [
        (&["in", "--out", "mine", "--overwrite"][..], 3, "the project in mine would be wrong with it", "mine/plat.kdl"),
        (&["nothing", "--out", "new"], 64, "nothing holds nothing to read", "nothing holds nothing to read"),
        (
            &["in", "--exclude", "*", "--out", "new"],
            64,
            "in holds nothing to read but what `--exclude` passes over",
            "E0808",
        ),
        (
            &["in", "--exclude", "{a,b", "--out", "new"],
            64,
            "`--exclude {a,b` is no pattern: a `{` is not closed",
            "E0808",
        ),
        (&["in", "--exclude", "a}", "--out", "new"], 64, "`--exclude a}` is no pattern: a `}` closes no `{`", "E0808"),
        (&["in", "--out", "around/sub"], 64, "around/sub lies in the project of", "around/sub"),
    ] {
        let before = project.snapshot();
        let import = || ["import", "port"].into_iter().chain(arguments.iter().copied());
        let outcome = project.run(import().chain(["--format", "json"])).code(code).complains([told]);
        let document = json(&outcome.out);
        assert!(document["refused"].as_str().unwrap().contains(told), "{arguments:?}: {document}");
        assert_eq!(project.snapshot(), before);
        project.run(import().chain(["--report", "json=r.json"])).code(code).complains([told]);
        let report = project.read("r.json");
        assert_eq!(json(&report)["diagnostics"][0]["severity"], "error", "{report}");
        assert!(report.contains(in_report), "{arguments:?}: {report}");
        std::fs::remove_file(project.path("r.json")).unwrap();
    }
}

#[test]
fn a_long_change_is_shown_in_part_to_people_and_whole_to_programs() {
    let all = |title: &str| {
        let one = |number| {
            format!(r#"{{"identifier": "s{number}", "title": "{title}", "blueprint": "service", "properties": {{}}}}"#)
        };
        format!("[{},{}]", SERVICE.trim_matches(['[', ']']), (0..60).map(one).collect::<Vec<_>>().join(","))
    };
    let project = Project::new().file("in/a.json", all("A"));
    project.run(["import", "port", "in", "--out", "out"]).code(0);
    project.write("in/a.json", all("B"));
    let import = ["import", "port", "in", "--out", "out"];
    let outcome = project.run(import).code(64).says([" lines more, which `--format json` shows\n"]);
    assert_eq!(outcome.out.lines().count(), 61, "{outcome}");
    let document = json(&project.run(import.into_iter().chain(["--format", "json"])).code(64).out);
    assert_eq!(document["differs"][0]["patch"].as_str().unwrap().matches("+    title B\n").count(), 60);
}

#[test]
fn a_pattern_that_fits_nothing_is_told() {
    let project = Project::new()
        .file("in/a.json", SERVICE)
        .file("in/old/b.txt", "")
        .file("in/c.txt", "")
        .file("in/node_modules/c.json", "{}");
    let told = |patterns: &[&str]| {
        let flags = patterns.iter().flat_map(|pattern| ["--exclude", pattern]);
        project.run(["import", "port", "in", "--out", "out"].into_iter().chain(flags)).code(0).err
    };
    let idle = |pattern: &str| format!("`--exclude {pattern}` fits no file and no folder of what was looked at\n");
    // Also what is not read anyway, and what another one fits too.
    for fits in ["old", "*.txt", "/old/", "node_modules", "{old,new}"] {
        assert_eq!(told(&[fits, "old"]), "", "{fits}");
    }
    for fits_not in ["new", "./old", "in/old", "OLD", "a.json/b", ""] {
        assert_eq!(told(&[fits_not, "old"]), idle(fits_not), "{fits_not}");
    }
    assert_eq!(told(&["x", "y"]), idle("x") + &idle("y"));
}

#[test]
fn what_the_project_calls_like_a_kind_of_backstage_is_told_with_the_ways_out() {
    let component = r#"[{"identifier": "component", "title": "Part", "schema": {"properties": {}}},
        {"identifier": "x", "blueprint": "component", "properties": {}}]"#;
    let entity = |kind: &str, name: &str, spec: &str| {
        format!("apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {spec}\n---\n")
    };
    let alone = entity("Component", "checkout", "{type: service, lifecycle: production, owner: shop}");
    let project = Project::new()
        .file("port.json", component)
        .file("all.yaml", alone.clone() + &entity("Group", "shop", "{type: team, children: []}"))
        .file("alone.yaml", alone);
    project.run(["import", "port", "port.json", "--out", "out"]).code(0);
    let import = ["import", "backstage", "all.yaml", "--out", "out"];
    let told = "blueprints/component.kdl:1:11: blueprint `component` is declared twice, here and in `std:backstage` (E0301): \
        give yours another name, or take in what is read into a project of its own, by another `--out`\n";
    project.run(import.into_iter().chain(["--report", "json=r.json"])).code(3).complains([told]);
    let report = json(&project.read("r.json"));
    assert_eq!(
        report["diagnostics"].as_array().unwrap().iter().find(|one| one["code"] == "E0301").unwrap()["place"]["file"],
        "out/blueprints/component.kdl"
    );
    // Each way leads on.
    project.run(["import", "backstage", "all.yaml", "--out", "own"]).code(0);
    project.run(["-C", "own", "check"]).code(0);
    let renamed = project.twin();
    renamed.edit("out/blueprints/component.kdl", "blueprint component", "blueprint part");
    renamed.edit("out/entities/component.kdl", "entity component", "entity part");
    renamed.run(import).code(0).says(["Took in 2 entities"]);
    renamed.run(["-C", "out", "check"]).code(0);
    // Where the blueprint is to be that kind, and no other kind is read.
    project.edit(
        "out/blueprints/component.kdl",
        "blueprint component {",
        "blueprint component {\n    backstage Component",
    );
    project.run(["import", "backstage", "alone.yaml", "--out", "out"]).code(0).says(["Took in 1 entity"]);
    project.run(["-C", "out", "check"]).code(0);
}
