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
fn a_folder_of_a_project_does_not_become_another_one_by_the_way() {
    let project = Project::new()
        .file("home/plat.kdl", "project home\n")
        .file("home/team/own.kdl", "page mine\n")
        .file("a.json", r#"{"identifier": "service", "title": "S", "schema": {"properties": {}}}"#);
    let run = project.run(["import", "port", "a.json", "--out", "home/team"]).code(64);
    run.complains(["home/team lies in the project of", "where home/team is to be", "a `plat.kdl` first"]);
    assert!(!project.path("home/team/plat.kdl").exists());
    // Nothing of the project around it is lost to a new folder.
    project.run(["import", "port", "a.json", "--out", "home/new"]).code(0);
    let project = project.file("home/team/plat.kdl", "project team\n");
    project.run(["import", "port", "a.json", "--out", "home/team"]).code(0);
    project.run(["import", "port", "a.json", "--out", "home"]).code(0);
}

#[test]
fn an_import_that_leaves_whole_objects_out_says_so_and_is_no_plain_success() {
    let service = r#"{"identifier": "service", "title": "TITLE", "schema": {"properties": {}}}"#;
    let both = format!("[{}, {}]", service, service.replace("TITLE", "Another"));
    let project = Project::new().file("in/port.json", both);
    project
        .run(["import", "port", "in", "--out", "out"])
        .code(2)
        .says([
            "Took in 1 blueprint from 1 file.",
            "\nThe project is without 1 blueprint: left out as a whole, as is told above (E0804).\n",
        ])
        .complains(["warning[E0804]: `/1` is left out"]);
    project.run(["-C", "out", "check"]).code(0);
}

#[test]
fn what_the_project_says_otherwise_is_not_replaced_unasked_and_then_nothing_is_written() {
    let project = with_example();
    project.run(["import", "port", "in", "--out", "out"]).code(0);
    let before = project.read("out/plat.kdl");
    project
        .run(["import", "port", "in", "--out", "out"])
        .code(0)
        .says(["In the project already: 4 as read, 0 replaced.\n"]);
    assert_eq!(project.read("out/plat.kdl"), before);
    let blueprint = project.read("out/blueprints/service.kdl");
    let mine = format!("// mine\n{}", blueprint.replace("    title Service\n", "    title Mine // too\n"));
    assert!(mine.contains("Mine"), "{mine}");
    project.write("out/blueprints/service.kdl", &mine);
    fs::remove_file(project.path("out/entities/service.kdl")).unwrap();
    project.run(["import", "port", "in", "--out", "out"]).code(64).complains([
        "blueprint:service (blueprints/service.kdl:2:1) would be another one, and nothing was written: `--overwrite`",
    ]);
    assert!(!project.path("out/entities/service.kdl").exists());
    assert_eq!(project.read("out/blueprints/service.kdl"), mine);
    project
        .run(["import", "port", "in", "--out", "out", "--overwrite"])
        .code(0)
        .says(["In the project already: 1 as read, 1 replaced.\n"]);
    assert_eq!(project.read("out/blueprints/service.kdl"), mine.replace("Mine", "Service"));
    assert!(project.path("out/entities/service.kdl").exists());
}

#[test]
fn what_a_file_holds_that_was_not_read_stays_in_it_and_more_comes_to_it() {
    let entity = |name: &str, tier: &str| {
        format!(
            r#"{{"identifier": "{name}", "title": "{name}", "blueprint": "service", "properties": {{"tier": "{tier}"}}}}"#
        )
    };
    let blueprint = r#"{"identifier": "service", "schema": {"properties": {"tier": {"type": "string"}}}}"#;
    let all = format!("[{blueprint}, {}, {}]", entity("a", "x"), entity("b", "x"));
    let project = Project::new().file("in/a.json", all);
    project.run(["import", "port", "in", "--out", "out"]).code(0);
    // By hand: comments, what may become of it, another order, and other ends of lines.
    let a = "entity service a {\r\n    // how good\r\n    tier x // really\r\n    title a\r\n    lifecycle { protect; }\r\n}\r\n";
    let b = "entity service b { title b; tier x; }\r\n";
    project.write("out/entities/service.kdl", format!("// all of them\r\n{a}\r\n{b}// the end"));
    project.write("one/a.json", format!("[{}, {}]", entity("c", "y"), entity("b", "x")));
    project
        .run(["import", "port", "one", "--out", "out"])
        .code(0)
        .says(["In the project already: 1 as read, 0 replaced.", "in the project still: 1 blueprint, 1 entity, in"]);
    let c = "\r\nentity service c {\r\n    title c\r\n    tier y\r\n}\r\n";
    let text = format!("// all of them\r\n{a}\r\n{b}// the end\r\n{c}");
    assert_eq!(project.read("out/entities/service.kdl"), text);
    project.run(["-C", "out", "check"]).code(0);
    project.write("one/a.json", format!("[{}]", entity("a", "z")));
    project
        .run(["import", "port", "one", "--out", "out"])
        .code(64)
        .complains(["entity:service:a (entities/service.kdl:2:1)"]);
    project.run(["import", "port", "one", "--out", "out", "--overwrite"]).code(0);
    assert_eq!(project.read("out/entities/service.kdl"), text.replacen("tier x //", "tier z //", 1));
    // What is declared just so is nothing to do, wherever it stands, and what is not is replaced there.
    fs::remove_dir_all(project.path("out/entities")).unwrap();
    fs::remove_dir_all(project.path("out/blueprints")).unwrap();
    let mine = "// mine\nentity service a { title a; tier z; }\n\nblueprint service { property tier string; }\n";
    project.write("out/mine.kdl", mine);
    project.write("one/a.json", format!("[{blueprint}, {}]", entity("a", "z")));
    project
        .run(["import", "port", "one", "--out", "out"])
        .code(0)
        .says(["In the project already: 2 as read, 0 replaced."]);
    project.write("one/a.json", format!("[{}]", entity("a", "w")));
    project.run(["import", "port", "one", "--out", "out", "--overwrite"]).code(0);
    assert_eq!(project.read("out/mine.kdl"), mine.replace("tier z", "tier w"));
    assert!(!project.path("out/entities").exists());
}

#[cfg(unix)]
#[test]
fn a_pipe_that_nobody_reads_is_waited_for_and_not_for_ever() {
    let project = with_example();
    let make = std::process::Command::new("mkfifo").arg(project.path("pipe")).status();
    assert!(make.unwrap().success());
    let import = ["import", "port", "in", "--out", "out", "--report", "json=pipe"];
    project.run(import).code(1).complains(["cannot write pipe", "nobody reads the pipe"]);
    assert!(!project.path("out").exists());
    let path = project.path("pipe");
    let reader = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(200));
        fs::read_to_string(path).unwrap()
    });
    project.run(import).code(0);
    assert!(reader.join().unwrap().contains("E0803"));
}

