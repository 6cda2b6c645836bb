//! Commands that are proposed run as they stand: from where the person stands, in the shell that they are typed in.

use crate::demo::{self, applied};
use crate::project::{Outcome, Project};
use std::process::Command;

/// A folder that a shell would read more than a name into, with a project in it that was applied.
const FOLDER: &str = "it's $HOME";

fn elsewhere() -> Project {
    let project = Project::new();
    project.write(&format!("{FOLDER}/plat.kdl"), demo::PLATFORM);
    project.write(&format!("{FOLDER}/services.kdl"), demo::SERVICES);
    project.run(["-C", FOLDER, "apply", "--auto-approve"]).code(0);
    project
}

/// What stands behind some words, to the end of the line.
fn behind<'o>(text: &'o str, words: &str) -> &'o str {
    let found = text.lines().find_map(|line| line.split_once(words));
    assert!(found.is_some(), "no {words:?} in {text}");
    found.unwrap().1
}

/// Types a line into a shell that stands in the project's folder.
fn typed(project: &Project, line: &str) -> Outcome {
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_plat")).parent().unwrap().to_str().unwrap();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).current_dir(project.root()).env_clear().env("PATH", path);
    Outcome::of(shell.env("HOME", project.outside("home")))
}

#[test]
fn a_saved_plan_is_applied_by_the_command_that_is_told() {
    let project = elsewhere();
    for (file, told) in [("plan.json", "plan.json"), ("a plan", "'a plan'"), ("./-p", "./-p"), ("it's", r"'it'\''s'")] {
        project.edit(&format!("{FOLDER}/services.kdl"), "owner shop", "owner sales");
        let saved = project.run(["-C", FOLDER, "plan", "--out", file]).code(0);
        let command = behind(&saved.err, "saved; to apply exactly this: ");
        assert_eq!(command, format!(r"plat -C 'it'\''s $HOME' apply {told}"));
        assert!(project.path(FOLDER).join(file).exists(), "it lies where `-C` leads to");
        typed(&project, command).code(0).says(["Applied 1 object"]);
        project.edit(&format!("{FOLDER}/services.kdl"), "owner sales", "owner shop");
        project.run(["-C", FOLDER, "apply", "--auto-approve"]).code(0);
    }
}

#[test]
fn a_new_project_is_planned_by_the_command_that_is_told() {
    let project = Project::new();
    let made = project.run(["init", FOLDER]).code(0);
    let (plan, _) = behind(&made.out, "Next: ").split_once(", then ").unwrap();
    typed(&project, plan).code(0).says(["plan of my-platform  + create"]);
    let made = project.run(["-C", FOLDER, "init", "in it"]).code(0);
    let (plan, _) = behind(&made.out, "Next: ").split_once(", then ").unwrap();
    typed(&project, plan).code(0).says(["plan of my-platform  + create"]);
    let none = project.run(["-C", "not yet", "plan"]).code(3);
    typed(&project, behind(&none.err, "to make one: ")).code(0).says(["not yet/plat.kdl"]);
}

#[test]
fn what_a_guard_asks_for_is_one_word() {
    let project = applied();
    for (name, written) in [(r"a\b", r#""a\\b""#), ("a=b", "\"a=b\""), ("a:b", "\"a:b\""), ("ä/b", "\"ä/b\"")] {
        let text = format!("entity service {written} {{\n    lifecycle {{ protect; }}\n}}\n");
        project.write("odd.kdl", text);
        project.apply();
        project.write("odd.kdl", "");
        let refused = project.run(["plan"]).code(5);
        let way = behind(&refused.out, "to allow it: ").rsplit(", or ").next().unwrap();
        let allowed = typed(&project, &format!("plat plan --summary {way} --out plan.json")).code(0);
        allowed.says([format!("ALLOWED entity:service:{name} is protected").as_str()]);
        // A plan that is made again was allowed the same.
        project.sql("UPDATE objects SET body = json_set(body, '$.title', 'x') WHERE name = 'cart'");
        project.set("service", "cart", "properties.tier", "\"two\"");
        project.run(["apply", "plan.json", "--replan", "if-equivalent"]);
        project.run(["apply", "--auto-approve", "--allow-delete", &format!("entity:service:{name}")]);
        assert!(!project.has("entity", "service", name));
        project.apply();
    }
}

#[test]
fn what_others_changed_is_taken_over_by_the_command_that_is_told() {
    let project = elsewhere();
    let catalog = rusqlite::Connection::open(project.path(FOLDER).join(".plat/catalog.db")).unwrap();
    let change = "UPDATE objects SET body = json_set(body, '$.properties.tier', 'two') WHERE name = 'cart'";
    assert_eq!(catalog.execute(change, []).unwrap(), 1);
    let drift = project.run(["-C", FOLDER, "drift"]).code(0);
    let command = behind(&drift.out, "into the KDL: ").replace("ADDRESS", "entity:service:cart");
    typed(&project, &command).code(0);
    assert!(project.read(&format!("{FOLDER}/services.kdl")).contains("tier two"));
}

#[test]
fn a_right_that_somebody_else_has_is_looked_at_by_the_command_that_is_told() {
    let project = elsewhere();
    let catalog = rusqlite::Connection::open(project.path(FOLDER).join(".plat/catalog.db")).unwrap();
    let lease = "INSERT INTO leases VALUES ('demo', 'a-run', 'ann@desk', unixepoch() + 300)";
    assert_eq!(catalog.execute(lease, []).unwrap(), 1);
    project.edit(&format!("{FOLDER}/services.kdl"), "owner shop", "owner sales");
    let occupied = project.run(["-C", FOLDER, "apply", "-y", "--lock-timeout", "0s"]).code(4);
    typed(&project, behind(&occupied.err, "and to clear it: ")).code(0).says(["ann@desk"]);
}

#[test]
fn an_allowance_of_nothing_is_a_mistake() {
    let project = applied();
    project.write("services.kdl", "entity service ledger {\n    tier one\n}\n");
    for (given, near) in [
        ("entity:service:crat", ": did you mean `entity:service:cart`?"),
        ("cart", ": did you mean `entity:service:cart`?"),
        ("entity:service:*", ""),
        ("entitty:*", ": did you mean `entity:*`?"),
        ("file:gitop:*", ": did you mean `file:gitops:*`?"),
        ("destination:mian:*", ": did you mean `destination:main:*`?"),
    ] {
        let told = format!("`--allow-delete {given}` names nothing of the project or of the plan{near}");
        for command in [&["plan"][..], &["apply", "--auto-approve"], &["destroy", "--auto-approve"]] {
            let arguments = command.iter().copied().chain(["--allow-delete", given]);
            project.run(arguments).code(64).complains([told.as_str()]);
        }
    }
    assert!(project.has("entity", "service", "cart"));
    // What is there and does not go may be named, and what goes without being asked for may be too.
    for given in ["entity:service:cart", "entity:service:ledger", "entity:*", "file:gitops:*", "destination:main:*"] {
        project.run(["plan", "--allow-delete", given]).code(0);
    }
}
