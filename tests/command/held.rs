//! Applies that wait for others, and runs that died with the right to write.

use crate::change::{changed, new, recovers, uninterrupted};
use crate::project::{Outcome, Project};
use plat::apply::{Applied, Leases, Observer, Run, Step, apply};
use plat::credentials::Environment;
use plat::plan::Options;
use plat::session::{Disk, Heartbeat, Planning, open_targets, plan, seconds_now};
use plat::wait::Wait;
use plat::workspace::load;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where [`holds_its_leases`] finds the project, and for how long it asks.
const PROJECT: &str = "PLAT_TEST_HOLD_IN";
const SECONDS: &str = "PLAT_TEST_HOLD_FOR";

/// Says that it has its leases, and stays in the middle of its apply.
struct Stuck(PathBuf);

impl Observer for Stuck {
    fn step(&mut self, step: Step<'_>) -> bool {
        if matches!(step, Step::Store { .. }) {
            std::fs::write(&self.0, "").unwrap();
            std::thread::sleep(Duration::from_mins(10));
        }
        true
    }

    fn now(&mut self, _: &Run) -> i64 {
        seconds_now()
    }
}

/// Applies in this process up to the first state store. It does so only in a process that another test starts for it.
#[test]
fn holds_its_leases() {
    let (Some(root), Ok(seconds)) = (std::env::var_os(PROJECT).map(PathBuf::from), std::env::var(SECONDS)) else {
        return;
    };
    let disk = Disk::discover(&root).unwrap();
    let loaded = load(&disk).unwrap();
    let mut targets = open_targets(&disk, &loaded.project, &Environment::new([]), "new-0", &Wait::default()).unwrap();
    let options = Options { max_deletes: Some(20), ..Options::default() };
    let plan = plan(&loaded, &mut targets, Planning { now: 0, options, ..Planning::default() }).unwrap();
    let run = Run {
        id: "a-run-that-dies".into(),
        holder: "ada@desk".into(),
        time: seconds_now(),
        lease: seconds.parse().ok(),
        ..Run::default()
    };
    apply(&plan, &mut targets, &run, &mut Stuck(there(&root)), &mut Applied::default()).unwrap();
}

fn there(root: &Path) -> PathBuf {
    root.parent().unwrap().join("there")
}

/// A process that is in the middle of an apply of the project. It ends with the test.
struct Holder(Child);

impl Holder {
    fn of(project: &Project, seconds: u32) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "held::holds_its_leases"]).env(PROJECT, project.root());
        command.env(SECONDS, seconds.to_string()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut holder = Self(command.spawn().unwrap());
        while !there(&project.root()).exists() {
            assert!(holder.0.try_wait().unwrap().is_none(), "it ended before it had its leases");
            std::thread::sleep(Duration::from_millis(5));
        }
        holder
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const APPLY: [&str; 4] = ["apply", "--auto-approve", "--max-deletes", "20"];

fn applies<'a>(more: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    APPLY.into_iter().chain(more).collect()
}

#[test]
fn another_apply_is_waited_for_and_then_named() {
    let project = changed();
    let holder = Holder::of(&project, 600);
    // Beside the journal, which tells who waited.
    let snapshot = || {
        let mut files = project.snapshot();
        files.retain(|path, _| !path.to_string_lossy().contains("catalog.db"));
        files
    };
    let before = snapshot();
    for (timeout, waits) in [("0s", ""), ("1s", "Where that run is gone, `plat unlock` clears what it holds.")] {
        let said = [waits, "the catalog is being written by ada@desk (run a-run-that-dies), who has it until 20"];
        project.run(applies(["--lock-timeout", timeout])).code(4).complains(said).never_says("never ended");
    }
    // Planning neither waits nor locks.
    let order = "east: 1 file leaves only once what replaces it is in west\n";
    project.run(["plan", "--detailed-exitcode", "--max-deletes", "20"]).code(2).stderr(order);
    assert_eq!(snapshot(), before);
    drop(holder);
    let runs = project.run(["runs"]).code(0).says(["running"]).says(["failed"]).out;
    let waited = runs.lines().find(|line| line.contains("failed")).and_then(|line| line.split_whitespace().next());
    project.run(["runs", waited.unwrap()]).code(0).says(["\nwaits: run a-run-that-dies has the catalog\n"]);
}

