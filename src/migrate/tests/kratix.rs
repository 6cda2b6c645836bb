//! What Kratix has of promises, requests and where they go.

use super::{PROJECT, exported, imported, through, told, written};
use crate::diag::{Severity, code};
use crate::grammar::Neighbour;
use crate::migrate::export;
use crate::model::{Kind, Value, parse_json};
use crate::neighbour;
use crate::resolve::MemoryLoader;
use crate::workspace::load;

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
    assert!(told[0].starts_with("a.yaml:6:15: E0803 `/metadata/labels/a` of document 1"), "{told:#?}");
    assert!(told[3].starts_with("a.yaml:34:1: E0802 the whole of document 3"), "{told:#?}");
}

const STORES: &str = r#"[
    {"apiVersion": "platform.kratix.io/v1alpha1", "kind": "BucketStateStore", "metadata": {"name": "minio"},
     "spec": {"endpoint": "minio.example:9000", "insecure": true, "bucketName": "b", "path": "p", "authMethod": "accessKey",
              "secretRef": {"name": "minio", "namespace": "default"}}},
    {"apiVersion": "platform.kratix.io/v1alpha1", "kind": "BucketStateStore", "metadata": {"name": "s3", "namespace": "x"},
     "spec": {"endpoint": "s3.amazonaws.com", "bucketName": "b", "authMethod": "IAM", "useDualStack": true}},
    {"apiVersion": "platform.kratix.io/v1alpha1", "kind": "GitStateStore", "metadata": {"name": "git"},
     "spec": {"url": "https://git.example/r", "branch": "main"}},
    {"apiVersion": "platform.kratix.io/v1alpha1", "kind": "Destination", "metadata": {"name": "a"},
     "spec": {"path": "a", "filepath": {"mode": "nestedByMetadata"}, "stateStoreRef": {"name": "minio", "kind": "BucketStateStore"}}},
    {"apiVersion": "platform.kratix.io/v1alpha1", "kind": "Destination", "metadata": {"name": "b"},
     "spec": {"path": "b", "filepath": {"mode": "aggregatedYAML", "filename": "x.yaml"}, "stateStoreRef": {"name": "git", "kind": "GitStateStore"}}}
]"#;

const RELEASES: &str = r#"[
    {"apiVersion": "platform.kratix.io/v1alpha1", "kind": "PromiseRelease", "metadata": {"name": "redis", "labels": {"a": "b"}},
     "spec": {"version": "v1", "sourceRef": {"type": "http", "url": "https://example.com/p.yaml", "secretRef": {"name": "t", "namespace": "n"}}}},
    {"apiVersion": "platform.kratix.io/v1alpha1", "kind": "PromiseRelease", "metadata": {"name": "bare"}}
]"#;

