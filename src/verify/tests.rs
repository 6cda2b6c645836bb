use super::*;
use crate::resolve::{MemoryLoader, resolve};

const DECLARATIONS: &str = r#"
project demo
promise postgresql {
    api group=g.io version=v1 kind=PostgreSQL { field size enum required { values small medium } }
    schedule environment=production
    workflow configure {
        table sizing by=$spec.size { row small storage="10Gi" ; row medium storage="50Gi" }
        resource "postgresql.cnpg.io/v1" Cluster $name { spec instances=3 { storage size=$sizing.storage } }
    }
}
state-store s git { url x }
destination production { store s ; labels environment=production }
destination staging { store s ; labels environment=staging }
blueprint service { property onCall string ; property tier enum { values gold iron } ; relation system service }
scorecard ready for=service {
    level Bronze { rule on_call { onCall present } }
    level Gold { rule tier { tier is gold } }
}
policy on-call for=entity of=service { when { tier is gold } ; require { onCall present } }
policy stays-gold for=entity { on update delete ; when { was.tier is gold } ; require { $action is update; tier is gold } }
policy not-large for=request of=postgresql severity=warn { require { size is small } }
policy in-place for=file { require { $path not-contains "/secret/" } }
policy few for=plan { require { $deletes is 0 } }
"#;

fn results(tests: &str) -> Vec<TestResult> {
    let resolved = resolve(&MemoryLoader::new([("plat.kdl", format!("{DECLARATIONS}{tests}"))])).unwrap();
    assert!(resolved.diagnostics.is_empty(), "{:#?}", resolved.diagnostics);
    verify(&resolved.project)
}

/// What failed, and where, as the text of the first line there.
fn failures(tests: &str) -> Vec<String> {
    let text = format!("{DECLARATIONS}{tests}");
    let failures = results(tests).into_iter().flat_map(|result| result.failures);
    failures
        .map(|failure| {
            let place = &text[failure.span.shown().range()];
            format!("{place}: {}", failure.message)
        })
        .collect()
}

#[test]
fn a_request_names_no_entity_that_there_is_not() {
    let declared = r#"
        promise bucket { api group=g.io version=v1 kind=Bucket { field service entity blueprint=service required } }
        entity service declared { tier gold }
        test "declared" { given bucket b { service declared } ; expect no-resource Cluster b }
        test "given" { given bucket b { service new } ; given entity service new { tier gold } ; expect no-resource Cluster b }
        test "expected" { given bucket b { service nowhere } ; expect error E0412 }
        test "nowhere" { given bucket b { service nowhere } ; expect no-resource Cluster b }"#;
    let told = "nowhere: what is given is rejected: there is no entity `nowhere` of the blueprint `service` (E0412)";
    assert_eq!(failures(declared), [told]);
}

#[test]
fn tests_that_hold_pass() {
    let tests = r#"
        test "a medium database gets 50Gi" {
            given postgresql demo { size medium }
            expect resource Cluster demo { metadata namespace=default ; spec { storage size="50Gi" } }
            expect no-resource Cluster other
            expect destination demo production
        }
        test "a wrong size is rejected" {
            given postgresql demo { size huge }
            expect error E0402
        }
        test "levels are reached" {
            given entity service a { onCall ann ; tier gold ; system b }
            given entity service b { tier iron }
            expect level ready a Gold
            expect level ready b none
            expect rule ready tier b fail
            expect rule ready on_call b fail
        }"#;
    assert_eq!(failures(tests), [""; 0]);
    assert_eq!(results(tests).len(), 3);
}

#[test]
fn a_failure_names_its_expectation_and_shows_the_difference() {
    let results = results(
        r#"test "t" { given postgresql demo { size small }
            expect resource Cluster demo { spec instances=3 { storage size="50Gi" } } }"#,
    );
    let [failure] = results[0].failures.as_slice() else { panic!("{results:?}") };
    assert_eq!(failure.message, "`Cluster` `demo` is otherwise");
    let expected = "--- expected\n+++ actual\n@@ -1,4 +1,4 @@\n spec:\n   instances: 3\n   storage:\n-    size: 50Gi\n+    size: 10Gi\n";
    assert_eq!(failure.diff.as_deref(), Some(expected));
}

