//! Each fact of a plan is in each format where it belongs, once and in its own words.

use super::{Fact, Level, beyond, of_plan, set_back, stops};
use crate::model::{Address, DeclaredAt, Kind, Thing};
use crate::plan::{
    Action, Broken, Closure, ClosureMember, Concerned, Extent, Following, Guard, Impact, Invalid, Leaving, Looked,
    Lost, NewHost, Plan, Redelivery, Referring, Relocation, Renamed, Repath, Rerender, Restraint, Standing, Transition,
};
use crate::report::fixture::{place, rare};
use crate::report::{Detail, ReportFormat, Style, Subject, View, report};
use serde_json::Value;

fn address(kind: Kind, parent: &str, name: &str) -> Address {
    Address { kind, parent: parent.into(), name: name.into() }
}

/// A plan with facts of all sorts.
fn full() -> Plan {
    let (web, blueprint) = (address(Kind::Request, "app", "default/web"), address(Kind::Blueprint, "", "service"));
    let mut full = rare();
    full.guards.push(Guard { allowed: true, ..full.guards[0].clone() });
    full.guards.push(Guard { message: "a notice".to_owned(), allow: None, flag: None, allowed: true });
    let host = "git.example.com".to_owned();
    full.new_hosts = vec![NewHost::new(
        address(Kind::StateStore, "", "main"),
        "token".to_owned(),
        host,
        Vec::new(),
        place("a.kdl", 2),
    )];
    full.restraints = vec![Restraint {
        action: Action::Update,
        name: "guards tidy".to_owned(),
        source: place("plat.kdl", 4),
        fields: Vec::new(),
    }];
    full.impact = impact(web, blueprint);
    full
}

/// What follows, of all sorts.
fn impact(web: Address, blueprint: Address) -> Impact {
    let entity = |name| address(Kind::Entity, "service", name);
    let delivered = delivered(web, &blueprint);
    Impact {
        levels: Some(vec![Transition {
            scorecard: "ready".into(),
            from: Standing::Below,
            to: Standing::Level("Gold".into()),
            entity: entity("a"),
            owner: Some("shop-1".to_owned()),
            declared: Some(DeclaredAt::new("shop.kdl", 3, None)),
        }]),
        invalid: Some(vec![Invalid {
            address: entity("b"),
            owner: None,
            declared: None,
            because: blueprint.clone(),
            field: "properties.tier".to_owned(),
            message: "it has no tier".to_owned(),
        }]),
        broken: Some(vec![Broken {
            address: entity("c"),
            owner: Some("other".to_owned()),
            declared: None,
            field: "team".to_owned(),
            to: address(Kind::Team, "", "a"),
        }]),
        referring: vec![Referring {
            address: address(Kind::Scorecard, "", "ready"),
            field: "for".to_owned(),
            to: "blueprint:service#tier".to_owned(),
        }],
        closures: vec![Closure {
            address: blueprint,
            members: vec![ClosureMember { kind: "entity".to_owned(), deleted: 2, left: vec![entity("d")] }],
        }],
        renamed: vec![Renamed { from: entity("e"), to: entity("f") }],
        concerned: vec![shop()],
        looked: vec![Looked { kind: Following::Moves, extent: Extent::Completely, why: Vec::new() }],
        ..delivered
    }
}

/// What follows for what is delivered.
fn delivered(web: Address, blueprint: &Address) -> Impact {
    Impact {
        moves: vec![Relocation {
            request: web.clone(),
            from: "here".into(),
            to: "there".into(),
            because: Leaving::Drained,
        }],
        lost: vec![Lost {
            request: address(Kind::Request, "app", "default/api"),
            files: vec![Thing::parse("file:main:a.yaml").unwrap()],
            objects: Vec::new(),
        }],
        going_on: Vec::new(),
        rendered: vec![Rerender {
            request: web,
            owner: None,
            declared: None,
            because: vec![blueprint.clone()],
            files: vec!["main:b.yaml".to_owned()],
        }],
        redelivered: vec![Redelivery {
            request: address(Kind::Request, "app", "default/ours"),
            owner: "shop-1".to_owned(),
            declared: None,
            because: vec![blueprint.clone()],
            moves: None,
            paths: vec![Repath {
                from: Thing::parse("file:main:c.yaml").unwrap(),
                to: Thing::parse("file:main:d.yaml").unwrap(),
            }],
            files: Vec::new(),
            objects: Vec::new(),
        }],
        ..Impact::default()
    }
}

