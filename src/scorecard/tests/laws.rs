//! The laws: columns, the explanation and the plain reference agree, on any number of threads.

use super::reference;
use super::world::*;
use crate::laws::cases;
use crate::model::*;
use crate::scorecard::{Items, Judge, Prepared, Row, Tables, Truth, Verdict};
use proptest::prelude::*;
use proptest::sample::select;

/// 2026-01-20T00:00:00Z.
const NOW: i64 = 1_768_867_200;

const TEXTS: &[&str] = &[
    r#""""#,
    r#""a""#,
    r#""ab""#,
    r#""abab""#,
    r#""bé""#,
    r#""^a+b""#,
    r#""[""#,
    r#""10d""#,
    r#""2026-01-10T00:00:00Z""#,
    r#""2026-01-10T01:00:00+01:00""#,
    r#""2026-01-20T00:00:00.5Z""#,
    r#""2026-02-01T00:00:00Z""#,
];
const NUMBERS: &[&str] = &["0", "-1", "1", "1.5", "3", "1e300", "9007199254740993"];
const OTHERS: &[&str] = &[
    "null",
    "true",
    "false",
    "[]",
    "{}",
    r#"{"a":1}"#,
    r#"{"a":"ab","b":[{"c":1},{"c":3},{}]}"#,
    r#"[{"a":1},{"a":[1,3]},{"a":null}]"#,
    r#"["a","ab"]"#,
    r#"["a",1,true,null,""]"#,
    "[[1]]",
    "[1,3]",
    "[null]",
];
const FLAGS: &[&str] = &["true", "false", "null"];
const LISTS: &[&str] = &["[]", r#"["a"]"#, r#"["a","ab"]"#, r#"["b",""]"#, "[1,3]", "[{}]"];
const FIELDS: &[&str] = &[
    "flag",
    "number",
    "word",
    "note",
    "tags",
    "mixed",
    "gone",
    "system",
    "uses",
    "system.owner",
    "system.tier",
    "system.labels",
    "system.parent.owner",
    "uses.word",
    "uses.tags",
    "uses.number",
    "uses.system.owner",
    "uses.uses.flag",
    "$identifier",
    "$title",
    "$team",
    "$updatedAt",
    "system.$title",
    "uses.$identifier",
    "uses.$team",
    "word.word",
    "mixed.a",
    "mixed.b.c",
    "uses.mixed.a",
    "tags.$count",
    "mixed.$count",
    "mixed.b.$count",
    "word.$count",
    "uses.$count",
    "system.labels.$count",
    "uses.tags.$count",
    "uses.uses.mixed.$count",
];

/// Another field as an operand.
const OTHERS_FIELDS: &[&str] = &[
    r#"{"field":"number"}"#,
    r#"{"field":"tags"}"#,
    r#"{"field":"mixed"}"#,
    r#"{"field":"mixed.a"}"#,
    r#"{"field":"word"}"#,
    r#"{"field":"uses.number"}"#,
    r#"{"field":"system.owner"}"#,
    r#"{"field":"uses.$count"}"#,
    r#"{"field":"$updatedAt"}"#,
];

fn any_value() -> BoxedStrategy<&'static str> {
    prop_oneof![select(TEXTS), select(NUMBERS), select(OTHERS)].boxed()
}

/// A member of a JSON object, which is left out now and then.
fn member(id: &'static str, values: impl Strategy<Value = &'static str> + 'static) -> BoxedStrategy<String> {
    prop_oneof![1 => Just(String::new()), 4 => values.prop_map(move |value| format!("\"{id}\":{value}"))].boxed()
}

fn object(members: Vec<BoxedStrategy<String>>) -> impl Strategy<Value = String> {
    members.prop_map(|members| {
        format!("{{{}}}", members.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(","))
    })
}

