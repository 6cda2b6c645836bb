//! Scorecards of 4 and 30 rules over 100,000 entities, beside `cel` and `jsonschema` as rule engines, in one run.
//!
//! `cargo bench --bench scorecard`. The rules are written once and translated for each engine, and every engine must
//! pass as many entities by each rule as plat does. Warm means that the data is in the engine's own form and the rules are
//! compiled; cold includes both, from the model. The peers get dates as numbers, and plat reads them from text.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a program for a terminal, on data of its own")]

#[path = "scorecard/data.rs"]
mod data;
#[path = "scorecard/peers.rs"]
mod peers;

use plat::model::{Predicate, Project};
use plat::scorecard::{Prepared, Truth};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// How many entities plat judges.
const ENTITIES: usize = 100_000;

/// How many of them the peers judge.
const SLICE: usize = 4_000;

fn main() {
    for rules in [data::four_rules(), data::thirty_rules()] {
        let project = data::project(ENTITIES, &rules);
        println!("\n{} rules, million rule evaluations a second", rules.len());
        println!("{:<40}{:>12}{:>12}{:>12}", "", "1 thread", "2 threads", "plat is x");
        check(&project, &rules);
        measure(&project, &rules);
    }
}

/// Every engine passes the same number of entities by each rule.
fn check(project: &Project, rules: &[Predicate]) {
    let slice = Project { entities: project.entities[..SLICE].to_vec(), ..project.clone() };
    let marks = Prepared::new(&slice, data::NOW).marks();
    let ours: Vec<usize> = (0..rules.len())
        .map(|rule| (0..SLICE).filter(|&row| marks[0].truth(row, rule) == Truth::Pass).count())
        .collect();
    let cel = peers::Cel::new(&slice.entities, rules).passes(rules.len());
    let schemas = peers::Schemas::new(&slice.entities, rules).passes(rules.len());
    for (rule, predicate) in rules.iter().enumerate() {
        let passes = (ours[rule], cel[rule], schemas[rule]);
        assert!(passes.0 == passes.1 && passes.0 == passes.2, "{passes:?} pass {predicate:?}");
        assert!(0 < ours[rule] && ours[rule] < SLICE, "a rule that tells nothing apart: {predicate:?}");
    }
}

fn measure(project: &Project, rules: &[Predicate]) {
    let prepared = Prepared::new(project, data::NOW);
    let (all, slice) = (ENTITIES * rules.len(), SLICE * rules.len());
    let entities = &project.entities[..SLICE];
    let (cel, schemas) = (peers::Cel::new(entities, rules), peers::Schemas::new(entities, rules));
    let warm = both(all, || drop(black_box(prepared.marks())));
    let named = both(all, || drop(black_box(prepared.evaluate())));
    let cold = both(all, || drop(black_box(Prepared::new(project, data::NOW).marks())));
    print("plat, warm", warm, None);
    print("plat, warm, with the entities' addresses", named, None);
    print("cel, warm", both(slice, || _ = black_box(cel.count())), Some(warm));
    print("jsonschema, warm", both(slice, || _ = black_box(schemas.count())), Some(warm));
    print("plat, cold", cold, None);
    let (cel, schemas) = (|| peers::Cel::new(entities, rules).count(), || peers::Schemas::new(entities, rules).count());
    print("cel, cold", both(slice, || _ = black_box(cel())), Some(cold));
    print("jsonschema, cold", both(slice, || _ = black_box(schemas())), Some(cold));
}

/// Evaluations a second with one thread and with two.
fn both(evaluations: usize, run: impl Fn() + Sync) -> [f64; 2] {
    [1, 2].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        #[expect(clippy::cast_precision_loss, reason = "a count that a float holds")]
        pool.install(|| evaluations as f64 / median(&run).as_secs_f64())
    })
}

fn median(run: impl Fn()) -> Duration {
    let begin = Instant::now();
    let mut times = Vec::new();
    while times.len() < 3 || (begin.elapsed() < Duration::from_millis(800) && times.len() < 1_000) {
        let start = Instant::now();
        run();
        times.push(start.elapsed());
    }
    times.sort_unstable();
    times[times.len() / 2]
}

fn print(what: &str, rates: [f64; 2], plat: Option<[f64; 2]>) {
    let ratio = plat.map_or(String::new(), |plat| format!("{:.0}", plat[0] / rates[0]));
    println!("{what:<40}{:>12.2}{:>12.2}{ratio:>12}", rates[0] / 1e6, rates[1] / 1e6);
}
