//! Applies of which a part fails, is stopped, or waits for people.

use crate::change::{AFTER, APPLY, End, changed, end, recovers, uninterrupted};
use crate::project::Project;
use crate::store::files;
use git2::Repository;
use plat::apply::{Applied, ApplyError, Delivery, Left, Observer, Run, Step, Targets, apply};
use plat::credentials::Environment;
use plat::model::{Holding, Lease, Leased};
use plat::plan::{Options, Plan};
use plat::session::{Disk, Planning, open_targets, plan};
use plat::store::{ContentId, Draft, Observed, Receipt, Store, StoreError};
use plat::wait::Wait;
use plat::workspace::load;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A store whose server is there to be read, and fails when it is written.
struct Failing(Box<dyn Store>);

impl Store for Failing {
    fn look(&mut self) -> Result<Arc<[Holding]>, StoreError> {
        self.0.look()
    }

    fn holdings_of(&self, project: &str) -> Result<Vec<Holding>, StoreError> {
        self.0.holdings_of(project)
    }

    fn namesakes(&mut self, name: &str) -> Result<BTreeSet<String>, StoreError> {
        self.0.namesakes(name)
    }

    fn is_behind(&self) -> bool {
        self.0.is_behind()
    }

    fn observe(&mut self, paths: &[&str]) -> Result<Observed, StoreError> {
        self.0.observe(paths)
    }

    fn compare(&mut self, wanted: &[(&str, ContentId)]) -> Result<Observed, StoreError> {
        self.0.compare(wanted)
    }

    fn paths(&self) -> Result<Vec<String>, StoreError> {
        self.0.paths()
    }

    fn read_all(&self, paths: &[&str]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        self.0.read_all(paths)
    }

    fn written_all(&self, paths: &[&str]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        self.0.written_all(paths)
    }

    fn acquire(&mut self, lease: &Lease, now: i64) -> Result<Leased, StoreError> {
        self.0.acquire(lease, now)
    }

    fn lease(&mut self) -> Result<Option<Lease>, StoreError> {
        self.0.lease()
    }

    fn release(&mut self, run: &str) -> Result<(), StoreError> {
        self.0.release(run)
    }

    fn rehearse(&mut self, draft: &Draft) -> Result<(), StoreError> {
        self.0.rehearse(draft)
    }

    fn content_id(&self, content: &[u8]) -> ContentId {
        self.0.content_id(content)
    }

    fn deliver(&mut self, _: &Draft) -> Result<Receipt, StoreError> {
        Err(StoreError::Unusable { store: "east".into(), reason: "its disk is full".into() })
    }
}

fn opened(project: &Project) -> (Plan, Targets) {
    let disk = Disk::discover(&project.root()).unwrap();
    let loaded = load(&disk).unwrap();
    let mut targets = open_targets(&disk, &loaded.project, &Environment::new([]), "new-0", &Wait::default()).unwrap();
    let options = Options { max_deletes: Some(20), ..Options::default() };
    let plan = plan(&loaded, &mut targets, Planning { now: 0, options, ..Planning::default() }).unwrap();
    (plan, targets)
}

fn run() -> Run {
    Run { id: "this-run".into(), holder: "ada@desk".into(), time: 7, lease: Some(60), ..Run::default() }
}

/// Goes on up to a step of a number.
struct StopAt(usize);

impl Observer for StopAt {
    fn step(&mut self, _: Step<'_>) -> bool {
        let goes_on = self.0 > 0;
        self.0 = self.0.saturating_sub(1);
        goes_on
    }
}

