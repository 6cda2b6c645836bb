//! What of an object is taken over, what is not, and why: field by field.

use super::{after, applied, loaded, others, take_over, taken};
use crate::model::{Address, parse_json};
use crate::session::{Planning, Refusal, plan};

/// An object of each kind with something that can be empty or `false`.
const ALL: &str = "project law
team payments {
    title Payments
    member ana@example.com
}
blueprint thing {
    title Thing
    property s string required
    property w array of=string unique
    property o object {
        field city string required
    }
    property tier enum {
        value a color=red
        value b
    }
    relation parts thing many
    relation main thing required
}
scorecard ready for=thing {
    title Ready
    only-for { s present }
    level Gold {
        rule r { s present; w present }
    }
}
action make create thing {
    title Make
    input name string required
    backend webhook url=\"https://example.com\" {
        send name $inputs.name
        report-status
    }
}
page home {
    title Home
    locked
}
state-store main git {
    url \"../a.git\"
}
destination production {
    store main
    labels a=b
    strict-labels
    encrypted
    drain
}
promise app {
    title App
    schedule a=b
}
entity thing one {
    title One
    team payments
    s x
    main one
    parts one
}
";

/// What others make of a field, by its object and its path, and the text that then stands in the place of another one.
type Emptied = (&'static str, &'static str, &'static str, &'static str, &'static str);

const EMPTIED: &[Emptied] = &[
    ("team:payments", "members", "[]", "    member ana@example.com\n", ""),
    ("blueprint:thing", "required", "[]", "string required\n    property w", "string\n    property w"),
    (
        "blueprint:thing",
        "properties.w",
        r#"{"type":"array","items":{"type":"string"},"uniqueItems":false}"#,
        " unique",
        "",
    ),
    (
        "blueprint:thing",
        "properties.o",
        r#"{"type":"object","properties":{"city":{"type":"string"}},"required":[]}"#,
        "city string required",
        "city string",
    ),
    (
        "blueprint:thing",
        "properties.o",
        r#"{"type":"object","properties":{},"required":[]}"#,
        "object {\n        field city string required\n    }\n",
        "object\n",
    ),
    (
        "blueprint:thing",
        "properties.tier",
        r#"{"type":"string","enum":["a","b"],"enumColors":{}}"#,
        "value a color=red",
        "value a",
    ),
    ("blueprint:thing", "relations.main", r#"{"target":"thing"}"#, "thing required", "thing"),
    (
        "scorecard:ready",
        "filter",
        r#"{"any":[{"field":"s","operator":"present","operands":[]}]}"#,
        "{ s present }",
        "{ any { s present } }",
    ),
    (
        "scorecard:ready",
        "rules.r",
        r#"{"level":"Gold","query":{"none":[{"field":"s","operator":"present"}]}}"#,
        "rule r { s present; w present }",
        "rule r { none { s present } }",
    ),
    (
        "scorecard:ready",
        "rules.r",
        r#"{"level":"Gold","query":{"field":"s","operator":"present"}}"#,
        "s present; w present",
        "s present",
    ),
    ("action:make", "required", "[]", "string required\n    backend", "string\n    backend"),
    (
        "action:make",
        "backend",
        r#"{"type":"webhook","settings":{"url":"https://example.com"},"send":{},"reportStatus":false}"#,
        "        send name $inputs.name\n        report-status\n",
        "        report-status #false\n",
    ),
    ("page:home", "locked", "false", "    locked\n", ""),
    ("destination:production", "strictLabels", "false", "    strict-labels\n", ""),
    ("destination:production", "encrypted", "false", "    encrypted\n", ""),
    ("destination:production", "drain", "false", "    drain\n", ""),
    ("destination:production", "labels.a", "", "    labels a=b\n", ""),
    ("promise:app", "schedule", "{}", "    schedule a=b\n", ""),
    ("entity:thing:one", "team", "[]", "    team payments\n", ""),
    ("entity:thing:one", "relations.parts", "[]", "    parts one\n", "    (array)parts\n"),
];

#[test]
fn what_became_empty_or_false_is_taken_over_and_says_nothing_any_more() {
    for (object, path, json, from, to) in EMPTIED {
        assert_eq!(ALL.matches(from).count(), 1, "{from}");
        assert_eq!(taken(ALL, object, path, json), Ok(ALL.replace(from, to)), "{object} {path} {json}");
    }
    let left = r#"{"type":"string","enum":["b"],"enumColors":{"a":"red"}}"#;
    let without = ALL.replace("        value a color=red\n", "");
    assert_eq!(taken(ALL, "blueprint:thing", "properties.tier", left), Ok(without));
}

/// What others make of fields of an object.
type Edits<'a> = (&'a str, &'a [(&'a str, &'a str)]);

/// What is taken over, and what is not.
fn both(text: &str, edits: &[Edits<'_>]) -> (String, Vec<Refusal>) {
    let mut targets = applied(text);
    for (object, fields) in edits {
        let value = |(path, json): &(&str, &str)| ((*path).to_owned(), parse_json(json.as_bytes()).ok());
        let edits = if fields.is_empty() { None } else { Some(fields.iter().map(value).collect()) };
        others(&mut targets, &Address::parse(object).unwrap(), edits);
    }
    let adoption = take_over(text, &mut targets, "*");
    let now = after(text, &adoption);
    // What was taken over is no change any more, and the rest still is one.
    let planned = plan(&loaded(&now), &mut targets, Planning::default()).unwrap();
    assert_eq!(planned.has_changes(), !adoption.refused.is_empty());
    assert!(planned.violations.iter().all(|violation| !violation.denies), "{:?}", planned.violations);
    (now, adoption.refused)
}

#[test]
fn a_field_that_cannot_be_said_leaves_the_others_to_be_taken_over() {
    let (now, refused) = both(
        ALL,
        &[
            (
                "blueprint:thing",
                &[
                    ("title", "\"Other\""),
                    ("properties.s", r#"{"type":"string","x-port":1}"#),
                    ("relations.parts", r#"{"target":"thing","many":true,"rule":1}"#),
                    ("required", "[]"),
                ],
            ),
            ("page:home", &[("type", ""), ("title", "\"Start\""), ("locked", "false")]),
        ],
    );
    let expected = ALL
        .replace("title Thing", "title Other")
        .replace("s string required", "s string")
        .replace("title Home\n    locked", "title Start");
    assert_eq!(now, expected);
    let found: Vec<(&str, Vec<&str>, &str)> = refused
        .iter()
        .map(|one| (&*one.address, one.fields.iter().map(String::as_str).collect(), &*one.reason))
        .collect();
    assert_eq!(
        found,
        [
            (
                "blueprint:thing",
                vec!["properties.s"],
                "`properties.s`: the language has no words for `x-port` of a property"
            ),
            (
                "blueprint:thing",
                vec!["relations.parts"],
                "`relations.parts`: the language has no words for `rule` of a relation"
            ),
            (
                "page:home",
                vec!["type"],
                "where nothing is written, `type` is `dashboard`: set it to that in the catalog, or let `plat apply` set it back"
            ),
        ]
    );
    let lines: Vec<usize> = refused.iter().map(|one| ALL[..one.span.unwrap().start as usize].lines().count()).collect();
    assert_eq!(lines, [8, 17, 34]);
}

#[test]
fn fields_that_make_no_sense_without_each_other_are_taken_over_or_not_together() {
    let text = "project law\nblueprint thing\naction make create thing {\n    description D\n    input a string\n    input b string\n    \
                backend kafka\n}\n";
    let inputs = |b: &str| -> Vec<(&str, String)> {
        vec![
            ("description", "\"E\"".to_owned()),
            ("inputs.a", String::new()),
            ("inputs.b", b.to_owned()),
            ("inputs.c", r#"{"type":"string"}"#.to_owned()),
            ("order", r#"["c","b"]"#.to_owned()),
            ("operation", "\"none\"".to_owned()),
        ]
    };
    for (b, is_said) in [(r#"{"type":"number"}"#, true), (r#"{"type":"number","x":1}"#, false)] {
        let edits = inputs(b);
        let edits: Vec<(&str, &str)> = edits.iter().map(|(path, json)| (*path, json.as_str())).collect();
        let (now, refused) = both(text, &[("action:make", &edits)]);
        let number = if is_said { "number" } else { "string" };
        let expected = text
            .replace("description D", "description E")
            .replace("input a string\n    input b string", &format!("input c string\n    input b {number}"));
        assert_eq!(now, expected);
        let fields: Vec<&str> = refused.iter().flat_map(|one| &one.fields).map(String::as_str).collect();
        assert_eq!(fields, if is_said { vec!["operation"] } else { vec!["inputs.b", "operation"] });
    }
}

#[test]
fn what_a_policy_denies_is_not_taken_over() {
    let text = "project law\nblueprint thing {\n    property tier string\n}\nentity thing one {\n    title One\n    tier gold\n}\n\
                entity thing two {\n    tier lead\n}\npolicy tiers for=entity of=thing {\n    require { tier in gold silver }\n    \
                when { $identifier is one }\n}\npolicy told for=entity severity=warn {\n    require { tier is-not lead }\n}\n";
    let (now, refused) = both(
        text,
        &[
            ("entity:thing:one", &[("properties.tier", "\"lead\""), ("title", "\"First\"")]),
            ("entity:thing:two", &[("properties.tier", "\"tin\"")]),
        ],
    );
    assert_eq!(now, text.replace("title One", "title First").replace("tier lead", "tier tin"));
    let [refusal] = &refused[..] else { panic!("{refused:?}") };
    assert_eq!((&*refusal.address, &refusal.fields[..]), ("entity:thing:one", &["properties.tier".to_owned()][..]));
    let reason = &refusal.reason;
    assert!(reason.starts_with("the project would be wrong: plat.kdl:5:1, as it would be: "), "{reason}");
    assert!(reason.contains("`entity:thing:one` breaks the policy `tiers`: "), "{reason}");
    assert!(reason.ends_with("(E0750); the policy: plat.kdl:12:1"), "{reason}");
}

#[test]
fn a_policy_that_is_broken_already_keeps_nothing_from_being_taken_over() {
    let text = "project law\nteam one {\n    title One\n    description D\n}\npolicy titles for=team {\n    require { title is None }\n}\n";
    let mut targets = applied(&text.replace("is None", "is One"));
    let edits = Some(vec![("description".to_owned(), Some(crate::model::Value::string("E")))]);
    others(&mut targets, &Address::parse("team:one").unwrap(), edits);
    let adoption = take_over(text, &mut targets, "*");
    assert_eq!((after(text, &adoption), adoption.refused), (text.replace("description D", "description E"), vec![]));
}

#[test]
fn everything_that_would_be_wrong_is_named_with_its_place() {
    let text = "project law\nteam first\n// the type\nblueprint thing {\n    property a string\n}\nteam last {\n    title L\n}\nentity thing one {\n    \
                a x\n}\nentity thing two { a y; }\nscorecard s for=thing {\n    level A {\n        rule r { a present }\n    }\n}\n";
    let (now, refused) =
        both(text, &[("blueprint:thing", &[]), ("team:last", &[("title", "\"M\"")]), ("team:first", &[])]);
    assert_eq!(now, text.replace("title L", "title M").replace("team first\n", ""));
    let [refusal] = &refused[..] else { panic!("{refused:?}") };
    assert_eq!(refusal.reason, "the project would be wrong: 3 problems");
    let places: Vec<&str> = refusal.problems.iter().map(|problem| problem.split(": ").next().unwrap()).collect();
    assert_eq!(places, ["plat.kdl:10:8", "plat.kdl:13:8", "plat.kdl:14:17"], "{:?}", refusal.problems);
}
