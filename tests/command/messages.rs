//! Exit codes and what is said with them: the interface of scripts, of CI, and of people in a hurry.

use crate::demo::{self, applied};
use crate::project::{Outcome, Project};
use crate::store::somebody_writes;
use std::fs;
use std::io::Read;
use std::os::unix::fs::symlink;
use std::process::Stdio;

/// The commands that need a project.
const OF_A_PROJECT: [&[&str]; 8] = [
    &["check"],
    &["fmt"],
    &["plan"],
    &["apply", "--auto-approve"],
    &["render"],
    &["score"],
    &["test"],
    &["get", "entity"],
];

#[test]
fn without_a_project_every_command_says_how_to_make_one() {
    let project = Project::new();
    let here = "there is no project here: no `plat.kdl` in . or above it\nto make one: plat init\n";
    for command in OF_A_PROJECT {
        project.run(command.iter().copied()).code(3).stdout("").stderr(here);
    }
    assert_eq!(project.snapshot().len(), 1, "something was written");
}

#[test]
fn a_folder_with_a_wrong_name_is_no_other_project() {
    let project = demo::new();
    fs::create_dir(project.outside("empty")).unwrap();
    for (folder, wrong) in [
        ("nowhere", "there is no folder nowhere\nto make one: plat -C nowhere init\n"),
        ("services.kdl/x", "there is no folder services.kdl/x\n"),
        ("services.kdl", "services.kdl is a file, and a project is a folder\n"),
        ("../empty", "no `plat.kdl` in ../empty or above it\nto make one: plat -C ../empty init\n"),
    ] {
        let hint = wrong.to_owned();
        project.run(["-C", folder, "apply", "--auto-approve"]).code(3).stdout("").complains([hint.as_str()]);
    }
    assert!(!project.path(".plat").exists());
    fs::create_dir_all(project.path("one/two")).unwrap();
    for folder in ["one/two", "../project", "one/..", "one/two/.."] {
        project.run(["-C", folder, "check"]).code(0).stdout("No problems.\n");
    }
}

#[test]
fn a_mistake_has_its_place() {
    let project = demo::new().file("more/bad.kdl", "entity service more {\n    tier one\n");
    for command in OF_A_PROJECT.iter().filter(|command| !matches!(command[0], "get" | "fmt")) {
        let outcome = project.run(command.iter().copied()).code(3);
        let problems = if command[0] == "check" { &outcome.out } else { &outcome.err };
        assert!(problems.starts_with("more/bad.kdl:1:21: error[E0107]: a block without an end\n"), "{outcome}");
    }
    assert!(!project.path(".plat").exists());
}

#[test]
fn wrong_use_is_64() {
    let project = demo::new();
    let wrong: [&[&str]; 13] = [
        &[],
        &["plann"],
        &["plan", "--nope"],
        &["plan", "more"],
        &["plan", "--summary", "--full"],
        &["--format", "xml", "plan"],
        &["get", "--where", "a=b"],
        &["get", "entity", "--where", "a equals b"],
        &["get", "nothing"],
        &["get", "entity", "nobody"],
        &["score", "nothing"],
        &["render", "nothing"],
        &["explain", "E9999"],
    ];
    for arguments in wrong {
        let outcome = project.run(arguments.iter().copied()).code(64).stdout("");
        assert!(!outcome.err.is_empty(), "{arguments:?}");
    }
    assert!(!project.path(".plat").exists());
}

#[test]
fn help_and_version_are_a_success() {
    let project = Project::new();
    project.run(["--version"]).code(0).stdout(concat!("plat ", env!("CARGO_PKG_VERSION"), "\n")).stderr("");
    project.run(["--help"]).code(0).stderr("").says(["Usage: plat", "Commands:", "  plan ", "  apply "]);
    for command in
        ["init", "check", "fmt", "explain", "plan", "show", "apply", "destroy", "render", "score", "test", "get"]
    {
        project.run([command, "--help"]).code(0).stderr("").says([format!("Usage: plat {command}").as_str()]);
    }
    project.run(["explain", "E0107"]).code(0).stderr("").says(["# E0107: "]);
}

#[test]
fn without_a_terminal_nothing_is_applied_unasked() {
    let project = demo::new();
    project
        .run(["apply"])
        .code(64)
        .says(["plan of demo  + create 10"])
        .stderr("there is no terminal to ask on: `--auto-approve` goes on without asking\n");
    assert!(!project.path(".plat").exists());
    // Where there is nothing to do, there is nothing to ask.
    project.apply();
    project.run(["apply"]).no_changes();
}

