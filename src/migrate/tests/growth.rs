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

fn blueprint(rest: &str) -> String {
    format!(r#"[{{"identifier": "b", "schema": {{"properties": {{"p": {{"type": "string"}}}}}}, {rest}}}]"#)
}

/// An object beside a blueprint.
fn beside(rest: &str) -> String {
    format!(r#"[{{"identifier": "b", "schema": {{"properties": {{"p": {{"type": "string"}}}}}}}}, {rest}]"#)
}

#[test]
fn parts_of_blueprints_are_taken_out_in_linear_time() {
    let grows = |what: &str, text: &dyn Fn(usize) -> String| grows_no_faster(Neighbour::Port, "a.json", what, text);
    grows("members", &|count| blueprint(&all(count, |n| format!(r#""x{n}": {n}"#))));
    for (group, part) in [
        ("mirrorProperties", r#"{"path": "no.x"}"#),
        ("relations", r#"{"target": "no"}"#),
        ("calculationProperties", r#"{"type": "strng", "calculation": "."}"#),
    ] {
        let parts = |count| all(count, |n| format!(r#""x{n}": {part}"#));
        grows(group, &|count| blueprint(&format!(r#""{group}": {{{}}}"#, parts(count))));
    }
    let of_properties =
        |properties: &str| format!(r#"[{{"identifier": "b", "schema": {{"properties": {{{properties}}}}}}}]"#);
    for property in [r#"{"type": "string", "pattern": "(?<=x)"}"#, r#"{"type": "string", "odd": 1}"#] {
        grows(property, &|count| of_properties(&all(count, |n| format!(r#""p{n}": {property}"#))));
    }
    grows("colours", &|count| {
        let [values, colors] = [all(count, |n| format!(r#""v{n}""#)), all(count, |n| format!(r#""v{n}": "mauve""#))];
        of_properties(&format!(r#""p": {{"type": "string", "enum": [{values}], "enumColors": {{{colors}}}}}"#))
    });
}

#[test]
fn parts_of_actions_scorecards_and_entities_are_taken_out_in_linear_time() {
    let grows = |what: &str, text: &dyn Fn(usize) -> String| grows_no_faster(Neighbour::Port, "a.json", what, text);
    grows("inputs", &|count| {
        let inputs = all(count, |n| format!(r#""i{n}": {{"type": "string", "odd": 1}}"#));
        let trigger = format!(
            r#"{{"type": "self-service", "operation": "CREATE", "userInputs": {{"properties": {{{inputs}}}}}}}"#
        );
        format!(r#"[{{"identifier": "a", "trigger": {trigger}, "invocationMethod": {{"type": "KAFKA"}}}}]"#)
    });
    let card = |levels: &str, rules: &str| {
        let levels = format!(r#"[{{"title": "A"}}, {levels}]"#);
        beside(&format!(r#"{{"identifier": "s", "blueprint": "b", "levels": {levels}, "rules": [{rules}]}}"#))
    };
    for (level, field) in [("Gold", "no"), ("No", "p")] {
        let condition = format!(r#"{{"property": "{field}", "operator": "isNotEmpty"}}"#);
        let query = format!(r#"{{"combinator": "and", "conditions": [{condition}]}}"#);
        let rule = |n| format!(r#"{{"identifier": "r{n}", "level": "{level}", "query": {query}}}"#);
        grows(field, &|count| card(r#"{"title": "Gold"}"#, &all(count, rule)));
    }
    grows("levels", &|count| card(&all(count, |n| format!(r#"{{"title": "L{n}", "color": "mauve"}}"#)), ""));
    grows("scorecards", &|count| {
        let levels = r#"[{"title": "A"}, {"title": "B"}]"#;
        beside(&all(count, |n| {
            format!(r#"{{"identifier": "s{n}", "blueprint": "no", "levels": {levels}, "rules": []}}"#)
        }))
    });
    grows("values", &|count| {
        let values = all(count, |n| format!(r#""x{n}": {n}"#));
        beside(&format!(r#"{{"identifier": "e", "blueprint": "b", "properties": {{{values}}}}}"#))
    });
    grows("entities that need each other", &|count| {
        let relations = r#"{"r": {"target": "b", "required": true}}"#;
        let entity = |n| {
            let next = format!(r#"{{"r": "e{}"}}"#, n + 1);
            format!(r#"{{"identifier": "e{n}", "blueprint": "b", "properties": {{}}, "relations": {next}}}"#)
        };
        let entities = all(count, entity);
        format!(r#"[{{"identifier": "b", "schema": {{"properties": {{}}}}, "relations": {relations}}}, {entities}]"#)
    });
}

#[test]
fn parts_that_kratix_alone_has_are_taken_out_in_linear_time() {
    let grows = |what: &str, text: &dyn Fn(usize) -> String| grows_no_faster(Neighbour::Kratix, "a.yaml", what, text);
    let promise = |fields: &str| {
        let schema = format!(
            r#"{{"type": "object", "properties": {{"spec": {{"type": "object", "properties": {{{fields}}}}}}}}}"#
        );
        let api = format!(
            r#"{{"group": "a.example", "names": {{"kind": "Db", "plural": "dbs", "singular": "db"}}, "scope": "Namespaced",
                "versions": [{{"name": "v1", "served": true, "storage": true, "schema": {{"openAPIV3Schema": {schema}}}}}]}}"#
        );
        format!(
            r#"{{"apiVersion": "platform.kratix.io/v1alpha1", "kind": "Promise", "metadata": {{"name": "db"}}, "spec": {{"api": {{
                "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {{"name": "dbs.a.example"}},
                "spec": {api}}}}}}}"#
        ) + "\n"
    };
    let request = |spec: &str| {
        format!("---\napiVersion: a.example/v1\nkind: Db\nmetadata: {{name: r, namespace: team}}\nspec: {{{spec}}}\n")
    };
    for field in [r#"{"type": "blob"}"#, r#"{"type": "string", "pattern": "(?<=x)"}"#] {
        grows(field, &|count| promise(&all(count, |n| format!(r#""f{n}": {field}"#))));
    }
    grows("unknown values", &|count| promise("") + &request(&all(count, |n| format!("x{n}: {n}"))));
    grows("wrong values", &|count| {
        promise(&all(count, |n| format!(r#""x{n}": {{"type": "integer"}}"#)))
            + &request(&all(count, |n| format!("x{n}: large")))
    });
    grows("labels", &|count| {
        let labels = all(count, |n| format!("k{n}: 'no label !'"));
        let object = |kind: &str, metadata: &str, spec: &str| {
            format!(
                "---\napiVersion: platform.kratix.io/v1alpha1\nkind: {kind}\nmetadata: {{{metadata}}}\nspec: {{{spec}}}\n"
            )
        };
        object("GitStateStore", "name: s", "url: 'https://e.example/r', branch: main")
            + &object(
                "Destination",
                &format!("name: d, labels: {{{labels}}}"),
                "stateStoreRef: {name: s, kind: GitStateStore}",
            )
    });
}

#[test]
fn parts_that_backstage_alone_has_are_taken_out_in_linear_time() {
    let grows = |what: &str, text: &dyn Fn(usize) -> String| {
        grows_no_faster(Neighbour::Backstage, "catalog-info.yaml", what, text);
    };
    let entity = |kind: &str, metadata: &str, spec: &str| {
        format!("---\napiVersion: {kind}\nmetadata: {{{metadata}}}\nspec: {{{spec}}}\n")
    };
    let component = |metadata: &str, spec: &str| {
        let (metadata, spec) = (format!("name: c, {metadata}"), format!("type: a, lifecycle: b, owner: c, {spec}"));
        entity("backstage.io/v1alpha1\nkind: Component", &metadata, &spec)
    };
    grows("targets", &|count| component("", &format!("dependsOn: [{}]", all(count, |n| format!("'component:x{n}'")))));
    grows("members of spec", &|count| component("", &all(count, |n| format!("x{n}: {n}"))));
    for (group, part) in [("annotations", "'no key %': v"), ("labels", "k%: 5")] {
        let parts = |count| all(count, |n| part.replace('%', &n.to_string()));
        grows(group, &|count| component(&format!("{group}: {{{}}}", parts(count)), ""));
    }
    grows("types", &|count| {
        let widget = |name: &str, value: &str| {
            let spec = all(count, |n| format!("x{n}: {value}"));
            entity("a.example/v1\nkind: Widget", &format!("name: {name}"), &spec)
        };
        widget("a", "1") + &widget("b", "large")
    });
}
