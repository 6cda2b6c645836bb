//! What a person reads of a plan: what differs, in few lines, however much there is.

use crate::demo::{self, applied, manifest, repository};
use crate::project::{Outcome, Project};
use crate::store::{files, somebody_writes};
use std::fmt::Write;

const LONG: &str =
    "the cart keeps what a customer wants to buy until the order is paid, and forgets it after three days";

/// The demo with more properties, applied with a body for the service `cart`.
fn service(properties: &str, body: &str) -> Project {
    let project = demo::new();
    project.edit("plat.kdl", "    property owner string\n", &format!("    property owner string\n{properties}"));
    project.edit("services.kdl", "    owner shop\n", body);
    project.apply();
    project
}

#[test]
fn a_set_is_compared_by_value_and_a_list_by_place() {
    let project = service("    property tags array of=string\n", "    tags web legacy shop\n");
    project.edit("services.kdl", "tags web legacy shop", "tags web shop pci");
    project.run(["plan"]).says(["    properties.tags  [+ pci] [- legacy]  services.kdl:3\n"]);
    project.edit("services.kdl", "tags web shop pci", "tags shop web legacy");
    project.run(["plan"]).says([
        "    properties.tags  services.kdl:3\n",
        "      + shop\n",
        "        web\n",
        "      - shop\n",
    ]);
}

#[test]
fn a_new_level_of_an_enum_says_its_place() {
    let project = service("    property stage enum { values low high }\n", "    stage low\n");
    project.edit("plat.kdl", "values low high", "values low middle high");
    project.run(["plan"]).says(["      ~ enum  [+ middle after low]\n"]).never_says("[-");
}

#[test]
fn a_long_text_is_compared_word_by_word() {
    let project = service("    property about string\n", &format!("    about \"{LONG}\"\n"));
    project.edit("services.kdl", "until the order is paid", "until the invoice is paid");
    project.run(["plan"]).says([
        "    properties.about  services.kdl:3\n",
        "      ~ … wants to buy until the [-order-]{+invoice+} is paid, and forgets …\n",
    ]);
}