#[test]
fn standard_input_is_read_and_what_is_excluded_is_not() {
    let blueprint = |name: &str| format!(r#"{{"identifier": "{name}", "schema": {{"properties": {{}}}}}}"#);
    let project = Project::new()
        .file("in/a.json", blueprint("a"))
        .file("in/old/b.json", blueprint("b"))
        .file("in/deep/old/c.json", blueprint("c"))
        .file("in/deep/d.test.json", blueprint("d"));
    let taken = |arguments: &[&str], out: &str| {
        let import = ["import", "port", "in", "--out", out].into_iter().chain(arguments.iter().copied());
        project.run(import).code(0);
        let files = fs::read_dir(project.path(&format!("{out}/blueprints"))).unwrap();
        let mut names: Vec<String> = files.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort_unstable();
        names.concat().replace(".kdl", "")
    };
    assert_eq!(taken(&[], "1"), "abcd");
    assert_eq!(taken(&["--exclude", "old"], "2"), "ad");
    assert_eq!(taken(&["--exclude", "/old/", "--exclude", "*.test.json"], "3"), "ac");
    assert_eq!(taken(&["--exclude", "deep/**"], "4"), "ab");
    let all = ["import", "port", "in", "--exclude", "*", "--out", "5"];
    project.run(all).code(64).complains(["in holds nothing to read"]);
    project
        .run_with_input(["import", "port", "-", "--out", "6"], blueprint("e").as_bytes())
        .code(0)
        .says(["1 blueprint"]);
    let yaml = "apiVersion: platform.kratix.io/v1alpha1\nkind: PromiseRelease\nmetadata: {name: redis}\n\
                spec: {version: v1, sourceRef: {type: http, url: 'https://example.com/p.yaml'}, odd: 1}\n";
    project
        .run_with_input(["import", "kratix", "-", "--out", "7"], yaml.as_bytes())
        .code(0)
        .complains(["<stdin>:4:86: note[E0803]: `/spec/odd` is kept"]);
}

#[test]
fn what_a_killed_run_left_is_taken_away_whatever_it_was_called() {
    let project = with_example().file("out/entities/.gone.kdl.plat-new", "half").file("out/.x.plat-new", "half");
    project.write("out/entities/.keep", "");
    project.run(["import", "port", "in", "--out", "out"]).code(0);
    assert!(!project.path("out/entities/.gone.kdl.plat-new").exists() && !project.path("out/.x.plat-new").exists());
    assert!(project.path("out/entities/.keep").exists());
}

#[test]
fn what_an_export_wrote_is_told_to_programs_too() {
    let project = with_example();
    project.run(["import", "port", "in", "--out", "out"]).code(0);
    let run = project.run(["-C", "out", "export", "port", "--out", "port", "--format", "json"]).code(0);
    let files = ["blueprints.json", "entities.json", "scorecards.json"];
    assert_eq!(json(&run.out), serde_json::json!({"type": "exported", "objects": 4, "files": files, "without": {}}));
}

#[test]
fn of_several_wrong_parts_of_an_object_each_is_told() {
    let project = Project::new()
        .file(
            "in/a.json",
            r#"{"blueprints": [{"identifier": "s", "schema": {"properties": {"n": {"type": "number"}, "b": {"type": "boolean"}}},
                  "relations": {"on": {"target": "s", "many": true}}}],
                "entities": [{"identifier": "e", "blueprint": "s", "properties": {"n": "x", "b": "y", "z": 1}, "relations": {"on": ["p", "e", "q"]}}]}"#,
        )
        .file(
            "catalog/catalog-info.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\n\
             spec: {type: t, lifecycle: x, owner: me, dependsOn: ['component:p', 'component:q'], dependencyOf: ['component:r', 'component:a']}\n",
        );
    project.run(["import", "port", "in", "--out", "out"]).code(0).complains([
        "`/entities/0/properties/n` is kept for Port alone",
        "`/entities/0/properties/b` is kept for Port alone",
        "`/entities/0/properties/z` is kept for Port alone",
        "there is no entity `p` of `s`",
        "there is no entity `q` of `s`",
    ]);
    assert!(project.read("out/entities/s.kdl").contains("    on e\n"));
    project.run(["import", "backstage", "catalog", "--out", "other"]).code(0).complains([
        "`/spec/owner` is kept for Backstage alone: there is no entity `me` of `group`",
        "there is no entity `p` of `component`; there is no entity `q` of `component`",
        "there is no entity `r` of `component`",
    ]);
    assert!(project.read("other/entities/component.kdl").contains("    dependencyOf a\n"));
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
    project.run(["import", "port", "no\nwhere", "--out", "out"]).code(1).complains(["cannot read no where\n"]);
    fs::create_dir(project.path("empty")).unwrap();
    project.run(["import", "port", "empty", "--out", "out"]).code(64).complains(["empty holds nothing to read"]);
    project.write("other/a.json", r#"{"resources": []}"#);
    project
        .run(["import", "port", "other", "--out", "out"])
        .code(3)
        .stdout("Took in nothing from 1 file.\nNot recognised: 1 file.\n")
        .complains(["E0802"]);
    assert!(!project.path("out").exists());
    project.write("in/broken.json", "{\"a\": ");
    project
        .run(["import", "port", "in", "--out", "out"])
        .code(2)
        .says(["from 1 file.\n", "Not read: 1 file (E0801).\n"])
        .complains(["broken.json:1:6: error[E0801]"]);
    assert!(project.path("out/blueprints/service.kdl").exists());
    project.run(["export", "port"]).code(3).complains(["there is no project here"]);
}

