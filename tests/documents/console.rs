//! What a `console` fence shows is what happens. Its lines with `$ ` are run by a shell, one after the other, page by page,
//! in a folder with a fresh copy of `examples`; the lines below each stand in its output, in their order.
//!
//! A line of `...` stands for any lines, and `...` in a line for any text. Between two shown lines nothing else is left
//! out. `cargo run --release --` stands for `plat`.

use crate::fence::{Fence, fences};
use crate::{manual, root, shown};
use std::path::Path;
use std::process::Command;

/// A command of a console, and what is shown below it.
struct Step<'t> {
    command: &'t str,
    shown: Vec<&'t str>,
}

fn steps(fence: &Fence) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    for line in fence.text.lines() {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push(Step { command, shown: Vec::new() }),
            (None, Some(step)) => step.shown.push(line),
            (None, None) => {}
        }
    }
    steps
}

/// Runs a command and gives all that it prints.
fn run(command: &str, folder: &Path) -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_plat")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap_or_default());
    let script = command.replace("cargo run --release --", "plat");
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("exec 2>&1; {script}")]).current_dir(folder).env("PATH", path).env_remove("CI");
    String::from_utf8(shell.output().unwrap().stdout).unwrap()
}

/// Whether a line is what is shown of it.
fn is_like(line: &str, shown: &str) -> bool {
    let mut parts = shown.split("...");
    let Some(mut rest) = parts.next().and_then(|first| line.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let found = if parts.peek().is_none() {
            rest.ends_with(part).then_some(rest.len())
        } else {
            rest.find(part).map(|at| at + part.len())
        };
        let Some(end) = found else { return false };
        rest = &rest[end..];
    }
    rest.is_empty()
}

/// The first shown line that is not where it should be in an output.
fn missing<'t>(output: &str, shown: &[&'t str]) -> Option<&'t str> {
    let lines: Vec<&str> = output.lines().collect();
    let mut at = 0;
    let mut skips = false;
    for line in shown {
        if *line == "..." {
            skips = true;
            continue;
        }
        let rest = lines.get(at..).unwrap_or_default();
        let found = if skips {
            rest.iter().position(|one| is_like(one, line))
        } else {
            rest.first().filter(|one| is_like(one, line)).map(|_| 0)
        };
        let Some(distance) = found else { return Some(line) };
        at += distance + 1;
        skips = false;
    }
    (!skips && at < lines.len()).then_some("(there is more)")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap).filter(|entry| entry.file_name() != ".plat") {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn every_console_shows_what_happens() {
    let mut faults = Vec::new();
    for page in manual() {
        let folder = tempfile::tempdir().unwrap();
        copy(&root().join("examples"), &folder.path().join("examples"));
        let text = std::fs::read_to_string(&page).unwrap();
        for fence in fences(&text).into_iter().filter(|fence| fence.info == "console") {
            for step in steps(&fence) {
                let output = run(step.command, folder.path());
                let missing = missing(&output, &step.shown);
                faults.extend(missing.map(|line| {
                    format!(
                        "{}:{}: `{}` does not print\n  {line}\nbut\n{output}",
                        shown(&page),
                        fence.line,
                        step.command
                    )
                }));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_shown_line_that_is_not_printed_is_found() {
    assert_eq!(missing("a\nb\nc\n", &["a", "b", "c"]), None);
    assert_eq!(missing("a\nb\nc\n", &["a", "c"]), Some("c"));
    assert_eq!(missing("a\nb\nc\n", &["a", "...", "c"]), None);
    assert_eq!(missing("a\nb\nc\n", &["a", "..."]), None);
    assert_eq!(missing("a\nb\nc\n", &["a"]), Some("(there is more)"));
    assert_eq!(missing("at 12 of 3\n", &["at ... of 3"]), None);
    assert_eq!(missing("at 12 of 3\n", &["at ... of 4"]), Some("at ... of 4"));
}
