//! Conditions that look into values, count, and compare fields with each other.

use crate::project::Project;

const CATALOG: &str = r#"project demo { id demo-1; }
blueprint system {
    property limits object { field cpu number; field memory number default=1; }
}
blueprint service {
    property hosts array of=object { field name string required; }
    property labels object
    property replicas integer
    property least integer
    relation system system
    relation uses service many
}
entity system core { limits cpu=4; }
entity service shop {
    hosts { - name=main; - name=backup; }
    labels owner=ann "example.com/tier"=gold
    replicas 3
    least 2
    system core
    uses mail
}
entity service mail {
    replicas 1
    least 2
}
"#;

fn project(rules: &str) -> Project {
    Project::new().file("plat.kdl", CATALOG).file("rules.kdl", rules)
}

#[test]
fn a_rule_looks_into_values_counts_and_compares_fields() {
    let project = project(
        "scorecard sane for=service {
    level Good {
        rule small { system.limits.cpu at-most 4; system.limits.memory is 1; }
        rule hosts { hosts.name contains main; hosts.$count at-least 2; }
        rule labels { labels.owner present; \"labels.example.com/tier\" is gold; }
        rule loose { uses.$count below 2; }
        rule enough { replicas at-least (field)least; }
        rule equal { uses.$count is (field)labels.nothing; }
    }
}
",
    );
    let told = project.run(["score", "--rules"]).code(0);
    for line in [
        "shop small pass",
        "shop hosts pass",
        "shop labels pass",
        "shop loose pass",
        "shop enough pass",
        "shop equal unknown `labels.nothing` has no value",
        "mail hosts fail",
        "mail loose pass",
        "mail enough fail",
    ] {
        let is_it = |text: &str| text.split_whitespace().filter(|word| *word != "-").eq(line.split_whitespace());
        assert!(told.out.lines().any(is_it), "{line}: {told}");
    }
}

#[test]
fn what_is_wrong_with_a_path_into_a_value_is_told_at_it() {
    for (rule, expected) in [
        (
            "system.limits.cqu above 1",
            "rules.kdl:3:18: error[E0450]: `limits` has no `cqu`\n    help: did you mean `system.limits.cpu`?",
        ),
        ("replicas.x above 1", "rules.kdl:3:18: error[E0451]: there is no `x` in `replicas`, which is a whole number"),
        ("replicas.$count above 1", "rules.kdl:3:18: error[E0452]: `replicas` has no count"),
        (
            "replicas at-least (field)leats",
            "rules.kdl:3:43: error[E0450]: `service` has no `leats`\n    help: did you mean `least`?",
        ),
        ("$count above 1", "rules.kdl:3:18: error[E0357]: `$count` says of nothing how many there are"),
        ("(field)replicas above 1", "`(field)` stands before a value, not before a node"),
    ] {
        let text = format!("scorecard s for=service {{\n    level Good {{\n        rule r {{ {rule}; }}\n    }}\n}}\n");
        let told = project(&text).run(["check"]).code(3);
        assert!(told.out.contains(expected), "{rule}: {told}");
    }
    // A field is named in conditions alone.
    let told = project("entity service x { labels owner=(field)replicas; }\n").run(["check"]).code(3);
    assert!(told.out.contains("`(field)` may not stand here"), "{told}");
}

#[test]
fn a_policy_says_what_the_fields_hold_that_it_compares() {
    let project = project(
        "policy enough for=entity of=service {\n    require { replicas at-least (field)least; }\n}\n\
         policy either for=entity of=service severity=warn {\n    require { any { replicas at-least 9; uses.$count at-least 1; replicas is 8; }; }\n}\n\
         policy known for=entity of=service severity=warn {\n    require { uses.$count at-least 1; }\n}\n",
    );
    project.run(["check"]).code(5).says([
        "`entity:service:mail` breaks the policy `enough`: `replicas at-least (field)least` does not hold: it is 1, and `least` is 2\n",
        "`any { replicas at-least 9; uses.$count at-least 1; replicas is 8 }` does not hold: `replicas` is 1, `uses.$count` is 0\n",
        "`entity:service:mail` breaks the policy `known`: `uses.$count at-least 1` does not hold: it is 0\n",
    ]);
}

#[test]
fn a_plan_shows_conditions_and_what_is_asked_of_a_catalog_takes_them_too() {
    let project = project(
        "scorecard sane for=service {\n    level Good {\n        rule enough { replicas at-least (field)least; }\n    }\n}\n",
    );
    project.run(["apply", "--auto-approve"]).code(0);
    project.edit("rules.kdl", "(field)least", "(field)system.limits.cpu");
    project.run(["plan"]).code(0).says(["scorecard:sane", "system.limits.cpu"]);
    project.run(["fmt"]).code(0);
    assert!(project.read("rules.kdl").contains("replicas at-least (field)system.limits.cpu\n"));
    project.run(["get", "service", "--where", "uses.$count is 1"]).code(0).says(["shop"]);
    project.run(["get", "service", "--where", "replicas below (field)least"]).code(0).says(["mail"]);
    project.run(["get", "service", "--where", "hosts.name contains backup"]).code(0).says(["shop"]);
    project.run(["why", "scorecard:sane"]).code(0);
}

#[test]
fn port_is_told_what_it_cannot_say() {
    for (rule, why) in [
        ("replicas at-least (field)least", "Port compares `replicas` with values, and not with `least`"),
        ("labels.owner is ann", "Port does not look into `labels` for `labels.owner` in a condition"),
        ("uses.$count below 2", "Port does not count `uses.$count` in a condition"),
        ("system.limits.cpu is 1", "Port does not follow `system.limits.cpu` in a condition"),
    ] {
        let project = project(&format!(
            "scorecard sane for=service {{\n    level Good {{\n        rule r {{ {rule}; }}\n    }}\n}}\n"
        ));
        let told = project.run(["export", "port"]);
        assert!(told.to_string().contains(why), "{rule}: {told}");
    }
}
