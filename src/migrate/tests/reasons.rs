//! That what is told of a part is why that part is not taken in, at the place where it stands.

use super::{imported, told};
use crate::grammar::Neighbour;

/// The documents of a neighbour in; what is told, each with its place.
#[track_caller]
fn are_told(neighbour: Neighbour, name: &str, text: &str, expected: &[&str]) {
    let told = told(&imported(neighbour, &[(name, text)]));
    assert_eq!(told, expected.iter().map(|line| format!("{name}:{line}")).collect::<Vec<_>>(), "{told:#?}");
}

const SERVICE: &str = r#"{"identifier": "service", "schema": {"properties": {"tier": {"type": "string", "enum": ["a"]},
    "n": {"type": "number"}}, "required": ["tier"]}}"#;

const PROMISE: &str = "
apiVersion: platform.kratix.io/v1alpha1
kind: Promise
metadata: {name: db}
spec:
  api:
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: dbs.acme.io}
    spec:
      group: acme.io
      names: {kind: Db, plural: dbs, singular: db}
      scope: Namespaced
      versions:
      - name: v1
        served: true
        storage: true
        schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, required: [size, box], properties: {
          size: {type: string, enum: [small, large]},
          box: {type: object, required: [lid], properties: {lid: {type: string, pattern: '^ok$'}}}}}}}}
";

