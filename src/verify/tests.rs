use super::*;
use crate::resolve::{MemoryLoader, resolve};

const DECLARATIONS: &str = r#"
project demo
promise postgresql {
    api group=g version=v1 kind=PostgreSQL { field size enum required { values small medium } }
    schedule environment=production
    workflow configure {
        table sizing by=$spec.size { row small storage="10Gi" ; row medium storage="50Gi" }
        resource "postgresql.cnpg.io/v1" Cluster $name { spec instances=3 { storage size=$sizing.storage } }
    }
}
state-store s git { url x }
destination production { store s ; labels environment=production }
blueprint service { property onCall string ; property tier enum { values gold iron } ; relation system service }
scorecard ready for=service {
    level Bronze { rule on_call { onCall present } }
    level Gold { rule tier { tier is gold } }
}
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
            let place = &text[failure.span.range()];
            format!("{place}: {}", failure.message)
        })
        .collect()
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
