//! Commands that write files of a project and are stopped half-way, and editors that are faster.

use crate::project::Project;
use std::fs;
use std::process::{Command, Stdio};

#[test]
fn an_init_that_was_stopped_goes_on() {
    let project = Project::new();
    project.run(["init", "new"]).code(0);
    let files = ["plat.kdl", "catalog.kdl", "delivery.kdl", "tests.kdl"];
    let whole = files.map(|name| project.read(&format!("new/{name}")));
    project.run(["init", "new"]).code(64).complains(["plat.kdl exists already, and nothing was written"]);
    // As a process leaves it that dies: some files, one of them not in its place yet, and none that makes it a project.
    for name in ["plat.kdl", "tests.kdl"] {
        fs::remove_file(project.path(&format!("new/{name}"))).unwrap();
    }
    project.write("new/.tests.kdl.plat-new", "half");
    project.run(["init", "new"]).code(0).says(["new/tests.kdl\n", "new/plat.kdl\n"]).never_says("catalog.kdl");
    for (name, whole) in files.iter().zip(&whole).skip(1) {
        assert_eq!(project.read(&format!("new/{name}")), *whole);
    }
    assert!(!project.path("new/.tests.kdl.plat-new").exists());
    project.run(["-C", "new", "check"]).code(0);
    // What is somebody's own is not taken for a part of it.
    fs::remove_file(project.path("new/plat.kdl")).unwrap();
    project.write("new/catalog.kdl", "// mine\n");
    project.run(["init", "new"]).code(64).complains(["catalog.kdl exists already, and nothing was written"]);
}

#[test]
fn what_a_killed_fmt_left_is_no_text_and_goes_with_the_next() {
    let project = Project::new().file("plat.kdl", "project   demo\n").file(".plat.kdl.plat-new", "broken {");
    project.run(["fmt"]).code(0).stderr("Took away 1 file, which a killed run had left.\n");
    assert_eq!(project.read("plat.kdl"), "project demo\n");
    assert!(!project.path(".plat.kdl.plat-new").exists());
}

/// How many files the tests write: enough for a signal to come between them.
const MANY: usize = 400;

