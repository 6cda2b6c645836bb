//! What the address of a state store may hold, and what is shown of it.

use crate::demo;
use crate::diff::commit;
use crate::project::{Outcome, Project};

const PLANTED: &str = "planted-7f3a9c51e2";

/// Every form in which a password stands in an address.
const FORMS: [&str; 13] = [
    "https://somebody:planted-7f3a9c51e2@127.0.0.1:1/r.git",
    "https://planted-7f3a9c51e2@127.0.0.1:1/r.git",
    "http://somebody:a%40planted-7f3a9c51e2@127.0.0.1:1/r.git",
    "https://somebody:a/planted-7f3a9c51e2@127.0.0.1/r.git",
    "ssh://somebody:planted-7f3a9c51e2@127.0.0.1:1/r.git",
    "ssh://somebody%3Aplanted-7f3a9c51e2@127.0.0.1:1/r.git",
    "somebody:planted-7f3a9c51e2@127.0.0.1:r.git",
    "//somebody:planted-7f3a9c51e2@127.0.0.1/r.git",
    "https:/somebody:planted-7f3a9c51e2@127.0.0.1/r.git",
    "https:///somebody:planted-7f3a9c51e2@127.0.0.1:1/r.git",
    "https:////planted-7f3a9c51e2@127.0.0.1:1/r.git",
    "https://\\\\planted-7f3a9c51e2@127.0.0.1:1/r.git",
    "https:///\\\\somebody:planted-7f3a9c51e2@127.0.0.1:1/r.git",
];

/// The demo platform with a store at an address.
fn at(address: &str) -> Project {
    let project = demo::new();
    project.edit(
        "plat.kdl",
        "git create {\n    url \".plat/stores/gitops.git\"",
        &format!("git {{\n    url \"{address}\""),
    );
    project
}

fn run(project: &Project, arguments: &[&str]) -> Outcome {
    Outcome::of(&mut project.command(arguments.iter().copied())).never_says(PLANTED)
}

#[test]
fn a_password_is_found_and_shown_by_nobody() {
    for form in FORMS {
        let project = at(form);
        run(&project, &["check"]).code(3).says(["E0734", "write `url", "127.0.0.1"]);
        for arguments in [
            &["check", "--format", "json"][..],
            &["check", "--format", "github"],
            &["check", "--report", "sarif=sarif", "--report", "markdown=markdown", "--report", "ndjson=ndjson"],
            &["check", "--report", "junit=junit", "--report", "gitlab-codequality=codequality"],
            &["plan"],
            &["plan", "--format", "json"],
            &["apply", "--auto-approve"],
            &["render"],
            &["why", "state-store:gitops"],
            &["drift"],
        ] {
            run(&project, arguments).code(3);
        }
        for report in ["sarif", "markdown", "ndjson", "junit", "codequality"] {
            assert!(!project.read(report).contains(PLANTED), "{form} {report}");
        }
        assert!(!project.path(".plat").exists());
    }
}

#[test]
fn a_password_beside_a_mistake_is_not_shown_with_it() {
    for form in FORMS {
        let project = at(form);
        project.edit("plat.kdl", "    url", "    nonsense 1\n    url");
        run(&project, &["check"]).code(3);
        project.edit("plat.kdl", "    nonsense 1", "    path \"\\q\"");
        run(&project, &["check"]).code(3);
        run(&project, &["fmt", "--check"]).code(3);
    }
    let project = at(FORMS[0]);
    project.edit("plat.kdl", &format!("\"{}\"", FORMS[0]), FORMS[0]);
    run(&project, &["check"]).code(3).says(["E0219"]);
    run(&project, &["check", "--format", "json"]).code(3);
    let project = at(".plat/stores/r.git");
    project.edit("plat.kdl", "    url", &format!("    nonsense 1 // was {}\n    url", FORMS[0]));
    run(&project, &["check"]).code(3);
    project.edit(
        "plat.kdl",
        "url \".plat/stores/r.git\"",
        "url \"\"\"\n    https://somebody:planted-7f3a9c51e2@h/r\n    \"\"\"",
    );
    run(&project, &["check"]).code(3);
    project.edit("plat.kdl", "    https://somebody:", "    https:\\u{2f}\\u{2f}somebody:");
    run(&project, &["check"]).code(3).says(["E0734"]);
}

#[test]
fn a_password_for_what_an_action_calls_is_as_little_shown() {
    let project = at("https://127.0.0.1:1/r.git");
    let action = format!("\naction a create {{\n    backend webhook url=\"{}\"\n}}\n", FORMS[0]);
    project.write("action.kdl", action);
    run(&project, &["check"]).code(3).says(["E0734", "send token (secret)NAME"]);
    let old = commit(&project);
    project.edit("action.kdl", FORMS[0], "https://127.0.0.1:1/hook");
    run(&project, &["diff", &old]);
    run(&project, &["check"]).code(0);
}

