//! What several projects say alike, in a folder of its own.

use crate::project::{Outcome, Project};
use std::path::{Path, PathBuf};
use std::process::Command;

const MODULE: &str = "param owner string required
blueprint queue { property size integer; }
template queue { param name string required; entity queue \"${owner}-${name}\"; }
";

/// A project in a folder of a repository, beside a module.
fn project() -> Project {
    let text = "project shop { id shop-1a2b3c; }\nuse \"./lib/queues\" owner=shop\nnew queue name=orders\n";
    let project = Project::new()
        .file("plat.kdl", text)
        .file("lib/queues/plat.module.kdl", "module queues\n")
        .file("lib/queues/q.kdl", MODULE);
    git(&project.root(), &["init", "-q", "-b", "main"]);
    commit(&project.root());
    project
}

fn git(folder: &Path, words: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=a", "-c", "user.email=a@b"]).args(words).current_dir(folder);
    let done = command.output().unwrap();
    assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn commit(folder: &Path) {
    git(folder, &["add", "."]);
    git(folder, &["commit", "-qm", "a"]);
}

/// A repository of modules beside a project: `queues`, with a version of each text.
fn library(project: &Project, texts: &[&str]) -> PathBuf {
    let folder = project.outside("library");
    std::fs::create_dir_all(folder.join("modules/queues")).unwrap();
    git(&folder, &["init", "-q", "-b", "main"]);
    for (index, text) in texts.iter().enumerate() {
        std::fs::write(folder.join("modules/queues/plat.module.kdl"), "module queues\n").unwrap();
        std::fs::write(folder.join("modules/queues/q.kdl"), text).unwrap();
        commit(&folder);
        git(&folder, &["tag", "-am", "a", &format!("v1.{index}.0")]);
    }
    folder
}

/// A project that uses a module of the library.
fn user(query: &str) -> Project {
    let text =
        format!("project shop {{ id shop-1a2b3c; }}\nuse \"git:../library//modules/queues{query}\" owner=shop\n");
    Project::new().file("plat.kdl", text)
}

/// Runs a command with a folder of its own for what is fetched.
fn run(project: &Project, words: &[&str]) -> Outcome {
    let mut command = project.command(words.iter().copied());
    command.env("XDG_CACHE_HOME", project.outside("cache"));
    Outcome::of(&mut command)
}

#[test]
fn tests_of_a_module_are_run_in_its_own_repository() {
    let test = "test \"made of what is given\" { given entity queue demo { size 1; }; expect error E0402; }\n";
    let project = project();
    project.write("lib/queues/tests.kdl", test);
    project.run(["test"]).code(7).says(["FAIL  made of what is given"]);
    let project = user("?version=^1.0");
    library(&project, &[&format!("{MODULE}{test}")]);
    run(&project, &["update", "-y"]).code(0);
    run(&project, &["test"]).code(0).never_says("made of what is given");
}

#[test]
fn a_module_of_a_repository_is_locked_and_an_update_shows_what_it_changes() {
    let project = user("?version=^1.0");
    let folder = library(&project, &[&format!("{MODULE}new queue name=orders\n")]);
    run(&project, &["check"]).code(3).says(["E0366", "is not locked to a commit", "plat update"]);
    run(&project, &["update"]).code(64).complains(["no terminal"]);
    let first = run(&project, &["update", "-y"]).code(0);
    assert!(first.out.starts_with("+ git:../library//modules/queues?version=^1.0  v1.0.0 ("), "{first}");
    let lock = project.read("plat.lock.kdl");
    assert!(lock.contains("tag v1.0.0"), "{lock}");
    run(&project, &["check"]).code(0);
    run(&project, &["fmt", "--check", "plat.lock.kdl"]).code(0);
    let made = "+ entity:queue:shop-orders  git:../library//modules/queues/q.kdl:3";
    run(&project, &["apply", "-y"]).code(0).says([made]);
    run(&project, &["update", "-y"]).code(0).says(["Nothing to update"]);
    // A new version is there for who asks for it, and not before.
    let text = format!("{MODULE}new queue name=orders\nnew queue name=bills\n");
    std::fs::write(folder.join("modules/queues/q.kdl"), text).unwrap();
    commit(&folder);
    git(&folder, &["tag", "v1.5.0"]);
    git(&folder, &["tag", "v2.0.0"]);
    run(&project, &["plan"]).no_changes();
    let shown = run(&project, &["update", "queues", "--dry-run"]).code(0);
    let lines = ["~ git:../library//modules/queues?version=^1.0  v1.0.0 (", "-> v1.5.0 (", "+ entity:queue:shop-bills"];
    for line in lines {
        assert!(shown.out.contains(line), "{line}: {shown}");
    }
    run(&project, &["plan"]).no_changes();
    run(&project, &["update", "nothing", "-y"]).code(64).complains(["uses no module `nothing`"]);
    run(&project, &["update", "-y"]).code(0);
    run(&project, &["plan"]).code(0).says(["+ entity:queue:shop-bills"]);
    // What nothing uses any more goes from the lock.
    project.write("plat.kdl", "project shop { id shop-1a2b3c; }\n");
    run(&project, &["update", "-y"]).code(0).says(["- git:../library//modules/queues?version=^1.0"]);
    assert!(!project.read("plat.lock.kdl").contains("locked"));
}

#[test]
fn what_was_fetched_once_needs_no_repository_and_what_is_locked_is_fetched_where_it_is_not() {
    let project = user("?ref=main");
    let folder = library(&project, &[MODULE, "param owner string\nblueprint other\n"]);
    git(&folder, &["reset", "-q", "--hard", "v1.0.0"]);
    run(&project, &["update", "-y"]).code(0);
    // The branch moves on: another machine still gets what is locked.
    git(&folder, &["reset", "-q", "--hard", "v1.1.0"]);
    std::fs::remove_dir_all(project.outside("cache")).unwrap();
    run(&project, &["plan"]).code(0).says(["+ blueprint:queue"]);
    std::fs::rename(&folder, project.outside("away")).unwrap();
    run(&project, &["plan"]).code(0).says(["+ blueprint:queue"]);
    // Neither is there: that is told, and nothing is guessed.
    std::fs::remove_dir_all(project.outside("cache")).unwrap();
    run(&project, &["plan"]).code(1).complains(["the repository of git:../library//modules/queues"]);
    std::fs::rename(project.outside("away"), &folder).unwrap();
    run(&project, &["plan"]).code(0);
    // A copy that somebody changed is not used.
    let modules = project.outside("cache/plat/modules");
    let kept = std::fs::read_dir(modules).unwrap().next().unwrap().unwrap().path();
    std::fs::write(kept.join("q.kdl"), "blueprint evil\n").unwrap();
    run(&project, &["plan"]).code(3).complains(["E0366", "are not what was locked"]);
}

#[test]
fn a_copy_in_the_project_needs_nothing_else() {
    let project = user("");
    let folder = library(&project, &[MODULE]);
    run(&project, &["update", "-y"]).code(0);
    run(&project, &["vendor"]).code(0).stdout("vendor/queues\n");
    std::fs::remove_dir_all(project.outside("cache")).unwrap();
    std::fs::rename(&folder, project.outside("away")).unwrap();
    run(&project, &["plan"]).code(0).says(["+ blueprint:queue  vendor/queues/q.kdl:2"]);
    project.edit("vendor/queues/q.kdl", "integer", "string");
    run(&project, &["plan"]).code(3).complains(["E0366", "are not what was locked", "plat vendor"]);
    std::fs::rename(project.outside("away"), &folder).unwrap();
    run(&project, &["vendor"]).code(0);
    run(&project, &["plan"]).code(0);
    // Nothing is written behind a link.
    std::fs::rename(project.path("vendor"), project.outside("vendor")).unwrap();
    std::os::unix::fs::symlink(project.outside("vendor"), project.path("vendor")).unwrap();
    run(&project, &["vendor"]).code(64).complains(["vendor"]);
    std::fs::remove_file(project.path("vendor")).unwrap();
    std::fs::rename(project.outside("vendor"), project.path("vendor")).unwrap();
    // What is no copy of a module stays.
    std::fs::remove_file(project.path("vendor/queues/plat.module.kdl")).unwrap();
    run(&project, &["vendor"]).code(1).complains(["something that is no copy of a module is in its place"]);
}

#[test]
fn what_cannot_be_fetched_says_why() {
    for (query, expected) in [
        ("?version=^9", "no tag is a version of ^9"),
        ("?ref=nothing", "there is neither a tag nor a branch `nothing`"),
        ("/none", "its folder modules/queues/none has no files"),
    ] {
        let project = user(query);
        library(&project, &[MODULE]);
        run(&project, &["update", "-y"]).code(1).complains([expected]);
        assert!(!project.path("plat.lock.kdl").exists());
    }
    let project = user("?tag=1");
    run(&project, &["check"]).code(3).says(["E0360", "there is no `tag`"]);
}

#[test]
fn a_project_takes_in_a_module_and_its_revisions_with_it() {
    let project = project();
    project.run(["check"]).code(0).stdout("No problems.\n");
    project.run(["plan"]).code(0).says(["+ entity:queue:shop-orders  lib/queues/q.kdl:3 by plat.kdl:3"]);
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
    let why = project.run(["why", "entity:queue:shop-orders", "--env", "production"]).code(0).out;
    assert!(why.contains("o.kdl:3") && why.contains("lib/queues/q.kdl:3"), "{why}");
}

#[test]
fn a_module_brings_the_files_that_its_texts_name_wherever_it_lies() {
    let promise = "kinds \"crds/**\"
promise cache {
    api group=example.com version=v1 kind=SharedCache { field zone string default=a; }
    workflow configure {
        resource \"g.io/v1\" Thing $name { spec zones=\"${spec.zone}\"; }
        files \"more/*.yaml\"
    }
}
blueprint region { property code string; }
entity region from=\"regions.csv\"
";
    let crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  group: g.io\n  names: {kind: Thing}\n  versions:\n  - \
               name: v1\n    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {zones: {type: array, items: \
               {type: string}}}}}}}\n";
    let using = |name: &str| {
        format!(
            "project shop {{ id shop-1a2b3c; }}\nuse \"{name}\"\nstate-store gitops git create {{ url \".plat/stores/gitops.git\"; }}\n\
             destination cluster {{ store gitops; }}\nrequest cache a\n"
        )
    };
    let project = Project::new().file("plat.kdl", using("../lib"));
    let library = project.outside("lib");
    std::fs::create_dir_all(library.join("crds")).unwrap();
    std::fs::create_dir_all(library.join("more")).unwrap();
    for (name, text) in [
        ("plat.module.kdl", "module lib\n"),
        ("m.kdl", promise),
        ("crds/thing.yaml", crd),
        ("more/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"),
        ("regions.csv", "id,code\neu,x\n"),
    ] {
        std::fs::write(library.join(name), text).unwrap();
    }
    let parent = library.parent().unwrap().to_owned();
    git(&parent, &["init", "-q", "-b", "main"]);
    commit(&parent);
    let rendered = |project: &Project| {
        project.run(["check"]).code(0).says(["No problems."]);
        project.run(["render"]).code(0).says(["kind: ConfigMap"]);
        project.run(["render"]).code(0).says(["spec:", "  zones:", "  - a"]);
    };
    rendered(&project);
    // What leads out of it is nobody's.
    std::fs::write(library.join("m.kdl"), promise.replace("crds/**", "../shop/*.yaml")).unwrap();
    project.run(["check"]).code(3).says(["E0507", "leads out of the module's folder"]);
    std::fs::write(library.join("m.kdl"), promise.replace("zones=", "zonez=")).unwrap();
    project.run(["check"]).code(3).says(["E0569", "has no field `zonez`", "did you mean `zones`?"]);
    std::fs::write(library.join("m.kdl"), promise).unwrap();
    project.write("plat.kdl", using(&format!("git:file://{}//lib", parent.display())));
    run(&project, &["update", "--auto-approve"]).code(0);
    rendered(&project);
    run(&project, &["vendor"]).code(0);
    rendered(&project);
}

