//! What differs never looks the same: whatever the values, however narrow the terminal.

use super::*;
use crate::diff;
use crate::laws::cases;
use crate::model::{Json, Kind, Map, Name};
use crate::report::markdown::signs_first;
use crate::report::{Color, Reader, harmless};
use crate::source::{FileId, Span, Spanned};
use proptest::prelude::*;

/// Texts that are easily taken for each other.
fn text() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "a",
        "\u{430}",
        "b",
        " ",
        "\t",
        "\r",
        "\n",
        "\u{a0}",
        "\u{200b}",
        "\u{202e}",
        "\u{1b}",
        "\0",
        "e\u{301}",
        "é",
        "\u{212b}",
        "Å",
        "…",
        "\\",
        "\"",
        "5",
        "#true",
        "-",
        "→",
        " -> ",
        "\u{fe0f}",
        "\u{1112}\u{1161}",
        "하",
        "日本",
        "a: 1\n",
        "{",
        "}",
        ";",
        "(array)",
        "##[a",
        "# #[a",
        "::",
        "/",
        "lorem ipsum dolor ",
        "\\n",
        "\\u{a0}",
        "[",
        "+",
        "]",
    ]);
    let short = prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat());
    (short, prop::sample::select(vec![0_usize, 0, 0, 1, 9, 40, 150]), any::<bool>()).prop_map(|(text, more, behind)| {
        let long = "x".repeat(more);
        if behind { text + &long } else { long + &text }
    })
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        8 => text().prop_map(Value::string),
        1 => (-9_i64..9).prop_map(Value::integer),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => Just(Value::Null),
        1 => text().prop_map(|name| Value::Secret(name.as_str().into())),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let member = (prop_oneof![Just("name".to_owned()), Just("-".to_owned()), text()], inner.clone());
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(|items| Value::Array(items.into_iter().map(nowhere).collect())),
            prop::collection::vec(member, 0..4).prop_map(|members| {
                let mut map = Map::default();
                for (name, value) in members {
                    map.set(Spanned::new(Name::from(name.as_str()), Span::start_of(FileId(0))), nowhere(value));
                }
                Value::Object(map)
            }),
        ]
    })
}

/// Two values, of which the second is often the first with one character more or less.
fn pair() -> impl Strategy<Value = (Value, Value)> {
    let near = (text(), text(), text(), text()).prop_map(|(head, one, other, tail)| {
        (Value::string(format!("{head}{one}{tail}")), Value::string(format!("{head}{other}{tail}")))
    });
    prop_oneof![near, (any_value(), any_value()), any_value().prop_map(|value| (value.clone(), listed(value)))]
}

fn listed(value: Value) -> Value {
    Value::Array(vec![nowhere(value)])
}

fn nowhere(value: Value) -> Spanned<Value> {
    Spanned::new(value, Span::start_of(FileId(0)))
}

/// What is printed of a change.
fn printed(before: &Value, after: &Value, bound: Bound, style: Style) -> String {
    let found = diff::parts(Kind::Entity, "properties.p", &nowhere(before.clone()), &nowhere(after.clone()));
    let part = |part: diff::Part| FieldPart {
        path: part.path,
        before: part.before.map(Json),
        after: part.after.map(Json),
        source: None,
    };
    let is_whole = found.iter().all(|part| part.path.is_empty());
    let parts: Vec<FieldPart> = if is_whole { Vec::new() } else { found.into_iter().map(part).collect() };
    let heading = Heading { name: "properties.p", note: "", source: None };
    let output = value(&heading, Sides { before: Some(before), after: Some(after), parts: &parts }, bound, style);
    harmless(&output, Reader::Terminal).into_owned()
}

/// A coloured text without what says which side it is of.
fn unmarked(text: &str) -> &str {
    let pairs = [("[- ", "]"), ("[+ ", "]"), ("[-", "-]"), ("{+", "+}"), ("- ", ""), ("+ ", "")];
    let within = |(open, close): (&str, &str)| text.strip_prefix(open)?.strip_suffix(close);
    pairs.into_iter().find_map(within).unwrap_or(text)
}

/// The lines of an output as one who sees one side alone would: what has the colour of the other side is taken away, and the signs.
fn side(output: &str, hidden: &str, shown: &str) -> Vec<String> {
    let line = |line: &str| {
        let (mut out, mut rest, mut has_hidden, mut has_shown) = (String::new(), line, false, false);
        while let Some((plain, coloured)) = rest.split_once("\u{1b}[") {
            out.push_str(plain);
            let (code, coloured) = coloured.split_once('m').unwrap();
            let (inner, after) = coloured.split_once("\u{1b}[0m").unwrap();
            if code == shown {
                has_shown = true;
                out.push_str(unmarked(inner));
            } else if code == hidden {
                has_hidden = true;
            } else {
                out.push_str(inner);
            }
            rest = after;
        }
        out.push_str(rest);
        let gone = has_hidden && !has_shown && out.trim().is_empty();
        (!gone).then_some(out)
    };
    output.lines().filter_map(line).collect()
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn both_sides_never_look_the_same((before, after) in pair(), width in 0_usize..140, whole in any::<bool>()) {
        prop_assume!(before != after);
        let style = Style { color: Color::Always, width, ..Style::PLAIN };
        let bound = if whole { Bound::Whole } else { Bound::Fitting };
        let output = printed(&before, &after, bound, style);
        let (old, new) = (side(&output, "32", "31"), side(&output, "31", "32"));
        prop_assert_ne!(&old, &new, "{}", output);
        prop_assert!(!output.contains('\u{fffd}'), "{}", output);
    }

    #[test]
    fn no_two_values_are_written_alike((before, after) in pair()) {
        prop_assume!(before != after);
        let texts = crate::report::difference::told_apart(&[&before, &after]);
        prop_assert_ne!(&texts[0], &texts[1]);
        prop_assert!(!crate::syntax::look_alike(&texts[0], &texts[1]), "{} {}", texts[0], texts[1]);
    }

    #[test]
    fn a_comment_of_a_pull_request_tells_them_apart_too((before, after) in pair()) {
        prop_assume!(before != after);
        let output = printed(&before, &after, Bound::Fitting, Style::PLAIN);
        let comment = signs_first(&output);
        let of = |sign: char| {
            let lines = comment.lines().filter(|line| !line.starts_with(if sign == '-' { '+' } else { '-' }));
            lines.map(|line| line.strip_prefix(sign).unwrap_or(line).to_owned()).collect::<Vec<_>>()
        };
        let told = |line: &str| ["->", "[+", "[-", "{+"].iter().any(|mark| line.contains(mark));
        prop_assert!(of('-') != of('+') || comment.lines().any(told), "{}", comment);
    }
}
