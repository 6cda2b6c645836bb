//! What a project leaves: state stores, and itself as a whole.

use crate::demo::{applied, repository};
use crate::project::Project;
use crate::store::{files, references};

/// What the state store and its destination are declared by.
fn without_store(project: &Project) {
    let text = project.read("plat.kdl");
    let (head, rest) = text.split_once("state-store").unwrap();
    let (_, rest) = rest.split_once("promise").unwrap();
    project.write("plat.kdl", format!("{head}promise{rest}"));
}

#[test]
fn a_store_with_files_of_the_project_is_not_left_unasked() {
    let project = applied();
    without_store(&project);
    project.write("requests.kdl", "");
    project.write("removed.kdl", "removed \"request:*\"\n");
    let refusal = "REFUSED the project leaves state-store:gitops, and 2 files of 2 requests that it delivered there would stay; \
        take the requests out first and apply, then the store\n    \
        to allow it: `removed state-store:gitops` in the project, or --allow-delete state-store:gitops\n";
    project.run(["plan"]).code(5).says([refusal]);
    project.run(["plan", "--allow-delete", "state-store:gitops"]).code(0);
    project.write("removed.kdl", "removed \"request:*\"\nremoved state-store:gitops\n");
    project.apply();
    assert_eq!(files(&repository(&project), "main").len(), 2);
}

#[test]
fn a_store_without_one_is_left_without_a_word_and_nothing_stays_behind() {
    let project = applied();
    project.write("requests.kdl", "");
    project.write("removed.kdl", "removed \"request:*\"\n");
    project.apply();
    let references = references(&repository(&project));
    assert_eq!(references.keys().collect::<Vec<_>>(), ["refs/heads/main"], "the inventory says nothing, and is gone");
    project.run(["plan"]).no_changes();
    without_store(&project);
    project.run(["plan"]).code(0).says(["- state-store:gitops"]).never_says("REFUSED");
    project.apply();
    project.run(["plan"]).no_changes();
}

#[test]
fn a_store_whose_repository_is_gone_holds_nothing_and_one_that_cannot_be_read_is_told() {
    let project = applied();
    without_store(&project);
    project.write("requests.kdl", "");
    project.write("removed.kdl", "removed \"request:*\"\n");
    let broken = project.twin();
    std::fs::remove_dir_all(repository(&project)).unwrap();
    project.run(["plan"]).code(0).says(["- state-store:gitops"]);
    std::fs::remove_dir_all(repository(&broken).join("objects")).unwrap();
    std::fs::create_dir(repository(&broken).join("objects")).unwrap();
    broken.run(["plan"]).code(5).says(["what it delivered there would stay: nobody could look ("]);
}

#[test]
fn a_store_that_knows_nothing_of_what_was_delivered_to_it_is_told() {
    let project = applied();
    project.run(["plan"]).no_changes();
    std::fs::remove_dir_all(repository(&project)).unwrap();
    let told = "state store gitops (.plat/stores/gitops.git) knows nothing of this project, and 2 requests of the catalog would be \
        delivered to it anew: where they were delivered before, they stay";
    project.run(["plan"]).code(0).says(["NOTICE ", told]);
    project.apply().says([told]);
    project.run(["plan"]).no_changes();
    // What goes leaves its files behind where the store forgot whose they are.
    let forgetful = project.twin();
    let opened = git2::Repository::open(repository(&forgetful)).unwrap();
    for name in opened.references_glob("refs/plat/inventory/*").unwrap().names() {
        opened.find_reference(name.unwrap()).unwrap().delete().unwrap();
    }
    let told =
        "knows nothing of this project, and nothing that was delivered for 2 requests of the catalog goes with them";
    forgetful.run(["destroy", "--auto-approve"]).code(0).says(["NOTICE ", told]);
    // One that is new, and requests that are new, are no wonder.
    let fresh = crate::demo::new();
    fresh.run(["plan"]).code(0).never_says("knows nothing");
}

#[test]
fn what_protects_a_request_is_told_where_only_its_store_remembers() {
    let project = crate::demo::new();
    project.edit("requests.kdl", "    size 1\n", "    size 1\n    lifecycle { deletion forbid; }\n");
    project.apply();
    for file in ["catalog.db", "catalog.db-wal", "catalog.db-shm"] {
        let _ = std::fs::remove_file(project.path(&format!(".plat/{file}")));
    }
    project.run(["plan"]).code(0).never_says("lifecycle");
    project.edit("requests.kdl", "    lifecycle { deletion forbid; }\n", "");
    project.run(["plan"]).code(0).says([
        "+ request:app:default/web  requests.kdl:1  (its lifecycle changes)\n    lifecycle deletion  forbid -> delete\n",
    ]);
}