#[test]
fn every_failure_of_every_test_is_told() {
    let tests = r#"
        test "a" {
            given postgresql demo { size small }
            expect resource Cluster dem
            expect no-resource Cluster demo
            expect destination demo staging
            expect error E0402
        }
        test "b" {
            given entity service a { tier iron }
            expect level ready a Gold
            expect rule ready tier a pass
            expect rule ready on_call a unknown
        }
        test "c" { given postgresql demo { size huge } ; expect no-resource Cluster other }"#;
    assert_eq!(
        failures(tests),
        [
            "expect resource Cluster dem: there is no resource `Cluster` `dem`; there is `Cluster demo`",
            "expect no-resource Cluster demo: there is a resource `Cluster` `demo`",
            "expect destination demo staging: `demo` goes to `production`, not to `staging`",
            "expect error E0402: what is given is accepted, and E0402 was expected",
            "expect level ready a Gold: `a` reaches `none`, not `Gold` (not passed: on_call, tier)",
            "expect rule ready tier a pass: `tier` ends in fail for `a`, not in pass",
            "expect rule ready on_call a unknown: `on_call` ends in fail for `a`, not in unknown",
            "huge: what is given is rejected: `huge` is not one of the values of `size` (E0402)",
        ]
    );
}

#[test]
fn policies_are_tested_of_what_is_given_and_of_changes() {
    let tests = r#"
        test "what is given" {
            given entity service a { tier gold }
            given entity service b { tier iron }
            given entity service c { tier gold ; onCall ann }
            given postgresql demo { size medium }
            given postgresql secret { size small }
            expect policy on-call a denies
            expect policy on-call b passes
            expect policy on-call c passes
            expect policy not-large demo warns
            expect policy not-large secret passes
            expect policy in-place secret denies
            expect policy in-place demo passes
            expect policy stays-gold a passes
        }
        test "changes" {
            before entity service a { tier gold }
            before entity service b { tier gold }
            before entity service c { tier gold }
            before entity service d { tier iron }
            given entity service a { tier iron }
            given entity service b { tier gold ; onCall ann }
            given entity service e { tier iron }
            expect policy stays-gold a denies
            expect policy stays-gold b passes
            expect policy stays-gold c denies
            expect policy stays-gold d passes
            expect policy stays-gold e passes
        }"#;
    assert_eq!(failures(tests), [""; 0]);
    let tests = r#"
        test "otherwise" {
            given entity service a { tier gold }
            given postgresql demo { size medium }
            expect policy on-call a passes
            expect policy stays-gold a denies
            expect policy not-large demo denies
            expect policy few demo denies
        }"#;
    assert_eq!(
        failures(tests),
        [
            "expect policy on-call a passes: `on-call` denies for `a`, and passes was expected (`onCall present` does not hold: there is no value)",
            "expect policy stays-gold a denies: `stays-gold` passes for `a`, and denies was expected",
            "expect policy not-large demo denies: `not-large` warns for `demo`, and denies was expected (`size is small` does not hold: it is `medium`)",
            "expect policy few demo denies: `few` judges plans as a whole, and a test makes none",
        ]
    );
}

#[test]
fn all_tests_share_a_budget_and_are_judged_all_or_none() {
    let text = |count: usize| -> String {
        (0..count)
            .map(|n| format!("test t{n} {{ given postgresql demo {{ size small }}; expect resource Cluster demo }}\n"))
            .collect()
    };
    let project = |count: usize| {
        let text = format!("{DECLARATIONS}{}", text(count));
        resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap().project
    };
    // Each renders a file, and needs a promise of some hundred bytes.
    let (few, many) = (project(10), project(60));
    let told = |project: &Project| {
        let results = verify_within(project, |_| true, &Budget::of(1 << 20));
        results.iter().filter(|result| !result.passed()).count()
    };
    assert_eq!((told(&few), told(&many)), (0, 60));
    let [failure] = &verify_within(&many, |_| true, &Budget::of(1 << 20))[59].failures[..] else { panic!() };
    let expected =
        "not judged: the tests come to more than 1 MiB (each file counts 8 KiB beside its text) together (E0543)";
    assert_eq!(failure.message, expected);
    assert!(verify(&many).iter().all(TestResult::passed));
}
