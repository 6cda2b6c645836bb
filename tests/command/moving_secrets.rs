//! What looks like a secret on its way in and out is told, and shown nowhere.

use crate::others::Company;
use crate::project::Project;
use rusqlite::Connection;
use std::fs;

const KEY: &str = "-----BEGIN RSA PRIVATE KEY-----\nMIIEtopsecretAAKCAQEA\n-----END RSA PRIVATE KEY-----";
const SIGNED: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNtopsecretP4J3jV";

/// A blueprint, and an entity of some values.
fn catalog(properties: &str, values: &str) -> String {
    format!(
        r#"{{"blueprints": [{{"identifier": "svc", "schema": {{"properties": {{{properties}}}}}}}],
            "entities": [{{"identifier": "a", "blueprint": "svc", "properties": {{{values}}}}}]}}"#
    )
}

#[test]
fn no_message_shows_what_its_name_says_to_be_a_secret() {
    let properties = r#"
        "password": {"type": "number"}, "token": {"type": "string", "enum": ["a", "b"]}, "count_token": {"type": "number", "maximum": 3},
        "apiKey": {"type": "string", "pattern": "^[a-z]+$"}, "secretKey": {"type": "string", "format": "url"}"#;
    let values = r#"
        "password": "7777777topsecret", "token": "topsecret-1", "count_token": 7777777, "apiKey": "TOPSECRET-topsecret",
        "secretKey": "topsecret/x""#;
    let project = Project::new().file("a.json", catalog(properties, values));
    for format in ["human", "json", "github"] {
        let run = project.run([
            "import",
            "port",
            "a.json",
            "--out",
            format,
            "--format",
            format,
            "--report",
            "markdown=r.md",
            "--report",
            "sarif=r.sarif",
            "--report",
            "junit=r.xml",
        ]);
        let told = format!("{run:?}{}", ["r.md", "r.sarif", "r.xml"].map(|name| project.read(name)).concat());
        assert!(!told.contains("topsecret") && !told.contains("7777777"), "{told}");
        for told in
            ["`***` is not one of the values", "`***` does not match", "`***` is no URL", "at most 3, not `***`"]
        {
            assert!(run.err.contains(told) || run.out.contains(told), "{told}: {run:?}");
        }
    }
    // Neither does a check of the text.
    let kdl = "blueprint svc {\n    property token enum { values a b; }\n    property password number\n}\nentity svc a {\n    token topsecret\n    password \"7777777\"\n}\n";
    let project = Project::new().file("plat.kdl", "project p\n").file("a.kdl", kdl);
    let run = project.run(["check", "--format", "json"]).code(3);
    assert!(!run.out.contains("topsecret") && !run.out.contains("7777777"), "{}", run.out);
}

#[test]
fn keys_and_signed_tokens_are_told_whatever_they_are_called() {
    let values =
        format!(r#""a": {}, "b": "{SIGNED}", "c": "-----BEGIN CERTIFICATE-----""#, serde_json::to_string(KEY).unwrap());
    let properties = r#""a": {"type": "string"}, "b": {"type": "string"}, "c": {"type": "string"}"#;
    let project = Project::new().file("a.json", catalog(properties, &values));
    let run = project.run(["import", "port", "a.json", "--out", "out"]).code(0);
    run.complains(["`a` in it looks like a secret", "`b` in it looks like a secret"]).never_says("`c` in it");
}

#[test]
fn what_would_be_replaced_is_shown_without_the_secrets_in_it() {
    let action = |header: &str, key: &str| {
        format!(
            r#"[{{"identifier": "a", "trigger": {{"type": "self-service", "operation": "CREATE"}}, "description": "{key}", "title": "{}",
                "invocationMethod": {{"type": "WEBHOOK", "url": "https://h.io", "headers": {{"Authorization": "Bearer \"{header}"}},
                "body": {{"password": "{header}-2"}}}}}}]"#,
            header.len()
        )
    };
    let project = Project::new().file("a.json", action("topsecret-old", &KEY.replace('\n', "\\n")));
    project.run(["import", "port", "a.json", "--out", "out"]).code(0);
    project.run(["-C", "out", "export", "port", "--out", "port"]).code(0);
    fs::write(project.path("a.json"), action("topsecret-newer", SIGNED)).unwrap();
    for format in ["human", "json"] {
        let run = project.run(["import", "port", "a.json", "--out", "out", "--format", format]).code(64);
        assert!(!format!("{run:?}").contains("topsecret"), "{run:?}");
        assert!(run.out.contains("***") && run.out.contains("title"), "{run:?}");
    }
    project.run(["import", "port", "a.json", "--out", "out", "--overwrite"]).code(0);
    for format in ["human", "json"] {
        let run = project.run(["-C", "out", "export", "port", "--out", "port", "--format", format]).code(64);
        assert!(!format!("{run:?}").contains("topsecret"), "{run:?}");
        assert!(run.out.contains("***"), "{run:?}");
    }
}

