//! Who a project is: its id, and what is known of one that says none.

use crate::project::Project;
use git2::{Repository, RepositoryInitOptions};
use std::path::Path;

const DELIVERY: &str = r#"
state-store s git { url "../shared.git"; }
destination d { store s; }
promise c { api group=example.com version=v1 kind=C { field size string default=small; }; workflow configure { resource v1 ConfigMap $name file=c.yaml { data size=$spec.size; }; }; }
"#;

/// A project of a head and requests, whose state store lies beside `beside`.
fn project(beside: &Project, head: &str, requests: &str) -> Project {
    let project = Project::new().file("plat.kdl", format!("{head}\n{DELIVERY}")).file("requests.kdl", requests);
    std::os::unix::fs::symlink(beside.outside("shared.git"), project.outside("shared.git")).unwrap();
    project
}

/// A repository that several projects write to.
fn shared() -> Project {
    let owner = Project::new();
    let mut options = RepositoryInitOptions::new();
    Repository::init_opts(owner.outside("shared.git"), options.bare(true).initial_head("main")).unwrap();
    owner
}

fn files(repository: &Path) -> Vec<String> {
    let repository = Repository::open(repository).unwrap();
    let tree = repository.find_reference("refs/heads/main").unwrap().peel_to_tree().unwrap();
    let mut files = Vec::new();
    tree.walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
        if entry.kind() == Some(git2::ObjectType::Blob) {
            files.push(format!("{folder}{}", entry.name().unwrap()));
        }
        git2::TreeWalkResult::Ok
    })
    .unwrap();
    files
}

fn path(request: &str) -> String {
    format!("d/resources/default/c/{request}/configure-c/5058f/c.yaml")
}

#[test]
fn two_projects_of_one_name_leave_each_other_alone() {
    let shared = shared();
    let one = project(&shared, "project shop { id shop-1; }", "request c one");
    let two = project(&shared, "project shop { id shop-2; }", "request c two");
    one.apply();
    two.apply();
    for project in [&one, &two] {
        project.run(["plan"]).code(0).says(["No changes."]);
    }
    assert_eq!(files(&shared.outside("shared.git")), [path("one"), path("two")]);
    // The same request is the other's, and stays so until somebody says otherwise.
    two.write("requests.kdl", "request c two\nrequest c one { size large; }");
    two.run(["apply", "--auto-approve"])
        .code(5)
        .says(["belongs to project shop-1", "`adopt \"request:c:default/one\" from=shop-1` in the project"]);
    two.write(
        "requests.kdl",
        "request c two\nrequest c one { size large; }\nadopt \"request:c:default/one\" from=shop-1",
    );
    two.apply();
    one.write("requests.kdl", "");
    one.apply();
    assert_eq!(files(&shared.outside("shared.git")), [path("one"), path("two")], "it was given away");
}

#[test]
fn a_name_alone_touches_nothing_of_requests_that_are_not_declared() {
    let shared = shared();
    let one = project(&shared, "project shop", "request c one\nrequest c both");
    one.apply();
    let two = project(&shared, "project shop", "request c two");
    let refused = two.run(["apply", "--auto-approve"]).code(5).says([
        "2 files of state store s belong to requests that are declared nowhere here",
        "nothing but its name says that it is this one",
        "to allow it: `id shop-",
    ]);
    assert_eq!(files(&shared.outside("shared.git")), [path("both"), path("one")]);
    // The project itself, without its catalog, changes what it declares, and is told by what it was known.
    std::fs::remove_dir_all(one.path(".plat")).unwrap();
    one.run(["plan"]).code(0).says(["= unchanged 2"]);
    one.edit("requests.kdl", "request c both", "request c both { size large; }");
    one.run(["plan"]).code(0).says(["nothing but its name and its requests says that it is this one"]);
    one.edit("requests.kdl", "request c one\n", "");
    one.run(["apply", "--auto-approve"]).code(5).says(["1 file of state store s belong to requests"]);
    // The id that the refusal names settles it.
    let id = refused.out.split("`id ").nth(1).unwrap().split('`').next().unwrap().to_owned();
    one.edit("plat.kdl", "project shop", &format!("project shop {{ id {id}; }}"));
    one.apply();
    assert_eq!(files(&shared.outside("shared.git")), [path("both")]);
}

#[test]
fn a_project_with_an_id_may_get_another_name() {
    let shared = shared();
    let project = project(&shared, "project shop { id shop-1; }", "request c one");
    project.apply();
    project.edit("plat.kdl", "project shop", "project store");
    project.run(["plan"]).code(0).says(["No changes."]);
    std::fs::remove_dir_all(project.path(".plat")).unwrap();
    project.write("requests.kdl", "");
    project.apply();
    assert_eq!(files(&shared.outside("shared.git")), [""; 0]);
}