#[test]
fn what_a_store_cannot_do_is_refused_before_anything_is_written() {
    let project = changed();
    let before = files(&project.path(".plat/stores/west.git"), "main");
    let (plan, mut targets) = opened(&project);
    // Unlike the one in it, it takes no proposals.
    let east = targets.stores.remove("east").unwrap();
    targets.stores.insert("east".into(), Box::new(Failing(east)));
    let proposing = Run { delivery: Delivery::Proposal, ..run() };
    let mut applied = Applied::default();
    let error = apply(&plan, &mut targets, &proposing, &mut StopAt(99), &mut applied).unwrap_err();
    assert!(matches!(&error, ApplyError::Store(StoreError::Incapable { .. })), "{error}");
    assert_eq!(error.to_string(), "east: a state store of its kind takes no proposals");
    assert!(!applied.is_partly() && applied.proposals.is_empty());
    assert_eq!(files(&project.path(".plat/stores/west.git"), "main"), before);
}

#[test]
fn a_store_that_fails_keeps_no_other_one_back_and_nothing_is_pruned() {
    let expected = uninterrupted();
    let project = changed();
    let old = files(&project.path(".plat/stores/east.git"), "main");
    let (plan, mut targets) = opened(&project);
    let east = targets.stores.remove("east").unwrap();
    targets.stores.insert("east".into(), Box::new(Failing(east)));
    let mut applied = Applied::default();
    let error = apply(&plan, &mut targets, &run(), &mut StopAt(99), &mut applied).unwrap_err();
    assert!(matches!(&error, ApplyError::Store(StoreError::Unusable { .. })), "{error}");
    assert!(applied.is_partly());
    assert_eq!(applied.stores.iter().map(|outcome| outcome.store.as_str()).collect::<Vec<_>>(), ["west"]);
    let [Left::Store { store, .. }, Left::Prune { .. }] = applied.left.as_slice() else { panic!("{applied:?}") };
    assert_eq!(store, "east");
    assert!(project.has("entity", "service", "comes") && project.has("entity", "service", "goes"));
    assert_eq!(files(&project.path(".plat/stores/east.git"), "main"), old);
    assert_eq!(files(&project.path(".plat/stores/west.git"), "main").len(), 3);
    project.run(["runs", "this-run"]).code(0).says([
        "state   failed\n",
        // A request moves from east to west: it goes only where it is there.
        "west: 4 files in commit ",
        "failed: east: its disk is full\n",
        "left: 4 files of east\n",
    ]);
    recovers(&project, &expected, "after a failure of east");
}

#[test]
fn a_stop_at_any_step_is_told_and_finished_by_the_next_run() {
    let expected = uninterrupted();
    let template = changed();
    // Between the parts: what comes after one is told by the step before the next.
    for (step, left) in [(0, 4), (2, 3), (4, 2), (6, 1)] {
        let project = template.twin();
        let (plan, mut targets) = opened(&project);
        let mut applied = Applied::default();
        apply(&plan, &mut targets, &run(), &mut StopAt(step), &mut applied).unwrap();
        assert!(applied.stopped);
        assert_eq!(applied.left.len(), left, "{:?}", applied.left);
        project.run(["runs", "this"]).code(0).says(["state   stopped\n", "left: "]);
        recovers(&project, &expected, &format!("stopped at step {step}"));
    }
}

fn main_files(end: &End) -> Vec<usize> {
    end.repositories.values().map(|references| references["refs/heads/main"].len()).collect()
}

