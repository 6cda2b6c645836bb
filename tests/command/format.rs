//! `plat fmt`: the canonical form of any KDL file, in a project and outside of one.

use crate::project::{Outcome, Project};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

const UGLY: &str = "// about the team\nteam   payments   {  // why\n  title \"Payments\"\n\n\n\n\
    \x20 // about the next line\n  description   \"Takes the money.\" ; /* kept */ icon Money\n}\n\n\n\
    /-team gone { title Gone }\n\n";

/// Formats one file in a folder without a project, and gives what it holds then.
fn formatted(text: &str) -> String {
    let project = Project::new().file("any.kdl", text);
    project.run(["fmt", "any.kdl"]).stderr("").code(0);
    project.read("any.kdl")
}

#[test]
fn comments_and_blank_lines_survive() {
    let text = formatted(UGLY);
    let kept = ["// about the team\n", "// why", "// about the next line\n", "/* kept */", "/-team gone"];
    for comment in kept {
        assert!(text.contains(comment), "{comment:?} in\n{text}");
    }
    assert!(text.contains("\n\n    // about the next line\n    description \"Takes the money.\"\n"), "{text}");
    assert!(!text.contains("\n\n\n"), "{text}");
    assert_eq!(formatted(&text), text);
}

#[test]
fn the_canonical_form_says_the_same() {
    let project = Project::example("company");
    let ugly = project.read("catalog/services.kdl").replace("\n    ", " ;\n\t\t  ").replace("{ ;", "{");
    let ugly = format!("\n\n\n{ugly}");
    project.write("catalog/services.kdl", &ugly);
    let plan = || serde_json::from_str(&project.run(["plan", "--format", "json"]).code(0).out).unwrap();
    let before: Value = plan();
    project.run(["fmt"]).code(0).says(["catalog/services.kdl\n"]);
    let after: Value = plan();
    assert_ne!(before, after, "places moved");
    assert_eq!(without_places(before), without_places(after));
    assert!(!project.read("catalog/services.kdl").contains('\t'));
    project.run(["fmt", "--check"]).code(0);
}

/// A plan without what depends on lines and columns.
fn without_places(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let rest = map.into_iter().filter(|(name, _)| name != "source" && name != "id");
            Value::Object(rest.map(|(name, value)| (name, without_places(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_places).collect()),
        other => other,
    }
}

#[test]
fn check_names_what_it_would_change_and_changes_nothing() {
    let project = Project::new().file("plat.kdl", "project demo\n").file("ugly.kdl", UGLY);
    let before = project.snapshot();
    project.run(["fmt", "--check"]).code(2).stdout("ugly.kdl\n").stderr("");
    project.run(["fmt", "--check", "plat.kdl", "ugly.kdl"]).code(2).stdout("ugly.kdl\n");
    assert!(project.snapshot() == before);
    project.run(["fmt"]).code(0).stdout("ugly.kdl\n");
    project.run(["fmt", "--check"]).code(0).stdout("");
    project.run(["fmt"]).code(0).stdout("");
}

#[test]
fn line_ends_stay_what_they_are() {
    let ugly = UGLY.replace('\n', "\r\n");
    let project = Project::new().file("plat.kdl", "project demo\r\n").file("ugly.kdl", &*ugly);
    project.run(["fmt", "--check"]).code(2).stdout("ugly.kdl\n");
    project.run(["fmt"]).code(0).stdout("ugly.kdl\n");
    assert_eq!(project.read("plat.kdl"), "project demo\r\n");
    assert_eq!(project.read("ugly.kdl"), formatted(UGLY).replace('\n', "\r\n"));
    project.run(["fmt", "--check"]).code(0).stdout("");
    // One that has both gets those of its first line.
    project.write("ugly.kdl", "team a\nteam b\r\n");
    project.run(["fmt"]).code(0);
    assert_eq!(project.read("ugly.kdl"), "team a\nteam b\n");
}

#[test]
fn a_broken_file_stays_as_it_is_to_the_byte() {
    let broken: [&[u8]; 4] = [b"team   a {\r\n", b"team  \"a\n", b"team  a \xff\n", b"\xef\xbb\xbfteam  a }\n"];
    for text in broken {
        let project = Project::new().file("broken.kdl", text).file("ugly.kdl", UGLY);
        let outcome = project.run(["fmt", "broken.kdl", "ugly.kdl"]).code(3).stdout("ugly.kdl\n");
        assert!(outcome.err.starts_with("broken.kdl:1:"), "{outcome}");
        assert_eq!(fs::read(project.path("broken.kdl")).unwrap(), text);
        assert_ne!(project.read("ugly.kdl"), UGLY);
        assert!(filter(&project, text).code(3).stdout("").err.starts_with("<stdin>:1:"));
    }
}

#[test]
fn standard_input_goes_to_standard_output() {
    let project = Project::new();
    let text = formatted(UGLY);
    filter(&project, UGLY.as_bytes()).code(0).stdout(&text).stderr("");
    filter(&project, text.as_bytes()).code(0).stdout(&text).stderr("");
    filter(&project, b"").code(0).stdout("").stderr("");
}

#[test]
fn any_kdl_is_formatted() {
    let text = formatted("package   {\n  name   my-pkg\n  (type)dependency \"x\"   version=\"^1\"\n}\n");
    assert_eq!(text, "package {\n    name my-pkg\n    (type)dependency \"x\" version=\"^1\"\n}\n");
}

#[test]
fn a_file_keeps_its_rights_and_its_link() {
    let project = Project::new().file("real/ugly.kdl", UGLY);
    fs::set_permissions(project.path("real/ugly.kdl"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real/ugly.kdl", project.path("link.kdl")).unwrap();
    project.run(["fmt", "link.kdl"]).code(0);
    assert!(project.path("link.kdl").is_symlink());
    assert_eq!(project.read("real/ugly.kdl"), formatted(UGLY));
    let mode = fs::metadata(project.path("real/ugly.kdl")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    assert_eq!(fs::read_dir(project.path("real")).unwrap().count(), 1);
}

#[test]
fn a_file_that_is_not_there_is_the_worlds_failure() {
    Project::new().run(["fmt", "nowhere.kdl"]).code(1).complains(["cannot read nowhere.kdl\n"]);
}

/// What `plat fmt -` makes of a text.
fn filter(project: &Project, text: &[u8]) -> Outcome {
    project.run_with_input(["fmt", "-"], text)
}
