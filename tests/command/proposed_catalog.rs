//! What changes in a catalog on a branch that only merges may change, from the proposal to the merge.

use crate::change::{AFTER, BEFORE, PLATFORM};
use crate::project::Project;
use crate::{proposals, store};
use git2::{Repository, RepositoryInitOptions};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The repository of the catalog, beside the stores of a project.
const CATALOG: &str = ".plat/stores/catalog.git";
const BRANCH: &str = "plat-catalog";
const PROPOSAL: &str = "plat/demo-1/catalog";

const PROPOSE: [&str; 7] = ["apply", "--via", "pull-request", "--auto-approve", "--summary", "--max-deletes", "20"];

/// A hook that lets nobody move a branch but those who merge.
const PROTECTED: &str = "#!/bin/sh\nwhile read old new name; do\n\
    if [ \"$name\" = refs/heads/BRANCH ] && [ -z \"$MERGES\" ]; then echo 'only merges may change it' >&2; exit 1; fi\n\
    done\n";

/// How people merge a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Merge {
    Commit,
    Squash,
    Rebase,
}

const ALL: [Merge; 3] = [Merge::Commit, Merge::Squash, Merge::Rebase];

/// A project whose catalog is in a repository.
fn project(rest: &str, state: &str) -> Project {
    let text = format!("project demo {{\n    id demo-1\n    catalog git create {{ url \"{CATALOG}\"; }}\n}}\n{rest}");
    Project::new().file("plat.kdl", text).file("state.kdl", state)
}

fn platform(state: &str) -> Project {
    project(&PLATFORM.replace("project demo { id demo }\n", ""), state)
}

/// A catalog alone.
const SERVICES: &str = "blueprint service { property tier string; }\n";

/// Its owner begins the catalog's branch, and protects it.
fn protect(project: &Project) {
    let folder = project.path(CATALOG);
    let mut options = RepositoryInitOptions::new();
    let made = Repository::init_opts(&folder, options.bare(true).mkpath(true).initial_head(BRANCH)).unwrap();
    proposals::commit(&made, &format!("refs/heads/{BRANCH}"), proposals::empty(&made), &[]);
    let hook = folder.join("hooks/pre-receive");
    fs::create_dir_all(folder.join("hooks")).unwrap();
    fs::write(&hook, PROTECTED.replace("BRANCH", BRANCH)).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]).args(arguments);
    let ended = command.env("MERGES", "yes").env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap();
    assert!(ended.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ended.stderr));
}

/// Somebody merges a branch with Git's own tools, as on a host, and takes it away.
fn merge(repository: &Path, base: &str, branch: &str, how: Merge) {
    let clone = tempfile::tempdir().unwrap();
    let folder: PathBuf = clone.path().join("clone");
    git(clone.path(), &["clone", "-q", "-b", base, repository.to_str().unwrap(), "clone"]);
    let proposed = format!("origin/{branch}");
    match how {
        Merge::Commit => git(&folder, &["merge", "-q", "--no-ff", "-m", "merge", &proposed]),
        Merge::Squash => {
            git(&folder, &["merge", "-q", "--squash", &proposed]);
            git(&folder, &["commit", "-q", "-m", "squash"]);
        }
        Merge::Rebase => {
            git(&folder, &["checkout", "-q", "-b", "rebased", &proposed]);
            git(&folder, &["rebase", "-q", base]);
            git(&folder, &["checkout", "-q", base]);
            git(&folder, &["merge", "-q", "--ff-only", "rebased"]);
        }
    }
    git(&folder, &["push", "-q", "origin", base]);
    git(&folder, &["push", "-q", "origin", &format!(":{branch}")]);
}

fn merge_catalog(project: &Project, how: Merge) {
    merge(&project.path(CATALOG), BRANCH, PROPOSAL, how);
}

/// Merges what is proposed to the state stores.
fn merge_files(project: &Project, how: Merge) -> usize {
    let mut merged = 0;
    for name in ["east", "west"] {
        let folder = project.path(&format!(".plat/stores/{name}.git"));
        for branch in branches(&folder) {
            merge(&folder, "main", &branch, how);
            merged += 1;
        }
    }
    merged
}

/// The branches of proposals in a repository.
fn branches(folder: &Path) -> Vec<String> {
    let all = store::references(folder).into_keys();
    all.filter_map(|name| Some(name.strip_prefix("refs/heads/")?.to_owned()))
        .filter(|name| name.starts_with("plat/"))
        .collect()
}

