//! Small texts that ask for much: each is refused by its code, and within the memory that a small machine has.

use crate::demo::{applied, manifest, repository};
use crate::project::{Outcome, Project};
use crate::store::somebody_writes;
use std::fmt::Write;
use std::process::{Command, Stdio};

/// What a process may address. The threads' stacks and the allocator's reserve are in it, which are never used.
const KIBIBYTES: u32 = 3 << 20;

/// Checks a project with little memory.
fn check(files: &[(&str, &str)]) -> Outcome {
    let project = files.iter().fold(Project::new(), |project, (name, text)| project.file(name, text));
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -v {KIBIBYTES}; exec \"$0\" check"), env!("CARGO_BIN_EXE_plat")]);
    Outcome::of(command.current_dir(project.root()).env_clear().stdin(Stdio::null()))
}

/// A project with one promise.
fn promise(api: &str, steps: &str, requests: &str) -> String {
    format!(
        "project p
state-store s git {{ url x; }}
destination d {{ store s; }}
promise k {{
    api group=example.com version=v1 kind=K {{
        {api}
    }}
    workflow configure {{
        {steps}
    }}
}}
{requests}
"
    )
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut all, index| {
        let _ = writeln!(all, "{}", line(index));
        all
    })
}

#[test]
fn a_project_that_asks_for_nothing_fits() {
    check(&[("plat.kdl", &promise("field a string", "resource v1 A $name { x $name; }", "request k r"))]).code(0);
}

#[test]
fn what_multiplies_text_is_refused() {
    let chain = |filter: &str, times| format!("resource v1 A $name {{ x \"${{spec.a{}}}\"; }}", filter.repeat(times));
    let list = "x ".repeat(5_000);
    let between = "y".repeat(50_000);
    let object = lines(1_500, |index| format!("field f{index} string default={}", "x".repeat(1_000)));
    for (api, steps, request) in [
        ("field a string required", chain(" | quote", 40), "a \"\\\"\"".to_owned()),
        ("field a array required", chain(" | json", 40), "a \"\\\"\" x".to_owned()),
        ("field a string required", chain(" | base64", 200), "a x".to_owned()),
        ("field a array required of=string", chain(&format!(" | join \\\"{between}\\\""), 1), format!("a {list}")),
        (
            &*format!("field a array required of=object {{\n{object}\n}}"),
            "resource v1 A $name { x $spec.a; }".to_owned(),
            format!("a {{ {}}}", "- { }; ".repeat(5_000)),
        ),
    ] {
        let text = promise(api, &steps, &format!("request k r {{ {request}; }}"));
        check(&[("plat.kdl", &text)]).code(3).says(["E0541"]);
    }
}

#[test]
fn what_multiplies_files_looks_and_matching_is_refused() {
    let items = lines(101, |index| format!("x{index}")).replace('\n', " ");
    let steps = "each x in=$spec.a { each y in=$spec.a { resource v1 A \"${name}-${x}-${y}\"; }; }";
    let files = promise(&format!("field a array of=string {{ default {items}; }}"), steps, "request k r");
    check(&[("plat.kdl", &files)]).code(3).says(["E0541", "more than 10000 files"]);
    let all = lines(100, |index| format!("e{index}")).replace('\n', " ");
    let path = "r.".repeat(20);
    let entities = lines(100, |index| format!("entity b e{index} {{ r {all}; }}"));
    let policies = lines(10, |index| format!("policy p{index} for=entity of=b {{ require {{ {path}t is x; }}; }}"));
    let text = format!("project p\nblueprint b {{ property t string; relation r b many; }}\n{entities}{policies}");
    check(&[("plat.kdl", &text)]).code(3).says(["E0544"]);
    let property = "project p\nblueprint b { property t string { pattern \"[ab]*a[ab]{3000}c\"; }; }\n";
    let values = lines(7, |index| format!("entity b e{index} {{ t {}; }}", "ab".repeat(5_000)));
    check(&[("plat.kdl", &format!("{property}{values}"))]).code(3).says(["E0545"]);
}

#[test]
fn what_is_costly_to_make_ready_is_refused() {
    let blueprint = "project p\nblueprint b { property a string { pattern \"\\\\p{L}{4900}\"; }; }\n";
    check(&[("plat.kdl", blueprint)]).code(3).says(["E0425"]);
    let matches = "project p\nblueprint b { property a string; }\nscorecard c for=b {\n    level L {\n        \
        rule r x { a matches \"(\\\\p{L}{100}){100}\"; }\n    }\n}\n";
    check(&[("plat.kdl", matches)]).code(3).says(["E0425"]);
}

