//! Blueprints of Port, its teams and pages.

use super::actions::through_form;
use super::{exported, imported, is_there, said, through, told, told_of};
use crate::grammar::Neighbour;
use crate::migrate::{Fate, Thing};
use crate::model::{Kind, Value, parse_json};

#[test]
fn a_blueprint_goes_in_and_out_and_what_the_language_has_no_words_for_is_kept_with_it() {
    let told = through(
        Neighbour::Port,
        "a.json",
        r#"{"ok": true, "blueprints": [
            {"identifier": "service", "title": "Service", "createdAt": "now", "changelogDestination": {"type": "PIGEON"},
             "schema": {"properties": {"tier": {"type": "string", "enum": ["a", "b"], "enumColors": {"a": "red"}},
                                       "odd": {"type": "string", "pattern": "^(?!x)", "placeholder": "x"}}, "required": ["tier"]},
             "relations": {"system": {"target": "system", "title": "System"}, "self": {"target": "service", "many": true, "required": false}}}
        ]}"#,
        &[(
            "blueprints.json",
            r#"[{"identifier": "service", "title": "Service", "changelogDestination": {"type": "PIGEON"},
             "schema": {"properties": {"tier": {"type": "string", "enum": ["a", "b"], "enumColors": {"a": "red"}},
                                       "odd": {"type": "string", "pattern": "^(?!x)", "placeholder": "x"}}, "required": ["tier"]},
             "relations": {"system": {"target": "system", "title": "System"}, "self": {"target": "service", "many": true, "required": false}}}]"#,
        )],
    );
    assert_eq!(told.len(), 4, "{told:#?}");
    for (line, part) in told.iter().zip([
        "a.json:2:103: E0803 `/blueprints/0/changelogDestination` is kept for Port alone: ",
        "/odd/pattern` is kept",
        "/odd/placeholder` is kept",
        "/relations/system` is kept for Port alone: there is no blueprint `system` (E0302)",
    ]) {
        assert!(line.contains(part), "{line}");
    }
}

