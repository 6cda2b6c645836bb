//! That what is wrong part by part costs so much more as there is more of it, and no more.

use super::imported;
use crate::grammar::Neighbour;
use crate::model::LOOKS;

/// How often names were compared to find members, to take in what a text of so many parts holds.
fn looks(neighbour: Neighbour, file: &str, text: &str) -> usize {
    // On one thread, whose count is its own.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| {
        LOOKS.with(|looks| looks.set(0));
        imported(neighbour, &[(file, text)]);
        LOOKS.with(std::cell::Cell::get)
    })
}

/// Lists of so many parts, each made by its number.
fn all(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(",")
}

#[track_caller]
fn grows_no_faster(neighbour: Neighbour, file: &str, what: &str, text: impl Fn(usize) -> String) {
    let [few, many] = [250, 1_000].map(|count| looks(neighbour, file, &text(count)));
    assert!(many < 5 * few, "{what}: {few} and {many}");
}

#[test]
fn parts_that_port_alone_has_are_taken_out_in_linear_time() {
    let blueprint = |rest: String| {
        format!(r#"[{{"identifier": "b", "schema": {{"properties": {{"p": {{"type": "string"}}}}}}, {rest}}}]"#)
    };
    let of_properties =
        |properties: String| format!(r#"[{{"identifier": "b", "schema": {{"properties": {{{properties}}}}}}}]"#);
    let with = |rest: String| {
        format!(r#"[{{"identifier": "b", "schema": {{"properties": {{"p": {{"type": "string"}}}}}}}}, {rest}]"#)
    };
    let action = |properties: String, rest: &str| {
        format!(
            r#"[{{"identifier": "a", "trigger": {{"type": "self-service", "operation": "CREATE", "userInputs": {{"properties": {{{properties}}} {rest}}}}},
                "invocationMethod": {{"type": "KAFKA"}}}}]"#
        )
    };
    let card = |levels: String, rules: String| {
        with(format!(
            r#"{{"identifier": "s", "blueprint": "b", "levels": [{{"title": "A"}}, {levels}], "rules": [{rules}]}}"#
        ))
    };
    let gold = r#"{"title": "Gold"}"#;
    let rule = |level: &str, number: usize, field: &str| {
        format!(
            r#"{{"identifier": "r{number}", "level": "{level}", "query": {{"combinator": "and", "conditions": [{{"property": "{field}", "operator": "isNotEmpty"}}]}}}}"#
        )
    };
    let entity = |number: usize, rest: String| format!(r#"{{"identifier": "e{number}", "blueprint": "b", {rest}}}"#);
    let shapes: Vec<(&str, Box<dyn Fn(usize) -> String>)> = vec![
        ("members", Box::new(|count| blueprint(all(count, |n| format!(r#""x{n}": {n}"#))))),
        (
            "mirrors",
            Box::new(|count| {
                blueprint(format!(
                    r#""mirrorProperties": {{{}}}"#,
                    all(count, |n| format!(r#""m{n}": {{"path": "no{n}.x"}}"#))
                ))
            }),
        ),
        (
            "relations",
            Box::new(|count| {
                blueprint(format!(r#""relations": {{{}}}"#, all(count, |n| format!(r#""r{n}": {{"target": "no"}}"#))))
            }),
        ),
        (
            "calculations",
            Box::new(|count| {
                blueprint(format!(
                    r#""calculationProperties": {{{}}}"#,
                    all(count, |n| format!(r#""c{n}": {{"type": "strng", "calculation": "."}}"#))
                ))
            }),
        ),
        (
            "properties",
            Box::new(|count| {
                of_properties(all(count, |n| format!(r#""p{n}": {{"type": "string", "pattern": "(?<=x)"}}"#)))
            }),
        ),
        (
            "words",
            Box::new(|count| of_properties(all(count, |n| format!(r#""p{n}": {{"type": "string", "odd": 1}}"#)))),
        ),
        (
            "colours",
            Box::new(|count| {
                let [values, colors] =
                    [all(count, |n| format!(r#""v{n}""#)), all(count, |n| format!(r#""v{n}": "mauve""#))];
                of_properties(format!(r#""p": {{"type": "string", "enum": [{values}], "enumColors": {{{colors}}}}}"#))
            }),
        ),
        ("inputs", Box::new(|count| action(all(count, |n| format!(r#""i{n}": {{"type": "string", "odd": 1}}"#)), ""))),
        (
            "required inputs",
            Box::new(|count| {
                action(
                    r#""i": {"type": "string"}"#.into(),
                    &format!(r#", "required": [{}]"#, all(count, |n| format!(r#""i{n}""#))),
                )
            }),
        ),
        ("rules", Box::new(|count| card(gold.into(), all(count, |n| rule("Gold", n, "no"))))),
        ("levels of rules", Box::new(|count| card(gold.into(), all(count, |n| rule("No", n, "p"))))),
        (
            "levels",
            Box::new(|count| card(all(count, |n| format!(r#"{{"title": "L{n}", "color": "mauve"}}"#)), String::new())),
        ),
        (
            "scorecards",
            Box::new(|count| {
                with(all(count, |n| {
                    format!(r#"{{"identifier": "s{n}", "blueprint": "no", "levels": [{gold}, {gold}], "rules": []}}"#)
                }))
            }),
        ),
        (
            "values",
            Box::new(|count| {
                with(entity(0, format!(r#""properties": {{{}}}"#, all(count, |n| format!(r#""x{n}": {n}"#)))))
            }),
        ),
        (
            "chains",
            Box::new(|count| {
                let blueprint = r#"{"identifier": "b", "schema": {"properties": {}}, "relations": {"r": {"target": "b", "required": true}}}"#;
                let next = |n| entity(n, format!(r#""properties": {{}}, "relations": {{"r": "e{}"}}"#, n + 1));
                format!("[{blueprint}, {}]", all(count, next))
            }),
        ),
    ];
    for (what, text) in shapes {
        grows_no_faster(Neighbour::Port, "a.json", what, text);
    }
}

#[test]
fn parts_that_kratix_and_backstage_alone_have_are_taken_out_in_linear_time() {
    let promise = |fields: String| {
        let api = format!(
            r#"{{"group": "a.example", "names": {{"kind": "Db", "plural": "dbs", "singular": "db"}}, "scope": "Namespaced", "versions": [
                {{"name": "v1", "served": true, "storage": true, "schema": {{"openAPIV3Schema": {{"type": "object", "properties": {{
                "spec": {{"type": "object", "properties": {{{fields}}}}}}}}}}}}}]}}"#
        );
        format!(
            "apiVersion: platform.kratix.io/v1alpha1\nkind: Promise\nmetadata: {{name: db}}\nspec: {{\"api\": {{\"apiVersion\": \"apiextensions.k8s.io/v1\", \
             \"kind\": \"CustomResourceDefinition\", \"metadata\": {{\"name\": \"dbs.a.example\"}}, \"spec\": {api}}}}}\n"
        )
    };
    let request = |spec: String| {
        format!("---\napiVersion: a.example/v1\nkind: Db\nmetadata: {{name: r, namespace: n}}\nspec: {{{spec}}}\n")
    };
    let store = "apiVersion: platform.kratix.io/v1alpha1\nkind: GitStateStore\nmetadata: {name: s}\nspec: {url: 'https://e.example/r', branch: main}\n---\n";
    let kratix: Vec<(&str, Box<dyn Fn(usize) -> String>)> = vec![
        ("fields", Box::new(|count| promise(all(count, |n| format!(r#""f{n}": {{"type": "blob"}}"#))))),
        (
            "patterns",
            Box::new(|count| promise(all(count, |n| format!(r#""f{n}": {{"type": "string", "pattern": "(?<=x)"}}"#)))),
        ),
        ("unknown values", Box::new(|count| promise(String::new()) + &request(all(count, |n| format!("x{n}: {n}"))))),
        (
            "wrong values",
            Box::new(|count| {
                promise(all(count, |n| format!(r#""x{n}": {{"type": "integer"}}"#)))
                    + &request(all(count, |n| format!("x{n}: no")))
            }),
        ),
        (
            "labels",
            Box::new(|count| {
                let labels = all(count, |n| format!("k{n}: 'no label !'"));
                format!(
                    "{store}apiVersion: platform.kratix.io/v1alpha1\nkind: Destination\nmetadata: {{name: d, labels: {{{labels}}}}}\nspec: {{stateStoreRef: {{name: s, kind: GitStateStore}}}}\n"
                )
            }),
        ),
    ];
    for (what, text) in kratix {
        grows_no_faster(Neighbour::Kratix, "a.yaml", what, text);
    }
    let component = |metadata: String, spec: String| {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: c, {metadata}}}\nspec: {{type: a, lifecycle: b, owner: c, {spec}}}\n"
        )
    };
    let backstage: Vec<(&str, Box<dyn Fn(usize) -> String>)> = vec![
        (
            "targets",
            Box::new(|count| {
                component(String::new(), format!("dependsOn: [{}]", all(count, |n| format!("'component:x{n}'"))))
            }),
        ),
        ("members of spec", Box::new(|count| component(String::new(), all(count, |n| format!("x{n}: {n}"))))),
        (
            "annotations",
            Box::new(|count| {
                component(format!("annotations: {{{}}}", all(count, |n| format!("'no key {n}': v"))), String::new())
            }),
        ),
        (
            "labels",
            Box::new(|count| component(format!("labels: {{{}}}", all(count, |n| format!("k{n}: {n}"))), String::new())),
        ),
        (
            "types",
            Box::new(|count| {
                let widget = |name: &str, value: &str| {
                    let spec = all(count, |n| format!("x{n}: {value}"));
                    format!(
                        "---\napiVersion: a.example/v1\nkind: Widget\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n"
                    )
                };
                widget("a", "1") + &widget("b", "x")
            }),
        ),
    ];
    for (what, text) in backstage {
        grows_no_faster(Neighbour::Backstage, "catalog-info.yaml", what, text);
    }
}
