//! What neighbours hold as projects, and back.

#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

mod backstage;
mod corpora;
mod growth;
mod kratix;
mod laws;
mod reasons;
mod terraform;

use super::{Imported, alone, export, import};
use crate::grammar::Neighbour;
use crate::model::{Kind, Map, Value, parse_json, write_json};
use crate::neighbour;
use crate::resolve::MemoryLoader;
use crate::source::{SourceFile, Sources};
use crate::syntax::{format, parse};
use crate::workspace::load;
use std::collections::BTreeMap;
use std::sync::Arc;

const PROJECT: &str = "project demo\n";

pub(super) fn imported(neighbour: Neighbour, files: &[(&str, &str)]) -> Imported {
    let mut sources = Sources::default();
    for (name, text) in files {
        sources.add(SourceFile::new(*name, text.as_bytes().to_vec()));
    }
    import(neighbour, sources, &files, &alone(PROJECT)).unwrap()
}

/// The problems, a line each.
pub(super) fn told(imported: &Imported) -> Vec<String> {
    let place = |one: &crate::diag::Diagnostic| imported.sources.location(one.primary.span());
    imported.problems.iter().map(|one| format!("{}: {} {}", place(one), one.code, one.message)).collect()
}

/// What a project of files is to a neighbour, as JSON, by file.
pub(super) fn exported(neighbour: Neighbour, files: &BTreeMap<String, String>) -> BTreeMap<&'static str, Vec<String>> {
    let texts = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).chain([("plat.kdl", PROJECT)]);
    let loaded = load(&MemoryLoader::new(texts)).unwrap();
    assert!(!loaded.diagnostics.has_errors(), "{:?}\n{files:?}", loaded.diagnostics);
    for text in files.values() {
        assert_eq!(format(&parse(crate::source::FileId(0), &Arc::from(text.as_str())).0), *text);
    }
    let exported = export(neighbour, &loaded.project);
    assert_eq!(exported.losses, []);
    exported.documents.iter().map(|(file, documents)| (*file, documents.iter().map(written).collect())).collect()
}

/// Whether what an object says is said by one of what went out.
fn is_there(neighbour: Neighbour, kind: Kind, object: &Map, out: &BTreeMap<&str, Vec<String>>) -> bool {
    out.values().flatten().any(|one| {
        let Value::Object(one) = parse_json(one.as_bytes()).unwrap() else { return false };
        neighbour::beyond(neighbour, kind, &one, object, &[]).1.is_empty()
    })
}

fn written(value: &Value) -> String {
    let mut bytes = Vec::new();
    write_json(value, &mut bytes);
    String::from_utf8(bytes).unwrap()
}

/// A document in, and out again as `out`; what is told on the way in.
#[track_caller]
fn through(neighbour: Neighbour, name: &str, text: &str, out: &[(&str, &str)]) -> Vec<String> {
    let imported = imported(neighbour, &[(name, text)]);
    let canonical = |text: &str| written(&parse_json(text.as_bytes()).unwrap());
    let came = exported(neighbour, &imported.files);
    let came: Vec<(&str, String)> =
        came.into_iter().map(|(file, documents)| (file, format!("[{}]", documents.join(",")))).collect();
    let expected: Vec<(&str, String)> = out.iter().map(|(file, text)| (*file, canonical(text))).collect();
    assert_eq!(came, expected, "{:#?}", imported.files);
    told(&imported)
}

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

/// An action with a form, in and out again; what is told.
#[track_caller]
fn through_form(form: &str, rest: &str) -> Vec<String> {
    let action = format!(
        r#"[{{"identifier": "a", "trigger": {{"type": "self-service", "operation": "CREATE", "userInputs": {form}}}{rest},
            "invocationMethod": {{"type": "KAFKA"}}}}]"#
    );
    let imported = imported(Neighbour::Port, &[("a.json", &action)]);
    let out = exported(Neighbour::Port, &imported.files);
    let Value::Array(went) = parse_json(action.as_bytes()).unwrap() else { panic!() };
    let came = parse_json(out["actions.json"][0].as_bytes()).unwrap();
    let (went, came) = (went[0].as_object().unwrap(), came.as_object().unwrap());
    for (one, other) in [(went, came), (came, went)] {
        let beyond = neighbour::beyond(Neighbour::Port, Kind::Action, one, other, &[]).1;
        assert_eq!(beyond, [], "{:#?}", imported.files);
    }
    told(&imported)
}

#[test]
fn pages_headings_and_what_is_worked_out_in_a_form_have_words() {
    for form in [
        r#"{"properties": {"b": {"type": "string"}, "a": {"type": "string"}}, "required": ["b"],
            "titles": {"top": {"title": "Top", "description": "d", "visible": {"jqQuery": ".form.a != null"}}},
            "steps": [{"title": "One", "order": ["top", "a"]}, {"title": "Two", "order": ["b"], "visible": false},
                      {"title": "None", "order": []}]}"#,
        r#"{"properties": {"b": {"type": "string"}, "a": {"type": "string"}}, "titles": {"top": {"title": "Top"}}, "order": ["b", "top", "a"]}"#,
        r#"{"properties": {"b": {"type": "string"}, "a": {"type": "string"}}, "order": ["a"]}"#,
        r#"{"properties": {"b": {"type": "string"}, "a": {"type": "string"}}, "order": ["a", "b"],
            "required": {"jqQuery": "if .form.a then [\"b\"] else [] end"}}"#,
        r#"{"properties": {"a": {"type": "string", "enum": {"jqQuery": "[\"x\"]"}}, "n": {"type": "number", "enum": {"jqQuery": "[1]"}},
                           "l": {"type": "array", "items": {"type": "string", "enum": {"jqQuery": "[1]"}}}}, "order": ["n", "a", "l"]}"#,
    ] {
        assert_eq!(through_form(form, ""), Vec::<String>::new(), "{form}");
    }
}

