//! What a text of KDL, JSON or YAML says for what its name says to be a secret, and what it has a `Secret` of Kubernetes hold.

use super::entries::{Entry, entries, string};
use super::hidden::without_references;
use super::token::{ENDS, names_secret};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Words that end as [`ENDS`] have it, with a number behind them or none.
static WORDS: LazyLock<Regex> = LazyLock::new(|| {
    let ends = ENDS.map(|end| end.replace(' ', "[-_.]?")).join("|");
    #[expect(clippy::expect_used, reason = "the pattern is fixed, and every test of this file makes it")]
    Regex::new(&format!(r#"(?i)[\w.-]*(?:{ends})(?:[-_.]?[0-9]+)?["']?"#)).expect("a pattern")
});

/// What holds a value in an object that is called like a secret: what a property is where nobody says it, and the like.
pub const VALUES: [&str; 3] = ["default", "value", "example"];

/// Where a `Secret` of Kubernetes has what it holds.
pub const HELD: [&str; 2] = ["data", "stringData"];

/// A node that makes such a `Secret`, or expects one.
static RESOURCE: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the pattern is fixed, and every test of this file makes it")]
    Regex::new(r#"\bresource[ \t]+(?:"?v1"?[ \t]+)?"?Secret"?[ \t]"#).expect("a pattern")
});

/// The most bytes of a node in which values are looked for that stand below a name.
const MOST: usize = 1 << 16;

/// The same of a node that makes a `Secret`, which is no bigger in Kubernetes.
const MOST_OF_SECRET: usize = 1 << 20;

/// What a text tells to be secret, line by line.
pub(super) fn told(text: &str) -> Vec<Range<usize>> {
    let by_name = names(text).flat_map(|(at, value)| {
        let below = entries(text, at, MOST).into_iter().filter(is_value_of_it).map(|entry| entry.range);
        value.into_iter().chain(below.filter(|range| is_said(&text[range.clone()])))
    });
    let held = RESOURCE.find_iter(text).flat_map(|found| {
        let held = entries(text, found.end(), MOST_OF_SECRET).into_iter().filter(is_held).map(|entry| entry.range);
        held.filter(|range| is_said(&text[range.clone()]))
    });
    let found: Vec<Range<usize>> = by_name.chain(held).collect();
    found.into_iter().flat_map(|range| lines(text, range)).collect()
}

/// Whether an entry says the value of what its node is called: `default=x`, or `{ default x; }`.
fn is_value_of_it(entry: &Entry<'_>) -> bool {
    let name = match (entry.way.as_slice(), entry.key) {
        ([], name) => name,
        ([name], None) => Some(*name),
        _ => None,
    };
    name.is_some_and(|name| VALUES.contains(&name))
}

/// Whether an entry is one that a `Secret` holds.
fn is_held(entry: &Entry<'_>) -> bool {
    entry.way.first().is_some_and(|name| HELD.contains(name))
}

/// The fewest bytes of a value beside what is filled in: fewer are what joins it.
const FEWEST_BESIDE: usize = 6;

/// Whether what is written is a value, also in part, and neither a word of the language nor what somebody fills in.
fn is_said(written: &str) -> bool {
    let text = written.trim_matches(['#', '"']).trim();
    let is_word = written.starts_with('#') && !written.contains('"');
    let beside = without_references(text, "");
    let fewest = if beside.len() < text.len() { FEWEST_BESIDE } else { 1 };
    !is_word && !text.starts_with('$') && beside.len() >= fewest
}

/// What stands on each line of a part of a text.
fn lines(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let lines = text[range].lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| {
        let start = line.as_ptr() as usize - text.as_ptr() as usize;
        start..start + line.len()
    })
}

/// The ends of names of secrets, and the values of those that a line of KDL, JSON or YAML says behind them: `password x`, `password=x`, `"password": "x"`.
/// What only declares such a name (`property password string`) says none, and neither does a reference (`secret=NAME`, `$spec.password`).
fn names(text: &str) -> impl Iterator<Item = (usize, Option<Range<usize>>)> {
    let names = WORDS.find_iter(text).filter(|word| names_secret(word.as_str().trim_matches(['"', '\''])));
    names.map(|word| (word.end(), value(text, word.range())))
}

