//! The examples, and what `plat init` makes: each works at once.

use crate::project::Project;
use std::fs;

/// The examples that are projects; beside them are the pipelines.
fn examples() -> Vec<String> {
    let folders = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/examples")).unwrap().map(Result::unwrap);
    let projects = folders.filter(|folder| folder.path().join("plat.kdl").exists());
    let mut names: Vec<_> = projects.map(|folder| folder.file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

/// It has no problems. That nobody describes some of the kinds that it delivers is none.
#[track_caller]
fn checks_clean(project: &Project) {
    let checked = project.run(["check"]).stdout("No problems.\n").code(0);
    assert!(checked.err.is_empty() || checked.err.starts_with("Not held to a schema"), "{checked}");
}

/// Everything that a first user does works.
#[track_caller]
fn works(project: &Project) {
    if project.read("plat.kdl").contains("environment ") {
        return works_everywhere(project);
    }
    project.run(["fmt", "--check"]).stdout("").stderr("").code(0);
    checks_clean(project);
    project.run(["test"]).says([" passed, 0 failed\n"]).stderr("").code(0);
    project.run(["plan"]).says(["plan of ", "  + create ", "  = unchanged 0\n"]).stderr("").code(0);
    project.run(["render"]).stderr("").code(0);
    project.apply().says(["\nApplied "]).stderr("");
    project.run(["plan", "--detailed-exitcode"]).no_changes();
    project.run(["score", "--rules"]).stderr("").code(0);
    project.run(["get", "blueprint"]).stderr("").code(0);
    // Its ignore list keeps what plat keeps out of a commit of the project.
    assert!(project.read(".gitignore").lines().any(|line| line == ".plat/"));
}

/// The same in each environment.
#[track_caller]
fn works_everywhere(project: &Project) {
    project.run(["fmt", "--check"]).stdout("").stderr("").code(0);
    checks_clean(project);
    project.run(["test"]).says([" passed, 0 failed\n"]).stderr("").code(0);
    let all = |words: &[&'static str]| project.run(words.iter().copied().chain(["--env", "all"])).code(0).stderr("");
    all(&["plan"]).says(["plan of ", "  + create ", "  = unchanged 0\n"]);
    all(&["render"]);
    all(&["apply", "--auto-approve"]).says(["\nApplied "]);
    all(&["plan", "--detailed-exitcode"]).says(["no changes"]);
    all(&["score", "--rules"]);
    all(&["get", "blueprint"]);
    assert!(project.read(".gitignore").lines().any(|line| line == ".plat/"));
}

#[test]
fn every_example_works() {
    let names = examples();
    assert!(names.len() >= 2, "{names:?}");
    for name in names {
        works(&Project::example(&name));
    }
}

#[test]
fn a_new_project_works() {
    let project = Project::new();
    project.run(["init"]).code(0).stderr("").says(["plat.kdl\n", "\nNext: plat plan, then plat apply\n"]);
    works(&project);
}

#[test]
fn a_new_project_in_a_folder_of_its_own_works() {
    let project = Project::new();
    project.run(["init", "deep/er"]).code(0).stdout(
        "deep/er/catalog.kdl\ndeep/er/delivery.kdl\ndeep/er/tests.kdl\ndeep/er/.gitignore\ndeep/er/plat.kdl\n\
         \nNext: plat -C deep/er plan, then plat -C deep/er apply\n",
    );
    project.run(["-C", "./deep/er", "apply", "--auto-approve"]).code(0);
    project.run(["-C", "deep/er", "plan"]).no_changes();
    // From a folder below, the project is the nearest one above.
    fs::create_dir(project.path("deep/er/below")).unwrap();
    project.run(["-C", "deep/er/below", "plan"]).no_changes();
}

#[test]
fn a_second_init_overwrites_nothing() {
    let project = Project::new();
    project.run(["init"]).code(0);
    project.write("plat.kdl", "project mine\n");
    let before = project.snapshot();
    project.run(["init"]).code(64).stdout("").complains(["plat.kdl exists already, and nothing was written\n"]);
    assert!(project.snapshot() == before);
    fs::remove_file(project.path("plat.kdl")).unwrap();
    project.write("catalog.kdl", "// mine\n");
    let before = project.snapshot();
    project.run(["init"]).code(64).complains(["catalog.kdl exists already, and nothing was written\n"]);
    assert!(project.snapshot() == before);
}

#[test]
fn init_keeps_an_ignore_list_that_is_there() {
    let project = Project::new().file(".gitignore", "/target\n");
    project.run(["init"]).code(0);
    assert!(project.read(".gitignore").starts_with("/target\n"));
}
