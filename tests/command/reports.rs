//! The reports that a run writes beside its output: complete, valid, and safe whatever users wrote.

use crate::demo::{self, applied};
use crate::project::Project;
use serde_json::Value;
use std::collections::BTreeSet;

const FORMATS: [&str; 7] = ["json", "ndjson", "markdown", "sarif", "junit", "github", "gitlab-codequality"];

/// Runs a command with every report, which go to files `r.FORMAT`, and gives the exit code.
fn all(project: &Project, command: &[&str]) -> Option<i32> {
    let reports: Vec<String> = FORMATS.iter().map(|format| format!("--report={format}=r.{format}")).collect();
    project.run(command.iter().copied().chain(reports.iter().map(String::as_str))).code
}

/// The report of a format.
fn read(project: &Project, format: &str) -> String {
    project.read(&format!("r.{format}"))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Holds a document to the schema that `plat schema` prints.
#[track_caller]
fn is_valid(project: &Project, schema: &str, document: &Value) {
    let schema = json(&project.run(["schema", schema]).code(0).out);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?} in {document}");
}

/// A project whose plan has a change, a deletion, drift, a conflict and a refusal.
fn troubled() -> Project {
    let project = applied();
    project.set("service", "ledger", "properties.tier", "\"two\"");
    project.set("service", "cart", "properties.owner", "\"somebody\"");
    project.edit("services.kdl", "owner shop", "owner sales");
    project.edit("requests.kdl", "request app api {\n    size 2\n}\n", "");
    project.edit("requests.kdl", "size 1", "size 9");
    project.edit(
        "plat.kdl",
        "project demo { id demo }\n",
        "project demo {\n    id demo\n    guards max-deletes=0\n}\n",
    );
    project
}

#[test]
fn one_run_writes_every_report_also_where_the_plan_is_stopped() {
    let project = troubled();
    assert_eq!(all(&project, &["plan", "--out", "plan.json"]), Some(4));
    let plan = json(&read(&project, "json"));
    assert_eq!(read(&project, "json"), project.read("plan.json"));
    is_valid(&project, "plan", &plan);
    for line in read(&project, "ndjson").lines() {
        is_valid(&project, "ndjson", &json(line));
    }
    // What is shown offline is the same to the byte.
    let elsewhere = Project::new().file("plan.json", project.read("plan.json"));
    assert_eq!(all(&elsewhere, &["show", "plan.json"]), Some(0));
    for format in ["json", "markdown", "github", "gitlab-codequality"] {
        assert_eq!(read(&elsewhere, format), read(&project, format), "{format}");
    }
}

#[test]
fn records_tell_everything_with_its_type_and_a_sentence() {
    let project = troubled();
    all(&project, &["plan"]);
    let records: Vec<Value> = read(&project, "ndjson").lines().map(json).collect();
    let types: BTreeSet<&str> = records.iter().map(|record| record["type"].as_str().unwrap()).collect();
    for expected in ["change", "conflict", "guard", "rendered", "summary", "version"] {
        assert!(types.contains(expected), "{expected} in {types:?}");
    }
    assert!(records.iter().all(|record| record["v"] == "2.0" && !record["msg"].as_str().unwrap().is_empty()));
    assert_eq!(records[0]["plat"], env!("CARGO_PKG_VERSION"));
    let change = records.iter().find(|record| record["change"]["address"] == "request:app:default/web").unwrap();
    let field = &change["change"]["target"]["object"]["fields"][0];
    assert_eq!((&field["before"], &field["after"]), (&Value::from(1), &Value::from(9)));
    assert_eq!((&field["source"]["file"], &field["source"]["line"]), (&Value::from("requests.kdl"), &Value::from(2)));
    let summary = &records.last().unwrap()["summary"];
    assert_eq!(summary["changes"]["delete"], 2);
    assert_eq!(summary["errors"], 2);
}