#[test]
fn what_is_empty_in_the_authors_own_data_says_something() {
    let blueprint =
        r#"{"identifier": "s", "schema": {"properties": {"o": {"type": "object"}, "l": {"type": "array"}}}"#;
    let entity =
        r#"{"blueprint": "s", "identifier": "e", "properties": {"o": {}, "l": [], "u": {}, "w": [], "x": {"y": {}}}"#;
    let told = through(
        Neighbour::Port,
        "a.json",
        &format!(
            r#"[{blueprint}, "relations": {{}}, "mirrorProperties": {{}}}}, {entity}, "relations": {{}}, "icon": null}}]"#
        ),
        &[("blueprints.json", &format!("[{blueprint}}}]")), ("entities.json", &format!("[{entity}}}]"))],
    );
    assert_eq!(told.len(), 3, "{told:#?}");
    // What the language has words for says nothing where there is nothing in it.
    assert_eq!(through_form(r#"{"properties": {}, "required": []}"#, ""), [""; 0]);
    assert_eq!(through_form(r#"{"properties": {}}"#, ""), [""; 0]);
}

#[test]
fn what_a_blueprint_does_not_have_is_told_by_its_own_name() {
    let told = told_of(
        "entities.json",
        r#"{"identifier": "e", "blueprint": "service", "properties": {"x": 1, "a/y": 2}, "relations": {"z": "b"}}"#,
    );
    let [x, y, z] = told.as_slice() else { panic!("{told:#?}") };
    for (told, place, name) in [(x, "properties/x", "x"), (y, "properties/a~1y", "a/y"), (z, "relations", "z")] {
        assert!(told.contains(&format!(" `/1/{place}")), "{told}");
        assert!(told.contains(&format!("`{name}` is no part of `service` as the project has it")), "{told}");
    }
}

#[test]
fn a_part_that_no_project_could_hold_does_not_take_the_object_along() {
    let told_of_enum = told_of(
        "blueprints.json",
        r#"{"identifier": "tool", "schema": {"properties": {"tier": {"type": "string", "enum": ["on", 8, 1.1]}, "other": {"type": "string"}}}}"#,
    );
    assert!(
        matches!(told_of_enum.as_slice(), [one] if one.contains("E0803 `/1/schema/properties/tier/enum` is kept") && one.contains("of the type `string` are texts")),
        "{told_of_enum:#?}"
    );
    let told_of_page = told_of(
        "pages.json",
        r#"{"identifier": "p", "title": "P", "type": "dashboard", "widgets": [{"id": "d", "type": "dashboard-widget",
            "layout": [{"height": 400, "columns": [{"id": "m", "size": 6}, {"id": "n", "size": 6}]}],
            "widgets": [{"id": "m", "type": "markdown", "title": "M", "markdown": "hi"},
                        {"id": "n", "type": "entities-number-chart", "title": "N", "blueprint": "service", "func": "count", "calculationBy": "entities"}]}]}"#,
    );
    assert!(
        matches!(told_of_page.as_slice(), [one] if one.contains("E0803 `/1/widgets") && one.contains("needs `unit` (E0480)")),
        "{told_of_page:#?}"
    );
}

#[test]
fn what_port_says_of_schemas_scorecards_and_calls_has_words() {
    let document = r#"{"blueprints": [{"identifier": "service", "title": "S", "ownership": {"type": "Inherited", "path": "up", "union": true},
            "schema": {"properties": {"at": {"type": "string", "format": "date-time"}, "tier": {"type": "string"},
                "o": {"type": "object", "properties": {"x": {"type": "string"}}, "additionalProperties": {"type": "number"}, "patternProperties": {"^a": {"type": "string"}}},
                "closed": {"type": "object", "properties": {"x": {"type": "string"}}, "additionalProperties": false, "minProperties": 1},
                "lists": {"type": "array", "items": {"type": "array", "items": {"type": "string", "title": "T"}}}}},
            "relations": {"up": {"target": "service"}}}],
        "scorecards": [{"identifier": "ready", "title": "R", "blueprint": "service", "properties": {"stage": "pilot", "n": 1}, "relations": {"guild": "backend", "many": ["a", "b"]},
            "filter": {"combinator": "and", "conditions": [{"property": "tier", "operator": "isEmpty", "not": true}]},
            "levels": [{"title": "Basic", "color": "paleBlue"}, {"title": "Gold", "color": "gold"}],
            "rules": [{"identifier": "new", "title": "New", "level": "Gold", "query": {"combinator": "and", "conditions": [
                {"property": "at", "operator": "between", "value": {"preset": "last3Months"}}, {"property": "at", "operator": "notBetween", "value": {"preset": "lastWeek"}},
                {"property": "tier", "operator": "isNotEmpty", "not": false}]}}]}],
        "actions": [{"identifier": "a", "trigger": {"type": "self-service", "operation": "CREATE", "userInputs": {"properties": {}}},
            "invocationMethod": {"type": "GITHUB", "org": "o", "repo": "r", "workflow": "w", "omitPayload": true, "omitUserInputs": true}}],
        "entities": [{"identifier": "e", "blueprint": "service", "team": "one"}]}"#;
    let imported = imported(Neighbour::Port, &[("a.json", document)]);
    assert_eq!(told(&imported), Vec::<String>::new(), "{:#?}", imported.files);
    let said: String = imported.files.values().map(String::as_str).collect();
    assert!(!said.contains("only-port"), "{said}");
    for line in [
        "            at within \"90d\"\n            at not-within \"7d\"\n            tier present\n",
        "    backend github omit-payload omit-inputs org=o repo=r workflow=w\n",
        "        of array {\n            of string {\n                title T\n",
        "    ownership inherited union path=up\n",
        "    team one\n",
    ] {
        assert!(said.contains(line), "{line}{said}");
    }
    let document = document
        .replace(r#""operator": "isEmpty", "not": true"#, r#""operator": "isNotEmpty""#)
        .replace(r#", "not": false"#, "")
        .replace(r#""team": "one""#, r#""team": ["one"]"#);
    let Value::Object(went) = parse_json(document.as_bytes()).unwrap() else { panic!() };
    let out = exported(Neighbour::Port, &imported.files);
    let kinds = [
        ("blueprints", Kind::Blueprint),
        ("scorecards", Kind::Scorecard),
        ("actions", Kind::Action),
        ("entities", Kind::Entity),
    ];
    for (name, kind) in kinds {
        let one = went.get(name).unwrap().as_array().unwrap()[0].as_object().unwrap();
        assert!(is_there(Neighbour::Port, kind, one, &out), "{out:?}");
    }
}

#[test]
fn the_words_of_a_page_and_of_what_a_blueprint_tells_of_are_those_of_port() {
    let text = said(
        "pages.json",
        r#"{"identifier": "home", "type": "dashboard", "protected": true, "showInSidebar": false, "section": "software_catalog",
            "requiredQueryParams": ["team"], "pageFilters": [{"identifier": "mine"}], "widgets": []}"#,
    );
    assert!(
        text.contains("protected\n    show-in-sidebar #false\n    section software_catalog\n    query-params team\n"),
        "{text}"
    );
    let text = said(
        "blueprints.json",
        r#"{"identifier": "told", "schema": {"properties": {}}, "includeInGlobalSearch": false,
            "changelogDestination": {"type": "WEBHOOK", "url": "https://example.com/hook", "agent": true}}"#,
    );
    assert!(text.contains("changelog webhook url=\"https://example.com/hook\" agent=#true\n"), "{text}");
}

