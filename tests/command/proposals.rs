//! What is proposed for people to merge, from the proposal to the inventory.

use crate::project::Project;
use git2::{Oid, Repository, Signature};

const PROJECT: &str = r#"
project shop { id shop-1; }
state-store s git { url "../s.git"; }
destination d { store s; }
promise c { api group=example.com version=v1 kind=C { field size string default=small; }; workflow configure { resource v1 ConfigMap $name file=c.yaml { data size=$spec.size; }; }; }
"#;

pub(crate) const PROPOSE: [&str; 5] = ["apply", "--via", "pull-request", "--auto-approve", "--summary"];

pub(crate) fn shop(requests: &str) -> Project {
    let project = Project::new().file("plat.kdl", PROJECT).file("requests.kdl", requests);
    let repository = Repository::init_bare(project.outside("s.git")).unwrap();
    // A branch to merge into.
    commit(&repository, "refs/heads/main", empty(&repository), &[]);
    project
}

pub(crate) fn repository(project: &Project) -> Repository {
    Repository::open_bare(project.outside("s.git")).unwrap()
}

pub(crate) fn empty(repository: &Repository) -> Oid {
    repository.treebuilder(None).unwrap().write().unwrap()
}

pub(crate) fn commit(repository: &Repository, reference: &str, tree: Oid, parents: &[Oid]) -> Oid {
    let who = Signature::now("Ada", "ada@example.com").unwrap();
    let parents: Vec<_> = parents.iter().map(|id| repository.find_commit(*id).unwrap()).collect();
    let parents: Vec<_> = parents.iter().collect();
    repository.commit(Some(reference), &who, &who, "by hand", &repository.find_tree(tree).unwrap(), &parents).unwrap()
}

fn names(repository: &Repository, pattern: &str) -> Vec<String> {
    repository.references_glob(pattern).unwrap().names().map(|name| name.unwrap().to_owned()).collect()
}

/// The branch of the only proposal that is not on main.
fn proposal(repository: &Repository) -> (String, Oid) {
    let mut branches = names(repository, "refs/heads/plat/*");
    assert_eq!(branches.len(), 1, "{branches:?}");
    let name = branches.remove(0);
    let tip = repository.refname_to_id(&name).unwrap();
    (name, tip)
}

/// How a proposal gets onto the branch.
#[derive(Clone, Copy, Debug)]
enum Merge {
    Commit,
    Squash,
    FastForward,
}

fn merge(repository: &Repository, how: Merge) {
    let (name, proposed) = proposal(repository);
    let tip = repository.refname_to_id("refs/heads/main").unwrap();
    let tree = repository.find_commit(proposed).unwrap().tree_id();
    match how {
        Merge::Commit => drop(commit(repository, "refs/heads/main", tree, &[tip, proposed])),
        Merge::Squash => drop(commit(repository, "refs/heads/main", tree, &[tip])),
        Merge::FastForward => drop(repository.reference("refs/heads/main", proposed, true, "merge").unwrap()),
    }
    repository.find_reference(&name).unwrap().delete().unwrap();
}

#[test]
fn what_was_merged_is_the_projects_own_however_it_was_merged() {
    for how in [Merge::Commit, Merge::Squash, Merge::FastForward] {
        let project = shop("request c keep\nrequest c temp { lifecycle { protect; }; }");
        project.run(PROPOSE).code(0).says(["To merge: 2 files of s on branch plat/shop-1/"]);
        project.run(["plan"]).complains(["waits to be merged, with 0 of 2 files there already"]).code(0);
        merge(&repository(&project), how);
        project.run(["plan"]).code(0).says(["No changes. 7 objects and files match."]);
        // The catalog is lost, and the text of a request with it: its file is known and protected all the same.
        std::fs::remove_dir_all(project.path(".plat")).unwrap();
        project.write("requests.kdl", "request c keep { size large; }");
        project.run(["plan", "--summary"]).says(["~ s: 1 file", "- file:s:d/resources/default/c/temp/"]);
        project.write("requests.kdl", "request c keep { size large; }\nrequest c temp");
        project.run(PROPOSE).code(0).says(["To merge: 1 file of s"]);
        merge(&repository(&project), how);
        // Once more without the protection, which the text took back.
        project.write("requests.kdl", "request c keep { size large; }");
        project.run(PROPOSE).code(0).says(["To merge: 1 file of s"]);
        merge(&repository(&project), how);
        project.run(PROPOSE).code(0);
        project.run(["plan"]).code(0).says(["No changes. 5 objects and files match."]);
        let merged = repository(&project);
        let tree = merged.find_reference("refs/heads/main").unwrap().peel_to_tree().unwrap();
        assert!(tree.get_path("d/resources/default/c/keep".as_ref()).is_ok(), "{how:?}");
        assert!(tree.get_path("d/resources/default/c/temp".as_ref()).is_err(), "{how:?}");
        assert_eq!(names(&repository(&project), "refs/plat/proposal/*"), [""; 0], "{how:?}");
    }
}

