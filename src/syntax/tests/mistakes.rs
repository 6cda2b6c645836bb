//! What KDL 2.0 refuses: one diagnostic for a mistake, and the rest of the file is read.

use super::{brief, normal_form, read};
use crate::syntax::Node;

/// A text, the codes and places of its mistakes, and what it reads as all the same.
type Case = (&'static str, &'static [(&'static str, &'static str)], &'static str);

/// That each text has exactly the mistakes at the texts given, and still reads as the normal form.
fn tells(cases: &[Case]) {
    for (text, expected, normal) in cases {
        let (tree, diagnostics) = read(text);
        let found: Vec<_> = diagnostics.iter().map(|item| (item.code.id, &text[item.primary.span().range()])).collect();
        assert_eq!(found, *expected, "{text:?}: {}", brief(&diagnostics));
        let printed = normal_form::print(&tree).trim_end().replace('\n', "|");
        assert_eq!(printed, *normal, "{text:?}");
    }
}

/// That the first fix of the only mistake turns the text into the other, which has none.
fn mends(cases: &[(&str, &str)]) {
    for (text, mended) in cases {
        let (_, diagnostics) = read(text);
        assert_eq!(diagnostics.len(), 1, "{text:?}: {}", brief(&diagnostics));
        let diagnostic = diagnostics.iter().next().unwrap();
        let mut edits = diagnostic.fixes.first().unwrap_or_else(|| panic!("no fix for {text:?}")).edits.clone();
        edits.sort_by_key(|edit| edit.span.start);
        let mut changed = (*text).to_owned();
        for edit in edits.iter().rev() {
            changed.replace_range(edit.span.range(), &edit.text);
        }
        assert_eq!(changed, *mended, "{text:?}");
        assert!(read(&changed).1.is_empty(), "{changed:?}: {}", brief(&read(&changed).1));
    }
}

/// A word may hold quotes, and what is quoted may be of several lines.
#[test]
fn a_word_of_several_lines_is_told_on_one() {
    let text = "\"\"\"\n  a\n  \"\"\"+1a/*\"\"\"\n  a\n  \"\"\"*/";
    let (_, diagnostics) = read(text);
    let first = diagnostics.iter().find(|item| item.code.id == "E0101").unwrap();
    assert_eq!(first.message, "`+1a/*\"\"\"...` is not a number");
    assert_eq!(first.fixes[0].edits[0].text, "\"+1a/*\\\"\\\"\\\"\\n  a\\n  \\\"\\\"\\\"*/\"");
}

#[test]
fn words_that_begin_like_numbers_are_kept_as_strings() {
    tells(&[
        ("cpu 500m 2\nb", &[("E0101", "500m")], "cpu \"500m\" 2|b"),
        ("a size=1Gi { b }", &[("E0101", "1Gi")], "a size=\"1Gi\" {|    b|}"),
        ("a 10:30 2025-01-01", &[("E0101", "10:30"), ("E0101", "2025-01-01")], "a \"10:30\" \"2025-01-01\""),
        ("a 10.0.0.0/8 1", &[("E0101", "10.0.0.0/8")], "a \"10.0.0.0/8\" 1"),
        ("a .5 1. 1__0", &[("E0101", ".5"), ("E0101", "1.")], "a \".5\" \"1.\" 10"),
    ]);
    mends(&[("a { (b is c) }", "a { b is c }"), ("(b is c)\nd", "b is c\nd")]);
    mends(&[("cpu 500m", "cpu \"500m\""), ("a b=1Gi", "a b=\"1Gi\""), ("a 1.2.3;", "a \"1.2.3\";")]);
}

#[test]
fn a_comma_in_a_number_is_told_as_it_was_meant() {
    mends(&[("a 99,9", "a 99.9"), ("a -0,125", "a -0.125"), ("a 10,000", "a 10_000"), ("a 1,2,3", "a 1 2 3")]);
    let (mut tree, _) = read("a 99,9");
    assert!(crate::syntax::habits(&mut tree).is_empty());
}

#[test]
fn reserved_words_need_a_hash_or_quotes() {
    tells(&[
        ("a true b=null", &[("E0102", "true"), ("E0102", "null")], "a #true b=#null"),
        ("true 1", &[("E0102", "true")], "\"true\" 1"),
        ("a false=1", &[("E0102", "false")], "a \"false\"=1"),
        ("(inf)a", &[("E0102", "inf")], "(\"inf\")a"),
        ("a #yes 1", &[("E0103", "#yes")], "a \"#yes\" 1"),
        ("a # #\nb", &[("E0126", "#")], "a|b"),
    ]);
    mends(&[
        ("a true", "a #true"),
        ("true", "\"true\""),
        ("a inf=1", "a \"inf\"=1"),
        ("a #ture", "a #true"),
        ("a #12", "a \"#12\""),
    ]);
}

#[test]
fn kdl_1_is_recognised() {
    tells(&[
        ("a r#\"b\"# 1", &[("E0104", "r#\"b\"#")], "a b 1"),
        ("a r\"b\" 1", &[("E0104", "r\"b\"")], "a b 1"),
        ("/- kdl-version 1\na", &[("E0104", "1")], "a"),
    ]);
    mends(&[("a r#\"b\"#", "a #\"b\"#"), ("a r\"b\"", "a #\"b\"#"), ("/- kdl-version 1\na", "/- kdl-version 2\na")]);
}

#[test]
fn what_is_not_closed_points_at_its_opening() {
    tells(&[
        ("a \"b c\nd", &[("E0105", "\"")], "a \"b c\"|d"),
        ("a \"b\nc\"\nd \"e\"", &[("E0105", "\"")], "a \"b\\nc\"|d e"),
        ("a \"b\nc \"d\"\ne \"f", &[("E0105", "\""), ("E0105", "\"")], "a b|c d|e f"),
        ("a #\"b\nc", &[("E0105", "#\"")], "a b|c"),
        ("a \"\"\"\n b\nc", &[("E0105", "\"\"\"")], "a \"\""),
        ("a /* b\nc", &[("E0106", "/*")], "a|c"),
        ("a {\n  b\n", &[("E0107", "{")], "a {|    b|}"),
        ("a { b { c", &[("E0107", "{")], "a {|    b {|        c|    }|}"),
    ]);
    mends(&[("a \"b c\nd", "a \"b c\"\nd"), ("a #\"b\nc", "a #\"b\"#\nc")]);
}

#[test]
fn a_block_without_an_end_is_looked_for_by_its_indentation() {
    let (_, diagnostics) = read("a {\n    b {\n        c\n}\nd {\n}\n");
    let diagnostic = diagnostics.iter().next().unwrap();
    assert_eq!((diagnostics.len(), diagnostic.primary.span().start), (1, 10));
    assert_eq!(diagnostic.others.iter().map(|label| label.span().start).collect::<Vec<_>>(), [22]);
}

/// A brace that is lost is told once, and the rest of the text is read as if it were there.
#[test]
fn a_lost_brace_is_found_by_the_indentation() {
    let whole = "a {\n    // b {\n    c d {\n        e \"}\"\n    }\n    f {\n        g { h; }\n        i 1 // j\n    }\n}\n\nk {\n    l\n}\n";
    let (tree, _) = read(whole);
    let meant = normal_form::print(&tree);
    let lost = |at: usize, length: usize, code: &str| {
        let text = format!("{}{}", &whole[..at], &whole[at + length..]);
        let (tree, diagnostics) = read(&text);
        let codes: Vec<&str> = diagnostics.iter().map(|item| item.code.id).collect();
        assert_eq!(codes, [code], "{text}");
        assert_eq!(normal_form::print(&tree), meant, "{text}");
        let edit = &diagnostics.iter().next().unwrap().fixes.first().map(|fix| fix.edits[0].clone());
        if let Some(edit) = edit {
            let mut mended = text.clone();
            mended.replace_range(edit.span.range(), &edit.text);
            assert!(read(&mended).1.is_empty() && normal_form::print(&read(&mended).0) == meant, "{mended}");
        }
    };
    for (at, _) in whole.match_indices(" {\n").filter(|(at, _)| !whole[..*at].ends_with('b')) {
        lost(at, 2, "E0108");
    }
    for (at, _) in whole.match_indices("}\n") {
        lost(at, 1, "E0107");
    }
    for (text, code, normal) in [
        ("a {\n    b\n    }\n    c\n}\n", "E0108", "a {|    b|    c|}"),
        ("a {\n    b c d }\n    e\n}\n", "E0108", "a {|    b c d|    e|}"),
        ("a {\n    b { c\n    d\n}\n", "E0107", "a {|    b {|        c|    }|    d|}"),
        ("a {\n    b\nc {\n}\nd {\n", "E0107", "a {|    b|    c|    d|}"),
    ] {
        let (tree, diagnostics) = read(text);
        assert_eq!(diagnostics.iter().map(|item| item.code.id).collect::<Vec<_>>(), [code], "{text}");
        assert_eq!(normal_form::print(&tree).trim_end().replace('\n', "|"), normal, "{text}");
    }
}

#[test]
fn a_brace_too_many_is_left_out() {
    tells(&[("a { b }\n}\nc", &[("E0108", "}")], "a {|    b|}|c")]);
    mends(&[("a\n}\nb", "a\n\nb")]);
}

#[test]
fn escapes_and_lines_of_strings_are_checked() {
    tells(&[
        ("a \"b\\qc\" 1", &[("E0109", "\\q")], "a bc 1"),
        (
            "a \"\\u{d800}\\u{110000}\\u{}\\u{1234567}\\u12\"",
            &[
                ("E0109", "\\u{d800}"),
                ("E0109", "\\u{110000}"),
                ("E0109", "\\u{}"),
                ("E0109", "\\u{1234567}"),
                ("E0109", "\\u"),
            ],
            "a \"12\"",
        ),
        ("a \"\"\"b\n\"\"\" 1", &[("E0110", "\"\"\"")], "a \"\" 1"),
        ("a \"\"\"\n b\n c\"\"\" 1", &[("E0110", " c\"\"\"")], "a \"\" 1"),
        ("a \"\"\"\n b\n  c\n d\n  \"\"\" 1", &[("E0110", "")], "a \" b\\nc\\n d\" 1"),
    ]);
    mends(&[("a \"\\d\"", "a \"\\\\d\"")]);
}

#[test]
fn invisible_characters_are_refused_everywhere() {
    tells(&[
        ("a \u{202e}b", &[("E0111", "\u{202e}")], "a b"),
        (
            "a \"b\u{200e}\" // \u{feff}\nc /* \u{7f} */ 1",
            &[("E0111", "\u{200e}"), ("E0111", "\u{feff}"), ("E0111", "\u{7f}")],
            "a \"b\u{200e}\"|c 1",
        ),
        ("a \"\"\"\n\u{0}b\n\"\"\"", &[("E0111", "\0")], "a b"),
    ]);
    mends(&[("a\u{feff}", "a")]);
}

#[test]
fn blocks_beyond_the_cap_are_left_out_once() {
    let text = format!("{}{}\nb", "a{".repeat(600), "}".repeat(600));
    let (tree, diagnostics) = read(&text);
    assert_eq!(diagnostics.iter().map(|item| item.code.id).collect::<Vec<_>>(), ["E0112"]);
    assert_eq!(tree.nodes().map(Node::name).collect::<Vec<_>>(), ["a", "b"]);
    let text = format!("{}{}", "a{".repeat(512), "}".repeat(512));
    assert!(read(&text).1.is_empty());
    assert_eq!(read(&"a{".repeat(100_000)).1.len(), 1);
}

#[test]
fn values_need_space_and_punctuation_needs_quotes() {
    tells(&[
        ("a\"b\" 1", &[("E0113", "\"")], "a b 1"),
        ("a \"b\"c=\"d\"e=1", &[("E0113", "c"), ("E0113", "e")], "a b c=d e=1"),
        ("ref service/payments 1", &[("E0114", "service/payments")], "ref \"service/payments\" 1"),
        ("a/b 1 { c }", &[("E0114", "a/b")], "\"a/b\" 1 {|    c|}"),
        ("a /usr/bin 1", &[("E0114", "/usr/bin")], "a \"/usr/bin\" 1"),
        ("a [1, 2, 3] { b }", &[("E0124", "[")], "a {|    b|}"),
        ("a b#c d(e)", &[("E0114", "b#c"), ("E0114", "d(e)")], "a \"b#c\" \"d(e)\""),
        ("a b\\c", &[("E0114", "\\")], "a b c"),
    ]);
    mends(&[("a\"b\"", "a \"b\""), ("a b/c", "a \"b/c\""), ("a/b", "\"a/b\"")]);
}

#[test]
fn nodes_need_names_and_properties_both_sides() {
    tells(&[
        ("{ a }\nb", &[("E0115", "{")], "b"),
        ("12 a", &[("E0115", "12")], "\"12\" a"),
        (";a", &[("E0115", ";")], "a"),
        ("= 1 { a }\nb", &[("E0115", "=")], "b"),
        ("(t)\na", &[("E0115", "(t)")], "a"),
        ("a b= \nc", &[("E0116", "b=")], "a|c"),
        ("a (t)\nc", &[("E0116", "(t)")], "a|c"),
        ("a = 1\nb", &[("E0117", "=")], "a 1|b"),
        ("a 1=2", &[("E0117", "1")], "a \"1\"=2"),
    ]);
    mends(&[("12 a", "\"12\" a"), ("a = 1", "a  1"), ("a 1=2", "a \"1\"=2"), ("a; ;", "a; ")]);
}

#[test]
fn annotations_slashdashes_and_blocks_have_their_places() {
    tells(&[
        ("a (t)b=1", &[("E0118", "(t)")], "a b=1"),
        ("a () 1", &[("E0118", "()")], "a 1"),
        ("a (b c) 1", &[("E0118", "(b c)")], "a 1"),
        ("a (b\nc", &[("E0118", "(b")], "a|c"),
        ("a /-\n", &[("E0119", "/-")], "a"),
        ("a { /- }\nb", &[("E0119", "/-")], "a|b"),
        ("/-/-a\nb", &[("E0119", "/-")], "b"),
        ("a { b } c 1", &[("E0120", "c")], "a {|    b|}|c 1"),
        ("a ${b}-c", &[("E0114", "${b}-c")], "a $ {|    b|}|-c"),
        ("a ${b} c", &[("E0114", "${b}")], "a $ {|    b|}|c"),
        ("a { b } { c } { d }\ne", &[("E0120", "{")], "a {|    b|}|e"),
        ("a /-{ b } c { d }", &[("E0120", "c")], "a|c {|    d|}"),
    ]);
    mends(&[("a /-\n", "a \n")]);
}

#[test]
fn a_file_that_is_no_kdl_has_a_bounded_list() {
    let (_, diagnostics) = read(&"a 1x\n".repeat(1000));
    assert_eq!(diagnostics.len(), 200);
    assert!(diagnostics.iter().last().unwrap().help.as_ref().unwrap().contains("not listed"));
}

#[test]
fn what_other_languages_write_is_told_once_for_each_node() {
    tells(&[
        ("a \"b\", \"c\", 1, #true, 2\nd", &[("E0122", ",")], "a b c 1 #true 2|d"),
        ("a 1,2 \"b\",\"c\"", &[("E0101", "1,2"), ("E0122", ",")], "a \"1,2\" b c"),
        ("\"a\": \"b\"\nc", &[("E0123", ":")], "a b|c"),
        ("a { \"b\": 1, \"c\": 2 }", &[("E0123", ":")], "a {|    b 1|    c 2|}"),
        ("a=1\nb = 2\nc =3", &[("E0117", "="), ("E0117", "="), ("E0117", "=")], "a 1|b 2|c 3"),
        ("a = [1]\nb", &[("E0117", "=")], "a|b"),
        ("a [\"b\"]\nc", &[("E0124", "[")], "a|c"),
        ("# b { c\na 1 # d }\n#e\nf", &[("E0126", "#"), ("E0126", "#"), ("E0126", "#")], "a 1|f"),
    ]);
    mends(&[
        ("a \"b\",\"c\"", "a \"b\" \"c\""),
        ("a \"b\", 1", "a \"b\" 1"),
        ("a 1,", "a 1"),
        ("\"a\":1", "\"a\" 1"),
        ("a=1", "a 1"),
        ("# b\na", "// b\na"),
        ("a # b", "a // b"),
    ]);
}

#[test]
fn a_list_in_brackets_is_mended_as_a_whole_or_not_at_all() {
    mends(&[
        ("a [b, c]", "a b c"),
        ("a: [b, c]", "a b c"),
        ("a [\"b\", \"c\"]", "a \"b\" \"c\""),
        ("\"a\": [\"b, c\",\"d\"]\ne", "\"a\" \"b, c\" \"d\"\ne"),
        ("a = [1, true, 'b c', 10Gi]", "a 1 #true \"b c\" \"10Gi\""),
        ("a=[b]", "a b"),
        ("a []", "(array)a"),
        ("a: []", "(array)a"),
        ("a [\n  b,\n  c,\n] { d; }", "a b c { d; }"),
        ("a b [c, d]", "a b c d"),
        ("a \"b\", \"c\", 1, 2", "a \"b\" \"c\" 1 2"),
    ]);
    for text in ["a [[b], [c]]", "a [{b c}]", "a [b c, d]", "a [b", "a b []", "a [\"b\"c]"] {
        let (_, diagnostics) = read(text);
        let first = diagnostics.iter().next().unwrap();
        assert!(first.code.id == "E0124" && first.fixes.is_empty(), "{text:?}: {}", brief(&diagnostics));
    }
}

#[test]
fn a_conflict_of_git_is_told_once_and_its_first_side_is_read() {
    let conflict = "a {\n<<<<<<< HEAD\n    n 1\n=======\n    n 2\n>>>>>>> more\n}\n";
    tells(&[
        (conflict, &[("E0125", "<<<<<<< HEAD")], "a {|    n 1|}"),
        (&*Box::leak(conflict.replace('\n', "\r\n").into_boxed_str()), &[("E0125", "<<<<<<< HEAD")], "a {|    n 1|}"),
        ("<<<<<<< a\nb {\n||||||| c\nd {\n=======\ne {\n>>>>>>> f\n  g\n}", &[("E0125", "<<<<<<< a")], "b {|    g|}"),
        (
            "a\n<<<<<<< b\n=======\nc \"é\"\n>>>>>>> d\n<<<<<<<\ne\n=======\n>>>>>>>\nf",
            &[("E0125", "<<<<<<< b"), ("E0125", "<<<<<<<")],
            "a|e|f",
        ),
        ("a \"\"\"\n<<<<<<< b\nc\n=======\nd\n>>>>>>> e\n\"\"\"", &[("E0125", "<<<<<<< b")], "a \"\\nc\\n\\n\\n\""),
        ("a\n=======\nb\n>>>>>>> c\nd", &[("E0125", "======="), ("E0125", ">>>>>>> c")], "a|b|d"),
        ("a\n <<<<<<< b\n<<<<<<<< c", &[], "a|<<<<<<< b|<<<<<<<< c"),
    ]);
}

#[test]
fn a_raw_string_without_an_end_leaves_its_line_the_brace() {
    tells(&[("a { b #\"c\"; }\nd", &[("E0105", "#\"")], "a {|    b \"c\\\"\"|}|d")]);
}

#[test]
fn a_comma_between_words_before_a_quoted_one_with_a_colon_apart_is_a_letter() {
    tells(&[("a { a a, \"\" :=> }", &[], "a {|    a a, \"\" :=>|}")]);
}