fn tip(project: &Project, branch: &str) -> Option<String> {
    let repository = Repository::open_bare(project.path(CATALOG)).unwrap();
    repository.refname_to_id(&format!("refs/heads/{branch}")).ok().map(|tip| tip.to_string())
}

/// The files of the catalog, but for when things were written.
fn catalog(project: &Project) -> BTreeMap<String, String> {
    let mut files = store::files(&project.path(CATALOG), BRANCH);
    files.retain(|path, _| !path.starts_with("times/"));
    files
}

fn files(project: &Project) -> Vec<BTreeMap<String, String>> {
    ["east", "west"].map(|name| store::files(&project.path(&format!(".plat/stores/{name}.git")), "main")).into()
}

#[test]
fn what_is_merged_in_any_order_is_what_an_apply_would_have_written() {
    let direct = platform(BEFORE);
    direct.apply();
    let before = (catalog(&direct), files(&direct));
    direct.write("state.kdl", AFTER);
    direct.run(["apply", "--auto-approve", "--max-deletes", "20"]).code(0);
    let after = (catalog(&direct), files(&direct));
    for (how, catalog_first) in [(Merge::Commit, true), (Merge::Squash, false), (Merge::Rebase, true)] {
        let project = platform(BEFORE);
        protect(&project);
        let refused = project.run(["apply", "--auto-approve"]).code(1);
        refused.complains(["pre-receive hook declined: only merges may change it"]);
        for (text, expected) in [(BEFORE, &before), (AFTER, &after)] {
            project.write("state.kdl", text);
            let mut rounds = 0;
            loop {
                let proposed = project.run(PROPOSE).code(0);
                let waits = branches(&project.path(CATALOG));
                if rounds == 0 {
                    proposed.says([&*format!("of the catalog on branch {PROPOSAL}")]);
                    let told = format!("the catalog: the proposal {PROPOSAL} waits to be merged, with ");
                    project.run(["plan"]).complains([&*told]);
                }
                let (mut merged, there) = (0, files(&project));
                if catalog_first && !waits.is_empty() {
                    merge_catalog(&project, how);
                    merged += 1;
                    // Half of it is merged: nothing goes for that, and nothing is taken for drift.
                    project.run(["plan", "--summary"]).never_says("CONFLICT").never_says("drift");
                    assert_eq!(files(&project), there);
                }
                merged += merge_files(&project, how);
                if !catalog_first && !waits.is_empty() {
                    project.run(["plan", "--summary"]).never_says("CONFLICT").never_says("drift");
                    merge_catalog(&project, how);
                    merged += 1;
                }
                if merged == 0 {
                    break;
                }
                rounds += 1;
                assert!(rounds < 4, "{how:?}: it is never done");
            }
            project.run(["plan"]).no_changes();
            project.run(["plan"]).code(0).stderr("");
            assert_eq!((&catalog(&project), &files(&project)), (&expected.0, &expected.1), "{how:?}");
        }
        project.run(["proposals"]).code(0).stdout("No proposal of this project is known.\n");
        project.run(["runs"]).code(0).says(["proposed"]);
    }
}

#[test]
fn what_is_proposed_anew_takes_the_place_of_what_was() {
    for how in ALL {
        let project = project(SERVICES, "entity service a { tier one; }");
        protect(&project);
        project.run(PROPOSE).code(0).says(["To merge: 2 objects of the catalog on branch plat/demo-1/catalog"]);
        let first = tip(&project, PROPOSAL);
        project.run(PROPOSE).code(0).says(["To merge: 2 objects of the catalog"]);
        assert_eq!(tip(&project, PROPOSAL), first, "what is there is not made again");
        project.write("state.kdl", "entity service a { tier two; }\nentity service b");
        project.run(["plan"]).complains(["is not what is to be merged any more"]);
        project.run(PROPOSE).code(0).says(["To merge: 3 objects of the catalog"]);
        assert_ne!(tip(&project, PROPOSAL), first);
        assert_eq!(branches(&project.path(CATALOG)), [PROPOSAL]);
        let message = store::message(&project.path(CATALOG), PROPOSAL);
        for line in ["Write 3 objects of demo", "Plat-Project-Id: demo-1", "Plat-Run: ", "Plat-Plan: "] {
            assert!(message.contains(line), "{message}");
        }
        merge_catalog(&project, how);
        project.run(["plan"]).no_changes();
        assert!(catalog(&project)["objects/entity/service/a.json"].contains("two"));
        // Late, and behind what others made of another object meanwhile.
        project.write("state.kdl", "entity service a { tier three; }");
        project.run(PROPOSE).code(0);
        let there = tip(&project, PROPOSAL);
        store::somebody_writes(&project.path(CATALOG), BRANCH, "objects/team/theirs.json", Some("{}"));
        project.run(["plan"]).complains(["waits to be merged"]);
        project.run(PROPOSE).code(0);
        assert_eq!(tip(&project, PROPOSAL), there, "what can be merged as it is stays");
        merge_catalog(&project, how);
        project.run(["plan"]).no_changes();
        assert!(!catalog(&project).contains_key("objects/entity/service/b.json"));
        project.run(["drift"]).code(0).never_says("entity:service");
    }
}

