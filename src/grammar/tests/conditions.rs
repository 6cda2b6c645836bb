//! Conditions of scorecards.

use super::{brief, fixed, language, told_of, tree};
use crate::source::FileId;
use crate::syntax::{habits, parse};

fn file(condition: &str) -> String {
    format!("scorecard s for=b {{\n level l {{\n  rule r {{\n   {condition}\n  }}\n }}\n}}")
}

fn condition(condition: &str) -> Vec<String> {
    let text = file(condition);
    brief(&[&text], &language().validate(&tree(&text)))
}

fn mended(condition: &str) -> String {
    let text = file(condition);
    let text = fixed(&text, &language().validate(&tree(&text)));
    text.lines().nth(3).unwrap_or_default().trim_start().to_owned()
}

#[test]
fn conditions_and_combinations_are_taken() {
    for text in [
        "a is 1; b.c in x y; $team contains z; d present",
        "all { a is 1; any { b absent; none { c between 1 2 } } }",
        "any is 3",
        "\"a b\" starts-with x",
    ] {
        assert_eq!(condition(text), [""; 0], "{text}");
    }
}

#[test]
fn symbols_say_which_word_to_write() {
    for (text, word) in [
        ("tier >= 2", "at-least"),
        ("tier <= 2", "at-most"),
        ("tier != 2", "is-not"),
        ("tier > 2", "above"),
        ("tier < 2", "below"),
        ("tier \"==\" 2", "is"),
    ] {
        let found = condition(text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("E0215"), "{found:?}");
        assert_eq!(mended(text), format!("tier {word} 2"));
    }
}

#[test]
fn operators_are_suggested() {
    assert_eq!(condition("a at-last 2"), ["E0216 [at-last] there is no operator at-last"]);
    assert_eq!(mended("a at-last 2"), "a at-least 2");
    assert_eq!(condition("a equals 2"), ["E0216 [equals] there is no operator equals"]);
    assert_eq!(condition("a presnt"), ["E0216 [presnt] there is no operator presnt"]);
}

#[test]
fn a_missing_operator_is_is() {
    assert_eq!(condition("a #true"), ["E0214 [#true] there is no operator between `a` and #true"]);
    assert_eq!(mended("a #true"), "a is #true");
    assert_eq!(mended("a critical"), "a is critical");
    assert_eq!(condition("a is=critical"), ["E0214 [is=critical] a condition takes no property `is`"]);
    assert_eq!(mended("a is=critical"), "a is critical");
    assert_eq!(condition("a"), ["E0214 [a] there is no operator behind `a`"]);
}

#[test]
fn operands_are_counted() {
    assert_eq!(condition("a present 1"), ["E0217 [a present 1] `present` takes no operand, not 1"]);
    assert_eq!(condition("a between 1"), ["E0217 [a between 1] `between` takes 2 operands, not 1"]);
    assert_eq!(condition("a in"), ["E0217 [a in] `in` takes one operand or more, not 0"]);
    assert_eq!(mended("a is x y"), "a in x y");
}

#[test]
fn blocks_are_combinations_and_nothing_else() {
    assert_eq!(condition("an { a is 1 }").len(), 1);
    assert_eq!(mended("anyy { a is 1 }"), "any { a is 1 }");
    assert_eq!(condition("a is 1 { b is 2 }"), ["E0213 [{ b is 2 }] a condition takes no block"]);
    assert_eq!(condition("any { }"), ["E0214 [any] `any` has no condition"]);
    assert_eq!(condition(""), ["E0214 [rule r] `rule` has no condition"]);
}

/// What a condition is mended to, beside what the parser says of it: the only problem, whose fix leaves none.
fn meant(condition: &str) -> String {
    let told = |text: &str| {
        let (mut tree, syntax) = parse(FileId(0), &text.into());
        let habits = habits(&mut tree);
        told_of(tree, syntax, habits)
    };
    let text = file(condition);
    let found = told(&text);
    assert_eq!(found.len(), 1, "{condition}: {:?}", brief(&[&text], &found));
    let mended = fixed(&text, &found);
    assert!(told(&mended).is_empty(), "{condition}: {:?}", brief(&[&mended], &told(&mended)));
    let line = mended.lines().nth(3).unwrap_or_default().trim_start().to_owned();
    let help = found.iter().next().and_then(|item| item.help.clone()).unwrap_or_default();
    assert!(help.contains(&format!("`{line}`")), "{condition}: {help}");
    line
}