#[test]
fn a_text_that_is_no_utf_8_is_not_taken_for_one() {
    let project = Project::new().file("in/a.json", b"{\"identifier\": \"b\", \"title\": \"caf\xe9\", \"schema\": {}}");
    project.run(["import", "port", "in", "--out", "out"]).code(3).complains(["error[E0801]: the text is not UTF-8"]);
    assert!(!project.path("out").exists());
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let project = with_example().file("elsewhere/service.kdl", "mine");
    fs::create_dir(project.path("out")).unwrap();
    std::os::unix::fs::symlink("../elsewhere", project.path("out/blueprints")).unwrap();
    let told = ["out/blueprints is a link, and nothing is written through one"];
    project.run(["import", "port", "in", "--out", "out", "--overwrite"]).code(64).complains(told);
    assert_eq!(project.read("elsewhere/service.kdl"), "mine");
    assert!(!project.path("out/plat.kdl").exists());
}

#[test]
fn what_is_called_as_the_projects_file_is_read_too() {
    let blueprint = r#"{"identifier": "plat", "schema": {"properties": {}}}"#;
    let entity = r#"{"identifier": "a", "blueprint": "plat", "properties": {}}"#;
    let project = Project::new().file("a.json", format!("[{blueprint}, {entity}]"));
    project.run(["import", "port", "a.json", "--out", "out"]).code(0).says(["Took in 1 blueprint, 1 entity"]);
    project.run(["-C", "out", "plan", "--summary"]).code(0).says(["+ create 2"]);
}