#[test]
fn what_the_form_of_an_action_shows_and_is_not_there_is_told() {
    let action = r"action a create { input x string; heading h H; step S { shown h x gone; }; backend kafka }";
    let loaded = load(&MemoryLoader::new([("plat.kdl", PROJECT), ("a.kdl", action)])).unwrap();
    let told: Vec<&str> = loaded.diagnostics.iter().map(|one| &*one.message).collect();
    assert_eq!(told, ["the action `a` has neither an input nor a heading `gone`"]);
}

#[test]
fn what_an_action_and_a_blueprint_say_to_port_has_words() {
    let document = r#"{"blueprints": [{"identifier": "service", "teamInheritance": {"path": "self"},
            "schema": {"properties": {
                "at": {"type": "string", "format": "date-time", "dateFormat": "24-hour"},
                "all": {"type": "array", "items": {"type": "string"}, "union": true, "includeDuplicates": true},
                "board": {"type": "string", "format": "url", "spec": "embedded-url", "specAuthentication": {"clientId": "a",
                    "authorizationUrl": "https://a.example.com", "tokenUrl": "https://t.example.com", "authorizationScope": ["openid"]}}}},
            "relations": {"self": {"target": "service", "many": false, "required": false}},
            "calculationProperties": {"c": {"type": "string", "format": "date-time", "calculation": ".", "dateFormat": "24-hour",
                "specAuthentication": {"clientId": "a", "authorizationUrl": "https://a.example.com", "tokenUrl": "https://t.example.com"}}}}],
        "actions": [{"identifier": "a", "trigger": {"type": "self-service", "operation": "DAY-2", "blueprintIdentifier": "service",
                "userInputs": {"properties": {"x": {"type": "boolean"}}, "order": ["x"]},
                "condition": {"type": "SEARCH", "combinator": "and", "rules": [{"property": "at", "operator": "isEmpty"}]}},
            "invocationMethod": {"type": "WEBHOOK", "url": "https://example.com", "agent": "{{ .inputs.x }}", "synchronized": true}}]}"#;
    let imported = imported(Neighbour::Port, &[("a.json", document)]);
    assert_eq!(told(&imported), Vec::<String>::new(), "{:#?}", imported.files);
    let out = exported(Neighbour::Port, &imported.files);
    let Value::Object(went) = parse_json(document.as_bytes()).unwrap() else { panic!() };
    for (kind, name) in [(Kind::Blueprint, "blueprints"), (Kind::Action, "actions")] {
        let all = went.get(name).unwrap().as_array().unwrap();
        assert!(is_there(Neighbour::Port, kind, all[0].as_object().unwrap(), &out), "{out:?}");
    }
}

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

#[test]
fn what_is_read_otherwise_than_it_stands_there_is_told() {
    let told = through(
        Neighbour::Port,
        "a.json",
        r#"[{"identifier": "b", "schema": {"properties": {"s": {"type": "enum", "enum": ["x"]}}}},
            {"identifier": "b", "schema": {"properties": {"s": {"type": "enum", "enum": ["x"]}}}},
            {"identifier": "b", "schema": {"properties": {}}},
            {"identifier": "old", "trigger": "CREATE", "userInputs": {"properties": {"n": {"type": "string"}}}, "invocationMethod": {"type": "KAFKA"}},
            {"kind": "nothing"}, 3]"#,
        &[
            (
                "actions.json",
                r#"[{"identifier": "old", "trigger": {"type": "self-service", "operation": "CREATE", "userInputs": {"properties": {"n": {"type": "string"}}, "order": ["n"]}}, "invocationMethod": {"type": "KAFKA"}}]"#,
            ),
            (
                "blueprints.json",
                r#"[{"identifier": "b", "schema": {"properties": {"s": {"type": "string", "enum": ["x"]}}}}]"#,
            ),
        ],
    );
    let codes: Vec<&str> = told.iter().filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(codes, ["E0805", "E0805", "E0804", "E0805", "E0802", "E0802"], "{told:#?}");
}

/// A document of Port in, with nothing that is kept for Port alone, and out again; the text that says it.
#[track_caller]
fn said(file: &str, document: &str) -> String {
    let service = r#"{"identifier": "service", "schema": {"properties": {"tier": {"type": "string"}}}}"#;
    let imported = imported(Neighbour::Port, &[("a.json", &format!("[{service}, {document}]"))]);
    assert_eq!(told(&imported), Vec::<String>::new(), "{:#?}", imported.files);
    let Value::Object(document) = parse_json(document.as_bytes()).unwrap() else { panic!() };
    let out = exported(Neighbour::Port, &imported.files);
    let came = out[file].iter().any(|one| *one == written(&Value::Object(document.clone())));
    assert!(came, "{out:#?}");
    imported.files.values().map(String::as_str).collect()
}