#[test]
fn a_password_in_an_address_is_told_on_the_way_in_and_shown_of_no_change() {
    let properties = r#""db": {"type": "string"}, "n": {"type": "number"}"#;
    let values =
        |password: &str, n: u8| catalog(properties, &format!(r#""db": "postgres://bob:{password}@db/x", "n": {n}"#));
    let project = Project::new().file("a.json", values("topsecret1", 1));
    project.run(["import", "port", "a.json", "--out", "out"]).code(0).complains(["`db` in it looks like a secret"]);
    project.run(["-C", "out", "export", "port", "--out", "port"]).code(0);
    project.write("a.json", values("topsecret2", 2));
    let shows = |arguments: &[&str]| {
        for format in ["human", "json"] {
            let run = project.run(arguments.iter().copied().chain(["--format", format])).code(64);
            let run = run.never_says("topsecret");
            assert!(run.out.contains("***") && run.out.contains('2'), "{run}");
        }
    };
    shows(&["import", "port", "a.json", "--out", "out"]);
    project.run(["import", "port", "a.json", "--out", "out", "--overwrite"]).code(0);
    shows(&["-C", "out", "export", "port", "--out", "port"]);
}

#[test]
fn no_command_shows_what_was_told_of_on_the_way_in() {
    let properties = r#""password": {"type": "string"}, "token": {"type": "string"}, "o": {"type": "object"}, "n": {"type": "number"}"#;
    let values = r#""password": "pw9", "token": "ab7", "o": {"apiKey": "k-1", "x": 1}, "n": 1"#;
    let project = Project::new().file("a.json", catalog(properties, values));
    let run = project.run(["import", "port", "a.json", "--out", "out"]).code(0);
    run.complains(["`password` in it looks", "`token` in it looks", "`apiKey` in it looks"]);
    let hides = |arguments: &[&str], said: &str| {
        let run = project.run(["-C", "out"].iter().chain(arguments).copied());
        let told = run.out + &run.err;
        assert!(told.contains(said), "{arguments:?}: {told}");
        for secret in ["pw9", "pw8", "ab7", "k-1"] {
            assert!(!told.contains(secret), "{arguments:?}: {told}");
        }
    };
    hides(&["plan", "--full"], "properties.password  \"(not shown)\"");
    project.run(["-C", "out", "apply", "--auto-approve"]).code(0);
    hides(&["why", "entity:svc:a"], "properties.password");
    hides(&["why", "entity:svc:a", "--format", "json"], "properties.password");
    hides(&["get", "entity:svc:a"], "properties.password  \"(not shown)\"");
    hides(&["get", "svc", "--columns", "password"], "(not shown)");
    hides(&["get", "svc", "--format", "json"], "(not shown)");
    project.edit("out/entities/svc.kdl", "password pw9", "password pw8");
    hides(&["plan"], "properties.password  \"(not shown)\" -> \"(not shown)\"");
    for report in ["markdown=-", "ndjson=-", "sarif=-", "junit=-", "github=-"] {
        hides(&["plan", "--report", report], "svc");
    }
    // Nor why a policy is broken.
    project.write("out/policy.kdl", "policy strong for=entity of=svc {\n    require { password is right; }\n}\n");
    hides(&["check"], "does not hold: it is (not shown)");
    fs::remove_file(project.path("out/policy.kdl")).unwrap();
    // What is applied is what was written all the same, also from a file.
    project.run(["-C", "out", "plan", "--out", "plan.json"]).code(0);
    hides(&["show", "plan.json"], "properties.password  \"(not shown)\" -> \"(not shown)\"");
    project.run(["-C", "out", "apply", "plan.json"]).code(0);
    project.run(["-C", "out", "plan"]).no_changes();
    let out = Connection::open(project.path("out/.plat/catalog.db")).unwrap();
    let body: String = out.query_row("SELECT body FROM objects WHERE name = 'a'", [], |row| row.get(0)).unwrap();
    assert!(body.contains("pw8"), "{body}");
    let change = "UPDATE objects SET body = json_set(body, '$.properties.password', 'pw7') WHERE name = 'a'";
    assert_eq!(out.execute(change, []).unwrap(), 1);
    hides(&["drift"], "properties.password  \"(not shown)\" -> \"(not shown)\"");
    hides(&["drift", "--format", "json"], "properties.password");
}

#[test]
fn what_is_pulled_of_others_is_told_where_it_looks_like_a_secret() {
    let Company { platform, shop } = &Company::new();
    platform.edit("model.kdl", "property repo url", "property repo url\n    property password string");
    platform.edit("model.kdl", "team shop\n", "team shop\nentity service own { tier gold; password pw9; }\n");
    platform.apply();
    shop.edit("plat.kdl", "extern blueprint service\n", "extern blueprint service\nextern entity service\n");
    let run = shop.run(["catalog", "pull"]).code(0);
    run.complains(["plat.extern.kdl holds what looks like a secret", "`password` of entity:service:own"])
        .never_says("pw9");
}