#[test]
fn no_file_is_written_that_the_project_would_not_read() {
    let project = with_example().file("out/blueprints/plat.kdl", "project other\n");
    project
        .run(["import", "port", "in", "--out", "out"])
        .code(3)
        .complains(["blueprints/service.kdl would be no file of it"]);
    assert!(!project.path("out/plat.kdl").exists());
    // What lies in the folder already becomes a part of the project, and may break it.
    let project = with_example().file("out/mine.kdl", "blueprint other { title Mine; titel Mine; }\n");
    project.run(["import", "port", "in", "--out", "out"]).code(3).complains(["mine.kdl:1:"]);
    project.write("out/mine.kdl", "blueprint service { title Mine; }\n");
    let told = ["blueprint:service (mine.kdl:1:1) would be another one, and nothing was written"];
    project.run(["import", "port", "in", "--out", "out"]).code(64).complains(told);
    assert!(!project.path("out/plat.kdl").exists());
}

#[test]
fn a_project_that_is_there_is_not_broken() {
    let mine =
        "project mine { id mine-1; }\nblueprint service { property mine string; }\nentity service one { mine a; }\n";
    let project = with_example().file("plat.kdl", mine);
    project
        .run(["import", "port", "in", "--out", "."])
        .code(64)
        .complains(["blueprint:service (plat.kdl:2:1) would be"]);
    project
        .run(["import", "port", "in", "--out", ".", "--overwrite"])
        .code(3)
        .complains(["would be wrong with it, and nothing was written", "plat.kdl:3:"]);
    assert!(!project.path("blueprints").exists());
    assert_eq!(project.read("plat.kdl"), mine);
    project.write("plat.kdl", "project mine { id mine-1; }\nteam shop\n");
    project.run(["import", "port", "in", "--out", "."]).code(0);
    project.run(["check"]).code(0);
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

/// A project with Backstage's entities of the examples in a folder beside it.
fn with_catalog() -> Project {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/backstage/catalog-info.yaml");
    Project::new().file("in/catalog-info.yaml", fs::read(from).unwrap())
}

#[test]
fn a_catalog_of_backstage_becomes_a_project_that_plans_and_is_given_back() {
    let project = with_catalog();
    project
        .run(["import", "backstage", "in", "--out", "out"])
        .code(0)
        .says(["Took in 3 entities from 1 file."])
        .complains([
            "in/catalog-info.yaml:16:16: warning[E0807]: `/metadata/tags/1` of document 2 is refused by Backstage",
            "in/catalog-info.yaml:21:11: note[E0803]: `/spec/system` of document 2 is kept for Backstage alone",
        ]);
    project.run(["-C", "out", "fmt", "--check"]).code(0);
    project.run(["-C", "out", "check"]).code(0).says(["No problems."]);
    project.run(["-C", "out", "apply", "--auto-approve"]).code(0);
    project.run(["-C", "out", "plan"]).no_changes();
    project
        .run(["-C", "out", "export", "backstage", "--out", "back"])
        .code(0)
        .says(["Wrote 3 objects into 1 file."])
        .complains(["entities/component.kdl:1:1: warning[E0807]: `/metadata/tags/1` of entity:component:checkout is refused by Backstage"]);
    let text = project.read("out/back/catalog-info.yaml");
    assert!(
        text.starts_with("---\napiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: orders\n"),
        "{text}"
    );
    for line in ["  owner: payments\n", "    $text: ./orders.yaml\n", "  system: shop\n", "  children: []\n"] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    // What is given back is taken in as the same project.
    project.run(["import", "backstage", "out/back", "--out", "again"]).code(0);
    assert_eq!(project.read("again/entities/api.kdl"), project.read("out/entities/api.kdl"));
    assert_eq!(project.read("again/entities/component.kdl"), project.read("out/entities/component.kdl"));
}

#[test]
fn blueprints_that_say_their_kind_go_to_backstage_and_others_are_counted() {
    let project = Project::new().file(
        "plat.kdl",
        r#"project mine { id mine-1; }
blueprint squad {
    backstage Group { place children spec.children default-kind required; }
    property type string
    relation children squad many
}
blueprint product {
    backstage Component { place stage spec.lifecycle required; place note metadata.description; place team spec.owner default-kind; place lead spec.owner; }
    property stage string
    property note string
    relation team squad
    relation lead product
}
blueprint secret
entity squad payments { type team; }
entity squad "other/payments" { type team; }
entity product "other/shop" { title Shop; icon Box; stage live; note "Sells."; relations { team payments; lead "other/shop"; } }
entity product "a@b" { relations { team "other/payments"; } }
entity secret x
"#,
    );
    let run = project.run(["export", "backstage"]);
    run.code(0).complains([
        "`icon` of entity:product:other/shop is left out: Backstage has no place for it",
        "`relations.lead` of entity:product:other/shop is left out: another value stands at `spec.owner`",
        "plat.kdl:18:1: warning[E0807]: `/metadata/name` of entity:product:a@b is refused by Backstage: it holds '@'",
        "`/spec` of entity:product:a@b is refused by Backstage: `lifecycle` is missing",
        "Backstage has no kind for entities of `secret`, whose blueprint has no `backstage`: 1 object left out",
    ]);
    let text = project.run(["export", "backstage"]).code(0).out;
    assert!(text.contains("  namespace: other\n  title: Shop\n  description: Sells.\nspec:\n  lifecycle: live\n  owner: default/payments\n"), "{text}");
    // Nothing of it is a loss to Port.
    let told = project.run(["export", "port"]).code(0).err;
    assert!(!told.contains("backstage"), "{told}");
}

#[test]
fn what_of_a_project_does_not_reach_backstage_is_told_once_with_how_much_of_it_there_is() {
    let project = Project::new().file(
        "plat.kdl",
        "project mine { id mine-1; }\nuse \"std:backstage\"\nteam red\nblueprint extra\n\
         blueprint product {\n    title Product\n    backstage Component { place stage spec.lifecycle; }\n    \
         property stage string default=live\n    relation extra extra\n}\n\
         entity extra e\nentity extra f\n\
         entity product a { icon Box; team red; extra e; }\nentity product b { icon Box; extra e; stage old; }\n\
         entity product c { icon Box; }\nentity product d { icon Box; }\nentity product e { icon Box; }\n\
         scorecard ready for=product {\n    level Gold { rule staged Staged { stage present }; }\n}\n",
    );
    let run = project.run(["export", "backstage"]).code(0).complains([
        "`icon` of entity:product:a is left out: Backstage has no place for it",
        "the same cause in 4 more places:",
        "`team` of entity:product:a is left out",
        "`relations.extra` of entity:product:a is left out: Backstage has no place for it",
        "Backstage has no blueprint: 1 object left out",
        "Backstage has no kind for entities of `extra`, whose blueprint has no `backstage`: 2 objects left out",
        "Backstage has no place for what a blueprint says beside its `backstage`",
        "Backstage has no scorecard: 1 object left out",
        "Backstage has no team: 1 object left out",
    ]);
    // No blueprint says there what stands where nothing is written.
    for line in ["  name: a\nspec:\n  lifecycle: live\n", "  name: b\nspec:\n  lifecycle: old\n"] {
        assert!(run.out.contains(line), "{}", run.out);
    }
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
fn a_path_of_one_of_several_folders_means_the_same_in_the_one_file_that_is_given_back() {
    let api = |name: &str| {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: {name}\n  annotations: {{backstage.io/techdocs-ref: 'dir:.'}}\n\
             spec: {{type: openapi, lifecycle: live, owner: red, definition: {{$text: ./api.yaml}}}}\n"
        )
    };
    let all = "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: t}\n\
               spec: {type: s, steps: [{action: 'fetch:template', input: {url: '../skeletons/${{ parameters.kind }}'}}, {action: 'debug:log', input: {url: ./x}}]}\n\
               ---\napiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: l}\n\
               spec: {targets: [./more/*.yaml, 'https://example.com/x.yaml', /x.yaml]}\n";
    let project = Project::new()
        .file("in/one/catalog-info.yaml", api("one"))
        .file("in/two/catalog-info.yaml", api("two"))
        .file("in/all/all.yaml", all);
    project.run(["import", "backstage", "in", "--out", "out"]).code(0).complains([
        "warning[E0805]: `/metadata/annotations/backstage.io~1techdocs-ref`",
        "it is a path, and is said from `in` now: the file that is given back belongs there",
    ]);
    project.run(["-C", "out", "export", "backstage", "--out", "back"]).code(0);
    let text = project.read("out/back/catalog-info.yaml");
    for line in [
        "    backstage.io/techdocs-ref: dir:./one\n",
        "    backstage.io/techdocs-ref: dir:./two\n",
        "    $text: ./one/api.yaml\n",
        "    $text: ./two/api.yaml\n",
        "url: ./skeletons/${{ parameters.kind }}\n",
        "url: ./x\n",
        "- ./all/more/*.yaml\n",
        "- https://example.com/x.yaml\n",
        "- /x.yaml\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    // Of one folder each path is as it was.
    project.run(["import", "backstage", "out/back", "in/one/catalog-info.yaml", "--out", "x"]).code(2);
    project.run(["import", "backstage", "out/back", "--out", "again"]).code(0);
    assert_eq!(project.read("again/entities/api.kdl"), project.read("out/entities/api.kdl"));
    // Of an earlier import nobody knows from where its paths are said.
    project.write("three/catalog-info.yaml", api("three").replace("kind: API", "kind: Resource"));
    project.run(["import", "backstage", "three", "--out", "out"]).code(0).complains([
        "warning[E0805]: the whole: it has paths, and so has entity:api:one, which the project has already",
    ]);
}

#[test]
fn a_value_in_an_annotation_can_be_one_of_the_blueprints_own() {
    let project = Project::new()
        .file(
            "out/plat.kdl",
            "project mine { id mine-1; }\n\
             blueprint service {\n    backstage Component {\n        place annotations metadata.annotations\n        \
             place slug \"metadata.annotations.'github.com/project-slug'\"\n    }\n    \
             property annotations object\n    property slug string\n}\n\
             scorecard ready for=service {\n    level Gold { rule slug Slug { slug present }; }\n}\n",
        )
        .file(
            "in/catalog-info.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: cart, annotations: {github.com/project-slug: shop/cart, a/b: c}}\nspec: {}\n---\n\
             apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: other, annotations: {github.com/project-slug: shop/other}}\nspec: {}\n",
        );
    project.run(["import", "backstage", "in", "--out", "out"]).code(0);
    assert_eq!(
        project.read("out/entities/service.kdl"),
        "entity service cart {\n    slug \"shop/cart\"\n    annotations {\n        \"a/b\" c\n    }\n}\n\n\
         entity service other {\n    slug \"shop/other\"\n}\n"
    );
    project.run(["-C", "out", "score"]).code(0).says(["Gold"]);
    let text = project.run(["-C", "out", "export", "backstage"]).code(0).out;
    let expected = "  annotations:\n    a/b: c\n    github.com/project-slug: shop/cart\n";
    assert!(text.contains(expected), "{text}");
    // A rule cannot look into an object, and says what can.
    project.write(
        "out/more.kdl",
        "scorecard deep for=service {\n    level Gold { rule slug Slug { annotations.x present }; }\n}\n",
    );
    project.run(["-C", "out", "check"]).code(3).says([
        "error[E0451]: `annotations` is a property of `service`, and a path goes through relations",
        "give what is in it a property of its own",
    ]);
}

#[test]
fn a_reference_is_found_in_what_was_taken_in_before_as_in_what_is_taken_in_with_it() {
    let org = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: pay}\nspec: {type: team, children: []}\n---\n\
               apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: Ops, namespace: eu}\nspec: {type: team, children: []}\n";
    let component = |name: &str, owner: &str| {
        format!(
            "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\nspec: {{type: service, lifecycle: live, owner: {owner}}}\n"
        )
    };
    let project = Project::new()
        .file("org/catalog-info.yaml", org)
        .file("in/catalog-info.yaml", component("a", "PAY") + &component("b", "'group:EU/ops'"));
    project.run(["import", "backstage", "org", "in", "--out", "one"]).code(0);
    project.run(["import", "backstage", "org", "--out", "two"]).code(0);
    project.run(["import", "backstage", "in", "--out", "two"]).code(0);
    let text = project.read("two/entities/component.kdl");
    assert!(text.contains("    owner pay\n") && text.contains("    owner \"eu/Ops\"\n"), "{text}");
    assert_eq!(text, project.read("one/entities/component.kdl"));
}

