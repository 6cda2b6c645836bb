//! What users, colleagues and other programs write has no power over who reads of it: neither over a terminal, nor over the runner of
//! a job, nor over what shows reports.

use crate::project::{Outcome, Project};
use serde_json::Value;
use std::process::Command;

/// Everything at once: escape sequences of seven and of eight bits, a bell, commands of runners old and new, ends of HTML, Markdown and
/// XML, text that is reordered or hidden.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;pwn\u{7}\u{9b}31m\u{85}\r\n::error::pwned\n  ::set-output name=x::y\n##[error]pwned\n\
    ##vso[task.setvariable variable=x]y\n</details><script>alert(1)</script>]]>&<\u{202e}\u{200b}\u{2066}\u{ad}\u{2063}\u{206a}\u{3164}\u{fff9}\u{e0068}\u{fe01}|`x`[a](http://evil)\
    <img src=x> @all #1 ![x](http://evil/x.png)\n```\n# title\n--> ";

/// The same in a string of KDL.
fn kdl(text: &str) -> String {
    let plain = |character: char| character.is_ascii_graphic() && !matches!(character, '"' | '\\') || character == ' ';
    let escaped = |character: char| format!("\\u{{{:x}}}", u32::from(character));
    text.chars().map(|c| if plain(c) { c.to_string() } else { escaped(c) }).collect()
}

/// A name of a file; the end of a path and the end of a text are none of its characters.
fn file_name(end: &str) -> String {
    HOSTILE.replace('/', "|").chars().take(80).collect::<String>() + end
}

fn project() -> Project {
    let text = r#"project p { title "HOSTILE"; }
state-store gitops git create { url ".plat/stores/gitops.git"; }
destination main { store gitops; labels side=main; }
blueprint s {
    title "HOSTILE"
    property t string
    property u string
    property o object
    property en enum { values "HOSTILE" b; }
}
team tm { title "HOSTILE"; }
entity s e { title "HOSTILE"; u "HOSTILE"; o "HOSTILE"="HOSTILE"; en "HOSTILE"; }
scorecard c for=s {
    title "HOSTILE"
    level "LHOSTILE" { rule r "HOSTILE" { u absent; t is "HOSTILE"; }; }
}
policy pp for=entity of=s severity=warn { description "HOSTILE"; require { t is "HOSTILE"; }; }
promise app {
    api group=company.com version=v1 kind=App { field a string default="HOSTILE"; }
    schedule side=main
    workflow configure {
        resource v1 ConfigMap $name { data "aHOSTILE"=$spec.a { script "x\n::error::y\n"; }; }
        files "raw/**"
    }
}
request app web { a "HOSTILE"; }
test "HOSTILE" {
    given app demo { a "HOSTILE"; }
    expect resource ConfigMap demo { data x="HOSTILE"; }
}
"#;
    let hostile = Project::new()
        .file("plat.kdl", text.replace("HOSTILE", &kdl(HOSTILE)))
        .file(&file_name(".kdl"), "team   other\n")
        .file("raw/raw.txt", HOSTILE);
    hostile.apply();
    hostile
}

/// Fails where an output has power over its reader.
#[track_caller]
fn is_harmless(what: &str, text: &str) {
    for (index, line) in text.split('\n').enumerate() {
        let place = format!("{what}, line {}: {line:?}", index + 1);
        let power = |character: char| {
            (character.is_control() && character != '\t')
                || matches!(character, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}')
                || matches!(character, '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{206f}' | '\u{feff}')
                || matches!(character, '\u{ad}' | '\u{2060}'..='\u{2064}' | '\u{3164}' | '\u{fff0}'..='\u{fffb}')
                || matches!(character, '\u{fe00}'..='\u{fe0d}' | '\u{e0000}'..='\u{e0fff}')
        };
        assert!(!line.contains(power), "{place}");
        assert!(!line.contains("##[") && !line.contains("##vso["), "{place}");
        let bare = line.trim_start();
        if bare.starts_with("::") {
            let ours = ["::error ", "::warning ", "::notice "].iter().any(|command| line.starts_with(command));
            let data = line.get(2..).and_then(|rest| rest.split_once("::"));
            assert!(
                what.contains("github") && ours && data.is_some_and(|(head, _)| head.contains("title=")),
                "{place}"
            );
        }
    }
}

/// Runs a command in every format and looks at each byte of what it says.
fn try_all(project: &Project, command: &[&str]) {
    for format in ["human", "json", "github", "compact"] {
        let Outcome { out, err, .. } = project.run(["--format", format].into_iter().chain(command.iter().copied()));
        is_harmless(&format!("{command:?} as {format}, standard output"), &out);
        is_harmless(&format!("{command:?} as {format}, standard error"), &err);
        if format == "json" {
            for line in out.lines().filter(|line| line.starts_with('{')) {
                assert!(serde_json::from_str::<Value>(line).is_ok(), "{command:?}: {line}");
            }
        }
    }
}

const REPORTS: [&str; 7] = ["json", "ndjson", "markdown", "sarif", "junit", "github", "gitlab-codequality"];

/// Runs a command with every report and looks at each byte of them.
fn try_reports(project: &Project, command: &[&str]) {
    let reports: Vec<String> = REPORTS.iter().map(|format| format!("--report={format}=r.{format}")).collect();
    project.run(command.iter().copied().chain(reports.iter().map(String::as_str)));
    for format in REPORTS {
        let text = project.read(&format!("r.{format}"));
        is_harmless(&format!("{command:?}, report {format}"), &text);
        match format {
            "json" | "gitlab-codequality" => drop(serde_json::from_str::<Value>(&text).unwrap()),
            "ndjson" => text.lines().for_each(|line| drop(serde_json::from_str::<Value>(line).unwrap())),
            "markdown" => is_contained(&text),
            "sarif" => {
                let document: Value = serde_json::from_str(&text).unwrap();
                for result in document["runs"][0]["results"].as_array().unwrap() {
                    assert!(!result["message"]["text"].as_str().unwrap().contains("]("), "{result}");
                }
            }
            "junit" => assert!(!text.contains("<script") && !text.contains("]]>"), "{text}"),
            _ => {}
        }
    }
}

