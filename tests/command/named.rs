//! Files and folders that somebody names to be written: one rule for all commands, and nothing comes where nobody meant it.

use crate::demo::{self, applied};
use crate::project::Project;
use std::fs;
use std::os::unix::fs::symlink;

/// The ways to name a file, each with what stands before the name.
fn ways<'a>(project: &Project, path: &'a str) -> Vec<Vec<String>> {
    project.run(["plan", "--out", "saved.json"]).code(0);
    let words = |words: &[&'a str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
    let report = format!("json={path}");
    vec![
        words(&["plan", "--out", path]),
        words(&["destroy", "--out", path]),
        words(&["check", "--report"]).into_iter().chain([report.clone()]).collect(),
        words(&["apply", "--auto-approve", "--report"]).into_iter().chain([report.clone()]).collect(),
        words(&["show", "saved.json", "--report"]).into_iter().chain([report.clone()]).collect(),
        words(&["import", "port", "in", "--out", "out", "--report"]).into_iter().chain([report]).collect(),
    ]
}

#[test]
fn a_named_file_takes_the_place_of_nothing_that_is_not_its_own() {
    let project = demo::new().file("in/a.json", "{}").file("../kept.json", "kept").file("mine/kept.json", "kept");
    symlink("../kept.json", project.path("link.json")).unwrap();
    symlink("nowhere.json", project.path("dead.json")).unwrap();
    symlink("project/.plat", project.outside("own")).unwrap();
    fs::create_dir(project.path(".plat")).unwrap();
    let own = "something that plat keeps for itself";
    for (path, told) in [
        ("link.json", "link.json is a link, and nothing is written through one"),
        ("dead.json", "dead.json is a link, and nothing is written through one"),
        (".plat", "is a folder"),
        (".plat/x.json", own),
        ("../own/x.json", own),
        ("mine/../.plat/x.json", own),
        ("mine", "mine is a folder, and what is written there is a file"),
        ("no/where.json", "there is no folder no to write no/where.json into"),
        ("new.kdl", "a text of a project"),
    ] {
        for way in ways(&project, path) {
            let before = project.snapshot();
            project.run(way.iter().map(String::as_str)).code(64).complains([told]);
            assert_eq!(project.snapshot(), before, "{way:?}");
        }
    }
    assert_eq!(fs::read_to_string(project.outside("kept.json")).unwrap(), "kept");
    fs::remove_dir_all(project.path(".plat")).unwrap();
    project.run(["check", "--report", "json=.plat"]).code(64).complains([own]);
    assert!(!project.path(".plat").exists());
}

#[test]
fn a_named_folder_is_none_that_plat_keeps() {
    let project = applied().file("in/a.json", r#"{"identifier": "b", "schema": {"properties": {}}}"#);
    let before = project.snapshot();
    let own = ["something that plat keeps for itself"];
    for folder in [".plat", ".plat/port", "in/../.plat"] {
        project.run(["export", "port", "--out", folder]).code(64).complains(own);
        project.run(["import", "port", "in", "--out", folder]).code(64).complains(own);
        project.run(["init", folder]).code(64).complains(own);
    }
    assert_eq!(project.snapshot(), before);
}

#[test]
fn no_file_is_written_twice_by_one_run_nor_over_what_it_reads() {
    let project = demo::new().file("in/a.json", "{}");
    fs::create_dir(project.path("sub")).unwrap();
    let twice = ["would be written twice"];
    for other in ["a.json", "./a.json", "sub/../a.json"] {
        let other = format!("sarif={other}");
        project.run(["check", "--report", "json=a.json", "--report", &other]).code(64).complains(twice);
    }
    project.run(["plan", "--out", "a.json", "--report", "json=./a.json"]).code(64).complains(twice);
    assert!(!project.path("a.json").exists());
    project.run(["plan", "--out", "a.json"]).code(0);
    let saved = project.read("a.json");
    let read = ["a.json is read by the same run, which would write over it"];
    project.run(["show", "a.json", "--report", "json=a.json"]).code(64).complains(read);
    project.run(["apply", "a.json", "--report", "json=sub/../a.json"]).code(64).complains(["is read by the same run"]);
    assert_eq!(project.read("a.json"), saved);
    let import = ["import", "port", "in/a.json", "--out", "out", "--report", "json=in/a.json"];
    project.run(import).code(64).complains(["in/a.json is read by the same run"]);
}

#[test]
fn what_a_link_leads_to_and_is_no_file_is_written() {
    let project = demo::new();
    project.run(["check", "--report", "json=/dev/null"]).code(0);
    symlink("/dev/null", project.path("nothing.json")).unwrap();
    project.run(["check", "--report", "json=nothing.json"]).code(0);
    assert!(project.path("nothing.json").is_symlink());
    let report = project.run(["check", "--report", "json=/dev/stderr"]).code(0).err;
    assert!(report.contains("\"summary\""), "{report}");
}

#[test]
fn fmt_follows_a_link_as_far_as_its_project_goes() {
    const UGLY: &str = "team   x\n";
    let project = Project::new().file("plat.kdl", "project demo\n").file("shared/x.txt", UGLY);
    fs::create_dir(project.outside("other")).unwrap();
    fs::write(project.outside("other/x.kdl"), UGLY).unwrap();
    symlink("../other/x.kdl", project.path("out.kdl")).unwrap();
    symlink("../other", project.path("folder")).unwrap();
    symlink("shared/x.txt", project.path("in.kdl")).unwrap();
    symlink("in.kdl", project.path("again.kdl")).unwrap();
    for path in ["out.kdl", "./out.kdl", "folder/x.kdl"] {
        let told = format!("{path}:1:1: error[E0507]");
        project.run(["fmt", path]).code(3).complains([&*told]);
        project.run(["fmt", "--check", path]).code(3).complains([&*told]);
    }
    assert_eq!(fs::read_to_string(project.outside("other/x.kdl")).unwrap(), UGLY);
    project.run(["fmt", "in.kdl", "again.kdl"]).code(0).stdout("in.kdl\n");
    assert_eq!(project.read("shared/x.txt"), "team x\n");
    assert!(project.path("in.kdl").is_symlink());
    // What is named beside the project is meant.
    project.run(["fmt", "../other/x.kdl"]).code(0).stdout("../other/x.kdl\n");
    // Where there is no project, a link leads within its folder.
    symlink("../plat.kdl", project.outside("other/up.kdl")).unwrap();
    fs::write(project.outside("plat.kdl.txt"), UGLY).unwrap();
    symlink("../plat.kdl.txt", project.outside("other/out.kdl")).unwrap();
    project.run(["fmt", "../other/out.kdl"]).code(3).complains(["error[E0507]"]);
}

#[test]
fn of_several_files_fmt_writes_all_or_none() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::new().file("a/x.kdl", "team   x\n").file("b/y.kdl", "team   y\n");
    let rights = |mode| fs::set_permissions(project.path("b"), fs::Permissions::from_mode(mode)).unwrap();
    rights(0o500);
    // The system's administrator may write everywhere.
    if fs::write(project.path("b/probe"), "").is_err() {
        project
            .run(["fmt", "a/x.kdl", "b/y.kdl"])
            .code(1)
            .complains(["cannot write b/y.kdl, so that no file is changed"]);
        assert_eq!(project.read("a/x.kdl"), "team   x\n");
        assert_eq!(fs::read_dir(project.path("a")).unwrap().count(), 1);
    }
    rights(0o700);
    let _ = fs::remove_file(project.path("b/probe"));
    project.run(["fmt", "a/x.kdl", "b/y.kdl"]).code(0).stdout("a/x.kdl\nb/y.kdl\n");
}