/// The value behind a name.
fn value(text: &str, word: Range<usize>) -> Option<Range<usize>> {
    let name = text[word.clone()].trim_matches(['"', '\'']);
    let before = text[..word.start].trim_end_matches([' ', '\t', '"', '\'']);
    let begins = before.is_empty() || before.ends_with(['\n', '\r', '{', ';', ',', '-']);
    let rest = &text[word.end..];
    let behind = rest.trim_start_matches([' ', '\t']);
    let value = match behind.as_bytes().first()? {
        b'=' if name != "secret" => &behind[1..],
        b':' => behind[1..].trim_start_matches([' ', '\t']),
        _ if begins && behind.len() < rest.len() => behind,
        _ => return None,
    };
    let start = text.len() - value.len();
    let length = said(value)?;
    let ends = value[length..].trim_start_matches([' ', '\t']);
    let is_alone = ends.is_empty() || ends.starts_with(['\n', '\r', ';', '}', ',', '/', '#', '\\']);
    // A condition of two words, such as `token is x`, says no value; nor does one of an operator alone.
    let is_value = !rest.starts_with([' ', '\t']) || is_alone && !OPERATORS.contains(&&value[..length]);
    is_value.then(|| start..start + length)
}

/// What says of a name, alone behind it, whether it has a value.
const OPERATORS: [&str; 2] = ["present", "absent"];

/// How long what stands at the beginning of a text is as a value: what is in quotes, or a word; nothing for a reference, a block or nothing.
fn said(text: &str) -> Option<usize> {
    if let Some(length) = string(text) {
        return (!text[..length].trim_matches(['#', '"']).trim().is_empty()).then_some(length);
    }
    if let Some(rest) = text.strip_prefix('\'') {
        let length = rest.find(['\'', '\n', '\r']).unwrap_or(rest.len());
        return (length > 0).then(|| 1 + length + usize::from(rest[length..].starts_with('\'')));
    }
    let end = text
        .find(|letter: char| letter.is_whitespace() || matches!(letter, ';' | '{' | '}' | ',' | ')' | '"'))
        .unwrap_or(text.len());
    let is_value = !text.starts_with(['$', '(', '{', '[', '<', '|', '>', '&', '*', '#', '!', '=', ':']);
    (end > 0 && is_value).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_name_tells_of_is_found_in_each_language() {
        let told = |text: &str| told(text).into_iter().map(|part| text[part].to_owned()).collect::<Vec<_>>();
        for (text, value) in [
            ("entity s a {\n    password pw99\n}", "pw99"),
            ("entity s a { token \"a b\"; }", "\"a b\""),
            ("    apiKey #\"a\"b\"# // x", "#\"a\"b\"#"),
            ("stringData password=pw99 user=x", "pw99"),
            ("  password: pw99 # x", "pw99"),
            ("{\"a\": 1, \"client_secret\": \"pw\"}", "\"pw\""),
            ("secret abc\n", "abc"),
            ("password: 'a b'\n", "'a b'"),
            (r#"{"password": "a\"b", "x": 1}"#, r#""a\"b""#),
            ("password \"open\nx y", "\"open"),
            ("token 123", "123"),
            ("password1 abc\n", "abc"),
            ("API_KEY_2: abc\n", "abc"),
            ("dbPass: abc\n", "abc"),
            ("webhookSecret=abc", "abc"),
            ("property token string default=\"pw 9\"", "\"pw 9\""),
            ("property token { default pw99; required }", "pw99"),
            ("field api_key string {\n    default \"pw\" // x\n}\nentity s default", "\"pw\""),
            ("- name=API_KEY value=pw", "pw"),
            ("password { value pw }", "pw"),
            (
                "resource v1 Secret $name file=a.yaml { stringData { key pw; b $spec.b; c \"${name}-x\"; d (secret)e } }",
                "pw",
            ),
            ("resource v1 Secret $name { type Opaque; data key=pw }", "pw"),
            ("expect resource Secret a { stringData key=pw }", "pw"),
            ("ssh_key abc\n", "abc"),
        ] {
            assert_eq!(told(text), [value], "{text}");
        }
        for none in [
            "property password string",
            "    field token string required",
            "auth basic secret=name",
            "password (secret)name",
            "password $spec.password",
            "password \"\"",
            "rule r \"T\" { token present; }",
            "all { token is x; }",
            "secretName abc",
            "token {",
            "compass north",
            "tlsSecret: name",
            "property token enum { values a b; }",
            "property token string default=#null",
            "property token { items { default a; }; }\nproperty b { default c; }",
            "resource v1 ConfigMap $name { data key=pw }",
            "resource x.example/v1 Secret $name { data key=pw }",
        ] {
            assert_eq!(told(none), [""; 0], "{none}");
        }
    }

    #[test]
    fn a_text_of_several_lines_is_told_line_by_line() {
        let text = "password \"\"\"\n    first\n\n    second\n    \"\"\"\nn x";
        let found: Vec<&str> = told(text).into_iter().map(|part| &text[part]).collect();
        assert_eq!(found, ["\"\"\"", "first", "second", "\"\"\""]);
    }

    proptest! {
        #[test]
        fn no_text_breaks_what_is_told_by_names(text in "(password|pass|token|secret|[ :=\\n\\\\\"'#{};é€]|a){0,30}") {
            for part in told(&text) {
                prop_assert!(text.get(part).is_some());
            }
        }
    }
}
