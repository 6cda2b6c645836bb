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
    project.run(["drift", "--detailed-exitcode"]).code(0);
    std::fs::remove_dir_all(repository(&project)).unwrap();
    let emptied = project.twin();
    git2::Repository::init_bare(repository(&emptied)).unwrap();
    let told = "state store gitops (.plat/stores/gitops.git) knows nothing of this project, and 2 requests of the catalog would be \
        delivered to it anew: where they were delivered before, they stay";
    emptied.run(["plan"]).code(0).says(["NOTICE ", told]);
    let drift = ["drift", "--detailed-exitcode"];
    emptied.run(drift).code(2).says(["- file:gitops:", "(others deleted it: is written again)"]);
    emptied.apply().says([told]);
    emptied.run(["plan"]).no_changes();
    // One that is not there at all is made anew only where that is asked for.
    let told = "the repository of state store gitops (.plat/stores/gitops.git) is not there, and 2 requests of the catalog would be \
        delivered to it anew: where it lies now, what was delivered before stays (file:gitops:";
    let ways = [
        "or write its new address as the `url` of the store",
        "`removed \"file:gitops:*\" keep`",
        "--allow-delete state-store:gitops",
    ];
    project.run(["plan"]).code(5).says(["REFUSED ", told]).says(ways);
    project.run(drift).code(2).says(["- file:gitops:", "(others deleted it: stops the plan"]);
    project.run(["apply", "--auto-approve"]).code(5);
    assert!(!repository(&project).exists());
    let said = project.twin();
    said.write("anew.kdl", "removed \"file:gitops:*\" keep\n");
    said.apply().says(["ALLOWED ", told]);
    std::fs::remove_file(said.path("anew.kdl")).unwrap();
    said.run(["plan"]).no_changes();
    project.run(["apply", "--auto-approve", "--allow-delete", "state-store:gitops"]).code(0).says([told]);
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

