#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use super::{Imported, export, import};
use crate::grammar::Neighbour;
use crate::model::{Kind, Map, Value, parse_json, write_json};
use crate::neighbour;
use crate::object::fixture;
use crate::resolve::MemoryLoader;
use crate::source::{SourceFile, Sources};
use crate::syntax::{format, parse};
use crate::workspace::load;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

const PROJECT: &str = "project demo\n";

fn imported(neighbour: Neighbour, files: &[(&str, &str)]) -> Imported {
    let mut sources = Sources::default();
    for (name, text) in files {
        sources.add(SourceFile::new(*name, text.as_bytes().to_vec()));
    }
    import(neighbour, sources, PROJECT)
}

/// The problems, a line each.
fn told(imported: &Imported) -> Vec<String> {
    let place = |one: &crate::diag::Diagnostic| imported.sources.location(one.primary.span());
    imported.problems.iter().map(|one| format!("{}: {} {}", place(one), one.code, one.message)).collect()
}

/// What a project of files is to a neighbour, as JSON, by file.
fn exported(neighbour: Neighbour, files: &BTreeMap<String, String>) -> BTreeMap<&'static str, Vec<String>> {
    let texts = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).chain([("plat.kdl", PROJECT)]);
    let loaded = load(&MemoryLoader::new(texts)).unwrap();
    assert!(!loaded.diagnostics.has_errors(), "{:?}\n{files:?}", loaded.diagnostics);
    for text in files.values() {
        assert_eq!(format(&parse(crate::source::FileId(0), &Arc::from(text.as_str())).0), *text);
    }
    let exported = export(neighbour, &loaded.project);
    assert_eq!(exported.losses, []);
    let json = |value: &Value| {
        let mut bytes = Vec::new();
        write_json(value, &mut bytes);
        String::from_utf8(bytes).unwrap()
    };
    exported.documents.iter().map(|(file, documents)| (*file, documents.iter().map(json).collect())).collect()
}

/// A document in, and out again as `out`; what is told on the way in.
#[track_caller]
fn through(neighbour: Neighbour, name: &str, text: &str, out: &[(&str, &str)]) -> Vec<String> {
    let imported = imported(neighbour, &[(name, text)]);
    let canonical = |text: &str| {
        let mut bytes = Vec::new();
        write_json(&parse_json(text.as_bytes()).unwrap(), &mut bytes);
        String::from_utf8(bytes).unwrap()
    };
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
            {"identifier": "service", "title": "Service", "createdAt": "now", "changelogDestination": {"type": "KAFKA"},
             "schema": {"properties": {"tier": {"type": "string", "enum": ["a", "b"], "enumColors": {"a": "red"}},
                                       "odd": {"type": "string", "pattern": "^(?!x)", "dateFormat": "24-hour"}}, "required": ["tier"]},
             "relations": {"system": {"target": "system", "title": "System"}, "self": {"target": "service", "many": true, "required": false}}}
        ]}"#,
        &[(
            "blueprints.json",
            r#"[{"identifier": "service", "title": "Service", "changelogDestination": {"type": "KAFKA"},
             "schema": {"properties": {"tier": {"type": "string", "enum": ["a", "b"], "enumColors": {"a": "red"}},
                                       "odd": {"type": "string", "pattern": "^(?!x)", "dateFormat": "24-hour"}}, "required": ["tier"]},
             "relations": {"system": {"target": "system", "title": "System"}, "self": {"target": "service", "many": true, "required": false}}}]"#,
        )],
    );
    assert_eq!(told.len(), 4, "{told:#?}");
    for (line, part) in told.iter().zip([
        "a.json:2:103: E0803 `/blueprints/0/changelogDestination` is kept for Port alone: ",
        "/odd/pattern` is kept",
        "/odd/dateFormat` is kept",
        "/relations/system` is kept for Port alone: there is no blueprint `system` (E0302)",
    ]) {
        assert!(line.contains(part), "{line}");
    }
}