#[test]
fn stores_of_both_kinds_and_releases_go_in_and_out() {
    let items = |text: &str| text.trim().trim_start_matches('[').trim_end_matches(']').to_owned();
    let list = format!(r#"{{"apiVersion": "v1", "kind": "List", "items": [{}, {}]}}"#, items(STORES), items(RELEASES));
    let told =
        through(Neighbour::Kratix, "a.json", &list, &[("destinations.yaml", STORES), ("releases.yaml", RELEASES)]);
    assert!(told.iter().all(|line| line.contains("E0803")), "{told:#?}");
}

#[test]
fn a_destination_of_a_store_of_another_kind_is_not_laid_into_its_namesake() {
    let store = |kind: &str, spec: &str| {
        format!(
            "---\napiVersion: platform.kratix.io/v1alpha1\nkind: {kind}\nmetadata: {{name: default}}\nspec: {spec}\n"
        )
    };
    let destination = |name: &str, kind: &str, store: &str| {
        format!(
            "---\napiVersion: platform.kratix.io/v1alpha1\nkind: Destination\nmetadata: {{name: {name}}}\n\
             spec: {{path: {name}, stateStoreRef: {{kind: {kind}, name: {store}}}}}\n"
        )
    };
    let text = [
        store("GitStateStore", "{url: 'https://git.example/r', secretRef: {name: g}}"),
        store("BucketStateStore", "{endpoint: e, bucketName: b}"),
        destination("one", "GitStateStore", "default"),
        destination("two", "BucketStateStore", "default"),
        destination("three", "GitStateStore", "gone"),
    ]
    .concat();
    let imported = imported(Neighbour::Kratix, &[("a.yaml", &text)]);
    let told = told(&imported);
    for (line, part) in told.iter().zip([
        "the whole of document 2 is left out: state-store:default is there more than once",
        "the whole of document 4 is left out for `/spec/stateStoreRef/kind`: the store `default` that is taken in is no BucketStateStore",
        "the whole of document 5 is left out for `/spec/stateStoreRef/name`: there is no state store `gone` (E0302)",
    ]) {
        assert!(line.contains(part), "{line}");
    }
    assert_eq!(told.len(), 3, "{told:#?}");
    let out = exported(Neighbour::Kratix, &imported.files);
    assert!(out["destinations.yaml"][0].contains(r#""authMethod":"basicAuth""#), "{out:?}");
    assert_eq!(imported.objects[&Kind::Destination], 1);
}

#[test]
fn what_asks_for_a_promise_says_so_though_the_language_has_no_words_for_its_api() {
    // A group of one part is none that Kubernetes takes.
    let promise = VERSIONS.replace("ms.e.com", "ms.e").replace(r#""e.com""#, r#""e""#);
    let request =
        r#"{"apiVersion": "e/v2", "kind": "M", "metadata": {"name": "r", "namespace": "n"}, "spec": {"a": 1}}"#;
    let imported = imported(Neighbour::Kratix, &[("a.json", &promise), ("b.json", request)]);
    assert!(!imported.files["promises/m.kdl"].contains("api group"), "{:?}", imported.files);
    let out = exported(Neighbour::Kratix, &imported.files);
    assert_eq!(out["requests.yaml"], [written(&parse_json(request.as_bytes()).unwrap())]);
}

#[test]
fn what_a_promise_asks_for_and_where_secrets_are_have_words() {
    let text = "---\napiVersion: platform.kratix.io/v1alpha1\nkind: Promise\n\
                metadata: {name: app, labels: {kratix.io/promise-version: v1.0.0}}\n\
                spec: {requiredPromises: [{name: runtime, version: v2}, {name: database, version: v1.0.0-beta.5}]}\n\
                ---\napiVersion: platform.kratix.io/v1alpha1\nkind: GitStateStore\nmetadata: {name: git}\n\
                spec: {url: 'https://git.example/r', branch: main, authMethod: basicAuth, secretRef: {name: login, namespace: apart}}\n";
    let imported = imported(Neighbour::Kratix, &[("a.yaml", text)]);
    assert_eq!(told(&imported), Vec::<String>::new());
    assert_eq!(
        imported.files["promises/app.kdl"],
        "promise app {\n    version v1.0.0\n    requires database version=v1.0.0-beta.5\n    requires runtime version=v2\n}\n"
    );
    assert!(
        imported.files["destinations.kdl"].contains("    auth basic secret=login namespace=apart\n"),
        "{:?}",
        imported.files
    );
    let out = exported(Neighbour::Kratix, &imported.files);
    assert!(out["promises.yaml"][0].contains(r#""labels":{"kratix.io/promise-version":"v1.0.0"}"#), "{out:?}");
    assert!(out["promises.yaml"][0].contains(r#"{"name":"database","version":"v1.0.0-beta.5"}"#), "{out:?}");
    assert!(out["destinations.yaml"][0].contains(r#""secretRef":{"name":"login","namespace":"apart"}"#), "{out:?}");
}

/// A promise whose API has some fields.
fn of_fields(fields: &str) -> String {
    format!(
        r#"{{"apiVersion": "platform.kratix.io/v1alpha1", "kind": "Promise", "metadata": {{"name": "m"}}, "spec": {{"api": {{
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {{"name": "ms.e.com"}}, "spec": {{
            "group": "e.com", "scope": "Namespaced", "names": {{"kind": "M", "plural": "ms", "singular": "m"}}, "versions": [
            {{"name": "v1", "served": true, "storage": true, "schema": {{"openAPIV3Schema": {{"type": "object", "properties": {{"spec":
            {{"type": "object", "properties": {{{fields}}}}}}}}}}}}}]}}}}}}}}"#
    )
}

#[test]
fn an_object_without_fields_keeps_its_members_in_kratix() {
    let free = r#"{"type": "object", "x-kubernetes-preserve-unknown-fields": true}"#;
    for (fields, said, kept) in [
        (format!(r#""a": {free}"#), "field a object\n", 0),
        (format!(r#""a": {{"type": "array", "items": {free}}}"#), "field a array of=object\n", 0),
        (format!(r#""a": {{"type": "object", "properties": {{"b": {free}}}}}"#), "field b object\n", 0),
        (r#""a": {"type": "object"}"#.to_owned(), "field a object other-members=#false\n", 0),
        (
            r#""a": {"type": "object", "additionalProperties": {"type": "string"}}"#.to_owned(),
            "field a object of=string\n",
            0,
        ),
    ] {
        let promise = of_fields(&fields);
        let imported = imported(Neighbour::Kratix, &[("a.json", &promise)]);
        assert!(imported.files["promises/m.kdl"].contains(said), "{}", imported.files["promises/m.kdl"]);
        assert_eq!(told(&imported).len(), kept, "{:?}", told(&imported));
        let out = exported(Neighbour::Kratix, &imported.files);
        assert_eq!(out["promises.yaml"], [written(&parse_json(promise.as_bytes()).unwrap())]);
    }
}

#[test]
fn the_address_of_a_bucket_is_read_as_its_server() {
    let store = |name: &str, endpoint: &str| {
        format!(
            "---\napiVersion: platform.kratix.io/v1alpha1\nkind: BucketStateStore\nmetadata: {{name: {name}}}\n\
             spec: {{endpoint: '{endpoint}', bucketName: b}}\n"
        )
    };
    let rows = [
        ("a", "https://minio.example.com:9000", Some("endpoint minio.example.com:9000\n")),
        ("b", "http://minio.example.com/", Some("endpoint minio.example.com insecure\n")),
        ("c", "http://admin:hunter2@s3.example.com", Some("endpoint s3.example.com insecure\n")),
        ("d", "https://example.com/a/path", None),
    ];
    let text: String = rows.iter().map(|(name, endpoint, _)| store(name, endpoint)).collect();
    let imported = imported(Neighbour::Kratix, &[("a.yaml", &text)]);
    let told = told(&imported);
    let said = &imported.files["destinations.kdl"];
    for (name, _, line) in rows {
        let store = said.split("state-store ").find(|store| store.starts_with(name));
        assert_eq!(store.is_some(), line.is_some(), "{said}");
        assert!(line.is_none_or(|line| store.unwrap().contains(line)), "{said}");
    }
    let is_told = |code: &str| told.iter().filter(|line| line.contains(code)).count();
    assert_eq!([is_told("E0805"), is_told("E0804")], [3, 2], "{told:#?}");
    assert!(!said.contains("hunter2") && !told.concat().contains("hunter2"), "{told:#?}");
}

/// Resources of Kratix: the kind, the name and the `spec` of each.
fn resources(all: &[(&str, &str, &str)]) -> String {
    let text = |(kind, name, spec): &(&str, &str, &str)| {
        format!(
            "---\napiVersion: platform.kratix.io/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {spec}\n"
        )
    };
    all.iter().map(text).collect()
}

#[test]
fn what_says_where_plat_writes_comes_in_as_it_is_or_not_at_all() {
    let outer = ("GitStateStore", "outer", "{url: 'https://git.example/r', branch: main, path: a, authMethod: odd}");
    let below = ("Destination", "below", "{path: d, stateStoreRef: {kind: GitStateStore, name: inner}}");
    let beside = ("Destination", "beside", "{path: d, stateStoreRef: {kind: GitStateStore, name: outer}}");
    for (inner, why) in [
        ("{url: 'git@git.example:r', path: a/b}", "lies inside of state store `outer` (E0557)"),
        ("{url: 'https://git.example/r', path: a}", "is at the place of"),
        ("{url: 'https://git.example/other', path: ../b}", "no folder below the repository's root"),
        ("{url: '-oProxyCommand=x', branch: main}", "programs take for an option (E0736)"),
        ("{url: 'https://git.example/other', branch: a..b}", "cannot be a branch's name"),
    ] {
        let text = resources(&[("GitStateStore", "inner", inner), outer, below, beside]);
        let imported = imported(Neighbour::Kratix, &[("a.yaml", &text)]);
        let told = told(&imported);
        assert!(told.iter().any(|line| line.contains("is left out") && line.contains(why)), "{told:#?}");
        let out = exported(Neighbour::Kratix, &imported.files)["destinations.yaml"].concat();
        let (outer, inner) = (out.contains("outer"), out.contains("inner"));
        assert!(outer != inner && out.contains("\"path\":\"a\""), "{out}");
    }
}

const VERSIONS: &str = r#"{"apiVersion": "platform.kratix.io/v1alpha1", "kind": "Promise", "metadata": {"name": "m"}, "spec": {"api": {
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "ms.e.com"}, "spec": {
    "group": "e.com", "scope": "Namespaced", "names": {"kind": "M", "plural": "ms", "singular": "m", "shortNames": ["mm"]}, "versions": [
    {"name": "v1", "served": true, "storage": false, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}}},
    {"name": "v2", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "integer"}}}}}}}]}}}}"#;

