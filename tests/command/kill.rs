//! An apply that is killed anywhere, and run again, ends as one that was not.
//!
//! The change of these tests makes, changes and deletes objects of the catalog and files of two repositories, and takes a
//! field from a blueprint, so that each part of an apply has something to do.

use crate::project::{Outcome, Project};
use crate::store;
use git2::Repository;
use plat::apply::{Applied, Observer, Run, Step, apply};
use plat::plan::Options;
use plat::session::{Disk, Planning, load, open_targets, plan};
use plat::store::Environment;
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const PLATFORM: &str = r#"
project demo
state-store east git create { url ".plat/stores/east.git"; path clusters }
state-store west git create { url ".plat/stores/west.git" }
destination east { store east; labels side=east }
destination west { store west; labels side=west }
promise app {
    api group=company.com version=v1 kind=App {
        field size integer default=1
        field side enum required { values east west }
    }
    schedule side=$spec.side
    workflow configure {
        resource v1 ConfigMap $name file=config.yaml { data size="${spec.size}" }
    }
}
scorecard ready for=service {
    level Bronze { rule tier { tier present } }
}
"#;

const BEFORE: &str = r"
blueprint service {
    property tier string
    property legacy string
}
entity service stays { tier one; legacy old }
entity service changes { tier one; legacy old }
entity service goes { tier one }
request app stays { side east }
request app east-changes { side east; size 1 }
request app east-goes { side east }
request app west-changes { side west; size 1 }
request app west-goes { side west }
request app moves { side east }
";

const AFTER: &str = r"
blueprint service {
    property tier string
    property owner string
}
entity service stays { tier one }
entity service changes { owner payments }
entity service comes { tier three }
request app stays { side east }
request app east-changes { side east; size 2 }
request app east-comes { side east }
request app west-changes { side west; size 2 }
request app west-comes { side west }
request app moves { side west }
";

const APPLY: [&str; 4] = ["apply", "--auto-approve", "--max-deletes", "20"];

/// A project that was never applied.
fn new() -> Project {
    Project::new().file("plat.kdl", PLATFORM).file("state.kdl", BEFORE)
}

/// A project that is applied, with the change written and not applied.
fn changed() -> Project {
    let project = new();
    project.apply();
    project.write("state.kdl", AFTER);
    project
}

/// Everything that an apply leaves behind, without the times at which it was left.
#[derive(Debug, PartialEq)]
struct End {
    tables: BTreeMap<&'static str, Vec<String>>,
    repositories: BTreeMap<&'static str, BTreeMap<String, BTreeMap<String, String>>>,
}

fn end(project: &Project) -> End {
    let catalog = project.catalog();
    let rows = |columns: &str| {
        let mut question = catalog.prepare(&format!("SELECT {columns} ORDER BY 1")).unwrap();
        let rows = question.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<Vec<String>, _>>().unwrap()
    };
    let repository = |name| store::references(&project.path(&format!(".plat/stores/{name}.git")));
    End {
        tables: BTreeMap::from([
            ("objects", rows("concat_ws(' ', kind, parent, name, hex(digest), body) FROM objects")),
            (
                "inventory",
                rows("concat_ws(' ', kind, parent, name, project, hex(base), protect, hex(fields)) FROM inventory"),
            ),
            ("levels", rows("concat_ws(' ', project, scorecard, kind, parent, name, level) FROM levels")),
        ]),
        repositories: BTreeMap::from(["east", "west"].map(|name| (name, repository(name)))),
    }
}

/// Applies again, sees that there is nothing left to do, and compares with the end of an apply in one go.
#[track_caller]
fn recovers(project: &Project, expected: &End, when: &str) {
    let again = project.run(APPLY);
    assert_eq!(again.code, Some(0), "{when}: {again}");
    assert_eq!(&end(project), expected, "{when}");
    project.run(["plan", "--detailed-exitcode"]).no_changes();
}

fn uninterrupted() -> End {
    let project = changed();
    project.run(APPLY).code(0);
    let end = end(&project);
    assert_eq!(end.repositories["east"]["refs/heads/main"].len(), 3, "{end:#?}");
    assert_eq!(end.repositories["west"]["refs/heads/main"].len(), 3, "{end:#?}");
    assert_eq!(end.repositories["west"].len(), 2, "{end:#?}");
    end
}

#[test]
fn an_apply_that_is_killed_at_any_moment_is_finished_by_the_next_one() {
    survives_kills(&changed(), &uninterrupted(), 40);
}

#[test]
fn a_first_apply_that_is_killed_at_any_moment_is_finished_by_the_next_one() {
    let whole = new();
    whole.apply();
    survives_kills(&new(), &end(&whole), 40);
}