/// The constraints of SARIF 2.1.0 that readers hold a file to.
fn sarif_is_valid(report: &Value) {
    let text = serde_json::json!({ "type": "object", "required": ["text"],
        "properties": { "text": { "type": "string", "minLength": 1 } } });
    let uri = serde_json::json!({ "type": "object", "required": ["uri"], "properties": {
        "uri": { "type": "string", "format": "uri-reference", "pattern": "^[!-~]+$" } } });
    let region = serde_json::json!({ "type": "object", "required": ["startLine"],
        "additionalProperties": { "type": "integer", "minimum": 1 } });
    let location = serde_json::json!({ "type": "object", "required": ["physicalLocation"], "properties": {
        "physicalLocation": { "type": "object", "required": ["artifactLocation", "region"],
            "properties": { "artifactLocation": uri, "region": region } } } });
    let result = serde_json::json!({
        "type": "object", "required": ["message", "ruleId", "locations", "partialFingerprints"],
        "properties": {
            "ruleId": { "type": "string", "minLength": 1 },
            "ruleIndex": { "type": "integer", "minimum": 0 },
            "level": { "enum": ["none", "note", "warning", "error"] },
            "message": text,
            "partialFingerprints": { "type": "object", "additionalProperties": { "type": "string" } },
            "locations": { "type": "array", "minItems": 1, "items": location } } });
    let rule = serde_json::json!({ "type": "object", "required": ["id"],
        "properties": { "shortDescription": text, "help": text } });
    let driver = serde_json::json!({ "type": "object", "required": ["name"], "properties": {
        "name": { "type": "string" }, "rules": { "type": "array", "uniqueItems": true, "items": rule } } });
    let tool = serde_json::json!({ "type": "object", "required": ["driver"], "properties": { "driver": driver } });
    let run = serde_json::json!({ "type": "object", "required": ["tool", "results"], "properties": {
        "columnKind": { "enum": ["utf16CodeUnits", "unicodeCodePoints"] },
        "tool": tool,
        "results": { "type": "array", "maxItems": 25000, "items": result } } });
    let schema = serde_json::json!({
        "type": "object", "required": ["version", "runs"],
        "properties": {
            "version": { "const": "2.1.0" },
            "runs": { "type": "array", "minItems": 1, "maxItems": 20, "items": run } } });
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?} in {report:#}");
    let rules = report["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    for result in report["runs"][0]["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
}

#[test]
fn code_scanning_gets_stable_findings() {
    let project = troubled();
    all(&project, &["plan"]);
    let report = json(&read(&project, "sarif"));
    sarif_is_valid(&report);
    let results = report["runs"][0]["results"].as_array().unwrap();
    let rules: Vec<&str> = results.iter().map(|result| result["ruleId"].as_str().unwrap()).collect();
    assert_eq!(rules, ["conflict", "guard", "drift"]);
    let print = |report: &Value| report["runs"][0]["results"][0]["partialFingerprints"].clone();
    // A line above moves the place, and the finding stays the same one.
    project.write("services.kdl", format!("// one more line\n{}", project.read("services.kdl")));
    all(&project, &["plan"]);
    let moved = json(&read(&project, "sarif"));
    assert_eq!(print(&moved), print(&report));
    let line = |report: &Value| {
        report["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64().unwrap()
    };
    assert_eq!(line(&moved), line(&report) + 1);
}

#[test]
fn problems_are_reported_where_there_is_no_plan() {
    let project = demo::new();
    project.edit("services.kdl", "    owner shop", "    owned shop");
    project.write("ä b.kdl", "nonsense\n");
    for command in ["check", "plan", "test", "apply"] {
        assert_eq!(all(&project, &[command]), Some(3), "{command}");
        let document = json(&read(&project, "json"));
        is_valid(&project, "diagnostics", &document);
        assert_eq!(document["diagnostics"].as_array().unwrap().len(), 2);
        let sarif = json(&read(&project, "sarif"));
        sarif_is_valid(&sarif);
        assert!(read(&project, "sarif").contains("%C3%A4%20b.kdl"));
        assert!(
            read(&project, "junit").contains("<testsuites name=\"plat\" tests=\"4\" failures=\"2\""),
            "{}",
            read(&project, "junit")
        );
        assert_eq!(read(&project, "github").lines().filter(|line| line.starts_with("::error file=")).count(), 2);
        assert_eq!(json(&read(&project, "gitlab-codequality")).as_array().unwrap().len(), 2);
        assert!(read(&project, "markdown").starts_with(&format!("<!-- plat:{command} project=demo -->\n")));
    }
    let lines = project.run(["check", "--format", "json"]).code(3).out;
    lines.lines().for_each(|line| is_valid(&project, "diagnostic", &json(line)));
}

#[test]
fn tests_are_reported_one_by_one() {
    let project = Project::example("company");
    project.edit("tests.kdl", "storage size=\"50Gi\"", "storage size=\"5Gi\"");
    assert_eq!(all(&project, &["test"]), Some(7));
    is_valid(&project, "tests", &json(&read(&project, "json")));
    let junit = read(&project, "junit");
    assert!(junit.contains("<testsuite name=\"plat test\" tests=\"3\" failures=\"1\""), "{junit}");
    assert!(junit.contains("<testcase name=\"a medium database gets 50Gi\" classname=\"tests.kdl\">"), "{junit}");
    sarif_is_valid(&json(&read(&project, "sarif")));
    let lines = project.run(["test", "--format", "json"]).out;
    lines.lines().for_each(|line| is_valid(&project, "test", &json(line)));
}

#[test]
fn what_programs_read_is_what_the_schemas_say() {
    let project = Project::example("company");
    let lines = |arguments: &[&str], schema: &str| {
        let out = project.run(arguments.iter().copied().chain(["--format", "json"])).code(0).out;
        assert!(!out.is_empty());
        out.lines().for_each(|line| is_valid(&project, schema, &json(line)));
    };
    lines(&["plan"], "plan");
    lines(&["score", "--rules"], "score");
    lines(&["render"], "manifest");
    let applied = project.run(["apply", "--auto-approve", "--format", "json"]).code(0).out;
    is_valid(&project, "apply", &json(applied.lines().last().unwrap()));
    lines(&["plan"], "plan");
    lines(&["get", "entity"], "object");
    lines(&["get"], "group");
    project.sql("INSERT INTO leases VALUES ('company-5f2a90c1d3', 'a-run', 'ann@desk', 9)");
    lines(&["unlock"], "lease");
    let names = project.run(["schema"]).code(0).out;
    assert!(names.lines().any(|line| line == "plan 5.1"), "{names}");
    project.run(["schema", "plans"]).code(64).complains(["did you mean `plan`?"]);
    // A schema that takes anything would find nothing.
    let schema = json(&project.run(["schema", "plan"]).out);
    assert!(!jsonschema::validator_for(&schema).unwrap().is_valid(&serde_json::json!({ "format": 2 })));
}

#[test]
fn changes_are_annotated_at_their_lines() {
    let project = troubled();
    all(&project, &["plan"]);
    let report = read(&project, "github");
    for start in [
        "::error file=services.kdl,line=3,endLine=3,title=others changed it too::entity:service:cart properties.owner",
        "::error title=a guard::refused: ",
        "::warning file=services.kdl,line=7,endLine=7,title=others changed it%2C and it is set back::",
        "::warning title=plat%3A delete::- delete request:app:default/api",
        "::notice file=requests.kdl,line=1,endLine=1,title=plat%3A update::~ update request:app:default/web%0Aspec.size: 1 -> 9",
    ] {
        assert!(report.lines().any(|line| line.starts_with(start)), "{start}\n{report}");
    }
    // The same beside the plan, and none of it where nobody asked.
    project.run(["plan", "--format", "github"]).code(4).says(["plan of demo", "::notice file=requests.kdl"]);
    project.run(["plan"]).never_says("::notice");
}

#[test]
fn github_gets_ten_of_each_and_a_count_of_the_rest() {
    let project = demo::new();
    project.write("more.kdl", (0..40).map(|number| format!("entity service e{number}\n")).collect::<String>());
    all(&project, &["plan"]);
    let report = read(&project, "github");
    assert_eq!(report.lines().count(), 10, "{report}");
    assert!(
        report.ends_with("::notice title=plat::39 more not shown here; see the output of `plat plan`\n"),
        "{report}"
    );
}

#[test]
fn a_comment_always_fits_and_always_shows_what_goes() {
    let project = demo::new();
    let many: String =
        (0..1500).map(|number| format!("entity service e{number} {{ tier \"{}\"; }}\n", "é".repeat(300))).collect();
    project.write("gone.kdl", (0..300).map(|number| format!("entity service gone{number}\n")).collect::<String>());
    project.apply();
    project.write("gone.kdl", "");
    project.write("more.kdl", many);
    all(&project, &["plan", "--max-deletes", "300"]);
    let comment = read(&project, "markdown");
    assert!(comment.chars().count() <= 65_536, "{}", comment.chars().count());
    assert!(comment.contains("#### Destroys 300\n") && comment.contains("- entity:service:gone0 "), "{comment}");
    assert!(comment.contains(" more changes: see the output of the run.\n"));
    fences_are_closed(&comment);
    assert!(comment.ends_with("</details>\n"));
}

/// Every fence that opens also closes, and every fold.
#[track_caller]
fn fences_are_closed(comment: &str) {
    let mut open: Option<&str> = None;
    for line in comment.lines() {
        let ticks = line.trim_end_matches("diff");
        let is_fence = ticks.len() >= 3 && ticks.chars().all(|character| character == '`');
        match open {
            Some(fence) if is_fence && ticks.len() >= fence.len() && ticks == line => open = None,
            None if is_fence => open = Some(ticks),
            Some(_) | None => {}
        }
    }
    assert!(open.is_none(), "{comment}");
    assert_eq!(comment.matches("<details>").count(), comment.matches("</details>").count());
}

#[test]
fn what_users_wrote_has_no_power_in_a_report() {
    let project = applied();
    let evil = "```\\n````diff\\n</details> @everyone <script>alert(1)</script> ]]> & --> %0A::error::x";
    project.edit("services.kdl", "owner shop", &format!("owner \"{evil}\""));
    project.set("service", "ledger", "properties.tier", "\"```\\n@all -->\"");
    all(&project, &["plan"]);
    let comment = read(&project, "markdown");
    fences_are_closed(&comment.replace("</details> @everyone", ""));
    // All of it stands within a fence that its own backticks cannot close.
    let mut fence: Option<usize> = None;
    for line in comment.lines() {
        let ticks = line.chars().take_while(|character| *character == '`').count();
        match fence {
            None if ticks >= 3 => fence = Some(ticks),
            Some(length) if ticks >= length && line.len() == ticks => fence = None,
            None => assert!(!line.contains("@everyone") && !line.contains("<script>"), "{comment}"),
            Some(_) => {}
        }
    }
    assert!(comment.contains("@everyone"));
    assert!(!read(&project, "junit").contains("<script>"));
    assert!(
        read(&project, "github").lines().all(|line| line.starts_with("::warning ") || line.starts_with("::notice "))
    );
    let name = Project::new().file("plat.kdl", "project \"a-->b--c\"\n");
    name.run(["plan", "--report", "markdown=r.md"]);
    if let Ok(comment) = std::fs::read_to_string(name.path("r.md")) {
        assert_eq!(comment.lines().next().unwrap().matches("-->").count(), 1, "{comment}");
    }
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_anything_is_done() {
    let project = demo::new();
    project.run(["apply", "--auto-approve", "--report", "json=no/folder/r.json"]).code(64).complains(["no/folder"]);
    project.run(["apply", "--auto-approve", "--report", "json=a", "--report", "sarif=a"]).code(64);
    project.run(["apply", "--auto-approve", "--report", "html=a"]).code(64).complains(["no format `html`"]);
    project.run(["apply", "--auto-approve", "--report", "json"]).code(64);
    assert!(!project.path(".plat").exists());
}

#[test]
fn an_apply_reports_what_it_wrote() {
    let project = demo::new();
    assert_eq!(all(&project, &["apply", "--auto-approve"]), Some(0));
    let records: Vec<Value> = read(&project, "ndjson").lines().map(json).collect();
    for record in &records {
        is_valid(&project, "ndjson", record);
    }
    let applied = records.iter().find(|record| record["type"] == "applied").unwrap();
    assert_eq!(applied["applied"]["objects"], 8);
    assert_eq!(applied["applied"]["stores"][0]["files"], 2);
    assert!(read(&project, "markdown").contains("**Apply done**: 8 objects written\n"));
}

#[test]
fn a_heading_says_what_stops_a_plan_that_changes_nothing() {
    let heading = |project: &Project, code: i32| {
        assert_eq!(all(project, &["plan"]), Some(code));
        let record = read(project, "ndjson");
        let summary: Value = json(record.lines().last().unwrap());
        let told =
            read(project, "markdown").lines().nth(1).unwrap().strip_prefix("### plan of `demo`: ").unwrap().to_owned();
        assert!(summary["msg"].as_str().unwrap().starts_with(&told), "{summary}");
        assert_eq!(json(&read(project, "json"))["summary"]["errors"], summary["summary"]["errors"]);
        told
    };
    let project = applied();
    assert_eq!(heading(&project, 0), "no changes");
    project.set("service", "cart", "properties.owner", "\"somebody\"");
    project.edit("services.kdl", "owner shop", "owner sales");
    assert_eq!(heading(&project, 4), "stopped by 1 conflict");
    project.write("policies.kdl", "policy owned for=entity of=service { require { owner present } }\n");
    assert_eq!(heading(&project, 4), "create 1, stopped by 1 conflict, 1 denial");
    project.edit("requests.kdl", "size 1", "size 9");
    assert_eq!(heading(&project, 4), "create 1, update 2, stopped by 1 conflict, 1 denial");
    let other = applied();
    other.edit("plat.kdl", "{ id demo }", "{ id another }");
    assert!(heading(&other, 5).starts_with("stopped by "), "what belongs to another project");
    // With warnings alone nothing is stopped.
    let warned = applied();
    warned.write("policies.kdl", "policy owned for=entity of=service severity=warn { require { owner present } }\n");
    assert_eq!(heading(&warned, 0), "create 1");
}

#[test]
fn a_comment_shows_conflicts_as_the_plan_does() {
    let project = applied();
    project.set("service", "cart", "properties.owner", "\"somebody\"");
    project.edit("services.kdl", "owner shop", "owner sales");
    let mine = "first line\\nsecond line\\nlast line";
    project.set("service", "ledger", "properties.tier", "\"first line\\nother line\\nlast line\"");
    project.edit("services.kdl", "ledger {\n    tier one", &format!("ledger {{\n    tier \"{mine}\""));
    all(&project, &["plan"]);
    let comment = read(&project, "markdown");
    for text in [
        "- CONFLICT entity:service:cart properties.owner  services.kdl:3\n    base    shop\n    live    somebody\n    desired sales\n",
        "- CONFLICT entity:service:ledger properties.tier  services.kdl:7\n    base    one\n    from what is live to what is desired:\n",
        "\n-       other line\n+       second line\n",
    ] {
        assert!(comment.contains(text), "{text}\n{comment}");
    }
}

#[test]
fn what_does_not_fit_is_counted_in_words() {
    let project = demo::new();
    let many = |owner: &str| -> String {
        (0..900).map(|number| format!("entity service e{number} {{ owner \"{owner}\"; }}\n")).collect()
    };
    project.write("many.kdl", many("one"));
    project.apply();
    for number in 0..900 {
        if number % 2 == 0 {
            project.set("service", &format!("e{number}"), "properties.owner", "\"somebody\"");
        }
    }
    project.write("many.kdl", many("two"));
    all(&project, &["plan"]);
    let comment = read(&project, "markdown");
    let (before, _) = comment.split_once(" more of them: see the output of the run.\n").unwrap();
    let told = comment.matches("CONFLICT ").count();
    assert_eq!(before.lines().last().unwrap(), (450 - told).to_string());
    let twice = |text: &str| {
        let words: Vec<&str> = text.split(' ').collect();
        words
            .windows(2)
            .any(|pair| pair[0] == pair[1] && pair[0].chars().all(char::is_alphabetic) && !pair[0].is_empty())
    };
    assert!(!comment.lines().any(twice), "{comment}");
}

#[test]
fn many_problems_of_one_cause_are_one() {
    let project = demo::new();
    project.write(
        "more.kdl",
        (0..40).map(|number| format!("entity service e{number} {{\n    tier x\n}}\n")).collect::<String>(),
    );
    project.run(["check"]).code(0);
    // What is declared once makes what is written forty times wrong.
    project.edit("plat.kdl", "property tier string", "property tier enum { values one two }");
    let told = project.run(["check"]).code(3);
    assert_eq!(told.out.matches("error[").count(), 1, "{told}");
    told.says([
        "more.kdl:2:10: error[",
        "\n    the same cause in 39 more places:\n      more.kdl:5:10\n",
        "\n      … 29 more\n",
        "\n40 errors of 1 cause\n",
    ]);
    all(&project, &["check"]);
    let comment = read(&project, "markdown");
    assert_eq!(comment.matches("- more.kdl:").count(), 1, "{comment}");
    assert!(
        comment.contains("### `demo`: 40 errors, 0 others\n") && comment.contains("\n      more.kdl:5\n"),
        "{comment}"
    );
    let annotations = read(&project, "github");
    assert_eq!(annotations.lines().count(), 1, "{annotations}");
    assert!(annotations.contains("%0Athe same cause in 39 more places:%0A  more.kdl:5%0A"), "{annotations}");
    // Programs get each.
    assert_eq!(json(&read(&project, "json"))["diagnostics"].as_array().unwrap().len(), 40);
    assert_eq!(json(&read(&project, "json"))["summary"]["errors"], 40);
    assert_eq!(json(&read(&project, "sarif"))["runs"][0]["results"].as_array().unwrap().len(), 40);
    // Few of one cause are told one by one.
    project.write(
        "more.kdl",
        (0..3).map(|number| format!("entity service e{number} {{\n    tier x\n}}\n")).collect::<String>(),
    );
    assert_eq!(project.run(["check"]).code(3).out.matches("error[").count(), 3);
}