#[test]
fn what_others_write_to_the_same_object_meanwhile_is_proposed_along() {
    let project = project(SERVICES, "entity service a { tier one; }");
    protect(&project);
    project.run(PROPOSE).code(0);
    merge_catalog(&project, Merge::Squash);
    project.write("state.kdl", "entity service a { tier two; }");
    project.run(PROPOSE).code(0);
    let path = "objects/entity/service/a.json";
    let theirs = "{\n  \"properties\": {\n    \"tier\": \"one\"\n  },\n  \"title\": \"theirs\"\n}\n";
    store::somebody_writes(&project.path(CATALOG), BRANCH, path, Some(theirs));
    project.run(["plan"]).complains(["is not what is to be merged any more"]);
    project.run(PROPOSE).code(0);
    merge_catalog(&project, Merge::Commit);
    assert_eq!(catalog(&project)[path], theirs.replace("one", "two"));
    project.run(["plan"]).no_changes();
    // Where both changed one field, the plan says so as ever.
    project.write("state.kdl", "entity service a { tier three; }");
    project.run(PROPOSE).code(0);
    store::somebody_writes(&project.path(CATALOG), BRANCH, path, Some("{\"properties\":{\"tier\":\"four\"}}"));
    project.run(PROPOSE).code(4).says(["CONFLICT entity:service:a"]);
    let ours: Vec<&str> = PROPOSE.into_iter().chain(["--on-conflict", "ours"]).collect();
    project.run(ours).code(0).says(["To merge: 1 object of the catalog"]);
    merge_catalog(&project, Merge::Rebase);
    project.run(["plan"]).no_changes();
}