#[test]
fn a_condition_of_another_language_is_told_as_it_was_meant() {
    for (text, line) in [
        ("onCall exists", "onCall present"),
        ("tier is critical or tier is a", "any { tier is critical; tier is a; }"),
        ("tier == critical || tier == a", "any { tier is critical; tier is a; }"),
        ("tier in a or slo above 5", "any { tier in a; slo above 5; }"),
        ("tier in a b and tier not-in c d", "all { tier in a b; tier not-in c d; }"),
        ("tier is critical or standard", "tier in critical standard"),
        ("tier in critical or standard", "tier in critical standard"),
        ("tier is-not a and b", "tier not-in a b"),
        ("tags contains a or b", "tags contains-any a b"),
        ("tier is critical, standard", "tier in critical standard"),
        ("tier is critical, slo above 5", "all { tier is critical; slo above 5; }"),
        ("tier is critical | tier is a", "any { tier is critical; tier is a; }"),
        ("tier: critical", "tier is critical"),
        ("(tier is critical) or (slo above 5)", "any { tier is critical; slo above 5; }"),
        ("(tier == critical && slo > 5) || tier is a", "any { all { tier is critical; slo above 5; }; tier is a; }"),
        ("tier is critical or (slo > 5 and tier is a)", "any { tier is critical; all { slo above 5; tier is a; }; }"),
        ("not (tier is critical)", "none { tier is critical; }"),
        ("not (tier is critical or tier is a)", "none { any { tier is critical; tier is a; }; }"),
        ("not tier is critical", "none { tier is critical; }"),
        ("if tier == critical", "tier is critical"),
        ("and tier is critical", "tier is critical"),
        ("tier is critical && slo > 5", "all { tier is critical; slo above 5; }"),
        ("onCall not-null", "onCall present"),
        ("onCall isNotEmpty", "onCall present"),
        ("onCall is not empty", "onCall present"),
        ("onCall not-exists", "onCall absent"),
        ("onCall is-empty", "onCall absent"),
        ("onCall != null", "onCall present"),
        ("$changes >5", "$changes above 5"),
        ("slo >= 5", "slo at-least 5"),
        ("slo >=5", "slo at-least 5"),
        ("tier == critical", "tier is critical"),
        ("tier = critical", "tier is critical"),
        ("tier != \"x y\"", "tier is-not \"x y\""),
        ("readme = true", "readme is #true"),
        ("tier in [a, b]", "tier in a b"),
        ("tier in [\"a\", \"b\"]", "tier in \"a\" \"b\""),
        ("tier not in [a, b]", "tier not-in a b"),
        ("tier == [a, b]", "tier in a b"),
        ("tier is not a", "tier is-not a"),
        ("tier not-equals a", "tier is-not a"),
        ("title beginsWith a", "title starts-with a"),
        ("tier is critical or tier is standard", "any { tier is critical; tier is standard; }"),
        ("tier == a || tier == b", "any { tier is a; tier is b; }"),
        ("tier is a and slo > 5", "all { tier is a; slo above 5; }"),
        ("tier = a && onCall exists", "all { tier is a; onCall present; }"),
        ("tier in a b or tier in c", "any { tier in a b; tier in c; }"),
    ] {
        assert_eq!(meant(text), line, "{text}");
    }
    // A word between operands that joins them elsewhere is one of them in quotes alone.
    for text in ["or tier is a", "tier is a or", "tier is a or b and c"] {
        assert!(matches!(condition(text).as_slice(), [one] if one.contains(" join")), "{text}");
    }
    for text in ["tier in a \"or\" b", "tier is or", "tier in and \"or\" x"] {
        assert_eq!(condition(text), [""; 0], "{text}");
    }
}