#[test]
fn files_are_proposed_and_what_comes_after_them_waits() {
    let expected = uninterrupted();
    let project = changed();
    let before = ["east", "west"].map(|name| files(&project.path(&format!(".plat/stores/{name}.git")), "main"));
    let proposes: Vec<&str> = APPLY.into_iter().chain(["--via", "pull-request"]).collect();
    let said = [
        "\nApplied ",
        "\nTo merge: 4 files of west on branch plat/demo/",
        "\nTo merge: 3 files of east on branch plat/demo/",
        // A request moves from east to west, and leaves only once it is merged there.
        "\nAfter that, the next apply proposes what leaves: 1 file of east, once what replaces it is merged in west",
        "\nAfter that, the next apply does what comes after the files: ",
    ];
    project.run(proposes.clone()).code(0).says(said);
    let now = ["east", "west"].map(|name| files(&project.path(&format!(".plat/stores/{name}.git")), "main"));
    assert_eq!(now, before);
    assert!(project.has("entity", "service", "comes") && project.has("entity", "service", "goes"));
    // Asking again proposes the same, once.
    project.run(proposes).code(0).says(said[1..].iter().copied());
    for name in ["east", "west"] {
        let repository = Repository::open(project.path(&format!(".plat/stores/{name}.git"))).unwrap();
        let mut proposed = repository.references_glob("refs/heads/plat/demo/*").unwrap();
        let proposed = proposed.names().map(|name| name.unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(proposed.len(), 1, "{proposed:?}");
        // It is merged.
        let tip = repository.refname_to_id(&proposed[0]).unwrap();
        repository.reference("refs/heads/main", tip, true, "merged").unwrap();
        repository.find_reference(&proposed[0]).unwrap().delete().unwrap();
    }
    project.run(APPLY).code(0);
    assert!(!project.has("entity", "service", "goes"));
    assert_eq!(main_files(&end(&project)), main_files(&expected));
    assert_eq!(end(&project), expected);
    project.run(["plan", "--detailed-exitcode"]).no_changes();
}

#[test]
fn a_proposal_is_told_in_json() {
    let project = changed();
    let mut arguments: Vec<&str> = APPLY.to_vec();
    arguments.extend(["--via", "pull-request", "--format", "json"]);
    let outcome = project.run(arguments).code(0);
    let last: serde_json::Value = serde_json::from_str(outcome.out.lines().last().unwrap()).unwrap();
    let applied = &last["applied"];
    assert_eq!((&applied["state"], &applied["stores"]), (&"done".into(), &serde_json::json!([])));
    // What takes something in comes before what it leaves, and what leaves waits.
    assert_eq!(applied["proposals"][0]["store"], "west");
    assert_eq!(applied["proposals"][0]["files"], 4);
    assert_eq!((&applied["proposals"][1]["store"], &applied["proposals"][1]["files"]), (&"east".into(), &3.into()));
    assert!(applied["proposals"][0]["branch"].as_str().unwrap().starts_with("plat/demo/"), "{applied}");
    assert_eq!(applied["left"][0], "1 file of east, once what replaces it is merged in west");
    assert_eq!(applied["left"].as_array().unwrap().len(), 2, "{applied}");
    let id = applied["run"].as_str().unwrap();
    project
        .run(["runs", id, "--format", "json"])
        .code(0)
        .says([&format!("{{\"run\":\"{id}\",\"state\":\"proposed\"")[..]]);
}

#[test]
fn runs_are_told_newest_first_and_as_they_went() {
    let project = crate::change::new();
    project.run(["runs"]).code(0).stdout("");
    project.apply();
    let first = project.run(["runs"]).code(0).out;
    assert_eq!(first.lines().count(), 2, "{first}");
    // The next one begins in another second.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    project.write("state.kdl", AFTER);
    project.run(APPLY).code(0);
    let both = project.run(["runs"]).code(0).out;
    let lines: Vec<&str> = both.lines().collect();
    assert_eq!(lines.len(), 3, "{both}");
    assert_eq!(lines[2], first.lines().nth(1).unwrap());
    assert_eq!(project.run(["runs", "--limit", "1"]).code(0).out.lines().count(), 2);
    let run = lines[1].split(' ').next().unwrap();
    project.run(["runs", run]).code(0).says([
        "state   done\n",
        "\ncatalog: ",
        "  update entity:service:changes\n",
        "\nwest: 4 files in commit ",
        "\neast: 4 files in commit ",
        "\ncatalog: ",
        "  delete entity:service:goes\n",
    ]);
    project.run(["runs", "no-such-run"]).code(64).complains(["the catalog knows no run `no-such-run`"]);
    let nothing_to_do = project.apply();
    assert_eq!(project.run(["runs"]).out, both, "{nothing_to_do}");
}