#[test]
fn what_protects_a_file_is_known_when_another_content_of_it_was_merged() {
    for how in [Merge::Commit, Merge::Squash, Merge::FastForward] {
        let temp = "request c temp { lifecycle { protect; }; }";
        let project = shop(&format!("request c keep\n{temp}"));
        project.apply();
        project.write("requests.kdl", format!("request c keep\n{}", temp.replace("; }; }", "; }; size large; }")));
        project.run(PROPOSE).code(0).says(["To merge: 1 file of s"]);
        merge(&repository(&project), how);
        // Nobody has put it into the inventory yet.
        std::fs::remove_dir_all(project.path(".plat")).unwrap();
        project.write("requests.kdl", "request c keep");
        let refused = "REFUSED request:c:default/temp is protected and would be deleted";
        project.run(["apply", "--auto-approve"]).code(5).says([refused]);
    }
}

#[test]
fn an_empty_repository_may_begin_with_a_proposal() {
    let project = Project::new().file("plat.kdl", PROJECT).file("requests.kdl", "request c one");
    let mut options = git2::RepositoryInitOptions::new();
    Repository::init_opts(project.outside("s.git"), options.bare(true).initial_head("main")).unwrap();
    project.run(PROPOSE).code(0).says(["To merge: 1 file of s"]);
    project.run(["plan"]).code(0).says(["+ s: 1 file"]);
    let repository = repository(&project);
    let (_, proposed) = proposal(&repository);
    repository.reference("refs/heads/main", proposed, false, "merge").unwrap();
    project.run(PROPOSE).code(0);
    project.run(["plan"]).no_changes();
}

#[test]
fn what_was_merged_once_can_be_proposed_again() {
    for how in [Merge::Commit, Merge::Squash, Merge::FastForward] {
        let project = shop("request c one");
        project.run(PROPOSE).code(0);
        merge(&repository(&project), how);
        for size in ["large", "small", "large", "small"] {
            project.write("requests.kdl", format!("request c one {{ size {size}; }}"));
            project.run(PROPOSE).code(0).says(["To merge: 1 file of s"]);
            let (name, proposed) = proposal(&repository(&project));
            let tip = repository(&project).refname_to_id("refs/heads/main").unwrap();
            let parent = repository(&project).find_commit(proposed).unwrap().parent_id(0).unwrap();
            assert_eq!(parent, tip, "{how:?}: the proposal begins where the branch is");
            merge(&repository(&project), how);
            // Whoever merges need not take the branch away: plat does, once all of it has arrived.
            repository(&project).reference(&name, proposed, true, "left").unwrap();
            project.apply();
            assert!(repository(&project).find_reference(&name).is_err(), "{how:?}");
            project.run(["plan"]).no_changes();
        }
    }
}

#[test]
fn what_is_taken_over_by_a_proposal_changes_hands_with_its_merge() {
    let first = shop("request c one\nrequest c same");
    first.run(["apply", "--auto-approve"]).code(0);
    let text = PROJECT.replace("project shop { id shop-1; }", "project other { id other-1; }");
    let requests = "request c one { size large; }\nrequest c same\n\
                    adopt \"request:c:default/one\" from=shop-1\nadopt \"request:c:default/same\" from=shop-1\n";
    let second = Project::new().file("plat.kdl", text).file("requests.kdl", requests);
    std::os::unix::fs::symlink(first.outside("s.git"), second.outside("s.git")).unwrap();
    second.run(PROPOSE).code(0).says(["To merge: 1 file of s"]);
    first.run(["plan"]).no_changes();
    merge(&repository(&first), Merge::Commit);
    second.run(PROPOSE).code(0);
    second.run(["plan"]).no_changes();
    first.run(["plan"]).code(5).says(["belongs to project other-1", "belongs to project other-1"]);
    first.write("requests.kdl", "");
    first.run(["apply", "--auto-approve", "--allow-delete", "request:*"]).code(0).never_says("file:s:");
    second.run(["plan"]).no_changes();
}

#[test]
fn what_is_superseded_or_closed_is_told_and_can_be_taken_away() {
    let project = shop("request c one");
    project.run(PROPOSE).code(0);
    let (first, _) = proposal(&repository(&project));
    project.write("requests.kdl", "request c one { size large; }");
    project.run(PROPOSE).code(0).complains(["is superseded by a later one: `plat proposals --prune` takes it away"]);
    project.run(["proposals"]).code(0).says(["superseded", "open"]);
    project.run(["proposals", "--prune"]).code(0).complains(["which is superseded"]).says(["open"]);
    assert!(repository(&project).find_reference(&first).is_err());
    let (second, _) = proposal(&repository(&project));
    repository(&project).find_reference(&second).unwrap().delete().unwrap();
    project.run(["plan"]).complains(["was closed without all of it"]);
    let closed = project.run(["--format", "json", "proposals"]).code(0);
    assert!(closed.out.contains(r#""state":"closed""#), "{}", closed.out);
    project.run(["proposals", "--prune"]).code(0);
    project.run(["plan"]).code(0).stderr("").says(["+ s: 1 file"]);
}
