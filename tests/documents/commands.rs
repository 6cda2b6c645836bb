//! Commands that the documents name exist, with their flags; the reference of commands is what `--help` says.

use crate::fence::fences;
use crate::{manual, shown};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::process::Command;

/// What `plat` says when it is asked.
fn ask(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_plat")).args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// The lines of a section of a help text.
fn section<'t>(help: &'t str, title: &str) -> Vec<&'t str> {
    let after = help.lines().skip_while(|line| *line != title).skip(1);
    after.take_while(|line| line.is_empty() || line.starts_with(' ')).collect()
}

/// The commands, each with what it does, in order.
fn commands() -> Vec<(String, String)> {
    let help = ask(&["--help"]);
    let entry = |line: &&str| {
        let (name, purpose) = line.trim().split_once("  ")?;
        Some((name.to_owned(), purpose.trim().to_owned()))
    };
    section(&help, "Commands:").iter().filter_map(entry).collect()
}

/// What a command takes.
struct Shape {
    /// Its flags, each with whether a value follows it.
    flags: BTreeMap<String, Follows>,
    /// How many other words it takes at most.
    words: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Follows {
    Value,
    Nothing,
}

impl Shape {
    fn of(help: &str) -> Self {
        let mut flags = BTreeMap::new();
        for line in section(help, "Options:").into_iter().map(str::trim).filter(|line| line.starts_with('-')) {
            let follows = if line.contains('<') { Follows::Value } else { Follows::Nothing };
            let names = line.split([' ', ',']).filter(|word| word.starts_with('-'));
            flags.extend(names.map(|name| (name.to_owned(), follows)));
        }
        let arguments: Vec<&str> = section(help, "Arguments:")
            .into_iter()
            .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
            .collect();
        let many = arguments.iter().any(|line| line.ends_with("..."));
        Self { flags, words: if many { usize::MAX } else { arguments.len() } }
    }
}

/// The commands of `plat` in a line of a shell, each as its words behind `plat`.
fn calls(line: &str) -> Vec<Vec<&str>> {
    let line = line.split(" #").next().unwrap_or_default();
    let parts = line.split([';', '|', '&']);
    let call = |part: &'_ str| -> Option<usize> {
        let mut at = 0;
        for word in part.split_inclusive(' ') {
            at += word.len();
            match word.trim() {
                "plat" => return Some(at),
                "$" | "-" | "run:" | "if" | "!" | "then" | "" => {}
                word if word.contains('=') && !word.starts_with('-') => {}
                _ => return None,
            }
        }
        None
    };
    let words = |part: &'_ str, at: usize| -> (usize, usize) { (at, part.len()) };
    parts
        .filter_map(|part| {
            let part = part.trim_start().strip_prefix("$ ").unwrap_or(part).trim_start();
            let plain = part.strip_prefix("cargo run --release -- ");
            if let Some(rest) = plain {
                Some(rest.split_whitespace().collect())
            } else {
                let (from, to) = words(part, call(part)?);
                Some(part[from..to].split_whitespace().take_while(|word| !is_redirection(word)).collect())
            }
        })
        .collect()
}

fn is_redirection(word: &str) -> bool {
    word.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(['>', '<'])
}

/// What is wrong with a call.
fn fault(words: &[&str], shapes: &BTreeMap<String, Shape>, general: &Shape) -> Option<String> {
    let mut shape = general;
    let mut command = None;
    let mut free = 0;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if let Some((flag, value)) =
            word.starts_with('-').then(|| word.split_once('=').map_or((*word, None), |(a, b)| (a, Some(b))))
        {
            match shape.flags.get(flag).or_else(|| general.flags.get(flag)) {
                None if *word == "-" => free += 1,
                None => return Some(format!("there is no flag {flag}")),
                Some(Follows::Value) if value.is_none() => drop(words.next()),
                Some(_) => {}
            }
        } else if command.is_none() {
            command = Some(*word);
            shape = match shapes.get(*word) {
                Some(shape) => shape,
                None => return Some(format!("there is no command {word}")),
            };
        } else {
            free += 1;
        }
    }
    (free > shape.words).then(|| format!("{} takes {} words and not {free}", command.unwrap_or_default(), shape.words))
}

/// The lines that may hold commands: those of shells and of workflows, and code within sentences.
fn lines(page: &str) -> Vec<String> {
    let fences = fences(page);
    let of_shells = fences.iter().filter(|fence| matches!(&*fence.info, "sh" | "console" | "yaml"));
    let mut lines: Vec<String> = of_shells.flat_map(|fence| fence.text.lines().map(str::to_owned)).collect();
    let inside: BTreeSet<String> = fences.iter().flat_map(|fence| fence.text.lines().map(str::to_owned)).collect();
    for line in page.lines().filter(|line| !inside.contains(*line)) {
        lines.extend(line.split('`').skip(1).step_by(2).filter(|code| code.starts_with("plat ")).map(str::to_owned));
    }
    lines
}

fn shapes() -> (BTreeMap<String, Shape>, Shape) {
    let shape = |(name, _): (String, String)| (name.clone(), Shape::of(&ask(&[&name, "--help"])));
    (commands().into_iter().map(shape).collect(), Shape::of(&ask(&["--help"])))
}

#[test]
fn every_command_in_the_manual_exists() {
    let (shapes, general) = shapes();
    let mut faults = Vec::new();
    for page in manual() {
        for line in lines(&std::fs::read_to_string(&page).unwrap()) {
            for call in calls(&line) {
                faults
                    .extend(fault(&call, &shapes, &general).map(|fault| format!("{}: {line}: {fault}", shown(&page))));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_reference_of_commands_is_up_to_date() {
    let mut page = "# Commands\n\n<!-- Made from `plat --help`: run the tests with PLAT_BLESS=1. -->\n\n".to_owned();
    let commands = commands();
    writeln!(page, "```text\n{}\n```", ask(&["--help"]).trim_end()).unwrap();
    for (name, purpose) in commands {
        let help = ask(&[&name, "--help"]);
        let usage = help.split_once("\n\n").map_or(&*help, |(_, usage)| usage);
        write!(page, "\n## `plat {name}`\n\n{purpose}.\n\n```text\n{}\n```\n", usage.trim_end()).unwrap();
    }
    crate::up_to_date("docs/reference/commands.md", &page);
}

#[test]
fn a_command_that_does_not_exist_is_found() {
    let (shapes, general) = shapes();
    let told = |line: &str| calls(line).iter().filter_map(|call| fault(call, &shapes, &general)).collect::<Vec<_>>();
    assert_eq!(told("$ plat -C a plan --out x.json && plat show x.json --full 2>&1"), [""; 0]);
    assert_eq!(told("      - run: plat check --format github"), [""; 0]);
    assert_eq!(told("cargo run --release -- -C a apply --auto-approve"), [""; 0]);
    assert_eq!(told("plat drift"), ["there is no command drift"]);
    assert_eq!(told("a; NAME=b plat plan --never"), ["there is no flag --never"]);
    assert_eq!(told("plat test x"), ["test takes 0 words and not 1"]);
    assert_eq!(told("the plat never"), [""; 0]);
}
