//! `plat check --watch`: what an editor's user has on the side.

use crate::project::Project;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
fn it_tells_the_problems_anew_when_a_file_has_changed_and_ends_when_it_is_interrupted() {
    let project = Project::new().file("plat.kdl", "project demo\n").file("a.kdl", "blueprint service\n");
    let mut process =
        project.command(["check", "--watch"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut out = BufReader::new(process.stdout.take().unwrap());
    let mut until = |text: &str| {
        let mut said = String::new();
        while !said.contains(text) {
            assert!(out.read_line(&mut said).unwrap() > 0, "{said}");
        }
    };
    until("No problems.\n");
    project.write("a.kdl", "blueprint service\nentity servic cart\n");
    until("servic");
    project.write("a.kdl", "blueprint service\nentity service cart\n");
    until("No problems.\n");
    // A file that comes is one of the project's.
    project.write("b.kdl", "entity service cart\n");
    until("b.kdl");
    let id = process.id().to_string();
    assert!(Command::new("kill").args(["-s", "INT", &id]).status().unwrap().success());
    assert_eq!(process.wait().unwrap().code(), Some(130));
}
