//! What several projects say alike, in a folder of its own.

use crate::project::Project;
use std::process::Command;

const MODULE: &str = "param owner string required
blueprint queue { property size integer; }
template queue { param name string required; entity queue \"${owner}-${name}\"; }
";

/// A project in a folder of a repository, beside a module.
fn project() -> Project {
    let project = Project::new()
        .file("plat.kdl", "project shop { id shop-1a2b3c; }\nuse \"./lib/queues\" owner=shop\nnew queue name=orders\n")
        .file("lib/queues/plat.module.kdl", "module queues\n")
        .file("lib/queues/q.kdl", MODULE);
    for words in
        [&["init", "-q"][..], &["add", "."], &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"]]
    {
        let done = Command::new("git").args(words).current_dir(project.root()).status().unwrap();
        assert!(done.success());
    }
    project
}

#[test]
fn a_project_takes_in_a_module_and_its_revisions_with_it() {
    let project = project();
    project.run(["check"]).code(0).stdout("No problems.\n");
    project.run(["plan"]).code(0).says(["+ entity:queue:shop-orders  plat.kdl:3 by lib/queues/q.kdl:3"]);
    project.apply();
    project.run(["plan"]).no_changes();
    // A change of the module is a change of who uses it.
    project.edit("lib/queues/q.kdl", "property size integer", "property size string");
    project.run(["plan"]).code(0).says(["~ blueprint:queue", "lib/queues/q.kdl:2"]);
    project.run(["diff", "HEAD"]).code(0).says(["~ blueprint:queue", "lib/queues/q.kdl:2"]);
    // Files that a module lacks are not the project's own either.
    project.run(["drift"]).code(0);
}

#[test]
fn a_module_is_read_in_the_repository_alone() {
    let project = project();
    std::fs::create_dir_all(project.outside("queues")).unwrap();
    std::fs::write(project.outside("queues/plat.module.kdl"), "module queues\n").unwrap();
    project.edit("plat.kdl", "./lib/queues", "../queues");
    project.run(["check"]).code(3).says(["E0360", "../queues lies outside of the repository that the project is in"]);
    std::os::unix::fs::symlink(project.outside("queues"), project.path("link")).unwrap();
    project.edit("plat.kdl", "../queues", "./link");
    project.run(["check"]).code(3).says(["E0360", "link lies outside of the repository"]);
    project.edit("plat.kdl", "./link", "./none");
    project.run(["check"]).code(3).says(["E0360", "there is no module in none"]);
}

#[test]
fn what_a_module_declares_is_overlaid_and_never_rewritten() {
    let project = project();
    project.write("plat.kdl", "project shop { id shop-1a2b3c; }\nenvironment production\nuse \"./lib/queues\" owner=shop\nnew queue name=orders\n");
    project.write("o.kdl", "overlay production {\n    blueprint queue { property size { set title Size; }; }\n    entity queue shop-orders { set size 3; }\n}\n");
    project.run(["apply", "--env", "production", "-y"]).code(0).says(["+ entity:queue:shop-orders"]);
    let why = project.run(["why", "blueprint:queue", "--env", "production"]).code(0).out;
    assert!(why.contains("o.kdl:2") && why.contains("lib/queues/q.kdl:2"), "{why}");
}
