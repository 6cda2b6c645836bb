//! What neighbours hold as projects, and back.

#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

mod actions;
mod backstage;
mod blueprints;
mod corpora;
mod growth;
mod kratix;
mod laws;
mod reasons;
mod scorecards;
mod secrets;
mod terraform;
mod texts;
mod whole;

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
