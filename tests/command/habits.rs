//! What people type who come from other tools works, or says what to type here.

use crate::demo::{self, applied};
use crate::project::Project;
use std::io::Write;
use std::process::Stdio;

const VERSION: &str = env!("CARGO_PKG_VERSION");

#[test]
fn help_and_version_are_commands_too() {
    let project = Project::new();
    let help = project.run(["--help"]).out;
    project.run(["help"]).code(0).stdout(&help);
    project.run(["help", "plan"]).code(0).says(["Usage: plat plan"]);
    project.run(["help", "nothing"]).code(64);
    project.run(["version"]).code(0).stdout(&format!("plat {VERSION}\n"));
    project.run(["version", "-o", "json"]).code(0).stdout(&format!("{{\"plat\":\"{VERSION}\"}}\n"));
}

#[test]
fn words_of_other_tools_are_understood() {
    let project = demo::new();
    project.run(["validate"]).code(0).stdout("No problems.\n");
    project.run(["lint"]).code(0).stdout("No problems.\n");
    project.run(["format", "--check"]).code(0).stdout("");
    project.run(["apply", "-y"]).code(0);
    project.run(["apply", "--yes"]).code(0);
    project.run(["unlock", "--all", "-y"]).code(0);
}

#[test]
fn words_that_mean_nothing_here_are_answered_with_what_does() {
    let project = applied();
    for (arguments, tip) in [
        (&["adopt"][..], "adopt ADDRESS"),
        (&["refresh"], "plat drift"),
        (&["delete", "service/cart"], "plat destroy"),
        (&["list"], "plat get"),
        (&["preview"], "plat plan"),
        (&["force-unlock"], "plat unlock"),
        (&["completion", "bash"], "plat completions"),
        (&["apply", "--dry-run"], "plat plan"),
        (&["apply", "--target", "entity:service:cart"], "plat plan"),
        (&["plan", "--destroy"], "plat destroy"),
        (&["plan", "--json"], "-o json"),
        (&["plan", "--no-color"], "NO_COLOR"),
        (&["apply", "-f", "."], "-C DIR"),
        (&["get", "service", "-l", "tier=one"], "--where"),
        (&["pln"], "'plan'"),
    ] {
        project.run(arguments.iter().copied()).code(64).stdout("").complains(["tip: ", tip]);
    }
    for (arguments, told) in [
        (["apply", "-auto-approve"], "has two dashes here: `--auto-approve`\n"),
        (["plan", "-out=plan.json"], "has two dashes here: `--out`\n"),
        (["plan", "-destroy"], "there is no flag `-destroy`: `plat destroy`\n"),
        (["apply", "-target=entity:service:cart"], "there is no flag `-target`: an apply carries out all of its plan"),
    ] {
        project.run(arguments).code(64).stdout("").complains([told]);
    }
    project.run(["plan"]).no_changes();
}