#[test]
fn of_more_properties_than_may_stand_in_one_place_the_last_are_kept_for_port() {
    let property = |number: usize| format!(r#""p{number}": {{"type": "string"}}"#);
    let properties: Vec<String> = (0..2_100).map(property).collect();
    let text = format!(r#"{{"identifier": "b", "schema": {{"properties": {{{}}}}}}}"#, properties.join(","));
    let imported = imported(Neighbour::Port, &[("a.json", &text)]);
    assert_eq!(imported.fates[&Fate::Kept][&Thing::Object(Kind::Blueprint)].parts, 100);
    let Value::Object(blueprint) = parse_json(text.as_bytes()).unwrap() else { panic!() };
    assert!(is_there(Neighbour::Port, Kind::Blueprint, &blueprint, &exported(Neighbour::Port, &imported.files)));
}

#[test]
fn members_of_a_team_are_read_as_ports_api_returns_them() {
    let told = through(
        Neighbour::Port,
        "a.json",
        r#"{"teams": [{"name": "shop", "users": [{"email": "a@x.io"}, {"email": "b@x.io", "firstName": "B"}, "c@x.io"]}]}"#,
        &[("teams.json", r#"[{"name": "shop", "users": ["a@x.io", "b@x.io", "c@x.io"]}]"#)],
    );
    assert!(matches!(told.as_slice(), [one] if one.contains("E0805 `/teams/0/users/1`: ")), "{told:?}");
}

/// An enum is one of texts or one of numbers, and of the type of its property.
#[test]
fn an_enum_that_is_none_is_kept_and_nothing_else_goes_for_it() {
    for (schema, place, why) in [
        (r#""type": "string", "enum": ["a", 1, true]"#, "enum", "the values of an enum of the type `string` are texts"),
        (r#""type": "number", "enum": ["1", 2]"#, "enum", "the values of an enum of the type `number` are numbers"),
        (
            r#""type": "boolean", "enum": ["true"]"#,
            "enum",
            "an enum is of texts or of numbers, and not of truth values",
        ),
        (
            r#""type": "array", "items": {"type": "string", "enum": ["x", 2]}"#,
            "items/enum",
            "the values of an enum of the type `string` are texts",
        ),
        (r#""type": "object", "enum": [{"a": 1}]"#, "enum", "the values of an enum are all texts or all numbers"),
    ] {
        let blueprint =
            format!(r#"{{"identifier": "tool", "schema": {{"properties": {{"p": {{"title": "P", {schema}}}}}}}}}"#);
        let told = told_of("blueprints.json", &blueprint);
        let [told] = told.as_slice() else { panic!("{told:#?}") };
        assert!(told.ends_with(&format!("`/1/schema/properties/p/{place}` is kept for Port alone: {why}")), "{told}");
    }
    let text = r#"[{"identifier": "b", "schema": {"properties": {
            "n": {"type": "number", "enum": ["1", 2], "enumColors": {"1": "red", "2": "green"}}, "s": {"type": "string"}}, "required": ["n"]}},
        {"identifier": "e", "blueprint": "b", "properties": {"n": 3}}]"#;
    let imported = imported(Neighbour::Port, &[("a.json", text)]);
    let told = told(&imported);
    let why = "is kept for Port alone: the values of an enum of the type `number` are numbers";
    let expected = ["enum", "enumColors"].map(|keyword| format!("E0803 `/0/schema/properties/n/{keyword}` {why}"));
    assert!(told.len() == 2 && expected.iter().all(|one| told.iter().any(|told| told.ends_with(one))), "{told:#?}");
    assert_eq!(imported.files["entities/b.kdl"], "entity b e {\n    n 3\n}\n");
}
