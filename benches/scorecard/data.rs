//! Services of a company, made up but always the same, and what may be asked of them.

use plat::model::{
    Base, Beyond, Blueprint, Combinator, Entity, FieldPath, Level, Map, Name, Operator, Predicate, PredicateTest,
    Project, Property, Rule, Schema, Scorecard, Value, parse_json,
};
use plat::source::{Origin, Spanned};
use serde_json::json;

/// 2026-01-20T00:00:00Z.
pub(crate) const NOW: i64 = 1_768_867_200;

/// The moment of `NOW`.
pub(crate) const TODAY: &str = "2026-01-20T00:00:00Z";

/// 90 days before it.
pub(crate) const NINETY_DAYS_AGO: &str = "2025-10-22T00:00:00Z";

fn span() -> Origin {
    Origin::Nowhere
}

fn at<T>(value: T) -> Spanned<T> {
    Spanned::new(value, span())
}

fn name(text: &str) -> Spanned<Name> {
    at(text.into())
}

/// Numbers that look random (a linear congruence, its upper bits).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}

const TAGS: [&str; 12] =
    ["pci", "gdpr", "sox", "legacy", "public", "internal", "batch", "web", "mobile", "edge", "beta", "core"];
const AREAS: [&str; 8] = ["payments", "search", "orders", "catalog", "users", "mail", "reports", "stock"];

fn properties(number: usize, random: &mut Random) -> serde_json::Value {
    let area = random.one_of(&AREAS);
    let mut members = json!({
        "hasReadme": random.below(10) < 7,
        "tier": random.one_of(&["critical", "standard", "standard", "experimental"]),
        "language": random.one_of(&["Go", "Rust", "Java", "Python", "Node.js", "PHP", "Kotlin", "C#"]),
        "lifecycle": random.one_of(&["production", "production", "staging", "deprecated"]),
        "owner": format!("team-{}", random.below(200)),
        "repository": format!("https://{}.com/acme/{area}-service-{number:06}{}", random.one_of(&["github", "gitlab"]), random.one_of(&["", ".git"])),
        "description": format!("Service {number} of {area}{}: it keeps what others need", random.one_of(&["", ", deprecated", ", new"])),
        "replicas": random.below(12),
        "lastDeploy": moment(random.below(400)),
        "tags": (0..random.below(4)).map(|_| random.one_of(&TAGS)).collect::<Vec<_>>(),
    });
    let mut sometimes = |id: &str, value: serde_json::Value| {
        if random.below(10) < 7 {
            members[id] = value;
        }
    };
    sometimes(
        "runbookUrl",
        json!(format!("https://wiki.example.com/{}/{area}/{number}", ["runbooks", "pages"][number % 2])),
    );
    sometimes("sloAvailability", json!([98.5, 99.0, 99.5, 99.9, 99.95, 99.99][number % 6]));
    sometimes("onCall", json!(format!("on-call-{}@example.{}", number % 300, ["com", "org"][number / 7 % 2])));
    members
}

/// A moment of one of the years 2025 and 2026, as text.
fn moment(number: u64) -> String {
    let (year, month, day) = (2025 + number / 336 % 2, number / 28 % 12 + 1, number % 28 + 1);
    format!("{year}-{month:02}-{day:02}T{:02}:00:00Z", number % 24)
}

/// A project of so many services and one scorecard of these rules.
pub(crate) fn project(count: usize, rules: &[Predicate]) -> Project {
    let mut random = Random(7);
    let entity = |number: usize| Entity {
        blueprint: name("service"),
        name: name(&format!("service-{number:06}")),
        span: span(),
        title: None,
        icon: None,
        teams: Vec::new(),
        properties: match parse_json(properties(number, &mut random).to_string().as_bytes()).unwrap() {
            Value::Object(map) => map,
            _ => Map::default(),
        },
        relations: Map::default(),
        beyond: Beyond::default(),
        lifecycle: None,
    };
    Project {
        entities: (0..count).map(entity).collect(),
        blueprints: vec![blueprint()],
        scorecards: vec![scorecard(rules)],
        ..Project::default()
    }
}

/// Any value of a type.
fn schema(base: Base) -> Schema {
    let mut json = Map::default();
    json.put("type", Value::string(base.word()), span());
    Schema::of(&json).unwrap()
}