#[test]
fn a_form_of_output_has_a_short_flag() {
    let project = applied();
    for command in [&["plan"][..], &["get", "entity"], &["score"], &["render"], &["check"], &["runs"], &["unlock"]] {
        let with = |form: [&'static str; 2]| project.run(command.iter().copied().chain(form)).code(0);
        let json = with(["--format", "json"]).out;
        assert_eq!(with(["-o", "json"]).out, json, "{command:?}");
        assert_eq!(with(["--output", "json"]).out, json, "{command:?}");
        let yaml = with(["-o", "yaml"]).out;
        assert_eq!(with(["--format", "yaml"]).out, yaml, "{command:?}");
        let read: Vec<serde_json::Value> = yaml
            .split("---\n")
            .filter(|text| !text.is_empty())
            .map(|text| serde_saphyr::from_str(text).unwrap())
            .collect();
        let lines: Vec<serde_json::Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(read, lines, "{command:?}");
        assert_eq!(with(["-o", "table"]).out, with(["-o", "human"]).out, "{command:?}");
    }
    project.run(["check", "-o", "jsn"]).code(64).complains(["`jsn`: did you mean `json`?"]);
    project.run(["plan", "-o", "name"]).code(64).complains(["only `plat get`"]);
}

#[test]
fn a_plan_is_saved_by_the_short_flag() {
    let project = applied();
    project.edit("services.kdl", "owner shop", "owner sales");
    let told = project.run(["plan", "-o", "plan.json"]).code(0).says(["~ update 1"]);
    assert_eq!(told.err, "saved; to apply exactly this: plat apply plan.json\n");
    project.run(["plan", "-o", "a", "--out", "b"]).code(64).complains(["one is enough"]);
    project.run(["apply", "plan.json"]).code(0).says(["Applied 1 object"]);
    assert!(!project.path("json").exists());
}

#[test]
fn paths_start_where_the_folder_flag_leads() {
    let project = Project::new();
    project.write("in/plat.kdl", demo::PLATFORM);
    project.write("in/services.kdl", "entity   service cart {\n}\n");
    project.run(["-C", "in", "fmt", "services.kdl"]).code(0).stdout("in/services.kdl\n");
    project.run(["-C", "in", "plan", "--out", "plan", "--report", "json=report", "--report", "sarif=sarif"]).code(0);
    for name in ["plan", "report", "sarif"] {
        assert!(project.path("in").join(name).exists() && !project.path(name).exists(), "{name}");
    }
    project.run(["-C", "in", "show", "plan"]).code(0);
    project.run(["show", "in/plan"]).code(0);
    let absolute = project.path("elsewhere").display().to_string();
    project.run(["-C", "in", "plan", "--out", &absolute]).code(0).complains([format!("apply {absolute}").as_str()]);
    project.run(["-C", "in", "apply", "plan"]).code(0);
    project.run(["-C", "in", "init", "new"]).code(0).says(["in/new/plat.kdl", "plat -C in/new plan"]);
    project.run(["-C", "in", "check", "--report", "json=no/where"]).code(64).complains(["in/no"]);
}

#[test]
fn standard_output_takes_a_report_and_a_plan() {
    let project = applied();
    project.edit("services.kdl", "owner shop", "owner sales");
    let shown = project.run(["plan"]).out;
    let report = project.run(["plan", "--report", "json=-"]).code(0);
    assert!(report.out.starts_with("{\"format\":") && report.out.lines().count() == 1, "{report}");
    assert_eq!(report.err, shown);
    project.run(["check", "--report", "sarif=-"]).code(0).complains(["No problems."]).says(["\"runs\""]);
    project.run(["plan", "--report", "json=-", "--report", "sarif=-"]).code(64);
    let two = "are two documents for standard output: give one of them a file";
    project.run(["plan", "-o", "json", "--report", "json=-"]).code(64).complains([two]);
    project.run(["check", "--format", "yaml", "--report", "sarif=-"]).code(64).complains([two]);
    project.run(["plan", "--out", "-", "--report", "json=-"]).code(64).complains(["two files go to standard output"]);
    let saved = project.run(["plan", "--out", "-"]).code(0);
    assert_eq!((&saved.out, &saved.err), (&report.out, &shown));
    assert!(!project.path("-").exists());
    for command in ["show", "apply"] {
        let mut process = project.command([command, "-"]);
        let mut process = process.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        process.stdin.take().unwrap().write_all(saved.out.as_bytes()).unwrap();
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success() && output.stdout.starts_with(b"plan of demo  ~ update 1"), "{command}");
    }
    project.run(["plan"]).no_changes();
}

#[test]
fn what_did_not_arrive_is_no_success() {
    let project = applied();
    project.edit("services.kdl", "owner shop", "owner sales");
    for arguments in [&["plan"][..], &["plan", "--out", "-"], &["get"], &["version"], &["--help"], &["fmt", "-"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = project.command(arguments.iter().copied());
        let output = command.stdin(Stdio::null()).stdout(full).stderr(Stdio::piped()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let is_told = said.contains("standard output could not be written, and not all of it is there");
        // Of nothing nothing is lost.
        assert_eq!(
            (output.status.code(), is_told),
            if arguments[0] == "fmt" { (Some(0), false) } else { (Some(1), true) },
            "{said}"
        );
    }
}

#[test]
fn nothing_takes_the_place_of_a_text_or_of_what_plat_keeps() {
    let project = applied();
    let before = project.snapshot();
    for path in ["plat.kdl", "new.kdl", ".plat/catalog.db", ".plat/stores/plan.json"] {
        project.run(["plan", "--out", path]).code(64).complains(["would take the place of"]);
        project.run(["check", "--report", &format!("json={path}")]).code(64).complains(["would take the place of"]);
    }
    assert_eq!(project.snapshot(), before);
    project.run(["plan", "--out", "plan.json"]).code(0);
}

#[test]
fn a_folder_and_standard_input_are_formatted() {
    let project = Project::new().file("plat.kdl", "project p\n");
    project.write("a/ugly.kdl", "team   one\n");
    project.write("b/ugly.kdl", "team   two\n");
    project.run(["fmt", "--check", "a"]).code(2).stdout("a/ugly.kdl\n");
    project.run(["fmt", "a"]).code(0).stdout("a/ugly.kdl\n");
    project.run(["fmt", "."]).code(0).stdout("b/ugly.kdl\n");
    project.run(["fmt", "nowhere"]).code(1).complains(["cannot read nowhere"]);
    project.run(["fmt", "-", "plat.kdl"]).code(64);
    for (text, code) in [("team   one\n", 2), ("team one\n", 0)] {
        let mut process = project.command(["fmt", "--check", "-"]);
        let mut process = process.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        process.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert_eq!(process.wait_with_output().unwrap().status.code(), Some(code), "{text}");
    }
}