#[test]
fn a_run_that_waits_is_told() {
    let project = changed();
    let holder = Holder::of(&project, 600);
    let mut command = project.command(applies(["--lock-timeout", "10m"]));
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let until = std::time::Instant::now() + std::time::Duration::from_mins(1);
    while !project.run(["runs"]).code(0).out.contains("waiting") {
        assert!(std::time::Instant::now() < until, "nobody waits");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert!(Command::new("kill").args(["-s", "TERM", &process.id().to_string()]).status().unwrap().success());
    assert_eq!(process.wait().unwrap().code(), Some(143));
    project.run(["runs"]).code(0).says(["stopped"]).never_says("waiting");
    drop(holder);
}

#[test]
fn a_run_that_was_killed_while_it_waited_waits_for_no_longer_than_it_would_have() {
    let project = changed();
    let holder = Holder::of(&project, 25);
    let mut process = project.command(applies(["--lock-timeout", "4s"]));
    let mut process = process.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let until = Instant::now() + Duration::from_mins(1);
    while !project.run(["runs"]).code(0).out.contains("waiting") {
        assert!(Instant::now() < until, "nobody waits");
        std::thread::sleep(Duration::from_millis(50));
    }
    process.kill().unwrap();
    process.wait().unwrap();
    std::thread::sleep(Duration::from_secs(6));
    project.run(["runs"]).code(0).says(["died"]).never_says("waiting");
    project.run(["runs", "--format", "json"]).code(0).says(["\"died\",", "\"ended\":null"]);
    drop(holder);
    project.run(applies(["--lock-timeout", "60s"])).code(0);
    let states: String = project
        .catalog()
        .query_row("SELECT group_concat(state) FROM runs WHERE ended IS NULL", [], |row| row.get(0))
        .unwrap();
    assert_eq!(states, "died,died");
}

#[test]
fn a_run_that_was_killed_keeps_nobody_out_for_longer_than_its_lease() {
    let expected = uninterrupted();
    let project = changed();
    drop(Holder::of(&project, 3));
    // Both the catalog and the state stores are taken over without a word from anybody.
    project.run(applies(["--lock-timeout", "60s"])).code(0).complains(["Run a-run-that-dies of ada@desk never ended"]);
    recovers(&project, &expected, "after a run that was killed");
    project.run(["runs"]).code(0).says(["done"]);
    project.run(["runs", "a-run-that-dies"]).code(0).says([
        "state   died\n",
        "ended   - (never)\n",
        "by      ada@desk\n",
        "\ncatalog: ",
        "  create entity:service:comes\n",
        "\nnever ended, as run ",
    ]);
}

#[test]
fn a_wait_is_interrupted_at_once() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let project = changed();
        let holder = Holder::of(&project, 600);
        // Beside the journal, which tells who waited.
        let snapshot = || {
            let mut files = project.snapshot();
            files.retain(|path, _| !path.to_string_lossy().contains("catalog.db"));
            files
        };
        let before = snapshot();
        let mut command = project.command(applies(["--lock-timeout", "10m"]));
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        let mut err = std::io::BufReader::new(process.stderr.take().unwrap());
        while !said.contains("Waiting at most ") {
            assert!(std::io::BufRead::read_line(&mut err, &mut said).unwrap() > 0, "{said}");
        }
        let id = process.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
        std::io::Read::read_to_string(&mut err, &mut said).unwrap();
        assert_eq!(process.wait().unwrap().code(), Some(code), "{said}");
        assert!(said.contains("Stopped cleanly") && said.contains("  left: 4 files of east\n"), "{said}");
        assert_eq!(snapshot(), before);
        drop(holder);
    }
}

#[test]
fn of_two_applies_at_the_same_time_one_waits_for_the_other() {
    for _ in 0..3 {
        let project = new();
        let both = [0, 1].map(|_| {
            let mut command = project.command(APPLY);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        });
        for process in both {
            let output = process.wait_with_output().unwrap();
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(0), "{text}");
        }
        project.run(["plan", "--detailed-exitcode"]).no_changes();
        // Nobody has the right to write any more.
        let leases: i64 = project.catalog().query_row("SELECT count(*) FROM leases", [], |row| row.get(0)).unwrap();
        assert_eq!(leases, 0);
    }
}

