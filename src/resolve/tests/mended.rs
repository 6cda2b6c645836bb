//! Mistakes that are one problem, and whose fix leaves none.

use crate::diag::Diagnostic;
use crate::resolve::{MemoryLoader, resolve};

fn told(text: &str) -> Vec<Diagnostic> {
    resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap().diagnostics.iter().cloned().collect()
}

/// What a text is mended to by its only problem.
fn mended(text: &str) -> String {
    let found = told(text);
    let [problem] = &*found else { panic!("{found:?} in {text}") };
    let mut edits: Vec<_> = problem.fixes.first().into_iter().flat_map(|fix| &fix.edits).collect();
    assert!(!edits.is_empty(), "{problem:?}");
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut now = text.to_owned();
    for edit in edits {
        now.replace_range(edit.span.range(), &edit.text);
    }
    now
}

const AROUND: &str = "project p
blueprint svc
promise app {
    api group=company.com version=v1 kind=App
    workflow configure { status message=x; }
}
";

/// A line that is mended to another one, at once.
fn line(from: &str, to: &str) {
    let now = mended(&format!("{AROUND}{from}\n"));
    assert_eq!(now, format!("{AROUND}{to}\n"));
    assert_eq!(told(&now), [], "{now}");
}

#[test]
fn a_key_that_nothing_is_called_says_the_argument_that_is_missing() {
    for (from, to) in [
        ("relation r to=svc", "relation r svc"),
        ("relation r blueprint=svc", "relation r svc"),
        ("relation r required to=svc", "relation r svc required"),
        ("relation r many kind=svc { title R; }", "relation r svc many { title R; }"),
        ("relation r blueprint svc", "relation r svc"),
        ("relation r blueprint svc many", "relation r svc many"),
    ] {
        line(&format!("blueprint s {{ {from} }}"), &format!("blueprint s {{ {to} }}"));
    }
}

#[test]
fn a_word_with_a_value_is_the_word_alone_at_once() {
    for value in ["true", "#true", "yes", "\"true\""] {
        line(&format!("blueprint s {{ relation r svc many={value} }}"), "blueprint s { relation r svc many }");
    }
    for value in ["false", "#false", "no"] {
        line(&format!("blueprint s {{ relation r svc many={value} }}"), "blueprint s { relation r svc  }");
    }
}

#[test]
fn values_of_an_enum_are_listed_in_one_way() {
    for block in [
        "enum a b",
        "enum \"a\", \"b\"",
        "options a b",
        "one-of a b",
        "a; b",
        "a b",
        "- a; - b",
        "values { a; b }",
        "values { - a; - b }",
        "enum { a; b }",
    ] {
        let property = |block: &str| format!("blueprint s {{ property t enum {{ {block} }} }}");
        line(&property(block), &property("values a b"));
    }
    line(
        "blueprint s { property t array of=enum { title T; a; \"b c\" } }",
        "blueprint s { property t array of=enum { title T; values a \"b c\" } }",
    );
}

#[test]
fn a_word_that_is_no_value_of_an_enum_is_told_beside_that_it_has_none() {
    for block in ["titel T", "note { x }", "a color=red"] {
        let found = told(&format!("{AROUND}blueprint s {{ property t enum {{ {block} }} }}\n"));
        assert_eq!(found.len(), 2, "{block}: {found:?}");
    }
}

#[test]
fn an_object_of_json_on_one_line_is_one_mistake() {
    let blueprint = "blueprint s { property a number; property u string; property v number }\n";
    for (from, to) in [
        ("{\"a\": 1}", "{\"a\" 1}"),
        ("{\"a\": 1, \"u\": \"x, y\"}", "{\"a\" 1; \"u\" \"x, y\"}"),
        ("{ \"u\": \"x\", \"v\": 2, \"a\": 1 }", "{ \"u\" \"x\"; \"v\" 2; \"a\" 1 }"),
    ] {
        line(&format!("{blueprint}entity s x {from}"), &format!("{blueprint}entity s x {to}"));
    }
}

#[test]
fn a_kind_before_a_name_is_told_without_what_follows_from_it() {
    let given = |line: &str| format!("test t {{ given {line}; expect resource ConfigMap web; }}");
    line(&given("request app web"), &given("app web"));
    let found = told(&mended(&format!("{AROUND}{}\n", given("request web s"))));
    assert!(matches!(&*found, [one] if one.message == "there is no promise `web`"), "{found:?}");
}
