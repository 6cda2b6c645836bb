//! Moving in: what a neighbour holds becomes a project, or a part of one. Nothing is written elsewhere, and nothing is replaced unasked.

use crate::project::Project;
use std::fs;
use std::path::Path;

/// A project with Port's objects of the examples in a folder beside it.
pub(crate) fn with_example() -> Project {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/moving/port.json");
    Project::new().file("in/port.json", fs::read(from).unwrap())
}

pub(crate) fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
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
    let place = project.path("out/port/entities.json");
    fs::remove_file(&place).unwrap();
    std::os::unix::fs::symlink("blueprints.json", &place).unwrap();
    let told = ["entities.json is a link, and nothing is written through one"];
    project.run(["-C", "out", "export", "port", "--out", "port", "--overwrite"]).code(64).complains(told);
    assert_eq!(files.map(|name| project.read(name)), before);
    // A file of the project that cannot be read is told before.
    fs::remove_dir_all(project.path("out/port")).unwrap();
    project.run(import).code(0);
    assert!(files[..2].iter().all(|name| project.read(name).contains("title B")));
    // As a run that was killed leaves it.
    project.write("out/blueprints/.service.kdl.plat-new", "half");
    project.run(import).code(0);
    assert!(!project.path("out/blueprints/.service.kdl.plat-new").exists());
    project.write("out/foreign.kdl", "blueprint {\n");
    project
        .run(import)
        .code(3)
        .complains(["has errors already, whatever is read, and nothing was written", "foreign.kdl:1:"]);
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
fn files_that_are_not_read_are_no_empty_set() {
    let resources = |pattern: &str| {
        format!(
            "resource \"port_blueprint\" \"svc\" {{\n  identifier = \"svc\"\n}}\nresource \"port_entity\" \"e\" {{\n  for_each   = \
             fileset(\"${{path.module}}/../data\", \"{pattern}\")\n  identifier = trimsuffix(each.value, \".yaml\")\n  blueprint  = \
             port_blueprint.svc.identifier\n}}\n"
        )
    };
    let project = Project::new().file("w/tf/a.tf", resources("*.yaml")).file("w/data/a.yaml", "x: 1\n");
    let told = "/../data` is no folder of which all files are read";
    project.run(["import", "port", "w/tf", "--out", "part"]).code(2).complains([told]);
    project.run(["import", "port", "w", "--out", "all"]).code(0).says(["1 blueprint, 1 entity"]);
    project.write("w/tf/a.tf", resources("../data/*.yaml"));
    project.run(["import", "port", "w", "--out", "up"]).code(2).complains(["`fileset` with such a pattern"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_is_read_whatever_bytes_its_name_has() {
    use std::os::unix::ffi::OsStrExt;
    let project = Project::new().file("in/y.json", r#"{"identifier": "y", "schema": {"properties": {}}}"#);
    let odd = project.path("in").join(std::ffi::OsStr::from_bytes(b"bad\xff.json"));
    fs::write(odd, r#"{"identifier": "x", "schema": {"properties": {}}}"#).unwrap();
    project.run(["import", "port", "in", "--out", "out"]).code(0).says(["Took in 2 blueprints from 2 files."]);
}

#[test]
fn a_text_that_is_none_is_told_beside_a_number_that_is_none() {
    let text = r#"{"identifier": "b", "title": "\ud800 x", "schema": {"properties": {"a": {"type": "number", "maximum": 1e400}}}}"#;
    let project = Project::new().file("a.json", text);
    project
        .run(["import", "port", "a.json", "--out", "out"])
        .code(3)
        .complains(["a.json:1:", "error[E0801]: not JSON"]);
}

#[test]
fn what_kubectl_notes_of_what_was_applied_last_is_not_taken_in() {
    let text = "apiVersion: platform.kratix.io/v1alpha1\nkind: GitStateStore\nmetadata:\n  name: a\n  finalizers: [x]\n  annotations:\n    \
                kubectl.kubernetes.io/last-applied-configuration: |\n      {\"spec\":{\"url\":\"https://bob:s3cr3tpassw0rd@git.example.com/a\"}}\n\
                spec: {url: \"https://bob:s3cr3tpassw0rd@git.example.com/a\", branch: main}\n";
    let project = Project::new().file("a.yaml", text);
    project.run(["import", "kratix", "a.yaml", "--out", "out"]).code(0);
    let all: String = project
        .snapshot()
        .iter()
        .filter(|(path, _)| path.starts_with(project.path("out")))
        .filter_map(|(_, text)| Some(String::from_utf8_lossy(text.as_ref()?).into_owned()))
        .collect();
    assert!(all.contains("git.example.com/a") && !all.contains("s3cr3t") && !all.contains("finalizers"), "{all}");
}
