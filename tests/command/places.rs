//! Where things are, in what is read by others than who runs the command: from the root of the repository.

use crate::demo::{PLATFORM, REQUESTS, SERVICES};
use crate::diff::commit;
use crate::project::{Outcome, Project};
use serde_json::Value;

const FORMATS: [&str; 7] = ["json", "ndjson", "markdown", "sarif", "junit", "github", "gitlab-codequality"];

/// Where commands run, and the folder that they name there.
const FROM: [(&str, &str); 5] =
    [(".", "platform"), ("platform", "."), ("platform/deep", "."), (".", "platform/deep"), ("beside", "../platform")];

/// The platform in a folder of a repository.
fn nested() -> Project {
    let project = Project::new();
    for (name, text) in [("plat.kdl", PLATFORM), ("services.kdl", SERVICES), ("requests.kdl", REQUESTS)] {
        project.write(&format!("platform/{name}"), text);
    }
    project.write("platform/deep/a.txt", "");
    project.write("beside/a.txt", "");
    project.write(".gitignore", ".plat\n");
    commit(&project);
    project
}

/// A run from a folder of the repository.
fn run(project: &Project, (from, named): (&str, &str), command: &[&str]) -> Outcome {
    let arguments = ["-C", named].into_iter().chain(command.iter().copied());
    Outcome::of(project.command(arguments).current_dir(project.path(from)))
}

/// All reports of a command, which are the same wherever it runs.
#[track_caller]
fn reports(project: &Project, command: &[&str]) -> Vec<String> {
    let mut first: Option<Vec<String>> = None;
    for from in FROM {
        let paths = FORMATS.map(|format| project.outside(format).display().to_string());
        let wanted: Vec<String> =
            FORMATS.iter().zip(&paths).map(|(format, path)| format!("--report={format}={path}")).collect();
        run(project, from, &command.iter().copied().chain(wanted.iter().map(String::as_str)).collect::<Vec<_>>());
        let written: Vec<String> = paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
        assert_eq!(first.get_or_insert_with(|| written.clone()), &written, "{from:?}");
    }
    first.unwrap()
}

/// Each report names a place, and none names it from the project's folder.
#[track_caller]
fn name(reports: &[String], place: &str, formats: &[&str]) {
    for (format, report) in FORMATS.iter().zip(reports).filter(|(format, _)| formats.contains(format)) {
        assert!(report.contains(&format!("platform/{place}")), "{format}: {report}");
        for (at, _) in report.match_indices(place) {
            assert!(report[..at].ends_with("platform/"), "{format}: {report}");
        }
    }
}

#[test]
fn problems_are_at_places_of_the_repository() {
    let project = nested();
    project.edit("platform/services.kdl", "    owner shop", "    owned shop");
    name(&reports(&project, &["check"]), "services.kdl", &FORMATS);
    for from in FROM {
        run(&project, from, &["check", "--format", "github"])
            .code(3)
            .says(["::error file=platform/services.kdl,line=3"]);
        run(&project, from, &["check", "--format", "json"]).code(3).says(["{\"file\":\"platform/services.kdl\","]);
        // Who works in the project knows its files by their names there.
        run(&project, from, &["check"]).code(3).says(["services.kdl:3:5: error["]).never_says("platform/");
    }
}

#[test]
fn what_a_plan_tells_is_at_places_of_the_repository() {
    let project = nested();
    run(&project, FROM[0], &["apply", "--auto-approve"]).code(0);
    project.write(
        "platform/policies.kdl",
        "policy owned for=entity of=service { require { owner present } }\n\
         policy tier for=entity of=service severity=warn { require { tier is two } }\n",
    );
    project.edit("platform/requests.kdl", "size 1", "size 9");
    project.edit("platform/services.kdl", "owner shop", "owner sales");
    let told = reports(&project, &["plan"]);
    name(&told, "services.kdl", &FORMATS);
    name(&told, "policies.kdl", &["json", "ndjson", "markdown", "sarif", "junit", "github"]);
    for from in FROM {
        let plan = run(&project, from, &["plan", "--out", "plan.json"]).code(5);
        plan.says(["~ entity:service:cart  services.kdl:1\n", "owner  shop -> sales  services.kdl:3\n"]);
    }
    // A saved plan knows where it is from, also where there is neither project nor repository.
    let elsewhere = Project::new().file("plan.json", project.read("platform/plan.json"));
    for (format, told) in FORMATS.iter().zip(&told).filter(|(format, _)| **format != "junit" && **format != "ndjson") {
        elsewhere.run(["show", "plan.json", "--report", &format!("{format}=r")]).code(0);
        assert_eq!(&elsewhere.read("r"), told, "{format}");
    }
    elsewhere.run(["show", "plan.json"]).code(0).says(["~ entity:service:cart  services.kdl:1\n"]);
}

#[test]
fn what_has_no_line_is_at_the_projects_file() {
    let project = nested();
    run(&project, FROM[0], &["apply", "--auto-approve"]).code(0);
    project.write("platform/services.kdl", "");
    let sarif: Value = serde_json::from_str(&reports(&project, &["plan"])[3]).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "platform/plat.kdl", "{sarif}");
}

#[test]
fn tests_and_formats_are_annotated() {
    let project = nested();
    project.write(
        "platform/checks.kdl",
        "test \"a\" {\n    given entity service x {\n        tier one\n    }\n    expect error E0401\n}\n",
    );
    project.edit("platform/requests.kdl", "    size 2", "  size 2");
    name(&reports(&project, &["test"]), "checks.kdl", &FORMATS);
    for from in FROM {
        let tested = run(&project, from, &["test", "--format", "github"]).code(7);
        tested.says([
            "FAIL  a\n",
            "::error file=platform/checks.kdl,line=5,endLine=5,col=5,",
            "title=a test failed::a: ",
        ]);
        let formatted = run(&project, from, &["fmt", "--check", "--format", "github"]).code(2);
        let command = if from.1 == "." { "plat fmt".to_owned() } else { format!("plat -C {} fmt", from.1) };
        formatted.stdout(&format!(
            "platform/requests.kdl\n::error file=platform/requests.kdl,line=6,endLine=6,title=not in its canonical form::\
             from here on, the canonical form is another one; to write it: {command}\n"
        ));
    }
    run(&project, FROM[0], &["fmt"]).code(0);
    run(&project, FROM[0], &["fmt", "--check", "--format", "github"]).code(0).stdout("");
}

#[test]
fn what_is_gone_is_annotated_nowhere() {
    let project = nested();
    project.edit("platform/services.kdl", "entity service ledger {\n    tier one\n}\n", "");
    let told = reports(&project, &["diff"]);
    assert!(told[5].contains("::warning title=plat%3A delete::- delete entity:service:ledger"), "{}", told[5]);
    assert!(told[5].contains(":platform/services.kdl:6\n"), "it is said where it stood: {}", told[5]);
    let plan: Value = serde_json::from_str(&told[0]).unwrap();
    let source = &plan["operations"][0]["source"];
    assert_eq!((&source["file"], &source["folder"]), (&"platform/services.kdl".into(), &"platform/".into()));
    assert_eq!(source["revision"].as_str().map(str::len), Some(7));
}

#[test]
fn outside_of_a_repository_places_start_where_the_command_runs() {
    let project = Project::new().file("platform/plat.kdl", "project demo\nteem a\n");
    let said = |from, file| run(&project, from, &["check", "--format", "github"]).code(3).says([file]);
    said((".", "platform"), "::error file=platform/plat.kdl,");
    said(("platform", "."), "::error file=plat.kdl,");
}
