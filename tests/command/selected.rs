//! What an `each` over entities makes follows the entities.

use crate::project::Project;

const MODEL: &str = "project demo { id demo-1; }
param tier string default=critical
team payments
blueprint system
blueprint service {
    property tier enum { values critical standard }
    property note string
    property replicas integer default=2
    relation system system
}
blueprint alert { property text string; property note string; property replicas integer; relation service service; }
";
const SERVICES: &str = "entity system shop
entity service cart { team payments; title Cart; tier critical; system shop; }
entity service ledger { tier critical; note \"Double entry\"; }
entity service docs { tier standard; }
entity service from=more.csv
";
const ALERTS: &str = "each service of=service {
    where { tier is $tier }
    entity alert \"${service.identifier}-down\" {
        title $service.title
        team $service.team
        text \"${service.relations.system | default none} is down\"
        note $service.properties.note
        replicas $service.properties.replicas
        service $service.identifier
    }
}
";

fn project() -> Project {
    Project::new()
        .file("plat.kdl", MODEL)
        .file("services.kdl", SERVICES)
        .file("more.csv", "id,tier\nmail,critical\nwiki,standard\n")
        .file("alerts.kdl", ALERTS)
}

#[test]
fn it_makes_its_nodes_for_those_of_which_its_conditions_hold() {
    let project = project();
    project.run(["check"]).code(0);
    let plan = project.run(["plan"]).code(0).out;
    for line in [
        "+ entity:alert:cart-down  alerts.kdl:3 by alerts.kdl:1\n",
        "+ entity:alert:ledger-down  alerts.kdl:3 by alerts.kdl:1\n",
        "+ entity:alert:mail-down  alerts.kdl:3 by alerts.kdl:1\n",
    ] {
        assert!(plan.contains(line), "{line}: {plan}");
    }
    assert!(!plan.contains("docs-down") && !plan.contains("wiki-down"), "{plan}");
    project.apply();
    let get = |alert, path| project.get("alert", alert, path);
    assert_eq!(get("cart-down", "properties.text").unwrap(), "\"shop is down\"");
    assert_eq!(get("cart-down", "team").unwrap(), "[\"payments\"]");
    assert_eq!(get("cart-down", "properties.note"), None);
    assert_eq!(get("cart-down", "properties.replicas").unwrap(), "2");
    assert_eq!(get("ledger-down", "properties.note").unwrap(), "\"Double entry\"");
    assert_eq!(
        (get("ledger-down", "title"), get("ledger-down", "properties.text").unwrap()),
        (None, "\"none is down\"".into())
    );
    // It follows: one more is one more, and one less is one less.
    project.edit("services.kdl", "docs { tier standard", "docs { tier critical");
    project.edit("services.kdl", "ledger { tier critical", "ledger { tier standard");
    project.run(["plan"]).code(0).says(["- entity:alert:ledger-down", "+ entity:alert:docs-down"]);
    project.run(["plan", "--param", "tier=standard"]).code(0).says(["+ entity:alert:wiki-down"]);
}

#[test]
fn what_is_made_of_what_was_made_is_told_where_somebody_wrote_it() {
    let project = project();
    project.write("plat.kdl", MODEL.to_owned() + "environment prod\nenvironment dev\ntemplate t { param name string required; entity service $name { tier critical; note \"by t\"; }; }\n");
    project.write("services.kdl", "new t name=made\nentity service docs { tier standard; }\n");
    project
        .write("overlay.kdl", "overlay prod {\n    entity service docs { set tier critical; set note changed; }\n}\n");
    project.write("alerts.kdl", "each s of=service {\n    where { tier is critical; }\n    entity alert $s.identifier { note $s.properties.note; }\n}\n");
    project.run(["apply", "--env", "dev", "--auto-approve"]).code(0);
    let why = |address: &str| project.run(["why", "--env", "prod", address]).code(0).out;
    assert!(why("entity:alert:docs").contains("overlay.kdl:2"), "{}", why("entity:alert:docs"));
    assert!(why("entity:alert:made").contains("plat.kdl:14"), "{}", why("entity:alert:made"));
    let plan = project.run(["plan", "--env", "prod"]).code(0).out;
    assert!(plan.contains("+ entity:alert:made  services.kdl:1 by alerts.kdl:3, alerts.kdl:1"), "{plan}");
}

