#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use super::{Carried, Loss, Neighbour, document, object};
use crate::grammar::language;
use crate::model::{Kind, Map, Value, parse_json, write_json};
use crate::object::fixture;
use proptest::prelude::*;

fn json(text: &str) -> Map {
    match parse_json(text.as_bytes()).unwrap() {
        Value::Object(map) => map,
        other => panic!("{other:?}"),
    }
}

fn text(map: &Map) -> String {
    let mut bytes = Vec::new();
    write_json(&Value::Object(map.clone()), &mut bytes);
    String::from_utf8(bytes).unwrap()
}

fn places(losses: &[Loss]) -> Vec<&str> {
    losses.iter().map(|loss| &*loss.place).collect()
}

/// A condition without the blocks that say what their lines say.
fn plain(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(|item| item.clone().map(|item| plain(&item))).collect()),
        Value::Object(map) => {
            let mut map = map.clone();
            map.members.iter_mut().for_each(|member| member.value.value = plain(&member.value.value));
            match map.get("all").and_then(|parts| parts.as_array()) {
                Some([only]) if only.as_object().is_some_and(|only| only.get("all").is_some()) => only.value.clone(),
                _ => Value::Object(map),
            }
        }
        value => value.clone(),
    }
}

/// Carries a body out and back.
fn there_and_back(neighbour: Neighbour, kind: Kind, body: &Map) -> Option<(Carried, Carried)> {
    let names: Vec<(&str, Box<str>)> =
        [("blueprint", "b"), ("promise", "p"), ("id", "thing"), ("name", "thing"), ("namespace", "n")]
            .map(|(word, name)| (word, name.into()))
            .into();
    let out = document(neighbour, kind, &names, body, &|_| false, None)?;
    let back = object(neighbour, kind, &out.map, None)?;
    Some((out, back))
}

proptest! {
    /// What comes back is what went out, but for what was told to be lost; and what is lost is told once, on the way out.
    #[test]
    fn a_body_comes_back_as_it_went_but_for_what_is_told(noise in proptest::collection::vec(any::<u8>(), 8..96)) {
        for (neighbour, ..) in Neighbour::ALL {
            for (kind, word) in Kind::ALL {
                let mut body = fixture::body(kind, "thing", &noise);
                for (_, word, _) in Neighbour::ALL {
                    body.remove(word);
                }
                let Some((out, back)) = there_and_back(neighbour, kind, &body) else { continue };
                prop_assert_eq!(&back.losses, &[], "{:?} {} {}", neighbour, word, text(&out.map));
                let lost = places(&out.losses);
                for member in &body.members {
                    let name = &*member.name.value;
                    let is_whole = !lost.iter().any(|place| place.split('.').next() == Some(name));
                    if is_whole {
                        let came = back.map.get(name).map(|value| plain(value));
                        prop_assert_eq!(came, Some(plain(&member.value)), "{:?} {} {} {}", neighbour, word, name, text(&out.map));
                    }
                }
                for member in &back.map.members {
                    prop_assert!(body.get(&member.name.value).is_some(), "{:?} {} {}", neighbour, word, member.name.value);
                }
                let again = there_and_back(neighbour, kind, &back.map).unwrap();
                prop_assert_eq!(text(&again.0.map), text(&out.map), "{:?} {}", neighbour, word);
            }
        }
    }
}

#[test]
fn every_kind_with_a_neighbour_is_carried_and_the_others_are_not() {
    let kinds = |neighbour| -> Vec<&str> {
        let body = Map::default();
        let kinds = Kind::ALL
            .into_iter()
            .filter(|(kind, _)| document(neighbour, *kind, &[], &body, &|_| false, None).is_some());
        kinds.map(|(_, word)| word).collect()
    };
    let mut port = kinds(Neighbour::Port);
    port.sort_unstable();
    assert_eq!(port, ["action", "automation", "blueprint", "entity", "page", "scorecard", "team"]);
    let mut kratix = kinds(Neighbour::Kratix);
    kratix.sort_unstable();
    assert_eq!(kratix, ["destination", "promise", "promise-release", "request", "state-store"]);
    assert_eq!(kinds(Neighbour::Backstage), ["entity"]);
}

#[track_caller]
fn reads(neighbour: Neighbour, kind: Kind, document: &str, body: &str, lost: &[&str]) -> Carried {
    let carried = object(neighbour, kind, &json(document), None).unwrap();
    assert_eq!(text(&carried.map), text(&json(body)));
    assert_eq!(places(&carried.losses), lost, "{:?}", carried.losses);
    carried
}