#[test]
fn a_password_that_is_gone_is_not_shown_as_what_was() {
    let project = at(FORMS[0]);
    let old = commit(&project);
    project.edit("plat.kdl", FORMS[0], "https://127.0.0.1:1/r.git");
    run(&project, &["diff", &old]);
    run(&project, &["diff", &old, "--format", "json"]);
    run(&project, &["check"]).code(0);
}

#[test]
fn the_name_of_a_secret_is_one_word_wherever_it_stands() {
    for name in ["x\\nhost=github.com", "planted-7f3a9c51e2 ", "-planted-7f3a9c51e2", "a=planted-7f3a9c51e2", ""] {
        let project = at("https://127.0.0.1:1/r.git");
        project.edit("plat.kdl", "r.git\"", &format!("r.git\"\n    auth basic secret=\"{name}\""));
        run(&project, &["check"]).code(3).says(["E0731"]);
        let mut plan = project.command(["plan"]);
        plan.env("PLAT_CREDENTIAL_COMMAND", "touch asked; echo password=long-enough");
        Outcome::of(&mut plan).code(3).never_says(PLANTED);
        assert!(!project.path("asked").exists());
    }
}

#[test]
fn a_control_character_in_an_address_is_found() {
    for address in ["https://127.0.0.1:1/r.git%0ahost=other", "ssh://git@127.0.0.1/r%00", "git@127.0.0.1:r\\n"] {
        run(&at(address), &["check"]).code(3).says(["E0735"]);
    }
}

/// What some readers of addresses take for a host and others do not is no address, so that nobody is asked for what would be sent there.
#[test]
fn an_address_that_could_be_read_in_two_ways_is_refused_before_anybody_is_asked() {
    for address in [
        "https:///127.0.0.1:1/r.git",
        "https:////127.0.0.1:1/r.git",
        "https://\\\\127.0.0.1:1/r.git",
        "https:///\\\\127.0.0.1:1/r.git",
        "https://other.example\\\\@127.0.0.1:1/r.git",
        "https:/127.0.0.1:1/r.git",
        "https:127.0.0.1:1/r.git",
        "https:\\\\\\\\127.0.0.1:1/r.git",
        "ssh:///127.0.0.1:1/r.git",
        "https://",
        "https://:1/r.git",
        "https://@127.0.0.1:1/r.git",
    ] {
        let project = at(address);
        run(&project, &["check"]).code(3).says(["E0736"]);
        let mut plan = project.command(["plan"]);
        plan.env("PLAT_CREDENTIAL_COMMAND", "touch asked; echo password=long-enough");
        Outcome::of(&mut plan).code(3).complains(["E0736"]);
        assert!(!project.path("asked").exists(), "{address}");
    }
}

#[test]
fn what_a_project_keeps_is_private_to_its_user() {
    use std::os::unix::fs::PermissionsExt;
    let project = demo::applied();
    let mode = || std::fs::metadata(project.path(".plat")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o700);
    std::fs::set_permissions(project.path(".plat"), std::fs::Permissions::from_mode(0o755)).unwrap();
    project.run(["plan"]).no_changes();
    assert_eq!(mode(), 0o700);
}

#[test]
fn a_change_of_a_host_is_told_where_texts_are_compared() {
    let project = at("https://one.example/r.git");
    let old = commit(&project);
    project.edit("plat.kdl", "one.example/r.git", "one.example/other.git");
    run(&project, &["diff", &old]).never_says("would send credential");
    project.edit("plat.kdl", "one.example", "two.example");
    let told = "would send credential gitops to a new host: two.example; until now to one.example";
    run(&project, &["diff", &old]).says(["NEW HOST state-store:gitops  plat.kdl:4\n", told]);
    run(&project, &["diff", &old, "--format", "json"]).says([told]);
    // No credential is ever sent to a plain address.
    project.edit("plat.kdl", "https://two", "http://two");
    run(&project, &["diff", &old]).never_says("would send credential");
}

#[test]
fn what_is_to_be_written_in_the_place_of_a_password_is_not_what_stands_there() {
    let text = |catalog: &str| format!("project p {{\n    id p-1\n    catalog {catalog}\n}}\n");
    for (catalog, help) in [
        (
            "postgres { url \"postgres://app@db/platform\"; }",
            "write `url \"postgres://db/platform\"`, and name the secret",
        ),
        (
            "postgres { url \"postgres://app@db/platform\"; auth basic secret=login; }",
            "write `url \"postgres://db/platform\"`, and leave the login to the secret of its `auth`",
        ),
        (
            "git { url \"https://a:b@h.example/r\"; auth basic secret=login; }",
            "write `url \"https://h.example/r\"`, and leave the login to the secret of its `auth`",
        ),
    ] {
        let project = Project::new().file("plat.kdl", text(catalog));
        project.run(["check"]).code(3).says(["E0734", help]);
    }
}
