use super::soup::{document, soup};
use super::{normal_form, read};
use crate::syntax::format;
use crate::syntax::parser::Parser;
use crate::syntax::token::Token;
use proptest::prelude::*;

fn formatted(text: &str) -> String {
    format(&read(text).0)
}

/// The comments of a text as they are compared: without spaces behind them.
fn comments(text: &str) -> Vec<String> {
    let (tree, _) = read(text);
    let mut parser = Parser::new(tree.file(), &tree.text);
    let mut found = Vec::new();
    loop {
        match parser.token() {
            Token::LineComment(text) => found.push(text.trim_end().to_owned()),
            Token::BlockComment(text) => found.push(text.replace("\r\n", "\n").replace('\r', "\n")),
            Token::End => return found,
            _ => {}
        }
    }
}

/// The values as written, so that a changed radix or kind of quotes shows.
fn written(text: &str) -> Vec<String> {
    let (tree, _) = read(text);
    let mut open: Vec<_> = tree.nodes().collect();
    let mut found = Vec::new();
    while let Some(node) = open.pop() {
        found.extend(node.entries().map(|entry| entry.raw().to_owned()).filter(|raw| !raw.contains(['\n', '\r'])));
        open.extend(node.children());
    }
    found
}

fn keeps_everything(text: &str) {
    if !read(text).1.is_empty() {
        return;
    }
    let once = formatted(text);
    let (tree, diagnostics) = read(&once);
    assert!(diagnostics.is_empty(), "{text:?} became {once:?}: {}", super::brief(&diagnostics));
    assert_eq!(normal_form::print(&tree), normal_form::print(&read(text).0), "{text:?} became {once:?}");
    assert_eq!(written(&once), written(text), "{text:?} became {once:?}");
    assert_eq!(comments(&once), comments(text), "{text:?} became {once:?}");
    assert_eq!(formatted(&once), once, "of {text:?}");
    assert!(once.is_empty() || once.ends_with('\n') && !once.ends_with("\n\n"), "{once:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..crate::laws::cases(400) })]

    #[test]
    fn values_and_comments_stay_and_a_second_time_changes_nothing(text in document()) {
        keeps_everything(&text);
    }

    #[test]
    fn the_same_holds_for_whatever_we_accept(text in soup()) {
        keeps_everything(&text);
    }
}

#[test]
fn the_layout_is_canonical() {
    let cases = [
        ("", ""),
        ("\n\n", ""),
        ("a   1  \t b = 2;c", "a 1 b=2\nc\n"),
        ("a{b;c{d}}", "a {\n    b\n    c { d }\n}\n"),
        ("a {\n\n\n  b\n\n\n\n  c\n\n}\n\n\nd\n\n", "a {\n    b\n\n    c\n}\n\nd\n"),
        ("a { }", "a {}\n"),
        ("a {b{c  {}}}", "a { b { c {} } }\n"),
        ("a {b {\n c }}", "a {\n    b {\n        c\n    }\n}\n"),
        ("( t ) a ( u ) 1 b = ( v ) 2", "(t)a (u)1 b=(v)2\n"),
        ("a 0xFF 1_000 #\"\\d\"# \"b\" c", "a 0xFF 1_000 #\"\\d\"# \"b\" c\n"),
        ("a\r\nb\r\n", "a\r\nb\r\n"),
        ("a  1\r\nb\n\n\nc", "a 1\r\nb\r\n\r\nc\r\n"),
        ("a  1\nb\r\n", "a 1\nb\n"),
        ("a  1\rb\r\n", "a 1\r\nb\r\n"),
        ("a \"\"\"\r\n  b\r\n\r\n  c\r\n  \"\"\"\r\n", "a \"\"\"\r\n    b\r\n\r\n    c\r\n    \"\"\"\r\n"),
        ("a \"\"\"\n  b\r\r\n  c\n  \"\"\"\n", "a \"\"\"\n    b\n\n    c\n    \"\"\"\n"),
        ("/* x\r\n y */ a\r\n", "/* x\r\n y */ a\r\n"),
        ("\u{feff}/- kdl-version 2\na", "/- kdl-version 2\na\n"),
        ("a {\n\"\"\"\n x\n \"\"\"\n}", "a {\n    \"\"\"\n        x\n        \"\"\"\n}\n"),
    ];
    for (text, expected) in cases {
        assert_eq!(formatted(text), expected, "{text:?}");
    }
}

#[test]
fn comments_stay_where_they_are() {
    let cases = [
        ("// a\n\n// b\nc //d  \n", "// a\n\n// b\nc //d\n"),
        ("a { // b\n\n  c\n  // d\n}// e", "a { // b\n    c\n    // d\n} // e\n"),
        ("a; // b\nc", "a // b\nc\n"),
        ("a/* b */1/* c */", "a /* b */ 1 /* c */\n"),
        ("/* a */ b\n/* c\n d */\n e", "/* a */ b\n/* c\n d */\ne\n"),
        ("a { /* b */ }", "a {\n    /* b */\n}\n"),
        ("a /- b /-c=1 /- { d;e }", "a /-b /-c=1 /-{\n    d\n    e\n}\n"),
        ("/-\na {\n b }", "/-a {\n    b\n}\n"),
        ("a /- // b\n c", "a /- // b\n    c\n"),
    ];
    for (text, expected) in cases {
        assert_eq!(formatted(text), expected, "{text:?}");
    }
}

#[test]
fn continued_lines_stay_where_something_follows() {
    let cases = [
        ("a \\\n1 \\\n\t2", "a \\\n    1 \\\n    2\n"),
        ("a \\ // b\n1", "a \\ // b\n    1\n"),
        ("a \\\n{ b }", "a { b }\n"),
        ("a \\\n\nb", "a\nb\n"),
        ("a \\ // b\n\nc", "a // b\nc\n"),
        ("\\\na", "a\n"),
    ];
    for (text, expected) in cases {
        assert_eq!(formatted(text), expected, "{text:?}");
    }
}