/// What Port has of so many blueprints.
fn blueprints(title: &str) -> String {
    let one =
        |number| format!(r#"{{"identifier": "b{number}", "title": "{title}", "schema": {{"properties": {{}}}}}}"#);
    format!("[{}]", (0..MANY).map(one).collect::<Vec<_>>().join(","))
}

/// The names of what lies in a folder, and how many of these a run has left.
fn names(project: &Project, folder: &str) -> (Vec<String>, usize) {
    let entries = fs::read_dir(project.path(folder)).into_iter().flatten();
    let names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let left = names.iter().filter(|name| name.ends_with(".plat-new")).count();
    (names, left)
}

/// What a command says that gets a signal as soon as it writes into a folder.
fn signalled(project: &Project, arguments: &[&str], folder: &str, signal: &str) -> (std::process::ExitStatus, String) {
    let mut command = project.command(arguments.iter().copied());
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    while process.try_wait().unwrap().is_none() && names(project, folder).1 == 0 {}
    // Where it is done already, there is nobody to get it.
    let _ = Command::new("kill").args(["-s", signal, &process.id().to_string()]).stderr(Stdio::null()).status();
    let output = process.wait_with_output().unwrap();
    (output.status, String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_signal_leaves_all_files_of_a_run_or_none_and_nothing_beside_them() {
    let imported = Project::new().file("a.json", blueprints("A")).file("b.json", blueprints("B"));
    imported.run(["import", "port", "a.json", "--out", "out"]).code(0);
    imported.write("ugly/plat.kdl", "project demo\n");
    for number in 0..MANY {
        imported.write(&format!("ugly/all/t{number}.kdl"), format!("team   t{number}\n"));
    }
    let cases: [(&[&str], &str, &str); 3] = [
        (&["import", "port", "a.json", "--out", "new"], "new/blueprints", "title A"),
        (&["import", "port", "b.json", "--out", "out", "--overwrite"], "out/blueprints", "title B"),
        (&["-C", "ugly", "fmt"], "ugly/all", "team t"),
    ];
    let mut stopped = 0;
    for (arguments, folder, new) in cases {
        // A terminal that is gone is seen on Linux alone.
        let hang_up = cfg!(target_os = "linux").then_some(("HUP", 143));
        for (signal, code) in [("INT", 130), ("TERM", 143)].into_iter().chain(hang_up) {
            let project = imported.twin();
            let before = names(&project, folder).0.len();
            let (status, said) = signalled(&project, arguments, folder, signal);
            let (all, left) = names(&project, folder);
            let changed = all.iter().filter(|name| project.read(&format!("{folder}/{name}")).contains(new)).count();
            let what = format!("{arguments:?} {signal}: {status} {said}");
            assert_eq!(left, 0, "{what}");
            match (status.code(), changed) {
                (Some(0), MANY) => {}
                (Some(ended), 0) if said.ends_with("stopped by a signal, and no file was written\n") => {
                    assert_eq!((ended, all.len()), (code, before), "{what}");
                    stopped += 1;
                }
                (Some(ended), MANY) if said.ends_with("stopped by a signal, with all files written\n") => {
                    assert_eq!(ended, code, "{what}");
                    stopped += 1;
                }
                _ => panic!("{changed} of {} in {what}", all.len()),
            }
            // The next run is not in its way.
            project.run(arguments.iter().copied()).code(0);
        }
    }
    assert!(stopped > 0, "none was still at work");
}

#[test]
fn what_a_killed_import_left_is_told_and_the_next_one_ends_as_one_that_was_not_killed() {
    let project = Project::new().file("a.json", blueprints("A"));
    let import = ["import", "port", "a.json", "--out", "new"];
    let (status, _) = signalled(&project, &import, "new/blueprints", "KILL");
    let left = names(&project, "new/blueprints").1;
    let outcome = project.run(import).code(0);
    if left > 0 {
        assert!(!status.success());
        let files = if left == 1 { "1 file".to_owned() } else { format!("{left} files") };
        outcome.complains([&*format!("Took away {files}, which a killed run had left.\n")]);
    }
    assert_eq!(names(&project, "new/blueprints"), (names(&project, "new/blueprints").0, 0));
    assert_eq!(names(&project, "new/blueprints").0.len(), MANY);
    project.run(["-C", "new", "check"]).code(0);
    // As it leaves it that is killed while the files come to their places: the one that makes it a project is the last.
    let whole = names(&project, "new/blueprints").0.len();
    fs::remove_file(project.path("new/plat.kdl")).unwrap();
    fs::remove_file(project.path("new/blueprints/b7.kdl")).unwrap();
    project.write("new/blueprints/.b7.kdl.plat-new", "half");
    project.write("new/.plat.kdl.plat-new", "project");
    project.run(["-C", "new", "check"]).code(3).complains(["new is no project yet", "run the same command again"]);
    project.run(import).code(0).complains(["Took away 2 files, which a killed run had left.\n"]);
    assert_eq!(names(&project, "new/blueprints").0.len(), whole);
    project.run(["-C", "new", "check"]).code(0);
}

#[test]
fn what_a_killed_run_left_is_told_by_whatever_reads_the_project_until_the_next_one_takes_it_away() {
    let project = Project::new().file("a.json", blueprints("A")).file("b.json", blueprints("B"));
    project.run(["import", "port", "a.json", "--out", "new"]).code(0);
    // As it leaves it that is killed while the files come to their places.
    for number in 1..3 {
        project.write(&format!("new/blueprints/.b{number}.kdl.plat-new"), "half");
    }
    let told = ["plat.kdl:1:1: warning[E0562]: blueprints/.b1.kdl.plat-new and 1 more: left by a run"];
    project.run(["-C", "new", "check"]).code(0).says(told);
    project.run(["-C", "new", "plan"]).code(0).complains(["warning[E0562]"]);
    project.run(["import", "port", "b.json", "--out", "new", "--overwrite"]).code(0).complains(["Took away 2 files"]);
    project.run(["-C", "new", "check"]).code(0).never_says("E0562");
}

#[test]
fn of_two_imports_at_once_each_writes_all_or_nothing() {
    let project = Project::new().file("a.json", blueprints("A")).file("b.json", blueprints("B"));
    for _ in 0..3 {
        let both = ["a.json", "b.json"].map(|file| {
            let mut command = project.command(["import", "port", file, "--out", "new"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        });
        let ended = both.map(|process| process.wait_with_output().unwrap());
        let (all, left) = names(&project, "new/blueprints");
        let of = |title: &str| {
            let is_of = |name: &&String| project.read(&format!("new/blueprints/{name}")).contains(title);
            all.iter().filter(is_of).count()
        };
        let found = [of("title A"), of("title B")];
        let codes = ended.each_ref().map(|output| output.status.code());
        assert_eq!(left, 0, "{ended:?}");
        match codes {
            [Some(0), Some(0)] => panic!("both say that theirs is there"),
            [Some(0), _] => assert_eq!(found, [MANY, 0], "{codes:?}"),
            [_, Some(0)] => assert_eq!(found, [0, MANY], "{codes:?}"),
            _ => assert_eq!(found, [0, 0], "{codes:?}"),
        }
        let _ = fs::remove_dir_all(project.path("new"));
    }
}
