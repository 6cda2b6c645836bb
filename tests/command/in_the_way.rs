//! What stands where a file is to be: told by the plan, written over by nobody, and replaced where that is asked for.

use crate::demo::{self, manifest, repository};
use crate::project::Project;
use crate::store::{files, somebody_writes};
use git2::build::TreeUpdateBuilder;
use git2::{FileMode, Oid, Repository, Signature};
use std::path::Path;

/// The folder of the files of a request.
fn folder(request: &str) -> String {
    Path::new(&manifest(request)).parent().unwrap().to_str().unwrap().to_owned()
}

/// Somebody puts something into the branch by its mode.
fn somebody_puts(project: &Project, path: &str, mode: FileMode, id: Option<Oid>) {
    let repository = Repository::open(repository(project)).unwrap();
    let tip = repository.find_reference("refs/heads/main").unwrap().peel_to_commit().unwrap();
    let mut update = TreeUpdateBuilder::new();
    update.upsert(path, id.unwrap_or_else(|| repository.blob(b"/etc/passwd").unwrap()), mode);
    let tree = repository.find_tree(update.create_updated(&repository, &tip.tree().unwrap()).unwrap()).unwrap();
    let who = Signature::now("somebody", "somebody@company.com").unwrap();
    repository.commit(Some("refs/heads/main"), &who, &who, "By hand", &tree, &[&tip]).unwrap();
}

/// The plan and the apply tell what is in the way, and nothing is written; with `--on-conflict ours` it goes.
#[track_caller]
fn is_replaced(project: &Project, told: &str) {
    let before = project.snapshot();
    for arguments in [["plan", "--summary"], ["apply", "--auto-approve"]] {
        project.run(arguments).code(4).says([told, "`--on-conflict ours` replaces it"]);
    }
    assert!(project.snapshot() == before, "something was written");
    project.run(["plan", "--on-conflict", "ours"]).code(0).says([format!("replaces {told}").as_str()]);
    project.run(["apply", "--auto-approve", "--on-conflict", "ours"]).code(0);
    project.run(["plan"]).no_changes();
}

#[test]
fn a_file_where_a_folder_was_and_where_one_will_be() {
    let project = demo::applied();
    let folder = Path::new(&folder("web")).parent().unwrap().to_str().unwrap().to_owned();
    somebody_writes(&repository(&project), "main", &folder, None);
    somebody_writes(&repository(&project), "main", &folder, Some("a note"));
    is_replaced(&project, &format!("the file `{folder}`"));
    let will_be = folder.replace("/web/", "/new/");
    somebody_writes(&repository(&project), "main", &will_be, Some("a note"));
    project.write("new.kdl", "request app new\n");
    is_replaced(&project, &format!("the file `{will_be}`"));
}

#[test]
fn a_folder_where_a_file_was() {
    let project = demo::applied();
    let path = manifest("web");
    somebody_writes(&repository(&project), "main", &path, None);
    somebody_writes(&repository(&project), "main", &format!("{path}/one"), Some("1"));
    somebody_writes(&repository(&project), "main", &format!("{path}/two/three"), Some("2"));
    is_replaced(&project, &format!("the folder `{path}` with 2 files of others in it"));
    // One that is no longer wanted is gone already, and what stands there is somebody's.
    somebody_writes(&repository(&project), "main", &path, None);
    somebody_writes(&repository(&project), "main", &format!("{path}/one"), Some("1"));
    project.edit("requests.kdl", "request app web {\n    size 1\n}\n", "");
    project.run(["apply", "--auto-approve", "--max-deletes", "5"]).code(0);
    assert_eq!(files(&repository(&project), "main")[&format!("{path}/one")], "1");
    project.run(["plan"]).no_changes();
}

#[test]
fn a_submodule_and_a_link_on_the_way() {
    for (mode, told) in [(FileMode::Commit, "submodule"), (FileMode::Link, "symbolic link")] {
        let project = demo::applied();
        let place = folder("web");
        somebody_writes(&repository(&project), "main", &place, None);
        let id = (mode == FileMode::Commit)
            .then(|| Repository::open(repository(&project)).unwrap().refname_to_id("refs/heads/main").unwrap());
        somebody_puts(&project, &place, mode, id);
        is_replaced(&project, &format!("the {told} `{place}`"));
    }
}