#[test]
fn what_asks_the_catalog_alone_needs_no_module() {
    let project = user("?version=^1.0");
    let library = library(&project, &[MODULE]);
    run(&project, &["update", "-y"]).code(0);
    run(&project, &["apply", "--auto-approve"]).code(0);
    std::fs::remove_dir_all(project.outside("cache")).unwrap();
    std::fs::rename(&library, project.outside("away")).unwrap();
    run(&project, &["plan"]).code(1).complains(["git:../library"]);
    for (words, said) in [
        (&["runs"][..], "done"),
        (&["get", "blueprint"], "blueprint:queue"),
        (&["catalog", "projects"], "shop-1a2b3c"),
        (&["unlock"], "No target has a lease of this project."),
    ] {
        run(&project, words).code(0).says([said]);
    }
    run(&project, &["unlock"]).complains(["A module could not be fetched", "of the state stores, those are looked at"]);
}

#[test]
fn what_an_overlay_makes_wrong_in_a_module_is_told_at_the_overlay() {
    let module =
        "blueprint queue { property size integer; property owner string; }\nentity queue main { size 1; owner a; }\n";
    let project = user("?version=^1.0");
    library(&project, &[module]);
    project.edit("plat.kdl", " owner=shop", "");
    run(&project, &["update", "-y"]).code(0);
    run(&project, &["check"]).code(0);
    for (overlay, place, said) in [
        ("blueprint queue { unset property owner; }", "o.kdl:2:1", "`queue` has no `owner`"),
        ("blueprint queue { set property region string required; }", "o.kdl:2:", "has no `region`, which is required"),
        ("entity queue main { set size big; }", "o.kdl:2:", "`size` takes a whole number"),
    ] {
        project.write("o.kdl", format!("overlay {{\n{overlay}\n}}\n"));
        let told = run(&project, &["check"]).code(3).says([said]);
        assert!(told.out.starts_with(place), "{told}");
    }
    // In a text of the project itself both are named.
    let own = Project::new().file("plat.kdl", "project shop { id shop-1a2b3c; }\n").file("m.kdl", module);
    own.write("o.kdl", "overlay {\nblueprint queue { unset property owner; }\n}\n");
    own.run(["check"]).code(3).says(["m.kdl:2:", "`queue` has no `owner`", "o.kdl:2:1: an overlay changes it\n"]);
    // What has nothing to do with one is told as ever.
    own.write("n.kdl", "entity queue other { size x; }\nteam a { member nobody@x.y; }\n");
    let told = own.run(["check"]).code(3);
    assert!(
        !told.out.lines().skip_while(|line| !line.starts_with("n.kdl:2")).any(|line| line.contains("overlay")),
        "{told}"
    );
}