/// Kills an apply that many times, at moments that are spread over the time that it takes.
fn survives_kills(template: &Project, expected: &End, kills: u32) {
    let took = duration_of_an_apply(template);
    let mut killed = 0;
    for kill in 0..kills {
        let project = template.twin();
        let mut process = silent(&project).spawn().unwrap();
        std::thread::sleep(took * kill / kills);
        process.kill().unwrap();
        killed += u32::from(!process.wait().unwrap().success());
        recovers(&project, expected, &format!("killed after {kill}/{kills} of {took:?}"));
    }
    assert!(killed > kills / 4, "only {killed} of {kills} were still running");
}

fn silent(project: &Project) -> Command {
    let mut command = project.command(APPLY);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn duration_of_an_apply(template: &Project) -> Duration {
    let project = template.twin();
    let start = Instant::now();
    assert!(silent(&project).status().unwrap().success());
    start.elapsed()
}

/// Where [`aborts_at_its_step`] finds the project, and the step at which it aborts.
const PROJECT: &str = "PLAT_TEST_ABORT_IN";
const STEP: &str = "PLAT_TEST_ABORT_AT";

struct AbortAt(usize);

impl Observer for AbortAt {
    fn step(&mut self, _: Step<'_>) -> bool {
        if self.0 == 0 {
            std::process::abort();
        }
        self.0 -= 1;
        true
    }
}

/// Applies in this process, and dies at a step. It does so only in a process that another test starts for it.
#[test]
fn aborts_at_its_step() {
    let (Some(root), Ok(step)) = (std::env::var_os(PROJECT).map(PathBuf::from), std::env::var(STEP)) else { return };
    let disk = Disk::discover(&root).unwrap();
    let loaded = load(&disk).unwrap();
    let mut targets = open_targets(&disk, &loaded.project, &Environment::new([])).unwrap();
    let options = Options { max_deletes: Some(20), ..Options::default() };
    let plan = plan(&loaded, &mut targets, Planning { now: 0, options }).unwrap();
    let run = Run { time: 0, source: None };
    apply(&plan, &mut targets, &run, &mut AbortAt(step.parse().unwrap()), &mut Applied::default()).unwrap();
}

/// Whether an apply of the project in another process died at the step; the steps are counted from 0.
fn dies_at(project: &Project, step: usize) -> bool {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "kill::aborts_at_its_step"]);
    command.env(PROJECT, project.root()).env(STEP, step.to_string());
    Outcome::of(&mut command).code.is_none_or(|code| code != 0)
}

#[test]
fn an_apply_that_dies_at_any_step_is_finished_by_the_next_one() {
    let expected = uninterrupted();
    let template = changed();
    let mut step = 0;
    loop {
        let project = template.twin();
        let died = dies_at(&project, step);
        recovers(&project, &expected, &format!("died at step {step}"));
        if !died {
            break;
        }
        step += 1;
    }
    // The catalog's two parts and the two repositories, before and after each.
    assert_eq!(step, 8);
}

#[test]
fn a_first_apply_that_dies_at_any_step_is_finished_by_the_next_one() {
    let whole = new();
    whole.apply();
    for step in 0..6 {
        let project = new();
        assert!(dies_at(&project, step), "{step}");
        recovers(&project, &end(&whole), &format!("died at step {step}"));
    }
}

#[test]
fn a_repository_whose_inventory_is_one_commit_behind_catches_up() {
    let expected = uninterrupted();
    let template = changed();
    // East is written first: step 3 is after it, step 5 after west.
    for (store, step) in [("east", 3), ("west", 5)] {
        let project = template.twin();
        let before = inventory(&template, store);
        assert!(dies_at(&project, step));
        let after = inventory(&project, store);
        assert_ne!(before, after);
        let repository = Repository::open(repository(&project, store)).unwrap();
        let name = inventory_name(&repository);
        repository.reference(&name, before, true, "died between the branch and the inventory").unwrap();
        recovers(&project, &expected, store);
    }
}

#[test]
fn a_text_that_goes_back_after_a_kill_takes_the_half_of_the_change_back() {
    let before = new();
    before.apply();
    let template = changed();
    for step in 0..8 {
        let project = template.twin();
        assert!(dies_at(&project, step), "{step}");
        project.write("state.kdl", BEFORE);
        recovers(&project, &end(&before), &format!("went back after step {step}"));
    }
}

#[test]
fn a_text_that_changes_after_a_kill_is_what_counts() {
    let third = AFTER.replace("entity service changes { owner payments }", "entity service changes { tier two }");
    let third = third
        .replace("west-comes", "west-arrives")
        .replace("size 2", "size 3")
        .replace("side west }\n", "side east }\n");
    let whole = changed();
    whole.write("state.kdl", &third);
    whole.run(APPLY).code(0);
    let template = changed();
    for step in 0..8 {
        let project = template.twin();
        assert!(dies_at(&project, step), "{step}");
        project.write("state.kdl", &third);
        recovers(&project, &end(&whole), &format!("another text after step {step}"));
    }
}