#[test]
fn a_missing_repository_is_the_worlds_failure() {
    let project = demo::new();
    project.edit("plat.kdl", "gitops git create", "gitops git");
    let expected = format!(
        "gitops: there is no Git repository at {}\n",
        fs::canonicalize(project.root()).unwrap().join(".plat/stores/gitops.git").display()
    );
    project.run(["plan"]).code(1).stdout("").stderr(&expected);
    project.run(["apply", "--auto-approve"]).code(1).stdout("").stderr(&expected);
    assert!(!project.path(".plat").exists());
}

#[test]
fn a_folder_that_is_no_repository_is_left_alone() {
    let project = demo::new().file(".plat/stores/gitops.git/notes.txt", "mine\n");
    let before = project.snapshot();
    project.run(["apply", "--auto-approve"]).code(1).complains(["is neither a Git repository nor an empty folder"]);
    assert!(project.snapshot() == before);
    fs::remove_file(project.path(".plat/stores/gitops.git/notes.txt")).unwrap();
    project.apply();
}

#[test]
fn somebody_elses_lock_is_named_and_left_alone() {
    let project = applied();
    project.edit("requests.kdl", "size 1", "size 9");
    somebody_writes(&demo::repository(&project), "main", "README.md", Some("Hello\n"));
    let theirs = git2::Repository::open(demo::repository(&project)).unwrap().refname_to_id("refs/heads/main").unwrap();
    let lock = ".plat/stores/gitops.git/refs/heads/main.lock";
    project.write(lock, format!("{theirs}\n"));
    project.run(["apply", "--auto-approve"]).code(6).complains(["main.lock"]);
    assert_eq!(project.read(lock), format!("{theirs}\n"));
    fs::remove_file(project.path(lock)).unwrap();
    project.apply();
    project.run(["plan"]).no_changes();
}

#[test]
fn a_catalog_that_is_none_is_left_alone() {
    let content = "this is no database, though it is long enough to be looked at as if it were one";
    let project = demo::new().file(".plat/catalog.db", content);
    for command in ["plan", "apply"] {
        project.run([command]).code(1).stdout("").complains([".plat/catalog.db"]);
    }
    assert_eq!(project.read(".plat/catalog.db"), content);
}

#[test]
fn a_file_that_cannot_be_read_stops_everything() {
    let project = applied();
    symlink("nowhere", project.path("more.kdl")).unwrap();
    let before = project.snapshot();
    project.run(["plan"]).code(3).stdout("").complains(["E0561", "more.kdl"]);
    project.run(["apply", "--auto-approve"]).code(3);
    assert!(project.snapshot() == before);
}

#[test]
fn links_that_lead_nowhere_or_back_are_no_matter() {
    let project = applied();
    symlink("somebody@host.123", project.path(".#plat.kdl")).unwrap();
    symlink("nowhere", project.path("result")).unwrap();
    symlink(".", project.path("back")).unwrap();
    project.run(["check"]).code(0).stdout("No problems.\n");
    project.run(["plan"]).no_changes();
}

#[test]
fn colours_are_for_terminals_only() {
    for variables in [&[][..], &[("NO_COLOR", "1")], &[("CLICOLOR_FORCE", "1"), ("TERM", "xterm-256color")]] {
        let project = demo::new();
        let mut command = project.command(["plan"]);
        command.envs(variables.iter().copied());
        Outcome::of(&mut command).code(0).never_says("\u{1b}");
    }
}

