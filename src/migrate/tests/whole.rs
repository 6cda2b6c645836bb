//! That nothing acts in the place of what is not taken in, and that no part passes for the whole.

use super::{exported, imported, told};
use crate::grammar::Neighbour;
use crate::migrate::Fate;
use crate::migrate::export;
use crate::model::Kind;
use crate::resolve::MemoryLoader;
use crate::workspace::load;

/// A promise whose fields have defaults, and requests of it, each with its `spec`.
fn requests(specs: &[&str]) -> String {
    let promise = "apiVersion: platform.kratix.io/v1alpha1\nkind: Promise\nmetadata: {name: db}\nspec: {api: {\
        apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: dbs.e.com}, spec: {\
        group: e.com, scope: SCOPE, names: {kind: Db, plural: dbs, singular: db}, versions: [{name: v1, served: true, storage: true, \
        schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {\
        size: {type: string, enum: [small, large], default: small}, n: {type: number}, \
        deep: {type: object, properties: {mode: {type: string, enum: [a, b], default: a}}}, \
        list: {type: array, items: {type: object, properties: {m: {type: integer, maximum: 3}}}}}}}}}}]}}}\n";
    let request = |(number, spec): (usize, &&str)| {
        format!("---\napiVersion: e.com/v1\nkind: Db\nmetadata: {{name: r{number}, namespace: shop}}\nspec: {spec}\n")
    };
    specs.iter().enumerate().map(request).fold(promise.replace("SCOPE", "Namespaced"), |all, one| all + &one)
}

#[test]
fn a_request_does_not_ask_for_a_default_in_the_place_of_a_value_that_is_refused() {
    for (spec, place) in [
        ("{size: medium}", "/spec/size"),
        ("{n: text}", "/spec/n"),
        ("{size: large, n: text}", "/spec/n"),
        ("{deep: {mode: c}}", "/spec/deep/mode"),
        ("{list: [{m: 1}, {m: 9}]}", "/spec/list"),
        ("{n: 1e400}", "`n` is not taken in"),
        ("{deep: {mode: .inf}}", "`deep` is not taken in"),
    ] {
        let imported = imported(Neighbour::Kratix, &[("a.yaml", &requests(&[spec, "{size: large}"]))]);
        let told = told(&imported);
        let is_told = |line: &&String| line.contains("the whole of document 2 is left out") && line.contains(place);
        assert_eq!(told.iter().filter(is_told).count(), 1, "{spec}: {told:#?}");
        assert_eq!(imported.objects[&Kind::Request], 1, "{spec}: {told:#?}");
    }
    // What its promise knows nothing of says nothing, wherever it stands.
    let imported = imported(Neighbour::Kratix, &[("a.yaml", &requests(&["{size: large, odd: 1, deep: {odd: 2}}"]))]);
    assert_eq!(imported.objects[&Kind::Request], 1, "{:#?}", told(&imported));
}

