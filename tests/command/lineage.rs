//! A copy of a project that has the id of the original is told from it before it takes away what the original made.

use crate::others::Company;
use crate::project::Project;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What a copy declares instead.
const EUROPE: &str = "entity service europe {\n    tier gold\n    system retail\n}\n";

fn copy(from: &Project, to: &Project) {
    for name in ["plat.kdl", "shop.kdl", ".plat/applied"] {
        if from.path(name).exists() {
            to.write(name, from.read(name));
        }
    }
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.current_dir(folder).args(["-c", "user.name=A", "-c", "user.email=a@example.com"]).args(arguments);
    assert!(git.output().unwrap().status.success(), "{arguments:?}");
}

#[test]
fn a_copy_does_not_take_away_what_the_original_made() {
    let company = Company::new();
    let Company { shop, .. } = &company;
    shop.apply();
    let delivered = company.delivered();
    let other = Project::new();
    copy(shop, &other);
    // The same text is the same project, wherever it lies.
    other.run(["plan"]).no_changes();
    other.write("shop.kdl", EUROPE);
    let refused = [
        "REFUSED 2 objects of the 2 that project shop-1 owns would be deleted",
        "from a text in no commit, and never from this folder",
        "an `id` of its own",
        "--max-deletes 3",
    ];
    other.run(["plan"]).code(5).says(refused);
    other.run(["apply", "--auto-approve"]).code(5);
    assert_eq!(company.delivered(), delivered);
    shop.run(["plan"]).no_changes();
    // A project of its own it is with an id of its own.
    let own = other.twin();
    own.edit("plat.kdl", "id shop-1", "id shop-2");
    own.run(["plan"]).code(0).says(["+ create 1  = unchanged 0"]);
    // Who means it says so, here or in the text.
    let said = other.twin();
    said.write("gone.kdl", "removed entity:service:web\nremoved \"request:bucket:default/assets\"\n");
    said.run(["plan"]).code(0).says(["- delete 3"]);
    other.run(["apply", "--auto-approve", "--max-deletes", "3"]).code(0);
    // From then on this folder is one that it is applied from, and the first one still is.
    other.write("shop.kdl", "");
    other.run(["plan"]).code(0).says(["- delete 1"]);
    shop.write("shop.kdl", "");
    shop.run(["plan"]).code(0).says(["- delete 1"]);
}

#[test]
fn what_is_called_otherwise_than_the_catalog_says_takes_nothing_away_unasked() {
    let company = Company::new();
    let Company { shop, .. } = &company;
    let web = shop.read("shop.kdl");
    let others = ["api", "app", "job"].map(|name| format!("entity service {name} {{ tier gold; }}\n")).concat();
    shop.write("shop.kdl", web.clone() + &others);
    shop.apply();
    let books = Project::new();
    copy(shop, &books);
    books.write("shop.kdl", &web);
    books.edit(
        "shop.kdl",
        "entity service web",
        "entity service job { tier gold; }\nentity service api { tier gold; }\nentity service web",
    );
    // With the name of the original it is what a clone would do.
    books.run(["plan"]).code(0).says(["- delete 1"]);
    books.edit("plat.kdl", "project shop", "project books");
    let named = "the catalog knows the id `shop-1` as `shop`, and this project is called `books`";
    books.run(["plan"]).code(5).says(["REFUSED 1 object of the 5 that project shop-1 owns", named, "--max-deletes 1"]);
    books.run(["apply", "--auto-approve"]).code(5);
    books.run(["plan", "--max-deletes", "1"]).code(0);
    books.write("gone.kdl", "removed entity:service:app\n");
    books.run(["plan"]).code(0).says(["- delete 1"]);
    // Where it was applied, it may get another name.
    shop.edit("plat.kdl", "project shop", "project store");
    shop.edit("shop.kdl", "entity service app { tier gold; }\n", "");
    shop.run(["plan"]).code(0).says(["- delete 1"]);
}

#[test]
fn a_clone_with_a_commit_that_was_applied_is_the_same_project() {
    let company = Company::new();
    let Company { shop, .. } = &company;
    shop.write(".gitignore", ".plat/\n");
    git(&shop.root(), &["init", "-q", "-b", "main"]);
    git(&shop.root(), &["add", "-A"]);
    git(&shop.root(), &["commit", "-qm", "one"]);
    shop.apply();
    let clone = Project::new();
    fs::remove_dir_all(clone.root()).unwrap();
    git(&shop.root(), &["clone", "-q", ".", &clone.root().display().to_string()]);
    clone.write("shop.kdl", EUROPE);
    clone.run(["plan"]).code(0).says(["- delete 3"]);
    // A template has the texts of the original, and none of its commits.
    fs::remove_dir_all(clone.path(".git")).unwrap();
    git(&clone.root(), &["init", "-q", "-b", "main"]);
    git(&clone.root(), &["add", "-A"]);
    git(&clone.root(), &["commit", "-qm", "template"]);
    clone.run(["plan"]).code(5).says(["REFUSED 2 objects of the 2", "which is not in the repository of this one"]);
    // What takes all away is asked for by its name.
    clone.run(["destroy", "--auto-approve"]).code(0);
}