#[test]
fn documents_in_texts_are_compared_by_their_parts() {
    let json = r##"    policy #"{"ports": [80], "limits": {"cpu": 1, "memory": "1Gi"}}"#"##;
    let project = service("    property policy string\n", &format!("{json}\n"));
    project.edit("services.kdl", r#""cpu": 1,"#, r#""cpu":2,   "#);
    project
        .run(["plan"])
        .says(["    properties.policy  (JSON, by its parts)  services.kdl:3\n      ~ limits.cpu  1 -> 2\n\n"]);
    let yaml = "    policy \"\"\"\n        rules:\n          - name: a\n            allow: true\n          - name: b\n            allow: true\n        \"\"\"";
    project.write("services.kdl", format!("entity service cart {{\n    tier one\n{yaml}\n}}\n"));
    project.apply();
    project.edit("services.kdl", "- name: b\n            allow: true", "- name: b\n            allow: false");
    project.run(["plan"]).says(["(YAML, by its parts)", "      ~ rules[name=b].allow  #true -> #false\n"]);
}

#[test]
fn a_store_is_a_line_and_its_files_are_for_the_asking() {
    let project = applied();
    project.edit("requests.kdl", "size 1", "size 9");
    let file = format!("~ file:gitops:{}", manifest("web"));
    project.run(["plan"]).says(["~ gitops: 1 file  +1 -1  (--rendered shows them)\n"]).never_says(&file);
    project
        .run(["plan", "--rendered"])
        .says([&*file, "-  size: \"1\"\n", "+  size: \"9\"\n"])
        .never_says("gitops: 1 file");
}

#[test]
fn what_others_changed_has_a_sign_and_a_count_of_its_own() {
    let project = applied();
    project.set("service", "ledger", "properties.tier", "\"two\"");
    project.edit("services.kdl", "    owner shop\n", "    owner sales\n");
    project.run(["plan"]).code(0).says([
        "plan of demo  ~ update 1  ! revert 1  = unchanged 8\n",
        "~ entity:service:cart  services.kdl:1\n    properties.owner  shop -> sales  services.kdl:3\n",
        "! entity:service:ledger  services.kdl:6  (others changed it)\n    properties.tier  two -> one",
    ]);
    // A file of others among many that only follow is named, with its lines.
    let web = files(&repository(&project), "main")[&manifest("web")].replace("size: \"1\"", "size: \"7\"");
    somebody_writes(&repository(&project), "main", &manifest("web"), Some(&web));
    project.edit("requests.kdl", "size 2", "size 3");
    let drifted = format!("! file:gitops:{}", manifest("web"));
    project.run(["plan"]).says([&*drifted, "-  size: \"7\"\n", "~ gitops: 1 file  +1 -1"]);
}

#[test]
fn a_filter_hides_and_says_so_and_is_none_of_an_apply() {
    let project = applied();
    project.write("services.kdl", "entity service ledger {\n    tier two\n}\n");
    project.edit("requests.kdl", "size 1", "size 9");
    project
        .run(["plan", "--only", "update", "--address", "entity:*"])
        .code(0)
        .says([
            "plan of demo  ~ update 3  - delete 1  = unchanged 6\n",
            "3 of 4 changes not shown, as --only and --address say, 1 of them deleting something; an apply does all\n",
            "~ entity:service:ledger",
        ])
        .never_says("entity:service:cart  (no")
        .never_says("DESTROYS");
    project.run(["plan", "--only", "destroy"]).says(["3 of 4 changes not shown", "DESTROYS 1\n- entity:service:cart"]);
    project.run(["plan", "--only", "nothing"]).code(64);
    // What is carried out is never a part of what is shown, nor the other way round.
    for filter in [["--only", "delete"], ["--address", "entity:*"]] {
        for command in ["apply", "destroy"] {
            let refused = project.run([command, "--auto-approve"].into_iter().chain(filter)).code(64).stdout("");
            refused.complains(["all of its plan", "plat plan --only"]);
        }
    }
    assert!(project.has("entity", "service", "cart"));
    project.apply();
    assert!(!project.has("entity", "service", "cart"));
    assert_eq!(project.get("service", "ledger", "properties.tier").unwrap(), "\"two\"");
    project.run(["plan"]).no_changes();
}

/// A project with so many services of two blueprints and so many requests.
fn large(services: usize, requests: usize) -> Project {
    let project = demo::new();
    let mut text = "blueprint library { property tier string; }\n".to_owned();
    for number in 0..services {
        let blueprint = if number % 10 == 0 { "library" } else { "service" };
        writeln!(text, "entity {blueprint} e{number} {{ tier t{number}; }}").unwrap();
    }
    project.write("more.kdl", text);
    let text: String = (0..requests).map(|number| format!("request app r{number} {{ size 1; }}\n")).collect();
    project.file("many.kdl", text)
}

/// The lines that a run printed.
fn lines(outcome: &Outcome) -> Vec<&str> {
    outcome.out.lines().collect()
}

#[test]
fn ten_thousand_changes_are_read_on_one_screen() {
    let project = large(9_500, 500);
    let outcome = project.run(["plan"]).code(0).says([
        "plan of demo  + create 10511  = unchanged 0\n",
        "changes of  ",
        "entity:service  +8552  more.kdl (8550), services.kdl (2)\n",
        "entity:library  +950   more.kdl (950)\n",
        "request:app     +502   many.kdl (500), requests.kdl (2)\n",
        "more come; --full shows them\n",
        "+ gitops: 502 files  +3514 -0",
    ]);
    assert!(lines(&outcome).len() < 80, "{} lines", lines(&outcome).len());
    assert!(lines(&outcome).iter().position(|line| line.starts_with("request:app")).unwrap() < 12, "{outcome}");
    let summary = project.run(["plan", "--summary"]).code(0);
    assert!(lines(&summary).len() < 80, "{summary}");
    let full = project.run(["plan", "--full"]).code(0);
    assert_eq!(full.out.lines().filter(|line| line.starts_with("+ entity:")).count(), 9_502);
    assert_eq!(full.out.lines().filter(|line| line.starts_with("+ file:")).count(), 502);
}

#[test]
fn everything_that_many_deletions_destroy_is_in_the_first_lines() {
    let project = large(600, 100);
    project.apply();
    project.write("more.kdl", "blueprint library { property tier string; }\n");
    project.write("many.kdl", "");
    let outcome = project.run(["plan"]).code(5);
    let all = lines(&outcome);
    let last = all.iter().position(|line| line.contains("names each of them")).unwrap();
    assert!(last < 25 && all[0].contains("- delete 800") && all[1].contains("stopped by"), "{outcome}");
    let outcome = outcome.says([
        "DESTROYS 800\n",
        "- entity:service: 540  e1, e",
        " and 534 more\n",
        "- files of gitops: 100  main/resources/default/app/r0/",
        "- request:app: 100  default/r0, ",
        "- entity:library: 60  e0, e",
        "… --full names each of them\n",
        "REFUSED 800 deletions, and at most ",
    ]);
    let named = project.run(["plan", "--only", "delete", "--full"]).code(5);
    let (_, named) = named.out.split_once("\nWhat goes\n").unwrap();
    assert_eq!(named.lines().filter(|line| line.starts_with("- ")).count(), 800, "{outcome}");
}

#[test]
fn a_narrow_terminal_gets_shorter_values() {
    let wide = "x".repeat(90);
    let project = applied();
    project.edit("services.kdl", "owner shop", &format!("owner {wide}"));
    let narrow = |columns: &str, arguments: &[&str]| {
        let mut command = project.command(arguments.iter().copied());
        command.env("COLUMNS", columns);
        Outcome::of(&mut command).code(0)
    };
    let told = narrow("60", &["plan"]);
    let line = told.out.lines().find(|line| line.contains("properties.owner")).unwrap();
    assert!(line.contains("…") && line.contains("services.kdl:3") && line.chars().count() <= 80, "{line}");
    narrow("60", &["plan", "--full"]).says([&*wide]);
    narrow("200", &["plan"]).says([&*wide]);
}
