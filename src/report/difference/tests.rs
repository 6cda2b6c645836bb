use super::*;
use crate::model::parse_json;

/// How a change between two values written as JSON is shown, on one line.
#[track_caller]
fn told_of(name: &str, before: &str, after: &str) -> String {
    let [before, after] = [before, after].map(|text| parse_json(text.as_bytes()).unwrap());
    match change(name, Some(&before), Some(&after)) {
        Change::Value { before: Some(before), after: Some(after) } => format!("{before} -> {after}"),
        Change::Value { before, after } => format!("{before:?} {after:?}"),
        Change::Items { added, removed } => format!("[+ {}] [- {}]", added.join(" "), removed.join(" ")),
        Change::Lines { lines, are_escaped } => {
            let note = if are_escaped { "(with escapes)" } else { "" };
            format!("{note}{}", lines.iter().map(text_line).collect::<Vec<_>>().join("|"))
        }
    }
}

#[track_caller]
fn told(before: &str, after: &str) -> String {
    told_of("", before, after)
}

fn text_line(line: &Line) -> String {
    match line {
        Line::Same(text) => format!(" {text}"),
        Line::Added(text) => format!("+{text}"),
        Line::Removed(text) => format!("-{text}"),
        Line::Gap => "@@".to_owned(),
        Line::NoEnd => "\\".to_owned(),
        Line::Mixed(runs) => runs
            .iter()
            .map(|run| match run.tag {
                crate::align::ChangeTag::Equal => run.text.clone(),
                crate::align::ChangeTag::Delete => format!("[-{}-]", run.text),
                crate::align::ChangeTag::Insert => format!("{{+{}+}}", run.text),
            })
            .collect(),
    }
}

#[test]
fn a_list_that_keeps_its_order_is_compared_by_value() {
    assert_eq!(told(r#"["a", "legacy", "b"]"#, r#"["a", "b", "pci"]"#), "[+ pci] [- legacy]");
    assert_eq!(told("[]", r#"["a"]"#), "[+ a] [- ]");
    // Where the place matters, it is said.
    assert_eq!(told_of("a.enum", r#"["low", "high"]"#, r#"["low", "middle", "high"]"#), "[+ middle after low] [- ]");
    assert_eq!(told_of("enum", r#"["b"]"#, r#"["a", "b"]"#), "[+ a first] [- ]");
}

#[test]
fn a_list_that_does_not_is_compared_item_by_item() {
    assert_eq!(told(r#"["a", "b", "c", "d"]"#, r#"["a", "c", "b", "d"]"#), " a|+c| b|-c| d");
    assert_eq!(told("[1, 1, 2]", "[1, 2]"), " 1|-1| 2");
    // An order is one of names, which are shown as they are.
    assert_eq!(
        told_of("steps > (order)", r#"["table t", "status"]"#, r#"["status", "table t"]"#),
        "+status| table t|-status"
    );
}

#[test]
fn a_list_is_told_from_what_it_holds() {
    assert_eq!(told("\"b\"", r#"["b"]"#), "b -> (array)b");
    assert_eq!(told(r#"[["a"], "b"]"#, r#"["a", "b"]"#), "{ - (array)a; - b } -> a b");
    assert_eq!(told("5", "\"5\""), "5 -> \"5\"");
}

#[test]
fn a_text_is_compared_line_by_line_and_word_by_word() {
    let json = |text: &str| serde_json::to_string(text).unwrap();
    assert_eq!(told(&json("one"), &json("two")), "one -> two");
    assert_eq!(told(&json("a\nb\nc\nd\ne"), &json("a\nb\nX\nd\ne")), " b|-c|+X| d");
    let long =
        "The quick brown fox jumps over the lazy dog, and nobody in the whole village has ever seen it do so twice";
    assert_eq!(
        told(&json(long), &json(&long.replace("quick", "slow"))),
        "The [-quick-]{+slow+} brown fox jumps over …"
    );
    assert_eq!(told(&json(long), &json(&long.replace("twice", "at all"))), "… ever seen it do so [-twice-]{+at all+}",);
}

#[test]
fn what_nobody_sees_of_a_line_is_escaped_in_all_of_them() {
    let json = |text: &str| serde_json::to_string(text).unwrap();
    assert_eq!(told(&json("a\nb"), &json("a\r\nb")), r"(with escapes)-a|+a\r| b");
    assert_eq!(told(&json("a\tb\nc\\t"), &json("a b\nc\\t")), r"(with escapes)-a\tb|+a b| c\\t");
    assert_eq!(told(&json("cafe\u{301}\n1"), &json("café\n1")), r"(with escapes)-cafe\u{301}|+café| 1");
    // What looks the same is not shown as letters.
    assert_eq!(told(&json("p\u{430}y\n1"), &json("pay\n1")), r"(with escapes)-p\u{430}y|+pay| 1");
    assert_eq!(told(&json("p\u{430}y"), &json("pay")), r#""p\u{430}y" -> pay"#);
    assert_eq!(told(r#"["p\u0430y", "a"]"#, r#"["pay", "a"]"#), r#"[+ pay] [- "p\u{430}y"]"#);
}

#[test]
fn a_line_end_that_is_missing_is_told() {
    let json = |text: &str| serde_json::to_string(text).unwrap();
    assert_eq!(told(&json("a\nb"), &json("a\nb\n")), r" a|-b|\|+b");
    assert_eq!(told(&json("a\nb\n"), &json("a\nb")), r" a|-b|+b|\");
    assert_eq!(told(&json("a\nb"), &json("a\nc")), " a|-b|+c");
}

#[test]
fn hunks_show_what_nobody_sees() {
    let hunks = crate::align::hunks("a\r\nb\n", "a\nb\n", 1).text;
    assert_eq!(hunk_lines(&hunks), ["@@ -1,2 +1,2 @@", "-a\\r", "+a", " b"]);
    let hunks = crate::align::hunks("a\\\nb\n", "a\\\nc\n", 1).text;
    assert_eq!(hunk_lines(&hunks), ["@@ -1,2 +1,2 @@", " a\\", "-b", "+c"]);
}

#[test]
fn where_one_side_alone_ends_without_a_line_end_it_is_told() {
    for (before, after, shown) in [
        (r#""a\nb""#, r#""a\nb\nc""#, " b|+c"),
        (r#""a\nb\n""#, r#""a\nb""#, " a|-b|+b|\\"),
        (r#""a\nb""#, r#""a\nb\n""#, " a|-b|\\|+b"),
        (r#""a\n""#, r#""a\nb""#, " a|+b|\\"),
        (r#""a\nb""#, r#""a\nc""#, " a|-b|+c"),
        (r#""a""#, r#""a\nb\n""#, "-a|\\|+a|+b"),
        (r#""""#, r#""a\nb""#, "+a|+b"),
        (r#""a\nb\n""#, r#""""#, "-a|-b"),
    ] {
        assert_eq!(told(before, after), shown, "{before} {after}");
    }
}
