//! A project that is read again and again says what one says that is read anew, and costs what has changed.

use super::cases;
use crate::resolve::{LoadError, MemoryLoader};
use crate::workspace::{Loaded, Unwatched, Workspace, load};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The files that are edited, the project's own first: what stands before and behind others, what a `files` step takes, what is hidden.
const NAMES: [&str; 6] = ["plat.kdl", "a.kdl", "b.kdl", "z/c.kdl", "manifests/d.yaml", "manifests/e.yaml"];

/// What files say: things that others refer to or define twice, and mistakes of every kind.
const TEXTS: [&str; 18] = [
    "project demo\n",
    "project demo { id demo-1; }\n",
    "project other { plat \">=99\"; }\nuse \"std:services\"\n",
    "",
    "blueprint service {\n    property tier string\n    property tags array of=string\n    relation owner service\n}\n",
    "blueprint service {\n    property tier enum { values gold silver; }\n}\n",
    "entity service cart { tier gold; tags one; }\n",
    "entity service cart { tier \"go\\u{6c}d\"; owner cart; }\nentity service cars\n",
    "entity service \"e\\u{31}\" { owner cart; tier x; nothing y; }\n",
    "scorecard readiness for=service {\n    level Gold {\n        rule tier { tier present; }\n    }\n}\n",
    "state-store gitops git { url \"https://ann:secret@example.com/x\"; }\ndestination here { store gitops; }\n",
    "promise web {\n    api group=example.com version=v1 kind=Web {\n        field size integer\n    }\n    workflow configure {\n        files \"manifests/**\"\n    \
     }\n}\n",
    "promise web {\n    api group=example.com version=v1 kind=Web {\n        field size integer\n    }\n    workflow configure {\n        resource v1 \
     ConfigMap $name { data a=\"${spec.size | default 1}\"; }\n    }\n}\n",
    "request web shop { size 1; }\n",
    "entity service broken { tier \"gold }\n",
    "use \"std:nothing\"\npolicy none { deny entity { tier is gold; } }\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: first\n",
    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: second\n",
];

/// A file gets a text; or with none, it goes. One of every few texts ends with a byte that is not UTF-8.
type Edit = (usize, Option<usize>, u8);

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let text = prop_oneof![5 => (0..TEXTS.len()).prop_map(Some), 1 => Just(None)];
    proptest::collection::vec((0..NAMES.len(), text, 0..12u8), 1..16)
}

fn content(text: &str, damage: u8) -> Vec<u8> {
    let mut content = text.as_bytes().to_vec();
    match damage {
        0 => content.extend(b"// \xff\n"),
        1 => content.extend(b"// \xfe\n"),
        _ => {}
    }
    content
}

/// Everything that a reading says.
fn said(read: Result<Loaded, LoadError>) -> String {
    let loaded = match read {
        Ok(loaded) => loaded,
        Err(error) => return error.to_string(),
    };
    let texts = |(_, file): (_, &crate::source::SourceFile)| {
        (file.name.clone(), file.shown(0..file.text.len()), file.invalid_utf8)
    };
    let sources: Vec<_> = loaded.sources.iter().map(texts).collect();
    let Loaded { project, rendered, placed, diagnostics, root, files, .. } = &loaded;
    format!("{sources:#?}{project:#?}{rendered:#?}{placed:#?}{diagnostics:#?}{root:?}{files:?}")
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn after_any_edits_a_workspace_says_what_a_fresh_reading_says(edits in edits()) {
        let mut workspace = Workspace::default();
        let mut files: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
        files.insert(NAMES[0], TEXTS[0].into());
        for (name, text, damage) in edits {
            match text {
                Some(text) => drop(files.insert(NAMES[name], content(TEXTS[text], damage))),
                None => drop(files.remove(NAMES[name])),
            }
            let loader = MemoryLoader::new(files.clone());
            let again = said(workspace.load(&loader, &Unwatched));
            prop_assert_eq!(again, said(load(&loader)));
        }
    }
}

/// A project of some files of entities, one that defines their blueprint, and a promise that takes files.
fn project(files: usize) -> BTreeMap<String, String> {
    let mut all = BTreeMap::from([
        ("plat.kdl".to_owned(), "project demo\nuse \"std:environments\"\n".to_owned()),
        ("blueprint.kdl".to_owned(), "blueprint service {\n    property tier string\n}\n".to_owned()),
        ("promise.kdl".to_owned(), TEXTS[11].to_owned()),
        ("manifests/d.yaml".to_owned(), TEXTS[16].to_owned()),
    ]);
    all.extend(
        (0..files).map(|file| (format!("e/{file:03}.kdl"), format!("entity service e{file} {{ tier gold; }}\n"))),
    );
    all
}

#[test]
fn reading_again_costs_the_files_that_changed() {
    let mut workspace = Workspace::default();
    let mut files = project(40);
    let mut cost = |files: &BTreeMap<String, String>| {
        let before = workspace.lowered();
        let loaded = workspace.load(&MemoryLoader::new(files.clone()), &Unwatched).unwrap();
        assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
        assert_eq!(loaded.project.entities.len(), 40);
        workspace.lowered() - before
    };
    // Those of the project, and the module that it uses.
    assert_eq!(cost(&files), 44);
    // What takes other files is read with them.
    assert_eq!(cost(&files), 1);
    files.insert("e/007.kdl".to_owned(), "entity service e7 { tier silver; }\n".to_owned());
    assert_eq!(cost(&files), 2);
    files.insert("manifests/d.yaml".to_owned(), TEXTS[17].to_owned());
    assert_eq!(cost(&files), 1);
    // What changed back has changed.
    files.insert("e/007.kdl".to_owned(), "entity service e7 { tier gold; }\n".to_owned());
    assert_eq!(cost(&files), 2);
    // A file behind all others moves none but what comes with plat.
    files.insert("z.kdl".to_owned(), "blueprint more\n".to_owned());
    assert_eq!(cost(&files), 3);
    assert_eq!(cost(&files), 1);
}