/// Renews its lease by time, and waits in the middle until that happened.
struct Renewing<'a> {
    project: &'a Project,
    heartbeat: Option<Heartbeat>,
}

impl Renewing<'_> {
    fn expires(&self) -> Option<i64> {
        self.project.catalog().query_row("SELECT max(expires) FROM leases", [], |row| row.get(0)).unwrap()
    }
}

impl Observer for Renewing<'_> {
    fn step(&mut self, step: Step<'_>) -> bool {
        if matches!(step, Step::Store { .. }) {
            let first = self.expires();
            for _ in 0..6000 {
                if self.expires() > first {
                    return true;
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        !matches!(step, Step::Store { .. })
    }

    fn now(&mut self, _: &Run) -> i64 {
        seconds_now()
    }

    fn leased(&mut self, leases: &Leases) {
        let root = self.project.root();
        let open = move || {
            let disk = Disk::discover(&root).ok()?;
            open_targets(&disk, &load(&disk).ok()?.project, &Environment::new([]), "new-0", &Wait::default()).ok()
        };
        self.heartbeat = Some(Heartbeat::start(leases.clone(), open));
    }

    fn closing(&mut self) {
        self.heartbeat.take().unwrap().stop();
    }
}

#[test]
fn a_lease_is_renewed_while_a_step_takes_long() {
    let project = changed();
    let disk = Disk::discover(&project.root()).unwrap();
    let loaded = load(&disk).unwrap();
    let mut targets = open_targets(&disk, &loaded.project, &Environment::new([]), "new-0", &Wait::default()).unwrap();
    let options = Options { max_deletes: Some(20), ..Options::default() };
    let plan = plan(&loaded, &mut targets, Planning { now: 0, options, ..Planning::default() }).unwrap();
    let run = Run { id: "long".into(), time: seconds_now(), lease: Some(3), ..Run::default() };
    let mut applied = Applied::default();
    apply(&plan, &mut targets, &run, &mut Renewing { project: &project, heartbeat: None }, &mut applied).unwrap();
    assert!(!applied.stopped, "nobody renewed it");
    recovers(&project, &uninterrupted(), "after a long step");
}

/// How long an apply took that met a locked catalog, and that said so.
fn waited(project: &Project, timeout: &str) -> Duration {
    let began = Instant::now();
    let said = format!("is in use by another process, and still was after {timeout}");
    project.run(applies(["--lock-timeout", timeout])).code(4).complains([&*said]);
    began.elapsed()
}

#[test]
fn a_locked_catalog_is_waited_for_once_and_as_long_as_was_said() {
    let project = changed();
    let sql = project.catalog();
    // Nobody may read, from the first look on.
    sql.execute_batch("BEGIN EXCLUSIVE").unwrap();
    assert!(waited(&project, "0s") < Duration::from_secs(5));
    assert!(waited(&project, "1s") >= Duration::from_secs(1));
    let mut command = project.command(applies(["--lock-timeout", "10m"]));
    let mut waiting = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(500));
    assert!(waiting.try_wait().unwrap().is_none(), "it waits");
    assert!(Command::new("kill").args(["-INT", &waiting.id().to_string()]).status().unwrap().success());
    assert_ne!(waiting.wait().unwrap().code(), Some(0));
    // Everybody may read, and nobody write: neither the note that it came to nothing nor giving the right back waits once more.
    sql.execute_batch("COMMIT; BEGIN IMMEDIATE").unwrap();
    let took = waited(&project, "4s");
    assert!((Duration::from_secs(4)..Duration::from_secs(8)).contains(&took), "{took:?}");
    sql.execute_batch("COMMIT").unwrap();
    project.run(APPLY).code(0);
}

#[test]
fn a_duration_without_a_unit_is_a_wrong_use() {
    let outcome = Outcome::of(&mut new().command(applies(["--lock-timeout", "90"])));
    outcome.code(64).complains(["a whole number with a unit is needed"]);
}