fn repository(project: &Project, store: &str) -> PathBuf {
    project.path(&format!(".plat/stores/{store}.git"))
}

fn inventory(project: &Project, store: &str) -> git2::Oid {
    let repository = open(&repository(project, store));
    let name = inventory_name(&repository);
    repository.refname_to_id(&name).unwrap()
}

fn open(path: &Path) -> Repository {
    Repository::open(path).unwrap()
}

fn inventory_name(repository: &Repository) -> String {
    let mut names = repository.references_glob("refs/plat/inventory/*").unwrap();
    names.names().next().unwrap().unwrap().to_owned()
}

#[test]
fn two_applies_at_the_same_time_end_as_one() {
    let expected = uninterrupted();
    let template = changed();
    for round in 0..6 {
        let project = template.twin();
        let codes = at_the_same_time(&project);
        assert!(codes.contains(&Some(0)), "round {round}: {codes:?}");
        recovers(&project, &expected, &format!("round {round}: {codes:?}"));
    }
}

#[test]
fn two_applies_of_different_texts_end_as_the_text_says() {
    let expected = uninterrupted();
    let template = changed();
    for round in 0..6 {
        let project = template.twin();
        project.write("state.kdl", AFTER.replace("size 2", "size 7").replace("owner payments", "tier seven"));
        let other = silent(&project).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(15 * round));
        project.write("state.kdl", AFTER);
        let codes = [silent(&project).status().unwrap().code(), other.wait_with_output().unwrap().status.code()];
        assert!(codes.iter().all(|code| matches!(code, Some(0 | 4 | 6))), "round {round}: {codes:?}");
        recovers(&project, &expected, &format!("round {round}: {codes:?}"));
    }
}

#[test]
fn two_projects_deliver_to_one_repository_at_the_same_time() {
    for round in 0..4 {
        let projects = ["one", "two"].map(|name| {
            let project = new();
            project.edit("plat.kdl", "project demo", &format!("project {name}"));
            project.edit("plat.kdl", "path clusters", &format!("path {name}"));
            project
        });
        let shared = projects[0].path("shared.git");
        for project in &projects {
            project.edit("plat.kdl", ".plat/stores/east.git", &shared.display().to_string());
        }
        let both = projects.each_ref().map(|project| silent(project).spawn().unwrap());
        let codes = both.map(|process| process.wait_with_output().unwrap().status.code());
        assert_eq!(codes, [Some(0); 2], "round {round}");
        let files = store::files(&shared, "main");
        let of = |name: &str| files.keys().filter(|path| path.starts_with(name)).count();
        assert_eq!((of("one/"), of("two/"), files.len()), (4, 4, 8), "round {round}: {files:?}");
        for project in &projects {
            project.run(["plan", "--detailed-exitcode"]).no_changes();
        }
    }
}

#[test]
fn a_signal_is_a_clean_stop() {
    let expected = uninterrupted();
    let template = changed();
    let took = duration_of_an_apply(&template);
    for (signal, number, stopped) in [("INT", 2, 130), ("TERM", 15, 143)] {
        for at in 0..8 {
            let project = template.twin();
            let mut process = silent(&project).spawn().unwrap();
            std::thread::sleep(took * at / 8);
            let id = process.id().to_string();
            Command::new("kill").args(["-s", signal, &id]).stderr(Stdio::null()).status().unwrap();
            let status = process.wait().unwrap();
            // Before an apply listens, a signal ends the process as it ends any other.
            let early = status.signal() == Some(number);
            assert!(early || status.code() == Some(0) || status.code() == Some(stopped), "{status:?}");
            recovers(&project, &expected, &format!("{signal} after {at}/8 of {took:?}"));
        }
    }
}

/// The exit codes of two applies that start together. Who is overtaken may be stale or stop on the way.
fn at_the_same_time(project: &Project) -> [Option<i32>; 2] {
    let both = [0, 1].map(|_| project.command(APPLY).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
    both.map(|process| {
        let output = process.wait_with_output().unwrap();
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 4 | 6)), "{code:?} {}", String::from_utf8_lossy(&output.stderr));
        code
    })
}

#[test]
fn two_first_applies_at_the_same_time_end_as_one() {
    let whole = new();
    whole.apply();
    for round in 0..6 {
        let project = new();
        let codes = at_the_same_time(&project);
        recovers(&project, &end(&whole), &format!("round {round}: {codes:?}"));
    }
}
