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
        project.run(["plan", "--summary"]).says(["- file:s:d/resources/default/c/temp/", "~ s: 1 file"]);
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
    let begins = "The branch main of s was not there: it begins with a commit without files";
    project.run(PROPOSE).code(0).says(["To merge: 1 file of s", begins]);
    project.run(["plan"]).code(0).says(["+ s: 1 file"]);
    let repository = repository(&project);
    let (_, proposed) = proposal(&repository);
    // Nothing can be merged into nothing: the branch is there, and the proposal stands on it.
    let main = repository.find_reference("refs/heads/main").unwrap().peel_to_commit().unwrap();
    assert_eq!((main.tree().unwrap().len(), main.parent_count()), (0, 0));
    assert_eq!(repository.find_commit(proposed).unwrap().parent_id(0).unwrap(), main.id());
    project.run(PROPOSE).code(0).says(["To merge: 1 file of s"]).never_says("was not there");
    merge(&repository, Merge::Commit);
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

/// The branches of all proposals that are there.
fn branches(repository: &Repository) -> Vec<String> {
    names(repository, "refs/heads/plat/*")
}

/// The only branch of the one list that is not in the other.
fn added(before: &[String], repository: &Repository) -> String {
    let mut new: Vec<String> = branches(repository).into_iter().filter(|name| !before.contains(name)).collect();
    assert_eq!(new.len(), 1, "{new:?}");
    new.remove(0)
}

/// Merges a branch, as by a merge commit or squashed, and leaves it where it is.
fn merge_branch(repository: &Repository, branch: &str, how: Merge) {
    let main = repository.find_reference("refs/heads/main").unwrap().peel_to_commit().unwrap();
    let theirs = repository.find_reference(branch).unwrap().peel_to_commit().unwrap();
    let tree = repository.merge_commits(&main, &theirs, None).unwrap().write_tree_to(repository).unwrap();
    let parents = match how {
        Merge::Commit | Merge::FastForward => vec![main.id(), theirs.id()],
        Merge::Squash => vec![main.id()],
    };
    commit(repository, "refs/heads/main", tree, &parents);
}

/// Somebody commits a file to a branch.
fn write(repository: &Repository, branch: &str, path: &str, content: &str) {
    let tip = repository.find_reference(branch).unwrap().peel_to_commit().unwrap();
    let blob = repository.blob(content.as_bytes()).unwrap();
    let mut update = git2::build::TreeUpdateBuilder::new();
    let tree = update.upsert(path, blob, git2::FileMode::Blob).create_updated(repository, &tip.tree().unwrap());
    commit(repository, branch, tree.unwrap(), &[tip.id()]);
}

fn read(repository: &Repository, branch: &str, path: &str) -> Option<String> {
    let tree = repository.find_reference(branch).unwrap().peel_to_tree().unwrap();
    let blob = tree.get_path(path.as_ref()).ok()?.to_object(repository).unwrap().peel_to_blob().unwrap();
    Some(String::from_utf8(blob.content().to_vec()).unwrap())
}

/// The path of the only file of a request.
fn path_of(request: &str) -> String {
    format!("d/resources/default/c/{request}/configure-c/5058f/c.yaml")
}

#[test]
fn what_is_superseded_stays_so_once_what_took_its_place_is_merged() {
    let texts = [
        ("request c temp", "request c perm"),
        ("request c one { size large; }", "request c one { size huge; }"),
        ("request c one\nrequest c two", "request c one"),
    ];
    for how in [Merge::Commit, Merge::Squash] {
        for (before, after) in texts {
            let project = shop("");
            project.write("requests.kdl", before);
            project.run(PROPOSE).code(0);
            let known = branches(&repository(&project));
            project.write("requests.kdl", after);
            project.run(PROPOSE).code(0).complains(["is superseded by a later one"]);
            let newer = added(&known, &repository(&project));
            merge_branch(&repository(&project), &newer, how);
            for _ in 0..2 {
                project.apply();
                let told = project.run(["plan"]).code(0).complains(["is superseded by a later one"]);
                assert!(!told.err.contains("waits to be merged"), "{how:?} {before}: {}", told.err);
                project.run(["proposals"]).code(0).says(["superseded"]).never_says("open");
            }
            project.run(["proposals", "--prune"]).code(0).says(["No proposal of this project is known."]);
            assert_eq!(branches(&repository(&project)), [""; 0], "{how:?} {before}");
            project.run(["plan"]).no_changes();
        }
    }
}