#[test]
fn what_is_wrong_in_a_module_in_a_folder_is_told_once_where_it_stands_whatever_overlays_change() {
    let promise = |value: &str| {
        format!(
            "promise app {{\n    api group=c.com version=v1 kind=App {{\n        field size string default=s\n    }}\n    workflow configure {{\n        \
             resource v1 ConfigMap $name {{\n            data size=$spec.{value}\n        }}\n    }}\n}}\n"
        )
    };
    let main = "project shop { id shop-1a2b3c; }\nenvironment one\nenvironment two\nstate-store s git create { url \".plat/s.git\"; }\n\
                destination d { store s; }\nuse \"./lib\"\nrequest app web\n";
    let overlay =
        "overlay two {\n    promise app { workflow { resource v1 ConfigMap { data { set more x; }; }; }; }\n}\n";
    let project = Project::new()
        .file("plat.kdl", main)
        .file("o.kdl", overlay)
        .file("lib/plat.module.kdl", "module lib\n")
        .file("lib/p.kdl", promise("sise"));
    project.run(["check", "--env", "two"]).code(3).says(["o.kdl:2:5: an overlay changes it\n"]);
    // What is wrong in each environment is no overlay's.
    let told = project.run(["check"]).code(3).never_says("overlay");
    assert!(told.out.starts_with("lib/p.kdl:7:"), "{told}");
    assert_eq!(told.out.matches("error[").count(), 1, "{told}");
    // What the overlay itself says is told there.
    project.write("lib/p.kdl", promise("size"));
    project.edit("o.kdl", "set more x", "set more $spec.nothing");
    let told = project.run(["check"]).code(3);
    assert!(told.out.starts_with("o.kdl:2:"), "{told}");
}

#[test]
fn what_others_changed_of_a_module_of_another_repository_is_said_in_an_overlay() {
    let module = "blueprint queue { property size integer; }\nentity queue main { size 1; }\n";
    let project = user("?version=^1.0");
    library(&project, &[module]);
    project.edit("plat.kdl", " owner=shop", "");
    run(&project, &["update", "-y"]).code(0);
    run(&project, &["apply", "--auto-approve"]).code(0);
    project.set("queue", "main", "properties.size", "2");
    let reason =
        "which lies in another repository: say what is live in an `overlay`, or let `plat apply` set it back\n";
    run(&project, &["drift", "--adopt", "*"]).code(5).says(["NOT TAKEN OVER entity:queue:main", reason]);
    project.write("o.kdl", "overlay { entity queue main { set size 2; }; }\n");
    run(&project, &["drift"]).code(0).says(["No drift"]);
    run(&project, &["plan"]).code(0).says(["No changes."]);
    run(&project, &["apply", "--auto-approve"]).code(0);
    project.set("queue", "main", "properties.size", "3");
    run(&project, &["drift", "--adopt", "*"]).code(5).says(["an overlay changes it at o.kdl:1:11"]);
}
