//! Commands that write files of a project and are stopped half-way, and editors that are faster.

use crate::project::Project;
use std::fs;

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
    project.run(["fmt"]).code(0);
    assert_eq!(project.read("plat.kdl"), "project demo\n");
    assert!(!project.path(".plat.kdl.plat-new").exists());
}
