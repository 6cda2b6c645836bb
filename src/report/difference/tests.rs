use super::*;
use crate::model::parse_json;

/// The parts that differ between two values written as JSON, one a line.
#[track_caller]
fn told(before: &str, after: &str) -> Vec<String> {
    let [before, after] = [before, after].map(|text| parse_json(text.as_bytes()).unwrap());
    let (notation, parts) = differences(Some(&before), Some(&after));
    let note = notation.note().map(|note| format!("({note})"));
    note.into_iter().chain(parts.iter().map(line)).collect()
}

fn line(part: &Part) -> String {
    let change = match &part.change {
        Change::Value { before: Some(before), after: Some(after) } => format!("{before} -> {after}"),
        Change::Value { before, after } => {
            let sign = if before.is_some() { '-' } else { '+' };
            format!("{sign} {}", before.as_ref().or(after.as_ref()).unwrap())
        }
        Change::Items { added, removed } => format!("[+ {}] [- {}]", added.join(" "), removed.join(" ")),
        Change::Lines(lines) => lines.iter().map(text_line).collect::<Vec<_>>().join("|"),
    };
    format!("{}: {change}", part.path)
}

fn text_line(line: &Line) -> String {
    match line {
        Line::Same(text) => format!(" {text}"),
        Line::Added(text) => format!("+{text}"),
        Line::Removed(text) => format!("-{text}"),
        Line::Gap => "@@".to_owned(),
        Line::Mixed(runs) => runs
            .iter()
            .map(|run| match run.tag {
                similar::ChangeTag::Equal => run.text.clone(),
                similar::ChangeTag::Delete => format!("[-{}-]", run.text),
                similar::ChangeTag::Insert => format!("{{+{}+}}", run.text),
            })
            .collect(),
    }
}

#[test]
fn objects_are_compared_by_member() {
    let old = r#"{"a": 1, "b": {"c": true, "d": [1]}, "e": "x"}"#;
    let new = r#"{"a": 2, "b": {"c": true, "f": null, "d": [1]}}"#;
    assert_eq!(told(old, new), ["a: 1 -> 2", "b.f: + #null", "e: - x"]);
    assert_eq!(told(old, old), [""; 0]);
    assert_eq!(told(r#"{"a": 1}"#, "[1]"), [": { a 1 } -> 1"]);
}

#[test]
fn a_list_that_keeps_its_order_is_compared_by_value() {
    assert_eq!(told(r#"["a", "legacy", "b"]"#, r#"["a", "b", "pci"]"#), [": [+ pci] [- legacy]"]);
    assert_eq!(told("[]", r#"["a"]"#), [": [+ a] [- ]"]);
    // Where the place matters, it is said.
    let (old, new) = (r#"{"enum": ["low", "high"]}"#, r#"{"enum": ["low", "middle", "high"]}"#);
    assert_eq!(told(old, new), ["enum: [+ middle after low] [- ]"]);
    assert_eq!(told(r#"{"enum": ["b"]}"#, r#"{"enum": ["a", "b"]}"#), ["enum: [+ a first] [- ]"]);
}

#[test]
fn a_list_that_does_not_is_compared_item_by_item() {
    assert_eq!(told(r#"["a", "b", "c", "d"]"#, r#"["a", "c", "b", "d"]"#), [":  a|+c| b|-c| d"]);
    assert_eq!(told("[1, 1, 2]", "[1, 2]"), [":  1|-1| 2"]);
}

#[test]
fn a_list_of_named_objects_is_compared_by_name() {
    let old = r#"[{"name": "app", "image": "a:1"}, {"name": "log", "image": "l"}]"#;
    let new = r#"[{"name": "web", "image": "w"}, {"name": "app", "image": "a:2"}]"#;
    assert_eq!(
        told(old, new),
        ["[name=app].image: a:1 -> a:2", "[name=log]: - { image l; name log }", "[name=web]: + { image w; name web }"]
    );
    // The same objects in another order.
    assert_eq!(told(r#"[{"id": "a"}, {"id": "b"}]"#, r#"[{"id": "b"}, {"id": "a"}]"#), [": +b| a|-b"]);
    // Two of one name are none.
    assert_eq!(told(r#"[{"id": "a"}]"#, r#"[{"id": "a"}, {"id": "a"}]"#), [":  { id a }|+{ id a }"]);
}

#[test]
fn a_document_in_a_text_is_compared_by_what_it_means() {
    let json = |text: &str| serde_json::to_string(text).unwrap();
    let (old, new) = (json(r#"{"b": 1, "a": [1]}"#), json("{\"a\": [1],\n \"b\": 2}"));
    assert_eq!(told(&old, &new), ["(JSON, by its parts)", "b: 1 -> 2"]);
    let (old, new) = (json("size: 1\nzones:\n  - a\n"), json("zones: [a, b]\nsize: 1\n"));
    assert_eq!(told(&old, &new), ["(YAML, by its parts)", "zones: [+ b] [- ]"]);
    // Within a value, at any depth.
    let nested = |text: &str| format!(r#"{{"policy": {}}}"#, json(text));
    assert_eq!(told(&nested(r#"{"x": 1}"#), &nested(r#"{"x": 2}"#)), ["policy.x: 1 -> 2"]);
    // Only the spelling differs: then the text is what there is to see.
    assert_eq!(told(&json("a: 1\nb: 2"), &json("a: 1\nb: 2 # two")), [":  a: 1|-b: 2|+b: 2 # two"]);
}

#[test]
fn a_text_is_compared_line_by_line_and_word_by_word() {
    let json = |text: &str| serde_json::to_string(text).unwrap();
    assert_eq!(told(&json("one"), &json("two")), [": one -> two"]);
    assert_eq!(told(&json("a\nb\nc\nd\ne"), &json("a\nb\nX\nd\ne")), [":  b|-c|+X| d"]);
    let long =
        "The quick brown fox jumps over the lazy dog, and nobody in the whole village has ever seen it do so twice";
    assert_eq!(
        told(&json(long), &json(&long.replace("quick", "slow"))),
        [": The [-quick-]{+slow+} brown fox jumps over …"]
    );
    assert_eq!(
        told(&json(long), &json(&long.replace("twice", "at all"))),
        [": … ever seen it do so [-twice-]{+at all+}"],
    );
}

#[test]
fn aliases_of_aliases_are_not_followed_for_ever() {
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (before, after) in ('a'..='k').zip('b'..='l') {
        let items = vec![format!("*{before}"); 9].join(", ");
        bomb.push_str(&format!("{after}: &{after} [{items}]\n"));
    }
    let text = |end: &str| Value::string(format!("{bomb}z: {end}\n"));
    let (notation, parts) = differences(Some(&text("1")), Some(&text("2")));
    assert_eq!((notation, parts.len()), (Notation::Plain, 1));
    let text = |end: &str| Value::string(format!("a: &a [x, y]\nb: *a\nz: {end}\n"));
    assert_eq!(differences(Some(&text("1")), Some(&text("2"))).0, Notation::Yaml);
}