#[test]
fn a_proposal_of_which_nothing_is_there_still_waits_once_an_older_one_was_merged_after_all() {
    let project = shop("request c one { size large; }");
    project.run(PROPOSE).code(0);
    let older = branches(&repository(&project)).remove(0);
    project.write("requests.kdl", "request c one { size huge; }");
    project.run(PROPOSE).code(0);
    merge_branch(&repository(&project), &older, Merge::Squash);
    project.run(["proposals"]).code(0).says(["merged", "open"]);
    project.run(["proposals", "--prune"]).code(0).complains(["which is merged"]).says(["open"]);
    assert_eq!(branches(&repository(&project)).len(), 1);
    project.run(["proposals", "--prune"]).code(0).says(["open"]);
    // It cannot be merged as it is any more: what the text says by now is proposed anew, and takes its place.
    let known = branches(&repository(&project));
    project.run(PROPOSE).code(0).says(["To merge: 1 file of s"]).complains(["is superseded by a later one"]);
    merge_branch(&repository(&project), &added(&known, &repository(&project)), Merge::Squash);
    project.apply();
    project.run(["plan"]).no_changes();
}

#[test]
fn taking_old_proposals_away_leaves_the_one_that_waits() {
    let project = shop("request c one { size large; }\nrequest c two");
    project.run(PROPOSE).code(0);
    let oldest = branches(&repository(&project)).remove(0);
    for requests in ["request c one\nrequest c two\nrequest c three", "request c one\nrequest c two"] {
        project.write("requests.kdl", requests);
        project.run(PROPOSE).code(0);
    }
    merge_branch(&repository(&project), &oldest, Merge::Commit);
    project.run(["proposals", "--prune"]).code(0).complains(["which is merged", "which is superseded"]).says(["open"]);
    project.run(["proposals"]).code(0).says(["open"]);
    assert_eq!(branches(&repository(&project)).len(), 1);
}

#[test]
fn what_merging_a_superseded_proposal_would_bring_back_is_told() {
    let project = shop("request c temp");
    project.run(PROPOSE).code(0);
    project.write("requests.kdl", "request c perm");
    project
        .run(PROPOSE)
        .code(0)
        .complains(["; merged, it would write 1 file otherwise than the text says, as d/resources/"]);
}

#[test]
fn a_proposal_that_is_wanted_again_takes_the_place_of_what_superseded_it() {
    let project = shop("request c one { size large; }");
    project.run(PROPOSE).code(0);
    let large = branches(&repository(&project)).remove(0);
    project.write("requests.kdl", "request c one { size huge; }");
    project.run(PROPOSE).code(0);
    project.write("requests.kdl", "request c one { size large; }");
    project.run(PROPOSE).code(0);
    let all = project.run(["proposals"]).code(0);
    let line = |state: &str| all.out.lines().find(|line| line.contains(state)).unwrap().to_owned();
    assert!(line("open").contains(large.strip_prefix("refs/heads/").unwrap()), "{}", all.out);
    assert!(line("superseded").contains("plat/shop-1/"), "{}", all.out);
}

