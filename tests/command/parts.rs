//! A change within a large value is shown as the change of that part, with its line, in every form of output; and what differs is seen.

use crate::project::Project;
use serde_json::Value;

const PROMISE: &str = r#"project p
blueprint service {
    property tier string
    property slo number
}
scorecard ready for=service {
    level Silver {
        rule tiered {
            tier in a b
            slo above 99
        }
    }
    level Gold color=gold
}
promise c {
    api group=e.com version=v1 kind=C {
        field size enum required { values small medium large }
    }
    workflow configure {
        table t by=$spec.size {
            row small cpu="1" mem="1Gi" disk="10Gi"
            row medium cpu="2" mem="2Gi" disk="50Gi"
            row large cpu="4" mem="8Gi" disk="100Gi"
        }
        resource v1 ConfigMap $name {
            data c=$t.cpu d=$t.disk m=$t.mem
        }
    }
}
"#;

fn applied(text: &str) -> Project {
    let project = Project::new().file("plat.kdl", text);
    project.apply();
    project
}

const CELL: &str = "      ~ table t > row large > cpu  \"4\" -> \"9\"  plat.kdl:23\n";

#[test]
fn one_cell_of_a_table_is_one_line_wherever_it_is_told() {
    let project = applied(PROMISE);
    project.edit("plat.kdl", "large cpu=\"4\"", "large cpu=\"9\"");
    project.run(["plan", "--out", "p.json", "--report", "markdown=p.md", "--report", "json=r.json"]).says([CELL]);
    project.run(["show", "p.json"]).says([CELL]);
    let comment = project.read("p.md");
    assert!(comment.contains("!      ~ table t > row large > cpu  \"4\" -> \"9\"  plat.kdl:23\n"), "{comment}");
    let plan: Value = serde_json::from_str(&project.read("p.json")).unwrap();
    let parts = &plan["operations"][0]["target"]["object"]["fields"][0]["parts"];
    assert_eq!(parts[0]["path"], "table t > row large > cpu");
    assert_eq!((&parts[0]["before"], &parts[0]["after"]), (&"4".into(), &"9".into()));
    assert_eq!(parts[0]["source"]["line"], 23);
    assert_eq!(parts.as_array().unwrap().len(), 1);
    project.run(["apply", "p.json"]).code(0);
    project.run(["plan"]).no_changes();
}

#[test]
fn words_rows_and_conditions_are_told_with_their_lines() {
    let project = applied(PROMISE);
    project.edit("plat.kdl", "slo above 99", "slo above 99.5");
    project.edit("plat.kdl", "data c=$t.cpu", "data e=\"1\" c=$t.cpu");
    project.edit("plat.kdl", "            row medium cpu=\"2\" mem=\"2Gi\" disk=\"50Gi\"\n", "");
    project.edit("plat.kdl", "small medium large", "small large");
    project.run(["plan"]).says([
        "      - table t > row medium  { cpu \"2\"; disk \"50Gi\"; mem \"2Gi\" }  plat.kdl:20\n",
        "      + resource v1 ConfigMap $name > data.e  \"1\"  plat.kdl:25\n",
        "      ~ slo above  99 -> 99.5  plat.kdl:10\n",
    ]);
}

#[test]
fn the_order_of_levels_is_told_beside_another_change() {
    let project = applied(PROMISE);
    project.edit("plat.kdl", "    level Gold color=gold\n", "");
    project.edit("plat.kdl", "    level Silver {", "    level Gold color=yellow\n    level Silver {");
    project.run(["plan"]).says([
        "      ~ level Gold > color  gold -> yellow  plat.kdl:7\n",
        "      ~ (order)\n        + level Gold\n          level Silver\n        - level Gold\n",
    ]);
}

#[test]
fn drift_is_told_by_the_same_parts() {
    let project = applied(PROMISE);
    project.sql("UPDATE objects SET body = replace(body, '\"cpu\":\"4\"', '\"cpu\":\"7\"') WHERE kind = 'promise'");
    let drift = project.run(["drift"]).code(0);
    drift.says([
        "    workflow  (is set back)  plat.kdl:19\n      ~ table t > row large > cpu  \"4\" -> \"7\"  plat.kdl:23\n",
    ]);
    let drift: Value = serde_json::from_str(&project.run(["drift", "--format", "json"]).out).unwrap();
    assert_eq!(drift["objects"][0]["fields"][0]["parts"][0]["path"], "table t > row large > cpu");
    project.run(["plan"]).says(["      ~ table t > row large > cpu  \"7\" -> \"4\"  plat.kdl:23\n"]);
}

