//! Leases that are in the way: those of a clock that is ahead, and those that a person clears.

use crate::demo::{applied, repository};
use crate::project::Project;
use git2::{Repository, Signature, Time};

/// The reference of the lease of the only state store.
const LEASE: &str = "refs/plat/lease/demo/main/%2F";

fn now() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap()
}

/// A lease of a run in the catalog and in the state store, as one that was killed leaves it.
fn leave(project: &Project, run: &str, expires: i64) {
    project.sql(&format!("INSERT INTO leases VALUES ('demo', '{run}', 'ann@desk', {expires})"));
    let repository = Repository::open(repository(project)).unwrap();
    let somebody = Signature::new("plat", "plat@localhost", &Time::new(expires, 0)).unwrap();
    let tree = repository.find_tree(repository.treebuilder(None).unwrap().write().unwrap()).unwrap();
    let message = format!("Write for a while\n\nPlat-Run: {run}\nPlat-Holder: ann@desk\nPlat-Expires: {expires}\n");
    let commit = repository.commit(None, &somebody, &somebody, &message, &tree, &[]).unwrap();
    repository.reference(LEASE, commit, true, "a test").unwrap();
}

fn is_clear(project: &Project) -> bool {
    let leases: i64 = project.catalog().query_row("SELECT count(*) FROM leases", [], |row| row.get(0)).unwrap();
    leases == 0 && Repository::open(repository(project)).unwrap().find_reference(LEASE).is_err()
}

fn changed() -> Project {
    let project = applied();
    project.edit("requests.kdl", "size 1", "size 9");
    project
}

/// `plat apply`, which waits for nobody.
const APPLY: [&str; 4] = ["apply", "--auto-approve", "--lock-timeout", "0s"];

#[test]
fn a_lease_of_a_clock_that_is_ahead_keeps_nobody_out() {
    let project = changed();
    leave(&project, "year", now() + 365 * 24 * 60 * 60);
    let said =
        ["Run year of ann@desk holds the catalog until ", ", which is longer than any run may: ", "state store gitops"];
    project.run(APPLY).code(0).complains(said);
    assert!(is_clear(&project));
    project.run(["plan"]).no_changes();
}

#[test]
fn a_lease_within_what_any_run_may_ask_for_is_waited_for() {
    let project = changed();
    leave(&project, "alive", now() + 60);
    project.run(APPLY).code(4).complains(["the catalog is being written by ann@desk (run alive), who has it until "]);
    project.run(["apply", "--auto-approve", "--lease-ttl", "601s"]).code(64).complains(["at most 600 seconds"]);
}

