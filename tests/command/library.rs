//! What comes with plat: each module does what its tests say, and is used by itself.

use crate::project::Project;
use std::fs;

const PROJECT: &str = "project demo { id demo-1a2b3c; }\n";

/// The modules: what each is called, and its text.
fn modules() -> Vec<(String, String)> {
    let folder = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/stdlib")).unwrap();
    let paths = folder.map(|entry| entry.unwrap().path());
    let module = |path: std::path::PathBuf| {
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap())
    };
    let mut modules: Vec<_> = paths.map(module).collect();
    modules.sort_unstable();
    modules
}

/// As text of a project, where its tests are the project's.
#[test]
fn each_module_passes_its_tests() {
    for (_, text) in modules() {
        let project = Project::new().file("plat.kdl", PROJECT).file("library.kdl", text);
        project.run(["fmt", "--check", "library.kdl"]).stdout("").stderr("").code(0);
        project.run(["check"]).stdout("No problems.\n").stderr("").code(0);
        project.run(["test"]).says([" passed, 0 failed\n"]).stderr("").code(0);
    }
}

#[test]
fn each_module_is_used_by_itself() {
    for (name, _) in modules() {
        let project = Project::new().file("plat.kdl", format!("{PROJECT}use \"std:{name}\"\n"));
        project.run(["check"]).stdout("No problems.\n").stderr("").code(0);
        project.apply();
        project.run(["plan"]).no_changes();
    }
}

/// Those for services go together, and with what a project says of them.
#[test]
fn what_a_project_says_of_a_module_is_judged_by_the_tests_of_the_project_alone() {
    let names = modules().into_iter().map(|module| module.0).filter(|name| name != "backstage");
    let lines: String = names.map(|name| format!("use \"std:{name}\"\n")).collect();
    let text = format!(
        "{PROJECT}{lines}environment production
team payments
defaults for=service {{ runbook \"https://wiki.example.com/services\"; availability 99; }}
overlay production {{ unset policy services-have-an-owner; }}
test \"a service has a runbook\" {{
    given entity service demo {{ tier critical; }}
    expect rule service_readiness has_runbook demo pass
}}
"
    );
    let project = Project::new().file("plat.kdl", text);
    project.run(["check"]).stdout("No problems.\n").stderr("").code(0);
    project.run(["test"]).says(["1 passed, 0 failed\n"]).stderr("").code(0);
}

#[test]
fn what_a_project_calls_like_a_thing_of_a_module_is_told_where_the_project_says_it() {
    let project = Project::new().file("plat.kdl", format!("{PROJECT}use \"std:services\"\nblueprint team\n"));
    project.run(["check"]).code(3).stdout(
        "plat.kdl:3:11: error[E0301]: blueprint `team` is declared twice, here and in `std:teams`\n    \
             std:teams.kdl:6:11: this one comes with a `use`\n    \
             help: give yours another name, or take out the `use` that the other one comes with\n1 error\n",
    );
}