#[test]
fn rules_that_have_words_stay_rules_where_others_have_none() {
    let card = r#"{"identifier": "ready", "title": "Ready", "blueprint": "service",
        "levels": [{"title": "Basic", "color": "paleBlue"}, {"title": "Gold", "color": "gold"}],
        "rules": [{"identifier": "odd", "title": "Odd", "level": "Gold", "query": {"combinator": "and", "conditions": [
                      {"property": "at", "operator": "between", "value": {"preset": "lastWeek"}}]}},
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

#[test]
fn a_promise_of_kratix_keeps_its_pipelines_and_its_requests_are_found_by_its_api() {
    let promise = "apiVersion: platform.kratix.io/v1alpha1\nkind: Promise\nmetadata:\n  name: db\n  uid: x\n  labels: {a: b}\nspec:\n  \
        api:\n    apiVersion: apiextensions.k8s.io/v1\n    kind: CustomResourceDefinition\n    metadata: {name: dbs.e.com}\n    spec:\n      \
        group: e.com\n      names: {kind: Db, plural: dbs, singular: db}\n      scope: Namespaced\n      versions:\n        - name: v1\n          \
        served: true\n          storage: true\n          schema:\n            openAPIV3Schema:\n              type: object\n              \
        properties: {spec: {type: object, properties: {size: {type: string, x-odd: true}}}}\n  workflows:\n    resource:\n      configure:\n        - kind: Pipeline\n";
    let request = "apiVersion: e.com/v1\nkind: Db\nmetadata: {name: mine, namespace: team}\nspec: {size: small}\n";
    let other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n";
    let told = through(
        Neighbour::Kratix,
        "a.yaml",
        &format!("{promise}---\n{request}---\n{other}"),
        &[
            (
                "promises.yaml",
                r#"[{"apiVersion":"platform.kratix.io/v1alpha1","kind":"Promise","metadata":{"name":"db","labels":{"a":"b"}},"spec":{"api":{
                    "apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"dbs.e.com"},"spec":{"group":"e.com",
                    "names":{"kind":"Db","plural":"dbs","singular":"db"},"scope":"Namespaced","versions":[{"name":"v1","served":true,"storage":true,
                    "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"size":{"type":"string","x-odd":true}}}}}}}]}},
                    "workflows":{"resource":{"configure":[{"kind":"Pipeline"}]}}}}]"#,
            ),
            (
                "requests.yaml",
                r#"[{"apiVersion":"e.com/v1","kind":"Db","metadata":{"name":"mine","namespace":"team"},"spec":{"size":"small"}}]"#,
            ),
        ],
    );
    assert_eq!(told.len(), 4, "{told:#?}");
    assert!(told[0].starts_with("a.yaml:6:11: E0803 `/metadata/labels` of document 1"), "{told:#?}");
    assert!(told[3].starts_with("a.yaml:34:1: E0802 the whole of document 3"), "{told:#?}");
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever a neighbour has of an object is there when it is given back, or was told to be left out.
    #[test]
    fn what_comes_in_goes_out(noise in proptest::collection::vec(any::<u8>(), 8..64)) {
        for (neighbour, ..) in Neighbour::ALL {
            // A request is one of a promise, which its own document does not say.
            for (kind, word) in Kind::ALL.into_iter().filter(|(kind, _)| *kind != Kind::Request) {
                let names: Vec<(&str, Box<str>)> =
                    [("blueprint", "b"), ("id", "thing"), ("name", "thing")].map(|(word, name)| (word, name.into())).into();
                let mut body = fixture::body(kind, "thing", &noise);
                for (_, word, _) in Neighbour::ALL {
                    body.remove(word);
                }
                let Some(made) = neighbour::document(neighbour, kind, &names, &body, &|_| false, None) else { continue };
                let mut text = Vec::new();
                write_json(&Value::Object(made.map.clone()), &mut text);
                let text = String::from_utf8(text).unwrap();
                let blueprint = r#"{"identifier": "b", "schema": {"properties": {}}}"#;
                let whole = match (neighbour, kind) {
                    (Neighbour::Port, Kind::Entity) => format!("[{blueprint}, {text}]"),
                    _ => text.clone(),
                };
                let imported = imported(neighbour, &[("a.json", &whole)]);
                if told(&imported).iter().any(|line| line.contains("E0804") || line.contains("E0802")) {
                    continue;
                }
                let out = exported(neighbour, &imported.files);
                let came = out.values().flatten().any(|one| {
                    let Value::Object(one) = parse_json(one.as_bytes()).unwrap() else { return false };
                    neighbour::beyond(neighbour, kind, &one, &made.map, &[]).1.is_empty()
                });
                prop_assert!(came, "{word} {text}\n{out:?}\n{:#?}", imported.files);
            }
        }
    }
}
