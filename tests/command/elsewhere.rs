//! Rules that plat does not judge.

use crate::project::Project;

const PORT: &str = r#"[
    {"identifier": "service", "schema": {"properties": {"tier": {"type": "string"}, "at": {"type": "string", "format": "date-time"}}}},
    {"identifier": "api", "title": "API", "blueprint": "service", "properties": {"tier": "a"}, "relations": {}},
    {"identifier": "ready", "title": "Ready", "blueprint": "service",
     "levels": [{"title": "Basic", "color": "paleBlue"}, {"title": "Silver", "color": "silver"}, {"title": "Gold", "color": "gold"}],
     "rules": [
        {"identifier": "fine", "title": "Fine", "level": "Silver", "query": {"combinator": "and", "conditions": [
            {"property": "tier", "operator": "=", "value": "a"}]}},
        {"identifier": "odd", "title": "Odd", "level": "Gold", "query": {"combinator": "and", "conditions": [
            {"property": "at", "operator": "between", "value": {"preset": "today"}}]}},
        {"identifier": "lost", "title": "Lost", "level": "Gold", "query": {"combinator": "and", "conditions": [
            {"property": "tier", "operator": "=", "value": "a"}, {"property": "gone", "operator": "isNotEmpty"}]}}]}
]"#;

#[test]
fn a_rule_of_port_that_has_no_words_keeps_its_level_from_being_reached() {
    let project = Project::new().file("in/port.json", PORT);
    project.run(["import", "port", "in", "--out", "out"]).code(0);
    let text = project.read("out/blueprints/service.kdl");
    for rule in ["odd Odd", "lost Lost"] {
        assert!(text.contains(&format!("rule {rule} judged=elsewhere\n")), "{text}");
    }
    project.run(["-C", "out", "check"]).code(0).says(["No problems."]);
    project.run(["-C", "out", "score", "--rules"]).code(0).says(["1 Silver", "unknown", "it is judged elsewhere"]);
    project.run(["-C", "out", "apply", "--auto-approve"]).code(0);
    project.run(["-C", "out", "plan"]).no_changes();
    let exported = project.run(["-C", "out", "export", "port", "--out", "port"]).code(0);
    exported.complains([""; 0]).never_says("judged");
    let card = |text: &str, at: usize| -> serde_json::Value {
        let all: serde_json::Value = serde_json::from_str(text).unwrap();
        let mut rules = all[at]["rules"].as_array().unwrap().clone();
        rules.sort_by_key(|rule| rule["identifier"].to_string());
        rules.into()
    };
    assert_eq!(card(&project.read("out/port/scorecards.json"), 0), card(PORT, 2));
}

#[test]
fn a_rule_is_judged_by_its_conditions_or_elsewhere() {
    let with = |rule: &str| {
        let card = format!("scorecard s for=b {{\n    level L {{\n        rule r {rule}\n    }}\n}}\n");
        let text = format!("blueprint b {{\n    property x string\n}}\n\nentity b e\n\n{card}");
        Project::new().file("plat.kdl", "project demo\n").file("b.kdl", text)
    };
    with("R judged=elsewhere").run(["check"]).code(0);
    with("R judged=elsewhere { x present; }")
        .run(["check"])
        .code(3)
        .says(["`judged` stands in the place of conditions"]);
    with("R").run(["check"]).code(3).says(["E0214"]);
    with("R judged=here").run(["check"]).code(3);
    let project = with("R { x present; }");
    project.run(["apply", "--auto-approve"]).code(0);
    project.edit("b.kdl", "R { x present; }", "R judged=elsewhere");
    project.run(["plan"]).says(["judged"]);
    project.run(["apply", "--auto-approve"]).code(0);
    project.run(["plan"]).no_changes();
    let test =
        "test \"it is unknown\" {\n    given entity b e\n    expect rule s r e unknown\n    expect level s e none\n}\n";
    project.write("t.kdl", test);
    project.run(["test"]).code(0);
}