#[test]
fn what_texts_hold_has_no_power_over_a_terminal() {
    let project = demo::new();
    let escape = "\"\\u{1b}[2J\\u{7}\\u{202e}\\u{9b}31m\"";
    project.edit("services.kdl", "    owner shop\n", &format!("    title {escape}\n    owner {escape}\n"));
    project.edit("plat.kdl", "blueprint service {\n", &format!("blueprint service {{\n    title {escape}\n"));
    project.edit("plat.kdl", "data size=\"${spec.size}\"", &format!("data size={escape}"));
    let scorecard = format!(
        "scorecard s for=service {{\n    level L {{\n        rule r {escape} {{ owner is {escape} }}\n    }}\n}}\n\
         test {escape} {{\n    given app x\n    expect resource ConfigMap x {{ data size=\"no\" }}\n}}\n"
    );
    let project = project.file("more.kdl", scorecard);
    let quiet = |arguments: &[&str]| {
        let outcome = project.run(arguments.iter().copied());
        let power = ['\u{1b}', '\u{7}', '\u{202e}', '\u{9b}'];
        assert!(!outcome.out.contains(power) && !outcome.err.contains(power), "{arguments:?}: {outcome:?}");
    };
    quiet(&["plan", "--full"]);
    quiet(&["apply", "--auto-approve"]);
    project.set("service", "cart", "properties.owner", "\"\\u001b[1m\"");
    for arguments in [&["plan"][..], &["get", "entity"], &["get", "entity", "cart"], &["score", "--rules"], &["test"]] {
        quiet(arguments);
    }
    project.write("bad.kdl", "entity \u{1b}[1m {\n    \u{9b} \"\u{7}\"\n}\n");
    quiet(&["check"]);
    quiet(&["check", "--format", "github"]);
    quiet(&["check", "--format", "compact"]);
    quiet(&["fmt", "bad.kdl"]);
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let project = Project::example("company");
    for arguments in [&["plan"][..], &["plan", "--format", "json"], &["render"], &["--help"], &["score", "--rules"]] {
        let mut process =
            project.command(arguments.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(process.stdout.take());
        let mut complaints = String::new();
        process.stderr.take().unwrap().read_to_string(&mut complaints).unwrap();
        let status = process.wait().unwrap();
        assert_eq!((status.code(), complaints.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn an_apply_whose_reader_goes_away_is_carried_out() {
    let project = demo::new();
    let mut process = project.command(["apply", "--auto-approve"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(process.stdout.take());
    assert!(process.wait().unwrap().success());
    project.run(["plan"]).no_changes();
}

#[test]
fn json_is_json_on_every_line() {
    let project = Project::example("company");
    let json = |arguments: &[&str], code: i32| {
        let outcome = project.run(arguments.iter().copied().chain(["--format", "json"])).code(code);
        for line in outcome.out.lines() {
            assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{arguments:?}: {line}");
        }
        outcome.out.lines().count()
    };
    assert_eq!(json(&["plan"], 0), 1);
    assert_eq!(json(&["check"], 0), 0);
    assert!(json(&["score"], 0) > 0);
    assert!(json(&["score", "--rules"], 0) > 0);
    assert!(json(&["test"], 0) >= 3);
    assert!(json(&["render"], 0) > 0);
    assert_eq!(json(&["get", "entity"], 0), 0);
    assert_eq!(json(&["apply", "--auto-approve"], 0), 2);
    assert_eq!(json(&["get", "entity"], 0), 15);
    assert_eq!(json(&["get", "entity", "service:cart"], 0), 1);
    assert_eq!(json(&["plan"], 0), 1);
    project.write("bad.kdl", "entity service cart {\n    tier wrong\n}\nnonsense\n");
    assert!(json(&["check"], 3) > 1);
}

#[test]
fn an_apply_says_in_json_what_it_came_to() {
    let project = Project::example("company");
    let outcome = project.run(["apply", "--auto-approve", "--format", "json"]).code(0);
    let last: serde_json::Value = serde_json::from_str(outcome.out.lines().last().unwrap()).unwrap();
    assert_eq!(last["applied"]["objects"], 31);
    let files: Vec<_> = last["applied"]["stores"].as_array().unwrap().iter().map(|store| &store["files"]).collect();
    assert_eq!(files, [6, 1]);
}

#[test]
fn problems_are_annotations_where_github_reads_them() {
    let project = demo::new();
    project.edit("services.kdl", "    owner shop", "    owned shop");
    let outcome = project.run(["check", "--format", "github"]).code(3).stderr("");
    assert!(
        outcome.out.starts_with("::error file=services.kdl,line=3,endLine=3,col=5,endColumn=9,title=E0"),
        "{outcome}"
    );
    assert!(outcome.out.lines().all(|line| line.starts_with("::")), "{outcome}");
}

#[test]
fn a_failed_test_is_7() {
    let project = Project::example("company");
    project.edit("tests.kdl", "storage size=\"50Gi\"", "storage size=\"5Gi\"");
    project.run(["test"]).code(7).says(["FAIL", "a medium database gets 50Gi", "2 passed, 1 failed\n"]);
}

#[test]
fn the_plural_of_a_kind_is_understood() {
    let project = applied();
    let one = project.run(["get", "entity"]).code(0);
    project.run(["get", "entities"]).code(0).stdout(&one.out);
    project.run(["get", "state-stores"]).code(0).says(["state-store:gitops"]);
    project.run(["get", "entety"]).code(64).complains(["did you mean `entity`?"]);
}

#[test]
fn what_was_not_looked_at_is_said() {
    let project = applied();
    project.write("team.kdl", "team shop\n");
    project.run(["plan"]).code(0).says(["+ team:shop", "new names, levels (--full says why)\n"]);
    project.run(["plan", "--full"]).says(["levels not looked at: nothing that scorecards read changes\n"]);
}
