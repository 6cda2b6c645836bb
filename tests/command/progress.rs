//! What somebody at a terminal sees of long work, and that nobody else does.

use crate::demo::applied;
use rusqlite::Connection;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::process::Stdio;

/// A terminal: what reads the screen, and what a process writes to.
fn terminal() -> (File, File) {
    let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&screen).unwrap();
    unlockpt(&screen).unwrap();
    let name = ptsname(&screen, Vec::new()).unwrap().into_string().unwrap();
    (File::from(screen), OpenOptions::new().read(true).write(true).open(name).unwrap())
}

/// Keeps a catalog for itself until the connection is dropped: whoever wants to read it waits.
fn occupied(path: &std::path::Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch("PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE").unwrap();
    connection
}

#[test]
fn a_terminal_shows_what_takes_long_and_forgets_it() {
    let project = applied();
    let lock = occupied(&project.path(".plat/catalog.db"));
    let (mut screen, process_end) = terminal();
    let mut command = project.command(["plan"]);
    let mut process = command.stderr(process_end).stdout(Stdio::piped()).spawn().unwrap();
    // The command holds the terminal too, and the screen only ends when nobody does.
    drop(command);
    let mut seen = Vec::new();
    let mut buffer = [0; 1024];
    while !String::from_utf8_lossy(&seen).contains("Opening the catalog and the state stores") {
        let length = screen.read(&mut buffer).unwrap_or(0);
        assert!(length > 0, "the work ended without a word: {:?}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&buffer[..length]);
    }
    drop(lock);
    // A terminal that nobody writes to any more is an error on some systems and an end on others.
    while let Ok(length @ 1..) = screen.read(&mut buffer) {
        seen.extend_from_slice(&buffer[..length]);
    }
    let mut out = String::new();
    process.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    assert!(process.wait().unwrap().success());
    assert!(out.starts_with("No changes. ") && !out.contains("Opening"), "{out:?}");
    let seen = String::from_utf8(seen).unwrap();
    assert!(seen.ends_with("\r\u{1b}[K"), "{seen:?}");
}

#[test]
fn a_job_and_a_pipe_show_nothing_of_it() {
    let project = applied();
    project.run(["plan"]).stderr("").no_changes();
    let (mut screen, process_end) = terminal();
    let mut command = project.command(["plan"]);
    command.env("CI", "true").stderr(process_end).stdout(Stdio::piped());
    let lock = occupied(&project.path(".plat/catalog.db"));
    let process = command.spawn().unwrap();
    drop(command);
    // Long enough for a line, had there been one to draw.
    std::thread::sleep(std::time::Duration::from_millis(1500));
    drop(lock);
    assert!(process.wait_with_output().unwrap().status.success());
    let mut seen = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(length @ 1..) = screen.read(&mut buffer) {
        seen.extend_from_slice(&buffer[..length]);
    }
    assert_eq!(String::from_utf8(seen).unwrap(), "");
}
