//! An apply that is killed anywhere, and run again, ends as one that was not.

use crate::change::{
    AFTER, APPLY, BEFORE, End, changed, duration_of_an_apply, end, new, recovers, silent, uninterrupted,
};
use crate::project::{Outcome, Project};
use git2::Repository;
use plat::apply::{Applied, Observer, Run, Step, apply};
use plat::credentials::Environment;
use plat::plan::Options;
use plat::session::{Disk, Planning, open_targets, plan};
use plat::wait::Wait;
use plat::workspace::load;
use std::path::PathBuf;
use std::process::Command;

#[test]
fn an_apply_that_is_killed_at_any_moment_is_finished_by_the_next_one() {
    survives_kills(&changed(), &uninterrupted(), 40);
}

#[test]
fn a_first_apply_that_is_killed_at_any_moment_is_finished_by_the_next_one() {
    let whole = new();
    whole.apply();
    survives_kills(&new(), &end(&whole), 20);
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
    let mut targets = open_targets(&disk, &loaded.project, &Environment::new([]), "new-0", &Wait::default()).unwrap();
    let options = Options { max_deletes: Some(20), ..Options::default() };
    let plan = plan(&loaded, &mut targets, Planning { now: 0, options, ..Planning::default() }).unwrap();
    let run = Run::default();
    apply(&plan, &mut targets, &run, &mut AbortAt(step.parse().unwrap()), &mut Applied::default()).unwrap();
}

/// Whether an apply of the project in another process died at the step; the steps are counted from 0.
fn dies_at(project: &Project, step: usize) -> bool {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "kill::aborts_at_its_step"]);
    command.env(PROJECT, project.root()).env(STEP, step.to_string());
    Outcome::of(&mut command).code != Some(0)
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
    // West is written first, as a request moves there from east: step 3 is after it, step 5 after east.
    for (store, step) in [("west", 3), ("east", 5)] {
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
fn locks_that_a_killed_run_left_are_taken_away() {
    let expected = uninterrupted();
    let template = changed();
    let opened = Repository::open(repository(&template, "east")).unwrap();
    let ours = opened.refname_to_id("refs/heads/main").unwrap();
    // Killed after it wrote into the lock, and before.
    for content in [format!("{ours}\n"), String::new()] {
        for reference in ["refs/heads/main", &inventory_name(&opened)] {
            let project = template.twin();
            // A lock of plat's is a link of a file that says so.
            project.write(&format!(".plat/stores/east.git/plat.locks/{reference}"), &content);
            let folder = repository(&project, "east");
            let lock = folder.join(format!("{reference}.lock"));
            std::fs::hard_link(folder.join("plat.locks").join(reference), lock).unwrap();
            recovers(&project, &expected, &format!("{reference} locked with {content:?}"));
        }
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
    let repository = Repository::open(repository(project, store)).unwrap();
    repository.refname_to_id(&inventory_name(&repository)).unwrap()
}

fn inventory_name(repository: &Repository) -> String {
    let mut names = repository.references_glob("refs/plat/inventory/*").unwrap();
    names.names().next().unwrap().unwrap().to_owned()
}