fn service() -> impl Strategy<Value = Entity> {
    let small = || select(&["0", "1", "1.5", "3"][..]);
    let properties = object(vec![
        member("flag", select(FLAGS)),
        member("number", small()),
        member("word", select(TEXTS)),
        member("note", select(TEXTS)),
        member("tags", select(LISTS)),
        member("mixed", any_value()),
    ]);
    let links = object(vec![
        member("system", select(&[r#""y0""#, r#""y1""#, r#""y2""#, r#""nowhere""#][..])),
        member("uses", select(&["[]", r#"["s0"]"#, r#"["s1","s2","s1"]"#, r#"["s0","s3","nowhere"]"#][..])),
    ]);
    let teams = proptest::collection::vec(select(&["a", "ab"][..]), 0..3);
    (properties, links, teams, proptest::option::of(select(&["", "a", "ab"][..]))).prop_map(
        |(properties, links, teams, title)| {
            let mut made = entity("service", "", &properties, &links);
            made.teams = teams.into_iter().map(name).collect();
            made.title = title.map(|title| at(title.into()));
            made
        },
    )
}

fn system() -> impl Strategy<Value = Entity> {
    let properties =
        object(vec![member("owner", select(TEXTS)), member("tier", select(NUMBERS)), member("labels", select(LISTS))]);
    let links = object(vec![member("parent", select(&[r#""y0""#, r#""y1""#][..]))]);
    (properties, links).prop_map(|(properties, links)| entity("system", "", &properties, &links))
}

fn predicate() -> impl Strategy<Value = Predicate> {
    let operand = prop_oneof![4 => any_value(), 1 => select(OTHERS_FIELDS).boxed()];
    let operands = proptest::collection::vec(operand, 2..4);
    let one = (select(FIELDS), select(&Operator::ALL[..]), operands).prop_map(|(field, row, mut operands)| {
        operands.truncate(match row.0 {
            Operator::Present | Operator::Absent => 0,
            Operator::Between | Operator::NotBetween => 2,
            Operator::In | Operator::NotIn | Operator::ContainsAny => usize::MAX,
            _ => 1,
        });
        test(field, row.1, &format!("[{}]", operands.join(",")))
    });
    one.prop_recursive(3, 12, 3, |inner| {
        let combinator = select(&Combinator::ALL[..]);
        let parts = proptest::collection::vec(inner, 0..3);
        (combinator, parts).prop_map(|((combinator, _), parts)| Predicate::Combined(combinator, parts))
    })
}

/// Services are the made ones again and again, with names and notes of their own, up to a count.
fn project() -> impl Strategy<Value = Project> {
    let services = proptest::collection::vec(service(), 4..24);
    let systems = proptest::collection::vec(system(), 1..4);
    let levels = proptest::collection::vec(proptest::collection::vec(predicate(), 0..3), 0..4);
    let cards = proptest::collection::vec((proptest::option::of(predicate()), levels), 1..3);
    let count = prop_oneof![8 => 0..150_usize, 1 => 4_000..4_200_usize];
    (services, systems, cards, count).prop_map(|(services, systems, cards, count)| {
        let mut project = Project { blueprints: blueprints(), ..Project::default() };
        for (number, made) in services.iter().cycle().take(count).enumerate() {
            let mut made = Entity { name: name(&format!("s{number}")), ..made.clone() };
            if let Some(Value::String(note)) = made.properties.get("note").map(|it| it.value.clone()) {
                made.properties.put("note", Value::string(format!("{note}{}{note}", number / 2)), span());
            }
            project.entities.push(made);
        }
        let named = systems.into_iter().enumerate();
        project.entities.extend(named.map(|(number, made)| Entity { name: name(&format!("y{number}")), ..made }));
        project.scorecards = cards.into_iter().map(|(filter, levels)| scorecard("service", filter, levels)).collect();
        project
    })
}

fn blueprints() -> Vec<Blueprint> {
    vec![
        blueprint(
            "service",
            vec![
                property("flag", Base::Boolean, None),
                property("number", Base::Number, Some("3")),
                property("word", Base::String, Some(r#""ab""#)),
                property("note", Base::String, None),
                property("tags", Base::Array, None),
                property("mixed", Base::Object, None),
            ],
            vec![relation("system", "system", None), relation("uses", "service", Some(span()))],
        ),
        blueprint(
            "system",
            vec![
                property("owner", Base::String, None),
                property("tier", Base::Number, None),
                property("labels", Base::Array, None),
            ],
            vec![relation("parent", "system", None)],
        ),
    ]
}

fn truth(holds: Option<bool>) -> Truth {
    match holds {
        Some(true) => Truth::Pass,
        Some(false) => Truth::Fail,
        None => Truth::Unknown,
    }
}

fn level(card: &Scorecard, passes: impl Fn(&Rule) -> bool) -> Option<usize> {
    card.levels.iter().take_while(|level| level.rules.iter().all(&passes)).count().checked_sub(1)
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn columns_and_explanations_agree_with_the_plain_reference(project in project()) {
        let prepared = Prepared::new(&project, NOW);
        let tables = Tables::new(&project);
        for (card, scores) in project.scorecards.iter().zip(prepared.evaluate()) {
            let judged = |it: &&Entity| {
                let let_in = |filter| reference::holds(&project, it, filter, NOW) == Some(true);
                it.blueprint.value == "service" && card.only_for.as_ref().is_none_or(let_in)
            };
            let expected: Vec<&Entity> = project.entities.iter().filter(judged).collect();
            let names: Vec<&str> = scores.entities.iter().map(|it| &*it.address.name).collect();
            prop_assert_eq!(names, expected.iter().map(|it| &*it.name.value).collect::<Vec<_>>());
            for (index, it) in expected.into_iter().enumerate() {
                // What is judged elsewhere cannot be told.
                let holds = |rule: &Rule| reference::holds(&project, it, rule.predicate.as_ref()?, NOW);
                for (number, (_, rule)) in card.rules().enumerate() {
                    let expected = truth(holds(rule));
                    prop_assert_eq!(scores.truth(index, number), expected, "{:?} {:?}", rule.predicate, it);
                    let explained = match prepared.explain(&scores, index, number).unwrap() {
                        Verdict::Pass => Truth::Pass,
                        Verdict::Fail => Truth::Fail,
                        Verdict::Unknown(_) => Truth::Unknown,
                    };
                    prop_assert_eq!(explained, expected, "{:?} {:?}", rule.predicate, it);
                    let row = Row::Entity(it);
                    let table = tables.table_of(row).unwrap();
                    let Some(predicate) = &rule.predicate else { continue };
                    let holds = Judge::new(predicate, Items::Every, NOW).holds(&|path| tables.cell_of(table, row, path));
                    prop_assert_eq!(holds, expected == Truth::Pass, "{:?} {:?}", rule.predicate, it);
                }
                prop_assert_eq!(scores.entities[index].level, level(card, |rule: &Rule| holds(rule) == Some(true)));
            }
        }
    }

    #[test]
    fn many_threads_say_what_one_says(project in project()) {
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| crate::scorecard::evaluate(&project, NOW))
        };
        prop_assert_eq!(on(1), on(4));
    }

    #[test]
    fn a_tally_counts_what_is_said_of_each_entity(project in project()) {
        for scores in crate::scorecard::evaluate(&project, NOW) {
            for rule in 0..scores.rules.len() {
                let count = |truth| (0..scores.entities.len()).filter(|&it| scores.truth(it, rule) == truth).count();
                let tally = scores.tally(rule);
                let counted = (count(Truth::Pass), count(Truth::Fail), count(Truth::Unknown));
                prop_assert_eq!((tally.pass, tally.fail, tally.unknown), counted);
            }
        }
    }
}
