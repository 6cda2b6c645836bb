//! Scorecards of Port.

use super::{exported, imported, is_there, told};
use crate::grammar::Neighbour;
use crate::model::{Kind, Value, parse_json};

#[test]
fn rules_that_have_words_stay_rules_where_others_have_none() {
    let card = r#"{"identifier": "ready", "title": "Ready", "blueprint": "service",
        "levels": [{"title": "Basic", "color": "paleBlue"}, {"title": "Gold", "color": "gold"}],
        "rules": [{"identifier": "odd", "title": "Odd", "level": "Gold", "query": {"combinator": "and", "conditions": [
                      {"property": "at", "operator": "between", "value": {"preset": "today"}}]}},
                  {"identifier": "fine", "title": "Fine", "level": "Gold", "query": {"combinator": "and", "conditions": [
                      {"property": "tier", "operator": "=", "value": "a"}]}}]}"#;
    let blueprint = r#"{"identifier": "service", "schema": {"properties": {"tier": {"type": "string"}, "at": {"type": "string", "format": "date-time"}}}}"#;
    let imported = imported(Neighbour::Port, &[("a.json", &format!("[{blueprint}, {card}]"))]);
    let text = &imported.files["blueprints/service.kdl"];
    assert!(text.contains("rule fine Fine {\n            tier is a\n"), "{text}");
    assert!(text.contains("rule odd Odd judged=elsewhere\n"), "{text}");
    assert!(text.contains("        rules {\n            odd {\n                query {\n"), "{text}");
    let out = exported(Neighbour::Port, &imported.files);
    let rules = |text: &str| -> Vec<String> {
        let Value::Object(card) = parse_json(text.as_bytes()).unwrap() else { panic!("{text}") };
        let mut rules: Vec<String> =
            card.get("rules").unwrap().as_array().unwrap().iter().map(|rule| rule.as_key().to_string()).collect();
        rules.sort_unstable();
        rules
    };
    assert_eq!(rules(&out["scorecards.json"][0]), rules(card));
}

/// A scorecard for `service` that comes back as it went; what is told.
#[track_caller]
fn judged_by(levels: &str, rules: &str) -> Vec<String> {
    let text = format!(
        r#"[{{"identifier": "service", "schema": {{"properties": {{"tier": {{"type": "string"}}, "at": {{"type": "string", "format": "date-time"}}}}}},
            "relations": {{"owner": {{"target": "service"}}}}}},
        {{"identifier": "s", "blueprint": "service", "levels": {levels}, "rules": [{rules}]}}]"#
    );
    let imported = imported(Neighbour::Port, &[("a.json", &text)]);
    let out = exported(Neighbour::Port, &imported.files);
    let Value::Array(went) = parse_json(text.as_bytes()).unwrap() else { panic!() };
    assert!(is_there(Neighbour::Port, Kind::Scorecard, went[1].as_object().unwrap(), &out), "{out:#?}");
    told(&imported)
}