#[test]
fn a_proposal_that_the_text_no_longer_says_is_outdated() {
    let project = shop("request c keep");
    project.apply();
    project.write("requests.kdl", "request c keep\nrequest c temp");
    project.run(PROPOSE).code(0);
    project.write("requests.kdl", "request c keep");
    let said = "is no longer what the text says: `plat proposals --prune` takes it away; merged, it would write 1 file";
    project.run(["plan"]).code(0).complains([said]);
    project.run(["proposals"]).code(0).says(["outdated"]).never_says("open");
    project.run(["proposals", "--prune"]).code(0).complains(["which is outdated"]);
    assert_eq!(branches(&repository(&project)), [""; 0]);
    project.apply();
    // A deletion that is no longer meant.
    project.write("requests.kdl", "");
    project.run(PROPOSE).code(0).says(["To merge: 1 file of s"]);
    project.write("requests.kdl", "request c keep");
    project.run(["plan"]).code(0).complains(["merged, it would delete 1 file that the text says"]);
    let told = project.run(["--format", "json", "proposals"]).code(0);
    assert!(told.out.contains(r#""state":"outdated""#) && told.out.contains(r#""deletes":["d/"#), "{}", told.out);
}

#[test]
fn what_a_reviewer_made_of_a_proposal_and_the_text_says_by_now_waits_for_nothing() {
    for (how, stays) in [(Merge::Squash, true), (Merge::Squash, false), (Merge::Commit, true), (Merge::Commit, false)] {
        let project = shop("request c one");
        project.apply();
        let (main, path) = ("refs/heads/main", path_of("one"));
        project.write("requests.kdl", "request c one { size large; }");
        project.run(PROPOSE).code(0);
        let repository = repository(&project);
        let branch = branches(&repository).remove(0);
        let fixed = read(&repository, &branch, &path).unwrap().replace("large", "huge");
        write(&repository, &branch, &path, &fixed);
        project
            .run(["plan"])
            .code(0)
            .complains(["waits to be merged", "it would write 1 file otherwise than the text says"]);
        merge_branch(&repository, &branch, how);
        assert_eq!(read(&repository, main, &path), Some(fixed.clone()));
        if !stays {
            repository.find_reference(&branch).unwrap().delete().unwrap();
        }
        project.write("requests.kdl", "request c one { size huge; }");
        project.run(["plan"]).code(0).stderr("");
        project.run(PROPOSE).code(0).never_says("To merge");
        project.run(["plan"]).no_changes().stderr("");
        project.apply();
        project.run(["proposals"]).code(0).says(["No proposal of this project is known."]);
    }
}

#[test]
fn what_goes_to_another_store_leaves_the_first_only_once_it_is_merged_there() {
    let other = "state-store t git { url \"../t.git\"; }\ndestination e { store t; }\n";
    let project = shop("request c one");
    project.apply();
    let repository = repository(&project);
    let elsewhere = Repository::init_bare(project.outside("t.git")).unwrap();
    commit(&elsewhere, "refs/heads/main", empty(&elsewhere), &[]);
    project
        .write("plat.kdl", PROJECT.replace("destination d { store s; }", "destination d { store s; drain; }") + other);
    let propose: Vec<&str> = PROPOSE.to_vec();
    project.run(["plan"]).complains(["s: 1 file leaves only once what replaces it is in t"]);
    for _ in 0..2 {
        let waits = "the next apply proposes what leaves: 1 file of s, once what replaces it is merged in t";
        project.run(propose.clone()).code(0).says(["To merge: 1 file of t", waits]).never_says("To merge: 1 file of s");
        assert_eq!(branches(&repository), [""; 0]);
    }
    let arrival = branches(&elsewhere).remove(0);
    merge_branch(&elsewhere, &arrival, Merge::Squash);
    project.run(propose.clone()).code(0).says(["To merge: 1 file of s"]).never_says("of t");
    merge_branch(&repository, &branches(&repository).remove(0), Merge::Squash);
    project.run(propose).code(0);
    project.run(["plan"]).no_changes();
    assert_eq!(read(&repository, "refs/heads/main", &path_of("one")), None);
}

#[test]
fn a_proposal_that_others_changed_is_theirs_to_merge_or_to_delete() {
    let project = shop("request c one");
    project.run(PROPOSE).code(0);
    let repository = repository(&project);
    let branch = branches(&repository).remove(0);
    // Neither a file beside it nor one on the store's branch makes another proposal of it.
    write(&repository, &branch, "NOTE", "looks good");
    write(&repository, "refs/heads/main", "README", "files");
    let said = format!("To merge: 1 file of s on branch {}", branch.strip_prefix("refs/heads/").unwrap());
    project.run(PROPOSE).code(0).says([said.as_str()]);
    write(&repository, &branch, &path_of("one"), "fixed: true\n");
    let tip = repository.refname_to_id(&branch).unwrap();
    project.run(PROPOSE).code(4).complains(["holds something else", "merge it, and take", "or delete it"]);
    assert_eq!(repository.refname_to_id(&branch).unwrap(), tip);
    project.run(["proposals", "--prune"]).code(0).says(["open"]);
    repository.find_reference(&branch).unwrap().delete().unwrap();
    project.run(PROPOSE).code(0).says([said.as_str()]);
    project.run(["proposals"]).code(0).says(["open"]).never_says("closed");
}

#[test]
fn nothing_that_is_proposed_is_told_too() {
    let project = shop("request c one");
    project.run(["proposals"]).code(0).stdout("No proposal of this project is known.\n");
    project.run(["--format", "json", "proposals"]).code(0).stdout("");
}

#[test]
fn a_commit_counts_the_files_that_it_changes_and_names_the_id_of_its_project() {
    let project = shop("request c one");
    project.apply();
    let repository = repository(&project);
    let (main, own) = ("refs/heads/main", read(&repository, "refs/heads/main", &path_of("one")).unwrap());
    // One of two is there already.
    write(&repository, main, &path_of("two"), &own.replace("one", "two"));
    project.write("requests.kdl", "request c one { size large; }\nrequest c two");
    project.run(["apply", "--auto-approve", "--adoption", "if-unowned"]).code(0).says(["1 file of s in commit"]);
    let commit = repository.find_reference(main).unwrap().peel_to_commit().unwrap();
    let message = commit.message().unwrap();
    assert!(message.starts_with("Deliver 1 file of shop\n\nPlat-Project: shop\n"), "{message}");
    assert!(message.contains("\nPlat-Run: ") && message.ends_with("\nPlat-Project-Id: shop-1\n"), "{message}");
}