fn blueprint() -> Blueprint {
    let property = |(id, base): (&str, Base)| Property {
        name: name(id),
        span: span(),
        schema: schema(base),
        required: None,
        default: None,
    };
    let texts =
        ["tier", "language", "lifecycle", "owner", "repository", "description", "lastDeploy", "runbookUrl", "onCall"];
    let others = [
        ("hasReadme", Base::Boolean),
        ("replicas", Base::Number),
        ("sloAvailability", Base::Number),
        ("tags", Base::Array),
    ];
    Blueprint {
        name: name("service"),
        span: span(),
        properties: texts.map(|id| (id, Base::String)).into_iter().chain(others).map(property).collect(),
        worked_out: Vec::new(),
        backstage: None,
        relations: Vec::new(),
    }
}

/// A scorecard of rules in three levels.
fn scorecard(rules: &[Predicate]) -> Scorecard {
    let rule = |predicate: &Predicate| Rule { name: name("rule"), span: span(), predicate: Some(predicate.clone()) };
    let level =
        |rules: &[Predicate]| Level { name: name("level"), span: span(), rules: rules.iter().map(rule).collect() };
    Scorecard {
        name: name("readiness"),
        span: span(),
        blueprint: name("service"),
        only_for: None,
        levels: rules.chunks(rules.len().div_ceil(3)).map(level).collect(),
    }
}

/// `FIELD OPERATOR OPERAND...`, the operands as JSON.
fn test(field: &str, word: &str, operands: &serde_json::Value) -> Predicate {
    let operands = match parse_json(operands.to_string().as_bytes()).unwrap() {
        Value::Array(items) => items,
        one => vec![at(one)],
    };
    Predicate::Test(PredicateTest {
        field: at(FieldPath::of(field)),
        operator: at(Operator::from_word(word).unwrap()),
        operands,
        span: span(),
    })
}

fn present(field: &str) -> Predicate {
    test(field, "present", &json!([]))
}

/// The card of the seed: a flag, a presence, a number, and a condition.
pub(crate) fn four_rules() -> Vec<Predicate> {
    vec![
        test("hasReadme", "is", &json!(true)),
        present("runbookUrl"),
        test("sloAvailability", "above", &json!(99)),
        Predicate::Combined(Combinator::Any, vec![test("tier", "is-not", &json!("critical")), present("onCall")]),
    ]
}

/// Flags, choices, numbers, dates, lists, and text that no dictionary holds.
pub(crate) fn thirty_rules() -> Vec<Predicate> {
    let all = |parts| Predicate::Combined(Combinator::All, parts);
    let any = |parts| Predicate::Combined(Combinator::Any, parts);
    let none = |parts| Predicate::Combined(Combinator::None, parts);
    let mut rules = four_rules();
    rules.extend([
        test("tier", "in", &json!(["critical", "standard"])),
        test("language", "in", &json!(["Go", "Rust", "Java"])),
        test("language", "is-not", &json!("PHP")),
        test("owner", "starts-with", &json!("team-1")),
        test("owner", "is-not", &json!("team-13")),
        test("owner", "contains", &json!("7")),
        test("repository", "starts-with", &json!("https://github.com/acme/")),
        test("repository", "contains", &json!("/payments-")),
        test("repository", "ends-with", &json!(".git")),
        test("description", "not-contains", &json!("deprecated")),
        test("replicas", "at-least", &json!(2)),
        test("replicas", "between", &json!([2, 10])),
        any(vec![test("tier", "is-not", &json!("critical")), test("replicas", "at-least", &json!(3))]),
        test("sloAvailability", "at-least", &json!(99.9)),
        test("lastDeploy", "within", &json!("90d")),
        test("lastDeploy", "above", &json!("2025-06-01T00:00:00Z")),
        test("lastDeploy", "between", &json!(["2025-02-01T00:00:00Z", "2025-11-30T00:00:00Z"])),
        test("tags", "contains", &json!("pci")),
        test("tags", "contains-any", &json!(["gdpr", "sox"])),
        test("tags", "not-contains", &json!("legacy")),
        none(vec![test("tier", "is", &json!("experimental")), test("lifecycle", "is", &json!("deprecated"))]),
        any(vec![
            all(vec![
                test("tier", "is", &json!("critical")),
                test("runbookUrl", "starts-with", &json!("https://wiki")),
            ]),
            test("lifecycle", "is-not", &json!("production")),
        ]),
        test("onCall", "ends-with", &json!("@example.com")),
        test("runbookUrl", "contains", &json!("/runbooks/")),
        all(vec![
            test("hasReadme", "is", &json!(true)),
            present("onCall"),
            any(vec![test("replicas", "above", &json!(1)), test("tier", "is", &json!("experimental"))]),
        ]),
        test("lifecycle", "is", &json!("production")),
    ]);
    rules
}
