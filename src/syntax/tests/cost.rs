//! The parser's work and memory on hostile texts grow as the texts do.

use crate::source::FileId;
use crate::syntax::parser::Parser;
use std::sync::Arc;

/// A text of a size.
type Family = fn(usize) -> String;

/// Kinds of hostile text.
const FAMILIES: &[(&str, Family)] = &[
    ("open braces", |n| "a{".repeat(n)),
    ("bare open braces", |n| "{".repeat(n)),
    ("close braces", |n| "}".repeat(n)),
    ("opened and closed", |n| "a{".repeat(n) + &"}".repeat(n)),
    ("one long line of words", |n| "a ".repeat(n)),
    ("one long word", |n| "a".repeat(n)),
    ("digits", |n| "1".repeat(n)),
    ("digits in a float", |n| format!("a {}.5", "1".repeat(n))),
    ("quotes", |n| "\"".repeat(n)),
    ("unterminated strings", |n| "a \"b\n".repeat(n)),
    ("unterminated strings in words", |n| "a\"".repeat(n)),
    ("unterminated long string", |n| format!("a \"{}", "b ".repeat(n))),
    ("unterminated block", |n| format!("a \"\"\"\n{}", "b\n".repeat(n))),
    ("unterminated multi-line strings", |n| "a \"\"\"\n".repeat(n)),
    ("unterminated raw strings", |n| "a #\"b\n".repeat(n)),
    ("hashes", |n| "#".repeat(n)),
    ("hashes in a broken line", |n| format!("a [{}", "#".repeat(n))),
    ("hashes and words", |n| "#a ".repeat(n)),
    ("growing hashes", |n| format!("a {}\"{}", "#".repeat(n), "\"#".repeat(n))),
    ("almost closed raw string", |n| format!("a #\"\"\"\n{}", "\"\"\"".repeat(n))),
    ("r and hashes", |n| format!("r{}", "#".repeat(n))),
    ("unterminated comment", |n| "/*".repeat(n)),
    ("comments of stars", |n| format!("/*{}", "*/".repeat(n))),
    ("slashes", |n| "/".repeat(n)),
    ("slashdashes", |n| "/-".repeat(n)),
    ("slashdashed lines", |n| "/-\n".repeat(n)),
    ("nested slashdashes", |n| "/-a{".repeat(n)),
    ("nested slashdashed blocks", |n| "a/-{".repeat(n)),
    ("slashdashed entries", |n| format!("a{}", " /-1".repeat(n))),
    ("blocks behind blocks", |n| format!("a{}", "{}".repeat(n))),
    ("slashdashed blocks", |n| format!("a{}", "/-{}".repeat(n))),
    ("backslashes", |n| "\\".repeat(n)),
    ("backslashes and spaces", |n| "\\ ".repeat(n)),
    ("continued lines", |n| format!("a{}", " \\\n".repeat(n))),
    ("escapes", |n| format!("a \"{}\"", "\\n\\u{41}\\q".repeat(n))),
    ("escaped whitespace", |n| format!("a \"\\{}\"", "\n ".repeat(n))),
    ("deep indentation", |n| format!("a \"\"\"\n{0}b\n{0}b\n{0}\"\"\"", " ".repeat(n))),
    ("empty lines", |n| format!("a \"\"\"\n{}    \"\"\"", "\n".repeat(n))),
    ("parentheses", |n| "(".repeat(n)),
    ("annotations", |n| "(a)".repeat(n)),
    ("equals", |n| "=".repeat(n)),
    ("keys", |n| "a=".repeat(n)),
    ("semicolons", |n| ";".repeat(n)),
    ("nulls", |n| "\0".repeat(n)),
    ("nulls in words", |n| "a\0".repeat(n)),
    ("invisible characters", |n| "\u{200e}a".repeat(n)),
    ("brackets", |n| "[\n".repeat(n)),
    ("paths", |n| "a/b\n".repeat(n)),
    ("bad numbers", |n| "a 1x\n".repeat(n)),
    ("dedented lines", |n| format!("a {{\n{}", "    b {\n  }\n".repeat(n))),
    ("keys behind values", |n| format!("a{}", " a a=".repeat(n))),
    ("equals signs behind values", |n| format!("a{}", " a =".repeat(n))),
    ("commas between members", |n| format!("a {{ b \"a\"{} }}", ", \"b\": 1".repeat(n))),
    ("version markers", |n| "/- kdl-version 1\n".repeat(n)),
];

fn steps(text: &str) -> u64 {
    let text = Arc::from(text);
    let mut parser = Parser::new(FileId(0), &text);
    parser.run();
    assert!(parser.diagnostics.len() <= 200);
    parser.cursor.steps.get()
}

#[test]
fn twice_the_text_is_at_most_twice_the_work() {
    for (name, family) in FAMILIES {
        let (small, large) = (steps(&family(5_000)), steps(&family(10_000)));
        assert!(large <= small * 21 / 10 + 5_000, "{name}: {small} steps, then {large}");
        let length = family(10_000).len() as u64;
        assert!(large <= length * 40, "{name}: {large} steps for {length} bytes");
    }
}