#[test]
fn a_submodule_in_the_place_of_our_file() {
    let project = demo::applied();
    let id = Repository::open(repository(&project)).unwrap().refname_to_id("refs/heads/main").unwrap();
    somebody_writes(&repository(&project), "main", &manifest("web"), None);
    somebody_puts(&project, &manifest("web"), FileMode::Commit, Some(id));
    is_replaced(&project, &format!("the submodule `{}`", manifest("web")));
}

#[test]
fn a_link_in_the_place_of_our_file_is_set_back_and_one_in_the_place_of_a_new_one_is_told() {
    let project = demo::applied();
    somebody_puts(&project, &manifest("web"), FileMode::Link, None);
    let link = "(a symbolic link to /etc/passwd)\n";
    project.run(["plan"]).code(0).says(["! revert 1", &format!("      -{link}"), "      +apiVersion: v1\n"]);
    project.run(["drift"]).says(["(is set back)", &format!("      +{link}")]).never_says("deleted");
    let both = project.twin();
    both.edit("requests.kdl", "size 1", "size 9");
    both.run(["plan"]).code(4).says(["CONFLICT file:gitops:", &format!("      -{link}"), "      +  size: \"9\"\n"]);
    project.apply();
    project.run(["plan"]).no_changes();
    somebody_puts(&project, &manifest("new"), FileMode::Link, None);
    project.write("new.kdl", "request app new\n");
    is_replaced(&project, &format!("the symbolic link `{}`", manifest("new")));
}