#[test]
fn unlock_shows_who_has_the_right_to_write_and_how_that_stands() {
    let project = applied();
    project.run(["unlock"]).code(0).stdout("No target has a lease of this project.\n");
    project.run(["unlock", "--format", "json"]).code(0).stdout("");
    leave(&project, "alive", now() + 60);
    let lines = [
        "target              run    by        until",
        "the catalog         alive  ann@desk",
        "held: its run may be at work\n",
    ];
    project.run(["unlock"]).code(0).says(lines).says(["state store gitops  alive  ann@desk"]);
    assert!(!is_clear(&project));
    project.sql("UPDATE leases SET expires = 9");
    let json = r#"{"target":"catalog","store":null,"run":"alive","holder":"ann@desk","until":"1970-01-01T00:00:09Z","state":"expired","cleared":false}"#;
    project.run(["unlock", "--format", "json"]).code(0).says([json, r#""store":"gitops""#, r#""state":"held""#]);
    project.sql("UPDATE leases SET expires = 99999999999");
    project.run(["unlock"]).code(0).says(["stale: made by a clock that is ahead\n"]);
}

#[test]
fn unlock_clears_the_leases_of_a_run_on_purpose_and_no_others() {
    let project = changed();
    leave(&project, "alive", now() + 60);
    project.run(["unlock", "other"]).code(64).complains(["no target has a lease of a run `other`\n"]);
    // Nobody is there to ask.
    project.run(["unlock", "alive"]).code(64).says(["ann@desk"]).complains(["--auto-approve"]);
    assert!(!is_clear(&project));
    project.run(["unlock", "al", "--auto-approve"]).code(0).says(["ann@desk", "\nCleared 2 leases.\n"]);
    assert!(is_clear(&project));
    project.run(APPLY).code(0).stderr("");
    leave(&project, "again", now() + 60);
    let json = [r#""run":"again""#, r#""cleared":true}"#, "\n", r#""cleared":true}"#];
    project.run(["unlock", "--all", "--auto-approve", "--format", "json"]).code(0).says(json);
    assert!(is_clear(&project));
    project.run(["unlock", "--all", "--auto-approve"]).code(0).stdout("No target has a lease of this project.\n");
    project.run(["unlock", "again", "--all"]).code(64);
    project.run(["unlock", "", "--auto-approve"]).code(64);
    leave(&project, "one-a", now() + 60);
    project.sql("UPDATE leases SET run = 'one-b'");
    project.run(["unlock", "one", "--auto-approve"]).code(64).complains(["the leases of 2 runs begin with `one`\n"]);
    project.run(["unlock", "one-b", "--auto-approve"]).code(0).says(["Cleared 1 lease.\n"]);
    assert!(!is_clear(&project));
}

#[test]
fn a_store_that_cannot_be_asked_hides_no_other_lease() {
    let project = applied();
    project.sql(&format!("INSERT INTO leases VALUES ('demo', 'alive', 'ann@desk', {})", now() + 60));
    project.edit("plat.kdl", "git create", "git");
    std::fs::remove_dir_all(repository(&project)).unwrap();
    project.run(["unlock"]).code(1).says(["the catalog", "alive"]).complains(["there is no Git repository at"]);
}

#[test]
fn the_lease_of_the_catalog_is_that_of_the_projects_id() {
    let project = changed();
    project.edit("plat.kdl", "project demo { id demo }", "project demo");
    std::fs::remove_dir_all(project.path(".plat")).unwrap();
    project.apply();
    let id: String = project.catalog().query_row("SELECT id FROM projects", [], |row| row.get(0)).unwrap();
    assert_ne!(id, "demo");
    project.sql(&format!("INSERT INTO leases VALUES ('{id}', 'run-1', 'ada@desk', {})", now() + 50));
    project.run(["unlock"]).code(0).says(["catalog", "run-1"]);
    project.run(["unlock", "--all", "--auto-approve"]).code(0);
    project.run(["unlock"]).code(0).says(["No target has a lease"]);
}

/// What an apply leaves that is killed while it deletes a packed reference, and what somebody else's Git has locked.
#[cfg(unix)]
fn leave_locks(project: &Project) -> (Vec<std::path::PathBuf>, std::path::PathBuf) {
    let folder = repository(project);
    let left = ["packed-refs", "refs/heads/main", LEASE].map(|name| {
        let (own, lock) = (folder.join("plat.locks").join(name), folder.join(format!("{name}.lock")));
        for file in [&own, &lock] {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        }
        std::fs::write(&own, "").unwrap();
        std::fs::hard_link(own, &lock).unwrap();
        lock
    });
    let theirs = folder.join("HEAD.lock");
    std::fs::write(&theirs, "").unwrap();
    (left.into(), theirs)
}

#[cfg(unix)]
#[test]
fn locks_of_killed_runs_go_with_any_apply_and_with_unlock_and_no_others_do() {
    let commands: [&[&str]; 3] = [&APPLY, &["unlock"], &["unlock", "--format", "json"]];
    for arguments in commands {
        let project = applied();
        let (left, theirs) = leave_locks(&project);
        let before = project.snapshot();
        project.run(["plan"]).no_changes();
        assert!(project.snapshot() == before, "a plan writes nothing");
        // While a run has its turn nobody knows which of them are left over.
        let turn = std::fs::File::open(repository(&project).join("plat.lock")).unwrap();
        turn.lock().unwrap();
        project.run(arguments.iter().copied()).code(0);
        assert!(left.iter().all(|lock| lock.exists()), "{arguments:?}");
        turn.unlock().unwrap();
        let outcome = project.run(arguments.iter().copied()).code(0);
        assert!(left.iter().all(|lock| !lock.exists()) && theirs.exists(), "{arguments:?}");
        assert!(!repository(&project).join("plat.locks").exists());
        if arguments[0] == "unlock" {
            let told = left
                .iter()
                .map(|lock| format!("Took away {}, which a killed run left in state store gitops.", lock.display()));
            let told: Vec<String> = told.collect();
            outcome.complains(told.iter().map(String::as_str));
        }
    }
}

#[test]
fn a_text_with_errors_keeps_no_lease_in_the_way() {
    let project = changed();
    leave(&project, "killed-1", now() + 3600);
    project.write("broken.kdl", "entity {{\n");
    project.run(["plan"]).code(3);
    let said = "of the state stores, those are looked at that could be read of the texts";
    project.run(["unlock"]).code(0).says(["killed-1", "gitops"]).complains(["The texts have errors", said]);
    project.run(["unlock", "--all", "--auto-approve"]).code(0).says(["Cleared 2 leases."]);
    assert!(is_clear(&project));
    project.write("plat.kdl", "project {{\n");
    project.run(["unlock"]).code(3);
}