/// What is told of a document of Port that comes back as it went, beside a blueprint `service`.
#[track_caller]
fn told_of(file: &str, document: &str) -> Vec<String> {
    let service = r#"{"identifier": "service", "schema": {"properties": {"tier": {"type": "string"}}}}"#;
    let mut out = vec![(file, format!("[{document}]"))];
    if file == "blueprints.json" {
        out[0].1 = format!("[{service}, {document}]");
    } else {
        out.push(("blueprints.json", format!("[{service}]")));
    }
    out.sort_unstable_by_key(|(file, _)| *file);
    let out: Vec<(&str, &str)> = out.iter().map(|(file, text)| (*file, text.as_str())).collect();
    through(Neighbour::Port, "a.json", &format!("[{service}, {document}]"), &out)
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
fn of_an_input_that_says_too_much_only_that_member_is_kept_apart() {
    let jq = r#"{"jqQuery": ".form.x"}"#;
    let entity = r#""type": "string", "format": "entity", "blueprint": "service""#;
    for (rest, member, value, why) in [
        (r#""type": "string""#, "icon", jq, "E0118"),
        (r#""type": "string""#, "description", jq, "E0118"),
        (r#""type": "string""#, "format", "\"foo\"", "no words for the type `foo`"),
        (r#""type": "string", "format": "entity""#, "blueprint", jq, "E0118"),
        (entity, "dataset", jq, "E0118"),
    ] {
        let told = told_of(
            "actions.json",
            &format!(
                r#"{{"identifier": "a", "title": "A", "icon": "I", "description": "D", "trigger": {{"type": "self-service", "operation": "CREATE",
                    "userInputs": {{"required": ["n"], "order": ["n", "m"], "properties": {{"n": {{{rest}, "{member}": {value}}}, "m": {{"type": "number", "maximum": 3}}}}}}}},
                    "invocationMethod": {{"type": "KAFKA"}}}}"#
            ),
        );
        let [told] = told.as_slice() else { panic!("{member}: {told:#?}") };
        let place = format!(" E0803 `/1/trigger/userInputs/properties/n/{member}` is kept for Port alone: ");
        assert!(told.contains(&place) && told.contains(why), "{told}");
    }
    let list = r#""type": "array", "items": {"type": "string", "format": "foo"}"#;
    let told = told_of(
        "actions.json",
        &format!(
            r#"{{"identifier": "a", "trigger": {{"type": "self-service", "operation": "CREATE",
                "userInputs": {{"order": ["n"], "properties": {{"n": {{{list}}}}}}}}}, "invocationMethod": {{"type": "KAFKA"}}}}"#
        ),
    );
    assert!(matches!(told.as_slice(), [one] if one.contains("/n/items/format` is kept")), "{told:#?}");
}