#[test]
fn a_new_project_has_a_name_and_an_id_of_its_own() {
    let folder = Project::new();
    for name in ["one", "two"] {
        folder.run(["init", name]).code(0);
    }
    let text = |name: &str| folder.read(&format!("{name}/plat.kdl"));
    let id = |name: &str| text(name).lines().find(|line| line.trim_start().starts_with("id ")).unwrap().to_owned();
    assert!(text("one").contains("project one {") && id("one").contains("id one-"), "{}", text("one"));
    folder.run(["init", "again/one"]).code(0);
    assert_ne!(id("one"), id("again/one"));
    folder.run(["-C", "one", "apply", "--auto-approve"]).code(0);
}

#[test]
fn a_request_is_taken_over_where_it_stands() {
    let shared = shared();
    let two = "destination e { store s; path e; labels x=y }";
    let head = |id: &str| format!("project shop {{ id {id}; }}\n{two}");
    let one = project(&shared, &head("shop-1"), "request c one destination=e");
    one.apply();
    let adopt = "adopt \"request:c:default/one\" from=shop-1";
    let other = project(&shared, &head("shop-2"), &format!("request c one\n{adopt}"));
    other.apply();
    assert_eq!(files(&shared.outside("shared.git")), [path("one").replacen("d/", "e/", 1)]);
    one.write("requests.kdl", "");
    one.run(["plan"]).code(0).never_says("file:s:");
    let third =
        project(&shared, &head("shop-3"), &format!("request c one destination=d\n{}", adopt.replace("-1", "-2")));
    third.run(["plan"]).code(5).says(["would be delivered to d as well: pin it with `destination=e`"]);
}

#[test]
fn another_id_is_refused_once_and_by_its_name() {
    let shared = shared();
    let project = project(&shared, "project shop { id shop-1; }", "request c one\nrequest c two");
    project.apply();
    project.write("requests.kdl", "request c one\nrequest c two { size large; }");
    let text = project.read("plat.kdl");
    project.write("plat.kdl", text.replace("id shop-1", "id shop-9"));
    let refused = project.run(["plan"]).code(5).says([
        "REFUSED the id of project shop is shop-9, which owns nothing, and ",
        " objects and files that it declares belong to a project of the same name whose id is shop-1: state-store:s, destination:d, promise:c and 2 more\n",
        "    to allow it: `id shop-1` in the project",
    ]);
    assert_eq!(refused.out.matches("REFUSED").count(), 1, "{refused}");
    project.write("plat.kdl", &text);
    project.run(["plan"]).code(0).says(["~ request:c:default/two"]);
    // Under another name too, and where the catalog that knew the name is lost.
    project.write("plat.kdl", text.replace("shop { id shop-1", "store { id store-9"));
    let whose = "the id of project store is store-9, which owns nothing, and 7 objects and files that it declares belong to project shop-1";
    let refused = project.run(["plan"]).code(5).says([whose]);
    assert_eq!(refused.out.matches("REFUSED").count(), 1, "{refused}");
    let without_catalog = project.twin();
    std::os::unix::fs::symlink(shared.outside("shared.git"), without_catalog.outside("shared.git")).unwrap();
    std::fs::remove_dir_all(without_catalog.path(".plat")).unwrap();
    let whose =
        "2 objects and files that it declares belong to project shop-1: request:c:default/one, request:c:default/two\n";
    let refused = without_catalog.run(["plan"]).code(5).says([whose, "`id shop-1` in the project"]);
    assert_eq!(refused.out.matches("REFUSED").count(), 1, "{refused}");
    project.write("plat.kdl", &text);
    // Whoever takes it over says so.
    project.write("plat.kdl", text.replace("id shop-1;", "id shop-9; guards adoption=force;"));
    project.apply();
    project.run(["plan"]).code(0).says(["No changes."]);
}

#[test]
fn much_that_belongs_to_another_project_is_one_refusal() {
    let shared = shared();
    let requests: String = (0..7).map(|number| format!("request c r{number}\n")).collect();
    project(&shared, "project shop { id shop-1; }", &requests).apply();
    let other = project(&shared, "project other { id other-1; }", "request c own");
    other.apply();
    other.write("requests.kdl", format!("request c own\n{requests}"));
    let refused = other.run(["plan"]).code(5).says([
        "REFUSED 7 objects and files belong to project shop-1: request:c:default/r0, ",
        " and 4 more\n",
        "to allow it: `adopt` lines with `from=shop-1` in the project, in whose addresses `*` stands for any text; or ",
    ]);
    assert_eq!(refused.out.matches("REFUSED").count(), 1, "{refused}");
    other.write("adopt.kdl", "adopt \"request:*\" from=shop-1\n");
    other.apply();
}