#[test]
fn an_object_that_cannot_be_without_a_value_is_left_out_for_what_is_wrong_with_that() {
    let request = |name: &str, spec: &str| {
        format!("---\napiVersion: acme.io/v1\nkind: Db\nmetadata: {{name: {name}, namespace: team}}\nspec: {spec}\n")
    };
    let text = [
        PROMISE.to_owned(),
        request("a", "{size: xl, box: {lid: ok}}"),
        request("b", "{size: small, box: {lid: no1}}"),
        request("c", "{size: small}"),
        request("d", "none"),
        request("e", "{size: small, box: {lid: ok}}"),
    ];
    are_told(
        Neighbour::Kratix,
        "a.yaml",
        &text.concat(),
        &[
            "25:14: E0804 the whole of document 2 is left out for `/spec/size`: `xl` is not one of the values of `size` (E0402)",
            "30:32: E0804 the whole of document 3 is left out for `/spec/box/lid`: `no1` does not match the pattern of `box.lid` (E0405)",
            "32:1: E0804 the whole of document 4 is left out: db `c` has no `box`, which is required (E0407)",
            "40:7: E0804 the whole of document 5 is left out for `/spec`: it is no object",
        ],
    );
    let entity = |name: &str, rest: &str| format!(r#"{{"identifier": "{name}", "blueprint": "service", {rest}}}"#);
    let text = [
        SERVICE.to_owned(),
        entity("a", r#""properties": {"n": "x", "tier": "z"}"#),
        entity("b", r#""properties": {"n": 1}"#),
        entity("c", r#""properties": "x""#),
        r#"{"identifier": "d", "blueprint": "gone", "properties": {}}"#.to_owned(),
    ];
    are_told(
        Neighbour::Port,
        "a.json",
        &format!("[{}]", text.join(",\n")),
        &[
            "3:78: E0804 `/1` is left out for `/1/properties/tier`: `z` is not one of the values of `tier` (E0402)",
            "4:1: E0804 `/2` is left out: service `b` has no `tier`, which is required (E0407)",
            "5:59: E0804 `/3` is left out for `/3/properties`: it is no object",
            "6:34: E0804 `/4` is left out for `/4/blueprint`: there is no blueprint `gone` (E0302)",
        ],
    );
}

#[test]
fn a_line_that_cannot_be_written_without_a_word_is_left_out_for_what_stands_there() {
    let action = |name: &str, trigger: &str| {
        format!(r#"{{"identifier": "{name}", "invocationMethod": {{"type": "KAFKA"}}, "trigger": {trigger}}}"#)
    };
    let text = [
        action("a", r#"{"type": "automation", "event": {"type": "PARTY"}}"#),
        action("b", r#"{"type": "self-service", "operation": "DANCE", "userInputs": {"properties": {}}}"#),
        action("c", r#"{"type": "party", "operation": "CREATE"}"#),
        r#"{"identifier": "s", "blueprint": "gone", "levels": [{"title": "A"}, {"title": "B"}], "rules": []}"#
            .to_owned(),
    ];
    are_told(
        Neighbour::Port,
        "a.json",
        &format!("[{}]", text.join(",\n")),
        &[
            "1:113: E0804 `/0` is left out for `/0/trigger/event/type`: the other side has no word for `PARTY`",
            "2:109: E0804 `/1` is left out for `/1/trigger/operation`: the other side has no word for `DANCE`",
            "3:80: E0803 `/2/trigger/type` is kept for Port alone: plat knows `self-service` alone here",
            "4:34: E0804 `/3` is left out for `/3/blueprint`: there is no blueprint or promise `gone` (E0302)",
        ],
    );
}

#[test]
fn each_part_is_kept_for_its_own_reason() {
    let rule = |name: &str, level: &str, condition: &str| {
        format!(
            r#"{{"identifier": "{name}", "level": "{level}", "query": {{"combinator": "and", "conditions": [{condition}]}}}}"#
        )
    };
    let rules = [
        rule("a", "Gold", r#"{"property": "gone", "operator": "isNotEmpty"}"#),
        rule("b", "Lead", r#"{"property": "tier", "operator": "isNotEmpty"}"#),
        rule("c", "Gold", r#"{"property": "tier", "operator": ">", "value": 1}"#),
    ];
    let card = format!(
        r#"{{"identifier": "s", "blueprint": "service", "levels": [{{"title": "A"}}, {{"title": "Gold"}}], "rules": [
{}]}}"#,
        rules.join(",\n")
    );
    let action = r#"{"identifier": "x", "trigger": {"type": "self-service", "operation": "CREATE", "userInputs": {"properties": {"i": {"type": "string"}},
"required": ["i", "gone"]}}, "invocationMethod": {"type": "WEBHOOK", "url": "https://e.example",
"method": "DANCE",
"agent": 5}}"#;
    let blueprint = r#"{"identifier": "other", "schema": {"properties": {
"a": {"type": "strng"},
"b": {"type": "array", "items": {"type": "nmber"}}}},
"ownership": {"type": "Inherited",
"path": "gone"},
"calculationProperties": {"c": {"type": "string"}, "d": {"type": "string",
"calculation": 5}}}"#;
    are_told(
        Neighbour::Port,
        "a.json",
        &format!("[{SERVICE},\n{card},\n{action},\n{blueprint}]"),
        &[
            "4:47: E0803 `/1/rules/0/query` is kept for Port alone: `service` has no `gone` (E0450)",
            "5:1: E0803 `/1/rules/1` is kept for Port alone: there is no level `Lead` for it, only `Gold`",
            "6:47: E0803 `/1/rules/2/query` is kept for Port alone: `above` does not go with `tier`, which is an enum (E0452)",
            "8:13: E0803 `/2/trigger/userInputs/required` is kept for Port alone: it names `gone`, which is not among what is taken in",
            "9:11: E0803 `/2/invocationMethod/method` is kept for Port alone: `DANCE` is no method (E0206)",
            "10:10: E0803 `/2/invocationMethod/agent` is kept for Port alone: agent is `#true` or `#false`, not a number (E0205)",
            "12:6: E0803 `/3/schema/properties/a` is kept for Port alone: the language has no words for a value of this type",
            "13:33: E0803 `/3/schema/properties/b/items` is kept for Port alone: the language has no words for a value of this type",
            "14:23: E0803 `/3/ownership/type` is kept for Port alone: `other` has no `gone` (E0450)",
            "15:9: E0803 `/3/ownership/path` is kept for Port alone: `other` has no `gone` (E0450)",
            "16:32: E0803 `/3/calculationProperties/c` is kept for Port alone: `calculation` needs a `jq` (E0211)",
            "16:57: E0803 `/3/calculationProperties/d` is kept for Port alone: expression is text, not a number (E0205)",
        ],
    );
}

#[test]
fn what_entities_of_a_kind_of_ones_own_have_of_several_types_is_kept_for_that() {
    let widget = |name: &str, spec: &str| {
        format!("---\napiVersion: a.example/v1\nkind: Widget\nmetadata: {{name: {name}}}\nspec: {spec}\n")
    };
    let unlike = |one: &str, other: &str| {
        format!(
            "is kept for Backstage alone: it is {one} in one entity of this kind and {other} in another: a property has one type"
        )
    };
    let [size, shape] = [unlike("a number", "a string"), unlike("a string", "an object")];
    are_told(
        Neighbour::Backstage,
        "catalog-info.yaml",
        &[
            widget("a", "{size: 1, shape: round}"),
            widget("b", "{size: large, shape: {of: box}}"),
            widget("c", "{size: 2}"),
        ]
        .concat(),
        &[
            &*format!("5:14: E0803 `/spec/size` of document 1 {size}"),
            &*format!("5:24: E0803 `/spec/shape` of document 1 {shape}"),
            &*format!("10:14: E0803 `/spec/size` of document 2 {size}"),
            &*format!("10:28: E0803 `/spec/shape` of document 2 {shape}"),
            &*format!("15:14: E0803 `/spec/size` of document 3 {size}"),
        ],
    );
}

#[test]
fn what_is_of_nothing_is_told_by_that() {
    let entities = [
        r#"{"identifier": "a", "blueprint": "", "properties": {}}"#,
        r#"{"identifier": "b", "blueprint": 5, "properties": {}}"#,
        r#"{"identifier": "c", "properties": {}}"#,
    ];
    let card = r#"{"identifier": "d", "blueprint": "", "rules": []}"#;
    are_told(
        Neighbour::Port,
        "a.json",
        &format!(
            "{{\"blueprints\": [{SERVICE}], \"entities\": [\n{}], \"scorecards\": [\n{card}]}}",
            entities.join(",\n")
        ),
        &[
            "3:34: E0804 `/entities/0` is left out for `/entities/0/blueprint`: its `blueprint` is empty",
            "4:34: E0804 `/entities/1` is left out for `/entities/1/blueprint`: its `blueprint` is no text",
            "5:1: E0804 `/entities/2` is left out: it has no `blueprint`",
            "6:34: E0804 `/scorecards/0` is left out for `/scorecards/0/blueprint`: its `blueprint` is empty",
        ],
    );
}

/// What Backstage asks of a namespace is told beside it.
#[test]
fn an_entity_whose_namespace_can_be_none_is_told_at_that() {
    let entity = |namespace: &str, name: &str| {
        format!(
            "---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: {name}\n  namespace: {namespace}\nspec: {{type: t, children: []}}\n"
        )
    };
    let refused = |at: &str, of: usize, why: &str| {
        format!(
            "{at}: E0807 `/metadata/namespace` of document {of} is refused by Backstage: it holds {why}; right is lower-case letters, digits and `-`, with a letter or a digit at both ends; at most 63 characters"
        )
    };
    let [first, second, third] = [refused("6:14", 1, "' '"), refused("13:14", 2, "'['"), refused("20:14", 3, "'/'")];
    are_told(
        Neighbour::Backstage,
        "catalog-info.yaml",
        &[entity("\"of all\"", "a"), entity("\"[x]\"", "b"), entity("a/b", "c")].concat(),
        &[
            "6:14: E0804 the whole of document 1 is left out for `/metadata/namespace`: \"of all/a\" is no id: it holds ' ' (E0220)",
            &*first,
            "13:14: E0804 the whole of document 2 is left out for `/metadata/namespace`: \"[x]/b\" is no id: it holds '[' (E0220)",
            &*second,
            "19:9: E0803 `/metadata/name` of document 3 is kept for Backstage alone: its name and its namespace would be parted at another `/`",
            "20:14: E0803 `/metadata/namespace` of document 3 is kept for Backstage alone: its name and its namespace would be parted at another `/`",
            &*third,
        ],
    );
}
