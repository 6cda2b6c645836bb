//! What KDL takes for bare words and another language for something else.

use super::{brief, normal_form, read};
use crate::diag::Severity;
use crate::syntax::{habits, is_bare_word, is_foreign_word};
use proptest::prelude::*;

/// The code of what is said of a text, what it reads as, and the text as it is mended.
fn told(text: &str) -> (Vec<&'static str>, String, String) {
    let (mut tree, diagnostics) = read(text);
    assert!(diagnostics.is_empty(), "{text:?}: {}", brief(&diagnostics));
    let found = habits(&mut tree);
    let printed = normal_form::print(&tree).trim_end().replace('\n', "|");
    let mut mended = text.to_owned();
    let mut edits: Vec<_> = found.iter().flat_map(|one| &one.fixes).flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| edit.span.start);
    for edit in edits.iter().rev() {
        mended.replace_range(edit.span.range(), &edit.text);
    }
    (found.iter().map(|one| one.code.id).collect(), printed, mended)
}

#[test]
fn what_is_told_is_read_as_it_was_meant() {
    for (text, code, meant, mended) in [
        ("a 'b'", "E0121", "a b", "a \"b\""),
        ("a 'b c' d", "E0121", "a \"b c\" d", "a \"b c\" d"),
        ("a 'b', 'c'", "E0121", "a b c", "a \"b\" \"c\""),
        ("a b='c'", "E0121", "a b=c", "a b=\"c\""),
        ("'a' b", "E0121", "a b", "\"a\" b"),
        ("a `b` “c d” «e» ‘f’", "E0121", "a b \"c d\" e f", "a \"b\" \"c d\" \"e\" \"f\""),
        ("a ''", "E0121", "a \"\"", "a \"\""),
        ("a b, c", "E0122", "a b c", "a b c"),
        ("a <<EOT", "E0121", "a <<EOT", "a <<EOT"),
        ("a b , c", "E0122", "a b c", "a b  c"),
        ("a b,", "E0122", "a b", "a b"),
        ("a b=c, d=e", "E0122", "a b=c d=e", "a b=c d=e"),
        ("a true, b", "E0122", "a #true b", "a true b"),
        ("a: b", "E0123", "a b", "a b"),
        ("“a”:: b", "E0123", "a b", "a b"),
        ("a: { b: 1 }", "E0123", "a {|    b 1|}", "a { b 1 }"),
        ("a b: c", "E0123", "a b=c", "a b=c"),
        ("- b: c d: 1", "E0123", "- b=c d=1", "- b=c d=1"),
        ("a - b", "E0124", "a b", "a  b"),
        ("a\n- b\n- c 1\nd 2", "E0124", "a {|    - b|    - c 1|}|d 2", "a {\n- b\n- c 1\n}\nd 2"),
        (
            "a:\n  - b\n  - {\n    c 1\n  }",
            "E0124",
            "a {|    - b|    - {|        c 1|    }|}",
            "a {\n  - b\n  - {\n    c 1\n  }\n}",
        ),
        ("x {\n  a\n  - b=1 // c\n}", "E0124", "x {|    a {|        - b=1|    }|}", "x {\n  a {\n  - b=1\n} // c\n}"),
        ("a\n- b\n- c\nd e=1 {\n    f\n}", "E0124", "a b c|d e=1 {|    f|}", "a b c\nd e=1 {\n    f\n}"),
        ("x {\n  a:\n  - 1\n}", "E0124", "x {|    a 1|}", "x {\n  a 1\n}"),
        ("a ${b}", "E0114", "a \"${b}\"", "a \"${b}\""),
        ("a { b c-${d.e}; f }", "E0114", "a {|    b \"c-${d.e}\"|    f|}", "a { b \"c-${d.e}\"; f }"),
        ("a b=${c}", "E0114", "a b=\"${c}\"", "a b=\"${c}\""),
    ] {
        let (codes, printed, changed) = told(text);
        assert!(!codes.is_empty() && codes.iter().all(|one| *one == code), "{text:?}: {codes:?}");
        assert_eq!((printed.as_str(), changed.as_str()), (meant, mended), "{text:?}");
        let is_mended = changed.contains("<<") || told(&changed.replace("true", "#true")).0.is_empty();
        assert!(is_mended, "{changed:?}");
    }
}

#[test]
fn what_is_meant_stands_in_quotes_or_is_nothing_else() {
    for text in [
        "a \"'b'\" \"c,\" \"d:\" e \"-\"",
        "\"a:\" 1",
        "\"'a'\" 1",
        "a #\"'b', c: d\"#",
        "a it's b's 'tis",
        "a -",
        "- a",
        "a b:c d=e:f kind:name",
        "a { - b; }",
        "a https: // comment",
        "a b: // comment",
    ] {
        assert_eq!(told(text).0, [""; 0], "{text:?}");
    }
    let (mut tree, _) = read("a b,c");
    let found = habits(&mut tree);
    assert!(found.iter().all(|one| one.severity == Severity::Warning && one.code.id == "E0122") && found.len() == 1);
    assert_eq!(normal_form::print(&tree).trim_end(), "a b,c");
}

#[test]
fn one_node_says_it_once() {
    let (codes, ..) = told("a: 'b', c, d: e");
    assert_eq!(codes, ["E0123"]);
}

proptest! {
    #[test]
    fn any_words_are_told_without_a_panic_and_read_as_something(text in "[ab'`,:<“”{} =\n-]{0,20}") {
        let (mut tree, _) = read(&text);
        habits(&mut tree);
        normal_form::print(&tree);
    }

    #[test]
    fn nothing_is_said_of_a_word_that_is_written_without_quotes(word in "[ab'`,:$<“”=|-]{1,6}") {
        if is_bare_word(&word) && !is_foreign_word(&word) {
            let (mut tree, diagnostics) = read(&format!("a {word}\n{word} 1"));
            prop_assert!(diagnostics.is_empty() && habits(&mut tree).is_empty(), "{word}");
        }
    }
}