#[test]
fn a_mode_that_others_changed_is_set_back_and_told_as_that() {
    let project = demo::applied();
    let opened = Repository::open(repository(&project)).unwrap();
    let tree = || opened.find_reference("refs/heads/main").unwrap().peel_to_tree().unwrap();
    let at = manifest("web");
    let (id, before) = (tree().get_path(Path::new(&at)).unwrap().id(), tree().id());
    somebody_puts(&project, &at, FileMode::BlobExecutable, Some(id));
    let told = format!("! file:gitops:{at}  requests.kdl:1  (others changed it, its mode 100755 becomes 100644)");
    project.run(["plan", "--full"]).code(0).says(["! revert 1", &told]);
    project.run(["plan", "--format", "json"]).code(0).says([r#""reasons":["drifted","mode"]"#]);
    project.run(["drift", "--detailed-exitcode"]).code(2).says(["(is set back, its mode went from 100644 to 100755)"]);
    project.run(["drift", "--format", "json"]).says([r#""mode":"100755""#]);
    let both = project.twin();
    both.edit("requests.kdl", "size 1", "size 9");
    both.run(["plan"]).code(4).says(["CONFLICT file:gitops:", "-(mode 100755)", "      +  size: \"9\"\n"]);
    let kept = project.twin();
    kept.edit("requests.kdl", "size 1", "size 1\n    lifecycle { on-drift keep; }");
    kept.apply();
    assert_eq!(Repository::open(repository(&kept)).unwrap().find_tree(before).unwrap().id(), before);
    kept.run(["plan"]).code(0).never_says("revert");
    project.apply();
    assert_eq!(tree().id(), before);
    project.run(["plan"]).no_changes();
    // The same bytes as a link are another content all the same.
    somebody_puts(&project, &at, FileMode::Link, Some(id));
    project.run(["drift", "--detailed-exitcode"]).code(2).says(["(is set back)"]);
    project.apply();
    assert_eq!(tree().id(), before);
}

#[test]
fn a_file_at_the_folder_of_the_state_store() {
    let project = demo::applied();
    somebody_writes(&repository(&project), "main", "clusters", Some("a note"));
    project.edit("plat.kdl", "gitops.git\"\n", "gitops.git\"\n    path \"clusters/all\"\n");
    let told = "the file `clusters` is in its way";
    project.run(["plan", "--allow-delete", "state-store:gitops"]).code(4).says([told]);
}

#[test]
fn what_another_project_owns_is_never_replaced() {
    let project = demo::applied();
    let theirs = Project::new().file("plat.kdl", "project theirs { id theirs-1; }\nstate-store s git { url \"../project/.plat/stores/gitops.git\"; path \"z/x/y\" }\n\
        destination d { store s; path \".\"; layout flat; labels a=b }\n\
        promise p { api group=a.b version=v1 kind=P { field f string; }; schedule a=b; workflow configure { resource v1 ConfigMap $name file=z { data x=y } } }\n\
        request p r\n");
    // Both lie beside one repository.
    let url = repository(&project).display().to_string();
    theirs.edit("plat.kdl", "../project/.plat/stores/gitops.git", &url);
    theirs.apply();
    project.write("new.kdl", "destination other { store gitops; path z; layout flat; labels side=other }\n\
        promise q { api group=c.d version=v1 kind=Q { field f string; }; schedule side=other; workflow configure { resource v1 ConfigMap $name file=\"x\" { data x=y } } }\n\
        request q r\n");
    let told =
        ["the folder `z/x` is in its way", "plat cannot replace it: project `theirs-1` owns it, or something in it"];
    for arguments in [["plan", "--summary"].as_slice(), &["apply", "--auto-approve", "--on-conflict", "ours"]] {
        project.run(arguments.iter().copied()).code(4).says(told);
    }
    theirs.run(["plan"]).no_changes();
}

#[test]
fn a_saved_plan_is_stale_where_something_came_into_the_way() {
    let project = demo::applied();
    project.write("new.kdl", "request app new\n");
    project.run(["plan", "--out", "plan.json"]).code(0);
    let place = folder("new");
    somebody_writes(&repository(&project), "main", &place, Some("a note"));
    project.run(["apply", "plan.json"]).code(4).complains([format!("the file `{place}` is in its way now").as_str()]);
    assert!(!project.has("request", "app", "default/new"));
}

#[test]
fn a_saved_plan_replaces_what_it_was_allowed_to_and_drift_tells_it() {
    let project = demo::applied();
    let place = folder("web");
    somebody_writes(&repository(&project), "main", &place, None);
    somebody_writes(&repository(&project), "main", &place, Some("a note"));
    let address = format!("file:gitops:{}", manifest("web"));
    project.run(["why", &address]).code(0).says(["something stands in its way"]);
    project.run(["drift"]).says([format!("conflict: the file `{place}` is in its way").as_str()]);
    project.run(["plan", "--on-conflict", "ours", "--out", "plan.json"]).code(0);
    let github = format!("the file `{place}` is in its way");
    project.run(["plan", "--report", "github=said"]).code(4);
    assert!(project.read("said").contains(&github));
    project.run(["apply", "plan.json"]).code(0);
    project.run(["plan"]).no_changes();
}

#[test]
fn a_store_that_would_not_take_its_part_keeps_the_catalog_as_it_is() {
    let project = demo::applied();
    project.write("new.kdl", "request app new\n");
    // A hook of the first push, that of the lease, stands for somebody who is faster than the plan.
    let hook = repository(&project).join("hooks/post-receive");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(
        &hook,
        "#!/bin/sh\nread old new name; case $name in *lease*) mv refs/heads/main refs/heads/other;; esac\n",
    )
    .unwrap();
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    project.edit("plat.kdl", "git create {", "git {");
    project.run(["apply", "--auto-approve"]).code(1).complains(["has no branch `main`"]);
    assert!(!project.has("request", "app", "default/new"));
    std::fs::remove_file(hook).unwrap();
    std::fs::rename(repository(&project).join("refs/heads/other"), repository(&project).join("refs/heads/main"))
        .unwrap();
    project.apply();
}

#[test]
fn what_moves_aside_for_itself_is_in_nobodys_way() {
    let project = demo::applied();
    project.edit("plat.kdl", "file=config.yaml", "file=\"config.yaml/inner\"");
    project.apply();
    project.run(["plan"]).no_changes();
    project.edit("plat.kdl", "file=\"config.yaml/inner\"", "file=config.yaml");
    project.apply();
    project.run(["plan"]).no_changes();
    // What stays because nothing is taken away is in the way.
    project.edit("plat.kdl", "file=config.yaml", "file=\"config.yaml/inner\"");
    project.run(["plan", "--additive"]).code(4).says(["is in its way", "the project keeps"]);
}