/// Outside of fences and spans of code, Markdown has nothing of what others wrote.
fn is_contained(markdown: &str) {
    let mut fence: Option<String> = None;
    for line in markdown.lines() {
        let ticks = line.chars().take_while(|letter| *letter == '`').count();
        match &fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if ticks >= 3 => fence = Some("`".repeat(ticks)),
            None => {
                let bare: String = line.split('`').step_by(2).collect();
                for part in ["pwned", "<script", "<img", "@all", "](http", "-->  "] {
                    assert!(!bare.contains(part), "{line}");
                }
            }
        }
    }
    assert_eq!(fence, None, "a fence stays open");
}

#[test]
fn nothing_that_is_declared_has_power_in_any_command_and_format() {
    let project = project();
    for command in [
        &["check"][..],
        &["fmt", "--check"],
        &["plan"],
        &["plan", "--full", "--rendered", "--impact"],
        &["plan", "--out", "plan.json"],
        &["get", "team"],
        &["get", "entity"],
        &["get", "entity", "e"],
        &["get", "scorecard", "c"],
        &["get", "request", "app:default/web"],
        &["score"],
        &["score", "--rules"],
        &["test"],
        &["render"],
        &["runs"],
        &["why", "entity:s:e"],
        &["why", "entity:s:e.properties.u"],
        &["why", "request:app:default/web"],
        &["drift"],
        &["proposals"],
    ] {
        try_all(&project, command);
    }
    for command in [&["check"][..], &["plan"], &["test"]] {
        try_reports(&project, command);
    }
}

#[test]
fn nothing_that_changes_has_power_in_any_command_and_format() {
    let project = project();
    let text = project.read("plat.kdl").replace("title \"", "title \"new").replace("a \"", "a \"new");
    project.write("plat.kdl", text);
    for command in [&["plan"][..], &["plan", "--full", "--rendered", "--impact"], &["plan", "--out", "plan.json"]] {
        try_all(&project, command);
    }
    is_harmless("the saved plan", &project.read("plan.json"));
    try_all(&project, &["show", "plan.json", "--full"]);
    try_reports(&project, &["show", "plan.json"]);
    try_reports(&project, &["plan"]);
    try_all(&project, &["apply", "--auto-approve"]);
    let runs = project.run(["--format", "json", "runs"]).out;
    let run: Value = serde_json::from_str(runs.lines().next().unwrap()).unwrap();
    try_all(&project, &["runs", run["run"].as_str().unwrap()]);
    // What others write into the catalog, and into its journal.
    let other = HOSTILE.replace('\'', "''");
    project.sql(&format!(
        "UPDATE objects SET body = json_set(body, '$.title', '{other}') WHERE kind = 'team' AND name = 'tm'"
    ));
    project
        .sql(&format!("UPDATE objects SET body = json_set(body, '$.properties.u', 'x{other}') WHERE kind = 'entity'"));
    project.catalog().execute("UPDATE runs SET holder = ?1, state = ?1, plan = ?1", [HOSTILE]).unwrap();
    for command in [
        &["drift"][..],
        &["drift", "--adopt", "entity:s:e", "--dry-run"],
        &["plan"],
        &["plan", "--full"],
        &["why", "entity:s:e"],
        &["get", "team"],
        &["get", "team", "tm"],
        &["runs"],
    ] {
        try_all(&project, command);
    }
    try_reports(&project, &["plan"]);
}

#[test]
fn no_mistake_and_no_argument_has_power() {
    let project = project();
    let name = file_name("");
    for command in [
        &["explain", &name][..],
        &["schema", &name],
        &["get", &name],
        &["get", "team", &name],
        &["score", &name],
        &["render", &name],
        &["runs", &name],
        &["why", &name],
        &["show", &name],
        &["diff", &name],
        &["fmt", &name],
        &["init", &name],
        &["init", &name],
        &["apply", &name],
        &["check", "--report", &name],
        &["drift", "--adopt", &name],
        &[&name],
        &["-C", &name, "check"],
    ] {
        try_all(&project, command);
    }
    let broken = project.read("plat.kdl") + "\nentity \"HOSTILE\" \"HOSTILE\" { \"HOSTILE\" \"HOSTILE\"; }\nHOSTILE\n";
    project.write("plat.kdl", broken.replace("HOSTILE", &kdl(HOSTILE)));
    project.write(&file_name("2.kdl"), b"team a { title 1; \x1b[2J \xff\n::error::pwned");
    for command in [&["check"][..], &["plan"], &["score"], &["fmt"], &["fmt", "--check"]] {
        try_all(&project, command);
    }
    try_reports(&project, &["check"]);
}

#[test]
fn nothing_in_another_revision_has_power() {
    let project = project();
    let git = |arguments: &[&str]| {
        let done = Command::new("git").args(arguments).current_dir(project.root()).env_clear().output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {done:?}");
    };
    git(&["init", "-q"]);
    git(&["-c", "user.name=a", "-c", "user.email=a@b", "add", "."]);
    git(&["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", HOSTILE]);
    let text = project.read("plat.kdl").replace("title \"", "title \"new").replace("a \"", "a \"new");
    project.write("plat.kdl", text);
    try_all(&project, &["diff"]);
    try_all(&project, &["diff", "--full", "--rendered"]);
    try_reports(&project, &["diff", "HEAD"]);
}