/// Another project that something follows for.
fn shop() -> Concerned {
    Concerned { project: "shop-1".to_owned(), name: Some("shop".to_owned()), source: Some("4f2a".to_owned()) }
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

fn written(plan: &Plan, format: ReportFormat) -> String {
    report(format, &Subject { plan: Some(plan), project: "demo", ..Subject::of_command("plan") })
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn each_fact_is_one_record_and_its_event_is_of_the_document() {
    let plan = full();
    let records: Vec<Value> = written(&plan, ReportFormat::Ndjson).lines().map(json).collect();
    let facts: Vec<Fact<'_>> = of_plan(&plan).collect();
    assert_eq!(records.len(), facts.len() + 2, "the first record and the last are of the run");
    for (fact, record) in facts.iter().zip(&records[1..]) {
        assert_eq!((&record["msg"], &record["level"]), (&Value::from(fact.line()), &Value::from(fact.level.word())));
    }
    // Of nothing there is a list, the document does not say more than the records do.
    let mut document = json(&plan.to_json());
    let mut items = 0;
    for list in ["operations", "conflicts", "kept", "new_hosts", "violations", "restraints", "guards"] {
        items += document[list].as_array().unwrap().len();
    }
    let impact = document["impact"].as_object_mut().unwrap();
    items += impact.values().map(|list| list.as_array().unwrap().len()).sum::<usize>();
    assert_eq!(items, facts.len());
}

#[test]
fn each_thing_to_look_at_is_in_each_report_of_such() {
    let plan = full();
    let sarif = json(&written(&plan, ReportFormat::Sarif));
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let quality = json(&written(&plan, ReportFormat::GitlabCodequality));
    let quality = quality.as_array().unwrap();
    let (junit, github) = (written(&plan, ReportFormat::Junit), written(&plan, ReportFormat::Github));
    let facts: Vec<Fact<'_>> = stops(&plan).chain(set_back(&plan)).chain(beyond(&plan)).collect();
    assert!(
        ["redelivered", "level", "invalid", "broken"].iter().all(|rule| facts.iter().any(|fact| fact.rule == *rule))
    );
    assert_eq!(results.len(), facts.len());
    assert_eq!(count(&junit, "<testcase "), facts.len());
    for fact in facts {
        let is_it = |entry: &&Value, name: &str| entry[name].as_str().unwrap().starts_with(&*fact.line());
        assert_eq!(results.iter().filter(|one| is_it(&&one["message"], "text")).count(), 1, "{}", fact.line());
        let told = quality.iter().filter(|one| is_it(one, "description")).count();
        assert_eq!(told, usize::from(fact.spot().is_some()), "{}", fact.line());
        assert_eq!(count(&junit, &format!("name=\"{}: {}\"", fact.rule, fact.line())), 1, "{junit}");
        assert_eq!(count(&github, &format!("::{}", fact.line())), 1, "{} in {github}", fact.line());
    }
}

#[test]
fn people_are_told_each_fact_once() {
    let plan = full();
    let view = View { detail: Detail::Full, ..View::default() };
    for text in [crate::report::plan(&plan, &view, Style::PLAIN), written(&plan, ReportFormat::Markdown)] {
        for fact in stops(&plan) {
            let what = if fact.subject.is_empty() { &fact.sentence } else { &fact.subject };
            assert_eq!(count(&text, &format!("{} {what}", fact.mark)), 1, "{} {what} in {text}", fact.mark);
        }
        let told = [
            "moves from",
            "loses 1 file",
            "renders 1 file anew because of",
            "gets another path for 1 file because of",
            "has no tier",
            "which goes",
            "is much like",
        ];
        for words in
            told.into_iter().chain(["is referred to by", "takes along 2 entities, and leaves", "no level -> Gold"])
        {
            assert_eq!(count(&text, words), 1, "{words} in {text}");
        }
        assert_eq!(count(&text, "guards tidy"), 1, "{text}");
    }
}

#[test]
fn what_stops_is_an_error_and_all_else_is_none() {
    let plan = full();
    let errors = of_plan(&plan).filter(|fact| fact.level == Level::Error).count();
    assert_eq!(errors, crate::plan::Summary::of(&plan).errors);
}