#[test]
fn a_blueprint_of_port_is_one_and_what_has_no_place_is_named_by_its_pointer() {
    let carried = reads(
        Neighbour::Port,
        Kind::Blueprint,
        r#"{"identifier":"service","title":"Service","createdAt":"now","schema":{"properties":{"tier":{"type":"string","enum":["a"],"enumColors":{"a":"red"}}},"required":["tier"],"extra":1},
            "mirrorProperties":{},"calculationProperties":{"x":{"calculation":".a","type":"string"}},
            "relations":{"system":{"target":"system","many":true,"type":"odd"}},"ownership":{"type":"Direct"}}"#,
        r#"{"title":"Service","properties":{"tier":{"type":"string","enum":["a"],"enumColors":{"a":"red"}}},"required":["tier"],
            "relations":{"system":{"target":"system","many":true,"required":false}},
            "calculations":{"x":{"calculation":".a","type":"string"}},"ownership":{"type":"direct"}}"#,
        &["/relations/system/type", "/schema/extra"],
    );
    assert_eq!(carried.names, [("id", "service".into())]);
}

#[test]
fn a_scorecard_of_port_has_a_level_before_its_own_and_queries() {
    reads(
        Neighbour::Port,
        Kind::Scorecard,
        r#"{"identifier":"ready","title":"Ready","blueprint":"service",
            "filter":{"combinator":"or","conditions":[{"property":"tier","operator":"in","value":["a","b"]}]},
            "rules":[{"identifier":"r","title":"R","level":"Gold","query":{"combinator":"and","conditions":[
                {"property":"readme","operator":"isNotEmpty"},{"relation":"system","operator":"isNotEmpty"},
                {"property":"at","operator":"between","value":{"from":"x","to":"y"}}]}},
              {"identifier":"s","level":"Gold","query":{"property":"n","operator":">","value":0}}]}"#,
        r#"{"blueprint":"service","title":"Ready","filter":{"all":[{"any":[{"field":"tier","operator":"in","operands":["a","b"]}]}]},
            "levels":[{"title":"Bronze","color":"bronze"},{"title":"Silver","color":"silver"},{"title":"Gold","color":"gold"}],
            "rules":{"r":{"title":"R","level":"Gold","query":{"all":[{"field":"readme","operator":"present"},
                {"field":"system","operator":"present"},{"field":"at","operator":"between","operands":["x","y"]}]}},
              "s":{"level":"Gold","query":{"all":[{"field":"n","operator":"above","operands":[0]}]}}}}"#,
        &[],
    );
    reads(
        Neighbour::Port,
        Kind::Scorecard,
        r#"{"identifier":"ready","blueprint":"service","levels":[{"title":"Severe","color":"red"},{"title":"Low"}],
            "rules":[{"identifier":"r","level":"Low","query":{"combinator":"and","conditions":[{"property":"at","operator":"between","value":{"preset":"today"}}]}}, {"level":"Low"}]}"#,
        r#"{"blueprint":"service","base":{"title":"Severe","color":"red"},"levels":[{"title":"Low"}],"rules":{"r":{"judged":"elsewhere","level":"Low"}}}"#,
        &["/rules/0/query", "/rules/1"],
    );
}

#[test]
fn an_action_of_port_is_one_with_its_backend_and_what_that_is_sent() {
    reads(
        Neighbour::Port,
        Kind::Action,
        r#"{"identifier":"create","trigger":{"type":"self-service","operation":"DAY-2","blueprintIdentifier":"service",
              "userInputs":{"properties":{"name":{"type":"string"}},"required":["name"],"order":["name"]}},
            "invocationMethod":{"type":"GITHUB","org":"o","repo":"r","workflow":"w.yaml","reportWorkflowStatus":true,
              "workflowInputs":{"name":"{{ .inputs.name }}","run":"{{ .run.id }}","close":"{{.run.id}}","text":"a $ {{ .inputs[\"a-b\"] | ascii_downcase }}!",
                "sum":"{{ .inputs.a + 1 }}","token":"{{ .secrets.TOKEN }}","mixed":"x {{ .entity.title }}","count":3,"deep":{"a$":[1,{"by":"{{.inputs.name}}"}],"{{ .k }}":"{{.entity}}"}}},
            "requiredApproval":false,"publish":true}"#,
        r#"{"operation":"update","blueprint":"service","inputs":{"name":{"type":"string"}},"required":["name"],"order":["name"],
            "backend":{"type":"github","settings":{"org":"o","repo":"r","workflow":"w.yaml"},"reportStatus":true,
              "send":{"name":"$inputs.name","run":"$run.id","text":"a $$ ${inputs.a-b | lower}!","sum":{"jq":".inputs.a + 1"},
                "token":{"$secret":"TOKEN"},"mixed":{"jq":"\"x \\(.entity.title)\""},"count":3,"close":"$run.id",
                "deep":{"a$$":[1,{"by":"$inputs.name"}],"{{ .k }}":{"jq":".entity"}}}},"publish":true}"#,
        &[],
    );
    reads(
        Neighbour::Port,
        Kind::Action,
        r#"{"identifier":"up","trigger":{"type":"automation","event":{"type":"RUN_UPDATED"}},
            "invocationMethod":{"type":"UPSERT_ENTITY","blueprintIdentifier":"b","mapping":{"identifier":"{{ .inputs.id }}","properties":{"x":1}}}}"#,
        r#"{"backend":{"type":"upsert-entity","settings":{"blueprint":"b"},"send":{"identifier":"$inputs.id","properties":{"x":1}}}}"#,
        &["/trigger/event", "/trigger/type"],
    );
}