#[test]
fn what_differs_is_seen() {
    let entity =
        |value: &str| format!("project v\nblueprint s {{ property t string }}\nentity s a {{ t \"{value}\" }}\n");
    for (before, after, shown) in [
        ("café", "cafe\\u{301}", "properties.t  café -> \"cafe\\u{301}\"  "),
        ("\\u{1b}x", "\\u{200b}x", "properties.t  \"\\u{1b}x\" -> \"\\u{200b}x\"  "),
        ("a b", "a\\u{a0}b", "properties.t  \"a b\" -> \"a\\u{a0}b\"  "),
        ("pay", "p\\u{430}y", "properties.t  pay -> \"p\\u{430}y\"  "),
        ("a\\nb", "a\\r\\nb", "      - a\n      + a\\r\n        b\n"),
        ("a\\tb\\nc", "a b\\nc", "      - a\\tb\n      + a b\n        c\n"),
        ("a\\nb", "a\\nb\\n", "      - b\n      \\ no line end\n      + b\n"),
    ] {
        let project = applied(&entity(before));
        project.write("plat.kdl", entity(after));
        project.run(["plan"]).code(0).says([shown]);
    }
}

#[test]
fn a_value_that_becomes_a_list_of_one_is_seen() {
    let text = |many: &str, value: &str| {
        format!(
            "project v\nblueprint s {{ property t {many}; relation r s{} }}\nentity s b\nentity s a {{ t {value}; r b }}\n",
            if many == "string" { "" } else { " many" }
        )
    };
    let project = applied(&text("string", "x"));
    project.write("plat.kdl", text("array of=string", "x"));
    let plan = project.run(["plan"]);
    plan.says(["properties.t  x -> (array)x  ", "relations.r  b -> (array)b  "]);
}

#[test]
fn a_null_of_a_saved_plan_is_still_one() {
    let text =
        |value: &str| format!("project v\nblueprint s {{ property t object }}\nentity s a {{ t {{ x {value} }}; }}\n");
    let project = applied(&text("1"));
    project.write("plat.kdl", text("#null"));
    project.run(["plan", "--out", "p.json"]).code(0).says(["      ~ x  1 -> #null"]);
    project.run(["show", "p.json"]).code(0).says(["      ~ x  1 -> #null"]);
}

#[test]
fn a_set_that_others_turned_round_is_told_by_what_comes_and_goes() {
    let text = |required: &str| {
        format!(
            "project v\nblueprint s {{\n    property a string {required}\n    property b string required\n    property c string required\n}}\n"
        )
    };
    let project = applied(&text(""));
    project.sql("UPDATE objects SET body = replace(body, '[\"b\",\"c\"]', '[\"c\",\"b\"]') WHERE kind = 'blueprint'");
    project.write("plat.kdl", text("required"));
    project.run(["plan"]).says(["    required  [+ a]  plat.kdl:"]);
}

#[test]
fn a_saved_plan_cannot_tell_of_other_parts_than_it_writes() {
    let project = applied(PROMISE);
    project.edit("plat.kdl", "large cpu=\"4\"", "large cpu=\"9\"");
    project.run(["plan", "--out", "p.json"]).code(0);
    let text = project.read("p.json");
    project.write(
        "p.json",
        text.replace("\"path\":\"table t > row large > cpu\"", "\"path\":\"table t > row large > mem\""),
    );
    project.run(["show", "p.json"]).code(4);
}

#[test]
fn what_made_a_plan_stale_is_told_by_its_parts() {
    let project = applied(PROMISE);
    project.edit("plat.kdl", "large cpu=\"4\"", "large cpu=\"9\"");
    project.run(["plan", "--out", "p.json"]).code(0);
    project.sql("UPDATE objects SET body = replace(body, '\"cpu\":\"2\"', '\"cpu\":\"7\"') WHERE kind = 'promise'");
    let part = "      ~ table t > row medium > cpu  \"2\" -> \"7\"\n";
    project.run(["apply", "p.json"]).code(4).complains([part]);
    project.run(["plan"]).code(4).says([
        "    from what is live to what is desired:\n      ~ table t > row large > cpu  \"4\" -> \"9\"  plat.kdl:23\n      \
         ~ table t > row medium > cpu  \"7\" -> \"2\"  plat.kdl:22\n",
    ]);
    project.run(["why", "promise:c"]).says(["      ~ table t > row medium > cpu  \"7\" -> \"2\"\n"]);
}
