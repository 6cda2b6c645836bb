//! A branch or an inventory that somebody set back: what that comes to is told once, and nothing goes for it.

use crate::demo::{self, REQUESTS, manifest, repository};
use crate::project::Project;
use crate::store::{files, somebody_writes};
use git2::{Oid, Repository};

const BRANCH: &str = "refs/heads/main";
const INVENTORY: &str = "refs/plat/inventory/demo/main/%2F";

fn tip(project: &Project, reference: &str) -> Oid {
    Repository::open(repository(project)).unwrap().refname_to_id(reference).unwrap()
}

fn set_back(project: &Project, reference: &str, to: Oid) {
    Repository::open(repository(project)).unwrap().reference(reference, to, true, "by hand").unwrap();
}

/// The notice stands in a plan until an apply, which takes nothing away.
#[track_caller]
fn is_told_once(project: &Project, told: &str) {
    let stays = format!("stay: {}. Set it forward again", manifest("api"));
    project.run(["plan"]).code(0).says(["NOTICE", told, &stays]);
    project.apply();
    assert!(files(&repository(project), "main").contains_key(&manifest("api")));
    project.run(["plan"]).no_changes().never_says("NOTICE");
}

#[test]
fn a_branch_that_was_set_back_brings_deleted_files_back_as_nobodys() {
    let project = demo::applied();
    let before = tip(&project, BRANCH);
    project.write("requests.kdl", REQUESTS.split("request app api").next().unwrap());
    project.apply();
    let delivered = tip(&project, BRANCH).to_string();
    set_back(&project, BRANCH, before);
    let told = format!("branch main of state store gitops was set back: commit {}", &delivered[..12]);
    is_told_once(&project, &told);
}

#[test]
fn an_inventory_that_was_set_back_does_not_know_the_files_since() {
    let project = demo::new();
    project.write("requests.kdl", REQUESTS.split("request app api").next().unwrap());
    project.apply();
    let before = tip(&project, INVENTORY);
    project.write("requests.kdl", REQUESTS);
    project.apply();
    set_back(&project, INVENTORY, before);
    let delivered = tip(&project, BRANCH).to_string();
    // What is declared is adopted, which needs no words.
    let declared = project.twin();
    declared.run(["plan"]).code(0).never_says("was set back");
    // Without the catalog too.
    for keeps in [true, false] {
        let project = project.twin();
        if !keeps {
            for file in ["catalog.db", "catalog.db-wal", "catalog.db-shm"] {
                let _ = std::fs::remove_file(project.path(".plat").join(file));
            }
        }
        project.write("requests.kdl", REQUESTS.split("request app api").next().unwrap());
        let told =
            format!("{INVENTORY} of state store gitops was set back: it is older than commit {}", &delivered[..12]);
        is_told_once(&project, &told);
    }
}

#[test]
fn what_others_do_to_a_branch_sets_nothing_back() {
    let project = demo::applied();
    somebody_writes(&repository(&project), "main", "note", Some("1"));
    project.run(["plan"]).no_changes().never_says("was set back");
    somebody_writes(&repository(&project), "main", &manifest("web"), Some("2"));
    project.run(["plan"]).code(0).never_says("was set back");
    // What is set back in a file changes the branch and not the inventory.
    project.apply();
    project.run(["plan"]).no_changes().never_says("was set back");
    project.edit("requests.kdl", "size 1", "size 9");
    project.apply();
    project.run(["plan"]).no_changes().never_says("was set back");
}

#[test]
fn a_branch_that_is_gone_is_told_once_and_made_anew_where_that_is_asked_for() {
    let project = demo::applied();
    let delivered = tip(&project, BRANCH);
    let repository = Repository::open(repository(&project)).unwrap();
    repository.find_reference(BRANCH).unwrap().delete().unwrap();
    let told = format!("branch main of state store gitops is gone, and commit {}, ", &delivered.to_string()[..12]);
    project.run(["plan"]).code(0).says(["NOTICE", &*told, "written again, to a new one"]);
    let anew = project.twin();
    anew.apply();
    anew.run(["plan"]).no_changes().never_says("NOTICE");
    // Where it is not to be made, nobody is led to believe that it never was.
    repository.reference("refs/heads/other", delivered, true, "a test").unwrap();
    project.edit("plat.kdl", "git create", "git");
    project
        .run(["plan"])
        .code(1)
        .complains(["has no branch `main` any more, which this project delivered to: put it back"]);
    repository.reference(BRANCH, delivered, true, "a test").unwrap();
    project.run(["plan"]).no_changes().never_says("NOTICE");
}

#[test]
fn what_another_project_delivered_is_not_told_as_ones_own() {
    let company = crate::others::Company::new();
    let crate::others::Company { platform, shop } = &company;
    let gitops = Repository::open(platform.outside("gitops.git")).unwrap();
    let tip = || gitops.refname_to_id(BRANCH).unwrap();
    shop.apply();
    let own = tip();
    platform.write("more.kdl", "request bucket more { size 1; }\n");
    platform.apply();
    let theirs = tip();
    // What protects a request is written down where nothing is delivered.
    shop.edit("shop.kdl", "    size 3\n", "    size 3\n    lifecycle { protect; }\n");
    shop.apply();
    assert_eq!(tip(), theirs);
    gitops.reference(BRANCH, own, true, "by hand").unwrap();
    let told = format!(
        "commit {} of project platform-1, which was the last one there when this project delivered, is not on it any more",
        &theirs.to_string()[..12]
    );
    shop.run(["plan"]).code(0).says(["NOTICE branch main of state store gitops was set back", &*told]);
    let told =
        format!("commit {}, which this project delivered last, is not on it any more", &theirs.to_string()[..12]);
    platform.run(["plan"]).code(0).says([&*told]);
}
