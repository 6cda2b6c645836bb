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
    text.lines().map(str::trim_end).collect::<Vec<&str>>().join("\n") + "\n"
}

/// The lines of a section of a help text.
fn section<'t>(help: &'t str, title: &str) -> Vec<&'t str> {
    let after = help.lines().skip_while(|line| *line != title).skip(1);
    after.take_while(|line| line.is_empty() || line.starts_with(' ')).collect()
}

/// The commands, each with what it does, in order; behind one that has commands of its own, those.
fn commands() -> Vec<(String, String)> {
    let with_own = |(name, purpose): (String, String)| {
        let own = commands_in(&help_of(&name)).into_iter().filter(|(own, _)| own != "help");
        let own: Vec<_> = own.map(|(own, purpose)| (format!("{name} {own}"), purpose)).collect();
        std::iter::once((name, purpose)).chain(own)
    };
    commands_in(&ask(&["--help"])).into_iter().flat_map(with_own).collect()
}

/// What a command says of itself, by its words.
fn help_of(name: &str) -> String {
    ask(&name.split(' ').chain(["--help"]).collect::<Vec<_>>())
}

fn commands_in(help: &str) -> Vec<(String, String)> {
    let entry = |line: &&str| {
        let (name, purpose) = line.trim().split_once("  ")?;
        Some((name.to_owned(), purpose.trim().to_owned()))
    };
    section(help, "Commands:").iter().filter_map(entry).collect()
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

/// The calls of `plat` in a line of a shell, each as the words behind `plat`.
fn calls(line: &str) -> Vec<Vec<&str>> {
    let line = line.split(" #").next().unwrap_or_default();
    line.split([';', '|', '&']).filter_map(call).collect()
}

/// The words behind `plat`, where a command of a shell is a call of it.
fn call(command: &str) -> Option<Vec<&str>> {
    let is_before = |word: &str| match word {
        "$" | "-" | "run:" | "if" | "!" => true,
        word => word.contains('=') && !word.starts_with('-'),
    };
    let mut words = command.split_whitespace().skip_while(|word| is_before(word));
    match words.next()? {
        "plat" => {}
        "cargo" => drop(words.by_ref().find(|word| *word == "--")?),
        _ => return None,
    }
    Some(words.take_while(|word| !is_redirection(word)).collect())
}

fn is_redirection(word: &str) -> bool {
    word.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(['>', '<'])
}

/// What is wrong with a call.
fn fault(call: &[&str], shapes: &BTreeMap<String, Shape>, general: &Shape) -> Option<String> {
    let (mut command, mut free) = (None::<String>, 0);
    let mut words = call.iter();
    while let Some(word) = words.next() {
        let (name, value) = word.split_once('=').map_or((*word, None), |(name, value)| (name, Some(value)));
        let own = command.as_ref().map(|command| format!("{command} {word}")).filter(|own| shapes.contains_key(own));
        if own.is_some() && free == 0 {
            command = own;
            continue;
        }
        let flags = command.as_ref().and_then(|command| shapes.get(command)).unwrap_or(general);
        match (word.len() > 1 && word.starts_with('-'), flags.flags.get(name), &command) {
            (true, None, _) => return Some(format!("there is no flag {name}")),
            (true, Some(Follows::Value), _) if value.is_none() => drop(words.next()),
            (true, Some(_), _) => {}
            (false, _, None) if !shapes.contains_key(*word) => return Some(format!("there is no command {word}")),
            (false, _, None) => command = Some((*word).to_owned()),
            (false, _, Some(_)) => free += 1,
        }
    }
    let command = command?;
    let most = shapes.get(&command)?.words;
    (free > most).then(|| format!("{command} takes {most} words and not {free}"))
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
    let shape = |(name, _): (String, String)| (name.clone(), Shape::of(&help_of(&name)));
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
fn every_command_in_the_pipelines_exists() {
    let (shapes, general) = shapes();
    for (pipeline, least) in [
        (".ci/pipeline/apply.sh", 3),
        (".ci/pipeline/drift.sh", 1),
        (".ci/pipeline/plan.sh", 1),
        ("templates/plat.yml", 7),
    ] {
        let text = std::fs::read_to_string(crate::root().join(pipeline)).unwrap();
        let calls: Vec<Vec<&str>> = text.lines().flat_map(calls).collect();
        assert!(calls.len() >= least, "{pipeline}: {calls:?}");
        let faults: Vec<String> = calls.iter().filter_map(|call| fault(call, &shapes, &general)).collect();
        assert!(faults.is_empty(), "{pipeline}:\n{}", faults.join("\n"));
    }
}

#[test]
fn the_reference_of_commands_is_up_to_date() {
    let mut page = "# Commands\n\n<!-- Made from `plat --help`: run the tests with PLAT_BLESS=1. -->\n\n".to_owned();
    let commands = commands();
    writeln!(page, "```text\n{}\n```", ask(&["--help"]).trim_end()).unwrap();
    for (name, purpose) in commands {
        let help = help_of(&name);
        let usage = help.split_once("\n\n").map_or(&*help, |(_, usage)| usage);
        write!(page, "\n## `plat {name}`\n\n{purpose}.\n\n```text\n{}\n```\n", usage.trim_end()).unwrap();
    }
    crate::up_to_date("docs/reference/commands.md", &page);
}

#[test]
fn the_exit_codes_of_the_manual_are_those_of_the_program() {
    let help = ask(&["--help"]);
    let told: Vec<(&str, String)> = section(&help, "Exit codes:")
        .iter()
        .filter_map(|line| line.trim().split_once("  "))
        .map(|(code, means)| (code, means.trim().to_owned()))
        .collect();
    assert!(told.len() > 5, "{help}");
    let page = std::fs::read_to_string(crate::root().join("docs/plan-and-apply.md")).unwrap();
    let (_, table) = page.split_once("| code | means |\n|---|---|\n").unwrap();
    let rows: Vec<(&str, String)> = table
        .lines()
        .map_while(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "))
        .map(|(code, means)| (code, without_links(means)))
        .collect();
    assert_eq!(rows, told);
}

/// A line of Markdown with the words of its links alone.
fn without_links(line: &str) -> String {
    let mut parts = line.split("](");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| part.split_once(')').map_or(part, |(_, rest)| rest));
    std::iter::once(first.as_str()).chain(rest).collect::<String>().replace('[', "")
}

#[test]
fn a_command_that_does_not_exist_is_found() {
    let (shapes, general) = shapes();
    let told = |line: &str| calls(line).iter().filter_map(|call| fault(call, &shapes, &general)).collect::<Vec<_>>();
    assert_eq!(told("$ plat -C a plan --out x.json && plat show x.json --full 2>&1"), [""; 0]);
    assert_eq!(told("      - run: plat check --format github"), [""; 0]);
    assert_eq!(told("cargo run --release -- -C a apply --auto-approve"), [""; 0]);
    assert_eq!(told("plat ship"), ["there is no command ship"]);
    assert_eq!(told("a; NAME=b plat plan --never"), ["there is no flag --never"]);
    assert_eq!(told("plat test x"), ["test takes 0 words and not 1"]);
    assert_eq!(told("plat catalog copy a b"), [""; 0]);
    assert_eq!(told("plat catalog copy a b c"), ["catalog copy takes 2 words and not 3"]);
    assert_eq!(told("the plat never"), [""; 0]);
}
