//! What each operator says of each type of value, and what paths and levels mean.

use super::world::*;
use crate::model::*;
use crate::scorecard::{Prepared, Truth, Verdict, evaluate};
use crate::source::Spanned;

/// 2026-01-20T00:00:00Z.
const NOW: i64 = 1_768_867_200;

/// A field of each type, with its value.
const VALUES: [(&str, Base, &str); 6] = [
    ("boolean", Base::Boolean, "true"),
    ("number", Base::Number, "3"),
    ("string", Base::String, r#""abc""#),
    ("date", Base::String, r#""2026-01-10T00:00:00Z""#),
    ("list", Base::Array, r#"["a","b"]"#),
    ("object", Base::Object, r#"{"k":1}"#),
];

/// Operator, operands, and what is said of a boolean, a number, a string, a date, a list, an object and nothing:
/// P for pass, F for fail, U for unknown.
const TABLE: [(&str, &str, &str); 47] = [
    ("present", "[]", "PPPPPPF"),
    ("absent", "[]", "FFFFFFP"),
    ("is", "[true]", "PFFFUUF"),
    ("is", "[3]", "FPFFUUF"),
    ("is", "[3.0]", "FPFFUUF"),
    ("is", r#"["abc"]"#, "FFPFUUF"),
    ("is", r#"["2026-01-10T01:00:00+01:00"]"#, "FFFFUUF"),
    ("is", r#"[""]"#, "FFFFUUF"),
    ("is", r#"["a"]"#, "FFFFUUF"),
    ("is-not", "[3]", "PFPPUUP"),
    ("is-not", "[false]", "PPPPUUP"),
    ("in", r#"["abc",3]"#, "FPPFUUF"),
    ("not-in", r#"["abc",3]"#, "PFFPUUP"),
    ("above", "[2]", "UPUUUUU"),
    ("above", "[3]", "UFUUUUU"),
    ("above", r#"["2026-01-09T23:59:59Z"]"#, "UUUPUUU"),
    ("above", r#"["2026-01-10T00:00:00Z"]"#, "UUUFUUU"),
    ("above", r#"["abc"]"#, "UUUUUUU"),
    ("below", "[3.5]", "UPUUUUU"),
    ("below", r#"["2026-01-10T00:00:00Z"]"#, "UUUFUUU"),
    ("at-least", "[3]", "UPUUUUU"),
    ("at-least", r#"["2026-01-10T01:00:00+01:00"]"#, "UUUPUUU"),
    ("at-most", "[2.5]", "UFUUUUU"),
    ("between", "[3,5]", "UPUUUUU"),
    ("between", "[5,3]", "UFUUUUU"),
    ("between", r#"["2026-01-01T00:00:00Z","2026-01-10T00:00:00Z"]"#, "UUUPUUU"),
    ("between", r#"[1,"2026-01-10T00:00:00Z"]"#, "UUUUUUU"),
    ("not-between", "[3,5]", "UFUUUUU"),
    ("contains", r#"["b"]"#, "UUPFPUF"),
    ("contains", "[3]", "UUFFFUF"),
    ("not-contains", r#"["b"]"#, "UUFPFUP"),
    ("contains-any", r#"["z","a"]"#, "UUPFPUF"),
    ("starts-with", r#"["ab"]"#, "UUPFUUF"),
    ("starts-with", "[3]", "UUUUUUU"),
    ("not-starts-with", r#"["ab"]"#, "UUFPUUP"),
    ("ends-with", r#"["c"]"#, "UUPFUUF"),
    ("not-ends-with", r#"["c"]"#, "UUFPUUP"),
    ("within", r#"["10d"]"#, "UUUPUUU"),
    ("within", r#"["9d"]"#, "UUUFUUU"),
    ("within", r#"["soon"]"#, "UUUUUUU"),
    ("not-within", r#"["10d"]"#, "UUUFUUU"),
    ("not-within", r#"["9d"]"#, "UUUPUUU"),
    ("matches", r#"["^a.c$"]"#, "UUPFUUF"),
    ("matches", r#"["["]"#, "UUUUUUU"),
    ("matches", "[3]", "UUUUUUU"),
    ("not-matches", r#"["^a.c$"]"#, "UUFPUUP"),
    ("not-matches", r#"["["]"#, "UUUUUUU"),
];

fn letter(truth: Truth) -> char {
    match truth {
        Truth::Pass => 'P',
        Truth::Fail => 'F',
        Truth::Unknown => 'U',
    }
}

/// What each rule says of each entity of a blueprint, an entity a text.
fn said(project: Project, owner: &str, rules: Vec<Predicate>) -> Vec<String> {
    let project = Project { scorecards: vec![scorecard(owner, None, vec![rules])], ..project };
    let scores = &evaluate(&project, NOW)[0];
    let of = |entity| (0..scores.rules.len()).map(|rule| letter(scores.truth(entity, rule))).collect();
    (0..scores.entities.len()).map(of).collect()
}

/// Why the first rule cannot be told of the first entity.
fn reason(project: Project, owner: &str, rule: Predicate) -> String {
    let project = Project { scorecards: vec![scorecard(owner, None, vec![vec![rule]])], ..project };
    let prepared = Prepared::new(&project, NOW);
    match prepared.explain(&prepared.evaluate()[0], 0, 0) {
        Some(Verdict::Unknown(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

fn one_of_each() -> Project {
    let mut properties: Vec<Property> = VALUES.iter().map(|row| property(row.0, row.1, None)).collect();
    properties.push(property("nothing", Base::String, None));
    let members: Vec<String> = VALUES.iter().map(|row| format!("\"{}\":{}", row.0, row.2)).collect();
    let made = entity("thing", "it", &format!("{{{}}}", members.join(",")), "{}");
    Project { blueprints: vec![blueprint("thing", properties, Vec::new())], entities: vec![made], ..Project::default() }
}

#[test]
fn every_operator_says_what_the_table_says_of_every_type() {
    let fields = VALUES.iter().map(|row| row.0).chain(["nothing"]);
    for (word, operands, expected) in TABLE {
        let rules = fields.clone().map(|field| test(field, word, operands)).collect();
        assert_eq!(said(one_of_each(), "thing", rules), [expected], "{word} {operands}");
    }
    for (_, word, ..) in Operator::ALL {
        assert!(TABLE.iter().any(|row| row.0 == word), "{word} is not in the table");
    }
}

#[test]
fn what_is_empty_is_no_value() {
    for empty in ["null", r#""""#, "[]", "{}", "[null]"] {
        let mut project = one_of_each();
        project.entities[0].properties.put("nothing", json(empty), span());
        let rules = vec![
            test("nothing", "present", "[]"),
            test("nothing", "is", &format!("[{empty}]")),
            test("nothing", "is-not", r#"["x"]"#),
            test("nothing", "contains", r#"[""]"#),
            test("nothing", "matches", r#"["^$"]"#),
            test("nothing", "below", "[1]"),
        ];
        assert_eq!(said(project, "thing", rules), ["FFPFFU"], "{empty}");
    }
}

#[test]
fn what_is_later_than_now_is_not_within() {
    let of = |date: &str| {
        let mut project = one_of_each();
        project.entities[0].properties.put("date", Value::string(date), span());
        said(project, "thing", vec![test("date", "within", r#"["1d"]"#)]).remove(0)
    };
    assert_eq!(of("2026-01-20T00:00:00.9Z"), "P", "the second of now");
    assert_eq!(of("2026-01-20T00:00:01Z"), "F");
    assert_eq!(of("2026-01-19T00:00:00Z"), "P");
    assert_eq!(of("2026-01-18T23:59:59.9Z"), "F");
    assert_eq!(of("yesterday"), "U");
}

#[test]
fn a_default_is_the_value_where_none_is_given() {
    let properties = vec![property("tier", Base::Number, Some("3"))];
    let project = Project {
        blueprints: vec![blueprint("service", properties, Vec::new())],
        entities: ["{}", r#"{"tier":null}"#, r#"{"tier":1}"#].map(|it| entity("service", "it", it, "{}")).to_vec(),
        ..Project::default()
    };
    assert_eq!(said(project, "service", vec![test("tier", "is", "[3]")]), ["P", "P", "F"]);
}

fn related() -> Project {
    let service = blueprint(
        "service",
        vec![property("tier", Base::Number, None)],
        vec![relation("system", "system", None), relation("uses", "service", Some(span()))],
    );
    let system = blueprint("system", vec![property("owner", Base::String, None)], Vec::new());
    let mut entities = vec![
        entity("service", "shop", r#"{"tier":1}"#, r#"{"system":"sales","uses":["pay","mail","gone"]}"#),
        entity("service", "pay", r#"{"tier":2}"#, r#"{"system":"gone","uses":["mail"]}"#),
        entity("service", "mail", "{}", "{}"),
        entity("system", "sales", r#"{"owner":"ann"}"#, "{}"),
    ];
    entities[0].teams = vec![name("core"), name("web")];
    entities[0].title = Some(at("The shop".into()));
    Project { blueprints: vec![service, system], entities, ..Project::default() }
}

#[test]
fn paths_follow_relations_to_what_the_project_declares() {
    let rules = vec![
        test("system.owner", "is", r#"["ann"]"#),
        test("system", "is", r#"["gone"]"#),
        test("system.owner", "absent", "[]"),
        test("uses", "contains", r#"["mail"]"#),
        test("uses.tier", "contains", "[2]"),
        test("uses.uses.$identifier", "contains", r#"["mail"]"#),
        test("uses.system.owner", "present", "[]"),
        test("nothing.here", "present", "[]"),
    ];
    assert_eq!(said(related(), "service", rules), ["PFFPPPFF", "FPPPFFFF", "FFPFFFFF"]);
}

#[test]
fn metadata_is_read_and_the_catalogs_own_is_unknown() {
    let rules = vec![
        test("$identifier", "is", r#"["shop"]"#),
        test("$title", "starts-with", r#"["The"]"#),
        test("$team", "contains", r#"["web"]"#),
        test("$team", "absent", "[]"),
        test("$updatedAt", "present", "[]"),
        test("system.$createdAt", "absent", "[]"),
    ];
    assert_eq!(said(related(), "service", rules), ["PPPFUU", "FFFPUU", "FFFPUU"]);
}

fn of_values() -> Project {
    let object = r#"{"type":"object","properties":{"cpu":{"type":"number"},"memory":{"type":"number","default":2}}}"#;
    let schema = Schema::of(&map(object)).unwrap();
    let limits = Property { schema, ..property("limits", Base::Object, None) };
    let properties = vec![
        limits,
        property("least", Base::Number, None),
        property("hosts", Base::Array, None),
        property("wanted", Base::Array, None),
        property("name", Base::String, None),
    ];
    let relations = vec![relation("uses", "service", Some(span())), relation("owner", "service", None)];
    let one = r#"{"limits":{"cpu":4},"least":3,"hosts":[{"name":"a","ports":[1,2]},{"name":"b"}],"wanted":["x","y"],"name":"x"}"#;
    let entities = vec![
        entity("service", "shop", one, r#"{"uses":["pay","mail"],"owner":"pay"}"#),
        entity("service", "pay", r#"{"limits":{"cpu":1,"memory":8},"least":3,"name":"z"}"#, r#"{"uses":["mail"]}"#),
        entity("service", "mail", "{}", "{}"),
    ];
    Project { blueprints: vec![blueprint("service", properties, relations)], entities, ..Project::default() }
}

#[test]
fn paths_go_on_into_objects_and_lists() {
    let rules = vec![
        test("limits.cpu", "above", "[3]"),
        test("limits.memory", "is", "[2]"),
        test("limits.gpu", "absent", "[]"),
        test("hosts.name", "contains", r#"["b"]"#),
        test("hosts.ports", "contains", "[2]"),
        test("owner.limits.memory", "at-least", "[8]"),
        test("uses.limits.cpu", "contains", "[1]"),
    ];
    assert_eq!(said(of_values(), "service", rules), ["PPPPPPP", "FFPFFUF", "UFPFFUF"]);
}

#[test]
fn what_there_is_can_be_counted() {
    let counts = [
        ("uses.$count", [2, 1, 0]),
        ("owner.$count", [1, 0, 0]),
        ("hosts.$count", [2, 0, 0]),
        ("hosts.ports.$count", [2, 0, 0]),
        ("limits.$count", [1, 2, 0]),
        ("uses.uses.$count", [1, 0, 0]),
        ("uses.limits.$count", [2, 0, 0]),
    ];
    for (field, expected) in counts {
        let rules = expected.map(|count| test(field, "is", &format!("[{count}]"))).to_vec();
        let said = said(of_values(), "service", rules);
        let right = said.iter().enumerate().all(|(at, said)| said.as_bytes()[at] == b'P');
        assert!(right, "{field}: {said:?}");
    }
    let count = test("name.$count", "above", "[0]");
    assert_eq!(reason(of_values(), "service", count), "`name.$count` has no value");
}

#[test]
fn a_field_is_compared_with_another() {
    let with = |field: &str, word: &str, other: &str| test(field, word, &format!(r#"[{{"field":"{other}"}}]"#));
    let rules = vec![
        with("limits.cpu", "at-least", "least"),
        with("limits.cpu", "is-not", "least"),
        with("name", "in", "wanted"),
        with("wanted", "contains", "name"),
        with("name", "not-in", "wanted"),
        with("least", "above", "uses.$count"),
        test("least", "between", r#"[1,{"field":"limits.cpu"}]"#),
    ];
    assert_eq!(said(of_values(), "service", rules), ["PPPPFPP", "FPUUUPF", "UUUUUUU"]);
    let told = |field: &str, word: &str, other: &str| reason(of_values(), "service", with(field, word, other));
    assert_eq!(told("limits.gpu", "is", "least"), "`limits.gpu` has no value");
    assert_eq!(told("least", "is", "limits.gpu"), "`limits.gpu` has no value");
    assert_eq!(told("name", "is", "wanted"), "`wanted` is a list, not a single value");
    assert_eq!(told("least", "is", "limits"), "`limits` is an object, not a single value");
    assert_eq!(told("least", "is", "$createdAt"), "`$createdAt` is known to the catalog only");
    assert_eq!(told("least", "above", "name"), "only numbers, or date-times as RFC 3339 writes them, have an order");
}

#[test]
fn requests_are_the_entities_of_their_promise() {
    let api = Api {
        group: name("g"),
        version: name("v1"),
        kind: name("Database"),
        plural: name("databases"),
        fields: vec![property("size", Base::String, None), property("version", Base::String, Some(r#""15""#))],
        also: Map::default(),
    };
    let promise = Promise {
        name: name("database"),
        span: span(),
        api: Some(api),
        schedule: Vec::new(),
        dependencies: None,
        configure: None,
    };
    let request = |id: &str, spec: &str| Request {
        promise: name("database"),
        name: name(id),
        namespace: name("shop"),
        title: None,
        teams: Vec::new(),
        labels: Map::default(),
        destination: None,
        span: span(),
        spec: map(spec),
        beyond: None,
        lifecycle: None,
    };
    let project = Project {
        promises: vec![promise],
        requests: vec![request("a", r#"{"size":"small"}"#), request("b", r#"{"version":"16"}"#)],
        scorecards: vec![scorecard("database", None, vec![])],
        ..Project::default()
    };
    let addresses: Vec<String> = evaluate(&project, NOW)[0].entities.iter().map(|it| it.address.to_string()).collect();
    assert_eq!(addresses, ["request:database:shop/a", "request:database:shop/b"]);
    let rules = vec![
        test("version", "is", r#"["15"]"#),
        test("size", "present", "[]"),
        test("$identifier", "is", r#"["shop/b"]"#),
        test("size.more", "present", "[]"),
        test("$team", "present", "[]"),
        test("$namespace", "is", r#"["shop"]"#),
    ];
    assert_eq!(said(project, "database", rules), ["PPFFFP", "FFPFFP"]);
}

#[test]
fn a_level_needs_its_rules_and_those_of_every_lower_one() {
    let levels = vec![
        vec![test("tier", "present", "[]")],
        vec![],
        vec![test("tier", "below", "[2]"), test("uses", "present", "[]")],
    ];
    let mut project = related();
    project.scorecards = vec![
        scorecard("service", None, levels.clone()),
        scorecard("service", Some(test("tier", "above", "[1]")), levels),
        scorecard("service", None, vec![]),
        scorecard("nothing", None, vec![vec![]]),
    ];
    let levels: Vec<Vec<Option<usize>>> =
        evaluate(&project, NOW).iter().map(|it| it.entities.iter().map(|it| it.level).collect()).collect();
    assert_eq!(levels, [vec![Some(2), Some(1), None], vec![Some(1)], vec![None; 3], vec![]]);
}

#[test]
fn the_reason_says_what_is_in_the_way() {
    let above = |field: &str| test(field, "above", "[2]");
    assert_eq!(reason(one_of_each(), "thing", above("nothing")), "`nothing` has no value");
    let list = "`list` is a list, not a number";
    assert_eq!(reason(one_of_each(), "thing", above("list")), list);
    let moment = test("string", "within", r#"["1d"]"#);
    assert_eq!(reason(one_of_each(), "thing", moment), "`string` is no date-time as RFC 3339 writes it");
    let catalog = "`$updatedAt` is known to the catalog only";
    assert_eq!(reason(one_of_each(), "thing", test("$updatedAt", "present", "[]")), catalog);
    let several = Predicate::Combined(
        Combinator::All,
        vec![
            above("nothing"),
            Predicate::Combined(Combinator::Any, vec![above("list"), test("number", "is", "[4]")]),
            Predicate::Combined(Combinator::None, vec![above("nothing")]),
            test("number", "is", "[3]"),
        ],
    );
    assert_eq!(reason(one_of_each(), "thing", several), format!("`nothing` has no value; {list}"));
}

#[test]
fn a_comparison_without_its_operands_never_crashes() {
    let bare = |word: &str| {
        let operator: Spanned<Operator> = at(Operator::from_word(word).unwrap());
        Predicate::Test(PredicateTest { field: at(path("number")), operator, operands: Vec::new(), span: span() })
    };
    let rules: Vec<Predicate> = Operator::ALL.iter().map(|row| bare(row.1)).collect();
    assert_eq!(said(one_of_each(), "thing", rules), ["FPUUUUUUFPUUUUUUUPFUUUU"]);
}