#[test]
fn a_part_that_no_project_could_hold_does_not_take_the_object_along() {
    let told_of_enum = told_of(
        "blueprints.json",
        r#"{"identifier": "tool", "schema": {"properties": {"tier": {"type": "string", "enum": ["on", 8, 1.1]}, "other": {"type": "string"}}}}"#,
    );
    assert!(
        matches!(told_of_enum.as_slice(), [one] if one.contains("E0803 `/1/schema/properties/tier/enum` is kept") && one.contains("E0422")),
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
fn nothing_of_a_document_goes_without_a_word() {
    let blueprint = r#"{"identifier": "b", "schema": {"properties": {"n": {"type": "number"}}}}"#;
    // An entity without a name is one, whatever is in the list beside it; so is an item of a list that is called after its kind.
    let entity = r#"{"identifier": "x", "blueprint": "b", "properties": {"n": 1}}"#;
    for (file, text) in [
        ("a.json", format!(r#"[{blueprint}, {entity}, {{"blueprint": "b", "title": "T"}}]"#)),
        ("entities.json", format!(r#"[{blueprint}, {entity}, {{"properties": {{"n": 1}}}}]"#)),
    ] {
        let imported = imported(Neighbour::Port, &[(file, &text)]);
        let told = told(&imported);
        assert!(matches!(&*told, [one] if one.contains("E0804 `/2` is left out: it has no name")), "{told:?}");
        assert_eq!(imported.objects[&Kind::Entity], 1);
    }
    // Beside a number that no value holds all stands in its order, and an empty list is one where the language has no word for it.
    let text = r#"[{"identifier": "x", "zeta": 1, "alpha": [], "huge": 123456789012345678901234, "beta": {"z": 1, "a": []}, "schema": {"properties": {}, "required": []}}]"#;
    let imported = imported(Neighbour::Port, &[("a.json", text)]);
    let said = &imported.files["blueprints/x.kdl"];
    let kept =
        "        zeta 1\n        (array)alpha\n        beta {\n            z 1\n            (array)a\n        }\n";
    assert!(said.contains(kept), "{said}");
    assert_eq!(told(&imported).len(), 4, "{:?}", told(&imported));
    let out = exported(Neighbour::Port, &imported.files);
    assert!(out["blueprints.json"][0].contains(r#""alpha":[]"#), "{out:?}");
}

#[test]
fn a_text_of_several_lines_stands_on_them_wherever_it_is() {
    let page = r##"{"identifier": "p", "title": "P", "type": "dashboard", "widgets": [{"id": "d", "type": "dashboard-widget",
        "layout": [{"height": 400, "columns": [{"id": "m", "size": 12}]}],
        "widgets": [{"id": "m", "type": "markdown", "title": "M", "markdown": "# Hi\n\n* a \"q\"\n* b\n"}]}], "texts": ["a\nb", "c"]}"##;
    let imported = imported(Neighbour::Port, &[("a.json", &format!("[{page}]"))]);
    let said = &imported.files["pages.kdl"];
    assert!(!said.contains("\\n"), "{said}");
    assert!(
        said.contains("                    # Hi\n\n                    * a \"q\"\n") || said.contains("* a \"q\"\n"),
        "{said}"
    );
    let Value::Object(page) = parse_json(page.as_bytes()).unwrap() else { panic!() };
    let out = exported(Neighbour::Port, &imported.files);
    assert!(is_there(Neighbour::Port, Kind::Page, &page, &out), "{out:?}");
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
fn what_an_action_of_port_asks_and_sends_is_said_in_words() {
    let text = said(
        "actions.json",
        r#"{"identifier": "order", "trigger": {"type": "self-service", "operation": "CREATE", "blueprintIdentifier": "service",
            "actionCardButtonText": "Order", "executeActionButtonText": "Order now",
            "userInputs": {"properties": {"name": {"type": "string"}}, "order": ["name"]}},
          "invocationMethod": {"type": "WEBHOOK", "url": "https://example.com/{{ .inputs.name }}", "agent": false, "synchronized": true, "method": "PUT",
            "headers": {"RUN_ID": "{{ .run.id }}", "Authorization": "Bearer {{ .secrets.TOKEN }}", "Content-Type": "application/json"},
            "body": {"text": "{{ .inputs.name | ascii_upcase }}!", "context": {"entity": "{{ .entity }}", "tags": ["{{ .inputs.name }}", 1, []]},
                     "list": ["only"], "none": {}, "{{ spreadValue() }}": "{{ .inputs }}"}},
          "requiredApproval": {"type": "ALL"}, "approvalNotification": {"type": "webhook", "url": "https://example.com/hook", "format": "slack"},
          "allowAnyoneToViewRuns": false}"#,
    );
    for line in [
        "    buttons card=Order execute=\"Order now\"\n",
        "        header RUN_ID $run.id\n",
        "        send text \"${inputs.name | upper}!\"\n",
        "        send context {\n            entity (jq)\".entity\"\n            tags {\n                - $inputs.name\n",
        "        (array)send list only\n        send none {}\n",
        "    approval all\n    approval-notification webhook url=\"https://example.com/hook\" format=slack\n    anyone-sees-runs #false\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    let approved = |word: &str| {
        format!(
            r#"{{"identifier": "a", "trigger": {{"type": "self-service", "operation": "CREATE", "userInputs": {{"properties": {{}}}}}}, "invocationMethod": {{"type": "KAFKA"}}, "requiredApproval": {word}}}"#
        )
    };
    assert!(said("actions.json", &approved("true")).contains("    approval\n"));
    assert!(!imported(Neighbour::Port, &[("a.json", &approved("false"))]).files["actions.kdl"].contains("approval"));
}

#[test]
fn the_inputs_of_a_form_are_picked_hidden_and_worked_out_in_words() {
    let text = said(
        "actions.json",
        r#"{"identifier": "order", "trigger": {"type": "self-service", "operation": "CREATE",
            "userInputs": {"order": ["one", "many", "note", "day"], "properties": {
                "one": {"type": "string", "format": "entity", "blueprint": "service", "title": "One", "default": {"jqQuery": ".user.teams[0]"},
                        "sort": {"property": "$title", "order": "ASC"}},
                "many": {"type": "array", "items": {"type": "string", "format": "entity", "blueprint": "service",
                            "dataset": {"combinator": "and", "rules": [{"property": "$identifier", "operator": "=", "value": {"jqQuery": ".form.one.identifier"}}]}},
                         "dependsOn": ["one"], "visible": {"jqQuery": ".form.one != null"}, "maxItems": 3, "default": {"jqQuery": "[]"}},
                "note": {"type": "string", "format": "multi-line", "visible": false, "encryption": "aes256-gcm"},
                "day": {"type": "string", "format": "date-time", "disabled": {"jqQuery": "true"}}}}},
          "invocationMethod": {"type": "KAFKA"}}"#,
    );
    for line in [
        "    input one entity blueprint=service default=(jq)\".user.teams[0]\" {\n        title One\n        sort {\n            property #\"$title\"#\n",
        "    input many array of=entity blueprint=service default=(jq)\"[]\" visible=(jq)\".form.one != null\" max-items=3 {\n        depends-on one\n",
        " value=(jq)\".form.one.identifier\"\n",
        "    input note multi-line visible=#false {\n        encryption aes256-gcm\n",
        "    input day date-time disabled=(jq)\"true\"\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
}

#[test]
fn what_a_form_works_out_of_limits_patterns_and_titles_has_words() {
    let text = said(
        "actions.json",
        r#"{"identifier": "order", "trigger": {"type": "self-service", "operation": "CREATE",
            "userInputs": {"order": ["name", "count", "zones", "more"], "properties": {
                "name": {"type": "string", "title": {"jqQuery": ".form.kind + \" name\""}, "maxLength": 40, "minLength": {"jqQuery": ".form.n"},
                         "pattern": {"jqQuery": "if .form.x then\n  \"^\\\\d\"\nelse \"a\" end"}},
                "count": {"type": "number", "minimum": {"jqQuery": ".form.least"}, "maximum": 10},
                "zones": {"type": "array", "items": {"type": "string", "pattern": {"jqQuery": ".form.p"}}, "maxItems": {"jqQuery": "3"}},
                "more": {"type": "object", "additionalProperties": false}}}},
          "invocationMethod": {"type": "KAFKA"}, "publish": false}"#,
    );
    for line in [
        "    input name string min-length=(jq)\".form.n\" max-length=40 {\n        title (jq)#\".form.kind + \" name\"\"#\n",
        "        pattern (jq)#\"\"\"\n            if .form.x then\n              \"^\\\\d\"\n            else \"a\" end\n            \"\"\"#\n",
        "    input count number min=(jq)\".form.least\" max=10\n",
        "    input zones array of=string max-items=(jq)\"3\" {\n        pattern (jq)\".form.p\"\n",
        "    input more object other-members=#false\n",
        "    published #false\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
}

#[test]
fn a_payload_that_has_no_members_has_words() {
    let action = |method: &str| {
        let trigger = r#"{"type": "self-service", "operation": "CREATE", "userInputs": {"properties": {"n": {"type": "string"}}, "order": ["n"]}}"#;
        format!(r#"{{"identifier": "a", "trigger": {trigger}, "invocationMethod": {method}}}"#)
    };
    for (method, lines) in [
        (r#"{"type": "KAFKA", "payload": "{{ .inputs }}"}"#, "        payload (jq)\".inputs\"\n"),
        (r#"{"type": "KAFKA", "payload": ["{{ .inputs.n }}"]}"#, "        (array)payload $inputs.n\n"),
        (
            r#"{"type": "WEBHOOK", "url": "https://example.com", "body": [{"a": "{{ .run.id }}"}, "b"]}"#,
            "        payload {\n            - a=$run.id\n            - b\n        }\n",
        ),
        (
            r#"{"type": "GITHUB", "org": "o", "repo": "r", "workflow": "w", "reportWorkflowStatus": "{{ .inputs.n == \"a\" }}"}"#,
            "        report-status (jq)#\".inputs.n == \"a\"\"#\n",
        ),
        (
            r#"{"type": "KAFKA", "payload": {"a": "\"{{ .entity.title }}\"", "b": "[\"{{ .entity.title }}\"] | {{ .b }}"}}"#,
            "        send a (jq)#\"\"\\\"\\(.entity.title)\\\"\"\"#\n",
        ),
    ] {
        let text = said("actions.json", &action(method));
        assert!(text.contains(lines), "{lines}{text}");
    }
    // What plat sends is looked at there too.
    let text = "action a create {\n    backend kafka { payload { - $inputs.m; }; }\n}\n";
    let files = [("plat.kdl".to_owned(), "project p".to_owned()), ("a.kdl".to_owned(), text.to_owned())];
    let loaded = crate::workspace::load(&crate::resolve::MemoryLoader::new(files)).unwrap();
    let told: Vec<&str> = loaded.diagnostics.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(told, ["the action `a` has no input `m`"]);
}

#[test]
fn what_an_automation_of_port_waits_for_is_said_in_words() {
    let text = said(
        "actions.json",
        r#"{"identifier": "tell", "trigger": {"type": "automation", "event": {"type": "ENTITY_UPDATED", "blueprintIdentifier": "service"},
            "condition": {"type": "JQ", "expressions": [".diff.after.properties.tier == \"a\""], "combinator": "or"}},
          "invocationMethod": {"type": "UPSERT_ENTITY", "blueprintIdentifier": "service",
            "mapping": {"identifier": "{{ .event.context.entityIdentifier }}", "properties": {"tier": "b"}, "relations": {}}},
          "publish": true}"#,
    );
    let condition = "    condition #\".diff.after.properties.tier == \"a\"\"# combinator=or\n";
    assert!(text.contains(condition), "{text}");
    assert!(
        text.contains("        send properties {\n            tier b\n        }\n        send relations {}\n"),
        "{text}"
    );
}

#[test]
fn a_secret_that_stands_in_a_header_is_told_without_being_shown() {
    let told = |headers: &str| {
        let action = format!(
            r#"{{"identifier": "a", "trigger": {{"type": "self-service", "operation": "CREATE"}},
                "invocationMethod": {{"type": "WEBHOOK", "url": "https://example.com", "headers": {{{headers}}}}}}}"#
        );
        self::told(&imported(Neighbour::Port, &[("a.json", &action)]))
    };
    for secret in [
        r#""Authorization": "Bearer 8f14e45fceea""#,
        r#""X-Api-Key": "8f14e45fceea""#,
        r#""X": "ghp_8f14e45fceea167a5a36""#,
        r#""X": "https://hooks.slack.com/services/T8f14/B8f14/8f14e45fceea""#,
        r#""Authorization": "Bearer {{ .inputs.x }}8f14e45fceea""#,
        r#""Authorization": {"value": "Bearer 8f14e45fceea"}"#,
        r#""X": [{"Authorization": "Bearer 8f14e45fceea"}]"#,
        r#""X": [{"name": "Authorization", "value": "Bearer 8f14e45fceea"}]"#,
    ] {
        let told = told(secret);
        let exposed: Vec<&String> = told.iter().filter(|line| line.contains("E0806")).collect();
        assert!(
            matches!(&*exposed, [one] if one.contains("E0806 `/invocationMethod/headers") && !one.contains("8f14")),
            "{told:?}"
        );
    }
    for fine in [
        r#""Authorization": "Bearer {{ .secrets.TOKEN }}""#,
        r#""Authorization": "Bearer <TOKEN>""#,
        r#""X-Token": "{{ .secrets[\"a-b\"] }}""#,
        r#""Authorization": "Token password={{ .secrets.TOKEN }}""#,
        r#""Content-Type": "application/json""#,
        r#""Accept": "application/vnd.github+json""#,
    ] {
        assert_eq!(told(fine), [""; 0]);
    }
}

#[test]
fn spaces_within_the_braces_of_a_template_say_nothing() {
    let action = r#"{"identifier": "a", "trigger": {"type": "self-service", "operation": "CREATE"},
        "invocationMethod": {"type": "KAFKA", "payload": {"run": "{{.run.id}}", "deep": {"run": "x {{.run.id  }}"}}}}"#;
    let imported = imported(Neighbour::Port, &[("a.json", action)]);
    assert_eq!(told(&imported), Vec::<String>::new());
    let text = &imported.files["actions.kdl"];
    assert!(text.contains("send run $run.id\n") && text.contains("run \"x ${run.id}\"\n"), "{text}");
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
fn yaml_is_read_however_much_there_is_and_told_in_words_where_not() {
    let many = "---\na: 1\n".repeat(3_000);
    assert_eq!(told(&imported(Neighbour::Kratix, &[("a.yaml", &many)])).len(), 1);
    let list = "kind: PromiseList\napiVersion: platform.kratix.io/v1alpha1\nitems:\n\
                - {apiVersion: platform.kratix.io/v1alpha1, kind: Promise, metadata: {name: p}}\n\
                - {apiVersion: v1, kind: List, items: {a: 1}}\n";
    let imported_list = imported(Neighbour::Kratix, &[("a.yaml", list)]);
    assert_eq!(imported_list.objects[&Kind::Promise], 1);
    assert_eq!(
        told(&imported_list),
        ["a.yaml:5:3: E0802 `/items/1` is not taken in: no promise that is taken in has this `apiVersion` and `kind`"]
    );
    let bomb: String = ('b'..='j')
        .zip('a'..='i')
        .map(|(one, of)| format!("{one}: &{one} [{}]\n", vec![format!("*{of}"); 9].join(",")))
        .collect();
    for (text, why) in [
        ("a: 1\nb: 2\na: 3\n".to_owned(), "a.yaml:3:1: E0801 `a` stands twice in one object"),
        (format!("a: {}{}\n", "[".repeat(130), "]".repeat(130)), "it nests deeper than 64 levels"),
        (format!("a: &a [x,x,x,x,x,x,x,x,x]\n{bomb}"), "its aliases stand for more than the text itself has"),
    ] {
        let told = told(&imported(Neighbour::Kratix, &[("a.yaml", &text)]));
        assert!(told.len() == 1 && told[0].contains(why), "{told:?}");
    }
}

#[test]
fn many_notes_of_one_sort_are_told_as_one() {
    let property = |number: usize| format!(r#""p{number}": {{"type": "string", "placeholder": "x"}}"#);
    let blueprint = |number: usize| {
        let properties: Vec<String> = (0..3).map(property).collect();
        format!(r#"{{"identifier": "b{number}", "schema": {{"properties": {{{}}}}}}}"#, properties.join(","))
    };
    let blueprints: Vec<String> = (0..4).map(blueprint).collect();
    let imported = imported(Neighbour::Port, &[("a.json", &format!("[{}]", blueprints.join(",")))]);
    let text = crate::report::text(&imported.problems, &imported.sources);
    assert!(text.contains("the same cause in 11 more places:\n      a.json:1:"), "{text}");
    assert!(text.ends_with("12 notes of 1 cause\n"), "{text}");
    assert_eq!(imported.problems.iter().count(), 12);
    let kept = imported.fates[&super::Fate::Kept][&super::Thing::Object(Kind::Blueprint)];
    assert_eq!((kept.whole, kept.parts, kept.of), (0, 12, 4));
}

#[test]
fn of_more_properties_than_may_stand_in_one_place_the_last_are_kept_for_port() {
    let property = |number: usize| format!(r#""p{number}": {{"type": "string"}}"#);
    let properties: Vec<String> = (0..2_100).map(property).collect();
    let text = format!(r#"{{"identifier": "b", "schema": {{"properties": {{{}}}}}}}"#, properties.join(","));
    let imported = imported(Neighbour::Port, &[("a.json", &text)]);
    assert_eq!(imported.fates[&super::Fate::Kept][&super::Thing::Object(Kind::Blueprint)].parts, 100);
    let Value::Object(blueprint) = parse_json(text.as_bytes()).unwrap() else { panic!() };
    assert!(is_there(Neighbour::Port, Kind::Blueprint, &blueprint, &exported(Neighbour::Port, &imported.files)));
}

#[test]
fn each_part_that_is_kept_has_its_own_reason() {
    let text = r#"{"identifier": "b", "schema": {"properties": {
        "one": {"type": "string", "odd": 1, "pattern": "["}, "two": {"type": "array", "items": {"type": "string", "enum": ["a"], "pattern": "a"}},
        "three": {"type": "string", "minLength": -1, "pattern": "^(?!x)"}}}}"#;
    let told = told(&imported(Neighbour::Port, &[("a.json", text)]));
    let parts = [
        ("/one/odd`", "no words for `odd`"),
        ("/one/pattern`", "is open"),
        ("/two/items/pattern`", "does not go with the type"),
        ("/three/minLength`", "less than 0"),
        ("/three/pattern`", "looks ahead"),
    ];
    for (place, reason) in parts {
        assert!(told.iter().any(|line| line.contains(place) && line.contains(reason)), "{place}: {reason}\n{told:#?}");
    }
    assert_eq!(told.len(), parts.len(), "{told:#?}");
}

#[test]
fn what_logs_in_where_an_address_leads_is_left_out_and_told_and_the_rest_stays() {
    let port = r#"[
        {"identifier": "a", "schema": {"properties": {}}, "changelogDestination": {"type": "WEBHOOK", "url": "https://h.io/x?a=1&token=hunter2"}},
        {"identifier": "b", "schema": {"properties": {}}, "changelogDestination": {"type": "PIGEON", "url": "https://u:hunter2@h.io"}},
        {"identifier": "c", "schema": {"properties": {"url": {"type": "string", "default": "https://h.io/?key=PLAT-1"}}}},
        {"identifier": "d", "trigger": {"type": "self-service", "operation": "CREATE"},
         "invocationMethod": {"type": "WEBHOOK", "url": "https://hunter2@h.io/run"},
         "approvalNotification": {"type": "webhook", "url": "https://h.io/y?token=hunter2"}},
        {"identifier": "url", "blueprint": "c", "properties": {"url": "https://h.io/?key=PLAT-1"}}]"#;
    let port = imported(Neighbour::Port, &[("a.json", port)]);
    let kratix = "\
apiVersion: platform.kratix.io/v1alpha1
kind: GitStateStore
metadata: {name: s}
spec: {url: 'https://oauth2:hunter2@github.com/a/b.git', branch: main, secretRef: {name: login}}
---
apiVersion: platform.kratix.io/v1alpha1
kind: Destination
metadata: {name: d}
spec: {stateStoreRef: {name: s, kind: GitStateStore}, path: d}
---
apiVersion: platform.kratix.io/v1alpha1
kind: PromiseRelease
metadata: {name: r}
spec: {version: v1, sourceRef: {type: http, url: 'https://hunter2@e.com/p.yaml'}}
";
    let kratix = imported(Neighbour::Kratix, &[("a.yaml", kratix)]);
    let texts: String = port.files.values().chain(kratix.files.values()).map(String::as_str).collect();
    assert!(!texts.contains("hunter2"), "{texts}");
    for part in [
        "changelog webhook url=\"https://h.io/x?a=1\"",
        "url \"https://h.io\"",
        "backend webhook url=\"https://h.io/run\"",
        "approval-notification webhook url=\"https://h.io/y\"",
        "default=\"https://h.io/?key=PLAT-1\"",
        "    url \"https://h.io/?key=PLAT-1\"",
        "url \"https://github.com/a/b.git\"",
        "source \"https://e.com/p.yaml\"",
        "destination d ",
    ] {
        assert!(texts.contains(part), "{part}\n{texts}");
    }
    let places: Vec<String> = [&port, &kratix]
        .into_iter()
        .flat_map(told)
        .filter(|line| line.contains("E0804"))
        .map(|line| line.split('`').nth(1).unwrap().to_owned())
        .collect();
    assert_eq!(
        places,
        [
            "/0/changelogDestination/url",
            "/1/changelogDestination/url",
            "/3/invocationMethod/url",
            "/3/approvalNotification/url",
            "/spec/url",
            "/spec/sourceRef/url"
        ]
    );
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

#[test]
fn files_have_names_that_everybody_can_read_and_none_makes_its_folder_a_project() {
    let of = |names: &[&str]| -> Vec<String> {
        let documents: Vec<String> = names
            .iter()
            .map(|name| format!(r#"{{"identifier": "{name}", "schema": {{"properties": {{}}}}}}"#))
            .collect();
        let text = format!("[{}]", documents.join(","));
        imported(Neighbour::Port, &[("a.json", &text)]).files.into_keys().collect()
    };
    assert_eq!(of(&["plat"]), ["blueprints/plat-2.kdl"]);
    assert_eq!(of(&["PLAT", "plat"]), ["blueprints/PLAT-2.kdl", "blueprints/plat-3.kdl"]);
    assert_eq!(of(&["über.Dienst"]), ["blueprints/ber.Dienst.kdl"]);
    assert_eq!(of(&["日本"]), ["blueprints/unnamed.kdl"]);
    assert_eq!(of(&[".git", "-.-rf"]), ["blueprints/git.kdl", "blueprints/rf.kdl"]);
}

#[test]
fn a_number_that_no_value_can_be_is_left_out_alone_or_with_its_list() {
    let told = through(
        Neighbour::Port,
        "a.json",
        r#"{"identifier": "b", "title": "12345678901234567890", "schema": {"properties": {"n": {"type": "number", "maximum": 12345678901234567890}}}}"#,
        &[(
            "blueprints.json",
            r#"[{"identifier": "b", "title": "12345678901234567890", "schema": {"properties": {"n": {"type": "number"}}}}]"#,
        )],
    );
    let start = "a.json:1:115: E0804 `/schema/properties/n/maximum` is left out: ";
    assert!(matches!(told.as_slice(), [one] if one.starts_with(start)), "{told:?}");
    let told = through(
        Neighbour::Port,
        "a.tf",
        "resource \"port_blueprint\" \"b\" {\n  identifier = \"b\"\n  properties = { number_props = { n = { maximum = 12345678901234567890 } } }\n}\n",
        &[("blueprints.json", r#"[{"identifier": "b", "schema": {"properties": {"n": {"type": "number"}}}}]"#)],
    );
    assert!(
        matches!(told.as_slice(), [one] if one.starts_with("a.tf:3:51: E0804 `/properties/number_props/n/maximum` of `port_blueprint.b` is left out: neither")),
        "{told:?}"
    );
    let blueprint = r#"{"identifier": "b", "schema": {"properties": {"o": {"type": "object"}}}}"#;
    let entity = |holds: &str| format!(r#"{{"identifier": "e", "blueprint": "b", "properties": {{"o": {holds}}}}}"#);
    let left = entity(r#"{"d": 10000000000000000000, "e": [{"g": "1e-400"}], "h": "y"}"#);
    let out = [("blueprints.json", format!("[{blueprint}]")), ("entities.json", format!("[{left}]"))];
    let out = out.each_ref().map(|(file, text)| (*file, text.as_str()));
    let json = entity(
        r#"{"a": 12345678901234567890, "b": [1, -9223372036854775809, 1e-400], "c": 1e-400, "d": 10000000000000000000, "e": [{"f": 1e-324, "g": "1e-400"}], "h": "y"}"#,
    );
    let yaml = "- *b\n- identifier: e\n  blueprint: b\n  properties:\n    o:\n      a: 12_345_678_901_234_567_890\n      b: [1, -9223372036854775809, 1e-400]\n      c: 0xFFFFFFFFFFFFFFFF\n      d: 10000000000000000000\n      e: [{f: 1e-324, g: '1e-400'}]\n      h: y\n";
    let yaml = yaml.replace("*b", blueprint);
    let json = format!("[{blueprint}, {json}]");
    let mut texts = vec![("a.json", json.replace("\"c\": 1e-400", "\"c\": 1e400")), ("a.json", json)];
    let others = [".inf", "-.INF", ".nan", "1e400", "0xFFFFFFFFFFFFFFFFFF", "-0o7777777777777777777777777"];
    texts.extend(others.map(|other| ("a.yaml", yaml.replace("0xFFFFFFFFFFFFFFFF", other))));
    texts.push(("a.yaml", yaml));
    for (file, text) in texts {
        let told = through(Neighbour::Port, file, &text, &out);
        let pointers: Vec<&str> = told.iter().filter_map(|line| line.split('`').nth(1)).collect();
        let wanted = ["a", "b", "c", "e/0/f"].map(|way| format!("/1/properties/o/{way}"));
        assert_eq!(pointers, wanted, "{told:#?}");
        assert!(told.iter().all(|line| line.contains("` is left out: neither 64 bits")), "{told:#?}");
        let counted = imported(Neighbour::Port, &[(file, &text)]).fates[&super::Fate::LeftOut]
            [&super::Thing::Object(Kind::Entity)];
        assert_eq!(counted, super::Count { whole: 0, parts: 4, of: 1 });
    }
}

#[test]
fn however_many_objects_are_wrong_they_are_mended_at_once() {
    let rounds = |count: usize| {
        let blueprint = r#"{"identifier": "b", "schema": {"properties": {"n": {"type": "number"}}}}"#.to_owned();
        let wrong = |number| format!(r#"{{"identifier": "e{number}", "blueprint": "b", "properties": {{"n": "x"}}}}"#);
        let all: Vec<String> = std::iter::once(blueprint).chain((0..count).map(wrong)).collect();
        super::settle::ROUNDS.with(|rounds| rounds.set(0));
        let imported = imported(Neighbour::Port, &[("a.json", &format!("[{}]", all.join(", ")))]);
        assert_eq!(imported.objects[&Kind::Entity], count);
        super::settle::ROUNDS.with(std::cell::Cell::get)
    };
    assert_eq!(rounds(1_500), rounds(3));
}

#[test]
fn a_tag_of_yaml_is_told_where_it_says_more_than_what_is_read() {
    let text = "- identifier: b\n  title: !Ref Foo\n  icon: !!str Yes\n  description: !!binary aGVsbG8=\n  schema: !map {properties: !!map {on: {type: string, enum: !vault [off]}}}\n";
    let wanted = r#"[{"identifier": "b", "title": "Foo", "icon": "Yes", "description": "hello", "schema": {"properties": {"on": {"type": "string", "enum": ["off"]}}}}]"#;
    let told = through(Neighbour::Port, "a.yaml", text, &[("blueprints.json", wanted)]);
    let wanted = [
        "a.yaml:2:15: E0805 `/0/title`: the tag `!Ref` says nothing here: read without it",
        "a.yaml:4:25: E0805 `/0/description`: `!!binary` is read as the text that it encodes",
        "a.yaml:5:16: E0805 `/0/schema`: the tag `!map` says nothing here: read without it",
        "a.yaml:5:68: E0805 `/0/schema/properties/on/enum`: the tag `!vault` says nothing here: read without it",
    ];
    assert_eq!(told, wanted);
}

#[test]
fn a_word_of_yaml_1_1_is_a_text() {
    let text = "- identifier: b\n  title: yes\n  icon: =\n  description: y\n  schema: {properties: {on: {type: string, enum: [off, n, b]}}}\n";
    let imported = imported(Neighbour::Port, &[("a.yaml", text)]);
    let out = exported(Neighbour::Port, &imported.files);
    let Value::Object(map) = parse_json(out["blueprints.json"][0].as_bytes()).unwrap() else { panic!() };
    let text = |map: &Map, name: &str| map.get(name).unwrap().as_key().to_string();
    assert_eq!([text(&map, "title"), text(&map, "icon"), text(&map, "description")], ["yes", "=", "y"]);
}

#[test]
fn texts_that_cannot_be_read_are_told_where_they_end() {
    let imported = imported(Neighbour::Port, &[("a.json", "{\"a\": [1,}"), ("b.yaml", "a: [\n"), ("c.json", "[]")]);
    let told = told(&imported);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("a.json:1:") && told[0].contains("E0801"), "{told:?}");
    assert!(told[1].starts_with("b.yaml:") && told[1].contains("E0801"), "{told:?}");
}

#[test]
fn what_has_reasons_of_its_own_is_not_told_as_one() {
    let component = |number: u8| {
        format!(
            "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: c{number}}}\n\
             spec: {{type: service, lifecycle: production, owner: team-{}}}\n",
            number % 5
        )
    };
    let text: String = (0..30).map(component).collect();
    let imported = imported(Neighbour::Backstage, &[("catalog-info.yaml", &text)]);
    let text = crate::report::text(&imported.problems, &imported.sources);
    for number in 0..5 {
        assert!(text.contains(&format!("there is no entity `team-{number}`")), "{text}");
    }
    assert!(text.ends_with("30 notes of 5 causes\n"), "{text}");
}