#[test]
fn a_level_or_a_rule_without_a_name_of_its_own_does_not_take_the_scorecard_along() {
    let rule = r#"{"identifier": "r", "level": "Gold", "query": {"combinator": "and", "conditions": [{"property": "tier", "operator": "isNotEmpty"}]}}"#;
    let twice = format!("{rule}, {}", rule.replace("tier", "at"));
    let nameless = format!(r#"{rule}, {{"title": "R", "level": "Gold"}}"#);
    let levels = r#"[{"title": "Basic"}, {"title": "Gold"}]"#;
    for (levels, rules, place, why) in [
        (
            r#"[{"title": "B"}, {"color": "red"}, {"title": "Gold"}]"#,
            rule,
            "levels",
            "it has no `title`, which is its name",
        ),
        (r#"[{"color": "red"}, {"title": "Gold"}]"#, rule, "levels", "it has no `title`, which is its name"),
        (r#"["Basic", {"title": "Gold"}]"#, rule, "levels", "it is no object, which has a `title`"),
        (r#"[{"title": "B"}, {"title": "Gold"}, {"title": 5}]"#, rule, "levels", "its `title` is no text"),
        (r#"[{"title": "B"}, {"title": "Gold"}, {"title": ""}]"#, rule, "levels", "its `title` is empty"),
        (
            r#"[{"title": "B"}, {"title": "Gold", "x": 1}, {"title": "Gold", "color": "red"}]"#,
            rule,
            "levels",
            "there is one `Gold` before it",
        ),
        (levels, &twice, "rules", "there is one `r` before it"),
        (levels, &nameless, "rules", "it has no `identifier`, which is its name"),
    ] {
        let told = judged_by(levels, rules);
        let expected = format!("E0803 `/1/{place}` is kept for Port alone: {why}");
        assert!(matches!(told.as_slice(), [one] if one.ends_with(&expected)), "{levels} {rules}: {told:#?}");
    }
}

#[test]
fn a_condition_without_words_is_told_by_what_it_lacks() {
    let levels = r#"[{"title": "Basic"}, {"title": "Gold"}]"#;
    for (condition, why) in [
        (r#""relation": "nowhere", "operator": "isNotEmpty""#, "`service` has no relation `nowhere`"),
        (r#""relation": "tier", "operator": "isNotEmpty""#, "`service` has no relation `tier`"),
        (
            r#""property": "owner", "operator": "isNotEmpty""#,
            "`owner` is a relation of `service`, and stands here as a property",
        ),
        (
            r#""property": "at", "operator": "between", "value": {"preset": "today"}"#,
            "plat has no word for the range of time `today`",
        ),
        (
            r#""property": "at", "operator": "=", "value": {"preset": "lastMonth"}"#,
            "plat has no word for the range of time `lastMonth`",
        ),
        (
            r#""property": "at", "operator": "between", "value": {"from": "2026-01-01T00:00:00Z"}"#,
            "plat knows ranges of time `from` one `to` another",
        ),
    ] {
        let rule = format!(
            r#"{{"identifier": "r", "level": "Gold", "query": {{"combinator": "and", "conditions": [{{{condition}}}]}}}}"#
        );
        let told = judged_by(levels, &rule);
        let [told] = told.as_slice() else { panic!("{condition}: {told:#?}") };
        assert!(told.contains("E0803 `/1/rules/0/query") && told.ends_with(&format!(": {why}")), "{told}");
    }
}

#[test]
fn a_condition_alone_is_read_as_a_query_of_one() {
    let text = r#"[{"identifier": "service", "schema": {"properties": {"tier": {"type": "string"}}}},
        {"identifier": "s", "blueprint": "service", "filter": {"property": "tier", "operator": "isNotEmpty"},
         "levels": [{"title": "Basic"}, {"title": "Gold"}], "rules": [
{"identifier": "a", "level": "Gold", "query": {"property": "tier", "operator": "=", "value": "a"}},
{"identifier": "b", "level": "Gold", "query": {"property": "gone", "operator": "isNotEmpty"}}]}]"#;
    let imported = imported(Neighbour::Port, &[("a.json", text)]);
    let read = "it is a condition alone: read as a query of that one";
    assert_eq!(
        told(&imported),
        [
            format!("a.json:2:63: E0805 `/1/filter`: {read}"),
            format!("a.json:4:47: E0805 `/1/rules/0/query`: {read}"),
            "a.json:5:47: E0803 `/1/rules/1/query` is kept for Port alone: `service` has no `gone` (E0450)".to_owned(),
            format!("a.json:5:47: E0805 `/1/rules/1/query`: {read}"),
        ]
    );
    let text = &imported.files["blueprints/service.kdl"];
    assert!(text.contains("only-for {\n        tier present\n    }\n"), "{text}");
    assert!(text.contains("rule a {\n            tier is a\n        }\n"), "{text}");
}

#[test]
fn a_scorecard_with_the_lowest_level_alone_is_left_out_for_that() {
    let text = r#"[{"identifier": "b", "schema": {"properties": {}}},
{"identifier": "s", "blueprint": "b", "levels": [{"title": "Basic"}], "rules": []}]"#;
    let imported = imported(Neighbour::Port, &[("a.json", text)]);
    let told = told(&imported);
    let start = "a.json:2:49: E0804 `/1` is left out for `/1/levels`: its one level is the lowest";
    assert!(matches!(told.as_slice(), [one] if one.starts_with(start)), "{told:?}");
    assert_eq!(imported.left_out().count(), 1);
}
