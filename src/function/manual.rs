//! The manual of functions, in Markdown.

use crate::grammar::language;
use crate::model::{Function, OfItems, Takes, Usage, ValueType, Verb};
use std::fmt::Write;

const HEAD: &str = "# Functions

<!-- Made from `src/model/verb.rs` and `grammar/*.kdl`: change those, then run the tests with PLAT_BLESS=1. -->

What stands behind a `|` is done to the value before it, from left to right: `${spec.name | upper | trunc 20}` within a text,
`\"$spec.replicas | plus 1\"` as a value with its type. What a function takes is written behind it, in quotes where it is a text with
spaces or one that looks like a number, or named by its path: `plus $spec.extra`. Where there is no value a function gives none, but for
those of which something else is said.

| function | takes | gives |
|---|---|---|
";

const COMPARISONS: &str = "
## Comparisons

A comparison gives `#true` where it holds: `\"$spec.replicas | above 1\"`. The words are those of [conditions](language.md#operators), and
say the same, but for those that ask for the time or search for a pattern. To put a value in an order there must be one.

| comparison | compares with | holds where it is |
|---|---|---|
";

/// The manual of the functions in Markdown: each with its line, what it takes and gives, and an example; then the comparisons.
///
/// The same functions give the same bytes.
pub(super) fn manual() -> String {
    let mut text = HEAD.to_owned();
    for (verb, word) in Verb::ALL {
        let usage = verb.usage();
        line(&mut text, &format!("| [`{}`](#{word}) | {} | {} |", usage.line(word), types(usage), usage.doc));
    }
    line(&mut text, "| [a comparison](#comparisons) | any value | Whether it holds. |");
    for (verb, word) in Verb::ALL {
        section(&mut text, verb, word);
    }
    text.push_str(COMPARISONS);
    for word in Function::words().filter(|word| Verb::from_word(word).is_none()) {
        let operands = match language().operands(word).unwrap_or_default() {
            (0, _) => "nothing".to_owned(),
            (1, 1) => "a value".to_owned(),
            (fewest, most) => format!("{fewest}{} values", if most > fewest { " or more" } else { "" }),
        };
        line(&mut text, &format!("| `{word}` | {operands} | {} |", language().meaning(word).unwrap_or_default()));
    }
    text
}

fn line(text: &mut String, line: &str) {
    // Writing into memory has no way to fail.
    let _ = writeln!(text, "{line}");
}

fn section(text: &mut String, verb: Verb, word: &str) {
    let usage = verb.usage();
    let (value, call, result) = usage.example;
    line(
        text,
        &format!("\n<a id=\"{word}\"></a>\n## `{word}`\n\n```text\n{}\n```\n\n{}\n", usage.line(word), usage.doc),
    );
    line(text, &format!("* takes {}{}", types(usage), if verb.takes_nothing() { ", or no value" } else { "" }));
    for (name, takes) in usage.arguments {
        let what = match takes {
            Takes::Text => "a text",
            Takes::Number => "a number",
            Takes::Truth => "`#true` or `#false`",
            Takes::Object => "an object, by its path",
            Takes::Any => "any value",
        };
        line(text, &format!("* `{}`: {what}", name.to_uppercase()));
    }
    match usage.each {
        Some(OfItems::Calls) => line(text, "* `FUNCTION...`: what is done to each item, with what that takes"),
        Some(OfItems::Compares) => line(text, "* `COMPARISON...`: one of the [comparisons](#comparisons)"),
        None => {}
    }
    line(text, &format!("* `{value}` with `| {call}` is `{result}`"));
}

/// The types of values that a function takes.
fn types(usage: &Usage) -> &'static str {
    let all = usage.takes.len() == ValueType::ALL.len();
    if all { "any value" } else { usage.wanted() }
}