#[test]
fn a_place_of_something_that_is_not_there_is_told_with_what_was_meant() {
    let project = Project::new().file(
        "plat.kdl",
        "project mine { id mine-1; }\nblueprint b {\n    backstage B { place tyep spec.type; }\n    property type string\n}\n",
    );
    project
        .run(["check"])
        .code(3)
        .says(["plat.kdl:3:25: error[E0408]: `b` has no property or relation `tyep`", "did you mean `type`?"]);
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

#[cfg(unix)]
#[test]
fn of_several_files_all_are_replaced_or_none_and_no_pipe_is_opened() {
    let service = |title: &str| {
        format!(
            r#"[{{"identifier": "service", "title": "{title}", "schema": {{"properties": {{}}}}}},
                {{"identifier": "cart", "title": "{title}", "blueprint": "service", "properties": {{}}}}]"#
        )
    };
    let project = Project::new().file("in/a.json", service("A"));
    project.run(["import", "port", "in", "--out", "out"]).code(0);
    project.run(["-C", "out", "export", "port", "--out", "port"]).code(0);
    let files = ["out/blueprints/service.kdl", "out/entities/service.kdl", "out/port/blueprints.json"];
    let before = files.map(|name| project.read(name));
    project.write("in/a.json", service("B"));
    let blocked = |place: &str, make: &dyn Fn(&std::path::Path), arguments: &[&str]| {
        let path = project.path(place);
        let was = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        make(&path);
        let told = ["entities.json, so that no file is changed", "it is no file"];
        project.run(arguments.iter().copied()).code(1).complains(told);
        if path.is_dir() { fs::remove_dir(&path) } else { fs::remove_file(&path) }.unwrap();
        fs::write(&path, was).unwrap();
        assert_eq!(files.map(|name| project.read(name)), before);
        let left = |folder: &str| fs::read_dir(project.path(folder)).unwrap().count();
        assert_eq!((left("out/blueprints"), left("out/entities")), (1, 1), "something is left beside them");
    };
    let pipe = |path: &std::path::Path| {
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    };
    let folder = |path: &std::path::Path| fs::create_dir(path).unwrap();
    let import = ["import", "port", "in", "--out", "out", "--overwrite"];
    blocked("out/port/entities.json", &pipe, &["-C", "out", "export", "port", "--out", "port", "--overwrite"]);
    blocked("out/port/entities.json", &folder, &["-C", "out", "export", "port", "--out", "port"]);
    // A file of the project that cannot be read is told before.
    fs::remove_dir_all(project.path("out/port")).unwrap();
    project.run(import).code(0);
    assert!(files[..2].iter().all(|name| project.read(name).contains("title B")));
    // As a run that was killed leaves it.
    project.write("out/blueprints/.service.kdl.plat-new", "half");
    project.run(import).code(0);
    assert!(!project.path("out/blueprints/.service.kdl.plat-new").exists());
    project.write("out/foreign.kdl", "blueprint {\n");
    project.run(import).code(3).complains(["would be wrong with it, and nothing was written"]);
}