#[test]
fn what_judges_runs_or_delivers_is_left_out_where_a_part_of_it_could_not_be_read() {
    let scorecard = |filter: &str| {
        format!(
            r#"[{{"identifier": "b", "schema": {{"properties": {{}}}}}}, {{"identifier": "s", "blueprint": "b", "title": "S", {filter}, "rules": []}}]"#
        )
    };
    let judged = imported(Neighbour::Port, &[("a.json", &scorecard(r#""filter": [1e400]"#))]);
    assert_eq!(judged.objects.get(&Kind::Scorecard), None, "{:#?}", told(&judged));
    assert!(
        told(&judged).iter().any(|line| line.contains("it would act otherwise without it")),
        "{:#?}",
        told(&judged)
    );
    // What is only read leaves it as it is.
    let shown = imported(Neighbour::Port, &[("a.json", &scorecard(r#""description": 1e400"#))]);
    assert_eq!(shown.objects.get(&Kind::Scorecard), Some(&1), "{:#?}", told(&shown));
    let destination = "apiVersion: platform.kratix.io/v1alpha1\nkind: Destination\nmetadata: {name: d}\nspec: {path: .inf, stateStoreRef: {name: s, kind: \
                       GitStateStore}}\n";
    let delivered = imported(Neighbour::Kratix, &[("a.yaml", destination)]);
    assert_eq!(delivered.objects.get(&Kind::Destination), None, "{:#?}", told(&delivered));
}

#[test]
fn a_namespace_that_is_no_text_is_not_that_of_everybody() {
    let entity = |namespace: &str, name: &str| {
        format!(
            "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: y{namespace}}}\nspec: {{type: {name}, lifecycle: b, owner: c}}\n"
        )
    };
    let text = entity(", namespace: 5", "wrong") + &entity("", "right");
    let imported = imported(Neighbour::Backstage, &[("a.yaml", &text)]);
    let told = told(&imported);
    assert!(told.iter().any(|line| line.contains("its namespace is no text")), "{told:#?}");
    assert!(imported.files.values().any(|text| text.contains("right")), "{:#?}", imported.files);
}

#[test]
fn an_entity_does_not_have_a_default_in_the_place_of_a_value_that_is_refused() {
    let blueprint = r#"{"identifier": "b", "schema": {"properties": {"tier": {"type": "string", "enum": ["x", "y"], "default": "x"},
        "n": {"type": "number", "default": 1}, "plain": {"type": "number"}}}}"#;
    for (properties, left) in [
        (r#"{"tier": "z"}"#, 0),
        (r#"{"n": 1e400}"#, 0),
        (r#"{"tier": "y", "n": "text"}"#, 0),
        (r#"{"tier": null}"#, 1),
        (r#"{"tier": "y", "plain": "text", "odd": 1}"#, 1),
    ] {
        let text = format!(r#"[{blueprint}, {{"identifier": "e", "blueprint": "b", "properties": {properties}}}]"#);
        let imported = imported(Neighbour::Port, &[("a.json", &text)]);
        let told = told(&imported);
        assert_eq!(imported.objects.get(&Kind::Entity).copied().unwrap_or_default(), left, "{properties}: {told:#?}");
        let acts = told.iter().any(|line| line.contains("`/1` is left out") && line.contains("would act in its place"));
        assert_eq!(acts, left == 0, "{properties}: {told:#?}");
    }
    let module = "resource \"port_blueprint\" \"b\" {\n  identifier = \"b\"\n  title = \"B\"\n  properties = { string_props = { tier = { default = \"x\" } } }\n}\n\
        variable \"v\" {}\nresource \"port_entity\" \"e\" {\n  identifier = \"e\"\n  blueprint = \"b\"\n  properties = { string_props = { tier = var.v } }\n}\n";
    let imported = imported(Neighbour::Port, &[("main.tf", module)]);
    assert_eq!(imported.objects.get(&Kind::Entity), None, "{:#?}", told(&imported));
}

#[test]
fn a_scorecard_whose_filter_cannot_be_said_judges_nobody() {
    let text = r#"[{"identifier": "b", "schema": {"properties": {"p": {"type": "string"}}}},
        {"identifier": "s", "blueprint": "b", "title": "S", "filter": {"combinator": "and", "conditions": [{"operator": "odd", "property": "p"}]},
         "levels": [{"title": "A", "color": "red"}, {"title": "B", "color": "green"}], "rules": []}]"#;
    let imported = imported(Neighbour::Port, &[("a.json", text)]);
    assert!(!imported.objects.contains_key(&Kind::Scorecard));
    let told = told(&imported);
    assert!(matches!(&*told, [one] if one.contains("`/1` is left out for `/1/filter`")), "{told:#?}");

    let out = |scorecard: &str| {
        let text = format!(
            "blueprint b {{ property p string; }}\nblueprint c {{ property k string; relation to b; }}\nscorecard s for=b {{ base A; {scorecard} }}\n"
        );
        let loaded = load(&MemoryLoader::new([("plat.kdl", "project demo\n"), ("a.kdl", &text)])).unwrap();
        assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
        let exported = export(Neighbour::Port, &loaded.project);
        let losses =
            exported.losses.iter().map(|(address, _, loss)| format!("{address} {}: {}", loss.place, loss.reason));
        (exported.documents.get("scorecards.json").map_or(0, Vec::len), exported.text(), losses.collect::<Vec<_>>())
    };
    let nested = "any { all { p is x; p is y; }; p is z; }";
    let (count, _, losses) = out(&format!("only-for {{ {nested}; }}; level B {{ rule r {{ p is x; }}; }};"));
    assert_eq!(count, 0);
    assert!(matches!(&*losses, [one] if one.contains("it would judge every entity")), "{losses:?}");
    // A rule without its conditions would be another one.
    let (count, text, losses) = out(&format!("level B {{ rule r {{ p is x; }}; rule q {{ {nested}; }}; }};"));
    assert!(count == 1 && text.contains("\"r\"") && !text.contains("\"q\""), "{text}");
    assert!(matches!(&*losses, [one] if one.starts_with("scorecard:s rules.q: ")), "{losses:?}");
}

#[test]
fn scorecards_of_one_name_on_two_blueprints_are_two() {
    let blueprint = |name: &str| format!(r#"{{"identifier": "{name}", "schema": {{"properties": {{}}}}}}"#);
    let scorecard = |blueprint: &str, title: &str| {
        format!(
            r#"{{"identifier": "s", "blueprint": "{blueprint}", "title": "{title}", "levels": [{{"title": "A"}}, {{"title": "B"}}], "rules": []}}"#
        )
    };
    let all = [blueprint("a"), blueprint("b"), scorecard("a", "One"), scorecard("b", "Two")];
    let text = format!("[{}]", all.join(","));
    let imported = imported(Neighbour::Port, &[("a.json", &text)]);
    assert_eq!(imported.objects[&Kind::Scorecard], 2, "{:#?}", told(&imported));
    assert!(imported.files["blueprints/b.kdl"].contains("scorecard s_b for=b"), "{:#?}", imported.files);
    let out = exported(Neighbour::Port, &imported.files);
    for (given, title) in [("a", "One"), ("b", "Two")] {
        let of =
            |one: &&String| one.contains(&format!(r#""blueprint":"{given}""#)) && one.contains(r#""identifier":"s""#);
        let found: Vec<&String> = out["scorecards.json"].iter().filter(of).collect();
        assert!(matches!(&*found, [one] if one.contains(title)), "{out:#?}");
    }
}

#[test]
fn what_is_least_is_read_back_as_what_it_was() {
    let project = "blueprint b\nteam core\nscorecard s for=b { base A; level B; }\npage home\n";
    let loaded = load(&MemoryLoader::new([("plat.kdl", "project demo\n"), ("a.kdl", project)])).unwrap();
    let files = export(Neighbour::Port, &loaded.project).files();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let imported = imported(Neighbour::Port, &files);
    assert_eq!(told(&imported), Vec::<String>::new());
    let objects: Vec<(Kind, usize)> = imported.objects.iter().map(|(kind, count)| (*kind, *count)).collect();
    let all = [Kind::Blueprint, Kind::Scorecard, Kind::Team, Kind::Page];
    assert!(objects.len() == all.len() && all.iter().all(|kind| objects.contains(&(*kind, 1))), "{objects:?}");
}

#[test]
fn one_page_of_several_and_an_error_of_an_api_are_told_as_that() {
    let blueprint = r#"{"identifier": "b", "schema": {"properties": {}}}"#;
    let group = r#"{"apiVersion": "backstage.io/v1alpha1", "kind": "Group", "metadata": {"name": "g"}, "spec": {"type": "t", "children": []}}"#;
    let store = r#"{"apiVersion": "platform.kratix.io/v1alpha1", "kind": "GitStateStore", "metadata": {"name": "s"}, "spec": {"url": "https://e.com/r", "branch": "main"}}"#;
    for (neighbour, text, place) in [
        (Neighbour::Port, format!(r#"{{"ok": true, "blueprints": [{blueprint}], "next": "abc"}}"#), "/next"),
        (
            Neighbour::Port,
            format!(r#"{{"blueprints": [{blueprint}], "hasNextPage": true, "nextCursor": null}}"#),
            "/hasNextPage",
        ),
        (
            Neighbour::Backstage,
            format!(r#"{{"items": [{group}], "totalItems": 9, "pageInfo": {{"nextCursor": "x"}}}}"#),
            "/pageInfo/nextCursor",
        ),
        (
            Neighbour::Kratix,
            format!(r#"{{"apiVersion": "v1", "kind": "List", "metadata": {{"continue": "x"}}, "items": [{store}]}}"#),
            "/metadata/continue",
        ),
    ] {
        let imported = imported(neighbour, &[("a.json", &text)]);
        let told = told(&imported);
        let is_told =
            |line: &String| line.contains(&format!("E0802 `{place}`")) && line.contains("one page of several");
        assert!(imported.objects.len() == 1 && told.len() == 1 && told.iter().all(is_told), "{text}: {told:#?}");
    }
    let last =
        format!(r#"{{"ok": true, "blueprints": [{blueprint}], "next": null, "hasMore": false, "nextCursor": ""}}"#);
    assert_eq!(told(&imported(Neighbour::Port, &[("a.json", &last)])), Vec::<String>::new());
    for (neighbour, text, said) in [
        (
            Neighbour::Port,
            r#"{"ok": false, "error": "unauthorized", "message": "no login"}"#,
            "(`unauthorized: no login`)",
        ),
        (
            Neighbour::Backstage,
            r#"{"error": {"name": "NotFoundError", "message": "none"}, "response": {"statusCode": 404}}"#,
            "(`NotFoundError: none`)",
        ),
        (
            Neighbour::Kratix,
            r#"{"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "forbidden"}"#,
            "(`forbidden`)",
        ),
    ] {
        let imported = imported(neighbour, &[("a.json", text)]);
        let told = told(&imported);
        assert!(
            matches!(&*told, [one] if one.contains("the error that an API answered") && one.contains(said)),
            "{told:#?}"
        );
    }
}

#[test]
fn a_request_of_a_version_that_its_promise_does_not_have_is_left_out_and_counted() {
    let text = requests(&["{size: large}"]).replace("e.com/v1\n", "e.com/v9\n");
    let imported = imported(Neighbour::Kratix, &[("a.yaml", &text)]);
    let told = told(&imported);
    assert!(told.iter().any(|line| line.contains("E0804") && line.contains("it has `e.com/v1`")), "{told:#?}");
    let left: Vec<_> = imported.left_out().collect();
    assert_eq!(left, [(crate::migrate::Thing::Object(Kind::Request), 1)]);
    assert!(!imported.fates.contains_key(&Fate::Unknown));
}

#[test]
fn what_asks_for_an_api_of_the_cluster_goes_out_without_a_namespace() {
    let text = requests(&["{size: large}"]).replace("Namespaced", "Cluster");
    let said = imported(Neighbour::Kratix, &[("a.yaml", &text.replace(", namespace: shop", ""))]);
    let out = exported(Neighbour::Kratix, &said.files);
    assert!(out["requests.yaml"].iter().all(|one| !one.contains("namespace")), "{out:#?}");
    let project = said.files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let more = "request db r0 namespace=other { size large; }\nrequest db r1 namespace=n { size large; }\n";
    let project = project.chain([("plat.kdl", "project demo\n"), ("more.kdl", more)]);
    let exported = export(Neighbour::Kratix, &load(&MemoryLoader::new(project)).unwrap().project);
    let losses: Vec<_> = exported.losses.iter().map(|(address, _, loss)| format!("{address} {}", loss.place)).collect();
    assert_eq!(exported.documents["requests.yaml"].len(), 2, "{losses:?}");
    // Of two of one name in two namespaces the second would be the first.
    assert_eq!(losses, ["request:db:other/r0 namespace", "request:db:n/r1 namespace", "request:db:default/r0 "]);
}

#[test]
fn an_entity_of_backstage_does_not_take_the_place_of_another_one() {
    let entity = |metadata: &str, kind: &str| {
        format!(
            "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {metadata}\nspec: {{type: {kind}, lifecycle: x, owner: o}}\n"
        )
    };
    let text = entity("{name: a/b}", "wrong") + &entity("{name: b, namespace: a}", "right");
    let imported = imported(Neighbour::Backstage, &[("catalog-info.yaml", &text)]);
    let told = told(&imported);
    assert!(told.iter().any(|line| line.contains("document 1 is left out for `/metadata/name`")), "{told:#?}");
    assert!(imported.files["entities/component.kdl"].contains("type right"), "{:#?}", imported.files);
}

#[test]
fn a_number_that_a_float_is_comes_in_as_that() {
    let text = r#"[{"identifier": "b", "schema": {"properties": {"n": {"type": "number"}, "m": {"type": "number"}}}},
        {"identifier": "e", "blueprint": "b", "properties": {"n": 9223372036854775808, "m": -18446744073709551616}}]"#;
    let imported = imported(Neighbour::Port, &[("a.json", text)]);
    assert_eq!(told(&imported), Vec::<String>::new());
    let out = exported(Neighbour::Port, &imported.files);
    assert!(out["entities.json"][0].contains(r#""m":-18446744073709552000,"n":9223372036854776000"#), "{out:#?}");
}

#[test]
fn what_a_name_says_to_be_a_secret_is_told_wherever_it_stands() {
    let text = r#"[{"identifier": "b", "schema": {"properties": {"dbPassword": {"type": "string"}, "api_key": {"type": "string"}, "secretName": {"type": "string"}, "env": {"type": "array"}}}},
        {"identifier": "e", "blueprint": "b", "properties": {"dbPassword": "hunter22", "api_key": "{{ .secrets.KEY }}", "secretName": "db-login", "env": [{"name": "API_TOKEN", "value": "abcdef123"}]}}]"#;
    let imported = imported(Neighbour::Port, &[("a.json", text)]);
    let told = told(&imported);
    let of = |name: &str| {
        told.iter().filter(|line| line.contains("E0806") && line.contains(&format!("`{name}` in it"))).count()
    };
    assert_eq!((of("dbPassword"), of("value"), told.len()), (1, 1, 2), "{told:#?}");
}

#[test]
fn what_remains_of_a_list_of_kubernetes_is_told() {
    let store = r#"{"apiVersion": "platform.kratix.io/v1alpha1", "kind": "GitStateStore", "metadata": {"name": "s"}, "spec": {"url": "https://e.com/r", "branch": "main"}}"#;
    for (remaining, count) in [(4, 1), (0, 0)] {
        let list = format!(
            r#"{{"apiVersion": "v1", "kind": "List", "metadata": {{"remainingItemCount": {remaining}}}, "items": [{store}]}}"#
        );
        let imported = imported(Neighbour::Kratix, &[("a.json", &list)]);
        let told = told(&imported);
        assert_eq!((told.len(), imported.is_part()), (count, count > 0), "{told:#?}");
        assert!(told.iter().all(|line| line.contains("E0802 `/metadata/remainingItemCount`")), "{told:#?}");
    }
}