#[test]
fn what_is_closed_or_taken_back_is_told_and_can_be_taken_away() {
    let project = project(SERVICES, "entity service a { tier one; }");
    protect(&project);
    project.run(PROPOSE).code(0);
    let folder = project.path(CATALOG);
    let repository = Repository::open_bare(&folder).unwrap();
    let close = || repository.find_reference(&format!("refs/heads/{PROPOSAL}")).unwrap().delete().unwrap();
    close();
    project.run(["plan"]).complains(["the catalog: the proposal plat/demo-1/catalog was closed"]);
    project.run(PROPOSE).code(0).says(["To merge: 2 objects of the catalog"]);
    close();
    project
        .run(["--format", "json", "proposals"])
        .code(0)
        .says([r#"{"catalog":true,"branch":"plat/demo-1/catalog","state":"closed""#]);
    project
        .run(["proposals", "--prune"])
        .code(0)
        .complains(["the catalog: took away plat/demo-1/catalog, which is closed"]);
    project.run(PROPOSE).code(0);
    merge_catalog(&project, Merge::Squash);
    project.write("state.kdl", "entity service a { tier two; }");
    project.run(PROPOSE).code(0);
    project.run(["proposals"]).code(0).says(["the catalog  plat/demo-1/catalog  open"]);
    // The text goes back to what is there.
    project.write("state.kdl", "entity service a { tier one; }");
    project.run(["proposals"]).code(0).says(["the catalog  plat/demo-1/catalog  outdated"]);
    project.run(["plan"]).says(["No changes."]).complains(["is not what is to be merged any more"]);
    project.run(["proposals", "--prune"]).code(0);
    assert_eq!(branches(&folder), [""; 0]);
    project.run(["plan"]).no_changes().stderr("");
}

#[test]
fn what_others_committed_to_a_proposal_is_theirs() {
    let project = project(SERVICES, "entity service a { tier one; }");
    protect(&project);
    project.run(PROPOSE).code(0);
    let folder = project.path(CATALOG);
    let path = "objects/entity/service/a.json";
    store::somebody_writes(&folder, PROPOSAL, "README.md", Some("read me"));
    let theirs = tip(&project, PROPOSAL);
    project.run(PROPOSE).code(0).says(["To merge: 2 objects of the catalog"]);
    store::somebody_writes(&folder, PROPOSAL, path, Some("{\"properties\":{\"tier\":\"nine\"}}"));
    let changed = tip(&project, PROPOSAL);
    assert_ne!(theirs, changed);
    project.run(PROPOSE).code(4).complains(["the branch plat/demo-1/catalog holds something else"]);
    assert_eq!(tip(&project, PROPOSAL), changed);
    merge_catalog(&project, Merge::Squash);
    // What they changed on the way is a change of others.
    project.run(["drift"]).code(0).says(["entity:service:a", "one -> nine"]);
    project.run(PROPOSE).code(0).says(["To merge: 1 object of the catalog"]);
    merge_catalog(&project, Merge::Commit);
    project.run(["plan"]).no_changes();
}

#[test]
fn a_branch_may_begin_with_a_proposal_and_a_project_without_an_id_has_none() {
    let project = project(SERVICES, "entity service a { tier one; }");
    let begins = "The branch plat-catalog of the catalog was not there: it begins with a commit without files";
    project.run(PROPOSE).code(0).says(["To merge: 2 objects of the catalog", begins]);
    project.run(PROPOSE).code(0).never_says("was not there");
    assert!(catalog(&project).is_empty());
    merge_catalog(&project, Merge::Commit);
    project.run(["plan"]).no_changes();
    // An apply that writes the branch itself forgets what was merged.
    project.write("state.kdl", "entity service a { tier two; }");
    project.apply();
    let references = store::references(&project.path(CATALOG)).into_keys().collect::<Vec<_>>();
    assert!(!references.iter().any(|name| name.starts_with("refs/plat/catalog/proposal/")), "{references:?}");
    let nameless = platform(BEFORE);
    nameless.edit("plat.kdl", "    id demo-1\n", "");
    nameless.run(PROPOSE).code(64).complains(["write an id into the project, as in `project demo { id demo-"]);
    assert!(!nameless.path(CATALOG).exists());
}

#[test]
fn a_saved_plan_is_proposed_until_it_is_merged_and_then_it_is_done() {
    let project = platform(BEFORE);
    protect(&project);
    project.run(["plan", "--out", "plan.json"]).code(0);
    let apply = ["apply", "plan.json", "--via", "pull-request", "--auto-approve", "--summary"];
    project.run(apply).code(0).says(["To merge: ", "of the catalog on branch"]);
    let there = tip(&project, PROPOSAL);
    let json: Vec<&str> = apply.into_iter().chain(["--format", "json"]).collect();
    let told = project.run(json).code(0);
    let last: serde_json::Value = serde_json::from_str(told.out.lines().last().unwrap()).unwrap();
    assert_eq!(last["applied"]["catalog"]["branch"], PROPOSAL, "{told}");
    assert_eq!(last["applied"]["catalog"]["revision"].as_str(), there.as_deref(), "{told}");
    merge_catalog(&project, Merge::Squash);
    project.run(apply).code(0);
    merge_files(&project, Merge::Squash);
    project.run(apply).code(0).never_says("To merge");
    project.run(["plan"]).no_changes();
    // What it did and somebody took back is not done again.
    store::somebody_writes(&project.path(CATALOG), BRANCH, "objects/entity/service/stays.json", None);
    project.run(apply).code(4);
}

#[test]
fn everything_goes_by_proposals_too() {
    let project = platform(BEFORE);
    protect(&project);
    let destroy = ["destroy", "--via", "pull-request", "--auto-approve", "--summary"];
    project.run(PROPOSE).code(0);
    merge_files(&project, Merge::Commit);
    merge_catalog(&project, Merge::Commit);
    project.run(["plan"]).no_changes();
    let there = catalog(&project).into_keys().filter(|path| path.starts_with("objects/")).count();
    project.run(destroy).code(0).says(["After that, the next apply does what comes after the files"]);
    let now = catalog(&project).into_keys().filter(|path| path.starts_with("objects/")).count();
    assert_eq!(now, there, "nothing goes before the files do");
    merge_files(&project, Merge::Squash);
    project.run(destroy).code(0).says(["of the catalog on branch plat/demo-1/catalog"]);
    merge_catalog(&project, Merge::Squash);
    project.run(["destroy"]).code(0).says(["Nothing to destroy"]);
    assert_eq!(catalog(&project).into_keys().filter(|path| path.starts_with("objects/")).count(), 0);
}