#[test]
fn what_a_neighbour_has_no_place_for_is_named_by_its_field() {
    let body = json(
        r#"{"blueprint":"service","description":"d","levels":[{"title":"Gold"}],"rules":{
            "a":{"level":"Gold","query":{"all":[{"field":"x","operator":"within","operands":["1d"]}]}},
            "b":{"level":"Gold","query":{"all":[{"any":[{"field":"x","operator":"present"},{"all":[]}]}]}},
            "c":{"level":"Gold","query":{"all":[{"field":"owner","operator":"present"}]}},
            "d":{"level":"Gold","query":{"all":[{"field":"a.b","operator":"present"}]}},
            "e":{"level":"Gold","query":{"all":[{"none":[{"field":"a","operator":"present"}]}]}}}}"#,
    );
    let names = [("id", "ready".into())];
    let carried = document(Neighbour::Port, Kind::Scorecard, &names, &body, &|field| field == "owner", None).unwrap();
    assert_eq!(
        places(&carried.losses),
        ["description", "rules.a.query", "rules.b.query", "rules.d.query", "rules.e.query"]
    );
    assert_eq!(
        text(&carried.map),
        text(&json(
            r#"{"identifier":"ready","blueprint":"service","levels":[{"title":"Basic","color":"paleBlue"},{"title":"Gold"}],"rules":[
                {"identifier":"a","level":"Gold"},{"identifier":"b","level":"Gold"},
                {"identifier":"c","level":"Gold","query":{"combinator":"and","conditions":[{"relation":"owner","operator":"isNotEmpty"}]}},
                {"identifier":"d","level":"Gold"},{"identifier":"e","level":"Gold"}]}"#
        ))
    );
}

#[test]
fn resources_of_kratix_are_objects() {
    reads(
        Neighbour::Kratix,
        Kind::Destination,
        r#"{"apiVersion":"platform.kratix.io/v1alpha1","kind":"Destination","metadata":{"name":"prod","labels":{"a.b/c":"d"}},
            "spec":{"stateStoreRef":{"name":"git"},"strictMatchLabels":true,"filepath":{"mode":"none"},"cleanup":"all"},"status":{"x":1}}"#,
        r#"{"store":"git","path":"prod","labels":{"a.b/c":"d"},"layout":"flat","strictLabels":true}"#,
        &["/spec/cleanup"],
    );
    reads(
        Neighbour::Kratix,
        Kind::Promise,
        r#"{"apiVersion":"platform.kratix.io/v1alpha1","kind":"Promise","metadata":{"name":"pg"},"spec":{"api":{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
            "metadata":{"name":"pgs.e.com"},"spec":{"group":"e.com","names":{"kind":"Pg","plural":"pgs","singular":"pg"},"scope":"Namespaced","versions":[{"name":"v1","served":true,"storage":true,
            "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"size":{"type":"string"}},"required":["size"]}}}}}]}},
            "dependencies":[{"kind":"Namespace"}],"destinationSelectors":[{"matchLabels":{"env":"prod"}}]}}"#,
        r#"{"group":"e.com","version":"v1","kind":"Pg","plural":"pgs","properties":{"size":{"type":"string"}},"required":["size"],"schedule":{"env":"prod"}}"#,
        &["/spec/dependencies"],
    );
}

#[test]
fn all_that_the_grammar_says_of_neighbours_is_a_way_or_a_word() {
    for shape in language().nodes() {
        for (neighbour, ..) in Neighbour::ALL {
            let Some(counterpart) = shape.elsewhere(neighbour) else { continue };
            assert!(!counterpart.text.contains("..") && !counterpart.text.ends_with('.'), "{}", shape.id());
        }
    }
}