#[test]
fn conditions_are_paths_and_lists_and_may_be_left_out() {
    let project = project();
    let names = |body: &str| {
        project.write("alerts.kdl", body);
        let plan = project.run(["plan"]).code(0).out;
        let made = plan.lines().filter_map(|line| line.trim().strip_prefix("+ entity:alert:"));
        made.map(|line| line.split(' ').next().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    let each = |condition: &str| {
        format!("(array)let tiers critical\neach s of=service {{ {condition}\nentity alert $s.identifier; }}\n")
    };
    assert_eq!(names(&each("")), "cart docs ledger mail wiki");
    assert_eq!(names(&each("where { $team contains payments; }")), "cart");
    assert_eq!(names(&each("where { any { note present; system.$identifier is shop; }; }")), "cart ledger");
    assert_eq!(names(&each("where { tier in $tiers; }")), "cart ledger mail");
    assert_eq!(names(&each("where { replicas above 1; tier is-not critical; }")), "docs wiki");
    // What a condition compares with may lie behind a relation too.
    project.edit("plat.kdl", "blueprint system\n", "blueprint system { property least integer default=2; }\n");
    assert_eq!(names(&each("where { replicas at-least (field)system.least; }")), "cart");
    // One within another, and within one of a list.
    let nested = "each env dev prod { each s of=service { where { tier is standard; }; entity alert \"${s.identifier}-${env}\"; }; }\n";
    assert_eq!(names(nested), "docs-dev docs-prod wiki-dev wiki-prod");
    // What it makes is not among what another one is over.
    let twice = "each s of=service { entity alert $s.identifier; }\neach a of=alert { entity alert \"${a.identifier}-again\"; }\n";
    assert_eq!(names(twice), "cart docs ledger mail wiki");
}

#[test]
fn mistakes_are_told_where_they_are() {
    for (alerts, told) in [
        ("each s of=service { defaults for=service { note x; }; }\n", "alerts.kdl:1:21: error[E0202]"),
        ("each s of=service { use \"std:teams\"; }\n", "alerts.kdl:1:21: error[E0202]"),
        ("each s of=servce { entity alert $s.identifier; }\n", "alerts.kdl:1:11: error[E0302]"),
        (
            "each s of=service {\n where { teir is critical; }\n entity alert $s.identifier; }\n",
            "alerts.kdl:2:10: error",
        ),
        ("each s of=service {\n where { tier is gold; }\n entity alert $s.identifier; }\n", "alerts.kdl:2:18: error"),
        ("each s of=service {\n where { tier is $tirr; }\n entity alert $s.identifier; }\n", "alerts.kdl:2:18: error"),
        (
            "each s of=service {\n where { $updatedAt within \"7d\"; }\n entity alert $s.identifier; }\n",
            "alerts.kdl:2:10: error[E0452]",
        ),
        ("each s of=service {\n entity alert $s.name; }\n", "alerts.kdl:2:15: error"),
        ("each s of=service a {\n entity alert $s.identifier; }\n", "alerts.kdl:1:19: error"),
        ("each s a {\n where { tier is critical; }\n entity alert $s; }\n", "alerts.kdl:2:2: error"),
        ("template t { each s of=service { entity alert $s.identifier; }; }\nnew t\n", "alerts.kdl:1:14: error"),
    ] {
        let project = project();
        project.write("alerts.kdl", alerts);
        let out = project.run(["check"]).code(3).out;
        assert!(out.contains(told) && out.contains("1 error"), "{alerts}: {out}");
    }
    // What of the entities is not known is told once, and nothing is made of what is left.
    let project = project();
    project.write("more.csv", "id,tier\nmail,gold\n\"\n");
    let out = project.run(["check"]).code(3).out;
    assert!(!out.contains("alerts.kdl"), "{out}");
}