#[test]
fn what_is_said_of_many_things_is_bounded() {
    let entities = lines(20_000, |index| format!("entity b e{index}"));
    let policies = lines(200, |index| {
        format!(
            "policy p{index} for=entity of=b {{ description {}; require {{ $title present; }}; }}",
            "d".repeat(2_000)
        )
    });
    let text = format!("project p\nblueprint b\n{entities}{policies}");
    let told = check(&[("plat.kdl", &text)]).code(5).says(["more errors are not told"]);
    assert!(told.out.len() < 40 << 20, "{} bytes are said", told.out.len());
}

#[test]
fn files_are_read_as_far_as_they_are_delivered() {
    let text = promise("field a string", "files \"m/**\"", "request k r");
    let big = "x".repeat((16 << 20) + 1);
    check(&[("plat.kdl", &text), ("m/big", &big)]).code(3).says(["E0542", "`m/big` has more than 16 MiB"]);
    let half = "x".repeat(9 << 20);
    check(&[("plat.kdl", &text), ("m/a", &half), ("m/b", &half)]).code(3).says(["E0542", "more than 16 MiB together"]);
    let twice = text.replace("files \"m/**\"", "files \"m/*\"\n        files \"n/*\"");
    check(&[("plat.kdl", &twice), ("m/a", &half), ("n/b", &half)]).code(3).says(["E0541"]);
}

#[test]
fn what_is_nested_too_deep_is_told_and_nothing_follows_it() {
    for depth in [60, 300, 3_000] {
        for (open, word) in
            [("promise k { api group=example.com version=v1 kind=K {", "field"), ("blueprint b {", "property")]
        {
            let nested = format!("{word} a object {{ ").repeat(depth);
            let ends = "}".repeat(depth + open.matches('{').count());
            let project = Project::new().file("plat.kdl", format!("project p\n{open} {nested}{ends}\nrequest k x\n"));
            project.run(["check"]).code(3).says(["E0112"]);
        }
    }
}

/// A file with more mistakes than anybody reads says a thousand of them, and in every form how many more there are.
#[test]
fn of_very_many_problems_the_first_are_told_and_all_are_counted() {
    let text = |line: &str| format!("{}\n", line.repeat(2_000));
    for text in [text("xyzzy a\n"), text("xyzzy a; ")] {
        let project = Project::new().file("plat.kdl", "project p\n").file("a.kdl", text);
        let more = "1000 more errors are not told";
        let human = project.run(["check"]).code(3).says([more, "\n2000 errors\n"]);
        assert_eq!(human.out.matches("error[E0201]").count(), 1_000);
        let json = project.run(["--format", "json", "check"]).code(3).out;
        assert_eq!(json.lines().count(), 1_001);
        assert!(json.lines().last().unwrap().ends_with("\"explain\":\"plat explain E0560\",\"count\":1000}"), "{json}");
        project.run(["--format", "github", "check"]).code(3).says(["1990 more problems not shown here"]);
        project.run(["plan"]).code(3).complains([more]);
        for format in ["json", "ndjson", "sarif", "junit", "gitlab-codequality"] {
            project.run(["check", "--report", &format!("{format}=report")]).code(3);
            let report = project.read("report");
            assert!(report.contains(more) && report.len() < 2_000_000, "{format}: {}", report.len());
        }
        project.run(["check", "--report", "ndjson=report"]).code(3);
        assert!(project.read("report").contains("\"errors\":2000"));
        for (format, said) in [("markdown", "`p`: 2000 errors, 0 others"), ("github", "1990 more not shown here")] {
            project.run(["check", "--report", &format!("{format}=report")]).code(3);
            assert!(project.read("report").contains(said), "{format}");
        }
    }
}

/// What a text report prints of one file is bounded, wherever it stands; JSON has all of it.
#[test]
fn what_is_printed_of_one_file_is_bounded() {
    let project = applied();
    let long = lines(2_000, |index| format!("line {index} {}", "x".repeat(index % 7 * 100)));
    somebody_writes(&repository(&project), "main", &manifest("web"), Some(&long));
    let more = "lines more; --full shows them";
    let report = ["--report", "markdown=report.md"];
    project.edit("requests.kdl", "size 1", "size 3");
    for command in [
        &["drift"][..],
        &["plan"],
        &["plan", "--on-conflict", "ours"],
        &["plan", "--rendered", "--on-conflict", "ours"],
    ] {
        let told = project.run(command.iter().copied()).says([more]);
        assert!(told.out.lines().count() < 100 && told.out.len() < 20_000, "{command:?}: {}", told.out);
        let whole = project.run(command.iter().copied().chain(["--full"]));
        assert!(whole.out.contains("line 1999 ") && !whole.out.contains(more), "{command:?}");
        assert!(
            project.run(command.iter().copied().chain(["--format", "json"])).out.contains("line 1999 "),
            "{command:?}"
        );
    }
    project.run(["plan"].into_iter().chain(report)).code(4);
    let report = project.read("report.md");
    assert!(report.contains(more) && report.len() < 20_000, "{report}");
}