#[test]
fn what_is_taken_in_later_sees_what_the_project_has() {
    let entity = |kind: &str, name: &str, spec: &str| {
        format!("apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {spec}\n")
    };
    let project = Project::new().file("org/org.yaml", entity("Group", "shop", "{type: team, children: []}")).file(
        "in/catalog-info.yaml",
        entity("Component", "cart", "{type: service, lifecycle: production, owner: shop}"),
    );
    project.run(["import", "backstage", "org", "--out", "out"]).code(0);
    project
        .run(["import", "backstage", "in", "--out", "out"])
        .code(0)
        .says(["Not in what was read, and in the project still: 1 entity, in entities/group.kdl."]);
    assert!(project.read("out/entities/component.kdl").contains("    owner shop\n"));
    // What is no longer there is told.
    fs::remove_file(project.path("in/catalog-info.yaml")).unwrap();
    project
        .run(["import", "backstage", "org", "--out", "out", "--overwrite"])
        .code(0)
        .says(["in the project still: 1 entity, in entities/component.kdl."]);
    // Each object that would be there twice is named, with a way out.
    let blueprint = |name: &str| format!(r#"{{"identifier": "{name}", "schema": {{"properties": {{}}}}}}"#);
    project.write("port/a.json", format!("[{}, {}]", blueprint("domain"), blueprint("group")));
    project.run(["import", "port", "port", "--out", "out"]).code(3).complains([
        "blueprint:domain (std:backstage.kdl:",
        "blueprint:group (std:backstage.kdl:",
        "another folder",
    ]);
}

#[test]
fn the_blueprints_of_a_project_describe_what_is_taken_in_too() {
    let project = Project::new()
        .file(
            "out/plat.kdl",
            "project mine { id mine-1; }\n\
             blueprint squad { backstage Group { place children spec.children default-kind; }; property type string; relation children squad many; }\n\
             blueprint product {\n    backstage Component { place stage spec.lifecycle required; place owner spec.owner default-kind; }\n    \
             property stage string\n    relation owner squad\n}\n\
             blueprint component\n\
             entity squad red { type team; }\n",
        )
        .file(
            "in/catalog-info.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: cart}\nspec: {lifecycle: production, owner: red}\n",
        );
    project.run(["import", "backstage", "in", "--out", "out"]).code(0);
    assert_eq!(
        project.read("out/entities/product.kdl"),
        "entity product cart {\n    stage production\n    owner red\n}\n"
    );
    // Two that Backstage could not tell apart are told.
    project.write("out/twin.kdl", "entity product Cart { stage live; }\n");
    project.run(["-C", "out", "export", "backstage", "--out", "-"]).code(0).complains([
        "entity:product:Cart is refused by Backstage: `component:default/cart` is entity:product:cart already",
    ]);
    assert!(!project.path("-").exists() && !project.path("out/-").exists());
    project.run(["import", "backstage", "in", "--out", "-"]).code(64).complains(["`-` is none"]);
}

#[cfg(unix)]
#[test]
fn what_became_of_an_import_is_told_to_programs_too_and_what_is_passed_over_is_told() {
    let project = with_example().file("in/other.json", "{\"a\": 1}").file("elsewhere/a.json", "[]");
    std::os::unix::fs::symlink("../elsewhere", project.path("in/link")).unwrap();
    std::os::unix::fs::symlink("nowhere.json", project.path("in/dead.json")).unwrap();
    let run = project.run(["import", "port", "in", "--out", "out", "--format", "json", "--report", "json=r.json"]);
    let run = run.code(0);
    let told = json(&run.out);
    assert_eq!(told["objects"][0], serde_json::json!({"kind": "blueprint", "count": 1}));
    assert_eq!((&told["files"], &told["unread"]), (&serde_json::json!(1), &serde_json::json!(0)));
    let kept = serde_json::json!({"fate": "kept", "of": "blueprint", "whole": 0, "parts": 1, "objects": 1});
    assert_eq!(told["fates"][0], kept);
    let report = project.read("r.json");
    for part in ["E0803", "link to a folder", "link to nothing"] {
        assert!(report.contains(part), "{report}");
    }
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
