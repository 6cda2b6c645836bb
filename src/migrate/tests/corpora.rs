//! Real files, where they lie beside the project.

use super::{PROJECT, exported, imported, is_there, told, written};
use crate::grammar::Neighbour;
use crate::migrate::{Recognised, alone, import, is_document, kratix, text, way};
use crate::model::{Kind, Map, Value, parse_json};
use crate::neighbour;
use crate::source::{SourceFile, Sources};

/// Says that real files are not there, past the test harness, which keeps to itself what tests that pass have printed.
fn not_tried(folder: &std::path::Path) {
    let told = format!("\nNOT TRIED: there is nothing in {}, so no real file of it was taken in\n", folder.display());
    std::io::Write::write_all(&mut std::io::stderr(), told.as_bytes()).unwrap();
}

/// Real promises, requests and what lies beside them, where they are.
#[test]
fn the_corpora_of_kratix_come_back_as_they_went() {
    let shared = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let mut sources = Sources::default();
    for folder in ["corpora/kratix", "seed"] {
        let files = walkdir::WalkDir::new(shared.join(folder)).sort_by_file_name().into_iter().filter_map(Result::ok);
        let name = |path: &std::path::Path| path.display().to_string();
        let before = sources.iter().len();
        for path in files
            .map(walkdir::DirEntry::into_path)
            .filter(|path| path.is_file() && is_document(Neighbour::Kratix, &name(path)))
        {
            sources.add(SourceFile::new(name(&path), std::fs::read(&path).unwrap()));
        }
        if sources.iter().len() == before {
            not_tried(&shared.join(folder));
        }
    }
    let mut recognised = Recognised::default();
    for document in text::documents(Neighbour::Kratix, &sources, &&[][..], &mut crate::diag::Diagnostics::default()) {
        kratix::recognise(document, &mut recognised);
    }
    let imported = import(Neighbour::Kratix, sources, &&[][..], &alone(PROJECT)).unwrap();
    let out = exported(Neighbour::Kratix, &imported.files);
    let came: Vec<Map> = out
        .values()
        .flatten()
        .map(|text| match parse_json(text.as_bytes()).unwrap() {
            Value::Object(map) => map,
            other => panic!("{other:?}"),
        })
        .collect();
    let key = |map: &Map| {
        let of = |way: &[&str]| way::text(map, way).map(str::to_owned);
        let namespace = of(&["metadata", "namespace"]).unwrap_or_else(|| "default".to_owned());
        (of(&["apiVersion"]), of(&["kind"]), of(&["metadata", "name"]), namespace)
    };
    for one in recognised.found.iter().filter(|one| one.kind != Kind::Request) {
        let twin = came.iter().find(|came| key(came) == key(&one.document));
        let twin = twin.unwrap_or_else(|| panic!("{:?} is gone", key(&one.document)));
        let parts = neighbour::beyond(Neighbour::Kratix, one.kind, twin, &one.document, &[]).1;
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.pointer.ends_with("/stateStoreRef/kind")).collect();
        assert!(parts.is_empty(), "{:?} {parts:?}", key(&one.document));
    }
}

/// What Port's own integrations install, where it lies beside the project: all of it comes in, most of it in words, and all of it goes out.
#[test]
fn what_ports_integrations_install_comes_in_and_goes_out() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/port");
    let Ok(integrations) = std::fs::read_dir(&folder) else {
        return not_tried(&folder);
    };
    let (mut objects, mut kept) = (0, 0);
    for integration in integrations {
        let files: Vec<(String, String)> = std::fs::read_dir(integration.unwrap().path())
            .unwrap()
            .map(|file| file.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "json"))
            .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap()))
            .collect();
        let texts: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let imported = imported(Neighbour::Port, &texts);
        let told = told(&imported);
        assert!(!told.iter().any(|line| line.contains("E0802") || line.contains("E0804")), "{told:#?}");
        kept += told.iter().filter(|line| line.contains("E0803")).count();
        let out = exported(Neighbour::Port, &imported.files);
        for (name, text) in files.iter().filter(|(name, _)| name.ends_with("blueprints.json")) {
            let Value::Array(all) = parse_json(text.as_bytes()).unwrap() else { panic!("{name}") };
            for one in &all {
                // `enum` is no type, and goes out as what it means.
                let is_meant = written(&one.value).contains(r#""type":"enum""#);
                let is_there = is_there(Neighbour::Port, Kind::Blueprint, one.as_object().unwrap(), &out);
                assert!(is_there || is_meant, "{name} {}", written(&one.value));
            }
        }
        objects += imported.objects.values().sum::<usize>();
    }
    assert!(objects > 0 && kept * 4 < objects, "{kept} parts of {objects} objects are kept for Port alone");
}