#[test]
fn a_promise_of_several_versions_has_the_stored_one_and_requests_of_each() {
    let request = |version: &str, name: &str| {
        format!(
            r#"{{"apiVersion": "e.com/{version}", "kind": "M", "metadata": {{"name": "{name}", "namespace": "n"}}, "spec": {{"a": 1}}}}"#
        )
    };
    let requests = [request("v1", "one"), request("v2", "two")];
    let list = format!(r#"{{"apiVersion": "v1", "kind": "List", "items": [{VERSIONS}, {}]}}"#, requests.join(","));
    let imported = imported(Neighbour::Kratix, &[("a.json", &list)]);
    let said = &imported.files["promises/m.kdl"];
    // The version that the language knows stands there once, and the other one as it is.
    assert!(said.contains("version=v2") && said.contains("name v1") && !said.contains("name v2"), "{said}");
    assert_eq!(imported.objects[&Kind::Request], 2);
    let texts = imported.files.iter().map(|(name, text)| (name.as_str(), text.as_str())).chain([("plat.kdl", PROJECT)]);
    let project = load(&MemoryLoader::new(texts)).unwrap().project;
    let out = export(Neighbour::Kratix, &project).documents;
    for (file, expected) in [("promises.yaml", vec![VERSIONS.to_owned()]), ("requests.yaml", requests.to_vec())] {
        let expected: Vec<Value> = expected.iter().map(|text| parse_json(text.as_bytes()).unwrap()).collect();
        for (came, went) in out[file].iter().zip(&expected) {
            let (Value::Object(came), Value::Object(went)) = (came, went) else { panic!() };
            for (one, other) in [(came, went), (went, came)] {
                assert!(
                    neighbour::beyond(Neighbour::Kratix, Kind::Promise, one, other, &[]).1.is_empty(),
                    "{one:?}\n{other:?}"
                );
            }
        }
    }
}

#[test]
fn what_of_a_promise_has_no_words_does_not_take_the_rest_along() {
    let promise = |spec: &str| {
        format!("apiVersion: platform.kratix.io/v1alpha1\nkind: Promise\nmetadata: {{name: p}}\nspec: {spec}\n")
    };
    for spec in [
        "{api: {spec: {group: e.com, names: {kind: K}, versions: []}}, destinationSelectors: [{matchLabels: {a: b}}]}",
        "{api: {spec: {names: {kind: K}}}, destinationSelectors: [{matchLabels: {a: b}}]}",
    ] {
        let imported = imported(Neighbour::Kratix, &[("a.yaml", &promise(spec))]);
        let told = told(&imported);
        assert!(told.iter().all(|line| line.contains("E0803")), "{told:#?}");
        assert!(imported.files["promises/p.kdl"].contains("schedule a=b"), "{:?}", imported.files);
    }
    let deep = format!("{{keep: 1, x: {{y: {}1{}}}}}", "{a: ".repeat(50), "}".repeat(50));
    let imported = imported(Neighbour::Kratix, &[("a.yaml", &promise(&deep))]);
    let told = told(&imported);
    assert!(
        matches!(&*told, [one] if one.contains("the whole is left out for `/spec/x") && one.contains("nested deeper")),
        "{told:#?}"
    );
    // What is cut off somewhere would pass for all of it.
    assert!(imported.files.is_empty(), "{:?}", imported.files);
}

#[test]
fn what_of_others_cannot_be_read_is_no_error() {
    let promise = VERSIONS.replace('\n', " ");
    for (neighbour, text, severity) in [
        (Neighbour::Kratix, "a: {{ .Values.a }}\n", Severity::Warning),
        (Neighbour::Kratix, "apiVersion: platform.kratix.io/v1alpha1\na: [\n", Severity::Error),
        (Neighbour::Kratix, "apiVersion: e.com/v2\nkind: M\na: \"\n", Severity::Error),
        (Neighbour::Backstage, "a: {{ .Values.a }}\n", Severity::Warning),
        (Neighbour::Backstage, "apiVersion: backstage.io/v1alpha1\na: [\n", Severity::Error),
        (Neighbour::Port, "a: {{ .Values.a }}\n", Severity::Error),
    ] {
        let imported = imported(neighbour, &[("a.yaml", text), ("b.json", &promise)]);
        let unreadable = imported.problems.iter().find(|one| one.code == code::UNREADABLE_DOCUMENT);
        assert_eq!(unreadable.map(|one| one.severity), Some(severity), "{text}");
    }
    for name in ["catalog-info.yaml", "more/kinds.yaml"] {
        let location = "{apiVersion: backstage.io/v1alpha1, kind: Location, metadata: {name: l}, spec: {target: ./more/kinds.yaml}}";
        let imported = imported(Neighbour::Backstage, &[(name, "a: [\n"), ("all.yaml", location)]);
        assert!(imported.problems.has_errors(), "{name}");
    }
}

#[test]
fn a_promise_asks_for_all_its_labels_or_is_left_out() {
    let promise = |selectors: &str| resources(&[("Promise", "p", &format!("{{destinationSelectors: {selectors}}}"))]);
    for (selectors, line) in [
        ("[{matchLabels: {a: b}}]", "schedule a=b\n"),
        ("[{matchLabels: {a: b}}, {matchLabels: {a: x, c: d}}, {}]", "schedule a=b c=d\n"),
    ] {
        let imported = imported(Neighbour::Kratix, &[("a.yaml", &promise(selectors))]);
        let said = &imported.files["promises/p.kdl"];
        assert!(said.contains(line) && !said.contains("only-kratix"), "{said}");
        let is_told = told(&imported).iter().any(|line| line.contains("E0805 `/spec/destinationSelectors`"));
        assert_eq!(is_told, selectors.contains("}, {"), "{:?}", told(&imported));
    }
    for selectors in [
        "[{matchLabels: {a: b}, matchExpressions: [{key: x, operator: Exists}]}]",
        "[{matchLabels: {a: b}}, {matchExpressions: [{key: x, operator: Exists}]}]",
        "[{matchLabels: {a: 1}}]",
        "[{matchLabels: {a: b c}}]",
        "[{matchLabels: {a: $spec.x}}]",
        "{a: b}",
        "[5]",
        "x",
    ] {
        let imported = imported(Neighbour::Kratix, &[("a.yaml", &promise(selectors))]);
        let told = told(&imported);
        assert!(imported.files.is_empty() && told.len() == 1, "{selectors}: {:?}", imported.files);
        assert!(told[0].contains("E0804 the whole") && told[0].contains("says where it goes"), "{told:?}");
    }
}

#[test]
fn a_destination_of_which_a_word_cannot_be_said_is_left_out() {
    for part in ["strictMatchLabels: 'yes'", "filepath: {mode: other}", "path: 5"] {
        let spec = format!("{{stateStoreRef: {{kind: GitStateStore, name: s}}, {part}}}");
        let text = resources(&[("GitStateStore", "s", "{url: 'https://git.example/r'}"), ("Destination", "d", &spec)]);
        let imported = imported(Neighbour::Kratix, &[("a.yaml", &text)]);
        assert_eq!(imported.objects.get(&Kind::Destination), None, "{part}: {:?}", imported.files);
        assert!(told(&imported).iter().any(|line| line.contains("says where it goes")), "{:?}", told(&imported));
    }
}

#[test]
fn of_the_items_of_a_list_and_the_values_of_a_map_the_part_alone_is_kept_that_has_no_words() {
    let promise = of_fields(
        r#""a": {"type": "array", "items": {"type": "string", "description": "one", "x-odd": "x"}},
           "b": {"type": "object", "additionalProperties": {"type": "integer", "x-odd": "int32", "minimum": 1}},
           "c": {"type": "object", "additionalProperties": {"type": "object", "properties": {"d": {"type": "string", "x-odd": true}}, "required": ["d"]}},
           "e": {"type": "integer", "minimum": 1, "exclusiveMinimum": true, "maximum": 5, "exclusiveMaximum": false},
           "f": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"}"#,
    );
    let imported = imported(Neighbour::Kratix, &[("a.json", &promise)]);
    let said = &imported.files["promises/m.kdl"];
    for line in [
        "field a array {\n            of string {\n                description one\n",
        "field b object of=integer min=1\n",
        "field c object of=object {\n            field d string required\n",
        "field e integer max=5 above=1\n",
        "field f array unique of=string\n",
    ] {
        assert!(said.contains(line), "{line}{said}");
    }
    let told = told(&imported);
    for part in ["a/items/x-odd", "b/additionalProperties/x-odd", "properties/d/x-odd"] {
        assert!(told.iter().any(|line| line.contains(&format!("/{part}` is kept"))), "{part} {told:#?}");
    }
    assert_eq!(told.len(), 3, "{told:#?}");
    let out = exported(Neighbour::Kratix, &imported.files);
    let promise = parse_json(promise.replace(r#", "exclusiveMaximum": false"#, "").as_bytes()).unwrap();
    assert_eq!(out["promises.yaml"], [written(&promise)]);
}

/// Kubernetes refuses a list without a schema of its items, and the word that keeps members where it is not true; a list of schemas
/// without one asks for nothing.
#[test]
fn what_says_nothing_in_a_schema_goes_out_as_kubernetes_takes_it() {
    let none = r#""allOf": [], "anyOf": [], "oneOf": [], "#;
    let fields = format!(
        r#""l": {{"type": "array"}}, "s": {{{none}"type": "string"}},
           "o": {{"type": "object", "x-kubernetes-preserve-unknown-fields": false}}"#
    );
    let schema = "\"spec\":\n            {";
    let nothing = of_fields(&fields).replace(schema, &format!("{schema}{none}"));
    let imported = imported(Neighbour::Kratix, &[("a.json", &nothing)]);
    assert_eq!(told(&imported), Vec::<String>::new(), "{:#?}", imported.files);
    let out = exported(Neighbour::Kratix, &imported.files);
    let taken = of_fields(
        r#""l": {"type": "array", "items": {"x-kubernetes-preserve-unknown-fields": true}},
           "s": {"type": "string"}, "o": {"type": "object"}"#,
    );
    assert_eq!(out["promises.yaml"], [written(&parse_json(taken.as_bytes()).unwrap())]);
}

#[test]
fn all_that_structural_schemas_say_has_words() {
    let promise = of_fields(
        r#""s": {"type": "string", "title": "S", "example": "ex", "minLength": 1, "pattern": "^a", "default": "a", "nullable": true},
           "host": {"type": "string", "format": "hostname"}, "i": {"type": "integer", "format": "int32", "multipleOf": 2, "default": 4},
           "ie": {"type": "integer", "enum": [1, 2]},
           "port": {"x-kubernetes-int-or-string": true, "default": "5%"},
           "share": {"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": true, "pattern": "^[0-9]+%?$"},
           "any": {"x-kubernetes-preserve-unknown-fields": true},
           "open": {"type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": {"x": {"type": "string"}}},
           "emb": {"type": "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true},
           "others": {"type": "object", "additionalProperties": true},
           "few": {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1, "maxProperties": 4},
           "lists": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
           "maps": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": {"type": "integer", "nullable": true}}},
           "keyed": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
                     "items": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}},
           "matrix": {"type": "array", "items": {"type": "array", "items": {"type": "string", "minLength": 1}, "maxItems": 2}, "minItems": 1},
           "o": {"type": "object", "default": {"x": "q"}, "nullable": true, "x-kubernetes-map-type": "atomic", "properties": {"x": {"type": "string"}}},
           "v": {"type": "object", "properties": {"x": {"type": "string"}, "z": {"type": "integer"}}, "anyOf": [{"required": ["x"]}, {"required": ["z"]}],
                 "oneOf": [{"properties": {"z": {"minimum": 3, "exclusiveMinimum": true}}}], "not": {"required": ["x", "z"]}, "allOf": [{"properties": {"x": {"minLength": 2}}}],
                 "x-kubernetes-validations": [{"rule": "has(self.x)", "messageExpression": "'bad'", "optionalOldSelf": true}]}"#,
    )
    .replace("\"spec\":\n            {\"type\": \"object\",", r#""spec": {"type": "object", "default": {}, "oneOf": [{"required": ["s"]}], "x-kubernetes-validations": [{"rule": "true"}],"#)
    .replace(r#""singular": "m"}"#, r#""singular": "m", "shortNames": ["mm"], "categories": ["all"], "listKind": "MList"}"#)
    .replace(r#""storage": true,"#, r#""storage": true, "deprecated": true, "deprecationWarning": "old", "subresources": {"status": {}},
        "additionalPrinterColumns": [{"name": "S", "type": "string", "jsonPath": ".spec.s"}], "selectableFields": [{"jsonPath": ".spec.s"}],"#);
    let imported = imported(Neighbour::Kratix, &[("a.json", &promise)]);
    assert_eq!(told(&imported), Vec::<String>::new(), "{:#?}", imported.files);
    let said = &imported.files["promises/m.kdl"];
    assert!(!said.contains("only-kratix"), "{said}");
    for line in [
        "field s string nullable default=a min-length=1 {\n",
        "field port int-or-string default=\"5%\"\n",
        "field any any\n",
        "field open object other-members=#true {\n",
        "field few object min-members=1 max-members=4 {\n            of string\n",
        "            of array of=string min-length=1 max-items=2\n",
        "            keys name\n",
    ] {
        assert!(said.contains(line), "{line}{said}");
    }
    let out = exported(Neighbour::Kratix, &imported.files);
    assert_eq!(out["promises.yaml"], [written(&parse_json(promise.as_bytes()).unwrap())]);
}

/// What a project is to a neighbour: the documents of all files, and what is told.
fn given(neighbour: Neighbour, text: &str) -> (String, Vec<String>) {
    let project = load(&MemoryLoader::new([("plat.kdl", format!("{PROJECT}{text}"))])).unwrap();
    assert!(!project.diagnostics.has_errors(), "{:?}", project.diagnostics);
    let exported = export(neighbour, &project.project);
    let losses = exported.losses.iter().map(|(address, _, loss)| format!("{address} {}", loss.place));
    let without = exported.without.keys().cloned();
    let documents = exported.documents.values().flatten().map(written).collect::<Vec<_>>().join("\n");
    (documents, losses.chain(without).collect())
}

#[test]
fn kubernetes_gets_the_words_that_it_takes_and_no_secrets() {
    let (out, told) = given(
        Neighbour::Kratix,
        r"promise db {
            api group=e.com version=v1 kind=Db {
                field size enum { icon Box; value small color=red; value big; }
                field n integer min=1 above=3 below=10
                field tags array of=string unique
                field any array unique
                field page url spec=embedded-url
                field labels object of=string
                field password object { field of string; field all array of=string; }
            }
        }
        request db one {
            tags a
            password { of (secret)pw; all x (secret)pw; }
        }
        ",
    );
    for part in [
        r#""size":{"enum":["small","big"],"type":"string"}"#,
        r#""n":{"exclusiveMaximum":true,"exclusiveMinimum":true,"maximum":10,"minimum":3,"type":"integer"}"#,
        r#""tags":{"items":{"type":"string"},"type":"array","x-kubernetes-list-type":"set"}"#,
        r#""any":{"items":{"x-kubernetes-preserve-unknown-fields":true},"type":"array"}"#,
        r#""page":{"format":"url","type":"string"}"#,
        r#""labels":{"additionalProperties":{"type":"string"},"type":"object"}"#,
        r#""spec":{"password":{},"tags":["a"]}"#,
    ] {
        assert!(out.contains(part), "{part}\n{out}");
    }
    assert_eq!(
        told,
        [
            "promise:db properties.size.icon",
            "promise:db properties.size.enumColors",
            "promise:db properties.n.minimum",
            "promise:db properties.any.uniqueItems",
            "promise:db properties.page.spec",
            "request:db:default/one spec.password.of",
            "request:db:default/one spec.password.all",
        ]
    );
}

#[test]
fn a_range_of_versions_is_none_for_kratix_and_a_version_is() {
    let text = |version: &str| {
        format!(
            "promise db {{ version v1.2.0; }}\npromise app {{ api group=e.com version=v1 kind=App; requires db version={version}; }}\n"
        )
    };
    let (out, told) = given(Neighbour::Kratix, &text("v1.2.0"));
    assert!(out.contains(r#"{"name":"db","version":"v1.2.0"}"#) && told.is_empty(), "{out} {told:?}");
    let (out, told) = given(Neighbour::Kratix, &text("\"^1.2\""));
    assert!(
        out.contains(r#""requiredPromises":[{"name":"db"}]"#) && told == ["promise:app requires"],
        "{out} {told:?}"
    );
}

#[test]
fn what_a_promise_delivers_goes_out_with_all_that_restricts_it_or_not_at_all() {
    let promise = |delivers: &str| {
        format!(
            "promise db {{ api group=e.com version=v1 kind=Db {{ field a string required; }}; schedule b=c a=$spec.a; {delivers} }}\n\
             request db one {{ a x }}\n"
        )
    };
    let (out, told) = given(Neighbour::Kratix, &promise(""));
    assert!(out.contains(r#""matchLabels":{"b":"c"}"#) && told == ["promise:db schedule.a"], "{out} {told:?}");
    let (out, told) = given(Neighbour::Kratix, &promise("only-kratix { spec { dependencies { - kind=A } } }"));
    assert_eq!((&*out, &*told), ("", &["promise:db ".to_owned(), "request:db:default/one ".to_owned()][..]));
}

#[test]
fn port_gets_no_scorecards_of_promises_and_no_nulls() {
    let (out, told) = given(
        Neighbour::Port,
        r"promise db { api group=e.com version=v1 kind=Db { field a string; }; }
        scorecard of-promise for=db { level A { rule r x { a present } } }
        blueprint b { property a string }
        scorecard ready for=b {
            level A { rule r x { a present }; rule s x { a present } }
            only-port { rules { r #null }; odd { deep 1; nothing #null } }
        }
        ",
    );
    assert!(!out.contains("null") && !out.contains("of-promise") && out.contains(r#""odd":{"deep":1}"#), "{out}");
    assert!(out.contains(r#""identifier":"s""#) && !out.contains(r#""identifier":"r""#), "{out}");
    assert_eq!(told, ["scorecard:ready /rules/r", "blueprint for what a scorecard of a promise judges", "promise"]);
}
