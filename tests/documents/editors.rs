//! What the folder `editors` says of plat holds.

use crate::root;
use serde_json::Value;

fn json(path: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(root().join("editors/vscode").join(path)).unwrap()).unwrap()
}

#[test]
fn the_extension_has_the_version_of_plat() {
    let (package, lock) = (json("package.json"), json("package-lock.json"));
    for version in [&package["version"], &lock["version"], &lock["packages"][""]["version"]] {
        assert_eq!(version, env!("CARGO_PKG_VERSION"));
    }
}

#[test]
fn the_lock_file_of_the_extension_names_no_registry_and_each_digest() {
    let lock = json("package-lock.json");
    for (name, package) in lock["packages"].as_object().unwrap().iter().filter(|(name, _)| !name.is_empty()) {
        assert_eq!(package["resolved"], Value::Null, "{name}");
        assert!(package["integrity"].as_str().is_some_and(|digest| digest.starts_with("sha512-")), "{name}");
    }
}

#[test]
fn the_problem_matcher_reads_what_a_check_prints() {
    let matcher = &json("package.json")["contributes"]["problemPatterns"][0];
    let pattern = regex::Regex::new(matcher["regexp"].as_str().unwrap()).unwrap();
    let project = tempfile::tempdir().unwrap();
    std::fs::write(project.path().join("plat.kdl"), "project demo\nblueprint service\nentity servic cart\n").unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_plat"));
    let run = command.args(["check", "--format", "compact"]).current_dir(project.path()).output().unwrap();
    let said = String::from_utf8(run.stdout).unwrap();
    let found = pattern.captures(said.lines().next().unwrap()).unwrap();
    let part = |name: &str| &found[usize::try_from(matcher[name].as_u64().unwrap()).unwrap()];
    let told = ["file", "line", "column", "severity", "code"].map(part);
    assert_eq!(told, ["plat.kdl", "3", "8", "error", "E0302"], "{said}");
    assert!(part("message").contains("servic"), "{said}");
    // What ends a reading of `watch` is the last line of each.
    let watch = &json("package.json")["contributes"]["problemMatchers"][1]["background"];
    let ends = regex::Regex::new(watch["endsPattern"].as_str().unwrap()).unwrap();
    assert!(ends.is_match(said.lines().last().unwrap()), "{said}");
    assert_eq!(watch["beginsPattern"], "^checking$");
}
