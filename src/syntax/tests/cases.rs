//! What KDL 2.0 takes, form by form.

use super::{brief, normal_form, read};

/// That each text reads as the other in normal form, lines there joined by `|`.
fn reads(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let (tree, diagnostics) = read(text);
        assert!(diagnostics.is_empty(), "{text:?}: {}", brief(&diagnostics));
        let printed = normal_form::print(&tree).trim_end().replace('\n', "|");
        assert_eq!(printed, *expected, "{text:?}");
    }
}

#[test]
fn strings_of_one_line_have_their_values() {
    reads(&[
        ("a b", "a b"),
        ("a \"b\"", "a b"),
        ("\"a b\" \"\"", "\"a b\" \"\""),
        (r#"a "\n\r\t\s\b\f\\\"""#, r#"a "\n\r\t \b\f\\\"""#),
        (r#"a "\u{e9}\u{1F600}\u{00000a}""#, "a \"é😀\\n\""),
        ("a \"x\\   y\\\n\n  z\"", "a xyz"),
        (r##"a #"b\n"#"##, r#"a "b\\n""#),
        (r###"a ##"b"#c"##"###, r##"a "b\"#c""##),
        ("a #\"\"#", "a \"\""),
        ("a $b.c @d *.e ^1 ~2 v1.2.3 <f> +g - -- .x é 😀", "a $b.c @d *.e ^1 ~2 v1.2.3 <f> +g - -- .x é 😀"),
        ("a truex nullx r #\"r\"#", "a truex nullx r r"),
    ]);
}

#[test]
fn strings_of_several_lines_lose_the_indentation_of_their_end() {
    reads(&[
        ("a \"\"\"\n  b\n    c\n  \"\"\"", r#"a "b\n  c""#),
        ("a \"\"\"\r\n\tb\r\n\r\n\tc\r\n\t\"\"\"", r#"a "b\n\nc""#),
        ("a \"\"\"\n\"\"\"", "a \"\""),
        ("a \"\"\"\n    \"\"\"", "a \"\""),
        ("a \"\"\"\n  b\n      \n  c\n  \"\"\"", r#"a "b\n\nc""#),
        ("a \"\"\"\n  b \\\n    c\n  \"\"\"", r#"a "b c""#),
        ("a \"\"\"\n  \\s b\\\\\n  \"c\" \"\"\\\"\n  \"\"\"", r#"a "  b\\\n\"c\" \"\"\"""#),
        ("a #\"\"\"\n  b\\n\n  \"\"\"c\n  \"\"\"#", r#"a "b\\n\n\"\"\"c""#),
        ("a \"\"\"\n  \\u{41}\n  \\\n  \"\"\"", "a A"),
    ]);
}

#[test]
fn numbers_and_keywords_have_their_values() {
    reads(&[
        ("a 1 -1 +1 0 007", "a 1 -1 1 0 7"),
        ("a 0xFf -0o17 0b1_0 1_000", "a 255 -15 2 1000"),
        ("a 1.5 -0.0 1e3 1.5E-3", "a 1.5 -0.0 1E+3 1.5E-3"),
        ("a 170141183460469231731687303715884105728", "a 170141183460469231731687303715884105728"),
        ("a #true #false #null #inf #-inf #nan", "a #true #false #null #inf #-inf #nan"),
    ]);
}

#[test]
fn nodes_end_with_their_line_a_semicolon_or_their_block() {
    reads(&[
        ("a;b;c", "a|b|c"),
        ("a\rb\r\nc\u{85}d\u{b}e\u{c}f\u{2028}g\u{2029}h", "a|b|c|d|e|f|g|h"),
        ("a{b}", "a {|    b|}"),
        ("a { b 1; c }; d", "a {|    b 1|    c|}|d"),
        ("a {\n}\nb {}", "a|b"),
        ("a \\\n  1 \\ // c\n  2", "a 1 2"),
        ("a \\", "a"),
        ("\u{feff}a", "a"),
        ("", ""),
    ]);
}

#[test]
fn entries_are_arguments_and_properties() {
    reads(&[
        ("a 1 b=2 3", "a 1 3 b=2"),
        ("a b=1 b=2", "a b=2"),
        ("a \"b c\"=d e = f g= h i =j", "a \"b c\"=d e=f g=h i=j"),
        ("(t)a (\"u v\")1 b=(w)2", "(t)a (\"u v\")1 b=(w)2"),
        ("( t ) a ( /* c */ u ) 1", "(t)a (u)1"),
        ("a\u{a0}b\u{3000}c/* d */e", "a b c e"),
        ("tier >= 2", "tier >=2"),
        ("url https://x.y", "url https:"),
    ]);
}

#[test]
fn comments_are_left_out_and_nest() {
    reads(&[
        ("// a\nb // c\n/* d */ e /* f /* g */ h */ 1", "b|e 1"),
        ("a /* b\nc */ d", "a d"),
        ("/***/a/**/ /*//*/ */ */", "a"),
    ]);
}

#[test]
fn slashdash_leaves_out_what_follows() {
    reads(&[
        ("/-a 1 { b }\nc", "c"),
        ("/- a\nb", "b"),
        ("/-\n// c\na\nb", "b"),
        ("a /-1 2 /- b=3 c=4", "a 2 c=4"),
        ("a/-1 2", "a 2"),
        ("a 1 /-{ b } { c } /-{ d }", "a 1 {|    c|}"),
        ("a /- { b /- 1 { /-c } }", "a"),
        ("a /-b { c }", "a {|    c|}"),
        ("/-a /-1; b { /-c; d; /-e }", "b {|    d|}"),
        ("/- kdl-version 2\na", "a"),
        ("/-(t)a \"\\n\"\n b \"\\t\"", "b \"\\t\""),
    ]);
}

#[test]
fn places_are_those_of_the_text() {
    let text = "é (t)key=(u)\"v\\n\" { x }";
    let (tree, _) = read(text);
    let node = tree.nodes().next().unwrap();
    assert_eq!(&text[node.span().range()], text);
    assert_eq!(&text[node.name_span().range()], "é");

    let (tree, _) = read("a key = (u)\"v\\n\" { x }");
    let node = tree.nodes().next().unwrap();
    let entry = node.property("key").unwrap();
    let at = |span: crate::source::Span| &tree.text()[span.range()];
    assert_eq!(
        (at(entry.span()), at(entry.key_span()), at(entry.value_span())),
        ("key = (u)\"v\\n\"", "key", "\"v\\n\"")
    );
    assert_eq!((at(node.head_span()), node.block_span().map(at)), ("a key = (u)\"v\\n\"", Some("{ x }")));
    assert_eq!(node.child("x").map(|child| at(child.span())), Some("x"));
}
