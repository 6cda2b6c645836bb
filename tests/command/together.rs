//! Applies that run at the same time, and applies that are asked to stop.

use crate::change::{AFTER, APPLY, changed, duration_of_an_apply, end, new, recovers, silent, uninterrupted};
use crate::project::Project;
use crate::store;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::Duration;

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
        // In one go: no half of it is ever read.
        project.write("state.next", AFTER);
        std::fs::rename(project.path("state.next"), project.path("state.kdl")).unwrap();
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
            project.edit("plat.kdl", "project demo { id demo }", &format!("project {name} {{ id {name} }}"));
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