/// A hook of a repository that lets nothing onto its branches.
#[cfg(unix)]
fn refuses_all(repository: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    let hook = repository.join("hooks/update");
    std::fs::create_dir_all(repository.join("hooks")).unwrap();
    std::fs::write(&hook, "#!/bin/sh\ncase \"$1\" in refs/heads/*) exit 1;; esac\n").unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_store_that_forgot_is_told_also_after_a_run_that_failed() {
    let told = "state store gitops (.plat/stores/gitops.git) knows nothing of this project";
    let project = applied();
    let opened = git2::Repository::open(repository(&project)).unwrap();
    for name in opened.references().unwrap().names() {
        opened.find_reference(name.unwrap()).unwrap().delete().unwrap();
    }
    refuses_all(&repository(&project));
    project.run(["apply", "--auto-approve"]).code(1).says([told]);
    project.run(["plan"]).code(0).says([told]);
    // Where no run ever delivered to it, it is no wonder.
    let fresh = crate::demo::new();
    crate::others::bare(&repository(&fresh));
    refuses_all(&repository(&fresh));
    fresh.run(["apply", "--auto-approve"]).code(6);
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
    project.run(["plan"]).code(0).never_says(" -> ");
    project.edit("requests.kdl", "    lifecycle { deletion forbid; }\n", "");
    project.run(["plan"]).code(0).says([
        "+ request:app:default/web  requests.kdl:1  (its lifecycle changes)\n    lifecycle deletion  forbid -> delete\n",
    ]);
}

/// The demo with a second state store, in which both requests stand.
fn in_second() -> Project {
    let project = crate::demo::new();
    let second = "state-store second git create {\n    url \".plat/stores/second.git\"\n}\n\n\
        destination side {\n    store second\n    labels side=main\n}\n\npromise app {";
    project.edit("plat.kdl", "promise app {", second);
    project.edit("requests.kdl", "request app web {", "request app web destination=side {");
    project.edit("requests.kdl", "request app api {", "request app api destination=side {");
    project.apply();
    project.write("requests.kdl", project.read("requests.kdl").replace(" destination=side", ""));
    project.apply();
    project
}

/// Takes the second state store and its destination out of the text.
fn without_second(project: &Project) {
    let text = project.read("plat.kdl");
    let (head, rest) = text.split_once("state-store second").unwrap();
    let (_, rest) = rest.split_once("promise").unwrap();
    project.write("plat.kdl", format!("{head}promise{rest}"));
}

#[test]
fn requests_that_leave_with_their_state_store_move() {
    let project = in_second();
    without_second(&project);
    let moves = "request:app:default/api moves from side to main: side is no longer declared\n    \
        request:app:default/web moves from side to main: side is no longer declared\n";
    let stay = "2 files of 2 requests that it delivered there would stay";
    project.run(["plan"]).code(5).says([moves, "completely: moves", stay]).never_says("anew");
    let plan = project.run(["plan", "--format", "json", "--allow-delete", "state-store:second"]).code(0);
    let plan: serde_json::Value = serde_json::from_str(&plan.out).unwrap();
    assert_eq!(plan["impact"]["moves"].as_array().unwrap().len(), 2);
    assert!(plan["guards"][0]["message"].as_str().unwrap().contains(stay));
    project.run(["apply", "--auto-approve", "--allow-delete", "state-store:second"]).code(0).says([moves]);
    assert_eq!(files(&project.path(".plat/stores/second.git"), "main").len(), 2);
    project.run(["plan"]).no_changes();
}

#[test]
fn where_nobody_can_look_into_a_state_store_moves_are_looked_at_in_part() {
    let project = in_second();
    without_second(&project);
    let objects = project.path(".plat/stores/second.git/objects");
    std::fs::remove_dir_all(&objects).unwrap();
    std::fs::create_dir(&objects).unwrap();
    let why = "looked at in part: moves: nobody could look at what stands in state-store:second (";
    project.run(["plan"]).code(5).says([why]).never_says("moves from");
}

#[test]
fn a_state_store_that_gets_another_folder_renders_nothing_anew() {
    let project = applied();
    project.edit(
        "plat.kdl",
        "    url \".plat/stores/gitops.git\"\n",
        "    url \".plat/stores/gitops.git\"\n    path clusters\n",
    );
    project.run(["plan"]).code(5).says(["+ gitops: 2 files", "Consequences"]).never_says("anew");
    project.edit("plat.kdl", "data size=", "data other=x size=");
    project.run(["plan"]).code(5).says(["renders 1 file anew because of promise:app"]);
}

#[test]
fn a_request_whose_destination_comes_back_from_a_store_that_is_left_says_so_where_it_moves() {
    let project = in_second();
    without_second(&project);
    let others: String = ["side", "a", "b", "c", "d"]
        .map(|name| format!("destination {name} {{\n    store gitops\n    labels side=main\n}}\n"))
        .concat();
    project.write("places.kdl", others);
    project.run(["plan"]).code(5).says([
        "request:app:default/",
        " moves from side to ",
        ": the project leaves state store second, where side was\n",
    ]);
}

#[test]
fn a_catalog_that_was_emptied_is_no_new_one() {
    let project = crate::demo::new();
    project.apply();
    project.write(".plat/catalog.db", "");
    for arguments in [&["plan"][..], &["apply", "--auto-approve"], &["drift"], &["get", "entity"]] {
        project
            .run(arguments.iter().copied())
            .code(1)
            .stdout("")
            .complains(["catalog.db", "it is empty; delete it if nothing was ever applied"]);
    }
    assert_eq!(project.read(".plat/catalog.db"), "");
    std::fs::remove_file(project.path(".plat/catalog.db")).unwrap();
    project.run(["plan"]).code(0);
}

/// Others move the state store in the catalog, and its new place is taken over into the text.
#[track_caller]
fn moved_by_others(change: &str) -> Project {
    let project = applied();
    project.sql(&format!("UPDATE objects SET body = {change} WHERE kind = 'state-store'"));
    project.run(["drift", "--adopt", "state-store:gitops"]).code(0).says([
        "delivers 2 files anew",
        "2 files would stay where a state store was: plat plan is refused for that, and says what to do\n",
    ]);
    project
}

#[test]
fn a_store_that_others_moved_is_guarded_as_one_that_the_text_moves() {
    let refusal = "REFUSED the project leaves state-store:gitops, and 2 files of 2 requests that it delivered there would stay; \
        drain its destinations first and apply, then let it go elsewhere\n    \
        to allow it: `removed \"file:gitops:*\" keep` in the project, or --allow-delete state-store:gitops\n";
    for change in ["json_set(body, '$.url', '.plat/stores/two.git')", "json_set(body, '$.branch', 'dev')"] {
        let project = moved_by_others(change);
        project.run(["plan"]).code(5).says([refusal]);
        project.run(["apply", "--auto-approve"]).code(5).says([refusal]);
        project.run(["apply", "--auto-approve", "--allow-delete", "state-store:gitops"]).code(0);
        project.run(["plan"]).no_changes();
    }
    // So is one of which others and the text say the same anew.
    let project = applied();
    project.sql("UPDATE objects SET body = json_set(body, '$.path', 'clusters') WHERE kind = 'state-store'");
    project.edit("plat.kdl", "gitops.git\"\n", "gitops.git\"\n    path clusters\n");
    project.run(["plan"]).code(5).says([refusal]);
    // It was delivered nowhere else: what others say of a store does not make it one that is left.
    let project = applied();
    project.sql("UPDATE objects SET body = json_set(body, '$.branch', 'dev') WHERE kind = 'state-store'");
    project.apply().never_says("REFUSED");
    project.run(["plan"]).no_changes();
}

#[test]
fn a_store_that_others_deleted_is_guarded_as_one_that_the_text_takes_out() {
    let project = applied();
    project.sql("DELETE FROM objects WHERE kind = 'state-store'");
    without_store(&project);
    project.write("requests.kdl", "");
    project.write("removed.kdl", "removed \"request:*\"\n");
    let refusal =
        "REFUSED the project leaves state-store:gitops, and 2 files of 2 requests that it delivered there would stay";
    project.run(["plan"]).code(5).says([refusal]);
    project.run(["apply", "--auto-approve", "--allow-delete", "state-store:gitops"]).code(0);
    project.run(["plan"]).no_changes();
    // One that is made anew at another place leaves the old one too.
    let project = applied();
    project.sql("DELETE FROM objects WHERE kind = 'state-store'");
    project.edit("plat.kdl", "stores/gitops.git", "stores/two.git");
    project.run(["plan", "--on-conflict", "ours"]).code(5).says([refusal]);
}

#[test]
fn a_destination_that_others_moved_takes_its_files_along() {
    let project = applied();
    project.sql("UPDATE objects SET body = json_set(body, '$.path', 'elsewhere') WHERE kind = 'destination'");
    project.run(["drift", "--adopt", "*"]).code(0);
    project.run(["apply", "--auto-approve", "--max-deletes", "9"]);
    let paths = files(&repository(&project), "main");
    assert_eq!(paths.len(), 2, "{paths:?}");
}
